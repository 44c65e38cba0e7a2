package cincensus

// rule1530 is the department's rule 1530 (N00001).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_1530.py, commit 1bf6f22e.
//
// Note: 2024 onwards the list also has 942 and 943.
var rule1530 = Rule{
	Code:     "1530",
	Title:    "UPN names no known authority",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ChildIdentifiersTable,
	Fields:   "UPN",
	Fails:    "13-character UPN whose characters 2-4 are not in the LA-code list of section 4.",
	Mend:     "Characters 2 to 4 of UPN {UPN} are not the number of an authority that gives out UPNs. Get the number again from the school or the pupil register.",
	child: func(r *run, c *Child) {
		upn := c.Identifiers.UPN.Value
		if len(upn) != 13 {
			return
		}
		n := number(upn[1:4])
		if n < 0 || upnAuthorities()[n] == 0 || upnAuthorities()[n] > r.year {
			r.flag(at(&c.Identifiers, "UPN"))
		}
	},
}
