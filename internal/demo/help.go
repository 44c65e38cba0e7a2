package demo

import (
	"database/sql"
	"slices"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/desk/help"
	"frontdoor/internal/pathway"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

// Help is how soon help reached children, for one of the two measures.
type Help struct {
	Children int          `json:"children"`
	Reached  int          `json:"reached"`
	Half     int64        `json:"half_within_seconds"` // of all the children; 0 while fewer than half are reached
	Longest  int64        `json:"longest_seconds"`
	Weeks    []WeekOfHelp `json:"weeks"`
}

// WeekOfHelp is the children whose clock began in one week.
type WeekOfHelp struct {
	Monday   string `json:"week"`
	Children int    `json:"children"`
	Reached  int    `json:"reached"`
	Half     int64  `json:"half_within_seconds"`
}

// owed is a child for whom help was decided; done is something that was done for one.
type owed struct {
	child          string // whose: the person
	since, decided civil.Instant
}

type done struct {
	child            string
	at               civil.Instant
	first, effective bool
}

// owes notes that help was decided for a child of a contact.
func (b *builder) owes(j job, row kidRow, o pathway.Outcome) {
	if !slices.Contains(pathway.HelpOutcomes(), o) {
		return
	}
	b.owed = append(b.owed, owed{b.whom(row.id), j.since, b.now})
}

// did notes that something was done for a child.
func (b *builder) did(child string, first, effective bool) {
	b.done = append(b.done, done{b.whom(child), b.now, first, effective})
}

var whomOf = db.SQL("demo.whom", `SELECT person_id FROM contact_child WHERE id = $1 AND authority_id = $2`)

// whom is the person that a child of a contact is, or the child where nobody knows.
func (b *builder) whom(child string) string {
	ids, err := b.ids(whomOf, child, authority)
	if err != nil || len(ids) == 0 || ids[0] == "" {
		return child
	}
	return ids[0]
}

var childOfWork = db.SQL("demo.child-of-work", `
	SELECT e.child_id, COALESCE(p.ref, '') FROM episode e LEFT JOIN person p ON p.id = e.person_id AND p.authority_id = e.authority_id
	WHERE e.id = $1 AND e.authority_id = $2 AND e.state = 'open'`)

// visits plans the visits to a child after a worker took them: most are met in days, some
// after weeks, some not at the first try.
func (b *builder) visits(work, worker string) {
	if b.chance(12) {
		return // nobody has been yet
	}
	first := b.hours(10, 24*8)
	if b.chance(15) {
		first = b.hours(24*15, 24*35)
	}
	tried := b.chance(20)
	b.when(b.now.Add(first), func() error { return b.visit(work, worker, !tried) })
	if tried {
		b.when(b.now.Add(first+b.hours(20, 24*5)), func() error { return b.visit(work, worker, true) })
	}
}

func (b *builder) visit(work, worker string, met bool) error {
	var child, ref string
	err := b.record.DB.Read(b.ctx, func(q db.Queryer) error {
		return q.QueryRowContext(b.ctx, childOfWork, work, authority).Scan(&child, &ref)
	})
	if db.NotFound(err) || ref == "" {
		return nil // the work is over
	}
	if err != nil {
		return wrap("find the child of work", err)
	}
	who := b.who[worker]
	h := pathway.HelpGiven{Kind: pathway.HelpVisit, At: b.now, By: who.Name + ", social worker", Met: "yes", Alone: "Yes, in the child’s room", Words: "Wants the shouting to stop, and to stay at the same school"}
	if b.chance(25) {
		h.Kind = pathway.HelpDirectWork
	}
	if !met {
		h.Met, h.Alone, h.Words = "no", "", "Nobody opened. A card was left and the school will be asked"
	}
	err = help.New(b.record).Give(b.ctx, who, ref, h)
	if k := refusal.KindOf(err); k == refusal.NotFound || k == refusal.Denied {
		return nil // restricted since: the worker is not named
	}
	if err == nil && met {
		b.did(child, true, true)
	}
	return wrap("visit", err)
}

var metWaits = db.SQL("demo.waits-of-children", `
	SELECT id, child_id FROM wait WHERE contact_id = $1 AND authority_id = $2 AND ended_at IS NULL AND timescale = $3 ORDER BY id`)

// helped records that early help met the family, and later that help was given.
func (b *builder) helped(contact string, step timescale.Key, after time.Duration, percent int, first, effective bool) {
	if !b.chance(percent) {
		return
	}
	b.when(b.now.Add(after), func() error {
		var rows [][2]string
		err := b.record.DB.Read(b.ctx, func(q db.Queryer) (err error) {
			rows, err = db.Collect(b.ctx, q, func(r *sql.Rows, x *[2]string) error { return r.Scan(&x[0], &x[1]) }, metWaits, contact, authority, step)
			return err
		})
		if err != nil {
			return err
		}
		for _, x := range rows {
			b.did(x[1], first, effective)
			if err := b.waits.Happened(b.ctx, b.who["m.ali"], x[0], "the family worker", "Met the family at home and agreed what to begin with"); err != nil {
				return wrap("record "+string(step), err)
			}
		}
		return nil
	})
}

// helpTruth works out both measures from what was planted.
func (b *builder) helpTruth() {
	b.out.Truth.Help = map[string]Help{
		string(help.First):     b.helpOf(func(o owed) civil.Instant { return o.since }, func(d done) bool { return d.first }),
		string(help.Effective): b.helpOf(func(o owed) civil.Instant { return o.decided }, func(d done) bool { return d.effective }),
	}
}

func (b *builder) helpOf(from func(owed) civil.Instant, counts func(done) bool) Help {
	var h Help
	var all []time.Duration
	took := map[string][]time.Duration{}
	children := map[string]int{}
	for _, o := range b.owed {
		since := from(o)
		monday := since.Date()
		for monday.Weekday() != time.Monday {
			monday = monday.AddDays(-1)
		}
		h.Children++
		children[monday.String()]++
		first := time.Duration(-1)
		for _, d := range b.done {
			if wait := d.at.Sub(since); d.child == o.child && counts(d) && wait >= 0 && (first < 0 || wait < first) {
				first = wait
			}
		}
		if first >= 0 {
			h.Reached++
			h.Longest = max(h.Longest, int64(first/time.Second))
			all = append(all, first)
			took[monday.String()] = append(took[monday.String()], first)
		}
	}
	h.Half = halfOf(all, h.Children)
	for monday, n := range children {
		h.Weeks = append(h.Weeks, WeekOfHelp{monday, n, len(took[monday]), halfOf(took[monday], n)})
	}
	slices.SortFunc(h.Weeks, func(a, b WeekOfHelp) int {
		if a.Monday < b.Monday {
			return -1
		}
		return 1
	})
	return h
}

// halfOf is the shortest time within which half of so many were reached.
func halfOf(took []time.Duration, of int) int64 {
	slices.Sort(took)
	if half := (of + 1) / 2; of > 0 && len(took) >= half {
		return int64(took[half-1] / time.Second)
	}
	return 0
}
