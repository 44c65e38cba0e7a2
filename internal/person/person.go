// Package person is who people are: their names, numbers, places and relations,
// and how likely it is that two descriptions are of one child. It is pure, and it
// never merges anybody: it proposes, and says why.
package person

import "frontdoor/internal/civil"

// Name is a given and a family name as written.
type Name struct {
	Given  string `json:"given"`
	Family string `json:"family"`
}

// Address is a place somebody lives or lived. The first of a list is the present one.
type Address struct {
	Line, Postcode string
	From, To       civil.Date
}

// Person is somebody the record knows.
type Person struct {
	ID, Ref       string
	Given, Middle string
	Family        string
	KnownAs       string
	Former        []Name // former names and aliases
	Sex           string
	Born          civil.Date
	BornEstimated bool
	Expected      civil.Date // of an unborn child
	Unborn        bool
	NHS, UPN      string
	Phone         string
	Phones        []string // the parents' and others'
	Addresses     []Address
	Parents       []Name
	School        string
	Ethnicity     string // a code of Ethnicities; recorded, and never compared
	Restricted    bool
}

// Described is what somebody said of a child. AgeStated is -1 when no age was said.
type Described struct {
	On            civil.Date // the day it was said, which an age is counted from
	Source        string     // police, school, health, public or ""
	Precision     string     // of the date of birth: "" or day, month, year
	Phones        []string   // the parents' and others'
	Siblings      []Mention  // brothers and sisters who were mentioned
	Former        []Address  // where they lived before
	Given, Middle string
	Family        string
	KnownAs       string
	Words         string // how the child was described when not named
	Sex           string
	Born          civil.Date
	BornEstimated bool
	AgeStated     int
	Expected      civil.Date
	Unborn        bool
	NHS, UPN      string
	Phone         string
	Address       string
	Postcode      string
	Parents       []Name
	School        string
	Ethnicity     string // a code of Ethnicities; recorded, and never compared
}

// AsDescribed is what the record knows of a person, as somebody would describe them.
func (p Person) AsDescribed() Described {
	d := Described{Given: p.Given, Middle: p.Middle, Family: p.Family, KnownAs: p.KnownAs, Sex: p.Sex, Born: p.Born, BornEstimated: p.BornEstimated,
		AgeStated: -1, Expected: p.Expected, Unborn: p.Unborn, NHS: p.NHS, UPN: p.UPN, Phone: p.Phone, Phones: p.Phones, Parents: p.Parents, School: p.School}
	if len(p.Addresses) > 0 {
		d.Address, d.Postcode, d.Former = p.Addresses[0].Line, p.Addresses[0].Postcode, p.Addresses[1:]
	}
	return d
}

// Mention is a brother or sister who was mentioned. Age is -1 when it was not said.
type Mention struct {
	Given string
	Age   int
}

// Named says whether a name was given that is a name: "Baby" and "Unknown" are not.
func (d Described) Named() bool { return real(d.Given) != "" || real(d.KnownAs) != "" }
