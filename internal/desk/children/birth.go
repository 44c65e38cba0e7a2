package children

import (
	"context"
	"database/sql"
	"fmt"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

var (
	endedOf = db.SQL("children.pregnancy-end", `
		SELECT count(*) FROM pregnancy_end WHERE person_id = $1 AND authority_id = $2`)
	addEnd = db.InsertInto("children.add-pregnancy-end", "pregnancy_end",
		"person_id, authority_id, ended_on, how, source, recorded_at, recorded_by, recorded_by_name", "ON CONFLICT DO NOTHING")
	expectedOf = db.SQL("children.expected-in-contacts", `
		SELECT contact_id, id, state <> 'undecided' FROM contact_child
		WHERE person_id IN (:list($1)) AND person_id <> '' AND authority_id = $2 AND state <> 'closed' ORDER BY contact_id, id`)
	closeWork = db.SQL("children.close-work", `
		UPDATE episode SET state = 'closed', closed_at = $3, closed_why = $4, version = version + 1
		WHERE person_id IN (:list($1)) AND person_id <> '' AND authority_id = $2 AND state = 'open'`)
	endWork = db.SQL("children.end-involvement", `
		UPDATE involvement SET ended_at = $3, reason = $4
		WHERE authority_id = $2 AND ended_at IS NULL AND refused_at IS NULL AND episode_id IN (
			SELECT e.id FROM episode e WHERE e.person_id IN (:list($1)) AND e.person_id <> '' AND e.authority_id = $2)`)
)

// pregnancyEnded says whether it is on record that this child will not be born.
func pregnancyEnded(ctx context.Context, q db.Queryer, authority, id string) (bool, error) {
	var n int
	if err := q.QueryRowContext(ctx, endedOf, id, authority).Scan(&n); err != nil {
		return false, fmt.Errorf("find whether a pregnancy ended: %w", err)
	}
	return n > 0, nil
}

// BirthPage is what the page about a birth shows.
type BirthPage struct {
	*Page
	Ended bool // the pregnancy ended
}

// Birth opens the page on which a birth, a name or the end of a pregnancy is
// recorded.
func (d *Desk) Birth(ctx context.Context, who access.Actor, ref string) (*BirthPage, error) {
	var p *BirthPage
	err := d.Record.Look(ctx, who, purpose(who), func(v *record.View) error {
		base, err := d.open(ctx, v, ref, access.RecordBirth)
		if err != nil {
			return err
		}
		p = &BirthPage{Page: base}
		p.Ended, err = pregnancyEnded(ctx, v, v.Authority, base.Child.ID)
		return err
	})
	return p, err
}

// Born records that an unborn child was born: the same record goes on, with its
// history, its waits and its family. version is the record's as the page showed it.
func (d *Desk) Born(ctx context.Context, who access.Actor, ref string, b person.Birth, version int64) error {
	return d.birth(ctx, who, ref, "record birth", version, func(tx *record.Tx, child record.Known) (pathway.Consequences, error) {
		if ended, err := pregnancyEnded(ctx, tx, tx.Authority, child.ID); err != nil || ended {
			return pathway.Consequences{}, cmpErr(err, refusal.New(refusal.Conflict, "It is on record that this pregnancy ended. Ask a manager to put that right first"))
		}
		now, err := child.BornAs(b, tx.Now.Date())
		if err != nil {
			return pathway.Consequences{}, err
		}
		if err := tx.ChangePerson(ctx, child, now); err != nil {
			return pathway.Consequences{}, err
		}
		words := "Born " + b.Born.Words()
		if !child.Expected.IsZero() {
			words += "; expected " + child.Expected.Words()
		}
		return born(child.ID, b.Born, words), nil
	})
}

// cmpErr is the first of two errors that is one.
func cmpErr(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

func born(id string, on civil.Date, words string) pathway.Consequences {
	return pathway.Consequences{Lines: []pathway.Line{{Person: id, Kind: "birth", Source: string(pathway.SocialWork), Text: words, HappenedAt: on.AtTime(0, 0)}}}
}

// birth is a command about an unborn or new-born child.
func (d *Desk) birth(ctx context.Context, who access.Actor, ref, summary string, version int64, do func(*record.Tx, record.Known) (pathway.Consequences, error)) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		child, err := allow(ctx, tx, ref, access.RecordBirth)
		if err != nil {
			return err
		}
		if child.Version != version {
			return refusal.New(refusal.Conflict, "Somebody else has changed this record. Read what changed before going on")
		}
		next, err := do(tx, child)
		if err != nil {
			return err
		}
		return tx.Apply(ctx, subject(child), summary, next)
	})
}

// AnotherBorn records a second child of the same birth: a person of their own, with
// the same family and home. Gives the new child's reference.
func (d *Desk) AnotherBorn(ctx context.Context, who access.Actor, ref string, b person.Birth, version int64) (string, error) {
	var twin person.Person
	err := d.birth(ctx, who, ref, "record another child of the birth", version, func(tx *record.Tx, child record.Known) (pathway.Consequences, error) {
		var err error
		if twin, err = child.AnotherBorn(b, tx.Now.Date()); err != nil {
			return pathway.Consequences{}, err
		}
		if twin, err = tx.AddPerson(ctx, twin, true); err != nil {
			return pathway.Consequences{}, err
		}
		if err := sameFamily(ctx, tx, child.ID, twin.ID); err != nil {
			return pathway.Consequences{}, err
		}
		next := born(twin.ID, b.Born, "Born "+b.Born.Words()+", of the same birth as another child")
		return next.And(born(child.ID, b.Born, "Another child was born of the same birth")), nil
	})
	return twin.Ref, err
}

// sameFamily gives a child of the same birth the family and home that the first one
// has, each as sure as it is for the first.
func sameFamily(ctx context.Context, tx *record.Tx, first, second string) error {
	have, err := record.FamilyOf(ctx, tx, tx.Authority, []string{first})
	if err != nil {
		return err
	}
	today := tx.Now.Date()
	fresh := func(d person.Dated) person.Dated {
		return person.Dated{Since: d.Since, Source: d.Source, Contact: d.Contact, Standing: d.Standing, Chance: d.Chance, Reasons: append(d.Reasons[:len(d.Reasons):len(d.Reasons)], "As for the other child of the birth")}
	}
	add := []person.Relationship{{Dated: person.Dated{Source: "born of the same birth", Standing: person.Confirmed}, Person: second, Other: first, Kind: person.Sibling}}
	for _, r := range have.Relationships {
		other, kind, _ := r.Seen(first)
		if r.Holds(today) {
			add = append(add, person.Relationship{Dated: fresh(r.Dated), Person: second, Other: other, Kind: exact(r, first, kind)})
		}
	}
	if err := tx.AddRelationships(ctx, add...); err != nil {
		return err
	}
	var stays []person.Stay
	for _, s := range have.Stays {
		if s.Holds(today) {
			s.Dated, s.Person = fresh(s.Dated), second
			stays = append(stays, s)
		}
	}
	return tx.AddStays(ctx, stays...)
}

// exact keeps the sex that a kind says when it is read from the end it was written
// from.
func exact(r person.Relationship, from string, seen person.Kin) person.Kin {
	if r.Person == from {
		return r.Kind
	}
	return seen
}

// NameBaby gives a name to a child whose birth was recorded without one.
func (d *Desk) NameBaby(ctx context.Context, who access.Actor, ref string, b person.Birth, version int64) error {
	return d.birth(ctx, who, ref, "name a baby", version, func(tx *record.Tx, child record.Known) (pathway.Consequences, error) {
		now, err := child.NameLater(b)
		if err != nil {
			return pathway.Consequences{}, err
		}
		if err := tx.ChangePerson(ctx, child, now); err != nil {
			return pathway.Consequences{}, err
		}
		return pathway.Consequences{Lines: []pathway.Line{{Person: child.ID, Kind: "birth", Source: string(pathway.SocialWork), Text: "Named"}}}, nil
	})
}

// PregnancyLost is what somebody told us of a pregnancy that ended.
type PregnancyLost struct {
	On     civil.Date // zero: not known
	How    person.PregnancyEnding
	Source string
}

// PregnancyEnded records that a child will not be born. Work that was only for the
// child ends, with the reason; a contact nobody has decided stays with its manager.
func (d *Desk) PregnancyEnded(ctx context.Context, who access.Actor, ref string, l PregnancyLost, version int64) error {
	return d.birth(ctx, who, ref, "pregnancy ended", version, func(tx *record.Tx, child record.Known) (pathway.Consequences, error) {
		var none pathway.Consequences
		if err := child.PregnancyEnded(l.On, l.How, l.Source, tx.Now.Date()); err != nil {
			return none, err
		}
		if ended, err := pregnancyEnded(ctx, tx, tx.Authority, child.ID); err != nil || ended {
			return none, cmpErr(err, refusal.New(refusal.Conflict, "This is already recorded"))
		}
		if err := addEnd.Exec(ctx, tx, []any{child.ID, tx.Authority, l.On, l.How, l.Source, tx.Now, who.ID, who.Name}); err != nil {
			return none, err
		}
		clusters, err := record.FindClusters(ctx, tx, tx.Authority, []string{child.ID})
		if err != nil {
			return none, err
		}
		ids := db.List(clusters.All(child.ID))
		all, err := db.Collect(ctx, tx, func(r *sql.Rows, x *pathway.Expected) error { return r.Scan(&x.Contact, &x.Child, &x.Decided) }, expectedOf, ids, tx.Authority)
		if err != nil {
			return none, err
		}
		for _, q := range []db.Query{endWork, closeWork} {
			if _, err := tx.ExecContext(ctx, q, ids, tx.Authority, tx.Now, "the pregnancy has ended"); err != nil {
				return none, fmt.Errorf("%s: %w", q.Name(), err)
			}
		}
		return pathway.PregnancyEnded(child.ID, l.On, "The pregnancy has ended", all), nil
	})
}
