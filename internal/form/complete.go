package form

import (
	"slices"
	"strings"

	"frontdoor/internal/refusal"
)

// Missing is a question that is not answered and would help.
type Missing struct {
	Step     Step
	Index    int
	Question Question
	Needed   bool // sending is refused without it
}

// Completeness is how much of what a decision rests on was said: 0 to 100. It is
// worked out from the weights in the definition and nothing else, and is the same
// for a form and a call.
type Completeness struct {
	Score   int
	Missing []Missing
}

// Completeness measures a form: who, what, when, the effect on the child,
// agreement, the adults and helpers. Only the first child's answers count, so
// that naming a second never lowers it.
func (d *Definition) Completeness(a Answers) Completeness {
	var c Completeness
	got, all := 0, 0
	for _, s := range d.Steps {
		for _, q := range s.Questions {
			if q.Weight == 0 || !d.Asked(q, 0, a) {
				continue
			}
			all += q.Weight
			if answered(a[Key(s, 0, q.ID)]) {
				got += q.Weight
				continue
			}
			c.Missing = append(c.Missing, Missing{Step: s, Question: q, Needed: q.Need})
		}
	}
	if all > 0 {
		c.Score = got * 100 / all
	}
	return c
}

func answered(v []string) bool { return len(v) > 0 && v[0] != "" }

// Check says what stops sending: nothing about a child, nothing about the worry,
// a professional who does not say who they are, or agreement left to be guessed.
// Everything else may be missing; it is said, and sent all the same.
func (d *Definition) Check(a Answers) error {
	var p []refusal.Problem
	say := func(field, message string) { p = append(p, refusal.Problem{Field: field, Message: message}) }
	r := ReadReferral(d, a)
	for _, s := range d.Steps {
		for _, q := range s.Questions {
			if q.Need && !s.Repeat && d.Asked(q, 0, a) && !answered(a[Key(s, 0, q.ID)]) {
				say(s.ID+"."+q.ID, needWords(q))
			}
		}
	}
	if len(r.Children) == 0 {
		say("children", "Enter the child's name, or describe the child if you do not know it")
	}
	if r.Professional {
		if r.Name == "" {
			say("you.name", "Enter your name")
		}
		if r.Email == "" && r.Phone == "" {
			say("you.phone", "Enter your e-mail address or phone number, so that we can reach you")
		}
		switch {
		case r.Consent == "":
			say("agreement.status", "Select whether a person with parental responsibility agrees")
		case r.Consent == "not_sought" && r.Reason == "":
			say("agreement.reason", "Select why they were not asked")
		case r.Consent == "not_sought" && strings.TrimSpace(r.ReasonWords) == "":
			say("agreement.reason_words", "Enter why that reason applies here")
		case r.Consent == "given" && (r.ConsentWho == "" || r.ConsentHow == ""):
			say("agreement.who", "Enter who agreed, and how and when they were asked")
		}
	}
	return refusal.Fields(p)
}

// CheckCall says what stops a call from being saved: it must become a contact
// with whatever the caller could say.
func (d *Definition) CheckCall(a Answers) error {
	var p []refusal.Problem
	r := ReadReferral(d, a)
	if r.Danger == "" {
		p = append(p, refusal.Problem{Field: "concern.danger", Message: "Select whether any child is in danger now"})
	}
	if len(r.Children) == 0 {
		p = append(p, refusal.Problem{Field: "children", Message: "Enter the child's name, or describe the child"})
	}
	if r.What == "" {
		p = append(p, refusal.Problem{Field: "concern.what", Message: "Enter what the caller is worried about"})
	}
	return refusal.Fields(p)
}

func needWords(q Question) string {
	if q.Kind == Radios {
		return "Answer “" + q.Label + "”"
	}
	return map[string]string{"what": "Enter what you are worried about"}[q.ID]
}

// CallOrder is the order in which a call taker asks: danger, where, who, what
// happened, the caller, agreement; then the rest.
func (d *Definition) CallOrder() []Step {
	var out []Step
	first := Step{ID: "first", Title: "First"}
	for _, s := range d.Steps {
		for _, q := range s.Questions {
			if q.Call > 0 {
				first.Questions = append(first.Questions, q)
			}
		}
	}
	slices.SortFunc(first.Questions, func(a, b Question) int { return a.Call - b.Call })
	rest := slices.Clone(d.Steps)
	slices.SortStableFunc(rest, func(a, b Step) int { return place(a) - place(b) })
	for _, s := range rest {
		s.Questions = slices.DeleteFunc(slices.Clone(s.Questions), func(q Question) bool { return q.Call > 0 })
		out = append(out, s)
	}
	return append([]Step{first}, out...)
}

func place(s Step) int {
	if s.Call == 0 {
		return 100
	}
	return s.Call
}

// Section is a part of what was answered, for reading.
type Section struct {
	Step  Step
	Index int
	Title string
	Rows  []Row
}

// Row is one question and its answer in words.
type Row struct {
	Question Question
	Value    string
}

// Summary is all that was answered, for checking before sending and for the
// contact's page. Blank questions are left out unless every is set.
func (d *Definition) Summary(a Answers, every bool) []Section {
	var out []Section
	for _, s := range d.Steps {
		n := 1
		if s.Repeat {
			n = a.Count(s)
		}
		for i := range n {
			sec := Section{Step: s, Index: i, Title: s.Title}
			if s.Repeat {
				sec.Title = strings.ToUpper(s.One[:1]) + s.One[1:] + " " + itoa(i+1)
			}
			for _, q := range s.Questions {
				v := q.Words(a[Key(s, i, q.ID)])
				if (v != "" || every) && d.Asked(q, i, a) {
					sec.Rows = append(sec.Rows, Row{q, v})
				}
			}
			if len(sec.Rows) > 0 {
				out = append(out, sec)
			}
		}
	}
	return out
}

// Words is an answer as people read it.
func (q Question) Words(values []string) string {
	if len(values) == 0 {
		return ""
	}
	switch q.Kind {
	case Radios, Select, Checkboxes:
		var out []string
		for _, v := range values {
			for _, o := range q.Options {
				if o.Value == v {
					out = append(out, o.Label)
				}
			}
		}
		return strings.Join(out, "; ")
	case DateKind:
		if d, err := parseDate(values[0]); err == nil {
			return d.Words()
		}
	}
	return values[0]
}
