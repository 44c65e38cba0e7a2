package pathway

import (
	"slices"
	"strings"

	"frontdoor/internal/refusal"
)

// ConcernKind is a kind of harm that is feared for a child (pathway reference, section 7,
// type of concern). Several may be true at once, and none is a category of a plan.
type ConcernKind struct {
	Code, Name   string
	Exploitation bool // by people outside the family: places, vehicles and peers matter
}

var concernKinds = []ConcernKind{
	{"neglect", "Neglect", false}, {"physical", "Physical abuse", false}, {"sexual", "Sexual abuse", false}, {"emotional", "Emotional abuse", false},
	{"domestic_abuse", "Domestic abuse at home", false},
	{"sexual_exploitation", "Sexual exploitation", true}, {"criminal_exploitation", "Criminal exploitation", true}, {"trafficking", "Trafficking or modern slavery", true},
	{"missing", "Going missing", true}, {"radicalisation", "Radicalisation", true}, {"gangs", "Gangs or serious violence", true},
	{"online", "Harm online", false}, {"fgm", "Female genital mutilation", false}, {"forced_marriage", "Forced marriage or so-called honour", false}, {"faith", "Abuse linked to faith or belief", false},
	{"young_carer", "Young carer", false}, {"substance", "Drugs or alcohol in the family", false}, {"mental_health", "Mental health of child or parent", false},
}

// ConcernKinds are all kinds, in the order a page offers them.
func ConcernKinds() []ConcernKind { return slices.Clone(concernKinds) }

// ConcernOf finds a kind by its code.
func ConcernOf(code string) (ConcernKind, bool) {
	i := slices.IndexFunc(concernKinds, func(k ConcernKind) bool { return k.Code == code })
	if i < 0 {
		return ConcernKind{}, false
	}
	return concernKinds[i], true
}

// SubjectKind is what children may have in common outside their homes.
type SubjectKind string

// The kinds.
const (
	PlaceSubject   SubjectKind = "place"
	VehicleSubject SubjectKind = "vehicle"
	PeerSubject    SubjectKind = "peer"
)

// SubjectKinds are all kinds with what people call them.
func SubjectKinds() []PointOption {
	return []PointOption{{string(PlaceSubject), "A place"}, {string(VehicleSubject), "A vehicle"}, {string(PeerSubject), "Somebody known by a name"}}
}

// Linking says that children have to do with a place, a vehicle or somebody.
type Linking struct {
	Kind     SubjectKind
	Name     string // "Vale bus station", "KX71 ABC", "Jay with the red bike"
	Folded   string // the name as everybody types it: lower case, no signs (person.Fold)
	Postcode string // of a place, in capitals without its space
	Children []string
	How      string // how we know, and what has to do with what
	Source   string // contact, meeting, enquiry: where it was said
}

// sources are where a link may have been said.
var sources = []string{"contact", "meeting", "enquiry"}

// plateMost is how long a registration is at most.
const plateMost = 7

// Check says what is wrong with a link, and gives a registration its one spelling.
func (l Linking) Check() (Linking, error) {
	var p problems
	l.Name = strings.TrimSpace(l.Name)
	switch {
	case !slices.ContainsFunc(SubjectKinds(), func(o PointOption) bool { return o.Value == string(l.Kind) }):
		p.say("kind", "Select a place, a vehicle or somebody known by a name")
	case blank(l.Name):
		p.say("name", "Enter what it is called, or the registration")
	case l.Folded == "":
		p.say("name", "Enter it in letters or digits")
	}
	if l.Kind == VehicleSubject {
		l.Postcode = ""
		if l.Name = Plate(l.Name); l.Name == "" {
			p.say("name", "Enter a registration, such as AB12 CDE")
		}
	}
	if l.Kind == PeerSubject {
		l.Postcode = ""
	}
	if len(l.Children) == 0 {
		p.say("children", "Select which children it has to do with")
	}
	if blank(l.How) {
		p.say("how", "Enter how we know, and what it has to do with the child")
	}
	if !slices.Contains(sources, l.Source) {
		p.say("source", "Select where it was said")
	}
	return l, refusal.Fields(p)
}

// Key is the same for everybody who means the same thing: a place by its postcode and
// name, a vehicle by its registration, somebody by what they are called.
func (l Linking) Key() string {
	switch l.Kind {
	case VehicleSubject:
		return plateKey(l.Name)
	case PlaceSubject:
		return l.Postcode + " " + l.Folded
	}
	return l.Folded
}

// Plate is a registration as it is written, or "" when it cannot be one: one to seven
// letters and digits, some of each. In the present form, two letters, two
// digits and three letters, a digit in a letter's place is read as the letter and the
// other way round, as people confuse O and 0, I and 1 (DVLA INF104: registration marks).
func Plate(s string) string {
	var b strings.Builder
	letters, digits := 0, 0
	for _, r := range strings.ToUpper(s) {
		switch {
		case r >= 'A' && r <= 'Z':
			letters++
			b.WriteRune(r)
		case r >= '0' && r <= '9':
			digits++
			b.WriteRune(r)
		case r == ' ' || r == '-' || r == '\u00a0':
		default:
			return ""
		}
	}
	k := b.String()
	if letters == 0 || digits == 0 || len(k) > plateMost {
		return ""
	}
	if k = plateKey(k); current(k) {
		return k[:4] + " " + k[4:]
	}
	return k
}

// plateKey is a registration without spaces, with the confused characters set right.
func plateKey(s string) string {
	b := []byte(strings.ReplaceAll(s, " ", ""))
	if len(b) != 7 || b[1] != '0' && shaped(b, "LDDDLLL") || shaped(b, "LLLDDDL") {
		return string(b) // no present form, or an older one, whose number begins with no nought
	}
	right := slices.Clone(b)
	for i, c := range b {
		digit := i == 2 || i == 3
		switch {
		case digit && c == 'O':
			right[i] = '0'
		case digit && c == 'I':
			right[i] = '1'
		case !digit && c == '0':
			right[i] = 'O'
		case !digit && c == '1':
			right[i] = 'I'
		}
	}
	if current(string(right)) {
		return string(right)
	}
	return string(b)
}

// current says whether a registration has the present form.
func current(k string) bool { return shaped([]byte(k), "LLDDLLL") }

// shaped says whether letters and digits stand where a form has L and D.
func shaped(b []byte, form string) bool {
	if len(b) != len(form) {
		return false
	}
	for i, c := range b {
		if (c >= '0' && c <= '9') != (form[i] == 'D') {
			return false
		}
	}
	return true
}

// Linked is the line of the story that a link leaves.
func (l Linking) Linked() Consequences {
	var out Consequences
	word := map[SubjectKind]string{PlaceSubject: "a place: ", VehicleSubject: "a vehicle: ", PeerSubject: "somebody known as "}[l.Kind]
	for _, child := range l.Children {
		out.Lines = append(out.Lines, Line{Child: child, Kind: "link", Source: string(SocialWork), Text: "Linked to " + word + l.Name + ". " + l.How})
	}
	return out
}

// Purposes are why somebody may ask which children have to do with a place, a vehicle or
// a name. The answer names children whom the reader does not work with, so it is never
// asked without one.
func Purposes() []PointOption {
	return []PointOption{{"screening", "Screening or deciding a contact"}, {"meeting", "Preparing a strategy discussion"}, {"enquiry", "An enquiry or assessment of a child I work with"}, {"mapping", "Mapping exploitation with the police"}}
}

// PurposeName is what the purpose of a search is called in the log, or "" for none.
func PurposeName(code string) string {
	for _, p := range Purposes() {
		if p.Value == code {
			return strings.ToLower(p.Label[:1]) + p.Label[1:]
		}
	}
	return ""
}
