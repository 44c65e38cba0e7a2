package record_test

import (
	"context"
	"strings"
	"testing"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

var (
	sealAll  = db.SQL("record_test.seal", `UPDATE person SET conceal = 'sealed' WHERE authority_id = 'B'`)
	trailOfB = db.SQL("record_test.trail-of-b", `
		SELECT count(*), COALESCE(max(summary), '') FROM trail WHERE authority_id = 'B' AND kind = 'look: asked by authority A'`)
	trailOfA = db.SQL("record_test.trail-of-a", `
		SELECT count(*) FROM trail WHERE authority_id = 'A' AND summary LIKE '%asked authority B%'`)
)

func TestAnotherAuthorityIsAskedOnlyUnderAnAgreement(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		r := newRecord(t, d)
		openAuthority(t, r, "A")
		openAuthority(t, r, "B")
		add(t, r, "B", yusuf())
		today := r.Now().Date()
		if m := ask(t, ctx, r, "A", slip()); len(m.Elsewhere) != 0 {
			t.Fatal("asked elsewhere without an agreement")
		}
		agree := func(owner, other string, from, until civil.Date) {
			t.Helper()
			a := record.Agreement{Other: other, From: from, Until: until, Document: "Agreement 7", Ask: "Jo Bray, 01632 960001"}
			if err := r.Agree(ctx, service(owner), a); err != nil {
				t.Fatal(err)
			}
		}
		agree("A", "B", today, today) // that B may ask A opens nothing to A
		agree("B", "A", today.AddDays(-9), today.AddDays(-1))
		if m := ask(t, ctx, r, "A", slip()); len(m.Elsewhere) != 0 {
			t.Fatal("asked elsewhere after the agreement's last day")
		}
		agree("B", "A", today, today)
		m := ask(t, ctx, r, "A", slip())
		if len(m.Elsewhere) != 1 || m.Elsewhere[0] != (record.Elsewhere{Authority: "Testham B", Ask: "Jo Bray, 01632 960001"}) || len(m.Hits) != 0 {
			t.Fatalf("got %+v and %d hits, want whom to ask and nobody else", m.Elsewhere, len(m.Hits))
		}
		there, here, seen := trails(t, d)
		if there != 1 || here != 1 || !strings.HasPrefix(seen, "C-") {
			t.Errorf("%d lines there (%q) and %d here, want the question in both trails", there, seen, here)
		}
		if err := d.Write(ctx, func(q db.Queryer) error { _, err := q.ExecContext(ctx, sealAll); return err }); err != nil {
			t.Fatal(err)
		}
		if m := ask(t, ctx, r, "A", slip()); len(m.Elsewhere) != 0 {
			t.Error("a sealed record elsewhere is shown")
		}
		if there, _, _ := trails(t, d); there != 2 {
			t.Error("the question about a sealed record is not in the trail there")
		}
		add(t, r, "A", yusuf())
		if m := ask(t, ctx, r, "A", yusuf().AsDescribed()); len(m.Elsewhere) != 0 || m.Outcome.Child < 0.9 {
			t.Errorf("a child known here is asked for elsewhere: %+v", m.Outcome)
		}
	})
}

func trails(t *testing.T, d *db.DB) (there, here int, seen string) {
	t.Helper()
	ctx := context.Background()
	err := d.Read(ctx, func(q db.Queryer) error {
		if err := q.QueryRowContext(ctx, trailOfB).Scan(&there, &seen); err != nil {
			return err
		}
		return q.QueryRowContext(ctx, trailOfA).Scan(&here)
	})
	if err != nil {
		t.Fatal(err)
	}
	return there, here, seen
}

func TestAnAgreementIsRefusedWithoutItsParts(t *testing.T) {
	r := newRecord(t, dbtest.SQLite(t), "A")
	day := civil.DateOf(2026, 12, 1)
	good := record.Agreement{Other: "B", From: day, Until: day, Document: "Agreement 7", Ask: "Jo Bray"}
	for name, change := range map[string]func(*record.Agreement){
		"with itself":           func(a *record.Agreement) { a.Other = "A" },
		"without a last day":    func(a *record.Agreement) { a.Until = civil.Date{} },
		"that ends before":      func(a *record.Agreement) { a.Until = day.AddDays(-1) },
		"without a document":    func(a *record.Agreement) { a.Document = " " },
		"without whom to ask":   func(a *record.Agreement) { a.Ask = "" },
		"with nobody":           func(a *record.Agreement) { a.Other = "" },
		"without its first day": func(a *record.Agreement) { a.From = civil.Date{} },
	} {
		a := good
		change(&a)
		if err := r.Agree(context.Background(), service("A"), a); refusal.KindOf(err) != refusal.Invalid {
			t.Errorf("an agreement %s: %v, want a refusal", name, err)
		}
	}
	who := access.Actor{ID: "u", Authority: "A", Roles: []access.Role{access.FrontDoorManager}}
	if err := r.Agree(context.Background(), who, good); refusal.KindOf(err) != refusal.Denied {
		t.Errorf("a manager agrees: %v, want a denial", err)
	}
}
