package children_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/person"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

var (
	addPersons  = db.InsertInto("children_test.persons", "person", "id, authority_id, ref, is_child, ethnicity, conceal, created_at, created_by", "")
	addContacts = db.InsertInto("children_test.contacts", "contact", "id, authority_id, ref, channel, source_kind, source_name, received_at, recorded_at, state, rank, risk_since, due_at", "")
	addKids     = db.InsertInto("children_test.kids", "contact_child", "id, authority_id, contact_id, position, named, person_id, link, ethnicity, decided_at", "")
	addLinks    = db.InsertInto("children_test.links", "child_link", "id, authority_id, child_id, person_id, choice, by_id, by_name, at, reasons, model, band", "")
)

// decisions are what people said about children of one ethnicity: so many confirmed, of
// whom so many were linked by the system, and so many not shown at all.
type decisions struct {
	code                      string
	n, certain, missed        int
	said, undone, old, sealed bool // the contact said it, not the record; undone again; before bands were kept; sealed
}

func (h *house) decide(t testing.TB, all ...decisions) {
	t.Helper()
	ctx := context.Background()
	serial := 0
	err := h.record.DB.Write(ctx, func(q db.Queryer) error {
		for _, x := range all {
			for i := range x.n {
				serial++
				id, at := fmt.Sprintf("%05d", serial), now.Add(-time.Duration(serial)*time.Hour)
				own, heard, conceal, linked, model := x.code, "", "", "p"+id, "m1"
				if x.said {
					own, heard = "", x.code
				}
				if x.sealed {
					conceal = "sealed"
				}
				if x.undone {
					linked = ""
				}
				choice, band := "same", "review"
				switch {
				case x.old:
					model, band = "", ""
				case i < x.certain:
					choice, band = "system", "certain"
				case i < x.certain+x.missed:
					band = "none"
				}
				for _, y := range []struct {
					in  db.Insert
					row []any
				}{
					{addPersons, []any{"p" + id, "X1", "C-" + id, true, own, conceal, at, "t"}},
					{addContacts, []any{"c" + id, "X1", "FD-" + id, "form", "school", "School", at, at, "screening", 3, at, at}},
					{addKids, []any{"k" + id, "X1", "c" + id, 0, true, linked, "person", heard, at}},
					{addLinks, []any{"l" + id, "X1", "k" + id, "p" + id, choice, "u", "U", at, "", model, band}},
				} {
					if err := y.in.Exec(ctx, q, y.row); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAPlantedGapRaisesAnAlarmWhereItIsSeen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		h.decide(t,
			decisions{code: "WBRI", n: 150, certain: 110, missed: 2}, decisions{code: "WROM", n: 10, certain: 8},
			decisions{code: "APKN", n: 40, certain: 12, missed: 9}, decisions{code: "ABAN", n: 20, certain: 6, missed: 5, said: true},
			decisions{code: "BAFR", n: 3}, decisions{code: "REFU", n: 8, certain: 4}, decisions{code: "APKN", n: 30, missed: 30, undone: true},
			decisions{code: "APKN", n: 4, old: true}, decisions{code: "APKN", n: 30, missed: 30, sealed: true})
		f, err := h.desk.Fairness(context.Background(), h.analyst, civil.Date{})
		if err != nil {
			t.Fatal(err)
		}
		var rows []string
		for _, r := range f.Table() {
			rows = append(rows, r[0]+" "+r[1]+" "+r[2])
		}
		want := "White 160 98.8%|Asian 60 76.7%|Black few |Not recorded few |All 231 93.1%"
		if got := strings.Join(rows, "|"); got != want {
			t.Errorf("rows %s\nwant %s", got, want)
		}
		if len(f.Alarms) != 2 || f.Alarms[0].Words() != "Asian children: 77 % were among the children shown, and 99 % of all others" {
			t.Errorf("alarms: %+v", f.Alarms)
		}
		if f.Unmeasured != 4 {
			t.Errorf("%d decisions without a band, want 4", f.Unmeasured)
		}
		for _, want := range []int{4, 0} {
			if n, err := h.record.WeighAgain(context.Background()); n != want || err != nil {
				t.Fatalf("weighed %d again, %v, want %d", n, err, want)
			}
		}
		if again, err := h.desk.Fairness(context.Background(), h.analyst, civil.Date{}); err != nil || again.Unmeasured != 0 || again.Again != 4 || again.All.N != 235 {
			t.Errorf("after they were weighed again: %d not measured, %d again, %d in all, %v", again.Unmeasured, again.Again, again.All.N, err)
		}
		missed, err := h.desk.Missed(context.Background(), h.manager, civil.Date{}, "Asian", person.MeasureFound)
		if err != nil || len(missed) != 18 {
			t.Errorf("the list behind the alarm has %d, %v, want 14 and the 4 weighed again", len(missed), err)
		}
		if _, err := h.desk.Missed(context.Background(), h.analyst, civil.Date{}, "Asian", person.MeasureFound); refusal.KindOf(err) != refusal.Denied {
			t.Errorf("the analyst opens the list: %v", err)
		}
		for _, who := range []access.Actor{h.screener, h.worker} {
			if _, err := h.desk.Fairness(context.Background(), who, civil.Date{}); refusal.KindOf(err) != refusal.Denied {
				t.Errorf("%s sees the report: %v", who.ID, err)
			}
		}
	})
}

func TestNoGapRaisesNoAlarm(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	h.decide(t, decisions{code: "WBRI", n: 150, certain: 100, missed: 3}, decisions{code: "APKN", n: 60, certain: 39, missed: 2}, decisions{code: "BCRB", n: 12, missed: 2})
	f, err := h.desk.Fairness(context.Background(), h.manager, civil.Date{})
	if err != nil || len(f.Alarms) != 0 {
		t.Fatalf("alarms %+v, %v", f.Alarms, err)
	}
	if _, err := h.desk.Fairness(context.Background(), h.manager, now.Date().AddDays(1)); refusal.KindOf(err) != refusal.Invalid {
		t.Errorf("since tomorrow: %v", err)
	}
}

// pages serves the desk and signs somebody in.
func (h *house) pages(t *testing.T, user string) func(path string) (int, string) {
	t.Helper()
	srv := web.NewServer(h.record, web.Settings{Version: "test", Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
		Demo: &web.Demo{Authority: "X1", Personas: []web.Persona{{UserID: user, Name: user}}}})
	h.desk.Routes(srv)
	ts := httptest.NewServer(srv.Handler())
	t.Cleanup(ts.Close)
	var cookies []*http.Cookie
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.PostForm(ts.URL+"/demo/sign-in", url.Values{"as": {user}})
	if err != nil {
		t.Fatal(err)
	}
	cookies = res.Cookies()
	_ = res.Body.Close()
	return func(path string) (int, string) {
		req, _ := http.NewRequest(http.MethodGet, ts.URL+path, nil)
		for _, k := range cookies {
			req.AddCookie(k)
		}
		res, err := c.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, _ := io.ReadAll(res.Body)
		return res.StatusCode, string(body)
	}
}

func TestThePageAndTheFileOfFairnessAreEqual(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	h.decide(t, decisions{code: "WBRI", n: 150, certain: 110, missed: 2}, decisions{code: "APKN", n: 60, certain: 18, missed: 14}, decisions{code: "BAFR", n: 3})
	get := h.pages(t, "analyst")
	code, page := get("/fairness")
	if code != http.StatusOK {
		t.Fatalf("page: %d", code)
	}
	_, file := get("/fairness.csv")
	rows, err := csvRows(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if cell != "" && cell != "Note" && !strings.Contains(strings.NewReplacer("&#39;", "'", "&#43;", "+").Replace(page), cell) {
				t.Errorf("the file says %q and the page does not", cell)
			}
		}
	}
	for _, word := range []string{"Alarm.", "Asian children: 77 % were among the children shown", "<svg role=\"img\"", "few"} {
		if !strings.Contains(page, word) {
			t.Errorf("the page does not say %q", word)
		}
	}
	if strings.Contains(page, "See the contacts behind it") {
		t.Error("the analyst is led to children")
	}
	for _, word := range []string{"C-0", "FD-0", "p00"} {
		if strings.Contains(page, word) || strings.Contains(file, word) {
			t.Errorf("a child could be told: %q", word)
		}
	}
	manager := h.pages(t, "front_door_manager")
	if _, page := manager("/fairness?group=Asian&of=found"); strings.Count(page, ">FD-") != 14 {
		t.Errorf("the manager's list behind the alarm has %d contacts, want 14", strings.Count(page, ">FD-"))
	}
	if code, _ := get("/fairness?group=Asian&of=found"); code != http.StatusForbidden {
		t.Errorf("the analyst asks for the list: %d", code)
	}
	if code, page := get("/fairness?from=never"); code != http.StatusUnprocessableEntity || !strings.Contains(page, "Enter a date such as") {
		t.Errorf("a wrong day: %d", code)
	}
}

func csvRows(file string) ([][]string, error) {
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(file, "\uFEFF")))
	r.FieldsPerRecord = -1
	return r.ReadAll()
}

func TestTheReportInTextAndJSONSaysTheSame(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	h.decide(t, decisions{code: "WBRI", n: 50, certain: 30}, decisions{code: "APKN", n: 40, certain: 24})
	f, err := h.desk.Fairness(context.Background(), h.manager, civil.Date{})
	if err != nil {
		t.Fatal(err)
	}
	var text, js bytes.Buffer
	if err := f.WriteText(&text); err != nil {
		t.Fatal(err)
	}
	if err := f.WriteJSON(&js); err != nil {
		t.Fatal(err)
	}
	for _, row := range f.Table() {
		for _, cell := range row {
			if !strings.Contains(text.String(), cell) || !strings.Contains(js.String(), cell) {
				t.Errorf("%q is not in both", cell)
			}
		}
	}
}
