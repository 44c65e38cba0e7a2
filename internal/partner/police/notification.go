// Package police is the police's door: notifications over HTTP with a key for each
// force, and the same from a folder of files. What arrives is kept byte for byte
// before anybody tries to understand it, and nothing is turned away for being wrong.
package police

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"frontdoor/internal/civil"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/form"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// Notification is what a force tells us of one incident. Times are RFC 3339 with an
// offset. Only reference and one child, named or counted, are needed; send what is
// known.
type Notification struct {
	Reference      string        `json:"reference" doc:"The force's own reference. The same reference twice is the same notification." maxLength:"100" minLength:"1"`
	Authority      string        `json:"authority,omitempty" doc:"Three-digit DfE code of the authority, when the key serves several." maxLength:"10"`
	IncidentNumber string        `json:"incident_number,omitempty" maxLength:"100"`
	CrimeNumber    string        `json:"crime_number,omitempty" maxLength:"100"`
	IncidentAt     civil.Instant `json:"incident_at" doc:"When the incident happened or was attended."`
	ReportedAt     civil.Instant `json:"reported_at,omitempty" doc:"When the officer's report was made."`
	GradedAt       civil.Instant `json:"graded_at,omitempty" doc:"When the risk was graded."`
	SentAt         civil.Instant `json:"sent_at,omitempty" doc:"When the force sent this."`
	Grade          string        `json:"grade,omitempty" enum:"standard,medium,high" doc:"The force's own grade. It is never computed from ticks."`
	Tool           string        `json:"tool,omitempty" enum:"DASH,DARA,other" doc:"The checklist used."`
	Ticks          []string      `json:"ticks,omitempty" doc:"What was ticked on the checklist."`
	Judgement      string        `json:"judgement,omitempty" doc:"Professional judgement, kept apart from the ticks." maxLength:"10000"`
	Officer        string        `json:"officer,omitempty" maxLength:"200"`
	District       string        `json:"district,omitempty" doc:"The part of the force's area, in the force's own words: lateness and volume are counted by it." maxLength:"100"`
	What           string        `json:"what,omitempty" doc:"What happened, in the officer's words." maxLength:"20000"`
	Danger         string        `json:"danger_now,omitempty" enum:"yes,no,not_known"`
	WhereNow       string        `json:"children_now,omitempty" doc:"Where the children are now." maxLength:"1000"`
	Address        string        `json:"address,omitempty" maxLength:"300"`
	Postcode       string        `json:"postcode,omitempty" maxLength:"12"`
	Household      int           `json:"children_in_household,omitempty" doc:"How many children live there, named or not." minimum:"0"`
	Children       []Child       `json:"children,omitempty" doc:"Every child in the household."`
	Adults         []Adult       `json:"adults,omitempty"`
	Weapons        *bool         `json:"weapons,omitempty"`
	Strangulation  *bool         `json:"strangulation,omitempty"`
	Substance      *bool         `json:"substance,omitempty"`
	Previous       *int          `json:"previous_incidents,omitempty"`
	Order          string        `json:"protection_order,omitempty" doc:"Bail conditions, DVPN, DVPO or the like." maxLength:"500"`
	MARAC          *bool         `json:"marac,omitempty"`
	DomesticAbuse  *bool         `json:"domestic_abuse,omitempty" doc:"Whether the incident is domestic abuse. When it is not said, a graded incident is. The school of each child is told of those before its next day starts (Operation Encompass)."`
	Encompass      *Encompass    `json:"encompass,omitempty" doc:"The school that the force told itself. No child of that school is told of a second time."`
}

// Child is one child in the household.
type Child struct {
	Given    string     `json:"given,omitempty" maxLength:"100"`
	Family   string     `json:"family,omitempty" maxLength:"100"`
	KnownAs  string     `json:"known_as,omitempty" maxLength:"100"`
	Born     civil.Date `json:"born,omitempty" doc:"Date of birth, such as 2016-03-27."`
	Age      *int       `json:"age,omitempty" doc:"Age in whole years, when the date is not known."`
	Unborn   bool       `json:"unborn,omitempty"`
	Expected civil.Date `json:"expected,omitempty"`
	Sex      string     `json:"sex,omitempty" enum:"F,M,U"`
	School   string     `json:"school,omitempty" maxLength:"200"`
	NHS      string     `json:"nhs_number,omitempty" maxLength:"20"`
	UPN      string     `json:"upn,omitempty" maxLength:"20"`
	Present  *bool      `json:"present,omitempty"`
	Seen     *bool      `json:"seen,omitempty"`
	Spoken   *bool      `json:"spoken_to,omitempty"`
	Words    string     `json:"words,omitempty" doc:"What the child said or showed." maxLength:"4000"`
	Facts    []string   `json:"indicators,omitempty" enum:"baby_injury,injury,disclosure,sexual,exploitation,risk_person,fabricated" doc:"What was seen or told about this child that may need a strategy discussion. A manager is asked; nothing is decided by it."`
	AtHome   *bool      `json:"home_educated,omitempty" doc:"Educated at home: the authority's officer is told in place of a school."`
	Told     *Encompass `json:"encompass,omitempty" doc:"This child's school, when the force told it itself."`
}

// Adult is a victim, suspect or somebody else there.
type Adult struct {
	Given    string     `json:"given,omitempty" maxLength:"100"`
	Family   string     `json:"family,omitempty" maxLength:"100"`
	Born     civil.Date `json:"born,omitempty"`
	Part     string     `json:"part,omitempty" enum:"victim,suspect,other"`
	Relation string     `json:"relationship,omitempty" maxLength:"100"`
	Risk     string     `json:"risk,omitempty" maxLength:"1000"`
}

// Encompass is which school the force told itself, and when.
type Encompass struct {
	School string        `json:"school" maxLength:"200"`
	At     civil.Instant `json:"at"`
}

// The limits on a message: bytes first, then depth.
const (
	BodyLimit = 1 << 20
	keptBytes = 64 << 10
	maxDepth  = 64
)

// ErrTooLarge says that a message was larger than BodyLimit.
var ErrTooLarge = refusal.New(refusal.TooLarge, "The notification is larger than 1 MB")

// Decode reads a notification. The error says in words why it cannot be read;
// warnings say what can be read and cannot be right, field by field.
func Decode(body []byte, now civil.Instant) (n Notification, warnings []refusal.Problem, err error) {
	switch {
	case len(bytes.TrimSpace(body)) == 0:
		return n, nil, errors.New("the message is empty")
	case bytes.IndexByte(body, 0) >= 0:
		return n, nil, errors.New("the message holds NUL bytes: send JSON as UTF-8 text")
	case !utf8.Valid(body):
		return n, nil, errors.New("the message is not UTF-8 text")
	}
	if err := depth(body); err != nil {
		return n, nil, err
	}
	d := json.NewDecoder(bytes.NewReader(body))
	if err := d.Decode(&n); err != nil {
		return Notification{}, nil, words(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Notification{}, nil, errors.New("there is more after the end of the JSON object: send one notification at a time")
	}
	n.clean()
	if n.Reference == "" {
		return n, nil, errors.New("reference is missing: send the force's own reference, so that a repeat is recognised")
	}
	return n, n.doubts(now), nil
}

// depth refuses JSON that nests deeper than anything real.
func depth(body []byte) error {
	level, quoted := 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if level++; level > maxDepth {
				return fmt.Errorf("the JSON nests deeper than %d levels", maxDepth)
			}
		case c == '}' || c == ']':
			level--
		}
	}
	return nil
}

// words turns a decoder's error into one that says which field and how to mend it,
// without repeating what was sent.
func words(err error) error {
	var wrong *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &wrong):
		return fmt.Errorf("%s is a JSON %s and must be a %s", cmpOr(wrong.Field, "the message"), wrong.Value, kind(wrong.Type.String()))
	case errors.As(err, &syntax):
		return fmt.Errorf("the message is not JSON: it breaks at byte %d", syntax.Offset)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the message is cut off")
	}
	return errors.New("a date or time cannot be read: write 2026-11-24T09:30:00Z, and 2016-03-27 for a date of birth")
}

func kind(t string) string {
	switch {
	case strings.Contains(t, "Instant"), strings.Contains(t, "Date"), t == "string":
		return "text"
	case strings.HasPrefix(t, "[]"):
		return "list"
	case strings.Contains(t, "int"):
		return "whole number"
	case strings.Contains(t, "bool"):
		return "true or false"
	}
	return "JSON object"
}

func cmpOr(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

// clean makes every text safe to keep and show.
func (n *Notification) clean() {
	for _, s := range []*string{&n.Reference, &n.Authority, &n.IncidentNumber, &n.CrimeNumber, &n.Grade, &n.Tool, &n.Judgement, &n.Officer, &n.District,
		&n.What, &n.Danger, &n.WhereNow, &n.Address, &n.Postcode, &n.Order} {
		*s = form.Clean(*s)
	}
	if n.Encompass != nil {
		n.Encompass.School = form.Clean(n.Encompass.School)
	}
	n.Grade = strings.ToLower(n.Grade)
	for i := range n.Ticks {
		n.Ticks[i] = form.Clean(n.Ticks[i])
	}
	for i := range n.Children {
		c := &n.Children[i]
		for _, s := range []*string{&c.Given, &c.Family, &c.KnownAs, &c.Sex, &c.School, &c.NHS, &c.UPN, &c.Words} {
			*s = form.Clean(*s)
		}
		if c.Told != nil {
			c.Told.School = form.Clean(c.Told.School)
		}
	}
	for i := range n.Adults {
		a := &n.Adults[i]
		for _, s := range []*string{&a.Given, &a.Family, &a.Part, &a.Relation, &a.Risk} {
			*s = form.Clean(*s)
		}
	}
}

// doubts are what can be read and cannot be right. The notification is kept all the
// same.
func (n Notification) doubts(now civil.Instant) []refusal.Problem {
	c := pathway.Contact{IncidentAt: n.IncidentAt, ReportedAt: n.ReportedAt, GradedAt: n.GradedAt, SentAt: n.SentAt, ReceivedAt: now}
	for range n.Children {
		c.Children = append(c.Children, pathway.Child{})
	}
	out := c.Doubts(now)
	say := func(field, message string) { out = append(out, refusal.Problem{Field: field, Message: message}) }
	if n.IncidentAt.IsZero() {
		say("incident_at", "Send the time of the incident: without it nobody can see how old the risk is")
	}
	if n.Grade != "" && !slices.Contains([]string{"standard", "medium", "high"}, n.Grade) {
		say("grade", "Grade must be standard, medium or high")
	}
	if n.Danger != "" && !slices.Contains([]string{"yes", "no", "not_known"}, n.Danger) {
		say("danger_now", "danger_now must be yes, no or not_known")
	}
	if len(n.Children) == 0 && n.Household == 0 {
		say("children", "Send every child in the household, or how many live there")
	}
	if n.Household > pathway.MostChildren {
		say("children_in_household", fmt.Sprintf("Check the number of children: %d are more than %d", n.Household, pathway.MostChildren))
	}
	for i, ch := range n.Children {
		switch {
		case ch.Born.After(now.Date()):
			say(fmt.Sprintf("children/%d/born", i), "Date of birth must be today or in the past")
		case !n.IncidentAt.IsZero() && ch.Born.After(n.IncidentAt.Date()):
			say(fmt.Sprintf("children/%d/born", i), "Date of birth must not be after the incident")
		}
		if k := slices.IndexFunc(ch.Facts, unknownFact); k >= 0 {
			say(fmt.Sprintf("children/%d/indicators/%d", i, k), "This indicator is not on the list. Tell of it in words")
		}
		if _, ok := person.NHSNumber(ch.NHS); ch.NHS != "" && !ok {
			say(fmt.Sprintf("children/%d/nhs_number", i), "The NHS number's check digit is wrong")
		}
	}
	return out
}

// unknownFact says that an indicator is not one of the facts that a door may record.
func unknownFact(key string) bool {
	t, err := pathway.TheTriggers()
	if err != nil {
		return true
	}
	k, ok := t.Fact(key)
	return !ok || k.Kind != pathway.FactRecorded
}

// Arrival is the notification as the front door takes it: every child in the
// household, named or not. A number beyond anything real makes one child to
// identify, not thousands.
func (n Notification) Arrival() contacts.Arrival {
	a := contacts.Arrival{
		Channel: string(pathway.ByPolice), SourceKind: string(pathway.Police), SenderRef: n.Reference,
		Referrer:   contacts.Referrer{Name: n.Officer, Role: strings.TrimSpace("officer " + n.District)},
		IncidentAt: n.IncidentAt, ReportedAt: n.ReportedAt, GradedAt: n.GradedAt, SentAt: n.SentAt,
		District: n.District, RiskTool: n.Tool, Ticks: n.Ticks, Judgement: n.Judgement, WhereNow: n.WhereNow, Words: n.story(),
	}
	if slices.Contains([]string{"standard", "medium", "high"}, n.Grade) {
		a.Grade = n.Grade
	}
	if slices.Contains([]string{"yes", "no", "not_known"}, n.Danger) {
		a.Danger = n.Danger
	}
	if n.DomesticAbuse != nil {
		a.DomesticAbuse = map[bool]string{true: "yes", false: "no"}[*n.DomesticAbuse]
	}
	a.Circumstances = n.What
	for i, c := range n.Children[:min(len(n.Children), pathway.MostChildren)] {
		a.Children, a.Schooling = append(a.Children, n.child(c)), append(a.Schooling, n.schooling(c))
		for _, key := range c.Facts {
			a.Facts = append(a.Facts, contacts.Told{Child: i, Key: key})
		}
	}
	missing := n.Household - len(a.Children)
	if n.Household > pathway.MostChildren {
		missing = 1
	}
	for range missing {
		a.Children = append(a.Children, person.Described{AgeStated: -1, Words: "Child in the household, not named", Address: n.Address, Postcode: n.Postcode})
	}
	if len(a.Children) == 0 {
		a.Children = []person.Described{{AgeStated: -1, Words: "Child in the household, not named", Address: n.Address, Postcode: n.Postcode}}
	}
	for _, x := range n.Adults {
		a.Household = append(a.Household, contacts.Member{Given: x.Given, Family: x.Family, Born: x.Born, Relation: x.Relation, Part: x.Part, Risk: x.Risk})
	}
	return a
}

func (n Notification) child(c Child) person.Described {
	d := person.Described{Given: c.Given, Family: c.Family, KnownAs: c.KnownAs, Born: c.Born, AgeStated: -1, Unborn: c.Unborn, Expected: c.Expected,
		Sex: c.Sex, School: c.School, NHS: c.NHS, UPN: c.UPN, Address: n.Address, Postcode: n.Postcode}
	if c.Age != nil && *c.Age >= 0 && *c.Age < 26 {
		d.AgeStated = *c.Age
	}
	if !d.Named() && c.Words == "" {
		d.Words = "Child in the household, not named"
	}
	for _, a := range n.Adults {
		if l := strings.ToLower(a.Relation); strings.Contains(l, "mother") || strings.Contains(l, "father") || strings.Contains(l, "parent") {
			d.Parents = append(d.Parents, person.Name{Given: a.Given, Family: a.Family})
		}
	}
	return d
}

// schooling is what is said of a child's school. The school named for the whole incident
// was told of the children who go to it, and of an only child whose school is not said:
// for any other child nobody may take it that their school knows.
func (n Notification) schooling(c Child) record.Schooling {
	out := record.Schooling{Home: c.AtHome != nil && *c.AtHome, Said: c.Words, Present: presence(c)}
	told := c.Told
	if e := n.Encompass; told == nil && e != nil && (record.SchoolKey(c.School) == record.SchoolKey(e.School) || c.School == "" && len(n.Children) == 1 && n.Household <= 1) {
		told = e
	}
	if told != nil && told.School != "" {
		out.Told, out.ToldAt = told.School, told.At
	}
	return out
}

// presence is whether a child was there, was seen and was spoken to, in words.
func presence(c Child) string {
	var words []string
	for _, x := range []struct {
		is      *bool
		yes, no string
	}{{c.Present, "was there", "was not there"}, {c.Seen, "was seen by an officer", "was not seen by an officer"}, {c.Spoken, "was spoken to", "was not spoken to"}} {
		switch {
		case x.is == nil:
		case *x.is:
			words = append(words, x.yes)
		default:
			words = append(words, x.no)
		}
	}
	return strings.Join(words, ", ")
}

// story is what was said, with the facts that have no place of their own.
func (n Notification) story() string {
	var b strings.Builder
	b.WriteString(n.What)
	line := func(what, words string) {
		if words != "" {
			fmt.Fprintf(&b, "\n%s: %s", what, words)
		}
	}
	yes := func(what string, v *bool) {
		if v != nil {
			line(what, map[bool]string{true: "yes", false: "no"}[*v])
		}
	}
	line("Incident number", n.IncidentNumber)
	line("Crime number", n.CrimeNumber)
	yes("Weapons", n.Weapons)
	yes("Strangulation", n.Strangulation)
	yes("Alcohol or drugs", n.Substance)
	if n.Previous != nil {
		line("Previous incidents", fmt.Sprint(*n.Previous))
	}
	line("Protection order", n.Order)
	yes("MARAC", n.MARAC)
	if n.Encompass != nil {
		line("School told", n.Encompass.School+", "+n.Encompass.At.Words())
	}
	for _, c := range n.Children {
		if c.Words != "" {
			line(strings.TrimSpace(cmpOr(c.Given, "A child")+" said or showed"), c.Words)
		}
		if c.Seen != nil && !*c.Seen {
			line(cmpOr(c.Given, "A child"), "was not seen by the officer")
		}
	}
	return strings.TrimSpace(b.String())
}
