package cincensus

import "frontdoor/internal/civil"

// mostOfOneKind is how many findings of one rule a child may have. A real child has
// a handful; a broken file with thousands of overlapping groups would have millions.
const mostOfOneKind = 1000

// checker runs the rules over a return, one child after another.
type checker struct {
	run
	rules []*Rule
	whole []wholeRule
	rows  rows
}

type wholeRule struct {
	rule *Rule
	whole
}

// newChecker makes a checker of one census. Dates that the header does not give are
// those of the year.
func newChecker(year int, mode Mode, h *Header, calendar *civil.Calendar, rules []*Rule, found func(Finding)) *checker {
	reference := h.ReferenceDate.Day
	if reference.IsZero() {
		reference = lastOfMarch(year)
	}
	start, end := period(reference)
	c := &checker{run: run{year: year, reference: mode == Reference, start: start, end: end, header: h, working: &workingDays{calendar}}}
	c.found = found
	for _, r := range rules {
		if r.whole == nil {
			c.rules = append(c.rules, r)
			continue
		}
		c.whole = append(c.whole, wholeRule{r, r.whole()})
	}
	return c
}

// child runs every rule over a child and gives its groups their rows.
func (k *checker) child(c *Child) {
	if k.reference {
		asReference(c)
	}
	k.rows.number(c)
	k.at = c
	for _, r := range k.rules {
		k.begin(r)
		if r.child != nil {
			r.child(&k.run, c)
			continue
		}
		for _, e := range c.Episodes {
			r.episode(&k.run, c, e)
		}
	}
	for _, w := range k.whole {
		if w.child != nil {
			k.begin(w.rule)
			w.child(&k.run, c)
		}
	}
	k.at = nil
}

// finish lets the rules speak that had to see every child.
func (k *checker) finish() {
	for _, w := range k.whole {
		if w.whole.end != nil {
			k.begin(w.rule)
			w.whole.end(&k.run)
		}
	}
}

// begin makes ready for one rule on one child.
func (k *checker) begin(r *Rule) { k.rule, k.told = r, 0 }
