package meetings

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/timescale"
)

// List is the discussions that somebody sees: those nobody has convened yet, and those
// that are under way or were decided lately.
type List struct {
	Lost      int // notices that reached nobody, of this person or of all
	Now       civil.Instant
	ToConvene []Asked
	Open      []Entry
	Decided   []Entry
	More      bool
	Figures   Figures
}

// Figures are counted over all the discussions that somebody may see; each opens its
// list.
type Figures struct {
	HeldLate      []Held21 // quorate, and more than three weeks after it was asked for
	WithoutPolice []Held21 // people met without police
	WithoutHealth []Held21
	Kinds         []OfKind // every kind, in the order of their definition
}

// OfKind is the discussions of one kind that were asked for in the last year.
type OfKind struct {
	pathway.StrategyKindInfo
	Rows []Held21
	Held int // of them
}

// Held21 is a time that people met, as the lists behind the figures show it.
type Held21 struct {
	Ref, Contact    string
	Requested, Held civil.Instant
	Days            int // from asked for to held
	Missing         string
	Masked          bool
}

// heldLateAfter is when a discussion was held late beyond doubt: the findings count
// several weeks.
const heldLateAfter = 21

// Asked is a contact whose children wait for a discussion that nobody has convened.
type Asked struct {
	Contact  string
	Children int
	Since    civil.Instant
	Due      civil.Instant
	Warn     civil.Instant
	Masked   bool
}

// Entry is one discussion in the list.
type Entry struct {
	Ref, Contact         string
	Kind                 pathway.StrategyKind
	State                pathway.StrategyState
	Children             int
	Requested, Scheduled civil.Instant
	Held, Decided        civil.Instant
	Quoracy              pathway.Quoracy
	Due                  civil.Instant // the earliest open wait for police or health
	Silent               int           // invitations not answered
	LastVisit, NextVisit civil.Instant
	SeenDue              civil.Instant // when somebody must have seen the child again
	Masked               bool
	conceal              access.Concealment
	named                bool
}

// mostListed is how many discussions a list shows of each kind.
const mostListed = 100

const seenBy = `
		AND ($3 = '' OR EXISTS (SELECT 1 FROM discussion_seat s WHERE s.discussion_id = d.id AND s.authority_id = d.authority_id AND s.owner_id = $3 AND s.invited_at IS NOT NULL))
		AND ($4 = '' OR EXISTS (SELECT 1 FROM discussion_child x JOIN episode e ON e.child_id = x.child_id AND e.authority_id = x.authority_id AND e.state = 'open'
			WHERE x.discussion_id = d.id AND x.authority_id = d.authority_id AND e.worker_id = $4))
		AND ($5 = '[]' OR EXISTS (SELECT 1 FROM discussion_child x JOIN episode e ON e.child_id = x.child_id AND e.authority_id = x.authority_id AND e.state = 'open'
			WHERE x.discussion_id = d.id AND x.authority_id = d.authority_id AND (e.team_id IN (:list($5)) OR e.interim_owner_id IN (:list($5)))))`

const entryColumns = `
		SELECT d.ref, c.ref, d.kind, d.state, d.requested_at, d.scheduled_at, d.held_at, d.decided_at, d.quoracy,
			(SELECT count(*) FROM discussion_child x WHERE x.discussion_id = d.id AND x.authority_id = d.authority_id),
			(SELECT min(w.due_at) FROM wait w JOIN discussion_child x ON x.child_id = w.child_id AND x.authority_id = w.authority_id AND x.discussion_id = d.id
				WHERE w.authority_id = d.authority_id AND w.timescale = 'strategy.discussion' AND w.ended_at IS NULL),
			(SELECT count(*) FROM discussion_seat s WHERE s.discussion_id = d.id AND s.authority_id = d.authority_id AND s.invited_at IS NOT NULL AND s.answered_at IS NULL),
			(SELECT max(v.happened_at) FROM meanwhile_visit v WHERE v.discussion_id = d.id AND v.authority_id = d.authority_id AND v.seen = 'yes'),
			(SELECT max(v.next_at) FROM meanwhile_visit v WHERE v.discussion_id = d.id AND v.authority_id = d.authority_id),
			COALESCE((SELECT max(cc.conceal) FROM discussion_child x JOIN contact_child cc ON cc.id = x.child_id AND cc.authority_id = x.authority_id
				WHERE x.discussion_id = d.id AND x.authority_id = d.authority_id), ''),
			EXISTS (SELECT 1 FROM discussion_child x JOIN contact_child cc ON cc.id = x.child_id AND cc.authority_id = x.authority_id
				JOIN restriction_named n ON n.person_id IN (cc.person_id, cc.may_be) AND n.authority_id = cc.authority_id AND n.ended_at IS NULL
				WHERE x.discussion_id = d.id AND x.authority_id = d.authority_id AND n.user_id = $2)
		FROM discussion d
		JOIN contact c ON c.id = d.contact_id AND c.authority_id = d.authority_id
		WHERE d.authority_id = $1`

var (
	byKind          = db.SQL("meetings.by-kind", entryColumns+seenBy+` AND d.kind = $6 AND d.requested_at >= $7 ORDER BY d.requested_at, d.ref`)
	openMeetings    = db.SQL("meetings.list-open", entryColumns+` AND d.state <> 'decided'`+seenBy+` ORDER BY d.requested_at, d.ref LIMIT $6`)
	decidedMeetings = db.SQL("meetings.list-decided", entryColumns+` AND d.state = 'decided'`+seenBy+` ORDER BY d.decided_at DESC, d.ref LIMIT $6`)
	askedContacts   = db.SQL("meetings.list-to-convene", `
		SELECT c.ref, count(DISTINCT w.child_id), min(w.since), min(w.due_at), min(w.warn_at), max(w.conceal) FROM wait w
		JOIN contact c ON c.id = w.contact_id AND c.authority_id = w.authority_id
		WHERE w.authority_id = $1 AND w.timescale = 'strategy.discussion' AND w.ended_at IS NULL
			AND NOT EXISTS (SELECT 1 FROM discussion_child x JOIN discussion d ON d.id = x.discussion_id AND d.authority_id = x.authority_id
				WHERE x.child_id = w.child_id AND x.authority_id = w.authority_id AND d.state <> 'decided')
			AND ($2 = '' OR EXISTS (SELECT 1 FROM episode e WHERE e.child_id = w.child_id AND e.authority_id = w.authority_id AND e.state = 'open' AND e.worker_id = $2))
			AND ($3 = '[]' OR EXISTS (SELECT 1 FROM episode e WHERE e.child_id = w.child_id AND e.authority_id = w.authority_id AND e.state = 'open'
				AND (e.team_id IN (:list($3)) OR e.interim_owner_id IN (:list($3)))))
		GROUP BY c.ref ORDER BY min(w.due_at), c.ref LIMIT $4`)
	holdings = db.SQL("meetings.all-holdings", `
		SELECT d.ref, c.ref, d.requested_at, h.held_at, h.quoracy, h.missing FROM discussion_holding h
		JOIN discussion d ON d.id = h.discussion_id AND d.authority_id = h.authority_id
		JOIN contact c ON c.id = d.contact_id AND c.authority_id = d.authority_id
		WHERE d.authority_id = $1 AND h.held_at >= $2 AND c.conceal = ''`+seenBy+` ORDER BY h.held_at, h.id`)
	lateWaits = db.SQL("meetings.late", `
		SELECT c.ref, w.child_id, w.agency, w.owner_name, w.since, w.due_at, w.conceal,
			COALESCE((SELECT min(d.ref) FROM discussion d JOIN discussion_child x ON x.discussion_id = d.id AND x.authority_id = d.authority_id
				WHERE x.child_id = w.child_id AND x.authority_id = w.authority_id AND d.requested_at <= $2), '')
		FROM wait w
		JOIN contact c ON c.id = w.contact_id AND c.authority_id = w.authority_id
		WHERE w.authority_id = $1 AND w.timescale = 'strategy.discussion' AND w.begun_at <= $2 AND (w.ended_at IS NULL OR w.ended_at > $2)
			AND ($3 = FALSE OR w.due_at < $2)
		ORDER BY w.due_at, w.id`)
)

// Meetings lists the discussions that somebody may see.
func (d *Desk) Meetings(ctx context.Context, who access.Actor) (*List, error) {
	out := &List{}
	err := d.Record.Look(ctx, who, who.WorkPurpose(), func(v *record.View) error {
		*out = List{Now: v.Now}
		s, err := v.Scope(access.ListMeetings)
		if err != nil {
			return err
		}
		v.Saw("meetings")
		teams := db.List(s.Teams)
		for _, x := range []struct {
			query db.Query
			into  *[]Entry
		}{{openMeetings, &out.Open}, {decidedMeetings, &out.Decided}} {
			rows, err := db.Collect(ctx, v, scanEntry, x.query, v.Authority, who.ID, s.AgencyID, s.WorkerID, teams, mostListed+1)
			if err != nil {
				return err
			}
			for _, e := range rows[:min(len(rows), mostListed)] {
				from := e.Requested
				if !e.LastVisit.IsZero() {
					from = e.LastVisit
				}
				seen, err := v.DueAt(timescale.StrategyMeanwhile, from)
				if err != nil {
					return err
				}
				e.SeenDue = seen.At
				if shown, ok := e.shownTo(s); ok {
					*x.into = append(*x.into, shown)
				}
			}
			out.More = out.More || len(rows) > mostListed
		}
		if err := out.count(ctx, v, s); err != nil {
			return err
		}
		if out.Lost, err = v.UndeliveredLately(ctx); err != nil {
			return err
		}
		if s.AgencyID != "" {
			return nil // what nobody has convened is social care's to mend
		}
		asked, err := db.Collect(ctx, v, func(r *sql.Rows, a *Asked) error {
			var conceal access.Concealment
			err := r.Scan(&a.Contact, &a.Children, &a.Since, &a.Due, &a.Warn, &conceal)
			a.Masked = conceal != access.Unrestricted
			return err
		}, askedContacts, v.Authority, s.WorkerID, teams, mostListed)
		for _, a := range asked {
			if !a.Masked || s.Restricted == access.Mask {
				out.ToConvene = append(out.ToConvene, a)
			}
		}
		return err
	})
	return out, err
}

// figuresWeeks is how far the figures look back.
const figuresWeeks = 52

// count works out the figures.
func (l *List) count(ctx context.Context, v *record.View, s access.Scope) error {
	type row struct {
		Held21
		quoracy pathway.Quoracy
	}
	all, err := db.Collect(ctx, v, func(r *sql.Rows, x *row) error {
		return r.Scan(&x.Ref, &x.Contact, &x.Requested, &x.Held, &x.quoracy, &x.Missing)
	}, holdings, v.Authority, v.Now.Date().AddDays(-7*figuresWeeks).Start(), s.AgencyID, s.WorkerID, db.List(s.Teams))
	if err != nil {
		return err
	}
	for _, x := range all {
		x.Days = x.Requested.Date().DaysUntil(x.Held.Date())
		if x.quoracy == pathway.Quorate && x.Days > heldLateAfter {
			l.Figures.HeldLate = append(l.Figures.HeldLate, x.Held21)
		}
		missing := strings.Fields(x.Missing)
		if slices.Contains(missing, string(pathway.PartPolice)) {
			l.Figures.WithoutPolice = append(l.Figures.WithoutPolice, x.Held21)
		}
		if slices.Contains(missing, string(pathway.PartHealth)) {
			l.Figures.WithoutHealth = append(l.Figures.WithoutHealth, x.Held21)
		}
	}
	return l.countKinds(ctx, v, s)
}

// countKinds counts the discussions by what they are for. Each has a kind.
func (l *List) countKinds(ctx context.Context, v *record.View, s access.Scope) error {
	for _, k := range pathway.StrategyKinds() {
		of := OfKind{StrategyKindInfo: k}
		rows, err := db.Collect(ctx, v, func(r *sql.Rows, e *Entry) error { return scanEntry(r, e) }, byKind, v.Authority, v.Who.ID, s.AgencyID, s.WorkerID, db.List(s.Teams),
			k.Kind, v.Now.Date().AddDays(-7*figuresWeeks).Start())
		if err != nil {
			return err
		}
		for _, e := range rows {
			if e, ok := e.shownTo(s); ok {
				x := Held21{Ref: e.Ref, Contact: e.Contact, Requested: e.Requested, Held: e.Held, Masked: e.Masked}
				if !e.Held.IsZero() {
					of.Held++
					x.Days = x.Requested.Date().DaysUntil(x.Held.Date())
				}
				of.Rows = append(of.Rows, x)
			}
		}
		l.Figures.Kinds = append(l.Figures.Kinds, of)
	}
	return nil
}

func scanEntry(r *sql.Rows, e *Entry) error {
	return r.Scan(&e.Ref, &e.Contact, &e.Kind, &e.State, &e.Requested, &e.Scheduled, &e.Held, &e.Decided, &e.Quoracy, &e.Children, &e.Due, &e.Silent,
		&e.LastVisit, &e.NextVisit, &e.conceal, &e.named)
}

// shownTo hides what the discussion's own page would hide.
func (e Entry) shownTo(s access.Scope) (Entry, bool) {
	switch {
	case e.conceal == access.Unrestricted || e.named:
		return e, true
	case e.conceal == access.Restricted && s.Restricted == access.Mask:
		return Entry{Ref: e.Ref, State: e.State, Requested: e.Requested, Due: e.Due, Masked: true}, true
	}
	return Entry{}, false
}

// Late is a child whom an agency has not met about.
type Late struct {
	Contact  string        `json:"contact"`
	Child    string        `json:"child"`
	Agency   string        `json:"agency"`
	Owner    string        `json:"owner"`
	Since    civil.Instant `json:"since"`
	Due      civil.Instant `json:"due"`
	DaysLate int           `json:"days_late"`
	Meeting  string        `json:"meeting,omitempty"` // the discussion, when one had been convened
}

// Waited lists every child who waited for a strategy discussion at a moment, and by
// whom they were waited for; only the late ones when asked. References, no names.
func (d *Desk) Waited(ctx context.Context, who access.Actor, at civil.Instant, late bool) ([]Late, error) {
	var out []Late
	err := d.Record.Look(ctx, who, access.PurposeOversight, func(v *record.View) error {
		out = nil
		if err := v.Allow(access.VerifyRecord, access.About{}); err != nil {
			return err
		}
		v.Saw("strategy discussions waited for")
		var err error
		out, err = db.Collect(ctx, v, func(r *sql.Rows, l *Late) error {
			var conceal access.Concealment
			err := r.Scan(&l.Contact, &l.Child, &l.Agency, &l.Owner, &l.Since, &l.Due, &conceal, &l.Meeting)
			if at.After(l.Due) {
				l.DaysLate = int(at.Sub(l.Due).Hours() / 24)
			}
			return err
		}, lateWaits, v.Authority, at, late)
		return err
	})
	return out, err
}
