package contacts

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

// MarkOpened notes the first time somebody opens a contact.
func (d *Desk) MarkOpened(ctx context.Context, who access.Actor, id string) error {
	var first bool
	err := d.Record.DB.Read(ctx, func(q db.Queryer) error {
		r, err := load(ctx, q, who.Authority, id, d.Record.Now())
		first = err == nil && r.OpenedAt.IsZero()
		return nil
	})
	if err != nil || !first {
		return err
	}
	err = d.Record.Do(ctx, who, func(tx *record.Tx) error {
		r, err := open(ctx, tx, id, access.ScreenContact)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, setOpened, r.ID, tx.Authority, tx.Now); err != nil {
			return err
		}
		return tx.Apply(ctx, r.subject(), "first opened", pathway.Consequences{})
	})
	if k := refusal.KindOf(err); k == refusal.Denied || k == refusal.NotFound {
		return nil // the page itself refuses, in the same words as always
	}
	return err
}

type decideKid struct {
	ID, Name, Age               string
	Fields                      []*web.Field
	Now, NowWhy, NowWhen, NowBy string
	Open                        bool
	Second                      string
	AskSecond                   bool
	GiveSecond                  *web.Form
	Triggers, Considered        []string
	Consider                    string // where to answer apart from the decision
}

type decisionView struct {
	head
	Changed                    string
	Words, Agreement, Screened string
	Attempts, Read             string
	Histories                  []historyOf
	Past                       Pasts
	Kindred                    []Kindred
	Names                      string
	Asked                      []string
	Kids                       []decideKid
	CanDecide                  bool
}

// HasErrors says whether one of the page's forms shows errors.
func (v decisionView) HasErrors() bool {
	return v.head.HasErrors() || slices.ContainsFunc(v.Kids, func(k decideKid) bool { return k.GiveSecond.HasErrors() })
}

// secondForm asks a second manager about one child.
func secondForm(child, name string) *web.Form {
	return web.NewForm(web.Field{Name: "child", Kind: "hidden", Value: child},
		web.Field{Name: "agrees", Label: "Do you agree that nothing more is to be done for " + name + "?", Kind: "radios", Options: []web.Option{{Value: "yes", Label: "Yes"}, {Value: "no", Label: "No"}}},
		web.Field{Name: "reason", Label: "Your reason", Kind: "textarea", Rows: 2}).Of(child)
}

// childFields are the questions of a decision, for one child. Nothing is chosen
// beforehand.
func childFields(p *Page, k Kid, first bool) []web.Field {
	id := k.ID + "-"
	outcome := web.Field{Name: id + "outcome", Label: "What should happen next?", Kind: "radios"}
	for _, o := range pathway.Outcomes() {
		outcome.Options = append(outcome.Options, web.Option{Value: string(o.Code), Label: o.Name, Hint: o.Meaning + " The referrer hears: “" + p.Contact.OutcomeSentence(o.Code) + "”"})
	}
	level := web.Field{Name: id + "level", Label: "Level of need", Hint: p.Threshold.Name, Kind: "radios"}
	for _, l := range p.Threshold.Levels {
		level.Options = append(level.Options, web.Option{Value: l.Level, Label: l.Name})
	}
	fields := []web.Field{
		{Name: id + "cites", Kind: "hidden", Value: k.DecisionID},
		outcome,
		{Name: id + "rationale", Label: "Reasons", Kind: "textarea", Rows: 4, Max: 4000},
		{Name: id + "changed", Label: "What has changed since last time?", Hint: "Needed when there were earlier contacts", Kind: "textarea", Rows: 2},
		level,
		{Name: id + "lead", Label: "Who leads, by name", Hint: "For early help led by a partner, and for another authority", Kind: "text",
			Follows: id + "outcome|" + string(pathway.EarlyHelpPartner) + "," + string(pathway.ToOtherAuthority)},
		{Name: id + "evidence", Label: "What was considered", Kind: "textarea", Rows: 2, Follows: id + "outcome|nfa_advice,nfa_no_role,signpost,not_this_child"},
		{Name: id + "told", Label: "Who was told", Kind: "text", Follows: id + "outcome|nfa_advice,nfa_no_role,signpost"},
	}
	if len(p.Asking.Of(k.ID).Standing) > 0 {
		fields = append(fields, considerFields(id)...)
	}
	for _, q := range p.Requests {
		if q.Child == k.ID && q.Open() {
			fields = append(fields, web.Field{Name: id + "unanswered-why", Label: "Why does the decision not wait for the partners who have not answered?", Kind: "textarea", Rows: 2})
			break
		}
	}
	if !first {
		fields = append([]web.Field{{Name: id + "same", Label: "Same as the first child?", Kind: "checkboxes",
			Options: []web.Option{{Value: "yes", Label: "The same, except for what is answered below"}}}}, fields...)
	}
	return fields
}

// considerFields ask for a yes or no to a strategy discussion beside another outcome.
func considerFields(id string) []web.Field {
	return []web.Field{
		{Name: id + "considered", Label: "Is a strategy discussion needed?", Hint: "Recorded facts ask for it. Choosing “Referral: strategy discussion” above is a yes by itself", Kind: "radios",
			Options: []web.Option{{Value: "yes", Label: "Yes"}, {Value: "no", Label: "No"}}},
		{Name: id + "considered-why", Label: "Why is it needed, or not? Name the facts", Kind: "textarea", Rows: 3, Max: 4000, Follows: id + "considered|yes,no"},
	}
}

func decisionForm(p *Page) *web.Form {
	var all []web.Field
	for i, k := range p.Contact.Kids {
		all = append(all, childFields(p, k, i == 0)...)
	}
	return web.NewForm(all...)
}

func (d *Desk) showDecision(w http.ResponseWriter, r *http.Request) error {
	p, err := d.Open(r.Context(), web.Actor(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	return d.decisionWith(w, r, http.StatusOK, p, decisionForm(p))
}

func (d *Desk) decisionWith(w http.ResponseWriter, r *http.Request, code int, p *Page, f *web.Form, second ...*web.Form) error {
	c := p.Contact
	who := web.Actor(r)
	v := decisionView{head: headOf(r, c, p.Now, "decision", f), Words: c.Words, Agreement: pathway.ConsentName(c.Consent), Read: c.History, Past: p.Past, Kindred: p.Kindred,
		CanDecide: isManager(who), Screened: "not yet: answer about danger and rate the contact"}
	if c.Screened {
		v.Screened = c.RAG + ", " + c.RAGReason
	}
	if n := len(p.Attempts); n > 0 {
		v.Attempts = fmt.Sprintf("Tries to reach the family: %d, the last %s", n, p.Attempts[n-1].At.Words())
	}
	v.Histories, v.Names = p.histories()
	for _, q := range p.Requests {
		state := "waiting: " + strings.ToLower(web.DueOf(p.Now, q.DueAt, q.DueAt).Words)
		if !q.Open() {
			state = requestStates[q.State]
			if q.Answer != "" {
				state += ": " + q.Answer
			}
			if q.Stale(p.Now.Date()) {
				state += " (more than 7 days old)"
			}
		}
		v.Asked = append(v.Asked, q.Organisation+": "+state)
	}
	for _, k := range c.Kids {
		v.Kids = append(v.Kids, p.decideKid(f, k, who))
	}
	for i, k := range v.Kids {
		for _, s := range second {
			if k.GiveSecond != nil && s.Value("child") == k.ID {
				v.Kids[i].GiveSecond = s
			}
		}
		if k.Now != "" && f.Banner != "" {
			v.Changed = fmt.Sprintf("%s: %s, by %s %s", k.Name, k.Now, k.NowBy, k.NowWhen)
		}
	}
	return web.Render(w, r, code, decisionPage, v)
}

func (p *Page) decideKid(f *web.Form, k Kid, who access.Actor) decideKid {
	v := decideKid{ID: k.ID, Name: k.Name(), Age: k.AgeWords(p.Now.Date())}
	for _, x := range f.Fields {
		if strings.HasPrefix(x.Name, k.ID+"-") {
			v.Fields = append(v.Fields, x)
			v.Open = v.Open || x.Error != ""
		}
	}
	for _, m := range p.Decisions {
		if m.ID == k.DecisionID {
			v.Now, v.NowWhy, v.NowWhen, v.NowBy = pathway.OutcomeName(m.Outcome), m.Rationale, m.At.Words(), m.By
		}
	}
	asking := p.Asking.Of(k.ID)
	v.Triggers, v.Consider = asking.Names(), web.ConsiderPath(k.ID)
	for _, c := range asking.Considered {
		v.Considered = append(v.Considered, web.Capital(c.Answer)+", by "+c.By+" "+c.At.Words()+": "+c.Reason)
		if words := c.PartedWords(); words != "" {
			v.Considered[len(v.Considered)-1] += ". " + words
		}
	}
	needs := k.Outcome == "" && p.Contact.NeedsSecond(k.Child, p.Histories[k.ID])
	asked := false
	for _, w := range p.Waits {
		asked = asked || (w.Child == k.ID && w.Step == "decision.second" && w.Ended.IsZero())
	}
	s, given := p.Seconds[k.ID]
	switch {
	case given && s.Agrees:
		v.Second = s.By + " agrees that nothing more is to be done: " + s.Reason
	case given:
		v.Second = s.By + " does not agree that nothing more is to be done: " + s.Reason
	case asked:
		v.Second = "A second manager was asked."
	case needs:
		v.Second = "No further action needs a second manager here."
	}
	v.AskSecond = needs && !asked && !given && isManager(who)
	if asked && isManager(who) && p.Contact.WorkingOn != who.ID {
		v.GiveSecond = secondForm(k.ID, v.Name)
	}
	return v
}

func (d *Desk) saveDecision(w http.ResponseWriter, r *http.Request) error {
	who, id := web.Actor(r), r.PathValue("id")
	p, err := d.Open(r.Context(), who, id)
	if err != nil {
		return err
	}
	f := decisionForm(p)
	f.Read(r)
	all := decisions(p, f)
	err = d.Decide(r.Context(), who, id, all)
	if f.Reject(err) {
		toHistory(f, err)
		if refusal.KindOf(err) == refusal.Conflict {
			if p, err = d.Open(r.Context(), who, id); err != nil {
				return err
			}
			return d.decisionWith(w, r, http.StatusConflict, p, f)
		}
		return d.decisionWith(w, r, http.StatusUnprocessableEntity, p, f)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.ContactPath(id, ""))
}

// toHistory leads from what is wrong about the history to where it is read.
func toHistory(f *web.Form, err error) {
	x, ok := refusal.As(err)
	for i := range f.Errors {
		if ok && i < len(x.Problems) && strings.Contains(x.Problems[i].Field, "history-") {
			f.Errors[i].Field = "read-history"
		}
	}
}

// decisions are what was answered: every child not yet decided, and those decided
// again. A child "same as the first" takes the first child's answers where its own
// are blank.
func decisions(p *Page, f *web.Form) []ForChild {
	var out []ForChild
	for i, k := range p.Contact.Kids {
		same := i > 0 && f.Field(k.ID+"-same").Has("yes")
		get := func(name string) string {
			v := f.Value(k.ID + "-" + name)
			if v == "" && same {
				v = f.Value(p.Contact.Kids[0].ID + "-" + name)
			}
			return v
		}
		if k.Outcome != "" && get("outcome") == "" && get("rationale") == "" {
			continue // decided, and not decided again
		}
		out = append(out, ForChild{Child: k.ID, Decision: pathway.Decision{
			Outcome: pathway.Outcome(get("outcome")), Rationale: get("rationale"), Changed: get("changed"), Level: get("level"),
			Lead: get("lead"), Evidence: get("evidence"), Told: get("told"), UnansweredWhy: get("unanswered-why"),
			Considered: get("considered"), ConsideredWhy: get("considered-why"), Cites: f.Value(k.ID + "-cites"),
		}})
	}
	return out
}

func (d *Desk) saveSecond(w http.ResponseWriter, r *http.Request) error {
	ctx, who, id, child := r.Context(), web.Actor(r), r.PathValue("id"), r.PostFormValue("child")
	var err error
	to := "decision"
	switch r.PostFormValue("what") {
	case "ask":
		err = d.AskSecond(ctx, who, id, child)
	case "view":
		return d.saveView(w, r)
	case "in-hand":
		f := inHandForm()
		f.Read(r)
		to, err = "", d.InHand(ctx, who, id, f.Value("in-hand"))
		if refusal.KindOf(err) == refusal.Invalid {
			return d.contactWith(w, r, http.StatusUnprocessableEntity, func(v *contactView) bool {
				v.InHand = f
				return f.Reject(err)
			})
		}
	default:
		err = refusal.Hidden()
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.ContactPath(id, to))
}

// saveView records a second manager's view of one child.
func (d *Desk) saveView(w http.ResponseWriter, r *http.Request) error {
	ctx, who, id := r.Context(), web.Actor(r), r.PathValue("id")
	p, err := d.Open(ctx, who, id)
	if err != nil {
		return err
	}
	child := r.PostFormValue("child")
	k, ok := p.Contact.Kid(child)
	if !ok {
		return refusal.Hidden()
	}
	f := secondForm(child, k.Name())
	f.Read(r)
	if a := f.Value("agrees"); a == "" {
		err = refusal.Field("agrees", "Select whether you agree")
	} else {
		err = d.SecondView(ctx, who, id, child, a == "yes", f.Value("reason"))
	}
	if refusal.KindOf(err) == refusal.Invalid && f.Reject(err) {
		return d.decisionWith(w, r, http.StatusUnprocessableEntity, p, decisionForm(p), f)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.ContactPath(id, "decision"))
}

type requestView struct {
	Form                                              *web.Form
	Done                                              bool
	Authority, Child, Born, Ref, Question, Why, Basis string
	Due                                               web.Due
}

// HasErrors says whether the form shows errors.
func (v requestView) HasErrors() bool { return v.Form.HasErrors() }

func answerForm() *web.Form {
	return web.NewForm(
		web.Field{Name: "answer", Label: "What do you know about the child?", Kind: "textarea", Rows: 6, Max: 8000},
		web.Field{Name: "last-seen", Label: "When did you last see the child, and who did?", Kind: "text"},
		web.Field{Name: "worries", Label: "What worries you, if anything?", Kind: "textarea", Rows: 2, Max: 4000},
		web.Field{Name: "as-of", Label: "How old is what you know? The date it was last true", Kind: "date"},
		web.Field{Name: "by", Label: "Your name and role", Kind: "text", Autocomplete: "name"},
		web.Field{Name: "state", Label: "Can you answer?", Kind: "radios", Options: []web.Option{{Value: "answered", Label: "Yes, as above"}, {Value: "declined", Label: "No: I have said why above"}}})
}

var basisWords = map[string]string{
	"agreed":    "The family agreed to checks.",
	"harm":      "Reasonable cause to suspect significant harm (Children Act 1989, section 47). You must help with enquiries.",
	"dispensed": "A manager decided that asking the family first is not safe or not possible.",
}

func (d *Desk) showRequest(w http.ResponseWriter, r *http.Request) error {
	return d.requestWith(w, r, http.StatusOK, answerForm())
}

func (d *Desk) requestWith(w http.ResponseWriter, r *http.Request, code int, f *web.Form) error {
	q, err := d.OpenLink(r.Context(), r.PathValue("token"), web.Network(r))
	if err != nil {
		return err
	}
	if q.Guard != nil {
		return d.guardWith(w, r, code, q, codeForm())
	}
	return web.Render(w, r, code, requestPage, requestView{Form: f, Authority: q.Authority, Child: q.Child, Born: q.Born.Words(), Ref: q.Ref,
		Question: q.Question, Why: q.Why, Basis: basisWords[q.Basis], Due: web.DueOf(d.Record.Now(), q.Due, q.Due)})
}

var guardPage = web.NewPublicPage(templates, "templates/guard.html")

type guardView struct {
	*Guarding
	Authority, Ref, Phone string
	Sent                  bool
	UntilWords            string
	Due                   web.Due
	Form                  *web.Form
}

// HasErrors says whether the form shows errors.
func (v guardView) HasErrors() bool { return v.Form.HasErrors() }

func codeForm() *web.Form {
	return web.NewForm(web.Field{Name: "code", Label: "The code of six digits", Kind: "text", Width: 10, Autocomplete: "one-time-code"})
}

func (d *Desk) guardWith(w http.ResponseWriter, r *http.Request, code int, q Linked, f *web.Form) error {
	now := d.Record.Now()
	v := guardView{Guarding: q.Guard, Authority: q.Authority, Ref: q.Ref, Sent: now.Before(q.Guard.Until), UntilWords: q.Guard.Until.Clock(), Due: web.DueOf(now, q.Due, q.Due), Form: f}
	return web.Render(w, r, code, guardPage, v)
}

// saveCode sends a code or takes one. The right one leads to a page of its own.
func (d *Desk) saveCode(w http.ResponseWriter, r *http.Request, what string) error {
	ctx, token, network := r.Context(), r.PathValue("token"), web.Network(r)
	f := codeForm()
	f.Read(r)
	var pass string
	var err error
	if what == "send-code" {
		err = d.SendCode(ctx, token, network)
	} else {
		pass, err = d.TryCode(ctx, token, f.Value("code"), network)
	}
	switch k := refusal.KindOf(err); {
	case err == nil && pass != "":
		return web.See(w, r, "/requests/"+pass)
	case err == nil:
		return web.See(w, r, "/requests/"+token)
	case k != refusal.Invalid && k != refusal.Conflict || !f.Reject(err):
		return err
	}
	q, err := d.OpenLink(ctx, token, network)
	if err != nil {
		return err
	}
	if q.Guard == nil {
		return web.See(w, r, "/requests/"+token)
	}
	f.Field("code").Value = ""
	return d.guardWith(w, r, http.StatusUnprocessableEntity, q, f)
}

func (d *Desk) saveRequest(w http.ResponseWriter, r *http.Request) error {
	if what := r.PostFormValue("what"); what == "send-code" || what == "code" {
		return d.saveCode(w, r, what)
	}
	f := answerForm()
	f.Read(r)
	reply, err := replyOf(f, r)
	if err == nil {
		err = d.AnswerByLink(r.Context(), r.PathValue("token"), reply)
	}
	if f.Reject(err) && refusal.KindOf(err) == refusal.Invalid {
		return d.requestWith(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, requestPage, requestView{Done: true})
}

// replyOf reads an answer from the page of a question. "We know nothing" is a button
// of its own.
func replyOf(f *web.Form, r *http.Request) (Reply, error) {
	asOf, err := f.Date("as-of")
	reply := Reply{State: f.Value("state"), Answer: f.Value("answer"), LastSeen: f.Value("last-seen"), Worries: f.Value("worries"), AsOf: asOf, By: f.Value("by")}
	if r.PostFormValue("state") == "nothing_known" {
		reply.State = "nothing_known"
	}
	return reply, err
}
