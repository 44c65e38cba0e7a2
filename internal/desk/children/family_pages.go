package children

import (
	"html/template"
	"net/http"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

var (
	familyPage = web.NewPage(templates, "templates/family.html", "templates/childhead.html")
	addPage    = web.NewPage(templates, "templates/familyadd.html", "templates/childhead.html")
	factPage   = web.NewPage(templates, "templates/familyfact.html", "templates/childhead.html")
	birthPage  = web.NewPage(templates, "templates/birth.html", "templates/childhead.html")
	storyPage  = web.NewPage(templates, "templates/familystory.html", "templates/childhead.html")
)

// familyRoutes adds the pages about a child's family.
func (d *Desk) familyRoutes(s *web.Server) {
	s.Route("GET "+web.PathChildFamily, access.OpenChild, d.showFamily)
	s.Route("POST "+web.PathChildFamily, access.ChangeFamily, d.answerThought)
	s.Route("GET "+web.PathFamilyStory, access.OpenChild, d.showFamilyStory)
	s.Route("GET "+web.PathFamilyAdd, access.ChangeFamily, d.showAdd)
	s.Route("POST "+web.PathFamilyAdd, access.ChangeFamily, d.saveAdd)
	s.Route("GET "+web.PathFamilyFact, access.ChangeFamily, d.showFact)
	s.Route("POST "+web.PathFamilyFact, access.ChangeFamily, d.saveFact)
	s.Route("GET "+web.PathBirth, access.RecordBirth, d.showBirth)
	s.Route("POST "+web.PathBirth, access.RecordBirth, d.saveBirth)
	s.Route("GET "+web.PathDeath, access.RecordDeath, d.showDeath)
	s.Route("POST "+web.PathDeath, access.RecordDeath, d.saveDeath)
}

type familyView struct {
	*FamilyPage
	head
	Form  *web.Form
	Image template.HTML
	Error string // beside the date
	Asked string // the date as it was typed
}

// HasErrors says whether the date was refused.
func (v familyView) HasErrors() bool { return v.Error != "" }

func (d *Desk) showFamily(w http.ResponseWriter, r *http.Request) error {
	return d.familyWith(w, r, http.StatusOK, web.NewForm())
}

// familyWith shows the family page for the day in the address, with what a form on
// it must say.
func (d *Desk) familyWith(w http.ResponseWriter, r *http.Request, code int, f *web.Form) error {
	q := r.URL.Query()
	on, err := civil.ParseDate(q.Get("on"))
	v := familyView{Form: f, Asked: q.Get("on")}
	if err != nil && v.Asked != "" {
		v.Error, code = "Date must be like 2026-03-27", http.StatusUnprocessableEntity
	}
	v.FamilyPage, err = d.FamilyOn(r.Context(), web.Actor(r), r.PathValue("ref"), on, q.Get("known") == "then")
	if err != nil {
		return err
	}
	if v.Moved {
		return web.See(w, r, web.ChildPath(v.Child.Ref, "family"))
	}
	if v.Error == "" {
		v.Asked = v.On.String()
	}
	v.head, v.Image = headOf(v.Page, "family"), v.Map().SVG()
	return web.Render(w, r, code, familyPage, v)
}

// answerThought confirms or rejects what was inferred, with a button of the page.
func (d *Desk) answerThought(w http.ResponseWriter, r *http.Request) error {
	ref := r.PathValue("ref")
	f := web.NewForm()
	f.Read(r)
	answer := r.PostFormValue("answer")
	var err error
	switch answer {
	case "yes", "no":
		err = d.Settle(r.Context(), web.Actor(r), ref, r.PostFormValue("fact"), Answer{Yes: answer == "yes"})
	case "not-family":
		err = d.NotOfFamily(r.Context(), web.Actor(r), ref, r.PostFormValue("other"))
	default:
		f.Banner = "Use one of the two buttons beside what is thought."
		return d.familyWith(w, r, http.StatusUnprocessableEntity, f)
	}
	if f.Reject(err) {
		return d.familyWith(w, r, http.StatusConflict, f)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.ChildPath(ref, "family"))
}

// kinOptions are the kinds of relationship as a form offers them.
func kinOptions(leave ...person.Kin) []web.Option {
	var out []web.Option
	for _, k := range person.Kinds() {
		skip := false
		for _, x := range leave {
			skip = skip || x == k
		}
		if !skip {
			out = append(out, web.Option{Value: string(k), Label: web.Capital(person.KinWords(k))})
		}
	}
	return out
}

// memberOptions are the people of a family, the child first.
func memberOptions(p *FamilyPage, child bool) []web.Option {
	var out []web.Option
	if child {
		out = append(out, web.Option{Value: p.Child.Ref, Label: nameOf(p.Child), Hint: "the child"})
	}
	for _, x := range p.Relatives {
		out = append(out, web.Option{Value: x.Ref, Label: x.Name, Hint: x.Kind})
	}
	return out
}

var (
	sinceField  = web.Field{Name: "since", Label: "Since when?", Hint: "Leave it blank when it is not known, or was so from birth", Kind: "date"}
	sourceField = web.Field{Name: "source", Label: "Who told us, or where is it written?", Kind: "text"}
	sexField    = web.Field{Name: "sex", Label: "Sex", Kind: "radios", Options: []web.Option{{Value: "F", Label: "Female"}, {Value: "M", Label: "Male"}, {Value: "U", Label: "Not known"}}}
	livingField = web.Field{Name: "living", Label: "How do they live there?", Kind: "radios", Options: []web.Option{{Value: string(person.Lives), Label: "They live there"}, {Value: string(person.PartTime), Label: "They stay some of the time"}}}
	whyField    = web.Field{Name: "why", Label: "How do we know?", Kind: "text"}
)

// addForm asks for a relationship, an address or parental responsibility.
func addForm(p *FamilyPage, what string) *web.Form {
	switch what {
	case "stay":
		return web.NewForm(
			web.Field{Name: "about", Label: "Who lives there?", Kind: "radios", Options: memberOptions(p, true)},
			web.Field{Name: "address", Label: "First line of the address", Kind: "text"},
			web.Field{Name: "postcode", Label: "Postcode", Kind: "text", Width: 10},
			livingField, sinceField, sourceField)
	case "responsibility":
		holders := append(memberOptions(p, false), web.Option{Value: "authority", Label: "An authority or a body", Hint: "Enter its name below"})
		return web.NewForm(
			web.Field{Name: "holder", Label: "Who holds parental responsibility?", Kind: "radios", Options: holders},
			web.Field{Name: "name", Label: "Name of the authority or body", Kind: "text"},
			web.Field{Name: "how", Label: "How was it acquired?", Kind: "radios", Options: wayOptions()},
			sinceField, sourceField)
	}
	return web.NewForm(
		web.Field{Name: "about", Label: "Who are you adding a relative of?", Kind: "radios", Options: memberOptions(p, true)},
		web.Field{Name: "kind", Label: "What is the person you add to them?", Kind: "select", Options: append([]web.Option{{Value: "", Label: "Choose"}}, kinOptions()...)},
		web.Field{Name: "ref", Label: "Their reference, if we know them", Hint: "Like C-26-7K3QM9. Leave it blank for somebody new", Kind: "text", Width: 20},
		web.Field{Name: "given", Label: "First name", Kind: "text", Width: 20},
		web.Field{Name: "family", Label: "Family name", Kind: "text", Width: 20},
		web.Field{Name: "born", Label: "Date of birth, if known", Kind: "date"},
		web.Field{Name: "expected", Label: "When a baby who is not born yet is expected", Hint: "A baby needs no name", Kind: "date"},
		sexField, sinceField, sourceField)
}

func wayOptions() []web.Option {
	var out []web.Option
	for _, x := range person.Ways() {
		out = append(out, web.Option{Value: string(x.How), Label: x.Name, Hint: x.Law})
	}
	return out
}

type addView struct {
	*FamilyPage
	head
	Form        *web.Form
	What, Title string
}

// HasErrors says whether the form shows errors.
func (v addView) HasErrors() bool { return v.Form.HasErrors() }

var addTitles = map[string]string{"relation": "Add somebody to the family", "stay": "Add an address", "responsibility": "Add parental responsibility"}

func whatOf(r *http.Request) string {
	if what := r.URL.Query().Get("what"); addTitles[what] != "" {
		return what
	}
	return "relation"
}

func (d *Desk) addWith(w http.ResponseWriter, r *http.Request, code int, f *web.Form) error {
	what := whatOf(r)
	p, err := d.FamilyOn(r.Context(), web.Actor(r), r.PathValue("ref"), civil.Date{}, false)
	if err != nil {
		return err
	}
	if !p.CanChange {
		return refusal.Hidden()
	}
	if f == nil {
		f = addForm(p, what)
		f.Field("ref").Value = r.URL.Query().Get("ref") // of somebody the family page proposed
	}
	return web.Render(w, r, code, addPage, addView{p, headOf(p.Page, "family"), f, what, addTitles[what]})
}

func (d *Desk) showAdd(w http.ResponseWriter, r *http.Request) error {
	return d.addWith(w, r, http.StatusOK, nil)
}

func (d *Desk) saveAdd(w http.ResponseWriter, r *http.Request) error {
	who, ref, what := web.Actor(r), r.PathValue("ref"), whatOf(r)
	p, err := d.FamilyOn(r.Context(), who, ref, civil.Date{}, false)
	if err != nil {
		return err
	}
	f := addForm(p, what)
	f.Read(r)
	since, err := f.Date("since")
	born, err2 := f.Date("born")
	expected, err3 := f.Date("expected")
	fact := person.Dated{Since: since, Source: f.Value("source")}
	switch {
	case err != nil:
	case err2 != nil || err3 != nil:
		err = cmpErr(err2, err3)
	case what == "stay":
		err = d.addStay(r, f, fact)
	case what == "responsibility":
		n := NewHolder{Ref: f.Value("holder"), Responsibility: person.Responsibility{Dated: fact, How: person.Acquired(f.Value("how"))}}
		if n.Ref == "authority" {
			n.Ref, n.HolderName = "", f.Value("name")
		}
		err = d.HoldResponsibility(r.Context(), who, ref, n)
	case f.Value("about") == "":
		err = refusal.Field("about", "Select whose relative you are adding")
	default:
		err = d.Relate(r.Context(), who, ref, NewRelation{About: f.Value("about"), Kind: person.Kin(f.Value("kind")), Dated: fact,
			Who: Somebody{Ref: f.Value("ref"), Given: f.Value("given"), Family: f.Value("family"), Born: born, Expected: expected, Sex: known(f.Value("sex"))}})
	}
	if f.Reject(err) {
		return d.addWith(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.ChildPath(ref, "family"))
}

func (d *Desk) addStay(r *http.Request, f *web.Form, fact person.Dated) error {
	if f.Value("about") == "" {
		return refusal.Field("about", "Select who lives there")
	}
	s := person.Stay{Dated: fact, Address: f.Value("address"), Postcode: f.Value("postcode"), How: person.Living(f.Value("living"))}
	err := d.Live(r.Context(), web.Actor(r), r.PathValue("ref"), NewStay{About: f.Value("about"), Stay: s})
	return renamed(err, "how", "living")
}

// renamed moves a problem to the question that asks for it here.
func renamed(err error, from, to string) error {
	x, ok := refusal.As(err)
	if !ok {
		return err
	}
	for i := range x.Problems {
		if x.Problems[i].Field == from {
			x.Problems[i].Field = to
		}
	}
	return x
}

func known(sex string) string {
	if sex == "U" {
		return ""
	}
	return sex
}

// FactView is one fact with what it was before.
type factView struct {
	*FamilyPage
	head
	Form, EndForm, RightForm *web.Form
	Text, Source, Since      string
	Thought, Live            bool
	Chance                   int
	Reasons                  []string
	Was                      []Ended
	ID                       string
}

// HasErrors says whether a form shows errors.
func (v factView) HasErrors() bool {
	return v.Form.HasErrors() || v.EndForm.HasErrors() || v.RightForm.HasErrors()
}

// Errors are those of the form that was sent, for the summary.
func (v factView) Errors() []refusal.Problem {
	return append(append(append([]refusal.Problem{}, v.Form.Errors...), v.EndForm.Errors...), v.RightForm.Errors...)
}

// Banner says what changed meanwhile.
func (v factView) Banner() string { return v.Form.Banner + v.EndForm.Banner + v.RightForm.Banner }

// answerForm asks what somebody says of an inferred fact: only whether, or also how
// two people are related.
func answerForm(choose []person.Kin) *web.Form {
	options := []web.Option{{Value: "yes", Label: "Yes, this is so"}, {Value: "no", Label: "No, this is not so"}}
	if len(choose) > 0 {
		options = nil
		for _, k := range choose {
			o := web.Option{Value: string(k), Label: web.Capital(person.KinWords(k))}
			switch k {
			case person.Sibling:
				o.Hint = "Full or half is not known"
			case person.Household:
				o.Hint = "And is not related as above"
			}
			options = append(options, o)
		}
		options = append(options, web.Option{Value: "no", Label: "Neither related nor of this household"})
	}
	return web.NewForm(web.Field{Name: "answer", Label: "Is this so?", Kind: "radios", Options: options}, whyField)
}

// How two people who are only known to live together, or to be brother or sister,
// may be related: children, and a child with a grown-up.
var (
	childChoices = []person.Kin{person.FullSibling, person.HalfSibling, person.StepSibling, person.Sibling, person.Household}
	grownChoices = []person.Kin{person.Mother, person.Father, person.StepParent, person.Carer, person.Grandparent, person.AuntUncle, person.OtherKin, person.Household}
)

func endForm() *web.Form {
	why := whyField
	why.Name, why.Label = "end-why", "How do we know that it ended?"
	return web.NewForm(web.Field{Name: "until", Label: "When did it end?", Hint: "The last day on which it was so", Kind: "date"}, why)
}

// rightForm asks for a fact as it should have been recorded, with what is there now.
func rightForm(kind record.FactKind, f record.Family, child string) *web.Form {
	var own []web.Field
	var d person.Dated
	switch kind {
	case record.RelationFact:
		r := f.Relationships[0]
		d = r.Dated
		k := r.Kind
		if _, seen, ok := r.Seen(child); ok {
			k = seen
		}
		if r.Person == child {
			k = r.Kind
		}
		own = []web.Field{{Name: "kind", Label: "How are they related?", Kind: "select", Value: string(k), Options: kinOptions()}}
	case record.StayFact:
		s := f.Stays[0]
		d = s.Dated
		living := livingField
		living.Value = string(s.How)
		own = []web.Field{{Name: "address", Label: "First line of the address", Kind: "text", Value: s.Address}, {Name: "postcode", Label: "Postcode", Kind: "text", Width: 10, Value: s.Postcode}, living}
	case record.ResponsibilityFact:
		r := f.Responsibilities[0]
		d = r.Dated
		own = []web.Field{{Name: "how", Label: "How was it acquired?", Kind: "radios", Value: string(r.How), Options: wayOptions()}}
	}
	since, until, source, why := sinceField, sinceField, sourceField, whyField
	since.Name = "right-since"
	until.Name, until.Label, until.Hint = "right-until", "Until when?", "Leave it blank when it is still so"
	source.Value = d.Source
	why.Name, why.Label = "right-why", "What was wrong?"
	form := web.NewForm(append(own, since, until, source, why)...)
	form.SetDate("right-since", d.Since)
	form.SetDate("right-until", d.Until)
	return form
}

// Fact opens one fact of a child's family for a change.
func (d *Desk) factWith(w http.ResponseWriter, r *http.Request, code int, change func(*factView)) error {
	p, err := d.FamilyOn(r.Context(), web.Actor(r), r.PathValue("ref"), civil.Date{}, false)
	if err != nil {
		return err
	}
	kind, f := p.find(r.PathValue("id"))
	if kind == "" || !p.CanChange {
		return refusal.Hidden()
	}
	v := factView{FamilyPage: p, head: headOf(p.Page, "family"), ID: r.PathValue("id"), EndForm: endForm(), RightForm: rightForm(kind, f, p.Child.ID)}
	x := factsIn(f)[0]
	var choose []person.Kin
	v.Text, choose = p.say(kind, f)
	v.Form = answerForm(choose)
	v.Source, v.Since, v.Reasons, v.Chance = sourceWords(x), x.Since.Words(), x.Reasons, x.Chance
	if kind == record.RelationFact && f.Relationships[0].Kind.Lasting() {
		v.Since = "" // by birth
	}
	v.Thought = x.Standing == person.Inferred && x.Replaced.At.IsZero()
	v.Live = x.Standing == person.Confirmed && x.Replaced.At.IsZero()
	v.Was = p.before(x)
	if change != nil {
		change(&v)
	}
	return web.Render(w, r, code, factPage, v)
}

func (d *Desk) showFact(w http.ResponseWriter, r *http.Request) error {
	return d.factWith(w, r, http.StatusOK, nil)
}

func (d *Desk) saveFact(w http.ResponseWriter, r *http.Request) error {
	who, ref, id := web.Actor(r), r.PathValue("ref"), r.PathValue("id")
	p, err := d.FamilyOn(r.Context(), who, ref, civil.Date{}, false)
	if err != nil {
		return err
	}
	kind, facts := p.find(id)
	if kind == "" || !p.CanChange {
		return refusal.Hidden()
	}
	var f *web.Form
	var put func(*factView)
	switch r.PostFormValue("do") {
	case "end":
		f = endForm()
		f.Read(r)
		put = func(v *factView) { v.EndForm = f }
		var until civil.Date
		if until, err = f.Date("until"); err == nil {
			err = renamed(d.End(r.Context(), who, ref, id, until, f.Value("end-why")), "why", "end-why")
		}
	case "right":
		f = rightForm(kind, facts, p.Child.ID)
		f.Read(r)
		put = func(v *factView) { v.RightForm = f }
		err = d.putRight(r, f)
	default:
		_, choose := p.say(kind, facts)
		f = answerForm(choose)
		f.Read(r)
		put = func(v *factView) { v.Form = f }
		answer := f.Value("answer")
		switch answer {
		case "":
			err = refusal.Field("answer", "Select what is so")
		case "yes", "no":
			err = d.Settle(r.Context(), who, ref, id, Answer{Yes: answer == "yes", Why: f.Value("why")})
		default:
			err = d.Settle(r.Context(), who, ref, id, Answer{Yes: true, Kind: person.Kin(answer), Why: f.Value("why")})
		}
	}
	if f.Reject(err) {
		return d.factWith(w, r, http.StatusUnprocessableEntity, put)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.ChildPath(ref, "family"))
}

func (d *Desk) putRight(r *http.Request, f *web.Form) error {
	since, err := f.Date("right-since")
	if err != nil {
		return err
	}
	until, err := f.Date("right-until")
	if err != nil {
		return err
	}
	err = d.PutRight(r.Context(), web.Actor(r), r.PathValue("ref"), r.PathValue("id"), Correction{
		Kind: person.Kin(f.Value("kind")), Address: f.Value("address"), Postcode: f.Value("postcode"), Living: person.Living(f.Value("living")),
		How: person.Acquired(f.Value("how")), Since: since, Until: until, Source: f.Value("source"), Why: f.Value("right-why"),
	})
	for from, to := range map[string]string{"since": "right-since", "until": "right-until", "why": "right-why"} {
		err = renamed(err, from, to)
	}
	return err
}

// find gives one fact of the family that may be seen.
func (p *FamilyPage) find(id string) (record.FactKind, record.Family) {
	for _, r := range p.kin.facts.Relationships {
		if r.ID == id {
			return record.RelationFact, record.Family{Relationships: []person.Relationship{r}}
		}
	}
	for _, s := range p.kin.facts.Stays {
		if s.ID == id {
			return record.StayFact, record.Family{Stays: []person.Stay{s}}
		}
	}
	for _, r := range p.kin.facts.Responsibilities {
		if r.ID == id {
			return record.ResponsibilityFact, record.Family{Responsibilities: []person.Responsibility{r}}
		}
	}
	return "", record.Family{}
}

// say tells a fact in words. choose are the ways in which two people may be related
// who are only known to live together or to be brother or sister.
func (p *FamilyPage) say(kind record.FactKind, f record.Family) (text string, choose []person.Kin) {
	name := func(id string) string { return nameOf(p.kin.people[id]) }
	switch kind {
	case record.RelationFact:
		r := f.Relationships[0]
		from, other, k := r.Person, r.Other, r.Kind
		if o, seen, ok := r.Seen(p.Child.ID); ok {
			from, other, k = p.Child.ID, o, seen
		}
		who := p.kin.people[other]
		switch {
		case from == p.Child.ID && who.IsChild && (k == person.Household || k.Siblings()):
			choose = childChoices
		case from == p.Child.ID && k == person.Household:
			choose = grownChoices
		}
		if k == person.Household {
			return name(other) + " lives in the household of " + name(from), choose
		}
		return name(other) + " is the " + person.KinNamed(k, who.Sex) + " of " + name(from), choose
	case record.StayFact:
		s := f.Stays[0]
		return name(s.Person) + " " + map[person.Living]string{person.Lives: "lives at ", person.PartTime: "stays some of the time at "}[s.How] + address(s), nil
	}
	r := f.Responsibilities[0]
	way, _ := person.WayOf(r.How)
	holder := r.HolderName
	if r.Holder != "" {
		holder = name(r.Holder)
	}
	return holder + " holds parental responsibility for " + name(r.Child) + " (" + way.Name + ")", nil
}

// before is what a fact puts right, the newest first.
func (p *FamilyPage) before(x person.Dated) []Ended {
	var out []Ended
	for cites := x.Cites; cites != ""; {
		kind, f := p.find(cites)
		if kind == "" {
			break
		}
		text, _ := p.say(kind, f)
		d := factsIn(f)[0]
		out = append(out, Ended{Text: text, When: "put right " + d.Replaced.At.Date().Words() + " by " + d.Replaced.Name, Why: d.Replaced.Why, Fact: d.ID})
		cites = d.Cites
	}
	return out
}
