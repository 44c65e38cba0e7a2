package cincensus

// rule8945Q is the department's rule 8945Q (N00181).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8945Q.py, commit 1bf6f22e.
//
// Note: Reference compares a list with a string and so never fires on real files.
var rule8945Q = Rule{
	Code:     "8945Q",
	Title:    "Old code for physical abuse",
	Severity: Query,
	Level:    RowLevel,
	From:     2025,
	Module:   AssessmentsTable,
	Fields:   "AssessmentFactors",
	Fails:    "Factor 18A is used (18B or 18C expected).",
	Mend:     "Factor 18A was replaced in 2021. Give 18B for physical abuse by another child or 18C by an adult, or say why 18A stands.",
	episode:  func(r *run, _ *Child, e *CINdetails) { oldFactor(r, e, "18A") },
}

// oldFactor flags each assessment with a factor that was replaced. The reference
// compares the list of factors with a text, so it never does.
func oldFactor(r *run, e *CINdetails, code string) {
	for _, a := range e.Assessments {
		if a.factor(code) && !r.reference {
			r.flag(at(a, "AssessmentFactors"))
		}
	}
}
