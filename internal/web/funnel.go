package web

import (
	"fmt"
	"html"
	"html/template"
	"math"
	"strings"
)

// FunnelChart is a funnel plot: shares of different numbers around the share of all of
// them, with the limits that chance stays within. Nobody is first or last in it.
type FunnelChart struct {
	ID, Title, Desc string
	Points          []FunnelPoint
	Mean            float64 // 0 to 1
	Limits          func(n int) (lower, upper float64)
}

// FunnelPoint is one share. Out says that it lies outside its limits.
type FunnelPoint struct {
	Label string
	N     int
	Share float64
	Out   bool
}

// funnelSteps is how many points the limits are drawn through.
const funnelSteps = 60

// SVG draws the plot as an image with a title and a description, without style
// attributes. It repeats what a table beside it says.
func (c FunnelChart) SVG() template.HTML {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="fd-map" xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="%s-title %s-desc" width="%d" height="%d" viewBox="0 0 %d %d">`, c.ID, c.ID, chartWidth, chartHeight, chartWidth, chartHeight)
	fmt.Fprintf(&b, "\n<title id=\"%s-title\">%s</title><desc id=\"%s-desc\">%s</desc>\n", c.ID, html.EscapeString(c.Title), c.ID, html.EscapeString(c.Desc))
	most := 10
	for _, p := range c.Points {
		most = max(most, p.N)
	}
	wide, high := float64(chartWidth-chartLeft-chartRight), float64(chartHeight-chartTop-chartBottom)
	x := func(n int) float64 { return chartLeft + wide*float64(n)/(1.05*float64(most)) }
	y := func(share float64) float64 { return chartTop + high*(1-share) }
	var lower, upper []string
	for i := 1; i <= funnelSteps; i++ {
		n := int(math.Ceil(1.05 * float64(most*i) / funnelSteps))
		low, up := c.Limits(n)
		lower, upper = append(lower, fmt.Sprintf("%.1f,%.1f", x(n), y(low))), append(upper, fmt.Sprintf("%.1f,%.1f", x(n), y(up)))
	}
	for _, line := range [][]string{lower, upper} {
		fmt.Fprintf(&b, `<polyline points="%s" fill="none" stroke="%s" stroke-width="1.5" stroke-dasharray="6 4"/>`+"\n", strings.Join(line, " "), chartLimit)
	}
	right := float64(chartWidth - chartRight)
	fmt.Fprintf(&b, `<line x1="%d" y1="%.1f" x2="%.1f" y2="%.1f" stroke="%s" stroke-width="1.5" stroke-dasharray="2 3"/>`, chartLeft, y(c.Mean), right, y(c.Mean), chartLimit)
	fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" font-size="13" fill="%s">all %.1f%%</text>`+"\n", right+6, y(c.Mean)+4, chartInk, 100*c.Mean)
	fmt.Fprintf(&b, `<line x1="%d" y1="%d" x2="%.1f" y2="%d" stroke="%s"/>`, chartLeft, chartHeight-chartBottom, right, chartHeight-chartBottom, chartInk)
	for _, n := range []int{0, most / 2, most} {
		fmt.Fprintf(&b, `<text x="%.1f" y="%d" font-size="13" text-anchor="middle" fill="%s">%d</text>`, x(n), chartHeight-12, chartInk, n)
	}
	for _, share := range []float64{0, 0.5, 1} {
		fmt.Fprintf(&b, `<text x="%d" y="%.1f" font-size="13" text-anchor="end" fill="%s">%.0f%%</text>`, chartLeft-6, y(share)+4, chartInk, 100*share)
	}
	b.WriteByte('\n')
	for _, p := range c.Points {
		if p.Out {
			fmt.Fprintf(&b, `<rect x="%.1f" y="%.1f" width="10" height="10" fill="%s"/>`, x(p.N)-5, y(p.Share)-5, chartSignal)
		} else {
			fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.1f" r="4" fill="%s"/>`, x(p.N), y(p.Share), chartLine)
		}
		fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" font-size="13" fill="%s">%s</text>`+"\n", x(p.N)+8, y(p.Share)-6, chartInk, html.EscapeString(p.Label))
	}
	b.WriteString("</svg>")
	return template.HTML(b.String()) //nolint:gosec // every text is escaped above
}
