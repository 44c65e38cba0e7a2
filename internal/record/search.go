package record

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"frontdoor/internal/db"
	"frontdoor/internal/person"
)

// searchEdition is raised when person.SearchKeys changes: everybody indexed with an
// earlier one is indexed again by MakeSearchable.
const searchEdition = 1

var (
	addSearchWord = db.InsertInto("record.add-search-word", "search_word", "kind, word, authority_id, person_id", "ON CONFLICT DO NOTHING")
	searchWordsOf = db.SQL("record.search-words-of", `
		SELECT person_id, kind, word FROM search_word WHERE person_id IN (:list($1)) AND authority_id = $2`)
	dropSearchWord = db.SQL("record.drop-search-word", `
		DELETE FROM search_word WHERE kind = $1 AND word = $2 AND authority_id = $3 AND person_id = $4`)
	countTerms = db.InsertInto("record.count-search-terms", "search_term", "word, authority_id, letter, sound, bearers",
		"ON CONFLICT (word, authority_id) DO UPDATE SET bearers = search_term.bearers + excluded.bearers")
	setSearchable = db.SQL("record.set-searchable", `
		UPDATE person SET searchable = $3 WHERE id IN (:list($1)) AND authority_id = $2`)
	notSearchable = db.SQL("record.not-searchable", `
		SELECT id, authority_id FROM person WHERE searchable < $1 AND authority_id <> '' ORDER BY searchable, authority_id LIMIT $2`)
)

// hasWord is a word that somebody is found by.
type hasWord struct {
	id string
	person.SearchKey
}

// indexSearch keeps what the search box finds people by in step with what is known of
// them. It writes only what changed, and may run again.
func indexSearch(ctx context.Context, q db.Queryer, authority string, people ...person.Person) error {
	ids := make([]string, len(people))
	for i, p := range people {
		ids[i] = p.ID
	}
	had, err := db.Collect(ctx, q, func(r *sql.Rows, w *hasWord) error { return r.Scan(&w.id, &w.Kind, &w.Word) }, searchWordsOf, db.List(ids), authority)
	if err != nil {
		return err
	}
	old := make(map[hasWord]bool, len(had))
	for _, w := range had {
		old[w] = true
	}
	more := map[string]int{} // how many more bear a word of a name
	var add [][]any
	for _, p := range people {
		for _, k := range person.SearchKeys(p) {
			if w := (hasWord{p.ID, k}); old[w] {
				delete(old, w)
				continue
			}
			add = append(add, []any{k.Kind, k.Word, authority, p.ID})
			if k.Kind == person.SearchName {
				more[k.Word]++
			}
		}
	}
	for w := range old {
		if _, err := q.ExecContext(ctx, dropSearchWord, w.Kind, w.Word, authority, w.id); err != nil {
			return fmt.Errorf("drop a search word of person %s: %w", w.id, err)
		}
		if w.Kind == person.SearchName {
			more[w.Word]--
		}
	}
	if err := addSearchWord.Exec(ctx, q, add...); err != nil {
		return err
	}
	// In order of words, so that two commands never wait for one another.
	var terms [][]any
	for _, w := range slices.Sorted(maps.Keys(more)) {
		if more[w] != 0 {
			terms = append(terms, []any{w, authority, string([]rune(w)[:1]), person.Sound(w), more[w]})
		}
	}
	if err := countTerms.Exec(ctx, q, terms...); err != nil {
		return err
	}
	_, err = q.ExecContext(ctx, setSearchable, db.List(ids), authority, searchEdition)
	return err
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
				var people []person.Person
				for _, id := range list {
					people = append(people, known[id].Person)
				}
				if err := indexSearch(ctx, q, authority, people...); err != nil {
					return err
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
