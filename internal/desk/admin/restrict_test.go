package admin_test

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"frontdoor/internal/access"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/pathway"
	human "frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/web"
)

// browser signs somebody in and gives what a page answers; with answers they are sent.
func browser(t *testing.T, a *admin.Desk, user string) func(path string, answers url.Values) (int, string) {
	t.Helper()
	srv := web.NewServer(a.Record, web.Settings{Version: "test", Demo: &web.Demo{Authority: "x", Personas: []web.Persona{{UserID: user, Name: user}}}})
	a.Routes(srv)
	ts := httptest.NewServer(srv.Handler())
	t.Cleanup(ts.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	send := func(path string, answers url.Values) (int, string) {
		t.Helper()
		res, err := c.Get(ts.URL + path)
		if answers != nil {
			res, err = c.PostForm(ts.URL+path, answers)
		}
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(b) + res.Header.Get("Location")
	}
	send("/demo/sign-in", url.Values{"as": {user}})
	return send
}

// TestARecordIsClosedAndOpenedOnItsPage closes a record, has somebody who is not named
// refused, and opens it again.
func TestARecordIsClosedAndOpenedOnItsPage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a, _ := desk(t, d)
		ctx := context.Background()
		for _, id := range []string{"ali", "bea"} {
			if _, err := a.AddUser(ctx, admin.Service("x"), admin.NewUser{ID: id, Email: id + "@x.example", Name: strings.ToUpper(id), Roles: []admin.RoleIn{{Role: access.FrontDoorManager, Team: admin.FrontDoorTeam}}}); err != nil {
				t.Fatal(err)
			}
		}
		var kept human.Person
		err := a.Record.Do(ctx, person("ali", access.FrontDoorManager), func(tx *record.Tx) error {
			err := tx.Allow(access.LinkPerson, access.About{Authority: "x", Live: true})
			if err != nil {
				return err
			}
			if kept, err = tx.AddPerson(ctx, human.Person{Given: "Ana", Family: "Bell"}, true); err != nil {
				return err
			}
			return tx.Apply(ctx, record.Subject{Kind: "child", Ref: kept.Ref}, "add", pathway.Consequences{})
		})
		if err != nil {
			t.Fatal(err)
		}
		path := "/children/" + kept.Ref + "/restriction"
		ali, bea := browser(t, a, "ali"), browser(t, a, "bea")
		if code, page := ali(path, nil); code != http.StatusOK || !strings.Contains(page, "BEA") || strings.Contains(page, "Ana") {
			t.Errorf("%d: the page offers nobody, or says who the child is", code)
		}
		if code, page := ali(path, url.Values{"conceal": {"restricted"}, "reason": {"A parent works for us"}}); code != http.StatusUnprocessableEntity || !strings.Contains(page, "Select at least one person") || !strings.Contains(page, "A parent works for us") {
			t.Errorf("%d: naming nobody: want that said, and what was typed kept", code)
		}
		if code, page := ali(path, url.Values{"conceal": {"restricted"}, "named": {"bea"}, "ask": {"Bea"}, "reason": {"A parent works for us"}}); code != http.StatusSeeOther || !strings.HasSuffix(page, "/contacts") {
			t.Errorf("%d %s: closed to herself, want the board next", code, page)
		}
		if code, page := ali(path, nil); code != http.StatusForbidden || strings.Contains(page, "works for us") {
			t.Errorf("%d for one who is not named", code)
		}
		if code, page := bea(path, nil); code != http.StatusOK || !strings.Contains(page, "A parent works for us") || !strings.Contains(page, "ALI") {
			t.Errorf("%d: want who closed it and why", code)
		}
		if code, _ := bea(path, url.Values{"why": {""}}); code != http.StatusUnprocessableEntity {
			t.Errorf("%d: lifted without a reason", code)
		}
		if code, page := bea(path, url.Values{"why": {"They have left"}}); code != http.StatusSeeOther || !strings.HasSuffix(page, "/children/"+kept.Ref) {
			t.Errorf("%d %s: lifted, want the child next", code, page)
		}
		if code, page := ali(path, nil); code != http.StatusOK || !strings.Contains(page, "Restrict this record") {
			t.Errorf("%d: it does not open again", code)
		}
	})
}
