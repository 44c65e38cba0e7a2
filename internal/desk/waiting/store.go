package waiting

import (
	"context"
	"database/sql"
	"fmt"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/record"
	"frontdoor/internal/timescale"
)

// Wait is one open wait as lists show it. A masked wait shows that a child waits,
// for whom and until when, and nothing of who the child is.
type Wait struct {
	ID        string        `json:"id"`
	Contact   string        `json:"contact"`         // public reference
	Child     string        `json:"child"`           // name, or how the child was described; "Restricted record" when masked
	ChildRef  string        `json:"child_reference"` // of the child's page; "" until known
	Age       string        `json:"age"`             // whole years, "unborn", or "" when not known
	Agency    string        `json:"waiting_for"`
	Owner     string        `json:"owner"`
	What      string        `json:"what"`
	Step      timescale.Key `json:"step"`
	Since     civil.Instant `json:"since"`
	Due       civil.Instant `json:"due"`
	Warn      civil.Instant `json:"warn"`
	MainDue   civil.Instant `json:"due_by_rule"`
	Rule      string        `json:"rule"`
	AlsoDue   civil.Instant `json:"due_by_second_rule"`
	AlsoRule  string        `json:"second_rule"`
	LastEvent civil.Instant `json:"last_event"` // last line in the child's story before the moment asked
	Late      bool          `json:"late"`
	Masked    bool          `json:"restricted"`
	contactID string
	childID   string
	personID  string
	ownerID   string
	conceal   access.Concealment
	open      bool // not concealed, or the reader is named
	born      civil.Date
	unborn    bool
	ageStated sql.NullInt64
	given     string
	family    string
	described string
}

// Filter narrows the list. The zero Filter is every open wait, now.
type Filter struct {
	Agency  string        // kind waited for
	Step    timescale.Key // what is awaited
	Owner   string        // owner id
	Late    bool          // only those past due
	OlderBy int           // only those that began at least this many days ago
	AsAt    civil.Instant // as it was at this past moment; zero means now
	Child   string        // one child by public reference
	Contact string        // one contact by public reference
	ID      string        // one wait
}

// Cursor is where the next page starts: after this due time and id.
type Cursor struct {
	Due civil.Instant
	ID  string
}

// PageSize is how many waits a page shows.
const PageSize = 100

// The parts of the two lists, now and as at a past moment. Whose children the
// reader may see is the same in both, and in the counts.
const (
	waitColumns = `
		SELECT w.id, w.contact_id, c.ref, w.child_id, cc.person_id, COALESCE(p.ref, ''),
			COALESCE(p.given, cc.given), COALESCE(p.family, cc.family), cc.described,
			COALESCE(p.born, cc.born), COALESCE(p.unborn, cc.unborn), cc.age_stated,
			w.agency, w.owner_id, w.owner_name, w.what, w.timescale, w.since, w.due_at, w.warn_at,
			w.main_due_at, w.rule_version, w.also_due_at, w.also_rule_version, w.conceal,
			CASE WHEN w.conceal = '' THEN TRUE ELSE EXISTS (
				SELECT 1 FROM restriction_named n
				WHERE (n.person_id = cc.person_id OR n.person_id = cc.may_be) AND n.authority_id = cc.authority_id AND n.user_id = $14 AND n.ended_at IS NULL) END,
			(SELECT max(h.happened_at) FROM chronology h
			 WHERE h.child_id = w.child_id AND h.authority_id = w.authority_id AND h.recorded_at <= $2)`
	waitFrom = `
		FROM wait w
		JOIN contact c ON c.id = w.contact_id AND c.authority_id = w.authority_id
		JOIN contact_child cc ON cc.id = w.child_id AND cc.authority_id = w.authority_id
		LEFT JOIN person p ON p.id = cc.person_id AND p.authority_id = cc.authority_id AND cc.person_id <> ''
		WHERE w.authority_id = $1`
	openNow  = ` AND w.ended_at IS NULL`
	openThen = ` AND w.begun_at <= $2 AND (w.ended_at IS NULL OR w.ended_at > $2)`
	narrowed = `
			AND ($3 = '' OR w.agency = $3) AND ($4 = '' OR w.timescale = $4) AND ($5 = '' OR w.owner_id = $5)
			AND (NOT CAST($6 AS boolean) OR w.due_at < $2) AND w.since <= $7
			AND ($8 = '' OR c.ref = $8) AND ($9 = '' OR p.ref = $9) AND ($15 = '' OR w.id = $15)`
	pageAfter = ` AND (w.due_at, w.id) > ($16, $17) ORDER BY w.due_at, w.id LIMIT $18`
	byStep    = ` GROUP BY w.agency, w.timescale ORDER BY w.agency, w.timescale`
	stepCount = `SELECT w.agency, w.timescale, count(*), count(*) FILTER (WHERE w.due_at < $2), min(w.since)`
)

// mine is what the reader may see, the same in the lists and in the counts.
var mine = record.TheirWaits(10)

var (
	listNow   = db.SQL("waiting.list", waitColumns+waitFrom+openNow+narrowed+mine+pageAfter)
	listThen  = db.SQL("waiting.list-as-at", waitColumns+waitFrom+openThen+narrowed+mine+pageAfter)
	countNow  = db.SQL("waiting.count", stepCount+waitFrom+openNow+narrowed+mine+byStep)
	countThen = db.SQL("waiting.count-as-at", stepCount+waitFrom+openThen+narrowed+mine+byStep)
	// countOpen counts for a reader who sees every child of the authority: the same
	// conditions as the list, answered from the index alone. A row's child is looked
	// up only where the row is concealed or the reader has family in the record.
	countOpen = db.SQL("waiting.count-open", stepCount+`
		FROM wait w
		WHERE w.authority_id = $1 AND w.ended_at IS NULL
			AND ($3 = '' OR w.agency = $3) AND ($4 = '' OR w.timescale = $4) AND ($5 = '' OR w.owner_id = $5)
			AND (NOT CAST($6 AS boolean) OR w.due_at < $2) AND w.since <= $7
			AND (w.conceal = '' OR (CAST($8 AS boolean) AND w.conceal = 'restricted') OR EXISTS (
				SELECT 1 FROM contact_child cc
				JOIN restriction_named n ON n.authority_id = cc.authority_id AND (n.person_id = cc.person_id OR n.person_id = cc.may_be)
				WHERE cc.id = w.child_id AND cc.authority_id = w.authority_id AND n.user_id = $9 AND n.ended_at IS NULL))
			AND (NOT CAST($10 AS boolean) OR NOT EXISTS (
				SELECT 1 FROM contact_child cc
				JOIN person_conflict f ON f.person_id = cc.person_id AND f.authority_id = cc.authority_id
				WHERE cc.id = w.child_id AND cc.authority_id = w.authority_id AND cc.person_id <> '' AND f.user_id = $9))`+byStep)
	ownersNow = db.SQL("waiting.owners", `
		SELECT owner_id, owner_name, count(*) FROM wait
		WHERE authority_id = $1 AND ended_at IS NULL AND owner_id <> ''
		GROUP BY owner_id, owner_name ORDER BY count(*) DESC, owner_name LIMIT 30`)
	findWait = db.SQL("waiting.find", `
		SELECT w.contact_id, c.ref, w.child_id, cc.person_id, w.agency, w.timescale, w.also_timescale, w.owner_id, w.owner_name,
			w.what, w.about_id, w.since, w.ended_at, w.conceal
		FROM wait w
		JOIN contact c ON c.id = w.contact_id AND c.authority_id = w.authority_id
		JOIN contact_child cc ON cc.id = w.child_id AND cc.authority_id = w.authority_id
		WHERE w.id = $1 AND w.authority_id = $2`)
)

func scanWait(r *sql.Rows, w *Wait) error {
	return r.Scan(&w.ID, &w.contactID, &w.Contact, &w.childID, &w.personID, &w.ChildRef,
		&w.given, &w.family, &w.described, &w.born, &w.unborn, &w.ageStated,
		&w.Agency, &w.ownerID, &w.Owner, &w.What, &w.Step, &w.Since, &w.Due, &w.Warn,
		&w.MainDue, &w.Rule, &w.AlsoDue, &w.AlsoRule, &w.conceal, &w.open, &w.LastEvent)
}

// args are what both lists and both counts ask with.
func args(authority string, s access.Scope, f Filter, at civil.Instant) []any {
	since := at
	if f.OlderBy > 0 {
		since = at.Date().AddDays(-f.OlderBy).EndOfDay()
		if since.After(at) {
			since = at
		}
	}
	return []any{
		authority, at, f.Agency, f.Step, f.Owner, f.Late, since, f.Contact, f.Child,
		s.WorkerID, db.List(s.Teams), s.AgencyID, s.Restricted == access.Mask, s.UserID, f.ID,
	}
}

func list(ctx context.Context, q db.Queryer, authority string, s access.Scope, f Filter, now civil.Instant, after Cursor, limit int) ([]Wait, error) {
	query, at := listNow, now
	if !f.AsAt.IsZero() {
		query, at = listThen, f.AsAt
	}
	if after.Due.IsZero() {
		after.Due = beginning
	}
	rows, err := db.Collect(ctx, q, scanWait, query, append(args(authority, s, f, at), after.Due, after.ID, limit)...)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		rows[i].show(at)
	}
	return rows, nil
}

// beginning is before any due time.
var beginning = civil.DateOf(1900, 1, 1).Start()

// show fills in what the reader may see of the child.
func (w *Wait) show(at civil.Instant) {
	w.Late = w.Due.Before(at)
	if !w.open {
		w.Masked, w.Child, w.ChildRef = true, "Restricted record", ""
		return
	}
	w.Child = record.ChildName(w.given, w.family, w.described)
	switch {
	case w.unborn:
		w.Age = "unborn"
	case !w.born.IsZero():
		w.Age = fmt.Sprint(w.born.Age(at.Date()))
	case w.ageStated.Valid:
		w.Age = fmt.Sprintf("about %d", w.ageStated.Int64)
	}
}

// Count is how many children wait for one agency to take one step.
type Count struct {
	Agency string        `json:"waiting_for"`
	Step   timescale.Key `json:"step"`
	Waits  int           `json:"waits"`
	Late   int           `json:"late"`
	Oldest civil.Instant `json:"oldest_since"`
}

func counts(ctx context.Context, q db.Queryer, authority string, s access.Scope, f Filter, now civil.Instant) ([]Count, error) {
	query, at := countNow, now
	if !f.AsAt.IsZero() {
		query, at = countThen, f.AsAt
	}
	ask := args(authority, s, f, at)
	if everyChild := s.WorkerID == "" && len(s.Teams) == 0 && s.AgencyID == ""; everyChild && f.AsAt.IsZero() && f.Child+f.Contact+f.ID == "" {
		query = countOpen
		ask = append(ask[:7:7], s.Restricted == access.Mask, s.UserID, len(s.Conflicts) > 0)
	}
	return db.Collect(ctx, q, func(r *sql.Rows, c *Count) error {
		return r.Scan(&c.Agency, &c.Step, &c.Waits, &c.Late, &c.Oldest)
	}, query, ask...)
}
