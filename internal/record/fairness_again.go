package record

import (
	"context"
	"database/sql"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/person"
)

// weighedAgain closes the version of the model with which a decision was weighed later
// than it was made.
const weighedAgain = " again"

var (
	withoutBand = db.SQL("record.decisions-without-band", `
		SELECT l.id, l.authority_id, l.person_id, l.at, cc.given, cc.middle, cc.family, cc.known_as, cc.sex, cc.born, cc.born_estimated, cc.age_stated,
			cc.expected, cc.unborn, cc.nhs, cc.upn, cc.phone, cc.address, cc.postcode, cc.school, cc.parents
		FROM child_link l JOIN contact_child cc ON cc.id = l.child_id AND cc.authority_id = l.authority_id
		WHERE l.model = '' AND l.choice IN ('same', 'system') AND l.at >= $1 ORDER BY l.at, l.id LIMIT $2`)
	setBand = db.SQL("record.set-band-of-decision", `
		UPDATE child_link SET model = $3, band = $4 WHERE id = $1 AND authority_id = $2 AND model = ''`)
)

type bandless struct {
	id, authority, person string
	said                  person.Described
}

func scanBandless(r *sql.Rows, x *bandless) error {
	var at civil.Instant
	var age sql.NullInt64
	var parents string
	d := &x.said
	err := r.Scan(&x.id, &x.authority, &x.person, &at, &d.Given, &d.Middle, &d.Family, &d.KnownAs, &d.Sex, &d.Born, &d.BornEstimated, &age,
		&d.Expected, &d.Unborn, &d.NHS, &d.UPN, &d.Phone, &d.Address, &d.Postcode, &d.School, &parents)
	if err != nil {
		return err
	}
	d.On, d.AgeStated = at.Date(), -1
	if age.Valid {
		d.AgeStated = int(age.Int64)
	}
	d.Parents, err = ReadNames(parents)
	return err
}

// againBatch is how many decisions are weighed in one transaction.
const againBatch = 50

// WeighAgain gives the decisions of the last year that were made before bands were kept
// the band they would have now, so that the report of fairness has them from its first
// day; they are marked, and the report says how many. It does nothing when there are
// none, may be cut and run again, and says how many it did.
func (r *Record) WeighAgain(ctx context.Context) (int, error) {
	done := 0
	for {
		var todo []bandless
		err := r.DB.Read(ctx, func(q db.Queryer) error {
			var err error
			todo, err = db.Collect(ctx, q, scanBandless, withoutBand, r.Now().Add(-FairnessYear), againBatch)
			return err
		})
		if err != nil || len(todo) == 0 {
			return done, err
		}
		err = r.DB.Write(ctx, func(q db.Queryer) error {
			for _, x := range todo {
				m, err := matchByKeys(ctx, q, x.authority, x.said)
				if err != nil {
					return err
				}
				band := person.Unlikely
				for _, h := range m.Hits {
					if h.ID == x.person {
						band = h.Band
					}
				}
				if _, err := q.ExecContext(ctx, setBand, x.id, x.authority, m.Model+weighedAgain, band); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return done, err
		}
		done += len(todo)
	}
}
