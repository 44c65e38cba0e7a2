package cincensus

import "slices"

// rule8869 is the department's rule 8869 (N00181).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8869.py, commit 1bf6f22e.
//
// Note: Reference compares a list with a string and so never fires on real files.
var rule8869 = Rule{
	Code:     "8869",
	Title:    "\"No factors\" is given together with factors",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   AssessmentsTable,
	Fields:   "AssessmentFactors",
	Fails:    "Factor 21 is given together with any other factor in one assessment.",
	Mend:     "The assessment has factor 21, no factors, together with others ({AssessmentFactors}). Take out 21, or the others.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		if r.reference {
			return // it compares the list of factors with a text, so it never fires
		}
		for _, a := range e.Assessments {
			if a.factor("21") && slices.ContainsFunc(a.Factors, func(f Text) bool { return f.Given() && f.Value != "21" }) {
				r.flag(at(a, "AssessmentFactors"))
			}
		}
	},
}

// factor says that the assessment has a factor.
func (a *Assessment) factor(code string) bool {
	return slices.ContainsFunc(a.Factors, func(f Text) bool { return f.Value == code })
}
