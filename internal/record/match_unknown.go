package record

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/person"
	"frontdoor/internal/register"
)

// Unknown is a child of another contact whom nobody has linked to a person yet, and who
// may be the child described. Callers ask whether the contact may be seen.
type Unknown struct {
	person.Scored
	ContactID, ContactRef, ChildID string
}

const unknownColumns = `k.id, k.contact_id, k.given, k.middle, k.family, k.known_as, k.sex, k.born, k.born_estimated, k.age_stated,
	k.expected, k.unborn, k.nhs, k.upn, k.phone, k.address, k.postcode, k.school, k.parents, k.person_id, k.may_be, c.ref, c.received_at, c.source_kind`

var (
	unknownChildren = db.SQL("record.unknown-children", `
		SELECT `+unknownColumns+` FROM contact_child k
		JOIN contact c ON c.id = k.contact_id AND c.authority_id = k.authority_id
		WHERE k.authority_id = $1 AND k.person_id = ''
		ORDER BY k.id DESC
		LIMIT $2`)
	childrenOfContacts = db.SQL("record.children-of-contacts", `
		SELECT `+unknownColumns+` FROM contact_child k
		JOIN contact c ON c.id = k.contact_id AND c.authority_id = k.authority_id
		WHERE k.contact_id IN (:list($1)) AND k.authority_id = $2`)
)

// contactPrefix marks the id of a contact among the ids of persons that changed.
const contactPrefix = "contact:"

// said is a child as a contact described them.
type said struct {
	person.Person
	Unknown
	linked string // to whom
	mayBe  string // whose record is closed, and who may be the child
	source string // police, school, ...
	on     civil.Date
	age    int // that was said in place of a date, or -1
}

// described is the child as they were described.
func (s said) described() person.Described {
	d := s.AsDescribed()
	d.On, d.Source = s.on, s.source
	if s.age >= 0 {
		d.AgeStated, d.Born, d.BornEstimated = s.age, civil.Date{}, false
	}
	return d
}

func scanSaid(r *sql.Rows, s *said) error {
	var parents string
	var age sql.NullInt64
	var received civil.Instant
	p := &s.Person
	here := person.Address{}
	err := r.Scan(&s.ChildID, &s.ContactID, &p.Given, &p.Middle, &p.Family, &p.KnownAs, &p.Sex, &p.Born, &p.BornEstimated, &age,
		&p.Expected, &p.Unborn, &p.NHS, &p.UPN, &p.Phone, &here.Line, &here.Postcode, &p.School, &parents, &s.linked, &s.mayBe, &s.ContactRef, &received, &s.source)
	if err != nil {
		return err
	}
	p.ID = s.rowID()
	if here != (person.Address{}) {
		p.Addresses = []person.Address{here}
	}
	s.on, s.age = received.Date(), -1
	if p.Born.IsZero() && age.Valid {
		s.age = int(age.Int64)
		p.Born, p.BornEstimated = civil.DateOf(received.Date().Year-int(age.Int64), time.January, 1), true
	}
	p.Parents, err = ReadNames(parents)
	return err
}

// rowID says in one text which child of which contact a row is.
func (u Unknown) rowID() string { return u.ChildID + " " + u.ContactID + " " + u.ContactRef }

// unknownOf is the other half of rowID.
func unknownOf(id string, s person.Scored) Unknown {
	child, rest, _ := strings.Cut(id, " ")
	contact, ref, _ := strings.Cut(rest, " ")
	return Unknown{Scored: s, ChildID: child, ContactID: contact, ContactRef: ref}
}

// buildUnknown makes the register of children of contacts who are not linked to a
// person. It stands beside the register of persons: another report about a child must
// not make the machine less sure of who the child is.
func (ix *index) buildUnknown(ctx context.Context, q db.Queryer, authority string, model *person.Model) error {
	all, err := db.Collect(ctx, q, scanSaid, unknownChildren, authority, allUnknown)
	if err != nil {
		return err
	}
	ix.unknown = register.Build(model, func(yield func(person.Person) bool) {
		for _, s := range all {
			if !yield(s.Person) {
				return
			}
		}
	})
	return nil
}

// freshUnknown reads the children of contacts that something was done to. Only a
// question about such children waits for it: those who send contacts do not.
func (r *Record) freshUnknown(ctx context.Context, ix *index, authority string) error {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	for len(ix.told) > 0 {
		part := ix.told[:min(len(ix.told), changesRead)]
		all, err := db.Collect(ctx, r.DB.Aside(), scanSaid, childrenOfContacts, db.List(part), authority)
		if err != nil {
			return err
		}
		for _, s := range all {
			if s.linked == "" {
				ix.unknown.Add(s.Person)
			} else {
				ix.unknown.Remove(s.ID)
			}
		}
		ix.told = ix.told[len(part):]
	}
	return nil
}

// findUnknown gives the children of other contacts who may be the one described, by
// what the description was compared by. There are no keys for these children: without
// an index the latest are compared one by one.
func (r *Record) findUnknown(ctx context.Context, q db.Queryer, authority string, d person.Described, by string) ([]Unknown, error) {
	if d.On.IsZero() {
		d.On = r.Now().Date()
	}
	var out []Unknown
	keep := func(id string, s person.Scored) {
		if s.Band == person.Certain || s.Band == person.Review {
			out = append(out, unknownOf(id, s))
		}
	}
	if by == ByIndex {
		ix := r.indexOf(authority)
		if err := r.freshUnknown(ctx, ix, authority); err != nil {
			return nil, err
		}
		for _, h := range ix.unknown.Find(d, mostHits).Hits {
			keep(h.ID, h.Scored)
		}
		return out, nil
	}
	model, err := modelOf(ctx, q, authority)
	if err != nil {
		return nil, err
	}
	all, err := db.Collect(ctx, q, scanSaid, unknownChildren, authority, unknownRead)
	if err != nil {
		return nil, err
	}
	people := make([]person.Person, len(all))
	for i := range all {
		people[i] = all[i].Person
	}
	for _, s := range compareOneByOne(model, d, people, len(all)).top {
		keep(people[s.Row].ID, s)
	}
	return out, nil
}

// How many children nobody knows are read: into an index all, without one the latest.
const (
	allUnknown  = 1 << 30
	unknownRead = 500
)
