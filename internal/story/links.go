package story

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/desk/links"
	"frontdoor/internal/pathway"
)

// linkVerbs are what people write down of what children have in common:
//
//	link-to place|vehicle|peer NAME POSTCODE WORDS   the first child of the last contact
//	unlink WORDS                                     its first link was a mistake
//	fear KIND WORDS                                  for the first child of the last contact
func (w *World) linkVerbs(ctx context.Context, who access.Actor, verb string, rest []string) (known bool, err error) {
	arg := func(i int) string {
		if i < len(rest) {
			return rest[i]
		}
		return ""
	}
	if !slices.Contains([]string{"link-to", "unlink", "fear", "ask-places"}, verb) {
		return false, nil
	}
	desk := links.New(w.Record)
	if verb == "ask-places" {
		_, err := desk.Children(ctx, who, links.Asked{Text: arg(0), Purpose: arg(1)})
		return true, err
	}
	p, err := desk.Open(ctx, who, w.latest)
	if err != nil {
		return true, err
	}
	switch verb {
	case "fear":
		return true, desk.Fear(ctx, who, w.latest, p.Kids[0].ID, []string{arg(0)}, arg(1))
	case "unlink":
		if len(p.Links) == 0 {
			return true, fmt.Errorf("nothing is linked")
		}
		return true, desk.End(ctx, who, w.latest, p.Links[0].ID, arg(0))
	}
	return true, desk.Link(ctx, who, w.latest, pathway.Linking{Kind: pathway.SubjectKind(arg(0)), Name: arg(1), Postcode: arg(2), Children: []string{p.Kids[0].ID}, How: arg(3), Source: "contact"})
}

// expectLinked checks who is shown as linked:
//
//	linked WHO "QUERY" NAME, NAME …     in order of their names; "nobody"
func (w *World) expectLinked(ctx context.Context, words []string) error {
	who, ok := w.people[words[1]]
	if !ok {
		return fmt.Errorf("nobody is called %q", words[1])
	}
	x, err := links.New(w.Record).Children(ctx, who, links.Asked{Text: words[2], Purpose: "meeting"})
	if err != nil {
		return err
	}
	names := []string{}
	for _, h := range x.Rows {
		names = append(names, h.Child)
	}
	slices.Sort(names)
	got := strings.Join(names, ", ")
	if got == "" {
		got = "nobody"
	}
	return same(got, strings.Join(words[3:], " "))
}
