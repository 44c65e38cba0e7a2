package pathway

import (
	"crypto/sha256"
	_ "embed" // the facts that demand a yes or no
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"

	"github.com/BurntSushi/toml"
)

// The kinds of fact.
const (
	FactRecorded = "recorded" // by a door, a screener or a manager, about one child
	FactContact  = "contact"  // read from what arrived and from the first look
	FactIncident = "incident" // each domestic abuse notification, counted over time
)

// The facts that are read from a contact and from the history. All others are recorded.
const (
	FactDanger    = "danger"
	FactHighGrade = "high_grade"
	FactNotified  = "incident"
)

// FactKind is something that may be true of a child, as reviewed data.
type FactKind struct {
	Key, Name, Kind, Source string
	Form                    []string // answers to the referral form's kind of worry that record it
}

// Trigger is a rule: when enough of these facts stand, a manager must say yes or no to a
// strategy discussion. It never says which.
type Trigger struct {
	Key, Name, Source, Strength string
	Any                         []string // keys of the facts that count
	Count                       int      // how many it takes
	Months                      int      // within so many months; 0 however old
	Siblings                    bool     // facts of brothers and sisters count too
	From                        civil.Date
}

// Triggers are all rules with one version.
type Triggers struct {
	Facts    []FactKind
	Rules    []Trigger
	Reviewed civil.Date
	Version  string // first twelve hex digits of the hash of the data
}

//go:embed triggers.toml
var triggersText []byte

// TheTriggers are those that come with the service.
var TheTriggers = sync.OnceValues(func() (*Triggers, error) {
	t, err := ReadTriggers(triggersText)
	if err != nil {
		return nil, fmt.Errorf("read the triggers: %w", err)
	}
	return t, nil
})

// ReadTriggers reads the rules. A wrong list refuses to be used.
func ReadTriggers(text []byte) (*Triggers, error) {
	var f struct {
		Reviewed time.Time
		Fact     []struct {
			Key, Name, Kind, Source string
			Form                    []string
		}
		Trigger []struct {
			Key, Name, Source, Strength string
			Any                         []string
			Count, Months               int
			Siblings                    bool
			From                        time.Time
		}
	}
	md, err := toml.Decode(string(text), &f)
	if err != nil {
		return nil, err
	}
	if extra := md.Undecoded(); len(extra) > 0 {
		return nil, fmt.Errorf("unknown key %q", extra[0].String())
	}
	if len(f.Fact) == 0 || len(f.Trigger) == 0 {
		return nil, fmt.Errorf("the list of facts or of triggers is empty")
	}
	if f.Reviewed.IsZero() {
		return nil, fmt.Errorf("reviewed is a date, such as 2026-11-25")
	}
	sum := sha256.Sum256(text)
	t := &Triggers{Version: hex.EncodeToString(sum[:])[:12], Reviewed: civil.DateOf(f.Reviewed.Year(), f.Reviewed.Month(), f.Reviewed.Day())}
	for _, x := range f.Fact {
		k := FactKind{x.Key, x.Name, x.Kind, x.Source, x.Form}
		if err := t.addFact(k); err != nil {
			return nil, fmt.Errorf("fact %q: %w", x.Key, err)
		}
	}
	for _, x := range f.Trigger {
		r := Trigger{x.Key, x.Name, x.Source, x.Strength, x.Any, max(x.Count, 1), x.Months, x.Siblings, civil.Date{}}
		if !x.From.IsZero() {
			r.From = civil.DateOf(x.From.Year(), x.From.Month(), x.From.Day())
		}
		if err := t.addRule(r, x.Count); err != nil {
			return nil, fmt.Errorf("trigger %q: %w", x.Key, err)
		}
	}
	return t, nil
}

func (t *Triggers) addFact(k FactKind) error {
	for _, need := range [][2]string{{"key", k.Key}, {"name", k.Name}, {"source", k.Source}} {
		if blank(need[1]) {
			return fmt.Errorf("%s is missing", need[0])
		}
	}
	if _, twice := t.Fact(k.Key); twice {
		return fmt.Errorf("it stands there twice")
	}
	read := map[string]string{FactDanger: FactContact, FactHighGrade: FactContact, FactNotified: FactIncident}
	switch want, known := read[k.Key]; {
	case known && k.Kind != want:
		return fmt.Errorf("kind must be %q: the service reads this fact itself", want)
	case !known && k.Kind != FactRecorded:
		return fmt.Errorf("kind must be %q: the service does not read this fact itself", FactRecorded)
	case k.Kind != FactRecorded && len(k.Form) > 0:
		return fmt.Errorf("form is only for recorded facts")
	}
	t.Facts = append(t.Facts, k)
	return nil
}

func (t *Triggers) addRule(r Trigger, count int) error {
	for _, need := range [][2]string{{"key", r.Key}, {"name", r.Name}, {"source", r.Source}} {
		if blank(need[1]) {
			return fmt.Errorf("%s is missing", need[0])
		}
	}
	switch {
	case !slices.Contains([]string{"S", "G", "L"}, r.Strength):
		return fmt.Errorf("strength %q is not S, G or L", r.Strength)
	case len(r.Any) == 0:
		return fmt.Errorf("any names no fact")
	case count < 0 || r.Months < 0:
		return fmt.Errorf("count and months are not below nothing")
	case r.From.IsZero():
		return fmt.Errorf("from is a date, such as 2026-03-01")
	case slices.ContainsFunc(t.Rules, func(x Trigger) bool { return x.Key == r.Key && x.From == r.From }):
		return fmt.Errorf("two rows from %s", r.From)
	}
	for _, key := range r.Any {
		k, ok := t.Fact(key)
		switch {
		case !ok:
			return fmt.Errorf("there is no fact %q", key)
		case k.Kind != FactIncident && (r.Count > 1 || r.Months > 0 || r.Siblings):
			return fmt.Errorf("count, months and siblings are for incidents, and %q is not one", key)
		}
	}
	t.Rules = append(t.Rules, r)
	return nil
}

// Fact finds a kind of fact.
func (t *Triggers) Fact(key string) (FactKind, bool) {
	i := slices.IndexFunc(t.Facts, func(k FactKind) bool { return k.Key == key })
	if i < 0 {
		return FactKind{}, false
	}
	return t.Facts[i], true
}

// Recorded are the facts that a person may record.
func (t *Triggers) Recorded() []FactKind {
	return slices.DeleteFunc(slices.Clone(t.Facts), func(k FactKind) bool { return k.Kind != FactRecorded })
}

// FromForm are the facts that answers to the form's kind of worry record.
func (t *Triggers) FromForm(types []string) []string {
	var out []string
	for _, k := range t.Facts {
		if slices.ContainsFunc(k.Form, func(x string) bool { return slices.Contains(types, x) }) {
			out = append(out, k.Key)
		}
	}
	return out
}

// inForce are the rules in force on a day: of rows with one key the latest.
func (t *Triggers) inForce(on civil.Date) []Trigger {
	var out []Trigger
	for _, r := range t.Rules {
		if r.From.After(on) {
			continue
		}
		i := slices.IndexFunc(out, func(x Trigger) bool { return x.Key == r.Key })
		switch {
		case i < 0:
			out = append(out, r)
		case r.From.After(out[i].From):
			out[i] = r
		}
	}
	return out
}

// Fact is one fact that stands about a child.
type Fact struct {
	Key     string
	About   string        // for an incident: the contact that told of it
	At      civil.Instant // for an incident: when it happened
	Sibling bool          // for an incident: told under a brother's or sister's name alone
}

// ID names a fact: the same fact has the same id whenever it is asked.
func (f Fact) ID() string { return strings.TrimSpace(f.Key + " " + f.About) }

// TriggerMet is a trigger that stands, with the facts it stands on.
type TriggerMet struct {
	Trigger
	Facts []Fact
}

// IDs are the facts' ids, in order.
func (m TriggerMet) IDs() []string {
	var out []string
	for _, f := range m.Facts {
		out = append(out, f.ID())
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Met works out which triggers stand on the facts about a child of a contact that was
// received on a day and whose own incident happened at a moment. Incidents count up to
// that moment: those that come after it have contacts, and triggers, of their own. More
// facts never take a trigger away.
func (t *Triggers) Met(facts []Fact, received civil.Date, at civil.Instant) []TriggerMet {
	var out []TriggerMet
	for _, r := range t.inForce(received) {
		m := TriggerMet{Trigger: r}
		seen := map[string]bool{}
		for _, f := range facts {
			if r.counts(f, at) && !seen[f.ID()] {
				seen[f.ID()] = true
				m.Facts = append(m.Facts, f)
			}
		}
		if len(m.Facts) >= r.Count {
			out = append(out, m)
		}
	}
	return out
}

func (r Trigger) counts(f Fact, at civil.Instant) bool {
	switch {
	case !slices.Contains(r.Any, f.Key) || f.Sibling && !r.Siblings:
		return false
	case f.Key != FactNotified:
		return true
	}
	since := at.Date().AddMonths(-r.Months).Start()
	return !f.At.After(at) && (r.Months == 0 || !f.At.Before(since))
}

// Facts are those that a contact itself says about its children.
func (c Contact) Facts() []Fact {
	var out []Fact
	if c.Danger == "yes" {
		out = append(out, Fact{Key: FactDanger})
	}
	if c.Source == Police && c.Grade == "high" {
		out = append(out, Fact{Key: FactHighGrade})
	}
	if c.IsIncident() {
		out = append(out, Fact{Key: FactNotified, About: c.ID, At: c.RiskSince()})
	}
	return out
}

// IsIncident says that a contact is a domestic abuse notification: the police grade
// those and nothing else that they send.
func (c Contact) IsIncident() bool { return c.Channel == ByPolice && c.Grade != "" }

// Standing is a trigger that was met and that nobody has considered yet.
type Standing struct {
	ID, Rule string
	Facts    []string // ids
}

// Asks is what must change in the list of triggers that nobody has considered.
type Asks struct {
	Opens  []TriggerMet        // met, on a fact that was not considered
	Grows  map[string][]string // by id: the facts it stands on now
	Goes   []string            // ids that no longer stand, or stand on nothing new
	Stands int                 // how many stand afterwards
}

// Ask holds the triggers that stand against those already asked of a manager and the
// facts that were considered. A trigger is asked when it stands on at least one fact
// that nobody has considered: a new fact opens it again. One whose facts were taken
// back goes. Nothing here says yes or no.
func Ask(met []TriggerMet, standing []Standing, considered []string) Asks {
	out := Asks{Grows: map[string][]string{}}
	open := map[string]Standing{}
	for _, s := range standing {
		open[s.Rule] = s
	}
	for _, m := range met {
		ids := m.IDs()
		isNew := slices.ContainsFunc(ids, func(id string) bool { return !slices.Contains(considered, id) })
		s, stands := open[m.Key]
		switch {
		case !isNew:
			continue // goes, if it stood
		case !stands:
			out.Opens = append(out.Opens, m)
		case !slices.Equal(s.Facts, ids):
			out.Grows[s.ID] = ids
		}
		out.Stands++
		delete(open, m.Key)
	}
	for _, s := range standing {
		if _, gone := open[s.Rule]; gone {
			out.Goes = append(out.Goes, s.ID)
		}
	}
	return out
}

// asking begins or ends the wait for a manager's yes or no.
func (c Contact) asking(child Child, before int, a Asks) Consequences {
	var out Consequences
	switch {
	case before == 0 && a.Stands > 0:
		out.Begins = []Wait{{Contact: c.ID, Child: child.ID, On: deskOf(child), For: timescale.StrategyConsidered, What: "a manager says yes or no to a strategy discussion"}}
	case before > 0 && a.Stands == 0:
		out.Ends = []End{{Contact: c.ID, Child: child.ID, For: timescale.StrategyConsidered, How: Withdrawn, Reason: "the facts that asked for it were taken back"}}
	}
	for _, m := range a.Opens {
		out.Lines = append(out.Lines, Line{Contact: c.ID, Child: child.ID, Kind: "trigger", Source: string(FrontDoor), Text: "To be considered for a strategy discussion: " + lowered(m.Name)})
	}
	return out
}

// AskManager is what follows for one child when triggers are met or fall: somebody must
// say yes or no, or need no longer.
//
// What a contact itself once said stays a fact until a manager has answered: a first
// look that finds no danger does not answer for the manager.
func (c Contact) AskManager(child string, t *Triggers, facts []Fact, standing []Standing, considered []string) (Asks, Consequences) {
	for _, s := range standing {
		for _, id := range s.Facts {
			if k, ok := t.Fact(id); ok && k.Kind == FactContact {
				facts = append(facts, Fact{Key: id})
			}
		}
	}
	a := Ask(t.Met(facts, c.ReceivedAt.Date(), c.RiskSince()), standing, considered)
	x, _ := c.Child(child)
	return a, c.asking(x, len(standing), a)
}

// FellAway completes what follows when triggers no longer stand though nobody took a fact
// back: two records were parted, or who a child is was said anew. names are the triggers'.
func (c Contact) FellAway(child, why string, names []string, next Consequences) Consequences {
	for i := range next.Ends {
		next.Ends[i].Reason = why
	}
	for _, n := range names {
		next.Lines = append(next.Lines, Line{Contact: c.ID, Child: child, Kind: "trigger", Source: string(FrontDoor), Text: "No longer to be considered for a strategy discussion: " + lowered(n) + ". " + why})
	}
	return next
}

// Consideration is a manager's yes or no to a strategy discussion, when facts ask.
type Consideration struct {
	Answer  string // yes, no
	Reason  string
	Manager bool
	Met     []string // names of the triggers that nobody has considered
}

// Consider records a manager's yes or no. It refuses one by somebody else, without a
// reason, or when nothing asks for it any more. A yes does not hold the discussion: it
// asks for it.
func (c Contact) Consider(child string, x Consideration) (Consequences, error) {
	switch {
	case !x.Manager:
		return Consequences{}, notManager()
	case len(x.Met) == 0:
		return Consequences{}, refusal.New(refusal.Conflict, "Nothing waits to be considered for this child. Somebody has answered, or the facts were taken back")
	}
	var p problems
	if x.Answer != "yes" && x.Answer != "no" {
		p.say("answer", "Select yes or no to a strategy discussion")
	}
	if blank(x.Reason) {
		p.say("reason", "Enter the reason, with the facts it rests on")
	}
	if err := refusal.Fields(p); err != nil {
		return Consequences{}, err
	}
	return Consequences{
		Ends:  []End{{Child: child, For: timescale.StrategyConsidered}},
		Lines: []Line{{Child: child, Kind: "considered", Source: string(FrontDoor), Text: "A strategy discussion was considered: " + x.Answer + ". " + x.Reason}},
	}, nil
}

// RecordFact records something about a child that may ask for a strategy discussion. It
// refuses a fact that is not on the list, or one without who said so.
func (c Contact) RecordFact(child, key, by string, t *Triggers) (Consequences, error) {
	var p problems
	if _, ok := c.Child(child); !ok {
		p.say("child", "Select which child it is about")
	}
	k, ok := t.Fact(key)
	if !ok || k.Kind != FactRecorded {
		p.say("fact", "Select what is recorded")
	}
	if blank(by) {
		p.say("said-by", "Enter who says so and how they know")
	}
	if err := refusal.Fields(p); err != nil {
		return Consequences{}, err
	}
	return Consequences{Lines: []Line{{Child: child, Kind: "fact", Source: string(FrontDoor), Text: "Recorded: " + lowered(k.Name) + " (" + by + ")"}}}, nil
}

// TakeBack takes back a fact that was recorded by mistake. It needs the reason; the
// record of it stays.
func (c Contact) TakeBack(child, name, why string) (Consequences, error) {
	if blank(why) {
		return Consequences{}, refusal.Field("why", "Enter why this was recorded by mistake")
	}
	return Consequences{Lines: []Line{{Child: child, Kind: "fact", Source: string(FrontDoor), Text: "Taken back, recorded by mistake: " + lowered(name) + ". " + why}}}, nil
}

// IncidentsIn are the incidents among the ids of facts, as they stood at a moment.
func IncidentsIn(ids []string, at civil.Instant) []Fact {
	var out []Fact
	for _, id := range ids {
		if contact, ok := strings.CutPrefix(id, FactNotified+" "); ok {
			out = append(out, Fact{Key: FactNotified, About: contact, At: at})
		}
	}
	return out
}
