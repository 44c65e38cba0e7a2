package partnership

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/feed"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// Line is one thing behind a number: our reference and moments, and no word about a
// child. Of a concealed record there is no reference.
type Line struct {
	Kind   string        `json:"kind"`
	Ref    string        `json:"reference"`
	Detail string        `json:"detail"`
	From   civil.Instant `json:"from"` // asked, invited, agreed, decided or held
	Due    civil.Instant `json:"due"`
	Done   civil.Instant `json:"done"`
	State  string        `json:"state"`

	agency, contact string
	quoracy         string
	holding         string
	without         bool // not properly constituted for want of this part
	dropped         civil.Instant
}

// The kinds of lines.
const (
	kindMeetings    = "meeting"
	kindInvitations = "invitation"
	kindQuestions   = "question"
	kindSignatures  = "signature"
	kindActions     = "action"
)

// The states of what falls due.
const (
	inTime    = "in_time"
	late      = "late"
	overdue   = "overdue"
	open      = "open"
	notNeeded = "not_needed"
)

// settle says how something that falls due stood at a moment. What was taken back
// before it was due is not counted; what was still not done when it was due was late,
// whatever became of it.
func (l *Line) settle(at civil.Instant) {
	if l.Done.After(at) {
		l.Done = civil.Instant{}
	}
	if l.dropped.After(at) {
		l.dropped = civil.Instant{}
	}
	switch {
	case !l.Done.IsZero() && !l.Done.After(l.Due):
		l.State = inTime
	case !l.dropped.IsZero() && !l.dropped.After(l.Due):
		l.State = notNeeded
	case !l.Done.IsZero():
		l.State = late
	case at.After(l.Due):
		l.State = overdue
	default:
		l.State = open
	}
}

// lineQuery is one text twice: of everybody, and of some records of children, whose ids
// are the last value. Whoever counts a child's lines reads the same text as the scorecard.
type lineQuery struct{ all, ofChildren db.Query }

func linesOf(name, text, children string) lineQuery {
	return lineQuery{db.SQL(name, text), db.SQL(name+"-of-children", text+` AND `+children)}
}

// discussed are the discussions about some records of children.
const discussed = `d.id IN (SELECT k.discussion_id FROM discussion_child k WHERE k.child_id IN (:list($6)) AND k.authority_id = $1)`

const ofAgency = ` AND ($2 = '' OR x.owner_id = $2) AND x.owner_id <> '' `

var (
	// What is concealed at a moment: the last row says how.
	concealedAt = db.SQL("partnership.concealed-at", `SELECT contact_id, conceal FROM contact_conceal WHERE authority_id = $1 AND at <= $2 ORDER BY at, contact_id`)

	invitationLines = linesOf("partnership.invitations", `
		SELECT x.owner_id, d.contact_id, d.ref, x.part, x.invited_at, x.answer_due, s.answered_at,
			(SELECT min(y.invited_at) FROM discussion_invited y WHERE y.seat_id = x.seat_id AND y.authority_id = x.authority_id AND y.invited_at > x.invited_at AND y.invited_at <= $5),
			(SELECT min(h.held_at) FROM discussion_holding h WHERE h.discussion_id = x.discussion_id AND h.authority_id = x.authority_id AND h.held_at >= x.invited_at AND h.recorded_at <= $5)
		FROM discussion_invited x
		JOIN discussion d ON d.id = x.discussion_id AND d.authority_id = x.authority_id
		JOIN discussion_seat s ON s.id = x.seat_id AND s.authority_id = x.authority_id
		WHERE x.authority_id = $1 AND x.answer_due >= $3 AND x.answer_due < $4 AND x.invited_at <= $5`+ofAgency, discussed)
	meetingLines = linesOf("partnership.meetings", `
		SELECT x.owner_id, d.contact_id, d.ref, x.part, h.held_at, x.attendance, h.quoracy, h.missing, h.id
		FROM discussion_holding h
		JOIN discussion_there x ON x.holding_id = h.id AND x.authority_id = h.authority_id
		JOIN discussion d ON d.id = h.discussion_id AND d.authority_id = h.authority_id
		WHERE h.authority_id = $1 AND h.held_at >= $3 AND h.held_at < $4 AND h.recorded_at <= $5`+ofAgency, discussed)
	signatureLines = linesOf("partnership.signatures", `
		SELECT x.owner_id, d.contact_id, d.ref, x.part, d.decided_at,
			(SELECT min(w.main_due_at) FROM wait w WHERE w.contact_id = d.contact_id AND w.authority_id = d.authority_id AND w.about_id = x.id AND w.timescale = 'strategy.signed'),
			x.signed_at
		FROM discussion d
		JOIN discussion_seat x ON x.discussion_id = d.id AND x.authority_id = d.authority_id
		WHERE d.authority_id = $1 AND d.decided_at >= $3 AND d.decided_at < $4 AND d.decided_at <= $5`+ofAgency, discussed)
	enquiryLines = linesOf("partnership.enquiry-actions", `
		SELECT x.owner_id, e.contact_id, e.ref, x.kind, x.agreed_at, x.due_at, x.done_at, x.recorded_at, x.let_why <> ''
		FROM enquiry_action x
		JOIN enquiry e ON e.id = x.enquiry_id AND e.authority_id = x.authority_id
		WHERE x.authority_id = $1 AND x.due_at >= $3 AND x.due_at < $4 AND x.agreed_at <= $5`+ofAgency, `e.child_id IN (:list($6))`)
	agreedLines = linesOf("partnership.discussion-actions", `
		SELECT x.owner_id, d.contact_id, d.ref, d.decided_at, x.due_at,
			(SELECT min(w.ended_happened_at) FROM wait w WHERE w.contact_id = d.contact_id AND w.authority_id = d.authority_id AND w.about_id = x.id AND w.ended_how = 'met' AND w.ended_at <= $5),
			(SELECT min(w.ended_at) FROM wait w WHERE w.contact_id = d.contact_id AND w.authority_id = d.authority_id AND w.about_id = x.id AND w.ended_how = 'withdrawn' AND w.ended_at <= $5)
		FROM discussion_action x
		JOIN discussion d ON d.id = x.discussion_id AND d.authority_id = x.authority_id
		WHERE x.authority_id = $1 AND x.due_at >= $3 AND x.due_at < $4 AND d.decided_at <= $5`+ofAgency, `x.child_id IN (:list($6))`)

	// One range of one index: what is asked after the period or the moment is left out
	// afterwards, or an engine takes the index of when questions were asked and reads all.
	questionsIn = ` WHERE q.authority_id = $1 AND q.due_at >= $3 AND q.due_at < $4 AND ($2 = '' OR q.organisation_id = $2) AND q.organisation_id <> ''`
	// The same with and without the reference, which numbers do not need: those are read from
	// the index alone.
	questionLines  = linesOf("partnership.questions", `SELECT q.organisation_id, q.contact_id, c.ref, q.asked_at, q.due_at, q.answered_at, q.withdrawn_at FROM information_request q JOIN contact c ON c.id = q.contact_id AND c.authority_id = q.authority_id`+questionsIn, `q.child_id IN (:list($5))`)
	questionNumber = db.SQL("partnership.question-number", `SELECT count(*) FROM information_request q`+questionsIn)
	questionCounts = linesOf("partnership.question-counts", `SELECT CASE WHEN $2 = '' THEN q.organisation_id END, q.asked_at, q.due_at, q.answered_at, q.withdrawn_at FROM information_request q`+questionsIn, `q.child_id IN (:list($5))`)
)

// asked is what lines are read for.
type asked struct {
	agency string // "" all
	period Period
	at     civil.Instant // as the record knew it
	refs   bool          // with references

	// children are the records of children to read, by id; nil is everybody. Whoever names
	// them has left concealed records out.
	children []string
}

// signDays is how many days before a period a record may have been decided that is
// signed in it.
const signDays = 31

// askDays is how many days after it was asked a question may fall due at most.
const askDays = 62

// lines reads what fell to an agency in a period, as the record knew it at a moment: what
// was recorded later is not in it, whenever it happened.
func lines(ctx context.Context, v db.Queryer, authority string, a asked) ([]Line, error) {
	var out []Line
	from := a.period.start()
	questionsTo := a.period.To.AddDays(1 + askDays).Start()
	if !a.refs && len(a.children) == 0 { // most lines are questions: room for them at once is a tenth of a year's card
		var n int
		if err := v.QueryRowContext(ctx, questionNumber, authority, a.agency, from, questionsTo).Scan(&n); err != nil {
			return nil, err
		}
		out = make([]Line, 0, n+n/4)
	}
	read := func(kind string, q lineQuery, from civil.Instant, scan func(*sql.Rows, *Line) error) error {
		args := []any{authority, a.agency, from, a.period.end(), a.at}
		if kind == kindQuestions {
			args = []any{authority, a.agency, from, questionsTo}
		}
		query := q.all
		if a.children != nil {
			query, args = q.ofChildren, append(args, db.List(a.children))
		}
		_, err := db.Collect(ctx, v, func(r *sql.Rows, _ *struct{}) error {
			out = append(out, Line{Kind: kind})
			return scan(r, &out[len(out)-1])
		}, query, args...)
		return err
	}
	questions, scanQuestion := questionCounts, a.questionCount
	if a.refs {
		questions, scanQuestion = questionLines, a.question
	}
	for _, x := range []struct {
		kind string
		q    lineQuery
		from civil.Instant
		scan func(*sql.Rows, *Line) error
	}{
		{kindMeetings, meetingLines, from, a.meeting},
		{kindInvitations, invitationLines, from, a.invitation},
		{kindQuestions, questions, from, scanQuestion},
		{kindSignatures, signatureLines, a.period.From.AddDays(-signDays).Start(), a.signature},
		{kindActions, enquiryLines, from, a.enquiryAction},
		{kindActions, agreedLines, from, a.agreedAction},
	} {
		if err := read(x.kind, x.q, x.from, x.scan); err != nil {
			return nil, err
		}
	}
	out = slices.DeleteFunc(out, func(l Line) bool {
		return l.Kind == kindSignatures && !a.period.has(l.Due) || l.Kind == kindQuestions && (l.From.After(a.at) || !l.From.Before(a.period.end()))
	})
	out = placed(out)
	if a.refs && a.children == nil {
		hidden, err := concealed(ctx, v, authority, a.at)
		if err != nil {
			return nil, err
		}
		for i := range out {
			if hidden[out[i].contact] {
				out[i].Ref = ""
			}
		}
	}
	return out, nil
}

// attendances are how a place can be filled, the best first.
var attendances = []string{"attended", "sent_view", "absent"}

// placed makes one line of an agency's seats in one part at one meeting: a deputy who
// comes fills the place.
func placed(all []Line) []Line {
	type place struct{ holding, agency, part string }
	at := map[place]int{}
	out := all[:0]
	for _, l := range all {
		k := place{l.holding, l.agency, l.Detail}
		i, again := at[k]
		if l.Kind != kindMeetings || !again {
			if l.Kind == kindMeetings {
				at[k] = len(out)
			}
			out = append(out, l)
			continue
		}
		if slices.Index(attendances, l.State) < slices.Index(attendances, out[i].State) {
			out[i] = l
		}
	}
	return out
}

// concealed are the contacts that were concealed at a moment.
func concealed(ctx context.Context, v db.Queryer, authority string, at civil.Instant) (map[string]bool, error) {
	out := map[string]bool{}
	_, err := db.Collect(ctx, v, func(r *sql.Rows, _ *struct{}) error {
		var id, how string
		err := r.Scan(&id, &how)
		out[id] = how != ""
		return err
	}, concealedAt, authority, at)
	return out, err
}

func (a asked) invitation(r *sql.Rows, l *Line) error {
	var again, held civil.Instant
	if err := r.Scan(&l.agency, &l.contact, &l.Ref, &l.Detail, &l.From, &l.Due, &l.Done, &again, &held); err != nil {
		return err
	}
	l.dropped = again
	if !again.IsZero() {
		l.Done = civil.Instant{} // somebody else was asked instead, and the answer is theirs
	}
	if !held.IsZero() && (l.dropped.IsZero() || held.Before(l.dropped)) {
		l.dropped = held // they met before an answer was due
	}
	l.settle(a.at)
	return nil
}

func (a asked) meeting(r *sql.Rows, l *Line) error {
	var missing string
	err := r.Scan(&l.agency, &l.contact, &l.Ref, &l.Detail, &l.From, &l.State, &l.quoracy, &missing, &l.holding)
	l.without = l.State != "attended" && l.quoracy != "quorate" && hasWord(missing, l.Detail)
	return err
}

func (a asked) question(r *sql.Rows, l *Line) error {
	err := r.Scan(&l.agency, &l.contact, &l.Ref, &l.From, &l.Due, &l.Done, &l.dropped)
	l.settle(a.at)
	return err
}

func (a asked) questionCount(r *sql.Rows, l *Line) error {
	var agency sql.NullString
	err := r.Scan(&agency, &l.From, &l.Due, &l.Done, &l.dropped)
	if l.agency = a.agency; agency.Valid {
		l.agency = agency.String
	}
	l.settle(a.at)
	return err
}

func (a asked) signature(r *sql.Rows, l *Line) error {
	err := r.Scan(&l.agency, &l.contact, &l.Ref, &l.Detail, &l.From, &l.Due, &l.Done)
	l.settle(a.at)
	return err
}

func (a asked) enquiryAction(r *sql.Rows, l *Line) error {
	var recorded civil.Instant
	var let bool
	err := r.Scan(&l.agency, &l.contact, &l.Ref, &l.Detail, &l.From, &l.Due, &l.Done, &recorded, &let)
	switch {
	case recorded.After(a.at):
		l.Done = civil.Instant{}
	case let:
		l.Done, l.dropped = civil.Instant{}, recorded
	}
	l.settle(a.at)
	return err
}

func (a asked) agreedAction(r *sql.Rows, l *Line) error {
	err := r.Scan(&l.agency, &l.contact, &l.Ref, &l.From, &l.Due, &l.Done, &l.dropped)
	l.Detail = "strategy_discussion"
	l.settle(a.at)
	return err
}

// Message is one message as a list shows it: references and moments, and what it lacked.
type Message struct {
	Ref       string        `json:"reference"`
	SenderRef string        `json:"sender_reference"`
	Channel   string        `json:"channel"`
	Grade     string        `json:"grade"`
	District  string        `json:"district"`
	Incident  civil.Instant `json:"incident"`
	Reported  civil.Instant `json:"reported"`
	Graded    civil.Instant `json:"graded"`
	Sent      civil.Instant `json:"sent"`
	Received  civil.Instant `json:"received"`
	Recorded  civil.Instant `json:"recorded"`
	Children  int           `json:"children"`
	Named     int           `json:"named"`
	Missing   string        `json:"missing"`
	id        string
}

// messagesIn takes a gap in $6: "" any, "-" whole messages. $7 and $8 are where a page
// begins.
const messagesIn = `
		FROM contact c WHERE c.organisation_id = $2 AND c.authority_id = $1 AND c.received_at >= $3 AND c.received_at < $4 AND c.recorded_at <= $5
			AND (NOT CAST($6 AS boolean) OR c.channel = 'police')`

var (
	messageRows = db.SQL("partnership.messages", `
		SELECT c.id, c.ref, c.sender_ref, c.channel, c.grade, c.district, c.incident_at, c.reported_at, c.graded_at, c.sent_at, c.received_at, c.recorded_at,
			c.told_children, c.told_named, c.missing`+messagesIn+`
			AND ($7 = '' OR ($7 = '-' AND c.missing = '') OR ' ' || c.missing || ' ' LIKE '% ' || $7 || ' %')
			AND c.received_at <= $8 AND (c.received_at < $8 OR c.id < $9)
		ORDER BY c.received_at DESC, c.id DESC LIMIT $10`)
	messageCounts = db.SQL("partnership.message-counts", `SELECT c.told_children, c.told_named, c.missing`+messagesIn)
)

func scanMessage(r *sql.Rows, m *Message) error {
	return r.Scan(&m.id, &m.Ref, &m.SenderRef, &m.Channel, &m.Grade, &m.District, &m.Incident, &m.Reported, &m.Graded, &m.Sent, &m.Received, &m.Recorded, &m.Children, &m.Named, &m.Missing)
}

// quality counts what an agency's messages lacked, from the messages themselves.
func quality(ctx context.Context, v *record.View, g Agency, p Period, at civil.Instant) (feed.Quality, error) {
	var q feed.Quality
	_, err := db.Collect(ctx, v, func(r *sql.Rows, _ *struct{}) error {
		var children, named int
		var missing string
		err := r.Scan(&children, &named, &missing)
		q.Add(missing, children, named)
		return err
	}, messageCounts, v.Authority, g.ID, p.start(), p.end(), at, g.Police())
	return q, err
}

func hasWord(words, one string) bool { return slices.Contains(strings.Fields(words), one) }

func collectMessages(ctx context.Context, v *record.View, a asked, police bool, gap string, from after, n int) ([]Message, error) {
	return db.Collect(ctx, v, scanMessage, messageRows, v.Authority, a.agency, a.period.start(), a.period.end(), a.at, police, gap, from.at, from.id, n)
}

// sorted puts lines in an order that depends on nothing but themselves.
func sorted(all []Line) []Line {
	slices.SortFunc(all, func(a, b Line) int {
		return cmp.Or(strings.Compare(a.Kind, b.Kind), a.Due.Compare(b.Due), a.From.Compare(b.From), strings.Compare(a.Ref, b.Ref),
			strings.Compare(a.Detail, b.Detail), a.Done.Compare(b.Done), strings.Compare(a.State, b.State))
	})
	return all
}

func hiddenMeasure() error {
	return refusal.New(refusal.NotFound, "There is no such list. Open the scorecard and follow one of its numbers")
}
