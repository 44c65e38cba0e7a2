package children

import (
	"context"
	"database/sql"
	"net/http"
	"slices"
	"strconv"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/timescale"
	"frontdoor/internal/web"
)

// Limit is one promise of the service to a child: the rule that applied when its clock
// started, with where the rule comes from, and whether it was kept. A rule that is
// amended later changes no clock that started before (finding 28).
type Limit struct {
	Key      timescale.Key `json:"limit"`
	Name     string        `json:"name"`
	Source   string        `json:"source"`
	Strength string        `json:"strength"`
	Rule     string        `json:"rule"` // id and the day from which it is in force
	Length   string        `json:"length"`
	Agency   string        `json:"owed_by"`
	Since    civil.Instant `json:"since"`
	Due      civil.Instant `json:"due"`
	Happened civil.Instant `json:"happened"`
	State    string        `json:"state"` // kept, late, running, running late, withdrawn
}

// The states of a limit.
const (
	limitKept      = "kept"
	limitLate      = "late"
	limitRunning   = "running"
	limitOverdue   = "running late"
	limitWithdrawn = "withdrawn"
)

var limitsOf = db.SQL("children.limits", `
	SELECT w.timescale, w.rule_version, w.main_due_at, w.also_timescale, w.also_rule_version, w.also_due_at, w.agency, w.since, w.ended_at, w.ended_happened_at, w.ended_how FROM wait w
	JOIN contact_child cc ON cc.id = w.child_id AND cc.authority_id = w.authority_id
	WHERE cc.person_id IN (:list($1)) AND cc.authority_id = $2 AND cc.person_id <> '' AND w.ended_how <> 'moved'
	ORDER BY w.since DESC, w.id LIMIT 1000`)

// LimitsPage is how the service kept what it promises to one child.
type LimitsPage struct {
	*Page
	Limits []Limit
}

// Kept counts the limits in a state.
func (p *LimitsPage) Kept(state string) int {
	n := 0
	for _, l := range p.Limits {
		if l.State == state {
			n++
		}
	}
	return n
}

// Limits shows, for one child, every limit that ran for them and whether it was kept,
// each by the rule that was in force when its clock started.
func (d *Desk) Limits(ctx context.Context, who access.Actor, ref string) (*LimitsPage, error) {
	out := &LimitsPage{}
	err := d.Record.Look(ctx, who, purpose(who), func(v *record.View) error {
		p, err := d.open(ctx, v, ref, access.OpenChild)
		if err != nil {
			return err
		}
		*out = LimitsPage{Page: p}
		if p.Moved {
			return nil
		}
		rules := d.Record.Timescales.Rules()
		type row struct {
			key, also                   timescale.Key
			rule, alsoRule, agency, how string
			due, alsoDue, since         civil.Instant
			ended, happened             civil.Instant
		}
		rows, err := db.Collect(ctx, v, func(r *sql.Rows, x *row) error {
			return r.Scan(&x.key, &x.rule, &x.due, &x.also, &x.alsoRule, &x.alsoDue, &x.agency, &x.since, &x.ended, &x.happened, &x.how)
		}, limitsOf, db.List(p.members), v.Authority)
		for _, x := range rows {
			for _, one := range []struct {
				key  timescale.Key
				rule string
				due  civil.Instant
			}{{x.key, x.rule, x.due}, {x.also, x.alsoRule, x.alsoDue}} {
				if one.key == "" {
					continue
				}
				l := Limit{Key: one.key, Rule: one.rule, Agency: x.agency, Since: x.since, Due: one.due, Happened: x.happened, Name: string(one.key), Source: "a rule that is no longer on the list"}
				if i := slices.IndexFunc(rules, func(r timescale.Rule) bool { return r.Key == one.key && r.Version() == one.rule }); i >= 0 {
					l.Name, l.Source, l.Strength, l.Length = rules[i].Name, rules[i].Source, strengthWords(rules[i].Strength), rules[i].Limit()
				}
				l.State = limitState(x.how, x.ended, x.happened, one.due, v.Now)
				out.Limits = append(out.Limits, l)
			}
		}
		return err
	})
	return out, err
}

func limitState(how string, ended, happened, due, now civil.Instant) string {
	switch {
	case ended.IsZero() && now.After(due):
		return limitOverdue
	case ended.IsZero():
		return limitRunning
	case how == string(pathway.Withdrawn):
		return limitWithdrawn
	case happened.After(due):
		return limitLate
	}
	return limitKept
}

func strengthWords(s string) string {
	return map[string]string{"S": "Act", "R": "regulations", "G": "statutory guidance", "L": "local practice"}[s]
}

var limitsTemplate = web.NewPage(templates, "templates/limits.html", "templates/childhead.html")

type limitView struct {
	Limit
	Owes, Tone, Words string
}

type limitsView struct {
	*LimitsPage
	head
	Rows                          []limitView
	KeptN, LateN, RunN, OverN     int
	Withdrawn                     int
	Version, CSV, JSON, CheckedAt string
}

func (d *Desk) limitRoutes(s *web.Server) {
	s.Route("GET "+web.PathChildLimits, access.OpenChild, d.showLimits)
	s.Route("GET "+web.PathChildLimits+".csv", access.OpenChild, d.limitsCSV)
	s.Route("GET "+web.PathChildLimits+".json", access.OpenChild, d.limitsJSON)
}

func (d *Desk) showLimits(w http.ResponseWriter, r *http.Request) error {
	p, err := d.Limits(r.Context(), web.Actor(r), r.PathValue("ref"))
	if err != nil {
		return err
	}
	if p.Moved {
		return web.See(w, r, web.ChildPath(p.Child.Ref, "limits"))
	}
	v := limitsView{LimitsPage: p, head: headOf(p.Page, "limits"), Version: d.Record.Timescales.Version(), CheckedAt: p.Now.Words(),
		KeptN: p.Kept(limitKept), LateN: p.Kept(limitLate), RunN: p.Kept(limitRunning), OverN: p.Kept(limitOverdue), Withdrawn: p.Kept(limitWithdrawn),
		CSV: web.ChildPath(p.Child.Ref, "limits.csv"), JSON: web.ChildPath(p.Child.Ref, "limits.json")}
	for _, l := range p.Limits {
		x := limitView{Limit: l, Owes: web.Capital(pathway.AgencyName(pathway.Agency(l.Agency))), Words: web.Capital(l.State)}
		x.Tone = map[string]string{limitKept: "done", limitLate: "risk", limitOverdue: "risk", limitRunning: "soon", limitWithdrawn: "quiet"}[l.State]
		v.Rows = append(v.Rows, x)
	}
	return web.Render(w, r, http.StatusOK, limitsTemplate, v)
}

// Sheet is the limits as a file.
func (p *LimitsPage) Sheet() web.Sheet {
	s := web.Sheet{Head: []string{"limit", "name", "rule", "length", "source", "strength", "owed_by", "since", "due", "happened", "state"}}
	for _, l := range p.Limits {
		at := ""
		if !l.Happened.IsZero() {
			at = l.Happened.String()
		}
		s.Rows = append(s.Rows, []string{string(l.Key), l.Name, l.Rule, l.Length, l.Source, l.Strength, pathway.AgencyName(pathway.Agency(l.Agency)), l.Since.String(), l.Due.String(), at, l.State})
	}
	return s
}

func (d *Desk) limitsCSV(w http.ResponseWriter, r *http.Request) error {
	p, err := d.Limits(r.Context(), web.Actor(r), r.PathValue("ref"))
	if err != nil {
		return err
	}
	return web.SendCSV(w, "limits-"+strconv.Itoa(len(p.Limits)), p.Sheet())
}

func (d *Desk) limitsJSON(w http.ResponseWriter, r *http.Request) error {
	p, err := d.Limits(r.Context(), web.Actor(r), r.PathValue("ref"))
	if err != nil {
		return err
	}
	all := p.Limits
	if all == nil {
		all = []Limit{}
	}
	return web.SendJSON(w, map[string]any{"child_reference": p.Child.Ref, "rules": d.Record.Timescales.Version(), "limits": all})
}
