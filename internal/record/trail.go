package record

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/refusal"
)

// head is the end of an authority's trail.
type head struct {
	seq  int64
	hash string
}

// entry is one act in the trail. It never holds a child's name, address or date
// of birth: references only.
type entry struct {
	Seq      int64
	At       civil.Instant
	Actor    string
	Role     string
	Action   string
	Kind     string
	Subject  string
	Purpose  string
	Summary  string
	Previous string
	Hash     string
}

var (
	headQuery = db.SQL("record.trail-head", `
		SELECT seq, hash FROM trail_head WHERE authority_id = $1`)
	moveHead = db.SQL("record.move-trail-head", `
		UPDATE trail_head SET seq = $2, hash = $3
		WHERE authority_id = $1 AND seq = $4 AND hash = $5`)
	addEntry = db.SQL("record.add-trail", `
		INSERT INTO trail (seq, authority_id, at, actor, role, action, kind, subject, purpose, summary, previous, hash)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`)
	addLooked = db.InsertInto("record.add-looked", "looked", "seq, subject, authority_id, actor, at", "")
)

func lockHead(ctx context.Context, q db.Queryer, authority string) (head, error) {
	var h head
	err := q.QueryRowContext(ctx, headQuery, authority).Scan(&h.seq, &h.hash)
	if db.NotFound(err) {
		return h, refusal.Hidden()
	}
	if err != nil {
		return h, fmt.Errorf("find the head of the trail: %w", err)
	}
	return h, nil
}

// append moves the head to the command's entry and writes it. The head comes first:
// where two writers meet there, the engine says so, and the later one is begun again.
func (tx *Tx) append(ctx context.Context) error {
	e := tx.entry
	e.Seq, e.At, e.Previous = tx.head.seq+1, tx.Now, tx.head.hash
	e.Actor, e.Role = tx.Who.ID, roles(tx.Who)
	e.Hash = e.sum(tx.Authority)
	n, err := db.Changed(tx.ExecContext(ctx, moveHead, tx.Authority, e.Seq, e.Hash, tx.head.seq, tx.head.hash))
	if err != nil {
		return fmt.Errorf("move the head of the trail: %w", err)
	}
	if n != 1 {
		return fmt.Errorf("the head of the trail of authority %s moved under us", tx.Authority)
	}
	_, err = tx.ExecContext(ctx, addEntry, e.Seq, tx.Authority, e.At, e.Actor, e.Role, e.Action, e.Kind,
		e.Subject, e.Purpose, e.Summary, e.Previous, e.Hash)
	if err != nil {
		return fmt.Errorf("write the trail: %w", err)
	}
	return nil
}

func roles(a access.Actor) string {
	names := make([]string, len(a.Roles))
	for i, r := range a.Roles {
		names[i] = string(r)
	}
	return strings.Join(names, " ")
}

// sum is the entry's hash: every field with its length, after the hash before it.
func (e *entry) sum(authority string) string {
	h := sha256.New()
	put(h, e.Previous)
	put(h, authority)
	var seq [8]byte
	binary.BigEndian.PutUint64(seq[:], uint64(e.Seq))
	h.Write(seq[:])
	for _, s := range []string{e.At.String(), e.Actor, e.Role, e.Action, e.Kind, e.Subject, e.Purpose, e.Summary} {
		put(h, s)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func put(h hash.Hash, s string) {
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(len(s)))
	h.Write(n[:])
	h.Write([]byte(s))
}
