package cincensus

// rule8790 is the department's rule 8790 (N00099).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8790.py, commit 1bf6f22e.
var rule8790 = Rule{
	Code:     "8790",
	Title:    "\"No disability\" is given together with a disability",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   DisabilitiesTable,
	Fields:   "Disability",
	Fails:    "NONE is given together with any other disability; flag the others.",
	Mend:     "Disability {Disability} is given together with NONE. Take out NONE if the child has a disability, or the other codes if not.",
	child: func(r *run, c *Child) {
		none := false
		var others []Place
		for n := range c.Characteristics.Disabilities {
			d := &c.Characteristics.Disabilities[n]
			switch {
			case d.Code.Value == "NONE":
				none = true
			case d.Code.Given():
				others = append(others, at(d, "Disability"))
			}
		}
		if none && len(others) > 0 {
			r.flag(others...)
		}
	},
}
