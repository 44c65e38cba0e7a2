package feed_test

import (
	"math"
	"slices"
	"testing"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/feed"

	"pgregory.net/rapid"
)

var incident = civil.DateOf(2026, 3, 2).AtTime(2, 15)

func after(hours float64) civil.Instant {
	return incident.Add(time.Duration(hours * float64(time.Hour)))
}

func TestStagesOfANotification(t *testing.T) {
	whole := feed.Stamps{Incident: incident, Reported: after(2), Graded: after(6), Sent: after(30), Received: after(31), Decided: after(50)}
	tests := []struct {
		name   string
		change func(*feed.Stamps)
		stage  feed.Stage
		want   float64 // hours; below 0 is not known
	}{
		{"from the incident to receipt", nil, feed.Told, 31},
		{"to the officer's report", nil, feed.Reported, 2},
		{"to the grading", nil, feed.Graded, 4},
		{"to the sending", nil, feed.Sent, 24},
		{"to receipt", nil, feed.Received, 1},
		{"to a decision for every child", nil, feed.Decided, 19},
		{"a child is not decided for yet", func(s *feed.Stamps) { s.Decided = civil.Instant{} }, feed.Decided, -1},
		{"an incident after receipt is in no figure", func(s *feed.Stamps) { s.Incident = after(32) }, feed.Told, -1},
		{"a grading that was not stamped leaves the whole way known", func(s *feed.Stamps) { s.Graded = civil.Instant{} }, feed.Told, 31},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := whole
			if tt.change != nil {
				tt.change(&s)
			}
			got, ok := s.Took(tt.stage)
			if ok != (tt.want >= 0) || ok && got != uint32(tt.want*3600) {
				t.Errorf("took %d seconds, known %v; want %v hours", got, ok, tt.want)
			}
		})
	}
}

// TestSpreadIsWhatSortingGives holds the quick way to the plain one.
func TestSpreadIsWhatSortingGives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		took := rapid.SliceOf(rapid.Uint32Range(0, rapid.SampledFrom([]uint32{1, 5, 900, math.MaxUint32}).Draw(t, "most"))).Draw(t, "took")
		sorted := slices.Sorted(slices.Values(took))
		var want feed.Spread
		if n := len(sorted); n > 0 {
			at := func(p float64) uint32 { return sorted[int(math.Ceil(p*float64(n)/100))-1] }
			want = feed.Spread{N: n, Median: at(50), P90: at(90), P95: at(95), Longest: sorted[n-1]}
		}
		if got := feed.SpreadOf(took); got != want {
			t.Fatalf("got %+v, want %+v", got, want)
		}
	})
}

func TestPackedSecondsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		took := rapid.SliceOf(rapid.Uint32()).Draw(t, "took")
		want := slices.Sorted(slices.Values(took))
		got, err := feed.Unpack(nil, feed.Pack(took))
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("got %v, %v; want %v", got, err, want)
		}
	})
	var h feed.Hours
	h[0], h[23] = 300, 7
	if got, err := feed.UnpackHours(feed.PackHours(h)); err != nil || got != h {
		t.Errorf("hours: got %v, %v; want %v", got, err, h)
	}
}

func FuzzUnpack(f *testing.F) {
	f.Add(feed.Pack([]uint32{1, 2, 70000}))
	f.Add([]byte{0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := feed.Unpack(nil, b)
		if err == nil && !slices.IsSorted(got) {
			t.Errorf("unpacked out of order: %v", got)
		}
		_, _ = feed.UnpackHours(b)
	})
}
