package cincensus

// rule8540 is the department's rule 8540 (N00099, N00066, N00112).
//
// Source: the department's validation rules for the CIN census, worded as in data-to-
// insight/csc-validator-be-cin, rule_8540.py, commit 1bf6f22e.
//
// Note: Unborn children carry no Disability.
var rule8540 = Rule{
	Code:     "8540",
	Title:    "Disability is missing or not a code",
	Severity: Error,
	Level:    RowLevel,
	From:     FirstYear,
	Module:   ChildCharacteristicsTable,
	Fields:   "Disability, PersonBirthDate, ReferralNFA",
	Fails:    "PersonBirthDate present, at least one episode with ReferralNFA false/0, and the child has no Disability or has one outside the code set.",
	Mend:     "A born child whose referral went further needs a disability code, and each must be one of the census. The code here is {Disability}; give NONE alone where there is no disability.",
	child: func(r *run, c *Child) {
		i := &c.Identifiers
		if !i.PersonBirthDate.Known() {
			return
		}
		var further []Place
		for _, e := range c.Episodes {
			if e.ReferralNFA.no() {
				further = append(further, at(e, "ReferralNFA"))
			}
		}
		wrong, given := []Place{}, false
		for n := range c.Characteristics.Disabilities {
			d := &c.Characteristics.Disabilities[n]
			given = given || d.Code.Given()
			if d.Code.Given() && !codeIn(disabilities, d.Code.Value, r.year) {
				wrong = append(wrong, at(d, "Disability"))
			}
		}
		if !given {
			wrong = append(wrong, at(&c.Characteristics, "Disability"))
		}
		if len(further) > 0 && len(wrong) > 0 {
			r.flag(append(append(wrong, at(i, "PersonBirthDate")), further...)...)
		}
	},
}
