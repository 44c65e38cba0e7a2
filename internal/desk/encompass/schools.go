package encompass

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"strconv"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/schoolfile"
	"frontdoor/internal/web"
)

var (
	schoolOrganisations = db.SQL("encompass.organisations", `
		SELECT o.id, o.name, COALESCE(s.urn, '') FROM organisation o
		LEFT JOIN school s ON s.id = o.id AND s.authority_id = o.authority_id
		WHERE o.authority_id = $1 AND o.kind = 'school' ORDER BY o.id`)
	addOrganisation = db.InsertInto("encompass.add-organisation", "organisation", "id, authority_id, kind, name, email, phone",
		"ON CONFLICT (id, authority_id) DO UPDATE SET name = excluded.name, email = excluded.email, phone = excluded.phone")
	addSchool = db.InsertInto("encompass.add-school", "school", "id, authority_id, urn, kind, bell, lead_name, lead_email, deputy_name, deputy_email, updated_at, updated_by",
		`ON CONFLICT (id, authority_id) DO UPDATE SET urn = excluded.urn, kind = excluded.kind, bell = excluded.bell, lead_name = excluded.lead_name, lead_email = excluded.lead_email,
			deputy_name = excluded.deputy_name, deputy_email = excluded.deputy_email, updated_at = excluded.updated_at, updated_by = excluded.updated_by`)
	dropNames  = db.SQL("encompass.drop-names", `DELETE FROM school_name WHERE school_id IN (:list($1)) AND authority_id = $2`)
	namesTaken = db.SQL("encompass.names-taken", `SELECT name_key, school_id FROM school_name WHERE name_key IN (:list($1)) AND authority_id = $2`)
	addName    = db.InsertInto("encompass.add-name", "school_name", "name_key, authority_id, school_id, name", "")
	dropDays   = db.SQL("encompass.drop-days", `DELETE FROM school_days WHERE school_id = $1 AND authority_id = $2 AND from_day >= $3`)
	addDays    = db.InsertInto("encompass.add-days", "school_days", "school_id, kind, from_day, until_day, authority_id, title", "")
	registered = db.SQL("encompass.register", `
		SELECT s.id, (SELECT max(t.until_day) FROM school_days t WHERE t.school_id = s.id AND t.authority_id = s.authority_id AND t.kind = 'term'),
			(SELECT count(*) FROM user_account u JOIN user_role x ON x.user_id = u.id AND x.authority_id = u.authority_id AND x.role = 'school_lead' AND x.ended_at IS NULL
				WHERE u.organisation_id = s.id AND u.authority_id = s.authority_id AND u.disabled_at IS NULL),
			(SELECT count(*) FROM school_notice n WHERE n.school_id = s.id AND n.authority_id = s.authority_id AND n.way = 'sent' AND n.read_at IS NULL
				AND NOT EXISTS (SELECT 1 FROM wait x WHERE `+record.NoticeWithdrawn+`))
		FROM school s WHERE s.authority_id = $1`)
	authorityTerms = db.SQL("encompass.authority-terms", `SELECT max(until_day) FROM school_days WHERE school_id = '' AND authority_id = $1 AND kind = 'term'`)
)

// LoadSchools takes a register of schools: a school that is there is changed, one that is
// not is added. Schools that the file does not name stay as they are.
func (d *Desk) LoadSchools(ctx context.Context, who access.Actor, body []byte) (n int, err error) {
	err = d.Record.Do(ctx, who, func(tx *record.Tx) error {
		if err := tx.Allow(access.ManageSchools, access.About{}); err != nil {
			return err
		}
		all, err := schoolfile.ReadSchools(body)
		if err != nil {
			return err
		}
		type organisation struct{ id, name, urn string }
		there, err := db.Collect(ctx, tx, func(r *sql.Rows, o *organisation) error { return r.Scan(&o.id, &o.name, &o.urn) }, schoolOrganisations, tx.Authority)
		if err != nil {
			return err
		}
		byURN, byName := map[string]string{}, map[string]string{}
		for _, o := range there {
			if o.urn != "" {
				byURN[o.urn] = o.id
				continue
			}
			byName[record.SchoolKey(o.name)] = o.id
		}
		ids := make([]string, len(all))
		var organisations, schools [][]any
		for i, s := range all {
			ids[i] = cmp.Or(byURN[s.URN], byName[record.SchoolKey(s.Name)], tx.NewID())
			organisations = append(organisations, []any{ids[i], tx.Authority, "school", s.Name, s.Lead.Email, s.Phone})
			schools = append(schools, []any{ids[i], tx.Authority, s.URN, s.Kind, s.Bell, s.Lead.Name, s.Lead.Email, s.Deputy.Name, s.Deputy.Email, tx.Now, who.ID})
		}
		if err := addOrganisation.Exec(ctx, tx, organisations...); err != nil {
			return err
		}
		if err := addSchool.Exec(ctx, tx, schools...); err != nil {
			return err
		}
		if err := nameSchools(ctx, tx, all, ids); err != nil {
			return err
		}
		n = len(all)
		return tx.Apply(ctx, record.Subject{Kind: "schools"}, fmt.Sprintf("load %d schools", n), pathway.Consequences{})
	})
	return n, err
}

// nameSchools keeps what schools are called. A name finds one school only.
func nameSchools(ctx context.Context, tx *record.Tx, all []schoolfile.School, ids []string) error {
	if _, err := tx.ExecContext(ctx, dropNames, db.List(ids), tx.Authority); err != nil {
		return err
	}
	var rows [][]any
	var keys []string
	line := map[string]int{}
	var wrong []refusal.Problem
	for i, s := range all {
		for _, name := range append([]string{s.Name}, s.Also...) {
			key := record.SchoolKey(name)
			if first := line[key]; first > 0 && first != s.Line {
				wrong = append(wrong, refusal.Problem{Field: "file", Message: fmt.Sprintf("Line %d, name: it reads like the name on line %d", s.Line, first)})
			}
			if line[key] == s.Line {
				continue
			}
			line[key], keys = s.Line, append(keys, key)
			rows = append(rows, []any{key, tx.Authority, ids[i], name})
		}
	}
	taken, err := db.Collect(ctx, tx, func(r *sql.Rows, x *[2]string) error { return r.Scan(&x[0], &x[1]) }, namesTaken, db.List(keys), tx.Authority)
	if err != nil {
		return err
	}
	for _, x := range taken {
		wrong = append(wrong, refusal.Problem{Field: "file", Message: fmt.Sprintf("Line %d, name: another school of the register has it", line[x[0]])})
	}
	if err := refusal.Fields(wrong); err != nil {
		return err
	}
	return addName.Exec(ctx, tx, rows...)
}

// LoadCalendar takes days of schools. For each school that the file names, and for the
// authority's own days, it replaces what was kept from the first of its days on. Notices
// that were made keep the day they were made for.
func (d *Desk) LoadCalendar(ctx context.Context, who access.Actor, body []byte) (n int, err error) {
	err = d.Record.Do(ctx, who, func(tx *record.Tx) error {
		if err := tx.Allow(access.ManageSchools, access.About{}); err != nil {
			return err
		}
		all, err := schoolfile.ReadCalendar(body)
		if err != nil {
			return err
		}
		schools, err := record.Schools(ctx, tx, tx.Authority)
		if err != nil {
			return err
		}
		byURN := map[string]string{"": ""}
		for _, s := range schools {
			if s.URN != "" {
				byURN[s.URN] = s.ID
			}
		}
		first := map[string]civil.Date{}
		var wrong []refusal.Problem
		var rows [][]any
		for _, x := range all {
			id, ok := byURN[x.URN]
			if !ok {
				wrong = append(wrong, refusal.Problem{Field: "file", Message: fmt.Sprintf("Line %d, school: no school of the register has the number %s. Load the schools first", x.Line, x.URN)})
				continue
			}
			if f, ok := first[id]; !ok || x.From.Before(f) {
				first[id] = x.From
			}
			rows = append(rows, []any{id, x.Kind, x.From, x.Until, tx.Authority, x.Title})
		}
		if err := refusal.Fields(wrong); err != nil {
			return err
		}
		for id, from := range first {
			if _, err := tx.ExecContext(ctx, dropDays, id, tx.Authority, from); err != nil {
				return err
			}
		}
		if err := addDays.Exec(ctx, tx, rows...); err != nil {
			return err
		}
		n = len(all)
		return tx.Apply(ctx, record.Subject{Kind: "schools"}, fmt.Sprintf("load %d lines of school calendars", n), pathway.Consequences{})
	})
	return n, err
}

// Registered is a school as the register shows it.
type Registered struct {
	Name     string     `json:"name"`
	URN      string     `json:"urn"`
	Kind     string     `json:"kind"`
	Bell     string     `json:"bell"`
	Lead     string     `json:"lead"`
	Deputy   string     `json:"deputy"`
	Terms    civil.Date `json:"terms_until"` // of its own calendar; zero when it has the authority's
	Accounts int        `json:"accounts"`    // people who can sign in and read for it
	Unread   int        `json:"unread"`      // notices that nobody has read
}

// Register is the authority's schools.
type Register struct {
	Now    civil.Instant
	Rows   []Registered
	Terms  civil.Date // last day of the authority's own terms; zero when there are none
	NoLead int
}

// Register lists the schools with who reads for them and how far their calendars reach.
func (d *Desk) Register(ctx context.Context, who access.Actor) (*Register, error) {
	out := &Register{}
	err := d.Record.Look(ctx, who, access.PurposeService, func(v *record.View) error {
		*out = Register{Now: v.Now, Rows: []Registered{}}
		if err := v.Allow(access.ManageSchools, access.About{}); err != nil {
			return err
		}
		v.Saw("register of schools")
		schools, err := record.Schools(ctx, v, v.Authority)
		if err != nil {
			return err
		}
		type more struct {
			id               string
			terms            civil.Date
			accounts, unread int
		}
		rest, err := db.Collect(ctx, v, func(r *sql.Rows, m *more) error { return r.Scan(&m.id, &m.terms, &m.accounts, &m.unread) }, registered, v.Authority)
		if err != nil {
			return err
		}
		by := map[string]more{}
		for _, m := range rest {
			by[m.id] = m
		}
		for _, s := range schools {
			m := by[s.ID]
			out.Rows = append(out.Rows, Registered{Name: s.Name, URN: s.URN, Kind: s.Kind, Bell: s.Bell, Lead: s.Lead, Deputy: s.Deputy, Terms: m.terms, Accounts: m.accounts, Unread: m.unread})
			if s.LeadEmail == "" {
				out.NoLead++
			}
		}
		return v.QueryRowContext(ctx, authorityTerms, v.Authority).Scan(&out.Terms)
	})
	return out, err
}

// Sheet is the same rows as a file.
func (r *Register) Sheet() web.Sheet {
	s := web.Sheet{Head: []string{"name", "urn", "kind", "bell", "lead", "deputy", "terms_until", "accounts", "unread"}}
	for _, x := range r.Rows {
		s.Rows = append(s.Rows, []string{x.Name, x.URN, x.Kind, x.Bell, x.Lead, x.Deputy, x.Terms.String(), strconv.Itoa(x.Accounts), strconv.Itoa(x.Unread)})
	}
	return s
}
