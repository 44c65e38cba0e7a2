package browsertest

import (
	"context"
	"testing"

	"frontdoor/internal/db"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/pathway"
)

var (
	aThread   = db.SQL("browsertest.thread", `SELECT id FROM thread WHERE authority_id = $1 AND organisation_id = 'health-2' LIMIT 1`)
	aWorry    = db.SQL("browsertest.worry", `SELECT ref FROM worry WHERE authority_id = $1 AND answered_at IS NULL LIMIT 1`)
	anAnswer  = db.SQL("browsertest.worry-answered", `SELECT ref FROM worry WHERE authority_id = $1 AND answered_at IS NOT NULL LIMIT 1`)
	aReferral = db.SQL("browsertest.own-referral", `
		SELECT c.ref FROM contact c WHERE c.authority_id = $1 AND c.organisation_id = 'police' AND c.conceal = '' AND c.decided_at IS NOT NULL
			AND NOT EXISTS (SELECT 1 FROM worry w WHERE w.contact_id = c.id AND w.authority_id = c.authority_id) ORDER BY c.received_at LIMIT 1`)
)

// partnerPages are the pages of a police referral officer that every partner has.
func (w *town) partnerPages(t *testing.T) []string {
	t.Helper()
	own := w.one(t, aReferral)
	return []string{"/partner/questions", "/partner/questions?state=answered", "/partner/referrals?state=waiting&grade=high", "/partner/referrals", "/partner/referrals/" + own + "/worry", "/worries", "/worries/" + w.one(t, aWorry),
		"/worries/" + w.one(t, anAnswer), "/messages", "/messages/new?contact=" + own, "/promptness", "/promptness/list?what=messages_to&only=answered"}
}

// guarded is the page of a link that opens with a code only.
func (w *town) guarded(t *testing.T) string {
	t.Helper()
	ctx := context.Background()
	manager, err := w.record.FindActor(ctx, w.built.Authority, "m.ali")
	if err != nil {
		t.Fatal(err)
	}
	ref := w.one(t, anyUndecided)
	p, err := w.desk.Open(ctx, manager, ref)
	if err != nil {
		t.Fatal(err)
	}
	link, err := w.desk.Ask(ctx, manager, ref, contacts.Asked{Child: p.Contact.Kids[0].ID, Organisation: "school-1", Question: "Who collects the child?", Why: "To decide", Basis: pathway.BasisHarm, Sensitive: true})
	if err != nil {
		t.Fatal(err)
	}
	return link
}
