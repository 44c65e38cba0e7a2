package record

import (
	"context"
	"database/sql"
	"slices"

	"frontdoor/internal/db"
)

// Clusters says which records are read as one, by person id. A record without links
// is not in it: it is its own.
type Clusters map[string]Cluster

// Cluster is a child's records: the one that the others are read as, and all of them,
// that one first.
type Cluster struct {
	Head    string
	Members []string
}

// Of is the cluster of a record, of itself alone when it has no links.
func (c Clusters) Of(id string) Cluster {
	if one, ok := c[id]; ok {
		return one
	}
	return Cluster{id, []string{id}}
}

// Head is the record that a record is read as.
func (c Clusters) Head(id string) string { return c.Of(id).Head }

// All are the records with everything they are read with, each once.
func (c Clusters) All(ids ...string) []string {
	var out []string
	for _, id := range ids {
		for _, m := range c.Of(id).Members {
			if !slices.Contains(out, m) {
				out = append(out, m)
			}
		}
	}
	return out
}

// Heads are the records that records are read as, each once, in the given order.
func (c Clusters) Heads(ids ...string) []string {
	var out []string
	for _, id := range ids {
		if h := c.Head(id); !slices.Contains(out, h) {
			out = append(out, h)
		}
	}
	return out
}

var (
	clustersOf = db.SQL("record.clusters-of-persons", `
		SELECT h.person_id, h.head_id FROM person_head h
		WHERE h.authority_id = $2 AND h.head_id IN (
			SELECT x.head_id FROM person_head x WHERE x.person_id IN (:list($1)) AND x.authority_id = $2)
		ORDER BY h.person_id`)
	linksAmong = db.SQL("record.merge-links-among", `
		SELECT joined_id, kept_id FROM person_merge
		WHERE authority_id = $2 AND merged_at IS NOT NULL AND ended_at IS NULL AND joined_id IN (:list($1))`)
	dropHeads = db.SQL("record.drop-heads", `
		DELETE FROM person_head WHERE person_id IN (:list($1)) AND authority_id = $2`)
	addHeads = db.InsertInto("record.add-heads", "person_head", "person_id, authority_id, head_id", "")
)

// FindClusters finds what each of some records is read as. Whoever reads by person
// reads by the members, and shows the head: a joined record is not a second child.
func FindClusters(ctx context.Context, q db.Queryer, authority string, ids []string) (Clusters, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	pairs, err := db.Collect(ctx, q, func(r *sql.Rows, p *[2]string) error { return r.Scan(&p[0], &p[1]) }, clustersOf, db.List(ids), authority)
	if err != nil || len(pairs) == 0 {
		return nil, err
	}
	members := map[string][]string{}
	for _, p := range pairs {
		members[p[1]] = append(members[p[1]], p[0])
	}
	out := Clusters{}
	for head, all := range members {
		rest := slices.DeleteFunc(all, func(id string) bool { return id == head })
		one := Cluster{head, append([]string{head}, rest...)}
		for _, id := range one.Members {
			out[id] = one
		}
	}
	return out, nil
}

// rebuildHeads works out anew what these records are read as, from the links in
// force. Given are all the records of the clusters that a link begins or ends in.
func (tx *Tx) rebuildHeads(ctx context.Context, ids []string) error {
	links, err := db.Collect(ctx, tx, func(r *sql.Rows, p *[2]string) error { return r.Scan(&p[0], &p[1]) }, linksAmong, db.List(ids), tx.Authority)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, dropHeads, db.List(ids), tx.Authority); err != nil {
		return err
	}
	up := map[string]string{}
	for _, l := range links {
		up[l[0]] = l[1]
	}
	var rows [][]any
	for id, head := range headsOf(ids, up) {
		rows = append(rows, []any{id, tx.Authority, head})
	}
	return addHeads.Exec(ctx, tx, rows...)
}

// headsOf follows links to where they end, for every record that has one or is one
// that others are read as.
func headsOf(ids []string, up map[string]string) map[string]string {
	out := map[string]string{}
	for _, id := range ids {
		head := id
		for range ids { // no path is longer than all records
			next, ok := up[head]
			if !ok {
				break
			}
			head = next
		}
		if head != id {
			out[id], out[head] = head, head
		}
	}
	return out
}

// Heads puts the record that each is read as in its place, once, in the given order:
// a list shows a child once, however often they are recorded.
func Heads(ctx context.Context, q db.Queryer, authority string, rows []Known) (Clusters, []Known, error) {
	var ids []string
	for _, k := range rows {
		ids = append(ids, k.ID)
	}
	clusters, err := FindClusters(ctx, q, authority, ids)
	if err != nil || len(clusters) == 0 {
		return clusters, rows, err
	}
	known, err := Persons(ctx, q, authority, clusters.Heads(ids...))
	if err != nil {
		return nil, nil, err
	}
	var out []Known
	for _, id := range clusters.Heads(ids...) {
		out = append(out, known[id])
	}
	return clusters, out, nil
}

// PersonRead finds a person by reference as the record they are read as, and all the
// records that are read so, that one first.
func PersonRead(ctx context.Context, q db.Queryer, authority, ref string) (Known, []string, error) {
	k, err := PersonByRef(ctx, q, authority, ref)
	if err != nil {
		return k, nil, err
	}
	clusters, err := FindClusters(ctx, q, authority, []string{k.ID})
	if err != nil {
		return k, nil, err
	}
	one := clusters.Of(k.ID)
	if one.Head == k.ID {
		return k, one.Members, nil
	}
	known, err := Persons(ctx, q, authority, []string{one.Head})
	return known[one.Head], one.Members, err
}
