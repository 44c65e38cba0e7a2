package town

import (
	"embed" // the lists of names
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

//go:embed names/*.txt
var nameFiles embed.FS

// tradition is a way of naming children, with its names, their spellings and what
// they are called at home. names/*.txt hold them, one a tradition.
type tradition struct {
	name               string
	share              float64
	rule               naming
	ethnicity          weighted
	boys, girls        weighted
	fathers, mothers   weighted
	family             weighted
	girlsFamily        weighted
	middles            map[string]weighted
	known              map[string]weighted
	front, back        []string // of given names that are put together
	girlsBack          []string
	familyFront        []string
	familyBack         []string
	tail, givenTail    float64 // how many names are put together
	pairs, middle      float64
	foreign            float64
	transliterated     bool
	english, christian *tradition // whose names are borrowed
	daughter, wife     []string   // endings: from, to, from, to
	variants, petForm  map[string][]string
}

// weighted is a list whose first names are the commonest.
type weighted struct {
	names []string
	sums  []float64
}

func (w weighted) pick(d dice) string {
	if len(w.names) == 0 {
		return ""
	}
	return w.names[min(sort.SearchFloat64s(w.sums, d.Float64()*w.sums[len(w.sums)-1]), len(w.names)-1)]
}

// falling weighs the nth name as 1/(n+8)^0.9: the commonest of a long list is then
// the name of one child in forty, as in England.
func falling(names []string) weighted {
	w := weighted{names: names}
	sum := 0.0
	for i := range names {
		sum += math.Pow(float64(i+9), -0.9)
		w.sums = append(w.sums, sum)
	}
	return w
}

// traditions are read once, in the order of their files.
var traditions = sync.OnceValue(func() []*tradition {
	files, err := nameFiles.ReadDir("names")
	if err != nil {
		panic("town: the embedded names: " + err.Error()) // a test reads them
	}
	var out []*tradition
	for _, f := range files {
		text, err := nameFiles.ReadFile("names/" + f.Name())
		if err != nil {
			panic("town: the embedded names: " + err.Error())
		}
		t, err := readTradition(strings.TrimSuffix(f.Name(), ".txt"), string(text))
		if err != nil {
			panic("town: the embedded names: " + err.Error())
		}
		out = append(out, t)
	}
	byName := map[string]*tradition{}
	for _, t := range out {
		byName[t.name] = t
	}
	for _, t := range out {
		t.english, t.christian = byName["english"], byName["ghanaian"]
	}
	return out
})

// shares weigh the traditions.
var shares = sync.OnceValue(func() []float64 {
	var out []float64
	sum := 0.0
	for _, t := range traditions() {
		sum += t.share
		out = append(out, sum)
	}
	return out
})

func anyTradition(d dice) *tradition {
	s := shares()
	return traditions()[min(sort.SearchFloat64s(s, d.Float64()*s[len(s)-1]), len(s)-1)]
}

func readTradition(name, text string) (*tradition, error) {
	t := &tradition{name: name, variants: map[string][]string{}, petForm: map[string][]string{}, middles: map[string]weighted{}, known: map[string]weighted{}}
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		if err := t.read(words[0], words[1:]); err != nil {
			return nil, fmt.Errorf("read the %s names: %w", name, err)
		}
	}
	if t.rule == nil || len(t.boys.names) == 0 || len(t.girls.names) == 0 || len(t.family.names) == 0 || t.share <= 0 {
		return nil, fmt.Errorf("read the %s names: a rule, a share, boys, girls and family names are needed", name)
	}
	return t, nil
}

func (t *tradition) read(word string, rest []string) error {
	for i := range rest {
		rest[i] = strings.ReplaceAll(rest[i], "_", " ")
	}
	lists := map[string]*weighted{"boys": &t.boys, "girls": &t.girls, "fathers": &t.fathers, "mothers": &t.mothers, "family": &t.family, "girlsfamily": &t.girlsFamily}
	parts := map[string]*[]string{"front": &t.front, "back": &t.back, "girlsback": &t.girlsBack, "familyfront": &t.familyFront, "familyback": &t.familyBack, "daughter": &t.daughter, "wife": &t.wife}
	percents := map[string]*float64{"familytail": &t.tail, "giventail": &t.givenTail, "givenpairs": &t.pairs, "middle": &t.middle, "english": &t.foreign}
	switch {
	case lists[word] != nil:
		*lists[word] = falling(rest)
		return nil
	case parts[word] != nil:
		*parts[word] = rest
		return nil
	case percents[word] != nil || word == "share":
		n, err := strconv.ParseFloat(rest[0], 64)
		if word == "share" {
			t.share = n
			return err
		}
		*percents[word] = n / 100
		return err
	}
	switch word {
	case "rule":
		t.rule = rules()[rest[0]]
	case "spelling":
		t.transliterated = true
	case "known":
		t.known["M"] = falling(rest)
	case "knowngirls":
		t.known["F"] = falling(rest)
	case "boysmiddle":
		t.middles["M"] = falling(rest)
	case "girlsmiddle":
		t.middles["F"] = falling(rest)
	case "pet":
		t.petForm[rest[0]] = append(t.petForm[rest[0]], rest[1:]...)
	case "variant":
		for i, a := range rest {
			for j, b := range rest {
				if i != j && a != b {
					t.variants[a] = append(t.variants[a], b)
				}
			}
		}
	case "ethnicity":
		sum := 0.0
		for i := 0; i+1 < len(rest); i += 2 {
			n, err := strconv.ParseFloat(rest[i+1], 64)
			if err != nil {
				return err
			}
			sum += n
			t.ethnicity.names, t.ethnicity.sums = append(t.ethnicity.names, rest[i]), append(t.ethnicity.sums, sum)
		}
	default:
		return fmt.Errorf("unknown word %q", word)
	}
	return nil
}

// given picks a given name, put together of two parts in some traditions.
func (t *tradition) given(d dice, sex string) string {
	list, back := t.boys, t.back
	if sex == "F" {
		list = t.girls
		if t.girlsBack != nil {
			back = t.girlsBack
		}
	}
	if t.front != nil && d.chance(t.givenTail) {
		return of(d, t.front) + t.joint(d, of(d, back))
	}
	name := list.pick(d)
	if !d.chance(t.pairs) {
		return name
	}
	second := list.pick(d)
	if t.name == "english" {
		second = of(d, map[string][]string{"M": {"James", "Lee", "Jay", "John", "Ray"}, "F": {"Mae", "Rose", "Grace", "Leigh", "Mai", "Jo", "Ann", "Marie", "May"}}[sex])
	}
	if second == name || strings.ContainsAny(name, " -") {
		return name
	}
	return name + of(d, []string{"-", "-", " "}) + second
}

// joint is how the second part of a name is written after the first.
func (t *tradition) joint(d dice, second string) string {
	if t.name != "chinese" {
		return strings.ToLower(second)
	}
	return []string{strings.ToLower(second), " " + second, "-" + second}[d.which(4, 4, 2)]
}

// surname picks a family name in its masculine form.
func (t *tradition) surname(d dice) string {
	if t.familyFront != nil && d.chance(t.tail) {
		return of(d, t.familyFront) + of(d, t.familyBack)
	}
	return t.family.pick(d)
}

// feminine is the form of a surname that a woman has.
func (t *tradition) feminine(name string, married bool) string {
	ends := t.daughter
	if married && t.wife != nil {
		ends = t.wife
	}
	for i := 0; i+1 < len(ends); i += 2 {
		if stem, ok := strings.CutSuffix(name, ends[i]); ok {
			return stem + ends[i+1]
		}
	}
	return name
}

// bare is a name without its accents, as most systems in England hold it.
func bare(s string) string {
	plain := true
	for i := range len(s) {
		plain = plain && s[i] < 128
	}
	if plain {
		return s
	}
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		if to, ok := unaccented[r]; ok {
			return to
		}
		return r
	}, norm.NFD.String(s))
}

// unaccented letters do not come apart.
var unaccented = map[rune]rune{'ł': 'l', 'Ł': 'L', 'ı': 'i', 'đ': 'd', 'Đ': 'D', 'ø': 'o', 'Ø': 'O'}
