package pathway

import (
	"strings"

	"frontdoor/internal/refusal"
)

// PairState is where the question stands whether two records are of one child.
type PairState string

// The states. Only Merged and Undoing have the two records read as one.
const (
	PairSuggested PairState = "suggested" // by the weekly sweep; nobody has said so yet
	PairProposed  PairState = "proposed"  // one person says so
	PairMerged    PairState = "merged"    // a second person agreed
	PairUndoing   PairState = "undoing"   // one person says it was wrong
	PairRefused   PairState = "refused"
	PairUndone    PairState = "undone"
)

// Joined says that the two records are read as one.
func (s PairState) Joined() bool { return s == PairMerged || s == PairUndoing }

// Pair is what the rules need to know of two records that may be of one child. No
// rule ever joins two records by itself: two different people do, and nothing of
// either record is rewritten, so that two people can undo it at any later time.
type Pair struct {
	State     PairState
	Kept      string // reference of the record that the other is read as
	Proposer  string // who said that they are one child
	Undoer    string // who asked to undo it
	OneRecord bool   // they are read as one already
	Elsewhere bool   // the one to be joined is by now read as a third
	Adult     bool   // one is of a child and the other is not
	Apart     bool   // they are closed to different people
	Listed    bool   // recorded as brothers and sisters, or named together as two children
	Numbers   bool   // their NHS numbers differ
	Referrals []string
	Workers   []string // user ids of those who hold work with either
}

// MergeReason is what somebody says when they propose that two records are of one
// child. Despite is why, although something speaks against it.
type MergeReason struct{ By, Why, Despite string }

// Propose says that two records are of one child. It refuses what is no question,
// and what speaks for two children unless the reason is stated.
func (p Pair) Propose(r MergeReason) error {
	switch {
	case p.State != "" && p.State != PairSuggested:
		return refusal.New(refusal.Conflict, "Somebody has answered this already. Read their answer before going on")
	case strings.TrimSpace(r.Why) == "":
		return refusal.Field("why", "Enter how you know that this is one child")
	}
	if err := p.possible(); err != nil {
		return err
	}
	if strings.TrimSpace(r.Despite) != "" {
		return nil
	}
	switch {
	case p.Numbers:
		return refusal.Field("despite", "Their NHS numbers differ. Enter how you know that one of them is wrong")
	case p.Listed:
		return refusal.Field("despite", "They are recorded as brothers or sisters, or were named together as two children. Enter how you know that they are one")
	}
	return nil
}

// possible refuses pairs that cannot be joined as they stand.
func (p Pair) possible() error {
	switch {
	case p.OneRecord:
		return refusal.New(refusal.Conflict, "These are one record already")
	case p.Elsewhere:
		return refusal.New(refusal.Conflict, "One of the two has been joined to a third record since. Refuse this and propose it anew")
	case p.Adult:
		return refusal.New(refusal.Conflict, "One of the two is not a child’s record")
	case p.Apart:
		return refusal.New(refusal.Conflict, "These two records are closed to different people. Close both to the same people first")
	}
	return nil
}

// Agree joins the two records. The one who agrees is not the one who proposed it.
// With two open referrals it must be said which worker answers for the child: lead is
// that referral. Nothing of either is ended or moved.
func (p Pair) Agree(by, lead string) (Consequences, error) {
	switch {
	case p.State == PairSuggested:
		return Consequences{}, refusal.New(refusal.Conflict, "Nobody has said yet that this is one child")
	case p.State != PairProposed:
		return Consequences{}, refusal.New(refusal.Conflict, "Somebody has answered this already. Read their answer before going on")
	case p.Proposer == by:
		return Consequences{}, refusal.New(refusal.Denied, "You proposed this, so somebody else must agree")
	}
	if err := p.possible(); err != nil {
		return Consequences{}, err
	}
	if len(p.Referrals) > 1 {
		known := false
		for _, r := range p.Referrals {
			known = known || r == lead
		}
		if !known {
			return Consequences{}, refusal.Field("lead", "Select which worker answers for the child")
		}
	}
	return p.tell("records-joined"), nil
}

// Refuse says that the two are different children, or takes a proposal back. The
// sweep does not ask again until the evidence changes.
func (p Pair) Refuse(why string) error {
	switch {
	case p.State != PairSuggested && p.State != PairProposed:
		return refusal.New(refusal.Conflict, "Somebody has answered this already. Read their answer before going on")
	case strings.TrimSpace(why) == "":
		return refusal.Field("why-not", "Enter how you know that these are two children")
	}
	return nil
}

// AskUndo says that two records were joined wrongly.
func (p Pair) AskUndo(why string) error {
	switch {
	case p.State == PairUndoing:
		return refusal.New(refusal.Conflict, "Somebody has asked to undo this already. It waits for a second person")
	case p.State != PairMerged:
		return refusal.New(refusal.Conflict, "These two records are not joined")
	case strings.TrimSpace(why) == "":
		return refusal.Field("why", "Enter how you know that these are two children")
	}
	return nil
}

// Undo parts the two records as they were. The one who undoes is not the one who
// asked for it.
func (p Pair) Undo(by string) (Consequences, error) {
	switch {
	case p.State != PairUndoing:
		return Consequences{}, refusal.New(refusal.Conflict, "Nobody has asked to undo this, or somebody has answered already")
	case p.Undoer == by:
		return Consequences{}, refusal.New(refusal.Denied, "You asked to undo this, so somebody else must agree")
	}
	return p.tell("records-parted"), nil
}

// Keep refuses to undo: the two stay joined.
func (p Pair) Keep(why string) error {
	switch {
	case p.State != PairUndoing:
		return refusal.New(refusal.Conflict, "Nobody has asked to undo this, or somebody has answered already")
	case strings.TrimSpace(why) == "":
		return refusal.Field("why", "Enter how you know that this is one child")
	}
	return nil
}

// tell writes to everybody who holds work with either record.
func (p Pair) tell(kind string) Consequences {
	var out Consequences
	for _, w := range p.Workers {
		out.Tells = append(out.Tells, Tell{Kind: kind, To: "user:" + w, Ref: p.Kept, Link: "/children/" + p.Kept})
	}
	return out
}
