// Package form is the forms that partners agree, as data: their questions, how
// answers are read, what stops sending, and how complete they are.
package form

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

//go:embed definitions/*.toml
var definitions embed.FS

// Kind is how a question is asked.
type Kind string

// The kinds of question.
const (
	Text       Kind = "text"
	Textarea   Kind = "textarea"
	Radios     Kind = "radios"
	Select     Kind = "select" // one of too many for radios
	Checkboxes Kind = "checkboxes"
	DateKind   Kind = "date"
	Number     Kind = "number"
	Email      Kind = "email"
	Phone      Kind = "phone"
	Postcode   Kind = "postcode"
)

// Option is one answer of radios, a select or checkboxes.
type Option struct{ Value, Label string }

// Question is one question.
type Question struct {
	ID           string
	Label        string
	Hint         string
	Kind         Kind
	Options      []Option
	Max          int  // longest answer in characters
	Need         bool // sending is refused without it
	Vital        bool // a decision rests on it: blank only as "not known"
	Past         bool // a date that must not be in the future
	Call         int  // place when a call is taken; 0 with its step
	Weight       int  // what it adds to completeness
	Part         string
	Autocomplete string
	when         condition
}

// Step is a group of questions shown together, or once for each child.
type Step struct {
	ID, Title string
	Repeat    bool   // asked once for each child or person
	One       string // what one of them is called
	Optional  bool
	Call      int
	Questions []Question
}

// Question finds a question of the step.
func (s Step) Question(id string) (Question, bool) {
	i := slices.IndexFunc(s.Questions, func(q Question) bool { return q.ID == id })
	if i < 0 {
		return Question{}, false
	}
	return s.Questions[i], true
}

// Definition is a form.
type Definition struct {
	Name, Title, Version, Source string
	Steps                        []Step
}

// Step finds a step.
func (d *Definition) Step(id string) (Step, bool) {
	i := slices.IndexFunc(d.Steps, func(s Step) bool { return s.ID == id })
	if i < 0 {
		return Step{}, false
	}
	return d.Steps[i], true
}

// condition says when a question is asked: when another has one of these answers.
type condition struct {
	step, question string
	values         []string
}

type fileQuestion struct {
	ID, Label, Hint, Kind, When, Part, Autocomplete string
	Options                                         [][]string
	Max, Call, Weight                               int
	Need, Vital, Past                               bool
}

type file struct {
	Name, Title, Version, Source string
	Step                         []struct {
		ID, Title, One   string
		Repeat, Optional bool
		Call             int
		Question         []fileQuestion
	}
}

// Load reads a form that comes with the service. A definition with unknown keys,
// a repeated id, options without labels or a condition on a question that is not
// there is refused.
func Load(name string) (*Definition, error) {
	text, err := definitions.ReadFile("definitions/" + name + ".toml")
	if err != nil {
		return nil, fmt.Errorf("there is no form %q", name)
	}
	d, err := Parse(text)
	if err != nil {
		return nil, fmt.Errorf("form %s: %w", name, err)
	}
	return d, nil
}

// defaultMax bounds answers whose question sets no limit of its own.
const defaultMax = 500

// Parse reads a definition.
func Parse(text []byte) (*Definition, error) {
	var f file
	md, err := toml.Decode(string(text), &f)
	if err != nil {
		return nil, err
	}
	if extra := md.Undecoded(); len(extra) > 0 {
		return nil, fmt.Errorf("unknown key %q", extra[0].String())
	}
	if f.Name == "" || f.Title == "" || f.Version == "" || f.Source == "" || len(f.Step) == 0 {
		return nil, fmt.Errorf("name, title, version, source and at least one step are needed")
	}
	d := &Definition{Name: f.Name, Title: f.Title, Version: f.Version, Source: f.Source}
	for _, s := range f.Step {
		step := Step{ID: s.ID, Title: s.Title, Repeat: s.Repeat, One: s.One, Optional: s.Optional, Call: s.Call}
		if _, twice := d.Step(s.ID); twice || s.ID == "" || s.Title == "" || len(s.Question) == 0 || (s.Repeat && s.One == "") {
			return nil, fmt.Errorf("step %q: each needs an id of its own, a title, and questions", s.ID)
		}
		for _, q := range s.Question {
			question, err := q.question()
			if err != nil {
				return nil, fmt.Errorf("step %s, question %q: %w", s.ID, q.ID, err)
			}
			if _, twice := step.Question(q.ID); twice {
				return nil, fmt.Errorf("step %s, question %q is there twice", s.ID, q.ID)
			}
			step.Questions = append(step.Questions, question)
		}
		d.Steps = append(d.Steps, step)
	}
	return d, d.checkConditions()
}

func (q fileQuestion) question() (Question, error) {
	kind := Kind(q.Kind)
	out := Question{ID: q.ID, Label: q.Label, Hint: q.Hint, Kind: kind, Max: q.Max, Need: q.Need, Vital: q.Vital, Past: q.Past,
		Call: q.Call, Weight: q.Weight, Part: q.Part, Autocomplete: q.Autocomplete}
	switch {
	case q.ID == "" || q.Label == "":
		return out, fmt.Errorf("id and label are needed")
	case !slices.Contains([]Kind{Text, Textarea, Radios, Select, Checkboxes, DateKind, Number, Email, Phone, Postcode}, kind):
		return out, fmt.Errorf("kind %q is not known", q.Kind)
	case (kind == Radios || kind == Select || kind == Checkboxes) != (len(q.Options) > 0):
		return out, fmt.Errorf("options go with radios, select and checkboxes")
	case q.Weight > 0 && q.Part == "":
		return out, fmt.Errorf("a weight needs the part it belongs to")
	}
	if out.Max == 0 {
		out.Max = defaultMax
	}
	for _, o := range q.Options {
		if len(o) != 2 || o[0] == "" || o[1] == "" || slices.ContainsFunc(out.Options, func(x Option) bool { return x.Value == o[0] }) {
			return out, fmt.Errorf("each option is a value of its own and a label")
		}
		out.Options = append(out.Options, Option{o[0], o[1]})
	}
	if q.When == "" {
		return out, nil
	}
	target, values, ok := strings.Cut(q.When, "=")
	step, question, ok2 := strings.Cut(target, ".")
	if !ok || !ok2 {
		return out, fmt.Errorf("when %q is not step.question=answer", q.When)
	}
	out.when = condition{step, question, strings.Split(values, ",")}
	return out, nil
}

func (d *Definition) checkConditions() error {
	for _, s := range d.Steps {
		for _, q := range s.Questions {
			if q.when.step == "" {
				continue
			}
			step, _ := d.Step(q.when.step)
			on, ok := step.Question(q.when.question)
			if !ok {
				return fmt.Errorf("step %s, question %q waits for a question that is not there", s.ID, q.ID)
			}
			for _, v := range q.when.values {
				if !slices.ContainsFunc(on.Options, func(o Option) bool { return o.Value == v }) {
					return fmt.Errorf("step %s, question %q waits for an answer that cannot be given", s.ID, q.ID)
				}
			}
		}
	}
	return nil
}

// Asked says whether a question is asked, given the answers so far. index is the
// child or person of a repeated step.
func (d *Definition) Asked(q Question, index int, a Answers) bool {
	if q.when.step == "" {
		return true
	}
	step, _ := d.Step(q.when.step)
	return slices.Contains(q.when.values, a.One(Key(step, index, q.when.question)))
}

// Follows says which answer another question waits for, for the page's hint.
func (q Question) Follows() (step, question string, values []string) {
	return q.when.step, q.when.question, q.when.values
}
