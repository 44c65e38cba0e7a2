package demo

import (
	"time"

	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/desk/load"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// Load is how much waits at the front door at the end, as it was planted.
type Load struct {
	Ages   map[string]int `json:"contacts_by_age"`
	InHand map[string]int `json:"contacts_in_hand"`
	Nobody int            `json:"contacts_nobody_works_on"`
	Person int            `json:"limit_of_one_person"`
	Desk   int            `json:"limit_of_the_desk"`
}

// The limits: what was agreed at first, and since a few days ago.
const (
	firstPerson, firstDesk = 6, 30
	nowPerson, nowDesk     = 4, 25
	limitsFrom, limitsNow  = 20, 4 // days before now
)

// takers are who works on the contacts that were left, the oldest first, and on how many:
// the first has more than one person should.
var takers = []struct {
	who string
	n   int
}{{"p.shah", 5}, {"t.mensah", 2}, {"m.ali", 1}}

// planLoad sets the limits, and has people work on what was left on the live board.
func (b *builder) planLoad() {
	desk := load.New(b.record)
	set := func(of string, most int, why string) func() error {
		return func() error {
			return wrap("set a limit", desk.SetLimit(b.ctx, b.who["m.ali"], record.LoadLimit{Of: of, Most: most, From: b.now.Date(), Why: why}))
		}
	}
	first, since := b.opt.Now.Date().AddDays(-limitsFrom).AtTime(8, 40), b.opt.Now.Date().AddDays(-limitsNow).AtTime(8, 40)
	b.when(first, set(record.LimitOfPerson, firstPerson, "Agreed with the team"))
	b.when(first, set(record.LimitOfDesk, firstDesk, "What was decided in the three busiest days of last month"))
	b.when(since, set(record.LimitOfPerson, nowPerson, "One of us is on leave; nobody should hold more than can be read in a morning"))
	b.when(since, set(record.LimitOfDesk, nowDesk, "One of us is on leave"))
	b.out.Truth.Load.Person, b.out.Truth.Load.Desk = nowPerson, nowDesk
	b.when(b.opt.Now.Add(-6*time.Minute), b.takeLeft)
}

func (b *builder) takeLeft() error {
	left := b.leftRefs
	for _, t := range takers {
		for n := 0; n < t.n && len(left) > 0; left = left[1:] {
			err := b.desk.Take(b.ctx, b.who[t.who], left[0], "")
			switch refusal.KindOf(err) {
			case refusal.Denied, refusal.NotFound:
				continue // of a child whose record is restricted
			}
			if err != nil {
				return wrap("take a contact", err)
			}
			b.out.Truth.Load.InHand[t.who]++
			b.out.Truth.Load.Nobody--
			n++
		}
	}
	return nil
}

// standing counts a contact that nobody has decided by how long ago it came.
func (b *builder) standing(got contacts.Received) {
	t := &b.out.Truth.Load
	t.Nobody++
	ago := b.opt.Now.Sub(got.At)
	switch {
	case got.Due.Before(b.opt.Now):
		t.Ages["late"]++
	case ago < 4*time.Hour:
		t.Ages["age-0-4"]++
	case ago < 12*time.Hour:
		t.Ages["age-4-12"]++
	case ago < 20*time.Hour:
		t.Ages["age-12-20"]++
	default:
		t.Ages["age-20-24"]++
	}
}
