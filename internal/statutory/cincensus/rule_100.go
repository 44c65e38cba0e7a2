package cincensus

// rule100 is the department's rule 100 (N00603).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_100.py, commit 1bf6f22e.
//
// Note: Year is the calendar year in which the collection ends.
var rule100 = Rule{
	Code:     "100",
	Title:    "Reference date is not the end of the census year",
	Severity: Error,
	Level:    FileLevel,
	From:     FirstYear,
	Module:   HeaderTable,
	Fields:   "ReferenceDate",
	Fails:    "ReferenceDate is missing, or is not 31 March of Header.Year.",
	Mend:     "The reference date is {ReferenceDate}, which is not the end of the year that the header names. Give the reference date as 31 March of the year in which the collection ends, and that year as Year.",
	whole: func() whole {
		return whole{end: func(r *run) {
			h := r.header
			if want := lastOfMarch(number(h.Year.Value)); h.Year.Given() && h.ReferenceDate.Day == want {
				return
			}
			r.flag(at(h, "ReferenceDate"))
		}}
	},
}
