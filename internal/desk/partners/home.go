package partners

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
)

// OwnReferral is a referral as its sender sees it: that it came, and what was
// decided in a sentence with no new fact.
type OwnReferral struct {
	Ref        string
	Theirs     string
	Grade      string
	At         civil.Instant
	Decided    civil.Instant
	Sentences  []string
	Unreadable string
	Mended     string        // what it became, when it was put right
	Worried    string        // reference of the last disagreement
	Due        civil.Instant // when it must be decided
	Told       civil.Instant // when they were told what was decided, or read it
	ToldLate   bool          // and it was later than we promise
	Silent     bool          // they are not told here, for a reason on record
	some       bool          // something is decided for at least one child
	waits      bool          // that disagreement waits for an answer
	unread     bool          // what was decided was not opened yet
	owedBy     civil.Instant // word of it is owed by then
	contact    string
}

// ToldWords says how it stands with telling them.
func (o OwnReferral) ToldWords(now civil.Instant) string {
	switch {
	case o.Unreadable != "":
		return ""
	case !o.some && o.Due.Before(now):
		return "We owe you an answer since " + o.Due.Words() + "."
	case !o.some:
		return "We owe you an answer by " + o.Due.Words() + "."
	case o.Silent:
		return "Call the front door about what was decided, and say the reference."
	case !o.Told.IsZero() && o.ToldLate:
		return "You were told on " + o.Told.Words() + ", later than within one working day of the decision."
	case !o.Told.IsZero():
		return "You were told on " + o.Told.Words() + "."
	}
	return ""
}

// Late says that we are late with the answer, or were.
func (o OwnReferral) Late(now civil.Instant) bool {
	return o.Unreadable == "" && !o.Silent && (o.ToldLate || !o.some && o.Due.Before(now))
}

// OwnQuestion is a question put to one's own agency.
type OwnQuestion struct {
	ID       string
	Ref      string
	Question string
	Asked    civil.Instant
	Due      civil.Instant
	Answered civil.Instant
	How      string // link, phone, account
}

// OwnMeeting is a discussion that one's own agency has a seat in.
type OwnMeeting struct {
	Ref                    string
	Scheduled, Asked, Due  civil.Instant
	Answered, ToSign, Held bool
}

// Graded is how many of one's own notifications wait for a decision, of one grade, and
// since when the oldest incident.
type Graded struct {
	Grade string
	N     int
	Since civil.Instant
}

// Home is what a partner's person sees: what is asked of them, and what they sent.
type Home struct {
	Now       civil.Instant
	Referrals []OwnReferral
	Questions []OwnQuestion
	Meetings  []OwnMeeting
	Unread    []Listed
	Worries   []Worry // not answered, or answered and not read
	Answers   []Prompt
	From      civil.Date // of the answers
	Joint     bool       // in a team with another agency
	Asked     bool       // may be asked questions
	Meets     bool       // may be invited to discussions
	Writes    bool       // and the front door write to each other
	Force     bool       // sees what the whole force sent

	// of a school
	ReadsNotices bool          // reads what the school is told before its day starts
	Notices      int           // of them unread
	Bell         civil.Instant // when the first of the days that they are for starts

	// of a police force
	Mends   bool          // may put right what could not be read
	Broken  []OwnReferral // could not be read, and neither put right nor decided yet
	Today   int
	Waiting []Graded
	Lag     []record.LagRow
	LagFrom civil.Date
	Feeds   []string // what is wrong with the force's own feed
	Backlog []string // what the force last said waits for triage, by grade
}

// Empty says that nothing waits for this person.
func (h *Home) Empty() bool {
	read := 0 // answers to read
	for _, w := range h.Worries {
		if !w.Open() {
			read++
		}
	}
	due := 0
	for _, m := range h.Meetings {
		if !m.Answered || m.ToSign {
			due++
		}
	}
	broken := 0
	if h.Mends {
		broken = len(h.Broken)
	}
	return len(h.Questions)+len(h.Unread)+read+due+h.Notices+broken == 0
}

const (
	homeRows = 10
	lagWeeks = 52
)

const referralColumns = `
		SELECT c.ref, c.sender_ref, c.grade, c.received_at, c.decided_at, c.source_kind, COALESCE(i.problem, ''),
			COALESCE((SELECT string_agg(cc.outcome, ',') FROM contact_child cc WHERE cc.contact_id = c.id AND cc.authority_id = c.authority_id AND cc.outcome <> ''), ''),
			COALESCE((SELECT w.ref FROM worry w WHERE w.contact_id = c.id AND w.authority_id = c.authority_id AND (w.organisation_id = $2 OR w.raised_by = $3) ORDER BY w.raised_at DESC, w.id DESC LIMIT 1), ''),
			EXISTS (SELECT 1 FROM worry w WHERE w.contact_id = c.id AND w.authority_id = c.authority_id AND (w.organisation_id = $2 OR w.raised_by = $3) AND w.answered_at IS NULL),
			c.id, f.done_at, COALESCE(f.reason, ''),
			c.due_at, EXISTS (SELECT 1 FROM wait x WHERE x.contact_id = c.id AND x.authority_id = c.authority_id AND x.timescale = 'contact.feedback' AND x.ended_how = 'met' AND x.ended_happened_at > x.due_at),
			(SELECT min(x.due_at) FROM wait x WHERE x.contact_id = c.id AND x.authority_id = c.authority_id AND x.timescale = 'contact.feedback' AND x.ended_at IS NULL),
			EXISTS (SELECT 1 FROM feedback x WHERE x.contact_id = c.id AND x.authority_id = c.authority_id AND x.way = 'account' AND x.read_at IS NULL),
			COALESCE(i.mended_as, '')
		FROM contact c
		LEFT JOIN feedback f ON f.authority_id = c.authority_id AND f.id = (SELECT t.id FROM feedback t WHERE t.contact_id = c.id AND t.authority_id = c.authority_id AND t.done_at IS NOT NULL ORDER BY t.known_at DESC, t.id DESC LIMIT 1)
		LEFT JOIN intake i ON i.id = c.intake_id AND i.authority_id = c.authority_id
		WHERE c.authority_id = $1 AND ($2 = '' OR c.organisation_id = $2) AND ($3 = '' OR c.referrer_id = $3)`

var (
	ownReferrals = db.SQL("partners.own-referrals", referralColumns+`
			AND ($4 = '' OR c.grade = $4 OR $4 = 'none' AND c.grade = '')
			AND ($5 = '' OR $5 = 'waiting' AND c.decided_at IS NULL OR $5 = 'decided' AND c.decided_at IS NOT NULL OR $5 = 'unreadable' AND COALESCE(i.problem, '') <> '')
		ORDER BY c.received_at DESC, c.id LIMIT $6`)
	ownQuestions = db.SQL("partners.own-questions", `
		SELECT q.id, c.ref, q.question, q.asked_at, q.due_at, q.answered_at, q.answered_how FROM information_request q
		JOIN contact c ON c.id = q.contact_id AND c.authority_id = q.authority_id
		WHERE q.organisation_id = $1 AND q.authority_id = $2 AND q.state <> 'withdrawn' AND ($3 = '' OR ($3 = 'open') = (q.answered_at IS NULL))
		ORDER BY q.answered_at IS NOT NULL, q.answered_at DESC, q.due_at, q.id LIMIT $4`)
	ownMeetings = db.SQL("partners.own-meetings", `
		SELECT d.ref, d.scheduled_at, max(s.invited_at), min(s.answer_due), count(s.answered_at) > 0,
			d.state = 'decided' AND count(s.signed_at) = 0 AND max(CASE WHEN s.attendance = 'attended' THEN 1 ELSE 0 END) = 1, d.state IN ('held', 'decided')
		FROM discussion d
		JOIN discussion_seat s ON s.discussion_id = d.id AND s.authority_id = d.authority_id AND s.owner_id = $1 AND s.invited_at IS NOT NULL
		WHERE d.authority_id = $2 AND NOT EXISTS (SELECT 1 FROM discussion_child x JOIN contact_child cc ON cc.id = x.child_id AND cc.authority_id = x.authority_id
				WHERE x.discussion_id = d.id AND x.authority_id = d.authority_id AND cc.conceal <> '')
		GROUP BY d.ref, d.scheduled_at, d.state, d.requested_at
		HAVING d.state IN ('requested', 'scheduled') OR d.state = 'decided' AND count(s.signed_at) = 0 AND max(CASE WHEN s.attendance = 'attended' THEN 1 ELSE 0 END) = 1
		ORDER BY d.state = 'decided', d.scheduled_at IS NULL, d.scheduled_at, d.requested_at, d.ref LIMIT $3`)
	ownUnread = db.SQL("partners.own-unread", `
		SELECT c.ref, i.received_at, i.problem FROM intake i
		JOIN contact c ON c.id = i.contact_id AND c.authority_id = i.authority_id
		WHERE i.authority_id = $1 AND i.state = 'unreadable' AND i.mended_as = '' AND c.organisation_id = $2 AND c.decided_at IS NULL
		ORDER BY i.received_at DESC, i.id LIMIT $3`)
	ownToday = db.SQL("partners.own-today", `
		SELECT count(*) FROM contact c WHERE c.authority_id = $1 AND c.organisation_id = $2 AND c.received_at >= $3`)
	ownWaiting = db.SQL("partners.own-waiting", `
		SELECT c.grade, count(*), min(c.risk_since) FROM contact c WHERE c.authority_id = $1 AND c.organisation_id = $2 AND c.decided_at IS NULL GROUP BY c.grade`)
)

func scanReferral(r *sql.Rows, o *OwnReferral) error {
	var source, outcomes, reason string
	if err := r.Scan(&o.Ref, &o.Theirs, &o.Grade, &o.At, &o.Decided, &source, &o.Unreadable, &outcomes, &o.Worried, &o.waits, &o.contact, &o.Told, &reason, &o.Due, &o.ToldLate, &o.owedBy, &o.unread, &o.Mended); err != nil {
		return err
	}
	c := pathway.Contact{Source: pathway.Agency(source)}
	o.Silent = reason != "" && reason != string(pathway.NotPublic)
	seen := map[string]bool{}
	for _, x := range strings.FieldsFunc(outcomes, func(r rune) bool { return r == ',' }) {
		o.some = true
		if o.Silent { // for a reason on record it is not told here
			continue
		}
		if s := c.OutcomeSentence(pathway.Outcome(x)); !seen[s] {
			seen[s] = true
			o.Sentences = append(o.Sentences, s)
		}
	}
	return nil
}

// ReferralFilter chooses among one's own referrals.
type ReferralFilter struct{ State, Grade string }

func referrals(ctx context.Context, v *record.View, f ReferralFilter, limit int) ([]OwnReferral, error) {
	s, err := v.Scope(access.SeeOwnReferral)
	if err != nil {
		return nil, err
	}
	out, err := db.Collect(ctx, v, scanReferral, ownReferrals, v.Authority, s.AgencyID, s.ReferrerID, f.Grade, f.State, limit)
	for _, x := range out {
		v.Saw("own referrals", x.Ref)
	}
	return out, err
}

// Referrals lists what this person, or their force, sent, the latest first. Whoever reads
// there what was decided is told of it.
func (d *Desk) Referrals(ctx context.Context, who access.Actor, f ReferralFilter) (out []OwnReferral, now civil.Instant, err error) {
	err = d.Record.Look(ctx, who, access.PurposeOwn, func(v *record.View) error {
		now = v.Now
		out, err = referrals(ctx, v, f, mostListed)
		return err
	})
	if err == nil {
		err = d.readOutcomes(ctx, who, out, now)
	}
	return out, now, err
}

// readOutcomes notes that what was decided was read here for the first time.
func (d *Desk) readOutcomes(ctx context.Context, who access.Actor, all []OwnReferral, now civil.Instant) error {
	var read []record.ReadBy
	for i := range all {
		x := &all[i]
		if who.ReadOnly || x.Silent || !x.some || !x.unread && x.owedBy.IsZero() {
			continue
		}
		read = append(read, record.ReadBy{Contact: x.contact, Ref: x.Ref})
		if x.Told.IsZero() || !x.owedBy.IsZero() {
			x.Told, x.ToldLate = now, x.ToldLate || !x.owedBy.IsZero() && x.owedBy.Before(now)
		}
	}
	if len(read) == 0 {
		return nil
	}
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		if err := tx.Allow(access.SeeOwnReferral, access.About{Kind: "referral", ID: read[0].Ref, Authority: tx.Authority, AgencyID: who.AgencyID, ReferrerID: who.ID}); err != nil {
			return err
		}
		return tx.ReferrerRead(ctx, read, pathway.ByOwnPage)
	})
}

func questions(ctx context.Context, v *record.View, state string, limit int) ([]OwnQuestion, error) {
	s, err := v.Scope(access.SeeQuestions)
	if err != nil {
		return nil, err
	}
	out, err := db.Collect(ctx, v, func(r *sql.Rows, o *OwnQuestion) error {
		return r.Scan(&o.ID, &o.Ref, &o.Question, &o.Asked, &o.Due, &o.Answered, &o.How)
	}, ownQuestions, s.AgencyID, v.Authority, state, limit)
	for _, x := range out {
		v.Saw("own questions", x.Ref)
	}
	return out, err
}

// Questions lists what one's own agency was asked, open ones first. state is open,
// answered, or "" for both.
func (d *Desk) Questions(ctx context.Context, who access.Actor, state string) (out []OwnQuestion, now civil.Instant, err error) {
	if state != "open" && state != "answered" {
		state = ""
	}
	err = d.Record.Look(ctx, who, access.PurposeOwn, func(v *record.View) error {
		now = v.Now
		out, err = questions(ctx, v, state, mostListed)
		return err
	})
	return out, now, err
}

// Home shows a partner's person what waits for them, and their own agency's entries and
// nothing else.
func (d *Desk) Home(ctx context.Context, who access.Actor) (*Home, error) {
	h := &Home{}
	if who.AgencyKind == string(pathway.Police) {
		if err := d.Record.RefreshFeeds(ctx, who.Authority); err != nil {
			return h, err
		}
	}
	err := d.Record.Look(ctx, who, access.PurposeOwn, func(v *record.View) error {
		*h = Home{Now: v.Now, From: v.Now.Date().AddDays(-7 * promptWeeks)}
		if err := h.read(ctx, v); err != nil {
			return err
		}
		if h.Force = who.AgencyKind == string(pathway.Police) && access.ScopeOf(who, access.SeeOwnReferral).AgencyID != ""; !h.Force {
			return nil
		}
		return h.ofForce(ctx, v)
	})
	if err == nil {
		err = d.readOutcomes(ctx, who, h.Referrals, h.Now)
	}
	return h, err
}

func (h *Home) read(ctx context.Context, v *record.View) error {
	var err error
	if h.Referrals, err = referrals(ctx, v, ReferralFilter{}, homeRows); err != nil {
		return err
	}
	h.Asked, h.Meets = access.ScopeOf(v.Who, access.SeeQuestions).Allowed, access.ScopeOf(v.Who, access.ListMeetings).Allowed
	if h.Asked {
		if h.Questions, err = questions(ctx, v, "open", mostListed); err != nil {
			return err
		}
	}
	if h.Meets {
		if err := h.meetings(ctx, v); err != nil {
			return err
		}
	}
	if h.Writes = access.ScopeOf(v.Who, access.ReadMessages).Allowed; h.Writes {
		s, err := v.Scope(access.ReadMessages)
		if err != nil {
			return err
		}
		if h.Unread, err = listThreads(ctx, v, s, true); err != nil {
			return err
		}
	}
	w, err := v.Scope(access.SeeWorries)
	if err != nil {
		return err
	}
	all, err := listWorries(ctx, v, w, "")
	if err != nil {
		return err
	}
	for _, x := range all {
		if x.Open() || x.Read.IsZero() {
			h.Worries = append(h.Worries, x)
		}
	}
	a, err := v.Scope(access.SeeAnswers)
	if err != nil {
		return err
	}
	sent, err := allSent(ctx, v, a.AgencyID, h.From)
	if err != nil {
		return err
	}
	h.Answers = prompts(sent)
	if h.Joint, err = v.InJointTeam(ctx); err != nil {
		return err
	}
	h.Notices, h.Bell, h.ReadsNotices, err = v.UnreadNotices(ctx)
	return err
}

// meetings are the discussions that the agency has a seat in.
func (h *Home) meetings(ctx context.Context, v *record.View) error {
	m, err := v.Scope(access.ListMeetings)
	if err != nil {
		return err
	}
	h.Meetings, err = db.Collect(ctx, v, func(r *sql.Rows, o *OwnMeeting) error {
		return r.Scan(&o.Ref, &o.Scheduled, &o.Asked, &o.Due, &o.Answered, &o.ToSign, &o.Held)
	}, ownMeetings, m.AgencyID, v.Authority, homeRows)
	for _, x := range h.Meetings {
		v.Saw("own meetings", x.Ref)
	}
	return err
}

// ofForce adds what only a police force has: notifications by grade, its feed and what
// it declared.
func (h *Home) ofForce(ctx context.Context, v *record.View) error {
	s, err := v.Scope(access.SeeOwnReferral)
	if err != nil {
		return err
	}
	if err := v.QueryRowContext(ctx, ownToday, v.Authority, s.AgencyID, v.Now.Date().Start()).Scan(&h.Today); err != nil {
		return err
	}
	h.Mends = !v.Who.ReadOnly && access.ScopeOf(v.Who, access.CorrectMessage).Allowed
	h.Broken, err = db.Collect(ctx, v, func(r *sql.Rows, o *OwnReferral) error { return r.Scan(&o.Ref, &o.At, &o.Unreadable) }, ownUnread, v.Authority, s.AgencyID, homeRows)
	if err != nil {
		return err
	}
	h.Waiting, err = db.Collect(ctx, v, func(r *sql.Rows, g *Graded) error { return r.Scan(&g.Grade, &g.N, &g.Since) }, ownWaiting, v.Authority, s.AgencyID)
	if err != nil {
		return err
	}
	if h.Feeds, err = v.FeedAlarms(ctx); err != nil {
		return err
	}
	backlog, err := v.FeedBacklog(ctx, s.AgencyID)
	if err != nil {
		return err
	}
	for _, b := range backlog {
		h.Backlog = append(h.Backlog, fmt.Sprintf("%s: %d, as at %s", b.Grade, b.N, b.AsAt.Words()))
	}
	h.LagFrom = v.Now.Date().AddDays(-7 * lagWeeks)
	h.Lag, err = v.FeedTold(ctx, h.LagFrom, s.AgencyID)
	return err
}
