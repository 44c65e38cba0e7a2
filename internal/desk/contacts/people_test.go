package contacts_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
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

// leo is a brother of ana whom nobody has told us of.
func leo() person.Described {
	return person.Described{Given: "Leo", Family: "Bell", Born: civil.DateOf(2021, 9, 17), AgeStated: -1, Postcode: "ZZ1 2AB", Address: "3 Mill Road"}
}

// knows makes a child known: told of once, and said to be new.
func (h *house) knows(t *testing.T, ref string, d person.Described) *contacts.Kid {
	t.Helper()
	got := h.receive(t, notification(ref, d))
	h.screened(t, got)
	p, err := h.desk.Open(context.Background(), h.Manager, got.Ref)
	if err != nil {
		t.Fatal(err)
	}
	return &p.Contact.Kids[0]
}

// people is who the first child of a contact may be, as one reader sees it.
func (h *house) people(t *testing.T, who access.Actor, ref string) (*contacts.People, *contacts.Kid, *contacts.Who) {
	t.Helper()
	p, err := h.desk.People(context.Background(), who, ref)
	if err != nil {
		t.Fatal(err)
	}
	k := &p.Contact.Kids[0]
	return p, k, p.Who[k.ID]
}

func (h *house) choose(t *testing.T, ref string, c contacts.Choice) {
	t.Helper()
	if err := h.desk.Link(context.Background(), h.Shah, ref, c); err != nil {
		t.Fatal(err)
	}
}

// page is the page as a browser gets it.
func (h *house) page(t *testing.T, user, path string) string {
	t.Helper()
	_, main, _ := strings.Cut(h.whole(t, user, path), `<main`)
	return main
}

// whole is what an address answers.
func (h *house) whole(t *testing.T, user, path string) string {
	t.Helper()
	srv := web.NewServer(h.record, web.Settings{Version: "test", Printer: h.printer, Demo: &web.Demo{Authority: "X1", Personas: []web.Persona{{UserID: user, Name: user}}}})
	h.desk.Routes(srv)
	ts := httptest.NewServer(srv.Handler())
	defer ts.Close()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.PostForm(ts.URL+"/demo/sign-in", url.Values{"as": {user}})
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res, err = c.Get(ts.URL + path); err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d, %v", path, res.StatusCode, err)
	}
	return string(b)
}

func TestWeDoNotKnowThisChildWeKnowThisFamily(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		sister := h.knows(t, "P1", ana())
		next := h.receive(t, notification("P2", leo()))
		_, k, who := h.people(t, h.Shah, next.Ref)
		if k.PersonID != "" || len(who.Found) != 1 || who.Found[0].Band != person.FamilyOnly || who.Found[0].Known.ID != sister.PersonID {
			t.Fatalf("found %+v, want his sister alone, and that she is not he", who.Found)
		}
		if len(who.Family) != 1 {
			t.Errorf("%d earlier contacts about the family, want the one about his sister", len(who.Family))
		}
		page := h.page(t, "shah", "/contacts/"+next.Ref+"/people")
		for _, want := range []string{"We do not know this child. We know this family", "Given name differs: this could be a brother or sister", "A brother or sister of Ana Bell", "Earlier contacts about this family", "A new child of a family we know", "left"} {
			if !strings.Contains(page, want) {
				t.Errorf("the page does not say %q", want)
			}
		}
		if strings.Contains(page, "checked") {
			t.Error("something is chosen beforehand")
		}
		h.choose(t, next.Ref, contacts.Choice{Child: k.ID, As: "sibling", Ref: who.Found[0].Known.Ref, Version: k.Version})
		p, k, who := h.people(t, h.Shah, next.Ref)
		if k.Link != pathway.LinkNew || k.PersonID == "" || k.PersonID == sister.PersonID {
			t.Fatalf("linked %q to %q, want a record of his own", k.Link, k.PersonID)
		}
		if n := p.Histories[k.ID].Siblings; n != 1 {
			t.Errorf("%d contacts about brothers and sisters stand in his history, want 1", n)
		}
		if b := who.Before; len(b) != 1 || b[0].Choice != "sibling" || b[0].By != "SHAH" || b[0].Model == "" || b[0].Band != person.FamilyOnly || !strings.Contains(b[0].Reasons, "Given name differs") {
			t.Errorf("what is kept of the choice: %+v", b)
		}
		h.verify(t)
	})
}

// TestASurnameAloneOpensNoFamily holds that children who share a common surname, and nothing
// else, stand aside, and that their families' history is not read.
func TestASurnameAloneOpensNoFamily(t *testing.T) {
	given := strings.Fields("Ada Ben Cara Dan Ella Finn Gia Hal Iris Jack Kit Lena Max Nell Otto Pia Quin Rhys Sol Tess Uma Vic Wes Xena")
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		for i, name := range given {
			family := "Turner"
			if i%4 != 0 {
				family = given[(i+7)%len(given)] + "son"
			}
			got := h.receive(t, notification("P"+name, person.Described{Given: name, Family: family, Born: civil.DateOf(2019+i%3, time.Month(1+i%12), 1+i), AgeStated: -1,
				Postcode: fmt.Sprintf("ZZ%d 2AB", 3+i), Address: fmt.Sprintf("%d %s Road", 5+i, name)}))
			_, k, _ := h.people(t, h.Shah, got.Ref)
			h.choose(t, got.Ref, contacts.Choice{Child: k.ID, As: "new", Version: k.Version})
		}
		next := h.receive(t, notification("P99", person.Described{Given: "Yves", Family: "Turner", Born: civil.DateOf(2020, 11, 27), AgeStated: -1, Postcode: "ZZ91 2AB", Address: "81 Upper Street"}))
		_, _, who := h.people(t, h.Shah, next.Ref)
		if len(who.Found) < 3 || len(who.Family) != 0 {
			t.Fatalf("%d found and %d earlier contacts, want several and none: %+v", len(who.Found), len(who.Family), who.Outcome)
		}
		page := h.page(t, "shah", "/contacts/"+next.Ref+"/people")
		if !strings.Contains(page, fmt.Sprintf("%d others who share little with this child", len(who.Found))) || strings.Contains(page, "Earlier contacts about this family") {
			t.Error("the page does not put aside those who share a surname alone")
		}
	})
}

func TestALinkOfTheSystemIsUndoneByOneClickAndItsHistoryKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.knows(t, "P1", ana())
		next := h.receive(t, notification("P2", ana()))
		_, k, who := h.people(t, h.Shah, next.Ref)
		if k.Link != pathway.LinkSystem || len(who.Before) != 1 || who.Before[0].Band != person.Certain || who.Before[0].Chance < 0.999 || who.Before[0].Model == "" {
			t.Fatalf("link %q, before %+v: want a certain link with its band, chance and model", k.Link, who.Before)
		}
		page := h.page(t, "shah", "/contacts/"+next.Ref+"/people")
		for _, want := range []string{"Linked by the system", "Same date of birth", "Same address", "Undo this link", "What was decided before", "more than 99 in 100"} {
			if !strings.Contains(page, want) {
				t.Errorf("the page does not say %q", want)
			}
		}
		h.choose(t, next.Ref, contacts.Choice{Child: k.ID, As: "undone", Version: k.Version})
		_, k, who = h.people(t, h.Shah, next.Ref)
		if k.PersonID != "" || k.Link != pathway.LinkOpen || len(who.Before) != 2 || who.Before[0].Choice != "undone" || who.Before[1].Choice != "system" {
			t.Fatalf("link %q, before %+v: want it open, and both acts kept", k.Link, who.Before)
		}
		if len(who.Found) != 1 || who.Found[0].Band != person.Certain {
			t.Errorf("found %+v, want Ana proposed again", who.Found)
		}
		h.verify(t)
	})
}

func TestASealedRecordLeavesNoTrace(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		next := h.receive(t, notification("P9", leo()))
		before := h.page(t, "shah", "/contacts/"+next.Ref+"/people")
		h.close(t, h.knows(t, "P1", ana()), access.Sealed)
		if after := h.page(t, "shah", "/contacts/"+next.Ref+"/people"); shape(after) != shape(before) {
			t.Errorf("the page shows that somebody sealed is there:\n%s\n%s", before, after)
		}
		if _, _, who := h.people(t, h.Second, next.Ref); len(who.Found) != 1 {
			t.Error("who is named on the seal does not see her")
		}
	})
}

func TestARestrictedRecordSaysWhomToAskAndNothingMore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		next := h.receive(t, notification("P9", leo()))
		h.close(t, h.knows(t, "P1", ana()), access.Restricted)
		page := h.page(t, "shah", "/contacts/"+next.Ref+"/people")
		if !strings.Contains(page, "A restricted record may match. Ask Second Manager") || strings.Contains(page, "Ana") || strings.Contains(page, "brother or sister of") {
			t.Error("want to be told whom to ask, and nothing of her")
		}
	})
}

// close closes a child's record to all but the second manager.
func (h *house) close(t *testing.T, k *contacts.Kid, how access.Concealment) {
	t.Helper()
	h.closePerson(t, k.PersonID, how)
}

func (h *house) closePerson(t *testing.T, id string, how access.Concealment) {
	t.Helper()
	if err := admin.New(h.record).Restrict(context.Background(), h.Manager, id, how, "Second Manager", "a parent works here", []string{"second"}); err != nil {
		t.Fatal(err)
	}
}

var formID = regexp.MustCompile(`name="form-id" value="[^"]*"`)

// shape is a page without the number that differs each time it is made.
func shape(page string) string { return formID.ReplaceAllString(page, "") }

func TestAChoiceIsRefusedWhenTheChildChangedMeanwhile(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.knows(t, "P1", ana())
		next := h.receive(t, notification("P2", leo()))
		_, k, who := h.people(t, h.Shah, next.Ref)
		if err := h.desk.Link(context.Background(), h.Manager, next.Ref, contacts.Choice{Child: k.ID, As: "new", Version: k.Version}); err != nil {
			t.Fatal(err)
		}
		err := h.desk.Link(context.Background(), h.Shah, next.Ref, contacts.Choice{Child: k.ID, As: "sibling", Ref: who.Found[0].Known.Ref, Version: k.Version})
		if refusal.KindOf(err) != refusal.Conflict || !strings.Contains(err.Error(), "a child not known before, MANAGER") {
			t.Errorf("a second choice on an old page: %v, want to be told who chose what", err)
		}
		h.verify(t)
	})
}

func TestNotSureYetOpensAWaitThatSettlingEnds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		sister := h.knows(t, "P1", ana())
		next := h.receive(t, notification("P2", leo()))
		_, k, who := h.people(t, h.Shah, next.Ref)
		ref := who.Found[0].Known.Ref
		identify := func(want int) {
			t.Helper()
			if n := h.waits(t, next.ContactID, pathway.FrontDoor, timescale.IdentifyChild, true); n != want {
				t.Errorf("%d waits to settle who the child is, want %d", n, want)
			}
		}
		identify(0)
		h.choose(t, next.Ref, contacts.Choice{Child: k.ID, As: "not_sure"})
		identify(1)
		h.choose(t, next.Ref, contacts.Choice{Child: k.ID, As: "not_sure"})
		identify(1)
		if n := h.waits(t, next.ContactID, pathway.FrontDoor, timescale.ContactDecision, true); n != 1 {
			t.Errorf("%d waits for a decision, want the clock to run on", n)
		}
		h.choose(t, next.Ref, contacts.Choice{Child: k.ID, As: "different", Ref: ref})
		_, _, who = h.people(t, h.Shah, next.Ref)
		if len(who.Found) != 1 || !who.Found[0].NotThem || who.Outcome.Nobody < 0.99 || len(who.Family) != 0 {
			t.Errorf("after “not Ana”: found %+v and %+v, want her out of the running", who.Found, who.Outcome)
		}
		if page := h.page(t, "shah", "/contacts/"+next.Ref+"/people"); !strings.Contains(page, "Said not to be this child") || strings.Contains(page, "A brother or sister of") {
			t.Error("the page still offers her, or does not say what was said")
		}
		h.choose(t, next.Ref, contacts.Choice{Child: k.ID, As: "same", Ref: ref})
		identify(0)
		if _, k, _ := h.people(t, h.Shah, next.Ref); k.PersonID != sister.PersonID {
			t.Error("a person may change their mind: want the link")
		}
		h.verify(t)
	})
}

func TestThePageShowsNoAddressOfOurs(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		secret := ana()
		secret.Address, secret.Postcode, secret.Phone = "77 Canary Rise", "ZZ8 8QQ", "01632 960777"
		h.knows(t, "P1", secret)
		next := h.receive(t, notification("P2", ana()))
		page := h.page(t, "shah", "/contacts/"+next.Ref+"/people")
		if !strings.Contains(page, "Same date of birth") {
			t.Fatal("Ana is not proposed")
		}
		for _, hidden := range []string{"Canary", "ZZ8", "960777"} {
			if strings.Contains(page, hidden) {
				t.Errorf("the page shows %q of a record that nobody has confirmed", hidden)
			}
		}
	})
}

func TestAChoiceThatWasNotMadeIsAskedFor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		next := h.receive(t, notification("P2", leo()))
		_, k, _ := h.people(t, h.Shah, next.Ref)
		err := h.desk.Link(context.Background(), h.Shah, next.Ref, contacts.Choice{Child: k.ID})
		if refusal.KindOf(err) != refusal.Invalid || !strings.Contains(err.Error(), "Select who the child is") {
			t.Errorf("nothing chosen: %v, want to be asked", err)
		}
	})
}

func TestNamingAChildKeepsWhatWasSaidAndLooksAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		known := h.knows(t, "P1", ana())
		unnamed := ana()
		unnamed.Given = ""
		next := h.receive(t, notification("P2", unnamed))
		_, k, _ := h.people(t, h.Shah, next.Ref)
		if k.PersonID != "" || k.Named {
			t.Fatalf("a child without a name was linked to %q", k.PersonID)
		}
		ctx := context.Background()
		name := contacts.Naming{Child: k.ID, Given: "Ana", Version: k.Version}
		if err := h.desk.Name(ctx, h.Shah, next.Ref, name); err != nil {
			t.Fatal(err)
		}
		if err := h.desk.Name(ctx, h.Manager, next.Ref, name); refusal.KindOf(err) != refusal.Conflict {
			t.Errorf("named again on an old page: %v, want a conflict", err)
		}
		_, k, who := h.people(t, h.Shah, next.Ref)
		if k.Described.Born != ana().Born || k.Described.Family != "Bell" {
			t.Errorf("after naming: born %s, family %q, want what was said before", k.Described.Born, k.Described.Family)
		}
		if k.Band != person.Certain || len(who.Found) != 1 || who.Found[0].Known.ID != known.PersonID {
			t.Errorf("after naming: band %q, found %+v, want Ana proposed for a person to confirm", k.Band, who.Found)
		}
		h.verify(t)
	})
}

func TestSomebodyWhoMayOnlyReadSeesWhatWasDecidedAndNotWhoElseItMayBe(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.knows(t, "P1", ana())
		next := h.receive(t, notification("P2", leo()))
		reader := h.Shah
		reader.ReadOnly = true
		_, _, who := h.people(t, reader, next.Ref)
		if len(who.Found)+len(who.Family) != 0 {
			t.Errorf("a reader is shown %+v", who.Found)
		}
	})
}

func TestAnotherContactThatNobodySettledIsShownBeside(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		first := h.receive(t, notification("P1", ana()))
		next := h.receive(t, notification("P2", ana()))
		_, _, who := h.people(t, h.Shah, next.Ref)
		if len(who.Others) != 1 || who.Others[0].Ref != first.Ref {
			t.Fatalf("beside it: %+v, want the first contact", who.Others)
		}
		if page := h.page(t, "shah", "/contacts/"+next.Ref+"/people"); !strings.Contains(page, "Other contacts that may be about the same child") || !strings.Contains(page, first.Ref) {
			t.Error("the page does not show the other contact")
		}
		h.screened(t, first)
		if _, _, who := h.people(t, h.Shah, next.Ref); len(who.Others) != 0 || len(who.Found) != 1 {
			t.Errorf("after the first was settled: %+v and %+v, want Ana herself", who.Others, who.Found)
		}
	})
}

func TestWhoOneChildOfAContactIsCannotBeAnotherToo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.knows(t, "P1", ana())
		other := person.Described{AgeStated: -1, Words: "child in the household", Postcode: "ZZ1 2AB", Address: "3 Mill Road"}
		next := h.receive(t, notification("P2", ana(), other))
		p, k, _ := h.people(t, h.Shah, next.Ref)
		if k.Link != pathway.LinkSystem {
			t.Fatalf("Ana is %q, want her linked", k.Link)
		}
		second := p.Contact.Kids[1]
		who := p.Who[second.ID]
		if second.Band == person.Review || who.Outcome.Child > 0.001 || len(who.Found) != 1 || !who.Found[0].Taken {
			t.Errorf("the other child: band %q, %+v, want it not to be Ana", second.Band, who.Outcome)
		}
		page := h.page(t, "shah", "/contacts/"+next.Ref+"/people")
		if !strings.Contains(page, "Another child of this contact") || strings.Contains(page, "The same child as") {
			t.Error("the page offers Ana for the other child too")
		}
	})
}

func TestAnotherAuthorityIsNamedWithWhomToAskAndNothingMore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		ctx := context.Background()
		a := admin.New(h.record)
		if err := a.AddAuthority(ctx, admin.Authority{ID: "X2", Code: "998", Name: "Otherham", Phone: "01632 960001"}); err != nil {
			t.Fatal(err)
		}
		there := access.Actor{ID: "key-2", Name: "Police", Authority: "X2", AgencyID: "pol2", AgencyKind: "police", Roles: []access.Role{access.Door}}
		manager := h.Manager
		manager.Authority = "X2"
		got, err := h.desk.Receive(ctx, there, notification("Q1", ana()))
		if err != nil {
			t.Fatal(err)
		}
		p, err := h.desk.Open(ctx, manager, got.Ref)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.desk.Link(ctx, manager, got.Ref, contacts.Choice{Child: p.Contact.Kids[0].ID, As: "new"}); err != nil {
			t.Fatal(err)
		}
		installation := access.Actor{ID: "service", Authority: "X2", Roles: []access.Role{access.Installation}}
		day := civil.DateOf(2026, 1, 1)
		if err := h.record.Agree(ctx, installation, record.Agreement{Other: "X1", From: day, Until: day.AddMonths(12), Document: "Agreement 7", Ask: "Jo Bray"}); err != nil {
			t.Fatal(err)
		}
		next := h.receive(t, notification("P1", ana()))
		page := h.page(t, "shah", "/contacts/"+next.Ref+"/people")
		if !strings.Contains(page, "Otherham may know this child. Ask Jo Bray") || strings.Contains(page, "The same child as") {
			t.Error("want to be told which authority to ask, and nothing of the child there")
		}
	})
}
