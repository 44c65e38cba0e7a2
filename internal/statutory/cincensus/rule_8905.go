package cincensus

// rule8905 is the department's rule 8905 (N00113).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8905.py, commit 1bf6f22e.
var rule8905 = Rule{
	Code:     "8905",
	Title:    "Initial category of abuse is missing or not a code",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ChildProtectionPlansTable,
	Fields:   "InitialCategoryOfAbuse",
	Fails:    "Missing or not NEG, PHY, SAB, EMO, MUL.",
	Mend:     "The initial category of abuse is {InitialCategoryOfAbuse}. Give NEG, PHY, SAB, EMO or MUL, as recorded when the plan began.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, p := range e.ProtectionPlans {
			if !codeIn(abuseCategories, p.InitialCategoryOfAbuse.Value, r.year) {
				r.flag(at(p, "InitialCategoryOfAbuse"))
			}
		}
	},
}
