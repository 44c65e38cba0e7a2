// Package notice delivers the outbox: e-mail, or files where there is no mail. A
// message is sent at least once with the same id, and what cannot be delivered is
// listed for somebody to see.
package notice

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/record"

	"github.com/wneessen/go-mail"
)

// Message is a notice ready to send.
type Message struct {
	ID, To, Subject, Body string
}

// Sender sends one message. It may be asked to send the same message again.
type Sender interface {
	Send(ctx context.Context, m Message) error
}

// Post is how notices leave: nil sends nothing and leaves the outbox as it is.
type Post struct {
	sender Sender
	public string
}

// Open reads how notices are sent: smtp://host:port?from=ADDRESS, file:FOLDER, or
// none. public is the address that links in notices begin with.
func Open(config, public string) (Post, error) {
	switch {
	case config == "" || config == "none":
		return Post{public: public}, nil
	case strings.HasPrefix(config, "file:"):
		return Post{folder(strings.TrimPrefix(config, "file:")), public}, nil
	case strings.HasPrefix(config, "smtp://"):
		u, err := url.Parse(config)
		if err != nil || u.Hostname() == "" || u.Query().Get("from") == "" {
			return Post{}, errors.New("mail must be like smtp://host:25?from=frontdoor@example.org")
		}
		return Post{smtp{u}, public}, nil
	}
	return Post{}, fmt.Errorf("mail %q must be smtp://…, file:FOLDER or none", config)
}

type folder string

// Send writes the message to a file named by its id, so that a repeat changes
// nothing.
func (f folder) Send(_ context.Context, m Message) error {
	if err := os.MkdirAll(string(f), 0o700); err != nil {
		return err
	}
	text := "To: " + m.To + "\nMessage-ID: <" + m.ID + "@frontdoor>\nSubject: " + m.Subject + "\n\n" + m.Body + "\n"
	return os.WriteFile(filepath.Join(string(f), m.ID+".eml"), []byte(text), 0o600)
}

type smtp struct{ url *url.URL }

// Send hands the message to the mail server.
func (s smtp) Send(ctx context.Context, m Message) error {
	msg := mail.NewMsg()
	if err := errors.Join(msg.From(s.url.Query().Get("from")), msg.To(m.To)); err != nil {
		return err
	}
	msg.SetMessageIDWithValue(m.ID + "@frontdoor")
	msg.Subject(m.Subject)
	msg.SetBodyString(mail.TypeTextPlain, m.Body)
	opts := []mail.Option{mail.WithTLSPolicy(mail.TLSOpportunistic), mail.WithTimeout(sendTime)}
	if p := s.url.Port(); p != "" {
		var port int
		if _, err := fmt.Sscanf(p, "%d", &port); err != nil {
			return err
		}
		opts = append(opts, mail.WithPort(port))
	}
	if u := s.url.User; u != nil {
		password, _ := u.Password()
		opts = append(opts, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(u.Username()), mail.WithPassword(password))
	}
	c, err := mail.NewClient(s.url.Hostname(), opts...)
	if err != nil {
		return err
	}
	return c.DialAndSendWithContext(ctx, msg)
}

// Notices delivers the outbox of every authority.
type Notices struct {
	record *record.Record
	post   Post
	log    *slog.Logger
}

// New makes the deliverer.
func New(r *record.Record, p Post, log *slog.Logger) *Notices { return &Notices{r, p, log} }

// Timing: how often to look, how long one worker has a message to itself, how long
// a server may take, how many tries, and how many messages a sweep takes.
const (
	every    = 2 * time.Second
	climbs   = time.Minute // how often to look which waits have reached a level
	claimed  = time.Minute
	sendTime = 10 * time.Second
	tries    = 8
	batch    = 20
)

var (
	// Two workers never take the same message: the second UPDATE finds it claimed.
	claim = db.SQL("notice.claim", `
		UPDATE outbox SET claimed_until = $1, attempts = attempts + 1
		WHERE sent_at IS NULL AND failed_at IS NULL AND not_before <= $2 AND (claimed_until IS NULL OR claimed_until < $2)
			AND id IN (
				SELECT o.id FROM outbox o
				WHERE o.sent_at IS NULL AND o.failed_at IS NULL AND o.not_before <= $2 AND (o.claimed_until IS NULL OR o.claimed_until < $2)
				ORDER BY o.not_before, o.id LIMIT $3)
		RETURNING id, authority_id, kind, address, reference, link, safe_text, attempts`)
	setSent   = db.SQL("notice.set-sent", `UPDATE outbox SET sent_at = $3, last_error = '' WHERE id = $1 AND authority_id = $2 AND sent_at IS NULL`)
	setFailed = db.SQL("notice.set-failed", `
		UPDATE outbox SET last_error = $3, not_before = $4, failed_at = $5, claimed_until = NULL WHERE id = $1 AND authority_id = $2`)
	addressOf = db.SQL("notice.address-of-user", `SELECT email FROM user_account WHERE id = $1 AND authority_id = $2 AND disabled_at IS NULL`)
	teamMail  = db.SQL("notice.address-of-team", `SELECT email FROM team WHERE authority_id = $1 AND (kind = $2 OR id = $2) AND email <> '' LIMIT 1`)
)

type queued struct {
	id, authority, kind, address, ref, link, text string
	attempts                                      int
}

// Deliver sends what is due, once over, and says how many went.
func (n *Notices) Deliver(ctx context.Context) (sent int, err error) {
	if n.post.sender == nil {
		return 0, nil
	}
	now := n.record.Now()
	var took []queued
	err = n.record.DB.Write(ctx, func(q db.Queryer) error {
		took, err = db.Collect(ctx, q, func(r *sql.Rows, m *queued) error {
			return r.Scan(&m.id, &m.authority, &m.kind, &m.address, &m.ref, &m.link, &m.text, &m.attempts)
		}, claim, now.Add(claimed), now, batch)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("claim messages: %w", err)
	}
	for _, m := range took {
		if err := n.send(ctx, m); err != nil {
			return sent, err
		}
		sent++
	}
	return sent, nil
}

// send sends one message and writes down how it went. What cannot be sent is tried
// again later, and after some tries is left for somebody to see.
func (n *Notices) send(ctx context.Context, m queued) error {
	to, problem := n.resolve(ctx, m)
	if problem == nil {
		problem = n.post.sender.Send(ctx, n.compose(m, to))
	}
	now := n.record.Now()
	return n.record.DB.Write(ctx, func(q db.Queryer) error {
		if problem == nil {
			_, err := q.ExecContext(ctx, setSent, m.id, m.authority, now)
			return err
		}
		var failed civil.Instant
		if m.attempts >= tries || errors.Is(problem, errNoAddress) {
			failed = now
		}
		_, err := q.ExecContext(ctx, setFailed, m.id, m.authority, reason(problem), now.Add(time.Minute<<min(m.attempts, 7)), failed)
		return err
	})
}

// reason is why, without what was in the message.
func reason(err error) string {
	s := err.Error()
	return s[:min(len(s), 200)]
}

var errNoAddress = errors.New("no address to send to")

// resolve finds the address behind "user:ID" and "desk:KIND".
func (n *Notices) resolve(ctx context.Context, m queued) (to string, err error) {
	kind, id, indirect := strings.Cut(m.address, ":")
	if !indirect {
		return m.address, nil
	}
	err = n.record.DB.Read(ctx, func(q db.Queryer) error {
		err := db.ErrNone
		if kind == "user" {
			err = q.QueryRowContext(ctx, addressOf, id, m.authority).Scan(&to)
		}
		if db.NotFound(err) {
			err = q.QueryRowContext(ctx, teamMail, m.authority, id).Scan(&to)
		}
		return err
	})
	if db.NotFound(err) || (err == nil && to == "") {
		return "", errNoAddress
	}
	return to, err
}

func (n *Notices) compose(m queued, to string) Message {
	w := kinds[m.kind]
	fill := strings.NewReplacer("{ref}", m.ref, "{text}", m.text)
	body := fill.Replace(w.Body)
	if m.link != "" {
		body += "\n\n" + strings.TrimSuffix(n.post.public, "/") + m.link
	}
	return Message{ID: m.id, To: to, Subject: fill.Replace(w.Subject), Body: body}
}

// Run delivers until told to stop. A failure is logged and tried again.
func (n *Notices) Run(ctx context.Context) {
	tick, climb := time.NewTicker(every), time.NewTicker(climbs)
	defer tick.Stop()
	defer climb.Stop()
	n.climbed(ctx)
	for {
		if _, err := n.Deliver(ctx); err != nil && ctx.Err() == nil {
			n.log.Error("deliver notices", "error", err)
		}
		if err := n.Sweep(ctx); err != nil && ctx.Err() == nil {
			n.log.Error("tell of limits", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-climb.C:
			n.climbed(ctx)
		case <-tick.C:
		}
	}
}

func (n *Notices) climbed(ctx context.Context) {
	if err := n.Escalate(ctx); err != nil && ctx.Err() == nil {
		n.log.Error("tell of escalations", "error", err)
	}
}
