package partners

import (
	"cmp"
	"context"
	"database/sql"
	"net/http"
	"slices"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/web"
)

// A joint team has people of two agencies in it (finding 35: a joint unit set up by
// police and social services). They share one board of what concerns both, and each sees
// on it only what their own rights open: the team opens nothing by itself.

// Joint is the board of somebody's joint teams.
type Joint struct {
	Now   civil.Instant
	Teams []JointTeam
	Rows  []JointRow
}

// JointTeam is a team with people of more than one agency.
type JointTeam struct {
	ID, Name string
	Members  []string // with their agency
}

// JointRow is something that concerns the council and an agency of the team together: a
// question to it, a discussion it is invited to, an enquiry it investigates too.
type JointRow struct {
	Kind    string // question, meeting, enquiry
	Ref     string
	Contact string
	Child   string
	Agency  string
	What    string
	Due     civil.Instant
	Path    string
}

var (
	teamsOf = db.SQL("partners.joint-teams", `
		SELECT t.id, t.name, u.name, COALESCE(o.name, '') FROM team t
		JOIN user_role r ON r.team_id = t.id AND r.authority_id = t.authority_id AND r.ended_at IS NULL
		JOIN user_account u ON u.id = r.user_id AND u.authority_id = r.authority_id AND u.disabled_at IS NULL
		LEFT JOIN organisation o ON o.id = u.organisation_id AND o.authority_id = u.authority_id
		WHERE t.authority_id = $1 AND t.kind = 'joint' AND t.id IN (:list($2))
		GROUP BY t.id, t.name, u.name, o.name ORDER BY t.name, t.id, o.name, u.name`)
	agenciesOf = db.SQL("partners.joint-agencies", `
		SELECT DISTINCT u.organisation_id FROM user_role r
		JOIN team t ON t.id = r.team_id AND t.authority_id = r.authority_id AND t.kind = 'joint'
		JOIN user_account u ON u.id = r.user_id AND u.authority_id = r.authority_id AND u.disabled_at IS NULL
		WHERE r.authority_id = $1 AND r.team_id IN (:list($2)) AND r.ended_at IS NULL AND u.organisation_id <> '' AND ($3 = '' OR u.organisation_id = $3)`)
	jointQuestions = db.SQL("partners.joint-questions", `
		SELECT 'question', q.id, o.name, q.question, q.due_at, `+kidColumns+`
		FROM information_request q
		JOIN organisation o ON o.id = q.organisation_id AND o.authority_id = q.authority_id
		JOIN contact_child cc ON cc.id = q.child_id AND cc.authority_id = q.authority_id`+kidTables+`
		WHERE q.authority_id = $1 AND q.organisation_id IN (:list($2)) AND q.answered_at IS NULL AND q.state <> 'withdrawn'
		ORDER BY q.due_at, q.id LIMIT $3`)
	jointMeetings = db.SQL("partners.joint-meetings", `
		SELECT 'meeting', d.ref, o.name, d.state, COALESCE(d.scheduled_at,
				(SELECT min(w.due_at) FROM wait w JOIN discussion_child y ON y.child_id = w.child_id AND y.authority_id = w.authority_id AND y.discussion_id = d.id
					WHERE w.authority_id = d.authority_id AND w.timescale = 'strategy.discussion' AND w.ended_at IS NULL), d.requested_at), `+kidColumns+`
		FROM discussion d
		JOIN discussion_child x ON x.discussion_id = d.id AND x.authority_id = d.authority_id
		JOIN organisation o ON o.authority_id = d.authority_id AND o.id IN (:list($2))
			AND EXISTS (SELECT 1 FROM discussion_seat s WHERE s.discussion_id = d.id AND s.authority_id = d.authority_id AND s.owner_id = o.id AND s.invited_at IS NOT NULL)
		JOIN contact_child cc ON cc.id = x.child_id AND cc.authority_id = x.authority_id`+kidTables+`
		WHERE d.authority_id = $1 AND d.state <> 'decided'
		ORDER BY d.requested_at, d.ref, o.name, cc.position LIMIT $3`)
	jointEnquiries = db.SQL("partners.joint-enquiries", `
		SELECT 'enquiry', e.ref, o.name, '', COALESCE((SELECT min(a.due_at) FROM enquiry_action a
				WHERE a.enquiry_id = e.id AND a.authority_id = e.authority_id AND a.owner_id = o.id AND a.done_at IS NULL AND a.let_why = ''), e.started_at), `+kidColumns+`
		FROM enquiry e
		JOIN organisation o ON o.authority_id = e.authority_id AND o.id IN (:list($2))
			AND (EXISTS (SELECT 1 FROM enquiry_action a WHERE a.enquiry_id = e.id AND a.authority_id = e.authority_id AND a.owner_id = o.id)
				OR o.kind = 'police' AND `+record.OfForce("o.id")+` AND EXISTS (SELECT 1 FROM enquiry_view v WHERE v.enquiry_id = e.id AND v.authority_id = e.authority_id AND v.agency = 'social_work' AND v.view = 'joint'
					AND NOT EXISTS (SELECT 1 FROM enquiry_view z WHERE z.enquiry_id = v.enquiry_id AND z.authority_id = v.authority_id AND z.agency = v.agency AND (z.at > v.at OR z.at = v.at AND z.id > v.id))))
		JOIN contact_child cc ON cc.id = e.child_id AND cc.authority_id = e.authority_id`+kidTables+`
		WHERE e.authority_id = $1 AND e.state <> 'authorised'
		ORDER BY e.started_at, e.ref, o.name LIMIT $3`)
)

// jointTeams are the joint teams that the reader is in.
func jointTeams(ctx context.Context, v *record.View) ([]JointTeam, error) {
	type member struct{ team, name, person, agency string }
	all, err := db.Collect(ctx, v, func(r *sql.Rows, m *member) error { return r.Scan(&m.team, &m.name, &m.person, &m.agency) }, teamsOf, v.Authority, db.List(v.Who.Teams))
	var out []JointTeam
	for _, m := range all {
		if len(out) == 0 || out[len(out)-1].ID != m.team {
			out = append(out, JointTeam{ID: m.team, Name: m.name})
		}
		t := &out[len(out)-1]
		t.Members = append(t.Members, m.person+", "+cmp.Or(m.agency, "the authority"))
	}
	return out, err
}

// jointRow is a row before it was asked who may see it.
type jointRow struct {
	JointRow
	kid kid
}

// opens are the actions that open the page of each kind of row, for the council's own and
// for a partner's people.
var opens = map[string][2]access.Action{
	"question": {access.OpenContact, access.SeeQuestions},
	"meeting":  {access.OpenMeeting, access.OpenMeeting},
	"enquiry":  {access.OpenEnquiry, access.OpenEnquiry},
}

// Joint shows the board: everything that concerns an agency of the reader's joint teams
// together with the council, as far as the reader may open it.
func (d *Desk) Joint(ctx context.Context, who access.Actor) (Joint, error) {
	out := Joint{}
	err := d.Record.Look(ctx, who, who.WorkPurpose(), func(v *record.View) error {
		out = Joint{Now: v.Now}
		s, err := v.Scope(access.SeeJoint)
		if err != nil {
			return err
		}
		v.Saw("board of a joint team")
		if out.Teams, err = jointTeams(ctx, v); err != nil || len(out.Teams) == 0 {
			return err
		}
		var ids []string
		for _, t := range out.Teams {
			ids = append(ids, t.ID)
		}
		agencies, err := db.Collect(ctx, v, func(r *sql.Rows, id *string) error { return r.Scan(id) }, agenciesOf, v.Authority, db.List(ids), s.AgencyID)
		if err != nil || len(agencies) == 0 {
			return err
		}
		out.Rows, err = jointRows(ctx, v, agencies)
		return err
	})
	return out, err
}

func jointRows(ctx context.Context, v *record.View, agencies []string) ([]JointRow, error) {
	var out []JointRow
	for _, q := range []db.Query{jointQuestions, jointMeetings, jointEnquiries} {
		all, err := db.Collect(ctx, v, func(r *sql.Rows, x *jointRow) error {
			return scanKidAfter(r, &x.kid, &x.Kind, &x.Ref, &x.Agency, &x.What, &x.Due)
		}, q, v.Authority, db.List(agencies), mostListed)
		if err != nil {
			return nil, err
		}
		some, err := admitted(ctx, v, all)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	slices.SortStableFunc(out, func(a, b JointRow) int { return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.Ref, b.Ref)) })
	return out, nil
}

// admitted keeps what the reader may open. A discussion about several children opens only
// to whoever may see each of them, as its own page does.
func admitted(ctx context.Context, v *record.View, all []jointRow) ([]JointRow, error) {
	byRef := map[string]access.About{}
	for _, x := range all {
		a, err := x.kid.about(ctx, v, v.Authority, x.Kind, x.Ref, v.Who.AgencyID)
		if err != nil {
			return nil, err
		}
		if was, ok := byRef[x.Ref]; ok {
			a.Persons, a.Workers, a.Teams = append(was.Persons, a.Persons...), append(was.Workers, a.Workers...), append(was.Teams, a.Teams...)
			if was.Conceal != access.Unrestricted && (a.Conceal == access.Unrestricted || was.Conceal == access.Sealed) {
				a.Conceal, a.Named = was.Conceal, was.Named
			}
		}
		byRef[x.Ref] = a
	}
	var out []JointRow
	for _, x := range all {
		act := opens[x.Kind][0]
		if v.Who.AgencyID != "" {
			act = opens[x.Kind][1]
		}
		if access.ScopeOf(v.Who, act).Admits(byRef[x.Ref]) != access.Allow {
			continue
		}
		x.Contact, x.Child = x.kid.Contact, x.kid.Name
		x.word(v.Who)
		v.Saw("board of a joint team", x.Contact)
		out = append(out, x.JointRow)
	}
	return out, nil
}

// word says what a row is and where it leads.
func (x *jointRow) word(who access.Actor) {
	switch x.Kind {
	case "question":
		if x.Path = web.PathQuestions + "/" + x.Ref; who.AgencyID == "" {
			x.Path = web.ContactPath(x.Contact, "checks")
		}
		x.Ref = x.Contact
	case "meeting":
		x.Path = web.MeetingPath(x.Ref, "")
		x.What = map[string]string{string(pathway.StrategyRequested): "Discussion without a time", string(pathway.StrategyScheduled): "Discussion with a time", string(pathway.StrategyHeld): "Discussion held, not decided"}[x.What]
	case "enquiry":
		x.Path, x.What = web.EnquiryPath(x.Ref, ""), "Enquiry with both agencies in it"
	}
}

var jointPage = web.NewPage(templates, "templates/joint.html", "templates/parts.html")

func (d *Desk) jointRoutes(s *web.Server) {
	s.List(web.PathJoint, access.SeeJoint, web.Listing{Name: "joint", Page: d.showJoint, Sheet: d.jointSheet})
}

type jointRowView struct {
	JointRow
	DueAt  web.Due
	Words  string
	Action string
}

type jointView struct {
	Files   web.Files
	Checked string
	Teams   []JointTeam
	Rows    []jointRowView
	Late    int
}

var jointKinds = map[string]string{"question": "Question", "meeting": "Strategy discussion", "enquiry": "Section 47 enquiry"}

func (d *Desk) showJoint(w http.ResponseWriter, r *http.Request) error {
	j, err := d.Joint(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v := jointView{Files: web.FilesOf(r), Checked: j.Now.Clock(), Teams: j.Teams}
	for _, x := range j.Rows {
		if j.Now.After(x.Due) {
			v.Late++
		}
		v.Rows = append(v.Rows, jointRowView{x, web.DueOf(j.Now, x.Due, x.Due), jointKinds[x.Kind], "Open"})
	}
	return web.Render(w, r, http.StatusOK, jointPage, v)
}

func (d *Desk) jointSheet(r *http.Request) (web.Sheet, error) {
	j, err := d.Joint(r.Context(), web.Actor(r))
	s := web.Sheet{Head: []string{"kind", "reference", "contact", "child", "agency", "what", "due", "page"}}
	for _, x := range j.Rows {
		s.Rows = append(s.Rows, []string{x.Kind, x.Ref, x.Contact, x.Child, x.Agency, x.What, x.Due.String(), x.Path})
	}
	return s, err
}
