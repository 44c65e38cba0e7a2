package pathway

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

func triggers(t testing.TB) *Triggers {
	t.Helper()
	rules, err := TheTriggers()
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

// The list that comes with the service names a source for each row, and looks back no
// further than the desk reads when a link changes.
func TestTheTriggersAreReviewedData(t *testing.T) {
	rules := triggers(t)
	if len(rules.Version) != 12 || rules.Reviewed.IsZero() {
		t.Errorf("version %q, reviewed %s", rules.Version, rules.Reviewed)
	}
	used := map[string]bool{}
	for _, r := range rules.Rules {
		if r.Months > 12 {
			t.Errorf("%s looks back %d months; contacts within a year are asked again when a link changes", r.Key, r.Months)
		}
		for _, k := range r.Any {
			used[k] = true
		}
	}
	for _, k := range rules.Facts {
		if !used[k.Key] {
			t.Errorf("fact %s can be recorded and asks for nothing", k.Key)
		}
	}
}

func TestAWrongListOfTriggersIsRefused(t *testing.T) {
	fact := "reviewed = 2026-11-25\n[[fact]]\nkey=\"a\"\nname=\"A\"\nkind=\"recorded\"\nsource=\"S\"\n"
	rule := "[[trigger]]\nkey=\"t\"\nname=\"T\"\nany=[\"a\"]\nstrength=\"L\"\nsource=\"S\"\nfrom=2020-01-01\n"
	if _, err := ReadTriggers([]byte(fact + rule)); err != nil {
		t.Fatalf("a good list is refused: %v", err)
	}
	for name, text := range map[string]string{
		"empty":                   "",
		"no trigger":              fact,
		"no fact":                 "reviewed = 2026-11-25\n" + rule,
		"not reviewed":            strings.TrimPrefix(fact+rule, "reviewed = 2026-11-25\n"),
		"unknown key":             fact + rule + "colour=\"red\"\n",
		"no source of a fact":     strings.Replace(fact, "source=\"S\"\n", "", 1) + rule,
		"no source of a trigger":  fact + strings.Replace(rule, "source=\"S\"\n", "", 1),
		"no name":                 fact + strings.Replace(rule, "name=\"T\"\n", "", 1),
		"no date":                 fact + strings.Replace(rule, "from=2020-01-01\n", "", 1),
		"a fact nobody lists":     fact + strings.Replace(rule, "\"a\"", "\"b\"", 1),
		"any of nothing":          fact + strings.Replace(rule, "[\"a\"]", "[]", 1),
		"strength":                fact + strings.Replace(rule, "\"L\"", "\"X\"", 1),
		"twice from one day":      fact + rule + rule,
		"a fact twice":            fact + strings.TrimPrefix(fact, "reviewed = 2026-11-25\n") + rule,
		"count of what is no row": fact + rule + "count=3\n",
		"a kind nobody reads":     strings.Replace(fact, "recorded", "contact", 1) + rule,
		"not a list":              "[[fact",
	} {
		if _, err := ReadTriggers([]byte(text)); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// Of two rows with one key the one in force on the day of receipt counts.
func TestANewRowCountsFromItsDay(t *testing.T) {
	text := string(triggersText) + "\n[[trigger]]\nkey=\"three-incidents\"\nname=\"Two incidents\"\nany=[\"incident\"]\ncount=2\nmonths=12\nstrength=\"L\"\nsource=\"A local agreement\"\nfrom=2026-11-25\n"
	rules, err := ReadTriggers([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	two := []Fact{{Key: FactNotified, About: "c1", At: received}, {Key: FactNotified, About: "c0", At: received.Add(-time.Hour)}}
	if got := rules.Met(two, received.Date(), received); len(got) != 0 {
		t.Errorf("the day before: %v", got)
	}
	if got := rules.Met(two, received.Date().AddDays(1), received); len(got) != 1 || got[0].Name != "Two incidents" {
		t.Errorf("on the day: %v", got)
	}
	if rules.Version == triggers(t).Version {
		t.Error("other rules have the same version")
	}
}

func incidentsAgo(days ...int) []Fact {
	var out []Fact
	for i, d := range days {
		out = append(out, Fact{Key: FactNotified, About: fmt.Sprintf("c%d", i), At: received.Add(-time.Duration(d) * 24 * time.Hour)})
	}
	return out
}

func TestThreeIncidentsInTwelveMonths(t *testing.T) {
	rules := triggers(t)
	sibling := incidentsAgo(0, 30, 60)
	sibling[2].Sibling = true
	again := incidentsAgo(0, 30, 60)
	again[2].About = again[1].About
	for _, tt := range []struct {
		name  string
		facts []Fact
		want  bool
	}{
		{"two", incidentsAgo(0, 30), false},
		{"three", incidentsAgo(0, 30, 60), true},
		{"three, one of them a year and a day ago", incidentsAgo(0, 30, 366), false},
		{"three, one of them a year ago", incidentsAgo(0, 30, 365), true},
		{"three, one told of a brother or sister", sibling, true},
		{"one contact that tells twice counts once", again, false},
		{"one that comes later is another contact's", incidentsAgo(0, 30, -3), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := rules.Met(tt.facts, received.Date(), received)
			if met := len(got) == 1 && got[0].Key == "three-incidents"; met != tt.want {
				t.Errorf("met %v", got)
			}
		})
	}
}

// someFacts are facts of every kind in a random order.
func someFacts(rng *rand.Rand, rules *Triggers) []Fact {
	var out []Fact
	for range rng.IntN(9) {
		k := rules.Facts[rng.IntN(len(rules.Facts))]
		f := Fact{Key: k.Key}
		if k.Kind == FactIncident {
			f.About, f.At, f.Sibling = fmt.Sprintf("c%d", rng.IntN(6)), received.Add(-time.Duration(rng.IntN(500))*24*time.Hour), rng.IntN(3) == 0
		}
		out = append(out, f)
	}
	return out
}

// More facts never take a trigger away, and its facts only grow.
func TestAddingFactsNeverRemovesATrigger(t *testing.T) {
	rules := triggers(t)
	rng := rand.New(rand.NewPCG(28, 1))
	for range 3000 {
		few := someFacts(rng, rules)
		more := append(slices.Clone(few), someFacts(rng, rules)...)
		before, after := rules.Met(few, received.Date(), received), rules.Met(more, received.Date(), received)
		for _, m := range before {
			i := slices.IndexFunc(after, func(x TriggerMet) bool { return x.Key == m.Key })
			if i < 0 {
				t.Fatalf("with %v %s is met; with %v it is not", few, m.Key, more)
			}
			for _, id := range m.IDs() {
				if !slices.Contains(after[i].IDs(), id) {
					t.Fatalf("%s lost the fact %s", m.Key, id)
				}
			}
		}
	}
}

// stands plays the list of triggers as the record keeps it.
func stands(a Asks, before []Standing) []Standing {
	var out []Standing
	for _, s := range before {
		if ids, grew := a.Grows[s.ID]; grew {
			s.Facts = ids
		}
		if !slices.Contains(a.Goes, s.ID) {
			out = append(out, s)
		}
	}
	for _, m := range a.Opens {
		out = append(out, Standing{ID: "t " + m.Key, Rule: m.Key, Facts: m.IDs()})
	}
	return out
}

// However facts come, no consequence of them says yes or no, asks police or health to
// meet, decides or closes anything. A wait on a manager is open exactly when a trigger
// stands on a fact that nobody has considered.
func TestNothingIsEverDecidedByFacts(t *testing.T) {
	rules := triggers(t)
	rng := rand.New(rand.NewPCG(28, 2))
	for range 800 {
		var standing []Standing
		var facts []Fact
		var considered []string
		waiting := false
		for range 6 {
			switch rng.IntN(4) {
			case 0: // some are taken back
				facts = slices.DeleteFunc(facts, func(Fact) bool { return rng.IntN(2) == 0 })
			case 1: // a manager answers
				for _, s := range standing {
					considered = append(considered, s.Facts...)
				}
				standing, waiting = nil, false
			default:
				facts = append(facts, someFacts(rng, rules)...)
			}
			c := screened()
			a, next := c.AskManager("k1", rules, facts, standing, considered)
			for _, w := range next.Begins {
				if w.For != timescale.StrategyConsidered || w.On != FrontDoor {
					t.Fatalf("facts began %+v", w)
				}
				waiting = true
			}
			for _, e := range next.Ends {
				if e.For != timescale.StrategyConsidered || e.How != Withdrawn || e.Reason == "" {
					t.Fatalf("facts ended %+v", e)
				}
				waiting = false
			}
			if len(next.Closes)+len(next.Tells) > 0 {
				t.Fatalf("facts closed or told: %+v", next)
			}
			standing = stands(a, standing)
			if a.Stands != len(standing) || waiting != (len(standing) > 0) {
				t.Fatalf("%d stand, %d counted, waited for: %v", len(standing), a.Stands, waiting)
			}
			for _, s := range standing {
				if !slices.ContainsFunc(s.Facts, func(id string) bool { return !slices.Contains(considered, id) }) {
					t.Fatalf("%s asks again on facts that were considered: %v", s.Rule, s.Facts)
				}
			}
			for _, m := range rules.Met(facts, received.Date(), c.RiskSince()) {
				isNew := slices.ContainsFunc(m.IDs(), func(id string) bool { return !slices.Contains(considered, id) })
				if isNew && !slices.ContainsFunc(standing, func(s Standing) bool { return s.Rule == m.Key }) {
					t.Fatalf("%s is met on something new and nobody is asked", m.Key)
				}
			}
		}
	}
}

// Undoing a link takes the incidents it brought away, and the trigger with them unless
// enough are left.
func TestAnUndoneLinkTakesItsIncidentsAway(t *testing.T) {
	rules := triggers(t)
	c := screened()
	c.Children[0].Link = LinkPerson
	three := append(c.Facts(), Fact{Key: FactNotified, About: "c8", At: received.Add(-90 * 24 * time.Hour)}, Fact{Key: FactNotified, About: "c9", At: received.Add(-40 * 24 * time.Hour)})
	a, next := c.AskManager("k1", rules, three, nil, nil)
	if len(a.Opens) != 1 || len(waitsFor(next, timescale.StrategyConsidered)) != 1 {
		t.Fatalf("linked: %+v", a)
	}
	standing := stands(a, nil)
	a, next = c.AskManager("k1", rules, c.Facts(), standing, nil)
	if len(a.Goes) != 1 || a.Stands != 0 || len(next.Ends) != 1 || next.Ends[0].How != Withdrawn {
		t.Errorf("undone: %+v, %+v", a, next)
	}
	// A disclosure stands whoever the child is.
	both := append(slices.Clone(three), Fact{Key: "disclosure"})
	a, _ = c.AskManager("k1", rules, both, nil, nil)
	a, next = c.AskManager("k1", rules, append(c.Facts(), Fact{Key: "disclosure"}), stands(a, nil), nil)
	if len(a.Goes) != 1 || a.Stands != 1 || len(next.Ends) != 0 {
		t.Errorf("undone with a disclosure: %+v, %+v", a, next)
	}
}

// A first look that finds no danger does not answer for the manager.
func TestWhatAContactSaidStaysAFactUntilSomebodyAnswers(t *testing.T) {
	c := screened()
	c.Danger = "no"
	a, next := c.AskManager("k1", triggers(t), c.Facts(), []Standing{{ID: "t1", Rule: "danger", Facts: []string{FactDanger}}}, nil)
	if a.Stands != 1 || len(next.Ends) != 0 {
		t.Errorf("%+v, %+v", a, next)
	}
}

// A no is stored with the facts as they stood; the same facts ask no more, a new one
// asks again.
func TestANewFactAfterANoAsksAgain(t *testing.T) {
	rules, c := triggers(t), screened()
	facts := []Fact{{Key: "injury"}}
	a, _ := c.AskManager("k1", rules, facts, nil, nil)
	considered := a.Opens[0].IDs()
	if a, next := c.AskManager("k1", rules, facts, nil, considered); a.Stands != 0 || len(next.Begins) != 0 {
		t.Errorf("the same fact asks again: %+v", a)
	}
	a, next := c.AskManager("k1", rules, append(facts, Fact{Key: "disclosure"}), nil, considered)
	if a.Stands != 1 || a.Opens[0].Key != "disclosure" || len(next.Begins) != 1 {
		t.Errorf("a disclosure afterwards: %+v", a)
	}
}

func TestConsiderRefusesWithoutManagerAnswerOrReason(t *testing.T) {
	good := Consideration{Answer: "no", Reason: "An accident that a doctor saw happen", Manager: true, Met: []string{"Injury"}}
	for _, tt := range []struct {
		name  string
		with  func(*Consideration)
		kind  refusal.Kind
		field string
	}{
		{"good", func(*Consideration) {}, refusal.Fault, ""},
		{"not a manager", func(x *Consideration) { x.Manager = false }, refusal.Denied, ""},
		{"nothing asks", func(x *Consideration) { x.Met = nil }, refusal.Conflict, ""},
		{"no answer", func(x *Consideration) { x.Answer = "" }, refusal.Invalid, "answer"},
		{"another answer", func(x *Consideration) { x.Answer = "perhaps" }, refusal.Invalid, "answer"},
		{"no reason", func(x *Consideration) { x.Reason = " " }, refusal.Invalid, "reason"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := good
			tt.with(&x)
			next, err := screened().Consider("k1", x)
			wantRefusal(t, err, tt.kind, tt.field)
			if err == nil && (len(next.Ends) != 1 || next.Ends[0].For != timescale.StrategyConsidered || len(next.Begins) != 0) {
				t.Errorf("%+v", next)
			}
		})
	}
}

// A decision on anything but a strategy discussion is refused, in words, while a trigger
// is met and nobody has said yes or no.
func TestDecidingOtherwiseNeedsAYesOrNo(t *testing.T) {
	asked := goodFacts()
	asked.Triggers = []string{"The child told or showed somebody"}
	for _, o := range Outcomes() {
		c := openTo(screened())
		d := goodDecision()
		d.Outcome = o.Code
		_, err := c.Decide("k1", d, asked)
		if o.Code == ReferralStrategy {
			wantRefusal(t, err, refusal.Fault, "")
			continue
		}
		wantRefusal(t, err, refusal.Invalid, "considered")
		d.Considered = "no"
		_, err = c.Decide("k1", d, asked)
		wantRefusal(t, err, refusal.Invalid, "considered-why")
		d.ConsideredWhy = "Seen by a doctor, who saw the fall"
		next, err := c.Decide("k1", d, asked)
		wantRefusal(t, err, refusal.Fault, "")
		if !slices.ContainsFunc(next.Ends, func(e End) bool { return e.For == timescale.StrategyConsidered && e.How == "" }) {
			t.Errorf("%s: the wait for a yes or no goes on", o.Code)
		}
		d.Considered = "yes"
		_, err = c.Decide("k1", d, asked)
		wantRefusal(t, err, refusal.Invalid, "outcome")
		waited := asked
		waited.DiscussionAsked = true
		_, err = c.Decide("k1", d, waited)
		if o.Closes {
			wantRefusal(t, err, refusal.Invalid, "outcome")
		} else {
			wantRefusal(t, err, refusal.Fault, "")
		}
	}
}

// A discussion that was asked for before the decision is not asked for twice: its clock
// goes on.
func TestADiscussionAskedForBeforeTheDecisionGoesOn(t *testing.T) {
	f := goodFacts()
	f.DiscussionAsked = true
	d := goodDecision()
	d.Outcome = ReferralStrategy
	next, err := screened().Decide("k1", d, f)
	wantRefusal(t, err, refusal.Fault, "")
	if len(waitsFor(next, timescale.StrategyDiscussion)) != 0 || len(waitsFor(next, timescale.Allocation)) != 1 {
		t.Errorf("%+v", next.Begins)
	}
}

func TestRecordingAFactNeedsWhoSaysSo(t *testing.T) {
	rules := triggers(t)
	for _, tt := range []struct{ name, child, key, by, field string }{
		{"good", "k1", "disclosure", "The teacher, to whom the child spoke", ""},
		{"no child", "k9", "disclosure", "The teacher", "child"},
		{"not on the list", "k1", "hair", "The teacher", "fact"},
		{"one that the service reads itself", "k1", FactHighGrade, "The teacher", "fact"},
		{"nobody", "k1", "disclosure", "", "said-by"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := screened().RecordFact(tt.child, tt.key, tt.by, rules)
			kind := refusal.Invalid
			if tt.field == "" {
				kind = refusal.Fault
			}
			wantRefusal(t, err, kind, tt.field)
		})
	}
	if _, err := screened().TakeBack("k1", "Injury", ""); err == nil {
		t.Error("taken back without a reason")
	}
}
