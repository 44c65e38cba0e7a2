package cincensus

import (
	"sync"
	"time"

	"frontdoor/internal/civil"
)

// The censuses that the package knows. 2027 has a provisional module; the years
// before it are settled.
const (
	FirstYear   = 2022
	LatestYear  = 2026
	Provisional = 2027
)

// lastYear is the last of them.
const lastYear = Provisional

// period is a census year: its first day and its reference date.
func period(reference civil.Date) (start, end civil.Date) {
	return reference.AddMonths(-12).AddDays(1), reference
}

// lastOfMarch is the reference date of a census.
func lastOfMarch(year int) civil.Date { return civil.Date{Year: year, Month: time.March, Day: 31} }

// sexField is where a child's sex stands: Sex replaced GenderCurrent with the 2025
// census.
func (r *run) sexField() string {
	if r.year >= 2025 {
		return "Sex"
	}
	return "GenderCurrent"
}

// sex is what that field holds, and the code of an unborn child.
func (r *run) sex(i *ChildIdentifiers) (is Text, unborn string) {
	if r.year >= 2025 {
		return i.Sex, "U"
	}
	return i.GenderCurrent, "0"
}

func (r *run) sexes() string {
	if r.year >= 2025 {
		return sexes
	}
	return genders
}

// england is the calendar that comes with the service, read once.
var england = sync.OnceValue(civil.England)

// workingDays moves by working days in England and Wales.
type workingDays struct{ calendar *civil.Calendar }

// back is the day n working days before d. Where the list of bank holidays ends,
// Monday to Friday are counted.
func (w *workingDays) back(d civil.Date, n int) civil.Date {
	for n > 0 {
		d = d.AddDays(-1)
		if w.calendar.WorkingDay(d) {
			n--
		}
	}
	return d
}
