package record

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/feed"
	"frontdoor/internal/pathway"
	"frontdoor/internal/timescale"
)

// Cell is what one force sent of one grade from one district on one day of receipt.
// Cells are made from contacts and can always be made again: a day whose contacts
// changed is read from the contacts until it is.
type Cell struct {
	Day                    civil.Date
	Force, District, Grade string
	Arrived, Late          int
	Hours                  feed.Hours
	Quality                feed.Quality            // what the messages lacked
	Took                   [feed.StageCount][]byte // packed seconds of each stage
}

type cellKey struct {
	day                    civil.Date
	force, district, grade string
}

// Notified is one notification with its stamps.
type Notified struct {
	Force, District, Grade string
	feed.Stamps
	lag             sql.NullInt64
	children, named int
	missing         string
}

var (
	feedMark  = db.SQL("record.feed-mark", `SELECT rules, until_day FROM feed_mark WHERE authority_id = $1`)
	setMark   = db.InsertInto("record.set-feed-mark", "feed_mark", "authority_id, rules, until_day", "ON CONFLICT (authority_id) DO UPDATE SET rules = excluded.rules, until_day = excluded.until_day")
	touchFeed = db.SQL("record.touch-feed", `
		INSERT INTO feed_stale (day, authority_id, n) VALUES ($1, $2, 1)
		ON CONFLICT (day, authority_id) DO UPDATE SET n = feed_stale.n + 1`)
	staleDays  = db.SQL("record.stale-feed-days", `SELECT day FROM feed_stale WHERE authority_id = $1 ORDER BY day`)
	dropStale  = db.SQL("record.drop-stale-feed-days", `DELETE FROM feed_stale WHERE authority_id = $1 AND day >= $2 AND day <= $3`)
	dropCells  = db.SQL("record.drop-feed-days", `DELETE FROM feed_day WHERE authority_id = $1 AND day >= $2 AND day <= $3`)
	addCell    = db.InsertInto("record.add-feed-day", "feed_day", "day, organisation_id, district, grade, authority_id, arrived, late, hours, quality, told, reported, graded, sent, received, decided", "")
	feedCounts = db.SQL("record.feed-counts", `
		SELECT day, organisation_id, district, grade, arrived, late, hours, quality FROM feed_day
		WHERE authority_id = $1 AND day >= $2 AND day <= $3 AND ($4 = '' OR organisation_id = $4)
		ORDER BY day, organisation_id, district, grade`)
	feedCells = db.SQL("record.feed-days", `
		SELECT day, organisation_id, district, grade, arrived, late, hours, quality, told, reported, graded, sent, received, decided FROM feed_day
		WHERE authority_id = $1 AND day >= $2 AND day <= $3 AND ($4 = '' OR organisation_id = $4)
		ORDER BY day, organisation_id, district, grade`)
	feedTold = db.SQL("record.feed-days-told", `
		SELECT day, organisation_id, district, grade, arrived, late, hours, quality, told FROM feed_day
		WHERE authority_id = $1 AND day >= $2 AND day <= $3 AND ($4 = '' OR organisation_id = $4)
		ORDER BY day, organisation_id, district, grade`)
	// What tells whether a feed is silent, and no more: a busy day is read each time.
	arrivals = db.SQL("record.police-arrivals", `
		SELECT organisation_id, district, grade, received_at FROM contact
		WHERE authority_id = $1 AND channel = 'police' AND received_at >= $2 AND received_at < $3 AND ($4 = '' OR organisation_id = $4)`)
	notified = db.SQL("record.police-notifications", `
		SELECT organisation_id, district, grade, incident_at, reported_at, graded_at, sent_at, received_at, decided_at, lag, told_children, told_named, missing FROM contact
		WHERE authority_id = $1 AND channel = 'police' AND received_at >= $2 AND received_at < $3 AND ($4 = '' OR organisation_id = $4) AND recorded_at <= $5`)
	firstNotified = db.SQL("record.first-police-notification", `
		SELECT received_at FROM contact WHERE authority_id = $1 AND channel = 'police' ORDER BY received_at LIMIT 1`)
)

// FeedChanged says that a police contact received at this moment came or changed, in
// the transaction that changes it.
func (tx *Tx) FeedChanged(ctx context.Context, received civil.Instant) error {
	_, err := tx.ExecContext(ctx, touchFeed, received.Date(), tx.Authority)
	return err
}

// policeKeys are the agreed limits of notifications.
var policeKeys = []timescale.Key{timescale.PoliceHigh, timescale.PoliceMedium, timescale.PoliceStandard}

// feedRules names the limits that lateness is counted by, so that cells made by others
// are not used.
func (r *Record) feedRules() string {
	h := sha256.New()
	for _, rule := range r.Timescales.Rules() {
		if slices.Contains(policeKeys, rule.Key) {
			fmt.Fprintln(h, rule.Key, rule.Length, rule.Unit, rule.From, rule.Local)
		}
	}
	return hex.EncodeToString(h.Sum(nil))[:12]
}

// PoliceLimit is when a notification of this grade was due, by the limit in force at
// the incident: an old breach keeps the old rule. ok is false without a limit.
func (r *Record) PoliceLimit(grade string, incident civil.Instant) (rule timescale.Rule, due civil.Instant, ok bool, err error) {
	key, known := pathway.PoliceKey(grade)
	if !known || incident.IsZero() {
		return rule, due, false, nil
	}
	if rule, ok = r.Timescales.Rule(key, incident); !ok {
		return rule, due, false, nil
	}
	at, err := rule.Due(incident, r.Calendar)
	return rule, at.At, true, err
}

// cellsOf gathers notifications into cells, in order.
func (r *Record) cellsOf(all []Notified) ([]Cell, error) {
	type making struct {
		Cell
		took [feed.StageCount][]uint32
	}
	by := map[cellKey]*making{}
	for _, n := range all {
		k := cellKey{n.Received.Date(), n.Force, n.District, n.Grade}
		c := by[k]
		if c == nil {
			c = &making{Cell: Cell{Day: k.day, Force: n.Force, District: n.District, Grade: n.Grade}}
			by[k] = c
		}
		c.Arrived++
		c.Hours[n.Received.London().Hour()]++
		c.Quality.Add(n.missing, n.children, n.named)
		for _, s := range feed.Stages() {
			if t, ok := n.Took(s); ok {
				c.took[s] = append(c.took[s], t)
			}
		}
		if _, ok := n.Took(feed.Told); !ok {
			continue
		}
		_, due, ok, err := r.PoliceLimit(n.Grade, n.Incident)
		if err != nil {
			return nil, err
		}
		if ok && n.Received.After(due) {
			c.Late++
		}
	}
	out := make([]Cell, 0, len(by))
	for _, c := range by {
		for _, s := range feed.Stages() {
			c.Took[s] = feed.Pack(c.took[s])
		}
		out = append(out, c.Cell)
	}
	slices.SortFunc(out, compareCells)
	return out, nil
}

func compareCells(a, b Cell) int {
	if c := a.Day.Compare(b.Day); c != 0 {
		return c
	}
	return strings.Compare(a.Force+"\x00"+a.District+"\x00"+a.Grade, b.Force+"\x00"+b.District+"\x00"+b.Grade)
}

func scanNotified(r *sql.Rows, n *Notified) error {
	return r.Scan(&n.Force, &n.District, &n.Grade, &n.Incident, &n.Reported, &n.Graded, &n.Sent, &n.Received, &n.Decided, &n.lag, &n.children, &n.named, &n.missing)
}

// always is after anything that the record knows.
var always = civil.DateOf(9000, 1, 1).Start()

// liveCells reads days from the contacts themselves, as far as they were recorded at a
// moment.
func (r *Record) liveCells(ctx context.Context, q db.Queryer, authority string, from, to civil.Date, force string, known civil.Instant) ([]Cell, error) {
	all, err := db.Collect(ctx, q, scanNotified, notified, authority, from.Start(), to.AddDays(1).Start(), force, known)
	if err != nil {
		return nil, err
	}
	return r.cellsOf(all)
}

// FeedCellsKnown are the cells of days of receipt as the record knew them at a moment,
// read from the contacts. What is counted of a notification is never changed, but for
// its decision: ask nothing about that stage.
func (v *View) FeedCellsKnown(ctx context.Context, from, to civil.Date, force string, known civil.Instant) ([]Cell, error) {
	return v.record.liveCells(ctx, v, v.Authority, from, to, force, known)
}

func (c Cell) row(authority string) []any {
	row := []any{c.Day, c.Force, c.District, c.Grade, authority, c.Arrived, c.Late, feed.PackHours(c.Hours), feed.PackQuality(c.Quality)}
	for _, s := range feed.Stages() {
		row = append(row, c.Took[s])
	}
	return row
}

func scanCounts(r *sql.Rows, c *Cell) (err error) {
	var hours, quality []byte
	if err := r.Scan(&c.Day, &c.Force, &c.District, &c.Grade, &c.Arrived, &c.Late, &hours, &quality); err != nil {
		return err
	}
	return c.unpack(hours, quality)
}

func scanTold(r *sql.Rows, c *Cell) (err error) {
	var hours, quality []byte
	if err := r.Scan(&c.Day, &c.Force, &c.District, &c.Grade, &c.Arrived, &c.Late, &hours, &quality, &c.Took[feed.Told]); err != nil {
		return err
	}
	return c.unpack(hours, quality)
}

// liveArrivals counts what came on days, by hour, from the contacts themselves.
func liveArrivals(ctx context.Context, q db.Queryer, authority string, from, to civil.Date, force string) ([]Cell, error) {
	by := map[cellKey]*Cell{}
	_, err := db.Collect(ctx, q, func(r *sql.Rows, _ *struct{}) error {
		var k cellKey
		var at civil.Instant
		if err := r.Scan(&k.force, &k.district, &k.grade, &at); err != nil {
			return err
		}
		k.day = at.Date()
		c := by[k]
		if c == nil {
			c = &Cell{Day: k.day, Force: k.force, District: k.district, Grade: k.grade}
			by[k] = c
		}
		c.Arrived++
		c.Hours[at.London().Hour()]++
		return nil
	}, arrivals, authority, from.Start(), to.AddDays(1).Start(), force)
	out := make([]Cell, 0, len(by))
	for _, c := range by {
		out = append(out, *c)
	}
	slices.SortFunc(out, compareCells)
	return out, err
}

func (c *Cell) unpack(hours, quality []byte) (err error) {
	if c.Hours, err = feed.UnpackHours(hours); err != nil {
		return err
	}
	c.Quality, err = feed.UnpackQuality(quality)
	return err
}

func scanCell(r *sql.Rows, c *Cell) (err error) {
	var hours, quality []byte
	t := &c.Took
	err = r.Scan(&c.Day, &c.Force, &c.District, &c.Grade, &c.Arrived, &c.Late, &hours, &quality, &t[0], &t[1], &t[2], &t[3], &t[4], &t[5])
	if err != nil {
		return err
	}
	return c.unpack(hours, quality)
}

type mark struct {
	rules string
	until civil.Date
}

func markOf(ctx context.Context, q db.Queryer, authority string) (mark, error) {
	var m mark
	err := q.QueryRowContext(ctx, feedMark, authority).Scan(&m.rules, &m.until)
	if db.NotFound(err) {
		return mark{}, nil
	}
	return m, err
}

func staleOf(ctx context.Context, q db.Queryer, authority string) ([]civil.Date, error) {
	return db.Collect(ctx, q, func(r *sql.Rows, d *civil.Date) error { return r.Scan(d) }, staleDays, authority)
}

// feedChunk is how many days are made in one transaction.
const feedChunk = 31

// RefreshFeeds makes the days before today that are not made yet or are stale. Pages
// ask for it before they read; if it never ran they would be right all the same, and
// slower.
func (r *Record) RefreshFeeds(ctx context.Context, authority string) error {
	rules, yesterday := r.feedRules(), r.Now().Date().AddDays(-1)
	var m mark
	var stale []civil.Date
	var first civil.Instant
	err := r.DB.Read(ctx, func(q db.Queryer) error {
		var err error
		if m, err = markOf(ctx, q, authority); err != nil {
			return err
		}
		if stale, err = staleOf(ctx, q, authority); err != nil || m.rules == rules {
			return err
		}
		err = q.QueryRowContext(ctx, firstNotified, authority).Scan(&first)
		if db.NotFound(err) {
			return nil
		}
		return err
	})
	if err != nil {
		return err
	}
	if m.rules != rules {
		if first.IsZero() {
			return nil // nothing has come yet
		}
		m.until = first.Date().AddDays(-1)
	}
	for from := m.until.AddDays(1); !from.After(yesterday); from = from.AddDays(feedChunk) {
		to := from.AddDays(feedChunk - 1)
		if to.After(yesterday) {
			to = yesterday
		}
		if err := r.makeDays(ctx, authority, from, to, mark{rules, to}); err != nil {
			return err
		}
	}
	for _, day := range stale {
		if day.After(m.until) {
			continue // made above, or not over yet
		}
		if err := r.makeDays(ctx, authority, day, day, mark{}); err != nil {
			return err
		}
	}
	return nil
}

// makeDays makes days anew. The mark of their being stale goes first: it waits for
// whoever is changing one of them.
func (r *Record) makeDays(ctx context.Context, authority string, from, to civil.Date, m mark) error {
	return r.DB.Write(ctx, func(q db.Queryer) error {
		for _, drop := range []db.Query{dropStale, dropCells} {
			if _, err := q.ExecContext(ctx, drop, authority, from, to); err != nil {
				return err
			}
		}
		cells, err := r.liveCells(ctx, q, authority, from, to, "", always)
		if err != nil {
			return err
		}
		rows := make([][]any, len(cells))
		for i, c := range cells {
			rows[i] = c.row(authority)
		}
		if err := addCell.Exec(ctx, q, rows...); err != nil || m.rules == "" {
			return err
		}
		return setMark.Exec(ctx, q, []any{authority, m.rules, m.until})
	})
}

// Part is how much of the cells is asked for.
type Part int

// The parts: everything, how many came and when in the day, those with what they lacked and
// how many were late, and these with the way from incident to receipt.
const (
	Whole Part = iota
	Arrivals
	Counts
	ToldOnly
)

// FeedCells are the cells of days of receipt, of one force or of all. Stale days, today
// and days not made yet are read from the contacts.
func (v *View) FeedCells(ctx context.Context, from, to civil.Date, force string, part Part) ([]Cell, error) {
	query, scan := feedCells, scanCell
	switch part {
	case Arrivals, Counts:
		query, scan = feedCounts, scanCounts
	case ToldOnly:
		query, scan = feedTold, scanTold
	}
	liveOf := func(from, to civil.Date) ([]Cell, error) {
		if part == Arrivals {
			return liveArrivals(ctx, v, v.Authority, from, to, force)
		}
		return v.record.liveCells(ctx, v, v.Authority, from, to, force, always)
	}
	m, err := markOf(ctx, v, v.Authority)
	if err != nil {
		return nil, err
	}
	if m.rules != v.record.feedRules() {
		return liveOf(from, to)
	}
	stale, err := staleOf(ctx, v, v.Authority)
	if err != nil {
		return nil, err
	}
	made, err := db.Collect(ctx, v, scan, query, v.Authority, from, to, force)
	if err != nil {
		return nil, err
	}
	made = slices.DeleteFunc(made, func(c Cell) bool { return c.Day.After(m.until) || slices.Contains(stale, c.Day) })
	var live [][2]civil.Date
	for _, day := range stale {
		if !day.Before(from) && !day.After(to) && !day.After(m.until) {
			live = append(live, [2]civil.Date{day, day})
		}
	}
	if next := m.until.AddDays(1); !next.After(to) {
		if next.Before(from) {
			next = from
		}
		live = append(live, [2]civil.Date{next, to})
	}
	for _, span := range live {
		cells, err := liveOf(span[0], span[1])
		if err != nil {
			return nil, err
		}
		made = append(made, cells...)
	}
	if len(live) > 0 {
		slices.SortFunc(made, compareCells)
	}
	return made, nil
}
