package partnership

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/web"
)

// Event is something that one agency did, or had to do, for one child: references and
// moments, and no word about the child. Agency is an organisation's id; "social-care" is
// the council itself, and what begins with "from-" is a kind of sender without one.
type Event struct {
	Child     int // number of the child in the pack
	Agency    string
	Name      string
	Kind      string
	Detail    string
	Ref       string
	SenderRef string
	From      civil.Instant // happened, asked, invited, agreed, sent or begun
	Due       civil.Instant
	Done      civil.Instant // reached us, answered, read, done
	State     string
	// Seconds is from the first moment to the last, WorkingDays the days worked between;
	// nil while it is waited for, and of what has no length.
	Seconds     *int64
	WorkingDays *int
	// Ours says that the council had to act, not the agency: it answers, or reads.
	Ours bool

	partner bool   // of an organisation, which may see it
	words   string // what is done, where the kind does not say it
}

// The kinds of events beside those of the scorecard's lines.
const (
	kindNotifications = "notification" // of the police
	kindReferrals     = "referral"     // any other contact
	kindNotices       = "notice"       // to a school before its day starts
	kindTo            = "message-to"   // the front door wrote to the agency
	kindFrom          = "message-from" // the agency wrote to the front door
	kindWorries       = "still-worried"
	kindViews         = "view" // of investigating together
	kindVisits        = "visit"
	kindSteps         = "step" // anything else that the child waited for
)

// eventKinds are all kinds, in the order of the child's journey.
var eventKinds = []string{kindNotifications, kindReferrals, kindNotices, kindQuestions, kindTo, kindFrom, kindWorries, kindInvitations, kindMeetings, kindSignatures, kindViews, kindActions, kindVisits, kindSteps}

var eventWords = map[string]string{
	kindNotifications: "Notification", kindReferrals: "Contact or referral", kindNotices: "School told before its day starts", kindQuestions: "Question",
	kindTo: "Message to the agency", kindFrom: "Message from the agency", kindWorries: "Still worried after the decision", kindInvitations: "Invitation",
	kindMeetings: "Strategy discussion", kindSignatures: "Record to sign", kindActions: "Action", kindViews: "Investigating together or alone", kindVisits: "Visit or help", kindSteps: "Anything else the child waited for",
}

// The agencies that are no organisation.
const (
	socialCare = "social-care"
	fromKind   = "from-"
)

// States beside those of lines: of what has no limit.
const (
	received = "received"
	read     = "read"
	unread   = "unread"
	took     = "took_place"
	said     = "said"
)

// late says whether a limit was not kept: done after it, or still not done.
func (e Event) late() bool { return e.State == late || e.State == overdue }

// waits says whether it was still waited for at the pack's moment.
func (e Event) waits() bool { return e.State == overdue || e.State == open || e.State == unread }

// timed says whether it has a length: some kinds have none, and neither has what is said
// to have happened after it reached us.
func (e Event) timed() bool {
	if !e.Done.IsZero() && e.Done.Before(e.From) {
		return false
	}
	return e.State != notNeeded && e.Kind != kindMeetings && e.Kind != kindVisits && e.Kind != kindViews && !(e.Kind == kindReferrals && e.From.Equal(e.Done))
}

// jointReader reads the events of a pack's children.
type jointReader struct {
	db.Queryer
	authority string
	record    *record.Record
	agencies  map[string]Agency
	period    Period
	at        civil.Instant
}

// inPeriod says whether something began, reached us or fell due in the period: what is
// shown of a child.
func (j *jointReader) inPeriod(e Event) bool { return j.period.has(e.From) || j.period.has(e.Due) }

// known is a moment as the pack knows it: nothing that came after its own.
func (j *jointReader) known(t civil.Instant) civil.Instant {
	if t.After(j.at) {
		return civil.Instant{}
	}
	return t
}

// place says whose event it is: an organisation's, the council's, or of a kind of sender.
func (j *jointReader) place(e *Event, owner, kind string) {
	if g, ok := j.agencies[owner]; ok {
		e.Agency, e.Name, e.partner = g.ID, g.Name, true
		return
	}
	switch pathway.Agency(kind) {
	case "", pathway.FrontDoor, pathway.RestrictedDesk, pathway.SocialWork, pathway.Allocations, pathway.EarlyHelp:
		e.Agency, e.Name = socialCare, "Social care"
	default:
		e.Agency, e.Name = fromKind+kind, web.Capital(pathway.AgencyName(pathway.Agency(kind)))
	}
}

// settled gives an event its state by the rule of the scorecard's lines: dropped is when
// it was taken back.
func (j *jointReader) settled(e *Event, dropped civil.Instant) {
	l := Line{Due: e.Due, Done: e.Done, dropped: dropped}
	l.settle(j.at)
	e.Done, e.State = l.Done, l.State
}

// long gives an event its length, in seconds and in working days.
func (j *jointReader) long(e *Event) error {
	if !e.timed() || e.Done.IsZero() {
		return nil
	}
	seconds := int64(e.Done.Sub(e.From).Seconds())
	days, err := j.record.Calendar.WorkingDaysBetween(e.From.Date(), e.Done.Date())
	e.Seconds, e.WorkingDays = &seconds, &days
	return err
}

// noticeWithdrawn is the same as it stood at the pack's moment.
var noticeWithdrawn = strings.TrimSuffix(record.NoticeWithdrawn, ")") + ` AND y.begun_at <= $5)`

// The events of some records of a child ($2), as they were recorded by a moment ($5).
// What is asked, agreed and signed comes from the scorecard's own lines.
var (
	jointContacts = db.SQL("partnership.joint-contacts", `
		SELECT DISTINCT c.ref, c.sender_ref, c.channel, c.source_kind, c.organisation_id, c.grade, c.incident_at, c.sent_at, c.received_at
		FROM contact_child k JOIN contact c ON c.id = k.contact_id AND c.authority_id = k.authority_id
		WHERE k.id IN (:list($2)) AND k.authority_id = $1 AND c.received_at >= $3 AND c.received_at < $4 AND c.recorded_at <= $5`)
	// Until when it was still to be found out whom to tell, nobody was: $5 again.
	jointNotices = db.SQL("partnership.joint-notices", `
		SELECT n.ref, n.way, n.school_id, n.since, n.bell_at, n.told_at, `+record.SchoolLeadReached+`, `+record.SchoolDeputyReached+`, n.read_at,
			EXISTS (SELECT 1 FROM wait w WHERE w.about_id = n.id AND w.child_id = n.child_id AND w.authority_id = n.authority_id AND w.timescale = 'encompass.by-hand' AND (w.ended_at IS NULL OR w.ended_at > $5)),
			(SELECT max(x.ended_at) FROM wait x WHERE x.ended_at <= $5 AND `+noticeWithdrawn+`)
		FROM school_notice n
		LEFT JOIN outbox l ON l.dedupe_key = 'school-notice ' || n.id AND l.authority_id = n.authority_id
		LEFT JOIN outbox d ON d.dedupe_key = 'school-notice deputy ' || n.id AND d.authority_id = n.authority_id
		WHERE n.child_id IN (:list($2)) AND n.authority_id = $1 AND n.made_at <= $5 AND n.since < $4 AND n.bell_at >= $3`)
	jointMessages = db.SQL("partnership.joint-messages", `
		SELECT c.ref, t.organisation_id, m.way, m.sent_at, m.read_at
		FROM thread t JOIN thread_message m ON m.thread_id = t.id AND m.authority_id = t.authority_id
		JOIN contact c ON c.id = t.contact_id AND c.authority_id = t.authority_id
		WHERE t.child_id IN (:list($2)) AND t.authority_id = $1 AND m.sent_at >= $3 AND m.sent_at < $4 AND m.sent_at <= $5`)
	jointWorries = db.SQL("partnership.joint-worries", `
		SELECT y.ref, y.organisation_id, c.source_kind, y.raised_at, y.due_at, y.answered_at
		FROM worry y JOIN contact c ON c.id = y.contact_id AND c.authority_id = y.authority_id
		WHERE y.child_id IN (:list($2)) AND y.authority_id = $1 AND y.raised_at < $4 AND y.due_at >= $3 AND y.raised_at <= $5`)
	// Whose officers were invited to the discussions of the contact said it.
	jointViews = db.SQL("partnership.joint-views", `
		SELECT e.ref, v.agency, v.view, v.at,
			COALESCE((SELECT min(x.owner_id) FROM discussion d JOIN discussion_invited x ON x.discussion_id = d.id AND x.authority_id = d.authority_id
				WHERE d.contact_id = e.contact_id AND d.authority_id = e.authority_id AND x.part = v.agency AND x.invited_at <= $5), '')
		FROM enquiry e JOIN enquiry_view v ON v.enquiry_id = e.id AND v.authority_id = e.authority_id
		WHERE e.child_id IN (:list($2)) AND e.authority_id = $1 AND v.at >= $3 AND v.at < $4 AND v.at <= $5`)
	jointVisits = db.SQL("partnership.joint-visits", `
		SELECT c.ref, h.kind, h.met, h.happened_at FROM help h
		JOIN contact c ON c.id = h.contact_id AND c.authority_id = h.authority_id
		WHERE h.child_id IN (:list($2)) AND h.authority_id = $1 AND h.happened_at >= $3 AND h.happened_at < $4 AND h.recorded_at <= $5
		UNION ALL
		SELECT s.ref, 'meanwhile', m.seen, m.happened_at FROM meanwhile_visit m
		JOIN discussion s ON s.id = m.discussion_id AND s.authority_id = m.authority_id
		WHERE m.child_id IN (:list($2)) AND m.authority_id = $1 AND m.happened_at >= $3 AND m.happened_at < $4 AND m.recorded_at <= $5`)
	// What the child waited for and no notification, line, notice or worry tells already.
	jointSteps = db.SQL("partnership.joint-steps", `
		SELECT c.ref, w.owner_id, w.agency, w.timescale, w.what, w.since, w.due_at, w.ended_how, w.ended_at, w.ended_happened_at
		FROM wait w JOIN contact c ON c.id = w.contact_id AND c.authority_id = w.authority_id
		WHERE w.child_id IN (:list($2)) AND w.authority_id = $1 AND w.begun_at <= $5 AND w.since < $4 AND w.due_at >= $3
			AND w.timescale NOT IN ('police.notify.high', 'police.notify.medium', 'police.notify.standard', 'encompass.told', 'partner.worry')
			AND NOT EXISTS (SELECT 1 FROM information_request x WHERE x.id = w.about_id AND x.authority_id = w.authority_id AND x.organisation_id <> '')
			AND NOT EXISTS (SELECT 1 FROM discussion_seat x WHERE x.id = w.about_id AND x.authority_id = w.authority_id AND x.owner_id <> '' AND w.timescale <> 'disagreement')
			AND NOT EXISTS (SELECT 1 FROM discussion_action x WHERE x.id = w.about_id AND x.authority_id = w.authority_id AND x.owner_id <> '')
			AND NOT EXISTS (SELECT 1 FROM enquiry_action x WHERE x.id = w.about_id AND x.authority_id = w.authority_id AND x.owner_id <> '')`)
)

// of reads the events of one child, by the records of contacts that are the child's.
func (j *jointReader) of(ctx context.Context, number int, parts []string) ([]Event, error) {
	if len(parts) == 0 {
		return []Event{}, nil
	}
	out, err := j.lines(ctx, parts)
	if err != nil {
		return nil, err
	}
	for _, x := range []struct {
		q    db.Query
		scan func(*sql.Rows, *Event) error
	}{{jointContacts, j.contact}, {jointNotices, j.notice}, {jointMessages, j.message}, {jointWorries, j.worry}, {jointViews, j.view}, {jointVisits, j.visit}, {jointSteps, j.step}} {
		rows, err := db.Collect(ctx, j, x.scan, x.q, j.authority, db.List(parts), j.period.start(), j.period.end(), j.at)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	for i := range out {
		out[i].Child = number
		if err := j.long(&out[i]); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(out, compareEvents)
	return out, nil
}

// lines are what is asked, agreed, attended and signed, as the scorecard counts it.
func (j *jointReader) lines(ctx context.Context, parts []string) ([]Event, error) {
	// What was asked in the period may fall due after it.
	wide := Period{j.period.From, j.period.To.AddDays(askDays)}
	all, err := lines(ctx, j, j.authority, asked{period: wide, at: j.at, refs: true, children: parts})
	if err != nil {
		return nil, err
	}
	out := []Event{}
	for _, l := range all {
		e := Event{Kind: l.Kind, Detail: l.Detail, Ref: l.Ref, From: l.From, Due: l.Due, Done: l.Done, State: l.State}
		if l.without {
			e.Detail += " not_constituted"
		}
		if j.place(&e, l.agency, ""); j.inPeriod(e) {
			out = append(out, e)
		}
	}
	return out, nil
}

func (j *jointReader) contact(r *sql.Rows, e *Event) error {
	var channel, kind, owner, grade string
	var sent civil.Instant
	if err := r.Scan(&e.Ref, &e.SenderRef, &channel, &kind, &owner, &grade, &e.From, &sent, &e.Done); err != nil {
		return err
	}
	e.Kind, e.Detail, e.State = kindReferrals, channel, received
	j.place(e, owner, cmp.Or(kind, "referrer"))
	if channel == string(pathway.ByPolice) {
		e.Kind, e.Detail = kindNotifications, cmp.Or(grade, "not_graded")
		_, due, ok, err := j.record.PoliceLimit(grade, e.From)
		if err != nil {
			return err
		}
		if ok {
			e.Due = due
			j.settled(e, civil.Instant{})
		}
	}
	if e.From.IsZero() {
		e.From = cmp.Or(sent, e.Done)
	}
	return nil
}

func (j *jointReader) notice(r *sql.Rows, e *Event) error {
	var way, school string
	var told, lead, deputy, read, withdrawn civil.Instant
	var searching bool
	if err := r.Scan(&e.Ref, &way, &school, &e.From, &e.Due, &told, &lead, &deputy, &read, &searching, &withdrawn); err != nil {
		return err
	}
	e.Kind, e.Done = kindNotices, pathway.ToldSchool(j.known(told), j.known(lead), j.known(deputy), j.known(read))
	dropped := civil.Instant{}
	switch {
	case searching:
		school = ""
	case way == string(pathway.TellNoSchool):
		dropped = e.From
	}
	j.settled(e, dropped)
	if way == string(pathway.TellLead) && !withdrawn.IsZero() && j.known(read).IsZero() {
		e.Done, e.State = civil.Instant{}, notNeeded // it was withdrawn before anybody had read it
	}
	j.place(e, school, string(pathway.School))
	return nil
}

func (j *jointReader) message(r *sql.Rows, e *Event) error {
	var owner, way string
	if err := r.Scan(&e.Ref, &owner, &way, &e.From, &e.Done); err != nil {
		return err
	}
	e.Kind, e.State, e.Done = kindTo, read, j.known(e.Done)
	if way == "from_agency" {
		e.Kind, e.Ours = kindFrom, true
	}
	if e.Done.IsZero() {
		e.State = unread
	}
	j.place(e, owner, string(pathway.OtherPartner))
	return nil
}

func (j *jointReader) worry(r *sql.Rows, e *Event) error {
	var owner, kind string
	err := r.Scan(&e.Ref, &owner, &kind, &e.From, &e.Due, &e.Done)
	e.Kind, e.Ours = kindWorries, true
	j.settled(e, civil.Instant{})
	j.place(e, owner, cmp.Or(kind, "referrer"))
	return err
}

func (j *jointReader) view(r *sql.Rows, e *Event) error {
	var agency, owner string
	err := r.Scan(&e.Ref, &agency, &e.Detail, &e.From, &owner)
	e.Kind, e.State, e.Done = kindViews, said, e.From
	j.place(e, owner, agency)
	return err
}

func (j *jointReader) visit(r *sql.Rows, e *Event) error {
	var met string
	err := r.Scan(&e.Ref, &e.Detail, &met, &e.From)
	e.Kind, e.State, e.Done = kindVisits, took, e.From
	if met != "yes" {
		e.Detail += " not_seen"
	}
	j.place(e, "", "")
	return err
}

func (j *jointReader) step(r *sql.Rows, e *Event) error {
	var owner, agency, how string
	var ended, happened civil.Instant
	if err := r.Scan(&e.Ref, &owner, &agency, &e.Detail, &e.words, &e.From, &e.Due, &how, &ended, &happened); err != nil {
		return err
	}
	e.Kind = kindSteps
	dropped := civil.Instant{}
	switch ended = j.known(ended); {
	case ended.IsZero():
	case pathway.Ending(how) == pathway.Met:
		e.Done = happened
	default:
		dropped = ended
	}
	j.settled(e, dropped)
	j.place(e, owner, agency)
	return nil
}

// compareEvents puts events in an order that depends on nothing but themselves: as they
// began.
func compareEvents(a, b Event) int {
	return cmp.Or(cmp.Compare(a.Child, b.Child), a.From.Compare(b.From), cmp.Compare(slices.Index(eventKinds, a.Kind), slices.Index(eventKinds, b.Kind)), strings.Compare(a.Agency, b.Agency), a.Due.Compare(b.Due),
		strings.Compare(a.Ref, b.Ref), strings.Compare(a.Detail, b.Detail), a.Done.Compare(b.Done), strings.Compare(a.State, b.State))
}
