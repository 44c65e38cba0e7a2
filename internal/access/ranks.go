package access

// What each rank of a police force may do (finding 135: the police's own officers, triage
// and senior officers). A force's referral officer is triage and officer in one: whoever
// held that role goes on doing both. No rank sees anything of another force.

// ofTriage send what the force tells us, put right what could not be read, declare what
// waits for triage and hold the force's list against what came. They open no discussion
// and no enquiry, and a child's name they see in what they sent and nowhere else.
var ofTriage = map[Action]Grant{
	ReceiveContact: Full, SeeOwnReferral: Agency, CorrectMessage: Agency, SayWorry: Agency, SeeWorries: Agency,
	SeeAnswers: Agency, CountWaits: Agency, SeeTelling: Agency, SeePromptness: Agency,
	DeclareBacklog: Agency, ReconcileFeed: Agency, ListUndelivered: Sent, ResendNotice: Sent, SeeOwed: Refs,
}

// ofOfficer answer what is asked of the force about a child, sit in discussions, and act
// in enquiries that the force is part of.
var ofOfficer = map[Action]Grant{
	ReceiveContact: Full, SeeOwnReferral: Sent, SeeQuestions: Agency, AnswerRequest: Agency, SayWorry: Sent, SeeWorries: Sent,
	ReadMessages: Agency, SendMessage: Agency, SeeAnswers: Agency, SeeJoint: Agency,
	ListMeetings: Agency, OpenMeeting: Agency, AnswerMeeting: Agency, ListEnquiries: Agency, OpenEnquiry: Agency, ActInEnquiry: Agency,
	ListWaits: Agency, CountWaits: Agency, ListEscalations: Agency, AnswerEscalation: Agency, ListImprovements: Agency,
	SeePromptness: Agency, SeeScorecard: Agency, MakePack: Agency, ListUndelivered: Sent, ResendNotice: Sent, SeeOwed: Agency, SeeJointPack: Agency,
}

// ofSenior see everything the force owes, by reference, and the figures of it; they
// answer what is escalated and ask an officer of the force to take something. A child's
// name they learn only in a discussion that they are invited to themselves.
var ofSenior = map[Action]Grant{
	ReceiveContact: Full, SeeOwed: Refs, AskOfficer: Agency, ListEscalations: Refs, AnswerEscalation: Agency, ListImprovements: Agency,
	SeeAnswers: Agency, SeePromptness: Agency, SeeScorecard: Agency, MakePack: Agency, SeeTelling: Agency, CountWaits: Agency,
	OpenMeeting: Seat, AnswerMeeting: Seat,
}

// ranked adds the ranks of a force to the table.
func ranked(table []Row) []Row {
	for i, row := range table {
		grants := make(map[Role]Grant, len(row.Grants)+3)
		for r, g := range row.Grants {
			grants[r] = g
		}
		for r, of := range map[Role]map[Action]Grant{PoliceTriage: ofTriage, PoliceOfficer: ofOfficer, PoliceSenior: ofSenior} {
			if g := of[row.Action]; g != None {
				grants[r] = g
			}
		}
		table[i].Grants = grants
	}
	return table
}

// OfForce says whether a role is for people of a police force.
func OfForce(r Role) bool {
	return r == PoliceReferral || r == PoliceTriage || r == PoliceOfficer || r == PoliceSenior
}

// Fits says whether somebody of an organisation of a kind may hold a role; "" is the
// authority itself. A rank of a force is for people of a force, and no role of the
// authority's own is for anybody else.
func Fits(r Role, kind string) bool {
	if OfForce(r) {
		return kind == "police"
	}
	switch r {
	case Referring, SchoolLead:
		return kind != ""
	case Public, Door, Installation:
		return false
	}
	return kind == ""
}
