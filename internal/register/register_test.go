package register_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"

	"frontdoor/bench/town"
	"frontdoor/internal/civil"
	"frontdoor/internal/matchfile"
	"frontdoor/internal/person"
	"frontdoor/internal/register"
)

var day = civil.DateOf(2026, 9, 1)

func townOptions(children, contacts int) town.Options {
	return town.Options{Number: 5, Children: children, Contacts: contacts, Today: day}
}

// people are the children of an invented town.
func people(t testing.TB, children int) []person.Person {
	t.Helper()
	r, w := io.Pipe()
	go func() { w.CloseWithError(town.WriteRegister(w, townOptions(children, 0))) }()
	table, err := matchfile.Open("register", r)
	if err != nil {
		t.Fatal(err)
	}
	var failed error
	out := slices.Collect(table.People(&failed, nil))
	if failed != nil {
		t.Fatal(failed)
	}
	return out
}

// said is what others say of some of them.
func said(t testing.TB, children, contacts int) []person.Described {
	t.Helper()
	var b bytes.Buffer
	if err := town.WriteContacts(&b, io.Discard, townOptions(children, contacts)); err != nil {
		t.Fatal(err)
	}
	table, err := matchfile.Open("contacts", &b)
	if err != nil {
		t.Fatal(err)
	}
	var out []person.Described
	for {
		more, err := table.Next()
		if err != nil {
			t.Fatal(err)
		}
		if !more {
			return out
		}
		out = append(out, table.Described(day))
	}
}

func build(people []person.Person) *register.Register {
	return register.Build(person.DefaultModel(), slices.Values(people))
}

// answers are what a register says of each description, as text.
func answers(r *register.Register, said []person.Described) string {
	var b strings.Builder
	for _, d := range said {
		f := r.Find(d, 5)
		fmt.Fprintf(&b, "%.6f %.6f", f.Outcome.Child, f.Outcome.Family)
		for _, h := range f.Hits {
			fmt.Fprintf(&b, " %s %.6f %s %v", h.ID, h.Chance, h.Band, h.Levels)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func same(t *testing.T, what, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			t.Fatalf("%s: answer %d\n got %s\nwant %s", what, i, a[i], b[i])
		}
	}
	t.Fatalf("%s: %d answers, want %d", what, len(a), len(b))
}

func TestTheSameRegisterGivesTheSameAnswers(t *testing.T) {
	all, asked := people(t, 2000), said(t, 2000, 300)
	same(t, "built twice", answers(build(all), asked), answers(build(all), asked))
}

func TestASnapshotGivesTheSameAnswers(t *testing.T) {
	all, asked := people(t, 2000), said(t, 2000, 300)
	r := build(all)
	r.Relate(pairsOf(t, 2000))
	r.Remove(all[7].ID)
	var b bytes.Buffer
	if err := r.Snapshot(&b, "seq 12"); err != nil {
		t.Fatal(err)
	}
	got, reached, err := register.Load(bytes.NewReader(b.Bytes()), person.DefaultModel())
	if err != nil || reached != "seq 12" || got.Len() != 1999 {
		t.Fatalf("Load: %v, reached %q", err, reached)
	}
	same(t, "loaded", answers(got, asked), answers(r, asked))

	for _, at := range []int{0, 5, 40, b.Len() / 2, b.Len() - 1} {
		broken := slices.Clone(b.Bytes())
		broken[at] ^= 1
		if _, _, err := register.Load(bytes.NewReader(broken), person.DefaultModel()); !errors.Is(err, register.ErrStale) {
			t.Errorf("with byte %d changed: %v, want stale", at, err)
		}
	}
	if _, _, err := register.Load(bytes.NewReader(b.Bytes()[:b.Len()/2]), person.DefaultModel()); !errors.Is(err, register.ErrStale) {
		t.Errorf("half a snapshot: %v, want stale", err)
	}
}

func pairsOf(t *testing.T, children int) func(func(a, b string) bool) {
	t.Helper()
	var b bytes.Buffer
	if err := town.WriteRelationships(&b, townOptions(children, 0)); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")[1:]
	return func(yield func(a, b string) bool) {
		for _, l := range lines {
			f := strings.Split(l, ",")
			if !yield(f[0], f[1]) {
				return
			}
		}
	}
}

func TestChangesAreFoundAtOnce(t *testing.T) {
	all := people(t, 500)
	r := build(all)
	new := person.Person{ID: "new", Given: "Zuzanna", Family: "Brzozowska", Born: civil.DateOf(2019, 2, 3), Phone: "04111222333",
		Addresses: []person.Address{{Line: "7 Quay Road", Postcode: "QV9 9ZZ"}}}
	d := person.Described{On: day, Given: "Zuzana", Family: "Brzozowski", Born: new.Born, AgeStated: -1, Address: "7 Quay Rd", Postcode: "QV99ZZ"}
	if f := r.Find(d, 10); slices.ContainsFunc(f.Hits, func(h register.Hit) bool { return h.ID == "new" }) {
		t.Fatal("found before she was added")
	}
	r.Add(new)
	if f := r.Find(d, 10); len(f.Hits) == 0 || f.Hits[0].ID != "new" || f.Hits[0].Band != person.Certain {
		t.Fatalf("found %+v, want her, certain", f.Hits)
	}
	moved := new
	moved.Given, moved.Family, moved.Born = "Anna", "Nowak", civil.DateOf(2011, 5, 6)
	moved.Addresses, moved.Phone = []person.Address{{Line: "1 Hill Street", Postcode: "QV8 8AA"}}, ""
	r.Add(moved)
	if f := r.Find(d, 10); len(f.Hits) > 0 && f.Hits[0].ID == "new" && f.Hits[0].Band != person.Unlikely {
		t.Errorf("found %+v as she was before", f.Hits[0])
	}
	if f := r.Find(moved.AsDescribed(), 10); len(f.Hits) == 0 || f.Hits[0].ID != "new" {
		t.Errorf("found %+v, want her as she is now", f.Hits)
	}
	if r.Len() != 501 {
		t.Errorf("%d people, want 501", r.Len())
	}
	r.Remove("new")
	if f := r.Find(moved.AsDescribed(), 10); slices.ContainsFunc(f.Hits, func(h register.Hit) bool { return h.ID == "new" }) || r.Len() != 500 {
		t.Errorf("found after she was removed, of %d", r.Len())
	}
}

// TestARegisterThatGrewAnswersAsOneThatWasBuilt adds everybody one by one, which puts
// the delta into the base several times, while others ask.
func TestARegisterThatGrewAnswersAsOneThatWasBuilt(t *testing.T) {
	all, asked := people(t, 6000), said(t, 6000, 200)
	grown := build(all[:500])
	var asking sync.WaitGroup
	for range 2 {
		asking.Go(func() {
			for _, d := range asked {
				grown.Find(d, 5)
			}
		})
	}
	for _, p := range all[500:] {
		grown.Add(p)
	}
	for i, p := range all { // changed, and changed back
		if i%3 == 0 {
			other := p
			other.Given, other.Phone = "Somebody", "04000000001"
			grown.Add(other)
			grown.Add(p)
		}
	}
	asking.Wait()
	grown.Settle()
	built := build(all)
	for _, d := range asked {
		a, b := grown.Find(d, 3), built.Find(d, 3)
		if len(a.Hits) != len(b.Hits) || len(a.Hits) > 0 && a.Hits[0].ID != b.Hits[0].ID && a.Hits[0].Chance-b.Hits[0].Chance > 1e-3 {
			t.Fatalf("of %+v\n grown %+v\n built %+v", d, a.Hits, b.Hits)
		}
	}
}

// TestTheIndexFindsWhatComparingWithEverybodyFinds asks for the best of all by comparing with
// each, and for the answer of the index.
func TestTheIndexFindsWhatComparingWithEverybodyFinds(t *testing.T) {
	r := build(people(t, 6000))
	clear, missed := 0, 0
	for _, d := range said(t, 6000, 600) {
		first, second, best := math.Inf(-1), math.Inf(-1), ""
		r.Everybody(d, func(id string, s person.Scored) {
			switch {
			case s.Same > first:
				first, second, best = s.Same, first, id
			case s.Same > second:
				second = s.Same
			}
		})
		if first < clearly || first-second < 1 {
			continue // nobody, or two alike
		}
		clear++
		if f := r.Find(d, 10); !slices.ContainsFunc(f.Hits, func(h register.Hit) bool { return h.ID == best }) {
			missed++
			t.Logf("%s at %.1f bits is not found: %+v", best, first, d)
		}
	}
	if clear < 300 {
		t.Fatalf("only %d are clear", clear)
	}
	if missed*200 > clear {
		t.Errorf("%d of %d are not found", missed, clear)
	}
}

// clearly is the bits from which a child of a register of 6,000 is more likely than not.
const clearly = 13

func TestAnEmptyRegisterFindsNobodyAndGrows(t *testing.T) {
	r := build(nil)
	d := person.Described{On: day, Given: "Mia", Family: "Hart", Born: civil.DateOf(2020, 1, 2), AgeStated: -1}
	if f := r.Find(d, 10); len(f.Hits) != 0 || f.Outcome.Child != 0 {
		t.Errorf("found %+v", f)
	}
	r.Add(person.Person{ID: "a", Given: "Mia", Family: "Hart", Born: d.Born})
	if f := r.Find(d, 10); len(f.Hits) != 1 {
		t.Errorf("found %+v, want one", f)
	}
}

// TestWhoIsNotABrotherAnyMoreIsForgotten ends what was recorded, and records another, with the
// children changed in between as an index changes them.
func TestWhoIsNotABrotherAnyMoreIsForgotten(t *testing.T) {
	all := people(t, 300)
	r := build(all)
	a, b, c := all[0], all[1], all[2]
	kin := func(p person.Person) int { return len(r.RecordedLevels(p)) }
	r.Relate(func(yield func(x, y string) bool) { yield(a.ID, b.ID) })
	r.SetKin(c.ID, a.ID)
	if kin(a) != 2 || kin(b) != 1 || kin(c) != 1 {
		t.Fatalf("%d, %d and %d brothers and sisters, want 2, 1 and 1", kin(a), kin(b), kin(c))
	}
	r.Add(a)
	r.SetKin(a.ID, c.ID)
	if kin(a) != 1 || kin(b) != 0 || kin(c) != 1 {
		t.Errorf("%d, %d and %d after one ended, want 1, 0 and 1", kin(a), kin(b), kin(c))
	}
	r.SetKin(c.ID)
	r.Settle()
	if kin(a) != 0 || kin(c) != 0 {
		t.Errorf("%d and %d after all ended, want none", kin(a), kin(c))
	}
	r.SetKin("nobody", a.ID)
	r.SetKin(a.ID, "nobody", a.ID)
	if kin(a) != 0 {
		t.Error("a child is their own sister")
	}
}
