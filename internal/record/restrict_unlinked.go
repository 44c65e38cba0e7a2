package record

import (
	"context"
	"database/sql"
	"slices"

	"frontdoor/internal/access"
	"frontdoor/internal/db"
	"frontdoor/internal/person"
)

// closedChance is how likely it must be that a child is one whose record is closed for
// the contact to go to the restricted desk. Below it a namesake would take ordinary
// contacts away from the front door, which is itself a sign of who is hidden.
const closedChance = 0.1

// Closes says that a contact with a child who may be this person goes to the restricted
// desk.
func (h Hit) Closes() bool {
	return h.Conceal != access.Unrestricted && (h.Band == person.Certain || h.Chance >= closedChance)
}

var (
	// Open is what somebody still waits for.
	contactsOpen = db.SQL("record.contacts-open", `
		SELECT DISTINCT contact_id FROM wait WHERE authority_id = $1 AND ended_at IS NULL ORDER BY contact_id`)
	choicesAbout = db.SQL("record.choices-about-persons", `
		SELECT child_id, choice FROM child_link
		WHERE child_id IN (:list($1)) AND person_id IN (:list($2)) AND authority_id = $3
		ORDER BY at, id`)
	setMayBe = db.SQL("record.set-may-be", `
		UPDATE contact_child SET may_be = $3, version = version + 1 WHERE id = $1 AND authority_id = $2`)
)

// closeUnlinked closes the open contacts with a child nobody has linked who may be one of
// these records, by the rule that closes a contact when it arrives.
//
// It is done in the command that restricts the record, so that there is no moment at
// which the record is closed and the contact opens. What is slow is comparing; so each
// child who waits is first asked which keys it would be looked up by, and only those who
// share one with the record are compared with everybody. The matcher finds nobody by any
// other way, so none is missed. With 5,000 such children waiting the whole command takes
// under half a second on either engine (docs/performance.md).
func (tx *Tx) closeUnlinked(ctx context.Context, ids []string) error {
	known, err := Persons(ctx, tx, tx.Authority, ids)
	if err != nil {
		return err
	}
	if err := readAsOne(ctx, tx, tx.Authority, known); err != nil {
		return err
	}
	keys := map[uint32]bool{}
	for _, k := range known {
		for _, key := range Keys(k.Person) {
			keys[uint32(key)] = true
		}
	}
	open, err := db.Collect(ctx, tx, func(r *sql.Rows, id *string) error { return r.Scan(id) }, contactsOpen, tx.Authority)
	if err != nil {
		return err
	}
	var waiting []said
	for part := range slices.Chunk(open, contactsRead) {
		children, err := tx.childrenOf(ctx, part)
		if err != nil {
			return err
		}
		for _, s := range children {
			if s.linked == "" && s.mayBe == "" {
				waiting = append(waiting, s)
			}
		}
	}
	words := person.NewWords()
	waiting = slices.DeleteFunc(waiting, func(s said) bool { return !s.sharesKey(words, keys) })
	if waiting, err = tx.withoutRefused(ctx, waiting, ids); err != nil {
		return err
	}
	return tx.closeThoseWhoMayBe(ctx, waiting)
}

// contactsRead is how many contacts' children are read at a time.
const contactsRead = 500

// childrenOf are the children of some contacts as they were described.
func (tx *Tx) childrenOf(ctx context.Context, contacts []string) ([]said, error) {
	if len(contacts) == 0 {
		return nil, nil
	}
	return db.Collect(ctx, tx, scanSaid, childrenOfContacts, db.List(contacts), tx.Authority)
}

// withoutRefused leaves out children of whom a person last said that they are none of
// these.
func (tx *Tx) withoutRefused(ctx context.Context, children []said, ids []string) ([]said, error) {
	if len(children) == 0 {
		return nil, nil
	}
	var asked []string
	for _, s := range children {
		asked = append(asked, s.ChildID)
	}
	last := map[string]string{}
	choices, err := db.Collect(ctx, tx, scanPair, choicesAbout, db.List(asked), db.List(ids), tx.Authority)
	for _, c := range choices {
		last[c[0]] = c[1]
	}
	return slices.DeleteFunc(children, func(s said) bool { return last[s.ChildID] == "different" }), err
}

// sharesKey says whether a child as described would be looked up by one of these keys.
func (s said) sharesKey(words *person.Words, keys map[uint32]bool) bool {
	q := person.NewQuery(words, s.described())
	for _, turn := range person.Turns() {
		if slices.ContainsFunc(q.LookUps(turn), func(k uint32) bool { return keys[k] }) {
			return true
		}
	}
	return false
}

// closeThoseWhoMayBe compares children nobody has linked with everybody, and closes the
// contacts of those who may be somebody whose record is closed.
func (tx *Tx) closeThoseWhoMayBe(ctx context.Context, children []said) error {
	beside, err := tx.namedBeside(ctx, children)
	if err != nil {
		return err
	}
	for _, s := range children {
		d := s.described()
		for _, other := range beside[s.ContactID] {
			if other.ChildID != s.ChildID && other.described().Named() {
				d.Siblings = append(d.Siblings, other.mention())
			}
		}
		m, err := tx.Match(ctx, d)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(m.Hits, Hit.Closes)
		if i < 0 {
			continue
		}
		if _, err := tx.ExecContext(ctx, setMayBe, s.ChildID, tx.Authority, m.Hits[i].Known.ID); err != nil {
			return err
		}
		if err := tx.CloseContact(ctx, s.ContactID, m.Hits[i].Conceal); err != nil {
			return err
		}
		if err := tx.TouchContact(ctx, s.ContactID); err != nil {
			return err
		}
	}
	return nil
}

// namedBeside are all children of the contacts of some, by contact.
func (tx *Tx) namedBeside(ctx context.Context, children []said) (map[string][]said, error) {
	var contacts []string
	for _, s := range children {
		if !slices.Contains(contacts, s.ContactID) {
			contacts = append(contacts, s.ContactID)
		}
	}
	out := map[string][]said{}
	all, err := tx.childrenOf(ctx, contacts)
	for _, s := range all {
		out[s.ContactID] = append(out[s.ContactID], s)
	}
	return out, err
}

// mention is the child as named beside another: by name and age on the day of the contact.
func (s said) mention() person.Mention {
	m := person.Mention{Given: s.Given, Age: s.age}
	if s.age < 0 && !s.Born.IsZero() {
		m.Age = s.Born.Age(s.on)
	}
	return m
}
