package partnership

import (
	"context"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/feed"
	"frontdoor/internal/record"
	"frontdoor/internal/web"
)

// Partners are all partners in one list, by name. It ranks nobody: agencies do different
// work, and what chance brings is marked as chance.
type Partners struct {
	From civil.Date `json:"from"`
	To   civil.Date `json:"to"`
	Rows []Partner  `json:"rows"`

	now    civil.Instant
	period Period
	funnel feed.Spreads
}

// Partner is one of them. Outside says that its share of what was done in time lies where
// chance and the usual differences between partners bring two in a thousand.
type Partner struct {
	Agency
	Seats    int  `json:"seats"`
	Attended int  `json:"attended"`
	Due      int  `json:"due"`
	InTime   int  `json:"in_time"`
	Messages int  `json:"messages"`
	Whole    int  `json:"whole"`
	Outside  bool `json:"outside_limits"`
}

// fewestDue is how many things must have fallen due before a share is marked:
// management-statistics.md section 5 asks for twenty.
const fewestDue = 20

// Partners lists the partners that somebody may see.
func (d *Desk) Partners(ctx context.Context, who access.Actor, p Period) (*Partners, error) {
	if err := d.Record.RefreshFeeds(ctx, who.Authority); err != nil {
		return nil, err
	}
	out := &Partners{}
	err := d.look(ctx, who, access.SeeScorecard, func(v *record.View, all []Agency) error {
		*out = Partners{From: p.From, To: p.To, Rows: []Partner{}, period: p, now: v.Now}
		own := access.ScopeOf(who, access.SeeScorecard).AgencyID
		rows, err := lines(ctx, v, v.Authority, asked{agency: own, period: p, at: v.Now})
		if err != nil {
			return err
		}
		by := map[string]*Partner{}
		for _, g := range all {
			by[g.ID] = &Partner{Agency: g}
		}
		n := counting{p, v.Now}
		for _, l := range rows {
			if x := by[l.agency]; x != nil {
				x.add(n, l)
			}
		}
		if err := messageTotals(ctx, v, n, all, by); err != nil {
			return err
		}
		for _, g := range all {
			out.Rows = append(out.Rows, *by[g.ID])
		}
		slices.SortFunc(out.Rows, func(a, b Partner) int { return strings.Compare(a.Name+"\x00"+a.ID, b.Name+"\x00"+b.ID) })
		out.mark()
		return nil
	})
	return out, err
}

func (x *Partner) add(n counting, l Line) {
	switch {
	case l.Kind == kindMeetings && n.has(l.From):
		x.Seats++
		if l.State == "attended" {
			x.Attended++
		}
	case l.Kind != kindMeetings && n.due(l):
		x.Due++
		if l.State == inTime {
			x.InTime++
		}
	}
}

// messageTotals adds what each sent: the police's from the days that are kept counted.
func messageTotals(ctx context.Context, v *record.View, n counting, all []Agency, by map[string]*Partner) error {
	force := ""
	if len(all) == 1 {
		force = all[0].ID
	}
	cells, err := v.FeedCells(ctx, n.From, n.To, force, record.Counts)
	if err != nil {
		return err
	}
	for _, c := range cells {
		if x := by[c.Force]; x != nil && x.Police() {
			x.Messages, x.Whole = x.Messages+c.Quality.Messages, x.Whole+c.Quality.Whole
		}
	}
	for _, g := range all {
		if g.Police() {
			continue
		}
		q, err := quality(ctx, v, g, n.Period, n.at)
		if err != nil {
			return err
		}
		by[g.ID].Messages, by[g.ID].Whole = q.Messages, q.Whole
	}
	return nil
}

// shares are what was done in time, of those with anything due.
func (p *Partners) shares() []feed.Share {
	var out []feed.Share
	for _, x := range p.Rows {
		if x.Due > 0 {
			out = append(out, feed.Share{X: x.InTime, N: x.Due})
		}
	}
	return out
}

// mark says whose share lies outside the limits of a funnel that allows for the usual
// differences.
func (p *Partners) mark() {
	p.funnel = feed.SpreadsOf(p.shares())
	for i := range p.Rows {
		x := &p.Rows[i]
		lower, upper := p.funnel.Limits(x.Due)
		share := feed.Share{X: x.InTime, N: x.Due}.Rate()
		x.Outside = x.Due >= fewestDue && (share < lower || share > upper)
	}
}

// Sheet is the same list as a file.
func (p *Partners) Sheet() web.Sheet {
	s := web.Sheet{Head: []string{"agency", "kind", "name", "seats", "attended", "due", "in_time", "messages", "whole", "outside_limits"}}
	for _, x := range p.Rows {
		s.Rows = append(s.Rows, []string{x.ID, x.Kind, x.Name, strconv.Itoa(x.Seats), strconv.Itoa(x.Attended), strconv.Itoa(x.Due), strconv.Itoa(x.InTime), strconv.Itoa(x.Messages), strconv.Itoa(x.Whole), strconv.FormatBool(x.Outside)})
	}
	return s
}

func (d *Desk) partners(r *http.Request) (*Partners, error) {
	p, err := d.PeriodOf(r.URL.Query())
	if err != nil {
		return nil, err
	}
	return d.Partners(r.Context(), web.Actor(r), p)
}

type partnerView struct {
	Partner
	Path, Attendance, InTimeShare, WholeShare string
	SeatsPath, DuePath, MessagesPath          string
}

type partnersView struct {
	filterView
	Rows               []partnerView
	CSV, JSON, Checked string
	SeesFeeds          bool
	Funnel             template.HTML
	FunnelTitle        string
}

func (d *Desk) showPartners(w http.ResponseWriter, r *http.Request) error {
	period, f, code, err := d.filter(r)
	if err != nil {
		return err
	}
	p, err := d.Partners(r.Context(), web.Actor(r), period)
	if err != nil {
		return err
	}
	query := period.query()
	v := partnersView{filterView: f, CSV: web.PathScorecards + ".csv?" + query, JSON: web.PathScorecards + ".json?" + query, Checked: p.now.Clock(), SeesFeeds: access.ScopeOf(web.Actor(r), access.SeePromptness).Allowed}
	for _, x := range p.Rows {
		to := func(list string) string { return web.ScorecardPath(x.ID, list) + "?" + query }
		v.Rows = append(v.Rows, partnerView{Partner: x, Path: to(""), SeatsPath: to("seats"), DuePath: to("due"), MessagesPath: to(messagesKey),
			Attendance: shareWords(x.Attended, x.Seats), InTimeShare: shareWords(x.InTime, x.Due), WholeShare: shareWords(x.Whole, x.Messages)})
	}
	v.Funnel, v.FunnelTitle = p.plot()
	return web.Render(w, r, code, partnersPage, v)
}

// shareWords is a share with its count beside it.
func shareWords(x, n int) string {
	if n == 0 {
		return "none"
	}
	return fmt.Sprintf("%d of %d (%.1f%%)", x, n, 100*float64(x)/float64(n))
}

// plot draws the funnel when there is anything to hold against each other.
func (p *Partners) plot() (template.HTML, string) {
	c := web.FunnelChart{ID: "funnel", Mean: p.funnel.P, Limits: p.funnel.Limits}
	out := 0
	for _, x := range p.Rows {
		if x.Due == 0 {
			continue
		}
		if x.Outside {
			out++
		}
		c.Points = append(c.Points, web.FunnelPoint{Label: x.Name, N: x.Due, Share: feed.Share{X: x.InTime, N: x.Due}.Rate(), Out: x.Outside})
	}
	if len(c.Points) < 2 {
		return "", ""
	}
	c.Title = "Done in time: no partner differs by more than chance and the usual differences"
	if out > 0 {
		c.Title = fmt.Sprintf("Done in time: %d of %d partners differ by more than chance and the usual differences", out, len(c.Points))
	}
	c.Desc = "Across: how much fell due. Up: the share that was done in time. The dashed lines hold 998 in 1,000. The table has the same."
	return c.SVG(), c.Title
}

// packPath is where the pack of an agency and period is made.
func packPath(agency string, p Period, today civil.Date) string {
	if !p.To.Before(today) { // a pack holds what was recorded by its end, so its last day is over
		p.To = today.AddDays(-1)
	}
	return web.PathPacks + "?" + url.Values{"agency": {agency}, "from": {p.From.String()}, "to": {p.To.String()}}.Encode()
}
