package contacts_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/notice"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

// TestALinkIsOfOneChildAloneAndEnds asks by link about each of two children of one home:
// each link shows its own child and question and nothing of the other, opens no page of
// the service, is written down each time it is opened, and ends (finding 139).
func TestALinkIsOfOneChildAloneAndEnds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		ctx := context.Background()
		leo := person.Described{Given: "Leo", Family: "Canary", AgeStated: -1}
		got := h.receive(t, notification("P1", ana(), leo))
		p := h.screened(t, got)
		words := []string{"Canary-first?", "Canary-second?"}
		var tokens []string
		for i, k := range p.Contact.Kids {
			link, err := h.desk.Ask(ctx, h.Manager, got.Ref, contacts.Asked{Child: k.ID, Organisation: "pol", Question: words[i], Why: "To decide", Basis: pathway.BasisHarm})
			if err != nil {
				t.Fatal(err)
			}
			tokens = append(tokens, strings.TrimPrefix(link, "/requests/"))
		}
		srv := web.NewServer(h.record, web.Settings{Version: "test", Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
		h.desk.Routes(srv)
		ts := httptest.NewServer(srv.Handler())
		defer ts.Close()
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		c := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		read := func(path string) (int, string) {
			t.Helper()
			res, err := c.Get(ts.URL + path)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			b, err := io.ReadAll(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			return res.StatusCode, string(b)
		}
		code, body := read("/requests/" + tokens[0])
		if code != http.StatusOK || !strings.Contains(body, "Ana Bell") || !strings.Contains(body, words[0]) {
			t.Fatalf("the first child's link: %d", code)
		}
		for _, of := range []string{"Leo", "Canary-second", tokens[1]} {
			if strings.Contains(body, of) {
				t.Errorf("the first child's link says %q of the second", of)
			}
		}
		tried := 0
		for _, r := range srv.Routes() {
			method, path, _ := strings.Cut(r.Pattern, " ")
			if method != http.MethodGet || r.Public || r.Action == access.ReadAbout {
				continue
			}
			path = strings.NewReplacer("{id}", got.Ref, "{ref}", got.Ref, "{token}", tokens[0], "{$}", "").Replace(path)
			if code, body := read(path); code != http.StatusSeeOther || strings.Contains(body, "Bell") {
				t.Errorf("%s opens with a link's cookies: %d", r.Pattern, code)
			}
			tried++
		}
		if tried < 15 {
			t.Errorf("only %d pages were tried", tried)
		}
		read("/requests/" + tokens[0])
		looks := h.texts(t, looksAt, "X1", got.Ref)
		links := 0
		for _, who := range looks {
			if strings.HasPrefix(who, "link ") {
				links++
			}
		}
		if links != 2 {
			t.Errorf("%d looks by link are written down, want both openings", links)
		}
		if err := h.desk.AnswerByLink(ctx, tokens[0], contacts.Reply{State: "nothing_known", By: "A. Officer"}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.desk.OpenLink(ctx, tokens[0], "n1"); refusal.KindOf(err) != refusal.NotFound {
			t.Errorf("once answered the link opens: %v", err)
		}
		if q, err := h.desk.OpenLink(ctx, tokens[1], "n1"); err != nil || q.Question != words[1] || strings.Contains(q.Child, "Ana") {
			t.Errorf("the second child's link after the first's answer: %+v, %v", q, err)
		}
		h.at(h.record.Now().Add(60 * 24 * time.Hour))
		if _, err := h.desk.OpenLink(ctx, tokens[1], "n1"); refusal.KindOf(err) != refusal.NotFound || !strings.Contains(err.Error(), "has ended") {
			t.Errorf("two months later: %v, want the link ended", err)
		}
	})
}

// textStandIn takes text messages as GOV.UK Notify does, and holds each to the contract:
// the signed token, one address in international form, the template, the text and a
// reference, and nothing else.
type textStandIn struct {
	mu     sync.Mutex
	down   bool
	bodies []string
	wrong  []string
}

const (
	textService  = "26785a09-ab16-4eb0-8407-a37497a57506"
	textSecret   = "3d844edf-8d35-48ac-975b-e847b4f122b0"
	textTemplate = "f33517ff-2a88-4f6e-b855-c550268ce08a"
)

func (s *textStandIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	if r.Method == http.MethodGet { // whether a message that was tried before was taken
		_, _ = io.WriteString(w, `{"notifications":[]}`)
		return
	}
	word := strings.Split(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), ".")
	var in struct {
		Phone           string            `json:"phone_number"`
		Template        string            `json:"template_id"`
		Personalisation map[string]string `json:"personalisation"`
		Reference       string            `json:"reference"`
	}
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	err := d.Decode(&in)
	signed := false
	if len(word) == 3 {
		mac := hmac.New(sha256.New, []byte(textSecret))
		mac.Write([]byte(word[0] + "." + word[1]))
		signed = base64.RawURLEncoding.EncodeToString(mac.Sum(nil)) == word[2]
	}
	if !signed || err != nil || r.URL.Path != "/v2/notifications/sms" || in.Phone != "+447700900123" || in.Template != textTemplate || in.Reference == "" || len(in.Personalisation) != 1 {
		s.wrong = append(s.wrong, r.URL.Path+" "+in.Phone)
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	s.bodies = append(s.bodies, in.Personalisation["body"])
	w.WriteHeader(http.StatusCreated)
	_, _ = io.WriteString(w, `{"id":"201b576e-c09b-467b-9dfa-9c3b689ee730"}`)
}

// TestACodeGoesByTextMessage has the code of a guarded question go to a mobile number by
// the real sender of GOV.UK Notify. While Notify is down nothing is lost and the question
// stays open; a code that came too late does not open; the right one does.
func TestACodeGoesByTextMessage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		ctx := context.Background()
		guarded(t, h)
		if _, err := admin.New(h.record).AddContact(ctx, admin.Service("X1"), admin.NamedContact{Organisation: "pol", Name: "Insp. Hale", Address: "07700 900123"}); err != nil {
			t.Fatal(err)
		}
		got := h.receive(t, notification("P2", person.Described{Given: "Leo", Family: "Bell", AgeStated: -1}))
		p := h.screened(t, got)
		link, err := h.desk.Ask(ctx, h.Manager, got.Ref, contacts.Asked{Child: p.Contact.Kids[0].ID, Organisation: "pol", Question: "Canary-text?", Why: "To decide", Basis: pathway.BasisHarm, Sensitive: true})
		if err != nil {
			t.Fatal(err)
		}
		token := strings.TrimPrefix(link, "/requests/")
		api := &textStandIn{down: true}
		ts := httptest.NewServer(api)
		defer ts.Close()
		post, err := notice.Open(notice.Settings{Mail: "file:" + t.TempDir(), Public: "https://frontdoor.example",
			Notify: notice.Notify{URL: ts.URL, Key: "test-" + textService + "-" + textSecret, TextTemplate: textTemplate}})
		if err != nil {
			t.Fatal(err)
		}
		deliver := func() {
			t.Helper()
			if _, err := notice.New(h.record, post, slog.New(slog.NewTextHandler(io.Discard, nil))).Deliver(ctx); err != nil {
				t.Fatal(err)
			}
		}
		code := func() string {
			t.Helper()
			api.mu.Lock()
			defer api.mu.Unlock()
			if len(api.bodies) == 0 {
				t.Fatalf("no code went by text message; refused: %v", api.wrong)
			}
			last := api.bodies[len(api.bodies)-1]
			m := sixDigits.FindStringSubmatch(last)
			if m == nil || strings.Contains(last, "/requests/") || strings.Contains(last, "Leo") {
				t.Fatalf("the text message says %q", last)
			}
			return m[1]
		}
		if err := h.desk.SendCode(ctx, token, "n1"); err != nil {
			t.Fatal(err)
		}
		deliver() // Notify is down
		if q, err := h.desk.OpenLink(ctx, token, "n1"); err != nil || q.Guard == nil || q.Guard.Locked || len(api.bodies) != 0 {
			t.Fatalf("while text messages do not go the question shows %+v, %v, want it open", q.Guard, err)
		}
		api.mu.Lock()
		api.down = false
		api.mu.Unlock()
		h.at(h.record.Now().Add(5 * time.Minute))
		deliver()
		late := code()
		h.at(h.record.Now().Add(6 * time.Minute))
		if _, err := h.desk.TryCode(ctx, token, late, "n1"); refusal.KindOf(err) != refusal.Invalid {
			t.Errorf("a code eleven minutes old: %v, want it ended", err)
		}
		if err := h.desk.SendCode(ctx, token, "n1"); err != nil {
			t.Fatal(err)
		}
		deliver()
		pass, err := h.desk.TryCode(ctx, token, code(), "n1")
		if err != nil {
			t.Fatalf("the right code: %v", err)
		}
		if q, err := h.desk.OpenLink(ctx, pass, "n1"); err != nil || q.Question != "Canary-text?" {
			t.Errorf("after the code: %+v, %v", q, err)
		}
		if len(api.wrong) > 0 {
			t.Errorf("not to the contract: %v", api.wrong)
		}
	})
}
