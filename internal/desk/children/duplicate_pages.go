package children

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"frontdoor/internal/access"
	"frontdoor/internal/pathway"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

var (
	duplicatesPage = web.NewPage(templates, "templates/duplicates.html")
	proposePage    = web.NewPage(templates, "templates/propose.html", "templates/sides.html")
	pairPage       = web.NewPage(templates, "templates/pair.html", "templates/sides.html")
	joinPage       = web.NewPage(templates, "templates/join.html")
	partPage       = web.NewPage(templates, "templates/part.html")
)

// duplicateRoutes adds the pages about children recorded twice.
func (d *Desk) duplicateRoutes(s *web.Server) {
	s.List(web.PathDuplicates, access.SeeDuplicates, web.Listing{Name: "recorded-twice", Page: d.showDuplicates, Sheet: d.duplicatesSheet})
	s.Route("GET "+web.PathNewDuplicate, access.ProposeMerge, d.showPropose)
	s.Route("POST "+web.PathNewDuplicate, access.ProposeMerge, d.savePropose)
	s.Route("GET "+web.PathDuplicate, access.SeeDuplicates, d.showPair)
	s.Route("POST "+web.PathDuplicate, access.AnswerMerge, d.saveRefuse)
	s.Route("GET "+web.PathJoin, access.SeeDuplicates, d.showJoin)
	s.Route("POST "+web.PathJoin, access.AnswerMerge, d.saveJoin)
	s.Route("GET "+web.PathPart, access.SeeDuplicates, d.showPart)
	s.Route("POST "+web.PathPart, access.AnswerMerge, d.savePart)
}

type duplicatesView struct {
	Files          web.Files
	Title, Checked string
	Rows           []duplicateRowView
	MayPropose     bool
	Pages          web.Pages
}

type duplicateRowView struct {
	DuplicateRow
	DueAt         web.Due
	Chance, State string
	OneName       string
	OtherName     string
}

func (d *Desk) showDuplicates(w http.ResponseWriter, r *http.Request) error {
	x, err := d.Duplicates(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v := duplicatesView{Files: web.FilesOf(r), Title: count(len(x.Rows)), Checked: checkedWords(x.Swept), MayPropose: access.ScopeOf(web.Actor(r), access.ProposeMerge).Allowed && !web.Actor(r).ReadOnly}
	if x.Late > 0 {
		v.Title += fmt.Sprintf(", %d late", x.Late)
	}
	rows, page := x.Rows, pageOf(r, len(x.Rows))
	rows = rows[min(len(rows), (page-1)*pairsShown):min(len(rows), page*pairsShown)]
	if len(x.Rows) > pairsShown {
		v.Pages.Where = fmt.Sprintf("Page %d of %d", page, (len(x.Rows)+pairsShown-1)/pairsShown)
	}
	if page > 1 {
		v.Pages.Previous = fmt.Sprintf("%s?page=%d", web.PathDuplicates, page-1)
	}
	if page*pairsShown < len(x.Rows) {
		v.Pages.Next = fmt.Sprintf("%s?page=%d", web.PathDuplicates, page+1)
	}
	if !x.Oldest.IsZero() {
		v.Checked = "The oldest has waited since " + x.Oldest.Words() + ". " + v.Checked
	}
	for _, row := range rows {
		v.Rows = append(v.Rows, duplicateRowView{DuplicateRow: row, DueAt: web.DueOf(x.Now, row.Due, row.Warn), Chance: inHundred(row.Chance),
			State: stateWords(row.State, row.Source), OneName: nameOf(row.One), OtherName: nameOf(row.Other)})
	}
	return web.Render(w, r, http.StatusOK, duplicatesPage, v)
}

// pairsShown is how many pairs a page of the list shows.
const pairsShown = 50

// pageOf is the page that was asked for, within what there is.
func pageOf(r *http.Request, rows int) int {
	n, err := strconv.Atoi(r.URL.Query().Get("page"))
	if err != nil {
		return 1
	}
	return max(1, min(n, (rows+pairsShown-1)/pairsShown))
}

// pairView is two records side by side.
type pairView struct {
	*Pair
	Rows          []row
	Facts         []saysView
	Chance, State string
	DueAt         web.Due
	Done          []doneView
	Changes       []string
	Against       []string
	Form          *web.Form
	Suggested     bool
	MayJoin       bool
	MayAnswer     bool
	MayPart       bool
	Open          bool
	Asked         bool   // somebody asks to part them
	MayUndo       bool   // and it was not this reader
	Second        string // reference of the record that was joined
	MayClose      bool   // may close the open one of the two like the other
	Like          string // reference of the one that is closed
	ToClose       string // and of the one that is open
}

// HasErrors says whether an answer was refused.
func (v pairView) HasErrors() bool { return v.Form.HasErrors() }

type saysView struct{ Text, Says string }

type doneView struct{ When, What, Why string }

// viewOf is a pair as this reader may act on it.
func (d *Desk) viewOf(r *http.Request, p *Pair, f *web.Form) pairView {
	who := web.Actor(r)
	answers := access.ScopeOf(who, access.AnswerMerge).Allowed && !who.ReadOnly
	v := pairView{Pair: p, Rows: sideBySide(p.Sides[0], p.Sides[1]), Chance: inHundred(p.Chance), State: stateWords(p.State, p.Source), Form: f,
		Suggested: p.State == pathway.PairSuggested, Open: p.Ended.IsZero() && !p.State.Joined(),
		MayJoin: answers && p.State == pathway.PairProposed && p.Rule.Proposer != who.ID,
		MayPart: answers && p.State.Joined(), MayAnswer: answers && (p.State == pathway.PairProposed || p.State == pathway.PairSuggested)}
	v.Asked, v.MayUndo, v.Second = p.State == pathway.PairUndoing, p.Rule.Undoer != who.ID, p.Sides[1].Ref
	if v.Open && !p.Due.IsZero() {
		v.DueAt = web.DueOf(p.Now, p.Due, p.Warn)
	}
	for _, f := range p.Why.Facts {
		says := "says little"
		switch {
		case f.Same >= 1:
			says = "speaks for one child"
		case f.Same <= -1:
			says = "speaks against it"
		}
		v.Facts = append(v.Facts, saysView{f.Text, says})
	}
	for _, s := range p.Steps {
		v.Done = append(v.Done, doneView{s.At.Words(), stepWords(s), s.Why})
	}
	if v.Open {
		v.Changes = changes(p)
	}
	v.Against = against(p.Rule)
	if from, to, ok := p.closable(); ok && v.Open {
		v.Like, v.ToClose = from.Ref, to.Ref
		v.MayClose = access.ScopeOf(who, access.RestrictChild).Allowed && !who.ReadOnly
	}
	return v
}

// proposeForm asks which record is kept and how it is known that they are one child.
// Nothing is chosen beforehand.
func proposeForm(p *Pair) *web.Form {
	a, b := p.Sides[0], p.Sides[1]
	f := web.NewForm(
		web.Field{Name: "one", Kind: "hidden", Value: a.Ref},
		web.Field{Name: "other", Kind: "hidden", Value: b.Ref},
		web.Field{Name: "keep", Label: "Under which reference should the child be found?", Hint: "The other goes on leading here, and nothing of it is lost", Kind: "radios",
			Options: []web.Option{{Value: a.Ref, Label: a.Ref, Hint: nameOf(a.Known)}, {Value: b.Ref, Label: b.Ref, Hint: nameOf(b.Known)}}},
		web.Field{Name: "why", Label: "How do you know that this is one child?", Hint: "Who was asked, and what they said", Kind: "textarea", Rows: 3, Max: 2000},
	)
	if p.Rule.Numbers || p.Rule.Listed {
		f.Fields = append(f.Fields, &web.Field{Name: "despite", Label: "Something speaks for two children. How do you know that it is wrong?", Kind: "textarea", Rows: 3, Max: 2000})
	}
	return f
}

func (d *Desk) showPropose(w http.ResponseWriter, r *http.Request) error {
	one, other := r.URL.Query().Get("one"), r.URL.Query().Get("other")
	if one == "" || other == "" {
		return d.askReferences(w, r, http.StatusOK, one, other, nil)
	}
	p, err := d.Possible(r.Context(), web.Actor(r), reference(one), reference(other))
	if refusal.KindOf(err) == refusal.NotFound {
		return d.askReferences(w, r, http.StatusUnprocessableEntity, one, other, refusal.Field("other", "There is no record with one of these references"))
	}
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, proposePage, d.viewOf(r, p, proposeForm(p)))
}

// askReferences asks which two records are meant.
func (d *Desk) askReferences(w http.ResponseWriter, r *http.Request, code int, one, other string, why error) error {
	who := web.Actor(r)
	if v := access.May(who, access.ProposeMerge, access.About{Authority: who.Authority}, d.Record.Now()); v.Answer != access.Allow {
		return refusal.New(refusal.Denied, v.Message)
	}
	f := web.NewForm(
		web.Field{Name: "one", Label: "Reference of one record", Kind: "text", Width: 20, Value: one, Autocomplete: "off"},
		web.Field{Name: "other", Label: "Reference of the other", Kind: "text", Width: 20, Value: other, Autocomplete: "off"},
	)
	if why != nil {
		f.Reject(why)
	}
	return web.Render(w, r, code, proposePage, pairView{Form: f})
}

func (d *Desk) savePropose(w http.ResponseWriter, r *http.Request) error {
	one, other := reference(r.PostFormValue("one")), reference(r.PostFormValue("other"))
	p, err := d.Possible(r.Context(), web.Actor(r), one, other)
	if err != nil {
		return err
	}
	if r.PostFormValue("do") == "close" {
		if err := d.CloseBoth(r.Context(), web.Actor(r), one, other); err != nil {
			return err
		}
		return web.See(w, r, web.PathNewDuplicate+"?one="+url.QueryEscape(one)+"&other="+url.QueryEscape(other))
	}
	f := proposeForm(p)
	f.Read(r)
	said := Proposed{Keep: f.Value("keep"), Why: f.Value("why"), Despite: f.Value("despite")}
	switch said.Keep {
	case p.Sides[0].Ref:
		said.Join = p.Sides[1].Ref
	case p.Sides[1].Ref:
		said.Join = p.Sides[0].Ref
	default:
		f.Say("keep", "Select under which reference the child should be found")
		return web.Render(w, r, http.StatusUnprocessableEntity, proposePage, d.viewOf(r, p, f))
	}
	id, err := d.Propose(r.Context(), web.Actor(r), said)
	if f.Reject(err) {
		return web.Render(w, r, http.StatusUnprocessableEntity, proposePage, d.viewOf(r, p, f))
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.DuplicatePath(id, ""))
}

func refuseForm(p *Pair) *web.Form {
	return web.NewForm(
		web.Field{Name: "version", Kind: "hidden", Value: strconv.FormatInt(p.Version, 10)},
		web.Field{Name: "why-not", Label: "How do you know that these are two children?", Hint: "They are not proposed again unless what is known of them changes", Kind: "textarea", Rows: 3, Max: 2000},
	)
}

// version is the pair's as the person saw it; a form without one saw none.
func version(f *web.Form) int64 {
	n, err := strconv.ParseInt(f.Value("version"), 10, 64)
	if err != nil {
		return -1
	}
	return n
}

func (d *Desk) showPair(w http.ResponseWriter, r *http.Request) error {
	p, err := d.Pair(r.Context(), web.Actor(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, pairPage, d.viewOf(r, p, refuseForm(p)))
}

// saveRefuse records that two records are of two children.
func (d *Desk) saveRefuse(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	p, err := d.Pair(r.Context(), web.Actor(r), id)
	if err != nil {
		return err
	}
	f := refuseForm(p)
	f.Read(r)
	err = d.Refuse(r.Context(), web.Actor(r), id, version(f), f.Value("why-not"))
	return d.after(w, r, p, f, pairPage, err)
}

// after leads on when something was recorded, or shows the page again with why not.
func (d *Desk) after(w http.ResponseWriter, r *http.Request, p *Pair, f *web.Form, page *web.Page, err error) error {
	if f.Reject(err) {
		return web.Render(w, r, http.StatusUnprocessableEntity, page, d.viewOf(r, p, f))
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.DuplicatePath(p.ID, ""))
}

// joinForm asks, of two open referrals, whose worker answers for the child.
func joinForm(p *Pair) *web.Form {
	f := web.NewForm(web.Field{Name: "version", Kind: "hidden", Value: strconv.FormatInt(p.Version, 10)})
	if len(p.Rule.Referrals) < 2 {
		return f
	}
	lead := web.Field{Name: "lead", Label: "Both records have an open referral. Which worker answers for the child?", Hint: "The other referral stays open until it is closed in the usual way", Kind: "radios"}
	for _, s := range p.Sides {
		for _, x := range s.Work {
			if x.Kind == "referral" {
				lead.Options = append(lead.Options, web.Option{Value: x.ID, Label: holder(x), Hint: pathway.OutcomeName(pathway.Outcome(x.Outcome)) + ", " + s.Ref})
			}
		}
	}
	f.Fields = append(f.Fields, &lead)
	return f
}

// showJoin says what joining changes before anything happens.
func (d *Desk) showJoin(w http.ResponseWriter, r *http.Request) error {
	p, err := d.Pair(r.Context(), web.Actor(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	if p.State != pathway.PairProposed {
		return web.See(w, r, web.DuplicatePath(p.ID, ""))
	}
	return web.Render(w, r, http.StatusOK, joinPage, d.viewOf(r, p, joinForm(p)))
}

func (d *Desk) saveJoin(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	p, err := d.Pair(r.Context(), web.Actor(r), id)
	if err != nil {
		return err
	}
	f := joinForm(p)
	f.Read(r)
	err = d.Agree(r.Context(), web.Actor(r), id, version(f), f.Value("lead"))
	return d.after(w, r, p, f, joinPage, err)
}

func partForm(p *Pair) *web.Form {
	label, hint := "How do you know that these are two children?", "A second person must agree before they are parted"
	if p.State == pathway.PairUndoing {
		label, hint = "If you keep them joined: how do you know that this is one child?", ""
	}
	return web.NewForm(
		web.Field{Name: "version", Kind: "hidden", Value: strconv.FormatInt(p.Version, 10)},
		web.Field{Name: "why", Label: label, Hint: hint, Kind: "textarea", Rows: 3, Max: 2000},
	)
}

// showPart says what parting changes before anything happens.
func (d *Desk) showPart(w http.ResponseWriter, r *http.Request) error {
	p, err := d.Pair(r.Context(), web.Actor(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	if !p.State.Joined() {
		return web.See(w, r, web.DuplicatePath(p.ID, ""))
	}
	return web.Render(w, r, http.StatusOK, partPage, d.viewOf(r, p, partForm(p)))
}

func (d *Desk) savePart(w http.ResponseWriter, r *http.Request) error {
	ctx, who, id := r.Context(), web.Actor(r), r.PathValue("id")
	p, err := d.Pair(ctx, who, id)
	if err != nil {
		return err
	}
	f := partForm(p)
	f.Read(r)
	switch r.PostFormValue("do") {
	case "part":
		err = d.Undo(ctx, who, id, version(f))
	case "keep":
		err = d.Keep(ctx, who, id, version(f), f.Value("why"))
	default:
		err = d.AskUndo(ctx, who, id, version(f), f.Value("why"))
	}
	return d.after(w, r, p, f, partPage, err)
}
