package record

import (
	"context"
	"database/sql"
	"fmt"

	"frontdoor/internal/db"
	"frontdoor/internal/person"
)

// searchEdition is raised when person.SearchKeys changes: everybody indexed with an
// earlier one is indexed again by MakeSearchable.
const searchEdition = 1

var (
	addSearchWord = db.InsertInto("record.add-search-word", "search_word", "kind, word, authority_id, person_id", "ON CONFLICT DO NOTHING")
	searchWordsOf = db.SQL("record.search-words-of", `
		SELECT kind, word FROM search_word WHERE person_id = $1 AND authority_id = $2`)
	dropSearchWord = db.SQL("record.drop-search-word", `
		DELETE FROM search_word WHERE kind = $1 AND word = $2 AND authority_id = $3 AND person_id = $4`)
	countTerm = db.SQL("record.count-search-term", `
		INSERT INTO search_term (word, authority_id, letter, sound, bearers) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (word, authority_id) DO UPDATE SET bearers = search_term.bearers + excluded.bearers`)
	setSearchable = db.SQL("record.set-searchable", `
		UPDATE person SET searchable = $3 WHERE id = $1 AND authority_id = $2`)
	notSearchable = db.SQL("record.not-searchable", `
		SELECT id, authority_id FROM person WHERE searchable < $1 AND authority_id <> '' ORDER BY searchable, authority_id LIMIT $2`)
)

// indexSearch keeps what the search box finds a person by in step with what is known of
// them. It writes only what changed, and may run again.
func indexSearch(ctx context.Context, q db.Queryer, authority string, p person.Person) error {
	had, err := db.Collect(ctx, q, func(r *sql.Rows, k *person.SearchKey) error { return r.Scan(&k.Kind, &k.Word) }, searchWordsOf, p.ID, authority)
	if err != nil {
		return err
	}
	old := make(map[person.SearchKey]bool, len(had))
	for _, k := range had {
		old[k] = true
	}
	var add [][]any
	for _, k := range person.SearchKeys(p) {
		if old[k] {
			delete(old, k)
			continue
		}
		add = append(add, []any{k.Kind, k.Word, authority, p.ID})
		if err := bear(ctx, q, authority, k, 1); err != nil {
			return err
		}
	}
	for k := range old {
		if _, err := q.ExecContext(ctx, dropSearchWord, k.Kind, k.Word, authority, p.ID); err != nil {
			return fmt.Errorf("drop a search word of person %s: %w", p.ID, err)
		}
		if err := bear(ctx, q, authority, k, -1); err != nil {
			return err
		}
	}
	if err := addSearchWord.Exec(ctx, q, add...); err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, setSearchable, p.ID, authority, searchEdition)
	return err
}

// bear counts one more, or one less, who bears a word.
func bear(ctx context.Context, q db.Queryer, authority string, k person.SearchKey, n int) error {
	if k.Kind != person.SearchName {
		return nil
	}
	_, err := q.ExecContext(ctx, countTerm, k.Word, authority, string([]rune(k.Word)[:1]), person.Sound(k.Word), n)
	if err != nil {
		return fmt.Errorf("count a name: %w", err)
	}
	return nil
}

// searchBatch is how many persons are made searchable in one transaction.
const searchBatch = 500

// MakeSearchable indexes everybody who was recorded before the search box knew its
// present words. It does nothing when there is nobody, may be cut and run again, and
// says how many it did.
func (r *Record) MakeSearchable(ctx context.Context) (int, error) {
	type who struct{ id, authority string }
	done := 0
	for {
		n := 0
		err := r.DB.Write(ctx, func(q db.Queryer) error {
			todo, err := db.Collect(ctx, q, func(r *sql.Rows, w *who) error { return r.Scan(&w.id, &w.authority) }, notSearchable, searchEdition, searchBatch)
			if err != nil {
				return err
			}
			n = len(todo)
			ids := map[string][]string{}
			for _, w := range todo {
				ids[w.authority] = append(ids[w.authority], w.id)
			}
			for authority, list := range ids {
				known, err := Persons(ctx, q, authority, list)
				if err != nil {
					return err
				}
				for _, id := range list {
					if err := indexSearch(ctx, q, authority, known[id].Person); err != nil {
						return err
					}
				}
			}
			return nil
		})
		if err != nil || n == 0 {
			return done, err
		}
		done += n
	}
}
