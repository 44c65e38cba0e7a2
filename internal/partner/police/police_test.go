package police_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/partner/police"
	"frontdoor/internal/record"
	"frontdoor/internal/timescale"
	"frontdoor/internal/web"

	"github.com/getkin/kin-openapi/openapi3"
)

var now = civil.DateOf(2026, 11, 24).AtTime(9, 0)

type force struct {
	record *record.Record
	door   *police.Door
	server *httptest.Server
	key    string
}

func newForce(t *testing.T, d *db.DB) *force {
	t.Helper()
	set, err := timescale.Statutory()
	if err != nil {
		t.Fatal(err)
	}
	f := &force{record: record.New(d, set, civil.England(), func() civil.Instant { return now })}
	a := admin.New(f.record)
	ctx := context.Background()
	for _, x := range []admin.Authority{{ID: "x", Code: "990", Name: "Testham", Phone: "1"}, {ID: "y", Code: "991", Name: "Elsewhere", Phone: "2"}} {
		if err := a.AddAuthority(ctx, x); err != nil {
			t.Fatal(err)
		}
		if _, err := a.AddOrganisation(ctx, admin.Service(x.ID), admin.Organisation{ID: "pol", Kind: "police", Name: "Force"}); err != nil {
			t.Fatal(err)
		}
	}
	_, f.key, err = a.AddDoorKey(ctx, admin.Service("x"), admin.NewKey{Door: "police", Name: "Force", Authorities: []admin.KeyAuthority{{Authority: "x", OrganisationID: "pol", First: true}}})
	if err != nil {
		t.Fatal(err)
	}
	f.door = police.New(contacts.New(f.record), a)
	srv := web.NewServer(f.record, web.Settings{Version: "test"})
	f.door.Routes(srv)
	f.server = httptest.NewServer(srv.Handler())
	t.Cleanup(f.server.Close)
	return f
}

func (f *force) post(t *testing.T, key string, body []byte) (int, string) {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, f.server.URL+web.PathPoliceAPI, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if key != "" {
		req.Header.Set("Authorization", "Bearer "+key)
	}
	res, err := http.DefaultClient.Do(req)
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

func (f *force) contacts(t *testing.T) record.Proof {
	t.Helper()
	proofs, err := f.record.Verify(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range proofs {
		if !p.OK() {
			t.Fatalf("verify: %v", p.Faults)
		}
	}
	return proofs[0]
}

func example(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "api", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestNothingReceivedIsLost sends what is right and everything that is wrong. Each
// gets a clear answer, and each message that carries a key becomes a contact.
func TestNothingReceivedIsLost(t *testing.T) {
	many := `{"reference":"M","incident_at":"2026-11-20T10:00:00Z","children":[` + strings.TrimSuffix(strings.Repeat(`{"given":"A"},`, 200), ",") + `]}`
	deep := `{"reference":"D","x":` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `}`
	tests := []struct {
		name   string
		body   string
		status int
		says   string
	}{
		{"the minimal example", string(example(t, "police-notification.example.json")), 201, `"reference":"FD-26-`},
		{"the full example", string(example(t, "police-notification.full.json")), 201, `"decision_due"`},
		{"not JSON", `hello`, 202, "not JSON"},
		{"JSON cut in half", `{"reference": "H", "what": "abc`, 202, "cut off"},
		{"a wrong type", `{"reference": 7}`, 202, "reference is a JSON number and must be a text"},
		{"a wrong type in a child", `{"reference":"W","children":[{"given":["A"]}]}`, 202, "must be a text"},
		{"a date that is none", `{"reference":"T","incident_at":"yesterday"}`, 202, "2026-11-24T09:30:00Z"},
		{"nothing at all", ``, 202, "empty"},
		{"NUL bytes", "{\"reference\":\"\x00\"}", 202, "NUL"},
		{"not UTF-8", "{\"reference\":\"\xff\xfe\"}", 202, "UTF-8"},
		{"no reference", `{"children":[{"given":"A"}]}`, 202, "reference is missing"},
		{"too deep", deep, 202, "deeper"},
		{"ten megabytes of zeroes", strings.Repeat("\x00", 10<<20), 413, "larger than 1 MB"},
		{"an incident in the future", `{"reference":"F","incident_at":"2027-01-01T00:00:00Z","children":[{"given":"A"}]}`, 201, "incident_at"},
		{"born after the incident", `{"reference":"B","incident_at":"2026-11-20T10:00:00Z","children":[{"given":"A","born":"2026-11-22"}]}`, 201, "children/0/born"},
		{"two hundred children", many, 201, "Check the number of children"},
		{"a wrong grade", `{"reference":"G","incident_at":"2026-11-20T10:00:00Z","grade":"purple","children":[{"given":"A"}]}`, 201, "Grade must be"},
		{"right-to-left and combining marks", "{\"reference\":\"R\",\"incident_at\":\"2026-11-20T10:00:00Z\",\"children\":[{\"given\":\"Zoe\u0308\u202e\"}]}", 201, "reference"},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := newForce(t, d)
		for i, tt := range tests {
			status, body := f.post(t, f.key, []byte(tt.body))
			if status != tt.status || !strings.Contains(body, tt.says) {
				t.Errorf("%s: %d %s, want %d with %q", tt.name, status, body, tt.status, tt.says)
			}
			if strings.Contains(body, "purple") || strings.Contains(body, "yesterday") {
				t.Errorf("%s: the answer repeats what was sent: %s", tt.name, body)
			}
			if got := f.contacts(t).Intakes; got != int64(i+1) {
				t.Fatalf("%s: %d messages are kept, want %d", tt.name, got, i+1)
			}
		}
	})
}

func TestKeysAndRepeats(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := newForce(t, d)
		good := example(t, "police-notification.example.json")
		for name, key := range map[string]string{"no key": "", "a wrong key": "fd_wrong"} {
			if status, body := f.post(t, key, good); status != http.StatusUnauthorized || !strings.Contains(body, "key") {
				t.Errorf("%s: %d %s", name, status, body)
			}
		}
		if status, _ := f.post(t, f.key, []byte(`{"reference":"Y","authority":"991","children":[{"given":"A"}]}`)); status != http.StatusForbidden {
			t.Errorf("another authority: %d, want 403", status)
		}
		first, one := f.post(t, f.key, good)
		again, two := f.post(t, f.key, good)
		var a, b police.Answer
		if err := json.Unmarshal([]byte(one), &a); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(two), &b); err != nil {
			t.Fatal(err)
		}
		if first != 201 || again != 200 || a.Reference != b.Reference || !b.Repeat {
			t.Errorf("%d %s then %d %s", first, one, again, two)
		}
		status, body := f.post(t, f.key, bytes.Replace(good, []byte("Ana"), []byte("Ann"), 1))
		if status != http.StatusConflict || !strings.Contains(body, "FD-26-") {
			t.Errorf("changed content: %d %s, want a conflict that names the further contact", status, body)
		}
		if p := f.contacts(t); p.Intakes != 2 || p.Children != 2 {
			t.Errorf("%d messages and %d children, want 2 and 2", p.Intakes, p.Children)
		}
	})
}

func TestAFolderOfFiles(t *testing.T) {
	f := newForce(t, dbtest.SQLite(t))
	dir := t.TempDir()
	for name, body := range map[string]string{"a.json": string(example(t, "police-notification.example.json")), "b.json": string(example(t, "police-notification.full.json")), "c.json": "{"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for n, want := range [][3]int{{2, 0, 1}, {0, 3, 0}} {
		got, err := f.door.ReceivePath(context.Background(), "x", "drop", dir, func(int, int) {})
		if err != nil || [3]int{got.Received, got.Repeated, got.Unreadable} != want {
			t.Errorf("run %d: %+v, %v; want %v", n, got, err, want)
		}
	}
}

func TestTheDescriptionIsRightAndTheExamplesSatisfyIt(t *testing.T) {
	f := newForce(t, dbtest.SQLite(t))
	res, err := http.Get(f.server.URL + web.PathOpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(b), `"openapi": "3.1`) {
		t.Fatalf("the description is not OpenAPI 3.1: %.200s", b)
	}
	doc, err := openapi3.NewLoader().LoadFromData(b)
	if err != nil {
		t.Fatal(err)
	}
	schema := doc.Components.Schemas["Notification"]
	if schema == nil {
		t.Fatal("the description has no Notification")
	}
	for _, name := range []string{"police-notification.example.json", "police-notification.full.json"} {
		var v any
		if err := json.Unmarshal(example(t, name), &v); err != nil {
			t.Fatal(err)
		}
		if err := schema.Value.VisitJSON(v); err != nil {
			t.Errorf("%s does not satisfy the description: %v", name, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(example(f, "police-notification.full.json"))
	f.Add([]byte(`{"reference":"x","children":[{"born":"0000-00-00"}]}`))
	f.Add([]byte("\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		n, _, err := police.Decode(b, now)
		if err == nil {
			if a := n.Arrival(); len(a.Children) == 0 {
				t.Fatal("a notification that was read names no child")
			}
		}
	})
}
