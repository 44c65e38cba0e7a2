package demo

import (
	"fmt"
	"strings"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/desk/encompass"
	"frontdoor/internal/partner/police"
	"frontdoor/internal/pathway"
)

// The schools of the demo: one has a lead who can be tried, one has named nobody.
const (
	triedSchool  = "Hilltop Primary"
	nobodyNamed  = "Ashfield School"
	firstURN     = 100001
	demoBell     = "08:50"
	readAfter    = 20 // hours after which the tried lead has read a notice of the live board
	hilltopLive  = 8  // notifications of the live board whose first child is at the tried school
	toldInTime   = 80 // in a hundred of the history: the police told the school before the bell
	toldTooLate  = 12 // and after it
	toldLive     = 40 // in a hundred of the live board
	mostLateHour = 30
)

// terms are the days of a school year that begins in a year, as authorities publish them.
func terms(year int) (open, closed []civil.Days) {
	d := func(year int, month time.Month, day int) civil.Date { return civil.DateOf(year, month, day) }
	open = []civil.Days{{From: d(year, 9, 1), Until: d(year, 12, 18)}, {From: d(year+1, 1, 4), Until: d(year+1, 3, 26)}, {From: d(year+1, 4, 12), Until: d(year+1, 7, 20)}}
	closed = []civil.Days{{From: d(year, 10, 26), Until: d(year, 10, 30)}, {From: d(year+1, 2, 15), Until: d(year+1, 2, 19)}, {From: d(year+1, 5, 25), Until: d(year+1, 5, 29)}}
	return open, closed
}

// apart draws from the schools' own numbers until back is called, so that telling schools
// moves no plant.
func (b *builder) apart() (back func()) {
	kept := b.rng
	b.rng = b.schooling
	return func() { b.rng = kept }
}

// slugOf is a school's name as its address has it.
func slugOf(name string) string {
	return strings.ReplaceAll(strings.ToLower(strings.ReplaceAll(name, "'", "")), " ", "-")
}

// addSchools loads the register of schools and their calendars, as an administrator does.
func (b *builder) addSchools() error {
	defer b.apart()()
	desk, service := encompass.New(b.record), admin.Service(authority)
	b.encompass = desk
	var reg strings.Builder
	reg.WriteString("name,urn,kind,bell,also_known_as,lead_name,lead_email,deputy_name,deputy_email\n")
	for i, name := range schools {
		slug := slugOf(name)
		lead, deputy := b.pick(girls)[:1]+". "+b.pick(families)+",lead@"+slug+".example", ","
		switch name {
		case triedSchool:
			lead, deputy = "E. Wright,lead@"+slug+".example", "A. Moss,deputy@"+slug+".example"
		case nobodyNamed:
			lead = ","
		}
		kind := "school"
		if strings.Contains(name, "College") {
			kind = "college"
		}
		fmt.Fprintf(&reg, "%s,%d,%s,%s,%s,%s,%s\n", name, firstURN+i, kind, demoBell, name+" school", lead, deputy)
	}
	reg.WriteString("Children educated at home,,home,08:30,home educated;educated at home,O. Hart,o.hart@thornbury-vale.example,,\n")
	if _, err := desk.LoadSchools(b.ctx, service, []byte(reg.String())); err != nil {
		return wrap("load the schools", err)
	}
	var cal strings.Builder
	cal.WriteString("school,kind,from,until,title\n")
	var open, closed []civil.Days
	for year := b.opt.Now.Date().Year - 2; year <= b.opt.Now.Date().Year; year++ {
		o, c := terms(year)
		open, closed = append(open, o...), append(closed, c...)
	}
	for _, x := range open {
		fmt.Fprintf(&cal, "all,term,%s,%s,\n", x.From, x.Until)
	}
	for _, x := range closed {
		fmt.Fprintf(&cal, "all,holiday,%s,%s,Half term\n", x.From, x.Until)
	}
	inset := b.opt.Now.Date().AddDays(3)
	fmt.Fprintf(&cal, "%d,inset,%s,,Staff training\n", firstURN, inset)
	if _, err := desk.LoadCalendar(b.ctx, service, []byte(cal.String())); err != nil {
		return wrap("load the school calendars", err)
	}
	var err error
	b.schoolYear, err = civil.NewSchoolCalendar(b.record.Calendar, demoBell, open, closed)
	return err
}

// isLive says whether what happens now is of the board's own days.
func (b *builder) isLive() bool { return b.now.After(b.opt.Now.Add(-quietDays * 24 * time.Hour)) }

// toldByPolice has the police tell some schools themselves, in time or late, and counts
// what becomes of the tried school's notices.
func (b *builder) toldByPolice(n *police.Notification) {
	defer b.apart()()
	bell, _ := b.schoolYear.NextBell(n.IncidentAt)
	r := b.rng.IntN(100)
	tell, late := r < toldInTime+toldTooLate, r >= toldInTime
	if b.isLive() {
		tell, late = r < toldLive, false
		if c := n.Children; len(c) > 0 && b.hilltop < hilltopLive && c[0].Given != "" && civil.OfSchoolAge(c[0].Born, bell.Date()) && !b.isClosed(c[0]) {
			b.hilltop++
			c[0].School, tell = triedSchool, b.hilltop == 3
		}
	}
	at := bell.Add(-b.hours(0.3, 2))
	if late {
		at = bell.Add(b.hours(1, mostLateHour))
	}
	if at.After(b.now) || at.Before(n.IncidentAt) {
		at = n.IncidentAt.Add(b.now.Sub(n.IncidentAt) / 2)
	}
	t := &b.out.Truth.Encompass
	for i := range n.Children {
		c := &n.Children[i]
		switch {
		case c.School == "" || !civil.OfSchoolAge(c.Born, bell.Date()):
		case tell:
			c.Told = &police.Encompass{School: c.School, At: at}
			t.ToldByPolice++
			if at.After(bell) {
				t.ToldByPoliceLate++
			}
		case c.School == triedSchool && b.isLive() && c.Given != "" && !b.isClosed(*c) && b.now.After(b.opt.Now.Add(-readAfter*time.Hour)):
			t.HilltopUnread++
		}
	}
}

// isClosed says whether it is the child whose record is restricted.
func (b *builder) isClosed(c police.Child) bool {
	return b.closed != nil && c.Given == b.closed.kids[0].given && c.Born == b.closed.kids[0].born
}

// schoolsAfter is what becomes of schools that were not told by the police: the tried
// lead reads, and in the history the front door calls the others.
func (b *builder) schoolsAfter(got contacts.Received, n police.Notification) {
	defer b.apart()()
	open := len(n.Children) < n.Household
	tried := false
	for _, c := range n.Children {
		open, tried = open || c.Told == nil, tried || c.School == triedSchool && c.Told == nil
	}
	at := b.now.Add(b.hours(0.5, 14))
	switch {
	case b.isLive() && tried && !b.now.After(b.opt.Now.Add(-readAfter*time.Hour)):
		b.when(at, func() error { return b.settleSchools(got.Ref, false) })
	case open && !b.isLive():
		b.when(at, func() error { return b.settleSchools(got.Ref, true) })
	}
}

// settleSchools has the tried lead read, and with calls everybody else told by phone.
func (b *builder) settleSchools(contact string, calls bool) error {
	defer b.apart()()
	c, err := b.encompass.OfContact(b.ctx, b.who["j.okoro"], contact)
	if err != nil {
		return wrap("schools of "+contact, err)
	}
	for _, n := range c.Notices {
		switch {
		case n.Unread() && n.School == triedSchool:
			if _, err := b.encompass.Open(b.ctx, b.who["e.wright"], n.Ref); err != nil {
				return wrap("read "+n.Ref, err)
			}
		case calls && (n.Unread() || n.Way == pathway.TellByHand):
			t := encompass.ByHand{Version: n.Version}
			t.How, t.School.ID, t.Whom, t.At = pathway.ToldByPhone, n.SchoolID, "The safeguarding lead, by phone", b.now
			if n.SchoolID == "" {
				t.School.ID = c.Schools[b.rng.IntN(len(c.Schools))].ID
				if b.chance(40) {
					t.How, t.Why = pathway.TellNoSchool, "Too young for school, as the family says"
				}
			}
			if err := b.encompass.Tell(b.ctx, b.who["j.okoro"], contact, n.Ref, t); err != nil {
				return wrap("tell the school by phone: "+n.Ref, err)
			}
		}
	}
	return nil
}

// moreRoles are roles that somebody holds beside the one they are shown with.
var moreRoles = map[string]access.Role{"e.wright": access.SchoolLead}
