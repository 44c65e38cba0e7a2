package story

import (
	"context"
	"fmt"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/db"
	"frontdoor/internal/desk/conferences"
	"frontdoor/internal/desk/enquiries"
	"frontdoor/internal/pathway"
	"frontdoor/internal/refusal"
)

var (
	storyEnquiry = db.SQL("story.enquiry", `SELECT ref FROM enquiry WHERE authority_id = $1 ORDER BY begun_at DESC, id DESC LIMIT 1`)
	storyConf    = db.SQL("story.conference", `SELECT ref FROM conference WHERE authority_id = $1 ORDER BY begun_at DESC, id DESC LIMIT 1`)
)

// enquiryVerbs are what people do with an enquiry and the conference that follows. Each
// is about the last one that was opened:
//
//	open-enquiry N                 of the contact's n-th child
//	start-early N WORDS            before the discussion
//	say-together police|social_work joint|single [CRITERION] [WORDS]   alone for another reason, in WORDS
//	say-alone police|social_work REASON
//	agree-action KIND AGENCY MINUTES   an action, to be done in so many minutes
//	do KIND WORDS                  an action was done
//	use-history cited|set_aside WORDS   every earlier event not used yet
//	find OUTCOME [WORDS]           record what was found; WORDS say why evidence is open
//	authorise [police=disagrees]
//	book MINUTES [WORDS]
//	adjourn MINUTES WORDS
//	confer plan|in-need|nothing [AGENCY …]   those were there beside social care
func (w *World) enquiryVerbs(ctx context.Context, who access.Actor, verb string, rest []string) (known bool, err error) {
	arg := func(i int) string {
		if i < len(rest) {
			return rest[i]
		}
		return ""
	}
	e := enquiries.New(w.Record)
	switch verb {
	case "open-enquiry":
		k, err := w.kid(ctx, arg(0))
		if err != nil {
			return true, err
		}
		_, err = e.Begin(ctx, who, k.ID)
		return true, err
	case "start-early":
		ref, err := w.childRef(ctx, arg(0))
		if err != nil {
			return true, err
		}
		_, err = e.StartEarly(ctx, who, ref, arg(1))
		return true, err
	case "say-together":
		v := pathway.JointView{Agency: pathway.Agency(arg(0)), View: arg(1), By: "somebody at " + arg(0), Why: arg(3)}
		if arg(2) != "" {
			v.Criteria = []string{arg(2)}
		}
		if v.View == "single" {
			v.Reason = "other"
		}
		return true, w.onEnquiry(ctx, func(x *enquiries.Enquiry) error { return e.Together(ctx, who, x.Ref, v) })
	case "say-alone":
		v := pathway.JointView{Agency: pathway.Agency(arg(0)), View: "single", By: "somebody at " + arg(0), Reason: arg(1)}
		return true, w.onEnquiry(ctx, func(x *enquiries.Enquiry) error { return e.Together(ctx, who, x.Ref, v) })
	case "agree-action":
		by, err := w.minutes(arg(2))
		if err != nil {
			return true, err
		}
		return true, w.onEnquiry(ctx, func(x *enquiries.Enquiry) error {
			return e.Agree(ctx, who, x.Ref, pathway.EnquiryAction{Kind: pathway.ActionKind(arg(0)), On: pathway.Agency(arg(1)), By: by})
		})
	case "do":
		return true, w.onEnquiry(ctx, func(x *enquiries.Enquiry) error {
			for _, a := range x.Deeds {
				if string(a.Kind) == arg(0) && a.Open() {
					return e.Do(ctx, who, x.Ref, pathway.Deed{Action: a.ID, At: w.Now(), By: who.Name, How: arg(1)})
				}
			}
			return fmt.Errorf("no %s is to be done", arg(0))
		})
	case "use-history":
		return true, w.onEnquiry(ctx, func(x *enquiries.Enquiry) error {
			for _, v := range x.Events {
				if v.Use == "" {
					if err := e.Use(ctx, who, x.Ref, v.ID, arg(0), arg(1)); err != nil {
						return err
					}
				}
			}
			return nil
		})
	case "find":
		return true, w.onEnquiry(ctx, func(x *enquiries.Enquiry) error {
			return e.Found(ctx, who, x.Ref, pathway.Finding{Outcome: pathway.EnquiryOutcome(arg(0)), Analysis: "What was seen and what was known fit together", Siblings: "None", OpenWhy: arg(1)}, x.Version)
		})
	case "authorise":
		a := pathway.Authority{Agencies: map[pathway.Agency]string{pathway.Police: "agrees", pathway.Health: "agrees"}, Why: map[pathway.Agency]string{}}
		if arg(0) == "police=disagrees" {
			a.Agencies[pathway.Police], a.Why[pathway.Police] = "disagrees", "They would charge first"
		}
		return true, w.onEnquiry(ctx, func(x *enquiries.Enquiry) error { return e.Authorise(ctx, who, x.Ref, a, x.Version) })
	case "book", "adjourn", "confer":
		return true, w.conference(ctx, who, verb, rest)
	}
	return false, nil
}

func (w *World) onEnquiry(ctx context.Context, do func(*enquiries.Enquiry) error) error {
	ref, err := w.last(ctx, storyEnquiry)
	if err != nil {
		return err
	}
	e, _, err := enquiries.New(w.Record).Open(ctx, w.people["manager"], ref)
	if err != nil {
		return err
	}
	return do(e)
}

func (w *World) last(ctx context.Context, q db.Query) (ref string, err error) {
	err = w.Record.DB.Read(ctx, func(x db.Queryer) error { return x.QueryRowContext(ctx, q, authority).Scan(&ref) })
	return ref, err
}

var storyChild = db.SQL("story.child-ref", `SELECT p.ref FROM person p JOIN contact_child cc ON cc.person_id = p.id AND cc.authority_id = p.authority_id WHERE cc.id = $1 AND cc.authority_id = $2`)

func (w *World) childRef(ctx context.Context, n string) (ref string, err error) {
	k, err := w.kid(ctx, n)
	if err != nil {
		return "", err
	}
	err = w.Record.DB.Read(ctx, func(q db.Queryer) error { return q.QueryRowContext(ctx, storyChild, k.ID, authority).Scan(&ref) })
	return ref, err
}

func (w *World) conference(ctx context.Context, who access.Actor, verb string, rest []string) error {
	d := conferences.New(w.Record)
	if verb == "book" {
		for _, kind := range []pathway.ConferenceKind{pathway.InitialKind, pathway.ReviewKind} {
			if _, err := d.Begin(ctx, who, w.latest, kind); err != nil && refusal.KindOf(err) != refusal.Conflict {
				return err
			}
		}
	}
	ref, err := w.last(ctx, storyConf)
	if err != nil {
		return err
	}
	c, _, err := d.Open(ctx, w.people["manager"], ref)
	if err != nil {
		return err
	}
	words := ""
	if len(rest) > 1 {
		words = rest[1]
	}
	switch verb {
	case "book":
		at, err := w.minutes(rest[0])
		if err != nil {
			return err
		}
		return d.Book(ctx, who, ref, pathway.Booking{At: at, Chair: "B. Fox", Independent: true, LateWhy: words}, c.Version)
	case "adjourn":
		to, err := w.minutes(rest[0])
		if err != nil {
			return err
		}
		return d.Adjourn(ctx, who, ref, words, "The children stay with their grandmother", to, c.Version)
	}
	h := pathway.Conferred{At: w.Now(), Parents: "Both spoke", ChildPart: "Their letter was read", There: []pathway.Member{{Agency: pathway.SocialWork, Name: "The social worker", Direct: true}}}
	for _, a := range rest[1:] {
		h.There = append(h.There, pathway.Member{Agency: pathway.Agency(a), Name: "somebody at " + a, Direct: true})
	}
	for _, k := range c.Kids {
		p := pathway.ForPlan{Child: k.Child, Plan: "yes", Category: "neglect", Why: "Nothing has lasted", Outline: "Fed, warm, at school", Lead: "R. Nowak", CoreGroup: "Parents, school, health", Review: w.Now().Add(80 * 24 * time.Hour).Date()}
		if c.Kind == pathway.ReviewKind {
			p.Changed, p.EndFor = "The father has left and school is steady", "no_longer_likely"
		}
		if rest[0] != "plan" {
			p = pathway.ForPlan{Child: k.Child, Plan: "no", Why: "It has changed", Changed: p.Changed, EndFor: p.EndFor, After: map[string]string{"in-need": "in_need"}[rest[0]]}
			if p.After == "" {
				p.After = rest[0]
			}
		}
		h.Decisions = append(h.Decisions, p)
	}
	return d.Hold(ctx, who, ref, h, c.Version)
}
