package police

import (
	"reflect"
	"strings"
	"testing"

	"frontdoor/internal/civil"
	"frontdoor/internal/pathway"
)

// The description of the interface names exactly the facts that a door may record, and
// each comes through to the child it was told of.
func TestIndicatorsAreTheFactsThatADoorRecords(t *testing.T) {
	rules, err := pathway.TheTriggers()
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, k := range rules.Recorded() {
		keys = append(keys, k.Key)
	}
	f, _ := reflect.TypeFor[Child]().FieldByName("Facts")
	if got := f.Tag.Get("enum"); got != strings.Join(keys, ",") {
		t.Errorf("the interface names %s, the rules %s", got, strings.Join(keys, ","))
	}
	n, warnings, err := Decode([]byte(`{"reference":"x","incident_at":"2026-11-20T21:40:00Z","children":[{"given":"Ana"},{"given":"Ben","indicators":["disclosure","hair"]}]}`), civil.DateOf(2026, 11, 24).AtTime(9, 0))
	if err != nil {
		t.Fatal(err)
	}
	if len(warnings) != 1 || warnings[0].Field != "children/1/indicators/1" {
		t.Errorf("warnings: %+v", warnings)
	}
	a := n.Arrival()
	if len(a.Facts) != 2 || a.Facts[0].Child != 1 || a.Facts[0].Key != "disclosure" {
		t.Errorf("facts handed over: %+v", a.Facts)
	}
}
