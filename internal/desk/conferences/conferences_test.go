package conferences_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/desk/conferences"
	"frontdoor/internal/pathway"
	"frontdoor/internal/refusal"
	"frontdoor/internal/towntest"
)

var (
	ctx    = context.Background()
	monday = civil.DateOf(2026, 11, 23).AtTime(9, 0)
	plans  = db.SQL("conferences_test.decisions", `SELECT count(*) FROM conference_child WHERE authority_id = 'x' AND plan <> ''`)
)

// needed is a town in which an enquiry found that a conference is needed.
func needed(t *testing.T, d *db.DB) (*towntest.Town, *conferences.Desk, towntest.Case) {
	w := towntest.Build(t, d, monday)
	c := w.Notified("Ana")
	w.Discussed(c.Contact)
	ref := w.Enquired(c.Child)
	e, _, err := w.Enquiries.Open(ctx, w.Who["other"], ref)
	w.Must(err)
	w.Must(w.Enquiries.Authorise(ctx, w.Who["other"], ref, towntest.Agreed(), e.Version))
	return w, conferences.New(w.Record), c
}

func booked(w *towntest.Town, d *conferences.Desk, c towntest.Case) *conferences.Conference {
	w.T.Helper()
	ref, err := d.Begin(ctx, w.Who["chair"], c.Contact, pathway.InitialKind)
	w.Must(err)
	x, _, err := d.Open(ctx, w.Who["chair"], ref)
	w.Must(err)
	w.Must(d.Book(ctx, w.Who["chair"], ref, pathway.Booking{At: w.Now().Add(7 * 24 * time.Hour), Chair: "The chair", Independent: true}, x.Version))
	x, _, err = d.Open(ctx, w.Who["chair"], ref)
	w.Must(err)
	return x
}

func held(w *towntest.Town, x *conferences.Conference) pathway.Conferred {
	h := pathway.Conferred{At: w.Now(), Parents: "Both spoke", ChildPart: "Her letter was read", There: []pathway.Member{{Agency: pathway.SocialWork, Name: "The social worker", Direct: true},
		{Agency: pathway.School, Name: "The teacher", Direct: true}, {Agency: pathway.Health, Name: "The nurse", Direct: true}}}
	for _, k := range x.Kids {
		h.Decisions = append(h.Decisions, pathway.ForPlan{Child: k.Child, Plan: "yes", Category: "neglect", Why: "Nothing has lasted", Outline: "Fed, warm, at school", Lead: "The worker", CoreGroup: "Parents, school, health",
			Review: w.Now().Add(80 * 24 * time.Hour).Date()})
	}
	return h
}

// Two people record one conference at once: one record stands, and the plan's waits begin
// once. One who held an older page is told.
func TestAConferenceIsHeldOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, desk, c := needed(t, d)
		x := booked(w, desk, c)
		w.Refused(desk.Book(ctx, w.Who["chair"], x.Ref, pathway.Booking{At: w.Now().Add(8 * 24 * time.Hour), Chair: "Another", Independent: true}, x.Version-1), refusal.Conflict)
		w.Later(7 * 24 * time.Hour)
		h := held(w, x)
		won := make(chan error, 2)
		for range 2 {
			go func() { won <- desk.Hold(ctx, w.Who["chair"], x.Ref, h, x.Version) }()
		}
		first, second := <-won, <-won
		if (first == nil) == (second == nil) {
			t.Errorf("both or neither stands: %v, %v", first, second)
		}
		for _, step := range []string{"core-group.first", "plan.visit"} {
			if n := w.Waits(step); n != 1 {
				t.Errorf("%d waits for %s, want 1", n, step)
			}
		}
		if n := w.Waits("conference.initial"); n != 0 {
			t.Error("the conference that was held is still waited for")
		}
		if n := w.Count(plans); n != 1 {
			t.Errorf("%d decisions about a plan, want 1", n)
		}
	})
}

// What is refused leaves nothing half written: the conference is still to be held, with
// its clock, and nobody has a plan.
func TestARefusedRecordLeavesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, desk, c := needed(t, d)
		x := booked(w, desk, c)
		w.Later(7 * 24 * time.Hour)
		for _, spoil := range []func(*pathway.Conferred){
			func(h *pathway.Conferred) { h.There = h.There[:1] },
			func(h *pathway.Conferred) { h.Decisions = nil },
			func(h *pathway.Conferred) { h.Decisions[0].Category = "" },
			func(h *pathway.Conferred) { h.Decisions[0].Plan = "" },
			func(h *pathway.Conferred) { h.At = w.Now().Add(time.Hour) },
		} {
			h := held(w, x)
			spoil(&h)
			w.Refused(desk.Hold(ctx, w.Who["chair"], x.Ref, h, x.Version), refusal.Invalid)
		}
		if w.Waits("conference.initial") != 1 || w.Waits("core-group.first") != 0 || w.Count(plans) != 0 {
			t.Error("a refused record left something behind")
		}
		w.Must(desk.Hold(ctx, w.Who["chair"], x.Ref, held(w, x), x.Version))
	})
}

// A restricted child's conference is on no list and no page of a chair who is not named.
func TestARestrictedChildConcealsTheConference(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, desk, c := needed(t, d)
		x := booked(w, desk, c)
		w.Serve(desk)
		if _, body := w.Get("chair", "/conferences"); !strings.Contains(body, x.Ref) {
			t.Fatal("the conference is not listed before")
		}
		w.Close(c.Person)
		const absent = "CP-26-NONE00"
		for _, part := range []string{"", "/book", "/held", "/adjourn"} {
			code, body := w.Get("chair", "/conferences/"+x.Ref+part)
			none, nothing := w.Get("chair", "/conferences/"+absent+part)
			if code != none || strings.ReplaceAll(body, x.Ref, "") != strings.ReplaceAll(nothing, absent, "") {
				t.Errorf("%q: %d, and %d for one that does not exist", part, code, none)
			}
		}
		for _, path := range []string{"/conferences", "/conferences.csv", "/conferences.json"} {
			if _, body := w.Get("chair", path); strings.Contains(body, "Ana") || strings.Contains(body, x.Ref) {
				t.Errorf("%s leads to the child", path)
			}
		}
		if w.Waits("conference.initial") != 1 {
			t.Error("the clock of a restricted child's conference stopped")
		}
	})
}

// Who manages the work does not chair it, and a partner books nothing.
func TestOnlyAChairHolds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, desk, c := needed(t, d)
		x := booked(w, desk, c)
		w.Later(7 * 24 * time.Hour)
		for _, id := range []string{"worker", "officer", "nurse", "stranger", "analyst", "administrator", "screener"} {
			err := desk.Hold(ctx, w.Who[id], x.Ref, held(w, x), x.Version)
			if k := refusal.KindOf(err); err == nil || k != refusal.Denied && k != refusal.NotFound {
				t.Errorf("%s held a conference: %v", id, err)
			}
		}
		w.Must(desk.Hold(ctx, w.Who["chair"], x.Ref, held(w, x), x.Version))
	})
}
