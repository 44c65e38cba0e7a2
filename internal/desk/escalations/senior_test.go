package escalations_test

import (
	"net/url"
	"strings"
	"testing"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/escalation"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// TestASeniorOfficerAnswersInTheService has a senior officer of the force stand behind a
// rung of the ladder by their account: they see what is asked by reference and no name,
// when they read it is kept once, and they answer.
func TestASeniorOfficerAnswersInTheService(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := build(t, d)
		service := admin.Service("x")
		_, err := w.admin.AddUser(ctx, service, admin.NewUser{ID: "chief", Email: "chief@x.example", Name: "C. Chief", OrganisationID: "pol", Roles: []admin.RoleIn{{Role: access.PoliceSenior}}})
		w.must(err)
		w.who["chief"], err = w.record.FindActor(ctx, "x", "chief")
		w.must(err)
		contact := w.child("Ana")
		w.now = w.now.Date().AddDays(3).AtTime(9, 0)
		w.refused(w.desk.Name(ctx, w.who["director"], record.Addressee{OwnerID: "hv", Level: 2, UserID: "chief"}), refusal.Invalid, "Select somebody of the partner who may answer")
		w.must(w.desk.Name(ctx, w.who["director"], record.Addressee{OwnerID: "pol", Level: 2, UserID: "chief"}))
		before := w.open("director", "pol")
		if len(before.Reads) != 0 {
			t.Fatalf("read before anybody of the force opened it: %+v", before.Reads)
		}
		o := w.open("chief", "pol")
		if len(o.Waits) != 1 || strings.Contains(o.Waits[0].Child, "Ana") || !strings.Contains(o.Waits[0].Child, "Child ") || o.Waits[0].Contact != contact {
			t.Fatalf("a senior officer sees %+v, want a reference and no name", o.Waits)
		}
		at := w.now
		w.now = w.now.Add(3600e9)
		w.open("chief", "pol")
		after := w.open("director", "pol")
		if len(after.Reads) != 1 || after.Reads[0].By != "C. Chief" || after.Reads[0].At != at || after.Reads[0].Level != after.Level() {
			t.Errorf("reads: %+v, want one, of the first opening", after.Reads)
		}
		if got := after.People["pol"][2]; got.Name != "C. Chief" || got.UserID != "chief" {
			t.Errorf("behind level 2 stands %+v", got)
		}
		_, err = w.desk.Open(ctx, w.who["chief"], "hv", step)
		w.refused(err, refusal.NotFound, "There is no record with this reference")
		w.must(w.desk.Answer(ctx, w.who["chief"], "pol", step, escalation.Given{Level: after.Level(), By: "C. Chief", Words: "An officer comes tomorrow", Promise: civil.Instant{}}))
		if n := w.open("director", "pol").Notes; len(n) != 1 || !n[0].ByPartner || n[0].AnsweredBy != "C. Chief" {
			t.Errorf("what was done: %+v", n)
		}
		w.must(w.admin.DisableUser(ctx, service, "chief"))
		if got := w.open("director", "pol").People["pol"][2]; got.Name != "" {
			t.Errorf("after the account has ended %+v stands behind level 2, want the role", got)
		}
	})
}

// TestTheLadderNamesAnAccount names a senior officer on the page, and shows the read time
// on the page of the escalation.
func TestTheLadderNamesAnAccount(t *testing.T) {
	w := build(t, dbtest.SQLite(t))
	_, err := w.admin.AddUser(ctx, admin.Service("x"), admin.NewUser{ID: "chief", Email: "chief@x.example", Name: "C. Chief", OrganisationID: "pol", Roles: []admin.RoleIn{{Role: access.PoliceSenior}}})
	w.must(err)
	w.who["chief"], err = w.record.FindActor(ctx, "x", "chief")
	w.must(err)
	w.child("Ana")
	w.now = w.now.Date().AddDays(3).AtTime(9, 0)
	director := w.signIn("director")
	code, page := w.post(director, "/escalations/ladder", url.Values{"form-id": {"f1"}, "partner": {"pol"}, "level": {"2"}, "account": {"chief"}})
	if code != 200 || !strings.Contains(page, "Level 2: C. Chief, from ") || !strings.Contains(page, "answers in the service") {
		t.Fatalf("naming an account: %d", code)
	}
	w.open("chief", "pol")
	if _, page = w.get(director, "/escalations/pol/"+string(step)); !strings.Contains(page, "by C. Chief") {
		t.Error("the page does not say that the senior officer has read it")
	}
}
