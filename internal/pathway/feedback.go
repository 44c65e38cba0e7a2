package pathway

import (
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

// feedback tells the referrer what was decided (FD3): a professional hears the
// outcome in a sentence with no new fact; the public hears that it was dealt with.
// Without an address a person has to tell them, and that is a wait.
func (c Contact) feedback(child Child, o OutcomeInfo, d Decision, f Facts) Consequences {
	w := Wait{Child: child.ID, On: deskOf(child), For: timescale.Feedback, What: "tell the referrer what was decided"}
	if c.ReferrerEmail == "" {
		return Consequences{Begins: []Wait{w}}
	}
	out := Consequences{Tells: []Tell{{Kind: "feedback", To: c.ReferrerEmail, Ref: c.Ref, Text: c.OutcomeSentence(o.Code),
		Key: "feedback " + c.Ref + " " + child.ID + " " + d.Cites}}}
	if !f.Now.IsZero() { // on record as told at once
		w.Since, w.Over = f.Now, f.Now
		out.Begins = []Wait{w}
	}
	return out
}

// publicSentence is all that a member of the public is told (threat model,
// section 3.1).
const publicSentence = "We have dealt with what you told us. We cannot tell you more about the family."

// OutcomeSentence is what this contact's referrer may be told. Members of the
// public are told only that it was dealt with.
func (c Contact) OutcomeSentence(o Outcome) string {
	i, ok := OutcomeOf(o)
	if c.Source == "public" || c.Source == "" || !ok {
		return publicSentence
	}
	return i.Told
}

// FedBack records that somebody told the referrer. Whoever was told the outcome
// knows that the contact arrived.
func (c Contact) FedBack(how string) (Consequences, error) {
	if blank(how) {
		return Consequences{}, refusal.Field("how", "Enter how and when the referrer was told")
	}
	return Consequences{
		Ends:  []End{{For: timescale.Feedback}, {For: timescale.Acknowledgement}},
		Lines: []Line{{Kind: "feedback", Source: string(FrontDoor), Text: "Referrer told: " + how}},
	}, nil
}
