package record

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
	"strings"

	"frontdoor/internal/pathway"
)

// newCodeKey is a key for as long as this process runs.
func newCodeKey() []byte {
	key := make([]byte, sha256.Size)
	if _, err := rand.Read(key); err != nil {
		panic(fmt.Sprintf("record: no randomness: %v", err))
	}
	return key
}

// SetCodeKey has codes worked out with a key of the installation, so that they outlive a
// start and are the same in every process. Without it they last as long as the process.
func (r *Record) SetCodeKey(key []byte) { r.codeKey = key }

// Code is the six digits that belong to an id. They stand nowhere: whoever reads the
// whole database, with its outbox and its copies, cannot work them out without the key.
func (r *Record) Code(id string) string {
	h := hmac.New(sha256.New, r.codeKey)
	h.Write([]byte("code " + id))
	n := binary.BigEndian.Uint64(h.Sum(nil)) % 1_000_000 // of 2^64: no digit is likelier in a way that counts
	return fmt.Sprintf("%0*d", pathway.CodeDigits, n)
}

// FillCode puts the code in the place of its id at the beginning of a notice's text.
func (r *Record) FillCode(text string) string {
	id, rest, _ := strings.Cut(text, " ")
	return r.Code(id) + ". " + rest
}

// RightCode says whether what somebody typed is the code of an id, as people type: with
// spaces or without. It takes the same time whatever was typed.
func (tx *Tx) RightCode(id, typed string) bool {
	typed = strings.Join(strings.Fields(typed), "")
	return id != "" && subtle.ConstantTimeCompare([]byte(tx.record.Code(id)), []byte(typed)) == 1
}
