package web

import "net/url"

// Every page of the service. A desk registers these and no others.
const (
	PathHome           = "/{$}"
	PathSignIn         = "/sign-in"
	PathSignOut        = "/sign-out"
	PathDemoSignIn     = "/demo/sign-in"
	PathHealth         = "/healthz"
	PathMetrics        = "/metrics"
	PathAssets         = "/assets/{name}"
	PathHelp           = "/help"
	PathAccount        = "/account"
	PathTimescales     = "/about/timescales"
	PathJourney        = "/about/journey"
	PathAccess         = "/about/access"
	PathBoard          = "/contacts"
	PathNewContact     = "/contacts/new"
	PathContact        = "/contacts/{id}"
	PathTake           = "/contacts/{id}/take"
	PathScreen         = "/contacts/{id}/screen"
	PathPeople         = "/contacts/{id}/people"
	PathHistory        = "/contacts/{id}/history"
	PathChecks         = "/contacts/{id}/checks"
	PathFamily         = "/contacts/{id}/agreement"
	PathDecision       = "/contacts/{id}/decision"
	PathSecond         = "/contacts/{id}/second"
	PathFeedback       = "/contacts/{id}/feedback"
	PathFile           = "/files/{id}"
	PathRequest        = "/requests/{token}"
	PathWaiting        = "/waiting"
	PathWait           = "/waiting/{id}"
	PathSearch         = "/search"
	PathChild          = "/children/{ref}"
	PathChronology     = "/children/{ref}/chronology"
	PathChronologyLine = "/children/{ref}/chronology/{id}"
	PathChildFamily    = "/children/{ref}/family"
	PathFamilyAdd      = "/children/{ref}/family/add"
	PathFamilyStory    = "/children/{ref}/family/chronology"
	PathFamilyFact     = "/children/{ref}/family/{id}"
	PathBirth          = "/children/{ref}/birth"
	PathDeath          = "/children/{ref}/death"
	PathRestriction    = "/children/{ref}/restriction"
	PathChildWaiting   = "/children/{ref}/waiting"
	PathLookedAt       = "/children/{ref}/looked-at"
	PathDuplicates     = "/duplicates"
	PathNewDuplicate   = "/duplicates/new"
	PathDuplicate      = "/duplicates/{id}"
	PathJoin           = "/duplicates/{id}/join"
	PathPart           = "/duplicates/{id}/part"
	PathAllocations    = "/allocations"
	PathAllocate       = "/allocations/{id}"
	PathMyWork         = "/my-work"
	PathMyWorkAnswer   = "/my-work/{id}"
	PathAdminPeople    = "/admin/people"
	PathAdminPerson    = "/admin/people/{id}"
	PathAdminDoors     = "/admin/doors"
	PathReport         = "/report"
	PathReportReturn   = "/report/return"
	PathReportDraft    = "/report/{draft}"
	PathReportStep     = "/report/{draft}/{step}"
	PathConfirm        = "/confirm/{token}"
	PathPartner        = "/partner"
	PathQuestion       = "/partner/questions/{id}"
	PathFigures        = "/figures"
	PathFairness       = "/fairness"
	PathFiguresPolice  = "/figures/police"
	PathFeeds          = "/feeds"
	PathFeedWeeks      = "/feeds/weeks"
	PathFeedBacklog    = "/feeds/backlog"
	PathReconciles     = "/feeds/reconciliations"
	PathReconcile      = "/feeds/reconciliations/{id}"
	PathReconcileLine  = "/feeds/reconciliations/{id}/{line}"
	PathFeedLag        = "/feeds/lag"
	PathPartnerPolice  = "/partner/police"
	PathMend           = "/partner/police/unreadable/{ref}"
	PathOverview       = "/leadership"
	PathInspection     = "/inspection"
	PathNumbers        = "/numbers"
	PathPoliceAPI      = "/api/v1/police/notifications"
	PathHeartbeatAPI   = "/api/v1/police/heartbeat"
	PathBacklogAPI     = "/api/v1/police/backlog"
	PathOpenAPI        = "/api/v1/openapi.json"
)

// The pages of strategy discussions.
const (
	PathMeetings           = "/meetings"
	PathAskMeeting         = "/meetings/ask"
	PathMeeting            = "/meetings/{ref}"
	PathMeetingPack        = "/meetings/{ref}/pack"
	PathMeetingPackPDF     = "/meetings/{ref}/pack.pdf"
	PathMeetingCalendar    = "/meetings/{ref}/calendar.ics"
	PathConvene            = "/meetings/{ref}/convene"
	PathSchedule           = "/meetings/{ref}/schedule"
	PathCancelMeeting      = "/meetings/{ref}/cancel"
	PathHeld               = "/meetings/{ref}/held"
	PathMeetingDecision    = "/meetings/{ref}/decision"
	PathMeetingAnswer      = "/meetings/{ref}/answer"
	PathMeetingSign        = "/meetings/{ref}/sign"
	PathMeetingVisit       = "/meetings/{ref}/visit"
	PathInvitation         = "/invitations/{token}"
	PathInvitationCalendar = "/invitations/{token}/calendar.ics"
)

// The pages of facts that ask for a strategy discussion, and of what discussions show
// together. Those marked as lists have files at the same address with .csv and .json.
const (
	PathTriggers         = "/triggers" // list
	PathConsider         = "/triggers/{id}"
	PathFacts            = "/contacts/{id}/facts"
	PathSecondDiscussion = "/meetings/second"          // list
	PathMeanwhile        = "/meetings/meanwhile"       // list
	PathEnquiriesLate    = "/enquiries/late"           // list
	PathEnquiriesSingle  = "/enquiries/single"         // list
	PathDuplicateWork    = "/enquiries/duplicates"     // list
	PathSuspects         = "/enquiries/suspects"       // list
	PathFirstAccounts    = "/enquiries/first-accounts" // list
)

// ConsiderPath is where a manager says yes or no for one child of a contact.
func ConsiderPath(child string) string { return join("/triggers/", child, "") }

// The pages of partner agencies, and of what is written to them.
const (
	PathQuestions     = "/partner/questions"
	PathReferrals     = "/partner/referrals"
	PathSayWorry      = "/partner/referrals/{ref}/worry"
	PathWorries       = "/worries"
	PathWorry         = "/worries/{ref}"
	PathMessages      = "/messages"
	PathWriteMessage  = "/messages/new"
	PathThread        = "/messages/{id}"
	PathPromptness    = "/promptness"
	PathPromptList    = "/promptness/list"
	PathJoint         = "/joint"
	PathAdminPartners = "/admin/partners"
)

// The pages of what an agency owes, and of links and accounts that are ended.
const (
	PathOwed    = "/partner/owed" // list
	PathOwedAsk = "/partner/owed/ask"
	PathRoles   = "/admin/people/{id}/roles"

	PathAdminPartner = "/admin/partners/{id}" // list
	PathLeft         = "/admin/partners/{id}/left/{who}"
)

// PartnerPath is where the administrator sees whom an agency's links and notices go to.
func PartnerPath(organisation string) string {
	return PathAdminPartners + "/" + url.PathEscape(organisation)
}

// OwedAskPath is where a senior officer asks an officer of the force to take something.
func OwedAskPath(item string) string { return PathOwedAsk + "?" + url.Values{"item": {item}}.Encode() }

// The pages of section 47 enquiries and of conferences.
const (
	PathEnquiries        = "/enquiries"
	PathStartEarly       = "/enquiries/early"
	PathEnquiry          = "/enquiries/{ref}"
	PathEnquiryTogether  = "/enquiries/{ref}/together"
	PathEnquiryAction    = "/enquiries/{ref}/actions"
	PathEnquiryDone      = "/enquiries/{ref}/done"
	PathEnquiryEvent     = "/enquiries/{ref}/events"
	PathEnquiryOutcome   = "/enquiries/{ref}/outcome"
	PathEnquiryAuthority = "/enquiries/{ref}/authority"
	PathConferences      = "/conferences"
	PathConference       = "/conferences/{ref}"
	PathConferenceBook   = "/conferences/{ref}/book"
	PathConferenceHeld   = "/conferences/{ref}/held"
	PathConferenceMove   = "/conferences/{ref}/adjourn"
)

// The pages of help that children had, and of what links them.
const (
	PathChildHelp     = "/children/{ref}/help"
	PathChildLimits   = "/children/{ref}/limits"
	PathFirstHelp     = "/measures/first-help"
	PathFirstHelpKids = "/measures/first-help/children"
	PathEffective     = "/measures/effective"
	PathEffectiveKids = "/measures/effective/children"
	PathLinks         = "/links/{ref}"
	PathLinkEnd       = "/links/{ref}/end"
	PathLinkConcerns  = "/links/{ref}/concerns"
	PathLinkPeer      = "/links/{ref}/peers/{id}"
	PathSubjects      = "/places"
)

// The pages of how much waits at the front door.
const (
	PathLoad       = "/contacts/load" // list
	PathLoadLimits = "/contacts/load/limits"
)

// LinksPath is the page of what links the children of a contact.
func LinksPath(ref, part string) string { return join("/links/", ref, part) }

// The pages of escalations and of the joint improvement plan. {id} is who is waited for,
// {step} the step that is waited for.
const (
	PathEscalations      = "/escalations"
	PathEscalationsCSV   = "/escalations.csv"
	PathEscalationsJSON  = "/escalations.json"
	PathLadder           = "/escalations/ladder"
	PathEscalation       = "/escalations/{id}/{step}"
	PathEscalationAnswer = "/escalations/{id}/{step}/answer"
	PathEscalationRaise  = "/escalations/{id}/{step}/raise"
	PathEscalationClose  = "/escalations/{id}/{step}/close"
	PathEscalationStop   = "/escalations/{id}/{step}/override"
	PathImprovements     = "/improvement"
	PathImprovementsCSV  = "/improvement.csv"
	PathImprovementsJSON = "/improvement.json"
	PathImprovementNew   = "/improvement/new"
	PathImprovement      = "/improvement/{ref}"
	PathImprovementOut   = "/improvement/{ref}/withdraw"
)

// EscalationPath is the page of what is asked of one partner about one step; part is "",
// "answer", "raise", "close" or "override".
func EscalationPath(owner, step, part string) string {
	return join("/escalations/"+url.PathEscape(owner)+"/", step, part)
}

// ImprovementPath is the page of a line of the joint improvement plan; part is "" or
// "withdraw".
func ImprovementPath(ref, part string) string { return join("/improvement/", ref, part) }

// The pages about how partners work together. Lists have .csv and .json behind them.
const (
	PathScorecards    = "/leadership/partners"
	PathScorecard     = "/leadership/partners/{agency}"
	PathScorecardList = "/leadership/partners/{agency}/{list}"
	PathPacks         = "/leadership/packs"
	PathPackFile      = "/leadership/packs/pack.zip"
)

// ScorecardPath is the page of a partner's scorecard; list is "" or the list behind a
// number.
func ScorecardPath(agency, list string) string { return join("/leadership/partners/", agency, list) }

// The pages of packs for a joint inspection. {id} is the number of a child in the pack.
const (
	PathJointPacks    = "/inspection/packs"
	PathJointPackNew  = "/inspection/packs/new"
	PathJointPack     = "/inspection/packs/{ref}"
	PathJointChild    = "/inspection/packs/{ref}/children/{id}"
	PathJointRows     = "/inspection/packs/{ref}/rows" // list
	PathJointPackZip  = "/inspection/packs/{ref}/pack.zip"
	PathJointPackPDF  = "/inspection/packs/{ref}/pack.pdf"
	PathJointPackTill = "/inspection/packs/{ref}/until"
)

// JointPackPath is the page of a pack for a joint inspection; part is "", "rows",
// "children/1", ...
func JointPackPath(ref, part string) string { return join("/inspection/packs/", ref, part) }

// The pages of telling schools before their day starts.
const (
	PathSchoolNotices     = "/partner/notices"
	PathSchoolNoticesCSV  = "/partner/notices.csv"
	PathSchoolNoticesJSON = "/partner/notices.json"
	PathSchoolNotice      = "/partner/notices/{ref}"
	PathContactSchools    = "/contacts/{id}/schools"
	PathContactSchool     = "/contacts/{id}/schools/{ref}"
	PathTelling           = "/feeds/schools"
	PathTellingCSV        = "/feeds/schools.csv"
	PathTellingJSON       = "/feeds/schools.json"
	PathTellings          = "/feeds/schools/children"
	PathTellingsCSV       = "/feeds/schools/children.csv"
	PathTellingsJSON      = "/feeds/schools/children.json"
	PathSchools           = "/admin/schools"
	PathSchoolsCSV        = "/admin/schools.csv"
	PathSchoolsJSON       = "/admin/schools.json"
)

// The pages of statutory returns.
const (
	PathCensus       = "/returns/census"
	PathCensusFound  = "/returns/census/{id}"
	PathCensusForget = "/returns/census/{id}/forget"
	PathCensusFile   = "/returns/census/{id}/files/{name}"
)

// CensusPath is the page of a census that was checked; part is "", "forget" or
// "files/report.csv".
func CensusPath(id, part string) string { return join("/returns/census/", id, part) }

// ContactPath is the page of a contact; part is "", "people", "decision", ...
func ContactPath(ref, part string) string { return join("/contacts/", ref, part) }

// ChildPath is the page of a child.
func ChildPath(ref, part string) string { return join("/children/", ref, part) }

// MendPath is where a force puts right a message that could not be read.
func MendPath(ref string) string { return join("/partner/police/unreadable/", ref, "") }

// MeetingPath is the page of a meeting; part is "", "convene", "held", ...
func MeetingPath(ref, part string) string { return join("/meetings/", ref, part) }

// DuplicatePath is the page of two records that may be of one child; part is "", "join"
// or "part".
func DuplicatePath(id, part string) string { return join("/duplicates/", id, part) }

// WorryPath is the page of a partner who is still worried.
func WorryPath(ref string) string { return join("/worries/", ref, "") }

// ThreadPath is the page of what was written to and by an agency about a child.
func ThreadPath(id string) string { return join("/messages/", id, "") }

// EnquiryPath is the page of an enquiry; part is "", "outcome", "authority", ...
func EnquiryPath(ref, part string) string { return join("/enquiries/", ref, part) }

// ConferencePath is the page of a conference; part is "", "book", "held", ...
func ConferencePath(ref, part string) string { return join("/conferences/", ref, part) }

func join(base, ref, part string) string {
	p := base + url.PathEscape(ref)
	if part != "" {
		p += "/" + part
	}
	return p
}

// The pages and the door of notices.
const (
	PathNotices     = "/notices"
	PathNoticesCSV  = "/notices.csv"
	PathNoticesJSON = "/notices.json"
	PathReceiptsAPI = "/api/v1/notify/receipts"
)

// The pages of teams: their queues, and how they are set up, changed and ended.
const (
	PathTeams        = "/allocations/teams"          // list
	PathTeamChildren = "/allocations/teams/children" // list
	PathTeamNew      = "/allocations/teams/new"
	PathTeam         = "/allocations/teams/{id}"
	PathTeamPeople   = "/allocations/teams/{id}/people"
	PathTeamChange   = "/allocations/teams/{id}/change"
	PathTeamEnd      = "/allocations/teams/{id}/end"
	PathTeamMove     = "/allocations/teams/{id}/move"
	PathTeamUndo     = "/allocations/teams/{id}/undo"
)

// TeamPath is the page of a team; part is "", "people", "change", "end", "move" or "undo".
func TeamPath(id, part string) string { return join("/allocations/teams/", id, part) }

// The pages of telling those who told us what was decided.
const (
	PathFeedbackMessage   = "/contacts/{id}/feedback/message"
	PathFeedbackLetter    = "/contacts/{id}/feedback/letter"
	PathFeedbackLetterPDF = "/contacts/{id}/feedback/letter.pdf"
	PathTold              = "/feedback"          // list
	PathToldMeasure       = "/measures/feedback" // list
	PathOutcome           = "/outcome/{token}"
)
