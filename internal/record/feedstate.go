package record

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/feed"
)

// FeedWeeks is how far back a feed is held against its own past.
const FeedWeeks = 34

// FeedState is one force's feed now: what came, whether it is usual, whether its
// system is there, and what the force says waits with it. It is worked out whenever
// it is asked for, so no alarm waits for a job.
type FeedState struct {
	Force, Name string
	Days        []feed.Judged // oldest first; the last is today so far
	Parts       []FeedPart    // by grade, by district, and by both
	Last        civil.Instant // when something last came
	Seen        civil.Instant // when its system last said that it is there
	Backlog     []feed.Waiting
	Missing     int           // incidents on its own lists that never came and nobody settled
	Oldest      civil.Instant // the oldest of them
}

// FeedPart is a grade or district of a feed, or both.
type FeedPart struct {
	District, Grade         string
	AllDistricts, AllGrades bool
	Now                     feed.Judged
}

// Now is today so far.
func (s FeedState) Now() feed.Judged {
	if len(s.Days) == 0 {
		return feed.Judged{}
	}
	return s.Days[len(s.Days)-1]
}

// Alarms are what somebody should look at, in words.
func (s FeedState) Alarms(now civil.Instant) []string {
	var out []string
	for _, words := range []string{s.Now().Words(s.Last, now), feed.SilentWords(s.Seen, now), feed.Inconsistent(s.Backlog, s.Now()), feed.MissingWords(s.Missing, s.Oldest, now)} {
		if words != "" {
			out = append(out, s.Name+": "+words)
		}
	}
	return out
}

var (
	feedForces = db.SQL("record.feed-forces", `SELECT id, name FROM organisation WHERE authority_id = $1 AND kind = 'police' AND ($2 = '' OR id = $2) ORDER BY name, id`)
	feedLast   = db.SQL("record.feed-last", `
		SELECT max(received_at) FROM contact WHERE organisation_id = $1 AND authority_id = $2 AND channel = 'police'`)
	feedSeen = db.SQL("record.feed-seen", `
		SELECT seen_at FROM door_seen WHERE authority_id = $1 AND organisation_id = $2 ORDER BY seen_at DESC LIMIT 1`)
	feedMissing = db.SQL("record.feed-missing", `
		SELECT count(DISTINCT l.reference), min(l.incident_at) FROM reconciliation_line l
		JOIN reconciliation r ON r.id = l.reconciliation_id AND r.authority_id = l.authority_id
		WHERE l.authority_id = $1 AND r.organisation_id = $2 AND l.kind IN ('never_sent', 'never_acknowledged') AND l.settled_at IS NULL AND NOT EXISTS (
			SELECT 1 FROM contact c WHERE c.organisation_id = r.organisation_id AND c.sender_ref = l.reference AND c.authority_id = l.authority_id AND c.channel = 'police')`)
	feedBacklog = db.SQL("record.feed-backlog", `
		SELECT b.grade, b.waiting, b.as_at FROM feed_backlog b
		WHERE b.authority_id = $1 AND b.organisation_id = $2 AND b.id = (
			SELECT l.id FROM feed_backlog l
			WHERE l.authority_id = b.authority_id AND l.organisation_id = b.organisation_id AND l.grade = b.grade AND l.declared_at <= $3
			ORDER BY l.as_at DESC, l.id DESC LIMIT 1)
		ORDER BY b.grade`)
)

// FeedAlarms are the alarms of every feed that the reader may see, for the top of a
// page. They are nothing for somebody who may see none.
func (v *View) FeedAlarms(ctx context.Context) ([]string, error) {
	s := access.ScopeOf(v.Who, access.SeePromptness)
	if !s.Allowed {
		return nil, nil
	}
	all, err := v.Feeds(ctx, s.AgencyID, false)
	var out []string
	for _, f := range all {
		out = append(out, f.Alarms(v.Now)...)
	}
	return out, err
}

// Feeds are the feeds of an authority's forces, or of one. parts adds each grade and
// district.
func (v *View) Feeds(ctx context.Context, force string, parts bool) ([]FeedState, error) {
	today := v.Now.Date()
	cells, err := v.FeedCells(ctx, today.AddDays(-7*FeedWeeks), today, force, Arrivals)
	if err != nil {
		return nil, err
	}
	states, err := db.Collect(ctx, v, func(r *sql.Rows, s *FeedState) error { return r.Scan(&s.Force, &s.Name) }, feedForces, v.Authority, force)
	if err != nil {
		return nil, err
	}
	if force == "" && slices.ContainsFunc(cells, func(c Cell) bool { return c.Force == "" }) {
		states = append(states, FeedState{Name: "Force not named"})
	}
	for i := range states {
		s := &states[i]
		own := slices.DeleteFunc(slices.Clone(cells), func(c Cell) bool { return c.Force != s.Force })
		share := shareBy(own, v.Now)
		s.Days = judgeCells(own, today, feed.ForceChance, share)
		if parts {
			s.Parts = partsOf(own, today, share)
		}
		if err := v.about(ctx, s); err != nil {
			return nil, err
		}
	}
	return states, nil
}

// about adds what is known of a feed beside its numbers.
func (v *View) about(ctx context.Context, s *FeedState) error {
	for _, x := range []struct {
		q    db.Query
		args []any
		to   *civil.Instant
	}{{feedLast, []any{s.Force, v.Authority}, &s.Last}, {feedSeen, []any{v.Authority, s.Force}, &s.Seen}} {
		if err := v.QueryRowContext(ctx, x.q, x.args...).Scan(x.to); err != nil && !db.NotFound(err) {
			return err
		}
	}
	if err := v.QueryRowContext(ctx, feedMissing, v.Authority, s.Force).Scan(&s.Missing, &s.Oldest); err != nil {
		return err
	}
	var err error
	s.Backlog, err = v.FeedBacklog(ctx, s.Force)
	return err
}

// FeedBacklog is what a force last declared of each grade.
func (v *View) FeedBacklog(ctx context.Context, force string) ([]feed.Waiting, error) {
	return db.Collect(ctx, v, func(r *sql.Rows, w *feed.Waiting) error { return r.Scan(&w.Grade, &w.N, &w.AsAt) }, feedBacklog, v.Authority, force, v.Now)
}

// shareDays is how many days say at which hours notifications come.
const shareDays = 56

func shareBy(cells []Cell, now civil.Instant) float64 {
	var h feed.Hours
	today := now.Date()
	from := today.AddDays(-shareDays)
	for _, c := range cells {
		if c.Day.Before(today) && !c.Day.Before(from) {
			for i, n := range c.Hours {
				h[i] += n
			}
		}
	}
	at := now.London()
	return feed.ShareBy(h, at.Hour(), at.Minute())
}

// judgeCells holds the days of some cells against their own past, from the first day
// on which anything came to today.
func judgeCells(cells []Cell, today civil.Date, chance, share float64) []feed.Judged {
	if len(cells) == 0 {
		return nil
	}
	first := cells[0].Day
	for _, c := range cells {
		if c.Day.Before(first) {
			first = c.Day
		}
	}
	s := feed.Series{First: first, N: make([]int, first.DaysUntil(today)+1)}
	for _, c := range cells {
		s.N[first.DaysUntil(c.Day)] += c.Arrived
	}
	return s.Judge(chance, share)
}

type partKey struct {
	District, Grade         string
	AllDistricts, AllGrades bool
}

// compare puts all districts first, and within a district all grades.
func (k partKey) compare(o partKey) int {
	switch {
	case k.AllDistricts != o.AllDistricts:
		return before(k.AllDistricts)
	case k.District != o.District:
		return strings.Compare(k.District, o.District)
	case k.AllGrades != o.AllGrades:
		return before(k.AllGrades)
	}
	return slices.Index(feed.Grades(), k.Grade) - slices.Index(feed.Grades(), o.Grade)
}

func before(first bool) int {
	if first {
		return -1
	}
	return 1
}

// partsOf are the grades, the districts, and the grades of each district.
func partsOf(cells []Cell, today civil.Date, share float64) []FeedPart {
	by := map[partKey][]Cell{}
	for _, c := range cells {
		for _, k := range []partKey{{"", c.Grade, true, false}, {c.District, "", false, true}, {c.District, c.Grade, false, false}} {
			by[k] = append(by[k], c)
		}
	}
	keys := make([]partKey, 0, len(by))
	for k := range by {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, partKey.compare)
	var out []FeedPart
	for _, k := range keys {
		days := judgeCells(by[k], today, feed.PartChance, share)
		out = append(out, FeedPart{k.District, k.Grade, k.AllDistricts, k.AllGrades, days[len(days)-1]})
	}
	return out
}
