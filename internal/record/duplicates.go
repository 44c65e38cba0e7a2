package record

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
)

var (
	// Named together in one contact, or recorded with each other as family.
	knownApart = db.SQL("record.known-apart", `
		SELECT r.person_id, r.other_id FROM relationship r
		WHERE r.person_id IN (:list($1)) AND r.authority_id = $2 AND r.until IS NULL
		UNION
		SELECT a.person_id, b.person_id FROM contact_child a
		JOIN contact_child b ON b.contact_id = a.contact_id AND b.authority_id = a.authority_id AND b.id <> a.id
		WHERE a.person_id IN (:list($1)) AND a.person_id <> '' AND b.person_id <> '' AND a.authority_id = $2`)
	answeredPairs = db.SQL("record.answered-pairs", `
		SELECT pair, evidence FROM person_merge
		WHERE pair IN (:list($1)) AND authority_id = $2 AND ended_at IS NOT NULL`)
	countSuggested = db.SQL("record.count-suggested", `
		SELECT count(*) FROM person_merge WHERE authority_id = $1 AND state = 'suggested' AND ended_at IS NULL`)
	addSweep  = db.InsertInto("record.add-sweep", "duplicate_sweep", "id, authority_id, at, compared, proposed, model", "")
	lastSweep = db.SQL("record.last-sweep", `
		SELECT at, compared, proposed, model FROM duplicate_sweep WHERE authority_id = $1 ORDER BY at DESC LIMIT 1`)
)

// Swept is one search of the register for children recorded twice.
type Swept struct {
	At                 civil.Instant
	Compared, Proposed int
	Model              string
}

// LastSweep is the latest search; zero when there was none.
func LastSweep(ctx context.Context, q db.Queryer, authority string) (Swept, error) {
	s, err := db.One(ctx, q, func(r *sql.Rows, s *Swept) error { return r.Scan(&s.At, &s.Compared, &s.Proposed, &s.Model) }, lastSweep, authority)
	if db.NotFound(err) {
		return s, nil
	}
	return s, err
}

// sweepEvery is how often each register is searched.
const sweepEvery = 7 * 24 * time.Hour

// SweepsDue are the authorities whose register was not searched for a week, or never.
func (r *Record) SweepsDue(ctx context.Context) ([]string, error) {
	var out []string
	err := r.DB.Read(ctx, func(q db.Queryer) error {
		ids, err := db.Collect(ctx, q, func(r *sql.Rows, s *string) error { return r.Scan(s) }, everyAuthority)
		if err != nil {
			return err
		}
		out = nil
		for _, id := range ids {
			last, err := LastSweep(ctx, q, id)
			if err != nil {
				return err
			}
			if last.At.IsZero() || r.Now().Sub(last.At) >= sweepEvery {
				out = append(out, id)
			}
		}
		return nil
	})
	return out, err
}

const (
	// mostSuggested is how many pairs of the sweep wait at most: more than people can
	// answer are not put before them. The most likely come first, the rest next time.
	mostSuggested = 500
)

// likely is a pair that the sweep found.
type likely struct {
	one, other string // person ids in order
	chance     float64
	evidence   string
}

func (l likely) pair() string { return l.one + " " + l.other }

// SweepDuplicates searches the register of the actor's authority for children who are
// recorded twice, and puts what it finds before people. It joins nobody. Restricted
// records are searched too, and shown to those who may know. A pair that was refused
// or parted is asked about again only when the evidence has changed.
func (r *Record) SweepDuplicates(ctx context.Context, who access.Actor, progress func(done, total int)) (Swept, error) {
	if progress == nil {
		progress = func(int, int) {}
	}
	model, err := modelOf(ctx, r.DB.Aside(), who.Authority)
	if err != nil {
		return Swept{}, err
	}
	swept := Swept{Model: model.Version}
	found, compared, err := r.search(ctx, who.Authority, progress)
	swept.Compared = compared
	if err != nil {
		return swept, fmt.Errorf("search for children recorded twice: %w", err)
	}
	err = r.Do(ctx, who, func(tx *Tx) error {
		if err := tx.Allow(access.SweepDuplicates, access.About{}); err != nil {
			return err
		}
		swept.At, swept.Proposed = tx.Now, 0
		for _, l := range found {
			p := Pair{Kept: l.one, Joined: l.other, Source: "sweep", State: pathway.PairSuggested, Chance: l.chance, Evidence: l.evidence, Model: swept.Model}
			_, added, err := tx.AddPair(ctx, p, "")
			if err != nil {
				return err
			}
			if added {
				swept.Proposed++
			}
		}
		if err := addSweep.Exec(ctx, tx, []any{tx.NewID(), tx.Authority, tx.Now, swept.Compared, swept.Proposed, swept.Model}); err != nil {
			return err
		}
		summary := fmt.Sprintf("search for children recorded twice: %d records, %d new pairs", swept.Compared, swept.Proposed)
		return tx.Apply(ctx, Subject{Kind: "two records"}, summary, pathway.Consequences{})
	})
	return swept, err
}

// search compares every child of an authority with everybody alike, and gives the new
// pairs, the most likely first.
func (r *Record) search(ctx context.Context, authority string, progress func(done, total int)) ([]likely, int, error) {
	ix, err := r.wholeIndex(ctx, authority)
	if err != nil {
		return nil, 0, err
	}
	people, n := ix.Len(), 0
	best := map[string]likely{}
	var found []likely
	err = r.DB.Read(ctx, func(q db.Queryer) error {
		var failed error
		for p := range everybody(ctx, q, authority, &failed) {
			ix.Compared(p.AsDescribed(), func(id string, s person.Scored) {
				if id == p.ID || !s.MayBeOneChild(people) {
					return
				}
				l := likely{one: p.ID, other: id, chance: s.OneChild(people)}
				if id < p.ID {
					l.one, l.other = id, p.ID
				}
				if old, ok := best[l.pair()]; !ok || l.chance > old.chance {
					best[l.pair()] = l
				}
			})
			if n++; n%100 == 0 {
				progress(n, people)
			}
		}
		progress(n, people)
		for _, l := range best {
			found = append(found, l)
		}
		if failed != nil {
			return failed
		}
		if err := evidence(ctx, q, authority, ix, found); err != nil {
			return err
		}
		found, err = fresh(ctx, q, authority, found)
		return err
	})
	return found, n, err
}

// evidence notes how far the two of each pair agree, always compared the same way
// round, so that it is the same as long as nothing is known anew.
func evidence(ctx context.Context, q db.Queryer, authority string, ix *index, found []likely) error {
	var ids []string
	for _, l := range found {
		ids = append(ids, l.one, l.other)
	}
	known, err := Persons(ctx, q, authority, ids)
	if err != nil {
		return err
	}
	for i := range found {
		l := &found[i]
		l.evidence = ix.Pair(known[l.one].AsDescribed(), known[l.other].Person).Levels.String()
	}
	return nil
}

// wholeIndex waits until the authority's index is built, and brings it up to date.
func (r *Record) wholeIndex(ctx context.Context, authority string) (*index, error) {
	ix := r.indexOf(authority)
	select {
	case <-ix.ready:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if ix.err != nil {
		return nil, ix.err
	}
	return ix, r.catchUp(ctx, ix, authority)
}

// fresh leaves out pairs that are one record already, that are known to be two
// children, and that were answered on the same evidence; and more than can be shown.
func fresh(ctx context.Context, q db.Queryer, authority string, found []likely) ([]likely, error) {
	var ids, names []string
	for _, l := range found {
		ids, names = append(ids, l.one, l.other), append(names, l.pair())
	}
	if len(ids) == 0 {
		return nil, nil
	}
	clusters, err := FindClusters(ctx, q, authority, ids)
	if err != nil {
		return nil, err
	}
	apart := map[[2]string]bool{}
	two := func(r *sql.Rows, p *[2]string) error { return r.Scan(&p[0], &p[1]) }
	pairs, err := db.Collect(ctx, q, two, knownApart, db.List(ids), authority)
	if err != nil {
		return nil, err
	}
	for _, p := range pairs {
		apart[p] = true
	}
	answered := map[[2]string]bool{}
	if pairs, err = db.Collect(ctx, q, two, answeredPairs, db.List(names), authority); err != nil {
		return nil, err
	}
	for _, p := range pairs {
		answered[p] = true
	}
	var waiting int
	if err := q.QueryRowContext(ctx, countSuggested, authority).Scan(&waiting); err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(l likely) bool {
		return clusters.Head(l.one) == clusters.Head(l.other) || apart[[2]string{l.one, l.other}] || apart[[2]string{l.other, l.one}] ||
			answered[[2]string{l.pair(), l.evidence}]
	})
	slices.SortFunc(found, func(a, b likely) int {
		return cmp.Or(-cmp.Compare(a.chance, b.chance), strings.Compare(a.pair(), b.pair()))
	})
	return found[:min(len(found), max(0, mostSuggested-waiting))], nil
}

// OneChild compares two records: how far they agree, the chance that they are of one
// child, and why.
func (v *View) OneChild(ctx context.Context, a, b person.Person) (person.Scored, person.Explanation, error) {
	return v.record.oneChild(ctx, v, v.Authority, a, b)
}

// OneChild compares two records for a command.
func (tx *Tx) OneChild(ctx context.Context, a, b person.Person) (person.Scored, error) {
	s, _, err := tx.record.oneChild(ctx, tx, tx.Authority, a, b)
	return s, err
}

// oneChild weighs two records by how common what they say is among everybody. With no
// index to ask, names count as rare, which is said to be so by the chance only.
func (r *Record) oneChild(ctx context.Context, q db.Queryer, authority string, a, b person.Person) (person.Scored, person.Explanation, error) {
	if b.ID < a.ID {
		a, b = b, a
	}
	said, them := a.AsDescribed(), []person.Person{b}
	if ix := r.freshIndex(ctx, authority); ix != nil {
		s := ix.Pair(said, b)
		s.Chance = s.OneChild(ix.Len())
		return s, ix.Explain(said, them, []person.Levels{s.Levels})[0], nil
	}
	var people int
	if err := q.QueryRowContext(ctx, countChildren, authority).Scan(&people); err != nil {
		return person.Scored{}, person.Explanation{}, err
	}
	model, err := modelOf(ctx, q, authority)
	if err != nil {
		return person.Scored{}, person.Explanation{}, err
	}
	words := person.NewWords()
	theirs := person.Compile(words, b)
	query := person.NewQuery(words, said)
	scorer := model.Scorer(query, person.Around{People: people})
	s := person.Scored{Levels: query.Compare(&theirs)}
	s.Same, s.Family = scorer.Score(s.Levels)
	s.Chance = s.OneChild(people)
	return s, scorer.Explain(s.Levels, said, b), nil
}
