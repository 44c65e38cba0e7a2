package dedupe_test

import (
	"compress/gzip"
	"encoding/csv"
	"os"
	"strings"
	"testing"

	"frontdoor/internal/dedupe"
)

// TestFebrl finds the duplicates of three published invented tables, whose ids say
// which rows are one person (FEBRL 1 to 3, Christen, Australian National University).
func TestFebrl(t *testing.T) {
	tests := []struct {
		file, mapping string
		train         bool
		least         float64
	}{
		{"febrl1", "febrl", false, 1}, {"febrl1", "febrl-without-id", false, 1},
		{"febrl2", "febrl", false, 0.9995}, {"febrl2", "febrl-without-id", false, 0.9995},
		{"febrl3", "febrl", false, 0.9999}, {"febrl3", "febrl-without-id", false, 0.9993},
		{"febrl3", "febrl-without-id", true, 0.9993},
	}
	for _, tt := range tests {
		t.Run(tt.file+" "+tt.mapping, func(t *testing.T) {
			m, ids, rows := open(t, tt.file, tt.mapping)
			got := dedupe.Find(m.Columns, rows, dedupe.Options{Train: tt.train})
			right, all := 0, 0
			count := map[string]int{}
			for _, id := range ids {
				all += count[who(id)]
				count[who(id)]++
			}
			for _, p := range got {
				if who(ids[p.A]) == who(ids[p.B]) {
					right++
				}
			}
			f1 := 2 * float64(right) / float64(len(got)+all)
			t.Logf("%d pairs, %d right of %d: F1 %.5f", len(got), right, all, f1)
			if f1 < tt.least {
				t.Errorf("F1 %.5f, want at least %.4f", f1, tt.least)
			}
		})
	}
}

// who is the person's part of an id like rec-712-dup-0.
func who(id string) string { return strings.Split(id, "-")[1] }

func open(t *testing.T, file, mapping string) (m dedupe.Mapping, ids []string, rows [][]string) {
	t.Helper()
	f, err := os.Open("testdata/" + file + ".csv.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(z)
	r.TrimLeadingSpace = true
	all, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if m, err = dedupe.Map(mapping, all[0]); err != nil {
		t.Fatal(err)
	}
	for _, row := range all[1:] {
		id, values := m.Row(row)
		ids, rows = append(ids, id), append(rows, values)
	}
	return m, ids, rows
}

func TestTwoTables(t *testing.T) {
	m, ids, rows := open(t, "febrl3", "febrl")
	half := len(rows) / 2
	all := dedupe.Find(m.Columns, rows, dedupe.Options{})
	across := 0
	for _, p := range all {
		if p.A < half && p.B >= half {
			across++
		}
	}
	got := dedupe.Find(m.Columns, rows, dedupe.Options{Split: half})
	for _, p := range got {
		if p.A >= half || p.B < half {
			t.Fatalf("%s and %s stand in one table", ids[p.A], ids[p.B])
		}
	}
	if len(got) < across*99/100 {
		t.Errorf("%d pairs across two tables, want about %d", len(got), across)
	}
}

func TestMapping(t *testing.T) {
	head := []string{"rec_id", "surname", "dob"}
	for text, want := range map[string]string{
		"":                                      "Say which column is what",
		"rec_id=id,nothing=family_name":         "no column \"nothing\"",
		"rec_id=id,surname=shoe_size":           "not a column that can be compared",
		"surname=family_name,dob=dob":           "which column is the id",
		"rec_id=id,surname=family_name":         "at least two",
		"rec_id=id,surname":                     "must be like",
		"rec_id=id,surname=family_name,dob=dob": "",
	} {
		_, err := dedupe.Map(text, head)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("Map(%q): %v, want %q", text, err, want)
		}
	}
}
