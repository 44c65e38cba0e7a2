package feed_test

import (
	"os"
	"strings"
	"testing"

	"frontdoor/internal/feed"
	"frontdoor/internal/refusal"

	"pgregory.net/rapid"
)

const goodList = "reference,incident_at,grade,district,sent_at\nMVP-1,2026-01-02T02:15:00Z,medium,North Vale,2026-01-03T09:00:00Z\nMVP-2,2026-01-04T22:00:00Z,high,,\n"

func TestReadIncidents(t *testing.T) {
	tests := []struct {
		name string
		text string
		want string // in the refusal; "" is read
	}{
		{"a list with a header", goodList, ""},
		{"columns in another order, with a byte order mark and blanks", "\uFEFFincident_at, reference\r\n2026-01-02T02:15:00+01:00, MVP-1 \r\n", ""},
		{"no header", "", "no header line"},
		{"a column that is not known", "reference,incident_at,name\n", "Column 3 is not known"},
		{"a column twice", "reference,reference\n", "twice"},
		{"no incident time", "reference,grade\nMVP-1,high\n", "incident_at is missing"},
		{"a time in another format", "reference,incident_at\nMVP-1,2 January 2026\n", "Line 2, incident_at: write date and time"},
		{"a grade that is none", "reference,incident_at,grade\nMVP-1,2026-01-02T02:15:00Z,severe\n", "Line 2, grade"},
		{"no reference", "reference,incident_at\n,2026-01-02T02:15:00Z\n", "Line 2, reference"},
		{"the same reference twice, written otherwise", goodList + "mvp-1 ,2026-01-02T02:15:00Z,,,\n", "Line 4, reference: it is on line 2 already"},
		{"a line that is cut off", goodList + `MVP-3,"2026`, "Line 4: the line cannot be read as CSV"},
		{"too few columns", goodList + "MVP-3\n", "Line 4: it has 1 columns and the header has 5"},
		{"nothing on it", "reference,incident_at\n", "no incident on it"},
		{"a cell that is no text", "reference,incident_at\nMVP\x01,2026-01-02T02:15:00Z\n", "not text"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := feed.ReadIncidents(strings.NewReader(tt.text))
			if tt.want == "" {
				if err != nil || len(got) == 0 || got[0].Reference != "MVP-1" {
					t.Errorf("got %+v, %v", got, err)
				}
				return
			}
			f, ok := refusal.As(err)
			if !ok || len(f.Problems) == 0 || !strings.Contains(f.Problems[0].Message, tt.want) {
				t.Errorf("got %v, want a refusal that says %q", err, tt.want)
			}
		})
	}
}

func TestTheSampleInTheDocumentsIsRead(t *testing.T) {
	f, err := os.Open("../../docs/api/incident-list.sample.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got, err := feed.ReadIncidents(f); err != nil || len(got) < 3 {
		t.Errorf("got %d incidents, %v", len(got), err)
	}
}

// TestEveryIncidentIsFoundOrNamed: each line of a list is here or is a difference, and
// nothing is both; what is here and not listed is named once.
func TestEveryIncidentIsFoundOrNamed(t *testing.T) {
	refs := []string{"A-1", "A-2", "A-3", "a-1 ", "A-4", "A-5"}
	rapid.Check(t, func(t *rapid.T) {
		var list []feed.Incident
		seen := map[string]bool{}
		for range rapid.IntRange(1, 6).Draw(t, "listed") {
			ref := rapid.SampledFrom(refs).Draw(t, "reference")
			if seen[feed.Fold(ref)] {
				continue
			}
			seen[feed.Fold(ref)] = true
			x := feed.Incident{Reference: ref, At: incident, Grade: rapid.SampledFrom(feed.Grades()).Draw(t, "grade")}
			if rapid.Bool().Draw(t, "sent") {
				x.SentAt = after(3)
			}
			list = append(list, x)
		}
		var here []feed.Here
		for i, ref := range rapid.SliceOf(rapid.SampledFrom(refs)).Draw(t, "here") {
			here = append(here, feed.Here{Contact: string(rune('a' + i)), Reference: ref, Grade: "medium", At: incident})
		}
		found, out := feed.Compare(list, here)
		missing, unlisted := 0, 0
		for _, d := range out {
			switch {
			case d.Kind.Missing():
				missing++
				if d.Contact != "" || (d.Kind == feed.NeverSent) != d.SentAt.IsZero() {
					t.Fatalf("%+v is no missing incident", d)
				}
			case d.Kind == feed.NotListed:
				unlisted++
				if seen[feed.Fold(d.Reference)] {
					t.Fatalf("%s is on the list", d.Reference)
				}
			}
		}
		if found+missing != len(list) {
			t.Fatalf("%d found and %d missing of %d", found, missing, len(list))
		}
		want := 0
		for _, h := range here {
			if !seen[feed.Fold(h.Reference)] {
				want++
			}
		}
		if unlisted != want {
			t.Fatalf("%d here and not listed, want %d", unlisted, want)
		}
	})
}

func FuzzReadIncidents(f *testing.F) {
	f.Add(goodList)
	f.Add("reference,incident_at\n\"")
	f.Add("\uFEFFreference,incident_at\nx,2026-01-02T02:15:00Z\n")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := feed.ReadIncidents(strings.NewReader(text))
		if err != nil {
			if _, ok := refusal.As(err); !ok {
				t.Errorf("a fault instead of a refusal: %v", err)
			}
			return
		}
		for _, x := range got {
			if x.Reference == "" || x.At.IsZero() {
				t.Errorf("read %+v", x)
			}
		}
	})
}
