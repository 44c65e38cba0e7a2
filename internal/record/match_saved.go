package record

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"frontdoor/internal/db"
	"frontdoor/internal/person"
	"frontdoor/internal/register"
)

var hashAt = db.SQL("record.trail-hash-at", `
	SELECT hash FROM trail WHERE seq = $1 AND authority_id = $2`)

// reached says how far of the record an index holds.
type reached struct {
	Seq int64  `json:"seq"` // place in the trail of the last change that was brought in
	ID  string `json:"id"`  // and whose it was
	// Hash is the trail's at that place, in what is saved. The trail is a chain, so this
	// is the whole history up to there: an index of another database, or of one that was
	// restored from before, is not taken for this one's.
	Hash string `json:"hash"`
}

// errOther says that a saved index is of another history.
var errOther = errors.New("the saved index is of another record")

// savedAt is where an authority's index is kept. Ids are spelled in hexadecimal, so
// that none is a path.
func savedAt(folder, authority string) string {
	return filepath.Join(folder, hex.EncodeToString([]byte(authority))+".index")
}

// save writes the index, for its owner alone: it holds names. It is written once after
// it was built, and at the end when anything was brought in since.
func (ix *index) save(ctx context.Context, q db.Queryer, folder, authority string, last bool) error {
	select {
	case <-ix.ready:
	default:
		return nil
	}
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if folder == "" || ix.err != nil || !ix.unsaved || ix.saved && !last || ix.Seq == 0 {
		return nil
	}
	at := ix.reached
	if err := q.QueryRowContext(ctx, hashAt, at.Seq, authority).Scan(&at.Hash); err != nil {
		return fmt.Errorf("find how far the index reaches: %w", err)
	}
	text, err := json.Marshal(at)
	if err != nil {
		return err
	}
	path := savedAt(folder, authority)
	f, err := os.OpenFile(path+".part", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if err := errors.Join(ix.Snapshot(f, string(text)), f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path+".part"))
	}
	if err := os.Rename(path+".part", path); err != nil {
		return err
	}
	ix.saved, ix.unsaved = true, false
	return nil
}

// load reads a saved index and brings in what came after it. It refuses one of another
// history, of another version of the matcher, or that is not whole.
func (ix *index) load(ctx context.Context, q db.Queryer, folder, authority string, model *person.Model) error {
	f, err := os.Open(savedAt(folder, authority))
	if err != nil {
		return err
	}
	defer f.Close()
	reg, text, err := register.Load(f, model)
	if err != nil {
		return err
	}
	var at reached
	if err := json.Unmarshal([]byte(text), &at); err != nil {
		return fmt.Errorf("read how far the saved index reaches: %w", err)
	}
	var hash string
	err = q.QueryRowContext(ctx, hashAt, at.Seq, authority).Scan(&hash)
	if db.NotFound(err) || err == nil && hash != at.Hash {
		return errOther
	}
	if err != nil {
		return err
	}
	ix.Register, ix.reached, ix.saved = reg, at, true
	return nil
}
