package demo

import (
	"fmt"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/partner/police"
	"frontdoor/internal/person"
)

// liveWho are the contacts that show how it is settled who a child is: one that the
// system linked, one that may be either of two twins, and one about a child whom we do
// not know of a family that we know. A fourth is with the restricted record.
func (b *builder) liveWho(ago func(float64) civil.Instant) {
	b.when(ago(11), func() error {
		h := b.knownHome(func(h *home) bool { return len(h.kids) == 1 && h.kids[0].nhs == "" })
		return b.one(h, h.kids[0].said(h, false), 2)
	})
	b.when(ago(8), func() error {
		h := b.knownHome(func(h *home) bool {
			return len(h.kids) > 1 && h.kids[0].twin == h.kids[1] && b.recordedAs(h.kids[1])
		})
		d := h.kids[0].said(h, false)
		d.Given, d.Sex, d.School = "", "", ""
		b.out.Truth.PF1.IdentifyOpen++
		return b.one(h, d, 3)
	})
	b.when(ago(4.5), func() error {
		h := b.knownHome(func(h *home) bool { return len(h.kids) > 1 })
		return b.one(h, b.unknownChild(h), 1)
	})
}

// knownHome is a household that is as wanted, and of which somebody has told us; when
// the town has none, any.
func (b *builder) knownHome(wanted func(*home) bool) *home {
	second := b.homes[0]
	for _, h := range b.homes {
		switch {
		case h == b.closed || !b.recordedAs(h.kids[0]):
			continue
		case wanted(h):
			return h
		case second.kids[0].ref == "":
			second = h
		}
	}
	return second
}

var nameByRef = db.SQL("demo.given-by-ref", `SELECT given FROM person WHERE ref = $1 AND authority_id = $2`)

// recordedAs says that a child's record bears the child's own name: some planted slips
// were recorded as they were said.
func (b *builder) recordedAs(k *kid) bool {
	names, err := b.ids(nameByRef, k.ref, authority)
	return err == nil && len(names) == 1 && names[0] == k.given
}

// siblingGap is how many days lie between such a child and the next.
const siblingGap = 700

// unknownChild is a child of a household whom nobody has told us of: a brother of a
// sister, or a sister of a brother.
func (b *builder) unknownChild(h *home) person.Described {
	k := b.newKid(h)
	for k.sex == h.kids[0].sex {
		k = b.newKid(h)
	}
	k.nhs = ""
	youngest, oldest := h.kids[0].born, h.kids[0].born
	for _, other := range h.kids {
		if other.born.After(youngest) {
			youngest = other.born
		}
		if other.born.Before(oldest) {
			oldest = other.born
		}
	}
	if k.born = youngest.AddDays(siblingGap); k.born.After(b.now.Date()) {
		k.born = oldest.AddDays(-siblingGap)
	}
	k.school = ""
	return k.said(h, false)
}

// one is a notification about one child, which nobody has decided.
func (b *builder) one(h *home, d person.Described, hours float64) error {
	n := b.notification(h, b.now.Add(-time.Duration(hours*float64(time.Hour))), "standard")
	n.Children = []police.Child{jsonChild(d)}
	got, err := b.send(n)
	if err != nil {
		return fmt.Errorf("a live contact about who a child is: %w", err)
	}
	b.count(false)
	b.undecided(job{got: got, home: h, kids: h.kids[:1], named: 1, police: true})
	return nil
}
