package children

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
)

// readJoined adds the other records that are read as this child's, and the story of
// how records were joined and parted. Nothing of it is written into the chronology:
// it is read from the links, so that a link that ends takes nothing with it.
func (p *Page) readJoined(ctx context.Context, v *record.View) error {
	pairs, err := record.PairsOf(ctx, v, v.Authority, p.members)
	if err != nil || len(pairs) == 0 {
		return err
	}
	var ids, people []string
	for _, x := range pairs {
		ids, people = append(ids, x.ID), append(people, x.Kept, x.Joined)
	}
	known, err := record.Persons(ctx, v, v.Authority, people)
	if err != nil {
		return err
	}
	steps, err := record.StepsOf(ctx, v, v.Authority, ids)
	if err != nil {
		return err
	}
	for _, x := range pairs {
		if x.MergedAt.IsZero() {
			continue
		}
		other := known[x.Joined]
		if p.apart(known[x.Kept]) || p.apart(other) {
			continue
		}
		if x.State.Joined() && slices.Contains(p.members, x.Joined) {
			a := Also{Ref: other.Ref, Name: nameOf(other), Born: other.Born, Since: x.MergedAt, Pair: x.ID}
			if len(other.Addresses) > 0 {
				a.Place = place(other.Addresses[0])
			}
			p.Also = append(p.Also, a)
		}
		p.Joined = append(p.Joined, joinings(steps[x.ID], known[x.Kept].Ref, other.Ref, x.ID)...)
	}
	return nil
}

// apart says that a record is not read as this child's and is closed: nothing of it
// is told here.
func (p *Page) apart(k record.Known) bool {
	return k.Restricted && !slices.Contains(p.members, k.ID)
}

// joinings words the steps that had two records joined or parted.
func joinings(steps []record.PairStep, kept, joined, pair string) []Joining {
	var out []Joining
	by := ""
	for _, s := range steps {
		switch s.Step {
		case string(pathway.PairProposed), "undo_asked":
			by = s.By
		case string(pathway.PairMerged):
			out = append(out, Joining{s.At, fmt.Sprintf("Records %s and %s joined: proposed by %s, agreed by %s", kept, joined, by, s.By), pair})
		case string(pathway.PairUndone):
			out = append(out, Joining{s.At, fmt.Sprintf("Records %s and %s parted again: asked by %s, agreed by %s", kept, joined, by, s.By), pair})
		}
	}
	return out
}

func place(a person.Address) string { return strings.Trim(a.Line+", "+a.Postcode, ", ") }
