package record_test

import (
	"context"
	"testing"

	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
)

var (
	familyFact = map[string]db.Query{
		"relationship": db.SQL("record_test.add-relationship", `
			INSERT INTO relationship (id, authority_id, person_id, other_id, kind, source, recorded_at, recorded_by)
			VALUES ('f', 'x', 'a', 'b', 'mother', 'test', '2026-01-01T00:00:00.000000Z', 'u')`),
		"household_stay": db.SQL("record_test.add-stay", `
			INSERT INTO household_stay (id, authority_id, person_id, door, address, postcode, how, source, state, recorded_at, recorded_by)
			VALUES ('f', 'x', 'a', 'd', 'd', '', 'lives', 'test', 'confirmed', '2026-01-01T00:00:00.000000Z', 'u')`),
		"parental_responsibility": db.SQL("record_test.add-responsibility", `
			INSERT INTO parental_responsibility (id, authority_id, person_id, how, source, state, recorded_at, recorded_by)
			VALUES ('f', 'x', 'a', 'adoption', 'test', 'confirmed', '2026-01-01T00:00:00.000000Z', 'u')`),
	}
)

// TestAFamilyFactIsNeverChanged tries to delete and rewrite each kind of fact past the
// commands: the database itself refuses, and lets an end be written once.
func TestAFamilyFactIsNeverChanged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		write := func(q db.Query) error {
			return d.Write(ctx, func(x db.Queryer) error {
				_, err := x.ExecContext(ctx, q)
				return err
			})
		}
		for table, add := range familyFact {
			if err := write(add); err != nil {
				t.Fatalf("%s: %v", table, err)
			}
			for what, text := range map[string]string{
				"delete":  `DELETE FROM ` + table + ` WHERE authority_id = 'x'`,
				"rewrite": `UPDATE ` + table + ` SET person_id = 'z' WHERE authority_id = 'x'`,
				"antedate": `UPDATE ` + table + ` SET recorded_at = '2020-01-01T00:00:00.000000Z'
					WHERE authority_id = 'x'`,
			} {
				if err := write(db.SQL("record_test."+what+"-"+table, text)); err == nil {
					t.Errorf("%s: %s was let through", table, what)
				}
			}
			end := db.SQL("record_test.end-"+table, `UPDATE `+table+` SET until = '2026-02-01', ended_at = '2026-02-02T00:00:00.000000Z' WHERE authority_id = 'x'`)
			if err := write(end); err != nil {
				t.Errorf("%s: an end was refused: %v", table, err)
			}
			again := db.SQL("record_test.end-again-"+table, `UPDATE `+table+` SET ended_at = '2026-03-02T00:00:00.000000Z' WHERE authority_id = 'x'`)
			if err := write(again); err == nil {
				t.Errorf("%s: a second end was let through", table)
			}
		}
	})
}
