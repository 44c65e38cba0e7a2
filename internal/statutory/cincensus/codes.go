package cincensus

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// codesets.csv holds the census's code sets with the censuses each code belongs to.
// Made from the XSDs that SocialFinanceDigitalLabs/liia-tools-pipeline publishes
// (MIT licence) and from the rules' wording.
//
//go:embed codesets.csv
var codesetsCSV string

// Code is one code of a code set.
type Code struct {
	Set, Code, Label string
	From, Until      int // first and last census; 0 for no limit
}

// codes is the code sets: by set, then by code.
var codes = sync.OnceValue(func() map[string]map[string]Code {
	rows, err := csv.NewReader(strings.NewReader(codesetsCSV)).ReadAll()
	if err != nil {
		panic(fmt.Sprintf("read the embedded code sets: %v", err))
	}
	out := map[string]map[string]Code{}
	for _, r := range rows[1:] {
		c := Code{Set: r[0], Code: r[1], Label: r[2], From: yearOr0(r[4]), Until: yearOr0(r[5])}
		if out[c.Set] == nil {
			out[c.Set] = map[string]Code{}
		}
		out[c.Set][c.Code] = c
	}
	return out
})

func yearOr0(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

// codeList is the code sets in the order of their codes.
var codeList = sync.OnceValue(func() map[string][]Code {
	out := map[string][]Code{}
	for set, all := range codes() {
		for _, c := range all {
			out[set] = append(out[set], c)
		}
		slices.SortFunc(out[set], func(a, b Code) int { return strings.Compare(a.Code, b.Code) })
	}
	return out
})

// codeIn says that a code belongs to a set in a census.
func codeIn(set, code string, year int) bool {
	c, ok := codes()[set][code]
	return ok && c.in(year)
}

func (c Code) in(year int) bool {
	return (c.From == 0 || year >= c.From) && (c.Until == 0 || year <= c.Until)
}

// The code sets' names in codesets.csv.
const (
	ethnicities      = "ethnicity"
	disabilities     = "disability"
	sexes            = "sex"
	genders          = "gender_current"
	referralSources  = "referral_source"
	primaryNeeds     = "primary_need"
	closureReasons   = "reason_for_closure"
	abuseCategories  = "category_of_abuse"
	upnUnknowns      = "upn_unknown"
	assessmentFactor = "assessment_factor"
	ppOutcomes       = "pre_proceedings_outcome"
)

// upnAuthorities are the authority numbers that characters 2 to 4 of a UPN may hold
// (the list of rule 1530 in csc-validator-be-cin); 942 and 943 joined in 2024.
var upnAuthorities = sync.OnceValue(func() *[1000]int {
	const list = "1-5 201-213 301-320 330-336 340-344 350-359 370-373 380-384 390-394 420 660-681 701-708 800-803 " +
		"805-808 810-813 815 816 820-823 825 826 830 831 835-841 845 846 850-852 855-857 860 861 865-896 908 909 916 " +
		"919 921 925 926 928 929 931 933 935-938 940 941"
	var from [1000]int // the first census that takes the number, 0 for none
	for _, span := range strings.Fields(list) {
		lo, hi, _ := strings.Cut(span, "-")
		if hi == "" {
			hi = lo
		}
		for n := number(lo); n <= number(hi); n++ {
			from[n] = FirstYear
		}
	}
	from[942], from[943] = 2024, 2024
	return &from
})
