package access_test

import (
	"flag"
	"os"
	"slices"
	"testing"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"

	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden copies again")

var now = civil.DateOf(2026, 11, 24).AtTime(9, 0)

func actor(roles ...access.Role) access.Actor {
	return access.Actor{ID: "u1", Authority: "X", Roles: roles, Teams: []string{"t1"}, AgencyID: "o1"}
}

func TestMay(t *testing.T) {
	child := access.About{Kind: "child", ID: "C1", Authority: "X", Persons: []string{"p1"}}
	restricted := child
	restricted.Conceal, restricted.NamedShown = access.Restricted, "J. Okoro"
	sealed := child
	sealed.Conceal = access.Sealed
	tests := []struct {
		name  string
		who   access.Actor
		act   access.Action
		about access.About
		want  access.Answer
	}{
		{"a screener opens a child", actor(access.Screener), access.OpenChild, child, access.Allow},
		{"a screener may not decide", actor(access.Screener), access.DecideContact, child, access.Deny},
		{"a front door manager decides", actor(access.FrontDoorManager), access.DecideContact, child, access.Allow},
		{"a screener sees that a restricted record is there", actor(access.Screener), access.OpenChild, restricted, access.Mask},
		{"a social worker does not", actor(access.SocialWorker), access.OpenChild, restricted, access.Conceal},
		{"a sealed record is there for nobody who is not named", actor(access.FrontDoorManager), access.OpenChild, sealed, access.Conceal},
		{"the administrator sees no child", actor(access.Administrator), access.OpenChild, child, access.Deny},
		{"the analyst sees no child", actor(access.Analyst), access.ListWaits, child, access.Deny},
		{"a social worker does not see another's child", actor(access.SocialWorker), access.OpenChild, child, access.Conceal},
		{"a child of another authority does not exist", actor(access.FrontDoorManager), access.OpenChild, access.About{Kind: "child", Authority: "Y"}, access.Conceal},
		{"a door may add", actor(access.Door), access.ReceiveContact, access.About{}, access.Allow},
		{"a door may not read", actor(access.Door), access.ListContacts, access.About{}, access.Deny},
		{"a person without a role may nothing", actor(), access.ListContacts, access.About{}, access.Deny},
		{"the director opens one named child", actor(access.Director), access.OpenChild, child, access.Allow},
		{"the director may not decide", actor(access.Director), access.DecideContact, child, access.Deny},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := access.May(tt.who, tt.act, tt.about, now); got.Answer != tt.want {
				t.Fatalf("May = %v by %s, want %v", got.Answer, got.Rule, tt.want)
			}
		})
	}
}

func TestNamedPeopleOpenARestrictedRecordExceptTheirOwnFamilys(t *testing.T) {
	who := actor(access.FrontDoorManager)
	about := access.About{Kind: "child", Authority: "X", Conceal: access.Restricted, Named: []string{"u1"}, Persons: []string{"p1"}}
	if got := access.May(who, access.OpenChild, about, now); got.Answer != access.Allow {
		t.Fatalf("a named person: %v, want allow", got)
	}
	who.Conflicts = []string{"p1"}
	if got := access.May(who, access.OpenChild, about, now); got.Answer != access.Conceal {
		t.Fatalf("a named person's own family: %v, want conceal", got)
	}
}

func TestAnInspectorReadsUntilTheVisitEnds(t *testing.T) {
	who := actor(access.Inspector)
	who.ReadOnly, who.Expires = true, now.Add(1)
	who.Expires = now.Add(3600e9)
	about := access.About{Kind: "child", Authority: "X"}
	if got := access.May(who, access.OpenChild, about, now); got.Answer != access.Allow {
		t.Fatalf("before the end: %v, want allow", got)
	}
	if got := access.May(who, access.OpenChild, about, now.Add(3600e9)); got.Answer != access.Deny {
		t.Fatalf("at the end: %v, want deny", got)
	}
}

func TestAnInspectorSeesWhatWasDrawnForThemAndNothingElse(t *testing.T) {
	who := actor(access.Inspector)
	who.ReadOnly, who.Expires = true, now.Add(3600e9)
	mine := access.About{Kind: "joint pack", Authority: "X", DrawnFor: []string{"u1"}}
	others, closed := mine, mine
	others.DrawnFor, closed.Conceal = []string{"u2"}, access.Restricted
	for name, x := range map[string]struct {
		about access.About
		want  access.Answer
	}{"drawn for them": {mine, access.Allow}, "drawn for another": {others, access.Conceal}, "of a restricted child": {closed, access.Conceal}} {
		if got := access.May(who, access.SeeJointPack, x.about, now); got.Answer != x.want {
			t.Errorf("%s: %v by %s, want %v", name, got.Answer, got.Rule, x.want)
		}
	}
	if got := access.May(who, access.MakeJointPack, access.About{}, now); got.Answer != access.Deny {
		t.Errorf("to draw: %v, want deny", got.Answer)
	}
}

func TestTheTableOfWhoMayDoWhat(t *testing.T) {
	got := access.Table()
	if *update {
		if err := os.WriteFile("testdata/access.golden", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/access.golden")
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the table has changed; read it, then run with -update:\n%s", got)
	}
}

// random draws any actor and any record, close enough together to meet.
func random(t *rapid.T) (access.Actor, access.About) {
	ids := rapid.SampledFrom([]string{"", "a", "b"})
	list := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), 0, 2)
	who := access.Actor{
		ID: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "id"), Authority: rapid.SampledFrom([]string{"X", "Y"}).Draw(t, "authority"),
		AgencyID: ids.Draw(t, "agency"), Teams: list.Draw(t, "teams"), Conflicts: list.Draw(t, "conflicts"),
		ReadOnly: rapid.Bool().Draw(t, "read only"),
	}
	who.Roles = rapid.SliceOfN(rapid.SampledFrom(access.Roles()), 0, 3).Draw(t, "roles")
	about := access.About{
		Kind: rapid.SampledFrom([]string{"child", "contact", "request"}).Draw(t, "kind"), Authority: "X",
		Conceal: rapid.SampledFrom([]access.Concealment{"", access.Restricted, access.Sealed}).Draw(t, "conceal"),
		Named:   list.Draw(t, "named"), Persons: list.Draw(t, "persons"), AgencyID: ids.Draw(t, "their agency"),
		ReferrerID: ids.Draw(t, "referrer"), Workers: list.Draw(t, "workers"), Teams: list.Draw(t, "their teams"), DrawnFor: list.Draw(t, "drawn for"),
	}
	return who, about
}

func TestAListShowsWhatThePageAllows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		who, about := random(t)
		about.Authority = who.Authority
		for _, row := range access.Policy() {
			if row.Changes {
				continue
			}
			list, page := access.ScopeOf(who, row.Action).Admits(about), access.May(who, row.Action, about, now).Answer
			if list != page {
				t.Fatalf("%s: the list says %v, the page %v", row.Action, list, page)
			}
		}
	})
}

func TestNobodyReachesWhatIsConcealedFromThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		who, about := random(t)
		named := slices.Contains(about.Named, who.ID)
		family := slices.ContainsFunc(about.Persons, func(p string) bool { return slices.Contains(who.Conflicts, p) })
		for _, row := range access.Policy() {
			got := access.May(who, row.Action, about, now).Answer
			switch {
			case who.Authority != about.Authority && got != access.Conceal:
				t.Fatalf("%s in another authority: %v, want conceal", row.Action, got)
			case who.Authority == about.Authority && family && got != access.Conceal:
				t.Fatalf("%s on one's own family: %v, want conceal", row.Action, got)
			case about.Conceal != "" && !named && got == access.Allow:
				t.Fatalf("%s on a %s record by one not named: allow", row.Action, about.Conceal)
			case who.ReadOnly && row.Changes && got == access.Allow:
				t.Fatalf("%s by one who may only read: allow", row.Action)
			}
		}
	})
}

// TestAReferralOfficerIsTriageAndOfficerInOne holds the ranks of a force to the role that
// was there before them: nothing that it may do is in neither, and neither may more.
func TestAReferralOfficerIsTriageAndOfficerInOne(t *testing.T) {
	one := access.Actor{ID: "u", Authority: "X", AgencyID: "pol", AgencyKind: "police", Roles: []access.Role{access.PoliceReferral}}
	both := one
	both.Roles = []access.Role{access.PoliceTriage, access.PoliceOfficer}
	for _, row := range access.Policy() {
		if a, b := access.ScopeOf(one, row.Action), access.ScopeOf(both, row.Action); a.Allowed != b.Allowed || a.AgencyID != b.AgencyID || a.Named != b.Named || a.ReferrerID != b.ReferrerID {
			t.Errorf("%s: a referral officer has %+v, triage and officer in one %+v", row.Action, a, b)
		}
	}
}

// TestASeniorOfficerLearnsNoName says what a senior officer reaches without being invited.
func TestASeniorOfficerLearnsNoName(t *testing.T) {
	senior := access.Actor{ID: "u", Authority: "X", AgencyID: "pol", AgencyKind: "police", Roles: []access.Role{access.PoliceSenior}}
	own := access.About{Kind: "meeting", Authority: "X", AgencyID: "pol"}
	if got := access.May(senior, access.OpenMeeting, own, now).Answer; got != access.Conceal {
		t.Errorf("a discussion of the own force: %v, want it concealed", got)
	}
	own.Seated = []string{"u"}
	if got := access.May(senior, access.OpenMeeting, own, now).Answer; got != access.Allow {
		t.Errorf("a discussion they are invited to: %v, want allow", got)
	}
	for _, act := range []access.Action{access.SeeOwed, access.ListEscalations} {
		if s := access.ScopeOf(senior, act); !s.Allowed || s.Named || s.AgencyID != "pol" {
			t.Errorf("%s: %+v, want the own force's by reference", act, s)
		}
	}
	for _, act := range []access.Action{access.SeeQuestions, access.AnswerRequest, access.OpenEnquiry, access.ListWaits, access.OpenChild, access.ReadMessages} {
		if access.ScopeOf(senior, act).Allowed {
			t.Errorf("%s is open to a senior officer", act)
		}
	}
}
