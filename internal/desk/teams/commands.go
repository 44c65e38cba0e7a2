package teams

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/form"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

var (
	addTeam = db.InsertInto("teams.add", "team", "id, authority_id, name, kind, email, phone, begun_at", "")
	changed = db.SQL("teams.change", `
		UPDATE team SET name = $3, email = $4, phone = $5, version = version + 1
		WHERE id = $1 AND authority_id = $2 AND version = $6 AND ended_at IS NULL`)
	renameDesk = db.SQL("teams.rename-desk", `UPDATE desk_owner SET owner_name = $3 WHERE owner_id = $1 AND authority_id = $2`)
	sameName   = db.SQL("teams.same-name", `SELECT count(*) FROM team WHERE authority_id = $1 AND lower(name) = $2 AND id <> $3 AND ended_at IS NULL`)
	addEvent   = db.SQL("teams.add-event", `
		INSERT INTO team_event (team_id, n, authority_id, kind, name, detail, why, why_earlier, from_at, recorded_at, recorded_by, recorded_by_name)
		VALUES ($1, (SELECT COALESCE(max(x.n), 0) + 1 FROM team_event x WHERE x.team_id = $1 AND x.authority_id = $2), $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`)
	knownAs = db.SQL("teams.known-as", `
		INSERT INTO team_event (team_id, n, authority_id, kind, name, from_at, recorded_at, recorded_by, recorded_by_name)
		SELECT t.id, 1, t.authority_id, 'known', t.name, a.created_at, a.created_at, 'service', 'frontdoor'
		FROM team t JOIN authority a ON a.authority_id = t.authority_id
		WHERE t.id = $1 AND t.authority_id = $2 AND NOT EXISTS (SELECT 1 FROM team_event x WHERE x.team_id = t.id AND x.authority_id = t.authority_id)`)
	addTakes = db.SQL("teams.add-takes", `
		INSERT INTO team_takes (outcome, n, authority_id, team_id, from_at, recorded_at)
		VALUES ($1, (SELECT count(*) + 1 FROM team_takes x WHERE x.outcome = $1 AND x.authority_id = $2), $2, $3, $4, $5)`)
	takers = db.SQL("teams.takers", `
		SELECT k.outcome, k.team_id, k.from_at FROM team_takes k WHERE k.authority_id = $1 ORDER BY k.outcome, k.from_at, k.n`)
	findTeam = db.SQL("teams.find", `
		SELECT id, name, kind, email, phone, begun_at, ended_at, successor_id, version FROM team WHERE id = $1 AND authority_id = $2`)
	holdsRole = db.SQL("teams.holds-role", `
		SELECT count(*) FROM user_role r
		JOIN user_account u ON u.id = r.user_id AND u.authority_id = r.authority_id AND u.disabled_at IS NULL AND u.organisation_id = ''
		WHERE r.user_id = $1 AND r.authority_id = $2 AND r.role = $3 AND (r.ended_at IS NULL OR r.ended_at > $4)`)
	userName = db.SQL("teams.user-name", `SELECT name FROM user_account WHERE id = $1 AND authority_id = $2`)
	already  = db.SQL("teams.already-in", `
		SELECT count(*) FROM user_role WHERE user_id = $1 AND authority_id = $2 AND role = $3 AND team_id = $4 AND (ended_at IS NULL OR ended_at > $5)`)
	addMembership = db.InsertInto("teams.add-membership", "user_role", "user_id, authority_id, role, team_id, begun_at, ended_at, recorded_at, end_recorded_at", "")
	endMembership = db.SQL("teams.end-membership", `
		UPDATE user_role SET ended_at = $5, end_recorded_at = $6
		WHERE user_id = $1 AND authority_id = $2 AND role = $3 AND team_id = $4 AND (ended_at IS NULL OR ended_at > $7)`)
	leaveOthers = db.SQL("teams.leave-others", `
		UPDATE user_role SET ended_at = $5, end_recorded_at = $6
		WHERE user_id = $1 AND authority_id = $2 AND role = $3 AND team_id <> $4 AND team_id <> '' AND (ended_at IS NULL OR ended_at > $7)
			AND team_id IN (SELECT t.id FROM team t WHERE t.authority_id = $2 AND t.kind IN (:list($8)))`)
	endEverybody = db.SQL("teams.end-everybody", `
		UPDATE user_role SET ended_at = $3, end_recorded_at = $4 WHERE team_id = $1 AND authority_id = $2 AND (ended_at IS NULL OR ended_at > $5)`)
	// Whoever leaves a team keeps the role: from then on without a team, unless they hold
	// it elsewhere without an end.
	keepRole = db.SQL("teams.keep-role", `
		INSERT INTO user_role (user_id, authority_id, role, team_id, begun_at, recorded_at)
		SELECT DISTINCT r.user_id, r.authority_id, r.role, '', r.ended_at, r.end_recorded_at FROM user_role r
		WHERE r.authority_id = $1 AND r.team_id = $2 AND ($3 = '' OR r.user_id = $3) AND r.ended_at = $4 AND NOT EXISTS (
			SELECT 1 FROM user_role x WHERE x.user_id = r.user_id AND x.authority_id = r.authority_id AND x.role = r.role AND x.begun_at <= r.ended_at AND x.ended_at IS NULL)
		ON CONFLICT (user_id, role, team_id, begun_at, authority_id) DO NOTHING`)
	endTeam = db.SQL("teams.end", `
		UPDATE team SET ended_at = $3, successor_id = $4, version = version + 1 WHERE id = $1 AND authority_id = $2 AND ended_at IS NULL`)
	follow = db.SQL("teams.follow", `UPDATE team SET successor_id = $3 WHERE successor_id = $1 AND authority_id = $2`)
	onTeam = db.SQL("teams.on-team", `
		SELECT (SELECT count(*) FROM episode e WHERE e.team_id = $1 AND e.authority_id = $2 AND e.state = 'open' AND e.worker_id = ''),
			(SELECT count(*) FROM episode e WHERE e.team_id = $1 AND e.authority_id = $2 AND e.state = 'open' AND e.worker_id <> ''),
			(SELECT count(*) FROM wait w WHERE w.owner_id = $1 AND w.authority_id = $2 AND w.ended_at IS NULL),
			(SELECT count(*) FROM desk_owner o WHERE o.owner_id = $1 AND o.authority_id = $2)`)
)

// team is a team loaded for a change.
type team struct {
	id, name, kind, email, phone, successor string
	begun, ended                            civil.Instant
	version                                 int64
}

func scanTeam(r *sql.Rows, t *team) error {
	return r.Scan(&t.id, &t.name, &t.kind, &t.email, &t.phone, &t.begun, &t.ended, &t.successor, &t.version)
}

func find(ctx context.Context, q db.Queryer, authority, id string) (team, error) {
	t, err := db.One(ctx, q, scanTeam, findTeam, id, authority)
	if db.NotFound(err) {
		return t, refusal.Hidden()
	}
	return t, err
}

func (t team) subject() record.Subject { return record.Subject{Kind: "team", Ref: t.id} }

// works says that children's work can belong to the team.
func (t team) works() bool { return pathway.TeamKindName(pathway.TeamKind(t.kind)) != "" }

// goesOn refuses a team that has an end: nothing can be given to it.
func (t team) goesOn(field string) error {
	if !t.ended.IsZero() {
		return refusal.Field(field, t.name+" has an end. Select a team that goes on")
	}
	if !t.works() {
		return refusal.Field(field, t.name+" is not a team of social workers. Select one")
	}
	return nil
}

// event writes what was done with a team. It keeps the name the team had until now.
func event(ctx context.Context, tx *record.Tx, t team, kind, detail string, f pathway.From, at civil.Instant) error {
	if _, err := tx.ExecContext(ctx, knownAs, t.id, tx.Authority); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, addEvent, t.id, tx.Authority, kind, t.name, detail, f.Why, f.WhyEarlier, at, tx.Now, tx.Who.ID, tx.Who.Name)
	return err
}

// clean makes what was typed safe to keep.
func clean(f *pathway.From) { f.Why, f.WhyEarlier = form.Clean(f.Why), form.Clean(f.WhyEarlier) }

// named refuses a name that another team has that goes on.
func unique(ctx context.Context, tx *record.Tx, id, name string) error {
	var n int
	err := tx.QueryRowContext(ctx, sameName, tx.Authority, strings.ToLower(name), id).Scan(&n)
	if err == nil && n > 0 {
		err = refusal.Field("name", "There is a team with this name. Enter another")
	}
	return err
}

// NewTeam is a team to set up, with who works in it from its day on.
type NewTeam struct {
	pathway.TeamSetUp
	ID           string // made when empty
	Email, Phone string // mailbox and duty phone
	Manager      string // who manages it; "" nobody yet
	Workers      []string
	Stay         bool // its people stay in the teams they are in as well
}

// SetUp sets up a team. New work of what it takes goes to it from its day on, or from now
// when that day is over; what is with other teams stays there until it is moved.
func (d *Desk) SetUp(ctx context.Context, who access.Actor, n NewTeam) (string, error) {
	n.Name, n.Email, n.Phone = form.Clean(n.Name), strings.ToLower(form.Clean(n.Email)), form.Clean(n.Phone)
	clean(&n.From)
	err := d.Record.Do(ctx, who, func(tx *record.Tx) error {
		if err := tx.Allow(access.ManageTeams, access.About{}); err != nil {
			return err
		}
		if err := n.Check(tx.Now.Date()); err != nil {
			return err
		}
		if err := reached(n.Email, n.Phone); err != nil {
			return err
		}
		if n.Phone != "" {
			n.Phone = pathway.Phone(n.Phone)
		}
		if err := unique(ctx, tx, n.ID, n.Name); err != nil {
			return err
		}
		if n.ID == "" {
			n.ID = tx.NewID()
		}
		at := n.Effect(tx.Now)
		err := addTeam.Exec(ctx, tx, []any{n.ID, tx.Authority, n.Name, n.Kind, n.Email, n.Phone, at})
		if db.Unique(err) {
			return refusal.New(refusal.Conflict, "There is a team with this id")
		}
		if err != nil {
			return err
		}
		t := team{id: n.ID, name: n.Name, kind: string(n.Kind)}
		if _, err := tx.ExecContext(ctx, addEvent, t.id, tx.Authority, "set_up", t.name, takesWords(n.Takes), n.Why, n.WhyEarlier, at, tx.Now, tx.Who.ID, tx.Who.Name); err != nil {
			return err
		}
		for _, o := range n.Takes {
			if _, err := tx.ExecContext(ctx, addTakes, o, tx.Authority, t.id, later(at, tx.Now), tx.Now); err != nil {
				return err
			}
		}
		people := []Member{}
		if n.Manager != "" {
			people = append(people, Member{User: n.Manager, Role: access.TeamManager, Stay: true})
		}
		for _, w := range n.Workers {
			people = append(people, Member{User: w, Role: access.SocialWorker, Stay: n.Stay})
		}
		for _, m := range people {
			m.From = n.From
			if _, err := m.join(ctx, tx, t); err != nil {
				return err
			}
		}
		return tx.Apply(ctx, t.subject(), "set up a team", pathway.Consequences{})
	})
	return n.ID, err
}

// reached refuses a mailbox or a phone that nothing can be sent to.
func reached(email, phone string) error {
	var p []refusal.Problem
	if at, host, ok := strings.Cut(email, "@"); email != "" && (!ok || at == "" || !strings.Contains(host, ".") || strings.ContainsAny(email, " ,;<>")) {
		p = append(p, refusal.Problem{Field: "email", Message: "Enter an e-mail address such as name@example.org"})
	}
	if phone != "" && pathway.Phone(phone) == "" {
		p = append(p, refusal.Problem{Field: "phone", Message: "Enter a phone number such as 07700 900123"})
	}
	return refusal.Fields(p)
}

func takesWords(all []pathway.Outcome) string {
	var names []string
	for _, o := range all {
		names = append(names, pathway.OutcomeName(o))
	}
	if len(names) == 0 {
		return "Takes what is given to it"
	}
	return "Takes: " + strings.Join(names, "; ")
}

// Member is somebody who joins or leaves a team.
type Member struct {
	User  string
	Role  access.Role // team manager or social worker: one they hold already
	Stay  bool        // stays in the other teams as well
	Until civil.Date  // last day; zero is no end
	pathway.From
}

// check says what is wrong with the role and the days, whoever it is.
func (m Member) check(today civil.Date) error {
	if m.User == "" {
		return refusal.Field("member", "Select who it is")
	}
	if m.Role != access.TeamManager && m.Role != access.SocialWorker {
		return refusal.Field("role", "Select whether they manage the team or work in it")
	}
	if err := m.From.Check(today); err != nil {
		return err
	}
	if !m.Until.IsZero() && m.Until.Before(m.Day) {
		return refusal.Field("until", "The last day must not be before the first")
	}
	return nil
}

// join puts somebody into a team with a role that they hold already: a team gives nobody
// a right that an administrator did not give.
func (m Member) join(ctx context.Context, tx *record.Tx, t team) (string, error) {
	if err := m.check(tx.Now.Date()); err != nil {
		return "", err
	}
	var name string
	if err := tx.QueryRowContext(ctx, userName, m.User, tx.Authority).Scan(&name); err != nil {
		if db.NotFound(err) {
			return "", refusal.Field("member", "Select who it is")
		}
		return "", err
	}
	at := m.Effect(tx.Now)
	var n int
	if err := tx.QueryRowContext(ctx, holdsRole, m.User, tx.Authority, m.Role, at).Scan(&n); err != nil {
		return "", err
	}
	if n == 0 {
		return "", refusal.Field("member", name+" is not a "+access.RoleName(m.Role)+" here. An administrator gives people their roles")
	}
	if err := tx.QueryRowContext(ctx, already, m.User, tx.Authority, m.Role, t.id, at).Scan(&n); err != nil {
		return "", err
	}
	if n > 0 {
		return "", refusal.Field("member", name+" is in this team then already")
	}
	var until, written any
	if !m.Until.IsZero() {
		until, written = m.Until.AddDays(1).Start(), tx.Now
	}
	if !m.Stay {
		if _, err := tx.ExecContext(ctx, leaveOthers, m.User, tx.Authority, m.Role, t.id, at, tx.Now, later(at, tx.Now), db.List(pathway.TeamKinds())); err != nil {
			return "", err
		}
	}
	err := addMembership.Exec(ctx, tx, []any{m.User, tx.Authority, m.Role, t.id, at, until, tx.Now, written})
	if db.Unique(err) {
		err = refusal.Field("member", name+" is in this team then already")
	}
	if err == nil && !m.Until.IsZero() {
		_, err = tx.ExecContext(ctx, keepRole, tx.Authority, t.id, m.User, until)
	}
	return name, err
}

// change loads a team that goes on, asks for permission and makes the change.
func (d *Desk) change(ctx context.Context, who access.Actor, id, summary string, do func(*record.Tx, team) error) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		if err := tx.Allow(access.ManageTeams, access.About{}); err != nil {
			return err
		}
		t, err := find(ctx, tx, tx.Authority, id)
		if err != nil {
			return err
		}
		if !t.ended.IsZero() {
			return refusal.New(refusal.Conflict, "This team has an end. Nothing about it is changed any more")
		}
		if !t.works() {
			return refusal.New(refusal.Conflict, "This is not a team of social workers. It is kept by an administrator")
		}
		if err := do(tx, t); err != nil {
			return err
		}
		return tx.Apply(ctx, t.subject(), summary, pathway.Consequences{})
	})
}

// Join puts somebody into a team from a day, until another when one is known.
func (d *Desk) Join(ctx context.Context, who access.Actor, id string, m Member) error {
	clean(&m.From)
	return d.change(ctx, who, id, "join a team", func(tx *record.Tx, t team) error {
		name, err := m.join(ctx, tx, t)
		if err != nil {
			return err
		}
		return event(ctx, tx, t, "joined", name+", "+access.RoleName(m.Role), m.From, m.Effect(tx.Now))
	})
}

// Leave takes somebody out of a team from a day on. Children who are theirs stay theirs,
// and so does their role.
func (d *Desk) Leave(ctx context.Context, who access.Actor, id string, m Member) error {
	clean(&m.From)
	return d.change(ctx, who, id, "leave a team", func(tx *record.Tx, t team) error {
		m.Until = civil.Date{}
		if err := m.check(tx.Now.Date()); err != nil {
			return err
		}
		var name string
		if err := tx.QueryRowContext(ctx, userName, m.User, tx.Authority).Scan(&name); err != nil {
			if db.NotFound(err) {
				return refusal.Field("member", "Select who it is")
			}
			return err
		}
		at := m.Effect(tx.Now)
		n, err := db.Changed(tx.ExecContext(ctx, endMembership, m.User, tx.Authority, m.Role, t.id, at, tx.Now, later(at, tx.Now)))
		if err != nil {
			return err
		}
		if n == 0 {
			return refusal.Field("member", name+" is not in this team then")
		}
		if _, err := tx.ExecContext(ctx, keepRole, tx.Authority, t.id, m.User, at); err != nil {
			return err
		}
		return event(ctx, tx, t, "left", name+", "+access.RoleName(m.Role), m.From, at)
	})
}

// Changes are what a team is called, what it takes and where it is told.
type Changes struct {
	Name, Email, Phone string
	Takes              []pathway.Outcome
	Version            int64
	pathway.From
}

// Change changes a team. The name and the address hold from now on; which new work goes
// to the team holds from the day. What was is kept.
func (d *Desk) Change(ctx context.Context, who access.Actor, id string, c Changes) error {
	c.Name, c.Email, c.Phone = form.Clean(c.Name), strings.ToLower(form.Clean(c.Email)), form.Clean(c.Phone)
	clean(&c.From)
	return d.change(ctx, who, id, "change a team", func(tx *record.Tx, t team) error {
		s := pathway.TeamSetUp{Name: c.Name, Kind: pathway.TeamKind(t.kind), Takes: c.Takes, From: c.From}
		if err := s.Check(tx.Now.Date()); err != nil {
			return err
		}
		if err := reached(c.Email, c.Phone); err != nil {
			return err
		}
		if err := unique(ctx, tx, t.id, c.Name); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, knownAs, t.id, tx.Authority); err != nil {
			return err
		}
		n, err := db.Changed(tx.ExecContext(ctx, changed, t.id, tx.Authority, c.Name, c.Email, pathway.Phone(c.Phone), cmp.Or(c.Version, t.version)))
		if err != nil {
			return err
		}
		if n == 0 {
			return refusal.New(refusal.Conflict, "Somebody else has changed this team. Read what changed before going on")
		}
		if _, err := tx.ExecContext(ctx, renameDesk, t.id, tx.Authority, c.Name); err != nil {
			return err
		}
		from := later(c.Effect(tx.Now), tx.Now)
		takes, err := takesAt(ctx, tx, tx.Authority, from)
		if err != nil {
			return err
		}
		for _, o := range pathway.TeamWork() {
			to := ""
			switch has := takes[o.Code] == t.id; {
			case slices.Contains(c.Takes, o.Code) == has:
				continue
			case !has:
				to = t.id
			}
			if _, err := tx.ExecContext(ctx, addTakes, o.Code, tx.Authority, to, from, tx.Now); err != nil {
				return err
			}
		}
		was := t.name
		t.name = c.Name
		detail := takesWords(c.Takes)
		if was != c.Name {
			detail = "Was called " + was + ". " + detail
		}
		return event(ctx, tx, t, "changed", detail, c.From, c.Effect(tx.Now))
	})
}

// takesAt is which team takes new work of each outcome at a moment, by what is written
// down now.
func takesAt(ctx context.Context, q db.Queryer, authority string, at civil.Instant) (map[pathway.Outcome]string, error) {
	out := map[pathway.Outcome]string{}
	_, err := db.Collect(ctx, q, func(r *sql.Rows, _ *struct{}) error {
		var o pathway.Outcome
		var id string
		var from civil.Instant
		err := r.Scan(&o, &id, &from)
		if !from.After(at) {
			out[o] = id
		}
		return err
	}, takers, authority)
	return out, err
}

// Standing counts what stands on a team.
func standing(ctx context.Context, q db.Queryer, authority, id string) (s pathway.OnTeam, err error) {
	err = q.QueryRowContext(ctx, onTeam, id, authority).Scan(&s.Waiting, &s.Held, &s.Waits, &s.Desks)
	if err != nil {
		err = fmt.Errorf("count what stands on team %s: %w", id, err)
	}
	return s, err
}

// End ends a team from a day on. It refuses while a child, a wait or a desk stands on it:
// each must be moved first. New work that came to it goes to the team that follows it,
// from now on, and so does the child of anybody who is still in it.
func (d *Desk) End(ctx context.Context, who access.Actor, id, successor string, f pathway.From) error {
	clean(&f)
	return d.change(ctx, who, id, "end a team", func(tx *record.Tx, t team) error {
		s, err := standing(ctx, tx, tx.Authority, t.id)
		if err != nil {
			return err
		}
		if err := pathway.EndTeam(s, successor, f, tx.Now.Date()); err != nil {
			return err
		}
		if successor == t.id {
			return refusal.Field("to", "Select another team than the one that ends")
		}
		next, err := find(ctx, tx, tx.Authority, successor)
		if refusal.KindOf(err) == refusal.NotFound {
			return refusal.Field("to", "Select the team that follows it")
		}
		if err != nil {
			return err
		}
		if err := next.goesOn("to"); err != nil {
			return err
		}
		at := f.Effect(tx.Now)
		if n, err := db.Changed(tx.ExecContext(ctx, endTeam, t.id, tx.Authority, at, next.id)); err != nil || n == 0 {
			return cmp.Or(err, error(refusal.New(refusal.Conflict, "Somebody else has ended this team")))
		}
		if _, err := tx.ExecContext(ctx, follow, t.id, tx.Authority, next.id); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, endEverybody, t.id, tx.Authority, at, tx.Now, later(at, tx.Now)); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, keepRole, tx.Authority, t.id, "", at); err != nil {
			return err
		}
		return event(ctx, tx, t, "ended", "Followed by "+next.name, f, at)
	})
}
