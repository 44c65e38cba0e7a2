package browsertest

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/internal/statutory/cincensus"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// dirtyCensus is a census with errors.
func dirtyCensus(t *testing.T) []byte {
	t.Helper()
	var census bytes.Buffer
	if err := cincensus.Generate(&census, cincensus.Invented{Children: 300, Number: 1, Errors: 0.4}); err != nil {
		t.Fatal(err)
	}
	return census.Bytes()
}

// The report is one file that anybody can open: no violation at two widths and in
// print, no sideways scroll, nothing fetched, and the filter works without a server.
func TestTheCensusReportByItself(t *testing.T) {
	ctx := browser(t)
	rep, err := cincensus.Validate(bytes.NewReader(dirtyCensus(t)), cincensus.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var page bytes.Buffer
	if err := rep.WriteHTML(&page, cincensus.Summary{File: "cin-2026.xml"}); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(path, page.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, width := range []int64{320, 1280} {
		for _, medium := range []string{"screen", "print"} {
			var raw string
			var wide float64
			var fetched int
			must(t, ctx, chromedp.EmulateViewport(width, 900), emulation.SetEmulatedMedia().WithMedia(medium), chromedp.Navigate("file://"+path), chromedp.WaitReady("main"),
				chromedp.Evaluate(axe+";true", nil), chromedp.Evaluate(`axe.run({resultTypes:['violations']}).then(r => JSON.stringify(r.violations))`, &raw, awaited),
				chromedp.Evaluate(`document.documentElement.scrollWidth`, &wide), chromedp.Evaluate(`performance.getEntriesByType('resource').length`, &fetched))
			var found []violation
			if err := json.Unmarshal([]byte(raw), &found); err != nil {
				t.Fatal(err)
			}
			for _, v := range found {
				t.Errorf("%s at %d: %s (%s) at %v %.160s", medium, width, v.ID, v.Help, v.Nodes[0].Target, v.Nodes[0].HTML)
			}
			if int64(wide) > width {
				t.Errorf("%s: %d wide at %d", medium, int64(wide), width)
			}
			if fetched != 0 {
				t.Errorf("the report fetches %d things", fetched)
			}
		}
	}
	var before, after, sections int
	var shown string
	count := `document.querySelectorAll('section.rule tbody tr:not([hidden])').length`
	must(t, ctx, emulation.SetEmulatedMedia().WithMedia("screen"), chromedp.Evaluate(count, &before), chromedp.SendKeys("#words", "open assessment", chromedp.ByID),
		chromedp.Poll(`document.getElementById('shown').textContent !== ''`, nil), chromedp.Evaluate(count, &after),
		chromedp.Evaluate(`document.querySelectorAll('section.rule:not([hidden])').length`, &sections), chromedp.Text("#shown", &shown, chromedp.ByID))
	if after == 0 || after >= before || sections == 0 || !strings.Contains(shown, "shown") {
		t.Errorf("the filter leaves %d of %d in %d sections and says %q", after, before, sections, shown)
	}
}

// With the script the page shows how much of the file is checked and leads to what
// was found; a file that cannot be read is answered beside the question all the same.
func TestACensusIsBroughtInTheBrowser(t *testing.T) {
	ctx := browser(t)
	w := newTown(t)
	w.signIn(t, ctx, "i.grant")
	folder := t.TempDir()
	good, bad := filepath.Join(folder, "cin.xml"), filepath.Join(folder, "bad.xml")
	if err := os.WriteFile(good, dirtyCensus(t), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(bad, []byte("<html></html>"), 0o600); err != nil {
		t.Fatal(err)
	}
	bring := func(path string) chromedp.Action {
		return chromedp.Tasks{chromedp.Navigate(w.url + "/returns/census"), chromedp.SetUploadFiles("#file", []string{path}, chromedp.ByID), chromedp.Click("main form button", chromedp.ByQuery)}
	}
	var heading, summary string
	must(t, ctx, bring(good), chromedp.WaitReady("#list"), chromedp.Text("h1", &heading, chromedp.ByQuery))
	if heading != "What to mend in the census" {
		t.Errorf("leads to %q", heading)
	}
	must(t, ctx, bring(bad), chromedp.WaitReady(".govuk-error-summary"), chromedp.Text(".govuk-error-summary", &summary, chromedp.ByQuery))
	if !strings.Contains(summary, "begins with html") {
		t.Errorf("says %q", summary)
	}
}
