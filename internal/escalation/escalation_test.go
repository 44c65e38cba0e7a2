package escalation_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/escalation"
	"frontdoor/internal/refusal"

	"pgregory.net/rapid"
)

var (
	set     = escalation.Standard()
	england = civil.England()
)

func at(t *testing.T, s string) civil.Instant {
	t.Helper()
	d, err := civil.ParseDate(s[:10])
	if err != nil {
		t.Fatal(err)
	}
	c, err := time.Parse("15:04:05", s[11:])
	if err != nil {
		t.Fatal(err)
	}
	return d.AtTime(c.Hour(), c.Minute()).Add(time.Duration(c.Second()) * time.Second)
}

// TestTheClimb follows a wait on the police up the ladder through the clocks' change, a
// weekend and the Christmas bank holidays, to the second.
func TestTheClimb(t *testing.T) {
	tests := []struct {
		name     string
		breached string
		now      string
		level    int
		state    escalation.State
	}{
		{"not past its limit", "2026-10-24 12:00:01", "2026-10-24 12:00:00", 0, ""},
		{"at the limit level 1 is asked", "2026-10-24 12:00:00", "2026-10-24 12:00:00", 1, escalation.Asked},
		{"24 hours are elapsed hours when the clocks go back", "2026-10-24 12:00:00", "2026-10-25 10:59:59", 1, escalation.Asked},
		{"and level 2 is asked at eleven on the clock", "2026-10-24 12:00:00", "2026-10-25 11:00:00", 2, escalation.Asked},
		{"24 hours when the clocks go forward end at one o'clock", "2026-03-28 12:00:00", "2026-03-29 12:59:59", 1, escalation.Asked},
		{"and level 2 then", "2026-03-28 12:00:00", "2026-03-29 13:00:00", 2, escalation.Asked},
		{"48 hours more", "2026-12-18 12:00:00", "2026-12-21 11:59:59", 2, escalation.Asked},
		{"level 3 after 72 hours", "2026-12-18 12:00:00", "2026-12-21 12:00:00", 3, escalation.Asked},
		// 22, 23, 24, then 25 Christmas, a weekend, 28 for Boxing Day, 29, 30.
		{"five working days over Christmas", "2026-12-18 12:00:00", "2026-12-30 23:59:58", 3, escalation.Asked},
		{"level 4 as the fifth ends", "2026-12-18 12:00:00", "2026-12-30 23:59:59", 4, escalation.Asked},
		// 31 December, then New Year and a weekend, then 4 to 7.
		{"the top has five working days", "2026-12-18 12:00:00", "2027-01-07 23:59:59", 4, escalation.Asked},
		{"and is then unanswered", "2026-12-18 12:00:00", "2027-01-08 00:00:00", 4, escalation.Unanswered},
		{"nothing climbs over the top", "2026-12-18 12:00:00", "2027-06-01 00:00:00", 4, escalation.Unanswered},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			now := at(t, tt.now)
			steps, err := set.Climb(escalation.Part{Agency: "police", Breached: at(t, tt.breached)}, now, england)
			if err != nil {
				t.Fatal(err)
			}
			level, state := 0, escalation.State("")
			if n := len(steps); n > 0 {
				level, state = steps[n-1].Level, steps[n-1].State(now)
			}
			if level != tt.level || state != tt.state {
				t.Errorf("level %d %s, want %d %s", level, state, tt.level, tt.state)
			}
		})
	}
}

// TestAnswersAndRaises start from a limit passed on a Monday at nine.
func TestAnswersAndRaises(t *testing.T) {
	breached := "2026-11-02 09:00:00"
	tests := []struct {
		name   string
		change func(*escalation.Part)
		now    string
		level  int
		state  escalation.State
	}{
		{"an answer alone does not stop the climb", func(p *escalation.Part) {
			p.Answers = []escalation.Reply{{Level: 1, At: at(t, "2026-11-02 10:00:00")}}
		}, "2026-11-03 09:00:00", 2, escalation.Asked},
		{"until the next level it is answered", func(p *escalation.Part) {
			p.Answers = []escalation.Reply{{Level: 1, At: at(t, "2026-11-02 10:00:00")}}
		}, "2026-11-03 08:59:59", 1, escalation.Answered},
		{"a promise holds the next level back", func(p *escalation.Part) {
			p.Answers = []escalation.Reply{{Level: 1, At: at(t, "2026-11-02 10:00:00"), Promise: at(t, "2026-11-04 12:00:00")}}
		}, "2026-11-04 11:59:59", 1, escalation.Answered},
		{"and no longer", func(p *escalation.Part) {
			p.Answers = []escalation.Reply{{Level: 1, At: at(t, "2026-11-02 10:00:00"), Promise: at(t, "2026-11-04 12:00:00")}}
		}, "2026-11-04 12:00:00", 2, escalation.Asked},
		{"a far promise holds it for two working days", func(p *escalation.Part) {
			p.Answers = []escalation.Reply{{Level: 1, At: at(t, "2026-11-02 10:00:00"), Promise: at(t, "2027-11-04 12:00:00")}}
		}, "2026-11-05 00:00:00", 2, escalation.Asked},
		{"an answer at a level that is past changes nothing", func(p *escalation.Part) {
			p.Answers = []escalation.Reply{{Level: 1, At: at(t, "2026-11-03 09:30:00"), Promise: at(t, "2026-11-20 09:30:00")}}
		}, "2026-11-03 10:00:00", 2, escalation.Asked},
		{"a promise not kept at the top is said", func(p *escalation.Part) {
			p.Raised = []escalation.Raise{{Level: 4, At: at(t, "2026-11-02 09:30:00")}}
			p.Answers = []escalation.Reply{{Level: 4, At: at(t, "2026-11-02 10:00:00"), Promise: at(t, "2026-11-12 12:00:00")}}
		}, "2026-11-12 12:00:01", 4, escalation.NotKept},
		{"a late answer at the top is an answer, and what it promises counts", func(p *escalation.Part) {
			p.Raised = []escalation.Raise{{Level: 4, At: at(t, "2026-11-02 09:30:00")}}
			p.Answers = []escalation.Reply{{Level: 4, At: at(t, "2026-11-10 10:00:00"), Promise: at(t, "2026-11-12 12:00:00")}}
		}, "2026-11-11 12:00:01", 4, escalation.Answered},
		{"a manager raises before the limit", func(p *escalation.Part) {
			p.Raised = []escalation.Raise{{Level: 2, At: at(t, "2026-11-01 09:00:00")}}
		}, "2026-11-01 09:00:00", 2, escalation.Asked},
		{"a manager raises past the next level", func(p *escalation.Part) {
			p.Raised = []escalation.Raise{{Level: 4, At: at(t, "2026-11-02 12:00:00")}}
		}, "2026-11-02 12:00:00", 4, escalation.Asked},
		{"an override ends it", func(p *escalation.Part) {
			p.Stops = []civil.Instant{at(t, "2026-11-02 12:00:00")}
		}, "2026-11-02 12:00:00", 0, ""},
		{"and it stays ended", func(p *escalation.Part) {
			p.Stops = []civil.Instant{at(t, "2026-11-02 12:00:00")}
		}, "2026-12-02 12:00:00", 0, ""},
		{"until a manager raises it anew, at any level", func(p *escalation.Part) {
			p.Stops = []civil.Instant{at(t, "2026-11-02 12:00:00")}
			p.Raised = []escalation.Raise{{Level: 1, At: at(t, "2026-11-20 12:00:00")}}
		}, "2026-11-20 13:00:00", 1, escalation.Asked},
		{"from where it climbs again", func(p *escalation.Part) {
			p.Stops = []civil.Instant{at(t, "2026-11-02 12:00:00")}
			p.Raised = []escalation.Raise{{Level: 1, At: at(t, "2026-11-20 12:00:00")}}
		}, "2026-11-21 12:00:00", 2, escalation.Asked},
		{"an override long after the top was silent ends it", func(p *escalation.Part) {
			p.Stops = []civil.Instant{at(t, "2026-12-20 12:00:00")}
		}, "2026-12-20 12:00:00", 0, ""},
		{"a second override ends that", func(p *escalation.Part) {
			p.Stops = []civil.Instant{at(t, "2026-11-02 12:00:00"), at(t, "2026-11-22 12:00:00")}
			p.Raised = []escalation.Raise{{Level: 1, At: at(t, "2026-11-20 12:00:00")}}
		}, "2026-12-22 12:00:00", 0, ""},
		{"a raise before the limit that is overridden stays ended when the limit passes", func(p *escalation.Part) {
			p.Stops = []civil.Instant{at(t, "2026-11-01 12:00:00")}
			p.Raised = []escalation.Raise{{Level: 1, At: at(t, "2026-11-01 09:00:00")}}
		}, "2026-11-03 12:00:00", 0, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, now := escalation.Part{Agency: "police", Breached: at(t, breached)}, at(t, tt.now)
			tt.change(&p)
			steps, err := set.Climb(p, now, england)
			if err != nil {
				t.Fatal(err)
			}
			level, state := 0, escalation.State("")
			if n := len(steps); n > 0 {
				level, state = steps[n-1].Level, steps[n-1].State(now)
			}
			if level != tt.level || state != tt.state {
				t.Errorf("level %d %s, want %d %s", level, state, tt.level, tt.state)
			}
		})
	}
}

// TestTheLevelNeverFallsWhileAChildWaits lets people answer and raise at random moments,
// by the rules, and looks at every hour: the level only rises, no level is asked twice,
// and what was asked stays as it was asked.
func TestTheLevelNeverFallsWhileAChildWaits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := civil.DateOf(2026, 10, 20).AtTime(9, 0)
		p := escalation.Part{Agency: rapid.SampledFrom(set.Agencies()).Draw(t, "agency"), Breached: now.Add(time.Duration(rapid.IntRange(0, 60).Draw(t, "hours to the limit")) * time.Hour)}
		var before []escalation.Step
		for range rapid.IntRange(1, 60).Draw(t, "looks") {
			now = now.Add(time.Duration(rapid.IntRange(1, 30).Draw(t, "hours")) * time.Hour)
			steps, err := set.Climb(p, now, england)
			if err != nil {
				t.Fatal(err)
			}
			if len(steps) < len(before) {
				t.Fatalf("it fell from %d steps to %d", len(before), len(steps))
			}
			for i, s := range steps {
				if i > 0 && (s.Level <= steps[i-1].Level || s.Asked.Before(steps[i-1].Asked)) {
					t.Fatalf("level %d is asked after level %d", s.Level, steps[i-1].Level)
				}
				if i < len(before) && (s.Level != before[i].Level || !s.Asked.Equal(before[i].Asked)) {
					t.Fatalf("level %d was asked at %s, and now level %d at %s", before[i].Level, before[i].Asked, s.Level, s.Asked)
				}
			}
			if !p.Breached.After(now) && len(steps) == 0 {
				t.Fatal("a child past the limit stands nowhere")
			}
			before = steps
			m := escalation.Matter{{Wait: "w", On: len(steps) > 0}}
			if len(steps) > 0 {
				m[0].Step = steps[len(steps)-1]
			}
			switch rapid.SampledFrom([]string{"", "", "answer", "raise", "close"}).Draw(t, "act") {
			case "answer":
				g := escalation.Given{Level: m[0].Step.Level, By: "x", Words: "y"}
				if h := rapid.IntRange(0, 200).Draw(t, "promise"); h > 0 {
					g.Promise = now.Add(time.Duration(h) * time.Hour)
				}
				if _, err := m.Answer(g, now); err == nil {
					p.Answers = append(p.Answers, escalation.Reply{Level: g.Level, At: now, Promise: g.Promise})
				}
			case "raise":
				level := rapid.IntRange(1, escalation.Top).Draw(t, "level")
				err := m.Raise(level, []string{"w"}, "worse")
				if (err == nil) != (level > m[0].Step.Level) {
					t.Fatalf("raising from %d to %d: %v", m[0].Step.Level, level, err)
				}
				if err == nil {
					p.Raised = append(p.Raised, escalation.Raise{Level: level, At: now})
				}
			case "close":
				if err := m.Close("it is well"); (err == nil) == m[0].On {
					t.Fatalf("closing while on the ladder is %t: %v", m[0].On, err)
				}
			}
		}
	})
}

// TestOnlyRecoveryOrAnOverrideEnds gathers random children: as long as one still waits
// the whole cannot be closed, an override covers each of them, and an answer covers
// those of its level and nobody else.
func TestOnlyRecoveryOrAnOverrideEnds(t *testing.T) {
	now := civil.DateOf(2026, 11, 24).AtTime(9, 0)
	rapid.Check(t, func(t *rapid.T) {
		var m escalation.Matter
		var on []string
		for i := range rapid.IntRange(0, 6).Draw(t, "children") {
			s := escalation.Standing{Wait: string(rune('a' + i)), On: rapid.Bool().Draw(t, "waits")}
			if s.On {
				on = append(on, s.Wait)
				s.Step.Level = rapid.IntRange(1, escalation.Top).Draw(t, "level")
				if rapid.Bool().Draw(t, "answered") {
					s.Step.Answered = now
				}
			}
			m = append(m, s)
		}
		err := m.Close("They were all seen")
		if (err == nil) != (len(on) == 0) {
			t.Fatalf("%d still wait: %v", len(on), err)
		}
		covered, err := m.Override("Agreed with the chief constable")
		if (err == nil) != (len(on) > 0) || !slices.Equal(covered, on) {
			t.Fatalf("override covers %v of %v: %v", covered, on, err)
		}
		if _, err := m.Override(" "); refusal.KindOf(err) == refusal.Fault {
			t.Fatalf("an override without a reason: %v", err)
		}
		level := rapid.IntRange(1, escalation.Top).Draw(t, "answered level")
		got, err := m.Answer(escalation.Given{Level: level, By: "x", Words: "y"}, now)
		var want []string
		for _, s := range m {
			if s.On && s.Step.Level == level && s.Step.Answered.IsZero() {
				want = append(want, s.Wait)
			}
		}
		if !slices.Equal(got, want) || (err == nil) != (len(want) > 0) {
			t.Fatalf("the answer covers %v, want %v: %v", got, want, err)
		}
	})
}

func TestRefusalsSayWhatToDo(t *testing.T) {
	now := civil.DateOf(2026, 11, 24).AtTime(9, 0)
	waits := escalation.Matter{{Wait: "a", On: true, Step: escalation.Step{Rung: escalation.Rung{Level: 2}}}, {Wait: "b"}}
	tests := []struct {
		name string
		err  error
		kind refusal.Kind
		says string
	}{
		{"closing while one waits", waits.Close("done"), refusal.Conflict, "1 child still waits. It ends when they have what they wait for"},
		{"closing without an outcome", waits[1:].Close(""), refusal.Invalid, "Enter what came of it"},
		{"raising to where it is", waits.Raise(2, []string{"a"}, "worse"), refusal.Invalid, "already asked at level 2 or above"},
		{"raising nobody", waits.Raise(3, nil, "worse"), refusal.Invalid, "Select at least one child"},
		{"raising without a reason", waits.Raise(3, []string{"a"}, ""), refusal.Invalid, "Enter why"},
		{"raising a child who no longer waits", waits.Raise(3, []string{"c"}, "worse"), refusal.Conflict, "no longer waits"},
		{"raising one who is not late yet", waits.Raise(1, []string{"b"}, "worse"), refusal.Fault, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if refusal.KindOf(tt.err) != tt.kind || (tt.err != nil && !strings.Contains(tt.err.Error(), tt.says)) {
				t.Errorf("%v, want %q", tt.err, tt.says)
			}
		})
	}
	_, err := waits.Answer(escalation.Given{Level: 2, By: "x", Words: "y", Promise: now}, now)
	if refusal.KindOf(err) != refusal.Invalid {
		t.Errorf("a promise of now: %v", err)
	}
}

func TestThirtyChildrenAreOneQuestion(t *testing.T) {
	now := civil.DateOf(2026, 11, 24).AtTime(9, 0)
	var steps []escalation.Step
	for i := range 30 {
		s, err := set.Climb(escalation.Part{Agency: "police", Breached: now.Add(-time.Duration(i+1) * time.Minute)}, now, england)
		if err != nil {
			t.Fatal(err)
		}
		steps = append(steps, s[0])
	}
	q := escalation.Questions(steps, now)
	if len(q) != 1 || len(q[0].At) != 30 || !q[0].Asked.Equal(now.Add(-30*time.Minute)) || q[0].State != escalation.Asked {
		t.Errorf("%d questions: %+v", len(q), q)
	}
}

// TestALadderKeepsItsDate: a question put before a new ladder keeps the old one.
func TestALadderKeepsItsDate(t *testing.T) {
	rungs := func(hours string) string {
		var b strings.Builder
		for _, level := range []string{"1", "2", "3", "4"} {
			b.WriteString("[[ladder.rung]]\nlevel = " + level + "\npartner = \"A\"\ncouncil = \"B\"\ntells = \"director\"\nlength = " + hours + "\nunit = \"hours\"\nhold = 1\n")
		}
		return b.String()
	}
	head := func(from string) string {
		return "[[ladder]]\nagency = \"police\"\nname = \"Police\"\nsource = \"test\"\nfrom = " + from + "\nreviewed = 2026-01-01\n"
	}
	two, err := escalation.Read([]byte(head("2020-01-01") + rungs("24") + head("2026-11-10") + rungs("2")))
	if err != nil {
		t.Fatal(err)
	}
	start := civil.DateOf(2026, 11, 9).AtTime(12, 0)
	steps, err := two.Climb(escalation.Part{Agency: "police", Breached: start}, start.Add(27*time.Hour), england)
	if err != nil || len(steps) != 3 || !steps[1].Asked.Equal(start.Add(24*time.Hour)) || !steps[2].Asked.Equal(start.Add(26*time.Hour)) {
		t.Errorf("%d steps %+v: %v", len(steps), steps, err)
	}
	local, err := set.With([]byte(head("2026-11-10") + rungs("2")))
	if err != nil {
		t.Fatal(err)
	}
	if r, ok := local.Rung("police", 1, civil.DateOf(2026, 11, 10).Start()); !ok || r.Length != 2 {
		t.Errorf("the authority's own ladder: %+v", r)
	}
	if r, ok := local.Rung("police", 1, civil.DateOf(2026, 11, 9).EndOfDay()); !ok || r.Length != 24 {
		t.Errorf("before its day: %+v", r)
	}
	if _, err := set.With([]byte(head("2010-04-01") + rungs("2"))); err == nil {
		t.Error("two ladders from the same day")
	}
	for _, wrong := range []string{"", head("2020-01-01"), head("2020-01-01") + rungs("0"), head("2020-01-01") + rungs("24") + "more = 1\n", strings.Replace(head("2020-01-01"), `source = "test"`, "", 1) + rungs("24")} {
		if _, err := escalation.Read([]byte(wrong)); err == nil {
			t.Errorf("accepted: %.80q", wrong)
		}
	}
}

func TestALineOfThePlanScoresItself(t *testing.T) {
	due := civil.DateOf(2026, 11, 20)
	line := escalation.Promised{Action: "A second officer at the desk", Partner: "police", Who: "Superintendent", Measure: escalation.LagMedian, Grade: "medium", Target: 24, Due: due}
	value := func(n float64) escalation.Value { return escalation.Value{N: n, Of: 10, Known: true} }
	tests := []struct {
		name       string
		now        civil.Instant
		due, today escalation.Value
		want       escalation.Score
	}{
		{"before its day, not met", due.AtTime(12, 0), escalation.Value{}, value(30), escalation.NotYet},
		{"before its day, met", due.AtTime(12, 0), escalation.Value{}, value(24), escalation.MetSoFar},
		{"the last moment of its day", due.EndOfDay(), value(30), value(30), escalation.NotYet},
		{"as its day ends it misses by itself", due.AddDays(1).Start(), value(24.5), value(10), escalation.NotAchieved},
		{"met on its day stays achieved", due.AddDays(1).Start(), value(24), value(90), escalation.Achieved},
		{"nothing was counted: silence is no success", due.AddDays(1).Start(), escalation.Value{}, value(1), escalation.NotAchieved},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := line.Scored(tt.due, tt.today, tt.now); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
	today := due.AddDays(-5)
	if err := line.Promise(today, []string{"high", "medium"}); err != nil {
		t.Errorf("a good line: %v", err)
	}
	for name, change := range map[string]func(*escalation.Promised){
		"action": func(l *escalation.Promised) { l.Action = " " }, "who": func(l *escalation.Promised) { l.Who = "" }, "partner": func(l *escalation.Promised) { l.Partner = "" },
		"measure": func(l *escalation.Promised) { l.Measure = "morale" }, "grade": func(l *escalation.Promised) { l.Grade = "" },
		"target": func(l *escalation.Promised) { l.Target = -1 }, "due": func(l *escalation.Promised) { l.Due = today },
	} {
		l := line
		change(&l)
		r, ok := refusal.As(l.Promise(today, []string{"high", "medium"}))
		if !ok || r.Problems[0].Field != name {
			t.Errorf("without %s: %v", name, r)
		}
	}
	least := escalation.Promised{Measure: escalation.Quorate, Target: 90, Due: due}
	if got := least.Scored(value(89.9), value(100), due.AddDays(1).Start()); got != escalation.NotAchieved {
		t.Errorf("a share below its least: %s", got)
	}
}
