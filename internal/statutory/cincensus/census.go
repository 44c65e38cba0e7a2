package cincensus

// Header says whose return it is and for which year.
type Header struct {
	Collection    Text // CIN
	Year          Text // the year in which the collection ends
	ReferenceDate Date // 31 March of Year
	SourceLevel   Text // L: a local authority
	LEA           Text // the authority's three-digit DfE number
	SoftwareCode  Text
	Release       Text
	SerialNo      Text // three digits or more, raised by one at each resubmission
	DateTime      Text // when the file was made, no zone
	Line          int
}

// Child is one child in the return, with every referral of the year.
type Child struct {
	Identifiers     ChildIdentifiers
	Characteristics ChildCharacteristics
	Episodes        []*CINdetails // in the file's order
	Unknown         []Unknown     // elements that the census does not know, at most 100
	Row             int           // place among the children, from 0
	Line            int
}

// ID is the authority's own number of the child, "" when it is missing.
func (c *Child) ID() string { return c.Identifiers.LAchildID.Value }

// ChildIdentifiers says which child it is.
type ChildIdentifiers struct {
	LAchildID               Text // N00097
	UPN                     Text // N00001
	FormerUPN               Text // N00002
	UPNunknown              Text // N00135, why there is no UPN
	PersonBirthDate         Date // N00066
	ExpectedPersonBirthDate Date // N00098, of an unborn child
	GenderCurrent           Text // N00065, to 2024
	Sex                     Text // N00783, from 2025
	PersonDeathDate         Date // N00108
	Row, Line               int
}

// ChildCharacteristics describes the child.
type ChildCharacteristics struct {
	Ethnicity    Text // N00177
	Disabilities []Disability
	Row, Line    int
}

// Disability is one code of N00099.
type Disability struct {
	Code Text
	Row  int
}

// CINdetails is one referral and what followed: an episode.
type CINdetails struct {
	CINreferralDate  Date // N00100
	ReferralSource   Text // N00152
	PrimaryNeedCode  Text // N00101
	CINclosureDate   Date // N00102
	ReasonForClosure Text // N00103
	DateOfInitialCPC Date // N00110, of a conference that no Section47 group here led to
	ReferralNFA      Text // N00112
	Assessments      []*Assessment
	CINPlans         []*CINPlan
	Section47s       []*Section47
	ProtectionPlans  []*ProtectionPlan
	PreProceedings   []*PreProceedings // from 2027, provisional
	Row, Line        int
}

// Assessment is one child and family assessment.
type Assessment struct {
	AssessmentActualStartDate    Date   // N00159
	AssessmentInternalReviewDate Date   // N00161
	AssessmentAuthorisationDate  Date   // N00160
	Factors                      []Text // N00181
	Row, Line                    int
}

// CINPlan is one child in need plan.
type CINPlan struct {
	CINPlanStartDate Date // N00689
	CINPlanEndDate   Date // N00690
	Row, Line        int
}

// Section47 is one enquiry under section 47 of the Children Act 1989.
type Section47 struct {
	S47ActualStartDate Date // N00148
	InitialCPCtarget   Date // N00109
	DateOfInitialCPC   Date // N00110
	ICPCnotRequired    Text // N00111
	Row, Line          int
}

// ProtectionPlan is one child protection plan.
type ProtectionPlan struct {
	CPPstartDate           Date // N00105
	CPPendDate             Date // N00115
	InitialCategoryOfAbuse Text // N00113
	LatestCategoryOfAbuse  Text // N00114
	NumberOfPreviousCPP    Text // N00106
	Reviews                []*Reviews
	Row, Line              int
}

// Reviews holds the review conferences of one child protection plan. One group is
// one row, however many conferences it lists.
type Reviews struct {
	Dates     []Date // N00116
	Row, Line int
}

// PreProceedings is the provisional module of the 2027 census: work under the
// Public Law Outline before an application, and family group decision-making.
type PreProceedings struct {
	PPStartDate          Date // N00826
	LBPSentDate          Date // N00827
	FGDMMeetingOffer     Text // N00828
	FGDMMeetingFac       Text // N00829
	InitialPPMeetingDate Date // N00830
	ReviewMeetingsCount  Text // N00831
	StepDecisionDate     Date
	PPOutcome            Text // N00833
	CourtAppDate         Date // N00834
	LetterInitCPDate     Date
	Row, Line            int
}

// Unknown is an element that the census does not know, kept as it was found.
type Unknown struct {
	Name, In string // its name and the element it stood in
	Value    string // its own text, at most 200 bytes
	Line     int
}
