// Package encompass is the desk where schools are told of domestic abuse before the
// next school day starts (Operation Encompass): the school's lead reads the notice, the
// front door sees what became of each and tells by hand whom it does not reach, and the
// police see how often the school knew in time, by force.
package encompass

import (
	"cmp"
	"context"
	"database/sql"
	"embed"
	"fmt"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

//go:embed templates/*.html
var templates embed.FS

// Desk is the desk.
type Desk struct{ Record *record.Record }

// New makes the desk.
func New(r *record.Record) *Desk { return &Desk{Record: r} }

// Notice is what one child's school is to know of one notification, and how it came to.
type Notice struct {
	ID, Ref, ContactID, Contact, PoliceRef, Force string
	ChildID, ChildRef, Given, Family, Described   string
	Born                                          civil.Date
	Unborn, Named                                 bool
	Age                                           sql.NullInt64
	Way                                           pathway.Telling
	Why                                           string
	SchoolID, School, Lead                        string
	Since, Bell                                   civil.Instant
	BellKnown                                     bool
	Place, Present, Said, Circumstances           string
	Made, Sent, Delivered, Undelivered            civil.Instant // Undelivered: the message to the lead was given up
	Deputy, DeputyDelivered, Failed               civil.Instant
	Told                                          civil.Instant
	Whom                                          string
	Read                                          civil.Instant
	ReadBy                                        string
	Withdrawn                                     civil.Instant // when nobody was asked to read it any more, before anybody had
	WithdrawnWhy, WithdrawnBy                     string
	Version                                       int64
	Helps                                         []Help

	received               civil.Instant
	organisation           string
	person, mayBe          string
	conceal                access.Concealment
	deputyName, deputyMail string
	leadMail               string
	home                   bool
}

// Help is a school asking about a notice, and the answer.
type Help struct {
	ID, Notice, Asked, By, ByID, Answer, AnsweredBy string
	At, AnsweredAt                                  civil.Instant
}

// Known is when the school knew, by whichever way was first; zero when it does not.
func (n *Notice) Known() civil.Instant {
	return pathway.ToldSchool(n.Told, n.Delivered, n.DeputyDelivered, n.Read)
}

// Late says whether the school did not know when its day started; while the day is still
// to come nothing is late.
func (n *Notice) Late(now civil.Instant) bool {
	if n.Way == pathway.TellNoSchool || n.IsWithdrawn() {
		return false
	}
	if k := n.Known(); !k.IsZero() {
		return k.After(n.Bell)
	}
	return now.After(n.Bell)
}

// Unread says whether the school's lead has still to read it.
func (n *Notice) Unread() bool {
	return n.Way == pathway.TellLead && n.Read.IsZero() && n.Withdrawn.IsZero()
}

// IsWithdrawn says whether the notice was withdrawn before anybody read it.
func (n *Notice) IsWithdrawn() bool {
	return n.Way == pathway.TellLead && n.Read.IsZero() && !n.Withdrawn.IsZero()
}

// Name is what the child is called.
func (n *Notice) Name() string {
	if n.Given == "" && n.Family == "" {
		return cmp.Or(n.Described, "Child, name not given")
	}
	if n.Given == "" || n.Family == "" {
		return n.Given + n.Family
	}
	return n.Given + " " + n.Family
}

// Words says how far the telling has come.
func (n *Notice) Words() string {
	switch n.Way {
	case pathway.ToldByPolice:
		return "Told by the police " + n.Told.Words()
	case pathway.ToldByPhone:
		return "Told by phone " + n.Told.Words()
	case pathway.TellNoSchool:
		return "No school to tell"
	case pathway.TellByHand:
		return "Not told yet: the front door must find out whom to tell"
	}
	switch {
	case !n.Read.IsZero():
		return "Read " + n.Read.Words()
	case n.IsWithdrawn():
		return "Withdrawn " + n.Withdrawn.Words() + ": " + n.WithdrawnWhy
	case !n.Delivered.IsZero():
		return "Delivered " + n.Delivered.Words() + ", not read yet"
	case !n.DeputyDelivered.IsZero():
		return "Delivered to the deputy " + n.DeputyDelivered.Words() + ", not read yet"
	case !n.Undelivered.IsZero():
		return "Could not be delivered"
	}
	return "Sent " + n.Sent.Words() + ", not delivered yet"
}

// pupil is the notice as the rules need it.
func (n *Notice) pupil() pathway.Pupil {
	p := pathway.Pupil{Child: pathway.Child{ID: n.ChildID, Named: n.Named, Unborn: n.Unborn, Born: n.Born, Age: -1, Conceal: n.conceal != access.Unrestricted},
		Notice: n.ID, Ref: n.Ref, Said: n.School, Bell: n.Bell, Told: n.Whom, ToldAt: n.Told,
		School: pathway.EncompassSchool{ID: n.SchoolID, Name: n.School, Lead: n.Lead, LeadEmail: n.leadMail, Deputy: n.deputyName, DeputyEmail: n.deputyMail, Home: n.home}}
	if n.Age.Valid {
		p.Age = int(n.Age.Int64)
	}
	return p
}

// about is what an action on the notice is about: the school's own, and its child.
func (n *Notice) about(ctx context.Context, q db.Queryer, authority string) (access.About, error) {
	a := access.About{Kind: "notice", ID: n.Ref, Authority: authority, AgencyID: n.SchoolID, Conceal: n.conceal}
	for _, id := range []string{n.person, n.mayBe} {
		if id != "" {
			a.Persons = append(a.Persons, id)
		}
	}
	return record.Concealing(ctx, q, a)
}

// seen is the child of a notice as the log of looks knows it.
func (n *Notice) seen() string { return cmp.Or(n.ChildRef, n.Contact) }

// subject is how the trail and the waits know the notice.
func (n *Notice) subject() record.Subject {
	return record.Subject{Kind: "notice", Ref: n.Ref, Contact: n.ContactID}
}

const noticeColumns = `n.id, n.ref, n.contact_id, c.ref, c.sender_ref, c.source_name, n.child_id, COALESCE(p.ref, ''),
		cc.given, cc.family, cc.described, cc.born, cc.unborn, cc.named, cc.age_stated,
		n.way, n.why, n.school_id, n.school_name, n.lead_name, n.since, n.bell_at, n.bell_known, n.place, n.present, n.said, n.circumstances,
		n.made_at, n.sent_at, ` + record.SchoolLeadReached + `, l.failed_at, n.deputy_at, ` + record.SchoolDeputyReached + `, n.failed_at, n.told_at, n.told_whom, n.read_at, n.read_by_name, n.version,
		c.received_at, c.organisation_id, cc.person_id, cc.may_be, cc.conceal, COALESCE(s.deputy_name, ''), COALESCE(s.deputy_email, ''), COALESCE(s.lead_email, ''), COALESCE(s.kind, '') = 'home', x.ended_at, COALESCE(x.ended_reason, ''), COALESCE(xu.name, '')`

const noticeFrom = `
		FROM school_notice n
		JOIN contact c ON c.id = n.contact_id AND c.authority_id = n.authority_id
		JOIN contact_child cc ON cc.id = n.child_id AND cc.authority_id = n.authority_id
		LEFT JOIN person p ON p.id = cc.person_id AND p.authority_id = cc.authority_id AND cc.person_id <> ''
		LEFT JOIN school s ON s.id = n.school_id AND s.authority_id = n.authority_id
		LEFT JOIN outbox l ON l.dedupe_key = 'school-notice ' || n.id AND l.authority_id = n.authority_id
		LEFT JOIN outbox d ON d.dedupe_key = 'school-notice deputy ' || n.id AND d.authority_id = n.authority_id
		LEFT JOIN wait x ON ` + record.NoticeWithdrawn + `
		LEFT JOIN user_account xu ON xu.id = x.ended_by AND xu.authority_id = x.authority_id`

func scanNotice(r *sql.Rows, n *Notice) error {
	return r.Scan(&n.ID, &n.Ref, &n.ContactID, &n.Contact, &n.PoliceRef, &n.Force, &n.ChildID, &n.ChildRef,
		&n.Given, &n.Family, &n.Described, &n.Born, &n.Unborn, &n.Named, &n.Age,
		&n.Way, &n.Why, &n.SchoolID, &n.School, &n.Lead, &n.Since, &n.Bell, &n.BellKnown, &n.Place, &n.Present, &n.Said, &n.Circumstances,
		&n.Made, &n.Sent, &n.Delivered, &n.Undelivered, &n.Deputy, &n.DeputyDelivered, &n.Failed, &n.Told, &n.Whom, &n.Read, &n.ReadBy, &n.Version,
		&n.received, &n.organisation, &n.person, &n.mayBe, &n.conceal, &n.deputyName, &n.deputyMail, &n.leadMail, &n.home, &n.Withdrawn, &n.WithdrawnWhy, &n.WithdrawnBy)
}

var (
	noticeByRef = db.SQL("encompass.find", `SELECT `+noticeColumns+noticeFrom+` WHERE n.ref = $1 AND n.authority_id = $2`)
	noticesOf   = db.SQL("encompass.of-contact", `SELECT `+noticeColumns+noticeFrom+` WHERE n.contact_id = $1 AND n.authority_id = $2 ORDER BY cc.position`)
	// A school's own: unread first and the oldest of them first, then the newest.
	noticesFor = db.SQL("encompass.of-school", `SELECT `+noticeColumns+noticeFrom+`
		WHERE n.school_id = $1 AND n.authority_id = $2 AND n.way IN ('sent', 'police', 'phone') AND cc.conceal = ''
			AND (cc.person_id = '' OR NOT EXISTS (SELECT 1 FROM person_conflict f WHERE f.user_id = $3 AND f.person_id = cc.person_id AND f.authority_id = cc.authority_id))
		ORDER BY CASE WHEN n.way = 'sent' AND n.read_at IS NULL AND x.id IS NULL THEN 0 ELSE 1 END, CASE WHEN n.way = 'sent' AND n.read_at IS NULL AND x.id IS NULL THEN n.bell_at END,
			CASE WHEN n.way = 'sent' AND n.read_at IS NULL AND x.id IS NULL THEN n.since END, n.made_at DESC, n.id LIMIT $4`)
	helpsOf = db.SQL("encompass.help-of-notices", `
		SELECT h.id, h.notice_id, h.asked, h.asked_by_name, h.asked_by, h.asked_at, h.answer, h.answered_by_name, h.answered_at FROM school_help h
		WHERE h.notice_id IN (:list($1)) AND h.authority_id = $2 ORDER BY h.asked_at, h.id`)
	contactAbout = db.SQL("encompass.contact", `
		SELECT c.id, c.ref, c.conceal, c.channel, c.received_at, c.grade, c.organisation_id, c.referrer_id FROM contact c WHERE (c.id = $1 OR c.ref = $1) AND c.authority_id = $2`)
	contactPersons = db.SQL("encompass.contact-children", `
		SELECT cc.id, cc.given, cc.family, cc.described, cc.person_id, cc.may_be FROM contact_child cc WHERE cc.contact_id = $1 AND cc.authority_id = $2 ORDER BY cc.position`)
)

// find loads a notice with what its school asked.
func find(ctx context.Context, q db.Queryer, authority, ref string) (*Notice, error) {
	n, err := db.One(ctx, q, scanNotice, noticeByRef, ref, authority)
	if err != nil {
		return nil, err
	}
	return &n, n.help(ctx, q, authority)
}

func (n *Notice) help(ctx context.Context, q db.Queryer, authority string) error {
	all := []*Notice{n}
	return addHelp(ctx, q, authority, all)
}

// addHelp reads what schools asked about some notices.
func addHelp(ctx context.Context, q db.Queryer, authority string, all []*Notice) error {
	ids := make([]string, len(all))
	for i, n := range all {
		ids[i] = n.ID
	}
	helps, err := db.Collect(ctx, q, func(r *sql.Rows, h *Help) error {
		return r.Scan(&h.ID, &h.Notice, &h.Asked, &h.By, &h.ByID, &h.At, &h.Answer, &h.AnsweredBy, &h.AnsweredAt)
	}, helpsOf, db.List(ids), authority)
	for _, h := range helps {
		for _, n := range all {
			if n.ID == h.Notice {
				n.Helps = append(n.Helps, h)
			}
		}
	}
	return err
}

// List is a school's own notices.
type List struct {
	Now    civil.Instant
	School string
	Rows   []Notice
	Unread int
	More   bool
}

// mostListed is how many notices the page shows; the files have them all.
const mostListed = 60

// all is more notices than a school ever has.
const all = 1 << 30

// Mine lists the notices of the reader's own school: unread first and the oldest first.
// Who an unread one is about is said on its own page, so that reading it is on record.
func (d *Desk) Mine(ctx context.Context, who access.Actor, limit int) (*List, error) {
	out := &List{}
	err := d.Record.Look(ctx, who, access.PurposeOwn, func(v *record.View) error {
		*out = List{Now: v.Now}
		s, err := v.Scope(access.ReadNotice)
		if err != nil {
			return err
		}
		v.Saw("notices of own school")
		if out.Rows, err = db.Collect(ctx, v, scanNotice, noticesFor, s.AgencyID, v.Authority, who.ID, limit+1); err != nil {
			return err
		}
		if len(out.Rows) > limit {
			out.Rows, out.More = out.Rows[:limit], true
		}
		for i := range out.Rows {
			n := &out.Rows[i]
			if n.Unread() {
				out.Unread++
			}
			if n.Unread() || n.IsWithdrawn() { // who it is about is not said
				continue
			}
			v.Saw("notices of own school", n.seen())
		}
		school, err := record.FindSchool(ctx, v, v.Authority, s.AgencyID)
		if db.NotFound(err) {
			return nil
		}
		out.School = school.Name
		return err
	})
	return out, err
}

// Open shows a notice to its school, and records that it was read the first time that
// somebody of the school does.
func (d *Desk) Open(ctx context.Context, who access.Actor, ref string) (*Notice, error) {
	n, err := d.look(ctx, who, ref)
	if err != nil || !n.Unread() {
		return n, err
	}
	if err := d.Read(ctx, who, ref); err != nil && refusal.KindOf(err) != refusal.Conflict {
		return nil, err
	}
	return d.look(ctx, who, ref)
}

func (d *Desk) look(ctx context.Context, who access.Actor, ref string) (n *Notice, err error) {
	err = d.Record.Look(ctx, who, access.PurposeOwn, func(v *record.View) error {
		if n, err = find(ctx, v, v.Authority, ref); err != nil {
			return missed(err, v.Allow(access.ReadNotice, access.About{}))
		}
		about, err := n.about(ctx, v, v.Authority)
		if err != nil {
			return err
		}
		if err := v.Allow(access.ReadNotice, about); err != nil {
			return err
		}
		if n.Way == pathway.TellByHand || n.Way == pathway.TellNoSchool {
			return refusal.Hidden() // nothing was sent to a school
		}
		v.Saw("school notice", n.seen())
		return nil
	})
	return n, err
}

// missed has what is not there answered like what is concealed, once permission was
// asked.
func missed(err, denied error) error {
	switch {
	case denied != nil:
		return denied
	case db.NotFound(err):
		return refusal.Hidden()
	}
	return err
}

// Contact is a contact with what its children's schools were told.
type Contact struct {
	ID, Ref       string
	Now           civil.Instant
	Channel       pathway.Channel
	Received      civil.Instant
	Notices       []*Notice
	Others        []string // children of whom no school is told: too young, or grown up
	Schools       []record.School
	organisation  string
	referrer      string
	conceal       access.Concealment
	persons       []string
	DutyBegan     civil.Date // of the duty to tell, when the incident was before it
	DomesticAbuse bool
}

func findContact(ctx context.Context, q db.Queryer, authority, id string) (*Contact, error) {
	c := &Contact{}
	grade := ""
	err := q.QueryRowContext(ctx, contactAbout, id, authority).Scan(&c.ID, &c.Ref, &c.conceal, &c.Channel, &c.Received, &grade, &c.organisation, &c.referrer)
	if err != nil {
		return c, err
	}
	rows, err := db.Collect(ctx, q, scanNotice, noticesOf, c.ID, authority)
	if err != nil {
		return c, err
	}
	told := map[string]bool{}
	for i := range rows {
		c.Notices = append(c.Notices, &rows[i])
		told[rows[i].ChildID] = true
	}
	if err := addHelp(ctx, q, authority, c.Notices); err != nil {
		return c, err
	}
	_, err = db.Collect(ctx, q, func(r *sql.Rows, _ *struct{}) error {
		var n Notice
		if err := r.Scan(&n.ChildID, &n.Given, &n.Family, &n.Described, &n.person, &n.mayBe); err != nil {
			return err
		}
		for _, id := range []string{n.person, n.mayBe} {
			if id != "" {
				c.persons = append(c.persons, id)
			}
		}
		if !told[n.ChildID] {
			c.Others = append(c.Others, n.Name())
		}
		return nil
	}, contactPersons, c.ID, authority)
	c.DomesticAbuse = len(c.Notices) > 0 || pathway.Contact{Channel: c.Channel, Grade: grade}.DomesticAbuse("")
	return c, err
}

// about is what an action on the contact is about, as the front door's own pages ask.
func (c *Contact) about(ctx context.Context, q db.Queryer, authority string) (access.About, error) {
	return record.Concealing(ctx, q, access.About{Kind: "contact", ID: c.Ref, Authority: authority, AgencyID: c.organisation, ReferrerID: c.referrer, Conceal: c.conceal, Persons: c.persons})
}

// OfContact shows what was sent for a contact's children.
func (d *Desk) OfContact(ctx context.Context, who access.Actor, id string) (c *Contact, err error) {
	why := access.PurposeScreening
	if who.Has(access.Inspector) {
		why = access.PurposeInspection
	}
	err = d.Record.Look(ctx, who, why, func(v *record.View) error {
		if c, err = findContact(ctx, v, v.Authority, id); err != nil {
			return missed(err, v.Allow(access.OpenContact, access.About{}))
		}
		c.Now = v.Now
		about, err := c.about(ctx, v, v.Authority)
		if err != nil {
			return err
		}
		if err := v.Allow(access.OpenContact, about); err != nil {
			return err
		}
		v.Saw("contact", c.Ref)
		if c.Schools, err = record.Schools(ctx, v, v.Authority); err != nil {
			return fmt.Errorf("schools: %w", err)
		}
		return nil
	})
	return c, err
}
