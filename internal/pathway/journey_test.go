package pathway

import (
	"flag"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/timescale"
)

var update = flag.Bool("update", false, "write the golden copies anew")

func TestJourneyGolden(t *testing.T) {
	const path = "testdata/journey.golden"
	got := JourneyTable()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the journey has changed; read the change, then run with -update. Got:\n%s", got)
	}
}

var clockWord = regexp.MustCompile(`[a-z]+(?:[.-][a-z0-9]+)*`)

// The page about the journey names every clock, and what starts and stops each.
func TestJourneyNamesEveryClock(t *testing.T) {
	set, err := timescale.Statutory()
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]string{} // clock -> verbs said of it
	for _, s := range Journey() {
		for _, line := range s.Clocks {
			verb, _, _ := strings.Cut(line, " ")
			for _, w := range clockWord.FindAllString(line, -1) {
				said[w] += verb + " "
			}
		}
	}
	for _, r := range set.Rules() {
		verbs := said[string(r.Key)]
		if !strings.Contains(verbs, "starts") && !strings.Contains(verbs, "records") {
			t.Errorf("the journey does not say what starts %s", r.Key)
		}
	}
}

// begunByRules are the clocks that some rule starts, found by running them all.
func begunByRules(t *testing.T) []timescale.Key {
	t.Helper()
	var all []Consequences
	run := func(c Consequences, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	for _, grade := range []string{"high", "medium", "standard"} {
		c := notification()
		c.Grade = grade
		run(c.Receive())
	}
	c := notification()
	c.Channel, c.Danger, c.Children = ByPhone, "yes", []Child{{ID: "k1", Age: -1}}
	run(c.Receive())
	for _, rag := range []string{"red", "amber", "green"} {
		c := screened()
		c.RAG, c.Consent = rag, ConsentGiven
		run(c.Ask(Question{ID: "q1", Agency: Health, Text: "Seen?", Why: "Risk", Basis: BasisAgreed}))
	}
	run(screened().AskSecond("k1"), nil)
	rules, err := TheTriggers()
	if err != nil {
		t.Fatal(err)
	}
	_, asked := screened().AskManager("k1", rules, []Fact{{Key: "disclosure"}}, nil, nil)
	run(asked, nil)
	run(Propose("k1", "u1", "e1"))
	for _, o := range Outcomes() {
		d := goodDecision()
		d.Outcome = o.Code
		run(openTo(screened()).Decide("k1", d, goodFacts()))
	}
	g := discussion()
	run(g.Request(StrategyRequest{Suspected: "Bruises", Category: "physical"}))
	run(g.Convene([]civil.Instant{received.Add(time.Hour)}, received))
	run(g.Hold(received, received))
	urgent := discussion()
	urgent.Immediate, urgent.Seats[2].Attendance, urgent.Seats[2].Why = true, Absent, "No answer"
	run(urgent.Hold(received, received))
	g.State, g.HeldAt = StrategyHeld, received
	run(g.Decide(settled()))
	g.State = StrategyDecided
	run(g.Sign(Signature{Seat: "s2", By: "Jo", Agrees: "no", Why: "A medical first"}))
	q := enquiry()
	run(q.StartEarly("A baby with a fracture", true, true, false))
	run(q.Together(JointView{Agency: Police, By: "DS Hill", View: "joint"}, "single"))
	run(q.Agree(EnquiryAction{ID: "a2", Kind: Medical, On: Health, By: received.Add(time.Hour)}, received))
	for _, o := range EnquiryOutcomes() {
		q.State, q.Outcome = EnquiryRecorded, o.Code
		run(q.Authorise(agreed()))
	}
	run(conference().Hold(conferred(), received))
	again := conference()
	again.Kind = ReviewKind
	run(again.Hold(reviewed(), received))
	told := openTo(screened())
	told.Children[0].Outcome = NFAAdvice
	run(told.StillWorried(worry()))
	run(told.AnswerWorry(worryAnswer()))
	way, tell := c.TellSchool(pupil())
	run(tell, nil)
	lost := pupil()
	lost.School = EncompassSchool{}
	other, byHand := c.TellSchool(lost)
	run(byHand, nil)
	if way != TellLead || other != TellByHand {
		t.Errorf("schools are told by %q and %q", way, other)
	}
	run(pupil().AskHelp(SchoolHelp{ID: "h1", Asked: "What do we tell the class teacher?"}, "FD-26-AAAAAA"))
	for _, e := range Events() {
		run(Event{For: e.For, Child: "k1", By: "Jo", What: "Done"}.Record(nil))
	}
	var keys []timescale.Key
	for _, c := range all {
		for _, w := range c.Begins {
			keys = append(keys, w.For)
			if w.Also != "" {
				keys = append(keys, w.Also)
			}
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

func TestEveryClockIsStartedBySomeRuleAndEveryStartHasALimit(t *testing.T) {
	set, err := timescale.Statutory()
	if err != nil {
		t.Fatal(err)
	}
	var limits []timescale.Key
	for _, r := range set.Rules() {
		limits = append(limits, r.Key)
	}
	slices.Sort(limits)
	limits = slices.Compact(limits)
	begun := begunByRules(t)
	for _, k := range limits {
		// Two records are no contact's child, and visits made meanwhile are no wait: their
		// limits are asked of lists.
		if !slices.Contains(begun, k) && k != timescale.DuplicateAnswer && k != timescale.StrategyMeanwhile {
			t.Errorf("nothing starts %s", k)
		}
	}
	for _, k := range begun {
		if !slices.Contains(limits, k) {
			t.Errorf("%s is started and has no limit", k)
		}
	}
}

// Nobody who reads a table may change it for everybody.
func TestTablesCannotBeChangedFromOutside(t *testing.T) {
	Outcomes()[0].Name = "changed"
	Events()[0].Name = "changed"
	if Outcomes()[0].Name == "changed" || Events()[0].Name == "changed" {
		t.Error("a reader changed the table")
	}
}
