package feeds

import (
	"context"
	"math"
	"strconv"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/feed"
	"frontdoor/internal/record"
	"frontdoor/internal/web"
)

// States are the feeds of all forces, or of the reader's own.
type States struct {
	AsAt  civil.Instant `json:"as_at"`
	Feeds []State       `json:"feeds"`
}

// State is one force's feed as pages, files and the command show it.
type State struct {
	Force      string        `json:"force"`
	Name       string        `json:"name"`
	State      string        `json:"state"` // usual, below, above, or not known yet
	Alarms     []string      `json:"alarms"`
	Since      civil.Date    `json:"since"` // first day of the alarm; nothing when there is none
	Last       civil.Instant `json:"last_received"`
	Seen       civil.Instant `json:"last_heartbeat"`
	Connection string        `json:"connection"` // heard, silent, or no heartbeat
	Today      int           `json:"received_today"`
	UsualByNow float64       `json:"usual_by_now"`
	Windows    []Window      `json:"windows"`
	Parts      []Part        `json:"parts"`
	Weeks      []Week        `json:"weeks"`
	Backlog    []Backlog     `json:"backlog"`
	judged     record.FeedState
}

// Window is what came in so many days to now, and the band that is usual.
type Window struct {
	Days     int     `json:"days"`
	Received int     `json:"received"`
	Usual    float64 `json:"usual"`
	Low      int     `json:"low"`
	High     int     `json:"high"`
	Known    bool    `json:"known"`
}

// Part is a grade or district of a feed over seven days.
type Part struct {
	District string     `json:"district"`
	Grade    string     `json:"grade"`
	State    string     `json:"state"`
	Since    civil.Date `json:"since"`
	Windows  []Window   `json:"windows"`
}

// Week is seven days of receipt, the last of them ending yesterday.
type Week struct {
	From      civil.Date `json:"from"`
	To        civil.Date `json:"to"`
	Received  int        `json:"received"`
	Usual     float64    `json:"usual"`
	Low       int        `json:"low"`
	High      int        `json:"high"`
	Known     bool       `json:"known"`
	Alarm     string     `json:"alarm"`      // below or above, on any of its days
	AlarmFrom civil.Date `json:"alarm_from"` // the first of them
	Signal    string     `json:"signal"`     // of the control chart
}

// Backlog is what a force declared.
type Backlog struct {
	Grade   string        `json:"grade"`
	Waiting int           `json:"waiting"`
	AsAt    civil.Instant `json:"as_at"`
}

// States works out the feeds as they are now.
func (d *Desk) States(ctx context.Context, who access.Actor, force string) (*States, error) {
	if err := d.Record.RefreshFeeds(ctx, who.Authority); err != nil {
		return nil, err
	}
	out := &States{}
	err := d.Record.Look(ctx, who, access.PurposeOversight, func(v *record.View) error {
		*out = States{AsAt: v.Now, Feeds: []State{}}
		f := Filter{Force: force}
		if err := scope(v, access.SeePromptness, &f); err != nil {
			return err
		}
		v.Saw("feeds of police")
		all, err := v.Feeds(ctx, f.Force, true)
		for _, s := range all {
			out.Feeds = append(out.Feeds, stateOf(s, v.Now))
		}
		return err
	})
	return out, err
}

func stateWords(j feed.Judged) string {
	switch {
	case j.Alarm != feed.Quiet:
		return string(j.Alarm)
	case !j.Known:
		return "not known yet"
	}
	return "usual"
}

func stateOf(s record.FeedState, now civil.Instant) State {
	j := s.Now()
	out := State{Force: s.Force, Name: s.Name, State: stateWords(j), Alarms: s.Alarms(now), Since: j.Since, Last: s.Last, Seen: s.Seen, Connection: "heard", Today: j.N, UsualByNow: round1(j.Usual),
		Windows: windowsOf(j), Parts: []Part{}, Weeks: weeksOf(s.Days), Backlog: []Backlog{}, judged: s}
	switch {
	case s.Seen.IsZero():
		out.Connection = "no heartbeat"
	case feed.SilentWords(s.Seen, now) != "":
		out.Connection = "silent"
	}
	if out.Alarms == nil {
		out.Alarms = []string{}
	}
	for _, p := range s.Parts {
		grade := feed.GradeWords(p.Grade)
		if p.AllGrades {
			grade = "all"
		}
		out.Parts = append(out.Parts, Part{districtWords(p.AllDistricts, p.District), grade, stateWords(p.Now), p.Now.Since, windowsOf(p.Now)})
	}
	for _, w := range s.Backlog {
		out.Backlog = append(out.Backlog, Backlog{w.Grade, w.N, w.AsAt})
	}
	return out
}

func round1(v float64) float64 { return math.Round(10*v) / 10 }

func windowsOf(j feed.Judged) []Window {
	out := []Window{}
	for _, w := range j.Windows {
		out = append(out, Window{w.Days, w.Got, round1(w.Usual), w.Low, w.High, j.Known && w.Usual > 0})
	}
	return out
}

// The days of a week, and how many weeks are the base of the control chart.
const (
	week      = 7
	baseWeeks = 12
)

// weeksOf are the whole weeks of a feed, the oldest first, with the signals of the
// control chart whose base is the first twelve.
func weeksOf(days []feed.Judged) []Week {
	out := []Week{}
	if len(days) == 0 {
		return out
	}
	past := days[:len(days)-1] // today is not over
	var values []float64
	for from := len(past) % week; from+week <= len(past); from += week {
		part := past[from : from+week]
		last := part[week-1]
		w := Week{From: part[0].Date, To: last.Date}
		for _, d := range part {
			w.Received += d.N
			if d.Alarm != feed.Quiet && w.Alarm == "" {
				w.Alarm, w.AlarmFrom = string(d.Alarm), d.Date
			}
		}
		band := last.Windows[len(last.Windows)-1]
		w.Usual, w.Low, w.High, w.Known = round1(band.Usual), band.Low, band.High, last.Known && band.Usual > 0
		out, values = append(out, w), append(values, float64(w.Received))
	}
	x := feed.XmROf(values, baseWeeks, false)
	for i := range out {
		out[i].Signal = x.Signals[i].Rule
	}
	return out
}

// chartOf draws the weeks. Its title says what it shows.
func chartOf(s State, id string) web.Chart {
	var values []float64
	for _, w := range s.Weeks {
		values = append(values, float64(w.Received))
	}
	x := feed.XmROf(values, baseWeeks, false)
	c := web.Chart{ID: id, Mean: round1(x.Mean), Lower: round1(x.Lower), Upper: round1(x.Upper), Unit: "a week"}
	outside, last := 0, ""
	for i, w := range s.Weeks {
		p := web.ChartPoint{Value: values[i], Signal: w.Signal}
		if i%6 == 0 {
			p.Label = w.To.Start().London().Format("2 Jan")
		}
		if w.Signal == "limit" {
			outside, last = outside+1, w.To.Words()
		}
		c.Points = append(c.Points, p)
	}
	switch {
	case outside == 0:
		c.Title = "Notifications stayed within their limits in all " + strconv.Itoa(len(s.Weeks)) + " weeks"
	default:
		c.Title = "Notifications left their limits in " + strconv.Itoa(outside) + " of " + strconv.Itoa(len(s.Weeks)) + " weeks, last in the week to " + last
	}
	c.Desc = s.Name + ": notifications received in each week, their mean and the limits that chance stays within. The table below says the same."
	return c
}

// Sheet is the feeds and their parts as a file.
func (s *States) Sheet() web.Sheet {
	out := web.Sheet{Head: []string{"force", "district", "grade", "state", "since", "received_1_day", "usual_1_day", "received_3_days", "usual_3_days", "low_3_days", "high_3_days", "received_7_days", "usual_7_days", "low_7_days", "high_7_days"}}
	add := func(force, district, grade, state string, since civil.Date, w []Window) {
		row := []string{force, district, grade, state, since.String()}
		for i, x := range w {
			row = append(row, strconv.Itoa(x.Received), usualText(x))
			if i > 0 {
				row = append(row, strconv.Itoa(x.Low), strconv.Itoa(x.High))
			}
		}
		out.Rows = append(out.Rows, row)
	}
	for _, f := range s.Feeds {
		add(f.Force, "all", "all", f.State, f.Since, f.Windows)
		for _, p := range f.Parts {
			add(f.Force, p.District, p.Grade, p.State, p.Since, p.Windows)
		}
	}
	return out
}

func usualText(w Window) string {
	if !w.Known {
		return ""
	}
	return strconv.FormatFloat(w.Usual, 'f', 1, 64)
}

// WeekSheet is the weeks of the feeds as a file.
func (s *States) WeekSheet() web.Sheet {
	out := web.Sheet{Head: []string{"force", "from", "to", "received", "usual", "low", "high", "alarm", "alarm_from", "chart_signal"}}
	for _, f := range s.Feeds {
		for _, w := range f.Weeks {
			row := []string{f.Force, w.From.String(), w.To.String(), strconv.Itoa(w.Received), "", "", "", w.Alarm, w.AlarmFrom.String(), w.Signal}
			if w.Known {
				row[4], row[5], row[6] = strconv.FormatFloat(w.Usual, 'f', 1, 64), strconv.Itoa(w.Low), strconv.Itoa(w.High)
			}
			out.Rows = append(out.Rows, row)
		}
	}
	return out
}
