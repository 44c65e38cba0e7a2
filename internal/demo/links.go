package demo

import (
	"slices"

	"frontdoor/internal/access"
	"frontdoor/internal/db"
	"frontdoor/internal/desk/links"
	"frontdoor/internal/pathway"
)

// PF21 is what children have in common outside their homes (finding 34).
type PF21 struct {
	// Linked are the children, by what is asked for.
	Linked map[string][]string `json:"children_by_place_vehicle_or_peer"`
	// Restricted is how many restricted children are linked to the first of them.
	Restricted int `json:"restricted_children_linked_to_the_bus_station"`
	// Feared are the children for whom a kind of exploitation was written down.
	Feared int `json:"children_with_exploitation_feared"`
}

// common is something that is planted, as different people type it, and how many
// children are linked to it in the full history.
type common struct {
	kind     pathway.SubjectKind
	asked    string // what the truth is kept under, and a visitor may ask
	typed    []string
	postcode string
	how      string
	left     int
}

// busStation is the place that most children are linked to.
const busStation = "Vale bus station"

func (b *builder) planLinks() {
	b.out.Truth.PF21.Linked = map[string][]string{}
	b.commons = []common{
		{pathway.PlaceSubject, busStation, []string{"Vale bus station", "Vale Bus-Station", "VALE BUS STATION"}, "TV1 9XX", "Seen there after ten at night with older people", b.share(9)},
		{pathway.VehicleSubject, "KX71 ABC", []string{"KX71 ABC", "kx71abc", "KX7I ABC"}, "", "Got out of it near the school, twice in a week", b.share(4)},
		{pathway.PeerSubject, "Jay with the red bike", []string{"Jay with the red bike", "JAY, with the red bike"}, "", "Says that he gave the phone and the trainers", b.share(3)},
		{pathway.PlaceSubject, "Canal Row arcade", []string{"Canal Row arcade"}, "TV1 9XY", "Found there by police when missing", b.share(5)},
	}
}

// linkLater plans that a child of a contact that was decided turns out to be linked to
// what others are linked to as well.
func (b *builder) linkLater(contact string, row kidRow) {
	for i := range b.commons {
		c := &b.commons[i]
		known := b.out.Truth.PF21.Linked[c.asked]
		if c.left == 0 || row.ref == "" || slices.Contains(known, row.ref) {
			continue
		}
		l := pathway.Linking{Kind: c.kind, Name: c.typed[c.left%len(c.typed)], Postcode: c.postcode, Children: []string{row.id}, How: c.how, Source: "meeting"}
		planned := b.when(b.now.Add(b.hours(2, 40)), func() error {
			manager := b.who["m.ali"]
			desk := links.New(b.record)
			if err := desk.Fear(b.ctx, manager, contact, row.id, []string{"criminal_exploitation", "missing"}, "New things, and out at night"); err != nil {
				return wrap("record a concern", err)
			}
			return wrap("link a child", desk.Link(b.ctx, manager, contact, l))
		})
		if planned {
			c.left--
			b.out.Truth.PF21.Linked[c.asked] = append(known, row.ref)
			slices.Sort(b.out.Truth.PF21.Linked[c.asked])
			if !b.feared[row.ref] {
				b.feared[row.ref] = true
				b.out.Truth.PF21.Feared++
			}
		}
		return
	}
}

var contactOfPerson = db.SQL("demo.contact-of-person", `
	SELECT c.ref FROM contact_child cc JOIN contact c ON c.id = cc.contact_id AND c.authority_id = cc.authority_id
	WHERE cc.person_id = $1 AND cc.authority_id = $2 ORDER BY c.received_at DESC LIMIT 1`)

// linkRestricted links the child whose record is about to be closed to the bus station.
func (b *builder) linkRestricted(who access.Actor, person string) error {
	refs, err := b.ids(contactOfPerson, person, authority)
	if err != nil || len(refs) == 0 {
		return err
	}
	desk := links.New(b.record)
	p, err := desk.Open(b.ctx, who, refs[0])
	if err != nil {
		return wrap("open links", err)
	}
	b.out.Truth.PF21.Restricted++
	return wrap("link a child", desk.Link(b.ctx, who, refs[0], pathway.Linking{Kind: pathway.PlaceSubject, Name: busStation, Postcode: "TV1 9XX", Children: []string{p.Kids[0].ID}, How: "Seen there with the others", Source: "contact"}))
}
