package demo_test

import (
	"context"
	"database/sql"
	"slices"
	"testing"

	"frontdoor/internal/access"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/demo"
	"frontdoor/internal/desk/meetings"
	"frontdoor/internal/record"
)

var (
	someMeetings = db.SQL("demo_test.meetings", `
		SELECT d.ref FROM discussion d WHERE d.authority_id = $1 AND EXISTS (SELECT 1 FROM discussion_child x JOIN contact_child cc ON cc.id = x.child_id AND cc.authority_id = x.authority_id
			JOIN contact_child o ON o.person_id = cc.person_id AND o.authority_id = cc.authority_id AND o.contact_id <> cc.contact_id WHERE x.discussion_id = d.id AND x.authority_id = d.authority_id AND cc.person_id <> '' AND cc.conceal = '')
		ORDER BY d.requested_at DESC, d.ref LIMIT 10`)
	contactsOfMeeting = db.SQL("demo_test.contacts-of-meeting", `
		SELECT DISTINCT c.ref FROM discussion d
		JOIN discussion_child x ON x.discussion_id = d.id AND x.authority_id = d.authority_id
		JOIN contact_child cc ON cc.id = x.child_id AND cc.authority_id = x.authority_id AND cc.person_id <> ''
		JOIN contact_child o ON o.person_id = cc.person_id AND o.authority_id = cc.authority_id
		JOIN contact c ON c.id = o.contact_id AND c.authority_id = o.authority_id AND c.conceal = ''
		WHERE d.authority_id = $1 AND d.ref = $2 ORDER BY c.ref`)
)

// TestThePackOfAMeetingHoldsEveryContactOfItsChildren takes ten discussions about children
// of whom something was known before: nothing that was told of them, and no line of their
// story, is missing from the pack (finding 24).
func TestThePackOfAMeetingHoldsEveryContactOfItsChildren(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		built, r := build(t, d, demo.Options{Number: 5, Weeks: 5, Children: 120})
		ctx := context.Background()
		manager := persona(t, built, r, access.FrontDoorManager)
		refs := texts(t, r, someMeetings, built.Authority)
		if len(refs) < 3 {
			t.Fatalf("only %d discussions of children who were known before", len(refs))
		}
		for _, ref := range refs {
			p, err := meetings.New(r).Pack(ctx, manager, ref, "")
			if err != nil {
				t.Fatal(err)
			}
			if len(p.Story) == 0 {
				t.Errorf("the pack of %s tells no story", ref)
			}
			for _, want := range texts(t, r, contactsOfMeeting, built.Authority, ref) {
				if !slices.ContainsFunc(p.Contacts, func(c meetings.PastContact) bool { return c.Ref == want }) {
					t.Errorf("the pack of %s lacks contact %s", ref, want)
				}
			}
		}
	})
}

func texts(t *testing.T, r *record.Record, q db.Query, args ...any) (out []string) {
	t.Helper()
	ctx := context.Background()
	err := r.DB.Read(ctx, func(x db.Queryer) (err error) {
		out, err = db.Collect(ctx, x, func(r *sql.Rows, s *string) error { return r.Scan(s) }, q, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
