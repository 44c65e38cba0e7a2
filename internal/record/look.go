package record

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

// View is a look under way: queries that read, and what they showed.
type View struct {
	db.Queryer
	Now       civil.Instant
	Who       access.Actor
	Authority string

	record *Record
	why    access.Purpose
	asked  []access.Action
	kind   string
	saw    []string

	index     askedIndex
	elsewhere []asked // of other authorities
}

// Look reads. It fails unless permission was asked, and writes who looked, why
// and at what before anything is shown; a refusal that conceals or denies is
// written too.
func (r *Record) Look(ctx context.Context, who access.Actor, why access.Purpose, fn func(*View) error) error {
	if who.Authority == "" {
		return refusal.Hidden()
	}
	v := &View{Now: r.Now(), Who: who, Authority: who.Authority, record: r, why: why}
	err := r.DB.Read(ctx, func(q db.Queryer) error {
		v.Queryer = q
		return fn(v)
	})
	refused := refusal.KindOf(err) == refusal.Denied || refusal.KindOf(err) == refusal.NotFound
	if err != nil && !refused {
		return err
	}
	if len(v.asked) == 0 {
		if err != nil {
			return err
		}
		return errNotAsked
	}
	if refused {
		v.kind, v.saw = "refused", nil
	}
	return errors.Join(err, v.log(ctx), v.logElsewhere(ctx))
}

// Allow asks whether the actor may see this.
func (v *View) Allow(act access.Action, about access.About) error {
	return answer(v.May(act, about))
}

// May asks and gives the whole verdict, for pages that can show a mask.
func (v *View) May(act access.Action, about access.About) access.Verdict {
	v.asked = append(v.asked, act)
	return access.May(v.Who, act, about, v.Now)
}

// Scope asks what a list may show this actor. It refuses when the answer is nothing.
func (v *View) Scope(act access.Action) (access.Scope, error) {
	v.asked = append(v.asked, act)
	s := access.ScopeOf(v.Who, act)
	if !s.Allowed {
		return s, answer(access.May(v.Who, act, access.About{Authority: v.Authority}, v.Now))
	}
	return s, nil
}

// Saw notes what the look showed: the kind of thing and the references of the
// children or contacts.
func (v *View) Saw(kind string, refs ...string) {
	v.kind = kind
	v.saw = append(v.saw, refs...)
}

// Timescales are the limits in force.
func (v *View) Timescales() *Record { return v.record }

// DueAt is when something that began at a moment is due, for a limit that is asked of
// the record and has no wait.
func (v *View) DueAt(k timescale.Key, since civil.Instant) (timescale.Due, error) {
	d, _, err := v.record.due(k, since)
	return d, err
}

// summaryRefs is how many references a trail summary spells out; all of them are
// in the rows beside it.
const summaryRefs = 5

// log writes the look to the trail, with a row for each thing seen.
func (v *View) log(ctx context.Context) error {
	slices.Sort(v.saw)
	v.saw = slices.Compact(v.saw)
	leave := v.record.gates.enter(v.Authority)
	defer leave()
	return v.record.DB.Write(ctx, func(q db.Queryer) error {
		tx := &Tx{Queryer: q, Now: v.Now, Who: v.Who, Authority: v.Authority, record: v.record}
		var err error
		if tx.head, err = lockHead(ctx, q, v.Authority); err != nil {
			return err
		}
		tx.entry = &entry{
			Action: actions(v.asked), Kind: "look: " + v.kind, Purpose: string(v.why), Summary: v.summary() + v.elsewhereWords(),
		}
		if len(v.saw) == 1 {
			tx.entry.Subject = v.saw[0]
		}
		if err := tx.append(ctx); err != nil {
			return err
		}
		rows := make([][]any, len(v.saw))
		for i, ref := range v.saw {
			rows[i] = []any{tx.entry.Seq, ref, v.Authority, v.Who.ID, v.Now}
		}
		return addLooked.Exec(ctx, tx, rows...)
	})
}

func (v *View) summary() string {
	if v.kind == "refused" {
		return "refused"
	}
	if len(v.saw) <= summaryRefs {
		return strings.Join(v.saw, " ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(v.saw[:summaryRefs], " "), len(v.saw)-summaryRefs)
}

// elsewhereWords says in this authority's trail which others were asked.
func (v *View) elsewhereWords() string {
	if len(v.elsewhere) == 0 {
		return ""
	}
	return "; asked authority " + strings.Join(v.askedElsewhere(), ", ")
}

func actions(all []access.Action) string {
	all = slices.Clone(all)
	slices.Sort(all)
	all = slices.Compact(all)
	words := make([]string, len(all))
	for i, a := range all {
		words[i] = string(a)
	}
	return strings.Join(words, " ")
}
