package civil_test

import (
	"strings"
	"testing"
	"time"

	"frontdoor/internal/civil"

	"pgregory.net/rapid"
)

func TestWorkingDays(t *testing.T) {
	c := civil.England()
	tests := []struct {
		name, from string
		n          int
		want       string
	}{
		{"over Christmas: 25 and 26 December and 1 January are holidays", "2025-12-19", 15, "2026-01-14"},
		{"from a Sunday: day 1 is Monday", "2026-11-22", 1, "2026-11-23"},
		{"from a Friday", "2026-11-20", 1, "2026-11-23"},
		{"over the state funeral of 19 September 2022", "2022-09-16", 1, "2022-09-20"},
		{"over Easter", "2026-04-02", 1, "2026-04-07"},
		{"none", "2026-11-22", 0, "2026-11-22"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			from, err := civil.ParseDate(tt.from)
			if err != nil {
				t.Fatal(err)
			}
			got, err := c.AddWorkingDays(from, tt.n)
			if err != nil || got.String() != tt.want {
				t.Fatalf("%d working days from %s: %s, %v; want %s", tt.n, tt.from, got, err, tt.want)
			}
		})
	}
}

func TestTheListNeverGuesses(t *testing.T) {
	c := civil.England()
	for _, d := range []civil.Date{civil.DateOf(1970, 6, 2), c.Until().AddDays(-3), c.Until().AddDays(1)} {
		if got, err := c.AddWorkingDays(d, 15); err == nil {
			t.Errorf("15 working days from %s: %s, want to be told that the list does not reach", d, got)
		}
	}
}

// TestWorkingDaysTwice counts with a second, slower implementation.
func TestWorkingDaysTwice(t *testing.T) {
	c := civil.England()
	rapid.Check(t, func(t *rapid.T) {
		from := civil.DateOf(2012, 1, 3).AddDays(rapid.IntRange(0, 5900).Draw(t, "from"))
		n := rapid.IntRange(0, 60).Draw(t, "n")
		got, err := c.AddWorkingDays(from, n)
		if err != nil {
			t.Fatal(err)
		}
		left := n
		day := time.Date(from.Year, from.Month, from.Day, 12, 0, 0, 0, time.UTC)
		for left > 0 {
			day = day.Add(24 * time.Hour)
			_, holiday := c.Holiday(civil.DateOf(day.Year(), day.Month(), day.Day()))
			if wd := day.Weekday(); wd != time.Saturday && wd != time.Sunday && !holiday {
				left--
			}
		}
		if want := civil.DateOf(day.Year(), day.Month(), day.Day()); got != want {
			t.Fatalf("%d working days from %s: %s, want %s", n, from, got, want)
		}
		if back, err := c.WorkingDaysBetween(from, got); err != nil || back != n {
			t.Fatalf("between %s and %s: %d, %v; want %d", from, got, back, err, n)
		}
	})
}

func TestClockChanges(t *testing.T) {
	spring := civil.DateOf(2026, 3, 28).AtTime(10, 0)
	if got := spring.Add(24 * time.Hour).Words(); got != "Sun 29 Mar 2026, 11:00" {
		t.Errorf("24 hours over the spring change end %s, want 11:00", got)
	}
	autumn := civil.DateOf(2026, 10, 24).AtTime(10, 0)
	if got := autumn.Add(24 * time.Hour).Words(); got != "Sun 25 Oct 2026, 09:00" {
		t.Errorf("24 hours over the autumn change end %s, want 09:00", got)
	}
	if got := civil.DateOf(2026, 7, 1).EndOfDay().String(); got != "2026-07-01T22:59:59.000000Z" {
		t.Errorf("the end of a summer day is %s in UTC", got)
	}
	if got := civil.DateOf(2026, 7, 1).Start().Date(); got != civil.DateOf(2026, 7, 1) {
		t.Errorf("midnight in London falls on %s", got)
	}
}

func TestMonths(t *testing.T) {
	if got := civil.DateOf(2026, 11, 30).AddMonths(3); got != civil.DateOf(2027, 2, 28) {
		t.Errorf("30 November and 3 months: %s", got)
	}
	if got := civil.DateOf(2027, 11, 30).AddMonths(3); got != civil.DateOf(2028, 2, 29) {
		t.Errorf("30 November 2027 and 3 months: %s", got)
	}
}

func TestTheOrderOfTextsIsTheOrderOfMoments(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) civil.Instant {
			return civil.At(time.UnixMicro(rapid.Int64Range(-2e15, 9e15).Draw(t, label)))
		}
		a, b := draw("a"), draw("b")
		if (strings.Compare(a.String(), b.String()) < 0) != a.Before(b) {
			t.Fatalf("%s and %s order differently as texts", a, b)
		}
		back, err := civil.ParseInstant(a.String())
		if err == nil && !back.Equal(a) {
			t.Fatalf("%s read back as %s", a, back)
		}
		var scanned civil.Instant
		if err := scanned.Scan(a.String()); err != nil || !scanned.Equal(a) {
			t.Fatalf("%s scanned as %s: %v", a, scanned, err)
		}
	})
}

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]string{
		40 * time.Minute: "40 min", 100 * time.Minute: "1 h 40 min", 19 * time.Hour: "19 h", 47*time.Hour + 59*time.Minute: "47 h 59 min", 48 * time.Hour: "2 days", 23 * 24 * time.Hour: "23 days",
	} {
		if got := civil.Span(d); got != want {
			t.Errorf("Span(%s) = %q, want %q", d, got, want)
		}
	}
}

func TestReadCalendarRefuses(t *testing.T) {
	good := "from = 2026-01-01\nuntil = 2026-12-31\n[[holiday]]\ndate = 2026-12-25\ntitle = \"Christmas Day\"\n"
	if _, err := civil.ReadCalendar(strings.NewReader(good)); err != nil {
		t.Fatalf("a good list: %v", err)
	}
	for name, text := range map[string]string{
		"an unknown key":   good + "colour = \"red\"\n",
		"a day twice":      good + "[[holiday]]\ndate = 2026-12-25\ntitle = \"Again\"\n",
		"a day outside":    good + "[[holiday]]\ndate = 2027-12-25\ntitle = \"Later\"\n",
		"no title":         good + "[[holiday]]\ndate = 2026-12-26\n",
		"an empty list":    "from = 2026-01-01\nuntil = 2026-12-31\n",
		"no range":         "[[holiday]]\ndate = 2026-12-25\ntitle = \"x\"\n",
		"something else":   "<xml/>",
		"nothing whatever": "",
	} {
		if _, err := civil.ReadCalendar(strings.NewReader(text)); err == nil {
			t.Errorf("%s was read, want it refused", name)
		}
	}
}

func FuzzParseInstant(f *testing.F) {
	f.Add("2026-11-24T09:30:00Z")
	f.Add("2026-11-24T09:30:00+01:00")
	f.Fuzz(func(t *testing.T, s string) {
		if i, err := civil.ParseInstant(s); err == nil {
			if again, err := civil.ParseInstant(i.String()); err != nil || !again.Equal(i) {
				t.Fatalf("%q: %s, then %s (%v)", s, i, again, err)
			}
		}
	})
}

func FuzzReadCalendar(f *testing.F) {
	f.Add("from = 2026-01-01\nuntil = 2026-12-31\n[[holiday]]\ndate = 2026-12-25\ntitle = \"Christmas Day\"\n")
	f.Fuzz(func(_ *testing.T, s string) { _, _ = civil.ReadCalendar(strings.NewReader(s)) })
}
