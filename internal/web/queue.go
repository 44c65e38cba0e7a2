package web

import (
	"fmt"
	"html"
	"html/template"
	"math"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/record"
)

// LoadAlarm is the alarm of the front door as pages show it: what is wrong, and what to
// do next.
type LoadAlarm struct {
	Words []string
	Do    []string
	Ref   string // the contact that is expected to pass its time first, for those who open contacts
	Path  string // of the page behind it; "" on that page
}

// callersShown is how many people are named to be asked for more hands.
const callersShown = 4

// LoadAlarmOf words an alarm for a reader: who works for the whole front door is told by
// name who has room and whom to ask; others are told to tell a manager; those who see
// numbers only are told those.
func LoadAlarmOf(a record.LoadAlarm, who access.Actor) LoadAlarm {
	v := LoadAlarm{Words: a.Words(), Path: PathLoad}
	s := access.ScopeOf(who, access.SeeLoad)
	if !a.Rings() || !s.Allowed {
		return LoadAlarm{}
	}
	add := func(words string) {
		if words != "" {
			v.Do = append(v.Do, words)
		}
	}
	add(a.ShortWords())
	if access.ScopeOf(who, access.OpenContact).Allowed {
		v.Ref = a.First.Ref
	}
	switch {
	case !s.Named:
	case s.WorkerID != "":
		add("Tell a front door manager, and take the contact that is due first")
	default:
		add(a.OverWords())
		add(a.RoomWords())
		add(callers(a.Callers, who.ID))
	}
	return v
}

// callers names whom a reader can ask for more hands, the reader left out.
func callers(all []record.Caller, reader string) string {
	var out []string
	for _, c := range all {
		if c.ID == reader || len(out) == callersShown {
			continue
		}
		words := c.Name + " (" + access.RoleName(access.Role(c.Role))
		for _, more := range []string{c.Team, c.Phone} {
			if more != "" {
				words += ", " + more
			}
		}
		out = append(out, words+")")
	}
	if len(out) == 0 {
		return "Ask for more hands: no other team manager or director has an account"
	}
	return "Ask for more hands: " + strings.Join(out, ", ")
}

// QueueChart is a queue over time: how many waited, how many are expected to wait with the
// band that chance stays within eight times of ten, and how many if it comes otherwise.
// It repeats what a table beside it says.
type QueueChart struct {
	ID, Title, Desc   string
	Past, Course, If  []QueuePoint
	IfName            string
	Low, High         []QueuePoint
	Limit             int // of the desk; 0 is none
	Ticks             []QueueTick
	First, IfFirst    float64 // hours from now at which the first passes its time
	Passes, IfPassing bool    // whether one does
}

// QueuePoint is so many waiting so many hours from now.
type QueuePoint struct{ Hours, Waiting float64 }

// QueueTick is a word under the axis.
type QueueTick struct {
	Hours float64
	Label string
}

const (
	chartBand  = "#e3eff8"
	chartOther = "#b85c00"
	chartGap   = 15 // between two words at one edge
)

// SVG draws the queue as an image with a title and a description, without style
// attributes. Each line has its own dash and its name at its end, so that colour is not
// needed.
func (c QueueChart) SVG() template.HTML {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="fd-map" xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="%s-title %s-desc" width="%d" height="%d" viewBox="0 0 %d %d">`, c.ID, c.ID, chartWidth, chartHeight, chartWidth, chartHeight)
	fmt.Fprintf(&b, "\n<title id=\"%s-title\">%s</title><desc id=\"%s-desc\">%s</desc>\n", c.ID, html.EscapeString(c.Title), c.ID, html.EscapeString(c.Desc))
	x, y := c.scales()
	right, bottom := chartWidth-chartRight, chartHeight-chartBottom
	line := func(all []QueuePoint) string {
		var out []string
		for _, p := range all {
			out = append(out, fmt.Sprintf("%.1f,%.1f", x(p.Hours), y(p.Waiting)))
		}
		return strings.Join(out, " ")
	}
	if len(c.Low) > 0 {
		back := make([]QueuePoint, len(c.Low))
		for i, p := range c.Low {
			back[len(back)-1-i] = p
		}
		fmt.Fprintf(&b, `<polygon points="%s %s" fill="%s"/>`+"\n", line(c.High), line(back), chartBand)
	}
	if c.Limit > 0 {
		fmt.Fprintf(&b, `<line x1="%d" y1="%.1f" x2="%d" y2="%.1f" stroke="%s" stroke-width="1.5" stroke-dasharray="2 3"/>`, chartLeft, y(float64(c.Limit)), right, y(float64(c.Limit)), chartLimit)
		fmt.Fprintf(&b, `<text x="%d" y="%.1f" font-size="13" fill="%s">limit %d</text>`+"\n", chartLeft+4, y(float64(c.Limit))-4, chartInk, c.Limit)
	}
	fmt.Fprintf(&b, `<line x1="%d" y1="%d" x2="%d" y2="%d" stroke="%s"/>`, chartLeft, bottom, right, bottom, chartInk)
	fmt.Fprintf(&b, `<line x1="%.1f" y1="%d" x2="%.1f" y2="%d" stroke="%s" stroke-dasharray="1 3"/><text x="%.1f" y="%d" font-size="13" fill="%s">now</text>`+"\n", x(0), chartTop, x(0), bottom, chartInk, x(0)+4, chartTop+10, chartInk)
	for _, t := range c.Ticks {
		fmt.Fprintf(&b, `<text x="%.1f" y="%d" font-size="13" text-anchor="middle" fill="%s">%s</text>`, x(t.Hours), chartHeight-12, chartInk, html.EscapeString(t.Label))
	}
	for _, n := range []float64{0, c.most()} {
		fmt.Fprintf(&b, `<text x="%d" y="%.1f" font-size="13" text-anchor="end" fill="%s">%.0f</text>`, chartLeft-6, y(n)+4, chartInk, n)
	}
	b.WriteByte('\n')
	if len(c.Past) > 1 {
		fmt.Fprintf(&b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>`, line(c.Past), chartInk)
	}
	fmt.Fprintf(&b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2.5" stroke-dasharray="9 3"/>`, line(c.If), chartOther)
	fmt.Fprintf(&b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2.5"/>`+"\n", line(c.Course), chartLine)
	mark := func(yes bool, at float64, all []QueuePoint, colour string) {
		if yes {
			fmt.Fprintf(&b, `<rect x="%.1f" y="%.1f" width="10" height="10" fill="%s"/>`, x(at)-5, y(on(all, at))-5, colour)
		}
	}
	mark(c.IfPassing, c.IfFirst, c.If, chartSignal)
	mark(c.Passes, c.First, c.Course, chartSignal)
	c.names(&b, y)
	b.WriteString("</svg>")
	return template.HTML(b.String()) //nolint:gosec // every text is escaped above
}

// names writes what each line is at its end, apart from one another.
func (c QueueChart) names(b *strings.Builder, y func(float64) float64) {
	if len(c.Course) == 0 || len(c.If) == 0 {
		return
	}
	now, other := c.Course[len(c.Course)-1].Waiting, c.If[len(c.If)-1].Waiting
	at, beside := y(now)+4, y(other)+4
	if math.Abs(at-beside) < chartGap {
		if beside = at - chartGap; other < now {
			beside = at + chartGap
		}
	}
	for _, l := range []struct {
		y      float64
		words  string
		colour string
	}{{at, fmt.Sprintf("as now %.0f", now), chartLine}, {beside, fmt.Sprintf("%s %.0f", c.IfName, other), chartOther}} {
		fmt.Fprintf(b, `<text x="%d" y="%.1f" font-size="13" fill="%s">%s</text>`+"\n", chartWidth-chartRight+6, l.y, l.colour, html.EscapeString(l.words))
	}
}

// on is how many wait at a time between two points.
func on(all []QueuePoint, hours float64) float64 {
	for i := 1; i < len(all); i++ {
		if a, b := all[i-1], all[i]; hours <= b.Hours && b.Hours > a.Hours {
			return a.Waiting + (b.Waiting-a.Waiting)*(hours-a.Hours)/(b.Hours-a.Hours)
		}
	}
	if len(all) == 0 {
		return 0
	}
	return all[len(all)-1].Waiting
}

func (c QueueChart) most() float64 {
	most := math.Max(float64(c.Limit), 1)
	for _, all := range [][]QueuePoint{c.Past, c.Course, c.If, c.High} {
		for _, p := range all {
			most = math.Max(most, p.Waiting)
		}
	}
	return math.Ceil(most)
}

func (c QueueChart) scales() (x, y func(float64) float64) {
	from, to, most := 0.0, 1.0, c.most()
	for _, all := range [][]QueuePoint{c.Past, c.Course} {
		for _, p := range all {
			from, to = math.Min(from, p.Hours), math.Max(to, p.Hours)
		}
	}
	wide, high := float64(chartWidth-chartLeft-chartRight), float64(chartHeight-chartTop-chartBottom)
	return func(h float64) float64 { return chartLeft + wide*(h-from)/(to-from) }, func(n float64) float64 { return chartTop + high*(1-n/most) }
}
