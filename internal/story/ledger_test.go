package story

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/desk/waiting"
	"frontdoor/internal/partner/police"
	"frontdoor/internal/pathway"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

var (
	// Every child of every contact, and the three places that one may be in.
	everyChild = db.SQL("story_test.every-child", `
		SELECT c.ref, cc.position, cc.state = 'closed' AND cc.outcome <> '',
			EXISTS (SELECT 1 FROM episode e WHERE e.child_id = cc.id AND e.authority_id = cc.authority_id AND e.state = 'open' AND e.worker_id <> ''),
			EXISTS (SELECT 1 FROM wait w WHERE w.child_id = cc.id AND w.authority_id = cc.authority_id AND w.ended_at IS NULL AND w.owner_id <> '' AND w.owner_name <> '')
		FROM contact_child cc JOIN contact c ON c.id = cc.contact_id AND c.authority_id = cc.authority_id
		WHERE cc.authority_id = $1`)
	waitsNow   = db.SQL("story_test.waits-now", `SELECT count(*) FROM wait WHERE authority_id = $1 AND ended_at IS NULL`)
	openOnesOf = db.SQL("story_test.open-waits", `SELECT id, timescale FROM wait WHERE authority_id = $1 AND ended_at IS NULL ORDER BY id`)
	// Every contact about whose children something is decided: whether a wait for telling
	// its referrer is open, with an owner and a time, and what was told or why not.
	everyDecided = db.SQL("story_test.every-decided", `
		SELECT c.ref,
			EXISTS (SELECT 1 FROM wait w WHERE w.contact_id = c.id AND w.authority_id = c.authority_id AND w.timescale = 'contact.feedback' AND w.ended_at IS NULL AND w.owner_id <> '' AND w.due_at > w.since),
			EXISTS (SELECT 1 FROM wait w WHERE w.contact_id = c.id AND w.authority_id = c.authority_id AND w.timescale = 'contact.feedback' AND w.ended_at IS NULL),
			COALESCE((SELECT CASE WHEN f.reason = '' THEN f.way ELSE 'not told: ' || f.reason END FROM feedback f
				WHERE f.contact_id = c.id AND f.authority_id = c.authority_id AND f.done_at IS NOT NULL ORDER BY f.known_at DESC, f.id DESC LIMIT 1), '')
		FROM contact c WHERE c.authority_id = $1 AND EXISTS (SELECT 1 FROM contact_child cc WHERE cc.contact_id = c.id AND cc.authority_id = c.authority_id AND cc.outcome <> '')`)
)

// snapshot is what the test saw of the ledger at a moment.
type snapshot struct {
	at    civil.Instant
	waits int
}

// TestNoChildIsOutside plays random histories of the whole service: contacts, decisions,
// workers, discussions, enquiries, conferences, visits and what ends on the waiting desk,
// in orders that nobody planned and with much that is refused. After every step no child
// is outside {decided, allocated, ledger} (finding 12), every contact that is decided has
// its referrer told, a reason why not, or somebody who owes it by a time (finding 58), and
// whoever looks back to any moment finds as many open waits as there were then.
func TestNoChildIsOutside(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, err := New(context.Background(), d)
		if err != nil {
			t.Fatal(err)
		}
		seed := uint64(1)
		if d.Engine() == db.Postgres {
			seed = 2 // another history
		}
		h := &history{t: t, w: w, rng: rand.New(rand.NewPCG(seed, 12)), aside: rand.New(rand.NewPCG(seed, 58)), done: map[string]int{}, far: map[string]int{}}
		w.set(civil.DateOf(2026, 1, 5).AtTime(9, 0))
		for n := 0; n < fewest || n < most && h.missing() != ""; n++ {
			h.step()
		}
		if verb := h.missing(); verb != "" {
			t.Errorf("the history had no allowed %q in %d steps: it shows too little. Allowed: %v", verb, most, h.done)
		}
		h.lookBack()
	})
}

// A history has at least so many steps, and goes on until every act was allowed once.
const fewest, most = 260, 1500

// missing is an act that the history has not had yet; "" when it had all.
func (h *history) missing() string {
	for _, verb := range []string{"decide", "accept", "hold", "settle", "open-enquiry", "authorise", "confer", "meet-child", "happens", "tell-referrer", "not-told", "read-own", "notices-go"} {
		if h.done[verb] == 0 {
			return verb
		}
	}
	return ""
}

// history is one authority's random history under way.
type history struct {
	t     *testing.T
	w     *World
	rng   *rand.Rand
	aside *rand.Rand // of the telling of referrers, which moves nothing else
	refs  []string
	n     int
	seen  []snapshot
	done  map[string]int // allowed acts, by verb
	far   map[string]int // how far each contact has come
}

func (h *history) pick(all ...string) string { return all[h.rng.IntN(len(all))] }

// step is one act at a later time, by somebody who may or may not, then the property.
func (h *history) step() {
	h.t.Helper()
	w := h.w
	w.set(w.Now().Add(time.Duration(5+h.rng.IntN(600)) * time.Minute))
	if len(h.refs) < 4 || h.rng.IntN(14) == 0 {
		h.act("police send fresh.json")
		h.refs = append(h.refs, w.latest)
	} else {
		w.latest = h.refs[max(0, len(h.refs)-1-h.rng.IntN(6))]
		h.wander()
	}
	if h.aside.IntN(5) == 0 {
		h.tell()
	}
	h.hold()
}

// tell is somebody telling a referrer, or not, or a notice that goes or comes back.
func (h *history) tell() {
	h.t.Helper()
	acts := []string{`manager tell-referrer telephone "The desk, on its own number"`, `screener not-told ` + []string{"unsafe", "own", "because"}[h.aside.IntN(3)] + ` "A colleague said so"`, "detective read-own",
		"screener send-outcome " + []string{"police", "nobody"}[h.aside.IntN(2)], "administrator notices-go", "administrator notices-return", `worker tell-referrer letter "To the station"`}
	h.act(acts[h.aside.IntN(len(acts))])
}

// wander is some of what people do, often in the order in which it is done.
func (h *history) wander() {
	if h.rng.IntN(10) == 0 {
		h.happens()
		return
	}
	paths := [][]string{
		{"screener link 1 new", "screener link 2 new", `screener screen no amber "On what was said"`, `screener read-history "Nothing before"`},
		{`manager decide ` + h.pick("referral-strategy", "referral-strategy", "referral-assessment", "early-help-la", "signpost", "nfa-advice") + ` "On the whole picture" changed="More" evidence="All" told="Police"`},
		{"team-manager propose worker", h.pick("worker accept", `worker refuse "I hold too many"`)},
		{"manager convene 60", "manager hold manager police" + h.pick(" health", " health", ""), "manager settle " + h.pick("enquiries", "enquiries", "assessment", "nothing") + h.pick("", " police-action 600"),
			`manager sign police ` + h.pick("yes", `no`) + ` "We would see the child first"`},
		{"manager open-enquiry 1", "manager say-together social_work joint criterion injury", "manager agree-action child_seen social_work 240", `manager do child_seen "Alone"`, `manager use-history cited "It fits"`,
			"manager find " + h.pick("conference", "conference", "substantiated_plan", "not_substantiated_nfa"), "second-manager authorise"},
		{`manager book 600 "The first day that all could"`, h.pick("chair confer plan school health", "chair confer in-need school health", "chair confer nothing school health", `chair adjourn 1440 "Nobody from health"`)},
		{h.pick("manager", "worker", "chair") + " meet-child 1 " + h.pick("visit", "session") + " " + h.pick("yes", "no") + ` "Said little"`},
	}
	next := h.far[h.w.latest]
	if h.rng.IntN(4) == 0 || next >= len(paths) {
		next = h.rng.IntN(len(paths)) // out of order
	} else {
		h.far[h.w.latest]++
	}
	for _, line := range paths[next] {
		h.act(line)
		h.w.set(h.w.Now().Add(time.Duration(1+h.rng.IntN(50)) * time.Minute))
		if h.rng.IntN(9) == 0 {
			return // somebody was called away
		}
	}
}

// nothingThere are what a story says when its line finds nothing to act on.
var nothingThere = []string{"no child waits for", "has no seat", "is to be done", "the contact has", "no rows in result set"}

// act plays one line. It may be refused; it may find nothing to do; it may not fail.
func (h *history) act(line string) {
	h.t.Helper()
	lines, err := Parse(strings.NewReader("at " + h.w.Now().Date().String() + " " + h.w.Now().Clock() + " " + line + "\n"))
	if err != nil {
		h.t.Fatal(err)
	}
	lines[0].At = h.w.Now()
	err = h.w.Play(context.Background(), lines, h.file)
	for _, words := range nothingThere {
		if err != nil && strings.Contains(err.Error(), words) {
			return
		}
	}
	if err != nil {
		h.t.Fatalf("%s: %v", line, err)
	}
	if h.w.refused == nil {
		h.done[strings.Fields(line)[1]]++
	}
}

// file is a notification of one to three children of its own.
func (h *history) file(name string) ([]byte, error) {
	if name != "fresh.json" {
		return nil, os.ErrNotExist
	}
	h.n++
	n := police.Notification{Reference: fmt.Sprintf("LED-%04d", h.n), IncidentAt: h.w.Now().Add(-3 * time.Hour), SentAt: h.w.Now(), Grade: h.pick("high", "medium", "standard"), Household: 1 + h.rng.IntN(3)}
	for i := range 1 + h.rng.IntN(2) {
		n.Children = append(n.Children, police.Child{Given: h.pick("Ada", "Ben", "Cleo", "Dan", "Esi") + fmt.Sprint(h.n), Family: fmt.Sprintf("Fam%c%c", 'a'+h.n%26, 'a'+i), Born: civil.DateOf(2012+h.rng.IntN(10), 3, 1+h.rng.IntN(27))})
	}
	n.Household = max(n.Household, len(n.Children))
	return json.Marshal(n)
}

// happens records an event on the waiting desk, where one may be.
func (h *history) happens() {
	h.t.Helper()
	ctx := context.Background()
	var ids, recorded []string
	err := h.w.Record.DB.Read(ctx, func(q db.Queryer) (err error) {
		ids, err = db.Collect(ctx, q, func(r *sql.Rows, s *string) error {
			var step timescale.Key
			err := r.Scan(s, &step)
			if pathway.CanRecord(step) {
				recorded = append(recorded, *s)
			}
			return err
		}, openOnesOf, authority)
		return err
	})
	if err != nil || len(ids) == 0 {
		h.t.Fatalf("%d open waits: %v", len(ids), err)
	}
	if len(recorded) > 0 && h.aside.IntN(2) == 0 {
		ids = recorded
	}
	err = h.w.Waiting.Happened(ctx, h.w.people["manager"], ids[h.rng.IntN(len(ids))], "the one who was there", "It took place")
	if _, refused := refusal.As(err); err != nil && !refused {
		h.t.Fatal(err)
	}
	if err == nil {
		h.done["happens"]++
	}
}

// hold checks the property now, and keeps how many waits there are.
func (h *history) hold() {
	h.t.Helper()
	ctx := context.Background()
	s := snapshot{at: h.w.Now()}
	err := h.w.Record.DB.Read(ctx, func(q db.Queryer) error {
		_, err := db.Collect(ctx, q, func(r *sql.Rows, _ *struct{}) error {
			var ref string
			var position int
			var decided, allocated, ledger bool
			err := r.Scan(&ref, &position, &decided, &allocated, &ledger)
			if err == nil && !decided && !allocated && !ledger {
				h.t.Errorf("%s: child %d of %s is neither decided, nor allocated, nor in the ledger", h.w.Now(), position+1, ref)
			}
			return err
		}, everyChild, authority)
		if err != nil {
			return err
		}
		_, err = db.Collect(ctx, q, func(r *sql.Rows, _ *struct{}) error {
			var ref, told string
			var owed, open bool
			err := r.Scan(&ref, &owed, &open, &told)
			if err == nil && (open != owed || !open && told == "") {
				h.t.Errorf("%s: %s is decided and its referrer is neither to be told by somebody in time, nor told, nor not told for a reason", h.w.Now(), ref)
			}
			return err
		}, everyDecided, authority)
		if err != nil {
			return err
		}
		return q.QueryRowContext(ctx, waitsNow, authority).Scan(&s.waits)
	})
	if err != nil {
		h.t.Fatal(err)
	}
	list, err := h.w.Waiting.Numbers(ctx, h.w.people["second-manager"], waiting.Filter{})
	if err != nil {
		h.t.Fatal(err)
	}
	if all, _ := list.Total(); all != s.waits {
		h.t.Errorf("%s: the numbers say %d waits, want %d", s.at, all, s.waits)
	}
	h.seen = append(h.seen, s)
}

// lookBack asks, at the end, for every moment at which we counted.
func (h *history) lookBack() {
	h.t.Helper()
	ctx := context.Background()
	h.w.set(h.w.Now().Add(24 * time.Hour))
	for _, s := range h.seen {
		list, err := h.w.Waiting.List(ctx, h.w.people["second-manager"], waiting.Filter{AsAt: s.at}, waiting.Cursor{}, -1)
		if err != nil {
			h.t.Fatal(err)
		}
		all, _ := list.Total()
		if all != s.waits || len(list.Rows) != s.waits {
			h.t.Errorf("as at %s: %d in the numbers and %d in the list, want %d", s.at, all, len(list.Rows), s.waits)
		}
	}
	proofs, err := h.w.Record.Verify(ctx)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, p := range proofs {
		if !p.OK() {
			h.t.Errorf("verify: %v", p.Faults)
		}
	}
}
