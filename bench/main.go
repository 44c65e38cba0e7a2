// Command bench measures what docs/performance.md reports: how many notifications a
// second are taken with everything done in their transaction, and how long the board,
// a contact's page and the waiting desk take with a large authority behind them.
package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/desk/waiting"
	"frontdoor/internal/partner/police"
	"frontdoor/internal/record"
	"frontdoor/internal/timescale"
	"frontdoor/internal/web"
)

func main() {
	database := flag.String("database", "sqlite:"+os.TempDir()+"/frontdoor-bench.db", "an empty database: sqlite:PATH or postgres://…")
	senders := flag.Int("senders", 8, "police systems sending at once")
	seconds := flag.Int("seconds", 15, "how long they send")
	children := flag.Int("children", 100_000, "children in the large authority")
	past := flag.Int("past", 1_000_000, "ended waits")
	open := flag.Int("open", 20_000, "open waits")
	sent := flag.Int("notifications", 500_000, "notifications of two years, for -what feeds or scorecard")
	notices := flag.Int("notices", 10_000, "notices delivered, for -what notices")
	what := flag.String("what", "receive,pages", "which measurements: receive, pages, feeds (with scorecard), scorecard, notices")
	flag.Parse()
	do := func() error {
		return run(context.Background(), *database, *what, load{*senders, *seconds, *children, *past, *open, *sent, *notices})
	}
	if *what == "mail-server" {
		do = mailServer
	}
	if err := do(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

type load struct{ senders, seconds, children, past, open, notifications, notices int }

func run(ctx context.Context, database, what string, l load) error {
	d, err := db.Open(ctx, database, db.Options{})
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
	r := record.New(d, set, civil.England(), func() civil.Instant { return civil.At(time.Now()) })
	a := admin.New(r)
	if err := a.AddAuthority(ctx, admin.Authority{ID: "bench", Code: "990", Name: "Bench", Phone: "01632 960000"}); err != nil {
		return err
	}
	if _, err := a.AddOrganisation(ctx, admin.Service("bench"), admin.Organisation{ID: "police", Kind: "police", Name: "Police"}); err != nil {
		return err
	}
	fmt.Printf("%s, %d processors, %s\n", d.Engine(), runtime.NumCPU(), runtime.Version())
	if strings.Contains(what, "receive") {
		if err := receive(ctx, r, a, l); err != nil {
			return err
		}
	}
	if lag := strings.Contains(what, "feeds"); lag || strings.Contains(what, "scorecard") {
		if err := feedPages(ctx, r, a, l.notifications, lag); err != nil {
			return err
		}
	}
	if strings.Contains(what, "notices") {
		if err := deliverNotices(ctx, r, l.notices); err != nil {
			return err
		}
	}
	if strings.Contains(what, "pages") {
		return pages(ctx, r, a, l)
	}
	return nil
}

// receive has several senders send different notifications of two children each, one
// named rightly and one with an NHS number, as fast as they are answered.
func receive(ctx context.Context, r *record.Record, a *admin.Desk, l load) error {
	door := police.New(contacts.New(r), a)
	who := access.Actor{ID: "key", Name: "Police", Authority: "bench", AgencyID: "police", AgencyKind: "police", Roles: []access.Role{access.Door}}
	var mu sync.Mutex
	var took []time.Duration
	var failed error
	begun := time.Now()
	end := begun.Add(time.Duration(l.seconds) * time.Second)
	var wg sync.WaitGroup
	for s := range l.senders {
		wg.Go(func() {
			for n := 0; time.Now().Before(end); n++ {
				body := message(s, n)
				t := time.Now()
				_, _, unreadable, err := door.Receive(ctx, who, "Police", body, int64(len(body)))
				mu.Lock()
				took = append(took, time.Since(t))
				if err != nil || unreadable != nil {
					failed = fmt.Errorf("receive: %v %v", err, unreadable)
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if failed != nil {
		return failed
	}
	report("notifications", took, time.Since(begun))
	return nil
}

func message(sender, n int) []byte {
	at := time.Now().Add(-3 * time.Hour).UTC().Format(time.RFC3339)
	return fmt.Appendf(nil, `{"reference":"B-%d-%d","incident_at":%q,"grade":"medium","what":"A quarrel, heard by a neighbour","postcode":"ZZ%d %dAB","address":"%d Mill Road","children":[{"given":"Ana%d","family":"Bell%d","born":"20%02d-05-%02d"},{"given":"Ben","family":"Bell%d","born":"2019-09-14"}]}`,
		sender, n, at, sender%9+1, n%9+1, n%200, n%97, n%311, 10+n%14, n%28+1, n%311)
}

func report(what string, took []time.Duration, whole time.Duration) {
	slices.Sort(took)
	at := func(p float64) time.Duration {
		return took[min(len(took)-1, int(p*float64(len(took))))].Round(10 * time.Microsecond)
	}
	fmt.Printf("%-34s %6d in %5.1f s  %7.1f a second  p50 %-9s p95 %-9s p99 %s\n", what, len(took), whole.Seconds(), float64(len(took))/whole.Seconds(), at(0.5), at(0.95), at(0.99))
}

// pages fills a large authority and asks for its pages through the whole server,
// with sign-in, permission and the entry in the trail that each look writes.
func pages(ctx context.Context, r *record.Record, a *admin.Desk, l load) error {
	begun := time.Now()
	ref, err := fill(ctx, r, l)
	if err != nil {
		return err
	}
	if _, err := r.MakeSearchable(ctx); err != nil {
		return err
	}
	if err := r.DB.Analyze(ctx); err != nil {
		return err
	}
	fmt.Printf("filled %d children, %d past and %d open waits in %.0f s\n", l.children, l.past, l.open, time.Since(begun).Seconds())
	if _, err := a.AddUser(ctx, admin.Service("bench"), admin.NewUser{ID: "m", Email: "m@bench.example", Name: "M", Roles: []admin.RoleIn{{Role: access.FrontDoorManager}}}); err != nil {
		return err
	}
	srv := web.NewServer(r, web.Settings{Version: "bench", Demo: &web.Demo{Authority: "bench", Personas: []web.Persona{{UserID: "m", Name: "M"}}}})
	contacts.New(r).Routes(srv)
	waiting.New(r).Routes(srv)
	ts := httptest.NewUnstartedServer(srv.Handler())
	watch := &watcher{took: map[string]time.Duration{}}
	ts.Config.BaseContext = func(net.Listener) context.Context { return db.WithHook(ctx, watch.see) }
	ts.Start()
	defer ts.Close()
	jar := &cookies{}
	c := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.PostForm(ts.URL+"/demo/sign-in", url.Values{"as": {"m"}})
	if err != nil {
		return err
	}
	_ = res.Body.Close()
	for _, p := range []struct{ name, path string }{{"board", "/contacts"}, {"contact page", "/contacts/" + ref}, {"who is this", "/contacts/" + ref + "/people"},
		{"waiting desk", "/waiting"}, {"waiting desk, police, late", "/waiting?agency=police&late=1"}, {"search by name", "/search?q=Ana+Bell7"}} {
		watch.reset()
		if err := page(c, ts.URL, p.name, p.path); err != nil {
			return err
		}
		watch.report()
	}
	return nil
}

// watcher notes which query runs when, to say how many a page needs and which take
// longest. The time to the next query is taken for the time of the one before.
type watcher struct {
	mu    sync.Mutex
	last  string
	since time.Time
	n     int
	took  map[string]time.Duration
}

func (w *watcher) reset() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last, w.n, w.took = "", 0, map[string]time.Duration{}
}

func (w *watcher) see(q db.Query) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	if w.last != "" {
		w.took[w.last] += now.Sub(w.since)
	}
	w.last, w.since = q.Name(), now
	w.n++
	return nil
}

func (w *watcher) report() {
	w.mu.Lock()
	defer w.mu.Unlock()
	names := slices.SortedFunc(maps.Keys(w.took), func(a, b string) int { return cmp.Compare(w.took[b], w.took[a]) })
	fmt.Printf("  %d queries a page; longest:", w.n/asks)
	for _, n := range names[:min(3, len(names))] {
		fmt.Printf(" %s %s", n, (w.took[n] / asks).Round(10*time.Microsecond))
	}
	fmt.Println()
}

const asks = 100

func page(c *http.Client, base, name, path string) error {
	var took []time.Duration
	begun, before := time.Now(), worked()
	for range asks {
		t := time.Now()
		res, err := c.Get(base + path)
		if err != nil {
			return err
		}
		n, err := res.Body.Read(make([]byte, 1))
		_ = res.Body.Close()
		if res.StatusCode != http.StatusOK || n == 0 {
			if res.StatusCode == http.StatusNotFound && name == "search by name" {
				return nil // the children's desk is not among the measured
			}
			return fmt.Errorf("%s: %d %v", path, res.StatusCode, err)
		}
		took = append(took, time.Since(t))
	}
	report(name, took, time.Since(begun))
	fmt.Printf("  %s of this process's own processor time a page\n", ((worked() - before) / asks).Round(100*time.Microsecond))
	return nil
}

// worked is the processor time that this process has used: what a page takes of it does
// not wait for what else the machine does. A database beside it is not counted.
func worked() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

type cookies struct{ all []*http.Cookie }

// SetCookies keeps what the server sets.
func (j *cookies) SetCookies(_ *url.URL, c []*http.Cookie) { j.all = append(j.all, c...) }

// Cookies gives it back.
func (j *cookies) Cookies(*url.URL) []*http.Cookie { return j.all }
