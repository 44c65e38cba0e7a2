package person

// Band is what a match is good for.
type Band string

// The bands. Certain attaches by itself and can be undone; everything else is a
// person's decision.
const (
	Certain    Band = "certain"
	Review     Band = "review" // may be this child
	FamilyOnly Band = "family" // not this child, perhaps a brother or sister
	Unlikely   Band = "none"
)
