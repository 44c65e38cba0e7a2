package story

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/desk/teams"
	"frontdoor/internal/pathway"
)

// teamVerbs are what is done with teams. A day is "today" or a date; a team is its id:
//
//	set-up-team ID NAME DAY WHY [takes=OUTCOME] [manager=WHO] [worker=WHO] [earlier=WHY]
//	rename-team ID NAME WHY
//	team-join ID WHO DAY WHY              as a social worker, who leaves the team they are in
//	move-children FROM TO WHICH N WHY     N as typed; "right" is what the list says
//	undo-move ID                          the last move from or to a team
//	end-team ID SUCCESSOR DAY WHY
func (w *World) teamVerbs(ctx context.Context, who access.Actor, verb string, rest []string) (known bool, err error) {
	if !slices.Contains([]string{"set-up-team", "rename-team", "team-join", "move-children", "undo-move", "end-team"}, verb) {
		return false, nil
	}
	if err := w.again(ctx, who.ID); err != nil {
		return true, err
	}
	if p, ok := w.people[who.ID]; ok {
		who = p
	}
	desk := teams.New(w.Record)
	arg := func(i int) string {
		if i < len(rest) {
			return rest[i]
		}
		return ""
	}
	switch verb {
	case "set-up-team":
		return true, w.setUpTeam(ctx, desk, who, rest)
	case "rename-team":
		p, err := desk.Team(ctx, who, arg(0))
		if err != nil {
			return true, err
		}
		c := teams.Changes{Name: arg(1), Version: p.Version, From: pathway.From{Day: w.Now().Date(), Why: arg(2)}}
		for _, t := range p.Takes {
			c.Takes = append(c.Takes, t.Outcome)
		}
		return true, desk.Change(ctx, who, arg(0), c)
	case "team-join":
		day, err := w.dayOf(arg(2))
		if err != nil {
			return true, err
		}
		return true, desk.Join(ctx, who, arg(0), teams.Member{User: arg(1), Role: access.SocialWorker, From: pathway.From{Day: day, Why: arg(3)}})
	case "move-children":
		s := teams.Selection{From: arg(0), To: arg(1), Which: teams.Which(arg(2))}
		p, err := desk.Preview(ctx, who, s)
		if err != nil {
			return true, err
		}
		typed := arg(3)
		if typed == "right" {
			typed = strconv.Itoa(p.N())
		}
		_, err = desk.Move(ctx, who, teams.Confirmed{Selection: s, Why: arg(4), Typed: typed, Digest: p.Digest})
		return true, err
	case "undo-move":
		p, err := desk.Team(ctx, who, arg(0))
		if err != nil {
			return true, err
		}
		if len(p.Moves) == 0 {
			return true, fmt.Errorf("nothing was moved from or to %s", arg(0))
		}
		_, err = desk.Undo(ctx, who, p.Moves[0].ID)
		return true, err
	}
	day, err := w.dayOf(arg(2))
	if err != nil {
		return true, err
	}
	return true, desk.End(ctx, who, arg(0), arg(1), pathway.From{Day: day, Why: arg(3)})
}

func (w *World) setUpTeam(ctx context.Context, desk *teams.Desk, who access.Actor, rest []string) error {
	if len(rest) < 4 {
		return fmt.Errorf("say which team, from which day and why")
	}
	day, err := w.dayOf(rest[2])
	if err != nil {
		return err
	}
	n := teams.NewTeam{ID: rest[0], TeamSetUp: pathway.TeamSetUp{Name: rest[1], Kind: pathway.ChildrenInNeedTeam, From: pathway.From{Day: day, Why: rest[3]}}}
	for _, x := range rest[4:] {
		switch k, v, _ := strings.Cut(x, "="); k {
		case "takes":
			n.Takes = append(n.Takes, pathway.Outcome(v))
		case "manager":
			n.Manager = v
		case "worker":
			n.Workers = append(n.Workers, v)
		case "earlier":
			n.WhyEarlier = v
		}
	}
	if _, err = desk.SetUp(ctx, who, n); err != nil {
		return err
	}
	return w.again(ctx, append(n.Workers, n.Manager)...)
}

// again reads anew what people may do, as the next page they open does.
func (w *World) again(ctx context.Context, ids ...string) error {
	for _, id := range ids {
		if _, ok := w.people[id]; !ok {
			continue
		}
		var err error
		if w.people[id], err = w.Record.FindActor(ctx, authority, id); err != nil {
			return err
		}
	}
	return nil
}

func (w *World) dayOf(s string) (civil.Date, error) {
	if s == "today" {
		return w.Now().Date(), nil
	}
	return civil.ParseDate(s)
}

var ownersOf = db.SQL("story.owners-of-waits", `
	SELECT DISTINCT w.owner_id FROM wait w JOIN contact c ON c.id = w.contact_id AND c.authority_id = w.authority_id
	WHERE c.ref = $1 AND w.authority_id = $2 AND w.timescale = $3 AND w.ended_at IS NULL ORDER BY w.owner_id`)

// expectQueue checks the queue of a team as the page shows it to a director:
//
//	queue TEAM now|before|DATE NAME "NUMBERS"
//
// now; just before a team was set up; or the week of a date. NUMBERS are pairs such as
// "waiting 2 new 1". "none" instead says that the team is not shown then.
func (w *World) expectQueue(ctx context.Context, words []string) error {
	if len(words) < 3 {
		return fmt.Errorf("say which team, when and what")
	}
	desk := teams.New(w.Record)
	f, err := desk.FilterOf(url.Values{"from": {w.Now().Date().AddDays(-7 * 20).String()}})
	if err != nil {
		return err
	}
	q, err := desk.Queues(ctx, w.people["director"], f)
	if err != nil {
		return err
	}
	sheet := q.Sheet()
	kind, week := map[string]string{"now": "now", "before": "before a set-up"}[words[1]], ""
	if kind == "" {
		kind = "week"
		day, err := civil.ParseDate(words[1])
		if err != nil {
			return err
		}
		week = teams.Monday(day).String()
	}
	i := slices.IndexFunc(sheet.Named(), func(r map[string]string) bool {
		return r["row"] == kind && r["team_id"] == words[0] && (week == "" || r["week"] == week)
	})
	if words[2] == "none" {
		if i >= 0 {
			return fmt.Errorf("the team is shown: %v", sheet.Rows[i])
		}
		return nil
	}
	if i < 0 {
		return fmt.Errorf("the team is not shown")
	}
	row := sheet.Named()[i]
	if err := same(row["team"], words[2]); err != nil {
		return err
	}
	pairs := strings.Fields(strings.Join(words[3:], " "))
	for k := 0; k+1 < len(pairs); k += 2 {
		if row[pairs[k]] != pairs[k+1] {
			return fmt.Errorf("%s is %q, want %s", pairs[k], row[pairs[k]], pairs[k+1])
		}
	}
	return nil
}

// expectOwner checks who answers for a wait of the last contact: owner STEP ID.
func (w *World) expectOwner(ctx context.Context, words []string) error {
	var got []string
	err := w.Record.DB.Read(ctx, func(q db.Queryer) (err error) {
		got, err = db.Collect(ctx, q, func(r *sql.Rows, s *string) error { return r.Scan(s) }, ownersOf, w.latest, authority, words[0])
		return err
	})
	if err != nil {
		return err
	}
	return same(strings.Join(got, " "), words[1])
}
