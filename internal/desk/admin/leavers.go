package admin

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/form"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// Participant is an address at an agency: of somebody with an account, or whom one-time
// links were sent to. What the links open is not here.
type Participant struct {
	Key                     string // what it is called in a path
	Address, Name           string
	Account, Does           string // "" without an account
	Open, Used, Over, Ended int    // links: that open, were used, ran out, and ended because somebody left
	Last                    civil.Instant
	Mailbox, Codes          bool // the agency's own address; where codes go
	Deputy                  bool // is asked when a colleague does not answer an invitation
}

// Holds says whether something would end if they have left.
func (p Participant) Holds() bool {
	return p.Open > 0 || p.Account != "" || p.Mailbox || p.Codes || p.Deputy
}

// WhoLeft is somebody who has left, as it is on record.
type WhoLeft struct {
	Address, Why, By           string
	Links, Moved, Lost, Waited int
	At                         civil.Instant
}

// AtPartner is whom an agency's links and notices go to.
type AtPartner struct {
	ID, Name string
	People   []Participant
	Left     []WhoLeft
	Now      civil.Instant
}

var (
	accountsAt = db.SQL("admin.accounts-at-organisation", `
		SELECT u.id, u.name, lower(u.email), COALESCE((SELECT string_agg(r.role, ',') FROM user_role r WHERE r.user_id = u.id AND r.authority_id = u.authority_id AND (r.ended_at IS NULL OR r.ended_at > $3)), '')
		FROM user_account u WHERE u.organisation_id = $1 AND u.authority_id = $2 AND u.disabled_at IS NULL ORDER BY u.email, u.id`)
	whoLeft = db.SQL("admin.who-left", `
		SELECT address, why, left_by_name, links, moved, lost, waits, left_at FROM participant_left WHERE organisation_id = $1 AND authority_id = $2 ORDER BY left_at DESC, id DESC LIMIT 100`)
	timesLeft  = db.SQL("admin.times-left", `SELECT count(*) FROM participant_left WHERE address = $1 AND organisation_id = $2 AND authority_id = $3`)
	leftByWhom = db.SQL("admin.left-by-whom", `SELECT left_by, left_by_name FROM participant_left WHERE digest = $1 AND authority_id = $2`)
	addLeft    = db.InsertInto("admin.add-left", "participant_left",
		"id, authority_id, organisation_id, address, account_id, links, moved, lost, waits, why, digest, left_at, left_by, left_by_name", "")
	deputiesAt = db.SQL("admin.deputies-at-organisation", `
		SELECT lower(s.deputy_email), min(s.deputy_name) FROM discussion_seat s JOIN discussion d ON d.id = s.discussion_id AND d.authority_id = s.authority_id
		WHERE s.owner_id = $1 AND s.authority_id = $2 AND s.deputy_email <> '' AND s.answered_at IS NULL AND d.state IN ('requested', 'scheduled') GROUP BY lower(s.deputy_email) ORDER BY 1`)
	waitsHeld  = db.SQL("admin.waits-held", `SELECT id FROM wait WHERE owner_id = $1 AND authority_id = $2 AND ended_at IS NULL ORDER BY id`)
	setMailbox = db.SQL("admin.set-mailbox", `UPDATE organisation SET email = $3 WHERE id = $1 AND authority_id = $2 AND lower(email) = $4`)
	setInstead = db.SQL("admin.set-webhook-instead", `UPDATE webhook SET instead_of = $3 WHERE organisation_id = $1 AND authority_id = $2 AND instead_of = $4 AND ended_at IS NULL`)
	endAsked   = db.SQL("admin.end-owed-asked", `UPDATE owed_asked SET ended_at = $3 WHERE officer_id = $1 AND authority_id = $2 AND ended_at IS NULL`)
)

// keyOf is what an address at an agency is called in a path.
func keyOf(organisation, address string) string {
	return record.HashWord(organisation + " " + address)[:24]
}

// participants are the addresses at an agency, by address.
func participants(ctx context.Context, q db.Queryer, authority, organisation string, now civil.Instant) ([]Participant, record.Register, error) {
	reg, err := record.RegisterOf(ctx, q, authority, organisation)
	if err != nil {
		return nil, reg, err
	}
	if reg.Name == "" {
		return nil, reg, refusal.Hidden()
	}
	by := map[string]*Participant{}
	at := func(address string) *Participant {
		if by[address] == nil {
			by[address] = &Participant{Key: keyOf(organisation, address), Address: address, Mailbox: address == reg.Mailbox, Codes: address == reg.Contact}
		}
		return by[address]
	}
	_, err = db.Collect(ctx, q, func(r *sql.Rows, _ *struct{}) error {
		var id, name, address, roles string
		if err := r.Scan(&id, &name, &address, &roles); err != nil {
			return err
		}
		p := at(address)
		p.Account, p.Name = id, name
		var words []string
		for _, x := range strings.Split(roles, ",") {
			if w := access.RoleName(access.Role(x)); w != "" && !slices.Contains(words, w) {
				words = append(words, w)
			}
		}
		p.Does = strings.Join(words, ", ")
		return nil
	}, accountsAt, organisation, authority, now)
	if err != nil {
		return nil, reg, err
	}
	if reg.Contact != "" {
		at(reg.Contact).Name = reg.ContactName
	}
	_, err = db.Collect(ctx, q, func(r *sql.Rows, _ *struct{}) error {
		var address, name string
		err := r.Scan(&address, &name)
		if p := at(address); err == nil {
			p.Deputy, p.Name = true, cmp.Or(p.Name, name)
		}
		return err
	}, deputiesAt, organisation, authority)
	if err != nil {
		return nil, reg, err
	}
	links, err := record.LinksOf(ctx, q, authority, organisation, "", now)
	if err != nil {
		return nil, reg, err
	}
	for _, l := range links {
		p := at(l.Address)
		p.Name = cmp.Or(p.Name, l.Name)
		switch {
		case l.Opens:
			p.Open++
		case l.Answered:
			p.Used++
		default:
			p.Over++
		}
		if p.Last.Before(l.LastUsed) {
			p.Last = l.LastUsed
		}
		if l.Codes != "" && l.Opens {
			at(l.Codes).Codes = true
		}
	}
	ended, err := record.EndedLinks(ctx, q, authority, organisation)
	if err != nil {
		return nil, reg, err
	}
	for _, l := range ended {
		p := at(l.Address)
		p.Ended++
		if p.Last.Before(l.LastUsed) {
			p.Last = l.LastUsed
		}
	}
	out := make([]Participant, 0, len(by))
	for _, p := range by {
		out = append(out, *p)
	}
	slices.SortFunc(out, func(a, b Participant) int { return strings.Compare(a.Address, b.Address) })
	return out, reg, nil
}

// Participants shows whom an agency's links and notices go to: addresses and numbers, and
// nothing of any child.
func (d *Desk) Participants(ctx context.Context, who access.Actor, organisation string) (out AtPartner, err error) {
	err = d.Record.Look(ctx, who, access.PurposeService, func(v *record.View) error {
		out = AtPartner{ID: organisation, Now: v.Now}
		if err := v.Allow(access.ManagePeople, access.About{}); err != nil {
			return err
		}
		v.Saw("whom links went to")
		var reg record.Register
		var err error
		if out.People, reg, err = participants(ctx, v, v.Authority, organisation, v.Now); err != nil {
			return err
		}
		out.Name = reg.Name
		out.Left, err = db.Collect(ctx, v, func(r *sql.Rows, l *WhoLeft) error {
			return r.Scan(&l.Address, &l.Why, &l.By, &l.Links, &l.Moved, &l.Lost, &l.Waited, &l.At)
		}, whoLeft, organisation, v.Authority)
		return err
	})
	return out, err
}

// Goes is where what was sent to somebody goes when they have left. To is "" when no
// other address is held.
type Goes struct {
	Kind record.LinkKind
	To   string
	New  bool // to the address that is asked for
	N    int
}

// Leaver is what would end if somebody has left, and what becomes of what they were sent.
type Leaver struct {
	Participant
	Organisation, Agency string
	Links, Waits         int
	Spent                int // links of what is answered or over
	Goes                 []Goes
	Lead                 bool // is the safeguarding lead on the list of schools
	Digest               string
	Now                  civil.Instant

	open  []record.OneLink
	regs  map[string]record.Register
	waits []string // that are theirs by their account
}

// asked stands for the address that is asked for when the agency's own was theirs.
const asked = "@"

// leaver works out what would end, by the key of an address.
func leaver(ctx context.Context, q db.Queryer, authority, organisation, key string, now civil.Instant) (Leaver, error) {
	all, reg, err := participants(ctx, q, authority, organisation, now)
	if err != nil {
		return Leaver{}, err
	}
	i := slices.IndexFunc(all, func(p Participant) bool { return p.Key == key })
	if i < 0 {
		return Leaver{}, refusal.Hidden()
	}
	l := Leaver{Participant: all[i], Organisation: organisation, Agency: reg.Name, Now: now, Lead: all[i].Address == reg.Lead}
	links, err := record.LinksOf(ctx, q, authority, "", l.Address, now)
	if err != nil {
		return l, err
	}
	if l.Mailbox {
		reg.Mailbox = asked
	}
	l.regs = map[string]record.Register{organisation: reg}
	parts := []string{organisation, l.Address, l.Account, reg.Mailbox, reg.Lead, reg.Contact}
	for _, x := range links {
		if !x.Opens {
			continue
		}
		if _, ok := l.regs[x.Organisation]; !ok {
			if l.regs[x.Organisation], err = record.RegisterOf(ctx, q, authority, x.Organisation); err != nil {
				return l, err
			}
		}
		l.open, l.Links = append(l.open, x), l.Links+1
		parts = append(parts, x.Key())
		if x.Awaited {
			l.Waits += x.Waits
			l.goes(x.Kind, l.regs[x.Organisation].Next(x, l.Address))
		} else {
			l.Spent++
		}
	}
	if l.Account != "" {
		if l.waits, err = db.Collect(ctx, q, func(r *sql.Rows, id *string) error { return r.Scan(id) }, waitsHeld, l.Account, authority); err != nil {
			return l, err
		}
		l.Waits += len(l.waits)
		parts = append(parts, l.waits...)
	}
	var before int
	if err := q.QueryRowContext(ctx, timesLeft, l.Address, organisation, authority).Scan(&before); err != nil {
		return l, fmt.Errorf("count who left: %w", err)
	}
	l.Digest = record.HashWord(fmt.Sprint(before, "\n", strings.Join(parts, "\n")))
	return l, nil
}

func (l *Leaver) goes(kind record.LinkKind, to string) {
	g := Goes{Kind: kind, To: to, New: to == asked}
	i := slices.IndexFunc(l.Goes, func(x Goes) bool { return x.Kind == kind && x.To == to })
	if i < 0 {
		l.Goes, i = append(l.Goes, g), len(l.Goes)
	}
	l.Goes[i].N++
}

// Leaver shows what would end if somebody has left.
func (d *Desk) Leaver(ctx context.Context, who access.Actor, organisation, key string) (l Leaver, err error) {
	err = d.Record.Look(ctx, who, access.PurposeService, func(v *record.View) error {
		if err := v.Allow(access.ManagePeople, access.About{}); err != nil {
			return err
		}
		v.Saw("what ends when somebody leaves")
		var err error
		l, err = leaver(ctx, v, v.Authority, organisation, key, v.Now)
		return err
	})
	return l, err
}

// Leave is what somebody confirms: the digest of what they were shown, and the number
// they typed.
type Leave struct{ Organisation, Key, Why, Typed, Mailbox, Digest string }

// PersonLeft ends the account and all open links of an address in one step. What they
// were sent for stays open with its clock: a new link goes to the agency, and whoever
// asked is told. It may be sent twice; a second administrator hears that it was done.
func (d *Desk) PersonLeft(ctx context.Context, who access.Actor, c Leave) error {
	c.Why, c.Mailbox = form.Clean(c.Why), strings.ToLower(strings.TrimSpace(c.Mailbox))
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		if err := tx.Allow(access.ManagePeople, access.About{}); err != nil {
			return err
		}
		subject := record.Subject{Kind: "organisation", Ref: c.Organisation}
		var by, name string
		err := tx.QueryRowContext(ctx, leftByWhom, c.Digest, tx.Authority).Scan(&by, &name)
		switch {
		case err == nil && by == who.ID:
			return tx.Apply(ctx, subject, "somebody's leaving, recorded already", pathway.Consequences{})
		case err == nil:
			return refusal.New(refusal.Conflict, name+" has recorded already that this person has left")
		case !db.NotFound(err):
			return err
		}
		l, err := leaver(ctx, tx, tx.Authority, c.Organisation, c.Key, tx.Now)
		if err != nil {
			return err
		}
		if c.Digest != l.Digest {
			return refusal.New(refusal.Conflict, "What is open has changed since you looked. Read it again before you end it")
		}
		if l.Mailbox && c.Mailbox == l.regs[c.Organisation].Contact && c.Mailbox != l.Address {
			return refusal.Field("mailbox", "Enter another address than that of whom codes go to: links go there")
		}
		check := pathway.Leaving{Why: c.Why, Typed: c.Typed, N: l.Links, Other: l.Holds(), Mailbox: l.Mailbox, NewMailbox: c.Mailbox, Left: l.Address}
		if err := check.Check(); err != nil {
			return err
		}
		id := tx.NewID()
		if err := l.endAccount(ctx, tx); err != nil {
			return err
		}
		if err := l.endAddress(ctx, tx, c.Mailbox); err != nil {
			return err
		}
		n, lines, err := tx.EndLinks(ctx, record.Left{ID: id, Address: l.Address, Links: l.open, Registers: l.regs})
		if err != nil {
			return err
		}
		err = addLeft.Exec(ctx, tx, []any{id, tx.Authority, l.Organisation, l.Address, l.Account, n.Ended, n.Moved, n.Lost, l.Waits, c.Why, c.Digest, tx.Now, who.ID, who.Name})
		if err != nil {
			return err
		}
		return tx.Apply(ctx, subject, fmt.Sprintf("somebody has left: %d links ended, %d sent anew", n.Ended, n.Moved), pathway.Consequences{Lines: lines})
	})
}

// endAccount ends an account; what was theirs to do is the agency's, with its limits.
func (l *Leaver) endAccount(ctx context.Context, tx *record.Tx) error {
	if l.Account == "" {
		return nil
	}
	var children, waits int
	if err := tx.QueryRowContext(ctx, heldBy, l.Account, tx.Authority).Scan(&children, &waits); err != nil {
		return fmt.Errorf("count what %s holds: %w", l.Account, err)
	}
	if children > 0 {
		return refusal.New(refusal.Conflict, fmt.Sprintf("This person holds %d children. Give each to somebody else first", children))
	}
	for _, id := range l.waits {
		if _, _, err := tx.MoveWait(ctx, id, l.Organisation, l.Agency, "Whoever it waited for has left"); err != nil {
			return err
		}
	}
	for _, q := range []db.Query{disableUser, endRoles, endAsked} {
		if _, err := tx.ExecContext(ctx, q, l.Account, tx.Authority, tx.Now); err != nil {
			return err
		}
	}
	return nil
}

// endAddress has no code and no new link go to an address from now on.
func (l *Leaver) endAddress(ctx context.Context, tx *record.Tx, mailbox string) error {
	if l.regs[l.Organisation].Contact == l.Address {
		if _, err := tx.ExecContext(ctx, endContact, l.Organisation, tx.Authority, tx.Now); err != nil {
			return err
		}
	}
	if !l.Mailbox {
		return nil
	}
	reg := l.regs[l.Organisation]
	reg.Mailbox = mailbox
	l.regs[l.Organisation] = reg
	for _, q := range []db.Query{setMailbox, setInstead} {
		if _, err := tx.ExecContext(ctx, q, l.Organisation, tx.Authority, mailbox, l.Address); err != nil {
			return err
		}
	}
	return nil
}
