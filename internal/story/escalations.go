package story

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/desk/escalations"
	"frontdoor/internal/desk/leadership"
	"frontdoor/internal/escalation"
	"frontdoor/internal/timescale"
)

// escalationVerbs are what people do when a child waits too long for a partner:
//
//	answer-escalation PARTNER STEP LEVEL WORDS [by DATE TIME]
//	raise-escalation PARTNER STEP LEVEL WHY      for every child who waits for it
//	close-escalation PARTNER STEP WORDS
//	override-escalation PARTNER STEP WHY
//	promise PARTNER MEASURE GRADE TARGET DATE    a line of the joint improvement plan
func (w *World) escalationVerbs(ctx context.Context, who access.Actor, verb string, rest []string) (known bool, err error) {
	desk := escalations.New(w.Record)
	step := func() timescale.Key { return timescale.Key(rest[1]) }
	switch verb {
	case "answer-escalation":
		g := escalation.Given{By: who.Name, Words: rest[3]}
		if g.Level, err = strconv.Atoi(rest[2]); err == nil && len(rest) > 6 {
			g.Promise, err = moment(rest[5], rest[6])
		}
		if err != nil {
			return true, err
		}
		return true, desk.Answer(ctx, who, rest[0], step(), g)
	case "raise-escalation":
		level, err := strconv.Atoi(rest[2])
		if err != nil {
			return true, err
		}
		o, err := desk.Open(ctx, who, rest[0], step())
		if err != nil {
			return true, err
		}
		var waits []string
		for _, x := range o.Waits {
			waits = append(waits, x.Wait)
		}
		return true, desk.Raise(ctx, who, rest[0], step(), level, waits, rest[3])
	case "close-escalation":
		return true, desk.Close(ctx, who, rest[0], step(), rest[2])
	case "override-escalation":
		return true, desk.Override(ctx, who, rest[0], step(), rest[2])
	case "promise":
		p := escalation.Promised{Action: "What was promised", Who: "the head of public protection", Partner: rest[0], Measure: rest[1], Grade: rest[2]}
		if p.Target, err = strconv.ParseFloat(rest[3], 64); err != nil {
			return true, err
		}
		if p.Due, err = civil.ParseDate(rest[4]); err != nil {
			return true, err
		}
		_, err = leadership.New(w.Record).Promise(ctx, who, p)
		return true, err
	}
	return false, nil
}

// expectEscalation checks:
//
//	escalation PARTNER STEP level N STATE K children   what is asked at the highest level, to the partner and to us alike
//	no-escalation PARTNER STEP                         nothing is asked
//	top N                                              questions that are silent, or not kept, at the highest level, on the director's first page
//	overrides N                                        ended while children still waited
//	promise MEASURE SCORE                              how a line of the plan stands, to the partner and to us alike
func (w *World) expectEscalation(ctx context.Context, words []string) error {
	director := w.people["director"]
	switch words[0] {
	case "top":
		f, err := leadership.New(w.Record).First(ctx, director)
		if err != nil {
			return err
		}
		return same(fmt.Sprint("top ", len(f.AtTheTop())), strings.Join(words, " "))
	case "promise":
		for _, who := range []access.Actor{director, officer()} {
			p, err := leadership.New(w.Record).Improvements(ctx, who)
			if err != nil {
				return err
			}
			got := ""
			for _, l := range p.Lines {
				if l.Measure == words[1] {
					got = string(l.Score)
				}
			}
			if err := same(got, words[2]); err != nil {
				return err
			}
		}
		return nil
	}
	readers := []access.Actor{director}
	if len(words) > 1 && words[1] == "police" {
		readers = append(readers, officer())
	}
	for _, who := range readers {
		l, err := escalations.New(w.Record).List(ctx, who)
		if err != nil {
			return err
		}
		if words[0] == "overrides" {
			return same(fmt.Sprint("overrides ", len(l.Overrides)), strings.Join(words, " "))
		}
		got := fmt.Sprintf("no-escalation %s %s", words[1], words[2])
		for _, r := range l.Rows(escalations.Filter{}) {
			if r.PartnerID == words[1] && r.StepKey == words[2] && strings.HasPrefix(got, "no-") {
				got = fmt.Sprintf("escalation %s %s level %d %s %d children", r.PartnerID, r.StepKey, r.Level, r.State, r.Children)
			}
		}
		if err := same(got, strings.Join(words, " ")); err != nil {
			return err
		}
	}
	return nil
}
