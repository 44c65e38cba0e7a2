package contacts

import (
	"frontdoor/internal/civil"
	"frontdoor/internal/form"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
)

// Arrival is what a door hands over: everything that was said, by any route.
// Doors fill what they know and leave the rest empty; nothing is defaulted.
type Arrival struct {
	Channel        string // police, form, phone, bulk, email
	SourceKind     string // police, school, health, housing, other_partner, public
	SourceName     string // the organisation, or "Member of the public"
	OrganisationID string // the partner's organisation in this authority, or ""
	SenderRef      string // the sender's own reference
	Referrer       Referrer

	// The five stamps of a police notification, and receipt for everything else.
	IncidentAt, ReportedAt, GradedAt, SentAt civil.Instant
	// ReceivedAt is when the authority was told: a call's start, a message's
	// acceptance. Zero means now. The decision clock starts here.
	ReceivedAt civil.Instant

	District  string   // the part of the force's area, in its own words
	Grade     string   // standard, medium, high: the sender's own
	RiskTool  string   // DASH, DARA
	Ticks     []string // what was ticked, kept apart from the judgement
	Judgement string   // professional judgement in words

	Danger     string // yes, no, not_known, or "" when not asked
	WhereNow   string
	Words      string // the sender's own words, unchanged
	LevelAsked string // level of need the referrer judged

	DomesticAbuse string             // yes, no, or "" when the police do not say
	Circumstances string             // what happened, as a school may read it
	Schooling     []record.Schooling // what is said of each child's school, in the order of Children

	Children  []person.Described
	Facts     []Told // recorded about single children, by their place among them
	Household []Member
	Consent   Consent

	Answers      form.Answers // the referral form, when it came by one
	Completeness int          // 0 to 100, by the form's own rule
	DraftID      string       // the draft whose files go with the contact

	Intake *Intake // what was received byte for byte, for the doors that take messages
	mends  string  // reference of the contact whose message could not be read before
}

// Referrer is who brings the concern.
type Referrer struct {
	ID                       string // user id when signed in
	Name, Role, Email, Phone string
}

// Member is somebody else in the household, as described.
type Member struct {
	Given, Family string
	Born          civil.Date
	Relation      string
	Part          string // victim, suspect, or ""
	Risk          string // known risks, also to visiting staff
	Responsible   string // whether they hold parental responsibility: yes, no, not_known, or not asked
}

// Consent is the family's agreement as the sender gave it.
type Consent struct {
	Status      string // given, refused, not_sought, not_known; "" where the door does not ask
	Who, How    string
	ToWhat      string
	At          civil.Instant
	Reason      string // code of the reason for not telling or asking
	ReasonWords string
}

// Intake is a message as it arrived. It is stored with its hash before anybody
// tries to understand it.
type Intake struct {
	Door        string // police, bulk
	Sender      string // key id or file name
	Reference   string // the sender's own reference; "" when none could be read: the hash is used
	ContentType string
	Body        []byte
	Unreadable  string // why it could not be understood, in words; "" when it was
}

// Received is the answer to an arrival. The same message twice gives the same
// answer, with Repeat set.
type Received struct {
	ContactID string
	Ref       string        // public reference
	At        civil.Instant // when the clock started
	Due       civil.Instant // when the decision is due
	Repeat    bool
}
