package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/desk/children"
	"frontdoor/internal/pathway"
	"frontdoor/internal/web"

	"github.com/chromedp/chromedp"
)

// look opens a page at two widths: axe finds nothing, nothing scrolls sideways, nothing
// is chosen beforehand, and it says what it must.
func (w *town) look(t *testing.T, ctx context.Context, path string, words ...string) {
	t.Helper()
	for _, width := range []int64{1280, 320} {
		var raw, page string
		var wide, chosen, headings int
		must(t, ctx, chromedp.EmulateViewport(width, 900), chromedp.Navigate(w.url+path), chromedp.WaitReady("main"),
			chromedp.Evaluate(axe+";true", nil), chromedp.Evaluate(`axe.run({resultTypes:['violations']}).then(r => JSON.stringify(r.violations))`, &raw, awaited),
			chromedp.Evaluate(`document.documentElement.scrollWidth`, &wide), chromedp.Evaluate(`document.querySelectorAll('main input:checked').length`, &chosen),
			chromedp.Evaluate(`document.querySelectorAll('h1').length`, &headings), chromedp.Text("main", &page))
		var found []violation
		if err := json.Unmarshal([]byte(raw), &found); err != nil {
			t.Fatal(err)
		}
		for _, v := range found {
			t.Errorf("%s at %d: %s (%s) %.160s", path, width, v.ID, v.Help, v.Nodes[0].HTML)
		}
		if int64(wide) > width || chosen != 0 || headings != 1 {
			t.Errorf("%s at %d: %d wide, %d chosen beforehand, %d main headings", path, width, wide, chosen, headings)
		}
		for _, want := range words {
			if !strings.Contains(page, want) {
				t.Errorf("%s at %d does not say %q", path, width, want)
			}
		}
		if pictures := os.Getenv("FRONTDOOR_PICTURES"); pictures != "" {
			picture(t, ctx, filepath.Join(pictures, fmt.Sprintf("dup%s-%d.png", strings.NewReplacer("/", "_", "?", "_", "&", "_").Replace(path), width)))
		}
	}
}

// pauseFor is how long a page may take to follow another.
const pauseFor = 600 * time.Millisecond

// press clicks the button or link of the page with these words.
func press(words string) chromedp.Action {
	return chromedp.Click(`//main//button[contains(.,"`+words+`")]|//main//a[contains(.,"`+words+`")]`, chromedp.BySearch)
}

// TestOneChildUnderTwoRecords goes the whole way on the pages: found by the weekly
// search, proposed by a screener, agreed by a manager, parted by two managers.
func TestOneChildUnderTwoRecords(t *testing.T) {
	ctx := browser(t)
	w := newTown(t)
	list, err := children.New(w.record).Duplicates(context.Background(), w.actor(t, "m.ali"))
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(list.Rows, func(r children.DuplicateRow) bool { return r.State == pathway.PairSuggested && r.Masked == "" })
	if i < 0 {
		t.Fatal("the weekly search of the demo suggests nothing")
	}
	pair := list.Rows[i]
	page, kept, joined := web.DuplicatePath(pair.ID, ""), pair.One.Ref, pair.Other.Ref
	propose := "/duplicates/new?one=" + kept + "&other=" + joined

	w.signIn(t, ctx, "p.shah")
	w.look(t, ctx, "/duplicates", "may be of one child", "The register was last searched", "found by the weekly search", kept)
	w.look(t, ctx, page, "What agrees and what differs", "What would change", "Found by the weekly search")
	w.look(t, ctx, "/duplicates/new", "Reference of one record")
	w.look(t, ctx, "/duplicates/new?one="+kept, "Reference of the other")
	w.look(t, ctx, propose, "Nothing changes until a second person agrees")
	must(t, ctx, chromedp.EmulateViewport(1280, 900), chromedp.Navigate(w.url+propose), chromedp.WaitReady("main"), press("Propose that this is one child"), chromedp.WaitReady("#summary"))
	var title string
	must(t, ctx, chromedp.Title(&title))
	if !strings.HasPrefix(title, "Error: ") {
		t.Errorf("a proposal without an answer: title %q, want it said", title)
	}
	must(t, ctx, chromedp.Click("#keep-"+kept, chromedp.ByQuery), chromedp.SendKeys("#why", "The school knows the child by both names"), press("Propose that this is one child"), chromedp.Sleep(pauseFor), chromedp.WaitReady("main"))
	w.look(t, ctx, page, "Proposed; waits for a second person", "P. Shah proposed that they are one child", "The school knows the child by both names")
	must(t, ctx, chromedp.EmulateViewport(1280, 900), chromedp.Submit(`form[action="/sign-out"]`, chromedp.ByQuery), chromedp.Sleep(pauseFor))

	w.signIn(t, ctx, "m.ali")
	w.look(t, ctx, web.DuplicatePath(pair.ID, "join"), "Join "+joined+" to "+kept, "Nothing is rewritten", "Restrictions", "Go back without joining them")
	must(t, ctx, chromedp.EmulateViewport(1280, 900), chromedp.Navigate(w.url+web.DuplicatePath(pair.ID, "join")), chromedp.WaitReady("main"),
		chromedp.Evaluate(`document.querySelectorAll('main form input[type=radio]').forEach((r, i) => { if (i == 0) r.click() }); true`, nil),
		press("Agree and join the two records"), chromedp.Sleep(pauseFor), chromedp.WaitReady("main"))
	w.look(t, ctx, page, "Joined: read as one record", "M. Ali agreed")
	var at string
	must(t, ctx, chromedp.Navigate(w.url+web.ChildPath(joined, "")), chromedp.WaitReady("main"), chromedp.Location(&at))
	if !strings.HasSuffix(at, web.ChildPath(kept, "")) {
		t.Errorf("the joined reference leads to %s, want %s", at, kept)
	}
	w.look(t, ctx, web.ChildPath(kept, ""), "Also recorded as "+joined, "Read why, or part them")
	w.look(t, ctx, web.ChildPath(kept, "chronology"), "Records joined and parted", "proposed by P. Shah, agreed by M. Ali")
	w.look(t, ctx, web.DuplicatePath(pair.ID, "part"), "A second person must agree", "Nothing was rewritten")
	must(t, ctx, chromedp.EmulateViewport(1280, 900), chromedp.Navigate(w.url+web.DuplicatePath(pair.ID, "part")), chromedp.WaitReady("main"),
		chromedp.SendKeys("#why", "Cousins, the mother says"), press("Ask a second person to part them"), chromedp.Sleep(pauseFor), chromedp.WaitReady("main"))
	w.look(t, ctx, web.DuplicatePath(pair.ID, "part"), "You asked for this", "Keep them joined")
	if err := children.New(w.record).Undo(context.Background(), w.actor(t, "j.okoro"), pair.ID, 0); err != nil {
		t.Fatal(err)
	}
	w.look(t, ctx, page, "Parted again: two children", "J. Okoro agreed: the records were parted")
	must(t, ctx, chromedp.Navigate(w.url+web.ChildPath(joined, "")), chromedp.WaitReady("main"), chromedp.Location(&at))
	if !strings.HasSuffix(at, web.ChildPath(joined, "")) {
		t.Errorf("the parted record leads to %s", at)
	}
}
