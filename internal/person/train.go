package person

import (
	"fmt"
	"math"
	"slices"
)

// Verdict is what somebody decided that two descriptions are to each other.
type Verdict uint8

// What a screener may decide of a description and a person.
const (
	IsChild    Verdict = Verdict(sameChild)  // the same child
	IsFamily   Verdict = Verdict(sameFamily) // a brother or sister
	NotRelated Verdict = Verdict(unrelated)
)

// Labelled is a comparison with what a screener decided of it.
type Labelled struct {
	Source string
	Levels Levels
	Is     Verdict
}

// Asked is a contact that nobody has decided, compared with everybody it may be of by
// the model that training begins with.
type Asked struct {
	Source string
	People int // how many it was compared among
	Found  []Scored
}

// Evidence is what a model learns from. Any of it may be empty.
type Evidence struct {
	Asked     []Asked
	Strangers []Levels   // contacts compared with people taken at random
	Siblings  []Levels   // people compared with their recorded brothers and sisters
	Decided   []Labelled // screeners' decisions
}

// How much what was known before counts against what is learned, in comparisons.
const (
	priorDecisions = 300 // of the model before, against decisions and contacts
	priorSource    = 200 // of all sources together, against one
	priorRates     = 100 // of the model before, against random and sibling pairs
	trainRounds    = 12  // of expectation and maximisation: it settles in fewer
	leastShare     = 1e-4
)

// Train learns a new version of a model from an authority's own evidence:
//
//   - how often people who are not related agree, from random pairs;
//   - how often brothers and sisters do, counted from those recorded, no labels needed;
//   - how often descriptions of one child do, by expectation and maximisation on the
//     contacts, in sessions that each look at pairs which agree in one thing and learn
//     the other things from them, for each source and shrunk to all sources;
//   - all three from screeners' decisions.
//
// The model before counts as some hundreds of comparisons, so that little evidence
// moves little. The base is left as it is.
func Train(base *Model, e Evidence, version string) *Model {
	out := &Model{Version: version, Known: base.Known, Family: base.Family, Sources: map[string]Weights{}}
	pool := base.Sources[""]
	pool.learn(unrelated, counts(e.Strangers), priorRates)
	pool.learnSiblings(e.Siblings)
	all, bySource := base.fit(e.Asked)
	decided := map[string][hypotheses]levelCounts{}
	for _, d := range e.Decided {
		for _, source := range []string{"", d.Source} {
			c := decided[source]
			c[d.Is].add(d.Levels)
			decided[source] = c
			if d.Source == "" {
				break
			}
		}
	}
	total := decided[""]
	total[sameChild].join(all)
	for h := range hypotheses {
		pool.learn(h, total[h], priorDecisions)
	}
	out.Sources[""] = pool
	for _, source := range sourceNames {
		c := decided[source]
		c[sameChild].join(bySource[source])
		if c[sameChild] == (levelCounts{}) {
			if w, ok := base.Sources[source]; ok {
				out.Sources[source] = w
			}
			continue
		}
		w := pool
		w.learn(sameChild, c[sameChild], priorSource)
		out.Sources[source] = w
	}
	return out
}

// levelCounts is how often each level of each field was seen.
type levelCounts [fields][levels]float64

// add counts a comparison.
func (c *levelCounts) add(l Levels) {
	for f := range fields {
		if l[f] != 0 {
			c[f][l[f]]++
		}
	}
}

func (c *levelCounts) join(o levelCounts) {
	for f := range fields {
		for l := range levels {
			c[f][l] += o[f][l]
		}
	}
}

func counts(list []Levels) levelCounts {
	var c levelCounts
	for _, l := range list {
		c.add(l)
	}
	return c
}

// dateGroups are levels of dates that can be seen together: of a day, of a part of a
// date, of an age, of a child who is not born. How often each is seen is learned
// within its group.
var dateGroups = [][]Level{
	{DateSame, DateSwapped, DateOnePart, DateDays, DateNearYear, DateClash}, {DateMonth}, {DateYear}, {DateAge, DateAgeNear, DateAgeFar}, {DateExpected}, {DateArrived}, {DateUnborn},
}

// learn moves the chances of one hypothesis towards what was seen; what was known
// before counts as prior comparisons.
func (w *Weights) learn(h int, seen levelCounts, prior float64) {
	for f := range fields {
		groups := dateGroups
		if f != FieldDate {
			all := make([]Level, len(levelNames[f])-1)
			for i := range all {
				all[i] = Level(i + 1)
			}
			groups = [][]Level{all}
		}
		for _, g := range groups {
			w.learnGroup(f, g, h, seen, prior)
		}
	}
}

func (w *Weights) learnGroup(f Field, group []Level, h int, seen levelCounts, prior float64) {
	n, before := 0.0, 0.0
	for _, l := range group {
		n += seen[f][l]
		before += w[f][l][h]
	}
	if n == 0 || len(group) == 1 {
		return // alone a level says nothing of how often it is seen
	}
	for _, l := range group {
		p := w[f][l][h] / before
		w[f][l][h] = max((prior*p+seen[f][l])/(prior+n)*before, min(leastShare, w[f][l][h]))
	}
}

// learnSiblings counts what brothers and sisters have in common. The child's own
// things are counted as they are. What a family shares is said of a child who is not
// recorded with the same slips as of one who is: so it agrees as often as for the
// child, for the share of brothers and sisters who have it in common.
func (w *Weights) learnSiblings(pairs []Levels) {
	if len(pairs) == 0 {
		return
	}
	seen := counts(pairs)
	own := seen
	for f := FieldFamily; f < fields; f++ {
		own[f] = [levels]float64{}
	}
	w.learn(sameFamily, own, priorRates)
	for f := FieldFamily; f < FieldSiblings; f++ {
		agree, n := 0.0, 0.0
		for l := 1; l < len(levelNames[f]); l++ {
			n += seen[f][l]
			if w[f][l][sameChild] > 2*w[f][l][unrelated] {
				agree += seen[f][l]
			}
		}
		if n == 0 {
			continue
		}
		share := (agree + 1) / (n + 2)
		for l := 1; l < len(levelNames[f]); l++ {
			p := share*w[f][l][sameChild] + (1-share)*w[f][l][unrelated]
			w[f][l][sameFamily] = (priorRates*w[f][l][sameFamily] + n*p) / (priorRates + n)
		}
	}
}

// session is pairs that agree in something, from which the other fields are learned:
// among them a field's own agreement would be seen too often.
type session struct {
	agree   func(Levels) bool
	without []Field
}

// sessions are blocked on different keys, so that each field is learned in some.
var sessions = []session{
	{func(l Levels) bool { return l[FieldDate] == DateSame }, []Field{FieldDate}},
	{func(l Levels) bool {
		return l[FieldGiven] == GivenSame && (l[FieldFamily] == FamilySame || l[FieldPlace] == PlaceDoor || l[FieldPlace] == PlaceStreet)
	}, []Field{FieldGiven, FieldFamily, FieldPlace}},
	{func(l Levels) bool { return l[FieldNHS] == Same || l[FieldUPN] == Same }, []Field{FieldNHS, FieldUPN}},
	{func(l Levels) bool { return l[FieldPhone] == Same || l[FieldParent] == ParentSame }, []Field{FieldPhone, FieldParent}},
}

// fit finds how often each level is seen between descriptions of one child, without
// being told which are: the model guesses, counts by its guesses, and guesses again.
func (m *Model) fit(asked []Asked) (all levelCounts, bySource map[string]levelCounts) {
	bySource = map[string]levelCounts{}
	if len(asked) == 0 {
		return all, bySource
	}
	start := m.Sources[""]
	w := start
	for range trainRounds {
		all, bySource = levelCounts{}, map[string]levelCounts{}
		for i := range asked {
			a := &asked[i]
			c := m.count(a, &w)
			all.join(c)
			s := bySource[a.Source]
			s.join(c)
			bySource[a.Source] = s
		}
		next := start
		next.learn(sameChild, all, priorDecisions)
		w = next
	}
	return all, bySource
}

// count is what one contact adds: each person it was compared with, by the chance that
// it is of that person, in the sessions that the pair belongs to. A field counts once,
// however many sessions it is seen in.
func (m *Model) count(a *Asked, w *Weights) (c levelCounts) {
	base := m.weights(a.Source)
	bits := make([]float64, len(a.Found))
	top := 0.0
	for i := range a.Found {
		bits[i] = a.Found[i].Same + math.Log2(m.Known)
		for f, l := range a.Found[i].Levels {
			if l != 0 {
				bits[i] += math.Log2(w[f][l][sameChild] / base[f][l][sameChild])
			}
		}
		top = max(top, bits[i])
	}
	n := float64(max(a.People, 100)) // the priors of the others are shares of it
	total := math.Exp2(math.Log2((1-m.Known-m.Family)*n) - top)
	for i := range bits {
		total += math.Exp2(bits[i]-top) + math.Exp2(a.Found[i].Family+math.Log2(m.Family)-top)/2
	}
	for i := range bits {
		chance := math.Exp2(bits[i]-top) / total
		if chance < 0.01 {
			continue
		}
		l := a.Found[i].Levels
		for f := range fields {
			if l[f] != 0 && slices.ContainsFunc(sessions, func(s session) bool { return s.agree(l) && !slices.Contains(s.without, f) }) {
				c[f][l[f]] += chance
			}
		}
	}
	return c
}

// Better says whether a new model should take an old one's place: only when it is not
// worse on decisions that neither learned from. The text says what was found.
func Better(old, new *Model, held []Labelled) (bool, string) {
	if len(held) == 0 {
		return false, "There are no decisions to compare the two models on"
	}
	a, wrongA := old.loss(held)
	b, wrongB := new.loss(held)
	text := fmt.Sprintf("On %d decisions model %s loses %.4f bits each and is surely wrong in %d; model %s loses %.4f and is surely wrong in %d",
		len(held), old.Version, a, wrongA, new.Version, b, wrongB)
	return b <= a && wrongB <= wrongA, text
}

// sureAndWrong is the chance from which a model that is wrong is surely wrong.
const sureAndWrong = 0.999

// loss is the mean of the bits by which a model was surprised by decisions, and how
// often it was sure of the same child and wrong. Each decision is one of three.
func (m *Model) loss(held []Labelled) (mean float64, wrong int) {
	share := [hypotheses]float64{1, 1, 1}
	for _, d := range held {
		share[d.Is]++
	}
	for _, d := range held {
		w := m.weights(d.Source)
		var p [hypotheses]float64
		total := 0.0
		for h := range hypotheses {
			p[h] = share[h]
			for f, l := range d.Levels {
				if l != 0 {
					p[h] *= w[f][l][h]
				}
			}
			total += p[h]
		}
		mean -= math.Log2(max(p[d.Is]/total, 1e-12)) / float64(len(held))
		if d.Is != IsChild && p[sameChild]/total >= sureAndWrong {
			wrong++
		}
	}
	return mean, wrong
}
