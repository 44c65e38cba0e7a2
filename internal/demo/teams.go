package demo

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/teams"
	"frontdoor/internal/pathway"
)

// Teams is what was planted of the new children in need team (finding 76): its set-up, and
// the queue of each team before it, at the end of each week and now, counted from what was
// decided, moved and accepted as that was planted.
type Teams struct {
	TeamID string        `json:"team_id"`
	SetUp  civil.Instant `json:"set_up"`
	Moved  int           `json:"children_moved_to_it"`
	Before []TeamQueue   `json:"before"`
	Weeks  []TeamQueue   `json:"weeks"`
	Now    []TeamQueue   `json:"now"`
}

// TeamQueue is one team's queue at a moment, and what came and went since Monday, or in
// the week before.
type TeamQueue struct {
	Week      string `json:"week"`
	TeamID    string `json:"team_id"`
	Waiting   int    `json:"waiting"`
	Longest   int64  `json:"longest_seconds"`
	New       int    `json:"new"`
	In        int    `json:"moved_in"`
	Out       int    `json:"moved_out"`
	Allocated int    `json:"allocated"`
	Held      int    `json:"held"`
	Workers   int    `json:"workers"`
}

// needTeam is the new team's id.
const needTeam = "children-in-need"

// The days of the set-up, and how much the new team leaves waiting.
const (
	setUpDays = 35
	leftOver  = 2
)

// needWorkers go to the new team.
var needWorkers = []string{"n.osei", "v.santos", "g.price"}

// placed is a piece of a child's work as it was planted: when it came to which team.
type placed struct {
	id       string
	outcome  pathway.Outcome
	home     *home
	decided  civil.Instant
	accepted civil.Instant
	offered  bool // to a worker, or about to be
	stays    []placedWith
}

type placedWith struct {
	team  string
	from  civil.Instant
	moved bool
}

// newTeam is the making of the new team.
type newTeam struct {
	at    civil.Instant // zero until it is set up
	works []*placed
}

// with is the team that a piece of work was with just before a moment.
func (p *placed) with(moment civil.Instant) string {
	team := p.stays[0].team
	for _, s := range p.stays[1:] {
		if s.from.Before(moment) {
			team = s.team
		}
	}
	return team
}

// place notes that work was decided, and says which workers can take it: those of the new
// team once it takes such work.
func (b *builder) place(id string, o pathway.Outcome, h *home, everybody []string) (*placed, []string) {
	p := &placed{id: id, outcome: o, home: h, decided: b.now, stays: []placedWith{{team: admin.DutyTeam}}}
	b.team.works = append(b.team.works, p)
	if !b.team.at.IsZero() && o == pathway.ReferralAssessment {
		p.stays[0].team = needTeam
		return p, needWorkers
	}
	return p, everybody
}

// accepted notes that a worker took a child into the team they are in.
func (b *builder) accepted(p *placed, worker string) {
	p.accepted = b.now
	team := admin.DutyTeam
	switch {
	case slices.Contains(needWorkers, worker) && !b.team.at.IsZero():
		team = needTeam
	case slices.Contains(append([]string{"c.doyle"}, needWorkers...), worker):
		team = admin.SecondDutyTeam
	}
	p.stays = append(p.stays, placedWith{team: team, from: b.now})
}

// planTeam plants the new team: set up some weeks ago, given the children in need who
// waited, who then get workers one after another but for a few.
func (b *builder) planTeam() {
	day := b.opt.Now.Date().AddDays(-min(setUpDays, 7*b.opt.Weeks/2))
	b.when(day.AtTime(9, 0), func() error {
		_, err := b.teams.SetUp(b.ctx, b.who["w.young"], teams.NewTeam{ID: needTeam, Email: "children-in-need@thornbury-vale.example", Manager: "s.clarke", Workers: needWorkers,
			TeamSetUp: pathway.TeamSetUp{Name: "Children in need team", Kind: pathway.ChildrenInNeedTeam, Takes: []pathway.Outcome{pathway.ReferralAssessment},
				From: pathway.From{Day: b.now.Date(), Why: "Children in need waited behind enquiries in the duty teams"}}})
		if err != nil {
			return wrap("set up a team", err)
		}
		b.team.at = b.now
		for _, id := range append([]string{"s.clarke"}, needWorkers...) {
			if b.who[id], err = b.record.FindActor(b.ctx, authority, id); err != nil {
				return err
			}
		}
		b.out.Truth.Teams.TeamID, b.out.Truth.Teams.SetUp = needTeam, b.now
		return nil
	})
	b.when(day.AtTime(10, 30), b.moveToTeam)
}

// moveToTeam gives the new team the children who wait for an assessment and have no worker.
func (b *builder) moveToTeam() error {
	var wait []*placed
	for _, p := range b.team.works {
		if p.accepted.IsZero() && p.outcome == pathway.ReferralAssessment && p.with(b.now) == admin.DutyTeam {
			p.stays = append(p.stays, placedWith{needTeam, b.now, true})
			wait = append(wait, p)
		}
	}
	s := teams.Selection{From: admin.DutyTeam, To: needTeam, Which: teams.Unheld, Outcome: pathway.ReferralAssessment}
	who := b.who["s.clarke"]
	seen, err := b.teams.Preview(b.ctx, who, s)
	if err != nil {
		return wrap("look at what would move", err)
	}
	if seen.Children != len(wait) {
		return fmt.Errorf("%d children would move, and %d were planted", seen.Children, len(wait))
	}
	b.out.Truth.Teams.Moved = len(wait)
	if len(wait) == 0 {
		return nil
	}
	_, err = b.teams.Move(b.ctx, who, teams.Confirmed{Selection: s, Why: "The new team takes children in need", Typed: strconv.Itoa(seen.N()), Digest: seen.Digest})
	if err != nil {
		return wrap("move to the new team", err)
	}
	wait = slices.DeleteFunc(wait, func(p *placed) bool { return p.offered })
	for i, p := range wait[:max(len(wait)-leftOver, 0)] {
		worker := needWorkers[i%len(needWorkers)]
		if worker == p.home.worker {
			worker = needWorkers[(i+1)%len(needWorkers)]
		}
		p.home.worker = worker
		at := b.now.Add(time.Duration(20+11*i) * time.Hour)
		b.when(at, func() error { return wrap("propose", b.work.Propose(b.ctx, b.who["s.clarke"], p.id, worker, 0)) })
		b.when(at.Add(3*time.Hour), func() error {
			b.accepted(p, worker)
			return wrap("accept", b.work.Accept(b.ctx, b.who[worker], p.id))
		})
	}
	return nil
}

// teamTruth counts the queues from what was planted.
func (b *builder) teamTruth() {
	t := &b.out.Truth.Teams
	if t.TeamID == "" {
		return
	}
	monday := func(d civil.Date) civil.Date {
		for d.Weekday() != time.Monday {
			d = d.AddDays(-1)
		}
		return d
	}
	all := []string{needTeam, admin.DutyTeam, admin.SecondDutyTeam}
	count := func(from, until, at civil.Instant, there []string) (out []TeamQueue) {
		for _, team := range there {
			out = append(out, b.queueOf(team, from, until, at))
		}
		return out
	}
	t.Before = count(monday(t.SetUp.Date()).Start(), t.SetUp, t.SetUp, all[1:])
	this := monday(b.opt.Now.Date())
	t.Now = count(this.Start(), b.opt.Now.Add(time.Microsecond), b.opt.Now, all)
	for m := monday(b.opt.Now.Date().AddDays(-7 * b.opt.Weeks)); m.Before(this); m = m.AddDays(7) {
		end, there := m.AddDays(7).Start(), all
		if !t.SetUp.Before(end) {
			there = all[1:]
		}
		t.Weeks = append(t.Weeks, count(m.Start(), end, end, there)...)
	}
}

// queueOf counts one team's queue just before a moment, and what came and went since
// another.
func (b *builder) queueOf(team string, from, until, at civil.Instant) TeamQueue {
	q := TeamQueue{Week: from.Date().String(), TeamID: team, Workers: 4}
	set := !b.team.at.IsZero() && b.team.at.Before(until)
	switch {
	case team == needTeam:
		q.Workers = len(needWorkers)
	case team == admin.SecondDutyTeam && set:
		q.Workers -= len(needWorkers)
	}
	within := func(t civil.Instant) int { return one(!t.IsZero() && !t.Before(from) && t.Before(until)) }
	for _, p := range b.team.works {
		if !p.decided.Before(until) {
			continue
		}
		taken := !p.accepted.IsZero() && p.accepted.Before(until)
		if p.with(until) == team {
			q.Waiting += one(!taken)
			q.Held += one(taken)
			if !taken {
				q.Longest = max(q.Longest, int64(at.Sub(p.decided)/time.Second))
			}
		}
		if p.stays[0].team == team {
			q.New += within(p.decided)
		}
		for i, s := range p.stays[1:] {
			switch was := p.stays[i].team; {
			case !s.moved && was == team:
				q.Allocated += within(s.from)
			case s.moved && was == team:
				q.Out += within(s.from)
			case s.moved && s.team == team:
				q.In += within(s.from)
			}
		}
	}
	return q
}
