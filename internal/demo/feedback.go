package demo

import (
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

// Heard is how it stands with telling those who told us, by contact.
type Heard struct {
	Decided int            `json:"decided"`
	Told    int            `json:"told"`
	InTime  int            `json:"in_time"`
	Owed    int            `json:"still_to_be_told"`
	Overdue int            `json:"overdue"`
	Reasons map[string]int `json:"not_told_by_reason"`
}

// hearing is what becomes of telling whoever told us of one contact.
type hearing struct {
	contact, ref string
	decided      civil.Instant
	told         civil.Instant // by a person
	opened       civil.Instant // an officer opened the page
	reason       pathway.NotTold
	lost         bool // the notice came back
	unknown      bool // the address they gave is of nobody we know
}

// mailbox is an address of an agency on the register; a few senders give one that is of
// nobody we know, so that a person has to tell them.
func mailbox(kind, name string) string {
	switch kind {
	case "health":
		return "sender@health.example"
	case "housing":
		return "sender@homes.example"
	}
	return "sender@" + slugOf(name) + ".example"
}

const (
	unknownMail  = "sender@personal.example"
	everyUnknown = 8 // referrals to each whose address nobody knows
)

// addressOf is the address that the sender of the next referral gives.
func (b *builder) addressOf(kind, name string) string {
	if b.gaveMail++; b.gaveMail%everyUnknown == 0 {
		return unknownMail
	}
	return mailbox(kind, name)
}

// hears plans what becomes of telling the referrer. Officers open their page within hours,
// nearly always; of the notices to the others some come back, and some of those are called
// days later. Of those whose address nobody knows a quarter each is called at once, has a
// reason, hears by letter days later, and is forgotten.
func (b *builder) hears(j job) {
	h := &hearing{contact: j.got.ContactID, ref: j.got.Ref, decided: b.now, unknown: j.unknown}
	b.heard = append(b.heard, h)
	switch {
	case j.police:
		after := b.hours(0.2, 12)
		if b.chance(97) {
			h.opened = b.now.Add(after)
			b.goes(h, true)
			return
		}
		b.unheard++
		if h.lost = b.unheard%3 > 0; b.unheard%3 == 1 {
			b.tells(h, 75*time.Hour, pathway.ByVoice, "The referral unit, on the force’s own number")
		}
		if !h.lost {
			b.goes(h, true)
		}
	case !j.unknown:
		b.goes(h, j.account)
	default:
		b.unknowns++
		switch b.unknowns % 4 {
		case 0:
			b.tells(h, 2*time.Hour, pathway.ByVoice, "The sender, called back through the agency’s own switchboard")
		case 1:
			why := []struct {
				code  pathway.NotTold
				words string
			}{{pathway.NotWanted, "Said so when the contact was confirmed"}, {pathway.NotReached, "Called three times on two days through the agency"}, {pathway.NotSafe, "Lives with the person who is feared"}}[b.unknowns/4%3]
			b.when(b.now.Add(5*time.Hour), func() error {
				err := b.desk.NotTold(b.ctx, b.who["p.shah"], h.ref, why.code, why.words)
				if err == nil {
					h.reason = why.code
				}
				return b.shut("record why a referrer is not told", err)
			})
		case 2:
			b.tells(h, 80*time.Hour, pathway.ByLetter, "To the agency’s office")
		}
	}
}

func (b *builder) tells(h *hearing, after time.Duration, way pathway.Way, words string) {
	b.when(b.now.Add(after), func() error {
		err := b.desk.FedBack(b.ctx, b.who["p.shah"], h.ref, pathway.ToldBy{Way: way, Words: words})
		if err == nil {
			h.told = b.now
		}
		return b.shut("tell a referrer", err)
	})
}

// shut lets pass that a record was restricted since.
func (b *builder) shut(what string, err error) error {
	if k := refusal.KindOf(err); k == refusal.NotFound || k == refusal.Denied {
		return nil
	}
	return wrap(what, err)
}

// goes lets the notice of a contact go, at once or with the next digest, and be read.
func (b *builder) goes(h *hearing, account bool) {
	at := b.now.Add(time.Minute)
	if account {
		at = pathway.NextDigest(b.now)
	}
	if !h.opened.IsZero() && h.opened.Before(at) {
		at = h.opened
	}
	b.when(at, func() error {
		return b.record.DB.Write(b.ctx, func(q db.Queryer) error {
			n, err := db.Changed(q.ExecContext(b.ctx, noticeWent, h.contact, authority, b.now))
			if err != nil || n == 0 {
				return err // they gave no address, and nobody has called them
			}
			h.told = b.now
			read := civil.Instant{}
			if !h.opened.After(b.now) {
				read = h.opened
			}
			if _, err := q.ExecContext(b.ctx, waitHeard, h.contact, authority, b.now); err != nil {
				return err
			}
			_, err = q.ExecContext(b.ctx, feedbackHeard, h.contact, authority, b.now, read)
			return err
		})
	})
}

var (
	noticeWent = db.SQL("demo.outcome-went", `
		UPDATE outbox SET sent_at = $3, via = 'folder' WHERE contact_id = $1 AND authority_id = $2 AND kind IN ('outcome-account', 'outcome-link')`)
	noticeLost = db.SQL("demo.outcome-lost", `
		UPDATE outbox SET failed_at = created_at, attempts = 1, last_error = 'The mail server refused this address or message (code 550)', told_at = $3, told_by = CASE WHEN $4 THEN 'p.shah' ELSE '' END
		WHERE contact_id = $1 AND authority_id = $2 AND kind IN ('outcome-account', 'outcome-link')`)
	waitHeard = db.SQL("demo.outcome-heard", `
		UPDATE wait SET ended_at = $3, ended_happened_at = $3, ended_how = 'met', ended_by = 'notices'
		WHERE contact_id = $1 AND authority_id = $2 AND timescale = 'contact.feedback' AND ended_at IS NULL`)
	feedbackHeard = db.SQL("demo.outcome-told", `
		UPDATE feedback SET done_at = $3, known_at = $3, read_at = $4 WHERE contact_id = $1 AND authority_id = $2 AND done_at IS NULL`)
)

// lost has the notices come back that came back.
func (b *builder) lost(q db.Queryer) error {
	for _, h := range b.heard {
		if !h.lost {
			continue
		}
		if _, err := q.ExecContext(b.ctx, noticeLost, h.contact, authority, h.told, !h.told.IsZero()); err != nil {
			return err
		}
	}
	return b.heardTruth()
}

func (b *builder) heardTruth() error {
	t := &b.out.Truth.Heard
	t.Reasons = map[string]int{}
	for _, h := range b.heard {
		rule, _ := b.record.Timescales.Rule(timescale.Feedback, h.decided)
		due, err := rule.Due(h.decided, b.record.Calendar)
		if err != nil {
			return err
		}
		t.Decided++
		switch {
		case !h.told.IsZero():
			t.Told++
			if !h.told.After(due.At) {
				t.InTime++
			}
		case h.reason != "":
			t.Reasons[string(h.reason)]++
		default:
			t.Owed++
			if due.At.Before(b.opt.Now) {
				t.Overdue++
			}
		}
	}
	return nil
}
