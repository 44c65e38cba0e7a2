package cincensus

// rule8950Q is the department's rule 8950Q (N00181).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8950Q.py, commit 1bf6f22e.
//
// Note: As 8945Q.
var rule8950Q = Rule{
	Code:     "8950Q",
	Title:    "Old code for sexual abuse",
	Severity: Query,
	Level:    RowLevel,
	From:     2025,
	Module:   AssessmentsTable,
	Fields:   "AssessmentFactors",
	Fails:    "Factor 19A is used (19B or 19C expected).",
	Mend:     "Factor 19A was replaced in 2021. Give 19B for sexual abuse by another child or 19C by an adult, or say why 19A stands.",
	episode:  func(r *run, _ *Child, e *CINdetails) { oldFactor(r, e, "19A") },
}
