package demo

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/desk/partnership"
	"frontdoor/internal/pathway"
)

// JointChild is a child of the joint pack with the events of police, health and probation
// that were planted, or sent as every notification is.
type JointChild struct {
	Ref    string       `json:"reference"`
	Events []JointEvent `json:"events"`
}

// JointEvent is one of them. Seconds is how long it took.
type JointEvent struct {
	Agency    string `json:"agency"`
	Kind      string `json:"kind"`
	Reference string `json:"reference"` // of the contact
	Seconds   int64  `json:"seconds"`
}

// The children of the joint pack, and when their agencies were asked and the pack made.
const (
	jointChildren = 5
	jointAskedAgo = 12 // days before now
	jointMadeAgo  = 3 * time.Hour
)

// asking is a question to one agency, with how long each child's answer takes.
type asking struct {
	agency, question, answer string
	after                    [jointChildren]time.Duration
}

var jointAsked = []asking{
	{"police", "What else is known of the people at this address?", "Two calls in the last year, no charge.", [jointChildren]time.Duration{5 * time.Hour, 30 * time.Hour, 3 * time.Hour, 75 * time.Hour, 50 * time.Hour}},
	{"health-2", "Was the child seen at the hospital this year, and why?", "Once, for a cough. Nothing that worried anybody.", [jointChildren]time.Duration{26 * time.Hour, 4 * time.Hour, 98 * time.Hour, 20 * time.Hour, 52 * time.Hour}},
	{"probation-1", "Is anybody at this address supervised by you?", "One adult, on an order until spring.", [jointChildren]time.Duration{140 * time.Hour, 45 * time.Hour, 27 * time.Hour, 6 * time.Hour, 99 * time.Hour}},
}

// jointInspectors are the guests of the four inspectorates. The first is somebody whom a
// visitor can be.
var jointInspectors = []admin.NewUser{
	{ID: "u.frost", Name: "U. Frost", Job: "Inspector, health and care"}, {ID: "t.rowe", Name: "T. Rowe", Job: "Inspector, constabulary"}, {ID: "l.penn", Name: "L. Penn", Job: "Inspector, probation"},
}

// jointPlan plans the packs of a joint inspection: one of children whom police, health and
// probation all know, and one that is drawn.
func (b *builder) jointPlan() {
	b.beside(b.opt.Now.Date().AddDays(-jointAskedAgo).AtTime(10, 0), b.jointAsks)
	b.beside(b.opt.Now.Add(-jointMadeAgo), b.jointPacks)
}

var undiscussed = db.SQL("demo.discussed", `
	SELECT k.id FROM contact_child k JOIN discussion_child x ON x.child_id = k.id AND x.authority_id = k.authority_id WHERE k.person_id IN (SELECT p.id FROM person p WHERE p.ref = $1 AND p.authority_id = $2) AND k.authority_id = $2`)

// jointFrom is the first day of the packs.
func (b *builder) jointFrom() civil.Date {
	return b.opt.Now.Date().AddDays(-7 * min(b.opt.Weeks, jointWeeks))
}

// jointHomes are homes with one child, of whom the police told us since the first day of
// the packs and about whom nobody met: one more than are named, because one record is
// restricted later.
func (b *builder) jointHomes() ([]*home, error) {
	var out []*home
	for _, h := range b.homes {
		k := h.kids[0]
		if len(out) > jointChildren {
			break
		}
		if len(h.kids) > 1 || k.ref == "" || k.doubled || h == b.closed || len(h.reached) == 0 || h.reached[len(h.reached)-1].at.Before(b.jointFrom().Start()) {
			continue
		}
		met, err := b.ids(undiscussed, k.ref, authority)
		if err != nil {
			return nil, err
		}
		if len(met) == 0 {
			out = append(out, h)
		}
	}
	return out, nil
}

// jointAsks asks police, the hospital and probation about each child, and writes to
// probation.
func (b *builder) jointAsks() error {
	var err error
	if b.jointly, err = b.jointHomes(); err != nil {
		return err
	}
	manager := b.who["m.ali"]
	for i, h := range b.jointly {
		ref := h.reached[len(h.reached)-1].ref
		p, err := b.desk.Open(b.ctx, manager, ref)
		if err != nil {
			return wrap("open "+ref, err)
		}
		child := p.Contact.Kids[0].ID
		for _, q := range jointAsked {
			link, err := b.desk.Ask(b.ctx, manager, ref, contacts.Asked{Child: child, Organisation: q.agency, Question: q.question, Why: "To know the whole picture", Basis: pathway.BasisHarm})
			if err != nil {
				return wrap("ask "+q.agency+" about "+ref, err)
			}
			b.jointTruth(h, JointEvent{q.agency, "question", ref, int64(q.after[i%jointChildren].Seconds())})
			b.beside(b.now.Add(q.after[i%jointChildren]), func() error {
				return wrap("answer about "+ref, b.desk.AnswerByLink(b.ctx, strings.TrimPrefix(link, "/requests/"), contacts.Reply{State: "answered", Answer: q.answer, By: "The duty officer"}))
			})
		}
		thread, err := b.partners.Write(b.ctx, manager, ref, child, "probation-1", "Please tell us before the order is changed.")
		if err != nil {
			return wrap("write about "+ref, err)
		}
		read := time.Duration(6+20*i) * time.Hour
		b.jointTruth(h, JointEvent{"probation-1", "message-to", ref, int64(read.Seconds())})
		b.beside(b.now.Add(read), func() error {
			_, _, err := b.partners.Thread(b.ctx, b.who["x.bell"], thread)
			return wrap("read about "+ref, err)
		})
	}
	return nil
}

func (b *builder) jointTruth(h *home, e JointEvent) {
	all := &b.out.Truth.Joint.Children
	i := slices.IndexFunc(*all, func(c JointChild) bool { return c.Ref == h.kids[0].ref })
	if i < 0 {
		*all = append(*all, JointChild{Ref: h.kids[0].ref})
		i = len(*all) - 1
	}
	(*all)[i].Events = append((*all)[i].Events, e)
}

// reached is a police notification that was decided, so that the child is known to be the
// one of this home.
type reached struct {
	ref     string
	at      civil.Instant
	seconds int64 // since the incident
}

// jointPacks makes the packs, as the director does when an inspection is announced.
func (b *builder) jointPacks() error {
	if err := b.deliver(); err != nil { // a pack counts when schools were reached
		return err
	}
	until := b.opt.Now.Date().AddDays(28)
	readers := []string{"q.moss"}
	for _, u := range jointInspectors {
		u.Email, u.ExpiresAt, u.Roles = u.ID+"@inspectorate.example", b.opt.Now.Date().AddDays(30).EndOfDay(), []admin.RoleIn{{Role: access.Inspector}}
		if _, err := b.admin.AddUser(b.ctx, admin.Service(authority), u); err != nil {
			return wrap("add "+u.ID, err)
		}
		readers = append(readers, u.ID)
	}
	last := b.now.Date().AddDays(-1)
	period := partnership.Period{From: b.jointFrom(), To: last}
	desk, director := partnership.New(b.record), b.who["h.lawal"]
	drawn := partnership.JointAsked{About: "Rehearsal: strategy discussions", Period: period, How: partnership.JointDrawn, Rule: partnership.DrawDiscussions, Count: jointChildren, Seed: fmt.Sprintf("demo %d", b.opt.Number), Until: until, Readers: readers}
	if _, err := desk.MakeJoint(b.ctx, director, drawn); err != nil {
		return wrap("draw a joint pack", err)
	}
	b.jointly = slices.DeleteFunc(b.jointly, func(h *home) bool { return h == b.closed })
	b.jointly = b.jointly[:min(len(b.jointly), jointChildren)]
	if len(b.jointly) == 0 {
		return nil
	}
	truth := &b.out.Truth.Joint
	truth.Children = slices.DeleteFunc(truth.Children, func(c JointChild) bool {
		return !slices.ContainsFunc(b.jointly, func(h *home) bool { return h.kids[0].ref == c.Ref })
	})
	named := partnership.JointAsked{About: "Joint targeted area inspection: domestic abuse", Period: period, How: partnership.JointNamed, Until: until, Readers: readers}
	for _, h := range b.jointly {
		named.Named = append(named.Named, partnership.NamedChild{Ref: h.kids[0].ref, Why: "Known to police, health and probation"})
		for _, n := range h.reached {
			if !n.at.Before(period.From.Start()) && n.at.Before(b.now.Date().Start()) {
				b.jointTruth(h, JointEvent{"police", "notification", n.ref, n.seconds})
			}
		}
	}
	ref, err := desk.MakeJoint(b.ctx, director, named)
	b.out.Truth.Joint.Ref = ref
	return wrap("make a joint pack", err)
}

// jointWeeks is how far the packs look back.
const jointWeeks = 12
