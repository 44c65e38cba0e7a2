// Package returns is the desk of those who make the statutory returns: it checks a
// census file that somebody brings, and keeps nothing of it but what was found, in
// memory, for an hour.
package returns

import (
	"context"
	"errors"
	"io"
	"slices"
	"sync"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/statutory/cincensus"

	"github.com/google/uuid"
)

// What the desk keeps in memory, and for how long.
const (
	keptFor   = time.Hour
	mostKept  = 20     // reports of all people together
	mostOwned = 3      // reports of one person
	mostFound = 100000 // findings in one report; no census that is nearly right has as many
	mostHeld  = 300000 // findings in all reports together
	atOnce    = 1      // checks at the same time: a census never takes the whole machine
)

// Desk checks returns.
type Desk struct {
	Record *record.Record

	turn chan struct{} // one place for each check that may run
	mu   sync.Mutex
	kept []*Checked // the oldest first
}

// New makes the desk.
func New(r *record.Record) *Desk {
	return &Desk{Record: r, turn: make(chan struct{}, atOnce)}
}

// Checked is a census that was checked: what was found, for the person who brought it.
type Checked struct {
	ID      string
	File    string
	Seconds float64
	Until   civil.Instant // when it is forgotten
	Report  *cincensus.Report
	of      string // authority and person
}

// Check reads a census to its end and keeps what was found for its owner. It waits
// for its turn, so that large files hold up no other page; it reads the file as it
// comes in and stores nothing of it.
func (d *Desk) Check(ctx context.Context, who access.Actor, file string, in io.Reader, o cincensus.Options) (*Checked, error) {
	if err := d.ask(ctx, who); err != nil {
		return nil, err
	}
	select {
	case d.turn <- struct{}{}:
		defer func() { <-d.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	o.Calendar, o.Most = d.Record.Calendar, mostFound
	begun := d.Record.Now()
	rep, err := cincensus.Validate(&reading{ctx, in}, o)
	if err != nil {
		return nil, err
	}
	now := d.Record.Now()
	c := &Checked{ID: uuid.NewString(), File: file, Report: rep, Seconds: now.Time().Sub(begun.Time()).Seconds(), Until: now.Add(keptFor), of: owner(who)}
	d.keep(c, now)
	return c, nil
}

// ask asks whether the person may check returns, and notes that they did.
func (d *Desk) ask(ctx context.Context, who access.Actor) error {
	return d.Record.Look(ctx, who, access.PurposeOversight, func(v *record.View) error {
		if _, err := v.Scope(access.CheckReturn); err != nil {
			return err
		}
		v.Saw("findings in a census file of one's own")
		return nil
	})
}

func owner(who access.Actor) string { return who.Authority + " " + who.ID }

// keep adds findings and forgets those that are old or too many.
func (d *Desk) keep(c *Checked, now civil.Instant) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.forgetOld(now)
	d.kept = append(d.kept, c)
	own := 0
	for i := len(d.kept) - 1; i >= 0; i-- {
		if d.kept[i].of != c.of {
			continue
		}
		if own++; own > mostOwned {
			d.kept = slices.Delete(d.kept, i, i+1)
		}
	}
	for len(d.kept) > 1 && (len(d.kept) > mostKept || d.held() > mostHeld) {
		d.kept = slices.Delete(d.kept, 0, 1)
	}
}

// held is how many findings are in memory.
func (d *Desk) held() int {
	n := 0
	for _, c := range d.kept {
		n += len(c.Report.Findings) + len(c.Report.Faults)
	}
	return n
}

func (d *Desk) forgetOld(now civil.Instant) {
	d.kept = slices.DeleteFunc(d.kept, func(c *Checked) bool { return !now.Before(c.Until) })
}

// Find gives the findings of a check to the person who brought the file. For others,
// and when they were forgotten, there are none.
func (d *Desk) Find(ctx context.Context, who access.Actor, id string) (*Checked, error) {
	if err := d.ask(ctx, who); err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.forgetOld(d.Record.Now())
	for _, c := range d.kept {
		if c.ID == id && c.of == owner(who) {
			return c, nil
		}
	}
	return nil, refusal.Hidden()
}

// Own lists a person's findings, the latest first.
func (d *Desk) Own(ctx context.Context, who access.Actor) ([]*Checked, error) {
	if err := d.ask(ctx, who); err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.forgetOld(d.Record.Now())
	var out []*Checked
	for _, c := range d.kept {
		if c.of == owner(who) {
			out = append(out, c)
		}
	}
	slices.Reverse(out)
	return out, nil
}

// Forget forgets the findings of a check before their time.
func (d *Desk) Forget(ctx context.Context, who access.Actor, id string) error {
	if _, err := d.Find(ctx, who, id); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.kept = slices.DeleteFunc(d.kept, func(c *Checked) bool { return c.ID == id })
	return nil
}

// reading stops when the person goes away.
type reading struct {
	ctx context.Context
	in  io.Reader
}

func (r *reading) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, errors.Join(errors.New("the person went away"), err)
	}
	return r.in.Read(p)
}
