package web

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"frontdoor/internal/civil"

	"pgregory.net/rapid"
)

func storyAt(day, hour int) civil.Instant { return civil.DateOf(2026, 3, day).AtTime(hour, 0) }

// anas is a story with everything that a line can draw.
func anas() StoryLine {
	return StoryLine{ID: "story", Title: "Child 1: 3 agencies, 6 events, 2 late", Desc: "The table below has the same.", Until: storyAt(31, 0), Rows: []StoryRow{
		{Label: "Mercia Vale Police", Bars: []StoryBar{{Number: 1, From: storyAt(1, 8), Due: storyAt(2, 8), End: storyAt(9, 8)}, {Number: 4, From: storyAt(9, 9), Due: storyAt(20, 9)}, {Number: 6, From: storyAt(25, 9), Point: true}}},
		{Label: "Children & <young> people of Thornbury", Bars: []StoryBar{{Number: 2, From: storyAt(2, 8), End: storyAt(4, 8), Due: storyAt(5, 8)}, {Number: 3, From: storyAt(3, 8), End: storyAt(6, 8)}}},
		{Label: "Probation", Bars: []StoryBar{{Number: 5, From: storyAt(10, 8), Due: storyAt(10, 9), End: storyAt(10, 10)}}},
	}}
}

func TestStoryLine(t *testing.T) {
	got := string(anas().SVG()) + "\n"
	drawn(t, "storyline", got, "<young>")
	for what, n := range map[string]int{`stroke-dasharray="4 2"`: 2, `height="13"`: 3, "<circle": 1, "Children &amp; &lt;young&gt;": 1} {
		if strings.Count(got, what) != n {
			t.Errorf("%s is there %d times, want %d", what, strings.Count(got, what), n)
		}
	}
}

// TestAnyStoryLineIsWellFormed draws stories at random: the image is well-formed, within
// its width, and every event is numbered in it once.
func TestAnyStoryLineIsWellFormed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := StoryLine{ID: "s", Title: rapid.StringMatching(`[ -~ÉéŁ]{0,40}`).Draw(t, "title"), Until: storyAt(28, 0)}
		when := func(name string) civil.Instant {
			return storyAt(1, 0).Add(time.Duration(rapid.IntRange(0, 40*24*60).Draw(t, name)) * time.Minute)
		}
		n := 1000
		for i := range rapid.IntRange(1, 6).Draw(t, "agencies") {
			r := StoryRow{Label: fmt.Sprint("agency ", i, rapid.StringMatching(`[ -~é]{0,40}`).Draw(t, "label"))}
			for range rapid.IntRange(0, 12).Draw(t, "events") {
				b := StoryBar{Number: n, From: when("from"), Point: rapid.Bool().Draw(t, "point")}
				n++
				if rapid.Bool().Draw(t, "limit") {
					b.Due = when("due")
				}
				if rapid.Bool().Draw(t, "done") {
					b.End = when("end")
				}
				r.Bars = append(r.Bars, b)
			}
			s.Rows = append(s.Rows, r)
		}
		svg := string(s.SVG())
		dec := xml.NewDecoder(strings.NewReader(svg))
		for {
			tok, err := dec.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%v in %s", err, svg)
			}
			for _, a := range attributes(tok) {
				if strings.HasPrefix(a.Value, "-") || a.Value == "NaN" {
					t.Fatalf("%s is %s in %s", a.Name.Local, a.Value, svg)
				}
			}
		}
		for i := 1000; i < n; i++ {
			if strings.Count(svg, fmt.Sprintf(">%d<", i)) != 1 {
				t.Fatalf("event %d is not there once", i)
			}
		}
	})
}

func attributes(tok xml.Token) []xml.Attr {
	if s, ok := tok.(xml.StartElement); ok {
		return s.Attr
	}
	return nil
}
