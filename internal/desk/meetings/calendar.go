package meetings

import (
	"bytes"
	"fmt"
	"regexp"
	"time"

	"frontdoor/internal/civil"

	"github.com/emersion/go-ical"
)

// meetingLength is how long a discussion is put in a calendar for.
const meetingLength = time.Hour

// toJoin is a link or a telephone number, by which one joins from anywhere.
var toJoin = regexp.MustCompile(`^(https://\S+|[+0-9][0-9 ()-]{5,})$`)

// Calendar is the discussion as a calendar entry that updates and cancels itself: the
// same id, and a number that counts up with each change. It names no child.
func (m *Meeting) Calendar(now civil.Instant) ([]byte, error) {
	cal := ical.NewCalendar()
	cal.Props.SetText(ical.PropVersion, "2.0")
	cal.Props.SetText(ical.PropProductID, "-//frontdoor//meetings//EN")
	e := ical.NewEvent()
	e.Props.SetText(ical.PropUID, m.ID+"@frontdoor")
	e.Props.SetDateTime(ical.PropDateTimeStamp, now.Time())
	e.Props.Set(&ical.Prop{Name: ical.PropSequence, Params: ical.Params{}, Value: fmt.Sprint(m.Sequence)})
	e.Props.SetText(ical.PropSummary, "Meeting "+m.Ref)
	e.Props.SetText(ical.PropDescription, "Open the meeting by its reference in frontdoor: where it is stands there. No child is named here.")
	at := m.ScheduledAt
	method, status := "REQUEST", "CONFIRMED"
	if at.IsZero() {
		method, status = "CANCEL", "CANCELLED"
		if at = m.HeldAt; at.IsZero() {
			at = m.RequestedAt
		}
	}
	if toJoin.MatchString(m.Place) { // an address or a school stays on the page (screens, section 8)
		e.Props.SetText(ical.PropLocation, m.Place)
	}
	cal.Props.SetText(ical.PropMethod, method)
	e.Props.SetText(ical.PropStatus, status)
	e.Props.SetDateTime(ical.PropDateTimeStart, at.Time())
	e.Props.SetDateTime(ical.PropDateTimeEnd, at.Time().Add(meetingLength))
	cal.Children = append(cal.Children, e.Component)
	var b bytes.Buffer
	if err := ical.NewEncoder(&b).Encode(cal); err != nil {
		return nil, fmt.Errorf("write the calendar entry of %s: %w", m.Ref, err)
	}
	return b.Bytes(), nil
}
