package contacts_test

import (
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/desk/feedback"
	"frontdoor/internal/notice"
	"frontdoor/internal/pathway"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
	"frontdoor/internal/web"
)

// fromSchool is a referral that somebody sent by the form, who says that they work at a
// school and gives an address.
func fromSchool(email string) contacts.Arrival {
	return contacts.Arrival{Channel: "form", SourceKind: "school", SourceName: "Hilltop Primary", Referrer: contacts.Referrer{Name: "E. Wright", Role: "Lead", Email: email},
		Children: fromHome, Words: "Tired in class", Danger: "no", Consent: contacts.Consent{Status: "given", Who: "mother", How: "today"}}
}

var fromHome = notification("", ana()).Children

// decidedOn receives a contact and decides that nothing more is to be done.
func (h *house) decidedOn(t *testing.T, a contacts.Arrival) contacts.Received {
	t.Helper()
	got := h.receive(t, a)
	p := h.screened(t, got)
	h.outcome(t, got, p)
	return got
}

func (h *house) outcome(t *testing.T, got contacts.Received, p *contacts.Page) {
	t.Helper()
	d := pathway.Decision{Outcome: pathway.ReferralAssessment, Rationale: "Canary-reason", Level: "3", Changed: "More", Evidence: "All", Told: "Them", Considered: "no", ConsideredWhy: "Read"}
	if err := h.desk.Decide(context.Background(), h.Manager, got.Ref, []contacts.ForChild{{Child: p.Contact.Kids[0].ID, Decision: d}}); err != nil {
		t.Fatal(err)
	}
}

func (h *house) post(t *testing.T, folder string) notice.Post {
	t.Helper()
	p, err := notice.Open(notice.Settings{Mail: "file:" + folder, Public: "https://frontdoor.example"})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// mail sends what is due and gives every message that tells of an outcome.
func (h *house) mail(t *testing.T, folder string) (out []string) {
	t.Helper()
	if _, err := notice.New(h.record, h.post(t, folder), slog.New(slog.NewTextHandler(io.Discard, nil))).Deliver(context.Background()); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.eml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(b), "Something was decided") || strings.Contains(string(b), "We have dealt with") {
			out = append(out, string(b))
		}
	}
	return out
}

func (h *house) state(t *testing.T, ref string) feedback.Row {
	t.Helper()
	l, err := feedback.New(h.record).List(context.Background(), h.Manager, feedback.Filter{Show: feedback.ShowAll, From: h.record.Now().Date().AddDays(-60), To: h.record.Now().Date()})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range l.Rows {
		if r.Ref == ref {
			return r
		}
	}
	t.Fatalf("%s is in no list", ref)
	return feedback.Row{}
}

var (
	outcomeWord = regexp.MustCompile(`/outcome/(\w+)`)
	asNotify    = db.SQL("contacts_test.sent-by-notify", `UPDATE outbox SET provider_id = $2, via = 'notify' WHERE authority_id = $1 AND kind = 'outcome-link'`)
	outcomeID   = db.SQL("contacts_test.outcome-notice", `SELECT id FROM outbox WHERE authority_id = $1 AND kind = 'outcome-link' ORDER BY id`)
)

// TestAReferrerIsToldWhenItHasGone follows a decision to the referrer's agency: the message
// names nobody and says nothing of what was decided; the wait ends when it has gone; when
// it comes back they are not told, and the clock is the old one; and the link shows the
// sentence, notes that it was opened, and ends.
func TestAReferrerIsToldWhenItHasGone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, ctx, folder := newHouse(t, d), context.Background(), t.TempDir()
		got := h.decidedOn(t, notification("P1", ana()))
		if n := h.waits(t, got.ContactID, pathway.FrontDoor, timescale.Feedback, true); n != 1 {
			t.Fatalf("%d waits for telling the referrer are open, want one until it has gone", n)
		}
		due := h.state(t, got.Ref).Due
		all := h.mail(t, folder)
		if len(all) != 1 || !strings.Contains(all[0], "To: desk@police.example") || !strings.Contains(all[0], got.Ref) {
			t.Fatalf("sent %q, want one message to the agency", all)
		}
		for _, secret := range []string{"Ana", "Bell", "Canary", "accepted a referral", "assessment"} {
			if strings.Contains(all[0], secret) {
				t.Errorf("the message says %q", secret)
			}
		}
		if s := h.state(t, got.Ref); s.State != feedback.Told || !s.InTime || s.Way != pathway.ByOwnLink || !s.Read.IsZero() {
			t.Errorf("after it has gone: %+v", s)
		}
		// It comes back.
		const provider = "11111111-1111-4111-8111-111111111111"
		run := func(q db.Query, args ...any) {
			t.Helper()
			if err := d.Write(ctx, func(x db.Queryer) error { _, err := x.ExecContext(ctx, q, args...); return err }); err != nil {
				t.Fatal(err)
			}
		}
		run(asNotify, "X1", provider)
		receipts := notice.NewReceipts(h.record, h.post(t, folder), slog.New(slog.NewTextHandler(io.Discard, nil)))
		id := h.texts(t, outcomeID, "X1")[0]
		h.at(h.record.Now().Add(2 * time.Hour))
		if err := receipts.Take(ctx, notice.Receipt{ID: provider, Reference: id, Status: "permanent-failure", Type: "email"}); err != nil {
			t.Fatal(err)
		}
		if s := h.state(t, got.Ref); s.State != feedback.Owed || s.Due != due || s.Problem == "" || s.Owner == "" {
			t.Errorf("after it came back: %+v, want it owed as before, due %s", s, due)
		}
		// Somebody calls, and says so on the list of notices that reached nobody.
		if err := admin.New(h.record).ToldAnotherWay(ctx, h.Shah, id); err != nil {
			t.Fatal(err)
		}
		if s := h.state(t, got.Ref); s.State != feedback.Told || s.Way != pathway.AnotherWay {
			t.Errorf("after a call: %+v", s)
		}
		word, desk := outcomeWord.FindStringSubmatch(all[0])[1], feedback.New(h.record)
		o, err := desk.Outcome(ctx, word, "net")
		if err != nil || len(o.Sentences) != 1 || o.Sentences[0] != "We accepted a referral. A social worker will be in touch." || o.Ref != got.Ref {
			t.Fatalf("the link shows %+v, %v", o, err)
		}
		if _, err := desk.Outcome(ctx, word, "net"); err != nil {
			t.Errorf("a second look: %v", err)
		}
		h.at(h.record.Now().Add(29 * 24 * time.Hour))
		if _, err := desk.Outcome(ctx, word, "net"); refusal.KindOf(err) != refusal.NotFound {
			t.Errorf("after 28 days: %v", err)
		}
		var refused error
		for range 30 {
			if _, refused = desk.Outcome(ctx, "guessed", "elsewhere"); refusal.KindOf(refused) != refusal.NotFound {
				break
			}
		}
		if refusal.KindOf(refused) == refusal.NotFound {
			t.Error("whoever guesses links is never held up")
		}
		h.verify(t)
	})
}

// TestWhoSaysThatTheyAreAProfessionalIsTold tells those alone whose agency we know (T07).
func TestWhoSaysThatTheyAreAProfessionalIsTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, ctx := newHouse(t, d), context.Background()
		for _, o := range []admin.Organisation{{ID: "hill", Kind: "school", Name: "Hilltop Primary", Email: "office@hilltop.example"}, {ID: "club", Kind: "other_partner", Name: "A club", Email: "club@gmail.com"}} {
			if _, err := admin.New(h.record).AddOrganisation(ctx, admin.Service("X1"), o); err != nil {
				t.Fatal(err)
			}
		}
		for email, want := range map[string]bool{"e.wright@hilltop.example": true, "E.Wright@HILLTOP.example": true, "office@hilltop.example": true, "club@gmail.com": true,
			"parent@gmail.com": false, "parent@nothilltop.example": false, "parent@personal.example": false, "a@%": false, "hilltop.example": false, "": false} {
			folder := t.TempDir()
			got := h.decidedOn(t, fromSchool(email))
			sent := false
			for _, m := range h.mail(t, folder) {
				sent = sent || strings.Contains(m, got.Ref)
			}
			if s := h.state(t, got.Ref); sent != want || (s.State == feedback.Told) != want || !want && (s.State != feedback.Owed || s.Owner == "") {
				t.Errorf("%q: sent %v, %+v, want it told by itself: %v", email, sent, s, want)
			}
			if want {
				continue
			}
			if err := h.desk.SendOutcome(ctx, h.Shah, got.Ref, contacts.TheirAddress); err == nil {
				t.Errorf("%q: it was sent to an address of nobody we know", email)
			}
			if err := h.desk.SendOutcome(ctx, h.Shah, got.Ref, "hill"); err != nil {
				t.Fatal(err)
			}
			if all := h.mail(t, t.TempDir()); len(all) != 1 || !strings.Contains(all[0], "To: office@hilltop.example") {
				t.Errorf("%q: sent %q, want it at the agency", email, all)
			}
			if s := h.state(t, got.Ref); s.State != feedback.Told {
				t.Errorf("%q: after it went to the agency %+v", email, s)
			}
		}
	})
}

// TestThePublicHearThatItWasDealtWith, and the reason why not more is on record at once.
func TestThePublicHearThatItWasDealtWith(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		for name, x := range map[string]struct {
			by  contacts.Referrer
			why pathway.NotTold
			n   int
		}{"with an address": {contacts.Referrer{Name: "A neighbour", Email: "n@home.example"}, pathway.NotPublic, 1}, "with a number": {contacts.Referrer{Name: "A neighbour", Phone: "01632 960001"}, pathway.NotPublic, 0}, "nobody": {contacts.Referrer{}, pathway.NotNamed, 0}} {
			a := fromSchool("")
			a.SourceKind, a.SourceName, a.Referrer = "public", "Member of the public", x.by
			got := h.decidedOn(t, a)
			if s := h.state(t, got.Ref); s.State != feedback.Reason || s.Why != x.why {
				t.Errorf("%s: %+v, want the reason %s", name, s, x.why)
			}
			all := h.mail(t, t.TempDir())
			if len(all) != x.n {
				t.Errorf("%s: sent %q", name, all)
			}
			for _, m := range all {
				if strings.Contains(m, "/outcome/") || !strings.Contains(m, "We have dealt with what you told us") {
					t.Errorf("%s: the public are told %q", name, m)
				}
			}
			if err := h.desk.SendOutcome(context.Background(), h.Shah, got.Ref, "pol"); refusal.KindOf(err) != refusal.Conflict {
				t.Errorf("%s: an outcome is sent for a member of the public: %v", name, err)
			}
		}
	})
}

// TestNotSafeToTellHoldsItBack says so before the decision.
func TestNotSafeToTellHoldsItBack(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h, ctx := newHouse(t, d), context.Background()
		got := h.receive(t, notification("P1", ana()))
		p := h.screened(t, got)
		if err := h.desk.NotTold(ctx, h.Shah, got.Ref, pathway.NotSafe, "A relative works there"); err != nil {
			t.Fatal(err)
		}
		h.outcome(t, got, p)
		if all := h.mail(t, t.TempDir()); len(all) != 0 {
			t.Errorf("sent %q although it is not safe", all)
		}
		if s := h.state(t, got.Ref); s.State != feedback.Reason || s.Why != pathway.NotSafe {
			t.Errorf("%+v, want the reason", s)
		}
		for _, path := range []string{"/contacts/" + got.Ref + "/feedback", "/contacts/" + got.Ref + "/feedback/message"} {
			if body := h.page(t, "shah", path); strings.Contains(body, "Sorry") {
				t.Errorf("%s does not open", path)
			}
		}
		// Somebody tells them after all: the reason stands no longer.
		if err := h.desk.FedBack(ctx, h.Manager, got.Ref, pathway.ToldBy{Way: pathway.FaceToFace, Words: "The inspector, here", At: civil.Instant{}}); err != nil {
			t.Fatal(err)
		}
		if s := h.state(t, got.Ref); s.State != feedback.Told || s.Way != pathway.FaceToFace {
			t.Errorf("%+v, want them told", s)
		}
		stranger := access.Actor{ID: "sw", Name: "A worker", Authority: "X1", Roles: []access.Role{access.SocialWorker}}
		if err := h.desk.NotTold(ctx, stranger, got.Ref, pathway.NotNamed, ""); refusal.KindOf(err) != refusal.Denied {
			t.Errorf("a social worker may: %v", err)
		}
		if _, err := feedback.New(h.record).List(ctx, stranger, feedback.Filter{Show: feedback.ShowOwed}); refusal.KindOf(err) != refusal.Denied {
			t.Errorf("a social worker sees the list: %v", err)
		}
	})
}

// TestTheLetterNamesNoChild reads the page that is printed, and the message that is shown
// before it is sent.
func TestTheLetterNamesNoChild(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	got := h.decidedOn(t, fromSchool(""))
	for _, path := range []string{"letter", "message?agency=pol"} {
		body := h.page(t, "shah", "/contacts/"+got.Ref+"/feedback/"+path)
		for _, secret := range []string{"Ana", "Bell", "Mill Road", "Canary", "Tired"} {
			if strings.Contains(body, secret) {
				t.Errorf("%s says %q", path, secret)
			}
		}
		for _, must := range []string{got.Ref, "We accepted a referral. A social worker will be in touch."} {
			if !strings.Contains(body, must) {
				t.Errorf("%s does not say %q: %s", path, must, body)
			}
		}
	}
	if body := h.page(t, "shah", "/contacts/"+got.Ref+"/feedback/message?agency=pol"); !strings.Contains(body, strings.ReplaceAll(pathway.OutcomeByLink, "{ref}", got.Ref)) {
		t.Error("the message shown is not the one that is sent")
	}
}

// copier stands in for Chromium: its "PDF" is the page that it was given.
const copier = "#!/bin/sh\nfor a in \"$@\"; do case $a in --print-to-pdf=*) out=${a#--print-to-pdf=};; file://*) in=${a#file://};; esac; done\n{ echo '%PDF-'; cat \"$in\"; } > \"$out\"\n"

// TestTheLetterAsPDF is the same letter, and nothing else.
func TestTheLetterAsPDF(t *testing.T) {
	program := filepath.Join(t.TempDir(), "chromium")
	if err := os.WriteFile(program, []byte(copier), 0o700); err != nil {
		t.Fatal(err)
	}
	printer, err := web.NewPrinter(program)
	if err != nil {
		t.Fatal(err)
	}
	h := newHouse(t, dbtest.SQLite(t))
	got := h.decidedOn(t, fromSchool(""))
	h.printer = printer
	body := h.whole(t, "shah", "/contacts/"+got.Ref+"/feedback/letter.pdf")
	for _, must := range []string{"%PDF-", got.Ref, "<title>Letter", "E. Wright", "We accepted a referral. A social worker will be in touch.", "01632 960000"} {
		if !strings.Contains(body, must) {
			t.Errorf("the letter lacks %q", must)
		}
	}
	for _, secret := range []string{"Ana", "Bell", "Mill Road", "Canary", "Tired", "SHAH", "<script"} {
		if strings.Contains(body, secret) {
			t.Errorf("the letter says %q", secret)
		}
	}
	if body := h.page(t, "shah", "/contacts/"+got.Ref+"/feedback/letter"); !strings.Contains(body, "/feedback/letter.pdf") {
		t.Error("the page does not lead to the PDF")
	}
}
