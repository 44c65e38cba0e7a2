package record

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"maps"
	"sync"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/person"
	"frontdoor/internal/register"
)

var (
	lastChange = db.SQL("record.last-change", `
		SELECT COALESCE(max(seq), 0) FROM match_change WHERE authority_id = $1`)
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
	ready  chan struct{}   // closed when it was built, or could not be
	late   context.Context // done when questions should not wait for it any longer
	err    error           // why it could not be; read after ready
	failed civil.Instant

	unknown *register.Register // children of contacts who are not linked to a person

	mu sync.Mutex // held while changes are brought in, so that they only go forward
	reached
	told    []string // contacts whose children are to be read again before unknown is asked
	saved   bool     // it was written to the folder
	unsaved bool     // it holds something that is not there
}

// indexes are those of all authorities, each begun when first asked for.
type indexes struct {
	folder string // where they are saved, or "" for nowhere; set before any is asked for
	mu     sync.Mutex
	by     map[string]*index
}

// all are the indexes there are now, by authority.
func (x *indexes) all() map[string]*index {
	x.mu.Lock()
	defer x.mu.Unlock()
	return maps.Clone(x.by)
}

// patience is how long questions wait for an index from when it began to be built,
// before they are answered from the key table: a small authority's is there sooner.
const patience = 3 * time.Second

// pause is how long we leave an index that could not be built before it is tried again.
const pause = time.Minute

// freshIndex gives the authority's index with everything in it that was committed
// before it was asked, or nil when there is none to ask now.
func (r *Record) freshIndex(ctx context.Context, authority string) *index {
	ix := r.indexOf(authority)
	select {
	case <-ix.ready:
	case <-ctx.Done():
		return nil
	case <-ix.late.Done():
		select {
		case <-ix.ready:
		default:
			return nil
		}
	}
	if ix.err != nil || r.catchUp(ctx, ix, authority) != nil {
		return nil
	}
	return ix
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
	late, done := context.WithTimeout(context.Background(), patience)
	ix := &index{ready: make(chan struct{}), late: late}
	r.indexes.by[authority] = ix
	go func() {
		defer done()
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

// build makes the index of what was saved and what came after it, or of everybody. It
// is built from one view of the record; what is written meanwhile is brought in before
// the first question is answered.
func (r *Record) build(ctx context.Context, ix *index, authority string) error {
	return r.DB.Read(ctx, func(q db.Queryer) error {
		model, err := modelOf(ctx, q, authority)
		if err != nil {
			return err
		}
		if r.indexes.folder == "" || ix.load(ctx, q, r.indexes.folder, authority, model) != nil {
			if err := ix.buildKnown(ctx, q, authority, model); err != nil {
				return err
			}
		}
		if err := ix.buildUnknown(ctx, q, authority, model); err != nil {
			return err
		}
		for more := true; more; {
			if more, err = ix.bring(ctx, q, authority); err != nil {
				return err
			}
		}
		return nil
	})
}

// buildKnown reads everybody who is matched, and who is whose brother or sister.
func (ix *index) buildKnown(ctx context.Context, q db.Queryer, authority string, model *person.Model) error {
	ix.unsaved = true
	if err := q.QueryRowContext(ctx, lastChange, authority).Scan(&ix.Seq); err != nil {
		return fmt.Errorf("find the last change: %w", err)
	}
	var failed error
	ix.Register = register.Build(model, everybody(ctx, q, authority, &failed))
	if failed != nil {
		return failed
	}
	pairs, err := db.Collect(ctx, q, scanPair, siblingsRecorded, authority)
	if err != nil {
		return err
	}
	if pairs, err = asRead(ctx, q, authority, pairs); err != nil {
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
}

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
