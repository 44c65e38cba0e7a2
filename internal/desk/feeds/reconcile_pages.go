package feeds

import (
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/feed"
	"frontdoor/internal/form"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

var (
	reconcilesPage = web.NewPage(templates, "templates/reconciles.html")
	reconcilePage  = web.NewPage(templates, "templates/reconcile.html", "templates/parts.html")
	settlePage     = web.NewPage(templates, "templates/settle.html")
)

// uploadBytes is what an upload may be: the list, and what a form puts round it.
const uploadBytes = feed.ListBytes + 1<<16

func (d *Desk) reconcileRoutes(s *web.Server) {
	s.List(web.PathReconciles, access.ReconcileFeed, web.Listing{Name: "reconciliations", Page: d.showReconciles, Sheet: d.reconcilesSheet})
	s.Route("POST "+web.PathReconciles, access.ReconcileFeed, d.saveReconcile)
	s.Limit("POST "+web.PathReconciles, uploadBytes)
	s.List(web.PathReconcile, access.ReconcileFeed, web.Listing{Name: "reconciliation", Page: d.showReconcile, Sheet: sheetOf(d.reconciled), JSON: asAny(d.reconciled)})
	s.Route("GET "+web.PathReconcileLine, access.ReconcileFeed, d.showSettle)
	s.Route("POST "+web.PathReconcileLine, access.ReconcileFeed, d.saveSettle)
}

type reconciledView struct {
	Path, When, Force, File, Period, Words string
	Open                                   int
}

type reconcilesView struct {
	Files   web.Files
	Form    *web.Form
	Rows    []reconciledView
	Columns string
}

// HasErrors says whether the upload was wrong.
func (v reconcilesView) HasErrors() bool { return v.Form.HasErrors() }

func uploadForm(all []Force) *web.Form {
	options := []web.Option{{Label: "Select"}}
	for _, f := range all {
		options = append(options, web.Option{Value: f.ID, Label: f.Name})
	}
	if len(all) == 1 {
		options = options[1:]
	}
	return web.NewForm(
		web.Field{Name: "force", Label: "Whose list is it?", Kind: "select", Options: options},
		web.Field{Name: "file", Label: "The force’s own list of incidents", Kind: "file", Hint: "A CSV file of up to 5 MB and 50,000 incidents, a month at a time. It needs the columns reference and incident_at; grade, district and sent_at are used when they are there"})
}

func (d *Desk) showReconciles(w http.ResponseWriter, r *http.Request) error {
	return d.reconcilesWith(w, r, http.StatusOK, nil)
}

func (d *Desk) reconcilesWith(w http.ResponseWriter, r *http.Request, code int, wrong error) error {
	all, list, err := d.Reconciliations(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	v := reconcilesView{Files: web.Files{CSV: web.PathReconciles + ".csv", JSON: web.PathReconciles + ".json"}, Form: uploadForm(list), Columns: strings.Join(feed.ListColumns, ", ")}
	v.Form.Field("force").Value = r.FormValue("force")
	if wrong != nil {
		v.Form.Reject(wrong)
	}
	for _, x := range all {
		v.Rows = append(v.Rows, reconciledView{reconcilePath(x.ID), x.MadeAt.Words(), x.forceName, x.File, x.From.Words() + " to " + x.To.Words(), x.Words(), x.Open})
	}
	return web.Render(w, r, code, reconcilesPage, v)
}

func reconcilePath(id string) string { return web.PathReconciles + "/" + id }

func (d *Desk) saveReconcile(w http.ResponseWriter, r *http.Request) error {
	name, body, err := upload(r)
	id := ""
	if err == nil {
		id, _, err = d.Reconcile(r.Context(), web.Actor(r), r.FormValue("force"), name, body)
	}
	if refusal.KindOf(err) == refusal.Invalid {
		return d.reconcilesWith(w, r, http.StatusUnprocessableEntity, err)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, reconcilePath(id))
}

// upload reads the file that was sent.
func upload(r *http.Request) (name string, body []byte, err error) {
	file, header, err := r.FormFile("file")
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return "", nil, refusal.Field("file", "The file must be smaller than 5 MB. Send a month at a time")
	case err != nil:
		return "", nil, refusal.Field("file", "Select the force’s list")
	}
	defer file.Close()
	body, err = io.ReadAll(io.LimitReader(file, feed.ListBytes+1))
	return form.Clean(filepath.Base(header.Filename)), body, err
}

type lineView struct {
	Line
	Words, State, Tone, When, Path, Settle, SentAt string
}

type reconcileView struct {
	Title, Words, Made, Hash, File, CSV, JSON string
	Open                                      int
	Lines                                     []lineView
	More                                      int
}

// linesShown is how many differences the page shows; the files have them all.
const linesShown = 500

func (d *Desk) reconciled(r *http.Request) (*Reconciled, error) {
	return d.Reconciled(r.Context(), web.Actor(r), r.PathValue("id"))
}

func (d *Desk) showReconcile(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	x, err := d.reconciled(r)
	if err != nil {
		return err
	}
	v := reconcileView{Title: x.forceName + ": list of " + x.From.Words() + " to " + x.To.Words(), Words: x.Words(), Made: x.MadeAt.Words() + " by " + x.MadeBy, Hash: x.Hash, File: x.File,
		CSV: reconcilePath(id) + ".csv", JSON: reconcilePath(id) + ".json", Open: x.Open, More: max(0, len(x.Differences)-linesShown)}
	links := access.ScopeOf(web.Actor(r), access.OpenContact).Allowed
	for _, kind := range feed.Differences() {
		for _, l := range x.Differences {
			if l.Kind == string(kind) && len(v.Lines) < linesShown {
				v.Lines = append(v.Lines, l.view(id, links))
			}
		}
	}
	return web.Render(w, r, http.StatusOK, reconcilePage, v)
}

func (l Line) view(id string, links bool) lineView {
	v := lineView{Line: l, Words: feed.Difference(l.Kind).Words(), When: l.Incident.Words(), SentAt: l.Sent.Words()}
	switch l.State {
	case "missing":
		v.State, v.Tone, v.Settle = "Missing for "+days(l.AgeDays), "risk", reconcilePath(id)+"/"+l.ID
	case "arrived":
		v.State, v.Tone = "Has arrived since", "done"
	case "settled":
		v.State, v.Tone = "Settled by "+l.SettledBy, "quiet"
	}
	if links && l.Contact != "" {
		v.Path = web.ContactPath(l.Contact, "")
	}
	return v
}

func days(n int) string {
	if n == 1 {
		return "1 day"
	}
	return strconv.Itoa(n) + " days"
}

type settleView struct {
	Form *web.Form
	Line lineView
	Back string
}

// HasErrors says whether the reason was missing.
func (v settleView) HasErrors() bool { return v.Form.HasErrors() }

func settleForm() *web.Form {
	return web.NewForm(web.Field{Name: "why", Label: "Why was it not sent, and will not be?", Hint: "For example: it was sent under another reference, or no child lives there", Kind: "textarea", Max: 1000})
}

func (d *Desk) showSettle(w http.ResponseWriter, r *http.Request) error {
	return d.settleWith(w, r, http.StatusOK, settleForm())
}

func (d *Desk) settleWith(w http.ResponseWriter, r *http.Request, code int, f *web.Form) error {
	id := r.PathValue("id")
	x, err := d.Reconciled(r.Context(), web.Actor(r), id)
	if err != nil {
		return err
	}
	for _, l := range x.Differences {
		if l.ID == r.PathValue("line") && l.State == "missing" {
			return web.Render(w, r, code, settlePage, settleView{f, l.view(id, false), reconcilePath(id)})
		}
	}
	return refusal.Hidden()
}

func (d *Desk) saveSettle(w http.ResponseWriter, r *http.Request) error {
	f := settleForm()
	f.Read(r)
	err := d.Settle(r.Context(), web.Actor(r), r.PathValue("id"), r.PathValue("line"), f.Value("why"))
	if refusal.KindOf(err) == refusal.Invalid && f.Reject(err) {
		return d.settleWith(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, reconcilePath(r.PathValue("id")))
}
