package main

import (
	"context"
	"fmt"
	"hash/fnv"
	"os"

	"frontdoor/internal/matchfile"
	"frontdoor/internal/person"
	"frontdoor/internal/refusal"
	"frontdoor/internal/register"
)

type matchTrainCmd struct {
	registerFiles `embed:""`
	Contacts      string `required:"" type:"existingfile" help:"Contacts as match link reads them. Nobody needs to have decided them." placeholder:"FILE"`
	Decisions     string `type:"existingfile" help:"What screeners decided: CSV with contact_id, person_id, decision (same, family or no)." placeholder:"FILE"`
	Version       string `default:"trained" help:"The name of the new weights."`
	Out           string `required:"" help:"Where to write the weights, as --model reads them." placeholder:"FILE"`
}

// heldBack is one in how many decisions is not learned from, so that the old and the
// new weights can be compared on them.
const heldBack = 5

// Run learns weights. With decisions it writes them only when they are not worse than
// those they began with, on decisions that were held back.
func (c matchTrainCmd) Run(ctx context.Context, s *settings, io streams) error {
	decided, err := readDecisions(c.Decisions)
	if err != nil {
		return err
	}
	old, err := readModel(c.Model)
	if err != nil {
		return err
	}
	reg, today, err := c.open(io)
	if err != nil {
		return err
	}
	in, done, err := openTable(c.Contacts, "contact_id")
	if err != nil {
		return err
	}
	defer done()
	l := learning{reg: reg, decided: decided}
	step := bar(io.err, "comparing contacts")
	err = eachContact(in, today, func(id string, said person.Described) error {
		if l.contact(id, said); l.n%1000 == 0 {
			step(l.n, 0)
		}
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	if err := eachPerson(c.Register, l.siblings); err != nil {
		return err
	}
	trained := person.Train(old, l.evidence, c.Version)
	fmt.Fprintf(io.out, "Learned from %d contacts, %d decisions and %d recorded brothers and sisters\n", l.n, len(l.evidence.Decided), len(l.evidence.Siblings))
	better, text := person.Better(old, trained, l.held)
	fmt.Fprintln(io.out, text)
	if len(l.held) > 0 && !better {
		return refusal.New(refusal.Conflict, "The new weights are worse than the old on decisions held back, and were not written")
	}
	if err := os.WriteFile(c.Out+".part", []byte(trained.Text()), 0o644); err != nil {
		return fmt.Errorf("write the weights: %w", err)
	}
	return os.Rename(c.Out+".part", c.Out)
}

// learning gathers evidence.
type learning struct {
	reg      *register.Register
	decided  map[string]map[string]person.Verdict
	evidence person.Evidence
	held     []person.Labelled
	n        int
}

// The most of each kind of evidence that is kept: more changes nothing.
const (
	mostAsked        = 40_000
	mostStrangers    = 200_000
	mostPairs        = 50_000
	strangersOfEach  = 5
	leastBitsLearned = -10 // of a comparison, for it to matter to what is learned
)

func (l *learning) contact(id string, said person.Described) {
	l.n++
	verdicts := l.decided[id]
	for who, is := range verdicts {
		s, ok := l.reg.Compare(said, who)
		if !ok {
			continue
		}
		label := person.Labelled{Source: said.Source, Levels: s.Levels, Is: is}
		if hashOf(id)%heldBack == 0 {
			l.held = append(l.held, label)
		} else {
			l.evidence.Decided = append(l.evidence.Decided, label)
		}
	}
	if len(l.evidence.Strangers) < mostStrangers {
		l.evidence.Strangers = append(l.evidence.Strangers, l.reg.Strangers(said, strangersOfEach, uint64(l.n))...)
	}
	if len(verdicts) > 0 || len(l.evidence.Asked) >= mostAsked {
		return
	}
	a := person.Asked{Source: said.Source, People: l.reg.Len()}
	l.reg.Compared(said, func(_ string, s person.Scored) {
		if max(s.Same, s.Family) > leastBitsLearned {
			a.Found = append(a.Found, s)
		}
	})
	l.evidence.Asked = append(l.evidence.Asked, a)
}

func (l *learning) siblings(p person.Person) error {
	if len(l.evidence.Siblings) < mostPairs {
		l.evidence.Siblings = append(l.evidence.Siblings, l.reg.RecordedLevels(p)...)
	}
	return nil
}

func hashOf(s string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(s))
	return h.Sum32()
}

var verdicts = map[string]person.Verdict{"same": person.IsChild, "family": person.IsFamily, "no": person.NotRelated}

// readDecisions reads what was decided of each contact and person.
func readDecisions(path string) (map[string]map[string]person.Verdict, error) {
	out := map[string]map[string]person.Verdict{}
	if path == "" {
		return out, nil
	}
	t, done, err := openTable(path, "contact_id", "person_id", "decision")
	if err != nil {
		return nil, err
	}
	defer done()
	return out, eachRow(t, func() error {
		contact, who := t.Of("contact_id"), t.Of("person_id")
		is, ok := verdicts[t.Of("decision")]
		if !ok || contact == "" || who == "" {
			return t.Bad("must have a contact_id, a person_id and the decision same, family or no")
		}
		if out[contact] == nil {
			out[contact] = map[string]person.Verdict{}
		}
		out[contact][who] = is
		return nil
	})
}

func eachRow(t *matchfile.Table, do func() error) error {
	for {
		more, err := t.Next()
		if err != nil || !more {
			return err
		}
		if err := do(); err != nil {
			return err
		}
	}
}
