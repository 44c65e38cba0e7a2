package cincensus

// rule8898 is the department's rule 8898 (N00181).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8898.py, commit 1bf6f22e.
var rule8898 = Rule{
	Code:     "8898",
	Title:    "Factor is given more than once",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   AssessmentsTable,
	Fields:   "AssessmentFactors",
	Fails:    "The same factor occurs twice in one assessment.",
	Mend:     "A factor is given more than once in the assessment ({AssessmentFactors}). Give each once.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, a := range e.Assessments {
			if repeated(a.Factors) {
				r.flag(at(a, "AssessmentFactors"))
			}
		}
	},
}

// repeated says that a code occurs twice. The lists are short, but a broken file may
// hold a long one.
func repeated(list []Text) bool {
	seen := make(map[string]bool, len(list))
	for _, t := range list {
		if t.Given() && seen[t.Value] {
			return true
		}
		seen[t.Value] = true
	}
	return false
}
