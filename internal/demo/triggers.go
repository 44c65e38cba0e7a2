package demo

import (
	"frontdoor/internal/desk/meetings"
)

// considering is what managers say where facts ask for a strategy discussion, and the
// children about whom nobody says it (PF5).
type considering struct {
	left, n   int
	forgotten map[string]bool // contact_child
}

// saidNo is why a discussion was not held, where one was considered.
const saidNo = "Considered with what police and health know: nobody was hurt, the adult has left, and the other parent keeps the children safe"

// told are facts that came after a decision, with who said so.
var told = [][2]string{
	{"disclosure", "The teaching assistant, to whom the child spoke"},
	{"injury", "The school nurse, who saw the bruises"},
	{"sexual", "The health visitor, from what the child showed in play"},
	{"exploitation", "The youth worker, about an older man who waits outside"},
	{"risk_person", "The probation officer, about the mother's new partner"},
}

// everyForgotten is how many decisions lie between two children who are forgotten.
const everyForgotten = 37

// forgotten plants a fact that comes to the front door after a decision was made about a
// child, and of which no manager says yes or no.
func (b *builder) forgotten(j job, rows []kidRow) {
	a := &b.ask
	if a.n++; a.left == 0 || a.n%everyForgotten != 0 || j.home == b.closed {
		return
	}
	said := told[a.left%len(told)]
	child, who := rows[0].id, b.screener()
	if b.when(b.now.Add(b.hours(5, 60)), func() error {
		return wrap("record a fact of "+j.got.Ref, b.desk.RecordFact(b.ctx, who, j.got.Ref, child, said[0], said[1]))
	}) {
		a.left--
		a.forgotten[child] = true
		b.out.Truth.PF5.Unconsidered++
	}
}

// planConsidering has a manager work through the list at the end of each day.
func (b *builder) planConsidering() {
	for day := b.opt.Now.Date().AddDays(-7 * b.opt.Weeks); day.Before(b.opt.Now.Date()); day = day.AddDays(1) {
		b.when(day.AtTime(17, 30), b.workTriggers)
	}
}

// workTriggers answers what waits for a yes or no, but for the children who are
// forgotten. Restricted records are for the manager who is named on them.
func (b *builder) workTriggers() error {
	for _, id := range []string{"m.ali", "j.okoro"} {
		manager := b.who[id]
		if id == "j.okoro" && b.closed == nil {
			continue
		}
		all, _, err := b.meetings.Unconsidered(b.ctx, manager)
		if err != nil {
			return wrap("list what is to be considered", err)
		}
		for _, x := range all {
			if x.Masked || b.ask.forgotten[x.Child] {
				continue
			}
			if _, err := b.meetings.Consider(b.ctx, manager, x.Child, meetings.Thought{Answer: "no", Reason: saidNo}); err != nil {
				return wrap("consider a child of "+x.Contact, err)
			}
		}
	}
	return nil
}
