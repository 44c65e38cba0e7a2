package contacts

import (
	"context"
	"database/sql"
	"net/http"
	"net/url"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/feed"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

var (
	figuresPage  = web.NewPage(templates, "templates/figures.html", "templates/lag.html")
	partnerPage  = web.NewPage(templates, "templates/partner.html", "templates/lag.html")
	questionPage = web.NewPage(templates, "templates/request.html")
)

func (d *Desk) partnerRoutes(s *web.Server) {
	s.Open("GET "+web.PathConfirm, access.ReceiveContact, d.showConfirm)
	s.Open("POST "+web.PathConfirm, access.ReceiveContact, d.saveConfirm)
	s.Route("GET "+web.PathFigures, access.SeeNumbers, d.showFigures)
	s.Route("GET "+web.PathPartner, access.SeeOwnReferral, d.showPartner)
	s.Route("GET "+web.PathPartnerPolice, access.SeeOwnReferral, d.showPartner)
	s.Route("GET "+web.PathQuestion, access.AnswerRequest, d.showQuestion)
	s.Route("POST "+web.PathQuestion, access.AnswerRequest, d.saveQuestion)
}

type lagView struct {
	Grade, Median, P95, Longest string
	N, Over, Breached           int
	All, OverPath               string
}

type figuresView struct {
	Since    string
	From     string
	Error    string
	Lag      []lagView
	Channels []Counted
	Counts   []Counted
	Agree    []agreeView
	Twice    string
	CanList  bool
	Checked  string
}

type agreeView struct {
	Agency  string
	N, Same int
	Percent int
}

// HasErrors says whether the day asked for was wrong.
func (v figuresView) HasErrors() bool { return v.Error != "" }

// figuresWeeks is how far the figures look back when nobody says.
const figuresWeeks = 52

func (d *Desk) fromOf(r *http.Request) (civil.Date, error) {
	s := r.URL.Query().Get("from")
	if s == "" {
		return d.Record.Now().Date().AddDays(-7 * figuresWeeks), nil
	}
	day, err := civil.ParseDate(s)
	if err != nil || day.Year < 1990 {
		return civil.Date{}, refusal.Field("from", "Enter a day such as 2026-01-21")
	}
	return day, nil
}

func lagViews(all []record.LagRow, from civil.Date) []lagView {
	var out []lagView
	for _, l := range all {
		q := url.Values{"grade": {l.Grade}, "from": {from.String()}}
		v := lagView{Grade: web.Capital(l.Grade), Median: civil.Span(feed.Duration(l.Median)), P95: civil.Span(feed.Duration(l.P95)), Longest: civil.Span(feed.Duration(l.Longest)), N: l.N, Over: l.Over, Breached: l.Late,
			All: web.PathFiguresPolice + "?" + q.Encode()}
		q.Set("over", "7")
		v.OverPath = web.PathFiguresPolice + "?" + q.Encode()
		out = append(out, v)
	}
	return out
}

func (d *Desk) showFigures(w http.ResponseWriter, r *http.Request) error {
	who := web.Actor(r)
	v := figuresView{From: r.URL.Query().Get("from"), CanList: access.ScopeOf(who, access.SeePromptness).Named}
	code := http.StatusOK
	from, err := d.fromOf(r)
	if err != nil {
		v.Error, code, from = err.Error(), http.StatusUnprocessableEntity, d.Record.Now().Date().AddDays(-7*figuresWeeks)
	}
	f, err := d.Figures(r.Context(), who, from)
	if err != nil {
		return err
	}
	v.Since, v.Checked = from.Words(), f.Now.Words()
	v.Lag, v.Channels, v.Counts, v.Twice = lagViews(f.Lag, from), f.Channels, []Counted{f.InTime, f.Unknown}, f.Twice.words()
	for _, a := range f.Agree {
		v.Agree = append(v.Agree, agreeView{web.Capital(pathway.AgencyName(pathway.Agency(a.Agency))), a.N, a.Same, part("", a.Same, a.N).Percent})
	}
	return web.Render(w, r, code, figuresPage, v)
}

// OwnReferral is a referral as its sender sees it: that it came, and what was
// decided in a sentence with no new fact.
type OwnReferral struct {
	Ref, State, Grade string
	At                civil.Instant
	Sentences         []string
	Unreadable        string
}

// OwnQuestion is a question put to one's own agency.
type OwnQuestion struct {
	ID, Question, Ref string
	Due               civil.Instant
	Answered          bool
}

// Home is what a partner's person sees: what is asked of them, and what they sent.
type Home struct {
	Now       civil.Instant
	Referrals []OwnReferral
	Questions []OwnQuestion
	Today     int
	Lag       []record.LagRow
	Feeds     []string // what is wrong with the force's own feed
}

const homeRows = 50

var (
	ownReferrals = db.SQL("contacts.own-referrals", `
		SELECT c.ref, c.state, c.grade, c.received_at, c.source_kind, COALESCE(i.problem, ''),
			COALESCE((SELECT string_agg(cc.outcome, ',') FROM contact_child cc WHERE cc.contact_id = c.id AND cc.authority_id = c.authority_id AND cc.outcome <> ''), '')
		FROM contact c
		LEFT JOIN intake i ON i.id = c.intake_id AND i.authority_id = c.authority_id
		WHERE c.authority_id = $1 AND ($2 = '' OR c.organisation_id = $2) AND ($3 = '' OR c.referrer_id = $3)
		ORDER BY c.received_at DESC, c.id LIMIT $4`)
	ownQuestions = db.SQL("contacts.own-questions", `
		SELECT q.id, q.question, c.ref, q.due_at, q.answered_at IS NOT NULL FROM information_request q
		JOIN contact c ON c.id = q.contact_id AND c.authority_id = q.authority_id
		WHERE q.organisation_id = $1 AND q.authority_id = $2 AND q.state <> 'withdrawn' ORDER BY q.answered_at IS NOT NULL, q.due_at LIMIT $3`)
	ownToday = db.SQL("contacts.own-today", `
		SELECT count(*) FROM contact c WHERE c.authority_id = $1 AND c.organisation_id = $2 AND c.received_at >= $3`)
	questionOf = db.SQL("contacts.question-of-organisation", `
		SELECT q.contact_id, q.child_id, q.question, q.why, q.basis, q.due_at, c.ref, t.name, q.organisation_id, q.answered_at FROM information_request q
		JOIN contact c ON c.id = q.contact_id AND c.authority_id = q.authority_id
		JOIN authority t ON t.authority_id = q.authority_id
		WHERE q.id = $1 AND q.authority_id = $2`)
)

// Home shows a partner's person their own agency's entries and nothing else.
func (d *Desk) Home(ctx context.Context, who access.Actor) (*Home, error) {
	h := &Home{}
	if err := d.Record.RefreshFeeds(ctx, who.Authority); err != nil {
		return h, err
	}
	err := d.Record.Look(ctx, who, access.PurposeOwn, func(v *record.View) error {
		*h = Home{Now: v.Now}
		s, err := v.Scope(access.SeeOwnReferral)
		if err != nil {
			return err
		}
		h.Referrals, err = db.Collect(ctx, v, func(r *sql.Rows, o *OwnReferral) error { return scanOwn(r, o) }, ownReferrals, v.Authority, s.AgencyID, s.ReferrerID, homeRows)
		if err != nil {
			return err
		}
		for _, x := range h.Referrals {
			v.Saw("own referrals", x.Ref)
		}
		q, err := v.Scope(access.SeeQuestions)
		if err != nil {
			return err
		}
		h.Questions, err = db.Collect(ctx, v, func(r *sql.Rows, o *OwnQuestion) error {
			return r.Scan(&o.ID, &o.Question, &o.Ref, &o.Due, &o.Answered)
		}, ownQuestions, q.AgencyID, v.Authority, homeRows)
		if err != nil || who.AgencyKind != "police" {
			return err
		}
		if err := v.QueryRowContext(ctx, ownToday, v.Authority, s.AgencyID, v.Now.Date().Start()).Scan(&h.Today); err != nil {
			return err
		}
		if h.Feeds, err = v.FeedAlarms(ctx); err != nil {
			return err
		}
		h.Lag, err = lagOf(ctx, v, v.Now.Date().AddDays(-7*figuresWeeks), s.AgencyID)
		return err
	})
	return h, err
}

func scanOwn(r *sql.Rows, o *OwnReferral) error {
	var source, outcomes string
	if err := r.Scan(&o.Ref, &o.State, &o.Grade, &o.At, &source, &o.Unreadable, &outcomes); err != nil {
		return err
	}
	c := pathway.Contact{Source: pathway.Agency(source)}
	seen := map[string]bool{}
	for _, x := range strings.FieldsFunc(outcomes, func(r rune) bool { return r == ',' }) {
		if s := c.OutcomeSentence(pathway.Outcome(x)); !seen[s] {
			seen[s] = true
			o.Sentences = append(o.Sentences, s)
		}
	}
	return nil
}

type ownView struct {
	OwnReferral
	When string
}

type askedOfView struct {
	OwnQuestion
	DueAt web.Due
	Path  string
}

type partnerView struct {
	Title, Checked string
	Police         bool
	Today          int
	Referrals      []ownView
	Open, Done     []askedOfView
	Unreadable     []ownView
	Lag            []lagView
	CanList        bool
	Feeds          []string
}

func (d *Desk) showPartner(w http.ResponseWriter, r *http.Request) error {
	who := web.Actor(r)
	h, err := d.Home(r.Context(), who)
	if err != nil {
		return err
	}
	v := partnerView{Title: "Home", Checked: h.Now.Clock(), Police: who.AgencyKind == "police", Today: h.Today, CanList: true, Feeds: h.Feeds}
	if v.Police {
		v.Title, v.Lag = "Notifications", lagViews(h.Lag, h.Now.Date().AddDays(-7*figuresWeeks))
	}
	for _, x := range h.Referrals {
		ov := ownView{x, x.At.Words()}
		v.Referrals = append(v.Referrals, ov)
		if x.Unreadable != "" {
			v.Unreadable = append(v.Unreadable, ov)
		}
	}
	for _, q := range h.Questions {
		a := askedOfView{q, web.DueOf(h.Now, q.Due, q.Due), "/partner/questions/" + q.ID}
		if q.Answered {
			v.Done = append(v.Done, a)
		} else {
			v.Open = append(v.Open, a)
		}
	}
	return web.Render(w, r, http.StatusOK, partnerPage, v)
}

// Question shows a question to somebody of the organisation it was put to.
func (d *Desk) Question(ctx context.Context, who access.Actor, id string) (Linked, error) {
	var out Linked
	err := d.Record.Look(ctx, who, access.PurposeOwn, func(v *record.View) error {
		out = Linked{}
		var contact, child, organisation string
		var answered civil.Instant
		err := v.QueryRowContext(ctx, questionOf, id, v.Authority).Scan(&contact, &child, &out.Question, &out.Why, &out.Basis, &out.Due, &out.Ref, &out.Authority, &organisation, &answered)
		if err != nil {
			if denied := v.Allow(access.AnswerRequest, access.About{}); denied != nil {
				return denied
			}
			if db.NotFound(err) {
				return refusal.Hidden()
			}
			return err
		}
		if err := v.Allow(access.AnswerRequest, access.About{Kind: "request", ID: id, Authority: v.Authority, AgencyID: organisation}); err != nil {
			return err
		}
		if !answered.IsZero() {
			return refusal.New(refusal.Conflict, "A colleague has already answered this question")
		}
		r, err := load(ctx, v, v.Authority, contact, v.Now)
		if err != nil {
			return err
		}
		if k, ok := r.Kid(child); ok {
			out.Child, out.Born = k.Name(), k.Described.Born
		}
		v.Saw("question", out.Ref)
		return nil
	})
	return out, err
}

func (d *Desk) showQuestion(w http.ResponseWriter, r *http.Request) error {
	return d.questionWith(w, r, http.StatusOK, answerForm())
}

func (d *Desk) questionWith(w http.ResponseWriter, r *http.Request, code int, f *web.Form) error {
	q, err := d.Question(r.Context(), web.Actor(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	return web.Render(w, r, code, questionPage, requestView{Form: f, Authority: q.Authority, Child: q.Child, Born: q.Born.Words(), Ref: q.Ref,
		Question: q.Question, Why: q.Why, Basis: basisWords[q.Basis], Due: web.DueOf(d.Record.Now(), q.Due, q.Due)})
}

func (d *Desk) saveQuestion(w http.ResponseWriter, r *http.Request) error {
	f := answerForm()
	f.Read(r)
	reply, err := replyOf(f, r)
	if err == nil {
		reply.How = "account"
		err = d.Answer(r.Context(), web.Actor(r), r.PathValue("id"), reply)
	}
	if refusal.KindOf(err) == refusal.Invalid && f.Reject(err) {
		return d.questionWith(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.Landing(web.Actor(r)))
}
