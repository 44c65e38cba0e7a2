package cincensus

import "slices"

// rule8614 is the department's rule 8614 (N00160, N00181).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8614.py, commit 1bf6f22e.
var rule8614 = Rule{
	Code:     "8614",
	Title:    "Factors on an assessment that is not authorised",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   AssessmentsTable,
	Fields:   "AssessmentAuthorisationDate, AssessmentFactors",
	Fails:    "AssessmentFactors present but no AssessmentAuthorisationDate.",
	Mend:     "The assessment has factors ({AssessmentFactors}) and no authorisation date. Factors belong to completed assessments: give the date it was authorised, or take out the factors.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, a := range e.Assessments {
			if a.anyFactor() && !a.AssessmentAuthorisationDate.Known() {
				r.flag(at(a, "AssessmentAuthorisationDate", "AssessmentFactors"))
			}
		}
	},
}

// anyFactor says that the assessment has a factor that is not blank.
func (a *Assessment) anyFactor() bool { return slices.ContainsFunc(a.Factors, Text.Given) }
