package civil_test

import (
	"testing"
	"time"

	"frontdoor/internal/civil"

	"pgregory.net/rapid"
)

// thornbury is a school year as authorities publish it: three terms, half terms, inset.
func thornbury(t interface {
	Helper()
	Fatal(...any)
}) *civil.SchoolCalendar {
	t.Helper()
	d := civil.DateOf
	s, err := civil.NewSchoolCalendar(civil.England(), "08:50",
		[]civil.Days{{From: d(2025, 9, 1), Until: d(2025, 12, 19)}, {From: d(2026, 1, 5), Until: d(2026, 3, 27)}, {From: d(2026, 4, 13), Until: d(2026, 7, 20)}, {From: d(2026, 9, 2), Until: d(2026, 12, 18)}},
		[]civil.Days{{From: d(2026, 2, 16), Until: d(2026, 2, 20)}, {From: d(2026, 5, 25), Until: d(2026, 5, 29)}, {From: d(2026, 1, 5), Until: d(2026, 1, 5)}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTheBellBeforeWhichASchoolIsTold(t *testing.T) {
	d := civil.DateOf
	tests := []struct {
		name  string
		after civil.Instant
		want  string
		known bool
	}{
		{"at night before a school day: that morning", d(2026, 1, 21).AtTime(2, 15), "Wed 21 Jan 2026, 08:50", true},
		{"a minute before the bell: that bell", d(2026, 1, 21).AtTime(8, 49), "Wed 21 Jan 2026, 08:50", true},
		{"at the bell: the next day", d(2026, 1, 21).AtTime(8, 50), "Thu 22 Jan 2026, 08:50", true},
		{"on Friday evening: Monday", d(2026, 1, 23).AtTime(21, 0), "Mon 26 Jan 2026, 08:50", true},
		{"at half term: the Monday after it", d(2026, 2, 14).AtTime(1, 0), "Mon 23 Feb 2026, 08:50", true},
		{"in the Christmas holidays: not the inset day, the day after it", d(2025, 12, 27).AtTime(3, 0), "Tue 6 Jan 2026, 08:50", true},
		{"before the early May bank holiday", d(2026, 5, 1).AtTime(18, 0), "Tue 5 May 2026, 08:50", true},
		{"in the summer holidays: the first day of September", d(2026, 8, 1).AtTime(18, 0), "Wed 2 Sep 2026, 08:50", true},
		{"beyond the calendar: the next working day, and it is said", d(2027, 3, 5).AtTime(18, 0), "Mon 8 Mar 2027, 08:50", false},
		{"a gap in the calendar is no holiday", d(2025, 6, 2).AtTime(18, 0), "Tue 3 Jun 2025, 08:50", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bell, known := thornbury(t).NextBell(tt.after)
			if bell.Words() != tt.want || known != tt.known {
				t.Fatalf("got %s, known %v; want %s, %v", bell.Words(), known, tt.want, tt.known)
			}
		})
	}
}

func TestTheNextBellIsTheFirstOfASchoolDay(t *testing.T) {
	s := thornbury(t)
	rapid.Check(t, func(t *rapid.T) {
		after := civil.DateOf(2025, 1, 1).Start().Add(time.Duration(rapid.IntRange(0, 3*365*24*60).Draw(t, "minutes")) * time.Minute)
		bell, known := s.NextBell(after)
		if !bell.After(after) {
			t.Fatalf("the bell %s is not after %s", bell.Words(), after.Words())
		}
		if later, _ := s.NextBell(after.Add(time.Hour)); later.Before(bell) {
			t.Fatalf("an hour later the bell is earlier: %s before %s", later.Words(), bell.Words())
		}
		if !known {
			if !civil.England().WorkingDay(bell.Date()) {
				t.Fatalf("%s is no working day", bell.Words())
			}
			return
		}
		if !s.Open(bell.Date()) {
			t.Fatalf("no pupil is at school on %s", bell.Date())
		}
		for d := after.Date(); d.Before(bell.Date()); d = d.AddDays(1) {
			if s.Open(d) && s.Bell(d).After(after) {
				t.Fatalf("%s was passed over for %s", d, bell.Date())
			}
		}
	})
}

func TestWhoIsOfSchoolAge(t *testing.T) {
	d := civil.DateOf
	tests := []struct {
		name     string
		born, on civil.Date
		want     bool
	}{
		{"four at the end of August: in reception from September", d(2022, 8, 31), d(2026, 9, 1), true},
		{"and not before", d(2022, 8, 31), d(2026, 7, 20), false},
		{"four a day later: a year to wait", d(2022, 9, 1), d(2026, 9, 2), false},
		{"the day before eighteen", d(2009, 1, 22), d(2027, 1, 21), true},
		{"eighteen", d(2009, 1, 22), d(2027, 1, 22), false},
		{"a baby", d(2026, 1, 1), d(2026, 1, 21), false},
		{"ten", d(2016, 3, 27), d(2026, 11, 24), true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := civil.OfSchoolAge(tt.born, tt.on); got != tt.want {
				t.Fatalf("born %s, on %s: %v, want %v", tt.born, tt.on, got, tt.want)
			}
		})
	}
}

// A child comes of school age once and leaves it once.
func TestSchoolAgeIsOneStretch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		born := civil.DateOf(2000, 1, 1).AddDays(rapid.IntRange(0, 9000).Draw(t, "born"))
		changes, was := 0, false
		for n := 0; n < 19*366; n += 5 {
			if is := civil.OfSchoolAge(born, born.AddDays(n)); is != was {
				changes, was = changes+1, is
			}
		}
		if changes != 2 || was {
			t.Fatalf("born %s: %d changes, of school age at 19: %v", born, changes, was)
		}
	})
}

func TestACalendarThatCannotBeRightIsRefused(t *testing.T) {
	d := civil.DateOf
	for _, bell := range []string{"", "8:50", "25:00", "03:00", "14:00", "08:5"} {
		if _, err := civil.NewSchoolCalendar(civil.England(), bell, nil, nil); err == nil {
			t.Errorf("a bell at %q was taken", bell)
		}
	}
	if _, err := civil.NewSchoolCalendar(civil.England(), "08:50", []civil.Days{{From: d(2026, 3, 1), Until: d(2026, 2, 1)}}, nil); err == nil {
		t.Error("a term that ends before it begins was taken")
	}
}
