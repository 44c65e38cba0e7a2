package conferences

import (
	"embed"
	"fmt"
	"net/http"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/pathway"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

//go:embed templates/*.html
var templates embed.FS

var (
	listPage       = web.NewPage(templates, "templates/list.html")
	conferencePage = web.NewPage(templates, "templates/conference.html")
	formPage       = web.NewPage(templates, "templates/form.html")
)

// Routes adds the desk's pages.
func (d *Desk) Routes(s *web.Server) {
	s.List(web.PathConferences, access.ListConferences, web.Listing{Name: "conferences", Page: d.showList, Sheet: d.sheet})
	s.Route("POST "+web.PathConferences, access.BookConference, d.begin)
	s.Route("GET "+web.PathConference, access.OpenConference, d.showConference)
	s.Route("GET "+web.PathConferenceBook, access.BookConference, d.showBook)
	s.Route("POST "+web.PathConferenceBook, access.BookConference, d.saveBook)
	s.Route("GET "+web.PathConferenceHeld, access.HoldConference, d.showHeld)
	s.Route("POST "+web.PathConferenceHeld, access.HoldConference, d.saveHeld)
	s.Route("GET "+web.PathConferenceMove, access.HoldConference, d.showMove)
	s.Route("POST "+web.PathConferenceMove, access.HoldConference, d.saveMove)
}

type toBookView struct {
	Waiting
	DueAt web.Due
	Form  *web.Form
	What  string
}

type entryView struct {
	Entry
	DueAt                  web.Due
	Path, StateWords, What string
}

// kindName is what a kind is called in a list.
func kindName(k pathway.ConferenceKind) string {
	if k == pathway.ReviewKind {
		return "Review"
	}
	return "Initial"
}

type listView struct {
	Files      web.Files
	ToBook     []toBookView
	Open, Held []entryView
	Late       int
	CanBook    bool
	More       bool
	Checked    string
}

func (d *Desk) showList(w http.ResponseWriter, r *http.Request) error {
	who := web.Actor(r)
	l, err := d.Conferences(r.Context(), who)
	if err != nil {
		return err
	}
	v := listView{Files: web.FilesOf(r), CanBook: !who.ReadOnly && access.ScopeOf(who, access.BookConference).Allowed, More: l.More, Checked: l.Now.Clock()}
	for _, x := range l.ToBook {
		if l.Now.After(x.Due) {
			v.Late++
		}
		v.ToBook = append(v.ToBook, toBookView{x, web.DueOf(l.Now, x.Due, x.Warn), web.NewForm(), kindName(x.Kind)})
	}
	for _, e := range l.Open {
		if l.Now.After(e.Due) {
			v.Late++
		}
		ev := entryView{Entry: e, What: kindName(e.Kind), Path: web.ConferencePath(e.Ref, ""), DueAt: web.DueOf(l.Now, e.Due, e.Due.Add(-72*3600e9))}
		switch {
		case e.State == pathway.ConferenceAdjourned:
			ev.StateWords = "Adjourned to " + e.Booked.Words()
		case !e.Booked.IsZero():
			ev.StateWords = "Booked for " + e.Booked.Words() + ", " + e.Chair
			if e.Booked.After(e.Due) {
				ev.StateWords += ": after its limit"
			}
		default:
			ev.StateWords = "Not booked yet"
		}
		v.Open = append(v.Open, ev)
	}
	for _, e := range l.Held {
		due := web.Due{Words: "Held " + e.Held.Words(), Date: "was due " + e.Due.Words(), State: "ended"}
		if e.Held.After(e.Due) {
			due.Words += ", late"
		}
		v.Held = append(v.Held, entryView{Entry: e, What: kindName(e.Kind), Path: web.ConferencePath(e.Ref, ""), DueAt: due, StateWords: fmt.Sprintf("%d of %d on a plan", e.Plans, e.Children)})
	}
	return web.Render(w, r, http.StatusOK, listPage, v)
}

func (d *Desk) begin(w http.ResponseWriter, r *http.Request) error {
	f := web.NewForm(web.Field{Name: "contact", Kind: "hidden"}, web.Field{Name: "kind", Kind: "hidden"})
	f.Read(r)
	kind := pathway.InitialKind
	if f.Value("kind") == string(pathway.ReviewKind) {
		kind = pathway.ReviewKind
	}
	ref, err := d.Begin(r.Context(), web.Actor(r), f.Value("contact"), kind)
	if err != nil {
		return err
	}
	return web.See(w, r, web.ConferencePath(ref, "book"))
}

type conferenceView struct {
	*Conference
	Path             string
	DueAt            web.Due
	CanBook, CanHold bool
	OpensChild       bool
	Finished         bool
	Review           bool
	What             string
	Agencies         []string
}

func (d *Desk) showConference(w http.ResponseWriter, r *http.Request) error {
	who := web.Actor(r)
	c, now, err := d.Open(r.Context(), who, r.PathValue("ref"))
	if err != nil {
		return err
	}
	may := func(a access.Action) bool { return !who.ReadOnly && access.ScopeOf(who, a).Allowed }
	v := conferenceView{Conference: c, Review: c.Kind == pathway.ReviewKind, What: web.Capital(pathway.ConferenceName(c.Kind)), Path: web.ConferencePath(c.Ref, ""), Finished: c.State == pathway.ConferenceHeld, DueAt: web.DueOf(now, c.Due, c.Due.Add(-72*3600e9))}
	v.OpensChild = access.ScopeOf(who, access.OpenChild).Allowed
	v.CanBook, v.CanHold = may(access.BookConference) && !v.Finished, may(access.HoldConference) && !v.Finished
	if v.Finished {
		v.DueAt = web.Due{Words: "Held " + c.HeldAt.Words(), Date: "was due " + c.Due.Words(), State: "ended"}
		if c.HeldAt.After(c.Due) {
			v.DueAt.Words += ", late"
		}
	}
	for _, m := range c.There {
		words := web.Capital(pathway.AgencyName(m.Agency)) + ": " + m.Name
		if !m.Direct {
			words += " (no direct contact with the family)"
		}
		v.Agencies = append(v.Agencies, words)
	}
	return web.Render(w, r, http.StatusOK, conferencePage, v)
}

type formView struct {
	Title, Intro, Button, Back string
	Form                       *web.Form
	Due                        web.Due
}

// HasErrors says whether the form shows errors.
func (v formView) HasErrors() bool { return v.Form.HasErrors() }

// page shows one of the conference's forms.
func (d *Desk) page(w http.ResponseWriter, r *http.Request, v formView, make func(*Conference) *web.Form) error {
	c, now, err := d.Open(r.Context(), web.Actor(r), r.PathValue("ref"))
	if err != nil {
		return err
	}
	v.Back, v.Due = web.ConferencePath(c.Ref, ""), web.DueOf(now, c.Due, c.Due.Add(-72*3600e9))
	code := http.StatusOK
	if v.Form == nil {
		v.Form = make(c)
	} else {
		code = http.StatusUnprocessableEntity
	}
	return web.Render(w, r, code, formPage, v)
}

// save does what a form says, or shows it again with what is wrong.
func (d *Desk) save(w http.ResponseWriter, r *http.Request, v formView, make func(*Conference) *web.Form, do func(*Conference, *web.Form) error) error {
	c, _, err := d.Open(r.Context(), web.Actor(r), r.PathValue("ref"))
	if err != nil {
		return err
	}
	f := make(c)
	f.Read(r)
	err = do(c, f)
	if k := refusal.KindOf(err); (k == refusal.Invalid || k == refusal.Conflict) && f.Reject(err) {
		v.Form = f
		if k == refusal.Conflict { // told of what changed, they save over it knowingly
			if now, _, err := d.Open(r.Context(), web.Actor(r), c.Ref); err == nil {
				f.Field("version").Value = fmt.Sprint(now.Version)
			}
		}
		return d.page(w, r, v, make)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.ConferencePath(c.Ref, ""))
}

var bookView = formView{Title: "Book the conference", Button: "Book", Intro: "An initial conference within fifteen working days of the discussion that started the enquiry; the first review within three months of it, each later one within six. The clock is not moved by a booking."}

func bookForm(c *Conference) *web.Form {
	return web.NewForm(web.Field{Name: "version", Kind: "hidden", Value: fmt.Sprint(c.Version)},
		web.Field{Name: "at", Label: "When is it held?", Kind: "datetime"},
		web.Field{Name: "chair", Label: "Who chairs?", Kind: "text", Value: c.Chair},
		web.Field{Name: "independent", Label: "The chair", Kind: "checkboxes", Options: []web.Option{{Value: "yes", Label: "stands outside the line that manages the work with the family"}}},
		web.Field{Name: "late-why", Label: "If it is after its limit, why?", Kind: "text", Value: c.LateWhy})
}

func (d *Desk) showBook(w http.ResponseWriter, r *http.Request) error {
	return d.page(w, r, bookView, bookForm)
}

func (d *Desk) saveBook(w http.ResponseWriter, r *http.Request) error {
	return d.save(w, r, bookView, bookForm, func(c *Conference, f *web.Form) error {
		at, err := f.Instant("at")
		if err != nil {
			return err
		}
		return d.Book(r.Context(), web.Actor(r), c.Ref, pathway.Booking{At: at, Chair: f.Value("chair"), Independent: f.Value("independent") == "yes", LateWhy: f.Value("late-why")}, web.VersionOf(f))
	})
}

var moveView = formView{Title: "Adjourn the conference", Button: "Adjourn", Intro: "When the agencies that know the family are not there. The clock is not moved: say what keeps the children safe until the new day."}

func moveForm(c *Conference) *web.Form {
	return web.NewForm(web.Field{Name: "version", Kind: "hidden", Value: fmt.Sprint(c.Version)},
		web.Field{Name: "why", Label: "Why is it adjourned?", Kind: "textarea", Rows: 2},
		web.Field{Name: "safety", Label: "What keeps the children safe until then?", Kind: "textarea", Rows: 3},
		web.Field{Name: "to", Label: "The new day", Kind: "datetime"})
}

func (d *Desk) showMove(w http.ResponseWriter, r *http.Request) error {
	return d.page(w, r, moveView, moveForm)
}

func (d *Desk) saveMove(w http.ResponseWriter, r *http.Request) error {
	return d.save(w, r, moveView, moveForm, func(c *Conference, f *web.Form) error {
		to, err := f.Instant("to")
		if err != nil {
			return err
		}
		return d.Adjourn(r.Context(), web.Actor(r), c.Ref, f.Value("why"), f.Value("safety"), to, web.VersionOf(f))
	})
}

var heldView = formView{Title: "What the conference decided", Button: "Record the conference", Intro: "For each child by itself. Social care and at least two other agencies that have had direct contact with the child and family must have been there, or the chair gives reasons for going on."}

// atTable are the agencies that a conference's form asks about.
var atTable = []pathway.Agency{pathway.SocialWork, pathway.Police, pathway.Health, pathway.School, pathway.Housing, pathway.OtherPartner}

func heldForm(c *Conference) *web.Form {
	f := web.NewForm(web.Field{Name: "version", Kind: "hidden", Value: fmt.Sprint(c.Version)}, web.Field{Name: "at", Label: "When was it held?", Kind: "datetime"})
	for _, a := range atTable {
		name := web.Capital(pathway.AgencyName(a))
		f.Fields = append(f.Fields, &web.Field{Name: "there-" + string(a), Label: name + ": who was there?", Hint: "Leave empty if nobody was", Kind: "text"},
			&web.Field{Name: "direct-" + string(a), Label: name, Kind: "checkboxes", Options: []web.Option{{Value: "yes", Label: "has had direct contact with the child or family"}}})
	}
	f.Fields = append(f.Fields, &web.Field{Name: "go-on", Label: "If too few were there, the chair’s reasons for going on", Kind: "textarea", Rows: 2},
		&web.Field{Name: "parents", Label: "How did the parents take part, or why not?", Kind: "textarea", Rows: 2},
		&web.Field{Name: "child-part", Label: "How did each child take part, or why not?", Kind: "textarea", Rows: 2})
	var kinds []web.Option
	for _, x := range pathway.Categories {
		kinds = append(kinds, web.Option{Value: x, Label: web.Capital(x)})
	}
	review := c.Kind == pathway.ReviewKind
	for _, k := range c.Kids {
		id := k.Child
		plan, outline, next, after := "a child protection plan?", "what must change for this child?", "date of the review, within three months", "without a plan, what follows?"
		if review {
			plan, outline, next, after = "does the child protection plan go on?", "what must still change for this child?", "date of the next review, within six months", "when the plan ends, what follows?"
			f.Fields = append(f.Fields, &web.Field{Name: "changed-" + id, Label: k.Name + ": what has changed for this child since the last conference?", Kind: "textarea", Rows: 3})
		}
		f.Fields = append(f.Fields,
			&web.Field{Name: "plan-" + id, Label: k.Name + ": " + plan, Kind: "radios", Options: []web.Option{{Value: "yes", Label: "Yes"}, {Value: "no", Label: "No"}}},
			&web.Field{Name: "why-" + id, Label: k.Name + ": the reasons", Kind: "textarea", Rows: 3},
			&web.Field{Name: "category-" + id, Label: k.Name + ": which kind of harm?", Kind: "radios", Options: kinds, Follows: "plan-" + id + "|yes"},
			&web.Field{Name: "outline-" + id, Label: k.Name + ": " + outline, Kind: "textarea", Rows: 3, Follows: "plan-" + id + "|yes"},
			&web.Field{Name: "lead-" + id, Label: k.Name + ": lead social worker", Kind: "text", Follows: "plan-" + id + "|yes"},
			&web.Field{Name: "core-group-" + id, Label: k.Name + ": who is in the core group?", Kind: "text", Follows: "plan-" + id + "|yes"},
			&web.Field{Name: "review-" + id, Label: k.Name + ": " + next, Kind: "date", Follows: "plan-" + id + "|yes"})
		if review {
			var why []web.Option
			for _, o := range pathway.EndReasons() {
				why = append(why, web.Option{Value: o.Value, Label: o.Label})
			}
			f.Fields = append(f.Fields, &web.Field{Name: "end-for-" + id, Label: k.Name + ": why may the plan end?", Kind: "radios", Options: why, Follows: "plan-" + id + "|no"})
		}
		f.Fields = append(f.Fields,
			&web.Field{Name: "after-" + id, Label: k.Name + ": " + after, Kind: "radios", Options: []web.Option{{Value: "in_need", Label: "A child in need plan"}, {Value: "nothing", Label: "Nothing more"}}, Follows: "plan-" + id + "|no"})
	}
	return f
}

func (d *Desk) showHeld(w http.ResponseWriter, r *http.Request) error {
	return d.page(w, r, heldView, heldForm)
}

func (d *Desk) saveHeld(w http.ResponseWriter, r *http.Request) error {
	return d.save(w, r, heldView, heldForm, func(c *Conference, f *web.Form) error {
		h, err := conferredOf(c, f)
		if err != nil {
			return err
		}
		return d.Hold(r.Context(), web.Actor(r), c.Ref, h, web.VersionOf(f))
	})
}

func conferredOf(c *Conference, f *web.Form) (pathway.Conferred, error) {
	h := pathway.Conferred{GoOnWhy: f.Value("go-on"), Parents: f.Value("parents"), ChildPart: f.Value("child-part")}
	var err error
	if h.At, err = f.Instant("at"); err != nil {
		return h, err
	}
	for _, a := range atTable {
		if name := f.Value("there-" + string(a)); name != "" {
			h.There = append(h.There, pathway.Member{Agency: a, Name: name, Direct: f.Value("direct-"+string(a)) == "yes"})
		}
	}
	for _, k := range c.Kids {
		id := k.Child
		p := pathway.ForPlan{Child: id, Plan: f.Value("plan-" + id), Category: f.Value("category-" + id), Why: f.Value("why-" + id), Outline: f.Value("outline-" + id),
			Lead: f.Value("lead-" + id), CoreGroup: f.Value("core-group-" + id), After: f.Value("after-" + id),
			Changed: f.Value("changed-" + id), EndFor: f.Value("end-for-" + id)}
		var review civil.Date
		if review, err = f.Date("review-" + id); err != nil {
			return h, err
		}
		p.Review = review
		h.Decisions = append(h.Decisions, p)
	}
	return h, nil
}
