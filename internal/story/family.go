package story

import (
	"context"
	"fmt"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/desk/children"
	"frontdoor/internal/person"
	"frontdoor/internal/refusal"
)

// familyVerbs are what people record of a family:
//
//	call-them CHILD NAME …       the children of the last contact are called so in the story
//	birth NAME DATE SEX          an unborn child was born
//	baby-name NAME GIVEN
//	another-born NAME DATE SEX GIVEN
//	pregnancy-ended NAME HOW WORDS
//	answer-relation NAME "RELATIVE" KIND|yes|no WORDS   what somebody says of an inferred relationship
func (w *World) familyVerbs(ctx context.Context, who access.Actor, verb string, rest []string) (known bool, err error) {
	arg := func(i int) string {
		if i < len(rest) {
			return rest[i]
		}
		return ""
	}
	switch verb {
	case "call-them":
		for i, name := range rest {
			k, err := w.kid(ctx, fmt.Sprint(i+1))
			if err != nil {
				return true, err
			}
			p, err := w.Contacts.Open(ctx, w.people["second-manager"], w.latest)
			if err != nil {
				return true, err
			}
			w.named[name] = p.Persons[k.PersonID].Ref
		}
		return true, nil
	case "birth", "another-born":
		on, err := civil.ParseDate(arg(1))
		if err != nil {
			return true, err
		}
		b := person.Birth{Born: on, Sex: arg(2), Given: arg(3)}
		return true, w.onChild(ctx, arg(0), func(ref string, version int64) error {
			if verb == "birth" {
				return w.Children.Born(ctx, who, ref, b, version)
			}
			twin, err := w.Children.AnotherBorn(ctx, who, ref, b, version)
			w.named[arg(3)] = twin
			return err
		})
	case "baby-name":
		return true, w.onChild(ctx, arg(0), func(ref string, version int64) error {
			return w.Children.NameBaby(ctx, who, ref, person.Birth{Given: arg(1)}, version)
		})
	case "pregnancy-ended":
		return true, w.onChild(ctx, arg(0), func(ref string, version int64) error {
			return w.Children.PregnancyEnded(ctx, who, ref, children.PregnancyLost{How: person.PregnancyEnding(arg(1)), Source: arg(2)}, version)
		})
	case "answer-relation":
		return true, w.answerRelation(ctx, who, arg(0), arg(1), arg(2), arg(3))
	}
	return false, nil
}

// onChild acts on a child by the name that the story gave them.
func (w *World) onChild(ctx context.Context, name string, do func(ref string, version int64) error) error {
	p, err := w.Children.Open(ctx, w.people["second-manager"], w.named[name], "")
	if err != nil {
		return err
	}
	return do(p.Child.Ref, p.Child.Version)
}

func (w *World) answerRelation(ctx context.Context, who access.Actor, name, relative, as, why string) error {
	p, err := w.Children.FamilyOn(ctx, w.people["second-manager"], w.named[name], civil.Date{}, false)
	if err != nil {
		return err
	}
	for _, r := range p.Relatives {
		if r.Name != relative || r.Fact == "" {
			continue
		}
		a := children.Answer{Yes: as != "no", Why: why}
		if as != "no" && as != "yes" {
			a.Kind = person.Kin(as)
		}
		return w.Children.Settle(ctx, who, w.named[name], r.Fact, a)
	}
	return refusal.New(refusal.NotFound, "nothing is recorded of "+relative)
}

// expectFamily checks what the family page and the story of a child say:
//
//	family NAME "RELATIVE" KIND confirmed|inferred
//	no-family NAME "RELATIVE"
//	told-of NAME "WORDS"          a line of the chronology begins so
//	same-child N NAME             child N of the last contact is linked to that record
func (w *World) expectFamily(ctx context.Context, words []string) error {
	arg := append(words, "", "", "", "")
	name := arg[1]
	if words[0] == "same-child" {
		name = arg[2]
	}
	ref, ok := w.named[name]
	if !ok {
		return fmt.Errorf("nobody in the story is called %q", name)
	}
	manager := w.people["second-manager"]
	switch words[0] {
	case "family", "no-family":
		p, err := w.Children.FamilyOn(ctx, manager, ref, civil.Date{}, false)
		if err != nil {
			return err
		}
		return expectRelative(p, words[0] == "family", arg[2], arg[3], arg[4])
	case "told-of":
		p, err := w.Children.Open(ctx, manager, ref, "chronology")
		if err != nil {
			return err
		}
		for _, l := range p.Story {
			if strings.HasPrefix(l.Text, arg[2]) {
				return nil
			}
		}
		return fmt.Errorf("no line of %d begins so", len(p.Story))
	}
	k, err := w.kid(ctx, arg[1])
	if err != nil {
		return err
	}
	p, err := w.Children.Open(ctx, manager, ref, "")
	if err == nil && k.PersonID != p.Child.ID {
		err = fmt.Errorf("the child is linked to another record, or to none")
	}
	return err
}

func expectRelative(p *children.FamilyPage, there bool, name, kind, standing string) error {
	for _, r := range p.Relatives {
		if r.Name != name {
			continue
		}
		is := "confirmed"
		if r.Thought {
			is = "inferred"
		}
		if !there || r.Kind != kind || is != standing {
			return fmt.Errorf("%s is a %s, %s", name, r.Kind, is)
		}
		return nil
	}
	if there {
		return fmt.Errorf("the family page shows %d others and not %s", len(p.Relatives), name)
	}
	return nil
}
