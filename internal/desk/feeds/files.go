package feeds

import (
	"net/http"
	"strconv"

	"frontdoor/internal/web"
)

// reconcilesSheet is the list of reconciliations as a file.
func (d *Desk) reconcilesSheet(r *http.Request) (web.Sheet, error) {
	all, _, err := d.Reconciliations(r.Context(), web.Actor(r))
	if err != nil {
		return web.Sheet{}, err
	}
	s := web.Sheet{Head: []string{"reconciliation", "force", "file", "sha256", "made", "made_by", "from", "to", "incidents", "found", "never_sent", "never_acknowledged", "not_listed", "grade_differs", "still_missing"}}
	for _, x := range all {
		row := []string{x.ID, x.Force, x.File, x.Hash, x.MadeAt.String(), x.MadeBy, x.From.String(), x.To.String()}
		for _, n := range []int{x.Incidents, x.Found, x.NeverSent, x.NeverHere, x.NotListed, x.Grades, x.Open} {
			row = append(row, strconv.Itoa(n))
		}
		s.Rows = append(s.Rows, row)
	}
	return s, nil
}
