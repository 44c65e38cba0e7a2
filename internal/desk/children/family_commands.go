package children

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// allow loads a child for a change and asks for permission with the same facts that
// the page uses.
func allow(ctx context.Context, tx *record.Tx, ref string, act access.Action) (record.Known, error) {
	child, _, err := record.PersonRead(ctx, tx, tx.Authority, ref)
	if err != nil {
		if denied := tx.Allow(act, access.About{}); denied != nil {
			return child, denied
		}
		if db.NotFound(err) {
			return child, refusal.Hidden()
		}
		return child, err
	}
	about, err := aboutChild(ctx, tx, tx.Authority, child)
	if err != nil {
		return child, err
	}
	return child, tx.Allow(act, about)
}

// aboutChild is what the policy is told of a child: restrictions on any record that
// is read as theirs, and who works with them.
func aboutChild(ctx context.Context, q db.Queryer, authority string, child record.Known) (access.About, error) {
	about := access.About{Kind: "child", ID: child.Ref, Authority: authority}
	clusters, err := record.FindClusters(ctx, q, authority, []string{child.ID})
	if err != nil {
		return about, err
	}
	about.Persons = clusters.Of(child.ID).Members
	work, err := db.Collect(ctx, q, scanWork, workOf, db.List(about.Persons), authority)
	if err != nil {
		return about, err
	}
	for _, w := range work {
		if w.State == "open" {
			about.Workers, about.Teams = append(about.Workers, w.workerID, w.offered), append(about.Teams, w.team)
		}
	}
	closed, err := record.Restrictions(ctx, q, authority, about.Persons)
	return record.Close(about, closed), err
}

func scanWork(r *sql.Rows, w *Work) error {
	return r.Scan(&w.Outcome, &w.State, &w.Worker, &w.Interim, &w.workerID, &w.team, &w.offered, &w.Since)
}

// gatherFor is the family as the actor of a command may know it.
func gatherFor(ctx context.Context, tx *record.Tx, child record.Known) (*kinship, error) {
	return gather(ctx, tx, tx.Authority, child, func(a access.About) access.Verdict { return access.May(tx.Who, access.OpenChild, a, tx.Now) })
}

func subject(child record.Known) record.Subject { return record.Subject{Kind: "child", Ref: child.Ref} }

// line is a line of the child's own story. It never names anybody else: what is
// open today may be restricted tomorrow, and a story cannot be changed.
func line(child record.Known, text string) pathway.Consequences {
	return pathway.Consequences{Lines: []pathway.Line{{Person: child.ID, Kind: "family", Source: string(pathway.FrontDoor), Text: text}}}
}

// Somebody is a person as a form names them: one whom the record has, by reference,
// or one whom it has not.
type Somebody struct {
	Ref           string
	Given, Family string
	Sex           string
	Born          civil.Date
	Expected      civil.Date // of a baby who is not born yet, and needs no name
}

// NewRelation is a relationship to add: Somebody is Kind of About, who is the child
// (About is "") or a relative of theirs, by reference.
type NewRelation struct {
	About string
	Who   Somebody
	Kind  person.Kin
	person.Dated
}

// Relate adds a relationship that a person knows of. It refuses one that is recorded
// already; one that was only inferred is confirmed by it.
func (d *Desk) Relate(ctx context.Context, who access.Actor, ref string, n NewRelation) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		child, err := allow(ctx, tx, ref, access.ChangeFamily)
		if err != nil {
			return err
		}
		k, err := gatherFor(ctx, tx, child)
		if err != nil {
			return err
		}
		about, err := k.member(n.About, child)
		if err != nil {
			return err
		}
		other, err := d.somebody(ctx, tx, n)
		if err != nil {
			return err
		}
		r := person.Relationship{Dated: n.Dated, Person: about.ID, Other: other.ID, Kind: n.Kind}
		r.Standing = person.Confirmed
		if err := r.Check(about.Person, other.Person, tx.Now.Date()); err != nil {
			return err
		}
		if err := makeRoom(ctx, tx, k, r); err != nil {
			return err
		}
		if other.ID == "" {
			if other.Person, err = tx.AddPerson(ctx, other.Person, other.IsChild); err != nil {
				return err
			}
			r.Other = other.ID
		}
		if err := tx.AddRelationships(ctx, r); err != nil {
			return err
		}
		return tx.Apply(ctx, subject(child), "add to family: "+string(n.Kind), line(child, "Recorded on the family page: "+person.KinWords(n.Kind)))
	})
}

// member finds somebody of the family by reference; "" is the child.
func (k *kinship) member(ref string, child record.Known) (record.Known, error) {
	if ref == "" || ref == child.Ref {
		return child, nil
	}
	for _, p := range k.people {
		if p.Ref == ref {
			return p, nil
		}
	}
	return record.Known{}, refusal.Field("about", "Select somebody of this family")
}

// somebody finds the person that a form names by reference, if this actor may know
// of them, or makes ready a new one. A new brother or sister is a child; a new
// grown-up is not.
func (d *Desk) somebody(ctx context.Context, tx *record.Tx, n NewRelation) (record.Known, error) {
	if n.Who.Ref != "" {
		p, _, err := record.PersonRead(ctx, tx, tx.Authority, strings.ToUpper(n.Who.Ref))
		if err != nil && !db.NotFound(err) {
			return p, err
		}
		closed, err2 := record.Restrictions(ctx, tx, tx.Authority, []string{p.ID})
		if err2 != nil {
			return p, err2
		}
		v := access.May(tx.Who, access.OpenChild, record.Close(access.About{Authority: tx.Authority, Persons: []string{p.ID}}, closed), tx.Now)
		if err != nil || v.Answer != access.Allow {
			return p, refusal.Field("ref", "There is no record with this reference")
		}
		return p, nil
	}
	p := record.Known{Person: person.Person{Given: n.Who.Given, Family: n.Who.Family, Sex: n.Who.Sex, Born: n.Who.Born, Expected: n.Who.Expected, Unborn: !n.Who.Expected.IsZero()}}
	today := tx.Now.Date()
	switch {
	case p.Unborn && !p.Born.IsZero():
		return p, refusal.Field("expected", "Enter either the date of birth or when the baby is expected")
	case p.Unborn:
		p.IsChild = true
		return p, nil
	case !person.Described{Given: p.Given}.Named():
		return p, refusal.Field("given", "Enter their first name, or the reference of somebody we know")
	case p.Born.After(today):
		return p, refusal.Field("born", "Date of birth must be today or in the past")
	}
	p.IsChild = !p.Born.IsZero() && p.Born.Age(today) < 18 || (p.Born.IsZero() && (n.Kind.Siblings() || n.Kind == person.ChildOf))
	if !p.IsChild {
		p.Ref = tx.NewRef("P")
	}
	return p, nil
}

// makeRoom refuses what is recorded already, and takes back an inference that the
// new relationship confirms.
func makeRoom(ctx context.Context, tx *record.Tx, k *kinship, r person.Relationship) error {
	if r.Other == "" {
		return nil
	}
	for _, x := range k.facts.Relationships {
		other, kind, ok := x.Seen(r.Person)
		if !ok || other != r.Other || !x.Holds(tx.Now.Date()) {
			continue
		}
		switch {
		case x.Standing == person.Inferred && (kind == r.Kind || kind == person.Household || (kind.Siblings() && r.Kind.Siblings())):
			if err := tx.ReplaceFact(ctx, record.RelationFact, x.ID, "recorded by a person as: "+person.KinWords(r.Kind)); err != nil {
				return err
			}
		case x.Standing == person.Confirmed && kind == r.Kind:
			return refusal.New(refusal.Conflict, "This is already recorded")
		}
	}
	return nil
}

// NewStay is where somebody of the family lives.
type NewStay struct {
	About string // reference; "" is the child
	person.Stay
}

// Live adds that the child, or somebody of the family, lives at an address.
func (d *Desk) Live(ctx context.Context, who access.Actor, ref string, n NewStay) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		child, err := allow(ctx, tx, ref, access.ChangeFamily)
		if err != nil {
			return err
		}
		k, err := gatherFor(ctx, tx, child)
		if err != nil {
			return err
		}
		about, err := k.member(n.About, child)
		if err != nil {
			return err
		}
		s := n.Stay
		s.Person, s.Standing = about.ID, person.Confirmed
		if err := s.Check(tx.Now.Date()); err != nil {
			return err
		}
		for _, x := range k.facts.Stays {
			if x.Person != s.Person || x.Door() != s.Door() || !x.Holds(tx.Now.Date()) {
				continue
			}
			if x.Standing == person.Confirmed {
				return refusal.New(refusal.Conflict, "This is already recorded")
			}
			if err := tx.ReplaceFact(ctx, record.StayFact, x.ID, "recorded by a person"); err != nil {
				return err
			}
		}
		if err := tx.AddStays(ctx, s); err != nil {
			return err
		}
		return tx.Apply(ctx, subject(child), "add to household", line(child, "An address was recorded on the family page"))
	})
}

// NewHolder is parental responsibility to add: held by a relative, by reference, or
// by an authority, by name.
type NewHolder struct {
	Ref string
	person.Responsibility
}

// HoldResponsibility adds that somebody holds parental responsibility for the child.
// An adoption order ends everybody else's.
func (d *Desk) HoldResponsibility(ctx context.Context, who access.Actor, ref string, n NewHolder) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		child, err := allow(ctx, tx, ref, access.ChangeFamily)
		if err != nil {
			return err
		}
		k, err := gatherFor(ctx, tx, child)
		if err != nil {
			return err
		}
		r := n.Responsibility
		r.Child, r.Standing = child.ID, person.Confirmed
		if n.Ref != "" {
			holder, err := k.member(n.Ref, child)
			if err != nil || holder.ID == child.ID {
				return refusal.Field("holder", "Select somebody of this family")
			}
			r.Holder, r.HolderName = holder.ID, ""
		}
		today := tx.Now.Date()
		if err := r.Check(today); err != nil {
			return err
		}
		if slices.ContainsFunc(k.facts.Responsibilities, func(x person.Responsibility) bool {
			return x.Child == r.Child && x.Holder == r.Holder && x.HolderName == r.HolderName && x.How == r.How && x.Holds(today)
		}) {
			return refusal.New(refusal.Conflict, "This is already recorded")
		}
		for _, x := range person.EndedBy(r, k.facts.Responsibilities, today) {
			until := r.Since
			if until.IsZero() || until.Before(x.Since) {
				until = today
			}
			if err := tx.EndFact(ctx, record.ResponsibilityFact, x.ID, until, "an adoption order was made"); err != nil {
				return err
			}
		}
		if err := tx.AddResponsibilities(ctx, r); err != nil {
			return err
		}
		return tx.Apply(ctx, subject(child), "add parental responsibility: "+string(r.How), line(child, "Parental responsibility was recorded on the family page"))
	})
}

// factOf loads one fact for a change. It must be of this family, and every person in
// it one whom the actor may know.
func (d *Desk) factOf(ctx context.Context, tx *record.Tx, ref, id string) (record.Known, *kinship, record.FactKind, record.Family, error) {
	child, err := allow(ctx, tx, ref, access.ChangeFamily)
	if err != nil {
		return child, nil, "", record.Family{}, err
	}
	k, err := gatherFor(ctx, tx, child)
	if err != nil {
		return child, nil, "", record.Family{}, err
	}
	kind, f, err := record.FindFact(ctx, tx, tx.Authority, id)
	if err == nil && !k.has(id) {
		err = refusal.Hidden()
	}
	return child, k, kind, f, err
}

// has says whether a fact is one of the family's that may be seen.
func (k *kinship) has(id string) bool {
	return slices.ContainsFunc(factsIn(k.facts), func(d person.Dated) bool { return d.ID == id })
}

// Answer is what a person says of something inferred.
type Answer struct {
	Yes  bool
	Kind person.Kin // how they are related, when that was not known; "" is as inferred
	Why  string
}

// Settle confirms or rejects what was inferred. A confirmation may say more exactly
// how two people are related. A rejection is kept and not proposed again.
func (d *Desk) Settle(ctx context.Context, who access.Actor, ref, id string, a Answer) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		child, k, kind, f, err := d.factOf(ctx, tx, ref, id)
		if err != nil {
			return err
		}
		words := "was confirmed"
		switch {
		case !a.Yes:
			words = "was rejected"
			err = tx.SettleFact(ctx, kind, id, person.Rejected, a.Why)
		case kind == record.RelationFact && a.Kind != "":
			err = k.settleAs(ctx, tx, f.Relationships[0], child, a)
		default:
			err = tx.SettleFact(ctx, kind, id, person.Confirmed, a.Why)
		}
		if err != nil {
			return err
		}
		if err := tx.TouchSiblings(ctx, f.Relationships...); err != nil {
			return err
		}
		what := map[record.FactKind]string{record.RelationFact: "A relationship", record.StayFact: "An address", record.ResponsibilityFact: "Parental responsibility"}[kind]
		return tx.Apply(ctx, subject(child), "answer what was inferred: "+words, line(child, what+" that was inferred "+words+" on the family page"))
	})
}

// settleAs confirms a relationship as a more exact one: a new fact that cites the
// inference.
func (k *kinship) settleAs(ctx context.Context, tx *record.Tx, r person.Relationship, child record.Known, a Answer) error {
	other, was, ok := r.Seen(child.ID)
	if !ok {
		return refusal.Hidden()
	}
	if a.Kind == was {
		return tx.SettleFact(ctx, record.RelationFact, r.ID, person.Confirmed, a.Why)
	}
	n := person.Relationship{Dated: person.Dated{Since: r.Since, Source: r.Source, Contact: r.Contact, Standing: person.Confirmed, Cites: r.ID, Reasons: r.Reasons},
		Person: child.ID, Other: other, Kind: a.Kind}
	if r.Standing != person.Inferred {
		return refusal.New(refusal.Conflict, "Somebody else has answered this. Read their answer before going on")
	}
	if err := n.Check(child.Person, k.people[other].Person, tx.Now.Date()); err != nil {
		return err
	}
	if err := tx.ReplaceFact(ctx, record.RelationFact, r.ID, cmp.Or(a.Why, "confirmed as: "+person.KinWords(a.Kind))); err != nil {
		return err
	}
	return tx.AddRelationships(ctx, n)
}

// End says until when a fact held, and why it ended.
func (d *Desk) End(ctx context.Context, who access.Actor, ref, id string, until civil.Date, why string) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		child, _, kind, f, err := d.factOf(ctx, tx, ref, id)
		if err != nil {
			return err
		}
		if err := tx.TouchSiblings(ctx, f.Relationships...); err != nil {
			return err
		}
		since := factsIn(f)[0].Since
		switch {
		case until.IsZero():
			return refusal.Field("until", "Enter the date it ended")
		case until.After(tx.Now.Date()):
			return refusal.Field("until", "The date it ended must be today or in the past")
		case until.Before(since):
			return refusal.Field("until", "The date it ended must not be before it began")
		case why == "":
			return refusal.Field("why", "Enter how we know that it ended")
		}
		if err := tx.EndFact(ctx, kind, id, until, why); err != nil {
			return err
		}
		return tx.Apply(ctx, subject(child), "end family fact: "+string(kind), line(child, "Something was ended on the family page"))
	})
}

// Correction is a fact as it should have been recorded.
type Correction struct {
	Kind              person.Kin    // of a relationship
	Address, Postcode string        // of a stay
	Living            person.Living // of a stay
	How               person.Acquired
	Since, Until      civil.Date
	Source, Why       string
}

// PutRight records a fact again as it should have been: a new one that cites the
// old. The old one stays to be read.
func (d *Desk) PutRight(ctx context.Context, who access.Actor, ref, id string, c Correction) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		child, k, kind, f, err := d.factOf(ctx, tx, ref, id)
		if err != nil {
			return err
		}
		if c.Why == "" {
			return refusal.Field("why", "Enter what was wrong")
		}
		fresh := person.Dated{Since: c.Since, Until: c.Until, Source: c.Source, Standing: person.Confirmed, Cites: id}
		if err := tx.ReplaceFact(ctx, kind, id, c.Why); err != nil {
			return err
		}
		if err := tx.TouchSiblings(ctx, f.Relationships...); err != nil {
			return err
		}
		switch kind {
		case record.RelationFact:
			err = k.correctRelation(ctx, tx, child, f.Relationships[0], fresh, c.Kind)
		case record.StayFact:
			s := f.Stays[0]
			s.Dated, s.Address, s.Postcode, s.How = fresh, c.Address, c.Postcode, c.Living
			if err = s.Check(tx.Now.Date()); err == nil {
				err = tx.AddStays(ctx, s)
			}
		case record.ResponsibilityFact:
			r := f.Responsibilities[0]
			r.Dated, r.How = fresh, c.How
			if err = r.Check(tx.Now.Date()); err == nil {
				err = tx.AddResponsibilities(ctx, r)
			}
		}
		if err != nil {
			return err
		}
		return tx.Apply(ctx, subject(child), "put family fact right: "+string(kind), line(child, "Something was put right on the family page"))
	})
}

func (k *kinship) correctRelation(ctx context.Context, tx *record.Tx, child record.Known, was person.Relationship, fresh person.Dated, kind person.Kin) error {
	from := child.ID
	other, _, ok := was.Seen(from)
	if !ok {
		from, other = was.Person, was.Other
	}
	r := person.Relationship{Dated: fresh, Person: from, Other: other, Kind: kind}
	if err := r.Check(k.people[from].Person, k.people[other].Person, tx.Now.Date()); err != nil {
		return err
	}
	return tx.AddRelationships(ctx, r)
}
