package record

import (
	"context"
	"database/sql"
	"fmt"
	"hash/fnv"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
)

var (
	// The last thing a person said of each child of a contact and each record. What the
	// service linked itself is not here: it must not learn from its own opinion.
	decisionsMade = db.SQL("record.match-decisions", `
		SELECT child_id, person_id, choice FROM (
			SELECT child_id, person_id, choice, at, id,
				row_number() OVER (PARTITION BY child_id, person_id ORDER BY at DESC, id DESC) AS nth
			FROM child_link
			WHERE authority_id = $1 AND person_id <> '' AND choice <> 'system') AS said
		WHERE nth = 1 AND choice IN ('same', 'different', 'sibling')
		ORDER BY at DESC, id DESC
		LIMIT $2`)
	childrenSaid = db.SQL("record.children-said", `
		SELECT `+unknownColumns+` FROM contact_child k
		JOIN contact c ON c.id = k.contact_id AND c.authority_id = k.authority_id
		WHERE k.authority_id = $1
		ORDER BY k.id DESC
		LIMIT $2`)
	childrenByID = db.SQL("record.children-by-id", `
		SELECT `+unknownColumns+` FROM contact_child k
		JOIN contact c ON c.id = k.contact_id AND c.authority_id = k.authority_id
		WHERE k.id IN (:list($1)) AND k.authority_id = $2`)
	lastTrained = db.SQL("record.last-trained", `
		SELECT trained_at, from_decisions FROM match_model
		WHERE authority_id = $1
		ORDER BY trained_at DESC, version DESC LIMIT 1`)
	decisionsSince = db.SQL("record.decisions-since", `
		SELECT count(*) FROM child_link
		WHERE authority_id = $1 AND person_id <> '' AND choice IN ('same', 'different', 'sibling', 'undone') AND at > $2`)
	addModel = db.InsertInto("record.add-model", "match_model",
		"version, authority_id, weights, trained_at, from_decisions, held_back, chosen", "")
	unchoose = db.SQL("record.unchoose-models", `
		UPDATE match_model SET chosen = FALSE WHERE authority_id = $1 AND chosen = TRUE`)
)

// How much is learned from, the latest first: more changes nothing and takes longer.
const (
	mostDecisions   = 20_000
	mostAsked       = 5_000
	mostPairs       = 5_000
	strangersOfEach = 5
	leastBits       = -10 // of a comparison, for it to matter to what is learned
)

// heldBack is one in how many decisions is not learned from, so that old and new
// weights can be compared on them; leastHeld is how many it takes to compare.
const (
	heldBack  = 5
	leastHeld = 10
)

// Training is what came of learning.
type Training struct {
	Version   string
	Decisions int  // learned from or held back
	Held      int  // of them, held back
	Switched  bool // the new weights are in use now
	Words     string
}

// Retrain learns new weights from what people of this authority decided, and puts them
// in the place of those in use only when they are not worse on decisions held back.
// Both are written in the trail. It refuses while there is no index to learn from.
func (r *Record) Retrain(ctx context.Context, who access.Actor) (Training, error) {
	ix := r.freshIndex(ctx, who.Authority)
	if ix == nil {
		return Training{}, fmt.Errorf("the index of authority %s is not there to learn from", who.Authority)
	}
	l := learning{ix: ix}
	var old *person.Model
	err := r.DB.Read(ctx, func(q db.Queryer) error {
		var err error
		if old, err = modelOf(ctx, q, who.Authority); err != nil {
			return err
		}
		return l.gather(ctx, q, who.Authority)
	})
	if err != nil {
		return Training{}, err
	}
	at := r.Now()
	trained := person.Train(old, l.evidence, fmt.Sprintf("%s %s %s", who.Authority, at.Date(), NewSecret(4)))
	out := Training{Version: trained.Version, Decisions: len(l.evidence.Decided) + len(l.held), Held: len(l.held)}
	if len(l.held) < leastHeld {
		out.Words = fmt.Sprintf("%d decisions held back are too few to compare weights on", len(l.held))
	} else {
		out.Switched, out.Words = person.Better(old, trained, l.held)
	}
	return out, r.keepModel(ctx, who, trained, at, out)
}

// keepModel writes the new weights, in use or not, and why.
func (r *Record) keepModel(ctx context.Context, who access.Actor, m *person.Model, at civil.Instant, t Training) error {
	return r.Do(ctx, who, func(tx *Tx) error {
		if err := tx.Allow(access.TrainMatcher, access.About{}); err != nil {
			return err
		}
		summary := "kept the matcher's weights: " + t.Words
		if t.Switched {
			summary = "changed the matcher's weights: " + t.Words
			if _, err := tx.ExecContext(ctx, unchoose, tx.Authority); err != nil {
				return err
			}
			if err := tx.note(ctx, modelPrefix+t.Version); err != nil {
				return err
			}
		}
		err := addModel.Exec(ctx, tx, []any{t.Version, tx.Authority, m.Text(), at, t.Decisions, t.Words, t.Switched})
		if err != nil {
			return err
		}
		return tx.Apply(ctx, Subject{Kind: "weights", Ref: t.Version}, summary, pathway.Consequences{})
	})
}

// learning gathers what an authority knows that weights can be learned from.
type learning struct {
	ix       *index
	evidence person.Evidence
	held     []person.Labelled
}

type decision struct{ child, person, choice string }

func (l *learning) gather(ctx context.Context, q db.Queryer, authority string) error {
	decided, err := db.Collect(ctx, q, func(r *sql.Rows, d *decision) error { return r.Scan(&d.child, &d.person, &d.choice) },
		decisionsMade, authority, mostDecisions)
	if err != nil {
		return err
	}
	children := map[string]bool{}
	for part := range chunks(decided) {
		if err := l.decisions(ctx, q, authority, part); err != nil {
			return err
		}
		for _, d := range part {
			children[d.child] = true
		}
	}
	said, err := db.Collect(ctx, q, scanSaid, childrenSaid, authority, mostAsked)
	if err != nil {
		return err
	}
	for n, s := range said {
		if err := ctx.Err(); err != nil {
			return err
		}
		l.contact(s, !children[s.ChildID], uint64(n))
	}
	return l.siblings(ctx, q, authority)
}

// chunks parts a list, so that no query has too many ids.
func chunks[T any](list []T) func(func([]T) bool) {
	return func(yield func([]T) bool) {
		for len(list) > 0 {
			n := min(len(list), changesRead)
			if !yield(list[:n]) {
				return
			}
			list = list[n:]
		}
	}
}

var verdictOf = map[string]person.Verdict{"same": person.IsChild, "sibling": person.IsFamily, "different": person.NotRelated}

func (l *learning) decisions(ctx context.Context, q db.Queryer, authority string, decided []decision) error {
	var ids []string
	for _, d := range decided {
		ids = append(ids, d.child)
	}
	all, err := db.Collect(ctx, q, scanSaid, childrenByID, db.List(ids), authority)
	if err != nil {
		return err
	}
	said := map[string]said{}
	for _, s := range all {
		said[s.ChildID] = s
	}
	for _, d := range decided {
		s, ok := said[d.child]
		if !ok {
			continue
		}
		scored, ok := l.ix.Compare(s.described(), d.person)
		if !ok {
			continue // of a record that is read as another now
		}
		label := person.Labelled{Source: s.source, Levels: scored.Levels, Is: verdictOf[d.choice]}
		if hashOf(d.child)%heldBack == 0 {
			l.held = append(l.held, label)
		} else {
			l.evidence.Decided = append(l.evidence.Decided, label)
		}
	}
	return nil
}

// contact compares what a contact said of a child with strangers and, when nobody has
// decided, with everybody it may be.
func (l *learning) contact(s said, open bool, seed uint64) {
	d := s.described()
	l.evidence.Strangers = append(l.evidence.Strangers, l.ix.Strangers(d, strangersOfEach, seed)...)
	if !open {
		return
	}
	a := person.Asked{Source: d.Source, People: l.ix.Len()}
	l.ix.Compared(d, func(_ string, s person.Scored) {
		if max(s.Same, s.Family) > leastBits {
			a.Found = append(a.Found, s)
		}
	})
	l.evidence.Asked = append(l.evidence.Asked, a)
}

// siblings compares children with their recorded brothers and sisters.
func (l *learning) siblings(ctx context.Context, q db.Queryer, authority string) error {
	pairs, err := db.Collect(ctx, q, scanPair, siblingsRecorded, authority)
	if err != nil {
		return err
	}
	var ids []string
	for _, p := range pairs[:min(len(pairs), mostPairs)] {
		ids = append(ids, p[0])
	}
	for part := range chunks(ids) {
		known, err := Persons(ctx, q, authority, part)
		if err != nil {
			return err
		}
		for _, id := range part {
			if k, ok := known[id]; ok {
				l.evidence.Siblings = append(l.evidence.Siblings, l.ix.RecordedLevels(k.Person)...)
			}
		}
	}
	return nil
}

// hashOf parts decisions by the child of the contact: those about one child are all
// learned from or all held back.
func hashOf(s string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(s)) // it never fails
	return h.Sum32()
}
