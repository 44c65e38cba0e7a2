package partners

import (
	"net/http"
	"strconv"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/pathway"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

var (
	messagesPage = web.NewPage(templates, "templates/messages.html", "templates/parts.html")
	threadPage   = web.NewPage(templates, "templates/thread.html")
	writePage    = web.NewPage(templates, "templates/write.html")
)

func (d *Desk) messageRoutes(s *web.Server) {
	s.List(web.PathMessages, access.ReadMessages, web.Listing{Name: "messages", Page: d.showMessages, Sheet: d.messagesSheet})
	s.Route("GET "+web.PathWriteMessage, access.SendMessage, d.showWrite)
	s.Route("POST "+web.PathWriteMessage, access.SendMessage, d.saveWrite)
	s.Route("GET "+web.PathThread, access.ReadMessages, d.showThread)
	s.Route("POST "+web.PathThread, access.SendMessage, d.saveThread)
}

type threadView struct {
	Listed
	Path, When, Waits string
}

func threadViews(all []Listed, now civil.Instant) []threadView {
	var out []threadView
	for _, l := range all {
		v := threadView{Listed: l, Path: web.ThreadPath(l.ID), When: web.DateWords(now, l.Last)}
		if !l.Oldest.IsZero() {
			v.Waits = "unread for " + civil.Span(now.Sub(l.Oldest))
		}
		out = append(out, v)
	}
	return out
}

type messagesView struct {
	Files         web.Files
	Checked       string
	Rows          []threadView
	Unread        int
	Partner, Only bool
	SeesAnswers   bool
	Most          bool
}

func unreadOnly(r *http.Request) bool { return r.URL.Query().Get("show") == "unread" }

func (d *Desk) showMessages(w http.ResponseWriter, r *http.Request) error {
	all, now, err := d.Threads(r.Context(), web.Actor(r), unreadOnly(r))
	if err != nil {
		return err
	}
	v := messagesView{Files: web.FilesOf(r), Checked: now.Clock(), Rows: threadViews(all, now), Partner: web.Actor(r).AgencyID != "", SeesAnswers: access.ScopeOf(web.Actor(r), access.SeeAnswers).Allowed, Only: unreadOnly(r), Most: len(all) == mostListed}
	for _, l := range all {
		v.Unread += l.Unread
	}
	return web.Render(w, r, http.StatusOK, messagesPage, v)
}

func (d *Desk) messagesSheet(r *http.Request) (web.Sheet, error) {
	all, _, err := d.Threads(r.Context(), web.Actor(r), unreadOnly(r))
	s := web.Sheet{Head: []string{"thread", "contact", "child", "agency", "last_sent", "last_by", "messages", "unread", "not_read_by", "oldest_unread"}}
	for _, l := range all {
		s.Rows = append(s.Rows, []string{l.ID, l.Contact, l.Child, l.Agency, l.Last.String(), l.By, strconv.Itoa(l.Sent), strconv.Itoa(l.Unread), strconv.Itoa(l.Theirs), l.Oldest.String()})
	}
	return s, err
}

type messageView struct {
	Message
	Mine                  bool
	SentWords, StateWords string
}

type oneThreadView struct {
	Thread
	Partner, CanWrite, CanOpen bool
	Items                      []messageView
	Form                       *web.Form
}

// HasErrors says whether the form shows errors.
func (v oneThreadView) HasErrors() bool { return v.Form.HasErrors() }

func replyForm() *web.Form {
	return web.NewForm(web.Field{Name: "text", Label: "Your message", Kind: "textarea", Rows: 4, Max: pathway.LongestMessage})
}

func (d *Desk) showThread(w http.ResponseWriter, r *http.Request) error {
	return d.threadWith(w, r, http.StatusOK, replyForm())
}

func (d *Desk) threadWith(w http.ResponseWriter, r *http.Request, code int, f *web.Form) error {
	who := web.Actor(r)
	t, now, err := d.Thread(r.Context(), who, r.PathValue("id"))
	if err != nil {
		return err
	}
	v := oneThreadView{Thread: t, Partner: who.AgencyID != "", CanWrite: !who.ReadOnly && access.ScopeOf(who, access.SendMessage).Allowed, CanOpen: access.ScopeOf(who, access.OpenContact).Allowed, Form: f}
	for _, m := range t.Messages {
		x := messageView{Message: m, Mine: m.FromAgency == v.Partner, SentWords: "Sent " + web.DateWords(now, m.Sent)}
		switch {
		case !m.Read.IsZero():
			x.StateWords = "read " + web.DateWords(now, m.Read) + " by " + m.ReadBy
		case x.Mine:
			x.StateWords = "not read yet"
		default:
			x.StateWords = "read now"
		}
		v.Items = append(v.Items, x)
	}
	return web.Render(w, r, code, threadPage, v)
}

func (d *Desk) saveThread(w http.ResponseWriter, r *http.Request) error {
	f := replyForm()
	f.Read(r)
	id := r.PathValue("id")
	err := d.Reply(r.Context(), web.Actor(r), id, f.Value("text"))
	if f.Reject(err) {
		return d.threadWith(w, r, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.ThreadPath(id))
}

type writeView struct {
	Ref     string
	Partner bool
	Form    *web.Form
}

// HasErrors says whether the form shows errors.
func (v writeView) HasErrors() bool { return v.Form.HasErrors() }

// writeForm asks which child and which agency, in one question, and what to say.
func writeForm(all []Party, partner bool) *web.Form {
	to := web.Field{Name: "to", Label: "About which child, and to which agency?", Hint: "Only agencies that told us of the child, were asked or are invited", Kind: "radios"}
	if partner {
		to.Label, to.Hint = "About which child?", ""
	}
	for _, p := range all {
		o := web.Option{Value: p.Child + "." + p.Organisation, Label: p.Said}
		if !partner {
			o.Label = p.Name + ", about " + p.Said
		}
		to.Options = append(to.Options, o)
	}
	return web.NewForm(web.Field{Name: "contact", Kind: "hidden"}, to, web.Field{Name: "text", Label: "Your message", Kind: "textarea", Rows: 6, Max: pathway.LongestMessage})
}

func (d *Desk) showWrite(w http.ResponseWriter, r *http.Request) error {
	return d.writeWith(w, r, http.StatusOK, r.URL.Query().Get("contact"), nil)
}

func (d *Desk) writeWith(w http.ResponseWriter, r *http.Request, code int, contact string, f *web.Form) error {
	who := web.Actor(r)
	if f == nil {
		all, err := d.Parties(r.Context(), who, contact)
		if err != nil {
			return err
		}
		f = writeForm(all, who.AgencyID != "")
		f.Field("contact").Value = contact
		if len(all) == 1 {
			f.Field("to").Value = all[0].Child + "." + all[0].Organisation
		}
	}
	return web.Render(w, r, code, writePage, writeView{contact, who.AgencyID != "", f})
}

func (d *Desk) saveWrite(w http.ResponseWriter, r *http.Request) error {
	who, contact := web.Actor(r), r.PostFormValue("contact")
	all, err := d.Parties(r.Context(), who, contact)
	if err != nil {
		return err
	}
	f := writeForm(all, who.AgencyID != "")
	f.Read(r)
	child, agency, _ := strings.Cut(f.Value("to"), ".")
	id, err := d.Write(r.Context(), who, contact, child, agency, f.Value("text"))
	if refusal.KindOf(err) == refusal.Invalid && f.Reject(err) {
		return d.writeWith(w, r, http.StatusUnprocessableEntity, contact, f)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.ThreadPath(id))
}
