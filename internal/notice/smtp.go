package notice

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"

	"github.com/wneessen/go-mail"
)

// smtp hands messages to a mail server. One connection serves a whole batch.
type smtp struct {
	host, from, user, password string
	port                       int
	tls                        mail.TLSPolicy
}

func newSMTP(u *url.URL) (*smtp, error) {
	s := &smtp{host: u.Hostname(), from: u.Query().Get("from"), tls: mail.TLSOpportunistic}
	if p := u.Port(); p != "" {
		n, err := strconv.Atoi(p)
		if err != nil {
			return nil, errors.New("mail: the port must be a number")
		}
		s.port = n
	}
	if u.User != nil {
		s.user = u.User.Username()
		s.password, _ = u.User.Password()
	}
	switch u.Query().Get("tls") {
	case "", "try":
	case "must":
		s.tls = mail.TLSMandatory
	default:
		return nil, errors.New("mail: tls must be try or must")
	}
	if s.user != "" {
		s.tls = mail.TLSMandatory // a password never crosses a line that anybody can read
	}
	if err := mail.NewMsg().From(s.from); err != nil {
		return nil, errors.New("mail: from must be an e-mail address")
	}
	return s, nil
}

func (*smtp) Name() string { return "mail" }

// Open connects. That it cannot is the server's failure and no message's.
func (s *smtp) Open(ctx context.Context) (Line, error) {
	opts := []mail.Option{mail.WithTLSPolicy(s.tls), mail.WithTimeout(sendTime), mail.WithoutNoop()}
	if s.port != 0 {
		opts = append(opts, mail.WithPort(s.port))
	}
	if s.user != "" {
		opts = append(opts, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(s.user), mail.WithPassword(s.password))
	}
	c, err := mail.NewClient(s.host, opts...)
	if err != nil {
		return nil, &trouble{why: "The settings of the mail server do not work", down: true, cause: err}
	}
	if err := c.DialWithContext(ctx); err != nil {
		return nil, &trouble{why: "The mail server does not answer", down: true, cause: err}
	}
	return &mailLine{c, s.from}, nil
}

type mailLine struct {
	client *mail.Client
	from   string
}

// Send hands over one message.
func (l *mailLine) Send(_ context.Context, m Message) (string, error) {
	msg := mail.NewMsg()
	if err := msg.From(l.from); err != nil {
		return "", &trouble{why: "The sender's address is not one", down: true, cause: err}
	}
	if err := msg.To(m.To); err != nil {
		return "", &trouble{why: "The address is not an e-mail address", final: true}
	}
	msg.SetMessageIDWithValue(m.ID + "@frontdoor")
	msg.Subject(m.Subject)
	msg.SetBodyString(mail.TypeTextPlain, m.Body)
	err := l.client.Send(msg)
	if err == nil || msg.IsDelivered() { // taken, whatever the connection did afterwards
		return "", nil
	}
	return "", mailTrouble(err)
}

// Codes of RFC 5321, section 4.2: from 500 a server will not take this message, ever;
// 421 closes the connection.
const (
	mailLater  = 400
	mailCloses = 421
	mailNever  = 500
)

func mailTrouble(err error) *trouble {
	var s *mail.SendError
	if !errors.As(err, &s) {
		return &trouble{why: "The connection to the mail server broke", down: true, cause: err}
	}
	switch code := s.ErrorCode(); {
	case code >= mailNever && (s.Reason == mail.ErrSMTPRcptTo || s.Reason == mail.ErrSMTPDataClose):
		return &trouble{why: fmt.Sprintf("The mail server refused this address or message (code %d)", code), final: true}
	case code >= mailNever:
		return &trouble{why: fmt.Sprintf("The mail server refuses what we send (code %d)", code), down: true}
	case code == mailCloses:
		return &trouble{why: "The mail server ended the connection (code 421)", down: true}
	case code >= mailLater && s.Reason == mail.ErrSMTPRcptTo:
		return &trouble{why: fmt.Sprintf("The mail server asks to try this address later (code %d)", code)}
	case code >= mailLater:
		return &trouble{why: fmt.Sprintf("The mail server asks to try later (code %d)", code)}
	}
	return &trouble{why: "The connection to the mail server broke", down: true, cause: err}
}

// Close ends the connection.
func (l *mailLine) Close() error { return l.client.Close() }
