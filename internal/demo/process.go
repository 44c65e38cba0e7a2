package demo

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/timescale"
)

// job is what becomes of a contact.
type job struct {
	got     contacts.Received
	home    *home
	kids    []*kid // the children it names, in order; nil when planted slips stand for them
	planted []Pair
	named   int
	police  bool
	grade   string
	consent string
	account bool          // the sender reads what was decided on a page of their own
	unknown bool          // the sender's address is of nobody we know
	since   civil.Instant // of the concern: the incident, or receipt
}

type kidRow struct{ id, person, ref, decision string }

func (b *builder) rows(contact string) (out []kidRow, err error) {
	err = b.record.DB.Read(b.ctx, func(q db.Queryer) error {
		out, err = db.Collect(b.ctx, q, func(r *sql.Rows, k *kidRow) error { return r.Scan(&k.id, &k.person, &k.ref, &k.decision) }, kidRows, contact, authority)
		return err
	})
	return out, err
}

func (b *builder) ids(q db.Query, args ...any) (out []string, err error) {
	err = b.record.DB.Read(b.ctx, func(x db.Queryer) error {
		out, err = db.Collect(b.ctx, x, func(r *sql.Rows, s *string) error { return r.Scan(s) }, q, args...)
		return err
	})
	return out, err
}

// process screens a contact after a while and has it decided after another: most
// within the day, some late.
func (b *builder) process(j job) error {
	j.home.contacts++
	screened := b.now.Add(b.hours(0.2, 2.5))
	decided := screened.Add(b.hours(0.5, 16))
	if b.chance(6) {
		decided = screened.Add(b.hours(25, 60))
	}
	if !b.when(decided, func() error { return b.decide(j) }) {
		b.undecided(j)
		return nil
	}
	return nil
}

// undecided counts children that nobody has decided for yet.
func (b *builder) undecided(j job) {
	n := max(j.named, 1)
	if j.police && len(j.kids) > j.named {
		n = len(j.kids)
	}
	b.standing(j.got)
	b.out.Truth.ChildrenOpen += n
	if j.got.Due.Before(b.opt.Now) {
		b.out.Truth.ChildrenLate += n
	}
	if n > j.named {
		b.out.Truth.PF1.IdentifyOpen += n - j.named
	}
}

// screen takes a contact to the point of decision.
func (b *builder) screen(j job) ([]kidRow, error) {
	who := b.screener()
	rag := map[string]string{"high": "red", "medium": "amber", "standard": "green"}[j.grade]
	if rag == "" {
		rag = []string{"green", "amber"}[b.rng.IntN(2)]
	}
	if err := b.desk.Screen(b.ctx, who, j.got.Ref, pathway.Screen{Danger: "no", RAG: rag, RAGReason: "On what was said and what is known"}, 1); err != nil {
		return nil, err
	}
	rows, err := b.rows(j.got.ContactID)
	if err != nil {
		return nil, err
	}
	if err := b.link(j, who, rows); err != nil {
		return nil, err
	}
	if err := b.desk.ReadHistory(b.ctx, who, j.got.Ref, "Read with earlier contacts; the pattern is noted for the decision"); err != nil {
		return nil, err
	}
	return b.rows(j.got.ContactID)
}

// link says who each child is. A child not named is found out by asking the family.
func (b *builder) link(j job, who access.Actor, rows []kidRow) error {
	planted := map[int]Pair{}
	for _, p := range j.planted {
		planted[p.Child] = p
	}
	for i, row := range rows {
		k := j.home.kids[min(i, len(j.home.kids)-1)]
		if len(j.kids) == 1 && len(rows) == 1 {
			k = j.kids[0]
		}
		p, slip := planted[i]
		if slip && !p.Same {
			k = k.twin
		}
		switch {
		case slip && p.again: // the fault: a known child is recorded a second time
			if err := b.recordAgain(who, j, row); err != nil {
				return err
			}
			continue
		case row.person != "":
			k.ref = row.ref
			continue
		case slip && p.Same:
			if err := b.choose(who, j, contacts.Choice{Child: row.id, As: "same", Ref: p.Person, Reasons: "Checked with the family"}); err != nil {
				return err
			}
			continue
		}
		if i >= j.named && j.police {
			if err := b.desk.Name(b.ctx, who, j.got.Ref, contacts.Naming{Child: row.id, Given: k.given, Family: k.family, Born: k.born}); err != nil {
				return err
			}
			if shut, err := b.ids(concealed, j.got.ContactID, authority); err != nil {
				return err
			} else if len(shut) > 0 {
				return &shutError{named: i + 1}
			}
		}
		choice := contacts.Choice{Child: row.id, As: "new"}
		if k.ref != "" {
			choice = contacts.Choice{Child: row.id, As: "same", Ref: k.ref, Reasons: "Same name and date of birth"}
		}
		if err := b.choose(who, j, choice); err != nil {
			return err
		}
	}
	after, err := b.rows(j.got.ContactID)
	if err != nil {
		return err
	}
	for i, row := range after {
		k := j.home.kids[min(i, len(j.home.kids)-1)]
		if len(j.kids) == 1 && len(rows) == 1 {
			k = j.kids[0]
		}
		p, slip := planted[i]
		if slip {
			b.second(p, row.ref)
		}
		switch {
		case slip && p.again:
			continue
		case slip && !p.Same:
			k = k.twin
		}
		k.ref = row.ref
	}
	return nil
}

// recordAgain undoes what the system found, and makes a new record.
func (b *builder) recordAgain(who access.Actor, j job, row kidRow) error {
	if row.person != "" {
		if err := b.choose(who, j, contacts.Choice{Child: row.id, As: "undone"}); err != nil {
			return err
		}
	}
	return b.choose(who, j, contacts.Choice{Child: row.id, As: "new"})
}

// second notes the second record of a planted pair: the same child's, or the twin's.
func (b *builder) second(p Pair, ref string) {
	for _, list := range [][]Pair{b.out.Truth.PF15.Pairs, b.out.Truth.PF15.Twice} {
		for i := range list {
			if t := &list[i]; t.Contact == p.Contact && t.Child == p.Child && ref != p.Person {
				t.Second = ref
			}
		}
	}
}

func (b *builder) choose(who access.Actor, j job, c contacts.Choice) error {
	return b.desk.Link(b.ctx, who, j.got.Ref, c)
}

var concealed = db.SQL("demo.concealed-contact", `SELECT id FROM contact WHERE id = $1 AND authority_id = $2 AND conceal <> ''`)

// shutError says that a contact went to the restricted desk when a child of it was named:
// so many are named now.
type shutError struct{ named int }

func (e *shutError) Error() string {
	return fmt.Sprintf("the contact is restricted, with %d children named", e.named)
}

// decide is the manager's decision for every child of a contact.
func (b *builder) decide(j job) error {
	if shut, err := b.ids(concealed, j.got.ContactID, authority); err != nil {
		return err
	} else if len(shut) > 0 { // restricted since it came: it waits for the manager who is named
		b.undecided(j)
		return nil
	}
	rows, err := b.screen(j)
	if shut := (*shutError)(nil); errors.As(err, &shut) {
		j.named = shut.named
		b.undecided(j)
		return nil
	}
	if err != nil {
		return fmt.Errorf("screen %s: %w", j.got.Ref, err)
	}
	manager, other := b.who["m.ali"], b.who["j.okoro"]
	if b.chance(40) {
		manager, other = other, manager
	}
	outcome, twice, err := b.worked(j, rows)
	if err != nil {
		return err
	}
	first := pathway.Decision{Outcome: outcome, Rationale: "On the whole picture: what was said, what partners know and the history", Level: "3",
		Changed: "More people have told us of the same worry", Evidence: "The contact, the history and the school's view", Told: "The referrer",
		Considered: "no", ConsideredWhy: saidNo}
	var all []contacts.ForChild
	open := false
	for _, row := range rows {
		d := first
		if held, err := b.held(row.person); err != nil {
			return err
		} else if held {
			d.Outcome, open = pathway.OpenCase, true
		}
		all = append(all, contacts.ForChild{Child: row.id, Decision: d})
	}
	if err := b.needSecond(j, rows, all, manager, other); err != nil {
		return err
	}
	if err := b.desk.Decide(b.ctx, manager, j.got.Ref, all); err != nil {
		return fmt.Errorf("decide %s: %w", j.got.Ref, err)
	}
	if j.police {
		j.home.reached = append(j.home.reached, reached{j.got.Ref, j.got.At, int64(j.got.At.Sub(j.since).Seconds())})
	}
	t := &b.out.Truth
	late := b.now.After(j.got.Due)
	for i, one := range all {
		b.owes(j, rows[i], one.Outcome)
		t.Outcomes[string(one.Outcome)]++
		if late {
			t.DecidedLate++
		} else {
			t.DecidedInTime++
		}
	}
	if first.Outcome == pathway.ReferralStrategy || first.Outcome == pathway.ReferralAssessment {
		b.linkLater(j.got.Ref, rows[0])
	}
	if info, _ := pathway.OutcomeOf(first.Outcome); !open && info.Episode == "referral" {
		j.home.referred = true
		if len(rows) == 1 && first.Outcome == pathway.ReferralAssessment && !twice {
			j.home.assessed = rows[0].person
			if len(j.kids) == 1 && len(j.planted) == 0 {
				j.home.assessedKid = j.kids[0]
				b.assessed = append(b.assessed, j.home)
			}
		}
	}
	if twice && !open {
		t.Twice++
		b.twiceWork--
		j.home.assessed = ""
	}
	if !open && first.Outcome == pathway.ReferralStrategy {
		t.PF5.Strategy++
		b.strategy--
		b.discussed(j.got.Ref)
	}
	again := b.twice > 0 && !j.police && !open && len(rows) == 1 && (first.Outcome == pathway.NFAAdvice || first.Outcome == pathway.Signpost)
	if !again && !open && first.Outcome != pathway.ReferralStrategy {
		b.forgotten(j, rows)
	}
	if again {
		if err := b.again(j, rows[0], first.Outcome, other); err != nil {
			return err
		}
	}
	came := 0
	for _, one := range all {
		if info, _ := pathway.OutcomeOf(one.Outcome); info.Episode == "referral" {
			came++
		}
	}
	return b.follow(j, open, first.Outcome, came)
}

var openReferral = db.SQL("demo.open-referral", `
	SELECT id FROM episode WHERE person_id = $1 AND authority_id = $2 AND kind = 'referral' AND state = 'open' AND person_id <> ''`)

func (b *builder) held(person string) (bool, error) {
	ids, err := b.ids(openReferral, person, authority)
	return len(ids) > 0, err
}

// paced says that discussions are recommended all through the history, so that some are
// under way at its end.
func (b *builder) paced() bool {
	all := b.share(plantStrategy)
	day := b.opt.Now.Date().AddDays(-7 * b.opt.Weeks).DaysUntil(b.now.Date())
	return all-b.strategy <= all*(day+paceAhead)/(7*b.opt.Weeks)
}

// paceAhead is how many days the recommending of discussions may run ahead, so that all
// are recommended before the history ends.
const paceAhead = 6

// outcome is what a manager decides, as often as such things are decided.
func (b *builder) outcome(j job) pathway.Outcome {
	switch {
	case b.strategy > 0 && j.police && j.grade != "standard" && b.paced() && b.chance(90):
		return pathway.ReferralStrategy
	case j.consent == "given" && b.chance(50):
		return pathway.EarlyHelpLA
	case b.chance(25):
		return pathway.ReferralAssessment
	case b.chance(20):
		return pathway.Signpost
	}
	return pathway.NFAAdvice
}

// worked is what a manager decides about a home: a child with brothers or sisters who are
// referred already is not referred beside them, but for those planted (finding 30).
func (b *builder) worked(j job, rows []kidRow) (o pathway.Outcome, twice bool, err error) {
	h, one := j.home, !j.police && len(rows) == 1 && len(j.planted) == 0
	if b.twiceWork > 0 && one && h.assessed != "" && rows[0].person != h.assessed {
		kin, err := b.kin(rows[0].person)
		if err != nil || slices.Contains(kin, h.assessed) {
			return pathway.ReferralAssessment, true, err
		}
	}
	if b.twiceWork > 0 && one && !h.referred && h.contacts > 1 && len(h.kids) > 1 && b.chance(90) {
		return pathway.ReferralAssessment, false, nil
	}
	o = b.outcome(j)
	if info, _ := pathway.OutcomeOf(o); h.referred && info.Episode == "referral" {
		o = pathway.NFAAdvice
	}
	return o, false, nil
}

// kin are the brothers and sisters that the record knows of a person.
func (b *builder) kin(person string) (out []string, err error) {
	err = b.record.DB.Read(b.ctx, func(q db.Queryer) error {
		all, err := record.FindSiblings(b.ctx, q, authority, []string{person})
		out = all[person]
		return err
	})
	return out, err
}

// besideAssessed is a child whose brother or sister is assessed, to tell of, if there is
// one: the home is taken once.
func (b *builder) besideAssessed() (*home, *kid, error) {
	for i, h := range b.assessed {
		for _, k := range h.kids {
			if k == h.assessedKid || k.ref == "" || k.doubled || k.twin != nil {
				continue
			}
			ids, err := b.ids(personByRef, k.ref, authority)
			if err != nil {
				return nil, nil, err
			}
			kin, err := b.kin(ids[0])
			if err != nil {
				return nil, nil, err
			}
			if slices.Contains(kin, h.assessed) {
				b.assessed = slices.Delete(b.assessed, i, i+1)
				return h, k, nil
			}
		}
	}
	return nil, nil, nil
}

// needSecond gets a second manager's view where no further action needs one.
func (b *builder) needSecond(j job, rows []kidRow, all []contacts.ForChild, manager, other access.Actor) error {
	if !j.police {
		return nil
	}
	for i, row := range rows {
		o := all[i].Outcome
		if o != pathway.NFAAdvice && o != pathway.Signpost {
			continue
		}
		if err := b.desk.SecondView(b.ctx, other, j.got.Ref, row.id, true, "I read the history too, and agree"); err != nil {
			return err
		}
	}
	return nil
}

// again is a second decision that cites the first: the same, or another.
func (b *builder) again(j job, row kidRow, was pathway.Outcome, who access.Actor) error {
	rows, err := b.rows(j.got.ContactID)
	if err != nil {
		return err
	}
	d := pathway.Decision{Outcome: was, Rationale: "Decided again by a second manager who had not seen the first", Level: "2", Changed: "Nothing new",
		Evidence: "The contact and the history", Told: "The referrer", Cites: rows[0].decision, Considered: "no", ConsideredWhy: saidNo}
	b.twice--
	b.out.Truth.PF20.Twice++
	if b.differ > 0 {
		b.differ--
		b.out.Truth.PF20.Disagree++
		if d.Outcome = pathway.Signpost; was == pathway.Signpost {
			d.Outcome = pathway.NFAAdvice
		}
		b.out.Truth.Outcomes[string(was)]--
		b.out.Truth.Outcomes[string(d.Outcome)]++
	}
	at := j.got.Ref
	return wrap("decide again "+at, b.desk.Decide(b.ctx, who, at, []contacts.ForChild{{Child: row.id, Decision: d}}))
}

func wrap(what string, err error) error {
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// follow is what happens after a decision: a worker, early help, an answer.
// came is how many children's work came to a team by it.
func (b *builder) follow(j job, open bool, outcome pathway.Outcome, came int) error {
	work, err := b.ids(workRows, j.got.ContactID, authority)
	if err != nil {
		return err
	}
	if len(work) != came {
		return fmt.Errorf("%s has %d pieces of work, and %d were planted", j.got.Ref, len(work), came)
	}
	everybody := []string{"r.nowak", "d.hughes", "a.begum", "k.farah", "c.doyle", "n.osei", "v.santos", "g.price"}
	for _, id := range work {
		p, workers := b.place(id, outcome, j.home, everybody)
		if b.chance(12) {
			continue // nobody has time: the child waits for a worker
		}
		worker := workers[b.rng.IntN(len(everybody))%len(workers)]
		if worker == j.home.worker { // the same worker for a brother or sister is one work
			worker = workers[(slices.Index(workers, worker)+1)%len(workers)]
		}
		j.home.worker = worker
		p.offered = true
		at := b.now.Add(b.hours(1, 30))
		b.when(at, func() error {
			return wrap("propose", b.work.Propose(b.ctx, b.who["s.clarke"], id, worker, 0))
		})
		b.when(at.Add(b.hours(0.5, 8)), func() error {
			b.visits(id, worker)
			b.accepted(p, worker)
			return wrap("accept", b.work.Accept(b.ctx, b.who[worker], id))
		})
	}
	b.answerLater(j.got.ContactID, timescale.EarlyHelpAccepted, b.hours(20, 140), 80, "The early help hub has taken the family on", "hub co-ordinator")
	b.helped(j.got.ContactID, timescale.EarlyHelpFirstContact, b.hours(150, 500), 70, true, false)
	b.helped(j.got.ContactID, timescale.EarlyHelpDelivered, b.hours(600, 1500), 60, false, true)
	if open {
		b.answerLater(j.got.ContactID, timescale.OpenCaseAcknowledged, b.hours(1, 30), 85, "Read and taken into the work with the family", "the child's social worker")
	}
	b.hears(j)
	return nil
}

// answerLater records what a child waited for, if it happens: often, not always.
func (b *builder) answerLater(contact string, step timescale.Key, after time.Duration, percent int, what, by string) {
	if !b.chance(percent) {
		return
	}
	b.when(b.now.Add(after), func() error {
		ids, err := b.ids(ackRows, contact, authority, step)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := b.waits.Happened(b.ctx, b.who["m.ali"], id, by, what); err != nil {
				return wrap("record "+string(step), err)
			}
		}
		return nil
	})
}

// live is the board of the last days: what a visitor finds waiting.
func (b *builder) live() {
	now := b.opt.Now
	ago := func(h float64) civil.Instant { return now.Add(-time.Duration(h * float64(time.Hour))) }
	leave := func(at civil.Instant, lag time.Duration, grade string) {
		b.when(at, func() error {
			h := b.homes[b.rng.IntN(len(b.homes))]
			got, err := b.send(b.notification(h, at.Add(-lag), grade))
			if err == nil {
				b.out.Truth.PF1.Received++
				b.out.Truth.PF1.Incidents++
				b.leftRefs = append(b.leftRefs, got.Ref)
				b.undecided(job{got: got, home: h, kids: h.kids, named: len(h.kids), police: true})
			}
			return err
		})
	}
	for _, x := range []struct {
		hours, lagHours float64
		grade           string
	}{{43, 6, "standard"}, {26, 3, "standard"}, {21.5, 2, "high"}, {20.3, 30, "standard"}, {14, 5, "standard"}, {9, 1, "high"}, {6, 4, "standard"}, {3, 2, "standard"}, {0.8, 1, "standard"}, {0.3, 1, "high"}} {
		leave(ago(x.hours), time.Duration(x.lagHours*float64(time.Hour)), x.grade)
	}
	b.liveOthers(ago)
}
