package browsertest

import (
	"context"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/desk/meetings"
	"frontdoor/internal/pathway"
	"frontdoor/internal/web"

	"github.com/chromedp/chromedp"
)

// aKnown is a child with whom somebody works, about whom no discussion is waited for and no
// enquiry runs.
var aKnown = db.SQL("browsertest.child-with-worker", `
	SELECT p.ref FROM episode e JOIN person p ON p.id = e.person_id AND p.authority_id = e.authority_id
	WHERE e.authority_id = $1 AND e.state = 'open' AND e.kind = 'referral' AND p.conceal = ''
		AND NOT EXISTS (SELECT 1 FROM wait w WHERE w.child_id = e.child_id AND w.authority_id = e.authority_id AND w.ended_at IS NULL AND w.timescale LIKE 'strategy.%')
		AND NOT EXISTS (SELECT 1 FROM enquiry q WHERE q.child_id = e.child_id AND q.authority_id = e.authority_id AND q.state <> 'authorised')
	ORDER BY e.decided_at DESC, p.ref LIMIT 1`)

// invited is a discussion to which the police are invited, with the seat of the police.
func (w *town) invited(t *testing.T) (ref, seat string) {
	t.Helper()
	ctx, manager, desk := context.Background(), w.actor(t, "m.ali"), meetings.New(w.record)
	ref, err := desk.Request(ctx, manager, w.one(t, aKnown), pathway.StrategyRequest{Suspected: "A new bruise", Category: "physical", Kind: pathway.FurtherStrategy, Manager: true})
	if err != nil {
		t.Fatal(err)
	}
	m, _, err := desk.Open(ctx, manager, ref)
	if err != nil {
		t.Fatal(err)
	}
	c := meetings.Convening{Slots: []civil.Instant{now.Add(2 * time.Hour)}, Place: "By video", Needs: m.Needs, Version: m.Version}
	for _, s := range m.Invited {
		if s.Agency != pathway.SocialWork && s.Owner != "" {
			c.Invite = append(c.Invite, meetings.Invitation{Seat: s.ID, Part: s.Part, Organisation: s.Owner, Email: s.Email})
		}
		if s.Part == pathway.PartPolice {
			seat = s.ID
		}
	}
	if _, err := desk.Convene(ctx, manager, ref, c); err != nil {
		t.Fatal(err)
	}
	return ref, seat
}

func (w *town) meeting(t *testing.T, ref string) *meetings.Meeting {
	t.Helper()
	m, _, err := meetings.New(w.record).Open(context.Background(), w.actor(t, "m.ali"), ref)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestTwoAgenciesOnOneMeetingAtOnce has a police officer and a manager of the council on
// one discussion in two browsers at the same time. What the one sends is not lost by what
// the other records; whoever is second is told, and finds what they typed.
func TestTwoAgenciesOnOneMeetingAtOnce(t *testing.T) {
	council, police := browser(t), browser(t)
	w := newTown(t)
	ref, seat := w.invited(t)
	w.signIn(t, council, "m.ali")
	w.signIn(t, police, "b.tanner")
	pause := chromedp.Sleep(500 * time.Millisecond)
	path := w.url + web.MeetingPath(ref, "")
	id := func(name string) string { return `[id="` + name + "-" + seat + `"]` }

	// Both have the discussion before them. The manager writes who was there; the officer
	// answers first.
	var page string
	must(t, council, chromedp.Navigate(path+"/held"), chromedp.WaitReady("main"), chromedp.SetValue(id("name"), "DS Hill, for the police, as I wrote it"))
	must(t, police, chromedp.Navigate(path), chromedp.WaitReady("main"), chromedp.Click(`[id="comes-`+seat+`-yes"]`), chromedp.SendKeys(id("name"), "DS Hill, detective sergeant"),
		chromedp.Submit(id("name")), pause, chromedp.WaitReady("main"), chromedp.OuterHTML("main", &page))
	if !strings.Contains(page, "Will come, answered") {
		t.Errorf("the officer’s answer is not shown: %.300s", page)
	}
	// The manager’s form lacks what is needed: it is refused, and what was typed stays.
	must(t, council, chromedp.Submit(id("name")), pause, chromedp.WaitReady("main"), chromedp.OuterHTML("main", &page))
	if !strings.Contains(page, "DS Hill, for the police, as I wrote it") || !strings.Contains(page, "There is a problem") {
		t.Errorf("what the manager typed is lost: %.300s", page)
	}
	if s := seatOf(w.meeting(t, ref), seat); s.Comes != "yes" || s.Name != "DS Hill, detective sergeant" {
		t.Errorf("the officer’s answer became %q by %q", s.Comes, s.Name)
	}

	// A second manager mends the record while the first types what was decided.
	w.heldBy(t, ref, "j.okoro")
	must(t, council, chromedp.Navigate(path+"/decision"), chromedp.WaitReady("main"), chromedp.SendKeys("#facts-police", "Two calls, which I typed for ten minutes"))
	w.heldBy(t, ref, "j.okoro")
	must(t, council, chromedp.Submit("#facts-police"), pause, chromedp.WaitReady("main"), chromedp.OuterHTML("main", &page))
	if !strings.Contains(page, "Two calls, which I typed for ten minutes") {
		t.Error("what the first manager typed is lost")
	}
	if m := w.meeting(t, ref); m.State != pathway.StrategyHeld {
		t.Errorf("the discussion is %s: a form made of an older record decided it", m.State)
	}

	// The officer answers a second discussion while it is recorded as held: told so, and
	// the words are still there.
	other, seat := w.invited(t)
	id = func(name string) string { return `[id="` + name + "-" + seat + `"]` }
	must(t, police, chromedp.Navigate(w.url+web.MeetingPath(other, "")), chromedp.WaitReady("main"), chromedp.Click(`[id="comes-`+seat+`-no"]`), chromedp.SendKeys(id("reason"), "We are at the scene until four"))
	w.heldBy(t, other, "m.ali")
	must(t, police, chromedp.Submit(id("reason")), pause, chromedp.WaitReady("main"), chromedp.OuterHTML("main", &page))
	for _, want := range []string{"fd-changed", "This discussion has been held", "We are at the scene until four"} {
		if !strings.Contains(page, want) {
			t.Errorf("the officer who was second is not shown %q", want)
		}
	}
	if s := seatOf(w.meeting(t, other), seat); s.Attendance != pathway.Attended {
		t.Errorf("the record of who was there was lost: %q", s.Attendance)
	}
}

func seatOf(m *meetings.Meeting, id string) meetings.Seat {
	for _, s := range m.Invited {
		if s.ID == id {
			return s
		}
	}
	return meetings.Seat{}
}

// heldBy records that everybody was at a discussion.
func (w *town) heldBy(t *testing.T, ref, user string) {
	t.Helper()
	m := w.meeting(t, ref)
	h := meetings.Holding{At: now, Mode: "video", Needs: m.Needs, Version: m.Version}
	for _, s := range m.Invited {
		h.There = append(h.There, meetings.There{Seat: s.ID, Attendance: pathway.Attended, Name: "Somebody of theirs", Decides: true})
	}
	if err := meetings.New(w.record).Hold(context.Background(), w.actor(t, user), ref, h); err != nil {
		t.Fatal(err)
	}
}
