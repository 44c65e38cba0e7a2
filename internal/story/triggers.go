package story

import (
	"context"
	"fmt"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/desk/meetings"
)

// triggerVerbs are what people do with facts that ask for a strategy discussion, for the
// last contact:
//
//	record-fact N FACT WHO-SAYS-SO
//	take-back N WHY                        the last fact recorded about child N
//	consider N yes|no REASON [CATEGORY]
func (w *World) triggerVerbs(ctx context.Context, who access.Actor, verb string, rest []string) (known bool, err error) {
	switch verb {
	case "record-fact", "take-back", "consider":
	default:
		return false, nil
	}
	k, err := w.kid(ctx, rest[0])
	if err != nil {
		return true, err
	}
	switch verb {
	case "record-fact":
		return true, w.Contacts.RecordFact(ctx, who, w.latest, k.ID, rest[1], rest[2])
	case "take-back":
		p, err := w.Contacts.Open(ctx, who, w.latest)
		if err != nil {
			return true, err
		}
		id := ""
		for _, f := range p.Asking.Of(k.ID).Facts {
			if f.Stands() {
				id = f.ID
			}
		}
		return true, w.Contacts.TakeFactBack(ctx, who, w.latest, id, rest[1])
	}
	t := meetings.Thought{Answer: rest[1], Reason: rest[2]}
	if len(rest) > 3 {
		t.Category = rest[3]
	}
	ref, err := w.Meetings.Consider(ctx, who, k.ID, t)
	if ref != "" {
		w.meeting = ref
	}
	return true, err
}

// expectTriggers checks what waits for a yes or no in the whole authority, and what asks
// for it in the last contact.
func (w *World) expectTriggers(ctx context.Context, want int) error {
	all, _, err := w.Meetings.Unconsidered(ctx, w.people["manager"])
	if err == nil && len(all) != want {
		err = fmt.Errorf("there are %d", len(all))
	}
	return err
}

func (w *World) expectAsks(ctx context.Context, want string) error {
	p, err := w.Contacts.Open(ctx, w.people["manager"], w.latest)
	if err != nil {
		return err
	}
	var names []string
	for _, k := range p.Contact.Kids {
		names = append(names, p.Asking.Of(k.ID).Names()...)
	}
	if got := strings.Join(names, "; "); got != want {
		return fmt.Errorf("what asks is %q", got)
	}
	for _, t := range p.Asking.Standing {
		if len(t.Version) != 12 {
			return fmt.Errorf("%s was met by rules without a version", t.Name)
		}
	}
	return nil
}
