package cincensus

// rule8650 is the department's rule 8650 (N00101).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8650.py, commit 1bf6f22e.
var rule8650 = Rule{
	Code:     "8650",
	Title:    "Primary need is not a code",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   CINdetailsTable,
	Fields:   "PrimaryNeedCode",
	Fails:    "PrimaryNeedCode present and not N0-N9.",
	Mend:     "Primary need {PrimaryNeedCode} is not a code of the census. Give the first code that fits, from N1 down; N0 if it is not yet known.",
	episode: func(r *run, _ *Child, e *CINdetails) {
		if e.PrimaryNeedCode.Given() && !codeIn(primaryNeeds, e.PrimaryNeedCode.Value, r.year) {
			r.flag(at(e, "PrimaryNeedCode"))
		}
	},
}
