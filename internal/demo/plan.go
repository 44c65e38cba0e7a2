package demo

import (
	"encoding/json"
	"fmt"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/form"
	"frontdoor/internal/partner/police"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
)

// The plants at 26 weeks; shorter histories have their share.
const (
	fullWeeks      = 26
	plantIncidents = 600
	plantMedium    = 180
	plantLate      = 74
	plantNever     = 12
	plantHigh      = 60
	plantStrategy  = 120
	plantHeldLate  = 35
	plantNoPolice  = 14
	plantNoHealth  = 6
	plantForgotten = 8
	plantWaits     = 11
	plantEarly     = 3
	plantAgainMet  = 5
	plantTwiceWork = 4
	plantCriteria  = 40
	plantSingle    = 15
	plantSuspects  = 6
	plantVictims   = 5
	plantReferrals = 400
	plantPhone     = 240
	plantUnknown   = 170
	plantPairs     = 150
	plantTwins     = 30
	plantAgain     = 150
	plantTwice     = 25
	plantDiffer    = 9
	longestDays    = 41
	lateAfterDays  = 7
)

func (b *builder) share(n int) int { return max(1, n*b.opt.Weeks/fullWeeks) }

// What the live board adds to the plants, so that together they are the numbers
// above: notifications, of them medium and received late, of them high; forms and
// calls.
const (
	liveIncidents = 17
	liveMedium    = 1
	liveHigh      = 4
	liveForms     = 4
	liveCalls     = 1
)

// liveDays is how many days before now nothing planted is decided: the board's own.
const liveDays = 3

// plan puts every planted event on the calendar.
func (b *builder) plan() {
	b.strategy, b.twice, b.differ = b.share(plantStrategy), b.share(plantTwice), b.share(plantDiffer)
	b.investigated = investigations{criteria: b.share(plantCriteria), undecided: b.share(plantSingle), suspects: b.share(plantSuspects), victims: b.share(plantVictims)}
	b.discuss = discussions{late: b.share(plantHeldLate), noPolice: b.share(plantNoPolice), noHealth: b.share(plantNoHealth),
		waits: b.share(plantWaits), early: b.share(plantEarly), again: b.share(plantAgainMet)}
	b.twiceWork = b.share(plantTwiceWork)
	b.ask.left, b.ask.forgotten = b.share(plantForgotten), map[string]bool{}
	b.pairs, b.twins, b.doubles = b.share(plantPairs), b.share(plantTwins), b.share(plantAgain)
	b.planIncidents()
	b.planBacklog()
	b.planReferrals()
	b.planConsidering()
	b.live()
	b.planLoad()
	b.jointPlan()
	b.planTeam()
	b.when(b.opt.Now.Date().AddDays(-sweptDays).AtTime(3, 30), b.sweep)
}

// sweptDays is how many days before now the register was last searched for children
// recorded twice: after everything that was planted.
const sweptDays = 2

// sweep is the weekly search of the register.
func (b *builder) sweep() error {
	_, err := b.record.SweepDuplicates(b.ctx, admin.Service(authority), nil)
	return err
}

// moment is a time in the history, by day when a person does it.
func (b *builder) moment(fromDays, toDays int) civil.Instant {
	day := b.opt.Now.Date().AddDays(-toDays + b.rng.IntN(max(1, toDays-fromDays)))
	return day.AtTime(b.rng.IntN(24), b.rng.IntN(60))
}

func (b *builder) planIncidents() {
	all, medium, late, never, high := b.share(plantIncidents)-liveIncidents, b.share(plantMedium)-liveMedium, b.share(plantLate)-liveMedium, b.share(plantNever), b.share(plantHigh)-liveHigh
	t := &b.out.Truth.PF1
	t.Incidents, t.NeverSent, t.Medium, t.MediumOver7Days, t.MaxDays = all, never, medium, late, longestDays
	slots := b.slots(all - never)
	for i := range all {
		grade := "standard"
		switch {
		case i < medium:
			grade = "medium"
		case i < medium+high:
			grade = "high"
		}
		if i >= all-never {
			b.neverSent(grade)
			continue // only the truth and the force's own list know
		}
		// Received, in the history; the incident before it by the lag of its grade.
		received := slots[i]
		lag := b.hours(1, 20)
		switch {
		case i == 0:
			lag = longestDays * 24 * time.Hour
		case i < late:
			lag = time.Duration(lateAfterDays+1+b.rng.IntN(longestDays-lateAfterDays-2))*24*time.Hour + b.hours(0, 5)
		case grade == "medium":
			lag = b.hours(2, 6*24)
		case grade == "standard":
			lag = b.hours(2, 70)
		}
		t.Received++
		b.when(received, func() error { return b.incident(received.Add(-lag), grade) })
	}
}

// incident is a notification of one incident, sent by the force's own system.
func (b *builder) incident(at civil.Instant, grade string) error {
	h := b.homes[b.rng.IntN(len(b.homes))]
	if b.twins > 0 && b.chance(20) {
		h = b.knownTwins(h)
	}
	n := b.notification(h, at, grade)
	var planted []Pair
	twin := h.kids[0].twin
	if b.twins > 0 && twin != nil && h.kids[0].ref != "" {
		b.twins--
		n.Children = []police.Child{jsonChild(twin.said(h, false))}
		planted = []Pair{{Person: h.kids[0].ref, Kind: "twin"}}
	}
	for i, k := range h.kids {
		if k.ref == "" || i >= len(n.Children) || planted != nil && planted[0].Kind == "twin" {
			continue
		}
		switch {
		case b.doubles > 0 && !k.doubled && b.chance(30):
			d, p := b.double(k, h, i)
			n.Children[i] = jsonChild(d)
			planted = append(planted, p)
		case b.pairs > 0 && b.chance(95):
			b.pairs--
			kind := variants[b.pairs%len(variants)]
			n.Children[i] = jsonChild(b.vary(k, h, kind))
			planted = append(planted, Pair{Child: i, Person: k.ref, Kind: kind, Same: true})
		}
	}
	oneNamed := len(h.kids) >= 3 && b.chance(40) && len(planted) == 0
	if oneNamed {
		n.Children, n.Household = n.Children[:1], len(h.kids)
		b.out.Truth.PF1.OneNamed++
	}
	got, err := b.send(n)
	if err != nil {
		return err
	}
	b.keep(planted, got.Ref)
	kids := h.kids
	if len(planted) > 0 {
		kids = nil // the described children are settled by what was planted
	}
	return b.process(job{got: got, home: h, kids: kids, planted: planted, police: true, grade: grade, named: len(n.Children), since: at})
}

// knownTwins is a home with twins whom somebody has told us of before, if there is one.
func (b *builder) knownTwins(otherwise *home) *home {
	from := b.rng.IntN(len(b.homes))
	for i := range b.homes {
		if h := b.homes[(from+i)%len(b.homes)]; h.kids[0].twin != nil && h.kids[0].ref != "" {
			return h
		}
	}
	return otherwise
}

// double plants a known child who is described with a slip and then recorded again.
func (b *builder) double(k *kid, h *home, child int) (person.Described, Pair) {
	b.doubles--
	k.doubled = true
	kind := variants[b.doubles%len(variants)]
	return b.vary(k, h, kind), Pair{Child: child, Person: k.ref, Kind: kind, Same: true, again: true}
}

// keep notes what was planted in a contact.
func (b *builder) keep(planted []Pair, contact string) {
	for i := range planted {
		planted[i].Contact = contact
		if planted[i].again {
			b.out.Truth.PF15.Twice = append(b.out.Truth.PF15.Twice, planted[i])
			continue
		}
		b.out.Truth.PF15.Pairs = append(b.out.Truth.PF15.Pairs, planted[i])
	}
}

func (b *builder) notification(h *home, at civil.Instant, grade string) police.Notification {
	b.serial++
	n := police.Notification{
		Reference: fmt.Sprintf("MVP-%06d", b.serial), IncidentNumber: fmt.Sprintf("I%05d", b.rng.IntN(100000)), IncidentAt: at,
		ReportedAt: at.Add(min(b.hours(0.3, 3), b.now.Sub(at)/4)), Grade: grade, Tool: "DASH", Judgement: "Graded " + grade + " on what was seen and on the history",
		Ticks: []string{"Children in the household"}, District: []string{"North Vale", "South Vale"}[b.rng.IntN(2)], What: b.pick(incidents),
		Address: h.street, Postcode: h.postcode, SentAt: b.now,
		Adults: []police.Adult{{Given: h.mother, Family: h.family, Part: "victim", Relation: "mother"}, {Given: h.father, Family: h.family, Part: "suspect", Relation: "partner"}},
	}
	n.GradedAt = n.ReportedAt.Add(min(b.hours(0.5, 6), b.now.Sub(n.ReportedAt)/2))
	for _, k := range h.kids {
		n.Children = append(n.Children, jsonChild(k.said(h, b.chance(50))))
	}
	return n
}

func jsonChild(d person.Described) police.Child {
	return police.Child{Given: d.Given, Family: d.Family, Born: d.Born, Sex: d.Sex, School: d.School, NHS: d.NHS}
}

func (b *builder) send(n police.Notification) (contacts.Received, error) {
	b.listed = append(b.listed, n)
	b.toldByPolice(&n)
	body, err := json.Marshal(n)
	if err != nil {
		return contacts.Received{}, err
	}
	got, _, unreadable, err := b.police.Receive(b.ctx, b.force, b.force.Name, body, int64(len(body)))
	if err == nil && unreadable != nil {
		err = fmt.Errorf("a notification of the demo could not be read: %w", unreadable)
	}
	b.out.Truth.Contacts["police"]++
	if err == nil {
		b.schoolsAfter(got, n)
	}
	return got, err
}

func (b *builder) planReferrals() {
	all, phone, unknown := b.share(plantReferrals)-liveForms-liveCalls, b.share(plantPhone)-liveCalls, b.share(plantUnknown)
	t := &b.out.Truth.PF13
	t.Referrals, t.ByPhone, t.ConsentUnknown = all, phone, unknown
	days := 7 * b.opt.Weeks
	for i := range all {
		byPhone, consentUnknown := i < phone, i%all < unknown
		day := b.opt.Now.Date().AddDays(-liveDays - b.rng.IntN(days-liveDays-1))
		at := day.AtTime(8+b.rng.IntN(10), b.rng.IntN(60))
		b.when(at, func() error { return b.referral(byPhone, consentUnknown) })
	}
}

// referral is a phone call or a form from a partner.
func (b *builder) referral(byPhone, unknown bool) error {
	h := b.homes[b.rng.IntN(len(b.homes))]
	k := h.kids[b.rng.IntN(len(h.kids))]
	twice := false
	if b.twiceWork > 0 {
		again, sibling, err := b.besideAssessed()
		if err != nil {
			return err
		}
		if again != nil {
			h, k, twice = again, sibling, true
		}
	}
	source := [][3]string{{"school", b.pick(schools), "Safeguarding lead"}, {"health", "Thornbury Vale health visiting", "Health visitor"}, {"housing", "Vale Homes", "Housing officer"}}[b.rng.IntN(3)]
	a := form.Answers{
		"you.professional": {"yes"}, "you.agency": {source[0]}, "you.organisation": {source[1]}, "you.role": {source[2]}, "you.name": {b.pick(girls) + " " + b.pick(families)},
		"you.email":         {b.addressOf(source[0], source[1])},
		"children[0].given": {k.given}, "children[0].family": {k.family}, "children[0].born": {k.born.String()}, "children[0].sex": {k.sex},
		"children[0].address": {h.street}, "children[0].postcode": {h.postcode}, "children[0].school": {k.school}, "children[0].ethnicity": {described[h.family]},
		"concern.danger": {"no"}, "concern.what": {b.pick(worries)}, "concern.where": {"at school"}, "concern.level": {fmt.Sprint(2 + b.rng.IntN(3))},
		"concern.impact": {"Tired and withdrawn in class"},
	}
	var planted []Pair
	switch {
	case twice:
	case b.doubles > 0 && k.ref != "" && !k.doubled && b.chance(90):
		d, p := b.double(k, h, 0)
		planted = append(planted, p)
		a["children[0].given"], a["children[0].family"], a["children[0].born"] = []string{d.Given}, []string{d.Family}, []string{d.Born.String()}
	case k.nhs != "" && b.chance(40):
		a["children[0].nhs"] = []string{k.nhs}
	}
	if !unknown {
		a["agreement.status"], a["agreement.who"], a["agreement.how"] = []string{"given"}, []string{h.mother + " " + h.family}, []string{"at the gate, today"}
		a["agreement.to_what"] = []string{"help and checks"}
		if b.chance(25) {
			a["agreement.status"] = []string{"refused"}
		}
	}
	var got contacts.Received
	var err error
	if byPhone {
		b.out.Truth.Contacts["phone"]++
		got, err = b.desk.Call(b.ctx, b.screener(), a, b.now.Add(-time.Duration(5+b.rng.IntN(15))*time.Minute))
	} else {
		b.out.Truth.Contacts["form"]++
		def, loading := form.Load("referral")
		if loading != nil {
			return loading
		}
		who := access.Actor{ID: "public", Authority: authority, Roles: []access.Role{access.Public}}
		arrival := contacts.FromForm(def, a, pathway.ByForm)
		if source[1] == "Hilltop Primary" {
			arrival.OrganisationID, arrival.Referrer.ID = "school-1", "e.wright"
		}
		got, err = b.desk.Receive(b.ctx, who, arrival)
	}
	if err != nil {
		return err
	}
	b.keep(planted, got.Ref)
	return b.process(job{got: got, home: h, kids: []*kid{k}, planted: planted, consent: a.One("agreement.status"), named: 1, since: got.At,
		account: !byPhone && source[1] == "Hilltop Primary", unknown: a.One("you.email") == unknownMail && (byPhone || source[1] != "Hilltop Primary")})
}

func (b *builder) screener() access.Actor {
	return b.who[[]string{"p.shah", "l.evans", "t.mensah"}[b.rng.IntN(3)]]
}

var (
	kidRows = db.SQL("demo.children-of-contact", `
		SELECT cc.id, cc.person_id, COALESCE(p.ref, ''), cc.decision_id FROM contact_child cc
		LEFT JOIN person p ON p.id = cc.person_id AND p.authority_id = cc.authority_id AND cc.person_id <> ''
		WHERE cc.contact_id = $1 AND cc.authority_id = $2 ORDER BY cc.position`)
	workRows = db.SQL("demo.episodes-of-contact", `
		SELECT id FROM episode WHERE contact_id = $1 AND authority_id = $2 AND state = 'open' AND kind = 'referral' ORDER BY id`)
	ackRows = db.SQL("demo.waits-to-answer", `
		SELECT id FROM wait WHERE contact_id = $1 AND authority_id = $2 AND ended_at IS NULL AND timescale = $3 ORDER BY id`)
)
