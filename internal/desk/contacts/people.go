package contacts

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
)

// People is a contact with who each of its children may be.
type People struct {
	*Page
	Who map[string]*Who // by contact_child id
}

// Who is who one child may be, as one reader may see it.
type Who struct {
	Found   []Looked // the most likely first; those somebody said it is not come last
	Outcome person.Outcome
	Settle  string        // the one question that would settle it, or ""
	Family  []PastContact // about the children of families that it may be of, the newest first
	Before  []Chosen      // what was decided before, the newest first
	Others  []Other       // other contacts that may be about the same child
	// Elsewhere are other authorities that may know the child, and whom to ask there.
	Elsewhere []record.Elsewhere
}

// Other is another contact about a child who may be the same, and of whom nobody has
// said who it is.
type Other struct {
	Ref    string
	At     civil.Instant
	Chance float64
}

// Looked is somebody a child may be.
type Looked struct {
	record.Hit
	Masked  string // whom to ask, when the record is restricted; then only the band is there
	Rows    []person.Row
	NotThem bool // a person said that it is not this one
	Taken   bool // another child of the contact is this one
	ref     string
}

// Chosen is one choice about who a child is, as it was made.
type Chosen struct {
	Choice, Ref, By string
	At              civil.Instant
	Beside
	child, person string
}

var choicesOf = db.SQL("contacts.choices-of-children", `
	SELECT l.child_id, l.person_id, COALESCE(p.ref, ''), l.choice, l.by_name, l.at, l.reasons, l.model, l.band, l.chance_ppm
	FROM child_link l
	LEFT JOIN person p ON p.id = l.person_id AND p.authority_id = l.authority_id
	WHERE l.child_id IN (:list($1)) AND l.authority_id = $2
	ORDER BY l.at DESC, l.id DESC`)

var openContacts = db.SQL("contacts.open-to-all", `
	SELECT ref, received_at FROM contact WHERE authority_id = $1 AND ref IN (:list($2)) AND conceal = ''`)

// People finds who each child of a contact may be, and says why. A restricted record
// is shown as one, with whom to ask. A sealed one is not there: what is left is
// judged as if it had never been compared. Somebody who may only read sees what was
// decided and nothing of who else it may be.
func (d *Desk) People(ctx context.Context, who access.Actor, id string) (*People, error) {
	out := &People{}
	err := d.Record.Look(ctx, who, purposeOf(who), func(v *record.View) error {
		*out = People{Page: &Page{}, Who: map[string]*Who{}}
		if err := out.open(ctx, v, id); err != nil {
			return err
		}
		return out.look(ctx, v)
	})
	return out, err
}

// look compares each child with everybody and keeps what the reader may see.
func (p *People) look(ctx context.Context, v *record.View) error {
	matches := make([]record.Match, len(p.Contact.Kids))
	var kids, ids []string
	for i := range p.Contact.Kids {
		k := &p.Contact.Kids[i]
		kids, p.Who[k.ID] = append(kids, k.ID), &Who{}
		if v.Who.ReadOnly {
			continue
		}
		var err error
		if matches[i], err = v.Match(ctx, p.Contact.described(*k)); err != nil {
			return err
		}
		for _, h := range matches[i].Hits {
			ids = append(ids, h.Known.ID)
		}
	}
	chosen, err := db.Collect(ctx, v, func(r *sql.Rows, c *Chosen) error {
		var ppm int64
		err := r.Scan(&c.child, &c.person, &c.Ref, &c.Choice, &c.By, &c.At, &c.Reasons, &c.Model, &c.Band, &ppm)
		c.Chance = float64(ppm) / 1e6
		return err
	}, choicesOf, db.List(kids), v.Authority)
	if err != nil {
		return err
	}
	for _, c := range chosen {
		ids = append(ids, c.person)
	}
	closed, err := record.Restrictions(ctx, v, v.Authority, ids)
	if err != nil {
		return err
	}
	for _, c := range chosen {
		if p.showChoice(v, &c, closed) {
			p.Who[c.child].Before = append(p.Who[c.child].Before, c)
		}
	}
	for i := range p.Contact.Kids {
		k := &p.Contact.Kids[i]
		p.Who[k.ID].fill(v, p.Contact.described(*k), matches[i], closed, p.Contact.taken(k.ID))
	}
	if err := p.readOthers(ctx, v, matches); err != nil {
		return err
	}
	return p.readFamilies(ctx, v)
}

// readOthers puts beside each child the other contacts that may be about the same one,
// of those that are not closed.
func (p *People) readOthers(ctx context.Context, v *record.View, matches []record.Match) error {
	var refs []string
	for _, m := range matches {
		for _, u := range m.Unknown {
			refs = append(refs, u.ContactRef)
		}
	}
	if len(refs) == 0 {
		return nil
	}
	open := map[string]civil.Instant{}
	rows, err := db.Collect(ctx, v, func(r *sql.Rows, o *Other) error { return r.Scan(&o.Ref, &o.At) }, openContacts, v.Authority, db.List(refs))
	for _, o := range rows {
		open[o.Ref] = o.At
	}
	for i := range p.Contact.Kids {
		w := p.Who[p.Contact.Kids[i].ID]
		for _, u := range matches[i].Unknown {
			at, ok := open[u.ContactRef]
			if ok && u.ContactID != p.Contact.ID && u.Chance >= unlikelyAnswer {
				w.Others = append(w.Others, Other{u.ContactRef, at, u.Chance})
			}
		}
	}
	return err
}

// showChoice masks a choice about somebody restricted and says whether it may be seen
// at all.
func (p *People) showChoice(v *record.View, c *Chosen, closed map[string]record.Closed) bool {
	if c.person == "" {
		return true
	}
	switch v.May(access.OpenContact, aboutPerson(v, c.person, c.Ref, closed)).Answer {
	case access.Allow:
		return true
	case access.Mask:
		c.Ref, c.person, c.Beside = "a restricted record", "", Beside{}
		return true
	}
	return false
}

func aboutPerson(v *record.View, id, ref string, closed map[string]record.Closed) access.About {
	return record.Close(access.About{Kind: "child", ID: ref, Authority: v.Authority, Persons: []string{id}}, closed)
}

// taken are the persons that the contact's other children are.
func (r *Row) taken(except string) map[string]bool {
	out := map[string]bool{}
	for _, k := range r.Kids {
		if k.ID != except && k.PersonID != "" {
			out[k.PersonID] = true
		}
	}
	return out
}

// fill keeps of a match what the reader may see, in its order. Who another child of
// the contact is can only be a brother or sister of this one.
func (w *Who) fill(v *record.View, d person.Described, m record.Match, closed map[string]record.Closed, taken map[string]bool) {
	left, missing := []person.Explanation{}, false
	var at []int // in Found, of those judged
	for _, h := range m.Hits {
		x := Looked{Hit: h, NotThem: w.saidNot(h.Known.ID), Taken: taken[h.Known.ID]}
		if x.Taken {
			missing, h.Why = true, h.Why.NotTheChild()
		}
		about := aboutPerson(v, h.Known.ID, h.Known.Ref, closed)
		switch v.May(access.LinkPerson, about).Answer {
		case access.Allow:
			x.Rows = person.Differences(d, h.Known.Person, h.Levels)
		case access.Mask:
			x = Looked{Masked: about.NamedShown, ref: h.Known.Ref}
			x.Band = h.Band
		default:
			missing = true
			continue
		}
		w.Found = append(w.Found, x)
		if x.NotThem {
			missing = true
			continue
		}
		at, left = append(at, len(w.Found)-1), append(left, h.Why)
	}
	w.Outcome, w.Elsewhere = m.Outcome, m.Elsewhere
	if missing {
		w.judgeAgain(at, left)
	}
	w.Found = slices.DeleteFunc(w.Found, func(x Looked) bool { return !x.NotThem && x.Band == person.Unlikely })
	slices.SortStableFunc(w.Found, func(a, b Looked) int { return cmp.Compare(last(a), last(b)) })
	for _, x := range w.Found {
		v.Saw("matches for contact", cmp.Or(x.ref, x.Known.Ref)) // a masked record too: that it was met is written down
	}
	w.Settle = person.Settle(d, w.rivals()...)
}

// judgeAgain judges what is left as if the others had never been compared.
func (w *Who) judgeAgain(at []int, left []person.Explanation) {
	var standings []person.Placed
	standings, w.Outcome = person.Alone(left)
	for i, s := range standings {
		x := &w.Found[at[i]]
		x.Chance, x.FamilyChance = s.Chance, s.FamilyChance
		if x.Band != person.Certain || x.Taken {
			x.Band = s.Band
		}
	}
}

func last(x Looked) int {
	if x.NotThem {
		return 1
	}
	return 0
}

// saidNot says that the last choice about a person was that it is not this child.
func (w *Who) saidNot(id string) bool {
	for _, c := range w.Before {
		if c.person == id {
			return c.Choice == "different"
		}
	}
	return false
}

// rivals are those in the running whose record the reader may see.
func (w *Who) rivals() []person.Rival {
	var out []person.Rival
	for _, x := range w.Found {
		if x.Masked == "" && !x.NotThem && !x.Taken {
			out = append(out, person.Rival{Person: x.Known.Person, Chance: x.Chance, FamilyChance: x.FamilyChance})
		}
	}
	return out
}

// familyRows is how many contacts of a family are shown.
const familyRows = 10

// readFamilies puts beside each child the earlier contacts about the families that it
// may be of.
func (p *People) readFamilies(ctx context.Context, v *record.View) error {
	names := map[string]string{}
	var persons []string
	for _, w := range p.Who {
		for _, x := range w.families() {
			if x.faint() {
				continue
			}
			names[x.Known.ID] = nameOf(x.Known.Person)
			persons = append(persons, x.Known.ID)
		}
	}
	slices.Sort(persons)
	all, err := historiesOf(ctx, v, v.Authority, slices.Compact(persons))
	if err != nil {
		return err
	}
	for i := range p.Contact.Kids {
		k := &p.Contact.Kids[i]
		w := p.Who[k.ID]
		if k.PersonID != "" {
			continue
		}
		of := map[string]bool{}
		for _, x := range w.families() {
			if x.faint() { // a surname alone does not open a family's history
				continue
			}
			of[x.Known.ID] = true
			for _, s := range all.siblings[x.Known.ID] {
				of[s] = true
			}
		}
		seen := map[string]bool{p.Contact.ID: true}
		for _, row := range all.rows {
			if !of[row.person] || seen[row.contact] {
				continue
			}
			seen[row.contact] = true
			w.Family = append(w.Family, PastContact{Ref: row.Ref, Source: row.Source, Person: names[row.person], At: row.ReceivedAt, Grade: row.Grade,
				Outcome: row.Outcome, Rationale: row.Rationale, Sibling: true})
		}
		w.Family = w.Family[:min(len(w.Family), familyRows)]
	}
	return p.hideFamilies(ctx, v)
}

// families are those shown whose brother or sister the child may be.
func (w *Who) families() []Looked {
	var out []Looked
	for _, x := range w.Found {
		if x.Masked == "" && !x.NotThem && x.OfFamily() {
			out = append(out, x)
		}
	}
	return out
}

// faintChance is the chance below which somebody is not taken for the child or for the family:
// the second band of the design, where nobody would look without a reason.
const faintChance = 0.02

// faint says that little speaks for somebody: a common surname, or a road.
func (x Looked) faint() bool {
	return x.Masked == "" && !x.NotThem && x.Band != person.Certain && x.Chance < faintChance && x.FamilyChance < faintChance
}

func (p *People) hideFamilies(ctx context.Context, v *record.View) error {
	var refs []string
	for _, w := range p.Who {
		for _, c := range w.Family {
			refs = append(refs, c.Ref)
		}
	}
	closed, err := concealedAmong(ctx, v, refs)
	if err != nil {
		return err
	}
	for _, w := range p.Who {
		w.Family = p.masked(w.Family, closed)
	}
	return nil
}

// openBand is the band that a match comes to among records that are not closed: what a
// list may show of a contact. Taken are the persons that its other children are.
func openBand(m record.Match, taken map[string]bool) person.Band {
	var left []person.Explanation
	var bands []person.Band // of those left, as the whole match has them
	whole, certain := true, false
	for _, h := range m.Hits {
		switch {
		case h.Conceal != access.Unrestricted:
			whole = false
			continue
		case taken[h.Known.ID]:
			whole, h.Why, h.Band = false, h.Why.NotTheChild(), person.Unlikely
		}
		left, bands, certain = append(left, h.Why), append(bands, h.Band), certain || h.Band == person.Certain
	}
	placed, outcome := person.Alone(left)
	best := person.Unlikely
	for i, s := range placed {
		if whole {
			s.Band = bands[i]
		}
		if bandOrder[s.Band] < bandOrder[best] {
			best = s.Band
		}
	}
	if certain {
		return person.Certain
	}
	return leaning(best, outcome)
}

var bandOrder = map[person.Band]int{person.Certain: 0, person.Review: 1, person.FamilyOnly: 2, person.Unlikely: 3}
