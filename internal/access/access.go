// Package access decides who may see or do what, for what reason. It is pure:
// the record asks it inside the transaction, with the rights of that moment.
package access

import "frontdoor/internal/civil"

// Role is what a person does here. A person may hold several.
type Role string

// The roles. See pathway.md section 8 and threat-model.md section 3.2.
const (
	Public           Role = "public"             // anyone on the referral form
	Referring        Role = "referring"          // referring professional with an account
	PoliceReferral   Role = "police_referral"    // police referral officer: triage and officer in one
	PoliceTriage     Role = "police_triage"      // sends what the force tells us, and mends it
	PoliceOfficer    Role = "police_officer"     // answers, meets and acts for the force
	PoliceSenior     Role = "police_senior"      // sees what the force owes, and answers for it
	SchoolLead       Role = "school_lead"        // designated safeguarding lead of a school, or the officer for children educated at home
	Screener         Role = "screener"           // screening officer
	FrontDoorManager Role = "front_door_manager" // decides thresholds
	TeamManager      Role = "team_manager"       // allocates
	SocialWorker     Role = "social_worker"      // accepts and does the work
	Chair            Role = "chair"              // chairs conferences, outside the line that manages the work
	Director         Role = "director"           // director of children's services
	Analyst          Role = "analyst"            // counts, no names
	Inspector        Role = "inspector"          // time-limited, read-only
	Administrator    Role = "administrator"      // settings, no content
	Door             Role = "door"               // a partner's system: may add, never read
	Installation     Role = "installation"       // the service itself: sweeps, delivery, verify, demo build
)

// Action is something a person may try to do. The policy table has a row for each.
type Action string

// The actions, in the order of the child's journey.
const (
	// doors
	ReceiveContact Action = "contact.receive" // make a contact from a door, the form or a call
	SeeOwnReferral Action = "referral.own"    // see one's own submissions and their outcome sentence
	AnswerRequest  Action = "request.answer"  // answer a question sent to one's agency
	SeeQuestions   Action = "request.inbox"   // list questions put to one's own agency
	// partners and the front door
	SayWorry     Action = "worry.say"    // say that one is still worried after a decision
	SeeWorries   Action = "worry.see"    // what partners are still worried about, and the answers
	AnswerWorry  Action = "worry.answer" // manager
	ReadMessages Action = "message.read" // between the front door and an agency, about one child
	SendMessage  Action = "message.send"
	SeeAnswers   Action = "answers.see" // how soon each agency reads and answers, no child
	SeeJoint     Action = "joint.see"   // the board of a team of two agencies
	// what an agency owes
	SeeOwed        Action = "owed.see"             // what one's own agency owes children
	AskOfficer     Action = "owed.ask"             // ask a named officer to take it
	CorrectMessage Action = "notification.correct" // put right what could not be read
	// front door
	ListContacts  Action = "contact.list"
	OpenContact   Action = "contact.open"
	TakeContact   Action = "contact.take"     // say who is working on it
	ScreenContact Action = "contact.screen"   // RAG, danger now, history read
	LinkPerson    Action = "contact.link"     // same child, not them, new child
	AskPartner    Action = "contact.ask"      // information request
	RecordAttempt Action = "contact.attempt"  // contact attempts, consent sought
	Dispense      Action = "contact.dispense" // go on without consent: manager
	DecideContact Action = "contact.decide"   // threshold decision: manager
	SecondManager Action = "contact.second"   // the second manager's agreement
	SendFeedback  Action = "contact.feedback"
	DownloadFile  Action = "contact.file"
	SeeLoad       Action = "load.see"      // how much waits, who works on how much, the forecast
	SetLoadLimit  Action = "load.limit"    // how much one person and the desk should have at once
	ListFeedback  Action = "feedback.list" // who told us and is still to be told, no child
	SeeFeedback   Action = "feedback.see"  // how soon they were told, as numbers
	ReadOutcome   Action = "feedback.read" // what was decided about what one told us, by a link
	// meetings
	ListTriggers    Action = "trigger.list"     // children for whom a discussion must be considered
	ConsiderMeeting Action = "meeting.consider" // say yes or no to a discussion where facts ask for one
	ListMeetings    Action = "meeting.list"
	OpenMeeting     Action = "meeting.open"
	RequestMeeting  Action = "meeting.request" // ask for a strategy discussion about a child who is known
	ConveneMeeting  Action = "meeting.convene" // invite, set a time, record who was there
	DecideMeeting   Action = "meeting.decide"
	AnswerMeeting   Action = "meeting.answer" // answer an invitation, sign the record
	VisitMeanwhile  Action = "meeting.visit"  // a visit while a discussion is waited for
	// enquiries and conferences
	ListEnquiries    Action = "enquiry.list"
	OpenEnquiry      Action = "enquiry.open"
	WorkEnquiry      Action = "enquiry.work"      // open it, agree actions, use the history, record the outcome
	ActInEnquiry     Action = "enquiry.act"       // say whether to investigate together, record one's own actions
	AuthoriseEnquiry Action = "enquiry.authorise" // start early, authorise the outcome
	ListConferences  Action = "conference.list"
	OpenConference   Action = "conference.open"
	BookConference   Action = "conference.book"
	HoldConference   Action = "conference.hold" // record, adjourn
	// waiting
	ListWaits  Action = "wait.list"   // names of children waiting
	CountWaits Action = "wait.count"  // numbers only
	ChangeWait Action = "wait.change" // move to another owner, withdraw with a reason
	MeetWait   Action = "wait.meet"   // record the event that ends it
	// escalations and the joint improvement plan
	ListEscalations    Action = "escalation.list"
	AnswerEscalation   Action = "escalation.answer"
	RaiseEscalation    Action = "escalation.raise"
	CloseEscalation    Action = "escalation.close"     // record what came of it, once the children have what they waited for
	OverrideEscalation Action = "escalation.override"  // end it while children still wait, by name
	NameAddressee      Action = "escalation.addressee" // say who stands behind a role of the ladder
	SeeLeadership      Action = "leadership.see"       // the director's first page
	ListImprovements   Action = "improvement.list"
	ChangeImprovements Action = "improvement.change"
	// children
	SearchChildren  Action = "child.search"
	OpenChild       Action = "child.open"     // the child's page, chronology, family, waiting
	SeeLooks        Action = "child.looks"    // who looked at this child
	RestrictChild   Action = "child.restrict" // make restricted, name people
	MarkSignificant Action = "child.mark-significant"
	ChangeFamily    Action = "family.change" // add, end, put right, confirm or reject who belongs to whom
	RecordDeath     Action = "child.death"   // that a child or somebody of the family died
	SettleDeath     Action = "child.settle"  // what a child who died still waits for: manager
	RecordBirth     Action = "child.birth"   // an unborn child is born, named, or will not be
	// records of one child
	SeeDuplicates   Action = "duplicate.list"
	ProposeMerge    Action = "duplicate.propose" // say that two records are of one child
	AnswerMerge     Action = "duplicate.answer"  // join them, say that they are two, part them again
	SweepDuplicates Action = "duplicate.sweep"   // search the register for children recorded twice
	// telling schools
	ReadNotice    Action = "notice.read"   // a school's own notices before the school day
	AskHelp       Action = "notice.help"   // ask the front door about one
	TellSchool    Action = "school.tell"   // find the school, tell it by hand, answer it
	SeeTelling    Action = "school.report" // how often schools knew in time, no child
	ManageSchools Action = "school.manage" // the register of schools and their calendars
	// allocations
	ListUnallocated Action = "allocation.list"
	Allocate        Action = "allocation.propose"
	AcceptWork      Action = "allocation.accept" // accept or refuse what was proposed to oneself
	SeeOwnWork      Action = "allocation.own"
	// teams
	SeeTeams    Action = "team.see"    // how many children wait in each team, no child
	ListTeams   Action = "team.list"   // whose they are
	ManageTeams Action = "team.manage" // set up, change, end, and who works in it from when
	MoveTeam    Action = "team.move"   // move the children of a team to another, and back
	// running it
	RecordHelp Action = "help.record" // that a child was met, or that somebody tried
	SeeHelp    Action = "help.see"    // how long children waited for help, as numbers
	ListHelp   Action = "help.list"   // whose they are

	LinkSubject  Action = "subject.link"   // kinds of concern; places, vehicles and peers of a child
	FindSubjects Action = "subject.search" // children linked to a place, a vehicle or a peer

	SeeNumbers     Action = "numbers.see"    // aggregates
	SeeFairness    Action = "fairness.see"   // whether children of every group are found alike, no child
	SeePromptness  Action = "promptness.see" // each notification with its lag, no child
	SeeScorecard   Action = "scorecard.see"  // how a partner and we work together, no child
	MakePack       Action = "pack.make"      // the evidence pack of a period, no child
	SeeJointPack   Action = "jointpack.see"  // each agency's events and lag for the children of a sample
	MakeJointPack  Action = "jointpack.make" // choose the children, say who reads it until when
	SendHeartbeat  Action = "feed.heartbeat" // a partner's system says that it is there
	DeclareBacklog Action = "feed.backlog"   // what waits for triage with a force
	ReconcileFeed  Action = "feed.reconcile" // hold a force's own list against what came, and settle what differs
	CheckReturn    Action = "return.check"   // check a statutory return that one brings as a file
	ManagePeople   Action = "people.manage"
	ManageDoors    Action = "doors.manage" // keys, undelivered notices
	VerifyRecord   Action = "record.verify"
	DeliverNotice  Action = "notice.deliver"
	// notices that reached nobody
	ListUndelivered Action = "notice.undelivered" // all, or those one sent
	ResendNotice    Action = "notice.resend"      // send again, or say that one told the person another way
	TrainMatcher    Action = "match.train"
	AgreeMatching   Action = "match.agree"
	ReadAbout       Action = "about.read" // timescales, journey, access: everyone
	SignInOut       Action = "sign-in"    // everyone
	ChangeOwn       Action = "own.change" // own password and sessions
)

// Purpose is why somebody looks. It is written beside every look.
type Purpose string

// The purposes a person may give, and those the service gives for itself.
const (
	PurposeScreening  Purpose = "screening a contact"
	PurposeDeciding   Purpose = "deciding a contact"
	PurposeWorklist   Purpose = "planning the work"
	PurposeAllocated  Purpose = "working with the child"
	PurposeAllocating Purpose = "allocating work"
	PurposeSearch     Purpose = "finding a child"
	PurposeOneChild   Purpose = "finding children recorded twice"
	PurposeOversight  Purpose = "oversight"
	PurposeInspection Purpose = "inspection"
	PurposeOwn        Purpose = "own referral or question"
	PurposeService    Purpose = "running the service"
)

// Actor is who acts: a signed-in person, a partner's system, or the service.
// It comes from the sign-in or the key, never from a form.
type Actor struct {
	ID         string // user id, door key id, or a fixed word for the service
	Name       string
	Authority  string // authority_id; everything the actor touches is inside it
	AgencyID   string // organisation of a partner's user; "" for the authority's own
	AgencyKind string // police, school, health ...; "" for the authority's own
	Roles      []Role
	Teams      []string
	ReadOnly   bool          // inspectors, and anyone while the service is read-only
	Expires    civil.Instant // zero means no end
	Conflicts  []string      // person ids declared or computed as this actor's own family
}

// Has says whether the actor holds the role.
func (a Actor) Has(r Role) bool {
	for _, x := range a.Roles {
		if x == r {
			return true
		}
	}
	return false
}

// LeadsWork says whether the actor manages the front door or a team.
func (a Actor) LeadsWork() bool { return a.Has(FrontDoorManager) || a.Has(TeamManager) }

// WorkPurpose is why the actor looks at discussions, enquiries and conferences.
func (a Actor) WorkPurpose() Purpose {
	switch {
	case a.Has(Inspector):
		return PurposeInspection
	case a.Has(Director):
		return PurposeOversight
	case a.AgencyID != "":
		return PurposeOwn
	case a.Has(SocialWorker):
		return PurposeAllocated
	}
	return PurposeDeciding
}

// Concealment says how far a record is closed.
type Concealment string

// Open, restricted to named people, or sealed even from those who receive contacts.
const (
	Unrestricted Concealment = ""
	Restricted   Concealment = "restricted"
	Sealed       Concealment = "sealed"
)

// About is what the action is about, loaded from the record inside the
// transaction. The zero About is for actions about no record.
type About struct {
	Kind       string // contact, child, wait, request, episode, user, ...
	ID         string // reference or id, for the trail
	Authority  string
	Conceal    Concealment
	Named      []string // user ids named on the restriction
	NamedShown string   // who to contact, shown to those who receive contacts
	Persons    []string // person ids on the record, for A1
	AgencyID   string   // organisation whose own entry this is, or that was asked
	ReferrerID string   // user id of the referrer
	Workers    []string // user ids allocated or proposed
	Teams      []string // teams responsible
	DrawnFor   []string // user ids of those for whom it was drawn, while the window is open
	Seated     []string // user ids of those who are invited themselves
	Live       bool     // on a contact or episode that is open now
}

// Answer is what the policy says.
type Answer int

// Deny is the zero answer: no rule means no.
const (
	Deny Answer = iota
	Allow
	Mask    // may know that something restricted is here, and whom to ask; nothing more
	Conceal // answered as if it did not exist
)

// Verdict is the policy's answer with what to say to a person who is denied.
type Verdict struct {
	Answer  Answer
	Message string // for Deny: "You need to be a front door manager to do this"
	Rule    string // A1..A7, for the trail and for tests
}
