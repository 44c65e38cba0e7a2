// Package partners is the desk between the front door and other agencies: what is
// asked of an agency and what it sent, what it is still worried about, what each wrote
// to the other, how soon each reads and answers, and the board of a joint team.
package partners

import (
	"context"
	"database/sql"
	"fmt"

	"frontdoor/internal/access"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// Desk is the partners' desk.
type Desk struct{ Record *record.Record }

// New makes the desk.
func New(r *record.Record) *Desk { return &Desk{Record: r} }

// kid is a child of a contact, as far as this desk needs to know them.
type kid struct {
	ID, ContactID, Contact, Ref string
	Name                        string // as the record has it: for those who may see it
	Said                        string // what whoever told us can know: no name that was found out since
	Organisation, Referrer      string // of the contact
	Channel                     pathway.Channel
	Outcome                     pathway.Outcome
	Decision, Decider           string
	person, mayBe               string
	conceal                     access.Concealment
}

const kidColumns = `cc.id, c.id, c.ref, COALESCE(p.ref, ''), COALESCE(p.given, cc.given), COALESCE(p.family, cc.family), cc.described, cc.unborn, cc.position,
	(SELECT count(*) FROM contact_child n WHERE n.contact_id = c.id AND n.authority_id = c.authority_id),
	c.organisation_id, c.referrer_id, c.channel, cc.outcome, cc.decision_id,
	COALESCE((SELECT u.id FROM decision d JOIN user_account u ON u.id = d.decided_by AND u.authority_id = d.authority_id AND u.disabled_at IS NULL
		WHERE d.id = cc.decision_id AND d.authority_id = cc.authority_id), ''), cc.person_id, cc.may_be, cc.conceal`

const kidTables = `
	JOIN contact c ON c.id = cc.contact_id AND c.authority_id = cc.authority_id
	LEFT JOIN person p ON p.id = cc.person_id AND p.authority_id = cc.authority_id AND cc.person_id <> ''`

var (
	kidByID       = db.SQL("partners.child", `SELECT `+kidColumns+` FROM contact_child cc`+kidTables+` WHERE cc.id = $1 AND cc.authority_id = $2`)
	kidsOfContact = db.SQL("partners.children-of-contact", `SELECT `+kidColumns+` FROM contact_child cc`+kidTables+` WHERE c.ref = $1 AND c.authority_id = $2 ORDER BY cc.position`)
	workOfKid     = db.SQL("partners.work-of-child", `
		SELECT e.worker_id, COALESCE(v.worker_id, ''), e.team_id, e.interim_owner_id FROM episode e
		LEFT JOIN involvement v ON v.episode_id = e.id AND v.authority_id = e.authority_id AND v.ended_at IS NULL AND v.refused_at IS NULL
		WHERE e.child_id = $1 AND e.authority_id = $2 AND e.state = 'open'`)
)

func scanKid(r *sql.Rows, k *kid) error { return scanKidAfter(r, k) }

// scanKidAfter reads a child from the last columns of a row.
func scanKidAfter(r *sql.Rows, k *kid, before ...any) error {
	var given, family, described string
	var unborn bool
	var position, of int
	err := r.Scan(append(before, &k.ID, &k.ContactID, &k.Contact, &k.Ref, &given, &family, &described, &unborn, &position, &of,
		&k.Organisation, &k.Referrer, &k.Channel, &k.Outcome, &k.Decision, &k.Decider, &k.person, &k.mayBe, &k.conceal)...)
	k.Name = record.ChildNameUnborn(given, family, described, unborn)
	k.Said = "The child"
	switch {
	case described != "":
		k.Said = described
	case k.Channel == pathway.ByForm:
		k.Said = k.Name
	case of > 1:
		k.Said = fmt.Sprintf("Child %d of %d", position+1, of)
	}
	return err
}

// about says what an action concerning a child is about: how far the record is closed,
// who works with the child, and for a partner whose entry it is.
func (k kid) about(ctx context.Context, q db.Queryer, authority, kind, ref, agency string) (access.About, error) {
	a := access.About{Kind: kind, ID: ref, Authority: authority, AgencyID: agency, ReferrerID: k.Referrer, Conceal: k.conceal}
	for _, p := range []string{k.person, k.mayBe} {
		if p != "" {
			a.Persons = append(a.Persons, p)
		}
	}
	type work struct{ worker, offered, team, interim string }
	all, err := db.Collect(ctx, q, func(r *sql.Rows, w *work) error { return r.Scan(&w.worker, &w.offered, &w.team, &w.interim) }, workOfKid, k.ID, authority)
	if err != nil {
		return a, err
	}
	for _, w := range all {
		a.Workers, a.Teams = append(a.Workers, w.worker, w.offered), append(a.Teams, w.team, w.interim)
	}
	return record.Concealing(ctx, q, a)
}

// rule is the child as the rules need to know them.
func (k kid) rule() pathway.Contact {
	return pathway.Contact{ID: k.ContactID, Ref: k.Contact, Channel: k.Channel,
		Children: []pathway.Child{{ID: k.ID, Outcome: k.Outcome, Conceal: k.conceal != access.Unrestricted}}}
}

// missed has a miss go through the same permission as a hit, so that the trail shows
// who tried and what is not there answers like what is hidden.
func missed(allow func(access.Action, access.About) error, act access.Action, err error) error {
	if db.NotFound(err) {
		err = refusal.Hidden()
	}
	if refusal.KindOf(err) == refusal.NotFound {
		if denied := allow(act, access.About{}); denied != nil {
			return denied
		}
	}
	return err
}

// named finds whether the reader ($2) is named on the restriction of the child cc.
const named = `EXISTS (SELECT 1 FROM restriction_named n WHERE n.person_id IN (cc.person_id, cc.may_be) AND n.authority_id = cc.authority_id AND n.ended_at IS NULL AND n.user_id = $2)`

// shown says what a list shows of a child: the same as the page of it allows.
func shown(s access.Scope, k kid, isNamed bool) access.Answer {
	a := access.About{Kind: "list", Conceal: k.conceal}
	if isNamed {
		a.Named = []string{s.UserID}
	}
	for _, p := range []string{k.person, k.mayBe} {
		if p != "" {
			a.Persons = append(a.Persons, p)
		}
	}
	s.WorkerID, s.Teams, s.AgencyID, s.ReferrerID = "", nil, "", "" // the query asked for these
	return s.Admits(a)
}
