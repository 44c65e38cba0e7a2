// Package links is the desk where it is written down what kind of harm is feared for a
// child and which places, vehicles and peers have to do with it, and where it is asked
// which children those have in common.
package links

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// Desk is the links desk.
type Desk struct{ Record *record.Record }

// New makes the desk.
func New(r *record.Record) *Desk { return &Desk{Record: r} }

// Page is what the page of one contact's children shows.
type Page struct {
	Now      civil.Instant
	Ref      string
	Kids     []Kid
	Links    []Link
	Concerns []Concern
	contact  string
}

// Kid is a child of the contact.
type Kid struct {
	ID, Ref, Name string
	person        string
	conceal       access.Concealment
}

// Link is a place, a vehicle or somebody that a child is linked to.
type Link struct {
	ID, Child, Name, Postcode, How, Source, By string
	Kind                                       pathway.SubjectKind
	Since, Ended                               civil.Instant
	EndedWhy                                   string
	Subject                                    string       // what it is linked to, shared with other children
	Peers                                      []PeerRecord // whose record somebody known by a name was said to be
}

// Concern is a kind of harm that is feared for a child.
type Concern struct {
	ID, Child, Kind, Why, By, EndedWhy string
	Since, Ended                       civil.Instant
}

var (
	findContact = db.SQL("links.contact", `SELECT id FROM contact WHERE ref = $1 AND authority_id = $2`)
	kidsOf      = db.SQL("links.children", `
		SELECT cc.id, COALESCE(p.ref, ''), COALESCE(p.given, cc.given), COALESCE(p.family, cc.family), cc.described, cc.person_id, cc.may_be, cc.conceal FROM contact_child cc
		LEFT JOIN person p ON p.id = cc.person_id AND p.authority_id = cc.authority_id AND cc.person_id <> ''
		WHERE cc.contact_id = $1 AND cc.authority_id = $2 ORDER BY cc.position`)
	workOf = db.SQL("links.work-of-contact", `
		SELECT e.worker_id, COALESCE(v.worker_id, ''), CASE WHEN e.team_id = '' THEN e.interim_owner_id ELSE e.team_id END FROM episode e
		LEFT JOIN involvement v ON v.episode_id = e.id AND v.authority_id = e.authority_id AND v.ended_at IS NULL AND v.refused_at IS NULL
		WHERE e.contact_id = $1 AND e.authority_id = $2 AND e.state = 'open'`)
	linksOf = db.SQL("links.of-contact", `
		SELECT x.id, x.child_id, s.kind, s.name, s.postcode, x.how, x.source, x.begun_by_name, x.begun_at, x.ended_at, x.ended_why, x.subject_id FROM subject_child x
		JOIN subject s ON s.id = x.subject_id AND s.authority_id = x.authority_id
		WHERE x.contact_id = $1 AND x.authority_id = $2 ORDER BY x.ended_at IS NOT NULL, x.begun_at, x.id`)
	concernsOf = db.SQL("links.concerns", `
		SELECT n.id, n.child_id, n.kind, n.why, n.begun_by_name, n.begun_at, n.ended_at, n.ended_why FROM concern n
		WHERE n.contact_id = $1 AND n.authority_id = $2 ORDER BY n.ended_at IS NOT NULL, n.begun_at, n.id`)
	findSubject = db.SQL("links.find-subject", `SELECT id FROM subject WHERE authority_id = $1 AND kind = $2 AND key = $3`)
	addSubject  = db.InsertInto("links.add-subject", "subject", "id, authority_id, kind, key, name, postcode, recorded_at, recorded_by", "")
	addLink     = db.InsertInto("links.add", "subject_child", "id, authority_id, subject_id, contact_id, child_id, how, source, begun_at, begun_by, begun_by_name",
		"ON CONFLICT DO NOTHING")
	endLink = db.SQL("links.end", `
		UPDATE subject_child SET ended_at = $4, ended_by = $5, ended_why = $6 WHERE id = $1 AND contact_id = $2 AND authority_id = $3 AND ended_at IS NULL`)
	addConcern = db.InsertInto("links.add-concern", "concern", "id, authority_id, contact_id, child_id, kind, why, begun_at, begun_by, begun_by_name",
		"ON CONFLICT DO NOTHING")
	endConcern = db.SQL("links.end-concern", `
		UPDATE concern SET ended_at = $4, ended_by = $5, ended_why = $6 WHERE id = $1 AND contact_id = $2 AND authority_id = $3 AND ended_at IS NULL`)
)

// load finds a contact with its children, and what an action on them is about.
func load(ctx context.Context, q db.Queryer, authority, ref string) (*Page, access.About, error) {
	p := &Page{Ref: ref}
	a := access.About{Kind: "contact", ID: ref, Authority: authority}
	err := q.QueryRowContext(ctx, findContact, ref, authority).Scan(&p.contact)
	if db.NotFound(err) {
		return nil, a, refusal.Hidden()
	}
	if err != nil {
		return nil, a, err
	}
	p.Kids, err = db.Collect(ctx, q, func(r *sql.Rows, k *Kid) error {
		var given, family, described, mayBe string
		err := r.Scan(&k.ID, &k.Ref, &given, &family, &described, &k.person, &mayBe, &k.conceal)
		k.Name, k.person = record.ChildName(given, family, described), cmp.Or(k.person, mayBe)
		return err
	}, kidsOf, p.contact, authority)
	if err != nil {
		return nil, a, err
	}
	for _, k := range p.Kids {
		if k.person != "" {
			a.Persons = append(a.Persons, k.person)
		}
		if k.conceal != access.Unrestricted {
			a.Conceal = k.conceal
		}
	}
	_, err = db.Collect(ctx, q, func(r *sql.Rows, _ *struct{}) error {
		var worker, offered, team string
		err := r.Scan(&worker, &offered, &team)
		a.Workers, a.Teams = append(a.Workers, worker, offered), append(a.Teams, team)
		return err
	}, workOf, p.contact, authority)
	if err != nil {
		return nil, a, err
	}
	a, err = record.Concealing(ctx, q, a)
	return p, a, err
}

func orAsk(denied, err error) error {
	if denied != nil && refusal.KindOf(err) == refusal.NotFound {
		return denied
	}
	return err
}

// Open shows what links the children of a contact, and logs that somebody looked.
func (d *Desk) Open(ctx context.Context, who access.Actor, ref string) (*Page, error) {
	var p *Page
	err := d.Record.Look(ctx, who, who.WorkPurpose(), func(v *record.View) error {
		var about access.About
		var err error
		if p, about, err = load(ctx, v, v.Authority, ref); err != nil {
			return orAsk(v.Allow(access.LinkSubject, access.About{}), err)
		}
		if err := v.Allow(access.LinkSubject, about); err != nil {
			return err
		}
		p.Now = v.Now
		v.Saw("links", ref)
		if p.Links, err = db.Collect(ctx, v, func(r *sql.Rows, l *Link) error {
			return r.Scan(&l.ID, &l.Child, &l.Kind, &l.Name, &l.Postcode, &l.How, &l.Source, &l.By, &l.Since, &l.Ended, &l.EndedWhy, &l.Subject)
		}, linksOf, p.contact, v.Authority); err != nil {
			return err
		}
		if err := p.readPeers(ctx, v); err != nil {
			return err
		}
		p.Concerns, err = db.Collect(ctx, v, func(r *sql.Rows, c *Concern) error {
			return r.Scan(&c.ID, &c.Child, &c.Kind, &c.Why, &c.By, &c.Since, &c.Ended, &c.EndedWhy)
		}, concernsOf, p.contact, v.Authority)
		return err
	})
	return p, err
}

// readPeers puts beside each peer whose record they were said to be, for a reader who may
// find children.
func (p *Page) readPeers(ctx context.Context, v *record.View) error {
	finds := access.ScopeOf(v.Who, access.SearchChildren)
	if !finds.Allowed {
		return nil
	}
	var peers []string
	for _, l := range p.Links {
		if l.Kind == pathway.PeerSubject {
			peers = append(peers, l.Subject)
		}
	}
	records, err := readPeers(ctx, v, finds, peers)
	for i := range p.Links {
		p.Links[i].Peers = records[p.Links[i].Subject]
	}
	return err
}

// Kid finds one of the children.
func (p *Page) Kid(id string) (Kid, bool) {
	i := slices.IndexFunc(p.Kids, func(k Kid) bool { return k.ID == id })
	if i < 0 {
		return Kid{}, false
	}
	return p.Kids[i], true
}

func (d *Desk) change(ctx context.Context, who access.Actor, ref, summary string, do func(*record.Tx, *Page) (pathway.Consequences, error)) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		p, about, err := load(ctx, tx, tx.Authority, ref)
		if err != nil {
			return orAsk(tx.Allow(access.LinkSubject, access.About{}), err)
		}
		if err := tx.Allow(access.LinkSubject, about); err != nil {
			return err
		}
		next, err := do(tx, p)
		if err != nil {
			return err
		}
		return tx.Apply(ctx, record.Subject{Kind: "contact", Ref: ref, Contact: p.contact}, summary, next)
	})
}

// Link writes down that children have to do with a place, a vehicle or somebody. The
// same one, typed otherwise, is the same one; a child who is linked already stays so.
func (d *Desk) Link(ctx context.Context, who access.Actor, ref string, l pathway.Linking) error {
	return d.change(ctx, who, ref, "link children: "+string(l.Kind), func(tx *record.Tx, p *Page) (pathway.Consequences, error) {
		l.Folded, l.Postcode = person.Fold(l.Name), person.Postcode(l.Postcode)
		l, err := l.Check()
		if err != nil {
			return pathway.Consequences{}, err
		}
		for _, child := range l.Children {
			if _, ok := p.Kid(child); !ok {
				return pathway.Consequences{}, refusal.Field("children", "Select which children it has to do with")
			}
		}
		var id string
		err = tx.QueryRowContext(ctx, findSubject, tx.Authority, l.Kind, l.Key()).Scan(&id)
		if db.NotFound(err) {
			id = tx.NewID()
			err = addSubject.Exec(ctx, tx, []any{id, tx.Authority, l.Kind, l.Key(), l.Name, l.Postcode, tx.Now, who.ID})
		}
		if err != nil {
			return pathway.Consequences{}, err
		}
		for _, child := range l.Children {
			if err := addLink.Exec(ctx, tx, []any{tx.NewID(), tx.Authority, id, p.contact, child, l.How, l.Source, tx.Now, who.ID, who.Name}); err != nil {
				return pathway.Consequences{}, err
			}
		}
		return l.Linked(), nil
	})
}

// End ends a link with the reason. It stays on the page of the contact.
func (d *Desk) End(ctx context.Context, who access.Actor, ref, id, why string) error {
	return d.end(ctx, who, ref, "end link", endLink, id, why)
}

// EndConcern ends a kind of concern with the reason.
func (d *Desk) EndConcern(ctx context.Context, who access.Actor, ref, id, why string) error {
	return d.end(ctx, who, ref, "end concern", endConcern, id, why)
}

func (d *Desk) end(ctx context.Context, who access.Actor, ref, summary string, q db.Query, id, why string) error {
	return d.change(ctx, who, ref, summary, func(tx *record.Tx, p *Page) (pathway.Consequences, error) {
		if strings.TrimSpace(why) == "" {
			return pathway.Consequences{}, refusal.Field("why", "Enter why it is not so any more, or was a mistake")
		}
		n, err := db.Changed(tx.ExecContext(ctx, q, id, p.contact, tx.Authority, tx.Now, who.ID, why))
		if err == nil && n == 0 {
			err = refusal.New(refusal.Conflict, "This has ended already")
		}
		return pathway.Consequences{}, err
	})
}

// Fear writes down what kinds of harm are feared for a child, and why.
func (d *Desk) Fear(ctx context.Context, who access.Actor, ref, child string, kinds []string, why string) error {
	return d.change(ctx, who, ref, "record concerns", func(tx *record.Tx, p *Page) (pathway.Consequences, error) {
		var problems []refusal.Problem
		if _, ok := p.Kid(child); !ok {
			problems = append(problems, refusal.Problem{Field: "child", Message: "Select the child"})
		}
		if len(kinds) == 0 {
			problems = append(problems, refusal.Problem{Field: "concerns", Message: "Select what is feared"})
		}
		if strings.TrimSpace(why) == "" {
			problems = append(problems, refusal.Problem{Field: "concern-why", Message: "Enter what was seen or said that makes you fear it"})
		}
		if err := refusal.Fields(problems); err != nil {
			return pathway.Consequences{}, err
		}
		var names []string
		for _, code := range kinds {
			k, ok := pathway.ConcernOf(code)
			if !ok {
				return pathway.Consequences{}, refusal.Field("concerns", "Select what is feared")
			}
			names = append(names, strings.ToLower(k.Name))
			if err := addConcern.Exec(ctx, tx, []any{tx.NewID(), tx.Authority, p.contact, child, code, why, tx.Now, who.ID, who.Name}); err != nil {
				return pathway.Consequences{}, err
			}
		}
		return pathway.Consequences{Lines: []pathway.Line{{Child: child, Kind: "concern", Source: string(pathway.SocialWork), Text: "Feared: " + strings.Join(names, ", ") + ". " + why}}}, nil
	})
}
