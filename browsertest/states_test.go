package browsertest

import (
	"context"
	"net/http"
	"testing"
	"time"

	"frontdoor/internal/db"
	"frontdoor/internal/desk/allocations"
	"frontdoor/internal/desk/children"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/desk/enquiries"
	"frontdoor/internal/desk/meetings"
	"frontdoor/internal/desk/waiting"
	"frontdoor/internal/pathway"
	"frontdoor/internal/web"
)

var (
	aScreened = db.SQL("browsertest.screened", `
		SELECT c.ref FROM contact c WHERE c.authority_id = $1 AND c.screened_at IS NOT NULL AND c.decided_at IS NULL AND c.conceal = ''
			AND EXISTS (SELECT 1 FROM contact_child cc WHERE cc.contact_id = c.id AND cc.authority_id = c.authority_id AND cc.given <> '') ORDER BY c.received_at DESC LIMIT 1`)
	nameOfTrigger = db.SQL("browsertest.name-of-trigger", `
		SELECT cc.given || ' ' || cc.family FROM trigger_met m JOIN contact_child cc ON cc.id = m.child_id AND cc.authority_id = m.authority_id
		WHERE m.authority_id = $1 AND m.consideration_id = '' AND m.gone_at IS NULL ORDER BY m.met_at LIMIT 1`)
	healthActions = db.SQL("browsertest.health-owes", `SELECT id FROM wait WHERE authority_id = $1 AND owner_id = 'health-2' AND timescale = 'action.agreed' AND ended_at IS NULL`)
	anotherAsked  = db.SQL("browsertest.meeting-asked-last", `SELECT ref FROM discussion WHERE authority_id = $1 AND state = 'requested' ORDER BY requested_at DESC LIMIT 1`)
	aFeedbackOwed = db.SQL("browsertest.feedback-owed", `
		SELECT c.ref FROM wait w JOIN contact c ON c.id = w.contact_id AND c.authority_id = w.authority_id
		WHERE w.authority_id = $1 AND w.ended_at IS NULL AND w.timescale = 'contact.feedback' AND c.conceal = '' LIMIT 1`)
	anUnrecorded = db.SQL("browsertest.enquiry-unrecorded", `SELECT ref FROM enquiry WHERE authority_id = $1 AND state = 'open' ORDER BY started_at LIMIT 1`)
	aNamed       = db.SQL("browsertest.named", `SELECT 'given=' || given || '&family=' || family || '&age=&postcode=' FROM person WHERE authority_id = $1 AND conceal = '' AND given NOT LIKE '% %' AND family NOT LIKE '% %' AND family <> '' AND is_child AND NOT unborn ORDER BY id LIMIT 1`)
	toAllocate   = db.SQL("browsertest.to-allocate", `
		SELECT id FROM episode WHERE authority_id = $1 AND state = 'open' AND worker_id = '' AND kind = 'referral' ORDER BY id DESC LIMIT 1`)
)

// states brings about what a form waits for and the demo's month may not hold, and says
// where each is: a discussion at each step, work that was proposed, two records that were
// proposed and joined, a draft.
func (w *town) states(t *testing.T) map[string][]string {
	t.Helper()
	ctx, manager, screener := context.Background(), w.actor(t, "m.ali"), w.actor(t, "p.shah")
	met := meetings.New(w.record)
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	w.decideStrategy(t)
	offered, _ := w.invited(t)
	fixed, _ := w.invited(t)
	ok(met.Schedule(ctx, manager, fixed, now.Add(90*time.Minute), "By video", w.meeting(t, fixed).Version))
	held, _ := w.invited(t)
	w.heldBy(t, held, "m.ali")
	first := w.one(t, anotherAsked)
	w.heldBy(t, first, "m.ali")
	decided := w.decidedMeeting(t)

	running := w.running(t)
	ok(enquiries.New(w.record).Agree(ctx, manager, running, pathway.EnquiryAction{Kind: pathway.ChildSeen, On: pathway.SocialWork, By: now.Add(24 * time.Hour)}))
	found, _, err := enquiries.New(w.record).Open(ctx, manager, w.one(t, anUnrecorded))
	ok(err)
	ok(enquiries.New(w.record).Found(ctx, w.actor(t, "s.clarke"), found.Ref, pathway.Finding{Outcome: pathway.EnquiryOutcomes()[0].Code, Analysis: "The injury and the history agree", Siblings: "Seen and well", OpenWhy: "The officer is away"}, found.Version))
	ok(allocations.New(w.record).Propose(ctx, manager, w.one(t, toAllocate), "r.nowak", 3))

	kids := children.New(w.record)
	list, err := kids.Duplicates(ctx, manager)
	ok(err)
	var pairs []string
	for _, p := range list.Rows {
		if p.State == pathway.PairSuggested && p.Masked == "" && len(pairs) < 2 {
			id, err := kids.Propose(ctx, screener, children.Proposed{Keep: p.One.Ref, Join: p.Other.Ref, Why: "The school knows the child by both names"})
			ok(err)
			pairs = append(pairs, id)
		}
	}
	if len(pairs) < 2 {
		t.Fatalf("the weekly search of the demo suggests %d pairs, want two", len(pairs))
	}
	ok(kids.Agree(ctx, manager, pairs[1], 0, ""))

	for _, wait := range w.healthOwes(t) { // and then health owes no action, and what was asked of them can be closed
		ok(waiting.New(w.record).Happened(ctx, manager, wait, "Y. Kaur, health visitor", "Seen at home"))
	}

	draft, err := w.signedIn(t, "").Post(w.url+web.PathReport, "application/x-www-form-urlencoded", http.NoBody)
	ok(err)
	ok(draft.Body.Close())
	return map[string][]string{
		"":         {draft.Request.URL.Path},
		"p.shah":   {web.ContactPath(w.one(t, aFeedbackOwed), "feedback")},
		"m.ali":    {"/links/" + w.one(t, aPeer) + "?" + w.one(t, aNamed), "/enquiries", web.MeetingPath(fixed, ""), web.MeetingPath(held, "decision"), web.MeetingPath(first, "decision"), web.EnquiryPath(running, ""), web.EnquiryPath(found.Ref, "authority"), web.DuplicatePath(pairs[0], "join"), web.DuplicatePath(pairs[1], "part")},
		"s.clarke": {"/meetings", web.MeetingPath(fixed, ""), "/enquiries"},
		"b.tanner": {web.MeetingPath(offered, ""), web.MeetingPath(decided, "")},
		"r.nowak":  {"/my-work"},
		"h.lawal":  {"/escalations/health-2/action.agreed/close"},
	}
}

// healthOwes are the waits on actions that the hospital undertook.
func (w *town) healthOwes(t *testing.T) []string {
	t.Helper()
	owed, err := w.all(healthActions)
	if err != nil || len(owed) == 0 {
		t.Fatalf("health owes %d actions: %v", len(owed), err)
	}
	return owed
}

// decideStrategy decides a contact towards a strategy discussion that nobody has begun.
func (w *town) decideStrategy(t *testing.T) {
	t.Helper()
	ctx, who, ref := context.Background(), w.actor(t, "j.okoro"), w.one(t, anyUndecided)
	p, err := w.desk.Open(ctx, who, ref)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.desk.ReadHistory(ctx, who, ref, "The second this year"); err != nil {
		t.Fatal(err)
	}
	var all []contacts.ForChild
	for _, k := range p.Contact.Kids {
		one := contacts.ForChild{Child: k.ID}
		one.Outcome, one.Rationale, one.Level, one.Changed = "referral_strategy", "A child was hurt", "4", "An injury"
		one.UnansweredWhy = "A child who was hurt cannot wait"
		all = append(all, one)
	}
	if err := w.desk.Decide(ctx, who, ref, all); err != nil {
		t.Fatal(err)
	}
}

// decidedMeeting is a discussion that decided on enquiries; nobody has signed its record.
func (w *town) decidedMeeting(t *testing.T) string {
	t.Helper()
	ref, _ := w.invited(t)
	w.heldBy(t, ref, "m.ali")
	m := w.meeting(t, ref)
	d := pathway.Settled{Points: map[string]string{}, Why: map[string]string{}}
	for _, p := range pathway.AgendaFor(m.Kind) {
		d.Points[p.Key] = "What the agencies know together"
		if len(p.Options) > 0 {
			d.Points[p.Key], d.Why[p.Key] = p.Options[0].Value, "On what they know together"
		}
	}
	d.Points["medical"], d.Points["legal"] = "no", "no"
	d.Actions = []pathway.Action{{Child: m.Kids[0].ID, What: "Speak to the neighbour", On: pathway.Police, By: now.Add(72 * time.Hour)}}
	if err := meetings.New(w.record).Decide(context.Background(), w.actor(t, "m.ali"), ref, d, m.Version); err != nil {
		t.Fatal(err)
	}
	return ref
}
