package cincensus

// rule2887Q is the department's rule 2887Q (N00099).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_2887Q.py, commit 1bf6f22e.
//
// Note: Reference counts rows equal to NONE instead; implement the sentence.
var rule2887Q = Rule{
	Code:     "2887Q",
	Title:    "Few disability codes are used",
	Severity: Query,
	Level:    LALevel,
	From:     FirstYear,
	Module:   DisabilitiesTable,
	Fields:   "Disability",
	Fails:    "Fewer than 8 different disability codes are used in the whole return, not counting NONE.",
	Mend:     "Fewer than eight different disability codes are used in the whole return. Check that every kind of disability is being recorded, or say why so few are.",
	whole: func() whole {
		used, none := map[string]bool{}, 0
		return whole{
			child: func(r *run, c *Child) {
				for _, d := range c.Characteristics.Disabilities {
					none += one(d.Code.Value == "NONE")
					if d.Code.Value != "NONE" && codeIn(disabilities, d.Code.Value, r.year) {
						used[d.Code.Value] = true
					}
				}
			},
			end: func(r *run) {
				few := len(used) < 8
				if r.reference {
					few = none < 8 // it counts the rows that say NONE
				}
				if few {
					r.flag()
				}
			},
		}
	},
}
