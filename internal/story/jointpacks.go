package story

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/partnership"
	"frontdoor/internal/feed"
	"frontdoor/internal/refusal"
)

var knownChildren = db.SQL("story.known-children", `SELECT ref FROM person WHERE authority_id = $1 AND is_child AND conceal = '' ORDER BY ref`)

// jointVerb makes a pack for a joint inspection that an inspector may read:
//
//	name-joint-pack FROM TO UNTIL      of every child who is known and not restricted
//	draw-joint-pack N FROM TO UNTIL    drawn from the children of contacts, with the seed "oak"
//	close-joint-pack
func (w *World) jointVerb(ctx context.Context, who access.Actor, verb string, rest []string) (known bool, err error) {
	desk := partnership.New(w.Record)
	a := partnership.JointAsked{About: "A joint inspection", How: partnership.JointNamed, Readers: []string{"inspector"}}
	switch {
	case verb == "close-joint-pack":
		p, err := desk.Joint(ctx, who, w.jointPack)
		if err != nil {
			return true, err
		}
		return true, desk.OpenJointUntil(ctx, who, w.jointPack, w.Now().Date().AddDays(-1), p.Version)
	case verb == "draw-joint-pack" && len(rest) == 4:
		a.How, a.Rule, a.Seed = partnership.JointDrawn, partnership.DrawContacts, "oak"
		if a.Count, err = strconv.Atoi(rest[0]); err != nil {
			return true, err
		}
		rest = rest[1:]
	case verb == "name-joint-pack" && len(rest) == 3:
	default:
		return false, nil
	}
	for i, to := range []*civil.Date{&a.Period.From, &a.Period.To, &a.Until} {
		if *to, err = civil.ParseDate(rest[i]); err != nil {
			return true, err
		}
	}
	if _, here := w.people["inspector"]; !here {
		if _, err := w.admin.AddUser(ctx, admin.Service(authority), admin.NewUser{ID: "inspector", Email: "inspector@story.example", Name: "inspector", ExpiresAt: a.Until.AddDays(60).EndOfDay(), Roles: []admin.RoleIn{{Role: access.Inspector}}}); err != nil {
			return true, err
		}
		if w.people["inspector"], err = w.Record.FindActor(ctx, authority, "inspector"); err != nil {
			return true, err
		}
	}
	err = w.Record.DB.Read(ctx, func(q db.Queryer) error {
		a.Named, err = db.Collect(ctx, q, func(r *sql.Rows, c *partnership.NamedChild) error {
			c.Why = "In the notice"
			return r.Scan(&c.Ref)
		}, knownChildren, authority)
		return err
	})
	if err != nil {
		return true, err
	}
	ref, err := desk.MakeJoint(ctx, who, a)
	if err == nil {
		w.jointPack, w.jointAsked = ref, a
	}
	return true, err
}

// expectJoint checks the last pack, as the director reads it:
//
//	joint-pack N children of M, K restricted
//	joint-pack N children list AGENCY ...            each of them has events of all of these
//	joint-pack AGENCY KIND STATE N                   so many events
//	joint-pack longest AGENCY KIND SPAN              as a person would say it: "19 days"
//	joint-pack inspector reads N children | nothing
//	joint-pack AGENCY reads N events
//	joint-pack the-same                              also when it is made again
func (w *World) expectJoint(ctx context.Context, words []string) error {
	desk := partnership.New(w.Record)
	p, err := desk.Joint(ctx, director(), w.jointPack)
	if err != nil {
		return err
	}
	line := strings.Join(words, " ")
	switch {
	case len(words) > 1 && words[1] == "reads":
		who, ok := w.people[words[0]]
		if !ok {
			who = guest(words[0])
		}
		theirs, err := desk.Joint(ctx, who, w.jointPack)
		switch {
		case refusal.KindOf(err) == refusal.NotFound:
			return same(words[0]+" reads nothing", line)
		case err != nil:
			return err
		case words[len(words)-1] == "events":
			return same(fmt.Sprintf("%s reads %d events", words[0], len(theirs.Rows)), line)
		}
		return same(fmt.Sprintf("%s reads %d children", words[0], len(theirs.Children)), line)
	case len(words) > 2 && words[2] == "list":
		n := 0
		for _, c := range p.Children {
			has := map[string]bool{}
			for _, e := range c.Events {
				has[e.Agency] = true
			}
			all := true
			for _, agency := range words[3:] {
				all = all && has[agency]
			}
			if all {
				n++
			}
		}
		return same(strconv.Itoa(n), words[0])
	case len(words) > 1 && words[1] == "children":
		return same(fmt.Sprintf("%d children of %d, %d restricted", len(p.Children), p.From, p.LeftOut), line)
	case words[0] == "longest":
		for _, s := range p.Sums() {
			if s.Agency == words[1] && s.Kind == words[2] && s.Longest != nil {
				return same(civil.Span(feed.Duration(*s.Longest)), strings.Join(words[3:], " "))
			}
		}
		return fmt.Errorf("nothing of it was done")
	case words[0] == "the-same":
		again, err := desk.MakeJoint(ctx, director(), w.jointAsked)
		if err != nil {
			return err
		}
		second, err := desk.Joint(ctx, director(), again)
		if err != nil {
			return err
		}
		now, err := p.Pack()
		if err != nil {
			return err
		}
		if err := same(now.Hash, p.Hash); err != nil {
			return err
		}
		return same(second.Hash, p.Hash)
	case len(words) == 4:
		n := 0
		for _, e := range p.Rows {
			if e.Agency == words[0] && e.Kind == words[1] && e.State == words[2] {
				n++
			}
		}
		return same(strconv.Itoa(n), words[3])
	}
	return fmt.Errorf("nobody knows how to check this of a joint pack")
}
