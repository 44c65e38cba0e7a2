package record

import (
	"context"
	"database/sql"
	"slices"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
)

// OpenWork is an open episode of work with a record, and who answers for it.
type OpenWork struct {
	ID, Person, Contact, Kind, Outcome   string
	WorkerID, Worker, InterimID, Interim string
	Team, Offered                        string
	Since                                civil.Instant
	Leads                                bool // named to answer for a child with two open referrals
}

var openWorkOf = db.SQL("record.open-work-of-persons", `
	SELECT e.id, e.person_id, e.contact_id, e.kind, e.outcome, e.worker_id, e.worker_name, e.interim_owner_id, e.interim_owner_name,
		CASE WHEN e.team_id = '' THEN e.interim_owner_id ELSE e.team_id END, COALESCE(v.worker_id, ''), e.decided_at,
		EXISTS (SELECT 1 FROM person_merge m WHERE m.lead_id = e.id AND m.authority_id = e.authority_id AND m.lead_id <> ''
			AND m.merged_at IS NOT NULL AND m.ended_at IS NULL)
	FROM episode e
	LEFT JOIN involvement v ON v.episode_id = e.id AND v.authority_id = e.authority_id AND v.ended_at IS NULL AND v.refused_at IS NULL
	WHERE e.person_id IN (:list($1)) AND e.person_id <> '' AND e.authority_id = $2 AND e.state = 'open'
	ORDER BY e.decided_at DESC, e.id`)

// FindOpenWork lists the open episodes of records.
func FindOpenWork(ctx context.Context, q db.Queryer, authority string, ids []string) ([]OpenWork, error) {
	return db.Collect(ctx, q, func(r *sql.Rows, w *OpenWork) error {
		return r.Scan(&w.ID, &w.Person, &w.Contact, &w.Kind, &w.Outcome, &w.WorkerID, &w.Worker, &w.InterimID, &w.Interim, &w.Team, &w.Offered, &w.Since, &w.Leads)
	}, openWorkOf, db.List(ids), authority)
}

// AboutPerson is what an action on a child is about: all the records read as one, the
// strictest of their restrictions, and who works with them.
func AboutPerson(ctx context.Context, q db.Queryer, authority string, k Known, members []string, work []OpenWork) (access.About, error) {
	closed, err := Restrictions(ctx, q, authority, members)
	return AboutMembers(authority, k, members, work, closed), err
}

// AboutMembers is AboutPerson when the restrictions were read already.
func AboutMembers(authority string, k Known, members []string, work []OpenWork, closed map[string]Closed) access.About {
	about := access.About{Kind: "child", ID: k.Ref, Authority: authority, Persons: members}
	for _, w := range work {
		if slices.Contains(members, w.Person) {
			about.Workers, about.Teams = append(about.Workers, w.WorkerID, w.Offered), append(about.Teams, w.Team)
		}
	}
	return Close(about, closed)
}
