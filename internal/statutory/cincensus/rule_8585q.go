package cincensus

// rule8585Q is the department's rule 8585Q (N00103, N00108).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8585Q.py, commit 1bf6f22e.
var rule8585Q = Rule{
	Code:     "8585Q",
	Title:    "Closed because the child died, but no date of death",
	Severity: Query,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   CINdetailsTable,
	Fields:   "ReasonForClosure, PersonDeathDate",
	Fails:    "ReasonForClosure is RC2 and PersonDeathDate is missing.",
	Mend:     "The case is closed because the child died (RC2), and no date of death is given. Give it, or say why it is not known.",
	episode: func(r *run, c *Child, e *CINdetails) {
		if e.ReasonForClosure.Value == "RC2" && !c.Identifiers.PersonDeathDate.Known() {
			r.flag(at(e, "ReasonForClosure"), at(&c.Identifiers, "PersonDeathDate"))
		}
	},
}
