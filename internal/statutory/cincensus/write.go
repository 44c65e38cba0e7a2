package cincensus

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
)

// Writer writes a census, one child at a time, in the schema's order. What is not
// given is left out.
type Writer struct {
	w    *bufio.Writer
	deep int
	err  error
}

// NewWriter begins a census with its header.
func NewWriter(out io.Writer, h Header) *Writer {
	w := &Writer{w: bufio.NewWriterSize(out, block)}
	w.print(`<?xml version="1.0" encoding="UTF-8"?>` + "\n")
	w.open("Message")
	w.open("Header")
	w.open("CollectionDetails")
	w.text("Collection", h.Collection)
	w.text("Year", h.Year)
	w.text("ReferenceDate", h.ReferenceDate.Text)
	w.close("CollectionDetails")
	w.open("Source")
	w.text("SourceLevel", h.SourceLevel)
	w.text("LEA", h.LEA)
	w.text("SoftwareCode", h.SoftwareCode)
	w.text("Release", h.Release)
	w.text("SerialNo", h.SerialNo)
	w.text("DateTime", h.DateTime)
	w.close("Source")
	w.close("Header")
	w.open("Children")
	return w
}

// Close ends the census. It says what went wrong with any part of it.
func (w *Writer) Close() error {
	w.close("Children")
	w.close("Message")
	if err := w.w.Flush(); err != nil && w.err == nil {
		w.err = err
	}
	if w.err != nil {
		return fmt.Errorf("write the census: %w", w.err)
	}
	return nil
}

// Child writes a child.
func (w *Writer) Child(c *Child) {
	w.open("Child")
	w.open("ChildIdentifiers")
	i := &c.Identifiers
	w.text("LAchildID", i.LAchildID)
	w.text("UPN", i.UPN)
	w.text("FormerUPN", i.FormerUPN)
	w.text("UPNunknown", i.UPNunknown)
	w.text("PersonBirthDate", i.PersonBirthDate.Text)
	w.text("ExpectedPersonBirthDate", i.ExpectedPersonBirthDate.Text)
	w.text("GenderCurrent", i.GenderCurrent)
	w.text("Sex", i.Sex)
	w.text("PersonDeathDate", i.PersonDeathDate.Text)
	w.close("ChildIdentifiers")
	w.open("ChildCharacteristics")
	w.text("Ethnicity", c.Characteristics.Ethnicity)
	if list := c.Characteristics.Disabilities; len(list) > 0 {
		w.open("Disabilities")
		for _, d := range list {
			w.text("Disability", d.Code)
		}
		w.close("Disabilities")
	}
	w.close("ChildCharacteristics")
	for _, e := range c.Episodes {
		w.episode(e)
	}
	w.close("Child")
}

func (w *Writer) episode(e *CINdetails) {
	w.open("CINdetails")
	w.text("CINreferralDate", e.CINreferralDate.Text)
	w.text("ReferralSource", e.ReferralSource)
	w.text("PrimaryNeedCode", e.PrimaryNeedCode)
	w.text("CINclosureDate", e.CINclosureDate.Text)
	w.text("ReasonForClosure", e.ReasonForClosure)
	w.text("DateOfInitialCPC", e.DateOfInitialCPC.Text)
	for _, a := range e.Assessments {
		w.assessment(a)
	}
	for _, n := range e.CINPlans {
		w.open("CINPlanDates")
		w.text("CINPlanStartDate", n.CINPlanStartDate.Text)
		w.text("CINPlanEndDate", n.CINPlanEndDate.Text)
		w.close("CINPlanDates")
	}
	for _, s := range e.Section47s {
		w.open("Section47")
		w.text("S47ActualStartDate", s.S47ActualStartDate.Text)
		w.text("InitialCPCtarget", s.InitialCPCtarget.Text)
		w.text("DateOfInitialCPC", s.DateOfInitialCPC.Text)
		w.text("ICPCnotRequired", s.ICPCnotRequired)
		w.close("Section47")
	}
	w.text("ReferralNFA", e.ReferralNFA)
	for _, p := range e.ProtectionPlans {
		w.protection(p)
	}
	for _, x := range e.PreProceedings {
		w.preProceedings(x)
	}
	w.close("CINdetails")
}

func (w *Writer) assessment(a *Assessment) {
	w.open("Assessments")
	w.text("AssessmentActualStartDate", a.AssessmentActualStartDate.Text)
	w.text("AssessmentInternalReviewDate", a.AssessmentInternalReviewDate.Text)
	w.text("AssessmentAuthorisationDate", a.AssessmentAuthorisationDate.Text)
	if len(a.Factors) > 0 {
		w.open("FactorsIdentifiedAtAssessment")
		for _, f := range a.Factors {
			w.text("AssessmentFactors", f)
		}
		w.close("FactorsIdentifiedAtAssessment")
	}
	w.close("Assessments")
}

func (w *Writer) protection(p *ProtectionPlan) {
	w.open("ChildProtectionPlans")
	w.text("CPPstartDate", p.CPPstartDate.Text)
	w.text("CPPendDate", p.CPPendDate.Text)
	w.text("InitialCategoryOfAbuse", p.InitialCategoryOfAbuse)
	w.text("LatestCategoryOfAbuse", p.LatestCategoryOfAbuse)
	w.text("NumberOfPreviousCPP", p.NumberOfPreviousCPP)
	for _, g := range p.Reviews {
		w.open("Reviews")
		for _, d := range g.Dates {
			w.text("CPPreviewDate", d.Text)
		}
		w.close("Reviews")
	}
	w.close("ChildProtectionPlans")
}

func (w *Writer) preProceedings(x *PreProceedings) {
	w.open("PreProceedingsandFGDM")
	w.text("PPStartDate", x.PPStartDate.Text)
	w.text("LBPSentDate", x.LBPSentDate.Text)
	w.text("FGDMMeetingOffer", x.FGDMMeetingOffer)
	w.text("FGDMMeetingFac", x.FGDMMeetingFac)
	w.text("InitialPPMeetingDate", x.InitialPPMeetingDate.Text)
	w.text("ReviewMeetingsCount", x.ReviewMeetingsCount)
	w.text("StepDecisionDate", x.StepDecisionDate.Text)
	w.text("PPOutcome", x.PPOutcome)
	w.text("CourtAppDate", x.CourtAppDate.Text)
	w.text("LetterInitCPDate", x.LetterInitCPDate.Text)
	w.close("PreProceedingsandFGDM")
}

const indents = "                "

func (w *Writer) open(name string) {
	w.print(indents[:w.deep] + "<" + name + ">\n")
	w.deep++
}

func (w *Writer) close(name string) {
	w.deep--
	w.print(indents[:w.deep] + "</" + name + ">\n")
}

func (w *Writer) text(name string, t Text) {
	if !t.Given() {
		return
	}
	w.print(indents[:w.deep])
	w.print("<" + name + ">")
	if err := xml.EscapeText(w.w, []byte(t.Value)); err != nil && w.err == nil {
		w.err = err
	}
	w.print("</" + name + ">\n")
}

func (w *Writer) print(s string) {
	if _, err := w.w.WriteString(s); err != nil && w.err == nil {
		w.err = err
	}
}
