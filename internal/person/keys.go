package person

import (
	"fmt"
	"slices"
	"time"

	"frontdoor/internal/civil"
)

// Keys are the ways to find a person: short texts that a description of the same
// person is likely to share. Every name, former name, parent and postcode makes
// its own.
func Keys(p Person) []string {
	k := keySet{}
	if n, ok := NHSNumber(p.NHS); ok {
		k.add("n", n)
	}
	if u, ok := UPN(p.UPN); ok {
		k.add("u", u)
	}
	if ph := PhoneNumber(p.Phone); ph != "" {
		k.add("t", ph)
	}
	born := p.Born
	if p.BornEstimated {
		born = civil.Date{}
	}
	for _, g := range givens(p.Given, p.KnownAs, p.Middle, p.Former) {
		k.born(born, "g", Sound(g))
		for _, a := range p.Addresses {
			k.place(a.Postcode, Sound(g))
		}
		for _, f := range families(p.Family, p.Former, p.Parents) {
			k.add("gf", Sound(g), Sound(f))
		}
	}
	for _, f := range families(p.Family, p.Former, p.Parents) {
		k.born(born, "f", Sound(f))
		for _, a := range p.Addresses {
			k.place(a.Postcode, Sound(f))
		}
	}
	year := born.Year
	if p.Unborn {
		k.add("e", p.Expected.String())
	}
	for _, a := range p.Addresses {
		if pc := Postcode(a.Postcode); pc != "" {
			k.add("py", pc, yearOf(year))
			k.add("pd", Door(a.Line), pc)
			k.add("pc", pc)
		}
	}
	for _, m := range p.Parents {
		if real(m.Given) != "" && real(m.Family) != "" {
			k.add("m", Sound(m.Given), Sound(m.Family))
		}
	}
	return k.list()
}

// mostLookUps bounds how many keys one description asks for.
const mostLookUps = 80

// LookUps are the keys to ask for when somebody described a child: their own, and
// those of the usual slips: day and month swapped, a day or a year out, a pet
// form, names crossed, an age for a date.
func LookUps(d Described) []string {
	k := keySet{}
	if n, ok := NHSNumber(d.NHS); ok {
		k.add("n", n)
	}
	if u, ok := UPN(d.UPN); ok {
		k.add("u", u)
	}
	if ph := PhoneNumber(d.Phone); ph != "" {
		k.add("t", ph)
	}
	gs := givens(d.Given, d.KnownAs, d.Middle, nil)
	fs := families(d.Family, nil, d.Parents)
	dates := nearDates(d)
	for _, g := range gs {
		for _, f := range fs {
			k.add("gf", Sound(g), Sound(f))
			k.add("gf", Sound(f), Sound(g))
		}
	}
	for _, born := range dates {
		for _, g := range gs {
			k.born(born, "g", Sound(g))
		}
		for _, f := range fs {
			k.born(born, "f", Sound(f))
		}
	}
	for _, g := range gs {
		k.place(d.Postcode, Sound(g))
		for _, pet := range petForms(real(g)) {
			k.born(d.Born, "g", Sound(pet))
			k.place(d.Postcode, Sound(pet))
			if len(fs) > 0 {
				k.add("gf", Sound(pet), Sound(fs[0]))
			}
		}
	}
	for _, f := range fs {
		k.place(d.Postcode, Sound(f))
		k.born(d.Born, "g", Sound(f)) // crossed
	}
	for _, g := range gs {
		k.born(d.Born, "f", Sound(g)) // crossed
	}
	if d.Unborn {
		for n := -30; n <= 30; n += 1 {
			if !d.Expected.IsZero() && len(k.all) < mostLookUps/2 {
				k.add("e", d.Expected.AddDays(n).String())
			}
		}
	}
	if pc := Postcode(d.Postcode); pc != "" {
		k.add("pd", Door(d.Address), pc)
		k.add("pc", pc)
		for _, y := range years(d) {
			k.add("py", pc, yearOf(y))
		}
	}
	for _, m := range d.Parents {
		if real(m.Given) != "" && real(m.Family) != "" {
			k.add("m", Sound(m.Given), Sound(m.Family))
		}
	}
	all := k.list()
	return all[:min(len(all), mostLookUps)]
}

// nearDates are the date given and the dates it is usually mistaken for.
func nearDates(d Described) []civil.Date {
	b := d.Born
	if b.IsZero() || d.BornEstimated {
		return nil
	}
	out := []civil.Date{b}
	if b.Day <= 12 {
		out = append(out, civil.DateOf(b.Year, time.Month(b.Day), int(b.Month)))
	}
	return append(out, b.AddDays(1), b.AddDays(-1), b.AddMonths(12), b.AddMonths(-12))
}

// years are the years a child may have been born in.
func years(d Described) []int {
	switch {
	case !d.Born.IsZero():
		return []int{d.Born.Year, d.Born.Year - 1, d.Born.Year + 1}
	default:
		return []int{0}
	}
}

func yearOf(y int) string {
	if y == 0 {
		return ""
	}
	return fmt.Sprint(y)
}

// givens are the real given names, known-as and middle names and those of former
// names, each once.
func givens(given, knownAs, middle string, former []Name) []string {
	var out []string
	add := func(s string) {
		for _, t := range tokens(real(s)) {
			if !slices.Contains(out, t) && len(t) > 1 {
				out = append(out, t)
			}
		}
	}
	add(given)
	add(knownAs)
	add(middle)
	for _, n := range former {
		add(n.Given)
	}
	return out[:min(len(out), 6)]
}

// families are the real family names: own, former and parents'.
func families(family string, former, parents []Name) []string {
	var out []string
	add := func(s string) {
		for _, t := range tokens(real(s)) {
			if !slices.Contains(out, t) && len(t) > 1 && !particles[t] {
				out = append(out, t)
			}
		}
	}
	add(family)
	for _, n := range former {
		add(n.Family)
	}
	for _, n := range parents {
		add(n.Family)
	}
	return out[:min(len(out), 6)]
}

type keySet struct{ all []string }

func (k *keySet) add(kind string, parts ...string) {
	key := kind
	for _, p := range parts {
		if p == "" && kind != "py" {
			return
		}
		key += ":" + p
	}
	if !slices.Contains(k.all, key) {
		k.all = append(k.all, key)
	}
}

func (k *keySet) born(d civil.Date, kind, sound string) {
	if !d.IsZero() && sound != "" {
		k.add("d"+kind, d.String(), sound)
	}
}

func (k *keySet) place(postcode, sound string) {
	if pc := Postcode(postcode); pc != "" {
		k.add("p", pc, sound)
	}
}

func (k *keySet) list() []string { return k.all }
