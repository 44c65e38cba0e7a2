package children_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/desk/children"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/desk/meetings"
	"frontdoor/internal/person"
)

// incident has the police tell of a child whom a screener records as new, or as ref.
func (h *kin) incident(n int, d person.Described, ref string) (contact, child, record string) {
	h.t.Helper()
	force := access.Actor{ID: "force", Name: "Police", Authority: "X1", AgencyID: "pol", AgencyKind: "police", Roles: []access.Role{access.Door}}
	key := fmt.Sprint("DA", n)
	got, err := h.contacts.Receive(ctx, force, contacts.Arrival{Channel: "police", SourceKind: "police", SourceName: "Police", Grade: "medium", Words: "Shouting heard",
		IncidentAt: h.record.Now().Add(-3 * time.Hour), Children: []person.Described{d}, Intake: &contacts.Intake{Door: "police", Sender: "force", Reference: key, ContentType: "application/json", Body: []byte(key)}})
	h.must(err)
	p, err := h.contacts.Open(ctx, h.who["screener"], got.Ref)
	h.must(err)
	k := p.Contact.Kids[0]
	if k.PersonID != "" {
		h.must(h.contacts.Link(ctx, h.who["screener"], got.Ref, contacts.Choice{Child: k.ID, As: "undone"}))
	}
	if ref == "" {
		return got.Ref, k.ID, h.link(got.Ref, "new")[0]
	}
	h.must(h.contacts.Link(ctx, h.who["screener"], got.Ref, contacts.Choice{Child: k.ID, As: "same", Ref: ref}))
	return got.Ref, k.ID, ref
}

// asks is what waits for a yes or no in a contact, and what was answered.
func (h *kin) asks(contact string) (standing string, answered []string) {
	h.t.Helper()
	p, err := h.contacts.Open(ctx, h.who["manager"], contact)
	h.must(err)
	for _, c := range p.Asking.Considered {
		answered = append(answered, c.Answer+" "+c.PartedWords())
	}
	return strings.Join(p.Asking.Names(), "; "), answered
}

const three = "Three domestic abuse incidents in twelve months"

// TestJoiningAsksTheTriggersAgain spreads three incidents over two records of one child.
func TestJoiningAsksTheTriggersAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newKin(t, d)
		_, _, a := h.incident(1, ana, "")
		h.later(30 * 24 * time.Hour)
		_, _, b := h.incident(2, anaAgain(), "")
		h.later(30 * 24 * time.Hour)
		last, child, _ := h.incident(3, ana, a)
		if got, _ := h.asks(last); got != "" {
			t.Fatalf("%q asks before they are joined: the case shows nothing", got)
		}
		id := h.join(a, b)
		if got, _ := h.asks(last); got != three {
			t.Errorf("after joining %q asks, want %q", got, three)
		}
		if w := h.considering(child); len(w) != 1 || w[0] != "open" {
			t.Errorf("the waits for a yes or no are %v, want one that is open", w)
		}
		h.verify()

		// Nobody has considered it: what rests on the other child's incident is withdrawn.
		h.part(id)
		if got, _ := h.asks(last); got != "" {
			t.Errorf("after parting %q asks, want nothing", got)
		}
		if w := h.considering(child); len(w) != 1 || !strings.HasPrefix(w[0], "withdrawn Two records were parted") {
			t.Errorf("the waits for a yes or no are %v, want it withdrawn with the reason", w)
		}
		p := h.open(a, "chronology")
		told := false
		for _, l := range p.Story {
			told = told || strings.HasPrefix(l.Text, "No longer to be considered") && strings.Contains(l.Text, "Two records were parted")
		}
		if !told {
			t.Error("the chronology does not say that it is no longer to be considered, and why")
		}
		h.verify()
	})
}

// TestPartingLeavesAnAnswerAndMarksIt answers between joining and parting.
func TestPartingLeavesAnAnswerAndMarksIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newKin(t, d)
		_, _, a := h.incident(1, ana, "")
		h.later(30 * 24 * time.Hour)
		_, _, b := h.incident(2, anaAgain(), "")
		h.later(30 * 24 * time.Hour)
		last, child, _ := h.incident(3, ana, a)
		id := h.join(a, b)
		_, err := meetings.New(h.record).Consider(ctx, h.who["manager"], child, meetings.Thought{Answer: "no", Reason: "The adult left in May"})
		h.must(err)
		if _, answered := h.asks(last); len(answered) != 1 || answered[0] != "no " {
			t.Fatalf("answered %q", answered)
		}
		h.part(id)
		standing, answered := h.asks(last)
		if len(answered) != 1 || !strings.HasPrefix(answered[0], "no Rests on facts now parted: Two records were parted") {
			t.Errorf("answered %q, want the no kept and marked", answered)
		}
		if standing != "" {
			t.Errorf("%q asks again after parting", standing)
		}
		h.join(a, b)
		if _, answered := h.asks(last); len(answered) != 1 || answered[0] != "no " {
			t.Errorf("answered %q after joining again, want the mark gone", answered)
		}
		h.verify()
	})
}

// TestUndoingALinkMarksAnAnswer answers on three incidents, one of which was linked wrongly.
func TestUndoingALinkMarksAnAnswer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newKin(t, d)
		_, _, a := h.incident(1, ana, "")
		wrong, wrongChild, _ := h.incident(2, anaAgain(), a)
		h.later(30 * 24 * time.Hour)
		last, child, _ := h.incident(3, ana, a)
		if got, _ := h.asks(last); got != three {
			t.Fatalf("%q asks", got)
		}
		_, err := meetings.New(h.record).Consider(ctx, h.who["manager"], child, meetings.Thought{Answer: "no", Reason: "The adult left in May"})
		h.must(err)
		h.must(h.contacts.Link(ctx, h.who["screener"], wrong, contacts.Choice{Child: wrongChild, As: "undone"}))
		if _, answered := h.asks(last); len(answered) != 1 || !strings.HasPrefix(answered[0], "no Rests on facts now parted: Who a child of a notification is was said anew") {
			t.Errorf("answered %q, want the no kept and marked", answered)
		}
	})
}

// TestJoiningAsksNothingOfYearsAgo joins two records whose incidents are long past.
func TestJoiningAsksNothingOfYearsAgo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newKin(t, d)
		_, _, a := h.incident(1, ana, "")
		_, _, b := h.incident(2, anaAgain(), "")
		last, child, _ := h.incident(3, ana, a)
		h.later(800 * 24 * time.Hour)
		h.must(h.proposed(a, b))
		if got, _ := h.asks(last); got != "" {
			t.Errorf("%q asks of what happened two years ago", got)
		}
		if w := h.considering(child); len(w) != 0 {
			t.Errorf("it waits %v", w)
		}
	})
}

func (h *kin) proposed(a, b string) error {
	id, err := h.desk.Propose(ctx, h.who["screener"], children.Proposed{Keep: a, Join: b, Why: "The school knows her by both names", Despite: "Checked"})
	if err != nil {
		return err
	}
	return h.desk.Agree(ctx, h.who["manager"], id, 0, "")
}

var consideringWaits = db.SQL("children_test.considering", `
	SELECT CASE WHEN ended_at IS NULL THEN 'open' ELSE ended_how || ' ' || ended_reason END FROM wait
	WHERE child_id = $1 AND authority_id = 'X1' AND timescale = 'strategy.considered' ORDER BY begun_at, id`)

// considering is how the waits of a child for a yes or no stand.
func (h *kin) considering(child string) []string {
	h.t.Helper()
	var out []string
	h.must(h.record.DB.Read(ctx, func(q db.Queryer) (err error) {
		out, err = db.Collect(ctx, q, func(r *sql.Rows, s *string) error { return r.Scan(s) }, consideringWaits, child)
		return err
	}))
	return out
}
