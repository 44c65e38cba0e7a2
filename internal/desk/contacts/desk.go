// Package contacts is the front door: where concerns arrive, are screened and
// decided, each child by a clock that nothing pauses.
package contacts

import (
	"cmp"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

// Desk is the front door's desk.
type Desk struct {
	Record  *record.Record
	printer *web.Printer // of letters; nil where no PDFs are made
}

// New makes the desk.
func New(r *record.Record) *Desk { return &Desk{Record: r} }

// Row is a contact as the desk keeps it, beside what the rules need.
type Row struct {
	pathway.Contact
	clusters     record.Clusters // which records its children are read with
	reach        pathway.Reach   // how its referrer is told, when something is decided
	State        pathway.State
	SourceName   string
	SenderRef    string
	Organisation string
	Referrer     Referrer
	RecordedAt   civil.Instant
	RiskTool     string
	Ticks        []string
	Judgement    string
	RAGReason    string
	WhereNow     string
	Words        string
	LevelAsked   string
	Answers      string
	Completeness int
	IntakeID     string
	Conceal      access.Concealment
	WorkingOn    string
	WorkingName  string
	OpenedAt     civil.Instant
	ScreenedAt   civil.Instant
	History      string // the sentence on what the history means
	DueAt        civil.Instant
	DecidedAt    civil.Instant
	Version      int64
	Kids         []Kid
}

// Kid is a child of the contact as described, and as linked.
type Kid struct {
	pathway.Child
	Position   int
	Described  person.Described
	PersonID   string
	MayBe      string
	ChildState string
	DecisionID string
	DecidedAt  civil.Instant
	Version    int64
	Band       person.Band // what the system found when the contact came, of what may be shown
	conceal    access.Concealment
	beside     Beside // what stood beside a link that the system made
}

// Name is what the child is called here: a name, or how they were described.
func (k Kid) Name() string {
	switch d := k.Described; {
	case d.Given != "" && d.Family != "":
		return d.Given + " " + d.Family
	case d.Given != "" || d.Family != "" || d.KnownAs != "":
		return d.Given + d.Family + orWord(d.Given+d.Family == "", d.KnownAs)
	case d.Unborn:
		return "Unborn child"
	case d.Words != "":
		return d.Words
	}
	return "Child, name not given"
}

func orWord(yes bool, s string) string {
	if yes {
		return s
	}
	return ""
}

// AgeWords is the child's age on a day: "7", "about 3", "unborn", "under 1" or "".
func (k Kid) AgeWords(on civil.Date) string {
	d := k.Described
	switch {
	case d.Unborn:
		return "unborn"
	case !d.Born.IsZero() && d.Born.Age(on) == 0:
		return "under 1"
	case !d.Born.IsZero():
		return fmt.Sprint(d.Born.Age(on))
	case d.AgeStated >= 0:
		return fmt.Sprintf("about %d", d.AgeStated)
	}
	return ""
}

// Kid finds one of the contact's children.
func (r *Row) Kid(id string) (*Kid, bool) {
	for i := range r.Kids {
		if r.Kids[i].ID == id {
			return &r.Kids[i], true
		}
	}
	return nil, false
}

var (
	findContact = db.SQL("contacts.find", `
		SELECT id, ref, channel, source_kind, source_name, sender_ref, organisation_id,
			referrer_id, referrer_name, referrer_role, referrer_email, referrer_phone,
			incident_at, reported_at, graded_at, sent_at, received_at, recorded_at, grade, risk_tool, risk_ticks, judgement,
			state, danger, rag, rag_reason, where_now, words, level_asked, answers, completeness, intake_id, conceal,
			working_on, working_on_name, opened_at, screened_at, history_read_at, history_sentence, consent,
			due_at, decided_at, version,
			COALESCE((SELECT i.state FROM intake i WHERE i.id = contact.intake_id AND i.authority_id = contact.authority_id), ''),
			COALESCE((SELECT n.reason FROM consent n WHERE n.contact_id = contact.id AND n.authority_id = contact.authority_id
				ORDER BY n.recorded_at DESC, n.id DESC LIMIT 1), '')
		FROM contact
		WHERE (id = $1 OR ref = $1) AND authority_id = $2`)
	findKids = db.SQL("contacts.find-children", `
		SELECT cc.id, cc.position, cc.named, cc.given, cc.middle, cc.family, cc.known_as, cc.described, cc.sex, cc.born,
			cc.born_estimated, cc.age_stated, cc.expected, cc.unborn, cc.nhs, cc.upn, cc.phone, cc.address, cc.postcode, cc.school,
			cc.parents, cc.person_id, cc.link, cc.may_be, cc.conceal, cc.outcome, cc.decision_id, cc.decided_at, cc.state, cc.version, cc.band, cc.ethnicity,
			COALESCE((SELECT CASE WHEN e.worker_id <> '' THEN e.worker_id ELSE e.interim_owner_id END FROM episode e
				WHERE e.person_id = cc.person_id AND e.authority_id = cc.authority_id AND e.kind = 'referral' AND e.state = 'open'
					AND e.contact_id <> cc.contact_id AND cc.person_id <> '' ORDER BY e.decided_at DESC LIMIT 1), ''),
			EXISTS (SELECT 1 FROM episode e
				WHERE e.person_id = cc.person_id AND e.authority_id = cc.authority_id AND e.kind = 'early_help' AND e.state = 'open'
					AND e.contact_id <> cc.contact_id AND cc.person_id <> '')
		FROM contact_child cc
		WHERE cc.contact_id = $1 AND cc.authority_id = $2
		ORDER BY cc.position`)
)

// load reads a contact by id or public reference with its children. What does not
// exist is refused in the same words as what is concealed.
func load(ctx context.Context, q db.Queryer, authority, id string, now civil.Instant) (*Row, error) {
	r, err := db.One(ctx, q, scanRow, findContact, id, authority)
	if db.NotFound(err) {
		return nil, refusal.Hidden()
	}
	if err != nil {
		return nil, err
	}
	r.Kids, err = db.Collect(ctx, q, scanKid, findKids, r.ID, authority)
	if err != nil {
		return nil, err
	}
	if err := r.readClusters(ctx, q, authority); err != nil {
		return nil, err
	}
	on := r.ReceivedAt.Date()
	for i := range r.Kids {
		k := &r.Kids[i]
		k.Conceal = k.conceal != access.Unrestricted
		k.Unborn, k.Born, k.Age = k.Described.Unborn, k.Described.Born, k.Described.AgeStated
		if !k.Described.Born.IsZero() {
			k.Age = k.Described.Born.Age(on)
		}
		r.Contact.Children = append(r.Contact.Children, k.Child)
	}
	return &r, nil
}

func scanRow(r *sql.Rows, c *Row) error {
	var ticks, source, intake string
	var historyAt civil.Instant
	err := r.Scan(&c.ID, &c.Ref, &c.Channel, &source, &c.SourceName, &c.SenderRef, &c.Organisation,
		&c.Referrer.ID, &c.Referrer.Name, &c.Referrer.Role, &c.Referrer.Email, &c.Referrer.Phone,
		&c.IncidentAt, &c.ReportedAt, &c.GradedAt, &c.SentAt, &c.ReceivedAt, &c.RecordedAt, &c.Grade, &c.RiskTool, &ticks, &c.Judgement,
		&c.State, &c.Danger, &c.RAG, &c.RAGReason, &c.WhereNow, &c.Words, &c.LevelAsked, &c.Answers, &c.Completeness, &c.IntakeID, &c.Conceal,
		&c.WorkingOn, &c.WorkingName, &c.OpenedAt, &c.ScreenedAt, &historyAt, &c.History, &c.Consent,
		&c.DueAt, &c.DecidedAt, &c.Version, &intake, &c.ConsentReason)
	if err != nil {
		return err
	}
	c.Source, c.ReferrerEmail = pathway.Agency(source), c.Referrer.Email
	c.Screened, c.HistoryRead, c.Unreadable = !c.ScreenedAt.IsZero(), !historyAt.IsZero(), intake == "unreadable"
	if ticks != "" {
		if err := json.Unmarshal([]byte(ticks), &c.Ticks); err != nil {
			return fmt.Errorf("read the ticks of contact %s: %w", c.Ref, err)
		}
	}
	return nil
}

func scanKid(r *sql.Rows, k *Kid) error {
	var age sql.NullInt64
	var parents string
	d := &k.Described
	err := r.Scan(&k.ID, &k.Position, &k.Named, &d.Given, &d.Middle, &d.Family, &d.KnownAs, &d.Words, &d.Sex, &d.Born,
		&d.BornEstimated, &age, &d.Expected, &d.Unborn, &d.NHS, &d.UPN, &d.Phone, &d.Address, &d.Postcode, &d.School,
		&parents, &k.PersonID, &k.Link, &k.MayBe, &k.conceal, &k.Outcome, &k.DecisionID, &k.DecidedAt, &k.ChildState, &k.Version, &k.Band, &d.Ethnicity, &k.OpenTo, &k.EarlyHelp)
	if err != nil {
		return err
	}
	d.AgeStated = -1
	if age.Valid {
		d.AgeStated = int(age.Int64)
	}
	d.Parents, err = record.ReadNames(parents)
	return err
}

// readClusters finds which other records its children are read with, and what is open
// under those. Of two open referrals the one that was named when the records were
// joined answers for the child.
func (r *Row) readClusters(ctx context.Context, q db.Queryer, authority string) error {
	var ids []string
	for _, k := range r.Kids {
		for _, id := range []string{k.PersonID, k.MayBe} {
			if id != "" {
				ids = append(ids, id)
			}
		}
	}
	var err error
	if r.clusters, err = record.FindClusters(ctx, q, authority, ids); err != nil || len(r.clusters) == 0 {
		return err
	}
	for i := range r.Kids {
		k := &r.Kids[i]
		if k.PersonID == "" || len(r.clusters.All(k.PersonID)) == 1 {
			continue
		}
		work, err := record.FindOpenWork(ctx, q, authority, r.clusters.All(k.PersonID))
		if err != nil {
			return err
		}
		k.OpenTo, k.EarlyHelp = "", false
		for _, w := range work {
			switch {
			case w.Contact == r.ID:
			case w.Kind == "early_help":
				k.EarlyHelp = true
			case k.OpenTo == "" || w.Leads:
				k.OpenTo = cmp.Or(w.WorkerID, w.InterimID)
			}
		}
	}
	return nil
}

// about says what a contact is about, for the access rules: its children's
// persons and the restrictions on them.
func (r *Row) about(ctx context.Context, q db.Queryer, authority string) (access.About, error) {
	a := access.About{Kind: "contact", ID: r.Ref, Authority: authority, AgencyID: r.Organisation, ReferrerID: r.Referrer.ID,
		Live: r.DecidedAt.IsZero(), Conceal: r.Conceal}
	for _, k := range r.Kids {
		if k.PersonID != "" {
			a.Persons = append(a.Persons, r.clusters.All(k.PersonID)...)
		}
		if k.MayBe != "" && k.MayBe != k.PersonID {
			a.Persons = append(a.Persons, r.clusters.All(k.MayBe)...)
		}
	}
	closed, err := record.Restrictions(ctx, q, authority, a.Persons)
	if err != nil {
		return a, err
	}
	return record.Close(a, closed), nil
}

// open loads a contact for a change and asks for permission.
func open(ctx context.Context, tx *record.Tx, id string, act access.Action) (*Row, error) {
	r, err := load(ctx, tx, tx.Authority, id, tx.Now)
	if err != nil {
		return nil, errorsWithAsk(tx, act, err)
	}
	about, err := r.about(ctx, tx, tx.Authority)
	if err != nil {
		return nil, err
	}
	return r, tx.Allow(act, about)
}

// errorsWithAsk has a miss go through the same permission as a hit, so that the
// trail shows who tried.
func errorsWithAsk(tx *record.Tx, act access.Action, err error) error {
	if refusal.KindOf(err) == refusal.NotFound {
		if denied := tx.Allow(act, access.About{}); denied != nil {
			return denied
		}
	}
	return err
}

// subject is how the trail and the waits know the contact.
func (r *Row) subject() record.Subject {
	return record.Subject{Kind: "contact", Ref: r.Ref, Contact: r.ID}
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
