package notice

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/record"
)

// Receipt is what GOV.UK Notify says became of a message ("Delivery receipts" in its
// REST documentation). Of the address in it nothing is kept.
type Receipt struct {
	ID        string // Notify's own
	Reference string // ours: the id of the message
	Status    string // delivered, permanent-failure, temporary-failure, technical-failure
	Type      string // email or sms
}

// ReadReceipt reads a receipt. It refuses what is not one; fields that it does not
// know are left, for Notify may add some.
func ReadReceipt(body []byte) (Receipt, error) {
	var in struct {
		ID        string  `json:"id"`
		Reference *string `json:"reference"`
		Status    string  `json:"status"`
		Type      string  `json:"notification_type"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return Receipt{}, errors.New("the receipt is not JSON of the form that GOV.UK Notify describes")
	}
	r := Receipt{ID: strings.ToLower(in.ID), Status: in.Status, Type: in.Type}
	if in.Reference != nil {
		r.Reference = *in.Reference
	}
	if !oneUUID.MatchString(r.ID) {
		return Receipt{}, errors.New("the receipt's id is not one")
	}
	if len(r.Reference) > longestReference {
		return Receipt{}, errors.New("the receipt's reference is too long")
	}
	if outcome[r.Status] == "" {
		return Receipt{}, errors.New("the receipt's status is not known")
	}
	if r.Type != "email" && r.Type != "sms" {
		return Receipt{}, errors.New("the receipt's type is neither email nor sms")
	}
	return r, nil
}

const longestReference = 100

// outcome is what each status means, in words for the list of undelivered notices.
var outcome = map[string]string{
	"delivered":         "It arrived",
	"permanent-failure": "The address or number does not exist",
	"temporary-failure": "The mailbox was full or the phone off for three days",
	"technical-failure": "GOV.UK Notify could not hand it over",
}

// Receipts takes GOV.UK Notify's delivery receipts.
type Receipts struct {
	record *record.Record
	token  string
	log    *slog.Logger
}

// NewReceipts makes the door for receipts. Without a token it takes none.
func NewReceipts(r *record.Record, p Post, log *slog.Logger) *Receipts {
	return &Receipts{r, p.receipts, log}
}

var (
	receiptOf = db.SQL("notice.of-receipt", `
		SELECT authority_id, provider_id, sent_at, delivered_at, claimed_until, attempts FROM outbox WHERE id = $1`)
	setDelivered = db.SQL("notice.set-delivered", `
		UPDATE outbox SET delivered_at = $3, sent_at = COALESCE(sent_at, $3), failed_at = NULL, last_error = '', provider_id = $4, via = 'notify', claimed_until = NULL
		WHERE (id = $1 OR bundle = $1) AND authority_id = $2 AND delivered_at IS NULL`)
	setReturned = db.SQL("notice.set-returned", `
		UPDATE outbox SET sent_at = NULL, failed_at = $3, not_before = $4, last_error = $5
		WHERE (id = $1 OR bundle = $1) AND authority_id = $2 AND provider_id = $6 AND sent_at IS NOT NULL AND delivered_at IS NULL`)
)

var (
	errUnknown = errors.New("no message of ours has this reference")
	errEarly   = errors.New("the message is still being sent: send the receipt again")
)

// ServeHTTP takes one receipt. The answers: 204 taken (or known before), 400 not a
// receipt, 401 another token, 404 not a message of ours, 503 send it again.
func (s *Receipts) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	got, want := sha256.Sum256([]byte(token)), sha256.Sum256([]byte(s.token))
	if !ok || s.token == "" || subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
		w.Header().Set("WWW-Authenticate", "Bearer")
		http.Error(w, "The token is missing or not known", http.StatusUnauthorized)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, answerSize))
	if err != nil {
		http.Error(w, "The receipt is too large", http.StatusRequestEntityTooLarge)
		return
	}
	in, err := ReadReceipt(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	switch err := s.Take(r.Context(), in); {
	case errors.Is(err, errUnknown):
		http.Error(w, err.Error(), http.StatusNotFound)
	case errors.Is(err, errEarly):
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
	case err != nil:
		s.log.Error("take a receipt", "message", in.Reference, "error", err)
		http.Error(w, "Send the receipt again", http.StatusServiceUnavailable)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

// inMessage are the notices that went as one message and tell a referrer what was decided.
var inMessage = db.SQL("notice.outcomes-in-message", `
	SELECT id FROM outbox WHERE (id = $1 OR bundle = $1) AND authority_id = $2 AND kind IN ('outcome-account', 'outcome-link')`)

// untold begins the waits again of referrers whom a message was to tell that came back.
func (s *Receipts) untold(ctx context.Context, q db.Queryer, authority, message string, now civil.Instant) error {
	all, err := db.Collect(ctx, q, func(r *sql.Rows, id *string) error { return r.Scan(id) }, inMessage, message, authority)
	for _, id := range all {
		if err == nil {
			err = s.record.NoticeReturned(ctx, q, authority, id, now)
		}
	}
	return err
}

// Take writes down what became of a message. A message that arrived is never sent
// again, and a receipt that comes twice, or of a try before the last, changes nothing.
// What Notify could not hand over is tried again; what cannot arrive is listed.
func (s *Receipts) Take(ctx context.Context, in Receipt) error {
	return s.record.DB.Write(ctx, func(q db.Queryer) error {
		now := s.record.Now()
		var authority, provider string
		var sent, delivered, claimed civil.Instant
		var attempts int
		err := q.QueryRowContext(ctx, receiptOf, in.Reference).Scan(&authority, &provider, &sent, &delivered, &claimed, &attempts)
		if errors.Is(err, sql.ErrNoRows) {
			return errUnknown
		}
		if err != nil {
			return fmt.Errorf("find the message: %w", err)
		}
		who := access.Actor{ID: "notify", Name: "GOV.UK Notify", Authority: authority, Roles: []access.Role{access.Installation}}
		if access.May(who, access.DeliverNotice, access.About{Authority: authority}, now).Answer != access.Allow {
			return errUnknown
		}
		switch {
		case in.Status == "delivered":
			_, err := q.ExecContext(ctx, setDelivered, in.Reference, authority, now, in.ID)
			return err
		case !delivered.IsZero():
			return nil
		case sent.IsZero() && now.Before(claimed):
			return errEarly // we do not know yet that Notify has taken it
		}
		failed, next := now, now
		if in.Status == "technical-failure" && attempts < tries {
			failed, next = civil.Instant{}, now.Add(again(attempts))
		}
		n, err := db.Changed(q.ExecContext(ctx, setReturned, in.Reference, authority, failed, next, outcome[in.Status], in.ID))
		if err != nil || n == 0 {
			return err
		}
		return s.untold(ctx, q, authority, in.Reference, now)
	})
}
