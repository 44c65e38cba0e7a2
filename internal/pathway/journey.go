package pathway

import (
	"fmt"
	"strings"
)

// Step is one line of the journey: in this state, when this happens and the guard
// holds, then this follows. /about/journey and its golden copy are made of them.
type Step struct {
	From, Event, Guard, To, Decides string
	Clocks                          []string
}

// Journey is what follows what at the front door, from the tables the rules use.
func Journey() []Step {
	steps := []Step{
		{"", "a contact arrives by any route", "at least one child, named or described", "received", "anybody",
			[]string{"starts contact.decision and contact.decision.24h for each child", "starts child.identify for a child not named", "starts referral.confirmed for a phone call", "starts consent.chase when agreement is not known", "records police lateness by grade"}},
		{"received", "the contact is screened", "danger answered, rated with a reason", "screening", "screener", []string{"starts contact.danger when a child is in danger now"}},
		{"screening", "a partner is asked", "a lawful basis: agreed, suspected significant harm, or dispensed with by a manager; what and why", "awaiting information", "screener", []string{"starts request.red, request.amber or request.green"}},
		{"awaiting information", "a partner answers", "who answers, and what they know, or that they know nothing", "screening", "partner", []string{"stops the request's clock"}},
		{"screening", "the child's history is read", "a sentence on what it means", "screening", "screener or manager", nil},
	}
	for _, o := range after {
		var clocks []string
		for _, w := range o.Begins {
			clocks = append(clocks, "starts "+string(w.For)+" on "+AgencyName(w.On))
		}
		to := "open: waiting as named"
		if o.Closes {
			to = "closed"
		}
		steps = append(steps, Step{"screening", "a manager decides: " + o.Name, guardWords(o), to, "front door manager",
			append([]string{"stops contact.decision", "starts contact.feedback"}, clocks...)})
	}
	return append(steps,
		Step{"decided", "a decision is replaced", "the new decision cites the old one, with reasons", "decided again", "front door manager", []string{"withdraws what the old decision began"}},
		Step{"waiting for a worker", "a worker is proposed", "the worker's present load is shown", "proposed", "team manager", []string{"starts allocation.answer"}},
		Step{"proposed", "the worker accepts", "", "allocated", "social worker", []string{"stops allocation and allocation.answer"}},
		Step{"proposed", "the worker refuses", "a reason", "waiting for a worker", "social worker", []string{"stops allocation.answer; allocation goes on running"}},
		Step{"waiting for early help", "the provider accepts", "who says so", "early help", "front door or early help", []string{"stops earlyhelp.accepted", "starts earlyhelp.first-contact"}},
		Step{"early help", "the family is met", "who says so", "early help", "front door or early help", []string{"stops earlyhelp.first-contact", "starts earlyhelp.delivered"}},
		Step{"early help", "help given is confirmed", "who says so and what was given", "closed", "front door or early help", []string{"stops earlyhelp.delivered"}},
	)
}

func guardWords(o OutcomeInfo) string {
	g := []string{"reasons", "history read", "what changed since last time", "level of need"}
	if o.Episode == "early_help" {
		g = append(g, "the family agreed")
	}
	if o.Episode != "" && o.Code != ReferralStrategy {
		g = append(g, "it is settled who the child is")
	}
	if o.Lead {
		g = append(g, "who leads is named")
	}
	if o.Code == NFAAdvice || o.Code == NFANoRole || o.Code == Signpost {
		g = append(g, "what was considered and who was told", "a second manager where one must agree")
	}
	return strings.Join(g, "; ")
}

// JourneyTable is the journey as text, for its golden copy.
func JourneyTable() string {
	var b strings.Builder
	for _, s := range Journey() {
		from := s.From
		if from == "" {
			from = "nothing yet"
		}
		fmt.Fprintf(&b, "%s: when %s -> %s\n", from, s.Event, s.To)
		if s.Guard != "" {
			fmt.Fprintf(&b, "  needs: %s\n", s.Guard)
		}
		fmt.Fprintf(&b, "  decides: %s\n", s.Decides)
		for _, c := range s.Clocks {
			fmt.Fprintf(&b, "  %s\n", c)
		}
	}
	return b.String()
}
