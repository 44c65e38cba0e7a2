package admin_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/notice"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

var addNotice = db.InsertInto("admin_test.add-notice", "outbox",
	"id, authority_id, kind, address, reference, dedupe_key, created_at, not_before, made_by, failed_at, last_error", "")

// desk is an authority with notices of four kinds: gone an hour ago unsent, just made,
// waiting for a digest, and given up.
func desk(t *testing.T, d *db.DB) (*admin.Desk, func(time.Duration)) {
	t.Helper()
	set, err := timescale.Statutory()
	if err != nil {
		t.Fatal(err)
	}
	now := civil.DateOf(2026, 11, 24).AtTime(9, 0)
	r := record.New(d, set, civil.England(), func() civil.Instant { return now })
	a := admin.New(r)
	ctx := context.Background()
	if err := a.AddAuthority(ctx, admin.Authority{ID: "x", Code: "990", Name: "Testham", Phone: "01632 960000"}); err != nil {
		t.Fatal(err)
	}
	if _, err := a.AddOrganisation(ctx, admin.Service("x"), admin.Organisation{ID: "police", Kind: "police", Name: "Police", Email: "Desk@Police.example"}); err != nil {
		t.Fatal(err)
	}
	err = d.Write(ctx, func(q db.Queryer) error {
		rows := [][]any{
			{"old", "x", "receipt", "a@x.example", "FD-26-OLD", "old", now.Add(-time.Hour), now.Add(5 * time.Minute), "w.ali", nil, "The mail server does not answer"},
			{"new", "x", "receipt", "a@x.example", "FD-26-NEW", "new", now.Add(-10 * time.Minute), now, "w.ali", nil, ""},
			{"digest", "x", "wait-warn", "user:w.ali", "FD-26-DIG", "digest", now.Add(-20 * time.Minute), now, "service", nil, ""},
			{"missed", "x", "wait-warn", "user:w.ali", "FD-26-MIS", "missed", now.Add(-time.Hour), now, "service", nil, ""},
			{"lost", "x", "question", "", "FD-26-LOST", "lost", now.Add(-time.Minute), now, "w.ben", now, "There is no address to send to"},
		}
		return addNotice.Exec(ctx, q, rows...)
	})
	if err != nil {
		t.Fatal(err)
	}
	return a, func(by time.Duration) { now = now.Add(by) }
}

func person(id string, role access.Role) access.Actor {
	return access.Actor{ID: id, Name: id, Authority: "x", Roles: []access.Role{role}}
}

func refs(t *testing.T, a *admin.Desk, who access.Actor) string {
	t.Helper()
	v, err := a.Notices(context.Background(), who)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, u := range v.Rows {
		out = append(out, u.Ref)
	}
	return strings.Join(out, " ")
}

// TestWhatReachedNobodyIsListed: given up, or a quarter of an hour after it was due;
// what waits for its digest is not late. A sender sees their own.
func TestWhatReachedNobodyIsListed(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a, move := desk(t, d)
		for _, tt := range []struct {
			who  access.Actor
			want string
		}{
			{person("w.adm", access.Administrator), "FD-26-LOST FD-26-OLD FD-26-MIS"},
			{person("w.mia", access.FrontDoorManager), "FD-26-LOST FD-26-OLD FD-26-MIS"},
			{person("w.ali", access.SocialWorker), "FD-26-OLD"},
			{person("w.ben", access.Referring), "FD-26-LOST"},
			{person("w.eve", access.SocialWorker), ""},
		} {
			if got := refs(t, a, tt.who); got != tt.want {
				t.Errorf("%s sees %q, want %q", tt.who.ID, got, tt.want)
			}
		}
		for who, to := range map[string]string{"w.mia": "a@x.example", "w.adm": ""} {
			role := map[string]access.Role{"w.mia": access.FrontDoorManager, "w.adm": access.Administrator}[who]
			if v, err := a.Notices(context.Background(), person(who, role)); err != nil || v.Rows[1].To != to {
				t.Errorf("%s sees it was to %q, %v; want %q", who, v.Rows[1].To, err, to)
			}
		}
		if _, err := a.Notices(context.Background(), person("w.ins", access.Inspector)); refusal.KindOf(err) != refusal.Denied {
			t.Errorf("an inspector: %v", err)
		}
		move(4*time.Hour + 16*time.Minute) // 13:16: the digest of 13:00 should have gone
		if got := refs(t, a, person("w.adm", access.Administrator)); got != "FD-26-LOST FD-26-NEW FD-26-DIG FD-26-OLD FD-26-MIS" {
			t.Errorf("after the digest: %q", got)
		}
	})
}

// TestAnUndeliveredNoticeIsSentAgainOrTold: by its sender or the administrator, by
// nobody else, and once.
func TestAnUndeliveredNoticeIsSentAgainOrTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a, _ := desk(t, d)
		ctx := context.Background()
		ali, ben := person("w.ali", access.SocialWorker), person("w.ben", access.SocialWorker)
		for name, tt := range map[string]struct {
			err  error
			want refusal.Kind
		}{
			"another's again":       {a.Retry(ctx, ben, "old"), refusal.Conflict},
			"another's told":        {a.ToldAnotherWay(ctx, ben, "old"), refusal.Conflict},
			"one without address":   {a.Retry(ctx, ben, "lost"), refusal.Conflict},
			"by an inspector":       {a.Retry(ctx, person("w.ins", access.Inspector), "old"), refusal.Denied},
			"one that is not there": {a.ToldAnotherWay(ctx, ali, "none"), refusal.Conflict},
		} {
			if refusal.KindOf(tt.err) != tt.want {
				t.Errorf("%s: %v", name, tt.err)
			}
		}
		if err := a.Retry(ctx, ali, "old"); err != nil {
			t.Fatal(err)
		}
		if err := a.ToldAnotherWay(ctx, ben, "lost"); err != nil {
			t.Fatal(err)
		}
		if err := a.ToldAnotherWay(ctx, ben, "lost"); refusal.KindOf(err) != refusal.Conflict {
			t.Errorf("told twice: %v", err)
		}
		if got := refs(t, a, person("w.adm", access.Administrator)); got != "FD-26-OLD FD-26-MIS" {
			t.Errorf("then the list is %q", got)
		}
		p, err := notice.Open(notice.Settings{Mail: "file:" + t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		if n, err := notice.New(a.Record, p, nil).Deliver(ctx); err != nil || n != 2 {
			t.Errorf("delivered %d, %v; want old and new", n, err)
		}
		if got := refs(t, a, person("w.adm", access.Administrator)); got != "FD-26-MIS" { // its person has no account
			t.Errorf("after they went the list is %q", got)
		}
		if err := a.Retry(ctx, ali, "old"); refusal.KindOf(err) != refusal.Conflict {
			t.Errorf("a notice that went was sent again: %v", err)
		}
	})
}

// TestWebhooksAreSettings follows one from its beginning to its end, with its trail.
func TestWebhooksAreSettings(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a, _ := desk(t, d)
		ctx, who := context.Background(), admin.Service("x")
		if _, err := a.AddWebhook(ctx, who, "nobody", "https://hooks.example/"); refusal.KindOf(err) != refusal.NotFound {
			t.Errorf("for nobody: %v", err)
		}
		if _, err := a.AddWebhook(ctx, person("w.mia", access.FrontDoorManager), "police", "https://hooks.example/"); refusal.KindOf(err) != refusal.Denied {
			t.Errorf("by a manager: %v", err)
		}
		h, err := a.AddWebhook(ctx, who, "police", "https://hooks.example/")
		if err != nil || h.Number != 1 {
			t.Fatalf("%+v, %v", h, err)
		}
		if h, err = a.RotateWebhook(ctx, who, h.ID); err != nil || h.Number != 2 {
			t.Errorf("changed: %+v, %v", h, err)
		}
		if err := a.EndWebhook(ctx, who, h.ID); err != nil {
			t.Error(err)
		}
		if _, err := a.RotateWebhook(ctx, who, h.ID); refusal.KindOf(err) != refusal.NotFound {
			t.Errorf("changed after its end: %v", err)
		}
		if err := a.EndWebhook(ctx, who, h.ID); refusal.KindOf(err) != refusal.NotFound {
			t.Errorf("ended twice: %v", err)
		}
	})
}
