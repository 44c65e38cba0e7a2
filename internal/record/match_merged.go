package record

import (
	"cmp"
	"context"
	"slices"

	"frontdoor/internal/db"
	"frontdoor/internal/person"
)

// readAsOne puts what is known of all the records of a child into the one they are
// read as, which is added when it is not there, and marks the others: a description
// is compared with a child once, and with every name and place they are recorded by.
// Nothing of it is written down.
func readAsOne(ctx context.Context, q db.Queryer, authority string, known map[string]Known) error {
	var ids []string
	for id := range known {
		ids = append(ids, id)
	}
	clusters, err := FindClusters(ctx, q, authority, ids)
	if err != nil || len(clusters) == 0 {
		return err
	}
	all, err := Persons(ctx, q, authority, clusters.All(ids...))
	if err != nil {
		return err
	}
	for _, id := range ids {
		one, ok := clusters[id]
		if !ok {
			continue
		}
		head := all[one.Head]
		for _, m := range one.Members[1:] {
			head.Person = together(head.Person, all[m].Person)
		}
		known[one.Head] = head
		if id != one.Head {
			k := known[id]
			k.readAs = one.Head
			known[id] = k
		}
	}
	return nil
}

// eachOnce leaves out records that are read as another, and has those that others are
// read as say what all of them say.
func eachOnce(ctx context.Context, q db.Queryer, authority string, people []Known) ([]Known, error) {
	known := make(map[string]Known, len(people))
	for _, k := range people {
		known[k.ID] = k
	}
	if err := readAsOne(ctx, q, authority, known); err != nil {
		return nil, err
	}
	var out []Known
	for _, k := range people {
		if k = known[k.ID]; k.matched() {
			out = append(out, k)
		}
	}
	return out, nil
}

// asRead names brothers and sisters by the records they are read as.
func asRead(ctx context.Context, q db.Queryer, authority string, pairs [][2]string) ([][2]string, error) {
	if len(pairs) == 0 {
		return nil, nil
	}
	heads, err := db.Collect(ctx, q, scanPair, everyHead, authority)
	if err != nil || len(heads) == 0 {
		return pairs, err
	}
	head := map[string]string{}
	for _, h := range heads {
		head[h[0]] = h[1]
	}
	var out [][2]string
	for _, p := range pairs {
		a, b := cmp.Or(head[p[0]], p[0]), cmp.Or(head[p[1]], p[1])
		if a != b {
			out = append(out, [2]string{a, b})
		}
	}
	return out, nil
}

// together is one record with what another record of the same child says beside it.
func together(p, other person.Person) person.Person {
	p.Former = slices.Clone(p.Former)
	for _, n := range append([]person.Name{{Given: other.Given, Family: other.Family}, {Given: other.KnownAs, Family: other.Family}}, other.Former...) {
		if n.Given != "" && n != (person.Name{Given: p.Given, Family: p.Family}) && !slices.Contains(p.Former, n) {
			p.Former = append(p.Former, n)
		}
	}
	p.Addresses, p.Parents, p.Phones = slices.Clone(p.Addresses), slices.Clone(p.Parents), slices.Clone(p.Phones)
	for _, a := range other.Addresses {
		if !slices.ContainsFunc(p.Addresses, func(b person.Address) bool { return a.Line == b.Line && a.Postcode == b.Postcode }) {
			p.Addresses = append(p.Addresses, a)
		}
	}
	for _, n := range other.Parents {
		if !slices.Contains(p.Parents, n) {
			p.Parents = append(p.Parents, n)
		}
	}
	for _, t := range append([]string{other.Phone}, other.Phones...) {
		if t != "" && t != p.Phone && !slices.Contains(p.Phones, t) {
			p.Phones = append(p.Phones, t)
		}
	}
	for _, x := range []struct{ ours, theirs *string }{{&p.NHS, &other.NHS}, {&p.UPN, &other.UPN}, {&p.Sex, &other.Sex}, {&p.KnownAs, &other.KnownAs}, {&p.Middle, &other.Middle}, {&p.School, &other.School}} {
		if *x.ours == "" {
			*x.ours = *x.theirs
		}
	}
	if p.Born.IsZero() {
		p.Born, p.BornEstimated = other.Born, other.BornEstimated
	}
	return p
}
