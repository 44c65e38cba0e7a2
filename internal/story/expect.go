package story

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/desk/waiting"
	"frontdoor/internal/person"
	"frontdoor/internal/refusal"
)

var (
	storyWaits = db.SQL("story.waits", `
		SELECT w.agency, w.timescale, w.due_at, w.main_due_at, w.since, w.ended_at, w.ended_happened_at FROM wait w
		JOIN contact c ON c.id = w.contact_id AND c.authority_id = w.authority_id
		WHERE c.ref = $1 AND w.authority_id = $2 ORDER BY w.due_at, w.id`)
	storyTells = db.SQL("story.outbox", `SELECT count(*) FROM outbox WHERE authority_id = $1 AND kind = $2 AND reference = $3`)
	storyCount = db.SQL("story.contacts", `SELECT count(*) FROM contact WHERE authority_id = $1`)
)

type storyWait struct {
	agency, step                         string
	due, mainDue, since, ended, happened civil.Instant
}

func (w *World) waits(ctx context.Context) ([]storyWait, error) {
	var out []storyWait
	err := w.Record.DB.Read(ctx, func(q db.Queryer) error {
		rows, err := q.QueryContext(ctx, storyWaits, w.latest, authority)
		if err != nil {
			return err
		}
		defer rows.Close()
		out = nil
		for rows.Next() {
			var x storyWait
			if err := rows.Scan(&x.agency, &x.step, &x.due, &x.mainDue, &x.since, &x.ended, &x.happened); err != nil {
				return err
			}
			out = append(out, x)
		}
		return rows.Err()
	})
	return out, err
}

// expect checks one expectation:
//
//	wait AGENCY STEP by DATE TIME      an open wait, due then
//	N waits AGENCY STEP                so many open waits
//	no wait AGENCY STEP                none open
//	late AGENCY N days                 a wait on that agency ended so many days late
//	decided in-time|late               how the 24-hour decision clock ended
//	refused "words"                    the last act was refused with these words in it
//	allowed                            the last act was not refused
//	N contacts                         so many in all
//	told KIND                          a notice of this kind is queued for the last contact
//	child N STATE                      how child N is linked: open, system, person, new, unresolved
//	found N BAND                       the best of those proposed for child N: certain, review, family, none
//	choices N WHAT, WHAT, …            every choice about who child N is, the newest first
//	history N siblings M               contacts about brothers and sisters in child N's history
//	record …, pairs N                  see expectMerge
//	escalation …, top N, promise …     see expectEscalation
//	feed …, lag …, reconciled …        see expectFeed
//	scorecard …, pack …                see expectScorecard
//	queue …                            see expectQueue
//	owner STEP ID                      who answers for a wait of the last contact
//	school N …, schools …              see expectSchool
//	N messages KIND ADDRESS            so many messages of a kind to an address
//	whole                              verify finds nothing
//	search …                           see expectSearch
//	pack-holds …, pack-says …          see expectPack
//	limit CHILD KEY STATE [LENGTH]     how a child's limit was kept, and by which length
//	meeting STATE [QUORACY]            how far the last strategy discussion has come
//	first-help …, effective …              see expectHelp
//	referrer …, outcome …                  see expectFeedback
//	N unconsidered                     so many children wait for a yes or no to a discussion
//	asks "NAME; NAME"                  what asks for it in the last contact
//	N list WHICH                       see expectList
//	as-at DATE TIME N waits            so many open waits at that past moment
func (w *World) expect(ctx context.Context, words []string) error {
	line := strings.Join(words, " ")
	if n, err := strconv.Atoi(words[0]); err == nil {
		return w.expectCount(ctx, n, words[1:])
	}
	switch words[0] {
	case "refused":
		if w.refused == nil || !strings.Contains(w.refused.Error(), words[1]) {
			return fmt.Errorf("it was not refused with these words; the refusal is: %v", w.refused)
		}
		return nil
	case "allowed":
		return w.refused
	case "concealed":
		if refusal.KindOf(w.refused) != refusal.NotFound && refusal.KindOf(w.refused) != refusal.Denied {
			return fmt.Errorf("it was shown, or refused otherwise: %v", w.refused)
		}
		return nil
	case "whole":
		proofs, err := w.Record.Verify(ctx)
		for _, p := range proofs {
			if !p.OK() {
				return fmt.Errorf("verify: %v", p.Faults)
			}
		}
		return err
	case "told":
		var n int
		err := w.Record.DB.Read(ctx, func(q db.Queryer) error {
			return q.QueryRowContext(ctx, storyTells, authority, words[1], w.latest).Scan(&n)
		})
		if err == nil && n == 0 {
			err = fmt.Errorf("no notice %q is queued", words[1])
		}
		return err
	case "referrer", "outcome":
		return w.expectFeedback(ctx, words)
	case "search":
		return w.expectSearch(ctx, words[1:])
	case "asks":
		return w.expectAsks(ctx, words[1])
	case "meeting":
		return w.expectMeeting(ctx, words[1:])
	case "pack-holds", "pack-says", "pack-keeps-back":
		return w.expectPack(ctx, words)
	case "limit":
		return w.expectLimit(ctx, words)
	case "first-help", "effective":
		return w.expectHelp(ctx, words)
	case "linked":
		return w.expectLinked(ctx, words)
	case "family", "no-family", "told-of", "same-child":
		return w.expectFamily(ctx, words)
	case "record", "pairs":
		return w.expectMerge(ctx, words)
	case "escalation", "no-escalation", "top", "overrides", "promise":
		return w.expectEscalation(ctx, words)
	case "school", "schools":
		return w.expectSchool(ctx, words)
	case "feed", "lag", "reconciled", "missing":
		return w.expectFeed(ctx, words)
	case "unread", "median", "worry", "joint", "link", "fact", "owed", "named", "taken":
		return w.expectPartners(ctx, words)
	case "joint-pack":
		return w.expectJoint(ctx, words[1:])
	case "queue":
		return w.expectQueue(ctx, words[1:])
	case "owner":
		return w.expectOwner(ctx, words[1:])
	case "scorecard", "pack":
		return w.expectScorecard(ctx, words)
	case "load":
		return w.expectLoad(ctx, words[1:])
	case "as-at":
		return w.expectAsAt(ctx, words[1:])
	case "child", "found", "choices", "history":
		return w.expectWho(ctx, words)
	}
	all, err := w.waits(ctx)
	if err != nil {
		return err
	}
	switch {
	case words[0] == "wait" && len(words) == 6 && words[3] == "by":
		return expectDue(all, words)
	case words[0] == "no" && len(words) == 4:
		if n := count(all, words[2], words[3]); n != 0 {
			return fmt.Errorf("%d are open", n)
		}
		return nil
	case words[0] == "late" && len(words) == 4:
		return expectLate(all, words)
	case words[0] == "decided" && len(words) == 2:
		return expectDecided(all, words[1])
	}
	return fmt.Errorf("nobody knows how to expect %q", line)
}

func count(all []storyWait, agency, step string) int {
	n := 0
	for _, x := range all {
		if x.agency == agency && x.step == step && x.ended.IsZero() {
			n++
		}
	}
	return n
}

func (w *World) expectCount(ctx context.Context, want int, words []string) error {
	switch {
	case words[0] == "contacts" || words[0] == "contact":
		var n int
		err := w.Record.DB.Read(ctx, func(q db.Queryer) error { return q.QueryRowContext(ctx, storyCount, authority).Scan(&n) })
		if err == nil && n != want {
			err = fmt.Errorf("there are %d", n)
		}
		return err
	case words[0] == "list" && len(words) == 2:
		return w.expectList(ctx, want, words[1])
	case words[0] == "unconsidered":
		return w.expectTriggers(ctx, want)
	case (words[0] == "messages" || words[0] == "message") && len(words) == 3:
		return w.expectMessages(ctx, want, words[1], words[2])
	case (words[0] == "waits" || words[0] == "wait") && len(words) == 3:
		all, err := w.waits(ctx)
		if n := count(all, words[1], words[2]); err == nil && n != want {
			err = fmt.Errorf("%d are open", n)
		}
		return err
	}
	return fmt.Errorf("nobody knows how to count %q", strings.Join(words, " "))
}

func expectDue(all []storyWait, words []string) error {
	want, err := moment(words[4], words[5])
	if err != nil {
		return err
	}
	var seen []string
	for _, x := range all {
		if x.agency != words[1] || x.step != words[2] || !x.ended.IsZero() {
			continue
		}
		for _, due := range []civil.Instant{x.due, x.mainDue} {
			if due.Date() == want.Date() && due.Clock() == want.Clock() {
				return nil
			}
			seen = append(seen, due.Words())
		}
	}
	return fmt.Errorf("the open waits are due %v", seen)
}

func expectLate(all []storyWait, words []string) error {
	want, err := strconv.Atoi(words[2])
	if err != nil {
		return err
	}
	for _, x := range all {
		if x.agency == words[1] && x.happened.After(x.due) {
			if days := x.since.Date().DaysUntil(x.happened.Date()); days == want {
				return nil
			}
		}
	}
	return fmt.Errorf("no wait on %s took %d days and was late", words[1], want)
}

func expectDecided(all []storyWait, how string) error {
	for _, x := range all {
		if x.step == "contact.decision" && !x.ended.IsZero() {
			late := x.ended.After(x.due)
			if late == (how == "late") {
				return nil
			}
			return fmt.Errorf("due %s, decided %s", x.due.Words(), x.ended.Words())
		}
	}
	return fmt.Errorf("nothing is decided")
}

func (w *World) expectAsAt(ctx context.Context, words []string) error {
	at, err := moment(words[0], words[1])
	if err != nil {
		return err
	}
	want, err := strconv.Atoi(words[2])
	if err != nil {
		return err
	}
	who := access.Actor{ID: "second-manager", Authority: authority, Roles: []access.Role{access.FrontDoorManager}}
	list, err := w.Waiting.List(ctx, who, waiting.Filter{AsAt: at}, waiting.Cursor{}, -1)
	if err != nil {
		return err
	}
	if len(list.Rows) != want {
		return fmt.Errorf("there were %d", len(list.Rows))
	}
	return nil
}

// expectWho checks what the page says of who a child is.
func (w *World) expectWho(ctx context.Context, words []string) error {
	k, err := w.kid(ctx, words[1])
	if err != nil {
		return err
	}
	p, err := w.Contacts.People(ctx, w.people["second-manager"], w.latest)
	if err != nil {
		return err
	}
	who, want := p.Who[k.ID], strings.Join(words[2:], " ")
	got := string(k.Link)
	switch words[0] {
	case "found":
		got = string(person.Unlikely)
		if len(who.Found) > 0 {
			got = string(who.Found[0].Band)
		}
	case "choices":
		var all []string
		for _, c := range who.Before {
			all = append(all, c.Choice)
		}
		got = strings.Join(all, ", ")
	case "history":
		got = fmt.Sprintf("siblings %d", p.Histories[k.ID].Siblings)
	}
	if got != want {
		return fmt.Errorf("it is %q", got)
	}
	return nil
}

// expectLimit checks how a limit of a child was kept, by the rule that was in force when
// its clock started.
func (w *World) expectLimit(ctx context.Context, words []string) error {
	p, err := w.Children.Limits(ctx, w.people["manager"], w.named[words[1]])
	if err != nil {
		return err
	}
	var seen []string
	for _, l := range p.Limits {
		got := string(l.Key) + " " + strings.ReplaceAll(l.State, " ", "-")
		if got == words[2]+" "+words[3] && (len(words) < 5 || l.Length == words[4]) {
			return nil
		}
		seen = append(seen, got+" "+l.Length)
	}
	return fmt.Errorf("the limits are %s", strings.Join(seen, ", "))
}
