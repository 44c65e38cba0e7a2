package record

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/person"
	"frontdoor/internal/refusal"
)

// Family is what the record holds about the families of some persons: every fact,
// also what was ended, rejected or put right, so that any day and any moment can be
// asked.
type Family struct {
	Relationships    []person.Relationship
	Stays            []person.Stay
	Responsibilities []person.Responsibility
}

// datedColumns are the columns that every fact about a family has.
const datedColumns = `id, since, until, source, contact_id, state, chance, reasons, cites, recorded_at, recorded_by, recorded_by_name,
	settled_at, settled_by_name, settled_why, ended_at, ended_by_name, ended_why, replaced_at, replaced_by_name, replaced_why`

const addedColumns = `authority_id, id, since, until, source, contact_id, state, chance, reasons, cites, recorded_at, recorded_by, recorded_by_name`

// facts are the queries on one kind of fact. Each changes a row only in the state
// that it expects.
type facts struct {
	add                  db.Insert
	ofPersons, byID      db.Query
	settle, end, replace db.Query
}

// factsOf names the queries on a table. own are its own columns; touches says which
// rows are about a person.
func factsOf(table, own, touches string) facts {
	return facts{
		add:       db.InsertInto("record.add-"+table, table, own+", "+addedColumns, ""),
		ofPersons: db.SQL("record."+table+"-of-persons", `SELECT `+own+`, `+datedColumns+` FROM `+table+` WHERE authority_id = $2 AND (`+touches+`) ORDER BY recorded_at, id`),
		byID:      db.SQL("record.find-"+table, `SELECT `+own+`, `+datedColumns+` FROM `+table+` WHERE id = $1 AND authority_id = $2`),
		settle: db.SQL("record.settle-"+table, `UPDATE `+table+` SET state = $3, settled_at = $4, settled_by_name = $5, settled_why = $6
			WHERE id = $1 AND authority_id = $2 AND state = 'inferred' AND replaced_at IS NULL`),
		end: db.SQL("record.end-"+table, `UPDATE `+table+` SET until = $3, ended_at = $4, ended_by_name = $5, ended_why = $6
			WHERE id = $1 AND authority_id = $2 AND state <> 'rejected' AND ended_at IS NULL AND until IS NULL AND replaced_at IS NULL`),
		replace: db.SQL("record.replace-"+table, `UPDATE `+table+` SET replaced_at = $3, replaced_by_name = $4, replaced_why = $5
			WHERE id = $1 AND authority_id = $2 AND replaced_at IS NULL`),
	}
}

var (
	relationships    = factsOf("relationship", "person_id, other_id, kind", "person_id IN (:list($1)) OR other_id IN (:list($1))")
	stays            = factsOf("household_stay", "person_id, door, address, postcode, how", "person_id IN (:list($1))")
	responsibilities = factsOf("parental_responsibility", "person_id, holder_id, holder_name, how", "person_id IN (:list($1)) OR holder_id IN (:list($1))")
	staysAtDoors     = db.SQL("record.stays-at-doors", `
		SELECT person_id, door, address, postcode, how, `+datedColumns+` FROM household_stay
		WHERE door IN (:list($1)) AND authority_id = $2 ORDER BY recorded_at, id LIMIT 500`)
	closedContacts = db.SQL("record.closed-contacts", `
		SELECT c.id, cc.person_id, cc.may_be FROM contact c
		JOIN contact_child cc ON cc.contact_id = c.id AND cc.authority_id = c.authority_id
		WHERE c.id IN (:list($1)) AND c.authority_id = $2 AND c.conceal <> ''`)
)

// dated gives the places that a row of a fact is read into, and the reasons that
// must still be taken apart.
func dated(d *person.Dated, chance *int64, reasons *string) []any {
	return []any{&d.ID, &d.Since, &d.Until, &d.Source, &d.Contact, &d.Standing, chance, reasons, &d.Cites, &d.Recorded.At, &d.Recorded.By, &d.Recorded.Name,
		&d.Settled.At, &d.Settled.Name, &d.Settled.Why, &d.Ended.At, &d.Ended.Name, &d.Ended.Why, &d.Replaced.At, &d.Replaced.Name, &d.Replaced.Why}
}

func scanFact(r *sql.Rows, d *person.Dated, own ...any) error {
	var chance int64
	var reasons string
	if err := r.Scan(append(own, dated(d, &chance, &reasons)...)...); err != nil {
		return err
	}
	d.Chance = int(chance)
	if reasons == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(reasons), &d.Reasons); err != nil {
		return fmt.Errorf("read the reasons of %s: %w", d.ID, err)
	}
	return nil
}

func scanRelationship(r *sql.Rows, x *person.Relationship) error {
	return scanFact(r, &x.Dated, &x.Person, &x.Other, &x.Kind)
}

func scanStay(r *sql.Rows, x *person.Stay) error {
	var door string
	return scanFact(r, &x.Dated, &x.Person, &door, &x.Address, &x.Postcode, &x.How)
}

func scanResponsibility(r *sql.Rows, x *person.Responsibility) error {
	return scanFact(r, &x.Dated, &x.Child, &x.Holder, &x.HolderName, &x.How)
}

// FamilyOf reads every fact that touches one of these persons, or a record that is
// read as one of them. Facts name people by the record each is read as.
func FamilyOf(ctx context.Context, q db.Queryer, authority string, ids []string) (Family, error) {
	var f Family
	if len(ids) == 0 {
		return f, nil
	}
	clusters, err := FindClusters(ctx, q, authority, ids)
	if err != nil {
		return f, err
	}
	list := db.List(clusters.All(ids...))
	if f.Relationships, err = db.Collect(ctx, q, scanRelationship, relationships.ofPersons, list, authority); err != nil {
		return f, err
	}
	if f.Stays, err = db.Collect(ctx, q, scanStay, stays.ofPersons, list, authority); err != nil {
		return f, err
	}
	if f.Responsibilities, err = db.Collect(ctx, q, scanResponsibility, responsibilities.ofPersons, list, authority); err != nil {
		return f, err
	}
	return f, f.readAs(ctx, q, authority)
}

// readAs names everybody in the facts by the record they are read as, and leaves out
// what two records of one child say of each other.
func (f *Family) readAs(ctx context.Context, q db.Queryer, authority string) error {
	var ids []string
	for _, x := range f.Relationships {
		ids = append(ids, x.Person, x.Other)
	}
	for _, x := range f.Stays {
		ids = append(ids, x.Person)
	}
	for _, x := range f.Responsibilities {
		ids = append(ids, x.Child, x.Holder)
	}
	clusters, err := FindClusters(ctx, q, authority, ids)
	if err != nil || len(clusters) == 0 {
		return err
	}
	for i := range f.Relationships {
		x := &f.Relationships[i]
		x.Person, x.Other = clusters.Head(x.Person), clusters.Head(x.Other)
	}
	f.Relationships = slices.DeleteFunc(f.Relationships, func(x person.Relationship) bool { return x.Person == x.Other })
	for i := range f.Stays {
		f.Stays[i].Person = clusters.Head(f.Stays[i].Person)
	}
	for i := range f.Responsibilities {
		x := &f.Responsibilities[i]
		x.Child, x.Holder = clusters.Head(x.Child), clusters.Head(x.Holder)
	}
	return nil
}

// StaysAt reads who lives or lived at doors, by the record each is read as.
func StaysAt(ctx context.Context, q db.Queryer, authority string, doors []string) ([]person.Stay, error) {
	if len(doors) == 0 {
		return nil, nil
	}
	var f Family
	var err error
	if f.Stays, err = db.Collect(ctx, q, scanStay, staysAtDoors, db.List(doors), authority); err != nil {
		return nil, err
	}
	return f.Stays, f.readAs(ctx, q, authority)
}

// ClosedContacts are, of some contacts, the restricted and sealed ones with the
// persons they are about: what such a contact said is closed as far as it is.
func ClosedContacts(ctx context.Context, q db.Queryer, authority string, ids []string) (map[string][]string, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	rows, err := db.Collect(ctx, q, func(r *sql.Rows, x *[3]string) error { return r.Scan(&x[0], &x[1], &x[2]) }, closedContacts, db.List(ids), authority)
	out := map[string][]string{}
	for _, x := range rows {
		for _, id := range x[1:] {
			if id != "" {
				out[x[0]] = append(out[x[0]], id)
			}
		}
	}
	return out, err
}

// FactKind is one of the three kinds of fact about a family.
type FactKind string

// The kinds.
const (
	RelationFact       FactKind = "relation"
	StayFact           FactKind = "stay"
	ResponsibilityFact FactKind = "responsibility"
)

func factsFor(k FactKind) (facts, error) {
	switch k {
	case RelationFact:
		return relationships, nil
	case StayFact:
		return stays, nil
	case ResponsibilityFact:
		return responsibilities, nil
	}
	return facts{}, refusal.Hidden()
}

// FindFact reads one fact of any kind by its id, alone in the family it is given in.
// It names people by the record each is read as.
func FindFact(ctx context.Context, q db.Queryer, authority, id string) (FactKind, Family, error) {
	var f Family
	r, err := db.Collect(ctx, q, scanRelationship, relationships.byID, id, authority)
	if err != nil || len(r) > 0 {
		f.Relationships = r
		return RelationFact, f, cmp.Or(err, f.readAs(ctx, q, authority))
	}
	s, err := db.Collect(ctx, q, scanStay, stays.byID, id, authority)
	if err != nil || len(s) > 0 {
		f.Stays = s
		return StayFact, f, cmp.Or(err, f.readAs(ctx, q, authority))
	}
	p, err := db.Collect(ctx, q, scanResponsibility, responsibilities.byID, id, authority)
	if err != nil || len(p) > 0 {
		f.Responsibilities = p
		return ResponsibilityFact, f, cmp.Or(err, f.readAs(ctx, q, authority))
	}
	return "", f, refusal.Hidden()
}

// added is the part of a new row that every fact has, in the order of addedColumns.
func (tx *Tx) added(d *person.Dated) []any {
	d.ID, d.Recorded = tx.NewID(), person.Stamp{At: tx.Now, By: tx.Who.ID, Name: tx.Who.Name}
	reasons := ""
	if len(d.Reasons) > 0 {
		b, err := json.Marshal(d.Reasons)
		if err != nil {
			panic(fmt.Sprintf("record: reasons always marshal: %v", err))
		}
		reasons = string(b)
	}
	return []any{tx.Authority, d.ID, d.Since, d.Until, d.Source, d.Contact, d.Standing, d.Chance, reasons, d.Cites, d.Recorded.At, d.Recorded.By, d.Recorded.Name}
}

// AddRelationships writes new relationships.
func (tx *Tx) AddRelationships(ctx context.Context, all ...person.Relationship) error {
	rows := make([][]any, len(all))
	for i := range all {
		rows[i] = append([]any{all[i].Person, all[i].Other, all[i].Kind}, tx.added(&all[i].Dated)...)
	}
	if err := relationships.add.Exec(ctx, tx, rows...); err != nil {
		return err
	}
	return tx.TouchSiblings(ctx, all...)
}

// TouchSiblings lets the matcher know that somebody confirmed, ended or put right who
// is whose brother or sister.
func (tx *Tx) TouchSiblings(ctx context.Context, all ...person.Relationship) error {
	for _, r := range all {
		if !r.Kind.Siblings() || r.Standing == person.Rejected {
			continue
		}
		if err := tx.Touch(ctx, r.Person, r.Other); err != nil {
			return err
		}
	}
	return nil
}

// AddStays writes new stays. One without an address is refused: it is no home.
func (tx *Tx) AddStays(ctx context.Context, all ...person.Stay) error {
	rows := make([][]any, len(all))
	for i := range all {
		if all[i].Door() == "" {
			return refusal.Field("address", "Enter the address")
		}
		rows[i] = append([]any{all[i].Person, all[i].Door(), all[i].Address, all[i].Postcode, all[i].How}, tx.added(&all[i].Dated)...)
	}
	return stays.add.Exec(ctx, tx, rows...)
}

// AddResponsibilities writes who holds parental responsibility.
func (tx *Tx) AddResponsibilities(ctx context.Context, all ...person.Responsibility) error {
	rows := make([][]any, len(all))
	for i := range all {
		rows[i] = append([]any{all[i].Child, all[i].Holder, all[i].HolderName, all[i].How}, tx.added(&all[i].Dated)...)
	}
	return responsibilities.add.Exec(ctx, tx, rows...)
}

// SettleFact confirms or rejects what was inferred. Somebody who was first is named
// by the page: here it is only a conflict.
func (tx *Tx) SettleFact(ctx context.Context, k FactKind, id string, as person.Standing, why string) error {
	q, err := factsFor(k)
	if err != nil {
		return err
	}
	return tx.changeFact(ctx, q.settle, "Somebody else has answered this. Read their answer before going on", id, tx.Authority, as, tx.Now, tx.Who.Name, why)
}

// EndFact says on which day a fact held for the last time.
func (tx *Tx) EndFact(ctx context.Context, k FactKind, id string, until civil.Date, why string) error {
	q, err := factsFor(k)
	if err != nil {
		return err
	}
	return tx.changeFact(ctx, q.end, "This has already ended or was put right. Open it again to see how", id, tx.Authority, until, tx.Now, tx.Who.Name, why)
}

// ReplaceFact takes a fact back because another puts it right.
func (tx *Tx) ReplaceFact(ctx context.Context, k FactKind, id, why string) error {
	q, err := factsFor(k)
	if err != nil {
		return err
	}
	return tx.changeFact(ctx, q.replace, "Somebody else has put this right. Open the family page again to see how", id, tx.Authority, tx.Now, tx.Who.Name, why)
}

func (tx *Tx) changeFact(ctx context.Context, q db.Query, conflict string, args ...any) error {
	n, err := db.Changed(tx.ExecContext(ctx, q, args...))
	if err != nil {
		return fmt.Errorf("%s: %w", q.Name(), err)
	}
	if n == 0 {
		return refusal.New(refusal.Conflict, conflict)
	}
	return nil
}
