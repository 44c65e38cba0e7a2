package demo

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"slices"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/desk/feeds"
	"frontdoor/internal/feed"
	"frontdoor/internal/partner/police"
)

// sentEachWeek are the notifications of each week of a full history, without the live
// board's: PF2 is weeks 14 to 17, at 28 in a hundred of the mean of the eight weeks
// before, which is 25. The last week ends when the live board begins.
var sentEachWeek = [fullWeeks]int{
	24, 26, 23, 27, 25,
	23, 27, 25, 24, 26, 25, 22, 28,
	7, 7, 7, 7,
	25, 27, 26, 24, 28, 25, 27, 26, 14,
}

// quietDays are the days before now that have the live board's notifications only.
const quietDays = 2

// PF2: where it begins and how long it lasts, counted from 0, and on which day of it
// the alarm must have come.
const (
	dropFrom    = 13
	dropWeeks   = 4
	dropPercent = 28
	dropAlarm   = 3
	beforeWeeks = 8
)

// dropDays are the days of a week of PF2 on which one notification each came.
var dropDays = [...]int{1, 2, 3, 4, 5, 6, 6}

// slots are the moments at which n notifications come, in no order. A full history has
// its weeks planted; a shorter one has them anywhere, and no PF2.
func (b *builder) slots(n int) []civil.Instant {
	var out []civil.Instant
	if b.opt.Weeks != fullWeeks {
		for range n {
			out = append(out, b.moment(liveDays, 7*b.opt.Weeks-1))
		}
		return out
	}
	start := b.opt.Now.Date().AddDays(-7 * fullWeeks)
	for week, count := range weeksOf(n) {
		for i := range count {
			day := i * 7 / count
			switch {
			case week >= dropFrom && week < dropFrom+dropWeeks:
				day = dropDays[i]
			case week == fullWeeks-1:
				day = i * (7 - quietDays) / count
			}
			out = append(out, start.AddDays(7*week+day).AtTime(9+b.rng.IntN(15), b.rng.IntN(60)))
		}
	}
	b.countDrop(start)
	b.rng.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// weeksOf makes the weeks add up to n: what the live board adds or takes is evened out
// over the weeks after PF2.
func weeksOf(n int) [fullWeeks]int {
	out := sentEachWeek
	for _, count := range out {
		n -= count
	}
	for week := dropFrom + dropWeeks; n != 0; week++ {
		if week == fullWeeks-1 {
			week = dropFrom + dropWeeks
		}
		step := 1
		if n < 0 {
			step = -1
		}
		out[week] += step
		n -= step
	}
	return out
}

func (b *builder) countDrop(start civil.Date) {
	t := &b.out.Truth.PF2
	first := start.AddDays(7 * dropFrom)
	t.FirstDay, t.LastDay, t.AlarmBy = first.String(), first.AddDays(7*dropWeeks-1).String(), first.AddDays(dropAlarm-1).String()
	for _, n := range sentEachWeek[dropFrom-beforeWeeks : dropFrom] {
		t.Before += n
	}
	for _, n := range sentEachWeek[dropFrom : dropFrom+dropWeeks] {
		t.EachWeek = append(t.EachWeek, n)
		t.Received += n
	}
	t.Percent = dropPercent
}

// neverSent is an incident that only the force's own list knows.
func (b *builder) neverSent(grade string) {
	at := b.moment(liveDays, 7*b.opt.Weeks-1)
	n := police.Notification{Reference: fmt.Sprintf("MVP-9%05d", len(b.out.Truth.PF1.NeverSentRefs)+1), IncidentAt: at, Grade: grade,
		District: []string{"North Vale", "South Vale"}[b.rng.IntN(2)]}
	b.listed = append(b.listed, n)
	b.out.Truth.PF1.NeverSentRefs = append(b.out.Truth.PF1.NeverSentRefs, n.Reference)
}

// planBacklog has the force declare that nothing waits with it while PF2 lasts, and
// something that can be right yesterday.
func (b *builder) planBacklog() {
	declare := func(d feeds.Declared) func() error {
		return func() error { return wrap("declare the backlog", b.feeds.Declare(b.ctx, b.who["b.tanner"], d)) }
	}
	if b.opt.Weeks == fullWeeks {
		day := b.opt.Now.Date().AddDays(-7*(fullWeeks-dropFrom) + dropAlarm)
		b.out.Truth.PF2.NoBacklog = day.String()
		b.when(day.AtTime(9, 0), declare(feeds.Declared{}))
	}
	b.when(b.opt.Now.Add(-26*time.Hour), declare(feeds.Declared{Medium: 2, Standard: 3}))
}

// lags are how long the planted notifications took, worked out by sorting.
func (b *builder) lags() map[string]map[string]Took {
	by := map[string]map[string][]uint32{}
	for _, n := range b.listed {
		if n.SentAt.IsZero() {
			continue // never sent
		}
		// The demo's force sends and we receive in the same moment.
		s := feed.Stamps{Incident: n.IncidentAt, Reported: n.ReportedAt, Graded: n.GradedAt, Sent: n.SentAt, Received: n.SentAt}
		for _, st := range []feed.Stage{feed.Told, feed.Reported, feed.Graded, feed.Sent, feed.Received} {
			if by[n.Grade] == nil {
				by[n.Grade] = map[string][]uint32{}
			}
			if t, ok := s.Took(st); ok {
				by[n.Grade][st.Key()] = append(by[n.Grade][st.Key()], t)
			}
		}
	}
	out := map[string]map[string]Took{}
	for grade, stages := range by {
		out[grade] = map[string]Took{}
		for key, all := range stages {
			slices.Sort(all)
			n := len(all)
			out[grade][key] = Took{N: n, Median: all[(n+1)/2-1], P95: all[(95*n+99)/100-1], Longest: all[n-1]}
		}
	}
	return out
}

// forceList is the force's own list of its incidents, as a reconciliation takes it.
func (b *builder) forceList() ([]byte, error) {
	all := slices.Clone(b.listed)
	slices.SortFunc(all, func(x, y police.Notification) int {
		return cmp.Or(x.IncidentAt.Compare(y.IncidentAt), cmp.Compare(x.Reference, y.Reference))
	})
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	rows := [][]string{{"reference", "incident_at", "grade", "district", "sent_at"}}
	for _, n := range all {
		rows = append(rows, []string{n.Reference, n.IncidentAt.String(), n.Grade, n.District, n.SentAt.String()})
	}
	err := w.WriteAll(rows)
	return out.Bytes(), err
}
