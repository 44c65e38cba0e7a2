package pathway

import (
	"testing"

	"frontdoor/internal/refusal"

	"pgregory.net/rapid"
)

func TestProposeThatTwoRecordsAreOneChild(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Pair, *MergeReason)
		kind   refusal.Kind // Fault means allowed
	}{
		{name: "two records that nothing speaks against"},
		{name: "the sweep suggested it", change: func(p *Pair, _ *MergeReason) { p.State = PairSuggested }},
		{name: "no reason is given", change: func(_ *Pair, r *MergeReason) { r.Why = " " }, kind: refusal.Invalid},
		{name: "they are one record already", change: func(p *Pair, _ *MergeReason) { p.OneRecord = true }, kind: refusal.Conflict},
		{name: "it was proposed already", change: func(p *Pair, _ *MergeReason) { p.State = PairProposed }, kind: refusal.Conflict},
		{name: "one is a mother", change: func(p *Pair, _ *MergeReason) { p.Adult = true }, kind: refusal.Conflict},
		{name: "closed to different people", change: func(p *Pair, _ *MergeReason) { p.Apart = true }, kind: refusal.Conflict},
		{name: "twins listed as sisters", change: func(p *Pair, _ *MergeReason) { p.Listed = true }, kind: refusal.Invalid},
		{name: "NHS numbers differ", change: func(p *Pair, _ *MergeReason) { p.Numbers = true }, kind: refusal.Invalid},
		{name: "NHS numbers differ, and it is said why", change: func(p *Pair, r *MergeReason) {
			p.Numbers, p.Listed, r.Despite = true, true, "The second number is her sister's, the practice says"
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, r := Pair{Kept: "C-26-AAAAAA"}, MergeReason{By: "shah", Why: "The school has known her by both names since 2024"}
			if tt.change != nil {
				tt.change(&p, &r)
			}
			want(t, p.Propose(r), tt.kind)
		})
	}
}

func want(t *testing.T, err error, kind refusal.Kind) {
	t.Helper()
	if got := refusal.KindOf(err); got != kind || (err == nil) != (kind == refusal.Fault) {
		t.Fatalf("got %v (kind %v), want kind %v", err, got, kind)
	}
}

func TestAgreeThatTwoRecordsAreOneChild(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Pair)
		by     string
		lead   string
		kind   refusal.Kind
	}{
		{name: "a second person agrees"},
		{name: "the one who proposed it agrees", by: "shah", kind: refusal.Denied},
		{name: "only the sweep has said so", change: func(p *Pair) { p.State = PairSuggested }, kind: refusal.Conflict},
		{name: "somebody refused it", change: func(p *Pair) { p.State = PairRefused }, kind: refusal.Conflict},
		{name: "joined to a third record meanwhile", change: func(p *Pair) { p.Elsewhere = true }, kind: refusal.Conflict},
		{name: "one was restricted meanwhile", change: func(p *Pair) { p.Apart = true }, kind: refusal.Conflict},
		{name: "both have an open referral and nobody is named", change: func(p *Pair) { p.Referrals = []string{"e1", "e2"} }, kind: refusal.Invalid},
		{name: "a referral of another child is named", change: func(p *Pair) { p.Referrals = []string{"e1", "e2"} }, lead: "e3", kind: refusal.Invalid},
		{name: "both have an open referral and one worker is named", change: func(p *Pair) { p.Referrals = []string{"e1", "e2"} }, lead: "e2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := Pair{State: PairProposed, Proposer: "shah", Kept: "C-26-AAAAAA", Workers: []string{"nowak"}}
			if tt.change != nil {
				tt.change(&p)
			}
			if tt.by == "" {
				tt.by = "ali"
			}
			next, err := p.Agree(tt.by, tt.lead)
			want(t, err, tt.kind)
			if err == nil && (len(next.Tells) != 1 || next.Tells[0].To != "user:nowak") {
				t.Errorf("tells %v, want the worker told", next.Tells)
			}
		})
	}
}

// TestTwoPeopleOrNothing walks random acts of random people over a pair: it is never
// joined or parted by fewer than two.
func TestTwoPeopleOrNothing(t *testing.T) {
	people := rapid.SampledFrom([]string{"shah", "ali", "okoro"})
	why := rapid.SampledFrom([]string{"", "Checked with the school"})
	rapid.Check(t, func(t *rapid.T) {
		p := Pair{State: rapid.SampledFrom([]PairState{"", PairSuggested}).Draw(t, "begins")}
		for range rapid.IntRange(1, 12).Draw(t, "acts") {
			by, was := people.Draw(t, "by"), p.State
			switch rapid.IntRange(0, 5).Draw(t, "act") {
			case 0:
				if p.Propose(MergeReason{By: by, Why: why.Draw(t, "why")}) == nil {
					p.State, p.Proposer = PairProposed, by
				}
			case 1:
				if _, err := p.Agree(by, ""); err == nil {
					if was != PairProposed || p.Proposer == by {
						t.Fatalf("joined from %q, proposed and agreed by %s", was, by)
					}
					p.State = PairMerged
				}
			case 2:
				if p.Refuse(why.Draw(t, "why")) == nil {
					p.State = PairRefused
				}
			case 3:
				if p.AskUndo(why.Draw(t, "why")) == nil {
					p.State, p.Undoer = PairUndoing, by
				}
			case 4:
				if _, err := p.Undo(by); err == nil {
					if was != PairUndoing || p.Undoer == by {
						t.Fatalf("parted from %q, asked and agreed by %s", was, by)
					}
					p.State = PairUndone
				}
			case 5:
				if p.Keep(why.Draw(t, "why")) == nil {
					p.State = PairMerged
				}
			}
			if was == PairRefused && p.State != was || was == PairUndone && p.State != was {
				t.Fatalf("%q became %q: an answer is never changed", was, p.State)
			}
		}
	})
}
