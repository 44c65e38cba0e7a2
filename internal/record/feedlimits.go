package record

import (
	"frontdoor/internal/civil"
	"frontdoor/internal/feed"
	"frontdoor/internal/pathway"
	"frontdoor/internal/timescale"
)

// AgreedLimit is the agreed limit of a grade from a day on.
type AgreedLimit struct {
	Grade string     `json:"grade"`
	From  civil.Date `json:"from"`
	Limit string     `json:"limit"`
	Rule  string     `json:"rule"`
}

// AgreedLimits are the limits that applied to incidents between two days: the one in
// force on the first, and each that came into force after it.
func AgreedLimits(set *timescale.Set, from, to civil.Date) []AgreedLimit {
	var out []AgreedLimit
	for _, grade := range feed.Grades() {
		key, ok := pathway.PoliceKey(grade)
		if !ok {
			continue
		}
		last := ""
		for day := from; !day.After(to); day = nextRule(set, key, day, to) {
			rule, ok := set.Rule(key, day.EndOfDay())
			if ok && rule.Version() != last {
				last = rule.Version()
				out = append(out, AgreedLimit{grade, rule.From, rule.Limit(), last})
			}
		}
	}
	return out
}

// nextRule is the next day after day on which a rule of that name begins, or a day after
// to.
func nextRule(set *timescale.Set, key timescale.Key, day, to civil.Date) civil.Date {
	at := to.AddDays(1)
	for _, r := range set.Rules() {
		if r.Key == key && r.From.After(day) && r.From.Before(at) {
			at = r.From
		}
	}
	return at
}
