package record

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"frontdoor/internal/civil"
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

// LagRows gathers cells into rows: for each force all districts together and then
// each, by grade, the whole way first and then its stages. Grades of which no
// stage is known are left out.
func LagRows(cells []Cell) ([]LagRow, error) {
	type grade struct{ force, grade string }
	by := map[grade]map[string][]int{} // cells by district
	for i, c := range cells {
		k := grade{c.Force, c.Grade}
		if by[k] == nil {
			by[k] = map[string][]int{}
		}
		by[k][c.District] = append(by[k][c.District], i)
	}
	var out []LagRow
	for k, districts := range by {
		rows, err := lagRows(cells, k.force, k.grade, districts)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	slices.SortFunc(out, compareLags)
	return out, nil
}

// LagTotals are the rows of LagRows for all districts together, without working each
// district out and without the decision, which is ours and no partner's.
func LagTotals(cells []Cell) ([]LagRow, error) {
	by := map[[2]string]*lagGroup{}
	for i := range cells {
		c := &cells[i]
		k := [2]string{c.Force, c.Grade}
		g := by[k]
		if g == nil {
			g = &lagGroup{LagRow: LagRow{Force: c.Force, Grade: c.Grade, AllDistricts: true}}
			by[k] = g
		}
		g.Arrived, g.Late = g.Arrived+c.Arrived, g.Late+c.Late
	}
	for i := range cells {
		c := &cells[i]
		g := by[[2]string{c.Force, c.Grade}]
		for _, s := range feed.Stages() {
			if s == feed.Decided {
				continue
			}
			if g.took[s] == nil {
				g.took[s] = make([]uint32, 0, g.Arrived)
			}
			var err error
			if g.took[s], err = feed.Unpack(g.took[s], c.Took[s]); err != nil {
				return nil, err
			}
		}
	}
	var out []LagRow
	for _, g := range by {
		out = append(out, g.rows()...)
	}
	slices.SortFunc(out, compareLags)
	return out, nil
}

// lagRows are the rows of one force and grade: its districts, and all of them
// together from the same lists.
func lagRows(cells []Cell, force, grade string, districts map[string][]int) ([]LagRow, error) {
	all := lagGroup{LagRow: LagRow{Force: force, Grade: grade, AllDistricts: true}}
	for _, at := range districts {
		for _, i := range at {
			all.Arrived, all.Late = all.Arrived+cells[i].Arrived, all.Late+cells[i].Late
		}
	}
	for _, s := range feed.Stages() {
		all.took[s] = make([]uint32, 0, all.Arrived)
	}
	var out []LagRow
	for district, at := range districts {
		one := lagGroup{LagRow: LagRow{Force: force, District: district, Grade: grade}}
		for _, i := range at {
			one.Arrived, one.Late = one.Arrived+cells[i].Arrived, one.Late+cells[i].Late
		}
		for _, s := range feed.Stages() {
			one.took[s] = make([]uint32, 0, one.Arrived)
		}
		for _, i := range at {
			for _, s := range feed.Stages() {
				var err error
				if one.took[s], err = feed.Unpack(one.took[s], cells[i].Took[s]); err != nil {
					return nil, err
				}
			}
		}
		for _, s := range feed.Stages() {
			all.took[s] = append(all.took[s], one.took[s]...)
		}
		out = append(out, one.rows()...)
	}
	return append(out, all.rows()...), nil
}

// lagGroup is the seconds of every stage of one group.
type lagGroup struct {
	LagRow
	took [feed.StageCount][]uint32
}

// rows works the stages out; none when no stage of the group is known.
func (g *lagGroup) rows() []LagRow {
	var out []LagRow
	timed := 0
	for _, s := range feed.Stages() {
		row := g.LagRow
		row.Stage, row.Spread = s, feed.SpreadOf(g.took[s])
		timed += row.N
		if s == feed.Told {
			row.Over = over(g.took[s])
		} else {
			row.Late = 0
		}
		out = append(out, row)
	}
	if timed == 0 {
		return nil
	}
	return out
}

func over(took []uint32) (n int) {
	for _, t := range took {
		if t > feed.Long {
			n++
		}
	}
	return n
}

// compareLags puts all districts before each, a higher grade before a lower one, and
// the whole way before its stages.
func compareLags(a, b LagRow) int {
	return cmp.Or(strings.Compare(a.Force, b.Force), before(a.AllDistricts)-before(b.AllDistricts), strings.Compare(a.District, b.District),
		slices.Index(feed.Grades(), a.Grade)-slices.Index(feed.Grades(), b.Grade), int(a.Stage-b.Stage))
}

// FeedTold is the way from incident to receipt by grade, of one force or of all together,
// since a day of receipt. Stages and districts are on the feeds' pages.
func (v *View) FeedTold(ctx context.Context, since civil.Date, force string) ([]LagRow, error) {
	cells, err := v.FeedCells(ctx, since, v.Now.Date(), force, ToldOnly)
	if err != nil {
		return nil, err
	}
	for i := range cells {
		cells[i].Force, cells[i].District = "", ""
		for _, s := range feed.Stages()[1:] {
			cells[i].Took[s] = nil // of days that were read from the contacts
		}
	}
	rows, err := LagRows(cells)
	return slices.DeleteFunc(rows, func(r LagRow) bool {
		return !r.AllDistricts || r.Stage != feed.Told || r.Grade == ""
	}), err
}
