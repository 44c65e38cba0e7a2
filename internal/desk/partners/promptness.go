package partners

import (
	"cmp"
	"context"
	"database/sql"
	"net/url"
	"slices"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// What is measured: questions put to an agency, messages to it, and messages from it to
// the front door, so that each side sees how prompt both are (findings 10 and 11).
const (
	Questions    = "questions"
	MessagesTo   = "messages_to"
	MessagesFrom = "messages_from"
)

// measured are these with their words, in the order of the page.
var measured = []struct{ what, words string }{
	{Questions, "Questions put to them"}, {MessagesTo, "Messages to them"}, {MessagesFrom, "Messages from them to the front door"},
}

// Sent is one question or message, by the reference of its contact and without a child.
type Sent struct {
	What     string
	Agency   string
	Contact  string
	Sent     civil.Instant
	Read     civil.Instant
	Answered civil.Instant
	ToRead   *int64
	ToAnswer *int64
	agencyID string
}

// Prompt is how soon one agency reads and answers, or is read and answered.
type Prompt struct {
	Agency   string
	What     string
	Sent     int
	Read     int
	ToRead   *int64
	Answered int
	ToAnswer *int64
	Open     int
	Oldest   civil.Instant
	agencyID string
}

// Promptness is what the page, its CSV and its JSON show.
type Promptness struct {
	From civil.Date
	Rows []Prompt
	now  civil.Instant
}

// A message that nobody has to answer, such as thanks, stays without an answer: the
// share that is answered is shown beside the median, which is of those that are. A
// question answered by telephone or after its link ended counts like any other; one that
// was withdrawn does not.
var (
	sentQuestions = db.SQL("partners.promptness-questions", `
		SELECT q.organisation_id, o.name, CASE WHEN c.conceal = '' THEN c.ref ELSE '' END, q.asked_at, COALESCE(q.opened_at, q.answered_at), q.answered_at FROM information_request q
		JOIN contact c ON c.id = q.contact_id AND c.authority_id = q.authority_id
		JOIN organisation o ON o.id = q.organisation_id AND o.authority_id = q.authority_id
		WHERE q.authority_id = $1 AND ($2 = '' OR q.organisation_id = $2) AND q.asked_at >= $3 AND q.state <> 'withdrawn'
		ORDER BY q.asked_at, q.id`)
	sentMessages = db.SQL("partners.promptness-messages", `
		SELECT t.organisation_id, o.name, CASE WHEN c.conceal = '' THEN c.ref ELSE '' END, m.sent_at, m.read_at, m.answered_at FROM thread_message m
		JOIN thread t ON t.id = m.thread_id AND t.authority_id = m.authority_id
		JOIN contact c ON c.id = t.contact_id AND c.authority_id = t.authority_id
		JOIN organisation o ON o.id = t.organisation_id AND o.authority_id = t.authority_id
		WHERE m.authority_id = $1 AND ($2 = '' OR t.organisation_id = $2) AND m.sent_at >= $3 AND m.way = $4
		ORDER BY m.sent_at, m.id`)
)

// allSent reads everything that is measured since a day, for one agency or all.
func allSent(ctx context.Context, v *record.View, agency string, from civil.Date) ([]Sent, error) {
	scan := func(what string) func(*sql.Rows, *Sent) error {
		return func(r *sql.Rows, s *Sent) error {
			s.What = what
			err := r.Scan(&s.agencyID, &s.Agency, &s.Contact, &s.Sent, &s.Read, &s.Answered)
			s.ToRead, s.ToAnswer = took(s.Sent, s.Read), took(s.Sent, s.Answered)
			return err
		}
	}
	out, err := db.Collect(ctx, v, scan(Questions), sentQuestions, v.Authority, agency, from.Start())
	if err != nil {
		return nil, err
	}
	for _, x := range []struct{ what, way string }{{MessagesTo, record.ToAgency}, {MessagesFrom, record.FromAgency}} {
		some, err := db.Collect(ctx, v, scan(x.what), sentMessages, v.Authority, agency, from.Start(), x.way)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return out, nil
}

func took(from, to civil.Instant) *int64 {
	if to.IsZero() {
		return nil
	}
	n := int64(to.Sub(from).Seconds())
	return &n
}

// median is the middle of what is known; of two in the middle their mean, in whole
// seconds. Nothing of nothing.
func median(all []*int64) *int64 {
	var known []int64
	for _, n := range all {
		if n != nil {
			known = append(known, *n)
		}
	}
	if len(known) == 0 {
		return nil
	}
	slices.Sort(known)
	m := known[len(known)/2]
	if len(known)%2 == 0 {
		m = (m + known[len(known)/2-1]) / 2
	}
	return &m
}

// prompts gathers what was sent by agency and kind.
func prompts(all []Sent) []Prompt {
	type key struct{ agency, what string }
	by := map[key][]Sent{}
	for _, s := range all {
		k := key{s.agencyID, s.What}
		by[k] = append(by[k], s)
	}
	var out []Prompt
	for k, list := range by {
		p := Prompt{Agency: list[0].Agency, What: k.what, Sent: len(list), agencyID: k.agency}
		var read, answered []*int64
		for _, s := range list {
			read, answered = append(read, s.ToRead), append(answered, s.ToAnswer)
			if s.ToRead != nil {
				p.Read++
			}
			switch {
			case s.ToAnswer != nil:
				p.Answered++
			case p.Oldest.IsZero() || s.Sent.Before(p.Oldest):
				p.Oldest = s.Sent
			}
		}
		p.Open, p.ToRead, p.ToAnswer = p.Sent-p.Answered, median(read), median(answered)
		out = append(out, p)
	}
	order := map[string]int{Questions: 0, MessagesTo: 1, MessagesFrom: 2}
	slices.SortFunc(out, func(a, b Prompt) int {
		return cmp.Or(cmp.Compare(a.Agency, b.Agency), cmp.Compare(a.agencyID, b.agencyID), cmp.Compare(order[a.What], order[b.What]))
	})
	return out
}

// promptWeeks is how far the figures look back when nobody says.
const promptWeeks = 26

// fromOf reads the day to begin with.
func (d *Desk) fromOf(q url.Values) (civil.Date, error) {
	s := q.Get("from")
	if s == "" {
		return d.Record.Now().Date().AddDays(-7 * promptWeeks), nil
	}
	day, err := civil.ParseDate(s)
	if err != nil || day.Year < 1990 {
		return civil.Date{}, refusal.Field("from", "Enter a day such as 2026-01-21")
	}
	return day, nil
}

// Promptness shows how soon each agency reads and answers since a day: to a partner its
// own agency alone, with the same rows that the front door sees of it.
func (d *Desk) Promptness(ctx context.Context, who access.Actor, from civil.Date) (Promptness, error) {
	out := Promptness{}
	err := d.Record.Look(ctx, who, access.PurposeOversight, func(v *record.View) error {
		out = Promptness{From: from, now: v.Now}
		s, err := v.Scope(access.SeeAnswers)
		if err != nil {
			return err
		}
		v.Saw("promptness of answers")
		all, err := allSent(ctx, v, s.AgencyID, from)
		out.Rows = prompts(all)
		return err
	})
	return out, err
}

// SentFilter chooses what a figure counted.
type SentFilter struct {
	Agency string // organisation id
	What   string
	Only   string // read, answered, open, or "" for everything sent
	From   civil.Date
}

func (f SentFilter) query() string {
	q := url.Values{"agency": {f.Agency}, "what": {f.What}, "from": {f.From.String()}}
	if f.Only != "" {
		q.Set("only", f.Only)
	}
	return q.Encode()
}

func (f SentFilter) keeps(s Sent) bool {
	switch {
	case f.Agency != "" && s.agencyID != f.Agency, f.What != "" && s.What != f.What:
		return false
	case f.Only == "read":
		return s.ToRead != nil
	case f.Only == "answered":
		return s.ToAnswer != nil
	case f.Only == "open":
		return s.ToAnswer == nil
	}
	return true
}

// Sent lists what a figure counted, the oldest first.
func (d *Desk) Sent(ctx context.Context, who access.Actor, f SentFilter) (out []Sent, now civil.Instant, err error) {
	err = d.Record.Look(ctx, who, access.PurposeOversight, func(v *record.View) error {
		now = v.Now
		s, err := v.Scope(access.SeeAnswers)
		if err != nil {
			return err
		}
		all, err := allSent(ctx, v, s.AgencyID, f.From)
		out = slices.DeleteFunc(all, func(x Sent) bool { return !f.keeps(x) })
		v.Saw("promptness of answers")
		return err
	})
	return out, now, err
}
