package record

import (
	"context"
	"database/sql"

	"frontdoor/internal/db"
)

var (
	// Brothers and sisters are those who share a parent wherever they live, unless
	// somebody said that they are not; and those recorded or inferred as such or as
	// living together, from either end.
	siblingPairs = db.SQL("record.siblings-of-persons", `
		WITH mine AS (
			SELECT r.person_id AS child, r.other_id AS parent FROM relationship r
			WHERE r.person_id IN (:list($1)) AND r.authority_id = $2 AND r.state <> 'rejected' AND r.replaced_at IS NULL
				AND r.kind IN ('mother', 'father', 'parent')
			UNION
			SELECT r.other_id, r.person_id FROM relationship r
			WHERE r.other_id IN (:list($1)) AND r.authority_id = $2 AND r.state <> 'rejected' AND r.replaced_at IS NULL AND r.kind = 'child')
		SELECT m.child, b.person_id FROM mine m
		JOIN relationship b ON b.other_id = m.parent AND b.authority_id = $2 AND b.person_id <> m.child
		WHERE b.state <> 'rejected' AND b.replaced_at IS NULL AND b.kind IN ('mother', 'father', 'parent')
		UNION
		SELECT m.child, b.other_id FROM mine m
		JOIN relationship b ON b.person_id = m.parent AND b.authority_id = $2 AND b.other_id <> m.child
		WHERE b.state <> 'rejected' AND b.replaced_at IS NULL AND b.kind = 'child'
		EXCEPT
		SELECT r.person_id, r.other_id FROM relationship r
		WHERE r.person_id IN (:list($1)) AND r.authority_id = $2 AND r.state = 'rejected' AND r.replaced_at IS NULL
		EXCEPT
		SELECT r.other_id, r.person_id FROM relationship r
		WHERE r.other_id IN (:list($1)) AND r.authority_id = $2 AND r.state = 'rejected' AND r.replaced_at IS NULL
		UNION
		SELECT r.person_id, r.other_id FROM relationship r
		WHERE r.person_id IN (:list($1)) AND r.authority_id = $2 AND r.until IS NULL AND r.state <> 'rejected' AND r.replaced_at IS NULL
			AND r.kind IN ('sibling', 'full_sibling', 'half_sibling', 'step_sibling', 'household')
		UNION
		SELECT r.other_id, r.person_id FROM relationship r
		WHERE r.other_id IN (:list($1)) AND r.authority_id = $2 AND r.until IS NULL AND r.state <> 'rejected' AND r.replaced_at IS NULL
			AND r.kind IN ('sibling', 'full_sibling', 'half_sibling', 'step_sibling', 'household')`)
)

// FindSiblings finds who lives or is related as brother or sister, by person.
func FindSiblings(ctx context.Context, q db.Queryer, authority string, persons []string) (map[string][]string, error) {
	if len(persons) == 0 {
		return nil, nil
	}
	pairs, err := db.Collect(ctx, q, func(r *sql.Rows, p *[2]string) error { return r.Scan(&p[0], &p[1]) }, siblingPairs, db.List(persons), authority)
	out := map[string][]string{}
	for _, p := range pairs {
		out[p[0]] = append(out[p[0]], p[1])
	}
	return out, err
}
