package main

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// frontdoor runs the command as a shell does.
func frontdoor(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(args, &o, &e)
	return code, o.String(), e.String()
}

func TestExitCodes(t *testing.T) {
	dir := t.TempDir()
	at := []string{"--data", dir}
	broken := filepath.Join(dir, "loose.toml")
	if err := os.WriteFile(broken, []byte("colour = 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	key := strings.Repeat("k", 40)
	tests := []struct {
		name string
		args []string
		code int
		says string
	}{
		{"the version", []string{"version"}, 0, "frontdoor"},
		{"help", []string{"--help"}, 0, "No child waits silently"},
		{"help of a command", []string{"receive", "bulk", "--help"}, 0, "CSV"},
		{"a command that is not there", []string{"forget"}, 2, "forget"},
		{"a flag that is not there", []string{"serve", "--fast"}, 2, "--fast"},
		{"waits before there is an authority", append([]string{"waits"}, at...), 1, "There is no authority yet"},
		{"an authority", append([]string{"authority", "add", "x", "--code", "990", "--name", "Testham", "--phone", "1"}, at...), 0, "Added Testham"},
		{"the same again", append([]string{"authority", "add", "x", "--code", "990", "--name", "Testham", "--phone", "1"}, at...), 1, "already an authority"},
		{"the first administrator", append([]string{"user", "add", "a@x.example", "--name", "A", "--role", "administrator"}, at...), 0, "First password"},
		{"a role that is not there", append([]string{"user", "add", "b@x.example", "--name", "B", "--role", "king"}, at...), 1, "Select a role"},
		{"an inspector without an end", append([]string{"user", "add", "i@x.example", "--name", "I", "--role", "inspector"}, at...), 1, "last day"},
		{"waits as JSON", append([]string{"waits", "--format", "json"}, at...), 0, `"total": 0`},
		{"waits in the future", append([]string{"waits", "--as-at", "2099-01-01T00:00:00Z"}, at...), 1, "must be in the past"},
		{"waits at no time", append([]string{"waits", "--as-at", "noon"}, at...), 2, "not a date and time"},
		{"schools", append([]string{"schools", "load", "../../docs/api/schools.sample.csv"}, at...), 0, "Loaded 4 schools"},
		{"a file that holds no schools", append([]string{"schools", "load", "../../docs/api/incident-list.sample.csv"}, at...), 1, "is not known"},
		{"their calendars", append([]string{"schools", "calendar", "../../docs/api/school-calendar.sample.csv"}, at...), 0, "Loaded 8 lines of calendars"},
		{"one notification", append([]string{"receive", "police", "../../docs/api/police-notification.example.json"}, at...), 0, "1 received"},
		{"the same again", append([]string{"receive", "police", "../../docs/api/police-notification.example.json"}, at...), 0, "1 repeated"},
		{"whether schools were told", append([]string{"schools", "report"}, at...), 0, "percent_before_the_day_started"},
		{"whether they were, on no day", append([]string{"schools", "report", "--from", "soon"}, at...), 2, "Enter a day"},
		{"a bulk file", append([]string{"receive", "bulk", "../../internal/partner/bulkfile/testdata/bulk-sample.csv", "--rejects", filepath.Join(dir, "r.csv")}, at...), 0, "2 contacts received"},
		{"a search for children recorded twice", append([]string{"match", "sweep"}, at...), 0, "Nobody was joined"},
		{"weights with nothing to learn from", append([]string{"match", "retrain"}, at...), 0, "The weights in use were kept"},
		{"an agreement with nobody", append([]string{"authority", "agree", "x", "y", "--from", "2026-12-01", "--until", "2027-11-30", "--document", "D", "--ask", "J"}, at...), 1, "no authority y"},
		{"an agreement on no day", append([]string{"authority", "agree", "x", "x", "--from", "soon", "--until", "2027-11-30", "--document", "D", "--ask", "J"}, at...), 2, "soon"},
		{"an agreement with itself", append([]string{"authority", "agree", "x", "x", "--from", "2026-12-01", "--until", "2027-11-30", "--document", "D", "--ask", "J"}, at...), 1, "Name another authority"},
		{"the proof", append([]string{"verify"}, at...), 0, "No child waits silently"},
		{"the settings", append([]string{"config"}, at...), 0, "timescales_version"},
		{"a wrong overlay stops the start", append([]string{"verify", "--timescales", broken}, at...), 1, "unknown key"},
		{"a wrong ladder stops the start", append([]string{"verify", "--ladders", broken}, at...), 1, "read the ladders"},
		{"a webhook without the installation's key", append([]string{"webhook", "add", "police", "https://hooks.example/in", "--authority", "x"}, at...), 2, "FRONTDOOR_WEBHOOK_KEY"},
		{"a webhook without TLS", append([]string{"webhook", "add", "police", "http://hooks.example/in", "--authority", "x", "--webhook-key", key}, at...), 1, "https://"},
		{"a webhook of nobody", append([]string{"webhook", "add", "police", "https://hooks.example/in", "--authority", "x", "--webhook-key", key}, at...), 1, "no organisation"},
		{"a webhook that is not there", append([]string{"webhook", "rotate", "h1", "--authority", "x", "--webhook-key", key}, at...), 1, "no record"},
		{"a team's mailbox and duty phone", append([]string{"team", "front-door", "--authority", "x", "--email", "d@x.example", "--phone", "07700 900123"}, at...), 0, ""},
		{"a phone that is none", append([]string{"team", "front-door", "--authority", "x", "--phone", "99"}, at...), 1, "phone number"},
		{"a team that is not there", append([]string{"team", "tea", "--authority", "x"}, at...), 1, "no record"},
		{"mail that is set wrongly", append([]string{"serve", "--mail", "smtp://u:opensesame@host:25"}, at...), 2, "mail must be like"},
		{"a password is not printed", []string{"config", "--database", "postgres://u:opensesame@db/x"}, 0, "•••"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, out, errs := frontdoor(t, tt.args...)
			if code != tt.code || !strings.Contains(out+errs, tt.says) {
				t.Fatalf("exit %d, %s%s; want %d with %q", code, out, errs, tt.code, tt.says)
			}
			if code == 1 && strings.Count(errs, "\n") != 1 {
				t.Errorf("a refusal is one line, and this is %q", errs)
			}
			if strings.Contains(out+errs, "opensesame") {
				t.Error("the password was printed")
			}
		})
	}
}

// TestTheDemoStartsServesAndStops builds a small demo, waits for its line, uses its
// key, and ends it as a supervisor would.
func TestTheDemoStartsServesAndStops(t *testing.T) {
	folder := t.TempDir()
	r, w := io.Pipe()
	code := make(chan int, 1)
	go func() {
		code <- run([]string{"demo", "--addr", "127.0.0.1:0", "--data", folder, "--weeks", "2", "--children", "150", "--log-level", "error"}, w, io.Discard)
		_ = w.Close()
	}()
	var key, url string
	for s := bufio.NewScanner(r); url == "" && s.Scan(); {
		if k, ok := strings.CutPrefix(s.Text(), "frontdoor: demo key for the police door: "); ok {
			key = k
		}
		if u, ok := strings.CutPrefix(s.Text(), "frontdoor: ready at "); ok {
			url = u
		}
	}
	go func() { _, _ = io.Copy(io.Discard, r) }()
	if url == "" || key == "" {
		t.Fatalf("the demo said neither key nor address (exit %d)", <-code)
	}
	// /metrics counts what was asked before it.
	for _, x := range [][2]string{{"/healthz", "ok"}, {"/report", "If a child is in danger now, call 999"}, {"/about/journey", "No outcome is silent"}, {"/metrics", "frontdoor_"}} {
		path, want := x[0], x[1]
		if body := fetch(t, http.MethodGet, url+path, "", nil); !strings.Contains(body, want) {
			t.Errorf("%s does not say %q", path, want)
		}
	}
	example, err := os.ReadFile("../../docs/api/police-notification.example.json")
	if err != nil {
		t.Fatal(err)
	}
	if body := fetch(t, http.MethodPost, url+"/api/v1/police/notifications", key, example); !regexp.MustCompile(`"reference":"FD-\d\d-\w{6}"`).MatchString(body) {
		t.Errorf("the example was answered %s", body)
	}
	if err := syscall.Kill(syscall.Getpid(), syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	select {
	case got := <-code:
		if got != 0 {
			t.Errorf("exit %d, want 0", got)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("the demo did not stop")
	}
	if code, out, errs := frontdoor(t, "demo", "--data", folder, "--build-only"); code != 0 || !strings.Contains(out, key) {
		t.Errorf("a second start from the same folder: exit %d, %s%s", code, out, errs)
	}
	if code, _, errs := frontdoor(t, "demo", "--data", folder, "--build-only", "--number", "2"); code != 1 || !strings.Contains(errs, "another number") {
		t.Errorf("another number from the same folder: exit %d, %s", code, errs)
	}
}

func fetch(t *testing.T, method, to, key string, body []byte) string {
	t.Helper()
	req, err := http.NewRequest(method, to, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if key != "" {
		req.Header.Set("Authorization", "Bearer "+key)
		req.Header.Set("Content-Type", "application/json")
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
	return string(b)
}
