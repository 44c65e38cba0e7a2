package feedback

import (
	"embed"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/pathway"
	"frontdoor/internal/web"
)

//go:embed templates/*.html
var templates embed.FS

var outcomePage = web.NewPublicPage(templates, "templates/outcome.html")

// Routes adds the desk's pages.
func (d *Desk) Routes(s *web.Server) {
	s.Report(web.PathTold, access.ListFeedback, d.listReport)
	s.Report(web.PathToldMeasure, access.SeeFeedback, d.measureReport)
	s.Open("GET "+web.PathOutcome, access.ReadOutcome, d.showOutcome)
}

type outcomeView struct {
	Outcome
	Told string
}

func (d *Desk) showOutcome(w http.ResponseWriter, r *http.Request) error {
	o, err := d.Outcome(r.Context(), r.PathValue("token"), web.Network(r))
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, outcomePage, outcomeView{o, o.Received.Date().Words()})
}

// listPath is the list of what a number counts.
func (f Filter) listPath(show Show) string {
	q := url.Values{"show": {string(show)}}
	if f.Agency != "" {
		q.Set("agency", string(f.Agency))
	}
	if f.Why != "" {
		q.Set("why", string(f.Why))
	}
	if !f.From.IsZero() {
		q.Set("from", f.From.String())
		q.Set("to", f.To.String())
	}
	if !f.Week.IsZero() {
		q.Set("week", f.Week.String())
	}
	return web.PathTold + "?" + q.Encode()
}

// AgencyWords is what a kind of agency is called; the public where nobody said.
func agencyWords(a pathway.Agency) string {
	if a == "public" {
		return "Members of the public"
	}
	return web.Capital(pathway.AgencyName(a))
}

var titles = map[Show]string{
	ShowOwed: "%d referrers are still to be told what was decided", ShowOverdue: "%d referrers were not told in time, and still are not", ShowTold: "%d referrers were told what was decided",
	ShowInTime: "%d referrers were told in time", ShowLate: "%d referrers were told late", ShowReason: "%d referrers are not told, each for a reason", ShowDue: "%d referrers should have been told by now",
	ShowAll: "%d decided contacts, and whether the referrer was told",
}

var choices = []struct {
	show  Show
	words string
}{{ShowOwed, "Still to be told, overdue first"}, {ShowOverdue, "Overdue only"}, {ShowTold, "Told: how and when"}, {ShowLate, "Told late"}, {ShowReason, "Not told, and why"}}

func (d *Desk) listReport(r *http.Request) (*web.Report, error) {
	f, err := d.FilterOf(r.URL.Query())
	if err != nil {
		return nil, err
	}
	l, err := d.List(r.Context(), web.Actor(r), f)
	if err != nil {
		return nil, err
	}
	rep := &web.Report{Title: fmt.Sprintf(titles[f.Show], len(l.Rows)), Checked: l.Now,
		Empty: "Nobody is in this list: every referrer of a decided contact stands in one of the others.",
		Columns: []web.Column{{Head: "Contact", Key: "contact"}, {Head: "Who told us", Key: "agency"}, {Key: "organisation"}, {Head: "Decided", Key: "decided"}, {Head: "Tell them by", Key: "due"},
			{Head: "How it stands", Key: "state"}, {Head: "Who owes it", Key: "owner"}, {Head: "Told", Key: "told"}, {Head: "How, or why not", Key: "how"}, {Key: "reason"}, {Key: "words"}, {Key: "by"}, {Key: "opened"}, {Key: "overdue"}, {Key: "in_time"}},
		Notes: []string{"Each decided contact is in exactly one of three lists: still to be told, with who owes it and by when; told; or not told, with the reason on record.",
			"A referrer is told when a notice to their agency or their own page has gone, when they opened it, or when somebody told them and said so. A notice that came back leaves them untold.",
			"Members of the public hear that their contact arrived and that it was dealt with, and nothing more (threat model, section 3.1)."}}
	rep.Intro = "Open a contact to tell its referrer. " + period(f)
	if f.Agency != "" {
		rep.Intro += " Only " + agencyWords(f.Agency) + "."
	}
	if f.Why != "" {
		rep.Intro += " Only: " + pathway.NotToldWords(f.Why) + "."
	}
	for _, x := range choices {
		to := Filter{Show: x.show, Agency: f.Agency}
		rep.Links = append(rep.Links, web.Link{Href: to.listPath(x.show), Text: x.words})
	}
	if access.ScopeOf(web.Actor(r), access.SeeFeedback).Allowed {
		rep.Links = append(rep.Links, web.Link{Href: web.PathToldMeasure, Text: "How soon referrers are told, by agency and by week"})
	}
	rep.Caption, rep.Heads = "By agency", []web.Column{{Head: "Who told us"}, {Head: "In this list", Number: true}, {Head: "Overdue", Number: true}}
	for _, a := range kinds(l.Rows) {
		n, late := 0, 0
		for _, x := range l.Rows {
			if x.Agency == a {
				n++
				if x.Overdue(l.Now) {
					late++
				}
			}
		}
		only := f
		only.Agency = a
		rep.Numbers = append(rep.Numbers, []web.Cell{{Text: agencyWords(a)}, {Text: fmt.Sprint(n), Href: only.listPath(f.Show), Hidden: agencyWords(a)}, {Text: fmt.Sprint(late), Href: only.listPath(ShowOverdue), Hidden: "overdue, " + agencyWords(a)}})
	}
	for _, x := range l.Rows {
		rep.Rows = append(rep.Rows, x.cells(l.Now))
	}
	for i, c := range rep.Columns { // nobody in the list has one
		open := f.Show == ShowOwed || f.Show == ShowOverdue
		if open && (c.Key == "told" || c.Key == "how") || !open && f.Show != ShowAll && f.Show != ShowDue && c.Key == "owner" || f.Show == ShowReason && c.Key == "told" {
			rep.Columns[i].Head = ""
		}
	}
	return rep, nil
}

func kinds(all []Row) []pathway.Agency {
	var out []pathway.Agency
	for _, x := range all {
		if !slices.Contains(out, x.Agency) {
			out = append(out, x.Agency)
		}
	}
	slices.Sort(out)
	return out
}

func period(f Filter) string {
	switch {
	case !f.Week.IsZero():
		return "Decided in the week from " + f.Week.Words() + "."
	case f.From.IsZero():
		return "Whenever it was decided."
	}
	return "Decided from " + f.From.Words() + " to " + f.To.Words() + "."
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func (r Row) cells(now civil.Instant) []web.Cell {
	ref := web.Cell{Text: r.Ref, Href: web.ContactPath(r.Ref, "feedback")}
	if r.Masked {
		ref = web.Cell{Text: "Restricted record", Tone: "restricted", Value: ""}
	}
	state := web.Cell{Value: string(r.State)}
	switch {
	case r.Overdue(now):
		state.Text, state.Tone, state.Sub = "Overdue", "risk", "for "+civil.Span(now.Sub(r.Due))
	case r.State == Owed:
		state.Text = "Still to be told"
	case r.State == Reason:
		state.Text, state.Tone = "Not told", "soon"
	case r.InTime:
		state.Text, state.Tone = "Told in time", "done"
	default:
		state.Text, state.Sub = "Told late", "by "+civil.Span(r.Told.Sub(r.Due))
	}
	if r.Problem != "" {
		state.Sub = "The message did not arrive: " + r.Problem
	}
	told, how := web.Cell{Value: civil.Instant{}}, web.Cell{}
	if r.State == Told {
		told = web.Cell{Text: r.Told.Words(), Sub: "after " + civil.Span(r.Took()), Value: r.Told}
		how = web.Cell{Text: pathway.WayWords(r.Way), Sub: r.Words, Value: string(r.Way)}
		if !r.Read.IsZero() {
			how.Sub = "opened " + r.Read.Words()
		}
	}
	if r.State == Reason {
		how = web.Cell{Text: pathway.NotToldWords(r.Why), Sub: r.Words, Value: ""}
	}
	return []web.Cell{ref, {Text: agencyWords(r.Agency), Sub: r.From, Value: string(r.Agency)}, {Value: r.From}, web.When(r.Decided), web.When(r.Due),
		state, {Text: r.Owner}, told, how, {Value: string(r.Why)}, {Value: r.Words}, {Value: r.By}, {Value: r.Read}, {Value: yes(r.Overdue(now))}, {Value: yes(r.InTime)}}
}

func (d *Desk) measureReport(r *http.Request) (*web.Report, error) {
	f, err := d.FilterOf(r.URL.Query())
	if err != nil {
		return nil, err
	}
	m, err := d.Measured(r.Context(), web.Actor(r), f)
	if err != nil {
		return nil, err
	}
	f = m.Filter
	rep := &web.Report{Title: m.All.title(), Checked: m.Now, Intro: period(f) + " Referrers must be told within one working day of the decision. Each number opens its list.",
		Empty:   "Nothing was decided in this period.",
		Columns: append([]web.Column{{Head: "Week from", Key: "week"}, {Head: "Who told us", Key: "agency"}}, measureColumns...),
		Notes: []string{"Told in time is a share of those who were told and of those who should have been by now and are not. Who is not told for a reason is counted beside it.",
			"Half within is the median of those that were told, from the decision. A message is told when it has gone, not when it was written.",
			"The week is that of the decision, from its Monday."}}
	if m.Lists {
		rep.Links = []web.Link{{Href: web.PathTold, Text: "Referrers who are still to be told"}}
	}
	rep.Caption, rep.Heads = "By agency", append([]web.Column{{Head: "Who told us"}}, measureColumns...)
	for _, g := range append(m.Agencies, m.All) {
		only := f
		only.Agency = g.Agency
		name := "Everybody"
		if g.Agency != "" {
			name = agencyWords(g.Agency)
		}
		rep.Numbers = append(rep.Numbers, append([]web.Cell{{Text: name}}, g.cells(only, m.Lists, name)...))
	}
	for _, w := range pathway.NotTolds() {
		if n := m.Reasons[pathway.NotTold(w.Code)]; n > 0 {
			rep.Notes = append(rep.Notes, fmt.Sprintf("Not told: %s: %d.", w.Words, n))
			only := f
			only.Why = pathway.NotTold(w.Code)
			if m.Lists {
				rep.Links = append(rep.Links, web.Link{Href: only.listPath(ShowReason), Text: fmt.Sprintf("%d not told: %s", n, w.Words)})
			}
		}
	}
	for _, g := range m.Weeks {
		only := f
		only.Agency, only.Week = g.Agency, g.Week
		rep.Rows = append(rep.Rows, append([]web.Cell{{Text: g.Week.Words(), Value: g.Week}, {Text: agencyWords(g.Agency), Value: string(g.Agency)}}, g.cells(only, m.Lists, agencyWords(g.Agency)+", week from "+g.Week.Words())...))
	}
	return rep, nil
}

var measureColumns = []web.Column{{Head: "Decided", Key: "decided", Number: true}, {Head: "Should be told by now", Key: "due", Number: true}, {Head: "Told in time", Key: "in_time", Number: true}, {Head: "Told late", Key: "late", Number: true}, {Head: "Overdue", Key: "overdue", Number: true}, {Head: "Not told, with reason", Key: "with_reason", Number: true}, {Head: "Half told within", Key: "median_seconds"}}

func (g Group) title() string {
	if g.Due() == 0 {
		return "No referrer had to be told in this period"
	}
	return fmt.Sprintf("%d of %d referrers (%.1f%%) were told in time what was decided", g.InTime, g.Due(), 100*float64(g.InTime)/float64(g.Due()))
}

func (g Group) cells(f Filter, lists bool, of string) []web.Cell {
	number := func(n int, show Show, words string) web.Cell {
		c := web.Cell{Text: fmt.Sprint(n), Value: n}
		if lists {
			c.Href, c.Hidden = f.listPath(show), words+", "+of
		}
		return c
	}
	in := number(g.InTime, ShowInTime, "told in time")
	if g.Due() > 0 {
		in.Sub = fmt.Sprintf("%.1f%%", 100*float64(g.InTime)/float64(g.Due()))
	}
	half := web.Cell{Text: "none told", Value: ""}
	if g.Median != nil {
		half = web.Cell{Text: civil.Span(time.Duration(*g.Median) * time.Second), Value: *g.Median}
	}
	return []web.Cell{number(g.Decided, ShowAll, "decided"), number(g.Due(), ShowDue, "should be told by now"), in, number(g.Told-g.InTime, ShowLate, "told late"),
		number(g.Overdue, ShowOverdue, "overdue"), number(g.Reasons, ShowReason, "not told, with reason"), half}
}
