package demo_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/demo"
	"frontdoor/internal/desk/teams"
	"frontdoor/internal/record"
	"frontdoor/internal/web"
)

// teamTruth checks finding 76: the queue of each team before the new team was set up, at
// the end of each week and now is what was planted, on the page, in both files and in the
// lists behind the numbers.
func teamTruth(t *testing.T, built *demo.Built, r *record.Record, truth demo.Truth) {
	t.Helper()
	want := truth.Teams
	if want.TeamID == "" || len(want.Before) != 2 || len(want.Now) != 3 {
		t.Fatalf("no new team is planted: %+v", want)
	}
	if want.Moved < 1 || want.Now[0].Waiting+want.Now[0].Held < 2 {
		t.Errorf("%d were moved to the new team and it has %+v now, which shows nothing", want.Moved, want.Now[0])
	}
	manager := persona(t, built, r, access.FrontDoorManager)
	first := want.Weeks[0].Week
	desk := teams.New(r)
	f, err := desk.FilterOf(url.Values{"from": {first}})
	if err != nil {
		t.Fatal(err)
	}
	x, err := desk.Queues(context.Background(), manager, f)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "rows of teams", len(x.Rows), len(want.Before)+len(want.Now)+len(want.Weeks))
	for kind, all := range map[string][]demo.TeamQueue{"now": want.Now, "before a set-up": want.Before, "week": want.Weeks} {
		for _, q := range all {
			i := slices.IndexFunc(x.Rows, func(r teams.Row) bool {
				return r.Kind == kind && r.TeamID == q.TeamID && r.Week.String() == q.Week
			})
			if i < 0 {
				t.Errorf("%s, %s, week of %s: no row", kind, q.TeamID, q.Week)
				continue
			}
			row := x.Rows[i]
			got := demo.TeamQueue{Week: row.Week.String(), TeamID: row.TeamID, Waiting: row.Waiting, Longest: row.Longest, New: row.New, In: row.In, Out: row.Out, Allocated: row.Taken, Held: row.Held, Workers: row.Workers}
			equal(t, kind+" "+q.TeamID+" in the week of "+q.Week, got, q)
			equal(t, kind+" "+q.TeamID+": closed without a worker", row.Closed, 0)
		}
	}
	teamPages(t, built, r, x, first)
}

// teamPages asks the served pages for the same rows, and each number for its list.
func teamPages(t *testing.T, built *demo.Built, r *record.Record, x *teams.Queues, first string) {
	t.Helper()
	banner := &web.Demo{Authority: built.Authority}
	for _, p := range built.Personas {
		banner.Personas = append(banner.Personas, web.Persona{UserID: p.UserID, Name: p.Name})
	}
	srv := web.NewServer(r, web.Settings{Version: "test", Demo: banner})
	teams.New(r).Routes(srv)
	ts := httptest.NewServer(srv.Handler())
	defer ts.Close()
	get := func(path string) string { return getAs(t, ts, "m.ali", path) }
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(get("/allocations/teams.csv?from="+first), "\uFEFF"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var doc struct{ Rows []map[string]string }
	if err := json.Unmarshal([]byte(get("/allocations/teams.json?from="+first)), &doc); err != nil {
		t.Fatal(err)
	}
	equal(t, "rows of the .csv", len(rows)-1, len(x.Rows))
	equal(t, "rows of the .json", len(doc.Rows), len(x.Rows))
	page := get("/allocations/teams?from=" + first)
	lists := map[string]int{}
	for i, q := range x.Rows {
		for column, n := range map[string]int{"waiting": q.Waiting, "new": q.New, "moved_in": q.In, "moved_out": q.Out, "allocated": q.Taken, "held": q.Held, "workers": q.Workers} {
			if got := rows[i+1][slices.Index(rows[0], column)]; got != strconv.Itoa(n) || doc.Rows[i][column] != got {
				t.Errorf("%s %s %s: %s is %s in the .csv and %s in the .json, want %d", q.Kind, q.Week, q.TeamID, column, got, doc.Rows[i][column], n)
			}
			if column == "workers" || n == 0 {
				continue
			}
			if q.Kind == "week" && q.At.Before(civil.At(now.Time().AddDate(0, 0, -50))) {
				continue // the latest weeks stand for the others
			}
			v := url.Values{"team": {q.TeamID}, "what": {column}}
			switch q.Kind {
			case "week":
				v.Set("week", q.Week.String())
			case "now":
				v.Set("at", q.At.String())
			default:
				v.Set("before", q.At.String())
			}
			at := "/allocations/teams/children?" + v.Encode()
			lists[at] = n
			if !strings.Contains(page, `href="`+strings.ReplaceAll(at, "&", "&amp;")+`">`+strconv.Itoa(n)+"<") {
				t.Errorf("the page does not lead from %d %s of %s (%s, week of %s) to %s", n, column, q.TeamID, q.Kind, q.Week, at)
			}
		}
	}
	if len(lists) < 10 {
		t.Errorf("only %d numbers have a list", len(lists))
	}
	for at, n := range lists {
		list, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(get(strings.Replace(at, "?", ".csv?", 1)), "\uFEFF"))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		equal(t, at, len(list)-1, n)
	}
}
