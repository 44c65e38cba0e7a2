package browsertest

import (
	"strings"
	"testing"
	"time"

	"frontdoor/internal/db"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

var (
	aLargeFamily = db.SQL("browsertest.large-family", `
		SELECT p.ref FROM person p
		JOIN relationship m ON m.person_id = p.id AND m.authority_id = p.authority_id AND m.kind = 'mother' AND m.state = 'confirmed'
		JOIN relationship x ON x.person_id = m.other_id AND x.authority_id = m.authority_id AND x.kind = 'child'
		WHERE p.authority_id = $1 AND p.is_child AND p.conceal = '' ORDER BY p.id LIMIT 1`)
	aKnownFact = db.SQL("browsertest.known-fact", `
		SELECT m.id FROM person p
		JOIN relationship m ON m.person_id = p.id AND m.authority_id = p.authority_id AND m.kind = 'mother' AND m.state = 'confirmed'
		JOIN relationship x ON x.person_id = m.other_id AND x.authority_id = m.authority_id AND x.kind = 'child'
		WHERE p.authority_id = $1 AND p.is_child AND p.conceal = '' ORDER BY p.id LIMIT 1`)
	aHappening = db.SQL("browsertest.line", `
		SELECT p.ref || '/chronology/' || h.id FROM chronology h
		JOIN contact_child cc ON cc.id = h.child_id AND cc.authority_id = h.authority_id
		JOIN person p ON p.id = cc.person_id AND p.authority_id = cc.authority_id AND p.conceal = ''
		WHERE h.authority_id = $1 ORDER BY h.id LIMIT 1`)
	anUnborn = db.SQL("browsertest.unborn", `SELECT ref FROM person WHERE authority_id = $1 AND unborn AND conceal = '' ORDER BY id LIMIT 1`)
)

// familyPages are the pages about a family: a large one with a father who is not known,
// half- and step-siblings and a baby who is expected.
func (w *town) familyPages(t *testing.T) []string {
	t.Helper()
	child, fact, unborn := w.one(t, aLargeFamily), w.one(t, aKnownFact), w.one(t, anUnborn)
	family := "/children/" + child + "/family"
	return []string{family, family + "?on=2026-11-01&known=then", family + "?on=never", family + "/chronology", family + "/chronology?kind=significant", "/children/" + w.one(t, aHappening), family + "/chronology?kind=contact&child=" + child,
		family + "/add?what=relation", family + "/add?what=stay", family + "/add?what=responsibility", family + "/" + fact,
		"/children/" + unborn, "/children/" + unborn + "/family", "/children/" + unborn + "/birth"}
}

// TestConfirmingARelativeWithTheKeyboard goes from the family page's first line to what
// is thought, confirms it, and finds it confirmed. The map can be scrolled with the
// keyboard and has a name.
func TestConfirmingARelativeWithTheKeyboard(t *testing.T) {
	ctx := browser(t)
	w := newTown(t)
	child := w.one(t, aLargeFamily)
	w.signIn(t, ctx, "m.ali")
	var label, before, after string
	must(t, ctx, chromedp.EmulateViewport(320, 800), chromedp.Navigate(w.url+"/children/"+child+"/family"), chromedp.WaitReady("main"),
		chromedp.Evaluate(`document.getElementById(document.querySelector('.fd-scroll').getAttribute('aria-labelledby')).textContent`, &label),
		chromedp.OuterHTML("main", &before))
	if label != "Family map" {
		t.Errorf("the map's region is called %q", label)
	}
	reach(t, ctx, `a[href="#thoughts"]`)
	reach(t, ctx, `.fd-scroll`)
	reach(t, ctx, `button[name="answer"][value="yes"]`)
	must(t, ctx, chromedp.KeyEvent(enter), chromedp.Sleep(time.Second), chromedp.WaitReady("main"), chromedp.OuterHTML("main", &after))
	if b, a := strings.Count(before, "Thought, not confirmed"), strings.Count(after, "Thought, not confirmed"); a >= b {
		t.Errorf("%d things are thought before and %d after one was confirmed", b, a)
	}
}

// TestABirthWithoutScript records a birth on a narrow page without script: wrong first,
// then right, and the same record goes on.
func TestABirthWithoutScript(t *testing.T) {
	ctx := browser(t)
	w := newTown(t)
	unborn := w.one(t, anUnborn)
	w.signIn(t, ctx, "m.ali")
	var title, page, at string
	send := chromedp.Click(`//button[contains(., "Record the birth")]`, chromedp.BySearch)
	must(t, ctx, emulation.SetScriptExecutionDisabled(true), chromedp.EmulateViewport(320, 800), chromedp.Navigate(w.url+"/children/"+unborn+"/birth"), chromedp.WaitReady("main"),
		chromedp.SendKeys("#given", "Eva"), send, chromedp.WaitReady(".govuk-error-summary"), chromedp.Title(&title), chromedp.OuterHTML("main", &page))
	if !strings.HasPrefix(title, "Error: ") || !strings.Contains(page, `value="Eva"`) {
		t.Errorf("a birth without a date: title %q, want it said and the name kept", title)
	}
	must(t, ctx, chromedp.SendKeys("#born-day", "23"), chromedp.SendKeys("#born-month", "11"), chromedp.SendKeys("#born-year", "2026"), chromedp.Click("#sex-F"), send,
		chromedp.WaitNotPresent(".govuk-error-summary"), chromedp.WaitReady("main"), chromedp.Location(&at), chromedp.OuterHTML("main", &page))
	if !strings.HasSuffix(at, "/children/"+unborn) || !strings.Contains(page, "Born 23 November 2026") || !strings.Contains(page, "Eva") {
		t.Errorf("after the birth at %s: the same record should tell of it", at)
	}
}
