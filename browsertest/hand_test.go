package browsertest

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// hand is somebody at a keyboard, who finds everything by its words: Tab until the focus is
// on it, then a key. Nothing is clicked.
type hand struct {
	t    *testing.T
	ctx  context.Context
	town *town
}

// mostTabs is how far somebody goes with Tab for one thing; nothing of the service is
// further away from the beginning of its page.
const mostTabs = 400

// as signs in as somebody.
func (h *hand) as(user string) {
	h.t.Helper()
	home, err := url.Parse(h.town.url)
	if err != nil {
		h.t.Fatal(err)
	}
	actions := []chromedp.Action{network.ClearBrowserCookies()}
	for _, c := range h.town.signedIn(h.t, user).Jar.Cookies(home) {
		actions = append(actions, network.SetCookie(c.Name, c.Value).WithURL(h.town.url))
	}
	must(h.t, h.ctx, actions...)
}

// open types an address, and goes past the navigation with the skip link.
func (h *hand) open(path string) {
	h.t.Helper()
	must(h.t, h.ctx, chromedp.Navigate(h.town.url+path))
	h.arrive()
}

func (h *hand) arrive() {
	h.t.Helper()
	var skip bool
	must(h.t, h.ctx, chromedp.Evaluate(look, nil), chromedp.Evaluate(`document.activeElement === document.body`, &skip))
	if skip {
		must(h.t, h.ctx, chromedp.KeyEvent(kb.Tab), chromedp.Evaluate(`document.activeElement.matches(".govuk-skip-link")`, &skip))
		if !skip {
			h.t.Error("the first stop of the page is not the link past the navigation")
			return
		}
		must(h.t, h.ctx, chromedp.KeyEvent(kb.Enter))
	}
}

type stop struct {
	There, Near, Lost, Seen, Checked bool
	What                             string
}

// reach presses Tab until the focus is on what somebody looks for. The focus must be seen
// on the way. From the end of the page it goes on from its beginning.
func (h *hand) reach(kind, group, words string) (at stop) {
	h.t.Helper()
	js := fmt.Sprintf("fd.on(%q, %q, %q)", kind, group, words)
	ends := 0
	for range mostTabs {
		must(h.t, h.ctx, chromedp.KeyEvent(kb.Tab), chromedp.Evaluate(js, &at))
		switch {
		case at.There || at.Near:
			return at
		case at.Lost:
			ends++
		case !at.Seen:
			h.t.Errorf("the focus cannot be seen on %s", at.What)
		}
		if ends == 2 {
			break
		}
	}
	h.t.Fatalf("Tab does not reach the %s %q %q of %s", kind, group, words, h.page())
	return at
}

// follow goes where a link leads.
func (h *hand) follow(words string) {
	h.t.Helper()
	h.reach("link", "", words)
	h.enter()
}

// press sends a form.
func (h *hand) press(words string) {
	h.t.Helper()
	h.reach("button", "", words)
	h.enter()
}

func (h *hand) enter() {
	h.t.Helper()
	short, cancel := context.WithTimeout(h.ctx, 30*time.Second)
	defer cancel()
	if _, err := chromedp.RunResponse(short, chromedp.KeyEvent(kb.Enter)); err != nil {
		h.t.Fatalf("nothing follows: %v", err)
	}
	h.arrive()
}

// unfold opens details.
func (h *hand) unfold(words string) {
	h.t.Helper()
	h.reach("details", "", words)
	must(h.t, h.ctx, chromedp.KeyEvent(kb.Enter))
}

// fill types an answer over what is there.
func (h *hand) fill(label, text string) { h.t.Helper(); h.fillIn("", label, text) }

func (h *hand) fillIn(group, label, text string) {
	h.t.Helper()
	h.reach("field", group, label)
	must(h.t, h.ctx, chromedp.KeyEvent("a", chromedp.KeyModifiers(input.ModifierCtrl)), input.InsertText(text))
}

// date fills the parts of a date, such as "24 11 2026" or "24 11 2026 15:00".
func (h *hand) date(group, when string) {
	h.t.Helper()
	for i, part := range strings.Fields(when) {
		h.fillIn(group, []string{"Day", "Month", "Year", "Time"}[i], part)
	}
}

// choose chooses one of several with the arrow keys, or ticks one with the space bar.
func (h *hand) choose(group, words string) {
	h.t.Helper()
	at := h.reach("choice", group, words)
	for range 40 {
		if at.There {
			break
		}
		must(h.t, h.ctx, chromedp.KeyEvent(kb.ArrowDown), chromedp.Evaluate(fmt.Sprintf("fd.on('choice', %q, %q)", group, words), &at))
	}
	if !at.There {
		h.t.Fatalf("the arrow keys do not reach %q of %q on %s", words, group, h.page())
	}
	if !at.Checked {
		must(h.t, h.ctx, chromedp.KeyEvent(" "))
	}
}

// pick chooses in a list by typing how the option begins.
func (h *hand) pick(label, option string) {
	h.t.Helper()
	h.reach("field", "", label)
	must(h.t, h.ctx, chromedp.KeyEvent(option))
}

// attach puts a file into a question. The system's own window for choosing a file is not
// part of the page.
func (h *hand) attach(label, selector, file string) {
	h.t.Helper()
	h.reach("field", "", label)
	must(h.t, h.ctx, chromedp.SetUploadFiles(selector, []string{file}, chromedp.ByQuery))
}

// at is the path of the page.
func (h *hand) at() string {
	h.t.Helper()
	var at string
	must(h.t, h.ctx, chromedp.Evaluate(`location.pathname`, &at))
	return at
}

// count is how many questions of the page have these words.
func (h *hand) count(words string) (n int) {
	h.t.Helper()
	must(h.t, h.ctx, chromedp.Evaluate(fmt.Sprintf(`Array.from(document.querySelectorAll("main legend, main label")).filter((e) => e.textContent.includes(%q)).length`, words), &n))
	return n
}

func (h *hand) page() string {
	var words string
	must(h.t, h.ctx, chromedp.Evaluate(`location.pathname + ": " + document.querySelector("main").textContent.replace(/\s+/g, " ").trim().slice(0, 700)`, &words))
	return words
}

// sees holds the page to its words.
func (h *hand) sees(words ...string) {
	h.t.Helper()
	var page string
	must(h.t, h.ctx, chromedp.Evaluate(`document.querySelector("main").textContent.replace(/\s+/g, " ")`, &page))
	for _, w := range words {
		if !strings.Contains(page, w) {
			h.t.Errorf("%s does not say %q: %.900s", h.at(), w, page)
		}
	}
}

// walks lets somebody walk a journey twice: with script, and on a screen of 320 pixels
// without. Nothing may be wider than the screen on the way.
func walks(t *testing.T, ctx context.Context, walk func(h *hand)) {
	t.Helper()
	for _, way := range []struct {
		name  string
		off   bool
		width int64
	}{{"with script", false, 1280}, {"320 pixels without script", true, 320}} {
		t.Run(way.name, func(t *testing.T) {
			h := &hand{t, ctx, newTown(t)}
			must(t, ctx, emulation.SetScriptExecutionDisabled(way.off), chromedp.EmulateViewport(way.width, 800))
			walk(h)
		})
	}
}
