package partnership

import (
	"fmt"
	"html/template"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/feed"
	"frontdoor/internal/pathway"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

var (
	jointPage      = web.NewPage(templates, "templates/joint.html", "templates/jointparts.html")
	jointChildPage = web.NewPage(templates, "templates/jointchild.html", "templates/jointparts.html")
	jointFormPage  = web.NewPage(templates, "templates/jointform.html")
	jointPaper     = web.NewPaper(templates, "templates/jointpaper.html", "templates/jointparts.html")
)

func (d *Desk) jointRoutes(s *web.Server) {
	d.printer = s.Printer
	s.Report(web.PathJointPacks, access.SeeJointPack, d.jointList)
	s.Route("GET "+web.PathJointPackNew, access.MakeJointPack, d.showJointForm)
	s.Route("POST "+web.PathJointPackNew, access.MakeJointPack, d.saveJoint)
	s.Route("GET "+web.PathJointPack, access.SeeJointPack, d.showJoint)
	s.Report(web.PathJointRows, access.SeeJointPack, d.jointRows)
	s.Route("GET "+web.PathJointChild, access.SeeJointPack, d.showJointChild)
	s.Route("GET "+web.PathJointPackZip, access.SeeJointPack, d.jointZip)
	s.Route("GET "+web.PathJointPackPDF, access.SeeJointPack, d.jointPDF)
	s.Route("POST "+web.PathJointPackTill, access.MakeJointPack, d.saveJointUntil)
}

// jointList is the list of packs, with its files.
func (d *Desk) jointList(r *http.Request) (*web.Report, error) {
	who := web.Actor(r)
	all, now, err := d.JointPacks(r.Context(), who)
	if err != nil {
		return nil, err
	}
	rep := &web.Report{Title: fmt.Sprintf("Joint packs: %d", len(all)), Checked: now,
		Intro: "A joint inspection reads what each agency did for the same children. A pack is a period and a sample of children, with each agency’s events and how long each took. Open one to read it child by child.",
		Empty: "There is no joint pack that you may read.",
		Columns: []web.Column{{Head: "Pack", Key: "pack"}, {Head: "For", Key: "about"}, {Head: "Period", Key: "from"}, {Key: "to"}, {Head: "Children", Key: "how"}, {Key: "chosen_from", Number: true}, {Key: "restricted_left_out", Number: true},
			{Head: "Made", Key: "made"}, {Key: "made_by"}, {Head: "Readable until", Key: "readable_until"}, {Key: "hash"}}}
	if access.ScopeOf(who, access.MakeJointPack).Allowed {
		rep.Links = []web.Link{{Href: web.PathJointPackNew, Text: "Make a joint pack"}}
		rep.Empty = "No joint pack has been made. Make one when an inspection is announced, or to see beforehand what it would read."
	}
	for _, p := range all {
		until := p.Until.Words()
		if !p.Open(now) {
			until += ", closed"
		}
		rep.Rows = append(rep.Rows, []web.Cell{{Text: p.Ref, Href: web.JointPackPath(p.Ref, "")}, {Text: p.About}, {Text: p.Period.Words(), Value: p.Period.From}, {Value: p.Period.To}, {Text: p.chosen(), Value: p.How},
			web.Count(p.From), web.Count(p.LeftOut), {Text: p.Made.Words(), Sub: p.By, Value: p.Made}, {Text: p.By}, {Text: until, Value: p.Until}, {Text: p.Hash}})
	}
	return rep, nil
}

// chosen says in short how the children were chosen.
func (p *JointPack) chosen() string {
	if p.How == JointNamed {
		return "Named one by one"
	}
	return fmt.Sprintf("Drawn at random from %d", p.From)
}

func jointForm(here []Inspector, now civil.Instant) *web.Form {
	month := now.Date()
	month.Day = 1
	f := web.NewForm(
		web.Field{Name: "about", Label: "Which inspection is it for", Hint: "Such as: joint targeted area inspection, notice of 3 March", Kind: "text", Max: 200},
		web.Field{Name: "from", Label: "First day", Kind: "date"}, web.Field{Name: "to", Label: "Last day", Hint: "It must be over", Kind: "date"},
		web.Field{Name: "record-by", Label: "Last day of what was recorded", Hint: "Leave blank for the last day above. A later day that is over shows what was done since", Kind: "date"},
		web.Field{Name: "how", Label: "How the children are chosen", Kind: "radios", Options: []web.Option{{Value: JointDrawn, Label: "Drawn at random"}, {Value: JointNamed, Label: "Named one by one, each with a reason"}}},
		web.Field{Name: "rule", Label: "Draw from", Kind: "radios", Follows: "how|" + JointDrawn, Options: []web.Option{{Value: DrawContacts, Label: web.Capital(drawWords[DrawContacts])}, {Value: DrawDiscussions, Label: web.Capital(drawWords[DrawDiscussions])}, {Value: DrawEnquiries, Label: web.Capital(drawWords[DrawEnquiries])}}},
		web.Field{Name: "count", Label: "How many children", Hint: fmt.Sprintf("From 1 to %d. Restricted children are left out, and counted", JointMost), Kind: "text", Width: 3, Value: strconv.Itoa(JointUsual), Follows: "how|" + JointDrawn},
		web.Field{Name: "seed", Label: "Seed of the draw, if the inspectors gave one", Hint: "Leave blank to have one made. Whoever has it can make the same draw", Kind: "text", Width: 20, Max: 60, Follows: "how|" + JointDrawn},
		web.Field{Name: "children", Label: "Children", Hint: "One on a line: the reference, then why this child. Such as: C-26-7K3QM9 named in the notice", Kind: "textarea", Rows: 6, Max: 6000, Follows: "how|" + JointNamed},
	)
	q := web.Field{Name: "readers", Label: "Inspectors who may read it", Hint: "Each inspectorate’s guests. An administrator adds guests under People", Kind: "checkboxes"}
	for _, i := range here {
		q.Options = append(q.Options, web.Option{Value: i.ID, Label: i.Name + nonempty(", ", i.Job), Hint: "Account until " + i.Until.Date().Words()})
	}
	if len(here) > 0 {
		f.Fields = append(f.Fields, &q)
	}
	f.Fields = append(f.Fields, &web.Field{Name: "until", Label: "Last day on which they and the partners may read it", Kind: "date"})
	f.SetDate("from", month.AddMonths(-3))
	f.SetDate("to", month.AddDays(-1))
	f.SetDate("until", now.Date().AddDays(28))
	return f
}

type jointFormView struct {
	*web.Form
	NoInspectors bool
}

func (d *Desk) showJointForm(w http.ResponseWriter, r *http.Request) error {
	here, now, err := d.Inspectors(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, jointFormPage, jointFormView{jointForm(here, now), len(here) == 0})
}

func (d *Desk) saveJoint(w http.ResponseWriter, r *http.Request) error {
	who := web.Actor(r)
	here, now, err := d.Inspectors(r.Context(), who)
	if err != nil {
		return err
	}
	f := jointForm(here, now)
	f.Read(r)
	ref := ""
	a, err := jointAsked(f)
	if err == nil {
		ref, err = d.MakeJoint(r.Context(), who, a)
	}
	if k := refusal.KindOf(err); (k == refusal.Invalid || k == refusal.Conflict) && f.Reject(err) {
		return web.Render(w, r, http.StatusUnprocessableEntity, jointFormPage, jointFormView{f, len(here) == 0})
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.JointPackPath(ref, ""))
}

// jointAsked reads the form.
func jointAsked(f *web.Form) (JointAsked, error) {
	a := JointAsked{About: f.Value("about"), How: f.Value("how"), Rule: f.Value("rule"), Seed: f.Value("seed"), Readers: f.Field("readers").Values}
	a.Count, _ = strconv.Atoi(strings.TrimSpace(f.Value("count"))) // what is no number is refused as 0
	for _, line := range strings.Split(f.Value("children"), "\n") {
		ref, why, _ := strings.Cut(strings.TrimSpace(line), " ")
		if ref != "" {
			a.Named = append(a.Named, NamedChild{strings.ToUpper(ref), strings.TrimSpace(why)})
		}
	}
	for _, x := range []struct {
		name, ask string
		to        *civil.Date
	}{{"from", "Enter the first day", &a.Period.From}, {"to", "Enter the last day", &a.Period.To}, {"record-by", "", &a.RecordBy}, {"until", "", &a.Until}} {
		day, err := f.Date(x.name)
		if err == nil && day.IsZero() && x.ask != "" {
			err = refusal.Field(x.name, x.ask)
		}
		if err != nil {
			return a, err
		}
		*x.to = day
	}
	if a.Period.To.Before(a.Period.From) {
		return a, refusal.Field("to", "The last day must not be before the first")
	}
	return a, nil
}

type jointKidView struct {
	N                   int
	Page, Name, Age     string
	Ref, RefPath, Why   string
	Count, Late         int
	CountPath, LatePath string
	Finding             string
}

type jointSumView struct {
	Summed
	Words, Path, LatePath string
	Half, Most            string
	All                   bool
}

type jointView struct {
	*JointPack
	Title, Chosen, Redraw string
	Kids                  []jointKidView
	Sums                  []jointSumView
	MadeHash, NowHash     template.HTML
	Same                  bool
	Zip, PDF, Command     string
	RowFiles              web.Files
	Files                 []fileView
	Changes               bool
	Closed                bool
	Form                  *web.Form
	Back                  string
	AllRows               int
	AsAtWords             string
}

func (d *Desk) showJoint(w http.ResponseWriter, r *http.Request) error {
	return d.renderJoint(w, r, nil, http.StatusOK)
}

// renderJoint shows a pack; f is its form as somebody filled it in, or nil.
func (d *Desk) renderJoint(w http.ResponseWriter, r *http.Request, f *web.Form, code int) error {
	who := web.Actor(r)
	p, err := d.Joint(r.Context(), who, r.PathValue("ref"))
	if err != nil {
		return err
	}
	v, err := d.jointView(p, who)
	if err != nil {
		return err
	}
	if v.Form = f; f == nil {
		v.Form = jointUntilForm(p)
	}
	return web.Render(w, r, code, jointPage, v)
}

// HasErrors says whether the last day was refused.
func (v jointView) HasErrors() bool { return v.Form.HasErrors() }

func (d *Desk) jointView(p *JointPack, who access.Actor) (jointView, error) {
	v := jointView{JointPack: p, Title: "Joint pack " + p.Ref, Zip: web.JointPackPath(p.Ref, "pack.zip"), Back: web.PathJointPacks, AllRows: len(p.Rows), AsAtWords: p.AsAt.Words(),
		Changes: access.ScopeOf(who, access.MakeJointPack).Allowed, Closed: !p.Open(p.Now), Command: "frontdoor pack --joint " + p.Ref + " --out DIR",
		RowFiles: web.Files{CSV: web.JointPackPath(p.Ref, "rows.csv"), JSON: web.JointPackPath(p.Ref, "rows.json")}}
	if d.printer != nil {
		v.PDF = web.JointPackPath(p.Ref, "pack.pdf")
	}
	v.Chosen, v.Redraw = p.choice()
	for _, c := range p.Children {
		v.Kids = append(v.Kids, p.kidView(c, who))
	}
	for _, s := range p.Sums() {
		v.Sums = append(v.Sums, p.sumView(s))
	}
	pack, err := p.Pack()
	if err != nil {
		return v, err
	}
	v.MadeHash, v.NowHash, v.Same = brokenHash(p.Hash), brokenHash(pack.Hash), pack.Hash == p.Hash
	for _, f := range pack.Files {
		v.Files = append(v.Files, fileView{f.Name, strconv.Itoa(f.Rows), strconv.Itoa(f.Bytes), brokenHash(f.SHA256)})
	}
	return v, nil
}

// choice says how the children were chosen, and how the draw can be made again.
func (p *JointPack) choice() (chosen, redraw string) {
	kids := func(n int) string {
		if n == 1 {
			return "1 child"
		}
		return strconv.Itoa(n) + " children"
	}
	if p.How == JointNamed {
		return "The children were named one by one, each with its reason below. There was no draw.", ""
	}
	left := "No restricted child had to be left out."
	if p.LeftOut > 0 {
		left = fmt.Sprintf("%s restricted and left out of the draw.", kids(p.LeftOut)+map[bool]string{true: " is", false: " are"}[p.LeftOut == 1])
	}
	return fmt.Sprintf("Drawn at random from %d: %s, as it was recorded by %s. %s", p.From, drawWords[p.Rule], p.AsAt.Words(), left),
		fmt.Sprintf("The seed is %s. To draw again: put the references of those %d in the order of the SHA-256 of the seed, a space and the reference; the first ones are the sample. They are numbered by reference.", p.Seed, p.From)
}

func (p *JointPack) kidView(c JointChild, who access.Actor) jointKidView {
	v := jointKidView{N: c.N, Page: web.JointPackPath(p.Ref, "children/"+strconv.Itoa(c.N)), Name: c.Name, Ref: c.Ref, Why: c.Why, Count: len(c.Events),
		CountPath: web.JointPackPath(p.Ref, "rows") + "?child=" + strconv.Itoa(c.N), LatePath: web.JointPackPath(p.Ref, "rows") + "?late=1&child=" + strconv.Itoa(c.N), Finding: finding(c.Events)}
	if !c.Born.IsZero() {
		v.Age = strconv.Itoa(c.Born.Age(p.Now.Date()))
	}
	if v.Why == "" && c.Ref != "" {
		v.Why = "Drawn"
	}
	if c.Ref != "" && access.ScopeOf(who, access.OpenChild).Allowed {
		v.RefPath = web.ChildPath(c.Ref, "")
	}
	for _, e := range c.Events {
		if e.late() {
			v.Late++
		}
	}
	return v
}

// lengthWords are a length as the lag pages say it.
func lengthWords(seconds *uint32, timed int) string {
	switch {
	case timed == 0:
		return ""
	case seconds == nil:
		return "not yet"
	}
	return civil.Span(feed.Duration(*seconds))
}

func (p *JointPack) sumView(s Summed) jointSumView {
	q := url.Values{"agency": {s.Agency}}
	v := jointSumView{Summed: s, All: s.Kind == "", Words: s.Name, Half: lengthWords(s.Median, s.Timed), Most: lengthWords(s.Longest, s.Timed)}
	if !v.All {
		v.Words = eventWords[s.Kind]
		q.Set("kind", s.Kind)
	}
	v.Path = web.JointPackPath(p.Ref, "rows") + "?" + q.Encode()
	q.Set("late", "1")
	if v.All {
		q.Set("acts", "agency")
	}
	v.LatePath = web.JointPackPath(p.Ref, "rows") + "?" + q.Encode()
	return v
}

// finding says in a sentence what a child's events show.
func finding(all []Event) string {
	agencies, late := map[string]bool{}, 0
	var longest *Event
	for i, e := range all {
		agencies[e.Agency] = true
		if !e.late() {
			continue
		}
		late++
		if e.Seconds != nil && (longest == nil || *e.Seconds > *longest.Seconds) {
			longest = &all[i]
		}
	}
	s := fmt.Sprintf("%d agencies, %d events", len(agencies), len(all))
	if len(agencies) == 1 {
		s = fmt.Sprintf("1 agency, %d events", len(all))
	}
	switch {
	case late == 0:
		return s + ", none late"
	case longest == nil:
		return s + fmt.Sprintf(", %d late", late)
	}
	return s + fmt.Sprintf(", %d late: the longest took %s (%s, %s)", late, civil.Span(time.Duration(*longest.Seconds)*time.Second), longest.Name, lowerFirst(longest.what()))
}

func lowerFirst(s string) string { return strings.ToLower(s[:1]) + s[1:] }

var jointStates = map[string]string{received: "Received", read: "Read", unread: "Not read yet", took: "Took place", said: "Said", overdue: "Not done, and past its limit"}

func (e Event) stateWords() string {
	if s, ok := jointStates[e.State]; ok {
		return s
	}
	return stateWords[e.State]
}

// what says what an event was, without a word about the child.
func (e Event) what() string {
	switch e.Kind {
	case kindSteps:
		return web.Capital(e.words)
	case kindVisits:
		kind, not, _ := strings.Cut(e.Detail, " ")
		s := map[string]string{"visit": "Visit", "session": "Session", "direct_work": "Direct work with the child", "meeting": "Meeting with the child", "meanwhile": "Visit while a discussion is waited for"}[kind]
		if not != "" {
			s += ": the child was not seen"
		}
		return s
	case kindViews:
		if e.Detail == "joint" {
			return "Said: police and social care investigate together"
		}
		return "Said: one of them investigates alone"
	case kindNotifications:
		return "Notification, " + strings.ReplaceAll(e.Detail, "_", " ")
	case kindReferrals:
		return "Contact: " + pathway.ChannelName(pathway.Channel(e.Detail))
	}
	if e.Detail == "" {
		return eventWords[e.Kind]
	}
	detail, without, _ := strings.Cut(e.Detail, " ")
	s := eventWords[e.Kind] + ": " + strings.ReplaceAll(detail, "_", " ")
	if without != "" {
		s += "; not properly constituted without them"
	}
	return s
}

// lagWords are how long it took, or how long it has been waited for.
func (p *JointPack) lagWords(e Event) string {
	switch {
	case e.Seconds != nil:
		took := time.Duration(*e.Seconds) * time.Second
		words := civil.Span(took)
		if days := *e.WorkingDays; took >= 48*time.Hour && days == 1 {
			words += " (1 working day)"
		} else if took >= 48*time.Hour {
			words += fmt.Sprintf(" (%d working days)", days)
		}
		return words
	case e.waits() && e.From.Before(p.AsAt):
		return "waited for " + civil.Span(p.AsAt.Sub(e.From)) + " so far"
	}
	return ""
}

type eventView struct {
	N                       int
	Agency, What, Ref, Path string
	Sender                  string
	From, Due, Done, Lag    string
	State                   string
	Risk, Ours              bool
	FirstWords, LastWords   string
}

// firstWords and lastWords say what an event's first and last moments are.
var (
	firstWords = map[string]string{kindNotifications: "Incident", kindReferrals: "Sent", kindNotices: "Incident", kindQuestions: "Asked", kindTo: "Sent", kindFrom: "Sent", kindWorries: "Said", kindInvitations: "Invited", kindMeetings: "Held", kindSignatures: "Decided", kindActions: "Agreed", kindViews: "Said", kindVisits: "Took place", kindSteps: "Began"}
	lastWords  = map[string]string{kindNotifications: "Reached us", kindReferrals: "Reached us", kindNotices: "School knew", kindQuestions: "Answered", kindTo: "Read", kindFrom: "Read by us", kindWorries: "Answered by us", kindInvitations: "Answered", kindSignatures: "Signed", kindActions: "Done", kindSteps: "Done"}
)

func (p *JointPack) eventView(n int, e Event, who access.Actor) eventView {
	v := eventView{N: n, Agency: e.Name, What: e.what(), Ref: e.Ref, Sender: e.SenderRef, From: e.From.Words(), Due: e.Due.Words(), Done: e.Done.Words(), Lag: p.lagWords(e), State: e.stateWords(), Risk: e.late() || e.State == "absent",
		FirstWords: firstWords[e.Kind], LastWords: lastWords[e.Kind], Ours: e.Ours, Path: refPath(e.Ref, who)}
	if e.Kind == kindVisits || e.Kind == kindMeetings || e.Kind == kindViews {
		v.Done = ""
	}
	return v
}

// refPath is the page of what a reference names, for those who may open such things.
func refPath(ref string, who access.Actor) string {
	switch {
	case strings.HasPrefix(ref, "FD-") && access.ScopeOf(who, access.OpenContact).Allowed:
		return web.ContactPath(ref, "")
	case strings.HasPrefix(ref, "PW-") && access.ScopeOf(who, access.SeeWorries).Allowed:
		return web.WorryPath(ref)
	}
	return Line{Ref: ref}.view(who).Path
}

type jointStoryView struct {
	jointKidView
	Title  string
	SVG    template.HTML
	Events []eventView
}

// story is one child's page: the line and its table.
func (p *JointPack) story(c JointChild, who access.Actor) jointStoryView {
	v := jointStoryView{jointKidView: p.kidView(c, who)}
	v.Title = fmt.Sprintf("Child %d", c.N)
	line := web.StoryLine{ID: "story-" + strconv.Itoa(c.N), Title: "Child " + strconv.Itoa(c.N) + ": " + v.Finding, Desc: "A row for each agency. The numbers are those of the table below, which has the same.", Until: p.AsAt}
	for i, e := range c.Events {
		v.Events = append(v.Events, p.eventView(i+1, e, who))
		j := slices.IndexFunc(line.Rows, func(r web.StoryRow) bool { return r.Label == e.Name })
		if j < 0 {
			line.Rows = append(line.Rows, web.StoryRow{Label: e.Name})
			j = len(line.Rows) - 1
		}
		b := web.StoryBar{Number: i + 1, From: e.From, Due: e.Due, End: e.Done, Point: !e.timed() || e.Done.IsZero() && !e.waits()}
		if b.Point && e.Done.Before(e.From) && !e.Done.IsZero() {
			b.From = e.Done // where it is known that it was there
		}
		line.Rows[j].Bars = append(line.Rows[j].Bars, b)
	}
	if len(c.Events) > 0 {
		v.SVG = line.SVG()
	}
	return v
}

type jointChildView struct {
	jointStoryView
	Pack                 *JointPack
	Path, Previous, Next string
	RowFiles             web.Files
	AsAtWords            string
}

func (d *Desk) showJointChild(w http.ResponseWriter, r *http.Request) error {
	who, ref := web.Actor(r), r.PathValue("ref")
	n, err := strconv.Atoi(r.PathValue("id"))
	v := jointChildView{Path: web.JointPackPath(ref, "")}
	if err != nil || n < 1 {
		n = math.MaxInt // no child of any pack
	}
	p, err := d.joint(r.Context(), who, ref, n, func(*JointPack) error { return nil })
	if err != nil {
		return err
	}
	i := slices.Index(p.numbers, n)
	if i > 0 {
		v.Previous = web.JointPackPath(ref, "children/"+strconv.Itoa(p.numbers[i-1]))
	}
	if i+1 < len(p.numbers) {
		v.Next = web.JointPackPath(ref, "children/"+strconv.Itoa(p.numbers[i+1]))
	}
	v.Pack, v.jointStoryView = p, p.story(p.Children[0], who)
	query := "?child=" + strconv.Itoa(n)
	v.RowFiles, v.AsAtWords = web.Files{CSV: web.JointPackPath(ref, "rows.csv") + query, JSON: web.JointPackPath(ref, "rows.json") + query}, p.AsAt.Words()
	return web.Render(w, r, http.StatusOK, jointChildPage, v)
}

// jointRows are the rows of a pack behind its numbers, with their files.
func (d *Desk) jointRows(r *http.Request) (*web.Report, error) {
	who, q := web.Actor(r), r.URL.Query()
	child, _ := strconv.Atoi(q.Get("child"))
	agency := ""
	p, err := d.joint(r.Context(), who, r.PathValue("ref"), child, func(p *JointPack) error {
		p.Rows = slices.DeleteFunc(slices.Clone(p.Rows), func(e Event) bool {
			return q.Get("agency") != "" && e.Agency != q.Get("agency") || q.Get("kind") != "" && e.Kind != q.Get("kind") || q.Get("late") != "" && !e.late() || q.Get("acts") == "agency" && e.Ours
		})
		p.Children = slices.DeleteFunc(slices.Clone(p.Children), func(c JointChild) bool {
			return !slices.ContainsFunc(p.Rows, func(e Event) bool { return e.Child == c.N })
		})
		for _, e := range p.Rows {
			agency = e.Name
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	title := []string{"Joint pack " + p.Ref}
	if child > 0 {
		title = append(title, fmt.Sprintf("child %d", child))
	}
	if q.Get("agency") != "" && agency != "" {
		title = append(title, agency)
	}
	if words, ok := eventWords[q.Get("kind")]; ok {
		title = append(title, lowerFirst(words))
	}
	what := "events"
	if q.Get("late") != "" {
		what = "late"
	}
	rep := &web.Report{Title: fmt.Sprintf("%s: %d %s", strings.Join(title, ", "), len(p.Rows), what), Checked: p.Now,
		Intro: "What began or fell due from " + p.Period.Words() + ", as it was recorded by " + p.AsAt.Words() + ". Lengths are counted as on the scorecard and on the page of lags. Open a child’s number to see the event among the others.",
		Empty: "There is none.", Links: []web.Link{{Href: web.JointPackPath(p.Ref, ""), Text: "The whole pack"}},
		Columns: []web.Column{{Head: "Child", Key: "child"}, {Head: "Agency", Key: "agency_name"}, {Key: "agency"}, {Head: "What", Key: "kind"}, {Key: "detail"}, {Head: "Reference", Key: "reference"}, {Key: "sender_reference"},
			{Head: "From", Key: "from"}, {Head: "Due", Key: "due"}, {Head: "Done", Key: "done"}, {Head: "Took", Key: "lag_seconds"}, {Key: "working_days"}, {Head: "State", Key: "state"}, {Key: "council_acts"}}}
	for _, e := range p.Rows {
		tone := ""
		if e.late() {
			tone = "risk"
		}
		rep.Rows = append(rep.Rows, []web.Cell{{Text: strconv.Itoa(e.Child), Href: web.JointPackPath(p.Ref, "children/"+strconv.Itoa(e.Child)), Hidden: "of the pack", Value: e.Child}, {Text: e.Name}, {Text: e.Agency}, {Text: e.what(), Value: e.Kind}, {Text: e.Detail},
			{Text: e.Ref, Href: refPath(e.Ref, who)}, {Text: e.SenderRef}, web.When(e.From), web.When(e.Due), web.When(e.Done), {Text: p.lagWords(e), Value: number(e.Seconds)}, {Value: number(e.WorkingDays)}, {Text: e.stateWords(), Tone: tone, Value: e.State}, {Value: e.Ours}})
	}
	return rep, nil
}

// number is a number in a file, or nothing.
func number[T int | int64](n *T) any {
	if n == nil {
		return ""
	}
	return *n
}

func (d *Desk) jointZip(w http.ResponseWriter, r *http.Request) error {
	p, err := d.Joint(r.Context(), web.Actor(r), r.PathValue("ref"))
	if err != nil {
		return err
	}
	pack, err := p.Pack()
	if err != nil {
		return err
	}
	body, err := pack.Zip()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/zip")
	w.Header().Set("Content-Disposition", `attachment; filename="joint-`+p.Ref+`.zip"`)
	_, err = w.Write(body)
	return err
}

type jointPaperView struct {
	jointView
	Stories []jointStoryView
}

// jointMarking stands on each sheet that is printed.
const jointMarking = "OFFICIAL-SENSITIVE"

// jointPDF is the pack as a tagged PDF: a sheet for each child, cut for whoever asks as
// the pages are.
func (d *Desk) jointPDF(w http.ResponseWriter, r *http.Request) error {
	who := web.Actor(r)
	p, err := d.Joint(r.Context(), who, r.PathValue("ref"))
	if err != nil {
		return err
	}
	if d.printer == nil {
		return refusal.New(refusal.NotFound, "No PDFs are made here. Open the pack and print it from your browser")
	}
	html, err := d.jointHTML(p, who)
	if err != nil {
		return err
	}
	pdf, err := d.printer.Print(r.Context(), html)
	if err != nil {
		return err
	}
	return web.SendPDF(w, "joint-"+p.Ref, pdf)
}

func (d *Desk) jointHTML(p *JointPack, who access.Actor) ([]byte, error) {
	v, err := d.jointView(p, who)
	if err != nil {
		return nil, err
	}
	paper := jointPaperView{jointView: v}
	for _, c := range p.Children {
		paper.Stories = append(paper.Stories, p.story(c, who))
	}
	return jointPaper.HTML(paper, web.Footer{Ref: p.Ref, Marking: jointMarking, By: who.Name, At: p.Now.Words()})
}

func jointUntilForm(p *JointPack) *web.Form {
	f := web.NewForm(web.Field{Name: "until", Label: "Last day on which inspectors and partners may read it", Hint: "A day that is over closes it now", Kind: "date"},
		web.Field{Name: "version", Kind: "hidden", Value: strconv.FormatInt(p.Version, 10)})
	f.SetDate("until", p.Until)
	return f
}

func (d *Desk) saveJointUntil(w http.ResponseWriter, r *http.Request) error {
	f := jointUntilForm(&JointPack{})
	f.Read(r)
	until, err := f.Date("until")
	if err == nil {
		err = d.OpenJointUntil(r.Context(), web.Actor(r), r.PathValue("ref"), until, web.VersionOf(f))
	}
	if k := refusal.KindOf(err); (k == refusal.Invalid || k == refusal.Conflict) && f.Reject(err) {
		return d.renderJoint(w, r, f, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.JointPackPath(r.PathValue("ref"), ""))
}
