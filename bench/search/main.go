// Command search measures the search box on an invented town: how long a search takes
// with everything around it (permission, rate, the entry in the trail), and how often
// the child whom somebody means is found, by the tradition of the name.
package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"syscall"
	"time"

	"frontdoor/bench/town"
	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/children"
	"frontdoor/internal/matchfile"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/timescale"
)

var today = civil.DateOf(2026, 9, 1)

func main() {
	n := flag.Int("children", 100_000, "children in the record")
	asks := flag.Int("asks", 2000, "searches")
	number := flag.Int64("number", 3, "which town")
	url := flag.String("database", "", "an empty database, such as sqlite:/folder/frontdoor.db")
	flag.Parse()
	if err := run(context.Background(), *url, town.Options{Number: *number, Children: *n, Contacts: *asks, Today: today}); err != nil {
		fmt.Fprintln(os.Stderr, "search:", err)
		os.Exit(1)
	}
}

var addPersons = db.InsertInto("bench.search-persons", "person", `id, authority_id, ref, is_child, given, middle, family, known_as, name_key, sex, born, expected, unborn,
	nhs, upn, phone, postcode, address, parents, created_at, created_by`, "")

func run(ctx context.Context, url string, o town.Options) error {
	d, err := db.Open(ctx, url, db.Options{})
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Migrate(ctx); err != nil {
		return err
	}
	set, err := timescale.Statutory()
	if err != nil {
		return err
	}
	clock := today.AtTime(9, 0)
	r := record.New(d, set, civil.England(), func() civil.Instant { return clock })
	a := admin.New(r)
	if err := a.AddAuthority(ctx, admin.Authority{ID: "bench", Code: "990", Name: "Bench", Phone: "01632 960000"}); err != nil {
		return err
	}
	if err := fill(ctx, r, o); err != nil {
		return err
	}
	begun := time.Now()
	if _, err := r.MakeSearchable(ctx); err != nil {
		return err
	}
	fmt.Printf("%d children made searchable in %.0f s\n", o.Children, time.Since(begun).Seconds())
	if err := r.Rekey(ctx); err != nil {
		return err
	}
	if err := d.Analyze(ctx); err != nil {
		return err
	}
	if _, err := a.AddUser(ctx, admin.Service("bench"), admin.NewUser{ID: "s", Email: "s@bench.example", Name: "S", Roles: []admin.RoleIn{{Role: access.Screener}}}); err != nil {
		return err
	}
	who, err := r.FindActor(ctx, "bench", "s")
	if err != nil {
		return err
	}
	return measure(ctx, children.New(r), who, &clock, o)
}

const batch = 1000

func fill(ctx context.Context, r *record.Record, o town.Options) error {
	in, out := io.Pipe()
	go func() { out.CloseWithError(town.WriteRegister(out, o)) }()
	table, err := matchfile.Open("register", in)
	if err != nil {
		return err
	}
	var failed error
	var rows [][]any
	at := today.AtTime(8, 0)
	flush := func() error {
		err := r.DB.Write(ctx, func(q db.Queryer) error { return addPersons.Exec(ctx, q, rows...) })
		rows = rows[:0]
		return err
	}
	for p := range table.People(&failed, nil) {
		here := person.Address{}
		if len(p.Addresses) > 0 {
			here = p.Addresses[0]
		}
		rows = append(rows, []any{p.ID, "bench", "C-" + p.ID, true, p.Given, p.Middle, p.Family, p.KnownAs, record.NameKey(p), p.Sex, p.Born, p.Expected, p.Unborn,
			p.NHS, p.UPN, p.Phone, here.Postcode, here.Line, record.WriteNames(p.Parents), at, "bench"})
		if len(rows) == batch {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return cmp.Or(failed, flush())
}

// form is a way in which people type what they were told of a child.
type form struct {
	name string
	text func(d person.Described) string
}

var forms = []form{
	{"name", func(d person.Described) string { return d.Given + " " + d.Family }},
	{"surname, first name", func(d person.Described) string { return d.Family + ", " + d.Given }},
	{"name and date of birth", func(d person.Described) string {
		return d.Given + " " + d.Family + " " + fmt.Sprintf("%d/%d/%d", d.Born.Day, d.Born.Month, d.Born.Year)
	}},
	{"name and year", func(d person.Described) string { return fmt.Sprintf("%s %s %d", d.Given, d.Family, d.Born.Year) }},
	{"surname and postcode", func(d person.Described) string { return d.Family + " " + d.Postcode }},
	{"first name and date of birth", func(d person.Described) string { return d.Given + " " + d.Born.Words() }},
	{"beginning of the name, age", func(d person.Described) string {
		return string([]rune(d.Given)[:min(4, len([]rune(d.Given)))]) + " " + d.Family + fmt.Sprintf(" aged %d", d.Born.Age(today))
	}},
	{"address", func(d person.Described) string { return d.Address }},
	{"one name", func(d person.Described) string { return d.Family }},
}

type tally struct{ asked, first, page int }

func measure(ctx context.Context, desk *children.Desk, who access.Actor, clock *civil.Instant, o town.Options) error {
	var said, truth bytes.Buffer
	if err := town.WriteContacts(&said, &truth, o); err != nil {
		return err
	}
	rows, err := csv.NewReader(&truth).ReadAll()
	if err != nil {
		return err
	}
	is, tradition := map[string]string{}, map[string]string{}
	for _, row := range rows[1:] {
		is[row[0]], tradition[row[0]] = row[1], row[3]
	}
	table, err := matchfile.Open("contacts", &said)
	if err != nil {
		return err
	}
	if _, err := desk.Search(ctx, who, children.Asked{Text: "Bell 2016"}); err != nil {
		return err // the first builds the index
	}
	took := map[string][]time.Duration{}
	var worked []time.Duration
	by, bySpelling := map[string]*tally{}, map[string]*tally{}
	for n := 0; ; {
		more, err := table.Next()
		if err != nil {
			return err
		}
		if !more {
			break
		}
		id, d := table.Of("contact_id"), table.Described(today)
		if d.Given == "" || d.Family == "" || d.Born.IsZero() || d.Address == "" || d.Postcode == "" {
			continue
		}
		f := forms[n%len(forms)]
		n++
		*clock = clock.Add(11 * time.Minute) // nobody has to wait
		begun, busy := time.Now(), processor()
		found, err := desk.Search(ctx, who, children.Asked{Text: f.text(d)})
		if err != nil {
			return fmt.Errorf("search: %w", err)
		}
		took[f.name] = append(took[f.name], time.Since(begun))
		worked = append(worked, time.Duration(processor()-busy))
		if is[id] == "" || f.name == "one name" || f.name == "address" {
			continue
		}
		for _, t := range []*tally{in(by, f.name), in(bySpelling, tradition[id])} {
			t.asked++
			for i, h := range found.Rows {
				if h.Ref == "C-"+is[id] {
					t.page++
					if i == 0 {
						t.first++
					}
				}
			}
		}
	}
	show(took, by, bySpelling)
	slices.Sort(worked)
	fmt.Printf("processor time of this process: p50 %.1f ms  p95 %.1f ms  p99 %.1f ms\n", ms(worked, 0.5), ms(worked, 0.95), ms(worked, 0.99))
	return nil
}

// processor is the processor time that this process has used, in nanoseconds: on a busy
// machine it says more than the clock on the wall.
func processor() int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return u.Utime.Nano() + u.Stime.Nano()
}

func in(all map[string]*tally, key string) *tally {
	if all[key] == nil {
		all[key] = &tally{}
	}
	return all[key]
}

func show(took map[string][]time.Duration, by, bySpelling map[string]*tally) {
	var all []time.Duration
	for _, f := range forms {
		t := took[f.name]
		slices.Sort(t)
		all = append(all, t...)
		if len(t) == 0 {
			continue
		}
		fmt.Printf("%-30s p50 %6.1f ms  p95 %6.1f ms", f.name, ms(t, 0.5), ms(t, 0.95))
		if x := by[f.name]; x != nil {
			fmt.Printf("   first %5.1f %%  first page %5.1f %%", 100*float64(x.first)/float64(x.asked), 100*float64(x.page)/float64(x.asked))
		}
		fmt.Println()
	}
	slices.Sort(all)
	fmt.Printf("all %d searches: p50 %.1f ms  p95 %.1f ms  p99 %.1f ms\n", len(all), ms(all, 0.5), ms(all, 0.95), ms(all, 0.99))
	for _, k := range slices.Sorted(maps.Keys(bySpelling)) {
		x := bySpelling[k]
		fmt.Printf("  %-20s %5d asked  first %5.1f %%  first page %5.1f %%\n", k, x.asked, 100*float64(x.first)/float64(x.asked), 100*float64(x.page)/float64(x.asked))
	}
}

func ms(sorted []time.Duration, at float64) float64 {
	return float64(sorted[min(len(sorted)-1, int(at*float64(len(sorted))))].Microseconds()) / 1000
}
