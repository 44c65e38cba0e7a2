package pathway

import (
	"strings"
	"testing"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"

	"pgregory.net/rapid"
)

var hilltop = EncompassSchool{ID: "s1", Name: "Hilltop Primary", Lead: "E. Wright", LeadEmail: "lead@hilltop.example", Deputy: "A. Moss", DeputyEmail: "deputy@hilltop.example"}

func pupil() Pupil {
	return Pupil{Child: Child{ID: "k1", Named: true, Born: civil.DateOf(2016, 3, 27)}, Notice: "n1", Ref: "EN-26-ABCDEF", Said: "Hilltop Primary", School: hilltop,
		Bell: civil.DateOf(2026, 1, 22).AtTime(8, 50)}
}

func owes(c Consequences) (k timescale.Key, on Agency) {
	if len(c.Begins) != 1 {
		return "", ""
	}
	return c.Begins[0].For, c.Begins[0].On
}

func TestWhoIsToldForEachChild(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Pupil)
		want   Telling
		key    timescale.Key
		on     Agency
		tells  int
	}{
		{"the safeguarding lead of the school", func(*Pupil) {}, TellLead, timescale.EncompassTold, School, 1},
		{"the authority's officer, of a child educated at home", func(p *Pupil) { p.School.Home = true }, TellLead, timescale.EncompassTold, School, 1},
		{"nobody, of a baby", func(p *Pupil) { p.Born = civil.DateOf(2025, 9, 1) }, TellNobody, "", "", 0},
		{"nobody, of an unborn child", func(p *Pupil) { p.Unborn = true }, TellNobody, "", "", 0},
		{"nobody, of an adult brother", func(p *Pupil) { p.Born = civil.DateOf(2007, 1, 1) }, TellNobody, "", "", 0},
		{"a child of about 4 may be in reception", func(p *Pupil) { p.Born, p.Age = civil.Date{}, 4 }, TellLead, timescale.EncompassTold, School, 1},
		{"a child of about 3 is not", func(p *Pupil) { p.Born, p.Age = civil.Date{}, 3 }, TellNobody, "", "", 0},
		{"the age is not known", func(p *Pupil) { p.Born, p.Age = civil.Date{}, -1 }, TellLead, timescale.EncompassTold, School, 1},
		{"no school is known", func(p *Pupil) { p.School, p.Said = EncompassSchool{}, "" }, TellByHand, timescale.EncompassByHand, FrontDoor, 0},
		{"the school is not in the register", func(p *Pupil) { p.School, p.Said = EncompassSchool{}, "Elsewhere High" }, TellByHand, timescale.EncompassByHand, FrontDoor, 0},
		{"the school has named nobody", func(p *Pupil) { p.School.LeadEmail = "" }, TellByHand, timescale.EncompassByHand, FrontDoor, 0},
		{"the child is not named", func(p *Pupil) { p.Named = false }, TellByHand, timescale.EncompassByHand, FrontDoor, 0},
		{"the record is restricted", func(p *Pupil) { p.Conceal = true }, TellByHand, timescale.EncompassByHand, RestrictedDesk, 0},
		{"the police did it", func(p *Pupil) { p.Told, p.ToldAt = "Hilltop Primary", p.Bell.Add(-time.Hour) }, ToldByPolice, timescale.EncompassTold, Police, 0},
		{"the police did it, and no school is known here", func(p *Pupil) { p.School, p.Told, p.ToldAt = EncompassSchool{}, "Elsewhere", p.Bell }, ToldByPolice, timescale.EncompassTold, Police, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := pupil()
			tt.change(&p)
			way, next := notification().TellSchool(p)
			k, on := owes(next)
			if way != tt.want || k != tt.key || on != tt.on || len(next.Tells) != tt.tells {
				t.Fatalf("got %q: %q on %q, %d messages; want %q: %q on %q, %d", way, k, on, len(next.Tells), tt.want, tt.key, tt.on, tt.tells)
			}
		})
	}
}

// Whatever is known of a child of school age: somebody is named who owes the telling,
// before the bell; nobody is told twice; and no message names anybody.
func TestNoChildOfSchoolAgeIsPassedOver(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := pupil()
		p.Named, p.Unborn, p.Conceal = rapid.Bool().Draw(t, "named"), rapid.Bool().Draw(t, "unborn"), rapid.Bool().Draw(t, "restricted")
		if p.Age = rapid.IntRange(-1, 20).Draw(t, "age"); rapid.Bool().Draw(t, "no birth date") {
			p.Born = civil.Date{}
		} else {
			p.Born = civil.DateOf(2005, 1, 1).AddDays(rapid.IntRange(0, 22*365).Draw(t, "born"))
		}
		switch rapid.IntRange(0, 3).Draw(t, "school") {
		case 0:
			p.School = EncompassSchool{}
		case 1:
			p.School.LeadEmail = ""
		case 2:
			p.School.Home = true
		}
		if rapid.Bool().Draw(t, "police") {
			p.Told, p.ToldAt = "A school", p.Bell.Add(time.Duration(rapid.IntRange(-20, 20).Draw(t, "hours"))*time.Hour)
		}
		way, next := notification().TellSchool(p)
		if !p.OfSchoolAge() {
			if way != TellNobody || len(next.Begins)+len(next.Tells) > 0 {
				t.Fatalf("not of school age, and %q with %+v", way, next)
			}
			return
		}
		if len(next.Begins) != 1 || !next.Begins[0].By.Equal(p.Bell) || next.Begins[0].Child != p.ID || next.Begins[0].About != p.Notice {
			t.Fatalf("%q: not one wait, due at the bell: %+v", way, next.Begins)
		}
		if (way == ToldByPolice) != !next.Begins[0].Over.IsZero() {
			t.Fatalf("%q, and the wait is over at %s", way, next.Begins[0].Over.Words())
		}
		if p.Told != "" && len(next.Tells) > 0 {
			t.Fatal("the school is told twice")
		}
		for _, x := range next.Tells {
			if way != TellLead || x.To != hilltop.LeadEmail || strings.Contains(x.Ref+x.Link+x.Text, hilltop.Name) {
				t.Fatalf("%q sends %+v", way, x)
			}
		}
	})
}

func TestTellingASchoolByHand(t *testing.T) {
	now := civil.DateOf(2026, 1, 22).AtTime(9, 30)
	since := civil.DateOf(2026, 1, 21).AtTime(23, 0)
	tests := []struct {
		name    string
		tell    SchoolTold
		change  func(*Pupil)
		refused string
		ends    Ending
	}{
		{"a notice to a school that was found", SchoolTold{How: TellLead, School: hilltop}, nil, "", Moved},
		{"a call", SchoolTold{How: ToldByPhone, School: hilltop, Whom: "A. Moss, deputy", At: now.Add(-time.Hour)}, nil, "", Met},
		{"no school, and why", SchoolTold{How: TellNoSchool, Why: "Left school in July"}, nil, "", Withdrawn},
		{"nothing chosen", SchoolTold{}, nil, "Select how", ""},
		{"a notice to no school", SchoolTold{How: TellLead}, nil, "Select the school", ""},
		{"a notice to a school that has named nobody", SchoolTold{How: TellLead, School: EncompassSchool{ID: "s2", Name: "Northgate High"}}, nil, "Nobody is named who reads for Northgate High", ""},
		{"a notice about a child who is not named", SchoolTold{How: TellLead, School: hilltop}, func(p *Pupil) { p.Named = false }, "not named here", ""},
		{"a call to nobody", SchoolTold{How: ToldByPhone, School: hilltop, At: now}, nil, "Enter who was told", ""},
		{"a call without a time", SchoolTold{How: ToldByPhone, School: hilltop, Whom: "A. Moss"}, nil, "Enter when", ""},
		{"a call tomorrow", SchoolTold{How: ToldByPhone, School: hilltop, Whom: "A. Moss", At: now.Add(time.Hour)}, nil, "in the past", ""},
		{"a call before the incident", SchoolTold{How: ToldByPhone, School: hilltop, Whom: "A. Moss", At: since.Add(-time.Minute)}, nil, "after the incident", ""},
		{"no school, without a reason", SchoolTold{How: TellNoSchool}, nil, "Enter why", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := pupil()
			if tt.change != nil {
				tt.change(&p)
			}
			next, err := p.Tell(tt.tell, since, now)
			if tt.refused != "" {
				if refusal.KindOf(err) != refusal.Invalid || !strings.Contains(err.Error(), tt.refused) {
					t.Fatalf("got %v, want a refusal with %q", err, tt.refused)
				}
				return
			}
			if err != nil || len(next.Ends) != 2 || next.Ends[0].How != tt.ends {
				t.Fatalf("%v, %+v; want it to end as %s", err, next.Ends, tt.ends)
			}
		})
	}
}

func TestWhatIsADomesticAbuseNotification(t *testing.T) {
	c := notification()
	plain := c
	plain.Grade = ""
	form := c
	form.Channel = ByForm
	broken := c
	broken.Unreadable = true
	for _, tt := range []struct {
		name string
		c    Contact
		said string
		want bool
	}{{"graded on the checklist", c, "", true}, {"graded, and the police say it is not", c, "no", false}, {"not graded", plain, "", false},
		{"not graded, and the police say that it is", plain, "yes", true}, {"a form", form, "", false}, {"could not be read", broken, "yes", false}} {
		if got := tt.c.DomesticAbuse(tt.said); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestASchoolKnowsFromTheFirstOfTheWays(t *testing.T) {
	a := civil.DateOf(2026, 1, 22).AtTime(8, 0)
	if got := ToldSchool(civil.Instant{}, a.Add(time.Hour), a, civil.Instant{}); !got.Equal(a) {
		t.Errorf("got %s, want the earliest", got.Words())
	}
	if got := ToldSchool(civil.Instant{}); !got.IsZero() {
		t.Errorf("got %s of nothing", got.Words())
	}
}
