package links

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// PeerRecord is a record that somebody known by a name was said to be of.
type PeerRecord struct {
	ID, Ref, Name, Because, By string
	Since                      civil.Instant
	Masked                     string // whom to ask, when the record is restricted: nothing else is there
	subject, person            string
}

// PeerAsked is what is known of somebody, to find their record by.
type PeerAsked struct {
	Given, Family, Postcode string
	Age                     int // whole years; -1 when not known
}

// Candidate is somebody a peer may be.
type Candidate struct {
	Ref, Name, Born string
	Band            person.Band
	Why             []string
	Masked          string // whom to ask, when the record is restricted
	why             person.Explanation
}

// PeerPage is one peer of a contact's children, and who they may be.
type PeerPage struct {
	Now      civil.Instant
	Ref      string // of the contact
	Link     Link
	Asked    PeerAsked
	Searched bool
	Found    []Candidate
}

var (
	peerOf = db.SQL("links.peer", `
		SELECT x.id, x.child_id, s.id, s.kind, s.name, x.how, x.source, x.begun_by_name, x.begun_at FROM subject_child x
		JOIN subject s ON s.id = x.subject_id AND s.authority_id = x.authority_id
		WHERE x.id = $1 AND x.contact_id = $2 AND x.authority_id = $3 AND x.ended_at IS NULL AND s.kind = 'peer'`)
	peerRecords = db.SQL("links.records-of-peers", `
		SELECT x.id, x.subject_id, x.person_id, x.because, x.begun_by_name, x.begun_at FROM subject_person x
		WHERE x.subject_id IN (:list($1)) AND x.authority_id = $2 AND x.ended_at IS NULL ORDER BY x.begun_at, x.id`)
	addPeerRecord = db.SQL("links.add-record-of-peer", `
		INSERT INTO subject_person (id, authority_id, subject_id, person_id, because, begun_at, begun_by, begun_by_name)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`)
	endPeerRecord = db.SQL("links.end-record-of-peer", `
		UPDATE subject_person SET ended_at = $4, ended_by = $5, ended_why = $6
		WHERE id = $1 AND subject_id = $2 AND authority_id = $3 AND ended_at IS NULL`)
)

// findPeer finds a peer that a child of a contact is linked to.
func findPeer(ctx context.Context, q db.Queryer, authority, contact, id string) (Link, error) {
	var l Link
	err := q.QueryRowContext(ctx, peerOf, id, contact, authority).Scan(&l.ID, &l.Child, &l.Subject, &l.Kind, &l.Name, &l.How, &l.Source, &l.By, &l.Since)
	if db.NotFound(err) {
		err = refusal.Hidden()
	}
	return l, err
}

// readPeers finds the records that peers were said to be of, as far as the reader may know:
// of one that is restricted whom to ask, and of one that is sealed nothing. by is the
// permission that the reader has to find children.
func readPeers(ctx context.Context, v *record.View, by access.Scope, subjects []string) (map[string][]PeerRecord, error) {
	rows, err := db.Collect(ctx, v, func(r *sql.Rows, x *PeerRecord) error {
		return r.Scan(&x.ID, &x.subject, &x.person, &x.Because, &x.By, &x.Since)
	}, peerRecords, db.List(subjects), v.Authority)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	var ids []string
	for _, x := range rows {
		ids = append(ids, x.person)
	}
	as, err := record.FindClusters(ctx, v, v.Authority, ids)
	if err != nil {
		return nil, err
	}
	closed, err := record.Restrictions(ctx, v, v.Authority, as.All(ids...))
	if err != nil {
		return nil, err
	}
	known, err := record.Persons(ctx, v, v.Authority, as.Heads(ids...))
	if err != nil {
		return nil, err
	}
	out := map[string][]PeerRecord{}
	for _, x := range rows {
		k := known[as.Head(x.person)]
		about := record.Close(access.About{Kind: "child", ID: k.Ref, Authority: v.Authority, Persons: as.Of(x.person).Members}, closed)
		switch by.Admits(about) {
		case access.Allow:
			x.Ref, x.Name = k.Ref, strings.TrimSpace(k.Given+" "+k.Family)
			v.Saw("links", k.Ref)
		case access.Mask:
			x = PeerRecord{subject: x.subject, Masked: about.NamedShown}
		default:
			continue
		}
		out[x.subject] = append(out[x.subject], x)
	}
	return out, nil
}

// Peer shows one peer of a contact's children. With something asked it finds who they may
// be, as who a child of a contact is is found: the reader must be one who may find
// children.
func (d *Desk) Peer(ctx context.Context, who access.Actor, ref, id string, a *PeerAsked) (*PeerPage, error) {
	if a != nil {
		if err := d.Record.Within(ctx, "places "+who.Authority+" "+who.ID, mostSearches, searchWindow); err != nil {
			return nil, err
		}
	}
	out := &PeerPage{}
	err := d.Record.Look(ctx, who, who.WorkPurpose(), func(v *record.View) error {
		*out = PeerPage{Now: v.Now, Ref: ref, Asked: PeerAsked{Age: -1}}
		p, about, err := load(ctx, v, v.Authority, ref)
		if err != nil {
			return orAsk(v.Allow(access.LinkSubject, access.About{}), err)
		}
		if err := v.Allow(access.LinkSubject, about); err != nil {
			return err
		}
		finds, err := v.Scope(access.SearchChildren)
		if err != nil {
			return err
		}
		if out.Link, err = findPeer(ctx, v, v.Authority, p.contact, id); err != nil {
			return err
		}
		v.Saw("links", ref)
		records, err := readPeers(ctx, v, finds, []string{out.Link.Subject})
		if err != nil {
			return err
		}
		out.Link.Peers = records[out.Link.Subject]
		if a == nil {
			return nil
		}
		out.Asked = *a
		return out.search(ctx, v)
	})
	return out, err
}

// search compares what is known of a peer with every child. One who is sealed is judged as
// if never compared.
func (p *PeerPage) search(ctx context.Context, v *record.View) error {
	a := p.Asked
	d := person.Described{Given: a.Given, Family: a.Family, AgeStated: a.Age, Postcode: a.Postcode}
	if !d.Named() && a.Family == "" {
		return refusal.Field("given", "Enter a first name or a family name to look for")
	}
	p.Searched = true
	m, err := v.Match(ctx, d)
	if err != nil {
		return err
	}
	var ids []string
	for _, h := range m.Hits {
		ids = append(ids, h.Known.ID)
	}
	as, err := record.FindClusters(ctx, v, v.Authority, ids)
	if err != nil {
		return err
	}
	closed, err := record.Restrictions(ctx, v, v.Authority, as.All(ids...))
	if err != nil {
		return err
	}
	hidden := false
	for _, h := range m.Hits {
		about := record.Close(access.About{Kind: "child", ID: h.Ref, Authority: v.Authority, Persons: as.Of(h.Known.ID).Members}, closed)
		c := Candidate{Band: h.Band, why: h.Why}
		switch v.May(access.SearchChildren, about).Answer {
		case access.Allow:
			c.Ref, c.Name, c.Born = h.Ref, strings.TrimSpace(h.Known.Given+" "+h.Known.Family), h.Born.Words()
			for _, f := range h.Why.Facts {
				if f.Same > 0 {
					c.Why = append(c.Why, f.Text)
				}
			}
		case access.Mask:
			c.Masked = about.NamedShown
		default:
			hidden = true
			continue
		}
		v.Saw("links", h.Ref)
		p.Found = append(p.Found, c)
	}
	if hidden {
		var left []person.Explanation
		for _, c := range p.Found {
			left = append(left, c.why)
		}
		placed, _ := person.Alone(left)
		for i := range placed {
			p.Found[i].Band = placed[i].Band
		}
	}
	p.Found = slices.DeleteFunc(p.Found, func(c Candidate) bool { return c.Band == person.Unlikely })
	return nil
}

// IsPeer says that somebody known by a name is the child of a record, and how we know. It
// refuses a record that the reader may not find, one that is the linked child's own, and a
// second time.
func (d *Desk) IsPeer(ctx context.Context, who access.Actor, ref, id, personRef, because string) error {
	return d.change(ctx, who, ref, "say who a peer is", func(tx *record.Tx, p *Page) (pathway.Consequences, error) {
		var none pathway.Consequences
		l, err := findPeer(ctx, tx, tx.Authority, p.contact, id)
		if err != nil {
			return none, err
		}
		if personRef == "" {
			return none, refusal.Field("record", "Select whose record it is")
		}
		k, members, err := record.PersonRead(ctx, tx, tx.Authority, personRef)
		if db.NotFound(err) {
			err = refusal.Hidden()
		}
		if err != nil {
			return none, err
		}
		about, err := record.Concealing(ctx, tx, access.About{Kind: "child", ID: k.Ref, Authority: tx.Authority, Persons: members})
		if err != nil {
			return none, err
		}
		if err := tx.Allow(access.SearchChildren, about); err != nil {
			return none, err
		}
		kid, _ := p.Kid(l.Child)
		switch {
		case slices.Contains(members, kid.person):
			return none, refusal.Field("record", "This is the record of the child who is linked. Select somebody else's")
		case strings.TrimSpace(because) == "":
			return none, refusal.Field("because", "Enter how we know that it is them")
		}
		n, err := db.Changed(tx.ExecContext(ctx, addPeerRecord, tx.NewID(), tx.Authority, l.Subject, k.ID, because, tx.Now, who.ID, who.Name))
		if err == nil && n == 0 {
			err = refusal.New(refusal.Conflict, "Somebody has linked this record already")
		}
		// The record may be restricted one day, so the story of the other child does not name it.
		return pathway.Consequences{Lines: []pathway.Line{{Child: l.Child, Kind: "link", Source: string(pathway.SocialWork), Text: "Somebody known as " + l.Name + " was linked to a record we hold"}}}, err
	})
}

// NotPeer ends what was said of who a peer is, with the reason. It refuses what the reader
// may not see as if it were not there.
func (d *Desk) NotPeer(ctx context.Context, who access.Actor, ref, id, said, why string) error {
	page, err := d.Peer(ctx, who, ref, id, nil)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(page.Link.Peers, func(x PeerRecord) bool { return x.ID == said && x.Masked == "" }) {
		return refusal.Hidden()
	}
	return d.change(ctx, who, ref, "end who a peer is", func(tx *record.Tx, _ *Page) (pathway.Consequences, error) {
		if strings.TrimSpace(why) == "" {
			return pathway.Consequences{}, refusal.Field("why", "Enter why it is not them, or was a mistake")
		}
		n, err := db.Changed(tx.ExecContext(ctx, endPeerRecord, said, page.Link.Subject, tx.Authority, tx.Now, who.ID, why))
		if err == nil && n == 0 {
			err = refusal.New(refusal.Conflict, "This has ended already")
		}
		return pathway.Consequences{}, err
	})
}

// peerWords are the records of a peer in one cell of a list.
func peerWords(all []PeerRecord) string {
	var out []string
	for _, x := range all {
		if x.Masked != "" {
			out = append(out, "Restricted record, contact "+x.Masked)
			continue
		}
		out = append(out, x.Ref)
	}
	return strings.Join(out, "; ")
}

// ageOf reads an age as it was typed; -1 when it is no number of years.
func ageOf(s string) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || n < 0 || n > oldestPeer {
		return -1
	}
	return n
}

// oldestPeer is the greatest age that is read.
const oldestPeer = 120
