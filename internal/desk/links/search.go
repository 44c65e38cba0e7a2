package links

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// Asked is a question which children have to do with something, and what for.
type Asked struct {
	Text, Kind, Purpose string
}

// Hit is a child who is linked to a subject. One who may not be known of is not there; of
// one who is restricted the front door is told that there is one.
type Hit struct {
	Subject  string              `json:"linked_to"`
	Kind     pathway.SubjectKind `json:"kind"`
	Postcode string              `json:"postcode"`
	Child    string              `json:"child"`
	Age      string              `json:"age"`
	Ref      string              `json:"child_reference"`
	Contact  string              `json:"contact"`
	How      string              `json:"how"`
	Source   string              `json:"source"`
	Since    civil.Instant       `json:"since"`
	Concerns string              `json:"concerns"`
	Masked   bool                `json:"restricted"`
	Peers    string              `json:"peer_records"` // whose record somebody known by a name was said to be
	Opens    bool                `json:"-"`
}

// Found is the answer.
type Found struct {
	Now   civil.Instant
	Asked Asked
	Rows  []Hit
}

// How often one person may ask before they have to wait: as for finding a child.
const (
	mostSearches = 60
	searchWindow = 10 * time.Minute
)

// fewest is how many letters of a name are enough to ask with.
const fewest = 3

var (
	linkedTo = db.SQL("links.search", `
		SELECT s.id, s.kind, s.name, s.postcode, x.child_id, c.ref, x.how, x.source, x.begun_at,
			COALESCE(h.head_id, cc.person_id), cc.may_be, COALESCE(p.ref, ''), COALESCE(p.given, cc.given), COALESCE(p.family, cc.family), cc.described, COALESCE(p.born, cc.born), cc.conceal
		FROM subject s
		JOIN subject_child x ON x.subject_id = s.id AND x.authority_id = s.authority_id AND x.ended_at IS NULL
		JOIN contact_child cc ON cc.id = x.child_id AND cc.authority_id = x.authority_id
		JOIN contact c ON c.id = x.contact_id AND c.authority_id = x.authority_id
		LEFT JOIN person_head h ON h.person_id = cc.person_id AND h.authority_id = cc.authority_id
		LEFT JOIN person p ON p.id = COALESCE(h.head_id, cc.person_id) AND p.authority_id = cc.authority_id AND cc.person_id <> ''
		WHERE s.authority_id = $1 AND ($2 = '' OR s.kind = $2)
			AND ((s.kind = 'vehicle' AND s.key = $3) OR (s.postcode <> '' AND s.postcode = $4) OR (s.kind <> 'vehicle' AND $5 <> '' AND s.key LIKE $5))
		ORDER BY s.kind, s.name, s.id, x.begun_at, x.id LIMIT 1000`)
	fearedFor = db.SQL("links.concerns-of-children", `
		SELECT n.child_id, n.kind FROM concern n WHERE n.child_id IN (:list($1)) AND n.authority_id = $2 AND n.ended_at IS NULL ORDER BY n.begun_at, n.id`)
	workOfKids = db.SQL("links.work-of-children", `
		SELECT e.child_id, e.worker_id, COALESCE(v.worker_id, ''), CASE WHEN e.team_id = '' THEN e.interim_owner_id ELSE e.team_id END FROM episode e
		LEFT JOIN involvement v ON v.episode_id = e.id AND v.authority_id = e.authority_id AND v.ended_at IS NULL AND v.refused_at IS NULL
		WHERE e.child_id IN (:list($1)) AND e.authority_id = $2 AND e.state = 'open'`)
)

// Children finds the children linked to a place, a vehicle or somebody. The purpose is
// asked first and is written down with what was shown.
func (d *Desk) Children(ctx context.Context, who access.Actor, a Asked) (*Found, error) {
	if access.ScopeOf(who, access.FindSubjects).Allowed {
		if err := d.Record.Within(ctx, "places "+who.Authority+" "+who.ID, mostSearches, searchWindow); err != nil {
			return nil, err
		}
	}
	out := &Found{Asked: a}
	purpose := access.PurposeSearch
	if words := pathway.PurposeName(a.Purpose); words != "" {
		purpose = access.Purpose("finding linked children: " + words)
	}
	err := d.Record.Look(ctx, who, purpose, func(v *record.View) error {
		*out = Found{Now: v.Now, Asked: a}
		s, err := v.Scope(access.FindSubjects)
		if err != nil {
			return err
		}
		v.Saw("search for linked children")
		name := person.Fold(a.Text)
		plate, code := pathway.Plate(a.Text), person.Postcode(a.Text)
		var problems []refusal.Problem
		if len(name) < fewest && plate == "" {
			problems = append(problems, refusal.Problem{Field: "q", Message: "Enter at least three letters of the name, a postcode or a registration"})
		}
		if pathway.PurposeName(a.Purpose) == "" {
			problems = append(problems, refusal.Problem{Field: "why", Message: "Select what you ask for"})
		}
		if err := refusal.Fields(problems); err != nil {
			return err
		}
		like := ""
		if len(name) >= fewest {
			like = "%" + name + "%"
		}
		return out.find(ctx, v, s, a.Kind, pathway.Linking{Kind: pathway.VehicleSubject, Name: plate}.Key(), code, like)
	})
	return out, err
}

// hit is a row with what is needed to know who may see it.
type hit struct {
	Hit
	subject, child, person, mayBe string
	conceal                       access.Concealment
}

func (f *Found) find(ctx context.Context, v *record.View, s access.Scope, kind, plate, code, like string) error {
	all, err := db.Collect(ctx, v, func(r *sql.Rows, x *hit) error {
		var given, family, described string
		var born civil.Date
		err := r.Scan(&x.subject, &x.Kind, &x.Subject, &x.Postcode, &x.child, &x.Contact, &x.How, &x.Source, &x.Since,
			&x.person, &x.mayBe, &x.Ref, &given, &family, &described, &born, &x.conceal)
		x.Child = record.ChildName(given, family, described)
		if !born.IsZero() {
			x.Age = strconv.Itoa(born.Age(v.Now.Date()))
		}
		return err
	}, linkedTo, v.Authority, kind, plate, code, like)
	if err != nil {
		return err
	}
	var persons, kids []string
	for _, x := range all {
		kids = append(kids, x.child)
		if p := cmp.Or(x.person, x.mayBe); p != "" {
			persons = append(persons, p)
		}
	}
	as, err := record.FindClusters(ctx, v, v.Authority, persons)
	if err != nil {
		return err
	}
	closed, err := record.Restrictions(ctx, v, v.Authority, as.All(persons...))
	if err != nil {
		return err
	}
	feared, works := map[string][]string{}, map[string]access.About{}
	if _, err = db.Collect(ctx, v, func(r *sql.Rows, _ *struct{}) error {
		var child, code string
		err := r.Scan(&child, &code)
		if k, ok := pathway.ConcernOf(code); ok {
			feared[child] = append(feared[child], k.Name)
		}
		return err
	}, fearedFor, db.List(kids), v.Authority); err != nil {
		return err
	}
	if _, err = db.Collect(ctx, v, func(r *sql.Rows, _ *struct{}) error {
		var child, worker, offered, team string
		err := r.Scan(&child, &worker, &offered, &team)
		a := works[child]
		a.Workers, a.Teams = append(a.Workers, worker, offered), append(a.Teams, team)
		works[child] = a
		return err
	}, workOfKids, db.List(kids), v.Authority); err != nil {
		return err
	}
	var subjects []string
	for _, x := range all {
		if x.Kind == pathway.PeerSubject && !slices.Contains(subjects, x.subject) {
			subjects = append(subjects, x.subject)
		}
	}
	finds := access.ScopeOf(v.Who, access.SearchChildren)
	peers := map[string][]PeerRecord{}
	if finds.Allowed && len(subjects) > 0 {
		if peers, err = readPeers(ctx, v, finds, subjects); err != nil {
			return err
		}
	}
	pages := access.ScopeOf(v.Who, access.OpenChild)
	seen := map[string]bool{} // a child through two contacts is one child
	for _, x := range all {
		key := x.subject + " " + cmp.Or(x.person, x.child)
		if seen[key] {
			continue
		}
		about := works[x.child]
		about.Kind, about.ID, about.Authority, about.Conceal = "child", x.Contact, v.Authority, x.conceal
		if p := cmp.Or(x.person, x.mayBe); p != "" {
			about.Persons = as.Of(p).Members
		}
		about = record.Close(about, closed)
		switch s.Admits(about) {
		case access.Allow:
			x.Peers = peerWords(peers[x.subject])
			x.Concerns = strings.Join(feared[x.child], ", ")
			x.Opens = x.Ref != "" && pages.Admits(about) == access.Allow
			f.Rows = append(f.Rows, x.Hit)
			v.Saw("search for linked children", cmp.Or(x.Ref, x.Contact))
		case access.Mask:
			f.Rows = append(f.Rows, Hit{Subject: x.Subject, Kind: x.Kind, Postcode: x.Postcode, Child: "Restricted record, contact " + about.NamedShown, Masked: true})
		default:
			continue
		}
		seen[key] = true
	}
	slices.SortStableFunc(f.Rows, func(a, b Hit) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Postcode, b.Postcode), cmp.Compare(a.Child, b.Child), cmp.Compare(a.Ref, b.Ref))
	})
	return nil
}
