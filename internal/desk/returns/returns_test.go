package returns_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/returns"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/statutory/cincensus"
	"frontdoor/internal/timescale"
	"frontdoor/internal/web"
)

// house is an authority with people who may and may not check returns.
type house struct {
	now    civil.Instant
	record *record.Record
	desk   *returns.Desk
	url    string
	actors map[string]access.Actor
}

func newHouse(t *testing.T, d *db.DB) *house {
	t.Helper()
	ctx := context.Background()
	set, err := timescale.Statutory()
	if err != nil {
		t.Fatal(err)
	}
	h := &house{now: civil.DateOf(2026, 5, 11).AtTime(9, 0), actors: map[string]access.Actor{}}
	h.record = record.New(d, set, civil.England(), func() civil.Instant { return h.now })
	h.desk = returns.New(h.record)
	a := admin.New(h.record)
	if err := a.AddAuthority(ctx, admin.Authority{ID: "x", Code: "999", Name: "Testham", Phone: "01632 960000"}); err != nil {
		t.Fatal(err)
	}
	banner := &web.Demo{Authority: "x"}
	for id, role := range map[string]access.Role{"ann": access.Analyst, "ben": access.Analyst, "meg": access.FrontDoorManager, "sue": access.Screener, "will": access.SocialWorker} {
		if _, err := a.AddUser(ctx, admin.Service("x"), admin.NewUser{ID: id, Email: id + "@x.example", Name: id, Roles: []admin.RoleIn{{Role: role, Team: admin.DutyTeam}}}); err != nil {
			t.Fatal(err)
		}
		if h.actors[id], err = h.record.FindActor(ctx, "x", id); err != nil {
			t.Fatal(err)
		}
		banner.Personas = append(banner.Personas, web.Persona{UserID: id, Name: id})
	}
	srv := web.NewServer(h.record, web.Settings{Version: "test", Demo: banner, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	h.desk.Routes(srv)
	ts := httptest.NewServer(srv.Handler())
	t.Cleanup(ts.Close)
	h.url = ts.URL
	return h
}

// as is a browser signed in as a person.
func (h *house) as(t *testing.T, id string) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.PostForm(h.url+"/demo/sign-in", url.Values{"as": {id}})
	if err != nil || res.StatusCode != http.StatusSeeOther {
		t.Fatalf("sign in as %s: %v", id, err)
	}
	_ = res.Body.Close()
	return c
}

func census(t *testing.T, v cincensus.Invented) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := cincensus.Generate(&out, v); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// bring sends a census with the form.
func (h *house) bring(t *testing.T, c *http.Client, year, name string, file []byte) *http.Response {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	if err := w.WriteField("year", year); err != nil {
		t.Fatal(err)
	}
	if name != "" {
		p, err := w.CreateFormFile("file", name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Write(file); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	res, err := c.Post(h.url+web.PathCensus, w.FormDataContentType(), &body)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func read(t *testing.T, res *http.Response) string {
	t.Helper()
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func (h *house) get(t *testing.T, c *http.Client, path string) (int, string) {
	t.Helper()
	res, err := c.Get(h.url + path)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, read(t, res)
}

func TestACensusIsBroughtReadAndForgotten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d)
		ann := h.as(t, "ann")
		res := h.bring(t, ann, "", `C:\returns\cin 2026.xml`, census(t, cincensus.Invented{Children: 300, Number: 4, Errors: 0.5}))
		path := res.Header.Get("Location")
		if res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(path, "/returns/census/") {
			t.Fatalf("answers %d to %q: %s", res.StatusCode, path, read(t, res))
		}
		_, page := h.get(t, ann, path)
		for _, want := range []string{"cin 2026.xml", "2026 census, reference date 31 March 2026, 300 children", "to correct", "More than one open assessment", "By child", "Page 1 of", "Forget what was found"} {
			if !strings.Contains(page, want) {
				t.Errorf("the page does not say %q", want)
			}
		}
		if strings.Contains(page, `C:\`) {
			t.Error("the page shows the person's folders")
		}

		_, one := h.get(t, ann, path+"?rule=8896")
		if !strings.Contains(one, "that match") || strings.Count(one, `<span class="fd-sub">8896</span>`) == 0 || strings.Contains(one, `<span class="fd-sub">8500</span>`) {
			t.Error("the filter by rule does not hold")
		}
		_, kid := h.get(t, ann, path+"?child=0")
		m := regexp.MustCompile(`for child (C\d+)`).FindStringSubmatch(kid)
		if m == nil {
			t.Error("the filter by child does not say whom")
		}
		for _, link := range regexp.MustCompile(`href="([^"]*)"`).FindAllStringSubmatch(page, -1) {
			if strings.Contains(link[1], "C000") {
				t.Errorf("address %s holds a child's number", link[1])
			}
		}
		for _, q := range []string{"?page=2", "?page=99", "?child=99999", "?child=x&rule=none", "?severity=query"} {
			if code, _ := h.get(t, ann, path+q); code != http.StatusOK {
				t.Errorf("%s answers %d", q, code)
			}
		}

		for name, want := range map[string]string{"report.csv": "rule,severity,child", "report.json": `"findings"`, "report.html": "<h1>Children in need census 2026"} {
			code, body := h.get(t, ann, path+"/files/"+name)
			if code != http.StatusOK || !strings.Contains(body, want) {
				t.Errorf("%s answers %d", name, code)
			}
		}
		if code, _ := h.get(t, ann, path+"/files/report.exe"); code != http.StatusNotFound {
			t.Errorf("a file that is not there answers %d", code)
		}

		for _, other := range []string{"ben", "meg"} {
			if code, _ := h.get(t, h.as(t, other), path); code != http.StatusNotFound {
				t.Errorf("%s sees what ann brought: %d", other, code)
			}
		}
		if _, list := h.get(t, ann, web.PathCensus); !strings.Contains(list, "cin 2026.xml") {
			t.Error("what was checked in the last hour is not listed")
		}
		res, err := ann.PostForm(h.url+path+"/forget", nil)
		if err != nil || res.StatusCode != http.StatusSeeOther {
			t.Fatalf("forget: %v", err)
		}
		_ = res.Body.Close()
		if code, _ := h.get(t, ann, path); code != http.StatusNotFound {
			t.Errorf("forgotten findings answer %d", code)
		}
	})
}

func TestOnlyThoseWhoMakeReturnsMayCheckThem(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	file := census(t, cincensus.Invented{Children: 2, Number: 1})
	for id, may := range map[string]bool{"ann": true, "meg": true, "sue": false, "will": false} {
		c := h.as(t, id)
		code, _ := h.get(t, c, web.PathCensus)
		if (code == http.StatusOK) != may {
			t.Errorf("%s opens the page: %d", id, code)
		}
		res := h.bring(t, c, "", "a.xml", file)
		if (res.StatusCode == http.StatusSeeOther) != may {
			t.Errorf("%s brings a census: %d", id, res.StatusCode)
		}
		_ = res.Body.Close()
	}
}

func TestWhatCannotBeCheckedIsSaidBesideTheFile(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ann := h.as(t, "ann")
	good := census(t, cincensus.Invented{Children: 2, Number: 1})
	tests := []struct {
		name, year, file string
		body             []byte
		says             string
	}{
		{"no file", "", "", nil, "Select the census file"},
		{"an empty file", "", "a.xml", nil, "The file is empty"},
		{"a page of the web", "", "a.html", []byte("<html></html>"), "begins with html"},
		{"a file cut in the middle", "", "a.xml", good[:len(good)/2], "before it is complete"},
		{"a bomb", "", "a.xml", []byte(`<!DOCTYPE a [<!ENTITY a "b">]><Message/>`), "document type declaration"},
		{"a year that is not there", "2019", "a.xml", good, "The census year must be from 2022 to 2027"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res := h.bring(t, ann, tt.year, tt.file, tt.body)
			page := read(t, res)
			if res.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(page, tt.says) || !strings.Contains(page, "There is a problem") {
				t.Errorf("answers %d without %q", res.StatusCode, tt.says)
			}
		})
	}
	res := h.bring(t, ann, "2025", "a.xml", good)
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("a year that is there answers %d", res.StatusCode)
	}
	_ = res.Body.Close()
	if _, page := h.get(t, ann, res.Header.Get("Location")); !strings.Contains(page, "The header says 2026. The file was checked as the 2025 census") {
		t.Error("the page does not say that another year was asked for")
	}
}

func TestFindingsAreKeptAnHourAndThreeForEachPerson(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ctx := context.Background()
	check := func(id string) *returns.Checked {
		t.Helper()
		c, err := h.desk.Check(ctx, h.actors[id], "a.xml", bytes.NewReader(census(t, cincensus.Invented{Children: 2, Number: 1})), cincensus.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	var all []*returns.Checked
	for range 4 {
		all = append(all, check("ann"))
	}
	bens := check("ben")
	for i, c := range all {
		_, err := h.desk.Find(ctx, h.actors["ann"], c.ID)
		if gone := refusal.KindOf(err) == refusal.NotFound; gone != (i == 0) {
			t.Errorf("check %d: %v", i, err)
		}
	}
	if _, err := h.desk.Find(ctx, h.actors["ann"], bens.ID); refusal.KindOf(err) != refusal.NotFound {
		t.Errorf("ann finds ben's: %v", err)
	}
	h.now = h.now.Add(59*time.Minute + 59*time.Second)
	if _, err := h.desk.Find(ctx, h.actors["ben"], bens.ID); err != nil {
		t.Errorf("within the hour: %v", err)
	}
	h.now = h.now.Add(time.Second)
	if _, err := h.desk.Find(ctx, h.actors["ben"], bens.ID); refusal.KindOf(err) != refusal.NotFound {
		t.Errorf("after an hour: %v", err)
	}
	if own, err := h.desk.Own(ctx, h.actors["ann"]); err != nil || len(own) != 0 {
		t.Errorf("after an hour ann has %d (%v)", len(own), err)
	}
}

// A census that arrives slowly holds up no other page, and a second waits its turn
// without being lost.
func TestALargeCensusHoldsUpNobody(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t))
	ctx := context.Background()
	in, slow := io.Pipe()
	done := make(chan error, 2)
	go func() {
		_, err := h.desk.Check(ctx, h.actors["ann"], "slow.xml", in, cincensus.Options{})
		done <- err
	}()
	file := census(t, cincensus.Invented{Children: 50, Number: 1})
	if _, err := slow.Write(file[:1000]); err != nil {
		t.Fatal(err)
	}
	if code, _ := h.get(t, h.as(t, "meg"), web.PathCensus); code != http.StatusOK {
		t.Errorf("the page answers %d while a census arrives", code)
	}
	go func() {
		_, err := h.desk.Check(ctx, h.actors["ben"], "second.xml", bytes.NewReader(file), cincensus.Options{})
		done <- err
	}()
	gone, leave := context.WithCancel(ctx)
	leave()
	if _, err := h.desk.Check(gone, h.actors["meg"], "third.xml", bytes.NewReader(file), cincensus.Options{}); err == nil {
		t.Error("somebody who went away still waits")
	}
	if _, err := slow.Write(file[1000:]); err != nil {
		t.Fatal(err)
	}
	if err := slow.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	for _, id := range []string{"ann", "ben"} {
		if own, err := h.desk.Own(ctx, h.actors[id]); err != nil || len(own) != 1 {
			t.Errorf("%s has %d checks (%v), want 1", id, len(own), err)
		}
	}
}
