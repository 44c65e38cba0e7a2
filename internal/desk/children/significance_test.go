package children_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"frontdoor/internal/access"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/desk/children"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/person"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

// TestWhatIsSignificantIsMarkedWithItsReason marks a happening, reads it on every page that
// shows it, and takes the mark away with what was held before kept (finding 91).
func TestWhatIsSignificantIsMarkedWithItsReason(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newKin(t, d)
		_, refs := h.receive(contacts.Arrival{Children: []person.Described{ana, ben}})
		story := h.open(refs[0], "chronology").Story
		line := story[len(story)-1]
		path := web.ChildPath(refs[0], "chronology") + "/" + line.ID()
		s := h.site(t, "manager")

		if code, page := s.post(path, url.Values{"why": {" "}, "form-id": {"s-0"}}); code != http.StatusUnprocessableEntity || !strings.Contains(page, "Enter why") || !strings.Contains(page, "<title>Error: ") {
			t.Errorf("without a reason: %d", code)
		}
		for range 2 { // the same form twice has one effect
			if code, _ := s.post(path, url.Values{"why": {"The first injury"}, "form-id": {"s-1"}}); code != http.StatusSeeOther {
				t.Fatalf("mark: %d", code)
			}
		}
		if code, page := s.post(path, url.Values{"why": {"I think so too"}, "form-id": {"s-2"}}); code != http.StatusConflict || !strings.Contains(page, "I think so too") || !strings.Contains(page, "The first injury") {
			t.Errorf("marked by two: %d, want a conflict that keeps both reasons", code)
		}
		for _, p := range []string{web.ChildPath(refs[0], "chronology"), web.ChildPath(refs[0], "family") + "/chronology?kind=significant"} {
			if _, page := s.get(p); strings.Count(page, "The first injury") != 1 {
				t.Errorf("%s does not show the mark once", p)
			}
		}
		one, err := h.desk.FamilyStory(ctx, h.who["manager"], refs[1], children.StoryFilter{Kind: "significant"})
		h.must(err)
		if len(one.Lines) != 1 || one.Lines[0].Significant == nil {
			t.Errorf("what is significant in the household: %+v", one.Lines)
		}
		h.must(h.desk.Unmark(ctx, h.who["second"], refs[0], line.ID(), "It was another child"))
		if err := h.desk.Unmark(ctx, h.who["second"], refs[0], line.ID(), "Again"); refusal.KindOf(err) != refusal.Conflict {
			t.Errorf("taken away twice: %v", err)
		}
		p, err := h.desk.Line(ctx, h.who["manager"], refs[0], line.ID())
		h.must(err)
		if p.Significant != nil || len(p.History) != 1 || p.History[0].Why != "The first injury" || p.History[0].EndWhy != "It was another child" {
			t.Errorf("history %+v", p.History)
		}
		if err := h.desk.Mark(ctx, h.who["manager"], refs[1], "nothing", "x"); refusal.KindOf(err) != refusal.NotFound {
			t.Errorf("a line that is not there: %v", err)
		}
		h.must(h.restrict(refs[0], access.Sealed))
		if err := h.desk.Mark(ctx, h.who["manager"], refs[0], line.ID(), "x"); refusal.KindOf(err) != refusal.NotFound {
			t.Errorf("of a sealed child: %v", err)
		}
		h.verify()
	})
}
