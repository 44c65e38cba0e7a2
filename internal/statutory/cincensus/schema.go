package cincensus

import "sync"

// holds says what an element's text may be.
type holds uint8

const (
	parts      holds = iota // no text: other elements
	anyText                 // whatever
	exactText               // one word, in set
	codeText                // a code of the set
	dateText                // 2026-03-31
	yearText                // 2026
	momentText              // 2026-05-01T09:30:00
	yesNoText               // 0 or 1
	upnText                 // a letter, eleven digits, a digit or letter
	leaText                 // three digits
	serialText              // three digits or more
	countText               // a whole number, 0 or more
)

const many = 1 << 30

// element is one place in a census: what stands there, how often, in which years, and
// where what it holds is kept. The tree of elements is the schema, made from
// the XSDs of liia-tools and liia-tools-pipeline (testdata/SOURCES.md).
type element struct {
	name        string
	min, max    int
	from, until int // first and last census, 0 for no limit
	holds       holds
	set         string
	parts       []*element // in order

	open func(*building)       // a group begins
	text func(*building) *Text // where a leaf is kept
	date func(*building) *Date
}

func (e *element) in(year int) bool {
	return (e.from == 0 || year >= e.from) && (e.until == 0 || year <= e.until)
}

// part finds an element by its name.
func (e *element) part(name string) *element {
	for _, p := range e.parts {
		if p.name == name {
			return p
		}
	}
	return nil
}

// building is the part of a census that is being read.
type building struct {
	line int // of the start tag
	h    *Header
	c    *Child
	e    *CINdetails
	a    *Assessment
	n    *CINPlan
	s    *Section47
	p    *ProtectionPlan
	r    *Reviews
	x    *PreProceedings
}

func text(name string, min int, what holds, where func(*building) *Text) *element {
	return &element{name: name, min: min, max: 1, holds: what, text: where}
}

func code(name string, min int, set string, where func(*building) *Text) *element {
	return &element{name: name, min: min, max: 1, holds: codeText, set: set, text: where}
}

func date(name string, min int, where func(*building) *Date) *element {
	return &element{name: name, min: min, max: 1, holds: dateText, date: where}
}

func part(name string, min, max int, open func(*building), parts ...*element) *element {
	return &element{name: name, min: min, max: max, open: open, parts: parts}
}

// exact limits a text to one word.
func (e *element) exact(word string) *element { e.holds, e.set = exactText, word; return e }

// years limits an element to some censuses.
func (e *element) years(from, until int) *element { e.from, e.until = from, until; return e }

// often lets an element be repeated.
func (e *element) often() *element { e.max = many; return e }

// schema is the census of every year in one tree.
var schema = sync.OnceValue(func() *element {
	return part("Message", 1, 1, nil,
		part("Header", 0, 1, func(b *building) { b.h = &Header{Line: b.line} },
			part("CollectionDetails", 0, 1, nil,
				text("Collection", 0, anyText, func(b *building) *Text { return &b.h.Collection }).exact("CIN"),
				text("Year", 0, yearText, func(b *building) *Text { return &b.h.Year }),
				date("ReferenceDate", 0, func(b *building) *Date { return &b.h.ReferenceDate }),
			),
			part("Source", 0, many, nil,
				text("SourceLevel", 0, anyText, func(b *building) *Text { return &b.h.SourceLevel }).exact("L"),
				text("LEA", 1, leaText, func(b *building) *Text { return &b.h.LEA }),
				text("SoftwareCode", 0, anyText, func(b *building) *Text { return &b.h.SoftwareCode }),
				text("Release", 0, anyText, func(b *building) *Text { return &b.h.Release }),
				text("SerialNo", 0, serialText, func(b *building) *Text { return &b.h.SerialNo }),
				text("DateTime", 0, momentText, func(b *building) *Text { return &b.h.DateTime }),
			),
		),
		part("Children", 1, 1, nil, childSchema()),
	)
})

func childSchema() *element {
	return part("Child", 1, many, func(b *building) { b.c = &Child{Line: b.line} },
		part("ChildIdentifiers", 1, 1, func(b *building) { b.c.Identifiers.Line = b.line },
			text("LAchildID", 1, anyText, func(b *building) *Text { return &b.c.Identifiers.LAchildID }),
			text("UPN", 0, upnText, func(b *building) *Text { return &b.c.Identifiers.UPN }),
			text("FormerUPN", 0, upnText, func(b *building) *Text { return &b.c.Identifiers.FormerUPN }),
			code("UPNunknown", 0, upnUnknowns, func(b *building) *Text { return &b.c.Identifiers.UPNunknown }),
			date("PersonBirthDate", 0, func(b *building) *Date { return &b.c.Identifiers.PersonBirthDate }),
			date("ExpectedPersonBirthDate", 0, func(b *building) *Date { return &b.c.Identifiers.ExpectedPersonBirthDate }),
			code("GenderCurrent", 1, genders, func(b *building) *Text { return &b.c.Identifiers.GenderCurrent }).years(0, 2024),
			code("Sex", 1, sexes, func(b *building) *Text { return &b.c.Identifiers.Sex }).years(2025, 0),
			date("PersonDeathDate", 0, func(b *building) *Date { return &b.c.Identifiers.PersonDeathDate }),
		),
		part("ChildCharacteristics", 1, 1, func(b *building) { b.c.Characteristics.Line = b.line },
			code("Ethnicity", 1, ethnicities, func(b *building) *Text { return &b.c.Characteristics.Ethnicity }),
			part("Disabilities", 0, 1, nil,
				code("Disability", 1, disabilities, func(b *building) *Text {
					list := &b.c.Characteristics.Disabilities
					*list = append(*list, Disability{})
					return &(*list)[len(*list)-1].Code
				}).often(),
			),
		),
		episodeSchema(),
	)
}

func episodeSchema() *element {
	return part("CINdetails", 1, many, func(b *building) { b.e = &CINdetails{Line: b.line}; b.c.Episodes = append(b.c.Episodes, b.e) },
		date("CINreferralDate", 1, func(b *building) *Date { return &b.e.CINreferralDate }),
		code("ReferralSource", 1, referralSources, func(b *building) *Text { return &b.e.ReferralSource }),
		code("PrimaryNeedCode", 0, primaryNeeds, func(b *building) *Text { return &b.e.PrimaryNeedCode }),
		date("CINclosureDate", 0, func(b *building) *Date { return &b.e.CINclosureDate }),
		code("ReasonForClosure", 0, closureReasons, func(b *building) *Text { return &b.e.ReasonForClosure }),
		date("DateOfInitialCPC", 0, func(b *building) *Date { return &b.e.DateOfInitialCPC }),
		part("Assessments", 0, many, func(b *building) { b.a = &Assessment{Line: b.line}; b.e.Assessments = append(b.e.Assessments, b.a) },
			date("AssessmentActualStartDate", 1, func(b *building) *Date { return &b.a.AssessmentActualStartDate }),
			date("AssessmentInternalReviewDate", 0, func(b *building) *Date { return &b.a.AssessmentInternalReviewDate }),
			date("AssessmentAuthorisationDate", 0, func(b *building) *Date { return &b.a.AssessmentAuthorisationDate }),
			part("FactorsIdentifiedAtAssessment", 0, 1, nil,
				code("AssessmentFactors", 1, assessmentFactor, func(b *building) *Text {
					b.a.Factors = append(b.a.Factors, Text{})
					return &b.a.Factors[len(b.a.Factors)-1]
				}).often(),
			),
		),
		part("CINPlanDates", 0, many, func(b *building) { b.n = &CINPlan{Line: b.line}; b.e.CINPlans = append(b.e.CINPlans, b.n) },
			date("CINPlanStartDate", 1, func(b *building) *Date { return &b.n.CINPlanStartDate }),
			date("CINPlanEndDate", 0, func(b *building) *Date { return &b.n.CINPlanEndDate }),
		),
		part("Section47", 0, many, func(b *building) { b.s = &Section47{Line: b.line}; b.e.Section47s = append(b.e.Section47s, b.s) },
			date("S47ActualStartDate", 1, func(b *building) *Date { return &b.s.S47ActualStartDate }),
			date("InitialCPCtarget", 0, func(b *building) *Date { return &b.s.InitialCPCtarget }),
			date("DateOfInitialCPC", 0, func(b *building) *Date { return &b.s.DateOfInitialCPC }),
			text("ICPCnotRequired", 1, yesNoText, func(b *building) *Text { return &b.s.ICPCnotRequired }),
		),
		text("ReferralNFA", 1, yesNoText, func(b *building) *Text { return &b.e.ReferralNFA }),
		part("ChildProtectionPlans", 0, many, func(b *building) {
			b.p = &ProtectionPlan{Line: b.line}
			b.e.ProtectionPlans = append(b.e.ProtectionPlans, b.p)
		},
			date("CPPstartDate", 1, func(b *building) *Date { return &b.p.CPPstartDate }),
			date("CPPendDate", 0, func(b *building) *Date { return &b.p.CPPendDate }),
			code("InitialCategoryOfAbuse", 1, abuseCategories, func(b *building) *Text { return &b.p.InitialCategoryOfAbuse }),
			code("LatestCategoryOfAbuse", 1, abuseCategories, func(b *building) *Text { return &b.p.LatestCategoryOfAbuse }),
			text("NumberOfPreviousCPP", 1, countText, func(b *building) *Text { return &b.p.NumberOfPreviousCPP }),
			part("Reviews", 0, 1, func(b *building) { b.r = &Reviews{Line: b.line}; b.p.Reviews = append(b.p.Reviews, b.r) },
				date("CPPreviewDate", 1, func(b *building) *Date {
					b.r.Dates = append(b.r.Dates, Date{})
					return &b.r.Dates[len(b.r.Dates)-1]
				}).often(),
			),
		),
		preProceedingsSchema(),
	)
}

// preProceedingsSchema is provisional: no schema of the 2027 census was found, so
// order and tags are those of the reference validator, and nothing is required.
func preProceedingsSchema() *element {
	return part("PreProceedingsandFGDM", 0, many, func(b *building) {
		b.x = &PreProceedings{Line: b.line}
		b.e.PreProceedings = append(b.e.PreProceedings, b.x)
	},
		date("PPStartDate", 0, func(b *building) *Date { return &b.x.PPStartDate }),
		date("LBPSentDate", 0, func(b *building) *Date { return &b.x.LBPSentDate }),
		text("FGDMMeetingOffer", 0, yesNoText, func(b *building) *Text { return &b.x.FGDMMeetingOffer }),
		text("FGDMMeetingFac", 0, yesNoText, func(b *building) *Text { return &b.x.FGDMMeetingFac }),
		date("InitialPPMeetingDate", 0, func(b *building) *Date { return &b.x.InitialPPMeetingDate }),
		text("ReviewMeetingsCount", 0, countText, func(b *building) *Text { return &b.x.ReviewMeetingsCount }),
		date("StepDecisionDate", 0, func(b *building) *Date { return &b.x.StepDecisionDate }),
		code("PPOutcome", 0, ppOutcomes, func(b *building) *Text { return &b.x.PPOutcome }),
		date("CourtAppDate", 0, func(b *building) *Date { return &b.x.CourtAppDate }),
		date("LetterInitCPDate", 0, func(b *building) *Date { return &b.x.LetterInitCPDate }),
	).years(Provisional, 0)
}
