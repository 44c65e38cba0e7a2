package school

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"

	"frontdoor/internal/access"
	"frontdoor/internal/form"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

//go:embed templates/*.html
var templates embed.FS

var (
	startPage   = web.NewPublicPage(templates, "templates/start.html", "templates/danger.html")
	tasksPage   = web.NewPublicPage(templates, "templates/tasks.html", "templates/danger.html")
	stepPage    = web.NewPublicPage(templates, "templates/step.html", "templates/danger.html")
	filesPage   = web.NewPublicPage(templates, "templates/files.html", "templates/danger.html")
	checkPage   = web.NewPublicPage(templates, "templates/check.html", "templates/danger.html")
	receiptPage = web.NewPublicPage(templates, "templates/receipt.html", "templates/danger.html")
)

const filesStep = "files"

// Routes adds the form's pages. Anybody may use them.
func (d *Door) Routes(s *web.Server) {
	s.Open("GET "+web.PathReport, access.ReceiveContact, d.showStart)
	s.Open("POST "+web.PathReport, access.ReceiveContact, d.start)
	s.Open("POST "+web.PathReportReturn, access.ReceiveContact, d.back)
	s.Open("GET "+web.PathReportDraft, access.ReceiveContact, d.showTasks)
	s.Open("POST "+web.PathReportDraft, access.ReceiveContact, d.emailCode)
	s.Open("GET "+web.PathReportStep, access.ReceiveContact, d.showStep)
	s.Open("POST "+web.PathReportStep, access.ReceiveContact, d.saveStep)
}

// actor is who writes: the signed-in person, or anybody.
func actor(r *http.Request, authority string) access.Actor {
	if who := web.Actor(r); who.ID != "" && who.Authority == authority {
		return who
	}
	return anybody(authority)
}

type startView struct {
	Authorities  []Authority
	Form, Back   *web.Form
	Phone, Night string
}

// HasErrors says whether either form shows errors.
func (v startView) HasErrors() bool { return v.Form.HasErrors() || v.Back.HasErrors() }

func backForm() *web.Form {
	return web.NewForm(web.Field{Name: "code", Label: "Your return code", Kind: "text", Width: 20, Autocomplete: "off"})
}

func (d *Door) showStart(w http.ResponseWriter, r *http.Request) error {
	return d.startWith(w, r, http.StatusOK, backForm())
}

func (d *Door) startWith(w http.ResponseWriter, r *http.Request, code int, back *web.Form) error {
	all, err := d.Authorities(r.Context())
	if err != nil {
		return err
	}
	f := web.NewForm()
	v := startView{Authorities: all, Form: f, Back: back}
	if len(all) > 0 {
		v.Phone, v.Night = all[0].Phone, all[0].Night
	}
	if len(all) > 1 {
		area := web.Field{Name: "authority", Label: "Which area does the child live in?", Kind: "radios"}
		for _, a := range all {
			area.Options = append(area.Options, web.Option{Value: a.ID, Label: a.Name})
		}
		v.Form = web.NewForm(area)
	}
	return web.Render(w, r, code, startPage, v)
}

func (d *Door) start(w http.ResponseWriter, r *http.Request) error {
	all, err := d.Authorities(r.Context())
	if err != nil {
		return err
	}
	to := r.PostFormValue("authority")
	if len(all) == 1 {
		to = all[0].ID
	}
	for _, a := range all {
		if a.ID == to {
			code, err := d.Start(r.Context(), actor(r, to), web.Network(r))
			if err != nil {
				return err
			}
			return web.See(w, r, "/report/"+code)
		}
	}
	return refusal.Field("authority", "Select which area the child lives in")
}

func (d *Door) back(w http.ResponseWriter, r *http.Request) error {
	f := backForm()
	f.Read(r)
	code := f.Value("code")
	if code == "" {
		f.Say("code", "Enter your return code")
		return d.startWith(w, r, http.StatusUnprocessableEntity, f)
	}
	if _, err := d.Find(r.Context(), code, web.Network(r)); err != nil {
		if refusal.KindOf(err) == refusal.NotFound {
			f.Say("code", err.Error())
			return d.startWith(w, r, http.StatusUnprocessableEntity, f)
		}
		return err
	}
	return web.See(w, r, "/report/"+code)
}

type task struct {
	Title, Path, State string
	Done               bool
}

type tasksView struct {
	Code, Phone string
	Tasks       []task
	Score       int
	Form        *web.Form
	Sent        bool
	Saved       string
}

// HasErrors says whether the form shows errors.
func (v tasksView) HasErrors() bool { return v.Form.HasErrors() }

func emailForm() *web.Form {
	return web.NewForm(web.Field{Name: "email", Label: "Your e-mail address", Kind: "email", Autocomplete: "email"})
}

func (d *Door) showTasks(w http.ResponseWriter, r *http.Request) error {
	draft, err := d.Find(r.Context(), r.PathValue("draft"), web.Network(r))
	if err != nil {
		return err
	}
	if !draft.SentAt.IsZero() {
		return web.See(w, r, "/report/"+r.PathValue("draft")+"/receipt")
	}
	return d.tasksWith(w, r, http.StatusOK, draft, emailForm())
}

func (d *Door) tasksWith(w http.ResponseWriter, r *http.Request, code int, draft *Draft, f *web.Form) error {
	base := "/report/" + r.PathValue("draft")
	v := tasksView{Code: r.PathValue("draft"), Score: d.def.Completeness(draft.Answers).Score, Form: f}
	if r.URL.Query().Has("sent") {
		v.Saved = "We sent the way back to your e-mail address."
	}
	for _, s := range d.def.Steps {
		n := 0
		for i := range max(1, draft.Answers.Count(s)) {
			for _, q := range s.Questions {
				if draft.Answers.One(form.Key(s, i, q.ID)) != "" {
					n++
				}
			}
		}
		t := task{Title: s.Title, Path: base + "/" + s.ID, State: "Not started", Done: n > 0}
		switch {
		case n > 0 && s.Repeat:
			t.State = fmt.Sprintf("%d entered", draft.Answers.Count(s))
		case n > 0:
			t.State = "Answered"
		case s.Optional:
			t.State = "If you know"
		}
		v.Tasks = append(v.Tasks, t)
	}
	files := task{Title: "Files", Path: base + "/" + filesStep, State: "If you have any", Done: len(draft.Files) > 0}
	if n := len(draft.Files); n > 0 {
		files.State = fmt.Sprintf("%d added", n)
	}
	v.Tasks = append(v.Tasks, files)
	return web.Render(w, r, code, tasksPage, v)
}

func (d *Door) emailCode(w http.ResponseWriter, r *http.Request) error {
	draft, err := d.Find(r.Context(), r.PathValue("draft"), web.Network(r))
	if err != nil {
		return err
	}
	f := emailForm()
	f.Read(r)
	step, _ := d.def.Step("you")
	checked := form.Answers{}
	if err := d.def.Read(step, 0, map[string][]string{"email": {f.Value("email")}}, checked, d.Record.Now()); f.Reject(err) || checked.One("you.email") == "" {
		if !f.HasErrors() {
			f.Say("email", "Enter your e-mail address")
		}
		return d.tasksWith(w, r, http.StatusUnprocessableEntity, draft, f)
	}
	if err := d.SendCode(r.Context(), actor(r, draft.Authority), draft, r.PathValue("draft"), checked.One("you.email")); err != nil {
		return err
	}
	return web.See(w, r, "/report/"+r.PathValue("draft")+"?sent=1")
}

type stepView struct {
	Title, Back, Hint, Code string
	Form                    *web.Form
	Index                   int
	Repeat                  bool
	One                     string
	Others                  []task
	CanRemove               bool
}

// HasErrors says whether the form shows errors.
func (v stepView) HasErrors() bool { return v.Form.HasErrors() }

func (d *Door) showStep(w http.ResponseWriter, r *http.Request) error {
	draft, err := d.Find(r.Context(), r.PathValue("draft"), web.Network(r))
	if err != nil {
		return err
	}
	switch r.PathValue("step") {
	case filesStep:
		return d.filesWith(w, r, http.StatusOK, draft, web.NewForm(fileField()))
	case "check":
		return d.checkWith(w, r, http.StatusOK, draft, web.NewForm())
	case "receipt":
		return d.showReceipt(w, r, draft)
	case "copy":
		return d.checkWith(w, r, http.StatusOK, draft, web.NewForm())
	}
	s, ok := d.def.Step(r.PathValue("step"))
	if !ok {
		return refusal.Hidden()
	}
	return d.stepWith(w, r, http.StatusOK, draft, s, index(r.URL.Query().Get("n")), nil)
}

// index is which child or person a page is about, from 0; the address counts from 1.
func index(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > form.MostRepeats {
		return 0
	}
	return n - 1
}

func (d *Door) stepWith(w http.ResponseWriter, r *http.Request, code int, draft *Draft, s form.Step, i int, err error) error {
	base := "/report/" + r.PathValue("draft")
	var fields []web.Field
	for _, q := range s.Questions {
		if step, _, _ := q.Follows(); step == "" || step == s.ID || d.def.Asked(q, i, draft.Answers) {
			fields = append(fields, web.Question(s, q, i, draft.Answers, ""))
		}
	}
	f := web.NewForm(fields...)
	f.ID = cmp.Or(r.PostFormValue("form-id"), f.ID)
	if err != nil && !f.Reject(err) {
		return err
	}
	v := stepView{Title: s.Title, Back: base, Form: f, Index: i, Repeat: s.Repeat, One: s.One, Code: r.PathValue("draft")}
	if s.Repeat {
		v.Title = fmt.Sprintf("%s %d", web.Capital(s.One), i+1)
		for n := range draft.Answers.Count(s) {
			if n != i {
				v.Others = append(v.Others, task{Title: fmt.Sprintf("%s %d", web.Capital(s.One), n+1), Path: fmt.Sprintf("%s/%s?n=%d", base, s.ID, n+1)})
			}
		}
		v.CanRemove = i < draft.Answers.Count(s)
	}
	return web.Render(w, r, code, stepPage, v)
}

func (d *Door) saveStep(w http.ResponseWriter, r *http.Request) error {
	draft, err := d.Find(r.Context(), r.PathValue("draft"), web.Network(r))
	if err != nil {
		return err
	}
	base, who := "/report/"+r.PathValue("draft"), actor(r, draft.Authority)
	switch r.PathValue("step") {
	case filesStep:
		return d.saveFile(w, r, draft)
	case "check":
		return d.send(w, r, draft)
	}
	s, ok := d.def.Step(r.PathValue("step"))
	if !ok {
		return refusal.Hidden()
	}
	i := index(r.PostFormValue("n"))
	if r.PostFormValue("do") == "remove" && s.Repeat {
		draft.Answers.Remove(s, i)
		if err := d.Save(r.Context(), who, draft); err != nil {
			return err
		}
		return web.See(w, r, base)
	}
	wrong := d.def.Read(s, i, r.PostForm, draft.Answers, d.Record.Now())
	if err := d.Save(r.Context(), who, draft); err != nil {
		return err
	}
	if wrong != nil {
		return d.stepWith(w, r, http.StatusUnprocessableEntity, draft, s, i, wrong)
	}
	if r.PostFormValue("do") == "another" && s.Repeat && draft.Answers.Count(s) < form.MostRepeats {
		return web.See(w, r, fmt.Sprintf("%s/%s?n=%d", base, s.ID, draft.Answers.Count(s)+1))
	}
	return web.See(w, r, base)
}

func fileField() web.Field {
	return web.Field{Name: "file", Label: "Add a file", Hint: "PDF, JPEG, PNG, HEIC, Word, Excel, CSV, text or e-mail, up to 10 MB. For example a chronology, DASH or body map", Kind: "file"}
}

type filesView struct {
	Back  string
	Form  *web.Form
	Files []File
}

// HasErrors says whether the form shows errors.
func (v filesView) HasErrors() bool { return v.Form.HasErrors() }

func (d *Door) filesWith(w http.ResponseWriter, r *http.Request, code int, draft *Draft, f *web.Form) error {
	return web.Render(w, r, code, filesPage, filesView{Back: "/report/" + r.PathValue("draft"), Form: f, Files: draft.Files})
}

func (d *Door) saveFile(w http.ResponseWriter, r *http.Request, draft *Draft) error {
	f := web.NewForm(fileField())
	r.Body = http.MaxBytesReader(w, r.Body, fileLimit+(1<<20))
	file, header, err := r.FormFile("file")
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		f.Say("file", "The file must be 10 MB or smaller")
	case err != nil:
		f.Say("file", "Select a file")
	}
	if f.HasErrors() {
		return d.filesWith(w, r, http.StatusUnprocessableEntity, draft, f)
	}
	defer file.Close()
	body, err := io.ReadAll(io.LimitReader(file, fileLimit+1))
	if err != nil {
		return err
	}
	err = d.AddFile(r.Context(), actor(r, draft.Authority), draft, header.Filename, body)
	if f.Reject(err) {
		return d.filesWith(w, r, http.StatusUnprocessableEntity, draft, f)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, "/report/"+r.PathValue("draft")+"/"+filesStep)
}

type sectionView struct {
	form.Section
	Change string
}

type checkView struct {
	Back     string
	Form     *web.Form
	Sections []sectionView
	Files    []File
	Score    int
	Missing  []task
	Sent     bool
}

// HasErrors says whether something stops sending.
func (v checkView) HasErrors() bool { return v.Form.HasErrors() }

func (d *Door) checkWith(w http.ResponseWriter, r *http.Request, code int, draft *Draft, f *web.Form) error {
	base := "/report/" + r.PathValue("draft")
	c := d.def.Completeness(draft.Answers)
	v := checkView{Back: base, Form: f, Files: draft.Files, Score: c.Score, Sent: !draft.SentAt.IsZero()}
	for _, s := range d.def.Summary(draft.Answers, false) {
		v.Sections = append(v.Sections, sectionView{s, fmt.Sprintf("%s/%s?n=%d", base, s.Step.ID, s.Index+1)})
	}
	for _, m := range c.Missing {
		v.Missing = append(v.Missing, task{Title: m.Question.Label, Path: base + "/" + m.Step.ID})
	}
	return web.Render(w, r, code, checkPage, v)
}

func (d *Door) send(w http.ResponseWriter, r *http.Request, draft *Draft) error {
	_, err := d.Send(r.Context(), actor(r, draft.Authority), draft)
	f := web.NewForm()
	if refusal.KindOf(err) == refusal.Conflict {
		return web.See(w, r, "/report/"+r.PathValue("draft")+"/receipt")
	}
	if f.Reject(err) {
		for i := range f.Errors {
			f.Errors[i].Field = "missing"
		}
		return d.checkWith(w, r, http.StatusUnprocessableEntity, draft, f)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, "/report/"+r.PathValue("draft")+"/receipt")
}

type receiptView struct {
	Receipt
	When, Due, Copy string
	Sentence        string
}

func (d *Door) showReceipt(w http.ResponseWriter, r *http.Request, draft *Draft) error {
	if draft.ContactID == "" {
		return web.See(w, r, "/report/"+r.PathValue("draft"))
	}
	got, err := d.Receipt(r.Context(), draft)
	if err != nil {
		return err
	}
	v := receiptView{Receipt: got, When: got.At.Words(), Due: got.Due.Words(), Copy: "/report/" + r.PathValue("draft") + "/copy"}
	if form.ReadReferral(d.def, draft.Answers).Professional {
		v.Sentence = "When it is decided we tell you what was decided, in a sentence that is safe to share."
	} else {
		v.Sentence = "We cannot tell you what we do for the family, but nothing you told us is lost."
	}
	return web.Render(w, r, http.StatusOK, receiptPage, v)
}
