// Package waiting is the desk where anybody may see who each child is waiting for,
// since when and until when. Nothing ages out of its sight.
package waiting

import (
	"context"
	"database/sql"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

// Desk is the waiting desk.
type Desk struct{ Record *record.Record }

// New makes the desk.
func New(r *record.Record) *Desk { return &Desk{Record: r} }

// Waits is a list of waits with its numbers. The numbers are counted by the same
// conditions as the list.
type Waits struct {
	Now    civil.Instant
	AsAt   civil.Instant // zero when it is now
	Filter Filter
	Rows   []Wait
	Counts []Count
	Owners []Owner
	Next   Cursor   // zero when this is the last page
	Alarms []string // that children of one group are found less often, for those who may see it
	Feeds  []string // what is wrong with the police's feeds, beside the numbers
	rules  []timescale.Rule
}

// Owner is somebody who owes children something.
type Owner struct {
	ID, Name string
	Waits    int
}

// Total is how many waits the numbers add up to, and how many are late.
func (w *Waits) Total() (all, late int) {
	for _, c := range w.Counts {
		all += c.Waits
		late += c.Late
	}
	return all, late
}

// List shows a page of waits, oldest due first, as the reader may see them. With
// limit 0 it shows a page; with -1 everything, for a file.
func (d *Desk) List(ctx context.Context, who access.Actor, f Filter, after Cursor, limit int) (*Waits, error) {
	out := &Waits{}
	err := d.Record.Look(ctx, who, access.PurposeWorklist, func(v *record.View) error {
		*out = Waits{Now: v.Now, AsAt: f.AsAt, Filter: f, rules: d.Record.Timescales.Rules()}
		if f.AsAt.After(v.Now) {
			return refusal.Field("as-at", "The moment to look back to must be in the past")
		}
		s, err := v.Scope(access.ListWaits)
		if err != nil {
			return err
		}
		if out.Counts, err = counts(ctx, v, v.Authority, s, f, v.Now); err != nil {
			return err
		}
		n := PageSize
		if limit < 0 {
			n, _ = out.Total()
		}
		if out.Rows, err = list(ctx, v, v.Authority, s, f, v.Now, after, n+1); err != nil {
			return err
		}
		if len(out.Rows) > n {
			out.Rows = out.Rows[:n]
			out.Next = Cursor{out.Rows[n-1].Due, out.Rows[n-1].ID}
		}
		for _, w := range out.Rows {
			if !w.Masked {
				v.Saw("waits", w.Contact)
			}
		}
		out.Owners, err = db.Collect(ctx, v, func(r *sql.Rows, o *Owner) error { return r.Scan(&o.ID, &o.Name, &o.Waits) }, ownersNow, v.Authority)
		return err
	})
	return out, err
}

// Find shows one open wait as its list does.
func (d *Desk) Find(ctx context.Context, who access.Actor, id string) (*Waits, error) {
	waits, err := d.List(ctx, who, Filter{ID: id}, Cursor{}, 0)
	if err == nil && len(waits.Rows) == 0 {
		err = refusal.Hidden()
	}
	return waits, err
}

// Numbers counts the waits by agency and step, without a child's name.
func (d *Desk) Numbers(ctx context.Context, who access.Actor, f Filter) (*Waits, error) {
	out := &Waits{}
	if err := d.Record.RefreshFeeds(ctx, who.Authority); err != nil {
		return out, err
	}
	err := d.Record.Look(ctx, who, access.PurposeOversight, func(v *record.View) error {
		*out = Waits{Now: v.Now, Filter: f, rules: d.Record.Timescales.Rules()}
		s, err := v.Scope(access.CountWaits)
		if err != nil {
			return err
		}
		v.Saw("numbers of waits")
		if out.Counts, err = counts(ctx, v, v.Authority, s, f, v.Now); err != nil {
			return err
		}
		if out.Feeds, err = v.FeedAlarms(ctx); err != nil {
			return err
		}
		out.Alarms, err = v.FairnessAlarms(ctx)
		return err
	})
	return out, err
}

// found is a wait loaded for a change.
type found struct {
	id, contact, ref, child, person, agency, ownerID, ownerName, what, about string
	step, also                                                               timescale.Key
	since, ended                                                             civil.Instant
	conceal                                                                  access.Concealment
	workers, teams                                                           []string
}

var (
	workOf = db.SQL("waiting.work-of-child", `
		SELECT e.worker_id, e.team_id, COALESCE(v.worker_id, '') FROM episode e
		LEFT JOIN involvement v ON v.episode_id = e.id AND v.authority_id = e.authority_id AND v.ended_at IS NULL AND v.refused_at IS NULL
		WHERE e.child_id = $1 AND e.authority_id = $2`)
	otherOpen = db.SQL("waiting.other-open", `
		SELECT timescale FROM wait WHERE child_id = $1 AND authority_id = $2 AND ended_at IS NULL AND id <> $3`)
	closeWork = db.SQL("waiting.close-episode", `
		UPDATE episode SET state = 'closed', closed_at = $3, closed_why = $4, version = version + 1
		WHERE child_id = $1 AND authority_id = $2 AND state = 'open'`)
)

// open loads a wait and asks for permission by the same facts as the list.
func (d *Desk) open(ctx context.Context, tx *record.Tx, id string, act access.Action) (found, error) {
	w := found{id: id}
	err := tx.QueryRowContext(ctx, findWait, id, tx.Authority).Scan(&w.contact, &w.ref, &w.child, &w.person, &w.agency, &w.step, &w.also,
		&w.ownerID, &w.ownerName, &w.what, &w.about, &w.since, &w.ended, &w.conceal)
	if db.NotFound(err) {
		if denied := tx.Allow(act, access.About{}); denied != nil {
			return w, denied
		}
		return w, refusal.Hidden()
	}
	if err != nil {
		return w, err
	}
	_, err = db.Collect(ctx, tx, func(r *sql.Rows, _ *struct{}) error {
		var worker, team, proposed string
		if err := r.Scan(&worker, &team, &proposed); err != nil {
			return err
		}
		w.workers = append(w.workers, worker, proposed)
		w.teams = append(w.teams, team)
		return nil
	}, workOf, w.child, tx.Authority)
	if err != nil {
		return w, err
	}
	w.workers, w.teams = append(w.workers, w.ownerID), append(w.teams, w.ownerID)
	about := access.About{Kind: "wait", ID: w.ref, Authority: tx.Authority, Conceal: w.conceal, AgencyID: w.ownerID, Workers: w.workers, Teams: w.teams}
	if w.person != "" {
		about.Persons = []string{w.person}
	}
	if about, err = record.Concealing(ctx, tx, about); err != nil {
		return w, err
	}
	if err := tx.Allow(act, about); err != nil {
		return w, err
	}
	if !w.ended.IsZero() {
		return w, refusal.New(refusal.Conflict, "This wait has already ended")
	}
	return w, nil
}

func (w found) subject() record.Subject {
	return record.Subject{Kind: "wait", Ref: w.ref, Contact: w.contact}
}

// Happened records the event a child was waiting for: who says so and what
// happened. What follows from it begins at once.
func (d *Desk) Happened(ctx context.Context, who access.Actor, id, by, what string) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		w, err := d.open(ctx, tx, id, access.MeetWait)
		if err != nil {
			return err
		}
		others, err := db.Collect(ctx, tx, func(r *sql.Rows, k *timescale.Key) error { return r.Scan(k) }, otherOpen, w.child, tx.Authority, id)
		if err != nil {
			return err
		}
		next, err := pathway.Event{For: w.step, Child: w.child, On: pathway.Agency(w.agency), About: w.about, By: by, What: what, Owner: w.ownerID}.Record(others)
		if err != nil {
			return err
		}
		if len(next.Closes) > 0 {
			if _, err := tx.ExecContext(ctx, closeWork, w.child, tx.Authority, tx.Now, what); err != nil {
				return err
			}
		}
		return tx.Apply(ctx, w.subject(), "event: "+string(w.step), next)
	})
}

// Move gives a wait to another owner. The wait ends as moved and another begins
// with the same start and the same rule, so that the past stays as it was.
func (d *Desk) Move(ctx context.Context, who access.Actor, id, owner, why string) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		w, err := d.open(ctx, tx, id, access.ChangeWait)
		if err != nil {
			return err
		}
		switch {
		case owner == "":
			return refusal.Field("owner", "Select who the child waits for from now on")
		case owner == w.ownerID:
			return refusal.Field("owner", "The child already waits for them. Select somebody else")
		case why == "":
			return refusal.Field("why", "Enter why it moves")
		}
		name, err := tx.OwnerName(ctx, "owner", owner)
		if err != nil {
			return err
		}
		_, ok, err := tx.MoveWait(ctx, id, owner, name, why)
		if err != nil {
			return err
		}
		if !ok {
			return refusal.New(refusal.Conflict, "This wait has already ended")
		}
		return tx.Apply(ctx, w.subject(), "move wait: "+string(w.step), pathway.Consequences{
			Lines: []pathway.Line{{Child: w.child, Kind: "wait", Source: string(pathway.FrontDoor), Text: "Moved from " + w.ownerName + ": " + why}},
		})
	})
}
