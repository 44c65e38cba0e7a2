package meetings

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/pathway"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

var considerPage = web.NewPage(templates, "templates/consider.html")

func (d *Desk) consideredRoutes(s *web.Server) {
	s.Report(web.PathTriggers, access.ListTriggers, d.triggersReport)
	s.Route("GET "+web.PathConsider, access.ListTriggers, d.showConsider)
	s.Route("POST "+web.PathConsider, access.ConsiderMeeting, d.saveConsider)
}

func (d *Desk) triggersReport(r *http.Request) (*web.Report, error) {
	return d.TriggersReport(r.Context(), web.Actor(r))
}

// TriggersReport is the list “trigger met, nothing considered”.
func (d *Desk) TriggersReport(ctx context.Context, who access.Actor) (*web.Report, error) {
	all, now, err := d.Unconsidered(ctx, who)
	if err != nil {
		return nil, err
	}
	rules, err := pathway.TheTriggers()
	if err != nil {
		return nil, err
	}
	rep := &web.Report{
		Title:   "Trigger met, nothing considered: " + children(len(all)),
		Intro:   "Recorded facts ask for an explicit yes or no to a strategy discussion about each of these children. A manager opens the child, reads the facts and answers with the reason. Nothing here decides by itself.",
		Empty:   "Every trigger that was met has a manager's yes or no with its reason.",
		Checked: now,
		Columns: []web.Column{{Head: "Answer due", Key: "due"}, {Head: "Child", Key: "child"}, {Key: "child_reference"}, {Head: "What asks for it", Key: "triggers"}, {Head: "Owner", Key: "owner"},
			{Head: "Since", Key: "since"}, {Head: "Contact", Key: "contact"}, {Head: "Decided so far", Key: "outcome"}, {Key: "late"}, {Key: "rules"}},
		Links: []web.Link{{Href: web.PathMeetings, Text: "Strategy discussions"}},
		Notes: []string{"Rules version " + rules.Version + ", reviewed " + rules.Reviewed.Words() + ". The version is kept with each trigger that was met."},
	}
	for _, t := range rules.Rules {
		rep.Notes = append(rep.Notes, t.Name+". Source: "+t.Source+".")
	}
	for _, x := range all {
		due := web.DueOf(now, x.Due, x.Warn)
		tone := map[string]string{"late": "risk", "soon": "soon"}[due.State]
		name := web.Cell{Text: x.Name, Href: web.ConsiderPath(x.Child), Sub: x.ChildRef, Value: x.Name}
		contact, outcome := web.Cell{Text: x.Contact, Href: web.ContactPath(x.Contact, "")}, web.Cell{Text: pathway.OutcomeName(x.Outcome), Value: string(x.Outcome)}
		if outcome.Text == "" {
			outcome.Text = "Not decided"
		}
		if x.Masked {
			name, contact.Href, outcome.Text = web.Cell{Text: "Restricted record", Tone: "restricted"}, "", ""
		}
		if !access.ScopeOf(who, access.OpenContact).Allowed {
			contact.Href = ""
		}
		rep.Rows = append(rep.Rows, []web.Cell{{Text: due.Words, Sub: due.Date, Tone: tone, Value: x.Due}, name, {Text: x.ChildRef}, {Text: strings.Join(x.Triggers, "; ")}, {Text: x.Owner},
			web.When(x.Since), contact, outcome, {Value: due.State == "late"}, {Text: x.Version}})
	}
	return rep, nil
}

func children(n int) string {
	switch n {
	case 0:
		return "no child"
	case 1:
		return "1 child"
	}
	return strconv.Itoa(n) + " children"
}

type factView struct{ Text, By, When, Mark string }

type considerView struct {
	*ToConsider
	Form          *web.Form
	Triggers      []factView
	Facts         []factView
	Incidents     []factView
	Earlier       []factView
	CanConsider   bool
	OpensContact  bool
	Closed        bool
	Decision      string
	OutcomeName   string
	Rules, Review string
}

// HasErrors says whether the form shows errors.
func (v considerView) HasErrors() bool { return v.Form.HasErrors() }

// considerForm asks for a yes or no. Of a child whose part in the contact is closed it
// asks for the reason of a no alone: their yes is a new decision of the contact.
func considerForm(closed bool) *web.Form {
	if closed {
		return web.NewForm(web.Field{Name: "answer", Kind: "hidden", Value: "no"},
			web.Field{Name: "reason", Label: "Why is no strategy discussion needed? Name the facts it rests on", Hint: "Kept with the facts as they stand. A new fact asks again", Kind: "textarea", Max: 4000})
	}
	var kinds []web.Option
	for _, c := range pathway.Categories {
		kinds = append(kinds, web.Option{Value: c, Label: web.Capital(c)})
	}
	return web.NewForm(
		web.Field{Name: "answer", Label: "Is a strategy discussion needed?", Kind: "radios", Options: []web.Option{
			{Value: "yes", Label: "Yes", Hint: "Police and health are waited for from now on"}, {Value: "no", Label: "No", Hint: "Kept with your reason and the facts as they stand. A new fact asks again"}}},
		web.Field{Name: "reason", Label: "Why? Name the facts it rests on", Kind: "textarea", Max: 4000},
		web.Field{Name: "category", Label: "Which kind of harm is suspected?", Hint: "For a yes", Kind: "radios", Options: kinds, Follows: "answer|yes"})
}

func (d *Desk) showConsider(w http.ResponseWriter, r *http.Request) error {
	return d.considerWith(w, r, http.StatusOK, nil)
}

func (d *Desk) considerWith(w http.ResponseWriter, r *http.Request, code int, f *web.Form) error {
	who := web.Actor(r)
	x, _, err := d.OpenConsideration(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return err
	}
	rules, err := pathway.TheTriggers()
	if err != nil {
		return err
	}
	if f == nil {
		f = considerForm(x.ChildState == "closed")
	}
	v := considerView{ToConsider: x, Form: f, CanConsider: !who.ReadOnly && access.ScopeOf(who, access.ConsiderMeeting).Allowed && who.LeadsWork(), OpensContact: access.ScopeOf(who, access.OpenContact).Allowed,
		Closed: x.ChildState == "closed", Decision: web.ContactPath(x.Contact, "decision"), OutcomeName: pathway.OutcomeName(x.Outcome), Rules: rules.Version, Review: rules.Reviewed.Words()}
	for _, t := range x.Asking.Standing {
		v.Triggers = append(v.Triggers, factView{Text: t.Name, When: t.MetAt.Words()})
		for _, inc := range pathway.IncidentsIn(t.Facts, x.ReceivedAt) {
			if c, ok := x.Incidents[inc.About]; ok {
				v.Incidents = append(v.Incidents, factView{Text: c.Ref, When: c.At.Words()})
			} else {
				v.Incidents = append(v.Incidents, factView{Text: "In a restricted record"})
			}
		}
	}
	for _, k := range x.Asking.Facts {
		kind, _ := rules.Fact(k.Key)
		fv := factView{Text: kind.Name, By: k.SaidBy, When: "recorded " + k.At.Words()}
		if !k.Stands() {
			fv.When += "; taken back: " + k.Why
		}
		v.Facts = append(v.Facts, fv)
	}
	for _, c := range x.Asking.Considered {
		v.Earlier = append(v.Earlier, factView{Text: web.Capital(c.Answer) + ". " + c.Reason, By: c.By, When: c.At.Words(), Mark: c.PartedWords()})
	}
	return web.Render(w, r, code, considerPage, v)
}

func (d *Desk) saveConsider(w http.ResponseWriter, r *http.Request) error {
	x, _, err := d.OpenConsideration(r.Context(), web.Actor(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	f := considerForm(x.ChildState == "closed")
	f.Read(r)
	ref, err := d.Consider(r.Context(), web.Actor(r), r.PathValue("id"), Thought{Answer: f.Value("answer"), Reason: f.Value("reason"), Category: f.Value("category")})
	if k := refusal.KindOf(err); (k == refusal.Invalid || k == refusal.Conflict) && f.Reject(err) {
		if x.ChildState == "closed" { // a page from before it was closed may have said yes
			f.Field("answer").Value = "no"
		}
		return d.considerWith(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	if ref != "" {
		return web.See(w, r, web.MeetingPath(ref, "convene"))
	}
	return web.See(w, r, web.PathTriggers)
}
