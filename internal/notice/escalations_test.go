package notice_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/desk/escalations"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
)

var told = db.SQL("notice_test.told", `SELECT kind || ' ' || address || ' ' || safe_text FROM outbox WHERE authority_id = $1 AND kind LIKE 'escalation-%' ORDER BY created_at, kind, address`)

// TestThirtyChildrenAreOneMessage has thirty children wait for police and health: each
// level is told of once, however often the sweep runs and by however many, in one message
// to each who hears. When the sweep is down for days the pages climb without it.
func TestThirtyChildrenAreOneMessage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		n, r, c := newNotices(t, d, "file:"+t.TempDir())
		a := admin.New(r)
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(a.AddAuthority(ctx, admin.Authority{ID: "x", Code: "990", Name: "Testham", Phone: "01632 960000"}))
		for _, o := range []admin.Organisation{{ID: "pol", Kind: "police", Name: "Police", Email: "desk@police.example"}, {ID: "hv", Kind: "health", Name: "Health visiting", Email: "hv@health.example"}} {
			_, err := a.AddOrganisation(ctx, admin.Service("x"), o)
			must(err)
		}
		who := map[access.Role]access.Actor{}
		for _, role := range []access.Role{access.FrontDoorManager, access.Director} {
			_, err := a.AddUser(ctx, admin.Service("x"), admin.NewUser{ID: string(role), Email: string(role) + "@x.example", Name: string(role), Roles: []admin.RoleIn{{Role: role}}})
			must(err)
			who[role], err = r.FindActor(ctx, "x", string(role))
			must(err)
		}
		front, force := contacts.New(r), access.Actor{ID: "force", Name: "Police", Authority: "x", AgencyID: "pol", AgencyKind: "police", Roles: []access.Role{access.Door}}
		var kids []person.Described
		for i := range 30 {
			kids = append(kids, person.Described{Given: fmt.Sprintf("Child%c", 'A'+i), Family: "Canary", Born: civil.DateOf(2010+i%10, 3, 1), AgeStated: -1})
		}
		got, err := front.Receive(ctx, force, contacts.Arrival{Channel: "police", SourceKind: "police", SourceName: "Police", OrganisationID: "pol", Grade: "high", Words: "A gathering", IncidentAt: c.at().Add(-time.Hour), Children: kids})
		must(err)
		p, err := front.Open(ctx, who[access.FrontDoorManager], got.Ref)
		must(err)
		var all []contacts.ForChild
		for _, k := range p.Contact.Kids {
			all = append(all, contacts.ForChild{Child: k.ID, Decision: pathway.Decision{Outcome: pathway.ReferralStrategy, Rationale: "All were there", HistoryRead: true, HistorySentence: "First contact", Level: "4"}})
		}
		must(front.Decide(ctx, who[access.FrontDoorManager], got.Ref, all))

		messages := func() []string {
			t.Helper()
			for range 3 {
				must(n.Escalate(ctx))
			}
			var out []string
			must(r.DB.Read(ctx, func(q db.Queryer) error {
				out = nil
				rows, err := q.QueryContext(ctx, told, "x")
				if err != nil {
					return err
				}
				defer rows.Close()
				for rows.Next() {
					var s string
					if err := rows.Scan(&s); err != nil {
						return err
					}
					out = append(out, s)
				}
				return rows.Err()
			}))
			return out
		}
		if got := messages(); len(got) != 0 {
			t.Fatalf("before any limit: %q", got)
		}
		c.move(24 * time.Hour)
		first := messages()
		if len(first) != 4 || !strings.Contains(strings.Join(first, "\n"), "escalation-partner desk@police.example Strategy discussion, level 1 of 4. Answer by Thu 26 Nov 2026, 09:00.") {
			t.Fatalf("at the limit, want one message to each partner and each manager: %q", first)
		}
		for _, m := range first {
			if strings.Contains(m, "Canary") || strings.Contains(m, "Child") {
				t.Errorf("a message names a child: %q", m)
			}
		}
		// Nobody tells for a fortnight: the page has climbed, and what is told is where it stands.
		c.move(14 * 24 * time.Hour)
		l, err := escalations.New(r).List(ctx, who[access.Director])
		must(err)
		if rows := l.Rows(escalations.Filter{Agency: "police"}); len(rows) != 1 || rows[0].Level != 4 || rows[0].Children != 30 || rows[0].Told != 0 {
			t.Errorf("with the sweep down the page says %+v", rows)
		}
		second := messages()
		if len(second) != 8 || !strings.Contains(strings.Join(second, "\n"), "escalation-council user:director Strategy discussion, level 4 of 4") {
			t.Errorf("after a fortnight: %q", second)
		}
		l, err = escalations.New(r).List(ctx, who[access.Director])
		must(err)
		if rows := l.Rows(escalations.Filter{Agency: "police"}); rows[0].Told != 30 {
			t.Errorf("notice was sent for %d of 30", rows[0].Told)
		}
	})
}
