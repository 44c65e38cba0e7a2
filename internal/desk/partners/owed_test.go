package partners_test

import (
	"context"
	"encoding/json"
	"net/http"
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
	"frontdoor/internal/desk/escalations"
	"frontdoor/internal/desk/partners"
	"frontdoor/internal/desk/waiting"
	"frontdoor/internal/escalation"
	"frontdoor/internal/refusal"
)

// ranks adds a senior officer and an officer to the police.
func (w *town) ranks(t *testing.T) {
	t.Helper()
	for id, role := range map[string]access.Role{"senior": access.PoliceSenior, "constable": access.PoliceOfficer, "triage": access.PoliceTriage} {
		if _, err := w.admin.AddUser(context.Background(), admin.Service("x"), admin.NewUser{ID: id, Email: id + "@x.example", Name: strings.ToUpper(id), OrganisationID: "pol", Roles: []admin.RoleIn{{Role: role}}}); err != nil {
			t.Fatal(err)
		}
		var err error
		if w.who[id], err = w.record.FindActor(context.Background(), "x", id); err != nil {
			t.Fatal(err)
		}
	}
}

// theCouncilsOf is what the council sees of what an organisation owes: the waits on it
// under Waiting, and what it has not answered under Escalations.
func (w *town) theCouncilsOf(t *testing.T, organisation string) []string {
	t.Helper()
	ctx := context.Background()
	all, err := waiting.New(w.record).List(ctx, w.who["manager"], waiting.Filter{Owner: organisation}, waiting.Cursor{}, -1)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, x := range all.Rows {
		// A restricted record is known to its named people; the partner keeps what it was asked.
		closed := x.Masked || x.Child == "Cai Zebedee"
		if !closed || strings.HasPrefix(string(x.Step), "request.") {
			out = append(out, strings.Join([]string{x.Contact, string(x.Step), x.Due.String()}, " "))
		}
	}
	asked, err := escalations.New(w.record).List(ctx, w.who["manager"])
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range asked.Rows(escalations.Filter{}) {
		if x.PartnerID == organisation && x.State != escalation.Answered {
			out = append(out, strings.Join([]string{"escalated", x.StepKey, x.By.String()}, " "))
		}
	}
	slices.Sort(out)
	return out
}

func (w *town) owes(t *testing.T, who string) (*partners.Owed, []string) {
	t.Helper()
	o, err := w.desk.Owed(context.Background(), w.who[who])
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, x := range o.Rows {
		about := x.Contact
		if x.Kind == "escalation" {
			about = "escalated"
		}
		out = append(out, strings.Join([]string{about, string(x.Step), x.Due.String()}, " "))
	}
	slices.Sort(out)
	return o, out
}

// TestWhatAnAgencyOwesIsWhatTheCouncilWaitsFor holds each rank of the police, the health
// visitor and the school to the same items as the council sees of them, on the day and
// after the limits have passed.
func TestWhatAnAgencyOwesIsWhatTheCouncilWaitsFor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := build(t, d)
		together(t, w)
		w.ranks(t)
		for _, day := range []int{0, 4} {
			w.at(start.Date().AddDays(day).AtTime(15, 0))
			for who, organisation := range map[string]string{"officer": "pol", "senior": "pol", "constable": "pol", "triage": "pol", "nurse": "hv", "teacher": "sch", "stranger": "sch2"} {
				o, got := w.owes(t, who)
				want := w.theCouncilsOf(t, organisation)
				if !slices.Equal(got, want) {
					t.Errorf("after %d days the %s sees\n%s\nand the council\n%s", day, who, strings.Join(got, "\n"), strings.Join(want, "\n"))
				}
				if organisation == "pol" && (len(got) < 4 || day > 0 && !slices.ContainsFunc(o.Rows, func(x partners.OwedItem) bool { return x.Kind == "escalation" })) {
					t.Errorf("after %d days the police owe only %v", day, got)
				}
				for _, x := range o.Rows {
					if named := x.Child != ""; named && (who == "senior" || who == "triage") || x.ChildRef != "" && strings.Contains(x.Child, "Cai") {
						t.Errorf("%s is told the name %s", who, x.Child)
					}
				}
			}
		}
		w.verify(t)
	})
}

// TestEveryItemOpensWhereItIsAnswered follows each item to its page as each rank.
func TestEveryItemOpensWhereItIsAnswered(t *testing.T) {
	w := build(t, dbtest.SQLite(t))
	together(t, w)
	w.ranks(t)
	for _, who := range []string{"officer", "constable", "nurse"} {
		o, _ := w.owes(t, who)
		c, n := w.as(t, "officer"), 0
		if who == "nurse" {
			c = w.as(t, "nurse")
		}
		for _, x := range o.Rows {
			if x.Path == "" || x.Kind == "escalation" { // that desk is not in this server
				continue
			}
			n++
			if code, _ := w.get(t, c, x.Path); code != http.StatusOK {
				t.Errorf("%s: %s opens with %d", who, x.Path, code)
			}
		}
		if n < 2 {
			t.Errorf("%s opens only %d items", who, n)
		}
	}
	senior, _ := w.owes(t, "senior")
	for _, x := range senior.Rows {
		if x.Path != "" && x.Kind != "escalation" {
			t.Errorf("a senior officer is led to %s", x.Path)
		}
	}
}

// TestASeniorOfficerAsksANamedOfficer has a senior officer ask, change their mind and ask
// another; the officer is told by reference, and everybody of the force sees who has it.
func TestASeniorOfficerAsksANamedOfficer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := build(t, d)
		ctx := context.Background()
		together(t, w)
		w.ranks(t)
		w.later(time.Minute)
		o, _ := w.owes(t, "senior")
		item := o.Rows[0].Item
		if err := w.desk.AskOfficer(ctx, w.who["constable"], item, "officer"); refusal.KindOf(err) != refusal.Denied {
			t.Errorf("an officer asks another: %v, want it denied", err)
		}
		if err := w.desk.AskOfficer(ctx, w.who["senior"], item, "nurse"); refusal.KindOf(err) != refusal.Invalid {
			t.Errorf("somebody of another agency is asked: %v, want it refused", err)
		}
		if err := w.desk.AskOfficer(ctx, w.who["senior"], "nothing", "constable"); refusal.KindOf(err) != refusal.Conflict {
			t.Errorf("what is not owed: %v, want it refused", err)
		}
		for _, officer := range []string{"officer", "constable"} {
			if err := w.desk.AskOfficer(ctx, w.who["senior"], item, officer); err != nil {
				t.Fatal(err)
			}
		}
		for _, who := range []string{"senior", "constable", "triage", "officer"} {
			if o, _ := w.owes(t, who); o.Rows[0].Officer != "CONSTABLE" || o.Rows[0].AskedBy != "SENIOR" {
				t.Errorf("%s sees that %q has it, asked by %q", who, o.Rows[0].Officer, o.Rows[0].AskedBy)
			}
		}
		told := w.strings(t, db.SQL("partners_test.owed-told", `SELECT address || ' ' || reference || ' ' || link || ' ' || safe_text FROM outbox WHERE authority_id = $1 AND kind = 'owed-asked' ORDER BY id`), "x")
		if len(told) != 2 || !strings.HasPrefix(told[1], "user:constable ") || strings.Contains(strings.Join(told, ""), "Zebedee") {
			t.Errorf("told: %v", told)
		}
		w.verify(t)
	})
}

// TestTheOwedPageAndItsFiles reads the page, its files and the form as a senior officer.
func TestTheOwedPageAndItsFiles(t *testing.T) {
	w := build(t, dbtest.SQLite(t))
	together(t, w)
	w.ranks(t)
	w.at(start.Date().AddDays(4).AtTime(15, 0))
	code, body := w.get(t, w.as(t, "officer"), "/partner/owed")
	if code != http.StatusOK || !strings.Contains(body, "What the force owes") || !strings.Contains(body, "Ben Zebedee") {
		t.Fatalf("the page: %d", code)
	}
	code, text := w.get(t, w.as(t, "officer"), "/partner/owed.json?kind=question")
	var doc struct {
		Agency string
		Rows   []struct{ Kind, Page string }
	}
	if err := json.Unmarshal([]byte(text), &doc); code != http.StatusOK || err != nil || len(doc.Rows) == 0 || doc.Agency != "Police" {
		t.Fatalf("the file: %d %v %s", code, err, text)
	}
	for _, x := range doc.Rows {
		if x.Kind != "question" || !strings.HasPrefix(x.Page, "/partner/questions/") {
			t.Errorf("narrowed to questions: %+v", x)
		}
	}
	if code, _ := w.get(t, w.as(t, "manager"), "/partner/owed"); code != http.StatusForbidden {
		t.Errorf("the council opens a partner's page: %d", code)
	}
	if code, body := w.get(t, w.as(t, "stranger"), "/partner/owed"); code != http.StatusOK || !strings.Contains(body, "No child waits for Northgate High") {
		t.Errorf("where nothing is owed: %d", code)
	}
	// What was answered is owed no longer.
	o, _ := w.owes(t, "officer")
	i := slices.IndexFunc(o.Rows, func(x partners.OwedItem) bool { return x.Kind == "question" && x.Contact == w.contact })
	id := strings.TrimPrefix(o.Rows[i].Path, "/partner/questions/")
	if err := w.front.Answer(context.Background(), w.who["officer"], id, contacts.Reply{State: "answered", Answer: "Seen on Monday", AsOf: civil.DateOf(2026, 11, 23), By: "officer", How: "account"}); err != nil {
		t.Fatal(err)
	}
	after, _ := w.owes(t, "officer")
	if slices.ContainsFunc(after.Rows, func(x partners.OwedItem) bool { return x.Item == o.Rows[i].Item }) || len(after.Rows) >= len(o.Rows) {
		t.Error("what was answered is still owed")
	}
}
