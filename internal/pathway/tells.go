package pathway

import "frontdoor/internal/civil"

// digestKinds are the notices that can wait for the next digest (screens, section 8):
// those about work that is on the page anyway, and what an agency reads on its own page.
// Danger, news of a child one works with, and everything else that goes to somebody
// outside the service, goes at once.
var digestKinds = []string{
	"allocation-proposed", "escalation-council", "meeting-record", "outcome-account", "records-joined", "records-parted", "wait-warn", "wait-breach",
}

// DigestKinds are the kinds of notices that wait for the next digest.
func DigestKinds() []string { return digestKinds }

// digestTimes are when digests go, in England's clock, weekends too: the front door
// never closes.
var digestTimes = [][2]int{{8, 30}, {13, 0}}

// LastDigest is the last time at or before now at which a digest went.
func LastDigest(now civil.Instant) civil.Instant {
	last := now.Date().AddDays(-1).AtTime(digestTimes[1][0], digestTimes[1][1])
	for _, t := range digestTimes {
		if at := now.Date().AtTime(t[0], t[1]); !at.After(now) {
			last = at
		}
	}
	return last
}

// NextDigest is the first time after now at which a digest goes.
func NextDigest(now civil.Instant) civil.Instant {
	for _, t := range digestTimes {
		if at := now.Date().AtTime(t[0], t[1]); at.After(now) {
			return at
		}
	}
	return now.Date().AddDays(1).AtTime(digestTimes[0][0], digestTimes[0][1])
}
