// Package allocations is the desk where children without a worker wait, by risk
// and age, each with an interim owner who is named.
package allocations

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// Desk is the allocations desk.
type Desk struct{ Record *record.Record }

// New makes the desk.
func New(r *record.Record) *Desk { return &Desk{Record: r} }

// Piece is a child's work: an episode, with who holds it.
type Piece struct {
	ID, ContactRef, ChildRef, Child, Age string
	Outcome                              pathway.Outcome
	DecidedAt, OpenedAt                  civil.Instant
	Due, Warn                            civil.Instant
	Risk                                 int
	Interim, InterimID, Team             string
	Proposed, ProposedID                 string
	Masked                               bool
	contact, child, person               string
	worker                               string
	state                                string
	version                              int64
	conceal                              access.Concealment
	open                                 bool
}

// Worker is somebody who can take a child, with their present load.
type Worker struct {
	ID, Name, Team string
	Children       int // children held now
	Offered        int // children proposed and not yet answered
}

// Queue is the list of children without a worker, and the people who could be one.
type Queue struct {
	Lost    int // notices that this person sent and that reached nobody
	Now     civil.Instant
	Rows    []Piece
	Workers []Worker
	Late    int
	More    bool
}

// queueSize is how many children a page of the queue shows.
const queueSize = 100

const pieceColumns = `
	SELECT e.id, e.contact_id, e.child_id, e.person_id, c.ref, COALESCE(p.ref, ''), COALESCE(p.given, cc.given), COALESCE(p.family, cc.family), cc.described,
		COALESCE(p.born, cc.born), e.outcome, e.decided_at, e.opened_at, e.risk, e.interim_owner_id, e.interim_owner_name, e.team_id, e.worker_id, e.state, e.version,
		COALESCE(v.worker_id, ''), COALESCE(v.worker_name, ''), w.due_at, w.warn_at, cc.conceal,
		CASE WHEN cc.conceal = '' THEN TRUE ELSE EXISTS (
			SELECT 1 FROM restriction_named n WHERE n.person_id IN (cc.person_id, cc.may_be) AND n.authority_id = cc.authority_id
				AND n.user_id = $2 AND n.ended_at IS NULL) END
	FROM episode e
	JOIN contact c ON c.id = e.contact_id AND c.authority_id = e.authority_id
	JOIN contact_child cc ON cc.id = e.child_id AND cc.authority_id = e.authority_id
	LEFT JOIN person p ON p.id = e.person_id AND p.authority_id = e.authority_id AND e.person_id <> ''
	LEFT JOIN involvement v ON v.episode_id = e.id AND v.authority_id = e.authority_id AND v.ended_at IS NULL AND v.refused_at IS NULL
	LEFT JOIN wait w ON w.child_id = e.child_id AND w.authority_id = e.authority_id AND w.timescale = 'allocation' AND w.ended_at IS NULL
	WHERE e.authority_id = $1 AND e.state = 'open'`

const mayKnow = `
		AND (cc.conceal = '' OR (CAST($3 AS boolean) AND cc.conceal = 'restricted') OR EXISTS (
			SELECT 1 FROM restriction_named n WHERE n.person_id IN (cc.person_id, cc.may_be) AND n.authority_id = cc.authority_id
				AND n.user_id = $2 AND n.ended_at IS NULL))`

var (
	queue = db.SQL("allocations.queue", pieceColumns+mayKnow+`
		AND e.kind = 'referral' AND e.worker_id = ''
		AND ($4 = '[]' OR e.team_id IN (:list($4)) OR e.interim_owner_id IN (:list($4)))
	ORDER BY e.risk, e.decided_at, e.id LIMIT $5`)
	mine = db.SQL("allocations.mine", pieceColumns+mayKnow+`
		AND (e.worker_id = $4 OR v.worker_id = $4)
	ORDER BY e.worker_id <> '', e.risk, e.decided_at, e.id LIMIT $5`)
	one   = db.SQL("allocations.one", pieceColumns+mayKnow+` AND e.id = $4 LIMIT $5`)
	loads = db.SQL("allocations.loads", `
		SELECT u.id, u.name, COALESCE(min(t.name), ''),
			(SELECT count(*) FROM episode e WHERE e.worker_id = u.id AND e.authority_id = u.authority_id AND e.state = 'open'),
			(SELECT count(*) FROM involvement v WHERE v.worker_id = u.id AND v.authority_id = u.authority_id AND v.accepted_at IS NULL AND v.refused_at IS NULL AND v.ended_at IS NULL)
		FROM user_account u
		JOIN user_role r ON r.user_id = u.id AND r.authority_id = u.authority_id AND r.role = 'social_worker' AND r.begun_at <= $3 AND (r.ended_at IS NULL OR r.ended_at > $3)
		LEFT JOIN team t ON t.id = r.team_id AND t.authority_id = r.authority_id AND t.kind <> 'joint'
		WHERE u.authority_id = $1 AND u.disabled_at IS NULL AND ($2 = '[]' OR r.team_id IN (:list($2)))
		GROUP BY u.id, u.name, u.authority_id
		ORDER BY u.name`)
	addInvolvement = db.InsertInto("allocations.add-involvement", "involvement",
		"id, authority_id, episode_id, worker_id, worker_name, proposed_by, proposed_at, load_shown", "")
	endInvolvement = db.SQL("allocations.end-involvement", `
		UPDATE involvement SET ended_at = $3, reason = $4
		WHERE episode_id = $1 AND authority_id = $2 AND ended_at IS NULL AND refused_at IS NULL`)
	setAccepted = db.SQL("allocations.set-accepted", `
		UPDATE involvement SET accepted_at = $3
		WHERE episode_id = $1 AND authority_id = $2 AND worker_id = $4 AND accepted_at IS NULL AND refused_at IS NULL AND ended_at IS NULL`)
	setRefused = db.SQL("allocations.set-refused", `
		UPDATE involvement SET refused_at = $3, reason = $5
		WHERE episode_id = $1 AND authority_id = $2 AND worker_id = $4 AND accepted_at IS NULL AND refused_at IS NULL AND ended_at IS NULL`)
	setWorker = db.SQL("allocations.set-worker", `
		UPDATE episode SET worker_id = $3, worker_name = $4, team_id = $5, version = version + 1
		WHERE id = $1 AND authority_id = $2 AND worker_id = ''`)
	teamOf = db.SQL("allocations.team-of-worker", `
		SELECT u.name, CASE WHEN t.id IS NULL OR t.kind = 'joint' THEN '' WHEN t.ended_at IS NULL THEN t.id ELSE t.successor_id END FROM user_account u
		JOIN user_role r ON r.user_id = u.id AND r.authority_id = u.authority_id AND r.role = 'social_worker' AND r.begun_at <= $3 AND (r.ended_at IS NULL OR r.ended_at > $3)
		LEFT JOIN team t ON t.id = r.team_id AND t.authority_id = r.authority_id
		WHERE u.id = $1 AND u.authority_id = $2 AND u.disabled_at IS NULL
		ORDER BY COALESCE(t.id = $4, FALSE) DESC, COALESCE(t.kind = 'joint', TRUE), r.begun_at DESC, r.team_id LIMIT 1`)
)

func scanPiece(r *sql.Rows, p *Piece) error {
	var given, family, described string
	var born civil.Date
	err := r.Scan(&p.ID, &p.contact, &p.child, &p.person, &p.ContactRef, &p.ChildRef, &given, &family, &described, &born, &p.Outcome, &p.DecidedAt, &p.OpenedAt,
		&p.Risk, &p.InterimID, &p.Interim, &p.Team, &p.worker, &p.state, &p.version, &p.ProposedID, &p.Proposed, &p.Due, &p.Warn, &p.conceal, &p.open)
	if err != nil {
		return err
	}
	p.Masked = !p.open
	if p.Child = record.ChildName(given, family, described); p.Masked {
		p.Child, p.ChildRef = "Restricted record", ""
	}
	if !born.IsZero() && !p.Masked {
		p.Age = fmt.Sprint(born.Age(p.DecidedAt.Date()))
	}
	return nil
}

// Waiting lists children without a worker, the most at risk and longest waiting
// first, with the people who could take them.
func (d *Desk) Waiting(ctx context.Context, who access.Actor) (*Queue, error) {
	q := &Queue{}
	err := d.Record.Look(ctx, who, access.PurposeAllocating, func(v *record.View) error {
		*q = Queue{Now: v.Now}
		s, err := v.Scope(access.ListUnallocated)
		if err != nil {
			return err
		}
		if q.Rows, err = db.Collect(ctx, v, scanPiece, queue, v.Authority, who.ID, s.Restricted == access.Mask, db.List(s.Teams), queueSize+1); err != nil {
			return err
		}
		if len(q.Rows) > queueSize {
			q.Rows, q.More = q.Rows[:queueSize], true
		}
		for _, p := range q.Rows {
			if !p.Due.IsZero() && p.Due.Before(v.Now) {
				q.Late++
			}
			if !p.Masked {
				v.Saw("unallocated", p.ContactRef)
			}
		}
		q.Workers, err = workers(ctx, v, v.Authority, s.Teams, v.Now)
		return err
	})
	return q, err
}

func workers(ctx context.Context, q db.Queryer, authority string, teams []string, now civil.Instant) ([]Worker, error) {
	return db.Collect(ctx, q, func(r *sql.Rows, w *Worker) error {
		return r.Scan(&w.ID, &w.Name, &w.Team, &w.Children, &w.Offered)
	}, loads, authority, db.List(teams), now)
}

// Mine lists the children a worker holds, and those proposed to them.
func (d *Desk) Mine(ctx context.Context, who access.Actor) (*Queue, error) {
	q := &Queue{}
	err := d.Record.Look(ctx, who, access.PurposeAllocated, func(v *record.View) error {
		*q = Queue{Now: v.Now}
		if _, err := v.Scope(access.SeeOwnWork); err != nil {
			return err
		}
		var err error
		q.Rows, err = db.Collect(ctx, v, scanPiece, mine, v.Authority, who.ID, false, who.ID, queueSize)
		for _, p := range q.Rows {
			v.Saw("own children", p.ContactRef)
		}
		if err != nil {
			return err
		}
		q.Lost, err = v.UndeliveredLately(ctx)
		return err
	})
	return q, err
}

// Find shows one child's work to somebody who may allocate it.
func (d *Desk) Find(ctx context.Context, who access.Actor, id string) (Piece, []Worker, error) {
	var p Piece
	var people []Worker
	err := d.Record.Look(ctx, who, access.PurposeAllocating, func(v *record.View) error {
		var err error
		if p, err = find(ctx, v, v.Authority, who, id); err != nil {
			return orAsk(v.Allow(access.Allocate, access.About{}), err)
		}
		if err := v.Allow(access.Allocate, p.about(v.Authority)); err != nil {
			return err
		}
		v.Saw("unallocated", p.ContactRef)
		people, err = workers(ctx, v, v.Authority, access.ScopeOf(who, access.ListUnallocated).Teams, v.Now)
		return err
	})
	return p, people, err
}

func orAsk(denied, err error) error {
	if denied != nil && refusal.KindOf(err) == refusal.NotFound {
		return denied
	}
	return err
}

func find(ctx context.Context, q db.Queryer, authority string, who access.Actor, id string) (Piece, error) {
	p, err := db.One(ctx, q, scanPiece, one, authority, who.ID, true, id, 1)
	if db.NotFound(err) {
		return p, refusal.Hidden()
	}
	return p, err
}

func (p Piece) about(authority string) access.About {
	a := access.About{Kind: "episode", ID: p.ContactRef, Authority: authority, Workers: []string{p.worker, p.ProposedID}, Teams: []string{p.Team, p.InterimID}, Live: true}
	if p.Masked {
		a.Conceal, a.NamedShown = p.conceal, "the restricted desk"
	}
	if p.person != "" {
		a.Persons = []string{p.person}
	}
	return a
}

// change loads a child's work, asks for permission and runs the rule.
func (d *Desk) change(ctx context.Context, who access.Actor, id string, act access.Action, summary string, rule func(*record.Tx, Piece) (pathway.Consequences, error)) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		p, err := find(ctx, tx, tx.Authority, who, id)
		if err != nil {
			return orAsk(tx.Allow(act, access.About{}), err)
		}
		if err := tx.Allow(act, p.about(tx.Authority)); err != nil {
			return err
		}
		next, err := rule(tx, p)
		if err != nil {
			return err
		}
		return tx.Apply(ctx, record.Subject{Kind: "episode", Ref: p.ContactRef, Contact: p.contact}, summary, next)
	})
}

// Propose offers a child who is proposed to nobody to a worker. shown is the load that
// stood beside the worker's name; it is kept.
func (d *Desk) Propose(ctx context.Context, who access.Actor, id, worker string, shown int) error {
	return d.ProposeInstead(ctx, who, id, worker, "", shown)
}

// ProposeInstead offers a child to a worker in place of another, to whom the child was
// proposed when this was chosen. Is it somebody else by now, or somebody at all where it
// was nobody, then it is refused: two managers do not undo each other unseen.
func (d *Desk) ProposeInstead(ctx context.Context, who access.Actor, id, worker, of string, shown int) error {
	return d.change(ctx, who, id, access.Allocate, "propose worker", func(tx *record.Tx, p Piece) (pathway.Consequences, error) {
		var none pathway.Consequences
		next, err := pathway.Propose(p.child, worker, p.ID)
		if err != nil {
			return none, err
		}
		if p.worker != "" {
			return none, refusal.New(refusal.Conflict, "This child already has a worker")
		}
		if p.ProposedID != of {
			return none, refusal.New(refusal.Conflict, "Meanwhile this child was proposed to "+cmp.Or(p.Proposed, "nobody")+". Look again, and choose again if that is not right")
		}
		var name, team string
		if err := tx.QueryRowContext(ctx, teamOf, worker, tx.Authority, tx.Now, p.Team).Scan(&name, &team); err != nil {
			return none, refusal.Field("worker", "Select who should work with the child")
		}
		if _, err := tx.ExecContext(ctx, endInvolvement, p.ID, tx.Authority, tx.Now, "another worker was proposed"); err != nil {
			return none, err
		}
		err = addInvolvement.Exec(ctx, tx, []any{tx.NewID(), tx.Authority, p.ID, worker, name, who.ID, tx.Now, shown})
		for i := range next.Tells {
			next.Tells[i].Ref, next.Tells[i].Key = p.ContactRef, "proposed "+p.ID+" "+worker+" "+tx.Now.String()
		}
		return next, err
	})
}

// Accept takes a child that was proposed to oneself.
func (d *Desk) Accept(ctx context.Context, who access.Actor, id string) error {
	return d.change(ctx, who, id, access.AcceptWork, "accept child", func(tx *record.Tx, p Piece) (pathway.Consequences, error) {
		var none pathway.Consequences
		if err := answered(tx.ExecContext(ctx, setAccepted, p.ID, tx.Authority, tx.Now, who.ID)); err != nil {
			return none, err
		}
		var name, team string
		if err := tx.QueryRowContext(ctx, teamOf, who.ID, tx.Authority, tx.Now, p.Team).Scan(&name, &team); err != nil {
			return none, fmt.Errorf("find the team of %s: %w", who.ID, err)
		}
		team = cmp.Or(team, p.Team)
		if err := answered(tx.ExecContext(ctx, setWorker, p.ID, tx.Authority, who.ID, who.Name, team)); err != nil {
			return none, err
		}
		if team != p.Team {
			if err := tx.Place(ctx, p.ID, team, record.PlacedAccepted); err != nil {
				return none, err
			}
		}
		return pathway.Accept(p.child, p.ID), nil
	})
}

// Refuse returns a child that was proposed to oneself to the queue, with a reason.
func (d *Desk) Refuse(ctx context.Context, who access.Actor, id, reason string) error {
	return d.change(ctx, who, id, access.AcceptWork, "refuse child", func(tx *record.Tx, p Piece) (pathway.Consequences, error) {
		next, err := pathway.Refuse(p.child, p.ID, reason)
		if err != nil {
			return next, err
		}
		return next, answered(tx.ExecContext(ctx, setRefused, p.ID, tx.Authority, tx.Now, who.ID, reason))
	})
}

func answered(res sql.Result, err error) error {
	n, err := db.Changed(res, err)
	if err == nil && n == 0 {
		return refusal.New(refusal.Conflict, "This child was answered for already, or is proposed to somebody else now")
	}
	return err
}
