package children

import (
	"context"
	"database/sql"
	"net/http"
	"slices"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/form"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

// Significance says that somebody held a happening to be significant for the child, and why.
type Significance struct {
	Why, By string
	At      civil.Instant
	Ended   civil.Instant // zero while it stands
	EndedBy string
	EndWhy  string
}

var (
	oneLine = db.SQL("children.line-of-child", `
		SELECT h.happened_at, h.recorded_at, h.kind, h.source, h.story, COALESCE(c.ref, ''), h.id, h.contact_id FROM chronology h
		LEFT JOIN contact_child cc ON cc.id = h.child_id AND cc.authority_id = h.authority_id
		LEFT JOIN contact c ON c.id = h.contact_id AND c.authority_id = h.authority_id
		WHERE h.id = $1 AND h.authority_id = $2
			AND ((cc.person_id IN (:list($3)) AND cc.person_id <> '') OR (h.person_id IN (:list($3)) AND h.person_id <> ''))`)
	significanceOf = db.SQL("children.significance-of-line", `
		SELECT why, marked_by_name, marked_at, ended_at, ended_by_name, ended_why FROM significance
		WHERE line_id = $1 AND authority_id = $2 ORDER BY marked_at, id`)
	significantLines = db.SQL("children.significant-lines", `
		SELECT line_id, why, marked_by_name, marked_at FROM significance
		WHERE line_id IN (:list($1)) AND authority_id = $2 AND ended_at IS NULL`)
	addSignificance = db.InsertInto("children.add-significance", "significance",
		"id, authority_id, line_id, contact_id, why, marked_at, marked_by, marked_by_name", "ON CONFLICT DO NOTHING")
	endSignificance = db.SQL("children.end-significance", `
		UPDATE significance SET ended_at = $3, ended_by_name = $4, ended_why = $5
		WHERE line_id = $1 AND authority_id = $2 AND ended_at IS NULL`)
)

// significant puts beside the lines of a story what was held to be significant.
func significant(ctx context.Context, q db.Queryer, authority string, lines []Line) error {
	ids := make([]string, len(lines))
	for i := range lines {
		ids[i] = lines[i].id
	}
	marks := map[string]*Significance{}
	_, err := db.Collect(ctx, q, func(r *sql.Rows, m *Significance) error {
		var line string
		err := r.Scan(&line, &m.Why, &m.By, &m.At)
		mark := *m
		marks[line] = &mark
		return err
	}, significantLines, db.List(ids), authority)
	for i := range lines {
		lines[i].Significant = marks[lines[i].id]
	}
	return err
}

// LinePage is one happening of a child's story, with what was ever held of its significance.
type LinePage struct {
	*Page
	Line
	History []Significance // the oldest first
	contact string
}

// Line opens one happening of a child's story.
func (d *Desk) Line(ctx context.Context, who access.Actor, ref, id string) (*LinePage, error) {
	var p *LinePage
	err := d.Record.Look(ctx, who, purpose(who), func(v *record.View) error {
		base, err := d.open(ctx, v, ref, access.MarkSignificant)
		if err != nil {
			return err
		}
		p = &LinePage{Page: base}
		return p.read(ctx, v, v.Authority, id)
	})
	return p, err
}

func (p *LinePage) read(ctx context.Context, q db.Queryer, authority, id string) error {
	l := &p.Line
	err := q.QueryRowContext(ctx, oneLine, id, authority, db.List(p.members)).Scan(&l.At, &l.Recorded, &l.Kind, &l.Source, &l.Text, &l.Ref, &l.id, &p.contact)
	if db.NotFound(err) {
		return refusal.Hidden()
	}
	if err != nil {
		return err
	}
	p.History, err = db.Collect(ctx, q, func(r *sql.Rows, s *Significance) error {
		return r.Scan(&s.Why, &s.By, &s.At, &s.Ended, &s.EndedBy, &s.EndWhy)
	}, significanceOf, id, authority)
	if n := len(p.History); n > 0 && p.History[n-1].Ended.IsZero() {
		l.Significant = &p.History[n-1]
	}
	return err
}

// Mark says that a happening is significant for the child, and why. It refuses without a
// reason, and when somebody did it before.
func (d *Desk) Mark(ctx context.Context, who access.Actor, ref, id, why string) error {
	return d.weigh(ctx, who, ref, id, why, func(tx *record.Tx, p *LinePage) error {
		if s := p.Significant; s != nil {
			return refusal.New(refusal.Conflict, s.By+" marked this as significant at "+s.At.Words()+". Their reason is on this page")
		}
		return addSignificance.Exec(ctx, tx, []any{tx.NewID(), tx.Authority, p.id, p.contact, why, tx.Now, tx.Who.ID, tx.Who.Name})
	})
}

// Unmark says that a happening is not significant any more, and why. What was held before
// stays to be read. It refuses without a reason, and when nothing is marked.
func (d *Desk) Unmark(ctx context.Context, who access.Actor, ref, id, why string) error {
	return d.weigh(ctx, who, ref, id, why, func(tx *record.Tx, p *LinePage) error {
		if p.Significant == nil {
			return refusal.New(refusal.Conflict, "This is not marked as significant now. Somebody may have taken the mark away just before")
		}
		_, err := tx.ExecContext(ctx, endSignificance, p.id, tx.Authority, tx.Now, tx.Who.Name, why)
		return err
	})
}

func (d *Desk) weigh(ctx context.Context, who access.Actor, ref, id, why string, do func(*record.Tx, *LinePage) error) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		child, err := allow(ctx, tx, ref, access.MarkSignificant)
		if err != nil {
			return err
		}
		clusters, err := record.FindClusters(ctx, tx, tx.Authority, []string{child.ID})
		if err != nil {
			return err
		}
		p := &LinePage{Page: &Page{members: clusters.Of(child.ID).Members}}
		if err := p.read(ctx, tx, tx.Authority, id); err != nil {
			return err
		}
		if form.Clean(why) == "" {
			return refusal.Field("why", "Enter why, in a sentence that somebody can read in a year")
		}
		if err := do(tx, p); err != nil {
			return err
		}
		return tx.Apply(ctx, subject(child), "weigh a happening of the story", pathway.Consequences{})
	})
}

type lineView struct {
	*LinePage
	head
	Form *web.Form
	Past []Significance
}

// HasErrors says whether the reason was refused.
func (v lineView) HasErrors() bool { return v.Form.HasErrors() }

func whyForm(marked bool) *web.Form {
	label := "Why is this significant for the child?"
	if marked {
		label = "Why is it not significant any more?"
	}
	return web.NewForm(web.Field{Name: "why", Label: label, Hint: "It is read beside the chronology, in strategy discussions and in enquiries", Kind: "textarea", Rows: 3})
}

func (d *Desk) showLine(w http.ResponseWriter, r *http.Request) error {
	return d.lineWith(w, r, http.StatusOK, nil)
}

func (d *Desk) lineWith(w http.ResponseWriter, r *http.Request, code int, f *web.Form) error {
	p, err := d.Line(r.Context(), web.Actor(r), r.PathValue("ref"), r.PathValue("id"))
	if err != nil {
		return err
	}
	if f == nil {
		f = whyForm(p.Significant != nil)
	}
	past := slices.DeleteFunc(slices.Clone(p.History), func(s Significance) bool { return s.Ended.IsZero() })
	return web.Render(w, r, code, linePage, lineView{p, headOf(p.Page, "chronology"), f, past})
}

func (d *Desk) saveLine(w http.ResponseWriter, r *http.Request) error {
	ctx, who, ref, id := r.Context(), web.Actor(r), r.PathValue("ref"), r.PathValue("id")
	end := r.PostFormValue("act") == "end"
	f := whyForm(end)
	f.Read(r)
	var err error
	if end {
		err = d.Unmark(ctx, who, ref, id, f.Value("why"))
	} else {
		err = d.Mark(ctx, who, ref, id, f.Value("why"))
	}
	if k := refusal.KindOf(err); (k == refusal.Invalid || k == refusal.Conflict) && f.Reject(err) {
		code := http.StatusUnprocessableEntity
		if k == refusal.Conflict {
			code = http.StatusConflict
		}
		return d.lineWith(w, r, code, f)
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.ChildPath(ref, "chronology"))
}
