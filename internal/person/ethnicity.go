package person

import (
	_ "embed" // the codes
	"strings"
	"sync"
)

// Ethnicity is a code that a child's ethnicity is recorded by. Group is "" for those
// that say it is not known.
type Ethnicity struct{ Code, Words, Group string }

//go:embed ethnicity.txt
var ethnicityText string

// Ethnicities are all codes, in the order of the census.
var Ethnicities = sync.OnceValue(func() []Ethnicity {
	var out []Ethnicity
	for line := range strings.Lines(ethnicityText) {
		if parts := strings.Split(line, "|"); len(parts) == 3 && !strings.HasPrefix(line, "#") {
			out = append(out, Ethnicity{strings.TrimSpace(parts[0]), strings.TrimSpace(parts[1]), strings.TrimSpace(parts[2])})
		}
	}
	return out
})

// NotRecorded is the group of those whose ethnicity nobody has recorded.
const NotRecorded = "Not recorded"

// EthnicGroup is the main group of a code; NotRecorded for a code that is none.
func EthnicGroup(code string) string {
	for _, e := range Ethnicities() {
		if e.Code == code && e.Group != "" {
			return e.Group
		}
	}
	return NotRecorded
}

// EthnicGroups are the main groups in order, NotRecorded last.
func EthnicGroups() []string {
	var out []string
	for _, e := range Ethnicities() {
		if e.Group != "" && (len(out) == 0 || out[len(out)-1] != e.Group) {
			out = append(out, e.Group)
		}
	}
	return append(out, NotRecorded)
}
