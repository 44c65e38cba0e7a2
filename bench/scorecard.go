package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/record"

	"github.com/google/uuid"
)

var (
	questions = db.InsertInto("bench.questions", "information_request", `id, authority_id, contact_id, child_id, agency, organisation_id, organisation_name, question, why, basis,
		asked_by, asked_by_name, asked_at, due_at, token_hash, expires_at, state, answered_at`, "")
	discussions = db.InsertInto("bench.discussions", "discussion", "id, authority_id, ref, contact_id, kind, state, suspected, requested_at, requested_by, requested_by_name, decided_at", "")
	seats       = db.InsertInto("bench.seats", "discussion_seat", "id, authority_id, discussion_id, position, part, agency, owner_id, attendance, invited_at, answer_due, answered_at, signed_at", "")
	invited     = db.InsertInto("bench.invited", "discussion_invited", "id, authority_id, discussion_id, seat_id, part, owner_id, invited_at, answer_due", "")
	holdings    = db.InsertInto("bench.holdings", "discussion_holding", "id, authority_id, discussion_id, held_at, recorded_at, recorded_by, quoracy, missing, there", "")
	came        = db.InsertInto("bench.there", "discussion_there", "holding_id, seat_id, authority_id, part, owner_id, attendance", "")
	signs       = db.InsertInto("bench.signs", "wait", `id, authority_id, contact_id, child_id, agency, owner_id, owner_name, timescale, rule_version, due_at, warn_at, main_due_at,
		what, about_id, since, begun_at`, "")
	deeds = db.InsertInto("bench.deeds", "discussion_action", "id, authority_id, discussion_id, position, child_id, what, agency, owner_id, due_at", "")
)

// How many notifications there are to a question to the force, and to a strategy
// discussion: one in ten, and one in a hundred.
const (
	toAQuestion   = 10
	toADiscussion = 100
)

func id() string { return uuid.Must(uuid.NewV7()).String() }

// fillPartners spreads questions to the force, discussions with their invitations,
// attendance and signatures, and what the force undertook over the same two years.
func fillPartners(ctx context.Context, r *record.Record, n int) error {
	now := civil.At(time.Now())
	rng := rand.New(rand.NewPCG(3, 4))
	whole := time.Duration(feedYears) * 365 * 24 * time.Hour
	moment := func(i, n int) civil.Instant { return now.Add(-whole + time.Duration(i)*(whole/time.Duration(n))) }
	hours := func(most int) time.Duration { return time.Duration(rng.IntN(most*60)) * time.Minute }
	asked := n / toAQuestion
	err := inBatches(ctx, r, asked, func(q db.Queryer, from, to int) error {
		var rows [][]any
		for i := from; i < to; i++ {
			at := moment(i, asked)
			var answered any
			state := "sent"
			if rng.IntN(10) > 0 {
				answered, state = at.Add(hours(40)), "answered"
			}
			rows = append(rows, []any{id(), "bench", "none", "none", "police", "police", "Police", "What is known?", "to decide", "harm", "m", "M", at, at.Add(24 * time.Hour), "", at.Add(240 * time.Hour), state, answered})
		}
		return questions.Exec(ctx, q, rows...)
	})
	if err != nil {
		return err
	}
	held := n / toADiscussion
	return inBatches(ctx, r, held, func(q db.Queryer, from, to int) error {
		rows := map[*db.Insert][][]any{}
		add := func(in *db.Insert, row ...any) { rows[in] = append(rows[in], row) }
		for i := from; i < to; i++ {
			at := moment(i, held)
			discussion, holding, contact := id(), id(), id()
			add(&discussions, discussion, "bench", fmt.Sprintf("SD-%06d", i), contact, "initial", "decided", "Words", at, "m", "M", at.Add(30*time.Hour))
			add(&holdings, holding, "bench", discussion, at.Add(28*time.Hour), at.Add(29*time.Hour), "m", "quorate", "", "")
			for p, part := range []string{"police", "health"} {
				seat, attendance := id(), "attended"
				if rng.IntN(12) == 0 {
					attendance = "absent"
				}
				due, signed := at.Add(54*time.Hour), at.Add(30*time.Hour).Add(hours(36))
				add(&seats, seat, "bench", discussion, p, part, part, part, attendance, at, at.Add(4*time.Hour), at.Add(hours(5)), signed)
				add(&invited, id(), "bench", discussion, seat, part, part, at, at.Add(4*time.Hour))
				add(&came, holding, seat, "bench", part, part, attendance)
				add(&signs, id(), "bench", contact, "none", part, part, part, "strategy.signed", "CP2", due, due, due, "sign", seat, at.Add(30*time.Hour), at.Add(30*time.Hour))
			}
			add(&deeds, id(), "bench", discussion, 0, "none", "Speak to the neighbour", "police", "police", at.Add(100*time.Hour))
		}
		for _, in := range []*db.Insert{&discussions, &holdings, &seats, &invited, &came, &signs, &deeds} {
			if err := in.Exec(ctx, q, rows[in]...); err != nil {
				return err
			}
		}
		return nil
	})
}
