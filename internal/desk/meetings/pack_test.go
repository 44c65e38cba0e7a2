package meetings_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/web"
)

// copier stands in for Chromium: its "PDF" is the page that it was given, and its
// environment, so that a test can read what would be printed and with what.
const copier = `#!/bin/sh
for a in "$@"; do case "$a" in --print-to-pdf=*) out="${a#--print-to-pdf=}";; file://*) in="${a#file://}";; esac; done
{ echo "%PDF-"; cat "$in"; echo "ENVIRONMENT"; env; } > "$out"
`

// TestThePackAsPDFIsCutAsThePageIs: what a partner may not see does not reach the
// printer, and neither do our secrets.
func TestThePackAsPDFIsCutAsThePageIs(t *testing.T) {
	t.Setenv("FRONTDOOR_WEBHOOK_KEY", "hunter2")
	program := filepath.Join(t.TempDir(), "chromium")
	if err := os.WriteFile(program, []byte(copier), 0o700); err != nil {
		t.Fatal(err)
	}
	printer, err := web.NewPrinter(program)
	if err != nil {
		t.Fatal(err)
	}
	w := build(t, dbtest.SQLite(t))
	ref, _ := w.convened(t)
	if code, body := get(t, w.client(t, "manager"), w.server.URL+"/meetings/"+ref+"/pack.pdf"); code != 404 || !strings.Contains(body, "print it from your browser") {
		t.Errorf("without a Chromium: %d", code)
	}
	if _, body := get(t, w.client(t, "manager"), w.server.URL+"/meetings/"+ref+"/pack"); strings.Contains(body, "pack.pdf") || !strings.Contains(body, "your browser’s own print") {
		t.Error("without a Chromium the page does not say how to print")
	}
	w.serve(t, printer)
	print := func(who string) string {
		code, body := get(t, w.client(t, who), w.server.URL+"/meetings/"+ref+"/pack.pdf")
		if code != 200 {
			t.Fatalf("%s: %d", who, code)
		}
		return body
	}
	manager, nurse := print("manager"), print("nurse")
	for _, want := range []string{"Pack for " + ref, "<title>Pack for", "Zebedee-canary", "counter(pages)", "Content-Security-Policy", `OFFICIAL\00002dSENSITIVE`, "printed by manager"} {
		if !strings.Contains(manager, want) {
			t.Errorf("social care's copy lacks %q", want)
		}
	}
	// What is suspected quotes the force once; what the force sent is for itself and social care.
	if strings.Count(nurse, "Zebedee-canary") != 1 || strings.Count(print("officer"), "Zebedee-canary") != 2 || strings.Contains(nurse, "Chronology") {
		t.Errorf("the nurse’s copy has what only the police and social care may see:\n%s", nurse)
	}
	for _, banned := range []string{"hunter2", "FRONTDOOR_", "<script", "http://", "https://"} {
		if strings.Contains(manager, banned) {
			t.Errorf("the printer was given %q", banned)
		}
	}
	if code, _ := get(t, w.client(t, "teacher"), w.server.URL+"/meetings/"+ref+"/pack.pdf"); code != 404 {
		t.Errorf("a school that is not invited: %d, want 404", code)
	}
	if _, body := get(t, w.client(t, "manager"), w.server.URL+"/meetings/"+ref+"/pack"); !strings.Contains(body, "/meetings/"+ref+"/pack.pdf") {
		t.Error("the page does not lead to the PDF")
	}
}

// TestThePackIsATaggedPDF prints with a real Chromium.
func TestThePackIsATaggedPDF(t *testing.T) {
	at := os.Getenv("FRONTDOOR_TEST_CHROMIUM")
	if at == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("Chromium is not installed: in CI this must run")
		}
		t.Skip("FRONTDOOR_TEST_CHROMIUM is not set")
	}
	printer, err := web.NewPrinter(at)
	if err != nil {
		t.Fatal(err)
	}
	w := build(t, dbtest.SQLite(t))
	ref, _ := w.convened(t)
	w.serve(t, printer)
	code, body := get(t, w.client(t, "officer"), w.server.URL+"/meetings/"+ref+"/pack.pdf")
	if code != 200 || !strings.HasPrefix(body, "%PDF-") {
		t.Fatalf("%d, %.40q", code, body)
	}
	for _, want := range []string{"/StructTreeRoot", "/MarkInfo", "/Marked true", "/Lang"} {
		if !strings.Contains(body, want) {
			t.Errorf("the PDF is not tagged: it lacks %s", want)
		}
	}
	if left, err := filepath.Glob(filepath.Join(os.TempDir(), "frontdoor-pdf-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	stopped, stop := context.WithCancel(context.Background())
	stop()
	if _, err := printer.Print(stopped, []byte("<p>x")); err == nil {
		t.Error("printed for somebody who has gone")
	}
}

func TestAPrinterThatIsNotThere(t *testing.T) {
	if p, err := web.NewPrinter(""); p != nil || err != nil {
		t.Errorf("none: %v, %v", p, err)
	}
	if _, err := web.NewPrinter("/no/such/chromium"); err == nil {
		t.Error("a path that leads nowhere was taken")
	}
}
