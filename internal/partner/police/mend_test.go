package police_test

import (
	"context"
	"encoding/json"
	"io"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/desk/partners"
	"frontdoor/internal/partner/police"
	"frontdoor/internal/towntest"
)

// What can be read of a message that breaks somewhere is read, and nothing is made up.
func TestSalvage(t *testing.T) {
	at := civil.DateOf(2026, 11, 20).AtTime(18, 0)
	tests := []struct {
		name, body string
		want       police.Notification
	}{
		{"nothing", "", police.Notification{}},
		{"no JSON", "Harry was hurt", police.Notification{}},
		{"a list", `[{"reference":"R"}]`, police.Notification{}},
		{"cut off after two fields", `{"reference":"R","grade":"High","what":"Shou`, police.Notification{Reference: "R", Grade: "high"}},
		{"one field of the wrong kind", `{"reference":"R","incident_at":"2026-11-20T18:00:00Z","children_in_household":"three","grade":"medium"}`,
			police.Notification{Reference: "R", IncidentAt: at, Grade: "medium"}},
		{"a child with a broken date", `{"reference":"R","children":[{"given":"Ana","family":"Bell","born":"27.3.2016"},{"given":"Leo"}]}`,
			police.Notification{Reference: "R", Children: []police.Child{{Given: "Ana", Family: "Bell"}, {Given: "Leo"}}}},
		{"children that are cut off", `{"reference":"R","children":[{"given":"Ana"},{"giv`, police.Notification{Reference: "R"}},
		{"no UTF-8", "{\"reference\":\"R\xff\"}", police.Notification{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := json.Marshal(police.Salvage([]byte(tt.body)))
			want, _ := json.Marshal(tt.want)
			if err != nil || string(got) != string(want) {
				t.Errorf("got  %s\nwant %s (%v)", got, want, err)
			}
		})
	}
}

// What can be decoded as a whole is salvaged as a whole.
func FuzzSalvage(f *testing.F) {
	f.Add(example(f, "police-notification.full.json"))
	f.Add([]byte(`{"reference":"R","children":[{"given":"A","born":"x"}],"incident_at":1}`))
	f.Add([]byte(`{"children":[[[`))
	f.Fuzz(func(t *testing.T, body []byte) {
		got := police.Salvage(body)
		n, _, err := police.Decode(body, now)
		if err != nil || strings.Count(string(body), `"children"`) > 1 || len(n.Children) > 25 {
			return
		}
		if got.Reference != n.Reference || got.IncidentAt != n.IncidentAt || len(got.Children) != len(n.Children) {
			t.Errorf("salvaged %+v of what decodes as %+v", got, n)
		}
	})
}

var (
	lineOf  = db.SQL("police_test.lines", `SELECT count(*) FROM chronology h JOIN contact c ON c.id = h.contact_id AND c.authority_id = h.authority_id WHERE h.authority_id = 'x' AND c.ref = $1 AND h.story LIKE $2`)
	howMany = db.SQL("police_test.contacts", `SELECT count(*) FROM contact WHERE authority_id = 'x'`)
	dueOf   = db.SQL("police_test.due", `SELECT due_at, received_at FROM contact WHERE authority_id = 'x' AND sender_ref = $1`)
)

// A force puts right in place what could not be read: what was read is filled in, what is
// wrong is said beside its question with the answers kept, and the contact that it becomes
// is due when the first was. Two who do it at once make one contact.
func TestAMessageIsPutRightInPlace(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := towntest.Build(t, d, civil.DateOf(2026, 11, 24).AtTime(9, 0))
		ctx, door := context.Background(), police.New(w.Front, w.Admin)
		key := access.Actor{ID: "key", Name: "Police", Authority: "x", AgencyID: "pol", AgencyKind: "police", Roles: []access.Role{access.Door}}
		body := `{"reference":"MV-1","incident_at":"2026-11-20T18:00:00Z","grade":"medium","what":"Zebedee-canary shouted","children_now":"At their aunt","children":[{"given":"Ana","family":"Bell","born":"27.3.2016"}]}`
		first, _, unreadable, err := door.Receive(ctx, key, "Police", []byte(body), int64(len(body)))
		w.Must(err)
		if unreadable == nil {
			t.Fatal("a date such as 27.3.2016 was read")
		}
		w.Serve(door, w.Front, partners.New(w.Record))
		w.Later(5 * time.Hour)
		path := "/partner/police/unreadable/" + first.Ref
		if _, home := w.Get("officer", "/partner"); !strings.Contains(home, path) || strings.Contains(home, "Nothing is waiting for you") {
			t.Error("the force's first page does not lead to it, or says that nothing waits")
		}
		_, page := w.Get("officer", path)
		for _, want := range []string{"Zebedee-canary shouted", `value="MV-1"`, `value="Ana"`, `value="medium" checked`, "27.3.2016", "a date or time cannot be read"} {
			if !strings.Contains(page, want) {
				t.Errorf("the form lacks %q", want)
			}
		}
		for _, id := range []string{"nurse", "teacher", "stranger", "worker", "analyst", "administrator"} {
			if code, body := w.Get(id, path); code != 403 && code != 404 || strings.Contains(body, "Zebedee") {
				t.Errorf("%s reads what the force sent: %d", id, code)
			}
		}
		form := url.Values{"reference": {"MV-1"}, "grade": {"medium"}, "what": {"Zebedee-canary shouted"}, "incident-day": {"20"}, "incident-month": {"11"}, "incident-year": {"2026"}, "incident-time": {"18:00"},
			"given-1": {"Ana"}, "family-1": {"Bell"}, "born-1-day": {"27"}, "born-1-month": {"13"}, "born-1-year": {"2016"}, "given-2": {"Leo"}, "family-2": {"Bell"}}
		send := func(who string) (int, string) {
			res, err := w.Client(who).PostForm(w.Server.URL+path, form)
			w.Must(err)
			defer res.Body.Close()
			b, err := io.ReadAll(res.Body)
			w.Must(err)
			return res.StatusCode, string(b)
		}
		if code, body := send("officer"); code != 422 || !strings.Contains(body, `href="#born-1-day"`) || !strings.Contains(body, "Date must be a real date") || !strings.Contains(body, `value="Leo"`) || !strings.Contains(body, "<title>Error: ") {
			t.Errorf("a wrong date: %d\n%s", code, body)
		}
		form.Set("born-1-month", "3")
		form.Set("reference", "")
		if code, body := send("officer"); code != 422 || !strings.Contains(body, "Enter your own reference") {
			t.Errorf("without a reference: %d", code)
		}
		form.Set("reference", "MV-1")
		if n := w.Count(howMany); n != 1 {
			t.Fatalf("%d contacts after two refusals, want the first alone", n)
		}
		codes := make(chan int, 2)
		for range 2 {
			go func() { code, _ := send("officer"); codes <- code }()
		}
		if a, b := <-codes, <-codes; a != 200 && b != 200 {
			t.Errorf("sent twice at once: %d and %d", a, b)
		}
		if n := w.Count(howMany); n != 2 {
			t.Errorf("%d contacts, want the first and what it became", n)
		}
		var due, received civil.Instant
		w.Must(w.Record.DB.Read(ctx, func(q db.Queryer) error { return q.QueryRowContext(ctx, dueOf, "MV-1").Scan(&due, &received) }))
		if due != first.Due || received != first.At {
			t.Errorf("due %s, received %s; the first was due %s, received %s", due, received, first.Due, first.At)
		}
		if w.Count(lineOf, first.Ref, "%put this message right%") != 1 || w.Count(lineOf, first.Ref, "%") < 2 {
			t.Error("the first contact does not say where to read on")
		}
		_, contact := w.Get("manager", "/contacts/"+first.Ref)
		again := regexp.MustCompile(`sent it again as <a class="govuk-link" href="/contacts/([A-Z0-9-]+)"`).FindStringSubmatch(contact)
		if again == nil || !strings.Contains(contact, "27.3.2016") {
			t.Fatal("the manager's page of the first has neither what was received nor the way on")
		}
		if _, page := w.Get("manager", "/contacts/"+again[1]); !strings.Contains(page, "Ana Bell") || !strings.Contains(page, "At their aunt") {
			t.Error("what was put right lacks what was read before")
		}
		if code, body := send("officer"); code != 200 && code != 409 || strings.Contains(body, `name="given-1"`) && code == 200 {
			t.Errorf("put right a third time: %d", code)
		}
		cut := `{"reference":"MV-3","what":"Shou`
		third, _, _, err := door.Receive(ctx, key, "Police", []byte(cut), int64(len(cut)))
		w.Must(err)
		_, blank := w.Get("officer", "/partner/police/unreadable/"+third.Ref)
		if year := regexp.MustCompile(`<input[^>]*name="incident-year"[^>]*>`).FindString(blank); year == "" || regexp.MustCompile(`value="[^"]`).MatchString(year) {
			t.Errorf("a time that was not sent is filled in: %s", year)
		}
		form.Set("reference", "MV-2")
		if code, body := send("officer"); code != 409 || !strings.Contains(body, "was put right meanwhile") {
			t.Errorf("put right under another reference: %d", code)
		}
		if _, home := w.Get("officer", "/partner"); strings.Contains(home, path) {
			t.Error("the first page still asks for it")
		}
		proofs, err := w.Record.Verify(ctx)
		w.Must(err)
		for _, p := range proofs {
			if !p.OK() {
				t.Errorf("verify: %v", p.Faults)
			}
		}
	})
}
