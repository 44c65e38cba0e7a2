package main

import (
	"encoding/csv"
	"encoding/json"
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/demo"
	"frontdoor/internal/desk/feeds"
	"frontdoor/internal/notice"
	"frontdoor/internal/record"
	"frontdoor/internal/service"
	"frontdoor/internal/timescale"
	"frontdoor/internal/web"
)

// notLists are pages with a table that are no list: one thing's own page, a form, or
// figures with a list behind each.
var notLists = map[string]string{
	"/figures": "figures, each with its list", "/numbers": "figures, each with its list", "/leadership": "figures, each with its list", "/inspection": "figures, each with its list",
	"/returns/census": "a file that was brought", "/about/timescales": "what we promise", "/about/access": "what we promise", "/about/journey": "what we promise",
	"/places": "an answer to a question that says why it is asked, with files of its own", "/partner": "a home, each of its lists with its own page", "/partner/police": "a home, each of its lists with its own page", "/leadership/packs": "a pack, made to download", "/sign-in": "no list", "/help": "no list", "/account": "one's own account", "/search": "an answer to a question, never a list to take away",
	"/escalations/ladder": "how far a question climbs: reviewed data", "/feeds/backlog": "a form", "/report": "a form", "/contacts/new": "a form", "/contacts/load/limits": "a form", "/meetings/ask": "a form", "/enquiries/early": "a form", "/duplicates/new": "a form", "/report/return": "a form",
}

// keyOf is the column that names a row on its page. Of a list without one only the files
// are held to each other.
var keyOf = map[string]string{
	"/waiting": "contact", "/meetings": "discussion", "/enquiries": "enquiry", "/conferences": "conference", "/allocations": "contact", "/allocations/teams": "team", "/allocations/teams/children": "contact", "/my-work": "child", "/duplicates": "one_reference",
	"/partner/questions": "contact", "/partner/referrals": "reference", "/messages": "contact", "/worries": "reference", "/promptness": "agency", "/promptness/list": "contact", "/joint": "contact", "/admin/partners": "name", "/admin/partners/{id}": "address",
	"/feeds/reconciliations": "file", "/feeds/reconciliations/{id}": "force_reference", "/admin/people": "email", "/admin/doors": "name", "/fairness": "",
	"/partner/owed": "contact", "/partner/notices": "notice", "/feeds/schools": "", "/feeds/schools/children": "", "/admin/schools": "name",
	"/triggers": "contact", "/measures/first-help": "", "/measures/effective": "", "/feeds": "", "/feeds/weeks": "", "/feeds/lag": "", "/figures/police": "contact", "/contacts": "contact", "/contacts/load": "", "/leadership/partners": "name", "/leadership/partners/{agency}": "", "/leadership/partners/{agency}/{list}": "reference",
	"/children/{ref}/limits": "", "/inspection/packs": "pack", "/inspection/packs/{ref}/rows": "reference",
}

// whoLists are who opens a list, by the role that sees most of it.
var whoLists = []access.Role{access.FrontDoorManager, access.Director, access.PoliceReferral, access.Administrator, access.SocialWorker, access.Analyst, access.SchoolLead, access.PoliceSenior}

// TestEveryListPageHasItsFiles walks the list pages of the whole service over a small
// demo: each has .csv and .json at the same address with the same rows, in the page's
// order; and a page with a list's table that is not known as a list is found.
func TestEveryListPageHasItsFiles(t *testing.T) {
	now := civil.DateOf(2026, 11, 24).AtTime(14, 0)
	set, err := timescale.Statutory()
	if err != nil {
		t.Fatal(err)
	}
	d := dbtest.SQLite(t)
	built, err := demo.Build(t.Context(), d, set, civil.England(), demo.Options{Number: 3, Now: now, Children: 200, Weeks: 4}, nil)
	if err != nil {
		t.Fatal(err)
	}
	r := record.New(d, set, civil.England(), func() civil.Instant { return now })
	people := map[access.Role]string{}
	banner := &web.Demo{Authority: built.Authority}
	for _, p := range built.Personas {
		people[p.Role] = p.UserID
		banner.Personas = append(banner.Personas, web.Persona{UserID: p.UserID, Name: p.Name})
	}
	manager, err := r.FindActor(t.Context(), built.Authority, people[access.FrontDoorManager])
	if err != nil {
		t.Fatal(err)
	}
	id, _, err := feeds.New(r).Reconcile(t.Context(), manager, "police", "list.csv", built.ForceList)
	if err != nil {
		t.Fatal(err)
	}
	srv, err := service.New(r, web.Settings{Version: "test", Demo: banner, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}, notice.Post{})
	if err != nil {
		t.Fatal(err)
	}
	ts := httptest.NewServer(srv.Handler())
	defer ts.Close()
	get := signedIn(t, ts, people)
	fill := strings.NewReplacer("/admin/partners/{id}", web.PartnerPath("police"), "/inspection/packs/{ref}", web.JointPackPath(built.Truth.Joint.Ref, ""), "{agency}", "police", "{list}", "due", "{id}", id, "{ref}", aChild(t, r, built.Authority))
	rows := 0
	lists := listsOf(srv)
	for _, path := range lists {
		role := slices.IndexFunc(whoLists, func(x access.Role) bool {
			code, _ := get(x, fill.Replace(path))
			return code == http.StatusOK
		})
		if role < 0 {
			t.Errorf("%s: nobody opens it", path)
			continue
		}
		rows += sameRows(t, path, fill.Replace(path), slices.Contains(srv.Lists(), path), func(p string) (int, string) { return get(whoLists[role], p) })
	}
	if len(lists) < 25 || rows < 500 {
		t.Errorf("only %d lists with %d rows: they are not all here", len(lists), rows)
	}
	unlisted(t, srv, get)
}

var childWithLimits = db.SQL("main_test.child-with-limits", `
	SELECT p.ref FROM person p JOIN contact_child cc ON cc.person_id = p.id AND cc.authority_id = p.authority_id
	WHERE p.authority_id = $1 AND p.conceal = '' ORDER BY p.ref LIMIT 1`)

// aChild is the reference of a child for whom limits have run.
func aChild(t *testing.T, r *record.Record, authority string) (ref string) {
	t.Helper()
	err := r.DB.Read(t.Context(), func(q db.Queryer) error { return q.QueryRowContext(t.Context(), childWithLimits, authority).Scan(&ref) })
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

// listsOf are the list pages: those that were added as such, and those with a file beside
// them.
func listsOf(srv *web.Server) []string {
	all := slices.Clone(srv.Lists())
	for _, route := range srv.Routes() {
		if path, ok := strings.CutPrefix(strings.TrimSuffix(route.Pattern, ".csv"), "GET "); ok && strings.HasSuffix(route.Pattern, ".csv") && !slices.Contains(all, path) && notLists[path] == "" {
			all = append(all, path)
		}
	}
	return all
}

// signedIn opens pages as the demo's people.
func signedIn(t *testing.T, ts *httptest.Server, people map[access.Role]string) func(access.Role, string) (int, string) {
	t.Helper()
	clients := map[access.Role]*http.Client{}
	for role, id := range people {
		c := client(&jar{})
		res, err := c.PostForm(ts.URL+"/demo/sign-in", url.Values{"as": {id}})
		if err != nil || res.StatusCode != http.StatusSeeOther {
			t.Fatalf("sign in as %s: %v", id, err)
		}
		_ = res.Body.Close()
		clients[role] = c
	}
	return func(role access.Role, path string) (int, string) {
		c := clients[role]
		if c == nil {
			return http.StatusForbidden, ""
		}
		res, err := c.Get(ts.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return res.StatusCode, string(b)
	}
}

// sameRows holds a page's two files to each other and to the page.
func sameRows(t *testing.T, path, at string, ours bool, get func(string) (int, string)) int {
	t.Helper()
	_, page := get(at)
	code, text := get(at + ".csv")
	if code != http.StatusOK || !strings.HasPrefix(text, "\uFEFF") {
		t.Errorf("%s.csv: %d", path, code)
		return 0
	}
	c := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\uFEFF")))
	c.FieldsPerRecord = -1
	sheet, err := c.ReadAll()
	if err != nil || len(sheet) == 0 {
		t.Errorf("%s.csv: %v", path, err)
		return 0
	}
	code, text = get(at + ".json")
	doc := map[string]any{}
	if strings.HasPrefix(text, "[") {
		text = `{"rows": ` + text + "}"
	}
	if err := json.Unmarshal([]byte(text), &doc); code != http.StatusOK || err != nil {
		t.Errorf("%s.json: %d %v", path, code, err)
		return 0
	}
	if lengths := lengthsOf(doc); !slices.Contains(lengths, len(sheet)-1) && doc["feeds"] == nil {
		t.Errorf("%s: %d rows in the .csv, and the lists in the .json have %v", path, len(sheet)-1, lengths)
	}
	key := keyOf[path]
	column := slices.Index(sheet[0], key)
	if key != "" && column < 0 {
		t.Errorf("%s.csv has no column %s: %v", path, key, sheet[0])
		return 0
	}
	if told, err := os.ReadFile("../../docs/api/lists.md"); ours && (err != nil || !strings.Contains(string(told), "| `"+path+"` |") || key != "" && path != "/figures/police" && !strings.Contains(path, "{id}") && !strings.Contains(string(told), strings.Join(sheet[0], ", "))) {
		t.Errorf("docs/api/lists.md does not tell of %s with the columns %s (%v)", path, strings.Join(sheet[0], ", "), err)
	}
	if key != "" {
		onPage(t, path, html.UnescapeString(page), sheet[1:], column)
	}
	if !strings.Contains(html.UnescapeString(page), ".csv") || !strings.Contains(page, ".json") {
		t.Errorf("%s has no way to its files", path)
	}
	return len(sheet) - 1
}

// lengthsOf are the lengths of the lists in a document, each with what stands for all of
// them beside it counted too.
func lengthsOf(doc map[string]any) []int {
	var out []int
	for _, v := range doc {
		if all, ok := v.([]any); ok {
			out = append(out, len(all))
			if doc["all"] != nil {
				out = append(out, len(all)+1)
			}
		}
	}
	return out
}

var listed = regexp.MustCompile(`(?s)<tbody>.*?</tbody>`)

// onPage finds the rows of the file on the page, as far as the page goes: it shows the
// first of a long list.
func onPage(t *testing.T, path, page string, rows [][]string, column int) {
	t.Helper()
	tables := strings.Join(listed.FindAllString(page, -1), "\n")
	whole := !strings.Contains(page, "Next page") && !strings.Contains(page, `rel="next"`) && !strings.Contains(page, "after=")
	for i, row := range rows {
		if row[column] == "" {
			continue
		}
		if !strings.Contains(page, strings.TrimPrefix(row[column], "'")) && (whole || i == 0) {
			t.Errorf("%s: row %d of the file, %s, is not on the page", path, i+1, row[column])
			return
		}
	}
	shown := strings.Count(tables, "<tr")
	if len(rows) == 0 && shown > 0 && !strings.HasPrefix(path, "/my-work") {
		t.Errorf("%s: the page has %d rows and the file none", path, shown)
	}
}

// unlisted finds pages with the table of a list that are not known as lists.
func unlisted(t *testing.T, srv *web.Server, get func(access.Role, string) (int, string)) {
	t.Helper()
	for _, route := range srv.Routes() {
		method, path, _ := strings.Cut(route.Pattern, " ")
		if method != http.MethodGet || strings.ContainsAny(path, "{.") || slices.Contains(listsOf(srv), path) || notLists[path] != "" {
			continue
		}
		for _, role := range whoLists {
			if code, page := get(role, path); code == http.StatusOK && strings.Contains(page, `class="fd-list"`) {
				t.Errorf("%s shows a list to a %s and has no files: add it with web.Server.List, or say in notLists what it is", path, role)
				break
			}
		}
	}
}
