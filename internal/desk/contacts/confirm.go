package contacts

import (
	"context"
	"net/http"

	"frontdoor/internal/access"
	"frontdoor/internal/db"
	"frontdoor/internal/form"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

var (
	addConfirm = db.InsertInto("contacts.add-confirm-link", "draft",
		"id, authority_id, form, channel, code_hash, email, answers, contact_id, created_at, updated_at, sent_at", "")
	findConfirm = db.SQL("contacts.find-confirm-link", `
		SELECT d.authority_id, d.id, d.answers, c.id, c.ref FROM draft d
		JOIN contact c ON c.id = d.contact_id AND c.authority_id = d.authority_id
		WHERE d.code_hash = $1 AND d.channel = 'phone'`)
	confirmOpen = db.SQL("contacts.confirmation-awaited", `
		SELECT count(*) FROM wait
		WHERE contact_id = $1 AND authority_id = $2 AND timescale = 'referral.confirmed' AND ended_at IS NULL`)
)

// confirmLength is the length of the word in a caller's link.
const confirmLength = 40

// askToConfirm sends the caller a link to what was written down, when there is an
// address. Without one the front door confirms it on the phone; the wait is there
// either way.
func (d *Desk) askToConfirm(ctx context.Context, who access.Actor, got Received, a form.Answers, email string) error {
	if email == "" {
		return nil
	}
	word := record.NewSecret(confirmLength)
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		if err := tx.Allow(access.ReceiveContact, access.About{}); err != nil {
			return err
		}
		err := addConfirm.Exec(ctx, tx, []any{tx.NewID(), tx.Authority, "referral", "phone", hashOf([]byte(word)), email, a.JSON(), got.ContactID, tx.Now, tx.Now, tx.Now})
		if err != nil {
			return err
		}
		return tx.Apply(ctx, record.Subject{Kind: "contact", Ref: got.Ref, Contact: got.ContactID}, "ask the caller to confirm", pathway.Consequences{Tells: []pathway.Tell{
			{Kind: "confirm-call", To: email, Ref: got.Ref, Link: "/confirm/" + word, Key: "confirm " + got.Ref}}})
	})
}

// toConfirm is what a caller's link opens: their own words and nothing of the record.
type toConfirm struct {
	authority, draft, contact, ref string
	answers                        form.Answers
	awaited                        bool
}

func (d *Desk) findConfirm(ctx context.Context, word string) (toConfirm, error) {
	var c toConfirm
	var answers string
	err := d.Record.DB.Read(ctx, func(q db.Queryer) error {
		if err := q.QueryRowContext(ctx, findConfirm, hashOf([]byte(word))).Scan(&c.authority, &c.draft, &answers, &c.contact, &c.ref); err != nil {
			return err
		}
		var n int
		err := q.QueryRowContext(ctx, confirmOpen, c.contact, c.authority).Scan(&n)
		c.awaited = n > 0
		return err
	})
	if db.NotFound(err) {
		return c, refusal.New(refusal.NotFound, "This link has ended. Call the front door and say your reference")
	}
	if err != nil {
		return c, err
	}
	c.answers, err = form.ReadAnswers(answers)
	return c, err
}

// ConfirmByLink records that the caller confirmed what was written down. Twice is
// once.
func (d *Desk) ConfirmByLink(ctx context.Context, word string) error {
	c, err := d.findConfirm(ctx, word)
	if err != nil || !c.awaited {
		return err
	}
	who := access.Actor{ID: "link " + c.draft, Name: "the caller", Authority: c.authority, Roles: []access.Role{access.Public}}
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		if err := tx.Allow(access.ReceiveContact, access.About{}); err != nil {
			return err
		}
		return tx.Apply(ctx, record.Subject{Kind: "contact", Ref: c.ref, Contact: c.contact}, "caller confirmed", pathway.Contact{ID: c.contact, Ref: c.ref}.Confirm())
	})
}

var confirmPage = web.NewPublicPage(templates, "templates/confirm.html")

type confirmView struct {
	Ref      string
	Sections []form.Section
	Awaited  bool
}

func (d *Desk) showConfirm(w http.ResponseWriter, r *http.Request) error {
	c, err := d.findConfirm(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	def, err := form.Load("referral")
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, confirmPage, confirmView{Ref: c.ref, Sections: def.Summary(c.answers, false), Awaited: c.awaited})
}

func (d *Desk) saveConfirm(w http.ResponseWriter, r *http.Request) error {
	if err := d.ConfirmByLink(r.Context(), r.PathValue("token")); err != nil {
		return err
	}
	return web.See(w, r, "/confirm/"+r.PathValue("token"))
}
