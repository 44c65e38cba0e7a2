package contacts

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/feed"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// Receive makes a contact of what arrived, with everything that follows, in one
// transaction: the bytes as received, the children with who they may be, the
// household, the family's agreement, and the waits. The same message twice gives
// the first answer and nothing new.
func (d *Desk) Receive(ctx context.Context, who access.Actor, a Arrival) (Received, error) {
	var out Received
	err := d.Record.Do(ctx, who, func(tx *record.Tx) error {
		out = Received{}
		if err := tx.Allow(access.ReceiveContact, access.About{}); err != nil {
			return err
		}
		if first, err := repeated(ctx, tx, a.Intake); err != nil || first.Ref != "" {
			out = first
			return cmp.Or(err, errRepeat)
		}
		row, err := newRow(tx, a)
		if err != nil {
			return err
		}
		if err := row.settle(ctx, tx); err != nil {
			return err
		}
		next, err := row.Receive()
		if err != nil {
			return err
		}
		if row.DueAt, err = tx.DueAt(next.Begins[0]); err != nil {
			return err
		}
		if err := row.store(ctx, tx, a); err != nil {
			return err
		}
		if err := row.relateAll(ctx, tx); err != nil {
			return err
		}
		asks, err := row.askOnArrival(ctx, tx, a)
		if err != nil {
			return err
		}
		next = next.And(asks)
		schools, err := row.tellSchools(ctx, tx, a)
		if err != nil {
			return err
		}
		next = next.And(schools)
		if a.mends != "" {
			mended, err := row.mend(ctx, tx, a.mends)
			if err != nil {
				return err
			}
			next = next.And(mended)
		}
		out = Received{ContactID: row.ID, Ref: row.Ref, At: row.ReceivedAt, Due: row.DueAt}
		return tx.Apply(ctx, row.subject(), "receive contact by "+a.Channel, next)
	})
	if err != nil && refusal.KindOf(err) == refusal.Conflict && out.Repeat {
		return out, nil
	}
	return out, err
}

// tellSchools has the school of each child in a notification of domestic abuse told
// before its next day starts (Operation Encompass).
func (r *Row) tellSchools(ctx context.Context, tx *record.Tx, a Arrival) (pathway.Consequences, error) {
	if !r.DomesticAbuse(a.DomesticAbuse) {
		return pathway.Consequences{}, nil
	}
	var said []record.PupilSaid
	for i, k := range r.Kids {
		p := record.PupilSaid{Child: k.Child, Person: k.PersonID, School: k.Described.School, Place: strings.Trim(k.Described.Address+", "+k.Described.Postcode, ", ")}
		if i < len(a.Schooling) {
			p.Schooling = a.Schooling[i]
		}
		said = append(said, p)
	}
	return tx.TellSchools(ctx, r.Contact, said, a.Circumstances)
}

// errRepeat ends a command that was done before; Receive turns it into the first
// answer.
var errRepeat = refusal.New(refusal.Conflict, "This message was received before")

// repeated finds the contact that the same message made before. The same
// reference with other bytes is another message: what changed must not be lost.
func repeated(ctx context.Context, tx *record.Tx, in *Intake) (Received, error) {
	if in == nil {
		return Received{}, nil
	}
	in.Reference = cmp.Or(in.Reference, "sha256:"+hashOf(in.Body))
	var first Received
	var sum string
	err := tx.QueryRowContext(ctx, findIntake, in.Door, in.Sender, in.Reference, tx.Authority).
		Scan(&first.ContactID, &sum, &first.Ref, &first.At, &first.Due)
	switch {
	case db.NotFound(err):
		return Received{}, nil
	case err != nil:
		return Received{}, err
	case sum != hashOf(in.Body):
		return Received{ContactID: first.ContactID}, ErrChanged
	}
	first.Repeat = true
	return first, nil
}

// ErrChanged is the refusal of a known reference with other content.
var ErrChanged = refusal.New(refusal.Conflict, "This reference was received before with other content. Send what has changed with a reference of its own")

// newRow makes the contact as the rules need it. Nothing is defaulted: what was
// not said stays empty.
func newRow(tx *record.Tx, a Arrival) (*Row, error) {
	r := &Row{
		Contact: pathway.Contact{
			ID: tx.NewID(), Ref: tx.NewRef("FD"), Channel: pathway.Channel(a.Channel), Source: pathway.Agency(a.SourceKind),
			ReferrerEmail: a.Referrer.Email, IncidentAt: a.IncidentAt, ReportedAt: a.ReportedAt, GradedAt: a.GradedAt, SentAt: a.SentAt,
			ReceivedAt: a.ReceivedAt, Grade: a.Grade, Danger: a.Danger, Consent: pathway.ConsentStatus(a.Consent.Status),
			ConsentReason: a.Consent.Reason,
		},
		State: pathway.Received, SourceName: a.SourceName, SenderRef: a.SenderRef, Organisation: a.OrganisationID, Referrer: a.Referrer,
		RecordedAt: tx.Now, RiskTool: a.RiskTool, Ticks: a.Ticks, Judgement: a.Judgement, WhereNow: a.WhereNow, Words: a.Words,
		LevelAsked: a.LevelAsked, Completeness: a.Completeness,
	}
	if r.ReceivedAt.IsZero() || r.ReceivedAt.After(tx.Now) {
		r.ReceivedAt = tx.Now
	}
	if a.Answers != nil {
		r.Answers = a.Answers.JSON()
	}
	if a.Intake != nil {
		r.IntakeID, r.Unreadable = tx.NewID(), a.Intake.Unreadable != ""
	}
	on := r.ReceivedAt.Date()
	for i, said := range a.Children {
		k := Kid{Position: i, Described: clean(said)}
		k.ID, k.Named, k.Link, k.Age, k.Unborn, k.Born = tx.NewID(), said.Named(), pathway.LinkOpen, said.AgeStated, said.Unborn, said.Born
		if !said.Born.IsZero() {
			k.Age = said.Born.Age(on)
		}
		r.Kids = append(r.Kids, k)
	}
	return r, nil
}

// clean keeps numbers only when they are real: one that fails its check stays in
// what was received, and is never matched on.
func clean(d person.Described) person.Described {
	if n, ok := person.NHSNumber(d.NHS); ok {
		d.NHS = n
	}
	if u, ok := person.UPN(d.UPN); ok {
		d.UPN = u
	}
	return d
}

// settle finds who each child is or may be. A certain match attaches the child, and
// can be undone. A child who is or may be restricted takes the whole contact
// to the restricted desk: the restriction hides it from people, not from the clock.
func (r *Row) settle(ctx context.Context, tx *record.Tx) error {
	taken := map[string]bool{}
	matches := make([]record.Match, len(r.Kids))
	for i := range r.Kids {
		k := &r.Kids[i]
		m, err := tx.Match(ctx, r.described(*k))
		if err != nil {
			return err
		}
		matches[i] = m
		r.closeFor(k, m)
		for _, h := range m.Hits {
			if h.Band == person.Certain && k.PersonID == "" && !taken[h.Known.ID] {
				k.PersonID, k.Link, taken[h.Known.ID] = h.Known.ID, pathway.LinkSystem, true
				k.beside = besideOf(m, h.Known.ID)
			}
		}
	}
	r.Contact.Children = nil
	for i := range r.Kids {
		k := &r.Kids[i]
		k.Band = openBand(matches[i], r.taken(k.ID))
		k.conceal, k.Conceal = r.Conceal, r.Conceal != access.Unrestricted
		r.Contact.Children = append(r.Contact.Children, k.Child)
	}
	return nil
}

// closeFor makes the contact as closed as the records are that a child may be of.
func (r *Row) closeFor(k *Kid, m record.Match) {
	for _, h := range m.Hits {
		if h.Closes() && k.MayBe == "" {
			k.MayBe, r.Conceal = h.Known.ID, stronger(r.Conceal, h.Conceal)
		}
	}
}

func stronger(a, b access.Concealment) access.Concealment {
	if a == access.Sealed || b == access.Sealed {
		return access.Sealed
	}
	return cmp.Or(a, b)
}

// store writes the contact and what belongs to it.
func (r *Row) store(ctx context.Context, tx *record.Tx, a Arrival) error {
	if in := a.Intake; in != nil {
		state := "accepted"
		if in.Unreadable != "" {
			state = "unreadable"
		}
		err := addIntake.Exec(ctx, tx, []any{r.IntakeID, tx.Authority, in.Door, in.Sender, in.Reference, r.ReceivedAt,
			in.ContentType, len(in.Body), hashOf(in.Body), in.Body, state, in.Unreadable, r.ID})
		if err != nil {
			return err
		}
	}
	ticks := ""
	if len(a.Ticks) > 0 {
		b, err := json.Marshal(a.Ticks)
		if err != nil {
			return fmt.Errorf("keep the ticks: %w", err)
		}
		ticks = string(b)
	}
	err := addContact.Exec(ctx, tx, []any{
		r.ID, tx.Authority, r.Ref, r.Channel, r.Source, r.SourceName, r.Organisation, r.SenderRef,
		r.Referrer.ID, r.Referrer.Name, r.Referrer.Role, r.Referrer.Email, r.Referrer.Phone,
		r.IncidentAt, r.ReportedAt, r.GradedAt, r.SentAt, r.ReceivedAt, tx.Now, r.Grade, r.RiskTool, ticks, r.Judgement,
		r.State, r.Danger, r.WhereNow, r.Words, r.LevelAsked, r.Answers, r.Completeness, r.IntakeID, r.Conceal,
		r.Rank(), r.RiskSince(), r.Consent, r.DueAt, a.District, r.lag(), len(r.Kids), r.namedKids(), feed.JoinGaps(r.lacks(a)),
	})
	if err != nil {
		return err
	}
	if err := tx.Concealed(ctx, r.ID, r.Conceal); err != nil {
		return err
	}
	if err := r.feedChanged(ctx, tx); err != nil {
		return err
	}
	var kids, links, members [][]any
	for i := range r.Kids {
		k := &r.Kids[i]
		kids = append(kids, childRow(tx, r, k))
		if k.PersonID != "" {
			links = append(links, []any{tx.NewID(), tx.Authority, k.ID, k.PersonID, "system", "service", "the system", tx.Now, k.beside.Reasons, k.beside.Model, k.beside.Band, ppm(k.beside.Chance)})
		}
	}
	for i, m := range a.Household {
		members = append(members, []any{tx.NewID(), tx.Authority, r.ID, i, m.Given, m.Family, m.Born, m.Relation, m.Part, m.Risk, m.Responsible})
	}
	if err := addChild.Exec(ctx, tx, kids...); err != nil {
		return err
	}
	if err := addLink.Exec(ctx, tx, links...); err != nil {
		return err
	}
	if err := addMember.Exec(ctx, tx, members...); err != nil {
		return err
	}
	return r.storeAgreement(ctx, tx, a)
}

func childRow(tx *record.Tx, r *Row, k *Kid) []any {
	d := k.Described
	var age, linkedAt any
	linkedBy := ""
	if d.AgeStated >= 0 {
		age = d.AgeStated
	}
	if k.PersonID != "" {
		linkedBy, linkedAt = "service", tx.Now
	}
	return []any{
		k.ID, tx.Authority, r.ID, k.Position, k.Named, d.Given, d.Middle, d.Family, d.KnownAs, d.Words, d.Sex, d.Born, d.BornEstimated,
		age, d.Expected, d.Unborn, d.NHS, d.UPN, d.Phone, d.Address, d.Postcode, d.School, record.WriteNames(d.Parents),
		k.PersonID, k.Link, linkedBy, linkedAt, k.MayBe, k.conceal, k.Band, d.Ethnicity,
	}
}

// storeAgreement keeps the family's agreement as the sender gave it, and takes the
// draft's files along.
func (r *Row) storeAgreement(ctx context.Context, tx *record.Tx, a Arrival) error {
	if c := a.Consent; c.Status != "" {
		err := addConsent.Exec(ctx, tx, []any{tx.NewID(), tx.Authority, r.ID, c.Status, c.Who, c.How, c.ToWhat, c.At,
			c.Reason, c.ReasonWords, tx.Who.ID, cmp.Or(a.Referrer.Name, a.SourceName), tx.Now})
		if err != nil {
			return err
		}
	}
	if a.DraftID == "" {
		return nil
	}
	if _, err := tx.ExecContext(ctx, claimDraftFiles, r.ID, a.DraftID, tx.Authority); err != nil {
		return err
	}
	n, err := db.Changed(tx.ExecContext(ctx, sendDraft, r.ID, tx.Now, a.DraftID, tx.Authority))
	if err != nil {
		return err
	}
	if n == 0 {
		return refusal.New(refusal.Conflict, "This referral was already sent")
	}
	return nil
}

// Children of an unreadable message: one who must be named by reading it.
func unreadableChild() person.Described {
	return person.Described{Words: "Child in a message that could not be read", AgeStated: -1}
}

// Unreadable is the arrival of a message nobody could decode. The clock runs all
// the same.
func Unreadable(channel, sourceKind, sourceName, organisation string, at civil.Instant, in Intake) Arrival {
	return Arrival{
		Channel: channel, SourceKind: sourceKind, SourceName: sourceName, OrganisationID: organisation, ReceivedAt: at,
		Children: []person.Described{unreadableChild()}, Intake: &in,
	}
}
