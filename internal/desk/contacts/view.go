package contacts

import (
	"context"
	"database/sql"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// Page is a contact with everything that bears on its decision.
type Page struct {
	Contact    *Row
	Now        civil.Instant
	Household  []Member
	Requests   []Request
	Attempts   []Tried
	Agreements []Agreement
	Decisions  []Made
	Lines      []StoryLine
	Waits      []OpenWait
	Files      []File
	Histories  map[string]pathway.History
	Past       Pasts
	Kindred    []Kindred               // children of the family who are not named in the contact
	Persons    map[string]record.Known // linked persons by id
	Threshold  Threshold
	Partners   []Partner
	Seconds    map[string]Seconded // latest second manager's view by child
	Unread     Unread              // what was received, of a message that could not be read
	Asking     record.Asking       // facts recorded, and what of them asks for a strategy discussion
}

// Request is a question to a partner and its answer.
type Request struct {
	ID, Child, Agency, Organisation, Question, Why, Basis, AskedBy, State string
	Answer, LastSeen, Worries, AnsweredBy, How                            string
	AskedAt, DueAt, OpenedAt, AnsweredAt                                  civil.Instant
	AsOf                                                                  civil.Date
	Guarded, Locked                                                       bool // a code is needed; too many wrong ones
	NoLink                                                                bool // asked on the telephone or in their account
}

// Open says whether the question still waits for an answer.
func (r Request) Open() bool { return r.State == "sent" || r.State == "acknowledged" }

// staleAfter is how many days a partner's fact stays fresh.
const staleAfter = 7

// Stale says that the answer's facts were old on a day, or older than agreed.
func (r Request) Stale(on civil.Date) bool {
	as := r.AsOf
	if as.IsZero() {
		as = r.AnsweredAt.Date()
	}
	return !r.AnsweredAt.IsZero() && as.DaysUntil(on) > staleAfter
}

// Tried is an attempt to reach the family.
type Tried struct {
	Who, How, Result, By string
	At                   civil.Instant
}

// Agreement is a record of what the family agreed.
type Agreement struct {
	Status                              pathway.ConsentStatus
	Who, How, ToWhat, Reason, Words, By string
	At, RecordedAt                      civil.Instant
}

// Made is a decision, in force or replaced.
type Made struct {
	ID, Child, Rationale, Changed, Level, Version, By, Told, Evidence, Unanswered, Lead, Cites, ReplacedBy string
	Outcome                                                                                                pathway.Outcome
	At                                                                                                     civil.Instant
}

// StoryLine is a line of a child's chronology.
type StoryLine struct {
	Child, Kind, Source, Text string
	At, Recorded              civil.Instant
}

// OpenWait is a wait of one of the contact's children.
type OpenWait struct {
	Child, Agency, Owner, What, Step string
	Since, Due, Warn, Ended          civil.Instant
}

// File is a file sent with the contact.
type File struct {
	ID, Name, Type, Scanned string
	Size                    int64
}

// PastContact is an earlier contact about a child or somebody in the household.
type PastContact struct {
	Ref, Source, Person string
	At                  civil.Instant
	Grade               string
	Outcome             pathway.Outcome
	Rationale           string
	Sibling             bool
	Hidden              bool       // concealed from this reader: counted, not shown
	Kin                 person.Kin // how the child it is about is related to those of this contact
	About               string     // whose it is, in words, when it is a relative's
}

// Partner is an organisation that can be asked.
type Partner struct{ ID, Kind, Name string }

// Seconded is a second manager's view.
type Seconded struct {
	Agrees bool
	By     string
	Reason string
}

var (
	membersOf = db.SQL("contacts.household", `
		SELECT given, family, born, relation, part, risk FROM household_member
		WHERE contact_id = $1 AND authority_id = $2 ORDER BY position`)
	requestsOfContact = db.SQL("contacts.requests", `
		SELECT id, child_id, agency, organisation_name, question, why, basis, asked_by_name, state, answer, last_seen, worries,
			answered_by, answered_how, asked_at, due_at, opened_at, answered_at, as_of,
			EXISTS (SELECT 1 FROM link_guard g WHERE g.request_id = information_request.id AND g.authority_id = information_request.authority_id),
			EXISTS (SELECT 1 FROM link_guard g WHERE g.request_id = information_request.id AND g.authority_id = information_request.authority_id AND g.locked_at IS NOT NULL),
			token_hash = ''
		FROM information_request WHERE contact_id = $1 AND authority_id = $2 ORDER BY asked_at, id`)
	attemptsOf = db.SQL("contacts.attempts", `
		SELECT who, how, result, recorded_by_name, happened_at FROM contact_attempt
		WHERE contact_id = $1 AND authority_id = $2 ORDER BY happened_at`)
	agreementsOf = db.SQL("contacts.agreements", `
		SELECT status, who, how, to_what, reason, reason_words, recorded_by_name, happened_at, recorded_at FROM consent
		WHERE contact_id = $1 AND authority_id = $2 ORDER BY recorded_at, id`)
	decisionsOf = db.SQL("contacts.decisions", `
		SELECT id, child_id, outcome, rationale, changed, level, threshold_version, decided_by_name, told, evidence, unanswered_why, lead, cites, replaced_by, decided_at
		FROM decision WHERE contact_id = $1 AND authority_id = $2 ORDER BY decided_at, id`)
	linesOf = db.SQL("contacts.lines", `
		SELECT child_id, kind, source, story, happened_at, recorded_at FROM chronology
		WHERE contact_id = $1 AND authority_id = $2 ORDER BY happened_at, id`)
	waitsOf = db.SQL("contacts.waits", `
		SELECT child_id, agency, owner_name, what, timescale, since, due_at, warn_at, ended_at FROM wait
		WHERE contact_id = $1 AND authority_id = $2 ORDER BY ended_at IS NOT NULL, due_at, id`)
	filesOf = db.SQL("contacts.files", `
		SELECT id, name, content_type, scanned, size FROM attachment
		WHERE contact_id = $1 AND authority_id = $2 ORDER BY created_at, id`)
	fileBody = db.SQL("contacts.file", `
		SELECT a.name, a.content_type, a.size, b.body, a.contact_id FROM attachment a
		JOIN attachment_body b ON b.attachment_id = a.id AND b.authority_id = a.authority_id
		WHERE a.id = $1 AND a.authority_id = $2`)
	partners = db.SQL("contacts.partners", `
		SELECT id, kind, name FROM organisation WHERE authority_id = $1 ORDER BY kind, name LIMIT 200`)
	secondsOf = db.SQL("contacts.second-views-of-contact", `
		SELECT s.child_id, s.agrees, s.by_name, s.reason FROM second_view s
		JOIN contact_child cc ON cc.id = s.child_id AND cc.authority_id = s.authority_id
		WHERE cc.contact_id = $1 AND s.authority_id = $2 ORDER BY s.at`)
	concealedContacts = db.SQL("contacts.concealed-of", `
		SELECT ref, conceal FROM contact WHERE authority_id = $1 AND conceal <> '' AND ref IN (:list($2))`)
)

// Open shows a contact to somebody who may see it, and logs that they looked.
func (d *Desk) Open(ctx context.Context, who access.Actor, id string) (*Page, error) {
	p := &Page{}
	err := d.Record.Look(ctx, who, purposeOf(who), func(v *record.View) error {
		*p = Page{}
		return p.open(ctx, v, id)
	})
	return p, err
}

// purposeOf is why somebody opens a contact, by what they are here for.
func purposeOf(who access.Actor) access.Purpose {
	switch {
	case who.Has(access.Inspector):
		return access.PurposeInspection
	case isManager(who):
		return access.PurposeDeciding
	}
	return access.PurposeScreening
}

// open asks for permission and reads the contact.
func (p *Page) open(ctx context.Context, v *record.View, id string) error {
	p.Now = v.Now
	var err error
	if p.Contact, err = load(ctx, v, v.Authority, id, v.Now); err != nil {
		if denied := v.Allow(access.OpenContact, access.About{}); denied != nil {
			return denied
		}
		return err
	}
	about, err := p.Contact.about(ctx, v, v.Authority)
	if err != nil {
		return err
	}
	if err := v.Allow(access.OpenContact, about); err != nil {
		return err
	}
	v.Saw("contact", p.Contact.Ref)
	return p.read(ctx, v)
}

func (p *Page) read(ctx context.Context, v *record.View) error {
	id, at := p.Contact.ID, v.Authority
	for _, step := range []func() error{
		func() (err error) {
			if p.Contact.Unreadable {
				p.Unread, err = db.One(ctx, v, scanUnread, findUnread, p.Contact.Ref, at)
			}
			return err
		},
		func() (err error) {
			p.Household, err = db.Collect(ctx, v, func(r *sql.Rows, m *Member) error {
				return r.Scan(&m.Given, &m.Family, &m.Born, &m.Relation, &m.Part, &m.Risk)
			}, membersOf, id, at)
			return err
		},
		func() (err error) {
			p.Requests, err = db.Collect(ctx, v, func(r *sql.Rows, q *Request) error {
				return r.Scan(&q.ID, &q.Child, &q.Agency, &q.Organisation, &q.Question, &q.Why, &q.Basis, &q.AskedBy, &q.State, &q.Answer,
					&q.LastSeen, &q.Worries, &q.AnsweredBy, &q.How, &q.AskedAt, &q.DueAt, &q.OpenedAt, &q.AnsweredAt, &q.AsOf, &q.Guarded, &q.Locked, &q.NoLink)
			}, requestsOfContact, id, at)
			return err
		},
		func() (err error) {
			p.Attempts, err = db.Collect(ctx, v, func(r *sql.Rows, t *Tried) error {
				return r.Scan(&t.Who, &t.How, &t.Result, &t.By, &t.At)
			}, attemptsOf, id, at)
			return err
		},
		func() (err error) {
			p.Agreements, err = db.Collect(ctx, v, func(r *sql.Rows, a *Agreement) error {
				return r.Scan(&a.Status, &a.Who, &a.How, &a.ToWhat, &a.Reason, &a.Words, &a.By, &a.At, &a.RecordedAt)
			}, agreementsOf, id, at)
			return err
		},
		func() (err error) {
			p.Decisions, err = db.Collect(ctx, v, func(r *sql.Rows, m *Made) error {
				return r.Scan(&m.ID, &m.Child, &m.Outcome, &m.Rationale, &m.Changed, &m.Level, &m.Version, &m.By, &m.Told, &m.Evidence,
					&m.Unanswered, &m.Lead, &m.Cites, &m.ReplacedBy, &m.At)
			}, decisionsOf, id, at)
			return err
		},
		func() (err error) {
			p.Lines, err = db.Collect(ctx, v, func(r *sql.Rows, l *StoryLine) error {
				return r.Scan(&l.Child, &l.Kind, &l.Source, &l.Text, &l.At, &l.Recorded)
			}, linesOf, id, at)
			return err
		},
		func() (err error) {
			p.Waits, err = db.Collect(ctx, v, func(r *sql.Rows, w *OpenWait) error {
				return r.Scan(&w.Child, &w.Agency, &w.Owner, &w.What, &w.Step, &w.Since, &w.Due, &w.Warn, &w.Ended)
			}, waitsOf, id, at)
			return err
		},
		func() (err error) {
			p.Files, err = db.Collect(ctx, v, func(r *sql.Rows, f *File) error {
				return r.Scan(&f.ID, &f.Name, &f.Type, &f.Scanned, &f.Size)
			}, filesOf, id, at)
			return err
		},
		func() (err error) {
			p.Partners, err = db.Collect(ctx, v, func(r *sql.Rows, x *Partner) error { return r.Scan(&x.ID, &x.Kind, &x.Name) }, partners, at)
			return err
		},
		func() (err error) {
			p.Threshold, err = ThresholdAt(ctx, v, at, v.Now.Date())
			return err
		},
		func() error { return p.readSeconds(ctx, v) },
		func() (err error) {
			p.Asking, err = record.FindAsking(ctx, v, at, id)
			return err
		},
		func() error { return p.readHistory(ctx, v) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (p *Page) readSeconds(ctx context.Context, v *record.View) error {
	type row struct {
		child string
		Seconded
	}
	rows, err := db.Collect(ctx, v, func(r *sql.Rows, s *row) error {
		return r.Scan(&s.child, &s.Agrees, &s.By, &s.Reason)
	}, secondsOf, p.Contact.ID, v.Authority)
	p.Seconds = map[string]Seconded{}
	for _, s := range rows {
		p.Seconds[s.child] = s.Seconded
	}
	return err
}

// readHistory puts earlier contacts beside the decision, of the children and of
// everybody named with them. What is concealed from this reader is counted, not
// shown.
func (p *Page) readHistory(ctx context.Context, v *record.View) error {
	var persons []string
	for _, k := range p.Contact.Kids {
		if k.PersonID != "" {
			persons = append(persons, k.PersonID)
		}
	}
	var err error
	if p.Persons, err = record.Persons(ctx, v, v.Authority, persons); err != nil {
		return err
	}
	all, err := historiesOf(ctx, v, v.Authority, persons)
	if err != nil {
		return err
	}
	p.Histories = map[string]pathway.History{}
	seen := map[string]bool{p.Contact.ID: true}
	own := map[string]bool{}
	for _, id := range persons {
		own[all.clusters.Head(id)] = true
	}
	for _, k := range p.Contact.Kids {
		if k.PersonID != "" {
			p.Histories[k.ID] = pathway.Summarise(all.before(k.PersonID, p.Contact.ID), p.Contact.ReceivedAt)
		}
	}
	var refs []string
	for _, row := range all.rows {
		if seen[row.contact+row.person] || row.contact == p.Contact.ID {
			continue
		}
		seen[row.contact+row.person] = true
		p.Past = append(p.Past, PastContact{Ref: row.Ref, Source: row.Source, Person: row.person, At: row.ReceivedAt, Grade: row.Grade,
			Outcome: row.Outcome, Rationale: row.Rationale, Sibling: !own[row.person]})
		refs = append(refs, row.Ref)
	}
	closed, err := concealedAmong(ctx, v, refs)
	if err != nil {
		return err
	}
	p.Past = p.masked(p.Past, closed)
	return p.readKin(ctx, v, all, persons)
}

// concealedAmong says which of these contacts are closed, and how far.
func concealedAmong(ctx context.Context, v *record.View, refs []string) (map[string]access.Concealment, error) {
	if len(refs) == 0 {
		return nil, nil
	}
	type row struct {
		ref     string
		conceal access.Concealment
	}
	closed, err := db.Collect(ctx, v, func(r *sql.Rows, x *row) error { return r.Scan(&x.ref, &x.conceal) }, concealedContacts, v.Authority, db.List(refs))
	out := map[string]access.Concealment{}
	for _, c := range closed {
		out[c.ref] = c.conceal
	}
	return out, err
}

// masked blanks earlier contacts that are restricted and leaves out those that are
// sealed, unless the reader was named on this contact's own restriction.
func (p *Page) masked(past []PastContact, closed map[string]access.Concealment) []PastContact {
	if p.Contact.Conceal != access.Unrestricted {
		return past // who may open this one was named on it
	}
	var out []PastContact
	for _, c := range past {
		switch closed[c.Ref] {
		case access.Unrestricted:
			out = append(out, c)
		case access.Restricted:
			out = append(out, PastContact{Hidden: true, At: c.At, Sibling: c.Sibling})
		}
	}
	return out
}

// Download gives a file sent with a contact.
func (d *Desk) Download(ctx context.Context, who access.Actor, id string) (f File, body []byte, err error) {
	err = d.Record.Look(ctx, who, access.PurposeScreening, func(v *record.View) error {
		var contact string
		err := v.QueryRowContext(ctx, fileBody, id, v.Authority).Scan(&f.Name, &f.Type, &f.Size, &body, &contact)
		if err != nil {
			if denied := v.Allow(access.DownloadFile, access.About{}); denied != nil {
				return denied
			}
			if db.NotFound(err) {
				return refusal.Hidden()
			}
			return err
		}
		r, err := load(ctx, v, v.Authority, contact, v.Now)
		if err != nil {
			return err
		}
		about, err := r.about(ctx, v, v.Authority)
		if err != nil {
			return err
		}
		v.Saw("file", r.Ref)
		return v.Allow(access.DownloadFile, about)
	})
	return f, body, err
}
