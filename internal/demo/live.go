package demo

import (
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/form"
	"frontdoor/internal/partner/police"
	"frontdoor/internal/pathway"
)

// liveOthers are the contacts a visitor should meet: an old incident just come, a
// child in danger, a call half done, a restricted record, questions to partners, and
// a message that could not be read.
func (b *builder) liveOthers(ago func(float64) civil.Instant) {
	b.when(ago(5), func() error {
		h := b.big()
		n := b.notification(h, b.now.Add(-23*24*time.Hour), "medium")
		got, err := b.send(n)
		if err != nil {
			return err
		}
		b.count(true)
		b.undecided(job{got: got, home: h, kids: h.kids, named: len(h.kids), police: true})
		return nil
	})
	b.when(ago(2), func() error {
		h := b.big()
		n := b.notification(h, b.now.Add(-3*time.Hour), "high")
		n.Danger, n.WhereNow = "yes", "at home with both parents"
		n.Children, n.Household = n.Children[:1], len(h.kids)
		got, err := b.send(n)
		if err != nil {
			return err
		}
		b.count(false)
		b.out.Truth.PF1.OneNamed++
		b.undecided(job{got: got, home: h, kids: h.kids, named: 1, police: true})
		return nil
	})
	b.when(ago(1.5), func() error {
		b.out.Truth.Contacts["phone"]++
		b.out.Truth.PF13.Referrals++
		b.out.Truth.PF13.ByPhone++
		a := form.Answers{"you.professional": {"no"}, "children[0].described": {"A boy of about 3 at 12 Canal Row"}, "concern.danger": {"not_known"},
			"concern.what": {"He is out on the road alone most evenings"}, "concern.where": {"outside"}}
		got, err := b.desk.Call(b.ctx, b.screener(), a, b.now.Add(-8*time.Minute))
		if err == nil {
			b.standing(got)
			b.out.Truth.ChildrenOpen++
			b.out.Truth.PF1.IdentifyOpen++
		}
		return err
	})
	b.when(ago(30), func() error { return b.liveForm("school", "Hilltop Primary", true) })
	b.when(ago(19), func() error { return b.liveForm("health", "Thornbury Vale health visiting", false) })
	b.when(ago(4), func() error { return b.liveForm("school", "Northgate High", false) })
	b.when(ago(1), func() error { return b.liveForm("housing", "Vale Homes", false) })
	b.when(ago(3.2), func() error {
		body := []byte(`{"reference": "MVP-BROKEN", "incident_at": "yesterday`)
		got, _, _, err := b.police.Receive(b.ctx, b.force, b.force.Name, body, int64(len(body)))
		if err == nil {
			b.out.Truth.Contacts["police"]++
			b.standing(got)
			b.out.Truth.ChildrenOpen++
			b.out.Truth.PF1.IdentifyOpen++
		}
		return err
	})
	b.liveWho(ago)
	b.restricted(ago)
	b.when(ago(50), b.largeFamily)
	b.livePartners(ago)
	b.owing(ago(1))
}

var personByRef = db.SQL("demo.person-by-ref", `SELECT id FROM person WHERE ref = $1 AND authority_id = $2`)

// big is a household with several children and nothing planted.
func (b *builder) big() *home {
	for {
		if h := b.homes[b.rng.IntN(len(b.homes))]; len(h.kids) >= 3 {
			return h
		}
	}
}

// count adds a live notification to the truth of police lag.
func (b *builder) count(mediumLate bool) {
	t := &b.out.Truth.PF1
	t.Incidents++
	t.Received++
	if mediumLate {
		t.Medium++
		t.MediumOver7Days++
	}
}

// liveForm is a referral on the form that nobody has decided, one with questions to
// partners.
func (b *builder) liveForm(kind, name string, ask bool) error {
	h := b.homes[b.rng.IntN(len(b.homes))]
	k := h.kids[0]
	def, err := form.Load("referral")
	if err != nil {
		return err
	}
	a := form.Answers{
		"you.professional": {"yes"}, "you.agency": {kind}, "you.organisation": {name}, "you.role": {"Safeguarding lead"}, "you.name": {"E. Wright"}, "you.email": {mailbox(kind, name)},
		"children[0].given": {k.given}, "children[0].family": {k.family}, "children[0].born": {k.born.String()}, "children[0].postcode": {h.postcode},
		"children[0].address": {h.street}, "concern.danger": {"no"}, "concern.what": {b.pick(worries)}, "concern.level": {"3"},
		"agreement.status": {"given"}, "agreement.who": {h.mother}, "agreement.how": {"by phone, today"}, "agreement.to_what": {"checks and help"},
	}
	arrival := contacts.FromForm(def, a, pathway.ByForm)
	if name == "Hilltop Primary" {
		arrival.OrganisationID, arrival.Referrer.ID = "school-1", "e.wright"
	}
	who := access.Actor{ID: "public", Authority: authority, Roles: []access.Role{access.Public}}
	got, err := b.desk.Receive(b.ctx, who, arrival)
	if err != nil {
		return err
	}
	b.out.Truth.Contacts["form"]++
	b.out.Truth.PF13.Referrals++
	b.undecided(job{got: got, home: h, kids: []*kid{k}, named: 1})
	if !ask {
		return nil
	}
	if err := b.desk.Screen(b.ctx, b.who["p.shah"], got.Ref, pathway.Screen{Danger: "no", RAG: "amber", RAGReason: "The second worry this term"}, 1); err != nil {
		return err
	}
	rows, err := b.rows(got.ContactID)
	if err != nil {
		return err
	}
	for _, to := range []string{"police", "health-1"} {
		_, err := b.desk.Ask(b.ctx, b.who["p.shah"], got.Ref, contacts.Asked{Child: rows[0].id, Organisation: to, Question: "What do you know of this child and the household since January?",
			Why: "To decide with the whole picture", Basis: pathway.BasisAgreed})
		if err != nil {
			return err
		}
	}
	return nil
}

var waitsOfPerson = db.SQL("demo.open-waits-of-person", `
	SELECT w.id FROM wait w JOIN contact_child cc ON cc.id = w.child_id AND cc.authority_id = w.authority_id
	WHERE cc.person_id = $1 AND cc.authority_id = $2 AND w.ended_at IS NULL LIMIT 1`)

// restricted closes one child's record to a named manager, and a new notification
// about the child comes in.
func (b *builder) restricted(ago func(float64) civil.Instant) {
	var h *home
	var person string
	b.when(ago(60), func() error {
		for _, x := range b.homes {
			if len(x.kids) != 1 || x.kids[0].ref == "" || x.kids[0].nhs == "" {
				continue
			}
			ids, err := b.ids(personByRef, x.kids[0].ref, authority)
			if err != nil {
				return err
			}
			if open, err := b.ids(waitsOfPerson, ids[0], authority); err != nil || len(open) > 0 {
				continue // somebody is at work for the child and would be shut out
			}
			h, person, b.closed = x, ids[0], x
			break
		}
		if h == nil {
			return nil
		}
		if err := b.linkRestricted(b.who["j.okoro"], person); err != nil {
			return err
		}
		return b.admin.Restrict(b.ctx, b.who["j.okoro"], person, access.Restricted, "J. Okoro", "a parent works for us", []string{"j.okoro"})
	})
	b.when(ago(7), func() error {
		if h == nil {
			return nil
		}
		n := b.notification(h, b.now.Add(-4*time.Hour), "standard")
		n.Children = []police.Child{jsonChild(h.kids[0].said(h, true))}
		got, err := b.send(n)
		if err == nil {
			b.count(false)
			b.undecided(job{got: got, home: h, kids: h.kids, named: 1, police: true})
		}
		return err
	})
	b.when(ago(3.5), func() error {
		if h == nil {
			return nil
		}
		return b.one(h, b.unknownChild(h), 1) // a brother or sister: who may screen is told whom to ask
	})
}
