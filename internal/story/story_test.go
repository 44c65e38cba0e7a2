package story_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/story"
)

const folder = "../../testdata/stories"

// TestStories plays every story on both engines. After each the record is whole and
// no child waits silently, whatever the story expected.
func TestStories(t *testing.T) {
	names, err := filepath.Glob(filepath.Join(folder, "*.txt"))
	if err != nil || len(names) < 9 {
		t.Fatalf("found %d stories (%v), want at least nine", len(names), err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				f, err := os.Open(name)
				if err != nil {
					t.Fatal(err)
				}
				defer f.Close()
				lines, err := story.Parse(f)
				if err != nil {
					t.Fatal(err)
				}
				ctx := context.Background()
				w, err := story.New(ctx, d)
				if err != nil {
					t.Fatal(err)
				}
				read := func(n string) ([]byte, error) { return os.ReadFile(filepath.Join(folder, n)) }
				if err := w.Play(ctx, lines, read); err != nil {
					t.Fatalf("%s: %v", filepath.Base(name), err)
				}
				proofs, err := w.Record.Verify(ctx)
				if err != nil {
					t.Fatal(err)
				}
				for _, p := range proofs {
					if !p.OK() {
						t.Errorf("after the story: %v", p.Faults)
					}
				}
			})
		})
	}
}

func TestAStoryThatDoesNotHoldFails(t *testing.T) {
	d := dbtest.SQLite(t)
	w, err := story.New(context.Background(), d)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := story.Parse(strings.NewReader("expect 5 contacts\n"))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Play(context.Background(), lines, nil); err == nil {
		t.Fatal("a story that expects five contacts of none held, want it to fail")
	}
}
