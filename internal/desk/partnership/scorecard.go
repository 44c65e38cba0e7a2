package partnership

import (
	"context"
	"fmt"
	"math"
	"strconv"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/feed"
	"frontdoor/internal/record"
	"frontdoor/internal/web"
)

// Card is a partner's scorecard of a period. It says nothing about when it was made, so
// that both sides' files are the same bytes.
type Card struct {
	Agency Agency     `json:"agency"`
	From   civil.Date `json:"from"`
	To     civil.Date `json:"to"`
	Rows   []Row      `json:"rows"`

	now    civil.Instant
	period Period
	weeks  weekly
}

// Row is one number. Of is what it is a share of, as a count; 0 when it is no share. The
// lengths are in seconds and missing when they are not known; what is still waited for
// counts as longer than any.
type Row struct {
	Part    string  `json:"part"`
	Measure string  `json:"measure"`
	Grade   string  `json:"grade"`
	Count   int     `json:"count"`
	Of      int     `json:"of"`
	Median  *uint32 `json:"median_seconds"`
	P90     *uint32 `json:"p90_seconds"`
	P95     *uint32 `json:"p95_seconds"`
	Longest *uint32 `json:"longest_seconds"`

	words string
	timed bool
	share bool
}

// weekly is what charts are made of, the first week first.
type weekly struct {
	from []civil.Date // Mondays
	due  []feed.Share // done in time, of what fell due
	late []feed.Share // police notifications over the agreed limit
}

// Scorecard works out a partner's scorecard as it stands now.
func (d *Desk) Scorecard(ctx context.Context, who access.Actor, agency string, p Period) (*Card, error) {
	if err := d.Record.RefreshFeeds(ctx, who.Authority); err != nil {
		return nil, err
	}
	out := &Card{}
	err := d.look(ctx, who, access.SeeScorecard, func(v *record.View, all []Agency) error {
		g, err := agencyOf(all, agency)
		if err != nil {
			return err
		}
		*out = Card{}
		return out.make(ctx, v, g, counting{p, v.Now}, false)
	})
	return out, err
}

// make counts the card. With known it is counted from rows that were recorded by then,
// without the days that are kept counted.
func (c *Card) make(ctx context.Context, v *record.View, g Agency, n counting, known bool) error {
	c.Agency, c.From, c.To, c.Rows, c.period, c.now = g, n.From, n.To, []Row{}, n.Period, n.at
	all, err := lines(ctx, v, v.Authority, asked{agency: g.ID, period: n.Period, at: n.at})
	if err != nil {
		return err
	}
	var cells []record.Cell
	var q feed.Quality
	switch {
	case g.Police() && known:
		cells, err = v.FeedCellsKnown(ctx, n.From, n.To, g.ID, n.at)
	case g.Police():
		cells, err = v.FeedCells(ctx, n.From, n.To, g.ID, record.Whole)
	default:
		q, err = quality(ctx, v, g, n.Period, n.at)
	}
	if err != nil {
		return err
	}
	for _, x := range cells {
		q = q.And(x.Quality)
	}
	if err := c.promptness(cells); err != nil {
		return err
	}
	c.count(n, all)
	c.quality(q)
	c.weeks = weeksOf(n, all, cells)
	return nil
}

// promptness adds the stages that are the police's own, by grade.
func (c *Card) promptness(cells []record.Cell) error {
	rows, err := record.LagTotals(cells)
	if err != nil {
		return err
	}
	for _, r := range rows {
		if r.Stage == feed.Decided {
			continue
		}
		grade := feed.GradeWords(r.Grade)
		row := Row{Part: partPromptness, Measure: r.Stage.Key(), Grade: grade, Count: r.N, words: r.Stage.Words(), timed: true}
		if r.N > 0 {
			row.Median, row.P90, row.P95, row.Longest = &r.Median, &r.P90, &r.P95, &r.Longest
		}
		c.Rows = append(c.Rows, row)
		if r.Stage == feed.Told {
			c.Rows = append(c.Rows,
				Row{Part: partPromptness, Measure: "over_7_days", Grade: grade, Count: r.Over, Of: r.N, words: "More than 7 days after the incident", share: true},
				Row{Part: partPromptness, Measure: "over_agreed_limit", Grade: grade, Count: r.Late, Of: r.N, words: "Over the agreed limit", share: true})
		}
	}
	return nil
}

// notYet is longer than anything: it is still waited for.
const notYet = math.MaxUint32

// count adds the numbers that are counted from lines.
func (c *Card) count(n counting, all []Line) {
	counts := map[string]int{}
	by := map[string][]Line{}
	for i := 0; i < len(all); { // lines of one kind stand together
		j := i + 1
		for j < len(all) && all[j].Kind == all[i].Kind {
			j++
		}
		if of := by[all[i].Kind]; of == nil {
			by[all[i].Kind] = all[i:j:j]
		} else {
			by[all[i].Kind] = append(of, all[i:j]...)
		}
		i = j
	}
	for _, m := range lineMeasures {
		row := Row{Part: m.part, Measure: m.key, words: m.words, timed: m.timed, share: m.of != ""}
		var took []uint32
		for _, kind := range m.kinds {
			for i := range by[kind] {
				l := &by[kind][i]
				if !m.in(n, *l) {
					continue
				}
				row.Count++
				if m.timed {
					took = append(took, l.took())
				}
			}
		}
		counts[m.key] = row.Count
		row.Of = counts[m.of]
		if s := feed.SpreadOf(took); s.N > 0 {
			row.Median, row.P90, row.P95, row.Longest = known(s.Median), known(s.P90), known(s.P95), known(s.Longest)
		}
		c.Rows = append(c.Rows, row)
	}
}

// took is how long a line took from asking: longer than anything when it is still waited
// for.
func (l *Line) took() uint32 {
	if l.Done.IsZero() || l.Done.Before(l.From) {
		return notYet
	}
	return uint32(min(l.Done.Sub(l.From).Seconds(), notYet-1))
}

func known(seconds uint32) *uint32 {
	if seconds == notYet {
		return nil
	}
	return &seconds
}

// quality adds what messages lacked.
func (c *Card) quality(q feed.Quality) {
	c.Rows = append(c.Rows, Row{Part: partQuality, Measure: messagesKey, Count: q.Messages, words: messagesWords(c.Agency)},
		Row{Part: partQuality, Measure: wholeKey, Count: q.Whole, Of: q.Messages, words: "Lacked nothing", share: true})
	for _, g := range feed.Gaps(c.Agency.Police()) {
		c.Rows = append(c.Rows, Row{Part: partQuality, Measure: lackingKey + string(g), Count: q.Lacking(g), Of: q.Messages, words: g.Words(), share: true})
	}
	c.Rows = append(c.Rows, Row{Part: partQuality, Measure: "children-named", Count: q.Named, Of: q.Children, words: "Children named, of those in the household", share: true})
}

func messagesWords(g Agency) string {
	if g.Police() {
		return "Notifications received"
	}
	return "Contacts and referrals received"
}

// weeksOf counts by the week in which something fell due, or came.
func weeksOf(n counting, all []Line, cells []record.Cell) weekly {
	first := n.From.AddDays(-((int(n.From.Weekday()) + 6) % 7))
	last := n.To
	if today := n.at.Date(); last.After(today) {
		last = today
	}
	w := weekly{}
	for day := first; !day.After(last); day = day.AddDays(7) {
		w.from = append(w.from, day)
	}
	w.due, w.late = make([]feed.Share, len(w.from)), make([]feed.Share, len(w.from))
	for _, l := range all {
		if l.Kind == kindMeetings || !n.due(l) {
			continue
		}
		if i := first.DaysUntil(l.Due.Date()) / 7; i < len(w.due) {
			w.due[i].N++
			if l.State == inTime {
				w.due[i].X++
			}
		}
	}
	for _, c := range cells {
		if i := first.DaysUntil(c.Day) / 7; i >= 0 && i < len(w.late) {
			w.late[i].X, w.late[i].N = w.late[i].X+c.Late, w.late[i].N+c.Arrived
		}
	}
	return w
}

// percent is a share with one decimal; nothing of nothing.
func (r Row) percent() string {
	if !r.share || r.Of == 0 {
		return ""
	}
	return strconv.FormatFloat(100*float64(r.Count)/float64(r.Of), 'f', 1, 64)
}

func hours(seconds *uint32) string {
	if seconds == nil {
		return ""
	}
	return fmt.Sprintf("%.2f", float64(*seconds)/3600)
}

// Sheet is the same rows as a file.
func (c *Card) Sheet() web.Sheet {
	s := web.Sheet{Head: []string{"part", "measure", "grade", "count", "of", "percent", "median_hours", "p90_hours", "p95_hours", "longest_hours"}}
	for _, r := range c.Rows {
		of := ""
		if r.share {
			of = strconv.Itoa(r.Of)
		}
		s.Rows = append(s.Rows, []string{r.Part, r.Measure, r.Grade, strconv.Itoa(r.Count), of, r.percent(), hours(r.Median), hours(r.P90), hours(r.P95), hours(r.Longest)})
	}
	return s
}

// Behind is the list behind one number.
type Behind struct {
	Agency  Agency     `json:"agency"`
	Measure string     `json:"measure"`
	From    civil.Date `json:"from"`
	To      civil.Date `json:"to"`
	Rows    any        `json:"rows"` // lines, or messages

	Lines  []Line    `json:"-"`
	Sent   []Message `json:"-"`
	words  string
	now    civil.Instant
	next   *Message // the last of this page, when there are more
	period Period
}

// PageSize is how many rows a page of a list shows.
const PageSize = 100

// after is where a page of messages begins.
type after struct {
	at civil.Instant
	id string
}

// Behind lists what a number counts, whole.
func (d *Desk) Behind(ctx context.Context, who access.Actor, agency, key string, p Period) (*Behind, error) {
	return d.list(ctx, who, agency, key, p, after{}, true)
}

// list lists what a number counts: a page of it, or with whole all of it for a file.
func (d *Desk) list(ctx context.Context, who access.Actor, agency, key string, p Period, from after, whole bool) (*Behind, error) {
	out := &Behind{}
	err := d.look(ctx, who, access.SeeScorecard, func(v *record.View, all []Agency) error {
		g, err := agencyOf(all, agency)
		if err != nil {
			return err
		}
		*out = Behind{Agency: g, Measure: key, From: p.From, To: p.To, now: v.Now, period: p}
		if gap, ok := gapOf(key, g.Police()); ok {
			return out.messages(ctx, v, gap, from, whole)
		}
		m, ok := measureOf(key)
		if !ok {
			return hiddenMeasure()
		}
		out.words = m.words
		if m.of != "" {
			of, _ := measureOf(m.of)
			out.words = of.words + ": " + m.words
		}
		rows, err := lines(ctx, v, v.Authority, asked{agency: g.ID, period: p, at: v.Now, refs: true})
		out.Lines = sorted(m.only(counting{p, v.Now}, rows))
		out.Rows = out.Lines
		return err
	})
	return out, err
}

func (b *Behind) messages(ctx context.Context, v *record.View, gap string, from after, whole bool) error {
	b.words = messagesWords(b.Agency)
	switch {
	case gap == "-":
		b.words += ": lacked nothing"
	case gap != "":
		b.words += ": " + feed.Gap(gap).Words()
	}
	n := PageSize + 1
	if whole {
		n = math.MaxInt32
	}
	if from.at.IsZero() {
		from.at = b.period.end()
	}
	rows, err := messages(ctx, v, asked{agency: b.Agency.ID, period: b.period, at: v.Now}, b.Agency.Police(), gap, from, n)
	if err != nil {
		return err
	}
	if !whole && len(rows) > PageSize {
		rows = rows[:PageSize]
		b.next = &rows[PageSize-1]
	}
	if rows == nil {
		rows = []Message{}
	}
	b.Sent, b.Rows = rows, rows
	return nil
}

// messages reads messages, the latest first, as the record knew them at a moment.
func messages(ctx context.Context, v *record.View, a asked, police bool, gap string, from after, n int) ([]Message, error) {
	hidden, err := concealed(ctx, v, v.Authority, a.at)
	if err != nil {
		return nil, err
	}
	rows, err := collectMessages(ctx, v, a, police, gap, from, n)
	for i := range rows {
		if hidden[rows[i].id] {
			rows[i].Ref, rows[i].SenderRef = "", ""
		}
	}
	return rows, err
}
