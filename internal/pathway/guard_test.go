package pathway

import (
	"strings"
	"testing"
	"time"

	"frontdoor/internal/refusal"

	"pgregory.net/rapid"
)

// TestNoWayOfTryingOpensALink tries codes at random and holds that a link opens only
// with the right code in its ten minutes, that the fifth wrong one ends it for good,
// and that no more than three codes are ever sent.
func TestNoWayOfTryingOpensALink(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var g Guard
		now, sent, wrong, codes, locked, open := received, received, 0, 0, false, false
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 700).Draw(t, "seconds")) * time.Second)
			if rapid.IntRange(0, 3).Draw(t, "send") == 0 {
				next, err := g.SendCode(now)
				if (err == nil) != (!locked && codes < CodesMost) {
					t.Fatalf("a code after %d and locked %v: %v", codes, locked, err)
				}
				if err == nil {
					g, sent, open = next, now, true
					codes++
				}
				continue
			}
			right := rapid.Bool().Draw(t, "right")
			next, opens, err := g.Try(right, now)
			inTime := now.Sub(sent) < CodeLife
			if want := open && right && inTime && !locked; opens != want {
				t.Fatalf("opens %v, want %v: right %v, in time %v, locked %v, a code is out %v", opens, want, right, inTime, locked, open)
			}
			if opens != (err == nil) {
				t.Fatalf("opens %v with %v", opens, err)
			}
			if opens {
				open = false // one code opens once
			}
			if open && !right && !locked {
				if wrong++; wrong == CodeTries {
					locked, open = true, false
				}
			}
			if g = next; g.Locked != locked || g.Tries != wrong {
				t.Fatalf("after %d wrong: locked %v and %d tries", wrong, g.Locked, g.Tries)
			}
		}
	})
}

func TestASensitiveQuestionDoesNotGoByLinkWithoutASecondAddress(t *testing.T) {
	tests := []struct {
		name    string
		change  func(*Contact, *Question)
		refused bool
		guarded bool
	}{
		{name: "an ordinary question"},
		{name: "flagged, with a second address", change: func(_ *Contact, q *Question) { q.Sensitive, q.Second = true, "jo@home.example" }, guarded: true},
		{name: "flagged, none held", change: func(_ *Contact, q *Question) { q.Sensitive = true }, refused: true, guarded: true},
		{name: "flagged, the same address in capitals", change: func(_ *Contact, q *Question) { q.Sensitive, q.Second = true, " Dsl@School.Example " }, refused: true, guarded: true},
		{name: "a restricted child, none held", change: func(c *Contact, _ *Question) { c.Children[0].Conceal = true }, refused: true, guarded: true},
		{name: "a restricted child, in their own account", change: func(c *Contact, q *Question) { c.Children[0].Conceal, q.Way = true, ByAccount }},
		{name: "a restricted child, by telephone", change: func(c *Contact, q *Question) { c.Children[0].Conceal, q.Way = true, ByTelephone }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := screened()
			c.Consent = ConsentGiven
			q := Question{ID: "q1", Child: c.Children[0].ID, Agency: School, Email: "dsl@school.example", Text: "Seen?", Why: "Risk", Basis: BasisAgreed, Token: "T"}
			if tt.change != nil {
				tt.change(&c, &q)
			}
			if got := c.Guarded(q); got != tt.guarded {
				t.Errorf("guarded %v, want %v", got, tt.guarded)
			}
			got, err := c.Ask(q)
			if tt.refused {
				x, ok := refusal.As(err)
				if !ok || x.Problems[0].Field != "way" || !strings.Contains(x.Problems[0].Message, "by telephone instead") {
					t.Fatalf("Ask: %v, want it refused with what to do", err)
				}
				return
			}
			if err != nil || len(got.Begins) != 1 {
				t.Fatalf("Ask: %+v, %v", got, err)
			}
			if byLink := len(got.Tells) == 1 && strings.HasPrefix(got.Tells[0].Link, "/requests/"); byLink != (q.Way == "") {
				t.Errorf("told %+v by way %q", got.Tells, q.Way)
			}
		})
	}
}

func TestTwoWaysToWriteAnAddressAreOneAddress(t *testing.T) {
	for _, x := range []struct {
		a, b string
		want bool
	}{
		{"a@b.example", " A@B.example", true}, {"a@b.example", "c@b.example", false}, {"07700 900123", "+44 7700 900123", true}, {"0044 7700900123", "07700-900123", true},
		{"07700 900123", "07700 900124", false}, {"", "", false},
	} {
		if got := SameAddress(x.a, x.b); got != x.want {
			t.Errorf("SameAddress(%q, %q) = %v, want %v", x.a, x.b, got, x.want)
		}
	}
}

func TestAMessageTellsByReferenceAlone(t *testing.T) {
	m := Message{ID: "m1", Thread: "t1", Contact: "FD-26-AAAAAA", Child: "k1", Agency: School, Text: "Ana was not at school", To: "dsl@school.example"}
	got, err := m.Send()
	if err != nil || len(got.Tells) != 1 || len(got.Lines) != 1 || strings.Contains(got.Tells[0].Text+got.Lines[0].Text, "Ana") {
		t.Fatalf("Send: %+v, %v, want a notice and a line without the words", got, err)
	}
	for _, text := range []string{"", " \n", strings.Repeat("x", LongestMessage+1)} {
		m.Text = text
		if _, err := m.Send(); refusal.KindOf(err) != refusal.Invalid {
			t.Errorf("a message of %d characters: %v, want it refused", len(text), err)
		}
	}
}
