package matchfile_test

import (
	"slices"
	"strings"
	"testing"

	"frontdoor/internal/civil"
	"frontdoor/internal/matchfile"
	"frontdoor/internal/person"
)

var day = civil.DateOf(2026, 9, 1)

func open(t testing.TB, text string) *matchfile.Table {
	t.Helper()
	table, err := matchfile.Open("file.csv", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestPerson(t *testing.T) {
	table := open(t, "\ufeffperson_id,given_name,family_name,alias_family,sex,dob,dob_estimated,address,postcode,previous_addresses,phone,parent1_given,parent1_family,parent1_phone,parent2_given,unheard_of\n"+
		"p1,Mia,Hart,Cole;Reed,girl,03/02/2015,1,1 Elm Way,QV1 2AB,2 Oak Way|QV3 4CD;3 Ash Way|QV5 6EF,0411 1,Tina,Hart,0422,Ben,x\n")
	var failed error
	all := slices.Collect(table.People(&failed, nil))
	if failed != nil || len(all) != 1 {
		t.Fatalf("%v, %v", all, failed)
	}
	p := all[0]
	if p.ID != "p1" || p.Sex != "F" || p.Born != civil.DateOf(2015, 2, 3) || !p.BornEstimated || len(p.Former) != 2 || len(p.Addresses) != 3 ||
		p.Addresses[2].Postcode != "QV5 6EF" || len(p.Parents) != 2 || p.Parents[1].Given != "Ben" || len(p.Phones) != 1 {
		t.Errorf("read %+v", p)
	}
}

func TestDescribed(t *testing.T) {
	tests := []struct {
		name, head, row string
		want            func(person.Described) bool
	}{
		{"a date to the day", "dob,dob_precision", "2015-02-03,day", func(d person.Described) bool { return d.Born == civil.DateOf(2015, 2, 3) && d.Precision == "" }},
		{"a month", "dob", "2015-02", func(d person.Described) bool { return d.Born == civil.DateOf(2015, 2, 1) && d.Precision == "month" }},
		{"a year that is said to be one", "dob,dob_precision", "2015-01-01,year", func(d person.Described) bool { return d.Precision == "year" }},
		{"a year", "dob", "2015", func(d person.Described) bool { return d.Born.Year == 2015 && d.Precision == "year" }},
		{"an age", "age_stated", "7", func(d person.Described) bool { return d.AgeStated == 7 }},
		{"no age", "age_stated", "", func(d person.Described) bool { return d.AgeStated == -1 }},
		{"an age of nonsense", "age_stated", "seven", func(d person.Described) bool { return d.AgeStated == -1 }},
		{"brothers and sisters", "siblings_mentioned", "Leo 10;Lea (8);Anna Maria;Max, 3", func(d person.Described) bool {
			return slices.Equal(d.Siblings, []person.Mention{{Given: "Leo", Age: 10}, {Given: "Lea", Age: 8}, {Given: "Anna Maria", Age: -1}, {Given: "Max", Age: 3}})
		}},
		{"brothers and sisters with commas", "siblings_mentioned", "Leo (10), Lea aged 8 and Max", func(d person.Described) bool {
			return slices.Equal(d.Siblings, []person.Mention{{Given: "Leo", Age: 10}, {Given: "Lea", Age: 8}, {Given: "Max", Age: -1}})
		}},
		{"months for an age", "age_stated", "18 months", func(d person.Described) bool { return d.AgeStated == 1 }},
		{"about an age", "age_stated", "about 7 yrs", func(d person.Described) bool { return d.AgeStated == 7 }},
		{"a date that is a guess", "dob,dob_precision", "2015-01-01,estimated", func(d person.Described) bool { return d.BornEstimated }},
		{"unborn, and no date", "given_name,family_name", "Unborn,Hart", func(d person.Described) bool { return d.Unborn }},
		{"an unborn child", "given_name,expected_date", "Unborn,2026-12-01", func(d person.Described) bool { return d.Unborn && d.Expected == civil.DateOf(2026, 12, 1) }},
		{"a parent", "parent_given,parent_family,parent_phone", "Tina,Hart,0411", func(d person.Described) bool {
			return len(d.Parents) == 1 && d.Parents[0].Family == "Hart" && slices.Equal(d.Phones, []string{"0411"})
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			row := tt.row
			if strings.Contains(row, ", ") {
				row = `"` + row + `"`
			}
			table := open(t, tt.head+"\n"+row+"\n")
			if more, err := table.Next(); tt.row != "" && (!more || err != nil) {
				t.Fatal(more, err)
			} else if !more {
				return
			}
			if d := table.Described(day); !tt.want(d) {
				t.Errorf("read %+v", d)
			}
		})
	}
}

func TestSiblings(t *testing.T) {
	table := open(t, "person_id,related_person_id,kind\na,b,sibling\nc,d,Half_Sibling\nm,x,mother\nm,y,mother\ne,f,foster_parent\nz,f2,child\nw,f2,son\ng,h,aunt\n")
	var failed error
	got := map[string]bool{}
	for a, b := range table.Siblings(&failed) {
		got[min(a, b)+max(a, b)] = true
	}
	for _, want := range []string{"ab", "cd", "xy", "wz"} {
		if !got[want] {
			t.Errorf("%s are not brothers and sisters", want)
		}
	}
	if failed != nil || len(got) != 4 {
		t.Errorf("%v, %v", got, failed)
	}
}

func TestUnreadDatesAreCounted(t *testing.T) {
	table := open(t, "person_id,dob\np1,yesterday\np2,2015-02-30\np3,2015-02-03\n")
	var failed error
	for range table.People(&failed, nil) {
	}
	if w := table.Warning(); !strings.Contains(w, "2 values") || !strings.Contains(w, "line 2, dob") || strings.Contains(w, "yesterday") {
		t.Errorf("the warning is %q", w)
	}
}

func FuzzTable(f *testing.F) {
	f.Add("person_id,dob,previous_addresses\np1,2015-02-03,a|b;c\n")
	f.Add("contact_id,siblings_mentioned,age_stated\nk,Leo 10;(,99999999999\n")
	f.Add("a,b\n\"x\ny\",\n")
	f.Add("\xff\n")
	f.Fuzz(func(t *testing.T, text string) {
		table, err := matchfile.Open("file.csv", strings.NewReader(text))
		if err != nil {
			return
		}
		for range 1000 {
			more, err := table.Next()
			if err != nil || !more {
				return
			}
			table.Person()
			table.Described(day)
		}
	})
}
