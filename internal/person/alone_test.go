package person_test

import (
	"math"
	"testing"

	"frontdoor/internal/person"

	"pgregory.net/rapid"
)

func TestJudgedAloneIsAsIfTheOthersHadNeverBeenCompared(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, p := pairs(t)
		_, q := pairs(t)
		_, sealed := pairs(t)
		p.ID, q.ID, sealed.ID = "p", "q", "s"
		judge := func(people ...person.Person) ([]person.Scored, []person.Explanation, person.Outcome) {
			w, compact := neighbourhood(people...)
			query := person.NewQuery(w, d)
			s := person.DefaultModel().Scorer(query, around(3))
			found := make([]person.Scored, len(people))
			why := make([]person.Explanation, len(people))
			for i := range people {
				l := query.Compare(&compact[i])
				same, family := s.Score(l)
				found[i] = person.Scored{Row: uint32(i), Levels: l, Same: same, Family: family}
				why[i] = s.Explain(l, d, people[i])
			}
			top, out := s.Judge(found, len(people))
			return top, why, out
		}
		_, all, _ := judge(p, q, sealed)
		got, outcome := person.Alone(all[:2])
		// Names are counted in one dictionary: the same one must be used for both.
		want := person.Outcome{Nobody: 1}
		for _, x := range all[:2] {
			want.Child += math.Exp2(x.Same)
			want.Family += math.Exp2(x.Family) / 2
		}
		total := want.Child + want.Family + want.Nobody
		for i, x := range all[:2] {
			if math.Abs(got[i].Chance-math.Exp2(x.Same)/total) > 1e-9 || got[i].Band == person.Certain {
				t.Fatalf("chance %.6f (%s), want %.6f and not certain", got[i].Chance, got[i].Band, math.Exp2(x.Same)/total)
			}
		}
		if math.Abs(outcome.Child+outcome.Family+outcome.Nobody-1) > 1e-9 {
			t.Fatalf("the answers add up to %v", outcome)
		}
		// With nobody left out it is the engine's own judgement.
		top, why, engine := judge(p, q)
		again, same := person.Alone(why)
		for _, f := range top {
			if math.Abs(again[f.Row].Chance-f.Chance) > 1e-6 || math.Abs(again[f.Row].FamilyChance-f.FamilyChance) > 1e-6 {
				t.Fatalf("alone %.6f, the engine %.6f", again[f.Row].Chance, f.Chance)
			}
		}
		if math.Abs(same.Child-engine.Child) > 1e-6 || math.Abs(same.Family-engine.Family) > 1e-6 || math.Abs(same.Nobody-engine.Nobody) > 1e-6 {
			t.Fatalf("alone %v, the engine %v", same, engine)
		}
	})
}
