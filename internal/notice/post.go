package notice

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"frontdoor/internal/civil"
)

// Message is a notice ready to send. ID is the same whenever it is sent again.
type Message struct {
	ID, To, Subject, Body string
	Kind, Ref, Link       string // of a notice by itself, for systems that read them
	Again                 bool   // it was tried before: it may have gone already
}

// Sender is a way for messages to leave.
type Sender interface {
	// Name is how the record calls this way.
	Name() string
	// Open gets ready to send several messages, one after another.
	Open(ctx context.Context) (Line, error)
}

// Line sends messages. It may be asked to send the same message again.
type Line interface {
	// Send gives the carrier's own id of the message, if it has one.
	Send(ctx context.Context, m Message) (id string, err error)
	Close() error
}

// Settings are how notices leave.
type Settings struct {
	Mail       string   // smtp://host:port?from=ADDRESS, notify, file:FOLDER or none
	Public     string   // the address that links in notices begin with
	Notify     Notify   // GOV.UK Notify, for e-mail, text messages or both
	Hosts      []string // hosts that webhooks may lead to
	WebhookKey string   // the installation's key, from which webhooks' secrets are worked out
}

// Post is how notices leave. Without a way to send e-mail nothing is sent and the
// outbox stays as it is.
type Post struct {
	mail, text Sender
	hooks      *hooks
	public     string
	receipts   string
}

// Open reads how notices are sent. What it says when a setting is wrong never
// repeats the setting: it may hold a password.
func Open(s Settings) (Post, error) {
	p := Post{public: s.Public, receipts: s.Notify.Receipts}
	var notify *govNotify
	if s.Notify.Key != "" {
		var err error
		if notify, err = newGovNotify(s.Notify); err != nil {
			return Post{}, err
		}
		if s.Notify.TextTemplate != "" {
			p.text = notifyBy{notify, "sms"}
		}
	}
	var err error
	if p.hooks, err = newHooks(s.Hosts, s.WebhookKey); err != nil {
		return Post{}, err
	}
	switch {
	case s.Mail == "" || s.Mail == "none":
	case s.Mail == "notify":
		if notify == nil || s.Notify.EmailTemplate == "" {
			return Post{}, errors.New("mail by GOV.UK Notify needs its API key and the id of an e-mail template")
		}
		p.mail = notifyBy{notify, "email"}
	case strings.HasPrefix(s.Mail, "file:"):
		p.mail = folder(strings.TrimPrefix(s.Mail, "file:"))
	case strings.HasPrefix(s.Mail, "smtp://"):
		u, err := url.Parse(s.Mail)
		if err != nil || u.Hostname() == "" || u.Query().Get("from") == "" {
			return Post{}, errors.New("mail must be like smtp://host:25?from=frontdoor@example.org")
		}
		if p.mail, err = newSMTP(u); err != nil {
			return Post{}, err
		}
	default:
		return Post{}, errors.New("mail must be smtp://…, notify, file:FOLDER or none")
	}
	return p, nil
}

// Ways says in words how notices leave, without any secret.
func (p Post) Ways() []string {
	var out []string
	if p.mail != nil {
		out = append(out, "e-mail: "+p.mail.Name())
	}
	if p.text != nil {
		out = append(out, "text messages: "+p.text.Name())
	}
	if p.hooks != nil {
		out = append(out, fmt.Sprintf("webhooks: %d hosts", len(p.hooks.hosts)))
	}
	return out
}

func (p *Post) clock(now func() civil.Instant) {
	for _, s := range []Sender{p.mail, p.text} {
		if n, ok := s.(notifyBy); ok {
			n.now = now
		}
	}
	if p.hooks != nil {
		p.hooks.now = now
	}
}

// folder is a way for a trial or a machine without mail: each message is a file.
type folder string

func (folder) Name() string { return "folder" }

func (f folder) Open(context.Context) (Line, error) {
	if err := os.MkdirAll(string(f), 0o700); err != nil {
		return nil, &trouble{why: "The folder for notices cannot be written", down: true, cause: err}
	}
	return f, nil
}

// Send writes the message to a file named by its id, so that a repeat changes
// nothing.
func (f folder) Send(_ context.Context, m Message) (string, error) {
	text := "To: " + m.To + "\nMessage-ID: <" + m.ID + "@frontdoor>\nSubject: " + m.Subject + "\n\n" + m.Body + "\n"
	if err := os.WriteFile(filepath.Join(string(f), m.ID+".eml"), []byte(text), 0o600); err != nil {
		return "", &trouble{why: "The folder for notices cannot be written", down: true, cause: err}
	}
	return "", nil
}

func (folder) Close() error { return nil }

// missing is a way that is not set up.
type missing struct{ why string }

func (missing) Name() string { return "none" }

func (m missing) Open(context.Context) (Line, error) { return nil, &trouble{why: m.why, final: true} }
