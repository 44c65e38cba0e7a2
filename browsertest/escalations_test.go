package browsertest

import (
	"strings"
	"testing"
	"time"

	"frontdoor/internal/db"
	"frontdoor/internal/web"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// aQuestionAsked is a question that the demo put to the police a day ago.
const aQuestionAsked = "/escalations/police/request.amber"

var aPromise = db.SQL("browsertest.improvement", `SELECT ref FROM improvement WHERE authority_id = $1 ORDER BY due DESC LIMIT 1`)

// escalationPages adds the pages of escalations and of the joint improvement plan to those
// of each person.
func (w *town) escalationPages(t *testing.T, all map[string][]string) map[string][]string {
	noticePages(all)
	teamPages(all)
	t.Helper()
	line := web.ImprovementPath(w.one(t, aPromise), "")
	for who, more := range map[string][]string{
		"m.ali":    {"/escalations", "/escalations?agency=police&state=asked", aQuestionAsked + "/raise"},
		"h.lawal":  {"/escalations", "/escalations?agency=school&level=2", aQuestionAsked, aQuestionAsked + "/answer", aQuestionAsked + "/close", aQuestionAsked + "/override", "/escalations/ladder", "/improvement", "/improvement/new", line, line + "/withdraw"},
		"b.tanner": {"/escalations", aQuestionAsked, aQuestionAsked + "/answer", "/escalations/ladder", "/improvement", line},
		"e.wright": {"/escalations"},
	} {
		all[who] = append(all[who], more...)
	}
	return all
}

// TestAnEscalationWithoutScript: a manager raises it from the waiting page, the police
// answer on their own page with a day, and the director reads the answer, none of them
// with script.
func TestAnEscalationWithoutScript(t *testing.T) {
	ctx := browser(t)
	w := newTown(t)
	pause := chromedp.Sleep(250 * time.Millisecond)
	var page, title string
	must(t, ctx, emulation.SetScriptExecutionDisabled(true), chromedp.EmulateViewport(320, 800))
	w.signIn(t, ctx, "m.ali")
	must(t, ctx, chromedp.Navigate(w.url+"/waiting?agency=police&late=1&step=request.amber"), chromedp.WaitReady("main"),
		chromedp.Click(`//main//a[contains(.,"Escalate")]`, chromedp.BySearch), pause, chromedp.WaitReady("main"), chromedp.OuterHTML("main", &page))
	if strings.Count(page, " checked") != 1 {
		t.Errorf("the child who was chosen is not ticked, or another is: %.900s", page)
	}
	must(t, ctx, chromedp.Click("#level-4"), chromedp.SendKeys("#why", "The child is in hospital tonight"), chromedp.Click(`main form[data-once] .govuk-button`, chromedp.ByQuery), pause, chromedp.WaitReady("main"), chromedp.OuterHTML("main", &page))
	if !strings.Contains(page, "Raised to level 4 by M. Ali") {
		t.Errorf("it is not raised: %.900s", page)
	}
	w.signIn(t, ctx, "b.tanner")
	must(t, ctx, chromedp.Navigate(w.url+"/escalations?level=4"), chromedp.WaitReady("main"), chromedp.Click(`//main//a[contains(.,"answer, amber")]`, chromedp.BySearch), pause,
		chromedp.Click(`//main//a[contains(.,"Record an answer")]`, chromedp.BySearch), pause, chromedp.WaitReady("main"),
		chromedp.Click(`main form[data-once] .govuk-button`, chromedp.ByQuery), pause, chromedp.WaitReady("main"), chromedp.Title(&title))
	if !strings.HasPrefix(title, "Error: ") {
		t.Errorf("an empty answer: title %q", title)
	}
	must(t, ctx, chromedp.SetValue("#by", "ACC Reed", chromedp.ByQuery), chromedp.SendKeys("#words", "An officer reads the file tonight"),
		chromedp.SendKeys("#promise-day", "25"), chromedp.SendKeys("#promise-month", "11"), chromedp.SendKeys("#promise-year", "2026"), chromedp.SendKeys("#promise-time", "08:00"),
		chromedp.Click(`main form[data-once] .govuk-button`, chromedp.ByQuery), pause, chromedp.WaitReady("main"))
	w.signIn(t, ctx, "h.lawal")
	must(t, ctx, chromedp.Navigate(w.url+aQuestionAsked), chromedp.WaitReady("main"), chromedp.OuterHTML("main", &page))
	if !strings.Contains(page, "Answered at level 4 by ACC Reed. Promised by Wed 25 Nov 2026, 08:00") {
		t.Errorf("the director does not read the answer: %.1800s", page)
	}
}
