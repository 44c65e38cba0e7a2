package waiting

import (
	"embed"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/pathway"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
	"frontdoor/internal/web"
)

//go:embed templates/*.html
var templates embed.FS

var (
	listPage    = web.NewPage(templates, "templates/waiting.html", "templates/counts.html")
	waitPage    = web.NewPage(templates, "templates/wait.html")
	numbersPage = web.NewPage(templates, "templates/numbers.html", "templates/counts.html")
)

// Routes adds the desk's pages.
func (d *Desk) Routes(s *web.Server) {
	s.List(web.PathWaiting, access.ListWaits, web.Listing{Name: "waits", Page: d.showList, Sheet: func(r *http.Request) (web.Sheet, error) {
		w, err := d.whole(r)
		if err != nil {
			return web.Sheet{}, err
		}
		return w.Sheet(), nil
	}, JSON: func(r *http.Request) (any, error) {
		w, err := d.whole(r)
		if err != nil {
			return nil, err
		}
		return w.document(), nil
	}})
	s.Route("GET "+web.PathWait, access.ListWaits, d.showWait)
	s.Route("POST "+web.PathWait, access.MeetWait, d.saveWait)
	s.Route("GET "+web.PathNumbers, access.CountWaits, d.showNumbers)
	s.Route("GET "+web.PathInspection, access.CountWaits, d.showNumbers)
}

type rowView struct {
	Wait
	DueAt     web.Due
	SinceAt   string
	Last      string
	Path      string
	ChildPath string
	Record    bool
	Escalate  string // where it is raised; "" when it cannot be
}

type countView struct {
	Agency, Step, Path string
	Waits, Late        int
	Oldest             string
}

type listView struct {
	Rows        []rowView
	Counts      []countView
	All, Late   int
	Agencies    []web.Option
	Owners      []web.Option
	Agency, Own string
	Step        string
	OnlyLate    bool
	OlderBy     string
	AsAtDate    string
	AsAtTime    string
	AsAt        string
	Filtered    bool
	More        string
	Files       web.Files
	Checked     string
	Error       string
	Child       string
	Escalations bool // may see what is asked of partners
}

// filterOf reads the filter from the address. A moment to look back to is a day
// and a time of day in England.
func filterOf(q url.Values) (Filter, error) {
	f := Filter{Agency: q.Get("agency"), Step: timescale.Key(q.Get("step")), Owner: q.Get("owner"), Late: q.Get("late") != "", Child: q.Get("child"), Contact: q.Get("contact")}
	if s := q.Get("older"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 || n > 10000 {
			return f, refusal.Field("older", "Enter a number of days, such as 5")
		}
		f.OlderBy = n
	}
	if s := q.Get("date"); s != "" {
		day, err := civil.ParseDate(s)
		if err != nil {
			return f, refusal.Field("date", "Enter a date such as 2026-01-21")
		}
		f.AsAt = day.EndOfDay()
		if t := q.Get("time"); t != "" {
			var h, m int
			if n, err := fmt.Sscanf(t, "%d:%d", &h, &m); n != 2 || err != nil || h < 0 || h > 23 || m < 0 || m > 59 {
				return f, refusal.Field("time", "Enter a time such as 14:05")
			}
			f.AsAt = day.AtTime(h, m)
		}
	}
	return f, nil
}

func (d *Desk) showList(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	f, err := filterOf(q)
	v := listView{Agency: q.Get("agency"), Own: q.Get("owner"), Step: q.Get("step"), OnlyLate: f.Late, OlderBy: q.Get("older"), AsAtDate: q.Get("date"),
		AsAtTime: q.Get("time"), Child: q.Get("child"), Escalations: access.ScopeOf(web.Actor(r), access.ListEscalations).Allowed}
	code := http.StatusOK
	if err != nil {
		v.Error, f, code = err.Error(), Filter{}, http.StatusUnprocessableEntity
	}
	var after Cursor
	if at, err := civil.ParseInstant(q.Get("due")); err == nil {
		after = Cursor{at, q.Get("after")}
	}
	waits, err := d.List(r.Context(), web.Actor(r), f, after, 0)
	if refusal.KindOf(err) == refusal.Invalid {
		v.Error, code = err.Error(), http.StatusUnprocessableEntity
		waits, err = d.List(r.Context(), web.Actor(r), Filter{}, Cursor{}, 0)
	}
	if err != nil {
		return err
	}
	v.All, v.Late = waits.Total()
	v.Counts, v.Checked = countViews(waits, r), waits.Now.Clock()
	at := waits.Now
	if !waits.AsAt.IsZero() {
		at, v.AsAt = waits.AsAt, waits.AsAt.Words()
	}
	opensChild := access.ScopeOf(web.Actor(r), access.OpenChild).Allowed
	for _, x := range waits.Rows {
		row := rowView{Wait: x, DueAt: web.DueOf(at, x.Due, x.Warn), SinceAt: x.Since.Words(), Last: x.LastEvent.Words(), Path: "/waiting/" + x.ID, Record: v.AsAt == ""}
		if x.ChildRef != "" && opensChild {
			row.ChildPath = web.ChildPath(x.ChildRef, "")
		}
		if row.Record && x.Late {
			row.Escalate = d.raising(web.Actor(r), x)
		}
		v.Rows = append(v.Rows, row)
	}
	v.Agencies = []web.Option{{Label: "Everybody"}}
	for _, a := range pathway.Agencies() {
		v.Agencies = append(v.Agencies, web.Option{Value: string(a), Label: web.Capital(pathway.AgencyName(a))})
	}
	v.Owners = []web.Option{{Label: "Anybody"}}
	for _, o := range waits.Owners {
		v.Owners = append(v.Owners, web.Option{Value: o.ID, Label: o.Name})
	}
	v.Filtered = len(q) > 0
	v.Files = web.FilesOf(r, "due")
	if waits.Next.ID != "" {
		v.More = web.Query(r, "after", waits.Next.ID)
		v.More += "&due=" + url.QueryEscape(waits.Next.Due.String())
	}
	return web.Render(w, r, code, listPage, v)
}

// raising is where a wait on a partner is raised to a higher level, for who may do that.
func (d *Desk) raising(who access.Actor, w Wait) string {
	if w.Masked || who.ReadOnly || !access.ScopeOf(who, access.RaiseEscalation).Allowed || !slices.Contains(d.Record.Ladders.Agencies(), w.Agency) {
		return ""
	}
	return web.EscalationPath(w.ownerID, string(w.Step), "raise") + "?wait=" + url.QueryEscape(w.ID)
}

// HasErrors says whether the filter was wrong.
func (v listView) HasErrors() bool { return v.Error != "" }

func countViews(w *Waits, r *http.Request) []countView {
	var out []countView
	names := map[timescale.Key]string{}
	for _, rule := range w.rules {
		names[rule.Key] = rule.Name
	}
	for _, c := range w.Counts {
		q := url.Values{"agency": {c.Agency}, "step": {string(c.Step)}}
		for _, keep := range []string{"date", "time"} {
			if s := r.URL.Query().Get(keep); s != "" {
				q.Set(keep, s)
			}
		}
		name := names[c.Step]
		if name == "" {
			name = string(c.Step)
		}
		out = append(out, countView{Agency: web.Capital(pathway.AgencyName(pathway.Agency(c.Agency))), Step: name, Path: web.PathWaiting + "?" + q.Encode(),
			Waits: c.Waits, Late: c.Late, Oldest: c.Oldest.Words()})
	}
	return out
}

// whole is the list that an address asks for, all of it.
func (d *Desk) whole(r *http.Request) (*Waits, error) {
	f, err := filterOf(r.URL.Query())
	if err != nil {
		return nil, err
	}
	return d.List(r.Context(), web.Actor(r), f, Cursor{}, -1)
}

type waitView struct {
	ID, Child, Contact, What, Owner, Agency string
	Due                                     web.Due
	Happened, Move                          *web.Form
	Done, CanRecord, CanMove                bool // it ends here, somebody may end it, or give it to somebody else
	OpensContact                            bool
	Tell                                    bool // ends on the page of the referrer
	Escalate                                string
}

// HasErrors says whether either form shows errors.
func (v waitView) HasErrors() bool { return v.Happened.HasErrors() || v.Move.HasErrors() }

func happenedForm() *web.Form {
	return web.NewForm(
		web.Field{Name: "what", Label: "What happened for the child?", Kind: "textarea", Rows: 3},
		web.Field{Name: "by", Label: "Who told you, and their role", Kind: "text"})
}

func (d *Desk) moveForm(owners []Owner) *web.Form {
	who := web.Field{Name: "owner", Label: "Who does the child wait for from now on?", Kind: "select", Options: []web.Option{{Label: "Select"}}}
	for _, o := range owners {
		who.Options = append(who.Options, web.Option{Value: o.ID, Label: o.Name})
	}
	return web.NewForm(who, web.Field{Name: "why", Label: "Why does it move?", Kind: "text"})
}

func (d *Desk) showWait(w http.ResponseWriter, r *http.Request) error {
	return d.waitWith(w, r, http.StatusOK, happenedForm(), nil)
}

func (d *Desk) waitWith(w http.ResponseWriter, r *http.Request, code int, happened, move *web.Form) error {
	who := web.Actor(r)
	waits, err := d.Find(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return err
	}
	may := func(a access.Action) bool { return !who.ReadOnly && access.ScopeOf(who, a).Allowed }
	x := waits.Rows[0]
	fresh := d.moveForm(waits.Owners)
	if move != nil {
		fresh.Errors = move.Errors
		for _, f := range fresh.Fields {
			f.Value, f.Error = move.Field(f.Name).Value, move.Field(f.Name).Error
		}
	}
	return web.Render(w, r, code, waitPage, waitView{ID: x.ID, Child: x.Child, Contact: x.Contact, What: x.What, Owner: x.Owner,
		Agency: web.Capital(pathway.AgencyName(pathway.Agency(x.Agency))), Due: web.DueOf(waits.Now, x.Due, x.Warn), Happened: happened, Move: fresh,
		Done: pathway.CanRecord(x.Step), CanRecord: pathway.CanRecord(x.Step) && may(access.MeetWait), CanMove: may(access.ChangeWait),
		OpensContact: access.ScopeOf(who, access.OpenContact).Allowed, Tell: x.Step == timescale.Feedback, Escalate: d.raising(who, x)})
}

func (d *Desk) saveWait(w http.ResponseWriter, r *http.Request) error {
	ctx, who, id := r.Context(), web.Actor(r), r.PathValue("id")
	if r.PostFormValue("do") == "move" {
		f := d.moveForm(nil)
		f.Read(r)
		err := d.Move(ctx, who, id, f.Value("owner"), f.Value("why"))
		if refusal.KindOf(err) == refusal.Invalid && f.Reject(err) {
			return d.waitWith(w, r, http.StatusUnprocessableEntity, happenedForm(), f)
		}
		if err != nil {
			return err
		}
		return web.See(w, r, web.PathWaiting)
	}
	f := happenedForm()
	f.Read(r)
	err := d.Happened(ctx, who, id, f.Value("by"), f.Value("what"))
	if refusal.KindOf(err) == refusal.Invalid && f.Reject(err) {
		return d.waitWith(w, r, http.StatusUnprocessableEntity, f, nil)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.PathWaiting)
}

type numbersView struct {
	Feeds     []string
	Title     string
	All, Late int
	Counts    []countView
	Named     bool
	Checked   string
	Alarms    []string
	Fair      bool // may see whether every group is found alike
	Load      bool // may see how much waits at the front door
	Joint     bool // may read packs of joint inspections
	Teams     bool // may see how many wait in each team
}

func (d *Desk) showNumbers(w http.ResponseWriter, r *http.Request) error {
	who := web.Actor(r)
	waits, err := d.Numbers(r.Context(), who, Filter{})
	if err != nil {
		return err
	}
	v := numbersView{Title: "Numbers", Counts: countViews(waits, r), Named: access.ScopeOf(who, access.ListWaits).Named, Checked: waits.Now.Words(),
		Alarms: waits.Alarms, Feeds: waits.Feeds, Fair: access.ScopeOf(who, access.SeeFairness).Allowed, Load: access.ScopeOf(who, access.SeeLoad).Allowed, Joint: access.ScopeOf(who, access.SeeJointPack).Allowed,
		Teams: access.ScopeOf(who, access.SeeTeams).Allowed}
	if r.URL.Path != web.PathNumbers {
		v.Title = "Who children are waiting for"
	}
	v.All, v.Late = waits.Total()
	return web.Render(w, r, http.StatusOK, numbersPage, v)
}
