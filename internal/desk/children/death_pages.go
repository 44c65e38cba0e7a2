package children

import (
	"net/http"
	"strings"

	"frontdoor/internal/pathway"
	"frontdoor/internal/web"
)

var deathPage = web.NewPage(templates, "templates/death.html", "templates/childhead.html")

type leftView struct {
	LeftOver
	DueAt web.Due
	Words string
}

type deathView struct {
	*DeathPage
	head
	Form, Answer *web.Form
	Rows         []leftView
	Errors       *web.Form
}

// HasErrors says whether a form shows errors.
func (v deathView) HasErrors() bool { return v.Errors.HasErrors() }

func deathForm(p *DeathPage) *web.Form {
	of := web.Field{Name: "of", Label: "Who died?", Kind: "radios"}
	if p.Death.ID == "" {
		of.Options = append(of.Options, web.Option{Value: p.Child.Ref, Label: "The child, " + nameOf(p.Child)})
	}
	for _, m := range p.Living {
		of.Options = append(of.Options, web.Option{Value: m.Ref, Label: m.Name})
	}
	return web.NewForm(of, web.Field{Name: "died", Label: "When, if it is known", Kind: "date"},
		web.Field{Name: "source", Label: "Who told us?", Hint: "For example: the consultant, by phone; the registrar's notice", Kind: "text"})
}

func settleForm() *web.Form {
	return web.NewForm(web.Field{Name: "wait", Kind: "hidden"},
		web.Field{Name: "answer", Label: "Does it end?", Kind: "radios", Options: []web.Option{{Value: "ends", Label: "It ends"}, {Value: "goes_on", Label: "It goes on"}}},
		web.Field{Name: "why", Label: "Why?", Kind: "text"})
}

func backForm() *web.Form {
	return web.NewForm(web.Field{Name: "id", Kind: "hidden"}, web.Field{Name: "back-why", Kind: "text"})
}

func (d *Desk) showDeath(w http.ResponseWriter, r *http.Request) error {
	return d.deathWith(w, r, http.StatusOK, nil)
}

// deathWith shows the page; fill puts a form that was refused in its place.
func (d *Desk) deathWith(w http.ResponseWriter, r *http.Request, code int, fill func(*deathView)) error {
	p, err := d.DeathOf(r.Context(), web.Actor(r), r.PathValue("ref"))
	if err != nil {
		return err
	}
	v := deathView{DeathPage: p, head: headOf(p.Page, ""), Form: deathForm(p), Answer: settleForm(), Errors: web.NewForm()}
	for _, l := range p.Left {
		v.Rows = append(v.Rows, leftView{l, web.DueOf(p.Now, l.Due, l.Due), web.Capital(pathway.AgencyName(pathway.Agency(l.Agency))) + ", " + l.Owner + ": " + l.What})
	}
	if fill != nil {
		fill(&v)
	}
	return web.Render(w, r, code, deathPage, v)
}

func (d *Desk) saveDeath(w http.ResponseWriter, r *http.Request) error {
	ctx, who, ref := r.Context(), web.Actor(r), r.PathValue("ref")
	p, err := d.DeathOf(ctx, who, ref)
	if err != nil {
		return err
	}
	var f *web.Form
	do := r.PostFormValue("do")
	switch do {
	case "settle":
		f = settleForm()
		f.Read(r)
		err = d.SettleAfterDeath(ctx, who, ref, f.Value("wait"), f.Value("answer"), f.Value("why"))
	case "back":
		f = backForm()
		f.Read(r)
		err = d.TakeDeathBack(ctx, who, ref, f.Value("id"), f.Value("back-why"))
	default:
		f = deathForm(p)
		f.Read(r)
		t := Told{Of: f.Value("of"), Source: f.Value("source")}
		if t.On, err = f.Date("died"); err == nil {
			err = d.RecordDeath(ctx, who, ref, t)
		}
	}
	if f.Reject(err) {
		for i := range f.Errors { // several forms ask the same, and each has fields of its own
			e := &f.Errors[i]
			switch {
			case do == "settle" && strings.HasPrefix(e.Field, "answer"):
				e.Field = "answer-" + f.Value("wait")
			case do == "settle" && e.Field == "why":
				e.Field += "-" + f.Value("wait")
			case do == "back":
				e.Field = "back-why-" + f.Value("id")
			}
		}
		return d.deathWith(w, r, http.StatusUnprocessableEntity, func(v *deathView) {
			v.Errors = f
			switch do {
			case "settle":
				v.Answer = f
			case "back":
			default:
				v.Form = f
			}
		})
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.ChildPath(ref, "death"))
}
