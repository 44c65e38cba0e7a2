package leadership

import (
	"context"
	"database/sql"
	"math"
	"strconv"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/escalation"
	"frontdoor/internal/feed"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

// Line is one line of the joint improvement plan as it stands: nobody sets its score.
type Line struct {
	Ref         string           `json:"reference"`
	Action      string           `json:"action"`
	PartnerID   string           `json:"partner_id"`
	Partner     string           `json:"partner"`
	Who         string           `json:"who"`
	Measure     string           `json:"measure"`
	MeasureName string           `json:"measure_name"`
	Grade       string           `json:"grade"`
	Target      float64          `json:"target"`
	TargetWords string           `json:"target_words"`
	Due         civil.Date       `json:"due"`
	Today       escalation.Value `json:"today"`
	OnDay       escalation.Value `json:"on_its_day"`
	Score       escalation.Score `json:"score"`
	Begun       civil.Instant    `json:"written"`
	By          string           `json:"written_by"`
	Withdrawn   civil.Instant    `json:"withdrawn"`
	WithdrawnBy string           `json:"withdrawn_by"`
	Why         string           `json:"withdrawn_why"`
	measure     escalation.Measure
}

// promised is the line as the rules read it.
func (l Line) promised() escalation.Promised {
	return escalation.Promised{Action: l.Action, Partner: l.PartnerID, Who: l.Who, Measure: l.Measure, Grade: l.Grade, Target: l.Target, Due: l.Due}
}

// Plan is the joint improvement plan, the earliest day first.
type Plan struct {
	AsAt  civil.Instant `json:"as_at"`
	Lines []Line        `json:"lines"`
}

var (
	lineColumns = `
		SELECT ref, action, partner_id, partner_name, who, measure, grade, target_thousandths, due, begun_at, begun_by_name, withdrawn_at, withdrawn_by_name, withdrawn_why
		FROM improvement WHERE authority_id = $1 AND ($2 = '' OR partner_id = $2)`
	lines   = db.SQL("leadership.improvements", lineColumns+` ORDER BY due, ref LIMIT $3`)
	oneLine = db.SQL("leadership.improvement", lineColumns+` AND ref = $3`)
	addLine = db.InsertInto("leadership.add-improvement", "improvement",
		"id, authority_id, ref, action, partner_id, partner_name, who, measure, grade, target_thousandths, due, begun_at, begun_by, begun_by_name", "")
	withdraw = db.SQL("leadership.withdraw-improvement", `
		UPDATE improvement SET withdrawn_at = $3, withdrawn_by_name = $4, withdrawn_why = $5 WHERE ref = $1 AND authority_id = $2 AND withdrawn_at IS NULL`)
	partnerRows = db.SQL("leadership.partners", `
		SELECT id, name, kind FROM organisation WHERE authority_id = $1 AND kind IN (:list($2)) ORDER BY kind, name, id`)
)

// mostLines is how many lines a plan shows.
const mostLines = 200

func scanLine(r *sql.Rows, l *Line) error {
	var thousandths int64
	err := r.Scan(&l.Ref, &l.Action, &l.PartnerID, &l.Partner, &l.Who, &l.Measure, &l.Grade, &thousandths, &l.Due, &l.Begun, &l.By, &l.Withdrawn, &l.WithdrawnBy, &l.Why)
	l.Target = float64(thousandths) / 1000
	l.measure, _ = escalation.MeasureOf(l.Measure)
	l.MeasureName, l.TargetWords = l.measure.Name, l.measure.TargetWords(l.Target)
	if l.Grade != "" {
		l.MeasureName += ", " + feed.GradeWords(l.Grade) + " risk"
	}
	return err
}

// score works a line out from the record.
func (l *Line) score(ctx context.Context, v *record.View) error {
	if !l.Withdrawn.IsZero() {
		l.Score = escalation.Withdrawn
		return nil
	}
	var err error
	if l.Today, err = v.Measured(ctx, l.promised(), v.Now); err != nil {
		return err
	}
	if v.Now.After(l.Due.EndOfDay()) {
		if l.OnDay, err = v.Measured(ctx, l.promised(), l.Due.EndOfDay()); err != nil {
			return err
		}
	}
	l.Score = l.promised().Scored(l.OnDay, l.Today, v.Now)
	return nil
}

// plan reads and scores the lines that a partner may see; "" for all.
func plan(ctx context.Context, v *record.View, partner string) ([]Line, error) {
	all, err := db.Collect(ctx, v, scanLine, lines, v.Authority, partner, mostLines)
	for i := range all {
		if err == nil {
			err = all[i].score(ctx, v)
		}
	}
	return all, err
}

// Improvements shows the plan. A partner sees its own lines, scored as we see them.
func (d *Desk) Improvements(ctx context.Context, who access.Actor) (*Plan, error) {
	out := &Plan{}
	err := d.look(ctx, who, access.ListImprovements, func(v *record.View, s access.Scope) error {
		*out = Plan{AsAt: v.Now}
		v.Saw("joint improvement plan")
		var err error
		if out.Lines, err = plan(ctx, v, s.AgencyID); out.Lines == nil {
			out.Lines = []Line{}
		}
		return err
	})
	return out, err
}

// Past is what a measure came to at the end of a day.
type Past struct {
	Day civil.Date
	escalation.Value
}

// pastWeeks is how many weeks back a line's own page shows.
const pastWeeks = 12

// Improvement shows one line, with its measure at the end of each of the last weeks.
func (d *Desk) Improvement(ctx context.Context, who access.Actor, ref string) (l Line, past []Past, now civil.Instant, err error) {
	err = d.look(ctx, who, access.ListImprovements, func(v *record.View, s access.Scope) error {
		now, past = v.Now, nil
		var err error
		l, err = db.One(ctx, v, scanLine, oneLine, v.Authority, s.AgencyID, ref)
		if db.NotFound(err) {
			return refusal.Hidden()
		}
		if err != nil {
			return err
		}
		v.Saw("joint improvement plan", ref)
		for week := pastWeeks; week > 0; week-- {
			day := v.Now.Date().AddDays(-7 * week)
			value, err := v.Measured(ctx, l.promised(), day.EndOfDay())
			if err != nil {
				return err
			}
			past = append(past, Past{day, value})
		}
		return l.score(ctx, v)
	})
	return l, past, now, err
}

// look reads with the police's feeds made up to yesterday, so that figures are quick.
func (d *Desk) look(ctx context.Context, who access.Actor, act access.Action, do func(*record.View, access.Scope) error) error {
	if err := d.Record.RefreshFeeds(ctx, who.Authority); err != nil {
		return err
	}
	return d.Record.Look(ctx, who, who.WorkPurpose(), func(v *record.View) error {
		s, err := v.Scope(act)
		if err != nil {
			return err
		}
		return do(v, s)
	})
}

// Partner is an organisation that children may wait for.
type Partner struct{ ID, Name, Kind string }

func partnersOf(ctx context.Context, q db.Queryer, authority string, kinds []string) ([]Partner, error) {
	return db.Collect(ctx, q, func(r *sql.Rows, p *Partner) error { return r.Scan(&p.ID, &p.Name, &p.Kind) }, partnerRows, authority, db.List(kinds))
}

// Partners are those with whom a plan can be made.
func (d *Desk) Partners(ctx context.Context, who access.Actor) (out []Partner, err error) {
	err = d.Record.Look(ctx, who, who.WorkPurpose(), func(v *record.View) error {
		if err := v.Allow(access.ChangeImprovements, access.About{}); err != nil {
			return err
		}
		v.Saw("partners")
		out, err = partnersOf(ctx, v, v.Authority, d.Record.Ladders.Agencies())
		return err
	})
	return out, err
}

// grades are those of which a measure can be.
func grades() []string { return []string{"high", "medium", "standard"} }

// Promise writes a line into the plan.
func (d *Desk) Promise(ctx context.Context, who access.Actor, p escalation.Promised) (ref string, err error) {
	err = d.Record.Do(ctx, who, func(tx *record.Tx) error {
		if err := tx.Allow(access.ChangeImprovements, access.About{}); err != nil {
			return err
		}
		all, err := partnersOf(ctx, tx, tx.Authority, d.Record.Ladders.Agencies())
		if err != nil {
			return err
		}
		name := ""
		for _, x := range all {
			if x.ID == p.Partner {
				name = x.Name
			}
		}
		if name == "" {
			p.Partner = ""
		}
		if m, ok := escalation.MeasureOf(p.Measure); ok && !m.Grade {
			p.Grade = ""
		}
		if err := p.Promise(tx.Now.Date(), grades()); err != nil {
			return err
		}
		ref = tx.NewRef("JP")
		if err := addLine.Exec(ctx, tx, []any{tx.NewID(), tx.Authority, ref, p.Action, p.Partner, name, p.Who, p.Measure, p.Grade, int64(math.Round(p.Target * 1000)), p.Due, tx.Now, who.ID, who.Name}); err != nil {
			return err
		}
		return tx.Apply(ctx, record.Subject{Kind: "improvement", Ref: ref}, "write improvement", pathway.Consequences{})
	})
	return ref, err
}

// Withdraw takes a line out of the plan, by name and with a reason. It stays on the list.
func (d *Desk) Withdraw(ctx context.Context, who access.Actor, ref, why string) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		if err := tx.Allow(access.ChangeImprovements, access.About{}); err != nil {
			return err
		}
		l, err := db.One(ctx, tx, scanLine, oneLine, tx.Authority, "", ref)
		if db.NotFound(err) {
			return refusal.Hidden()
		}
		if err != nil {
			return err
		}
		switch {
		case why == "":
			return refusal.Field("why", "Enter why it is taken out")
		case tx.Now.After(l.Due.EndOfDay()):
			return refusal.New(refusal.Conflict, "Its day has passed, and it was scored. It stays in the plan as it is")
		}
		n, err := db.Changed(tx.ExecContext(ctx, withdraw, ref, tx.Authority, tx.Now, who.Name, why))
		switch {
		case err != nil:
			return err
		case n == 0:
			return refusal.New(refusal.Conflict, "Somebody has taken it out already")
		}
		return tx.Apply(ctx, record.Subject{Kind: "improvement", Ref: ref}, "withdraw improvement", pathway.Consequences{})
	})
}

// valueWords is a value, or that there was nothing to count.
func valueWords(m escalation.Measure, v escalation.Value) string {
	if !v.Known {
		return "nothing to count"
	}
	return m.Words(v.N)
}

func number(v escalation.Value) string {
	if !v.Known {
		return ""
	}
	return strconv.FormatFloat(v.N, 'f', -1, 64)
}

// Sheet is the same rows as a file.
func (p *Plan) Sheet() web.Sheet {
	s := web.Sheet{Head: []string{"reference", "due", "score", "action", "partner_id", "partner", "who", "measure", "measure_name", "grade", "target", "target_words", "today", "on_its_day", "written", "written_by", "withdrawn", "withdrawn_by", "withdrawn_why"}}
	for _, l := range p.Lines {
		s.Rows = append(s.Rows, []string{l.Ref, l.Due.String(), string(l.Score), l.Action, l.PartnerID, l.Partner, l.Who, l.Measure, l.MeasureName, l.Grade, strconv.FormatFloat(l.Target, 'f', -1, 64), l.TargetWords,
			number(l.Today), number(l.OnDay), l.Begun.String(), l.By, l.Withdrawn.String(), l.WithdrawnBy, l.Why})
	}
	return s
}
