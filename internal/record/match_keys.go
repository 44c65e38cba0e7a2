package record

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"frontdoor/internal/db"
	"frontdoor/internal/person"
)

var (
	addKey = db.InsertInto("record.add-match-key", "match_key", "key, person_id, authority_id", "ON CONFLICT DO NOTHING")
	// Candidates share keys; those that share most come first. The limit keeps a key
	// that half a town shares from filling the list.
	candidateIDs = db.SQL("record.candidates", `
		SELECT person_id FROM match_key
		WHERE key IN (:numbers($1)) AND authority_id = $2
		GROUP BY person_id
		ORDER BY count(*) DESC, person_id
		LIMIT $3`)
	dropKeys = db.SQL("record.drop-match-keys", `
		DELETE FROM match_key WHERE person_id = $1 AND authority_id = $2`)
	countChildren = db.SQL("record.count-children", `
		SELECT count(*) FROM person WHERE authority_id = $1`)
	unkeyed = db.SQL("record.authorities-without-keys", `
		SELECT a.authority_id FROM authority a
		LEFT JOIN match_key_form f ON f.authority_id = a.authority_id AND f.form = $1
		WHERE f.authority_id IS NULL
		ORDER BY a.authority_id`)
	dropAllKeys = db.SQL("record.drop-all-match-keys", `
		DELETE FROM match_key WHERE authority_id = $1`)
	markKeyed = db.SQL("record.mark-match-keys", `
		INSERT INTO match_key_form (authority_id, form, made_at) VALUES ($1, $2, $3)
		ON CONFLICT (authority_id) DO UPDATE SET form = excluded.form, made_at = excluded.made_at`)
)

// candidatesRead is how many persons that share a key are compared without an index.
const candidatesRead = 200

// Keys are the keys a person is found by, as numbers for the key table.
func Keys(p person.Person) []int64 {
	words := person.NewWords()
	c := person.Compile(words, p)
	var out []int64
	c.Keys(words, func(k uint32) { out = append(out, int64(k)) })
	slices.Sort(out)
	return slices.Compact(out)
}

// writeKeys puts a person's keys in the place of those they had.
func writeKeys(ctx context.Context, q db.Queryer, authority string, k Known, isNew bool) error {
	if !isNew {
		if _, err := q.ExecContext(ctx, dropKeys, k.ID, authority); err != nil {
			return fmt.Errorf("drop the keys of person %s: %w", k.ID, err)
		}
	}
	if !k.matched() {
		return nil
	}
	var rows [][]any
	for _, key := range Keys(k.Person) {
		rows = append(rows, []any{key, k.ID, authority})
	}
	return addKey.Exec(ctx, q, rows...)
}

// matchByKeys answers from the key table, in a bounded number of queries.
func matchByKeys(ctx context.Context, q db.Queryer, authority string, d person.Described) (Match, error) {
	model, err := modelOf(ctx, q, authority)
	if err != nil {
		return Match{}, err
	}
	m := Match{Model: model.Version, By: ByKeys}
	var keys []int64
	asked := person.NewQuery(person.NewWords(), d)
	for _, turn := range person.Turns() {
		for _, k := range asked.LookUps(turn) {
			keys = append(keys, int64(k))
		}
	}
	ids, err := db.Collect(ctx, q, func(r *sql.Rows, s *string) error { return r.Scan(s) },
		candidateIDs, db.Numbers(keys), authority, candidatesRead)
	if err != nil {
		return m, err
	}
	var around int
	if err := q.QueryRowContext(ctx, countChildren, authority).Scan(&around); err != nil {
		return m, fmt.Errorf("count the children: %w", err)
	}
	known, err := Persons(ctx, q, authority, ids)
	if err != nil {
		return m, err
	}
	if err := readAsOne(ctx, q, authority, known); err != nil {
		return m, err
	}
	var people []Known
	for _, k := range known {
		if k.matched() {
			people = append(people, k)
		}
	}
	slices.SortFunc(people, func(a, b Known) int { return byID(a.Person, b.Person) })
	plain := make([]person.Person, len(people))
	for i := range people {
		plain[i] = people[i].Person
	}
	found := compareOneByOne(model, d, plain, around)
	m.Outcome = found.outcome
	for _, s := range found.top {
		k := people[s.Row]
		m.Hits = append(m.Hits, Hit{Known: k, Scored: s, Why: found.Explain(s.Levels, d, k.Person)})
	}
	return m, nil
}

// oneByOne is the answer of compareOneByOne, with what explains it.
type oneByOne struct {
	*person.Scorer
	top     []person.Scored
	outcome person.Outcome
}

// compareOneByOne compares a description with some of how many people there are. How
// common a name or a door is, it does not know: so nobody is certain unless a number
// is equal.
func compareOneByOne(model *person.Model, d person.Described, people []person.Person, around int) oneByOne {
	words := person.NewWords()
	rows := make([]person.Compact, len(people))
	for i := range people {
		rows[i] = person.Compile(words, people[i])
	}
	query := person.NewQuery(words, d)
	out := oneByOne{Scorer: model.Scorer(query, person.Around{People: around})}
	scored := make([]person.Scored, len(rows))
	for i := range rows {
		l := query.Compare(&rows[i])
		same, family := out.Score(l)
		scored[i] = person.Scored{Row: uint32(i), Levels: l, Same: same, Family: family}
	}
	out.top, out.outcome = out.Judge(scored, mostHits)
	for i := range out.top {
		s := &out.top[i]
		if s.Band == person.Certain && s.Levels[person.FieldNHS] != person.Same && s.Levels[person.FieldUPN] != person.Same {
			s.Band = person.Review
		}
	}
	return out
}

// matched says that descriptions of children are compared with this person. One that
// is read as another is compared as that one.
func (k Known) matched() bool { return (k.IsChild || k.Unborn) && k.readAs == "" }

func byID(a, b person.Person) int { return cmp.Or(strings.Compare(a.ID, b.ID)) }

// rekeyed is how many persons get new keys in one transaction.
const rekeyed = 500

// Rekey makes the key table anew for authorities whose keys were made by an earlier
// version of the matcher, or never. It is run when the record is opened, before
// anybody is served.
func (r *Record) Rekey(ctx context.Context) error {
	var todo []string
	err := r.DB.Read(ctx, func(q db.Queryer) error {
		var err error
		todo, err = db.Collect(ctx, q, func(r *sql.Rows, s *string) error { return r.Scan(s) }, unkeyed, person.Format)
		return err
	})
	if err != nil {
		return err
	}
	for _, authority := range todo {
		if err := r.rekey(ctx, authority); err != nil {
			return fmt.Errorf("make the keys of authority %s: %w", authority, err)
		}
	}
	return nil
}

func (r *Record) rekey(ctx context.Context, authority string) error {
	err := r.DB.Write(ctx, func(q db.Queryer) error {
		_, err := q.ExecContext(ctx, dropAllKeys, authority)
		return err
	})
	if err != nil {
		return err
	}
	at := pageStart
	for !at.done {
		err := r.DB.Write(ctx, func(q db.Queryer) error {
			people, next, err := childrenPage(ctx, q, authority, at, rekeyed)
			if err != nil {
				return err
			}
			for _, k := range people {
				if err := writeKeys(ctx, q, authority, k, true); err != nil {
					return err
				}
			}
			at = next
			return nil
		})
		if err != nil {
			return err
		}
	}
	return r.DB.Write(ctx, func(q db.Queryer) error {
		_, err := q.ExecContext(ctx, markKeyed, authority, person.Format, r.Now())
		return err
	})
}
