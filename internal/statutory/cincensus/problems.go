package cincensus

import (
	"cmp"
	"slices"
)

// Group is everything that one rule found, or one kind of fault of structure.
type Group struct {
	Rule     *Rule // nil for structure
	Findings []Finding
}

// ByRule gives the findings by rule: errors before queries, then by number, and
// within a rule in the file's order.
func (r *Report) ByRule() []Group {
	at := map[*Rule]int{}
	var out []Group
	for _, f := range r.Findings {
		i, ok := at[f.Rule]
		if !ok {
			i = len(out)
			at[f.Rule] = i
			out = append(out, Group{Rule: f.Rule})
		}
		out[i].Findings = append(out[i].Findings, f)
	}
	for i := range out {
		slices.SortStableFunc(out[i].Findings, func(a, b Finding) int { return cmp.Compare(a.Line(), b.Line()) })
	}
	slices.SortStableFunc(out, func(a, b Group) int {
		return cmp.Or(cmp.Compare(a.Rule.Severity, b.Rule.Severity), cmp.Compare(place(a.Rule), place(b.Rule)))
	})
	return out
}

// place is a rule's place in the catalogue.
func place(r *Rule) int {
	return slices.IndexFunc(catalogue, func(o *Rule) bool { return o.Code == r.Code })
}

// Children are the children of the findings, each once, in order of letters. A child
// without a number counts as "".
func (g Group) Children() []string {
	out := []string{}
	for _, f := range g.Findings {
		if f.ofChild() {
			out = append(out, f.Child)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// ofChild says that the finding is about a child, not the return as a whole.
func (f Finding) ofChild() bool { return len(f.Places) > 0 && f.Places[0].Table != HeaderTable }

// Totals counts what was found: errors and queries of the rules and the structure.
func (r *Report) Totals() (errors, queries int) {
	for _, f := range r.Findings {
		errors += one(f.Severity() == Error)
		queries += one(f.Severity() == Query)
	}
	for _, f := range r.Faults {
		errors += one(f.Severity == Error)
		queries += one(f.Severity == Query)
	}
	return errors, queries
}
