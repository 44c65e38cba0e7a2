package partners_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/desk/meetings"
	"frontdoor/internal/desk/partners"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/refusal"
)

// together makes what concerns two agencies: questions to police and health, a discussion
// with both, and an enquiry that police investigate too. Another child is restricted.
func together(t *testing.T, w *town) (closed string) {
	t.Helper()
	ctx, manager := context.Background(), w.who["manager"]
	w.asks(t, w.contact, "pol")
	w.asks(t, w.contact, "hv")
	hurt := w.told(t, person.Described{Given: "Ben", Family: "Zebedee", Born: civil.DateOf(2020, 1, 9), AgeStated: -1})
	child := w.kids(t, hurt)[0]
	if err := w.front.Link(ctx, manager, hurt, contacts.Choice{Child: child, As: "new"}); err != nil {
		t.Fatal(err)
	}
	known, err := w.front.Open(ctx, manager, hurt)
	if err != nil {
		t.Fatal(err)
	}
	err = w.front.Decide(ctx, manager, hurt, []contacts.ForChild{{Child: child, Decision: pathway.Decision{Outcome: pathway.ReferralStrategy,
		Rationale: "A bruise that nobody can explain", HistoryRead: true, HistorySentence: "First contact", Level: "4"}}})
	if err != nil {
		t.Fatal(err)
	}
	ref, err := w.meet.Begin(ctx, manager, hurt)
	if err != nil {
		t.Fatal(err)
	}
	m, _, err := w.meet.Open(ctx, manager, ref)
	if err != nil {
		t.Fatal(err)
	}
	c := meetings.Convening{Slots: []civil.Instant{w.record.Now().Add(2 * time.Hour)}, Version: m.Version}
	for _, s := range m.Invited {
		if s.Agency != pathway.SocialWork {
			c.Invite = append(c.Invite, meetings.Invitation{Seat: s.ID, Part: s.Part, Organisation: s.Owner, Email: s.Email})
		}
	}
	if _, err := w.meet.Convene(ctx, manager, ref, c); err != nil {
		t.Fatal(err)
	}
	early, err := w.enquire.StartEarly(ctx, manager, known.Persons[known.Contact.Kids[0].PersonID].Ref, "A baby with a fracture")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.enquire.Together(ctx, manager, early, pathway.JointView{Agency: pathway.SocialWork, By: "manager", View: "joint", Criteria: []string{"injury"}}); err != nil {
		t.Fatal(err)
	}
	closed = w.told(t, person.Described{Given: "Cai", Family: "Zebedee", Born: civil.DateOf(2012, 7, 3), AgeStated: -1})
	kid := w.kids(t, closed)[0]
	if err := w.front.Link(ctx, manager, closed, contacts.Choice{Child: kid, As: "new"}); err != nil {
		t.Fatal(err)
	}
	w.asks(t, closed, "pol")
	p, err := w.front.Open(ctx, manager, closed)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.admin.Restrict(ctx, manager, p.Contact.Kids[0].PersonID, access.Restricted, "manager", "Family of a colleague", []string{"manager"}); err != nil {
		t.Fatal(err)
	}
	return closed
}

// TestPoliceInAJointTeamSeeJointWorkOnly holds that the board of a team of two agencies
// shows each member what their own rights open, that whatever it shows opens, and that
// what it does not show stays shut (finding 35).
func TestPoliceInAJointTeamSeeJointWorkOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := build(t, d)
		ctx, service := context.Background(), admin.Service("x")
		closed := together(t, w)
		team, err := w.admin.AddJointTeam(ctx, service, "", "Joint unit")
		if err != nil {
			t.Fatal(err)
		}
		for _, user := range []string{"officer", "screener", "worker", "other", "manager"} {
			if err := w.admin.JoinTeam(ctx, service, user, team); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.admin.JoinTeam(ctx, service, "officer", team); refusal.KindOf(err) != refusal.Invalid {
			t.Errorf("into the team a second time: %v, want it refused", err)
		}
		if err := w.admin.JoinTeam(ctx, w.who["manager"], "nurse", team); refusal.KindOf(err) != refusal.Denied {
			t.Errorf("a manager puts somebody into a team: %v, want an administrator alone to", err)
		}
		shown := map[string][]partners.JointRow{}
		kinds := map[string][]string{}
		for id := range w.who {
			who, err := w.record.FindActor(ctx, "x", id)
			if err != nil {
				t.Fatal(err)
			}
			j, err := w.desk.Joint(ctx, who)
			if refusal.KindOf(err) == refusal.Denied {
				continue // the administrator and the director have no part in it
			}
			if err != nil {
				t.Fatalf("%s: %v", id, err)
			}
			shown[id] = j.Rows
			for _, x := range j.Rows {
				kinds[id] = append(kinds[id], x.Kind+" "+x.Agency)
				if x.Contact == closed && id != "manager" {
					t.Errorf("%s sees the restricted child on the board", id)
				}
			}
			slices.Sort(kinds[id])
		}
		for id, want := range map[string][]string{
			"officer":  {"enquiry Police", "meeting Police", "question Police"},
			"screener": {"meeting Police", "question Police"},
			"other":    {"enquiry Police", "meeting Police", "question Police"},
			"manager":  {"enquiry Police", "meeting Police", "question Police", "question Police"},
			"worker":   nil, "nurse": nil, "teacher": nil, "stranger": nil,
		} {
			if !slices.Equal(kinds[id], want) {
				t.Errorf("the board of %s shows %v, want %v", id, kinds[id], want)
			}
		}
		pages := map[bool]map[string]bool{true: {}, false: {}} // by whether it is a partner's page
		for id, rows := range shown {
			for _, x := range rows {
				pages[w.who[id].AgencyID != ""][x.Path] = true
			}
		}
		for id := range w.who {
			c := w.as(t, id)
			for path := range pages[w.who[id].AgencyID != ""] {
				code, body := w.get(t, c, path)
				on := slices.ContainsFunc(shown[id], func(x partners.JointRow) bool { return x.Path == path })
				member := slices.Contains([]string{"officer", "screener", "worker", "other", "manager"}, id)
				switch {
				case on && code != http.StatusOK:
					t.Errorf("%s is shown %s and it answers %d", id, path, code)
				case !on && member && code == http.StatusOK:
					t.Errorf("%s is not shown %s and it opens", id, path)
				case code == http.StatusOK && w.who[id].AgencyID != "" && id != "officer" && id != "nurse":
					t.Errorf("%s, whom nothing of it concerns, opens %s", id, path)
				case code != http.StatusOK && strings.Contains(body, "Zebedee"):
					t.Errorf("%s is refused %s and told the name", id, path)
				}
			}
		}
		// Leaving the team takes the board away and nothing else.
		if err := w.admin.LeaveTeam(ctx, service, "officer", team); err != nil {
			t.Fatal(err)
		}
		officer := w.as(t, "officer")
		if _, body := w.get(t, officer, "/joint"); !strings.Contains(body, "You are not in a joint team") {
			t.Error("who left the team still has its board")
		}
		for _, x := range shown["officer"] {
			if code, _ := w.get(t, officer, x.Path); code != http.StatusOK {
				t.Errorf("after leaving the team %s answers %d", x.Path, code)
			}
		}
		w.verify(t)
	})
}

func TestTheAdministratorKeepsPartnersTheirContactsAndJointTeams(t *testing.T) {
	w := build(t, dbtest.SQLite(t))
	c := w.as(t, "admin")
	say := func(want int, contains string, form url.Values) {
		t.Helper()
		code, body := w.post(t, c, "/admin/partners", form)
		if code != want || !strings.Contains(body, contains) {
			t.Errorf("%v: %d, want %d and %q", form, code, want, contains)
		}
	}
	say(http.StatusUnprocessableEntity, "Select what kind of agency it is", url.Values{"what": {"agency"}, "name": {"Vale Probation"}})
	say(http.StatusOK, "Vale Probation", url.Values{"what": {"agency"}, "name": {"Vale Probation"}, "kind": {"other_partner"}, "email": {"desk@probation.example"}})
	say(http.StatusUnprocessableEntity, "Enter another address", url.Values{"what": {"contact"}, "organisation": {"sch"}, "contact": {"The head"}, "address": {"DSL@school.example"}})
	say(http.StatusOK, "head@home.example", url.Values{"what": {"contact"}, "organisation": {"sch"}, "contact": {"The head"}, "address": {"head@home.example"}})
	say(http.StatusOK, "Joint unit", url.Values{"what": {"team"}, "team-name": {"Joint unit"}})
	p, err := w.admin.Partners(context.Background(), w.who["admin"])
	if err != nil || len(p.Teams) != 1 {
		t.Fatalf("%+v, %v", p.Teams, err)
	}
	say(http.StatusOK, "Take out", url.Values{"what": {"member"}, "member": {"officer"}, "member-team": {p.Teams[0].Value}})
	if code, _ := w.get(t, w.as(t, "manager"), "/admin/partners"); code != http.StatusForbidden {
		t.Errorf("a manager opens the settings of partners: %d", code)
	}
}
