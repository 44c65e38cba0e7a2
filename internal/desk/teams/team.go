package teams

import (
	"context"
	"database/sql"
	"slices"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

var (
	eventsOf = db.SQL("teams.events", `
		SELECT kind, name, detail, why, why_earlier, from_at, recorded_at, recorded_by_name FROM team_event
		WHERE team_id = $1 AND authority_id = $2 ORDER BY n DESC`)
	peopleOf = db.SQL("teams.people", `
		SELECT u.id, u.name, r.role, r.begun_at, r.ended_at FROM user_role r
		JOIN user_account u ON u.id = r.user_id AND u.authority_id = r.authority_id
		WHERE r.team_id = $1 AND r.authority_id = $2 ORDER BY r.ended_at IS NOT NULL, r.role DESC, u.name, r.begun_at`)
	goingOn = db.SQL("teams.going-on", `
		SELECT id, name FROM team WHERE authority_id = $1 AND ended_at IS NULL AND kind IN (:list($2)) ORDER BY name, id`)
	staff = db.SQL("teams.staff", `
		SELECT DISTINCT u.id, u.name, r.role FROM user_account u
		JOIN user_role r ON r.user_id = u.id AND r.authority_id = u.authority_id AND (r.ended_at IS NULL OR r.ended_at > $2) AND r.role IN ('team_manager', 'social_worker')
		WHERE u.authority_id = $1 AND u.disabled_at IS NULL AND u.organisation_id = '' ORDER BY u.name, u.id, r.role`)
)

// Event is something that was done with a team.
type Event struct {
	Kind, Name, Detail, Why, WhyEarlier, By string
	From, At                                civil.Instant
}

// Person is somebody in a team, with their days.
type Person struct {
	ID, Name     string
	Role         access.Role
	Begun, Ended civil.Instant
}

// In says whether they are in the team at a moment.
func (p Person) In(now civil.Instant) bool {
	return !p.Begun.After(now) && (p.Ended.IsZero() || p.Ended.After(now))
}

// Takes is that new work of an outcome goes to a team from a moment on.
type Takes struct {
	Outcome pathway.Outcome
	From    civil.Instant
}

// Staff is somebody who can be in a team, by the role they hold.
type Staff struct {
	ID, Name string
	Role     access.Role
}

// Page is a team with what was done with it, who works in it, what it takes and what
// stands on it.
type Page struct {
	Now              civil.Instant
	ID, Name         string
	Kind             pathway.TeamKind
	Email, Phone     string
	Begun, Ended     civil.Instant
	Version          int64
	Successor        Named
	Takes            []Takes
	Standing         pathway.OnTeam
	Events           []Event
	People           []Person
	Moves            []Moved
	Others           []Named // teams that go on, without this one
	Staff            []Staff
	Manages, MayMove bool
	Lists            bool // whether the reader may see whose the numbers are
}

// Team shows a team.
func (d *Desk) Team(ctx context.Context, who access.Actor, id string) (*Page, error) {
	p := &Page{}
	err := d.Record.Look(ctx, who, access.PurposeOversight, func(v *record.View) error {
		if _, err := v.Scope(access.SeeTeams); err != nil {
			return err
		}
		v.Saw("team")
		t, err := find(ctx, v, v.Authority, id)
		if err != nil {
			return err
		}
		if !t.works() {
			return refusal.Hidden()
		}
		*p = Page{Now: v.Now, ID: t.id, Name: t.name, Kind: pathway.TeamKind(t.kind), Email: t.email, Phone: t.phone, Begun: t.begun, Ended: t.ended, Version: t.version}
		about := access.About{Kind: "team", ID: t.id, Authority: v.Authority, Teams: []string{t.id}}
		p.MayMove = access.ScopeOf(who, access.MoveTeam).Admits(about) == access.Allow && !who.ReadOnly
		p.Manages = access.ScopeOf(who, access.ManageTeams).Admits(about) == access.Allow && !who.ReadOnly && t.ended.IsZero()
		p.Lists = access.ScopeOf(who, access.ListTeams).Admits(about) == access.Allow
		return p.read(ctx, v, t)
	})
	return p, err
}

func (p *Page) read(ctx context.Context, v *record.View, t team) (err error) {
	if t.successor != "" {
		next, err := find(ctx, v, v.Authority, t.successor)
		if err != nil {
			return err
		}
		p.Successor = Named{next.id, next.name}
	}
	if p.Standing, err = standing(ctx, v, v.Authority, t.id); err != nil {
		return err
	}
	if p.Takes, err = takesOf(ctx, v, v.Authority, t.id, v.Now); err != nil {
		return err
	}
	p.Events, err = db.Collect(ctx, v, func(r *sql.Rows, e *Event) error {
		return r.Scan(&e.Kind, &e.Name, &e.Detail, &e.Why, &e.WhyEarlier, &e.From, &e.At, &e.By)
	}, eventsOf, t.id, v.Authority)
	if err != nil {
		return err
	}
	p.People, err = db.Collect(ctx, v, func(r *sql.Rows, x *Person) error { return r.Scan(&x.ID, &x.Name, &x.Role, &x.Begun, &x.Ended) }, peopleOf, t.id, v.Authority)
	if err != nil {
		return err
	}
	if p.Moves, err = db.Collect(ctx, v, scanMove, movesOf, v.Authority, t.id); err != nil {
		return err
	}
	for i := range p.Moves {
		m := &p.Moves[i]
		m.Undo = p.MayMove && m.Undone.IsZero() && !v.Now.After(m.Until)
	}
	p.Others, p.Staff, err = choices(ctx, v, t.id)
	return err
}

// takesOf is what new work goes to a team, now and later, by what is written down now.
func takesOf(ctx context.Context, q db.Queryer, authority, id string, now civil.Instant) ([]Takes, error) {
	current, err := takesAt(ctx, q, authority, now)
	if err != nil {
		return nil, err
	}
	var out []Takes
	all, err := db.Collect(ctx, q, func(r *sql.Rows, t *struct {
		Takes
		team string
	}) error {
		return r.Scan(&t.Outcome, &t.team, &t.From)
	}, takers, authority)
	for _, t := range slices.Backward(all) {
		held := slices.ContainsFunc(out, func(x Takes) bool { return x.Outcome == t.Outcome })
		if t.team == id && (t.From.After(now) || current[t.Outcome] == id && !held) {
			out = append(out, t.Takes)
		}
	}
	slices.Reverse(out)
	return out, err
}

// choices are the teams that go on but for one, and the people who can be in a team.
func choices(ctx context.Context, v *record.View, but string) ([]Named, []Staff, error) {
	teams, err := db.Collect(ctx, v, func(r *sql.Rows, n *Named) error { return r.Scan(&n.ID, &n.Name) }, goingOn, v.Authority, db.List(pathway.TeamKinds()))
	if err != nil {
		return nil, nil, err
	}
	people, err := db.Collect(ctx, v, func(r *sql.Rows, s *Staff) error { return r.Scan(&s.ID, &s.Name, &s.Role) }, staff, v.Authority, v.Now)
	return slices.DeleteFunc(teams, func(n Named) bool { return n.ID == but }), people, err
}

// Staff are the people who can be in a team, for the form that sets one up.
func (d *Desk) Staff(ctx context.Context, who access.Actor) (all []Staff, err error) {
	err = d.Record.Look(ctx, who, access.PurposeService, func(v *record.View) error {
		if err := v.Allow(access.ManageTeams, access.About{}); err != nil {
			return err
		}
		v.Saw("people")
		_, all, err = choices(ctx, v, "")
		return err
	})
	return all, err
}
