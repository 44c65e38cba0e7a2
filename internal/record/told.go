package record

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
)

// outcomeLife is how long the link to what was decided opens.
const outcomeLife = 28 * 24 * time.Hour

// HashWord is how the word of a link is kept.
func HashWord(word string) string {
	sum := sha256.Sum256([]byte(word))
	return hex.EncodeToString(sum[:])
}

var addFeedback = db.InsertInto("record.add-feedback", "feedback",
	"id, authority_id, contact_id, child_id, way, reason, words, sentence, word_hash, word_ends_at, made_at, done_at, known_at, by_id, by_name", "")

// keepFeedback writes how the referrer is told, or why not.
func (tx *Tx) keepFeedback(ctx context.Context, s Subject, all []pathway.Feedback) error {
	rows := make([][]any, len(all))
	for i, t := range all {
		var ends, done, known civil.Instant
		hash := ""
		if t.Word != "" {
			hash, ends = HashWord(t.Word), tx.Now.Add(outcomeLife)
		}
		if !t.Waits {
			done, known = t.At, tx.Now
			if done.IsZero() {
				done = tx.Now
			}
		}
		rows[i] = []any{tx.NewID(), tx.Authority, s.Contact, t.Child, t.Way, t.Reason, t.Words, t.Sentence, hash, ends, tx.Now, done, known, tx.Who.ID, tx.Who.Name}
	}
	return addFeedback.Exec(ctx, tx, rows...)
}

// A notice tells of what was decided before it was made: what begins later has another.
const toldByNotice = ` w.contact_id = (SELECT o.contact_id FROM outbox o WHERE o.id = $1 AND o.authority_id = $2) AND w.authority_id = $2
			AND w.timescale = 'contact.feedback' AND w.since <= (SELECT o.created_at FROM outbox o WHERE o.id = $1 AND o.authority_id = $2)`

var (
	endTold = db.SQL("record.end-told", `
		UPDATE wait AS w SET ended_at = $3, ended_happened_at = $3, ended_how = 'met', ended_by = $4
		WHERE`+toldByNotice+` AND w.ended_at IS NULL`)
	setTold = db.SQL("record.set-told", `
		UPDATE feedback SET done_at = $3, known_at = $3, way = CASE WHEN $4 = '' THEN way ELSE $4 END
		WHERE contact_id = (SELECT o.contact_id FROM outbox o WHERE o.id = $1 AND o.authority_id = $2) AND authority_id = $2
			AND made_at = (SELECT o.created_at FROM outbox o WHERE o.id = $1 AND o.authority_id = $2) AND done_at IS NULL AND reason = ''`)
	setUntold = db.SQL("record.set-untold", `
		UPDATE feedback SET done_at = NULL, known_at = NULL
		WHERE contact_id = (SELECT o.contact_id FROM outbox o WHERE o.id = $1 AND o.authority_id = $2) AND authority_id = $2
			AND made_at = (SELECT o.created_at FROM outbox o WHERE o.id = $1 AND o.authority_id = $2) AND done_at IS NOT NULL AND reason = '' AND way IN ('account', 'link') AND read_at IS NULL`)
	// The waits that a notice ended which did not arrive after all: the last of each child.
	endedByIt = db.SQL("record.waits-told-by-notice", `
		SELECT w.id FROM wait w WHERE`+toldByNotice+` AND w.ended_how = 'met' AND w.ended_by = $3
			AND NOT EXISTS (SELECT 1 FROM wait n WHERE n.child_id = w.child_id AND n.authority_id = w.authority_id AND n.timescale = w.timescale AND (n.ended_at IS NULL OR n.begun_at > w.begun_at))`)
	beginAgain = db.SQL("record.begin-telling-again", `
		INSERT INTO wait (id, authority_id, contact_id, child_id, agency, owner_id, owner_name, timescale, rule_version, due_at, warn_at, main_due_at,
			also_timescale, also_rule_version, also_due_at, what, about_id, conceal, since, begun_at)
		SELECT $3, authority_id, contact_id, child_id, agency, owner_id, owner_name, timescale, rule_version, due_at, warn_at, main_due_at,
			also_timescale, also_rule_version, also_due_at, what, about_id, conceal, since, $4
		FROM wait WHERE id = $1 AND authority_id = $2`)
	kindOfNotice = db.SQL("record.kind-of-notice", `SELECT kind FROM outbox WHERE id = $1 AND authority_id = $2`)
)

// byNotice is who ends a wait when a notice has gone.
const byNotice = "notices"

// Outcome says whether a kind of notice tells a referrer what was decided.
func Outcome(kind string) bool { return kind == "outcome-account" || kind == "outcome-link" }

// NoticeGone ends the waits for telling a referrer whose notice has gone, in the
// transaction that writes so.
func NoticeGone(ctx context.Context, q db.Queryer, authority, notice string, now civil.Instant) error {
	return noticeGone(ctx, q, authority, notice, "", byNotice, now)
}

func noticeGone(ctx context.Context, q db.Queryer, authority, notice string, way pathway.Way, by string, now civil.Instant) error {
	if _, err := q.ExecContext(ctx, endTold, notice, authority, now, by); err != nil {
		return fmt.Errorf("end what notice %s told: %w", notice, err)
	}
	_, err := q.ExecContext(ctx, setTold, notice, authority, now, way)
	return err
}

// NoticeReturned begins the waits again that a notice ended which came back: the
// referrer was not told, and the clock runs from where it started.
func (r *Record) NoticeReturned(ctx context.Context, q db.Queryer, authority, notice string, now civil.Instant) error {
	ended, err := db.Collect(ctx, q, func(r *sql.Rows, id *string) error { return r.Scan(id) }, endedByIt, notice, authority, byNotice)
	if err != nil {
		return err
	}
	n, err := db.Changed(q.ExecContext(ctx, setUntold, notice, authority))
	if err != nil || n == 0 { // they have read it where it stands
		return err
	}
	for _, id := range ended {
		if _, err := q.ExecContext(ctx, beginAgain, id, authority, r.NewID(), now); err != nil {
			return err
		}
	}
	return nil
}

// toldOfNotice ends the wait when somebody told a referrer another way than by a notice
// that did not arrive.
func (tx *Tx) toldOfNotice(ctx context.Context, notice string) error {
	var kind string
	if err := tx.QueryRowContext(ctx, kindOfNotice, notice, tx.Authority).Scan(&kind); err != nil || !Outcome(kind) {
		return err
	}
	return noticeGone(ctx, tx, tx.Authority, notice, pathway.AnotherWay, tx.Who.ID, tx.Now)
}

// TellingState is where it stands with telling the referrer of one contact.
type TellingState string

// The states. A contact that is decided is in exactly one of them.
const (
	TellingOwed   TellingState = "owed"   // a wait is open
	TellingTold   TellingState = "told"   // they were told
	TellingReason TellingState = "reason" // they are not told, and why is on record
)

// TellingOf is SQL for the telling that counts of a contact ($c is its alias): the one the
// record knew of last. It is one subquery, of a column of the telling t.
func TellingOf(column, contact string) string {
	return `(SELECT t.` + column + ` FROM feedback t WHERE t.contact_id = ` + contact + `.id AND t.authority_id = ` + contact + `.authority_id AND t.done_at IS NOT NULL ORDER BY t.known_at DESC, t.id DESC LIMIT 1)`
}

var silentOf = db.SQL("record.silent-of", `
	SELECT reason FROM feedback WHERE contact_id = $1 AND authority_id = $2 AND done_at IS NOT NULL ORDER BY known_at DESC, id DESC LIMIT 1`)

// Silent is the reason, in force, why the referrer of a contact is not told; "" when there
// is none.
func Silent(ctx context.Context, q db.Queryer, authority, contact string) (pathway.NotTold, error) {
	var r pathway.NotTold
	err := q.QueryRowContext(ctx, silentOf, contact, authority).Scan(&r)
	if db.NotFound(err) {
		return "", nil
	}
	return r, err
}

var (
	readFeedback = db.SQL("record.feedback-read", `
		UPDATE feedback SET read_at = $3, done_at = COALESCE(done_at, $3), known_at = COALESCE(known_at, $3)
		WHERE contact_id = $1 AND authority_id = $2 AND read_at IS NULL AND reason = '' AND way IN ('account', 'link')`)
	openFeedback = db.SQL("record.open-feedback", `
		SELECT count(*) FROM wait WHERE contact_id = $1 AND authority_id = $2 AND timescale = 'contact.feedback' AND ended_at IS NULL`)
)

// ReadBy is a contact whose referrer has opened what was decided.
type ReadBy struct{ Contact, Ref string }

// ReferrerRead notes that the referrer of contacts has opened what was decided, behind
// sign-in or by their link: they are told.
func (tx *Tx) ReferrerRead(ctx context.Context, all []ReadBy, way pathway.Way) error {
	var next pathway.Consequences
	for _, x := range all {
		n, err := db.Changed(tx.ExecContext(ctx, readFeedback, x.Contact, tx.Authority, tx.Now))
		if err != nil {
			return err
		}
		var open int
		if err := tx.QueryRowContext(ctx, openFeedback, x.Contact, tx.Authority).Scan(&open); err != nil {
			return err
		}
		if n == 0 && open > 0 { // a person was to tell them, and they read it before
			err := addFeedback.Exec(ctx, tx, []any{tx.NewID(), tx.Authority, x.Contact, "", way, "", "They opened it themselves", "", "", nil, tx.Now, tx.Now, tx.Now, tx.Who.ID, tx.Who.Name})
			if err != nil {
				return err
			}
		}
		next = next.And(pathway.ReadByReferrer(x.Contact))
	}
	return tx.Apply(ctx, Subject{Kind: "referral", Ref: all[0].Ref}, fmt.Sprintf("the referrer read what was decided about %d", len(all)), next)
}

// reachable are addresses that belong to an agency on the register.
var (
	knownAddress = db.SQL("record.known-address", `
		SELECT count(*) FROM organisation o WHERE o.authority_id = $1 AND o.email <> '' AND (lower(o.email) = $2 OR $3 <> '' AND lower(o.email) LIKE '%@' || $3)`)
	accountReads = db.SQL("record.account-reads", `
		SELECT count(*) FROM user_account u JOIN user_role r ON r.user_id = u.id AND r.authority_id = u.authority_id AND r.ended_at IS NULL
		WHERE u.authority_id = $1 AND (u.id = $2 OR $3 <> '' AND u.organisation_id = $3) AND u.disabled_at IS NULL AND r.role IN ('referring', 'police_referral')`)
	mailOfAgency = db.SQL("record.mail-of-agency", `SELECT email FROM organisation WHERE id = $1 AND authority_id = $2 AND email <> ''`)
)

// shared are mail providers that anybody may have an address at: it says nothing of an
// agency, also when one on the register uses it.
var shared = map[string]bool{"gmail.com": true, "googlemail.com": true, "outlook.com": true, "hotmail.com": true, "hotmail.co.uk": true, "live.com": true, "live.co.uk": true,
	"yahoo.com": true, "yahoo.co.uk": true, "icloud.com": true, "me.com": true, "aol.com": true, "btinternet.com": true, "sky.com": true, "virginmedia.com": true, "talktalk.net": true,
	"proton.me": true, "protonmail.com": true, "msn.com": true}

// Referring is who brought a contact, as far as it matters for telling them.
type Referring struct{ User, Organisation, Name, Email, Phone string }

// ReachOf works out how the referrer of a contact can be told by the service: on their own
// page when they, or officers of their agency, sign in here; else by a link to their
// agency's mailbox. Word is the word of that link.
func ReachOf(ctx context.Context, q db.Queryer, authority, contact string, by Referring, word string) (pathway.Reach, error) {
	out := pathway.Reach{Word: word, Unnamed: by.Name == "" && by.Email == "" && by.Phone == ""}
	var err error
	if out.Silent, err = Silent(ctx, q, authority, contact); err != nil {
		return out, err
	}
	if out.Silent == pathway.NotPublic {
		out.Silent = "" // that is a rule's, which is asked again
	}
	if by.User != "" || by.Organisation != "" {
		var n int
		if err := q.QueryRowContext(ctx, accountReads, authority, by.User, by.Organisation).Scan(&n); err != nil {
			return out, err
		}
		switch {
		case n > 0 && by.User != "":
			out.Account = "user:" + by.User
		case n > 0:
			out.Account = "organisation:" + by.Organisation
		}
	}
	if by.Organisation != "" && out.Account == "" {
		err := q.QueryRowContext(ctx, mailOfAgency, by.Organisation, authority).Scan(&out.Address)
		if err != nil && !db.NotFound(err) {
			return out, err
		}
	}
	if out.Account+out.Address != "" || by.Email == "" {
		return out, nil
	}
	known, err := KnownAddress(ctx, q, authority, by.Email)
	if known {
		out.Address = by.Email
	}
	return out, err
}

// KnownAddress says whether an e-mail address belongs to an agency on the register: it is
// the agency's own, or at the same place, unless anybody can have an address there.
func KnownAddress(ctx context.Context, q db.Queryer, authority, email string) (bool, error) {
	email = strings.ToLower(strings.TrimSpace(email))
	_, place, _ := strings.Cut(email, "@")
	if shared[place] || strings.ContainsAny(place, "%_@") {
		place = ""
	}
	var n int
	err := q.QueryRowContext(ctx, knownAddress, authority, email, place).Scan(&n)
	return n > 0, err
}

// AgencyAddress is the mailbox of an agency on the register; "" when it has none.
func AgencyAddress(ctx context.Context, q db.Queryer, authority, organisation string) (string, error) {
	var to string
	err := q.QueryRowContext(ctx, mailOfAgency, organisation, authority).Scan(&to)
	if db.NotFound(err) {
		err = nil
	}
	return to, err
}
