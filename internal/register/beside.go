package register

import "frontdoor/internal/person"

// instead are the rows whose place is taken by people who are compared beside the
// register.
func (r *Register) instead(beside []person.Person) map[uint32]bool {
	out := make(map[uint32]bool, len(beside))
	for _, p := range beside {
		if row, ok := r.ids.find(p.ID); ok {
			out[row] = true
		}
	}
	return out
}

// compareBeside compares a description with people who are not in the register, and
// weighs it as if they were. Their words are kept in a dictionary that is thrown away.
func (r *Register) compareBeside(scorer *person.Scorer, d person.Described, beside []person.Person) []person.Scored {
	words := person.NewWords()
	rows := make([]person.Compact, len(beside))
	for i, p := range beside {
		rows[i] = person.Compile(words, p)
	}
	q := person.NewQuery(words, d)
	out := make([]person.Scored, len(beside))
	for i := range rows {
		l := q.Compare(&rows[i])
		same, family := scorer.Score(l)
		out[i] = person.Scored{Row: uint32(r.rows.n + i), Levels: l, Same: same, Family: family}
	}
	return out
}

// Pair weighs how far a description agrees with one person, who need not be in the
// register, by how common what it says is here.
func (r *Register) Pair(d person.Described, p person.Person) person.Scored {
	r.mu.RLock()
	defer r.mu.RUnlock()
	q := person.NewQuery(r.words, d)
	return r.compareBeside(r.model.Scorer(q, r.around(q)), d, []person.Person{p})[0]
}

// idOf is the id of a row, those beside the register after those in it.
func (r *Register) idOf(row uint32, beside []person.Person) string {
	if n := int(row) - r.rows.n; n >= 0 {
		return beside[n].ID
	}
	return r.ids.at(row)
}

// Explain says why each of some people scored as they did: levels are those that Find
// gave.
func (r *Register) Explain(d person.Described, people []person.Person, levels []person.Levels) []person.Explanation {
	r.mu.RLock()
	defer r.mu.RUnlock()
	q := person.NewQuery(r.words, d)
	scorer := r.model.Scorer(q, r.around(q))
	out := make([]person.Explanation, len(people))
	for i := range people {
		out[i] = scorer.Explain(levels[i], d, people[i])
	}
	return out
}

// Model is the version of the weights in use.
func (r *Register) Model() string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.model.Version
}
