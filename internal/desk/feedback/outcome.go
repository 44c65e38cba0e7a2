package feedback

import (
	"context"
	"strings"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
)

// Outcome is what a referrer reads behind their link: our reference, when they told us,
// and the sentences that anybody of them may read. No child is named.
type Outcome struct {
	Ref       string
	Ours      string
	Calls     string
	Received  civil.Instant
	Sentences []string
}

var (
	wordOf = db.SQL("feedback.word", `
		SELECT f.authority_id, f.contact_id, f.word_ends_at, f.read_at, c.ref, c.received_at, c.source_kind, a.name, a.phone,
			COALESCE((SELECT string_agg(cc.outcome, ',') FROM contact_child cc WHERE cc.contact_id = c.id AND cc.authority_id = c.authority_id AND cc.outcome <> ''), '')
		FROM feedback f
		JOIN contact c ON c.id = f.contact_id AND c.authority_id = f.authority_id
		JOIN authority a ON a.authority_id = f.authority_id
		WHERE f.word_hash = $1 AND f.word_hash <> '' ORDER BY f.id LIMIT 1`)
)

// unknownAnHour is how many links that are not there one network may try before it has
// to wait.
const unknownAnHour = 20

// errOver is the one answer to a link that is not there, has ended, or shows nothing any more.
var errOver = refusal.New(refusal.NotFound, "This link has ended. Call the front door and say your reference")

// Outcome shows what a link opens, and notes when it was first opened: whoever has read it
// is told. What is shown is what is decided now, also when it was decided again since.
func (d *Desk) Outcome(ctx context.Context, word, network string) (Outcome, error) {
	var out Outcome
	name := "unknown outcome " + record.HashWord(network)
	if err := d.Record.Held(ctx, name); err != nil {
		return out, err
	}
	var authority, contact, source, outcomes string
	var ends, read civil.Instant
	var why pathway.NotTold
	err := d.Record.DB.Read(ctx, func(q db.Queryer) error {
		out = Outcome{}
		err := q.QueryRowContext(ctx, wordOf, record.HashWord(word)).Scan(&authority, &contact, &ends, &read, &out.Ref, &out.Received, &source, &out.Ours, &out.Calls, &outcomes)
		if err == nil {
			why, err = record.Silent(ctx, q, authority, contact)
		}
		return err
	})
	switch {
	case db.NotFound(err):
		if failed := d.Record.Failed(ctx, name, unknownAnHour); failed != nil {
			return Outcome{}, failed
		}
		return Outcome{}, errOver
	case err != nil:
		return Outcome{}, err
	case why != "" || d.Record.Now().After(ends):
		return Outcome{}, errOver
	}
	if err := d.Record.Within(ctx, "open outcome "+contact, 60, time.Hour); err != nil {
		return Outcome{}, err
	}
	c := pathway.Contact{Source: pathway.Agency(source)}
	for _, o := range strings.FieldsFunc(outcomes, func(r rune) bool { return r == ',' }) {
		c.Children = append(c.Children, pathway.Child{Outcome: pathway.Outcome(o)})
	}
	out.Sentences = c.OutcomeSentences()
	who := access.Actor{ID: "link " + contact, Name: "the referrer", Authority: authority, AgencyID: "link", Roles: []access.Role{access.Public}}
	about := access.About{Kind: "outcome", ID: out.Ref, Authority: authority, AgencyID: who.AgencyID}
	if !read.IsZero() {
		return out, d.Record.Look(ctx, who, access.PurposeOwn, func(v *record.View) error {
			v.Saw("outcome by link", out.Ref)
			return v.Allow(access.ReadOutcome, about)
		})
	}
	return out, d.Record.Do(ctx, who, func(tx *record.Tx) error {
		if err := tx.Allow(access.ReadOutcome, about); err != nil {
			return err
		}
		return tx.ReferrerRead(ctx, []record.ReadBy{{Contact: contact, Ref: out.Ref}}, pathway.ByOwnLink)
	})
}
