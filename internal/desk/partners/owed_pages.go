package partners

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

var (
	owedPage    = web.NewPage(templates, "templates/owed.html")
	owedAskPage = web.NewPage(templates, "templates/owed-ask.html")
)

func (d *Desk) owedRoutes(s *web.Server) {
	s.List(web.PathOwed, access.SeeOwed, web.Listing{Name: "owed", Page: d.showOwed, Sheet: d.owedSheet, JSON: d.owedJSON})
	s.Route("GET "+web.PathOwedAsk, access.AskOfficer, d.showOwedAsk)
	s.Route("POST "+web.PathOwedAsk, access.AskOfficer, d.saveOwedAsk)
}

var owedKinds = []web.Option{
	{Value: owedQuestion, Label: "Questions not answered", Hint: "Answer the question"},
	{Value: owedInvitation, Label: "Invitations not answered", Hint: "Answer the invitation"},
	{Value: owedSignature, Label: "Records not signed", Hint: "Read the record and sign it"},
	{Value: owedAction, Label: "Actions not done", Hint: "Say what was done"},
	{Value: owedMeeting, Label: "Discussions not held", Hint: "Open the discussion"},
	{Value: owedEscalation, Label: "Escalated to us", Hint: "Answer what is asked"},
	{Value: owedOther, Label: "Other things", Hint: "Open it"},
}

// narrowed are the rows that an address asks for.
func (o *Owed) narrowed(q url.Values) []OwedItem {
	kind, step, late := q.Get("kind"), q.Get("step"), q.Get("late") != ""
	return slices.DeleteFunc(slices.Clone(o.Rows), func(x OwedItem) bool {
		return kind != "" && x.Kind != kind || step != "" && string(x.Step) != step || late && !x.Late
	})
}

type owedRowView struct {
	OwedItem
	DueAt              web.Due
	What, Age, Next    string
	AskPath, AskedWhen string
}

type owedCount struct {
	Path, Label string
	N           int
	Here        bool
}

type owedView struct {
	Files           web.Files
	Title, Agency   string
	Checked         string
	All, Late       int
	OnlyLate, Whole bool
	Police, Asks    bool
	Kinds           []owedCount
	Rows            []owedRowView
	Escalates       bool
}

func (d *Desk) showOwed(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	o, err := d.Owed(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v := owedView{Files: web.FilesOf(r), Title: "What we owe", Agency: o.Agency, Checked: o.Now.Clock(), All: len(o.Rows), OnlyLate: q.Get("late") != "", Whole: len(q) == 0, Police: o.Police, Asks: len(o.Officers) > 0}
	if o.Police {
		v.Title = "What the force owes"
	}
	byKind := map[string]int{}
	for _, x := range o.Rows {
		byKind[x.Kind]++
		if x.Late {
			v.Late++
		}
	}
	for _, k := range owedKinds {
		if byKind[k.Value] > 0 {
			v.Kinds = append(v.Kinds, owedCount{web.PathOwed + "?" + url.Values{"kind": {k.Value}}.Encode(), k.Label, byKind[k.Value], q.Get("kind") == k.Value})
		}
	}
	for _, x := range o.narrowed(q) {
		v.Rows = append(v.Rows, owedRowOf(x, o.Now, v.Asks))
	}
	return web.Render(w, r, http.StatusOK, owedPage, v)
}

func owedRowOf(x OwedItem, now civil.Instant, asks bool) owedRowView {
	v := owedRowView{OwedItem: x, DueAt: web.DueOf(now, x.Due, x.warn), What: x.Name, Age: civil.Span(now.Sub(x.Since))}
	if x.Kind == owedEscalation {
		v.What += ": level " + strconv.Itoa(x.Level)
	}
	for _, k := range owedKinds {
		if k.Value == x.Kind {
			v.Next = k.Hint
		}
	}
	if asks {
		v.AskPath = web.OwedAskPath(x.Item)
	}
	if !x.AskedAt.IsZero() {
		v.AskedWhen = web.DateWords(now, x.AskedAt)
	}
	return v
}

var owedHead = []string{"item", "kind", "step", "contact", "child_reference", "child", "children", "level", "asked_of", "since", "due", "late", "officer", "asked_by", "asked"}

func (d *Desk) owedSheet(r *http.Request) (web.Sheet, error) {
	o, err := d.Owed(r.Context(), web.Actor(r))
	s := web.Sheet{Head: owedHead}
	for _, x := range o.narrowed(r.URL.Query()) {
		s.Rows = append(s.Rows, []string{x.Item, x.Kind, string(x.Step), x.Contact, x.ChildRef, x.Child, strconv.Itoa(x.Children), strconv.Itoa(x.Level), x.AskedOf,
			x.Since.String(), x.Due.String(), strconv.FormatBool(x.Late), x.Officer, x.AskedBy, x.AskedAt.String()})
	}
	return s, err
}

func (d *Desk) owedJSON(r *http.Request) (any, error) {
	o, err := d.Owed(r.Context(), web.Actor(r))
	if err != nil {
		return nil, err
	}
	return map[string]any{"as_at": o.Now, "agency": o.Agency, "rows": o.narrowed(r.URL.Query())}, nil
}

type owedAskView struct {
	Row  owedRowView
	Form *web.Form
}

// HasErrors says whether the form shows errors.
func (v owedAskView) HasErrors() bool { return v.Form.HasErrors() }

func owedAskForm(officers []web.Option) *web.Form {
	return web.NewForm(web.Field{Name: "officer", Label: "Which officer takes it?", Hint: "They are told by a notice with the reference alone", Kind: "radios", Options: officers})
}

func (d *Desk) showOwedAsk(w http.ResponseWriter, r *http.Request) error {
	return d.owedAskWith(w, r, http.StatusOK, nil)
}

func (d *Desk) owedAskWith(w http.ResponseWriter, r *http.Request, code int, f *web.Form) error {
	o, err := d.Owed(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	i := slices.IndexFunc(o.Rows, func(x OwedItem) bool { return x.Item == r.URL.Query().Get("item") })
	if i < 0 {
		return refusal.Hidden()
	}
	if f == nil {
		f = owedAskForm(o.Officers)
	}
	return web.Render(w, r, code, owedAskPage, owedAskView{owedRowOf(o.Rows[i], o.Now, true), f})
}

func (d *Desk) saveOwedAsk(w http.ResponseWriter, r *http.Request) error {
	o, err := d.Owed(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	f := owedAskForm(o.Officers)
	f.Read(r)
	err = d.AskOfficer(r.Context(), web.Actor(r), r.URL.Query().Get("item"), f.Value("officer"))
	if refusal.KindOf(err) == refusal.Invalid && f.Reject(err) {
		return d.owedAskWith(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.PathOwed)
}
