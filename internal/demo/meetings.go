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

// discussions are the strategy discussions that are still to go wrong (PF5), the
// enquiries that are still to wait for them, those begun early, and the meetings still to
// be held again with whoever was missing.
type discussions struct {
	late, noPolice, noHealth, n int
	waits, early, again         int
}

// held is how a discussion goes.
type held struct {
	contact string
	at      civil.Instant
	without pathway.Part // who is missing, or ""
	late    bool         // after the limit of police and health
	again   bool         // held again with everybody, some days later
	early   bool         // the enquiry is begun before it
	ref     string
	kids    []string // contact_child
	childs  []string // their records
	seen    map[string][]civil.Instant
}

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
			b.metWithout(contact, pathway.PartPolice)
			return
		}
		if d.n%5 == 4 {
			b.metInTime(contact)
			return
		}
		d.late--
		h := &held{contact: contact, at: b.now.Add(days(lateFrom) + b.hours(0, 24*(lateTo-lateFrom))), late: true}
		if d.early > 0 && d.late%2 == 0 {
			h.early = true
		}
		b.met(h)
	case d.noPolice > 0 && left > days(4):
		b.metWithout(contact, pathway.PartPolice)
	case d.noHealth > 0 && left > days(4):
		b.metWithout(contact, pathway.PartHealth)
	default:
		b.metInTime(contact)
	}
}

// againAfter is how many days pass until people meet again with whoever was missing.
const againAfter = 6

// metWithout is a discussion that somebody was missing from. Some are held again with
// everybody: those that lacked police are planted, those that lacked health are traps.
func (b *builder) metWithout(contact string, part pathway.Part) {
	d := &b.discuss
	h := &held{contact: contact, at: b.now.Add(b.hours(20, 60)), without: part, late: true}
	left := &d.noPolice
	if part == pathway.PartHealth {
		left = &d.noHealth
	}
	*left--
	room := b.opt.Now.Sub(b.now) > (againAfter+4)*24*time.Hour
	switch {
	case part == pathway.PartPolice && d.again > 0 && room:
		d.again--
		h.again = true
	case part == pathway.PartHealth && *left%3 == 1 && room:
		h.again = true
	}
	b.met(h)
}

func (b *builder) metInTime(contact string) {
	b.met(&held{contact: contact, at: b.now.Add(b.hours(3, 21))})
}

// met convenes a discussion, sees the children meanwhile and has it held at a time,
// without one part when that is said.
func (b *builder) met(h *held) {
	manager := b.who["s.clarke"]
	h.seen = map[string][]civil.Instant{}
	begun, asked := b.now.Add(b.hours(0.2, 3)), b.now
	b.when(begun, func() error {
		var err error
		if h.ref, err = b.meetings.Begin(b.ctx, manager, h.contact); err != nil {
			return wrap("begin a discussion for "+h.contact, err)
		}
		return b.convene(manager, h)
	})
	until := h.at
	if h.without != "" && !h.again {
		until = b.opt.Now // it is still waited for
	}
	for day := 2; begun.Add(time.Duration(day)*24*time.Hour).Before(until) && day < seenDays; day += 5 {
		b.when(begun.Add(time.Duration(day)*24*time.Hour), func() error { return b.visitMeanwhile(manager, h) })
	}
	if h.early {
		b.when(begun.Add(b.hours(1, 4)), func() error { return b.beginEarly(h) })
	}
	t := &b.out.Truth.PF5
	quorate := civil.Instant{}
	if b.when(h.at, func() error { return b.hold(manager, h, h.without) }) {
		switch h.without {
		case pathway.PartPolice:
			t.WithoutPolice++
		case pathway.PartHealth:
			t.WithoutHealth++
		default:
			quorate = h.at
		}
	}
	if h.again {
		at := h.at.Add(b.hours(24*2, 24*againAfter))
		if b.when(at, func() error { return b.hold(manager, h, "") }) {
			quorate = at
		}
	}
	if !quorate.IsZero() {
		t.Held++
		if asked.Date().DaysUntil(quorate.Date()) > 21 {
			t.HeldLate++
		}
	}
	b.waited = append(b.waited, waitedFor{h, asked, quorate})
}

// seenDays is how long visits are made to a child whose discussion nobody holds: after
// that they are forgotten.
const seenDays = 40

// waitedFor is a discussion with when it was asked for and held quorate, if it was.
type waitedFor struct {
	*held
	asked, quorate civil.Instant
}

// unseenDays is how many days a child may wait without a visit: timescale CP1e.
const unseenDays = 5

// meanwhile counts from what was planted who was not seen for too long.
func (b *builder) meanwhile() {
	t := &b.out.Truth.PF5
	for _, w := range b.waited {
		until := w.quorate
		if until.IsZero() {
			until = b.opt.Now
		}
		if w.ref == "" || !w.quorate.IsZero() && w.asked.Date().DaysUntil(until.Date()) <= unseenDays {
			continue
		}
		for _, kid := range w.kids {
			t.Waited++
			from, tooLong := w.asked, false
			for _, at := range append(w.seen[kid], until) {
				tooLong = tooLong || from.Date().DaysUntil(at.Date()) > unseenDays
				from = at
			}
			t.Unseen += one(tooLong)
		}
	}
}

func (b *builder) convene(manager access.Actor, h *held) error {
	m, _, err := b.meetings.Open(b.ctx, manager, h.ref)
	if err != nil {
		return wrap("open "+h.ref, err)
	}
	for _, k := range m.Kids {
		h.kids, h.childs = append(h.kids, k.ID), append(h.childs, k.Ref)
	}
	if h.again && h.without == pathway.PartPolice {
		b.out.Truth.Second += len(h.kids)
	}
	c := meetings.Convening{Place: "By video, link in the invitation", Needs: m.Needs, Immediate: m.Immediate, Version: m.Version}
	if h.at.After(b.now) {
		c.Slots = []civil.Instant{h.at}
	}
	for _, s := range m.Invited {
		if s.Agency != pathway.SocialWork && s.Owner != "" {
			c.Invite = append(c.Invite, meetings.Invitation{Seat: s.ID, Part: s.Part, Organisation: s.Owner, Email: s.Email})
		}
	}
	if _, err = b.meetings.Convene(b.ctx, manager, h.ref, c); err != nil {
		return wrap("convene "+h.ref, err)
	}
	for i, x := range c.Invite {
		if (b.discuss.n+i)%silentOneIn != 0 {
			b.when(b.now.Add(answerAfter), func() error { return b.answerSeat(manager, h.ref, x) })
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

// visitMeanwhile sees the children who wait, more often than not.
func (b *builder) visitMeanwhile(manager access.Actor, h *held) error {
	if !b.chance(80) {
		return nil
	}
	for _, kid := range h.kids {
		if err := b.meetings.VisitMeanwhile(b.ctx, manager, h.ref, pathway.Visit{Child: kid, At: b.now, By: "The duty social worker", Seen: "yes", Alone: "Yes, in the kitchen",
			Words: "Said that home is quieter this week", Next: b.now.Add(5 * 24 * time.Hour)}); err != nil {
			return wrap("visit", err)
		}
		b.did(kid, true, true)
		h.seen[kid] = append(h.seen[kid], b.now)
	}
	return nil
}

// beginEarly starts the enquiry of a single child before the discussion.
func (b *builder) beginEarly(h *held) error {
	if len(h.kids) != 1 || h.childs[0] == "" || b.discuss.early == 0 {
		h.early = false
		return nil
	}
	b.discuss.early--
	b.out.Truth.PF5.Early++
	return b.investigateFrom(h.contact, func(access.Actor) (string, error) {
		return b.enquiries.StartEarly(b.ctx, b.who["m.ali"], h.childs[0], "The child has a fresh injury and goes home tonight")
	}, b.now, h.at.Sub(b.now)+48*time.Hour, false)
}

func (b *builder) hold(manager access.Actor, x *held, without pathway.Part) error {
	ref := x.ref
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
	return b.settle(manager, x)
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
func (b *builder) settle(manager access.Actor, x *held) error {
	ref := x.ref
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
	if !b.starts(x) {
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
	if d.Points["threshold"] == "yes" && !x.early {
		for _, k := range m.Kids {
			b.investigate(m.Contact, k.ID, x.late)
		}
	}
	return nil
}

// starts says whether a discussion starts enquiries: those held in time more often than
// not; of those held late, as many as are planted, for every child they are about.
func (b *builder) starts(x *held) bool {
	switch {
	case x.early:
		return true
	case x.late && (x.again || b.discuss.waits < len(x.kids) || b.opt.Now.Sub(b.now) < 4*time.Hour):
		return false
	case x.late:
		b.discuss.waits -= len(x.kids)
		return true
	}
	return b.chance(92)
}
