package cincensus

// rule2888Q is the department's rule 2888Q (N00099).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_2888Q.py, commit 1bf6f22e.
var rule2888Q = Rule{
	Code:     "2888Q",
	Title:    "No child has more than one disability",
	Severity: Query,
	Level:    LALevel,
	From:     FirstYear,
	Module:   DisabilitiesTable,
	Fields:   "Disability",
	Fails:    "No child has more than one disability code other than NONE.",
	Mend:     "No child in the return has more than one disability. Check that every disability of a child is being recorded, or say why there is only ever one.",
	whole: func() whole {
		several := false
		return whole{
			child: func(_ *run, c *Child) {
				first := ""
				for _, d := range c.Characteristics.Disabilities {
					code := d.Code.Value
					if code == "" || code == "NONE" {
						continue
					}
					several = several || first != "" && code != first
					first = code
				}
			},
			end: func(r *run) {
				if !several {
					r.flag()
				}
			},
		}
	},
}
