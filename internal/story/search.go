package story

import (
	"context"
	"fmt"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/db"
	"frontdoor/internal/desk/children"
)

// search is "WHO search TEXT": what somebody types to find a child.
func (w *World) search(ctx context.Context, who access.Actor, text string) error {
	found, err := w.Children.Search(ctx, who, children.Asked{Text: text})
	w.searcher, w.searched = who.ID, found
	return err
}

var storyLooked = db.SQL("story.looked", `
	SELECT t.kind || ' ' || t.summary, COALESCE(p.given, '') || ' ' || COALESCE(p.family, '') FROM trail t
	LEFT JOIN looked l ON l.seq = t.seq AND l.authority_id = t.authority_id
	LEFT JOIN person p ON p.ref = l.subject AND p.authority_id = t.authority_id
	WHERE t.authority_id = $1 AND t.actor = $2 AND t.seq = (SELECT max(x.seq) FROM trail x WHERE x.authority_id = $1 AND x.actor = $2)
	ORDER BY 2`)

// expectSearch checks the last search:
//
//	search finds NAME                  the first child shown
//	search finds-nobody
//	search masks WORDS                 no child shown, and these words instead
//	search understood WORDS
//	search is-written-down NAME, …     the trail holds these children, and nothing that was typed
func (w *World) expectSearch(ctx context.Context, words []string) error {
	f := w.searched
	if f == nil {
		return fmt.Errorf("nobody searched")
	}
	switch words[0] {
	case "finds":
		if len(f.Rows) == 0 || f.Rows[0].Name != words[1] {
			return fmt.Errorf("it finds %+v", f.Rows)
		}
		return nil
	case "finds-nobody", "masks":
		if want := strings.Join(words[1:], " "); len(f.Rows) > 0 || f.All > 0 || strings.Join(f.Masked, ", ") != want {
			return fmt.Errorf("it finds %+v of %d, masked %q", f.Rows, f.All, f.Masked)
		}
		return nil
	case "understood":
		if f.Search.Words() != words[1] {
			return fmt.Errorf("it understood %q", f.Search.Words())
		}
		return nil
	case "is-written-down":
		return w.expectWritten(ctx, strings.Join(words[1:], " "))
	}
	return fmt.Errorf("nobody knows how to expect %q of a search", words[0])
}

func (w *World) expectWritten(ctx context.Context, want string) error {
	var saw []string
	return w.Record.DB.Read(ctx, func(q db.Queryer) error {
		rows, err := q.QueryContext(ctx, storyLooked, authority, w.searcher)
		if err != nil {
			return err
		}
		defer rows.Close()
		saw = nil
		for rows.Next() {
			var entry, name string
			if err := rows.Scan(&entry, &name); err != nil {
				return err
			}
			if !strings.HasPrefix(entry, "look: search by ") {
				return fmt.Errorf("the last entry is %q", entry)
			}
			for _, n := range strings.Fields(w.searched.Search.Given + " " + w.searched.Search.Family) {
				if strings.Contains(entry, n) {
					return fmt.Errorf("the entry holds what was typed: %q", entry)
				}
			}
			if name = strings.TrimSpace(name); name != "" {
				saw = append(saw, name)
			}
		}
		if got := strings.Join(saw, ", "); got != want {
			return fmt.Errorf("the trail has %q", got)
		}
		return rows.Err()
	})
}
