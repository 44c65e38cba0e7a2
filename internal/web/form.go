package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/form"
	"frontdoor/internal/refusal"

	"github.com/google/uuid"
)

// Option is one answer of radios, checkboxes or a select.
type Option struct {
	Value, Label, Hint string
}

// Field is one question of a page, with the answer so far.
type Field struct {
	Name, Label, Hint string
	Kind              string // text, email, tel, password, number, textarea, radios, checkboxes, select, date, datetime, file, hidden
	Value             string
	Values            []string
	Options           []Option
	Error             string
	Max               int
	Rows              int
	Width             int // of the input, in characters: 0 is the full width
	Autocomplete      string
	Heading           bool   // the label is the page's heading
	Follows           string // "name|value,value": shown only with that answer when there is script
	Of                string // which of several like forms on a page it belongs to: its id ends with it
	Day, Month, Year  string // of a date, as typed
	Time              string // of a datetime, as typed
}

// ID is the question's id on the page.
func (f Field) ID() string {
	if f.Of == "" {
		return f.Name
	}
	return f.Name + "-" + f.Of
}

// Has says whether an option was chosen.
func (f Field) Has(value string) bool { return slices.Contains(f.Values, value) || f.Value == value }

// Form is the questions of a page.
type Form struct {
	ID     string // idempotency key: the same form has one effect
	Fields []*Field
	Errors []refusal.Problem // all of them, for the summary, in the form's order
	Banner string            // something changed: shown above, text kept
}

// NewForm makes a form with a key of its own.
func NewForm(fields ...Field) *Form {
	f := &Form{ID: uuid.NewString()}
	for i := range fields {
		f.Fields = append(f.Fields, &fields[i])
	}
	return f
}

// Of makes the questions one of several like forms on a page: their ids are its own, so
// that labels and the summary's links lead into this form and no other.
func (f *Form) Of(key string) *Form {
	for _, x := range f.Fields {
		x.Of = key
	}
	return f
}

// Field finds a question. Asking for one that is not there gives an empty one, so
// that a template never fails on a name.
func (f *Form) Field(name string) *Field {
	for _, x := range f.Fields {
		if x.Name == name {
			return x
		}
	}
	return &Field{Name: name}
}

// Value is an answer, made safe to keep.
func (f *Form) Value(name string) string { return form.Clean(f.Field(name).Value) }

// HasErrors says whether the page shows errors.
func (f *Form) HasErrors() bool { return f != nil && len(f.Errors) > 0 }

// Read takes the answers of the form's own questions and nothing else.
func (f *Form) Read(r *http.Request) {
	if err := r.ParseForm(); err != nil {
		return
	}
	if id := r.PostForm.Get("form-id"); id != "" && len(id) <= 64 {
		f.ID = id
	}
	for _, x := range f.Fields {
		switch x.Kind {
		case "date", "datetime":
			x.Day, x.Month, x.Year = r.PostForm.Get(x.Name+"-day"), r.PostForm.Get(x.Name+"-month"), r.PostForm.Get(x.Name+"-year")
			x.Time = r.PostForm.Get(x.Name + "-time")
		default:
			x.Values = x.offered(r.PostForm[x.Name])
			x.Value = ""
			if len(x.Values) > 0 {
				x.Value = x.Values[0]
			}
		}
	}
}

// offered keeps what the question offers and what can be stored: an answer that is
// not among the options was never given. A password is left as it was typed.
func (f *Field) offered(given []string) []string {
	if f.Kind == "password" {
		return given
	}
	var out []string
	for _, v := range given {
		v = form.Clean(v)
		if len(f.Options) == 0 || slices.ContainsFunc(f.Options, func(o Option) bool { return o.Value == v }) {
			out = append(out, v)
		}
	}
	return out
}

// Date reads a date question; zero when it is blank, an error when it is no date.
func (f *Form) Date(name string) (civil.Date, error) {
	x := f.Field(name)
	if strings.TrimSpace(x.Day+x.Month+x.Year) == "" {
		return civil.Date{}, nil
	}
	day, err1 := strconv.Atoi(strings.TrimSpace(x.Day))
	month, err2 := strconv.Atoi(strings.TrimSpace(x.Month))
	year, err3 := strconv.Atoi(strings.TrimSpace(x.Year))
	d := civil.Date{Year: year, Month: time.Month(month), Day: day}
	if err1 != nil || err2 != nil || err3 != nil || !d.Valid() || year < 1900 {
		return civil.Date{}, refusal.Field(name, "Date must be a real date, such as 27 3 2026")
	}
	return d, nil
}

// Instant reads a date and a time of day in England.
func (f *Form) Instant(name string) (civil.Instant, error) {
	d, err := f.Date(name)
	if err != nil || d.IsZero() {
		return civil.Instant{}, err
	}
	x := f.Field(name)
	h, m, ok := strings.Cut(strings.TrimSpace(x.Time), ":")
	hour, err1 := strconv.Atoi(h)
	minute, err2 := strconv.Atoi(m)
	if !ok || err1 != nil || err2 != nil || hour < 0 || hour > 23 || minute < 0 || minute > 59 {
		return civil.Instant{}, refusal.Field(name, "Time must be like 14:05")
	}
	return d.AtTime(hour, minute), nil
}

// VersionOf is the version of a record as a form saw it, from its hidden question
// "version"; -1 when there is none, which no record has.
func VersionOf(f *Form) int64 {
	n, err := strconv.ParseInt(f.Value("version"), 10, 64)
	if err != nil {
		return -1
	}
	return n
}

// SetInstant fills a date and time question; a time that is not known leaves it blank.
func (f *Form) SetInstant(name string, t civil.Instant) {
	if t.IsZero() {
		return
	}
	x, d := f.Field(name), t.Date()
	x.Day, x.Month, x.Year, x.Time = strconv.Itoa(d.Day), strconv.Itoa(int(d.Month)), strconv.Itoa(d.Year), t.Clock()
}

// SetDate fills a date question; a day that is not known leaves it blank.
func (f *Form) SetDate(name string, d civil.Date) {
	if d.IsZero() {
		return
	}
	x := f.Field(name)
	x.Day, x.Month, x.Year = strconv.Itoa(d.Day), strconv.Itoa(int(d.Month)), strconv.Itoa(d.Year)
}

// Say puts an error beside a question. What is wrong with several questions of one name,
// such as "there" with "there-police" and "there-health", stands beside the first.
func (f *Form) Say(field, message string) {
	f.Errors = append(f.Errors, refusal.Problem{Field: f.anchor(field), Message: message})
	if i := f.find(field); i >= 0 {
		f.Fields[i].Error = message
	}
}

// find is the place of the question that a problem is about; -1 when there is none.
func (f *Form) find(field string) int {
	for _, is := range []func(*Field) bool{
		func(x *Field) bool { return x.Name == field },
		func(x *Field) bool {
			return strings.HasPrefix(x.Name, field+"-") || strings.HasPrefix(x.Name, field+".")
		},
	} {
		if i := slices.IndexFunc(f.Fields, func(x *Field) bool { return field != "" && x.Kind != "hidden" && is(x) }); i >= 0 {
			return i
		}
	}
	return -1
}

// anchor is where the summary's link leads: to the question, or to the form's first when
// what is wrong is about none of them.
func (f *Form) anchor(field string) string {
	i := f.find(field)
	if i < 0 {
		i = slices.IndexFunc(f.Fields, func(x *Field) bool { return x.Kind != "hidden" })
	}
	if i < 0 {
		return "main"
	}
	switch x := f.Fields[i]; x.Kind {
	case "date", "datetime":
		return x.ID() + "-day"
	case "radios", "checkboxes":
		if len(x.Options) > 0 {
			return x.ID() + "-" + x.Options[0].Value
		}
		return x.ID()
	default:
		return x.ID()
	}
}

// Reject puts a refusal's problems beside their questions, the answers kept. It is
// true for what the person can mend here: something missing, or something that
// changed meanwhile. Anything else is left to the server.
func (f *Form) Reject(err error) bool {
	x, ok := refusal.As(err)
	if !ok {
		return false
	}
	switch x.Kind {
	case refusal.Invalid:
		if len(x.Problems) == 0 {
			f.Errors = append(f.Errors, refusal.Problem{Field: f.anchor(""), Message: x.Message})
		}
		for _, p := range x.Problems {
			f.Say(p.Field, p.Message)
		}
		return true
	case refusal.Conflict:
		f.Banner = x.Message
		f.ID = uuid.NewString()
		return true
	}
	return false
}
