package contacts

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"frontdoor/internal/civil"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

type peopleView struct {
	head
	Kids    []kidView
	CanLink bool
}

// kidView is one child of the contact and who it may be.
type kidView struct {
	ID, Name, Age string
	Version       int64
	Named         bool
	Fields        nameFields
	Linked        *linkedView
	Answer        string
	Outcome       []shareView
	Settle        string
	Found, Faint  []candidateView // Faint are those for whom little speaks, where they are several
	Family        []PastContact
	Others        []Other
	Elsewhere     []record.Elsewhere
	Choice        *web.Field
	Before        []beforeView
}

// Likely is the chance that the other contact is about the same child, in words.
func (o Other) Likely() string { return outOf(o.Chance) }

// linkedView is the record that a child is linked to, with how and why.
type linkedView struct {
	Name, Ref, Path, How string
	Why                  []string
	Evidence             *candidateView
}

// candidateView is somebody the child may be.
type candidateView struct {
	ID, Name, Age, Ref string
	Band               web.Mark
	Masked             string
	Short              []string // the strongest sentences
	Steps              waterfall
	Rows               []person.Row
	First, NotThem     bool
	Taken              bool // another child of the contact is this one
}

// beforeView is a choice that was made before. With says how likely the system held
// it to be that time, and with which weights.
type beforeView struct {
	What, Ref, By, When, With string
	Why                       []string
}

func (c Chosen) view() beforeView {
	v := beforeView{What: web.Capital(choiceWords[c.Choice]), Ref: c.Ref, By: c.By, When: c.At.Words(), Why: strings.FieldsFunc(c.Reasons, func(r rune) bool { return r == '\n' })}
	if c.Model != "" && c.Ref != "" && c.person != "" && c.Choice != "new" && c.Choice != "sibling" {
		v.With = fmt.Sprintf("%s: %s. Weights of %s", bandMarks[c.Band].Words, outOf(c.Chance), c.Model)
	}
	return v
}

// bandMarks are the bands in words, as they stand beside a candidate.
var bandMarks = map[person.Band]web.Mark{
	person.Certain: {Words: "Certain", Tone: "done"}, person.Review: {Words: "To confirm", Tone: "soon"},
	person.FamilyOnly: {Words: "We know the family", Tone: "note"}, person.Unlikely: {Words: "Unlikely", Tone: "quiet"},
}

func (d *Desk) showPeople(w http.ResponseWriter, r *http.Request) error {
	return d.peopleWith(w, r, http.StatusOK, web.NewForm())
}

func (d *Desk) peopleWith(w http.ResponseWriter, r *http.Request, code int, f *web.Form) error {
	if err := d.read(r); err != nil {
		return err
	}
	p, err := d.People(r.Context(), web.Actor(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	v := peopleView{head: headOf(r, p.Contact, p.Now, "people", f), CanLink: !web.Actor(r).ReadOnly}
	for i := range p.Contact.Kids {
		v.Kids = append(v.Kids, p.kid(&p.Contact.Kids[i], f))
	}
	return web.Render(w, r, code, peoplePage, v)
}

func (p *People) kid(k *Kid, f *web.Form) kidView {
	w, on := p.Who[k.ID], p.Now.Date()
	v := kidView{ID: k.ID, Name: k.Name(), Age: k.AgeWords(on), Version: k.Version, Named: k.Named || k.Unborn, Fields: nameFieldsOf(k.ID, f)}
	for _, c := range w.Before {
		v.Before = append(v.Before, c.view())
	}
	if k.PersonID != "" {
		v.Linked = p.linked(k, w)
		return v
	}
	v.Answer, v.Outcome, v.Settle, v.Family = w.answer(), shares(w.Outcome), w.Settle, w.Family
	v.Others, v.Elsewhere = w.Others, w.Elsewhere
	for i, x := range w.Found {
		if c := x.view(k.ID, on, i == 0); x.faint() && w.manyFaint() {
			v.Faint = append(v.Faint, c)
		} else {
			v.Found = append(v.Found, c)
		}
	}
	v.Choice = w.choice(k)
	if have := f.Field(v.Choice.Name); have.Value != "" || have.Error != "" {
		v.Choice.Value, v.Choice.Error = have.Value, have.Error
	}
	for i := range f.Errors { // the summary leads to the first answer
		if e := &f.Errors[i]; e.Field == v.Choice.Name && len(v.Choice.Options) > 0 {
			e.Field += "-" + v.Choice.Options[0].Value
		}
	}
	return v
}

// fewFaint is how many of those for whom little speaks stand beside the others.
const fewFaint = 2

func (w *Who) manyFaint() bool {
	n := 0
	for _, x := range w.Found {
		if x.faint() {
			n++
		}
	}
	return n > fewFaint
}

func (p *People) linked(k *Kid, w *Who) *linkedView {
	v := &linkedView{How: linkWords[k.Link]}
	if known, ok := p.Persons[k.PersonID]; ok {
		v.Name, v.Ref, v.Path = nameOf(known.Person), known.Ref, web.ChildPath(known.Ref, "")
	}
	for _, c := range w.Before {
		if c.person == k.PersonID && c.Choice != "different" {
			if c.Reasons != "" {
				v.Why = strings.Split(c.Reasons, "\n")
			}
			break
		}
	}
	for _, x := range w.Found {
		if x.Masked == "" && x.Known.ID == k.PersonID {
			e := x.view(k.ID, p.Now.Date(), false)
			v.Evidence = &e
		}
	}
	return v
}

// answer is what the match comes to, in one sentence. Who the child is stays a
// person's choice.
func (w *Who) answer() string {
	masked, best := false, person.Unlikely
	for _, x := range w.Found {
		switch {
		case x.NotThem:
		case x.Masked != "":
			masked = true
		case bandOrder[x.Band] < bandOrder[best]:
			best = x.Band
		}
	}
	switch lean := leaning(best, w.Outcome); {
	case best == person.Unlikely && masked:
		return "A restricted record may match"
	case best == person.Unlikely:
		return ""
	case lean == person.Unlikely:
		return "Probably nobody we know. Somebody we know is a little like this child"
	case lean == person.FamilyOnly:
		return "We do not know this child. We know this family"
	case w.Outcome.Family > unlikelyAnswer:
		return "This may be a child we know, or a new child of a family we know"
	}
	return "This may be a child we know"
}

// leaning is the band that three answers come to, when the best of those found is in a
// band: a namesake far away does not make a child of a known family one to confirm.
func leaning(best person.Band, o person.Outcome) person.Band {
	switch {
	case best == person.Certain || best == person.Unlikely:
		return best
	case o.Nobody > 1-unlikelyAnswer:
		return person.Unlikely
	case o.Child < o.Family && o.Child < unlikelyAnswer:
		return person.FamilyOnly
	}
	return best
}

// unlikelyAnswer is the chance below which one of the three answers is not spoken of
// in the sentence above; its bar is still there.
const unlikelyAnswer = 0.1

// shortSentences are how many sentences stand beside a candidate that is not opened.
const shortSentences = 3

func (x Looked) view(kid string, on civil.Date, first bool) candidateView {
	if x.Masked != "" {
		return candidateView{Masked: x.Masked}
	}
	v := candidateView{ID: kid + "-" + x.Known.Ref, Name: nameOf(x.Known.Person), Ref: x.Known.Ref, Band: bandMarks[x.lean()], Rows: x.Rows, First: first && !x.NotThem, NotThem: x.NotThem, Taken: x.Taken}
	if x.lean() == person.FamilyOnly && x.FamilyChance < 0.5 {
		v.Band.Words = "May be of this family"
	}
	switch {
	case x.Known.Unborn:
		v.Age = "unborn"
	case !x.Known.Born.IsZero():
		v.Age = fmt.Sprint(x.Known.Born.Age(on))
	}
	v.Steps = fall(x.Why, x.Scored, x.lean() == person.FamilyOnly)
	for _, s := range v.Steps.facts()[:min(len(x.Why.Facts), shortSentences)] {
		v.Short = append(v.Short, s.Text)
	}
	return v
}

// lean is the band as it is shown: somebody who is likely to be a brother or sister
// and not likely to be the child is shown as family, and can still be chosen.
func (x Looked) lean() person.Band {
	if x.Band == person.Review && x.Chance < unlikelyAnswer && x.FamilyChance > x.Chance {
		return person.FamilyOnly
	}
	return x.Band
}

func nameOf(p person.Person) string {
	return strings.TrimSpace(p.Given + " " + p.Family)
}

// choice is the one question about a child: who is it? Nothing is chosen beforehand.
func (w *Who) choice(k *Kid) *web.Field {
	f := &web.Field{Name: "choice-" + k.ID, Label: "Who is " + k.Name() + "?", Kind: "radios"}
	named := k.Named || k.Unborn
	for _, x := range w.Found {
		if x.Masked != "" || x.NotThem || x.Taken || x.Band == person.FamilyOnly {
			continue
		}
		f.Options = append(f.Options, web.Option{Value: "same." + x.Known.Ref, Label: "The same child as " + nameOf(x.Known.Person) + ", " + x.Known.Ref})
	}
	for _, x := range w.families() {
		if named {
			f.Options = append(f.Options, web.Option{Value: "sibling." + x.Known.Ref, Label: "A brother or sister of " + nameOf(x.Known.Person) + ", " + x.Known.Ref,
				Hint: "A new child of this family: makes a record, in the same household"})
		}
	}
	if named {
		label := "A child not known before"
		if len(f.Options) > 0 {
			label = "None of them: a child not known before"
		}
		f.Options = append(f.Options, web.Option{Value: "new", Label: label, Hint: "Makes a record"})
	}
	if k.Link == pathway.LinkUnresolved {
		return f
	}
	f.Options = append(f.Options, web.Option{Value: "not_sure", Label: "Not sure yet", Hint: "Opens a wait to settle it. The clock of the contact runs on"})
	return f
}

// nameFields are the questions about a child who was not named. Open says that
// something is wrong with an answer.
type nameFields struct {
	Given, Family, Born, Reason *web.Field
	Open                        bool
}

func nameFieldsOf(kid string, f *web.Form) nameFields {
	have := func(name string, x web.Field) *web.Field {
		x.Name = name + "-" + kid
		if y := f.Field(x.Name); y.Value != "" || y.Error != "" {
			x.Value, x.Error = y.Value, y.Error
		}
		return &x
	}
	v := nameFields{
		Given:  have("given", web.Field{Label: "First name", Kind: "text", Width: 20}),
		Family: have("family", web.Field{Label: "Family name", Kind: "text", Width: 20}),
		Born:   have("born", web.Field{Label: "Date of birth, if known", Hint: "Like 2016-03-27", Kind: "text", Width: 10}),
		Reason: have("reason", web.Field{Label: "Why can this child not be identified? What was tried?", Kind: "textarea", Rows: 2}),
	}
	for _, x := range []*web.Field{v.Given, v.Family, v.Born, v.Reason} {
		v.Open = v.Open || x.Error != ""
	}
	return v
}

func (d *Desk) savePeople(w http.ResponseWriter, r *http.Request) error {
	child := r.PostFormValue("child")
	of := func(name string) string { return name + "-" + child }
	f := web.NewForm(web.Field{Name: "act", Kind: "hidden"}, web.Field{Name: "ref", Kind: "hidden"}, web.Field{Name: "version", Kind: "hidden"},
		web.Field{Name: of("choice"), Kind: "text"}, web.Field{Name: of("given"), Kind: "text"}, web.Field{Name: of("family"), Kind: "text"},
		web.Field{Name: of("born"), Kind: "text"}, web.Field{Name: of("reason"), Kind: "textarea"})
	f.Read(r)
	ctx, who, id := r.Context(), web.Actor(r), r.PathValue("id")
	version, _ := strconv.ParseInt(f.Value("version"), 10, 64)
	var err error
	switch act := f.Value("act"); act {
	case "name":
		var born civil.Date
		if s := f.Value(of("born")); s != "" {
			if born, err = civil.ParseDate(s); err != nil {
				err = refusal.Field("born", "Date of birth must be like 2016-03-27")
				break
			}
		}
		err = d.Name(ctx, who, id, Naming{Child: child, Given: f.Value(of("given")), Family: f.Value(of("family")), Born: born, Version: version})
	case "cannot":
		err = d.CannotIdentify(ctx, who, id, child, f.Value(of("reason")))
	case "undone", "different":
		err = d.Link(ctx, who, id, Choice{Child: child, As: act, Ref: f.Value("ref"), Version: version})
	default:
		as, ref, _ := strings.Cut(f.Value(of("choice")), ".")
		err = d.Link(ctx, who, id, Choice{Child: child, As: as, Ref: ref, Version: version})
	}
	if f.Reject(beside(child, err)) {
		return d.peopleWith(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.ContactPath(id, "people"))
}

// beside puts a refusal's problems beside the questions of one child.
func beside(child string, err error) error {
	x, ok := refusal.As(err)
	if !ok || len(x.Problems) == 0 {
		return err
	}
	var out []refusal.Problem
	for _, p := range x.Problems {
		out = append(out, refusal.Problem{Field: p.Field + "-" + child, Message: p.Message})
	}
	return refusal.Fields(out)
}
