package meetings_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
)

// TestAClosedPartOffersOnlyWhatCanBeDone asks about a child whose part in the contact is
// closed: the page has the way to a yes and takes a no.
func TestAClosedPartOffersOnlyWhatCanBeDone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := build(t, d)
		ctx := context.Background()
		front := contacts.New(w.record)
		force := access.Actor{ID: "force", Name: "Police", Authority: "x", AgencyID: "pol", AgencyKind: "police", Roles: []access.Role{access.Door}}
		got, err := front.Receive(ctx, force, contacts.Arrival{Channel: "police", SourceKind: "police", SourceName: "Police", OrganisationID: "pol", Grade: "medium", Words: "Shouting heard",
			IncidentAt: w.now.Add(-3 * time.Hour), Children: []person.Described{{Given: "Leo", Family: "Quill", Born: civil.DateOf(2020, 3, 1), AgeStated: -1}}})
		if err != nil {
			t.Fatal(err)
		}
		p, err := front.Open(ctx, w.who["manager"], got.Ref)
		if err != nil {
			t.Fatal(err)
		}
		child := p.Contact.Kids[0].ID
		if err := front.Screen(ctx, w.who["manager"], got.Ref, pathway.Screen{Danger: "no", RAG: "green", RAGReason: "Calm now"}, p.Contact.Version); err != nil {
			t.Fatal(err)
		}
		if err := front.Link(ctx, w.who["manager"], got.Ref, contacts.Choice{Child: child, As: "new"}); err != nil {
			t.Fatal(err)
		}
		err = front.Decide(ctx, w.who["manager"], got.Ref, []contacts.ForChild{{Child: child, Decision: pathway.Decision{Outcome: pathway.NFAAdvice,
			Rationale: "Calm now", HistoryRead: true, HistorySentence: "First contact", Level: "1", Told: "The referrer", Evidence: "The contact and the school", Changed: "Nothing"}}})
		if err != nil {
			t.Fatal(err)
		}
		if err := front.RecordFact(ctx, w.who["manager"], got.Ref, child, "injury", "The school, who saw it"); err != nil {
			t.Fatal(err)
		}
		c, path := w.client(t, "manager"), w.server.URL+"/triggers/"+child
		code, page := get(t, c, path)
		if code != http.StatusOK || strings.Contains(page, `value="yes"`) || strings.Contains(page, "Which kind of harm") {
			t.Errorf("%d: a yes is offered that is refused", code)
		}
		if !strings.Contains(page, "/contacts/"+got.Ref+"/decision") {
			t.Error("the way to a yes is not there")
		}
		post := func(answers url.Values) (int, string) {
			res, err := c.PostForm(path, answers)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			b, err := io.ReadAll(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			return res.StatusCode, string(b)
		}
		// From a page that was opened before the part was closed.
		code, page = post(url.Values{"answer": {"yes"}, "reason": {"A bruise on the cheek"}, "category": {"physical"}})
		if code != http.StatusUnprocessableEntity || !strings.Contains(page, "Decide the contact again") || !strings.Contains(page, "A bruise on the cheek") || strings.Contains(page, `value="yes"`) {
			t.Errorf("%d: a yes: want it refused with the way to go, and what was typed kept", code)
		}
		if code, page = post(url.Values{"answer": {"no"}, "reason": {""}}); code != http.StatusUnprocessableEntity || !strings.Contains(page, "Enter the reason") {
			t.Errorf("%d: a no without its reason", code)
		}
		if _, page = post(url.Values{"answer": {"no"}, "reason": {"The doctor says it is a birthmark"}}); strings.Contains(page, "Leo") {
			t.Error("the child still waits to be considered after a no")
		}
		x, _, err := w.desk.OpenConsideration(ctx, w.who["manager"], child)
		if err != nil || len(x.Asking.Considered) != 1 || x.Asking.Considered[0].Answer != "no" {
			t.Errorf("kept %+v, %v: want one no", x.Asking.Considered, err)
		}
	})
}
