package contacts

import (
	"testing"

	"frontdoor/internal/person"

	"pgregory.net/rapid"
)

func TestTheBarsLeadFromTheFirstStepToTheLast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bits := rapid.Float64Range(-25, 25)
		x := person.Explanation{Prior: rapid.Float64Range(-25, -1).Draw(t, "prior")}
		x.FamilyPrior = x.Prior - 2
		x.Same, x.Family = x.Prior, x.FamilyPrior
		for i := range rapid.IntRange(0, 8).Draw(t, "facts") {
			f := person.Fact{Field: person.Field(i), Text: "A fact", Same: bits.Draw(t, "same"), Family: bits.Draw(t, "family")}
			x.Facts, x.Same, x.Family = append(x.Facts, f), x.Same+f.Same, x.Family+f.Family
		}
		w := fall(x, person.Scored{Chance: 0.4, FamilyChance: 0.5}, rapid.Bool().Draw(t, "family"))
		if len(w.Steps) != len(x.Facts)+2 || len(w.facts()) != len(x.Facts) {
			t.Fatalf("%d steps for %d facts, want one each, the beginning and the end", len(w.Steps), len(x.Facts))
		}
		at := w.Steps[0].From // the end of the first bar that is not at the middle
		if at == w.Even {
			at += w.Steps[0].Width
		}
		for i, s := range w.Steps {
			if s.From < 0 || s.Width < 1 || s.From+s.Width > barWidth+1 || s.Strength == "" || s.Text == "" {
				t.Fatalf("step %d is drawn from %d, %d wide (%q)", i, s.From, s.Width, s.Strength)
			}
			if i == 0 || i == len(w.Steps)-1 {
				continue
			}
			switch near := func(a, b int) bool { return a-b <= 1 && b-a <= 1 }; {
			case s.Tone == "for" && near(s.From, at):
				at = s.From + s.Width
			case s.Tone == "against" && near(s.From+s.Width, at):
				at = s.From
			default:
				t.Fatalf("step %d (%s) is drawn from %d, %d wide, and the one before ended at %d", i, s.Tone, s.From, s.Width, at)
			}
		}
	})
}

func TestChancesInWords(t *testing.T) {
	for p, want := range map[float64]string{0: "less than 1 in 100", 0.004: "less than 1 in 100", 0.01: "1 in 100", 0.5: "50 in 100", 0.995: "99 in 100", 0.9999: "more than 99 in 100", 1: "more than 99 in 100"} {
		if got := outOf(p); got != want {
			t.Errorf("outOf(%g) = %q, want %q", p, got, want)
		}
	}
}
