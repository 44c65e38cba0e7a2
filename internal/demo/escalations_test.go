package demo_test

import (
	"context"
	"slices"
	"testing"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/demo"
	"frontdoor/internal/desk/escalations"
	"frontdoor/internal/desk/leadership"
	"frontdoor/internal/escalation"
	"frontdoor/internal/record"
)

// escalated holds the pages of escalations and of the joint improvement plan against what
// was planted: no other action is asked of the partners of the plant.
func escalated(t *testing.T, built *demo.Built, r *record.Record, weeks int) {
	t.Helper()
	ctx, truth := context.Background(), built.Truth
	director := persona(t, built, r, access.Director)
	l, err := escalations.New(r).List(ctx, director)
	if err != nil {
		t.Fatal(err)
	}
	rows, levels := l.Rows(escalations.Filter{}), map[int]bool{}
	var want, got []demo.Escalated
	for _, e := range truth.Escalations {
		if e.Overridden {
			i := slices.IndexFunc(l.Overrides, func(n escalations.Note) bool { return n.OwnerID == e.Partner && n.Children == e.Children })
			if i < 0 || l.Overrides[i].By != "H. Lawal" || l.Overrides[i].Waiting != e.Children {
				t.Errorf("the override at %s of %d children: %+v", e.Partner, e.Children, l.Overrides)
			}
			continue
		}
		if e.Closed {
			if !slices.ContainsFunc(l.Closed, func(n escalations.Note) bool { return n.OwnerID == e.Partner && n.By == "M. Ali" }) {
				t.Errorf("nobody said what came of it at %s: %+v", e.Partner, l.Closed)
			}
			continue
		}
		want, levels[e.Level] = append(want, e), true
	}
	for _, x := range rows {
		levels[x.Level] = true
		if slices.ContainsFunc(truth.Escalations, func(e demo.Escalated) bool { return e.Partner == x.PartnerID && e.Step == x.StepKey }) {
			got = append(got, demo.Escalated{Partner: x.PartnerID, Step: x.StepKey, Level: x.Level, State: string(x.State), Children: x.Children})
		}
	}
	byPartner := func(a, b demo.Escalated) int { return slices.Compare([]string{a.Partner}, []string{b.Partner}) }
	slices.SortFunc(want, byPartner)
	slices.SortFunc(got, byPartner)
	equal(t, "over, and nobody said what came of it", len(l.Unsaid), 0)
	if !slices.Equal(got, want) {
		t.Errorf("actions asked of the planted partners: %+v, want %+v", got, want)
	}
	if weeks >= 26 {
		equal(t, "planted escalations", len(truth.Escalations), 6)
		for level := 1; level <= escalation.Top; level++ {
			if !levels[level] {
				t.Errorf("nothing is asked at level %d", level)
			}
		}
		f, err := leadership.New(r).First(ctx, director)
		if err != nil {
			t.Fatal(err)
		}
		top := f.AtTheTop()
		if !slices.ContainsFunc(top, func(m leadership.Mine) bool { return m.OwnerID == "school-1" && m.State == escalation.Unanswered }) {
			t.Errorf("what is silent at the top is not on the director's first page: %d rows", len(top))
		}
	}
	p, err := leadership.New(r).Improvements(ctx, director)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "lines of the joint improvement plan", len(p.Lines), len(truth.Improvement))
	for _, w := range truth.Improvement {
		i := slices.IndexFunc(p.Lines, func(l leadership.Line) bool { return l.Grade == w.Grade && l.Measure == w.Measure })
		if i < 0 {
			t.Errorf("no line for %+v", w)
			continue
		}
		l := p.Lines[i]
		v := l.OnDay
		if civil.DateOf(l.Due.Year, l.Due.Month, l.Due.Day).EndOfDay().After(now) {
			v = l.Today
		}
		equal(t, "score of "+w.Measure+" "+w.Grade, demo.Promised{Measure: l.Measure, Grade: l.Grade, Target: l.Target, Due: l.Due.String(), Value: v.N, Of: v.Of, Score: string(l.Score)}, w)
	}
}
