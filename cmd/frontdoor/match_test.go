package main

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/bench/town"
	"frontdoor/internal/civil"
)

// invented writes a small town's files into a folder.
func invented(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	o := town.Options{Number: 6, Children: 1500, Contacts: 200, Today: civil.DateOf(2026, 9, 1)}
	create := func(name string) *os.File {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = f.Close() })
		return f
	}
	for _, err := range []error{
		town.WriteRegister(create("persons.csv"), o),
		town.WriteContacts(create("contacts.csv"), create("truth.csv"), o),
		town.WriteRelationships(create("relationships.csv"), o),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// table reads a CSV file as rows of its columns.
func table(t *testing.T, path string) []map[string]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
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

func TestMatchLink(t *testing.T) {
	dir := invented(t)
	in := func(name string) string { return filepath.Join(dir, name) }
	args := []string{"match", "link", "--register", in("persons.csv"), "--contacts", in("contacts.csv"), "--relationships", in("relationships.csv"),
		"--out", in("candidates.csv"), "--latency", in("latency.csv")}
	if code, out, errs := frontdoor(t, args...); code != 0 {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	first, many, last := map[string]map[string]string{}, map[string]int{}, map[string]string{}
	for _, r := range table(t, in("candidates.csv")) {
		id := r["contact_id"]
		if many[id]++; many[id] == 1 {
			first[id] = r
		}
		if many[id] > mostCandidates {
			t.Fatalf("%s has more than ten candidates", id)
		}
		if b := r["band"]; b != "certain" && b != "review" && b != "no" {
			t.Fatalf("band %q", b)
		}
		last[id] = r["score"]
	}
	right, known, wrong := 0, 0, 0
	for _, r := range table(t, in("truth.csv")) {
		f := first[r["contact_id"]]
		if f["band"] == "certain" && f["person_id"] != r["person_id"] {
			wrong++
		}
		if r["person_id"] == "" {
			continue
		}
		if known++; f["person_id"] == r["person_id"] {
			right++
		}
	}
	if wrong > 0 || right*100 < known*95 {
		t.Errorf("%d of %d stand first and %d are certain and wrong", right, known, wrong)
	}
	if n := len(table(t, in("latency.csv"))); n != 200 {
		t.Errorf("%d latencies, want 200", n)
	}
	before, err := os.ReadFile(in("candidates.csv"))
	if err != nil {
		t.Fatal(err)
	}
	if code, _, errs := frontdoor(t, args...); code != 0 {
		t.Fatal(errs)
	}
	if after, _ := os.ReadFile(in("candidates.csv")); string(after) != string(before) {
		t.Error("the same files gave another answer")
	}
}

func TestMatchSiblings(t *testing.T) {
	dir := invented(t)
	in := func(name string) string { return filepath.Join(dir, name) }
	code, _, errs := frontdoor(t, "match", "siblings", "--register", in("persons.csv"), "--relationships", in("relationships.csv"), "--out", in("pairs.csv"))
	if code != 0 {
		t.Fatal(errs)
	}
	truth := map[string]bool{}
	for _, r := range table(t, in("relationships.csv")) {
		truth[min(r["person_id"], r["related_person_id"])+max(r["person_id"], r["related_person_id"])] = true
	}
	right, all := 0, 0
	for _, r := range table(t, in("pairs.csv")) {
		if all++; truth[r["id1"]+r["id2"]] {
			right++
		}
	}
	if precision, recall := float64(right)/float64(all), float64(right)/float64(len(truth)); precision < 0.978 || recall < 0.937 {
		t.Errorf("precision %.3f, recall %.3f", precision, recall)
	}
}

func TestMatchExplain(t *testing.T) {
	dir := invented(t)
	p := table(t, filepath.Join(dir, "persons.csv"))[3]
	contact := filepath.Join(dir, "contact.json")
	json := `{"given_name": "` + p["given_name"] + `", "family_name": "` + p["family_name"] + `", "dob": "` + p["dob"] + `", "postcode": "` + p["postcode"] + `"}`
	if err := os.WriteFile(contact, []byte(json), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, errs := frontdoor(t, "match", "explain", "--register", filepath.Join(dir, "persons.csv"), "--contact-json", contact)
	if code != 0 {
		t.Fatal(errs)
	}
	for _, want := range []string{"1. " + p["person_id"], "Same given name", "Same date of birth", "Before anything is compared", "Together"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
}

func TestMatchTrain(t *testing.T) {
	dir := invented(t)
	in := func(name string) string { return filepath.Join(dir, name) }
	decisions := "contact_id,person_id,decision\n"
	for _, r := range table(t, in("truth.csv")) {
		if r["person_id"] != "" {
			decisions += r["contact_id"] + "," + r["person_id"] + ",same\n"
		}
	}
	if err := os.WriteFile(in("decisions.csv"), []byte(decisions), 0o600); err != nil {
		t.Fatal(err)
	}
	base := []string{"match", "train", "--register", in("persons.csv"), "--contacts", in("contacts.csv"), "--relationships", in("relationships.csv"), "--out", in("model.toml")}
	if code, out, errs := frontdoor(t, append(base, "--decisions", in("decisions.csv"), "--version", "ours")...); code != 0 || !strings.Contains(out, "model ours loses") {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	if code, _, errs := frontdoor(t, "match", "link", "--register", in("persons.csv"), "--contacts", in("contacts.csv"), "--out", in("out.csv"), "--model", in("model.toml")); code != 0 {
		t.Error(errs)
	}
}

// TestMatchRefuses tries bad files: each is one line that names the file and what to
// mend, and leaves nothing behind.
func TestMatchRefuses(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	persons := write("persons.csv", "person_id,given_name,family_name,dob\np1,Mia,Hart,2020-01-02\n")
	contacts := write("contacts.csv", "contact_id,given_name,dob\nk1,Mia,2020-01-02\n")
	out := filepath.Join(dir, "out.csv")
	link := func(register, contacts string, more ...string) []string {
		return append([]string{"match", "link", "--register", register, "--contacts", contacts, "--out", out}, more...)
	}
	tests := []struct {
		name string
		args []string
		code int
		says string
	}{
		{"good files", link(persons, contacts), 0, ""},
		{"a file that is not there", link("nobody.csv", contacts), 2, "nobody.csv"},
		{"an empty register", link(write("empty.csv", ""), contacts), 1, "empty.csv is empty"},
		{"no person_id", link(write("noid.csv", "given_name\nMia\n"), contacts), 1, `noid.csv has no column "person_id"`},
		{"a row without an id", link(write("blank.csv", "person_id,given_name\np1,Mia\n,Ella\n"), contacts), 1, "blank.csv line 3 has no person_id"},
		{"an id twice", link(write("twice.csv", "person_id,given_name\np1,Mia\np1,Ella\n"), contacts), 1, `the person_id "p1" twice`},
		{"a row that is too long", link(write("long.csv", "person_id,given_name\np1,Mia,Hart\n"), contacts), 1, "long.csv line 2 has 3 columns and the header has 2"},
		{"a column twice", link(write("cols.csv", "person_id,dob,dob\np1,,\n"), contacts), 1, `the column "dob" twice`},
		{"not UTF-8", link(write("latin.csv", "person_id,given_name\np1,Zo\xeb\n"), contacts), 1, "latin.csv line 2, column given_name is not UTF-8"},
		{"a quote that does not end", link(write("quote.csv", "person_id,given_name\np1,\"Mia\n"), contacts), 1, "quote.csv line"},
		{"contacts without an id", link(persons, write("k.csv", "given_name\nMia\n")), 1, `k.csv has no column "contact_id"`},
		{"a contact without an id", link(persons, write("k2.csv", "contact_id,given_name\n,Mia\n")), 1, "k2.csv line 2 has no contact_id"},
		{"contacts that end badly", link(persons, write("k3.csv", "contact_id,given_name\nk1,Mia\nk2\n")), 1, "k3.csv line 3 has 1 columns"},
		{"a date that cannot be read", link(persons, write("k4.csv", "contact_id,given_name,dob\nk1,Mia,noon\n")), 0, "line 2, dob must be like 2017-04-11"},
		{"relationships of strangers", link(persons, contacts, "--relationships", write("r.csv", "person_id,related_person_id,kind\nx,y,sibling\n")), 1, "r.csv relates nobody"},
		{"relationships with a gap", link(persons, contacts, "--relationships", write("r2.csv", "person_id,related_person_id,kind\nx,,sibling\n")), 1, "r2.csv line 2"},
		{"weights that are not", link(persons, contacts, "--model", write("m.toml", "colour = 1\n")), 1, "m.toml: unknown key colour"},
		{"a contact that is no JSON", []string{"match", "explain", "--register", persons, "--contact-json", write("c.json", "Mia")}, 1, "c.json must be a JSON object"},
		{"a contact with another column", []string{"match", "explain", "--register", persons, "--contact-json", write("c2.json", `{"shoe_size": 3}`)}, 1, `no "shoe_size"`},
		{"a decision that is none", []string{"match", "train", "--register", persons, "--contacts", contacts, "--out", out, "--decisions", write("d.csv", "contact_id,person_id,decision\nk1,p1,perhaps\n")}, 1, "d.csv line 2"},
		{"a table whose columns nobody knows", []string{"match", "dedupe", write("shoes.csv", "shoe,size\na,1\n"), "--out", out}, 1, "Say which column is what"},
		{"two tables of other columns", []string{"match", "pair", persons, write("other.csv", "id,name\n1,x\n"), "--map", "person_id=id,given_name=given_name,family_name=family_name", "--out", out}, 1, "no column"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_ = os.Remove(out)
			code, said, errs := frontdoor(t, tt.args...)
			if code != tt.code || !strings.Contains(said+errs, tt.says) {
				t.Fatalf("exit %d, %s%s; want %d with %q", code, said, errs, tt.code, tt.says)
			}
			if code == 1 && strings.Count(errs, "\n") != 1 {
				t.Errorf("a refusal is one line, and this is %q", errs)
			}
			_, err := os.Stat(out)
			if (err == nil) != (tt.code == 0) {
				t.Errorf("there is a file: %v", err == nil)
			}
			if left, _ := filepath.Glob(filepath.Join(dir, "*.part")); len(left) > 0 {
				t.Errorf("%v is left", left)
			}
		})
	}
}

func TestMatchTables(t *testing.T) {
	dir := t.TempDir()
	path, out := filepath.Join(dir, "list.csv"), filepath.Join(dir, "pairs.csv")
	rows := "ref,first,last,born\n1,Katarzyna,Nowak,2012-03-04\n2,Kasia,Nowak,2012-03-04\n3,Katarzina,Nowak,2012-03-04\n4,Samuel,Green,2010-10-11\n"
	for i := range 300 { // others, so that something is rare
		rows += "x" + string(rune('a'+i%26)) + string(rune('a'+i/26)) + ",N" + strings.Repeat(string(rune('a'+i%26)), 3) + string(rune('a'+i/26)) + "o,Fam" + string(rune('a'+i%7)) + "ly,20" + string(rune('0'+i%2)) + string(rune('0'+i%9)) + "-0" + string(rune('1'+i%9)) + "-1" + string(rune('0'+i%8)) + "\n"
	}
	if err := os.WriteFile(path, []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := frontdoor(t, "match", "dedupe", path, "--map", "ref=id,first=given_name,last=family_name,born=dob", "--out", out); code != 0 {
		t.Fatal(errs)
	}
	for _, r := range table(t, out) {
		if r["id1"] == "1" && r["id2"] == "3" {
			return
		}
	}
	t.Error("Katarzyna and Katarzina are not paired")
}
