package children

import (
	"net/http"
	"strconv"

	"frontdoor/internal/person"
	"frontdoor/internal/web"
)

type birthView struct {
	*BirthPage
	head
	Form, EndForm *web.Form
	Step          string // what the first form records: born, name, another
}

// HasErrors says whether a form shows errors.
func (v birthView) HasErrors() bool { return v.Form.HasErrors() || v.EndForm.HasErrors() }

// birthForm asks what is known of a birth. A name later is asked without the rest.
func birthForm(step string, version int64) *web.Form {
	fields := []web.Field{{Name: "version", Kind: "hidden", Value: strconv.FormatInt(version, 10)}}
	if step != "name" {
		sex := sexField
		sex.Label = "What is the child’s sex?"
		fields = append(fields, web.Field{Name: "born", Label: "When was the child born?", Kind: "date"}, sex)
	}
	fields = append(fields,
		web.Field{Name: "given", Label: "First name", Hint: "Leave it blank when the baby has no name yet", Kind: "text", Width: 20},
		web.Field{Name: "middle", Label: "Middle names", Kind: "text", Width: 20},
		web.Field{Name: "family", Label: "Family name, if it is another than before", Kind: "text", Width: 20},
		web.Field{Name: "nhs", Label: "NHS number, if you have it", Kind: "text", Width: 20})
	return web.NewForm(fields...)
}

func endedForm(version int64) *web.Form {
	var options []web.Option
	for _, x := range person.PregnancyEnds() {
		options = append(options, web.Option{Value: string(x.How), Label: x.Name})
	}
	return web.NewForm(
		web.Field{Name: "version", Kind: "hidden", Value: strconv.FormatInt(version, 10)},
		web.Field{Name: "how", Label: "What were we told?", Hint: "Nobody has to say", Kind: "radios", Options: options},
		web.Field{Name: "ended", Label: "When, if it is known", Kind: "date"},
		web.Field{Name: "source", Label: "Who told us?", Kind: "text"})
}

// stepOf is what can be recorded next: the birth, the name, or another child of the
// same birth.
func stepOf(p *BirthPage, r *http.Request) string {
	switch {
	case p.Child.Unborn:
		return "born"
	case p.Child.Unnamed() && r.URL.Query().Get("another") == "":
		return "name"
	}
	return "another"
}

func (d *Desk) birthWith(w http.ResponseWriter, r *http.Request, code int, f, ended *web.Form) error {
	p, err := d.Birth(r.Context(), web.Actor(r), r.PathValue("ref"))
	if err != nil {
		return err
	}
	v := birthView{BirthPage: p, head: headOf(p.Page, ""), Step: stepOf(p, r), Form: f, EndForm: ended}
	if f == nil {
		v.Form = birthForm(v.Step, p.Child.Version)
	}
	if ended == nil {
		v.EndForm = endedForm(p.Child.Version)
	}
	for _, x := range []*web.Form{v.Form, v.EndForm} {
		if x.Banner != "" { // what changed meanwhile is on this page now
			x.Field("version").Value = strconv.FormatInt(p.Child.Version, 10)
		}
	}
	return web.Render(w, r, code, birthPage, v)
}

func (d *Desk) showBirth(w http.ResponseWriter, r *http.Request) error {
	return d.birthWith(w, r, http.StatusOK, nil, nil)
}

func (d *Desk) saveBirth(w http.ResponseWriter, r *http.Request) error {
	who, ref, do := web.Actor(r), r.PathValue("ref"), r.PostFormValue("do")
	if do == "ended" {
		return d.saveEnded(w, r)
	}
	f := birthForm(do, 0)
	f.Read(r)
	version, _ := strconv.ParseInt(f.Value("version"), 10, 64) // not a number is no version: a conflict
	born, err := f.Date("born")
	b := person.Birth{Born: born, Given: f.Value("given"), Middle: f.Value("middle"), Family: f.Value("family"), Sex: f.Value("sex"), NHS: f.Value("nhs")}
	to := ref
	switch {
	case err != nil:
	case do == "another":
		to, err = d.AnotherBorn(r.Context(), who, ref, b, version)
	case do == "name":
		err = d.NameBaby(r.Context(), who, ref, b, version)
	default:
		err = d.Born(r.Context(), who, ref, b, version)
	}
	if f.Reject(err) {
		return d.birthWith(w, r, http.StatusUnprocessableEntity, f, nil)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.ChildPath(to, ""))
}

func (d *Desk) saveEnded(w http.ResponseWriter, r *http.Request) error {
	f := endedForm(0)
	f.Read(r)
	version, _ := strconv.ParseInt(f.Value("version"), 10, 64) // not a number is no version: a conflict
	on, err := f.Date("ended")
	if err == nil {
		l := PregnancyLost{On: on, How: person.PregnancyEnding(f.Value("how")), Source: f.Value("source")}
		err = d.PregnancyEnded(r.Context(), web.Actor(r), r.PathValue("ref"), l, version)
	}
	if f.Reject(err) {
		return d.birthWith(w, r, http.StatusUnprocessableEntity, nil, f)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.ChildPath(r.PathValue("ref"), ""))
}
