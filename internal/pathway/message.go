package pathway

import "frontdoor/internal/refusal"

// LongestMessage is how many characters one message may have.
const LongestMessage = 4000

// Message is something that the front door writes to an agency about one child, or the
// agency to the front door (finding 10: each message carries when it was sent and read).
type Message struct {
	ID, Thread string
	Contact    string // public reference of the contact it is about
	Child      string
	Agency     Agency
	FromAgency bool
	Text       string
	To         string // as notices address people
}

// Send refuses an empty message and one too long to read at once. The receiver is told
// that something is there, by reference; the words stay in the record.
func (m Message) Send() (Consequences, error) {
	switch {
	case blank(m.Text):
		return Consequences{}, refusal.Field("text", "Enter your message")
	case len([]rune(m.Text)) > LongestMessage:
		return Consequences{}, refusal.Field("text", "Message must be 4,000 characters or fewer")
	}
	source, words := string(FrontDoor), "The front door wrote to "+AgencyName(m.Agency)
	if m.FromAgency {
		source, words = string(m.Agency), capital(AgencyName(m.Agency))+" wrote to the front door"
	}
	return Consequences{
		Tells: []Tell{{Kind: "message", To: m.To, Ref: m.Contact, Link: "/messages/" + m.Thread, Key: "message " + m.ID}},
		Lines: []Line{{Child: m.Child, Kind: "message", Source: source, Text: words}},
	}, nil
}
