package cincensus

// rule8794 is the department's rule 8794 (N00099).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8794.py, commit 1bf6f22e.
var rule8794 = Rule{
	Code:     "8794",
	Title:    "Disability is given more than once",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   DisabilitiesTable,
	Fields:   "Disability",
	Fails:    "The same disability code occurs twice for a child.",
	Mend:     "Disability {Disability} is given more than once for the child. Give each code once.",
	child: func(r *run, c *Child) {
		list := c.Characteristics.Disabilities
		for n := range list {
			var all []Place
			for m := range list {
				if list[m].Code.Given() && list[m].Code.Value == list[n].Code.Value {
					if m < n {
						break // told at the first
					}
					all = append(all, at(&list[m], "Disability"))
				}
			}
			if len(all) > 1 {
				r.flag(all...)
			}
		}
	},
}
