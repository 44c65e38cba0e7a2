package cincensus

// rule1510 is the department's rule 1510 (N00001).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_1510.py, commit 1bf6f22e.
//
// Note: Reference skips UPNs that end in a letter (temporary UPNs).
var rule1510 = Rule{
	Code:     "1510",
	Title:    "UPN has the wrong first letter",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ChildIdentifiersTable,
	Fields:   "UPN",
	Fails:    "UPN has 13 characters with digits in 2-13 and its first letter is not the check letter (algorithm in section 4).",
	Mend:     "The first letter of UPN {UPN} does not agree with its digits, so a character was mistyped. Get the number again from the school or the pupil register.",
	child: func(r *run, c *Child) {
		upn := c.Identifiers.UPN.Value
		if len(upn) == 13 && allDigits(upn[1:]) && upn[0] != checkLetter(upn) {
			r.flag(at(&c.Identifiers, "UPN"))
		}
	},
}

// checkLetter is the letter that a UPN's twelve digits call for: each digit times its
// place in the number, added, the remainder of 23, as a letter without I, O and S.
func checkLetter(upn string) byte {
	sum := 0
	for i := 1; i < 13; i++ {
		sum += int(upn[i]-'0') * (i + 1)
	}
	return "ABCDEFGHJKLMNPQRTUVWXYZ"[sum%23]
}

// allDigits says that s is digits and nothing else; true of the empty text.
func allDigits(s string) bool { return number(s) >= 0 }
