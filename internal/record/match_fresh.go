package record

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"frontdoor/internal/db"
)

var (
	noteChange = db.InsertInto("record.note-change", "match_change", "id, authority_id, seq",
		"ON CONFLICT (id, authority_id) DO UPDATE SET seq = excluded.seq")
	changesAfter = db.SQL("record.changes-after", `
		SELECT id, seq FROM match_change
		WHERE authority_id = $1 AND (seq, id) > ($2, $3)
		ORDER BY seq, id
		LIMIT $4`)
)

// Bringing an index up to date is bounded: so many changes at a time, so many times.
// One that is further behind is left to the poll, and the key table answers.
const (
	changesRead  = 500
	changesTries = 4
	changesTime  = 2 * time.Second
)

// catchUp brings in what was committed since the index last looked. Commands of one
// authority are committed in the order of the trail, so what comes after the last
// place seen is all that is missing.
func (r *Record) catchUp(ctx context.Context, ix *index, authority string) error {
	ctx, cancel := context.WithTimeout(ctx, changesTime)
	defer cancel()
	ix.mu.Lock()
	defer ix.mu.Unlock()
	for range changesTries {
		more, err := ix.bring(ctx, r.DB.Aside(), authority)
		if err != nil || !more {
			return err
		}
	}
	return fmt.Errorf("the index of authority %s is too far behind", authority)
}

type change struct {
	id  string
	seq int64
}

// bring applies the next changes; more says that there may be others.
func (ix *index) bring(ctx context.Context, q db.Queryer, authority string) (more bool, err error) {
	changes, err := db.Collect(ctx, q, func(r *sql.Rows, c *change) error { return r.Scan(&c.id, &c.seq) },
		changesAfter, authority, ix.Seq, ix.ID, changesRead)
	if err != nil || len(changes) == 0 {
		return false, err
	}
	var ids []string
	for _, c := range changes {
		contact, isContact := strings.CutPrefix(c.id, contactPrefix)
		switch {
		case isContact:
			ix.told = append(ix.told, contact)
		case strings.HasPrefix(c.id, modelPrefix):
			if err := ix.bringModel(ctx, q, authority); err != nil {
				return false, err
			}
		default:
			ids = append(ids, c.id)
		}
	}
	if err := ix.bringPersons(ctx, q, authority, ids); err != nil {
		return false, err
	}
	last := changes[len(changes)-1]
	ix.Seq, ix.ID, ix.unsaved = last.seq, last.id, true
	return len(changes) == changesRead, nil
}

// bringModel takes up the weights that were chosen.
func (ix *index) bringModel(ctx context.Context, q db.Queryer, authority string) error {
	m, err := modelOf(ctx, q, authority)
	if err != nil {
		return err
	}
	ix.Use(m)
	ix.unknown.Use(m)
	return nil
}

func (ix *index) bringPersons(ctx context.Context, q db.Queryer, authority string, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	known, err := Persons(ctx, q, authority, ids)
	if err != nil {
		return err
	}
	clusters, err := FindClusters(ctx, q, authority, ids)
	if err != nil {
		return err
	}
	pairs, err := db.Collect(ctx, q, scanPair, siblingsOf, db.List(clusters.All(ids...)), authority)
	if err != nil {
		return err
	}
	if pairs, err = asRead(ctx, q, authority, pairs); err != nil {
		return err
	}
	if err := readAsOne(ctx, q, authority, known); err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(known)) {
		if k := known[id]; k.matched() {
			ix.Add(k.Person)
		} else {
			ix.Remove(id)
		}
	}
	for _, id := range clusters.Heads(ids...) { // one that ended is not among the pairs
		var others []string
		for _, p := range pairs {
			switch id {
			case p[0]:
				others = append(others, p[1])
			case p[1]:
				others = append(others, p[0])
			}
		}
		ix.SetKin(id, others...)
	}
	return nil
}

// Touch says that this command wrote something about a person that the matcher reads:
// who they are, their names, places and numbers, their brothers and sisters. It makes
// their keys anew, and lets every index know once the command is committed.
func (tx *Tx) Touch(ctx context.Context, ids ...string) error {
	known, err := Persons(ctx, tx, tx.Authority, ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		k, ok := known[id]
		if !ok {
			return fmt.Errorf("person %s was touched and is not there", id)
		}
		if err := tx.touch(ctx, k, false); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) touch(ctx context.Context, k Known, isNew bool) error {
	if err := writeKeys(ctx, tx, tx.Authority, k, isNew); err != nil {
		return err
	}
	if err := indexSearch(ctx, tx, tx.Authority, k.Person); err != nil {
		return err
	}
	if !slices.Contains(tx.touched, k.ID) {
		tx.touched = append(tx.touched, k.ID)
	}
	return tx.note(ctx, k.ID)
}

// TouchContact says that this command wrote something about the children of a contact.
// Apply does so for the contact it is about.
func (tx *Tx) TouchContact(ctx context.Context, id string) error {
	return tx.note(ctx, contactPrefix+id)
}

// note lets every index know, once this command is committed, that it wrote something
// about these persons or contacts.
func (tx *Tx) note(ctx context.Context, ids ...string) error {
	var rows [][]any
	for _, id := range ids {
		rows = append(rows, []any{id, tx.Authority, tx.head.seq + 1})
	}
	return noteChange.Exec(ctx, tx, rows...)
}
