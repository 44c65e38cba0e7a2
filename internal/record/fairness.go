package record

import (
	"context"
	"database/sql"
	"sync"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/person"
)

// fairFrom are the decisions that the report of fairness counts, one for each child of
// a contact. A person said that it is the same child, or let stand what the system had
// linked; or made a new record of a child who was known, as two people found later:
// that child was not found. Concealed children are left out.
const fairFrom = `
	FROM child_link l
	JOIN contact_child cc ON cc.id = l.child_id AND cc.authority_id = l.authority_id
	JOIN contact c ON c.id = cc.contact_id AND c.authority_id = cc.authority_id
	JOIN person p ON p.id = l.person_id AND p.authority_id = l.authority_id
	WHERE l.authority_id = $1 AND l.at >= $2 AND cc.person_id = l.person_id AND cc.conceal = '' AND p.conceal = ''
		AND (l.choice = 'same' OR l.choice = 'system' AND (cc.decided_at IS NOT NULL OR cc.link = 'person')
			OR l.choice = 'new' AND EXISTS (
				SELECT 1 FROM person_merge m
				JOIN person k ON k.authority_id = m.authority_id AND k.id = CASE WHEN m.joined_id = l.person_id THEN m.kept_id ELSE m.joined_id END
				WHERE m.authority_id = l.authority_id AND (m.joined_id = l.person_id OR m.kept_id = l.person_id)
					AND m.merged_at IS NOT NULL AND m.ended_at IS NULL AND k.created_at < l.at))
		AND NOT EXISTS (
			SELECT 1 FROM child_link e
			WHERE e.child_id = l.child_id AND e.authority_id = l.authority_id AND e.person_id = l.person_id
				AND e.choice IN ('same', 'system') AND e.at < l.at)`

// The ethnicity that is recorded of the child, or was said in the contact; and whether
// the child was found, as the bands stood when the decision was made.
const (
	fairCode  = `CASE WHEN p.ethnicity <> '' THEN p.ethnicity ELSE cc.ethnicity END`
	fairFound = `l.choice <> 'new' AND l.band IN ('certain', 'review', 'family')`
)

var (
	fairCounts = db.SQL("record.fairness-counts", `
		SELECT `+fairCode+`, count(*) FILTER (WHERE l.model <> ''), count(*) FILTER (WHERE l.model <> '' AND `+fairFound+`),
			count(*) FILTER (WHERE l.model <> '' AND l.choice <> 'new' AND l.band = 'certain'),
			count(*) FILTER (WHERE l.model <> '' AND l.choice <> 'new' AND l.band IN ('review', 'family')),
			count(*) FILTER (WHERE l.model = ''), count(*) FILTER (WHERE l.model LIKE '%again')`+fairFrom+`
		GROUP BY `+fairCode)
	fairMissed = db.SQL("record.fairness-missed", `
		SELECT c.ref, l.at, l.band, `+fairCode+fairFrom+` AND l.model <> '' AND (
			CAST($3 AS boolean) AND NOT (`+fairFound+`) OR NOT CAST($3 AS boolean) AND (l.choice = 'new' OR l.band <> 'certain'))
		ORDER BY l.at DESC, l.id LIMIT 2000`)
)

// Fairness is whether children of every group were found alike, on decisions that
// people made since a moment.
type Fairness struct {
	person.Fairness
	Since      civil.Instant
	Unmeasured int // decisions with which no band was kept
	Again      int // decisions weighed again later, with the weights of that day
}

// Fairness counts the decisions since a moment.
func (v *View) Fairness(ctx context.Context, since civil.Instant) (Fairness, error) {
	out := Fairness{Since: since}
	type row struct {
		code       string
		counted    person.Counted
		not, again int
	}
	rows, err := db.Collect(ctx, v, func(r *sql.Rows, x *row) error {
		return r.Scan(&x.code, &x.counted.N, &x.counted.Found, &x.counted.Certain, &x.counted.Review, &x.not, &x.again)
	}, fairCounts, v.Authority, since)
	if err != nil {
		return out, err
	}
	by := map[string]person.Counted{}
	for _, x := range rows {
		g := person.EthnicGroup(x.code)
		sum := by[g]
		by[g] = person.Counted{Group: g, N: sum.N + x.counted.N, Found: sum.Found + x.counted.Found, Certain: sum.Certain + x.counted.Certain, Review: sum.Review + x.counted.Review}
		out.Unmeasured += x.not
		out.Again += x.again
	}
	var groups []person.Counted
	for _, g := range person.EthnicGroups() {
		c := by[g]
		c.Group = g
		groups = append(groups, c)
	}
	out.Fairness = person.WeighFairness(groups)
	return out, nil
}

// Missed is a decision behind an alarm: a contact whose child was not shown, or was not
// linked by the system.
type Missed struct {
	Contact string
	At      civil.Instant
	Band    person.Band
}

// FairnessMissed lists the decisions behind an alarm, the latest first.
func (v *View) FairnessMissed(ctx context.Context, since civil.Instant, group string, of person.Measure) ([]Missed, error) {
	type row struct {
		Missed
		code string
	}
	rows, err := db.Collect(ctx, v, func(r *sql.Rows, x *row) error { return r.Scan(&x.Contact, &x.At, &x.Band, &x.code) },
		fairMissed, v.Authority, since, of == person.MeasureFound)
	var out []Missed
	for _, x := range rows {
		if person.EthnicGroup(x.code) == group {
			out = append(out, x.Missed)
		}
	}
	return out, err
}

// FairnessYear is how far back the report looks when nobody says otherwise.
const FairnessYear = 365 * 24 * time.Hour

// fairnessKept is how long alarms on other pages are shown without counting again. The
// report itself always counts.
const fairnessKept = time.Hour

// alarmed keeps the alarms of each authority for a while.
type alarmed struct {
	mu sync.Mutex
	by map[string]keptAlarms
}

type keptAlarms struct {
	at     civil.Instant
	alarms []string
}

// FairnessAlarms are the alarms on the decisions of the last year in words, for those
// who may see the report; for others none. They were counted at most an hour ago.
func (v *View) FairnessAlarms(ctx context.Context) ([]string, error) {
	if !access.ScopeOf(v.Who, access.SeeFairness).Allowed {
		return nil, nil
	}
	kept := &v.record.alarmed
	kept.mu.Lock()
	last, ok := kept.by[v.Authority]
	kept.mu.Unlock()
	if ok && v.Now.Sub(last.at) < fairnessKept && !v.Now.Before(last.at) {
		return last.alarms, nil
	}
	f, err := v.Fairness(ctx, v.Now.Add(-FairnessYear))
	if err != nil {
		return nil, err
	}
	kept.mu.Lock()
	defer kept.mu.Unlock()
	if kept.by == nil {
		kept.by = map[string]keptAlarms{}
	}
	var words []string
	for _, a := range f.Alarms {
		words = append(words, a.Words())
	}
	kept.by[v.Authority] = keptAlarms{v.Now, words}
	return words, nil
}
