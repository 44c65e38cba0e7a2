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
	k.expected, k.unborn, k.nhs, k.upn, k.phone, k.address, k.postcode, k.school, k.parents, k.person_id, c.ref, c.received_at, c.source_kind`

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
		&p.Expected, &p.Unborn, &p.NHS, &p.UPN, &p.Phone, &here.Line, &here.Postcode, &p.School, &parents, &s.linked, &s.ContactRef, &received, &s.source)
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

// bringContacts brings in the children of contacts that something was done to.
func (ix *index) bringContacts(ctx context.Context, q db.Queryer, authority string, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	all, err := db.Collect(ctx, q, scanSaid, childrenOfContacts, db.List(ids), authority)
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
	return nil
}

// findUnknown gives the children of other contacts who may be the one described.
func (ix *index) findUnknown(d person.Described) []Unknown {
	var out []Unknown
	for _, h := range ix.unknown.Find(d, mostHits).Hits {
		if h.Band == person.Certain || h.Band == person.Review {
			out = append(out, unknownOf(h.ID, h.Scored))
		}
	}
	return out
}

// unknownByKeys is findUnknown without an index: there are no keys for these children,
// so the latest are compared one by one.
func unknownByKeys(ctx context.Context, q db.Queryer, authority string, d person.Described, model *person.Model) ([]Unknown, error) {
	all, err := db.Collect(ctx, q, scanSaid, unknownChildren, authority, unknownRead)
	if err != nil {
		return nil, err
	}
	people := make([]person.Person, len(all))
	for i := range all {
		people[i] = all[i].Person
	}
	var out []Unknown
	found := compareOneByOne(model, d, people, len(all))
	for _, s := range found.top {
		if s.Band == person.Certain || s.Band == person.Review {
			out = append(out, unknownOf(people[s.Row].ID, s))
		}
	}
	return out, nil
}

// How many children nobody knows are read: into an index all, without one the latest.
const (
	allUnknown  = 1 << 30
	unknownRead = 500
)
