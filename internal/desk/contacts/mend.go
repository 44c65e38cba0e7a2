package contacts

import (
	"context"
	"database/sql"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/form"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// Unread is a message that nobody could read, with what was received.
type Unread struct {
	Ref     string // of the contact that it became all the same
	Source  string // what the sender is called
	Problem string // why it could not be read, in words
	Mended  string // reference of the contact that it became when it was put right; "" until then
	At      civil.Instant
	Body    []byte // as it came, as far as it was kept

	intake, contact, organisation string
	conceal                       access.Concealment
}

// Text is what was received, as far as it can be shown.
func (u Unread) Text() string { return form.Clean(strings.ToValidUTF8(string(u.Body), "\uFFFD")) }

var (
	findUnread = db.SQL("contacts.find-unread", `
		SELECT c.ref, c.source_name, i.problem, i.mended_as, c.received_at, i.body, i.id, c.id, c.organisation_id, c.conceal FROM contact c
		JOIN intake i ON i.id = c.intake_id AND i.authority_id = c.authority_id
		WHERE c.ref = $1 AND c.authority_id = $2 AND i.state = 'unreadable'`)
	setMended = db.SQL("contacts.set-mended", `UPDATE intake SET mended_as = $3 WHERE id = $1 AND authority_id = $2 AND mended_as = ''`)
	kidsOf    = db.SQL("contacts.children-to-tell", `SELECT id FROM contact_child WHERE contact_id = $1 AND authority_id = $2 ORDER BY position`)
)

func scanUnread(r *sql.Rows, u *Unread) error {
	return r.Scan(&u.Ref, &u.Source, &u.Problem, &u.Mended, &u.At, &u.Body, &u.intake, &u.contact, &u.organisation, &u.conceal)
}

func (u Unread) about(authority string) access.About {
	return access.About{Kind: "referral", ID: u.Ref, Authority: authority, AgencyID: u.organisation}
}

// openUnread is one that its sender may put right: whose child is closed since is not
// there.
func openUnread(ctx context.Context, q db.Queryer, authority, ref string) (Unread, error) {
	u, err := db.One(ctx, q, scanUnread, findUnread, ref, authority)
	if db.NotFound(err) || err == nil && u.conceal != access.Unrestricted {
		return Unread{}, refusal.Hidden()
	}
	return u, err
}

// Unread is a message of one's own agency that could not be read, for whoever may put it
// right.
func (d *Desk) Unread(ctx context.Context, who access.Actor, ref string) (u Unread, err error) {
	err = d.Record.Look(ctx, who, access.PurposeOwn, func(v *record.View) error {
		if u, err = openUnread(ctx, v, v.Authority, ref); err != nil {
			return err
		}
		if err := v.Allow(access.CorrectMessage, u.about(v.Authority)); err != nil {
			return err
		}
		v.Saw("message that could not be read", u.Ref)
		return nil
	})
	return u, err
}

// Correct takes a message that was put right. It becomes a contact of its own whose clock
// started when the first arrived; the first goes on waiting until somebody decides for it,
// and says where to read on. It refuses a message that was put right already.
func (d *Desk) Correct(ctx context.Context, who access.Actor, ref string, a Arrival) (Received, error) {
	a.mends = ref
	return d.Receive(ctx, who, a)
}

// mend marks the message that a contact puts right.
func (r *Row) mend(ctx context.Context, tx *record.Tx, ref string) (pathway.Consequences, error) {
	var none pathway.Consequences
	u, err := openUnread(ctx, tx, tx.Authority, ref)
	if err != nil {
		return none, err
	}
	if err := tx.Allow(access.CorrectMessage, u.about(tx.Authority)); err != nil {
		return none, err
	}
	n, err := db.Changed(tx.ExecContext(ctx, setMended, u.intake, tx.Authority, r.Ref))
	if err != nil {
		return none, err
	}
	if n == 0 {
		return none, refusal.New(refusal.Conflict, "This message was put right meanwhile and sent again as "+u.Mended)
	}
	kids, err := db.Collect(ctx, tx, func(rows *sql.Rows, id *string) error { return rows.Scan(id) }, kidsOf, u.contact, tx.Authority)
	if err != nil {
		return none, err
	}
	source := string(r.Contact.Source)
	out := pathway.Consequences{Lines: []pathway.Line{{Kind: "contact", Source: source, Text: "This puts right " + u.Ref + ", which could not be read. The clock started when that arrived"}}}
	for _, id := range kids {
		out.Lines = append(out.Lines, pathway.Line{Contact: u.contact, Child: id, Kind: "contact", Source: source, Text: "The sender put this message right and sent it again as " + r.Ref})
	}
	return out, nil
}
