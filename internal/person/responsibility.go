package person

import (
	"slices"

	"frontdoor/internal/civil"
	"frontdoor/internal/refusal"
)

// Responsibility is that somebody holds parental responsibility for a child: all the
// rights, duties, powers, responsibilities and authority which by law a parent has
// (Children Act 1989, section 3(1)). Several people may hold it at once.
type Responsibility struct {
	Dated
	Child      string
	Holder     string // person id, or "" for an authority or a body
	HolderName string // of an authority or a body
	How        Acquired
}

// Acquired is how somebody came to hold parental responsibility.
type Acquired string

// The ways, each with the law that gives it.
const (
	ByBirth             Acquired = "birth_mother"
	ByMarriage          Acquired = "married_parent"
	ByRegistration      Acquired = "registered_parent"
	ByAgreement         Acquired = "agreement"
	ByOrder             Acquired = "court_order"
	ByChildArrangements Acquired = "child_arrangements"
	ByGuardianship      Acquired = "guardian"
	ByGuardianOrder     Acquired = "special_guardianship"
	ByAdoption          Acquired = "adoption"
	ByPlacement         Acquired = "placement_order"
	ByCareOrder         Acquired = "care_order"
	ByInterimOrder      Acquired = "interim_care_order"
	ByEmergencyOrder    Acquired = "emergency_protection"
	ByNobodyKnowsHow    Acquired = "not_known"
)

// Way is one way of acquiring parental responsibility, for forms and pages.
type Way struct {
	How       Acquired
	Name      string
	Law       string
	Authority bool // held by the local authority
}

// Ways are all the ways, in the order a form offers them. The law is cited as it
// stood when the row was written and is to be confirmed by somebody who knows it.
func Ways() []Way { return slices.Clone(ways) }

var ways = []Way{
	{ByBirth, "Birth mother", "Children Act 1989, section 2(1) and (2)", false},
	{ByMarriage, "Parent married to, or in a civil partnership with, the mother", "Children Act 1989, sections 2(1), 2(1A) and 3", false},
	{ByRegistration, "Parent named when the birth was registered, since 1 December 2003", "Children Act 1989, sections 4(1)(a) and 4ZA(1)(a)", false},
	{ByAgreement, "Parental responsibility agreement", "Children Act 1989, sections 4(1)(b), 4ZA(1)(b) and 4A(1)(a)", false},
	{ByOrder, "Parental responsibility order of a court", "Children Act 1989, sections 4(1)(c), 4ZA(1)(c) and 4A(1)(b)", false},
	{ByChildArrangements, "Child arrangements order: the child lives with them", "Children Act 1989, section 12(2)", false},
	{ByGuardianship, "Guardian, after a parent's death", "Children Act 1989, section 5(6)", false},
	{ByGuardianOrder, "Special guardianship order", "Children Act 1989, section 14C(1)", false},
	{ByAdoption, "Adoption order", "Adoption and Children Act 2002, section 46(1)", false},
	{ByPlacement, "Placement order or placed for adoption", "Adoption and Children Act 2002, section 25", true},
	{ByCareOrder, "Care order to the authority", "Children Act 1989, section 33(3)", true},
	{ByInterimOrder, "Interim care order to the authority", "Children Act 1989, sections 33(3) and 38", true},
	{ByEmergencyOrder, "Emergency protection order", "Children Act 1989, section 44(4)(c)", true},
	{ByNobodyKnowsHow, "Said to hold it; how is not known", "To be settled: ask to see the certificate, agreement or order", false},
}

// WayOf finds how a way is called.
func WayOf(how Acquired) (Way, bool) {
	i := slices.IndexFunc(ways, func(w Way) bool { return w.How == how })
	if i < 0 {
		return Way{}, false
	}
	return ways[i], true
}

// Check refuses parental responsibility that nobody holds, or that came about in no
// way the law knows.
func (r Responsibility) Check(today civil.Date) error {
	var out []refusal.Problem
	way, ok := WayOf(r.How)
	switch {
	case !ok:
		out = append(out, refusal.Problem{Field: "how", Message: "Select how parental responsibility was acquired"})
	case r.Holder == "" && r.HolderName == "":
		out = append(out, refusal.Problem{Field: "holder", Message: "Select who holds parental responsibility, or enter the authority's name"})
	case way.Authority && r.Holder != "" && r.How != ByEmergencyOrder && r.How != ByPlacement:
		out = append(out, refusal.Problem{Field: "holder", Message: "A care order gives parental responsibility to an authority. Enter its name instead"})
	}
	return refusal.Fields(append(out, r.check(today)...))
}

// EndedBy says which holders lose parental responsibility when somebody acquires
// it: an adoption order extinguishes everybody else's (Adoption and Children Act
// 2002, section 46(2)). No other way ends anybody's; a care order limits how
// parents may use theirs and does not take it away.
func EndedBy(gained Responsibility, have []Responsibility, on civil.Date) []Responsibility {
	if gained.How != ByAdoption {
		return nil
	}
	var out []Responsibility
	for _, r := range have {
		if r.Child == gained.Child && r.How != ByAdoption && r.Holds(on) {
			out = append(out, r)
		}
	}
	return out
}
