package children

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
)

// kinship is a child's family as one reader may know it: the people whose records
// are not closed to them, and the facts that are only about those.
type kinship struct {
	child  string
	facts  record.Family
	people map[string]record.Known
	masks  []string        // what may be said of restricted relatives: whom to contact, and no more
	masked []string        // their ids, for counting only
	met    map[string]bool // everybody a fact names, also those who are closed to this reader

	clusters record.Clusters // of those who are recorded more than once
}

// How far a family is followed from the child, and how large it may grow. A door
// that more people share is a refuge, a home or a site, and no household.
const (
	familySteps  = 3
	familyPeople = 60
	doorPeople   = 15
)

// asked gives the policy's verdict on opening the records of these persons.
type asked func(access.About) access.Verdict

// gather follows a child's relationships and homes as far as this reader may. It
// never goes on through a record that is closed to them.
func gather(ctx context.Context, q db.Queryer, authority string, child record.Known, may asked) (*kinship, error) {
	k := &kinship{child: child.ID, people: map[string]record.Known{child.ID: child}, clusters: record.Clusters{}}
	own, err := record.FindClusters(ctx, q, authority, []string{child.ID})
	if err != nil {
		return nil, err
	}
	maps.Copy(k.clusters, own)
	seen := map[string]bool{child.ID: true}
	k.met = seen
	next := []string{child.ID}
	var all record.Family
	for step := 0; step < familySteps && len(next) > 0 && len(seen) < familyPeople; step++ {
		got, err := record.FamilyOf(ctx, q, authority, next)
		if err != nil {
			return nil, err
		}
		if step == 0 {
			shared, err := sharers(ctx, q, authority, got.Stays)
			if err != nil {
				return nil, err
			}
			got.Stays = append(got.Stays, shared...)
		}
		all = join(all, got)
		var found []string
		for _, id := range personsIn(got) {
			if !seen[id] {
				seen[id] = true
				found = append(found, id)
			}
		}
		if next, err = k.admit(ctx, q, authority, found, may); err != nil {
			return nil, err
		}
	}
	return k, k.keep(ctx, q, authority, all, may)
}

// sharers are the stays of others at the doors of these.
func sharers(ctx context.Context, q db.Queryer, authority string, stays []person.Stay) ([]person.Stay, error) {
	var doors []string
	for _, s := range stays {
		if s.Standing != person.Rejected && s.Replaced.At.IsZero() {
			doors = append(doors, s.Door())
		}
	}
	all, err := record.StaysAt(ctx, q, authority, doors)
	if err != nil {
		return nil, err
	}
	at := map[string]map[string]bool{}
	for _, s := range all {
		if at[s.Door()] == nil {
			at[s.Door()] = map[string]bool{}
		}
		at[s.Door()][s.Person] = true
	}
	return slices.DeleteFunc(all, func(s person.Stay) bool { return len(at[s.Door()]) > doorPeople }), nil
}

// admit takes those into the family whose records this reader may open, and gives
// their ids to go on from. Of one who may only be known of, whom to contact is kept.
func (k *kinship) admit(ctx context.Context, q db.Queryer, authority string, ids []string, may asked) ([]string, error) {
	clusters, err := record.FindClusters(ctx, q, authority, ids)
	if err != nil {
		return nil, err
	}
	maps.Copy(k.clusters, clusters)
	closed, err := record.Restrictions(ctx, q, authority, clusters.All(ids...))
	if err != nil {
		return nil, err
	}
	known, err := record.Persons(ctx, q, authority, ids)
	if err != nil {
		return nil, err
	}
	var open []string
	for _, id := range ids {
		p, ok := known[id]
		if !ok {
			continue
		}
		switch v := may(record.Close(access.About{Authority: authority, Persons: clusters.Of(id).Members}, closed)); v.Answer {
		case access.Allow:
			k.people[id] = p
			open = append(open, id)
		case access.Mask:
			k.masks, k.masked = append(k.masks, v.Message), append(k.masked, clusters.Of(id).Members...)
		}
	}
	return open, nil
}

// keep leaves only facts of which every person may be known, and which do not come
// from a contact that is closed to this reader.
func (k *kinship) keep(ctx context.Context, q db.Queryer, authority string, all record.Family, may asked) error {
	hidden, err := hiddenContacts(ctx, q, authority, all, may)
	if err != nil {
		return err
	}
	shown := func(contact string, persons ...string) bool {
		for _, id := range persons {
			if _, ok := k.people[id]; !ok && id != "" {
				return false
			}
		}
		return !hidden[contact]
	}
	for _, r := range all.Relationships {
		if shown(r.Contact, r.Person, r.Other) {
			k.facts.Relationships = append(k.facts.Relationships, r)
		}
	}
	for _, s := range all.Stays {
		if shown(s.Contact, s.Person) {
			k.facts.Stays = append(k.facts.Stays, s)
		}
	}
	for _, r := range all.Responsibilities {
		if shown(r.Contact, r.Child, r.Holder) {
			k.facts.Responsibilities = append(k.facts.Responsibilities, r)
		}
	}
	k.prune()
	return nil
}

// prune leaves out people whom nothing that is shown connects with the child.
func (k *kinship) prune() {
	reached := map[string]bool{k.child: true}
	for grew := true; grew; {
		grew = false
		link := func(a, b string) {
			if reached[a] && !reached[b] {
				reached[b], grew = true, true
			}
		}
		for _, r := range k.facts.Relationships {
			link(r.Person, r.Other)
			link(r.Other, r.Person)
		}
		for _, r := range k.facts.Responsibilities {
			if r.Holder != "" {
				link(r.Child, r.Holder)
			}
		}
		for _, s := range k.facts.Stays {
			for _, t := range k.facts.Stays {
				if s.Door() == t.Door() {
					link(s.Person, t.Person)
				}
			}
		}
	}
	for id := range k.people {
		if !reached[id] {
			delete(k.people, id)
		}
	}
}

// hiddenContacts are the contacts behind facts that this reader may not know of.
func hiddenContacts(ctx context.Context, q db.Queryer, authority string, all record.Family, may asked) (map[string]bool, error) {
	ids := map[string]bool{}
	for _, d := range factsIn(all) {
		if d.Contact != "" {
			ids[d.Contact] = true
		}
	}
	persons, err := record.ClosedContacts(ctx, q, authority, keys(ids))
	if err != nil {
		return nil, err
	}
	hidden := map[string]bool{}
	for contact, about := range persons {
		closed, err := record.Restrictions(ctx, q, authority, about)
		if err != nil {
			return nil, err
		}
		v := may(record.Close(access.About{Authority: authority, Persons: about}, closed))
		hidden[contact] = v.Answer != access.Allow
	}
	return hidden, nil
}

// join adds facts that are not there yet.
func join(a, b record.Family) record.Family {
	have := map[string]bool{}
	for _, d := range factsIn(a) {
		have[d.ID] = true
	}
	once := func(id string) bool {
		old := have[id]
		have[id] = true
		return !old
	}
	for _, r := range b.Relationships {
		if once(r.ID) {
			a.Relationships = append(a.Relationships, r)
		}
	}
	for _, s := range b.Stays {
		if once(s.ID) {
			a.Stays = append(a.Stays, s)
		}
	}
	for _, r := range b.Responsibilities {
		if once(r.ID) {
			a.Responsibilities = append(a.Responsibilities, r)
		}
	}
	return a
}

func factsIn(f record.Family) []person.Dated {
	var out []person.Dated
	for _, r := range f.Relationships {
		out = append(out, r.Dated)
	}
	for _, s := range f.Stays {
		out = append(out, s.Dated)
	}
	for _, r := range f.Responsibilities {
		out = append(out, r.Dated)
	}
	return out
}

// personsIn are the persons that facts are about, in a fixed order.
func personsIn(f record.Family) []string {
	ids := map[string]bool{}
	for _, r := range f.Relationships {
		ids[r.Person], ids[r.Other] = true, true
	}
	for _, s := range f.Stays {
		ids[s.Person] = true
	}
	for _, r := range f.Responsibilities {
		ids[r.Child], ids[r.Holder] = true, true
	}
	delete(ids, "")
	return keys(ids)
}

func keys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for id := range m {
		out = append(out, id)
	}
	slices.Sort(out)
	return out
}

// knownAt is the family as the record knew it at a moment.
func (k *kinship) knownAt(t civil.Instant) record.Family {
	var f record.Family
	for _, r := range k.facts.Relationships {
		if d, ok := r.KnownAt(t); ok {
			r.Dated = d
			f.Relationships = append(f.Relationships, r)
		}
	}
	for _, s := range k.facts.Stays {
		if d, ok := s.KnownAt(t); ok {
			s.Dated = d
			f.Stays = append(f.Stays, s)
		}
	}
	for _, r := range k.facts.Responsibilities {
		if d, ok := r.KnownAt(t); ok {
			r.Dated = d
			f.Responsibilities = append(f.Responsibilities, r)
		}
	}
	return f
}

// refs are those of the family's people, for the trail.
func (k *kinship) refs() []string {
	var out []string
	for _, id := range keys(k.people) {
		out = append(out, k.people[id].Ref)
	}
	return out
}

// nameOf is what somebody in a family is called.
func nameOf(p record.Known) string {
	name := strings.TrimSpace(p.Given + " " + p.Family)
	switch {
	case p.Unborn:
		return strings.TrimSpace("Unborn child " + strings.TrimSpace(p.Family))
	case p.Given == "" && p.IsChild:
		return strings.TrimSpace("Baby " + p.Family)
	}
	return cmp.Or(name, p.KnownAs, "Name not known")
}
