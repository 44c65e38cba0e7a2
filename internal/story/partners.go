package story

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/desk/partners"
	"frontdoor/internal/pathway"
	"frontdoor/internal/refusal"
)

var (
	lastThread = db.SQL("story.thread", `SELECT id FROM thread WHERE authority_id = $1 ORDER BY begun_at DESC, id DESC LIMIT 1`)
	lastWorry  = db.SQL("story.worry", `SELECT ref FROM worry WHERE authority_id = $1 ORDER BY raised_at DESC, id DESC LIMIT 1`)
	lastLink   = db.SQL("story.link", `SELECT link FROM outbox WHERE authority_id = $1 AND kind = 'question' ORDER BY created_at DESC, id DESC LIMIT 1`)
	lastCode   = db.SQL("story.code", `SELECT safe_text FROM outbox WHERE authority_id = $1 AND kind = 'code' ORDER BY created_at DESC, id DESC LIMIT 1`)
)

// storyTeam is the joint team of a story.
const storyTeam = "joint-unit"

func (w *World) latestOf(ctx context.Context, q db.Query) (out string, err error) {
	err = w.Record.DB.Read(ctx, func(x db.Queryer) error { return x.QueryRowContext(ctx, q, authority).Scan(&out) })
	return out, err
}

// partnerVerbs are what agencies and the front door do with each other:
//
//	WHO write AGENCY "text"            about the first child of the last contact
//	WHO read-messages, WHO reply "text"
//	WHO still-worried "why" "wants", WHO answer-worry RESULT "words", WHO read-worry
//	WHO ask-guarded AGENCY "question" BASIS    a question that opens with a code
//	administrator name-contact AGENCY ADDRESS  whom codes go to
//	referrer ask-for-code, referrer try-code right|wrong
//	referrer answer-with-code STATE "answer" AS-OF
//	administrator join WHO             into the joint unit
//	WHO ask-officer STEP OFFICER       to take what the force owes for a step
//	administrator end-links AGENCY ADDRESS "why"    of somebody who has left, with the number shown
//	referrer open-new-link             the link that was sent last is theirs from now on
func (w *World) partnerVerbs(ctx context.Context, who access.Actor, verb string, rest []string) (known bool, err error) {
	desk := partners.New(w.Record)
	token := strings.TrimPrefix(w.link, "/requests/")
	switch verb {
	case "write":
		k, err := w.kid(ctx, "1")
		if err != nil {
			return true, err
		}
		_, err = desk.Write(ctx, who, w.latest, k.ID, rest[0], rest[1])
		return true, err
	case "read-messages", "reply":
		id, err := w.latestOf(ctx, lastThread)
		if err != nil {
			return true, err
		}
		if verb == "reply" {
			return true, desk.Reply(ctx, who, id, rest[0])
		}
		_, _, err = desk.Thread(ctx, who, id)
		return true, err
	case "still-worried":
		k, err := w.kid(ctx, "1")
		if err != nil {
			return true, err
		}
		_, err = desk.StillWorried(ctx, who, w.latest, partners.Disagreed{Child: k.ID, Why: rest[0], Wants: rest[1]})
		return true, err
	case "answer-worry", "read-worry":
		ref, err := w.latestOf(ctx, lastWorry)
		if err != nil {
			return true, err
		}
		if verb == "answer-worry" {
			return true, desk.AnswerWorry(ctx, who, ref, pathway.WorryResult(rest[0]), rest[1])
		}
		_, _, err = desk.Worry(ctx, who, ref)
		return true, err
	case "ask-guarded":
		k, err := w.kid(ctx, "1")
		if err != nil {
			return true, err
		}
		w.link, err = w.Contacts.Ask(ctx, who, w.latest, contacts.Asked{Child: k.ID, Organisation: rest[0], Question: rest[1], Why: "to decide", Basis: pathway.Basis(rest[2]), Sensitive: true})
		return true, err
	case "name-contact":
		_, err := w.admin.AddContact(ctx, admin.Service(authority), admin.NamedContact{Organisation: rest[0], Name: "the named contact", Address: rest[1]})
		return true, err
	case "end-links":
		return true, w.endLinks(ctx, rest[0], rest[1], rest[2])
	case "open-new-link":
		var err error
		w.link, err = w.latestOf(ctx, lastLink)
		return true, err
	case "join":
		if _, err := w.admin.AddJointTeam(ctx, admin.Service(authority), storyTeam, "Joint unit"); err != nil && !db.Unique(err) {
			return true, err
		}
		if err := w.admin.JoinTeam(ctx, admin.Service(authority), rest[0], storyTeam); err != nil {
			return true, err
		}
		w.people[rest[0]], err = w.Record.FindActor(ctx, authority, rest[0])
		return true, err
	case "ask-officer":
		o, err := desk.Owed(ctx, who)
		if err != nil {
			return true, err
		}
		i := slices.IndexFunc(o.Rows, func(x partners.OwedItem) bool { return string(x.Step) == rest[0] })
		if i < 0 {
			return true, fmt.Errorf("the force owes nothing for %s", rest[0])
		}
		return true, desk.AskOfficer(ctx, who, o.Rows[i].Item, rest[1])
	case "ask-for-code":
		return true, w.Contacts.SendCode(ctx, token, "story")
	case "try-code":
		_, err := w.tryCode(ctx, token, rest[0] == "right")
		return true, err
	case "answer-with-code":
		pass, err := w.tryCode(ctx, token, true)
		if err != nil {
			return true, err
		}
		day, err := civil.ParseDate(rest[2])
		if err != nil {
			return true, err
		}
		return true, w.Contacts.AnswerByLink(ctx, pass, contacts.Reply{State: rest[0], Answer: rest[1], AsOf: day, By: "the named contact"})
	}
	return false, nil
}

// endLinks records that somebody at an agency has left, as the page shows it.
func (w *World) endLinks(ctx context.Context, agency, address, why string) error {
	who := admin.Service(authority)
	p, err := w.admin.Participants(ctx, who, agency)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(p.People, func(x admin.Participant) bool { return x.Address == address })
	if i < 0 {
		return refusal.Hidden()
	}
	l, err := w.admin.Leaver(ctx, who, agency, p.People[i].Key)
	if err != nil {
		return err
	}
	return w.admin.PersonLeft(ctx, who, admin.Leave{Organisation: agency, Key: l.Key, Why: why, Typed: strconv.Itoa(l.Links), Mailbox: "new-" + address, Digest: l.Digest})
}

// tryCode types the code that was sent last, or one that is not it.
func (w *World) tryCode(ctx context.Context, token string, right bool) (string, error) {
	text, err := w.latestOf(ctx, lastCode)
	if err != nil {
		return "", err
	}
	id, _, _ := strings.Cut(text, " ")
	code := w.Record.Code(id)
	if !right {
		n, err := strconv.Atoi(code)
		if err != nil {
			return "", err
		}
		code = fmt.Sprintf("%06d", (n+1)%1_000_000)
	}
	return w.Contacts.TryCode(ctx, token, code, "story")
}

// expectPartners checks:
//
//	unread WHO N                       messages that WHO's side has not read
//	median AGENCY WHAT read M answered M    in minutes, the same to the agency and to us
//	worry open|answered, worry read    the last disagreement
//	joint WHO KIND …                   what the joint unit's board shows WHO
//	owed WHO KIND …                    what WHO sees that their agency owes, by kind
//	taken WHO STEP OFFICER             who has it, as WHO sees it
//	named WHO yes|no                   whether a child is named to WHO among it
//	link locked|open                   the last guarded link
//	fact stale|fresh                   the last answer, on this day
func (w *World) expectPartners(ctx context.Context, words []string) error {
	desk := partners.New(w.Record)
	switch words[0] {
	case "unread":
		all, _, err := desk.Threads(ctx, w.people[words[1]], true)
		if err != nil {
			return err
		}
		n := 0
		for _, l := range all {
			n += l.Unread
		}
		return same(fmt.Sprintf("unread %s %d", words[1], n), strings.Join(words, " "))
	case "median":
		return w.expectMedian(ctx, words)
	case "worry":
		ref, err := w.latestOf(ctx, lastWorry)
		if err != nil {
			return err
		}
		x, _, err := desk.Worry(ctx, w.people["manager"], ref)
		if err != nil {
			return err
		}
		state := "open"
		if !x.Open() {
			state = "answered"
		}
		if words[1] == "read" && !x.Read.IsZero() {
			state = "read"
		}
		return same(state, words[1])
	case "joint":
		j, err := desk.Joint(ctx, w.people[words[1]])
		if err != nil {
			return err
		}
		var kinds []string
		for _, x := range j.Rows {
			kinds = append(kinds, x.Kind)
		}
		slices.Sort(kinds)
		return same(strings.Join(kinds, " "), strings.Join(words[2:], " "))
	case "owed", "named", "taken":
		return w.expectOwed(ctx, words)
	case "link":
		q, err := w.Contacts.OpenLink(ctx, strings.TrimPrefix(w.link, "/requests/"), "story")
		if err != nil {
			return err
		}
		return same(map[bool]string{true: "locked", false: "open"}[q.Guard != nil && q.Guard.Locked], words[1])
	case "fact":
		p, err := w.Contacts.Open(ctx, w.people["second-manager"], w.latest)
		if err != nil {
			return err
		}
		return same(map[bool]string{true: "stale", false: "fresh"}[p.Requests[len(p.Requests)-1].Stale(w.Now().Date())], words[1])
	}
	return refusal.New(refusal.Invalid, "nobody knows this expectation")
}

// expectOwed looks at what an agency owes as one of its people.
func (w *World) expectOwed(ctx context.Context, words []string) error {
	o, err := partners.New(w.Record).Owed(ctx, w.people[words[1]])
	if err != nil {
		return err
	}
	var kinds []string
	named, officer := "no", "nobody"
	for _, x := range o.Rows {
		kinds = append(kinds, x.Kind)
		if x.Child != "" {
			named = "yes"
		}
		if words[0] == "taken" && string(x.Step) == words[2] && x.Officer != "" {
			officer = x.Officer
		}
	}
	slices.Sort(kinds)
	switch words[0] {
	case "named":
		return same(named, words[2])
	case "taken":
		return same(officer, words[3])
	}
	return same(strings.Join(kinds, " "), strings.Join(words[2:], " "))
}

// expectMedian holds the figure that the front door sees and the one that the agency sees
// to each other and to the story.
func (w *World) expectMedian(ctx context.Context, words []string) error {
	desk := partners.New(w.Record)
	from := w.Now().Date().AddDays(-60)
	ours, err := desk.Promptness(ctx, w.people["manager"], from)
	if err != nil {
		return err
	}
	theirs, err := desk.Promptness(ctx, access.Actor{ID: "own", Authority: authority, AgencyID: words[1], AgencyKind: "police", Roles: []access.Role{access.PoliceReferral}}, from)
	if err != nil {
		return err
	}
	got := func(p partners.Promptness, name string) string {
		for _, r := range p.Rows {
			if r.What == words[2] && r.Agency == name {
				return fmt.Sprintf("median %s %s read %s answered %s", words[1], r.What, minutes(r.ToRead), minutes(r.ToAnswer))
			}
		}
		return "nothing"
	}
	if len(theirs.Rows) == 0 {
		return fmt.Errorf("the agency sees no figure of its own")
	}
	if err := same(got(ours, theirs.Rows[0].Agency), got(theirs, theirs.Rows[0].Agency)); err != nil {
		return err
	}
	return same(got(ours, theirs.Rows[0].Agency), strings.Join(words, " "))
}

func minutes(seconds *int64) string {
	if seconds == nil {
		return "never"
	}
	return strconv.FormatInt(*seconds/60, 10)
}

// addPartners adds the partners' people of a story, who have accounts: a teacher, and a
// detective.
func (w *World) addPartners(ctx context.Context) error {
	for id, x := range map[string]struct {
		org  string
		role access.Role
	}{"teacher": {"school", access.Referring}, "detective": {"police", access.PoliceReferral}, "triage": {"police", access.PoliceTriage}, "constable": {"police", access.PoliceOfficer}, "superintendent": {"police", access.PoliceSenior}} {
		if _, err := w.admin.AddUser(ctx, admin.Service(authority), admin.NewUser{ID: id, Email: id + "@story.example", Name: id, OrganisationID: x.org, Roles: []admin.RoleIn{{Role: x.role}}}); err != nil {
			return err
		}
		var err error
		if w.people[id], err = w.Record.FindActor(ctx, authority, id); err != nil {
			return err
		}
	}
	w.people["administrator"] = admin.Service(authority)
	return nil
}
