package record

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/timescale"
)

// When a school's message reached its lead, and its deputy: by its receipt where the way
// has receipts, or when its mail took it. l and d are the rows of the outbox.
const (
	SchoolLeadReached   = `CASE WHEN l.via = 'notify' THEN l.delivered_at ELSE COALESCE(l.delivered_at, l.sent_at) END`
	SchoolDeputyReached = `CASE WHEN d.via = 'notify' THEN d.delivered_at ELSE COALESCE(d.delivered_at, d.sent_at) END`
)

// School is a school of the authority's register, or its officer for children educated
// at home.
type School struct {
	pathway.EncompassSchool
	URN, Kind, Bell string
}

const schoolColumns = `s.id, o.name, s.urn, s.kind, s.bell, s.lead_name, s.lead_email, s.deputy_name, s.deputy_email`

const schoolFrom = `
	FROM school s
	JOIN organisation o ON o.id = s.id AND o.authority_id = s.authority_id`

var (
	schoolsNamed = db.SQL("record.schools-named", `
		SELECT n.name_key, `+schoolColumns+schoolFrom+`
		JOIN school_name n ON n.school_id = s.id AND n.authority_id = s.authority_id
		WHERE n.name_key IN (:list($1)) AND s.authority_id = $2`)
	homeOfficer = db.SQL("record.home-education-officer", `
		SELECT `+schoolColumns+schoolFrom+`
		WHERE s.authority_id = $1 AND s.kind = 'home' ORDER BY s.id LIMIT 1`)
	schoolByID = db.SQL("record.school-by-id", `
		SELECT `+schoolColumns+schoolFrom+`
		WHERE s.id = $1 AND s.authority_id = $2`)
	everySchool = db.SQL("record.schools", `
		SELECT `+schoolColumns+schoolFrom+`
		WHERE s.authority_id = $1 ORDER BY o.name, s.id`)
	daysOfSchools = db.SQL("record.days-of-schools", `
		SELECT school_id, kind, from_day, until_day FROM school_days
		WHERE school_id IN (:list($1)) AND authority_id = $2 AND until_day >= $3
		ORDER BY school_id, from_day, kind`)
	schoolsOfPersons = db.SQL("record.schools-of-persons", `
		SELECT id, school FROM person WHERE id IN (:list($1)) AND authority_id = $2 AND school <> ''`)
	setPersonSchool = db.SQL("record.set-person-school", `
		UPDATE person SET school = $3, version = version + 1 WHERE id = $1 AND authority_id = $2 AND school <> $3`)
	addNotice = db.InsertInto("record.add-school-notice", "school_notice", `id, authority_id, ref, contact_id, child_id, way, why, school_id, school_name,
		since, bell_at, bell_known, place, present, said, circumstances, lead_name, made_at, sent_at, told_at, told_whom`, "")
)

// NoticeWithdrawn is the condition that a wait x is how the telling of a school by notice n
// ended last, and that it was withdrawn: nobody is asked to read the notice any more.
const NoticeWithdrawn = `x.child_id = n.child_id AND x.authority_id = n.authority_id AND x.about_id = n.id AND x.timescale = 'encompass.told' AND x.ended_how = 'withdrawn'
			AND NOT EXISTS (SELECT 1 FROM wait y WHERE y.child_id = x.child_id AND y.authority_id = x.authority_id AND y.about_id = x.about_id AND y.timescale = x.timescale
				AND (y.begun_at > x.begun_at OR y.begun_at = x.begun_at AND y.id > x.id))`

// unreadOf counts by the same conditions as the list of a school's notices.
var unreadOf = db.SQL("record.unread-school-notices", `
	SELECT count(*), min(n.bell_at) FROM school_notice n
	JOIN contact_child cc ON cc.id = n.child_id AND cc.authority_id = n.authority_id
	WHERE n.school_id = $1 AND n.authority_id = $2 AND n.way = 'sent' AND n.read_at IS NULL AND cc.conceal = ''
		AND NOT EXISTS (SELECT 1 FROM wait x WHERE `+NoticeWithdrawn+`)
		AND (cc.person_id = '' OR NOT EXISTS (SELECT 1 FROM person_conflict f WHERE f.user_id = $3 AND f.person_id = cc.person_id AND f.authority_id = cc.authority_id))`)

// UnreadNotices is how many notices the reader's school has not read, and when the first
// of its days that they are for starts; for a page that links to them. mine is false for
// whoever reads for no school.
func (v *View) UnreadNotices(ctx context.Context) (n int, bell civil.Instant, mine bool, err error) {
	if !access.ScopeOf(v.Who, access.ReadNotice).Allowed {
		return 0, bell, false, nil
	}
	s, err := v.Scope(access.ReadNotice)
	if err != nil {
		return 0, bell, false, err
	}
	err = v.QueryRowContext(ctx, unreadOf, s.AgencyID, v.Authority, v.Who.ID).Scan(&n, &bell)
	return n, bell, true, err
}

func scanSchool(r *sql.Rows, s *School, before ...any) error {
	err := r.Scan(append(before, &s.ID, &s.Name, &s.URN, &s.Kind, &s.Bell, &s.Lead, &s.LeadEmail, &s.Deputy, &s.DeputyEmail)...)
	s.Home = s.Kind == HomeEducation
	return err
}

// HomeEducation is the kind of the authority's officer for children educated at home.
const HomeEducation = "home"

// usualBell is when a school day starts where no school is known: the earliest that is
// usual, so that nobody is asked too late.
const usualBell = "08:30"

// SchoolKey is a school's name as it is compared: capitals, accents and points do not
// count.
func SchoolKey(name string) string { return person.Fold(name) }

// FindSchool finds a school of the register; NotFound when there is none.
func FindSchool(ctx context.Context, q db.Queryer, authority, id string) (School, error) {
	return db.One(ctx, q, func(r *sql.Rows, s *School) error { return scanSchool(r, s) }, schoolByID, id, authority)
}

// Schools are all of the register, by name.
func Schools(ctx context.Context, q db.Queryer, authority string) ([]School, error) {
	return db.Collect(ctx, q, func(r *sql.Rows, s *School) error { return scanSchool(r, s) }, everySchool, authority)
}

// Calendars says when the next school day of some schools starts. One without days of
// its own has the authority's.
type Calendars struct {
	own      map[string]*civil.SchoolCalendar
	byID     map[string][2][]civil.Days // terms and closed days
	calendar *civil.Calendar
}

// daysBack is how far behind a moment days of a calendar still matter.
const daysBack = 1

// FindCalendars reads the calendars of schools, from the day of a moment on.
func (r *Record) FindCalendars(ctx context.Context, q db.Queryer, authority string, ids []string, from civil.Instant) (*Calendars, error) {
	c := &Calendars{own: map[string]*civil.SchoolCalendar{}, byID: map[string][2][]civil.Days{}, calendar: r.Calendar}
	type row struct {
		school, kind string
		civil.Days
	}
	rows, err := db.Collect(ctx, q, func(r *sql.Rows, x *row) error { return r.Scan(&x.school, &x.kind, &x.From, &x.Until) },
		daysOfSchools, db.List(append([]string{""}, ids...)), authority, from.Date().AddDays(-daysBack))
	if err != nil {
		return nil, err
	}
	for _, x := range rows {
		days, i := c.byID[x.school], 1
		if x.kind == "term" {
			i = 0
		}
		days[i] = append(days[i], x.Days)
		c.byID[x.school] = days
	}
	return c, nil
}

// NextBell is the start of a school's first day after a moment; known is false where its
// calendar does not reach. Its own terms count alone; its own closed days are added to
// the authority's when it has no terms of its own.
func (c *Calendars) NextBell(s School, after civil.Instant) (bell civil.Instant, known bool, err error) {
	cal, ok := c.own[s.ID]
	if !ok {
		ours, own := c.byID[""], c.byID[s.ID]
		if s.ID == "" {
			own = [2][]civil.Days{}
		}
		terms, closed := own[0], own[1]
		if len(terms) == 0 {
			terms, closed = ours[0], append(append([]civil.Days(nil), ours[1]...), own[1]...)
		}
		if cal, err = civil.NewSchoolCalendar(c.calendar, cmp.Or(s.Bell, usualBell), terms, closed); err != nil {
			return bell, false, fmt.Errorf("calendar of school %q: %w", s.ID, err)
		}
		c.own[s.ID] = cal
	}
	bell, known = cal.NextBell(after)
	return bell, known, nil
}

// Schooling is what a notification says of one child's school.
type Schooling struct {
	Told    string        // the school that the sender told itself; "" none
	ToldAt  civil.Instant // when; zero when that was not said
	Home    bool          // educated at home
	Present string        // whether the child was there, in words
	Said    string        // what the child said or showed
}

// PupilSaid is a child of a notification that was just received.
type PupilSaid struct {
	pathway.Child
	Person string // record linked with certainty; ""
	School string // as it was said
	Place  string
	Schooling
}

// TellSchools makes a notice for each child of school age in a notification of domestic
// abuse, and gives what follows. Before the duty began nothing does.
func (tx *Tx) TellSchools(ctx context.Context, c pathway.Contact, said []PupilSaid, circumstances string) (pathway.Consequences, error) {
	var out pathway.Consequences
	since := c.EncompassSince()
	if _, ok := tx.record.Timescales.Rule(timescale.EncompassTold, since); !ok {
		return out, nil
	}
	schools, err := tx.schoolsOf(ctx, said)
	if err != nil {
		return out, err
	}
	ids := make([]string, len(schools))
	for i, s := range schools {
		ids[i] = s.ID
	}
	calendars, err := tx.record.FindCalendars(ctx, tx, tx.Authority, ids, since)
	if err != nil {
		return out, err
	}
	var rows [][]any
	for i, k := range said {
		bell, known, err := calendars.NextBell(schools[i], since)
		if err != nil {
			return out, err
		}
		p := pathway.Pupil{Child: k.Child, Notice: tx.NewID(), Ref: tx.NewRef("EN"), Said: k.School, School: schools[i].EncompassSchool, Bell: bell, Told: k.Told, ToldAt: k.ToldAt}
		if p.Told != "" && (p.ToldAt.IsZero() || p.ToldAt.After(c.ReceivedAt) || p.ToldAt.Before(since)) {
			p.ToldAt = c.ReceivedAt // what was told cannot have been told later than they said so
		}
		way, next := c.TellSchool(p)
		if way == pathway.TellNobody {
			continue
		}
		out = out.And(next)
		var sent, told civil.Instant
		whom, why := "", ""
		switch way {
		case pathway.TellLead:
			sent = tx.Now
		case pathway.ToldByPolice:
			told, whom = p.ToldAt, p.Told
		case pathway.TellByHand:
			why = p.ByHand()
		}
		rows = append(rows, []any{p.Notice, tx.Authority, p.Ref, c.ID, p.ID, way, why, p.School.ID, cmp.Or(p.School.Name, p.Told, p.Said),
			since, bell, known, k.Place, k.Present, k.Said, circumstances, p.School.Lead, tx.Now, sent, told, whom})
	}
	return out, addNotice.Exec(ctx, tx, rows...)
}

// schoolsOf finds the school of each child: as it was said, or else as the record of the
// child has it; the zero School where none of the register is meant.
func (tx *Tx) schoolsOf(ctx context.Context, said []PupilSaid) ([]School, error) {
	var persons []string
	for _, k := range said {
		if k.School == "" && k.Person != "" {
			persons = append(persons, k.Person)
		}
	}
	if len(persons) > 0 {
		known, err := db.Collect(ctx, tx, scanPair, schoolsOfPersons, db.List(persons), tx.Authority)
		if err != nil {
			return nil, err
		}
		for _, x := range known {
			for i := range said {
				if said[i].Person == x[0] && said[i].School == "" {
					said[i].School = x[1]
				}
			}
		}
	}
	keys, home := []string{}, false
	for _, k := range said {
		keys = append(keys, SchoolKey(cmp.Or(k.School, k.Told)))
		home = home || k.Home
	}
	byKey := map[string]School{}
	_, err := db.Collect(ctx, tx, func(r *sql.Rows, _ *struct{}) error {
		var s School
		var key string
		err := scanSchool(r, &s, &key)
		byKey[key] = s
		return err
	}, schoolsNamed, db.List(keys), tx.Authority)
	if err != nil {
		return nil, err
	}
	var officer School
	if home {
		officer, err = db.One(ctx, tx, func(r *sql.Rows, s *School) error { return scanSchool(r, s) }, homeOfficer, tx.Authority)
		if err != nil && !db.NotFound(err) {
			return nil, err
		}
		if officer.ID == "" {
			officer.Home = true
		}
	}
	out := make([]School, len(said))
	for i := range said {
		if out[i] = byKey[keys[i]]; said[i].Home {
			out[i] = officer
			said[i].School = cmp.Or(said[i].School, "educated at home")
		}
	}
	return out, nil
}

// SetSchool keeps which school a child goes to, for the next time.
func (tx *Tx) SetSchool(ctx context.Context, personID, school string) error {
	if personID == "" {
		return nil
	}
	n, err := db.Changed(tx.ExecContext(ctx, setPersonSchool, personID, tx.Authority, school))
	if err != nil || n == 0 {
		return err
	}
	return tx.Touch(ctx, personID)
}
