package cincensus

import (
	"bytes"
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// needXMLLint finds xmllint, a schema validator, in Debian's libxml2-utils. Where
// there is none the test is skipped at home and fails in CI.
func needXMLLint(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("xmllint")
	if err != nil && os.Getenv("CI") != "" {
		t.Fatal("xmllint is not installed: apt-get install libxml2-utils")
	}
	if err != nil {
		t.Skip("xmllint is not installed: apt-get install libxml2-utils")
	}
	return path
}

// spot is where something is wrong.
type spot struct {
	line    int
	element string
}

func (s spot) String() string { return fmt.Sprintf("line %d %s", s.line, s.element) }

var complaint = regexp.MustCompile(`(?m)^[^:\n]*:(\d+): element (\w+): Schemas validity error : (.*)$`)

// schemaSays is what xmllint with the year's XSD says: each line and element.
func schemaSays(t *testing.T, xmllint string, year int, census []byte) []spot {
	t.Helper()
	file := filepath.Join(t.TempDir(), "census.xml")
	if err := os.WriteFile(file, census, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(xmllint, "--noout", "--schema", fmt.Sprintf("testdata/xsd/CIN_schema_%d.xsd", year), file).CombinedOutput()
	var spots []spot
	for _, m := range complaint.FindAllStringSubmatch(string(out), -1) {
		if year == 2022 && m[2] == "NumberOfPreviousCPP" && strings.Contains(m[3], "not a valid value") {
			continue // that schema says wrongly that 0 earlier plans are too few
		}
		line, _ := strconv.Atoi(m[1])
		spots = append(spots, spot{line, m[2]})
	}
	if err == nil && len(spots) > 0 || err != nil && len(complaint.FindAll(out, -1)) == 0 {
		t.Fatalf("xmllint: %v\n%s", err, out)
	}
	return sorted(spots)
}

func sorted(list []spot) []spot {
	slices.SortFunc(list, func(a, b spot) int { return cmp.Or(cmp.Compare(a.line, b.line), strings.Compare(a.element, b.element)) })
	return slices.Compact(list)
}

// weSay is where our own checks find faults, each told as xmllint tells it: what is
// missing and text between elements at the element that xmllint names.
func weSay(t *testing.T, year int, census []byte) []spot {
	t.Helper()
	rep, err := Validate(bytes.NewReader(census), Options{Year: year, Rules: []string{StructureCode}})
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(census), "\n")
	var out []spot
	for _, f := range rep.Faults {
		s := spot{f.Line, f.Element}
		switch {
		case f.Kind == Missing:
			s.element = elementOn(lines, f.Line)
		case f.Kind == StrayText:
			s = spot{parentLine(lines, f.Line, f.In), f.In}
		case f.Kind == UnknownElement && !slices.Contains(groups(), f.In): // xmllint tells it of the element it stands in
			s = spot{parentLine(lines, f.Line, f.In), f.In}
		case f.Kind == Value && f.Element == "NumberOfPreviousCPP" && year == 2022:
			continue
		}
		out = append(out, s)
	}
	return sorted(out)
}

// groups are the elements that hold other elements.
func groups() []string {
	var out []string
	var walk func(*element)
	walk = func(e *element) {
		if e.holds == parts {
			out = append(out, e.name)
		}
		for _, p := range e.parts {
			walk(p)
		}
	}
	walk(schema())
	return out
}

var startTag = regexp.MustCompile(`<(\w+)`)

func elementOn(lines []string, line int) string {
	if m := startTag.FindStringSubmatch(lines[line-1]); m != nil {
		return m[1]
	}
	return ""
}

// parentLine is where the element begins that a line stands in.
func parentLine(lines []string, line int, name string) int {
	for n := line; n > 0; n-- {
		if strings.Contains(lines[n-1], "<"+name+">") || strings.Contains(lines[n-1], "<"+name+" ") {
			return n
		}
	}
	return 0
}

func TestSamplesFailWhereASchemaValidatorSays(t *testing.T) {
	xmllint := needXMLLint(t)
	files, err := filepath.Glob("testdata/samples/*.xml")
	if err != nil || len(files) != 9 {
		t.Fatalf("%d samples (%v), want 9", len(files), err)
	}
	for _, file := range files {
		census, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for year := FirstYear; year <= LatestYear; year++ {
			t.Run(fmt.Sprint(filepath.Base(file), " ", year), func(t *testing.T) {
				want := schemaSays(t, xmllint, year, census)
				got := weSay(t, year, census)
				for _, s := range want {
					if !slices.Contains(got, s) {
						t.Errorf("the schema complains at %s, we do not: %v", s, got)
					}
				}
				if len(want) == 0 && len(got) > 0 {
					t.Errorf("the schema is content, we complain at %v", got)
				}
			})
		}
	}
}

// breakings are ways to break one line of a valid census.
var breakings = []struct {
	name string
	do   func(r *rand.Rand, lines []string) []string
}{
	{"take out a leaf", func(r *rand.Rand, l []string) []string { n := leafLine(r, l); return slices.Delete(l, n, n+1) }},
	{"give a leaf twice", func(r *rand.Rand, l []string) []string { n := leafLine(r, l); return slices.Insert(l, n, l[n]) }},
	{"swap two lines of leaves", func(r *rand.Rand, l []string) []string {
		for {
			if n := leafLine(r, l); isLeaf(l[n+1]) && elementOn(l, n+1) != elementOn(l, n+2) {
				l[n], l[n+1] = l[n+1], l[n]
				return l
			}
		}
	}},
	{"blank a leaf", func(r *rand.Rand, l []string) []string {
		n := leafLine(r, l)
		e := elementOn(l, n+1)
		l[n] = "<" + e + "/>"
		return l
	}},
	{"spaces around a value", func(r *rand.Rand, l []string) []string {
		return replaceValue(r, l, func(v string) string { return " " + v + " " })
	}},
	{"a value of another kind", func(r *rand.Rand, l []string) []string {
		odd := []string{"x", "0", "1", "true", "-1", "+2", "2025-02-30", "2024-02-29", "2025-13-01", "01/04/2025", "2025-04-01Z", "2025-04-01T00:00:00", "RC9", "5D", "18A", "24A", "2025-04-01+14:00", "2025-04-01+14:01", "12025-04-01", "-0044-03-15", "0000-01-01", "2025-4-1", "007", "-0", "N1", "U", "9", "UN8", "B359000000001", "b35900000000x", "é", "&amp;", "24:00:00", "2025-05-01T24:00:00", "2025-05-01T09:30:00.5Z", "2025-05-01T24:00:01", "02025", "2025Z"}
		return replaceValue(r, l, func(string) string { return odd[r.IntN(len(odd))] })
	}},
	{"an element that nobody knows", func(r *rand.Rand, l []string) []string { return slices.Insert(l, leafLine(r, l), "<Extra>1</Extra>") }},
	{"an element within a leaf", func(r *rand.Rand, l []string) []string {
		return replaceValue(r, l, func(v string) string { return "<b/>" })
	}},
	{"an attribute", func(r *rand.Rand, l []string) []string {
		n := leafLine(r, l)
		l[n] = strings.Replace(l[n], ">", ` note="x">`, 1)
		return l
	}},
	{"text between elements", func(r *rand.Rand, l []string) []string { return slices.Insert(l, leafLine(r, l), "stray") }},
	{"a comment", func(r *rand.Rand, l []string) []string {
		return slices.Insert(l, leafLine(r, l), "<!-- a <b> comment -->")
	}},
	{"a value as CDATA", func(r *rand.Rand, l []string) []string {
		return replaceValue(r, l, func(v string) string { return "<![CDATA[" + v + "]]>" })
	}},
	{"a group moved to the end", func(r *rand.Rand, l []string) []string { return moveGroup(r, l) }},
	{"a group taken out", func(r *rand.Rand, l []string) []string {
		from, to := groupLines(r, l)
		return slices.Delete(l, from, to+1)
	}},
	{"a group given twice", func(r *rand.Rand, l []string) []string {
		from, to := groupLines(r, l)
		return slices.Insert(l, to+1, slices.Clone(l[from:to+1])...)
	}},
	{"a group emptied", func(r *rand.Rand, l []string) []string {
		from, to := groupLines(r, l)
		return slices.Delete(l, from+1, to)
	}},
}

var leafText = regexp.MustCompile(`^\s*<(\w+)>([^<]*)</\w+>$`)

func isLeaf(line string) bool { return leafText.MatchString(line) }

func leafLine(r *rand.Rand, l []string) int {
	for {
		if n := r.IntN(len(l)); isLeaf(l[n]) {
			return n
		}
	}
}

func replaceValue(r *rand.Rand, l []string, change func(string) string) []string {
	n := leafLine(r, l)
	m := leafText.FindStringSubmatch(l[n])
	l[n] = "<" + m[1] + ">" + change(m[2]) + "</" + m[1] + ">"
	return l
}

var groupStart = regexp.MustCompile(`^(\s*)<(\w+)>$`)

// groupLines are the first and last line of some group below Child.
func groupLines(r *rand.Rand, l []string) (from, to int) {
	for {
		n := r.IntN(len(l))
		m := groupStart.FindStringSubmatch(l[n])
		if m == nil || len(m[1]) < 3 {
			continue
		}
		for end := n; end < len(l); end++ {
			if l[end] == m[1]+"</"+m[2]+">" {
				return n, end
			}
		}
	}
}

// moveGroup moves a group to the end of what it stands in.
func moveGroup(r *rand.Rand, l []string) []string {
	from, to := groupLines(r, l)
	group := slices.Clone(l[from : to+1])
	indent := groupStart.FindStringSubmatch(l[from])[1]
	l = slices.Delete(l, from, to+1)
	for n := from; n < len(l); n++ {
		if strings.HasPrefix(l[n], indent[1:]+"</") {
			return slices.Insert(l, n, group...)
		}
	}
	return append(l, group...)
}

// A valid census with one thing broken must be found at fault exactly where a schema
// validator finds it. Where one break has several results the validator gives up on a
// group after the first; then everything that it says must be among what we say.
func TestOneBrokenLineIsFoundWhereASchemaValidatorFindsIt(t *testing.T) {
	xmllint := needXMLLint(t)
	rounds := 6
	if os.Getenv("CI") != "" {
		rounds = 20
	}
	for year := FirstYear; year <= LatestYear; year++ {
		valid := string(invented(t, Invented{Children: 25, Number: uint64(year), Year: year}))
		for _, b := range breakings {
			t.Run(fmt.Sprint(year, " ", b.name), func(t *testing.T) {
				for round := range rounds {
					r := rand.New(rand.NewPCG(uint64(year), uint64(round)))
					broken := []byte(strings.Join(b.do(r, strings.Split(valid, "\n")), "\n"))
					want := schemaSays(t, xmllint, year, broken)
					got := weSay(t, year, broken)
					if !within(want, got) || len(want) == 0 && len(got) > 0 || len(got) > len(want)+40 {
						t.Errorf("round %d: the schema complains at %v, we at %v%s", round, want, got, excerpt(broken, want, got))
					}
					single := len(want) == 1 && len(got) > 1 && !strings.Contains(b.name, "group") && !strings.Contains(b.name, "swap")
					if single {
						t.Errorf("round %d: the schema complains at %v alone, we at %v%s", round, want, got, excerpt(broken, want, got))
					}
				}
			})
		}
	}
}

func within(some, all []spot) bool {
	return !slices.ContainsFunc(some, func(s spot) bool { return !slices.Contains(all, s) })
}

// excerpt is the lines around the first spot.
func excerpt(census []byte, lists ...[]spot) string {
	for _, list := range lists {
		if len(list) > 0 {
			lines := strings.Split(string(census), "\n")
			from, to := max(0, list[0].line-4), min(len(lines), list[0].line+4)
			return "\n" + strings.Join(lines[from:to], "\n")
		}
	}
	return ""
}
