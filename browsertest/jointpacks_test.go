package browsertest

import (
	"strings"
	"testing"
	"time"

	"frontdoor/internal/web"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// jointPages are the pages of the pack of the joint inspection that every reader of it has.
func (w *town) jointPages() []string {
	ref := w.built.Truth.Joint.Ref
	return []string{web.PathJointPacks, web.JointPackPath(ref, ""), web.JointPackPath(ref, "children/1"), web.JointPackPath(ref, "rows"), web.JointPackPath(ref, "rows") + "?agency=probation-1&late=1", web.JointPackPath(ref, "rows") + "?agency=nobody"}
}

// TestAJointPackIsDrawnWithoutScript has a director draw a pack at 320 pixels and without
// script: refused with what was typed kept, then made, and read child by child.
func TestAJointPackIsDrawnWithoutScript(t *testing.T) {
	ctx := browser(t)
	w := newTown(t)
	pause := chromedp.Sleep(400 * time.Millisecond)
	send := chromedp.Click(`main form .govuk-button`, chromedp.ByQuery)
	var page, at, title string
	w.signIn(t, ctx, "h.lawal")
	must(t, ctx, emulation.SetScriptExecutionDisabled(true), chromedp.EmulateViewport(320, 800), chromedp.Navigate(w.url+web.PathJointPackNew), chromedp.WaitReady("main"),
		chromedp.SendKeys("#about", "The notice of 3 November"), chromedp.Click("#how-drawn"), chromedp.SetValue("#count", "40"), chromedp.Click("#rule-contacts"), send, pause, chromedp.Title(&title), chromedp.OuterHTML("main", &page))
	if !strings.HasPrefix(title, "Error: ") || !strings.Contains(page, "from 1 to 30") || !strings.Contains(page, "The notice of 3 November") {
		t.Fatalf("40 children: title %q, want it said and the words kept: %.900s", title, page)
	}
	must(t, ctx, chromedp.SetValue("#count", "2"), chromedp.SetValue("#from-month", "10"), chromedp.SetValue("#to-day", "23"), chromedp.SetValue("#to-month", "11"), chromedp.Click("#readers-q\\.moss"), send, pause, chromedp.Location(&at), chromedp.OuterHTML("main", &page))
	if !strings.Contains(at, "/inspection/packs/JT-") || !strings.Contains(page, "Drawn at random from") || !strings.Contains(page, "Q. Moss") {
		t.Fatalf("made, and then at %s: %.900s", at, page)
	}
	must(t, ctx, chromedp.Click(`table th a`, chromedp.ByQuery), pause, chromedp.Title(&title), chromedp.OuterHTML("main", &page))
	if !strings.Contains(title, "each agency’s events") || !strings.Contains(page, "Next child") {
		t.Errorf("a child: title %q: %.900s", title, page)
	}
}
