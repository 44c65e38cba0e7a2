package meetings

import (
	"context"
	"database/sql"
	"net/http"
	"strconv"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/timescale"
	"frontdoor/internal/web"
)

func (d *Desk) reportRoutes(s *web.Server) {
	s.Report(web.PathSecondDiscussion, access.ListMeetings, func(r *http.Request) (*web.Report, error) { return d.SecondReport(r.Context(), web.Actor(r)) })
	s.Report(web.PathMeanwhile, access.ListMeetings, func(r *http.Request) (*web.Report, error) { return d.MeanwhileReport(r.Context(), web.Actor(r)) })
}

const mayKnowKid = `
		AND (cc.conceal = '' OR ` + childNamed + `)`

var (
	holdingsByChild = db.SQL("meetings.holdings-by-child", `
		SELECT d.ref, c.ref, cc.id, COALESCE(p.given, cc.given), COALESCE(p.family, cc.family), cc.described, COALESCE(p.ref, ''), h.held_at, h.missing
		FROM discussion_holding h
		JOIN discussion d ON d.id = h.discussion_id AND d.authority_id = h.authority_id
		JOIN contact c ON c.id = d.contact_id AND c.authority_id = d.authority_id
		JOIN discussion_child dc ON dc.discussion_id = d.id AND dc.authority_id = d.authority_id
		JOIN contact_child cc ON cc.id = dc.child_id AND cc.authority_id = dc.authority_id
		LEFT JOIN person p ON p.id = cc.person_id AND p.authority_id = cc.authority_id AND cc.person_id <> ''
		WHERE d.authority_id = $1 AND h.held_at >= $6`+mayKnowKid+seenBy+` ORDER BY h.held_at, h.id, cc.position`)
	waitedFor = db.SQL("meetings.children-who-waited", `
		SELECT d.id, d.ref, c.ref, cc.id, COALESCE(p.given, cc.given), COALESCE(p.family, cc.family), cc.described, COALESCE(p.ref, ''), d.requested_at, d.state,
			(SELECT min(h.held_at) FROM discussion_holding h WHERE h.discussion_id = d.id AND h.authority_id = d.authority_id AND h.quoracy = 'quorate')
		FROM discussion d
		JOIN contact c ON c.id = d.contact_id AND c.authority_id = d.authority_id
		JOIN discussion_child dc ON dc.discussion_id = d.id AND dc.authority_id = d.authority_id
		JOIN contact_child cc ON cc.id = dc.child_id AND cc.authority_id = dc.authority_id
		LEFT JOIN person p ON p.id = cc.person_id AND p.authority_id = cc.authority_id AND cc.person_id <> ''
		WHERE d.authority_id = $1 AND d.requested_at >= $6`+mayKnowKid+seenBy+` ORDER BY d.requested_at, d.ref, cc.position`)
	visitsMeanwhile = db.SQL("meetings.visits-meanwhile", `
		SELECT v.discussion_id, v.child_id, v.happened_at, v.by_whom, v.next_at FROM meanwhile_visit v
		JOIN discussion d ON d.id = v.discussion_id AND d.authority_id = v.authority_id
		WHERE v.authority_id = $1 AND v.seen = 'yes' AND d.requested_at >= $2 ORDER BY v.happened_at, v.id`)
)

// SecondTime is a child about whom people met with police only at a later meeting.
type SecondTime struct {
	pathway.SecondTime
	Name, ChildRef string
}

// SecondTimes lists them, of the last year.
func (d *Desk) SecondTimes(ctx context.Context, who access.Actor) (all []SecondTime, now civil.Instant, err error) {
	err = d.Record.Look(ctx, who, who.WorkPurpose(), func(v *record.View) error {
		all, now = nil, v.Now
		s, err := v.Scope(access.ListMeetings)
		if err != nil {
			return err
		}
		v.Saw("discussions held again with police")
		type row struct {
			pathway.Holding
			name, ref string
		}
		rows, err := db.Collect(ctx, v, func(r *sql.Rows, h *row) error {
			var given, family, described, missing string
			err := r.Scan(&h.Discussion, &h.Contact, &h.Child, &given, &family, &described, &h.ref, &h.At, &missing)
			h.name = record.ChildName(given, family, described)
			for _, p := range strings.Fields(missing) {
				h.Missing = append(h.Missing, pathway.Part(p))
			}
			return err
		}, holdingsByChild, v.Authority, who.ID, s.AgencyID, s.WorkerID, db.List(s.Teams), yearAgo(v.Now))
		if err != nil {
			return err
		}
		var held []pathway.Holding
		names := map[string]row{}
		for _, x := range rows {
			held, names[x.Child] = append(held, x.Holding), x
		}
		for _, x := range pathway.SecondTimes(held) {
			n := names[x.With.Child]
			all = append(all, SecondTime{x, n.name, n.ref})
		}
		return nil
	})
	return all, now, err
}

func yearAgo(now civil.Instant) civil.Instant {
	return now.Date().AddDays(-7 * figuresWeeks).Start()
}

// SecondReport is the list of concerns that police joined only at a further meeting.
func (d *Desk) SecondReport(ctx context.Context, who access.Actor) (*web.Report, error) {
	all, now, err := d.SecondTimes(ctx, who)
	if err != nil {
		return nil, err
	}
	rep := &web.Report{Title: "Met again because police were not there the first time: " + children(len(all)), Checked: now, Links: []web.Link{{Href: web.PathMeetings, Text: "Strategy discussions"}},
		Intro:   "People met about each of these children without police, and met again about the same concern with police. Raise with police what kept them from the first meeting, and what the child waited for meanwhile.",
		Empty:   "Nobody met twice about one concern because police were not there the first time.",
		Columns: []web.Column{{Head: "Child", Key: "child"}, {Key: "child_reference"}, {Head: "Met without police", Key: "without_police"}, {Head: "With police", Key: "with_police"}, {Head: "Days between", Key: "days_between", Number: true}, {Head: "Discussion", Key: "discussion"}, {Head: "Contact", Key: "contact"}},
		Notes:   []string{"The same concern is the same child in the same contact. The last meeting without police is held against the first that police attended. Meetings that lacked somebody else do not count, nor does a view sent by e-mail as attendance. Looks back a year."}}
	for _, x := range all {
		rep.Rows = append(rep.Rows, []web.Cell{{Text: x.Name, Sub: x.ChildRef, Value: x.Name}, {Text: x.ChildRef}, web.When(x.Without.At), web.When(x.With.At), web.Count(x.Without.At.Date().DaysUntil(x.With.At.Date())),
			{Text: x.With.Discussion, Href: web.MeetingPath(x.With.Discussion, "")}, {Text: x.Contact()}})
	}
	return rep, nil
}

// Contact is the contact that the concern came with.
func (x SecondTime) Contact() string { return x.With.Contact }

// Waited is a child who waited for a discussion, with the visits made meanwhile.
type Waited struct {
	Child, Name, ChildRef, Contact, Discussion string
	Asked, Held                                civil.Instant // Held is zero while the child waits
	LastBy                                     string
	Last, Next                                 civil.Instant
	pathway.Unseen
}

// Meanwhile lists the children who wait for a discussion, and those of the last year who
// waited longer than a child may go without a visit, with what was done for them.
func (d *Desk) Meanwhile(ctx context.Context, who access.Actor) (all []Waited, now civil.Instant, err error) {
	err = d.Record.Look(ctx, who, who.WorkPurpose(), func(v *record.View) error {
		all, now = nil, v.Now
		s, err := v.Scope(access.ListMeetings)
		if err != nil {
			return err
		}
		v.Saw("visits while waiting for a discussion")
		type row struct {
			Waited
			id    string
			state pathway.StrategyState
		}
		rows, err := db.Collect(ctx, v, func(r *sql.Rows, x *row) error {
			var given, family, described string
			err := r.Scan(&x.id, &x.Discussion, &x.Contact, &x.Child, &given, &family, &described, &x.ChildRef, &x.Asked, &x.state, &x.Held)
			x.Name = record.ChildName(given, family, described)
			return err
		}, waitedFor, v.Authority, who.ID, s.AgencyID, s.WorkerID, db.List(s.Teams), yearAgo(v.Now))
		if err != nil {
			return err
		}
		type visit struct {
			discussion, child, by string
			at, next              civil.Instant
		}
		visits, err := db.Collect(ctx, v, func(r *sql.Rows, x *visit) error { return r.Scan(&x.discussion, &x.child, &x.at, &x.by, &x.next) }, visitsMeanwhile, v.Authority, yearAgo(v.Now))
		if err != nil {
			return err
		}
		made := map[[2]string][]visit{}
		for _, x := range visits {
			k := [2]string{x.discussion, x.child}
			made[k] = append(made[k], x)
		}
		var fault error
		due := func(from civil.Instant) civil.Instant {
			d, err := v.DueAt(timescale.StrategyMeanwhile, from)
			if err != nil {
				fault = err
			}
			return d.At
		}
		for _, x := range rows {
			until := x.Held
			if until.IsZero() {
				if x.state == pathway.StrategyHeld || x.state == pathway.StrategyDecided {
					continue // decided in immediate danger: enquiries see the child
				}
				until = v.Now
			}
			var seen []civil.Instant
			for _, m := range made[[2]string{x.id, x.Child}] {
				seen = append(seen, m.at)
				x.Last, x.LastBy, x.Next = m.at, m.by, m.next
			}
			x.Unseen = pathway.LongestUnseen(x.Asked, until, seen, due)
			if x.Held.IsZero() || x.Held.After(due(x.Asked)) {
				all = append(all, x.Waited)
			}
		}
		return fault
	})
	return all, now, err
}

// MeanwhileReport shows what was done for the children who waited.
func (d *Desk) MeanwhileReport(ctx context.Context, who access.Actor) (*web.Report, error) {
	all, now, err := d.Meanwhile(ctx, who)
	if err != nil {
		return nil, err
	}
	red := 0
	for _, x := range all {
		if x.TooLong {
			red++
		}
	}
	limit := ""
	if rule, ok := d.Record.Timescales.Rule(timescale.StrategyMeanwhile, now); ok {
		limit = rule.Limit()
	}
	rep := &web.Report{Title: "Seen while waiting for a discussion: " + strconv.Itoa(red) + " of " + children(len(all)) + " longer than " + limit + " without a visit", Checked: now,
		Links:   []web.Link{{Href: web.PathMeetings, Text: "Strategy discussions"}},
		Intro:   "Every child who waits for a strategy discussion, and those of the last year who waited longer than " + limit + ". Red is a child whom nobody saw for longer than that. Send somebody today, and record the visit on the discussion.",
		Empty:   "No child waits for a discussion, and none waited so long in the last year.",
		Columns: []web.Column{{Head: "Longest without a visit", Key: "days_unseen", Number: true}, {Key: "too_long"}, {Head: "Child", Key: "child"}, {Key: "child_reference"}, {Head: "Visits", Key: "visits", Number: true}, {Head: "Last seen", Key: "last_seen"}, {Key: "last_seen_by"}, {Head: "Next visit", Key: "next_visit"}, {Head: "Asked for", Key: "asked_for"}, {Head: "Held", Key: "held"}, {Head: "Discussion", Key: "discussion"}, {Head: "Contact", Key: "contact"}},
		Notes: []string{"Counted in whole days from when the discussion was asked for to each visit at which the child was seen, and to when a quorate discussion was held, or to now. The limit is " + limit + " (CP1e, local practice), with the rule in force at the beginning of each stretch.",
			"A visit at which the child was not seen counts for nothing. Restricted records are left out for readers who are not named on them."}}
	for _, x := range all {
		longest := web.Cell{Text: strconv.Itoa(x.Days) + " days", Value: x.Days}
		if x.Days == 1 {
			longest.Text = "1 day"
		}
		if x.TooLong {
			longest.Tone = "risk"
			longest.Sub = "from " + x.Since.Words()
		}
		last, next, held := web.Cell{Text: "Not seen", Value: ""}, web.Cell{Value: ""}, web.Cell{Text: "Still waits", Value: ""}
		if !x.Last.IsZero() {
			last, next = web.Cell{Text: x.Last.Words(), Sub: x.LastBy, Value: x.Last}, web.When(x.Next)
		}
		if !x.Held.IsZero() {
			held, next = web.When(x.Held), web.Cell{Value: ""}
		}
		rep.Rows = append(rep.Rows, []web.Cell{longest, {Value: x.TooLong}, {Text: x.Name, Sub: x.ChildRef, Value: x.Name}, {Text: x.ChildRef}, web.Count(x.Visits), last, {Text: x.LastBy}, next, web.When(x.Asked), held,
			{Text: x.Discussion, Href: web.MeetingPath(x.Discussion, "")}, {Text: x.Contact}})
	}
	return rep, nil
}
