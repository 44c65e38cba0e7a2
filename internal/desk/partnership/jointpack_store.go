package partnership

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// JointPack is a joint pack as somebody may see it: what each agency did for each child
// of the sample, and how long it took.
type JointPack struct {
	Ref     string
	About   string
	Period  Period
	AsAt    civil.Instant
	How     string
	Rule    string
	Seed    string
	From    int
	LeftOut int
	Until   civil.Date
	Made    civil.Instant
	By      string
	Hash    string // when it was made, of the part that is shown
	Rows    []Event

	Now      civil.Instant
	Children []JointChild // who are shown; of a partner, those with events of its own
	Gone     int          // children of the sample who are not shown: restricted since
	For      string       // the partner it is cut for; "" the whole
	ForName  string
	Readers  []string
	Version  int64

	id      string
	kids    []jointChild
	numbers []int // of the children who are shown
	readers []string
	code    string // of the authority
}

// JointChild is a child of a pack. A partner reads no name and no reference of ours to
// the child: it knows the child by its own.
type JointChild struct {
	N         int
	Ref, Name string
	Born      civil.Date
	Why       string
	Events    []Event
}

// Open says whether guests and partners may read it.
func (p *JointPack) Open(now civil.Instant) bool { return !now.Date().After(p.Until) }

// partner says whether an agency of the pack is an organisation.
func (p *JointPack) partner(agency string) bool {
	return slices.ContainsFunc(p.Rows, func(e Event) bool { return e.Agency == agency && e.partner })
}

const jointColumns = `id, ref, about, from_day, to_day, as_at, how, rule, seed, chosen_from, left_out, hash, open_until, made_at, made_by_name, version`

var (
	jointRow     = db.SQL("partnership.joint-pack", `SELECT `+jointColumns+` FROM joint_pack WHERE ref = $1 AND authority_id = $2`)
	jointRows    = db.SQL("partnership.joint-packs", `SELECT `+jointColumns+` FROM joint_pack WHERE authority_id = $1 ORDER BY made_at DESC, ref LIMIT 200`)
	jointReaders = db.SQL("partnership.joint-readers", `
		SELECT r.user_id, u.name, u.job FROM joint_pack_reader r JOIN user_account u ON u.id = r.user_id AND u.authority_id = r.authority_id
		WHERE r.pack_id = $1 AND r.authority_id = $2 ORDER BY u.name, u.id`)
	jointAgencyHash = db.SQL("partnership.joint-agency", `SELECT hash FROM joint_pack_agency WHERE pack_id = $1 AND organisation_id = $2 AND authority_id = $3`)
	jointKids       = db.SQL("partnership.joint-children", `SELECT position, person_id, ref, why FROM joint_pack_child WHERE pack_id = $1 AND authority_id = $2 ORDER BY position`)
	// What was concealed since the pack was made is not read any more.
	jointParts = db.SQL("partnership.joint-parts", `
		SELECT x.position, x.child_id FROM joint_pack_part x
		JOIN contact_child k ON k.id = x.child_id AND k.authority_id = x.authority_id AND k.conceal = ''
		JOIN contact c ON c.id = k.contact_id AND c.authority_id = k.authority_id AND c.conceal = ''
		WHERE x.pack_id = $1 AND x.authority_id = $2 ORDER BY x.position, x.child_id`)
)

func scanJoint(r *sql.Rows, p *JointPack) error {
	return r.Scan(&p.id, &p.Ref, &p.About, &p.Period.From, &p.Period.To, &p.AsAt, &p.How, &p.Rule, &p.Seed, &p.From, &p.LeftOut, &p.Hash, &p.Until, &p.Made, &p.By, &p.Version)
}

func findJoint(ctx context.Context, q db.Queryer, authority, ref string) (*JointPack, error) {
	p, err := db.One(ctx, q, scanJoint, jointRow, ref, authority)
	if db.NotFound(err) {
		return nil, refusal.Hidden()
	}
	return &p, err
}

// about is what the policy is asked of a pack: whose it is while the window is open.
func (p *JointPack) about(ctx context.Context, q db.Queryer, authority string, who access.Actor, now civil.Instant) (access.About, error) {
	about := access.About{Kind: "joint pack", ID: p.Ref, Authority: authority}
	rows, err := db.Collect(ctx, q, func(r *sql.Rows, i *Inspector) error { return r.Scan(&i.ID, &i.Name, &i.Job) }, jointReaders, p.id, authority)
	if err != nil {
		return about, err
	}
	p.Readers, p.readers = nil, nil
	for _, i := range rows {
		p.readers, p.Readers = append(p.readers, i.ID), append(p.Readers, i.Name+nonempty(", ", i.Job))
	}
	if !p.Open(now) {
		return about, nil
	}
	about.DrawnFor = p.readers
	if who.AgencyID == "" {
		return about, nil
	}
	hash, err := db.Collect(ctx, q, func(r *sql.Rows, s *string) error { return r.Scan(s) }, jointAgencyHash, p.id, who.AgencyID, authority)
	if err == nil && len(hash) == 1 {
		about.AgencyID, p.Hash, p.For = who.AgencyID, hash[0], who.AgencyID
	}
	return about, err
}

func nonempty(before, s string) string {
	if s == "" {
		return ""
	}
	return before + s
}

// jointPurpose is why somebody reads a joint pack.
func jointPurpose(who access.Actor) access.Purpose {
	if who.Has(access.Inspector) || who.AgencyID != "" {
		return who.WorkPurpose()
	}
	return access.PurposeOversight
}

// JointPacks are the packs that somebody may read, the newest first.
func (d *Desk) JointPacks(ctx context.Context, who access.Actor) (out []JointPack, now civil.Instant, err error) {
	err = d.Record.Look(ctx, who, jointPurpose(who), func(v *record.View) error {
		s, err := v.Scope(access.SeeJointPack)
		if err != nil {
			return err
		}
		v.Saw("joint packs")
		out, now = []JointPack{}, v.Now
		all, err := db.Collect(ctx, v, scanJoint, jointRows, v.Authority)
		if err != nil {
			return err
		}
		for i := range all {
			about, err := all[i].about(ctx, v, v.Authority, who, v.Now)
			if err != nil {
				return err
			}
			if s.Admits(about) == access.Allow {
				out = append(out, all[i])
			}
		}
		return nil
	})
	return out, now, err
}

// Joint reads a pack as somebody may see it: the council and the inspectors it was drawn
// for the whole, a partner its own part. A child of it is noted as looked at.
func (d *Desk) Joint(ctx context.Context, who access.Actor, ref string) (*JointPack, error) {
	return d.joint(ctx, who, ref, 0, func(p *JointPack) error { return nil })
}

// joint reads a pack, or one child of it, and cuts it before it is noted what was looked
// at.
func (d *Desk) joint(ctx context.Context, who access.Actor, ref string, child int, cut func(*JointPack) error) (p *JointPack, err error) {
	err = d.Record.Look(ctx, who, jointPurpose(who), func(v *record.View) error {
		if p, err = findJoint(ctx, v, v.Authority, ref); err != nil {
			if denied := v.Allow(access.SeeJointPack, access.About{}); denied != nil {
				return denied
			}
			return err
		}
		about, err := p.about(ctx, v, v.Authority, who, v.Now)
		if err != nil {
			return err
		}
		if err := v.Allow(access.SeeJointPack, about); err != nil {
			return err
		}
		p.Now = v.Now
		if err := p.choose(ctx, v, about); err != nil {
			return err
		}
		if child > 0 && p.For == "" { // of a partner it must be read who has events of its own
			p.kids = slices.DeleteFunc(p.kids, func(k jointChild) bool { return k.number != child })
		}
		if err := p.read(ctx, v, v.Authority, d.Record); err != nil {
			return err
		}
		if err := p.forReader(ctx, v, who); err != nil {
			return err
		}
		if child > 0 {
			if err := p.child(child); err != nil {
				return err
			}
		}
		if err := cut(p); err != nil {
			return err
		}
		saw := []string{ref}
		for _, c := range p.kids {
			if slices.ContainsFunc(p.Children, func(x JointChild) bool { return x.N == c.number }) {
				saw = append(saw, c.ref)
			}
		}
		v.Saw("joint pack", saw...)
		return nil
	})
	return p, err
}

// choose takes the children of a pack who may be shown: nobody who is restricted since,
// also to those who are named on the restriction, and nobody of one's own family.
func (p *JointPack) choose(ctx context.Context, v *record.View, about access.About) error {
	kids, err := db.Collect(ctx, v, func(r *sql.Rows, k *jointChild) error { return r.Scan(&k.number, &k.person, &k.ref, &k.why) }, jointKids, p.id, v.Authority)
	if err != nil {
		return err
	}
	parts, err := db.Collect(ctx, v, func(r *sql.Rows, x *jointChild) error { return r.Scan(&x.number, &x.ref) }, jointParts, p.id, v.Authority)
	if err != nil {
		return err
	}
	p.kids, p.numbers = nil, nil
	for _, k := range kids {
		child, err := record.Concealing(ctx, v, access.About{Kind: "child", ID: k.ref, Authority: v.Authority, Persons: []string{k.person}, DrawnFor: about.DrawnFor, AgencyID: about.AgencyID})
		if err != nil {
			return err
		}
		if child.Conceal != access.Unrestricted || v.May(access.SeeJointPack, child).Answer != access.Allow {
			p.Gone++
			continue
		}
		k.members = child.Persons
		for _, x := range parts {
			if x.number == k.number {
				k.parts = append(k.parts, x.ref)
			}
		}
		p.kids, p.numbers = append(p.kids, k), append(p.numbers, k.number)
	}
	return nil
}

// read reads the events of the children, as they were recorded by the pack's moment.
func (p *JointPack) read(ctx context.Context, q db.Queryer, authority string, r *record.Record) error {
	all, err := agencies(ctx, q, authority, "")
	if err != nil {
		return err
	}
	j := &jointReader{Queryer: q, authority: authority, record: r, agencies: map[string]Agency{}, period: p.Period, at: p.AsAt}
	for _, g := range all {
		j.agencies[g.ID] = g
	}
	if err := q.QueryRowContext(ctx, authorityCode, authority).Scan(&p.code); err != nil {
		return err
	}
	p.Rows, p.Children = []Event{}, nil
	for _, k := range p.kids {
		events, err := j.of(ctx, k.number, k.parts)
		if err != nil {
			return fmt.Errorf("read the events of %s: %w", k.ref, err)
		}
		p.Rows = append(p.Rows, events...)
		p.Children = append(p.Children, JointChild{N: k.number, Ref: k.ref, Why: k.why, Events: events})
	}
	return nil
}

// forReader names the children for those who may read names, and leaves a partner its own
// events alone.
func (p *JointPack) forReader(ctx context.Context, v *record.View, who access.Actor) error {
	if access.ScopeOf(who, access.SeeJointPack).AgencyID != "" {
		p.cutFor(p.For)
		return nil
	}
	p.For = ""
	var ids []string
	for _, k := range p.kids {
		ids = append(ids, k.person)
	}
	known, err := record.Persons(ctx, v, v.Authority, ids)
	for i, k := range p.kids {
		x := known[k.person]
		p.Children[i].Name, p.Children[i].Born = record.ChildNameUnborn(x.Given, x.Family, "", x.Unborn), x.Born
	}
	return err
}

// cutFor leaves one partner's events, and the children who have any.
func (p *JointPack) cutFor(agency string) {
	own := func(e Event) bool { return e.partner && e.Agency == agency }
	p.Rows = slices.DeleteFunc(p.Rows, func(e Event) bool { return !own(e) })
	var kids []JointChild
	for _, c := range p.Children {
		c.Ref, c.Why = "", ""
		c.Events = slices.DeleteFunc(slices.Clone(c.Events), func(e Event) bool { return !own(e) })
		if len(c.Events) > 0 {
			kids = append(kids, c)
		}
	}
	p.Children, p.Gone, p.numbers = kids, 0, nil
	for _, c := range kids {
		p.numbers = append(p.numbers, c.N)
	}
	for _, e := range p.Rows {
		p.ForName = e.Name
	}
}

// Child leaves one child of a pack.
func (p *JointPack) child(n int) error {
	i := slices.IndexFunc(p.Children, func(c JointChild) bool { return c.N == n })
	if i < 0 {
		return refusal.Hidden()
	}
	p.Children = p.Children[i : i+1]
	p.Rows = p.Children[0].Events
	return nil
}
