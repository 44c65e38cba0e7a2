package person

import (
	"strings"
	"unicode"
)

// NHSNumber reads an NHS number: ten digits of which the last is a modulus-11
// check. A number that fails is not one, and is never matched on.
func NHSNumber(s string) (string, bool) {
	d := digits(s)
	if len(d) != 10 {
		return "", false
	}
	sum := 0
	for i := range 9 {
		sum += int(d[i]-'0') * (10 - i)
	}
	check := 11 - sum%11
	if check == 11 {
		check = 0
	}
	if check == 10 || check != int(d[9]-'0') || strings.Trim(d, d[:1]) == "" {
		return "", false
	}
	return d, true
}

// UPN reads a unique pupil number: a letter, eleven digits and a digit or letter.
func UPN(s string) (string, bool) {
	u := strings.ToUpper(keep(s, func(r rune) bool { return r < 128 && (unicode.IsLetter(r) || unicode.IsDigit(r)) }))
	if len(u) != 13 || !unicode.IsLetter(rune(u[0])) || digits(u[1:12]) != u[1:12] {
		return "", false
	}
	return u, true
}

// Postcode is a postcode without its space, in capitals.
func Postcode(s string) string {
	return strings.ToUpper(keep(s, func(r rune) bool { return r < 128 && (unicode.IsLetter(r) || unicode.IsDigit(r)) }))
}

// district is the first part of a postcode: "WN1" of "WN1 2AB".
func district(s string) string {
	p := Postcode(s)
	if len(p) < 5 {
		return p
	}
	return p[:len(p)-3]
}

// PhoneNumber is a phone number's digits in national form, with one nought before them
// when it has a prefix: 07700900123 of +44 (0)7700 900123. "" is for what is too short.
func PhoneNumber(s string) string {
	all := digits(s)
	d := strings.TrimLeft(all, "0")
	for strings.HasPrefix(d, "44") && len(d) > 10 {
		d = strings.TrimLeft(d[2:], "0")
	}
	if len(d) < 6 {
		return ""
	}
	if d == all {
		return d
	}
	return "0" + d
}

var streets = map[string]string{
	"rd": "road", "st": "street", "ave": "avenue", "av": "avenue", "cl": "close", "ct": "court", "dr": "drive", "gdns": "gardens",
	"gr": "grove", "la": "lane", "ln": "lane", "pl": "place", "sq": "square", "terr": "terrace", "ter": "terrace", "cres": "crescent", "flt": "flat",
}

// Door is an address made comparable: folded, street words spelled out.
func Door(line string) string {
	words := strings.Fields(Fold(line))
	for i, w := range words {
		if full, ok := streets[w]; ok && i > 0 {
			words[i] = full
		}
	}
	return strings.Join(words, " ")
}

func digits(s string) string {
	return keep(s, func(r rune) bool { return r >= '0' && r <= '9' })
}

func keep(s string, want func(rune) bool) string {
	return strings.Map(func(r rune) rune {
		if want(r) {
			return r
		}
		return -1
	}, s)
}

// Area is the first part of a postcode, which says roughly where and not which door.
func Area(postcode string) string { return district(postcode) }
