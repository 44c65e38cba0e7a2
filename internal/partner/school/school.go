// Package school is the door for people: the multi-agency referral form, for the
// public and for professionals, without signing in.
package school

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/form"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// Door is the referral form.
type Door struct {
	Record   *record.Record
	Contacts *contacts.Desk
	def      *form.Definition
}

// New makes the door. It fails when the form's definition is wrong, so that the
// service does not start with it.
func New(r *record.Record, desk *contacts.Desk) (*Door, error) {
	def, err := form.Load("referral")
	if err != nil {
		return nil, err
	}
	return &Door{Record: r, Contacts: desk, def: def}, nil
}

// Draft is a referral being written.
type Draft struct {
	ID, Authority string
	Answers       form.Answers
	Email         string
	OwnerID       string
	ContactID     string
	CreatedAt     civil.Instant
	UpdatedAt     civil.Instant
	SentAt        civil.Instant
	Version       int64
	Files         []File
}

// File is a file kept with a draft.
type File struct {
	ID, Name, Type string
	Size           int64
}

// How long an unfinished referral is kept, and how much one network may do.
const (
	draftLife     = 28 * 24 * time.Hour
	draftsAnHour  = 40
	triesAnHour   = 30
	codeLength    = 12
	filesPerDraft = 20
	bytesPerDraft = 50 << 20
)

var (
	addDraft  = db.InsertInto("school.add-draft", "draft", "id, authority_id, form, channel, code_hash, owner_id, answers, created_at, updated_at", "")
	findDraft = db.SQL("school.find-draft", `
		SELECT id, authority_id, answers, email, owner_id, contact_id, created_at, updated_at, sent_at, version
		FROM draft WHERE code_hash = $1 AND updated_at > $2`)
	saveDraft = db.SQL("school.save-draft", `
		UPDATE draft SET answers = $3, updated_at = $4, version = version + 1
		WHERE id = $1 AND authority_id = $2 AND version = $5 AND sent_at IS NULL`)
	setEmail   = db.SQL("school.set-draft-email", `UPDATE draft SET email = $3 WHERE id = $1 AND authority_id = $2`)
	draftFiles = db.SQL("school.draft-files", `
		SELECT id, name, content_type, size FROM attachment WHERE draft_id = $1 AND authority_id = $2 ORDER BY created_at, id`)
	addFile     = db.InsertInto("school.add-file", "attachment", "id, authority_id, draft_id, name, content_type, size, sha256, scanned, created_at", "")
	addBody     = db.InsertInto("school.add-file-body", "attachment_body", "attachment_id, authority_id, body", "")
	authorities = db.SQL("school.authorities", `SELECT authority_id, name, phone, phone_out_of_hours FROM authority ORDER BY name`)
	contactOf   = db.SQL("school.receipt", `
		SELECT c.ref, c.received_at, c.due_at, t.name, t.phone FROM contact c
		JOIN authority t ON t.authority_id = c.authority_id
		WHERE c.id = $1 AND c.authority_id = $2`)
)

// Authority is who a referral goes to.
type Authority struct{ ID, Name, Phone, Night string }

// Authorities are those in this installation, by name.
func (d *Door) Authorities(ctx context.Context) (all []Authority, err error) {
	err = d.Record.DB.Read(ctx, func(q db.Queryer) error {
		all, err = db.Collect(ctx, q, func(r *sql.Rows, a *Authority) error { return r.Scan(&a.ID, &a.Name, &a.Phone, &a.Night) }, authorities)
		return err
	})
	return all, err
}

// anybody is the actor of somebody who is not signed in.
func anybody(authority string) access.Actor {
	return access.Actor{ID: "public", Name: "somebody not signed in", Authority: authority, Roles: []access.Role{access.Public}}
}

// Start begins a referral and gives the code that opens it again. Only the code's
// hash is kept.
func (d *Door) Start(ctx context.Context, who access.Actor, network string) (code string, err error) {
	if err := d.Record.Within(ctx, "report "+record.BodyHash([]byte(network)), draftsAnHour, time.Hour); err != nil {
		return "", err
	}
	code = record.NewSecret(codeLength)
	owner := ""
	if who.ID != "public" {
		owner = who.ID
	}
	err = d.Record.Do(ctx, who, func(tx *record.Tx) error {
		if err := tx.Allow(access.ReceiveContact, access.About{}); err != nil {
			return err
		}
		id := tx.NewID()
		if err := addDraft.Exec(ctx, tx, []any{id, tx.Authority, d.def.Name, "form", record.BodyHash([]byte(code)), owner, "{}", tx.Now, tx.Now}); err != nil {
			return err
		}
		return tx.Apply(ctx, record.Subject{Kind: "draft", Ref: id}, "start referral", pathway.Consequences{})
	})
	return code, err
}

// Find opens an unfinished or sent referral by its code. Wrong codes are slowed by
// network, so that nobody guesses one.
func (d *Door) Find(ctx context.Context, code, network string) (*Draft, error) {
	name := "report code " + record.BodyHash([]byte(network))
	if err := d.Record.Held(ctx, name); err != nil {
		return nil, err
	}
	var out Draft
	var answers string
	err := d.Record.DB.Read(ctx, func(q db.Queryer) error {
		err := q.QueryRowContext(ctx, findDraft, record.BodyHash([]byte(code)), d.Record.Now().Add(-draftLife)).Scan(&out.ID, &out.Authority, &answers,
			&out.Email, &out.OwnerID, &out.ContactID, &out.CreatedAt, &out.UpdatedAt, &out.SentAt, &out.Version)
		if err != nil {
			return err
		}
		out.Files, err = db.Collect(ctx, q, func(r *sql.Rows, f *File) error { return r.Scan(&f.ID, &f.Name, &f.Type, &f.Size) }, draftFiles, out.ID, out.Authority)
		return err
	})
	if db.NotFound(err) {
		if err := d.Record.Failed(ctx, name, triesAnHour); err != nil {
			return nil, err
		}
		return nil, refusal.New(refusal.NotFound, "There is no unfinished referral with this code. Codes end after 28 days")
	}
	if err != nil {
		return nil, err
	}
	out.Answers, err = form.ReadAnswers(answers)
	return &out, err
}

// Save keeps the answers of a draft. Two tabs on one draft do not overwrite each
// other.
func (d *Door) Save(ctx context.Context, who access.Actor, draft *Draft) error {
	if !draft.SentAt.IsZero() {
		return refusal.New(refusal.Conflict, "This referral was already sent")
	}
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		if err := tx.Allow(access.ReceiveContact, access.About{}); err != nil {
			return err
		}
		n, err := db.Changed(tx.ExecContext(ctx, saveDraft, draft.ID, tx.Authority, draft.Answers.JSON(), tx.Now, draft.Version))
		if err != nil {
			return err
		}
		if n == 0 {
			return refusal.New(refusal.Conflict, "This referral was changed in another window. Go back to it and look before you go on")
		}
		return tx.Apply(ctx, record.Subject{Kind: "draft", Ref: draft.ID}, "save referral", pathway.Consequences{})
	})
}

// SendCode sends the way back to a draft by e-mail.
func (d *Door) SendCode(ctx context.Context, who access.Actor, draft *Draft, code, email string) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		if err := tx.Allow(access.ReceiveContact, access.About{}); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, setEmail, draft.ID, tx.Authority, email); err != nil {
			return err
		}
		return tx.Apply(ctx, record.Subject{Kind: "draft", Ref: draft.ID}, "send return code", pathway.Consequences{Tells: []pathway.Tell{
			{Kind: "draft-code", To: email, Ref: "your unfinished referral", Link: "/report/" + code, Key: "draft " + draft.ID + " " + email}}})
	})
}

// AddFile keeps a file with a draft, stored apart. What it is is decided by its
// bytes. A refused file never loses the referral's text.
func (d *Door) AddFile(ctx context.Context, who access.Actor, draft *Draft, name string, body []byte) error {
	kind, err := Inspect(name, body)
	if err != nil {
		return err
	}
	total := int64(len(body))
	for _, f := range draft.Files {
		total += f.Size
	}
	if len(draft.Files) >= filesPerDraft || total > bytesPerDraft {
		return refusal.Field("file", fmt.Sprintf("A referral can hold %d files and 50 MB. Remove some, or send the rest to the front door", filesPerDraft))
	}
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		if err := tx.Allow(access.ReceiveContact, access.About{}); err != nil {
			return err
		}
		id := tx.NewID()
		if err := addFile.Exec(ctx, tx, []any{id, tx.Authority, draft.ID, cleanName(name), kind, len(body), record.BodyHash(body), "not_scanned", tx.Now}); err != nil {
			return err
		}
		if err := addBody.Exec(ctx, tx, []any{id, tx.Authority, bytes.Clone(body)}); err != nil {
			return err
		}
		return tx.Apply(ctx, record.Subject{Kind: "draft", Ref: draft.ID}, "add file", pathway.Consequences{})
	})
}

// Send makes the referral a contact. Sending twice gives the first receipt.
func (d *Door) Send(ctx context.Context, who access.Actor, draft *Draft) (contacts.Received, error) {
	if draft.ContactID != "" {
		return contacts.Received{ContactID: draft.ContactID, Repeat: true}, nil
	}
	if err := d.def.Check(draft.Answers); err != nil {
		return contacts.Received{}, err
	}
	a := contacts.FromForm(d.def, draft.Answers, pathway.ByForm)
	a.DraftID = draft.ID
	if who.ID != "public" {
		a.Referrer.ID = who.ID
		if who.AgencyID != "" {
			a.OrganisationID = who.AgencyID
		}
	}
	return d.Contacts.Receive(ctx, who, a)
}

// Receipt is what the sender keeps.
type Receipt struct {
	Ref, Authority, Phone string
	At, Due               civil.Instant
}

// Receipt finds the receipt of a draft that was sent.
func (d *Door) Receipt(ctx context.Context, draft *Draft) (Receipt, error) {
	var r Receipt
	err := d.Record.DB.Read(ctx, func(q db.Queryer) error {
		return q.QueryRowContext(ctx, contactOf, draft.ContactID, draft.Authority).Scan(&r.Ref, &r.At, &r.Due, &r.Authority, &r.Phone)
	})
	if db.NotFound(err) {
		return r, refusal.Hidden()
	}
	return r, err
}
