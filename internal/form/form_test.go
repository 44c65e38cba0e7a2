package form_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"frontdoor/internal/civil"
	"frontdoor/internal/form"
	"frontdoor/internal/person"
	"frontdoor/internal/refusal"

	"pgregory.net/rapid"
)

var now = civil.DateOf(2026, 11, 24).AtTime(9, 0)

func referral(t interface{ Fatal(...any) }) *form.Definition {
	d, err := form.Load("referral")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func good() form.Answers {
	return form.Answers{
		"you.professional": {"yes"}, "you.name": {"R. Patel"}, "you.agency": {"school"}, "you.phone": {"01632 960123"},
		"children[0].given": {"Ana"}, "concern.danger": {"no"}, "concern.what": {"She came to school hungry again"},
		"agreement.status": {"given"}, "agreement.who": {"her mother"}, "agreement.how": {"at the gate, today"},
	}
}

func TestCheck(t *testing.T) {
	d := referral(t)
	tests := []struct {
		name   string
		change func(form.Answers)
		field  string
	}{
		{"nine answers are enough", nil, ""},
		{"nothing about the worry", func(a form.Answers) { delete(a, "concern.what") }, "concern.what"},
		{"no child", func(a form.Answers) { delete(a, "children[0].given") }, "children"},
		{"a child described and not named", func(a form.Answers) {
			delete(a, "children[0].given")
			a["children[0].described"] = []string{"a boy of about 3"}
		}, ""},
		{"agreement is never defaulted", func(a form.Answers) { delete(a, "agreement.status") }, "agreement.status"},
		{"not asked needs a reason", func(a form.Answers) { a["agreement.status"] = []string{"not_sought"} }, "agreement.reason"},
		{"a professional says who they are", func(a form.Answers) { delete(a, "you.name") }, "you.name"},
		{"the public may be anonymous", func(a form.Answers) {
			for k := range a {
				if strings.HasPrefix(k, "you.") || strings.HasPrefix(k, "agreement.") {
					delete(a, k)
				}
			}
			a["you.professional"] = []string{"no"}
		}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := good()
			if tt.change != nil {
				tt.change(a)
			}
			err := d.Check(a)
			r, refused := refusal.As(err)
			switch {
			case tt.field == "" && err != nil:
				t.Fatalf("Check: %v, want it to be sent", err)
			case tt.field != "" && (!refused || r.Problems[0].Field != tt.field):
				t.Fatalf("Check: %v, want a problem with %s", err, tt.field)
			}
		})
	}
}

func TestReadKeepsWhatWasTypedAndSaysWhatToMend(t *testing.T) {
	d := referral(t)
	s, _ := d.Step("children")
	tests := []struct{ name, day, month, year, want string }{
		{"in the future", "25", "11", "2026", "must be today or in the past"},
		{"no such day", "31", "4", "2016", "must be a real date"},
		{"words", "first", "may", "2016", "must be a real date"},
		{"right", "27", "3", "2016", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := form.Answers{}
			err := d.Read(s, 0, map[string][]string{"given": {"A\x00na\u202e"}, "born-day": {tt.day}, "born-month": {tt.month}, "born-year": {tt.year}, "admin": {"1"}}, a, now)
			if (tt.want == "") != (err == nil) || (err != nil && !strings.Contains(err.Error(), tt.want)) {
				t.Fatalf("Read: %v, want %q", err, tt.want)
			}
			if a.One("children[0].given") != "Ana" {
				t.Errorf("name kept as %q, want Ana without the control characters", a.One("children[0].given"))
			}
			if a.One("children[0].born") == "" {
				t.Error("the date as typed was not kept")
			}
			if _, kept := a["children[0].admin"]; kept {
				t.Error("a field that is no question was kept")
			}
		})
	}
}

func TestCompletenessNeverFallsWhenSomethingIsAnswered(t *testing.T) {
	d := referral(t)
	rapid.Check(t, func(t *rapid.T) {
		a := good()
		before := d.Completeness(a)
		if len(before.Missing) == 0 {
			return
		}
		m := before.Missing[rapid.IntRange(0, len(before.Missing)-1).Draw(t, "which")]
		a[form.Key(m.Step, 0, m.Question.ID)] = []string{"said"}
		if after := d.Completeness(a); after.Score < before.Score || len(after.Missing) >= len(before.Missing) {
			t.Fatalf("answering %s moved completeness from %d to %d", m.Question.ID, before.Score, after.Score)
		}
	})
}

func TestTheBudgetOfQuestions(t *testing.T) {
	d := referral(t)
	need, vital := 0, 0
	for _, s := range d.Steps {
		for _, q := range s.Questions {
			if q.Need {
				need++
			}
			if q.Weight > 0 {
				vital++
			}
		}
	}
	if need > 9 || vital > 25 {
		t.Errorf("%d needed and %d weighed, want at most 9 and 25", need, vital)
	}
}

func TestRemovingAChildMovesTheOthersUp(t *testing.T) {
	d := referral(t)
	s, _ := d.Step("children")
	a := form.Answers{"children[0].given": {"Ana"}, "children[1].given": {"Ben"}, "children[1].school": {"Hill"}, "children[2].given": {"Cara"}}
	a.Remove(s, 0)
	if a.Count(s) != 2 || a.One("children[0].given") != "Ben" || a.One("children[0].school") != "Hill" || a.One("children[1].given") != "Cara" || a.One("children[1].school") != "" {
		t.Errorf("after removing the first: %v", a)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("given", "Ana\x00")
	f.Add("born-day", "99999999999999999999")
	f.Add("age", "-1")
	f.Fuzz(func(t *testing.T, name, value string) {
		d := referral(t)
		for _, s := range d.Steps {
			a := form.Answers{}
			_ = d.Read(s, 0, map[string][]string{name: {value}}, a, now)
			for k, vs := range a {
				for _, v := range vs {
					if !utf8.ValidString(v) || strings.ContainsRune(v, 0) {
						t.Fatalf("%s keeps %q", k, v)
					}
				}
			}
			d.Completeness(a)
			form.ReadReferral(d, a)
		}
	})
}

func FuzzReadAnswers(f *testing.F) {
	f.Add(`{"children[0].given":["Ana"]}`)
	f.Add(`null`)
	f.Fuzz(func(t *testing.T, s string) {
		a, err := form.ReadAnswers(s)
		if err == nil {
			form.ReadReferral(referral(t), a)
		}
	})
}

func TestEthnicityIsAskedInTheCodesOfTheCensus(t *testing.T) {
	d, err := form.Load("referral")
	if err != nil {
		t.Fatal(err)
	}
	step, _ := d.Step("children")
	for _, q := range step.Questions {
		if q.ID != "ethnicity" {
			continue
		}
		var got, want []string
		for _, o := range q.Options {
			got = append(got, o.Value+" "+o.Label)
		}
		for _, e := range person.Ethnicities() {
			want = append(want, e.Code+" "+e.Words)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("options %q, want %q", got, want)
		}
		return
	}
	t.Fatal("nobody asks for ethnicity")
}
