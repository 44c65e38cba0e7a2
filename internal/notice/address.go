package notice

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
)

// An address is an e-mail address, a phone number (+44…), a webhook (https://…), or
// somebody in the record: user:ID, organisation:ID, role:ROLE or role:ROLE:TEAM, or
// desk:KIND, which is a team by its kind or id, those who hold a role, or whoever
// answers for an agency.
var (
	mailOfUser = db.SQL("notice.address-of-user", `
		SELECT email FROM user_account WHERE id = $1 AND authority_id = $2 AND disabled_at IS NULL AND (expires_at IS NULL OR expires_at > $3)`)
	mailOfOrganisation = db.SQL("notice.address-of-organisation", `SELECT email FROM organisation WHERE id = $1 AND authority_id = $2`)
	mailOfTeam         = db.SQL("notice.address-of-team", `
		SELECT email FROM team WHERE authority_id = $1 AND (kind = $2 OR id = $2) AND email <> '' ORDER BY id LIMIT 1`)
	peopleOf = db.SQL("notice.people-of-role", `
		SELECT DISTINCT u.id FROM user_role r
		JOIN user_account u ON u.id = r.user_id AND u.authority_id = r.authority_id
		WHERE r.authority_id = $1 AND r.role = $2 AND ($3 = '' OR r.team_id = $3) AND r.begun_at <= $4 AND (r.ended_at IS NULL OR r.ended_at > $4)
			AND u.disabled_at IS NULL AND (u.expires_at IS NULL OR u.expires_at > $4)
		ORDER BY u.id`)
	peopleOfTeam = db.SQL("notice.people-of-team", `
		SELECT DISTINCT u.id FROM user_role r
		JOIN team t ON t.id = r.team_id AND t.authority_id = r.authority_id
		JOIN user_account u ON u.id = r.user_id AND u.authority_id = r.authority_id
		WHERE r.authority_id = $1 AND (t.id = $2 OR t.kind = $2) AND r.begun_at <= $3 AND (r.ended_at IS NULL OR r.ended_at > $3)
			AND r.role NOT IN ('administrator', 'analyst', 'inspector')
			AND u.disabled_at IS NULL AND (u.expires_at IS NULL OR u.expires_at > $3)
		ORDER BY u.id`)
	ownerOf   = db.SQL("notice.owner-of-desk", `SELECT owner_id FROM desk_owner WHERE authority_id = $1 AND agency = $2`)
	ourPhones = db.SQL("notice.phones", `SELECT phone FROM team WHERE authority_id = $1 AND phone <> '' UNION SELECT phone FROM organisation WHERE authority_id = $1 AND phone <> ''
		UNION SELECT address FROM organisation_contact WHERE authority_id = $1 AND ended_at IS NULL AND address LIKE '+%'`)
	giveToPeople = db.InsertInto("notice.give-to-people", "outbox",
		"id, authority_id, kind, address, reference, link, safe_text, dedupe_key, created_at, not_before, made_by",
		"ON CONFLICT (dedupe_key, authority_id) DO NOTHING")
	madeBy = db.SQL("notice.made-by", `SELECT made_by FROM outbox WHERE id = $1 AND authority_id = $2`)
)

// finder finds addresses for one batch and remembers them.
type finder struct {
	n     *Notices
	known map[string]found
}

type found struct {
	to     string
	people []string // given to each, where a desk has no mailbox of its own
	bad    *trouble
}

func (n *Notices) finder() *finder { return &finder{n, map[string]found{}} }

// address is where a parcel goes. It is "" when the notice was given to several
// people, each of whom is told by a notice of their own.
func (f *finder) address(ctx context.Context, p *parcel) (string, *trouble) {
	if p.head.kind == "code" && f.n.record.Now().Sub(p.head.made) >= pathway.CodeLife {
		return "", &trouble{why: "The code ended before it could be sent. Whoever needs one asks again", final: true}
	}
	key := p.head.authority + " " + p.head.address
	got, ok := f.known[key]
	if !ok {
		err := f.n.record.DB.Read(ctx, func(q db.Queryer) error {
			var err error
			got, err = f.n.find(ctx, q, p.head.authority, p.head.address)
			return err
		})
		if err != nil {
			return "", &trouble{why: "The address could not be looked up", cause: err}
		}
		f.known[key] = got
	}
	if len(got.people) > 0 {
		if err := f.n.give(ctx, p, got.people); err != nil {
			return "", &trouble{why: "The address could not be looked up", cause: err}
		}
		return "", nil
	}
	return got.to, got.bad
}

func (n *Notices) find(ctx context.Context, q db.Queryer, authority, address string) (found, error) {
	if strings.HasPrefix(address, "https://") {
		return found{to: address}, nil
	}
	if strings.HasPrefix(address, "+") {
		return n.findPhone(ctx, q, authority, address)
	}
	kind, id, indirect := strings.Cut(address, ":")
	if !indirect {
		if address == "" {
			return found{bad: errNoAddress}, nil
		}
		return found{to: address}, nil
	}
	s := seeking{q: q, authority: authority, now: n.record.Now()}
	switch kind {
	case "user":
		s.mail(ctx, mailOfUser, id, authority, s.now)
		s.desk(ctx, id)
	case "organisation":
		s.mail(ctx, mailOfOrganisation, id, authority)
	case "role":
		role, team, _ := strings.Cut(id, ":")
		s.people(ctx, peopleOf, authority, role, team, s.now)
		s.people(ctx, peopleOf, authority, role, "", s.now)
	case "desk":
		s.desk(ctx, id)
	}
	if s.err == nil && s.got.to == "" && len(s.got.people) == 0 {
		s.got.bad = errNoAddress
	}
	return s.got, s.err
}

// seeking tries one place after another, until one gives an address.
type seeking struct {
	q         db.Queryer
	authority string
	now       civil.Instant
	got       found
	err       error
}

func (s *seeking) over() bool { return s.err != nil || s.got.to != "" || len(s.got.people) > 0 }

func (s *seeking) desk(ctx context.Context, id string) {
	s.mail(ctx, mailOfTeam, s.authority, id)
	s.people(ctx, peopleOf, s.authority, id, "", s.now)
	s.people(ctx, peopleOfTeam, s.authority, id, s.now)
	if s.over() {
		return
	}
	var owner string
	switch err := s.q.QueryRowContext(ctx, ownerOf, s.authority, id).Scan(&owner); {
	case db.NotFound(err):
		return
	case err != nil:
		s.err = err
		return
	}
	s.mail(ctx, mailOfUser, owner, s.authority, s.now)
	s.mail(ctx, mailOfOrganisation, owner, s.authority)
	s.mail(ctx, mailOfTeam, s.authority, owner)
	s.people(ctx, peopleOfTeam, s.authority, owner, s.now)
}

func (s *seeking) mail(ctx context.Context, query db.Query, args ...any) {
	if s.over() {
		return
	}
	if err := s.q.QueryRowContext(ctx, query, args...).Scan(&s.got.to); err != nil && !db.NotFound(err) {
		s.err = err
	}
}

func (s *seeking) people(ctx context.Context, query db.Query, args ...any) {
	if !s.over() {
		s.got.people, s.err = db.Collect(ctx, s.q, func(r *sql.Rows, id *string) error { return r.Scan(id) }, query, args...)
	}
}

// findPhone lets a text go to staff and partners only (screens, section 8): to a number
// that stands on a team or an organisation.
func (n *Notices) findPhone(ctx context.Context, q db.Queryer, authority, number string) (found, error) {
	phones, err := db.Collect(ctx, q, func(r *sql.Rows, p *string) error { return r.Scan(p) }, ourPhones, authority)
	if err != nil {
		return found{}, err
	}
	if !slices.ContainsFunc(phones, func(p string) bool { return Phone(p) == number }) {
		return found{bad: &trouble{why: "Text messages go to staff and partners only", final: true}}, nil
	}
	return found{to: number}, nil
}

// Phone is a phone number as it is dialled from anywhere, or "".
func Phone(s string) string { return pathway.Phone(s) }

// give has each of several people told by a notice of their own, which is written down
// in the transaction that ends the one they share.
func (n *Notices) give(ctx context.Context, p *parcel, people []string) error {
	return n.record.DB.Write(ctx, func(q db.Queryer) error {
		now := n.record.Now()
		for _, m := range append([]queued{p.head}, p.members...) {
			var by string
			if err := q.QueryRowContext(ctx, madeBy, m.id, m.authority).Scan(&by); err != nil {
				return err
			}
			rows := make([][]any, len(people))
			for i, id := range people {
				rows[i] = []any{n.record.NewID(), m.authority, m.kind, "user:" + id, m.ref, m.link, m.text, m.key + " " + id, m.made, now, by}
			}
			if err := giveToPeople.Exec(ctx, q, rows...); err != nil {
				return err
			}
		}
		return n.write(ctx, q, settled{parcel: p, by: missingBy})
	})
}

// missingBy is how the record calls a notice that was given to people.
var missingBy Sender = toPeople{}

type toPeople struct{ missing }

func (toPeople) Name() string { return "people" }

func digest(kind string) bool { return slices.Contains(pathway.DigestKinds(), kind) }

func sortQueued(all []queued) {
	slices.SortFunc(all, func(a, b queued) int {
		if c := a.made.Compare(b.made); c != 0 {
			return c
		}
		return strings.Compare(a.id, b.id)
	})
}
