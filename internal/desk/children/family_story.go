package children

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/web"
)

// StoryPage is the chronology of a household: the child's and that of the brothers,
// sisters and other children of the home, in one, each line naming whose it is.
type StoryPage struct {
	*Page
	Lines    []StoryLine
	Children []StoryChild
	Kinds    []string // kinds of line there are, for the filter
	Masked   int      // lines about restricted records that this reader may know of and not read
	Shut     []string // children of the family whose chronology is not open to this reader
	More     bool     // older lines are not shown
}

// StoryLine is one happening with the children whose story it is in.
type StoryLine struct {
	Line
	Who []string
}

// StoryChild is a child whose story is told here.
type StoryChild struct{ Ref, Name, Kin string }

// StoryFilter narrows the chronology of a household.
type StoryFilter struct{ Kind, Child string }

// onlySignificant is the filter that shows what somebody held to be significant.
const onlySignificant = "significant"

// storyLines is how many lines one page tells.
const storyLines = 1000

var countLines = db.SQL("children.count-lines", `
	SELECT count(*) FROM chronology h
	LEFT JOIN contact_child cc ON cc.id = h.child_id AND cc.authority_id = h.authority_id
	WHERE h.authority_id = $2 AND ((cc.person_id IN (:list($1)) AND cc.person_id <> '') OR (h.person_id IN (:list($1)) AND h.person_id <> ''))`)

// FamilyStory opens the chronology of a child's household. A child is in it only if
// this reader may open that child's own page; every child in it is logged.
func (d *Desk) FamilyStory(ctx context.Context, who access.Actor, ref string, f StoryFilter) (*StoryPage, error) {
	var p *StoryPage
	err := d.Record.Look(ctx, who, purpose(who), func(v *record.View) error {
		base, err := d.open(ctx, v, ref, access.OpenChild)
		if err != nil {
			return err
		}
		p = &StoryPage{Page: base}
		k, err := gather(ctx, v, v.Authority, base.Child, func(a access.About) access.Verdict { return v.May(access.OpenChild, a) })
		if err != nil {
			return err
		}
		ids, err := p.choose(ctx, v, k)
		if err != nil {
			return err
		}
		if err := p.tell(ctx, v, k, ids, f); err != nil {
			return err
		}
		if len(k.masked) == 0 {
			return nil
		}
		return v.QueryRowContext(ctx, countLines, db.List(k.masked), v.Authority).Scan(&p.Masked)
	})
	return p, err
}

// choose finds the children whose story this reader may read, the child first, then
// by age.
func (p *StoryPage) choose(ctx context.Context, v *record.View, k *kinship) ([]string, error) {
	page := FamilyPage{Page: p.Page, On: v.Now.Date(), kin: k}
	page.fill()
	relatives := slices.DeleteFunc(page.Relatives, func(r Relative) bool {
		return !r.Child || !(r.kin.Siblings() || r.kin == person.Household || r.Together)
	})
	slices.SortStableFunc(relatives, func(a, b Relative) int { return page.age(a.id, b.id) })
	ids := []string{p.Child.ID}
	p.Children = []StoryChild{{p.Child.Ref, nameOf(p.Child), "this child"}}
	for _, r := range relatives {
		about, err := aboutChild(ctx, v, v.Authority, k.people[r.id])
		if err != nil {
			return nil, err
		}
		if v.May(access.OpenChild, about).Answer != access.Allow {
			p.Shut = append(p.Shut, r.Name)
			continue
		}
		v.Saw("chronology of the household", r.Ref)
		ids = append(ids, r.id)
		p.Children = append(p.Children, StoryChild{r.Ref, r.Name, r.Kind})
	}
	v.Saw("chronology of the household", p.Child.Ref)
	return ids, nil
}

// tell merges the stories, the latest first. What happened to several children at
// once is one line.
func (p *StoryPage) tell(ctx context.Context, v *record.View, k *kinship, ids []string, f StoryFilter) error {
	type key struct {
		at              civil.Instant
		kind, text, ref string
	}
	at := map[key]int{}
	kinds := map[string]bool{}
	for _, id := range ids {
		name := nameOf(k.people[id])
		lines, err := db.Collect(ctx, v, func(r *sql.Rows, l *Line) error {
			return r.Scan(&l.At, &l.Recorded, &l.Kind, &l.Source, &l.Text, &l.Ref, &l.id)
		}, storyOf, db.List(k.clusters.Of(id).Members), v.Authority)
		if err != nil {
			return err
		}
		if err := significant(ctx, v, v.Authority, lines); err != nil {
			return err
		}
		for _, l := range lines {
			kinds[l.Kind] = true
			if f.Kind == onlySignificant && l.Significant == nil || f.Kind != "" && f.Kind != onlySignificant && f.Kind != l.Kind || (f.Child != "" && f.Child != k.people[id].Ref) {
				continue
			}
			same := key{l.At, l.Kind, l.Text, l.Ref}
			if i, ok := at[same]; ok && l.Ref != "" {
				if p.Lines[i].Significant == nil {
					p.Lines[i].Significant = l.Significant
				}
				p.Lines[i].Who = append(p.Lines[i].Who, name)
				continue
			}
			at[same] = len(p.Lines)
			p.Lines = append(p.Lines, StoryLine{l, []string{name}})
		}
	}
	slices.SortStableFunc(p.Lines, func(a, b StoryLine) int {
		if c := b.At.Compare(a.At); c != 0 {
			return c
		}
		return strings.Compare(b.id, a.id)
	})
	if len(p.Lines) > storyLines {
		p.Lines, p.More = p.Lines[:storyLines], true
	}
	p.Kinds = keys(kinds)
	return nil
}

// lineKinds are how the kinds of line are called in the filter.
var lineKinds = map[string]string{
	"contact": "Contacts", "decision": "Decisions", "screening": "Screening", "history": "History read", "question": "Questions to partners", "request": "Questions to partners, sent",
	"answer": "Answers of partners", "identity": "Who the child is", "allocation": "Allocation", "wait": "Waits", "family": "Family", "birth": "Births",
	"consent": "Agreement", "safety": "Safety", "feedback": "What the referrer was told", "receipt": "Receipts", "event": "What happened next",
}

type storyView struct {
	*StoryPage
	head
	Filter web.Filter
}

func (d *Desk) showFamilyStory(w http.ResponseWriter, r *http.Request) error {
	ref := r.PathValue("ref")
	chosen := StoryFilter{Kind: r.URL.Query().Get("kind"), Child: r.URL.Query().Get("child")}
	p, err := d.FamilyStory(r.Context(), web.Actor(r), ref, chosen)
	if err != nil {
		return err
	}
	path := web.ChildPath(ref, "family") + "/chronology"
	kinds, children := []web.Option{{Value: "", Label: "Everything"}, {Value: onlySignificant, Label: "What is significant"}}, []web.Option{{Value: "", Label: "The whole household"}}
	var filters []web.Link
	if chosen.Kind == onlySignificant {
		filters = append(filters, web.Link{Href: path + query("child", chosen.Child), Text: "What: what is significant"})
	}
	for _, k := range p.Kinds {
		label := lineKinds[k]
		if label == "" {
			label = web.Capital(strings.ReplaceAll(k, "_", " "))
		}
		kinds = append(kinds, web.Option{Value: k, Label: label})
		if k == chosen.Kind {
			filters = append(filters, web.Link{Href: path + query("child", chosen.Child), Text: "What: " + label})
		}
	}
	for _, c := range p.Children {
		children = append(children, web.Option{Value: c.Ref, Label: fmt.Sprintf("%s, %s", c.Name, c.Kin)})
		if c.Ref == chosen.Child {
			filters = append(filters, web.Link{Href: path + query("kind", chosen.Kind), Text: "Whose: " + c.Name})
		}
	}
	form := web.NewForm(web.Field{Name: "child", Label: "Whose story", Kind: "select", Options: children, Value: chosen.Child},
		web.Field{Name: "kind", Label: "What", Kind: "select", Options: kinds, Value: chosen.Kind})
	v := storyView{StoryPage: p, head: headOf(p.Page, "family"), Filter: web.Filter{Form: form, Action: path, Chosen: filters, Clear: path}}
	return web.Render(w, r, http.StatusOK, storyPage, v)
}

func query(name, value string) string {
	if value == "" {
		return ""
	}
	return "?" + name + "=" + value
}
