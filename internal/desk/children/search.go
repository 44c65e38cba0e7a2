package children

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/form"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// Asked is a search as it was typed: one box, and fields of their own for those who
// want them.
type Asked struct {
	Text, Born, Age, Postcode string
	Page                      int // from 1
}

// Found is the answer to a search, the most likely first.
type Found struct {
	Now      civil.Instant
	Search   person.Search
	Contact  string // a contact's reference was typed, and this reader opens contacts
	Rows     []Hit  // of this page
	All      int    // on all pages
	Page     int
	Masked   []string // "Restricted record, contact NAME", each once
	Tried    []string // what was tried, in words
	Narrowed bool     // more were found than this reader is shown
}

// Hit is a child that may be the one looked for.
type Hit struct {
	Ref, Name, Area, Status string
	Age                     string
	Born                    civil.Date
	Earlier                 []string // earlier and other names
	Why                     []string
	Opens                   bool     // this reader may open the child's page
	members                 []string // ids of the records that are read as this child's
}

// How many children a search shows in all. Outside the front door it is one page:
// the threat model, section 3.2.
const (
	mostShown      = 100
	mostShownOther = 20
	pageRows       = 20
)

// How often one person may search before they have to wait. A screener finds about one
// child a minute; more than this is somebody copying the record.
const (
	mostSearches = 60
	searchWindow = 10 * time.Minute
)

// Search finds children from whatever was typed. People outside the front door give a
// name and one thing more. What was shown is written down; what is restricted is shown
// as that, to those who may know, and is as if it did not exist for others. One person
// who searches very often has to wait, and that is written down too.
func (d *Desk) Search(ctx context.Context, who access.Actor, a Asked) (*Found, error) {
	if access.ScopeOf(who, access.SearchChildren).Allowed {
		if err := d.Record.Within(ctx, "search "+who.Authority+" "+who.ID, mostSearches, searchWindow); err != nil {
			return nil, d.tooOften(ctx, who, err)
		}
	}
	out := &Found{}
	err := d.Record.Look(ctx, who, access.PurposeSearch, func(v *record.View) error {
		*out = Found{Now: v.Now, Page: max(a.Page, 1)}
		scope, err := v.Scope(access.SearchChildren)
		if err != nil {
			return err
		}
		if out.Search, err = a.parse(v.Now.Date()); err != nil {
			return err
		}
		v.Saw("search by " + out.Search.Kinds())
		if out.Search.Contact != "" && access.ScopeOf(v.Who, access.OpenContact).Allowed {
			out.Contact = out.Search.Contact
			return nil
		}
		if err := enough(out.Search, scope); err != nil {
			return err
		}
		return out.find(ctx, v, scope)
	})
	return out, err
}

// tooOften writes down that somebody searched more often than people do.
func (d *Desk) tooOften(ctx context.Context, who access.Actor, refused error) error {
	if refusal.KindOf(refused) != refusal.TooMany {
		return refused
	}
	err := d.Record.Look(ctx, who, access.PurposeSearch, func(v *record.View) error {
		_, err := v.Scope(access.SearchChildren)
		v.Saw("searching too often")
		return err
	})
	if err != nil {
		return err
	}
	return refused
}

// parse takes the box and the fields together. A field that does not say what it
// should is refused with an example.
func (a Asked) parse(today civil.Date) (person.Search, error) {
	s := person.Parse(form.Clean(a.Text), today)
	for _, f := range []struct{ name, label, typed, wrong string }{
		{"born", "born ", a.Born, "Date of birth must be like 27 3 2016"},
		{"age", "aged ", a.Age, "Age must be in whole years, such as 7"},
		{"postcode", "postcode ", a.Postcode, "Postcode must be like WN1 2AB, or its first part"},
	} {
		if typed := form.Clean(f.typed); typed != "" && !s.And(person.Parse(f.label+typed, today)) {
			return s, refusal.Field(f.name, f.wrong)
		}
	}
	return s, nil
}

// enough says whether what was typed is enough to search with.
func enough(s person.Search, scope access.Scope) error {
	frontDoor := scope.Restricted == access.Mask
	number := s.NHS != "" || s.UPN != "" || s.Child != ""
	switch {
	case number:
		return nil
	case s.Contact != "":
		return refusal.Field("q", "Enter the child's name or reference. A contact's reference opens the contact at the front door only")
	case !s.Named() && !s.Narrow():
		return refusal.Field("q", "Enter a name, a date of birth, an address, a telephone number or a reference")
	case !frontDoor && !s.Named():
		return refusal.Field("q", "Enter the child's name as well")
	case !frontDoor && !s.Narrow():
		return refusal.Field("q", "Enter the date of birth, age or postcode as well as the name")
	}
	return nil
}

func (f *Found) find(ctx context.Context, v *record.View, scope access.Scope) error {
	today := v.Now.Date()
	finding, ids, err := find(ctx, v, v.Authority, f.Search, today)
	if err != nil {
		return err
	}
	f.Tried = finding.tried
	known, err := record.Persons(ctx, v, v.Authority, ids)
	if err != nil {
		return err
	}
	list := &ranking{rows: make([]record.Known, 0, len(ids)), at: map[string]int{}}
	var people []person.Person
	for _, id := range ids {
		if k, ok := known[id]; ok && k.IsChild {
			people = append(people, k.Person)
			list.add(k)
		}
	}
	list.ranked = f.Search.Rank(people, finding.alike, today)
	if err := list.matched(ctx, v, f.Search, today); err != nil {
		return err
	}
	return f.show(ctx, v, list, scope)
}

// ranking is who may be meant, with where each is among the rows.
type ranking struct {
	rows   []record.Known
	at     map[string]int
	ranked []person.Ranked
}

func (l *ranking) add(k record.Known) int {
	l.at[k.ID] = len(l.rows)
	l.rows = append(l.rows, k)
	return len(l.rows) - 1
}

// fewestBits is how strongly the matcher's own hits must agree to be shown.
const fewestBits = 12

// matched asks the matcher too, when a whole name or something beside the name was
// typed: it weighs everything together, and knows slips that words alone do not show.
// Both count in bits against a stranger, so the stronger of the two stands.
func (l *ranking) matched(ctx context.Context, v *record.View, s person.Search, today civil.Date) error {
	if !s.Named() || s.One && !s.Narrow() {
		return nil
	}
	m, err := v.Match(ctx, s.Described(today))
	if err != nil {
		return err
	}
	for _, h := range m.Hits {
		// Not by the band: it depends on everybody who was compared, concealed or not.
		if h.Same < fewestBits || !h.IsChild {
			continue
		}
		row, ok := l.at[h.ID]
		if !ok {
			row = l.add(h.Known)
		}
		var why []string
		for _, f := range h.Why.Facts {
			if f.Same > 0 {
				why = append(why, f.Text)
			}
		}
		i := slices.IndexFunc(l.ranked, func(r person.Ranked) bool { return r.Row == row })
		if i < 0 {
			l.ranked = append(l.ranked, person.Ranked{Row: row, Bits: h.Same, Why: why})
			continue
		}
		l.ranked[i].Bits = max(l.ranked[i].Bits, h.Same)
		if len(why) >= len(l.ranked[i].Why) {
			l.ranked[i].Why = why
		}
	}
	l.ranked = person.InOrder(l.ranked)
	return nil
}

// show keeps what this reader may know of. A child recorded twice is shown once.
// Permission is asked for everybody who was found, shown or not, so that an answer
// takes as long whether or not somebody is concealed.
func (f *Found) show(ctx context.Context, v *record.View, l *ranking, scope access.Scope) error {
	var found []record.Known
	why, bits := map[string][]string{}, map[string]float64{}
	for _, r := range l.ranked {
		found = append(found, l.rows[r.Row])
		why[l.rows[r.Row].ID], bits[l.rows[r.Row].ID] = r.Why, r.Bits
	}
	clusters, heads, err := record.Heads(ctx, v, v.Authority, found)
	if err != nil {
		return err
	}
	var ids []string
	for _, k := range heads {
		ids = append(ids, k.ID)
	}
	closed, err := record.Restrictions(ctx, v, v.Authority, clusters.All(ids...))
	if err != nil {
		return err
	}
	most := mostShown
	if scope.Restricted != access.Mask {
		most = mostShownOther
	}
	best := 0.0
	for _, k := range heads {
		members := clusters.Of(k.ID).Members
		strength := 0.0
		for _, m := range members {
			strength = max(strength, bits[m])
		}
		about := record.Close(access.About{Kind: "child", ID: k.Ref, Authority: v.Authority, Persons: members}, closed)
		verdict := v.May(access.SearchChildren, about)
		if best == 0 && (verdict.Answer == access.Allow || verdict.Answer == access.Mask) {
			best = strength
		}
		switch {
		case person.FarBehind(strength, best):
		case verdict.Answer == access.Mask && !slices.Contains(f.Masked, verdict.Message):
			f.Masked = append(f.Masked, verdict.Message)
		case verdict.Answer == access.Allow && len(f.Rows) == most:
			f.Narrowed = true
		case verdict.Answer == access.Allow:
			h := hitOf(k, v.Now.Date())
			h.members = members
			for _, m := range members {
				for _, w := range why[m] {
					if !slices.Contains(h.Why, w) {
						h.Why = append(h.Why, w)
					}
				}
			}
			f.Rows = append(f.Rows, h)
		}
	}
	f.All = len(f.Rows)
	f.Rows = f.Rows[min((f.Page-1)*pageRows, f.All):min(f.Page*pageRows, f.All)]
	for _, h := range f.Rows {
		v.Saw("search by "+f.Search.Kinds(), h.Ref)
	}
	return f.status(ctx, v, closed)
}

func hitOf(k record.Known, today civil.Date) Hit {
	h := Hit{Ref: k.Ref, Name: strings.TrimSpace(k.Given + " " + k.Family), Born: k.Born, Age: ageOf(k.Person, today)}
	if h.Name == "" {
		h.Name = "Unborn child"
	}
	if k.KnownAs != "" {
		h.Earlier = append(h.Earlier, "known as "+k.KnownAs)
	}
	for _, n := range k.Former {
		h.Earlier = append(h.Earlier, "earlier "+strings.TrimSpace(n.Given+" "+n.Family))
	}
	if len(k.Addresses) > 0 {
		h.Area = person.Area(k.Addresses[0].Postcode)
	}
	return h
}

var workOfMany = db.SQL("children.search-work", `
	SELECT e.person_id, e.worker_id, e.worker_name, e.interim_owner_name, COALESCE(t.name, ''),
		CASE WHEN e.team_id = '' THEN e.interim_owner_id ELSE e.team_id END, COALESCE(v.worker_id, '')
	FROM episode e
	LEFT JOIN team t ON t.id = e.team_id AND t.authority_id = e.authority_id
	LEFT JOIN involvement v ON v.episode_id = e.id AND v.authority_id = e.authority_id AND v.ended_at IS NULL AND v.refused_at IS NULL
	WHERE e.person_id IN (:list($1)) AND e.authority_id = $2 AND e.state = 'open' ORDER BY e.decided_at`)

var decidingOfMany = db.SQL("children.search-deciding", `
	SELECT DISTINCT person_id FROM contact_child
	WHERE person_id IN (:list($1)) AND authority_id = $2 AND person_id <> '' AND state = 'undecided'`)

type workRow struct{ person, worker, workerName, interim, teamName, team, offered string }

// status says who works with each child, and whether this reader may open the page: by
// the facts that the page itself asks permission with.
func (f *Found) status(ctx context.Context, v *record.View, closed map[string]record.Closed) error {
	var ids []string
	for _, h := range f.Rows {
		ids = append(ids, h.members...)
	}
	if len(ids) == 0 {
		return nil
	}
	work, err := db.Collect(ctx, v, func(r *sql.Rows, w *workRow) error {
		return r.Scan(&w.person, &w.worker, &w.workerName, &w.interim, &w.teamName, &w.team, &w.offered)
	}, workOfMany, db.List(ids), v.Authority)
	if err != nil {
		return err
	}
	deciding, err := db.Collect(ctx, v, scanID, decidingOfMany, db.List(ids), v.Authority)
	if err != nil {
		return err
	}
	for i := range f.Rows {
		h := &f.Rows[i]
		about := access.About{Kind: "child", ID: h.Ref, Authority: v.Authority, Persons: h.members}
		h.Status = "No open work"
		if slices.ContainsFunc(h.members, func(id string) bool { return slices.Contains(deciding, id) }) {
			h.Status = "Contact being decided"
		}
		for _, w := range work {
			if slices.Contains(h.members, w.person) {
				about.Workers, about.Teams = append(about.Workers, w.worker, w.offered), append(about.Teams, w.team)
				h.Status = w.words()
			}
		}
		h.Opens = v.May(access.OpenChild, record.Close(about, closed)).Answer == access.Allow
	}
	return nil
}

func (w workRow) words() string {
	who := w.workerName
	if who == "" {
		who = w.interim + " for the time being"
	}
	if w.teamName == "" || w.teamName == w.interim {
		return "With " + who
	}
	return "With " + who + ", " + w.teamName
}

func ageOf(p person.Person, today civil.Date) string {
	switch {
	case p.Unborn:
		return "not born yet"
	case p.Born.IsZero():
		return ""
	}
	return strconv.Itoa(p.Born.Age(today))
}
