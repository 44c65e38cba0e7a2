package contacts_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
	"frontdoor/internal/web"
)

// house is an authority with its people and a clock that the test sets.
type house struct {
	record  *record.Record
	desk    *contacts.Desk
	mu      sync.Mutex
	now     civil.Instant
	Manager access.Actor
	Second  access.Actor
	Shah    access.Actor // a screener
	Police  access.Actor
	printer *web.Printer // nil where no PDFs are made
}

func (h *house) at(t civil.Instant) { h.mu.Lock(); h.now = t; h.mu.Unlock() }

func newHouse(t *testing.T, d *db.DB) *house {
	t.Helper()
	set, err := timescale.Statutory()
	if err != nil {
		t.Fatal(err)
	}
	h := &house{now: civil.DateOf(2026, 1, 21).AtTime(9, 0)}
	h.record = record.New(d, set, civil.England(), func() civil.Instant { h.mu.Lock(); defer h.mu.Unlock(); return h.now })
	h.desk = contacts.New(h.record)
	a := admin.New(h.record)
	ctx := context.Background()
	if err := a.AddAuthority(ctx, admin.Authority{ID: "X1", Code: "999", Name: "Testham", Phone: "01632 960000"}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.AddOrganisation(ctx, admin.Service("X1"), admin.Organisation{ID: "pol", Kind: "police", Name: "Mercia Vale Police", Email: "desk@police.example"}); err != nil {
		t.Fatal(err)
	}
	actor := func(id string, roles ...access.Role) access.Actor {
		var in []admin.RoleIn
		for _, r := range roles {
			in = append(in, admin.RoleIn{Role: r, Team: admin.FrontDoorTeam})
		}
		if _, err := a.AddUser(ctx, admin.Service("X1"), admin.NewUser{ID: id, Email: id + "@testham.example", Name: strings.ToUpper(id), Roles: in}); err != nil {
			t.Fatal(err)
		}
		who, err := h.record.FindActor(ctx, "X1", id)
		if err != nil {
			t.Fatal(err)
		}
		return who
	}
	h.Manager, h.Second, h.Shah = actor("manager", access.FrontDoorManager), actor("second", access.FrontDoorManager), actor("shah", access.Screener)
	h.Police = access.Actor{ID: "key-1", Name: "Mercia Vale Police", Authority: "X1", AgencyID: "pol", AgencyKind: "police", Roles: []access.Role{access.Door}}
	return h
}

func ana() person.Described {
	return person.Described{Given: "Ana", Family: "Bell", Born: civil.DateOf(2018, 5, 2), AgeStated: -1, Postcode: "ZZ1 2AB", Address: "3 Mill Road"}
}

func notification(ref string, children ...person.Described) contacts.Arrival {
	return contacts.Arrival{
		Channel: "police", SourceKind: "police", SourceName: "Mercia Vale Police", OrganisationID: "pol", SenderRef: ref,
		IncidentAt: civil.DateOf(2026, 1, 2).AtTime(2, 15), Grade: "medium", Words: "Shouting heard, children upstairs",
		Children: children, Intake: &contacts.Intake{Door: "police", Sender: "key-1", Reference: ref, ContentType: "application/json", Body: []byte(ref)},
	}
}

func (h *house) receive(t *testing.T, a contacts.Arrival) contacts.Received {
	t.Helper()
	got, err := h.desk.Receive(context.Background(), h.Police, a)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func (h *house) verify(t *testing.T) record.Proof {
	t.Helper()
	proofs, err := h.record.Verify(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range proofs {
		if !p.OK() {
			t.Fatalf("verify: %v", p.Faults)
		}
	}
	return proofs[0]
}

var countWaits = db.SQL("contacts_test.count-waits", `
	SELECT count(*) FROM wait WHERE contact_id = $1 AND authority_id = $2 AND agency = $3 AND timescale = $4 AND (ended_at IS NULL) = CAST($5 AS boolean)`)

func (h *house) waits(t *testing.T, contact string, on pathway.Agency, k timescale.Key, open bool) int {
	t.Helper()
	var n int
	err := h.record.DB.Read(context.Background(), func(q db.Queryer) error {
		return q.QueryRowContext(context.Background(), countWaits, contact, "X1", on, k, open).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestThreeChildrenOneNamed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		unnamed := person.Described{AgeStated: -1, Words: "child in the household"}
		got := h.receive(t, notification("P1", ana(), unnamed, unnamed))
		if n := h.waits(t, got.ContactID, pathway.FrontDoor, timescale.ContactDecision, true); n != 3 {
			t.Errorf("%d children wait for a decision, want 3", n)
		}
		if n := h.waits(t, got.ContactID, pathway.FrontDoor, timescale.IdentifyChild, true); n != 2 {
			t.Errorf("%d children wait to be identified, want 2", n)
		}
		if n := h.waits(t, got.ContactID, pathway.Police, timescale.PoliceMedium, false); n != 3 {
			t.Errorf("%d waits on police are on record as ended, want 3", n)
		}
		if p := h.verify(t); p.Children != 3 {
			t.Errorf("verify saw %d open children, want 3", p.Children)
		}
	})
}

func TestTheSameNotificationTwiceAndTwiceAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		first := h.receive(t, notification("P1", ana()))
		again := h.receive(t, notification("P1", ana()))
		if again.Ref != first.Ref || !again.Repeat {
			t.Errorf("the same message again: %+v, want the first answer %s", again, first.Ref)
		}
		var wg sync.WaitGroup
		refs := make([]string, 8)
		for i := range refs {
			wg.Go(func() {
				got, err := h.desk.Receive(context.Background(), h.Police, notification("P2", ana()))
				if err != nil {
					t.Error(err)
				}
				refs[i] = got.Ref
			})
		}
		wg.Wait()
		for _, r := range refs {
			if r != refs[0] {
				t.Fatalf("at once: %v, want one reference", refs)
			}
		}
		_, err := h.desk.Receive(context.Background(), h.Police, func() contacts.Arrival {
			a := notification("P1", ana())
			a.Intake.Body = []byte("something else")
			return a
		}())
		if !errors.Is(err, contacts.ErrChanged) {
			t.Errorf("the same reference with other content: %v, want a refusal", err)
		}
		if p := h.verify(t); p.Children != 2 || p.Intakes != 2 {
			t.Errorf("%d children and %d messages, want 2 and 2", p.Children, p.Intakes)
		}
	})
}

// screened takes a contact to the point of decision, with its one child new to us.
func (h *house) screened(t *testing.T, got contacts.Received) *contacts.Page {
	t.Helper()
	ctx := context.Background()
	p, err := h.desk.Open(ctx, h.Shah, got.Ref)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.desk.Screen(ctx, h.Shah, got.Ref, pathway.Screen{Danger: "no", RAG: "amber", RAGReason: "Third incident"}, p.Contact.Version); err != nil {
		t.Fatal(err)
	}
	for _, k := range p.Contact.Kids {
		if err := h.desk.Link(ctx, h.Shah, got.Ref, contacts.Choice{Child: k.ID, As: "new"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.desk.ReadHistory(ctx, h.Shah, got.Ref, "Nothing before today"); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestADecisionBeginsTheWaitsItsOutcomeNames(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		ctx := context.Background()
		got := h.receive(t, notification("P1", ana()))
		p := h.screened(t, got)
		child := p.Contact.Kids[0].ID
		good := pathway.Decision{Outcome: pathway.ReferralStrategy, Rationale: "Third incident, child hurt", Level: "4"}
		if err := h.desk.Decide(ctx, h.Shah, got.Ref, []contacts.ForChild{{Child: child, Decision: good}}); refusal.KindOf(err) != refusal.Denied {
			t.Errorf("a screener decides: %v, want to be told to ask a manager", err)
		}
		if err := h.desk.Decide(ctx, h.Manager, got.Ref, []contacts.ForChild{{Child: child, Decision: good}}); err != nil {
			t.Fatal(err)
		}
		for _, on := range []pathway.Agency{pathway.Police, pathway.Health} {
			if n := h.waits(t, got.ContactID, on, timescale.StrategyDiscussion, true); n != 1 {
				t.Errorf("%d waits on %s to meet, want 1", n, on)
			}
		}
		if n := h.waits(t, got.ContactID, pathway.FrontDoor, timescale.ContactDecision, true); n != 0 {
			t.Errorf("%d children still wait for a decision, want none", n)
		}
		if err := h.desk.Decide(ctx, h.Second, got.Ref, []contacts.ForChild{{Child: child, Decision: good}}); refusal.KindOf(err) != refusal.Conflict {
			t.Errorf("a second decision: %v, want a conflict", err)
		}
		h.verify(t)
	})
}

func TestUndoIsANewDecisionThatCitesTheOld(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		ctx := context.Background()
		got := h.receive(t, notification("P1", ana()))
		p := h.screened(t, got)
		child := p.Contact.Kids[0].ID
		nfa := pathway.Decision{Outcome: pathway.NFANoRole, Rationale: "No role", Level: "1", Evidence: "Notification and history", Told: "Police"}
		if err := h.desk.Decide(ctx, h.Manager, got.Ref, []contacts.ForChild{{Child: child, Decision: nfa}}); err != nil {
			t.Fatal(err)
		}
		if proof := h.verify(t); proof.Children != 0 {
			t.Fatalf("%d children are still open, want none", proof.Children)
		}
		p, err := h.desk.Open(ctx, h.Manager, got.Ref)
		if err != nil {
			t.Fatal(err)
		}
		again := pathway.Decision{Outcome: pathway.ReferralAssessment, Rationale: "School has told us more", Level: "4", Cites: p.Contact.Kids[0].DecisionID}
		if err := h.desk.Decide(ctx, h.Manager, got.Ref, []contacts.ForChild{{Child: child, Decision: again}}); err != nil {
			t.Fatal(err)
		}
		if n := h.waits(t, got.ContactID, pathway.Allocations, timescale.Allocation, true); n != 1 {
			t.Errorf("%d waits for a worker, want 1", n)
		}
		h.verify(t)
	})
}

func TestARestrictedChildIsMatchedAndConcealed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		ctx := context.Background()
		got := h.receive(t, notification("P1", ana()))
		h.screened(t, got)
		p, err := h.desk.Open(ctx, h.Manager, got.Ref)
		if err != nil {
			t.Fatal(err)
		}
		if err := admin.New(h.record).Restrict(ctx, h.Manager, p.Contact.Kids[0].PersonID, access.Restricted, "Second Manager", "works for us", []string{"second"}); err != nil {
			t.Fatal(err)
		}
		next := h.receive(t, notification("P2", ana()))
		if n := h.waits(t, next.ContactID, pathway.RestrictedDesk, timescale.ContactDecision, true); n != 1 {
			t.Errorf("%d waits on the restricted desk, want 1: the clock runs", n)
		}
		if _, err := h.desk.Open(ctx, h.Shah, next.Ref); refusal.KindOf(err) != refusal.Denied || !strings.Contains(err.Error(), "Second Manager") {
			t.Errorf("a screener opens it: %v, want to be told whom to ask", err)
		}
		if _, err := h.desk.Open(ctx, h.Second, next.Ref); err != nil {
			t.Errorf("the named manager opens it: %v", err)
		}
		h.verify(t)
	})
}

func TestNothingStaysWhenAnyStatementFails(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		before := h.verify(t)
		broken := errors.New("broken")
		for n := 1; ; n++ {
			seen := 0
			ctx := db.WithHook(context.Background(), func(q db.Query) error {
				if q.Name() == "record.changes-after" {
					return nil // the index is behind: the key table answers, and nothing fails
				}
				if seen++; seen == n {
					return broken
				}
				return nil
			})
			_, err := h.desk.Receive(ctx, h.Police, notification("P1", ana(), ana()))
			if err == nil {
				if n < 8 {
					t.Fatalf("only %d statements: the hook does not reach them", n)
				}
				break
			}
			after := h.verify(t)
			if after.Children != 0 || after.Waits != 0 || after.Intakes != 0 || after.Entries != before.Entries {
				t.Fatalf("statement %d failed and left %+v", n, after)
			}
		}
	})
}

func TestAQuestionToAPartnerIsAWaitAndItsLinkOpensOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		ctx := context.Background()
		got := h.receive(t, notification("P1", ana()))
		p := h.screened(t, got)
		child := p.Contact.Kids[0].ID
		ask := contacts.Asked{Child: child, Agency: pathway.Police, Organisation: "pol", Question: "What is known?", Why: "To decide", Basis: pathway.BasisAgreed}
		if _, err := h.desk.Ask(ctx, h.Shah, got.Ref, ask); refusal.KindOf(err) != refusal.Invalid {
			t.Fatalf("asking without a basis: %v, want a refusal", err)
		}
		ask.Basis = pathway.BasisHarm
		link, err := h.desk.Ask(ctx, h.Manager, got.Ref, ask)
		if err != nil {
			t.Fatal(err)
		}
		if n := h.waits(t, got.ContactID, pathway.Police, timescale.RequestAmber, true); n != 1 {
			t.Errorf("%d waits on police, want 1", n)
		}
		token := strings.TrimPrefix(link, "/requests/")
		h.at(h.now.Add(48 * time.Hour)) // late, and welcome
		reply := contacts.Reply{State: "nothing_known", By: "PC Ellis"}
		if err := h.desk.AnswerByLink(ctx, token, reply); err != nil {
			t.Fatal(err)
		}
		if err := h.desk.AnswerByLink(ctx, token, reply); refusal.KindOf(err) != refusal.NotFound {
			t.Errorf("the link again: %v, want it gone", err)
		}
		if n := h.waits(t, got.ContactID, pathway.Police, timescale.RequestAmber, true); n != 0 {
			t.Errorf("%d waits on police after the answer, want none", n)
		}
		h.verify(t)
	})
}

// TestPagesAskABoundedNumberOfQueries opens the board and a contact with few and
// with many contacts: the number of queries does not grow.
func TestPagesAskABoundedNumberOfQueries(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		got := h.receive(t, notification("P0", ana()))
		h.screened(t, got)
		asked := func(look func(ctx context.Context) error) int {
			n := 0
			ctx := db.WithHook(context.Background(), func(db.Query) error { n++; return nil })
			if err := look(ctx); err != nil {
				t.Fatal(err)
			}
			return n
		}
		board := func(ctx context.Context) error { _, err := h.desk.Board(ctx, h.Shah, contacts.Show{}); return err }
		page := func(ctx context.Context) error { _, err := h.desk.Open(ctx, h.Shah, got.Ref); return err }
		who := func(ctx context.Context) error { _, err := h.desk.People(ctx, h.Shah, got.Ref); return err }
		boardFew, pageFew, whoFew := asked(board), asked(page), asked(who)
		for i := range 30 {
			h.receive(t, notification(fmt.Sprintf("Q%d", i), ana(), ana()))
		}
		boardMany, pageMany, whoMany := asked(board), asked(page), asked(who)
		if boardMany > boardFew+2 || pageMany > pageFew+2 || whoMany > whoFew+2 {
			t.Errorf("board %d then %d queries, contact %d then %d, who it is %d then %d: want them not to grow", boardFew, boardMany, pageFew, pageMany, whoFew, whoMany)
		}
	})
}

func TestAPartnerSeesItsOwnAndNothingElse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		ctx := context.Background()
		got := h.receive(t, notification("P1", ana()))
		p := h.screened(t, got)
		if _, err := h.desk.Ask(ctx, h.Manager, got.Ref, contacts.Asked{Child: p.Contact.Kids[0].ID, Organisation: "pol", Question: "What is known?", Why: "To decide", Basis: pathway.BasisHarm}); err != nil {
			t.Fatal(err)
		}
		p, err := h.desk.Open(ctx, h.Manager, got.Ref)
		if err != nil {
			t.Fatal(err)
		}
		officer := access.Actor{ID: "o", Authority: "X1", AgencyID: "pol", AgencyKind: "police", Roles: []access.Role{access.PoliceReferral}}
		teacher := access.Actor{ID: "t", Authority: "X1", AgencyID: "school", AgencyKind: "school", Roles: []access.Role{access.Referring}}
		if _, err := h.desk.Question(ctx, officer, p.Requests[0].ID); err != nil {
			t.Errorf("the police open their question: %v", err)
		}
		before := h.verify(t).Entries
		if _, err := h.desk.Question(ctx, teacher, p.Requests[0].ID); refusal.KindOf(err) != refusal.NotFound {
			t.Errorf("a school opens the question of the police: %v, want it not found", err)
		}
		if after := h.verify(t).Entries; after != before+1 {
			t.Errorf("%d entries after %d: want the try written down", after, before)
		}
		if _, err := h.desk.Open(ctx, teacher, got.Ref); refusal.KindOf(err) == refusal.Fault {
			t.Errorf("a school opens the contact: %v, want a refusal", err)
		}
	})
}
