package cincensus

import "slices"

// rule8897Q is the department's rule 8897Q (N00160, N00181).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8897Q.py, commit 1bf6f22e.
//
// Note: The accepted list here still has 18A and 19A.
var rule8897Q = Rule{
	Code:     "8897Q",
	Title:    "Factors of a finished assessment are missing or not codes",
	Severity: Query,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   AssessmentsTable,
	Fields:   "AssessmentAuthorisationDate, AssessmentFactors",
	Fails:    "Authorised on/after census start and the assessment has no factor, or has one outside the code set.",
	Mend:     "The assessment was authorised on {AssessmentAuthorisationDate} and its factors are {AssessmentFactors}. Give at least one factor, each a code of the census; 21 where there were none.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, a := range e.Assessments {
			done := a.AssessmentAuthorisationDate
			if !done.Known() || earlier(done.Day, r.start) {
				continue
			}
			wrong := slices.ContainsFunc(a.Factors, func(f Text) bool { return f.Given() && !codeIn(assessmentFactor, f.Value, r.year) })
			if wrong || !a.anyFactor() {
				r.flag(at(a, "AssessmentAuthorisationDate", "AssessmentFactors"))
			}
		}
	},
}
