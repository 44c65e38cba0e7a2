package person

import "math"

// Rival is somebody in the running for who a child is: the chance that it is they,
// and the chance that it is another child of their family.
type Rival struct {
	Person
	Chance, FamilyChance float64
}

// question is something that can be asked of whoever told us.
type question struct {
	words string
	// answered is how often whoever told us can say, a judgement: hardly anybody knows
	// a child's NHS number, nearly everybody who can name a child knows if it is a boy.
	answered float64
	asked    func(Described) bool
	value    func(Person) string // of a person we know, "" when we do not know either
	// agree is how often the true value is given by somebody who speaks of this child,
	// of another child of the family, and of a stranger.
	agree func(*Weights) [hypotheses]float64
}

// ofField takes the chances of full agreement from the model.
func ofField(f Field) func(*Weights) [hypotheses]float64 {
	return func(w *Weights) [hypotheses]float64 { return w[f][Same] }
}

// questions are those worth asking, the easiest first.
var questions = []question{
	{"Ask for the child’s given name", 0.9, func(d Described) bool { return d.Named() }, func(p Person) string { return real(p.Given) }, ofField(FieldGiven)},
	{"Ask for the date of birth", 0.8, func(d Described) bool { return !d.Born.IsZero() && d.Precision == "" || d.Unborn }, func(p Person) string { return dateText(p) }, ofField(FieldDate)},
	{"Ask for the exact date of birth: the one given may be a guess", 0.6, func(d Described) bool { return !d.BornEstimated || d.Born.IsZero() }, func(p Person) string { return dateText(p) }, ofField(FieldDate)},
	{"Ask if the child is a boy or a girl", 0.95, func(d Described) bool { return d.Sex == "M" || d.Sex == "F" }, func(p Person) string { return p.Sex }, ofField(FieldSex)},
	{"Ask for the child’s family name", 0.9, func(d Described) bool { return real(d.Family) != "" }, func(p Person) string { return real(p.Family) }, ofField(FieldFamily)},
	{"Ask where the child lives", 0.8, func(d Described) bool { return Postcode(d.Postcode) != "" }, func(p Person) string { return placeText(p) }, ofField(FieldPlace)},
	{"Ask what the parents are called", 0.8, func(d Described) bool { return len(d.Parents) > 0 }, parentText, ofField(FieldParent)},
	{"Ask for the parents’ phone number", 0.5, func(d Described) bool { return PhoneNumber(d.Phone) != "" || len(d.Phones) > 0 }, func(p Person) string { return PhoneNumber(p.Phone) }, ofField(FieldPhone)},
	{"Ask which school the child goes to", 0.7, func(d Described) bool { return Fold(d.School) != "" || d.tooYoungForSchool() }, func(p Person) string { return Fold(p.School) }, ofField(FieldSchool)},
	{"Ask what the child’s middle name is", 0.5, func(d Described) bool { return real(d.Middle) != "" }, func(p Person) string { return real(p.Middle) },
		func(*Weights) [hypotheses]float64 { return [hypotheses]float64{0.85, 0.03, 0.02} }},
	{"Ask for the NHS number", 0.25, func(d Described) bool { _, ok := NHSNumber(d.NHS); return ok }, func(p Person) string { n, _ := NHSNumber(p.NHS); return n }, ofField(FieldNHS)},
	{"Ask whether they lived anywhere else before", 0.5, func(d Described) bool { return len(d.Former) > 0 }, formerText,
		func(*Weights) [hypotheses]float64 { return [hypotheses]float64{0.6, 0.5, 0.001} }},
}

func dateText(p Person) string {
	if p.Born.IsZero() || p.BornEstimated {
		return ""
	}
	return p.Born.String()
}

func placeText(p Person) string {
	if len(p.Addresses) == 0 {
		return ""
	}
	return Postcode(p.Addresses[0].Postcode)
}

func formerText(p Person) string {
	if len(p.Addresses) < 2 {
		return ""
	}
	return Postcode(p.Addresses[1].Postcode)
}

func parentText(p Person) string {
	if len(p.Parents) == 0 {
		return ""
	}
	return real(p.Parents[0].Given)
}

// schoolAge is the age from which a child goes to school or to its nursery class.
const schoolAge = 3

func (d Described) tooYoungForSchool() bool {
	if d.Born.IsZero() || d.On.IsZero() {
		return d.Unborn || d.AgeStated >= 0 && d.AgeStated < schoolAge
	}
	return d.Unborn || d.Born.Age(d.On) < schoolAge
}

// leastInformation is the expected information, in bits, below which a question is
// not worth a call.
const leastInformation = 0.005

// Settle is the one question that would settle it: of what has not been said, what is
// expected to tell most between the rivals, the other children of their families and
// nobody we know. It is "" when nothing that can be asked would tell anything. What it
// says depends on what kind of things are known, and shows none of them.
func Settle(d Described, rivals ...Rival) string {
	w := DefaultModel().weights(d.Source)
	best, words := leastInformation, ""
	for i := range questions {
		q := &questions[i]
		if q.asked(d) {
			continue
		}
		if n := q.answered * q.information(w, rivals); n > best {
			best, words = n, q.words
		}
	}
	return words
}

// information is how many bits the answer is expected to tell about which hypothesis
// is true: its entropy less what is left of it when the truth is known.
func (q *question) information(w *Weights, rivals []Rival) float64 {
	agree := q.agree(w)
	var values []string
	at := map[string]int{}
	for _, r := range rivals {
		if v := q.value(r.Person); v != "" {
			if _, ok := at[v]; !ok {
				at[v] = len(values)
				values = append(values, v)
			}
		}
	}
	if len(values) == 0 {
		return 0
	}
	// One row of chances of each answer for each hypothesis; the last answer is none of
	// the values that we know.
	type hypothesis struct {
		weight float64
		value  int // of the rival it is about, or -1
		kind   int
	}
	var all []hypothesis
	rest := 1.0
	for _, r := range rivals {
		v := -1
		if n, ok := at[q.value(r.Person)]; ok {
			v = n
		}
		all = append(all, hypothesis{r.Chance, v, sameChild}, hypothesis{r.FamilyChance, v, sameFamily})
		rest -= r.Chance + r.FamilyChance
	}
	all = append(all, hypothesis{max(rest, 0), -1, unrelated})
	total := 0.0
	for _, h := range all {
		total += h.weight
	}
	mean := make([]float64, len(values)+1)
	rows := make([][]float64, len(all))
	for i, h := range all {
		row := make([]float64, len(values)+1)
		left := 1.0
		for v := range values {
			row[v] = agree[unrelated]
			if v == h.value {
				row[v] = agree[h.kind]
			}
			row[v] = min(row[v], left)
			left -= row[v]
		}
		row[len(values)] = left
		rows[i] = row
		for v, p := range row {
			mean[v] += p * h.weight / total
		}
	}
	bits := 0.0
	for i, h := range all {
		for v, p := range rows[i] {
			if p > 0 && h.weight > 0 {
				bits += h.weight / total * p * math.Log2(p/mean[v])
			}
		}
	}
	return bits
}
