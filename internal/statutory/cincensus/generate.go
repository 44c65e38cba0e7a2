package cincensus

import (
	"fmt"
	"io"
	"math/rand/v2"
	"slices"

	"frontdoor/internal/civil"
	"frontdoor/internal/refusal"
)

// Invented says which census to invent.
type Invented struct {
	Children int
	Number   uint64       // the same number gives the same census; child n is the same however many there are
	Errors   float64      // share of children with something wrong, 0 to 1
	Year     int          // LatestYear when 0
	Stop     func() error // asked now and then; ends the writing when it gives an error
}

// Generate writes an invented census with every module. A clean one raises no error
// under the rules of its year. The children are nobody.
func Generate(out io.Writer, v Invented) error {
	if v.Year == 0 {
		v.Year = LatestYear
	}
	switch {
	case v.Children < 1:
		return refusal.Field("children", "Enter how many children, 1 or more")
	case v.Errors < 0 || v.Errors > 1:
		return refusal.Field("errors", "The share of children with errors must be from 0 to 1")
	case v.Year < FirstYear || v.Year > lastYear:
		return refusal.Field("year", fmt.Sprintf("The census year must be from %d to %d", FirstYear, lastYear))
	}
	w := NewWriter(out, Header{
		Collection: Of("CIN"), Year: Of(fmt.Sprint(v.Year)), ReferenceDate: On(lastOfMarch(v.Year)), SourceLevel: Of("L"), LEA: Of("999"),
		SoftwareCode: Of("frontdoor"), Release: Of(APIVersion), SerialNo: Of("001"), DateTime: Of(fmt.Sprintf("%d-05-01T09:30:00", v.Year)),
	})
	for n := range v.Children {
		if n%1000 == 0 && v.Stop != nil {
			if err := v.Stop(); err != nil {
				return err
			}
		}
		w.Child(v.child(n))
		if w.err != nil {
			break
		}
	}
	return w.Close()
}

// child invents child n.
func (v Invented) child(n int) *Child {
	r := rand.New(rand.NewPCG(v.Number, uint64(n)))
	start, end := period(lastOfMarch(v.Year))
	g := &inventor{r: r, year: v.Year, start: start, end: end, days: england()}
	c := g.child(n)
	if g.chance(v.Errors) {
		g.spoil(c, n)
	}
	return c
}

// inventor makes up one child.
type inventor struct {
	r          *rand.Rand
	year       int
	start, end civil.Date
	days       *civil.Calendar
	c          *Child
	e          *CINdetails
	born       civil.Date
}

func (g *inventor) chance(p float64) bool { return g.r.Float64() < p }

func (g *inventor) pick(list ...string) Text { return Of(list[g.r.IntN(len(list))]) }

// within is from lo to hi, both included.
func (g *inventor) within(lo, hi int) int { return lo + g.r.IntN(hi-lo+1) }

// code is any code of a set that the year has, other than those left out.
func (g *inventor) code(set string, not ...string) Text {
	list := codeList()[set]
	for {
		c := list[g.r.IntN(len(list))]
		if c.in(g.year) && !slices.Contains(not, c.Code) {
			return Of(c.Code)
		}
	}
}

// work is the day, or the next working day after it.
func (g *inventor) work(d civil.Date) civil.Date {
	for !g.days.WorkingDay(d) {
		d = d.AddDays(1)
	}
	return d
}

// later is a working day some days on, and whether it is still in the year.
func (g *inventor) later(d civil.Date, lo, hi int) (civil.Date, bool) {
	d = g.work(d.AddDays(g.within(lo, hi)))
	return d, !earlier(g.end, d)
}

func (g *inventor) child(n int) *Child {
	g.c = &Child{}
	c := g.c
	c.Identifiers.LAchildID = Of(fmt.Sprintf("C%07d", n+1))
	c.Characteristics.Ethnicity = g.code(ethnicities)
	if g.chance(0.03) {
		g.unborn()
		return c
	}
	g.born = g.end.AddDays(-g.within(400, 17*365))
	c.Identifiers.PersonBirthDate = On(g.born)
	g.sex("1", "2", "M", "F")
	g.upn(n)
	g.disabilities()
	referred := g.work(g.start.AddDays(g.within(0, 363)))
	if earlier(g.end, referred) {
		referred = g.work(g.end.AddDays(-10))
	}
	old := g.chance(0.2)
	if old {
		referred = g.work(g.start.AddDays(-g.within(20, 350)))
	}
	if earlier(referred, g.born) {
		referred = g.work(g.born)
	}
	old = old && earlier(referred, g.start)
	closed, again := g.episode(referred, old)
	if again && g.chance(0.25) {
		if next, ok := g.later(closed, 1, 120); ok {
			g.episode(next, false)
		}
	}
	return c
}

func (g *inventor) sex(before2025a, before2025b, a, b string) {
	if g.year >= 2025 {
		g.c.Identifiers.Sex = g.pick(a, b)
		return
	}
	g.c.Identifiers.GenderCurrent = g.pick(before2025a, before2025b)
}

// upn gives a child of four or more a number of its own, and a younger one the reason
// for having none.
func (g *inventor) upn(n int) {
	if earlier(g.end.AddMonths(-48), g.born) {
		g.c.Identifiers.UPNunknown = Of("UN1")
		return
	}
	if g.chance(0.03) {
		g.c.Identifiers.UPNunknown = g.pick("UN2", "UN3", "UN4", "UN5")
		return
	}
	// 387420489 shares no factor with 10^9, so every child has another number.
	body := g.pick("201", "330", "359", "373", "855", "931").Value[:3] + fmt.Sprintf("%09d", uint64(n+1)*387420489%1_000_000_000)
	g.c.Identifiers.UPN = Of(string(checkLetter("A"+body)) + body)
}

func (g *inventor) disabilities() {
	if !g.chance(0.18) {
		g.c.Characteristics.Disabilities = []Disability{{Code: Of("NONE")}}
		return
	}
	for range g.within(1, 3) {
		code := g.code(disabilities, "NONE")
		if !slices.ContainsFunc(g.c.Characteristics.Disabilities, func(d Disability) bool { return d.Code == code }) {
			g.c.Characteristics.Disabilities = append(g.c.Characteristics.Disabilities, Disability{Code: code})
		}
	}
}

// unborn invents a child who is expected after the reference date, referred before.
func (g *inventor) unborn() {
	expected := g.end.AddDays(g.within(10, 200))
	g.c.Identifiers.ExpectedPersonBirthDate = On(expected)
	g.c.Identifiers.UPNunknown = Of("UN1")
	g.sex("0", "0", "U", "U")
	g.open(g.work(g.end.AddDays(-g.within(5, 50))))
	g.e.ReferralSource = g.pick("3A", "3D", "3F")
	g.assess(g.e.CINreferralDate.Day, false)
}

func (g *inventor) open(referred civil.Date) {
	g.e = &CINdetails{CINreferralDate: On(referred), ReferralSource: g.code(referralSources), PrimaryNeedCode: g.code(primaryNeeds, "N0", "N9"), ReferralNFA: Of("0")}
	g.c.Episodes = append(g.c.Episodes, g.e)
}

// close ends the episode some days after everything in it, unless that is after the
// year.
func (g *inventor) close(last civil.Date, reasons ...string) (civil.Date, bool) {
	d, ok := g.later(last, 0, 14)
	if !ok || earlier(d, g.start) {
		return last, false
	}
	g.e.CINclosureDate, g.e.ReasonForClosure = On(d), g.pick(reasons...)
	return d, true
}

// episode invents a referral and what followed. An old one came before the year: what
// was finished before the year is not in the return.
func (g *inventor) episode(referred civil.Date, old bool) (closed civil.Date, ended bool) {
	g.open(referred)
	if !old && g.chance(0.12) {
		g.e.ReferralNFA, g.e.PrimaryNeedCode = Of("1"), Text{}
		return g.close(referred, "RC7")
	}
	kind := g.r.Float64()
	if old {
		if kind < 0.7 {
			return g.inNeed(g.work(referred.AddDays(g.within(45, 70))))
		}
		return g.oldProtection(referred)
	}
	done, ok := g.assess(referred, kind < 0.35)
	switch {
	case !ok:
		return done, false
	case kind < 0.35:
		return g.closeAssessed(done)
	case kind < 0.65:
		return g.inNeed(done)
	case kind < 0.8:
		return g.enquiry(done)
	}
	return g.conference(done)
}

// assess invents an assessment, and says whether it was authorised in the year.
func (g *inventor) assess(referred civil.Date, mayFindNothing bool) (civil.Date, bool) {
	a := &Assessment{AssessmentActualStartDate: On(referred), AssessmentInternalReviewDate: On(g.work(referred.AddDays(10)))}
	g.e.Assessments = append(g.e.Assessments, a)
	done, ok := g.later(referred, 20, 55)
	if !ok {
		return done, false
	}
	a.AssessmentAuthorisationDate = On(done)
	if mayFindNothing && g.chance(0.2) {
		a.Factors = []Text{Of("21")}
		return done, true
	}
	for range g.within(1, 5) {
		if f := g.code(assessmentFactor, "21", "18A", "19A"); !slices.Contains(a.Factors, f) {
			a.Factors = append(a.Factors, f)
		}
	}
	return done, true
}

// closeAssessed ends an episode that was an assessment and nothing else. One that
// found nothing and stays open would call for a word of explanation.
func (g *inventor) closeAssessed(done civil.Date) (civil.Date, bool) {
	reasons := []string{"RC8", "RC9"}
	if g.year < 2023 {
		reasons = reasons[:1]
	}
	closed, ok := g.close(done, reasons...)
	if a := g.e.Assessments[0]; !ok && a.factor("21") {
		a.Factors = []Text{Of("20")}
	}
	return closed, ok
}

// inNeed invents a child in need plan, and perhaps the closure after it.
func (g *inventor) inNeed(from civil.Date) (civil.Date, bool) {
	if earlier(g.end, from) {
		return from, false
	}
	p := &CINPlan{CINPlanStartDate: On(from)}
	g.e.CINPlans = append(g.e.CINPlans, p)
	ended, ok := g.later(from, 30, 250)
	if !ok || earlier(ended, g.start) {
		return from, false
	}
	p.CINPlanEndDate = On(ended)
	if g.chance(0.004) {
		g.c.Identifiers.PersonDeathDate = On(ended)
		g.e.CINclosureDate, g.e.ReasonForClosure = On(ended), Of("RC2")
		return ended, false
	}
	return g.close(ended, "RC3", "RC4", "RC5", "RC7", "RC7", "RC7")
}

// enquiry invents a section 47 enquiry that needed no conference.
func (g *inventor) enquiry(from civil.Date) (civil.Date, bool) {
	s := &Section47{S47ActualStartDate: On(from), InitialCPCtarget: On(g.target(from)), ICPCnotRequired: Of("1")}
	g.e.Section47s = append(g.e.Section47s, s)
	next, ok := g.later(from, 8, 14)
	if !ok {
		return from, false
	}
	return g.inNeed(next)
}

func (g *inventor) target(from civil.Date) civil.Date {
	d, err := g.days.AddWorkingDays(from, 15)
	if err != nil {
		return g.work(from.AddDays(21))
	}
	return d
}

// conference invents a section 47 enquiry, its conference and the plan it made. A few
// came with a family from another authority: their conference stands on the referral.
func (g *inventor) conference(from civil.Date) (civil.Date, bool) {
	held, ok := g.later(from, 8, 18)
	if g.chance(0.05) && ok {
		g.e.DateOfInitialCPC = On(held)
		return g.protect(held)
	}
	s := &Section47{S47ActualStartDate: On(from), InitialCPCtarget: On(g.target(from)), ICPCnotRequired: Of("0")}
	g.e.Section47s = append(g.e.Section47s, s)
	if !ok {
		s.S47ActualStartDate = On(g.work(g.end.AddDays(-7)))
		if earlier(s.S47ActualStartDate.Day, from) {
			s.S47ActualStartDate = On(from)
		}
		return from, false
	}
	s.DateOfInitialCPC = On(held)
	return g.protect(held)
}

// oldProtection invents a protection plan from before the year.
func (g *inventor) oldProtection(referred civil.Date) (civil.Date, bool) {
	begun := g.work(referred.AddDays(g.within(50, 70)))
	if !earlier(begun, g.start) {
		return g.inNeed(begun)
	}
	return g.protect(begun)
}

// protect invents a child protection plan with its reviews, pre-proceedings in some,
// and what came after.
func (g *inventor) protect(from civil.Date) (civil.Date, bool) {
	category := g.pick("NEG", "NEG", "EMO", "EMO", "PHY", "SAB", "MUL")
	p := &ProtectionPlan{CPPstartDate: On(from), InitialCategoryOfAbuse: category, LatestCategoryOfAbuse: category, NumberOfPreviousCPP: g.pick("0", "0", "0", "1", "2")}
	g.e.ProtectionPlans = append(g.e.ProtectionPlans, p)
	ended, over := g.later(from, 120, 420)
	if over && earlier(ended, g.start) {
		ended, over = g.work(g.start.AddDays(g.within(5, 200))), true
	}
	last := g.end
	if over {
		last = ended
		p.CPPendDate = On(ended)
	}
	held := &Reviews{}
	for d := g.work(from.AddDays(85)); !earlier(last, d); d = g.work(d.AddDays(175)) {
		held.Dates = append(held.Dates, On(d))
	}
	if len(held.Dates) > 0 {
		p.Reviews = []*Reviews{held}
	}
	if g.year >= Provisional && g.chance(0.2) {
		g.preProceedings(from, last)
	}
	if !over {
		return from, false
	}
	if g.chance(0.5) {
		return g.inNeed(ended)
	}
	return g.close(ended, "RC7", "RC4", "RC3", "RC5")
}

func (g *inventor) preProceedings(from, last civil.Date) {
	if earlier(from, g.start) {
		from = g.start
	}
	begun, ok := g.later(from, 20, 60)
	if !ok || earlier(last, begun) {
		return
	}
	x := &PreProceedings{PPStartDate: On(begun)}
	g.e.PreProceedings = append(g.e.PreProceedings, x)
	sent, ok := g.later(begun, 2, 10)
	if !ok {
		return
	}
	x.LBPSentDate, x.FGDMMeetingOffer, x.FGDMMeetingFac = On(sent), Of("1"), g.pick("0", "1")
	met, ok := g.later(sent, 7, 20)
	if !ok {
		return
	}
	x.InitialPPMeetingDate, x.ReviewMeetingsCount = On(met), g.pick("0", "1", "2")
	if step, ok := g.later(met, 30, 90); ok && !earlier(last, step) {
		x.StepDecisionDate, x.PPOutcome = On(step), g.code(ppOutcomes)
	}
}
