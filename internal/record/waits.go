package record

import (
	"cmp"
	"strconv"
	"strings"
)

// TheirWaits is the condition that a list of waits w of children cc shows a reader what
// they may see and no more: a worker's own children, a manager's teams, a partner's own
// organisation, no member of the reader's own family, and restricted children only as far
// as the reader may know. It takes five arguments from the given place on: the scope's
// worker, teams and agency, whether restricted rows may be masked, and the reader.
func TheirWaits(first int) string {
	pairs := []string{}
	for i, word := range []string{":worker", ":teams", ":agency", ":mask", ":reader"} {
		pairs = append(pairs, word, "$"+strconv.Itoa(first+i))
	}
	return strings.NewReplacer(pairs...).Replace(theirWaits)
}

const theirWaits = `
			AND (:worker = '' OR w.owner_id = :worker OR EXISTS (
				SELECT 1 FROM episode e WHERE e.child_id = w.child_id AND e.authority_id = w.authority_id AND e.worker_id = :worker) OR EXISTS (
				SELECT 1 FROM involvement v JOIN episode e ON e.id = v.episode_id AND e.authority_id = v.authority_id
				WHERE e.child_id = w.child_id AND e.authority_id = w.authority_id AND v.worker_id = :worker AND v.ended_at IS NULL AND v.refused_at IS NULL))
			AND (:teams = '[]' OR w.owner_id IN (:list(:teams)) OR EXISTS (
				SELECT 1 FROM episode e WHERE e.child_id = w.child_id AND e.authority_id = w.authority_id AND e.team_id IN (:list(:teams))))
			AND (:agency = '' OR w.owner_id = :agency)
			AND (w.conceal = '' OR (CAST(:mask AS boolean) AND w.conceal = 'restricted') OR EXISTS (
				SELECT 1 FROM restriction_named n
				WHERE (n.person_id = cc.person_id OR n.person_id = cc.may_be) AND n.authority_id = cc.authority_id AND n.user_id = :reader AND n.ended_at IS NULL))
			AND (cc.person_id = '' OR NOT EXISTS (
				SELECT 1 FROM person_conflict f WHERE f.user_id = :reader AND f.person_id = cc.person_id AND f.authority_id = cc.authority_id))`

// ChildName is what a child is called on a list: by name, or as they were described.
func ChildName(given, family, described string) string {
	return cmp.Or(strings.TrimSpace(given+" "+family), described, "Child, name not given")
}

// ChildNameUnborn is the same where it is known whether the child is born.
func ChildNameUnborn(given, family, described string, unborn bool) string {
	if unborn {
		described = "Unborn child"
	}
	return ChildName(given, family, described)
}
