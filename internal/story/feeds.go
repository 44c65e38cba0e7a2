package story

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/desk/feeds"
	"frontdoor/internal/feed"
	"frontdoor/internal/partner/police"
)

// officer is the force's own person in a story.
func officer() access.Actor {
	return access.Actor{ID: "officer", Name: "officer", Authority: authority, AgencyID: "police", AgencyKind: "police", Roles: []access.Role{access.PoliceReferral}}
}

// doFeed performs what is about the force's feed:
//
//	police report N GRADE H hours-old              N incidents, so old, are sent now
//	police report-daily D days N GRADE H hours-old the same every day for D days from now
//	police heartbeat                               the force's system says that it is there
//	officer declare HIGH MEDIUM STANDARD           what waits for triage
//	officer reconcile FILE                         the force's own list
func (w *World) doFeed(ctx context.Context, who access.Actor, verb string, rest []string, files func(string) ([]byte, error)) (known bool, err error) {
	desk := feeds.New(w.Record)
	switch verb {
	case "report":
		return true, w.report(ctx, who, rest)
	case "report-daily":
		days, err := strconv.Atoi(rest[0])
		for day := 0; day < days && err == nil; day++ {
			if day > 0 {
				w.set(w.Now().Date().AddDays(1).AtTime(w.Now().London().Hour(), w.Now().London().Minute()))
			}
			err = w.report(ctx, who, rest[2:])
		}
		return true, err
	case "heartbeat":
		return true, desk.Heard(ctx, who)
	case "declare":
		var n [3]int
		for i := range n {
			if n[i], err = strconv.Atoi(rest[i]); err != nil {
				return true, err
			}
		}
		return true, desk.Declare(ctx, who, feeds.Declared{High: n[0], Medium: n[1], Standard: n[2]})
	case "reconcile":
		body, err := files(rest[0])
		if err != nil {
			return true, err
		}
		w.list, _, err = desk.Reconcile(ctx, who, "police", rest[0], body)
		return true, err
	}
	return false, nil
}

// report sends incidents of a grade that are so many hours old, one after the other.
func (w *World) report(ctx context.Context, who access.Actor, rest []string) error {
	n, err := strconv.Atoi(rest[0])
	if err != nil {
		return err
	}
	hours, err := strconv.ParseFloat(rest[2], 64)
	if err != nil {
		return err
	}
	for range n {
		w.sent++
		at := w.Now().Add(-time.Duration(hours * float64(time.Hour)))
		body, err := json.Marshal(police.Notification{Reference: fmt.Sprintf("ST-%04d", w.sent), IncidentAt: at, SentAt: w.Now(), Grade: rest[1], District: "North", Household: 1})
		if err != nil {
			return err
		}
		got, _, _, err := w.Police.Receive(ctx, who, "Police", body, int64(len(body)))
		if err != nil {
			return err
		}
		w.latest = got.Ref
	}
	return nil
}

// expectFeed checks:
//
//	feed usual|below|above|not-known      how the force's feed stands, to the force and to us alike
//	feed says "words"                     one of its alarms has these words
//	feed quiet                            it has no alarm
//	lag GRADE N received, L late, H longest   the whole way, in hours
//	reconciled N found, M never-sent      the last list
//	missing N                             incidents on it that are still not here
func (w *World) expectFeed(ctx context.Context, words []string) error {
	desk := feeds.New(w.Record)
	switch words[0] {
	case "lag":
		f, err := desk.FilterOf(nil)
		if err != nil {
			return err
		}
		l, err := desk.Lags(ctx, officer(), f)
		if err != nil {
			return err
		}
		got := ""
		for _, r := range l.Rows {
			if r.Grade == words[1] && r.District == "all" && r.Stage == feed.Told.Key() {
				got = fmt.Sprintf("lag %s %d received, %d late, %d longest", r.Grade, r.N, r.Late, r.Longest/3600)
			}
		}
		return same(got, strings.Join(words, " "))
	case "reconciled", "missing":
		x, err := desk.Reconciled(ctx, officer(), w.list)
		if err != nil {
			return err
		}
		if words[0] == "missing" {
			return same(fmt.Sprint("missing ", x.Open), strings.Join(words, " "))
		}
		return same(fmt.Sprintf("reconciled %d found, %d never-sent", x.Found, x.NeverSent), strings.Join(words, " "))
	}
	theirs, err := desk.States(ctx, officer(), "")
	if err != nil {
		return err
	}
	ours, err := desk.States(ctx, w.people["manager"], "police")
	if err != nil {
		return err
	}
	if err := same(fmt.Sprint(theirs.Feeds[0].State, theirs.Feeds[0].Alarms), fmt.Sprint(ours.Feeds[0].State, ours.Feeds[0].Alarms)); err != nil {
		return err
	}
	alarms := strings.Join(ours.Feeds[0].Alarms, "; ")
	switch words[1] {
	case "quiet":
		return same(alarms, "")
	case "says":
		if !strings.Contains(alarms, words[2]) {
			return fmt.Errorf("the alarms are %q", alarms)
		}
		return nil
	}
	return same(strings.ReplaceAll(ours.Feeds[0].State, "not known yet", "not-known"), words[1])
}

func same(got, want string) error {
	if got != want {
		return fmt.Errorf("got %q, want %q", got, want)
	}
	return nil
}
