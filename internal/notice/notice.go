// Package notice delivers the outbox: by e-mail, text message or webhook, or into
// files where there is no mail. A message is sent at least once with the same id, and
// what cannot be delivered is listed for somebody to see.
package notice

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/record"
)

// Notices delivers the outbox of every authority.
type Notices struct {
	record *record.Record
	post   Post
	log    *slog.Logger
}

// New makes the deliverer.
func New(r *record.Record, p Post, log *slog.Logger) *Notices {
	p.clock(r.Now)
	return &Notices{r, p, log}
}

// Timing: how often to look, how long one worker has a message to itself, how long a
// carrier may take with one, how many messages a sweep takes, and how long to wait
// before another try: twice as long each time, up to the longest, for about three days.
const (
	every       = 2 * time.Second
	climbs      = time.Minute // how often to look which waits have reached a level
	leased      = 2 * time.Minute
	sendTime    = 10 * time.Second
	batch       = 200
	firstWait   = 30 * time.Second
	longestWait = 15 * time.Minute
	tries       = 300
	atOnce      = 8 // webhooks spoken to at once
)

// again is how long to wait after so many tries.
func again(attempts int) time.Duration {
	return min(firstWait<<min(max(attempts-1, 0), 10), longestWait)
}

// parcel is what goes as one message: a notice, and those that go in its digest.
type parcel struct {
	head    queued
	members []queued
}

// lane is one kind of address, served by itself, so that none holds up another.
type lane struct {
	name    string
	due     db.Query
	digests bool // some wait for the next digest
	carry   func(ctx context.Context, took taken) (sent int, down bool, err error)
}

// taken is what one worker has to itself until the lease ends.
type taken struct {
	parcels []*parcel
	until   civil.Instant
}

// sends says that notices leave at all. Otherwise the outbox stays as it is.
func (n *Notices) sends() bool {
	return n.post.mail != nil || n.post.text != nil || n.post.hooks != nil
}

func (n *Notices) lanes() []lane {
	var out []lane
	if n.post.mail != nil {
		out = append(out, lane{"mail", dueMail, true, func(ctx context.Context, t taken) (int, bool, error) { return n.carry(ctx, n.post.mail, t) }})
	}
	if text := n.post.text; n.sends() {
		if text == nil {
			text = missing{"Text messages are not set up"}
		}
		out = append(out, lane{"text", dueText, false, func(ctx context.Context, t taken) (int, bool, error) { return n.carry(ctx, text, t) }},
			lane{"webhook", dueHooks, false, n.carryHooks})
	}
	return out
}

// Deliver sends what is due, one batch of each lane, and says how many messages went.
// The lanes go side by side.
func (n *Notices) Deliver(ctx context.Context) (sent int, err error) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	for _, l := range n.lanes() {
		wg.Go(func() {
			went, _, e := n.batch(ctx, l)
			mu.Lock()
			defer mu.Unlock()
			sent += went
			err = errors.Join(err, e)
		})
	}
	wg.Wait()
	return sent, err
}

// batch takes what is due in a lane and sends it. more says that there may be more
// that can go at once.
func (n *Notices) batch(ctx context.Context, l lane) (sent int, more bool, err error) {
	t, err := n.claim(ctx, l)
	if err != nil || len(t.parcels) == 0 {
		return 0, false, err
	}
	sent, down, err := l.carry(ctx, t)
	return sent, err == nil && !down && len(t.parcels) >= batch/2, err
}

// carry sends the parcels over one line, one after another. When the way does not
// work, everything left waits.
func (n *Notices) carry(ctx context.Context, by Sender, t taken) (sent int, down bool, err error) {
	c := courier{by: by}
	defer c.close()
	find := n.finder()
	// What was begun is finished and written down, even when we are told to stop.
	doing := context.WithoutCancel(ctx)
	for i, p := range t.parcels {
		if ctx.Err() != nil || n.late(t) {
			return sent, false, n.release(doing, t.parcels[i:])
		}
		to, bad := p.head.address, (*trouble)(nil)
		if _, direct := by.(hookBy); !direct {
			to, bad = find.address(doing, p)
		}
		if bad == nil && to == "" {
			continue // given to several people, each by a notice of their own
		}
		var id string
		if bad == nil {
			id, bad = c.send(doing, n.compose(p, to))
		}
		if err := n.settle(doing, settled{p, by, id, bad}); err != nil {
			return sent, false, err
		}
		if bad == nil {
			sent++
			continue
		}
		if bad.down {
			n.log.Warn("notices do not leave", "by", by.Name(), "why", bad.why, "cause", bad.cause)
			return sent, true, n.hold(doing, t.parcels[i+1:], by, bad)
		}
	}
	return sent, false, nil
}

// late says that the lease ends before another message could surely be sent and
// written down.
func (n *Notices) late(t taken) bool { return n.record.Now().After(t.until.Add(-3 * sendTime)) }

// courier sends over a line, and opens it anew once when it breaks.
type courier struct {
	by   Sender
	line Line
}

func (c *courier) send(ctx context.Context, m Message) (id string, bad *trouble) {
	for {
		fresh := c.line == nil
		if fresh {
			line, err := c.by.Open(ctx)
			if err != nil {
				return "", troubleOf(err)
			}
			c.line = line
		}
		id, err := c.line.Send(ctx, m)
		bad := troubleOf(err)
		if bad == nil || !bad.down {
			return id, bad
		}
		c.close()
		if fresh {
			return "", bad
		}
	}
}

func (c *courier) close() {
	if c.line != nil {
		_ = c.line.Close() // what was taken was taken: there is nothing left to lose
	}
	c.line = nil
}

// carryHooks sends to each agency's system by itself, several at once. What one does
// not take waits; the others do not notice.
func (n *Notices) carryHooks(ctx context.Context, t taken) (sent int, down bool, err error) {
	byHook := map[string]taken{}
	for _, p := range t.parcels {
		key := p.head.authority + " " + p.head.address
		one := byHook[key]
		one.parcels, one.until = append(one.parcels, p), t.until
		byHook[key] = one
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	room := make(chan struct{}, atOnce)
	for _, key := range slices.Sorted(maps.Keys(byHook)) {
		room <- struct{}{}
		wg.Go(func() {
			defer func() { <-room }()
			went, _, e := n.carry(ctx, hookBy{n, byHook[key].parcels[0].head}, byHook[key])
			mu.Lock()
			defer mu.Unlock()
			sent += went
			err = errors.Join(err, e)
		})
	}
	wg.Wait()
	return sent, false, err
}

// Run delivers until told to stop, each lane by itself. A failure is logged and tried
// again.
func (n *Notices) Run(ctx context.Context) {
	var wg sync.WaitGroup
	for _, l := range n.lanes() {
		wg.Go(func() {
			ticking(ctx, every, func() {
				for more := true; more && ctx.Err() == nil; {
					var err error
					if _, more, err = n.batch(ctx, l); err != nil && ctx.Err() == nil {
						n.log.Error("deliver notices", "lane", l.name, "error", err)
					}
				}
			})
		})
	}
	for _, look := range []struct {
		often time.Duration
		what  string
		do    func(context.Context) error
	}{{every, "tell of limits", n.Sweep}, {climbs, "tell of escalations", n.Escalate}, {climbs, "tell of the front door's load", n.TellOfLoad}} {
		wg.Go(func() {
			ticking(ctx, look.often, func() {
				if err := look.do(ctx); err != nil && ctx.Err() == nil {
					n.log.Error(look.what, "error", err)
				}
			})
		})
	}
	wg.Wait()
}

// ticking does something at once and then every so often, until told to stop.
func ticking(ctx context.Context, often time.Duration, do func()) {
	tick := time.NewTicker(often)
	defer tick.Stop()
	for {
		do()
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
