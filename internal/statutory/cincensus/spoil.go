package cincensus

import "fmt"

// spoiling is one thing that is wrong in real returns, and the rule that says so;
// "structure" for the schema.
type spoiling struct {
	rule  string
	spoil func(g *inventor, c *Child, n int) bool // false when the child has nothing to spoil that way
}

// spoilings are the ways in which an invented child is spoiled.
var spoilings = []spoiling{
	{"8500", func(_ *inventor, c *Child, _ int) bool { c.Identifiers.LAchildID = Text{}; return true }},
	{"8510", func(_ *inventor, c *Child, n int) bool {
		c.Identifiers.LAchildID = Of(fmt.Sprintf("C%07d", n))
		return n > 0
	}},
	{"4180", func(_ *inventor, c *Child, _ int) bool {
		c.Identifiers.Sex, c.Identifiers.GenderCurrent = Text{}, Text{}
		return true
	}},
	{"4220", func(_ *inventor, c *Child, _ int) bool { c.Characteristics.Ethnicity = Of("WHIT"); return true }},
	{"1510", func(_ *inventor, c *Child, _ int) bool {
		upn := c.Identifiers.UPN.Value
		if upn == "" {
			return false
		}
		wrong := "A"
		if upn[0] == 'A' {
			wrong = "B"
		}
		c.Identifiers.UPN = Of(wrong + upn[1:])
		return true
	}},
	{"8525Q", func(_ *inventor, c *Child, _ int) bool {
		c.Identifiers.PersonBirthDate, c.Identifiers.ExpectedPersonBirthDate = Date{}, Date{}
		return true
	}},
	{"8790", func(_ *inventor, c *Child, _ int) bool {
		c.Characteristics.Disabilities = []Disability{{Code: Of("NONE")}, {Code: Of("LD")}}
		return true
	}},
	{"8610", func(_ *inventor, c *Child, _ int) bool {
		e := c.Episodes[0]
		e.PrimaryNeedCode = Text{}
		return e.ReferralNFA.no()
	}},
	{"8600", func(g *inventor, c *Child, _ int) bool {
		c.Episodes[0].CINreferralDate = On(g.end.AddDays(3))
		return true
	}},
	{"8568", func(_ *inventor, c *Child, _ int) bool { c.Episodes[0].ReferralNFA = Of("N"); return true }},
	{"8640", func(_ *inventor, c *Child, _ int) bool {
		e := c.Episodes[0]
		if !e.ReasonForClosure.Given() {
			return false
		}
		e.ReasonForClosure = Of("RC0")
		return true
	}},
	{"8805", func(_ *inventor, c *Child, _ int) bool {
		c.Episodes[0].ReasonForClosure = Text{}
		return c.Episodes[0].CINclosureDate.Known()
	}},
	{"8867", func(_ *inventor, c *Child, _ int) bool {
		e := c.Episodes[0]
		if len(e.Assessments) == 0 || !e.CINclosureDate.Known() {
			return false
		}
		e.Assessments[0].AssessmentAuthorisationDate, e.Assessments[0].Factors = Date{}, nil
		return true
	}},
	{"8608", func(_ *inventor, c *Child, _ int) bool {
		e := c.Episodes[0]
		if len(e.Assessments) == 0 || !e.Assessments[0].AssessmentAuthorisationDate.Known() {
			return false
		}
		a := e.Assessments[0]
		a.AssessmentActualStartDate = On(a.AssessmentAuthorisationDate.Day.AddDays(1))
		return true
	}},
	{"8896", func(_ *inventor, c *Child, _ int) bool {
		e := c.Episodes[0]
		if len(e.Assessments) == 0 {
			return false
		}
		open := &Assessment{AssessmentActualStartDate: e.Assessments[0].AssessmentActualStartDate}
		e.Assessments = append(e.Assessments, open, open)
		return true
	}},
	{"8898", func(_ *inventor, c *Child, _ int) bool {
		e := c.Episodes[0]
		if len(e.Assessments) == 0 || len(e.Assessments[0].Factors) == 0 {
			return false
		}
		e.Assessments[0].Factors = append(e.Assessments[0].Factors, e.Assessments[0].Factors[0])
		return true
	}},
	{"4011", func(_ *inventor, c *Child, _ int) bool {
		e := c.Episodes[0]
		if len(e.CINPlans) == 0 {
			return false
		}
		e.CINPlans[0].CINPlanEndDate = On(e.CINPlans[0].CINPlanStartDate.Day.AddDays(-1))
		return true
	}},
	{"8875", func(_ *inventor, c *Child, _ int) bool {
		e := c.Episodes[0]
		if len(e.Section47s) == 0 || !e.Section47s[0].DateOfInitialCPC.Known() {
			return false
		}
		d := e.Section47s[0].DateOfInitialCPC.Day
		for !weekend(On(d)) {
			d = d.AddDays(1)
		}
		e.Section47s[0].DateOfInitialCPC = On(d)
		return true
	}},
	{"8905", func(_ *inventor, c *Child, _ int) bool {
		e := c.Episodes[0]
		if len(e.ProtectionPlans) == 0 {
			return false
		}
		e.ProtectionPlans[0].InitialCategoryOfAbuse = Of("OTH")
		return true
	}},
	{"8925", func(_ *inventor, c *Child, _ int) bool {
		e := c.Episodes[0]
		if len(e.ProtectionPlans) == 0 {
			return false
		}
		p := e.ProtectionPlans[0]
		p.CPPendDate = On(p.CPPstartDate.Day.AddDays(-2))
		return true
	}},
	{StructureCode, func(_ *inventor, c *Child, _ int) bool { c.Episodes[0].ReferralSource = Of("Police"); return true }},
	{StructureCode, func(_ *inventor, c *Child, _ int) bool {
		d := c.Episodes[0].CINreferralDate.Day
		c.Episodes[0].CINreferralDate.Text = Of(fmt.Sprintf("%02d/%02d/%d", d.Day, int(d.Month), d.Year))
		return true
	}},
}

// spoil makes one thing wrong with a child.
func (g *inventor) spoil(c *Child, n int) {
	for range 50 {
		if spoilings[g.r.IntN(len(spoilings))].spoil(g, c, n) {
			return
		}
	}
}
