package demo

import (
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/pathway"
	"frontdoor/internal/refusal"
)

// investigations are the enquiries that are still to go wrong (PF19).
type investigations struct{ criteria, undecided, suspects, victims, n int }

// investigate plans an enquiry about one child: opened in an hour or two, decided
// together or not, each action done or promised and not done, then its outcome.
func (b *builder) investigate(contact, child string, late bool) {
	begin := func(worker access.Actor) (string, error) { return b.enquiries.Begin(b.ctx, worker, child) }
	started := b.now // with the discussion, whenever somebody opens it
	b.when(b.now.Add(b.hours(0.5, 2)), func() error {
		b.out.Truth.PF5.LateEnquiries += one(late)
		return b.investigateFrom(contact, begin, started, 0, true)
	})
}

// investigateFrom begins an enquiry and plans what becomes of it; its outcome waits for
// so long at least. Only those that a discussion decided have faults planted in them.
func (b *builder) investigateFrom(contact string, begin func(access.Actor) (string, error), started civil.Instant, wait time.Duration, planted bool) error {
	left := b.opt.Now.Sub(b.now)
	i := &b.investigated
	third := planted && b.third()
	criteria := planted && !third && i.criteria > 0 && left > 14*24*time.Hour
	undecided, suspect, victim := false, false, false
	if criteria {
		i.criteria--
		undecided = i.undecided > 0 && i.criteria%5 < 2 || i.undecided > i.criteria
		suspect = i.suspects > 0 && i.criteria%6 == 1 || i.suspects > i.criteria
		victim = i.victims > 0 && i.criteria%7 == 3 || i.victims > i.criteria
		for _, x := range []struct {
			yes  bool
			left *int
		}{{undecided, &i.undecided}, {suspect, &i.suspects}, {victim, &i.victims}} {
			if x.yes {
				*x.left--
			}
		}
		t := &b.out.Truth.PF19
		t.Criteria++
		t.Undecided += one(undecided)
		t.Suspects += one(suspect)
		t.Victims += one(victim)
	}
	worker := b.who["m.ali"]
	begun := b.now
	ref, err := begin(worker)
	if err != nil {
		return wrap("begin an enquiry of "+contact, err)
	}
	v := pathway.JointView{Agency: pathway.SocialWork, By: "S. Clarke, team manager", View: "joint"}
	police := pathway.JointView{Agency: pathway.Police, By: "The detective sergeant on duty", View: "joint"}
	alone := third
	switch {
	case criteria:
		v.Criteria = []string{"injury", "offence"}
	case alone:
		reason := aloneFor[b.out.Truth.Single.N%len(aloneFor)]
		v.View, v.Reason, police.View, police.Reason = "single", reason, "single", reason
		if reason == "police_silent" {
			undecided = true
		}
		t := &b.out.Truth.Single
		t.N++
		t.Reasons[reason]++
		t.Weeks[weekOf(started)]++
	}
	if err := b.enquiries.Together(b.ctx, worker, ref, v); err != nil {
		return wrap("say joint for "+ref, err)
	}
	for _, a := range []pathway.EnquiryAction{
		{Kind: pathway.ChildSeen, On: pathway.SocialWork, By: b.now.Add(22 * time.Hour)},
		{Kind: pathway.ChildSpoken, On: pathway.SocialWork, By: b.now.Add(46 * time.Hour)},
		{Kind: pathway.SuspectSpoken, On: pathway.Police, By: b.now.Add(70 * time.Hour)},
	} {
		if err := b.enquiries.Agree(b.ctx, worker, ref, a); err != nil {
			return wrap("agree an action of "+ref, err)
		}
	}
	if !undecided {
		b.when(begun.Add(b.hours(1, 12)), func() error {
			return wrap("police say", b.enquiries.Together(b.ctx, worker, ref, police))
		})
	}
	done := func(kind pathway.ActionKind, from, to float64, by, how string) {
		b.when(begun.Add(b.hours(from, to)), func() error { return b.actionDone(worker, ref, kind, by, how) })
	}
	done(pathway.ChildSeen, 2, 20, "The social worker", "Seen alone at school")
	if !victim {
		done(pathway.ChildSpoken, 3, 40, "The social worker", "“I hid upstairs with the dog.”")
	}
	if !suspect {
		done(pathway.SuspectSpoken, 5, 60, "The officer in the case", "At the station, with a solicitor")
	}
	found := begun.Add(max(wait, 0) + b.hours(24*5, 24*9))
	b.when(found, func() error { return b.found(worker, ref) })
	b.when(found.Add(b.hours(2, 20)), func() error {
		a := pathway.Authority{Agencies: map[pathway.Agency]string{pathway.Police: "agrees", pathway.Health: "agrees"}, Why: map[pathway.Agency]string{}}
		e, _, err := b.enquiries.Open(b.ctx, b.who["j.okoro"], ref)
		if err != nil {
			return wrap("open "+ref, err)
		}
		if err := b.enquiries.Authorise(b.ctx, b.who["j.okoro"], ref, a, e.Version); err != nil {
			return wrap("authorise "+ref, err)
		}
		if e.Outcome == "conference" {
			b.confer(e.Contact)
		}
		return nil
	})
	return nil
}

// aloneFor are why social care investigates alone, in turn.
var aloneFor = []string{"no_offence", "police_silent", "no_offence", "nobody_free", "police_declined"}

// third is one enquiry in three: social care does it alone, and its facts do not ask for
// both agencies.
func (b *builder) third() bool {
	b.investigated.n++
	return b.investigated.n%3 == 1
}

// weekOf is the Monday of a week.
func weekOf(t civil.Instant) string {
	d := t.Date()
	for d.Weekday() != time.Monday {
		d = d.AddDays(-1)
	}
	return d.String()
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

func (b *builder) actionDone(who access.Actor, ref string, kind pathway.ActionKind, by, how string) error {
	e, _, err := b.enquiries.Open(b.ctx, who, ref)
	if err != nil {
		return wrap("open "+ref, err)
	}
	for _, a := range e.Deeds {
		if a.Kind == kind && a.Open() {
			b.did(e.Child, kind != pathway.SuspectSpoken, true)
			return wrap("record an action of "+ref, b.enquiries.Do(b.ctx, who, ref, pathway.Deed{Action: a.ID, At: b.now, By: by, How: how}))
		}
	}
	return nil
}

// found uses or sets aside what happened before and records the outcome.
func (b *builder) found(who access.Actor, ref string) error {
	e, _, err := b.enquiries.Open(b.ctx, who, ref)
	if err != nil {
		return wrap("open "+ref, err)
	}
	for i, v := range e.Events {
		how, why := "cited", "The same worry, told earlier by somebody else"
		if i%3 == 2 {
			how, why = "set_aside", "About another matter, and closed with the family's agreement"
		}
		if err := b.enquiries.Use(b.ctx, who, ref, v.ID, how, why); err != nil {
			return wrap("use an event of "+ref, err)
		}
	}
	if e, _, err = b.enquiries.Open(b.ctx, who, ref); err != nil {
		return wrap("open "+ref, err)
	}
	outcomes := []pathway.EnquiryOutcome{"conference", "conference", "substantiated_plan", "not_substantiated_support", "not_substantiated_support"}
	f := pathway.Finding{Outcome: outcomes[b.rng.IntN(len(outcomes))], Analysis: "What the school saw, what the child said and the two earlier calls fit together", Siblings: "Seen and spoken to; the same worries hold for them"}
	if e.OpenEvidence() > 0 {
		f.OpenWhy = "Promised, and not done by its date; it stays on the list"
	}
	return wrap("record the outcome of "+ref, b.enquiries.Found(b.ctx, who, ref, f, e.Version))
}

// confer books and holds the conference of a family, when it is not under way already.
func (b *builder) confer(contact string) {
	chair := b.who["b.fox"]
	ref := ""
	b.when(b.now.Add(b.hours(1, 6)), func() error {
		l, err := b.conferences.Conferences(b.ctx, chair)
		if err != nil {
			return wrap("list conferences", err)
		}
		waits := false
		for _, x := range l.ToBook {
			waits = waits || x.Contact == contact
		}
		if !waits {
			return nil
		}
		if ref, err = b.conferences.Begin(b.ctx, chair, contact, pathway.InitialKind); err != nil {
			return wrap("begin a conference", err)
		}
		c, _, err := b.conferences.Open(b.ctx, chair, ref)
		if err != nil {
			return wrap("open "+ref, err)
		}
		return wrap("book "+ref, b.conferences.Book(b.ctx, chair, ref, pathway.Booking{At: b.now.Add(5 * 24 * time.Hour), Chair: chair.Name, Independent: true, LateWhy: "The first day on which the family and two agencies could come"}, c.Version))
	})
	b.when(b.now.Add(b.hours(24*5+7, 24*6)), func() error {
		if ref == "" {
			return nil
		}
		return b.conferred(chair, ref)
	})
}

func (b *builder) conferred(chair access.Actor, ref string) error {
	c, _, err := b.conferences.Open(b.ctx, chair, ref)
	if err != nil {
		return wrap("open "+ref, err)
	}
	h := pathway.Conferred{At: b.now, Parents: "Both came and spoke", ChildPart: "The advocate read what the children had written",
		There: []pathway.Member{{Agency: pathway.SocialWork, Name: "The social worker and the team manager", Direct: true}, {Agency: pathway.School, Name: "The safeguarding lead", Direct: true}, {Agency: pathway.Health, Name: "The health visitor", Direct: true}}}
	for _, k := range c.Kids {
		p := pathway.ForPlan{Child: k.Child, Plan: "yes", Category: pathway.Categories[b.rng.IntN(len(pathway.Categories))], Why: "Nothing that was tried has lasted", Outline: "Fed, warm and at school each day; nobody shouts at night",
			Lead: "R. Nowak", CoreGroup: "The parents, the school, the health visitor", Review: b.now.Date().AddDays(80)}
		if b.chance(20) {
			p = pathway.ForPlan{Child: k.Child, Plan: "no", Why: "The father has left and the aunt has moved in", After: "in_need"}
		}
		h.Decisions = append(h.Decisions, p)
	}
	b.review(c.Contact, b.hours(24*66, 24*72))
	return wrap("hold "+ref, b.conferences.Hold(b.ctx, chair, ref, h, c.Version))
}

// Reviews is what became of the reviews of plans.
type Reviews struct {
	Held  int `json:"held"`
	Late  int `json:"held_after_the_agreed_day"`
	Ended int `json:"plans_that_a_review_ended"`
}

// review plans the review of a family's plans: booked, and held in time or some days late.
func (b *builder) review(contact string, after time.Duration) {
	chair := b.who["b.fox"]
	booked := b.now.Add(after)
	held := booked.Add(b.hours(24*6, 24*7))
	if b.chance(20) {
		held = booked.Add(b.hours(24*16, 24*18))
	}
	ref := ""
	b.when(booked, func() error {
		var err error
		if ref, err = b.conferences.Begin(b.ctx, chair, contact, pathway.ReviewKind); err != nil {
			if refusal.KindOf(err) == refusal.Conflict {
				return nil // no child of the family is on a plan, or it is booked already
			}
			return wrap("begin a review", err)
		}
		c, _, err := b.conferences.Open(b.ctx, chair, ref)
		if err != nil {
			return wrap("open "+ref, err)
		}
		return wrap("book "+ref, b.conferences.Book(b.ctx, chair, ref, pathway.Booking{At: held, Chair: chair.Name, Independent: true, LateWhy: "The first day on which the family and two agencies could come"}, c.Version))
	})
	b.when(held, func() error {
		if ref == "" {
			return nil
		}
		return b.reviewed(chair, ref)
	})
}

func (b *builder) reviewed(chair access.Actor, ref string) error {
	c, _, err := b.conferences.Open(b.ctx, chair, ref)
	if err != nil {
		return wrap("open "+ref, err)
	}
	h := pathway.Conferred{At: b.now, Parents: "The mother came and spoke", ChildPart: "Each child was seen the week before; their words were read",
		There: []pathway.Member{{Agency: pathway.SocialWork, Name: "The social worker and the team manager", Direct: true}, {Agency: pathway.School, Name: "The safeguarding lead", Direct: true}, {Agency: pathway.Health, Name: "The health visitor", Direct: true}}}
	t := &b.out.Truth.Reviews
	t.Held++
	t.Late += one(b.now.After(c.Due))
	for _, k := range c.Kids {
		p := pathway.ForPlan{Child: k.Child, Plan: "yes", Category: pathway.Categories[b.rng.IntN(len(pathway.Categories))], Why: "Better, and not yet for long enough", Changed: "At school on all but two days; sleeps through",
			Outline: "Three more months without shouting at night", Lead: "R. Nowak", CoreGroup: "The parents, the school, the health visitor", Review: b.now.Date().AddDays(160)}
		if b.chance(25) {
			p = pathway.ForPlan{Child: k.Child, Plan: "no", Why: "The aunt has moved in and it has lasted", Changed: "Laughs again, has friends to tea", EndFor: "no_longer_likely", After: "in_need"}
			t.Ended++
		}
		h.Decisions = append(h.Decisions, p)
	}
	return wrap("hold "+ref, b.conferences.Hold(b.ctx, chair, ref, h, c.Version))
}
