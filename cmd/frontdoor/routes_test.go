package main

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/notice"
	"frontdoor/internal/record"
	"frontdoor/internal/service"
	"frontdoor/internal/timescale"
	"frontdoor/internal/web"
)

// house is the whole service with a person for each role, to try every route with.
func house(t *testing.T) (*web.Server, *record.Record, map[access.Role]string) {
	t.Helper()
	set, err := timescale.Statutory()
	if err != nil {
		t.Fatal(err)
	}
	at := civil.DateOf(2026, 11, 24).AtTime(9, 0)
	r := record.New(dbtest.SQLite(t), set, civil.England(), func() civil.Instant { return at })
	a := admin.New(r)
	ctx := context.Background()
	if err := a.AddAuthority(ctx, admin.Authority{ID: "x", Code: "990", Name: "Testham", Phone: "01632 960000"}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.AddOrganisation(ctx, admin.Service("x"), admin.Organisation{ID: "pol", Kind: "police", Name: "Police"}); err != nil {
		t.Fatal(err)
	}
	people := map[access.Role]string{}
	banner := &web.Demo{Authority: "x"}
	for _, role := range access.Roles() {
		if role == access.Public || role == access.Door || role == access.Installation {
			continue
		}
		u := admin.NewUser{ID: string(role), Email: string(role) + "@x.example", Name: string(role), Roles: []admin.RoleIn{{Role: role, Team: admin.DutyTeam}}}
		if strings.HasPrefix(string(role), "police_") || role == access.Referring {
			u.OrganisationID = "pol"
		}
		if role == access.Inspector {
			u.ExpiresAt = at.Date().AddDays(3).EndOfDay()
		}
		if _, err := a.AddUser(ctx, admin.Service("x"), u); err != nil {
			t.Fatal(err)
		}
		people[role] = u.ID
		banner.Personas = append(banner.Personas, web.Persona{UserID: u.ID, Name: u.Name})
	}
	srv, err := service.New(r, web.Settings{Version: "test", Demo: banner, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}, notice.Post{})
	if err != nil {
		t.Fatal(err)
	}
	return srv, r, people
}

type jar struct{ cookies []*http.Cookie }

func (j *jar) SetCookies(_ *url.URL, c []*http.Cookie) { j.cookies = append(j.cookies, c...) }

func (j *jar) Cookies(*url.URL) []*http.Cookie { return j.cookies }

// TestEveryRouteWithEveryRole tries each route as each role, and signed out. What the
// policy does not grant is refused or concealed; what it grants is neither refused
// nor a fault. The list comes from the routes and the policy themselves.
func TestEveryRouteWithEveryRole(t *testing.T) {
	srv, r, people := house(t)
	ts := httptest.NewServer(srv.Handler())
	defer ts.Close()
	clients := map[access.Role]*http.Client{access.Public: client(nil)}
	for role, id := range people {
		c := client(&jar{})
		res, err := c.PostForm(ts.URL+"/demo/sign-in", url.Values{"as": {id}})
		if err != nil || res.StatusCode != http.StatusSeeOther {
			t.Fatalf("sign in as %s: %v", id, err)
		}
		_ = res.Body.Close()
		clients[role] = c
	}
	fill := strings.NewReplacer("{id}", "none", "{ref}", "none", "{draft}", "none", "{step}", "you", "{line}", "none", "{token}", "none", "{agency}", "pol", "{list}", "due", "{$}", "", "{name}", "none")
	tried := 0
	for _, route := range srv.Routes() {
		method, path, _ := strings.Cut(fill.Replace(route.Pattern), " ")
		if path == web.PathSignOut || path == web.PathDemoSignIn {
			continue // these end or change the session the test uses
		}
		for role, c := range clients {
			who := access.Actor{ID: "public", Authority: "x", Roles: []access.Role{access.Public}}
			if role != access.Public {
				var err error
				if who, err = r.FindActor(context.Background(), "x", people[role]); err != nil {
					t.Fatal(err)
				}
			}
			got := try(t, c, method, ts.URL+path)
			tried++
			allowed := access.ScopeOf(who, route.Action).Allowed
			refused := got == http.StatusForbidden || got == http.StatusNotFound || got == http.StatusUnauthorized || (got == http.StatusSeeOther && role == access.Public)
			switch {
			case got >= 500:
				t.Errorf("%s as %s: %d", route.Pattern, role, got)
			case !allowed && !route.Public && !refused:
				t.Errorf("%s as %s: %d, and the policy does not grant %s", route.Pattern, role, got, route.Action)
			case allowed && !route.Public && got == http.StatusForbidden:
				t.Errorf("%s as %s: refused, and the policy grants %s", route.Pattern, role, route.Action)
			}
		}
	}
	if tried < 500 {
		t.Errorf("only %d attempts: the routes are not all here", tried)
	}
}

func client(j http.CookieJar) *http.Client {
	return &http.Client{Jar: j, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func try(t *testing.T, c *http.Client, method, to string) int {
	t.Helper()
	var body io.Reader
	if method == http.MethodPost {
		body = strings.NewReader("")
	}
	req, err := http.NewRequest(method, to, body)
	if err != nil {
		t.Fatal(err)
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, res.Body)
	return res.StatusCode
}

// TestEveryQueryOnBothEngines prepares every named query of the program against the
// real schema.
func TestEveryQueryOnBothEngines(t *testing.T) {
	all := db.Registered()
	if len(all) < 100 {
		t.Fatalf("only %d queries are linked in", len(all))
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, q := range all {
			if err := d.Prepare(context.Background(), q); err != nil {
				t.Errorf("%s: %v", q.Name(), err)
			}
		}
	})
}
