package person

import (
	"slices"
	"strings"
	"time"

	"frontdoor/internal/civil"
)

// Query is a description made ready to be compared with many. It remembers how its
// names compare with words it has met, so it is for one goroutine.
type Query struct {
	asking asking
	d      Described
	words  *Words
	given  []said
	known  []said
	middle []said
	family []said
	joined [2]string // given, family, when they are several words
	parent []saidParent
	born   civil.Date
	date   uint32
	flags  uint16
	nhs    uint64
	upn    uint32
	school uint16
	phones []uint32
	place  place
	former []place          // of a person asked about as a description
	levels map[uint64]Level // of a word of ours and a word of theirs
	count  uint32
	sib    []mention // brothers and sisters who were mentioned
}

// said is a word of a name that was said.
type said struct {
	text  string
	id    uint32 // in the dictionary, 0 when nobody bears it
	sound uint32
	loose uint32   // its sound as somebody may mishear it, 0 when that is too short
	skel  int      // how long the sound is
	pets  []uint32 // words that are other forms of it
	slips []uint32 // words that differ by one slip
	n     uint32   // which word of the query
}

type saidParent struct{ given, family said }

// mention is a brother or sister who was mentioned; age is -1 when it was not said.
type mention struct {
	given said
	age   int
}

// NewQuery makes a description ready to be compared with people compiled with the
// same dictionary.
func NewQuery(w *Words, d Described) *Query {
	q := &Query{d: d, words: w, levels: map[uint64]Level{}}
	say := func(texts []string) []said {
		var out []said
		for _, t := range texts {
			out = append(out, q.say(t))
		}
		return out[:min(len(out), mostWords)]
	}
	q.given, q.known, q.middle = say(primary(real(d.Given))), say(primary(real(d.KnownAs))), say(primary(real(d.Middle)))
	q.family = say(surname(real(d.Family)))
	q.joined = [2]string{joinAll(q.given), joinAll(q.family)}
	for _, m := range d.Parents {
		p := saidParent{q.say(parentGiven(m.Given)), q.say(lastWord(surname(real(m.Family))))}
		if p.given.text != "" || p.family.text != "" {
			q.parent = append(q.parent, p)
		}
	}
	switch d.Sex {
	case "M":
		q.flags |= flagMale
	case "F":
		q.flags |= flagFemale
	}
	q.born = d.Born
	if d.Unborn {
		q.flags |= flagUnborn
		q.born = d.Expected
	}
	if d.BornEstimated {
		q.flags |= flagEstimated
	}
	q.date = packDate(q.born)
	if n, ok := NHSNumber(d.NHS); ok {
		q.nhs = number(n)
	}
	if u, ok := UPN(d.UPN); ok {
		q.upn = hashText(u)
	}
	q.school = schoolHash(d.School)
	for _, t := range append([]string{d.Phone}, d.Phones...) {
		if h := phoneHash(t); h != 0 && !slices.Contains(q.phones, h) {
			q.phones = append(q.phones, h)
		}
	}
	q.place = placeOf(d.Address, d.Postcode)
	for _, a := range d.Former {
		q.former = append(q.former, placeOf(a.Line, a.Postcode))
	}
	for _, s := range d.Siblings {
		if g := firstWord(primary(real(s.Given))); g != "" && len(q.sib) < 6 {
			q.sib = append(q.sib, mention{q.say(g), s.Age})
		}
	}
	return q
}

func (q *Query) say(text string) said {
	if text == "" {
		return said{}
	}
	q.count++
	s := said{text: text, id: q.words.find(text), sound: soundHash(text), loose: looseHash(text), skel: len(Sound(text)), n: q.count}
	for _, p := range petForms(text) {
		if id := q.words.find(p); id != 0 {
			s.pets = append(s.pets, id)
		}
	}
	s.slips = q.words.slips.near(q.words, text, mostSlips)
	return s
}

// mostWords is how many words of a name are compared: as many as are kept.
const mostWords = 3

// mostSlips is how many words that differ by a slip are looked for.
const mostSlips = 12

func joinAll(words []said) string {
	if len(words) < 2 {
		return ""
	}
	var b strings.Builder
	for _, w := range words {
		b.WriteString(w.text)
	}
	return b.String()
}

// Word levels, the strongest first; several fields share them.
const (
	wordSame Level = iota + 1
	wordPet
	wordSound
	wordNear
	wordAlike
	wordInitial
	wordClash
)

// near compares a word that was said with a word of the dictionary.
func (q *Query) near(a *said, id uint32) Level {
	if a.id == id && id != 0 {
		return wordSame
	}
	key := uint64(a.n)<<32 | uint64(id)
	if l, ok := q.levels[key]; ok {
		return l
	}
	l := q.nearWord(a, id)
	q.levels[key] = l
	return l
}

func (q *Query) nearWord(a *said, id uint32) Level {
	w := q.words.word(id)
	if slices.Contains(a.pets, id) {
		return wordPet
	}
	if near := a.text != "" && a.text[0] == w.text[0]; near && (shortOf(a.text, w.text) || shortOf(w.text, a.text)) {
		return wordPet
	}
	jw := JaroWinkler(a.text, w.text)
	switch {
	case a.sound != 0 && a.sound == w.sound && (a.skel >= 3 || jw >= 0.8):
		return wordSound
	case jw >= 0.90:
		return wordNear
	case jw >= 0.82 && min(len(a.text), len(w.text)) > 3, a.loose != 0 && a.loose == w.loose:
		return wordAlike
	case len(a.text) == 1 && strings.HasPrefix(w.text, a.text), len(w.text) == 1 && strings.HasPrefix(a.text, w.text):
		return wordInitial
	}
	return wordClash
}

// best is the strongest level of one word that was said among theirs, and where.
func (q *Query) best(a *said, theirs ...uint32) (best Level, at int) {
	best, at = wordClash+1, -1
	for i, id := range theirs {
		if id == 0 {
			continue
		}
		if l := q.near(a, id); l < best {
			best, at = l, i
		}
	}
	return best, at
}

// Compare says how far the description agrees with a person.
func (q *Query) Compare(c *Compact) Levels {
	var l Levels
	l[FieldGiven] = q.compareGiven(c)
	if l[FieldGiven] != GivenMiddle {
		l[FieldMiddle] = q.compareMiddle(c)
	}
	l[FieldDate] = q.compareDate(c)
	if q.flags&(flagMale|flagFemale) != 0 && c.flags&(flagMale|flagFemale) != 0 {
		l[FieldSex] = sameIf(q.flags&c.flags&(flagMale|flagFemale) != 0)
	}
	if q.nhs != 0 && c.nhs != 0 {
		l[FieldNHS] = sameIf(q.nhs == c.nhs)
	}
	if q.upn != 0 && c.upn != 0 {
		l[FieldUPN] = sameIf(q.upn == c.upn)
	}
	l[FieldFamily] = q.compareFamily(c, l[FieldGiven] == GivenCrossed)
	l[FieldPlace] = q.comparePlace(c)
	if len(q.phones) > 0 && c.phone[0] != 0 {
		l[FieldPhone] = sameIf(q.samePhone(c))
	}
	l[FieldParent] = q.compareParent(c)
	if q.school != 0 && c.school != 0 {
		l[FieldSchool] = sameIf(q.school == c.school)
	}
	if len(q.sib) > 0 && q.listed(c, l[FieldGiven]) {
		l[FieldSiblings] = SiblingsListed
	}
	return l
}

func (q *Query) samePhone(c *Compact) bool {
	for _, t := range c.phone {
		if t != 0 && slices.Contains(q.phones, t) {
			return true
		}
	}
	return false
}

func sameIf(same bool) Level {
	if same {
		return Same
	}
	return Differs
}

// givenOf turns a word's level into a level of given names.
var givenOf = [...]Level{wordSame: GivenSame, wordPet: GivenPet, wordSound: GivenSound, wordNear: GivenNear, wordAlike: GivenAlike}

func (q *Query) compareGiven(c *Compact) Level {
	theirs := c.given[:]
	if c.flags&flagTwoGiven != 0 {
		theirs = c.given[:2]
	}
	n := 0
	for n < len(theirs) && theirs[n] != 0 {
		n++
	}
	theirs = theirs[:n]
	ours := q.given
	if len(ours) == 0 {
		ours = q.known
	}
	if len(ours) == 0 || n == 0 && c.known == 0 {
		return 0
	}
	level, first := q.wordsAgree(ours, theirs)
	if level == GivenSame {
		return level
	}
	if n > 1 && len(ours) == 1 && c.flags&flagTwoGiven != 0 {
		if w := q.near(&ours[0], c.given[2]); w <= wordNear {
			return min(level, givenOf[w])
		}
	}
	if len(ours) > 1 && n == 1 && q.words.text(theirs[0]) == q.joined[0] {
		return GivenSame
	}
	if level < GivenMiddle {
		return level
	}
	if w, _ := q.best(&ours[0], c.known); c.known != 0 && w <= wordSound {
		return GivenPart
	}
	for i := range q.known {
		name, _ := q.best(&q.known[i], theirs...)
		known, _ := q.best(&q.known[i], c.known)
		if min(name, known) <= wordSound {
			return GivenPart
		}
	}
	if w, _ := q.best(&ours[0], c.middle[0], c.middle[1]); w <= wordSound {
		return GivenMiddle
	}
	for i := range q.middle {
		if w, _ := q.best(&q.middle[i], theirs...); w <= wordSound {
			return GivenMiddle
		}
	}
	if q.crossed(ours, theirs, c) {
		return GivenCrossed
	}
	if first == wordInitial {
		return GivenInitial
	}
	return level
}

// compareMiddle compares middle names, those of one with the later given names of the
// other too.
func (q *Query) compareMiddle(c *Compact) Level {
	if len(q.middle) == 0 || c.middle[0] == 0 {
		return 0
	}
	theirs := [...]uint32{c.middle[0], c.middle[1], c.given[1]}
	best := wordClash
	for i := range q.middle {
		if w, _ := q.best(&q.middle[i], theirs[:]...); w < best {
			best = w
		}
	}
	switch {
	case best <= wordSound:
		return MiddleSame
	case best <= wordInitial:
		return MiddleNear
	}
	return MiddleDiffers
}

// crossed says that given and family names changed places.
func (q *Query) crossed(ours []said, theirs []uint32, c *Compact) bool {
	w, _ := q.best(&ours[0], c.family[:]...)
	if w > wordSound {
		return false
	}
	if len(q.family) == 0 {
		return false
	}
	w, _ = q.best(&q.family[0], theirs...)
	return w <= wordNear
}

// wordsAgree compares two lists of words, each with its best counterpart. first is
// how the first words compare.
func (q *Query) wordsAgree(ours []said, theirs []uint32) (level, first Level) {
	if len(theirs) == 0 {
		return GivenClash, wordClash
	}
	first = q.near(&ours[0], theirs[0])
	if len(ours) == 1 && len(theirs) == 1 {
		if first <= wordAlike {
			return givenOf[first], first
		}
		return GivenClash, first
	}
	var used [4]bool
	matched, worst := 0, Level(0)
	for i := range ours {
		best, at := wordInitial, -1
		for j, id := range theirs {
			if used[j] {
				continue
			}
			if w := q.near(&ours[i], id); w < best {
				best, at = w, j
			}
		}
		if at >= 0 {
			used[at] = true
			matched++
			worst = max(worst, givenOf[best])
		}
	}
	switch {
	case matched == 0:
		return GivenClash, first
	case matched == len(ours) && matched == len(theirs):
		return worst, first
	case matched == len(ours) || matched == len(theirs):
		return max(GivenPart, worst), first
	}
	return GivenShares, first
}

func (q *Query) compareFamily(c *Compact, crossed bool) Level {
	if crossed {
		return FamilyCrossed
	}
	hasTheirs := c.family[0] != 0
	if l := q.familyInGiven(c); l != 0 {
		return l
	}
	if len(q.family) == 0 || !hasTheirs {
		for i := range q.parent {
			if f := &q.parent[i].family; f.text != "" && hasTheirs {
				if w, _ := q.best(f, c.family[:]...); w <= wordSound {
					return FamilyOther
				}
			}
		}
		return 0
	}
	n := 0
	exact, sound, near := 0, false, false
	theirs := c.family[:]
	if c.flags&flagTwoFamily != 0 {
		theirs = c.family[:2]
	}
	for n < len(theirs) && theirs[n] != 0 {
		n++
	}
	theirs = theirs[:n]
	for i := range q.family {
		switch w, _ := q.best(&q.family[i], theirs...); {
		case w == wordSame:
			exact++
		case w == wordSound:
			sound = true
		case w == wordNear:
			near = true
		}
	}
	switch {
	case exact == len(q.family) && exact == n, c.family[2] != 0 && q.joined[1] != "" && q.words.text(c.family[2]) == q.joined[1]:
		return FamilySame
	case len(q.family) == 1 && c.flags&flagTwoFamily != 0 && q.family[0].id != 0 && q.family[0].id == c.family[2],
		q.joined[1] != "" && n == 1 && q.words.text(theirs[0]) == q.joined[1]:
		return FamilySame
	case exact > 0:
		return FamilyPart
	case sound:
		return FamilySound
	case near:
		return FamilyNear
	}
	for i := range q.family {
		// a former name, a parent's, or the father's given name as many families have it
		if w, _ := q.best(&q.family[i], c.alias[0], c.alias[1], c.parent[0][1], c.parent[1][1], c.parent[0][0], c.parent[1][0], c.middle[0], c.middle[1]); w <= wordSound {
			return FamilyOther
		}
	}
	for i := range q.parent {
		for _, f := range []*said{&q.parent[i].family, &q.parent[i].given} {
			if f.text == "" {
				continue
			}
			if w, _ := q.best(f, theirs...); w <= wordSound {
				return FamilyOther
			}
		}
	}
	for i := range q.middle {
		if w, _ := q.best(&q.middle[i], theirs...); w <= wordSound {
			return FamilyOther
		}
	}
	return FamilyClash
}

// familyInGiven finds the family name where all was written as the given name.
func (q *Query) familyInGiven(c *Compact) Level {
	if len(q.family) > 0 || len(q.given) < 2 || c.family[0] == 0 {
		return 0
	}
	switch w, _ := q.best(&q.given[len(q.given)-1], c.family[:]...); {
	case w == wordSame:
		return FamilySame
	case w == wordSound:
		return FamilySound
	case w == wordNear:
		return FamilyNear
	}
	return 0
}

func (q *Query) comparePlace(c *Compact) Level {
	p := q.place
	if p.code == 0 && p.street == 0 || c.place[0].code == 0 && c.place[0].street == 0 {
		return 0
	}
	door := func(o place) bool { return p.door != 0 && p.door == o.door }
	here := c.place[0]
	switch {
	case p.code != 0 && p.code == here.code && door(here):
		return PlaceDoor
	case p.street != 0 && p.street == here.street && door(here):
		return PlaceStreet
	case p.code != 0 && p.code == here.code:
		return PlacePostcode
	}
	for _, o := range c.place[1:] {
		switch {
		case p.code != 0 && p.code == o.code && door(o), p.street != 0 && p.street == o.street && door(o):
			return PlaceFormerDoor
		case p.code != 0 && p.code == o.code:
			return PlaceFormer
		}
	}
	switch {
	case p.street != 0 && p.street == here.street && (p.code == 0 || here.code == 0 || p.door == 0 || here.door == 0):
		return PlaceRoad
	case p.code != 0 && here.code != 0 && p.area == here.area:
		return PlaceArea
	case p.code != 0 && here.code != 0, p.street != 0 && here.street != 0:
		return PlaceOther
	}
	return 0
}

func (q *Query) compareParent(c *Compact) Level {
	best := Level(0)
	for i := range q.parent {
		for _, m := range c.parent {
			if m[0] == 0 && m[1] == 0 {
				continue
			}
			l := q.oneParent(&q.parent[i], m)
			if l != 0 && (best == 0 || l < best) {
				best = l
			}
		}
	}
	return best
}

func (q *Query) oneParent(p *saidParent, m [2]uint32) Level {
	given, family := Level(0), Level(0)
	if p.given.text != "" && m[0] != 0 {
		given = q.near(&p.given, m[0])
	}
	if p.family.text != "" && m[1] != 0 {
		family = q.near(&p.family, m[1])
	}
	sameGiven, sameFamily := given != 0 && given <= wordNear, family != 0 && family <= wordNear
	switch {
	case sameGiven && sameFamily:
		return ParentSame
	case sameGiven:
		return ParentGiven
	case sameFamily && given == 0:
		return ParentFamily
	case given == 0 && family == 0:
		return 0
	}
	return ParentOther
}

func (q *Query) compareDate(c *Compact) Level {
	unborn := c.flags&flagUnborn != 0
	if q.flags&flagUnborn != 0 || unborn {
		return q.compareUnborn(c, unborn)
	}
	if c.date == 0 {
		return 0
	}
	theirs := unpackDate(c.date)
	if q.date == 0 {
		if q.d.AgeStated < 0 || q.d.On.IsZero() {
			return 0
		}
		switch n := q.d.AgeStated - theirs.Age(q.d.On); {
		case n == 0:
			return DateAge
		case n == 1 || n == -1:
			return DateAgeNear
		case n >= -3 && n <= 3:
			return DateAgeFar
		}
		return DateClash
	}
	ours := q.born
	switch q.d.Precision {
	case "year":
		return oneOf(ours.Year == theirs.Year, DateYear, ours.Year-theirs.Year)
	case "month":
		if ours.Year == theirs.Year && ours.Month == theirs.Month {
			return DateMonth
		}
		return oneOf(ours.Year == theirs.Year, DateNearYear, ours.Year-theirs.Year)
	}
	guess := (q.flags|c.flags)&flagEstimated != 0 || ours.Day == 1 && ours.Month == 1 || theirs.Day == 1 && theirs.Month == 1
	parts := 0
	for _, same := range [...]bool{ours.Year == theirs.Year, ours.Month == theirs.Month, ours.Day == theirs.Day} {
		if same {
			parts++
		}
	}
	days := ours.DaysUntil(theirs)
	days = max(days, -days)
	switch {
	case parts == 3:
		return DateSame
	case ours.Year == theirs.Year && ours.Day == int(theirs.Month) && theirs.Day == int(ours.Month):
		return DateSwapped
	case days <= 14:
		return DateDays
	case parts == 2 && (ours.Year == theirs.Year || nearYears(ours.Year, theirs.Year)):
		return DateOnePart
	case guess && ours.Year == theirs.Year:
		return DateYear
	case days <= 550:
		return DateNearYear
	}
	return DateClash
}

// nearYears says that one digit of the year may have slipped.
func nearYears(a, b int) bool {
	n := a - b
	return n >= -2 && n <= 2 || n%10 == 0 || a/10%10 == b%10 && b/10%10 == a%10
}

func oneOf(yes bool, level Level, years int) Level {
	switch {
	case yes:
		return level
	case years == 1 || years == -1:
		return DateNearYear
	}
	return DateClash
}

func (q *Query) compareUnborn(c *Compact, unborn bool) Level {
	if q.date == 0 || c.date == 0 {
		if q.flags&flagUnborn != 0 && !unborn && c.date != 0 && !q.d.On.IsZero() && unpackDate(c.date).DaysUntil(q.d.On) > 60 {
			return DateUnborn
		}
		return 0
	}
	days := q.born.DaysUntil(unpackDate(c.date))
	days = max(days, -days)
	switch ours := q.flags&flagUnborn != 0; {
	case ours && unborn && days <= 35:
		return DateExpected
	case ours && unborn:
		return DateClash
	case days <= 75:
		return DateArrived
	}
	return DateUnborn
}

func unpackDate(d uint32) civil.Date {
	if d == 0 {
		return civil.Date{}
	}
	return civil.DateOf(int(d>>9), time.Month(d>>5&15), int(d&31))
}
