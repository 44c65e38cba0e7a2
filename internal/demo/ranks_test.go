package demo_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"frontdoor/internal/access"
	"frontdoor/internal/demo"
	"frontdoor/internal/desk/escalations"
	"frontdoor/internal/desk/partners"
	"frontdoor/internal/desk/waiting"
	"frontdoor/internal/escalation"
	"frontdoor/internal/record"
	"frontdoor/internal/timescale"
)

// owed holds the list of what each agency owes against what was planted at it, and against
// what the council waits for: each rank of the force sees the same items.
func owed(t *testing.T, built *demo.Built, r *record.Record) {
	t.Helper()
	ctx, truth := context.Background(), built.Truth
	manager := persona(t, built, r, access.FrontDoorManager)
	desk := partners.New(r)
	asked, err := escalations.New(r).List(ctx, manager)
	if err != nil {
		t.Fatal(err)
	}
	read := func(who access.Actor) []partners.OwedItem {
		o, err := desk.Owed(ctx, who)
		if err != nil {
			t.Fatalf("what %s owes: %v", who.Name, err)
		}
		return o.Rows
	}
	for _, role := range []access.Role{access.PoliceSenior, access.PoliceOfficer, access.PoliceTriage, access.PoliceReferral} {
		who := persona(t, built, r, role)
		rows, taken, names := read(who), 0, 0
		all, err := waiting.New(r).List(ctx, manager, waiting.Filter{Owner: "police"}, waiting.Cursor{}, -1)
		if err != nil {
			t.Fatal(err)
		}
		var got, want []string
		for _, x := range rows {
			if x.Kind == "escalation" {
				got = append(got, "escalated "+string(x.Step)+" "+x.Due.String())
			} else {
				got = append(got, x.Item)
			}
			if x.Officer == truth.Owing.Officer {
				taken++
			}
			if x.Child != "" {
				names++
			}
		}
		for _, x := range all.Rows {
			if !x.Masked || strings.HasPrefix(string(x.Step), "request.") {
				want = append(want, x.ID)
			}
		}
		for _, x := range asked.Rows(escalations.Filter{}) {
			if x.PartnerID == "police" && x.State != escalation.Answered {
				want = append(want, "escalated "+x.StepKey+" "+x.By.String())
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %d items are owed, and the council sees %d", role, len(got), len(want))
		}
		equal(t, string(role)+": items an officer was asked to take", taken, truth.Owing.Asked)
		equal(t, string(role)+": is told a name", names > 0, role == access.PoliceOfficer || role == access.PoliceReferral)
	}
	// Of the planted partners each action left undone is owed, and nothing else of its kind.
	children := map[string]int{}
	for _, e := range truth.Escalations {
		if !e.Closed {
			children[e.Partner] += e.Children
		}
	}
	for partner, n := range children {
		who := access.Actor{ID: "guest", Authority: built.Authority, AgencyID: partner, Roles: []access.Role{access.Referring}}
		actions := 0
		for _, x := range read(who) {
			if x.Step == timescale.ActionAgreed && x.Kind == "action" {
				actions++
			}
		}
		equal(t, "actions that "+partner+" owes", actions, n)
	}
}
