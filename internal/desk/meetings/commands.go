package meetings

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

var (
	addMeeting = db.InsertInto("meetings.add", "discussion",
		"id, authority_id, ref, contact_id, kind, state, immediate, needs, suspected, category, requested_at, requested_by, requested_by_name, follows", "")
	addKid  = db.InsertInto("meetings.add-child", "discussion_child", "discussion_id, authority_id, child_id", "")
	addSeat = db.InsertInto("meetings.add-seat", "discussion_seat",
		"id, authority_id, discussion_id, position, part, agency, owner_id, owner_name, name, email, deputy_for, deputy_name, deputy_email, token_hash, invited_at, answer_due", "")
	addSlot    = db.InsertInto("meetings.add-slot", "discussion_slot", "id, authority_id, discussion_id, starts_at, offered_at", "")
	addPoint   = db.InsertInto("meetings.add-point", "discussion_point", "discussion_id, authority_id, key, answer, why", "")
	addAction  = db.InsertInto("meetings.add-action", "discussion_action", "id, authority_id, discussion_id, position, child_id, what, agency, owner_id, due_at", "")
	addHolding = db.InsertInto("meetings.add-holding", "discussion_holding",
		"id, authority_id, discussion_id, held_at, recorded_at, recorded_by, mode, quoracy, missing, there", "")
	// Each invitation and each attendance is kept: a seat holds only the last.
	addInvited = db.InsertInto("meetings.add-invited", "discussion_invited", "id, authority_id, discussion_id, seat_id, part, owner_id, invited_at, answer_due", "")
	addThere   = db.InsertInto("meetings.add-there", "discussion_there", "holding_id, seat_id, authority_id, part, owner_id, attendance", "")
	addVisit   = db.InsertInto("meetings.add-visit", "meanwhile_visit",
		"id, authority_id, discussion_id, child_id, happened_at, by_whom, seen, alone, words, next_at, recorded_at, recorded_by", "")

	// The children of a contact for whom a discussion is waited for and none is open.
	toConvene = db.SQL("meetings.children-to-convene", `
		SELECT w.child_id, min(w.since) FROM wait w
		JOIN contact c ON c.id = w.contact_id AND c.authority_id = w.authority_id
		WHERE c.ref = $1 AND w.authority_id = $2 AND w.timescale = 'strategy.discussion' AND w.ended_at IS NULL
			AND NOT EXISTS (SELECT 1 FROM discussion_child x JOIN discussion d ON d.id = x.discussion_id AND d.authority_id = x.authority_id
				WHERE x.child_id = w.child_id AND x.authority_id = w.authority_id AND d.state <> 'decided')
		GROUP BY w.child_id ORDER BY w.child_id`)
	contactFacts = db.SQL("meetings.contact-facts", `
		SELECT id, danger, words, conceal FROM contact WHERE ref = $1 AND authority_id = $2`)
	contactKids = db.SQL("meetings.contact-children", `
		SELECT id, person_id, may_be, unborn, school, conceal FROM contact_child WHERE contact_id = $1 AND authority_id = $2 ORDER BY position`)
	latestPart = db.SQL("meetings.open-part-of-child", `
		SELECT cc.id, cc.contact_id, c.ref,
			EXISTS (SELECT 1 FROM wait w WHERE w.child_id = cc.id AND w.authority_id = cc.authority_id AND w.timescale = 'strategy.discussion' AND w.ended_at IS NULL)
		FROM contact_child cc
		JOIN person p ON p.id = cc.person_id AND p.authority_id = cc.authority_id
		JOIN contact c ON c.id = cc.contact_id AND c.authority_id = cc.authority_id
		WHERE p.ref = $1 AND cc.authority_id = $2 AND cc.state = 'open'
		ORDER BY c.received_at DESC LIMIT 1`)
	agencyDesks = db.SQL("meetings.agency-desks", `
		SELECT o.id, o.kind, o.name, o.email FROM organisation o WHERE o.authority_id = $1 AND o.kind IN ('police', 'health', 'school') ORDER BY o.kind, o.name`)
	deskOwners = db.SQL("meetings.desk-owners", `SELECT agency, owner_id FROM desk_owner WHERE authority_id = $1`)
	setSeat    = db.SQL("meetings.set-seat-answer", `
		UPDATE discussion_seat SET comes = $3, name = CASE WHEN $4 = '' THEN name ELSE $4 END, prefers = $5, reason = $6, answered_at = $7, answered_how = $8
		WHERE id = $1 AND authority_id = $2 AND answered_at IS NULL`)
	setInvited = db.SQL("meetings.set-seat-invited", `
		UPDATE discussion_seat SET owner_id = $3, owner_name = $4, name = $5, email = $6, deputy_name = $7, deputy_email = $8, token_hash = $9, invited_at = $10, answer_due = $11
		WHERE id = $1 AND authority_id = $2`)
	setNeeds = db.SQL("meetings.set-needs", `
		UPDATE discussion SET immediate = $3, needs = $4, place = $5, version = version + 1 WHERE id = $1 AND authority_id = $2 AND version = $6`)
	setScheduled = db.SQL("meetings.set-scheduled", `
		UPDATE discussion SET state = 'scheduled', scheduled_at = $3, place = $4, sequence = sequence + 1, version = version + 1
		WHERE id = $1 AND authority_id = $2 AND version = $5`)
	setCancelled = db.SQL("meetings.set-cancelled", `
		UPDATE discussion SET state = 'requested', scheduled_at = NULL, sequence = sequence + 1, version = version + 1
		WHERE id = $1 AND authority_id = $2 AND version = $3`)
	setHeld = db.SQL("meetings.set-held", `
		UPDATE discussion SET state = $3, held_at = $4, held_recorded_at = $5, mode = $6, quoracy = $7, missing = $8, immediate = $9, needs = $10, version = version + 1
		WHERE id = $1 AND authority_id = $2 AND version = $11`)
	setAttendance = db.SQL("meetings.set-attendance", `
		UPDATE discussion_seat SET attendance = $3, absent_why = $4, decides = $5, name = $6 WHERE id = $1 AND authority_id = $2`)
	setDecided = db.SQL("meetings.set-decided", `
		UPDATE discussion SET state = 'decided', decided_at = $3, decided_by = $4, decided_by_name = $5, enquiry = $6, version = version + 1
		WHERE id = $1 AND authority_id = $2 AND version = $7`)
	enquiriesRunning = db.SQL("meetings.enquiries-running", `
		SELECT DISTINCT child_id FROM wait WHERE child_id IN (:list($1)) AND authority_id = $2 AND timescale = 'enquiry' AND ended_at IS NULL`)
	setEarlyDiscussion = db.SQL("meetings.set-discussion-of-early-enquiries", `
		UPDATE enquiry SET discussion_ref = $3, version = version + 1
		WHERE child_id IN (:list($1)) AND authority_id = $2 AND discussion_ref = '' AND early_why <> '' AND state <> 'authorised'`)
	setSigned = db.SQL("meetings.set-signed", `
		UPDATE discussion_seat SET signed_at = $3, signed_by = $4, agrees = $5, disagrees_why = $6 WHERE id = $1 AND authority_id = $2 AND signed_at IS NULL`)
	closeEpisode = db.SQL("meetings.close-work", `
		UPDATE episode SET state = 'closed', closed_at = $3, closed_why = $4, version = version + 1 WHERE child_id = $1 AND authority_id = $2 AND state = 'open'`)
	silentSeats = db.SQL("meetings.silent-seats", `
		SELECT s.authority_id, d.ref, s.id FROM discussion_seat s
		JOIN discussion d ON d.id = s.discussion_id AND d.authority_id = s.authority_id
		WHERE s.answer_due < $1 AND s.answered_at IS NULL AND s.deputy_email <> '' AND d.state IN ('requested', 'scheduled')
			AND NOT EXISTS (SELECT 1 FROM discussion_seat x WHERE x.deputy_for = s.id AND x.authority_id = s.authority_id)
		ORDER BY s.answer_due, s.id LIMIT 100`)
	unremindedSeats = db.SQL("meetings.unreminded-seats", `
		SELECT s.authority_id, d.ref, s.id FROM discussion_seat s
		JOIN discussion d ON d.id = s.discussion_id AND d.authority_id = s.authority_id
		WHERE s.answered_at IS NULL AND s.reminded_at IS NULL AND s.answer_due > $1 AND s.answer_due <= $2 AND s.email <> '' AND d.state IN ('requested', 'scheduled')
		ORDER BY s.answer_due, s.id LIMIT 100`)
	seatsBefore = db.SQL("meetings.seats-before-their-meeting", `
		SELECT s.authority_id, d.ref, s.id FROM discussion d
		JOIN discussion_seat s ON s.discussion_id = d.id AND s.authority_id = d.authority_id
		WHERE d.state = 'scheduled' AND d.scheduled_at > $1 AND d.scheduled_at <= $2 AND s.email <> '' AND s.comes <> 'no'
			AND (s.reminded_of IS NULL OR s.reminded_of <> d.scheduled_at)
		ORDER BY d.scheduled_at, s.id LIMIT 100`)
	setReminded   = db.SQL("meetings.set-reminded", `UPDATE discussion_seat SET reminded_at = $3 WHERE id = $1 AND authority_id = $2 AND reminded_at IS NULL`)
	setRemindedOf = db.SQL("meetings.set-reminded-of", `UPDATE discussion_seat SET reminded_of = $3 WHERE (id = $1 OR $1 = '' AND discussion_id = $4) AND authority_id = $2`)
	invitedLink   = db.SQL("meetings.link-of-invitation", `
		SELECT link FROM outbox WHERE authority_id = $1 AND contact_id = $3 AND kind = 'meeting-invited' AND (dedupe_key = $2 OR dedupe_key LIKE $2 || ' %') ORDER BY created_at DESC, id DESC LIMIT 1`)
	seatByToken = db.SQL("meetings.seat-of-link", `
		SELECT s.authority_id, s.id, d.ref FROM discussion_seat s
		JOIN discussion d ON d.id = s.discussion_id AND d.authority_id = s.authority_id
		WHERE s.token_hash = $1 AND s.token_hash <> '' AND s.invited_at > $2`)
)

// linkPrefix begins the name under which a seat's link acts.
const linkPrefix = "invitation "

// desk is an organisation that can be invited.
type desk struct{ id, kind, name, email string }

func desks(ctx context.Context, q db.Queryer, authority string) (all []desk, byDefault map[string]string, err error) {
	all, err = db.Collect(ctx, q, func(r *sql.Rows, d *desk) error { return r.Scan(&d.id, &d.kind, &d.name, &d.email) }, agencyDesks, authority)
	if err != nil {
		return nil, nil, err
	}
	type owner struct{ agency, id string }
	owners, err := db.Collect(ctx, q, func(r *sql.Rows, o *owner) error { return r.Scan(&o.agency, &o.id) }, deskOwners, authority)
	byDefault = map[string]string{}
	for _, o := range owners {
		byDefault[o.agency] = o.id
	}
	return all, byDefault, err
}

// deskFor is who is invited for an agency when nobody says otherwise: the one that
// answers for it, or the first.
func deskFor(all []desk, byDefault map[string]string, kind string) desk {
	i := slices.IndexFunc(all, func(d desk) bool { return d.id == byDefault[kind] })
	if i < 0 {
		i = slices.IndexFunc(all, func(d desk) bool { return d.kind == kind })
	}
	if i < 0 {
		return desk{id: byDefault[kind], kind: kind}
	}
	return all[i]
}

// Begin opens the discussion that a manager's decision asked for, with the seats it
// needs. The clock has been running since the decision.
func (d *Desk) Begin(ctx context.Context, who access.Actor, contactRef string) (ref string, err error) {
	err = d.Record.Do(ctx, who, func(tx *record.Tx) error {
		var id, danger, words string
		var conceal access.Concealment
		if err := tx.QueryRowContext(ctx, contactFacts, contactRef, tx.Authority).Scan(&id, &danger, &words, &conceal); err != nil {
			if db.NotFound(err) {
				if denied := tx.Allow(access.ConveneMeeting, access.About{}); denied != nil {
					return denied
				}
				return refusal.Hidden()
			}
			return err
		}
		type waiting struct {
			child string
			since civil.Instant
		}
		rows, err := db.Collect(ctx, tx, func(r *sql.Rows, w *waiting) error { return r.Scan(&w.child, &w.since) }, toConvene, contactRef, tx.Authority)
		if err != nil {
			return err
		}
		m := &Meeting{Strategy: pathway.Strategy{Kind: pathway.InitialStrategy, Contact: contactRef, Immediate: danger == "yes"}, ContactID: id, Suspected: words}
		for _, w := range rows {
			m.Children = append(m.Children, w.child)
			if m.RequestedAt.IsZero() || w.since.Before(m.RequestedAt) {
				m.RequestedAt = w.since
			}
		}
		if err := m.create(ctx, tx, access.ConveneMeeting); err != nil {
			return err
		}
		ref = m.Ref
		return tx.Apply(ctx, m.subject(), "open strategy discussion", pathway.Consequences{})
	})
	return ref, err
}

// Request asks for a discussion about a child with whom somebody already works.
func (d *Desk) Request(ctx context.Context, who access.Actor, childRef string, r pathway.StrategyRequest) (ref string, err error) {
	err = d.Record.Do(ctx, who, func(tx *record.Tx) error {
		m := &Meeting{Strategy: pathway.Strategy{Kind: r.Kind, RequestedAt: tx.Now}, Suspected: r.Suspected, Category: r.Category}
		var child string
		err := tx.QueryRowContext(ctx, latestPart, childRef, tx.Authority).Scan(&child, &m.ContactID, &m.Contact, &r.Open)
		if err != nil && !db.NotFound(err) {
			return err
		}
		if err == nil {
			m.Children = []string{child}
		}
		next, refused := m.Strategy.Request(r)
		if len(m.Children) == 0 {
			if denied := tx.Allow(access.RequestMeeting, access.About{}); denied != nil {
				return denied
			}
			return refused
		}
		if err := m.create(ctx, tx, access.RequestMeeting); err != nil {
			return err
		}
		if refused != nil {
			return refused
		}
		ref = m.Ref
		return tx.Apply(ctx, m.subject(), "ask for a strategy discussion", next)
	})
	return ref, err
}

// create writes a discussion with its children and the seats that it needs, once
// permission was given for each child.
func (m *Meeting) create(ctx context.Context, tx *record.Tx, act access.Action) error {
	type kid struct {
		id, person, mayBe, school string
		unborn                    bool
		conceal                   access.Concealment
	}
	kids, err := db.Collect(ctx, tx, func(r *sql.Rows, k *kid) error {
		return r.Scan(&k.id, &k.person, &k.mayBe, &k.unborn, &k.school, &k.conceal)
	}, contactKids, m.ContactID, tx.Authority)
	if err != nil {
		return err
	}
	m.ID, m.Ref, m.State = tx.NewID(), tx.NewRef("SD"), pathway.StrategyRequested
	for _, k := range kids {
		if slices.Contains(m.Children, k.id) {
			m.Kids = append(m.Kids, Kid{ID: k.id, person: cmp.Or(k.person, k.mayBe), conceal: k.conceal})
			m.Needs.Unborn = m.Needs.Unborn || k.unborn
			m.Needs.InSchool = m.Needs.InSchool || k.school != ""
		}
	}
	if len(m.Kids) == 0 {
		if denied := tx.Allow(act, access.About{}); denied != nil {
			return denied
		}
		return refusal.New(refusal.Conflict, "No child here waits for a strategy discussion that is not convened yet. Open the child's record to see what is waited for")
	}
	rows := make([][]any, len(m.Kids))
	for i, k := range m.Kids {
		rows[i] = []any{m.ID, tx.Authority, k.ID}
	}
	if err := addMeeting.Exec(ctx, tx, []any{m.ID, tx.Authority, m.Ref, m.ContactID, m.Kind, m.State, m.Immediate, needsWords(m.Needs), m.Suspected, m.Category,
		m.RequestedAt, tx.Who.ID, tx.Who.Name, m.Follows}); err != nil {
		return err
	}
	if err := addKid.Exec(ctx, tx, rows...); err != nil {
		return err
	}
	about, err := m.about(ctx, tx, tx.Authority, tx.Who)
	if err != nil {
		return err
	}
	if err := tx.Allow(act, about); err != nil {
		return err
	}
	all, byDefault, err := desks(ctx, tx, tx.Authority)
	if err != nil {
		return err
	}
	parts := []pathway.Part{pathway.PartManager, pathway.PartPolice, pathway.PartHealth}
	if m.Needs.Unborn {
		parts = append(parts, pathway.PartMidwife)
	}
	if m.Needs.InSchool {
		parts = append(parts, pathway.PartSchool)
	}
	var seats [][]any
	for i, p := range parts {
		agency := AgencyOf(p)
		s := Seat{Seat: pathway.Seat{ID: tx.NewID(), Part: p, Agency: agency}}
		if p == pathway.PartManager && tx.Who.LeadsWork() {
			s.Owner, s.OwnerName, s.Name = tx.Who.ID, tx.Who.Name, tx.Who.Name
		} else if p != pathway.PartManager && p != pathway.PartSchool {
			o := deskFor(all, byDefault, string(agency))
			if f, err := record.ForceThatTold(ctx, tx, tx.Authority, m.ContactID); err != nil {
				return err
			} else if agency == pathway.Police && f.ID != "" { // of several forces, the one that told us of the child
				o = desk{f.ID, string(pathway.Police), f.Name, f.Email}
			}
			s.Owner, s.OwnerName, s.Email = o.id, o.name, o.email
		}
		seats = append(seats, []any{s.ID, tx.Authority, m.ID, i, s.Part, s.Agency, s.Owner, s.OwnerName, s.Name, s.Email, "", "", "", "", civil.Instant{}, civil.Instant{}})
	}
	return addSeat.Exec(ctx, tx, seats...)
}

// AgencyOf is which kind of agency fills a part.
func AgencyOf(p pathway.Part) pathway.Agency {
	switch p {
	case pathway.PartPolice:
		return pathway.Police
	case pathway.PartHealth, pathway.PartDoctor, pathway.PartMidwife:
		return pathway.Health
	case pathway.PartSchool:
		return pathway.School
	case pathway.PartManager, pathway.PartWorker, pathway.PartPlacement:
		return pathway.SocialWork
	}
	return pathway.OtherPartner
}

// Invitation is who is to sit in a seat, and who is asked when they are silent.
type Invitation struct {
	Seat         string // "" adds one
	Part         pathway.Part
	Organisation string
	Name, Email  string
	DeputyName   string
	DeputyEmail  string
}

// Convening is what is offered: times, a place, and who is asked.
type Convening struct {
	Slots     []civil.Instant
	Place     string
	Immediate bool
	Needs     pathway.Needs
	Invite    []Invitation
	Version   int64
}

// Convene offers times and invites. Links to answer without an account are given back
// by seat, for those that are not sent by themselves.
func (d *Desk) Convene(ctx context.Context, who access.Actor, ref string, c Convening) (links map[string]string, err error) {
	err = d.Record.Do(ctx, who, func(tx *record.Tx) error {
		links = map[string]string{}
		m, err := open(ctx, tx, ref, access.ConveneMeeting)
		if err != nil {
			return err
		}
		all, _, err := desks(ctx, tx, tx.Authority)
		if err != nil {
			return err
		}
		fresh := map[string]bool{}
		for _, x := range c.Invite {
			if err := m.place(ctx, tx, all, x, fresh, links); err != nil {
				return err
			}
		}
		asked := m.Strategy
		asked.Seats = nil
		for _, s := range m.Invited {
			s.Seat.Answered = s.Answered || !fresh[s.ID]
			asked.Seats = append(asked.Seats, s.Seat)
		}
		next, err := asked.Convene(c.Slots, tx.Now)
		if err != nil {
			return err
		}
		for i := range next.Tells {
			if s := strings.TrimPrefix(next.Tells[i].Key, "invite "); links[s] != "" {
				next.Tells[i].Link = links[s]
				next.Tells[i].Key += " " + tx.Now.String()
			}
		}
		n, err := db.Changed(tx.ExecContext(ctx, setNeeds, m.ID, tx.Authority, c.Immediate, needsWords(c.Needs), c.Place, c.Version))
		if err != nil {
			return err
		}
		if n == 0 {
			return changed()
		}
		rows := make([][]any, len(c.Slots))
		for i, t := range c.Slots {
			rows[i] = []any{tx.NewID(), tx.Authority, m.ID, t, tx.Now}
		}
		if err := addSlot.Exec(ctx, tx, rows...); err != nil {
			return err
		}
		return tx.Apply(ctx, m.subject(), "convene strategy discussion", next)
	})
	return links, err
}

func changed() error {
	return refusal.New(refusal.Conflict, "This discussion has changed since you opened it. Read what changed, then save again")
}

// place fills a seat, or adds one, and makes the link that answers for it.
func (m *Meeting) place(ctx context.Context, tx *record.Tx, all []desk, x Invitation, fresh map[string]bool, links map[string]string) error {
	due, err := tx.DueAt(pathway.Wait{For: timescale.StrategyAnswer})
	if err != nil {
		return err
	}
	ownerName := ""
	if i := slices.IndexFunc(all, func(o desk) bool { return o.id == x.Organisation }); i >= 0 {
		ownerName = all[i].name
		if x.Email == "" {
			x.Email = all[i].email
		}
	} else if x.Organisation != "" && AgencyOf(x.Part) != pathway.SocialWork {
		return refusal.Field("seat-"+string(x.Part), "Select who is invited for "+pathway.PartWords(x.Part))
	}
	at := slices.IndexFunc(m.Invited, func(s Seat) bool { return s.ID == x.Seat })
	if at >= 0 && (m.Invited[at].Answered || same(m.Invited[at], x) && !m.Invited[at].InvitedAt.IsZero()) {
		return nil
	}
	word := record.NewSecret(40)
	if at < 0 {
		s := Seat{Seat: pathway.Seat{ID: tx.NewID(), Part: x.Part, Agency: AgencyOf(x.Part), Owner: x.Organisation, Name: x.Name, Email: x.Email}, Position: len(m.Invited)}
		m.Invited = append(m.Invited, s)
		fresh[s.ID], links[s.ID] = true, "/invitations/"+word
		err := addSeat.Exec(ctx, tx, []any{s.ID, tx.Authority, m.ID, s.Position, s.Part, s.Agency, s.Owner, ownerName, s.Name, s.Email, "", x.DeputyName, x.DeputyEmail, hashOf(word), tx.Now, due})
		if err != nil {
			return err
		}
		return m.invited(ctx, tx, s.Seat, due)
	}
	s := &m.Invited[at]
	if s.Agency == pathway.SocialWork && x.Email == "" {
		return nil
	}
	s.Owner, s.Name, s.Email = x.Organisation, x.Name, x.Email
	fresh[s.ID], links[s.ID] = true, "/invitations/"+word
	_, err = tx.ExecContext(ctx, setInvited, s.ID, tx.Authority, x.Organisation, ownerName, x.Name, x.Email, x.DeputyName, x.DeputyEmail, hashOf(word), tx.Now, due)
	if err != nil {
		return err
	}
	return m.invited(ctx, tx, s.Seat, due)
}

// invited keeps that an agency was asked, now.
func (m *Meeting) invited(ctx context.Context, tx *record.Tx, s pathway.Seat, due civil.Instant) error {
	return addInvited.Exec(ctx, tx, []any{tx.NewID(), tx.Authority, m.ID, s.ID, s.Part, s.Owner, tx.Now, due})
}

func same(s Seat, x Invitation) bool {
	return s.Owner == x.Organisation && s.Email == x.Email && s.DeputyEmail == x.DeputyEmail
}

// Reply is what an invited agency answers.
type Reply struct {
	Comes, Name, Prefers, Reason string
	How                          string // link, phone, account
}

// AnswerInvitation records an agency's answer: its own, or taken on the phone.
func (d *Desk) AnswerInvitation(ctx context.Context, who access.Actor, ref, seat string, a Reply) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		m, err := openSeat(ctx, tx, ref, seat)
		if err != nil {
			return err
		}
		return m.answer(ctx, tx, seat, a)
	})
}

// openSeat loads a discussion and asks whether this person may answer for a seat: a
// partner for its own, social care for all.
func openSeat(ctx context.Context, tx *record.Tx, ref, seat string) (*Meeting, error) {
	m, err := load(ctx, tx, tx.Authority, ref)
	if err != nil {
		if denied := tx.Allow(access.AnswerMeeting, access.About{}); denied != nil {
			return nil, denied
		}
		return nil, err
	}
	about, err := m.about(ctx, tx, tx.Authority, tx.Who)
	if err != nil {
		return nil, err
	}
	about.AgencyID = ""
	if s, ok := m.Strategy.Seat(seat); ok && (tx.Who.ID == linkPrefix+seat || tx.Who.AgencyID != "" && s.Owner == tx.Who.AgencyID) {
		about.AgencyID = tx.Who.AgencyID
	}
	return m, tx.Allow(access.AnswerMeeting, about)
}

func (m *Meeting) answer(ctx context.Context, tx *record.Tx, seat string, a Reply) error {
	next, err := m.Strategy.AnswerInvitation(pathway.Answer{Seat: seat, Comes: a.Comes, Name: a.Name, Reason: a.Reason})
	if err != nil {
		return err
	}
	n, err := db.Changed(tx.ExecContext(ctx, setSeat, seat, tx.Authority, a.Comes, a.Name, a.Prefers, a.Reason, tx.Now, a.How))
	if err != nil {
		return err
	}
	if n == 0 {
		return refusal.New(refusal.Conflict, "A colleague has already answered this invitation")
	}
	return tx.Apply(ctx, m.subject(), "answer invitation: "+a.Comes, next)
}

// Linked is who acts through an invitation's link: nobody signed in, and nothing but
// that one seat.
type Linked struct {
	Actor     access.Actor
	Seat, Ref string
}

// OpenLink finds the seat behind a link.
func (d *Desk) OpenLink(ctx context.Context, word string) (Linked, error) {
	l := Linked{Actor: access.Actor{Name: "invitation link", AgencyID: "link", Roles: []access.Role{access.Public}}}
	err := d.Record.DB.Read(ctx, func(q db.Queryer) error {
		err := q.QueryRowContext(ctx, seatByToken, hashOf(word), d.Record.Now().Date().AddDays(-record.InvitationDays).Start()).Scan(&l.Actor.Authority, &l.Seat, &l.Ref)
		if db.NotFound(err) {
			return refusal.New(refusal.NotFound, "This link has ended. Call the front door and say your reference")
		}
		l.Actor.ID = linkPrefix + l.Seat
		return err
	})
	return l, err
}

// AskDeputies asks the deputy of every seat that has been silent past its time, in all
// authorities. It may run as often as it likes: each deputy is asked once.
func (d *Desk) AskDeputies(ctx context.Context) (int, error) {
	return d.eachSeat(ctx, d.askDeputy, silentSeats, d.Record.Now())
}

// Remind reminds, in all authorities, who has not answered an invitation while there is
// still time, and who is expected at a discussion that begins soon. It may run as often as
// it likes: each is reminded once to answer, and once of each time that is set.
func (d *Desk) Remind(ctx context.Context) (int, error) {
	now := d.Record.Now()
	rule, ok := d.Record.Timescales.Rule(timescale.StrategyAnswer, now)
	if !ok {
		return 0, fmt.Errorf("remind who was invited: no rule for %s", timescale.StrategyAnswer)
	}
	n, err := d.eachSeat(ctx, d.remindToAnswer, unremindedSeats, now, now.Add(rule.Warn))
	if err != nil {
		return 0, err
	}
	soon, err := d.eachSeat(ctx, d.remindOfMeeting, seatsBefore, now, now.Add(pathway.RemindBefore))
	return n + soon, err
}

// eachSeat does one thing for every seat of a query, each by itself.
func (d *Desk) eachSeat(ctx context.Context, do func(ctx context.Context, who access.Actor, ref, seat string) error, query db.Query, args ...any) (int, error) {
	type found struct{ authority, ref, seat string }
	var all []found
	err := d.Record.DB.Read(ctx, func(q db.Queryer) error {
		var err error
		all, err = db.Collect(ctx, q, func(r *sql.Rows, s *found) error { return r.Scan(&s.authority, &s.ref, &s.seat) }, query, args...)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("find seats: %w", err)
	}
	for _, s := range all {
		who := access.Actor{ID: "service", Name: "the service", Authority: s.authority, Roles: []access.Role{access.Installation}}
		if err := do(ctx, who, s.ref, s.seat); err != nil {
			return 0, fmt.Errorf("%s, a seat of %s: %w", query.Name(), s.ref, err)
		}
	}
	return len(all), nil
}

func (d *Desk) remindToAnswer(ctx context.Context, who access.Actor, ref, seat string) error {
	return d.remind(ctx, who, ref, seat, func(tx *record.Tx, m *Meeting, s Seat) (pathway.Consequences, error) {
		if s.Answered || !s.RemindedAt.IsZero() {
			return pathway.Consequences{}, nil
		}
		next := m.Strategy.RemindToAnswer(s.Seat)
		var link string // the one that was sent: it is kept as a hash alone, so it is read from its notice
		err := tx.QueryRowContext(ctx, invitedLink, tx.Authority, "invite "+s.ID, m.ContactID).Scan(&link)
		if err != nil && !db.NotFound(err) {
			return next, err
		}
		for i := range next.Tells {
			next.Tells[i].Link = cmp.Or(link, next.Tells[i].Link)
		}
		_, err = tx.ExecContext(ctx, setReminded, s.ID, tx.Authority, tx.Now)
		return next, err
	})
}

func (d *Desk) remindOfMeeting(ctx context.Context, who access.Actor, ref, seat string) error {
	return d.remind(ctx, who, ref, seat, func(tx *record.Tx, m *Meeting, s Seat) (pathway.Consequences, error) {
		if s.Comes == "no" || s.RemindedOf == m.ScheduledAt {
			return pathway.Consequences{}, nil
		}
		_, err := tx.ExecContext(ctx, setRemindedOf, s.ID, tx.Authority, m.ScheduledAt, m.ID)
		return m.Strategy.RemindOfMeeting(s.Seat), err
	})
}

// remind is one reminder; what has changed since the seat was found is asked again inside.
func (d *Desk) remind(ctx context.Context, who access.Actor, ref, seat string, do func(*record.Tx, *Meeting, Seat) (pathway.Consequences, error)) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		m, err := load(ctx, tx, tx.Authority, ref)
		if err != nil {
			return err
		}
		if err := tx.Allow(access.DeliverNotice, access.About{}); err != nil {
			return err
		}
		i := slices.IndexFunc(m.Invited, func(s Seat) bool { return s.ID == seat })
		if i < 0 {
			return tx.Apply(ctx, m.subject(), "nobody to remind", pathway.Consequences{})
		}
		next, err := do(tx, m, m.Invited[i])
		if err != nil {
			return err
		}
		return tx.Apply(ctx, m.subject(), "remind who was invited", next)
	})
}

func (d *Desk) askDeputy(ctx context.Context, who access.Actor, ref, seat string) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		m, err := load(ctx, tx, tx.Authority, ref)
		if err != nil {
			return err
		}
		if err := tx.Allow(access.DeliverNotice, access.About{}); err != nil {
			return err
		}
		i := slices.IndexFunc(m.Invited, func(s Seat) bool { return s.ID == seat })
		if i < 0 || m.Invited[i].Answered || slices.ContainsFunc(m.Invited, func(s Seat) bool { return s.DeputyFor == seat }) {
			return tx.Apply(ctx, m.subject(), "deputy already asked", pathway.Consequences{})
		}
		s := m.Invited[i]
		due, err := tx.DueAt(pathway.Wait{For: timescale.StrategyAnswer})
		if err != nil {
			return err
		}
		word := record.NewSecret(40)
		deputy := Seat{Seat: pathway.Seat{ID: tx.NewID(), Part: s.Part, Agency: s.Agency, Owner: s.Owner, Name: s.DeputyName, Email: s.DeputyEmail}}
		err = addSeat.Exec(ctx, tx, []any{deputy.ID, tx.Authority, m.ID, len(m.Invited), s.Part, s.Agency, s.Owner, s.OwnerName, s.DeputyName, s.DeputyEmail, s.ID, "", "", hashOf(word), tx.Now, due})
		if err != nil {
			return err
		}
		if err := m.invited(ctx, tx, deputy.Seat, due); err != nil {
			return err
		}
		next := m.Strategy.Silent(s.Seat, deputy.Seat)
		for i := range next.Tells {
			next.Tells[i].Link = "/invitations/" + word
		}
		return tx.Apply(ctx, m.subject(), "ask the deputy of a silent seat", next)
	})
}

// Schedule fixes the time.
func (d *Desk) Schedule(ctx context.Context, who access.Actor, ref string, at civil.Instant, place string, version int64) error {
	return d.change(ctx, who, ref, access.ConveneMeeting, "set a time", func(tx *record.Tx, m *Meeting) (pathway.Consequences, int64, error) {
		next, err := m.Strategy.Schedule(at, tx.Now)
		if err != nil {
			return next, 0, err
		}
		n, err := db.Changed(tx.ExecContext(ctx, setScheduled, m.ID, tx.Authority, at, place, version))
		if err == nil && !at.After(tx.Now.Add(pathway.RemindBefore)) { // who is told now needs no reminder
			_, err = tx.ExecContext(ctx, setRemindedOf, "", tx.Authority, at, m.ID)
		}
		return next, n, err
	})
}

// Cancel takes back the date.
func (d *Desk) Cancel(ctx context.Context, who access.Actor, ref, reason string, version int64) error {
	return d.change(ctx, who, ref, access.ConveneMeeting, "cancel the date", func(tx *record.Tx, m *Meeting) (pathway.Consequences, int64, error) {
		next, err := m.Strategy.Cancel(reason, who.LeadsWork())
		if err != nil {
			return next, 0, err
		}
		n, err := db.Changed(tx.ExecContext(ctx, setCancelled, m.ID, tx.Authority, version))
		return next, n, err
	})
}

// change is a command on one discussion that somebody else may have changed meanwhile.
func (d *Desk) change(ctx context.Context, who access.Actor, ref string, act access.Action, summary string, do func(*record.Tx, *Meeting) (pathway.Consequences, int64, error)) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		m, err := open(ctx, tx, ref, act)
		if err != nil {
			return err
		}
		next, n, err := do(tx, m)
		switch {
		case err != nil:
			return err
		case n == 0:
			return changed()
		}
		return tx.Apply(ctx, m.subject(), summary, next)
	})
}

// There is who sat in a seat.
type There struct {
	Seat       string
	Attendance pathway.Attendance
	Name, Why  string
	Decides    bool
}

// Holding is what is recorded of a discussion that took place.
type Holding struct {
	At        civil.Instant
	Mode      string
	Immediate bool
	Needs     pathway.Needs
	There     []There
	Version   int64
}

// Hold records that a discussion took place and who was there. One that was not
// properly constituted goes back to waiting for a date.
func (d *Desk) Hold(ctx context.Context, who access.Actor, ref string, h Holding) error {
	return d.change(ctx, who, ref, access.ConveneMeeting, "hold strategy discussion", func(tx *record.Tx, m *Meeting) (pathway.Consequences, int64, error) {
		m.Immediate, m.Needs = h.Immediate, h.Needs
		for i := range m.Seats {
			s := &m.Seats[i]
			s.Attendance, s.Why = "", ""
			if j := slices.IndexFunc(h.There, func(t There) bool { return t.Seat == s.ID }); j >= 0 {
				t := h.There[j]
				s.Attendance, s.Why, s.Decides, s.Name = t.Attendance, t.Why, t.Decides, t.Name
			}
		}
		next, err := m.Strategy.Hold(h.At, tx.Now)
		if err != nil {
			return next, 0, err
		}
		q, missing, _ := m.Quoracy()
		for _, s := range m.Seats {
			if _, err := tx.ExecContext(ctx, setAttendance, s.ID, tx.Authority, s.Attendance, s.Why, s.Decides, s.Name); err != nil {
				return next, 0, err
			}
		}
		state := pathway.StrategyHeld
		if q == pathway.NotQuorate {
			state = pathway.StrategyRequested
		}
		var words []string
		for _, p := range missing {
			words = append(words, string(p))
		}
		var there []string
		var came [][]any
		holding := tx.NewID()
		for _, s := range m.Seats {
			if s.Attendance != "" && s.Owner != "" {
				came = append(came, []any{holding, s.ID, tx.Authority, s.Part, s.Owner, s.Attendance})
			}
			if s.Attendance == pathway.Attended {
				there = append(there, strings.TrimPrefix(s.Name+" for "+pathway.PartWords(s.Part), " for "))
			}
		}
		err = addHolding.Exec(ctx, tx, []any{holding, tx.Authority, m.ID, h.At, tx.Now, who.ID, h.Mode, q, strings.Join(words, " "), strings.Join(there, "; ")})
		if err != nil {
			return next, 0, err
		}
		if err := addThere.Exec(ctx, tx, came...); err != nil {
			return next, 0, err
		}
		n, err := db.Changed(tx.ExecContext(ctx, setHeld, m.ID, tx.Authority, state, h.At, tx.Now, h.Mode, q, strings.Join(words, " "), h.Immediate, needsWords(h.Needs), h.Version))
		return next, n, err
	})
}

// Decide records what a discussion decided.
func (d *Desk) Decide(ctx context.Context, who access.Actor, ref string, s pathway.Settled, version int64) error {
	return d.change(ctx, who, ref, access.DecideMeeting, "decide strategy discussion", func(tx *record.Tx, m *Meeting) (pathway.Consequences, int64, error) {
		s.Manager = who.LeadsWork()
		all, byDefault, err := desks(ctx, tx, tx.Authority)
		if err != nil {
			return pathway.Consequences{}, 0, err
		}
		for i := range s.Actions {
			a := &s.Actions[i]
			a.ID = tx.NewID()
			if slices.ContainsFunc(all, func(x desk) bool { return x.id == a.Owner && x.kind == string(a.On) }) {
				continue // one of several of its kind was named
			}
			if j := slices.IndexFunc(m.Seats, func(x pathway.Seat) bool { return x.Agency == a.On && x.Owner != "" && a.On != pathway.SocialWork }); j >= 0 {
				a.Owner = m.Seats[j].Owner
			} else if a.On != pathway.SocialWork && a.On != "" {
				a.Owner = deskFor(all, byDefault, string(a.On)).id
			}
		}
		s.Running, err = db.Collect(ctx, tx, func(r *sql.Rows, c *string) error { return r.Scan(c) }, enquiriesRunning, db.List(m.Children), tx.Authority)
		if err != nil {
			return pathway.Consequences{}, 0, err
		}
		next, err := m.Strategy.Decide(s)
		if err != nil {
			return next, 0, err
		}
		var points, actions [][]any
		for _, p := range pathway.AgendaFor(m.Kind) {
			points = append(points, []any{m.ID, tx.Authority, p.Key, s.Points[p.Key], s.Why[p.Key]})
		}
		for i, a := range s.Actions {
			actions = append(actions, []any{a.ID, tx.Authority, m.ID, i, a.Child, a.What, a.On, a.Owner, a.By})
		}
		if err := addPoint.Exec(ctx, tx, points...); err != nil {
			return next, 0, err
		}
		if err := addAction.Exec(ctx, tx, actions...); err != nil {
			return next, 0, err
		}
		for _, child := range next.Closes {
			if _, err := tx.ExecContext(ctx, closeEpisode, child, tx.Authority, tx.Now, "the strategy discussion decided that nothing more follows"); err != nil {
				return next, 0, err
			}
		}
		if s.Points["threshold"] == "yes" { // an enquiry that was begun early has its discussion now
			if _, err := tx.ExecContext(ctx, setEarlyDiscussion, db.List(s.Running), tx.Authority, m.Ref); err != nil {
				return next, 0, err
			}
		}
		n, err := db.Changed(tx.ExecContext(ctx, setDecided, m.ID, tx.Authority, tx.Now, who.ID, who.Name, s.Points["joint"], version))
		return next, n, err
	})
}

// Sign records an agency's word on the record.
func (d *Desk) Sign(ctx context.Context, who access.Actor, ref string, g pathway.Signature) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		m, err := openSeat(ctx, tx, ref, g.Seat)
		if err != nil {
			return err
		}
		next, err := m.Strategy.Sign(g)
		if err != nil {
			return err
		}
		n, err := db.Changed(tx.ExecContext(ctx, setSigned, g.Seat, tx.Authority, tx.Now, g.By, g.Agrees, g.Why))
		if err != nil {
			return err
		}
		if n == 0 {
			return refusal.New(refusal.Conflict, "A colleague has already signed for your agency")
		}
		return tx.Apply(ctx, m.subject(), "sign record: "+g.Agrees, next)
	})
}

// VisitMeanwhile records a visit to a child while the discussion is waited for.
func (d *Desk) VisitMeanwhile(ctx context.Context, who access.Actor, ref string, v pathway.Visit) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		m, err := open(ctx, tx, ref, access.VisitMeanwhile)
		if err != nil {
			return err
		}
		next, err := m.Strategy.VisitMeanwhile(v, tx.Now)
		if err != nil {
			return err
		}
		err = addVisit.Exec(ctx, tx, []any{tx.NewID(), tx.Authority, m.ID, v.Child, v.At, v.By, v.Seen, v.Alone, v.Words, v.Next, tx.Now, who.ID})
		if err != nil {
			return err
		}
		return tx.Apply(ctx, m.subject(), "visit while waiting for a discussion", next)
	})
}
