package browsertest

import (
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/db"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

//go:embed testdata/look.js
var look string

// unmet are the POST routes that no form leads to, each with its reason.
var unmet = map[string]string{
	"POST /sign-out":                    "stands on every page, and in every journey",
	"POST /demo/sign-in":                "stands on every page of the demo, and begins every journey",
	"POST /api/v1/police/notifications": "a door for machines: internal/partner/police",
	"POST /api/v1/police/heartbeat":     "a door for machines: internal/partner/police",
	"POST /api/v1/police/backlog":       "a door for machines: internal/partner/police",
	"POST /api/v1/notify/receipts":      "a door for machines: internal/notice",
	"POST /allocations/teams/{id}/undo": "stands after a move only: TestChildrenMoveToAnotherTeamWithoutScript takes one back",
}

// blank are the routes that take a form with nothing in it, each with its reason.
var blank = map[string]string{
	"POST /report/{draft}/{step}": "what is missing is asked for before the referral is sent, not before it is saved",
}

// barred are the routes whose form nobody can answer in the demo, each with its reason.
var barred = map[string]string{
	"POST /allocations/teams/{id}/end": "every team of the demo holds work: internal/desk/teams ends one that holds none",
}

// writes counts what was written to the trail, without what was only read.
var writes = db.SQL("browsertest.writes", `
	SELECT count(*) FROM trail t WHERE t.authority_id = $1
		AND NOT EXISTS (SELECT 1 FROM looked l WHERE l.seq = t.seq AND l.authority_id = t.authority_id)`)

// TestEveryFormForEverybody finds the forms by itself: whoever signs in follows links, and
// each form that they meet is looked at on a screen of 320 pixels with script off, walked
// with Tab and sent with nothing in it. Every route that takes a form must be met.
func TestEveryFormForEverybody(t *testing.T) {
	ctx := browser(t)
	found, file, cookies, w := everyForm(t)
	must(t, ctx, emulation.SetScriptExecutionDisabled(true), chromedp.EmulateViewport(320, 800))
	x := &visitor{t: t, ctx: ctx, file: file, built: w, cookies: cookies}
	defer func() { x.leave() }()
	only := os.Getenv("FRONTDOOR_FORM") // to look at one again
	for _, again := range found {
		if strings.Contains(again[0].String(), only) {
			met := false
			for _, f := range again {
				if met = x.meet(f); met {
					break
				}
			}
			if !met && barred[again[0].route] == "" {
				x.wrong(again[0], "can be answered nowhere: something happened before, wherever it stands")
			}
		}
	}
}

// sameForm is how often a form is tried where it cannot be answered, because of what
// happened already.
const sameForm = 4

// everyForm crawls the town as everybody. It gives the forms, each kind once, the file with
// the town as it was crawled, and what each person's browser needs to be signed in.
func everyForm(t *testing.T) (found [][]aForm, file string, cookies map[string][]*http.Cookie, w *town) {
	t.Helper()
	w = newTown(t)
	seeds := w.pages(t)
	for user, more := range w.states(t) {
		seeds[user] = append(more, seeds[user]...)
	}
	seeds[""] = append(seeds[""], w.letters(t)...)
	users, known, met := []string{""}, map[string]int{}, map[string]bool{}
	for _, p := range w.built.Personas {
		users = append(users, p.UserID)
	}
	rights := map[string]func(access.Actor) bool{}
	for _, r := range w.server.Routes() {
		if !r.Public {
			rights[r.Pattern] = func(who access.Actor) bool { return !who.ReadOnly && access.ScopeOf(who, r.Action).Allowed }
		}
	}
	cookies = map[string][]*http.Cookie{}
	home, err := url.Parse(w.url)
	if err != nil {
		t.Fatal(err)
	}
	for _, user := range users {
		c := w.signedIn(t, user)
		forms, dead := w.crawl(t, user, c, append([]string{"/"}, seeds[user]...)...)
		for _, d := range dead {
			t.Errorf("a link that leads to a refusal: %s", d)
		}
		for _, f := range forms {
			met[f.route] = true
			if may, known := rights[f.route]; known && !f.get && user != "" && !may(w.actor(t, user)) {
				t.Errorf("%v: it is offered, and the policy does not grant it", f)
			}
			i, again := known[f.key()]
			if !again {
				i = len(found)
				known[f.key()], found = i, append(found, nil)
			}
			if len(found[i]) < sameForm {
				found[i] = append(found[i], f)
			}
		}
		cookies[user] = c.Jar.Cookies(home)
	}
	for _, r := range w.server.Routes() {
		if strings.HasPrefix(r.Pattern, http.MethodPost) && !met[r.Pattern] && unmet[r.Pattern] == "" {
			t.Errorf("no form that leads to %s was met: lead to it by a link, or say in unmet why nothing does", r.Pattern)
		}
	}
	for _, r := range slices.Sorted(maps.Keys(unmet)) {
		if met[r] {
			t.Errorf("%s is met, and unmet says that it is not", r)
		}
	}
	// Those that change nothing come first: one of the others may take away what they show.
	slices.SortStableFunc(found, func(a, b []aForm) int { return cmp.Compare(order(a[0].get), order(b[0].get)) })
	if err := w.record.DB.Checkpoint(context.Background()); err != nil {
		t.Fatal(err)
	}
	return found, w.file, cookies, w
}

func order(get bool) int {
	if get {
		return 0
	}
	return 1
}

// visitor is the browser, going from form to form in a town of its own.
type visitor struct {
	t       *testing.T
	ctx     context.Context
	file    string
	built   *town // of which the file is
	cookies map[string][]*http.Cookie
	town    *town
	closes  func()
}

// fresh gives the visitor a town in which nothing was sent yet.
func (x *visitor) fresh() {
	x.leave()
	x.town, x.closes = openTown(x.t, x.file, x.built.built)
}

func (x *visitor) leave() {
	if x.town != nil {
		x.closes()
		x.town = nil
	}
}

func (x *visitor) ask(js string, to any) {
	x.t.Helper()
	must(x.t, x.ctx, chromedp.Evaluate(js, to))
}

// wrong is something about a form that must be mended.
func (x *visitor) wrong(f aForm, format string, args ...any) {
	x.t.Helper()
	x.t.Errorf("%v: %s", f, fmt.Sprintf(format, args...))
}

// open goes to a page as somebody.
func (x *visitor) open(user, path string) {
	x.t.Helper()
	if x.town == nil {
		x.fresh()
	}
	actions := []chromedp.Action{network.ClearBrowserCookies()}
	for _, c := range x.cookies[user] {
		actions = append(actions, network.SetCookie(c.Name, c.Value).WithURL(x.town.url))
	}
	must(x.t, x.ctx, append(actions, chromedp.Navigate(x.town.url+path), chromedp.Evaluate(look, nil))...)
}

// answer is the page that a form was answered by.
type answer struct {
	Status, Redirects, Links, Nth  int
	At, Title, First, Told, Target string
	Summary, Changed               bool
	Wrong                          []string
}

// send presses Enter on the button that has the focus and reads what comes.
func (x *visitor) send() (a answer) {
	x.t.Helper()
	short, cancel := context.WithTimeout(x.ctx, 20*time.Second)
	defer cancel()
	if _, err := chromedp.RunResponse(short, chromedp.KeyEvent(enter)); err != nil {
		x.t.Fatalf("nothing answers: %v", err)
	}
	must(x.t, x.ctx, chromedp.Evaluate(look, nil))
	x.ask(`fd.answered()`, &a)
	return a
}

// meet looks at a form, walks it and sends it empty. It is false when the form cannot be
// answered, because of what happened already.
func (x *visitor) meet(f aForm) bool {
	x.t.Helper()
	x.open(f.user, f.path)
	var begin *struct {
		Wrong       []string
		Stops, Asks int
	}
	x.ask(fmt.Sprintf(`fd.begin(%d)`, f.nth), &begin)
	if begin == nil { // it rests on what the first town holds in memory
		x.leave()
		x.town, x.closes = x.built, func() {}
		x.open(f.user, f.path)
		x.ask(fmt.Sprintf(`fd.begin(%d)`, f.nth), &begin)
	}
	if begin == nil { // what somebody else only read took it away, such as an answer that was still to be read
		x.fresh()
		return false
	}
	for _, s := range begin.Wrong {
		x.wrong(f, "%s", s)
	}
	x.tab(f, begin.Stops)
	if f.get {
		return true
	}
	x.ask(fmt.Sprintf(`fd.empty(%d)`, f.nth), nil)
	before := x.count()
	a := x.send()
	for _, s := range a.Wrong {
		x.wrong(f, "sent empty, %s", s)
	}
	switch {
	case a.Status == http.StatusOK && !a.Summary:
		if begin.Asks > 0 && blank[f.route] == "" {
			x.wrong(f, "sent empty, it is taken: %.200s", a.Told)
		}
		if changed := x.count() > before; !changed {
			x.wrong(f, "sent, and nothing is written: %.200s", a.Told)
		}
		x.fresh()
	case a.Summary:
		if a.Status != http.StatusUnprocessableEntity || a.First != "" || a.Links == 0 || !strings.HasPrefix(a.Title, "Error: ") {
			x.wrong(f, "sent empty: %d, title %q, before the summary stands %q, %d links: %.200s", a.Status, a.Title, a.First, a.Links, a.Told)
		} else {
			x.kept(f, a)
		}
	case a.Changed || (a.Status == http.StatusConflict && begin.Asks == 0):
		return begin.Asks == 0
	default:
		x.wrong(f, "sent empty: %d, %q: %.200s", a.Status, a.Title, a.Told)
		x.fresh()
	}
	return true
}

// tab walks a form with the Tab key: every control has its turn, in the order of the page,
// can be seen to have the focus, and is not covered; the walk ends behind the form.
func (x *visitor) tab(f aForm, stops int) {
	x.t.Helper()
	next := 0
	for range 4*stops + 40 {
		var at struct {
			Stop               int
			Inside, Past, Lost bool
			Wrong, What        string
		}
		must(x.t, x.ctx, chromedp.KeyEvent(tab), chromedp.Evaluate(`fd.at()`, &at))
		if at.Wrong != "" {
			x.wrong(f, "%s: %s", at.Wrong, at.What)
		}
		if at.Stop >= next {
			if at.Stop > next {
				x.wrong(f, "Tab goes past stop %d to %d: %s", next, at.Stop, at.What)
			}
			next = at.Stop + 1
		} else if at.Stop >= 0 && at.Stop != next-1 {
			x.wrong(f, "Tab goes back from stop %d to %d: %s", next-1, at.Stop, at.What)
		}
		if !at.Inside {
			break
		}
	}
	if next != stops {
		x.wrong(f, "Tab makes %d of %d stops", next, stops)
	}
}

// kept answers everything but the first question that was asked for: it must be refused
// again, with all that was typed.
func (x *visitor) kept(f aForm, a answer) {
	x.t.Helper()
	if a.Nth < 0 {
		return
	}
	var typed [][3]string
	x.ask(fmt.Sprintf(`fd.fill(%d, %q)`, a.Nth, a.Target), &typed)
	if b := x.send(); b.Status != http.StatusUnprocessableEntity {
		if b.Status != http.StatusOK {
			x.wrong(f, "all answered but #%s: %d: %.200s", a.Target, b.Status, b.Told)
		}
		x.fresh() // one of two answers was enough
		return
	}
	all, err := json.Marshal(typed)
	if err != nil {
		x.t.Fatal(err)
	}
	var lost []string
	x.ask(fmt.Sprintf(`fd.lost(%s)`, all), &lost)
	if len(lost) > 0 {
		x.wrong(f, "refused, and lost of what was typed: %s", strings.Join(lost, ", "))
	}
}

func (x *visitor) count() (n int) {
	x.t.Helper()
	err := x.town.record.DB.Read(context.Background(), func(q db.Queryer) error {
		return q.QueryRowContext(context.Background(), writes, x.town.built.Authority).Scan(&n)
	})
	if err != nil {
		x.t.Fatal(err)
	}
	return n
}
