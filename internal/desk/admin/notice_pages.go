package admin

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

// How many notices are shown beside the doors, and on the list and in its files.
const (
	fewNotices = 10
	allNotices = 500
)

type noticeRow struct {
	record.Undelivered
	What, WhyWords, NextWords string
}

type noticesView struct {
	Rows    []noticeRow
	N, More int
	Own     bool // only what this person sent
	Checked string
	Done    string // what was just done, in words
}

// unsent reads the notices that reached nobody.
func unsent(ctx context.Context, v *record.View, limit int) (noticesView, error) {
	all, n, err := v.Undelivered(ctx, limit)
	if err != nil {
		return noticesView{}, err
	}
	out := noticesView{N: n, More: n - len(all), Checked: v.Now.Clock()}
	scope := access.ScopeOf(v.Who, access.ListUndelivered)
	out.Own = scope.WorkerID+scope.ReferrerID != ""
	for _, u := range all {
		out.Rows = append(out.Rows, rowOf(u, v.Now))
	}
	return out, nil
}

func rowOf(u record.Undelivered, now civil.Instant) noticeRow {
	row := noticeRow{Undelivered: u, What: web.Capital(strings.ReplaceAll(u.Kind, "-", " ")), WhyWords: u.Why}
	if row.WhyWords == "" {
		row.WhyWords = "It has not been tried yet"
	}
	switch {
	case u.Next.IsZero() && !u.Addressed:
		row.NextWords = "Cannot be sent: tell them another way"
	case u.Next.IsZero():
		row.NextWords = "Tried " + tries(u.Tries) + ", given up"
	case u.Next.After(now):
		row.NextWords = "Tried " + tries(u.Tries) + ", next at " + u.Next.Clock()
	default:
		row.NextWords = "Tried " + tries(u.Tries) + ", next within minutes"
	}
	return row
}

func tries(n int) string {
	if n == 1 {
		return "once"
	}
	return strconv.Itoa(n) + " times"
}

// Notices are the notices that reached nobody, as this person may see them.
func (d *Desk) Notices(ctx context.Context, who access.Actor) (out noticesView, err error) {
	err = d.Record.Look(ctx, who, access.PurposeService, func(v *record.View) error {
		out, err = unsent(ctx, v, allNotices)
		v.Saw("undelivered notices")
		return err
	})
	return out, err
}

func (d *Desk) showNotices(w http.ResponseWriter, r *http.Request) error {
	v, err := d.Notices(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	switch r.URL.Query().Get("done") {
	case "again":
		v.Done = "The notice is tried again within seconds"
	case "told":
		v.Done = "You told them another way. The notice is off the list"
	}
	return web.Render(w, r, http.StatusOK, noticePage, v)
}

func (d *Desk) noticesCSV(w http.ResponseWriter, r *http.Request) error {
	v, err := d.Notices(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	s := web.Sheet{Head: []string{"made", "what", "reference", "to", "why", "tries", "next_try"}}
	for _, u := range v.Rows {
		next := ""
		if !u.Next.IsZero() {
			next = u.Next.String()
		}
		s.Rows = append(s.Rows, []string{u.Made.String(), u.Kind, u.Ref, u.To, u.WhyWords, strconv.Itoa(u.Tries), next})
	}
	return web.SendCSV(w, "notices", s)
}

type noticeJSON struct {
	Made      civil.Instant  `json:"made"`
	What      string         `json:"what"`
	Reference string         `json:"reference"`
	To        string         `json:"to"`
	Why       string         `json:"why"`
	Tries     int            `json:"tries"`
	NextTry   *civil.Instant `json:"next_try"`
}

func (d *Desk) noticesJSON(w http.ResponseWriter, r *http.Request) error {
	v, err := d.Notices(r.Context(), web.Actor(r))
	if err != nil {
		return err
	}
	out := []noticeJSON{}
	for _, u := range v.Rows {
		row := noticeJSON{u.Made, u.Kind, u.Ref, u.To, u.WhyWords, u.Tries, nil}
		if !u.Next.IsZero() {
			row.NextTry = &u.Next
		}
		out = append(out, row)
	}
	return web.SendJSON(w, out)
}

func (d *Desk) saveNotice(w http.ResponseWriter, r *http.Request) error {
	ctx, who, id := r.Context(), web.Actor(r), r.PostFormValue("notice")
	done := "again"
	var err error
	switch r.PostFormValue("do") {
	case "again":
		err = d.Retry(ctx, who, id)
	case "told":
		done, err = "told", d.ToldAnotherWay(ctx, who, id)
	default:
		err = d.settleNotice(ctx, who, id, "", func(*record.Tx) error {
			return refusal.New(refusal.Invalid, "Select what should happen with the notice")
		})
	}
	if err != nil {
		return err
	}
	return web.See(w, r, web.PathNotices+"?done="+done)
}

// Retry puts an undelivered notice back in the outbox.
func (d *Desk) Retry(ctx context.Context, who access.Actor, id string) error {
	return d.settleNotice(ctx, who, id, "retry notice", func(tx *record.Tx) error {
		ok, err := tx.SendAgain(ctx, id)
		if err == nil && !ok {
			return refusal.New(refusal.Conflict, "This notice has gone, or has no address to send to. If it is still listed, tell them another way")
		}
		return err
	})
}

// ToldAnotherWay takes a notice off the list: the person was told by telephone or face
// to face. Who says so is kept.
func (d *Desk) ToldAnotherWay(ctx context.Context, who access.Actor, id string) error {
	return d.settleNotice(ctx, who, id, "told another way", func(tx *record.Tx) error {
		ok, err := tx.ToldAnotherWay(ctx, id)
		if err == nil && !ok {
			return refusal.New(refusal.Conflict, "This notice has gone, or somebody has told them already")
		}
		return err
	})
}

func (d *Desk) settleNotice(ctx context.Context, who access.Actor, id, what string, do func(*record.Tx) error) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		if err := tx.Allow(access.ResendNotice, access.About{}); err != nil {
			return err
		}
		if err := do(tx); err != nil {
			return err
		}
		return tx.Apply(ctx, record.Subject{Kind: "notice", Ref: id}, what, pathway.Consequences{})
	})
}
