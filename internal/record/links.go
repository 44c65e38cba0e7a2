package record

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/refusal"
)

// InvitationDays is how long the link of an invitation opens: no discussion waits longer.
const InvitationDays = 30

// LinkKind is what a one-time link opens.
type LinkKind string

// The kinds of one-time links.
const (
	LinkQuestion   LinkKind = "question"
	LinkInvitation LinkKind = "invitation"
	LinkOutcome    LinkKind = "outcome"
)

// OneLink is a link that was sent to somebody without an account. It has neither the word
// that opens it nor what it opens: whoever reads it here may have no right to that.
type OneLink struct {
	Kind         LinkKind
	Organisation string // "" where the address is of nobody on the register
	Address      string // folded to lower case
	Name         string // of whoever was invited
	Opens        bool   // now
	Answered     bool   // by the link itself
	LastUsed     civil.Instant
	Waits        int    // open, that end when it is answered
	Awaited      bool   // something is still waited for from whoever holds it
	Codes        string // where the codes go that it needs; "" it needs none

	id, hash, contact, ref, child, asker, agency, meeting string
	guarded                                               bool
	sentence                                              string
}

var (
	questionLinks = db.SQL("record.question-links", `
		SELECT q.id, q.organisation_id, lower(q.email), q.token_hash, q.expires_at, q.contact_id, c.ref, q.child_id, q.asked_by, q.agency,
			q.answered_at IS NULL AND q.state IN ('sent', 'acknowledged'), q.answered_how = 'link', CASE WHEN q.answered_how = 'link' THEN q.answered_at END, g.request_id IS NOT NULL, lower(COALESCE(g.address, '')), g.locked_at IS NOT NULL,
			(SELECT max(l.at) FROM looked l WHERE l.subject = c.ref AND l.authority_id = q.authority_id AND l.actor = 'link ' || q.id),
			(SELECT count(*) FROM wait w WHERE w.contact_id = q.contact_id AND w.authority_id = q.authority_id AND w.about_id = q.id AND w.ended_at IS NULL)
		FROM information_request q
		JOIN contact c ON c.id = q.contact_id AND c.authority_id = q.authority_id
		LEFT JOIN link_guard g ON g.request_id = q.id AND g.authority_id = q.authority_id
		WHERE q.authority_id = $1 AND q.email <> '' AND ($2 = '' OR q.organisation_id = $2) AND ($3 = '' OR lower(q.email) = $3 OR lower(g.address) = $3)
			AND (q.token_hash <> '' OR q.answered_how = 'link' OR EXISTS (
				SELECT 1 FROM outbox o WHERE o.dedupe_key = 'question ' || q.id AND o.authority_id = q.authority_id AND o.kind = 'question'))
		ORDER BY q.asked_at, q.id`)
	invitationLinks = db.SQL("record.invitation-links", `
		SELECT s.id, s.owner_id, lower(s.email), s.name, s.token_hash, s.invited_at, d.contact_id, d.ref, d.id, d.requested_by, s.agency,
			d.state IN ('requested', 'scheduled') AND s.comes <> 'no', s.answered_how = 'link', CASE WHEN s.answered_how = 'link' THEN s.answered_at END,
			(SELECT max(l.at) FROM looked l WHERE l.subject = d.ref AND l.authority_id = s.authority_id AND l.actor = 'invitation ' || s.id),
			(SELECT count(*) FROM wait w WHERE w.contact_id = d.contact_id AND w.authority_id = s.authority_id AND w.about_id = s.id AND w.ended_at IS NULL)
		FROM discussion_seat s
		JOIN discussion d ON d.id = s.discussion_id AND d.authority_id = s.authority_id
		WHERE s.authority_id = $1 AND s.email <> '' AND s.token_hash <> '' AND ($2 = '' OR s.owner_id = $2) AND ($3 = '' OR lower(s.email) = $3)
		ORDER BY s.invited_at, s.id`)
	outcomeLinks = db.SQL("record.outcome-links", `
		SELECT f.id, COALESCE((SELECT min(g.id) FROM organisation g WHERE g.authority_id = f.authority_id AND lower(g.email) = lower(o.address)), c.organisation_id),
			lower(o.address), f.word_hash, f.word_ends_at, f.contact_id, c.ref, f.by_id, f.read_at, f.sentence,
			COALESCE((SELECT t.reason FROM feedback t WHERE t.contact_id = f.contact_id AND t.authority_id = f.authority_id AND t.done_at IS NOT NULL ORDER BY t.known_at DESC, t.id DESC LIMIT 1), '') = '',
			(SELECT max(l.at) FROM looked l WHERE l.subject = c.ref AND l.authority_id = f.authority_id AND l.actor = 'link ' || f.contact_id),
			(SELECT count(*) FROM wait w WHERE w.contact_id = f.contact_id AND w.authority_id = f.authority_id AND w.timescale = 'contact.feedback' AND w.ended_at IS NULL)
		FROM feedback f
		JOIN contact c ON c.id = f.contact_id AND c.authority_id = f.authority_id
		JOIN outbox o ON o.contact_id = f.contact_id AND o.authority_id = f.authority_id AND o.created_at = f.made_at AND o.kind = 'outcome-link'
		WHERE f.authority_id = $1 AND f.word_hash <> ''
			AND ($2 = '' OR $2 = COALESCE((SELECT min(g.id) FROM organisation g WHERE g.authority_id = f.authority_id AND lower(g.email) = lower(o.address)), c.organisation_id))
			AND ($3 = '' OR lower(o.address) = $3)
		ORDER BY f.made_at, f.id`)
	endedLinks = db.SQL("record.ended-links", `
		SELECT kind, address, used_at FROM link_ended WHERE authority_id = $1 AND organisation_id = $2 ORDER BY left_id, kind, link_of`)
)

// LinksOf are the one-time links of an organisation, or of an address in every
// organisation: those that open, were used or have run out. "" asks for no organisation,
// or for no address, in particular.
func LinksOf(ctx context.Context, q db.Queryer, authority, organisation, address string, now civil.Instant) ([]OneLink, error) {
	address = strings.ToLower(address)
	out, err := db.Collect(ctx, q, func(r *sql.Rows, l *OneLink) error {
		var expires, answered civil.Instant
		var locked bool
		l.Kind = LinkQuestion
		err := r.Scan(&l.id, &l.Organisation, &l.Address, &l.hash, &expires, &l.contact, &l.ref, &l.child, &l.asker, &l.agency, &l.Awaited, &l.Answered, &answered, &l.guarded, &l.Codes, &locked, &l.LastUsed, &l.Waits)
		l.used(answered)
		l.Opens = l.hash != "" && !now.After(expires) && !locked
		return err
	}, questionLinks, authority, organisation, address)
	if err != nil {
		return nil, fmt.Errorf("read the links of questions: %w", err)
	}
	invited, err := db.Collect(ctx, q, func(r *sql.Rows, l *OneLink) error {
		var at, answered civil.Instant
		l.Kind = LinkInvitation
		err := r.Scan(&l.id, &l.Organisation, &l.Address, &l.Name, &l.hash, &at, &l.contact, &l.ref, &l.meeting, &l.asker, &l.agency, &l.Awaited, &l.Answered, &answered, &l.LastUsed, &l.Waits)
		l.used(answered)
		l.Opens = at.After(now.Date().AddDays(-InvitationDays).Start())
		return err
	}, invitationLinks, authority, organisation, address)
	if err != nil {
		return nil, fmt.Errorf("read the links of invitations: %w", err)
	}
	told, err := db.Collect(ctx, q, func(r *sql.Rows, l *OneLink) error {
		var ends, read civil.Instant
		l.Kind = LinkOutcome
		err := r.Scan(&l.id, &l.Organisation, &l.Address, &l.hash, &ends, &l.contact, &l.ref, &l.asker, &read, &l.sentence, &l.Awaited, &l.LastUsed, &l.Waits)
		l.Answered = !read.IsZero()
		l.used(read)
		l.Opens, l.Awaited = !now.After(ends), l.Awaited && read.IsZero()
		return err
	}, outcomeLinks, authority, organisation, address)
	if err != nil {
		return nil, fmt.Errorf("read the links of outcomes: %w", err)
	}
	return append(append(out, invited...), told...), nil
}

// used notes that a link was used at a time: an answer is a use, as an opening is.
func (l *OneLink) used(at civil.Instant) {
	if l.LastUsed.Before(at) {
		l.LastUsed = at
	}
}

// EndedLinks are the links of an organisation that ended because whoever had them left.
func EndedLinks(ctx context.Context, q db.Queryer, authority, organisation string) ([]OneLink, error) {
	return db.Collect(ctx, q, func(r *sql.Rows, l *OneLink) error { return r.Scan(&l.Kind, &l.Address, &l.LastUsed) }, endedLinks, authority, organisation)
}

// Key is what a link is known by, without its word, so that what was shown can be held to
// what is there.
func (l OneLink) Key() string { return string(l.Kind) + " " + l.id + " " + l.hash }

// Register is where an agency on the register can be written to.
type Register struct {
	Name, Mailbox, Lead, Contact, ContactName string
}

var registerOf = db.SQL("record.register-of", `
	SELECT o.name, lower(o.email), lower(COALESCE(s.lead_email, '')),
		COALESCE((SELECT lower(c.address) FROM organisation_contact c WHERE c.organisation_id = o.id AND c.authority_id = o.authority_id AND c.ended_at IS NULL ORDER BY c.begun_at DESC, c.id DESC LIMIT 1), ''),
		COALESCE((SELECT c.name FROM organisation_contact c WHERE c.organisation_id = o.id AND c.authority_id = o.authority_id AND c.ended_at IS NULL ORDER BY c.begun_at DESC, c.id DESC LIMIT 1), '')
	FROM organisation o
	LEFT JOIN school s ON s.id = o.id AND s.authority_id = o.authority_id
	WHERE o.id = $1 AND o.authority_id = $2`)

// RegisterOf is where an organisation can be written to. Of one that is not there it is
// empty.
func RegisterOf(ctx context.Context, q db.Queryer, authority, organisation string) (Register, error) {
	var r Register
	err := q.QueryRowContext(ctx, registerOf, organisation, authority).Scan(&r.Name, &r.Mailbox, &r.Lead, &r.Contact, &r.ContactName)
	if db.NotFound(err) {
		err = nil
	}
	return r, err
}

// Next is where a link goes instead of to an address whose holder has left: the agency's
// mailbox, its safeguarding lead, or its named contact; never where the code of the same
// question goes. It is "" when the register holds no other address.
func (r Register) Next(l OneLink, left string) string {
	guard := r.codes(l, left)
	if l.guarded && guard == "" {
		return "" // nobody could open it
	}
	for _, to := range []string{r.Mailbox, r.Lead, r.Contact} {
		if strings.Contains(to, "@") && to != left && to != guard {
			return to
		}
	}
	return ""
}

// codes is where the codes of a question go from now on.
func (r Register) codes(l OneLink, left string) string {
	if !l.guarded || l.Codes != left {
		return l.Codes
	}
	if r.Contact != left {
		return r.Contact
	}
	return ""
}

// Left is what ends when somebody at an agency has left.
type Left struct {
	ID, Address string
	Links       []OneLink           // those that open
	Registers   map[string]Register // by organisation, as it is after they left
}

// LeftCount is what became of the links.
type LeftCount struct{ Ended, Moved, Lost, Waits int }

var (
	moveQuestion = db.SQL("record.move-question-link", `
		UPDATE information_request SET token_hash = $4, email = $5 WHERE id = $1 AND authority_id = $2 AND token_hash = $3`)
	moveGuard = db.SQL("record.move-guard", `
		UPDATE link_guard SET name = CASE WHEN address = $3 THEN name ELSE $4 END, address = $3, code_id = '', code_ends_at = NULL, codes = 0, tries = 0, pass_hash = '', pass_ends_at = NULL
		WHERE request_id = $1 AND authority_id = $2`)
	moveSeat = db.SQL("record.move-seat-link", `
		UPDATE discussion_seat SET token_hash = $4, email = $5, name = CASE WHEN answered_at IS NULL THEN '' ELSE name END WHERE id = $1 AND authority_id = $2 AND token_hash = $3`)
	endSeat    = db.SQL("record.end-seat-link", `UPDATE discussion_seat SET token_hash = '' WHERE id = $1 AND authority_id = $2 AND token_hash = $3`)
	endOutcome = db.SQL("record.end-outcome-link", `UPDATE feedback SET word_hash = '' WHERE id = $1 AND authority_id = $2 AND word_hash = $3`)
	// A deputy who has left is not asked: their agency's mailbox is, unless it was asked first.
	deputyLeft = db.SQL("record.deputy-left", `
		UPDATE discussion_seat SET deputy_name = '', deputy_email = COALESCE((
			SELECT lower(o.email) FROM organisation o WHERE o.id = discussion_seat.owner_id AND o.authority_id = $1 AND lower(o.email) NOT IN ($2, lower(discussion_seat.email))), '')
		WHERE authority_id = $1 AND lower(deputy_email) = $2 AND answered_at IS NULL`)
	// What was still to go to them says nothing now: its link no longer opens. Whoever asked is
	// told, but of an outcome that can go nowhere else: that stays among what reached nobody.
	unsentLinks = db.SQL("record.end-unsent-links", `
		UPDATE outbox SET failed_at = $3, last_error = 'Whoever it was for has left', told_at = $3, told_by = $4
		WHERE authority_id = $1 AND lower(address) = $2 AND sent_at IS NULL AND failed_at IS NULL
			AND (kind IN ('question', 'meeting-invited', 'meeting-answer-soon', 'code') OR kind = 'outcome-link' AND CAST($5 AS boolean))`)
	unsentOutcomes = db.SQL("record.end-unsent-outcomes", `
		UPDATE outbox SET failed_at = $3, last_error = 'Whoever it was for has left'
		WHERE authority_id = $1 AND lower(address) = $2 AND sent_at IS NULL AND failed_at IS NULL AND kind = 'outcome-link'`)
	childrenOfSeat = db.SQL("record.children-of-discussion", `SELECT child_id FROM discussion_child WHERE discussion_id = $1 AND authority_id = $2 ORDER BY child_id`)
	addEndedLink   = db.InsertInto("record.add-ended-link", "link_ended", "left_id, kind, link_of, authority_id, organisation_id, address, used_at", "")
)

// EndLinks ends every link of somebody who has left. An ended link is answered like one
// that never was. What it was sent for stays open with its clock: a new link goes to the
// agency, and whoever asked is told, also where there is no address to send one to. It
// refuses when a link has changed since it was read. What follows in the children's
// stories is given back.
func (tx *Tx) EndLinks(ctx context.Context, left Left) (n LeftCount, lines []pathway.Line, err error) {
	lostOutcome := false
	var ended, notices [][]any
	for _, l := range left.Links {
		to := ""
		if l.Awaited {
			if to = left.Registers[l.Organisation].Next(l, left.Address); to == "" && l.Kind == LinkOutcome {
				lostOutcome = true
			}
		}
		word, hash := "", ""
		if to != "" {
			word = NewSecret(40)
			hash = HashWord(word)
		}
		if err := tx.endLink(ctx, l, left, to, hash, word); err != nil {
			return n, nil, err
		}
		ended = append(ended, []any{left.ID, l.Kind, l.id, tx.Authority, l.Organisation, left.Address, l.LastUsed})
		n.Ended++
		if !l.Awaited {
			continue
		}
		n.Waits += l.Waits
		said := "Whoever the link went to has left, and it no longer opens. A new one went to another address of the agency; the limit stays"
		if to == "" {
			n.Lost++
			said = "Whoever the link went to has left, and it no longer opens. No other address of the agency is held: call them; the limit stays"
		} else {
			n.Moved++
		}
		notices = append(notices, tx.leftNotices(l, to, word)...)
		more, err := tx.leftLines(ctx, l, said)
		if err != nil {
			return n, nil, err
		}
		lines = append(lines, more...)
		if err := tx.TouchContact(ctx, l.contact); err != nil {
			return n, nil, err
		}
	}
	if _, err := tx.ExecContext(ctx, deputyLeft, tx.Authority, left.Address); err != nil {
		return n, nil, err
	}
	if _, err := tx.ExecContext(ctx, unsentLinks, tx.Authority, left.Address, tx.Now, tx.Who.ID, !lostOutcome); err != nil {
		return n, nil, err
	}
	if _, err := tx.ExecContext(ctx, unsentOutcomes, tx.Authority, left.Address, tx.Now); err != nil {
		return n, nil, err
	}
	if err := addMessage.Exec(ctx, tx, notices...); err != nil {
		return n, nil, err
	}
	return n, lines, addEndedLink.Exec(ctx, tx, ended...)
}

// endLink ends one link, and makes the next when there is somewhere to send it.
func (tx *Tx) endLink(ctx context.Context, l OneLink, left Left, to, hash, word string) error {
	var n int64
	var err error
	switch {
	case l.Kind == LinkQuestion:
		n, err = db.Changed(tx.ExecContext(ctx, moveQuestion, l.id, tx.Authority, l.hash, hash, to))
		if err == nil && l.guarded {
			r := left.Registers[l.Organisation]
			_, err = tx.ExecContext(ctx, moveGuard, l.id, tx.Authority, r.codes(l, left.Address), r.ContactName)
		}
	case l.Kind == LinkInvitation && l.Awaited:
		n, err = db.Changed(tx.ExecContext(ctx, moveSeat, l.id, tx.Authority, l.hash, hash, to))
	case l.Kind == LinkInvitation:
		n, err = db.Changed(tx.ExecContext(ctx, endSeat, l.id, tx.Authority, l.hash))
	default:
		n, err = db.Changed(tx.ExecContext(ctx, endOutcome, l.id, tx.Authority, l.hash))
		if err == nil && word != "" {
			err = addFeedback.Exec(ctx, tx, []any{tx.NewID(), tx.Authority, l.contact, "", pathway.ByOwnLink, "", "", l.sentence, hash, tx.Now.Add(outcomeLife), tx.Now, nil, nil, tx.Who.ID, tx.Who.Name})
		}
	}
	if err == nil && n == 0 {
		err = refusal.New(refusal.Conflict, "One of the links has changed since you looked. Read the list again before you end them")
	}
	return err
}

// leftNotices are what goes to the agency instead, and to whoever asked.
func (tx *Tx) leftNotices(l OneLink, to, word string) (out [][]any) {
	row := func(kind, address, link, key string) []any {
		return []any{tx.NewID(), tx.Authority, kind, address, l.ref, link, "", l.contact, key, tx.Now, tx.Now, nil, "", tx.Who.ID}
	}
	again := l.id + " again " + tx.Now.String()
	kind, path, page := "question", "/requests/", "/contacts/"+l.ref+"/checks"
	switch l.Kind {
	case LinkInvitation:
		kind, path, page = "meeting-invited", "/invitations/", "/meetings/"+l.ref
	case LinkOutcome:
		kind, path, page = "outcome-link", "/outcome/", "/contacts/"+l.ref+"/feedback"
	}
	first := map[LinkKind]string{LinkQuestion: "question ", LinkInvitation: "invite ", LinkOutcome: "feedback "}[l.Kind]
	told := "link-moved"
	if to == "" {
		told = "link-lost"
	} else {
		out = append(out, row(kind, to, path+word, first+again))
	}
	if asker := "user:" + l.asker; l.asker != "" && l.asker != "service" && l.asker != byNotice {
		out = append(out, row(told, asker, page, told+" "+again))
	}
	return out
}

// leftLines say it in the story of each child whom the link was about.
func (tx *Tx) leftLines(ctx context.Context, l OneLink, said string) ([]pathway.Line, error) {
	kids := []string{l.child}
	kind := "request"
	switch l.Kind {
	case LinkInvitation:
		var err error
		kind = "strategy"
		if kids, err = db.Collect(ctx, tx, func(r *sql.Rows, id *string) error { return r.Scan(id) }, childrenOfSeat, l.meeting, tx.Authority); err != nil {
			return nil, err
		}
	case LinkOutcome:
		return nil, nil // it is about what was decided, and no child is named in it
	}
	var out []pathway.Line
	for _, id := range kids {
		out = append(out, pathway.Line{Contact: l.contact, Child: id, Kind: kind, Source: l.agency, Text: said})
	}
	return out, nil
}
