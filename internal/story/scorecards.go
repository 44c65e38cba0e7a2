package story

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/desk/partnership"
)

// director is who answers for the authority in a story.
func director() access.Actor {
	return access.Actor{ID: "director", Name: "director", Authority: authority, Roles: []access.Role{access.Director}}
}

// guest is somebody of a partner: its own pages and nobody else's.
func guest(agency string) access.Actor {
	a := access.Actor{ID: "guest of " + agency, Name: "guest", Authority: authority, AgencyID: agency, AgencyKind: agency, Roles: []access.Role{access.Referring}}
	if agency == "police" {
		a.Roles = []access.Role{access.PoliceReferral}
	}
	return a
}

// packVerb makes a pack and remembers its hash:
//
//	pack AGENCY FROM TO
func (w *World) packVerb(ctx context.Context, who access.Actor, verb string, rest []string) (known bool, err error) {
	if verb != "pack" || len(rest) < 3 {
		return false, nil
	}
	w.packed = rest
	w.packHash, err = w.packOf(ctx, who, rest)
	return true, err
}

func (w *World) packOf(ctx context.Context, who access.Actor, rest []string) (string, error) {
	desk := partnership.New(w.Record)
	p, err := desk.PeriodOf(url.Values{"from": {rest[1]}, "to": {rest[2]}})
	if err != nil {
		return "", err
	}
	x, err := desk.Pack(ctx, who, partnership.PackAsked{Agency: rest[0], Period: p})
	if err != nil {
		return "", err
	}
	return x.Hash, nil
}

// expectScorecard checks, of the 26 weeks up to now:
//
//	scorecard AGENCY MEASURE N [of M]   on the page that both sides see, byte for byte
//	scorecard AGENCY lists MEASURE N    the list behind a number, which both sides see
//	pack the-same                       the last pack made again, by both sides
func (w *World) expectScorecard(ctx context.Context, words []string) error {
	if words[0] == "pack" {
		for _, who := range []access.Actor{director(), guest(w.packed[0])} {
			again, err := w.packOf(ctx, who, w.packed)
			if err != nil {
				return err
			}
			if err := same(again, w.packHash); err != nil {
				return fmt.Errorf("as %s: %w", who.ID, err)
			}
		}
		return nil
	}
	desk := partnership.New(w.Record)
	p, err := desk.PeriodOf(nil)
	if err != nil {
		return err
	}
	var files []string
	var card *partnership.Card
	listed := 0
	for _, who := range []access.Actor{director(), guest(words[1])} {
		var b bytes.Buffer
		if words[2] == "lists" {
			x, err := desk.Behind(ctx, who, words[1], words[3], p)
			if err != nil {
				return err
			}
			listed = len(x.Sheet().Rows)
			err = x.Sheet().WriteCSV(&b)
			if err != nil {
				return err
			}
		} else if card, err = desk.Scorecard(ctx, who, words[1], p); err != nil {
			return err
		} else if err := card.Sheet().WriteCSV(&b); err != nil {
			return err
		}
		files = append(files, b.String())
	}
	if files[0] != files[1] {
		return fmt.Errorf("the two sides see different files:\n%s\n%s", files[0], files[1])
	}
	if words[2] == "lists" {
		return same(fmt.Sprintf("scorecard %s lists %s %d", words[1], words[3], listed), strings.Join(words, " "))
	}
	i := slices.IndexFunc(card.Rows, func(r partnership.Row) bool { return r.Measure == words[2] && r.Grade == "" })
	if i < 0 {
		return fmt.Errorf("the scorecard has no %s", words[2])
	}
	got := fmt.Sprintf("scorecard %s %s %d", words[1], words[2], card.Rows[i].Count)
	if len(words) > 4 {
		got += fmt.Sprintf(" of %d", card.Rows[i].Of)
	}
	return same(got, strings.Join(words, " "))
}
