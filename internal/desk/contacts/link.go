package contacts

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

// Linked is what a one-time link shows: the question, who the child is, and
// nothing else of the record.
type Linked struct {
	Authority, Child, Ref, Question, Why, Basis string
	Born                                        civil.Date
	Due                                         civil.Instant
	Guard                                       *Guarding // a code is needed first: nothing of the child is shown
}

// Guarding is what somebody sees who opens the link of a guarded question: whom the code
// goes to, so far as that helps to find it.
type Guarding struct {
	Name, Address string // the named contact, and the address with most of it left out
	Until         civil.Instant
	Locked        bool
	Left          int // tries
	MoreCodes     bool
}

// linked is a question found by the word of its link, or of the page that a right code
// leads to.
type linked struct {
	contact, child, question, why, basis, ref, authority, id, asker string
	organisation, agency, state                                     string
	due, expires                                                    civil.Instant
	guarded                                                         bool
	name, address, code                                             string
	guard                                                           pathway.Guard
	byPass                                                          bool
	passEnds                                                        civil.Instant
}

var (
	tokenAuthority = db.SQL("contacts.authority-of-token", `
		SELECT authority_id, id FROM information_request WHERE token_hash = $1 AND token_hash <> ''
		UNION ALL SELECT authority_id, request_id FROM link_guard WHERE pass_hash = $1 AND pass_hash <> ''`)
	linkedQuestion = db.SQL("contacts.linked-question", `
		SELECT q.contact_id, q.child_id, q.question, q.why, q.basis, q.due_at, q.expires_at, c.ref, t.name, q.id, q.asked_by, q.organisation_id, q.agency, q.state,
			g.request_id IS NOT NULL, COALESCE(g.name, ''), COALESCE(g.address, ''), COALESCE(g.code_id, ''), g.code_ends_at, COALESCE(g.codes, 0), COALESCE(g.tries, 0), g.locked_at IS NOT NULL,
			COALESCE(g.pass_hash, '') = $3, g.pass_ends_at
		FROM information_request q
		JOIN contact c ON c.id = q.contact_id AND c.authority_id = q.authority_id
		JOIN authority t ON t.authority_id = q.authority_id
		LEFT JOIN link_guard g ON g.request_id = q.id AND g.authority_id = q.authority_id
		WHERE q.id = $1 AND q.authority_id = $2 AND q.token_hash <> '' AND (q.token_hash = $3 OR COALESCE(g.pass_hash, '') = $3)`)
	setCode = db.SQL("contacts.set-code", `
		UPDATE link_guard SET code_id = $3, code_ends_at = $4, codes = $5 WHERE request_id = $1 AND authority_id = $2 AND codes = $6 AND locked_at IS NULL`)
	setTries = db.SQL("contacts.set-tries", `
		UPDATE link_guard SET tries = $3, locked_at = $4, code_ends_at = CASE WHEN $5 THEN NULL ELSE code_ends_at END, pass_hash = CASE WHEN $5 THEN '' ELSE pass_hash END
		WHERE request_id = $1 AND authority_id = $2 AND tries = $6 AND locked_at IS NULL`)
	setPass = db.SQL("contacts.set-pass", `
		UPDATE link_guard SET pass_hash = $3, pass_ends_at = $4, code_id = '', code_ends_at = NULL WHERE request_id = $1 AND authority_id = $2 AND locked_at IS NULL`)
	addGuard = db.InsertInto("contacts.add-guard", "link_guard", "request_id, authority_id, why, name, address", "")
	namedOf  = db.SQL("contacts.named-contact", `
		SELECT name, address FROM organisation_contact WHERE organisation_id = $1 AND authority_id = $2 AND ended_at IS NULL ORDER BY begun_at DESC, id DESC LIMIT 1`)
	accountsOf = db.SQL("contacts.accounts-of-organisation", `SELECT count(*) FROM user_account WHERE organisation_id = $1 AND authority_id = $2 AND disabled_at IS NULL`)
)

// linkActor is who acts through a one-time link: nobody signed in, and nothing but
// that one question.
func (d *Desk) linkActor(ctx context.Context, token string) (who access.Actor, request string, err error) {
	who = access.Actor{ID: "link", Name: "one-time link", AgencyID: "link", Roles: []access.Role{access.Public}}
	err = d.Record.DB.Read(ctx, func(q db.Queryer) error {
		err := q.QueryRowContext(ctx, tokenAuthority, hashOf([]byte(token))).Scan(&who.Authority, &request)
		if db.NotFound(err) {
			return refusal.Hidden()
		}
		who.ID = "link " + request
		return err
	})
	return who, request, err
}

// findLinked loads the question of a link and asks for permission. It refuses a link that
// has ended.
func findLinked(ctx context.Context, q db.Queryer, who access.Actor, request, token string, now civil.Instant, allow func(access.Action, access.About) error) (linked, error) {
	var l linked
	err := q.QueryRowContext(ctx, linkedQuestion, request, who.Authority, hashOf([]byte(token))).Scan(&l.contact, &l.child, &l.question, &l.why, &l.basis, &l.due, &l.expires, &l.ref, &l.authority, &l.id, &l.asker,
		&l.organisation, &l.agency, &l.state, &l.guarded, &l.name, &l.address, &l.code, &l.guard.Ends, &l.guard.Codes, &l.guard.Tries, &l.guard.Locked, &l.byPass, &l.passEnds)
	if err != nil && !db.NotFound(err) {
		return l, err
	}
	if denied := allow(access.AnswerRequest, access.About{Kind: "request", ID: request, Authority: who.Authority, AgencyID: who.AgencyID}); denied != nil {
		return l, denied
	}
	switch {
	case db.NotFound(err):
		return l, refusal.Hidden()
	case now.After(l.expires):
		return l, refusal.New(refusal.NotFound, "This link has ended. Ask the front door for a new one")
	case l.byPass && !now.Before(l.passEnds):
		return l, refusal.New(refusal.NotFound, "This page has ended. Open the link you were sent again, and ask for a new code")
	}
	return l, nil
}

// closed says that a code is needed before anything of the question is shown.
func (l linked) closed() bool { return l.guarded && !l.byPass }

func (l linked) rule() pathway.Contact { return pathway.Contact{ID: l.contact, Ref: l.ref} }

func (l linked) subject() record.Subject {
	return record.Subject{Kind: "request", Ref: l.ref, Contact: l.contact}
}

// opensAnHour is how often one link may be opened in an hour, and unknownAnHour how many
// links that are not there one network may try before it has to wait.
const (
	opensAnHour   = 60
	unknownAnHour = 20
)

// OpenLink shows the question behind a one-time link, and notes who looked and when it
// was first opened. Of a guarded question it shows that a code is needed and nothing
// more. network is where the request comes from: it has to wait after trying many links
// that are not there.
func (d *Desk) OpenLink(ctx context.Context, token, network string) (Linked, error) {
	var out Linked
	who, request, err := d.knownLink(ctx, token, network)
	if err != nil {
		return out, err
	}
	if err := d.Record.Within(ctx, "open link "+request, opensAnHour, time.Hour); err != nil {
		return out, err
	}
	first := false
	err = d.Record.Look(ctx, who, access.PurposeOwn, func(v *record.View) error {
		l, err := findLinked(ctx, v, who, request, token, v.Now, v.Allow)
		if err != nil {
			return err
		}
		first = l.state == "sent" && !l.closed()
		out = Linked{Authority: l.authority, Ref: l.ref, Due: l.due}
		if l.closed() {
			v.Saw("that a question needs a code", l.ref)
			out.Guard = &Guarding{Name: l.name, Address: Hint(l.address), Until: l.guard.Ends, Locked: l.guard.Locked, Left: pathway.CodeTries - l.guard.Tries, MoreCodes: l.guard.Codes < pathway.CodesMost}
			return nil
		}
		out.Question, out.Why, out.Basis = l.question, l.why, l.basis
		v.Saw("question by link", l.ref)
		return out.readChild(ctx, v, l.contact, l.child)
	})
	if err != nil || !first {
		return out, err
	}
	return out, d.Record.Do(ctx, who, func(tx *record.Tx) error {
		l, err := findLinked(ctx, tx, who, request, token, tx.Now, tx.Allow)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, setRequestOpened, l.id, tx.Authority, tx.Now); err != nil {
			return err
		}
		return tx.Apply(ctx, l.subject(), "open a question by link", pathway.Consequences{})
	})
}

// readChild reads who a question is about, and notes the look under their reference.
func (out *Linked) readChild(ctx context.Context, v *record.View, contact, child string) error {
	r, err := load(ctx, v, v.Authority, contact, v.Now)
	if err != nil {
		return err
	}
	k, ok := r.Kid(child)
	if !ok {
		return refusal.Hidden()
	}
	out.Child, out.Born = k.Name(), k.Described.Born
	if k.PersonID == "" {
		return nil
	}
	known, err := record.Persons(ctx, v, v.Authority, []string{k.PersonID})
	if p, ok := known[k.PersonID]; ok {
		v.Saw("question by link", p.Ref)
	}
	return err
}

// knownLink finds a link's question, and slows down whoever tries words that lead nowhere.
func (d *Desk) knownLink(ctx context.Context, token, network string) (who access.Actor, request string, err error) {
	name := "unknown link " + hashOf([]byte(network))
	if err := d.Record.Held(ctx, name); err != nil {
		return who, "", err
	}
	who, request, err = d.linkActor(ctx, token)
	if refusal.KindOf(err) == refusal.NotFound {
		if failed := d.Record.Failed(ctx, name, unknownAnHour); failed != nil {
			return who, "", failed
		}
	}
	return who, request, err
}

// Hint is an address with enough of it to know which one it is: "j…@vale.example", "the
// number that ends in 123".
func Hint(address string) string {
	name, domain, ok := strings.Cut(address, "@")
	if !ok {
		return "the number that ends in " + address[max(0, len(address)-3):]
	}
	first := []rune(name)
	return string(first[:min(1, len(first))]) + "…@" + domain
}

// SendCode sends a new code to the named contact of the organisation. The one before no
// longer opens.
func (d *Desk) SendCode(ctx context.Context, token, network string) error {
	who, request, err := d.knownLink(ctx, token, network)
	if err != nil {
		return err
	}
	return d.Record.Do(ctx, who, func(tx *record.Tx) error {
		l, err := findLinked(ctx, tx, who, request, token, tx.Now, tx.Allow)
		if err != nil {
			return err
		}
		if !l.closed() {
			return refusal.New(refusal.Conflict, "This question needs no code")
		}
		g, err := l.guard.SendCode(tx.Now)
		if err != nil {
			return err
		}
		code := tx.NewID()
		n, err := db.Changed(tx.ExecContext(ctx, setCode, l.id, tx.Authority, code, g.Ends, g.Codes, l.guard.Codes))
		if err != nil {
			return err
		}
		if n == 0 {
			return refusal.New(refusal.Conflict, "Another code was sent meanwhile. Use that one")
		}
		return tx.Apply(ctx, l.subject(), "send a code for a question", l.rule().CodeSent(code, l.address, g.Ends))
	})
}

// TryCode takes a code. The right one gives the word of a page that shows the question
// and takes the answer, for half an hour; the link itself goes on needing a code. A wrong
// one is counted, and the fifth locks the link and tells whoever asked.
func (d *Desk) TryCode(ctx context.Context, token, typed, network string) (pass string, err error) {
	who, request, err := d.knownLink(ctx, token, network)
	if err != nil {
		return "", err
	}
	var wrong error
	err = d.Record.Do(ctx, who, func(tx *record.Tx) error {
		pass, wrong = "", nil
		l, err := findLinked(ctx, tx, who, request, token, tx.Now, tx.Allow)
		if err != nil {
			return err
		}
		if !l.closed() {
			return refusal.New(refusal.Conflict, "This question needs no code")
		}
		g, opens, said := l.guard.Try(tx.RightCode(l.code, typed), tx.Now)
		if !opens {
			if wrong = said; g == l.guard {
				return said // nothing was counted
			}
			return l.wrongCode(ctx, tx, g)
		}
		pass = record.NewSecret(40)
		if _, err := tx.ExecContext(ctx, setPass, l.id, tx.Authority, hashOf([]byte(pass)), tx.Now.Add(pathway.PassLife)); err != nil {
			return err
		}
		return tx.Apply(ctx, l.subject(), "right code for a question", pathway.Consequences{})
	})
	if err != nil {
		return "", err
	}
	return pass, wrong
}

// wrongCode keeps a wrong try, which must outlive the refusal.
func (l linked) wrongCode(ctx context.Context, tx *record.Tx, g pathway.Guard) error {
	var locked civil.Instant
	next, words := pathway.Consequences{}, "wrong code for a question"
	if g.Locked {
		locked, next, words = tx.Now, l.rule().Locked(l.id, l.asker), "link of a question locked after five wrong codes"
	}
	n, err := db.Changed(tx.ExecContext(ctx, setTries, l.id, tx.Authority, g.Tries, locked, g.Locked, l.guard.Tries))
	if err != nil {
		return err
	}
	if n == 0 {
		return refusal.New(refusal.Conflict, "Another code was tried meanwhile. Open the link again")
	}
	return tx.Apply(ctx, l.subject(), words, next)
}
