package demo

import (
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/desk/partners"
	"frontdoor/internal/pathway"
)

// written are a front door's message to the school and what the school wrote back.
var written = [][2]string{
	{"Was the child in school this week, and who brought them?", "Every day but Tuesday. The grandmother brings them now."},
	{"Has the mother been to see you since we spoke?", "She came on Monday and was calm. She asked about breakfast club."},
	{"Is there an older brother or sister at another school?", "Not that we know of."},
	{"Did the child say anything about the weekend?", "Only that they slept at an aunt's."},
	{"Who is the named person for the plan at school?", "The deputy head, from next week."},
}

// livePartners are messages with agencies, a question to the hospital and what the school
// is still worried about: one disagreement that was answered and one that waits.
func (b *builder) livePartners(ago func(float64) civil.Instant) {
	for i, w := range written {
		b.beside(ago(float64(24*(19-3*i))+2), func() error { return b.writeBoth(i, w[0], w[1]) })
	}
	b.beside(ago(200), func() error {
		return b.worried(0, "He comes without a coat and is cold", "Somebody sees the home", 17*time.Hour)
	})
	b.beside(ago(9), func() error {
		return b.worried(1, "She fell asleep in class again on Monday and says nobody wakes her", "A visit before the weekend", 0)
	})
	b.beside(ago(1.5), b.writtenNow)
}

// joint puts a detective and a front door manager into one team, and names whom codes go
// to at two agencies.
func (b *builder) joint() error {
	was := b.rng
	b.rng = b.aside
	defer func() { b.rng = was }()
	service := admin.Service(authority)
	team, err := b.admin.AddJointTeam(b.ctx, service, "joint-unit", "Joint investigation unit")
	if err != nil {
		return err
	}
	for _, user := range []string{"m.ali", "z.amin"} {
		if err := b.admin.JoinTeam(b.ctx, service, user, team); err != nil {
			return wrap("put "+user+" into the joint unit", err)
		}
		if b.who[user], err = b.record.FindActor(b.ctx, authority, user); err != nil {
			return err
		}
	}
	for _, c := range []admin.NamedContact{{Organisation: "school-1", Name: "O. Lindt", Job: "Head", Address: "o.lindt@home.example"}, {Organisation: "police", Name: "Insp. R. Hale", Job: "Duty inspector", Address: "r.hale@home.example"}} {
		if _, err := b.admin.AddContact(b.ctx, service, c); err != nil {
			return wrap("name a contact of "+c.Organisation, err)
		}
	}
	return nil
}

// beside plans something that draws from a number of its own, so that what is planned
// otherwise stays as it is.
func (b *builder) beside(at civil.Instant, do func() error) {
	b.when(at, func() error {
		was := b.rng
		b.rng = b.aside
		defer func() { b.rng = was }()
		return do()
	})
}

var (
	schoolsOwn = db.SQL("demo.school-referrals", ownDecided+` AND c.referrer_id = 'e.wright'`+ownOrder)
	policeOwn  = db.SQL("demo.police-referrals", ownDecided+` AND c.organisation_id = 'police'`+ownOrder)
)

const (
	ownDecided = `
	SELECT c.ref FROM contact c WHERE c.authority_id = $1 AND c.decided_at IS NOT NULL AND c.conceal = ''
		AND NOT EXISTS (SELECT 1 FROM worry w WHERE w.contact_id = c.id AND w.authority_id = c.authority_id)`
	ownOrder = ` ORDER BY c.received_at DESC, c.id`
)

// sent is the nth latest decided referral of the school; in a small town, where it sent
// fewer, of the police. It is "" when there is none, and who sent it otherwise.
func (b *builder) sent(n int) (who access.Actor, ref string, err error) {
	for _, x := range []struct {
		q   db.Query
		who string
	}{{schoolsOwn, "e.wright"}, {policeOwn, "b.tanner"}} {
		refs, err := b.ids(x.q, authority)
		if err != nil {
			return who, "", err
		}
		if n < len(refs) {
			return b.who[x.who], refs[n], nil
		}
	}
	return who, "", nil
}

func (b *builder) writeBoth(n int, ask, answer string) error {
	sender, ref, err := b.sent(n)
	if err != nil || ref == "" {
		return err
	}
	all, err := b.partners.Parties(b.ctx, b.who["m.ali"], ref)
	if err != nil {
		return wrap("parties of "+ref, err)
	}
	id, err := b.partners.Write(b.ctx, b.who["m.ali"], ref, all[0].Child, sender.AgencyID, ask)
	if err != nil {
		return wrap("write about "+ref, err)
	}
	read := b.now.Add(b.hours(0.5, 6))
	b.beside(read, func() error {
		_, _, err := b.partners.Thread(b.ctx, sender, id)
		return wrap("read about "+ref, err)
	})
	replied := read.Add(b.hours(0.2, 5))
	b.beside(replied, func() error { return wrap("answer about "+ref, b.partners.Reply(b.ctx, sender, id, answer)) })
	if n < len(written)-1 { // the last answer is still unread
		b.beside(replied.Add(b.hours(0.1, 3)), func() error {
			_, _, err := b.partners.Thread(b.ctx, b.who["p.shah"], id)
			return wrap("read the answer about "+ref, err)
		})
	}
	return nil
}

// worried has the school disagree with a decision. after is when it is answered; zero
// for never.
func (b *builder) worried(n int, why, wants string, after time.Duration) error {
	sender, contact, err := b.sent(n)
	if err != nil || contact == "" {
		return err
	}
	own, err := b.partners.Referral(b.ctx, sender, contact)
	if err != nil {
		return wrap("own referral "+contact, err)
	}
	ref, err := b.partners.StillWorried(b.ctx, sender, contact, partners.Disagreed{Child: own.Children[0].ID, Why: why, Wants: wants})
	if err != nil || after == 0 {
		return wrap("still worried about "+contact, err)
	}
	b.beside(b.now.Add(after), func() error {
		return wrap("answer "+ref, b.partners.AnswerWorry(b.ctx, b.who["j.okoro"], ref, pathway.WorryMore, "The decision stays. The family worker visits on Thursday and tells you what she found."))
	})
	b.beside(b.now.Add(after+3*time.Hour), func() error {
		_, _, err := b.partners.Worry(b.ctx, sender, ref)
		return wrap("read the answer "+ref, err)
	})
	return nil
}

var askedNow = db.SQL("demo.asked-now", `
	SELECT c.ref FROM contact c JOIN information_request q ON q.contact_id = c.id AND q.authority_id = c.authority_id
	WHERE c.authority_id = $1 AND c.decided_at IS NULL AND c.conceal = '' AND q.answered_at IS NULL ORDER BY q.asked_at DESC, c.id LIMIT 1`)

// writtenNow asks the hospital what it knows of the child of the last question, and
// writes to the police and the hospital about it.
func (b *builder) writtenNow() error {
	refs, err := b.ids(askedNow, authority)
	if err != nil || len(refs) == 0 {
		return err
	}
	ref := refs[0]
	p, err := b.desk.Open(b.ctx, b.who["p.shah"], ref)
	if err != nil {
		return wrap("open "+ref, err)
	}
	child := p.Contact.Kids[0].ID
	_, err = b.desk.Ask(b.ctx, b.who["p.shah"], ref, contacts.Asked{Child: child, Organisation: "health-2", Question: "Was this child in your emergency department since June, and with what?", Why: "A worry about how injuries are explained", Basis: pathway.BasisAgreed})
	if err != nil {
		return wrap("ask the hospital about "+ref, err)
	}
	if _, err := b.partners.Write(b.ctx, b.who["p.shah"], ref, child, "health-2", "The mother says that she came to you on Sunday. Is that so?"); err != nil {
		return wrap("write about "+ref, err)
	}
	_, err = b.partners.Write(b.ctx, b.who["b.tanner"], ref, child, "", "We hold two more reports of this address, not yet graded. They come today.")
	return wrap("write about "+ref, err)
}
