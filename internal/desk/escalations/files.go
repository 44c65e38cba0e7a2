package escalations

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"frontdoor/internal/civil"
	"frontdoor/internal/escalation"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/web"
)

// Row is one question as the list, its CSV and its JSON show it.
type Row struct {
	Agency    string           `json:"waiting_for"`
	PartnerID string           `json:"partner_id"`
	Partner   string           `json:"partner"`
	StepKey   string           `json:"step"`
	Step      string           `json:"step_name"`
	Level     int              `json:"level"`
	AskedOf   string           `json:"asked_of"`
	AskedBy   string           `json:"asked_by"`
	Asked     civil.Instant    `json:"asked"`
	By        civil.Instant    `json:"answer_due"`
	State     escalation.State `json:"state"`
	Answered  int              `json:"children_answered_for"`
	Promise   civil.Instant    `json:"promised_by"`
	Children  int              `json:"children"`
	OldestDue civil.Instant    `json:"oldest_due"`
	Told      int              `json:"children_notice_sent_for"`
}

// Rows are the questions that a filter leaves: by agency, the highest level first, and
// within it the longest asked.
func (l *Listing) Rows(f Filter) []Row {
	out := []Row{}
	for _, e := range l.Open {
		if f.Agency != "" && e.Agency != f.Agency {
			continue
		}
		for _, q := range e.Questions {
			if (f.Level == 0 || q.Level == f.Level) && (f.State == "" || q.State == f.State) {
				out = append(out, rowOf(e, q, l.People))
			}
		}
	}
	place := map[string]int{} // the agencies stand in the order of the ladders
	for _, e := range l.Open {
		if _, ok := place[e.Agency]; !ok {
			place[e.Agency] = len(place)
		}
	}
	slices.SortStableFunc(out, func(a, b Row) int {
		return cmp.Or(place[a.Agency]-place[b.Agency], b.Level-a.Level, a.Asked.Compare(b.Asked))
	})
	return out
}

func rowOf(e record.Escalation, q escalation.Question, people map[string]map[int]record.Addressee) Row {
	r := Row{Agency: e.Agency, PartnerID: e.OwnerID, Partner: e.Owner, StepKey: string(e.Measure), Step: e.Name, Level: q.Level, AskedOf: people[e.OwnerID][q.Level].Beside(q.Partner),
		AskedBy: people[""][q.Level].Beside(q.Council), Asked: q.Asked, By: q.By, State: q.State, Answered: q.Answered, Promise: q.Promise, Children: len(q.At)}
	for _, i := range q.At {
		w := e.Waits[i]
		if r.OldestDue.IsZero() || w.Due.Before(r.OldestDue) {
			r.OldestDue = w.Due
		}
		if w.Told {
			r.Told++
		}
	}
	return r
}

var listHead = []string{"waiting_for", "partner_id", "partner", "step", "step_name", "level", "asked_of", "asked_by", "asked", "answer_due", "state",
	"children_answered_for", "promised_by", "children", "oldest_due", "children_notice_sent_for"}

// sheetOf is the same rows as a file.
func sheetOf(rows []Row) web.Sheet {
	s := web.Sheet{Head: listHead}
	for _, r := range rows {
		s.Rows = append(s.Rows, []string{r.Agency, r.PartnerID, r.Partner, r.StepKey, r.Step, strconv.Itoa(r.Level), r.AskedOf, r.AskedBy, r.Asked.String(), r.By.String(), string(r.State),
			strconv.Itoa(r.Answered), r.Promise.String(), strconv.Itoa(r.Children), r.OldestDue.String(), strconv.Itoa(r.Told)})
	}
	return s
}

// Child is one child whom an escalation names.
type Child struct {
	Wait      string           `json:"wait"`
	Child     string           `json:"child"`
	Reference string           `json:"child_reference"`
	Contact   string           `json:"contact"`
	What      string           `json:"what"`
	Since     civil.Instant    `json:"since"`
	Due       civil.Instant    `json:"due"`
	Level     int              `json:"level"`
	Asked     civil.Instant    `json:"asked"`
	By        civil.Instant    `json:"answer_due"`
	Answered  civil.Instant    `json:"answered"`
	Promise   civil.Instant    `json:"promised_by"`
	State     escalation.State `json:"state"`
	Masked    bool             `json:"restricted"`
}

// Children are those on the ladder, the highest level first and then the longest overdue.
func (o *One) Children() []Child {
	out := []Child{}
	for _, w := range o.OnLadder() {
		s := w.Step()
		c := Child{Wait: w.Wait, Child: w.Child, Reference: w.ChildRef, Contact: w.Contact, What: w.What, Since: w.Since, Due: w.Due, Level: s.Level,
			Asked: s.Asked, By: s.By, Answered: s.Answered, Promise: s.Promise, State: s.State(o.Now), Masked: w.Masked}
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(a, b Child) int {
		if a.Level != b.Level {
			return b.Level - a.Level
		}
		return a.Due.Compare(b.Due)
	})
	return out
}

var childHead = []string{"wait", "child", "child_reference", "contact", "what", "since", "due", "level", "asked", "answer_due", "answered", "promised_by", "state"}

func childSheet(all []Child) web.Sheet {
	s := web.Sheet{Head: childHead}
	for _, c := range all {
		s.Rows = append(s.Rows, []string{c.Wait, c.Child, c.Reference, c.Contact, c.What, c.Since.String(), c.Due.String(), strconv.Itoa(c.Level),
			c.Asked.String(), c.By.String(), c.Answered.String(), c.Promise.String(), string(c.State)})
	}
	return s
}

func agencyWords(kind string) string { return web.Capital(pathway.AgencyName(pathway.Agency(kind))) }

func childrenWords(n int) string {
	if n == 1 {
		return "1 child"
	}
	return strconv.Itoa(n) + " children"
}

func lowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
