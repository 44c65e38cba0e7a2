package demo_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"frontdoor/internal/access"
	"frontdoor/internal/demo"
	"frontdoor/internal/desk/partnership"
	"frontdoor/internal/record"
)

// jointTruth holds the pack of the joint inspection to what was planted: for each of its
// children exactly the events of police, the hospital and probation that were, as the
// inspector reads it; and for probation's own reader exactly probation's.
func jointTruth(t *testing.T, r *record.Record, inspector, director access.Actor, truth demo.Truth) {
	t.Helper()
	desk := partnership.New(r)
	p, err := desk.Joint(t.Context(), inspector, truth.Joint.Ref)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "children of the joint pack", len(p.Children), 5)
	want, got, own := []string{}, []string{}, 0
	for _, c := range truth.Joint.Children {
		agencies := map[string]bool{}
		for _, e := range c.Events {
			agencies[e.Agency] = true
			own += map[bool]int{true: 1}[e.Agency == "probation-1"]
			want = append(want, fmt.Sprintln(c.Ref, e.Agency, e.Kind, e.Reference, e.Seconds))
		}
		equal(t, "agencies that know "+c.Ref, len(agencies), 3)
	}
	for _, c := range p.Children {
		for _, e := range c.Events {
			if !slices.Contains([]string{"police", "health-1", "health-2", "probation-1"}, e.Agency) {
				continue
			}
			seconds := int64(-1)
			if e.Seconds != nil {
				seconds = *e.Seconds
			}
			got = append(got, fmt.Sprintln(c.Ref, e.Agency, e.Kind, e.Ref, seconds))
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("the joint pack lists\n%s\nand planted were\n%s", strings.Join(got, ""), strings.Join(want, ""))
	}
	probation, err := r.FindActor(t.Context(), director.Authority, "x.bell")
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := desk.Joint(t.Context(), probation, truth.Joint.Ref)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "events that probation reads of it", len(theirs.Rows), own)
	whole, err := p.Pack()
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "the pack is the same as when it was made", whole.Hash, p.Hash)
	all, _, err := desk.JointPacks(t.Context(), director)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "joint packs", len(all), 2)
	for _, x := range all {
		again, err := desk.Joint(t.Context(), director, x.Ref)
		if err != nil {
			t.Fatal(err)
		}
		if whole, err = again.Pack(); err != nil {
			t.Fatal(err)
		}
		equal(t, x.About+": the same as when it was made", whole.Hash, x.Hash)
		if x.How == partnership.JointDrawn && (x.From < 5 || x.Seed == "") {
			t.Errorf("the drawn pack was drawn from %d with the seed %q", x.From, x.Seed)
		}
	}
}
