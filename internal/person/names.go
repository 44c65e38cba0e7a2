package person

import (
	_ "embed" // names that are forms of one another
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold makes names comparable: no accents, lower case, letters and digits only,
// one space between words. Apostrophes and marks vanish ("O'Brien" is "obrien"),
// hyphens part words. Anything else, NUL and direction marks among them, is a gap.
func Fold(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFKD.String(strings.ToValidUTF8(s, " ")) {
		switch {
		case unicode.Is(unicode.Mn, r), r == '\'', r == '’', r == 'ʼ', r == '`', r == '.', unicode.Is(unicode.Cf, r):
			continue
		case unicode.IsLetter(r), unicode.IsDigit(r):
			if gap && b.Len() > 0 {
				b.WriteByte(' ')
			}
			gap = false
			r = unicode.ToLower(r)
			if t, ok := letters[r]; ok {
				b.WriteString(t)
				continue
			}
			b.WriteRune(r)
		default:
			gap = true
		}
	}
	return b.String()
}

// letters that do not decompose.
var letters = map[rune]string{'ł': "l", 'ø': "o", 'đ': "d", 'ð': "d", 'þ': "th", 'ß': "ss", 'æ': "ae", 'œ': "oe", 'ı': "i"}

// placeholders are written where a name is not known.
var placeholders = map[string]bool{
	"unborn": true, "baby": true, "unknown": true, "not known": true, "not given": true, "n a": true, "na": true, "child": true,
	"male": true, "female": true, "boy": true, "girl": true, "unnamed": true, "no name": true, "tbc": true, "tba": true, "infant": true, "none": true, "x": true, "xx": true,
	"nk": true, "n k": true, "unk": true, "null": true, "nil": true, "nan": true, "anonymous": true, "withheld": true, "refused": true, "no surname": true, "surname unknown": true,
}

// roles are written for a parent whose name is not known.
var roles = map[string]bool{"mum": true, "mam": true, "mother": true, "dad": true, "father": true, "parent": true, "carer": true, "mummy": true, "daddy": true, "stepdad": true, "stepmum": true, "nan": true, "gran": true}

// titles stand before a name and are no part of it.
var titles = map[string]bool{"mr": true, "mrs": true, "ms": true, "miss": true, "dr": true, "master": true}

// parentGiven is the first given name of a parent, "" when it is not known.
func parentGiven(s string) string {
	words := primary(real(s))
	if len(words) > 0 && titles[words[0]] {
		words = words[1:]
	}
	if w := firstWord(words); !roles[w] {
		return w
	}
	return ""
}

// real is the folded name, or "" for a placeholder.
func real(s string) string {
	f := Fold(s)
	if placeholders[f] || strings.HasPrefix(f, "unborn ") || strings.HasPrefix(f, "baby ") || strings.HasPrefix(f, "unknown") {
		return ""
	}
	return f
}

// particles are joined to the word that follows as well as kept apart, so that
// "Al Hassan", "Al-Hassan" and "Alhassan" meet.
var particles = map[string]bool{"al": true, "el": true, "o": true, "mac": true, "mc": true, "da": true, "de": true, "di": true, "van": true, "von": true, "bin": true, "ibn": true, "abu": true, "st": true, "le": true, "la": true}

// tokens are a folded name's words, and its particles joined to the next word.
func tokens(folded string) []string {
	words := strings.Fields(folded)
	out := words
	for i := 0; i+1 < len(words); i++ {
		if particles[words[i]] {
			out = append(out, words[i]+words[i+1])
		}
	}
	if len(words) == 2 {
		out = append(out, words[0]+words[1])
	}
	return out
}

// digraphs are spelled several ways across traditions and sound alike.
var digraphs = strings.NewReplacer(
	"ph", "f", "gh", "g", "kh", "k", "ck", "k", "sch", "s", "sh", "s", "sz", "s", "cz", "s", "ch", "s", "th", "t", "dh", "d",
	"wh", "w", "qu", "k", "ts", "s", "tz", "s", "dj", "j", "zh", "j", "x", "ks", "wr", "r", "kn", "n", "mac", "mk", "mc", "mk",
)

// Sound is a name's consonant skeleton: digraphs folded, vowels dropped, doubles
// made single. Muhammad and Mohamed, Yusuf and Youssef, Khatun and Khatoon meet.
func Sound(s string) string {
	return string(appendSound(nil, strings.ReplaceAll(Fold(s), " ", "")))
}

// appendSound appends the sound of one folded word.
func appendSound(out []byte, folded string) []byte {
	if folded == "" {
		return out
	}
	f := digraphs.Replace(folded)
	var last rune
	for i, r := range f {
		switch r {
		case 'a', 'e', 'i', 'o', 'u', 'y', 'h', 'w':
			if i == 0 {
				out = append(out, 'a') // a vowel in front is heard as one
			}
			continue
		case 'c', 'q':
			r = 'k'
		case 'z':
			r = 's'
		case 'v':
			r = 'f'
		}
		if r != last {
			out = utf8.AppendRune(out, r)
		}
		last = r
	}
	return out
}

// looseHash is the number of a word's sound as somebody may mishear it: r is not heard,
// and b is p, d is t, g and j are k, m is n. 0 when less than three are left.
func looseHash(folded string) uint32 {
	var buf [64]byte
	sound := appendSound(buf[:0], folded)
	out := sound[:0]
	for _, c := range sound {
		switch c {
		case 'r':
			continue
		case 'b':
			c = 'p'
		case 'd':
			c = 't'
		case 'g', 'j':
			c = 'k'
		case 'm':
			c = 'n'
		}
		if len(out) == 0 || out[len(out)-1] != c {
			out = append(out, c)
		}
	}
	if len(out) < 3 {
		return 0
	}
	return hashBytes(2166136261, out)
}

// shortOf says that a name is the beginning of another, as a pet form often is: Kat of
// Katherine, Toby of Tobias.
func shortOf(short, long string) bool {
	stem := short
	for _, end := range [...]string{"ie", "ey", "y", "i"} {
		if s, ok := strings.CutSuffix(short, end); ok {
			stem = s
			break
		}
	}
	return len(stem) >= 3 && len(long) >= 5 && len(short) < len(long) && strings.HasPrefix(long, stem)
}

//go:embed petforms.txt
var petText string

// petGroups maps a folded name to the groups it belongs to.
var petGroups = sync.OnceValue(func() map[string][]int {
	groups := map[string][]int{}
	n := 0
	for line := range strings.Lines(petText) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		n++
		for name := range strings.FieldsSeq(line) {
			groups[Fold(name)] = append(groups[Fold(name)], n)
		}
	}
	return groups
})

// petMembers lists the names of each group.
var petMembers = sync.OnceValue(func() map[int][]string {
	out := map[int][]string{}
	for line := range strings.Lines(petText) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		n := len(out) + 1
		for name := range strings.FieldsSeq(line) {
			out[n] = append(out[n], Fold(name))
		}
	}
	return out
})

// PetForm says whether one name is a short, pet or other form of the other.
func PetForm(a, b string) bool {
	for _, x := range petGroups()[Fold(a)] {
		for _, y := range petGroups()[Fold(b)] {
			if x == y {
				return true
			}
		}
	}
	return false
}

// petForms are the other names in a name's groups, in the order of the file.
func petForms(folded string) []string {
	var out []string
	for _, g := range petGroups()[folded] {
		for _, m := range petMembers()[g] {
			if m != folded {
				out = append(out, m)
			}
		}
	}
	return out
}

// JaroWinkler is how alike two folded names are spelled: 1 for the same, 0 for
// nothing in common.
func JaroWinkler(a, b string) float64 {
	var bufA, bufB [48]rune
	x, y := appendRunes(bufA[:0], a), appendRunes(bufB[:0], b)
	if len(x) == 0 || len(y) == 0 {
		return 0
	}
	reach := max(max(len(x), len(y))/2-1, 0)
	var usedX, usedY uint64
	m := 0
	for i := range x {
		for j := max(0, i-reach); j < min(len(y), i+reach+1); j++ {
			if usedY&(1<<j) == 0 && x[i] == y[j] {
				usedX |= 1 << i
				usedY |= 1 << j
				m++
				break
			}
		}
	}
	if m == 0 {
		return 0
	}
	swaps, j := 0, 0
	for i := range x {
		if usedX&(1<<i) == 0 {
			continue
		}
		for usedY&(1<<j) == 0 {
			j++
		}
		if x[i] != y[j] {
			swaps++
		}
		j++
	}
	f := float64(m)
	jaro := (f/float64(len(x)) + f/float64(len(y)) + (f-float64(swaps)/2)/f) / 3
	prefix := 0
	for prefix < min(4, len(x), len(y)) && x[prefix] == y[prefix] {
		prefix++
	}
	return jaro + float64(prefix)*0.1*(1-jaro)
}

// appendRunes appends the first letters of a word, as many as are compared.
func appendRunes(out []rune, s string) []rune {
	for _, r := range s {
		if len(out) == cap(out) {
			break
		}
		out = append(out, r)
	}
	return out
}
