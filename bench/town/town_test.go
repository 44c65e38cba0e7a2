package town_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"io"
	"reflect"
	"strings"
	"testing"

	"frontdoor/bench/town"
	"frontdoor/internal/civil"
	"frontdoor/internal/person"
)

func small(children, contacts int) town.Options {
	return town.Options{Number: 7, Children: children, Contacts: contacts, Today: civil.DateOf(2026, 5, 12)}
}

// table is a CSV file by column.
func table(t *testing.T, b []byte) []map[string]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, r := range rows[1:] {
		m := map[string]string{}
		for i, c := range rows[0] {
			m[c] = r[i]
		}
		out = append(out, m)
	}
	return out
}

func register(t *testing.T, o town.Options) []map[string]string {
	t.Helper()
	var b bytes.Buffer
	if err := town.WriteRegister(&b, o); err != nil {
		t.Fatal(err)
	}
	return table(t, b.Bytes())
}

func contacts(t *testing.T, o town.Options) (said, truth []map[string]string) {
	t.Helper()
	var a, b bytes.Buffer
	if err := town.WriteContacts(&a, &b, o); err != nil {
		t.Fatal(err)
	}
	return table(t, a.Bytes()), table(t, b.Bytes())
}

func byID(rows []map[string]string) map[string]map[string]string {
	out := map[string]map[string]string{}
	for _, r := range rows {
		out[r["person_id"]] = r
	}
	return out
}

func TestTheSameNumberIsTheSameTown(t *testing.T) {
	sum := func(o town.Options) [32]byte {
		var b bytes.Buffer
		for _, err := range []error{town.WriteRegister(&b, o), town.WriteRelationships(&b, o), town.WriteContacts(&b, &b, o), town.WriteDuplicates(&b, &b, o, 50)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		return sha256.Sum256(b.Bytes())
	}
	o := small(2000, 500)
	other := o
	other.Number = 8
	if first, again := sum(o), sum(o); first != again {
		t.Error("the same number gave two towns")
	}
	if sum(o) == sum(other) {
		t.Error("two numbers gave one town")
	}
}

func TestAFamilyCanBeMadeAlone(t *testing.T) {
	o := small(2000, 0)
	rows := register(t, o)
	n := 0
	for f := range town.Families(o) {
		again := town.Family(o, f)
		if !reflect.DeepEqual(again, town.Family(o, f)) {
			t.Fatalf("family %d is not the same twice", f)
		}
		for _, c := range again {
			if n == len(rows) {
				break // the last family is cut to fit
			}
			if r := rows[n]; r["person_id"] != c.ID || r["given_name"] != c.Given || r["dob"] != c.Born.String() || r["postcode"] != c.Home.Postcode {
				t.Fatalf("row %d is %v, want %+v", n, r, c)
			}
			n++
		}
	}
	if n != o.Children {
		t.Errorf("the families have %d children, want %d", n, o.Children)
	}
}

func TestRegister(t *testing.T) {
	const children = 20_000
	o := small(children, 0)
	rows := register(t, o)
	if len(rows) != children {
		t.Fatalf("got %d children, want %d", len(rows), children)
	}
	ids, nhs, upn := map[string]bool{}, map[string]bool{}, map[string]bool{}
	n := map[string]float64{}
	for _, r := range rows {
		if ids[r["person_id"]] {
			t.Fatalf("two children are %s", r["person_id"])
		}
		ids[r["person_id"]] = true
		if s := r["nhs_number"]; s != "" {
			if _, ok := person.NHSNumber(s); !ok || nhs[s] || s[0] != '5' && s[0] != '9' {
				t.Errorf("NHS number %s fails its check, is issued, or stands twice", s)
			}
			nhs[s] = true
			n["nhs"]++
		}
		if s := r["upn"]; s != "" {
			if _, ok := person.UPN(s); !ok || upn[s] {
				t.Errorf("UPN %s is none, or stands twice", s)
			}
			upn[s] = true
		}
		if (r["unborn"] == "1") != (r["dob"] == "") || (r["unborn"] == "1") != (r["expected_date"] != "") {
			t.Errorf("a child is either born or expected: %v", r)
		}
		if r["dob"] != "" {
			b, err := civil.ParseDate(r["dob"])
			if age := b.Age(o.Today); err != nil || age < 0 || age > 17 {
				t.Errorf("born %s is age %d, %v", r["dob"], age, err)
			}
			if b.Age(o.Today) >= 5 && b.Age(o.Today) <= 16 {
				n["school age"]++
				if r["upn"] != "" {
					n["upn"]++
				}
			}
		}
		if r["given_name"] == "" || r["address"] == "" {
			t.Errorf("no given name or address: %v", r)
		}
		for _, c := range []string{"unborn", "dob_estimated"} {
			if r[c] == "1" {
				n[c]++
			}
		}
		for _, c := range []string{"phone", "parent2_given", "previous_addresses", "known_as", "alias_family", "family_name"} {
			if r[c] == "" {
				n["no "+c]++
			}
		}
	}
	for what, want := range map[string][2]float64{
		"nhs": {0.66, 0.73}, "unborn": {0.0008, 0.004}, "dob_estimated": {0.005, 0.02}, "no phone": {0.20, 0.30}, "no parent2_given": {0.40, 0.52},
		"no previous_addresses": {0.4, 0.5}, "no known_as": {0.8, 0.97}, "no alias_family": {0.9, 0.99}, "no family_name": {0, 0.01},
	} {
		if got := n[what] / children; got < want[0] || got > want[1] {
			t.Errorf("%s: got %.4f, want %v", what, got, want)
		}
	}
	if got := n["upn"] / n["school age"]; got < 0.77 || got > 0.83 {
		t.Errorf("UPN at school age: got %.3f, want 0.8", got)
	}
}

func TestTraditions(t *testing.T) {
	o := small(20_000, 0)
	seen := map[string]int{}
	sizes, multiple, births := 0, 0.0, 0.0
	for f := range town.Families(o) {
		kids := town.Family(o, f)
		sizes += len(kids)
		last := civil.Date{}
		for _, c := range kids {
			seen[c.Tradition]++
			if !c.Born.IsZero() && c.Born == last {
				multiple++
				continue
			}
			last = c.Born
			births++
		}
	}
	if len(seen) < 22 {
		t.Errorf("got %d traditions, want 22 or more: %v", len(seen), seen)
	}
	for name, n := range seen {
		if n < 20 {
			t.Errorf("only %d children are %s", n, name)
		}
	}
	if mean := float64(sizes) / float64(town.Families(o)); mean < 1.9 || mean > 2.1 {
		t.Errorf("a family has %.2f children, want 2", mean)
	}
	if share := multiple / births; share < 0.012 || share > 0.021 {
		t.Errorf("twins are %.4f of births, want 0.016", share)
	}
}

func TestRareFamiliesAreMade(t *testing.T) {
	if testing.Short() {
		t.Skip("makes 100,000 families")
	}
	o := small(200_000, 0)
	unborn := 0
	for f := range town.Families(o) {
		expected := 0
		for _, c := range town.Family(o, f) {
			if c.Unborn {
				expected++
			}
		}
		if expected > 1 {
			unborn++
		}
	}
	if unborn == 0 {
		t.Error("no twins are expected")
	}
}

func TestRelationships(t *testing.T) {
	o := small(5000, 0)
	known := byID(register(t, o))
	var b bytes.Buffer
	if err := town.WriteRelationships(&b, o); err != nil {
		t.Fatal(err)
	}
	kinds := map[string]int{}
	for _, r := range table(t, b.Bytes()) {
		kinds[r["kind"]]++
		if known[r["person_id"]] == nil || known[r["related_person_id"]] == nil {
			t.Fatalf("%v relates a child who is not on the register", r)
		}
	}
	if kinds["sibling"] < 1000 || kinds["half_sibling"] < 100 || len(kinds) != 2 {
		t.Errorf("got %v", kinds)
	}
}

func TestContacts(t *testing.T) {
	o := small(20_000, 10_000)
	known := byID(register(t, o))
	said, truth := contacts(t, o)
	if len(said) != o.Contacts || len(truth) != o.Contacts {
		t.Fatalf("got %d contacts and %d truths, want %d", len(said), len(truth), o.Contacts)
	}
	n := map[string]float64{}
	for i, tr := range truth {
		c := said[i]
		n[tr["kind"]]++
		if c["contact_id"] != tr["contact_id"] || c["source"] != tr["source"] {
			t.Fatalf("contact %v has the truth of %v", c, tr)
		}
		for id := range strings.SplitSeq(tr["family_person_ids"], ";") {
			if id != "" && known[id] == nil {
				t.Errorf("%s: %s is not on the register", tr["contact_id"], id)
			}
		}
		if (tr["kind"] == "stranger") != (tr["family_person_ids"] == "") || (tr["kind"] == "child") != (tr["person_id"] != "") {
			t.Errorf("the truth does not agree with itself: %v", tr)
		}
		if (c["dob"] == "") != (c["dob_precision"] == "none") {
			t.Errorf("date %q is known to the %q", c["dob"], c["dob_precision"])
		}
		if tr["kind"] != "child" {
			continue
		}
		p := known[tr["person_id"]]
		if p == nil {
			t.Fatalf("%s is not on the register", tr["person_id"])
		}
		n["of "+c["source"]]++
		if c["given_name"] == p["given_name"] && c["family_name"] == p["family_name"] && c["dob"] == p["dob"] && c["dob_precision"] == "day" {
			n["exact"]++
			n["exact "+c["source"]]++
		}
		if c["nhs_number"] != "" {
			n["nhs of "+c["source"]]++
		}
		if c["upn"] != "" {
			n["upn of "+c["source"]]++
		}
		if c["family_name"] == "" {
			n["no surname of "+c["source"]]++
		}
	}
	all := float64(o.Contacts)
	for _, s := range []struct {
		name      string
		got       float64
		low, high float64
	}{
		{"about registered children", n["child"] / all, 0.68, 0.72},
		{"about their brothers and sisters", n["sibling_unknown"] / all, 0.135, 0.165},
		{"about strangers", n["stranger"] / all, 0.135, 0.165},
		{"exact name and date", n["exact"] / n["child"], 0.15, 0.45},
		{"exact name and date from the public", n["exact public"] / n["of public"], 0, 0.1},
		{"NHS number from health", n["nhs of health"] / n["of health"], 0.75, 0.85},
		{"NHS number from the police", n["nhs of police"], 0, 0},
		{"UPN from schools", n["upn of school"] / n["of school"], 0.5, 0.78},
		{"no surname from the public", n["no surname of public"] / n["of public"], 0.25, 0.4},
	} {
		t.Logf("%s: %.3f", s.name, s.got)
		if s.got < s.low || s.got > s.high {
			t.Errorf("%s: got %.3f, want %.2f to %.2f", s.name, s.got, s.low, s.high)
		}
	}
	for _, s := range []string{"police", "school", "health", "public"} {
		t.Logf("exact from %s: %.3f of %.0f", s, n["exact "+s]/n["of "+s], n["of "+s])
	}
}

// TestACallerIsAskedAgain holds that what a caller is asked for again is only added, and
// that nobody else is asked.
func TestACallerIsAskedAgain(t *testing.T) {
	o := small(5000, 2000)
	asked, _ := contacts(t, o)
	o.Unasked = true
	unasked, _ := contacts(t, o)
	n := map[string]float64{}
	for i, before := range unasked {
		after := asked[i]
		for column, value := range before {
			switch {
			case before["source"] != "public" && after[column] != value:
				t.Fatalf("%s of %s: %q became %q", column, before["source"], value, after[column])
			case value != "" && after[column] != value && column != "address" && column != "dob_precision":
				t.Fatalf("%s: a caller's %q became %q", column, value, after[column])
			}
		}
		if before["source"] == "public" {
			n["calls"]++
			for when, c := range map[string]map[string]string{"before": before, "after": after} {
				if c["family_name"] == "" {
					n["no surname "+when]++
				}
			}
		}
	}
	for what, want := range map[string][2]float64{"no surname before": {0.35, 0.55}, "no surname after": {0.25, 0.4}} {
		if got := n[what] / n["calls"]; got < want[0] || got > want[1] {
			t.Errorf("%s: got %.3f, want %v", what, got, want)
		}
	}
}

func TestDuplicates(t *testing.T) {
	o := small(5000, 0)
	var a, b bytes.Buffer
	if err := town.WriteDuplicates(&a, &b, o, 200); err != nil {
		t.Fatal(err)
	}
	rows, pairs := table(t, a.Bytes()), table(t, b.Bytes())
	known := byID(rows)
	if len(rows) != 5200 || len(known) != 5200 || len(pairs) != 200 {
		t.Fatalf("got %d rows, %d ids and %d pairs", len(rows), len(known), len(pairs))
	}
	same := 0
	for _, p := range pairs {
		x, y := known[p["id1"]], known[p["id2"]]
		if x == nil || y == nil {
			t.Fatalf("%v is not on the register", p)
		}
		if x["given_name"] == y["given_name"] && x["family_name"] == y["family_name"] && x["dob"] == y["dob"] {
			same++
		}
	}
	if same < 20 || same > 120 {
		t.Errorf("%d of 200 pairs agree in name and date", same)
	}
}

func TestATownHasChildrenAndADay(t *testing.T) {
	tests := []struct {
		name   string
		change func(*town.Options)
	}{
		{"no children", func(o *town.Options) { o.Children = 0 }},
		{"more children than postcodes", func(o *town.Options) { o.Children = 17_000_000 }},
		{"fewer than no contacts", func(o *town.Options) { o.Contacts = -1 }},
		{"no day", func(o *town.Options) { o.Today = civil.Date{} }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := small(10, 10)
			tt.change(&o)
			if town.WriteRegister(io.Discard, o) == nil || town.WriteContacts(io.Discard, io.Discard, o) == nil {
				t.Error("the town was made")
			}
		})
	}
}

// BenchmarkRegister makes a register of 100,000 children.
func BenchmarkRegister(b *testing.B) {
	for b.Loop() {
		if err := town.WriteRegister(io.Discard, small(100_000, 0)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkContacts makes 10,000 contacts about a register of 1,000,000.
func BenchmarkContacts(b *testing.B) {
	for b.Loop() {
		if err := town.WriteContacts(io.Discard, io.Discard, small(1_000_000, 10_000)); err != nil {
			b.Fatal(err)
		}
	}
}
