// Package escalations is the desk where partners are asked about children who wait too
// long for them: who is asked, by when they answer, what they answered, and whether it
// changed anything for the children.
package escalations

import (
	"context"
	"database/sql"
	"slices"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/escalation"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
	"frontdoor/internal/web"
)

// Desk is the escalations' desk.
type Desk struct{ Record *record.Record }

// New makes the desk.
func New(r *record.Record) *Desk { return &Desk{Record: r} }

// Note is what somebody did about waits on one partner for one step.
type Note struct {
	ID, OwnerID, Owner string
	Measure            timescale.Key
	Name               string // of the step
	Kind               string // answer, raise, override, outcome
	Level              int
	Words              string
	Promise            civil.Instant
	AnsweredBy, By     string
	ByPartner          bool
	At                 civil.Instant
	Children           int // it covers
	Waiting            int // of them still
}

var (
	noteColumns = `
		SELECT n.id, n.owner_id, COALESCE((SELECT o.name FROM organisation o WHERE o.id = n.owner_id AND o.authority_id = n.authority_id), (SELECT t.name FROM team t WHERE t.id = n.owner_id AND t.authority_id = n.authority_id), n.owner_id),
			n.timescale, n.kind, n.level, n.words, n.promise, n.answered_by, n.by_name, n.by_partner, n.at,
			(SELECT count(*) FROM escalation_note_wait x WHERE x.note_id = n.id AND x.authority_id = n.authority_id),
			(SELECT count(*) FROM escalation_note_wait x JOIN wait w ON w.id = x.wait_id AND w.authority_id = x.authority_id
				WHERE x.note_id = n.id AND x.authority_id = n.authority_id AND w.ended_at IS NULL)
		FROM escalation_note n`
	notesOf = db.SQL("escalations.notes", noteColumns+`
		WHERE n.authority_id = $1 AND n.owner_id = $2 AND n.timescale = $3 ORDER BY n.at DESC, n.id DESC LIMIT $4`)
	notesOfKind = db.SQL("escalations.notes-of-kind", noteColumns+`
		WHERE n.authority_id = $1 AND n.kind = $5 AND n.at >= $2 AND ($3 = '' OR n.owner_id = $3) ORDER BY n.at DESC, n.id DESC LIMIT $4`)
	// What was asked or noted about, is over, and nobody has said what came of it.
	unsaid = db.SQL("escalations.ended-unsaid", `
		WITH named AS (
			SELECT a.wait_id FROM escalation_ask a WHERE a.authority_id = $1 AND a.told_at >= $2
			UNION SELECT x.wait_id FROM escalation_note n JOIN escalation_note_wait x ON x.note_id = n.id AND x.authority_id = n.authority_id
				WHERE n.authority_id = $1 AND n.at >= $2)
		SELECT w.owner_id, max(w.owner_name), w.timescale, count(*), max(w.ended_at) FROM named
		JOIN wait w ON w.id = named.wait_id AND w.authority_id = $1
		WHERE w.ended_at IS NOT NULL AND w.conceal = '' AND NOT EXISTS (
			SELECT 1 FROM escalation_note o WHERE o.authority_id = w.authority_id AND o.owner_id = w.owner_id AND o.timescale = w.timescale AND o.kind = 'outcome' AND o.at >= w.ended_at)
		GROUP BY w.owner_id, w.timescale ORDER BY max(w.ended_at), w.owner_id, w.timescale`)
	endedLate = db.SQL("escalations.ended-late", `
		SELECT w.id, c.ref, w.due_at, w.ended_happened_at, w.ended_how FROM wait w
		JOIN contact c ON c.id = w.contact_id AND c.authority_id = w.authority_id
		JOIN contact_child cc ON cc.id = w.child_id AND cc.authority_id = w.authority_id
		WHERE w.authority_id = $1 AND w.owner_id = $2 AND w.timescale = $3 AND w.ended_at > w.due_at AND w.ended_at > $4 AND w.agency IN (:list($5)) AND w.conceal = ''`+record.TheirWaits(6)+`
		ORDER BY w.ended_at DESC, w.id LIMIT $11`)
	ownerOf = db.SQL("escalations.owner", `
		SELECT name, kind FROM organisation WHERE id = $1 AND authority_id = $2`)
	addNote = db.InsertInto("escalations.add-note", "escalation_note",
		"id, authority_id, owner_id, timescale, kind, level, words, promise, answered_by, by_partner, at, by_id, by_name", "")
	addNoteWait  = db.InsertInto("escalations.add-note-wait", "escalation_note_wait", "note_id, wait_id, authority_id", "")
	addAddressee = db.InsertInto("escalations.add-addressee", "escalation_addressee",
		"id, authority_id, owner_id, level, name, email, from_date, begun_at, begun_by, user_id", "")
	accountsOf = db.SQL("escalations.accounts-of-partners", `
		SELECT DISTINCT u.id, u.name, o.name, u.organisation_id FROM user_account u
		JOIN user_role r ON r.user_id = u.id AND r.authority_id = u.authority_id AND r.ended_at IS NULL AND r.role IN (:list($2))
		JOIN organisation o ON o.id = u.organisation_id AND o.authority_id = u.authority_id
		WHERE u.authority_id = $1 AND u.disabled_at IS NULL ORDER BY o.name, u.name, u.id`)
	addRead = db.InsertInto("escalations.add-read", "escalation_read", "owner_id, timescale, level, asked_at, user_id, authority_id, user_name, read_at",
		"ON CONFLICT (owner_id, timescale, level, asked_at, user_id, authority_id) DO NOTHING")
	readsOf = db.SQL("escalations.reads", `
		SELECT level, asked_at, user_id, user_name, read_at FROM escalation_read
		WHERE owner_id = $1 AND timescale = $2 AND authority_id = $3 ORDER BY read_at, user_id`)
	partners = db.SQL("escalations.partners", `
		SELECT id, name, kind FROM organisation WHERE authority_id = $1 AND kind IN (:list($2)) ORDER BY kind, name, id`)
)

func scanNote(r *sql.Rows, n *Note) error {
	return r.Scan(&n.ID, &n.OwnerID, &n.Owner, &n.Measure, &n.Kind, &n.Level, &n.Words, &n.Promise, &n.AnsweredBy, &n.By, &n.ByPartner, &n.At, &n.Children, &n.Waiting)
}

// How far back lists look, and how much they show.
const (
	overridesDays = 365
	endedDays     = 84
	mostListed    = 200
)

// Listing is every question that is open, and what was ended by override.
type Listing struct {
	Now       civil.Instant
	Open      []record.Escalation
	Overrides []Note
	Closed    []Note // with what came of it
	Unsaid    []Over // for who may say it
	People    map[string]map[int]record.Addressee
}

// Over is an escalation that is over for every child, of which nobody has said yet what
// came of it.
type Over struct {
	OwnerID, Owner string
	Measure        timescale.Key
	Name           string
	Children       int
	Ended          civil.Instant
}

// Filter narrows the list.
type Filter struct {
	Agency string
	Level  int
	State  escalation.State
}

// List shows what is asked of partners now, as the reader may see it. Nothing needs to
// have run for it to be right: it is worked out from the waits.
func (d *Desk) List(ctx context.Context, who access.Actor) (*Listing, error) {
	out := &Listing{}
	err := d.Record.Look(ctx, who, who.WorkPurpose(), func(v *record.View) error {
		*out = Listing{Now: v.Now}
		s, err := v.Scope(access.ListEscalations)
		if err != nil {
			return err
		}
		all, err := v.Escalated(ctx, s, record.EscalatedFilter{})
		if err != nil {
			return err
		}
		v.Saw("escalations") // numbers of children, and no child
		out.Open = d.Record.Gather(all, v.Now)
		for _, x := range []struct {
			kind string
			into *[]Note
		}{{record.NoteOverride, &out.Overrides}, {record.NoteOutcome, &out.Closed}} {
			if *x.into, err = db.Collect(ctx, v, scanNote, notesOfKind, v.Authority, v.Now.Date().AddDays(-overridesDays).Start(), s.AgencyID, mostListed, x.kind); err != nil {
				return err
			}
			for i := range *x.into {
				n := &(*x.into)[i]
				n.Name = d.Record.StepName(n.Measure, v.Now)
			}
		}
		if access.ScopeOf(who, access.CloseEscalation).Allowed {
			if err := out.unsaid(ctx, v, d.Record); err != nil {
				return err
			}
		}
		out.People, err = record.Addressees(ctx, v, v.Authority, v.Now.Date())
		return err
	})
	return out, err
}

// unsaid are those that are over. One that has begun again is open.
func (l *Listing) unsaid(ctx context.Context, v *record.View, r *record.Record) error {
	all, err := db.Collect(ctx, v, func(r *sql.Rows, o *Over) error {
		return r.Scan(&o.OwnerID, &o.Owner, &o.Measure, &o.Children, &o.Ended)
	}, unsaid, v.Authority, v.Now.Date().AddDays(-overridesDays).Start())
	for _, o := range all {
		o.Name = r.StepName(o.Measure, v.Now)
		if !slices.ContainsFunc(l.Open, func(e record.Escalation) bool { return e.OwnerID == o.OwnerID && e.Measure == o.Measure }) {
			l.Unsaid = append(l.Unsaid, o)
		}
	}
	return err
}

func saw(v *record.View, kind string, all []record.Escalated) {
	v.Saw(kind)
	for _, w := range all {
		if !w.Masked {
			v.Saw(kind, w.Contact)
		}
	}
}

// Recovered is a child who waited past the limit and no longer does.
type Recovered struct {
	Wait, Contact string
	Due, Ended    civil.Instant
	How           pathway.Ending
}

// One is what stands between us and one partner about one step, with everything its page
// shows.
type One struct {
	record.Escalation // every wait for the step that the reader may see, on the ladder or not
	Now               civil.Instant
	Notes             []Note
	Recovered         []Recovered
	Reads             []Read
	People            map[string]map[int]record.Addressee
	ladders           *escalation.Set
}

// Read is when somebody of the partner first opened the question of a level.
type Read struct {
	Level     int
	Asked, At civil.Instant
	By        string
	user      string
}

// OnLadder are the children who stand on the ladder.
func (o *One) OnLadder() []record.Escalated {
	return slices.DeleteFunc(slices.Clone(o.Waits), func(w record.Escalated) bool { return !w.On() })
}

// Open shows it. There is nothing to show where nobody waits and nothing was ever noted.
func (d *Desk) Open(ctx context.Context, who access.Actor, owner string, step timescale.Key) (*One, error) {
	out := &One{}
	err := d.Record.Look(ctx, who, who.WorkPurpose(), func(v *record.View) error {
		s, err := v.Scope(access.ListEscalations)
		if err != nil {
			return err
		}
		if s.AgencyID != "" && s.AgencyID != owner {
			return refusal.Hidden()
		}
		o, err := d.load(ctx, v, v.Authority, s, owner, step, v.Now, func(f record.EscalatedFilter) ([]record.Escalated, error) { return v.Escalated(ctx, s, f) })
		if err != nil {
			return err
		}
		*out = *o
		if out.Recovered, err = db.Collect(ctx, v, func(r *sql.Rows, x *Recovered) error {
			return r.Scan(&x.Wait, &x.Contact, &x.Due, &x.Ended, &x.How)
		}, endedLate, v.Authority, owner, step, v.Now.Date().AddDays(-endedDays).Start(), db.List(d.Record.Ladders.Agencies()),
			s.WorkerID, db.List(s.Teams), s.AgencyID, s.Restricted == access.Mask, s.UserID, mostListed); err != nil {
			return err
		}
		if len(out.Waits)+len(out.Notes)+len(out.Recovered) == 0 {
			return refusal.Hidden()
		}
		saw(v, "escalation", out.Waits)
		for _, x := range out.Recovered {
			v.Saw("escalation", x.Contact)
		}
		if out.Reads, err = readRows(ctx, v, v.Authority, owner, step); err != nil {
			return err
		}
		out.People, err = record.Addressees(ctx, v, v.Authority, v.Now.Date())
		return err
	})
	if err != nil || who.AgencyID != owner || who.ReadOnly || !access.ScopeOf(who, access.AnswerEscalation).Allowed {
		return out, err
	}
	return out, d.noteRead(ctx, who, out)
}

func readRows(ctx context.Context, q db.Queryer, authority, owner string, step timescale.Key) ([]Read, error) {
	return db.Collect(ctx, q, func(r *sql.Rows, x *Read) error { return r.Scan(&x.Level, &x.Asked, &x.user, &x.By, &x.At) }, readsOf, owner, step, authority)
}

// noteRead keeps when somebody of the partner who may answer first opened each question.
func (d *Desk) noteRead(ctx context.Context, who access.Actor, o *One) error {
	var fresh []escalation.Question
	for _, q := range o.Questions {
		if !slices.ContainsFunc(o.Reads, func(r Read) bool { return r.user == who.ID && r.Level == q.Level && r.Asked == q.Asked }) {
			fresh = append(fresh, q)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		about := access.About{Kind: "escalation", ID: o.OwnerID + " " + string(o.Measure), Authority: tx.Authority, AgencyID: o.OwnerID}
		if err := tx.Allow(access.AnswerEscalation, about); err != nil {
			return err
		}
		rows := make([][]any, len(fresh))
		for i, q := range fresh {
			rows[i] = []any{o.OwnerID, o.Measure, q.Level, q.Asked, who.ID, tx.Authority, who.Name, tx.Now}
		}
		if err := addRead.Exec(ctx, tx, rows...); err != nil {
			return err
		}
		var err error
		if o.Reads, err = readRows(ctx, tx, tx.Authority, o.OwnerID, o.Measure); err != nil {
			return err
		}
		return tx.Apply(ctx, record.Subject{Kind: "escalation", Ref: about.ID}, "read an escalation", pathway.Consequences{})
	})
}

// load reads the waits of one partner for one step, and the notes about them.
func (d *Desk) load(ctx context.Context, q db.Queryer, authority string, s access.Scope, owner string, step timescale.Key, now civil.Instant, read func(record.EscalatedFilter) ([]record.Escalated, error)) (*One, error) {
	o := &One{Now: now, ladders: d.Record.Ladders, Escalation: record.Escalation{OwnerID: owner, Owner: owner, Measure: step, Name: d.Record.StepName(step, now)}}
	if err := q.QueryRowContext(ctx, ownerOf, owner, authority).Scan(&o.Owner, &o.Agency); err != nil && !db.NotFound(err) {
		return nil, err
	}
	all, err := read(record.EscalatedFilter{Owner: owner, Measure: step, All: true})
	if err != nil {
		return nil, err
	}
	for _, e := range d.Record.Gather(all, now) {
		o.Escalation = e
	}
	o.Notes, err = db.Collect(ctx, q, scanNote, notesOf, authority, owner, step, mostListed)
	return o, err
}

// change is a command about one partner and one step, on the waits that the actor may see.
func (d *Desk) change(ctx context.Context, who access.Actor, act access.Action, owner string, step timescale.Key, do func(*record.Tx, *One) (Note, []string, error)) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		s := access.ScopeOf(who, act)
		if !s.Allowed {
			return tx.Allow(act, access.About{})
		}
		o, err := d.load(ctx, tx, tx.Authority, s, owner, step, tx.Now, func(f record.EscalatedFilter) ([]record.Escalated, error) { return tx.Escalated(ctx, s, f) })
		if err != nil {
			return err
		}
		about := access.About{Kind: "escalation", ID: owner + " " + string(step), Authority: tx.Authority, AgencyID: owner}
		if len(o.Waits) > 0 { // what the list shows them is of their own teams
			about.Teams = s.Teams
		}
		if err := tx.Allow(act, about); err != nil {
			return err
		}
		if len(o.Waits)+len(o.Notes) == 0 && act != access.CloseEscalation {
			return refusal.Hidden()
		}
		if act != access.CloseEscalation { // knowing that a restricted record is there is not enough to act on it
			o.Waits = slices.DeleteFunc(o.Waits, func(w record.Escalated) bool { return w.Masked })
		}
		n, waits, err := do(tx, o)
		if err != nil {
			return err
		}
		id := tx.NewID()
		if err := addNote.Exec(ctx, tx, []any{id, tx.Authority, owner, step, n.Kind, n.Level, n.Words, n.Promise, n.AnsweredBy, who.AgencyID != "", tx.Now, who.ID, who.Name}); err != nil {
			return err
		}
		rows := make([][]any, len(waits))
		for i, w := range waits {
			rows[i] = []any{id, w, tx.Authority}
		}
		if err := addNoteWait.Exec(ctx, tx, rows...); err != nil {
			return err
		}
		return tx.Apply(ctx, record.Subject{Kind: "escalation", Ref: about.ID}, n.Kind+" escalation", pathway.Consequences{})
	})
}

// Answer records what a partner answers: the partner itself, or the council in its name.
func (d *Desk) Answer(ctx context.Context, who access.Actor, owner string, step timescale.Key, g escalation.Given) error {
	return d.change(ctx, who, access.AnswerEscalation, owner, step, func(tx *record.Tx, o *One) (Note, []string, error) {
		waits, err := o.Standing().Answer(g, tx.Now)
		return Note{Kind: record.NoteAnswer, Level: g.Level, Words: g.Words, Promise: g.Promise, AnsweredBy: g.By}, waits, err
	})
}

// Raise takes chosen waits to a level at once.
func (d *Desk) Raise(ctx context.Context, who access.Actor, owner string, step timescale.Key, level int, waits []string, why string) error {
	return d.change(ctx, who, access.RaiseEscalation, owner, step, func(_ *record.Tx, o *One) (Note, []string, error) {
		err := o.Standing().Raise(level, waits, why)
		return Note{Kind: record.NoteRaise, Level: level, Words: why}, waits, err
	})
}

// Close records what came of it for the children. It is refused while one still waits.
func (d *Desk) Close(ctx context.Context, who access.Actor, owner string, step timescale.Key, outcome string) error {
	return d.change(ctx, who, access.CloseEscalation, owner, step, func(_ *record.Tx, o *One) (Note, []string, error) {
		return Note{Kind: record.NoteOutcome, Words: outcome}, nil, o.Standing().Close(outcome)
	})
}

// Override ends it while children still wait, on the actor's name.
func (d *Desk) Override(ctx context.Context, who access.Actor, owner string, step timescale.Key, why string) error {
	return d.change(ctx, who, access.OverrideEscalation, owner, step, func(_ *record.Tx, o *One) (Note, []string, error) {
		waits, err := o.Standing().Override(why)
		return Note{Kind: record.NoteOverride, Level: o.Level(), Words: why}, waits, err
	})
}

// Partner is an organisation that children may wait for.
type Partner struct{ ID, Name, Kind string }

// Ladders are the levels of every partner, with the people named for them.
type Ladders struct {
	Now      civil.Instant
	Ladders  []escalation.Ladder
	Partners []Partner
	Accounts []web.Option // of people of partners who may answer, for who may name them
	People   map[string]map[int]record.Addressee
}

// Ladder shows who is asked at each level. A partner sees its own.
func (d *Desk) Ladder(ctx context.Context, who access.Actor) (*Ladders, error) {
	out := &Ladders{}
	err := d.Record.Look(ctx, who, who.WorkPurpose(), func(v *record.View) error {
		*out = Ladders{Now: v.Now, Ladders: d.Record.Ladders.Ladders()}
		s, err := v.Scope(access.ListEscalations)
		if err != nil {
			return err
		}
		v.Saw("escalation ladder")
		if out.Partners, err = db.Collect(ctx, v, func(r *sql.Rows, p *Partner) error { return r.Scan(&p.ID, &p.Name, &p.Kind) }, partners, v.Authority, db.List(d.Record.Ladders.Agencies())); err != nil {
			return err
		}
		if s.AgencyID != "" {
			out.Partners = slices.DeleteFunc(out.Partners, func(p Partner) bool { return p.ID != s.AgencyID })
		}
		if access.ScopeOf(who, access.NameAddressee).Allowed {
			all, err := accounts(ctx, v, v.Authority)
			if err != nil {
				return err
			}
			for _, a := range all {
				out.Accounts = append(out.Accounts, web.Option{Value: a.id, Label: a.name + ", " + a.partner})
			}
		}
		out.People, err = record.Addressees(ctx, v, v.Authority, v.Now.Date())
		return err
	})
	return out, err
}

// Ours stands for the council's own side of the ladder where a person is named.
const Ours = "-"

// account is somebody of a partner who may answer an escalation in the service.
type account struct{ id, name, partner, owner string }

func accounts(ctx context.Context, q db.Queryer, authority string) ([]account, error) {
	var roles []access.Role
	for _, row := range access.Policy() {
		for role, g := range row.Grants {
			if row.Action == access.AnswerEscalation && g == access.Agency {
				roles = append(roles, role)
			}
		}
	}
	return db.Collect(ctx, q, func(r *sql.Rows, a *account) error { return r.Scan(&a.id, &a.name, &a.partner, &a.owner) }, accountsOf, authority, db.List(roles))
}

// Name says who stands behind a role of the ladder from today on. An earlier person is
// kept with their days.
func (d *Desk) Name(ctx context.Context, who access.Actor, a record.Addressee) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		if err := tx.Allow(access.NameAddressee, access.About{}); err != nil {
			return err
		}
		var p []refusal.Problem
		switch a.OwnerID {
		case "":
			p = append(p, refusal.Problem{Field: "partner", Message: "Select for whom"})
		case Ours:
			a.OwnerID = ""
		default:
			var x Partner
			if err := tx.QueryRowContext(ctx, ownerOf, a.OwnerID, tx.Authority).Scan(&x.Name, &x.Kind); db.NotFound(err) {
				return refusal.Hidden()
			} else if err != nil {
				return err
			}
		}
		if a.Level < 1 || a.Level > escalation.Top {
			p = append(p, refusal.Problem{Field: "level", Message: "Select the level"})
		}
		if a.UserID != "" {
			all, err := accounts(ctx, tx, tx.Authority)
			if err != nil {
				return err
			}
			i := slices.IndexFunc(all, func(x account) bool { return x.id == a.UserID && x.owner == a.OwnerID })
			if i < 0 {
				p = append(p, refusal.Problem{Field: "account", Message: "Select somebody of the partner who may answer, or no account"})
			} else {
				a.Name = all[i].name
			}
		} else if a.Name == "" {
			p = append(p, refusal.Problem{Field: "person", Message: "Enter the person's name"})
		}
		if err := refusal.Fields(p); err != nil {
			return err
		}
		if err := addAddressee.Exec(ctx, tx, []any{tx.NewID(), tx.Authority, a.OwnerID, a.Level, a.Name, a.Email, tx.Now.Date(), tx.Now, who.ID, a.UserID}); err != nil {
			return err
		}
		return tx.Apply(ctx, record.Subject{Kind: "ladder", Ref: a.OwnerID}, "name addressee", pathway.Consequences{})
	})
}
