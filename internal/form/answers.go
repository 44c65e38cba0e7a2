package form

import (
	"encoding/json"
	"fmt"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"frontdoor/internal/civil"
	"frontdoor/internal/refusal"
)

// Answers are what was answered: "concern.what", "children[0].given". Dates are
// kept as 2026-11-24.
type Answers map[string][]string

// Key names an answer. index counts children or persons from 0; it is ignored for
// a step that is asked once.
func Key(s Step, index int, question string) string {
	if s.Repeat {
		return fmt.Sprintf("%s[%d].%s", s.ID, index, question)
	}
	return s.ID + "." + question
}

// One is the first answer, "" when there is none.
func (a Answers) One(key string) string {
	if v := a[key]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// MostRepeats bounds the children and persons of one form.
const MostRepeats = 30

// Count is how many of a repeated step have any answer.
func (a Answers) Count(s Step) int {
	n := 0
	for key := range a {
		rest, ok := strings.CutPrefix(key, s.ID+"[")
		if !ok {
			continue
		}
		number, _, _ := strings.Cut(rest, "]")
		if i, err := strconv.Atoi(number); err == nil && i >= 0 && i < MostRepeats {
			n = max(n, i+1)
		}
	}
	return n
}

// Remove takes one child or person out; those after it move up.
func (a Answers) Remove(s Step, index int) {
	n := a.Count(s)
	for i := index; i < n; i++ {
		for _, q := range s.Questions {
			if v, ok := a[Key(s, i+1, q.ID)]; ok && i+1 < n {
				a[Key(s, i, q.ID)] = v
				continue
			}
			delete(a, Key(s, i, q.ID))
		}
	}
}

// answersLimit bounds the JSON of one form.
const answersLimit = 1 << 20

// ReadAnswers reads answers kept as JSON.
func ReadAnswers(text string) (Answers, error) {
	if len(text) > answersLimit {
		return nil, fmt.Errorf("answers are %d bytes, more than %d", len(text), answersLimit)
	}
	a := Answers{}
	if text == "" {
		return a, nil
	}
	if err := json.Unmarshal([]byte(text), &a); err != nil {
		return nil, fmt.Errorf("read answers: %w", err)
	}
	if a == nil {
		a = Answers{}
	}
	return a, nil
}

// JSON keeps answers as text.
func (a Answers) JSON() string {
	b, err := json.Marshal(a)
	if err != nil {
		panic(fmt.Sprintf("form: answers always marshal: %v", err))
	}
	return string(b)
}

// Clean makes typed text safe to keep: no NUL or other controls but new lines and
// tabs, no marks that turn the direction of text, valid UTF-8, no space around.
// Combining marks and every script stay.
func Clean(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return r
		case unicode.IsControl(r), r >= '\u202A' && r <= '\u202E', r >= '\u2066' && r <= '\u2069', r == '\u200E', r == '\u200F', r == '\uFEFF':
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// Read takes the answers of one step from a posted form. What was typed is always
// kept; the error says, question by question, what to mend. Fields that are not
// questions of the step are ignored.
func (d *Definition) Read(s Step, index int, posted map[string][]string, a Answers, now civil.Instant) error {
	var problems []refusal.Problem
	for _, q := range s.Questions {
		values, problem := q.read(posted, now)
		if !d.Asked(q, index, with(a, s, index, posted)) {
			delete(a, Key(s, index, q.ID))
			continue
		}
		if len(values) == 0 {
			delete(a, Key(s, index, q.ID))
		} else {
			a[Key(s, index, q.ID)] = values
		}
		if problem != "" {
			problems = append(problems, refusal.Problem{Field: q.ID, Message: problem})
		}
	}
	return refusal.Fields(problems)
}

// with looks at this step's own answers too, which are not in a yet.
func with(a Answers, s Step, index int, posted map[string][]string) Answers {
	out := Answers{}
	for k, v := range a {
		out[k] = v
	}
	for _, q := range s.Questions {
		if v := posted[q.ID]; len(v) > 0 {
			out[Key(s, index, q.ID)] = v
		}
	}
	return out
}

func (q Question) read(posted map[string][]string, now civil.Instant) (values []string, problem string) {
	if q.Kind == DateKind {
		return q.readDate(posted, now)
	}
	for _, v := range posted[q.ID] {
		if v = Clean(v); v != "" {
			values = append(values, v)
		}
	}
	if len(values) == 0 {
		return nil, ""
	}
	if q.Kind != Checkboxes {
		values = values[:1]
	}
	return values, q.check(values)
}

func (q Question) check(values []string) string {
	v := values[0]
	switch q.Kind {
	case Radios, Select, Checkboxes:
		for _, v := range values {
			if !slices.ContainsFunc(q.Options, func(o Option) bool { return o.Value == v }) {
				return "Select one of the answers to “" + q.Label + "”"
			}
		}
	case Email:
		if at, err := mail.ParseAddress(v); err != nil || at.Address != v || !strings.Contains(v, ".") {
			return "Enter an e-mail address such as name@example.org"
		}
	case Number:
		if n, err := strconv.Atoi(v); err != nil || n < 0 || n > 25 {
			return "Enter an age in whole years, from 0 to 25"
		}
	}
	if n := utf8.RuneCountInString(v); n > q.Max && q.Kind != Number {
		return fmt.Sprintf("“%s” must be %d characters or fewer", q.Label, q.Max)
	}
	return ""
}

// readDate takes a date from three parts, kept as typed when it is no date.
func (q Question) readDate(posted map[string][]string, now civil.Instant) (values []string, problem string) {
	part := func(name string) string {
		if v := posted[q.ID+"-"+name]; len(v) > 0 {
			return Clean(v[0])
		}
		return ""
	}
	d, m, y := part("day"), part("month"), part("year")
	if d == "" && m == "" && y == "" {
		return nil, ""
	}
	day, err1 := strconv.Atoi(d)
	month, err2 := strconv.Atoi(m)
	year, err3 := strconv.Atoi(y)
	date := civil.Date{Year: year, Month: time.Month(month), Day: day}
	switch {
	case err1 != nil || err2 != nil || err3 != nil || !date.Valid() || year < 1900:
		return []string{cut(y) + "-" + cut(m) + "-" + cut(d)}, "“" + q.Label + "” must be a real date, such as 27 3 2016"
	case q.Past && date.After(now.Date()):
		return []string{date.String()}, "“" + q.Label + "” must be today or in the past"
	case date.After(now.Date().AddMonths(24)):
		return []string{date.String()}, "“" + q.Label + "” must be within two years from now"
	}
	return []string{date.String()}, ""
}

func cut(s string) string {
	r := []rune(s)
	return string(r[:min(len(r), 8)])
}

// DateParts are the three parts of a date as typed, for showing again.
func DateParts(v string) (day, month, year string) {
	p := strings.SplitN(v, "-", 3)
	if len(p) != 3 {
		return "", "", ""
	}
	return strings.TrimLeft(p[2], "0"), strings.TrimLeft(p[1], "0"), p[0]
}
