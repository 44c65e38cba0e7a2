package children

import (
	"fmt"
	"strings"

	"frontdoor/internal/form"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
)

func count(n int) string {
	switch n {
	case 0:
		return "No pair of records waits for an answer"
	case 1:
		return "1 pair of records may be of one child"
	}
	return fmt.Sprintf("%d pairs of records may be of one child", n)
}

func checkedWords(s record.Swept) string {
	if s.At.IsZero() {
		return "The register has not been searched for children recorded twice yet. It is searched every week."
	}
	return fmt.Sprintf("The register was last searched %s: %d records compared, %d new pairs. It is searched every week.", s.At.Words(), s.Compared, s.Proposed)
}

// inHundred words a chance: nothing is certain until two people say so.
func inHundred(c float64) string {
	n := int(c * 100)
	if n > 98 {
		return "over 98 in 100"
	}
	return fmt.Sprintf("%d in 100", max(n, 1))
}

func stateWords(s pathway.PairState, source string) string {
	switch s {
	case pathway.PairSuggested:
		return "found by the weekly search"
	case pathway.PairProposed:
		return "proposed; waits for a second person"
	case pathway.PairMerged:
		return "joined: read as one record"
	case pathway.PairUndoing:
		return "somebody asks to part them; waits for a second person"
	case pathway.PairRefused:
		return "refused: two children"
	case pathway.PairUndone:
		return "parted again: two children"
	}
	return ""
}

func stepWords(s record.PairStep) string {
	switch s.Step {
	case string(pathway.PairSuggested):
		return "Found by the weekly search of the register"
	case string(pathway.PairProposed):
		return s.By + " proposed that they are one child"
	case string(pathway.PairMerged):
		return s.By + " agreed: the records were joined"
	case string(pathway.PairRefused):
		return s.By + " said that they are two children"
	case "undo_asked":
		return s.By + " asked to part them"
	case "undo_refused":
		return s.By + " kept them joined"
	}
	return s.By + " agreed: the records were parted"
}

// against words what speaks against joining, whoever proposed it.
func against(r pathway.Pair) []string {
	var out []string
	if r.Numbers {
		out = append(out, "Their NHS numbers differ. One of them must be wrong if this is one child.")
	}
	if r.Listed {
		out = append(out, "They are recorded as family, or were named together as two children. They may be brothers, sisters or twins.")
	}
	if r.Apart {
		out = append(out, "They are closed to different people. They cannot be joined until both are closed to the same people.")
	}
	if r.Elsewhere || r.OneRecord {
		out = append(out, "One of them has been joined to another record since this was asked.")
	}
	return out
}

// row is one thing known of both, side by side.
type row struct {
	Label, One, Other string
	Differ            bool
}

// sideBySide is what is known of both records. Who may see neither address nor number
// of one of them never comes here.
func sideBySide(a, b Side) []row {
	var out []row
	add := func(label string, of func(Side) string) {
		one, other := of(a), of(b)
		if one == "" && other == "" {
			return
		}
		differ := one != "" && other != "" && !strings.EqualFold(one, other)
		out = append(out, row{label, orUnknown(one), orUnknown(other), differ})
	}
	add("Name", func(s Side) string { return nameOf(s.Known) })
	add("Middle names", func(s Side) string { return s.Middle })
	add("Known as", func(s Side) string { return s.KnownAs })
	add("Other names", func(s Side) string { return names(s.Former) })
	add("Born", func(s Side) string { return s.Born.Words() })
	add("Expected", func(s Side) string { return s.Expected.Words() })
	add("Sex", func(s Side) string { return s.Sex })
	add("NHS number", func(s Side) string { return s.NHS })
	add("School", func(s Side) string { return s.School })
	add("Parents", func(s Side) string { return names(s.Parents) })
	add("Phone", func(s Side) string { return s.Phone })
	add("Address", func(s Side) string {
		if len(s.Addresses) == 0 {
			return ""
		}
		return place(s.Addresses[0])
	})
	add("Recorded also as", func(s Side) string { return strings.Join(s.Also, ", ") })
	return out
}

func orUnknown(s string) string {
	if s == "" {
		return "not known"
	}
	return s
}

func names(all []person.Name) string {
	var out []string
	for _, n := range all {
		out = append(out, strings.TrimSpace(n.Given+" "+n.Family))
	}
	return strings.Join(out, ", ")
}

// changes is the preview: what a reader will find together, and who is told.
func changes(p *Pair) []string {
	a, b := p.Sides[0], p.Sides[1]
	out := []string{
		fmt.Sprintf("%s leads to %s, and both are shown as one child. Nothing is rewritten: two people can part them at any time.", b.Ref, a.Ref),
		fmt.Sprintf("Contacts: %d of %s and %d of %s stand together, and count together for repeat contacts and re-referrals.", len(a.Contacts), a.Ref, len(b.Contacts), b.Ref),
	}
	for _, s := range p.Sides {
		for _, x := range s.Waits {
			out = append(out, fmt.Sprintf("Wait of %s goes on unchanged: %s, %s, due %s.", s.Ref, x.Owner, x.What, x.Due.Words()))
		}
	}
	for _, s := range p.Sides {
		for _, x := range s.Work {
			out = append(out, fmt.Sprintf("Work of %s goes on unchanged: %s, with %s.", s.Ref, pathway.OutcomeName(pathway.Outcome(x.Outcome)), holder(x)))
		}
	}
	for _, s := range p.Sides {
		for _, x := range s.Plans {
			out = append(out, fmt.Sprintf("Of %s, unchanged: %s.", s.Ref, x))
		}
	}
	if len(a.Plans)+len(b.Plans) == 0 {
		out = append(out, "Plans: neither record has an enquiry, a conference or a protection plan.")
	}
	if len(p.Rule.Referrals) > 1 {
		out = append(out, "Both have an open referral. Who agrees must say which worker answers for the child.")
	}
	out = append(out, closedWords(p.Sides), fmt.Sprintf("Family: %d people recorded with %s and %d with %s are shown together.", a.Family, a.Ref, b.Family, b.Ref))
	if n := len(p.Rule.Workers); n > 0 {
		out = append(out, "Told when it is done: "+strings.Join(workers(p), " and ")+".")
	} else {
		out = append(out, "Nobody works with the child now, so nobody is told.")
	}
	return out
}

// closedWords says what the restrictions become: the strictest of both, which the
// rules want to be the same before they are joined.
func closedWords(s [2]Side) string {
	if s[0].Closed.Conceal == "" && s[1].Closed.Conceal == "" {
		return "Restrictions: neither record is restricted."
	}
	if s[0].Closed.Conceal == s[1].Closed.Conceal {
		return "Restrictions: both records are " + string(s[0].Closed.Conceal) + " and stay so."
	}
	return "Restrictions: the two records are closed to different people, so they cannot be joined yet."
}

func holder(w record.OpenWork) string {
	if w.Worker != "" {
		return w.Worker
	}
	return w.Interim + " for the time being"
}

func workers(p *Pair) []string {
	var out []string
	seen := map[string]bool{}
	for _, s := range p.Sides {
		for _, w := range s.Work {
			if w.WorkerID != "" && !seen[w.WorkerID] {
				seen[w.WorkerID] = true
				out = append(out, w.Worker)
			}
		}
	}
	return out
}

// reference is a reference as somebody typed it.
func reference(s string) string { return strings.ToUpper(strings.ReplaceAll(form.Clean(s), " ", "")) }
