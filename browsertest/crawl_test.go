package browsertest

import (
	"context"
	"database/sql"
	"fmt"
	"html"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"frontdoor/internal/db"
)

// aForm is a form of the service as somebody meets it.
type aForm struct {
	user  string // who; "" for somebody who is not signed in
	path  string // of the page
	route string // the pattern of the route that it sends to, with the method
	says  string // the words of its buttons
	get   bool   // it asks for a page and changes nothing
	asks  string // the names of what it asks, without the ids in them
	nth   int    // which of the page's forms in main, from 0
}

// key is the same for two forms that ask the same of different children.
func (f aForm) key() string { return f.route + " " + f.asks }

func (f aForm) String() string {
	return fmt.Sprintf("%s “%s” on %s as %q", f.route, f.says, f.path, f.user)
}

// How much of the service a crawl opens as one person: pages of one route that the same
// kind of page leads to, and pages of one route in all.
const (
	sameLink  = 2
	sameRoute = 14
	allPages  = 400
)

var (
	aLink    = regexp.MustCompile(`(?s)<a [^>]*?href="(/[^"#]*)`)
	aFormTag = regexp.MustCompile(`(?s)<form ([^>]*)>(.*?)</form>`)
	aButton  = regexp.MustCompile(`(?s)<button[^>]*>(.*?)</button>`)
	aName    = regexp.MustCompile(`<(input|button|select|textarea) [^>]*?name="([^"]*)"(?: value="([^"]*)")?`)
	anID     = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}|[A-Z]{1,2}-\d\d-[A-Z0-9]{6}`)
	aTag     = regexp.MustCompile(`<[^>]*>`)
	anAttr   = regexp.MustCompile(`([a-z-]+)="([^"]*)"`)
	aFile    = regexp.MustCompile(`\.(csv|json|pdf|ics|zip|xml|html)$|^/assets/|^/files/`)
	inLetter = db.SQL("browsertest.links-in-letters", `SELECT DISTINCT link FROM outbox WHERE authority_id = $1 AND link <> ''`)
)

// crawler opens pages as one person, without a browser.
type crawler struct {
	town   *town
	client *http.Client
	user   string
	routes *http.ServeMux
	opened map[string]bool
	led    map[string]int // pages of a route that a kind of page led to
	pages  map[string]int // pages of a route
	queue  []string
	from   map[string]string // which page led to a page
	forms  []aForm
	dead   []string // links that lead to a refusal
}

// patterns is a mux that knows the service's routes and serves nothing.
func patterns(w *town) *http.ServeMux {
	mux := http.NewServeMux()
	for _, r := range w.server.Routes() {
		mux.HandleFunc(r.Pattern, func(http.ResponseWriter, *http.Request) {})
	}
	return mux
}

func route(mux *http.ServeMux, method, path string) string {
	r, err := http.NewRequest(method, path, nil)
	if err != nil {
		return ""
	}
	_, pattern := mux.Handler(r)
	return pattern
}

// signedIn is a client with a session of somebody, and the session's cookies.
func (w *town) signedIn(t *testing.T, user string) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Jar: jar}
	if user != "" {
		res, err := c.PostForm(w.url+"/demo/sign-in", url.Values{"as": {user}})
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != http.StatusOK {
			t.Fatalf("sign in as %s: %d", user, res.StatusCode)
		}
	}
	return c
}

// crawl opens what somebody can reach by links from where they start, and says which forms
// are there, and which links are answered by a refusal. Of pages that differ only in whom they are about it opens a few.
func (w *town) crawl(t *testing.T, user string, c *http.Client, start ...string) (forms []aForm, dead []string) {
	t.Helper()
	x := &crawler{town: w, client: c, user: user, routes: patterns(w), opened: map[string]bool{}, led: map[string]int{}, from: map[string]string{}, pages: map[string]int{}, queue: start}
	for len(x.queue) > 0 && len(x.opened) < allPages {
		path := x.queue[0]
		x.queue = x.queue[1:]
		if !x.opened[path] {
			x.opened[path] = true
			x.open(t, path)
		}
	}
	return x.forms, x.dead
}

func (x *crawler) open(t *testing.T, path string) {
	t.Helper()
	res, err := x.client.Get(x.town.url + path)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	if from, led := x.from[path]; !led && res.StatusCode != http.StatusOK {
		return // a page of the list that shows what is wrong, or is there for nobody
	} else if res.StatusCode == http.StatusNotFound {
		return // concealed: a list may name what is not open to everybody whom it names it to
	} else if res.StatusCode != http.StatusOK {
		x.dead = append(x.dead, fmt.Sprintf("%s as %q: %d behind a link on %s", path, x.user, res.StatusCode, from))
		return
	}
	page := string(b)
	at := res.Request.URL
	from := kindOf(x.routes, at)
	for _, m := range aLink.FindAllStringSubmatch(page, -1) {
		x.follow(from, at.RequestURI(), html.UnescapeString(m[1]))
	}
	_, main, _ := strings.Cut(page, "<main")
	for i, m := range aFormTag.FindAllStringSubmatch(main, -1) {
		f := aForm{user: x.user, path: at.RequestURI(), nth: i}
		method, action := http.MethodGet, at.Path
		for _, a := range anAttr.FindAllStringSubmatch(m[1], -1) {
			switch a[1] {
			case "method":
				method = strings.ToUpper(a[2])
			case "action":
				action = html.UnescapeString(a[2])
			}
		}
		var says []string
		for _, b := range aButton.FindAllStringSubmatch(m[2], -1) {
			says = append(says, strings.Join(strings.Fields(aTag.ReplaceAllString(b[1], " ")), " "))
		}
		asks := map[string]bool{}
		for _, n := range aName.FindAllStringSubmatch(m[2], -1) {
			name := n[2]
			if n[1] == "button" {
				name += "=" + n[3]
			}
			asks[anID.ReplaceAllString(name, "*")] = true
		}
		f.says, f.asks = html.UnescapeString(strings.Join(says, " / ")), strings.Join(slices.Sorted(maps.Keys(asks)), " ")
		f.get = method == http.MethodGet
		f.route = route(x.routes, method, action)
		x.forms = append(x.forms, f)
	}
}

// follow opens a link later, unless enough like it were.
func (x *crawler) follow(from, at, to string) {
	u, err := url.Parse(to)
	if err != nil || aFile.MatchString(u.Path) {
		return
	}
	kind := kindOf(x.routes, u)
	if kind == "" || x.opened[to] || x.led[from+">"+kind] >= sameLink || x.pages[kind] >= sameRoute {
		return
	}
	if !slices.Contains(x.queue, to) {
		x.led[from+">"+kind]++
		x.pages[kind]++
		x.queue, x.from[to] = append(x.queue, to), at
	}
}

// kindOf is the route of an address with the names of what it asks for.
func kindOf(mux *http.ServeMux, u *url.URL) string {
	pattern := route(mux, http.MethodGet, u.Path)
	if pattern == "" || u.RawQuery == "" {
		return pattern
	}
	return pattern + "?" + strings.Join(slices.Sorted(maps.Keys(u.Query())), "&")
}

// letters are the links that were sent to people, as paths.
func (w *town) letters(t *testing.T) []string {
	t.Helper()
	out, err := w.all(inLetter)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// all are the rows of a query that gives one text each.
func (w *town) all(query db.Query) (out []string, err error) {
	err = w.record.DB.Read(context.Background(), func(q db.Queryer) error {
		out, err = db.Collect(context.Background(), q, func(r *sql.Rows, s *string) error { return r.Scan(s) }, query, w.built.Authority)
		return err
	})
	return out, err
}
