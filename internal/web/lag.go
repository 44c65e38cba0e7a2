package web

import (
	"net/url"

	"frontdoor/internal/civil"
	"frontdoor/internal/feed"
	"frontdoor/internal/record"
)

// Lag is how late notifications came by grade, as the front door's figures and the
// force's own page show it. Each number opens its list for those who may list them.
type Lag struct {
	CanList bool
	Rows    []LagLine
}

// LagLine is one grade.
type LagLine struct {
	Grade, Median, P95, Longest string
	N, Over, Breached           int
	All, OverPath               string
}

// LagOf words the lag by grade since a day.
func LagOf(all []record.LagRow, from civil.Date, list bool) Lag {
	out := Lag{CanList: list}
	for _, l := range all {
		q := url.Values{"grade": {l.Grade}, "from": {from.String()}}
		v := LagLine{Grade: Capital(l.Grade), Median: civil.Span(feed.Duration(l.Median)), P95: civil.Span(feed.Duration(l.P95)), Longest: civil.Span(feed.Duration(l.Longest)), N: l.N, Over: l.Over, Breached: l.Late,
			All: PathFiguresPolice + "?" + q.Encode()}
		q.Set("over", "7")
		v.OverPath = PathFiguresPolice + "?" + q.Encode()
		out.Rows = append(out.Rows, v)
	}
	return out
}
