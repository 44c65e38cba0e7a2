package town

import (
	"fmt"
	"io"

	"frontdoor/internal/civil"
)

// secondTime is added to the number of a child who is entered again.
const secondTime = 1_000_000_000

// WriteDuplicates writes the register with some children standing in it a second time,
// as staff would mistype them, and which two rows are one child.
func WriteDuplicates(register, truth io.Writer, o Options, pairs int) error {
	if pairs < 0 || pairs > o.Children {
		return fmt.Errorf("write the duplicates: %d pairs of %d children", pairs, o.Children)
	}
	out, known := newSheet(register, registerColumns...), newSheet(truth, "id1", "id2")
	d := throw(o.Number, forDuplicates, 0)
	left := o.Children
	err := each(o, func(h household) error {
		for i, c := range h.written {
			out.write(c.row()...)
			if d.IntN(left) < pairs { // as many as are wanted, each child as likely
				again := h.again(d, h.real[i], c)
				out.write(again.row()...)
				known.write(c.ID, again.ID)
				pairs--
			}
			left--
		}
		return out.err
	})
	return known.close("truth of the duplicates", out.close("duplicates", err))
}

// again is a child as somebody enters them who did not find them.
func (h household) again(d dice, c, first Child) Child {
	t, s := c.way, staff
	out := contact{}
	out.given, out.middle, out.family = s.names(d, t, c)
	if c.Unborn {
		out.given = of(d, []string{"Unborn", "Baby"})
		c.Expected = c.Expected.AddDays(d.IntN(29) - 14)
	} else {
		s.when(d, &out, c, h.l.o.Today)
		s.numbers(d, &out, c, h.real)
	}
	again := first
	again.ID = personID(secondTime + h.n*slots + c.no)
	again.Given, again.Middle, again.Family = out.given, out.middle, out.family
	again.Expected, again.KnownAs, again.Alias = c.Expected, "", nil
	again.NHS, again.UPN = out.nhs, out.upn
	again.Born, again.Estimated = civil.Date{}, false
	if born, err := civil.ParseDate(out.dob); err == nil {
		again.Born = born
		again.Estimated = born.Month == 1 && born.Day == 1 && d.chance(0.5)
	}
	s.address = 0.95
	h.where(d, s, &out, c)
	again.Home = Place{Line: out.address, Postcode: out.postcode, Town: c.Home.Town}
	again.Phone, again.Previous = out.phone, nil
	again.Parents = [2]Parent{}
	if d.chance(s.parent) {
		again.Parents[0] = s.parentOf(d, t, c)
	}
	again.School = ""
	if d.chance(s.school) {
		again.School = s.schoolOf(d, c.School)
	}
	return again
}
