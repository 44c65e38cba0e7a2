package pathway

import (
	"frontdoor/internal/civil"
)

// Expected is a child of a contact whose pregnancy has ended: the contact, and
// whether a manager has decided.
type Expected struct {
	Contact, Child string
	Decided        bool
}

// PregnancyEnded is what follows when a child will not be born: what a decided child
// waits for is withdrawn, with the reason, and the child is closed. A contact that
// nobody has decided stays with its manager: a decision is still owed, if only to
// say that nothing more is to be done, and so that the mother is offered help.
func PregnancyEnded(person string, on civil.Date, words string, all []Expected) Consequences {
	line := Line{Person: person, Kind: "birth", Source: string(SocialWork), Text: words}
	if !on.IsZero() {
		line.HappenedAt = on.AtTime(0, 0)
	}
	out := Consequences{Lines: []Line{line}}
	for _, x := range all {
		if !x.Decided {
			continue
		}
		out.Ends = append(out.Ends, End{Contact: x.Contact, Child: x.Child, How: Withdrawn, Reason: "the pregnancy has ended"})
		out.Closes = append(out.Closes, x.Child)
	}
	return out
}
