package record

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/db"
	"frontdoor/internal/person"
)

// Known is a person as the record knows them, with how far they are closed.
type Known struct {
	person.Person
	IsChild bool
	Conceal access.Concealment
	Version int64
	readAs  string // id of another record that this one is read as
}

const personColumns = `id, ref, is_child, given, middle, family, known_as, sex, born, born_estimated,
	expected, unborn, nhs, upn, phone, address, postcode, school, parents, conceal, version`

var (
	addPerson = db.InsertInto("record.add-person", "person",
		personColumns+", authority_id, name_key, created_at, created_by, ethnicity", "")
	addPlace = db.InsertInto("record.add-person-address", "person_address",
		"person_id, authority_id, address, postcode, since, until, recorded_at", "ON CONFLICT DO NOTHING")
	addName = db.InsertInto("record.add-person-name", "person_name",
		"person_id, authority_id, kind, given, family, recorded_at", "ON CONFLICT DO NOTHING")
	personsByID = db.SQL("record.persons-by-id", `
		SELECT `+personColumns+` FROM person
		WHERE id IN (:list($1)) AND authority_id = $2`)
	personByRef = db.SQL("record.person-by-ref", `
		SELECT `+personColumns+` FROM person WHERE ref = $1 AND authority_id = $2`)
	placesOf = db.SQL("record.addresses-of-persons", `
		SELECT person_id, address, postcode, since, until FROM person_address
		WHERE person_id IN (:list($1)) AND authority_id = $2`)
	namesOf = db.SQL("record.names-of-persons", `
		SELECT person_id, given, family FROM person_name
		WHERE person_id IN (:list($1)) AND authority_id = $2`)
)

// Persons finds persons by id, with their former names and addresses.
func Persons(ctx context.Context, q db.Queryer, authority string, ids []string) (map[string]Known, error) {
	out := make(map[string]Known, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	found, err := db.Collect(ctx, q, scanKnown, personsByID, db.List(ids), authority)
	if err != nil {
		return nil, err
	}
	for _, k := range found {
		out[k.ID] = k
	}
	return out, addFormer(ctx, q, authority, ids, out)
}

// PersonByRef finds one person by public reference.
func PersonByRef(ctx context.Context, q db.Queryer, authority, ref string) (Known, error) {
	k, err := db.One(ctx, q, scanKnown, personByRef, ref, authority)
	if err != nil {
		return k, err
	}
	one := map[string]Known{k.ID: k}
	err = addFormer(ctx, q, authority, []string{k.ID}, one)
	return one[k.ID], err
}

type place struct {
	person string
	person.Address
}

type formerName struct {
	person string
	person.Name
}

// addFormer adds the addresses and names that are kept beside a person.
func addFormer(ctx context.Context, q db.Queryer, authority string, ids []string, out map[string]Known) error {
	list := db.List(ids)
	places, err := db.Collect(ctx, q, func(r *sql.Rows, p *place) error {
		return r.Scan(&p.person, &p.Line, &p.Postcode, &p.From, &p.To)
	}, placesOf, list, authority)
	if err != nil {
		return err
	}
	for _, p := range places {
		k := out[p.person]
		k.Addresses = append(k.Addresses, p.Address)
		out[p.person] = k
	}
	names, err := db.Collect(ctx, q, func(r *sql.Rows, n *formerName) error {
		return r.Scan(&n.person, &n.Given, &n.Family)
	}, namesOf, list, authority)
	if err != nil {
		return err
	}
	for _, n := range names {
		k := out[n.person]
		k.Former = append(k.Former, n.Name)
		out[n.person] = k
	}
	return nil
}

func scanKnown(r *sql.Rows, k *Known) error { return scanKnownAfter(r, k) }

// scanKnownAfter reads a person's columns after some others.
func scanKnownAfter(r *sql.Rows, k *Known, before ...any) error {
	var address, postcode, parents string
	err := r.Scan(append(before, &k.ID, &k.Ref, &k.IsChild, &k.Given, &k.Middle, &k.Family, &k.KnownAs, &k.Sex, &k.Born, &k.BornEstimated,
		&k.Expected, &k.Unborn, &k.NHS, &k.UPN, &k.Phone, &address, &postcode, &k.School, &parents, &k.Conceal, &k.Version)...)
	if err != nil {
		return err
	}
	if address != "" || postcode != "" {
		k.Addresses = []person.Address{{Line: address, Postcode: postcode}}
	}
	k.Restricted = k.Conceal != access.Unrestricted
	k.Parents, err = ReadNames(parents)
	return err
}

// AddPerson writes a new person with the keys that find them, and gives their id
// and public reference.
func (tx *Tx) AddPerson(ctx context.Context, p person.Person, isChild bool) (person.Person, error) {
	if p.ID == "" {
		p.ID = tx.NewID()
	}
	if p.Ref == "" {
		p.Ref = tx.NewRef("C")
	}
	var here person.Address
	if len(p.Addresses) > 0 {
		here = p.Addresses[0]
	}
	err := addPerson.Exec(ctx, tx, []any{
		p.ID, p.Ref, isChild, p.Given, p.Middle, p.Family, p.KnownAs, p.Sex, p.Born, p.BornEstimated,
		p.Expected, p.Unborn, p.NHS, p.UPN, p.Phone, here.Line, here.Postcode, p.School, WriteNames(p.Parents), "", 1,
		tx.Authority, NameKey(p), tx.Now, tx.Who.ID, p.Ethnicity,
	})
	if err != nil {
		return p, err
	}
	var places, names [][]any
	for _, a := range p.Addresses[min(1, len(p.Addresses)):] {
		places = append(places, []any{p.ID, tx.Authority, a.Line, a.Postcode, a.From, a.To, tx.Now})
	}
	for _, n := range p.Former {
		names = append(names, []any{p.ID, tx.Authority, "former", n.Given, n.Family, tx.Now})
	}
	if err := addPlace.Exec(ctx, tx, places...); err != nil {
		return p, err
	}
	if err := addName.Exec(ctx, tx, names...); err != nil {
		return p, err
	}
	return p, tx.touch(ctx, Known{Person: p, IsChild: isChild}, true)
}

// NameKey is what lists are ordered and searched by: folded family and given name.
func NameKey(p person.Person) string {
	return strings.TrimSpace(person.Fold(p.Family) + " " + person.Fold(p.Given))
}

// ReadNames and WriteNames keep a list of names in one column.
func ReadNames(s string) ([]person.Name, error) {
	if s == "" {
		return nil, nil
	}
	var names []person.Name
	if err := json.Unmarshal([]byte(s), &names); err != nil {
		return nil, fmt.Errorf("read names: %w", err)
	}
	return names, nil
}

// WriteNames is the other half of ReadNames.
func WriteNames(names []person.Name) string {
	if len(names) == 0 {
		return ""
	}
	b, err := json.Marshal(names)
	if err != nil {
		panic(fmt.Sprintf("record: names always marshal: %v", err))
	}
	return string(b)
}

var (
	conceals = db.SQL("record.restrictions-of-persons", `
		SELECT r.person_id, r.conceal, r.ask, COALESCE(n.user_id, '')
		FROM restriction r
		LEFT JOIN restriction_named n ON n.person_id = r.person_id AND n.authority_id = r.authority_id AND n.ended_at IS NULL
		WHERE r.person_id IN (:list($1)) AND r.authority_id = $2 AND r.ended_at IS NULL`)
)

// Closed is a restriction in force: how far, who to ask, who is named.
type Closed struct {
	Conceal access.Concealment
	Ask     string
	Named   []string
}

// Restrictions finds the restrictions in force on persons.
func Restrictions(ctx context.Context, q db.Queryer, authority string, ids []string) (map[string]Closed, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	type row struct {
		person string
		Closed
		named string
	}
	rows, err := db.Collect(ctx, q, func(r *sql.Rows, c *row) error {
		return r.Scan(&c.person, &c.Conceal, &c.Ask, &c.named)
	}, conceals, db.List(ids), authority)
	if err != nil {
		return nil, err
	}
	out := map[string]Closed{}
	for _, r := range rows {
		c := out[r.person]
		c.Conceal, c.Ask = r.Conceal, r.Ask
		if r.named != "" {
			c.Named = append(c.Named, r.named)
		}
		out[r.person] = c
	}
	return out, nil
}

// Close adds the restrictions of these persons to what an action is about, the
// strongest first.
func Close(about access.About, closed map[string]Closed) access.About {
	for _, id := range about.Persons {
		c, ok := closed[id]
		if !ok {
			continue
		}
		if about.Conceal == access.Unrestricted || c.Conceal == access.Sealed {
			about.Conceal = c.Conceal
		}
		if about.NamedShown == "" {
			about.NamedShown = c.Ask
		}
		if about.Named == nil {
			about.Named = c.Named
			continue
		}
		about.Named = both(about.Named, c.Named)
	}
	return about
}

// Concealing completes what an action is about: the restrictions on its persons and on
// every record that is read as one of them, so that joining two records opens neither.
func Concealing(ctx context.Context, q db.Queryer, about access.About) (access.About, error) {
	clusters, err := FindClusters(ctx, q, about.Authority, about.Persons)
	if err != nil {
		return about, err
	}
	about.Persons = clusters.All(about.Persons...)
	closed, err := Restrictions(ctx, q, about.Authority, about.Persons)
	return Close(about, closed), err
}

// both keeps those named on each of two restrictions: to open a record about two
// restricted children one must be named on both.
func both(a, b []string) []string {
	out := []string{}
	for _, x := range a {
		for _, y := range b {
			if x == y {
				out = append(out, x)
			}
		}
	}
	return out
}
