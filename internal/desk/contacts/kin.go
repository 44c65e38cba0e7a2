package contacts

import (
	"context"
	"slices"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
)

// Kindred is a child who is of the family of a contact's children and is not named in
// the contact: known to live with them, or a brother or sister wherever they live.
type Kindred struct {
	Ref, Name, Words string // Words say how related, and to whom of the contact
	Kind             person.Kin
	Thought          bool // inferred, and not confirmed
	id               string
}

// readKin finds the children of the family who are not named in the contact, so that
// none is overlooked (each notification is about every child of the household), and
// says of each earlier contact whose it is. Of whom this reader may not know, nothing
// is said.
func (p *Page) readKin(ctx context.Context, v *record.View, all pasts, persons []string) error {
	ids := slices.Clone(persons)
	for _, id := range persons {
		ids = append(ids, all.siblings[id]...)
	}
	f, err := record.FamilyOf(ctx, v, v.Authority, ids)
	if err != nil {
		return err
	}
	as, err := record.FindClusters(ctx, v, v.Authority, ids)
	if err != nil {
		return err
	}
	heads := as.Heads(ids...)
	known, err := record.Persons(ctx, v, v.Authority, heads)
	if err != nil {
		return err
	}
	closed, err := record.Restrictions(ctx, v, v.Authority, as.All(heads...))
	if err != nil {
		return err
	}
	own := as.Heads(persons...)
	kin := map[string]Kindred{}
	for _, id := range heads {
		who, ok := known[id]
		if slices.Contains(own, id) || !ok || !who.IsChild {
			continue
		}
		about := record.Close(access.About{Authority: v.Authority, Persons: as.Of(id).Members}, closed)
		if v.May(access.OpenChild, about).Answer != access.Allow {
			continue
		}
		if k, ok := p.kinOf(who, own, known, f.Relationships); ok {
			k.id = id
			kin[id] = k
			p.Kindred = append(p.Kindred, k)
			v.Saw("contact", who.Ref)
		}
	}
	slices.SortFunc(p.Kindred, func(a, b Kindred) int { return strings.Compare(a.Name+a.Ref, b.Name+b.Ref) })
	for i := range p.Past {
		if who, ok := known[as.Head(p.Past[i].Person)]; ok && !p.Past[i].Sibling && !p.Past[i].Hidden && len(own) > 1 {
			p.Past[i].About = calledOf(who.Person)
		}
		if k, ok := kin[as.Head(p.Past[i].Person)]; ok && p.Past[i].Sibling && !p.Past[i].Hidden {
			p.Past[i].Kin, p.Past[i].About = k.Kind, k.Name+", "+k.Words
		}
	}
	return nil
}

// kinOf says how somebody is related to the first of the contact's children to whom
// they are.
func (p *Page) kinOf(who record.Known, own []string, known map[string]record.Known, all []person.Relationship) (Kindred, bool) {
	for _, child := range own {
		for _, r := range person.RelationsOf(child, all, p.Now.Date()) {
			if r.Who != who.ID {
				continue
			}
			words := person.KinNamed(r.Kind, who.Sex)
			if name := known[child].Given; name != "" && r.Kind != person.Household {
				words += " of " + name
			}
			return Kindred{Ref: who.Ref, Name: calledOf(who.Person), Words: words, Kind: r.Kind, Thought: r.Standing == person.Inferred}, true
		}
	}
	return Kindred{}, false
}

func calledOf(p person.Person) string {
	name := strings.TrimSpace(p.Given + " " + p.Family)
	switch {
	case p.Unborn:
		return strings.TrimSpace("Unborn child " + p.Family)
	case name == "":
		return "Name not known"
	}
	return name
}

// Pasts are earlier contacts, the newest first.
type Pasts []PastContact

// PastGroup is earlier contacts under a heading.
type PastGroup struct {
	Heading string
	Rows    []PastContact
}

// pastHeadings are the headings of a history, in their order.
var pastHeadings = []struct {
	heading string
	is      func(PastContact) bool
}{
	{"These children", func(c PastContact) bool { return !c.Sibling && !c.Hidden }},
	{"Full brothers and sisters", func(c PastContact) bool { return c.Kin == person.FullSibling }},
	{"Half-brothers and half-sisters", func(c PastContact) bool { return c.Kin == person.HalfSibling }},
	{"Stepbrothers and stepsisters", func(c PastContact) bool { return c.Kin == person.StepSibling }},
	{"Brothers and sisters, full or half not known", func(c PastContact) bool { return c.Kin == person.Sibling }},
	{"Others of the household and family", func(c PastContact) bool { return !c.Hidden }},
	{"Restricted records", func(c PastContact) bool { return c.Hidden }},
}

// Groups puts earlier contacts under headings: those about the children themselves
// first, then each kind of brother and sister.
func (all Pasts) Groups() []PastGroup {
	var out []PastGroup
	rest := slices.Clone(all)
	for _, h := range pastHeadings {
		g := PastGroup{Heading: h.heading}
		rest = slices.DeleteFunc(rest, func(c PastContact) bool {
			if h.is(c) {
				g.Rows = append(g.Rows, c)
				return true
			}
			return false
		})
		if len(g.Rows) > 0 {
			out = append(out, g)
		}
	}
	return out
}
