package cincensus

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"frontdoor/internal/civil"
	"frontdoor/internal/refusal"
)

// Options say how a census is checked. The zero Options check everything, by the
// rules' wording, against the census that the header names.
type Options struct {
	Year     int                            // FirstYear to Provisional; 0 for the header's
	Mode     Mode                           // Spec when empty
	Rules    []string                       // the codes of the rules to run, "structure" for the schema; all when empty
	Calendar *civil.Calendar                // working days; England's that comes with the service when nil
	Most     int                            // how many findings and faults are kept, the first of each; 0 for all
	Progress func(read int64, children int) // called now and then
}

// StructureCode stands for the checks of structure where rules are named by code.
const StructureCode = "structure"

// Report is what was found in a census. Findings are in the order in which the rules
// spoke, child by child; Faults in the file's order.
type Report struct {
	Year     int
	Mode     Mode
	Header   Header
	Children int
	Bytes    int64
	Findings []Finding
	Faults   []Fault
	Left     int      // findings and faults that Options.Most left out
	Notes    []string // about the file as a whole, for people
}

// Clean says that nothing has to be corrected: there may still be queries. A report
// that left something out is not clean.
func (r *Report) Clean() bool {
	return r.Left == 0 && !slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Severity() == Error }) &&
		!slices.ContainsFunc(r.Faults, func(f Fault) bool { return f.Severity == Error })
}

// Severity is that of the rule.
func (f Finding) Severity() Severity { return f.Rule.Severity }

// Validate reads a census to its end and reports what is wrong with it. The error
// says why a file cannot be read at all; it is a refusal, written for people. In mode
// Reference the structure is checked only when asked for, since the reference
// validator has no such check.
func Validate(in io.Reader, o Options) (*Report, error) {
	rules, structure, err := o.chosen()
	if err != nil {
		return nil, err
	}
	counted := &counter{in: in}
	r, err := NewReader(counted, o.Year)
	if err != nil {
		return nil, err
	}
	rep := &Report{Mode: o.mode()}
	if structure {
		r.faults = func(f Fault) {
			if o.Most > 0 && len(rep.Faults) >= o.Most {
				rep.Left++
				return
			}
			rep.Faults = append(rep.Faults, f)
		}
	}
	var k *checker
	begin := func() {
		rep.Year, rep.Header = r.Year(), *r.Header()
		k = newChecker(rep.Year, rep.Mode, &rep.Header, o.calendar(), rulesOf(rules, rep.Year, rep.Mode),
			func(f Finding) {
				if o.Most > 0 && len(rep.Findings) >= o.Most {
					rep.Left++
					return
				}
				rep.Findings = append(rep.Findings, f)
			})
	}
	for {
		c, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if k == nil {
			begin()
		}
		k.child(c)
		if rep.Children++; o.Progress != nil && rep.Children%500 == 0 {
			o.Progress(counted.n, rep.Children)
		}
	}
	if k == nil {
		begin()
	}
	late := rep.Header.Line == 0 && r.Header().Line > 0
	rep.Header = *r.Header()
	k.finish()
	rep.Bytes = counted.n
	rep.Notes = notes(r, rep)
	if late {
		rep.Notes = append(rep.Notes, fmt.Sprintf("The header stands after the children. Until it came the file was checked as the %d census, to %s. Put it first.", rep.Year, k.end.Words()))
	}
	slices.SortStableFunc(rep.Faults, func(a, b Fault) int { return a.Line - b.Line })
	return rep, nil
}

func (o Options) mode() Mode {
	if o.Mode == "" {
		return Spec
	}
	return o.Mode
}

func (o Options) calendar() *civil.Calendar {
	if o.Calendar == nil {
		return england()
	}
	return o.Calendar
}

// chosen are the rules asked for, of whatever year, and whether the structure is.
func (o Options) chosen() (rules []*Rule, structure bool, err error) {
	if o.mode() != Spec && o.mode() != Reference {
		return nil, false, refusal.Field("mode", "The mode must be spec or reference")
	}
	if len(o.Rules) == 0 {
		return catalogue, o.mode() == Spec, nil
	}
	for _, code := range o.Rules {
		code = strings.ToUpper(strings.TrimSpace(code))
		if code == strings.ToUpper(StructureCode) {
			structure = true
			continue
		}
		r, ok := RuleOf(code)
		if !ok {
			return nil, false, refusal.Field("rules", fmt.Sprintf("There is no rule %s. See frontdoor cin rules", shortened(code, 20)))
		}
		if !slices.Contains(rules, r) {
			rules = append(rules, r)
		}
	}
	return rules, structure, nil
}

// rulesOf are those of the chosen rules that the census has, as the mode has them.
func rulesOf(chosen []*Rule, year int, mode Mode) []*Rule {
	var out []*Rule
	for _, r := range chosen {
		if year < r.From {
			continue
		}
		if mode == Reference && r == &rule9010Q { // the reference registers it as an error
			as := *r
			as.Severity = Error
			r = &as
		}
		out = append(out, r)
	}
	return out
}

// notes tells what a reader of the report should know about the file as a whole.
func notes(r *Reader, rep *Report) []string {
	var out []string
	said := r.header.Year.Value
	switch {
	case said == "" && r.asked:
		out = append(out, fmt.Sprintf("The header names no year. The file was checked as the %d census, as asked.", rep.Year))
	case said == "":
		out = append(out, fmt.Sprintf("The header names no year. The file was checked as the %d census.", rep.Year))
	case said != fmt.Sprint(rep.Year):
		out = append(out, fmt.Sprintf("The header says %s. The file was checked as the %d census.", shortened(said, 20), rep.Year))
	}
	if !rep.Header.ReferenceDate.Known() {
		out = append(out, fmt.Sprintf("The header has no reference date. %s was taken.", lastOfMarch(rep.Year).Words()))
	}
	if rep.Year == Provisional {
		out = append(out, "The rules of the 2027 census, with its pre-proceedings module, are provisional.")
	}
	if rep.Year < 2023 {
		out = append(out, "No list of the 2022 census's own rules was found. The rules of the 2023 census were used, with the codes of 2022.")
	}
	if rep.Left > 0 {
		out = append(out, fmt.Sprintf("There is more wrong than is kept here: %d more were found. Mend what comes again and again, such as the wrong year, and check again.", rep.Left))
	}
	if line := r.Mended(); line > 0 {
		out = append(out, fmt.Sprintf("Line %d holds characters that the file's encoding does not allow. They were read as Windows-1252 where possible. Save the file as UTF-8.", line))
	}
	return out
}

// counter counts the bytes read.
type counter struct {
	in io.Reader
	n  int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.n += int64(n)
	return n, err
}
