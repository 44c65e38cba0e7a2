package web

import (
	"fmt"
	"html"
	"html/template"
	"strings"
	"time"

	"frontdoor/internal/civil"
)

// StoryLine is one child's story with a row for each agency: a bar from when something
// began until it was done. It repeats what a table beside it says.
type StoryLine struct {
	ID    string // unique on the page, for the title
	Title string // states the finding
	Desc  string
	Until civil.Instant // where what is still waited for ends
	Rows  []StoryRow
}

// StoryRow is one agency.
type StoryRow struct {
	Label string
	Bars  []StoryBar
}

// StoryBar is one event with its number in the table. Due is zero without a limit, End
// zero while it is waited for; a point has no length.
type StoryBar struct {
	Number         int
	From, Due, End civil.Instant
	Point          bool
}

// The sizes of a story line, in pixels.
const (
	storyWidth = 960
	storyLeft  = 190
	storyRight = 56
	storyTop   = 30
	storyLane  = 20
	storyGap   = 12
	storyThin  = 5
	storyThick = 13
	storyTicks = 6
	storyGlyph = 8  // width of a figure
	storyLabel = 24 // letters of an agency's name
)

// storyHours is below how much time the ticks say the hour too.
const storyHours = 2 * storyTicks * 24 * time.Hour

// story is a line being drawn.
type story struct {
	strings.Builder
	StoryLine
	from, to civil.Instant
	y        int
}

// SVG draws the line as an image with a title and a description, without style
// attributes. What was done is filled, what is still waited for is open and dashed, and
// what lies after a limit is thick: colour is not needed.
func (s StoryLine) SVG() template.HTML {
	d := &story{StoryLine: s, y: storyTop}
	d.from, d.to = s.span()
	for i, r := range s.Rows {
		d.row(r, i > 0)
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="fd-map" xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="%s-title %s-desc" width="%d" height="%d" viewBox="0 0 %d %d">`, s.ID, s.ID, storyWidth, d.y, storyWidth, d.y)
	fmt.Fprintf(&b, "\n<title id=\"%s-title\">%s</title><desc id=\"%s-desc\">%s</desc>\n", s.ID, html.EscapeString(s.Title), s.ID, html.EscapeString(s.Desc))
	d.ticks(&b)
	b.WriteString(d.String())
	b.WriteString("</svg>")
	return template.HTML(b.String()) //nolint:gosec // every text is escaped above
}

// span is from the first moment to the last.
func (s StoryLine) span() (from, to civil.Instant) {
	for _, r := range s.Rows {
		for _, b := range r.Bars {
			if from.IsZero() || b.From.Before(from) {
				from = b.From
			}
			for _, t := range []civil.Instant{b.From, s.end(b)} {
				if t.After(to) {
					to = t
				}
			}
		}
	}
	return from, to
}

// end is where a bar ends.
func (s StoryLine) end(b StoryBar) civil.Instant {
	switch {
	case b.Point:
		return b.From
	case b.End.IsZero():
		return s.Until
	}
	return b.End
}

func (d *story) x(t civil.Instant) float64 {
	whole := max(d.to.Sub(d.from).Seconds(), 1)
	return storyLeft + (storyWidth-storyLeft-storyRight)*min(max(t.Sub(d.from).Seconds()/whole, 0), 1)
}

// ticks are days along the top.
func (d *story) ticks(b *strings.Builder) {
	layout := "2 Jan"
	if d.to.Sub(d.from) < storyHours {
		layout = "2 Jan 15:04"
	}
	for i := range storyTicks {
		t := d.from.Add(d.to.Sub(d.from) / (storyTicks - 1) * time.Duration(i))
		fmt.Fprintf(b, `<line x1="%.1f" y1="%d" x2="%.1f" y2="%d" stroke="%s" stroke-width="0.5" stroke-dasharray="2 3"/>`, d.x(t), storyTop-8, d.x(t), d.y, chartLimit)
		fmt.Fprintf(b, `<text x="%.1f" y="15" font-size="13" text-anchor="middle" fill="%s">%s</text>`+"\n", d.x(t), chartInk, t.London().Format(layout))
	}
}

// row draws an agency's bars, each in the first lane that is free.
func (d *story) row(r StoryRow, ruled bool) {
	if ruled {
		fmt.Fprintf(d, `<line x1="0" y1="%d" x2="%d" y2="%d" stroke="%s" stroke-width="0.5"/>`, d.y-storyGap/2, storyWidth, d.y-storyGap/2, chartLimit)
	}
	fmt.Fprintf(d, `<text x="0" y="%d" font-size="14" fill="%s">%s</text>`+"\n", d.y+storyLane/2+5, chartInk, html.EscapeString(storyName(r.Label)))
	var free []float64 // from where each lane is free
	for _, b := range r.Bars {
		lane, left := 0, d.x(b.From)
		for lane < len(free) && free[lane] > left {
			lane++
		}
		if lane == len(free) {
			free = append(free, 0)
		}
		middle := float64(d.y + lane*storyLane + storyLane/2)
		right := d.bar(b, middle)
		label := fmt.Sprint(b.Number)
		fmt.Fprintf(d, `<text x="%.1f" y="%.1f" font-size="13" fill="%s">%s</text>`+"\n", right+4, middle+4.5, chartInk, label)
		free[lane] = right + float64(storyGlyph*len(label)+12)
	}
	d.y += max(len(free), 1)*storyLane + storyGap
}

// storyName fits an agency's name into its row.
func storyName(s string) string {
	if r := []rune(s); len(r) > storyLabel {
		return string(r[:storyLabel-1]) + "…"
	}
	return s
}

// bar draws one event and says where it ends.
func (d *story) bar(b StoryBar, middle float64) (right float64) {
	left, right := d.x(b.From), d.x(d.end(b))
	if b.Point || right-left < storyThin {
		if late := !b.Point && !b.Due.IsZero() && d.end(b).After(b.Due); late {
			fmt.Fprintf(d, `<rect x="%.1f" y="%.1f" width="%d" height="%d" fill="%s"/>`, left-storyThin, middle-storyThick/2.0, 2*storyThin, storyThick, chartSignal)
			return left + storyThin
		}
		fmt.Fprintf(d, `<circle cx="%.1f" cy="%.1f" r="%d" fill="%s"/>`, left, middle, storyThin, chartLine)
		return left + storyThin
	}
	limit := right
	if !b.Due.IsZero() && b.Due.Before(d.end(b)) {
		limit = max(d.x(b.Due), left)
	}
	d.stretch(left, limit, middle, storyThin, chartLine, b.End.IsZero())
	d.stretch(limit, right, middle, storyThick, chartSignal, b.End.IsZero())
	return right
}

// stretch draws a part of a bar: filled when it was done, open and dashed while it is
// waited for.
func (d *story) stretch(left, right, middle, thick float64, colour string, waits bool) {
	if right-left < 0.5 {
		return
	}
	look := fmt.Sprintf(`fill="%s"`, colour)
	if waits {
		look = fmt.Sprintf(`fill="#ffffff" stroke="%s" stroke-width="1.5" stroke-dasharray="4 2"`, colour)
	}
	fmt.Fprintf(d, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.0f" %s/>`, left, middle-thick/2, right-left, thick, look)
}
