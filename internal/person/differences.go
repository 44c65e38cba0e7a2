package person

// Row is one line of theirs beside ours.
type Row struct {
	What, Theirs, Ours string
	Agrees             string // yes, partly, no, not known
}

// Differences sets what was said beside what we know, and says by the levels of the
// comparison whether they agree. Our address, school and number are not shown until a
// person has confirmed the match: it says only whether they agree.
func Differences(d Described, p Person, l Levels) []Row {
	theirAge := d.Born.Words()
	if d.Born.IsZero() && d.AgeStated >= 0 {
		theirAge = "about " + thousands(float64(d.AgeStated)) + " years old"
	}
	ours := p.Born.Words()
	if p.Unborn {
		ours = "expected " + p.Expected.Words()
	}
	if d.Unborn {
		theirAge = "expected " + d.Expected.Words()
	}
	return []Row{
		{"Given name", d.Given, p.Given, FieldGiven.agrees(l)},
		{"Family name", d.Family, p.Family, FieldFamily.agrees(l)},
		{"Date of birth", theirAge, ours, FieldDate.agrees(l)},
		{"Sex", sexWords[d.Sex], sexWords[p.Sex], FieldSex.agrees(l)},
		{"NHS number", d.NHS, held(p.NHS != ""), FieldNHS.agrees(l)},
		{"School", d.School, held(p.School != ""), FieldSchool.agrees(l)},
		{"Address", d.Postcode, held(len(p.Addresses) > 0), FieldPlace.agrees(l)},
	}
}

// held stands in the place of what is not shown through a match that nobody confirmed.
func held(have bool) string {
	if have {
		return "shown once you confirm"
	}
	return ""
}

var sexWords = map[string]string{"M": "male", "F": "female"}

// agrees says in a word how far a field agrees.
func (f Field) agrees(l Levels) string {
	switch have := l[f]; {
	case have == 0:
		return "not known"
	case have == Same: // the first level of each field
		return "yes"
	case f == FieldDate && have == DateExpected:
		return "yes"
	case have <= partly[f], f == FieldDate && have == DateArrived:
		return "partly"
	}
	return "no"
}

// partly is the last level of each field at which something of it agrees.
var partly = [fields]Level{
	FieldGiven: GivenShares, FieldDate: DateAgeNear, FieldSex: Same, FieldNHS: Same, FieldUPN: Same,
	FieldFamily: FamilyCrossed, FieldPlace: PlaceArea, FieldPhone: Same, FieldParent: ParentFamily, FieldSchool: Same,
}
