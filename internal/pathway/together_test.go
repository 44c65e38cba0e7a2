package pathway

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/refusal"
)

func day(n int) civil.Instant { return received.Add(time.Duration(n) * 24 * time.Hour) }

func TestSecondTimes(t *testing.T) {
	noPolice, noHealth := []Part{PartPolice}, []Part{PartHealth}
	met := func(contact, child, ref string, at int, missing []Part) Holding {
		return Holding{Discussion: ref, Contact: contact, Child: child, At: day(at), Missing: missing}
	}
	for _, tt := range []struct {
		name string
		all  []Holding
		want string // references of the meetings without and with police
	}{
		{"without police, then with", []Holding{met("c1", "k1", "a", 0, noPolice), met("c1", "k1", "b", 3, nil)}, "a b"},
		{"the same discussion held again", []Holding{met("c1", "k1", "a", 0, noPolice), met("c1", "k1", "a", 3, nil)}, "a a"},
		{"twice without, then with: from the last without", []Holding{met("c1", "k1", "a", 0, noPolice), met("c1", "k1", "b", 2, noPolice), met("c1", "k1", "c", 3, nil)}, "b c"},
		{"police there, health not, and still no second time", []Holding{met("c1", "k1", "a", 0, noPolice), met("c1", "k1", "b", 3, noHealth), met("c1", "k1", "c", 4, nil)}, "a b"},
		{"never with police", []Holding{met("c1", "k1", "a", 0, noPolice), met("c1", "k1", "b", 3, noPolice)}, ""},
		{"health was missing", []Holding{met("c1", "k1", "a", 0, noHealth), met("c1", "k1", "b", 3, nil)}, ""},
		{"police came first", []Holding{met("c1", "k1", "a", 0, nil), met("c1", "k1", "b", 3, noPolice), met("c1", "k1", "c", 5, nil)}, ""},
		{"another concern", []Holding{met("c1", "k1", "a", 0, noPolice), met("c2", "k2", "b", 3, nil)}, ""},
		{"another child of the contact", []Holding{met("c1", "k1", "a", 0, noPolice), met("c1", "k2", "b", 3, nil)}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			for _, x := range SecondTimes(tt.all) {
				got += x.Without.Discussion + " " + x.With.Discussion
			}
			if got != tt.want {
				t.Errorf("found %q, want %q", got, tt.want)
			}
		})
	}
}

func TestParallels(t *testing.T) {
	same := func(a, b string) bool {
		return a == b || a == "ana" && b == "ana again" || b == "ana" && a == "ana again"
	}
	kin := func(a, b string) bool { return a == "ana" && b == "ben" || a == "ben" && b == "ana" }
	piece := func(id, kind, person, contact, worker string) Piece {
		return Piece{ID: id, Kind: kind, Person: person, Contact: contact, Worker: worker, Since: received}
	}
	for _, tt := range []struct {
		name     string
		all      []Piece
		want     int
		siblings bool
	}{
		{"one child assessed twice", []Piece{piece("1", "assessment", "ana", "c1", "u1"), piece("2", "assessment", "ana", "c2", "u1")}, 1, false},
		{"one child under two records", []Piece{piece("1", "enquiry", "ana", "c1", "u1"), piece("2", "enquiry", "ana again", "c2", "u2")}, 1, false},
		{"a brother, with another worker", []Piece{piece("1", "assessment", "ana", "c1", "u1"), piece("2", "assessment", "ben", "c2", "u2")}, 1, true},
		{"a brother, and nobody has either", []Piece{piece("1", "assessment", "ana", "c1", ""), piece("2", "assessment", "ben", "c2", "")}, 1, true},
		{"a brother, with the same worker", []Piece{piece("1", "assessment", "ana", "c1", "u1"), piece("2", "assessment", "ben", "c2", "u1")}, 0, false},
		{"a brother named in the same contact", []Piece{piece("1", "enquiry", "ana", "c1", "u1"), piece("2", "enquiry", "ben", "c1", "u2")}, 0, false},
		{"an assessment and an enquiry of one child", []Piece{piece("1", "enquiry", "ana", "c1", "u1"), piece("2", "assessment", "ana", "c2", "u1")}, 0, false},
		{"strangers", []Piece{piece("1", "enquiry", "ana", "c1", "u1"), piece("2", "enquiry", "cy", "c2", "u2")}, 0, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := Parallels(tt.all, same, kin)
			if len(got) != tt.want || tt.want > 0 && got[0].Sibling != tt.siblings {
				t.Errorf("found %+v", got)
			}
			slices.Reverse(tt.all)
			if again := Parallels(tt.all, same, kin); len(again) != len(got) {
				t.Error("the order of the work matters")
			}
		})
	}
}

func TestLongestUnseen(t *testing.T) {
	due := func(from civil.Instant) civil.Instant { return from.Date().AddDays(5).EndOfDay() }
	for _, tt := range []struct {
		name    string
		until   int
		visits  []int
		days, n int
		red     bool
	}{
		{"held in five days", 5, nil, 5, 0, false},
		{"nobody came for six", 6, nil, 6, 0, true},
		{"seen every five days", 20, []int{5, 10, 15}, 5, 3, false},
		{"one visit left out", 20, []int{5, 15}, 10, 2, true},
		{"seen at first and forgotten", 20, []int{1, 2}, 18, 2, true},
		{"visits after it was held do not help", 8, []int{9}, 8, 0, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var visits []civil.Instant
			for _, v := range tt.visits {
				visits = append(visits, day(v))
			}
			got := LongestUnseen(day(0), day(tt.until), visits, due)
			if got.Days != tt.days || got.Visits != tt.n || got.TooLong != tt.red {
				t.Errorf("%+v", got)
			}
		})
	}
}

// Another visit never makes the longest time without one longer.
func TestAnotherVisitNeverMakesItLonger(t *testing.T) {
	due := func(from civil.Instant) civil.Instant { return from.Date().AddDays(5).EndOfDay() }
	rng := rand.New(rand.NewPCG(28, 3))
	for range 2000 {
		until := 1 + rng.IntN(60)
		var visits []civil.Instant
		last := LongestUnseen(day(0), day(until), nil, due)
		for i := range 6 {
			visits = append(visits, day(rng.IntN(until+1)))
			slices.SortFunc(visits, civil.Instant.Compare)
			next := LongestUnseen(day(0), day(until), visits, due)
			if next.Days > last.Days || next.TooLong && !last.TooLong || next.Visits != i+1 {
				t.Fatalf("%v of %d days: %+v after %+v", visits, until, next, last)
			}
			last = next
		}
	}
}

// Social care alone needs a reason from the list, and police name theirs (finding 26).
func TestAloneNeedsItsReason(t *testing.T) {
	view := JointView{Agency: SocialWork, By: "S. Clarke", View: "single"}
	_, err := enquiry().Together(view, "")
	wantRefusal(t, err, refusal.Invalid, "single-reason")
	view.Reason = "because"
	_, err = enquiry().Together(view, "")
	wantRefusal(t, err, refusal.Invalid, "single-reason")
	view.Reason = "other"
	_, err = enquiry().Together(view, "")
	wantRefusal(t, err, refusal.Invalid, "why")
	for _, r := range SingleReasons() {
		if r.Key == "" || r.Name == "" || r.Source == "" {
			t.Errorf("%+v names no key, name or source", r)
		}
		view.Reason, view.Why = r.Key, "In words"
		_, err = enquiry().Together(view, "")
		wantRefusal(t, err, refusal.Fault, "")
	}
}

// Evidence that was agreed after the outcome was recorded keeps it from being authorised
// until its reason is recorded (finding 23).
func TestEvidenceAgreedLaterNeedsItsReasonToo(t *testing.T) {
	e := enquiry()
	e.State, e.Outcome = EnquiryRecorded, EnquiryOutcomes()[1].Code
	e.Actions = append(e.Actions, EnquiryAction{ID: "late", Kind: Photographs, On: Police, By: day(1)})
	_, err := e.Authorise(agreed())
	wantRefusal(t, err, refusal.Invalid, "events")
	e.OpenWhy = "The clinic is closed until Monday"
	_, err = e.Authorise(agreed())
	wantRefusal(t, err, refusal.Fault, "")
}
