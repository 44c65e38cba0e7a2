package contacts

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"frontdoor/internal/person"
)

// shareView is one of the three answers, in words and as a bar of 100.
type shareView struct {
	Name, Words, Tone string
	Width             int
}

// shares are the three answers. They add up to all there is.
func shares(o person.Outcome) []shareView {
	one := func(name, tone string, p float64) shareView {
		return shareView{Name: name, Words: outOf(p), Tone: tone, Width: int(math.Round(100 * p))}
	}
	return []shareView{
		one("This child we know", "child", o.Child),
		one("A new child of a family we know", "family", o.Family),
		one("Nobody we know", "nobody", o.Nobody),
	}
}

// outOf is a chance in words.
func outOf(p float64) string {
	switch n := min(max(math.Round(100*p), 1), 99); {
	case p > 0.995:
		return "more than 99 in 100"
	case p < 0.005:
		return "less than 1 in 100"
	default:
		return fmt.Sprintf("%.0f in 100", n)
	}
}

// waterfall leads from what was likely before anything was compared, through each
// fact, to what is likely now.
type waterfall struct {
	Title string
	Even  int // where the chance is one in two, in the bars' units
	Steps []stepView
}

// stepView is one step: its sentence, how strongly it speaks, and its bar.
type stepView struct {
	Text, Strength, Whose, Tone string
	From, Width                 int
}

// barWidth is the width of a waterfall's bars, in units of their own.
const barWidth = 240

// fall draws an explanation for one hypothesis: this child, or another of the family.
func fall(x person.Explanation, s person.Scored, family bool) waterfall {
	prior, end, chance, what := x.Prior, x.Same, s.Chance, "that it is this child"
	bits := func(f person.Fact) float64 { return f.Same }
	if family {
		prior, end, chance, what = x.FamilyPrior, x.Family, s.FamilyChance, "that it is another child of this family"
		bits = func(f person.Fact) float64 { return f.Family }
	}
	facts := slices.SortedStableFunc(slices.Values(x.Facts), func(a, b person.Fact) int {
		return -cmp.Compare(math.Abs(bits(a)), math.Abs(bits(b)))
	})
	lo, hi, at := min(prior, end, 0), max(prior, end, 0), prior
	for _, f := range facts {
		at += bits(f)
		lo, hi = min(lo, at), max(hi, at)
	}
	scale := func(b float64) int { return int(math.Round((b - lo) / max(hi-lo, 1) * barWidth)) }
	bar := func(v stepView, from, to float64) stepView {
		v.From, v.Width = scale(min(from, to)), max(scale(max(from, to))-scale(min(from, to)), 1)
		return v
	}
	w := waterfall{Even: scale(0), Title: fmt.Sprintf("The chance %s: from %s before anything was compared to %s", what, person.OneIn(prior), outOf(chance))}
	w.Steps = append(w.Steps, bar(stepView{Text: "Before anything is compared", Strength: person.OneIn(prior), Tone: "start"}, 0, prior))
	at = prior
	for _, f := range facts {
		b := bits(f)
		w.Steps = append(w.Steps, bar(stepView{Text: f.Text, Strength: strength(b), Whose: whose(f), Tone: tone(b)}, at, at+b))
		at += b
	}
	if x.Damped >= damped {
		w.Steps = append(w.Steps, bar(stepView{Text: person.DampedWords, Strength: strength(-x.Damped), Tone: tone(-x.Damped)}, at, at-x.Damped))
	}
	w.Steps = append(w.Steps, bar(stepView{Text: "Together, beside everybody else who was compared", Strength: outOf(chance), Tone: "end"}, 0, end))
	return w
}

// facts are the steps that are facts, without where it began and what it came to.
func (w waterfall) facts() []stepView { return w.Steps[1 : len(w.Steps)-1] }

// damped is the least that is taken off, in bits, that is shown.
const damped = 0.5

// whose says if a fact can tell this child from a brother or sister.
func whose(f person.Fact) string {
	if f.Own() {
		return "the child’s own"
	}
	return "a family shares it"
}

func tone(bits float64) string {
	if bits < 0 {
		return "against"
	}
	return "for"
}

// strength is how strongly a fact speaks, in words and in doublings.
func strength(bits float64) string {
	size := math.Abs(bits)
	words := "very strong"
	switch {
	case size < 0.5:
		return "says nothing either way"
	case size < 2:
		words = "weak"
	case size < 5:
		words = "fair"
	case size < 9:
		words = "strong"
	}
	return fmt.Sprintf("%s %s, %s%.1f", words, tone(bits), sign(bits), size)
}

func sign(bits float64) string {
	if bits < 0 {
		return "−"
	}
	return "+"
}
