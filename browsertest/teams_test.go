package browsertest

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// theNewTeam is the page of the children in need team that the demo plants.
const theNewTeam = "/allocations/teams/children-in-need"

// teamPages adds the pages of teams to those of each person.
func teamPages(all map[string][]string) map[string][]string {
	move := theNewTeam + "/move"
	for who, more := range map[string][]string{
		"m.ali":    {"/allocations/teams", "/allocations/teams?at=2026-11-20", "/allocations/teams?from=never", "/allocations/teams/new", theNewTeam, theNewTeam + "/people", theNewTeam + "/change", theNewTeam + "/end", move},
		"s.clarke": {"/allocations/teams?team=children-in-need", "/allocations/teams/children?team=children-in-need&what=held", "/allocations/teams/children?team=duty-2&what=waiting", move + "?which=all&to=duty-1", theNewTeam},
		"h.lawal":  {"/allocations/teams", theNewTeam},
		"i.grant":  {"/allocations/teams"},
		"q.moss":   {"/allocations/teams", "/allocations/teams/children?what=waiting"},
		"w.young":  {"/allocations/teams", "/allocations/teams/new", theNewTeam},
	} {
		all[who] = append(all[who], more...)
	}
	return all
}

var inAll = regexp.MustCompile(`<strong>(\d+)</strong> in all`)

// TestChildrenMoveToAnotherTeamWithoutScript: the names are shown, a wrong number moves
// nobody, the right one moves them, and the move is taken back (threat model T28, H18).
func TestChildrenMoveToAnotherTeamWithoutScript(t *testing.T) {
	ctx := browser(t)
	w := newTown(t)
	pause := chromedp.Sleep(300 * time.Millisecond)
	confirm := chromedp.Click(`main form[data-once] .govuk-button`, chromedp.ByQuery)
	var page, title string
	must(t, ctx, emulation.SetScriptExecutionDisabled(true), chromedp.EmulateViewport(320, 800))
	w.signIn(t, ctx, "s.clarke")
	must(t, ctx, chromedp.Navigate(w.url+"/allocations"), chromedp.WaitReady("main"), chromedp.Click(`//main//a[contains(.,"How many wait in each team")]`, chromedp.BySearch), pause, chromedp.WaitReady("main"),
		chromedp.Click(`//main//a[.="Children in need team"]`, chromedp.BySearch), pause, chromedp.WaitReady("main"),
		chromedp.Click(`//main//a[contains(.,"Move its children")]`, chromedp.BySearch), pause, chromedp.WaitReady("main"),
		chromedp.SetValue("#to", "duty-1", chromedp.ByQuery), chromedp.Click(`main form.fd-filter .govuk-button`, chromedp.ByQuery), pause, chromedp.WaitReady("main"), chromedp.OuterHTML("main", &page))
	found := inAll.FindStringSubmatch(page)
	if found == nil || found[1] == "0" || strings.Count(page, "<tr>") < 2 {
		t.Fatalf("the list before the move names nobody: %.1200s", page)
	}
	must(t, ctx, chromedp.SendKeys("#why", "The teams are joined"), chromedp.SendKeys("#typed", "9999"), confirm, pause, chromedp.WaitReady("main"), chromedp.Title(&title), chromedp.OuterHTML("main", &page))
	if !strings.HasPrefix(title, "Error: ") || !strings.Contains(page, "Enter how many move, as the list above says: "+found[1]) || !strings.Contains(page, "The teams are joined") {
		t.Errorf("a wrong number: title %q, want it said and the reason kept: %.900s", title, page)
	}
	must(t, ctx, chromedp.SetValue("#typed", found[1], chromedp.ByQuery), confirm, pause, chromedp.WaitReady("main"), chromedp.OuterHTML("main", &page))
	if !strings.Contains(page, "from Children in need team to Duty and assessment team 1") || !strings.Contains(page, "It can be undone until") {
		t.Errorf("they are not moved: %.1800s", page)
	}
	must(t, ctx, chromedp.Click(`//main//button[contains(.,"Undo this move")]`, chromedp.BySearch), pause, chromedp.WaitReady("main"), chromedp.OuterHTML("main", &page))
	if !strings.Contains(page, "Undone Tue 24 Nov 2026") || strings.Contains(page, "Undo this move") {
		t.Errorf("the move is not taken back: %.1800s", page)
	}
}
