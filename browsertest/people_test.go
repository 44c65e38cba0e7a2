package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/person"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// who are contacts of the live board that show how it is settled who a child is.
type who struct{ system, confirm, family, masked string }

// whoIsThis finds them as a screener would, by opening each.
func (w *town) whoIsThis(t *testing.T) who {
	t.Helper()
	var out who
	ctx, shah := context.Background(), w.actor(t, "p.shah")
	board, err := w.desk.Board(ctx, shah, contacts.Show{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range board.Cards {
		p, err := w.desk.People(ctx, shah, c.Ref)
		if refusal.KindOf(err) == refusal.Denied {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range p.Contact.Kids {
			found := p.Who[k.ID].Found
			switch {
			case k.Link == "system":
				out.system = c.Ref
			case len(found) == 0 || len(p.Contact.Kids) > 1:
			case found[0].Masked != "":
				out.masked = c.Ref
			case p.Who[k.ID].Outcome.Family > 0.5 && found[0].Band == person.FamilyOnly:
				out.family = c.Ref
			case len(found) > 1 && found[0].Band == person.Review && found[1].Band == person.Review:
				out.confirm = c.Ref
			}
		}
	}
	if out.system == "" || out.confirm == "" || out.family == "" || out.masked == "" {
		t.Fatalf("the live board lacks a kind of contact that a screener should meet: %+v", out)
	}
	return out
}

// TestWhoIsThisChild opens each kind at two widths: it says what it must, the bars are
// drawn and stand beside the same in words, and axe finds nothing.
func TestWhoIsThisChild(t *testing.T) {
	ctx := browser(t)
	w := newTown(t)
	is := w.whoIsThis(t)
	w.signIn(t, ctx, "p.shah")
	for _, x := range []struct {
		ref   string
		words []string
		bars  int // at least
	}{
		{is.system, []string{"Linked by the system", "Why", "Undo this link", "What was decided before"}, 3},
		{is.confirm, []string{"This child we know", "A new child of a family we know", "Nobody we know", "To confirm", "What they said beside what we know", "Before anything is compared", "Together, beside everybody", "The same child as", "Not sure yet", "left"}, 12},
		{is.family, []string{"We do not know this child. We know this family", "A brother or sister of", "Earlier contacts about this family", "None of them"}, 12},
		{is.masked, []string{"A restricted record may match. Ask J. Okoro"}, 6},
	} {
		for _, width := range []int64{1280, 320} {
			var raw, page string
			var wide, bars, chosen int
			must(t, ctx, chromedp.EmulateViewport(width, 900), chromedp.Navigate(w.url+web.ContactPath(x.ref, "people")), chromedp.WaitReady("main"),
				chromedp.Evaluate(`document.querySelectorAll('main details').forEach(d => d.open = true); true`, nil),
				chromedp.Evaluate(axe+";true", nil), chromedp.Evaluate(`axe.run({resultTypes:['violations']}).then(r => JSON.stringify(r.violations))`, &raw, awaited),
				chromedp.Evaluate(`document.documentElement.scrollWidth`, &wide), chromedp.Evaluate(`document.querySelectorAll('main svg rect').length`, &bars),
				chromedp.Evaluate(`document.querySelectorAll('main input:checked').length`, &chosen), chromedp.Text("main", &page))
			var found []violation
			if err := json.Unmarshal([]byte(raw), &found); err != nil {
				t.Fatal(err)
			}
			for _, v := range found {
				t.Errorf("%s at %d: %s (%s) %.160s", x.ref, width, v.ID, v.Help, v.Nodes[0].HTML)
			}
			if int64(wide) > width || bars < x.bars || chosen != 0 {
				t.Errorf("%s at %d: %d wide, %d bars of at least %d, %d chosen beforehand", x.ref, width, wide, bars, x.bars, chosen)
			}
			for _, want := range x.words {
				if !strings.Contains(page, want) {
					t.Errorf("%s at %d does not say %q", x.ref, width, want)
				}
			}
		}
	}
}

// TestSayingWhoAChildIsWithTheKeyboard says with Tab, arrows and space that a child is
// a brother or sister of a child we know.
func TestSayingWhoAChildIsWithTheKeyboard(t *testing.T) {
	ctx := browser(t)
	w := newTown(t)
	ref := w.whoIsThis(t).family
	w.signIn(t, ctx, "p.shah")
	must(t, ctx, chromedp.EmulateViewport(1280, 900), chromedp.Navigate(w.url+web.ContactPath(ref, "people")), chromedp.WaitReady("main"))
	reach(t, ctx, `input[type=radio]`) // the group is one stop; the arrow keys move in it
	must(t, ctx, chromedp.Evaluate(`document.querySelector('input[value^="sibling."]').focus()`, nil), chromedp.KeyEvent(space))
	reach(t, ctx, `form.fd-facts button.govuk-button`)
	var page string
	must(t, ctx, chromedp.KeyEvent(enter), chromedp.Sleep(600*time.Millisecond), chromedp.WaitReady("main"), chromedp.Text("main", &page))
	for _, want := range []string{"A new record", "What was decided before", "A new child of a family we know", "P. Shah"} {
		if !strings.Contains(page, want) {
			t.Errorf("after the choice the page does not say %q", want)
		}
	}
}

// TestUndoingALinkAndChoosingAgainWithoutScript does both on a small screen.
func TestUndoingALinkAndChoosingAgainWithoutScript(t *testing.T) {
	ctx := browser(t)
	w := newTown(t)
	ref := w.whoIsThis(t).system
	w.signIn(t, ctx, "p.shah")
	p, err := w.desk.People(context.Background(), w.actor(t, "p.shah"), ref)
	if err != nil {
		t.Fatal(err)
	}
	var kid string
	for _, k := range p.Contact.Kids {
		if k.Link == "system" {
			kid = k.ID
		}
	}
	section := fmt.Sprintf(`//section[@aria-labelledby="k-%s"]`, kid)
	pause := chromedp.Sleep(400 * time.Millisecond)
	var page string
	must(t, ctx, emulation.SetScriptExecutionDisabled(true), chromedp.EmulateViewport(320, 800), chromedp.Navigate(w.url+web.ContactPath(ref, "people")), chromedp.WaitReady("main"),
		chromedp.Click(section+`//button[contains(.,"Undo this link")]`, chromedp.BySearch), pause, chromedp.WaitReady("main"),
		chromedp.Click(section+`//button[contains(.,"Save who")]`, chromedp.BySearch), pause, chromedp.WaitReady("main"), chromedp.Text("main", &page))
	if !strings.Contains(page, "Select who the child is, or that you are not sure yet") || !strings.Contains(page, "the link was undone") && !strings.Contains(page, "The link was undone") {
		t.Errorf("after undoing and choosing nothing: %.700s", page)
	}
	must(t, ctx, chromedp.Click(section+`//label[contains(.,"The same child as")]`, chromedp.BySearch),
		chromedp.Click(section+`//button[contains(.,"Save who")]`, chromedp.BySearch), pause, chromedp.WaitReady("main"), chromedp.Text("main", &page))
	if !strings.Contains(page, "Linked by a person") || !strings.Contains(page, "Linked by the system") {
		t.Errorf("after choosing again: %.700s", page)
	}
}
