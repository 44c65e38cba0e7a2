package record

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/timescale"
)

// Subject is what a command was about, for the trail, and the contact whose
// children its consequences are for.
type Subject struct {
	Kind    string // contact, child, request, episode, user, ...
	Ref     string // public reference, or an id where there is none
	Contact string // contact id whose children "" stands for
}

// Apply performs what a rule said must follow and writes the command's one trail
// entry. Endings come before beginnings, so a rule may replace a wait with its
// like.
func (tx *Tx) Apply(ctx context.Context, s Subject, summary string, c pathway.Consequences) error {
	if tx.entry != nil {
		return fmt.Errorf("apply %s: the command already left its trail", summary)
	}
	tx.entry = &entry{Action: actions(tx.asked), Kind: s.Kind, Subject: s.Ref, Summary: summary}
	if s.Contact != "" {
		if err := tx.TouchContact(ctx, s.Contact); err != nil {
			return err
		}
	}
	if err := tx.end(ctx, s, c.Ends); err != nil {
		return err
	}
	children := kids{}
	if len(c.Begins) > 0 || slices.ContainsFunc(c.Lines, func(l pathway.Line) bool { return l.Child == "" && l.Person == "" }) {
		if _, err := children.of(ctx, tx, s.Contact); err != nil {
			return err
		}
	}
	if err := tx.begin(ctx, s, children, c.Begins); err != nil {
		return err
	}
	if err := tx.close(ctx, c.Closes); err != nil {
		return err
	}
	if err := tx.write(ctx, s, children, c.Lines); err != nil {
		return err
	}
	if err := tx.keepFeedback(ctx, s, c.Told); err != nil {
		return err
	}
	return tx.tell(ctx, s, c.Tells)
}

type childRow struct{ id, conceal string }

// kids are the children of the contacts that a command reaches, each read once.
type kids map[string][]childRow

func (k kids) of(ctx context.Context, tx *Tx, contact string) ([]childRow, error) {
	rows, read := k[contact]
	if read {
		return rows, nil
	}
	rows, err := db.Collect(ctx, tx, scanChildRow, childrenOf, contact, tx.Authority)
	k[contact] = rows
	return rows, err
}

func scanChildRow(r *sql.Rows, c *childRow) error { return r.Scan(&c.id, &c.conceal) }

type owner struct{ agency, id, name string }

var (
	childrenOf = db.SQL("record.children-of-contact", `
		SELECT id, conceal FROM contact_child
		WHERE contact_id = $1 AND authority_id = $2
		ORDER BY position`)
	desks = db.SQL("record.desk-owners", `
		SELECT agency, owner_id, owner_name FROM desk_owner WHERE authority_id = $1`)
	nameOfOwner = db.SQL("record.name-of-owner", `
		SELECT name FROM user_account WHERE id = $1 AND authority_id = $2
		UNION ALL SELECT name FROM team WHERE id = $1 AND authority_id = $2
		UNION ALL SELECT name FROM organisation WHERE id = $1 AND authority_id = $2`)
	addWait = db.InsertInto("record.begin-wait", "wait", `id, authority_id, contact_id, child_id, agency, owner_id, owner_name,
		timescale, rule_version, due_at, warn_at, main_due_at, also_timescale, also_rule_version, also_due_at,
		what, about_id, conceal, since, begun_at, ended_at, ended_happened_at, ended_how, ended_reason, ended_by`, "")
	endWait = db.SQL("record.end-waits", `
		UPDATE wait SET ended_at = $1, ended_happened_at = $2, ended_how = $3, ended_reason = $4, ended_by = $5
		WHERE contact_id = $6 AND authority_id = $7 AND ended_at IS NULL
			AND ($8 = '' OR child_id = $8) AND ($9 = '' OR agency = $9)
			AND ($10 = '' OR timescale = $10) AND ($11 = '' OR about_id = $11)`)
	closeChild = db.SQL("record.close-child", `
		UPDATE contact_child SET state = 'closed', closed_at = $3
		WHERE id = $1 AND authority_id = $2 AND state <> 'closed'`)
	addLine = db.InsertInto("record.add-chronology", "chronology",
		"id, authority_id, contact_id, child_id, person_id, kind, happened_at, recorded_at, recorded_by, source, story", "")
	addMessage = db.InsertInto("record.add-outbox", "outbox",
		`id, authority_id, kind, address, reference, link, safe_text, contact_id, dedupe_key, created_at, not_before, failed_at, last_error, made_by`,
		"ON CONFLICT (dedupe_key, authority_id) DO NOTHING")
)

func (tx *Tx) end(ctx context.Context, s Subject, ends []pathway.End) error {
	for _, e := range ends {
		how, happened := e.How, e.HappenedAt
		if how == "" {
			how = pathway.Met
		}
		if happened.IsZero() {
			happened = tx.Now
		}
		if how == pathway.Withdrawn && e.Reason == "" {
			return fmt.Errorf("withdraw the wait for %s of %s: no reason given", e.For, s.Ref)
		}
		_, err := tx.ExecContext(ctx, endWait, tx.Now, happened, how, e.Reason, tx.Who.ID,
			cmp.Or(e.Contact, s.Contact), tx.Authority, e.Child, e.On, e.For, e.About)
		if err != nil {
			return fmt.Errorf("end waits for %s of %s: %w", e.For, s.Ref, err)
		}
	}
	return nil
}

func (tx *Tx) begin(ctx context.Context, s Subject, children kids, begins []pathway.Wait) error {
	if len(begins) == 0 {
		return nil
	}
	owners, err := db.Collect(ctx, tx, func(r *sql.Rows, o *owner) error { return r.Scan(&o.agency, &o.id, &o.name) }, desks, tx.Authority)
	if err != nil {
		return err
	}
	var rows [][]any
	for _, w := range begins {
		held, err := tx.owner(ctx, w, cmp.Or(w.Contact, s.Contact), owners)
		if err != nil {
			return fmt.Errorf("begin a wait of %s: %w", s.Ref, err)
		}
		clock, err := tx.clock(w)
		if err != nil {
			return fmt.Errorf("begin a wait of %s: %w", s.Ref, err)
		}
		contact := cmp.Or(w.Contact, s.Contact)
		of, err := children.of(ctx, tx, contact)
		if err != nil {
			return err
		}
		n := len(rows)
		for _, child := range of {
			if w.Child == "" || w.Child == child.id {
				rows = append(rows, tx.waitRow(contact, w, child, held, clock))
			}
		}
		if len(rows) == n {
			return fmt.Errorf("begin a wait for %s of %s: it has no such child", w.For, s.Ref)
		}
	}
	return addWait.Exec(ctx, tx, rows...)
}

// clocks are the due times of one wait.
type clocks struct {
	since           civil.Instant
	main, also      timescale.Due
	version, alsoBy string
	due, warn       civil.Instant
}

// clock works out when a wait is due. The rule in force when the clock started
// applies, and its version is kept.
func (tx *Tx) clock(w pathway.Wait) (clocks, error) {
	c := clocks{since: w.Since}
	if c.since.IsZero() {
		c.since = tx.Now
	}
	var err error
	if c.main, c.version, err = tx.due(w.For, c.since); err != nil {
		return c, err
	}
	if !w.By.IsZero() { // agreed by people: the clock gives only how long before it to warn
		before := c.main.At.Sub(c.main.WarnAt)
		c.main.At, c.main.WarnAt = w.By, w.By.Add(-before)
	}
	c.due, c.warn = c.main.At, c.main.WarnAt
	if w.Also == "" {
		return c, nil
	}
	if c.also, c.alsoBy, err = tx.due(w.Also, c.since); err != nil {
		return c, err
	}
	if c.also.At.Before(c.due) {
		c.due = c.also.At
	}
	if c.also.WarnAt.Before(c.warn) {
		c.warn = c.also.WarnAt
	}
	return c, nil
}

// DueAt is when a wait that begins like this will be due, by its earlier clock.
func (tx *Tx) DueAt(w pathway.Wait) (civil.Instant, error) {
	c, err := tx.clock(w)
	return c.due, err
}

func (tx *Tx) due(k timescale.Key, since civil.Instant) (timescale.Due, string, error) {
	return tx.record.due(k, since)
}

func (r *Record) due(k timescale.Key, since civil.Instant) (timescale.Due, string, error) {
	rule, ok := r.Timescales.Rule(k, since)
	if !ok {
		return timescale.Due{}, "", fmt.Errorf("no timescale %q in force at %s", k, since)
	}
	due, err := rule.Due(since, r.Calendar)
	if err != nil {
		return timescale.Due{}, "", fmt.Errorf("timescale %q: %w", k, err)
	}
	return due, rule.Version(), nil
}

// owner names who answers for a wait: the person, team or organisation the rule
// named, or the desk that answers for that agency. There is always somebody.
func (tx *Tx) owner(ctx context.Context, w pathway.Wait, contact string, desks []owner) (owner, error) {
	if w.Owner == "" {
		if w.On == pathway.Police { // of several forces, the one that told us of the child
			f, err := ForceThatTold(ctx, tx, tx.Authority, contact)
			if err != nil || f.ID != "" {
				return owner{id: f.ID, name: f.Name}, err
			}
		}
		i := slices.IndexFunc(desks, func(o owner) bool { return o.agency == string(w.On) })
		if i < 0 {
			return owner{}, fmt.Errorf("nobody answers for %q in authority %s", w.On, tx.Authority)
		}
		return desks[i], nil
	}
	o := owner{id: w.Owner}
	if err := tx.QueryRowContext(ctx, nameOfOwner, w.Owner, tx.Authority).Scan(&o.name); err != nil {
		return o, fmt.Errorf("name owner %s: %w", w.Owner, err)
	}
	return o, nil
}

func (tx *Tx) waitRow(contact string, w pathway.Wait, child childRow, held owner, c clocks) []any {
	var also, over any
	how, by := "", ""
	why := ""
	if w.Also != "" {
		also = c.also.At
	}
	var ended any
	if !w.Over.IsZero() {
		ended, over, how, why, by = tx.Now, w.Over, string(cmp.Or(w.How, pathway.Met)), w.Reason, tx.Who.ID
	}
	return []any{
		tx.NewID(), tx.Authority, contact, child.id, w.On, held.id, held.name,
		w.For, c.version, c.due, c.warn, c.main.At, w.Also, c.alsoBy, also,
		w.What, w.About, child.conceal, c.since, tx.Now, ended, over, how, why, by,
	}
}

func (tx *Tx) close(ctx context.Context, children []string) error {
	for _, id := range children {
		if _, err := tx.ExecContext(ctx, closeChild, id, tx.Authority, tx.Now); err != nil {
			return fmt.Errorf("close child %s: %w", id, err)
		}
	}
	return nil
}

func (tx *Tx) write(ctx context.Context, s Subject, children kids, lines []pathway.Line) error {
	var rows [][]any
	for _, l := range lines {
		happened := l.HappenedAt
		if happened.IsZero() {
			happened = tx.Now
		}
		if l.Person != "" {
			rows = append(rows, []any{tx.NewID(), tx.Authority, "", "", l.Person, l.Kind, happened, tx.Now, tx.Who.ID, l.Source, l.Text})
			continue
		}
		if l.Child != "" {
			rows = append(rows, []any{tx.NewID(), tx.Authority, cmp.Or(l.Contact, s.Contact), l.Child, "", l.Kind, happened, tx.Now, tx.Who.ID, l.Source, l.Text})
			continue
		}
		for _, child := range children[s.Contact] {
			rows = append(rows, []any{tx.NewID(), tx.Authority, s.Contact, child.id, "", l.Kind, happened, tx.Now, tx.Who.ID, l.Source, l.Text})
		}
	}
	return addLine.Exec(ctx, tx, rows...)
}

// tell queues messages. One that cannot be addressed is kept as undelivered, so
// that somebody sees it.
func (tx *Tx) tell(ctx context.Context, s Subject, tells []pathway.Tell) error {
	rows := make([][]any, len(tells))
	for i, t := range tells {
		var failed any
		problem := ""
		if t.To == "" {
			failed, problem = tx.Now, "no address to send to"
		}
		key := t.Key
		if key == "" {
			key = t.Kind + " " + s.Ref + " " + t.To
		}
		rows[i] = []any{tx.NewID(), tx.Authority, t.Kind, t.To, t.Ref, t.Link, t.Text, s.Contact, key, tx.Now, tx.Now, failed, problem, tx.Who.ID}
	}
	return addMessage.Exec(ctx, tx, rows...)
}
