// Package story runs stories that a practitioner can read against the real thing,
// with a clock that the story sets: real commands, a real database, no pages left
// out of the rules.
package story

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/allocations"
	"frontdoor/internal/desk/children"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/desk/feedback"
	"frontdoor/internal/desk/meetings"
	"frontdoor/internal/desk/partners"
	"frontdoor/internal/desk/partnership"
	"frontdoor/internal/desk/waiting"
	"frontdoor/internal/form"
	"frontdoor/internal/partner/police"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

// Line is one line of a story.
type Line struct {
	Number int
	Text   string
	At     civil.Instant // zero for an expectation
	Who    string
	Words  []string // quoted texts are one word
}

// Parse reads a story. A line is a comment (#), "at DATE TIME WHO does …" or
// "expect …". Times are on an English clock.
func Parse(r io.Reader) ([]Line, error) {
	var out []Line
	s := bufio.NewScanner(r)
	for n := 1; s.Scan(); n++ {
		text := strings.TrimSpace(s.Text())
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		l := Line{Number: n, Text: text}
		words, err := split(text)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		switch {
		case words[0] == "at" && len(words) >= 5:
			if l.At, err = moment(words[1], words[2]); err != nil {
				return nil, fmt.Errorf("line %d: %w", n, err)
			}
			l.Who, l.Words = words[3], words[4:]
		case words[0] == "expect" && len(words) >= 2:
			l.Words = words[1:]
		default:
			return nil, fmt.Errorf("line %d: %q is neither “at DATE TIME WHO …” nor “expect …”", n, text)
		}
		out = append(out, l)
	}
	return out, s.Err()
}

func split(text string) ([]string, error) {
	var out []string
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimSpace(text) {
		if text[0] != '"' {
			word, rest, _ := strings.Cut(text, " ")
			out, text = append(out, word), rest
			continue
		}
		word, rest, ok := strings.Cut(text[1:], `"`)
		if !ok {
			return nil, fmt.Errorf("a quotation mark is not closed")
		}
		out, text = append(out, word), rest
	}
	return out, nil
}

func moment(date, clock string) (civil.Instant, error) {
	d, err := civil.ParseDate(date)
	if err != nil {
		return civil.Instant{}, err
	}
	h, m, ok := strings.Cut(clock, ":")
	hour, err1 := strconv.Atoi(h)
	minute, err2 := strconv.Atoi(m)
	if !ok || err1 != nil || err2 != nil {
		return civil.Instant{}, fmt.Errorf("%q is not a time such as 14:05", clock)
	}
	return d.AtTime(hour, minute), nil
}

// World is the authority a story happens in.
type World struct {
	Record   *record.Record
	Contacts *contacts.Desk
	Waiting  *waiting.Desk
	Work     *allocations.Desk
	Meetings *meetings.Desk
	Children *children.Desk
	Police   *police.Door

	mu       sync.Mutex
	now      civil.Instant
	people   map[string]access.Actor
	admin    *admin.Desk
	meeting  string            // reference of the last strategy discussion
	latest   string            // reference of the last contact
	named    map[string]string // what a story calls a contact -> reference
	notice   string            // the last notice that a school read
	link     string            // the last one-time link
	pair     string            // the last two records that may be of one child
	refused  error             // the last refusal
	sent     int               // notifications that a story sent by number
	list     string            // the last list that was reconciled
	packed   []string          // the last evidence pack: agency, first and last day
	packHash string
	// The last pack of a joint inspection, and how it was asked for.
	jointPack  string
	jointAsked partnership.JointAsked

	searcher string // who searched last, and what they were shown
	searched *children.Found
	outcome  feedback.Outcome       // what a referrer read through their link
	own      []partners.OwnReferral // what a partner read of what it sent
}

// authority of every story.
const authority = "story"

// New makes the world on an empty, migrated database.
func New(ctx context.Context, d *db.DB) (*World, error) {
	set, err := timescale.Statutory()
	if err != nil {
		return nil, err
	}
	w := &World{people: map[string]access.Actor{}, named: map[string]string{}, now: civil.DateOf(2019, 1, 2).AtTime(9, 0)}
	w.Record = record.New(d, set, civil.England(), w.Now)
	w.Contacts, w.Waiting, w.Work = contacts.New(w.Record), waiting.New(w.Record), allocations.New(w.Record)
	w.Meetings = meetings.New(w.Record)
	w.admin, w.Children = admin.New(w.Record), children.New(w.Record)
	w.Police = police.New(w.Contacts, w.admin)
	if err := w.admin.AddAuthority(ctx, admin.Authority{ID: authority, Code: "990", Name: "Storyham", Phone: "01632 960000"}); err != nil {
		return nil, err
	}
	return w, w.addPeople(ctx)
}

// Now is the story's clock.
func (w *World) Now() civil.Instant {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *World) set(t civil.Instant) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = t
}

func (w *World) addPeople(ctx context.Context) error {
	service := admin.Service(authority)
	for _, o := range []admin.Organisation{
		{ID: "police", Kind: "police", Name: "Police", Email: "desk@police.example"}, {ID: "school", Kind: "school", Name: "Hilltop Primary", Email: "dsl@school.example"},
		{ID: "health", Kind: "health", Name: "Health visiting", Email: "hv@health.example"},
		{ID: "home", Kind: "school", Name: "Children educated at home"},
		{ID: "probation", Kind: "other_partner", Name: "Probation", Email: "desk@probation.example"},
	} {
		if _, err := w.admin.AddOrganisation(ctx, service, o); err != nil {
			return err
		}
	}
	for _, p := range []struct {
		id   string
		role access.Role
		team string
	}{
		{"screener", access.Screener, admin.FrontDoorTeam}, {"manager", access.FrontDoorManager, admin.FrontDoorTeam}, {"second-manager", access.FrontDoorManager, admin.FrontDoorTeam},
		{"team-manager", access.TeamManager, admin.DutyTeam}, {"chair", access.Chair, ""}, {"director", access.Director, ""}, {"worker", access.SocialWorker, admin.DutyTeam}, {"other-worker", access.SocialWorker, admin.DutyTeam},
	} {
		_, err := w.admin.AddUser(ctx, service, admin.NewUser{ID: p.id, Email: p.id + "@story.example", Name: strings.ReplaceAll(p.id, "-", " "), Roles: []admin.RoleIn{{Role: p.role, Team: p.team}}})
		if err != nil {
			return err
		}
		if w.people[p.id], err = w.Record.FindActor(ctx, authority, p.id); err != nil {
			return err
		}
	}
	if err := w.addPartners(ctx); err != nil {
		return err
	}
	w.people["officer"], w.people["director"] = officer(), director()
	w.people["lead"], w.people["home-officer"] = lead("lead", "school"), lead("home-officer", "home")
	w.people["police"] = access.Actor{ID: "force", Name: "Police", Authority: authority, AgencyID: "police", AgencyKind: "police", Roles: []access.Role{access.Door}}
	w.people["referrer"] = access.Actor{ID: "public", Authority: authority, Roles: []access.Role{access.Public}}
	return nil
}

// Play runs a story line by line and stops at the first that does not hold.
func (w *World) Play(ctx context.Context, lines []Line, files func(name string) ([]byte, error)) error {
	for _, l := range lines {
		if l.At.IsZero() {
			if err := w.expect(ctx, l.Words); err != nil {
				return fmt.Errorf("line %d: %s: %w", l.Number, l.Text, err)
			}
			continue
		}
		w.set(l.At)
		w.refused = nil
		err := w.do(ctx, l, files)
		if _, ok := refusal.As(err); ok {
			w.refused, err = err, nil
		}
		if err != nil {
			return fmt.Errorf("line %d: %s: %w", l.Number, l.Text, err)
		}
	}
	return nil
}

// do performs one act. Each verb is a real command.
func (w *World) do(ctx context.Context, l Line, files func(string) ([]byte, error)) error {
	verb, rest := l.Words[0], l.Words[1:]
	arg := func(i int) string {
		if i < len(rest) {
			return rest[i]
		}
		return ""
	}
	who, known := w.people[l.Who]
	if !known && l.Who != "an" && l.Who != "incident" {
		return fmt.Errorf("nobody is called %q", l.Who)
	}
	switch l.Who + " " + verb {
	case "police send", "police send-twice-at-once":
		return w.send(ctx, who, verb, arg(0), files)
	case "referrer fill":
		return w.fill(ctx, who, rest)
	case "incident at":
		return nil // what happened, for the reader; the message says when
	}
	if known, err := w.meetingVerbs(ctx, who, verb, rest); known {
		return err
	}
	if known, err := w.triggerVerbs(ctx, who, verb, rest); known {
		return err
	}
	if known, err := w.mergeVerbs(ctx, who, verb, rest); known {
		return err
	}
	if known, err := w.enquiryVerbs(ctx, who, verb, rest); known {
		return err
	}
	if known, err := w.helpVerbs(ctx, who, verb, rest); known {
		return err
	}
	if known, err := w.linkVerbs(ctx, who, verb, rest); known {
		return err
	}
	if known, err := w.feedbackVerbs(ctx, who, verb, rest); known {
		return err
	}
	if known, err := w.partnerVerbs(ctx, who, verb, rest); known {
		return err
	}
	if known, err := w.doFeed(ctx, who, verb, rest, files); known {
		return err
	}
	if known, err := w.schoolVerbs(ctx, who, verb, rest, files); known {
		return err
	}
	if known, err := w.escalationVerbs(ctx, who, verb, rest); known {
		return err
	}
	if known, err := w.jointVerb(ctx, who, verb, rest); known {
		return err
	}
	if known, err := w.packVerb(ctx, who, verb, rest); known {
		return err
	}
	if known, err := w.loadVerbs(ctx, who, verb, rest); known {
		return err
	}
	if known, err := w.teamVerbs(ctx, who, verb, rest); known {
		return err
	}
	switch verb {
	case "call":
		return w.call(ctx, who, rest)
	case "search":
		return w.search(ctx, who, arg(0))
	case "look":
		_, err := w.Contacts.Open(ctx, who, w.latest)
		return err
	case "confirm-by-link":
		return w.confirm(ctx)
	case "screen":
		p, err := w.Contacts.Open(ctx, w.people["second-manager"], w.latest)
		if err != nil {
			return err
		}
		return w.Contacts.Screen(ctx, who, w.latest, pathway.Screen{Danger: arg(0), RAG: arg(1), RAGReason: arg(2)}, p.Contact.Version)
	case "link":
		return w.linkChild(ctx, who, rest)
	case "restrict":
		return w.restrict(ctx, who, arg(0))
	case "read-history":
		return w.Contacts.ReadHistory(ctx, who, w.latest, arg(0))
	case "record-agreement":
		return w.Contacts.RecordConsent(ctx, who, w.latest, pathway.ConsentRecord{Status: pathway.ConsentStatus(arg(0)), Who: arg(1), How: "by phone", ToWhat: "early help and checks",
			At: w.Now(), Reason: arg(1), Words: arg(2)})
	case "ask":
		k, err := w.kid(ctx, "1")
		if err != nil {
			return err
		}
		w.link, err = w.Contacts.Ask(ctx, who, w.latest, contacts.Asked{Child: k.ID, Organisation: arg(0), Question: arg(1), Why: "to decide", Basis: pathway.Basis(arg(2))})
		return err
	case "decide", "decide-again":
		return w.decide(ctx, who, verb, rest)
	case "ask-second", "agree", "disagree":
		return w.second(ctx, who, verb, arg(0))
	case "propose":
		return w.allocate(ctx, who, func(id string) error { return w.Work.Propose(ctx, who, id, arg(0), 0) })
	case "accept":
		return w.allocate(ctx, who, func(id string) error { return w.Work.Accept(ctx, who, id) })
	case "refuse":
		return w.allocate(ctx, who, func(id string) error { return w.Work.Refuse(ctx, who, id, arg(0)) })
	case "answer-by-link":
		return w.Contacts.AnswerByLink(ctx, strings.TrimPrefix(w.link, "/requests/"), contacts.Reply{State: arg(0), Answer: arg(1), By: "somebody at " + arg(2)})
	}
	if known, err := w.familyVerbs(ctx, who, verb, rest); known {
		return err
	}
	return fmt.Errorf("nobody knows how to %q", verb)
}

func (w *World) send(ctx context.Context, who access.Actor, verb, name string, files func(string) ([]byte, error)) error {
	body, err := files(name)
	if err != nil {
		return err
	}
	n := 1
	if verb == "send-twice-at-once" {
		n = 2
	}
	refs := make([]string, n)
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			got, _, _, err := w.Police.Receive(ctx, who, "Police", body, int64(len(body)))
			refs[i], errs[i] = got.Ref, err
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	if slices.ContainsFunc(refs, func(r string) bool { return r != refs[0] }) {
		return fmt.Errorf("the same notification got the references %v", refs)
	}
	w.latest = refs[0]
	return nil
}

// fill sends the referral form: child, then key=value answers.
func (w *World) fill(ctx context.Context, who access.Actor, rest []string) error {
	def, err := form.Load("referral")
	if err != nil {
		return err
	}
	a := answers(rest)
	if err := def.Check(a); err != nil {
		return err
	}
	got, err := w.Contacts.Receive(ctx, who, contacts.FromForm(def, a, pathway.ByForm))
	w.latest = got.Ref
	return err
}

// call takes a phone call that began the given minutes before.
func (w *World) call(ctx context.Context, who access.Actor, rest []string) error {
	minutes := 0
	if n, err := strconv.Atoi(rest[0]); err == nil {
		minutes, rest = n, rest[1:]
	}
	got, err := w.Contacts.Call(ctx, who, answers(rest), w.Now().Add(-time.Duration(minutes)*time.Minute))
	if err == nil {
		w.latest = got.Ref
	}
	return err
}

func answers(words []string) form.Answers {
	a := form.Answers{}
	for _, x := range words {
		if k, v, ok := strings.Cut(x, "="); ok {
			a[k] = append(a[k], v)
		}
	}
	return a
}

var linkOf = db.SQL("story.link", `SELECT link FROM outbox WHERE authority_id = $1 AND kind = 'confirm-call' AND reference = $2`)

// confirm opens the link that the caller was sent.
func (w *World) confirm(ctx context.Context) error {
	var link string
	err := w.Record.DB.Read(ctx, func(q db.Queryer) error {
		return q.QueryRowContext(ctx, linkOf, authority, w.latest).Scan(&link)
	})
	if err != nil {
		return err
	}
	return w.Contacts.ConfirmByLink(ctx, strings.TrimPrefix(link, "/confirm/"))
}

func (w *World) kid(ctx context.Context, n string) (*contacts.Kid, error) {
	i, err := strconv.Atoi(n)
	if err != nil {
		return nil, fmt.Errorf("%q is no number of a child", n)
	}
	for _, who := range []string{"second-manager", "manager"} {
		p, err := w.Contacts.Open(ctx, w.people[who], w.latest)
		if refusal.KindOf(err) == refusal.Denied {
			continue
		}
		if err != nil {
			return nil, err
		}
		if i < 1 || i > len(p.Contact.Kids) {
			return nil, fmt.Errorf("the contact has %d children", len(p.Contact.Kids))
		}
		return &p.Contact.Kids[i-1], nil
	}
	return nil, refusal.New(refusal.Denied, "nobody in the story may open this contact")
}

func (w *World) linkChild(ctx context.Context, who access.Actor, rest []string) error {
	k, err := w.kid(ctx, rest[0])
	if err != nil {
		return err
	}
	c := contacts.Choice{Child: k.ID, As: rest[1]}
	if c.As == "same" || c.As == "sibling" || c.As == "different" {
		p, err := w.Contacts.People(ctx, who, w.latest)
		if err != nil {
			return err
		}
		if len(p.Who[k.ID].Found) == 0 {
			return fmt.Errorf("nobody is proposed for child %s", rest[0])
		}
		c.Ref = p.Who[k.ID].Found[0].Ref
	}
	return w.Contacts.Link(ctx, who, w.latest, c)
}

func (w *World) restrict(ctx context.Context, who access.Actor, named string) error {
	k, err := w.kid(ctx, "1")
	if err != nil {
		return err
	}
	return w.admin.Restrict(ctx, who, k.PersonID, access.Restricted, named, "works for us", []string{named})
}

func (w *World) decide(ctx context.Context, who access.Actor, verb string, rest []string) error {
	d := pathway.Decision{Outcome: pathway.Outcome(strings.ReplaceAll(rest[0], "-", "_")), Rationale: rest[1], Level: "3"}
	for _, x := range rest[2:] {
		k, v, _ := strings.Cut(x, "=")
		switch k {
		case "changed":
			d.Changed = v
		case "evidence":
			d.Evidence = v
		case "told":
			d.Told = v
		case "unanswered":
			d.UnansweredWhy = v
		case "lead":
			d.Lead = v
		case "considered":
			d.Considered = v
		case "why":
			d.ConsideredWhy = v
		}
	}
	p, err := w.Contacts.Open(ctx, who, w.latest)
	if err != nil {
		return err
	}
	var all []contacts.ForChild
	for _, k := range p.Contact.Kids {
		one := contacts.ForChild{Child: k.ID, Decision: d}
		if verb == "decide-again" {
			one.Cites = k.DecisionID
		}
		all = append(all, one)
	}
	return w.Contacts.Decide(ctx, who, w.latest, all)
}

func (w *World) second(ctx context.Context, who access.Actor, verb, reason string) error {
	k, err := w.kid(ctx, "1")
	if err != nil {
		return err
	}
	if verb == "ask-second" {
		return w.Contacts.AskSecond(ctx, who, w.latest, k.ID)
	}
	return w.Contacts.SecondView(ctx, who, w.latest, k.ID, verb == "agree", reason)
}

func (w *World) allocate(ctx context.Context, who access.Actor, act func(id string) error) error {
	list := w.Work.Waiting
	if who.Has(access.SocialWorker) {
		list = w.Work.Mine
	}
	q, err := list(ctx, who)
	if err != nil {
		return err
	}
	if len(q.Rows) == 0 {
		return fmt.Errorf("no child waits for %s here", who.Name)
	}
	return act(q.Rows[0].ID)
}
