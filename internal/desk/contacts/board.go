package contacts

import (
	"context"
	"database/sql"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/queue"
	"frontdoor/internal/record"
)

// Board is the front door's list of contacts that wait for a decision.
type Board struct {
	Now     civil.Instant
	Strip   Strip
	Cards   []Card
	Workers []Partner // who works on contacts now, for the filter
	Next    Cursor    // where the next page starts; zero when this is the last
	Last    civil.Instant
	Alarms  []string         // that children of one group are found less often, for those who may see it
	Feeds   []string         // what is wrong with the police's feeds, in words
	Load    record.LoadAlarm // what must be done before a contact passes its time
	Lost    int              // notices of the last week that reached nobody
	Joint   bool             // the reader is in a team with another agency
}

// Strip is the row of numbers above the board; each opens its list.
type Strip struct {
	Late, Soon, Waiting, Partners, Unread int
	Messages, Worries                     int // of partners: not read, not answered
	Untold                                int // referrers not told in time what was decided
}

// Card is one contact on the board.
type Card struct {
	ID, Ref     string
	Masked      bool
	Kids        []CardKid
	Channel     pathway.Channel
	Source      string
	Grade, RAG  string
	Danger      string
	IncidentAt  civil.Instant
	ReceivedAt  civil.Instant
	DueAt       civil.Instant
	WarnAt      civil.Instant
	Opened      bool
	WorkingOn   string
	WorkingName string
	Screened    bool
	HistoryRead bool
	Marks       []pathway.Mark
	Waiting     []OpenWait // questions to partners that are open
	rank        int64
	since       civil.Instant
	conceal     access.Concealment
}

// CardKid is a child on a card.
type CardKid struct {
	Name, Age, PersonID, Link, Outcome string
	Band                               person.Band // how far the system found who it is, of what may be shown
}

// Show narrows the board.
type Show struct {
	Only    string // late, soon, partners, unread, a band of age such as age-0-4 (see queue.Ages), or "" for all
	From    string // kind of source
	Working string // user id, "nobody", or ""
	After   Cursor
}

// Cursor is where a page of the board starts: after this place.
type Cursor struct {
	Rank  int64
	Since civil.Instant
	ID    string
}

// PageSize is how many contacts a page of the board shows.
const PageSize = 50

// warnBefore is when a card turns: this long before the decision is due.
const warnBefore = 4 * time.Hour

// unreadAfter is when a contact nobody has opened is counted as unread.
const unreadAfter = time.Hour

var (
	boardList = db.SQL("contacts.board", `
		SELECT c.id, c.ref, c.channel, c.source_name, c.grade, c.rag, c.danger, c.incident_at, c.received_at, c.due_at,
			c.opened_at IS NOT NULL, c.working_on, c.working_on_name, c.screened_at IS NOT NULL, c.history_read_at IS NOT NULL,
			c.rank, c.risk_since, c.conceal,
			CASE WHEN c.conceal = '' THEN TRUE ELSE EXISTS (
				SELECT 1 FROM contact_child cc
				JOIN restriction_named n ON n.authority_id = cc.authority_id AND n.user_id = $3 AND n.ended_at IS NULL
					AND (n.person_id = cc.person_id OR n.person_id = cc.may_be)
				WHERE cc.contact_id = c.id AND cc.authority_id = c.authority_id) END
		FROM contact c
		WHERE `+record.BoardVisible+`
			AND ($4 = '' OR c.source_kind = $4)
			AND ($5 = '' OR c.working_on = $5 OR ($5 = 'nobody' AND c.working_on = ''))
			AND ($6 <> 'late' OR c.due_at < $7)
			AND ($6 <> 'soon' OR (c.due_at >= $7 AND c.due_at < $8))
			AND ($6 <> 'age' OR (c.due_at >= $7 AND c.received_at > $14 AND c.received_at <= $15))
			AND ($6 <> 'unread' OR (c.opened_at IS NULL AND c.received_at < $9))
			AND ($6 <> 'partners' OR EXISTS (
				SELECT 1 FROM information_request q
				WHERE q.authority_id = c.authority_id AND q.contact_id = c.id AND q.answered_at IS NULL AND q.state IN ('sent', 'acknowledged')))
			AND (c.rank, c.risk_since, c.id) > ($10, $11, $12)
		ORDER BY c.rank, c.risk_since, c.id
		LIMIT $13`)
	boardStrip = db.SQL("contacts.board-strip", `
		SELECT count(*), count(*) FILTER (WHERE c.due_at < $4), count(*) FILTER (WHERE c.due_at >= $4 AND c.due_at < $5),
			count(*) FILTER (WHERE c.opened_at IS NULL AND c.received_at < $6), max(c.received_at)
		FROM contact c
		WHERE c.authority_id = $1 AND `+record.BoardVisible)
	boardPartners = db.SQL("contacts.board-partners", `
		SELECT count(DISTINCT c.id) FROM information_request q
		JOIN contact c ON c.id = q.contact_id AND c.authority_id = q.authority_id
		WHERE q.authority_id = $1 AND q.answered_at IS NULL AND q.state IN ('sent', 'acknowledged') AND `+record.BoardVisible)
	boardKids = db.SQL("contacts.board-children", `
		SELECT contact_id, given, family, known_as, described, born, age_stated, unborn, person_id, link, outcome, band
		FROM contact_child WHERE contact_id IN (:list($1)) AND authority_id = $2 ORDER BY contact_id, position`)
	boardWaits = db.SQL("contacts.board-requests", `
		SELECT contact_id, child_id, agency, organisation_name, due_at FROM information_request
		WHERE contact_id IN (:list($1)) AND authority_id = $2 AND answered_at IS NULL AND state IN ('sent', 'acknowledged')
		ORDER BY due_at`)
	boardWorkers = db.SQL("contacts.board-workers", `
		SELECT DISTINCT working_on, '', working_on_name FROM contact
		WHERE authority_id = $1 AND decided_at IS NULL AND working_on <> ''`)
)

var beginning = civil.DateOf(1900, 1, 1).Start()

// Board lists what waits for a decision: the most dangerous first, and within one
// grade the oldest risk. The order, the strip and the list come from one scope.
func (d *Desk) Board(ctx context.Context, who access.Actor, show Show) (*Board, error) {
	b := &Board{}
	if err := d.Record.RefreshFeeds(ctx, who.Authority); err != nil {
		return b, err
	}
	err := d.Record.Look(ctx, who, access.PurposeWorklist, func(v *record.View) error {
		*b = Board{Now: v.Now}
		s, err := v.Scope(access.ListContacts)
		if err != nil {
			return err
		}
		mask := s.Restricted == access.Mask
		soon, unread := v.Now.Add(warnBefore), v.Now.Add(-unreadAfter)
		err = v.QueryRowContext(ctx, boardStrip, v.Authority, mask, who.ID, v.Now, soon, unread).
			Scan(&b.Strip.Waiting, &b.Strip.Late, &b.Strip.Soon, &b.Strip.Unread, &b.Last)
		if err != nil {
			return err
		}
		if err := v.QueryRowContext(ctx, boardPartners, v.Authority, mask, who.ID).Scan(&b.Strip.Partners); err != nil {
			return err
		}
		after := show.After
		if after.Since.IsZero() {
			after = Cursor{Rank: -1, Since: beginning}
		}
		only, received, until := show.Only, beginning, v.Now
		if age, ok := queue.AgeOf(show.Only); ok {
			only = "age"
			if received, until = age.Between(v.Now); received.IsZero() {
				received = beginning
			}
		}
		b.Cards, err = db.Collect(ctx, v, scanCard, boardList, v.Authority, mask, who.ID, show.From, show.Working, only,
			v.Now, soon, unread, after.Rank, after.Since, after.ID, PageSize+1, received, until)
		if err != nil {
			return err
		}
		if len(b.Cards) > PageSize {
			b.Cards = b.Cards[:PageSize]
			last := b.Cards[PageSize-1]
			b.Next = Cursor{last.rank, last.since, last.ID}
		}
		if b.Workers, err = db.Collect(ctx, v, func(r *sql.Rows, p *Partner) error { return r.Scan(&p.ID, &p.Kind, &p.Name) }, boardWorkers, v.Authority); err != nil {
			return err
		}
		if b.Alarms, err = v.FairnessAlarms(ctx); err != nil {
			return err
		}
		if b.Strip.Untold, err = v.Untold(ctx); err != nil {
			return err
		}
		if b.Strip.Messages, b.Strip.Worries, err = v.FromPartners(ctx); err != nil {
			return err
		}
		if b.Joint, err = v.InJointTeam(ctx); err != nil {
			return err
		}
		if b.Feeds, err = v.FeedAlarms(ctx); err != nil {
			return err
		}
		if b.Lost, err = v.UndeliveredLately(ctx); err != nil {
			return err
		}
		if access.ScopeOf(who, access.SeeLoad).Named {
			if b.Load, err = v.LoadAlarm(ctx); err != nil {
				return err
			}
		}
		return b.fill(ctx, v)
	})
	return b, err
}

func scanCard(r *sql.Rows, c *Card) error {
	var open bool
	err := r.Scan(&c.ID, &c.Ref, &c.Channel, &c.Source, &c.Grade, &c.RAG, &c.Danger, &c.IncidentAt, &c.ReceivedAt, &c.DueAt,
		&c.Opened, &c.WorkingOn, &c.WorkingName, &c.Screened, &c.HistoryRead, &c.rank, &c.since, &c.conceal, &open)
	c.Masked, c.WarnAt = !open, c.DueAt.Add(-warnBefore)
	return err
}

// fill adds the children, what is known of them and what partners owe, in a fixed
// number of queries however many cards there are.
func (b *Board) fill(ctx context.Context, v *record.View) error {
	at := map[string]*Card{}
	var ids, refs []string
	for i := range b.Cards {
		c := &b.Cards[i]
		refs = append(refs, c.Ref)
		if !c.Masked {
			at[c.ID] = c
			ids = append(ids, c.ID)
		}
	}
	v.Saw("board", refs...)
	type kid struct {
		contact string
		CardKid
	}
	kids, err := db.Collect(ctx, v, func(r *sql.Rows, k *kid) error {
		var x Kid
		var age sql.NullInt64
		d := &x.Described
		err := r.Scan(&k.contact, &d.Given, &d.Family, &d.KnownAs, &d.Words, &d.Born, &age, &d.Unborn, &k.PersonID, &k.Link, &k.Outcome, &k.Band)
		d.AgeStated = -1
		if age.Valid {
			d.AgeStated = int(age.Int64)
		}
		k.Name, k.Age = x.Name(), x.AgeWords(v.Now.Date())
		return err
	}, boardKids, db.List(ids), v.Authority)
	if err != nil {
		return err
	}
	var persons []string
	for _, k := range kids {
		at[k.contact].Kids = append(at[k.contact].Kids, k.CardKid)
		if k.PersonID != "" {
			persons = append(persons, k.PersonID)
		}
	}
	type ask struct {
		contact string
		OpenWait
	}
	asks, err := db.Collect(ctx, v, func(r *sql.Rows, w *ask) error {
		return r.Scan(&w.contact, &w.Child, &w.Agency, &w.Owner, &w.Due)
	}, boardWaits, db.List(ids), v.Authority)
	if err != nil {
		return err
	}
	for _, w := range asks {
		at[w.contact].Waiting = append(at[w.contact].Waiting, w.OpenWait)
	}
	return b.mark(ctx, v, persons)
}

// mark adds what the history says, the strongest of a card's children, and how far it
// is settled who they are.
func (b *Board) mark(ctx context.Context, v *record.View, persons []string) error {
	all, err := historiesOf(ctx, v, v.Authority, persons)
	if err != nil {
		return err
	}
	for i := range b.Cards {
		c := &b.Cards[i]
		if c.Masked {
			c.Marks = []pathway.Mark{{Words: "Restricted: named staff only", Tone: "restricted"}}
			continue
		}
		for _, k := range c.Kids {
			if k.PersonID == "" {
				continue
			}
			marks := pathway.Summarise(all.before(k.PersonID, c.ID), c.ReceivedAt).Marks(c.Channel == pathway.ByPolice)
			if len(marks) > len(c.Marks) {
				c.Marks = marks
			}
		}
		known := c.identity()
		if known.Words == "" && len(c.Marks) == 0 {
			known = pathway.Mark{Words: "New to us", Tone: "quiet"}
		}
		if known.Words != "" {
			c.Marks = append(c.Marks[:min(len(c.Marks), mostMarks-1)], known)
		}
	}
	return nil
}

// mostMarks is how many marks a card shows.
const mostMarks = 3

// identity says how far it is settled who a card's children are, of the child about
// whom least is settled.
func (c Card) identity() pathway.Mark {
	var worst pathway.Mark
	rank := 0
	for _, k := range c.Kids {
		if m, r := identityMark(k.PersonID, pathway.LinkState(k.Link), k.Band); r > rank {
			worst, rank = m, r
		}
	}
	return worst
}

// identityMark says in a few words how far it is settled who a child is, and how much
// of it is left to a person. Nothing is said of a child whom a person has settled.
func identityMark(linked string, link pathway.LinkState, band person.Band) (pathway.Mark, int) {
	switch {
	case linked != "" && link == pathway.LinkSystem:
		return pathway.Mark{Words: "Linked by the system", Tone: "done"}, 1
	case linked != "":
		return pathway.Mark{}, 0
	case link == pathway.LinkUnresolved:
		return pathway.Mark{Words: "Looked, not settled", Tone: "quiet"}, 2
	case band == person.FamilyOnly:
		return pathway.Mark{Words: "We know the family", Tone: "note"}, 4
	case band == person.Review || band == person.Certain:
		return pathway.Mark{Words: "To confirm", Tone: "soon"}, 5
	}
	return pathway.Mark{Words: "Not matched", Tone: "quiet"}, 3
}
