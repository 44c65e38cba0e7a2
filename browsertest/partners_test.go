package browsertest

import (
	"context"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/db"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/pathway"
	"frontdoor/internal/web"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

var (
	aThread   = db.SQL("browsertest.thread", `SELECT id FROM thread WHERE authority_id = $1 AND organisation_id = 'health-2' LIMIT 1`)
	aWorry    = db.SQL("browsertest.worry", `SELECT ref FROM worry WHERE authority_id = $1 AND answered_at IS NULL LIMIT 1`)
	anAnswer  = db.SQL("browsertest.worry-answered", `SELECT ref FROM worry WHERE authority_id = $1 AND answered_at IS NOT NULL LIMIT 1`)
	aReferral = db.SQL("browsertest.own-referral", `
		SELECT c.ref FROM contact c WHERE c.authority_id = $1 AND c.organisation_id = 'police' AND c.conceal = '' AND c.decided_at IS NOT NULL
			AND NOT EXISTS (SELECT 1 FROM worry w WHERE w.contact_id = c.id AND w.authority_id = c.authority_id) ORDER BY c.received_at LIMIT 1`)
)

// partnerPages are the pages of a police referral officer that every partner has.
func (w *town) partnerPages(t *testing.T) []string {
	t.Helper()
	own := w.one(t, aReferral)
	return []string{"/partner/questions", "/partner/questions?state=answered", "/partner/referrals?state=waiting&grade=high", "/partner/referrals", "/partner/referrals/" + own + "/worry", "/worries", "/worries/" + w.one(t, aWorry),
		"/worries/" + w.one(t, anAnswer), "/messages", "/messages/new?contact=" + own, "/promptness", "/promptness/list?what=messages_to&only=answered"}
}

// guarded is the page of a link that opens with a code only.
func (w *town) guarded(t *testing.T) string {
	t.Helper()
	ctx := context.Background()
	manager, err := w.record.FindActor(ctx, w.built.Authority, "m.ali")
	if err != nil {
		t.Fatal(err)
	}
	ref := w.one(t, anyUndecided)
	p, err := w.desk.Open(ctx, manager, ref)
	if err != nil {
		t.Fatal(err)
	}
	link, err := w.desk.Ask(ctx, manager, ref, contacts.Asked{Child: p.Contact.Kids[0].ID, Organisation: "school-1", Question: "Who collects the child?", Why: "To decide", Basis: pathway.BasisHarm, Sensitive: true})
	if err != nil {
		t.Fatal(err)
	}
	return link
}

// TestAPartnerIsStillWorriedWithoutScript has an officer disagree with a decision and a
// manager answer, at 320 pixels and without script; what was typed is kept when refused.
func TestAPartnerIsStillWorriedWithoutScript(t *testing.T) {
	ctx := browser(t)
	w := newTown(t)
	own := w.one(t, aReferral)
	pause := chromedp.Sleep(300 * time.Millisecond)
	send := chromedp.Click(`main .fd-actions button`, chromedp.ByQuery)
	var page, at, title string
	w.signIn(t, ctx, "b.tanner")
	must(t, ctx, emulation.SetScriptExecutionDisabled(true), chromedp.EmulateViewport(320, 800), chromedp.Navigate(w.url+"/partner/referrals/"+own+"/worry"), chromedp.WaitReady("main"), chromedp.OuterHTML("main", &page))
	if strings.Contains(page, `name="child"`) {
		must(t, ctx, chromedp.Click(`input[name="child"]`, chromedp.ByQuery))
	}
	must(t, ctx, chromedp.SendKeys("#why", "He has broken bail before"), send, pause, chromedp.Title(&title), chromedp.OuterHTML("main", &page))
	if !strings.HasPrefix(title, "Error: ") || !strings.Contains(page, "Enter what you think should happen") || !strings.Contains(page, "He has broken bail before") {
		t.Errorf("half an answer: title %q, want it said and the words kept", title)
	}
	must(t, ctx, chromedp.SendKeys("#wants", "A discussion today"), send, pause, chromedp.Location(&at), chromedp.OuterHTML("main", &page))
	if !strings.Contains(at, "/worries/PW-") || !strings.Contains(page, "You are still worried") {
		t.Fatalf("sent, and then at %s", at)
	}
	must(t, ctx, emulation.SetScriptExecutionDisabled(false), chromedp.EmulateViewport(1280, 900), chromedp.Submit(`form[action="/sign-out"]`, chromedp.ByQuery), pause)
	w.signIn(t, ctx, "m.ali")
	must(t, ctx, emulation.SetScriptExecutionDisabled(true), chromedp.EmulateViewport(320, 800), chromedp.Navigate(at), chromedp.WaitReady("main"), chromedp.Click("#result-more"),
		chromedp.SendKeys("#answer", "We meet at two, with you"), send, pause, chromedp.OuterHTML("main", &page))
	if !strings.Contains(page, "The decision stays, and something more is done") || !strings.Contains(page, "not read by the partner yet") {
		t.Errorf("the manager's answer is not shown: %.600s", page)
	}
}

// leaving is the page of what ends when somebody whom the force's links went to has left:
// the first that the list of its people leads to.
func (w *town) leaving(t *testing.T) string {
	t.Helper()
	res, err := w.signedIn(t, "w.young").Get(w.url + web.PartnerPath("police"))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`/admin/partners/police/left/[0-9a-f]+`).FindString(string(b))
	if m == "" {
		t.Fatal("nobody of the force can be said to have left")
	}
	return m
}
