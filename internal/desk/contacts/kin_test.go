package contacts_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/person"
)

// TestTheHistoryNamesBrothersAndSistersWhoAreNotInTheContact: a notification about one
// child shows the other children of the family and their history under a heading of
// their own, and says nothing of one whose record is closed to the reader.
func TestTheHistoryNamesBrothersAndSistersWhoAreNotInTheContact(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		ctx := context.Background()
		ben := person.Described{Given: "Ben", Family: "Bell", Sex: "M", Born: civil.DateOf(2015, 1, 9), AgeStated: -1, Address: "3 Mill Road", Postcode: "ZZ1 2AB", Parents: []person.Name{{Given: "Rosa", Family: "Bell"}}}
		girl := ana()
		girl.Parents = ben.Parents
		link := func(ref, as string) []string {
			p, err := h.desk.Open(ctx, h.Shah, ref)
			if err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, k := range p.Contact.Kids {
				if k.PersonID == "" {
					if err := h.desk.Link(ctx, h.Shah, ref, contacts.Choice{Child: k.ID, As: as}); err != nil {
						t.Fatal(err)
					}
				}
			}
			if p, err = h.desk.Open(ctx, h.Shah, ref); err != nil {
				t.Fatal(err)
			}
			for _, k := range p.Contact.Kids {
				ids = append(ids, k.PersonID)
			}
			return ids
		}
		first := h.receive(t, notification("K1", girl, ben))
		ids := link(first.Ref, "new")
		h.at(civil.DateOf(2026, 1, 21).AtTime(9, 0).Add(48 * time.Hour))
		h.receive(t, notification("K2", ben))
		second := h.receive(t, notification("K3", girl))
		p, err := h.desk.Open(ctx, h.Shah, second.Ref)
		if err != nil {
			t.Fatal(err)
		}
		if p.Contact.Kids[0].PersonID == "" {
			known := p
			if err := h.desk.Link(ctx, h.Shah, second.Ref, contacts.Choice{Child: known.Contact.Kids[0].ID, As: "same", Ref: refOf(t, h, first.Ref, ids[0])}); err != nil {
				t.Fatal(err)
			}
			if p, err = h.desk.Open(ctx, h.Shah, second.Ref); err != nil {
				t.Fatal(err)
			}
		}
		i := slices.IndexFunc(p.Kindred, func(k contacts.Kindred) bool { return k.Name == "Ben Bell" })
		if i < 0 || p.Kindred[i].Words != "brother of Ana" || !p.Kindred[i].Thought {
			t.Fatalf("kindred %+v, want Ben, brother of Ana, inferred", p.Kindred)
		}
		var headings []string
		for _, g := range p.Past.Groups() {
			headings = append(headings, g.Heading)
		}
		if len(headings) == 0 || headings[0] != "These children" {
			t.Errorf("headings %v, want the children themselves first", headings)
		}
		if err := admin.New(h.record).Restrict(ctx, h.Second, ids[1], access.Restricted, "Second", "test", []string{"second"}); err != nil {
			t.Fatal(err)
		}
		after, err := h.desk.Open(ctx, h.Shah, second.Ref)
		if err != nil {
			t.Fatal(err)
		}
		if len(after.Kindred) != 0 {
			t.Errorf("a restricted brother is named: %+v", after.Kindred)
		}
	})
}

var addChildEdge = db.SQL("contacts_test.add-child", `
	INSERT INTO relationship (id, authority_id, person_id, other_id, kind, source, recorded_at, recorded_by, state)
	VALUES ($1, 'X1', $2, $3, $4, 'test', '2026-01-01T00:00:00.000000Z', 'u', $5)`)

// TestBrothersAndSistersByAParent: whoever has the same parent is found from either end
// of the edge, and one whom somebody rejected is not, unless it is recorded otherwise.
func TestBrothersAndSistersByAParent(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		for i, e := range [][4]string{
			{"ana", "mum", "mother", "inferred"}, {"mum", "ben", "child", "confirmed"}, {"cal", "mum", "parent", "confirmed"}, {"dee", "mum", "mother", "rejected"},
			{"ana", "cal", "household", "rejected"}, {"eve", "ana", "half_sibling", "confirmed"}, {"ana", "eve", "household", "rejected"}, {"fay", "dad", "father", "confirmed"},
		} {
			err := d.Write(ctx, func(q db.Queryer) error {
				_, err := q.ExecContext(ctx, addChildEdge, string(rune('a'+i)), e[0], e[1], e[2], e[3])
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		err := d.Read(ctx, func(q db.Queryer) error {
			got, err := contacts.SiblingsOf(ctx, q, "X1", "ana")
			if want := []string{"ben", "eve"}; !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// refOf is the reference of a person of a contact.
func refOf(t *testing.T, h *house, contact, id string) string {
	t.Helper()
	p, err := h.desk.Open(context.Background(), h.Shah, contact)
	if err != nil {
		t.Fatal(err)
	}
	return p.Persons[id].Ref
}
