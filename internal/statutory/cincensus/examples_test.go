package cincensus

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// example is a rule on a made-up return: goodChild with something changed, or
// several children.
type example struct {
	name   string
	year   int  // 2026 when 0
	mode   Mode // Spec when ""
	change func(c *Child, e *CINdetails)
	all    func() []*Child
	head   func(h *Header)
	flags  string // what is flagged as Table.Field.row, in order of letters; LA for the return as a whole; "" when it passes
}

// examples holds a rule to its examples. The good child passes every rule but those
// that judge the return as a whole, for which good says what they say.
func examples(t *testing.T, rule *Rule, good string, list []example) {
	t.Helper()
	year := max(rule.From, 2026)
	list = append([]example{{name: "the good child", year: year, flags: good}}, list...)
	fails, passes := 0, 0
	for _, ex := range list {
		t.Run(ex.name, func(t *testing.T) {
			children := []*Child{goodChild()}
			if ex.all != nil {
				children = ex.all()
			}
			if ex.change != nil {
				ex.change(children[0], children[0].Episodes[0])
			}
			if ex.year == 0 {
				ex.year = 2026
			}
			h := &Header{Year: Of(fmt.Sprint(ex.year)), ReferenceDate: On(lastOfMarch(ex.year))}
			if ex.head != nil {
				ex.head(h)
			}
			var rules []*Rule
			if ex.year >= rule.From {
				rules = []*Rule{rule}
			}
			got := cells(check(ex.year, ex.mode, h, rules, children))
			if got != ex.flags {
				t.Errorf("flags %q, want %q", got, ex.flags)
			}
		})
		if ex.flags == "" {
			passes++
		} else {
			fails++
		}
	}
	if fails == 0 || passes == 0 {
		t.Errorf("%d failing and %d passing examples: a rule needs both", fails, passes)
	}
}

// check runs rules over children.
func check(year int, mode Mode, h *Header, rules []*Rule, children []*Child) []Finding {
	var found []Finding
	c := newChecker(year, mode, h, england(), rules, func(f Finding) { found = append(found, f) })
	for _, child := range children {
		c.child(child)
	}
	c.finish()
	return found
}

// cells are the cells that findings flag, each once, in order of letters.
func cells(found []Finding) string {
	var out []string
	for _, f := range found {
		for _, p := range f.Places {
			for _, name := range p.Fields {
				out = append(out, fmt.Sprintf("%s.%s.%d", p.Table, name, p.Row))
			}
		}
		if len(f.Places) == 0 {
			out = append(out, "LA")
		}
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), " ")
}

// day is a date as a file would give it, or a text that is none.
func day(s string) Date {
	d, _ := parseDay(s)
	return Date{Of(s), d}
}

// goodChild has one of everything and passes the rules: referred in April 2025,
// assessed, helped by a plan, protected by another, closed in December. The
// pre-proceedings are of the year after, in which the module begins.
func goodChild() *Child {
	return &Child{
		Identifiers: ChildIdentifiers{
			LAchildID: Of("CH1"), UPN: Of("B359000000001"), PersonBirthDate: day("2015-06-10"), GenderCurrent: Of("2"), Sex: Of("F"),
		},
		Characteristics: ChildCharacteristics{Ethnicity: Of("WBRI"), Disabilities: []Disability{{Code: Of("NONE")}}},
		Episodes: []*CINdetails{{
			CINreferralDate: day("2025-04-14"), ReferralSource: Of("2A"), PrimaryNeedCode: Of("N1"),
			CINclosureDate: day("2025-12-19"), ReasonForClosure: Of("RC7"), ReferralNFA: Of("0"),
			Assessments: []*Assessment{{
				AssessmentActualStartDate: day("2025-04-15"), AssessmentAuthorisationDate: day("2025-05-30"), Factors: []Text{Of("3B"), Of("4B")},
			}},
			CINPlans: []*CINPlan{{CINPlanStartDate: day("2025-06-02"), CINPlanEndDate: day("2025-07-10")}},
			Section47s: []*Section47{{
				S47ActualStartDate: day("2025-07-01"), InitialCPCtarget: day("2025-07-22"), DateOfInitialCPC: day("2025-07-15"), ICPCnotRequired: Of("0"),
			}},
			ProtectionPlans: []*ProtectionPlan{{
				CPPstartDate: day("2025-07-15"), CPPendDate: day("2025-12-10"), InitialCategoryOfAbuse: Of("NEG"), LatestCategoryOfAbuse: Of("NEG"),
				NumberOfPreviousCPP: Of("0"), Reviews: []*Reviews{{Dates: []Date{day("2025-10-01")}}},
			}},
			PreProceedings: []*PreProceedings{{
				PPStartDate: day("2026-05-11"), LBPSentDate: day("2026-05-20"), FGDMMeetingOffer: Of("1"), FGDMMeetingFac: Of("1"),
				InitialPPMeetingDate: day("2026-06-03"), ReviewMeetingsCount: Of("2"), StepDecisionDate: day("2026-09-01"),
				PPOutcome: Of("A"), CourtAppDate: day("2026-09-10"), LetterInitCPDate: day("2026-09-11"),
			}},
		}},
	}
}

// twins are good children, numbered CH1 on, each changed.
func twins(n int, change func(i int, c *Child)) []*Child {
	var out []*Child
	for i := range n {
		c := goodChild()
		c.Identifiers.LAchildID = Of(fmt.Sprintf("CH%d", i+1))
		change(i, c)
		out = append(out, c)
	}
	return out
}

// disabled gives a child these disability codes and no others.
func disabled(c *Child, list ...string) {
	c.Characteristics.Disabilities = nil
	for _, code := range list {
		c.Characteristics.Disabilities = append(c.Characteristics.Disabilities, Disability{Code: Of(code)})
	}
}

// unborn makes a child unborn, expected on a day.
func unborn(c *Child, expected string) {
	c.Identifiers.PersonBirthDate, c.Identifiers.ExpectedPersonBirthDate, c.Identifiers.Sex = Date{}, day(expected), Of("U")
}

// clearSex takes out a child's sex.
func clearSex(c *Child, yes bool) {
	if yes {
		c.Identifiers.Sex = Text{}
	}
}

// noUPN is a child born on a day, without a UPN for a reason.
func noUPN(c *Child, born, reason string) {
	c.Identifiers.PersonBirthDate, c.Identifiers.UPN, c.Identifiers.UPNunknown = day(born), Text{}, Of(reason)
}

// reviews gives the protection plan one group of review conferences.
func reviews(e *CINdetails, held ...string) {
	g := &Reviews{}
	for _, s := range held {
		g.Dates = append(g.Dates, day(s))
	}
	e.ProtectionPlans[0].Reviews = []*Reviews{g}
}

// factors gives the assessment these factors and no others.
func factors(e *CINdetails, list ...string) {
	e.Assessments[0].Factors = nil
	for _, code := range list {
		e.Assessments[0].Factors = append(e.Assessments[0].Factors, Of(code))
	}
}

// assessedOnly leaves an episode with an assessment and a reason for closure.
func assessedOnly(e *CINdetails, reason string) {
	e.ReasonForClosure, e.Section47s, e.CINPlans, e.ProtectionPlans = Of(reason), nil, nil, nil
}

// noFurther makes a referral one of no further action, with nothing in it.
func noFurther(e *CINdetails) {
	*e = CINdetails{CINreferralDate: e.CINreferralDate, ReferralSource: e.ReferralSource, ReferralNFA: Of("1")}
}
