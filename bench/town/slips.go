package town

import (
	"strings"
	"time"
	"unicode"

	"frontdoor/internal/civil"
)

// beside are the keys beside a key.
var beside = map[rune]string{
	'a': "sqz", 'b': "vn", 'c': "xv", 'd': "sf", 'e': "wr", 'f': "dg", 'g': "fh", 'h': "gj", 'i': "uo", 'j': "hk", 'k': "jl", 'l': "k", 'm': "n",
	'n': "bm", 'o': "ip", 'p': "o", 'q': "wa", 'r': "et", 's': "ad", 't': "ry", 'u': "yi", 'v': "cb", 'w': "qe", 'x': "zc", 'y': "tu", 'z': "xa",
	'0': "9", '1': "2", '2': "13", '3': "24", '4': "35", '5': "46", '6': "57", '7': "68", '8': "79", '9': "80",
}

// typo makes one slip of the fingers: a letter more, less, changed, doubled or two
// swapped. Names of one letter stay.
func typo(d dice, s string) string {
	r := []rune(s)
	if len(r) < 2 {
		return s
	}
	i := d.IntN(len(r))
	if i == 0 && d.chance(0.7) { // first letters are seen and put right
		i = 1 + d.IntN(len(r)-1)
	}
	near := []rune(beside[unicode.ToLower(r[i])])
	switch d.which(25, 25, 20, 20, 10) {
	case 0:
		return string(r[:i]) + string(r[i+1:])
	case 1:
		j := max(i, 1)
		r[j-1], r[j] = r[j], r[j-1]
		if j == 1 {
			r[0], r[1] = unicode.ToUpper(r[0]), unicode.ToLower(r[1])
		}
		return string(r)
	case 2:
		if len(near) > 0 {
			changed := of(d, near)
			if unicode.IsUpper(r[i]) {
				changed = unicode.ToUpper(changed)
			}
			r[i] = changed
		}
		return string(r)
	case 3:
		return string(r[:i+1]) + string(unicode.ToLower(r[i])) + string(r[i+1:])
	}
	if len(near) == 0 {
		return s
	}
	return string(r[:i+1]) + string(of(d, near)) + string(r[i+1:])
}

// heard are spellings of one sound.
var heard = pairsOf("ph f f ph c k k c ck k ee ea ea ee ie y y ie y ey ey y ei ie ie ei ou oo oo u s z z s th t v w w v ll l l ll nn n n nn ss s mm m tt t t tt rr r gh g j g g j er a a er " +
	"a e e a i e e i o u u o q k x ks cz ch sz sh rz zh ai ay ay ai sh ch ch sh kn n wr r au or aw or b p d t m n au o ou u eu u sch sh tz ts dj j dz z gw w ia ya ya ia io yo hu u ae a eigh ay ough uff")

// translated are letters that are put into English in more than one way.
var translated = pairsOf("oo u u oo ou u u ou ee i i ee ei ay ai ay ay ai kh k k kh gh g q k k q dh d th t sh ch s sh aa a a aa ah a y i i y j y y j iy y ii i ii iy ya ia ia ya h kh x h f ph w v v w ullah allah o u u o e i i e dd d mm m ss s zz z ts c c ts")

func pairsOf(s string) [][2]string {
	w := strings.Fields(s)
	var out [][2]string
	for i := 0; i+1 < len(w); i += 2 {
		out = append(out, [2]string{w[i], w[i+1]})
	}
	return out
}

// respell changes one place where a pair applies, after the first letter more often
// than at it.
func respell(d dice, s string, pairs [][2]string) string {
	low := strings.ToLower(s)
	for range 40 {
		p := of(d, pairs)
		at := strings.Index(low, p[0])
		if last := strings.LastIndex(low, p[0]); last > at && d.chance(0.5) {
			at = last
		}
		if at < 0 || at == 0 && !d.chance(0.25) || len(low) != len(s) {
			continue
		}
		out := s[:at] + p[1] + s[at+len(p[0]):]
		if tripled(out) {
			continue
		}
		if at == 0 {
			return capital(out)
		}
		return out
	}
	return s
}

// tripled says that a letter stands three times running.
func tripled(s string) bool {
	for i := 2; i < len(s); i++ {
		if s[i] == s[i-1] && s[i] == s[i-2] {
			return true
		}
	}
	return false
}

func capital(s string) string {
	r := []rune(s)
	if len(r) > 0 {
		r[0] = unicode.ToUpper(r[0])
	}
	return string(r)
}

// misheard is a name written down as it sounded.
func misheard(d dice, s string) string {
	s = respell(d, s, heard)
	if d.chance(0.4) {
		s = respell(d, s, heard)
	}
	return s
}

// variant is another spelling of a name in its tradition, "" when it has none.
func (t *tradition) variant(d dice, s string) string {
	words := strings.Fields(s)
	changed := false
	for i, w := range words {
		if list := t.spellings(w); list != nil {
			words[i], changed = of(d, list), true
		}
	}
	switch {
	case changed:
		return strings.Join(words, " ")
	case t.spellings(s) != nil:
		return of(d, t.spellings(s))
	case t.transliterated && len(s) > 3 && d.chance(0.5):
		return respell(d, s, translated)
	}
	return ""
}

func (t *tradition) spellings(s string) []string {
	if list := t.variants[s]; list != nil {
		return list
	}
	return t.english.variants[s]
}

// pet is what somebody is called at home.
func (t *tradition) pet(d dice, s string) string {
	if list := t.petForm[s]; list != nil {
		return of(d, list)
	}
	if list := t.english.petForm[s]; list != nil {
		return of(d, list)
	}
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '-' })
	if len(parts) > 1 {
		return capital(of(d, parts))
	}
	r := []rune(s)
	if len(r) < 5 {
		return s
	}
	n := 3 + d.IntN(2)
	if n < len(r)-1 && strings.ContainsRune("aeiou", r[n-1]) {
		n++
	}
	short := string(r[:n])
	switch d.which(60, 25, 15) {
	case 1:
		return strings.TrimRight(short, "aeiouy") + "y"
	case 2:
		return strings.TrimRight(short, "aeiouy") + "ie"
	}
	return short
}

// joinedUp changes how the parts of a name are held together.
func joinedUp(d dice, s string) string {
	switch {
	case strings.Contains(s, "-"):
		return strings.ReplaceAll(s, "-", of(d, []string{" ", ""}))
	case strings.Contains(s, "'"):
		return strings.ReplaceAll(s, "'", of(d, []string{" ", ""}))
	case strings.Contains(s, " "):
		return strings.ReplaceAll(s, " ", of(d, []string{"-", "-", ""}))
	}
	return s
}

// surnames are the parts of a surname that can stand alone: not "de", "Ap" or "Al".
func surnames(s string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '-' }) {
		if len(w) > 3 {
			out = append(out, w)
		}
	}
	return out
}

func swapDayMonth(b civil.Date) civil.Date {
	if b.Day > 12 {
		return b
	}
	return civil.Date{Year: b.Year, Month: time.Month(b.Day), Day: int(b.Month)}
}

// wrongDate is a date with one mistake.
func wrongDate(d dice, b civil.Date) civil.Date {
	switch d.which(22, 28, 20, 22, 8) {
	case 0:
		if s := swapDayMonth(b); s != b {
			return s
		}
		return b.AddDays(10)
	case 1: // one digit of the day
		other := b
		other.Day = of(d, []int{b.Day - 10, b.Day + 10, b.Day + 1, b.Day - 1, b.Day + 3, b.Day - 6})
		if other.Valid() {
			return other
		}
		return b.AddDays(1)
	case 2: // one year
		return b.AddMonths(of(d, []int{-12, 12}))
	case 3:
		return b.AddDays(of(d, []int{-2, -1, 1, 2}))
	}
	return b.AddMonths(of(d, []int{-1, 1}))
}

var shortWords = [][2]string{{"Road", "Rd"}, {"Street", "St"}, {"Avenue", "Ave"}, {"Close", "Cl"}, {"Crescent", "Cres"}, {"Drive", "Dr"}, {"Gardens", "Gdns"}, {"Lane", "Ln"}, {"Terrace", "Terr"}, {"Place", "Pl"}, {"Flat ", "Flt "}, {"Court", "Ct"}}

// loose writes an address as people do, with a slip at times and without its number
// when it is rough.
func (p Place) loose(d dice, rough bool) Place {
	if d.chance(0.35) {
		for _, w := range shortWords {
			p.Line = strings.Replace(p.Line, w[0], w[1], 1)
		}
	}
	switch {
	case d.chance(0.06):
		p.Line = typo(d, p.Line)
	case d.chance(0.1):
		p.Line = strings.ReplaceAll(p.Line, ",", "")
	case d.chance(0.05):
		p.Line = strings.ToUpper(p.Line)
	}
	if rough && d.chance(0.6) {
		p.Line = strings.TrimSpace(strings.TrimLeft(p.Line[strings.LastIndex(p.Line, ",")+1:], " 0123456789A"))
		p.Postcode = ""
		return p
	}
	switch {
	case rough || d.chance(0.06):
		p.Postcode = ""
	case d.chance(0.04):
		p.Postcode = typo(d, p.Postcode)
	case d.chance(0.12):
		p.Postcode = strings.ReplaceAll(p.Postcode, " ", "")
	case d.chance(0.04):
		p.Postcode = strings.ToLower(p.Postcode)
	}
	return p
}
