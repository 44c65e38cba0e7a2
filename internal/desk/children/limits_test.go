package children_test

import (
	"reflect"
	"testing"
	"time"

	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/desk/children"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/timescale"

	"frontdoor/internal/desk/contacts"
)

// tighter is a decision within half a day, from the sixth day after the test begins.
const tighter = `
[[timescale]]
key = "contact.decision.24h"
id = "FD1b"
name = "Decision, counted in hours"
source = "Local practice: half a day"
strength = "L"
checked = true
starts = "a contact is received"
stops = "a manager decides"
waits_on = "front_door"
length = 12
unit = "hours"
warn = "1h"
from = 2026-01-26
reviewed = 2026-01-20
note = ""
tell = { warn = ["front_door_manager"], breach = ["front_door_manager"], twice = ["director"] }
`

// Not compliant with "Working Together" (finding 28): a rule is data with its source, how
// it was kept is worked out for each child, and switching the version of a rule computes
// again only what happened after its date.
func TestSwitchingARuleChangesOnlyWhatCameAfterItsDate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newKin(t, d)
		_, ref := h.recorded(ana)
		h.later(20 * time.Hour)
		before, err := h.desk.Limits(ctx, h.who["manager"], ref)
		h.must(err)
		old := limit(t, before, timescale.ContactDecision24h)
		if old.State != "running" || old.Source == "" || old.Strength == "" || old.Length != "24 hours" {
			t.Fatalf("before: %+v", old)
		}
		set, err := h.record.Timescales.WithOverlay([]byte(tighter))
		h.must(err)
		h.record.Timescales = set
		after, err := h.desk.Limits(ctx, h.who["manager"], ref)
		h.must(err)
		if !reflect.DeepEqual(before.Limits, after.Limits) {
			t.Errorf("switching the rule changed what had started before:\n%v\n%v", before.Limits, after.Limits)
		}
		h.later(10 * 24 * time.Hour)
		_, other := h.recorded(person.Described{Given: "Omar", Family: "Nasr", Born: ana.Born.AddDays(400)})
		h.later(20 * time.Hour)
		p, err := h.desk.Limits(ctx, h.who["manager"], other)
		h.must(err)
		if got := limit(t, p, timescale.ContactDecision24h); got.State != "running late" || got.Length != "12 hours" || got.Rule == old.Rule {
			t.Errorf("a contact after the date: %+v, want twelve hours and late", got)
		}
		p, err = h.desk.Limits(ctx, h.who["manager"], ref)
		h.must(err)
		if got := limit(t, p, timescale.ContactDecision24h); got.State != "running late" || got.Due != old.Due || got.Rule != old.Rule {
			t.Errorf("a contact before the date: %+v, want the old limit, passed", got)
		}
		if len(p.Sheet().Rows) != len(p.Limits) {
			t.Error("the file has other rows than the page")
		}
	})
}

func limit(t *testing.T, p *children.LimitsPage, k timescale.Key) children.Limit {
	t.Helper()
	for _, l := range p.Limits {
		if l.Key == k {
			return l
		}
	}
	t.Fatalf("%s is not among the %d limits of the child", k, len(p.Limits))
	return children.Limit{}
}

// A limit is kept when what happened was in time, whenever it was written down, and one
// that was withdrawn is neither kept nor late.
func TestLimitsOfAChild(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newKin(t, d)
		contact, ref := h.recorded(ana)
		h.must(h.contacts.Screen(ctx, h.who["screener"], contact, pathway.Screen{Danger: "no", RAG: "green", RAGReason: "Seen well"}, versionOf(h, contact)))
		h.must(h.contacts.ReadHistory(ctx, h.who["screener"], contact, "Nothing before"))
		p, err := h.contacts.Open(ctx, h.who["manager"], contact)
		h.must(err)
		h.must(h.contacts.Decide(ctx, h.who["manager"], contact, []contacts.ForChild{{Child: p.Contact.Kids[0].ID, Decision: pathway.Decision{Outcome: pathway.ReferralAssessment,
			Rationale: "An assessment is needed", Level: "3", Changed: "More calls", Evidence: "The call", Told: "The caller"}}}))
		x, err := h.desk.Limits(ctx, h.who["manager"], ref)
		h.must(err)
		if got := limit(t, x, timescale.ContactDecision24h); got.State != "kept" || got.Happened.IsZero() {
			t.Errorf("a decision at once: %+v, want it kept", got)
		}
		h.later(90 * 24 * time.Hour)
		x, err = h.desk.Limits(ctx, h.who["manager"], ref)
		h.must(err)
		if got := limit(t, x, timescale.Assessment); got.State != "running late" {
			t.Errorf("an assessment after ninety days: %+v, want it running late", got)
		}
		if n := x.Kept("kept") + x.Kept("late") + x.Kept("running") + x.Kept("running late") + x.Kept("withdrawn"); n != len(x.Limits) {
			t.Errorf("the states add up to %d of %d", n, len(x.Limits))
		}
	})
}

func versionOf(h *kin, contact string) int64 {
	p, err := h.contacts.Open(ctx, h.who["manager"], contact)
	h.must(err)
	return p.Contact.Version
}
