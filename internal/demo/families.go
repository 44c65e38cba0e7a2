package demo

import (
	"fmt"
	"slices"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/desk/children"
	"frontdoor/internal/person"
)

// largeFamily makes of one household the family that its page is for: a mother who
// is confirmed, a father who is not known, a half-brother elsewhere, a stepsister, a
// grandmother, a baby who is expected, and a child of the mother whose record is
// restricted. Everything is recorded by real commands.
func (b *builder) largeFamily() error {
	var f *familyMaker
	mother := ""
	for _, h := range b.settledHomes() {
		f = &familyMaker{b: b, desk: children.New(b.record), who: b.who["j.okoro"], ref: h.kids[0].ref, home: h}
		var err error
		if mother, err = f.settle("mother"); err != nil {
			return err
		}
		if mother != "" {
			break
		}
	}
	if mother == "" {
		return nil
	}
	h := f.home
	partner, err := f.named(h.father)
	if err != nil {
		return err
	}
	steps := []func() error{
		func() error { return f.holds(mother) },
		func() error {
			return f.relate(children.NewRelation{About: mother, Kind: person.Mother, Who: children.Somebody{Given: "Rosa", Family: h.family, Sex: "F", Born: civil.DateOf(1958, 4, 3)}})
		},
		func() error {
			return f.relate(children.NewRelation{About: mother, Kind: person.ChildOf, Who: children.Somebody{Family: h.family, Expected: b.now.Date().AddDays(47)}})
		},
		func() error { return f.half(mother) },
		func() error { return f.step(mother, partner) },
		func() error { return f.restricted(mother) },
	}
	for _, do := range steps {
		if err := do(); err != nil {
			return fmt.Errorf("family of %s: %w", f.ref, err)
		}
	}
	return nil
}

// settledHomes are the households of which two children have a record. A child who is
// called like a parent would be taken for the parent by name.
func (b *builder) settledHomes() []*home {
	var out []*home
	for _, h := range b.homes {
		known, namesake := 0, false
		for _, k := range h.kids {
			if k.ref != "" {
				known++
			}
			namesake = namesake || k.given == h.father || k.given == h.mother
		}
		if known >= 2 && !namesake && h.kids[0].ref != "" && h.kids[0].twin == nil {
			out = append(out, h)
		}
	}
	return out
}

// familyMaker records what a worker would learn of one child's family.
type familyMaker struct {
	b    *builder
	desk *children.Desk
	who  access.Actor
	ref  string
	home *home
}

func (f *familyMaker) page() (*children.FamilyPage, error) {
	return f.desk.FamilyOn(f.b.ctx, f.who, f.ref, civil.Date{}, false)
}

// named finds a relative by first name.
func (f *familyMaker) named(given string) (string, error) {
	p, err := f.page()
	if err != nil {
		return "", err
	}
	for _, r := range p.Relatives {
		if r.Name == given+" "+f.home.family {
			return r.Ref, nil
		}
	}
	return "", nil
}

// settle confirms who is, to the child, of this kind, and gives their reference.
func (f *familyMaker) settle(kind string) (string, error) {
	p, err := f.page()
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(p.Relatives, func(r children.Relative) bool { return r.Kind == kind && r.Thought && r.Fact != "" })
	if i < 0 {
		return "", nil
	}
	return p.Relatives[i].Ref, f.desk.Settle(f.b.ctx, f.who, f.ref, p.Relatives[i].Fact, children.Answer{Yes: true, Why: "Said so on the phone, and the school agrees"})
}

func (f *familyMaker) relate(n children.NewRelation) error {
	n.Dated = person.Dated{Source: "the mother, by phone"}
	return f.desk.Relate(f.b.ctx, f.who, f.ref, n)
}

func (f *familyMaker) holds(mother string) error {
	return f.desk.HoldResponsibility(f.b.ctx, f.who, f.ref, children.NewHolder{Ref: mother,
		Responsibility: person.Responsibility{How: person.ByBirth, Dated: person.Dated{Source: "birth certificate, seen"}}})
}

// half adds a child of the mother who lives with his father.
func (f *familyMaker) half(mother string) error {
	err := f.relate(children.NewRelation{About: mother, Kind: person.ChildOf, Who: children.Somebody{Given: "Reuben", Family: "Dunne", Sex: "M", Born: civil.DateOf(2013, 6, 14)}})
	if err != nil {
		return err
	}
	ref, err := f.called("Reuben Dunne")
	if err != nil {
		return err
	}
	if err := f.relate(children.NewRelation{About: ref, Kind: person.Father, Who: children.Somebody{Given: "Cian", Family: "Dunne", Sex: "M"}}); err != nil {
		return err
	}
	return f.desk.Live(f.b.ctx, f.who, f.ref, children.NewStay{About: ref,
		Stay: person.Stay{Address: "4 Quarry Lane", Postcode: "ZZ6 3QL", How: person.Lives, Dated: person.Dated{Since: civil.DateOf(2019, 9, 1), Source: "the mother, by phone"}}})
}

// step adds that the man in the household is the mother's partner, and his daughter.
func (f *familyMaker) step(mother, partner string) error {
	if partner == "" {
		return nil
	}
	n := children.NewRelation{About: mother, Kind: person.Partner, Who: children.Somebody{Ref: partner}}
	if err := f.relate(n); err != nil {
		return err
	}
	return f.relate(children.NewRelation{About: partner, Kind: person.ChildOf, Who: children.Somebody{Given: "Tia", Family: f.home.family, Sex: "F", Born: civil.DateOf(2015, 2, 2)}})
}

// restricted adds a child of the mother whose record only named people may open.
func (f *familyMaker) restricted(mother string) error {
	err := f.relate(children.NewRelation{About: mother, Kind: person.ChildOf, Who: children.Somebody{Given: "Eilidh", Family: "Lowe", Sex: "F", Born: civil.DateOf(2011, 10, 8)}})
	if err != nil {
		return err
	}
	ref, err := f.called("Eilidh Lowe")
	if err != nil {
		return err
	}
	ids, err := f.b.ids(personByRef, ref, authority)
	if err != nil {
		return err
	}
	return f.b.admin.Restrict(f.b.ctx, f.who, ids[0], access.Restricted, "J. Okoro", "lives at an address that must not be known", []string{"j.okoro"})
}

// called finds the reference of somebody of the family by name.
func (f *familyMaker) called(name string) (string, error) {
	p, err := f.page()
	if err != nil {
		return "", err
	}
	for _, r := range p.Relatives {
		if r.Name == name {
			return r.Ref, nil
		}
	}
	return "", fmt.Errorf("nobody of the family is called so")
}
