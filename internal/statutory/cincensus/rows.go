package cincensus

// rows counts the rows of each table, so that every group knows its place in the
// file's order.
type rows [tables]int

func (n *rows) next(t Table) int {
	n[t]++
	return n[t] - 1
}

// number gives every group of a child its row. A child always has one row among the
// identifiers and one among the characteristics, whether or not the group is there.
func (n *rows) number(c *Child) {
	c.Row = n.next(ChildIdentifiersTable)
	c.Identifiers.Row = c.Row
	c.Characteristics.Row = n.next(ChildCharacteristicsTable)
	for i := range c.Characteristics.Disabilities {
		c.Characteristics.Disabilities[i].Row = n.next(DisabilitiesTable)
	}
	for _, e := range c.Episodes {
		e.Row = n.next(CINdetailsTable)
		for _, a := range e.Assessments {
			a.Row = n.next(AssessmentsTable)
		}
		for _, p := range e.CINPlans {
			p.Row = n.next(CINplanDatesTable)
		}
		for _, s := range e.Section47s {
			s.Row = n.next(Section47Table)
		}
		for _, p := range e.ProtectionPlans {
			p.Row = n.next(ChildProtectionPlansTable)
			for _, g := range p.Reviews {
				g.Row = n.next(ReviewsTable)
			}
		}
		for _, p := range e.PreProceedings {
			p.Row = n.next(PreProceedingsTable)
		}
	}
}

// asReference changes a child into what the reference validator reads: the first
// date of a group of reviews, no group without one, and no date that its clock of
// nanoseconds cannot hold.
func asReference(c *Child) {
	for _, d := range c.dates() {
		if d.Known() && (d.Day.Year < 1678 || d.Day.Year > 2261) {
			d.Day = Date{}.Day
		}
	}
	for _, e := range c.Episodes {
		for _, p := range e.ProtectionPlans {
			kept := p.Reviews[:0]
			for _, g := range p.Reviews {
				if len(g.Dates) > 0 && g.Dates[0].Given() {
					g.Dates = g.Dates[:1]
					kept = append(kept, g)
				}
			}
			p.Reviews = kept
		}
	}
}

// dates are all the dates of a child.
func (c *Child) dates() []*Date {
	i := &c.Identifiers
	out := []*Date{&i.PersonBirthDate, &i.ExpectedPersonBirthDate, &i.PersonDeathDate}
	for _, e := range c.Episodes {
		out = append(out, &e.CINreferralDate, &e.CINclosureDate, &e.DateOfInitialCPC)
		for _, a := range e.Assessments {
			out = append(out, &a.AssessmentActualStartDate, &a.AssessmentInternalReviewDate, &a.AssessmentAuthorisationDate)
		}
		for _, p := range e.CINPlans {
			out = append(out, &p.CINPlanStartDate, &p.CINPlanEndDate)
		}
		for _, s := range e.Section47s {
			out = append(out, &s.S47ActualStartDate, &s.InitialCPCtarget, &s.DateOfInitialCPC)
		}
		for _, p := range e.ProtectionPlans {
			out = append(out, &p.CPPstartDate, &p.CPPendDate)
			for _, g := range p.Reviews {
				for n := range g.Dates {
					out = append(out, &g.Dates[n])
				}
			}
		}
		for _, p := range e.PreProceedings {
			out = append(out, &p.PPStartDate, &p.LBPSentDate, &p.InitialPPMeetingDate, &p.StepDecisionDate, &p.CourtAppDate, &p.LetterInitCPDate)
		}
	}
	return out
}
