// Package record is the discipline of the record: one command is one
// transaction, one access decision and one trail entry, and everything that
// follows from it (waits, chronology, messages) is written with it or not at all.
package record

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/escalation"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"

	"github.com/google/uuid"
)

// Record is all of it, of every authority in the installation.
type Record struct {
	DB         *db.DB
	Timescales *timescale.Set
	Calendar   *civil.Calendar
	Ladders    *escalation.Set // who is asked when a child waits too long on a partner
	// Now gives the time. It is asked once for each command.
	Now func() civil.Instant
	// NewID makes the id of a new row: UUIDv7, ordered by time.
	NewID func() string

	codeKey []byte // of the codes that are sent for guarded questions
	gates   gates
	alarmed alarmed
	load    keptLoad
	indexes indexes
}

// New makes a record over an open, migrated database. now is the only clock.
func New(d *db.DB, set *timescale.Set, cal *civil.Calendar, now func() civil.Instant) *Record {
	return &Record{DB: d, Timescales: set, Calendar: cal, Ladders: escalation.Standard(), Now: now, NewID: newID, codeKey: newCodeKey()}
}

// newID is a UUIDv7. It fails only if the system has no randomness, and then
// nothing should be written at all.
func newID() string { return uuid.Must(uuid.NewV7()).String() }

// Tx is one command under way. It runs queries itself, and knows who acts, when,
// and for which authority.
type Tx struct {
	db.Queryer
	Now       civil.Instant
	Who       access.Actor
	Authority string

	record  *Record
	head    head
	asked   []access.Action
	entry   *entry
	touched []string // persons this command wrote
	index   askedIndex
}

// errNoAccess and the like are faults: the command was written wrongly.
var (
	errNotAsked = errors.New("command asked for no permission")
	errNoTrail  = errors.New("command left no trail")
)

// Do runs one command. It fixes the time, commits nothing unless permission was
// asked and a trail entry written, and is run again when two writers meet, so fn
// must touch nothing but tx. A refusal inside is itself trailed when it says that
// this person may not.
func (r *Record) Do(ctx context.Context, who access.Actor, fn func(*Tx) error) error {
	if who.Authority == "" {
		return refusal.Hidden()
	}
	leave := r.gates.enter(who.Authority)
	defer leave()
	key := takeKey(ctx)
	var asked []access.Action
	err := r.DB.Write(ctx, func(q db.Queryer) error {
		tx := &Tx{Queryer: q, Now: r.Now(), Who: who, Authority: who.Authority, record: r}
		var err error
		if tx.head, err = lockHead(ctx, q, who.Authority); err != nil {
			return err
		}
		if err := tx.once(ctx, key); err != nil {
			return err
		}
		err = fn(tx)
		asked = tx.asked
		switch {
		case err != nil:
			return err
		case len(tx.asked) == 0:
			return errNotAsked
		case tx.entry == nil:
			return errNoTrail
		}
		return tx.append(ctx)
	})
	if k := refusal.KindOf(err); (k == refusal.Denied || k == refusal.NotFound) && len(asked) > 0 {
		return errors.Join(err, r.trailRefused(ctx, who, asked[len(asked)-1]))
	}
	return err
}

// trailRefused writes that somebody tried what they may not do. It runs after the
// refused command was rolled back; the caller holds the authority's gate.
func (r *Record) trailRefused(ctx context.Context, who access.Actor, act access.Action) error {
	return r.DB.Write(ctx, func(q db.Queryer) error {
		tx := &Tx{Queryer: q, Now: r.Now(), Who: who, Authority: who.Authority, record: r}
		var err error
		if tx.head, err = lockHead(ctx, q, who.Authority); err != nil {
			return err
		}
		tx.entry = &entry{Action: string(act), Kind: "refused", Summary: "refused"}
		return tx.append(ctx)
	})
}

// NewID makes the id of a new row.
func (tx *Tx) NewID() string { return tx.record.NewID() }

// Allow asks whether the actor may do this to that. It refuses in words, or as if
// the thing did not exist. A mask is not enough to act.
func (tx *Tx) Allow(act access.Action, about access.About) error {
	tx.asked = append(tx.asked, act)
	return answer(access.May(tx.Who, act, about, tx.Now))
}

func answer(v access.Verdict) error {
	switch v.Answer {
	case access.Allow:
		return nil
	case access.Mask:
		return refusal.New(refusal.Denied, v.Message)
	case access.Conceal:
		return refusal.Hidden()
	}
	return refusal.New(refusal.Denied, v.Message)
}

// Timescales are the limits in force.
func (tx *Tx) Timescales() *timescale.Set { return tx.record.Timescales }

// Calendar says which days are working days.
func (tx *Tx) Calendar() *civil.Calendar { return tx.record.Calendar }

// alphabet leaves out letters and digits that are read as one another.
const alphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

// NewRef makes a public reference such as FD-26-7K3QM9: random, so that nobody
// can guess a neighbour's. It is derived from a new id, so a demo authority built
// from the same number has the same references.
func (tx *Tx) NewRef(prefix string) string {
	id, err := uuid.Parse(tx.NewID())
	if err != nil {
		panic(fmt.Sprintf("record: NewID gave no UUID: %v", err))
	}
	var b [6]byte
	for i := range b {
		b[i] = alphabet[int(id[9+i])%len(alphabet)]
	}
	return fmt.Sprintf("%s-%02d-%s", prefix, tx.Now.Date().Year%100, b)
}

// NewSecret makes a random word for a link or a key: n letters and digits.
func NewSecret(n int) string {
	b := make([]byte, n)
	if _, err := rand.Read(b); err != nil {
		panic(fmt.Sprintf("record: no randomness: %v", err))
	}
	for i := range b {
		b[i] = alphabet[int(b[i])%len(alphabet)]
	}
	return string(b)
}

// gates lets one writer of an authority in at a time within this process. The
// trail head makes them queue anyway; queueing here saves the database from
// refusing and repeating whole transactions.
type gates struct {
	mu    sync.Mutex
	byKey map[string]*sync.Mutex
}

func (g *gates) enter(authority string) (leave func()) {
	g.mu.Lock()
	if g.byKey == nil {
		g.byKey = map[string]*sync.Mutex{}
	}
	gate, ok := g.byKey[authority]
	if !ok {
		gate = &sync.Mutex{}
		g.byKey[authority] = gate
	}
	g.mu.Unlock()
	gate.Lock()
	return gate.Unlock
}
