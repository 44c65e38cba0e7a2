package person

import (
	_ "embed" // the weights we begin with
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"
)

// hypotheses about a description and a person.
const (
	sameChild = iota
	sameFamily
	unrelated
	hypotheses
)

// Model is how strongly each level of agreement speaks for the same child, for
// another child of the family and for nobody known. A version is kept with each
// decision that was made with it.
type Model struct {
	Version string
	Known   float64            // share of contacts about a child we know
	Family  float64            // share about a new child of a family we know
	Sources map[string]Weights // police, school, health, public; "" is for all
}

// Weights are the chances of each level of each field under each hypothesis.
type Weights [fields][levels][hypotheses]float64

//go:embed weights.toml
var weightText string

// DefaultModel is the model that day one works with.
var DefaultModel = sync.OnceValue(func() *Model {
	m, err := ReadModel(weightText)
	if err != nil {
		panic(fmt.Sprintf("person: weights.toml: %v", err)) // a test reads it
	}
	return m
})

// ReadModel reads weights in the form of weights.toml, strictly. A section
// [from.police.given] holds for one source only.
func ReadModel(text string) (*Model, error) {
	var raw map[string]any
	if _, err := toml.Decode(text, &raw); err != nil {
		return nil, fmt.Errorf("read weights: %w", err)
	}
	m := &Model{Sources: map[string]Weights{}}
	base := Weights{}
	for key, v := range raw {
		var err error
		switch f, isField := fieldNamed(key); {
		case key == "version":
			m.Version, _ = v.(string)
		case key == "known":
			m.Known, _ = v.(float64)
		case key == "new-child":
			m.Family, _ = v.(float64)
		case isField:
			err = base.read(f, v)
		case key == "from" && isTable(v):
			continue
		default:
			err = fmt.Errorf("unknown key %s", key)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := base.whole(); err != nil {
		return nil, err
	}
	m.Sources[""] = base
	from, _ := raw["from"].(map[string]any)
	for source, v := range from {
		fields, ok := v.(map[string]any)
		if !ok || !slices.Contains(sourceNames, source) {
			return nil, fmt.Errorf("from.%s must be a table for one of %s", source, strings.Join(sourceNames, ", "))
		}
		w := base
		for name, levels := range fields {
			f, ok := fieldNamed(name)
			if !ok {
				return nil, fmt.Errorf("unknown field from.%s.%s", source, name)
			}
			if err := w.read(f, levels); err != nil {
				return nil, fmt.Errorf("from.%s.%w", source, err)
			}
		}
		m.Sources[source] = w
	}
	if m.Version == "" || m.Known <= 0 || m.Family <= 0 || m.Known+m.Family >= 1 {
		return nil, fmt.Errorf("weights need a version, and shares known and new-child above 0 that leave room for strangers")
	}
	return m, nil
}

func isTable(v any) bool { _, ok := v.(map[string]any); return ok }

func fieldNamed(name string) (Field, bool) {
	for f, n := range fieldNames {
		if n == name {
			return Field(f), true
		}
	}
	return 0, false
}

func (w *Weights) read(f Field, v any) error {
	table, ok := v.(map[string]any)
	if !ok {
		return fmt.Errorf("%s must be a table of levels", f)
	}
	for name, nums := range table {
		at := -1
		for i, n := range levelNames[f] {
			if n == name && i > 0 {
				at = i
			}
		}
		list, ok := nums.([]any)
		if at < 0 || !ok || len(list) != hypotheses {
			return fmt.Errorf("%s.%s must be a known level with three chances", f, name)
		}
		for h, x := range list {
			p, ok := x.(float64)
			if !ok || p <= 0 || p > 1 {
				return fmt.Errorf("%s.%s: a chance must be above 0 and at most 1", f, name)
			}
			w[f][at][h] = p
		}
	}
	return nil
}

// whole refuses weights in which a level is missing.
func (w *Weights) whole() error {
	for f := range fields {
		for i, n := range levelNames[f] {
			if i > 0 && w[f][i][sameChild] == 0 {
				return fmt.Errorf("%s.%s is missing", f, n)
			}
		}
	}
	return nil
}

// Text writes a model as ReadModel reads it.
func (m *Model) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "version = %q\nknown = %g\nnew-child = %g\n", m.Version, m.Known, m.Family)
	base := m.Sources[""]
	base.write(&b, "", nil)
	for _, source := range sourceNames {
		if w, ok := m.Sources[source]; ok {
			w.write(&b, "from."+source+".", &base)
		}
	}
	return b.String()
}

// sourceNames are the sources that may have weights of their own.
var sourceNames = []string{"police", "school", "health", "public"}

func (w *Weights) write(b *strings.Builder, prefix string, except *Weights) {
	for f := range fields {
		if except != nil && except[f] == w[f] {
			continue
		}
		fmt.Fprintf(b, "\n[%s%s]\n", prefix, f)
		for i, n := range levelNames[f] {
			if i > 0 {
				p := w[f][i]
				fmt.Fprintf(b, "%s = [%s, %s, %s]\n", n, decimal(p[0]), decimal(p[1]), decimal(p[2]))
			}
		}
	}
}

// weights are those of a source, or those for all.
func (m *Model) weights(source string) *Weights {
	w, ok := m.Sources[source]
	if !ok {
		w = m.Sources[""]
	}
	return &w
}

// bits is how strongly a level speaks for a hypothesis against "not related".
func bits(p [hypotheses]float64, chance float64, h int) float64 {
	return math.Log2(p[h] / max(p[unrelated], chance))
}

// decimal writes a chance so that it is read as one: "1.0" and not "1".
func decimal(p float64) string {
	s := strconv.FormatFloat(p, 'g', 4, 64)
	if !strings.ContainsAny(s, ".e") {
		s += ".0"
	}
	return s
}
