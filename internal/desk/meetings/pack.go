package meetings

import (
	"context"
	"database/sql"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

// Pack is what people read before a discussion, put together from the record and cut
// for one agency: social care sees the family's whole history, a partner its own
// entries and what it was told.
type Pack struct {
	Now      civil.Instant
	Meeting  *Meeting
	For      string // "" is social care
	Contacts []PastContact
	Story    []Line
	Siblings []PastContact
	Adults   []Adult
	Answers  []Given
}

// Adult is somebody in the household, or near it, as messages about the children named
// them: finding 24 asks for the known adults. One row a person, by name and birthday.
type Adult struct {
	Given, Family string
	Born          civil.Date
	Relation      []string // each word that was used, the first first
	Part          []string // victim or suspect in a police notification
	Risk          []string // known risks, also to who visits
	Ref           string   // the latest message that names them
	Times         int      // how many do
	At            civil.Instant
}

// PastContact is an earlier contact about a child or a brother or sister.
type PastContact struct {
	Ref, Source, Grade, Words string
	At, Incident              civil.Instant
	Outcome                   pathway.Outcome
}

// Line is a line of a child's chronology.
type Line struct {
	Child, Kind, Source, Text string
	Significant               string // why somebody holds it to be significant; "" where nobody does
	At                        civil.Instant
}

// Given is an answer that an agency gave to a question.
type Given struct {
	Agency, By, Question, Answer string
	At                           civil.Instant
}

var (
	// own is all contacts for social care, and for a partner those it sent itself.
	packContacts = db.SQL("meetings.pack-contacts", `
		SELECT DISTINCT c.ref, c.source_name, c.grade, c.words, c.received_at, c.incident_at, cc.outcome FROM contact_child cc
		JOIN contact c ON c.id = cc.contact_id AND c.authority_id = cc.authority_id
		WHERE cc.authority_id = $1 AND (cc.person_id IN (:list($2)) AND c.conceal = '' OR c.id = $4) AND ($3 = '' OR c.organisation_id = $3)
		ORDER BY c.received_at, c.ref LIMIT 200`)
	packSiblings = db.SQL("meetings.pack-siblings", `
		SELECT DISTINCT c.ref, c.source_name, c.grade, c.words, c.received_at, c.incident_at, cc.outcome FROM relationship r
		JOIN person p ON p.id = r.other_id AND p.authority_id = r.authority_id AND p.conceal = ''
		JOIN contact_child cc ON cc.person_id = r.other_id AND cc.authority_id = r.authority_id
		JOIN contact c ON c.id = cc.contact_id AND c.authority_id = cc.authority_id AND c.conceal = ''
		WHERE r.authority_id = $1 AND r.person_id IN (:list($2)) AND r.other_id NOT IN (:list($2)) AND r.until IS NULL
			AND r.kind IN ('sibling', 'half_sibling', 'step_sibling')
		ORDER BY c.received_at, c.ref LIMIT 200`)
	packStory = db.SQL("meetings.pack-chronology", `
		SELECT h.child_id, h.kind, h.source, h.story, h.happened_at, COALESCE(s.why, '') FROM chronology h
		JOIN contact_child cc ON cc.id = h.child_id AND cc.authority_id = h.authority_id
		LEFT JOIN significance s ON s.line_id = h.id AND s.authority_id = h.authority_id AND s.ended_at IS NULL
		WHERE h.authority_id = $1 AND (cc.person_id IN (:list($2)) OR h.contact_id = $3) ORDER BY h.happened_at, h.id LIMIT 500`)
	packAdults = db.SQL("meetings.pack-adults", `
		SELECT m.given, m.family, m.born, m.relation, m.part, m.risk, c.ref, c.received_at FROM household_member m
		JOIN contact c ON c.id = m.contact_id AND c.authority_id = m.authority_id
		WHERE m.authority_id = $1 AND ($3 = '' OR c.organisation_id = $3) AND (c.id = $4 OR c.conceal = '' AND c.id IN (
			SELECT cc.contact_id FROM contact_child cc WHERE cc.authority_id = $1 AND cc.person_id IN (:list($2))))
		ORDER BY c.received_at, c.ref, m.position LIMIT 500`)
	packAnswers = db.SQL("meetings.pack-answers", `
		SELECT q.organisation_name, q.answered_by, q.question, q.answer, q.answered_at FROM information_request q
		WHERE q.authority_id = $1 AND q.contact_id = $2 AND q.answered_at IS NOT NULL AND ($3 = '' OR q.organisation_id = $3) ORDER BY q.answered_at, q.id`)
)

// Pack puts together what one agency reads before a discussion. Social care may ask
// for a partner's cut, to see what that partner sees.
func (d *Desk) Pack(ctx context.Context, who access.Actor, ref, forSeat string) (*Pack, error) {
	p := &Pack{}
	err := d.Record.Look(ctx, who, who.WorkPurpose(), func(v *record.View) error {
		*p = Pack{Now: v.Now}
		var err error
		if p.Meeting, err = load(ctx, v, v.Authority, ref); err != nil {
			if denied := v.Allow(access.OpenMeeting, access.About{}); denied != nil {
				return denied
			}
			return err
		}
		about, err := p.Meeting.about(ctx, v, v.Authority, who)
		if err != nil {
			return err
		}
		if err := v.Allow(access.OpenMeeting, about); err != nil {
			return err
		}
		v.Saw("meeting pack", append([]string{ref}, p.Meeting.refs()...)...)
		agency := who.AgencyID
		for _, s := range p.Meeting.Invited {
			if agency == "" && s.ID == forSeat && s.Agency != pathway.SocialWork {
				agency = s.Owner
			}
			if s.Owner == agency && agency != "" {
				p.For = s.OwnerName
			}
		}
		if err := p.Meeting.read(ctx, v); err != nil {
			return err
		}
		return p.read(ctx, v, agency)
	})
	return p, err
}

func (p *Pack) read(ctx context.Context, v *record.View, agency string) error {
	var persons []string
	for _, k := range p.Meeting.Kids {
		if k.person != "" {
			persons = append(persons, k.person)
		}
	}
	clusters, err := record.FindClusters(ctx, v, v.Authority, persons)
	if err != nil {
		return err
	}
	list := db.List(clusters.All(persons...))
	scan := func(r *sql.Rows, c *PastContact) error {
		return r.Scan(&c.Ref, &c.Source, &c.Grade, &c.Words, &c.At, &c.Incident, &c.Outcome)
	}
	if p.Contacts, err = db.Collect(ctx, v, scan, packContacts, v.Authority, list, agency, p.Meeting.ContactID); err != nil {
		return err
	}
	if p.Adults, err = adults(ctx, v, v.Authority, list, agency, p.Meeting.ContactID); err != nil {
		return err
	}
	p.Answers, err = db.Collect(ctx, v, func(r *sql.Rows, g *Given) error {
		return r.Scan(&g.Agency, &g.By, &g.Question, &g.Answer, &g.At)
	}, packAnswers, v.Authority, p.Meeting.ContactID, agency)
	if err != nil || agency != "" {
		return err
	}
	if p.Siblings, err = db.Collect(ctx, v, scan, packSiblings, v.Authority, list); err != nil {
		return err
	}
	p.Story, err = db.Collect(ctx, v, func(r *sql.Rows, l *Line) error {
		return r.Scan(&l.Child, &l.Kind, &l.Source, &l.Text, &l.At, &l.Significant)
	}, packStory, v.Authority, list, p.Meeting.ContactID)
	return err
}

// adults puts those of one name and birthday together, the first named first. Who has no
// name stands alone.
func adults(ctx context.Context, v *record.View, args ...any) ([]Adult, error) {
	type told struct {
		Adult
		relation, part, risk string
	}
	all, err := db.Collect(ctx, v, func(r *sql.Rows, t *told) error {
		return r.Scan(&t.Given, &t.Family, &t.Born, &t.relation, &t.part, &t.risk, &t.Ref, &t.At)
	}, packAdults, args...)
	var out []Adult
	at := map[string]int{}
	for _, t := range all {
		key := strings.ToLower(t.Given+"\x00"+t.Family) + t.Born.String()
		i, again := at[key]
		if !again || t.Given+t.Family == "" {
			i, out = len(out), append(out, t.Adult)
			at[key] = i
		}
		a := &out[i]
		a.Ref, a.At, a.Times = t.Ref, t.At, a.Times+1
		a.Relation, a.Part, a.Risk = also(a.Relation, t.relation), also(a.Part, t.part), also(a.Risk, t.risk)
	}
	return out, err
}

// also adds a word that is said and not there yet.
func also(all []string, word string) []string {
	if word == "" || slices.Contains(all, word) {
		return all
	}
	return append(all, word)
}

type packView struct {
	*Pack
	Partner bool
	Path    string
	Agenda  []pathway.Point
	Seats   []seatView
	Cuts    []web.Link
	PDF     string // where the same is as PDF; "" where none is made
}

func (d *Desk) showPack(w http.ResponseWriter, r *http.Request) error {
	v, err := d.packView(r)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, packPage, v)
}

// marking stands on each sheet that is printed.
const marking = "OFFICIAL-SENSITIVE"

// packPDF is the pack as a tagged PDF, cut for whoever asks as the page is.
func (d *Desk) packPDF(w http.ResponseWriter, r *http.Request) error {
	v, err := d.packView(r)
	if err != nil {
		return err
	}
	if d.printer == nil {
		return refusal.New(refusal.NotFound, "No PDFs are made here. Open the pack and print it from your browser")
	}
	html, err := packPaper.HTML(v, web.Footer{Ref: v.Meeting.Ref, Marking: marking, By: web.Actor(r).Name, At: v.Now.Words()})
	if err != nil {
		return err
	}
	pdf, err := d.printer.Print(r.Context(), html)
	if err != nil {
		return err
	}
	return web.SendPDF(w, "pack-"+v.Meeting.Ref, pdf)
}

// packView reads the pack as this person may see it.
func (d *Desk) packView(r *http.Request) (packView, error) {
	who, ref := web.Actor(r), r.PathValue("ref")
	seat := r.URL.Query().Get("for")
	p, err := d.Pack(r.Context(), who, ref, seat)
	if err != nil {
		return packView{}, err
	}
	v := packView{Pack: p, Partner: who.AgencyID != "" || p.For != "", Path: web.MeetingPath(ref, ""), Agenda: pathway.AgendaFor(p.Meeting.Kind)}
	for _, s := range p.Meeting.Invited {
		v.Seats = append(v.Seats, d.seatOf(s, p.Meeting, access.Actor{ReadOnly: true, AgencyID: who.AgencyID}, p.Now))
		if who.AgencyID == "" && s.Agency != pathway.SocialWork && s.Owner != "" {
			v.Cuts = append(v.Cuts, web.Link{Href: web.MeetingPath(ref, "pack") + "?for=" + s.ID, Text: "As " + s.OwnerName + " sees it"})
		}
	}
	if d.printer != nil {
		if v.PDF = web.MeetingPath(ref, "pack.pdf"); seat != "" {
			v.PDF += "?for=" + url.QueryEscape(seat)
		}
	}
	return v, nil
}
