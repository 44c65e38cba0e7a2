package cincensus

// rule1560Q is the department's rule 1560Q (N00002).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_1560Q.py, commit 1bf6f22e.
//
// Note: The item definition also allows a letter in position 13 (temporary UPN) but
// the reference flags it.
var rule1560Q = Rule{
	Code:     "1560Q",
	Title:    "Former UPN is not written like a UPN",
	Severity: Query,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ChildIdentifiersTable,
	Fields:   "FormerUPN",
	Fails:    "FormerUPN present and not: 13 characters, letter first, digits 2-13.",
	Mend:     "Former UPN {FormerUPN} is not one letter followed by twelve digits. Correct it, leave it out, or say why it stands.",
	child: func(r *run, c *Child) {
		upn := c.Identifiers.FormerUPN.Value
		if upn != "" && (len(upn) != 13 || !letter(upn[0]) || !allDigits(upn[1:])) {
			r.flag(at(&c.Identifiers, "FormerUPN"))
		}
	},
}

func letter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }
