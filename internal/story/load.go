package story

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/desk/load"
	"frontdoor/internal/pathway"
	"frontdoor/internal/queue"
	"frontdoor/internal/record"
)

// The hours in which a story's front door works.
const firstHour, lastHour = 9, 17

// loadVerbs performs what is about how much waits:
//
//	manager work-days D days C come N decided    on D days from now, in each hour from 9 to 17 C contacts come and the first N of the board are decided
//	manager work-until HH:MM C come N decided    the same today, from the hour of now
//	manager set-limit person|desk N "why"        from today
func (w *World) loadVerbs(ctx context.Context, who access.Actor, verb string, rest []string) (known bool, err error) {
	switch verb {
	case "work-days", "work-until":
		come, err1 := strconv.Atoi(rest[len(rest)-4])
		decided, err2 := strconv.Atoi(rest[len(rest)-2])
		if err1 != nil || err2 != nil {
			return true, fmt.Errorf("%q: how many come and are decided?", rest)
		}
		days, until := 1, lastHour
		if verb == "work-days" {
			days, err = strconv.Atoi(rest[0])
		} else {
			until, err = strconv.Atoi(rest[0][:2])
		}
		for day := 0; day < days && err == nil; day++ {
			from := firstHour
			if day == 0 {
				from = max(firstHour, w.Now().London().Hour())
			} else {
				w.set(w.Now().Date().AddDays(1).AtTime(firstHour, 0))
			}
			for hour := from; hour < until && err == nil; hour++ {
				err = w.workHour(ctx, who, hour, come, decided)
			}
		}
		return true, err
	case "set-limit":
		n, err := strconv.Atoi(rest[1])
		if err != nil {
			return true, err
		}
		return true, load.New(w.Record).SetLimit(ctx, who, record.LoadLimit{Of: rest[0], Most: n, From: w.Now().Date(), Why: rest[2]})
	}
	return false, nil
}

func (w *World) workHour(ctx context.Context, who access.Actor, hour, come, decided int) error {
	day := w.Now().Date()
	w.set(day.AtTime(hour, 10))
	if err := w.report(ctx, w.people["police"], []string{strconv.Itoa(come), "medium", "2"}); err != nil {
		return err
	}
	w.set(day.AtTime(hour, 50))
	b, err := w.Contacts.Board(ctx, who, contacts.Show{})
	if err != nil {
		return err
	}
	for _, c := range b.Cards[:min(decided, len(b.Cards))] {
		if err := w.advise(ctx, who, c); err != nil {
			return err
		}
	}
	return nil
}

// advise takes a contact of the board to its decision: a first look, nobody found, advice.
func (w *World) advise(ctx context.Context, who access.Actor, c contacts.Card) error {
	if err := w.Contacts.Screen(ctx, who, c.Ref, pathway.Screen{Danger: "no", RAG: "amber", RAGReason: "As the police grade it"}, 1); err != nil {
		return err
	}
	p, err := w.Contacts.Open(ctx, who, c.Ref)
	if err != nil {
		return err
	}
	var all []contacts.ForChild
	for _, k := range p.Contact.Kids {
		if err := w.Contacts.CannotIdentify(ctx, who, c.Ref, k.ID, "The household gave no name"); err != nil {
			return err
		}
		all = append(all, contacts.ForChild{Child: k.ID, Decision: pathway.Decision{Outcome: "nfa_advice", Rationale: "Advice given to both parents", Level: "2", HistoryRead: true, HistorySentence: "Nothing is known", Evidence: "The notification", Told: "Police"}})
	}
	return w.Contacts.Decide(ctx, who, c.Ref, all)
}

// expectLoad checks how much waits and what is expected, as the manager's page says it:
//
//	load N waiting | load late N            now
//	load quiet                              no alarm
//	load passes DATE TIME                   the alarm says that the first passes its time in this hour
//	load twice passes DATE TIME             if twice as many come as usual
//	load rises | load falls-or-stays        as contacts come now, more wait in 24 hours than now
//	load usual                              contacts come as usual
//	load says "words"                       the alarm, or what to do
func (w *World) expectLoad(ctx context.Context, words []string) error {
	s, err := load.New(w.Record).Load(ctx, w.people["manager"], load.Ask{Hours: load.Longest, Times: 2})
	if err != nil {
		return err
	}
	b, err := w.Contacts.Board(ctx, w.people["manager"], contacts.Show{})
	if err != nil {
		return err
	}
	if s.Alarm.Rings() != b.Load.Rings() {
		return fmt.Errorf("the page's alarm is %q and the board's %q", s.Alarm.Words(), b.Load.Words())
	}
	passes := func(first queue.Passing, words []string) error {
		want, err := moment(words[0], words[1])
		if err != nil {
			return err
		}
		if first.Due.Before(want) || !first.Due.Before(want.Add(time.Hour)) {
			return fmt.Errorf("the first passes its time on %s", first.Due.Words())
		}
		return nil
	}
	all := strings.Join(append(append(s.Alarm.Words(), s.Alarm.ShortWords(), s.Alarm.OverWords()), s.Alarm.RoomWords()), "; ")
	switch words[0] {
	case "late":
		return same(fmt.Sprint("late ", s.Ages()[queue.Late]), strings.Join(words, " "))
	case "quiet":
		if s.Alarm.Rings() {
			return fmt.Errorf("it says %q", all)
		}
		return nil
	case "passes":
		return passes(s.Alarm.First, words[1:])
	case "twice":
		return passes(s.If.First, words[2:])
	case "rises", "falls-or-stays":
		if now, then := float64(len(s.Waiting)), s.Course.Points[load.Shortest].Waiting; (then > now+0.5) != (words[0] == "rises") {
			return fmt.Errorf("%.0f wait and %.1f are expected in 24 hours", now, then)
		}
		return nil
	case "usual":
		return same(fmt.Sprint(s.Pace.Times), "1")
	case "says":
		if !strings.Contains(all, words[1]) {
			return fmt.Errorf("it says %q", all)
		}
		return nil
	}
	return same(fmt.Sprintf("%d waiting", len(s.Waiting)), strings.Join(words, " "))
}
