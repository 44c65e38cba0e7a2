package teams

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/form"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// Which says what of a team moves.
type Which string

// What can move: everything that stands on the team, or only the children without a
// worker, with the waits of theirs that the team answers for.
const (
	Everything Which = "all"
	Unheld     Which = "waiting"
)

// Selection is what somebody wants to move.
type Selection struct {
	From, To string
	Which    Which
	Outcome  pathway.Outcome // only work of this outcome; "" any
}

// Standing is one child with what of theirs stands on a team, or a wait whose child's work
// is elsewhere.
type Standing struct {
	Child, Age, ChildRef, Contact string
	Outcome                       pathway.Outcome
	Decided                       civil.Instant
	Worker                        string   // who stays with the child
	Waits                         []string // what the child waits for from the team
	Opens                         bool
	contact, child, episode       string
	version                       int64
	interim                       bool // whether the team also holds the child meanwhile
	waits                         []string
}

// Preview is what would move: shown with names before anything does (threat model T28).
type Preview struct {
	Now      civil.Instant
	From, To Named
	Selection
	Rows     []Standing
	Desks    []string // kinds of agency that the team answers for where nobody else is named
	Children int
	Waits    int
	Stays    int    // records that this reader may not move
	Digest   string // of what is shown: another one means that it has changed
}

// N is how many children and waits move: the number that is typed.
func (p *Preview) N() int { return p.Children + p.Waits + len(p.Desks) }

var (
	standsOn = db.SQL("teams.stands-on", `
		SELECT e.id, e.contact_id, e.child_id, COALESCE(h.head_id, e.person_id), cc.may_be, COALESCE(p.ref, ''), COALESCE(p.given, cc.given), COALESCE(p.family, cc.family),
			cc.described, COALESCE(p.born, cc.born), c.ref, e.outcome, e.decided_at, e.worker_id, e.worker_name, e.version, e.interim_owner_id, cc.conceal
		FROM episode e
		JOIN contact_child cc ON cc.id = e.child_id AND cc.authority_id = e.authority_id
		JOIN contact c ON c.id = e.contact_id AND c.authority_id = e.authority_id
		LEFT JOIN person_head h ON h.person_id = e.person_id AND h.authority_id = e.authority_id
		LEFT JOIN person p ON p.id = COALESCE(h.head_id, e.person_id) AND p.authority_id = e.authority_id AND e.person_id <> ''
		WHERE e.authority_id = $1 AND e.team_id = $2 AND e.state = 'open' AND ($3 = 'all' OR e.worker_id = '') AND ($4 = '' OR e.outcome = $4)
		ORDER BY e.decided_at, e.id`)
	waitsOn = db.SQL("teams.waits-on", `
		SELECT w.id, w.contact_id, w.child_id, COALESCE(h.head_id, cc.person_id), cc.may_be, COALESCE(p.ref, ''), COALESCE(p.given, cc.given), COALESCE(p.family, cc.family),
			cc.described, COALESCE(p.born, cc.born), c.ref, w.what, w.since, cc.conceal
		FROM wait w
		JOIN contact_child cc ON cc.id = w.child_id AND cc.authority_id = w.authority_id
		JOIN contact c ON c.id = w.contact_id AND c.authority_id = w.authority_id
		LEFT JOIN person_head h ON h.person_id = cc.person_id AND h.authority_id = cc.authority_id
		LEFT JOIN person p ON p.id = COALESCE(h.head_id, cc.person_id) AND p.authority_id = cc.authority_id AND cc.person_id <> ''
		WHERE w.authority_id = $1 AND w.owner_id = $2 AND w.ended_at IS NULL
		ORDER BY w.since, w.id`)
	desksOn  = db.SQL("teams.desks-on", `SELECT agency FROM desk_owner WHERE owner_id = $1 AND authority_id = $2 ORDER BY agency`)
	giveDesk = db.SQL("teams.give-desk", `UPDATE desk_owner SET owner_id = $3, owner_name = $4 WHERE agency = $1 AND authority_id = $2 AND owner_id = $5`)
	giveWork = db.SQL("teams.give-work", `
		UPDATE episode SET team_id = $4, version = version + 1,
			interim_owner_id = CASE WHEN CAST($7 AS boolean) THEN $4 ELSE interim_owner_id END,
			interim_owner_name = CASE WHEN CAST($7 AS boolean) THEN $5 ELSE interim_owner_name END
		WHERE id = $1 AND authority_id = $2 AND team_id = $3 AND state = 'open' AND version = $6`)
	addMove = db.InsertInto("teams.add-move", "team_move", `id, authority_id, from_id, from_name, to_id, to_name, children, waits, desks, why,
		moved_at, moved_by, moved_by_name`, "")
	addPart  = db.InsertInto("teams.add-move-part", "team_move_part", "move_id, kind, part_id, authority_id, now_id, version, interim", "")
	findMove = db.SQL("teams.find-move", `
		SELECT id, from_id, from_name, to_id, to_name, children, waits, desks, why, moved_at, moved_by, moved_by_name, undone_at, undone_by_name, stayed
		FROM team_move WHERE id = $1 AND authority_id = $2`)
	movesOf = db.SQL("teams.moves", `
		SELECT id, from_id, from_name, to_id, to_name, children, waits, desks, why, moved_at, moved_by, moved_by_name, undone_at, undone_by_name, stayed
		FROM team_move WHERE authority_id = $1 AND (from_id = $2 OR to_id = $2) ORDER BY moved_at DESC, id LIMIT 50`)
	partsOf = db.SQL("teams.move-parts", `
		SELECT x.kind, x.part_id, x.now_id, x.version, x.interim, COALESCE(e.contact_id, w.contact_id, ''), COALESCE(e.child_id, w.child_id, ''), COALESCE(cc.conceal, '')
		FROM team_move_part x
		LEFT JOIN episode e ON e.id = x.part_id AND e.authority_id = x.authority_id AND x.kind = 'work'
		LEFT JOIN wait w ON w.id = x.part_id AND w.authority_id = x.authority_id AND x.kind = 'wait'
		LEFT JOIN contact_child cc ON cc.id = COALESCE(e.child_id, w.child_id) AND cc.authority_id = x.authority_id
		WHERE x.move_id = $1 AND x.authority_id = $2 ORDER BY x.kind, x.part_id`)
	setUndone = db.SQL("teams.set-undone", `
		UPDATE team_move SET undone_at = $3, undone_by = $4, undone_by_name = $5, stayed = $6 WHERE id = $1 AND authority_id = $2 AND undone_at IS NULL`)
)

// row is something that stands on a team, with what is needed to know who may move it.
type row struct {
	Standing
	person, mayBe, wait, workerID string
	conceal                       access.Concealment
}

// preview finds what a selection would move, as somebody who may move it. It reads within
// a look and within a command alike.
func preview(ctx context.Context, q db.Queryer, authority string, who access.Actor, now civil.Instant, s Selection) (*Preview, error) {
	p := &Preview{Now: now, Selection: s}
	from, err := find(ctx, q, authority, s.From)
	if err != nil {
		return nil, err
	}
	if !from.works() {
		return nil, refusal.New(refusal.Conflict, "This is not a team of social workers. Its work is not moved here")
	}
	p.From = Named{from.id, from.name}
	if s.To != "" {
		to, err := find(ctx, q, authority, s.To)
		if refusal.KindOf(err) == refusal.NotFound {
			return nil, refusal.Field("to", "Select the team they move to")
		}
		if err != nil {
			return nil, err
		}
		p.To = Named{to.id, to.name}
		if err := to.goesOn("to"); err != nil {
			return nil, err
		}
	}
	all, err := db.Collect(ctx, q, func(r *sql.Rows, x *row) error {
		var given, family, described, interim string
		var born civil.Date
		err := r.Scan(&x.episode, &x.contact, &x.child, &x.person, &x.mayBe, &x.ChildRef, &given, &family, &described, &born, &x.Contact, &x.Outcome, &x.Decided,
			&x.workerID, &x.Worker, &x.version, &interim, &x.conceal)
		x.interim = interim == s.From
		x.say(given, family, described, born, now)
		return err
	}, standsOn, authority, s.From, cmp.Or(s.Which, Everything), s.Outcome)
	if err != nil {
		return nil, err
	}
	waits, err := db.Collect(ctx, q, func(r *sql.Rows, x *row) error {
		var given, family, described, what string
		var born civil.Date
		err := r.Scan(&x.wait, &x.contact, &x.child, &x.person, &x.mayBe, &x.ChildRef, &given, &family, &described, &born, &x.Contact, &what, &x.Decided, &x.conceal)
		x.Waits = []string{what}
		x.say(given, family, described, born, now)
		return err
	}, waitsOn, authority, s.From)
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	for i, x := range all {
		at[x.child] = i
	}
	for _, w := range waits {
		if i, ok := at[w.child]; ok {
			all[i].Waits, all[i].waits = append(all[i].Waits, w.Waits...), append(all[i].waits, w.wait)
			continue
		}
		if cmp.Or(s.Which, Everything) == Everything && s.Outcome == "" {
			w.waits = []string{w.wait}
			at[w.child] = len(all)
			all = append(all, w)
		}
	}
	if err := p.admit(ctx, q, authority, who, all); err != nil {
		return nil, err
	}
	if cmp.Or(s.Which, Everything) == Everything && s.Outcome == "" {
		if p.Desks, err = db.Collect(ctx, q, func(r *sql.Rows, a *string) error { return r.Scan(a) }, desksOn, s.From, authority); err != nil {
			return nil, err
		}
	}
	p.Digest = p.digest()
	return p, nil
}

func (x *row) say(given, family, described string, born civil.Date, now civil.Instant) {
	x.Child = record.ChildName(given, family, described)
	if !born.IsZero() {
		x.Age = fmt.Sprint(born.Age(now.Date()))
	}
}

// admit keeps what the reader may move: each child by the rule for moving a team and, for
// what the child waits for, by the rule for giving a wait to somebody else. A mask is not
// enough to act.
func (p *Preview) admit(ctx context.Context, q db.Queryer, authority string, who access.Actor, all []row) error {
	var persons []string
	for _, x := range all {
		if k := cmp.Or(x.person, x.mayBe); k != "" {
			persons = append(persons, k)
		}
	}
	as, err := record.FindClusters(ctx, q, authority, persons)
	if err != nil {
		return err
	}
	closed, err := record.Restrictions(ctx, q, authority, as.All(persons...))
	if err != nil {
		return err
	}
	move, wait, page := access.ScopeOf(who, access.MoveTeam), access.ScopeOf(who, access.ChangeWait), access.ScopeOf(who, access.OpenChild)
	for _, x := range all {
		about := access.About{Kind: "child", ID: x.Contact, Authority: authority, Conceal: x.conceal, Workers: []string{x.workerID}, Teams: []string{p.Selection.From}}
		if k := cmp.Or(x.person, x.mayBe); k != "" {
			about.Persons = as.Of(k).Members
		}
		about = record.Close(about, closed)
		if move.Admits(about) != access.Allow || len(x.waits) > 0 && wait.Admits(about) != access.Allow {
			p.Stays++
			continue
		}
		x.Opens = x.ChildRef != "" && page.Admits(about) == access.Allow
		p.Rows = append(p.Rows, x.Standing)
		p.Waits += len(x.waits)
		if x.episode != "" {
			p.Children++
		}
	}
	return nil
}

// digest is another one as soon as anything that is shown has changed.
func (p *Preview) digest() string {
	var all []string
	for _, x := range p.Rows {
		all = append(all, "work "+x.episode+" "+strconv.FormatInt(x.version, 10))
		for _, w := range x.waits {
			all = append(all, "wait "+w)
		}
	}
	for _, a := range p.Desks {
		all = append(all, "desk "+a)
	}
	slices.Sort(all)
	sum := sha256.Sum256([]byte(strings.Join(all, "\n")))
	return hex.EncodeToString(sum[:])[:24]
}

// Preview shows what a move would move, with names.
func (d *Desk) Preview(ctx context.Context, who access.Actor, s Selection) (*Preview, error) {
	var p *Preview
	err := d.Record.Look(ctx, who, access.PurposeAllocating, func(v *record.View) error {
		if err := v.Allow(access.MoveTeam, access.About{Kind: "team", ID: s.From, Authority: v.Authority, Teams: []string{s.From}}); err != nil {
			return err
		}
		v.Saw("what stands on a team")
		var err error
		if p, err = preview(ctx, v, v.Authority, who, v.Now, s); err != nil {
			return err
		}
		for _, x := range p.Rows {
			v.Saw("what stands on a team", x.Contact)
		}
		return nil
	})
	return p, err
}

// Confirmed is a move that somebody confirms: the digest of the list they were shown, and
// the number they typed.
type Confirmed struct {
	Selection
	Why, Typed, Digest string
}

// Move moves what was shown to another team: each child's work, each wait as a wait is
// given to somebody else, each with its reason in the child's story. It refuses when what
// stands on the team is no longer what was shown, so that two people never move the same
// child twice.
func (d *Desk) Move(ctx context.Context, who access.Actor, c Confirmed) (id string, err error) {
	c.Why = form.Clean(c.Why)
	err = d.Record.Do(ctx, who, func(tx *record.Tx) error {
		if err := tx.Allow(access.MoveTeam, access.About{Kind: "team", ID: c.From, Authority: tx.Authority, Teams: []string{c.From}}); err != nil {
			return err
		}
		p, err := preview(ctx, tx, tx.Authority, who, tx.Now, c.Selection)
		if err != nil {
			return err
		}
		if c.Digest != p.Digest {
			return refusal.New(refusal.Conflict, "What stands on the team has changed since you looked. Read the list again before you move it")
		}
		if err := (pathway.TeamMove{From: c.From, To: c.To, Why: c.Why, Typed: c.Typed, N: p.N()}).Check(); err != nil {
			return err
		}
		id = tx.NewID()
		next, err := p.move(ctx, tx, id, c.Why)
		if err != nil {
			return err
		}
		err = addMove.Exec(ctx, tx, []any{id, tx.Authority, p.From.ID, p.From.Name, p.To.ID, p.To.Name, p.Children, p.Waits, len(p.Desks), c.Why, tx.Now, who.ID, who.Name})
		if err != nil {
			return err
		}
		return tx.Apply(ctx, record.Subject{Kind: "team", Ref: c.From}, fmt.Sprintf("move %d children and %d waits to another team", p.Children, p.Waits), next)
	})
	return id, err
}

// move makes the changes and keeps what they were.
func (p *Preview) move(ctx context.Context, tx *record.Tx, id, why string) (next pathway.Consequences, err error) {
	words := "Moved from " + p.From.Name + " to " + p.To.Name + ": " + why
	var parts [][]any
	for _, x := range p.Rows {
		if x.episode != "" {
			if err := place(ctx, tx, x.episode, p.From.ID, p.To, x.version, x.interim, record.PlacedMoved); err != nil {
				return next, err
			}
			parts = append(parts, []any{id, "work", x.episode, tx.Authority, "", x.version + 1, x.interim})
		}
		for _, w := range x.waits {
			now, ok, err := tx.MoveWait(ctx, w, p.To.ID, p.To.Name, why)
			if err != nil {
				return next, err
			}
			if ok {
				parts = append(parts, []any{id, "wait", w, tx.Authority, now, 0, false})
			}
		}
		next.Lines = append(next.Lines, pathway.Line{Contact: x.contact, Child: x.child, Kind: "allocation", Source: string(pathway.Allocations), Text: words})
	}
	for _, a := range p.Desks {
		if _, err := tx.ExecContext(ctx, giveDesk, a, tx.Authority, p.To.ID, p.To.Name, p.From.ID); err != nil {
			return next, err
		}
		parts = append(parts, []any{id, "desk", a, tx.Authority, "", 0, false})
	}
	return next, addPart.Exec(ctx, tx, parts...)
}

// place moves one piece of work that is as it was seen. interim says that the team also
// holds the child until there is a worker.
func place(ctx context.Context, tx *record.Tx, episode, from string, to Named, version int64, interim bool, why string) error {
	n, err := db.Changed(tx.ExecContext(ctx, giveWork, episode, tx.Authority, from, to.ID, to.Name, version, interim))
	if err != nil {
		return err
	}
	if n == 0 {
		return errChanged
	}
	return tx.Place(ctx, episode, to.ID, why)
}

var errChanged = refusal.New(refusal.Conflict, "Somebody else has changed a child’s work since you looked. Read the list again before you move it")

// Moved is a move that was made.
type Moved struct {
	ID                     string
	From, To               Named
	Children, Waits, Desks int
	Why, By                string
	At, Undone             civil.Instant
	UndoneBy               string
	Stayed                 int
	Until                  civil.Instant // until when it can be undone
	Undo                   bool          // whether this reader can undo it now
	byID                   string
}

func scanMove(r *sql.Rows, m *Moved) error {
	err := r.Scan(&m.ID, &m.From.ID, &m.From.Name, &m.To.ID, &m.To.Name, &m.Children, &m.Waits, &m.Desks, &m.Why, &m.At, &m.byID, &m.By, &m.Undone, &m.UndoneBy, &m.Stayed)
	m.Until = m.At.Add(undoFor)
	return err
}

// undoFor is how long a move can be undone: threat model, T28.
const undoFor = 24 * time.Hour

// part is one thing that a move moved.
type part struct {
	kind, id, now, contact, child string
	version                       int64
	interim                       bool
	conceal                       access.Concealment
}

// Undo takes a move back within a day. What somebody has changed since stays where it is,
// and is counted. Nothing is taken out of the past: each child's work and wait moves back
// as it moved.
func (d *Desk) Undo(ctx context.Context, who access.Actor, id string) (m Moved, err error) {
	err = d.Record.Do(ctx, who, func(tx *record.Tx) error {
		m, err = db.One(ctx, tx, scanMove, findMove, id, tx.Authority)
		if db.NotFound(err) {
			if denied := tx.Allow(access.MoveTeam, access.About{}); denied != nil {
				return denied
			}
			return refusal.Hidden()
		}
		if err != nil {
			return err
		}
		if err := tx.Allow(access.MoveTeam, access.About{Kind: "team", ID: m.From.ID, Authority: tx.Authority, Teams: []string{m.From.ID, m.To.ID}}); err != nil {
			return err
		}
		if !m.Undone.IsZero() {
			return refusal.New(refusal.Conflict, "This move was undone already, by "+m.UndoneBy)
		}
		if tx.Now.After(m.Until) {
			return refusal.New(refusal.Conflict, "This move is more than 24 hours old. Move the children back as a new move, with its reason")
		}
		back, err := find(ctx, tx, tx.Authority, m.From.ID)
		if err != nil {
			return err
		}
		if !back.ended.IsZero() {
			return refusal.New(refusal.Conflict, back.name+" has an end since. Move the children to a team that goes on")
		}
		next, err := m.undo(ctx, tx, Named{back.id, back.name})
		if err != nil {
			return err
		}
		n, err := db.Changed(tx.ExecContext(ctx, setUndone, m.ID, tx.Authority, tx.Now, who.ID, who.Name, m.Stayed))
		if err != nil {
			return err
		}
		if n == 0 {
			return refusal.New(refusal.Conflict, "This move was undone already")
		}
		return tx.Apply(ctx, record.Subject{Kind: "team", Ref: m.From.ID}, "undo a move to another team", next)
	})
	return m, err
}

func (m *Moved) undo(ctx context.Context, tx *record.Tx, back Named) (next pathway.Consequences, err error) {
	parts, err := db.Collect(ctx, tx, func(r *sql.Rows, p *part) error {
		return r.Scan(&p.kind, &p.id, &p.now, &p.version, &p.interim, &p.contact, &p.child, &p.conceal)
	}, partsOf, m.ID, tx.Authority)
	if err != nil {
		return next, err
	}
	m.Stayed = 0
	told := map[string]bool{}
	for _, p := range parts {
		if p.conceal != access.Unrestricted && m.byID != tx.Who.ID {
			return next, refusal.New(refusal.Denied, "A record of this move is restricted. "+m.By+" moved it and can undo it")
		}
		done := false
		switch p.kind {
		case "work":
			err = place(ctx, tx, p.id, m.To.ID, back, p.version, p.interim, record.PlacedUndone)
			if done = err == nil; refusal.KindOf(err) == refusal.Conflict {
				err = nil
			}
		case "wait":
			_, done, err = tx.MoveWait(ctx, p.now, back.ID, back.Name, "the move to "+m.To.Name+" was undone")
		case "desk":
			var n int64
			n, err = db.Changed(tx.ExecContext(ctx, giveDesk, p.id, tx.Authority, back.ID, back.Name, m.To.ID))
			done = n > 0
		}
		if err != nil {
			return next, err
		}
		if !done {
			m.Stayed++
			continue
		}
		if p.child != "" && !told[p.child] {
			told[p.child] = true
			next.Lines = append(next.Lines, pathway.Line{Contact: p.contact, Child: p.child, Kind: "allocation", Source: string(pathway.Allocations),
				Text: "The move from " + m.From.Name + " to " + m.To.Name + " was undone"})
		}
	}
	return next, nil
}
