package timescale_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/timescale"
)

var update = flag.Bool("update", false, "write the golden copy again")

func set(t testing.TB) *timescale.Set {
	t.Helper()
	s, err := timescale.Statutory()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestDue(t *testing.T) {
	s, cal := set(t), civil.England()
	day := func(y int, m time.Month, d, h, min int) civil.Instant { return civil.DateOf(y, m, d).AtTime(h, min) }
	tests := []struct {
		name  string
		key   timescale.Key
		start civil.Instant
		want  string
	}{
		{"one working day runs to the end of the next working day", timescale.ContactDecision, day(2026, 11, 24, 9, 0), "Wed 25 Nov 2026, 23:59"},
		{"twenty-four hours are to the minute", timescale.ContactDecision24h, day(2026, 11, 24, 23, 59), "Wed 25 Nov 2026, 23:59"},
		{"received at midnight", timescale.ContactDecision24h, day(2026, 11, 24, 0, 0), "Wed 25 Nov 2026, 00:00"},
		{"received on a Sunday", timescale.ContactDecision, day(2026, 11, 22, 12, 0), "Mon 23 Nov 2026, 23:59"},
		{"received on Christmas Eve", timescale.ContactDecision, day(2026, 12, 24, 15, 0), "Tue 29 Dec 2026, 23:59"},
		{"twenty-four hours do not know Christmas", timescale.ContactDecision24h, day(2026, 12, 24, 15, 0), "Fri 25 Dec 2026, 15:00"},
		{"spring: an hour is lost", timescale.ContactDecision24h, day(2026, 3, 28, 10, 0), "Sun 29 Mar 2026, 11:00"},
		{"autumn: an hour is gained", timescale.ContactDecision24h, day(2026, 10, 24, 10, 0), "Sun 25 Oct 2026, 09:00"},
		{"an assessment from the day of receipt", timescale.Assessment, day(2026, 1, 21, 9, 0), "Wed 25 Mar 2026, 23:59"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rule, ok := s.Rule(tt.key, tt.start)
			if !ok {
				t.Fatalf("no rule %s", tt.key)
			}
			due, err := rule.Due(tt.start, cal)
			if err != nil || due.At.Words() != tt.want {
				t.Fatalf("due %s, %v; want %s", due.At.Words(), err, tt.want)
			}
			if due.WarnAt.After(due.At) || due.WarnAt.Before(tt.start) || due.TwiceAt.Before(due.At) {
				t.Errorf("warns %s, due %s, twice %s", due.WarnAt.Words(), due.At.Words(), due.TwiceAt.Words())
			}
		})
	}
}

func TestTheBoundaryOfADay(t *testing.T) {
	rule, _ := set(t).Rule(timescale.ContactDecision24h, civil.DateOf(2026, 11, 24).AtTime(9, 0))
	start := civil.DateOf(2026, 11, 24).AtTime(9, 0)
	due, err := rule.Due(start, civil.England())
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		after time.Duration
		late  bool
	}{{23*time.Hour + 59*time.Minute, false}, {24 * time.Hour, false}, {24*time.Hour + time.Minute, true}} {
		if late := start.Add(tt.after).After(due.At); late != tt.late {
			t.Errorf("%s after receipt: late %v, want %v", tt.after, late, tt.late)
		}
	}
}

const row = `[[timescale]]
key = "police.notify.medium"
id = "PD1"
name = "Police notification, medium risk"
source = "Agreement of %s"
strength = "L"
checked = true
starts = "the incident"
stops = "the notification is received"
waits_on = "police"
length = %d
unit = "%s"
warn = "1h"
from = %s
reviewed = 2026-06-01
note = ""
tell = { warn = ["police"], breach = ["police"], twice = ["director"] }
`

func TestALocalLimitMayOnlyBeTighter(t *testing.T) {
	s := set(t)
	tests := []struct {
		name, unit string
		length     int
		ok         bool
	}{
		{"fewer hours", "hours", 12, true}, {"the same", "hours", 24, true}, {"more hours", "hours", 25, false},
		{"a working day can be longer than 24 hours", "working_days", 1, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := s.WithOverlay(fmt.Appendf(nil, row, "2026", tt.length, tt.unit, "2026-07-01"))
			if (err == nil) != tt.ok {
				t.Fatalf("WithOverlay: %v, want ok %v", err, tt.ok)
			}
			if err != nil && !strings.Contains(err.Error(), "police.notify.medium") {
				t.Errorf("the refusal %q does not name the row", err)
			}
		})
	}
}

func TestAnAmendedLimitAppliesFromItsDateAndOldClocksKeepTheirs(t *testing.T) {
	s, err := set(t).WithOverlay(fmt.Appendf(nil, row, "2026", 12, "hours", "2026-07-01"))
	if err != nil {
		t.Fatal(err)
	}
	before, _ := s.Rule(timescale.PoliceMedium, civil.DateOf(2026, 6, 30).AtTime(23, 59))
	after, _ := s.Rule(timescale.PoliceMedium, civil.DateOf(2026, 7, 1).AtTime(0, 0))
	if before.Length != 24 || after.Length != 12 || !after.Local || before.Version() == after.Version() {
		t.Errorf("before %d (%s), after %d (%s)", before.Length, before.Version(), after.Length, after.Version())
	}
	if s.Version() == set(t).Version() {
		t.Error("the set with another limit has the same version")
	}
}

func TestEveryRowSaysWhereItComesFrom(t *testing.T) {
	for _, r := range set(t).Rules() {
		if strings.Contains(r.Source, "2026") && r.Strength == "G" && r.Checked {
			t.Errorf("%s claims that the 2026 text was read", r.Key)
		}
		if r.Note == "" && r.Strength == "G" {
			t.Errorf("%s is guidance and says nothing of its edition", r.Key)
		}
	}
}

func TestTheTable(t *testing.T) {
	var b strings.Builder
	for _, r := range set(t).Rules() {
		fmt.Fprintf(&b, "%s %s: %s\n  from %s\n  until %s\n  waits on %s; in force from %s; %s\n", r.ID, r.Name, r.Limit(), r.Starts, r.Stops, r.WaitsOn, r.From, r.Source)
	}
	if *update {
		if err := os.WriteFile("testdata/timescales.golden", []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/timescales.golden")
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("the limits have changed; read them, then run with -update:\n%s", b.String())
	}
}

func FuzzWithOverlay(f *testing.F) {
	f.Add(fmt.Sprintf(row, "2026", 12, "hours", "2026-07-01"))
	s := set(f)
	f.Fuzz(func(_ *testing.T, text string) { _, _ = s.WithOverlay([]byte(text)) })
}
