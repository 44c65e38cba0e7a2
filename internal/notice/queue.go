package notice

import (
	"context"
	"database/sql"
	"fmt"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
)

// queued is a row of the outbox.
type queued struct {
	id, authority, kind, address, ref, link, text, bundle, key string
	attempts                                                   int
	made                                                       civil.Instant
}

const queuedColumns = `id, authority_id, kind, address, reference, link, safe_text, bundle, dedupe_key, attempts, created_at`

func scanQueued(r *sql.Rows, m *queued) error {
	return r.Scan(&m.id, &m.authority, &m.kind, &m.address, &m.ref, &m.link, &m.text, &m.bundle, &m.key, &m.attempts, &m.made)
}

// A notice is due when its time has come and nobody has it; one that is in another's
// digest goes with that. Kinds that can wait are due from the digest after they were made.
const (
	due = `
		o.sent_at IS NULL AND o.failed_at IS NULL AND o.not_before <= $1 AND (o.claimed_until IS NULL OR o.claimed_until < $1)
			AND (o.bundle = '' OR o.bundle = o.id)`
	// unsent is written so that PostgreSQL does not read every unsent notice to find one:
	// a small index of them looks cheaper to it than the row's own key.
	unsent = ` AND CASE WHEN sent_at IS NULL THEN TRUE ELSE FALSE END`
	// hooked says that an agency has its own system told instead of its mailbox.
	hooked = `
		(SELECT 1 FROM webhook w WHERE w.authority_id = o.authority_id AND w.ended_at IS NULL
			AND (w.instead_of = lower(o.address) OR 'organisation:' || w.organisation_id = o.address))`
)

// What is due is looked for without a lock, and taken by its ids: two workers never take
// the same message, for the second UPDATE finds it claimed. Each agency's webhook has at
// most a few messages in a batch, so that one that does not answer leaves room for the
// others.
var (
	dueMail = db.SQL("notice.due-mail", `
		SELECT o.id FROM outbox o WHERE `+due+`
			AND (o.created_at < $3 OR o.kind NOT IN (:list($4)))
			AND o.address NOT LIKE 'https://%' AND o.address NOT LIKE '+%' AND NOT EXISTS `+hooked+`
		ORDER BY o.not_before, o.id LIMIT $2`)
	dueText = db.SQL("notice.due-text", `
		SELECT o.id FROM outbox o WHERE `+due+` AND o.address LIKE '+%'
		ORDER BY o.not_before, o.id LIMIT $2`)
	dueHooks = db.SQL("notice.due-webhooks", `
		SELECT x.id FROM (
			SELECT o.id, o.not_before, row_number() OVER (PARTITION BY o.authority_id, o.address ORDER BY o.not_before, o.id) AS nth
			FROM outbox o WHERE `+due+` AND (o.address LIKE 'https://%' OR EXISTS `+hooked+`)) x
		WHERE x.nth <= 20 ORDER BY x.nth, x.not_before, x.id LIMIT $2`)
	claim = db.SQL("notice.claim", `
		UPDATE outbox SET claimed_until = $1, attempts = attempts + 1
		WHERE id IN (:list($3)) AND failed_at IS NULL AND not_before <= $2 AND (claimed_until IS NULL OR claimed_until < $2)
			AND (bundle = '' OR bundle = id)`+unsent+`
		RETURNING `+queuedColumns)
	joinBundle = db.SQL("notice.join-bundle", `
		UPDATE outbox SET bundle = $1, claimed_until = $2, attempts = attempts + 1
		WHERE authority_id = $3 AND address = $4 AND bundle = '' AND sent_at IS NULL AND failed_at IS NULL AND not_before <= $5
			AND created_at < $6 AND kind IN (:list($7)) AND id <> $1
			AND (claimed_until IS NULL OR claimed_until < $5 OR id IN (:list($8)))
		RETURNING `+queuedColumns)
	setBundle = db.SQL("notice.set-bundle", `UPDATE outbox SET bundle = $1 WHERE id = $1 AND authority_id = $2`)
	inBundle  = db.SQL("notice.in-bundle", `
		UPDATE outbox SET claimed_until = $3, attempts = attempts + 1
		WHERE bundle = $1 AND authority_id = $2 AND id <> $1 AND failed_at IS NULL`+unsent+`
		RETURNING `+queuedColumns)
	setSent = db.SQL("notice.set-sent", `
		UPDATE outbox SET sent_at = $3, last_error = '', via = $4, provider_id = $5, claimed_until = NULL
		WHERE id = $1 AND authority_id = $2`+unsent)
	setBundleSent = db.SQL("notice.set-bundle-sent", `
		UPDATE outbox SET sent_at = $3, last_error = '', via = $4, provider_id = $5, claimed_until = NULL
		WHERE bundle = $1 AND authority_id = $2`+unsent)
	setFailed = db.SQL("notice.set-failed", `
		UPDATE outbox SET last_error = $3, not_before = $4, failed_at = $5, claimed_until = NULL
		WHERE (id = $1 OR bundle = $1) AND authority_id = $2`+unsent)
	setFree = db.SQL("notice.release", `
		UPDATE outbox SET claimed_until = NULL, attempts = attempts - 1
		WHERE (id = $1 OR bundle = $1) AND authority_id = $2`+unsent)
)

// claim takes what is due in a lane for one worker, and puts together what goes in one
// digest. It is written down with the claim, so that a digest tried again is the same
// message with the same id.
func (n *Notices) claim(ctx context.Context, l lane) (taken, error) {
	var t taken
	kinds := db.List(pathway.DigestKinds())
	ids, err := n.due(ctx, l, kinds)
	if err != nil || len(ids) == 0 {
		return taken{}, err
	}
	err = n.record.DB.Write(ctx, func(q db.Queryer) error {
		now := n.record.Now()
		slot := pathway.LastDigest(now)
		t = taken{until: now.Add(leased)}
		heads, err := db.Collect(ctx, q, scanQueued, claim, t.until, now, db.List(ids))
		if err != nil {
			return err
		}
		sortQueued(heads)
		c := claiming{q: q, now: now, until: t.until, slot: slot, kinds: kinds, heads: heads, gone: map[string]bool{}}
		for _, h := range heads {
			if c.gone[h.id] {
				continue
			}
			p := &parcel{head: h}
			if p.members, err = c.members(ctx, h, l.digests); err != nil {
				return err
			}
			t.parcels = append(t.parcels, p)
		}
		return nil
	})
	if err != nil {
		return taken{}, fmt.Errorf("claim messages: %w", err)
	}
	return t, nil
}

// due finds what a lane may take now.
func (n *Notices) due(ctx context.Context, l lane, kinds string) (ids []string, err error) {
	err = n.record.DB.Read(ctx, func(q db.Queryer) error {
		now := n.record.Now()
		args := []any{now, batch}
		if l.digests {
			args = append(args, pathway.LastDigest(now), kinds)
		}
		ids, err = db.Collect(ctx, q, func(r *sql.Rows, id *string) error { return r.Scan(id) }, l.due, args...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find what is due: %w", err)
	}
	return ids, nil
}

// claiming is one claim under way.
type claiming struct {
	q         db.Queryer
	now, slot civil.Instant
	until     civil.Instant
	kinds     string
	heads     []queued
	gone      map[string]bool // heads that went into another's digest
}

// members are the notices that go in one message with this one.
func (c *claiming) members(ctx context.Context, h queued, digests bool) ([]queued, error) {
	if h.bundle == h.id { // put together before
		m, err := db.Collect(ctx, c.q, scanQueued, inBundle, h.id, h.authority, c.until)
		sortQueued(m)
		return m, err
	}
	if !digests || !digest(h.kind) {
		return nil, nil
	}
	var same []string
	for _, o := range c.heads {
		if o.authority == h.authority && o.address == h.address && o.bundle == "" && !c.gone[o.id] {
			same = append(same, o.id)
		}
	}
	m, err := db.Collect(ctx, c.q, scanQueued, joinBundle, h.id, c.until, h.authority, h.address, c.now, c.slot, c.kinds, db.List(same))
	if err != nil || len(m) == 0 {
		return nil, err
	}
	for _, o := range m {
		c.gone[o.id] = true
	}
	sortQueued(m)
	_, err = c.q.ExecContext(ctx, setBundle, h.id, h.authority)
	return m, err
}

// settled is how it went with one parcel.
type settled struct {
	parcel *parcel
	by     Sender
	id     string // the carrier's own, or ""
	bad    *trouble
}

// settle writes down how it went. What may go later is tried again.
func (n *Notices) settle(ctx context.Context, s settled) error {
	return n.record.DB.Write(ctx, func(q db.Queryer) error { return n.write(ctx, q, s) })
}

func (n *Notices) write(ctx context.Context, q db.Queryer, s settled) error {
	h, now := s.parcel.head, n.record.Now()
	if s.bad != nil {
		var failed civil.Instant
		if s.bad.final || h.attempts >= tries {
			failed = now
		}
		_, err := q.ExecContext(ctx, setFailed, h.id, h.authority, s.bad.why, now.Add(again(h.attempts)), failed)
		return err
	}
	for _, m := range append([]queued{h}, s.parcel.members...) {
		if record.Outcome(m.kind) && s.by != missingBy { // given to people: they are told by notices of their own
			if err := record.NoticeGone(ctx, q, m.authority, m.id, now); err != nil {
				return err
			}
		}
	}
	if len(s.parcel.members) > 0 {
		if _, err := q.ExecContext(ctx, setBundleSent, h.id, h.authority, now, s.by.Name(), s.id); err != nil {
			return err
		}
	}
	_, err := q.ExecContext(ctx, setSent, h.id, h.authority, now, s.by.Name(), s.id)
	return err
}

// hold has parcels wait that were not tried, because the way itself does not work.
func (n *Notices) hold(ctx context.Context, left []*parcel, by Sender, bad *trouble) error {
	return n.record.DB.Write(ctx, func(q db.Queryer) error {
		for _, p := range left {
			if err := n.write(ctx, q, settled{p, by, "", bad}); err != nil {
				return err
			}
		}
		return nil
	})
}

// release gives back parcels that there was no time for.
func (n *Notices) release(ctx context.Context, left []*parcel) error {
	return n.record.DB.Write(ctx, func(q db.Queryer) error {
		for _, p := range left {
			if _, err := q.ExecContext(ctx, setFree, p.head.id, p.head.authority); err != nil {
				return err
			}
		}
		return nil
	})
}
