package enquiries

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/feed"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
)

// LateStart is an enquiry that started late because its discussion was held late, or one
// that was started before it.
type LateStart struct {
	Ref, Name, ChildRef, Contact, Discussion string
	Asked, Due, Started                      civil.Instant
	Early                                    string // why it was started before the discussion; "" when it waited
	ByName                                   string // who started it early
}

// Late says whether the enquiry waited for a discussion that was held past its limit.
func (l LateStart) Late() bool { return l.Early == "" && !l.Due.IsZero() && l.Started.After(l.Due) }

// LateStarts are the enquiries of the last year that waited for a late discussion, and,
// apart, those that a manager did not let wait.
type LateStarts struct {
	Now   civil.Instant
	Late  []LateStart
	Early []LateStart
}

// Alone is an enquiry that social care does alone, or does alone by default because
// police have not said.
type Alone struct {
	Ref, Name, ChildRef          string
	Started, Said, Asked, Police civil.Instant // police's first answer, zero when none came
	Reason, PoliceReason, Why    string        // codes, and words
	Agreed                       bool          // both agencies said so
	week                         civil.Date
}

// Week is how many enquiries of a week social care does alone.
type Week struct {
	From       civil.Date
	Alone, All int
}

// Percent is the share of the week's enquiries that social care does alone.
func (w Week) Percent() float64 {
	if w.All == 0 {
		return 0
	}
	return 100 * float64(w.Alone) / float64(w.All)
}

// Singles are the enquiries of the last year that social care does alone, with the rate
// by week of start.
type Singles struct {
	Now   civil.Instant
	Rows  []Alone
	Weeks []Week // with an enquiry, the earliest first
	Chart feed.XmR
}

// Twice is the same kind of work open twice.
type Twice struct {
	pathway.Parallel
	Names, Refs, Contacts, Workers, Children [2]string
}

// reportWeeks is how far the lists look back.
const reportWeeks = 52

var reportChild = `
		JOIN contact_child cc ON cc.id = e.child_id AND cc.authority_id = e.authority_id
		LEFT JOIN person p ON p.id = cc.person_id AND p.authority_id = cc.authority_id AND cc.person_id <> ''
		WHERE e.authority_id = $1 AND (cc.conceal = '' OR ` + namedHere + `) AND CAST($3 AS boolean) IS NOT NULL` + theirs + `
			AND ($6 = '' OR EXISTS (SELECT 1 FROM enquiry_action a WHERE a.enquiry_id = e.id AND a.authority_id = e.authority_id AND a.owner_id = $6)
				OR (CAST($7 AS boolean) AND EXISTS (SELECT 1 FROM enquiry_view v WHERE v.enquiry_id = e.id AND v.authority_id = e.authority_id AND v.agency = 'police') AND ` + ofForce + `))`

var (
	startsOf = db.SQL("enquiries.starts", `
		SELECT e.ref, COALESCE(p.given, cc.given), COALESCE(p.family, cc.family), COALESCE(p.ref, ''), c.ref, e.discussion_ref, e.started_at, e.early_why, e.begun_by_name,
			(SELECT max(w.since) FROM wait w WHERE w.child_id = e.child_id AND w.authority_id = e.authority_id AND w.timescale = 'strategy.discussion' AND w.since <= e.started_at),
			(SELECT max(w.due_at) FROM wait w WHERE w.child_id = e.child_id AND w.authority_id = e.authority_id AND w.timescale = 'strategy.discussion' AND w.since <= e.started_at)
		FROM enquiry e
		JOIN contact c ON c.id = e.contact_id AND c.authority_id = e.authority_id`+reportChild+`
			AND e.started_at >= $8 ORDER BY e.started_at, e.ref`)
	viewsGiven = db.SQL("enquiries.views-given", `
		SELECT e.ref, COALESCE(p.given, cc.given), COALESCE(p.family, cc.family), COALESCE(p.ref, ''), e.started_at, COALESCE(v.agency, ''), COALESCE(v.view, ''), COALESCE(v.reason, ''), COALESCE(v.why, ''), v.at
		FROM enquiry e
		LEFT JOIN enquiry_view v ON v.enquiry_id = e.id AND v.authority_id = e.authority_id`+reportChild+`
			AND e.started_at >= $8 ORDER BY e.started_at, e.ref, v.at, v.id`)
	openWork = db.SQL("enquiries.open-work", `
		SELECT 'assessment', w.id, cc.id, cc.person_id, c.ref, w.since, COALESCE(p.given, cc.given), COALESCE(p.family, cc.family), COALESCE(p.ref, ''), '', COALESCE(x.worker_id, ''), COALESCE(x.worker_name, '')
		FROM wait w
		JOIN contact c ON c.id = w.contact_id AND c.authority_id = w.authority_id
		JOIN contact_child cc ON cc.id = w.child_id AND cc.authority_id = w.authority_id
		JOIN person p ON p.id = cc.person_id AND p.authority_id = cc.authority_id AND cc.person_id <> ''
		LEFT JOIN episode x ON x.child_id = cc.id AND x.authority_id = cc.authority_id AND x.state = 'open' AND x.kind = 'referral'
		WHERE w.authority_id = $1 AND w.timescale = 'assessment' AND w.ended_at IS NULL AND (cc.conceal = '' OR `+namedHere+`)
		UNION ALL
		SELECT 'enquiry', e.id, cc.id, cc.person_id, c.ref, e.started_at, COALESCE(p.given, cc.given), COALESCE(p.family, cc.family), COALESCE(p.ref, ''), e.ref, COALESCE(x.worker_id, ''), COALESCE(x.worker_name, '')
		FROM enquiry e
		JOIN contact c ON c.id = e.contact_id AND c.authority_id = e.authority_id
		JOIN contact_child cc ON cc.id = e.child_id AND cc.authority_id = e.authority_id
		JOIN person p ON p.id = cc.person_id AND p.authority_id = cc.authority_id AND cc.person_id <> ''
		LEFT JOIN episode x ON x.child_id = cc.id AND x.authority_id = cc.authority_id AND x.state = 'open' AND x.kind = 'referral'
		WHERE e.authority_id = $1 AND e.state <> 'authorised' AND (cc.conceal = '' OR `+namedHere+`)`)
)

// view asks what the reader may see of the lists of enquiries.
func (d *Desk) look(ctx context.Context, who access.Actor, kind string, read func(v *record.View, s access.Scope, args []any) error) error {
	return d.Record.Look(ctx, who, who.WorkPurpose(), func(v *record.View) error {
		s, err := v.Scope(access.ListEnquiries)
		if err != nil {
			return err
		}
		v.Saw(kind)
		args := []any{v.Authority, who.ID, s.Restricted == access.Mask, s.WorkerID, db.List(s.Teams), s.AgencyID, who.AgencyKind == string(pathway.Police)}
		return read(v, s, args)
	})
}

func since(now civil.Instant) civil.Instant { return now.Date().AddDays(-7 * reportWeeks).Start() }

// LateStarts lists enquiries that waited for a discussion past its limit.
func (d *Desk) LateStarts(ctx context.Context, who access.Actor) (*LateStarts, error) {
	var out *LateStarts
	err := d.look(ctx, who, "enquiries late because of their discussion", func(v *record.View, _ access.Scope, args []any) error {
		out = &LateStarts{Now: v.Now}
		rows, err := db.Collect(ctx, v, func(r *sql.Rows, l *LateStart) error {
			var given, family string
			err := r.Scan(&l.Ref, &given, &family, &l.ChildRef, &l.Contact, &l.Discussion, &l.Started, &l.Early, &l.ByName, &l.Asked, &l.Due)
			l.Name = record.ChildName(given, family, "")
			return err
		}, startsOf, append(args, since(v.Now))...)
		for _, l := range rows {
			switch {
			case l.Early != "":
				out.Early = append(out.Early, l)
			case l.Late():
				out.Late = append(out.Late, l)
			}
		}
		return err
	})
	return out, err
}

// Singles lists the enquiries that social care does alone.
func (d *Desk) Singles(ctx context.Context, who access.Actor) (*Singles, error) {
	var out *Singles
	err := d.look(ctx, who, "enquiries by one agency alone", func(v *record.View, _ access.Scope, args []any) error {
		out = &Singles{Now: v.Now}
		type row struct {
			Alone
			agency, view, reason, why string
			at                        civil.Instant
		}
		rows, err := db.Collect(ctx, v, func(r *sql.Rows, x *row) error {
			var given, family string
			err := r.Scan(&x.Ref, &given, &family, &x.ChildRef, &x.Started, &x.agency, &x.view, &x.reason, &x.why, &x.at)
			x.Name = record.ChildName(given, family, "")
			return err
		}, viewsGiven, append(args, since(v.Now))...)
		if err != nil {
			return err
		}
		var last *Alone
		social, police := "", ""
		flush := func() {
			if last != nil {
				out.add(*last, social, police)
			}
		}
		for i := range rows {
			x := &rows[i]
			if last == nil || last.Ref != x.Ref {
				flush()
				last, social, police = &x.Alone, "", ""
			}
			switch x.agency {
			case string(pathway.SocialWork):
				social, last.Reason, last.Said = x.view, x.reason, x.at
				if x.why != "" {
					last.Why = x.why
				}
				if last.Asked.IsZero() {
					last.Asked = x.at
				}
			case string(pathway.Police):
				police, last.PoliceReason = x.view, x.reason
				if last.Police.IsZero() {
					last.Police = x.at
				}
			}
		}
		flush()
		slices.SortFunc(out.Weeks, func(a, b Week) int { return a.From.Compare(b.From) })
		var values []float64
		for _, w := range out.Weeks {
			values = append(values, w.Percent())
		}
		out.Chart = feed.XmROf(values, chartBase, false)
		return nil
	})
	return out, err
}

// chartBase is how many weeks the chart's limits are made from.
const chartBase = 12

func (s *Singles) add(a Alone, social, police string) {
	a.week = monday(a.Started)
	i := slices.IndexFunc(s.Weeks, func(w Week) bool { return w.From == a.week })
	if i < 0 {
		s.Weeks = append(s.Weeks, Week{From: a.week})
		i = len(s.Weeks) - 1
	}
	s.Weeks[i].All++
	if social == "single" && police != "joint" {
		s.Weeks[i].Alone++
		a.Agreed = police == "single"
		s.Rows = append(s.Rows, a)
	}
}

func monday(t civil.Instant) civil.Date {
	d := t.Date()
	return d.AddDays(-int((d.Weekday() + 6) % 7))
}

// Twices lists assessments and enquiries that are open twice, for one child or for
// brothers and sisters.
func (d *Desk) Twices(ctx context.Context, who access.Actor) (all []Twice, now civil.Instant, err error) {
	err = d.look(ctx, who, "work open twice", func(v *record.View, s access.Scope, _ []any) error {
		all, now = nil, v.Now
		if s.AgencyID != "" || s.WorkerID != "" && !who.LeadsWork() {
			return nil // social care's own list, for those who give the work
		}
		type row struct {
			pathway.Piece
			child, name, ref, enquiry, worker string
		}
		rows, err := db.Collect(ctx, v, func(r *sql.Rows, x *row) error {
			var given, family string
			err := r.Scan(&x.Kind, &x.ID, &x.child, &x.Person, &x.Contact, &x.Since, &given, &family, &x.ref, &x.enquiry, &x.Worker, &x.worker)
			x.name = record.ChildName(given, family, "")
			return err
		}, openWork, v.Authority, who.ID)
		if err != nil {
			return err
		}
		var persons []string
		var pieces []pathway.Piece
		by := map[string]row{}
		for _, x := range rows {
			persons, pieces, by[x.Kind+x.ID] = append(persons, x.Person), append(pieces, x.Piece), x
		}
		clusters, err := record.FindClusters(ctx, v, v.Authority, persons)
		if err != nil {
			return err
		}
		related, err := record.FindSiblings(ctx, v, v.Authority, persons)
		if err != nil {
			return err
		}
		kin := map[[2]string]bool{}
		for a, list := range related {
			for _, b := range list {
				kin[[2]string{clusters.Head(a), clusters.Head(b)}], kin[[2]string{clusters.Head(b), clusters.Head(a)}] = true, true
			}
		}
		same := func(a, b string) bool { return clusters.Head(a) == clusters.Head(b) }
		for _, p := range pathway.Parallels(pieces, same, func(a, b string) bool { return kin[[2]string{clusters.Head(a), clusters.Head(b)}] }) {
			a, b := by[p.A.Kind+p.A.ID], by[p.B.Kind+p.B.ID]
			all = append(all, Twice{Parallel: p, Names: [2]string{a.name, b.name}, Refs: [2]string{a.enquiry, b.enquiry}, Contacts: [2]string{a.Contact, b.Contact},
				Workers: [2]string{a.worker, b.worker}, Children: [2]string{a.ref, b.ref}})
		}
		return nil
	})
	return all, now, err
}

// hours is a length of time in whole hours, for the files.
func hours(d time.Duration) string { return fmt.Sprintf("%.1f", d.Hours()) }
