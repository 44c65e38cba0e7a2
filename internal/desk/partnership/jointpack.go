package partnership

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// How the children of a joint pack are chosen.
const (
	JointDrawn = "drawn"
	JointNamed = "named"
)

// From whom children are drawn: those of whom the period has such a thing.
const (
	DrawContacts    = "contacts"
	DrawDiscussions = "discussions"
	DrawEnquiries   = "enquiries"
)

var drawWords = map[string]string{
	DrawContacts:    "children about whom somebody contacted us in the period",
	DrawDiscussions: "children about whom a strategy discussion was asked for in the period",
	DrawEnquiries:   "children whose section 47 enquiry started in the period",
}

// The sizes of a sample.
const (
	JointMost  = 30
	JointUsual = 5
)

// jointDays is how long at most guests and partners may read a pack: a joint inspection
// and its follow-up are over by then, and a pack may be opened again.
const jointDays = 92

// JointAsked is a joint pack to make: the same period, moment and children give the same
// hash, whoever asks and whenever.
type JointAsked struct {
	About    string // what the inspection is
	Period   Period
	RecordBy civil.Date // last day of what was recorded; zero is the period's last day
	How      string
	Rule     string // of a draw
	Count    int    // of a draw
	Seed     string // of a draw; "" has one made
	Named    []NamedChild
	Until    civil.Date // last day for guests and partners
	Readers  []string   // user ids of inspectors
}

// NamedChild is a child who is named, with the reason.
type NamedChild struct{ Ref, Why string }

func (a *JointAsked) check(now civil.Instant) (civil.Instant, error) {
	if a.About == "" {
		return civil.Instant{}, refusal.Field("about", "Enter which inspection the pack is for")
	}
	if a.RecordBy.IsZero() {
		a.RecordBy = a.Period.To
	}
	p := PackAsked{Period: a.Period, AsAt: a.RecordBy.AddDays(1).Start()}
	if a.RecordBy.Before(a.Period.To) {
		return civil.Instant{}, refusal.Field("record-by", "The last day of recording must not be before the last day of the period")
	}
	if err := p.check(now); err != nil {
		return civil.Instant{}, err
	}
	switch today := now.Date(); {
	case a.Until.IsZero() || a.Until.Before(today):
		return civil.Instant{}, refusal.Field("until", "Enter the last day on which inspectors and partners may read it, today or later")
	case today.AddDays(jointDays).Before(a.Until):
		return civil.Instant{}, refusal.Field("until", fmt.Sprintf("The last day must be within %d days. The pack can be opened again then", jointDays))
	}
	switch {
	case a.How == JointDrawn && drawWords[a.Rule] == "":
		return civil.Instant{}, refusal.Field("rule", "Select which children to draw from")
	case a.How == JointDrawn && (a.Count < 1 || a.Count > JointMost):
		return civil.Instant{}, refusal.Field("count", fmt.Sprintf("Enter how many children to draw, from 1 to %d", JointMost))
	case a.How == JointNamed:
		return p.AsAt, checkNamed(a.Named)
	case a.How != JointDrawn:
		return civil.Instant{}, refusal.Field("how", "Select how the children are chosen")
	}
	return p.AsAt, nil
}

func checkNamed(all []NamedChild) error {
	if len(all) == 0 || len(all) > JointMost {
		return refusal.Field("children", fmt.Sprintf("Enter 1 to %d children, each on a line: the reference, then why this child", JointMost))
	}
	seen := map[string]bool{}
	for _, c := range all {
		switch {
		case c.Why == "":
			return refusal.Field("children", "Enter after "+c.Ref+" why this child")
		case seen[c.Ref]:
			return refusal.Field("children", c.Ref+" is there twice")
		}
		seen[c.Ref] = true
	}
	return nil
}

// jointChild is a child of a pack: the records read as one, and those of contacts.
type jointChild struct {
	number   int
	ref, why string
	person   string
	members  []string // records that are read as the child's
	parts    []string // records of contacts
}

type jointPerson struct {
	id, ref string
	conceal access.Concealment
}

var (
	jointFrom = map[string]db.Query{
		DrawContacts: db.SQL("partnership.joint-from-contacts", `
			SELECT DISTINCT k.person_id FROM contact c JOIN contact_child k ON k.contact_id = c.id AND k.authority_id = c.authority_id
			WHERE c.authority_id = $1 AND c.received_at >= $2 AND c.received_at < $3 AND c.recorded_at <= $4 AND k.person_id <> ''`),
		DrawDiscussions: db.SQL("partnership.joint-from-discussions", `
			SELECT DISTINCT k.person_id FROM discussion d JOIN discussion_child x ON x.discussion_id = d.id AND x.authority_id = d.authority_id
			JOIN contact_child k ON k.id = x.child_id AND k.authority_id = x.authority_id
			WHERE d.authority_id = $1 AND d.requested_at >= $2 AND d.requested_at < $3 AND d.requested_at <= $4 AND k.person_id <> ''`),
		DrawEnquiries: db.SQL("partnership.joint-from-enquiries", `
			SELECT DISTINCT k.person_id FROM enquiry e JOIN contact_child k ON k.id = e.child_id AND k.authority_id = e.authority_id
			WHERE e.authority_id = $1 AND e.started_at >= $2 AND e.started_at < $3 AND e.begun_at <= $4 AND k.person_id <> ''`),
	}
	jointPersons = db.SQL("partnership.joint-persons", `SELECT id, ref, conceal FROM person WHERE id IN (:list($1)) AND authority_id = $2`)
	jointByRef   = db.SQL("partnership.joint-person-by-ref", `SELECT id FROM person WHERE ref = $1 AND authority_id = $2 AND is_child`)
	// A contact that is concealed stays out, also where only a brother or sister of its
	// children is.
	jointPartsOf = db.SQL("partnership.joint-parts-of-person", `
		SELECT k.id FROM contact_child k JOIN contact c ON c.id = k.contact_id AND c.authority_id = k.authority_id
		WHERE k.person_id IN (:list($1)) AND k.authority_id = $2 AND c.conceal = '' AND k.conceal = '' AND c.recorded_at <= $3 ORDER BY k.id`)
	jointInspectors = db.SQL("partnership.inspectors", `
		SELECT DISTINCT u.id, u.name, u.job, u.expires_at FROM user_account u JOIN user_role r ON r.user_id = u.id AND r.authority_id = u.authority_id
		WHERE u.authority_id = $1 AND r.role = 'inspector' AND r.ended_at IS NULL AND u.disabled_at IS NULL AND u.expires_at > $2 ORDER BY u.name, u.id`)
	addJoint = db.InsertInto("partnership.add-joint-pack", "joint_pack",
		"id, authority_id, ref, about, from_day, to_day, as_at, how, rule, seed, chosen_from, left_out, hash, open_until, made_at, made_by, made_by_name", "")
	addJointChild  = db.InsertInto("partnership.add-joint-child", "joint_pack_child", "pack_id, position, authority_id, person_id, ref, why", "")
	addJointPart   = db.InsertInto("partnership.add-joint-part", "joint_pack_part", "pack_id, child_id, position, authority_id", "")
	addJointAgency = db.InsertInto("partnership.add-joint-agency", "joint_pack_agency", "pack_id, organisation_id, authority_id, hash", "")
	addJointReader = db.InsertInto("partnership.add-joint-reader", "joint_pack_reader", "pack_id, user_id, authority_id", "")
	setJointUntil  = db.SQL("partnership.set-joint-until", `
		UPDATE joint_pack SET open_until = $4, version = version + 1 WHERE ref = $1 AND authority_id = $2 AND version = $3`)
)

// Inspector is a guest for whom a pack can be drawn.
type Inspector struct {
	ID, Name, Job string
	Until         civil.Instant // end of the account
}

func inspectors(ctx context.Context, q db.Queryer, authority string, now civil.Instant) ([]Inspector, error) {
	return db.Collect(ctx, q, func(r *sql.Rows, i *Inspector) error { return r.Scan(&i.ID, &i.Name, &i.Job, &i.Until) }, jointInspectors, authority, now)
}

// Inspectors are the guests who are here now.
func (d *Desk) Inspectors(ctx context.Context, who access.Actor) (out []Inspector, now civil.Instant, err error) {
	err = d.Record.Look(ctx, who, access.PurposeOversight, func(v *record.View) error {
		if err := v.Allow(access.MakeJointPack, access.About{}); err != nil {
			return err
		}
		now = v.Now
		v.Saw("inspectors")
		out, err = inspectors(ctx, v, v.Authority, v.Now)
		return err
	})
	return out, now, err
}

// MakeJoint chooses the children of a pack, and keeps the choice with the hash of what the
// record says of them.
func (d *Desk) MakeJoint(ctx context.Context, who access.Actor, a JointAsked) (ref string, err error) {
	err = d.Record.Do(ctx, who, func(tx *record.Tx) error {
		if err := tx.Allow(access.MakeJointPack, access.About{}); err != nil {
			return err
		}
		at, err := a.check(tx.Now)
		if err != nil {
			return err
		}
		here, err := inspectors(ctx, tx, tx.Authority, tx.Now)
		if err != nil {
			return err
		}
		for _, id := range a.Readers {
			if !slices.ContainsFunc(here, func(i Inspector) bool { return i.ID == id }) {
				return refusal.Field("readers", "Select inspectors who are here now. One of them has left")
			}
		}
		p := &JointPack{Ref: tx.NewRef("JT"), About: a.About, Period: a.Period, AsAt: at, How: a.How, Until: a.Until}
		if a.How == JointDrawn {
			p.Rule, p.Seed = a.Rule, cmp.Or(a.Seed, seedOf(tx.NewID()))
			err = p.draw(ctx, tx, a.Count)
		} else {
			err = p.name(ctx, tx, a.Named)
		}
		if err != nil {
			return err
		}
		ref = p.Ref
		return p.keep(ctx, tx, d.Record, a.Readers)
	})
	return ref, err
}

// seedOf makes a seed that people can say to each other.
func seedOf(id string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(id)))[:12] }

// drawOrder is the order in which references are drawn with a seed: by the SHA-256 of
// seed, space, reference. Anybody can work it out again.
func drawOrder(seed string, refs []string) []string {
	by := map[string]string{}
	for _, ref := range refs {
		by[ref] = fmt.Sprintf("%x", sha256.Sum256([]byte(seed+" "+ref)))
	}
	out := slices.Clone(refs)
	slices.SortFunc(out, func(a, b string) int { return strings.Compare(by[a], by[b]) })
	return out
}

// draw draws children at random from those of whom the period has what the rule says.
// Restricted children are left out, and counted.
func (p *JointPack) draw(ctx context.Context, tx *record.Tx, n int) error {
	ids, err := db.Collect(ctx, tx, func(r *sql.Rows, s *string) error { return r.Scan(s) }, jointFrom[p.Rule], tx.Authority, p.Period.start(), p.Period.end(), p.AsAt)
	if err != nil {
		return err
	}
	all, left, err := unrestricted(ctx, tx, tx.Authority, ids)
	if err != nil {
		return err
	}
	p.From, p.LeftOut = len(all), left
	if len(all) == 0 {
		return refusal.Field("rule", "There are no "+drawWords[p.Rule]+" who are not restricted. Change the period, or draw from others")
	}
	refs := make([]string, 0, len(all))
	for ref := range all {
		refs = append(refs, ref)
	}
	for _, ref := range drawOrder(p.Seed, refs)[:min(n, len(refs))] {
		p.kids = append(p.kids, all[ref])
	}
	return nil
}

// unrestricted are children by the reference each is read as, without those who are
// restricted, who are counted.
func unrestricted(ctx context.Context, q db.Queryer, authority string, ids []string) (all map[string]jointChild, left int, err error) {
	clusters, err := record.FindClusters(ctx, q, authority, ids)
	if err != nil {
		return nil, 0, err
	}
	rows, err := db.Collect(ctx, q, func(r *sql.Rows, x *jointPerson) error { return r.Scan(&x.id, &x.ref, &x.conceal) }, jointPersons, db.List(clusters.All(ids...)), authority)
	if err != nil {
		return nil, 0, err
	}
	by := map[string]jointPerson{}
	for _, x := range rows {
		by[x.id] = x
	}
	all = map[string]jointChild{}
	for _, head := range clusters.Heads(ids...) {
		of := clusters.Of(head)
		if slices.ContainsFunc(of.Members, func(id string) bool { return by[id].conceal != access.Unrestricted }) {
			left++
			continue
		}
		all[by[head].ref] = jointChild{ref: by[head].ref, person: head, members: of.Members}
	}
	return all, left, nil
}

// name takes children who are named. One who is restricted is answered as one who does
// not exist.
func (p *JointPack) name(ctx context.Context, tx *record.Tx, named []NamedChild) error {
	seen := map[string]bool{}
	for _, c := range named {
		ids, err := db.Collect(ctx, tx, func(r *sql.Rows, s *string) error { return r.Scan(s) }, jointByRef, c.Ref, tx.Authority)
		if err != nil {
			return err
		}
		all, _, err := unrestricted(ctx, tx, tx.Authority, ids)
		if err != nil {
			return err
		}
		if len(all) != 1 {
			return refusal.Field("children", "There is no record with the reference "+c.Ref+" that may be in a joint pack. Check it, or take the line out")
		}
		for ref, kid := range all {
			if seen[ref] {
				return refusal.Field("children", c.Ref+" is read as "+ref+", who is there already")
			}
			seen[ref] = true
			kid.why = c.Why
			p.kids = append(p.kids, kid)
		}
	}
	p.From = len(p.kids)
	return nil
}

// keep reads what the record says of the children, and writes the choice with its hash.
func (p *JointPack) keep(ctx context.Context, tx *record.Tx, r *record.Record, readers []string) error {
	slices.SortFunc(p.kids, func(a, b jointChild) int { return strings.Compare(a.ref, b.ref) })
	var err error
	for i := range p.kids {
		k := &p.kids[i]
		k.number = i + 1
		if k.parts, err = db.Collect(ctx, tx, func(r *sql.Rows, s *string) error { return r.Scan(s) }, jointPartsOf, db.List(k.members), tx.Authority, p.AsAt); err != nil {
			return err
		}
	}
	if err := p.read(ctx, tx, tx.Authority, r); err != nil {
		return err
	}
	whole, parts, err := p.files()
	if err != nil {
		return err
	}
	id := tx.NewID()
	if err := addJoint.Exec(ctx, tx, []any{id, tx.Authority, p.Ref, p.About, p.Period.From, p.Period.To, p.AsAt, p.How, p.Rule, p.Seed, p.From, p.LeftOut, whole.Hash, p.Until, tx.Now, tx.Who.ID, tx.Who.Name}); err != nil {
		return err
	}
	var kids, records, agencies, guests [][]any
	for _, k := range p.kids {
		kids = append(kids, []any{id, k.number, tx.Authority, k.person, k.ref, k.why})
		for _, part := range k.parts {
			records = append(records, []any{id, part, k.number, tx.Authority})
		}
	}
	for _, x := range parts {
		if p.partner(x.Agency) {
			agencies = append(agencies, []any{id, x.Agency, tx.Authority, x.Hash})
		}
	}
	for _, user := range readers {
		guests = append(guests, []any{id, user, tx.Authority})
	}
	for _, x := range []struct {
		add  db.Insert
		rows [][]any
	}{{addJointChild, kids}, {addJointPart, records}, {addJointAgency, agencies}, {addJointReader, guests}} {
		if err := x.add.Exec(ctx, tx, x.rows...); err != nil {
			return err
		}
	}
	return tx.Apply(ctx, record.Subject{Kind: "joint pack", Ref: p.Ref}, fmt.Sprintf("make joint pack: %s, %d of %d children, %d restricted left out, hash %s", p.How, len(p.kids), p.From, p.LeftOut, whole.Hash), pathway.Consequences{})
}

// OpenJointUntil says until when inspectors and partners may read a pack; a day that is
// over closes it at once.
func (d *Desk) OpenJointUntil(ctx context.Context, who access.Actor, ref string, until civil.Date, version int64) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		if err := tx.Allow(access.MakeJointPack, access.About{}); err != nil {
			return err
		}
		if _, err := findJoint(ctx, tx, tx.Authority, ref); err != nil {
			return err
		}
		switch {
		case until.IsZero():
			return refusal.Field("until", "Enter the last day on which inspectors and partners may read it. A day that is over closes it now")
		case tx.Now.Date().AddDays(jointDays).Before(until):
			return refusal.Field("until", fmt.Sprintf("The last day must be within %d days. The pack can be opened again then", jointDays))
		}
		n, err := db.Changed(tx.ExecContext(ctx, setJointUntil, ref, tx.Authority, version, until))
		switch {
		case err != nil:
			return err
		case n == 0:
			return refusal.New(refusal.Conflict, "Somebody else has changed the last day. Read it before going on")
		}
		return tx.Apply(ctx, record.Subject{Kind: "joint pack", Ref: ref}, "joint pack readable until "+until.String(), pathway.Consequences{})
	})
}
