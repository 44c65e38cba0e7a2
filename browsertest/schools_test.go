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

var (
	anUnread = db.SQL("browsertest.school-unread", `
		SELECT ref FROM school_notice WHERE authority_id = $1 AND school_id = 'school-1' AND way = 'sent' AND read_at IS NULL ORDER BY bell_at DESC, ref LIMIT 1`)
	aReadNotice = db.SQL("browsertest.school-read", `
		SELECT ref FROM school_notice WHERE authority_id = $1 AND school_id = 'school-1' AND way = 'police' ORDER BY made_at DESC, ref LIMIT 1`)
	aByHand = db.SQL("browsertest.school-by-hand", `
		SELECT c.ref || '/schools/' || n.ref FROM school_notice n JOIN contact c ON c.id = n.contact_id AND c.authority_id = n.authority_id
		WHERE n.authority_id = $1 AND n.way = 'by_hand' AND c.conceal = '' ORDER BY n.made_at DESC, n.ref LIMIT 1`)
	ofUnread = db.SQL("browsertest.contact-of-unread", `
		SELECT c.ref FROM school_notice n JOIN contact c ON c.id = n.contact_id AND c.authority_id = n.authority_id
		WHERE n.authority_id = $1 AND n.school_id = 'school-1' AND n.way = 'sent' AND n.read_at IS NULL ORDER BY n.bell_at DESC, n.ref LIMIT 1`)
)

// schoolPages adds the pages of telling schools to those of each person.
func (w *town) schoolPages(t *testing.T, all map[string][]string) map[string][]string {
	t.Helper()
	byHand := w.one(t, aByHand)
	contact, _, _ := strings.Cut(byHand, "/")
	for who, more := range map[string][]string{
		"p.shah":   {web.ContactPath(contact, "schools"), "/contacts/" + byHand},
		"h.lawal":  {"/feeds/schools", "/feeds/schools?from=never", "/feeds/schools/children?of=after", "/feeds/schools/children?of=phone"},
		"b.tanner": {"/feeds/schools", "/feeds/schools/children?of=incidents"},
		"e.wright": {"/partner/notices", "/partner/notices/" + w.one(t, aReadNotice)},
		"o.hart":   {"/partner/notices"},
		"w.young":  {"/admin/schools"},
	} {
		all[who] = append(all[who], more...)
	}
	return all
}

// TestASchoolReadsAndAsksWithoutScript: the lead finds what is unread, reads it, asks; a
// screener answers; the lead reads the answer, none of them with script.
func TestASchoolReadsAndAsksWithoutScript(t *testing.T) {
	ctx := browser(t)
	w := newTown(t)
	ref, contact := w.one(t, anUnread), w.one(t, ofUnread)
	pause := chromedp.Sleep(250 * time.Millisecond)
	button := chromedp.Click(`main form[data-once] .govuk-button`, chromedp.ByQuery)
	var page, title string
	must(t, ctx, emulation.SetScriptExecutionDisabled(true), chromedp.EmulateViewport(320, 800))
	w.signIn(t, ctx, "e.wright")
	must(t, ctx, chromedp.Navigate(w.url+"/partner"), chromedp.WaitReady("main"), chromedp.OuterHTML("main", &page))
	if !strings.Contains(page, "to be read.") || !strings.Contains(page, `href="/partner/notices"`) {
		t.Errorf("the home page does not lead to what is unread: %.900s", page)
	}
	must(t, ctx, chromedp.Navigate(w.url+"/partner/notices"), chromedp.WaitReady("main"), chromedp.OuterHTML("main", &page),
		chromedp.Click(`//main//a[contains(@href,"`+ref+`")]`, chromedp.BySearch), pause, chromedp.WaitReady("main"))
	row := page[max(0, strings.Index(page, ref)):]
	if i := strings.Index(row, "</tr>"); i < 0 || !strings.Contains(row[:i], "A child at your school: open the notice") {
		t.Errorf("the unread notice names somebody on the list: %.700s", row)
	}
	must(t, ctx, chromedp.OuterHTML("main", &page), button, pause, chromedp.WaitReady("main"), chromedp.Title(&title))
	if !strings.Contains(page, "is not a referral") || !strings.Contains(page, `href="/report"`) || !strings.Contains(page, "E. Wright</dd>") {
		t.Errorf("the notice does not say what it is, or that it was read: %.1500s", page)
	}
	if !strings.HasPrefix(title, "Error: ") {
		t.Errorf("an empty question: title %q", title)
	}
	must(t, ctx, chromedp.SendKeys("#asked", "May we speak to the mother?"), button, pause, chromedp.WaitReady("main"))
	w.signIn(t, ctx, "p.shah")
	must(t, ctx, chromedp.Navigate(w.url+web.ContactPath(contact, "schools/"+ref)), chromedp.WaitReady("main"),
		chromedp.SendKeys("#answer", "Not until the officer has seen her"), button, pause, chromedp.WaitReady("main"), chromedp.OuterHTML("main", &page))
	if !strings.Contains(page, "Not until the officer has seen her") {
		t.Errorf("the answer is not on the contact's page: %.900s", page)
	}
	w.signIn(t, ctx, "e.wright")
	must(t, ctx, chromedp.Navigate(w.url+"/partner/notices/"+ref), chromedp.WaitReady("main"), chromedp.OuterHTML("main", &page))
	if !strings.Contains(page, "Not until the officer has seen her") {
		t.Errorf("the school does not read the answer: %.900s", page)
	}
}
