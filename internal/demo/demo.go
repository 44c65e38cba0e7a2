// Package demo makes an invented authority by running the real commands with a
// clock of its own: the same number gives the same borough, with faults planted in
// it that are counted in a truth file.
package demo

import (
	"container/heap"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/allocations"
	"frontdoor/internal/desk/conferences"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/desk/encompass"
	"frontdoor/internal/desk/enquiries"
	"frontdoor/internal/desk/escalations"
	"frontdoor/internal/desk/feeds"
	"frontdoor/internal/desk/leadership"
	"frontdoor/internal/desk/meetings"
	"frontdoor/internal/desk/partners"
	"frontdoor/internal/desk/teams"
	"frontdoor/internal/desk/waiting"
	"frontdoor/internal/escalation"
	"frontdoor/internal/partner/police"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"

	"github.com/google/uuid"
)

// Options say which authority to make.
type Options struct {
	Number   int64
	Now      civil.Instant
	Children int // about how many children live there; 0 is 2,400
	Weeks    int // of history; 0 is 26. The plants scale with it
}

// Persona is somebody a visitor can be.
type Persona struct {
	UserID, Name string
	Role         access.Role
	Says         string
}

// Built is what was made.
type Built struct {
	Authority  string
	Personas   []Persona
	DoorSecret string // key of the demo force, the same for a number
	ForceList  []byte // the force's own list of incidents, to reconcile; empty when the demo was built before
	Truth      Truth
}

// Truth is what was planted, counted as it was planted and never read back from the
// record. Plants are those of the findings, section 0.
type Truth struct {
	Now string `json:"now"`
	PF1 struct {
		Incidents       int `json:"incidents"`
		Received        int `json:"received"`
		NeverSent       int `json:"never_sent"`
		Medium          int `json:"medium"`
		MediumOver7Days int `json:"medium_received_after_7_days"`
		MaxDays         int `json:"longest_days"`
		OneNamed        int `json:"households_one_named"`
		IdentifyOpen    int `json:"identify_child_waits_open"`
		// NeverSentRefs are the force's references of the incidents that never came.
		NeverSentRefs []string `json:"never_sent_references"`
		// Lags are how long each stage took, by grade and stage.
		Lags map[string]map[string]Took `json:"lags"`
	} `json:"pf1_police_lag"`
	PF2 struct {
		FirstDay  string `json:"first_day"`
		LastDay   string `json:"last_day"`
		Received  int    `json:"received"`
		EachWeek  []int  `json:"received_each_week"`
		Before    int    `json:"received_in_the_eight_weeks_before"`
		Percent   int    `json:"percent_of_their_mean"`
		AlarmBy   string `json:"alarm_at_the_latest_on"`
		NoBacklog string `json:"backlog_of_nothing_declared_on"`
	} `json:"pf2_feed_drop"`
	PF5 struct {
		Strategy      int `json:"strategy_recommended"`
		HeldLate      int `json:"held_more_than_21_days_later"`
		WithoutPolice int `json:"met_without_police"`
		WithoutHealth int `json:"met_without_health"`
		Held          int `json:"held_quorate"`
		// Unconsidered are children about whom a fact asks for a discussion, and nobody
		// has said yes or no.
		Unconsidered int `json:"trigger_met_never_considered"`
		// LateEnquiries started late because of their discussion; Early before it.
		LateEnquiries int `json:"section_47_late_because_of_its_discussion"`
		Early         int `json:"section_47_started_before_its_discussion"`
		// Waited are children who waited for a discussion longer than a child may go
		// without a visit; Unseen are those whom nobody saw for longer than that.
		Waited int `json:"children_who_waited_longer_than_a_visit"`
		Unseen int `json:"children_not_seen_in_time_while_waiting"`
	} `json:"pf5_strategy"`
	// Second are children about whom people met again because police were not there
	// (finding 27), Twice are pairs of the same work open twice (finding 30), and Single
	// the enquiries that social care does alone (finding 26).
	Second int `json:"met_again_with_police"`
	Twice  int `json:"work_open_twice"`
	Single struct {
		N       int            `json:"enquiries"`
		Reasons map[string]int `json:"by_reason"`
		Weeks   map[string]int `json:"by_week_of_start"`
	} `json:"social_care_alone"`
	PF13 struct {
		Referrals      int `json:"referrals"`
		ByPhone        int `json:"by_phone"`
		ConsentUnknown int `json:"consent_unknown"`
	} `json:"pf13_referrals"`
	PF15 struct {
		Pairs []Pair `json:"pairs"`
		Twice []Pair `json:"recorded_twice"`
	} `json:"pf15_people"`
	PF19 struct {
		Criteria  int `json:"joint_criteria_met"`
		Undecided int `json:"not_decided_together"`
		Suspects  int `json:"suspects_not_spoken_to_in_time"`
		Victims   int `json:"children_not_spoken_to_in_time"`
	} `json:"pf19_joint_investigation"`
	Encompass struct {
		ToldByPolice     int `json:"children_whose_school_the_police_told"`
		ToldByPoliceLate int `json:"of_them_after_the_school_day_started"`
		HilltopUnread    int `json:"unread_at_hilltop_primary"`
	} `json:"operation_encompass"`
	PF20 struct {
		Twice    int `json:"decided_twice"`
		Disagree int `json:"disagree"`
	} `json:"pf20_oscillation"`
	Load Load `json:"front_door_load"`
	PF21 PF21 `json:"pf21_linked_children"`
	// Joint is the pack of the joint inspection (finding 132).
	Joint struct {
		Ref      string       `json:"reference"`
		Children []JointChild `json:"children"`
	} `json:"joint_pack"`
	Reviews Reviews `json:"review_conferences"`
	Teams   Teams   `json:"new_children_in_need_team"`
	// Help is how soon help reached children, by measure.
	Help map[string]Help `json:"help"`
	// Heard is how it stands with telling those who told us what was decided (finding 58).
	Heard Heard `json:"feedback"`
	// Escalations are those planted at partners that owe nothing else.
	Escalations   []Escalated    `json:"escalations"`
	Improvement   []Promised     `json:"joint_improvement_plan"`
	Owing         Owing          `json:"what_the_force_owes"`
	Contacts      map[string]int `json:"contacts_by_channel"`
	Outcomes      map[string]int `json:"children_by_outcome"`
	ChildrenOpen  int            `json:"children_waiting_for_a_decision"`
	ChildrenLate  int            `json:"children_waiting_for_a_decision_late"`
	DecidedInTime int            `json:"children_decided_within_24_hours"`
	DecidedLate   int            `json:"children_decided_after_24_hours"`
}

// Took is how long a stage took, in seconds, each one that really occurred.
type Took struct {
	N       int    `json:"n"`
	Median  uint32 `json:"median_seconds"`
	P95     uint32 `json:"p95_seconds"`
	Longest uint32 `json:"longest_seconds"`
}

// Pair is a child in a contact and the person they are, or must not be taken for.
// Second is the record of a child who was recorded again, or of the twin.
type Pair struct {
	Contact string `json:"contact"`
	Child   int    `json:"child"`
	Person  string `json:"person"`
	Second  string `json:"second,omitempty"`
	Kind    string `json:"kind"` // typo, crossed, date, alias, twin
	Same    bool   `json:"same"`
	again   bool   // the child is recorded again
}

// JSON is the truth file.
func (t Truth) JSON() ([]byte, error) { return json.MarshalIndent(t, "", "  ") }

// authority is the id of the demo's authority.
const authority = "demo"

// Build makes the authority on an empty, migrated database.
func Build(ctx context.Context, d *db.DB, set *timescale.Set, cal *civil.Calendar, opt Options, progress func(done, total int)) (*Built, error) {
	if opt.Children <= 0 {
		opt.Children = 2400
	}
	if opt.Weeks <= 0 {
		opt.Weeks = 26
	}
	if progress == nil {
		progress = func(int, int) {}
	}
	b := &builder{opt: opt, rng: rand.New(rand.NewPCG(uint64(opt.Number), 0x66726f6e74646f6f)),
		refs: rand.New(rand.NewPCG(uint64(opt.Number), 0x6964730000000001)), schooling: rand.New(rand.NewPCG(uint64(opt.Number), 0x7363686f6f6c0001)), progress: progress, ctx: ctx}
	b.record = record.New(d, set, cal, func() civil.Instant { return b.now })
	b.record.NewID = b.id
	b.desk, b.work, b.waits, b.admin = contacts.New(b.record), allocations.New(b.record), waiting.New(b.record), admin.New(b.record)
	b.partners, b.aside = partners.New(b.record), rand.New(rand.NewPCG(uint64(opt.Number), 0x6265736964650000))
	b.meetings, b.enquiries, b.conferences = meetings.New(b.record), enquiries.New(b.record), conferences.New(b.record)
	b.escalations, b.leadership, b.teams, b.toLeave = escalations.New(b.record), leadership.New(b.record), teams.New(b.record), undones()
	b.police, b.feeds = police.New(b.desk, b.admin), feeds.New(b.record)
	b.now = opt.Now.Date().AddDays(-7*opt.Weeks).AtTime(8, 0)
	b.out.Authority = authority
	b.out.Truth.Single.Reasons, b.out.Truth.Single.Weeks = map[string]int{}, map[string]int{}
	b.out.Truth.Load.Ages, b.out.Truth.Load.InHand = map[string]int{}, map[string]int{}
	b.out.Truth.Contacts, b.out.Truth.Outcomes = map[string]int{}, map[string]int{}
	b.out.Truth.Now = opt.Now.String()
	if err := b.people(); err != nil {
		return nil, fmt.Errorf("people of the demo: %w", err)
	}
	b.town()
	b.feared = map[string]bool{}
	b.planLinks()
	b.promises()
	b.plan()
	if err := b.run(); err != nil {
		return nil, err
	}
	return &b.out, b.finish()
}

// Again finds a demo that was built before from the same number. ok is false when
// there is none; one that was made from another number, or was not finished, is
// refused. The truth of one built before is in its file.
func Again(ctx context.Context, r *record.Record, number int64) (built *Built, ok bool, err error) {
	a := admin.New(r)
	ids, err := a.Authorities(ctx)
	if err != nil || len(ids) == 0 {
		return nil, false, err
	}
	built = &Built{Authority: authority, DoorSecret: secret(number)}
	for _, p := range staff {
		built.add(p.id, p.name, p.role, p.says)
	}
	_, err = a.FindDoorKey(ctx, built.DoorSecret)
	if refusal.KindOf(err) == refusal.SignIn {
		return nil, false, refusal.New(refusal.Conflict, "This database holds something else: a demo of another number, one that was not finished, or a real authority. Choose an empty folder or database")
	}
	return built, err == nil, err
}

// finish gives the force its key, which also says that the demo is complete.
func (b *builder) finish() error {
	b.out.Truth.PF1.Lags = b.lags()
	b.scored()
	b.meanwhile()
	b.helpTruth()
	b.teamTruth()
	list, err := b.forceList()
	if err != nil {
		return err
	}
	b.out.ForceList = list
	if err := b.post(); err != nil {
		return err
	}
	b.out.DoorSecret = secret(b.opt.Number)
	_, _, err = b.admin.AddDoorKey(b.ctx, admin.Service(authority), admin.NewKey{Door: "police", Name: b.force.Name, Secret: b.out.DoorSecret,
		Authorities: []admin.KeyAuthority{{Authority: authority, OrganisationID: "police", First: true}}})
	return err
}

// secret is the demo force's key, the same for a number.
func secret(number int64) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "demo force %d", number))
	return "fd_demo_" + hex.EncodeToString(sum[:10])
}

func (b *Built) add(id, name string, role access.Role, says string) {
	if says != "" {
		b.Personas = append(b.Personas, Persona{id, name, role, says})
	}
}

// builder is the making of one authority.
type builder struct {
	opt         Options
	ctx         context.Context
	rng         *rand.Rand
	aside       *rand.Rand // of what must not move the rest
	refs        *rand.Rand // of references: what is recorded beside a plant moves no plant
	schooling   *rand.Rand // of which school is told, and when
	record      *record.Record
	desk        *contacts.Desk
	work        *allocations.Desk
	waits       *waiting.Desk
	meetings    *meetings.Desk
	partners    *partners.Desk
	enquiries   *enquiries.Desk
	conferences *conferences.Desk
	escalations *escalations.Desk
	leadership  *leadership.Desk
	teams       *teams.Desk
	team        newTeam
	admin       *admin.Desk
	police      *police.Door
	feeds       *feeds.Desk
	encompass   *encompass.Desk
	schoolYear  *civil.SchoolCalendar
	hilltop     int                   // notifications of the live board about a child at the tried school
	listed      []police.Notification // every incident of the force, sent or not
	now         civil.Instant
	progress    func(done, total int)
	out         Built

	queue        events
	planned      int
	homes        []*home
	closed       *home // whose child's record is restricted
	who          map[string]access.Actor
	force        access.Actor
	serial       int
	strategy     int // still to recommend
	discuss      discussions
	ask          considering
	waited       []waitedFor
	twiceWork    int     // work still to open twice
	assessed     []*home // with a child who is assessed
	investigated investigations
	commons      []common
	feared       map[string]bool // children for whom exploitation was written down
	owed         []owed
	done         []done
	heard        []*hearing
	gaveMail     int // referrals whose sender gave an address
	unheard      int // forces' notices that nobody opened
	unknowns     int // decided referrals whose sender's address nobody knows
	twice        int // still to decide twice
	differ       int // of those, still to differ
	pairs        int
	twins        int
	doubles      int
	jointly      []*home
	leftRefs     []string              // contacts of the live board that nobody has touched, the oldest first
	toLeave      []undone              // actions still to be left undone
	toScore      []escalation.Promised // of the joint improvement plan
}

// id is a UUIDv7 of the demo's own clock and number, so that references are the
// same whenever the same authority is made.
func (b *builder) id() string {
	var u uuid.UUID
	ms := uint64(b.now.Time().UnixMilli())
	for i := range 6 {
		u[i] = byte(ms >> (40 - 8*i))
	}
	for i := 6; i < 16; i++ {
		u[i] = byte(b.refs.UintN(256))
	}
	u[6], u[8] = 0x70|u[6]&0x0f, 0x80|u[8]&0x3f
	return u.String()
}

// event is something that happens at a time.
type event struct {
	at  civil.Instant
	seq int
	do  func() error
}

type events []event

func (e events) Len() int { return len(e) }

func (e events) Less(i, j int) bool {
	if c := e[i].at.Compare(e[j].at); c != 0 {
		return c < 0
	}
	return e[i].seq < e[j].seq
}

func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }

func (e *events) Push(x any) { *e = append(*e, x.(event)) }

func (e *events) Pop() any {
	old := *e
	x := old[len(old)-1]
	*e = old[:len(old)-1]
	return x
}

// when plans something, if it happens before now: what would be later has not
// happened yet.
func (b *builder) when(at civil.Instant, do func() error) bool {
	if at.After(b.opt.Now) {
		return false
	}
	b.planned++
	heap.Push(&b.queue, event{at, b.planned, do})
	return true
}

// run lets everything happen in order of time.
func (b *builder) run() error {
	done := 0
	for b.queue.Len() > 0 {
		e := heap.Pop(&b.queue).(event)
		if e.at.After(b.now) {
			b.now = e.at
		}
		if err := e.do(); err != nil {
			return fmt.Errorf("%s: %w", b.now, err)
		}
		if done++; done%100 == 0 {
			b.progress(done, done+b.queue.Len())
		}
		if err := b.ctx.Err(); err != nil {
			return err
		}
	}
	b.now = b.opt.Now
	return b.workTriggers()
}

func (b *builder) pick(list []string) string { return list[b.rng.IntN(len(list))] }

func (b *builder) chance(percent int) bool { return b.rng.IntN(100) < percent }

// hours is a length of time between two numbers of hours, to the minute.
func (b *builder) hours(from, to float64) time.Duration {
	return time.Duration((from+b.rng.Float64()*(to-from))*60) * time.Minute
}

// people adds those who work here and the partners.
func (b *builder) people() error {
	a := b.admin
	err := a.AddAuthority(b.ctx, admin.Authority{ID: authority, Code: "990", Name: "Thornbury Vale", Phone: "01632 960100", PhoneOutOfHours: "01632 960111"})
	if err != nil {
		return err
	}
	service := admin.Service(authority)
	for _, o := range []admin.Organisation{
		{ID: "police", Kind: "police", Name: "Mercia Vale Police", Email: "referrals@mercia-vale.example"},
		{ID: "school-1", Kind: "school", Name: "Hilltop Primary", Email: "safeguarding@hilltop.example"},
		{ID: "school-2", Kind: "school", Name: "Northgate High", Email: "safeguarding@northgate.example"},
		{ID: "home-education", Kind: "school", Name: "Children educated at home", Email: "o.hart@thornbury-vale.example"},
		{ID: "health-1", Kind: "health", Name: "Thornbury Vale health visiting", Email: "hv@health.example"},
		{ID: "health-2", Kind: "health", Name: "Vale Hospital", Email: "safeguarding@hospital.example"},
		{ID: "housing-1", Kind: "housing", Name: "Vale Homes", Email: "safeguarding@homes.example"},
		{ID: "probation-1", Kind: "other_partner", Name: "Vale Probation", Email: "safeguarding@probation.example"},
	} {
		if _, err := a.AddOrganisation(b.ctx, service, o); err != nil {
			return err
		}
	}
	if err := b.addSchools(); err != nil {
		return err
	}
	b.who = map[string]access.Actor{}
	for _, p := range staff {
		u := admin.NewUser{ID: p.id, Email: p.id + "@thornbury-vale.example", Name: p.name, Job: p.job, OrganisationID: p.organisation}
		for _, team := range strings.Fields(p.teams) {
			u.Roles = append(u.Roles, admin.RoleIn{Role: p.role, Team: team})
		}
		if len(u.Roles) == 0 {
			u.Roles = []admin.RoleIn{{Role: p.role}}
		}
		if more, ok := moreRoles[p.id]; ok {
			u.Roles = append(u.Roles, admin.RoleIn{Role: more})
		}
		if p.role == access.Inspector {
			u.ExpiresAt = b.opt.Now.Date().AddDays(30).EndOfDay()
		}
		if _, err := a.AddUser(b.ctx, service, u); err != nil {
			return fmt.Errorf("add %s: %w", p.id, err)
		}
		if b.who[p.id], err = b.record.FindActor(b.ctx, authority, p.id); err != nil {
			return err
		}
		b.out.add(p.id, p.name, p.role, p.says)
	}
	if err := b.joint(); err != nil {
		return fmt.Errorf("the joint team: %w", err)
	}
	b.force = access.Actor{ID: "mercia-vale-police", Name: "Mercia Vale Police", Authority: authority, AgencyID: "police", AgencyKind: "police", Roles: []access.Role{access.Door}}
	return nil
}

var staff = []struct {
	id, name, job string
	role          access.Role
	teams         string
	organisation  string
	says          string
}{
	{"p.shah", "P. Shah", "Screening officer", access.Screener, "front-door", "", "Screen what has come in: the oldest risk is first."},
	{"l.evans", "L. Evans", "Screening officer", access.Screener, "front-door", "", ""},
	{"t.mensah", "T. Mensah", "Screening officer", access.Screener, "front-door", "", ""},
	{"m.ali", "M. Ali", "Front door manager", access.FrontDoorManager, "front-door", "", "Decide for each child, with the history beside you."},
	{"j.okoro", "J. Okoro", "Front door manager", access.FrontDoorManager, "front-door restricted-desk", "", ""},
	{"s.clarke", "S. Clarke", "Team manager", access.TeamManager, "duty-1 duty-2", "", "Give children without a worker to somebody who can."},
	{"b.fox", "B. Fox", "Independent chair", access.Chair, "", "", "Chair conferences, outside the line that manages the work."},
	{"r.nowak", "R. Nowak", "Social worker", access.SocialWorker, "duty-1", "", "Accept or refuse what is proposed; see who your children wait for."},
	{"d.hughes", "D. Hughes", "Social worker", access.SocialWorker, "duty-1", "", ""},
	{"a.begum", "A. Begum", "Social worker", access.SocialWorker, "duty-1", "", ""},
	{"k.farah", "K. Farah", "Social worker", access.SocialWorker, "duty-1", "", ""},
	{"c.doyle", "C. Doyle", "Social worker", access.SocialWorker, "duty-2", "", ""},
	{"n.osei", "N. Osei", "Social worker", access.SocialWorker, "duty-2", "", ""},
	{"v.santos", "V. Santos", "Social worker", access.SocialWorker, "duty-2", "", ""},
	{"g.price", "G. Price", "Social worker", access.SocialWorker, "duty-2", "", ""},
	{"e.wright", "E. Wright", "School safeguarding lead, Hilltop Primary", access.Referring, "", "school-1", "Read what your school must know before its day starts; see your own referrals and the questions put to your school."},
	{"y.kaur", "Y. Kaur", "Paediatric liaison nurse, Vale Hospital", access.Referring, "", "health-2", "Answer what the front door asks of the hospital, and see what was decided on what you sent."},
	{"f.reid", "F. Reid", "Safeguarding officer, Vale Homes", access.Referring, "", "housing-1", "Answer what the front door asks of the landlord."},
	{"x.bell", "X. Bell", "Probation practitioner, Vale Probation", access.Referring, "", "probation-1", "Answer what the front door asks of probation."},
	{"o.hart", "O. Hart", "Officer for children educated at home", access.SchoolLead, "", "home-education", "Read what you must know of children educated at home."},
	{"b.tanner", "B. Tanner", "Referral officer, Mercia Vale Police", access.PoliceReferral, "", "police", "See what your force sent, how late it was, and what is asked of you."},
	{"z.amin", "Z. Amin", "Detective sergeant, joint investigation unit", access.PoliceReferral, "", "police", "Share a board with the council, and see on it what your force is part of."},
	{"t.lund", "T. Lund", "Triage officer, Mercia Vale Police", access.PoliceTriage, "", "police", "Send what your force knows, mend what could not be read, and say how much waits for triage."},
	{"o.marsh", "O. Marsh", "Detective constable, Mercia Vale Police", access.PoliceOfficer, "", "police", "Answer the questions put to your force, come to meetings, and say what you did in enquiries."},
	{"c.vane", "C. Vane", "Superintendent, Mercia Vale Police", access.PoliceSenior, "", "police", "See everything your force owes, by reference and no name, and ask an officer to take it."},
	{"h.lawal", "H. Lawal", "Director of children's services", access.Director, "", "", "See who children wait for, and open the list behind every number."},
	{"i.grant", "I. Grant", "Data analyst", access.Analyst, "", "", "See numbers and no names."},
	{"q.moss", "Q. Moss", "Inspector", access.Inspector, "", "", "Read everything that is not restricted, until your visit ends."},
	{"w.young", "W. Young", "Administrator", access.Administrator, "", "", "Add people and keys. You see no child."},
}
