package partners

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/escalation"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
	"frontdoor/internal/web"
)

// Owed is everything that an agency owes children now: every wait on it, and every
// question of an escalation that it has not answered. The council sees the same waits
// under Waiting and the same questions under Escalations.
type Owed struct {
	Now      civil.Instant
	Agency   string
	Police   bool
	Rows     []OwedItem
	Officers []web.Option // whom the reader may ask to take something; empty for who may not
}

// The kinds of what is owed.
const (
	owedQuestion   = "question"
	owedInvitation = "invitation"
	owedSignature  = "signature"
	owedAction     = "action"
	owedMeeting    = "meeting"
	owedOther      = "other"
	owedEscalation = "escalation"
)

// OwedItem is one thing owed. It has a child's reference and never more than the page it
// opens shows this reader.
type OwedItem struct {
	Item     string        `json:"item"` // wait id, or step and level of what is escalated
	Kind     string        `json:"kind"`
	Step     timescale.Key `json:"step"`
	Name     string        `json:"step_name"`
	Contact  string        `json:"contact"`
	ChildRef string        `json:"child_reference"`
	Child    string        `json:"child"` // "" for who may not open its page
	Children int           `json:"children"`
	Level    int           `json:"level"` // of an escalation
	AskedOf  string        `json:"asked_of"`
	Since    civil.Instant `json:"since"`
	Due      civil.Instant `json:"due"`
	Late     bool          `json:"late"`
	Officer  string        `json:"officer"` // who in the agency was asked to take it
	AskedBy  string        `json:"asked_by"`
	AskedAt  civil.Instant `json:"asked_at"`
	Path     string        `json:"page"` // where it is answered; "" when the reader may not, or nothing is answered there

	about, meeting, enquiry, notice string
	warn                            civil.Instant
	conceal                         access.Concealment
	given, family, described        string
	seated                          bool
}

// A question about a child whose record is closed was put to the agency all the same, and
// stays among what it owes, under the reference of the contact alone.
var owedWaits = db.SQL("partners.owed", `
	SELECT w.id, w.timescale, w.about_id, c.ref, COALESCE(p.ref, ''), COALESCE(p.given, cc.given), COALESCE(p.family, cc.family), cc.described, w.conceal,
		w.since, w.due_at, w.warn_at, COALESCE(a.officer_name, ''), COALESCE(a.asked_by_name, ''), a.asked_at,
		COALESCE((SELECT d.ref FROM discussion_seat s JOIN discussion d ON d.id = s.discussion_id AND d.authority_id = s.authority_id WHERE s.id = w.about_id AND s.authority_id = w.authority_id),
			(SELECT d.ref FROM discussion_action t JOIN discussion d ON d.id = t.discussion_id AND d.authority_id = t.authority_id WHERE t.id = w.about_id AND t.authority_id = w.authority_id),
			CASE WHEN w.timescale = 'strategy.discussion' THEN
				(SELECT min(d.ref) FROM discussion_child x JOIN discussion d ON d.id = x.discussion_id AND d.authority_id = x.authority_id AND d.state <> 'decided'
				WHERE x.child_id = w.child_id AND x.authority_id = w.authority_id
					AND EXISTS (SELECT 1 FROM discussion_seat s WHERE s.discussion_id = d.id AND s.authority_id = d.authority_id AND s.owner_id = w.owner_id AND s.invited_at IS NOT NULL)) END, ''),
		COALESCE((SELECT e.ref FROM enquiry_action t JOIN enquiry e ON e.id = t.enquiry_id AND e.authority_id = t.authority_id WHERE t.id = w.about_id AND t.authority_id = w.authority_id), ''),
		COALESCE((SELECT n.ref FROM school_notice n WHERE n.id = w.about_id AND n.authority_id = w.authority_id), '')
	FROM wait w
	JOIN contact c ON c.id = w.contact_id AND c.authority_id = w.authority_id
	JOIN contact_child cc ON cc.id = w.child_id AND cc.authority_id = w.authority_id
	LEFT JOIN person p ON p.id = cc.person_id AND p.authority_id = cc.authority_id AND cc.person_id <> ''
	LEFT JOIN owed_asked a ON a.item = w.id AND a.organisation_id = w.owner_id AND a.authority_id = w.authority_id AND a.ended_at IS NULL
	WHERE w.authority_id = $1 AND w.owner_id = $2 AND w.ended_at IS NULL
		AND (w.conceal = '' OR w.timescale IN ('request.red', 'request.amber', 'request.green'))
		AND (cc.person_id = '' OR NOT EXISTS (SELECT 1 FROM person_conflict f WHERE f.user_id = $3 AND f.person_id = cc.person_id AND f.authority_id = cc.authority_id))
	ORDER BY w.due_at, w.id`)

var (
	owedOrganisation = db.SQL("partners.owed-organisation", `SELECT name FROM organisation WHERE id = $1 AND authority_id = $2`)
	owedTaken        = db.SQL("partners.owed-taken", `
		SELECT item, officer_name, asked_by_name, asked_at FROM owed_asked WHERE organisation_id = $1 AND authority_id = $2 AND ended_at IS NULL`)
	owedOfficers = db.SQL("partners.owed-officers", `
		SELECT DISTINCT u.id, u.name FROM user_account u
		JOIN user_role r ON r.user_id = u.id AND r.authority_id = u.authority_id AND r.ended_at IS NULL AND r.role IN ('police_officer', 'police_referral', 'police_triage')
		WHERE u.organisation_id = $1 AND u.authority_id = $2 AND u.disabled_at IS NULL ORDER BY u.name, u.id`)
	endOwedAsked = db.SQL("partners.end-owed-asked", `
		UPDATE owed_asked SET ended_at = $4 WHERE organisation_id = $1 AND item = $2 AND authority_id = $3 AND ended_at IS NULL`)
	addOwedAsked = db.InsertInto("partners.add-owed-asked", "owed_asked", "id, authority_id, organisation_id, item, officer_id, officer_name, asked_at, asked_by, asked_by_name", "")
)

func scanOwed(r *sql.Rows, o *OwedItem) error {
	return r.Scan(&o.Item, &o.Step, &o.about, &o.Contact, &o.ChildRef, &o.given, &o.family, &o.described, &o.conceal,
		&o.Since, &o.Due, &o.warn, &o.Officer, &o.AskedBy, &o.AskedAt, &o.meeting, &o.enquiry, &o.notice)
}

// Owed shows what the reader's own agency owes, what is due first at the top.
func (d *Desk) Owed(ctx context.Context, who access.Actor) (*Owed, error) {
	out := &Owed{}
	err := d.Record.Look(ctx, who, access.PurposeOwn, func(v *record.View) error {
		*out = Owed{Now: v.Now, Police: who.AgencyKind == string(pathway.Police), Rows: []OwedItem{}}
		s, err := v.Scope(access.SeeOwed)
		if err != nil {
			return err
		}
		if err := v.QueryRowContext(ctx, owedOrganisation, s.AgencyID, v.Authority).Scan(&out.Agency); err != nil && !db.NotFound(err) {
			return err
		}
		if err := out.waits(ctx, v, d.Record, s); err != nil {
			return err
		}
		if err := out.escalated(ctx, v, d.Record, s); err != nil {
			return err
		}
		slices.SortStableFunc(out.Rows, func(a, b OwedItem) int { return a.Due.Compare(b.Due) })
		v.Saw("what the agency owes")
		for _, o := range out.Rows {
			if o.Child != "" {
				v.Saw("what the agency owes", o.ChildRef)
			}
			if o.Contact != "" {
				v.Saw("what the agency owes", o.Contact)
			}
		}
		if access.ScopeOf(who, access.AskOfficer).Allowed {
			out.Officers, err = db.Collect(ctx, v, func(r *sql.Rows, o *web.Option) error { return r.Scan(&o.Value, &o.Label) }, owedOfficers, s.AgencyID, v.Authority)
		}
		return err
	})
	return out, err
}

func (o *Owed) waits(ctx context.Context, v *record.View, r *record.Record, s access.Scope) error {
	rows, err := db.Collect(ctx, v, scanOwed, owedWaits, v.Authority, s.AgencyID, v.Who.ID)
	if err != nil {
		return err
	}
	seats, err := record.Seats(ctx, v, v.Authority, v.Who.ID)
	if err != nil {
		return err
	}
	for _, x := range rows {
		x.Name, x.Children, x.Late = r.StepName(x.Step, v.Now), 1, x.Due.Before(v.Now)
		x.Kind = owedKind(x.Step)
		x.seated = x.meeting != "" && slices.Contains(seats, x.meeting)
		x.Path = x.page(v.Who)
		if x.conceal != access.Unrestricted {
			x.ChildRef = ""
		} else if x.Path != "" && (x.Kind != owedOther) {
			x.Child = record.ChildName(x.given, x.family, x.described)
		}
		o.Rows = append(o.Rows, x)
	}
	return nil
}

func owedKind(step timescale.Key) string {
	switch {
	case strings.HasPrefix(string(step), "request."):
		return owedQuestion
	case step == timescale.StrategyAnswer:
		return owedInvitation
	case step == timescale.StrategySigned:
		return owedSignature
	case step == timescale.ActionAgreed:
		return owedAction
	case step == timescale.StrategyDiscussion:
		return owedMeeting
	}
	return owedOther
}

// page is where the reader answers it; "" for who may not open it.
func (x OwedItem) page(who access.Actor) string {
	may := func(a access.Action) bool { s := access.ScopeOf(who, a); return s.Allowed && s.SeatOf == "" }
	switch {
	case x.Kind == owedQuestion && may(access.AnswerRequest):
		return web.PathQuestions + "/" + x.about
	case x.conceal != access.Unrestricted:
		return ""
	case x.meeting != "" && (x.seated || may(access.OpenMeeting)):
		return web.MeetingPath(x.meeting, "")
	case x.enquiry != "" && may(access.OpenEnquiry):
		return web.EnquiryPath(x.enquiry, "")
	case x.notice != "" && may(access.ReadNotice):
		return pathway.NoticePath(x.notice)
	}
	return ""
}

// escalated adds the questions that the agency has not answered, or whose promise it has
// not kept. What is answered until a day that is to come is not owed before it.
func (o *Owed) escalated(ctx context.Context, v *record.View, r *record.Record, s access.Scope) error {
	all, err := v.Escalated(ctx, s, record.EscalatedFilter{Owner: s.AgencyID})
	if err != nil {
		return err
	}
	type taken struct {
		item, officer, by string
		at                civil.Instant
	}
	asked, err := db.Collect(ctx, v, func(r *sql.Rows, t *taken) error { return r.Scan(&t.item, &t.officer, &t.by, &t.at) }, owedTaken, s.AgencyID, v.Authority)
	if err != nil {
		return err
	}
	people, err := record.Addressees(ctx, v, v.Authority, v.Now.Date())
	if err != nil {
		return err
	}
	opens := access.ScopeOf(v.Who, access.ListEscalations).Allowed
	for _, e := range r.Gather(all, v.Now) {
		for _, q := range e.Questions {
			if q.State == escalation.Answered {
				continue
			}
			x := OwedItem{Item: string(e.Measure) + " " + strconv.Itoa(q.Level), Kind: owedEscalation, Step: e.Measure, Name: e.Name, Children: len(q.At), Level: q.Level,
				AskedOf: people[e.OwnerID][q.Level].Beside(q.Partner), Since: q.Asked, Due: q.By, Late: q.By.Before(v.Now)}
			if opens {
				x.Path = web.EscalationPath(e.OwnerID, string(e.Measure), "")
			}
			for _, t := range asked {
				if t.item == x.Item {
					x.Officer, x.AskedBy, x.AskedAt = t.officer, t.by, t.at
				}
			}
			o.Rows = append(o.Rows, x)
		}
	}
	return nil
}

// AskOfficer asks a named officer of the reader's own force to take something it owes. It
// refuses what the force does not owe and an officer who is not of it. Whoever was asked
// before is asked no longer.
func (d *Desk) AskOfficer(ctx context.Context, who access.Actor, item, officer string) error {
	o, err := d.Owed(ctx, who)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(o.Rows, func(x OwedItem) bool { return x.Item == item })
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		if err := tx.Allow(access.AskOfficer, access.About{Kind: "owed", ID: item, Authority: tx.Authority, AgencyID: who.AgencyID}); err != nil {
			return err
		}
		if i < 0 {
			return refusal.New(refusal.Conflict, "Your force does not owe this any more")
		}
		all, err := db.Collect(ctx, tx, func(r *sql.Rows, p *web.Option) error { return r.Scan(&p.Value, &p.Label) }, owedOfficers, who.AgencyID, tx.Authority)
		if err != nil {
			return err
		}
		j := slices.IndexFunc(all, func(p web.Option) bool { return p.Value == officer })
		if j < 0 {
			return refusal.Field("officer", "Select an officer of your force")
		}
		if _, err := tx.ExecContext(ctx, endOwedAsked, who.AgencyID, item, tx.Authority, tx.Now); err != nil {
			return err
		}
		if err := addOwedAsked.Exec(ctx, tx, []any{tx.NewID(), tx.Authority, who.AgencyID, item, officer, all[j].Label, tx.Now, who.ID, who.Name}); err != nil {
			return err
		}
		x := o.Rows[i]
		ref := x.Contact
		if ref == "" {
			ref = "level " + strconv.Itoa(x.Level)
		}
		return tx.Apply(ctx, record.Subject{Kind: "owed", Ref: ref}, "ask an officer to take what is owed", pathway.Consequences{Tells: []pathway.Tell{
			{Kind: "owed-asked", To: "user:" + officer, Ref: ref, Link: web.PathOwed, Key: "owed " + item + " " + officer + " " + tx.Now.String()}}})
	})
}
