package partners

import (
	"net/http"
	"strconv"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

var (
	promptPage = web.NewPage(templates, "templates/promptness.html", "templates/parts.html")
	sentPage   = web.NewPage(templates, "templates/sent.html", "templates/parts.html")
)

func (d *Desk) promptRoutes(s *web.Server) {
	s.List(web.PathPromptness, access.SeeAnswers, web.Listing{Name: "promptness", Page: d.showPromptness, Sheet: d.promptnessSheet})
	s.List(web.PathPromptList, access.SeeAnswers, web.Listing{Name: "promptness-list", Page: d.showSent, Sheet: d.sentSheet})
}

func whatWords(what string) string {
	for _, m := range measured {
		if m.what == what {
			return m.words
		}
	}
	return "Questions and messages"
}

func span(seconds *int64) string {
	if seconds == nil {
		return "–"
	}
	return civil.Span(time.Duration(*seconds) * time.Second)
}

type promptView struct {
	Prompt
	Words, MedianRead, MedianAnswer, OldestWords string
	All, ReadPath, AnsweredPath, OpenPath        string
}

func promptViews(all []Prompt, from civil.Date, now civil.Instant) []promptView {
	var out []promptView
	for _, p := range all {
		path := func(only string) string {
			return web.PathPromptList + "?" + SentFilter{Agency: p.agencyID, What: p.What, Only: only, From: from}.query()
		}
		v := promptView{Prompt: p, Words: whatWords(p.What), MedianRead: span(p.ToRead), MedianAnswer: span(p.ToAnswer), OldestWords: "–", All: path(""), ReadPath: path("read"), AnsweredPath: path("answered"), OpenPath: path("open")}
		if !p.Oldest.IsZero() {
			v.OldestWords = civil.Span(now.Sub(p.Oldest))
		}
		out = append(out, v)
	}
	return out
}

type promptnessView struct {
	Files                       web.Files
	From, Since, Error, Checked string
	Rows                        []promptView
	Partner                     bool
	Scorecards, Packs           bool // may read them
}

// HasErrors says whether the day asked for was wrong.
func (v promptnessView) HasErrors() bool { return v.Error != "" }

func (d *Desk) showPromptness(w http.ResponseWriter, r *http.Request) error {
	v := promptnessView{Files: web.FilesOf(r), From: r.URL.Query().Get("from"), Partner: web.Actor(r).AgencyID != "",
		Scorecards: access.ScopeOf(web.Actor(r), access.SeeScorecard).Allowed, Packs: access.ScopeOf(web.Actor(r), access.SeeJointPack).Allowed}
	code := http.StatusOK
	from, err := d.fromOf(r.URL.Query())
	if err != nil {
		v.Error, code = err.Error(), http.StatusUnprocessableEntity
		if from, err = d.fromOf(nil); err != nil {
			return err
		}
	}
	p, err := d.Promptness(r.Context(), web.Actor(r), from)
	if err != nil {
		return err
	}
	v.Since, v.Checked, v.Rows = from.Words(), p.now.Clock(), promptViews(p.Rows, from, p.now)
	return web.Render(w, r, code, promptPage, v)
}

func number(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

// promptnessSheet is the same rows as a file: an agency and the front door get the same.
func (d *Desk) promptnessSheet(r *http.Request) (web.Sheet, error) {
	s := web.Sheet{Head: []string{"agency", "what", "sent", "read", "median_seconds_to_read", "answered", "median_seconds_to_answer", "not_answered", "oldest_not_answered"}}
	from, err := d.fromOf(r.URL.Query())
	if err != nil {
		return s, err
	}
	p, err := d.Promptness(r.Context(), web.Actor(r), from)
	for _, x := range p.Rows {
		s.Rows = append(s.Rows, []string{x.Agency, x.What, strconv.Itoa(x.Sent), strconv.Itoa(x.Read), number(x.ToRead), strconv.Itoa(x.Answered), number(x.ToAnswer), strconv.Itoa(x.Open), x.Oldest.String()})
	}
	return s, err
}

type sentView struct {
	Sent
	Words, ReadTook, AnswerTook, Path string
}

type sentListView struct {
	Files          web.Files
	Title, Checked string
	Rows           []sentView
}

func (d *Desk) sent(r *http.Request) (SentFilter, []Sent, civil.Instant, error) {
	q := r.URL.Query()
	f := SentFilter{Agency: q.Get("agency"), What: q.Get("what"), Only: q.Get("only")}
	var err error
	if f.From, err = d.fromOf(q); err != nil {
		return f, nil, civil.Instant{}, refusal.New(refusal.Invalid, err.Error())
	}
	all, now, err := d.Sent(r.Context(), web.Actor(r), f)
	return f, all, now, err
}

func (d *Desk) showSent(w http.ResponseWriter, r *http.Request) error {
	f, all, now, err := d.sent(r)
	if err != nil {
		return err
	}
	v := sentListView{Files: web.FilesOf(r), Title: whatWords(f.What) + " since " + f.From.Words(), Checked: now.Clock()}
	v.Title += map[string]string{"read": ", read", "answered": ", answered", "open": ", not answered"}[f.Only]
	open := access.ScopeOf(web.Actor(r), access.OpenContact).Allowed
	for _, s := range all {
		x := sentView{Sent: s, Words: whatWords(s.What), ReadTook: span(s.ToRead), AnswerTook: span(s.ToAnswer)}
		if open && s.Contact != "" {
			x.Path = web.ContactPath(s.Contact, "")
		}
		v.Rows = append(v.Rows, x)
	}
	return web.Render(w, r, http.StatusOK, sentPage, v)
}

func (d *Desk) sentSheet(r *http.Request) (web.Sheet, error) {
	_, all, _, err := d.sent(r)
	s := web.Sheet{Head: []string{"what", "agency", "contact", "sent", "read", "answered", "seconds_to_read", "seconds_to_answer"}}
	for _, x := range all {
		s.Rows = append(s.Rows, []string{x.What, x.Agency, x.Contact, x.Sent.String(), x.Read.String(), x.Answered.String(), number(x.ToRead), number(x.ToAnswer)})
	}
	return s, err
}
