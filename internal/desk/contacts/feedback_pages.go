package contacts

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/pathway"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

var (
	feedbackPage = web.NewPage(templates, "templates/feedback.html", "templates/head.html")
	messagePage  = web.NewPage(templates, "templates/message.html")
	letterPage   = web.NewPage(templates, "templates/letterpage.html", "templates/letter.html")
	letterPaper  = web.NewPaper(templates, "templates/letterpaper.html", "templates/letter.html")
)

func (d *Desk) feedbackRoutes(s *web.Server) {
	d.printer = s.Printer
	s.Route("GET "+web.PathFeedback, access.OpenContact, d.showFeedback)
	s.Route("POST "+web.PathFeedback, access.SendFeedback, d.saveFeedback)
	s.Route("GET "+web.PathFeedbackMessage, access.SendFeedback, d.showMessage)
	s.Route("POST "+web.PathFeedbackMessage, access.SendFeedback, d.saveMessage)
	s.Route("GET "+web.PathFeedbackLetter, access.SendFeedback, d.showLetter)
	s.Route("GET "+web.PathFeedbackLetterPDF, access.SendFeedback, d.letterPDF)
}

type givenView struct {
	Words, Sub, When, Read string
	Problem                string
}

type feedbackView struct {
	head
	Who       []fact
	Sentences []string
	Decided   bool
	Public    bool
	State     string // owed, told, reason, or "" before a decision
	Owes      string
	OwedDue   web.Due
	HowWords  string
	Given     []givenView
	Other     []owedView // acknowledgement, confirmation
	Message   string     // where a message is read before it is sent
	Letter    string
	Agencies  []web.Option
	Agency    string
	Person    *web.Form
	Reason    *web.Form
	Arrived   *web.Form
	CanTell   bool
}

func personForm(now civil.Instant) *web.Form {
	f := web.NewForm(
		web.Field{Name: "do", Kind: "hidden", Value: "told"},
		web.Field{Name: "way", Label: "How were they told?", Kind: "radios", Options: optionsOf(pathway.PersonalWays())},
		web.Field{Name: "how", Label: "Whom did you tell, and where did you find the number or the address?", Hint: "Call on a number that you found yourself, such as the agency’s own. Say the sentences above and nothing more", Kind: "text"},
		web.Field{Name: "at", Label: "When were they told, or the letter posted?", Kind: "datetime"})
	f.SetInstant("at", now)
	return f
}

func reasonForm() *web.Form {
	return web.NewForm(
		web.Field{Name: "do", Kind: "hidden", Value: "reason"},
		web.Field{Name: "reason", Label: "Why are they not told?", Kind: "radios", Options: optionsOf(pathway.ChosenNotTolds())},
		web.Field{Name: "words", Label: "Who said so and when, or what was tried", Kind: "textarea", Rows: 2})
}

func arrivedForm() *web.Form {
	return web.NewForm(
		web.Field{Name: "do", Kind: "hidden", Value: "arrived"},
		web.Field{Name: "kind", Label: "What happened?", Kind: "radios", Options: []web.Option{
			{Value: "arrived", Label: "They were told that the contact arrived"}, {Value: "confirmed", Label: "The caller confirmed what was written down"}}},
		web.Field{Name: "heard", Label: "How and when were they told?", Kind: "text"})
}

func optionsOf(all []pathway.Named) []web.Option {
	var out []web.Option
	for _, x := range all {
		out = append(out, web.Option{Value: x.Code, Label: x.Words})
	}
	return out
}

func (d *Desk) showFeedback(w http.ResponseWriter, r *http.Request) error {
	return d.feedbackWith(w, r, http.StatusOK, nil)
}

// feedbackWith shows the page; wrong is the form that was refused, or nil.
func (d *Desk) feedbackWith(w http.ResponseWriter, r *http.Request, code int, wrong *web.Form) error {
	p, err := d.Feedback(r.Context(), web.Actor(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	c := p.Contact
	v := feedbackView{head: headOf(r, c, p.Now, "feedback", wrong), Sentences: c.OutcomeSentences(), Public: c.Source == "public" || c.Source == "",
		Person: personForm(p.Now), Reason: reasonForm(), Arrived: arrivedForm()}
	if wrong != nil {
		switch wrong.Field("do").Value {
		case "told":
			v.Person = wrong
		case "reason":
			v.Reason = wrong
		default:
			v.Arrived = wrong
		}
	}
	v.Decided = len(v.Sentences) > 0
	v.CanTell = !web.Actor(r).ReadOnly && access.ScopeOf(web.Actor(r), access.SendFeedback).Allowed
	for _, x := range []fact{{"Name", c.Referrer.Name}, {"Role", c.Referrer.Role}, {"From", c.SourceName}, {"E-mail", c.Referrer.Email}, {"Phone", c.Referrer.Phone}} {
		v.Who = append(v.Who, fact{x.What, cmp.Or(x.Words, "not given")})
	}
	v.HowWords = p.howWords()
	v.state(p)
	for _, x := range p.Waits {
		if x.Ended.IsZero() && (x.Step == "contact.acknowledgement" || x.Step == "referral.confirmed" || x.Step == "consent.chase") {
			v.Other = append(v.Other, owedView{web.DueOf(p.Now, x.Due, x.Warn), web.Capital(x.What)})
		}
	}
	v.Message, v.Letter = web.ContactPath(c.Ref, "feedback/message"), web.ContactPath(c.Ref, "feedback/letter")
	v.Agencies, v.Agency = p.postboxes(), c.Organisation
	if v.Agency == "" && p.Known {
		v.Agency = string(TheirAddress)
	}
	return web.Render(w, r, code, feedbackPage, v)
}

// postboxes are where a link may go.
func (p *FeedbackPage) postboxes() []web.Option {
	out := []web.Option{{Label: "Select"}}
	if p.Known {
		out = append(out, web.Option{Value: string(TheirAddress), Label: "The address they gave, which is of an agency we know"})
	}
	for _, x := range p.Postbox {
		out = append(out, web.Option{Value: x.ID, Label: x.Name})
	}
	return out
}

// howWords says how this referrer is told when something is decided.
func (p *FeedbackPage) howWords() string {
	c := p.Contact
	switch {
	case p.Reach.Silent != "":
		return "They are not told, for a reason on record."
	case c.Source == "public" || c.Source == "":
		return "A member of the public hears that it arrived and that it was dealt with, and nothing more."
	case p.Reach.Account != "":
		return "They read it on their own page here, and a notice says by reference that it is there."
	case p.Reach.Address != "":
		return "A link goes to their agency’s mailbox. The sentences are behind it, not in the message."
	case c.Referrer.Email != "":
		return "The address they gave is not of an agency we know, so nothing goes there by itself: anybody can say that they are a professional. Select their agency, or call on a number that you found yourself."
	}
	return "They gave no address. Somebody has to tell them."
}

func (v *feedbackView) state(p *FeedbackPage) {
	for _, g := range p.Given {
		x := givenView{Words: pathway.WayWords(g.Way), Sub: g.Words, Problem: g.Undelivered}
		switch {
		case g.Reason != "":
			x.Words, x.When = "Not told: "+pathway.NotToldWords(g.Reason), g.Done.Words()
			if g.Way != "" {
				x.Sub = pathway.WayWords(g.Way)
			}
		case g.Done.IsZero():
			x.When = "made " + g.Made.Words() + ", not gone yet"
		default:
			x.When = "told " + g.Done.Words()
		}
		if g.By != "" {
			x.When += ", by " + g.By
		}
		if !g.Read.IsZero() {
			x.Read = "opened " + g.Read.Words()
		}
		v.Given = append(v.Given, x)
	}
	switch {
	case p.Owes != "":
		v.State, v.Owes, v.OwedDue = "owed", p.Owes, web.DueOf(p.Now, p.Due, p.Warn)
	case len(p.Given) > 0 && p.Given[0].Reason != "":
		v.State = "reason"
	case v.Decided && len(p.Given) > 0:
		v.State = "told"
	}
}

func (d *Desk) saveFeedback(w http.ResponseWriter, r *http.Request) error {
	ctx, who, id := r.Context(), web.Actor(r), r.PathValue("id")
	var f *web.Form
	var err error
	switch r.PostFormValue("do") {
	case "told":
		f = personForm(d.Record.Now())
		f.Read(r)
		at, wrong := f.Instant("at")
		if err = wrong; err == nil {
			err = d.FedBack(ctx, who, id, pathway.ToldBy{Way: pathway.Way(f.Value("way")), Words: f.Value("how"), At: at})
		}
	case "reason":
		f = reasonForm()
		f.Read(r)
		err = d.NotTold(ctx, who, id, pathway.NotTold(f.Value("reason")), f.Value("words"))
	default:
		f = arrivedForm()
		f.Read(r)
		switch f.Value("kind") {
		case "arrived":
			err = renamed(d.Acknowledged(ctx, who, id, f.Value("heard")), "how", "heard")
		case "confirmed":
			err = d.Confirm(ctx, who, id)
		default:
			err = refusal.Field("kind", "Select what happened")
		}
	}
	if f.Reject(err) {
		return d.feedbackWith(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.ContactPath(id, "feedback"))
}

// renamed puts a refusal of one field beside another, for a page whose forms share none.
func renamed(err error, from, to string) error {
	x, ok := refusal.As(err)
	if !ok || x.Kind != refusal.Invalid || len(x.Problems) != 1 || x.Problems[0].Field != from {
		return err
	}
	return refusal.Field(to, x.Problems[0].Message)
}

type messageView struct {
	Ref, Back     string
	To            string // whom it goes to, by name
	Subject, Body string
	Agency        string // whom it was shown for
	Sentences     []string
	Form          *web.Form
}

// HasErrors says whether the form shows errors.
func (v messageView) HasErrors() bool { return v.Form.HasErrors() }

func messageForm(p *FeedbackPage, agency string) *web.Form {
	return web.NewForm(web.Field{Name: "agency", Label: "Whose mailbox does it go to?", Hint: "Only agencies on our register. Their own people read it there", Kind: "select", Options: p.postboxes(), Value: agency})
}

// showMessage shows what will be sent, to the letter, before it is sent.
func (d *Desk) showMessage(w http.ResponseWriter, r *http.Request) error {
	p, err := d.Feedback(r.Context(), web.Actor(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	return d.messageWith(w, r, http.StatusOK, p, messageForm(p, r.URL.Query().Get("agency")))
}

func (d *Desk) messageWith(w http.ResponseWriter, r *http.Request, code int, p *FeedbackPage, f *web.Form) error {
	c := p.Contact
	v := messageView{Ref: c.Ref, Back: web.ContactPath(c.Ref, "feedback"), Subject: strings.ReplaceAll(pathway.OutcomeSubject, "{ref}", c.Ref),
		Body: strings.ReplaceAll(pathway.OutcomeByLink, "{ref}", c.Ref), Sentences: c.OutcomeSentences(), Form: f}
	for _, o := range f.Field("agency").Options {
		if o.Value != "" && f.Field("agency").Has(o.Value) {
			v.To, v.Agency = o.Label, o.Value
		}
	}
	return web.Render(w, r, code, messagePage, v)
}

func (d *Desk) saveMessage(w http.ResponseWriter, r *http.Request) error {
	p, err := d.Feedback(r.Context(), web.Actor(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	f := messageForm(p, "")
	f.Read(r)
	if shown := r.PostFormValue("shown"); r.PostFormValue("do") == "show" || f.Value("agency") != "" && f.Value("agency") != shown { // what is sent was read
		return web.See(w, r, web.ContactPath(p.Contact.Ref, "feedback/message")+"?"+url.Values{"agency": {f.Value("agency")}}.Encode())
	}
	err = d.SendOutcome(r.Context(), web.Actor(r), p.Contact.Ref, ToReferrer(f.Value("agency")))
	if f.Reject(err) {
		return d.messageWith(w, r, http.StatusUnprocessableEntity, p, f)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.ContactPath(p.Contact.Ref, "feedback"))
}

type letterView struct {
	Ref, Back, PDF   string
	Ours, Calls      string
	Name, Role, From string
	Told, Today      string
	Sentences        []string
	Public           bool
}

// letterOf is the letter to a referrer. It names no child: it says when they told us, our
// reference, and the sentences that anybody of them may read.
func (d *Desk) letterOf(r *http.Request) (*FeedbackPage, letterView, error) {
	p, err := d.Feedback(r.Context(), web.Actor(r), r.PathValue("id"))
	if err != nil {
		return nil, letterView{}, err
	}
	c := p.Contact
	v := letterView{Ref: c.Ref, Back: web.ContactPath(c.Ref, "feedback"), Ours: p.Ours, Calls: p.Calls, Name: c.Referrer.Name, Role: c.Referrer.Role, From: c.SourceName,
		Told: c.ReceivedAt.Date().Words(), Today: p.Now.Date().Words(), Sentences: c.OutcomeSentences(), Public: c.Source == "public" || c.Source == ""}
	if v.Public {
		v.Role, v.From = "", ""
	}
	if len(v.Sentences) == 0 {
		return p, v, refusal.New(refusal.Conflict, "Nothing is decided yet. Decide first, and write to the referrer then")
	}
	if p.Reach.Silent != "" {
		return p, v, refusal.New(refusal.Conflict, "They are not told, for a reason on record: "+pathway.NotToldWords(p.Reach.Silent))
	}
	if d.printer != nil {
		v.PDF = web.ContactPath(c.Ref, "feedback/letter.pdf")
	}
	return p, v, nil
}

func (d *Desk) showLetter(w http.ResponseWriter, r *http.Request) error {
	_, v, err := d.letterOf(r)
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, letterPage, v)
}

// letterPDF is the letter as a tagged PDF.
func (d *Desk) letterPDF(w http.ResponseWriter, r *http.Request) error {
	p, v, err := d.letterOf(r)
	if err != nil {
		return err
	}
	if d.printer == nil {
		return refusal.New(refusal.NotFound, "No PDFs are made here. Open the letter and print it from your browser")
	}
	html, err := letterPaper.HTML(v, web.Footer{Ref: v.Ref, Marking: "Private", By: v.Ours, At: p.Now.Words()})
	if err != nil {
		return err
	}
	pdf, err := d.printer.Print(r.Context(), html)
	if err != nil {
		return err
	}
	return web.SendPDF(w, "letter-"+v.Ref, pdf)
}
