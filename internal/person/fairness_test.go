package person_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"frontdoor/internal/person"

	"pgregory.net/rapid"
)

func TestWilson(t *testing.T) {
	tests := []struct {
		n, of     int
		low, high float64
	}{
		{37, 40, 0.801, 0.974}, // management statistics: 37 of 40 is 0.80 to 0.97
		{0, 10, 0, 0.278}, {10, 10, 0.722, 1}, {1, 1, 0.207, 1}, {0, 0, 0, 1},
		{81, 263, 0.255, 0.366}, // Newcombe 1998, table I
		{15, 148, 0.062, 0.161},
	}
	for _, tt := range tests {
		got := person.Wilson(tt.n, tt.of)
		if math.Abs(got.Low-tt.low) > 0.0006 || math.Abs(got.High-tt.high) > 0.0006 {
			t.Errorf("%d of %d: %.4f to %.4f, want %.3f to %.3f", tt.n, tt.of, got.Low, got.High, tt.low, tt.high)
		}
	}
}

func TestAnIntervalHoldsItsShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		of := rapid.IntRange(1, 5000).Draw(t, "of")
		s := person.Wilson(rapid.IntRange(0, of).Draw(t, "n"), of)
		if !(0 <= s.Low && s.Low <= s.P+1e-12 && s.P <= s.High+1e-12 && s.High <= 1) {
			t.Fatalf("%+v", s)
		}
	})
}

func TestAGapRaisesAnAlarm(t *testing.T) {
	white := person.Counted{Group: "White", N: 800, Found: 790, Certain: 560, Review: 230}
	tests := []struct {
		name  string
		asian person.Counted
		want  []person.Measure
	}{
		{"a planted gap in both", person.Counted{Group: "Asian", N: 200, Found: 170, Certain: 80, Review: 90}, []person.Measure{"found", "certain"}},
		{"a planted gap in what is linked", person.Counted{Group: "Asian", N: 200, Found: 197, Certain: 80, Review: 117}, []person.Measure{"certain"}},
		{"no gap", person.Counted{Group: "Asian", N: 200, Found: 198, Certain: 138, Review: 60}, nil},
		{"better than others", person.Counted{Group: "Asian", N: 200, Found: 200, Certain: 150, Review: 50}, nil},
		{"a gap among too few to say", person.Counted{Group: "Asian", N: 29, Found: 10, Certain: 0, Review: 10}, nil},
		{"a gap that chance would explain", person.Counted{Group: "Asian", N: 40, Found: 38, Certain: 25, Review: 13}, nil},
		{"a gap among those not recorded says nothing of a group", person.Counted{Group: person.NotRecorded, N: 200, Found: 100, Certain: 10, Review: 90}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := person.WeighFairness([]person.Counted{white, tt.asian})
			var got []person.Measure
			for _, a := range f.Alarms {
				got = append(got, a.Measure)
				if a.Group != "Asian" || !strings.Contains(a.Words(), "Asian children") || a.Low <= 0 {
					t.Errorf("alarm %+v: %s", a, a.Words())
				}
			}
			if strings.Join(words(got), " ") != strings.Join(words(tt.want), " ") {
				t.Fatalf("alarms %v, want %v", got, tt.want)
			}
		})
	}
}

func words(all []person.Measure) []string {
	var out []string
	for _, m := range all {
		out = append(out, string(m))
	}
	return out
}

// TestFalseAlarmsAreRare draws years in which every group is treated alike. Fewer than
// one in twenty may raise any alarm at all.
func TestFalseAlarmsAreRare(t *testing.T) {
	rng := rand.New(rand.NewPCG(39, 8))
	const years = 4000
	for _, found := range []float64{0.93, 0.97, 0.993} {
		wrong := 0
		for range years {
			var groups []person.Counted
			for _, g := range []struct {
				name string
				n    int
			}{{"White", 900}, {"Mixed", 60}, {"Asian", 180}, {"Black", 90}, {"Other", 35}} {
				c := person.Counted{Group: g.name, N: g.n}
				for range g.n {
					if rng.Float64() < found {
						c.Found++
						if rng.Float64() < 0.6 {
							c.Certain++
						}
					}
				}
				groups = append(groups, c)
			}
			if len(person.WeighFairness(groups).Alarms) > 0 {
				wrong++
			}
		}
		if share := float64(wrong) / years; share > 0.05 {
			t.Errorf("found %.3f everywhere: %.1f %% of years raise a false alarm", found, 100*share)
		} else {
			t.Logf("found %.3f everywhere: %.1f %% of years raise a false alarm", found, 100*share)
		}
	}
}

// TestARealGapIsNoticed says how large a gap the rule notices in a year.
func TestARealGapIsNoticed(t *testing.T) {
	rng := rand.New(rand.NewPCG(40, 8))
	noticed := 0
	for range 500 {
		asian := person.Counted{Group: "Asian", N: 200}
		for range asian.N {
			if rng.Float64() < 0.85 {
				asian.Found++
			}
		}
		f := person.WeighFairness([]person.Counted{{Group: "White", N: 900, Found: 873}, asian})
		if len(f.Alarms) > 0 {
			noticed++
		}
	}
	if noticed < 475 {
		t.Errorf("a gap of 12 points is noticed in %d of 500 years", noticed)
	}
}

func TestFewChildrenAreNotShown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var groups []person.Counted
		for _, g := range person.EthnicGroups() {
			n := rapid.IntRange(0, 24).Draw(t, g)
			found := rapid.IntRange(0, n).Draw(t, g+" found")
			groups = append(groups, person.Counted{Group: g, N: n, Found: found, Certain: found})
		}
		f := person.WeighFairness(groups)
		hidden := 0
		for _, r := range f.Rows {
			if r.Hidden {
				hidden++
				if r.N != 0 || r.Found.Of != 0 {
					t.Fatalf("a hidden row shows numbers: %+v", r)
				}
			} else if r.N <= 9 {
				t.Fatalf("a row of %d is shown", r.N)
			}
		}
		if hidden == 1 && len(f.Rows) > 1 {
			t.Fatalf("one row alone is hidden, and the total gives it away: %+v", f.Rows)
		}
	})
}

func TestTheEthnicGroups(t *testing.T) {
	if got := strings.Join(person.EthnicGroups(), ", "); got != "White, Mixed, Asian, Black, Other, Not recorded" {
		t.Errorf("groups: %s", got)
	}
	for code, want := range map[string]string{"WROM": "White", "CHNE": "Asian", "REFU": "Not recorded", "": "Not recorded", "ZZZZ": "Not recorded"} {
		if got := person.EthnicGroup(code); got != want {
			t.Errorf("%q is %s, want %s", code, got, want)
		}
	}
	if n := len(person.Ethnicities()); n != 20 {
		t.Errorf("%d codes, want 20", n)
	}
}
