package contacts

import (
	"context"
	"net/http"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

var (
	figuresPage  = web.NewPage(templates, "templates/figures.html")
	questionPage = web.NewPage(templates, "templates/request.html")
)

func (d *Desk) partnerRoutes(s *web.Server) {
	s.Open("GET "+web.PathConfirm, access.ReceiveContact, d.showConfirm)
	s.Open("POST "+web.PathConfirm, access.ReceiveContact, d.saveConfirm)
	s.Route("GET "+web.PathFigures, access.SeeNumbers, d.showFigures)
	s.Route("GET "+web.PathQuestion, access.AnswerRequest, d.showQuestion)
	s.Route("POST "+web.PathQuestion, access.AnswerRequest, d.saveQuestion)
}

type figuresView struct {
	Since    string
	From     string
	Error    string
	Lag      web.Lag
	Channels []Counted
	Counts   []Counted
	Agree    []agreeView
	Twice    string
	Checked  string
	Joint    bool // may read packs of joint inspections
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

func (d *Desk) showFigures(w http.ResponseWriter, r *http.Request) error {
	who := web.Actor(r)
	v := figuresView{From: r.URL.Query().Get("from")}
	code := http.StatusOK
	from, err := d.fromOf(r)
	if err != nil {
		v.Error, code, from = err.Error(), http.StatusUnprocessableEntity, d.Record.Now().Date().AddDays(-7*figuresWeeks)
	}
	f, err := d.Figures(r.Context(), who, from)
	if err != nil {
		return err
	}
	v.Since, v.Checked, v.Joint = from.Words(), f.Now.Words(), access.ScopeOf(who, access.SeeJointPack).Allowed
	v.Lag, v.Channels, v.Counts, v.Twice = web.LagOf(f.Lag, from, access.ScopeOf(who, access.SeePromptness).Named), f.Channels, []Counted{f.InTime, f.Unknown}, f.Twice.words()
	for _, a := range f.Agree {
		v.Agree = append(v.Agree, agreeView{web.Capital(pathway.AgencyName(pathway.Agency(a.Agency))), a.N, a.Same, part("", a.Same, a.N).Percent})
	}
	return web.Render(w, r, code, figuresPage, v)
}

var questionOf = db.SQL("contacts.question-of-organisation", `
		SELECT q.contact_id, q.child_id, q.question, q.why, q.basis, q.due_at, c.ref, t.name, q.organisation_id, q.answered_at, q.state FROM information_request q
		JOIN contact c ON c.id = q.contact_id AND c.authority_id = q.authority_id
		JOIN authority t ON t.authority_id = q.authority_id
		WHERE q.id = $1 AND q.authority_id = $2`)

// Question shows a question to somebody of the organisation it was put to.
func (d *Desk) Question(ctx context.Context, who access.Actor, id string) (Linked, error) {
	var out Linked
	var organisation, state string
	err := d.Record.Look(ctx, who, access.PurposeOwn, func(v *record.View) error {
		out = Linked{}
		var contact, child string
		var answered civil.Instant
		err := v.QueryRowContext(ctx, questionOf, id, v.Authority).Scan(&contact, &child, &out.Question, &out.Why, &out.Basis, &out.Due, &out.Ref, &out.Authority, &organisation, &answered, &state)
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
		v.Saw("question", out.Ref)
		return out.readChild(ctx, v, contact, child)
	})
	if err != nil || state != "sent" || who.ReadOnly {
		return out, err
	}
	return out, d.Record.Do(ctx, who, func(tx *record.Tx) error {
		if err := tx.Allow(access.AnswerRequest, access.About{Kind: "request", ID: id, Authority: tx.Authority, AgencyID: organisation}); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, setRequestOpened, id, tx.Authority, tx.Now); err != nil {
			return err
		}
		return tx.Apply(ctx, record.Subject{Kind: "request", Ref: out.Ref}, "open a question", pathway.Consequences{})
	})
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
