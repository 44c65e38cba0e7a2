package story

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/desk/encompass"
	"frontdoor/internal/pathway"
)

// lead reads for a school; the officer for children educated at home does so too.
func lead(id, school string) access.Actor {
	return access.Actor{ID: id, Name: strings.ReplaceAll(id, "-", " "), Authority: authority, AgencyID: school, AgencyKind: "school", Roles: []access.Role{access.SchoolLead}}
}

var (
	storyFail    = db.SQL("story.fail-delivery", `UPDATE outbox SET failed_at = $1, last_error = 'mailbox unknown' WHERE authority_id = $2 AND address = $3 AND sent_at IS NULL`)
	storyDeliver = db.SQL("story.deliver", `UPDATE outbox SET sent_at = $1 WHERE authority_id = $2 AND address = $3 AND sent_at IS NULL`)
)

// schoolVerbs are what people do so that a school knows before its day starts:
//
//	load-schools FILE, load-calendar FILE     the register and its days
//	read-notice                               the first that one's own school has not read
//	ask-front-door WORDS, answer-school WORDS about the notice read last
//	tell-school N phone|sent|none SCHOOL WORDS   by hand, of child N of the last contact
//	chase-schools                             what the service does each minute
//	mail-reaches ADDRESS, mail-fails ADDRESS  what becomes of messages to an address
func (w *World) schoolVerbs(ctx context.Context, who access.Actor, verb string, rest []string, files func(string) ([]byte, error)) (known bool, err error) {
	desk := encompass.New(w.Record)
	arg := func(i int) string {
		if i < len(rest) {
			return rest[i]
		}
		return ""
	}
	switch verb {
	case "load-schools", "load-calendar":
		body, err := files(arg(0))
		if err != nil {
			return true, err
		}
		load := desk.LoadSchools
		if verb == "load-calendar" {
			load = desk.LoadCalendar
		}
		_, err = load(ctx, who, body)
		return true, err
	case "read-notice":
		l, err := desk.Mine(ctx, who, 1)
		if err != nil || l.Unread == 0 {
			return true, fmt.Errorf("nothing is unread: %w", err)
		}
		w.notice = l.Rows[0].Ref
		_, err = desk.Open(ctx, who, w.notice)
		return true, err
	case "ask-front-door":
		return true, desk.AskHelp(ctx, who, w.notice, arg(0))
	case "answer-school":
		c, err := desk.OfContact(ctx, who, w.latest)
		if err != nil {
			return true, err
		}
		for _, n := range c.Notices {
			if n.Ref == w.notice && len(n.Helps) > 0 {
				return true, desk.Answer(ctx, who, w.latest, n.Ref, n.Helps[len(n.Helps)-1].ID, arg(0))
			}
		}
		return true, fmt.Errorf("the school has asked nothing")
	case "tell-school":
		n, err := w.noticeOf(ctx, arg(0))
		if err != nil {
			return true, err
		}
		t := encompass.ByHand{Version: n.Version}
		t.How, t.School.ID, t.Whom, t.Why, t.At = pathway.Telling(arg(1)), arg(2), arg(3), arg(3), w.Now()
		return true, desk.Tell(ctx, who, w.latest, n.Ref, t)
	case "chase-schools":
		_, err := desk.Chase(ctx)
		return true, err
	case "mail-reaches", "mail-fails":
		q := storyDeliver
		if verb == "mail-fails" {
			q = storyFail
		}
		return true, w.Record.DB.Write(ctx, func(x db.Queryer) error {
			_, err := x.ExecContext(ctx, q, w.Now(), authority, arg(0))
			return err
		})
	}
	return false, nil
}

// noticeOf is the notice about child N of the last contact.
func (w *World) noticeOf(ctx context.Context, child string) (*encompass.Notice, error) {
	k, err := w.kid(ctx, child)
	if err != nil {
		return nil, err
	}
	c, err := encompass.New(w.Record).OfContact(ctx, w.people["second-manager"], w.latest)
	if err != nil {
		return nil, err
	}
	for _, n := range c.Notices {
		if n.ChildID == k.ID {
			return n, nil
		}
	}
	return nil, nil
}

// expectSchool checks how the school of child N came to know:
//
//	school N nobody                        nobody is told: the child is not of school age
//	school N WAY in-time|late|not-yet      and whether it knew before its day started
//	schools before N of M                  what the report says, to the force and to us alike
func (w *World) expectSchool(ctx context.Context, words []string) error {
	if words[0] == "schools" {
		desk := encompass.New(w.Record)
		f := encompass.Filter{From: civil.DateOf(2025, 1, 1), To: w.Now().Date(), Of: encompass.OfChildren}
		ours, err := desk.Report(ctx, w.people["manager"], f)
		if err != nil {
			return err
		}
		theirs, err := desk.Report(ctx, officer(), f)
		if err != nil {
			return err
		}
		if a, b := fmt.Sprint(ours.Sheet()), fmt.Sprint(theirs.Sheet()); a != b {
			return fmt.Errorf("the force sees %s and we see %s", b, a)
		}
		return same(fmt.Sprintf("schools before %d of %d", ours.Rows[0].Counts[encompass.OfBefore], ours.Rows[0].Counts[encompass.OfDue]), strings.Join(words, " "))
	}
	n, err := w.noticeOf(ctx, words[1])
	if err != nil {
		return err
	}
	if n == nil {
		return same("nobody", strings.Join(words[2:], " "))
	}
	when := "in-time"
	switch {
	case n.Late(w.Now()):
		when = "late"
	case n.Known().IsZero():
		when = "not-yet"
	}
	return same(string(n.Way)+" "+when, strings.Join(words[2:], " "))
}

// expectMessages checks how many messages of a kind went to an address: "N messages KIND ADDRESS".
func (w *World) expectMessages(ctx context.Context, want int, kind, address string) error {
	n := 0
	err := w.Record.DB.Read(ctx, func(q db.Queryer) error {
		return q.QueryRowContext(ctx, storyMessages, authority, kind, address).Scan(&n)
	})
	if err != nil {
		return err
	}
	return same(strconv.Itoa(n), strconv.Itoa(want))
}

var storyMessages = db.SQL("story.messages", `SELECT count(*) FROM outbox WHERE authority_id = $1 AND kind = $2 AND address = $3`)
