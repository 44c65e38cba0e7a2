package contacts_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
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
	"frontdoor/internal/notice"
	"frontdoor/internal/pathway"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

// guarded is a question that needs a code, asked of the police by link.
func guarded(t *testing.T, h *house) (contact contacts.Received, token string) {
	t.Helper()
	ctx := context.Background()
	a := admin.New(h.record)
	if _, err := a.AddContact(ctx, admin.Service("X1"), admin.NamedContact{Organisation: "pol", Name: "Insp. Hale", Address: "HALE@home.example"}); err != nil {
		t.Fatal(err)
	}
	got := h.receive(t, notification("P1", ana()))
	p := h.screened(t, got)
	link, err := h.desk.Ask(ctx, h.Manager, got.Ref, contacts.Asked{Child: p.Contact.Kids[0].ID, Organisation: "pol", Question: "Canary-question?", Why: "To decide", Basis: pathway.BasisHarm, Sensitive: true})
	if err != nil {
		t.Fatal(err)
	}
	return got, strings.TrimPrefix(link, "/requests/")
}

var sixDigits = regexp.MustCompile(`Your code is (\d{6})\.`)

// delivered sends what is due into files, and gives the code in the latest message to the
// named contact.
func (h *house) delivered(t *testing.T, folder string) string {
	t.Helper()
	post, err := notice.Open(notice.Settings{Mail: "file:" + folder, Public: "https://frontdoor.example"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := notice.New(h.record, post, slog.New(slog.NewTextHandler(io.Discard, nil))).Deliver(context.Background()); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.eml"))
	if err != nil {
		t.Fatal(err)
	}
	code, latest := "", ""
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		text := string(b)
		m := sixDigits.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		if !strings.Contains(text, "To: hale@home.example") || strings.Contains(text, "/requests/") {
			t.Errorf("a code went with the link or to another address: %s", text)
		}
		if f > latest {
			latest, code = f, m[1]
		}
	}
	return code
}

var (
	outboxText = db.SQL("contacts_test.outbox-text", `SELECT kind || ' ' || address || ' ' || safe_text || ' ' || link || ' ' || dedupe_key FROM outbox WHERE authority_id = $1 ORDER BY id`)
	guardText  = db.SQL("contacts_test.guard-text", `SELECT code_id || ' ' || pass_hash || ' ' || why FROM link_guard WHERE authority_id = $1`)
	looksAt    = db.SQL("contacts_test.looks-at", `SELECT actor FROM looked WHERE authority_id = $1 AND subject = $2 ORDER BY seq`)
)

func (h *house) texts(t *testing.T, q db.Query, args ...any) (out []string) {
	t.Helper()
	err := h.record.DB.Read(context.Background(), func(x db.Queryer) error {
		rows, err := x.QueryContext(context.Background(), q, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var s string
			if err := rows.Scan(&s); err != nil {
				return err
			}
			out = append(out, s)
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestASensitiveQuestionOpensWithACodeSentAnotherWay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		ctx, folder := context.Background(), t.TempDir()
		got, token := guarded(t, h)
		good := contacts.Reply{State: "answered", Answer: "Seen on Monday", By: "A. Officer"}
		q, err := h.desk.OpenLink(ctx, token, "n1")
		if err != nil || q.Guard == nil || q.Child+q.Question+q.Why != "" || q.Guard.Address != "h…@home.example" {
			t.Fatalf("without a code the link shows %+v, %v", q, err)
		}
		if err := h.desk.AnswerByLink(ctx, token, good); refusal.KindOf(err) != refusal.Denied {
			t.Fatalf("an answer without a code: %v, want it denied", err)
		}
		if _, err := h.desk.TryCode(ctx, token, "000000", "n1"); refusal.KindOf(err) != refusal.Invalid {
			t.Errorf("a code before any was sent: %v", err)
		}
		if err := h.desk.SendCode(ctx, token, "n1"); err != nil {
			t.Fatal(err)
		}
		code := h.delivered(t, folder)
		if code == "" {
			t.Fatal("no code reached the named contact")
		}
		for _, stored := range append(h.texts(t, outboxText, "X1"), h.texts(t, guardText, "X1")...) {
			if strings.Contains(stored, code) {
				t.Errorf("the code stands in the database: %q", stored)
			}
		}
		wrong := "111111"
		if code == wrong {
			wrong = "222222"
		}
		if _, err := h.desk.TryCode(ctx, token, wrong, "n1"); refusal.KindOf(err) != refusal.Invalid || !strings.Contains(err.Error(), "four more times") {
			t.Errorf("a wrong code: %v, want how many tries are left", err)
		}
		pass, err := h.desk.TryCode(ctx, token, code[:3]+" "+code[3:], "n1")
		if err != nil || pass == "" {
			t.Fatalf("the right code: %v", err)
		}
		if _, err := h.desk.TryCode(ctx, token, code, "n1"); refusal.KindOf(err) != refusal.Invalid {
			t.Errorf("the same code a second time: %v, want it used up", err)
		}
		if q, err := h.desk.OpenLink(ctx, pass, "n1"); err != nil || q.Question != "Canary-question?" || q.Child != "Ana Bell" {
			t.Fatalf("after the code: %+v, %v", q, err)
		}
		h.at(h.record.Now().Add(pathway.PassLife))
		if _, err := h.desk.OpenLink(ctx, pass, "n1"); refusal.KindOf(err) != refusal.NotFound {
			t.Errorf("half an hour later: %v, want it ended", err)
		}
		if err := h.desk.AnswerByLink(ctx, pass, good); refusal.KindOf(err) != refusal.NotFound {
			t.Errorf("an answer half an hour later: %v, want it ended", err)
		}
		if err := h.desk.SendCode(ctx, token, "n1"); err != nil {
			t.Fatal(err)
		}
		if pass, err = h.desk.TryCode(ctx, token, h.delivered(t, folder), "n1"); err != nil {
			t.Fatal(err)
		}
		if err := h.desk.AnswerByLink(ctx, pass, good); err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{pass, token} {
			if _, err := h.desk.OpenLink(ctx, word, "n1"); refusal.KindOf(err) != refusal.NotFound {
				t.Errorf("once answered it opens again: %v", err)
			}
		}
		if p, err := h.desk.Open(ctx, h.Manager, got.Ref); err != nil || p.Requests[0].State != "answered" || p.Requests[0].How != "link" {
			t.Errorf("the front door has %+v, %v", p.Requests, err)
		}
		if seen := h.texts(t, looksAt, "X1", got.Ref); !strings.Contains(strings.Join(seen, " "), "link ") {
			t.Errorf("who looked by link is not written down: %v", seen)
		}
		h.verify(t)
	})
}

func TestFiveWrongCodesLockTheLinkAndTellWhoeverAsked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		ctx, folder := context.Background(), t.TempDir()
		_, token := guarded(t, h)
		if err := h.desk.SendCode(ctx, token, "n1"); err != nil {
			t.Fatal(err)
		}
		code := h.delivered(t, folder)
		wrong := "111111"
		if code == wrong {
			wrong = "222222"
		}
		for i := 1; i <= pathway.CodeTries; i++ {
			_, err := h.desk.TryCode(ctx, token, wrong, "n1")
			if want := i == pathway.CodeTries; (refusal.KindOf(err) == refusal.Denied) != want {
				t.Fatalf("wrong code %d: %v", i, err)
			}
		}
		if _, err := h.desk.TryCode(ctx, token, code, "n1"); refusal.KindOf(err) != refusal.Denied {
			t.Errorf("the right code after five wrong ones: %v, want it locked", err)
		}
		if err := h.desk.SendCode(ctx, token, "n1"); refusal.KindOf(err) != refusal.Denied {
			t.Errorf("a new code for a locked link: %v, want it refused", err)
		}
		if q, err := h.desk.OpenLink(ctx, token, "n1"); err != nil || !q.Guard.Locked {
			t.Errorf("the link shows %+v, %v; want that it is locked", q.Guard, err)
		}
		told := strings.Join(h.texts(t, outboxText, "X1"), "\n")
		if strings.Count(told, "code-locked user:manager") != 1 {
			t.Errorf("whoever asked is not told once:\n%s", told)
		}
		h.verify(t)
	})
}

func TestARestrictedRecordsQuestionNeedsASecondAddress(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		ctx := context.Background()
		a := admin.New(h.record)
		got := h.receive(t, notification("P1", ana()))
		p := h.screened(t, got)
		if err := h.desk.Link(ctx, h.Manager, got.Ref, contacts.Choice{Child: p.Contact.Kids[0].ID, As: "new"}); err != nil {
			t.Fatal(err)
		}
		p, err := h.desk.Open(ctx, h.Manager, got.Ref)
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Restrict(ctx, h.Manager, p.Contact.Kids[0].PersonID, access.Sealed, "MANAGER", "A colleague's family", []string{"manager"}); err != nil {
			t.Fatal(err)
		}
		ask := contacts.Asked{Child: p.Contact.Kids[0].ID, Organisation: "pol", Question: "What is known?", Why: "To decide", Basis: pathway.BasisHarm}
		if _, err := h.desk.Ask(ctx, h.Manager, got.Ref, ask); refusal.KindOf(err) != refusal.Invalid || !strings.Contains(err.Error(), "by telephone instead") {
			t.Fatalf("no second address: %v, want it refused with what to do", err)
		}
		same := admin.NamedContact{Organisation: "pol", Name: "The same desk", Address: "Desk@Police.example"}
		if _, err := a.AddContact(ctx, admin.Service("X1"), same); refusal.KindOf(err) != refusal.Invalid {
			t.Errorf("the organisation's own address as the second: %v, want it refused", err)
		}
		ask.Way = pathway.ByTelephone
		if link, err := h.desk.Ask(ctx, h.Manager, got.Ref, ask); err != nil || link != "" {
			t.Errorf("on the telephone: %q, %v, want no link", link, err)
		}
		ask.Way = pathway.ByAccount
		if _, err := h.desk.Ask(ctx, h.Manager, got.Ref, ask); refusal.KindOf(err) != refusal.Invalid {
			t.Errorf("where nobody has an account: %v, want it refused", err)
		}
		if _, err := a.AddContact(ctx, admin.Service("X1"), admin.NamedContact{Organisation: "pol", Name: "Insp. Hale", Address: "hale@home.example"}); err != nil {
			t.Fatal(err)
		}
		ask.Way = ""
		link, err := h.desk.Ask(ctx, h.Manager, got.Ref, ask)
		if err != nil {
			t.Fatal(err)
		}
		if q, err := h.desk.OpenLink(ctx, strings.TrimPrefix(link, "/requests/"), "n1"); err != nil || q.Guard == nil || q.Child != "" {
			t.Errorf("a sealed record's link shows %+v, %v", q, err)
		}
		if n := len(h.texts(t, outboxText, "X1")); strings.Contains(strings.Join(h.texts(t, outboxText, "X1"), "\n"), "Bell") || n == 0 {
			t.Error("a notice names the child")
		}
		h.verify(t)
	})
}

func TestWhoeverTriesManyLinksHasToWait(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		ctx := context.Background()
		_, token := guarded(t, h)
		var last error
		for range 30 {
			_, last = h.desk.OpenLink(ctx, "WORDTHATLEADSNOWHERE", "n1")
		}
		if refusal.KindOf(last) != refusal.TooMany {
			t.Errorf("the thirtieth word that leads nowhere: %v, want to wait", last)
		}
		if _, err := h.desk.OpenLink(ctx, token, "n1"); refusal.KindOf(err) != refusal.TooMany {
			t.Errorf("a right one from the same place: %v, want to wait", err)
		}
		if _, err := h.desk.OpenLink(ctx, token, "n2"); err != nil {
			t.Errorf("from another place: %v", err)
		}
		for range 70 {
			_, last = h.desk.OpenLink(ctx, token, "n2")
		}
		if refusal.KindOf(last) != refusal.TooMany {
			t.Errorf("one link opened seventy times in an hour: %v, want to wait", last)
		}
		h.at(civil.DateOf(2026, 3, 21).AtTime(9, 0))
		if _, err := h.desk.OpenLink(ctx, token, "n2"); refusal.KindOf(err) != refusal.NotFound || !strings.Contains(err.Error(), "has ended") {
			t.Errorf("two months later: %v, want it ended", err)
		}
	})
}

func TestThePageOfAGuardedLink(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	folder := t.TempDir()
	_, token := guarded(t, h)
	srv := web.NewServer(h.record, web.Settings{Version: "test", Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	h.desk.Routes(srv)
	ts := httptest.NewServer(srv.Handler())
	defer ts.Close()
	read := func(res *http.Response, err error) (int, string, string) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(b), res.Request.URL.Path
	}
	at := ts.URL + "/requests/" + token
	if code, body, _ := read(http.Get(at)); code != http.StatusOK || strings.Contains(body, "Canary") || strings.Contains(body, "Ana") || !strings.Contains(body, "Insp. Hale") || strings.Contains(body, "hale@home.example") {
		t.Fatalf("the page before a code: %d, it must say whose code it is and nothing of the child", code)
	}
	if code, body, _ := read(http.PostForm(at, url.Values{"what": {"send-code"}})); code != http.StatusOK || !strings.Contains(body, "A code was sent. It works until 09:10") {
		t.Errorf("after asking for a code: %d", code)
	}
	sent := h.delivered(t, folder)
	wrong := "111111"
	if sent == wrong {
		wrong = "222222"
	}
	if code, body, _ := read(http.PostForm(at, url.Values{"what": {"code"}, "code": {wrong}})); code != http.StatusUnprocessableEntity || !strings.Contains(body, "You can try four more times") {
		t.Errorf("a wrong code: %d", code)
	}
	code, body, path := read(http.PostForm(at, url.Values{"what": {"code"}, "code": {sent}}))
	if code != http.StatusOK || !strings.Contains(body, "Canary-question?") || path == "/requests/"+token {
		t.Fatalf("the right code leads to %s: %d", path, code)
	}
	if code, body, _ := read(http.PostForm(ts.URL+path, url.Values{"state": {"nothing_known"}, "by": {"A. Officer"}})); code != http.StatusOK || !strings.Contains(body, "Thank you") {
		t.Errorf("the answer: %d", code)
	}
	h.at(h.record.Now().Add(time.Minute))
	if code, _, _ := read(http.Get(ts.URL + path)); code != http.StatusNotFound {
		t.Errorf("once answered: %d, want it not found", code)
	}
}
