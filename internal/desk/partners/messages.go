package partners

import (
	"context"
	"database/sql"
	"slices"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// Thread is what the front door and one agency wrote to each other about one child.
type Thread struct {
	ID, Contact, Child, Agency string
	Messages                   []Message
	organisation, kind, email  string
	kid                        kid
	shown                      bool // the agency was told the child's name: by a question or an invitation
}

// Message is one of them, with when it was sent and read.
type Message struct {
	FromAgency           bool
	Text, By             string
	Sent, Read, Answered civil.Instant
	ReadBy               string
}

// Party is an agency that something about a child was sent to or came from, so that
// writing to it about that child discloses nothing new.
type Party struct {
	Child, Said, Organisation, Name string
}

var (
	threadByID = db.SQL("partners.thread", `
		SELECT t.id, t.organisation_id, o.name, o.kind, o.email, `+toldBy+`, `+kidColumns+`
		FROM thread t
		JOIN organisation o ON o.id = t.organisation_id AND o.authority_id = t.authority_id
		JOIN contact_child cc ON cc.id = t.child_id AND cc.authority_id = t.authority_id`+kidTables+`
		WHERE t.id = $1 AND t.authority_id = $2`)
	threadOf = db.SQL("partners.thread-of", `SELECT id FROM thread WHERE child_id = $1 AND organisation_id = $2 AND authority_id = $3`)
	// Who is already a party to a child of a contact: it told us, was asked, or is invited.
	parties = db.SQL("partners.parties", `
		SELECT DISTINCT x.child_id, x.organisation_id, o.name FROM (
			SELECT cc.id AS child_id, c.organisation_id AS organisation_id FROM contact c
				JOIN contact_child cc ON cc.contact_id = c.id AND cc.authority_id = c.authority_id WHERE c.ref = $1 AND c.authority_id = $2
			UNION ALL SELECT q.child_id, q.organisation_id FROM information_request q
				JOIN contact c ON c.id = q.contact_id AND c.authority_id = q.authority_id WHERE c.ref = $1 AND q.authority_id = $2 AND q.state <> 'withdrawn'
			UNION ALL SELECT d.child_id, s.owner_id FROM discussion_child d
				JOIN discussion g ON g.id = d.discussion_id AND g.authority_id = d.authority_id
				JOIN contact c ON c.id = g.contact_id AND c.authority_id = g.authority_id
				JOIN discussion_seat s ON s.discussion_id = d.discussion_id AND s.authority_id = d.authority_id
				WHERE c.ref = $1 AND d.authority_id = $2 AND s.invited_at IS NOT NULL
		) x
		JOIN organisation o ON o.id = x.organisation_id AND o.authority_id = $2
		WHERE ($3 = '' OR x.organisation_id = $3)
		ORDER BY x.child_id, o.name, x.organisation_id`)
	addThread  = db.InsertInto("partners.add-thread", "thread", "id, authority_id, contact_id, child_id, organisation_id, begun_at, begun_by", "")
	addMessage = db.InsertInto("partners.add-message", "thread_message", "id, authority_id, thread_id, way, body, sent_at, by_id, by_name", "")
	messagesOf = db.SQL("partners.messages", `
		SELECT way, body, by_name, sent_at, read_at, read_by_name, answered_at FROM thread_message WHERE thread_id = $1 AND authority_id = $2 ORDER BY sent_at, id`)
	setRead = db.SQL("partners.set-read", `
		UPDATE thread_message SET read_at = $4, read_by_name = $5 WHERE thread_id = $1 AND authority_id = $2 AND way = $3 AND read_at IS NULL`)
	setReplied = db.SQL("partners.set-answered", `
		UPDATE thread_message SET answered_at = $4 WHERE thread_id = $1 AND authority_id = $2 AND way = $3 AND answered_at IS NULL`)
)

// toldBy says whether an agency was told a child's name here: it was asked about them, or
// has a seat where they are discussed.
const toldBy = `(EXISTS (SELECT 1 FROM information_request q WHERE q.child_id = t.child_id AND q.organisation_id = t.organisation_id AND q.authority_id = t.authority_id)
		OR EXISTS (SELECT 1 FROM discussion_child d JOIN discussion_seat s ON s.discussion_id = d.discussion_id AND s.authority_id = d.authority_id
			WHERE d.child_id = t.child_id AND d.authority_id = t.authority_id AND s.owner_id = t.organisation_id AND s.invited_at IS NOT NULL))`

func scanThread(r *sql.Rows, t *Thread) error {
	err := scanKidAfter(r, &t.kid, &t.ID, &t.organisation, &t.Agency, &t.kind, &t.email, &t.shown)
	t.Contact, t.Child = t.kid.Contact, t.kid.Name
	return err
}

// calledFor is what the reader's side calls the child.
func (t *Thread) calledFor(who access.Actor) {
	if who.AgencyID != "" && !t.shown {
		t.Child = t.kid.Said
	}
}

func openThread(ctx context.Context, q db.Queryer, who access.Actor, id string, act access.Action, allow func(access.Action, access.About) error) (Thread, error) {
	t, err := db.One(ctx, q, scanThread, threadByID, id, who.Authority)
	if err != nil {
		return t, missed(allow, act, err)
	}
	about, err := t.kid.about(ctx, q, who.Authority, "thread", t.Contact, t.organisation)
	if err != nil {
		return t, err
	}
	t.calledFor(who)
	return t, allow(act, about)
}

// Thread shows what was written, and notes that the reader's side has read it now.
func (d *Desk) Thread(ctx context.Context, who access.Actor, id string) (t Thread, now civil.Instant, err error) {
	err = d.Record.Look(ctx, who, who.WorkPurpose(), func(v *record.View) error {
		now = v.Now
		if t, err = openThread(ctx, v, who, id, access.ReadMessages, v.Allow); err != nil {
			return err
		}
		v.Saw("messages", t.Contact)
		if t.kid.Ref != "" && who.AgencyID == "" {
			v.Saw("messages", t.kid.Ref)
		}
		t.Messages, err = db.Collect(ctx, v, scanMessage, messagesOf, id, v.Authority)
		return err
	})
	in := record.WayIn(who) == record.FromAgency
	if err != nil || who.ReadOnly || !slices.ContainsFunc(t.Messages, func(m Message) bool { return m.FromAgency == in && m.Read.IsZero() }) {
		return t, now, err
	}
	return t, now, d.read(ctx, who, id)
}

func scanMessage(r *sql.Rows, m *Message) error {
	var way string
	err := r.Scan(&way, &m.Text, &m.By, &m.Sent, &m.Read, &m.ReadBy, &m.Answered)
	m.FromAgency = way == record.FromAgency
	return err
}

func (d *Desk) read(ctx context.Context, who access.Actor, id string) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		t, err := openThread(ctx, tx, who, id, access.ReadMessages, tx.Allow)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, setRead, id, tx.Authority, record.WayIn(who), tx.Now, who.Name); err != nil {
			return err
		}
		return tx.Apply(ctx, record.Subject{Kind: "thread", Ref: t.Contact, Contact: t.kid.ContactID}, "read messages", pathway.Consequences{})
	})
}

// Parties lists who may be written to about the children of a contact.
func (d *Desk) Parties(ctx context.Context, who access.Actor, contact string) (out []Party, err error) {
	err = d.Record.Look(ctx, who, who.WorkPurpose(), func(v *record.View) error {
		out, err = findParties(ctx, v, who, contact, access.SendMessage, v.Allow)
		v.Saw("form to write to an agency", contact)
		return err
	})
	return out, err
}

// findParties are the agencies and children that this person may write about: for a
// partner its own agency alone. It refuses as if the contact did not exist when there is
// none, so that nobody learns of a contact this way.
func findParties(ctx context.Context, q db.Queryer, who access.Actor, contact string, act access.Action, allow func(access.Action, access.About) error) ([]Party, error) {
	kids, err := db.Collect(ctx, q, scanKid, kidsOfContact, contact, who.Authority)
	if err != nil {
		return nil, err
	}
	all, err := db.Collect(ctx, q, func(r *sql.Rows, p *Party) error { return r.Scan(&p.Child, &p.Organisation, &p.Name) }, parties, contact, who.Authority, who.AgencyID)
	if err != nil {
		return nil, err
	}
	var out []Party
	hidden := refusal.Hidden()
	for _, k := range kids {
		about, err := k.about(ctx, q, who.Authority, "thread", contact, who.AgencyID)
		if err != nil {
			return nil, err
		}
		if who.AgencyID != "" && !slices.ContainsFunc(all, func(p Party) bool { return p.Child == k.ID }) {
			continue
		}
		if err := allow(act, about); err != nil {
			hidden = err
			continue
		}
		if k.conceal != access.Unrestricted {
			hidden = refusal.New(refusal.Denied, "This record is restricted, so nothing is written about it to another agency here. Speak with them on the telephone")
			continue
		}
		found := false
		for _, p := range all {
			if p.Child == k.ID {
				if p.Said = k.Name; who.AgencyID != "" {
					p.Said = k.Said
				}
				out, found = append(out, p), true
			}
		}
		if !found {
			hidden = refusal.New(refusal.Conflict, "No agency has told us of this child, been asked or been invited. Ask an agency a question first, with what makes it lawful")
		}
	}
	if len(out) == 0 {
		if len(kids) == 0 || who.AgencyID != "" {
			return nil, missed(allow, act, hidden)
		}
		return nil, hidden
	}
	return out, nil
}

// Write sends the first message, or another, about a child of a contact to an agency that
// is a party to it; a partner's own writes to the front door. It gives the thread.
func (d *Desk) Write(ctx context.Context, who access.Actor, contact, child, agency, text string) (id string, err error) {
	if who.AgencyID != "" {
		agency = who.AgencyID
	}
	err = d.Record.Do(ctx, who, func(tx *record.Tx) error {
		all, err := findParties(ctx, tx, who, contact, access.SendMessage, tx.Allow)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(p Party) bool { return p.Child == child && p.Organisation == agency })
		if i < 0 {
			return refusal.Field("to", "Select which child, and who to write to")
		}
		if err := tx.QueryRowContext(ctx, threadOf, child, agency, tx.Authority).Scan(&id); db.NotFound(err) {
			k, err := db.One(ctx, tx, scanKid, kidByID, child, tx.Authority)
			if err != nil {
				return err
			}
			id = tx.NewID()
			if err := addThread.Exec(ctx, tx, []any{id, tx.Authority, k.ContactID, child, agency, tx.Now, who.ID}); err != nil {
				return err
			}
		} else if err != nil {
			return err
		}
		return send(ctx, tx, who, id, text)
	})
	return id, err
}

// Reply adds a message to a thread. Every message of the other side that had no answer
// has one now.
func (d *Desk) Reply(ctx context.Context, who access.Actor, id, text string) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error { return send(ctx, tx, who, id, text) })
}

func send(ctx context.Context, tx *record.Tx, who access.Actor, id, text string) error {
	t, err := openThread(ctx, tx, who, id, access.SendMessage, tx.Allow)
	if err != nil {
		return err
	}
	in := record.WayIn(who)
	m := pathway.Message{ID: tx.NewID(), Thread: id, Contact: t.Contact, Child: t.kid.ID, Agency: pathway.Agency(t.kind), FromAgency: who.AgencyID != "", Text: text, To: "desk:" + string(pathway.FrontDoor)}
	out := record.FromAgency
	if !m.FromAgency {
		m.To, out = t.email, record.ToAgency
	}
	next, err := m.Send()
	if err != nil {
		return err
	}
	if err := addMessage.Exec(ctx, tx, []any{m.ID, tx.Authority, id, out, text, tx.Now, who.ID, who.Name}); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, setReplied, id, tx.Authority, in, tx.Now); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, setRead, id, tx.Authority, in, tx.Now, who.Name); err != nil {
		return err
	}
	return tx.Apply(ctx, record.Subject{Kind: "thread", Ref: t.Contact, Contact: t.kid.ContactID}, "write a message", next)
}

// Listed is a thread in the list.
type Listed struct {
	ID      string
	Contact string
	Child   string
	Agency  string
	Last    civil.Instant
	By      string
	Sent    int
	Unread  int // by the reader's side
	Theirs  int // by the other side
	Oldest  civil.Instant
}

var threads = db.SQL("partners.threads", `
		SELECT x.last_at, x.n, x.unread, x.theirs, x.oldest,
			(SELECT z.by_name FROM thread_message z WHERE z.thread_id = t.id AND z.authority_id = t.authority_id ORDER BY z.sent_at DESC, z.id DESC LIMIT 1),
			t.id, t.organisation_id, o.name, o.kind, o.email, `+toldBy+`, `+kidColumns+`
		FROM (
			SELECT t.id, max(m.sent_at) AS last_at, count(*) AS n, count(*) FILTER (WHERE m.way = $6 AND m.read_at IS NULL) AS unread,
				count(*) FILTER (WHERE m.way <> $6 AND m.read_at IS NULL) AS theirs, min(CASE WHEN m.way = $6 AND m.read_at IS NULL THEN m.sent_at END) AS oldest
			FROM thread t
			JOIN thread_message m ON m.thread_id = t.id AND m.authority_id = t.authority_id
			JOIN contact_child cc ON cc.id = t.child_id AND cc.authority_id = t.authority_id
			WHERE`+record.MessagesSeenBy+`
			GROUP BY t.id
		) x
		JOIN thread t ON t.id = x.id AND t.authority_id = $1
		JOIN organisation o ON o.id = t.organisation_id AND o.authority_id = t.authority_id
		JOIN contact_child cc ON cc.id = t.child_id AND cc.authority_id = t.authority_id`+kidTables+`
		WHERE $7 = FALSE OR x.unread > 0
		ORDER BY x.last_at DESC, t.id LIMIT $8`)

// Threads lists what was written to and by agencies, the latest first, as the reader may
// see it; unread alone when asked.
func (d *Desk) Threads(ctx context.Context, who access.Actor, unread bool) (out []Listed, now civil.Instant, err error) {
	err = d.Record.Look(ctx, who, who.WorkPurpose(), func(v *record.View) error {
		now = v.Now
		s, err := v.Scope(access.ReadMessages)
		if err != nil {
			return err
		}
		out, err = listThreads(ctx, v, s, unread)
		for _, l := range out {
			v.Saw("messages", l.Contact)
		}
		return err
	})
	return out, now, err
}

func listThreads(ctx context.Context, v *record.View, s access.Scope, unread bool) ([]Listed, error) {
	return db.Collect(ctx, v, func(r *sql.Rows, l *Listed) error {
		var t Thread
		err := scanKidAfter(r, &t.kid, &l.Last, &l.Sent, &l.Unread, &l.Theirs, &l.Oldest, &l.By, &t.ID, &t.organisation, &t.Agency, &t.kind, &t.email, &t.shown)
		t.Contact, t.Child = t.kid.Contact, t.kid.Name
		t.calledFor(v.Who)
		l.ID, l.Contact, l.Child, l.Agency = t.ID, t.Contact, t.Child, t.Agency
		return err
	}, threads, v.Authority, s.UserID, s.AgencyID, s.WorkerID, db.List(s.Teams), record.WayIn(v.Who), unread, mostListed)
}
