package feed

import (
	"math"
	"slices"
	"testing"
)

func near(a, b, within float64) bool { return math.Abs(a-b) <= within }

// TestPPrime is example 3 of management-statistics.md section 4.
func TestPPrime(t *testing.T) {
	x := []int{188, 203, 171, 195, 210, 182, 177, 204, 190, 199, 161, 150}
	n := []int{200, 214, 182, 205, 221, 190, 186, 215, 203, 211, 190, 184}
	var points []Share
	for i := range x {
		points = append(points, Share{x[i], n[i]})
	}
	c := PPrimeOf(points, 10)
	if !near(c.P, 0.946719, 1e-6) || c.S != 1 {
		t.Errorf("got p %f and s %f, want 0.946719 and 1", c.P, c.S)
	}
	if !near(c.Lower[0], 0.8991, 1e-4) || !near(c.Upper[0], 0.9944, 1e-4) {
		t.Errorf("limits of 200: got %f and %f, want 0.8991 and 0.9944", c.Lower[0], c.Upper[0])
	}
	want := []bool{false, false, false, false, false, false, false, false, false, false, true, true}
	if !slices.Equal(c.Beyond, want) {
		t.Errorf("outside the limits: got %v, want the last two", c.Beyond)
	}
}

// TestFunnel is the example of management-statistics.md section 5.
func TestFunnel(t *testing.T) {
	for _, tt := range []struct {
		n            int
		lower, upper float64
	}{{95, 0.1684, 0.4608}, {60, 0.1314, 0.4980}} {
		lower, upper := Funnel(tt.n, 0.3139)
		if !near(lower, tt.lower, 2e-4) || !near(upper, tt.upper, 2e-4) {
			t.Errorf("%d decisions: got %.4f to %.4f, want %.4f to %.4f", tt.n, lower, upper, tt.lower, tt.upper)
		}
	}
	if lower, upper := Funnel(0, 0.5); lower > 0.01 || upper < 0.99 {
		t.Errorf("of nothing anything is chance: got %f to %f", lower, upper)
	}
}

func TestPeriodsWithFewArePutTogether(t *testing.T) {
	few := []Share{{1, 4}, {2, 4}, {2, 4}, {3, 4}, {2, 4}, {2, 4}, {2, 4}, {2, 4}}
	if k := Together(few, 8); k != 4 {
		t.Errorf("half of 4 a week: got %d weeks together, want 4 so that five of either kind are expected", k)
	}
	if k := Together([]Share{{50, 100}, {49, 100}}, 8); k != 1 {
		t.Errorf("100 a week: got %d weeks together, want each by itself", k)
	}
	got := Combine([]Share{{9, 9}, {1, 2}, {1, 2}, {0, 2}, {2, 2}}, 2)
	if want := []Share{{2, 4}, {2, 4}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v: the latest are whole, what is over at the beginning is left out", got, want)
	}
}

func TestWhatAMessageLacks(t *testing.T) {
	at := Stamps{}
	good := Message{Grade: "medium", District: "North", Reasons: "Third incident"}
	tests := []struct {
		name   string
		change func(*Message)
		want   []Gap
	}{
		{"a school's whole message", func(*Message) {}, nil},
		{"no reasons", func(m *Message) { m.Reasons = " " }, []Gap{GapReasons}},
		{"a child without a name", func(m *Message) { m.Unnamed = true }, []Gap{GapName}},
		{"the police's without its times", func(m *Message) { m.Police, m.Stamps = true, at }, []Gap{GapIncident, GapReport, GapGrading, GapSending}},
		{"what cannot be read lacks just that", func(m *Message) { m.Police, m.Unreadable = true, true }, []Gap{GapUnreadable}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := good
			tt.change(&m)
			if got := m.Lacks(); !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestQualityIsCountedAndPacked(t *testing.T) {
	var q Quality
	q.Add("", 2, 2)
	q.Add("name born", 3, 1)
	q.Add("name", 1, 0)
	if q.Messages != 3 || q.Whole != 1 || q.Children != 6 || q.Named != 3 || q.Lacking(GapName) != 2 || q.Lacking(GapBorn) != 1 || q.Lacking(GapGrade) != 0 {
		t.Errorf("got %+v", q)
	}
	back, err := UnpackQuality(PackQuality(q))
	if err != nil || back != q {
		t.Errorf("unpacked %+v (%v), want %+v", back, err, q)
	}
	if twice := q.And(q); twice.Lacking(GapName) != 4 || twice.Children != 12 {
		t.Errorf("twice is %+v", twice)
	}
	if len(Gaps(true)) != gapCount || len(gaps) != gapCount || len(Gaps(false)) != 4 {
		t.Errorf("%d gaps of the police's and %d of others', want %d and 4", len(Gaps(true)), len(Gaps(false)), gapCount)
	}
}

// FuzzUnpackQuality reads any bytes without a panic, and what it reads it writes again.
func FuzzUnpackQuality(f *testing.F) {
	f.Add(PackQuality(Quality{Messages: 3, Whole: 1}))
	f.Add([]byte{0xff})
	f.Fuzz(func(t *testing.T, packed []byte) {
		q, err := UnpackQuality(packed)
		if err != nil {
			return
		}
		if back, err := UnpackQuality(PackQuality(q)); err != nil || back != q {
			t.Errorf("%x was read as %+v and then as %+v (%v)", packed, q, back, err)
		}
	})
}

// TestAdjustedFunnel is the example of management-statistics.md section 5 with
// over-dispersion.
func TestAdjustedFunnel(t *testing.T) {
	points := []Share{{71, 220}, {50, 180}, {96, 310}, {47, 95}, {40, 140}, {8, 60}, {88, 260}, {58, 205}, {30, 75}, {44, 150}}
	s := SpreadsOf(points)
	if !near(s.P, 0.3139, 1e-4) || !near(s.Phi, 1.0945, 1e-3) || !near(s.Tau2, 0.0003, 1e-4) {
		t.Errorf("got p %.4f, phi %.4f and tau2 %.5f, want 0.3139, 1.0945 and 0.0003", s.P, s.Phi, s.Tau2)
	}
	if lower, upper := s.Limits(60); !near(lower, 0.1428, 1e-3) || !near(upper, 0.5164, 1e-3) {
		t.Errorf("limits of 60: got %.4f and %.4f, want 0.1428 and 0.5164", lower, upper)
	}
}
