package cincensus

// rule8910 is the department's rule 8910 (N00114).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8910.py, commit 1bf6f22e.
var rule8910 = Rule{
	Code:     "8910",
	Title:    "Latest category of abuse is missing or not a code",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ChildProtectionPlansTable,
	Fields:   "LatestCategoryOfAbuse",
	Fails:    "Missing or not NEG, PHY, SAB, EMO, MUL.",
	Mend:     "The latest category of abuse is {LatestCategoryOfAbuse}. Give NEG, PHY, SAB, EMO or MUL, as it stands now or stood when the plan ended.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		for _, p := range e.ProtectionPlans {
			if !codeIn(abuseCategories, p.LatestCategoryOfAbuse.Value, r.year) {
				r.flag(at(p, "LatestCategoryOfAbuse"))
			}
		}
	},
}
