package person_test

import (
	"strings"
	"testing"

	"frontdoor/internal/person"
)

// levels makes a comparison of some fields.
func levels(of map[person.Field]person.Level) person.Levels {
	var l person.Levels
	for f, level := range of {
		l[f] = level
	}
	return l
}

func repeat(n int, l person.Labelled) []person.Labelled {
	out := make([]person.Labelled, n)
	for i := range out {
		out[i] = l
	}
	return out
}

// surprise is how much worse than another a model does on decisions, as Better says.
func better(t *testing.T, old, new *person.Model, held []person.Labelled) bool {
	t.Helper()
	ok, text := person.Better(old, new, held)
	if !strings.Contains(text, old.Version) || !strings.Contains(text, new.Version) {
		t.Errorf("%q does not name both models", text)
	}
	return ok
}

func TestTrainLearnsFromDecisions(t *testing.T) {
	base := person.DefaultModel()
	// An authority whose records have many pet names: what is written differs, the child is the same.
	pet := person.Labelled{Source: "school", Is: person.IsChild, Levels: levels(map[person.Field]person.Level{person.FieldGiven: person.GivenPet, person.FieldDate: person.DateSame, person.FieldFamily: person.FamilySame})}
	twin := person.Labelled{Source: "school", Is: person.IsFamily, Levels: levels(map[person.Field]person.Level{person.FieldGiven: person.GivenClash, person.FieldDate: person.DateSame, person.FieldFamily: person.FamilySame})}
	decided := append(repeat(800, pet), repeat(200, twin)...)
	trained := person.Train(base, person.Evidence{Decided: decided}, "ours")
	if trained.Version != "ours" || base.Version == "ours" {
		t.Errorf("versions %q and %q", base.Version, trained.Version)
	}
	if !better(t, base, trained, append(repeat(80, pet), repeat(20, twin)...)) {
		t.Error("what was learned does not do better on more of the same")
	}
	again, err := person.ReadModel(trained.Text())
	if err != nil || again.Text() != trained.Text() {
		t.Errorf("what was learned does not read again: %v", err)
	}
}

func TestLittleEvidenceMovesLittle(t *testing.T) {
	base := person.DefaultModel()
	odd := person.Labelled{Is: person.IsChild, Levels: levels(map[person.Field]person.Level{person.FieldGiven: person.GivenClash, person.FieldDate: person.DateClash})}
	trained := person.Train(base, person.Evidence{Decided: []person.Labelled{odd, odd}}, "two decisions")
	usual := repeat(50, person.Labelled{Is: person.IsChild, Levels: levels(map[person.Field]person.Level{person.FieldGiven: person.GivenSame, person.FieldDate: person.DateSame})})
	if _, text := person.Better(base, trained, usual); !strings.Contains(text, "surely wrong in 0") {
		t.Error(text)
	}
	if a, b := base.Text(), trained.Text(); a == b {
		t.Error("two decisions moved nothing at all")
	}
}

func TestAWorseModelIsNotBetter(t *testing.T) {
	base := person.DefaultModel()
	wrong := person.Labelled{Is: person.IsChild, Levels: levels(map[person.Field]person.Level{person.FieldGiven: person.GivenClash, person.FieldDate: person.DateSame, person.FieldPlace: person.PlaceDoor})}
	misled := person.Train(base, person.Evidence{Decided: repeat(5000, wrong)}, "misled")
	twins := repeat(50, person.Labelled{Is: person.IsFamily, Levels: wrong.Levels})
	if better(t, base, misled, twins) {
		t.Error("a model that takes twins for one child is said to be better")
	}
	if ok, text := person.Better(base, misled, nil); ok || !strings.Contains(text, "no decisions") {
		t.Errorf("without decisions: %v, %s", ok, text)
	}
}

// TestTrainLearnsWithoutDecisions gives comparisons of contacts that nobody has decided,
// in which the sources write given names very differently.
func TestTrainLearnsWithoutDecisions(t *testing.T) {
	base := person.DefaultModel()
	asked := func(source string, given person.Level) person.Asked {
		l := levels(map[person.Field]person.Level{person.FieldGiven: given, person.FieldDate: person.DateSame, person.FieldFamily: person.FamilySame, person.FieldPlace: person.PlaceDoor, person.FieldParent: person.ParentSame})
		stranger := levels(map[person.Field]person.Level{person.FieldGiven: person.GivenClash, person.FieldDate: person.DateClash})
		return person.Asked{Source: source, People: 10_000, Found: []person.Scored{{Row: 1, Levels: l, Same: 40, Family: 24}, {Row: 2, Levels: stranger, Same: -14, Family: 0}}}
	}
	var e person.Evidence
	for range 2000 {
		e.Asked = append(e.Asked, asked("police", person.GivenSound), asked("health", person.GivenSame))
	}
	trained := person.Train(base, e, "ours")
	police := repeat(50, person.Labelled{Source: "police", Is: person.IsChild, Levels: levels(map[person.Field]person.Level{person.FieldGiven: person.GivenSound})})
	health := repeat(50, person.Labelled{Source: "health", Is: person.IsChild, Levels: levels(map[person.Field]person.Level{person.FieldGiven: person.GivenSame})})
	if !better(t, base, trained, append(police, health...)) {
		t.Error("nothing was learned of how each source writes names")
	}
	var b strings.Builder
	b.WriteString(trained.Text())
	if !strings.Contains(b.String(), "[from.police.given]") {
		t.Error("there is nothing for the police alone")
	}
}

func TestTrainingTwiceIsTheSame(t *testing.T) {
	e := person.Evidence{
		Strangers: []person.Levels{levels(map[person.Field]person.Level{person.FieldGiven: person.GivenClash, person.FieldSex: person.Same})},
		Siblings:  []person.Levels{levels(map[person.Field]person.Level{person.FieldGiven: person.GivenClash, person.FieldPlace: person.PlaceDoor, person.FieldParent: person.ParentSame})},
	}
	first, again := person.Train(person.DefaultModel(), e, "a"), person.Train(person.DefaultModel(), e, "a")
	if first.Text() != again.Text() {
		t.Error("the same evidence gave two models")
	}
}
