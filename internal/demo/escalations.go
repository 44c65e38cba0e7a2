package demo

import (
	"math"
	"slices"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/desk/meetings"
	"frontdoor/internal/escalation"
	"frontdoor/internal/pathway"
	"frontdoor/internal/timescale"
)

// Escalated is what was planted at one partner: an action agreed at a meeting that was
// never done, and where it stands on the ladder.
type Escalated struct {
	Partner    string `json:"partner"`
	Step       string `json:"step"`
	Level      int    `json:"level"`
	State      string `json:"state"`
	Children   int    `json:"children"`
	Overridden bool   `json:"overridden,omitempty"`
	Closed     bool   `json:"closed,omitempty"` // done late, and somebody said what came of it
}

// Promised is a line of the joint improvement plan and how it must be scored.
type Promised struct {
	Measure string  `json:"measure"`
	Grade   string  `json:"grade"`
	Target  float64 `json:"target"`
	Due     string  `json:"due"`
	Value   float64 `json:"value"` // at the end of its day, or today while that is to come
	Of      int     `json:"counted_over"`
	Score   string  `json:"score"`
}

// undone is an action that a partner takes on and does not do: its limit passes so long
// before now, and then its ladder runs.
type undone struct {
	partner string
	agency  pathway.Agency
	what    string
	before  time.Duration
	want    Escalated // where it stands now
	contact string
	then    func(*builder, undone)
}

const hour, days = time.Hour, 24 * time.Hour

// undones are the actions left undone, the longest past first. Each level is there, one
// is at the highest and past its date, one was ended by override, and one is over.
func undones() []undone {
	return []undone{
		{partner: "housing-1", agency: pathway.Housing, what: "Move the family out of reach of the father", before: 60 * days, want: Escalated{Level: 2, Overridden: true}, then: func(b *builder, u undone) {
			b.when(u.at(b).Add(50*hour), func() error {
				return wrap("override", b.escalations.Override(b.ctx, b.who["h.lawal"], u.partner, timescale.ActionAgreed, "The family has moved by itself; agreed with the head of housing"))
			})
		}},
		{partner: "housing-1", agency: pathway.Housing, what: "Say who lives at the new address", before: 45 * days, want: Escalated{Level: 1, Closed: true}, then: func(b *builder, u undone) {
			b.answered(u, 10*hour, 1, "The housing officer's manager", "By tomorrow", 30*hour)
			b.when(u.at(b).Add(20*hour), func() error {
				ids, err := b.ids(ackRows, u.contact, authority, timescale.ActionAgreed)
				for _, id := range ids {
					if err == nil {
						err = b.waits.Happened(b.ctx, b.who["m.ali"], id, "the housing officer", "The new address and who lives there were sent")
					}
				}
				return wrap("do what was left undone", err)
			})
			b.when(u.at(b).Add(21*hour), func() error {
				return wrap("close", b.escalations.Close(b.ctx, b.who["m.ali"], u.partner, timescale.ActionAgreed, "The address came a day late. A second officer now has the list"))
			})
		}},
		{partner: "school-1", agency: pathway.School, what: "Send the records of marks and absences", before: 30 * days, want: Escalated{Level: 4, State: "unanswered"}, then: func(b *builder, u undone) {
			b.answered(u, 96*hour, 3, "The chair of governors", "Renewed plans are made. We give our assured commitment", 10*days)
		}},
		{partner: "health-2", agency: pathway.Health, what: "Ask the ward for its notes of both visits", before: 100 * hour, want: Escalated{Level: 3, State: "answered"}, then: func(b *builder, u undone) {
			b.answered(u, 80*hour, 3, "The designated doctor", "The notes are being copied", 150*hour)
		}},
		{partner: "school-2", agency: pathway.School, what: "Ask the form tutor what was heard", before: 40 * hour, want: Escalated{Level: 2, State: "asked"}, then: func(b *builder, u undone) {
			b.answered(u, 10*hour, 1, "The safeguarding lead", "The tutor is away", 0)
		}},
		{partner: "housing-1", agency: pathway.Housing, what: "Change the lock of the flat", before: 10 * hour, want: Escalated{Level: 1, State: "asked"}},
	}
}

func (u undone) at(b *builder) civil.Instant { return b.opt.Now.Add(-u.before) }

// answered records an answer so long after the limit, with a promise so long after the
// limit, or none.
func (b *builder) answered(u undone, after time.Duration, level int, by, words string, promise time.Duration) {
	b.when(u.at(b).Add(after), func() error {
		g := escalation.Given{Level: level, By: by, Words: words}
		if promise > 0 {
			g.Promise = u.at(b).Add(promise)
		}
		return wrap("answer an escalation", b.escalations.Answer(b.ctx, b.who["m.ali"], u.partner, timescale.ActionAgreed, g))
	})
}

// undone gives the actions of a discussion after which no enquiry starts, so that nothing
// else ends them: the next of those that are still to be left undone, for each child.
func (b *builder) undone(m *meetings.Meeting) []pathway.Action {
	i := slices.IndexFunc(b.toLeave, func(u undone) bool { return u.at(b).After(b.now.Add(hour)) })
	if i < 0 {
		return nil
	}
	u := b.toLeave[i]
	b.toLeave = append(slices.Clone(b.toLeave[:i]), b.toLeave[i+1:]...)
	var out []pathway.Action
	for _, k := range m.Kids {
		out = append(out, pathway.Action{Child: k.ID, What: u.what, On: u.agency, Owner: u.partner, By: u.at(b)})
	}
	u.contact = m.ContactID
	u.want.Partner, u.want.Step, u.want.Children = u.partner, string(timescale.ActionAgreed), len(m.Kids)
	b.out.Truth.Escalations = append(b.out.Truth.Escalations, u.want)
	if u.then != nil {
		u.then(b, u)
	}
	return out
}

// promises writes the joint improvement plan on the third day: two lines whose day has
// come, and one whose day is to come.
func (b *builder) promises() {
	today := b.opt.Now.Date()
	for _, p := range []struct {
		escalation.Promised
		back int // days
	}{
		{escalation.Promised{Action: "A second officer grades notifications at weekends", Measure: escalation.LagMedian, Grade: "medium", Target: 24}, 7 * b.opt.Weeks / 4},
		{escalation.Promised{Action: "High grades are sent by the officer who attends", Measure: escalation.LagNinetyFive, Grade: "high", Target: 240}, 7 * b.opt.Weeks / 8},
		{escalation.Promised{Action: "Standard grades are read on the day they come", Measure: escalation.LagMedian, Grade: "standard", Target: 72}, -28},
	} {
		p.Partner, p.Who, p.Due = "police", "The head of public protection", today.AddDays(-p.back)
		b.when(b.opt.Now.Date().AddDays(3-7*b.opt.Weeks).AtTime(11, 0), func() error {
			_, err := b.leadership.Promise(b.ctx, b.who["h.lawal"], p.Promised)
			return wrap("promise", err)
		})
		b.toScore = append(b.toScore, p.Promised)
	}
}

// scored works out how each line must stand from what the force sent, by sorting.
func (b *builder) scored() {
	for _, p := range b.toScore {
		at := p.Due
		past := at.Before(b.opt.Now.Date())
		if !past {
			at = b.opt.Now.Date()
		}
		var took []time.Duration
		for _, n := range b.listed {
			if day := n.SentAt.Date(); n.Grade == p.Grade && !n.SentAt.IsZero() && !n.IncidentAt.IsZero() && !day.After(at) && day.After(at.AddDays(-escalation.Window)) {
				took = append(took, n.SentAt.Sub(n.IncidentAt))
			}
		}
		out := Promised{Measure: p.Measure, Grade: p.Grade, Target: p.Target, Due: p.Due.String(), Of: len(took)}
		slices.Sort(took)
		met := false
		if n := len(took); n > 0 {
			i := (n+1)/2 - 1
			if p.Measure == escalation.LagNinetyFive {
				i = (95*n+99)/100 - 1
			}
			out.Value = math.Round(took[i].Hours()*10) / 10
			met = out.Value <= p.Target
		}
		out.Score = map[[2]bool]string{{true, true}: "achieved", {true, false}: "not_achieved", {false, true}: "met_so_far", {false, false}: "not_yet"}[[2]bool{past, met}]
		b.out.Truth.Improvement = append(b.out.Truth.Improvement, out)
	}
}
