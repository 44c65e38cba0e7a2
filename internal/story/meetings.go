package story

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/desk/meetings"
	"frontdoor/internal/pathway"
)

var (
	storyInvitation = db.SQL("story.invitation", `
		SELECT link FROM outbox WHERE authority_id = $1 AND kind = 'meeting-invited' AND address = $2 ORDER BY created_at DESC, id DESC LIMIT 1`)
	storyMeeting = db.SQL("story.meeting", `
		SELECT state, quoracy FROM discussion WHERE ref = $1 AND authority_id = $2`)
)

// meetingVerbs are what people do with a strategy discussion:
//
//	convene MINUTES [deputy ADDRESS]   invite police and health to meet in so many minutes
//	answer-invitation ADDRESS yes|deputy|no WORDS   by the link that was sent there
//	ask-deputies, remind               what the service does each minute
//	set-time MINUTES
//	cancel-date WORDS
//	hold PART PART … [urgent] [sent PART]   those were there; the others were not
//	settle enquiries|assessment|nothing [police-action MINUTES]
//	settle-blank                       with every point left blank
//	sign PART yes|no WORDS
//	visit WORDS
func (w *World) meetingVerbs(ctx context.Context, who access.Actor, verb string, rest []string) (known bool, err error) {
	arg := func(i int) string {
		if i < len(rest) {
			return rest[i]
		}
		return ""
	}
	switch verb {
	case "convene":
		return true, w.convene(ctx, who, arg(0), arg(2))
	case "answer-invitation":
		return true, w.answerInvitation(ctx, arg(0), arg(1), arg(2))
	case "ask-deputies":
		_, err := w.Meetings.AskDeputies(ctx)
		return true, err
	case "remind":
		_, err := w.Meetings.Remind(ctx)
		return true, err
	case "set-time":
		return true, w.onMeeting(ctx, who, func(m *meetings.Meeting) error {
			at, err := w.minutes(arg(0))
			if err != nil {
				return err
			}
			return w.Meetings.Schedule(ctx, who, m.Ref, at, "", m.Version)
		})
	case "cancel-date":
		return true, w.onMeeting(ctx, who, func(m *meetings.Meeting) error {
			return w.Meetings.Cancel(ctx, who, m.Ref, arg(0), m.Version)
		})
	case "hold":
		return true, w.onMeeting(ctx, who, func(m *meetings.Meeting) error { return w.hold(ctx, who, m, rest) })
	case "settle", "settle-blank":
		return true, w.onMeeting(ctx, who, func(m *meetings.Meeting) error { return w.settle(ctx, who, m, verb, rest) })
	case "sign":
		return true, w.onMeeting(ctx, who, func(m *meetings.Meeting) error {
			for _, s := range m.Invited {
				if string(s.Part) == arg(0) {
					return w.Meetings.Sign(ctx, who, m.Ref, pathway.Signature{Seat: s.ID, By: "somebody at " + arg(0), Agrees: arg(1), Why: arg(2)})
				}
			}
			return fmt.Errorf("%s has no seat", arg(0))
		})
	case "visit":
		return true, w.onMeeting(ctx, who, func(m *meetings.Meeting) error {
			return w.Meetings.VisitMeanwhile(ctx, who, m.Ref, pathway.Visit{Child: m.Kids[0].ID, At: w.Now(), By: who.Name, Seen: "yes", Alone: "Yes", Words: arg(0), Next: w.Now().Add(24 * time.Hour)})
		})
	}
	return false, nil
}

func (w *World) minutes(s string) (civil.Instant, error) {
	n, err := time.ParseDuration(s + "m")
	return w.Now().Add(n), err
}

func (w *World) onMeeting(ctx context.Context, who access.Actor, do func(*meetings.Meeting) error) error {
	m, _, err := w.Meetings.Open(ctx, w.people["manager"], w.meeting)
	if err != nil {
		return err
	}
	return do(m)
}

func (w *World) convene(ctx context.Context, who access.Actor, in, deputy string) error {
	at, err := w.minutes(in)
	if err != nil {
		return err
	}
	if w.meeting, err = w.Meetings.Begin(ctx, who, w.latest); err != nil {
		return err
	}
	return w.onMeeting(ctx, who, func(m *meetings.Meeting) error {
		c := meetings.Convening{Slots: []civil.Instant{at}, Needs: pathway.Needs{}, Version: m.Version}
		for _, s := range m.Invited {
			x := meetings.Invitation{Seat: s.ID, Part: s.Part, Organisation: s.Owner, Email: s.Email}
			if s.Part == pathway.PartPolice && deputy != "" {
				x.DeputyName, x.DeputyEmail = "the deputy", deputy
			}
			c.Invite = append(c.Invite, x)
		}
		_, err := w.Meetings.Convene(ctx, who, m.Ref, c)
		return err
	})
}

func (w *World) answerInvitation(ctx context.Context, address, comes, words string) error {
	var link string
	err := w.Record.DB.Read(ctx, func(q db.Queryer) error {
		return q.QueryRowContext(ctx, storyInvitation, authority, address).Scan(&link)
	})
	if err != nil {
		return err
	}
	l, err := w.Meetings.OpenLink(ctx, strings.TrimPrefix(link, "/invitations/"))
	if err != nil {
		return err
	}
	return w.Meetings.AnswerInvitation(ctx, l.Actor, l.Ref, l.Seat, meetings.Reply{Comes: comes, Name: words, Reason: words, How: "link"})
}

func (w *World) hold(ctx context.Context, who access.Actor, m *meetings.Meeting, there []string) error {
	h := meetings.Holding{At: w.Now(), Mode: "video", Immediate: slices.Contains(there, "urgent"), Needs: m.Needs, Version: m.Version}
	for _, s := range m.Invited {
		t := meetings.There{Seat: s.ID, Attendance: pathway.Absent, Name: s.Name, Why: "did not come", Decides: true}
		switch {
		case slices.Contains(there, "sent-"+string(s.Part)):
			t.Attendance = pathway.SentView
		case slices.Contains(there, string(s.Part)):
			t.Attendance = pathway.Attended
		}
		h.There = append(h.There, t)
	}
	return w.Meetings.Hold(ctx, who, m.Ref, h)
}

func (w *World) settle(ctx context.Context, who access.Actor, m *meetings.Meeting, verb string, rest []string) error {
	d := pathway.Settled{Points: map[string]string{}, Why: map[string]string{}}
	if verb == "settle" {
		for _, p := range pathway.AgendaFor(m.Kind) {
			d.Points[p.Key], d.Why[p.Key] = "Talked through", "On what each agency knows"
			if len(p.Options) > 0 {
				d.Points[p.Key] = p.Options[0].Value
			}
		}
		if rest[0] != "enquiries" {
			d.Points["threshold"], d.Points["joint"], d.After = "no", "none", rest[0]
		}
		if len(rest) > 2 && rest[1] == "police-action" {
			by, err := w.minutes(rest[2])
			if err != nil {
				return err
			}
			d.Actions = []pathway.Action{{Child: m.Kids[0].ID, What: "speak to the person alleged to be responsible", On: pathway.Police, By: by}}
		}
	}
	return w.Meetings.Decide(ctx, who, m.Ref, d, m.Version)
}

// expectMeeting checks how far the discussion has come: "meeting STATE [QUORACY]".
func (w *World) expectMeeting(ctx context.Context, words []string) error {
	var state, quoracy string
	err := w.Record.DB.Read(ctx, func(q db.Queryer) error {
		return q.QueryRowContext(ctx, storyMeeting, w.meeting, authority).Scan(&state, &quoracy)
	})
	if err != nil {
		return err
	}
	if got := strings.TrimSpace(state + " " + quoracy); got != strings.Join(words, " ") {
		return fmt.Errorf("the discussion is %q", got)
	}
	return nil
}

// expectPack checks what the pack of the last discussion holds, as the manager sees it or
// as an agency does:
//
//	pack-holds contacts|siblings|adults|events|answers N [PART]
//	pack-says "WORDS" [PART]           among its contacts, adults, chronology and answers
//	pack-keeps-back "WORDS" PART
func (w *World) expectPack(ctx context.Context, words []string) error {
	return w.onMeeting(ctx, w.people["manager"], func(m *meetings.Meeting) error {
		seat := ""
		for _, s := range m.Invited {
			if string(s.Part) == words[len(words)-1] {
				seat = s.ID
			}
		}
		p, err := w.Meetings.Pack(ctx, w.people["manager"], m.Ref, seat)
		if err != nil {
			return err
		}
		if words[0] == "pack-holds" {
			n := map[string]int{"contacts": len(p.Contacts), "siblings": len(p.Siblings), "adults": len(p.Adults), "events": len(p.Story), "answers": len(p.Answers)}
			if got, known := n[words[1]]; !known || fmt.Sprint(got) != words[2] {
				return fmt.Errorf("it holds %v", n)
			}
			return nil
		}
		all := fmt.Sprintf("%v %v %v %v %v", p.Contacts, p.Siblings, p.Adults, p.Story, p.Answers)
		if has := strings.Contains(all, words[1]); has != (words[0] == "pack-says") {
			return fmt.Errorf("it holds %s", all)
		}
		return nil
	})
}
