package encompass

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

var (
	setRead = db.SQL("encompass.set-read", `
		UPDATE school_notice SET read_at = $3, read_by = $4, read_by_name = $5, version = version + 1
		WHERE id = $1 AND authority_id = $2 AND way = 'sent' AND read_at IS NULL`)
	setTold = db.SQL("encompass.set-told", `
		UPDATE school_notice SET way = $3, why = $4, school_id = $5, school_name = $6, lead_name = $7, bell_at = $8, bell_known = $9, sent_at = $10,
			told_at = $11, told_whom = $12, told_by = $13, version = version + 1
		WHERE id = $1 AND authority_id = $2 AND version = $14 AND read_at IS NULL AND told_at IS NULL`)
	setDeputy = db.SQL("encompass.set-deputy", `
		UPDATE school_notice SET deputy_at = $3, version = version + 1 WHERE id = $1 AND authority_id = $2 AND deputy_at IS NULL AND read_at IS NULL`)
	setFailed = db.SQL("encompass.set-failed", `
		UPDATE school_notice SET failed_at = $3, version = version + 1 WHERE id = $1 AND authority_id = $2 AND failed_at IS NULL AND read_at IS NULL`)
	setByHand = db.SQL("encompass.set-by-hand", `
		UPDATE school_notice SET way = 'by_hand', why = $3, version = version + 1 WHERE id = $1 AND authority_id = $2 AND way = 'sent' AND read_at IS NULL`)
	addAsked    = db.InsertInto("encompass.add-help", "school_help", "id, authority_id, notice_id, asked, asked_at, asked_by, asked_by_name", "")
	setAnswered = db.SQL("encompass.set-answer", `
		UPDATE school_help SET answer = $3, answered_at = $4, answered_by = $5, answered_by_name = $6 WHERE id = $1 AND authority_id = $2 AND answered_at IS NULL`)
	// What is sent and not read, and needs something done: its child's record was
	// restricted, the last hour before the bell has come, or it was not delivered.
	toChase = db.SQL("encompass.to-chase", `
		SELECT n.authority_id, n.ref FROM school_notice n
		JOIN contact_child cc ON cc.id = n.child_id AND cc.authority_id = n.authority_id
		LEFT JOIN school s ON s.id = n.school_id AND s.authority_id = n.authority_id
		LEFT JOIN wait w ON w.child_id = n.child_id AND w.authority_id = n.authority_id AND w.about_id = n.id AND w.timescale = 'encompass.told' AND w.ended_at IS NULL
		LEFT JOIN outbox l ON l.dedupe_key = 'school-notice ' || n.id AND l.authority_id = n.authority_id
		LEFT JOIN outbox d ON d.dedupe_key = 'school-notice deputy ' || n.id AND d.authority_id = n.authority_id
		WHERE n.way = 'sent' AND n.read_at IS NULL AND NOT EXISTS (SELECT 1 FROM wait x WHERE `+record.NoticeWithdrawn+`) AND (
			cc.conceal <> ''
			OR n.deputy_at IS NULL AND COALESCE(s.deputy_email, '') <> '' AND (l.failed_at IS NOT NULL OR w.warn_at <= $1)
			OR n.failed_at IS NULL AND l.failed_at IS NOT NULL AND (COALESCE(s.deputy_email, '') = '' OR d.failed_at IS NOT NULL))
		ORDER BY n.bell_at, n.id LIMIT $2`)
	deliveryOf = db.SQL("encompass.delivery", `
		SELECT l.failed_at, d.failed_at, w.warn_at FROM school_notice n
		LEFT JOIN wait w ON w.child_id = n.child_id AND w.authority_id = n.authority_id AND w.about_id = n.id AND w.timescale = 'encompass.told' AND w.ended_at IS NULL
		LEFT JOIN outbox l ON l.dedupe_key = 'school-notice ' || n.id AND l.authority_id = n.authority_id
		LEFT JOIN outbox d ON d.dedupe_key = 'school-notice deputy ' || n.id AND d.authority_id = n.authority_id
		WHERE n.id = $1 AND n.authority_id = $2`)
)

// open loads a notice for a change by its school and asks for permission.
func open(ctx context.Context, tx *record.Tx, ref string, act access.Action) (*Notice, error) {
	n, err := find(ctx, tx, tx.Authority, ref)
	if err != nil {
		return nil, missed(err, tx.Allow(act, access.About{}))
	}
	about, err := n.about(ctx, tx, tx.Authority)
	if err != nil {
		return nil, err
	}
	return n, tx.Allow(act, about)
}

// Read records that a notice was read by somebody of its school.
func (d *Desk) Read(ctx context.Context, who access.Actor, ref string) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		n, err := open(ctx, tx, ref, access.ReadNotice)
		if err != nil {
			return err
		}
		if n.IsWithdrawn() {
			return refusal.New(refusal.Conflict, "This notice was withdrawn. Nothing is asked of your school")
		}
		if err := once(tx.ExecContext(ctx, setRead, n.ID, tx.Authority, tx.Now, who.ID, who.Name)); err != nil {
			return err
		}
		return tx.Apply(ctx, n.subject(), "read school notice", n.pupil().ReadBy(who.Name))
	})
}

// once refuses when somebody else was first.
func once(res sql.Result, err error) error {
	n, err := db.Changed(res, err)
	if err == nil && n == 0 {
		return refusal.New(refusal.Conflict, "Somebody else has changed this notice. Read what it says now before going on")
	}
	return err
}

// AskHelp has the front door asked about a notice.
func (d *Desk) AskHelp(ctx context.Context, who access.Actor, ref, asked string) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		n, err := open(ctx, tx, ref, access.AskHelp)
		if err != nil {
			return err
		}
		h := pathway.SchoolHelp{ID: tx.NewID(), Asked: asked}
		next, err := n.pupil().AskHelp(h, n.Contact)
		if err != nil {
			return err
		}
		if err := addAsked.Exec(ctx, tx, []any{h.ID, tx.Authority, n.ID, asked, tx.Now, who.ID, who.Name}); err != nil {
			return err
		}
		return tx.Apply(ctx, n.subject(), "school asks for help", next)
	})
}

// openOf loads one notice of a contact for a change by the front door.
func openOf(ctx context.Context, tx *record.Tx, contactRef, ref string) (*Notice, error) {
	c, err := findContact(ctx, tx, tx.Authority, contactRef)
	if err != nil {
		return nil, missed(err, tx.Allow(access.TellSchool, access.About{}))
	}
	about, err := c.about(ctx, tx, tx.Authority)
	if err != nil {
		return nil, err
	}
	if err := tx.Allow(access.TellSchool, about); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(c.Notices, func(n *Notice) bool { return n.Ref == ref })
	if i < 0 {
		return nil, refusal.Hidden()
	}
	return c.Notices[i], nil
}

// Answer is the front door's answer to a school.
func (d *Desk) Answer(ctx context.Context, who access.Actor, contactRef, ref, help, answer string) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		n, err := openOf(ctx, tx, contactRef, ref)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(n.Helps, func(h Help) bool { return h.ID == help })
		if i < 0 {
			return refusal.Hidden()
		}
		next, err := n.pupil().AnswerHelp(pathway.SchoolHelp{ID: help}, n.Helps[i].ByID, answer)
		if err != nil {
			return err
		}
		if err := once(tx.ExecContext(ctx, setAnswered, help, tx.Authority, answer, tx.Now, who.ID, who.Name)); err != nil {
			return err
		}
		return tx.Apply(ctx, n.subject(), "answer a school", next)
	})
}

// ByHand is what somebody at the front door says of one child's school. The school's id
// stands in School.ID.
type ByHand struct {
	pathway.SchoolTold
	Version int64
}

// Tell settles by hand how a child's school comes to know.
func (d *Desk) Tell(ctx context.Context, who access.Actor, contactRef, ref string, t ByHand) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		n, err := openOf(ctx, tx, contactRef, ref)
		if err != nil {
			return err
		}
		if !n.Known().IsZero() && n.Way != pathway.TellLead || !n.Read.IsZero() {
			return refusal.New(refusal.Conflict, "The school knows already: "+n.Words())
		}
		bell, known := n.Bell, n.BellKnown
		school := record.School{}
		if t.School.ID != "" {
			if school, err = record.FindSchool(ctx, tx, tx.Authority, t.School.ID); err != nil && !db.NotFound(err) {
				return err
			}
			if bell, known, err = d.bell(ctx, tx, tx.Authority, school, n.Since); err != nil {
				return err
			}
		}
		t.School = school.EncompassSchool
		p := n.pupil()
		p.Bell = bell
		next, err := p.Tell(t.SchoolTold, n.Since, tx.Now)
		if err != nil {
			return err
		}
		if t.How == pathway.TellLead && n.Way == pathway.TellLead {
			return refusal.Field("how", "The notice has been sent already. When it does not reach anybody, tell the school by phone")
		}
		sent, name := n.Sent, n.School
		if t.How == pathway.TellLead {
			sent = tx.Now
		}
		if school.ID != "" {
			name = school.Name
			if err := tx.SetSchool(ctx, n.person, school.Name); err != nil {
				return err
			}
		}
		told, whom := civil.Instant{}, ""
		if t.How == pathway.ToldByPhone {
			told, whom = t.At, t.Whom
		}
		err = once(tx.ExecContext(ctx, setTold, n.ID, tx.Authority, t.How, t.Why, school.ID, name, school.Lead, bell, known, sent, told, whom, who.ID, t.Version))
		if err != nil {
			return err
		}
		return tx.Apply(ctx, n.subject(), "tell a school by hand: "+string(t.How), next)
	})
}

// bell is when a school's first day after a moment starts.
func (d *Desk) bell(ctx context.Context, q db.Queryer, authority string, s record.School, since civil.Instant) (civil.Instant, bool, error) {
	all, err := d.Record.FindCalendars(ctx, q, authority, []string{s.ID}, since)
	if err != nil {
		return civil.Instant{}, false, err
	}
	return all.NextBell(s, since)
}

// chaseSize bounds one round.
const chaseSize = 200

// Chase goes on with notices that nobody has read: the deputy is told when the last hour
// comes or the lead is not reached; the front door, when nobody at the school is; and
// the desk that holds a restricted record, when it was restricted since. It may run as
// often as it likes: each is done once. If it dies, the school is still waited for and
// the pages say that it has not read.
func (d *Desk) Chase(ctx context.Context) (int, error) {
	type late struct{ authority, ref string }
	var found []late
	now := d.Record.Now()
	err := d.Record.DB.Read(ctx, func(q db.Queryer) (err error) {
		found, err = db.Collect(ctx, q, func(r *sql.Rows, l *late) error { return r.Scan(&l.authority, &l.ref) }, toChase, now, chaseSize)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("find notices to chase: %w", err)
	}
	for _, l := range found {
		who := access.Actor{ID: "service", Name: "the service", Authority: l.authority, Roles: []access.Role{access.Installation}}
		if err := d.chase(ctx, who, l.ref); err != nil {
			return 0, fmt.Errorf("chase notice %s: %w", l.ref, err)
		}
	}
	return len(found), nil
}

func (d *Desk) chase(ctx context.Context, who access.Actor, ref string) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		n, err := find(ctx, tx, tx.Authority, ref)
		if err != nil {
			return err
		}
		if err := tx.Allow(access.DeliverNotice, access.About{}); err != nil {
			return err
		}
		var lead, deputy, warn civil.Instant
		if err := tx.QueryRowContext(ctx, deliveryOf, n.ID, tx.Authority).Scan(&lead, &deputy, &warn); err != nil {
			return err
		}
		p := n.pupil()
		switch {
		case !n.Unread():
		case p.Conceal:
			if _, err := tx.ExecContext(ctx, setByHand, n.ID, tx.Authority, p.ByHand()); err != nil {
				return err
			}
			return tx.Apply(ctx, n.subject(), "school notice of a restricted record", p.Restricted(n.Since))
		case n.Deputy.IsZero() && p.School.DeputyEmail != "" && (!lead.IsZero() || !warn.IsZero() && !tx.Now.Before(warn)):
			if _, err := tx.ExecContext(ctx, setDeputy, n.ID, tx.Authority, tx.Now); err != nil {
				return err
			}
			return tx.Apply(ctx, n.subject(), "tell the deputy of a school notice", p.AskDeputy())
		case n.Failed.IsZero() && !lead.IsZero() && (p.School.DeputyEmail == "" || !deputy.IsZero()):
			if _, err := tx.ExecContext(ctx, setFailed, n.ID, tx.Authority, tx.Now); err != nil {
				return err
			}
			return tx.Apply(ctx, n.subject(), "school notice not delivered", p.Undelivered(n.Since))
		}
		return tx.Apply(ctx, n.subject(), "nothing to chase", pathway.Consequences{})
	})
}
