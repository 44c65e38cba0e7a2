package children

import (
	"context"
	"database/sql"
	"math"
	"slices"
	"strings"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/person"
)

var (
	termsLike = db.SQL("children.search-terms", `
		SELECT word, sound, bearers FROM search_term WHERE letter = $1 AND authority_id = $2 AND bearers > 0
		UNION
		SELECT word, sound, bearers FROM search_term WHERE sound = $3 AND authority_id = $2 AND bearers > 0
		UNION
		SELECT word, sound, bearers FROM search_term WHERE word IN (:list($4)) AND authority_id = $2 AND bearers > 0`)
	allTerms = db.SQL("children.search-all-terms", `
		SELECT word, sound, bearers FROM search_term WHERE authority_id = $1 AND bearers > 0`)
	namedSo = db.SQL("children.search-named", `
		SELECT person_id, word FROM search_word WHERE kind = 'n' AND word IN (:list($1)) AND authority_id = $2 LIMIT $3`)
	keyedSo = db.SQL("children.search-keyed", `
		SELECT person_id FROM search_word WHERE kind = $1 AND word = $2 AND authority_id = $3 LIMIT $4`)
	// A postcode that is not whole: capitals and digits, so that any order of letters
	// that an engine uses puts those which begin so between the two.
	codesSo = db.SQL("children.search-codes", `
		SELECT person_id FROM search_word WHERE kind = 'c' AND word >= $1 AND word < $2 AND authority_id = $3 LIMIT $4`)
	bornNear = db.SQL("children.search-born-near", `
		SELECT id FROM person WHERE authority_id = $1 AND born BETWEEN $2 AND $3
		UNION
		SELECT id FROM person WHERE authority_id = $1 AND born IN ($4, $5, $6, $7, $8)`)
	bornBetween = db.SQL("children.search-born-between", `
		SELECT id FROM person WHERE authority_id = $1 AND born BETWEEN $2 AND $3 LIMIT $4`)
	expectedNear = db.SQL("children.search-expected", `
		SELECT id FROM person WHERE authority_id = $1 AND unborn AND expected BETWEEN $2 AND $3 LIMIT $4`)
	numbered = db.SQL("children.search-numbered", `
		SELECT id FROM person WHERE nhs = $1 AND nhs <> '' AND authority_id = $4
		UNION
		SELECT id FROM person WHERE upn = $2 AND upn <> '' AND authority_id = $4
		UNION
		SELECT id FROM person WHERE ref = $3 AND authority_id = $4`)
)

// How many rows one question may give, and how many persons are looked at closely. A
// name that more than that bear is found with something beside it.
const (
	mostRows  = 8000
	mostClose = 200
	// enoughNamed is how many bear a word or one like it before those whose names only
	// begin with it are left out.
	enoughNamed = 2000
)

// finding gathers who may be meant, with bits for what they share with the search.
type finding struct {
	ctx       context.Context
	q         db.Queryer
	authority string
	bits      map[string]float64
	alike     [][]person.Alike
	tried     []string
}

// find lists the persons who share most with a search, the most first.
func find(ctx context.Context, q db.Queryer, authority string, s person.Search, today civil.Date) (*finding, []string, error) {
	f := &finding{ctx: ctx, q: q, authority: authority, bits: map[string]float64{}}
	for _, w := range s.NameWords() {
		if err := f.name(w); err != nil {
			return nil, nil, err
		}
	}
	for _, step := range []func(person.Search, civil.Date) error{f.born, f.age, f.numbers, f.places} {
		if err := step(s, today); err != nil {
			return nil, nil, err
		}
	}
	ids := make([]string, 0, len(f.bits))
	for id := range f.bits {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b string) int {
		switch x, y := f.bits[a], f.bits[b]; {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return strings.Compare(a, b)
	})
	return f, ids[:min(len(ids), mostClose)], nil
}

func (f *finding) say(what string) {
	if !slices.Contains(f.tried, what) {
		f.tried = append(f.tried, what)
	}
}

func scanTerm(r *sql.Rows, t *person.Term) error { return r.Scan(&t.Word, &t.Sound, &t.Bearers) }

// name finds who bears a word like one that was typed. An initial narrows and does not
// find.
func (f *finding) name(w person.SearchWord) error {
	if w.Initial {
		f.alike = append(f.alike, nil)
		return nil
	}
	f.say("the name as spelled, by sound, its other forms, one slip of the fingers, part of it, and in any order")
	terms, err := db.Collect(f.ctx, f.q, scanTerm, termsLike, string([]rune(w.Text)[:1]), f.authority, person.Sound(w.Text), db.List(person.OtherForms(w.Text)))
	if err != nil {
		return err
	}
	alike := person.Alikes(w.Text, terms)
	if len(alike) == 0 {
		if terms, err = db.Collect(f.ctx, f.q, scanTerm, allTerms, f.authority); err != nil {
			return err
		}
		alike = person.Alikes(w.Text, terms)
	}
	f.alike = append(f.alike, alike)
	best := map[string]float64{}
	n, err := f.named(alike, best, func(h person.How) bool { return h != person.HowPart })
	if err == nil && n < enoughNamed {
		_, err = f.named(alike, best, func(h person.How) bool { return h == person.HowPart })
	}
	for id, bits := range best {
		f.bits[id] += bits
	}
	return err
}

type namedRow struct{ id, word string }

func (f *finding) named(alike []person.Alike, best map[string]float64, want func(person.How) bool) (int, error) {
	bits := map[string]float64{}
	var words []string
	for _, a := range alike {
		if want(a.How) {
			words = append(words, a.Word)
			bits[a.Word] = max(18-math.Log2(float64(max(a.Bearers, 1)))-float64(a.How), 1)
		}
	}
	if len(words) == 0 {
		return 0, nil
	}
	rows, err := db.Collect(f.ctx, f.q, func(r *sql.Rows, n *namedRow) error { return r.Scan(&n.id, &n.word) }, namedSo, db.List(words), f.authority, mostRows)
	for _, r := range rows {
		best[r.id] = max(best[r.id], bits[r.word])
	}
	return len(rows), err
}

func scanID(r *sql.Rows, s *string) error { return r.Scan(s) }

func (f *finding) take(bits float64, q db.Query, args ...any) error {
	ids, err := db.Collect(f.ctx, f.q, scanID, q, args...)
	for _, id := range ids {
		f.bits[id] += bits
	}
	return err
}

// nearDays is how far from a date of birth somebody is looked for.
const nearDays = 10

func (f *finding) born(s person.Search, _ civil.Date) error {
	if !s.Expected.IsZero() {
		f.say("a month either side of the date expected")
		return f.take(9, expectedNear, f.authority, s.Expected.AddDays(-35), s.Expected.AddDays(35), mostRows)
	}
	b := s.Born
	switch {
	case b.IsZero():
		return nil
	case s.Precision == "year":
		return f.take(4, bornBetween, f.authority, b, civil.DateOf(b.Year, 12, 31), mostRows)
	case s.Precision == "month":
		return f.take(8, bornBetween, f.authority, b, b.AddMonths(1).AddDays(-1), mostRows)
	}
	f.say("the date with day and month the other way round, some days and some years from it")
	swapped := b
	if b.Day <= 12 {
		swapped = civil.DateOf(b.Year, time.Month(b.Day), int(b.Month))
	}
	err := f.take(7, bornNear, f.authority, b.AddDays(-nearDays), b.AddDays(nearDays), swapped,
		b.AddMonths(-12), b.AddMonths(12), b.AddMonths(-24), b.AddMonths(24))
	if err == nil {
		err = f.take(5, bornBetween, f.authority, b, b, mostRows)
	}
	return err
}

func (f *finding) age(s person.Search, today civil.Date) error {
	if s.Age < 0 {
		return nil
	}
	f.say("a year older and younger")
	return f.take(3, bornBetween, f.authority, today.AddMonths(-12*(s.Age+2)), today.AddMonths(-12*(s.Age-1)), mostRows)
}

func (f *finding) numbers(s person.Search, _ civil.Date) error {
	if s.NHS+s.UPN+s.Child != "" {
		if err := f.take(30, numbered, s.NHS, s.UPN, s.Child, f.authority); err != nil {
			return err
		}
	}
	if s.Phone == "" {
		return nil
	}
	return f.take(14, keyedSo, person.SearchPhone, person.PhoneKey(s.Phone), f.authority, mostRows)
}

func (f *finding) places(s person.Search, _ civil.Date) error {
	if s.Address != "" {
		f.say("the street without its number, and earlier addresses")
		key := person.StreetKey(s.Address)
		if err := f.take(6, keyedSo, person.SearchStreet, key, f.authority, mostRows); err != nil {
			return err
		}
		if street := key[strings.LastIndex(key, " ")+1:]; street != key {
			if err := f.take(6, keyedSo, person.SearchStreet, street, f.authority, mostRows); err != nil {
				return err
			}
		}
	}
	switch code := s.Postcode; {
	case code == "":
		return nil
	case len(code) >= 5:
		f.say("earlier addresses")
		return f.take(11, keyedSo, person.SearchCode, code, f.authority, mostRows)
	default:
		return f.take(5, codesSo, code, code+"ZZZZ", f.authority, mostRows)
	}
}
