package record

import (
	"context"
	"database/sql"
	"slices"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
)

// Incidents are the domestic abuse notifications about some children and their brothers
// and sisters, each under the record it is read as.
type Incidents struct {
	rows     []incident // the oldest first
	siblings map[string][]string
	clusters Clusters
}

type incident struct {
	person, contact string
	happened        civil.Instant // or receipt
	conceal         access.Concealment
	outcome         pathway.Outcome
}

// yearMonths is the longest that a trigger looks back: a test holds the data to it.
const yearMonths = 12

var (
	incidentsOf = db.SQL("record.incidents-of-persons", `
		SELECT cc.person_id, c.id, c.received_at, c.incident_at, c.conceal, cc.outcome
		FROM contact_child cc
		JOIN contact c ON c.id = cc.contact_id AND c.authority_id = cc.authority_id
		WHERE cc.person_id IN (:list($1)) AND cc.person_id <> '' AND cc.authority_id = $2 AND c.channel = 'police' AND c.grade <> ''
		ORDER BY c.received_at, c.id DESC`)
	heldChildren = db.SQL("record.children-held-against-triggers", `
		SELECT c.id, c.ref, c.channel, c.source_kind, c.grade, c.danger, c.incident_at, c.received_at, c.conceal, k.id, k.person_id, k.conceal
		FROM contact c
		JOIN contact_child k ON k.contact_id = c.id AND k.authority_id = c.authority_id
		WHERE c.id IN (:list($1)) AND c.authority_id = $2
		ORDER BY c.received_at, c.id, k.position`)
	askedBefore = db.SQL("record.contacts-asked-before", `
		SELECT contact_id FROM trigger_met WHERE contact_id IN (:list($1)) AND authority_id = $2 AND gone_at IS NULL
		UNION SELECT contact_id FROM consideration WHERE contact_id IN (:list($1)) AND authority_id = $2`)
)

// FindIncidents finds what counts for some persons.
func FindIncidents(ctx context.Context, q db.Queryer, authority string, persons []string) (Incidents, error) {
	var p Incidents
	own, err := FindClusters(ctx, q, authority, persons)
	if err != nil {
		return p, err
	}
	everybody := own.All(persons...)
	related, err := FindSiblings(ctx, q, authority, everybody)
	if err != nil {
		return p, err
	}
	for _, s := range related {
		everybody = append(everybody, s...)
	}
	if p.clusters, err = FindClusters(ctx, q, authority, everybody); err != nil {
		return p, err
	}
	p.siblings = map[string][]string{}
	for id, all := range related {
		head := p.clusters.Head(id)
		p.siblings[head] = append(p.siblings[head], slices.DeleteFunc(p.clusters.Heads(all...), func(s string) bool { return s == head })...)
	}
	p.rows, err = db.Collect(ctx, q, func(r *sql.Rows, x *incident) error {
		var received, happened civil.Instant
		err := r.Scan(&x.person, &x.contact, &received, &happened, &x.conceal, &x.outcome)
		x.person, x.happened = p.clusters.Head(x.person), pathway.Contact{IncidentAt: happened, ReceivedAt: received}.RiskSince()
		return err
	}, incidentsOf, db.List(p.clusters.All(everybody...)), authority)
	return p, err
}

// of are the incidents about a person and about brothers and sisters besides those of one
// contact, each contact once, of those that count.
func (p *Incidents) of(personID, contact string, counts func(incident) bool) []pathway.Fact {
	head := p.clusters.Head(personID)
	own := map[string]bool{contact: true}
	var out []pathway.Fact
	for _, sibling := range []bool{false, true} {
		for i := len(p.rows) - 1; i >= 0; i-- {
			x := p.rows[i]
			if own[x.contact] || !counts(x) {
				continue
			}
			if !sibling && x.person == head || sibling && slices.Contains(p.siblings[head], x.person) {
				own[x.contact] = true
				out = append(out, pathway.Fact{Key: pathway.FactNotified, About: x.contact, At: x.happened, Sibling: sibling})
			}
		}
	}
	return out
}

// After lists the contacts that told of an incident within the year after a contact.
func (p *Incidents) After(contact string, from civil.Instant) []string {
	until := from.Date().AddMonths(yearMonths).EndOfDay()
	var out []string
	for _, x := range p.rows {
		if x.outcome != pathway.NotThisChild && x.contact != contact && !x.happened.Before(from) && !x.happened.After(until) && !slices.Contains(out, x.contact) {
			out = append(out, x.contact)
		}
	}
	return out
}

// Held is a child of a contact who is held against the triggers.
type Held struct {
	pathway.Contact
	Child, Person string // Person is who the child is; "" when nobody has said
	Closed        bool   // the contact's readers are named on a restriction
	Past          bool   // its year is over: nothing is asked anew
}

// facts are those that the contact and the history say. What is closed to the readers of
// the contact does not count in it: the number would tell of it.
func (h Held) facts(all *Incidents) []pathway.Fact {
	out := h.Facts()
	if all != nil && h.Person != "" {
		out = append(out, all.of(h.Person, h.ID, func(x incident) bool {
			return x.outcome != pathway.NotThisChild && (x.conceal == access.Unrestricted || h.Closed)
		})...)
	}
	return out
}

// AskAgain holds contacts against the triggers anew after the history of their children
// changed, and says why what no longer stands fell away.
func (tx *Tx) AskAgain(ctx context.Context, contacts []string, why string) (pathway.Consequences, error) {
	var next pathway.Consequences
	held, err := tx.held(ctx, contacts)
	if err != nil {
		return next, err
	}
	var persons []string
	for _, h := range held {
		if h.Person != "" && !slices.Contains(persons, h.Person) {
			persons = append(persons, h.Person)
		}
	}
	all, err := FindIncidents(ctx, tx, tx.Authority, persons)
	if err != nil {
		return next, err
	}
	var asking Asking
	for i, h := range held {
		if i == 0 || held[i-1].ID != h.ID {
			if asking, err = FindAsking(ctx, tx, tx.Authority, h.ID); err != nil {
				return next, err
			}
		}
		c, err := tx.AskManager(ctx, h, asking, &all, why)
		if err != nil {
			return next, err
		}
		next = next.And(c)
	}
	return next, nil
}

// held reads the children of contacts as the triggers need them, the earliest first.
func (tx *Tx) held(ctx context.Context, contacts []string) ([]Held, error) {
	if len(contacts) == 0 {
		return nil, nil
	}
	yearAgo := tx.Now.Date().AddMonths(-yearMonths).Start()
	out, err := db.Collect(ctx, tx, func(r *sql.Rows, h *Held) error {
		var conceal, kid access.Concealment
		err := r.Scan(&h.ID, &h.Ref, &h.Channel, &h.Source, &h.Grade, &h.Danger, &h.IncidentAt, &h.ReceivedAt, &conceal, &h.Child, &h.Person, &kid)
		h.Closed, h.Past = conceal != access.Unrestricted, h.RiskSince().Before(yearAgo)
		h.Children = []pathway.Child{{ID: h.Child, Conceal: kid != access.Unrestricted}}
		return err
	}, heldChildren, db.List(contacts), tx.Authority)
	return out, err
}

// AskOfPersons holds the contacts of persons and their brothers and sisters against the
// triggers anew, after records were joined or parted: those of the last twelve months, and
// older ones of which something was asked already.
func (tx *Tx) AskOfPersons(ctx context.Context, persons []string, why string) (pathway.Consequences, error) {
	all, err := FindIncidents(ctx, tx, tx.Authority, persons)
	if err != nil {
		return pathway.Consequences{}, err
	}
	var every []string
	for _, x := range all.rows {
		if !slices.Contains(every, x.contact) {
			every = append(every, x.contact)
		}
	}
	if len(every) == 0 {
		return pathway.Consequences{}, nil
	}
	asked, err := db.Collect(ctx, tx, func(r *sql.Rows, id *string) error { return r.Scan(id) }, askedBefore, db.List(every), tx.Authority)
	if err != nil {
		return pathway.Consequences{}, err
	}
	yearAgo := tx.Now.Date().AddMonths(-yearMonths).Start()
	var again []string
	for _, x := range all.rows {
		if (!x.happened.Before(yearAgo) || slices.Contains(asked, x.contact)) && !slices.Contains(again, x.contact) {
			again = append(again, x.contact)
		}
	}
	return tx.AskAgain(ctx, again, why)
}
