package children

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

// Fairness is the report of whether children of every group are found alike, as its
// page, its file and the command show it.
type Fairness struct {
	Now   civil.Instant
	Since civil.Date
	record.Fairness
}

// Fairness reads the report on decisions since a day; the zero day is a year ago.
func (d *Desk) Fairness(ctx context.Context, who access.Actor, since civil.Date) (*Fairness, error) {
	out := &Fairness{}
	err := d.Record.Look(ctx, who, access.PurposeOversight, func(v *record.View) error {
		from, err := sinceOr(since, v.Now)
		if err != nil {
			return err
		}
		if _, err := v.Scope(access.SeeFairness); err != nil {
			return err
		}
		v.Saw("fairness of matching")
		*out = Fairness{Now: v.Now, Since: from}
		out.Fairness, err = v.Fairness(ctx, from.Start())
		return err
	})
	return out, err
}

func sinceOr(since civil.Date, now civil.Instant) (civil.Date, error) {
	if since.After(now.Date()) {
		return since, refusal.Field("from", "Since must be today or in the past")
	}
	return cmp.Or(since, now.Add(-record.FairnessYear).Date()), nil
}

// Missed lists the contacts behind an alarm, for those who may open contacts: of those
// in it, not for anybody who only counts.
func (d *Desk) Missed(ctx context.Context, who access.Actor, since civil.Date, group string, of person.Measure) ([]record.Missed, error) {
	var out []record.Missed
	err := d.Record.Look(ctx, who, access.PurposeOversight, func(v *record.View) error {
		from, err := sinceOr(since, v.Now)
		if err != nil {
			return err
		}
		if _, err := v.Scope(access.SeeFairness); err != nil {
			return err
		}
		if _, err := v.Scope(access.OpenContact); err != nil {
			return err
		}
		v.Saw("decisions behind a figure of fairness")
		if out, err = v.FairnessMissed(ctx, from.Start(), group, of); err != nil {
			return err
		}
		for _, m := range out {
			v.Saw("decisions behind a figure of fairness", m.Contact)
		}
		return nil
	})
	return out, err
}

// fairHeads are the columns of the page's table and of the file.
var fairHeads = []string{"Group", "Confirmed", "Found in ten", "Found: from", "Found: to", "Linked by the system", "Linked: from", "Linked: to", "Settled by a person", "Settled: from", "Settled: to"}

// Table is the report in rows of texts: the page and the file show these and no others.
func (f *Fairness) Table() [][]string {
	var out [][]string
	for _, r := range append(f.Rows[:len(f.Rows):len(f.Rows)], f.All) {
		row := []string{r.Group}
		if r.Hidden {
			row = append(row, "few")
			for range fairHeads[2:] {
				row = append(row, "")
			}
			out = append(out, row)
			continue
		}
		row = append(row, fmt.Sprint(r.N))
		for _, s := range []person.Share{r.Found, r.Certain, r.Review} {
			row = append(row, percent(s.P, s.Of), percent(s.Low, s.Of), percent(s.High, s.Of))
		}
		out = append(out, row)
	}
	return out
}

func percent(p float64, of int) string {
	if of == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f%%", 100*p)
}

// Sheet is the same rows as the page, with what they mean below.
func (f *Fairness) Sheet() web.Sheet {
	s := web.Sheet{Head: fairHeads, Rows: f.Table()}
	for _, a := range f.Alarms {
		s.Rows = append(s.Rows, []string{"Alarm", a.Words()})
	}
	for _, line := range f.Notes() {
		s.Rows = append(s.Rows, []string{"Note", line})
	}
	return s
}

// WriteCSV writes the sheet.
func (f *Fairness) WriteCSV(out io.Writer) error { return f.Sheet().WriteCSV(out) }

// WriteJSON writes the report as JSON: the rows as the page shows them.
func (f *Fairness) WriteJSON(out io.Writer) error {
	var rows []map[string]string
	keys := []string{"group", "confirmed", "found", "found_low", "found_high", "certain", "certain_low", "certain_high", "review", "review_low", "review_high"}
	for _, row := range f.Table() {
		m := map[string]string{}
		for i, k := range keys {
			m[k] = row[i]
		}
		rows = append(rows, m)
	}
	alarms := []string{}
	for _, a := range f.Alarms {
		alarms = append(alarms, a.Words())
	}
	e := json.NewEncoder(out)
	e.SetIndent("", "  ")
	return e.Encode(map[string]any{"since": f.Since, "counted": f.Now, "rows": rows, "alarms": alarms, "notes": f.Notes()})
}

// WriteText writes the report for a terminal.
func (f *Fairness) WriteText(out io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Whether children of every group are found alike, decisions since %s\n\n", f.Since.Words())
	fmt.Fprintf(&b, "%-14s %9s  %-22s %-22s %-22s\n", "Group", "Confirmed", "Found in ten", "Linked by the system", "Settled by a person")
	for _, row := range f.Table() {
		fmt.Fprintf(&b, "%-14s %9s", row[0], row[1])
		for i := 2; i < len(row); i += 3 {
			s := ""
			if row[i] != "" {
				s = row[i] + " (" + row[i+1] + " to " + row[i+2] + ")"
			}
			fmt.Fprintf(&b, "  %-22s", s)
		}
		b.WriteByte('\n')
	}
	b.WriteByte('\n')
	for _, a := range f.Alarms {
		b.WriteString("ALARM: " + a.Words() + "\n")
	}
	for _, n := range f.Notes() {
		b.WriteString(n + "\n")
	}
	_, err := io.WriteString(out, b.String())
	return err
}

// Notes say what the figures mean, how they are made and what is left out.
func (f *Fairness) Notes() []string {
	out := []string{
		"A child is confirmed when a person says that the child of a contact is one we knew, or lets stand what the system linked. Found in ten: that child was among those shown. Linked by the system: in the band that is linked by itself. Settled by a person: shown, and left to a person. A child for whom a new record was made, and whom two people later found to be known, counts as not found.",
		"The bands are those of the moment of each decision. Intervals are Wilson’s, 95 %.",
		person.RuleWords() + ".",
		"Groups of fewer than 10 are not shown, and never one group alone. Restricted children are not counted. Ethnicity is as the child or family describes it; it is never compared when children are matched.",
		"Owner: head of information governance. Look at it each quarter and after every change of the weights.",
	}
	if f.Again > 0 {
		out = append(out, fmt.Sprintf("%d decisions were made before bands were kept, and were weighed again later with the weights of that day.", f.Again))
	}
	if f.Unmeasured > 0 {
		out = append(out, fmt.Sprintf("%d decisions were made before bands were kept, and are not counted.", f.Unmeasured))
	}
	return out
}
