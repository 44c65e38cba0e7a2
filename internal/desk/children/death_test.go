package children_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/desk/children"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
	"frontdoor/internal/web"
)

// TestADeathEndsNothingByItself records that a child died while things are waited for: a
// manager settles each.
func TestADeathEndsNothingByItself(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newKin(t, d)
		contact, ref := h.recorded(ana)
		h.refer(contact)
		undecided, _ := h.receive(contacts.Arrival{Children: []person.Described{ana}})
		p, err := h.contacts.Open(ctx, h.who["screener"], undecided)
		h.must(err)
		if p.Contact.Kids[0].PersonID == "" {
			h.link(undecided, "same", ref)
		}
		before := h.openWaits(ref)
		if len(before) < 3 {
			t.Fatalf("%d things are waited for: the case shows little", len(before))
		}
		said := children.Told{Of: ref, Source: "The consultant, by phone", On: civil.DateOf(2026, 1, 20)}
		for what, change := range map[string]func(*children.Told){
			"nobody selected": func(x *children.Told) { x.Of = "" },
			"somebody else":   func(x *children.Told) { x.Of = "C-26-OTHER" },
			"no source":       func(x *children.Told) { x.Source = " " },
			"the future":      func(x *children.Told) { x.On = civil.DateOf(2026, 2, 1) },
			"before birth":    func(x *children.Told) { x.On = civil.DateOf(2000, 2, 1) },
		} {
			x := said
			change(&x)
			wantKind(t, what, h.desk.RecordDeath(ctx, h.who["screener"], ref, x), refusal.Invalid)
		}
		wantKind(t, "settled before the death", h.desk.SettleAfterDeath(ctx, h.who["manager"], ref, before[0].ID, "ends", "x"), refusal.Conflict)
		h.must(h.desk.RecordDeath(ctx, h.who["screener"], ref, said))
		wantKind(t, "twice", h.desk.RecordDeath(ctx, h.who["screener"], ref, said), refusal.Conflict)

		page, err := h.desk.DeathOf(ctx, h.who["manager"], ref)
		h.must(err)
		if len(page.Left) != len(before) || page.Unanswered != len(before) {
			t.Errorf("%d of %d things are still waited for, %d unanswered: want all", len(page.Left), len(before), page.Unanswered)
		}
		story := h.open(ref, "chronology").Story
		if !slices.ContainsFunc(story, func(l children.Line) bool { return strings.HasPrefix(l.Text, "Died ") && l.At == said.On.AtTime(0, 0) }) {
			t.Error("the chronology does not say it on its day")
		}
		settle := func(who, wait, answer, why string) error {
			return h.desk.SettleAfterDeath(ctx, h.who[who], ref, wait, answer, why)
		}
		for _, l := range page.Left {
			wantKind(t, "by a screener", settle("screener", l.ID, "ends", "x"), refusal.Denied)
			wantKind(t, "no answer", settle("manager", l.ID, "", "x"), refusal.Invalid)
			wantKind(t, "no reason", settle("manager", l.ID, "goes_on", " "), refusal.Invalid)
			if l.Step == timescale.ContactDecision {
				wantKind(t, "ending what nobody has decided", settle("manager", l.ID, "ends", "x"), refusal.Invalid)
				h.must(settle("manager", l.ID, "goes_on", "The contact is decided with what was known"))
				continue
			}
			h.must(settle("manager", l.ID, "goes_on", "Her brother is still there"))
			h.must(settle("manager", l.ID, "ends", "Nothing is left to be done"))
			wantKind(t, "after it ended", settle("manager", l.ID, "ends", "x"), refusal.Conflict)
		}
		page, err = h.desk.DeathOf(ctx, h.who["manager"], ref)
		h.must(err)
		if page.Unanswered != 0 || len(page.Left) == 0 || slices.ContainsFunc(page.Left, func(l children.LeftOver) bool { return l.Step != timescale.ContactDecision || l.Answer != "goes_on" }) {
			t.Errorf("left %+v, want the decision alone, which goes on", page.Left)
		}
		for _, w := range h.open(ref, "waiting").Waits {
			if !w.Ended.IsZero() && w.How == string(pathway.Withdrawn) && !strings.HasPrefix(w.Reason, "the child died: ") {
				t.Errorf("%s was withdrawn because %q", w.What, w.Reason)
			}
		}
		h.verify()

		wantKind(t, "taken back without a reason", h.desk.TakeDeathBack(ctx, h.who["manager"], ref, page.Death.ID, ""), refusal.Invalid)
		h.must(h.desk.TakeDeathBack(ctx, h.who["manager"], ref, page.Death.ID, "Another child of the same name"))
		if p := h.open(ref, ""); p.Death.ID != "" {
			t.Error("it is still said that the child died")
		}
		h.verify()
	})
}

func (h *kin) openWaits(ref string) []children.LeftOver {
	h.t.Helper()
	var out []children.LeftOver
	p := h.open(ref, "waiting")
	for _, w := range p.Waits {
		if w.Ended.IsZero() {
			out = append(out, children.LeftOver{What: w.What})
		}
	}
	return out
}

// TestTheFamilyMapCrossesThoseWhoDied records the death of a grown-up of the family, and
// asks the map before, on and after the day, and as it was known.
func TestTheFamilyMapCrossesThoseWhoDied(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newKin(t, d)
		_, refs := h.receive(contacts.Arrival{Children: []person.Described{ana, ben}, Household: household()})
		day := h.record.Now().Date()
		mother := ""
		for _, x := range h.family("manager", refs[0], day, false).People() {
			if strings.HasPrefix(x.Name, "Rosa") {
				mother = x.Ref
			}
		}
		h.later(5 * 24 * time.Hour)
		died := day.AddDays(2)
		wantKind(t, "a brother's death, on his sister's page", h.desk.RecordDeath(ctx, h.who["manager"], refs[0], children.Told{Of: refs[1], Source: "the school"}), refusal.Invalid)
		h.must(h.desk.RecordDeath(ctx, h.who["manager"], refs[0], children.Told{Of: mother, Source: "the GP", On: died}))
		crossed := func(on civil.Date, then bool) (out []string) {
			for _, p := range h.family("manager", refs[0], on, then).Map().People {
				if p.Lost {
					out = append(out, p.Name+" "+p.Sub)
				}
			}
			return out
		}
		for _, x := range []struct {
			on   civil.Date
			then bool
			want int
		}{{died.AddDays(-1), false, 0}, {died, false, 1}, {died.AddDays(2), false, 1}, {died, true, 0}, {day.AddDays(5), true, 1}} {
			got := crossed(x.on, x.then)
			if len(got) != x.want || x.want == 1 && got[0] != "Rosa Bell died "+died.String() {
				t.Errorf("on %s (as known then: %v) the cross stands on %v, want %d", x.on, x.then, got, x.want)
			}
		}
		words := ""
		for _, r := range h.family("manager", refs[0], died, false).Relatives {
			words += r.Died
		}
		if words != "died "+died.Words() {
			t.Errorf("the table says %q of those who died", words)
		}
		for _, l := range h.open(refs[0], "chronology").Story {
			if strings.Contains(l.Text, "Rosa") && strings.Contains(l.Text, "died") {
				t.Errorf("the child's story names somebody else: %q", l.Text)
			}
		}
		h.verify()
	})
}

// TestThePageOfADeath records one in a browser, wrong first, and settles what waits.
func TestThePageOfADeath(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newKin(t, d)
		contact, ref := h.recorded(ana)
		h.refer(contact)
		s, path := h.site(t, "manager"), web.ChildPath(ref, "death")
		if _, page := s.get(web.ChildPath(ref, "")); !strings.Contains(page, path) {
			t.Error("nothing leads from the child to the page")
		}
		if code, page := s.post(path, url.Values{"do": {"died"}, "source": {"The consultant"}}); code != http.StatusUnprocessableEntity || !strings.Contains(page, "Select who died") || !strings.Contains(page, "The consultant") {
			t.Errorf("%d: nobody selected: want that said and the text kept", code)
		}
		if code, _ := s.post(path, url.Values{"do": {"died"}, "of": {ref}, "source": {"The consultant"}}); code != http.StatusSeeOther {
			t.Errorf("%d", code)
		}
		_, page := s.get(web.ChildPath(ref, ""))
		s.wants("the child's page", page, "died", "Nothing that is waited for ended by itself")
		_, page = s.get(path)
		s.wants("the page", page, "manager’s word", "It ends", "It was recorded by mistake")
		left, err := h.desk.DeathOf(ctx, h.who["manager"], ref)
		h.must(err)
		id := left.Left[0].ID
		if code, page := s.post(path, url.Values{"do": {"settle"}, "wait": {id}, "answer": {"goes_on"}}); code != http.StatusUnprocessableEntity || !strings.Contains(page, `href="#why-`+id) {
			t.Errorf("%d: no reason: want the summary to lead to it", code)
		}
		if code, _ := s.post(path, url.Values{"do": {"settle"}, "wait": {id}, "answer": {"goes_on"}, "why": {"Her brother is there"}}); code != http.StatusSeeOther {
			t.Errorf("%d: settled", code)
		}
		_, page = s.get(path)
		s.wants("the page", page, "Her brother is there", "Goes on")
	})
}
