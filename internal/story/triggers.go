package story

import (
	"context"
	"fmt"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/desk/enquiries"
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

// expectList checks how many stand on a list of discussions or enquiries:
//
//	late, early          enquiries late because of their discussion, and begun before it
//	waited, unseen       children who wait or waited long, and those not seen in time
//	second               met again because police were not there
//	twice                the same work open twice
//	single, single-answered   social care alone, and those of them that police answered
//	victims, suspects    not spoken to in time; -for-police as the force sees it
func (w *World) expectList(ctx context.Context, want int, which string) error {
	who, e := w.people["manager"], enquiries.New(w.Record)
	which, police := strings.CutSuffix(which, "-for-police")
	if police {
		who = w.people["officer"]
	}
	got := -1
	switch which {
	case "late", "early":
		l, err := e.LateStarts(ctx, who)
		if err != nil {
			return err
		}
		if got = len(l.Late); which == "early" {
			got = len(l.Early)
		}
	case "waited", "unseen":
		all, _, err := w.Meetings.Meanwhile(ctx, who)
		if err != nil {
			return err
		}
		got = 0
		for _, x := range all {
			if which == "waited" || x.TooLong {
				got++
			}
		}
	case "second":
		all, _, err := w.Meetings.SecondTimes(ctx, who)
		if err != nil {
			return err
		}
		got = len(all)
	case "twice":
		all, _, err := e.Twices(ctx, who)
		if err != nil {
			return err
		}
		got = len(all)
	case "single", "single-answered":
		s, err := e.Singles(ctx, who)
		if err != nil {
			return err
		}
		got = 0
		for _, x := range s.Rows {
			if which == "single" || !x.Police.IsZero() {
				got++
			}
		}
	case "victims", "suspects":
		l, err := e.Enquiries(ctx, who)
		if err != nil {
			return err
		}
		if got = len(l.Victims); which == "suspects" {
			got = len(l.Suspects)
		}
	}
	if got != want {
		return fmt.Errorf("there are %d", got)
	}
	return nil
}
