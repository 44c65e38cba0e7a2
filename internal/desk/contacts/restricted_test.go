package contacts_test

import (
	"context"
	"fmt"
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
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

// closedTo says whether a contact is closed to somebody.
func (h *house) closedTo(t *testing.T, who access.Actor, ref string) bool {
	t.Helper()
	_, err := h.desk.Open(context.Background(), who, ref)
	if k := refusal.KindOf(err); err != nil && k != refusal.Denied && k != refusal.NotFound {
		t.Fatal(err)
	}
	return err != nil
}

// unsure is a child who is told of by a name that is near another's.
func unsure() person.Described {
	d := ana()
	d.Given, d.Born, d.Address = "Anna", civil.DateOf(2018, 5, 9), ""
	return d
}

// TestRestrictingClosesOpenContactsNobodyHasLinked has contacts in the front door, one of
// which may be about a child whose record is closed afterwards.
func TestRestrictingClosesOpenContactsNobodyHasLinked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		known := h.knows(t, "P1", ana())
		maybe := h.receive(t, notification("P2", unsure()))
		if _, k, _ := h.people(t, h.Shah, maybe.Ref); k.PersonID != "" {
			t.Fatal("the child was linked: the case shows nothing")
		}
		other := h.receive(t, notification("P3", person.Described{Given: "Bartholomew", Family: "Quill", Born: civil.DateOf(2015, 3, 3), AgeStated: -1, Postcode: "ZZ7 1AA"}))
		beside := h.receive(t, notification("P4", leo(), unsure())) // the second child alone may be her
		refused := h.receive(t, notification("P5", unsure()))
		_, k, who := h.people(t, h.Shah, refused.Ref)
		h.choose(t, refused.Ref, contacts.Choice{Child: k.ID, As: "different", Ref: who.Found[0].Known.Ref, Version: k.Version})

		h.close(t, known, access.Restricted)
		for _, x := range []struct {
			ref    string
			closed bool
			why    string
		}{
			{maybe.Ref, true, "the child may be the one whose record was closed"},
			{beside.Ref, true, "one of its children may be"},
			{other.Ref, false, "it is about somebody else"},
			{refused.Ref, false, "a person said that it is another child"},
		} {
			if got := h.closedTo(t, h.Shah, x.ref); got != x.closed {
				t.Errorf("contact %s is closed to a screener: %v, want %v: %s", x.ref, got, x.closed, x.why)
			}
			if h.closedTo(t, h.Second, x.ref) {
				t.Errorf("contact %s is closed to the one who is named", x.ref)
			}
		}
		open := func(contact string, on pathway.Agency) int {
			return h.waits(t, contact, on, timescale.ContactDecision, true)
		}
		if desk, front := open(maybe.ContactID, pathway.RestrictedDesk), open(maybe.ContactID, pathway.FrontDoor); desk != 1 || front != 0 {
			t.Errorf("the decision waits %d times on the restricted desk and %d on the front door, want 1 and 0", desk, front)
		}
		if front := open(other.ContactID, pathway.FrontDoor); front != 1 {
			t.Errorf("the decision about somebody else waits %d times on the front door, want 1", front)
		}
		h.verify(t)
	})
}

// TestAMovedWaitKeepsItsClock restricts after a while and lifts later: the decision is due
// when it always was.
func TestAMovedWaitKeepsItsClock(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		known := h.knows(t, "P1", ana())
		maybe := h.receive(t, notification("P2", unsure()))
		dues := func() []string { return h.texts(t, waitDues, maybe.ContactID) }
		before := dues()
		h.at(h.now.Add(3 * time.Hour))
		h.close(t, known, access.Restricted)
		if got := dues(); fmt.Sprint(got) != fmt.Sprint(before) {
			t.Errorf("due %v, want %v", got, before)
		}
		h.at(h.now.Add(3 * time.Hour))
		if err := admin.New(h.record).Lift(context.Background(), h.Second, known.PersonID, "The parent has left us"); err != nil {
			t.Fatal(err)
		}
		if got := dues(); fmt.Sprint(got) != fmt.Sprint(before) {
			t.Errorf("due %v after lifting, want %v", got, before)
		}
	})
}

var waitDues = db.SQL("contacts_test.wait-dues", `
	SELECT timescale || ' ' || since || ' ' || due_at FROM wait WHERE contact_id = $1 AND authority_id = 'X1' AND ended_at IS NULL ORDER BY 1`)

// TestLiftingOpensWhatNothingElseCloses lifts one of two restrictions.
func TestLiftingOpensWhatNothingElseCloses(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		ctx := context.Background()
		a := admin.New(h.record)
		first := h.knows(t, "P1", ana())
		boy := person.Described{Given: "Zebedee", Family: "Oakhanger", Born: civil.DateOf(2016, 2, 1), AgeStated: -1, Postcode: "ZZ8 8AA", Address: "1 Low Lane"}
		second := h.knows(t, "P2", boy)
		boy.Given = "Zebedie"
		one := h.receive(t, notification("P3", unsure()))
		both := h.receive(t, notification("P4", unsure(), boy))
		h.close(t, first, access.Restricted)
		h.close(t, second, access.Sealed)
		for _, ref := range []string{one.Ref, both.Ref} {
			if !h.closedTo(t, h.Shah, ref) {
				t.Errorf("%s is open to a screener", ref)
			}
		}
		if k := refusal.KindOf(a.Lift(ctx, h.Manager, first.PersonID, "No longer needed")); k != refusal.Denied && k != refusal.NotFound {
			t.Errorf("lifted by one who is not named: %v", k)
		}
		if k := refusal.KindOf(a.Lift(ctx, h.Second, first.PersonID, " ")); k != refusal.Invalid {
			t.Errorf("lifted without a reason: %v", k)
		}
		if err := a.Lift(ctx, h.Second, first.PersonID, "The parent has left us"); err != nil {
			t.Fatal(err)
		}
		if k := refusal.KindOf(a.Lift(ctx, h.Second, first.PersonID, "Again")); k != refusal.Conflict {
			t.Errorf("lifted twice: %v", k)
		}
		if h.closedTo(t, h.Shah, one.Ref) {
			t.Error("the contact nothing closes any more is closed")
		}
		if n := h.waits(t, one.ContactID, pathway.FrontDoor, timescale.ContactDecision, true); n != 1 {
			t.Errorf("its decision waits %d times on the front door, want 1", n)
		}
		if !h.closedTo(t, h.Shah, both.Ref) {
			t.Error("a contact with a child whose record is sealed opened")
		}
		if n := h.waits(t, both.ContactID, pathway.RestrictedDesk, timescale.ContactDecision, true); n != 2 {
			t.Errorf("its decisions wait %d times on the restricted desk, want 2", n)
		}
		if p, err := h.desk.Open(ctx, h.Shah, one.Ref); err != nil || p.Contact.Kids[0].MayBe != "" {
			t.Errorf("%v: the child is still taken for one whose record was closed", err)
		}
		h.verify(t)
	})
}

// TestLiftingOneLeavesAnotherWhoMayBeTheChild has a description that is near two children
// whose records are closed; it was taken for the likelier.
func TestLiftingOneLeavesAnotherWhoMayBeTheChild(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		twin := ana()
		twin.Given = "Anni"
		first := h.knows(t, "P1", ana())
		got := h.receive(t, notification("P2", twin))
		_, k, _ := h.people(t, h.Shah, got.Ref)
		if k.PersonID == "" {
			h.choose(t, got.Ref, contacts.Choice{Child: k.ID, As: "new", Version: k.Version})
			_, k, _ = h.people(t, h.Shah, got.Ref)
		}
		maybe := h.receive(t, notification("P3", unsure()))
		h.close(t, first, access.Restricted)
		h.close(t, k, access.Restricted)
		p, err := h.desk.Open(context.Background(), h.Second, maybe.Ref)
		if err != nil {
			t.Fatal(err)
		}
		was := p.Contact.Kids[0].MayBe
		if was == "" {
			t.Fatal("the child was not taken for either: the case shows nothing")
		}
		if err := admin.New(h.record).Lift(context.Background(), h.Second, was, "The parent has left us"); err != nil {
			t.Fatal(err)
		}
		if !h.closedTo(t, h.Shah, maybe.Ref) {
			t.Error("the contact opened, though the child may be another whose record is closed")
		}
	})
}
