package pathway

import (
	"slices"
	"strings"

	"frontdoor/internal/civil"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

// Reach is how the one who told us can be told, as the record worked it out. Who says
// that they are a professional and gives an address of their own hears nothing by
// themselves (threat model, T07): an agency is known by what stands on our register.
type Reach struct {
	Account string  // whom a notice goes to that is read behind sign-in: "user:…" or "organisation:…"; "" none
	Address string  // an e-mail address of an agency that is on the register, for a link; "" none
	Word    string  // of that link
	Silent  NotTold // the reason, recorded before and in force, not to tell them; "" none
	Unnamed bool    // they left neither a name nor a way to reach them
}

// Feedback is one telling of a referrer, or why there is none. The record keeps it.
type Feedback struct {
	Child    string // contact_child id; "" means every child that is decided
	Way      Way    // how; "" when they are not told
	Reason   NotTold
	Words    string        // who was spoken to, what was tried, or who said so
	Sentence string        // what they were told, to the letter
	Word     string        // of the link that opens it, or ""
	At       civil.Instant // when it happened; zero means now
	Waits    bool          // it is done when its notice has gone, and not before
}

// Way is how a referrer was told.
type Way string

// The ways. The first two are sent by the service; a person does the others and says so.
const (
	ByOwnPage   Way = "account"   // reads it behind sign-in; told by reference that it is there
	ByOwnLink   Way = "link"      // reads it through a link in an agency's mailbox
	ByVoice     Way = "telephone" // a call
	ByLetter    Way = "letter"
	FaceToFace  Way = "face"
	AnotherWay  Way = "another" // the notice did not arrive, and somebody told them otherwise
	ByStatement Way = "message" // a member of the public, who hears that it was dealt with
)

// Ways are the ways with their words.
func Ways() []Named { return ways }

var ways = []Named{
	{string(ByOwnPage), "On their own page, behind sign-in"}, {string(ByOwnLink), "By a link to their agency’s mailbox"}, {string(ByVoice), "By telephone"},
	{string(ByLetter), "By letter"}, {string(FaceToFace), "Face to face"}, {string(AnotherWay), "Another way, after the message did not arrive"},
	{string(ByStatement), "A message that it was dealt with"},
}

// PersonalWays are the ways in which a person tells them.
func PersonalWays() []Named {
	return slices.DeleteFunc(slices.Clone(ways), func(n Named) bool {
		return n.Code != string(ByVoice) && n.Code != string(ByLetter) && n.Code != string(FaceToFace)
	})
}

// WayWords says a way.
func WayWords(w Way) string { return wordsOf(ways, string(w)) }

// NotTold is why a referrer is not told what was decided.
type NotTold string

// The reasons. The list is closed: whoever cannot choose one owes the telling.
const (
	NotPublic      NotTold = "public"      // by rule: the public are acknowledged only (threat model, section 3.1)
	NotNamed       NotTold = "anonymous"   // nobody knows who they are
	NotWanted      NotTold = "asked_not"   // they asked not to be told
	NotSafe        NotTold = "unsafe"      // it would put a child or somebody else at risk
	NotReached     NotTold = "unreachable" // every way was tried
	NotOtherAgency NotTold = "own"         // a colleague of ours, who sees the decision
)

// NotTolds are the reasons with their words.
func NotTolds() []Named { return notTolds }

var notTolds = []Named{
	{string(NotPublic), "A member of the public, who hears only that it arrived and was dealt with"},
	{string(NotNamed), "They did not say who they are"},
	{string(NotWanted), "They asked not to be told"},
	{string(NotSafe), "It is not safe to tell them"},
	{string(NotReached), "They cannot be reached: every way was tried"},
	{string(NotOtherAgency), "They work in our own service, and see the decision there"},
}

// ChosenNotTolds are the reasons that a person chooses; the first is for the rule alone.
func ChosenNotTolds() []Named { return notTolds[1:] }

// NotToldWords says a reason.
func NotToldWords(r NotTold) string { return wordsOf(notTolds, string(r)) }

func wordsOf(all []Named, code string) string {
	for _, n := range all {
		if n.Code == code {
			return n.Words
		}
	}
	return ""
}

// explained are the reasons that nobody can check without words beside them.
var explained = []NotTold{NotWanted, NotSafe, NotReached}

// feedback sees to it that the referrer is told what was decided (FD3), or that the
// reason is on record: a professional with an account reads it there, one whose agency is
// known has a link sent to it, and the public hear that it was dealt with. Anybody else,
// and whoever told us of a child whose record is closed, a person has to tell. The wait
// ends when they are told, and not when something was queued.
func (c Contact) feedback(child Child, o OutcomeInfo, _ Decision, f Facts) Consequences {
	w := Wait{Child: child.ID, On: deskOf(child), For: timescale.Feedback, What: "tell the referrer what was decided"}
	t := Feedback{Child: child.ID, Sentence: c.OutcomeSentence(o.Code)}
	key := "feedback " + c.Ref + " " + f.Now.String()
	silent := func(r NotTold) {
		t.Reason, t.Sentence = r, ""
		w.Over, w.How, w.Reason = f.Now, Withdrawn, NotToldWords(r)
	}
	var out Consequences
	switch {
	case f.Reach.Silent != "":
		silent(f.Reach.Silent)
	case c.public() && f.Reach.Unnamed:
		silent(NotNamed)
	case c.public():
		silent(NotPublic)
		if c.ReferrerEmail != "" {
			t.Way, t.Sentence = ByStatement, publicSentence
			out.Tells = []Tell{{Kind: "feedback", To: c.ReferrerEmail, Ref: c.Ref, Text: publicSentence, Key: key}}
		}
	case child.Conceal:
		return Consequences{Begins: []Wait{w}}
	case f.Reach.Account != "":
		t.Way, t.Waits = ByOwnPage, true
		out.Tells = []Tell{{Kind: "outcome-account", To: f.Reach.Account, Ref: c.Ref, Link: "/partner/referrals?state=decided", Key: key}}
	case f.Reach.Address != "":
		t.Way, t.Word, t.Waits = ByOwnLink, f.Reach.Word, true
		out.Tells = []Tell{c.outcomeLink(f.Reach, key)}
	default:
		return Consequences{Begins: []Wait{w}}
	}
	out.Begins, out.Told = []Wait{w}, []Feedback{t}
	return out
}

func (c Contact) outcomeLink(to Reach, key string) Tell {
	return Tell{Kind: "outcome-link", To: to.Address, Ref: c.Ref, Link: "/outcome/" + to.Word, Key: key}
}

// What a notice says that tells a referrer that something was decided, with {ref} for our
// reference. The sentence is read behind sign-in or behind the link, never in the message.
const (
	OutcomeSubject = "About what you told us: {ref}"
	OutcomeByLink  = "Something was decided about what you told us under {ref}. Open the link to read what we can tell you. It opens for 28 days and shows no name. Please do not send it on."
	OutcomeByPage  = "Something was decided about what you told us under {ref}. Sign in to read what we can tell you."
)

func (c Contact) public() bool { return c.Source == "public" || c.Source == "" }

// publicSentence is all that a member of the public is told (threat model,
// section 3.1).
const publicSentence = "We have dealt with what you told us. We cannot tell you more about the family."

// OutcomeSentence is what this contact's referrer may be told. Members of the
// public are told only that it was dealt with.
func (c Contact) OutcomeSentence(o Outcome) string {
	i, ok := OutcomeOf(o)
	if c.public() || !ok {
		return publicSentence
	}
	return i.Told
}

// OutcomeSentences are what the referrer may be told of all the children about whom
// something is decided, each sentence once: how many children there are says nothing new.
func (c Contact) OutcomeSentences() []string {
	var out []string
	for _, k := range c.Children {
		if s := c.OutcomeSentence(k.Outcome); k.Outcome != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// decided refuses to tell of what nobody has decided.
func (c Contact) decided() error {
	if len(c.OutcomeSentences()) == 0 {
		return refusal.New(refusal.Conflict, "Nothing is decided yet. Decide first, and tell the referrer then")
	}
	return nil
}

// ToldBy is what somebody says who told the referrer themselves.
type ToldBy struct {
	Way   Way
	Words string        // who was spoken to, on which number, or where the letter went
	At    civil.Instant // zero means now
}

// FedBack records that a person told the referrer. Whoever was told the outcome knows
// that the contact arrived. It refuses what was not yet decided, and a time to come.
func (c Contact) FedBack(by ToldBy, now civil.Instant) (Consequences, error) {
	if err := c.decided(); err != nil {
		return Consequences{}, err
	}
	var p problems
	if wordsOf(PersonalWays(), string(by.Way)) == "" {
		p.say("way", "Select how they were told")
	}
	if blank(by.Words) {
		p.say("how", "Enter whom you told, and where you found the number or the address")
	}
	if by.At.After(now) {
		p.say("at", "The day they were told must be today or in the past")
	}
	if err := refusal.Fields(p); err != nil {
		return Consequences{}, err
	}
	return Consequences{
		Ends:  []End{{For: timescale.Feedback, HappenedAt: by.At}, {For: timescale.Acknowledgement}},
		Told:  []Feedback{{Way: by.Way, Words: by.Words, Sentence: strings.Join(c.OutcomeSentences(), " "), At: by.At}},
		Lines: []Line{{Kind: "feedback", HappenedAt: by.At, Source: string(FrontDoor), Text: "Referrer told, " + lowered(WayWords(by.Way)) + ": " + by.Words}},
	}, nil
}

// SendOutcome sends the referrer's agency a link to what was decided. The address is one
// of the register. The wait goes on until it has gone.
func (c Contact) SendOutcome(to Reach, now civil.Instant) (Consequences, error) {
	if err := c.decided(); err != nil {
		return Consequences{}, err
	}
	if c.public() {
		return Consequences{}, refusal.New(refusal.Conflict, "A member of the public is not told what was decided")
	}
	if to.Address == "" {
		return Consequences{}, refusal.Field("agency", "Select the agency whose mailbox it goes to")
	}
	return Consequences{
		Told:  []Feedback{{Way: ByOwnLink, Sentence: strings.Join(c.OutcomeSentences(), " "), Word: to.Word, Waits: true}},
		Tells: []Tell{c.outcomeLink(to, "feedback "+c.Ref+" "+now.String())},
	}, nil
}

// NotToldBecause records why the referrer is not told. It may be said before anything is
// decided, and stands until somebody tells them: nothing goes to them by itself meanwhile.
func (c Contact) NotToldBecause(r NotTold, words string) (Consequences, error) {
	var p problems
	if wordsOf(ChosenNotTolds(), string(r)) == "" {
		p.say("reason", "Select why they are not told")
	}
	if blank(words) && slices.Contains(explained, r) {
		p.say("words", "Enter who said so and when, or what was tried")
	}
	if err := refusal.Fields(p); err != nil {
		return Consequences{}, err
	}
	said := NotToldWords(r)
	if !blank(words) {
		said += ": " + words
	}
	return Consequences{
		Ends:  []End{{For: timescale.Feedback, How: Withdrawn, Reason: said}},
		Told:  []Feedback{{Reason: r, Words: words}},
		Lines: []Line{{Kind: "feedback", Source: string(FrontDoor), Text: "Referrer not told what is decided. " + said}},
	}, nil
}

// ReadByReferrer records that the referrer has read it where it stands: they are told,
// whether or not word of it had reached them.
func ReadByReferrer(contact string) Consequences {
	return Consequences{Ends: []End{{Contact: contact, For: timescale.Feedback}, {Contact: contact, For: timescale.Acknowledgement}}}
}
