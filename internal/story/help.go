package story

import (
	"context"
	"fmt"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/desk/help"
	"frontdoor/internal/pathway"
)

// helpVerbs are what people do for a child, and what they write of it:
//
//	request-discussion N initial|review|further WORDS             about child N, with whom somebody works
//	cannot-identify N WORDS        child N of the last contact, with what was tried
//	meet-child N visit|session|direct_work|meeting yes|no WORDS   whether child N of the last contact was met
func (w *World) helpVerbs(ctx context.Context, who access.Actor, verb string, rest []string) (known bool, err error) {
	arg := func(i int) string {
		if i < len(rest) {
			return rest[i]
		}
		return ""
	}
	if verb == "cannot-identify" {
		k, err := w.kid(ctx, arg(0))
		if err != nil {
			return true, err
		}
		return true, w.Contacts.CannotIdentify(ctx, who, w.latest, k.ID, arg(1))
	}
	if verb != "meet-child" && verb != "request-discussion" {
		return false, nil
	}
	ref, err := w.childRef(ctx, arg(0))
	if err != nil {
		return true, err
	}
	if verb == "request-discussion" {
		r := pathway.StrategyRequest{Suspected: arg(2), Category: "physical", Kind: pathway.StrategyKind(arg(1)), Manager: who.LeadsWork()}
		meeting, err := w.Meetings.Request(ctx, who, ref, r)
		if err == nil {
			w.meeting = meeting
		}
		return true, err
	}
	return true, help.New(w.Record).Give(ctx, who, ref, pathway.HelpGiven{Kind: pathway.HelpKind(arg(1)), At: w.Now(), By: who.Name, Met: arg(2), Alone: "Yes", Words: arg(3)})
}

// expectHelp checks how long child N of the last contact waited for help:
//
//	first-help N met|waiting|ended after SPAN      from the concern, as a person would say it: "19 days"
//	effective N met|waiting|ended after SPAN       from the decision
func (w *World) expectHelp(ctx context.Context, words []string) error {
	ref, err := w.childRef(ctx, words[1])
	if err != nil {
		return err
	}
	m := help.First
	if words[0] == "effective" {
		m = help.Effective
	}
	today := w.Now().Date()
	list, err := help.New(w.Record).Children(ctx, w.people["second-manager"], help.Filter{Measure: m, From: today.AddDays(-400), To: today})
	if err != nil {
		return err
	}
	for _, r := range list.Rows {
		if r.ChildRef == ref && r.Contact == w.latest {
			return same(fmt.Sprintf("%s %s %s after %s", words[0], words[1], r.State, civil.Span(r.Took())), strings.Join(words, " "))
		}
	}
	return fmt.Errorf("the child is not among the %d of the measure", len(list.Rows))
}
