package encompass

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/feed"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

// Of names the children behind a figure of the report.
type Of string

// The figures, in the order of their columns. Each opens its list.
const (
	OfIncidents  Of = "incidents"   // notifications of domestic abuse with a child of school age
	OfChildren   Of = "children"    // children of school age, or who may be, in them
	OfPolice     Of = "police"      // whose school the police told themselves
	OfSent       Of = "sent"        // whose school was sent a notice
	OfPhone      Of = "phone"       // whose school the front door told by phone
	OfWaiting    Of = "waiting"     // for whom the front door must find out whom to tell
	OfNone       Of = "none"        // who have no school, with the reason recorded
	OfWithdrawn  Of = "withdrawn"   // whose notice was withdrawn before anybody had read it
	OfDue        Of = "due"         // whose school knows, or should: its day has started
	OfBefore     Of = "before"      // of those: whose school knew before its day started
	OfAfter      Of = "after"       // whose school knew only after
	OfNever      Of = "never"       // whose school does not know although its day has started
	OfRead       Of = "read"        // whose notice was read
	OfReadBefore Of = "read-before" // before the day started
)

// Ofs are all figures.
func Ofs() []Of {
	return []Of{OfIncidents, OfChildren, OfPolice, OfSent, OfPhone, OfWaiting, OfNone, OfWithdrawn, OfDue, OfBefore, OfAfter, OfNever, OfRead, OfReadBefore}
}

// Words is how pages name a figure.
func (o Of) Words() string {
	return map[Of]string{OfIncidents: "Incidents", OfChildren: "Children of school age", OfPolice: "Told by the police", OfSent: "Notice sent", OfPhone: "Told by phone", OfWaiting: "School to be found",
		OfNone: "No school to tell", OfWithdrawn: "Notice withdrawn", OfDue: "Due", OfBefore: "Knew before the day started", OfAfter: "Knew after it had started", OfNever: "Does not know", OfRead: "Notice read", OfReadBefore: "Read before the day started"}[o]
}

// Filter narrows the report and its lists. From and To are days of receipt.
type Filter struct {
	From, To civil.Date
	Force    string
	Of       Of
}

// defaultWeeks is how far the report looks back when nobody says.
const defaultWeeks = 52

// FilterOf reads a filter from an address, and says what is wrong with it.
func (d *Desk) FilterOf(q url.Values) (Filter, error) {
	today := d.Record.Now().Date()
	f := Filter{From: today.AddDays(-7 * defaultWeeks), To: today, Force: q.Get("force"), Of: cmp.Or(Of(q.Get("of")), OfChildren)}
	for _, x := range []struct {
		name string
		to   *civil.Date
	}{{"from", &f.From}, {"to", &f.To}} {
		s := q.Get(x.name)
		if s == "" {
			continue
		}
		day, err := civil.ParseDate(s)
		if err != nil || day.Year < 1990 || day.Year > 2200 {
			return f, refusal.Field(x.name, "Enter a day such as 2026-01-21")
		}
		*x.to = day
	}
	if f.To.Before(f.From) {
		return f, refusal.Field("to", "The last day must not be before the first")
	}
	if !slices.Contains(Ofs(), f.Of) {
		return f, refusal.Field("of", "Select a figure from the list")
	}
	return f, nil
}

func (f Filter) query(of Of) string {
	q := url.Values{"from": {f.From.String()}, "to": {f.To.String()}}
	if f.Force != "" {
		q.Set("force", f.Force)
	}
	if of != "" {
		q.Set("of", string(of))
	}
	return q.Encode()
}

// Telling is one child's school and when it knew, as the lists show it: references and
// times, and no word about the child or the school. Of a restricted record there is
// neither reference.
type Telling struct {
	Contact  string          `json:"contact"`
	ForceRef string          `json:"force_reference"`
	Force    string          `json:"force"`
	Incident civil.Instant   `json:"incident"`
	Received civil.Instant   `json:"received"`
	Bell     civil.Instant   `json:"school_day_starts"`
	Way      pathway.Telling `json:"way"`
	Known    civil.Instant   `json:"school_knew"`
	Seconds  int64           `json:"delay_seconds"` // from the incident until the school knew, or until now while it does not
	Read     civil.Instant   `json:"read"`
	Ended    civil.Instant   `json:"withdrawn"` // when the notice was withdrawn before anybody had read it
	State    string          `json:"state"`     // before, after, never, not yet, none, withdrawn
	contact  string
	masked   bool
	name     string
}

var tellings = db.SQL("encompass.tellings", `
	SELECT n.contact_id, c.ref, c.sender_ref, c.organisation_id, COALESCE(o.name, c.source_name), n.since, c.received_at, n.bell_at, n.way, n.told_at, `+record.SchoolLeadReached+`, `+record.SchoolDeputyReached+`, n.read_at,
		c.conceal <> '' OR cc.conceal <> '', x.ended_at
	FROM school_notice n
	JOIN contact c ON c.id = n.contact_id AND c.authority_id = n.authority_id
	JOIN contact_child cc ON cc.id = n.child_id AND cc.authority_id = n.authority_id
	LEFT JOIN organisation o ON o.id = c.organisation_id AND o.authority_id = c.authority_id
	LEFT JOIN outbox l ON l.dedupe_key = 'school-notice ' || n.id AND l.authority_id = n.authority_id
	LEFT JOIN outbox d ON d.dedupe_key = 'school-notice deputy ' || n.id AND d.authority_id = n.authority_id
	LEFT JOIN wait x ON `+record.NoticeWithdrawn+`
	WHERE n.authority_id = $1 AND n.made_at >= $2 AND n.made_at < $3 AND ($4 = '' OR c.organisation_id = $4)
	ORDER BY n.made_at DESC, n.id`)

func scanTelling(now civil.Instant) func(*sql.Rows, *Telling) error {
	return func(r *sql.Rows, t *Telling) error {
		var told, lead, deputy civil.Instant
		err := r.Scan(&t.contact, &t.Contact, &t.ForceRef, &t.Force, &t.name, &t.Incident, &t.Received, &t.Bell, &t.Way, &told, &lead, &deputy, &t.Read, &t.masked, &t.Ended)
		if t.Way != pathway.TellLead || !t.Read.IsZero() {
			t.Ended = civil.Instant{}
		}
		if t.masked {
			t.Contact, t.ForceRef = "", ""
		}
		t.Known = pathway.ToldSchool(told, lead, deputy, t.Read)
		switch {
		case t.Way == pathway.TellNoSchool:
			t.State = "none"
		case !t.Ended.IsZero():
			t.State = "withdrawn"
		case t.Known.IsZero() && now.After(t.Bell):
			t.State = "never"
		case t.Known.IsZero():
			t.State = "not yet"
		case t.Known.After(t.Bell):
			t.State = "after"
		default:
			t.State = "before"
		}
		until := t.Known
		if until.IsZero() && !t.Ended.IsZero() {
			until = t.Ended
		}
		if until.IsZero() {
			until = now
		}
		if t.State != "none" {
			t.Seconds = max(0, int64(until.Sub(t.Incident).Seconds()))
		}
		return err
	}
}

// in says whether a child is behind a figure. Incidents are counted by their contact.
func (t Telling) in(o Of) bool {
	switch o {
	case OfIncidents, OfChildren:
		return true
	case OfPolice, OfSent, OfPhone, OfNone:
		return string(t.Way) == string(o)
	case OfWaiting:
		return t.Way == pathway.TellByHand
	case OfDue:
		return t.State == "before" || t.State == "after" || t.State == "never"
	case OfBefore, OfAfter, OfNever, OfWithdrawn:
		return t.State == string(o)
	case OfRead:
		return !t.Read.IsZero()
	case OfReadBefore:
		return !t.Read.IsZero() && !t.Read.After(t.Bell)
	}
	return false
}

// Row is one force's line of the report.
type Row struct {
	Force    string     `json:"force"`
	Counts   map[Of]int `json:"counts"`
	Percent  *int       `json:"percent_before_the_day_started"` // of those due; null when none is
	Median   uint32     `json:"median_delay_seconds"`           // from the incident until the school knew
	P90      uint32     `json:"p90_delay_seconds"`
	Longest  uint32     `json:"longest_delay_seconds"`
	name     string
	took     []uint32
	contacts map[string]bool
}

// Report is incidents against schools told, by force.
type Report struct {
	From   civil.Date `json:"from"`
	To     civil.Date `json:"to"`
	Rows   []*Row     `json:"rows"`
	filter Filter
	now    civil.Instant
}

// read gathers what a reader may see of a period: the police their own force's.
func (d *Desk) read(ctx context.Context, who access.Actor, f *Filter) (out []Telling, now civil.Instant, err error) {
	err = d.Record.Look(ctx, who, access.PurposeOversight, func(v *record.View) error {
		s, err := v.Scope(access.SeeTelling)
		if err != nil {
			return err
		}
		if s.AgencyID != "" {
			f.Force = s.AgencyID
		}
		v.Saw("telling of schools")
		now = v.Now
		out, err = db.Collect(ctx, v, scanTelling(v.Now), tellings, v.Authority, f.From.Start(), f.To.AddDays(1).Start(), f.Force)
		return err
	})
	return out, now, err
}

// Report works out the figures of a period, a line for each force.
func (d *Desk) Report(ctx context.Context, who access.Actor, f Filter) (*Report, error) {
	rows, now, err := d.read(ctx, who, &f)
	if err != nil {
		return nil, err
	}
	out := &Report{From: f.From, To: f.To, Rows: []*Row{}, filter: f, now: now}
	for _, t := range rows {
		i := slices.IndexFunc(out.Rows, func(r *Row) bool { return r.Force == t.Force })
		if i < 0 {
			i = len(out.Rows)
			r := &Row{Force: t.Force, name: cmp.Or(t.name, "Force not named"), Counts: map[Of]int{}, contacts: map[string]bool{}}
			for _, o := range Ofs() {
				r.Counts[o] = 0
			}
			out.Rows = append(out.Rows, r)
		}
		out.Rows[i].add(t)
	}
	for _, r := range out.Rows {
		r.sum()
	}
	slices.SortFunc(out.Rows, func(a, b *Row) int { return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.Force, b.Force)) })
	return out, nil
}

func (r *Row) add(t Telling) {
	for _, o := range Ofs() {
		if o != OfIncidents && t.in(o) {
			r.Counts[o]++
		}
	}
	r.contacts[t.contact] = true
	if !t.Known.IsZero() && t.State != "none" && t.State != "withdrawn" {
		r.took = append(r.took, uint32(t.Seconds))
	}
}

func (r *Row) sum() {
	r.Counts[OfIncidents] = len(r.contacts)
	if due := r.Counts[OfDue]; due > 0 {
		percent := r.Counts[OfBefore] * 100 / due
		r.Percent = &percent
	}
	s := feed.SpreadOf(r.took)
	r.Median, r.P90, r.Longest = s.Median, s.P90, s.Longest
}

func hours(seconds int64) string { return fmt.Sprintf("%.2f", float64(seconds)/3600) }

// Sheet is the same rows as a file.
func (r *Report) Sheet() web.Sheet {
	s := web.Sheet{Head: []string{"force"}}
	for _, o := range Ofs() {
		s.Head = append(s.Head, string(o))
	}
	s.Head = append(s.Head, "percent_before_the_day_started", "median_delay_hours", "p90_delay_hours", "longest_delay_hours")
	for _, x := range r.Rows {
		row := []string{x.Force}
		for _, o := range Ofs() {
			row = append(row, strconv.Itoa(x.Counts[o]))
		}
		percent := ""
		if x.Percent != nil {
			percent = strconv.Itoa(*x.Percent)
		}
		s.Rows = append(s.Rows, append(row, percent, hours(int64(x.Median)), hours(int64(x.P90)), hours(int64(x.Longest))))
	}
	return s
}

// Listed is the children behind a figure, the newest first.
type Listed struct {
	Filter Filter
	Now    civil.Instant
	Rows   []Telling
}

// List shows who is behind a figure: a line for each incident, or for each child.
func (d *Desk) List(ctx context.Context, who access.Actor, f Filter) (*Listed, error) {
	rows, now, err := d.read(ctx, who, &f)
	if err != nil {
		return nil, err
	}
	out := &Listed{Filter: f, Now: now, Rows: []Telling{}}
	seen := map[string]bool{}
	for _, t := range rows {
		if !t.in(f.Of) || f.Of == OfIncidents && seen[t.contact] {
			continue
		}
		seen[t.contact] = true
		out.Rows = append(out.Rows, t)
	}
	return out, nil
}

// Sheet is the same rows as a file.
func (l *Listed) Sheet() web.Sheet {
	s := web.Sheet{Head: []string{"contact", "force_reference", "force", "incident", "received", "school_day_starts", "way", "school_knew", "delay_hours", "read", "withdrawn", "state"}}
	for _, t := range l.Rows {
		s.Rows = append(s.Rows, []string{t.Contact, t.ForceRef, t.Force, t.Incident.String(), t.Received.String(), t.Bell.String(), string(t.Way), t.Known.String(), hours(t.Seconds), t.Read.String(), t.Ended.String(), t.State})
	}
	return s
}
