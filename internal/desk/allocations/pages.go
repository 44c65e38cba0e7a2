package allocations

import (
	"embed"
	"fmt"
	"net/http"
	"strconv"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/pathway"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

//go:embed templates/*.html
var templates embed.FS

var (
	queuePage    = web.NewPage(templates, "templates/queue.html")
	allocatePage = web.NewPage(templates, "templates/allocate.html")
	minePage     = web.NewPage(templates, "templates/mine.html")
)

// Routes adds the desk's pages.
func (d *Desk) Routes(s *web.Server) {
	s.List(web.PathAllocations, access.ListUnallocated, web.Listing{Name: "unallocated", Page: d.showQueue, Sheet: d.sheet(d.Waiting)})
	s.Route("GET "+web.PathAllocate, access.Allocate, d.showAllocate)
	s.Route("POST "+web.PathAllocate, access.Allocate, d.saveAllocate)
	s.List(web.PathMyWork, access.SeeOwnWork, web.Listing{Name: "my-work", Page: d.showMine, Sheet: d.sheet(d.Mine)})
	s.Route("POST "+web.PathMyWorkAnswer, access.AcceptWork, d.saveAnswer)
}

type pieceView struct {
	Piece
	DueAt     web.Due
	Waited    string
	Path      string
	ChildPath string
	What      string
}

type queueView struct {
	Files    web.Files
	Rows     []pieceView
	Workers  []Worker
	Late     int
	N        int
	More     bool
	Checked  string
	CanOffer bool
}

func viewOf(p Piece, now civil.Instant) pieceView {
	v := pieceView{Piece: p, DueAt: web.DueOf(now, p.Due, p.Warn), Waited: civil.Span(now.Sub(p.DecidedAt)), Path: "/allocations/" + p.ID, What: pathway.OutcomeName(p.Outcome)}
	if p.ChildRef != "" {
		v.ChildPath = web.ChildPath(p.ChildRef, "")
	}
	return v
}

func (d *Desk) showQueue(w http.ResponseWriter, r *http.Request) error {
	who := web.Actor(r)
	q, err := d.Waiting(r.Context(), who)
	if err != nil {
		return err
	}
	v := queueView{Files: web.FilesOf(r), Workers: q.Workers, Late: q.Late, N: len(q.Rows), More: q.More, Checked: q.Now.Clock(), CanOffer: access.ScopeOf(who, access.Allocate).Allowed}
	for _, p := range q.Rows {
		v.Rows = append(v.Rows, viewOf(p, q.Now))
	}
	return web.Render(w, r, http.StatusOK, queuePage, v)
}

type allocateView struct {
	Piece pieceView
	Form  *web.Form
}

// HasErrors says whether the form shows errors.
func (v allocateView) HasErrors() bool { return v.Form.HasErrors() }

func offerForm(p Piece, people []Worker) *web.Form {
	f := web.Field{Name: "worker", Label: "Who should work with the child?", Hint: "Each with the children they hold now", Kind: "radios"}
	for _, w := range people {
		words := fmt.Sprintf("%s: %d children now, %d with this one", w.Name, w.Children, w.Children+1)
		if w.Offered > 0 {
			words += fmt.Sprintf("; %d proposed and not answered", w.Offered)
		}
		f.Options = append(f.Options, web.Option{Value: w.ID, Label: words, Hint: w.Team})
	}
	return web.NewForm(web.Field{Name: "instead", Kind: "hidden", Value: p.ProposedID}, f)
}

func (d *Desk) showAllocate(w http.ResponseWriter, r *http.Request) error {
	p, people, err := d.Find(r.Context(), web.Actor(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, allocatePage, allocateView{viewOf(p, d.Record.Now()), offerForm(p, people)})
}

func (d *Desk) saveAllocate(w http.ResponseWriter, r *http.Request) error {
	who, id := web.Actor(r), r.PathValue("id")
	p, people, err := d.Find(r.Context(), who, id)
	if err != nil {
		return err
	}
	f := offerForm(p, people)
	f.Read(r)
	shown := 0
	for _, x := range people {
		if x.ID == f.Value("worker") {
			shown = x.Children
		}
	}
	err = d.ProposeInstead(r.Context(), who, id, f.Value("worker"), f.Value("instead"), shown)
	switch k := refusal.KindOf(err); {
	case k == refusal.Conflict && f.Reject(err): // shown as it stands now, to be chosen again
		f.Field("instead").Value = p.ProposedID
		return web.Render(w, r, http.StatusConflict, allocatePage, allocateView{viewOf(p, d.Record.Now()), f})
	case k == refusal.Invalid && f.Reject(err):
		return web.Render(w, r, http.StatusUnprocessableEntity, allocatePage, allocateView{viewOf(p, d.Record.Now()), f})
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.PathAllocations)
}

type mineView struct {
	Lost          int // notices that this person sent and that reached nobody
	Files         web.Files
	Offered, Held []pieceView
	Checked       string
	Wrong         string
	WrongID       string
}

// HasErrors says whether an answer was refused.
func (v mineView) HasErrors() bool { return v.Wrong != "" }

func (d *Desk) showMine(w http.ResponseWriter, r *http.Request) error {
	return d.mineWith(w, r, http.StatusOK, "", "")
}

func (d *Desk) mineWith(w http.ResponseWriter, r *http.Request, code int, id, wrong string) error {
	q, err := d.Mine(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v := mineView{Files: web.Files{CSV: web.PathMyWork + ".csv", JSON: web.PathMyWork + ".json"}, Lost: q.Lost, Checked: q.Now.Clock(), Wrong: wrong, WrongID: id}
	for _, p := range q.Rows {
		if p.worker == web.Actor(r).ID {
			v.Held = append(v.Held, viewOf(p, q.Now))
		} else {
			v.Offered = append(v.Offered, viewOf(p, q.Now))
		}
	}
	return web.Render(w, r, code, minePage, v)
}

func (d *Desk) saveAnswer(w http.ResponseWriter, r *http.Request) error {
	who, id := web.Actor(r), r.PathValue("id")
	var err error
	if yes, _ := strconv.ParseBool(r.PostFormValue("accept")); yes {
		err = d.Accept(r.Context(), who, id)
	} else {
		err = d.Refuse(r.Context(), who, id, r.PostFormValue("reason"))
	}
	if refusal.KindOf(err) == refusal.Invalid {
		return d.mineWith(w, r, http.StatusUnprocessableEntity, id, err.Error())
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.PathMyWork)
}
