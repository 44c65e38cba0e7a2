package cincensus

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf16"

	"frontdoor/internal/refusal"
)

// census puts children into a 2026 census.
func census(children string) string {
	return `<Message><Header><CollectionDetails><Collection>CIN</Collection><Year>2026</Year><ReferenceDate>2026-03-31</ReferenceDate></CollectionDetails>` +
		`<Source><SourceLevel>L</SourceLevel><LEA>999</LEA></Source></Header>` + "\n<Children>\n" + children + "\n</Children></Message>"
}

const smallChild = `<Child>
 <ChildIdentifiers>
  <LAchildID>A1</LAchildID>
  <PersonBirthDate>2015-06-10</PersonBirthDate>
  <Sex>F</Sex>
 </ChildIdentifiers>
 <ChildCharacteristics><Ethnicity>WBRI</Ethnicity></ChildCharacteristics>
 <CINdetails>
  <CINreferralDate>2025-05-01</CINreferralDate>
  <ReferralSource>6</ReferralSource>
  <ReferralNFA>1</ReferralNFA>
 </CINdetails>
</Child>`

// readAll reads a whole census.
func readAll(text []byte, year int) (children []*Child, r *Reader, err error) {
	r, err = NewReader(bytes.NewReader(text), year)
	if err != nil {
		return nil, nil, err
	}
	for {
		c, err := r.Next()
		if errors.Is(err, io.EOF) {
			return children, r, nil
		}
		if err != nil {
			return children, r, err
		}
		children = append(children, c)
	}
}

func TestAChildIsReadWithItsLines(t *testing.T) {
	children, r, err := readAll([]byte(census(smallChild+"\n"+strings.ReplaceAll(smallChild, "A1", "A2"))), 0)
	if err != nil {
		t.Fatal(err)
	}
	if len(children) != 2 || r.Year() != 2026 || r.Header().LEA.Value != "999" || r.Header().ReferenceDate.Day != lastOfMarch(2026) {
		t.Fatalf("%d children of %d, header %+v", len(children), r.Year(), r.Header())
	}
	c := children[1]
	if c.ID() != "A2" || c.Row != 1 || c.Line != 16 || c.Identifiers.LAchildID.Line != 18 || c.Episodes[0].CINreferralDate.Line != 24 || c.Episodes[0].Row != 1 {
		t.Errorf("read %+v, episode %+v", c, c.Episodes[0])
	}
	if c.Episodes[0].CINreferralDate.Day.String() != "2025-05-01" {
		t.Errorf("referral date %+v", c.Episodes[0].CINreferralDate)
	}
}

func TestWhatRealFilesHoldIsTaken(t *testing.T) {
	tests := []struct {
		name   string
		change func(string) string
		check  func(c *Child) bool
	}{
		{"elements in another order", func(s string) string {
			return strings.Replace(s, "<ReferralSource>6</ReferralSource>\n  <ReferralNFA>1</ReferralNFA>", "<ReferralNFA>1</ReferralNFA><ReferralSource>6</ReferralSource>", 1)
		}, func(c *Child) bool {
			return c.Episodes[0].ReferralSource.Value == "6" && c.Episodes[0].ReferralNFA.yes()
		}},
		{"groups in another order", func(s string) string {
			return strings.Replace(strings.Replace(s, "<ChildCharacteristics><Ethnicity>WBRI</Ethnicity></ChildCharacteristics>", "", 1), "</Child>", "<ChildCharacteristics><Ethnicity>WBRI</Ethnicity></ChildCharacteristics></Child>", 1)
		}, func(c *Child) bool { return c.Characteristics.Ethnicity.Value == "WBRI" }},
		{"a boolean in capitals", func(s string) string {
			return strings.Replace(s, "<ReferralNFA>1", "<ReferralNFA>TRUE", 1)
		}, func(c *Child) bool { return c.Episodes[0].ReferralNFA.yes() }},
		{"blanks around a date", func(s string) string { return strings.Replace(s, "2025-05-01", "\n 2025-05-01\t", 1) },
			func(c *Child) bool { return c.Episodes[0].CINreferralDate.Known() }},
		{"a blank element", func(s string) string {
			return strings.Replace(s, "<Sex>F</Sex>", "<UPN></UPN><FormerUPN/><Sex>F</Sex>", 1)
		},
			func(c *Child) bool { return !c.Identifiers.UPN.Given() && c.Identifiers.UPN.Line == 7 }},
		{"an element given twice: the first counts", func(s string) string { return strings.Replace(s, "<Sex>F</Sex>", "<Sex>F</Sex><Sex>M</Sex>", 1) },
			func(c *Child) bool { return c.Identifiers.Sex.Value == "F" }},
		{"a group given twice: the first counts", func(s string) string {
			return strings.Replace(s, "</ChildIdentifiers>", "</ChildIdentifiers><ChildIdentifiers><LAchildID>B</LAchildID><UPN>X</UPN></ChildIdentifiers>", 1)
		}, func(c *Child) bool { return c.ID() == "A1" && !c.Identifiers.UPN.Given() }},
		{"an unknown element is kept", func(s string) string {
			return strings.Replace(s, "<Sex>F</Sex>", "<Sex>F</Sex><Shoe a='1'><Size>4</Size></Shoe>", 1)
		}, func(c *Child) bool {
			return len(c.Unknown) == 2 && c.Unknown[0] == Unknown{Name: "Size", In: "Shoe", Value: "4", Line: 7} && c.Unknown[1].Name == "Shoe" && c.Unknown[1].In == "ChildIdentifiers"
		}},
		{"the old element for sex", func(s string) string {
			return strings.Replace(s, "<Sex>F</Sex>", "<GenderCurrent>2</GenderCurrent>", 1)
		},
			func(c *Child) bool { return c.Identifiers.GenderCurrent.Value == "2" }},
		{"text between elements", func(s string) string { return strings.Replace(s, "<Sex>F</Sex>", "Sex<Sex>F</Sex>", 1) },
			func(c *Child) bool { return c.Identifiers.Sex.Value == "F" }},
		{"no identifiers", func(s string) string {
			return s[:strings.Index(s, "<ChildIdentifiers>")] + s[strings.Index(s, "</ChildIdentifiers>")+len("</ChildIdentifiers>"):]
		}, func(c *Child) bool { return c.ID() == "" && c.Identifiers.Line == c.Line }},
		{"a date that is none", func(s string) string { return strings.Replace(s, "2025-05-01", "2025-02-29", 1) },
			func(c *Child) bool {
				return !c.Episodes[0].CINreferralDate.Known() && c.Episodes[0].CINreferralDate.Given()
			}},
		{"comments and instructions", func(s string) string { return strings.Replace(s, "<Sex>F</Sex>", "<!-- x --><?do it?><Sex>F</Sex>", 1) },
			func(c *Child) bool { return c.Identifiers.Sex.Value == "F" }},
		{"a namespace", func(s string) string { return strings.Replace(s, "<Child>", `<Child xmlns="urn:x">`, 1) },
			func(c *Child) bool { return c.ID() == "A1" }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			children, _, err := readAll([]byte(census(tt.change(smallChild))), 0)
			if err != nil {
				t.Fatal(err)
			}
			if len(children) != 1 || !tt.check(children[0]) {
				t.Errorf("read %+v", children[0])
			}
		})
	}
}

func TestEveryEncodingGivesTheSameChild(t *testing.T) {
	text := census(strings.Replace(smallChild, "A1", "Zoë–A1", 1))
	utf16of := func(s string, big, mark bool) []byte {
		if mark {
			s = "\ufeff" + s
		}
		var out []byte
		for _, u := range utf16.Encode([]rune(s)) {
			if big {
				out = append(out, byte(u>>8), byte(u))
				continue
			}
			out = append(out, byte(u), byte(u>>8))
		}
		return out
	}
	in1252 := []byte(strings.NewReplacer("ë", "\xeb", "–", "\x96").Replace(text))
	declared := func(name string, b []byte) []byte {
		return append([]byte(`<?xml version="1.0" encoding="`+name+`"?>`), b...)
	}
	tests := map[string][]byte{
		"UTF-8":                        []byte(text),
		"UTF-8 with a mark":            []byte("\ufeff" + text),
		"UTF-8 as declared":            declared("UTF-8", []byte(text)),
		"UTF-16 little, mark":          utf16of(text, false, true),
		"UTF-16 big, mark":             utf16of(text, true, true),
		"UTF-16 little":                utf16of(text, false, false),
		"UTF-16 big":                   utf16of(text, true, false),
		"UTF-16 as declared":           utf16of(`<?xml version="1.0" encoding="UTF-16"?>`+text, false, true),
		"Windows-1252":                 declared("windows-1252", in1252),
		"Latin-1 that is Windows-1252": declared("ISO-8859-1", in1252),
		"not UTF-8 as declared":        declared("utf-8", in1252),
		"not UTF-8":                    in1252,
	}
	for name, raw := range tests {
		t.Run(name, func(t *testing.T) {
			// One byte at a time, so that every character is cut once.
			for _, in := range []io.Reader{bytes.NewReader(raw), oneByte{bytes.NewReader(raw)}} {
				r, err := NewReader(in, 0)
				if err != nil {
					t.Fatal(err)
				}
				c, err := r.Next()
				if err != nil {
					t.Fatal(err)
				}
				if c.ID() != "Zoë–A1" {
					t.Errorf("read %q", c.ID())
				}
				if mended := r.Mended(); (mended != 0) != strings.HasPrefix(name, "not") || mended != 0 && mended != 5 {
					t.Errorf("mended at line %d", mended)
				}
			}
		})
	}
}

type oneByte struct{ in io.Reader }

func (o oneByte) Read(p []byte) (int, error) { return o.in.Read(p[:min(1, len(p))]) }

func TestWhatCannotBeReadIsRefusedWithItsLine(t *testing.T) {
	child := census(smallChild)
	tests := []struct{ name, file, says string }{
		{"nothing", "", "The file is empty"},
		{"blanks", " \n \n", "holds no XML element"},
		{"no XML", "LAchildID,UPN\n1,2\n", "holds no XML element"},
		{"another document", "<html><body/></html>", "begins with html, not with Message"},
		{"cut in the middle", child[:len(child)/2], "ends at line"},
		{"not well-formed", strings.Replace(child, "</Sex>", "</sex>", 1), "Line 7 is not well-formed XML"},
		{"a bare ampersand", strings.Replace(child, "A1", "A & 1", 1), "Line 5 is not well-formed XML"},
		{"an XML of another version", `<?xml version="2.0"?>` + child, "Line 1 cannot be read"},
		{"two documents", child + "<Message/>", "second document"},
		{"a document type", "<!DOCTYPE Message [<!ENTITY a 'x'>]>" + child, "document type declaration"},
		{"a bomb of entities", "<!DOCTYPE m [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;'>]><Message>&b;</Message>", "document type declaration"},
		{"elements in elements", "<Message>" + strings.Repeat("<a>", 1000), "within more elements"},
		{"a text of two million characters", strings.Replace(child, "A1", strings.Repeat("x", 2<<20), 1), "more than a million characters"},
		{"a comment of two million characters", strings.Replace(child, "<Sex>", "<!--"+strings.Repeat("x", 2<<20)+"--><Sex>", 1), "more than a million characters"},
		{"a child of a hundred thousand elements", census(strings.Replace(smallChild, "</Child>", strings.Repeat("<CINdetails/>", 100000)+"</Child>", 1)), "more elements than any child has"},
		{"an encoding nobody has", `<?xml version="1.0" encoding="EBCDIC-UK"?>` + child, "Save it as UTF-8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := readAll([]byte(tt.file), 0)
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Fatalf("says %v, want %q", err, tt.says)
			}
			if refusal.KindOf(err) == refusal.Fault {
				t.Errorf("%v is a fault, not an answer for people", err)
			}
		})
	}
}

func TestAFailingDiskIsAFault(t *testing.T) {
	broken := errors.New("the disk is gone")
	_, err := Validate(io.MultiReader(strings.NewReader(census(smallChild)[:300]), failing{broken}), Options{})
	if !errors.Is(err, broken) {
		t.Errorf("says %v, want the disk's own error", err)
	}
	if _, err := Validate(failing{broken}, Options{}); !errors.Is(err, broken) {
		t.Errorf("says %v, want the disk's own error", err)
	}
}

type failing struct{ why error }

func (f failing) Read([]byte) (int, error) { return 0, f.why }

func TestTheYearIsTheHeadersOrTheOneAskedFor(t *testing.T) {
	tests := []struct {
		header string
		asked  int
		want   int
		note   string
	}{
		{"2024", 0, 2024, ""},
		{"2024", 2026, 2026, "The header says 2024"},
		{"2019", 0, 2022, "The header says 2019"},
		{"2030", 0, 2027, "The header says 2030"},
		{"", 0, 2026, "names no year"},
		{"soon", 0, 2026, "The header says soon"},
		{"2027", 0, 2027, "provisional"},
		{"2022", 0, 2022, "the codes of 2022"},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.header, " asked ", tt.asked), func(t *testing.T) {
			text := strings.Replace(census(smallChild), "<Year>2026", "<Year>"+tt.header, 1)
			rep, err := Validate(strings.NewReader(text), Options{Year: tt.asked})
			if err != nil {
				t.Fatal(err)
			}
			if rep.Year != tt.want || !strings.Contains(strings.Join(rep.Notes, " "), tt.note) {
				t.Errorf("checked as %d with notes %q, want %d and %q", rep.Year, rep.Notes, tt.want, tt.note)
			}
		})
	}
	for _, year := range []int{2021, 2028, -1} {
		if _, err := NewReader(strings.NewReader(census("")), year); refusal.KindOf(err) != refusal.Invalid {
			t.Errorf("year %d: %v, want a refusal", year, err)
		}
	}
}

func TestAFileIsReadInBoundedMemory(t *testing.T) {
	var most uint64
	head, tail, _ := strings.Cut(census(""), "</Children>")
	r, err := NewReader(io.MultiReader(strings.NewReader(head), &again{text: smallChild, left: 200000}, strings.NewReader("</Children>"+tail)), 0)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for {
		_, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if n++; n%50000 == 0 {
			most = max(most, heap())
		}
	}
	if n != 200000 || most > 16<<20 {
		t.Errorf("%d children with %d MB held, want 200,000 with at most 16 MB", n, most>>20)
	}
}

func TestAHeaderAfterTheChildrenIsStillRead(t *testing.T) {
	head, rest, _ := strings.Cut(census(smallChild), "<Children>")
	header := strings.TrimPrefix(strings.TrimSpace(head), "<Message>")
	text := "<Message><Children>" + strings.TrimSuffix(rest, "</Message>") + header + "</Message>"
	rep, err := Validate(strings.NewReader(text), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if rep.Header.LEA.Value != "999" || !strings.Contains(strings.Join(rep.Notes, " "), "Put it first") {
		t.Errorf("header %+v, notes %q", rep.Header, rep.Notes)
	}
	for _, f := range rep.Findings {
		if f.Rule.Code == "100" {
			t.Errorf("the reference date is given, but rule 100 says %s", f.Message())
		}
	}
	if len(rep.Faults) == 0 || rep.Faults[0].Element != "Header" {
		t.Errorf("faults %+v, want the header out of place", rep.Faults)
	}
}
