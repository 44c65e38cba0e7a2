package record

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
)

// RecordedFact is something recorded about a child that may ask for a strategy
// discussion. One that was taken back stays on record and counts no more.
type RecordedFact struct {
	ID, Child, Key, SaidBy, By string
	At, TakenBack              civil.Instant
	Why                        string // why it was taken back
}

// Stands says whether the fact still counts.
func (f RecordedFact) Stands() bool { return f.TakenBack.IsZero() }

// StandingTrigger is a trigger that nobody has considered yet.
type StandingTrigger struct {
	pathway.Standing
	Child, Name, Version string
	MetAt                civil.Instant
}

// Considered is a manager's yes or no, with the facts as they stood.
type Considered struct {
	ID, Child, Answer, Reason, By, Version string
	Facts                                  []string
	At                                     civil.Instant
	Parted                                 bool // it rests on facts that are no longer of the child's record
	PartedAt                               civil.Instant
	PartedWhy                              string
}

// PartedWords say in a sentence that an answer rests on facts now parted; "" when it does
// not.
func (c Considered) PartedWords() string {
	if !c.Parted {
		return ""
	}
	return "Rests on facts now parted: " + c.PartedWhy + " (" + c.PartedAt.Words() + ")"
}

// Asking is what is recorded about the children of one contact, what of it asks for a
// strategy discussion, and what managers have said.
type Asking struct {
	Facts      []RecordedFact
	Standing   []StandingTrigger
	Considered []Considered
}

var (
	askingFacts = db.SQL("record.facts-of-contact", `
		SELECT id, child_id, fact, said_by, recorded_by_name, recorded_at, taken_back_at, taken_back_why FROM child_fact
		WHERE contact_id = $1 AND authority_id = $2 ORDER BY recorded_at, id`)
	triggersOf = db.SQL("record.triggers-of-contact", `
		SELECT id, child_id, rule, name, version, facts, met_at FROM trigger_met
		WHERE contact_id = $1 AND authority_id = $2 AND consideration_id = '' AND gone_at IS NULL ORDER BY met_at, id`)
	consideredOf = db.SQL("record.considered-of-contact", `
		SELECT n.id, n.child_id, n.answer, n.reason, n.by_name, n.version, n.facts, n.at, COALESCE(p.parted, FALSE), p.at, COALESCE(p.why, '')
		FROM consideration n
		LEFT JOIN consideration_parted p ON p.consideration_id = n.id AND p.authority_id = n.authority_id AND p.at = (
			SELECT max(x.at) FROM consideration_parted x WHERE x.consideration_id = n.id AND x.authority_id = n.authority_id)
		WHERE n.contact_id = $1 AND n.authority_id = $2 ORDER BY n.at, n.id`)
	addParted = db.InsertInto("record.add-parted", "consideration_parted", "consideration_id, at, authority_id, parted, why",
		"ON CONFLICT (consideration_id, at, authority_id) DO UPDATE SET parted = excluded.parted, why = excluded.why")
	addFact = db.InsertInto("record.add-fact", "child_fact",
		"id, authority_id, contact_id, child_id, fact, said_by, recorded_at, recorded_by, recorded_by_name", "")
	setTakenBack = db.SQL("record.take-fact-back", `
		UPDATE child_fact SET taken_back_at = $3, taken_back_by = $4, taken_back_why = $5
		WHERE id = $1 AND authority_id = $2 AND taken_back_at IS NULL`)
	addTrigger = db.InsertInto("record.add-trigger", "trigger_met",
		"id, authority_id, contact_id, child_id, rule, name, version, facts, met_at", "")
	setTriggerFacts = db.SQL("record.set-trigger-facts", `
		UPDATE trigger_met SET facts = $3, version = $4 WHERE id = $1 AND authority_id = $2 AND consideration_id = '' AND gone_at IS NULL`)
	setTriggerGone = db.SQL("record.set-trigger-gone", `
		UPDATE trigger_met SET gone_at = $3, gone_why = $4 WHERE id = $1 AND authority_id = $2 AND consideration_id = '' AND gone_at IS NULL`)
	setTriggersConsidered = db.SQL("record.set-triggers-considered", `
		UPDATE trigger_met SET consideration_id = $4
		WHERE contact_id = $1 AND child_id = $2 AND authority_id = $3 AND consideration_id = '' AND gone_at IS NULL`)
	addConsideration = db.InsertInto("record.add-consideration", "consideration",
		"id, authority_id, contact_id, child_id, answer, reason, facts, version, by_id, by_name, at", "")
)

// FindAsking reads what asks for a strategy discussion in one contact.
func FindAsking(ctx context.Context, q db.Queryer, authority, contact string) (Asking, error) {
	var a Asking
	var err error
	a.Facts, err = db.Collect(ctx, q, func(r *sql.Rows, f *RecordedFact) error {
		return r.Scan(&f.ID, &f.Child, &f.Key, &f.SaidBy, &f.By, &f.At, &f.TakenBack, &f.Why)
	}, askingFacts, contact, authority)
	if err != nil {
		return a, err
	}
	a.Standing, err = db.Collect(ctx, q, func(r *sql.Rows, t *StandingTrigger) error {
		var facts string
		if err := r.Scan(&t.ID, &t.Child, &t.Rule, &t.Name, &t.Version, &facts, &t.MetAt); err != nil {
			return err
		}
		t.Facts, err = ReadFacts(facts)
		return err
	}, triggersOf, contact, authority)
	if err != nil {
		return a, err
	}
	a.Considered, err = db.Collect(ctx, q, func(r *sql.Rows, c *Considered) error {
		var facts string
		if err := r.Scan(&c.ID, &c.Child, &c.Answer, &c.Reason, &c.By, &c.Version, &facts, &c.At, &c.Parted, &c.PartedAt, &c.PartedWhy); err != nil {
			return err
		}
		c.Facts, err = ReadFacts(facts)
		return err
	}, consideredOf, contact, authority)
	return a, err
}

// Of is what of it concerns one child.
func (a Asking) Of(child string) Asking {
	return Asking{
		Facts:      slices.DeleteFunc(slices.Clone(a.Facts), func(f RecordedFact) bool { return f.Child != child }),
		Standing:   slices.DeleteFunc(slices.Clone(a.Standing), func(t StandingTrigger) bool { return t.Child != child }),
		Considered: slices.DeleteFunc(slices.Clone(a.Considered), func(c Considered) bool { return c.Child != child }),
	}
}

// Names are the triggers that nobody has considered, as people call them.
func (a Asking) Names() []string {
	var out []string
	for _, t := range a.Standing {
		out = append(out, t.Name)
	}
	return out
}

func factsText(ids []string) string {
	if ids == nil {
		ids = []string{}
	}
	b, err := json.Marshal(ids)
	if err != nil {
		panic(fmt.Sprintf("record: facts: %v", err)) // strings always marshal
	}
	return string(b)
}

// ReadFacts reads the ids of facts as they are kept.
func ReadFacts(text string) ([]string, error) {
	var out []string
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		return nil, fmt.Errorf("read facts: %w", err)
	}
	return out, nil
}

// AskManager holds the facts about one child against the triggers and writes what stands
// afterwards. all is the history; nil leaves it as it was read before, and the incidents
// that a trigger stands on go on counting. why is said of what falls away though nobody
// took a fact back.
func (tx *Tx) AskManager(ctx context.Context, h Held, a Asking, all *Incidents, why string) (pathway.Consequences, error) {
	var none pathway.Consequences
	rules, err := pathway.TheTriggers()
	if err != nil {
		return none, err
	}
	a = a.Of(h.Child)
	facts := h.facts(all)
	for _, f := range a.Facts {
		if f.Stands() {
			facts = append(facts, pathway.Fact{Key: f.Key})
		}
	}
	var standing []pathway.Standing
	var considered []string
	for _, t := range a.Standing {
		standing = append(standing, t.Standing)
		if all == nil {
			facts = append(facts, pathway.IncidentsIn(t.Facts, h.RiskSince())...)
		}
	}
	for _, x := range a.Considered {
		considered = append(considered, x.Facts...)
	}
	if err := tx.markParted(ctx, h, a, all, why); err != nil {
		return none, err
	}
	if h.Past {
		facts = onlyKnown(facts, standing, considered)
	}
	if len(facts) == 0 && len(standing) == 0 {
		return none, nil
	}
	asks, next := h.AskManager(h.Child, rules, facts, standing, considered)
	if why != "" {
		next = h.FellAway(h.Child, why, a.namesOf(asks.Goes), next)
	}
	return next, tx.keepAsks(ctx, h, asks, standing, why)
}

// onlyKnown leaves out facts that nobody was asked about.
func onlyKnown(facts []pathway.Fact, standing []pathway.Standing, considered []string) []pathway.Fact {
	known := slices.Clone(considered)
	for _, s := range standing {
		known = append(known, s.Facts...)
	}
	return slices.DeleteFunc(facts, func(f pathway.Fact) bool { return !slices.Contains(known, f.ID()) })
}

// namesOf are what people call the triggers with these ids.
func (a Asking) namesOf(ids []string) []string {
	var out []string
	for _, t := range a.Standing {
		if slices.Contains(ids, t.ID) {
			out = append(out, t.Name)
		}
	}
	return out
}

// keepAsks writes what is asked of a manager now.
func (tx *Tx) keepAsks(ctx context.Context, h Held, asks pathway.Asks, standing []pathway.Standing, why string) error {
	rules, err := pathway.TheTriggers()
	if err != nil {
		return err
	}
	var rows [][]any
	for _, m := range asks.Opens {
		rows = append(rows, []any{tx.NewID(), tx.Authority, h.ID, h.Child, m.Key, m.Name, rules.Version, factsText(m.IDs()), tx.Now})
	}
	if err := addTrigger.Exec(ctx, tx, rows...); err != nil {
		return err
	}
	for _, s := range standing { // in order, so that two builds of one authority are alike
		if ids, grew := asks.Grows[s.ID]; grew {
			if _, err := tx.ExecContext(ctx, setTriggerFacts, s.ID, tx.Authority, factsText(ids), rules.Version); err != nil {
				return fmt.Errorf("write the facts of a trigger: %w", err)
			}
		}
	}
	for _, id := range asks.Goes {
		if _, err := tx.ExecContext(ctx, setTriggerGone, id, tx.Authority, tx.Now, why); err != nil {
			return fmt.Errorf("let a trigger go: %w", err)
		}
	}
	return nil
}

// markParted marks the answers of managers that rest on an incident which is no longer of
// the child's record, or no longer does not be. An answer itself is never changed.
func (tx *Tx) markParted(ctx context.Context, h Held, a Asking, all *Incidents, why string) error {
	if all == nil || len(a.Considered) == 0 {
		return nil
	}
	of := map[string]bool{h.ID: true}
	if h.Person != "" {
		for _, f := range all.of(h.Person, h.ID, func(incident) bool { return true }) {
			of[f.About] = true
		}
	}
	for _, x := range a.Considered {
		parted := slices.ContainsFunc(pathway.IncidentsIn(x.Facts, x.At), func(f pathway.Fact) bool { return !of[f.About] })
		if parted == x.Parted {
			continue
		}
		if err := addParted.Exec(ctx, tx, []any{x.ID, tx.Now, tx.Authority, parted, why}); err != nil {
			return err
		}
	}
	return nil
}

// Considered writes a manager's yes or no to what stands about a child, with the facts
// as they stand.
func (tx *Tx) Considered(ctx context.Context, contact, child, answer, reason string, a Asking) error {
	rules, err := pathway.TheTriggers()
	if err != nil {
		return err
	}
	var facts []string
	for _, t := range a.Of(child).Standing {
		facts = append(facts, t.Facts...)
	}
	slices.Sort(facts)
	id := tx.NewID()
	err = addConsideration.Exec(ctx, tx, []any{id, tx.Authority, contact, child, answer, reason, factsText(slices.Compact(facts)), rules.Version, tx.Who.ID, tx.Who.Name, tx.Now})
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, setTriggersConsidered, contact, child, tx.Authority, id)
	return err
}

// AddFact records a fact about a child.
func (tx *Tx) AddFact(ctx context.Context, contact, child, key, by string) error {
	return addFact.Exec(ctx, tx, []any{tx.NewID(), tx.Authority, contact, child, key, by, tx.Now, tx.Who.ID, tx.Who.Name})
}

// TakeFactBack takes back a fact that was recorded by mistake. ok is false when somebody
// did so before.
func (tx *Tx) TakeFactBack(ctx context.Context, id, why string) (ok bool, err error) {
	n, err := db.Changed(tx.ExecContext(ctx, setTakenBack, id, tx.Authority, tx.Now, tx.Who.ID, why))
	return n > 0, err
}
