package notice_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/notice"
)

const hookKey = "a-key-of-more-than-thirty-two-characters"

// trusting is a post whose webhooks reach servers of this test.
func trusting(t *testing.T, mail string, servers ...*httptest.Server) notice.Post {
	t.Helper()
	var hosts []string
	pool := x509.NewCertPool()
	for _, s := range servers {
		hosts = append(hosts, strings.TrimPrefix(s.URL, "https://"))
		pool.AddCert(s.Certificate())
	}
	p, err := notice.Open(notice.Settings{Mail: mail, Public: "https://frontdoor.example", Hosts: hosts, WebhookKey: hookKey})
	if err != nil {
		t.Fatal(err)
	}
	p.Trust(&tls.Config{RootCAs: pool})
	return p
}

// TestAWebhookIsSignedAndSaysOnlyAReference checks the message as a receiver would,
// before, during and after its secret is changed.
func TestAWebhookIsSignedAndSaysOnlyAReference(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var head http.Header
		var body []byte
		s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			head = r.Header.Clone()
			body, _ = io.ReadAll(r.Body)
			w.WriteHeader(http.StatusAccepted)
		}))
		defer s.Close()
		n, r, c := noticesBy(t, d, trusting(t, "none", s))
		run(t, r, addHook, "h1", "police", s.URL+"/in", "police@x.example", 2, r.Now())
		first, second := notice.WebhookSecret(hookKey, "x", "h1", 1), notice.WebhookSecret(hookKey, "x", "h1", 2)
		for i, tt := range []struct {
			after time.Duration
			old   bool
		}{{0, true}, {6 * 24 * time.Hour, true}, {2 * 24 * time.Hour, false}} {
			c.move(tt.after)
			add(t, r, row{id: fmt.Sprint("n", i), kind: "meeting-invited", to: "police@x.example", ref: "SD-26-ABCDEF", link: "/invitations/word"})
			if deliver(t, n) != 1 {
				t.Fatalf("not sent: %+v", stateOf(t, r, fmt.Sprint("n", i)))
			}
			now := c.at().Time()
			if err := notice.Verify(head, body, now, second); err != nil {
				t.Errorf("with the new secret: %v", err)
			}
			if err := notice.Verify(head, body, now, first); (err == nil) != tt.old {
				t.Errorf("with the old secret: %v", err)
			}
			for name, err := range map[string]error{
				"another's secret": notice.Verify(head, body, now, notice.WebhookSecret(hookKey, "x", "h2", 2)),
				"a changed body":   notice.Verify(head, append(bytes.Clone(body), ' '), now, second),
				"an old message":   notice.Verify(head, body, now.Add(6*time.Minute), second),
			} {
				if err == nil {
					t.Errorf("%s was taken", name)
				}
			}
			if got := head.Get("webhook-id"); got != fmt.Sprint("n", i) {
				t.Errorf("the id is %q", got)
			}
		}
		var said map[string]string
		if err := json.Unmarshal(body, &said); err != nil {
			t.Fatal(err)
		}
		if len(said) != 3 || said["reference"] != "SD-26-ABCDEF" || said["kind"] != "meeting-invited" || said["link"] != "https://frontdoor.example/invitations/word" {
			t.Errorf("it says %s", body)
		}
	})
}

// TestWhereAWebhookMayNotGo tries each way to have us speak to what we should not.
func TestWhereAWebhookMayNotGo(t *testing.T) {
	inside := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("something inside was reached") }))
	defer inside.Close()
	away := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, inside.URL, http.StatusTemporaryRedirect)
	}))
	defer away.Close()
	endless := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for range 4096 {
			if _, err := w.Write(bytes.Repeat([]byte("x"), 4096)); err != nil {
				return
			}
		}
	}))
	defer endless.Close()
	plain := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("was spoken to without TLS") }))
	defer plain.Close()

	local, err := notice.Open(notice.Settings{Hosts: []string{strings.TrimPrefix(inside.URL, "https://"), strings.Replace(strings.TrimPrefix(inside.URL, "https://"), "127.0.0.1", "localhost", 1)}, WebhookKey: hookKey})
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		post notice.Post
		url  string
		why  string
	}{
		"to this machine":                      {local, inside.URL, "not of the open internet"},
		"to a name that leads to this machine": {local, strings.Replace(inside.URL, "127.0.0.1", "localhost", 1), "not of the open internet"},
		"to a host that is not allowed":        {trusting(t, "none", away), inside.URL, "not on the list"},
		"where it is sent on":                  {trusting(t, "none", away), away.URL, "we do not follow"},
		"without TLS":                          {trusting(t, "none", away), plain.URL, "not one"},
	} {
		n, r, _ := noticesBy(t, dbtest.SQLite(t), tt.post)
		run(t, r, addHook, "h1", "police", tt.url, "police@x.example", 1, r.Now())
		add(t, r, row{id: "n1", kind: "question", to: "police@x.example"})
		if deliver(t, n) != 0 {
			t.Errorf("%s: it went", name)
		}
		if s := stateOf(t, r, "n1"); !strings.Contains(s.why, tt.why) {
			t.Errorf("%s: %+v", name, s)
		}
	}
	n, r, _ := noticesBy(t, dbtest.SQLite(t), trusting(t, "none", endless))
	run(t, r, addHook, "h1", "police", endless.URL, "police@x.example", 1, r.Now())
	add(t, r, row{id: "n1", kind: "question", to: "police@x.example"})
	if deliver(t, n) != 1 {
		t.Errorf("an endless answer held us: %+v", stateOf(t, r, "n1"))
	}
}

func TestOnlyPublicAddresses(t *testing.T) {
	for _, a := range []string{"127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "0.1.2.3", "224.0.0.1", "255.255.255.255",
		"192.0.2.1", "198.18.0.1", "203.0.113.9", "240.0.0.1", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "::10.0.0.1",
		"64:ff9b::a00:1", "2002:a00:1::1", "2001:0:1::1", "2001:db8::1", "fec0::1"} {
		if notice.Public(netip.MustParseAddr(a)) {
			t.Errorf("%s is taken for public", a)
		}
	}
	for _, a := range []string{"8.8.8.8", "93.184.216.34", "2606:2800:220:1::1", "::ffff:8.8.8.8"} {
		if !notice.Public(netip.MustParseAddr(a)) {
			t.Errorf("%s is not taken for public", a)
		}
	}
}

// TestARetiredWebhook: what waited for a system goes to the mailbox when the
// webhook ends, and a final refusal is listed.
func TestARetiredWebhook(t *testing.T) {
	gone := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) }))
	defer gone.Close()
	p, config := mailServer(t)
	n, r, c := noticesBy(t, dbtest.SQLite(t), trusting(t, config, gone))
	run(t, r, addHook, "h1", "police", gone.URL, "police@x.example", 1, r.Now())
	add(t, r, row{id: "n1", kind: "question", to: "police@x.example"})
	deliver(t, n)
	if s := stateOf(t, r, "n1"); s.failed.IsZero() || !strings.Contains(s.why, "410") {
		t.Errorf("after 410: %+v", s)
	}
	add(t, r, row{id: "n2", kind: "question", to: "police@x.example"}, row{id: "n3", kind: "question", to: "https://nobody.example/"})
	run(t, r, endHook, c.at())
	deliver(t, n)
	if p.count() != 1 || p.got[0] != "<n2@frontdoor>" {
		t.Errorf("by mail went %v", p.got)
	}
	if s := stateOf(t, r, "n3"); s.failed.IsZero() {
		t.Errorf("an address that nobody has: %+v", s)
	}
}

var endHook = db.SQL("notice_test.end-webhook", `UPDATE webhook SET ended_at = $1 WHERE id = 'h1' AND authority_id = 'x'`)

// ExampleVerify is what a partner's system does with a message.
func ExampleVerify() {
	secret := "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" // as frontdoor webhook add printed it
	body := []byte(`{"reference":"SD-26-7K3QM9","kind":"meeting-invited","link":"https://frontdoor.example/invitations/word"}`)
	now := time.Unix(1795511400, 0)
	signature, err := notice.Sign(secret, "019ab3c4-0000-7000-8000-000000000001", now.Unix(), body)
	if err != nil {
		fmt.Println(err)
		return
	}
	head := http.Header{}
	head.Set("webhook-id", "019ab3c4-0000-7000-8000-000000000001")
	head.Set("webhook-timestamp", "1795511400")
	head.Set("webhook-signature", signature)

	fmt.Println("as sent:", notice.Verify(head, body, now, secret))
	fmt.Println("changed:", notice.Verify(head, []byte(`{}`), now, secret))
	fmt.Println("an hour later:", notice.Verify(head, body, now.Add(time.Hour), secret))
	// Output:
	// as sent: <nil>
	// changed: the signature is wrong
	// an hour later: the time is too far from now
}
