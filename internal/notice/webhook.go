package notice

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"frontdoor/internal/civil"
)

// hooks send to agencies' own systems, in the form of the Standard Webhooks
// specification (standardwebhooks.com): see docs/api/webhooks.md.
type hooks struct {
	key    []byte
	hosts  map[string]bool
	client *http.Client
	now    func() civil.Instant
}

// hook is where one agency is told.
type hook struct {
	authority, id, url string
	number             int64
	rotated            civil.Instant
}

// Overlap is how long the secret before the last is still good: both sign meanwhile.
const Overlap = 7 * 24 * time.Hour

func newHooks(hosts []string, key string) (*hooks, error) {
	if len(hosts) == 0 {
		return nil, nil
	}
	if len(key) < shortestToken {
		return nil, fmt.Errorf("webhooks need a key of %d characters or more", shortestToken)
	}
	h := &hooks{key: []byte(key), hosts: map[string]bool{}, client: hookClient(public, nil)}
	for _, host := range hosts {
		if strings.ContainsAny(host, "/@* ") || host == "" {
			return nil, errors.New("a webhook's host must be a name such as hooks.example.org, without https://")
		}
		h.hosts[strings.ToLower(host)] = true
	}
	return h, nil
}

// hookClient speaks TLS to addresses that are allowed, follows no redirect and uses no
// proxy. The address is judged when it is dialled, after the name was looked up, so
// that a name cannot lead elsewhere between the two.
func hookClient(allowed func(netip.Addr) bool, conf *tls.Config) *http.Client {
	d := &net.Dialer{Timeout: sendTime, Control: func(_, address string, _ syscall.RawConn) error {
		a, err := netip.ParseAddrPort(address)
		if err != nil || !allowed(a.Addr()) {
			return errPrivate
		}
		return nil
	}}
	return &http.Client{
		Timeout:       sendTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{DialContext: d.DialContext, TLSClientConfig: conf, ForceAttemptHTTP2: true, TLSHandshakeTimeout: sendTime,
			MaxResponseHeaderBytes: hookAnswer, MaxIdleConnsPerHost: 1, IdleConnTimeout: time.Minute},
	}
}

var errPrivate = errors.New("not a public address")

// notPublic are networks that are nobody's on the internet, besides those that
// netip knows: this network, shared, protocol assignments, documentation, relays,
// benchmarks, reserved; and IPv6 that carries IPv4 inside.
var notPublic = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("192.88.99.0/24"), netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("198.51.100.0/24"), netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("::/96"), netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("100::/64"),
	netip.MustParsePrefix("2001::/23"), netip.MustParsePrefix("2001:db8::/32"), netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("fec0::/10"),
}

// public says that an address is one of the open internet.
func public(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	if !a.IsValid() || !a.IsGlobalUnicast() || a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() {
		return false
	}
	for _, p := range notPublic {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// WebhookSecret is the secret of a webhook, worked out from the installation's key.
// number counts up each time it is changed.
func WebhookSecret(key, authority, id string, number int64) string {
	mac := hmac.New(sha256.New, []byte(key))
	fmt.Fprintf(mac, "frontdoor webhook\n%s\n%s\n%d", authority, id, number)
	return "whsec_" + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// HookAddress says what is wrong with the address of a webhook, or nothing.
func HookAddress(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.Fragment != "" {
		return errors.New("the address must be like https://hooks.example.org/frontdoor, without a user or a fragment")
	}
	return nil
}

// Sign is the signature of a message: HMAC-SHA256 over its id, the time in seconds
// and its body, joined by full stops.
func Sign(secret, id string, at int64, body []byte) (string, error) {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		return "", errors.New("the secret is not one of a webhook")
	}
	mac := hmac.New(sha256.New, raw)
	fmt.Fprintf(mac, "%s.%d.", id, at)
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)), nil
}

// Verify is what a receiver does: it refuses a message whose signature none of the
// given secrets made, or whose time is more than five minutes from now. What was seen
// before is told by its id.
func Verify(h http.Header, body []byte, now time.Time, secrets ...string) error {
	at, err := strconv.ParseInt(h.Get("webhook-timestamp"), 10, 64)
	if err != nil {
		return errors.New("the time is missing")
	}
	if d := now.Sub(time.Unix(at, 0)); d > tolerance || d < -tolerance {
		return errors.New("the time is too far from now")
	}
	for _, secret := range secrets {
		want, err := Sign(secret, h.Get("webhook-id"), at, body)
		if err != nil {
			return err
		}
		for _, got := range strings.Fields(h.Get("webhook-signature")) {
			if hmac.Equal([]byte(got), []byte(want)) {
				return nil
			}
		}
	}
	return errors.New("the signature is wrong")
}

const tolerance = 5 * time.Minute

// hookBody is all that a webhook says.
type hookBody struct {
	Reference string `json:"reference"`
	Kind      string `json:"kind"`
	Link      string `json:"link"`
}

// hookAnswer bounds what is read of an answer. Nothing in it is used.
const hookAnswer = 16 << 10

// send posts one message to a webhook.
func (h *hooks) send(ctx context.Context, to hook, m Message) error {
	u, err := url.Parse(to.url)
	if err != nil || HookAddress(to.url) != nil {
		return &trouble{why: "The webhook's address is not one", final: true}
	}
	if !h.hosts[strings.ToLower(u.Host)] {
		return &trouble{why: u.Hostname() + " is not on the list of hosts that webhooks may lead to", down: true}
	}
	body, err := json.Marshal(hookBody{m.Ref, m.Kind, m.Link})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to.url, bytes.NewReader(body))
	if err != nil {
		return &trouble{why: "The webhook's address is not one", final: true}
	}
	if err := h.sign(req.Header, to, m.ID, body); err != nil {
		return err
	}
	res, err := h.client.Do(req)
	if errors.Is(err, errPrivate) {
		return &trouble{why: u.Hostname() + " leads to an address that is not of the open internet", down: true}
	}
	if err != nil {
		return &trouble{why: u.Hostname() + " does not answer, or not with TLS that we trust", down: true, cause: err}
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, hookAnswer)) // so that the connection can be used again
	switch code := res.StatusCode; {
	case code >= http.StatusOK && code < http.StatusMultipleChoices:
		return nil
	case code == http.StatusGone:
		return &trouble{why: u.Hostname() + " says that nobody takes messages there any more (code 410)", final: true}
	case code >= http.StatusMultipleChoices && code < http.StatusBadRequest:
		return &trouble{why: fmt.Sprintf("%s sends us elsewhere, and we do not follow (code %d)", u.Hostname(), code), down: true}
	default:
		return &trouble{why: fmt.Sprintf("%s did not take it (code %d)", u.Hostname(), code), down: code >= http.StatusInternalServerError || code == http.StatusTooManyRequests}
	}
}

func (h *hooks) sign(head http.Header, to hook, id string, body []byte) error {
	now := h.now()
	at := now.Time().Unix()
	numbers := []int64{to.number}
	if to.number > 1 && now.Before(to.rotated.Add(Overlap)) {
		numbers = append(numbers, to.number-1)
	}
	var all []string
	for _, n := range numbers {
		s, err := Sign(WebhookSecret(string(h.key), to.authority, to.id, n), id, at, body)
		if err != nil {
			return err
		}
		all = append(all, s)
	}
	head.Set("Content-Type", "application/json")
	head.Set("User-Agent", "frontdoor")
	head.Set("webhook-id", id)
	head.Set("webhook-timestamp", strconv.FormatInt(at, 10))
	head.Set("webhook-signature", strings.Join(all, " "))
	return nil
}
