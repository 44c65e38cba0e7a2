package web

import (
	"fmt"
	"html"
	"html/template"
	"math"
	"strings"
)

// Chart is a control chart of single values in order of time: the points, their mean
// and the limits that chance stays within. It repeats what a table beside it says.
type Chart struct {
	ID           string // unique on the page, for the title
	Title        string // states the finding
	Desc         string
	Unit         string // what is counted: "a week"
	Points       []ChartPoint
	Mean         float64
	Lower, Upper float64
	Varying      bool // each point has limits of its own, as shares of different numbers have
	Stepped      bool // with Varying: and a mean of its own, where a recorded reason explains a step
}

// ChartPoint is one value. Signal says why it is not chance, or nothing.
type ChartPoint struct {
	Label  string // under the axis; "" for most
	Value  float64
	Signal string
	Lower  float64 // with Varying
	Upper  float64
	Mean   float64 // with Stepped
}

// The sizes of a chart, in pixels.
const (
	chartWidth  = 760
	chartHeight = 260
	chartLeft   = 46
	chartRight  = 108
	chartTop    = 16
	chartBottom = 34
)

const (
	chartLine   = "#0b5a8a"
	chartLimit  = "#6b7780"
	chartSignal = "#b3261e"
	chartInk    = "#14212b"
)

// SVG draws the chart as an image with a title and a description, without style
// attributes. What is not chance is a filled square, so that colour is not needed.
func (c Chart) SVG() template.HTML {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="fd-map" xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="%s-title %s-desc" width="%d" height="%d" viewBox="0 0 %d %d">`, c.ID, c.ID, chartWidth, chartHeight, chartWidth, chartHeight)
	fmt.Fprintf(&b, "\n<title id=\"%s-title\">%s</title><desc id=\"%s-desc\">%s</desc>\n", c.ID, html.EscapeString(c.Title), c.ID, html.EscapeString(c.Desc))
	y := c.scale()
	right := chartWidth - chartRight
	for _, l := range c.lines() {
		if l.dash != "" {
			fmt.Fprintf(&b, `<line x1="%d" y1="%.1f" x2="%d" y2="%.1f" stroke="%s" stroke-width="1.5" stroke-dasharray="%s"/>`, chartLeft, y(l.at), right, y(l.at), chartLimit, l.dash)
		}
		fmt.Fprintf(&b, `<text x="%d" y="%.1f" font-size="13" fill="%s">%s %s</text>`+"\n", right+6, y(l.at)+4, chartInk, l.words, number1(l.at))
	}
	fmt.Fprintf(&b, `<line x1="%d" y1="%d" x2="%d" y2="%d" stroke="%s"/>`+"\n", chartLeft, chartHeight-chartBottom, right, chartHeight-chartBottom, chartInk)
	if c.Varying {
		c.drawLimits(&b, y)
	}
	c.drawPoints(&b, y)
	b.WriteString("</svg>")
	return template.HTML(b.String()) //nolint:gosec // every text is escaped above
}

// chartLevel is a line across the chart.
type chartLevel struct {
	at          float64
	words, dash string
}

// lines are the mean and the limits; of varying limits the last point's have the words.
func (c Chart) lines() []chartLevel {
	mean := chartLevel{c.Mean, "mean", "2 3"}
	if c.Stepped {
		last := c.Points[len(c.Points)-1]
		return []chartLevel{{last.Upper, "upper limit", ""}, {last.Mean, "mean", ""}, {math.Max(last.Lower, 0), "lower limit", ""}}
	}
	if c.Varying {
		return []chartLevel{mean}
	}
	return []chartLevel{{c.Upper, "upper limit", "6 4"}, mean, {math.Max(c.Lower, 0), "lower limit", "6 4"}}
}

// drawLimits draws the limits of each point as steps.
func (c Chart) drawLimits(b *strings.Builder, y func(float64) float64) {
	step := float64(chartWidth-chartLeft-chartRight) / float64(max(len(c.Points)-1, 1))
	levels := []func(ChartPoint) float64{func(p ChartPoint) float64 { return p.Upper }, func(p ChartPoint) float64 { return p.Lower }}
	if c.Stepped {
		levels = append(levels, func(p ChartPoint) float64 { return p.Mean })
	}
	for k, of := range levels {
		dash := "6 4"
		if k == 2 {
			dash = "2 3"
		}
		var line []string
		for i, p := range c.Points {
			from, to := math.Max(float64(i)-0.5, 0), math.Min(float64(i)+0.5, float64(len(c.Points)-1))
			line = append(line, fmt.Sprintf("%.1f,%.1f %.1f,%.1f", chartLeft+from*step, y(of(p)), chartLeft+to*step, y(of(p))))
		}
		fmt.Fprintf(b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="1.5" stroke-dasharray="%s"/>`+"\n", strings.Join(line, " "), chartLimit, dash)
	}
}

func (c Chart) scale() func(float64) float64 {
	most := math.Max(c.Upper, 1)
	for _, p := range c.Points {
		most = math.Max(most, math.Max(p.Value, p.Upper))
	}
	high := float64(chartHeight - chartTop - chartBottom)
	return func(v float64) float64 { return chartTop + high*(1-v/most) }
}

func (c Chart) drawPoints(b *strings.Builder, y func(float64) float64) {
	step := float64(chartWidth-chartLeft-chartRight) / float64(max(len(c.Points)-1, 1))
	var line []string
	for i, p := range c.Points {
		line = append(line, fmt.Sprintf("%.1f,%.1f", chartLeft+float64(i)*step, y(p.Value)))
	}
	fmt.Fprintf(b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>`+"\n", strings.Join(line, " "), chartLine)
	for i, p := range c.Points {
		x := chartLeft + float64(i)*step
		if p.Signal != "" {
			fmt.Fprintf(b, `<rect x="%.1f" y="%.1f" width="10" height="10" fill="%s"/>`, x-5, y(p.Value)-5, chartSignal)
		} else {
			fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="3.5" fill="%s"/>`, x, y(p.Value), chartLine)
		}
		if p.Label != "" {
			fmt.Fprintf(b, `<text x="%.1f" y="%d" font-size="13" text-anchor="middle" fill="%s">%s</text>`, x, chartHeight-12, chartInk, html.EscapeString(p.Label))
		}
	}
	b.WriteByte('\n')
}

func number1(v float64) string {
	if v == math.Trunc(v) {
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.1f", v)
}
