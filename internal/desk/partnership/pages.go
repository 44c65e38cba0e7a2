package partnership

import (
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/feed"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

var (
	cardPage     = web.NewPage(templates, "templates/card.html", "templates/parts.html")
	behindPage   = web.NewPage(templates, "templates/behind.html", "templates/parts.html")
	partnersPage = web.NewPage(templates, "templates/partners.html", "templates/parts.html")
)

// Routes adds the desk's pages.
func (d *Desk) Routes(s *web.Server) {
	s.List(web.PathScorecards, access.SeeScorecard, web.Listing{Name: "partners", Page: d.showPartners, Sheet: func(r *http.Request) (web.Sheet, error) {
		p, err := d.partners(r)
		if err != nil {
			return web.Sheet{}, err
		}
		return p.Sheet(), nil
	}, JSON: func(r *http.Request) (any, error) { return d.partners(r) }})
	s.List(web.PathScorecard, access.SeeScorecard, web.Listing{Name: "scorecard", Page: d.showCard, Sheet: func(r *http.Request) (web.Sheet, error) {
		c, err := d.card(r)
		if err != nil {
			return web.Sheet{}, err
		}
		return c.Sheet(), nil
	}, JSON: func(r *http.Request) (any, error) { return d.card(r) }})
	s.List(web.PathScorecardList, access.SeeScorecard, web.Listing{Name: "scorecard-list", Page: d.showBehind, Sheet: func(r *http.Request) (web.Sheet, error) {
		b, err := d.behind(r, true)
		if err != nil {
			return web.Sheet{}, err
		}
		return b.Sheet(), nil
	}, JSON: func(r *http.Request) (any, error) { return d.behind(r, true) }})
	d.packRoutes(s)
	d.jointRoutes(s)
}

func (d *Desk) card(r *http.Request) (*Card, error) {
	p, err := d.PeriodOf(r.URL.Query())
	if err != nil {
		return nil, err
	}
	return d.Scorecard(r.Context(), web.Actor(r), r.PathValue("agency"), p)
}

func (d *Desk) behind(r *http.Request, whole bool) (*Behind, error) {
	q := r.URL.Query()
	p, err := d.PeriodOf(q)
	if err != nil {
		return nil, err
	}
	from := after{id: q.Get("after")}
	if at, err := civil.ParseInstant(q.Get("at")); err == nil {
		from.at = at
	}
	return d.list(r.Context(), web.Actor(r), r.PathValue("agency"), r.PathValue("list"), p, from, whole)
}

// filterView is the period above a page, with what is wrong with it.
type filterView struct {
	From, To     string
	Field, Error string
	Period       string
}

// HasErrors says whether the period was wrong.
func (v filterView) HasErrors() bool { return v.Error != "" }

// filter reads the period of an address; when it is wrong, the page shows the usual one
// and says so.
func (d *Desk) filter(r *http.Request) (Period, filterView, int, error) {
	q := r.URL.Query()
	v := filterView{From: q.Get("from"), To: q.Get("to")}
	code := http.StatusOK
	p, err := d.PeriodOf(q)
	if err != nil {
		v.Field, v.Error = "from", err.Error()
		if f, ok := refusal.As(err); ok && len(f.Problems) > 0 {
			v.Field, v.Error = f.Problems[0].Field, f.Problems[0].Message
		}
		code = http.StatusUnprocessableEntity
		if p, err = d.PeriodOf(nil); err != nil {
			return p, v, code, err
		}
	}
	if code == http.StatusOK {
		v.From, v.To = p.From.String(), p.To.String()
	}
	v.Period = p.Words()
	return p, v, code, nil
}

type rowView struct {
	Words, Path, Of, Percent     string
	Count                        int
	Median, P90, P95, Longest    string
	Share, Timed, Heading, Known bool
}

type tableView struct {
	Caption, Count string
	Timed          bool
	Rows           []rowView
}

type chartView struct {
	Title, Label, Note string
	SVG                template.HTML
	Table              web.Table
}

type cardView struct {
	filterView
	Name, CSV, JSON, Checked, Pack, All string
	Promptness                          []tableView
	Attendance, Answers, Quality        tableView
	Charts                              []chartView
	Police                              bool
}

func (d *Desk) showCard(w http.ResponseWriter, r *http.Request) error {
	p, f, code, err := d.filter(r)
	if err != nil {
		return err
	}
	c, err := d.Scorecard(r.Context(), web.Actor(r), r.PathValue("agency"), p)
	if err != nil {
		return err
	}
	path := web.ScorecardPath(c.Agency.ID, "")
	v := cardView{filterView: f, Name: c.Agency.Name, CSV: path + ".csv?" + p.query(), JSON: path + ".json?" + p.query(), Checked: c.now.Clock(), Police: c.Agency.Police(),
		Pack: packPath(c.Agency.ID, p, c.now.Date())}
	if access.ScopeOf(web.Actor(r), access.SeeScorecard).AgencyID == "" {
		v.All = web.PathScorecards + "?" + p.query()
	}
	for _, row := range c.Rows {
		x := c.view(row)
		switch row.Part {
		case partPromptness:
			caption := "Incident to receipt: " + row.Grade + " risk"
			if row.Grade == feed.GradeWords("") {
				caption = "Incident to receipt: not graded"
			}
			if n := len(v.Promptness); n == 0 || v.Promptness[n-1].Caption != caption {
				v.Promptness = append(v.Promptness, tableView{Caption: caption, Count: "Notifications", Timed: true})
			}
			at := &v.Promptness[len(v.Promptness)-1]
			at.Rows = append(at.Rows, x)
		case partAttendance:
			v.Attendance.Rows = append(v.Attendance.Rows, x)
		case partAnswers:
			v.Answers.Rows = append(v.Answers.Rows, x)
		case partQuality:
			v.Quality.Rows = append(v.Quality.Rows, x)
		}
	}
	v.Attendance.Caption, v.Attendance.Count = "Strategy discussions held in the period", "Places"
	v.Answers.Caption, v.Answers.Count, v.Answers.Timed = "What fell due in the period", "Number", true
	v.Quality.Caption, v.Quality.Count = "What was sent, as it was sent", "Number"
	v.Charts = c.charts()
	return web.Render(w, r, code, cardPage, v)
}

func (c *Card) view(r Row) rowView {
	x := rowView{Words: r.words, Count: r.Count, Path: c.path(r), Share: r.share, Timed: r.timed, Heading: !r.share, Percent: r.percent()}
	if r.share {
		x.Of = strconv.Itoa(r.Of)
	}
	if r.timed && r.Count > 0 {
		x.Median, x.P90, x.P95, x.Longest = span(r.Median), span(r.P90), span(r.P95), span(r.Longest)
	}
	if x.Percent != "" {
		x.Percent += "%"
	}
	return x
}

func span(seconds *uint32) string {
	if seconds == nil {
		return "not yet"
	}
	return civil.Span(feed.Duration(*seconds))
}

// path is the list behind a number.
func (c *Card) path(r Row) string {
	if r.Part == partPromptness {
		q := url.Values{"force": {c.Agency.ID}, "from": {c.From.String()}, "to": {c.To.String()}, "grade": {r.Grade}}
		switch r.Measure {
		case "over_7_days":
			q.Set("over", "7")
		case "over_agreed_limit":
			q.Set("late", "1")
		case feed.Told.Key():
		default:
			q.Set("stage", r.Measure)
		}
		if r.Grade == feed.GradeWords("") {
			q.Set("grade", "-")
		}
		return web.PathFiguresPolice + "?" + q.Encode()
	}
	list := r.Measure
	if list == "children-named" {
		list = lackingKey + string(feed.GapName)
	}
	return web.ScorecardPath(c.Agency.ID, list) + "?" + c.period.query()
}

// The most weeks that are put together for one point of a chart, and the most points
// that a chart's limits are made from.
const (
	mostTogether = 8
	baseline     = 24
)

// charts are the shares in order of time.
func (c *Card) charts() []chartView {
	var out []chartView
	if v, ok := c.chart("in-time", c.weeks.due, "Done in time, of everything that fell due", "done in time", "fell due", func(p Period) string {
		return web.ScorecardPath(c.Agency.ID, "due") + "?" + p.query()
	}); ok {
		out = append(out, v)
	}
	if v, ok := c.chart("over-limit", c.weeks.late, "Notifications over the agreed limit", "over the limit", "received", func(p Period) string {
		return web.PathFiguresPolice + "?" + url.Values{"force": {c.Agency.ID}, "late": {"1"}, "from": {p.From.String()}, "to": {p.To.String()}}.Encode()
	}); ok && c.Agency.Police() {
		out = append(out, v)
	}
	return out
}

// fewestPoints is how many points a chart needs to say anything.
const fewestPoints = 3

// chart draws one; none when there are too few weeks.
func (c *Card) chart(id string, weeks []feed.Share, words, part, whole string, path func(Period) string) (chartView, bool) {
	starts := c.weeks.from
	for len(weeks) > 0 && weeks[0].N == 0 {
		weeks, starts = weeks[1:], starts[1:] // nothing had come yet
	}
	k := feed.Together(weeks, mostTogether)
	points := feed.Combine(weeks, k)
	if len(points) < fewestPoints {
		return chartView{}, false
	}
	p := feed.PPrimeOf(points, min(len(points), baseline))
	first := len(weeks) % k
	chart := web.Chart{ID: id, Mean: 100 * p.P, Varying: true}
	v := chartView{Label: words, Table: web.Table{Caption: words + ": the same as a table", Head: []string{"From", web.Capital(part), "Of those that " + whole, "Share", "Limits", "On the chart"}, Numeric: []bool{false, true, true, true}}}
	if whole == "received" {
		v.Table.Head[2] = "Of those received"
	}
	beyond := 0
	for i, s := range points {
		from := starts[first+i*k]
		x := web.ChartPoint{Value: 100 * s.Rate(), Lower: 100 * p.Lower[i], Upper: 100 * p.Upper[i]}
		if p.Beyond[i] {
			x.Signal = "outside the limits"
			beyond++
		}
		if i%max(len(points)/6, 1) == 0 {
			x.Label = strings.TrimSuffix(from.Words(), " "+strconv.Itoa(from.Year))
		}
		chart.Points = append(chart.Points, x)
		v.Table.Rows = append(v.Table.Rows, []string{from.Words(), strconv.Itoa(s.X), strconv.Itoa(s.N), fmt.Sprintf("%.1f%%", 100*s.Rate()),
			fmt.Sprintf("%.1f%% to %.1f%%", x.Lower, x.Upper), x.Signal})
	}
	v.Title = fmt.Sprintf("%s: %.1f%%, and no point is more than chance", words, 100*p.P)
	if beyond > 0 {
		v.Title = fmt.Sprintf("%s: %.1f%%, and %d of %d points are more than chance", words, 100*p.P, beyond, len(points))
	}
	each := "Each point is a week"
	if k > 1 {
		each = fmt.Sprintf("Each point is %d weeks together, because there are few in one", k)
	}
	v.Note = fmt.Sprintf("%s. Limits from the first %d points, wider where there are fewer", each, p.Base)
	if p.Trial {
		v.Note += ": trial limits, which may move until there are twelve"
	}
	chart.Title, chart.Desc = v.Title, v.Note+". The table below has the same."
	v.SVG = chart.SVG()
	return v, true
}

type lineView struct {
	Ref, Path, What, From, Due, Done, State string
	Risk                                    bool
}

type messageView struct {
	Message
	Path    string
	Lacked  string
	Told    string
	Channel string
}

type behindView struct {
	Title, Back, CSV, JSON, Checked, More string
	FromHead, DoneHead                    string
	Lines                                 []lineView
	Sent                                  []messageView
	Total                                 int
	Previous                              string
	Messages                              bool
}

func (d *Desk) showBehind(w http.ResponseWriter, r *http.Request) error {
	b, err := d.behind(r, false)
	if err != nil {
		return err
	}
	path := web.ScorecardPath(b.Agency.ID, b.Measure)
	query := b.period.query()
	v := behindView{Title: b.Agency.Name + ": " + strings.ToLower(b.words[:1]) + b.words[1:] + ", " + b.period.Words(), Back: web.ScorecardPath(b.Agency.ID, "") + "?" + query,
		CSV: path + ".csv?" + query, JSON: path + ".json?" + query, Checked: b.now.Clock(), Total: len(b.Lines), FromHead: "Asked or agreed", DoneHead: "Done"}
	_, v.Messages = gapOf(b.Measure, b.Agency.Police())
	who := web.Actor(r)
	if m, ok := measureOf(b.Measure); ok && m.part == partAttendance {
		v.FromHead, v.DoneHead = "Held", ""
	}
	page, _ := strconv.Atoi(r.URL.Query().Get("page"))
	from := min(max(page-1, 0)*PageSize, len(b.Lines))
	to := min(from+PageSize, len(b.Lines))
	if to < len(b.Lines) {
		v.More = path + "?" + query + "&page=" + strconv.Itoa(from/PageSize+2)
	}
	for _, l := range b.Lines[from:to] {
		v.Lines = append(v.Lines, l.view(who))
	}
	for _, m := range b.Sent {
		x := messageView{Message: m, Lacked: strings.Join(feed.Lacked(m.Missing), "; "), Told: fmt.Sprintf("%d of %d", m.Named, m.Children), Channel: m.Channel}
		if m.Ref != "" && access.ScopeOf(who, access.OpenContact).Allowed {
			x.Path = web.ContactPath(m.Ref, "")
		}
		v.Sent = append(v.Sent, x)
	}
	if b.next != nil {
		v.More = path + "?" + query + "&at=" + url.QueryEscape(b.next.Received.String()) + "&after=" + b.next.id
	}
	return web.Render(w, r, http.StatusOK, behindPage, v)
}

var stateWords = map[string]string{
	inTime: "In time", late: "Late", overdue: "Not done", open: "Not due yet", notNeeded: "Not needed any more",
	"attended": "Came", "sent_view": "Sent a view", "absent": "Absent",
}

var kindWords = map[string]string{
	kindMeetings: "Strategy discussion", kindInvitations: "Invitation", kindQuestions: "Question", kindSignatures: "Record to sign", kindActions: "Action",
}

// view is a line as the page shows it, with the way to what it is about when the reader
// may open such things.
func (l Line) view(who access.Actor) lineView {
	v := lineView{Ref: l.Ref, What: kindWords[l.Kind], From: l.From.Words(), Due: l.Due.Words(), State: stateWords[l.State], Risk: l.State == overdue || l.State == late || l.State == "absent" || l.without}
	if l.Detail != "" {
		v.What += ": " + strings.ReplaceAll(l.Detail, "_", " ")
	}
	if l.without {
		v.State += ", and not properly constituted without them"
	}
	if !l.Done.IsZero() {
		v.Done = l.Done.Words()
	}
	if l.Due.IsZero() {
		v.Due = ""
	}
	switch {
	case l.Ref == "":
	case strings.HasPrefix(l.Ref, "SD-") && access.ScopeOf(who, access.OpenMeeting).Allowed:
		v.Path = web.MeetingPath(l.Ref, "")
	case strings.HasPrefix(l.Ref, "SE-") && access.ScopeOf(who, access.OpenEnquiry).Allowed:
		v.Path = web.EnquiryPath(l.Ref, "")
	case strings.HasPrefix(l.Ref, "FD-") && access.ScopeOf(who, access.OpenContact).Allowed:
		v.Path = web.ContactPath(l.Ref, "checks")
	}
	return v
}

// Sheet is the same list as a file, whole.
func (b *Behind) Sheet() web.Sheet {
	if b.Lines == nil {
		return messageSheet(b.Sent)
	}
	return lineSheet(b.Lines)
}

func lineSheet(all []Line) web.Sheet {
	s := web.Sheet{Head: []string{"reference", "kind", "detail", "from", "due", "done", "state"}}
	for _, l := range all {
		s.Rows = append(s.Rows, []string{l.Ref, l.Kind, l.Detail, l.From.String(), l.Due.String(), l.Done.String(), l.State})
	}
	return s
}

func messageSheet(all []Message) web.Sheet {
	s := web.Sheet{Head: []string{"reference", "sender_reference", "channel", "grade", "district", "incident", "reported", "graded", "sent", "received", "recorded", "children", "named", "missing"}}
	for _, m := range all {
		s.Rows = append(s.Rows, []string{m.Ref, m.SenderRef, m.Channel, m.Grade, m.District, m.Incident.String(), m.Reported.String(), m.Graded.String(), m.Sent.String(), m.Received.String(),
			m.Recorded.String(), strconv.Itoa(m.Children), strconv.Itoa(m.Named), m.Missing})
	}
	return s
}
