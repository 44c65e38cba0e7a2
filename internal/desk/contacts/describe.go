package contacts

import (
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
)

// described is what the contact says of one of its children, with what the matcher
// can use of the rest of it: who said so, when, and which other children were named
// beside this one.
func (r *Row) described(k Kid) person.Described {
	d := k.Described
	d.On, d.Source = r.ReceivedAt.Date(), sourceOf(r.Source)
	for _, other := range r.Kids {
		if other.ID != k.ID && other.Described.Named() {
			d.Siblings = append(d.Siblings, person.Mention{Given: other.Described.Given, Age: other.Age})
		}
	}
	return d
}

// sourceOf is what the matcher calls who told us: each makes its own kind of slip.
func sourceOf(a pathway.Agency) string {
	switch a {
	case pathway.Police:
		return "police"
	case pathway.School:
		return "school"
	case pathway.Health:
		return "health"
	case "", "public", pathway.Referrer:
		return "public"
	}
	return ""
}

// ppm is a chance in parts of a million, as it is kept.
func ppm(chance float64) int64 { return int64(chance*1e6 + 0.5) }
