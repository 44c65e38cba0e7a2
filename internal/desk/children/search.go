package children

import (
	"context"
	"database/sql"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/form"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

var byPrefix = db.SQL("children.by-name", `
	SELECT id FROM person WHERE authority_id = $1 AND is_child AND name_key >= $2 AND name_key < $3 ORDER BY name_key, id LIMIT $4`)

// Found is the answer to a search.
type Found struct {
	Now   civil.Instant
	Rows  []Hit
	Tried []string // what was tried, in words
}

// Hit is a child that may be the one looked for.
type Hit struct {
	Ref, Name, Masked string
	Born              civil.Date
	Why               []string
	Area              string
}

// mostHits is how many a search shows.
const mostHits = 20

// Search finds children by name in any spelling, reference, date of birth or
// number. People outside the front door give a name and one thing more. What was
// shown is logged; what is restricted is shown as that, to those who may know.
func (d *Desk) Search(ctx context.Context, who access.Actor, said person.Described, ref string) (*Found, error) {
	out := &Found{}
	err := d.Record.Look(ctx, who, access.PurposeSearch, func(v *record.View) error {
		*out = Found{Now: v.Now}
		s, err := v.Scope(access.SearchChildren)
		if err != nil {
			return err
		}
		v.Saw("search")
		if ref != "" {
			return d.byRef(ctx, v, out, ref)
		}
		narrow := !said.Born.IsZero() || said.Postcode != "" || said.NHS != "" || said.AgeStated >= 0
		switch {
		case !said.Named() && person.Fold(said.Family) == "" && said.NHS == "":
			return refusal.Field("name", "Enter a name, a reference or an NHS number")
		case s.Restricted != access.Mask && !narrow:
			return refusal.Field("born", "Enter the date of birth, age or postcode as well as the name")
		}
		return out.find(ctx, v, said)
	})
	return out, err
}

func (d *Desk) byRef(ctx context.Context, v *record.View, out *Found, ref string) error {
	out.Tried = []string{"the reference"}
	p, err := record.PersonByRef(ctx, v, v.Authority, strings.ToUpper(ref))
	if db.NotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	return out.add(ctx, v, []record.Known{p}, nil)
}

func (f *Found) find(ctx context.Context, v *record.View, said person.Described) error {
	f.Tried = []string{"spelling and sound", "pet forms", "swapped names", "day and month the other way round", "former names"}
	found, err := v.Match(ctx, said)
	if err != nil {
		return err
	}
	var rows []record.Known
	why := map[string][]string{}
	for _, h := range found.Hits {
		if said.AgeStated < 0 || h.Born.IsZero() || person.AgeFits(said.AgeStated, h.Born, v.Now.Date()) {
			rows = append(rows, h.Known)
		}
		for _, f := range h.Why.Facts {
			why[h.ID] = append(why[h.ID], f.Text)
		}
	}
	if key := record.NameKey(person.Person{Given: said.Given, Family: said.Family}); len(rows) < mostHits && key != "" {
		f.Tried = append(f.Tried, "names that begin like this")
		ids, err := db.Collect(ctx, v, func(r *sql.Rows, s *string) error { return r.Scan(s) }, byPrefix, v.Authority, key, key+"\uffff", mostHits)
		if err != nil {
			return err
		}
		more, err := record.Persons(ctx, v, v.Authority, ids)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if _, there := why[id]; !there {
				rows = append(rows, more[id])
				why[id] = []string{"Name begins like this"}
			}
		}
	}
	return f.add(ctx, v, rows[:min(len(rows), mostHits)], why)
}

func (f *Found) add(ctx context.Context, v *record.View, rows []record.Known, why map[string][]string) error {
	var ids []string
	for _, k := range rows {
		ids = append(ids, k.ID)
	}
	clusters, rows, err := record.Heads(ctx, v, v.Authority, rows)
	if err != nil {
		return err
	}
	closed, err := record.Restrictions(ctx, v, v.Authority, clusters.All(ids...))
	if err != nil {
		return err
	}
	for _, k := range rows {
		about := record.Close(access.About{Kind: "child", ID: k.Ref, Authority: v.Authority, Persons: clusters.Of(k.ID).Members}, closed)
		switch verdict := v.May(access.SearchChildren, about); verdict.Answer {
		case access.Allow:
			h := Hit{Ref: k.Ref, Name: strings.TrimSpace(k.Given + " " + k.Family), Born: k.Born}
			for _, m := range clusters.Of(k.ID).Members {
				h.Why = append(h.Why, why[m]...)
			}
			if len(k.Addresses) > 0 {
				h.Area = person.Area(k.Addresses[0].Postcode)
			}
			f.Rows = append(f.Rows, h)
			v.Saw("search", k.Ref)
		case access.Mask:
			f.Rows = append(f.Rows, Hit{Masked: verdict.Message})
		}
	}
	return nil
}

// SaidOf reads what somebody typed in the search box.
func SaidOf(name, born, age, postcode string) (said person.Described, ref string, err error) {
	said.AgeStated = -1
	name = form.Clean(name)
	compact := strings.ToUpper(strings.ReplaceAll(name, " ", ""))
	if strings.HasPrefix(compact, "C-") && len(compact) == 11 {
		return said, compact, nil
	}
	if n, ok := person.NHSNumber(name); ok {
		said.NHS = n
		return said, "", nil
	}
	words := strings.Fields(name)
	switch len(words) {
	case 0:
	case 1:
		said.Given, said.Family = words[0], words[0]
	default:
		said.Given, said.Family = strings.Join(words[:len(words)-1], " "), words[len(words)-1]
	}
	said.Postcode = form.Clean(postcode)
	if born = form.Clean(born); born != "" {
		if said.Born, err = civil.ParseDate(born); err != nil {
			return said, "", refusal.Field("born", "Date of birth must be like 2016-03-27")
		}
	}
	if age = form.Clean(age); age != "" {
		n := 0
		for _, r := range age {
			if r < '0' || r > '9' || n > 30 {
				return said, "", refusal.Field("age", "Age must be in whole years")
			}
			n = n*10 + int(r-'0')
		}
		said.AgeStated = n
	}
	return said, "", nil
}
