package cincensus

// rule1520 is the department's rule 1520 (N00001).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_1520.py, commit 1bf6f22e.
var rule1520 = Rule{
	Code:     "1520",
	Title:    "UPN is on more than one child",
	Severity: Error,
	Level:    FileLevel,
	From:     FirstYear,
	Module:   ChildIdentifiersTable,
	Fields:   "UPN",
	Fails:    "The same non-blank UPN is on two or more children; flag every one of them.",
	Mend:     "UPN {UPN} is also on another child in this return. Find out whose it is; if the two are one child, merge the records.",
	whole:    func() whole { return sameValue("UPN") },
}

// sameValue flags every child that shares what a field of ChildIdentifiers holds with
// another child. It keeps one line for each value, however large the file is.
func sameValue(field string) whole {
	type first struct {
		place Place
		child string
		told  bool
	}
	seen := map[string]int{}
	var firsts []first
	return whole{child: func(r *run, c *Child) {
		value := c.Identifiers.field(field).Value
		if value == "" {
			return
		}
		i, again := seen[value]
		if !again {
			seen[value] = len(firsts)
			firsts = append(firsts, first{place: at(&c.Identifiers, field), child: c.ID()})
			return
		}
		if f := &firsts[i]; !f.told {
			f.told = true
			r.found(Finding{Rule: r.rule, Child: f.child, Places: []Place{f.place}})
		}
		r.flag(at(&c.Identifiers, field))
	}}
}
