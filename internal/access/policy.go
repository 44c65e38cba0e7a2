package access

import (
	"fmt"
	"slices"
	"strings"
)

// Grant is how much of a kind of thing a role may reach.
type Grant string

// The grants. No row, or no grant, means no.
const (
	None    Grant = ""
	Full    Grant = "full"    // everything in the authority that is not concealed
	Team    Grant = "team"    // what belongs to one's teams
	Own     Grant = "own"     // allocated or proposed to oneself
	Agency  Grant = "agency"  // one's own agency's entries, and what was sent to it
	Sent    Grant = "sent"    // what one sent oneself
	Reason  Grant = "reason"  // a named child, with the purpose written beside it
	Sampled Grant = "sampled" // to read, for a dated visit
	Drawn   Grant = "drawn"   // what was drawn for one's own inspection, while its window is open
	Numbers Grant = "numbers" // counts, never a child
	Refs    Grant = "refs"    // one's own agency's, by reference and without a child's name
	Seat    Grant = "seat"    // what one is invited to oneself
)

// Row says who may do one thing.
type Row struct {
	Action  Action
	Says    string // in words, for /about/access
	Changes bool   // whether it changes the record
	Grants  map[Role]Grant
}

// frontDoor are the roles that receive contacts: they may know that a restricted
// record exists, so that no contact is lost.
var frontDoor = []Role{Screener, FrontDoorManager}

// Policy is the whole table, in the order of the child's journey.
func Policy() []Row { return policy }

var policy = ranked([]Row{
	{ReceiveContact, "Tell us about a child", true, grants(Full, Public, Referring, PoliceReferral, Screener, FrontDoorManager, TeamManager, SocialWorker, Door)},
	{SeeOwnReferral, "See one's own referrals and what was decided", false, with(grants(Sent, Referring), PoliceReferral, Agency)},
	{SeeQuestions, "See questions put to one's own agency", false, grants(Agency, Referring, PoliceReferral)},
	{AnswerRequest, "Answer a question put to one's own agency", true, with(grants(Agency, Referring, PoliceReferral, Public), Screener, Full, FrontDoorManager, Full)},
	{SayWorry, "Say that one is still worried about a child after a decision", true, with(grants(Sent, Referring), PoliceReferral, Agency)},
	{SeeWorries, "See what partners are still worried about, and what was answered", false, with(grants(Full, Screener, FrontDoorManager, Director), Inspector, Sampled, Referring, Sent, PoliceReferral, Agency)},
	{AnswerWorry, "Answer a partner who is still worried", true, grants(Full, FrontDoorManager)},
	{ReadMessages, "Read what the front door and an agency wrote to each other about a child", false, with(grants(Full, Screener, FrontDoorManager), TeamManager, Team, SocialWorker, Own, Referring, Agency, PoliceReferral, Agency)},
	{SendMessage, "Write to an agency about a child, or to the front door", true, with(grants(Full, Screener, FrontDoorManager), TeamManager, Team, SocialWorker, Own, Referring, Agency, PoliceReferral, Agency)},
	{SeeAnswers, "See how soon each agency reads and answers, without a child's name", false, with(grants(Full, Screener, FrontDoorManager, TeamManager, Director, Inspector, Analyst), Referring, Agency, PoliceReferral, Agency)},
	{SeeJoint, "See the board of one's own joint team, each what their own rights allow", false, with(grants(Full, Screener, FrontDoorManager), TeamManager, Team, SocialWorker, Own, Referring, Agency, PoliceReferral, Agency)},

	{ListContacts, "See the front door's board", false, with(grants(Full, Screener, FrontDoorManager), Inspector, Sampled)},
	{OpenContact, "Open a contact", false, with(grants(Full, Screener, FrontDoorManager), Inspector, Sampled)},
	{TakeContact, "Say who is working on a contact", true, grants(Full, Screener, FrontDoorManager)},
	{ScreenContact, "Screen a contact", true, grants(Full, Screener, FrontDoorManager)},
	{LinkPerson, "Say who a child is", true, grants(Full, Screener, FrontDoorManager)},
	{AskPartner, "Ask a partner a question", true, grants(Full, Screener, FrontDoorManager)},
	{RecordAttempt, "Record a call to the family and what they agreed", true, grants(Full, Screener, FrontDoorManager)},
	{Dispense, "Go on without the family's agreement", true, grants(Full, FrontDoorManager)},
	{DecideContact, "Decide what happens for a child", true, grants(Full, FrontDoorManager)},
	{SecondManager, "Give a second manager's view", true, grants(Full, FrontDoorManager)},
	{SendFeedback, "Tell the referrer what was decided", true, grants(Full, Screener, FrontDoorManager)},
	{DownloadFile, "Download a file sent with a contact", false, grants(Full, Screener, FrontDoorManager)},
	{SeeLoad, "See how much waits at the front door, who works on how much of it, and what is expected", false, with(grants(Full, FrontDoorManager, Director), Screener, Own, Analyst, Numbers, Inspector, Numbers)},
	{SetLoadLimit, "Say how many contacts one person, and the front door, should have at once", true, grants(Full, FrontDoorManager)},
	{ListFeedback, "See which referrers are still to be told what was decided, without a child's name", false, with(grants(Full, Screener, FrontDoorManager, Director), Inspector, Sampled)},
	{SeeFeedback, "See how soon referrers were told what was decided", false, with(grants(Full, Screener, FrontDoorManager, TeamManager, Director), Inspector, Sampled, Analyst, Numbers)},
	{ReadOutcome, "Read by a link what was decided about what one told us", true, grants(Agency, Public)},

	{ListTriggers, "See for which children a strategy discussion must be considered", false, with(grants(Full, Screener, FrontDoorManager, Director), TeamManager, Team, Inspector, Sampled)},
	{ConsiderMeeting, "Say yes or no to a strategy discussion where recorded facts ask for one", true, with(grants(Full, FrontDoorManager), TeamManager, Team)},
	{ListMeetings, "See which strategy discussions are waited for", false, with(grants(Full, Screener, FrontDoorManager, Director), TeamManager, Team, SocialWorker, Own, PoliceReferral, Agency, Referring, Agency, Inspector, Sampled)},
	{OpenMeeting, "Open a strategy discussion", false, with(grants(Full, Screener, FrontDoorManager), TeamManager, Team, SocialWorker, Own, Director, Reason, PoliceReferral, Agency, Referring, Agency, Inspector, Sampled)},
	{RequestMeeting, "Ask for a strategy discussion about a child", true, with(grants(Full, FrontDoorManager), TeamManager, Team, SocialWorker, Own)},
	{ConveneMeeting, "Invite to a strategy discussion, set its time, record who was there", true, with(grants(Full, FrontDoorManager), TeamManager, Team, SocialWorker, Own)},
	{DecideMeeting, "Record what a strategy discussion decided", true, with(grants(Full, FrontDoorManager), TeamManager, Team)},
	{AnswerMeeting, "Answer an invitation, and sign the record, for one's own agency", true, with(grants(Agency, Referring, PoliceReferral, Public), FrontDoorManager, Full, TeamManager, Team, SocialWorker, Own)},
	{VisitMeanwhile, "Record a visit to a child who waits for a discussion", true, with(grants(Full, FrontDoorManager), TeamManager, Team, SocialWorker, Own)},

	{ListEnquiries, "See section 47 enquiries", false, with(grants(Full, FrontDoorManager, Director), TeamManager, Team, SocialWorker, Own, PoliceReferral, Agency, Referring, Agency, Inspector, Sampled)},
	{OpenEnquiry, "Open a section 47 enquiry", false, with(grants(Full, FrontDoorManager), TeamManager, Team, SocialWorker, Own, Director, Reason, PoliceReferral, Agency, Referring, Agency, Inspector, Sampled)},
	{WorkEnquiry, "Work on a section 47 enquiry and record what it found", true, with(grants(Full, FrontDoorManager), TeamManager, Team, SocialWorker, Own)},
	{ActInEnquiry, "Say whether to investigate together, and record one's own actions", true, with(grants(Full, FrontDoorManager), TeamManager, Team, SocialWorker, Own, PoliceReferral, Agency, Referring, Agency)},
	{AuthoriseEnquiry, "Start an enquiry early, and authorise its outcome", true, with(grants(Full, FrontDoorManager), TeamManager, Team)},
	{ListConferences, "See child protection conferences", false, with(grants(Full, FrontDoorManager, Chair, Director), TeamManager, Team, SocialWorker, Own, Inspector, Sampled)},
	{OpenConference, "Open a child protection conference", false, with(grants(Full, FrontDoorManager, Chair), TeamManager, Team, SocialWorker, Own, Director, Reason, Inspector, Sampled)},
	{BookConference, "Book a child protection conference", true, with(grants(Full, FrontDoorManager, Chair), TeamManager, Team, SocialWorker, Own)},
	{HoldConference, "Record what a conference decided, or adjourn it", true, grants(Full, Chair)},

	{ListWaits, "See who each child is waiting for", false, with(grants(Full, Screener, FrontDoorManager, Director), TeamManager, Team, SocialWorker, Own, PoliceReferral, Agency, Inspector, Sampled)},
	{CountWaits, "See how many children wait", false, with(grants(Full, Screener, FrontDoorManager, Director), TeamManager, Team, SocialWorker, Own, PoliceReferral, Agency, Inspector, Sampled, Analyst, Numbers)},
	{ChangeWait, "Give a wait to somebody else, or withdraw it with a reason", true, with(grants(Full, Screener, FrontDoorManager), TeamManager, Team)},
	{MeetWait, "Record the event a child was waiting for", true, with(grants(Full, Screener, FrontDoorManager), TeamManager, Team, SocialWorker, Own)},

	{ListEscalations, "See what is asked of partners for whom children wait too long", false, with(grants(Full, Screener, FrontDoorManager, Director), TeamManager, Team, SocialWorker, Own, PoliceReferral, Agency, Referring, Agency, Inspector, Sampled)},
	{AnswerEscalation, "Answer what is asked of one's own agency, or record its answer", true, with(grants(Agency, Referring, PoliceReferral), FrontDoorManager, Full, Director, Full)},
	{RaiseEscalation, "Raise a wait on a partner to a level at once", true, with(grants(Full, FrontDoorManager), TeamManager, Team)},
	{CloseEscalation, "Record what came of an escalation", true, grants(Full, FrontDoorManager, Director)},
	{OverrideEscalation, "End an escalation while children still wait, by name and with a reason", true, grants(Full, Director)},
	{NameAddressee, "Say who stands behind a role of the escalation ladder", true, grants(Full, FrontDoorManager, Director)},
	{SeeLeadership, "See the director's first page", false, grants(Full, Director)},
	{ListImprovements, "See the joint improvement plan and how each line stands", false, with(grants(Full, FrontDoorManager, TeamManager, Director, Analyst), PoliceReferral, Agency, Referring, Agency, Inspector, Sampled)},
	{ChangeImprovements, "Write a line into the joint improvement plan, or take one out", true, grants(Full, FrontDoorManager, Director)},

	{SearchChildren, "Find a child", false, grants(Full, Screener, FrontDoorManager, TeamManager, SocialWorker)},
	{OpenChild, "Open a child's page", false, with(grants(Full, Screener, FrontDoorManager), TeamManager, Team, SocialWorker, Own, Director, Reason, Inspector, Sampled)},
	{SeeLooks, "See who looked at a child", false, with(grants(Full, FrontDoorManager), TeamManager, Team, SocialWorker, Own)},
	{MarkSignificant, "Say that a happening in a child's story is significant, and why", true, with(grants(Full, Screener, FrontDoorManager), TeamManager, Team, SocialWorker, Own)},
	{ChangeFamily, "Change who belongs to a child's family and household, and confirm or reject what is thought", true, with(grants(Full, Screener, FrontDoorManager), TeamManager, Team, SocialWorker, Own)},
	{RecordBirth, "Record that an unborn child was born or named, or that a pregnancy ended", true, with(grants(Full, Screener, FrontDoorManager), TeamManager, Team, SocialWorker, Own)},
	{RecordDeath, "Record that a child or somebody of the family died, or take that back", true, with(grants(Full, Screener, FrontDoorManager), TeamManager, Team, SocialWorker, Own)},
	{SettleDeath, "Say of each thing a child who died still waits for whether it ends or goes on", true, with(grants(Full, FrontDoorManager), TeamManager, Team)},
	{RestrictChild, "Restrict a record to named people, or lift that", true, grants(Full, FrontDoorManager)},

	{SeeDuplicates, "See pairs of records that may be of one child", false, with(grants(Full, Screener, FrontDoorManager), TeamManager, Team, Inspector, Sampled)},
	{ProposeMerge, "Propose that two records are of one child", true, with(grants(Full, Screener, FrontDoorManager), TeamManager, Team)},
	{AnswerMerge, "Agree that two records are of one child, refuse it, or undo it", true, with(grants(Full, FrontDoorManager), TeamManager, Team)},
	{SweepDuplicates, "Search the register for children recorded twice", true, grants(Full, Installation)},

	{ReadNotice, "Read what one's own school is told before the school day", false, grants(Agency, SchoolLead)},
	{AskHelp, "Ask the front door for help with a notice to one's own school", true, grants(Agency, SchoolLead)},
	{TellSchool, "Find the school of a child, tell it by hand, answer what it asks", true, grants(Full, Screener, FrontDoorManager)},
	{SeeTelling, "See whether schools were told before their day started, without a child's name", false, with(grants(Full, Screener, FrontDoorManager, TeamManager, Director, Inspector, Analyst), PoliceReferral, Agency)},
	{ManageSchools, "Keep the register of schools, their safeguarding leads and calendars", true, grants(Full, FrontDoorManager, Administrator, Installation)},

	{ListUnallocated, "See children without a worker", false, with(grants(Team, TeamManager), FrontDoorManager, Full, Inspector, Sampled, Director, Full)},
	{Allocate, "Propose a worker for a child", true, with(grants(Team, TeamManager), FrontDoorManager, Full)},
	{AcceptWork, "Accept or refuse a child proposed to oneself", true, grants(Own, SocialWorker)},
	{SeeOwnWork, "See one's own children", false, grants(Own, SocialWorker)},
	{SeeTeams, "See how many children wait in each team, without a child's name", false, with(grants(Full, FrontDoorManager, TeamManager, Director), Inspector, Sampled, Analyst, Numbers, Administrator, Numbers)},
	{ListTeams, "See which children wait in a team, and whom it holds", false, with(grants(Full, FrontDoorManager, Director), TeamManager, Team, Inspector, Sampled)},
	{ManageTeams, "Set up a team from a date, change and end it, and say who works in it from when", true, grants(Full, FrontDoorManager, Director, Administrator, Installation)},
	{MoveTeam, "Move the children of a team to another team, and back within a day", true, with(grants(Full, FrontDoorManager), TeamManager, Team)},

	{RecordHelp, "Record that a child was met, or that somebody tried", true, with(grants(Full, FrontDoorManager), TeamManager, Team, SocialWorker, Own)},
	{SeeHelp, "See how long children waited for help", false, with(grants(Full, FrontDoorManager, Director), TeamManager, Team, SocialWorker, Own, Inspector, Sampled, Analyst, Numbers)},
	{ListHelp, "See which children waited for help, and how long each", false, with(grants(Full, FrontDoorManager, Director), TeamManager, Team, SocialWorker, Own, Inspector, Sampled)},
	{LinkSubject, "Record the kinds of concern for a child, and the places, vehicles and peers that have to do with them", true, with(grants(Full, Screener, FrontDoorManager), TeamManager, Team, SocialWorker, Own)},
	{FindSubjects, "Find the children linked to a place, a vehicle or a peer, with the purpose written down", false, grants(Full, Screener, FrontDoorManager, TeamManager, SocialWorker)},

	{SeeNumbers, "See numbers without names", false, grants(Numbers, FrontDoorManager, TeamManager, Director, Analyst, Inspector)},
	{SeeFairness, "See whether children of every group are found alike, without a child's name", false, grants(Numbers, FrontDoorManager, Director, Analyst)},
	{SeePromptness, "See how late each notification was, without a child's name", false, with(grants(Full, Screener, FrontDoorManager, TeamManager, Director, Inspector, Analyst), PoliceReferral, Agency)},
	{SeeScorecard, "See how a partner and we work together, without a child's name", false, with(grants(Full, FrontDoorManager, TeamManager, Director, Inspector, Analyst), PoliceReferral, Agency, Referring, Agency)},
	{MakePack, "Make the evidence pack of a period: counts, dates and references", false, with(grants(Full, FrontDoorManager, Director, Inspector, Installation), PoliceReferral, Agency, Referring, Agency)},
	{SeeJointPack, "See what each agency did for the children drawn for a joint inspection, and how long it took", false, with(grants(Full, FrontDoorManager, Director, Installation), Inspector, Drawn, PoliceReferral, Agency, Referring, Agency)},
	{MakeJointPack, "Draw children for a joint inspection, and say who may read about them until when", true, grants(Full, FrontDoorManager, Director)},
	{SendHeartbeat, "Say that a partner's system is there", true, grants(Full, Door)},
	{DeclareBacklog, "Say how many reports wait for triage with one's own force", true, with(grants(Agency, PoliceReferral), Door, Full)},
	{ReconcileFeed, "Hold a force's own list of incidents against what came, and say why one did not", true, with(grants(Agency, PoliceReferral), FrontDoorManager, Full)},
	{CheckReturn, "Check a census file that one brings; nothing of it is kept", false, grants(Own, FrontDoorManager, TeamManager, Director, Analyst)},
	{ManagePeople, "Add people, give and end their roles", true, grants(Full, Administrator, Installation)},
	{ManageDoors, "Manage partners' keys and undelivered notices", true, grants(Full, Administrator, Installation)},
	{VerifyRecord, "Prove that the record is whole", false, grants(Full, Installation)},
	{TrainMatcher, "Learn the matcher's weights from decisions", true, grants(Full, Installation)},
	{AgreeMatching, "Agree with another authority to look for each other's children", true, grants(Full, Installation)},
	{DeliverNotice, "Deliver notices and tell people of limits passed", true, grants(Full, Installation)},
	{ListUndelivered, "See notices that reached nobody: one's own, or the authority's", false, with(grants(Full, Screener, FrontDoorManager, Administrator), TeamManager, Own, SocialWorker, Own, Chair, Own, Referring, Sent, PoliceReferral, Sent)},
	{ResendNotice, "Send such a notice again, or say that the person was told another way", true, with(grants(Full, Screener, FrontDoorManager, Administrator), TeamManager, Own, SocialWorker, Own, Chair, Own, Referring, Sent, PoliceReferral, Sent)},
	{ReadAbout, "Read what we promise", false, grants(Full, Roles()...)},
	{SignInOut, "Sign in and out", false, grants(Full, Roles()...)},
	{ChangeOwn, "Change one's own password", true, grants(Full, staffAndPartners()...)},
	{SeeOwed, "See what one's own agency owes children: questions, invitations, records to sign, actions, and what is escalated", false, grants(Agency, Referring, SchoolLead, PoliceReferral)},
	{AskOfficer, "Ask a named officer of one's own force to take something it owes", true, grants(None)},
	{CorrectMessage, "Put right a message of one's own force that could not be read", true, grants(Agency, PoliceReferral)},
})

func grants(g Grant, roles ...Role) map[Role]Grant {
	m := map[Role]Grant{}
	for _, r := range roles {
		m[r] = g
	}
	return m
}

// with adds grants to a row: a role, its grant, and so on.
func with(m map[Role]Grant, more ...any) map[Role]Grant {
	for i := 0; i+1 < len(more); i += 2 {
		m[more[i].(Role)] = more[i+1].(Grant)
	}
	return m
}

func rowOf(act Action) (Row, bool) {
	i := slices.IndexFunc(policy, func(r Row) bool { return r.Action == act })
	if i < 0 {
		return Row{}, false
	}
	return policy[i], true
}

// Roles are all roles, in the order of the journey.
func Roles() []Role {
	return []Role{Public, Referring, SchoolLead, PoliceReferral, PoliceTriage, PoliceOfficer, PoliceSenior, Screener, FrontDoorManager, TeamManager, SocialWorker, Chair,
		Director, Analyst, Inspector, Administrator, Door, Installation}
}

func staffAndPartners() []Role {
	return slices.DeleteFunc(Roles(), func(r Role) bool { return r == Public || r == Door || r == Installation })
}

var roleNames = map[Role]string{
	Public: "member of the public", Referring: "referring professional", PoliceReferral: "police referral officer", SchoolLead: "school safeguarding lead",
	PoliceTriage: "police triage officer", PoliceOfficer: "police officer", PoliceSenior: "senior police officer",
	Screener: "screener", FrontDoorManager: "front door manager", TeamManager: "team manager", SocialWorker: "social worker", Chair: "independent chair",
	Director: "director", Analyst: "analyst", Inspector: "inspector", Administrator: "administrator",
	Door: "partner's system", Installation: "the service itself",
}

// RoleName is what people call a role.
func RoleName(r Role) string { return roleNames[r] }

// Table is the policy as a table in English, the same that /about/access shows.
func Table() string {
	var b strings.Builder
	for _, r := range policy {
		fmt.Fprintf(&b, "%s (%s)\n", r.Says, r.Action)
		for _, role := range Roles() {
			if g := r.Grants[role]; g != None {
				fmt.Fprintf(&b, "  %s: %s\n", roleNames[role], GrantWords(g))
			}
		}
	}
	return b.String()
}

// GrantWords says what a grant means.
func GrantWords(g Grant) string {
	return map[Grant]string{
		Full: "yes", Team: "children of their own teams", Own: "children allocated or proposed to them",
		Agency: "their own agency's, and what was sent to it", Sent: "what they sent themselves",
		Reason: "one named child, with the reason written down", Sampled: "to read, until their visit ends",
		Drawn:   "what was drawn for their own inspection, until its window closes",
		Numbers: "numbers only", Refs: "their own agency's, by reference and without a child's name", Seat: "what they are invited to themselves",
	}[g]
}
