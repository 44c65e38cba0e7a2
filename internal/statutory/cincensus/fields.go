package cincensus

// group is a row of a table: where it stands and what its fields hold.
type group interface {
	place() (Table, int, int) // table, row, line
	field(name string) Text   // the zero Text when there is no such field
}

// place says where a group stands. The header has one row.
func (h *Header) place() (Table, int, int)           { return HeaderTable, 0, h.Line }
func (i *ChildIdentifiers) place() (Table, int, int) { return ChildIdentifiersTable, i.Row, i.Line }
func (c *ChildCharacteristics) place() (Table, int, int) {
	return ChildCharacteristicsTable, c.Row, c.Line
}
func (e *CINdetails) place() (Table, int, int)     { return CINdetailsTable, e.Row, e.Line }
func (a *Assessment) place() (Table, int, int)     { return AssessmentsTable, a.Row, a.Line }
func (p *CINPlan) place() (Table, int, int)        { return CINplanDatesTable, p.Row, p.Line }
func (s *Section47) place() (Table, int, int)      { return Section47Table, s.Row, s.Line }
func (p *ProtectionPlan) place() (Table, int, int) { return ChildProtectionPlansTable, p.Row, p.Line }
func (r *Reviews) place() (Table, int, int)        { return ReviewsTable, r.Row, r.Line }
func (p *PreProceedings) place() (Table, int, int) { return PreProceedingsTable, p.Row, p.Line }
func (d *Disability) place() (Table, int, int)     { return DisabilitiesTable, d.Row, d.Code.Line }

func (h *Header) field(name string) Text {
	switch name {
	case "Collection":
		return h.Collection
	case "Year":
		return h.Year
	case "ReferenceDate":
		return h.ReferenceDate.Text
	case "SourceLevel":
		return h.SourceLevel
	case "LEA":
		return h.LEA
	case "SoftwareCode":
		return h.SoftwareCode
	case "Release":
		return h.Release
	case "SerialNo":
		return h.SerialNo
	case "DateTime":
		return h.DateTime
	}
	return Text{}
}

func (i *ChildIdentifiers) field(name string) Text {
	switch name {
	case "LAchildID":
		return i.LAchildID
	case "UPN":
		return i.UPN
	case "FormerUPN":
		return i.FormerUPN
	case "UPNunknown":
		return i.UPNunknown
	case "PersonBirthDate":
		return i.PersonBirthDate.Text
	case "ExpectedPersonBirthDate":
		return i.ExpectedPersonBirthDate.Text
	case "GenderCurrent":
		return i.GenderCurrent
	case "Sex":
		return i.Sex
	case "PersonDeathDate":
		return i.PersonDeathDate.Text
	}
	return Text{}
}

func (c *ChildCharacteristics) field(name string) Text {
	switch name {
	case "Ethnicity":
		return c.Ethnicity
	}
	return Text{}
}

func (e *CINdetails) field(name string) Text {
	switch name {
	case "CINreferralDate":
		return e.CINreferralDate.Text
	case "ReferralSource":
		return e.ReferralSource
	case "PrimaryNeedCode":
		return e.PrimaryNeedCode
	case "CINclosureDate":
		return e.CINclosureDate.Text
	case "ReasonForClosure":
		return e.ReasonForClosure
	case "DateOfInitialCPC":
		return e.DateOfInitialCPC.Text
	case "ReferralNFA":
		return e.ReferralNFA
	}
	return Text{}
}

func (a *Assessment) field(name string) Text {
	switch name {
	case "AssessmentActualStartDate":
		return a.AssessmentActualStartDate.Text
	case "AssessmentInternalReviewDate":
		return a.AssessmentInternalReviewDate.Text
	case "AssessmentAuthorisationDate":
		return a.AssessmentAuthorisationDate.Text
	case "AssessmentFactors":
		return joined(a.Factors)
	}
	return Text{}
}

func (p *CINPlan) field(name string) Text {
	switch name {
	case "CINPlanStartDate":
		return p.CINPlanStartDate.Text
	case "CINPlanEndDate":
		return p.CINPlanEndDate.Text
	}
	return Text{}
}

func (s *Section47) field(name string) Text {
	switch name {
	case "S47ActualStartDate":
		return s.S47ActualStartDate.Text
	case "InitialCPCtarget":
		return s.InitialCPCtarget.Text
	case "DateOfInitialCPC":
		return s.DateOfInitialCPC.Text
	case "ICPCnotRequired":
		return s.ICPCnotRequired
	}
	return Text{}
}

func (p *ProtectionPlan) field(name string) Text {
	switch name {
	case "CPPstartDate":
		return p.CPPstartDate.Text
	case "CPPendDate":
		return p.CPPendDate.Text
	case "InitialCategoryOfAbuse":
		return p.InitialCategoryOfAbuse
	case "LatestCategoryOfAbuse":
		return p.LatestCategoryOfAbuse
	case "NumberOfPreviousCPP":
		return p.NumberOfPreviousCPP
	}
	return Text{}
}

func (r *Reviews) field(name string) Text {
	switch name {
	case "CPPreviewDate":
		return r.dates()
	}
	return Text{}
}

func (p *PreProceedings) field(name string) Text {
	switch name {
	case "PPStartDate":
		return p.PPStartDate.Text
	case "LBPSentDate":
		return p.LBPSentDate.Text
	case "FGDMMeetingOffer":
		return p.FGDMMeetingOffer
	case "FGDMMeetingFac":
		return p.FGDMMeetingFac
	case "InitialPPMeetingDate":
		return p.InitialPPMeetingDate.Text
	case "ReviewMeetingsCount":
		return p.ReviewMeetingsCount
	case "StepDecisionDate":
		return p.StepDecisionDate.Text
	case "PPOutcome":
		return p.PPOutcome
	case "CourtAppDate":
		return p.CourtAppDate.Text
	case "LetterInitCPDate":
		return p.LetterInitCPDate.Text
	}
	return Text{}
}

func (d *Disability) field(name string) Text {
	if name == "Disability" {
		return d.Code
	}
	return Text{}
}

// joined shows repeated codes as one text, with the line of the first.
func joined(codes []Text) Text {
	var out Text
	for i, c := range codes {
		if i == 0 {
			out = c
			continue
		}
		out.Value += " " + c.Value
	}
	return out
}

func (r *Reviews) dates() Text {
	var out Text
	for i, d := range r.Dates {
		if i == 0 {
			out = d.Text
			continue
		}
		out.Value += " " + d.Value
	}
	return out
}
