package record

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"database/sql"
	"encoding/base64"
	"fmt"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/pathway"
	"frontdoor/internal/refusal"

	"golang.org/x/crypto/argon2"
)

var (
	findAccount = db.SQL("record.find-account", `
		SELECT id, authority_id, name, password_hash, organisation_id, organisation_kind, disabled_at, expires_at
		FROM user_account WHERE id = $1 AND authority_id = $2`)
	accountsByEmail = db.SQL("record.accounts-by-email", `
		SELECT id, authority_id, name, password_hash, organisation_id, organisation_kind, disabled_at, expires_at
		FROM user_account WHERE email = $1 ORDER BY authority_id`)
	rolesOf = db.SQL("record.roles-of-user", `
		SELECT role, team_id FROM user_role
		WHERE user_id = $1 AND authority_id = $2 AND begun_at <= $3 AND (ended_at IS NULL OR ended_at > $3)
		ORDER BY begun_at, role`)
	conflictsOf = db.SQL("record.conflicts-of-user", `
		SELECT person_id FROM person_conflict WHERE user_id = $1 AND authority_id = $2`)
	setSignedIn = db.SQL("record.set-signed-in", `
		UPDATE user_account SET last_sign_in_at = $3 WHERE id = $1 AND authority_id = $2`)
)

// account is somebody who can sign in.
type account struct {
	id, authority, name, hash string
	organisation, kind        string
	disabled, expires         civil.Instant
}

func scanAccount(r *sql.Rows, a *account) error {
	return r.Scan(&a.id, &a.authority, &a.name, &a.hash, &a.organisation, &a.kind, &a.disabled, &a.expires)
}

// FindActor reads who a person is and what they may do at this moment. A disabled
// or ended account is not found.
func (r *Record) FindActor(ctx context.Context, authority, id string) (access.Actor, error) {
	var who access.Actor
	err := r.DB.Read(ctx, func(q db.Queryer) error {
		a, err := db.One(ctx, q, scanAccount, findAccount, id, authority)
		if db.NotFound(err) {
			return refusal.New(refusal.SignIn, "Sign in to go on")
		}
		if err != nil {
			return err
		}
		who, err = r.actor(ctx, q, a)
		return err
	})
	return who, err
}

func (r *Record) actor(ctx context.Context, q db.Queryer, a account) (access.Actor, error) {
	now := r.Now()
	if !a.disabled.IsZero() || (!a.expires.IsZero() && !now.Before(a.expires)) {
		return access.Actor{}, refusal.New(refusal.SignIn, "Your account has ended. Ask the front door to extend it")
	}
	who := access.Actor{ID: a.id, Name: a.name, Authority: a.authority, AgencyID: a.organisation, AgencyKind: a.kind, Expires: a.expires}
	type roleRow struct {
		role access.Role
		team string
	}
	held, err := db.Collect(ctx, q, func(r *sql.Rows, x *roleRow) error { return r.Scan(&x.role, &x.team) }, rolesOf, a.id, a.authority, now)
	if err != nil {
		return who, err
	}
	for _, h := range held {
		if !who.Has(h.role) {
			who.Roles = append(who.Roles, h.role)
		}
		if h.team != "" {
			who.Teams = append(who.Teams, h.team)
		}
	}
	who.ReadOnly = who.Has(access.Inspector)
	who.Conflicts, err = db.Collect(ctx, q, func(r *sql.Rows, s *string) error { return r.Scan(s) }, conflictsOf, a.id, a.authority)
	return who, err
}

// The cost of a password: 19 MiB, two passes, one lane.
const (
	argonMemory = 19 * 1024
	argonPasses = 2
	argonLanes  = 1
	argonKey    = 32
	argonSalt   = 16
)

// HashPassword is what is kept of a password: argon2id with its own salt.
func HashPassword(password string) string {
	salt := make([]byte, argonSalt)
	if _, err := rand.Read(salt); err != nil {
		panic(fmt.Sprintf("record: no randomness: %v", err))
	}
	key := argon2.IDKey([]byte(password), salt, argonPasses, argonMemory, argonLanes, argonKey)
	enc := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s", argonMemory, argonPasses, argonLanes, enc.EncodeToString(salt), enc.EncodeToString(key))
}

// hashing lets at most four passwords be worked on at once: each takes 19 MiB.
var hashing = make(chan struct{}, 4)

// passwordIs compares in the same time whether or not the password is right. With
// no hash to compare it does the same work and says no.
func passwordIs(hash, password string) bool {
	hashing <- struct{}{}
	defer func() { <-hashing }()
	parts := strings.Split(hash, "$")
	salt, want := make([]byte, argonSalt), []byte(nil)
	if len(parts) == 6 {
		enc := base64.RawStdEncoding
		if s, err := enc.DecodeString(parts[4]); err == nil {
			salt = s
		}
		want, _ = enc.DecodeString(parts[5])
	}
	got := argon2.IDKey([]byte(password), salt, argonPasses, argonMemory, argonLanes, argonKey)
	return len(want) == len(got) && subtle.ConstantTimeCompare(want, got) == 1
}

// wrongSignIn is the same for every failure, so that nobody learns which e-mail
// addresses have an account.
var wrongSignIn = refusal.Field("email", "Check your e-mail address and password, and try again")

// SignIn checks a person's e-mail address and password. After five failures it
// makes the next tries wait, longer each time, by account and by network; it never
// locks anybody out for good.
func (r *Record) SignIn(ctx context.Context, email, password, network string) (access.Actor, error) {
	email = strings.ToLower(strings.TrimSpace(email))
	names := []string{"sign-in account " + BodyHash([]byte(email)), "sign-in network " + BodyHash([]byte(network))}
	for _, n := range names {
		if err := r.Held(ctx, n); err != nil {
			return access.Actor{}, err
		}
	}
	var found []account
	err := r.DB.Read(ctx, func(q db.Queryer) error {
		var err error
		found, err = db.Collect(ctx, q, scanAccount, accountsByEmail, email)
		return err
	})
	if err != nil {
		return access.Actor{}, err
	}
	if len(found) == 0 {
		passwordIs("", password)
	}
	for _, a := range found {
		if !passwordIs(a.hash, password) {
			continue
		}
		var who access.Actor
		err := r.DB.Write(ctx, func(q db.Queryer) error {
			var err error
			if who, err = r.actor(ctx, q, a); err != nil {
				return err
			}
			_, err = q.ExecContext(ctx, setSignedIn, a.id, a.authority, r.Now())
			return err
		})
		if err != nil {
			return access.Actor{}, wrongSignIn
		}
		return who, r.Clear(ctx, names[0])
	}
	for i, n := range names {
		free := freeTries
		if i == 1 {
			free = freeNetworkTries // many people share a network
		}
		if err := r.Failed(ctx, n, free); err != nil {
			return access.Actor{}, err
		}
	}
	return access.Actor{}, wrongSignIn
}

var setPassword = db.SQL("record.set-password", `
	UPDATE user_account SET password_hash = $3, version = version + 1
	WHERE id = $1 AND authority_id = $2 AND password_hash = $4`)

// ShortestPassword is the least length of a password, in characters.
const ShortestPassword = 15

// ChangePassword replaces one's own password.
func (r *Record) ChangePassword(ctx context.Context, who access.Actor, old, fresh string) error {
	if len([]rune(fresh)) < ShortestPassword {
		return refusal.Field("new", fmt.Sprintf("Password must be %d characters or more", ShortestPassword))
	}
	hash := HashPassword(fresh)
	return r.Do(ctx, who, func(tx *Tx) error {
		if err := tx.Allow(access.ChangeOwn, access.About{}); err != nil {
			return err
		}
		a, err := db.One(ctx, tx, scanAccount, findAccount, who.ID, tx.Authority)
		if err != nil {
			return err
		}
		if !passwordIs(a.hash, old) {
			return refusal.Field("old", "Enter your present password")
		}
		n, err := db.Changed(tx.ExecContext(ctx, setPassword, who.ID, tx.Authority, hash, a.hash))
		if err != nil {
			return err
		}
		if n == 0 {
			return refusal.New(refusal.Conflict, "Your password was changed meanwhile. Sign in again")
		}
		return tx.Apply(ctx, Subject{Kind: "user", Ref: who.ID}, "change own password", pathway.Consequences{})
	})
}
