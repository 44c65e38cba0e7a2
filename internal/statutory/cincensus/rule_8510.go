package cincensus

// rule8510 is the department's rule 8510 (N00097).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8510.py, commit 1bf6f22e.
var rule8510 = Rule{
	Code:     "8510",
	Title:    "Child's number is on more than one child",
	Severity: Error,
	Level:    FileLevel,
	From:     FirstYear,
	Module:   ChildIdentifiersTable,
	Fields:   "LAchildID",
	Fails:    "The same LAchildID occurs on more than one Child; flag every one.",
	Mend:     "LAchildID {LAchildID} is on more than one child. If they are one child, put all the referrals into one Child; if not, correct the number.",
	whole:    func() whole { return sameValue("LAchildID") },
}
