package record

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"maps"
	"slices"
	"sync"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/person"
	"frontdoor/internal/register"
)

var (
	noteChange = db.InsertInto("record.note-change", "match_change", "id, authority_id, seq",
		"ON CONFLICT (id, authority_id) DO UPDATE SET seq = excluded.seq")
	lastChange = db.SQL("record.last-change", `
		SELECT COALESCE(max(seq), 0) FROM match_change WHERE authority_id = $1`)
	changesAfter = db.SQL("record.changes-after", `
		SELECT id, seq FROM match_change
		WHERE authority_id = $1 AND (seq, id) > ($2, $3)
		ORDER BY seq, id
		LIMIT $4`)
	childrenByName = db.SQL("record.children-page", `
		SELECT name_key, `+personColumns+` FROM person
		WHERE authority_id = $1 AND (name_key, id) > ($2, $3)
		ORDER BY name_key, id
		LIMIT $4`)
	siblingsRecorded = db.SQL("record.siblings-recorded", `
		SELECT person_id, other_id FROM relationship
		WHERE authority_id = $1 AND kind IN ('sibling', 'full_sibling', 'half_sibling', 'step_sibling')
			AND state = 'confirmed' AND until IS NULL AND replaced_at IS NULL`)
	siblingsOf = db.SQL("record.siblings-of", `
		SELECT person_id, other_id FROM relationship
		WHERE (person_id IN (:list($1)) OR other_id IN (:list($1))) AND authority_id = $2
			AND kind IN ('sibling', 'full_sibling', 'half_sibling', 'step_sibling')
			AND state = 'confirmed' AND until IS NULL AND replaced_at IS NULL`)
)

// index is the register of one authority in memory, with how far of the record it
// holds. It is derived: it can be thrown away at any time.
type index struct {
	*register.Register
	ready  chan struct{} // closed when it was built, or could not be
	err    error         // why it could not be; read after ready
	failed civil.Instant

	mu  sync.Mutex // held while changes are brought in, so that it only goes forward
	seq int64      // of the last change that was brought in
	id  string     // and whose it was
}

// indexes are those of all authorities, each begun when first asked for.
type indexes struct {
	mu sync.Mutex
	by map[string]*index
}

// patience is how long a question waits for an index that is being built, before it
// is answered from the key table: a small authority's is built sooner than that.
const patience = 250 * time.Millisecond

// pause is how long we leave an index that could not be built before it is tried again.
const pause = time.Minute

// freshIndex gives the authority's index with everything in it that was committed
// before it was asked, or says that there is none to ask now.
func (r *Record) freshIndex(ctx context.Context, authority string) (*index, bool) {
	ix := r.indexOf(authority)
	wait := time.NewTimer(patience)
	defer wait.Stop()
	select {
	case <-ix.ready:
	case <-wait.C:
		return nil, false
	case <-ctx.Done():
		return nil, false
	}
	if ix.err != nil {
		return nil, false
	}
	return ix, r.catchUp(ctx, ix, authority) == nil
}

// indexOf gives the authority's index, and begins to build it when there is none.
func (r *Record) indexOf(authority string) *index {
	r.indexes.mu.Lock()
	defer r.indexes.mu.Unlock()
	if ix, ok := r.indexes.by[authority]; ok && !ix.worthAnother(r.Now()) {
		return ix
	}
	if r.indexes.by == nil {
		r.indexes.by = map[string]*index{}
	}
	ix := &index{ready: make(chan struct{})}
	r.indexes.by[authority] = ix
	go func() {
		defer close(ix.ready)
		// The index outlives the question that began it.
		if ix.err = r.build(context.Background(), ix, authority); ix.err != nil {
			ix.failed = r.Now()
		}
	}()
	return ix
}

// worthAnother says that the index could not be built, some time ago.
func (ix *index) worthAnother(now civil.Instant) bool {
	select {
	case <-ix.ready:
		return ix.err != nil && now.After(ix.failed.Add(pause))
	default:
		return false
	}
}

// build reads everybody from one view of the record.
func (r *Record) build(ctx context.Context, ix *index, authority string) error {
	return r.DB.Aside(ctx, func(q db.Queryer) error {
		if err := q.QueryRowContext(ctx, lastChange, authority).Scan(&ix.seq); err != nil {
			return fmt.Errorf("find the last change: %w", err)
		}
		ix.id = afterAll
		var failed error
		ix.Register = register.Build(r.modelOf(authority), everybody(ctx, q, authority, &failed))
		if failed != nil {
			return failed
		}
		pairs, err := db.Collect(ctx, q, scanPair, siblingsRecorded, authority)
		if err != nil {
			return err
		}
		ix.Relate(func(yield func(string, string) bool) {
			for _, p := range pairs {
				if !yield(p[0], p[1]) {
					return
				}
			}
		})
		return nil
	})
}

// afterAll comes after every id: the whole of a command was read.
const afterAll = "~"

func scanPair(r *sql.Rows, p *[2]string) error { return r.Scan(&p[0], &p[1]) }

// everybody gives all children of an authority; it ends early when failed is set.
func everybody(ctx context.Context, q db.Queryer, authority string, failed *error) iter.Seq[person.Person] {
	return func(yield func(person.Person) bool) {
		at := pageStart
		for !at.done {
			people, next, err := childrenPage(ctx, q, authority, at, pageSize)
			if err != nil {
				*failed = err
				return
			}
			if people, err = eachOnce(ctx, q, authority, people); err != nil {
				*failed = err
				return
			}
			for _, k := range people {
				if !yield(k.Person) {
					return
				}
			}
			at = next
		}
	}
}

// pageSize is how many persons are read at a time when all are.
const pageSize = 2000

// page says how far of an authority's persons were read.
type page struct {
	nameKey, id string
	done        bool
}

var pageStart = page{}

// childrenPage reads the next persons of an authority who are matched, with their
// former names and places.
func childrenPage(ctx context.Context, q db.Queryer, authority string, at page, most int) ([]Known, page, error) {
	type row struct {
		key string
		Known
	}
	rows, err := db.Collect(ctx, q, func(r *sql.Rows, x *row) error { return scanKnownAfter(r, &x.Known, &x.key) },
		childrenByName, authority, at.nameKey, at.id, most)
	if err != nil {
		return nil, at, err
	}
	out := make(map[string]Known, len(rows))
	var ids []string
	for _, x := range rows {
		at.nameKey, at.id = x.key, x.ID
		if x.matched() {
			out[x.ID] = x.Known
			ids = append(ids, x.ID)
		}
	}
	at.done = len(rows) < most
	if err := addFormer(ctx, q, authority, ids, out); err != nil {
		return nil, at, err
	}
	people := make([]Known, len(ids))
	for i, id := range ids {
		people[i] = out[id]
	}
	return people, at, nil
}

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
		more := false
		err := r.DB.Aside(ctx, func(q db.Queryer) error {
			var err error
			more, err = ix.bring(ctx, q, authority)
			return err
		})
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
		changesAfter, authority, ix.seq, ix.id, changesRead)
	if err != nil || len(changes) == 0 {
		return false, err
	}
	ids := make([]string, len(changes))
	for i, c := range changes {
		ids[i] = c.id
	}
	known, err := Persons(ctx, q, authority, ids)
	if err != nil {
		return false, err
	}
	pairs, err := db.Collect(ctx, q, scanPair, siblingsOf, db.List(ids), authority)
	if err != nil {
		return false, err
	}
	if err := readAsOne(ctx, q, authority, known); err != nil {
		return false, err
	}
	for _, id := range slices.Sorted(maps.Keys(known)) {
		if k := known[id]; k.matched() {
			ix.Add(k.Person)
		} else {
			ix.Remove(id)
		}
	}
	for _, p := range pairs {
		ix.RelateTwo(p[0], p[1])
	}
	last := changes[len(changes)-1]
	ix.seq, ix.id = last.seq, last.id
	return len(changes) == changesRead, nil
}

// modelOf is the weights an authority works with.
func (r *Record) modelOf(string) *person.Model { return person.DefaultModel() }

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
	return noteChange.Exec(ctx, tx, []any{k.ID, tx.Authority, tx.head.seq + 1})
}
