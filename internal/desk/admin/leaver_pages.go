package admin

import (
	"net/http"
	"strconv"

	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

var (
	atPartnerPage = web.NewPage(templates, "templates/partner.html")
	leaverPage    = web.NewPage(templates, "templates/leaver.html")
)

func (d *Desk) showParticipants(w http.ResponseWriter, r *http.Request) error {
	p, err := d.Participants(r.Context(), web.Actor(r), r.PathValue("id"))
	if err != nil {
		return err
	}
	v := struct {
		AtPartner
		Path, Checked string
		Files         web.Files
	}{p, web.PartnerPath(p.ID), p.Now.Clock(), filesAt(web.PartnerPath(p.ID))}
	return web.Render(w, r, http.StatusOK, atPartnerPage, v)
}

// participantsSheet is the addresses at an agency as a file.
func (d *Desk) participantsSheet(r *http.Request) (web.Sheet, error) {
	p, err := d.Participants(r.Context(), web.Actor(r), r.PathValue("id"))
	s := web.Sheet{Head: []string{"address", "name", "account", "does", "links_open", "links_used", "links_over", "links_ended", "last_used"}}
	for _, x := range p.People {
		s.Rows = append(s.Rows, []string{x.Address, x.Name, x.Account, x.Does, strconv.Itoa(x.Open), strconv.Itoa(x.Used), strconv.Itoa(x.Over), strconv.Itoa(x.Ended), x.Last.String()})
	}
	return s, err
}

func (l Leaver) form() *web.Form {
	fields := []web.Field{{Name: "digest", Kind: "hidden", Value: l.Digest}}
	if l.Mailbox {
		fields = append(fields, web.Field{Name: "mailbox", Label: "The agency’s new e-mail address", Hint: "Its own address was this person’s. Links and notices go to the new one from now on", Kind: "email"})
	}
	fields = append(fields,
		web.Field{Name: "why", Label: "How do you know that they have left?", Kind: "textarea", Rows: 2},
		web.Field{Name: "typed", Label: "How many links end?", Hint: "Type the number that stands above, so that nothing ends by mistake", Kind: "text", Width: 5})
	return web.NewForm(fields...)
}

type leaverView struct {
	Leaver
	Form    *web.Form
	Back    string
	Nothing bool
	Checked string
	Going   []string
}

// HasErrors says whether the form shows errors.
func (v leaverView) HasErrors() bool { return v.Form.HasErrors() }

// linkWords are what each kind of link is called, one and several.
var linkWords = map[record.LinkKind][2]string{
	record.LinkQuestion: {"question", "questions"}, record.LinkInvitation: {"invitation", "invitations"}, record.LinkOutcome: {"word of what was decided", "words of what was decided"},
}

func (g Goes) words() string {
	n := linkWords[g.Kind]
	what, goes := strconv.Itoa(g.N)+" "+n[1], "go"
	if g.N == 1 {
		what, goes = "1 "+n[0], "goes"
	}
	switch {
	case g.New:
		return what + " " + goes + " to the agency’s new address by a new link"
	case g.To == "":
		return what + ": no other address can be sent it. Whoever sent it is told to call the agency"
	}
	return what + " " + goes + " to " + g.To + " by a new link"
}

func (d *Desk) showLeaver(w http.ResponseWriter, r *http.Request) error {
	l, err := d.Leaver(r.Context(), web.Actor(r), r.PathValue("id"), r.PathValue("who"))
	if err != nil {
		return err
	}
	return d.leaverWith(w, r, http.StatusOK, l, l.form())
}

func (d *Desk) leaverWith(w http.ResponseWriter, r *http.Request, code int, l Leaver, f *web.Form) error {
	v := leaverView{Leaver: l, Form: f, Back: web.PartnerPath(l.Organisation), Checked: l.Now.Clock(), Nothing: l.Links == 0 && !l.Holds()}
	for _, g := range l.Goes {
		v.Going = append(v.Going, g.words())
	}
	return web.Render(w, r, code, leaverPage, v)
}

func (d *Desk) saveLeaver(w http.ResponseWriter, r *http.Request) error {
	ctx, who := r.Context(), web.Actor(r)
	f := Leaver{Participant: Participant{Mailbox: true}}.form()
	f.Read(r)
	c := Leave{Organisation: r.PathValue("id"), Key: r.PathValue("who"), Why: f.Value("why"), Typed: f.Value("typed"), Mailbox: f.Value("mailbox"), Digest: f.Value("digest")}
	err := d.PersonLeft(ctx, who, c)
	if k := refusal.KindOf(err); k == refusal.Invalid || k == refusal.Conflict {
		l, wrong := d.Leaver(ctx, who, c.Organisation, c.Key)
		if wrong != nil {
			return wrong
		}
		kept := l.form() // as it stands now, with what was typed
		kept.Read(r)
		kept.Field("digest").Value = l.Digest
		if k == refusal.Conflict {
			kept.Field("typed").Value = "" // it is another list: it is counted again
		}
		if kept.Reject(err) {
			return d.leaverWith(w, r, http.StatusUnprocessableEntity, l, kept)
		}
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.PartnerPath(c.Organisation))
}
