package record

import (
	"slices"
	"strings"

	"frontdoor/internal/feed"
)

// LagRow is how long one stage took for notifications of one force, district and
// grade. Over and Late are counted for the whole way only.
type LagRow struct {
	Force, District, Grade string
	AllDistricts           bool
	Stage                  feed.Stage
	feed.Spread
	Arrived int // also those whose stage is not known
	Over    int // more than seven days
	Late    int // over the agreed limit in force at the incident
}

type lagGroup struct {
	force, district, grade string
	all                    bool
}

// LagRows gathers cells into rows: for each force all districts together and then
// each, by grade, the whole way first and then its stages. Grades of which no
// stage is known are left out.
func LagRows(cells []Cell) ([]LagRow, error) {
	by := map[lagGroup][]int{}
	for i, c := range cells {
		for _, g := range []lagGroup{{c.Force, c.District, c.Grade, false}, {c.Force, "", c.Grade, true}} {
			by[g] = append(by[g], i)
		}
	}
	groups := make([]lagGroup, 0, len(by))
	for g := range by {
		groups = append(groups, g)
	}
	slices.SortFunc(groups, lagGroup.compare)
	var out []LagRow
	var took []uint32
	for _, g := range groups {
		begun, timed := len(out), 0
		for _, s := range feed.Stages() {
			row := LagRow{Force: g.force, District: g.district, Grade: g.grade, AllDistricts: g.all, Stage: s}
			took = took[:0]
			for _, i := range by[g] {
				var err error
				if took, err = feed.Unpack(took, cells[i].Took[s]); err != nil {
					return nil, err
				}
				row.Arrived += cells[i].Arrived
				if s == feed.Told {
					row.Late += cells[i].Late
				}
			}
			if s == feed.Told {
				row.Over = over(took)
			}
			row.Spread = feed.SpreadOf(took)
			timed += row.N
			out = append(out, row)
		}
		if timed == 0 {
			out = out[:begun]
		}
	}
	return out, nil
}

func over(took []uint32) (n int) {
	for _, t := range took {
		if t > feed.Long {
			n++
		}
	}
	return n
}

func (g lagGroup) compare(h lagGroup) int {
	rank := func(x lagGroup) []int {
		all := 1
		if x.all {
			all = 0
		}
		return []int{all, slices.Index(feed.Grades(), x.grade)}
	}
	a, b := rank(g), rank(h)
	switch {
	case g.force != h.force:
		return strings.Compare(g.force, h.force)
	case a[0] != b[0]:
		return a[0] - b[0]
	case g.district != h.district:
		return strings.Compare(g.district, h.district)
	}
	return a[1] - b[1]
}
