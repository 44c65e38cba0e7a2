package main

import (
	"context"
	"fmt"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/person"
	"frontdoor/internal/record"

	"github.com/google/uuid"
)

// The large authority is written straight into the tables, many rows a statement:
// only what it weighs matters here, and commands would take hours.
var (
	persons = db.InsertInto("bench.persons", "person", "id, authority_id, ref, is_child, given, family, name_key, born, postcode, address, created_at, created_by", "")
	keys    = db.InsertInto("bench.keys", "match_key", "key, person_id, authority_id", "ON CONFLICT DO NOTHING")
	reports = db.InsertInto("bench.contacts", "contact", `id, authority_id, ref, channel, source_kind, source_name, received_at, recorded_at, state, grade,
		rank, risk_since, due_at, decided_at, words`, "")
	kids  = db.InsertInto("bench.children", "contact_child", "id, authority_id, contact_id, position, named, given, family, born, person_id, link, outcome, state", "")
	waits = db.InsertInto("bench.waits", "wait", `id, authority_id, contact_id, child_id, agency, owner_id, owner_name, timescale, rule_version, due_at, warn_at, main_due_at,
		what, since, begun_at, ended_at, ended_happened_at, ended_how`, "")
	lines = db.InsertInto("bench.lines", "chronology", "id, authority_id, contact_id, child_id, kind, happened_at, recorded_at, recorded_by, source, story", "")
)

// waitsEach is how many waits a contact's child has had.
const waitsEach = 3

// undecided is one in how many open contacts that nobody has decided for.
const undecided = 4

func fill(ctx context.Context, r *record.Record, l load) (ref string, err error) {
	now := civil.At(time.Now())
	ids := make([]string, l.children)
	if err := inBatches(ctx, r, l.children, func(q db.Queryer, from, to int) error {
		var p, k [][]any
		for i := from; i < to; i++ {
			ids[i] = uuid.Must(uuid.NewV7()).String()
			x := person.Person{Given: fmt.Sprintf("Ana%d", i%997), Family: fmt.Sprintf("Bell%d", i%3001), Born: now.Date().AddDays(-(i % 6000) - 100),
				Addresses: []person.Address{{Line: fmt.Sprintf("%d Mill Road", i%200), Postcode: fmt.Sprintf("ZZ%d %d%c%c", i%90, i%9, 'A'+i%20, 'A'+i/20%20)}}}
			p = append(p, []any{ids[i], "bench", fmt.Sprintf("C-%07d", i), true, x.Given, x.Family, record.NameKey(x), x.Born, x.Addresses[0].Postcode, x.Addresses[0].Line, now, "bench"})
			for _, key := range record.Keys(x) {
				k = append(k, []any{key, ids[i], "bench"})
			}
		}
		if err := persons.Exec(ctx, q, p...); err != nil {
			return err
		}
		return keys.Exec(ctx, q, k...)
	}); err != nil {
		return "", err
	}
	total := (l.past + l.open) / waitsEach
	openFrom := l.past / waitsEach
	err = inBatches(ctx, r, total, func(q db.Queryer, from, to int) error {
		var c, k, w, h [][]any
		for i := from; i < to; i++ {
			open := i >= openFrom
			at := now.Add(-time.Duration(total-i) * 2 * time.Minute)
			id, kid := uuid.Must(uuid.NewV7()).String(), uuid.Must(uuid.NewV7()).String()
			var decided, ended any = at.Add(6 * time.Hour), at.Add(6 * time.Hour)
			state, outcome := "closed", "nfa_advice"
			if open {
				ended, state = nil, "open"
				if i%undecided == 0 {
					decided, outcome, ref = nil, "", fmt.Sprintf("B-%07d", i)
				}
			}
			c = append(c, []any{id, "bench", fmt.Sprintf("B-%07d", i), "police", "police", "Police", at, at, "received", "medium", i % 4, at, at.Add(24 * time.Hour), decided, "Words"})
			k = append(k, []any{kid, "bench", id, 0, true, "Ana", fmt.Sprintf("Bell%d", i%3001), now.Date().AddDays(-(i % 6000) - 100), ids[i%len(ids)], "person", outcome, state})
			for n, step := range [][2]string{{"front_door", "contact.decision"}, {"police", "strategy.discussion"}, {"social_work", "assessment"}} {
				due := at.Add(time.Duration(24+n*40) * time.Hour)
				w = append(w, []any{uuid.Must(uuid.NewV7()).String(), "bench", id, kid, step[0], "front-door", "Front door team", step[1], "FD1 from 2010-04-01", due, due, due,
					"decide", at, at, ended, ended, ""})
			}
			h = append(h, []any{uuid.Must(uuid.NewV7()).String(), "bench", id, kid, "contact", at, at, "bench", "police", "Contact received"})
		}
		if err := reports.Exec(ctx, q, c...); err != nil {
			return err
		}
		if err := kids.Exec(ctx, q, k...); err != nil {
			return err
		}
		if err := waits.Exec(ctx, q, w...); err != nil {
			return err
		}
		return lines.Exec(ctx, q, h...)
	})
	return ref, err
}

const batchRows = 2000

func inBatches(ctx context.Context, r *record.Record, n int, do func(q db.Queryer, from, to int) error) error {
	for from := 0; from < n; from += batchRows {
		if err := r.DB.Write(ctx, func(q db.Queryer) error { return do(q, from, min(n, from+batchRows)) }); err != nil {
			return err
		}
	}
	return nil
}
