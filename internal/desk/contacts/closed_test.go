package contacts_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// closedChild is a child whose record is closed to most people.
type closedChild struct {
	person.Person
	how access.Concealment
}

// TestNothingOfAClosedRecordIsShownOrLogged describes children at random while others
// of the same families are restricted and sealed one after the other: what a screener
// who is not named gets, as values, as a page and in the log, never holds them.
func TestNothingOfAClosedRecordIsShownOrLogged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		var log bytes.Buffer
		before := slog.Default()
		slog.SetDefault(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
		defer slog.SetDefault(before)
		rnd := rand.New(rand.NewPCG(11, 12))
		var closed []closedChild
		shown, refused, masked := 0, 0, 0
		for n := range 24 {
			c := h.closedAtRandom(t, rnd, n)
			closed = append(closed, c)
			said := c.AsDescribed()
			switch rnd.IntN(3) {
			case 0:
				said.Given = c.Given[:len(c.Given)-1]
			case 1: // a brother or sister
				said.Given, said.Born = "Konstantin", civil.DateOf(2023, 6, 1)
			case 2: // who stays elsewhere
				said.Given, said.Born, said.Address, said.Postcode = "Bartholomew", civil.DateOf(2024, 2, 9), "1 High Street", "ZZ1 1AA"
			}
			got := h.receive(t, notification(fmt.Sprintf("N%d", n), said))
			p, err := h.desk.People(context.Background(), h.Shah, got.Ref)
			if err != nil {
				refused++
				if k := refusal.KindOf(err); k != refusal.Denied && k != refusal.NotFound {
					t.Fatal(err)
				}
				notIn(t, closed, said, "the refusal", err.Error())
				continue
			}
			shown++
			for _, x := range p.Who[p.Contact.Kids[0].ID].Found {
				if x.Masked != "" {
					masked++
				}
				for _, c := range closed {
					if x.Known.ID == c.ID || x.Known.Ref == c.Ref {
						t.Fatalf("a screener is shown a %s child", c.how)
					}
				}
			}
			notIn(t, closed, said, "the page", h.page(t, "shah", "/contacts/"+got.Ref+"/people"))
		}
		notIn(t, closed, person.Described{}, "the log", log.String())
		t.Logf("%d contacts shown, %d refused, %d masked matches", shown, refused, masked)
		if shown == 0 || refused == 0 {
			t.Error("the cases are too much alike to show anything")
		}
	})
}

// closedAtRandom writes a child of one of three families and closes the record.
var openWaits = db.SQL("contacts_test.open-waits", `
	SELECT w.conceal FROM wait w JOIN contact c ON c.id = w.contact_id AND c.authority_id = w.authority_id WHERE c.ref = $1 AND w.ended_at IS NULL AND c.authority_id = 'X1'`)

// TestNamingAClosedChildClosesTheContact names a child later who may be one whose record is
// closed: the contact leaves the front door, and its waits run on behind the restriction.
func TestNamingAClosedChildClosesTheContact(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		ctx := context.Background()
		c := h.closedAtRandom(t, rand.New(rand.NewPCG(1, 2)), 3)
		unnamed := person.Described{AgeStated: -1, Words: "child in the household"}
		got := h.receive(t, notification("N1", unnamed))
		_, k, _ := h.people(t, h.Shah, got.Ref)
		if err := h.desk.Name(ctx, h.Shah, got.Ref, contacts.Naming{Child: k.ID, Given: c.Given, Family: c.Family, Born: c.Born, Version: k.Version}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.desk.People(ctx, h.Shah, got.Ref); refusal.KindOf(err) != refusal.Denied && refusal.KindOf(err) != refusal.NotFound {
			t.Errorf("a screener still opens the contact: %v", err)
		}
		var waits []string
		err := h.record.DB.Read(ctx, func(q db.Queryer) (err error) {
			waits, err = db.Collect(ctx, q, func(r *sql.Rows, s *string) error { return r.Scan(s) }, openWaits, got.Ref)
			return err
		})
		if err != nil || len(waits) == 0 {
			t.Fatalf("%d waits, %v", len(waits), err)
		}
		for _, w := range waits {
			if w != string(c.how) {
				t.Errorf("a wait of the contact is %q, want %q", w, c.how)
			}
		}
		h.verify(t)
	})
}

func (h *house) closedAtRandom(t *testing.T, rnd *rand.Rand, n int) closedChild {
	t.Helper()
	family := []string{"Quillfeather", "Oakhanger", "Winterbourne"}[rnd.IntN(3)]
	c := closedChild{how: []access.Concealment{access.Restricted, access.Sealed}[rnd.IntN(2)], Person: person.Person{
		Given: fmt.Sprintf("Xavi%c%c", 'a'+n%26, 'a'+n/5), Family: family, Born: civil.DateOf(2012, 1, 1).AddDays(rnd.IntN(3000)),
		Addresses: []person.Address{{Line: fmt.Sprintf("%d Elm Grove", len(family)), Postcode: "ZZ9 9AB"}}}}
	err := h.record.Do(context.Background(), h.Manager, func(tx *record.Tx) error {
		if err := tx.Allow(access.LinkPerson, access.About{Authority: "X1", Live: true}); err != nil {
			return err
		}
		var err error
		if c.Person, err = tx.AddPerson(context.Background(), c.Person, true); err != nil {
			return err
		}
		return tx.Apply(context.Background(), record.Subject{Kind: "child", Ref: c.Ref}, "add", pathway.Consequences{})
	})
	if err != nil {
		t.Fatal(err)
	}
	h.closePerson(t, c.ID, c.how)
	return c
}

// notIn says that a text holds no reference of a closed child, and no name that was not
// said of the child it is about.
func notIn(t *testing.T, closed []closedChild, said person.Described, what, text string) {
	t.Helper()
	for _, c := range closed {
		if strings.Contains(text, c.Ref) || c.Given != said.Given && strings.Contains(text, c.Given) && !strings.HasPrefix(said.Given, c.Given) {
			t.Fatalf("%s holds a %s child:\n%s", what, c.how, text)
		}
	}
}
