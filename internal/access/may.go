package access

import (
	"slices"
	"strings"

	"frontdoor/internal/civil"
)

// May decides. The steps are those of the threat model, section 3, in order; the
// first that answers wins.
func May(a Actor, act Action, about About, now civil.Instant) Verdict {
	if a.Authority == "" || (about.Authority != "" && about.Authority != a.Authority) {
		return Verdict{Answer: Conceal, Rule: "A0 authority"}
	}
	row, ok := rowOf(act)
	if !ok {
		return Verdict{Answer: Deny, Message: "You do not have permission to do this", Rule: "A4 no rule"}
	}
	if !a.Expires.IsZero() && !now.Before(a.Expires) {
		return Verdict{Answer: Deny, Message: "Your account has ended. Ask the front door to extend it", Rule: "A4 expired"}
	}
	s := scopeOf(a, row)
	if v := s.restricted(about); v.Answer != Allow {
		return v
	}
	if !s.Allowed {
		return Verdict{Answer: Deny, Message: needRole(row), Rule: "A4 role"}
	}
	if a.ReadOnly && row.Changes {
		return Verdict{Answer: Deny, Message: "You can read but not change the record", Rule: "A4 read only"}
	}
	if !s.relates(about) {
		return Verdict{Answer: Conceal, Rule: "A5 relation"}
	}
	return Verdict{Answer: Allow, Rule: "A7"}
}

// needRole says who may do it: "You need to be a front door manager to do this".
func needRole(row Row) string {
	var names []string
	for _, r := range Roles() {
		if row.Grants[r] != None && r != Public && r != Door && r != Installation {
			names = append(names, roleNames[r])
		}
	}
	if len(names) == 0 {
		return "You do not have permission to do this"
	}
	last := names[len(names)-1]
	words := last
	if len(names) > 1 {
		words = strings.Join(names[:len(names)-1], ", ") + " or " + last
	}
	article := "a "
	if strings.ContainsAny(words[:1], "aeiou") {
		article = "an "
	}
	return "You need to be " + article + words + " to do this"
}

// Scope is May for lists: what one actor may see of many. A list asks the
// database for what the scope says, and every row it shows would be allowed by
// May on its own page.
type Scope struct {
	Allowed    bool
	Named      bool     // false: numbers or references only, never a child's name
	WorkerID   string   // only children of this worker; "" any
	Teams      []string // only children of these teams; empty any
	AgencyID   string   // only this organisation's; "" any
	ReferrerID string   // only what this person sent; "" any
	DrawnFor   string   // only what was drawn for this person; "" any
	SeatOf     string   // only what this person is invited to; "" any
	Restricted Answer   // Mask or Conceal: what becomes of restricted rows for one not named
	UserID     string   // the actor, for restrictions that name people
	Conflicts  []string // persons who are the actor's own family
}

// ScopeOf is what a list for this action may show this actor.
func ScopeOf(a Actor, act Action) Scope {
	row, ok := rowOf(act)
	if !ok || a.Authority == "" {
		return Scope{Restricted: Conceal, UserID: a.ID}
	}
	return scopeOf(a, row)
}

// wider orders grants, so that a person with two roles has the wider.
var wider = []Grant{None, Numbers, Refs, Seat, Sent, Own, Agency, Team, Drawn, Sampled, Reason, Full}

func scopeOf(a Actor, row Row) Scope {
	s := Scope{Restricted: Conceal, UserID: a.ID, Conflicts: a.Conflicts}
	best := None
	for _, r := range a.Roles {
		if g := row.Grants[r]; slices.Index(wider, g) > slices.Index(wider, best) {
			best = g
		}
		if slices.Contains(frontDoor, r) {
			s.Restricted = Mask
		}
	}
	s.Allowed, s.Named = best != None, best != None && best != Numbers && best != Refs
	switch best {
	case Own:
		s.WorkerID = a.ID
	case Team:
		s.Teams = append([]string{"no team"}, a.Teams...)
	case Seat:
		s.SeatOf = a.ID
	case Agency, Refs:
		s.AgencyID = a.AgencyID
		if s.AgencyID == "" {
			s.AgencyID = "no agency"
		}
	case Sent:
		s.ReferrerID = a.ID
	case Drawn:
		s.DrawnFor = a.ID
	}
	return s
}

// Admits says what a list shows of one row: the same as May for its page.
func (s Scope) Admits(about About) Answer {
	if v := s.restricted(about); v.Answer != Allow {
		return v.Answer
	}
	if !s.Allowed {
		return Deny
	}
	if !s.relates(about) {
		return Conceal
	}
	return Allow
}

// restricted is A1 to A3: one's own family, sealed and restricted records.
func (s Scope) restricted(about About) Verdict {
	for _, p := range about.Persons {
		if slices.Contains(s.Conflicts, p) {
			return Verdict{Answer: Conceal, Rule: "A1 own family"}
		}
	}
	if about.Conceal == Unrestricted || slices.Contains(about.Named, s.UserID) {
		return Verdict{Answer: Allow}
	}
	if about.Conceal == Restricted && s.Restricted == Mask {
		return Verdict{Answer: Mask, Message: "Restricted record, contact " + about.NamedShown, Rule: "A3 restricted"}
	}
	return Verdict{Answer: Conceal, Rule: "A2 sealed or restricted"}
}

// relates is A5: whether the relation that the grant needs is there.
func (s Scope) relates(about About) bool {
	if about.Kind == "" {
		return true // about no record: only the role is asked
	}
	switch {
	case s.WorkerID != "":
		return slices.Contains(about.Workers, s.WorkerID)
	case len(s.Teams) > 0:
		return slices.ContainsFunc(about.Teams, func(t string) bool { return slices.Contains(s.Teams, t) })
	case s.AgencyID != "":
		return about.AgencyID == s.AgencyID
	case s.SeatOf != "":
		return slices.Contains(about.Seated, s.SeatOf)
	case s.ReferrerID != "":
		return about.ReferrerID == s.ReferrerID
	case s.DrawnFor != "":
		return slices.Contains(about.DrawnFor, s.DrawnFor)
	}
	return s.Named || !s.Allowed
}
