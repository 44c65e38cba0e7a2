package notice

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"

	"frontdoor/internal/civil"
)

// Notify is a service of GOV.UK Notify. Its public REST contract is at
// https://docs.notifications.service.gov.uk/rest-api.html.
type Notify struct {
	URL           string // where its API is; "" means the public one
	Key           string // NAME-SERVICE-SECRET, as Notify gives it
	EmailTemplate string // id of a template with ((subject)) and ((body))
	TextTemplate  string // id of a template with ((body))
	Receipts      string // the bearer token that its delivery receipts carry; "" takes none
}

// NotifyURL is the public API.
const NotifyURL = "https://api.notifications.service.gov.uk"

type govNotify struct {
	base, service, secret string
	templates             map[string]string
	client                *http.Client
	now                   func() civil.Instant
}

var (
	uuidWord  = `[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`
	notifyKey = regexp.MustCompile(`^.+-(` + uuidWord + `)-(` + uuidWord + `)$`)
	oneUUID   = regexp.MustCompile(`^` + uuidWord + `$`)
)

// shortestToken is the shortest secret that we accept from a setting.
const shortestToken = 32

func newGovNotify(s Notify) (*govNotify, error) {
	m := notifyKey.FindStringSubmatch(s.Key)
	if m == nil {
		return nil, errors.New("the GOV.UK Notify API key must be NAME-SERVICE-SECRET, as Notify shows it once")
	}
	if s.URL == "" {
		s.URL = NotifyURL
	}
	u, err := url.Parse(s.URL)
	if err != nil || u.Host == "" || u.User != nil || (u.Scheme != "https" && !loopback(u)) {
		return nil, errors.New("the address of GOV.UK Notify must begin with https://")
	}
	for _, id := range []string{s.EmailTemplate, s.TextTemplate} {
		if id != "" && !oneUUID.MatchString(id) {
			return nil, errors.New("a GOV.UK Notify template must be named by its id, such as 9d751e0e-f929-4891-82a1-a3e1c3c18ee3")
		}
	}
	if s.Receipts != "" && len(s.Receipts) < shortestToken {
		return nil, fmt.Errorf("the token of GOV.UK Notify's receipts must have %d characters or more", shortestToken)
	}
	return &govNotify{base: u.Scheme + "://" + u.Host, service: m[1], secret: m[2],
		templates: map[string]string{"email": s.EmailTemplate, "sms": s.TextTemplate},
		client:    plainClient()}, nil
}

// loopback says that an address is of this machine, where a stand-in may be spoken
// to without TLS.
func loopback(u *url.URL) bool {
	a, err := netip.ParseAddr(u.Hostname())
	return u.Scheme == "http" && err == nil && a.IsLoopback()
}

// plainClient follows no redirect: a message goes where the settings say or nowhere.
func plainClient() *http.Client {
	return &http.Client{Timeout: sendTime, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// token is a JSON Web Token (RFC 7519) signed with HMAC SHA-256 (RFC 7518, section
// 3.2): who asks and since when. Notify takes it for 30 seconds.
func (g *govNotify) token(now civil.Instant) string {
	encode := base64.RawURLEncoding.EncodeToString
	text := encode([]byte(`{"typ":"JWT","alg":"HS256"}`)) + "." + encode(fmt.Appendf(nil, `{"iss":%q,"iat":%d}`, g.service, now.Time().Unix()))
	mac := hmac.New(sha256.New, []byte(g.secret))
	mac.Write([]byte(text))
	return text + "." + encode(mac.Sum(nil))
}

// notifyBy sends e-mails, or text messages, by GOV.UK Notify.
type notifyBy struct {
	*govNotify
	kind string // email or sms, as in Notify's addresses
}

func (notifyBy) Name() string { return "notify" }

func (n notifyBy) Open(context.Context) (Line, error) { return n, nil }

func (n notifyBy) Close() error {
	n.client.CloseIdleConnections()
	return nil
}

type notifyMail struct {
	Email           string            `json:"email_address,omitempty"`
	Phone           string            `json:"phone_number,omitempty"`
	Template        string            `json:"template_id"`
	Personalisation map[string]string `json:"personalisation"`
	Reference       string            `json:"reference"`
}

// Send has Notify send one message. A message that was tried before is asked for
// first: Notify may have taken it and only its answer been lost.
func (n notifyBy) Send(ctx context.Context, m Message) (string, error) {
	if m.Again {
		id, err := n.taken(ctx, m.ID)
		if err != nil || id != "" {
			return id, err
		}
	}
	out := notifyMail{Template: n.templates[n.kind], Reference: m.ID, Personalisation: map[string]string{"body": m.Body}}
	if n.kind == "sms" {
		out.Phone = m.To
	} else {
		out.Email, out.Personalisation["subject"] = m.To, m.Subject
	}
	body, err := json.Marshal(out)
	if err != nil {
		return "", err
	}
	var got struct {
		ID string `json:"id"`
	}
	if err := n.ask(ctx, http.MethodPost, "/v2/notifications/"+n.kind, body, &got); err != nil {
		return "", err
	}
	return got.ID, nil
}

// taken is Notify's id of a message that it took and has not failed with; "" when
// there is none.
func (n notifyBy) taken(ctx context.Context, ref string) (string, error) {
	var got struct {
		Notifications []struct {
			ID     string `json:"id"`
			Status string `json:"status"`
		} `json:"notifications"`
	}
	q := url.Values{"reference": {ref}, "template_type": {n.kind}}
	if err := n.ask(ctx, http.MethodGet, "/v2/notifications?"+q.Encode(), nil, &got); err != nil {
		return "", err
	}
	for _, x := range got.Notifications {
		switch x.Status {
		case "created", "sending", "pending", "sent", "delivered":
			return x.ID, nil
		}
	}
	return "", nil
}

// answerSize bounds what is read of an answer.
const answerSize = 256 << 10

func (n notifyBy) ask(ctx context.Context, method, path string, body []byte, into any) error {
	req, err := http.NewRequestWithContext(ctx, method, n.base+path, bytes.NewReader(body))
	if err != nil {
		return &trouble{why: "The address of GOV.UK Notify does not work", down: true}
	}
	req.Header.Set("Authorization", "Bearer "+n.token(n.now()))
	req.Header.Set("Content-Type", "application/json")
	res, err := n.client.Do(req)
	if err != nil {
		return &trouble{why: "GOV.UK Notify does not answer", down: true, cause: err}
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, answerSize))
	if res.StatusCode == http.StatusCreated || res.StatusCode == http.StatusOK {
		if method == http.MethodPost {
			_ = json.Unmarshal(text, into) // it was taken, whatever became of the answer
			return nil
		}
		if err := errors.Join(err, json.Unmarshal(text, into)); err != nil {
			return &trouble{why: "GOV.UK Notify answered with something we cannot read", down: true}
		}
		return nil
	}
	return notifyTrouble(res.StatusCode, text)
}

var errorWord = regexp.MustCompile(`^[A-Za-z]{1,40}$`)

// notifyTrouble reads why Notify refused: by its code and the kind of error, which
// do not change. The text of the error is not kept.
func notifyTrouble(code int, text []byte) *trouble {
	var said struct {
		Errors []struct {
			Error string `json:"error"`
		} `json:"errors"`
	}
	kind := fmt.Sprintf("code %d", code)
	if json.Unmarshal(text, &said) == nil && len(said.Errors) > 0 && errorWord.MatchString(said.Errors[0].Error) {
		kind += ", " + said.Errors[0].Error
	}
	switch {
	case code == http.StatusBadRequest:
		return &trouble{why: "GOV.UK Notify refused this address or message (" + kind + ")", final: true}
	case code == http.StatusForbidden || code == http.StatusUnauthorized:
		return &trouble{why: "GOV.UK Notify does not accept our key, or our clock is wrong (" + kind + ")", down: true}
	case code == http.StatusTooManyRequests:
		return &trouble{why: "GOV.UK Notify asks us to send less at once (" + kind + ")", down: true}
	case code >= http.StatusInternalServerError:
		return &trouble{why: "GOV.UK Notify has a fault (" + kind + ")", down: true}
	}
	return &trouble{why: "GOV.UK Notify gave an answer that we do not know (" + kind + ")", down: true}
}
