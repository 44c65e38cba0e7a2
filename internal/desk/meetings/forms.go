package meetings

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

// slotsOffered is how many times a form offers.
const slotsOffered = 3

// mostActions is how many actions one record holds.
const mostActions = 6

// Desks lists the organisations that can be invited, for the form.
func (d *Desk) desks(ctx context.Context, who access.Actor, ref string) (m *Meeting, all []desk, now civil.Instant, err error) {
	err = d.Record.Look(ctx, who, who.WorkPurpose(), func(v *record.View) error {
		now = v.Now
		var err error
		if m, err = load(ctx, v, v.Authority, ref); err != nil {
			if denied := v.Allow(access.ConveneMeeting, access.About{}); denied != nil {
				return denied
			}
			return err
		}
		about, err := m.about(ctx, v, v.Authority, who)
		if err != nil {
			return err
		}
		if err := v.Allow(access.ConveneMeeting, about); err != nil {
			return err
		}
		v.Saw("meeting", append([]string{m.Ref}, m.refs()...)...)
		if err := m.read(ctx, v); err != nil {
			return err
		}
		all, _, err = desks(ctx, v, v.Authority)
		return err
	})
	return m, all, now, err
}

var needOptions = []web.Option{
	{Value: "immediate", Label: "A child is in immediate danger"},
	{Value: "medical", Label: "In hospital, or a medical is needed", Hint: "A senior doctor must be there"},
	{Value: "unborn", Label: "An unborn child", Hint: "Midwifery must be there"},
	{Value: "looked_after", Label: "A looked-after child", Hint: "The placement service must be there"},
	{Value: "in_school", Label: "A child in school", Hint: "The school is expected"},
}

func needField(m *Meeting) web.Field {
	f := web.Field{Name: "needs", Label: "What is true of these children?", Kind: "checkboxes", Options: needOptions}
	if m.Immediate {
		f.Values = append(f.Values, "immediate")
	}
	for _, x := range []struct {
		yes  bool
		word string
	}{{m.Needs.Medical, "medical"}, {m.Needs.Unborn, "unborn"}, {m.Needs.LookedAfter, "looked_after"}, {m.Needs.InSchool, "in_school"}} {
		if x.yes {
			f.Values = append(f.Values, x.word)
		}
	}
	return f
}

// extraSeats are the parts that a form can add beside those that are there.
var extraSeats = []pathway.Part{pathway.PartDoctor, pathway.PartMidwife, pathway.PartSchool, pathway.PartReferrer}

func conveneForm(m *Meeting, all []desk) *web.Form {
	f := web.NewForm(web.Field{Name: "version", Kind: "hidden", Value: fmt.Sprint(m.Version)}, needField(m))
	for i := range slotsOffered {
		label := "A time to offer"
		if i > 0 {
			label = "Another time, if you offer more"
		}
		f.Fields = append(f.Fields, &web.Field{Name: fmt.Sprintf("slot-%d", i+1), Label: label, Kind: "datetime"})
	}
	f.Fields = append(f.Fields, &web.Field{Name: "place", Label: "Where, or how to join", Hint: "A link works best", Kind: "text", Value: m.Place})
	have := map[pathway.Part]bool{}
	for _, s := range m.Invited {
		have[s.Part] = true
		if s.Agency != pathway.SocialWork && s.DeputyFor == "" && !s.Answered {
			f.Fields = append(f.Fields, seatFields(s, all)...)
		}
	}
	for _, p := range extraSeats {
		if !have[p] {
			f.Fields = append(f.Fields, seatFields(Seat{Seat: pathway.Seat{Part: p, Agency: AgencyOf(p)}}, all)...)
		}
	}
	return f
}

func seatFields(s Seat, all []desk) []*web.Field {
	part := pathway.PartWords(s.Part)
	org := &web.Field{Name: "seat-" + string(s.Part), Label: "Who is invited for " + part + "?", Kind: "select", Value: s.Owner, Options: []web.Option{{Value: "", Label: "Nobody"}}}
	for _, o := range all {
		if o.kind == string(s.Agency) || s.Agency == pathway.OtherPartner {
			org.Options = append(org.Options, web.Option{Value: o.id, Label: o.name})
		}
	}
	if s.Part != pathway.PartPolice && s.Part != pathway.PartHealth {
		return []*web.Field{org}
	}
	return []*web.Field{org,
		{Name: "email-" + string(s.Part), Label: "E-mail address for " + part, Hint: "Of a named officer, if you know one", Kind: "email", Value: s.Email},
		{Name: "deputy-" + string(s.Part), Label: "Who is asked when nobody answers for " + part + "?", Hint: "An e-mail address", Kind: "email", Value: s.DeputyEmail}}
}

func needsFrom(f *web.Form) (immediate bool, n pathway.Needs) {
	v := f.Field("needs").Values
	return slices.Contains(v, "immediate"), needsOf(v)
}

func (d *Desk) showConvene(w http.ResponseWriter, r *http.Request) error {
	m, all, now, err := d.desks(r.Context(), web.Actor(r), r.PathValue("ref"))
	if err != nil {
		return err
	}
	return d.conveneWith(w, r, http.StatusOK, m, conveneForm(m, all), now)
}

func (d *Desk) conveneWith(w http.ResponseWriter, r *http.Request, code int, m *Meeting, f *web.Form, now civil.Instant) error {
	v := formView{Title: "Invite to " + m.Ref, Button: "Offer the times and invite", Back: web.MeetingPath(m.Ref, ""), Form: f,
		Intro: "Police and health must be invited. Each has four hours to answer; then the deputy is asked as well. Answering is not attending: the clock runs until they meet."}
	v.Due = dueOf(m, now)
	return web.Render(w, r, code, formPage, v)
}

// dueOf is the clock of police and health while it runs.
func dueOf(m *Meeting, now civil.Instant) *web.Due {
	for _, x := range m.Waits {
		if x.Step == "strategy.discussion" && x.Ended.IsZero() {
			due := web.DueOf(now, x.Due, x.Warn)
			return &due
		}
	}
	return nil
}

func (d *Desk) saveConvene(w http.ResponseWriter, r *http.Request) error {
	who, ref := web.Actor(r), r.PathValue("ref")
	m, all, now, err := d.desks(r.Context(), who, ref)
	if err != nil {
		return err
	}
	f := conveneForm(m, all)
	f.Read(r)
	c, err := conveningOf(f, m)
	if err == nil {
		_, err = d.Convene(r.Context(), who, ref, c)
	}
	if k := refusal.KindOf(err); (k == refusal.Invalid || k == refusal.Conflict) && f.Reject(err) {
		return d.conveneWith(w, r, http.StatusUnprocessableEntity, m, f, now)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.MeetingPath(ref, ""))
}

func conveningOf(f *web.Form, m *Meeting) (Convening, error) {
	c := Convening{Place: f.Value("place"), Version: web.VersionOf(f)}
	c.Immediate, c.Needs = needsFrom(f)
	for i := range slotsOffered {
		at, err := f.Instant(fmt.Sprintf("slot-%d", i+1))
		if err != nil {
			return c, err
		}
		if !at.IsZero() {
			c.Slots = append(c.Slots, at)
		}
	}
	for _, p := range pathway.Parts() {
		x := Invitation{Part: p, Organisation: f.Value("seat-" + string(p)), Email: f.Value("email-" + string(p)), DeputyEmail: f.Value("deputy-" + string(p)), DeputyName: "the deputy"}
		if x.DeputyEmail == "" {
			x.DeputyName = ""
		}
		for _, s := range m.Invited {
			if s.Part == p && s.DeputyFor == "" {
				x.Seat, x.Name = s.ID, s.Name
			}
		}
		if x.Organisation != "" || x.Email != "" {
			c.Invite = append(c.Invite, x)
		}
	}
	return c, nil
}

var modes = []web.Option{{Value: "in person", Label: "In person"}, {Value: "video", Label: "By video"}, {Value: "telephone", Label: "By telephone"}}

func heldForm(m *Meeting) *web.Form {
	f := web.NewForm(web.Field{Name: "version", Kind: "hidden", Value: fmt.Sprint(m.Version)},
		web.Field{Name: "held", Label: "When was it held?", Kind: "datetime"},
		web.Field{Name: "mode", Label: "How?", Kind: "radios", Options: modes}, needField(m))
	for _, s := range m.Invited {
		part := pathway.PartWords(s.Part)
		if s.OwnerName != "" && s.Agency != pathway.SocialWork {
			part += " (" + s.OwnerName + ")"
		}
		there := &web.Field{Name: "there-" + s.ID, Label: "Was " + part + " there?", Kind: "radios", Value: string(s.Attendance), Options: []web.Option{
			{Value: "attended", Label: "Yes"}, {Value: "sent_view", Label: "Sent a view", Hint: "A view is not attendance"}, {Value: "absent", Label: "No"}}}
		f.Fields = append(f.Fields, there,
			&web.Field{Name: "name-" + s.ID, Label: "Who, with their role", Kind: "text", Value: s.Name, Follows: "there-" + s.ID + "|attended"})
		if ask := decidesAsk(s.Part); ask != "" {
			f.Fields = append(f.Fields, &web.Field{Name: "decides-" + s.ID, Label: ask, Kind: "radios", Options: []web.Option{{Value: "yes", Label: "Yes"}, {Value: "no", Label: "No"}}, Follows: "there-" + s.ID + "|attended"})
		}
		f.Fields = append(f.Fields, &web.Field{Name: "why-" + s.ID, Label: "If not, why?", Kind: "text", Value: s.Why, Follows: "there-" + s.ID + "|absent"})
	}
	return f
}

func decidesAsk(p pathway.Part) string {
	switch p {
	case pathway.PartManager:
		return "Is this a manager who may decide for social care?"
	case pathway.PartPolice:
		return "May this officer decide on an investigation?"
	case pathway.PartHealth:
		return "Can this person speak to the child’s health record?"
	}
	return ""
}

func (d *Desk) showHeld(w http.ResponseWriter, r *http.Request) error {
	m, _, now, err := d.desks(r.Context(), web.Actor(r), r.PathValue("ref"))
	if err != nil {
		return err
	}
	return d.heldWith(w, r, http.StatusOK, m, heldForm(m), now)
}

func (d *Desk) heldWith(w http.ResponseWriter, r *http.Request, code int, m *Meeting, f *web.Form, now civil.Instant) error {
	v := formView{Title: "Record that " + m.Ref + " was held", Button: "Record who was there", Back: web.MeetingPath(m.Ref, ""), Form: f, Due: dueOf(m, now),
		Intro: "Whether it was properly constituted is worked out from who was there. Only then do the clocks of police and health stop, at the moment it was held."}
	return web.Render(w, r, code, formPage, v)
}

func (d *Desk) saveHeld(w http.ResponseWriter, r *http.Request) error {
	who, ref := web.Actor(r), r.PathValue("ref")
	m, _, now, err := d.desks(r.Context(), who, ref)
	if err != nil {
		return err
	}
	f := heldForm(m)
	f.Read(r)
	h := Holding{Mode: f.Value("mode"), Version: web.VersionOf(f)}
	h.Immediate, h.Needs = needsFrom(f)
	h.At, err = f.Instant("held")
	for _, s := range m.Invited {
		if there := f.Value("there-" + s.ID); there != "" {
			h.There = append(h.There, There{Seat: s.ID, Attendance: pathway.Attendance(there), Name: f.Value("name-" + s.ID), Why: f.Value("why-" + s.ID), Decides: f.Value("decides-"+s.ID) == "yes"})
		}
	}
	if err == nil {
		err = d.Hold(r.Context(), who, ref, h)
	}
	if k := refusal.KindOf(err); (k == refusal.Invalid || k == refusal.Conflict) && f.Reject(err) {
		return d.heldWith(w, r, http.StatusUnprocessableEntity, m, f, now)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.MeetingPath(ref, ""))
}

func decisionForm(m *Meeting) *web.Form {
	f := web.NewForm(web.Field{Name: "version", Kind: "hidden", Value: fmt.Sprint(m.Version)})
	for _, p := range pathway.AgendaFor(m.Kind) {
		x := &web.Field{Name: p.Key, Label: p.Ask, Hint: p.Hint, Kind: "textarea", Rows: 3}
		if len(p.Options) > 0 {
			x.Kind = "radios"
			for _, o := range p.Options {
				x.Options = append(x.Options, web.Option{Value: o.Value, Label: o.Label})
			}
		}
		f.Fields = append(f.Fields, x)
		if p.Why {
			f.Fields = append(f.Fields, &web.Field{Name: p.Key + "-why", Label: "Reason", Kind: "text"})
		}
		if p.Key == "threshold" {
			f.Fields = append(f.Fields, &web.Field{Name: "after", Label: "If no enquiry starts, what follows?", Kind: "radios", Follows: "threshold|no",
				Options: []web.Option{{Value: "assessment", Label: "Assessment"}, {Value: "nothing", Label: "Nothing more"}}})
		}
	}
	kids := []web.Option{}
	for _, k := range m.Kids {
		kids = append(kids, web.Option{Value: k.ID, Label: k.Name})
	}
	agencies := []web.Option{{Value: "", Label: "Nobody"}}
	for _, a := range []pathway.Agency{pathway.SocialWork, pathway.Police, pathway.Health, pathway.School, pathway.OtherPartner} {
		agencies = append(agencies, web.Option{Value: string(a), Label: web.Capital(pathway.AgencyName(a))})
	}
	for i := range mostActions {
		n := fmt.Sprintf("action-%d", i+1)
		f.Fields = append(f.Fields, &web.Field{Name: n, Label: fmt.Sprintf("Action %d: what is to be done?", i+1), Kind: "text"},
			&web.Field{Name: n + "-agency", Label: "Who does it?", Kind: "select", Options: agencies},
			&web.Field{Name: n + "-by", Label: "By when?", Kind: "datetime"})
		if len(kids) > 1 {
			f.Fields = append(f.Fields, &web.Field{Name: n + "-child", Label: "For which child?", Kind: "select", Options: kids, Value: kids[0].Value})
		}
	}
	return f
}

func (d *Desk) showDecision(w http.ResponseWriter, r *http.Request) error {
	m, now, err := d.Open(r.Context(), web.Actor(r), r.PathValue("ref"))
	if err != nil {
		return err
	}
	if m.State == pathway.StrategyDecided { // what was decided stands there
		return web.See(w, r, web.MeetingPath(m.Ref, ""))
	}
	return d.decisionWith(w, r, http.StatusOK, m, decisionForm(m), now)
}

func (d *Desk) decisionWith(w http.ResponseWriter, r *http.Request, code int, m *Meeting, f *web.Form, now civil.Instant) error {
	v := formView{Title: "What " + m.Ref + " decided", Button: "Record and circulate", Back: web.MeetingPath(m.Ref, ""), Form: f, Due: dueOf(m, now),
		Intro: quoracyWords(m) + " Every point needs its answer. Each action becomes a wait on whoever does it, by the date you give."}
	return web.Render(w, r, code, formPage, v)
}

func (d *Desk) saveDecision(w http.ResponseWriter, r *http.Request) error {
	who, ref := web.Actor(r), r.PathValue("ref")
	m, now, err := d.Open(r.Context(), who, ref)
	if err != nil {
		return err
	}
	f := decisionForm(m)
	f.Read(r)
	s, err := settledOf(f, m)
	if err == nil {
		err = d.Decide(r.Context(), who, ref, s, web.VersionOf(f))
	}
	if k := refusal.KindOf(err); (k == refusal.Invalid || k == refusal.Conflict) && f.Reject(err) {
		return d.decisionWith(w, r, http.StatusUnprocessableEntity, m, f, now)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.MeetingPath(ref, ""))
}

func settledOf(f *web.Form, m *Meeting) (pathway.Settled, error) {
	s := pathway.Settled{Points: map[string]string{}, Why: map[string]string{}, After: f.Value("after")}
	for _, p := range pathway.AgendaFor(m.Kind) {
		s.Points[p.Key], s.Why[p.Key] = f.Value(p.Key), f.Value(p.Key+"-why")
	}
	for i := range mostActions {
		n := fmt.Sprintf("action-%d", i+1)
		by, err := f.Instant(n + "-by")
		if err != nil {
			return s, err
		}
		a := pathway.Action{What: f.Value(n), On: pathway.Agency(f.Value(n + "-agency")), By: by, Child: f.Value(n + "-child")}
		if a.What == "" && a.On == "" && by.IsZero() {
			continue
		}
		if a.Child == "" && len(m.Kids) > 0 {
			a.Child = m.Kids[0].ID
		}
		s.Actions = append(s.Actions, a)
	}
	return s, nil
}

func visitForm(m *Meeting) *web.Form {
	child := web.Field{Name: "child", Label: "Which child was visited?", Kind: "radios"}
	for _, k := range m.Kids {
		child.Options = append(child.Options, web.Option{Value: k.ID, Label: k.Name})
	}
	return web.NewForm(child,
		web.Field{Name: "at", Label: "When was the visit?", Kind: "datetime"},
		web.Field{Name: "by", Label: "Who visited?", Kind: "text"},
		web.Field{Name: "seen", Label: "Was the child seen?", Kind: "radios", Options: []web.Option{{Value: "yes", Label: "Yes"}, {Value: "no", Label: "No"}}},
		web.Field{Name: "alone", Label: "Was the child seen alone? If not, why?", Kind: "text", Follows: "seen|yes"},
		web.Field{Name: "words", Label: "What the child said or showed", Kind: "textarea", Rows: 3, Follows: "seen|yes"},
		web.Field{Name: "next", Label: "When does somebody see the child next?", Kind: "datetime"})
}

func (d *Desk) showVisit(w http.ResponseWriter, r *http.Request) error {
	m, now, err := d.Open(r.Context(), web.Actor(r), r.PathValue("ref"))
	if err != nil {
		return err
	}
	return d.visitWith(w, r, http.StatusOK, m, visitForm(m), now)
}

func (d *Desk) visitWith(w http.ResponseWriter, r *http.Request, code int, m *Meeting, f *web.Form, now civil.Instant) error {
	return web.Render(w, r, code, formPage, formView{Title: "A visit while " + m.Ref + " is waited for", Button: "Record the visit", Back: web.MeetingPath(m.Ref, ""), Form: f, Due: dueOf(m, now),
		Intro: "Protecting the child goes on while agencies are waited for. A visit stops no clock."})
}

func (d *Desk) saveVisit(w http.ResponseWriter, r *http.Request) error {
	who, ref := web.Actor(r), r.PathValue("ref")
	m, now, err := d.Open(r.Context(), who, ref)
	if err != nil {
		return err
	}
	f := visitForm(m)
	f.Read(r)
	v := pathway.Visit{Child: f.Value("child"), By: f.Value("by"), Seen: f.Value("seen"), Alone: f.Value("alone"), Words: f.Value("words")}
	if v.At, err = f.Instant("at"); err == nil {
		v.Next, err = f.Instant("next")
	}
	if err == nil {
		err = d.VisitMeanwhile(r.Context(), who, ref, v)
	}
	if refusal.KindOf(err) == refusal.Invalid && f.Reject(err) {
		return d.visitWith(w, r, http.StatusUnprocessableEntity, m, f, now)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.MeetingPath(ref, ""))
}

type invitationView struct {
	Ref, Part, Place, Answered, At string
	Slots                          []string
	Form                           *web.Form
	Due                            *web.Due
	Calendar                       string
	Done, Held                     bool
}

// HasErrors says whether the form shows errors.
func (v invitationView) HasErrors() bool { return v.Form.HasErrors() }

// Invitation shows what an invited agency may see without an account: when, where, how
// to answer. No child is named.
func (d *Desk) invitation(ctx context.Context, l Linked) (m *Meeting, now civil.Instant, err error) {
	err = d.Record.Look(ctx, l.Actor, access.PurposeOwn, func(v *record.View) error {
		now = v.Now
		var err error
		if m, err = load(ctx, v, v.Authority, l.Ref); err != nil {
			return err
		}
		if err := v.Allow(access.AnswerMeeting, access.About{Kind: "meeting", ID: m.Ref, Authority: v.Authority, AgencyID: l.Actor.AgencyID}); err != nil {
			return err
		}
		v.Saw("invitation", m.Ref)
		return m.read(ctx, v)
	})
	return m, now, err
}

func (d *Desk) showInvitation(w http.ResponseWriter, r *http.Request) error {
	f := answerForm()
	return d.invitationWith(w, r, http.StatusOK, f)
}

func (d *Desk) invitationWith(w http.ResponseWriter, r *http.Request, code int, f *web.Form) error {
	word := r.PathValue("token")
	l, err := d.OpenLink(r.Context(), word)
	if err != nil {
		return err
	}
	m, now, err := d.invitation(r.Context(), l)
	if err != nil {
		return err
	}
	v := invitationView{Ref: m.Ref, Place: m.Place, Form: f, Held: m.State == pathway.StrategyHeld || m.State == pathway.StrategyDecided, Calendar: "/invitations/" + word + "/calendar.ics"}
	if !m.ScheduledAt.IsZero() {
		v.At = m.ScheduledAt.Words()
	}
	for _, s := range m.offered(now) {
		v.Slots = append(v.Slots, s.At.Words())
	}
	for _, s := range m.Invited {
		if s.ID != l.Seat {
			continue
		}
		v.Part = pathway.PartWords(s.Part)
		due := web.DueOf(now, s.AnswerDue, s.AnswerDue.Add(-3600e9))
		v.Due = &due
		if s.Answered {
			v.Done, v.Answered = true, s.AnsweredAt.Words()
		}
	}
	forSeat(f, l.Seat)
	return web.Render(w, r, code, invitationPage, v)
}

func (d *Desk) saveInvitation(w http.ResponseWriter, r *http.Request) error {
	l, err := d.OpenLink(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	f := answerForm()
	f.Read(r)
	forSeat(f, l.Seat)
	err = d.AnswerInvitation(r.Context(), l.Actor, l.Ref, l.Seat, Reply{Comes: f.Value("comes"), Name: f.Value("name"), Prefers: f.Value("prefers"), Reason: f.Value("reason"), How: "link"})
	if k := refusal.KindOf(err); (k == refusal.Invalid || k == refusal.Conflict) && f.Reject(err) {
		return d.invitationWith(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, "/invitations/"+r.PathValue("token"))
}

func (d *Desk) invitationCalendar(w http.ResponseWriter, r *http.Request) error {
	l, err := d.OpenLink(r.Context(), r.PathValue("token"))
	if err != nil {
		return err
	}
	m, now, err := d.invitation(r.Context(), l)
	if err != nil {
		return err
	}
	return sendCalendar(w, m, now)
}
