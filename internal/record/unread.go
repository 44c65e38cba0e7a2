package record

import (
	"context"

	"frontdoor/internal/access"
	"frontdoor/internal/db"
)

// MessagesSeenBy is the condition of every list of messages with agencies: t is the
// thread and cc its child, $1 the authority, $2 the reader, $3 to $5 what access.Scope
// says (organisation, worker, teams). A concealed child's are shown to nobody who is not
// named; whoever has a conflict with the child is not shown them either.
const MessagesSeenBy = ` t.authority_id = $1
		AND (cc.conceal = '' OR EXISTS (SELECT 1 FROM restriction_named n WHERE n.person_id IN (cc.person_id, cc.may_be) AND n.authority_id = cc.authority_id AND n.ended_at IS NULL AND n.user_id = $2))
		AND NOT EXISTS (SELECT 1 FROM person_conflict f WHERE f.user_id = $2 AND f.authority_id = cc.authority_id AND f.person_id IN (cc.person_id, cc.may_be) AND f.person_id <> '')
		AND ($3 = '' OR t.organisation_id = $3)
		AND ($4 = '' OR EXISTS (SELECT 1 FROM episode e LEFT JOIN involvement v ON v.episode_id = e.id AND v.authority_id = e.authority_id AND v.ended_at IS NULL AND v.refused_at IS NULL
			WHERE e.child_id = cc.id AND e.authority_id = cc.authority_id AND e.state = 'open' AND (e.worker_id = $4 OR v.worker_id = $4)))
		AND ($5 = '[]' OR EXISTS (SELECT 1 FROM episode e WHERE e.child_id = cc.id AND e.authority_id = cc.authority_id AND e.state = 'open'
			AND (e.team_id IN (:list($5)) OR e.interim_owner_id IN (:list($5)))))`

// The ways a message goes.
const (
	ToAgency   = "to_agency"
	FromAgency = "from_agency"
)

// WayIn is the way of the messages that come to the reader's side.
func WayIn(who access.Actor) string {
	if who.AgencyID != "" {
		return ToAgency
	}
	return FromAgency
}

var (
	unreadMessages = db.SQL("record.unread-messages", `
		SELECT count(*) FROM thread t
		JOIN thread_message m ON m.thread_id = t.id AND m.authority_id = t.authority_id
		JOIN contact_child cc ON cc.id = t.child_id AND cc.authority_id = t.authority_id
		WHERE m.way = $6 AND m.read_at IS NULL AND`+MessagesSeenBy)
	inJointTeam = db.SQL("record.in-joint-team", `SELECT count(*) FROM team WHERE authority_id = $1 AND kind = 'joint' AND id IN (:list($2))`)
	worriesOpen = db.SQL("record.worries-open", `
		SELECT count(*) FROM worry w
		JOIN contact_child cc ON cc.id = w.child_id AND cc.authority_id = w.authority_id
		WHERE w.authority_id = $1 AND w.answered_at IS NULL
			AND (cc.conceal <> 'sealed' OR EXISTS (SELECT 1 FROM restriction_named n WHERE n.person_id IN (cc.person_id, cc.may_be) AND n.authority_id = cc.authority_id AND n.ended_at IS NULL AND n.user_id = $2))
			AND NOT EXISTS (SELECT 1 FROM person_conflict f WHERE f.user_id = $2 AND f.authority_id = cc.authority_id AND f.person_id IN (cc.person_id, cc.may_be) AND f.person_id <> '')`)
)

// untold counts the contacts whose referrer was not told in time what was decided, as
// their list shows them: a restricted one is counted.
var untold = db.SQL("record.referrers-untold", `
	SELECT count(DISTINCT w.contact_id) FROM wait w
	JOIN contact_child cc ON cc.id = w.child_id AND cc.authority_id = w.authority_id
	WHERE w.authority_id = $1 AND w.timescale = 'contact.feedback' AND w.ended_at IS NULL AND w.due_at < $3
		AND (w.conceal <> 'sealed' OR EXISTS (SELECT 1 FROM restriction_named n WHERE n.person_id IN (cc.person_id, cc.may_be) AND n.authority_id = cc.authority_id AND n.ended_at IS NULL AND n.user_id = $2))
		AND NOT EXISTS (SELECT 1 FROM person_conflict f WHERE f.user_id = $2 AND f.authority_id = cc.authority_id AND f.person_id IN (cc.person_id, cc.may_be) AND f.person_id <> '')`)

// Untold is how many referrers were not told in time what was decided, for those who may
// see which.
func (v *View) Untold(ctx context.Context) (n int, err error) {
	if !access.ScopeOf(v.Who, access.ListFeedback).Allowed {
		return 0, nil
	}
	err = v.QueryRowContext(ctx, untold, v.Authority, v.Who.ID, v.Now).Scan(&n)
	return n, err
}

// FromPartners counts what agencies wait for from the front door, for the top of its
// board: messages that nobody has read, as the reader may see them, and worries that
// nobody has answered. A restricted child's worry is counted, as the list shows it: by
// its reference and when it is due.
func (v *View) FromPartners(ctx context.Context) (unread, worries int, err error) {
	if s := access.ScopeOf(v.Who, access.ReadMessages); s.Allowed {
		err = v.QueryRowContext(ctx, unreadMessages, v.Authority, s.UserID, s.AgencyID, s.WorkerID, db.List(s.Teams), WayIn(v.Who)).Scan(&unread)
	}
	if s := access.ScopeOf(v.Who, access.SeeWorries); err == nil && s.Allowed && v.Who.AgencyID == "" {
		err = v.QueryRowContext(ctx, worriesOpen, v.Authority, v.Who.ID).Scan(&worries)
	}
	return unread, worries, err
}

// InJointTeam says whether the reader is in a team with people of another agency, whose
// board they share.
func (v *View) InJointTeam(ctx context.Context) (bool, error) {
	var n int
	err := v.QueryRowContext(ctx, inJointTeam, v.Authority, db.List(v.Who.Teams)).Scan(&n)
	return n > 0, err
}
