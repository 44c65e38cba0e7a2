package children

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// Side is one of two records that may be of one child, with what hangs on it.
type Side struct {
	record.Known
	Members  []string // all records that are read with this one, the one they are read as first
	Also     []string // references of the others of them
	Contacts []Contact
	Waits    []Wait // open
	Work     []record.OpenWork
	Closed   record.Closed
	Family   int      // people recorded with the child
	Plans    []string // enquiries, conferences and plans, in words
	about    access.About
}

// Pair is two records that may be of one child, with what joining them would change.
type Pair struct {
	record.Pair
	Now    civil.Instant
	Sides  [2]Side // the one that is kept first
	Steps  []record.PairStep
	Rule   pathway.Pair
	Due    civil.Instant // when somebody should have answered
	Warn   civil.Instant
	Levels person.Levels
	Why    person.Explanation
}

// Proposed is a proposal that two records are of one child.
type Proposed struct {
	Keep, Join   string // references
	Why, Despite string
}

var (
	sideWaits = db.SQL("children.open-waits-of-persons", `
		SELECT w.agency, w.owner_name, w.what, w.timescale, w.ended_how, w.ended_reason, w.since, w.due_at, w.warn_at, w.ended_at FROM wait w
		JOIN contact_child cc ON cc.id = w.child_id AND cc.authority_id = w.authority_id
		WHERE cc.person_id IN (:list($1)) AND cc.authority_id = $2 AND cc.person_id <> '' AND w.ended_at IS NULL
		ORDER BY w.due_at, w.id LIMIT 100`)
	sideFamily = db.SQL("children.count-family", `
		SELECT count(DISTINCT other_id) FROM relationship
		WHERE person_id IN (:list($1)) AND authority_id = $2 AND until IS NULL`)
	sidePlans = db.SQL("children.plans-of-persons", `
		SELECT 'Section 47 enquiry', e.ref, '' FROM enquiry e
		JOIN contact_child cc ON cc.id = e.child_id AND cc.authority_id = e.authority_id
		WHERE cc.person_id IN (:list($1)) AND cc.person_id <> '' AND e.authority_id = $2 AND e.state <> 'authorised'
		UNION ALL
		SELECT CASE WHEN k.plan = 'yes' THEN 'Child protection plan' ELSE 'Conference' END, f.ref, k.category FROM conference_child k
		JOIN conference f ON f.id = k.conference_id AND f.authority_id = k.authority_id
		JOIN contact_child cc ON cc.id = k.child_id AND cc.authority_id = k.authority_id
		WHERE cc.person_id IN (:list($1)) AND cc.person_id <> '' AND k.authority_id = $2 AND (k.plan = 'yes' OR f.state <> 'held')
		ORDER BY 1, 2`)
	// Recorded with each other as family, or both named in one contact.
	listedApart = db.SQL("children.listed-as-two", `
		SELECT 1 FROM relationship r
		WHERE r.person_id IN (:list($1)) AND r.other_id IN (:list($2)) AND r.authority_id = $3 AND r.until IS NULL
		UNION ALL
		SELECT 1 FROM contact_child a
		JOIN contact_child b ON b.contact_id = a.contact_id AND b.authority_id = a.authority_id AND b.id <> a.id
		WHERE a.person_id IN (:list($1)) AND a.person_id <> '' AND b.person_id IN (:list($2)) AND b.person_id <> '' AND a.authority_id = $3
		LIMIT 1`)
)

// findSide reads one of two records with everything that is read as it.
func findSide(ctx context.Context, q db.Queryer, authority, id string) (Side, error) {
	var s Side
	clusters, err := record.FindClusters(ctx, q, authority, []string{id})
	if err != nil {
		return s, err
	}
	s.Members = clusters.Of(id).Members
	known, err := record.Persons(ctx, q, authority, s.Members)
	if err != nil {
		return s, err
	}
	var ok bool
	if s.Known, ok = known[id]; !ok {
		return s, refusal.Hidden()
	}
	for _, m := range s.Members {
		if m != id {
			s.Also = append(s.Also, known[m].Ref)
		}
	}
	list := db.List(s.Members)
	if s.Work, err = record.FindOpenWork(ctx, q, authority, s.Members); err != nil {
		return s, err
	}
	if s.about, err = record.AboutPerson(ctx, q, authority, s.Known, s.Members, s.Work); err != nil {
		return s, err
	}
	s.Closed = record.Closed{Conceal: s.about.Conceal, Ask: s.about.NamedShown, Named: s.about.Named}
	slices.Sort(s.Closed.Named)
	s.Contacts, err = db.Collect(ctx, q, scanContact, contactsOf, list, authority)
	if err != nil {
		return s, err
	}
	if s.Waits, err = db.Collect(ctx, q, scanWait, sideWaits, list, authority); err != nil {
		return s, err
	}
	s.Plans, err = db.Collect(ctx, q, func(r *sql.Rows, words *string) error {
		var what, ref, category string
		err := r.Scan(&what, &ref, &category)
		*words = strings.TrimSuffix(what+" "+ref+", "+strings.ReplaceAll(category, "_", " "), ", ")
		return err
	}, sidePlans, list, authority)
	if err != nil {
		return s, err
	}
	return s, q.QueryRowContext(ctx, sideFamily, list, authority).Scan(&s.Family)
}

// findPair reads two records and the question about them; an empty id is a question
// that nobody has asked yet.
func findPair(ctx context.Context, q db.Queryer, authority string, p record.Pair) (*Pair, error) {
	out := &Pair{Pair: p}
	for i, id := range []string{p.Kept, p.Joined} {
		var err error
		if out.Sides[i], err = findSide(ctx, q, authority, id); err != nil {
			return nil, err
		}
	}
	if p.ID != "" {
		steps, err := record.StepsOf(ctx, q, authority, []string{p.ID})
		if err != nil {
			return nil, err
		}
		out.Steps = steps[p.ID]
	}
	return out, out.judge(ctx, q, authority)
}

// judge gathers the facts that the rules ask for.
func (p *Pair) judge(ctx context.Context, q db.Queryer, authority string) error {
	a, b := &p.Sides[0], &p.Sides[1]
	r := pathway.Pair{State: p.State, Kept: a.Ref, OneRecord: a.Members[0] == b.Members[0] && !p.State.Joined(), Elsewhere: b.Members[0] != b.ID && !p.State.Joined(),
		Adult: a.IsChild != b.IsChild, Numbers: a.NHS != "" && b.NHS != "" && a.NHS != b.NHS,
		Apart: a.Closed.Conceal != b.Closed.Conceal || !slices.Equal(a.Closed.Named, b.Closed.Named)}
	seen := map[string]bool{}
	for _, w := range append(slices.Clone(a.Work), b.Work...) {
		if seen[w.ID] {
			continue
		}
		seen[w.ID] = true
		if w.Kind == "referral" {
			r.Referrals = append(r.Referrals, w.ID)
		}
		if w.WorkerID != "" && !slices.Contains(r.Workers, w.WorkerID) {
			r.Workers = append(r.Workers, w.WorkerID)
		}
	}
	for _, s := range p.Steps {
		switch s.Step {
		case string(pathway.PairProposed):
			r.Proposer = s.ByID
		case "undo_asked":
			r.Undoer = s.ByID
		}
	}
	if !p.State.Joined() {
		listed, err := db.Collect(ctx, q, func(r *sql.Rows, n *int) error { return r.Scan(n) }, listedApart, db.List(a.Members), db.List(b.Members), authority)
		if err != nil {
			return err
		}
		r.Listed = len(listed) > 0
	}
	p.Rule = r
	return nil
}

// Possible shows two records side by side before anybody has proposed anything. An
// empty reference leaves its side out.
func (d *Desk) Possible(ctx context.Context, who access.Actor, one, other string) (*Pair, error) {
	var out *Pair
	err := d.Record.Look(ctx, who, access.PurposeOneChild, func(v *record.View) error {
		out = nil
		ids, err := twoRecords(ctx, v, v.Authority, one, other)
		if err != nil {
			return hiddenOr(v.Allow(access.ProposeMerge, access.About{}), err)
		}
		p, err := findPair(ctx, v, v.Authority, record.Pair{Kept: ids[0], Joined: ids[1]})
		if err != nil {
			return err
		}
		if err := p.allow(v.Allow, access.ProposeMerge); err != nil {
			return err
		}
		v.Saw("two records", p.Sides[0].Ref, p.Sides[1].Ref)
		out = p
		return p.explain(ctx, v)
	})
	return out, err
}

// twoRecords finds two records by reference, each as the one it is read as.
func twoRecords(ctx context.Context, q db.Queryer, authority, one, other string) ([]string, error) {
	var ids []string
	for _, ref := range []string{one, other} {
		k, err := record.PersonByRef(ctx, q, authority, ref)
		if err != nil {
			return nil, err
		}
		ids = append(ids, k.ID)
	}
	clusters, err := record.FindClusters(ctx, q, authority, ids)
	return []string{clusters.Head(ids[0]), clusters.Head(ids[1])}, err
}

// hiddenOr has a miss go through the same permission as a hit, and answers as for a
// record that is concealed.
func hiddenOr(denied, err error) error {
	switch {
	case !db.NotFound(err) && refusal.KindOf(err) != refusal.NotFound:
		return err
	case denied != nil:
		return denied
	}
	return refusal.Hidden()
}

// allow asks for both records: who may not reach one of them may do nothing about the
// two, and is told no more than of that one.
func (p *Pair) allow(ask func(access.Action, access.About) error, act access.Action) error {
	for i := range p.Sides {
		if err := ask(act, p.Sides[i].about); err != nil {
			return err
		}
	}
	return nil
}

// explain compares the two records anew, with what is known of them now.
func (p *Pair) explain(ctx context.Context, v *record.View) error {
	s, why, err := v.OneChild(ctx, p.Sides[0].Person, p.Sides[1].Person)
	if err != nil {
		return err
	}
	p.Levels, p.Why, p.Chance = s.Levels, why, s.Chance
	p.Now = v.Now
	if p.ID != "" {
		p.Due, p.Warn, err = answerDue(v, p.AskedAt)
	}
	return err
}

// Pair shows a pair that somebody or the sweep has asked about.
func (d *Desk) Pair(ctx context.Context, who access.Actor, id string) (*Pair, error) {
	var out *Pair
	err := d.Record.Look(ctx, who, access.PurposeOneChild, func(v *record.View) error {
		out = nil
		kept, err := record.FindPair(ctx, v, v.Authority, id)
		if err != nil {
			return hiddenOr(v.Allow(access.SeeDuplicates, access.About{}), err)
		}
		p, err := findPair(ctx, v, v.Authority, kept)
		if err != nil {
			return err
		}
		if err := p.allow(v.Allow, access.SeeDuplicates); err != nil {
			return err
		}
		v.Saw("two records", p.Sides[0].Ref, p.Sides[1].Ref)
		out = p
		return p.explain(ctx, v)
	})
	return out, err
}

// Propose says that two records are of one child, and which of them is kept. A
// second person must agree; until then nothing changes.
func (d *Desk) Propose(ctx context.Context, who access.Actor, said Proposed) (id string, err error) {
	err = d.Record.Do(ctx, who, func(tx *record.Tx) error {
		ids, err := twoRecords(ctx, tx, tx.Authority, said.Keep, said.Join)
		if err != nil {
			return hiddenOr(tx.Allow(access.ProposeMerge, access.About{}), err)
		}
		was, err := openPair(ctx, tx, ids)
		if err != nil {
			return err
		}
		was.Kept, was.Joined = ids[0], ids[1]
		p, err := findPair(ctx, tx, tx.Authority, was)
		if err != nil {
			return err
		}
		if err := p.allow(tx.Allow, access.ProposeMerge); err != nil {
			return err
		}
		if err := p.Rule.Propose(pathway.MergeReason{By: who.ID, Why: said.Why, Despite: said.Despite}); err != nil {
			return err
		}
		why := said.Why
		if said.Despite != "" {
			why += ". Although something speaks against it: " + said.Despite
		}
		if id, err = p.propose(ctx, tx, was, why); err != nil {
			return err
		}
		return tx.Apply(ctx, p.subject(), "propose that "+p.Sides[0].Ref+" and "+p.Sides[1].Ref+" are one child", pathway.Consequences{})
	})
	return id, err
}

// CloseBoth closes the open one of two records to those who may open the other, so
// that they can be joined. It is an act of its own: it stays when they are parted.
func (d *Desk) CloseBoth(ctx context.Context, who access.Actor, one, other string) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		ids, err := twoRecords(ctx, tx, tx.Authority, one, other)
		if err != nil {
			return hiddenOr(tx.Allow(access.RestrictChild, access.About{}), err)
		}
		p, err := findPair(ctx, tx, tx.Authority, record.Pair{Kept: ids[0], Joined: ids[1]})
		if err != nil {
			return err
		}
		if err := p.allow(tx.Allow, access.RestrictChild); err != nil {
			return err
		}
		from, to, ok := p.closable()
		if !ok {
			return refusal.New(refusal.Conflict, "Neither record can be closed like the other. Read both before going on")
		}
		if err := tx.Restrict(ctx, to.Members, from.Closed, "perhaps the same child as "+from.Ref+", which is restricted"); err != nil {
			return err
		}
		return tx.Apply(ctx, record.Subject{Kind: "child", Ref: to.Ref}, "restrict record: "+string(from.Closed.Conceal)+" like "+from.Ref, pathway.Consequences{})
	})
}

// closable says which of two records is closed and which is open to everybody.
func (p *Pair) closable() (closed, open *Side, ok bool) {
	a, b := &p.Sides[0], &p.Sides[1]
	switch {
	case a.Closed.Conceal != access.Unrestricted && b.Closed.Conceal == access.Unrestricted:
		return a, b, true
	case b.Closed.Conceal != access.Unrestricted && a.Closed.Conceal == access.Unrestricted:
		return b, a, true
	}
	return nil, nil, false
}

// openPair is the question about two records that waits for its answer, or a new one.
func openPair(ctx context.Context, q *record.Tx, ids []string) (record.Pair, error) {
	all, err := record.PairsOf(ctx, q, q.Authority, ids[:1])
	if err != nil {
		return record.Pair{}, err
	}
	for _, p := range all {
		if p.Ended.IsZero() && slices.Contains(ids, p.Kept) && slices.Contains(ids, p.Joined) {
			return p, nil
		}
	}
	return record.Pair{Source: "person"}, nil
}

func (p *Pair) propose(ctx context.Context, tx *record.Tx, was record.Pair, why string) (string, error) {
	is := was
	is.State, is.Kept, is.Joined = pathway.PairProposed, p.Sides[0].ID, p.Sides[1].ID
	if was.ID != "" {
		return was.ID, tx.SetPair(ctx, was, is, string(pathway.PairProposed), why)
	}
	s, err := tx.OneChild(ctx, p.Sides[0].Person, p.Sides[1].Person)
	if err != nil {
		return "", err
	}
	is.Chance, is.Evidence, is.Model = s.Chance, s.Levels.String(), person.DefaultModel().Version
	kept, added, err := tx.AddPair(ctx, is, why)
	if err == nil && !added {
		err = refusal.New(refusal.Conflict, "Somebody has proposed this already. Read their answer before going on")
	}
	return kept.ID, err
}

// subject is how the trail knows a pair: by the record that is kept. The other's
// reference is in the summary.
func (p *Pair) subject() record.Subject {
	return record.Subject{Kind: "two records", Ref: p.Sides[0].Ref}
}

// change loads a pair as it was seen, asks for both records and runs a rule.
func (d *Desk) change(ctx context.Context, who access.Actor, id string, version int64, summary string, rule func(*record.Tx, *Pair) (is record.Pair, step, why string, next pathway.Consequences, err error)) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		kept, err := record.FindPair(ctx, tx, tx.Authority, id)
		if err != nil {
			return hiddenOr(tx.Allow(access.AnswerMerge, access.About{}), err)
		}
		p, err := findPair(ctx, tx, tx.Authority, kept)
		if err != nil {
			return err
		}
		if err := p.allow(tx.Allow, access.AnswerMerge); err != nil {
			return err
		}
		if version != 0 && version != kept.Version {
			return refusal.New(refusal.Conflict, "Somebody has answered this already. Read their answer before going on")
		}
		is, step, why, next, err := rule(tx, p)
		if err != nil {
			return err
		}
		if err := tx.SetPair(ctx, kept, is, step, why); err != nil {
			return err
		}
		for i := range next.Tells {
			next.Tells[i].Key = next.Tells[i].Kind + " " + id + " " + tx.Now.String() + " " + next.Tells[i].To
		}
		if kept.State.Joined() != is.State.Joined() {
			asks, err := tx.AskOfPersons(ctx, append(slices.Clone(p.Sides[0].Members), p.Sides[1].Members...), askedAnew[is.State.Joined()])
			if err != nil {
				return err
			}
			next = next.And(asks)
		}
		return tx.Apply(ctx, p.subject(), summary+" "+p.Sides[0].Ref+" "+p.Sides[1].Ref, next)
	})
}

// askedAnew is why triggers no longer stand after two records were joined or parted. More
// often some stand anew: what was told under both names is of one child now.
var askedAnew = map[bool]string{true: "Two records were joined", false: "Two records were parted, and it rested on what is of the other child"}

// Agree joins two records: the second person's word. lead is, of two open referrals,
// the one whose worker answers for the child. version is the pair's as it was seen.
func (d *Desk) Agree(ctx context.Context, who access.Actor, id string, version int64, lead string) error {
	return d.change(ctx, who, id, version, "join records", func(tx *record.Tx, p *Pair) (record.Pair, string, string, pathway.Consequences, error) {
		is := p.Pair
		next, err := p.Rule.Agree(who.ID, lead)
		is.State, is.Lead, is.MergedAt = pathway.PairMerged, lead, tx.Now
		return is, string(pathway.PairMerged), "", next, err
	})
}

// Refuse says that two records are of two children.
func (d *Desk) Refuse(ctx context.Context, who access.Actor, id string, version int64, why string) error {
	return d.change(ctx, who, id, version, "refuse to join records", func(tx *record.Tx, p *Pair) (record.Pair, string, string, pathway.Consequences, error) {
		is := p.Pair
		is.State, is.Ended = pathway.PairRefused, tx.Now
		return is, string(pathway.PairRefused), why, pathway.Consequences{}, p.Rule.Refuse(why)
	})
}

// AskUndo says that two records were joined wrongly. They stay joined until a second
// person agrees.
func (d *Desk) AskUndo(ctx context.Context, who access.Actor, id string, version int64, why string) error {
	return d.change(ctx, who, id, version, "ask to part records", func(_ *record.Tx, p *Pair) (record.Pair, string, string, pathway.Consequences, error) {
		is := p.Pair
		is.State = pathway.PairUndoing
		return is, "undo_asked", why, pathway.Consequences{}, p.Rule.AskUndo(why)
	})
}

// Undo parts two records, each as it was with all that was added to it since: joining
// rewrote nothing, so there is nothing to put back.
func (d *Desk) Undo(ctx context.Context, who access.Actor, id string, version int64) error {
	return d.change(ctx, who, id, version, "part records", func(tx *record.Tx, p *Pair) (record.Pair, string, string, pathway.Consequences, error) {
		is := p.Pair
		next, err := p.Rule.Undo(who.ID)
		is.State, is.Ended = pathway.PairUndone, tx.Now
		return is, string(pathway.PairUndone), "", next, err
	})
}

// Keep refuses to part two records.
func (d *Desk) Keep(ctx context.Context, who access.Actor, id string, version int64, why string) error {
	return d.change(ctx, who, id, version, "refuse to part records", func(_ *record.Tx, p *Pair) (record.Pair, string, string, pathway.Consequences, error) {
		is := p.Pair
		is.State = pathway.PairMerged
		return is, "undo_refused", why, pathway.Consequences{}, p.Rule.Keep(why)
	})
}
