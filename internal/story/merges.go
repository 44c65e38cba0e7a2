package story

import (
	"context"
	"fmt"
	"strconv"

	"frontdoor/internal/access"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/children"
)

// mergeVerbs are what people do about children who are recorded twice. Records have
// the names that call-them gave:
//
//	search-for-duplicates              the weekly search of the register
//	propose-one-child KEEP JOIN WHY [DESPITE]
//	agree-one-child                    the second person's word on the last pair
//	say-two-children WHY               refuses the last pair
//	ask-to-part WHY, agree-to-part, keep-joined WHY
func (w *World) mergeVerbs(ctx context.Context, who access.Actor, verb string, rest []string) (known bool, err error) {
	arg := func(i int) string {
		if i < len(rest) {
			return rest[i]
		}
		return ""
	}
	switch verb {
	case "search-for-duplicates":
		if _, err = w.Record.SweepDuplicates(ctx, admin.Service(authority), nil); err == nil {
			err = w.takePair(ctx)
		}
		return true, err
	case "propose-one-child":
		id, err := w.Children.Propose(ctx, who, children.Proposed{Keep: w.named[arg(0)], Join: w.named[arg(1)], Why: arg(2), Despite: arg(3)})
		if err == nil {
			w.pair = id
		}
		return true, err
	case "agree-one-child":
		return true, w.Children.Agree(ctx, who, w.pair, 0, "")
	case "say-two-children":
		return true, w.Children.Refuse(ctx, who, w.pair, 0, arg(0))
	case "ask-to-part":
		return true, w.Children.AskUndo(ctx, who, w.pair, 0, arg(0))
	case "agree-to-part":
		return true, w.Children.Undo(ctx, who, w.pair, 0)
	case "keep-joined":
		return true, w.Children.Keep(ctx, who, w.pair, 0, arg(0))
	}
	return false, nil
}

// takePair makes the most likely pair that waits the last one.
func (w *World) takePair(ctx context.Context) error {
	x, err := w.Children.Duplicates(ctx, w.people["manager"])
	if err == nil && len(x.Rows) > 0 {
		w.pair = x.Rows[0].ID
	}
	return err
}

// expectMerge checks records and pairs:
//
//	record NAME leads-to NAME          what a reference shows
//	record NAME N contacts             contacts on the child's page
//	pairs N                            pairs that wait for an answer
func (w *World) expectMerge(ctx context.Context, words []string) error {
	manager := w.people["manager"]
	if words[0] == "pairs" {
		x, err := w.Children.Duplicates(ctx, manager)
		if err == nil && strconv.Itoa(len(x.Rows)) != words[1] {
			err = fmt.Errorf("%d wait", len(x.Rows))
		}
		return err
	}
	p, err := w.Children.Open(ctx, manager, w.named[words[1]], "")
	if err != nil {
		return err
	}
	switch {
	case words[2] == "leads-to":
		if p.Child.Ref != w.named[words[3]] {
			return fmt.Errorf("it leads to %s", p.Child.Ref)
		}
	case words[3] == "contacts" || words[3] == "contact":
		if p, err = w.Children.Open(ctx, manager, p.Child.Ref, ""); err != nil {
			return err
		}
		if strconv.Itoa(len(p.Contacts)) != words[2] {
			return fmt.Errorf("there are %d", len(p.Contacts))
		}
	default:
		return fmt.Errorf("nobody knows how to expect that of a record")
	}
	return nil
}
