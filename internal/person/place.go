package person

import "strings"

// place is an address without its words.
type place struct {
	code   uint32 // postcode
	street uint32 // how the street sounds
	area   uint16 // first part of the postcode
	door   uint16 // house and flat numbers, or the house's name
}

// phoneHash is the number of a telephone, with or without its prefix; 0 for none.
func phoneHash(s string) uint32 {
	if p := strings.TrimLeft(PhoneNumber(s), "0"); p != "" {
		return hashText(p)
	}
	return 0
}

// schoolWords say nothing of which school it is.
var schoolWords = map[string]bool{"school": true, "primary": true, "academy": true, "ce": true, "rc": true, "catholic": true, "infant": true,
	"infants": true, "junior": true, "juniors": true, "the": true, "high": true, "secondary": true, "college": true, "community": true, "c": true, "e": true, "of": true, "and": true, "nursery": true}

// schoolHash is the number of a school's name, 0 for none.
func schoolHash(s string) uint16 {
	h := uint32(0)
	for _, w := range strings.Fields(Fold(s)) {
		if !schoolWords[w] {
			h += hashText(w) // in any order
		}
	}
	if h == 0 {
		return 0
	}
	return uint16(stir(h)) | 1
}

// placeOf hashes an address: the numbers say which door, the words before a word like
// "road" which street. A town or county that follows says nothing more.
func placeOf(line, postcode string) place {
	var p place
	if nowhere[Fold(line)] {
		line = ""
	}
	if pc := Postcode(postcode); pc != "" && !(len(pc) == 7 && pc[:4] == "ZZ99") {
		p.code, p.area = hashText(pc), uint16(hashText(district(pc)))|1
	}
	var door, house, street, last uint32
	for _, w := range strings.Fields(Door(line)) {
		switch {
		case w[0] >= '0' && w[0] <= '9':
			door += hashText(w) // "flat 3, 12" and "12 flat 3" are the same door
			house, last = house+last, 0
		case doorWords[w]:
		case streetWords[w] && last != 0:
			house += street
			street, last = last+soundHash(w)+1, 0
		default:
			last += soundHash(w) + 1
		}
	}
	if street == 0 {
		street = last
	}
	if street != 0 {
		p.street = stir(street)
	}
	switch {
	case door != 0:
		p.door = uint16(stir(door)) | 1
	case house != 0:
		p.door = uint16(stir(house)) | 1
	}
	return p
}

// nowhere is written where somebody has no address or none is known, as are postcodes of seven
// letters that begin with ZZ99 (NHS Data Dictionary, postcode of usual address).
var nowhere = map[string]bool{"no fixed abode": true, "nfa": true, "no fixed address": true, "unknown": true, "not known": true, "address unknown": true,
	"address not known": true, "homeless": true, "withheld": true, "address withheld": true, "none": true, "null": true, "n a": true}

// doorWords stand before a number and say nothing by themselves.
var doorWords = map[string]bool{"flat": true, "apartment": true, "apt": true, "room": true, "unit": true, "number": true, "no": true, "the": true}

// streetWords end the name of a street.
var streetWords = map[string]bool{"road": true, "street": true, "avenue": true, "close": true, "lane": true, "drive": true, "way": true, "crescent": true,
	"grove": true, "place": true, "terrace": true, "gardens": true, "court": true, "rise": true, "walk": true, "view": true, "square": true, "row": true,
	"hill": true, "mews": true, "park": true, "green": true, "parade": true, "boulevard": true, "mount": true, "croft": true, "fold": true, "wharf": true}
