package allocations_test

import (
	"context"
	"io"
	"net/url"
	"strings"
	"testing"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/desk/allocations"
	"frontdoor/internal/refusal"
	"frontdoor/internal/towntest"
)

var (
	ctx    = context.Background()
	monday = civil.DateOf(2026, 11, 23).AtTime(9, 0)
)

func queued(t *testing.T, d *db.DB) (*towntest.Town, *allocations.Desk, towntest.Case, string) {
	w := towntest.Build(t, d, monday)
	c := w.Notified("Ana")
	desk := allocations.New(w.Record)
	q, err := desk.Waiting(ctx, w.Who["team"])
	w.Must(err)
	if len(q.Rows) != 1 || q.Rows[0].Interim == "" {
		t.Fatalf("%d children wait for a worker, each with an interim owner: %+v", len(q.Rows), q.Rows)
	}
	return w, desk, c, q.Rows[0].ID
}

// Two managers propose two workers for one child at once: one proposal stands, the other
// manager is told, and one answer is waited for.
func TestOneChildIsProposedOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, desk, _, id := queued(t, d)
		to := map[string]string{"team": "worker", "manager": "colleague"}
		won := w.Race([]string{"team", "manager"}, func(who access.Actor) error { return desk.Propose(ctx, who, id, to[who.ID], 0) })
		if len(won) != 1 || w.Waits("allocation.answer") != 1 {
			t.Errorf("%v proposed, %d answers are waited for, want one of each", won, w.Waits("allocation.answer"))
		}
	})
}

// Who chose from a page that shows nobody, or somebody else, is told who was proposed
// meanwhile, and changes it only by choosing again.
func TestAStaleChoiceIsTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, desk, _, id := queued(t, d)
		w.Serve(desk)
		choose := func(worker, instead string) (int, string) {
			res, err := w.Client("team").PostForm(w.Server.URL+"/allocations/"+id, url.Values{"worker": {worker}, "instead": {instead}})
			w.Must(err)
			defer res.Body.Close()
			b, err := io.ReadAll(res.Body)
			w.Must(err)
			return res.StatusCode, string(b)
		}
		if code, _ := choose("worker", ""); code != 200 {
			t.Fatalf("the first choice: %d", code)
		}
		code, body := choose("colleague", "")
		if code != 409 || !strings.Contains(body, "was proposed to The worker") || !strings.Contains(body, `name="instead" value="worker"`) {
			t.Errorf("a stale choice: %d\n%s", code, body)
		}
		if code, _ := choose("colleague", "worker"); code != 200 {
			t.Errorf("chosen again: %d", code)
		}
		if mine, err := desk.Mine(ctx, w.Who["colleague"]); err != nil || len(mine.Rows) != 1 || w.Waits("allocation.answer") != 1 {
			t.Errorf("it is proposed to %+v, %d answers are waited for, %v", mine, w.Waits("allocation.answer"), err)
		}
	})
}

// A worker accepts once, and only what was proposed to them; a child whom they refuse is
// back in the queue with the clock that ran.
func TestAcceptAndRefuse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, desk, _, id := queued(t, d)
		w.Must(desk.Propose(ctx, w.Who["team"], id, "worker", 0))
		if err := desk.Accept(ctx, w.Who["colleague"], id); err == nil {
			t.Error("somebody accepted what was proposed to another")
		}
		if err := desk.Refuse(ctx, w.Who["worker"], id, ""); refusal.KindOf(err) != refusal.Invalid {
			t.Errorf("refused without a reason: %v", err)
		}
		w.Must(desk.Refuse(ctx, w.Who["worker"], id, "I hold 31 children"))
		if w.Waits("allocation") != 1 || w.Waits("allocation.answer") != 0 {
			t.Error("a child whose worker refused is not back in the queue")
		}
		w.Must(desk.Propose(ctx, w.Who["team"], id, "colleague", 0))
		won := w.Race([]string{"colleague", "colleague"}, func(who access.Actor) error { return desk.Accept(ctx, who, id) })
		if len(won) != 1 || w.Waits("allocation") != 0 {
			t.Errorf("accepted %d times, %d still wait for a worker", len(won), w.Waits("allocation"))
		}
		mine, err := desk.Mine(ctx, w.Who["colleague"])
		w.Must(err)
		if len(mine.Rows) != 1 {
			t.Errorf("the worker holds %d children", len(mine.Rows))
		}
	})
}

// A restricted child stays in the queue and in its count, without a name.
func TestARestrictedChildWaitsWithoutAName(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, desk, c, _ := queued(t, d)
		w.Close(c.Person)
		w.Serve(desk)
		for _, path := range []string{"/allocations", "/allocations.csv", "/allocations.json"} {
			for _, id := range []string{"manager", "team"} {
				if code, body := w.Get(id, path); code != 200 || strings.Contains(body, "Ana") || strings.Contains(body, "Canary") {
					t.Errorf("%s for %s: %d", path, id, code)
				}
			}
		}
		if w.Waits("allocation") != 1 {
			t.Error("the clock of a restricted child stopped")
		}
	})
}
