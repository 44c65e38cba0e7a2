package main

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/desk/teams"
	"frontdoor/internal/pathway"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

type teamCmd struct {
	Contact phoneCmd     `cmd:"" default:"withargs" help:"Set a team's mailbox and duty phone."`
	Queue   teamQueueCmd `cmd:"" help:"Print how many children wait in each team: now, before each team was set up, and by week."`
	SetUp   teamSetUpCmd `cmd:"" name:"set-up" help:"Set up a team from a day. Prints its id."`
	Join    teamJoinCmd  `cmd:"" help:"Put somebody into a team from a day."`
	Leave   teamLeaveCmd `cmd:"" help:"Take somebody out of a team from a day."`
	Rename  teamNameCmd  `cmd:"" help:"Change what a team is called. Past days keep the name it had."`
	Move    teamMoveCmd  `cmd:"" help:"Show what stands on a team, and move it to another when its number is given."`
	Undo    teamUndoCmd  `cmd:"" help:"Take a move back within 24 hours."`
	End     teamEndCmd   `cmd:"" help:"End a team on which nothing stands any more."`
}

// fromFlags are the day from which something holds, with its reasons.
type fromFlags struct {
	From       string `help:"From which day; today when not given." placeholder:"DATE"`
	Why        string `help:"Why." required:""`
	WhyEarlier string `help:"Why from a day that is over." placeholder:"WORDS"`
}

func (f fromFlags) from(today civil.Date) (pathway.From, error) {
	out := pathway.From{Day: today, Why: f.Why, WhyEarlier: f.WhyEarlier}
	if f.From != "" {
		day, err := civil.ParseDate(f.From)
		if err != nil {
			return out, &usageError{err.Error()}
		}
		out.Day = day
	}
	return out, nil
}

type authorityFlag struct {
	Authority string `help:"Id of the authority; needed when there are several."`
}

// withTeams opens the record for somebody who keeps teams.
func withTeams(ctx context.Context, s *settings, authority string, do func(d *teams.Desk, who access.Actor) error) error {
	r, who, done, err := watch(ctx, s, authority)
	if err != nil {
		return err
	}
	defer done()
	return do(teams.New(r), who)
}

type teamQueueCmd struct {
	authorityFlag
	From   string `help:"First week; twelve weeks ago when not given." placeholder:"DATE"`
	At     string `help:"As it was on this day, or at this moment." placeholder:"TIME"`
	Team   string `help:"Id of one team." placeholder:"ID"`
	Format string `help:"json or csv." enum:"json,csv" default:"csv"`
}

// Run prints the same rows as the page /allocations/teams and its files.
func (c teamQueueCmd) Run(ctx context.Context, s *settings, io streams) error {
	return withTeams(ctx, s, c.Authority, func(d *teams.Desk, who access.Actor) error {
		f, err := d.FilterOf(url.Values{"from": {c.From}, "at": {c.At}, "team": {c.Team}})
		if refusal.KindOf(err) == refusal.Invalid {
			return &usageError{err.Error()}
		}
		if err != nil {
			return err
		}
		q, err := d.Queues(ctx, who, f)
		if err != nil {
			return err
		}
		if c.Format == "json" {
			return web.WriteJSON(io.out, map[string]any{"rows": q.Sheet().Named()})
		}
		return q.Sheet().WriteCSV(io.out)
	})
}

type teamSetUpCmd struct {
	authorityFlag
	fromFlags
	Name    string   `arg:"" help:"What the team is called."`
	ID      string   `help:"Its id; made when not given." placeholder:"ID"`
	Kind    string   `help:"assessment, children_in_need or child_protection." enum:"assessment,children_in_need,child_protection" required:""`
	Takes   []string `help:"Outcomes whose new work goes to it, such as referral_assessment." placeholder:"OUTCOME"`
	Manager string   `help:"Id of who manages it." placeholder:"USER"`
	Worker  []string `help:"Ids of who works in it." placeholder:"USER"`
	Stay    bool     `help:"Its workers stay in the teams they are in as well."`
	Email   string   `help:"Its mailbox." placeholder:"ADDRESS"`
	Phone   string   `help:"Its duty phone." placeholder:"NUMBER"`
}

// Run sets up a team.
func (c teamSetUpCmd) Run(ctx context.Context, s *settings, io streams) error {
	return withTeams(ctx, s, c.Authority, func(d *teams.Desk, who access.Actor) error {
		from, err := c.from(d.Record.Now().Date())
		if err != nil {
			return err
		}
		n := teams.NewTeam{TeamSetUp: pathway.TeamSetUp{Name: c.Name, Kind: pathway.TeamKind(c.Kind), From: from}, ID: c.ID,
			Email: c.Email, Phone: c.Phone, Manager: c.Manager, Workers: c.Worker, Stay: c.Stay}
		for _, o := range c.Takes {
			n.Takes = append(n.Takes, pathway.Outcome(o))
		}
		id, err := d.SetUp(ctx, who, n)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(io.out, id)
		return err
	})
}

type memberFlags struct {
	authorityFlag
	fromFlags
	Team string `arg:"" help:"Id of the team."`
	User string `arg:"" help:"Id of the person."`
	Role string `help:"social_worker or team_manager: one they hold already." enum:"social_worker,team_manager" default:"social_worker"`
}

type teamJoinCmd struct {
	memberFlags
	Until string `help:"Last day, when it is known." placeholder:"DATE"`
	Stay  bool   `help:"They stay in the team they are in as well."`
}

// Run puts somebody into a team.
func (c teamJoinCmd) Run(ctx context.Context, s *settings) error {
	return withTeams(ctx, s, c.Authority, func(d *teams.Desk, who access.Actor) error {
		from, err := c.from(d.Record.Now().Date())
		if err != nil {
			return err
		}
		m := teams.Member{User: c.User, Role: access.Role(c.Role), Stay: c.Stay, From: from}
		if c.Until != "" {
			if m.Until, err = civil.ParseDate(c.Until); err != nil {
				return &usageError{err.Error()}
			}
		}
		return d.Join(ctx, who, c.Team, m)
	})
}

type teamLeaveCmd struct{ memberFlags }

// Run takes somebody out of a team.
func (c teamLeaveCmd) Run(ctx context.Context, s *settings) error {
	return withTeams(ctx, s, c.Authority, func(d *teams.Desk, who access.Actor) error {
		from, err := c.from(d.Record.Now().Date())
		if err != nil {
			return err
		}
		return d.Leave(ctx, who, c.Team, teams.Member{User: c.User, Role: access.Role(c.Role), From: from})
	})
}

type teamNameCmd struct {
	authorityFlag
	Team string `arg:"" help:"Id of the team."`
	Name string `arg:"" help:"What it is called from now on."`
	Why  string `help:"Why." required:""`
}

// Run renames a team, and leaves what it takes and where it is told.
func (c teamNameCmd) Run(ctx context.Context, s *settings) error {
	return withTeams(ctx, s, c.Authority, func(d *teams.Desk, who access.Actor) error {
		p, err := d.Team(ctx, who, c.Team)
		if err != nil {
			return err
		}
		x := teams.Changes{Name: c.Name, Email: p.Email, Phone: p.Phone, Version: p.Version, From: pathway.From{Day: p.Now.Date(), Why: c.Why}}
		for _, t := range p.Takes {
			if !t.From.After(p.Now) {
				x.Takes = append(x.Takes, t.Outcome)
			}
		}
		return d.Change(ctx, who, c.Team, x)
	})
}

type teamMoveCmd struct {
	authorityFlag
	Team    string `arg:"" help:"Id of the team."`
	To      string `arg:"" help:"Id of the team they move to."`
	Waiting bool   `help:"Only children without a worker."`
	Outcome string `help:"Only work of this outcome." placeholder:"OUTCOME"`
	Count   int    `help:"How many move, as the list says. Without it nothing moves." placeholder:"N"`
	Why     string `help:"Why, with --count. It is written into each child's story." placeholder:"WORDS"`
}

// Run prints what would move; with its number it moves it and prints the move's id.
func (c teamMoveCmd) Run(ctx context.Context, s *settings, io streams) error {
	return withTeams(ctx, s, c.Authority, func(d *teams.Desk, who access.Actor) error {
		sel := teams.Selection{From: c.Team, To: c.To, Which: teams.Everything, Outcome: pathway.Outcome(c.Outcome)}
		if c.Waiting {
			sel.Which = teams.Unheld
		}
		p, err := d.Preview(ctx, who, sel)
		if err != nil {
			return err
		}
		for _, x := range p.Rows {
			fmt.Fprintf(io.out, "%s  %s  %s: %s\n", x.Contact, x.Child, pathway.OutcomeName(x.Outcome), strings.Join(x.Waits, "; "))
		}
		fmt.Fprintf(io.out, "%d in all: %d children, %d waits, %d desks, from %s to %s. %d more stay.\n", p.N(), p.Children, p.Waits, len(p.Desks), p.From.Name, p.To.Name, p.Stays)
		if c.Count == 0 {
			return nil
		}
		id, err := d.Move(ctx, who, teams.Confirmed{Selection: sel, Why: c.Why, Typed: strconv.Itoa(c.Count), Digest: p.Digest})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(io.out, "move", id)
		return err
	})
}

type teamUndoCmd struct {
	authorityFlag
	Move string `arg:"" help:"Id of the move."`
}

// Run takes a move back.
func (c teamUndoCmd) Run(ctx context.Context, s *settings, io streams) error {
	return withTeams(ctx, s, c.Authority, func(d *teams.Desk, who access.Actor) error {
		m, err := d.Undo(ctx, who, c.Move)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(io.out, "Undone: what moved from %s to %s is back; %d stayed, because somebody had changed them since.\n", m.From.Name, m.To.Name, m.Stayed)
		return err
	})
}

type teamEndCmd struct {
	authorityFlag
	fromFlags
	Team string `arg:"" help:"Id of the team."`
	To   string `arg:"" help:"Id of the team that follows it."`
}

// Run ends a team.
func (c teamEndCmd) Run(ctx context.Context, s *settings) error {
	return withTeams(ctx, s, c.Authority, func(d *teams.Desk, who access.Actor) error {
		from, err := c.from(d.Record.Now().Date())
		if err != nil {
			return err
		}
		return d.End(ctx, who, c.Team, c.To, from)
	})
}
