package children

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
)

// FamilyPage is a child's family and household on one day.
type FamilyPage struct {
	*Page
	On        civil.Date
	Then      bool // as the record knew it at the end of that day
	Relatives []Relative
	Homes     []Home
	Holders   []Holder
	Missing   []string // what is not known, in words: a father, a mother
	Thoughts  []Thought
	Maybes    []Maybe
	Past      []Ended
	Masks     []string
	CanChange bool
	Ended     bool // the pregnancy ended

	died map[string]record.Death // by person
	kin  *kinship
	now  record.Family // as known now, or at the moment that was asked
}

// Relative is somebody in the child's family on that day.
type Relative struct {
	Ref, Name, Kind, Source string
	Born                    civil.Date
	Unborn, Child           bool
	Thought                 bool // inferred, and not confirmed
	Together                bool // lives with the child on that day
	ByAddress               bool // known by the address alone
	Why                     []string
	Died                    string // in words, when they had died by that day
	Fact                    string // recorded relationship, "" when derived or by the address alone
	id                      string
	kin                     person.Kin
}

// Home is a place where the child lives on that day, with everybody else who does.
type Home struct {
	Address, How, Source, Fact string
	Since                      civil.Date
	Thought                    bool
	With                       []string
}

// Holder is somebody who holds parental responsibility on that day.
type Holder struct {
	Name, Way, Law, Source, Fact string
	Since                        civil.Date
	Thought                      bool
}

// Thought is something inferred about the child that nobody has answered.
type Thought struct {
	Fact, Text, Confirm string
	Chance              int
	Reasons             []string
	Open                bool // how they are related must be said, not only whether
}

// Ended is something that was so and is not on that day, or was put right.
type Ended struct {
	Text, When, Why, Fact string
}

// FamilyOn opens a child's family page for a day. then asks what the record knew at
// the end of that day, instead of what it knows now.
func (d *Desk) FamilyOn(ctx context.Context, who access.Actor, ref string, on civil.Date, then bool) (*FamilyPage, error) {
	var p *FamilyPage
	err := d.Record.Look(ctx, who, purpose(who), func(v *record.View) error {
		base, err := d.open(ctx, v, ref, access.OpenChild)
		if err != nil {
			return err
		}
		p = &FamilyPage{Page: base, On: on, Then: then}
		if p.On.IsZero() || p.On.After(v.Now.Date()) {
			p.On = v.Now.Date()
		}
		p.kin, err = gather(ctx, v, v.Authority, base.Child, func(a access.About) access.Verdict { return v.May(access.OpenChild, a) })
		if err != nil {
			return err
		}
		v.Saw("family", p.kin.refs()...)
		p.CanChange = access.May(who, access.ChangeFamily, base.about, v.Now).Answer == access.Allow
		p.Ended, err = pregnancyEnded(ctx, v, v.Authority, base.Child.ID)
		if err != nil {
			return err
		}
		if p.died, err = record.Deaths(ctx, v, v.Authority, keys(p.kin.people)); err != nil {
			return err
		}
		p.fill()
		return p.maybes(ctx, v)
	})
	return p, err
}

// fill puts the page together from the facts.
func (p *FamilyPage) fill() {
	at := p.Now
	if p.Then {
		if end := p.On.EndOfDay(); end.Before(at) {
			at = end
		}
	}
	p.now = p.kin.knownAt(at)
	p.Masks = slices.Compact(slices.Sorted(slices.Values(p.kin.masks)))
	p.homes()
	p.relatives()
	for i := range p.Relatives {
		if r := &p.Relatives[i]; p.hasDied(r.id) {
			r.Died = p.mapWords(r.id)
			if on := p.died[r.id].On; !on.IsZero() {
				r.Died = "died " + on.Words()
			}
		}
	}
	p.holders()
	p.thoughts()
	p.past()
}

// People are everybody of the family who may be known, related to the child nearly or
// farther off.
func (p *FamilyPage) People() []Relative {
	var out []Relative
	for _, id := range keys(p.kin.people) {
		if who := p.kin.people[id]; id != p.Child.ID {
			out = append(out, Relative{Ref: who.Ref, Name: nameOf(who), Born: who.Born, Unborn: who.Unborn, Child: who.IsChild, id: id})
		}
	}
	return out
}

// together says who lives at one of the child's doors on the day.
func (p *FamilyPage) together() map[string]bool {
	doors := map[string]bool{}
	for _, s := range p.now.Stays {
		if s.Person == p.Child.ID && s.Holds(p.On) {
			doors[s.Door()] = true
		}
	}
	out := map[string]bool{}
	for _, s := range p.now.Stays {
		if s.Person != p.Child.ID && s.Holds(p.On) && doors[s.Door()] {
			out[s.Person] = true
		}
	}
	return out
}

func (p *FamilyPage) homes() {
	for _, s := range p.now.Stays {
		if s.Person != p.Child.ID || !s.Holds(p.On) {
			continue
		}
		h := Home{Address: address(s), How: person.LivingWords(s.How), Source: sourceWords(s.Dated), Fact: s.ID, Since: s.Since, Thought: s.Standing == person.Inferred}
		for _, o := range p.now.Stays {
			if o.Person != p.Child.ID && o.Door() == s.Door() && o.Holds(p.On) {
				h.With = append(h.With, nameOf(p.kin.people[o.Person]))
			}
		}
		slices.Sort(h.With)
		h.With = slices.Compact(h.With)
		p.Homes = append(p.Homes, h)
	}
}

func address(s person.Stay) string { return strings.Trim(s.Address+", "+s.Postcode, ", ") }

// relatives are those related to the child on the day, and those who share a home.
func (p *FamilyPage) relatives() {
	here := p.together()
	listed := map[string]bool{}
	mothers, fathers, parents := 0, 0, 0
	for _, r := range person.RelationsOf(p.Child.ID, p.now.Relationships, p.On) {
		who := p.kin.people[r.Who]
		listed[r.Who] = true
		p.Relatives = append(p.Relatives, p.relative(who, r, here[r.Who]))
		switch {
		case r.Kind == person.Mother || (r.Kind == person.Parent && who.Sex == "F"):
			mothers++
		case r.Kind == person.Father || (r.Kind == person.Parent && who.Sex == "M"):
			fathers++
		case r.Kind == person.Parent:
			parents++ // of a sex that nobody said
		}
	}
	for _, id := range keys(here) {
		if !listed[id] {
			r := person.Relation{Who: id, Kind: person.Household, Standing: person.Inferred, Why: []string{"Lives at the same address; nobody has recorded how they are related"}}
			p.Relatives = append(p.Relatives, p.relative(p.kin.people[id], r, true))
		}
	}
	if mothers == 0 && parents == 0 {
		p.Missing = append(p.Missing, "Mother: not known")
	}
	if mothers+fathers+parents < 2 && fathers == 0 {
		p.Missing = append(p.Missing, "Father: not known")
	}
}

func (p *FamilyPage) relative(who record.Known, r person.Relation, here bool) Relative {
	out := Relative{Ref: who.Ref, Name: nameOf(who), Kind: person.KinNamed(r.Kind, who.Sex), Born: who.Born, Unborn: who.Unborn, Child: who.IsChild,
		Thought: r.Standing == person.Inferred, Together: here, Why: r.Why, Fact: r.Fact, Source: "by their parents", id: who.ID, kin: r.Kind}
	for _, x := range p.now.Relationships {
		if x.ID == r.Fact && r.Fact != "" {
			out.Source = sourceWords(x.Dated)
		}
	}
	if r.Fact == "" && r.Kind == person.Household {
		out.Source, out.ByAddress = "by the address", true
	}
	return out
}

// sourceWords say where a fact comes from and since when it is on record.
func sourceWords(d person.Dated) string {
	words := d.Source
	if d.Recorded.Name != "" && d.Contact == "" {
		words += ", recorded by " + d.Recorded.Name
	}
	if d.Settled.Name != "" {
		words += ", " + string(d.Standing) + " by " + d.Settled.Name
	}
	return words
}

func (p *FamilyPage) holders() {
	for _, r := range p.now.Responsibilities {
		if r.Child != p.Child.ID || !r.Holds(p.On) {
			continue
		}
		way, _ := person.WayOf(r.How)
		name := r.HolderName
		if r.Holder != "" {
			name = nameOf(p.kin.people[r.Holder])
		}
		p.Holders = append(p.Holders, Holder{Name: name, Way: way.Name, Law: way.Law, Source: sourceWords(r.Dated), Fact: r.ID, Since: r.Since, Thought: r.Standing == person.Inferred})
	}
}

// thoughts are what the machine infers about the child and nobody has answered.
func (p *FamilyPage) thoughts() {
	for _, r := range p.now.Relationships {
		other, kind, ok := r.Seen(p.Child.ID)
		if !ok || r.Standing != person.Inferred || !r.Holds(p.On) {
			continue
		}
		who := p.kin.people[other]
		t := Thought{Fact: r.ID, Chance: r.Chance, Reasons: r.Reasons, Open: kind == person.Household}
		switch {
		case kind == person.Household && !who.IsChild:
			t.Text = nameOf(who) + " lives in the household"
		case kind == person.Household:
			t.Text = nameOf(who) + " lives in the household, and may be a brother or sister"
		default:
			t.Text = nameOf(who) + " is the child’s " + person.KinNamed(kind, who.Sex)
		}
		t.Confirm = "that " + t.Text
		p.Thoughts = append(p.Thoughts, t)
	}
	for _, s := range p.now.Stays {
		if s.Person == p.Child.ID && s.Standing == person.Inferred && s.Holds(p.On) {
			text := "The child lives at " + address(s)
			p.Thoughts = append(p.Thoughts, Thought{Fact: s.ID, Text: text, Confirm: "that t" + text[1:], Chance: s.Chance, Reasons: s.Reasons})
		}
	}
	for _, r := range p.now.Responsibilities {
		if r.Child == p.Child.ID && r.Standing == person.Inferred && r.Holds(p.On) {
			text := nameOf(p.kin.people[r.Holder]) + " holds parental responsibility"
			p.Thoughts = append(p.Thoughts, Thought{Fact: r.ID, Text: text, Confirm: "that " + text, Chance: r.Chance, Reasons: r.Reasons})
		}
	}
}

// past is what was so once: ended before the day, rejected, or put right.
func (p *FamilyPage) past() {
	add := func(d person.Dated, text string) {
		switch {
		case !d.Replaced.At.IsZero():
			p.Past = append(p.Past, Ended{Text: text, When: "put right " + d.Replaced.At.Date().Words(), Why: d.Replaced.Why, Fact: d.ID})
		case d.Standing == person.Rejected:
			p.Past = append(p.Past, Ended{Text: text, When: "rejected " + d.Settled.At.Date().Words() + " by " + d.Settled.Name, Why: d.Settled.Why, Fact: d.ID})
		case !d.Until.IsZero() && d.Until.Before(p.On):
			p.Past = append(p.Past, Ended{Text: text, When: "until " + d.Until.Words(), Why: d.Ended.Why, Fact: d.ID})
		}
	}
	for _, r := range p.facts().Relationships {
		if other, kind, ok := r.Seen(p.Child.ID); ok {
			who := p.kin.people[other]
			add(r.Dated, nameOf(who)+", "+person.KinNamed(kind, who.Sex))
		}
	}
	for _, s := range p.facts().Stays {
		if s.Person == p.Child.ID {
			add(s.Dated, "Lived at "+address(s))
		}
	}
	for _, r := range p.facts().Responsibilities {
		if r.Child == p.Child.ID {
			way, _ := person.WayOf(r.How)
			name := r.HolderName
			if r.Holder != "" {
				name = nameOf(p.kin.people[r.Holder])
			}
			add(r.Dated, fmt.Sprintf("%s held parental responsibility (%s)", name, strings.ToLower(way.Name)))
		}
	}
}

// facts are those that history is told from: all of them, or those known then.
func (p *FamilyPage) facts() record.Family {
	if p.Then {
		return p.now
	}
	return p.kin.facts
}
