package contacts

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/form"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/web"
)

// FromForm is the arrival that a referral form's answers make, by whatever channel
// they came. A professional who left agreement open has it "not known", which
// opens a wait; the public is not asked, and nothing is made up for them.
func FromForm(d *form.Definition, a form.Answers, channel pathway.Channel) Arrival {
	r := form.ReadReferral(d, a)
	out := Arrival{
		Channel: string(channel), SourceKind: "public", SourceName: "Member of the public",
		Referrer: Referrer{Name: r.Name, Role: r.Role, Email: r.Email, Phone: r.Phone},
		Danger:   r.Danger, WhereNow: r.Where, Words: r.What, LevelAsked: r.Level,
		Answers: a, Completeness: d.Completeness(a).Score,
		Consent: Consent{Status: r.Consent, Who: r.ConsentWho, How: r.ConsentHow, ToWhat: r.ConsentTo, Reason: r.Reason, ReasonWords: r.ReasonWords},
	}
	if r.Professional {
		out.SourceKind, out.SourceName = cmp.Or(r.Agency, string(pathway.OtherPartner)), cmp.Or(r.Organisation, web.Capital(pathway.AgencyName(pathway.Agency(cmp.Or(r.Agency, "other_partner")))))
		if r.Consent == "" {
			out.Consent.Status = string(pathway.ConsentNotKnown)
		}
	} else if r.Consent == "" {
		out.Consent.Status = string(pathway.ConsentNotSought)
		out.Consent.ReasonWords = "a member of the public is not asked to seek it"
	}
	if !r.When.IsZero() {
		out.IncidentAt = r.When.AtTime(12, 0)
	}
	for _, c := range r.Children {
		out.Children = append(out.Children, person.Described{
			Given: c.Given, Family: c.Family, KnownAs: c.KnownAs, Words: c.Described, Sex: c.Sex, Born: c.Born, AgeStated: c.Age, Unborn: c.Unborn,
			Expected: c.Expected, NHS: c.NHS, UPN: c.UPN, Address: c.Address, Postcode: c.Postcode, School: c.School, Parents: parentsOf(r), Ethnicity: c.Ethnicity,
		})
	}
	if rules, err := pathway.TheTriggers(); err == nil { // a test reads them; a form is never turned away for it
		out.Facts = told(len(out.Children), rules.FromForm(r.Types))
	}
	for _, m := range r.Household {
		out.Household = append(out.Household, Member{Given: m.Given, Family: m.Family, Born: m.Born, Relation: m.Relation, Risk: m.Risk, Responsible: m.Responsible})
	}
	return out
}

func parentsOf(r form.Referral) []person.Name {
	var out []person.Name
	for _, m := range r.Household {
		if l := strings.ToLower(m.Relation); m.Given != "" && (strings.Contains(l, "mother") || strings.Contains(l, "father") || strings.Contains(l, "parent")) {
			out = append(out, person.Name{Given: m.Given, Family: m.Family})
		}
	}
	return out
}

// Call takes a phone call as the form. The decision clock starts when the call
// did, and the caller is asked to confirm what was written down.
func (d *Desk) Call(ctx context.Context, who access.Actor, a form.Answers, begun civil.Instant) (Received, error) {
	def, err := form.Load("referral")
	if err != nil {
		return Received{}, err
	}
	if err := def.CheckCall(a); err != nil {
		return Received{}, err
	}
	arrival := FromForm(def, a, pathway.ByPhone)
	arrival.ReceivedAt = begun
	got, err := d.Receive(ctx, who, arrival)
	if err != nil || got.Repeat {
		return got, err
	}
	return got, d.askToConfirm(ctx, who, got, a, arrival.Referrer.Email)
}

type callGroup struct {
	Title  string
	Fields []*web.Field
}

type callView struct {
	Form        *web.Form
	Groups      []callGroup
	Done, Score string
}

// HasErrors says whether the form shows errors.
func (v callView) HasErrors() bool { return v.Form.HasErrors() }

// callForm asks the form's questions in the order of a call.
func callForm(def *form.Definition, a form.Answers, begun string) (*web.Form, []callGroup) {
	f := web.NewForm(web.Field{Name: "begun", Kind: "hidden", Value: begun})
	var groups []callGroup
	for _, s := range def.CallOrder() {
		g := callGroup{Title: s.Title}
		if s.Repeat {
			g.Title = "First " + s.One
		}
		step := s
		for _, q := range s.Questions {
			if s.ID == "first" {
				step, _ = def.Step("concern")
			}
			x := web.Question(step, q, 0, a, step.ID+".")
			f.Fields = append(f.Fields, &x)
			g.Fields = append(g.Fields, &x)
		}
		groups = append(groups, g)
	}
	groups[0].Title = "First, while they talk"
	groups[0].Fields = append([]*web.Field{f.Fields[0]}, groups[0].Fields...)
	return f, groups
}

// mayTake asks whether somebody may take a call, before anything else is done.
func (d *Desk) mayTake(r *http.Request) error {
	return d.Record.Look(r.Context(), web.Actor(r), access.PurposeScreening, func(v *record.View) error {
		v.Saw("call form")
		return v.Allow(access.ScreenContact, access.About{})
	})
}

func (d *Desk) showCall(w http.ResponseWriter, r *http.Request) error {
	if err := d.mayTake(r); err != nil {
		return err
	}
	def, err := form.Load("referral")
	if err != nil {
		return err
	}
	f, groups := callForm(def, form.Answers{}, d.Record.Now().String())
	return web.Render(w, r, http.StatusOK, callPage, callView{Form: f, Groups: groups})
}

func (d *Desk) saveCall(w http.ResponseWriter, r *http.Request) error {
	if err := d.mayTake(r); err != nil {
		return err
	}
	def, err := form.Load("referral")
	if err != nil {
		return err
	}
	now := d.Record.Now()
	begun, err := civil.ParseInstant(r.PostFormValue("begun"))
	if err != nil || begun.After(now) || now.Sub(begun) > longestCall {
		begun = now
	}
	a := form.Answers{}
	var problems error
	for _, s := range def.Steps {
		posted := map[string][]string{}
		for k, v := range r.PostForm {
			if name, ok := strings.CutPrefix(k, s.ID+"."); ok {
				posted[name] = v
			}
		}
		if err := def.Read(s, 0, posted, a, now); err != nil && problems == nil {
			problems = prefixed(s.ID+".", err)
		}
	}
	var got Received
	if problems == nil {
		got, problems = d.Call(r.Context(), web.Actor(r), a, begun)
	}
	f, groups := callForm(def, a, begun.String())
	if problems != nil { // also what was typed where a question does not apply
		f.Read(r)
		f.Field("begun").Value = begun.String()
	}
	if f.Reject(problems) {
		return web.Render(w, r, http.StatusUnprocessableEntity, callPage, callView{Form: f, Groups: groups})
	}
	if problems != nil {
		return problems
	}
	return web.See(w, r, web.ContactPath(got.Ref, "")+fmt.Sprintf("?completeness=%d", def.Completeness(a).Score))
}

// longestCall is how long before saving a call may have begun.
const longestCall = 12 * 60 * 60 * 1e9
