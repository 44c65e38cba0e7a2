package browsertest

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/demo"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/desk/enquiries"
	"frontdoor/internal/desk/feeds"
	"frontdoor/internal/notice"
	"frontdoor/internal/partner/police"
	"frontdoor/internal/record"
	"frontdoor/internal/service"
	"frontdoor/internal/timescale"
	"frontdoor/internal/web"

	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

//go:embed testdata/axe.min.js
var axe string

var now = civil.DateOf(2026, 11, 24).AtTime(12, 7)

// town is the demo authority, served with a clock that stands still.
type town struct {
	url    string
	file   string // the database
	record *record.Record
	server *web.Server
	desk   *contacts.Desk
	built  *demo.Built
}

// theTown is the demo authority in a database file, built once. Every test has a copy of
// its own.
var theTown = sync.OnceValues(func() (*builtTown, error) {
	folder, err := os.MkdirTemp("", "frontdoor-town-")
	if err != nil {
		return nil, err
	}
	townFolder = folder
	b := &builtTown{file: filepath.Join(folder, "town.db")}
	d, err := db.Open(context.Background(), "sqlite:"+b.file, db.Options{})
	if err != nil {
		return nil, err
	}
	if err := d.Migrate(context.Background()); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	set, err := timescale.Statutory()
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	b.built, err = demo.Build(context.Background(), d, set, civil.England(), demo.Options{Number: 3, Now: now, Children: 300, Weeks: 4}, nil)
	if err == nil {
		err = b.receiveBroken(d, set)
	}
	return b, errors.Join(err, d.Close()) // closed, so that the file holds everything
})

type builtTown struct {
	file  string
	built *demo.Built
}

// receiveBroken has the demo's force send a message that is cut off.
func (b *builtTown) receiveBroken(d *db.DB, set *timescale.Set) error {
	r := record.New(d, set, civil.England(), func() civil.Instant { return now.Add(-2 * time.Hour) })
	force := access.Actor{ID: "browsertest", Name: "Mercia Vale Police", Authority: b.built.Authority, AgencyID: "police", AgencyKind: "police", Roles: []access.Role{access.Door}}
	body := []byte(`{"reference":"MVP-cut","grade":"medium","what":"Shouting heard","children":[{"given":"Noor","fam`)
	_, _, unreadable, err := police.New(contacts.New(r), admin.New(r)).Receive(context.Background(), force, force.Name, body, int64(len(body)))
	if err == nil && unreadable == nil {
		err = errors.New("a message that is cut off was read")
	}
	return err
}

var townFolder string // of theTown, once it is built

// TestMain removes the town at the end.
func TestMain(m *testing.M) {
	code := m.Run()
	if townFolder != "" {
		_ = os.RemoveAll(townFolder)
	}
	os.Exit(code)
}

func newTown(t *testing.T) *town {
	t.Helper()
	b, err := theTown()
	if err != nil {
		t.Fatal(err)
	}
	return townOf(t, b.file, b.built)
}

// townOf serves a copy of a database file, until the test is over.
func townOf(t *testing.T, file string, built *demo.Built) *town {
	t.Helper()
	w, done := openTown(t, file, built)
	t.Cleanup(done)
	return w
}

// openTown serves a copy of a database file, until done.
func openTown(t *testing.T, file string, built *demo.Built) (w *town, done func()) {
	t.Helper()
	all, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "town.db")
	if err := os.WriteFile(name, all, 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := db.Open(context.Background(), "sqlite:"+name, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	set, err := timescale.Statutory()
	if err != nil {
		t.Fatal(err)
	}
	r := record.New(d, set, civil.England(), func() civil.Instant { return now })
	banner := &web.Demo{Authority: built.Authority}
	for _, p := range built.Personas {
		banner.Personas = append(banner.Personas, web.Persona{UserID: p.UserID, Name: p.Name, Role: access.RoleName(p.Role), Says: p.Says})
	}
	srv, err := service.New(r, web.Settings{Version: "test", Demo: banner}, notice.Post{})
	if err != nil {
		t.Fatal(err)
	}
	ts := httptest.NewServer(srv.Handler())
	return &town{ts.URL, name, r, srv, contacts.New(r), built}, func() {
		ts.Close()
		if err := d.Close(); err != nil {
			t.Error(err)
		}
		_ = os.Remove(name)
	}
}

// browser starts Chromium. At home it skips without one; in CI that is a failure.
func browser(t *testing.T) context.Context {
	t.Helper()
	path := os.Getenv("FRONTDOOR_TEST_CHROMIUM")
	if path == "" {
		var err error
		if path, err = exec.LookPath("chromium"); err != nil {
			if os.Getenv("CI") != "" {
				t.Fatal("Chromium is not installed: in CI the browser tests must run")
			}
			t.Skip("Chromium is not installed")
		}
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("no-first-run", true), chromedp.Flag("disable-quic", true))
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	ctx, end := context.WithTimeout(ctx, 8*time.Minute)
	t.Cleanup(end)
	if err := chromedp.Run(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx
}

func must(t *testing.T, ctx context.Context, actions ...chromedp.Action) {
	t.Helper()
	short, cancel := context.WithTimeout(ctx, 40*time.Second)
	defer cancel()
	if err := chromedp.Run(short, actions...); err != nil {
		t.Fatal(err)
	}
}

// signIn becomes one of the demo's people through the banner, as a visitor does.
func (w *town) signIn(t *testing.T, ctx context.Context, user string) {
	t.Helper()
	must(t, ctx, chromedp.Navigate(w.url+"/sign-in"), chromedp.WaitReady("main"),
		chromedp.Evaluate(`(document.querySelector('.fd-demo details')||{}).open = true; true`, nil),
		chromedp.Submit(`//form[.//input[@value="`+user+`"]]`, chromedp.BySearch), chromedp.Sleep(250*time.Millisecond), chromedp.WaitReady("main"))
}

var (
	anyUndecided = db.SQL("browsertest.undecided", `
		SELECT c.ref FROM contact c WHERE c.authority_id = $1 AND c.decided_at IS NULL AND c.conceal = '' AND c.channel = 'police' AND c.grade <> ''
			AND NOT EXISTS (SELECT 1 FROM contact_child cc WHERE cc.contact_id = c.id AND cc.authority_id = c.authority_id AND cc.person_id <> '') ORDER BY c.received_at LIMIT 1`)
	anyAsked = db.SQL("browsertest.asked", `
		SELECT c.ref FROM contact c JOIN information_request q ON q.contact_id = c.id AND q.authority_id = c.authority_id WHERE c.authority_id = $1 LIMIT 1`)
	anyDecided = db.SQL("browsertest.decided", `
		SELECT c.ref FROM contact c WHERE c.authority_id = $1 AND c.decided_at IS NOT NULL AND c.conceal = '' ORDER BY c.received_at LIMIT 1`)
	anyChild = db.SQL("browsertest.child", `
		SELECT p.ref FROM person p JOIN relationship r ON r.person_id = p.id AND r.authority_id = p.authority_id WHERE p.authority_id = $1 AND p.conceal = '' ORDER BY p.id LIMIT 1`)
	anyWait    = db.SQL("browsertest.wait", `SELECT id FROM wait WHERE authority_id = $1 AND ended_at IS NULL AND timescale = 'earlyhelp.accepted' AND conceal = '' LIMIT 1`)
	anyWork    = db.SQL("browsertest.work", `SELECT id FROM episode WHERE authority_id = $1 AND state = 'open' AND worker_id = '' AND kind = 'referral' LIMIT 1`)
	aWaited    = db.SQL("browsertest.meeting-waited", `SELECT ref FROM discussion WHERE authority_id = $1 AND state IN ('requested', 'scheduled') ORDER BY requested_at LIMIT 1`)
	aMet       = db.SQL("browsertest.meeting-met", `SELECT ref FROM discussion WHERE authority_id = $1 AND state = 'decided' ORDER BY decided_at DESC LIMIT 1`)
	anAskedFor = db.SQL("browsertest.child-asked-for", `
		SELECT p.ref FROM wait w
		JOIN contact_child cc ON cc.id = w.child_id AND cc.authority_id = w.authority_id AND cc.state = 'open' AND cc.conceal = ''
		JOIN person p ON p.id = cc.person_id AND p.authority_id = cc.authority_id
		WHERE w.authority_id = $1 AND w.timescale = 'strategy.discussion' AND w.ended_at IS NULL
			AND NOT EXISTS (SELECT 1 FROM contact_child x WHERE x.person_id = p.id AND x.authority_id = p.authority_id AND x.id <> cc.id)
			AND NOT EXISTS (SELECT 1 FROM enquiry e WHERE e.child_id = cc.id AND e.authority_id = cc.authority_id)
		ORDER BY w.id LIMIT 1`)
	anOutcome = db.SQL("browsertest.enquiry-authorised", `SELECT ref FROM enquiry WHERE authority_id = $1 AND state = 'authorised' ORDER BY started_at LIMIT 1`)
	aConf     = db.SQL("browsertest.conference", `SELECT ref FROM conference WHERE authority_id = $1 ORDER BY begun_at LIMIT 1`)
	aTrigger  = db.SQL("browsertest.trigger", `SELECT child_id FROM trigger_met WHERE authority_id = $1 AND consideration_id = '' AND gone_at IS NULL ORDER BY met_at LIMIT 1`)
	owedWait  = db.SQL("browsertest.owed", `SELECT id FROM wait WHERE authority_id = $1 AND owner_id = 'police' AND ended_at IS NULL AND conceal = '' ORDER BY due_at LIMIT 1`)
	aQuestion = db.SQL("browsertest.question", `SELECT id FROM information_request WHERE authority_id = $1 AND organisation_id = 'police' AND answered_at IS NULL LIMIT 1`)
)

func (w *town) one(t *testing.T, q db.Query) string {
	t.Helper()
	var s string
	err := w.record.DB.Read(context.Background(), func(x db.Queryer) error {
		return x.QueryRowContext(context.Background(), q, w.built.Authority).Scan(&s)
	})
	if err != nil {
		t.Fatalf("%s: %v", q.Name(), err)
	}
	return s
}

var (
	aReconciliation = db.SQL("browsertest.reconciliation", `SELECT id FROM reconciliation WHERE authority_id = $1 LIMIT 1`)
	aBroken         = db.SQL("browsertest.broken-message", `SELECT c.ref FROM contact c JOIN intake i ON i.id = c.intake_id AND i.authority_id = c.authority_id WHERE c.authority_id = $1 AND i.state = 'unreadable' LIMIT 1`)
	aLine           = db.SQL("browsertest.reconciliation-line", `SELECT id FROM reconciliation_line WHERE authority_id = $1 AND kind = 'never_sent' ORDER BY id LIMIT 1`)
)

// reconciled is the force's own list held against what came.
func (w *town) reconciled(t *testing.T) string {
	t.Helper()
	manager, err := w.record.FindActor(context.Background(), w.built.Authority, "m.ali")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := feeds.New(w.record).Reconcile(context.Background(), manager, "police", "demo-force-incidents.csv", w.built.ForceList); err != nil {
		t.Fatal(err)
	}
	return w.one(t, aReconciliation)
}

// running is an enquiry that nobody has authorised: one is begun, so that the pages do not
// rest on what the demo's month happens to end with.
func (w *town) running(t *testing.T) string {
	t.Helper()
	manager, err := w.record.FindActor(context.Background(), w.built.Authority, "m.ali")
	if err != nil {
		t.Fatal(err)
	}
	ref, err := enquiries.New(w.record).StartEarly(context.Background(), manager, w.one(t, anAskedFor), "A bruise that cannot wait for the discussion")
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

// pages are all pages, by who opens them.
func (w *town) pages(t *testing.T) map[string][]string {
	t.Helper()
	running, conf := w.running(t), w.one(t, aConf)
	waited, met := w.one(t, aWaited), w.one(t, aMet)
	held, _ := w.invited(t)
	w.heldBy(t, held, "m.ali")
	undecided, asked, decided, child := w.one(t, anyUndecided), w.one(t, anyAsked), w.one(t, anyDecided), w.one(t, anyChild)
	return loadPages(w.feedbackPages(t, w.schoolPages(t, w.escalationPages(t, map[string][]string{
		"":       {"/sign-in", "/report", "/about/timescales", "/about/journey", "/about/access", "/help", "/nowhere", w.guarded(t)},
		"p.shah": {"/contacts", "/contacts?only=late", "/contacts?only=unread&from=housing", "/contacts/" + undecided, "/contacts/" + undecided + "/people", "/contacts/" + undecided + "/history", "/contacts/" + asked + "/checks", "/contacts/" + undecided + "/agreement", "/contacts/" + decided + "/feedback", "/contacts/new", "/search", "/search?q=Ana+Bell+7+31/2/2016", "/search?q=Qqqq+Zzzz&born=2015-01-01", "/search?q=*", "/search?q=Ana&born=never", "/search?q=a+2015&page=2", "/account", "/contacts/" + w.one(t, aBroken)},
		"m.ali":  append(append(w.familyPages(t), w.linkPages(t, decided, child)...), "/joint", "/worries", "/worries/"+w.one(t, aWorry), "/messages?show=unread", "/messages/new?contact="+w.one(t, aReferral), "/promptness", "/promptness?from=never", "/promptness/list?what=messages_to", "/triggers", "/triggers/"+w.one(t, aTrigger), "/contacts/"+decided, "/contacts/"+undecided+"/decision", "/contacts/"+decided+"/decision", "/waiting", "/waiting?late=1&agency=police", "/waiting?date=2026-11-20&time=09:00", "/waiting?date=never", "/waiting/"+w.one(t, anyWait), "/figures", "/figures/police?grade=medium&over=7", "/feeds", "/feeds/lag", "/feeds/lag?from=never", "/feeds/weeks?force=police", "/feeds/reconciliations", "/feeds/reconciliations/"+w.reconciled(t), "/children/"+child, "/children/"+child+"/chronology", "/children/"+child+"/family", "/children/"+child+"/waiting", "/children/"+child+"/restriction", "/children/"+child+"/death", "/children/"+child+"/looked-at"),
		"s.clarke": {"/allocations", "/allocations/" + w.one(t, anyWork), "/meetings", "/meetings?show=held-late", "/meetings/ask", "/meetings/" + waited, "/meetings/" + waited + "/convene", "/meetings/" + waited + "/held",
			"/meetings/" + waited + "/visit", "/meetings/" + waited + "/pack", "/meetings/" + met, "/meetings/" + held + "/decision", "/meetings/second", "/meetings/meanwhile",
			"/enquiries/late", "/enquiries/late?show=early", "/enquiries/single", "/enquiries/single?week=2026-11-02", "/enquiries/duplicates", "/enquiries/suspects", "/enquiries/first-accounts",
			"/enquiries", "/enquiries?show=suspects", "/enquiries/early", "/enquiries/" + running, "/enquiries/" + running + "/outcome", "/enquiries/" + running + "/authority", "/enquiries/" + w.one(t, anOutcome)},
		"b.fox":    {"/conferences", w.one(t, aReview), w.one(t, aReview) + "/held", "/conferences/" + conf, "/conferences/" + conf + "/book", "/conferences/" + conf + "/held", "/conferences/" + conf + "/adjourn"},
		"r.nowak":  {"/my-work", "/contacts"},
		"e.wright": {"/partner", "/messages", "/worries", "/promptness"},
		"y.kaur":   {"/partner", "/messages/" + w.one(t, aThread)},
		"b.tanner": append(w.partnerPages(t), "/partner/police", "/feeds", "/feeds/backlog", "/feeds/reconciliations/"+w.reconciled(t)+"/"+w.one(t, aLine), "/partner/questions/"+w.one(t, aQuestion), "/meetings", "/meetings/"+met, "/meetings/"+met+"/pack", "/enquiries/suspects", "/enquiries/first-accounts", "/leadership/partners", "/leadership/partners/police", "/leadership/partners/police/due", "/leadership/packs?from=2026-11-01&to=2026-11-23"),
		"z.amin":   {"/joint", "/partner/police"},
		"c.vane":   {"/partner/owed", "/partner/owed?late=1&kind=action", "/partner/owed/ask?item=" + w.one(t, owedWait), "/escalations", "/feeds/lag", "/leadership/partners/police"},
		"o.marsh":  {"/partner", "/partner/owed"},
		"t.lund":   {"/partner/police", "/partner/owed?late=1", "/partner/referrals", web.MendPath(w.one(t, aBroken))},
		"h.lawal": append(w.jointPages(), "/inspection/packs/new", "/leadership", "/figures", "/fairness", "/measures/first-help", "/measures/first-help?from=never", "/measures/first-help/children", "/measures/effective", "/measures/effective/children?state=waiting", "/leadership/partners", "/leadership/partners/police", "/leadership/partners/police?from=never", "/leadership/partners/health-1", "/leadership/partners/police/seats", "/leadership/partners/police/messages",
			"/leadership/partners/police/lacking-unreadable", "/leadership/packs", "/leadership/packs?from=2026-11-01&to=2026-11-23", "/leadership/packs?from=2026-11-01&to=2026-12-23"),
		"i.grant": {"/numbers", "/fairness", "/fairness?from=never", "/returns/census", w.checkedCensus(t), w.checkedCensus(t) + "?severity=query&rule=2888Q"},
		"q.moss":  append(w.jointPages(), "/inspection"),
		"x.bell":  w.jointPages(),
		"w.young": {"/admin/people", "/admin/people/c.vane/roles", "/admin/partners", web.PartnerPath("police"), w.leaving(t), "/admin/doors"},
	}))))
}

// checkedCensus is the page of a census with errors that the analyst brought. What was
// checked stays with the server and is not in the database.
func (w *town) checkedCensus(t *testing.T) string {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "cin-2026.xml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(dirtyCensus(t)); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	res, err := w.signedIn(t, "i.grant").Post(w.url+web.PathCensus, form.FormDataContentType(), &body)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK || res.Request.URL.Path == web.PathCensus {
		t.Fatalf("the census is answered with %d at %s", res.StatusCode, res.Request.URL)
	}
	return res.Request.URL.Path
}

type violation struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		Target []any  `json:"target"`
		HTML   string `json:"html"`
	} `json:"nodes"`
}

// TestEveryPageForEverybody opens every page at two widths: no violation, no sideways
// scroll, one main heading, nothing the content policy had to stop.
func TestEveryPageForEverybody(t *testing.T) {
	ctx := browser(t)
	w := newTown(t)
	pictures := os.Getenv("FRONTDOOR_PICTURES")
	var blocked []string
	chromedp.ListenTarget(ctx, func(ev any) {
		if e, ok := ev.(*cdplog.EventEntryAdded); ok && strings.Contains(e.Entry.Text, "Content Security Policy") {
			blocked = append(blocked, e.Entry.URL+": "+e.Entry.Text)
		}
	})
	must(t, ctx, cdplog.Enable())
	for user, paths := range w.pages(t) {
		if user != "" {
			w.signIn(t, ctx, user)
		}
		for _, path := range paths {
			for _, width := range []int64{1280, 320} {
				var raw string
				var wide, headings int
				if err := chromedp.Run(ctx, chromedp.EmulateViewport(width, 900), chromedp.Navigate(w.url+path)); err != nil {
					t.Fatalf("%s as %q at %d: %v", path, user, width, err)
				}
				must(t, ctx, chromedp.WaitReady("main"),
					chromedp.Evaluate(axe+";true", nil),
					chromedp.Evaluate(`axe.run({resultTypes:['violations']}).then(r => JSON.stringify(r.violations))`, &raw, awaited),
					chromedp.Evaluate(`document.documentElement.scrollWidth`, &wide), chromedp.Evaluate(`document.querySelectorAll('h1').length`, &headings))
				var found []violation
				if err := json.Unmarshal([]byte(raw), &found); err != nil {
					t.Fatal(err)
				}
				for _, v := range found {
					t.Errorf("%s as %q at %d: %s (%s) at %v %.160s", path, user, width, v.ID, v.Help, v.Nodes[0].Target, v.Nodes[0].HTML)
				}
				if int64(wide) > width {
					t.Errorf("%s as %q: %d wide at %d", path, user, wide, width)
				}
				if headings != 1 {
					t.Errorf("%s as %q: %d main headings, want one", path, user, headings)
				}
				if pictures != "" {
					picture(t, ctx, filepath.Join(pictures, fmt.Sprintf("%s-%s-%d.png", user, strings.NewReplacer("/", "_", "?", "_", "&", "_").Replace(path), width)))
				}
			}
		}
		if user != "" {
			must(t, ctx, chromedp.EmulateViewport(1280, 900), chromedp.Submit(`form[action="/sign-out"]`, chromedp.ByQuery), chromedp.Sleep(150*time.Millisecond))
		}
	}
	for _, b := range blocked {
		t.Errorf("the content policy stopped something: %s", b)
	}
}

func picture(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	var b []byte
	must(t, ctx, chromedp.FullScreenshot(&b, 100))
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestTheReferralFormWithoutScript fills, errs, stops, comes back and sends.
func TestTheReferralFormWithoutScript(t *testing.T) {
	ctx := browser(t)
	w := newTown(t)
	click := func(name string) chromedp.Action {
		return chromedp.Click(`//main//button[contains(.,"`+name+`")]|//main//a[contains(.,"`+name+`")]`, chromedp.BySearch)
	}
	pause := chromedp.Sleep(200 * time.Millisecond)
	var at, receipt, page, title string
	must(t, ctx, emulation.SetScriptExecutionDisabled(true), chromedp.EmulateViewport(320, 800), chromedp.Navigate(w.url+"/report"), click("Start"), pause, chromedp.WaitReady("main"), chromedp.Location(&at),
		click("About you"), pause, chromedp.Click("#professional-yes"), chromedp.SendKeys("#name", "R. Patel"), chromedp.Click("#agency-school"), chromedp.SendKeys("#email", "dsl@school.example"), click("Save and go on"), pause,
		click("The child or children"), pause, chromedp.SendKeys("#given", "Ana"), chromedp.SendKeys("#family", "Bell"), chromedp.SendKeys("#born-day", "31"), chromedp.SendKeys("#born-month", "4"), chromedp.SendKeys("#born-year", "2018"), click("Save and add another"), pause,
		chromedp.Title(&title), chromedp.OuterHTML("main", &page))
	if !strings.HasPrefix(title, "Error: ") || !strings.Contains(page, "must be a real date") || !strings.Contains(page, `value="Ana"`) {
		t.Errorf("a wrong date: title %q, want it said and the answers kept", title)
	}
	must(t, ctx, chromedp.SetValue("#born-day", "27"), click("Save and add another"), pause, chromedp.SendKeys("#described", "A baby of a few months"), click("Save and go on"), pause)
	// A second sitting, by the code alone.
	code := at[strings.LastIndex(at, "/")+1:]
	must(t, ctx, chromedp.Navigate(w.url+"/report"), chromedp.SendKeys("#code", code), chromedp.Click(`//form[@action="/report/return"]//button`, chromedp.BySearch), pause,
		click("What worries you"), pause, chromedp.Click("#danger-no"), chromedp.SendKeys("#what", "Came to school hungry three days running"), click("Save and go on"), pause,
		click("Agreement and safe to tell"), pause, chromedp.Click("#status-given"), click("Save and go on"), pause, chromedp.Navigate(at+"/check"), click("Send"), pause, chromedp.OuterHTML("main", &page))
	if !strings.Contains(page, "Enter who agreed") || !strings.Contains(page, "How does it affect the child?") {
		t.Error("what stops sending and what is missing is not shown before sending")
	}
	must(t, ctx, chromedp.Navigate(at+"/agreement"), chromedp.SendKeys("#who", "Ana's mother"), chromedp.SendKeys("#how", "by phone today"), click("Save and go on"), pause,
		chromedp.Navigate(at+"/check"), click("Send"), pause, chromedp.OuterHTML("main", &receipt))
	if !strings.Contains(receipt, "FD-26-") {
		t.Errorf("no receipt with a reference: %.400s", receipt)
	}
}

// keys are how somebody without a mouse works.
const (
	tab   = "\t"
	enter = "\r"
	space = " "
)

// reach presses Tab until the focus is on what a selector names. The focus must be
// visible and never lost on the way.
func reach(t *testing.T, ctx context.Context, selector string) {
	t.Helper()
	for range 160 {
		var at struct {
			There, Lost, Seen bool
			What              string
		}
		must(t, ctx, chromedp.KeyEvent(tab), chromedp.Evaluate(`(() => {
			const e = document.activeElement, s = getComputedStyle(e), l = e.labels && e.labels[0] ? getComputedStyle(e.labels[0], '::before') : null;
			const seen = (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none' || (l && (l.boxShadow !== 'none' || l.outlineStyle !== 'none' || parseFloat(l.borderWidth) > 2));
			return {There: e.matches(`+"`"+selector+"`"+`), Lost: e === document.body, Seen: !!seen, What: e.outerHTML.slice(0, 120)} })()`, &at))
		if at.There {
			return
		}
		if !at.Lost && !at.Seen {
			t.Errorf("the focus cannot be seen on %s", at.What)
		}
	}
	t.Fatalf("Tab does not reach %s", selector)
}

// TestScreeningAndDecidingWithTheKeyboard takes a contact from the board to a
// decision without a mouse.
func TestScreeningAndDecidingWithTheKeyboard(t *testing.T) {
	ctx := browser(t)
	w := newTown(t)
	ref := w.one(t, anyUndecided)
	pause := chromedp.Sleep(300 * time.Millisecond)
	press := func(k string) { must(t, ctx, chromedp.KeyEvent(k), pause) }
	w.signIn(t, ctx, "m.ali")
	must(t, ctx, chromedp.EmulateViewport(1280, 900), chromedp.Navigate(w.url+"/contacts"), chromedp.WaitReady("main"))
	reach(t, ctx, ".govuk-skip-link")
	press(enter)
	reach(t, ctx, fmt.Sprintf(`a[href="/contacts/%s"]`, ref))
	press(enter)
	reach(t, ctx, "#danger-yes")
	must(t, ctx, chromedp.KeyEvent("\u0302")) // the arrow keys are how radios are moved through
	press(space)
	reach(t, ctx, "#rag-red")
	press(space)
	reach(t, ctx, "#rag-reason")
	must(t, ctx, chromedp.KeyEvent("High grade, and a child in danger"))
	reach(t, ctx, `form[action$="/screen"] button`)
	press(enter)
	must(t, ctx, chromedp.Navigate(w.url+web.ContactPath(ref, "history")), chromedp.WaitReady("main"))
	reach(t, ctx, "#history-sentence")
	must(t, ctx, chromedp.KeyEvent("The second notification this year"))
	reach(t, ctx, "main form .govuk-button")
	press(enter)
	var page string
	must(t, ctx, chromedp.Navigate(w.url+web.ContactPath(ref, "decision")), chromedp.WaitReady("main"))
	p, err := w.desk.Open(context.Background(), w.actor(t, "m.ali"), ref)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range p.Contact.Kids {
		reach(t, ctx, fmt.Sprintf(`[id="%s-outcome-nfa_advice"]`, k.ID))
		for range 6 { // down to “strategy discussion”, which can begin before all is known
			must(t, ctx, chromedp.KeyEvent("\u0301"))
		}
		must(t, ctx, chromedp.Evaluate(fmt.Sprintf(`document.getElementById("%s-outcome-referral_strategy").focus()`, k.ID), nil))
		press(space)
		reach(t, ctx, fmt.Sprintf(`[id="%s-rationale"]`, k.ID))
		must(t, ctx, chromedp.KeyEvent("Reasonable cause to suspect significant harm"))
		reach(t, ctx, fmt.Sprintf(`[id="%s-changed"]`, k.ID))
		must(t, ctx, chromedp.KeyEvent("A child was hurt"))
		reach(t, ctx, fmt.Sprintf(`[name="%s-level"]`, k.ID))
		press(space)
	}
	reach(t, ctx, `main form button.govuk-button:not(.govuk-button--secondary)`)
	press(enter)
	must(t, ctx, chromedp.OuterHTML("main", &page))
	if !strings.Contains(page, "Referral: strategy discussion") {
		t.Errorf("the decision is not on the page: %.600s", text(page))
	}
}

func text(html string) string {
	if i := strings.Index(html, "govuk-error-summary"); i >= 0 {
		return html[i:min(len(html), i+900)]
	}
	return html
}

func (w *town) actor(t *testing.T, user string) access.Actor {
	t.Helper()
	who, err := w.record.FindActor(context.Background(), w.built.Authority, user)
	if err != nil {
		t.Fatal(err)
	}
	return who
}

// TestTheSummaryHasTheFocus: with script, who sends a form with nothing in it hears what
// is wrong at once. TestEveryFormForEverybody holds each form to the rest.
func TestTheSummaryHasTheFocus(t *testing.T) {
	ctx := browser(t)
	w := newTown(t)
	var focus string
	w.signIn(t, ctx, "m.ali")
	must(t, ctx, chromedp.Navigate(w.url+"/contacts/new"), chromedp.WaitReady("main"), chromedp.Click(`main form .govuk-button`, chromedp.ByQuery),
		chromedp.WaitReady(".govuk-error-summary"), chromedp.Evaluate(`document.activeElement.className`, &focus))
	if !strings.Contains(focus, "govuk-error-summary") {
		t.Errorf("the focus is on %q", focus)
	}
}

// TestSomebodyElseDecidesWhileOneIsTyping keeps what was typed and says who was first.
func TestSomebodyElseDecidesWhileOneIsTyping(t *testing.T) {
	ctx := browser(t)
	w := newTown(t)
	ref := w.one(t, anyUndecided)
	first, bg := w.actor(t, "j.okoro"), context.Background()
	w.signIn(t, ctx, "m.ali")
	p, err := w.desk.Open(bg, first, ref)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.desk.ReadHistory(bg, first, ref, "The second this year"); err != nil {
		t.Fatal(err)
	}
	kid := p.Contact.Kids[0].ID
	must(t, ctx, chromedp.Navigate(w.url+web.ContactPath(ref, "decision")), chromedp.WaitReady("main"), chromedp.SendKeys(fmt.Sprintf(`[id="%s-rationale"]`, kid), "What I was typing"))
	var all []contacts.ForChild
	for _, k := range p.Contact.Kids {
		one := contacts.ForChild{Child: k.ID}
		one.Outcome, one.Rationale, one.Level, one.Changed = "referral_strategy", "A child was hurt", "4", "An injury"
		all = append(all, one)
	}
	if err := w.desk.Decide(bg, first, ref, all); err != nil {
		t.Fatal(err)
	}
	var page string
	must(t, ctx, chromedp.Click(`main form[data-once] .govuk-button`, chromedp.ByQuery), chromedp.Sleep(500*time.Millisecond), chromedp.WaitReady("main"), chromedp.OuterHTML("main", &page))
	for _, want := range []string{"Somebody else has decided", "J. Okoro", "What I was typing"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

// awaited lets an expression that is a promise be waited for.
func awaited(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }
