// Package timescale holds the limits we promise to keep, as reviewed data: what
// starts each clock, what stops it, how long it may run, when to warn, whom to
// tell and where the rule comes from.
package timescale

import (
	"cmp"
	"crypto/sha256"
	_ "embed" // the limits
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"frontdoor/internal/civil"

	"github.com/BurntSushi/toml"
)

// Key names a clock in code. The limit itself is data.
type Key string

// The clocks. Each has a row in statutory.toml, and some rule that starts it.
const (
	ContactDecision       Key = "contact.decision"        // FD1
	ContactDecision24h    Key = "contact.decision.24h"    // FD1b
	Acknowledgement       Key = "contact.acknowledgement" // FD2
	Feedback              Key = "contact.feedback"        // FD3
	PhoneConfirmed        Key = "referral.confirmed"      // FD4
	RequestRed            Key = "request.red"             // FD5
	RequestAmber          Key = "request.amber"           // FD5
	RequestGreen          Key = "request.green"           // FD5
	ImmediateDanger       Key = "contact.danger"          // FD6
	Allocation            Key = "allocation"              // FD7
	AllocationAnswer      Key = "allocation.answer"
	EarlyHelpAccepted     Key = "earlyhelp.accepted"      // FD8
	EarlyHelpFirstContact Key = "earlyhelp.first-contact" // FD8
	EarlyHelpDelivered    Key = "earlyhelp.delivered"     // FD8
	PoliceHigh            Key = "police.notify.high"      // PD1
	PoliceMedium          Key = "police.notify.medium"    // PD1
	PoliceStandard        Key = "police.notify.standard"  // PD1
	Assessment            Key = "assessment"              // CN1
	StrategyDiscussion    Key = "strategy.discussion"     // CP1
	StrategyConvened      Key = "strategy.convened"       // CP1
	StrategyConsidered    Key = "strategy.considered"     // CP1
	StrategyMeanwhile     Key = "strategy.meanwhile"      // CP1
	StrategyAnswer        Key = "strategy.answer"         // CP1
	StrategyFollowUp      Key = "strategy.follow-up"      // CP1
	StrategyDecided       Key = "strategy.decided"        // CP2
	StrategySigned        Key = "strategy.signed"         // CP2
	Disagreement          Key = "disagreement"            // SY7
	PartnerWorry          Key = "partner.worry"           // SY7
	ActionAgreed          Key = "action.agreed"
	Enquiry               Key = "enquiry"             // CP3
	EnquiryChildSeen      Key = "enquiry.child-seen"  // FD9
	InNeedPlan            Key = "plan.in-need"        // CN3
	InNeedReview          Key = "plan.in-need-review" // CN4
	LegalPlanning         Key = "legal.planning"
	InitialConference     Key = "conference.initial"      // CP4
	ReviewConference      Key = "conference.review"       // CP10
	LaterReview           Key = "conference.later-review" // CP11
	CoreGroup             Key = "core-group.first"        // CP7
	LaterCoreGroup        Key = "core-group.later"        // CP8
	PlanVisit             Key = "plan.visit"              // CP9
	TransferInConference  Key = "conference.transfer-in"  // CP13
	PrivateFosteringVisit Key = "private-fostering.visit" // PF4
	IdentifyChild         Key = "child.identify"
	ConsentChase          Key = "consent.chase"
	SecondManager         Key = "decision.second"
	OpenCaseAcknowledged  Key = "opencase.acknowledged"
	TransferConfirmed     Key = "transfer.confirmed"
	DuplicateAnswer       Key = "record.duplicate"
	EncompassTold         Key = "encompass.told"    // PD3
	EncompassByHand       Key = "encompass.by-hand" // PD3
	EncompassHelp         Key = "encompass.help"
)

// Unit is what a limit is counted in.
type Unit string

// The units. Hours are elapsed hours, through nights, weekends and clock changes.
const (
	Hours          Unit = "hours"
	WorkingDays    Unit = "working_days"
	Days           Unit = "days"
	CalendarMonths Unit = "calendar_months"
)

// Rule is one limit, in force from a date.
type Rule struct {
	Key      Key
	ID       string // FD1, as timescales are numbered in the reference
	Name     string
	Source   string // document, chapter and topic
	Strength string // S Act, R regulations, G statutory guidance, L local practice
	Starts   string
	Stops    string
	WaitsOn  string
	Length   int
	Unit     Unit
	Warn     time.Duration // how long before it is due to warn
	Tell     Tell
	From     civil.Date
	Reviewed civil.Date
	Note     string
	Local    bool // from the authority's overlay
	Checked  bool // whether the source's own text was read for this row
}

// Tell says who hears, by desk or role, as a limit comes near, passes, and
// passes twice over.
type Tell struct{ Warn, Breach, Twice []string }

// Due is when a running clock warns, is due, and has run twice its length.
type Due struct{ At, WarnAt, TwiceAt civil.Instant }

// Set is all the limits with one version.
type Set struct {
	rules   []Rule
	version string
}

//go:embed statutory.toml
var statutory []byte

// Statutory is the set that comes with the service.
func Statutory() (*Set, error) {
	s, err := Read(statutory)
	if err != nil {
		return nil, fmt.Errorf("read the statutory timescales: %w", err)
	}
	return s, nil
}

// Read reads a list of limits. A wrong one refuses to be used.
func Read(text []byte) (*Set, error) {
	rules, err := parse(text)
	if err != nil {
		return nil, err
	}
	return newSet(rules, text), nil
}

func newSet(rules []Rule, texts ...[]byte) *Set {
	h := sha256.New()
	for _, t := range texts {
		h.Write(t)
	}
	return &Set{rules: rules, version: hex.EncodeToString(h.Sum(nil))[:12]}
}

type row struct {
	Key      string
	ID       string
	Name     string
	Source   string
	Strength string
	Checked  bool
	Starts   string
	Stops    string
	WaitsOn  string `toml:"waits_on"`
	Length   int
	Unit     string
	Warn     string
	Tell     struct{ Warn, Breach, Twice []string }
	From     time.Time
	Reviewed time.Time
	Note     string
}

func parse(text []byte) ([]Rule, error) {
	var f struct{ Timescale []row }
	md, err := toml.Decode(string(text), &f)
	if err != nil {
		return nil, err
	}
	if extra := md.Undecoded(); len(extra) > 0 {
		return nil, fmt.Errorf("unknown key %q", extra[0].String())
	}
	if len(f.Timescale) == 0 {
		return nil, fmt.Errorf("the list is empty")
	}
	var rules []Rule
	for _, r := range f.Timescale {
		rule, err := r.rule()
		if err != nil {
			return nil, fmt.Errorf("row %q: %w", r.Key, err)
		}
		if slices.ContainsFunc(rules, func(x Rule) bool { return x.Key == rule.Key && x.From == rule.From }) {
			return nil, fmt.Errorf("row %q: two rows from %s", r.Key, rule.From)
		}
		rules = append(rules, rule)
	}
	return rules, nil
}

// maxLength keeps a slip of the finger from making a limit of years.
const maxLength = 10000

func (r row) rule() (Rule, error) {
	for _, need := range [][2]string{
		{"key", r.Key}, {"id", r.ID}, {"name", r.Name}, {"source", r.Source},
		{"starts", r.Starts}, {"stops", r.Stops}, {"waits_on", r.WaitsOn},
	} {
		if strings.TrimSpace(need[1]) == "" {
			return Rule{}, fmt.Errorf("%s is missing", need[0])
		}
	}
	warn, err := time.ParseDuration(cmp.Or(r.Warn, "0s"))
	if err != nil || warn < 0 {
		return Rule{}, fmt.Errorf("warn %q is not a length of time, such as 4h", r.Warn)
	}
	unit := Unit(r.Unit)
	switch {
	case r.Length < 1 || r.Length > maxLength:
		return Rule{}, fmt.Errorf("length must be from 1 to %d", maxLength)
	case !slices.Contains([]Unit{Hours, WorkingDays, Days, CalendarMonths}, unit):
		return Rule{}, fmt.Errorf("unit %q is not hours, working_days, days or calendar_months", r.Unit)
	case !slices.Contains([]string{"S", "R", "G", "L"}, r.Strength):
		return Rule{}, fmt.Errorf("strength %q is not S, R, G or L", r.Strength)
	case r.From.IsZero() || r.Reviewed.IsZero():
		return Rule{}, fmt.Errorf("from and reviewed are dates, such as 2026-03-01")
	case len(r.Tell.Warn) == 0 || len(r.Tell.Breach) == 0 || len(r.Tell.Twice) == 0:
		return Rule{}, fmt.Errorf("tell must name who hears at warn, breach and twice")
	}
	return Rule{
		Key: Key(r.Key), ID: r.ID, Name: r.Name, Source: r.Source, Strength: r.Strength, Checked: r.Checked,
		Starts: r.Starts, Stops: r.Stops, WaitsOn: r.WaitsOn, Length: r.Length, Unit: unit, Warn: warn,
		Tell: Tell(r.Tell), From: dateOf(r.From), Reviewed: dateOf(r.Reviewed), Note: r.Note,
	}, nil
}

func dateOf(t time.Time) civil.Date { return civil.DateOf(t.Year(), t.Month(), t.Day()) }

// Rules are all rows, in the order of the data.
func (s *Set) Rules() []Rule { return slices.Clone(s.rules) }

// Version is the first twelve hex digits of the hash of the data.
func (s *Set) Version() string { return s.version }

// Rule is the row in force at a moment: the latest that began by that day in
// England. Clocks started before an amendment keep the rule they started with.
func (s *Set) Rule(k Key, at civil.Instant) (Rule, bool) {
	on := at.Date()
	var found Rule
	ok := false
	for _, r := range s.rules {
		if r.Key == k && !r.From.After(on) && (!ok || r.From.After(found.From) || (r.From == found.From && r.Local)) {
			found, ok = r, true
		}
	}
	return found, ok
}

// Version says which row applied: "FD1 from 2018-07-01", with "local" when the
// authority tightened it.
func (r Rule) Version() string {
	v := r.ID + " from " + r.From.String()
	if r.Local {
		v += " local"
	}
	return v
}

// Limit is the length in words: "1 working day".
func (r Rule) Limit() string {
	unit := map[Unit]string{Hours: "hour", WorkingDays: "working day", Days: "day", CalendarMonths: "calendar month"}[r.Unit]
	if r.Length != 1 {
		unit += "s"
	}
	return fmt.Sprintf("%d %s", r.Length, unit)
}

// Due says when a clock that starts at a moment warns and is due. Days run to
// 23:59:59 in London on the last day; hours are elapsed hours.
func (r Rule) Due(start civil.Instant, cal *civil.Calendar) (Due, error) {
	at, err := r.after(start, r.Length, cal)
	if err != nil {
		return Due{}, err
	}
	twice, err := r.after(start, 2*r.Length, cal)
	if err != nil {
		return Due{}, err
	}
	warn := at.Add(-r.Warn)
	if warn.Before(start) {
		warn = start
	}
	return Due{At: at, WarnAt: warn, TwiceAt: twice}, nil
}

func (r Rule) after(start civil.Instant, n int, cal *civil.Calendar) (civil.Instant, error) {
	switch r.Unit {
	case Hours:
		return start.Add(time.Duration(n) * time.Hour), nil
	case Days:
		return start.Date().AddDays(n).EndOfDay(), nil
	case CalendarMonths:
		return start.Date().AddMonths(n).EndOfDay(), nil
	}
	d, err := cal.AddWorkingDays(start.Date(), n)
	if err != nil {
		return civil.Instant{}, err
	}
	return d.EndOfDay(), nil
}
