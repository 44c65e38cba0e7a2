package story

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/db"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/desk/feedback"
	"frontdoor/internal/desk/partners"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
)

var (
	lastOutcome = db.SQL("story.outcome-link", `SELECT link FROM outbox WHERE authority_id = $1 AND kind = 'outcome-link' ORDER BY created_at DESC, id DESC LIMIT 1`)
	outcomeSent = db.SQL("story.outcome-notice", `
		SELECT o.id FROM outbox o JOIN contact c ON c.id = o.contact_id AND c.authority_id = o.authority_id
		WHERE o.authority_id = $1 AND c.ref = $2 AND o.kind IN ('outcome-link', 'outcome-account') ORDER BY o.created_at DESC, o.id DESC LIMIT 1`)
)

// feedbackVerbs are what tells a referrer what was decided about the last contact:
//
//	WHO tell-referrer WAY "words"      telephone, letter, face
//	WHO not-told REASON "words"
//	WHO send-outcome AGENCY|given
//	administrator notices-go, notices-return   the last notice of it has gone, or came back
//	referrer open-outcome              through the last link
//	WHO read-own                       a partner reads what it sent
func (w *World) feedbackVerbs(ctx context.Context, who access.Actor, verb string, rest []string) (known bool, err error) {
	switch verb {
	case "tell-referrer":
		return true, w.Contacts.FedBack(ctx, who, w.latest, pathway.ToldBy{Way: pathway.Way(rest[0]), Words: rest[1]})
	case "not-told":
		return true, w.Contacts.NotTold(ctx, who, w.latest, pathway.NotTold(rest[0]), rest[1])
	case "send-outcome":
		return true, w.Contacts.SendOutcome(ctx, who, w.latest, contacts.ToReferrer(rest[0]))
	case "notices-go", "notices-return":
		return true, w.Record.DB.Write(ctx, func(q db.Queryer) error {
			var id string
			if err := q.QueryRowContext(ctx, outcomeSent, authority, w.latest).Scan(&id); err != nil {
				return err
			}
			if verb == "notices-return" {
				return w.Record.NoticeReturned(ctx, q, authority, id, w.Now())
			}
			return record.NoticeGone(ctx, q, authority, id, w.Now())
		})
	case "open-outcome":
		link, err := w.latestOf(ctx, lastOutcome)
		if err != nil {
			return true, err
		}
		w.outcome, err = feedback.New(w.Record).Outcome(ctx, strings.TrimPrefix(link, "/outcome/"), "story")
		return true, err
	case "read-own":
		all, _, err := partners.New(w.Record).Referrals(ctx, who, partners.ReferralFilter{})
		w.own = all
		return true, err
	}
	return false, nil
}

// expectFeedback checks how it stands with telling whoever sent the last contact:
//
//	referrer owed|overdue|told|late|reason [WAY or REASON]
//	referrer sees "words"              on their own page, of the last contact, when it was last read
//	outcome "words"                    what was read through the link
func (w *World) expectFeedback(ctx context.Context, words []string) error {
	if words[0] == "outcome" {
		if got := strings.Join(w.outcome.Sentences, " "); got != words[1] {
			return fmt.Errorf("the link shows %q", got)
		}
		return nil
	}
	if words[1] == "sees" {
		i := slices.IndexFunc(w.own, func(o partners.OwnReferral) bool { return o.Ref == w.latest })
		if i < 0 {
			return fmt.Errorf("%s is not among what they sent", w.latest)
		}
		if got := w.own[i].ToldWords(w.Now()) + " " + strings.Join(w.own[i].Sentences, " "); !strings.Contains(got, words[2]) {
			return fmt.Errorf("they see %q", got)
		}
		return nil
	}
	show := map[string]feedback.Show{"owed": feedback.ShowOwed, "overdue": feedback.ShowOverdue, "told": feedback.ShowInTime, "late": feedback.ShowLate, "reason": feedback.ShowReason}[words[1]]
	l, err := feedback.New(w.Record).List(ctx, w.people["manager"], feedback.Filter{Show: show, From: w.Now().Date().AddDays(-366), To: w.Now().Date()})
	if err != nil {
		return err
	}
	for _, r := range l.Rows {
		if r.Ref != w.latest {
			continue
		}
		if got := string(r.Way) + string(r.Why); len(words) > 2 && !strings.Contains(got, words[2]) {
			return fmt.Errorf("it says %q", got)
		}
		return nil
	}
	return fmt.Errorf("%s is not in the list of %s", w.latest, words[1])
}
