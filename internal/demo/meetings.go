package demo

import (
	"fmt"
	"slices"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/desk/meetings"
	"frontdoor/internal/pathway"
	"frontdoor/internal/timescale"
)

// discussions are the strategy discussions that are still to go wrong (PF5).
type discussions struct{ late, noPolice, noHealth, n int }

// A discussion that is held late is held this many days after it was asked for.
const (
	lateFrom = 22
	lateTo   = 35
)

// discussed plans what becomes of a discussion that was just asked for: held in a day or
// two, held weeks late, or met without police or health and still waited for.
func (b *builder) discussed(contact string) {
	d := &b.discuss
	d.n++
	left := b.opt.Now.Sub(b.now)
	days := func(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }
	switch {
	case d.late > 0 && left > days(lateTo+2) && d.n%5 != 0:
		if d.n%5 == 2 && d.noPolice > 0 {
			d.noPolice--
			b.met(contact, b.now.Add(b.hours(20, 60)), pathway.PartPolice)
			return
		}
		if d.n%5 == 4 {
			b.metInTime(contact)
			return
		}
		d.late--
		b.met(contact, b.now.Add(days(lateFrom)+b.hours(0, 24*(lateTo-lateFrom))), "")
	case d.noPolice > 0 && left > days(4):
		d.noPolice--
		b.met(contact, b.now.Add(b.hours(20, 60)), pathway.PartPolice)
	case d.noHealth > 0 && left > days(4):
		d.noHealth--
		b.met(contact, b.now.Add(b.hours(20, 60)), pathway.PartHealth)
	default:
		b.metInTime(contact)
	}
}

func (b *builder) metInTime(contact string) { b.met(contact, b.now.Add(b.hours(3, 30)), "") }

// met convenes a discussion, sees the children meanwhile and has it held at a time,
// without one part when that is said.
func (b *builder) met(contact string, at civil.Instant, without pathway.Part) {
	manager := b.who["s.clarke"]
	ref := ""
	begun := b.now.Add(b.hours(0.2, 3))
	b.when(begun, func() error {
		var err error
		if ref, err = b.meetings.Begin(b.ctx, manager, contact); err != nil {
			return wrap("begin a discussion for "+contact, err)
		}
		return b.convene(manager, ref, at)
	})
	for day := 2; begun.Add(time.Duration(day) * 24 * time.Hour).Before(at); day += 5 {
		b.when(begun.Add(time.Duration(day)*24*time.Hour), func() error { return b.visitMeanwhile(manager, ref) })
	}
	if !b.when(at, func() error { return b.hold(manager, ref, without) }) {
		return
	}
	t := &b.out.Truth.PF5
	switch without {
	case pathway.PartPolice:
		t.WithoutPolice++
	case pathway.PartHealth:
		t.WithoutHealth++
	default:
		t.Held++
		if b.now.Date().DaysUntil(at.Date()) > 21 {
			t.HeldLate++
		}
	}
}

func (b *builder) convene(manager access.Actor, ref string, at civil.Instant) error {
	m, _, err := b.meetings.Open(b.ctx, manager, ref)
	if err != nil {
		return wrap("open "+ref, err)
	}
	c := meetings.Convening{Place: "By video, link in the invitation", Needs: m.Needs, Immediate: m.Immediate, Version: m.Version}
	if at.After(b.now) {
		c.Slots = []civil.Instant{at}
	}
	for _, s := range m.Invited {
		if s.Agency != pathway.SocialWork && s.Owner != "" {
			c.Invite = append(c.Invite, meetings.Invitation{Seat: s.ID, Part: s.Part, Organisation: s.Owner, Email: s.Email})
		}
	}
	if _, err = b.meetings.Convene(b.ctx, manager, ref, c); err != nil {
		return wrap("convene "+ref, err)
	}
	for i, x := range c.Invite {
		if (b.discuss.n+i)%silentOneIn != 0 {
			b.when(b.now.Add(answerAfter), func() error { return b.answerSeat(manager, ref, x) })
		}
	}
	return nil
}

// One invitation in so many is not answered; the others are, after so long.
const (
	silentOneIn = 7
	answerAfter = 40 * time.Minute
)

// answerSeat takes an agency's answer on the telephone, unless they have met by then.
func (b *builder) answerSeat(manager access.Actor, ref string, x meetings.Invitation) error {
	m, _, err := b.meetings.Open(b.ctx, manager, ref)
	if err != nil || m.State == pathway.StrategyHeld || m.State == pathway.StrategyDecided {
		return err
	}
	return wrap("answer for "+ref, b.meetings.AnswerInvitation(b.ctx, manager, ref, x.Seat, meetings.Reply{Comes: "yes", Name: "The named person", How: "phone"}))
}

// visitMeanwhile sees the first child who waits, more often than not.
func (b *builder) visitMeanwhile(manager access.Actor, ref string) error {
	if !b.chance(80) {
		return nil
	}
	m, _, err := b.meetings.Open(b.ctx, manager, ref)
	if err != nil || m.State == pathway.StrategyDecided {
		return err
	}
	k := m.Kids[b.rng.IntN(len(m.Kids))]
	b.did(k.ID, true, true)
	return wrap("visit", b.meetings.VisitMeanwhile(b.ctx, manager, ref, pathway.Visit{Child: k.ID, At: b.now, By: "The duty social worker", Seen: "yes", Alone: "Yes, in the kitchen",
		Words: "Said that home is quieter this week", Next: b.now.Add(5 * 24 * time.Hour)}))
}

func (b *builder) hold(manager access.Actor, ref string, without pathway.Part) error {
	m, _, err := b.meetings.Open(b.ctx, manager, ref)
	if err != nil {
		return wrap("open "+ref, err)
	}
	h := meetings.Holding{At: b.now, Mode: "video", Immediate: false, Needs: pathway.Needs{InSchool: m.Needs.InSchool, Unborn: m.Needs.Unborn}, Version: m.Version}
	for _, s := range m.Invited {
		t := meetings.There{Seat: s.ID, Attendance: pathway.Attended, Name: s.Name, Decides: true}
		if t.Name == "" {
			t.Name = "The officer on duty"
			if s.Agency == pathway.Health {
				t.Name = "The named nurse"
			}
		}
		switch {
		case s.Part == without:
			t.Attendance, t.Why = pathway.Absent, "Nobody could come at the time"
		case s.Owner == "" && s.Agency == pathway.School:
			t.Attendance, t.Why = pathway.Absent, "Was not reached"
		}
		h.There = append(h.There, t)
	}
	if err := b.meetings.Hold(b.ctx, manager, ref, h); err != nil {
		return wrap("hold "+ref, err)
	}
	if without != "" {
		return nil
	}
	return b.settle(manager, ref)
}

// said is what is written under the points that are settled in words.
var said = map[string]string{
	"facts-police":      "Two earlier calls to the address. Nobody was charged.",
	"facts-health":      "Weight and immunisations as they should be. The school nurse saw the child tired and quiet.",
	"facts-social-care": "One earlier contact, a year ago. It ended with advice.",
	"child":             "The social worker, at school today, alone, with somebody the child trusts.",
	"suspects":          "Police, by the date of the action below. Nobody else speaks to them first.",
	"safety":            "The other parent stays with the grandmother until the next step. Everybody has the night number.",
	"parents":           "Told after the child was spoken to, by the social worker and the officer together.",
	"next":              "In ten working days, or at once if anything changes.",
}

// settle records what was decided: enquiries more often than not.
func (b *builder) settle(manager access.Actor, ref string) error {
	m, _, err := b.meetings.Open(b.ctx, manager, ref)
	if err != nil {
		return wrap("open "+ref, err)
	}
	d := pathway.Settled{Points: map[string]string{}, Why: map[string]string{}}
	for _, p := range pathway.AgendaFor(m.Kind) {
		d.Points[p.Key] = said[p.Key]
		if len(p.Options) > 0 {
			d.Points[p.Key], d.Why[p.Key] = p.Options[0].Value, "On what the agencies know together"
		}
	}
	d.Points["medical"], d.Points["legal"] = "no", "no"
	if b.chance(35) {
		d.Points["threshold"], d.Points["joint"], d.Points["criminal"], d.After = "no", "none", "no", "assessment"
	}
	if b.chance(60) {
		d.Actions = []pathway.Action{{Child: m.Kids[0].ID, What: "Speak to the neighbour who called", On: pathway.Police, By: b.now.Add(72 * time.Hour)}}
	}
	left := d.Points["threshold"] == "no"
	if left {
		if actions := b.undone(m); actions != nil {
			d.Actions = actions
		} else {
			left = false
		}
	}
	if err := b.meetings.Decide(b.ctx, manager, ref, d, m.Version); err != nil {
		return wrap("decide "+ref, err)
	}
	for _, s := range m.Invited {
		if s.Agency == pathway.SocialWork || s.Attendance != pathway.Attended || slices.ContainsFunc(m.Invited, func(x meetings.Seat) bool { return x.Agency == s.Agency && x.Position < s.Position }) {
			continue
		}
		by := fmt.Sprintf("%s for %s", s.Name, s.OwnerName)
		b.when(b.now.Add(b.hours(1, 20)), func() error {
			return wrap("sign "+ref, b.meetings.Sign(b.ctx, manager, ref, pathway.Signature{Seat: s.ID, By: by, Agrees: "yes"}))
		})
	}
	if !left {
		b.answerLater(m.ContactID, timescale.ActionAgreed, b.hours(20, 90), 80, "Spoken to at home", "the officer in the case")
	}
	if d.Points["threshold"] == "yes" {
		for _, k := range m.Kids {
			b.investigate(m.Contact, k.ID)
		}
	}
	return nil
}
