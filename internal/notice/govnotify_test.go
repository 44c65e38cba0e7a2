package notice_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/notice"
)

const (
	serviceID     = "26785a09-ab16-4eb0-8407-a37497a57506"
	secretKey     = "3d844edf-8d35-48ac-975b-e847b4f122b0"
	apiKey        = "a_test-key-" + serviceID + "-" + secretKey
	emailTemplate = "9d751e0e-f929-4891-82a1-a3e1c3c18ee3"
	textTemplate  = "f33517ff-2a88-4f6e-b855-c550268ce08a"
	receiptToken  = "a-token-of-more-than-thirty-two-characters"
	uuid1         = "019ab3c4-0000-7000-8000-000000000001"
	uuid2         = "019ab3c4-0000-7000-8000-000000000002"
)

// notify stands in for GOV.UK Notify and holds us to its contract: the token, the
// fields and their forms, and no others.
type notify struct {
	t      *testing.T
	server *httptest.Server
	now    func() civil.Instant

	mu     sync.Mutex
	got    map[string]sentBody // by reference
	order  []string
	asked  int
	answer int  // instead of 201, when it is not 0
	silent bool // takes the message and closes the connection without an answer
	status map[string]string
}

type sentBody struct {
	Email           string            `json:"email_address"`
	Phone           string            `json:"phone_number"`
	Template        string            `json:"template_id"`
	Personalisation map[string]string `json:"personalisation"`
	Reference       string            `json:"reference"`
}

func standIn(t *testing.T) *notify {
	n := &notify{t: t, got: map[string]sentBody{}, status: map[string]string{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v2/notifications/email", n.take("email"))
	mux.HandleFunc("POST /v2/notifications/sms", n.take("sms"))
	mux.HandleFunc("GET /v2/notifications", n.list)
	n.server = httptest.NewServer(mux)
	t.Cleanup(n.server.Close)
	return n
}

func (n *notify) settings(mail string) notice.Settings {
	return notice.Settings{Mail: mail, Public: "https://frontdoor.example",
		Notify: notice.Notify{URL: n.server.URL, Key: apiKey, EmailTemplate: emailTemplate, TextTemplate: textTemplate, Receipts: receiptToken}}
}

func (n *notify) post(t *testing.T, mail string) notice.Post {
	t.Helper()
	p, err := notice.Open(n.settings(mail))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (n *notify) set(change func()) { n.mu.Lock(); defer n.mu.Unlock(); change() }

// refuse answers as Notify does.
func refuse(w http.ResponseWriter, code int, kind, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(map[string]any{"status_code": code, "errors": []any{map[string]string{"error": kind, "message": message}}})
}

// known checks the token: header, signature, issuer, and an age of at most 30 seconds.
func (n *notify) known(w http.ResponseWriter, r *http.Request) bool {
	word, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	part := strings.Split(word, ".")
	if !ok || len(part) != 3 {
		refuse(w, http.StatusUnauthorized, "AuthError", "Unauthorized: authentication token must be provided")
		return false
	}
	var head struct{ Typ, Alg string }
	var claims map[string]any
	raw := make([][]byte, 3)
	for i := range part {
		var err error
		if raw[i], err = base64.RawURLEncoding.Strict().DecodeString(part[i]); err != nil {
			refuse(w, http.StatusForbidden, "AuthError", "Invalid token: not valid base64")
			return false
		}
	}
	mac := hmac.New(sha256.New, []byte(secretKey))
	mac.Write([]byte(part[0] + "." + part[1]))
	if json.Unmarshal(raw[0], &head) != nil || head.Typ != "JWT" || head.Alg != "HS256" || json.Unmarshal(raw[1], &claims) != nil || !hmac.Equal(mac.Sum(nil), raw[2]) {
		refuse(w, http.StatusForbidden, "AuthError", "Invalid token: API key not found")
		return false
	}
	at, isNumber := claims["iat"].(float64)
	if len(claims) != 2 || claims["iss"] != serviceID || !isNumber {
		refuse(w, http.StatusForbidden, "AuthError", "Invalid token: iss or iat not provided")
		return false
	}
	if age := n.now().Time().Unix() - int64(at); age > 30 || age < -30 {
		refuse(w, http.StatusForbidden, "AuthError", "Error: Your system clock must be accurate to within 30 seconds")
		return false
	}
	return true
}

var (
	mailForm  = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s]+$`)
	phoneForm = regexp.MustCompile(`^\+44[0-9]{10}$`)
)

func (n *notify) take(kind string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.asked++
		if !n.known(w, r) {
			return
		}
		if n.answer != 0 {
			kind := map[int]string{429: "RateLimitError", 500: "Exception", 400: "BadRequestError", 403: "AuthError"}[n.answer]
			refuse(w, n.answer, kind, "someone@x.example is not welcome")
			return
		}
		body, err := io.ReadAll(r.Body)
		var in sentBody
		d := json.NewDecoder(bytes.NewReader(body))
		d.DisallowUnknownFields()
		template, fields := emailTemplate, []string{"body", "subject"}
		if err := d.Decode(&in); err != nil || r.Header.Get("Content-Type") != "application/json" {
			refuse(w, http.StatusBadRequest, "ValidationError", fmt.Sprint("Additional properties are not allowed: ", err))
			return
		}
		to := in.Email
		form := mailForm
		if kind == "sms" {
			template, to, form, fields = textTemplate, in.Phone, phoneForm, []string{"body"}
		}
		given := make([]string, 0, len(in.Personalisation))
		for k, v := range in.Personalisation {
			if v != "" {
				given = append(given, k)
			}
		}
		slices.Sort(given)
		switch {
		case err != nil || in.Template != template:
			refuse(w, http.StatusBadRequest, "BadRequestError", "Template not found")
		case !form.MatchString(to) || (in.Email != "" && in.Phone != ""):
			refuse(w, http.StatusBadRequest, "ValidationError", "not a valid address")
		case !slices.Equal(given, fields):
			refuse(w, http.StatusBadRequest, "BadRequestError", "Missing personalisation")
		case in.Reference == "":
			refuse(w, http.StatusBadRequest, "ValidationError", "reference is a required property")
		default:
			n.order = append(n.order, in.Reference)
			n.got[in.Reference] = in
			if n.silent {
				conn, _, err := w.(http.Hijacker).Hijack()
				if err == nil {
					_ = conn.Close()
				}
				return
			}
			w.WriteHeader(http.StatusCreated)
			_ = json.NewEncoder(w).Encode(map[string]any{"id": n.idOf(in.Reference), "reference": in.Reference, "scheduled_for": nil,
				"content": map[string]string{"body": in.Personalisation["body"]}, "uri": "https://x", "template": map[string]any{"id": template, "version": 1, "uri": "https://x"}})
		}
	}
}

// idOf is Notify's id of the last try of a message.
func (n *notify) idOf(ref string) string {
	tries := 0
	for _, r := range n.order {
		if r == ref {
			tries++
		}
	}
	sum := sha256.Sum256([]byte(ref))
	return fmt.Sprintf("201b576e-c09b-467b-9dfa-%08x%04d", sum[:4], tries)
}

func (n *notify) list(w http.ResponseWriter, r *http.Request) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.known(w, r) {
		return
	}
	ref, kind := r.URL.Query().Get("reference"), r.URL.Query().Get("template_type")
	found := []any{}
	if m, ok := n.got[ref]; ok && (kind == "email") == (m.Email != "") {
		status := n.status[ref]
		if status == "" {
			status = "sending"
		}
		found = append(found, map[string]any{"id": n.idOf(ref), "reference": ref, "status": status, "type": kind})
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"notifications": found, "links": map[string]string{"current": "https://x"}})
}

// TestNotifySendsEmail holds every field to the contract.
func TestNotifySendsEmail(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		api := standIn(t)
		n, r, c := noticesBy(t, d, api.post(t, "notify"))
		api.now = c.at
		add(t, r, row{id: uuid1, kind: "question", to: "a@x.example", link: "/requests/abc"})
		if sent := deliver(t, n); sent != 1 {
			t.Fatalf("%d sent: %+v", sent, stateOf(t, r, uuid1))
		}
		m := api.got[uuid1]
		if m.Email != "a@x.example" || m.Personalisation["subject"] != "The front door has a question for you" || !strings.HasSuffix(m.Personalisation["body"], "https://frontdoor.example/requests/abc") {
			t.Errorf("Notify got %+v", m)
		}
		if s := stateOf(t, r, uuid1); s.via != "notify" || s.sent.IsZero() {
			t.Errorf("the record says %+v", s)
		}
	})
}

// TestTheStandInIsStrict makes sure that the tests above can fail.
func TestTheStandInIsStrict(t *testing.T) {
	api := standIn(t)
	at := civil.DateOf(2026, 11, 24).AtTime(9, 0)
	api.now = func() civil.Instant { return at }
	encode := base64.RawURLEncoding.EncodeToString
	token := func(head, claims, key string) string {
		text := encode([]byte(head)) + "." + encode([]byte(claims))
		mac := hmac.New(sha256.New, []byte(key))
		mac.Write([]byte(text))
		return text + "." + encode(mac.Sum(nil))
	}
	claims := func(shift int64) string {
		return `{"iss":"` + serviceID + `","iat":` + strconv.FormatInt(at.Time().Unix()+shift, 10) + `}`
	}
	head := `{"typ":"JWT","alg":"HS256"}`
	good := `{"email_address":"a@x.example","template_id":"` + emailTemplate + `","personalisation":{"subject":"s","body":"b"},"reference":"r"}`
	for _, tt := range []struct {
		name, token, body string
		want              int
	}{
		{"as it should be", token(head, claims(0), secretKey), good, 201},
		{"29 seconds old", token(head, claims(-29), secretKey), good, 201},
		{"31 seconds old", token(head, claims(-31), secretKey), good, 403},
		{"from the future", token(head, claims(31), secretKey), good, 403},
		{"signed with another key", token(head, claims(0), "another"), good, 403},
		{"not signed", token(`{"typ":"JWT","alg":"none"}`, claims(0), secretKey), good, 403},
		{"with a further field", token(head, claims(0), secretKey), strings.Replace(good, `{"email`, `{"more":1,"email`, 1), 400},
		{"without a template", token(head, claims(0), secretKey), strings.Replace(good, emailTemplate, "", 1), 400},
		{"without a subject", token(head, claims(0), secretKey), strings.Replace(good, `"subject":"s",`, "", 1), 400},
		{"without an address", token(head, claims(0), secretKey), strings.Replace(good, "a@x.example", "", 1), 400},
	} {
		req, err := http.NewRequest(http.MethodPost, api.server.URL+"/v2/notifications/email", strings.NewReader(tt.body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+tt.token)
		req.Header.Set("Content-Type", "application/json")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, res.StatusCode, tt.want)
		}
	}
}

// TestNotifyIsTriedAgainOrGivenUp follows each answer.
func TestNotifyIsTriedAgainOrGivenUp(t *testing.T) {
	for _, tt := range []struct {
		code  int
		final bool
		says  string
	}{
		{400, true, "refused this address or message (code 400, BadRequestError)"},
		{403, false, "does not accept our key"},
		{429, false, "asks us to send less at once"},
		{500, false, "has a fault"},
		{503, false, "has a fault"},
		{302, false, "an answer that we do not know"},
	} {
		t.Run(strconv.Itoa(tt.code), func(t *testing.T) {
			api := standIn(t)
			n, r, c := noticesBy(t, dbtest.SQLite(t), api.post(t, "notify"))
			api.now = c.at
			add(t, r, row{id: uuid1, kind: "receipt", to: "a@x.example"}, row{id: uuid2, kind: "receipt", to: "b@x.example"})
			api.answer = tt.code
			deliver(t, n)
			s := stateOf(t, r, uuid1)
			if s.failed.IsZero() == tt.final || !strings.Contains(s.why, tt.says) || strings.Contains(s.why, "@") {
				t.Errorf("after %d: %+v", tt.code, s)
			}
			if !tt.final && api.asked != 1 {
				t.Errorf("Notify was asked %d times while it does not work, want 1 and then a rest", api.asked)
			}
			api.set(func() { api.answer = 0 })
			c.move(time.Hour)
			deliver(t, n)
			if sent, failed := tally(t, r); (tt.final && failed != 2) || (!tt.final && sent != 2) {
				t.Errorf("then %d sent and %d given up", sent, failed)
			}
		})
	}
}

// TestNotifyTookItButItsAnswerWasLost asks before it sends again, so that nobody gets
// the same message twice.
func TestNotifyTookItButItsAnswerWasLost(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		api := standIn(t)
		n, r, c := noticesBy(t, d, api.post(t, "notify"))
		api.now = c.at
		api.silent = true
		add(t, r, row{id: uuid1, kind: "receipt", to: "a@x.example"})
		deliver(t, n)
		if s := stateOf(t, r, uuid1); !s.sent.IsZero() || s.why != "GOV.UK Notify does not answer" {
			t.Fatalf("without an answer: %+v", s)
		}
		taken := len(api.order)
		api.set(func() { api.silent = false })
		c.move(time.Hour)
		if deliver(t, n) != 1 || len(api.order) != taken {
			t.Errorf("Notify took it %d times, want %d", len(api.order), taken)
		}
	})
}

func receipt(id, ref, status string) string {
	return fmt.Sprintf(`{"id":%q,"reference":%q,"to":"a@x.example","status":%q,"created_at":"2026-11-24T09:00:00.000000Z","completed_at":null,"sent_at":null,"notification_type":"email","template_id":%q,"template_version":1}`,
		id, ref, status, emailTemplate)
}

// TestReceipts follows what each receipt does to a message that was handed over.
func TestReceipts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		api := standIn(t)
		post := api.post(t, "notify")
		n, r, c := noticesBy(t, d, post)
		api.now = c.at
		door := httptest.NewServer(notice.NewReceipts(r, post, nil))
		defer door.Close()
		send := func(token, body string) int {
			req, err := http.NewRequest(http.MethodPost, door.URL, strings.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Authorization", "Bearer "+token)
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			_ = res.Body.Close()
			return res.StatusCode
		}
		ids := []string{uuid1, uuid2, "019ab3c4-0000-7000-8000-000000000003", "019ab3c4-0000-7000-8000-000000000004"}
		for _, id := range ids {
			add(t, r, row{id: id, kind: "receipt", to: "a@x.example"})
		}
		if deliver(t, n) != 4 {
			t.Fatal("not sent")
		}
		of := func(i int) string { return api.idOf(ids[i]) }
		for _, tt := range []struct {
			name, token, body string
			want              int
		}{
			{"another token", receiptToken + "x", receipt(of(0), ids[0], "delivered"), 401},
			{"no token", "", receipt(of(0), ids[0], "delivered"), 401},
			{"not JSON", receiptToken, "hello", 400},
			{"an unknown status", receiptToken, receipt(of(0), ids[0], "lost"), 400},
			{"another's message", receiptToken, receipt(of(0), "nobody", "delivered"), 404},
			{"too large", receiptToken, `{"id":"` + strings.Repeat("a", 300<<10) + `"}`, 413},
			{"delivered", receiptToken, receipt(of(0), ids[0], "delivered"), 204},
			{"delivered again", receiptToken, receipt(of(0), ids[0], "delivered"), 204},
			{"a failure after it arrived", receiptToken, receipt(of(0), ids[0], "permanent-failure"), 204},
			{"permanent failure", receiptToken, receipt(of(1), ids[1], "permanent-failure"), 204},
			{"temporary failure", receiptToken, receipt(of(2), ids[2], "temporary-failure"), 204},
			{"technical failure", receiptToken, receipt(of(3), ids[3], "technical-failure"), 204},
			{"technical failure of another try", receiptToken, receipt("201b576e-c09b-467b-9dfa-000000000000", ids[0], "technical-failure"), 204},
		} {
			if got := send(tt.token, tt.body); got != tt.want {
				t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
			}
		}
		if s := stateOf(t, r, ids[0]); s.delivered.IsZero() || !s.failed.IsZero() {
			t.Errorf("delivered: %+v", s)
		}
		if s := stateOf(t, r, ids[1]); s.failed.IsZero() || s.why != "The address or number does not exist" {
			t.Errorf("permanent: %+v", s)
		}
		if s := stateOf(t, r, ids[2]); s.failed.IsZero() {
			t.Errorf("temporary: %+v", s)
		}
		if s := stateOf(t, r, ids[3]); !s.failed.IsZero() || !s.sent.IsZero() {
			t.Errorf("technical: %+v, want it tried again", s)
		}
		api.set(func() { api.status[ids[3]] = "technical-failure" })
		c.move(time.Hour)
		last := of(3)
		if deliver(t, n) != 1 || of(3) == last {
			t.Error("what Notify could not hand over was not sent again, or others were")
		}
		if got := send(receiptToken, receipt(last, ids[3], "technical-failure")); got != 204 || stateOf(t, r, ids[3]).sent.IsZero() {
			t.Errorf("the first try's receipt came late: %d, and undid the second", got)
		}
	})
}

// TestAReceiptEndsAMessageThatWasNotWrittenDown: after a crash between Notify's taking
// a message and our writing it down, the receipt is enough.
func TestAReceiptEndsAMessageThatWasNotWrittenDown(t *testing.T) {
	api := standIn(t)
	post := api.post(t, "notify")
	n, r, c := noticesBy(t, dbtest.SQLite(t), post)
	api.now = c.at
	add(t, r, row{id: uuid1, kind: "receipt", to: "a@x.example"})
	crash := db.WithHook(context.Background(), func(q db.Query) error {
		if q.Name() == "notice.set-sent" {
			return io.ErrUnexpectedEOF
		}
		return nil
	})
	if _, err := n.Deliver(crash); err == nil {
		t.Fatal("no crash")
	}
	door := notice.NewReceipts(r, post, nil)
	if err := door.Take(context.Background(), notice.Receipt{ID: api.idOf(uuid1), Reference: uuid1, Status: "permanent-failure", Type: "email"}); err == nil {
		t.Error("a failure of a message that is still being sent was taken")
	}
	if err := door.Take(context.Background(), notice.Receipt{ID: api.idOf(uuid1), Reference: uuid1, Status: "delivered", Type: "email"}); err != nil {
		t.Fatal(err)
	}
	c.move(time.Hour)
	if deliver(t, n) != 0 || len(api.order) != 1 {
		t.Errorf("sent %d times", len(api.order))
	}
}

// FuzzReadReceipt: whatever comes is refused or is whole.
func FuzzReadReceipt(f *testing.F) {
	f.Add([]byte(receipt("201b576e-c09b-467b-9dfa-9c3b689ee730", uuid1, "delivered")))
	f.Add([]byte(`{"id":"201B576E-C09B-467B-9DFA-9C3B689EE730","reference":null,"status":"technical-failure","notification_type":"sms","more":[1]}`))
	f.Add([]byte(`{"id":1}`))
	f.Add([]byte(`[]`))
	statuses := []string{"delivered", "permanent-failure", "temporary-failure", "technical-failure"}
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := notice.ReadReceipt(body)
		if err != nil {
			if r != (notice.Receipt{}) {
				t.Errorf("refused and gave %+v", r)
			}
			return
		}
		if !json.Valid(body) || len(r.ID) != 36 || len(r.Reference) > 100 || !slices.Contains(statuses, r.Status) || (r.Type != "email" && r.Type != "sms") {
			t.Errorf("took %+v", r)
		}
	})
}
