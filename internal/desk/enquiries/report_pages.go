package enquiries

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/pathway"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

func (d *Desk) reportRoutes(s *web.Server) {
	s.Report(web.PathEnquiriesLate, access.ListEnquiries, d.lateReport)
	s.Report(web.PathEnquiriesSingle, access.ListEnquiries, d.singleReport)
	s.Report(web.PathDuplicateWork, access.ListEnquiries, d.twiceReport)
	s.Report(web.PathSuspects, access.ListEnquiries, d.suspectsReport)
	s.Report(web.PathFirstAccounts, access.ListEnquiries, d.accountsReport)
}

var toEnquiries = web.Link{Href: web.PathEnquiries, Text: "Section 47 enquiries"}

func enquiryCell(name, childRef, ref string) []web.Cell {
	return []web.Cell{{Text: name, Href: web.EnquiryPath(ref, ""), Sub: childRef}, {Text: childRef}, {Text: ref}}
}

func plural(n int, one, many string) string {
	switch n {
	case 0:
		return "no " + one
	case 1:
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

func (d *Desk) lateReport(r *http.Request) (*web.Report, error) {
	return d.LateReport(r.Context(), web.Actor(r), r.URL.Query().Get("show") == "early")
}

// LateReport is “section 47 late because of its discussion”. The early starts are counted
// apart: early lists those.
func (d *Desk) LateReport(ctx context.Context, who access.Actor, early bool) (*web.Report, error) {
	l, err := d.LateStarts(ctx, who)
	if err != nil {
		return nil, err
	}
	rep := &web.Report{Checked: l.Now,
		Columns: []web.Column{{Head: "Child", Key: "child"}, {Key: "child_reference"}, {Key: "enquiry"}, {Head: "Started", Key: "started"}, {Head: "Late by", Key: "late_hours", Number: true}, {Head: "Discussion asked for", Key: "asked_for"},
			{Head: "Discussion due", Key: "discussion_due"}, {Head: "Discussion", Key: "discussion"}, {Head: "Contact", Key: "contact"}},
		Notes: []string{"An enquiry is late because of its discussion when it started, with that discussion, after the limit by which police and health had to meet (CP1). The limit is the one that was in force when the discussion was asked for.",
			"An enquiry that a manager started before its discussion waited for nobody. It is counted apart, with the reason. Looks back a year."}}
	rows := l.Late
	if early {
		rep.Title, rows = "Started before the discussion: "+plural(len(l.Early), "enquiry", "enquiries"), l.Early
		rep.Intro = "A manager started these enquiries before the discussion, for a child who could not wait, and said why. The discussion went on being waited for."
		rep.Empty = "No enquiry was started before its discussion in the last year."
		rep.Links = []web.Link{{Href: web.PathEnquiriesLate, Text: plural(len(l.Late), "enquiry was", "enquiries were") + " late because of the discussion"}, toEnquiries}
		rep.Columns = append(rep.Columns, web.Column{Head: "Why it could not wait", Key: "why_early"})
		rep.Columns[4] = web.Column{Key: "late_hours"}
	} else {
		rep.Title = "Section 47 late because of its discussion: " + plural(len(l.Late), "enquiry", "enquiries")
		rep.Intro = "Each of these children waited for an enquiry because the strategy discussion was held after its limit. For a child who cannot wait, a manager starts the enquiry before the discussion and says why."
		rep.Empty = "No enquiry started late because of its discussion in the last year."
		rep.Links = []web.Link{{Href: web.PathEnquiriesLate + "?show=early", Text: plural(len(l.Early), "enquiry was", "enquiries were") + " started before the discussion, with the reason"}, toEnquiries}
	}
	for _, x := range rows {
		late := x.Started.Sub(x.Due)
		row := append(enquiryCell(x.Name, x.ChildRef, x.Ref), web.When(x.Started), web.Cell{Text: civil.Span(late), Value: hours(late)}, web.When(x.Asked), web.When(x.Due),
			web.Cell{Text: x.Discussion, Href: meetingHref(x.Discussion)}, web.Cell{Text: x.Contact})
		if x.Early != "" {
			row[4] = web.Cell{Value: ""}
			row = append(row, web.Cell{Text: x.Early, Sub: x.ByName, Value: x.Early})
		}
		rep.Rows = append(rep.Rows, row)
	}
	return rep, nil
}

func meetingHref(ref string) string {
	if ref == "" {
		return ""
	}
	return web.MeetingPath(ref, "")
}

// singleReport lists what social care investigates alone, with the rate by week. With
// ?week= it is the list behind one week.
func (d *Desk) singleReport(r *http.Request) (*web.Report, error) {
	s, err := d.Singles(r.Context(), web.Actor(r))
	if err != nil {
		return nil, err
	}
	rep := &web.Report{Checked: s.Now, Links: []web.Link{toEnquiries},
		Intro: "In each of these enquiries social care said that it investigates alone, and police agreed or have not answered. Each has the reason, and how long police took to say so. Where the facts ask for both, open it and ask police again.",
		Empty: "Social care investigates nothing alone in this time.",
		Columns: []web.Column{{Head: "Child", Key: "child"}, {Key: "child_reference"}, {Key: "enquiry"}, {Head: "Started", Key: "started"}, {Head: "Reason", Key: "reason"}, {Key: "reason_code"}, {Head: "Police answered after", Key: "police_hours", Number: true},
			{Head: "Police", Key: "police"}, {Key: "police_reason_code"}, {Key: "week"}},
		Notes: []string{"Counted by the week in which the enquiry started: enquiries that social care does alone, of all that started. Police count as having answered when they first said anything, from the moment social care said its own view.",
			"The chart has its limits at the mean ± 2.66 times the mean moving range of its first twelve weeks (XmR), as set out in our management statistics, section 4. The reasons are reviewed data: pathway/joint.toml."}}
	rows := s.Rows
	title := "Social care alone: " + plural(len(rows), "enquiry", "enquiries") + " in a year"
	if q := r.URL.Query().Get("week"); q != "" {
		week, err := civil.ParseDate(q)
		if err != nil {
			return nil, refusal.New(refusal.Invalid, "The week must be the date of its Monday, such as 2026-11-16")
		}
		rows = nil
		for _, x := range s.Rows {
			if x.week == week {
				rows = append(rows, x)
			}
		}
		title = "Social care alone: " + plural(len(rows), "enquiry", "enquiries") + " started in the week of " + week.Words()
		rep.Links = []web.Link{{Href: web.PathEnquiriesSingle, Text: "All weeks"}, toEnquiries}
	} else {
		s.draw(rep)
	}
	rep.Title = title
	for _, x := range rows {
		police := web.Cell{Text: "Has not said", Tone: "risk", Value: "not answered"}
		took := web.Cell{Text: "–", Value: ""}
		if !x.Police.IsZero() {
			police = web.Cell{Text: "Agrees: " + lower(pathway.SingleReason(x.PoliceReason)), Value: "single"}
			if d := x.Police.Sub(x.Asked); d > 0 {
				took = web.Cell{Text: civil.Span(d), Value: hours(d)}
			} else {
				took = web.Cell{Text: "at once", Value: "0.0"}
			}
		}
		rep.Rows = append(rep.Rows, append(enquiryCell(x.Name, x.ChildRef, x.Ref), web.When(x.Started), web.Cell{Text: pathway.SingleReason(x.Reason), Sub: x.Why, Value: pathway.SingleReason(x.Reason)}, web.Cell{Text: x.Reason}, took, police,
			web.Cell{Text: x.PoliceReason, Value: x.PoliceReason}, web.Cell{Text: x.week.String()}))
	}
	return rep, nil
}

func lower(s string) string { return strings.ToLower(s[:min(1, len(s))]) + s[min(1, len(s)):] }

// draw puts the rate by week above the list: a chart, and the table that it repeats.
func (s *Singles) draw(rep *web.Report) {
	if len(s.Weeks) == 0 {
		return
	}
	rep.Caption, rep.Heads = "Enquiries by week of start", []web.Column{{Head: "Week of"}, {Head: "Social care alone", Number: true}, {Head: "Started", Number: true}, {Head: "In 100", Number: true}, {Head: "On the chart"}}
	var points []web.ChartPoint
	signals := 0
	for i, w := range s.Weeks {
		p := web.ChartPoint{Value: w.Percent()}
		if i%4 == 0 {
			p.Label = w.From.Words()[:len(w.From.Words())-5] // without the year
		}
		mark := web.Cell{}
		if i < len(s.Chart.Signals) && s.Chart.Signals[i].Rule != "" {
			p.Signal = s.Chart.Signals[i].Rule
			mark = web.Cell{Text: signalWords[p.Signal], Tone: "soon"}
			signals++
		}
		points = append(points, p)
		rep.Numbers = append(rep.Numbers, []web.Cell{{Text: w.From.Words()}, {Text: strconv.Itoa(w.Alone), Href: web.PathEnquiriesSingle + "?week=" + w.From.String(), Hidden: "by social care alone in the week of " + w.From.Words()},
			web.Count(w.All), {Text: fmt.Sprintf("%.0f", w.Percent())}, mark})
	}
	slices.Reverse(rep.Numbers) // the latest first; the chart runs with time
	if len(points) < 2 {
		return
	}
	rep.ChartTitle = "Enquiries by social care alone, in 100: no week that chance does not explain"
	if signals > 0 {
		rep.ChartTitle = "Enquiries by social care alone, in 100: " + plural(signals, "week", "weeks") + " that chance does not explain"
	}
	rep.ChartHint = fmt.Sprintf("Limits from the first %d weeks with an enquiry. A square is a week that chance does not explain. The table below has the same numbers.", s.Chart.Baseline)
	rep.Chart = web.Chart{ID: "single", Title: rep.ChartTitle, Desc: "The table below has the same numbers.", Points: points, Mean: s.Chart.Mean, Lower: s.Chart.Lower, Upper: min(s.Chart.Upper, 100)}.SVG()
}

// signalWords are why a week is not chance.
var signalWords = map[string]string{"limit": "outside the limits", "trend": "seven rising or falling", "two-of-three": "two of three near a limit", "run": "seven on one side"}

// twiceReport lists work that is done twice.
func (d *Desk) twiceReport(r *http.Request) (*web.Report, error) {
	all, now, err := d.Twices(r.Context(), web.Actor(r))
	if err != nil {
		return nil, err
	}
	rep := &web.Report{Title: "The same work open twice: " + plural(len(all), "pair", "pairs"), Checked: now, Links: []web.Link{toEnquiries},
		Intro:   "Two assessments, or two enquiries, are open at once for one child or for brothers and sisters, and came of different contacts. Talk with both workers: one goes on with what both have learned, and the other is closed with the reason.",
		Empty:   "No assessment or enquiry is open twice for one child or family.",
		Columns: []web.Column{{Head: "What", Key: "kind"}, {Head: "First", Key: "first_child"}, {Key: "first_child_reference"}, {Key: "first_contact"}, {Key: "first_since"}, {Head: "Second", Key: "second_child"}, {Key: "second_child_reference"}, {Key: "second_contact"}, {Key: "second_since"}, {Head: "Whose", Key: "whose"}, {Head: "Workers", Key: "workers"}},
		Notes: []string{"Brothers and sisters named in one contact have one discussion and are no pair. Nor are those with one worker, who sees the whole family.",
			"Brothers and sisters are those recorded or thought to be, unless somebody said that they are not. Restricted records are left out for readers who are not named on them. The list is for those who give work to workers; a partner or a social worker sees none of it."}}
	for _, x := range all {
		whose := "One child"
		if x.Sibling {
			whose = "Brothers or sisters"
		}
		workers := web.Cell{}
		for i := range x.Workers {
			workers.Text = strings.TrimPrefix(workers.Text+" and "+orNobody(x.Workers[i]), " and ")
		}
		side := func(i int, since civil.Instant) []web.Cell {
			c := web.Cell{Text: x.Names[i], Sub: "contact " + x.Contacts[i] + ", since " + since.Words(), Value: x.Names[i]}
			switch {
			case x.Refs[i] != "":
				c.Href = web.EnquiryPath(x.Refs[i], "")
			case x.Children[i] != "":
				c.Href = web.ChildPath(x.Children[i], "")
			}
			return []web.Cell{c, {Text: x.Children[i]}, {Text: x.Contacts[i]}, web.When(since)}
		}
		row := append([]web.Cell{{Text: web.Capital(x.A.Kind), Value: x.A.Kind}}, side(0, x.A.Since)...)
		rep.Rows = append(rep.Rows, append(append(row, side(1, x.B.Since)...), web.Cell{Text: whose}, workers))
	}
	return rep, nil
}

func orNobody(s string) string {
	if s == "" {
		return "nobody yet"
	}
	return s
}

func (d *Desk) suspectsReport(r *http.Request) (*web.Report, error) {
	return d.overdueReport(r, "suspects", "People alleged to be responsible, not spoken to by the promised date: ",
		"Police, or whoever undertook it, promised to speak to somebody alleged to be responsible and have not, or did so late. Both agencies see this list. Record it on the enquiry when it is done, or agree a new date.", "Everybody alleged to be responsible was spoken to by the promised date.")
}

func (d *Desk) accountsReport(r *http.Request) (*web.Report, error) {
	return d.overdueReport(r, "victims", "Children not spoken to by the promised date: ",
		"Somebody promised to hear each of these children by a date and has not, or did so late. Both agencies see this list. Record who spoke to the child, and how, on the enquiry.", "Every child was spoken to by the promised date.")
}

// overdueReport is the list behind a figure of the enquiries page, in its own place.
func (d *Desk) overdueReport(r *http.Request, which, title, intro, empty string) (*web.Report, error) {
	l, err := d.Enquiries(r.Context(), web.Actor(r))
	if err != nil {
		return nil, err
	}
	s := l.shown(which)
	rep := &web.Report{Title: title + strconv.Itoa(len(s.Rows)), Intro: intro, Empty: empty, Checked: l.Now, Links: []web.Link{toEnquiries},
		Columns: []web.Column{{Head: "Child", Key: "child"}, {Key: "enquiry"}, {Head: "Who promised", Key: "agency"}, {Head: "Promised for", Key: "promised_for"}, {Head: "Late by", Key: "days_late", Number: true}, {Head: "How it stands", Key: "done"}}}
	for _, x := range s.Rows {
		until, state := l.Now, web.Cell{Text: "Not done", Tone: "risk", Value: ""}
		if !x.Done.IsZero() {
			until, state = x.Done, web.Cell{Text: "Done late, " + x.Done.Words(), Value: x.Done}
		}
		rep.Rows = append(rep.Rows, []web.Cell{{Text: x.Name, Href: web.EnquiryPath(x.Ref, ""), Sub: x.Ref, Value: x.Name}, {Text: x.Ref}, {Text: web.Capital(pathway.AgencyName(pathway.Agency(x.Agency))), Value: x.Agency},
			web.When(x.Since), web.Count(int(until.Sub(x.Since).Hours() / 24)), state})
	}
	return rep, nil
}
