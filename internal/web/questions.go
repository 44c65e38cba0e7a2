package web

import (
	"frontdoor/internal/form"
)

// Questions are the fields of one step of a form that partners agreed, with the
// answers so far. prefix goes before every name, for a page with several steps.
func Questions(d *form.Definition, s form.Step, index int, a form.Answers, prefix string) []Field {
	var out []Field
	for _, q := range s.Questions {
		out = append(out, Question(s, q, index, a, prefix))
	}
	return out
}

// Question is one question of such a form as a field.
func Question(s form.Step, q form.Question, index int, a form.Answers, prefix string) Field {
	f := Field{Name: prefix + q.ID, Label: q.Label, Hint: q.Hint, Kind: string(q.Kind), Autocomplete: q.Autocomplete}
	switch q.Kind {
	case form.Phone:
		f.Kind = "tel"
	case form.Postcode:
		f.Kind, f.Width = "text", 10
	case form.Number:
		f.Kind, f.Width = "text", 2
	case form.Textarea:
		f.Max = q.Max
	case form.Select:
		f.Options = []Option{{Label: "Not asked or not known"}}
	}
	for _, o := range q.Options {
		f.Options = append(f.Options, Option{Value: o.Value, Label: o.Label})
	}
	f.Values = a[form.Key(s, index, q.ID)]
	f.Value = a.One(form.Key(s, index, q.ID))
	if q.Kind == form.DateKind {
		f.Day, f.Month, f.Year = form.DateParts(f.Value)
	}
	if step, on, values := q.Follows(); step == s.ID {
		f.Follows = prefix + on + "|" + joinComma(values)
	}
	return f
}

func joinComma(values []string) string {
	out := ""
	for i, v := range values {
		if i > 0 {
			out += ","
		}
		out += v
	}
	return out
}
