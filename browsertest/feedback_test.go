package browsertest

import (
	"context"
	"strings"
	"testing"

	"frontdoor/internal/db"
	"frontdoor/internal/desk/contacts"
)

var (
	anOwed = db.SQL("browsertest.owed", `
		SELECT c.ref FROM wait w JOIN contact c ON c.id = w.contact_id AND c.authority_id = w.authority_id
		WHERE w.authority_id = $1 AND w.timescale = 'contact.feedback' AND w.ended_at IS NULL AND w.conceal = '' AND c.channel <> 'police' ORDER BY w.due_at, c.ref LIMIT 1`)
	anOutcomeLink = db.SQL("browsertest.outcome-link", `SELECT link FROM outbox WHERE authority_id = $1 AND kind = 'outcome-link' ORDER BY created_at DESC, id DESC LIMIT 1`)
)

// feedbackPages adds the pages of telling referrers: of one who is still to be told, with
// the message and the letter, the lists, the measure, and what a referrer reads by a link.
func (w *town) feedbackPages(t *testing.T, all map[string][]string) map[string][]string {
	t.Helper()
	owed := "/contacts/" + w.one(t, anOwed) + "/feedback"
	screener, err := w.record.FindActor(context.Background(), w.built.Authority, "p.shah")
	if err != nil {
		t.Fatal(err)
	}
	ref := strings.Split(owed, "/")[2]
	if err := contacts.New(w.record).SendOutcome(context.Background(), screener, ref, "health-1"); err != nil {
		t.Fatal(err)
	}
	all[""] = append(all[""], w.one(t, anOutcomeLink), "/outcome/nothing")
	all["p.shah"] = append(all["p.shah"], owed, owed+"/message", owed+"/message?agency=health-1", owed+"/letter", "/feedback", "/feedback?show=told", "/feedback?show=nothing")
	all["m.ali"] = append(all["m.ali"], "/feedback?show=reason", "/feedback?show=all", "/measures/feedback")
	all["i.grant"] = append(all["i.grant"], "/measures/feedback")
	all["b.tanner"] = append(all["b.tanner"], "/partner/referrals")
	return all
}
