package schoolfile_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"frontdoor/internal/civil"
	"frontdoor/internal/refusal"
	"frontdoor/internal/schoolfile"
)

const schoolHead = "name,urn,kind,bell,also_known_as,lead_name,lead_email,deputy_name,deputy_email,phone\n"

func TestTheSamplesAreRead(t *testing.T) {
	body, err := os.ReadFile("../../docs/api/schools.sample.csv")
	if err != nil {
		t.Fatal(err)
	}
	all, err := schoolfile.ReadSchools(body)
	if err != nil || len(all) != 4 {
		t.Fatalf("%d schools, %v; want 4", len(all), err)
	}
	if s := all[0]; s.Name != "Hilltop Primary" || s.URN != "100001" || s.Bell != "08:50" || s.Lead.Email != "lead@hilltop.example" || len(s.Also) != 1 {
		t.Errorf("the first school is %+v", s)
	}
	if s := all[3]; s.Kind != "home" || s.URN != "" {
		t.Errorf("the officer is %+v", s)
	}
	if body, err = os.ReadFile("../../docs/api/school-calendar.sample.csv"); err != nil {
		t.Fatal(err)
	}
	days, err := schoolfile.ReadCalendar(body)
	if err != nil {
		t.Fatal(err)
	}
	if d := days[0]; d.URN != "" || d.Kind != "term" || d.From != civil.DateOf(2026, 9, 1) || d.Until != civil.DateOf(2026, 12, 18) {
		t.Errorf("the first days are %+v", d)
	}
}

func TestARegisterThatCannotBeRightIsRefusedLineByLine(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"nothing", "", "no header line"},
		{"only a header", schoolHead, "no school in it"},
		{"a column too many", "name,urn,kind,bell,head\n", "Column 5 is not known"},
		{"a column twice", "name,urn,kind,bell,name\n", "Column 5 is there twice"},
		{"a column missing", "name,urn,kind\n", "The column bell is missing"},
		{"no name", schoolHead + ",100001,school,08:50,,,,,,\n", "Line 2, name: enter the school's name"},
		{"a wrong number", schoolHead + "Hilltop,10001,school,08:50,,,,,,\n", "Line 2, urn: write the six figures"},
		{"an officer with a number", schoolHead + "Home education,100001,home,08:50,,,,,,\n", "Line 2, urn"},
		{"an unknown kind", schoolHead + "Hilltop,100001,nursery,08:50,,,,,,\n", "Line 2, kind: write school, college"},
		{"a wrong bell", schoolHead + "Hilltop,100001,school,ten to nine,,,,,,\n", "Line 2, bell: write when"},
		{"a lead without an address", schoolHead + "Hilltop,100001,school,08:50,,E. Wright,,,,\n", "Line 2, lead_email: enter"},
		{"an address that is none", schoolHead + "Hilltop,100001,school,08:50,,E. Wright,wright,,,\n", "Line 2, lead_email: write an e-mail"},
		{"two addresses in one", schoolHead + "Hilltop,100001,school,08:50,,E. Wright,\"a@x.example, b@x.example\",,,\n", "Line 2, lead_email: write an e-mail"},
		{"an address of nobody", schoolHead + "Hilltop,100001,school,08:50,,,lead@h.example,,,\n", "Line 2, lead_name: enter who"},
		{"a deputy who is the lead", schoolHead + "Hilltop,100001,school,08:50,,A,a@h.example,B,A@h.example,\n", "Line 2, deputy_email: it is the lead's"},
		{"a number twice", schoolHead + "A,100001,school,08:50,,,,,,\nB,100001,school,08:50,,,,,,\n", "Line 3, urn: it is on line 2 already"},
		{"a name twice", schoolHead + "A,100001,school,08:50,,,,,,\nB,100002,school,08:50,a,,,,,\n", "Line 3, name: it is on line 2 already"},
		{"a short line", schoolHead + "A,100001\n", "Line 2: it has 2 columns and the header has 10"},
		{"a quotation mark", schoolHead + "\"A,100001,school,08:50,,,,,,\n", "Line 2: the line cannot be read as CSV"},
		{"a control character", schoolHead + "A\x07B,100001,school,08:50,,,,,,\n", "Line 2, name: it is not text"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := schoolfile.ReadSchools([]byte(tt.body))
			if refusal.KindOf(err) != refusal.Invalid || !strings.Contains(fmt.Sprint(problems(err)), tt.want) {
				t.Fatalf("got %v, want a refusal with %q", problems(err), tt.want)
			}
		})
	}
}

func TestACalendarThatCannotBeRightIsRefusedLineByLine(t *testing.T) {
	head := "school,kind,from,until,title\n"
	tests := []struct{ name, body, want string }{
		{"no day", head, "no day in it"},
		{"an unknown school", head + "Hilltop,term,2026-09-01,2026-12-18,\n", "Line 2, school: write the six figures"},
		{"an unknown kind", head + "all,half-term,2026-10-26,2026-10-30,\n", "Line 2, kind: write term, holiday, inset"},
		{"a day in words", head + "all,term,1 September 2026,2026-12-18,\n", "Line 2, from: write a day"},
		{"the wrong way round", head + "all,term,2026-12-18,2026-09-01,\n", "Line 2, until: the last day must not be before the first"},
		{"a year as one term", head + "all,term,2026-09-01,2027-07-20,\n", "Line 2, until: 323 days are more"},
		{"a fortnight of inset", head + "100001,inset,2026-09-01,2026-09-14,\n", "Line 2, until: inset days are at most a week"},
		{"two terms at once", head + "all,term,2026-09-01,2026-12-18,\nall,term,2026-12-01,2027-02-01,\n", "Line 3, from: these days are on line 2 already"},
		{"a holiday twice", head + "all,holiday,2026-10-26,2026-10-30,\nall,inset,2026-10-30,,\n", "Line 3, from: these days are on line 2 already"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := schoolfile.ReadCalendar([]byte(tt.body))
			if refusal.KindOf(err) != refusal.Invalid || !strings.Contains(fmt.Sprint(problems(err)), tt.want) {
				t.Fatalf("got %v, want a refusal with %q", problems(err), tt.want)
			}
		})
	}
}

func problems(err error) []refusal.Problem {
	f, ok := refusal.As(err)
	if !ok {
		return nil
	}
	if len(f.Problems) == 0 {
		return []refusal.Problem{{Message: f.Message}}
	}
	return f.Problems
}

func TestManyWrongLinesAreCounted(t *testing.T) {
	_, err := schoolfile.ReadSchools([]byte(schoolHead + strings.Repeat("A,1,school,08:50,,,,,,\n", 200)))
	all := problems(err)
	if len(all) != 51 || !strings.Contains(all[50].Message, "more lines are wrong") {
		t.Fatalf("%d problems, the last %v; want 50 and how many more", len(all), all[len(all)-1])
	}
}

// Whatever bytes come, the readers refuse in words or give lines that hold.
func FuzzReadSchools(f *testing.F) {
	f.Add([]byte(schoolHead + "Hilltop,100001,school,08:50,Hilltop Primary,E. Wright,lead@h.example,,,\n"))
	f.Add([]byte("\uFEFFname,urn,kind,bell\nA,100001,home,08:50\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		all, err := schoolfile.ReadSchools(body)
		if err != nil {
			if refusal.KindOf(err) != refusal.Invalid {
				t.Fatalf("a fault: %v", err)
			}
			return
		}
		for _, s := range all {
			if _, _, err := civil.ParseBell(s.Bell); err != nil || s.Name == "" || s.Line < 2 || (s.Lead.Email == "") != (s.Lead.Name == "") {
				t.Fatalf("taken: %+v", s)
			}
		}
	})
}

// And a calendar that is taken can be counted with.
func FuzzReadCalendar(f *testing.F) {
	f.Add([]byte("school,kind,from,until,title\nall,term,2026-09-01,2026-12-18,Autumn\n100001,inset,2026-09-02,,\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		all, err := schoolfile.ReadCalendar(body)
		if err != nil {
			if refusal.KindOf(err) != refusal.Invalid {
				t.Fatalf("a fault: %v", err)
			}
			return
		}
		var terms, closed []civil.Days
		for _, d := range all {
			if d.Kind == "term" {
				terms = append(terms, d.Days)
			} else {
				closed = append(closed, d.Days)
			}
		}
		cal, err := civil.NewSchoolCalendar(civil.England(), "08:50", terms, closed)
		if err != nil {
			t.Fatalf("taken and no calendar: %v", err)
		}
		after := civil.DateOf(2026, 11, 24).AtTime(9, 0)
		if bell, _ := cal.NextBell(after); !bell.After(after) {
			t.Fatalf("the next bell is %s", bell.Words())
		}
	})
}
