package children

import (
	"cmp"
	"fmt"
	"slices"

	"frontdoor/internal/civil"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/web"
)

// mapPeople is how many people a map shows; a larger family is told by the table.
const mapPeople = 24

// Map draws the family on the day: who is joined to whom, dotted where it is only
// thought, lighter where it has ended.
func (p *FamilyPage) Map() web.FamilyMap {
	m := web.FamilyMap{ID: "family-map", Title: fmt.Sprintf("Family of %s on %s", nameOf(p.Child), p.On.Words())}
	edges := p.drawn()
	above := generations(p.Child.ID, edges, p.together(), p.kin.people)
	here := p.together()
	ids := keys(above)
	slices.SortStableFunc(ids, func(a, b string) int { return p.age(a, b) })
	ids = p.nearest(ids, above)
	joined := map[string]bool{p.Child.ID: true}
	for _, e := range edges {
		if e.Holds(p.On) {
			joined[e.Person], joined[e.Other] = true, true
		}
	}
	for _, id := range ids {
		who := p.kin.people[id]
		m.People = append(m.People, web.MapPerson{ID: id, Name: nameOf(who), Sub: p.mapWords(id), Shape: shapeOf(who), Generation: above[id],
			Self: id == p.Child.ID, Home: here[id] || (id == p.Child.ID && len(here) > 0), Lost: id == p.Child.ID && p.Ended || p.hasDied(id), Faint: !joined[id] && !here[id]})
	}
	for _, e := range edges {
		if slices.Contains(ids, e.Person) && slices.Contains(ids, e.Other) {
			m.Lines = append(m.Lines, lineOf(e, p.On))
		}
	}
	for _, missing := range p.Missing {
		id := "unknown " + missing
		shape := "circle"
		if missing[0] == 'F' {
			shape = "square"
		}
		m.People = append(m.People, web.MapPerson{ID: id, Name: "Not known", Sub: map[string]string{"circle": "mother", "square": "father"}[shape], Shape: shape, Generation: 1, Faint: true})
		m.Lines = append(m.Lines, web.MapLine{A: id, B: p.Child.ID, Faint: true})
	}
	m.Desc = fmt.Sprintf("The table before it says the same in words. %d people in rows of generations, the oldest on top.", len(m.People))
	return m
}

// hasDied says whether it was known on the day that somebody had died by then. Of a death
// whose day is not known, the day when we were told stands.
func (p *FamilyPage) hasDied(id string) bool {
	x, ok := p.died[id]
	if !ok || p.Then && x.Recorded.After(p.On.EndOfDay()) {
		return false
	}
	on := x.On
	if on.IsZero() {
		on = x.Recorded.Date()
	}
	return !on.After(p.On)
}

// mapWords are what stands under a name: the age, or when they died.
func (p *FamilyPage) mapWords(id string) string {
	if !p.hasDied(id) {
		return ageWords(p.kin.people[id].Person, p.On)
	}
	if on := p.died[id].On; !on.IsZero() {
		return "died " + on.String()
	}
	return "died"
}

// drawn are the relationships that a map joins people by: those that hold, and those
// that have ended; of two people of a household who are joined otherwise, only that.
func (p *FamilyPage) drawn() []person.Relationship {
	var out []person.Relationship
	for _, r := range p.now.Relationships {
		ended := !r.Until.IsZero() && r.Until.Before(p.On)
		if r.Standing != person.Rejected && r.Replaced.At.IsZero() && (r.Holds(p.On) || ended) {
			out = append(out, r)
		}
	}
	share := map[[2]string]bool{}
	for _, r := range out {
		if r.Kind.General() == person.Parent {
			for _, s := range out {
				if s.Kind.General() == person.Parent && s.Other == r.Other && s.Person != r.Person {
					share[[2]string{r.Person, s.Person}] = true
				}
			}
		}
	}
	here := p.together()
	here[p.Child.ID] = true
	return slices.DeleteFunc(out, func(r person.Relationship) bool {
		home := r.Kind == person.Household && here[r.Person] && here[r.Other]
		return home || ((r.Kind == person.Household || r.Kind.Siblings()) && share[[2]string{r.Person, r.Other}])
	})
}

// generations says how far above the child everybody stands who is joined to the
// child, near or far. Somebody known by the address alone stands with the children
// or with the grown-ups.
func generations(child string, edges []person.Relationship, here map[string]bool, people map[string]record.Known) map[string]int {
	above := map[string]int{child: 0}
	next := []string{child}
	for len(next) > 0 {
		from := next[0]
		next = next[1:]
		for _, e := range edges {
			other, kind, ok := e.Seen(from)
			if _, there := above[other]; !ok || there {
				continue
			}
			level := above[from] + kind.Older()
			if kind == person.Household || kind == person.OtherKin {
				level = grown(people[other])
			}
			above[other] = level
			next = append(next, other)
		}
	}
	for id := range here {
		if _, there := above[id]; !there {
			above[id] = grown(people[id])
		}
	}
	return above
}

func grown(p record.Known) int {
	if p.IsChild {
		return 0
	}
	return 1
}

// nearest are the people for whom a map has room, those who are closest to the child
// first; the order stays.
func (p *FamilyPage) nearest(ids []string, above map[string]int) []string {
	if len(ids) <= mapPeople {
		return ids
	}
	direct := map[string]bool{p.Child.ID: true}
	for _, r := range p.Relatives {
		direct[r.id] = true
	}
	byDistance := slices.Clone(ids)
	slices.SortStableFunc(byDistance, func(a, b string) int {
		if direct[a] != direct[b] {
			return map[bool]int{true: -1, false: 1}[direct[a]]
		}
		return cmp.Compare(max(above[a], -above[a]), max(above[b], -above[b]))
	})
	keep := byDistance[:mapPeople]
	return slices.DeleteFunc(ids, func(id string) bool { return !slices.Contains(keep, id) })
}

// age orders two people by birth, the elder first; unborn children come last.
func (p *FamilyPage) age(a, b string) int {
	x, y := p.kin.people[a], p.kin.people[b]
	born := func(k record.Known) civil.Date {
		if k.Born.IsZero() {
			return k.Expected
		}
		return k.Born
	}
	dx, dy := born(x), born(y)
	switch {
	case dx.IsZero() != dy.IsZero():
		return map[bool]int{true: 1, false: -1}[dx.IsZero()]
	case dx != dy:
		return dx.Compare(dy)
	}
	return cmp.Compare(x.Ref, y.Ref)
}

func lineOf(r person.Relationship, on civil.Date) web.MapLine {
	l := web.MapLine{A: r.Other, B: r.Person, Thought: r.Standing == person.Inferred, Faint: !r.Holds(on)}
	switch older := r.Kind.Older(); {
	case older < 0:
		l.A, l.B = r.Person, r.Other
	case older == 0:
		l.Across = true
	}
	return l
}

func shapeOf(p record.Known) string {
	switch {
	case p.Unborn:
		return "triangle"
	case p.Sex == "M":
		return "square"
	case p.Sex == "F":
		return "circle"
	}
	return "diamond"
}

// ageWords say how old somebody is on a day.
func ageWords(p person.Person, on civil.Date) string {
	switch {
	case p.Unborn && !p.Expected.IsZero():
		return "expected " + p.Expected.String()
	case p.Unborn:
		return "not born yet"
	case p.Born.IsZero():
		return "age not known"
	case on.Before(p.Born):
		return "not born yet"
	case p.Born.Age(on) == 0:
		return "under 1"
	}
	return fmt.Sprint(p.Born.Age(on))
}
