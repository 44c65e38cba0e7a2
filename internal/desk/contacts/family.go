package contacts

import (
	"context"
	"database/sql"
	"slices"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
)

var (
	householdOf = db.SQL("contacts.household-members", `
		SELECT id, given, family, born, relation, responsible, person_id FROM household_member
		WHERE contact_id = $1 AND authority_id = $2 ORDER BY position`)
	setMember = db.SQL("contacts.set-member", `
		UPDATE household_member SET person_id = $3 WHERE id = $1 AND authority_id = $2 AND person_id = ''`)
)

// grown is somebody in the household as the contact described them.
type grown struct {
	id, relation, responsible, person string
	name                              person.Name
	described                         person.Person
}

// relateAll sets the children whom the system linked beside each other and beside
// the grown-ups of the contact.
func (r *Row) relateAll(ctx context.Context, tx *record.Tx) error {
	for i := range r.Kids {
		if id := r.Kids[i].PersonID; id != "" {
			if err := r.relate(ctx, tx, &r.Kids[i], id); err != nil {
				return err
			}
		}
	}
	return nil
}

// relate notes what a contact says of a child's family once it is settled who the
// child is: where they live, with whom they were named, who the grown-ups are. All
// of it is inferred, with its reasons, until a person confirms or rejects it. What
// somebody rejected before is not proposed again. When a link is undone, what was
// inferred through it is taken back.
func (r *Row) relate(ctx context.Context, tx *record.Tx, k *Kid, personID string) error {
	if personID == "" {
		return r.unrelate(ctx, tx, k)
	}
	ids := []string{personID}
	for _, other := range r.Kids {
		if other.ID != k.ID && other.PersonID != "" && !slices.Contains(ids, other.PersonID) {
			ids = append(ids, other.PersonID)
		}
	}
	as, err := record.FindClusters(ctx, tx, tx.Authority, ids)
	if err != nil {
		return err
	}
	have, err := record.FamilyOf(ctx, tx, tx.Authority, ids)
	if err != nil {
		return err
	}
	known, err := record.Persons(ctx, tx, tx.Authority, append(ids, relatives(have)...))
	if err != nil {
		return err
	}
	f := family{row: r, as: as, have: have, known: known, child: personID}
	if err := f.siblings(ctx, tx, k, ids[1:]); err != nil {
		return err
	}
	if err := f.stay(ctx, tx, personID, k.Described); err != nil {
		return err
	}
	return f.grownUps(ctx, tx, k)
}

// unrelate takes back what this contact made the machine infer of a child who turned
// out to be somebody else.
func (r *Row) unrelate(ctx context.Context, tx *record.Tx, k *Kid) error {
	if k.PersonID == "" {
		return nil
	}
	have, err := record.FamilyOf(ctx, tx, tx.Authority, []string{k.PersonID})
	if err != nil {
		return err
	}
	take := func(kind record.FactKind, d person.Dated) error {
		if d.Contact != r.ID || d.Standing != person.Inferred || !d.Replaced.At.IsZero() {
			return nil
		}
		return tx.ReplaceFact(ctx, kind, d.ID, "the link it came from was undone")
	}
	for _, x := range have.Relationships {
		if err := take(record.RelationFact, x.Dated); err != nil {
			return err
		}
	}
	for _, x := range have.Stays {
		if err := take(record.StayFact, x.Dated); err != nil {
			return err
		}
	}
	for _, x := range have.Responsibilities {
		if err := take(record.ResponsibilityFact, x.Dated); err != nil {
			return err
		}
	}
	return nil
}

// relatives are the persons at the other ends of relationships.
func relatives(f record.Family) []string {
	var out []string
	for _, r := range f.Relationships {
		out = append(out, r.Person, r.Other)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// family is what is known of one child's family while a contact adds to it.
type family struct {
	row   *Row
	as    record.Clusters // records that were joined, and what each is read as
	have  record.Family   // naming everybody by what their record is read as
	known map[string]record.Known
	child string
}

// inferred is a fact of this contact that nobody has confirmed.
func (f *family) inferred(chance int, reasons ...string) person.Dated {
	return person.Dated{Since: f.row.ReceivedAt.Date(), Source: "contact " + f.row.Ref, Contact: f.row.ID, Standing: person.Inferred, Chance: chance, Reasons: reasons}
}

// said says whether something is on record between two persons already, also when
// it was rejected.
func (f *family) said(a, b string, like func(person.Kin) bool) bool {
	a, b = f.as.Head(a), f.as.Head(b)
	return slices.ContainsFunc(f.have.Relationships, func(r person.Relationship) bool {
		other, kind, ok := r.Seen(a)
		return ok && other == b && r.Replaced.At.IsZero() && like(kind)
	})
}

// siblings sets the child beside the other children of the contact.
func (f *family) siblings(ctx context.Context, tx *record.Tx, k *Kid, others []string) error {
	var add []person.Relationship
	for _, id := range others {
		if f.as.Head(id) == f.as.Head(f.child) || f.said(f.child, id, func(kin person.Kin) bool { return kin.Siblings() || kin == person.Household }) {
			continue
		}
		other := slices.IndexFunc(f.row.Kids, func(x Kid) bool { return x.PersonID == id })
		a, b := withSaid(f.known[f.child].Person, k.Described), withSaid(f.known[id].Person, f.row.Kids[other].Described)
		t := person.Infer(a, b, person.Told{Contact: f.row.Ref})
		r := person.Relationship{Dated: f.inferred(t.Chance, t.Reasons...), Person: f.child, Other: id, Kind: t.Kind}
		if t.Kind.Lasting() {
			r.Since = civil.Date{} // by birth
		}
		add = append(add, r)
	}
	return tx.AddRelationships(ctx, add...)
}

// withSaid adds what a contact says of a child to what is known.
func withSaid(p person.Person, d person.Described) person.Person {
	if len(p.Parents) < len(d.Parents) {
		p.Parents = d.Parents
	}
	if d.Address != "" {
		p.Addresses = append(p.Addresses[:len(p.Addresses):len(p.Addresses)], person.Address{Line: d.Address, Postcode: d.Postcode})
	}
	p.Phones = append(p.Phones[:len(p.Phones):len(p.Phones)], d.Phone)
	return p
}

// stay notes that somebody lives where the contact says.
func (f *family) stay(ctx context.Context, tx *record.Tx, who string, d person.Described) error {
	door := person.DoorOf(d.Address, d.Postcode)
	there := slices.ContainsFunc(f.have.Stays, func(s person.Stay) bool {
		return s.Person == f.as.Head(who) && s.Door() == door && s.Replaced.At.IsZero() && (s.Until.IsZero() || s.Standing == person.Rejected)
	})
	if door == "" || there {
		return nil
	}
	s := person.Stay{Dated: f.inferred(person.SaidChance, "Contact "+f.row.Ref+" gives this address"), Person: who, Address: d.Address, Postcode: d.Postcode, How: person.Lives}
	f.have.Stays = append(f.have.Stays, s)
	return tx.AddStays(ctx, s)
}

// grownUps sets the child beside the grown-ups of the contact. A grown-up whom the
// family has already is the same person; another is a new person who is not a child.
func (f *family) grownUps(ctx context.Context, tx *record.Tx, k *Kid) error {
	all, err := f.named(ctx, tx, k)
	if err != nil {
		return err
	}
	for _, g := range all {
		kind, sex := person.KinSaid(g.relation)
		if kind.Siblings() || kind == person.Cousin {
			continue // children are linked as children
		}
		g.described.Sex = sex
		id, err := f.find(ctx, tx, g)
		if err != nil {
			return err
		}
		said := "Contact " + f.row.Ref + " says: " + person.KinWords(kind)
		if !f.said(f.child, id, func(person.Kin) bool { return true }) {
			x := person.Relationship{Dated: f.inferred(person.SaidChance, said), Person: f.child, Other: id, Kind: kind}
			if kind.Lasting() {
				x.Since = civil.Date{} // by birth
			}
			f.have.Relationships = append(f.have.Relationships, x)
			if err := tx.AddRelationships(ctx, x); err != nil {
				return err
			}
		}
		if g.responsible == "yes" {
			if err := f.responsible(ctx, tx, id, kind); err != nil {
				return err
			}
		}
		if g.id == "" {
			continue // a parent's name alone does not say where they live
		}
		if err := f.stay(ctx, tx, id, k.Described); err != nil {
			return err
		}
	}
	return nil
}

// responsible notes that the contact says somebody holds parental responsibility. A
// birth mother holds it by law; how others came to it must be asked.
func (f *family) responsible(ctx context.Context, tx *record.Tx, holder string, kind person.Kin) error {
	if slices.ContainsFunc(f.have.Responsibilities, func(r person.Responsibility) bool {
		return r.Child == f.as.Head(f.child) && r.Holder == f.as.Head(holder) && r.Replaced.At.IsZero()
	}) {
		return nil
	}
	how := person.ByNobodyKnowsHow
	if kind == person.Mother {
		how = person.ByBirth
	}
	d := f.inferred(person.SaidChance, "Contact "+f.row.Ref+" says: holds parental responsibility")
	d.Since = civil.Date{}
	return tx.AddResponsibilities(ctx, person.Responsibility{Dated: d, Child: f.child, Holder: holder, How: how})
}

// named are the grown-ups of the contact: its household, and the child's parents as
// the child was described.
func (f *family) named(ctx context.Context, tx *record.Tx, k *Kid) ([]grown, error) {
	all, err := db.Collect(ctx, tx, func(r *sql.Rows, g *grown) error {
		err := r.Scan(&g.id, &g.name.Given, &g.name.Family, &g.described.Born, &g.relation, &g.responsible, &g.person)
		g.described.Given, g.described.Family = g.name.Given, g.name.Family
		return err
	}, householdOf, f.row.ID, tx.Authority)
	if err != nil {
		return nil, err
	}
	for _, n := range k.Described.Parents {
		if !slices.ContainsFunc(all, func(g grown) bool { return person.SameAdult(g.name, n) }) {
			all = append(all, grown{name: n, relation: "parent", described: person.Person{Given: n.Given, Family: n.Family}})
		}
	}
	return slices.DeleteFunc(all, func(g grown) bool { return !person.Described{Given: g.name.Given}.Named() }), nil
}

// find is the grown-up as a person: the one this contact or this family has, or a new
// one.
func (f *family) find(ctx context.Context, tx *record.Tx, g grown) (string, error) {
	id := g.person
	var ids []string
	for known := range f.known {
		ids = append(ids, known)
	}
	slices.Sort(ids)
	for _, known := range ids {
		p := f.known[known]
		born := p.Born.IsZero() || g.described.Born.IsZero() || p.Born == g.described.Born
		if id == "" && !p.IsChild && born && person.SameAdult(person.Name{Given: p.Given, Family: p.Family}, g.name) {
			id = known
		}
	}
	if id == "" {
		g.described.Ref = tx.NewRef("P")
		p, err := tx.AddPerson(ctx, g.described, false)
		if err != nil {
			return "", err
		}
		id = p.ID
		f.known[id] = record.Known{Person: p}
	}
	if g.id == "" || g.person != "" {
		return id, nil
	}
	_, err := tx.ExecContext(ctx, setMember, g.id, tx.Authority, id)
	return id, err
}
