package pathway

import (
	"cmp"

	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

// Worry is an agency's disagreement with what was decided for one child: "I am still
// worried". It is the first stage of a professional disagreement (SY7, timescales
// reference): recorded, owed an answer by a named person, and answered in writing.
type Worry struct {
	ID, Ref  string
	Child    string
	Agency   Agency // whose people are still worried
	Why      string // what worries them still
	Wants    string // what they think should happen
	Decider  string // user id of whoever decided; "" when nobody is named
	Standing bool   // the same agency waits for an answer about this child already
}

// StillWorried records that whoever told us of a child does not agree with the decision,
// and begins a wait on the manager who decided. A concealed child's goes to the
// restricted desk. It refuses before a decision, since there is nothing to disagree
// with yet, and a second one before the first is answered.
func (c Contact) StillWorried(w Worry) (Consequences, error) {
	child, ok := c.Child(w.Child)
	switch {
	case !ok:
		return Consequences{}, refusal.Field("child", "Select which child you are still worried about")
	case child.Outcome == "":
		return Consequences{}, refusal.New(refusal.Conflict, "Nothing has been decided for this child yet. Write to the front door about what you know, or call")
	case w.Standing:
		return Consequences{}, refusal.New(refusal.Conflict, "Your agency already said that it is still worried about this child, and waits for the answer")
	}
	var p problems
	if blank(w.Why) {
		p.say("why", "Enter what still worries you")
	}
	if blank(w.Wants) {
		p.say("wants", "Enter what you think should happen")
	}
	if err := refusal.Fields(p); err != nil {
		return Consequences{}, err
	}
	wait := Wait{Child: w.Child, On: deskOf(child), For: timescale.PartnerWorry, What: "answer a partner who is still worried after the decision", About: w.ID}
	to := "desk:" + string(wait.On)
	if wait.On == FrontDoor && w.Decider != "" {
		wait.Owner, to = w.Decider, "user:"+w.Decider
	}
	return Consequences{
		Begins: []Wait{wait},
		Tells:  []Tell{{Kind: "worry", To: to, Ref: w.Ref, Link: "/worries/" + w.Ref, Key: "worry " + w.ID}},
		Lines: []Line{{Child: w.Child, Kind: "disagreement", Source: string(w.Agency), Text: capital(AgencyName(w.Agency)) + " is still worried after the decision: " + w.Why +
			" Thinks that should happen: " + w.Wants}},
	}, nil
}

// WorryResult is what a manager answers to a partner who is still worried.
type WorryResult string

// The results. None of them is silent: the partner reads the words beside it.
const (
	WorryStands WorryResult = "stands" // the decision stays
	WorryAgain  WorryResult = "again"  // it is decided again
	WorryMore   WorryResult = "more"   // it stays, and something more is done
)

// WorryResults are the results with their words, in the order of the page.
func WorryResults() []Named { return worryResults }

// Named is a code with its words.
type Named struct{ Code, Words string }

var worryResults = []Named{
	{string(WorryStands), "The decision stays"},
	{string(WorryAgain), "It is decided again"},
	{string(WorryMore), "The decision stays, and something more is done"},
}

// WorryWords says a result.
func WorryWords(r WorryResult) string {
	for _, x := range worryResults {
		if x.Code == string(r) {
			return x.Words
		}
	}
	return ""
}

// WorryAnswer is a manager's answer.
type WorryAnswer struct {
	ID, Ref, Child string
	Result         WorryResult
	Words          string
	To             string // the partner's person, as notices address people
	Answered       bool   // somebody was first
	By             string // user id of the manager
}

// AnswerWorry answers a partner who is still worried. When it is decided again the
// child waits for that decision, with the limits of a first one, on whoever said so.
func (c Contact) AnswerWorry(a WorryAnswer) (Consequences, error) {
	child, ok := c.Child(a.Child)
	switch {
	case !ok || a.ID == "": // an ending about nothing would end every wait there is
		return Consequences{}, refusal.Hidden()
	case a.Answered:
		return Consequences{}, refusal.New(refusal.Conflict, "A colleague has already answered. Read their answer before going on")
	}
	var p problems
	if WorryWords(a.Result) == "" {
		p.say("result", "Select what follows from it")
	}
	if blank(a.Words) {
		p.say("answer", "Enter your answer, with its reasons. The partner reads it")
	}
	if err := refusal.Fields(p); err != nil {
		return Consequences{}, err
	}
	out := Consequences{
		Ends:  []End{{Child: a.Child, For: timescale.PartnerWorry, About: a.ID}},
		Tells: []Tell{{Kind: "worry-answered", To: a.To, Ref: a.Ref, Link: "/worries/" + a.Ref, Key: "worry answered " + a.ID}},
		Lines: []Line{{Child: a.Child, Kind: "disagreement", Source: string(FrontDoor), Text: WorryWords(a.Result) + ": " + a.Words}},
	}
	if a.Result == WorryAgain {
		w := Wait{Child: a.Child, On: deskOf(child), For: timescale.ContactDecision, Also: timescale.ContactDecision24h, What: "decide again, since a partner is still worried"}
		if w.On == FrontDoor {
			w.Owner = cmp.Or(a.By, w.Owner)
		}
		out.Begins = []Wait{w}
	}
	return out, nil
}
