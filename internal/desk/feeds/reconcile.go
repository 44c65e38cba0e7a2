package feeds

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"strconv"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/feed"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

// Reconciled is a force's own list held against what arrived.
type Reconciled struct {
	ID          string        `json:"id"`
	Force       string        `json:"force"`
	File        string        `json:"file"`
	Hash        string        `json:"sha256"`
	MadeAt      civil.Instant `json:"made_at"`
	MadeBy      string        `json:"made_by"`
	From        civil.Date    `json:"from"`
	To          civil.Date    `json:"to"`
	Incidents   int           `json:"incidents"`
	Found       int           `json:"found"`
	NeverSent   int           `json:"never_sent"`
	NeverHere   int           `json:"never_acknowledged"`
	NotListed   int           `json:"not_listed"`
	Grades      int           `json:"grade_differs"`
	Open        int           `json:"still_missing"`
	Differences []Line        `json:"differences"`
	Repeat      bool          `json:"-"` // the same list was held against it before
	forceName   string
}

// Line is one incident about which list and record disagree. One that is not here is
// owned by the force, which must send it or have a named person say why not: a wait
// belongs to a child of a contact, and an incident that never came has neither.
type Line struct {
	ID        string        `json:"id"`
	Kind      string        `json:"kind"`
	Reference string        `json:"force_reference"`
	Incident  civil.Instant `json:"incident"`
	Grade     string        `json:"grade"`
	District  string        `json:"district"`
	Sent      civil.Instant `json:"sent"`
	Contact   string        `json:"contact"`
	HereGrade string        `json:"grade_here"`
	Owner     string        `json:"owner"`
	AgeDays   int           `json:"age_days"` // since the incident, while it is missing
	State     string        `json:"state"`    // missing, arrived, settled; "" for what is here
	SettledBy string        `json:"settled_by"`
	Why       string        `json:"settled_why"`
	masked    bool
	settledAt civil.Instant
	arrived   string
}

var (
	findReconciled = db.SQL("feeds.find-reconciliation", `SELECT id FROM reconciliation WHERE organisation_id = $1 AND sha256 = $2 AND authority_id = $3`)
	addReconciled  = db.InsertInto("feeds.add-reconciliation", "reconciliation", `id, authority_id, organisation_id, name, sha256, body, size,
		from_day, until_day, lines, found, made_at, made_by, made_by_name`, "")
	addLine = db.InsertInto("feeds.add-reconciliation-line", "reconciliation_line", `id, authority_id, reconciliation_id, kind, reference, incident_at,
		grade, district, sent_at, contact_id, here_grade, owner_id, owner_name`, "")
	hereOf = db.SQL("feeds.arrived-since", `
		SELECT id, sender_ref, grade, incident_at FROM contact
		WHERE organisation_id = $1 AND authority_id = $2 AND channel = 'police' AND received_at >= $3 AND sender_ref <> ''
		ORDER BY received_at, id`)
	hereBy = db.SQL("feeds.arrived-by-reference", `
		SELECT id, sender_ref, grade, incident_at FROM contact
		WHERE organisation_id = $1 AND authority_id = $2 AND channel = 'police' AND sender_ref IN (:list($3))
		ORDER BY received_at, id`)
	someReconciled = db.SQL("feeds.reconciliations", `
		SELECT r.id, r.organisation_id, COALESCE(o.name, r.organisation_id), r.name, r.sha256, r.made_at, r.made_by_name, r.from_day, r.until_day, r.lines, r.found,
			(SELECT count(*) FROM reconciliation_line l WHERE l.reconciliation_id = r.id AND l.authority_id = r.authority_id AND l.kind = 'never_sent'),
			(SELECT count(*) FROM reconciliation_line l WHERE l.reconciliation_id = r.id AND l.authority_id = r.authority_id AND l.kind = 'never_acknowledged'),
			(SELECT count(*) FROM reconciliation_line l WHERE l.reconciliation_id = r.id AND l.authority_id = r.authority_id AND l.kind = 'not_listed'),
			(SELECT count(*) FROM reconciliation_line l WHERE l.reconciliation_id = r.id AND l.authority_id = r.authority_id AND l.kind = 'grade_differs'),
			(SELECT count(*) FROM reconciliation_line l WHERE l.reconciliation_id = r.id AND l.authority_id = r.authority_id AND l.kind IN ('never_sent', 'never_acknowledged')
				AND l.settled_at IS NULL AND NOT EXISTS (
					SELECT 1 FROM contact c WHERE c.organisation_id = r.organisation_id AND c.sender_ref = l.reference AND c.authority_id = l.authority_id AND c.channel = 'police'))
		FROM reconciliation r
		LEFT JOIN organisation o ON o.id = r.organisation_id AND o.authority_id = r.authority_id
		WHERE r.authority_id = $1 AND ($2 = '' OR r.organisation_id = $2) AND ($3 = '' OR r.id = $3)
		ORDER BY r.made_at DESC, r.id LIMIT $4`)
	linesOf = db.SQL("feeds.reconciliation-lines", `
		SELECT l.id, l.kind, l.reference, l.incident_at, l.grade, l.district, l.sent_at, COALESCE(c.ref, ''), COALESCE(c.conceal <> '', FALSE), l.here_grade,
			l.owner_name, l.settled_at, l.settled_by_name, l.settled_why,
			COALESCE((SELECT a.ref FROM contact a WHERE a.organisation_id = r.organisation_id AND a.sender_ref = l.reference AND a.authority_id = l.authority_id AND a.channel = 'police'
				ORDER BY a.received_at LIMIT 1), '')
		FROM reconciliation_line l
		JOIN reconciliation r ON r.id = l.reconciliation_id AND r.authority_id = l.authority_id
		LEFT JOIN contact c ON c.id = l.contact_id AND c.authority_id = l.authority_id AND l.contact_id <> ''
		WHERE l.reconciliation_id = $1 AND l.authority_id = $2
		ORDER BY l.kind, l.incident_at, l.id`)
	forceOfLine = db.SQL("feeds.force-of-line", `
		SELECT r.organisation_id, l.reference, l.kind, l.settled_at FROM reconciliation_line l
		JOIN reconciliation r ON r.id = l.reconciliation_id AND r.authority_id = l.authority_id
		WHERE l.id = $1 AND l.reconciliation_id = $2 AND l.authority_id = $3`)
	settleLines = db.SQL("feeds.settle-lines", `
		UPDATE reconciliation_line SET settled_at = $4, settled_by = $5, settled_by_name = $6, settled_why = $7
		WHERE reference = $1 AND authority_id = $3 AND settled_at IS NULL AND kind IN ('never_sent', 'never_acknowledged') AND reconciliation_id IN (
			SELECT r.id FROM reconciliation r WHERE r.organisation_id = $2 AND r.authority_id = $3)`)
)

// Reconcile holds a force's own list against what arrived and keeps both with the date.
// The same list again is known by its hash and gives the first answer.
func (d *Desk) Reconcile(ctx context.Context, who access.Actor, force, name string, body []byte) (id string, repeat bool, err error) {
	list, err := readList(body)
	if err != nil {
		return "", false, err
	}
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:])
	err = d.Record.Do(ctx, who, func(tx *record.Tx) error {
		if err := tx.Allow(access.ReconcileFeed, aboutForce(tx, force)); err != nil {
			return err
		}
		var owner string
		err := tx.QueryRowContext(ctx, forceOf, force, tx.Authority).Scan(&owner)
		if db.NotFound(err) {
			return refusal.Field("force", "Select the force whose list it is")
		}
		if err != nil {
			return err
		}
		subject := record.Subject{Kind: "feed", Ref: force}
		err = tx.QueryRowContext(ctx, findReconciled, force, hash, tx.Authority).Scan(&id)
		if repeat = err == nil; repeat {
			return tx.Apply(ctx, subject, "hold the same list against what came", pathway.Consequences{})
		}
		if !db.NotFound(err) {
			return err
		}
		id = tx.NewID()
		here, err := here(ctx, tx, force, list)
		if err != nil {
			return err
		}
		found, differ := feed.Compare(list, here)
		from, to := feed.Span(list)
		err = addReconciled.Exec(ctx, tx, []any{id, tx.Authority, force, name, hash, body, len(body), from, to, len(list), found, tx.Now, who.ID, who.Name})
		if err != nil {
			return err
		}
		rows := make([][]any, len(differ))
		for i, x := range differ {
			ownerID, ownerName := "", ""
			if x.Kind.Missing() {
				ownerID, ownerName = force, owner
			}
			rows[i] = []any{tx.NewID(), tx.Authority, id, x.Kind, x.Reference, x.At, x.Grade, x.District, x.SentAt, x.Contact, x.HereGrade, ownerID, ownerName}
		}
		if err := addLine.Exec(ctx, tx, rows...); err != nil {
			return err
		}
		return tx.Apply(ctx, subject, "hold the force's list against what came", pathway.Consequences{})
	})
	return id, repeat, err
}

func readList(body []byte) ([]feed.Incident, error) {
	if len(body) > feed.ListBytes {
		return nil, refusal.Field("file", "The file must be smaller than 5 MB. Send a month at a time")
	}
	return feed.ReadIncidents(bytes.NewReader(body))
}

// here is what arrived since the list's first day, and whatever has a reference on it.
func here(ctx context.Context, tx *record.Tx, force string, list []feed.Incident) ([]feed.Here, error) {
	from, _ := feed.Span(list)
	scan := func(r *sql.Rows, h *feed.Here) error { return r.Scan(&h.Contact, &h.Reference, &h.Grade, &h.At) }
	out, err := db.Collect(ctx, tx, scan, hereOf, force, tx.Authority, from.Start())
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, h := range out {
		known[feed.Fold(h.Reference)] = true
	}
	var refs []string
	for _, x := range list {
		if !known[feed.Fold(x.Reference)] {
			refs = append(refs, x.Reference)
		}
	}
	if len(refs) == 0 {
		return out, nil
	}
	more, err := db.Collect(ctx, tx, scan, hereBy, force, tx.Authority, db.List(refs))
	return append(out, more...), err
}

func scanReconciled(r *sql.Rows, x *Reconciled) error {
	return r.Scan(&x.ID, &x.Force, &x.forceName, &x.File, &x.Hash, &x.MadeAt, &x.MadeBy, &x.From, &x.To, &x.Incidents, &x.Found, &x.NeverSent, &x.NeverHere, &x.NotListed, &x.Grades, &x.Open)
}

// listedMost is how many reconciliations the page shows.
const listedMost = 100

// Reconciliations are the lists that were held against what came, the latest first, and
// the forces that a list may be of.
func (d *Desk) Reconciliations(ctx context.Context, who access.Actor) (out []Reconciled, all []Force, err error) {
	err = d.Record.Look(ctx, who, access.PurposeOversight, func(v *record.View) error {
		var f Filter
		if err := scope(v, access.ReconcileFeed, &f); err != nil {
			return err
		}
		v.Saw("reconciliations")
		if out, err = db.Collect(ctx, v, scanReconciled, someReconciled, v.Authority, f.Force, "", listedMost); err != nil {
			return err
		}
		all, err = forces(ctx, v, v.Authority)
		if f.Force != "" {
			all = []Force{{f.Force, forceName(all, f.Force)}}
		}
		return err
	})
	return out, all, err
}

// Reconciled shows one of them with every difference as it stands now.
func (d *Desk) Reconciled(ctx context.Context, who access.Actor, id string) (*Reconciled, error) {
	out := &Reconciled{}
	err := d.Record.Look(ctx, who, access.PurposeOversight, func(v *record.View) error {
		var f Filter
		if err := scope(v, access.ReconcileFeed, &f); err != nil {
			return err
		}
		one, err := db.One(ctx, v, scanReconciled, someReconciled, v.Authority, f.Force, id, 1)
		if db.NotFound(err) || id == "" {
			return refusal.Hidden()
		}
		if err != nil {
			return err
		}
		*out = one
		v.Saw("reconciliation", id)
		out.Differences, err = db.Collect(ctx, v, func(r *sql.Rows, l *Line) error {
			return r.Scan(&l.ID, &l.Kind, &l.Reference, &l.Incident, &l.Grade, &l.District, &l.Sent, &l.Contact, &l.masked, &l.HereGrade,
				&l.Owner, &l.settledAt, &l.SettledBy, &l.Why, &l.arrived)
		}, linesOf, id, v.Authority)
		for i := range out.Differences {
			out.Differences[i].fill(v.Now)
		}
		if out.Differences == nil {
			out.Differences = []Line{}
		}
		return err
	})
	return out, err
}

// fill says how a line stands now. Of a restricted record there is no reference.
func (l *Line) fill(now civil.Instant) {
	if l.masked {
		l.Contact = ""
		if l.Kind == string(feed.NotListed) {
			l.Reference = ""
		}
	}
	if !feed.Difference(l.Kind).Missing() {
		return
	}
	switch {
	case l.arrived != "":
		l.State, l.Contact = "arrived", l.arrived
	case !l.settledAt.IsZero():
		l.State = "settled"
	default:
		l.State, l.AgeDays = "missing", max(0, l.Incident.Date().DaysUntil(now.Date()))
	}
}

// Settle records why an incident on a force's list will not come: it was sent under
// another reference, it concerned no child, and so on. It is refused without a reason.
func (d *Desk) Settle(ctx context.Context, who access.Actor, id, line, why string) error {
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		var force, reference, kind string
		var settled civil.Instant
		err := tx.QueryRowContext(ctx, forceOfLine, line, id, tx.Authority).Scan(&force, &reference, &kind, &settled)
		if db.NotFound(err) {
			if denied := tx.Allow(access.ReconcileFeed, access.About{}); denied != nil {
				return denied
			}
			return refusal.Hidden()
		}
		if err != nil {
			return err
		}
		if err := tx.Allow(access.ReconcileFeed, aboutForce(tx, force)); err != nil {
			return err
		}
		switch {
		case !feed.Difference(kind).Missing():
			return refusal.New(refusal.Conflict, "This incident is here. Only one that never came can be settled")
		case !settled.IsZero():
			return refusal.New(refusal.Conflict, "Somebody has already said why this incident did not come")
		case strings.TrimSpace(why) == "":
			return refusal.Field("why", "Enter why this incident was not sent and will not be")
		}
		if _, err := tx.ExecContext(ctx, settleLines, reference, force, tx.Authority, tx.Now, who.ID, who.Name, why); err != nil {
			return err
		}
		return tx.Apply(ctx, record.Subject{Kind: "feed", Ref: force}, "settle an incident that never came", pathway.Consequences{})
	})
}

// Sheet is the differences as a file.
func (r *Reconciled) Sheet() web.Sheet {
	s := web.Sheet{Head: []string{"kind", "force_reference", "incident", "grade", "district", "sent", "contact", "grade_here", "owner", "age_days", "state", "settled_by", "settled_why"}}
	for _, l := range r.Differences {
		age := ""
		if l.State == "missing" {
			age = strconv.Itoa(l.AgeDays)
		}
		s.Rows = append(s.Rows, []string{l.Kind, l.Reference, l.Incident.String(), l.Grade, l.District, l.Sent.String(), l.Contact, l.HereGrade, l.Owner, age, l.State, l.SettledBy, l.Why})
	}
	return s
}

// Words is what a reconciliation found in one line.
func (r *Reconciled) Words() string {
	return strconv.Itoa(r.Incidents) + " incidents on the list, " + strconv.Itoa(r.Found) + " of them here. " + strconv.Itoa(r.NeverSent) + " never sent, " + strconv.Itoa(r.NeverHere) +
		" sent and never arrived, " + strconv.Itoa(r.NotListed) + " here and not on the list, " + strconv.Itoa(r.Grades) + " with another grade"
}

// FindForce finds a force by its id or its name.
func (d *Desk) FindForce(ctx context.Context, who access.Actor, named string) (Force, error) {
	_, all, err := d.Reconciliations(ctx, who)
	if err != nil {
		return Force{}, err
	}
	var names []string
	for _, f := range all {
		if f.ID == named || strings.EqualFold(f.Name, named) {
			return f, nil
		}
		names = append(names, f.ID+" ("+f.Name+")")
	}
	return Force{}, refusal.New(refusal.NotFound, "There is no force "+named+". The forces are "+strings.Join(names, ", "))
}
