package partners

import (
	"cmp"
	"context"
	"database/sql"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// Worry is an agency's disagreement with a decision about one child, and the answer.
type Worry struct {
	Ref, Contact, Child         string
	Agency, By                  string
	Raised, Due, Answered, Read civil.Instant
	Outcome                     pathway.Outcome
	Why, Wants                  string
	Result                      pathway.WorryResult
	Answer, AnsweredBy, Owner   string
	Masked                      bool
	id, organisation, raisedBy  string
	kid                         kid
	named                       bool
}

// Open says that nobody has answered yet.
func (w Worry) Open() bool { return w.Answered.IsZero() }

var (
	addWorry = db.InsertInto("partners.add-worry", "worry", `id, authority_id, ref, contact_id, child_id, organisation_id, organisation_name, raised_by, raised_by_name, raised_at,
		outcome, decision_id, why, wants, due_at`, "")
	standing = db.SQL("partners.worry-standing", `
		SELECT count(*) FROM worry WHERE child_id = $1 AND authority_id = $2 AND organisation_id = $3 AND raised_by = CASE WHEN $3 = '' THEN $4 ELSE raised_by END AND answered_at IS NULL`)
	organisation = db.SQL("partners.organisation", `SELECT name, kind, email FROM organisation WHERE id = $1 AND authority_id = $2`)
	setAnswered  = db.SQL("partners.set-worry-answered", `
		UPDATE worry SET result = $3, answer = $4, answered_at = $5, answered_by = $6, answered_by_name = $7
		WHERE id = $1 AND authority_id = $2 AND answered_at IS NULL`)
	setWorryRead = db.SQL("partners.set-worry-read", `UPDATE worry SET read_at = $3 WHERE id = $1 AND authority_id = $2 AND read_at IS NULL AND answered_at IS NOT NULL`)
)

const worryColumns = `
		SELECT w.id, w.ref, w.organisation_id, w.organisation_name, w.raised_by, w.raised_by_name, w.raised_at, w.due_at, w.answered_at, w.read_at, w.outcome, w.why, w.wants, w.result, w.answer,
			w.answered_by_name, COALESCE((SELECT x.owner_name FROM wait x WHERE x.about_id = w.id AND x.authority_id = w.authority_id AND x.contact_id = w.contact_id ORDER BY x.begun_at DESC, x.id DESC LIMIT 1), ''),
			` + named + `, ` + kidColumns + `
		FROM worry w
		JOIN contact_child cc ON cc.id = w.child_id AND cc.authority_id = w.authority_id` + kidTables

var (
	worryByRef = db.SQL("partners.worry", worryColumns+` WHERE w.ref = $3 AND w.authority_id = $1`)
	worries    = db.SQL("partners.worries", worryColumns+`
		WHERE w.authority_id = $1 AND ($3 = '' OR w.organisation_id = $3) AND ($4 = '' OR c.referrer_id = $4)
			AND ($5 = '' OR ($5 = 'open') = (w.answered_at IS NULL))
		ORDER BY w.answered_at IS NOT NULL, w.due_at, w.ref LIMIT $6`)
)

func scanWorry(r *sql.Rows, w *Worry) error {
	err := scanKidAfter(r, &w.kid, &w.id, &w.Ref, &w.organisation, &w.Agency, &w.raisedBy, &w.By, &w.Raised, &w.Due, &w.Answered, &w.Read, &w.Outcome, &w.Why, &w.Wants, &w.Result, &w.Answer,
		&w.AnsweredBy, &w.Owner, &w.named)
	w.Contact, w.Child = w.kid.Contact, w.kid.Name
	return err
}

// about is what a disagreement is about. Whoever raised it reads it and its answer
// whatever becomes of the record; others by how far the record is closed.
func (w *Worry) about(ctx context.Context, q db.Queryer, authority string, who access.Actor) (access.About, error) {
	if who.AgencyID != "" {
		return access.About{Kind: "worry", ID: w.Ref, Authority: authority, AgencyID: w.organisation, ReferrerID: w.kid.Referrer}, nil
	}
	return w.kid.about(ctx, q, authority, "worry", w.Ref, w.organisation)
}

// Referred is one's own referral with its children, to say about which one is worried.
type Referred struct {
	Ref      string
	Children []ReferredChild
}

// ReferredChild is a child of one's own referral, in words one knows, with what was
// decided as the referrer was told it.
type ReferredChild struct {
	ID, Said, Sentence string
	Decided            bool
}

// Referral finds one's own referral.
func (d *Desk) Referral(ctx context.Context, who access.Actor, ref string) (Referred, error) {
	out := Referred{}
	err := d.Record.Look(ctx, who, access.PurposeOwn, func(v *record.View) error {
		out = Referred{Ref: ref}
		kids, err := ownKids(ctx, v, v.Authority, ref, v.Allow, access.SayWorry)
		if err != nil {
			return err
		}
		for _, k := range kids {
			c := ReferredChild{ID: k.ID, Said: k.Said, Decided: k.Outcome != ""}
			if c.Decided {
				c.Sentence = pathway.Contact{Source: pathway.Agency(who.AgencyKind)}.OutcomeSentence(k.Outcome)
			}
			out.Children = append(out.Children, c)
		}
		v.Saw("own referral", ref)
		return nil
	})
	return out, err
}

// ownKids are the children of a partner's own referral.
func ownKids(ctx context.Context, q db.Queryer, authority, ref string, allow func(access.Action, access.About) error, act access.Action) ([]kid, error) {
	kids, err := db.Collect(ctx, q, scanKid, kidsOfContact, ref, authority)
	if err == nil && len(kids) == 0 {
		err = refusal.Hidden()
	}
	if err != nil {
		return nil, missed(allow, act, err)
	}
	return kids, allow(act, access.About{Kind: "referral", ID: ref, Authority: authority, AgencyID: kids[0].Organisation, ReferrerID: kids[0].Referrer})
}

// Disagreed is what a partner writes who is still worried.
type Disagreed struct{ Child, Why, Wants string }

// StillWorried records that a partner does not agree with what was decided about a
// child it told us of, and begins a wait on whoever decided. It gives the reference.
func (d *Desk) StillWorried(ctx context.Context, who access.Actor, contact string, x Disagreed) (ref string, err error) {
	err = d.Record.Do(ctx, who, func(tx *record.Tx) error {
		kids, err := ownKids(ctx, tx, tx.Authority, contact, tx.Allow, access.SayWorry)
		if err != nil {
			return err
		}
		var k kid
		for _, one := range kids {
			if one.ID == x.Child || x.Child == "" && len(kids) == 1 {
				k = one
			}
		}
		if k.ID == "" {
			return refusal.Field("child", "Select which child you are still worried about")
		}
		w := pathway.Worry{ID: tx.NewID(), Ref: tx.NewRef("PW"), Child: k.ID, Agency: pathway.Agency(cmp.Or(who.AgencyKind, string(pathway.Referrer))), Why: x.Why, Wants: x.Wants, Decider: k.Decider}
		var n int
		if err := tx.QueryRowContext(ctx, standing, k.ID, tx.Authority, who.AgencyID, who.ID).Scan(&n); err != nil {
			return err
		}
		w.Standing = n > 0
		next, err := k.rule().StillWorried(w)
		if err != nil {
			return err
		}
		due, err := tx.DueAt(next.Begins[0])
		if err != nil {
			return err
		}
		name := who.Name
		if who.AgencyID != "" {
			var kind, email string
			if err := tx.QueryRowContext(ctx, organisation, who.AgencyID, tx.Authority).Scan(&name, &kind, &email); err != nil {
				return err
			}
		}
		err = addWorry.Exec(ctx, tx, []any{w.ID, tx.Authority, w.Ref, k.ContactID, k.ID, who.AgencyID, name, who.ID, who.Name, tx.Now, k.Outcome, k.Decision, x.Why, x.Wants, due})
		if err != nil {
			return err
		}
		ref = w.Ref
		return tx.Apply(ctx, record.Subject{Kind: "worry", Ref: w.Ref, Contact: k.ContactID}, "still worried after the decision", next)
	})
	return ref, err
}

// openWorry loads a disagreement and asks for permission.
func openWorry(ctx context.Context, q db.Queryer, who access.Actor, ref string, act access.Action, allow func(access.Action, access.About) error) (Worry, error) {
	w, err := db.One(ctx, q, scanWorry, worryByRef, who.Authority, who.ID, ref)
	if err != nil {
		return w, missed(allow, act, err)
	}
	about, err := w.about(ctx, q, who.Authority, who)
	if err != nil {
		return w, err
	}
	if who.AgencyID != "" {
		w.Child, w.Owner = w.kid.Said, ""
	}
	return w, allow(act, about)
}

// Worry shows a disagreement to somebody who may see it.
func (d *Desk) Worry(ctx context.Context, who access.Actor, ref string) (w Worry, now civil.Instant, err error) {
	why := access.PurposeDeciding
	if who.AgencyID != "" || who.ReadOnly {
		why = who.WorkPurpose()
	}
	err = d.Record.Look(ctx, who, why, func(v *record.View) error {
		now = v.Now
		w, err = openWorry(ctx, v, who, ref, access.SeeWorries, v.Allow)
		if err != nil {
			return err
		}
		v.Saw("worry", w.Ref, w.Contact)
		return nil
	})
	if err == nil && who.AgencyID != "" && !w.Open() && w.Read.IsZero() {
		err = d.readAnswer(ctx, who, ref)
	}
	return w, now, err
}

// readAnswer notes when the partner first opened the answer.
func (d *Desk) readAnswer(ctx context.Context, who access.Actor, ref string) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		w, err := openWorry(ctx, tx, who, ref, access.SeeWorries, tx.Allow)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, setWorryRead, w.id, tx.Authority, tx.Now); err != nil {
			return err
		}
		return tx.Apply(ctx, record.Subject{Kind: "worry", Ref: w.Ref, Contact: w.kid.ContactID}, "read the answer", pathway.Consequences{})
	})
}

// AnswerWorry answers a partner who is still worried. The first answer stands.
func (d *Desk) AnswerWorry(ctx context.Context, who access.Actor, ref string, result pathway.WorryResult, words string) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		w, err := openWorry(ctx, tx, who, ref, access.AnswerWorry, tx.Allow)
		if err != nil {
			return err
		}
		next, err := w.kid.rule().AnswerWorry(pathway.WorryAnswer{ID: w.id, Ref: w.Ref, Child: w.kid.ID, Result: result, Words: words, To: "user:" + w.raisedBy, Answered: !w.Open(), By: who.ID})
		if err != nil {
			return err
		}
		n, err := db.Changed(tx.ExecContext(ctx, setAnswered, w.id, tx.Authority, result, words, tx.Now, who.ID, who.Name))
		if err != nil {
			return err
		}
		if n == 0 {
			return refusal.New(refusal.Conflict, "A colleague has already answered. Read their answer before going on")
		}
		return tx.Apply(ctx, record.Subject{Kind: "worry", Ref: w.Ref, Contact: w.kid.ContactID}, "answer a partner: "+string(result), next)
	})
}

// mostListed is how many rows a list shows.
const mostListed = 500

// Worries lists what partners are still worried about, open ones first, as the reader
// may see them. state is open, answered, or "" for both.
func (d *Desk) Worries(ctx context.Context, who access.Actor, state string) (out []Worry, now civil.Instant, err error) {
	err = d.Record.Look(ctx, who, who.WorkPurpose(), func(v *record.View) error {
		now = v.Now
		s, err := v.Scope(access.SeeWorries)
		if err != nil {
			return err
		}
		out, err = listWorries(ctx, v, s, state)
		for _, w := range out {
			if !w.Masked {
				v.Saw("worries", w.Ref)
			}
		}
		return err
	})
	return out, now, err
}

func listWorries(ctx context.Context, v *record.View, s access.Scope, state string) ([]Worry, error) {
	if state != "open" && state != "answered" {
		state = ""
	}
	all, err := db.Collect(ctx, v, scanWorry, worries, v.Authority, s.UserID, s.AgencyID, s.ReferrerID, state, mostListed)
	var out []Worry
	for _, w := range all {
		if v.Who.AgencyID != "" {
			w.Child, w.Owner = w.kid.Said, ""
			out = append(out, w)
			continue
		}
		switch shown(s, w.kid, w.named) {
		case access.Allow:
			out = append(out, w)
		case access.Mask:
			out = append(out, Worry{Ref: w.Ref, Raised: w.Raised, Due: w.Due, Answered: w.Answered, Masked: true})
		}
	}
	return out, err
}
