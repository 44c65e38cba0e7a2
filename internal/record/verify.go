package record

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"

	"frontdoor/internal/db"
)

// Proof is what verify found for one authority.
type Proof struct {
	Authority string
	Entries   int64    // trail entries recomputed
	Head      string   // hash of the last: print it daily and keep it outside
	Intakes   int64    // received messages whose bytes still match their hash
	Children  int64    // children in a non-final state, each with an open wait
	Waits     int64    // open waits
	FeedDays  int64    // days' figures of feeds that a recount gave again
	Faults    []string // what is wrong, first of each kind first; references only
}

// OK says that nothing was found.
func (p Proof) OK() bool { return len(p.Faults) == 0 }

var (
	everyAuthority = db.SQL("record.authorities", `SELECT authority_id FROM trail_head ORDER BY authority_id`)
	everyEntry     = db.SQL("record.every-trail-entry", `
		SELECT seq, at, actor, role, action, kind, subject, purpose, summary, previous, hash
		FROM trail WHERE authority_id = $1 ORDER BY seq`)
	everyIntake = db.SQL("record.every-intake", `
		SELECT id, sha256, body FROM intake WHERE authority_id = $1`)
	everyLink = db.SQL("record.every-link", `
		SELECT m.joined_id, m.kept_id,
			COALESCE((SELECT max(s.by_id) FROM person_merge_step s WHERE s.merge_id = m.id AND s.authority_id = m.authority_id AND s.step = 'proposed'), ''),
			COALESCE((SELECT max(s.by_id) FROM person_merge_step s WHERE s.merge_id = m.id AND s.authority_id = m.authority_id AND s.step = 'merged'), '')
		FROM person_merge m WHERE m.authority_id = $1 AND m.merged_at IS NOT NULL AND m.ended_at IS NULL ORDER BY m.joined_id`)
	everyHead = db.SQL("record.every-head", `
		SELECT person_id, head_id FROM person_head WHERE authority_id = $1 ORDER BY person_id`)
	openWaits = db.SQL("record.count-open-waits", `
		SELECT count(*) FROM wait WHERE authority_id = $1 AND ended_at IS NULL`)
	openChildren = db.SQL("record.count-open-children", `
		SELECT count(*) FROM contact_child WHERE authority_id = $1 AND state <> 'closed'`)
	silentChildren = db.SQL("record.silent-children", `
		SELECT c.ref, cc.position FROM contact_child cc
		JOIN contact c ON c.id = cc.contact_id AND c.authority_id = cc.authority_id
		WHERE cc.authority_id = $1 AND cc.state <> 'closed' AND NOT EXISTS (
			SELECT 1 FROM wait w
			WHERE w.child_id = cc.id AND w.authority_id = cc.authority_id AND w.ended_at IS NULL
				AND w.owner_id <> '' AND w.owner_name <> '')
		ORDER BY c.ref, cc.position`)
)

// faultsShown bounds how many faults of one kind are listed; the count is exact.
const faultsShown = 20

// Verify recomputes the trail of every authority, checks what was received
// against its hashes, and proves that no child in a non-final state is without an
// open wait that names an owner and a due time.
func (r *Record) Verify(ctx context.Context) ([]Proof, error) {
	var proofs []Proof
	err := r.DB.Read(ctx, func(q db.Queryer) error {
		ids, err := db.Collect(ctx, q, func(rows *sql.Rows, s *string) error { return rows.Scan(s) }, everyAuthority)
		if err != nil {
			return err
		}
		for _, id := range ids {
			p, err := r.verifyAuthority(ctx, q, id)
			if err != nil {
				return fmt.Errorf("verify authority %s: %w", id, err)
			}
			proofs = append(proofs, p)
		}
		return nil
	})
	return proofs, err
}

func (r *Record) verifyAuthority(ctx context.Context, q db.Queryer, authority string) (Proof, error) {
	p := Proof{Authority: authority}
	if err := p.trail(ctx, q); err != nil {
		return p, err
	}
	if err := p.intakes(ctx, q); err != nil {
		return p, err
	}
	if err := p.feeds(ctx, q, r); err != nil {
		return p, err
	}
	if err := p.joined(ctx, q); err != nil {
		return p, err
	}
	return p, p.silence(ctx, q)
}

// trail walks the chain. After the first break the rest is not compared: it
// would all be wrong.
func (p *Proof) trail(ctx context.Context, q db.Queryer) error {
	at, err := lockHead(ctx, q, p.Authority)
	if err != nil {
		return err
	}
	rows, err := q.QueryContext(ctx, everyEntry, p.Authority)
	if err != nil {
		return err
	}
	defer rows.Close()
	last := head{hash: Genesis}
	for rows.Next() {
		var e entry
		if err := rows.Scan(&e.Seq, &e.At, &e.Actor, &e.Role, &e.Action, &e.Kind, &e.Subject, &e.Purpose, &e.Summary, &e.Previous, &e.Hash); err != nil {
			return err
		}
		switch {
		case e.Seq != last.seq+1:
			p.Faults = append(p.Faults, fmt.Sprintf("trail: entry %d is missing", last.seq+1))
			return rows.Err()
		case e.Previous != last.hash || e.sum(p.Authority) != e.Hash:
			p.Faults = append(p.Faults, fmt.Sprintf("trail: entry %d was changed", e.Seq))
			return rows.Err()
		}
		last = head{e.Seq, e.Hash}
		p.Entries++
	}
	if err := rows.Err(); err != nil {
		return err
	}
	p.Head = last.hash
	if last != at {
		p.Faults = append(p.Faults, fmt.Sprintf("trail: it ends at entry %d and its head says %d", last.seq, at.seq))
	}
	return nil
}

func (p *Proof) intakes(ctx context.Context, q db.Queryer) error {
	rows, err := q.QueryContext(ctx, everyIntake, p.Authority)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id, want string
		var body []byte
		if err := rows.Scan(&id, &want, &body); err != nil {
			return err
		}
		if sum := sha256.Sum256(body); hex.EncodeToString(sum[:]) != want {
			p.Faults = append(p.Faults, fmt.Sprintf("received: the bytes of message %s do not match their hash", id))
		}
		p.Intakes++
	}
	return rows.Err()
}

// joined checks that what records are read as is what the links say, that every link
// was made by two people, and that none leads back to itself.
func (p *Proof) joined(ctx context.Context, q db.Queryer) error {
	links, err := db.Collect(ctx, q, func(r *sql.Rows, l *[4]string) error { return r.Scan(&l[0], &l[1], &l[2], &l[3]) }, everyLink, p.Authority)
	if err != nil {
		return err
	}
	kept, err := db.Collect(ctx, q, scanPair, everyHead, p.Authority)
	if err != nil {
		return err
	}
	var ids []string
	up := map[string]string{}
	for _, l := range links {
		ids, up[l[0]] = append(ids, l[0], l[1]), l[1]
		if l[2] == "" || l[3] == "" || l[2] == l[3] {
			p.Faults = append(p.Faults, fmt.Sprintf("joined records: %s was joined by fewer than two people", l[0]))
		}
	}
	want := headsOf(ids, up)
	for _, k := range kept {
		if want[k[0]] != k[1] {
			p.Faults = append(p.Faults, fmt.Sprintf("joined records: %s is read as %s, which no link says", k[0], k[1]))
		}
		delete(want, k[0])
	}
	for id := range want {
		p.Faults = append(p.Faults, fmt.Sprintf("joined records: %s is linked and not read as another", id))
	}
	return nil
}

func (p *Proof) silence(ctx context.Context, q db.Queryer) error {
	if err := q.QueryRowContext(ctx, openWaits, p.Authority).Scan(&p.Waits); err != nil {
		return err
	}
	if err := q.QueryRowContext(ctx, openChildren, p.Authority).Scan(&p.Children); err != nil {
		return err
	}
	silent, err := db.Collect(ctx, q, func(r *sql.Rows, s *string) error {
		var ref string
		var position int64
		if err := r.Scan(&ref, &position); err != nil {
			return err
		}
		*s = fmt.Sprintf("child %d of contact %s waits silently: nobody is named as owing them anything", position+1, ref)
		return nil
	}, silentChildren, p.Authority)
	if err != nil {
		return err
	}
	p.Faults = append(p.Faults, silent[:min(len(silent), faultsShown)]...)
	if len(silent) > faultsShown {
		p.Faults = append(p.Faults, fmt.Sprintf("%d children in all wait silently", len(silent)))
	}
	return nil
}

// Genesis is the hash before an authority's first trail entry.
const Genesis = "0000000000000000000000000000000000000000000000000000000000000000"

var addHead = db.SQL("record.add-trail-head", `INSERT INTO trail_head (authority_id, seq, hash) VALUES ($1, 0, $2)`)

// OpenTrail starts an authority's trail inside a plain transaction. It is used
// once, when the authority is added; everything after goes through Do.
func OpenTrail(ctx context.Context, q db.Queryer, authority string) error {
	_, err := q.ExecContext(ctx, addHead, authority, Genesis)
	return err
}
