package matchfile

import (
	"iter"
	"strings"
)

// mostOfOneParent bounds the children of one recorded parent who are taken as brothers
// and sisters: more are of an institution.
const mostOfOneParent = 16

// Siblings reads the pairs of brothers and sisters out of a file of relationships, each
// pair as it is recorded, and those who have a recorded parent in common. A kind that
// is not of brothers, sisters, parents or children is left alone; one that is empty is
// a brother or sister. The error is set when the file could not be read to its end.
func (t *Table) Siblings(err *error) iter.Seq2[string, string] {
	return func(yield func(a, b string) bool) {
		children := map[string][]string{}
		for {
			more, failed := t.Next()
			if failed != nil {
				*err = failed
				return
			}
			if !more {
				break
			}
			a, b := t.Of("person_id"), t.Of("related_person_id")
			if a == "" || b == "" {
				*err = bad("%s line %d has no person_id or no related_person_id: give both", t.name, t.line)
				return
			}
			switch kin(t.Of("kind")) {
			case ofSiblings:
				if !yield(a, b) {
					return
				}
			case ofParent:
				children[a] = append(children[a], b)
			case ofChild:
				children[b] = append(children[b], a)
			}
		}
		for _, list := range children {
			for i, a := range list[:min(len(list), mostOfOneParent)] {
				for _, b := range list[i+1 : min(len(list), mostOfOneParent)] {
					if !yield(a, b) {
						return
					}
				}
			}
		}
	}
}

// What a kind of relationship tells us: person_id is of related_person_id.
const (
	ofNeither = iota
	ofSiblings
	ofParent
	ofChild
)

func kin(kind string) int {
	k := strings.ToLower(kind)
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(k, w) {
				return true
			}
		}
		return false
	}
	switch {
	case k == "", has("sibling", "brother", "sister", "twin", "triplet"):
		return ofSiblings
	case has("grand", "foster", "aunt", "uncle"):
		return ofNeither
	case has("mother", "father", "parent"):
		return ofParent
	case has("child", "son", "daughter"):
		return ofChild
	}
	return ofNeither
}
