package web

import (
	"os"
	"strings"
	"testing"
)

func TestChartIsAnImageWithWords(t *testing.T) {
	c := Chart{ID: "c", Title: "Notifications left their limits in 1 of 4 weeks", Desc: "By <week>", Mean: 24.5, Lower: 17.3, Upper: 31.7,
		Points: []ChartPoint{{Label: "1 Mar", Value: 25}, {Value: 24}, {Value: 7, Signal: "limit"}, {Label: "22 Mar", Value: 26}}}
	got := string(c.SVG())
	for _, want := range []string{`role="img"`, "<title id=\"c-title\">Notifications left", "By &lt;week&gt;", "upper limit 31.7", "<rect "} {
		if !strings.Contains(got, want) {
			t.Errorf("the chart does not say %q", want)
		}
	}
	if strings.Contains(got, "style=") {
		t.Error("the chart has a style attribute, which the content policy stops")
	}
	golden := "testdata/chart.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || string(want) != got {
		t.Errorf("the chart has changed; look at it, then run with -update (%v)", err)
	}
}
