package notice

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"slices"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/escalation"
	"frontdoor/internal/record"
)

// The telling of escalations. At which level a wait stands is a question asked of the
// record; this only sends word of it, once for each wait and level, and one message for
// all the waits of a partner and step that reached a level together. If it dies the pages
// are still right, and say that no notice was sent.
var (
	everyAuthority = db.SQL("notice.authorities", `SELECT authority_id FROM authority ORDER BY authority_id`)
	addAsk         = db.InsertInto("notice.add-escalation-ask", "escalation_ask", "wait_id, level, asked_at, authority_id, told_at", "ON CONFLICT (wait_id, level, asked_at, authority_id) DO NOTHING")
	addAsked       = db.InsertInto("notice.add-escalation-notice", "outbox",
		"id, authority_id, kind, address, reference, link, safe_text, dedupe_key, created_at, not_before",
		"ON CONFLICT (dedupe_key, authority_id) DO NOTHING")
	partnerMail = db.SQL("notice.partner-address", `SELECT email FROM organisation WHERE id = $1 AND authority_id = $2`)
	holders     = db.SQL("notice.holders-of-role", `
		SELECT DISTINCT u.id FROM user_account u JOIN user_role r ON r.user_id = u.id AND r.authority_id = u.authority_id
		WHERE r.role = $1 AND r.authority_id = $2 AND r.begun_at <= $3 AND (r.ended_at IS NULL OR r.ended_at > $3) AND u.disabled_at IS NULL
		ORDER BY u.id`)
)

// Escalate queues word of each level that a wait has reached and nobody was told of.
func (n *Notices) Escalate(ctx context.Context) error {
	return n.eachAuthority(ctx, n.escalate)
}

// eachAuthority does something for each authority, one after another, when notices leave
// at all. It stops at the first that fails.
func (n *Notices) eachAuthority(ctx context.Context, do func(ctx context.Context, authority string) error) error {
	if !n.sends() {
		return nil
	}
	var all []string
	err := n.record.DB.Read(ctx, func(q db.Queryer) (err error) {
		all, err = db.Collect(ctx, q, func(r *sql.Rows, s *string) error { return r.Scan(s) }, everyAuthority)
		return err
	})
	for _, authority := range all {
		if err == nil {
			err = do(ctx, authority)
		}
	}
	return err
}

// asking is what one message tells of: one level of one partner and step.
type asking struct {
	record.Escalation
	level     int
	concealed bool
	waits     []record.Escalated
}

func (n *Notices) escalate(ctx context.Context, authority string) error {
	due := false
	err := n.record.DB.Read(ctx, func(q db.Queryer) error {
		all, err := n.untold(ctx, q, authority)
		due = len(all) > 0
		return err
	})
	if err != nil || !due {
		return err
	}
	return n.record.DB.Write(ctx, func(q db.Queryer) error {
		all, err := n.untold(ctx, q, authority)
		if err != nil {
			return err
		}
		people, err := record.Addressees(ctx, q, authority, n.record.Now().Date())
		if err != nil {
			return err
		}
		for _, a := range all {
			if err := n.ask(ctx, q, authority, a, people); err != nil {
				return fmt.Errorf("tell of level %d of %s: %w", a.level, a.OwnerID, err)
			}
		}
		return nil
	})
}

// untold are the levels that waits stand at and that nobody was told of. A level that was
// passed before anybody could be told of it is left out: the one above is told of.
func (n *Notices) untold(ctx context.Context, q db.Queryer, authority string) ([]asking, error) {
	all, err := n.record.EveryEscalated(ctx, q, authority)
	if err != nil {
		return nil, err
	}
	var out []asking
	for _, e := range n.record.Gather(all, n.record.Now()) {
		for _, w := range e.Waits {
			level := w.Step().Level
			if w.Told {
				continue
			}
			i := slices.IndexFunc(out, func(a asking) bool {
				return a.OwnerID == e.OwnerID && a.Measure == e.Measure && a.level == level && a.concealed == w.Concealed()
			})
			if i < 0 {
				i = len(out)
				out = append(out, asking{Escalation: e, level: level, concealed: w.Concealed()})
			}
			out[i].waits = append(out[i].waits, w)
		}
	}
	return out, nil
}

func (n *Notices) ask(ctx context.Context, q db.Queryer, authority string, a asking, people map[string]map[int]record.Addressee) error {
	now := n.record.Now()
	rows := make([][]any, len(a.waits))
	for i, w := range a.waits {
		rows[i] = []any{w.Wait, a.level, w.Step().Asked, authority, now}
	}
	if err := addAsk.Exec(ctx, q, rows...); err != nil {
		return err
	}
	partner, err := n.partner(ctx, q, authority, a, people)
	if err != nil {
		return err
	}
	council, err := n.council(ctx, q, authority, a, people)
	if err != nil {
		return err
	}
	link := "/escalations/" + url.PathEscape(a.OwnerID) + "/" + url.PathEscape(string(a.Measure))
	text := fmt.Sprintf("%s, level %d of %d. Answer by %s.", capital(discreet(a.Name)), a.level, escalation.Top, earliest(a.waits).Words())
	ref := string(a.Measure)
	var messages [][]any
	for i, to := range append([]string{partner}, council...) {
		kind := "escalation-council"
		if i == 0 {
			kind = "escalation-partner"
		}
		key := fmt.Sprintf("%s %d %s %s %s", kind, a.level, a.waits[0].Wait, a.waits[0].Step().Asked, to)
		messages = append(messages, []any{n.record.NewID(), authority, kind, to, ref, link, text, key, now, now})
	}
	return addAsked.Exec(ctx, q, messages...)
}

func earliest(waits []record.Escalated) civil.Instant {
	by := waits[0].Step().By
	for _, w := range waits {
		if w.Step().By.Before(by) {
			by = w.Step().By
		}
	}
	return by
}

// partner is where the partner hears: the person named for the level, or its own address.
func (n *Notices) partner(ctx context.Context, q db.Queryer, authority string, a asking, people map[string]map[int]record.Addressee) (string, error) {
	if x := people[a.OwnerID][a.level]; x.UserID != "" {
		return "user:" + x.UserID, nil // whose account has ended is listed as undelivered
	} else if x.Email != "" {
		return x.Email, nil
	}
	var to string
	if err := q.QueryRowContext(ctx, partnerMail, a.OwnerID, authority).Scan(&to); err != nil && !db.NotFound(err) {
		return "", err
	}
	if to == "" {
		to = "desk:" + a.OwnerID
	}
	return to, nil
}

// council are those at the council who hear: the person named for the level, or everybody
// who holds the role; for a concealed record the restricted desk, and nobody else.
func (n *Notices) council(ctx context.Context, q db.Queryer, authority string, a asking, people map[string]map[int]record.Addressee) ([]string, error) {
	if a.concealed {
		return []string{"desk:restricted_desk"}, nil
	}
	if to := people[""][a.level].Email; to != "" {
		return []string{to}, nil
	}
	role := a.waits[0].Step().Tells
	all, err := db.Collect(ctx, q, func(r *sql.Rows, s *string) error { return r.Scan(s) }, holders, role, authority, n.record.Now())
	for i := range all {
		all[i] = "user:" + all[i]
	}
	if len(all) == 0 {
		all = []string{"desk:" + role} // nobody holds it: it is listed as undelivered
	}
	return all, err
}
