package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/desk/feeds"
	queued "frontdoor/internal/desk/load"
	"frontdoor/internal/desk/partnership"
	"frontdoor/internal/feed"
	"frontdoor/internal/record"
	"frontdoor/internal/web"
)

var notifications = db.InsertInto("bench.notifications", "contact", `id, authority_id, ref, channel, source_kind, source_name, organisation_id, sender_ref, district,
	incident_at, reported_at, graded_at, sent_at, received_at, recorded_at, grade, state, rank, risk_since, due_at, decided_at, words, lag, told_children, told_named, missing`, "")

// One child of each notification, decided for.
var (
	decided  = db.InsertInto("bench.decided", "decision", "id, authority_id, contact_id, child_id, outcome, rationale, level, threshold_version, consent, decided_by, decided_by_name, decided_at", "")
	deciding = db.InsertInto("bench.deciding", "wait", `id, authority_id, contact_id, child_id, agency, owner_id, owner_name, timescale, rule_version, due_at, warn_at, main_due_at, also_due_at,
		what, since, begun_at, ended_at, ended_happened_at, ended_how`, "")
)

// feedYears is how far back the notifications go.
const feedYears = 2

// feedPages fills two years of notifications and asks for the pages about lag and
// silence, and partners’ scorecards, through the whole server; without lag only the
// last. The first look makes the days: it is timed apart.
func feedPages(ctx context.Context, r *record.Record, a *admin.Desk, n int, lag bool) error {
	begun := time.Now()
	if err := fillFeed(ctx, r, n); err != nil {
		return err
	}
	if err := fillPartners(ctx, r, n); err != nil {
		return err
	}
	if err := r.DB.Analyze(ctx); err != nil {
		return err
	}
	fmt.Printf("filled %d notifications of %d years in %.0f s\n", n, feedYears, time.Since(begun).Seconds())
	if _, err := a.AddUser(ctx, admin.Service("bench"), admin.NewUser{ID: "d", Email: "d@bench.example", Name: "D", Roles: []admin.RoleIn{{Role: access.Director}, {Role: access.FrontDoorManager}}}); err != nil {
		return err
	}
	begun = time.Now()
	if err := r.RefreshFeeds(ctx, "bench"); err != nil {
		return err
	}
	fmt.Printf("every day made for the first time in %.1f s\n", time.Since(begun).Seconds())
	srv := web.NewServer(r, web.Settings{Version: "bench", Demo: &web.Demo{Authority: "bench", Personas: []web.Persona{{UserID: "d", Name: "D"}}}})
	contacts.New(r).Routes(srv)
	queued.New(r).Routes(srv)
	feeds.New(r).Routes(srv)
	partnership.New(r).Routes(srv)
	ts := httptest.NewServer(srv.Handler())
	defer ts.Close()
	c := &http.Client{Jar: &cookies{}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.PostForm(ts.URL+"/demo/sign-in", url.Values{"as": {"d"}})
	if err != nil {
		return err
	}
	_ = res.Body.Close()
	year := "from=" + r.Now().Date().AddDays(-366).String()
	whole := "from=" + r.Now().Date().AddDays(-366*feedYears).String()
	pages := []struct{ name, path string }{
		{"lag, one year", "/feeds/lag"}, {"lag, two years", "/feeds/lag?" + whole}, {"silence", "/feeds"}, {"weeks", "/feeds/weeks?force=police"},
		{"list, two years, the longest first", "/figures/police?" + whole}, {"list, medium, over 7 days", "/figures/police?grade=medium&over=7&" + whole},
		{"list, high, over the limit", "/figures/police?grade=high&late=1&" + whole}, {"list, grading, a year", "/figures/police?stage=graded"}, {"figures", "/figures"}, {"board", "/contacts"}, {"how much waits", "/contacts/load"}, {"how much waits, 48 hours", "/contacts/load?hours=48&times=4"},
	}
	scorecards := []struct{ name, path string }{
		{"scorecard, 26 weeks", "/leadership/partners/police"}, {"scorecard, one year", "/leadership/partners/police?" + year}, {"scorecard, two years", "/leadership/partners/police?" + whole}, {"partners, 26 weeks", "/leadership/partners"},
		{"list, what fell due, 26 weeks", "/leadership/partners/police/due"}, {"list, no reasons, 26 weeks", "/leadership/partners/police/lacking-reasons"},
	}
	if !lag {
		pages = nil
	}
	for _, p := range append(pages, scorecards...) {
		if err := page(c, ts.URL, p.name, p.path); err != nil {
			return err
		}
	}
	begun = time.Now()
	proofs, err := r.Verify(ctx)
	if err != nil {
		return err
	}
	for _, p := range proofs {
		fmt.Printf("verify: %d days' figures counted again, %d faults, in %.1f s\n", p.FeedDays, len(p.Faults), time.Since(begun).Seconds())
		for _, f := range p.Faults {
			fmt.Fprintln(os.Stderr, f)
		}
	}
	return nil
}

// fillFeed spreads n notifications over two years, four districts and three grades.
func fillFeed(ctx context.Context, r *record.Record, n int) error {
	now := civil.At(time.Now())
	rng := rand.New(rand.NewPCG(1, 2))
	step := time.Duration(feedYears) * 365 * 24 * time.Hour / time.Duration(n)
	districts := []string{"North", "South", "East", "West"}
	return inBatches(ctx, r, n, func(q db.Queryer, from, to int) error {
		var rows, decisions, waits [][]any
		for i := from; i < to; i++ {
			received := now.Add(-time.Duration(n-i) * step)
			grade, lag := "standard", time.Duration(rng.ExpFloat64()*30*float64(time.Hour))
			switch rng.IntN(10) {
			case 0:
				grade, lag = "high", time.Duration(rng.ExpFloat64()*9*float64(time.Hour))
			case 1, 2, 3:
				grade, lag = "medium", time.Duration(rng.ExpFloat64()*90*float64(time.Hour))
			}
			at := received.Add(-lag)
			s := feed.Stamps{Incident: at, Received: received}
			took, _ := s.Took(feed.Told)
			made := received.Add(time.Duration(rng.IntN(40)) * time.Hour)
			contact, child, due := id(), id(), received.Add(24*time.Hour)
			decisions = append(decisions, []any{id(), "bench", contact, child, "assessment", "Words", "3", "1", "given", "m", "M", made})
			waits = append(waits, []any{id(), "bench", contact, child, "front_door", "front", "Front door", "contact.decision", "CD1", due, due, due, due, "decide", received, received, made, made, "met"})
			rows = append(rows, []any{contact, "bench", fmt.Sprintf("N-%07d", i), "police", "police", "Police", "police", fmt.Sprintf("R-%07d", i), districts[rng.IntN(4)],
				at, at.Add(lag / 5), at.Add(lag / 3), at.Add(lag * 9 / 10), received, received, grade, "decided", i % 4, at, due, made, "Words", int64(took), 2, 1 + i%2, []string{"", "", "name", "reasons", "born district"}[i%5]})
		}
		for _, x := range []struct {
			in   *db.Insert
			rows [][]any
		}{{&notifications, rows}, {&decided, decisions}, {&deciding, waits}} {
			if err := x.in.Exec(ctx, q, x.rows...); err != nil {
				return err
			}
		}
		return nil
	})
}
