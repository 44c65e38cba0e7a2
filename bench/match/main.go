// Command match measures the matcher on an invented town that it was not made with:
// how often the right child stands first, is certain, or a family is shown, by the
// tradition of the name, and how long it takes.
package main

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"flag"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"time"

	"frontdoor/bench/town"
	"frontdoor/internal/civil"
	"frontdoor/internal/matchfile"
	"frontdoor/internal/person"
	"frontdoor/internal/register"
)

func main() {
	children := flag.Int("children", 100_000, "children in the register")
	contacts := flag.Int("contacts", 20_000, "contacts about them")
	number := flag.Int64("number", 1, "which town")
	model := flag.String("model", "", "weights to use in place of those shipped")
	train := flag.String("train", "", "write weights learned from these contacts here")
	kin := flag.Bool("siblings", false, "measure the proposals of brothers and sisters instead")
	dir := flag.String("write", "", "write the town's files into this folder instead")
	profile := flag.String("profile", "", "write a CPU profile of the questions here")
	show := flag.String("show", "", "print some that went wrong: missed, second, false, uncertain, family")
	unasked := flag.Bool("unasked", false, "nobody asks a caller again for what is left out")
	ceiling := flag.Int("ceiling", 0, "compare so many of the contacts with everybody, to say what could be reached")
	flag.Parse()
	o := town.Options{Number: *number, Children: *children, Contacts: *contacts, Today: civil.DateOf(2026, 9, 1), Unasked: *unasked}
	measure := func() error { return run(o, *model, *train, *show, *profile) }
	if *dir != "" {
		measure = func() error { return write(o, *dir) }
	}
	if *ceiling > 0 {
		measure = func() error { return reachable(o, *ceiling) }
	}
	if *kin {
		measure = func() error { return siblings(o, person.DefaultModel()) }
	}
	if err := measure(); err != nil {
		fmt.Fprintln(os.Stderr, "match:", err)
		os.Exit(1)
	}
}

func run(o town.Options, modelPath, train, show, profile string) error {
	model := person.DefaultModel()
	if modelPath != "" {
		text, err := os.ReadFile(modelPath)
		if err != nil {
			return err
		}
		if model, err = person.ReadModel(string(text)); err != nil {
			return err
		}
	}
	begun := time.Now()
	reg, err := build(o, model)
	if err != nil {
		return err
	}
	if err := relate(o, reg); err != nil {
		return err
	}
	runtime.GC()
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	fmt.Printf("%d children read and built in %.1f s, %.0f bytes each in use\n", reg.Len(), time.Since(begun).Seconds(), float64(mem.HeapAlloc)/float64(reg.Len()))
	if train != "" {
		return learn(o, reg, train)
	}
	if profile != "" {
		f, err := os.Create(profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	all, enough := newTally(), newTally()
	by := map[string]*tally{}
	source, byEnough := map[string]*tally{}, map[string]*tally{}
	var took []time.Duration
	printed := 0
	err = ask(o, func(said person.Described, t truth, row []string) error {
		begun := time.Now()
		found := reg.Find(said, 10)
		took = append(took, time.Since(begun))
		t.saysFamily = t.kind == "sibling_unknown" && saysFamily(reg, said, t.family)
		if saysEnough(said) {
			enough.add(found, t)
			of(byEnough, t.tradition).add(found, t)
		}
		for _, x := range []*tally{all, of(by, t.tradition), of(source, t.source)} {
			x.add(found, t)
		}
		if show != "" && printed < 400 && wrong(found, t) == show {
			printed++
			fmt.Println(t.kind, t.person, t.family, row)
			for _, id := range t.family {
				s, _ := reg.Compare(said, id)
				fmt.Printf("   of the family: %s same %.1f family %.1f %v\n", id, s.Same, s.Family, s.Levels)
			}
			for _, h := range found.Hits[:min(3, len(found.Hits))] {
				fmt.Printf("   %s %.5f fam %.5f same %.1f family %.1f %s %v\n", h.ID, h.Chance, h.FamilyChance, h.Same, h.Family, h.Band, h.Levels)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	fmt.Printf("%-24s %6s %7s %7s %8s %8s %7s %8s\n", "", "known", "first", "in ten", "certain", "false/10k", "family", "of those")
	all.print("all")
	enough.print("of those who say enough")
	for _, name := range slices.Sorted(maps.Keys(source)) {
		source[name].print(name)
	}
	for _, name := range slices.Sorted(maps.Keys(by)) {
		by[name].print("  " + name)
	}
	gap("all", by)
	gap("those who say enough", byEnough)
	slices.Sort(took)
	at := func(p float64) time.Duration { return took[min(len(took)-1, int(p*float64(len(took))))] }
	fmt.Printf("one thread: p50 %s, p95 %s, p99 %s, longest %s\n", at(0.5), at(0.95), at(0.99), took[len(took)-1])
	return nil
}

// fewest is how many contacts a tradition needs to be compared: with fewer, chance
// alone makes a gap.
const fewest = 1000

// gap prints how far the traditions are apart in how often the right child stands first.
func gap(what string, by map[string]*tally) {
	low, high, n := 1.0, 0.0, 0
	for _, t := range by {
		if t.known >= fewest {
			low, high, n = min(low, t.share(t.first)), max(high, t.share(t.first)), n+1
		}
	}
	fmt.Printf("gap between %d traditions with at least %d contacts, of %s: %.2f points\n", n, fewest, what, 100*max(high-low, 0))
}

func of(m map[string]*tally, name string) *tally {
	if m[name] == nil {
		m[name] = newTally()
	}
	return m[name]
}

func build(o town.Options, model *person.Model) (*register.Register, error) {
	r, w := io.Pipe()
	go func() { w.CloseWithError(town.WriteRegister(w, o)) }()
	t, err := matchfile.Open("register", r)
	if err != nil {
		return nil, err
	}
	var failed error
	reg := register.Build(model, t.People(&failed, nil))
	return reg, failed
}

// relate records the brothers and sisters that the register has.
func relate(o town.Options, reg *register.Register) error {
	var b bytes.Buffer
	if err := town.WriteRelationships(&b, o); err != nil {
		return err
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		return err
	}
	reg.Relate(func(yield func(a, b string) bool) {
		for _, row := range rows[1:] {
			if !yield(row[0], row[1]) {
				return
			}
		}
	})
	return nil
}

type truth struct {
	person, tradition, source, kind string
	family                          []string
	saysFamily                      bool
}

// ask reads each contact with its truth.
func ask(o town.Options, each func(person.Described, truth, []string) error) error {
	var contacts, truths bytes.Buffer
	if err := town.WriteContacts(&contacts, &truths, o); err != nil {
		return err
	}
	t, err := matchfile.Open("contacts", &contacts)
	if err != nil {
		return err
	}
	rows, err := csv.NewReader(&truths).ReadAll()
	if err != nil {
		return err
	}
	for _, row := range rows[1:] {
		more, err := t.Next()
		if err != nil || !more {
			return cmp.Or(err, io.ErrUnexpectedEOF)
		}
		if t.Of("contact_id") != row[0] {
			return fmt.Errorf("contact %s stands beside the truth of %s", t.Of("contact_id"), row[0])
		}
		tr := truth{person: row[1], tradition: row[3], source: row[4], kind: row[5]}
		if row[2] != "" {
			tr.family = strings.Split(row[2], ";")
		}
		if err := each(t.Described(o.Today), tr, t.Row()); err != nil {
			return err
		}
	}
	return nil
}

// saysEnough says that a contact names the child and says one thing that few share: a
// day of birth, a number, a telephone, an address with a door or a postcode, a parent
// by both names, or an age with the family name. "Harry, a boy, in King Drive" does
// not say enough for anybody.
func saysEnough(d person.Described) bool {
	address := d.Postcode != "" || strings.ContainsAny(d.Address, "0123456789")
	parent := len(d.Parents) > 0 && d.Parents[0].Given != "" && d.Parents[0].Family != ""
	day := !d.Born.IsZero() && d.Precision == ""
	return d.Named() && (day || d.NHS != "" || d.UPN != "" || d.Phone != "" || len(d.Phones) > 0 || address || parent ||
		d.Family != "" && (d.AgeStated >= 0 || !d.Born.IsZero()))
}

// saysFamily says that a contact about a child who is not known says something that we
// know of the family: its door, now or before, a telephone, or a parent by name.
func saysFamily(reg *register.Register, said person.Described, family []string) bool {
	return slices.ContainsFunc(family, func(id string) bool {
		s, ok := reg.Compare(said, id)
		p := s.Levels[person.FieldPlace]
		return ok && (p == person.PlaceDoor || p == person.PlaceStreet || p == person.PlaceFormerDoor || s.Levels[person.FieldPhone] == person.Same ||
			s.Levels[person.FieldParent] == person.ParentSame)
	})
}

// tally counts how the answers stand to the truth.
type tally struct{ all, known, first, ten, certain, false, siblings, family, saying, shown int }

func newTally() *tally { return &tally{} }

func (t *tally) add(f register.Found, tr truth) {
	t.all++
	if tr.person != "" {
		t.known++
	}
	if tr.kind == "sibling_unknown" {
		t.siblings++
		found := shown(f, tr.family)
		if found {
			t.family++
		}
		if tr.saysFamily {
			t.saying++
			if found {
				t.shown++
			}
		}
	}
	for i, h := range f.Hits {
		right := h.ID == tr.person && tr.person != ""
		if right {
			t.ten++
			if i == 0 {
				t.first++
			}
		}
		if h.Band == person.Certain {
			if right {
				t.certain++
			} else {
				t.false++
			}
		}
	}
}

// shown says that somebody of the family is.
func shown(f register.Found, family []string) bool {
	return slices.ContainsFunc(f.Hits, func(h register.Hit) bool { return h.Band != person.Unlikely && slices.Contains(family, h.ID) })
}

func wrong(f register.Found, tr truth) string {
	in, first, certain := false, false, false
	for i, h := range f.Hits {
		if h.Band == person.Certain && h.ID != tr.person {
			return "false"
		}
		if h.ID == tr.person {
			in, first, certain = true, i == 0, h.Band == person.Certain
		}
	}
	switch {
	case tr.kind == "sibling_unknown":
		if !shown(f, tr.family) {
			return "family"
		}
		return ""
	case tr.person == "":
		return ""
	case !in:
		return "missed"
	case !first:
		return "second"
	case !certain:
		return "uncertain"
	}
	return ""
}

func (t *tally) share(n int) float64 { return float64(n) / math.Max(float64(t.known), 1) }

func (t *tally) print(name string) {
	fmt.Printf("%-24s %6d %6.2f%% %6.2f%% %7.2f%% %8.2f %6.2f%% %7.2f%%\n", name, t.known, 100*t.share(t.first), 100*t.share(t.ten), 100*t.share(t.certain),
		10_000*float64(t.false)/float64(t.all), 100*float64(t.family)/math.Max(float64(t.siblings), 1), 100*float64(t.shown)/math.Max(float64(t.saying), 1))
}

// learn writes weights fitted on the truth of a town's contacts: what was shipped was
// set so, half-way between judgement and this.
func learn(o town.Options, reg *register.Register, path string) error {
	var e person.Evidence
	n := uint64(0)
	err := ask(o, func(said person.Described, t truth, _ []string) error {
		n++
		if t.person != "" {
			if s, ok := reg.Compare(said, t.person); ok {
				e.Decided = append(e.Decided, person.Labelled{Source: t.source, Levels: s.Levels, Is: person.IsChild})
			}
		}
		for _, id := range t.family {
			if s, ok := reg.Compare(said, id); ok && id != t.person {
				e.Decided = append(e.Decided, person.Labelled{Levels: s.Levels, Is: person.IsFamily})
			}
		}
		e.Strangers = append(e.Strangers, reg.Strangers(said, 20, n)...)
		return nil
	})
	if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(person.Train(person.DefaultModel(), e, "fitted").Text()), 0o600)
}
