package children

import (
	"context"
	"database/sql"
	"slices"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

// DeathPage is what is recorded of a child's death, and what the child still waited for.
type DeathPage struct {
	*Page
	Died       []Mourned // of the family
	Living     []Mourned // grown-ups of the family of whom no death is recorded
	Left       []LeftOver
	MaySettle  bool
	Unanswered int
}

// Mourned is somebody of the family.
type Mourned struct {
	Ref, Name string
	record.Death
	id string
}

// LeftOver is something that is still waited for about a child who died.
type LeftOver struct {
	ID, Contact, What, Agency, Owner string
	Due                              civil.Instant
	Step                             timescale.Key
	Answer, Why, By                  string // what a manager said; "" when nobody has
	At                               civil.Instant
	contact, child                   string
	decided                          bool
}

// Decides says that the contact must be decided, which ends it.
func (l LeftOver) Decides() bool { return pathway.DecidedInContact(l.Step) }

var (
	leftOf = db.SQL("children.waits-after-death", `
		SELECT w.id, c.ref, w.what, w.agency, w.owner_name, w.due_at, w.timescale, COALESCE(a.answer, ''), COALESCE(a.why, ''), COALESCE(a.by_name, ''), a.at, w.contact_id, w.child_id, cc.outcome <> ''
		FROM wait w
		JOIN contact_child cc ON cc.id = w.child_id AND cc.authority_id = w.authority_id
		JOIN contact c ON c.id = w.contact_id AND c.authority_id = w.authority_id
		LEFT JOIN death_wait a ON a.wait_id = w.id AND a.authority_id = w.authority_id
		WHERE cc.person_id IN (:list($1)) AND cc.person_id <> '' AND cc.authority_id = $2 AND w.ended_at IS NULL
		ORDER BY w.due_at, w.id`)
	addAfter = db.InsertInto("children.add-after-death", "death_wait", "wait_id, authority_id, answer, why, at, by_id, by_name",
		"ON CONFLICT (wait_id, authority_id) DO UPDATE SET answer = excluded.answer, why = excluded.why, at = excluded.at, by_id = excluded.by_id, by_name = excluded.by_name")
)

func findLeft(ctx context.Context, q db.Queryer, authority string, members []string) ([]LeftOver, error) {
	return db.Collect(ctx, q, func(r *sql.Rows, l *LeftOver) error {
		return r.Scan(&l.ID, &l.Contact, &l.What, &l.Agency, &l.Owner, &l.Due, &l.Step, &l.Answer, &l.Why, &l.By, &l.At, &l.contact, &l.child, &l.decided)
	}, leftOf, db.List(members), authority)
}

// DeathOf opens the page on which a death is recorded, and what is waited for is settled.
func (d *Desk) DeathOf(ctx context.Context, who access.Actor, ref string) (*DeathPage, error) {
	var p *DeathPage
	err := d.Record.Look(ctx, who, purpose(who), func(v *record.View) error {
		base, err := d.open(ctx, v, ref, access.RecordDeath)
		if err != nil {
			return err
		}
		p = &DeathPage{Page: base}
		kin, err := gather(ctx, v, v.Authority, base.Child, func(a access.About) access.Verdict { return v.May(access.OpenChild, a) })
		if err != nil {
			return err
		}
		deaths, err := record.Deaths(ctx, v, v.Authority, append(keys(kin.people), base.Child.ID))
		if err != nil {
			return err
		}
		for _, id := range keys(kin.people) {
			k := kin.people[id]
			m := Mourned{Ref: k.Ref, Name: nameOf(k), Death: deaths[id], id: id}
			switch {
			case id == base.Child.ID:
			case m.ID != "":
				p.Died = append(p.Died, m)
			case !k.IsChild: // a brother's or sister's is recorded on their own page
				p.Living = append(p.Living, m)
			}
		}
		v.Saw("family", kin.refs()...)
		p.MaySettle = access.May(who, access.SettleDeath, base.about, v.Now).Answer == access.Allow && who.LeadsWork() && !who.ReadOnly
		if p.Death.ID == "" {
			return nil
		}
		if p.Left, err = findLeft(ctx, v, v.Authority, p.members); err != nil {
			return err
		}
		for _, l := range p.Left {
			if l.Answer == "" {
				p.Unanswered++
			}
		}
		return nil
	})
	return p, err
}

// Told is a death as somebody told us of it. Of is the reference of whoever died.
type Told struct {
	Of, Source string
	On         civil.Date // zero: not known
}

// RecordDeath records that a child died, or a grown-up of the family. Nothing that is
// waited for ends by it: a manager settles each.
func (d *Desk) RecordDeath(ctx context.Context, who access.Actor, ref string, t Told) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		child, err := allow(ctx, tx, ref, access.RecordDeath)
		if err != nil {
			return err
		}
		gone, err := mourned(ctx, tx, child, t.Of)
		if err != nil {
			return err
		}
		if gone.Unborn {
			return refusal.New(refusal.Conflict, "This child is not born yet. Record that the pregnancy ended instead")
		}
		if err := pathway.CheckDeath(t.On, gone.Born, tx.Now.Date(), t.Source); err != nil {
			return err
		}
		before, err := record.Deaths(ctx, tx, tx.Authority, []string{gone.ID})
		if err != nil {
			return err
		}
		ok := len(before) == 0
		if ok {
			ok, err = tx.AddDeath(ctx, record.Death{Person: gone.ID, On: t.On, Source: t.Source})
		}
		if err != nil {
			return err
		}
		if !ok {
			return refusal.New(refusal.Conflict, "This is already recorded")
		}
		text := "Died"
		if gone.ID != child.ID {
			text = "Somebody of the family died"
		}
		if !t.On.IsZero() {
			text += " " + t.On.Words()
		}
		next := line(child, text+" ("+t.Source+")")
		if !t.On.IsZero() {
			next.Lines[0].HappenedAt = t.On.AtTime(0, 0)
		}
		return tx.Apply(ctx, subject(child), "record a death", next)
	})
}

// mourned is whose death is recorded: the child's, or a grown-up's of the family whom the
// actor may know of.
func mourned(ctx context.Context, tx *record.Tx, child record.Known, ref string) (record.Known, error) {
	if ref == "" {
		return child, refusal.Field("of", "Select who died")
	}
	if ref == child.Ref {
		return child, nil
	}
	kin, err := gatherFor(ctx, tx, child)
	if err != nil {
		return child, err
	}
	for _, k := range kin.people {
		if k.Ref == ref && !k.IsChild {
			return k, nil
		}
	}
	return child, refusal.Field("of", "Select who died")
}

// TakeDeathBack takes back a death of the child or of the family that was recorded by
// mistake. It needs the reason.
func (d *Desk) TakeDeathBack(ctx context.Context, who access.Actor, ref, id, why string) error {
	page, err := d.DeathOf(ctx, who, ref)
	if err != nil {
		return err
	}
	if page.Death.ID != id && !slices.ContainsFunc(page.Died, func(m Mourned) bool { return m.ID == id }) {
		return refusal.Hidden()
	}
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		child, err := allow(ctx, tx, ref, access.RecordDeath)
		if err != nil {
			return err
		}
		if why == "" {
			return refusal.Field("back-why", "Enter why this was recorded by mistake")
		}
		ok, err := tx.TakeDeathBack(ctx, id, why)
		if err != nil {
			return err
		}
		if !ok {
			return refusal.New(refusal.Conflict, "Somebody has taken this back already")
		}
		return tx.Apply(ctx, subject(child), "take a death back", line(child, "Taken back, a death recorded by mistake: "+why))
	})
}

// SettleAfterDeath is a manager's word on one thing that a child who died still waits for.
func (d *Desk) SettleAfterDeath(ctx context.Context, who access.Actor, ref, wait, answer, why string) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		child, err := allow(ctx, tx, ref, access.SettleDeath)
		if err != nil {
			return err
		}
		clusters, err := record.FindClusters(ctx, tx, tx.Authority, []string{child.ID})
		if err != nil {
			return err
		}
		deaths, err := record.Deaths(ctx, tx, tx.Authority, []string{child.ID})
		if err != nil {
			return err
		}
		if len(deaths) == 0 {
			return refusal.New(refusal.Conflict, "No death of this child is recorded")
		}
		all, err := findLeft(ctx, tx, tx.Authority, clusters.All(child.ID))
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(l LeftOver) bool { return l.ID == wait })
		if i < 0 {
			return refusal.New(refusal.Conflict, "This wait has already ended")
		}
		l := all[i]
		a := pathway.AfterDeath{Child: l.child, For: l.Step, Answer: answer, Why: why, Manager: who.LeadsWork(), Decided: l.decided}
		for _, x := range all {
			if x.child == l.child && x.ID != l.ID {
				a.Open = append(a.Open, x.Step)
			}
		}
		next, err := a.Settle()
		if err != nil {
			return err
		}
		if err := addAfter.Exec(ctx, tx, []any{l.ID, tx.Authority, answer, why, tx.Now, who.ID, who.Name}); err != nil {
			return err
		}
		text := "Goes on after the child's death: " + l.What + ". " + why
		if answer == "ends" {
			text = "Ended after the child's death: " + l.What + ". " + why
			if _, err := tx.Withdraw(ctx, l.ID, "the child died: "+why); err != nil {
				return err
			}
		}
		next.Lines = append(next.Lines, pathway.Line{Contact: l.contact, Child: l.child, Kind: "wait", Source: string(pathway.SocialWork), Text: text})
		return tx.Apply(ctx, record.Subject{Kind: "child", Ref: child.Ref, Contact: l.contact}, "settle after a death: "+answer, next)
	})
}
