package children_test

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/children"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

var now = civil.DateOf(2026, 11, 24).AtTime(9, 0)

// house is an authority with children in it and people who look for them.
type house struct {
	record                             *record.Record
	desk                               *children.Desk
	screener, manager, worker, analyst access.Actor
	refs                               map[string]string // a child's whole name -> reference
}

func newHouse(t testing.TB, d *db.DB, people ...person.Person) *house {
	t.Helper()
	ctx := context.Background()
	set, err := timescale.Statutory()
	if err != nil {
		t.Fatal(err)
	}
	h := &house{refs: map[string]string{}}
	h.record = record.New(d, set, civil.England(), func() civil.Instant { return now })
	h.desk = children.New(h.record)
	a := admin.New(h.record)
	if err := a.AddAuthority(ctx, admin.Authority{ID: "X1", Code: "999", Name: "Testham", Phone: "01632 960000"}); err != nil {
		t.Fatal(err)
	}
	for id, to := range map[string]*access.Actor{"screener": &h.screener, "front_door_manager": &h.manager, "social_worker": &h.worker, "analyst": &h.analyst} {
		if _, err := a.AddUser(ctx, admin.Service("X1"), admin.NewUser{ID: id, Email: id + "@testham.example", Name: id, Roles: []admin.RoleIn{{Role: access.Role(id), Team: admin.DutyTeam}}}); err != nil {
			t.Fatal(err)
		}
		if *to, err = h.record.FindActor(ctx, "X1", id); err != nil {
			t.Fatal(err)
		}
	}
	h.add(t, people...)
	return h
}

func (h *house) add(t testing.TB, people ...person.Person) {
	t.Helper()
	ctx := context.Background()
	for _, p := range people {
		err := h.record.Do(ctx, h.manager, func(tx *record.Tx) error {
			if err := tx.Allow(access.LinkPerson, access.About{}); err != nil {
				return err
			}
			made, err := tx.AddPerson(ctx, p, true)
			if err != nil {
				return err
			}
			h.refs[strings.TrimSpace(p.Given+" "+p.Family)] = made.Ref
			return tx.Apply(ctx, record.Subject{Kind: "child", Ref: made.Ref}, "add a child", pathway.Consequences{})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func (h *house) search(t testing.TB, who access.Actor, text string) *children.Found {
	t.Helper()
	f, err := h.desk.Search(context.Background(), who, children.Asked{Text: text})
	if err != nil {
		t.Fatalf("search %q: %v", text, err)
	}
	return f
}

func names(f *children.Found) []string {
	var out []string
	for _, r := range f.Rows {
		out = append(out, r.Name)
	}
	return out
}

func at(line, postcode string) []person.Address {
	return []person.Address{{Line: line, Postcode: postcode}}
}

// town are children whose names are written in many ways.
func town() []person.Person {
	return []person.Person{
		{Given: "Yusuf", Family: "Rahman", Born: civil.DateOf(2016, 3, 27), Addresses: at("12 Mill Lane", "WN1 2AB"), Phone: "07700 900123", NHS: "4857773457"},
		{Given: "Siobhán", Family: "O'Brien", Born: civil.DateOf(2014, 11, 4), Addresses: at("Flat 3, 40 Station Road", "WN2 9ZZ"), UPN: "A123456789012"},
		{Given: "Ahmed", Family: "Al-Hassan", Born: civil.DateOf(2019, 1, 1)},
		{Given: "Muhammad", Family: "Khan", Born: civil.DateOf(2012, 6, 5)},
		{Given: "William", Family: "MacDonald", Born: civil.DateOf(2010, 2, 11)},
		{Given: "Elizabeth", Family: "Carter", KnownAs: "Lily", Born: civil.DateOf(2018, 5, 2), Former: []person.Name{{Given: "Elizabeth", Family: "Novak"}}},
		{Given: "Khadija", Family: "Khatun", Born: civil.DateOf(2017, 9, 9), Addresses: at("7 Mill Lane", "WN1 2AC")},
		{Given: "Łukasz", Family: "Wójcik", Born: civil.DateOf(2015, 8, 30)},
		{Given: "Mary-Jane", Family: "Smith", Born: civil.DateOf(2013, 4, 14)},
		{Given: "John", Family: "Smith", Born: civil.DateOf(2013, 4, 15)},
		{Given: "Nguyen", Family: "Anh", Born: civil.DateOf(2016, 7, 7)},
		{Family: "Carter", Unborn: true, Expected: civil.DateOf(2027, 2, 3)},
	}
}

func TestAChildIsFoundWhateverTheSpelling(t *testing.T) {
	tests := []struct{ typed, want string }{
		{"Yusuf Rahman", "Yusuf Rahman"}, {"rahman yousef", "Yusuf Rahman"}, {"Youssef Rehman", "Yusuf Rahman"}, {"Rahman, Y", "Yusuf Rahman"}, {"Yusuf 27/3/2016", "Yusuf Rahman"},
		{"Yusuf Rahmn", "Yusuf Rahman"}, {"Yusfu Rahman", "Yusuf Rahman"}, {"Yus", "Yusuf Rahman"}, {"Yusuf march 2016", "Yusuf Rahman"}, {"Yusuf 10", "Yusuf Rahman"},
		{"27 March 2016", "Yusuf Rahman"}, {"12 mill ln", "Yusuf Rahman"}, {"12 WN1 2AB", "Yusuf Rahman"}, {"+44 7700 900 123", "Yusuf Rahman"}, {"tel 900123", "Yusuf Rahman"},
		{"4857773457", "Yusuf Rahman"}, {"a123456789012", "Siobhán O'Brien"}, {"siobhan obrien", "Siobhán O'Brien"}, {"O Brien", "Siobhán O'Brien"}, {"Siobhan O’Brien", "Siobhán O'Brien"},
		{"Station Road", "Siobhán O'Brien"}, {"Brien 2014", "Siobhán O'Brien"}, {"Alhassan", "Ahmed Al-Hassan"}, {"Hassan", "Ahmed Al-Hassan"}, {"Al Hassan, Ahmad", "Ahmed Al-Hassan"},
		{"Mohamed Khan", "Muhammad Khan"}, {"Mohammed Kahn", "Muhammad Khan"}, {"Bill Macdonald", "William MacDonald"}, {"Mc Donald", "William MacDonald"}, {"Lily Carter", "Elizabeth Carter"},
		{"Beth Carter", "Elizabeth Carter"}, {"Elizabeth Novak", "Elizabeth Carter"}, {"khadija khatoon", "Khadija Khatun"}, {"lukasz wojcik", "Łukasz Wójcik"}, {"Lucasz", "Łukasz Wójcik"},
		{"Mary Jane Smith", "Mary-Jane Smith"}, {"Maryjane", "Mary-Jane Smith"}, {"Smith John 2013", "John Smith"}, {"Anh Nguyen", "Nguyen Anh"}, {"Carter due 10 Feb 2027", "Carter"},
		{"Jusuf Rahman", "Yusuf Rahman"}, {"3/27/2016 Rahman", "Yusuf Rahman"}, {"Khatun WN1", "Khadija Khatun"}, {"Smith 15 april 2013", "John Smith"},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, town()...)
		for _, tt := range tests {
			f := h.search(t, h.screener, tt.typed)
			if len(f.Rows) == 0 || f.Rows[0].Name != tt.want {
				t.Errorf("%q: %q (understood: %s), want %s first", tt.typed, names(f), f.Search.Words(), tt.want)
			} else if len(f.Rows[0].Why) == 0 {
				t.Errorf("%q: no word why", tt.typed)
			}
		}
		if f := h.search(t, h.screener, "Zebedee Quux"); len(f.Rows) != 0 {
			t.Errorf("nobody is called that: %q", names(f))
		}
	})
}

func TestWhoMaySearchWithWhat(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), town()...)
	tests := []struct {
		who    *access.Actor
		typed  string
		reject string // "" is allowed
	}{
		{&h.screener, "27/3/2016", ""}, {&h.manager, "12 Mill Lane", ""}, {&h.screener, "Smith", ""},
		{&h.worker, "Yusuf Rahman 2016", ""}, {&h.worker, "Rahman WN1", ""}, {&h.worker, "4857773457", ""},
		{&h.worker, "Smith", "Enter the date of birth, age or postcode as well as the name"},
		{&h.worker, "27/3/2016", "Enter the child's name as well"},
		{&h.worker, "FD-26-7K3QM9", "Enter the child's name or reference"},
		{&h.screener, "A", "Enter a name, a date of birth"}, {&h.screener, "*", "Enter a name, a date of birth"},
		{&h.analyst, "Yusuf Rahman 2016", "You need to be a"},
	}
	for _, tt := range tests {
		t.Run(tt.who.ID+" "+tt.typed, func(t *testing.T) {
			_, err := h.desk.Search(context.Background(), *tt.who, children.Asked{Text: tt.typed})
			if (err == nil) != (tt.reject == "") || err != nil && !strings.Contains(err.Error(), tt.reject) {
				t.Fatalf("got %v, want %q", err, tt.reject)
			}
		})
	}
	f := h.search(t, h.screener, "FD-26-7K3QM9")
	if f.Contact != "FD-26-7K3QM9" {
		t.Errorf("a contact's reference leads to %q", f.Contact)
	}
	if f := h.search(t, h.screener, h.refs["John Smith"]); len(f.Rows) != 1 || f.Rows[0].Name != "John Smith" {
		t.Errorf("a child's reference finds %q", names(f))
	}
	if f := h.search(t, h.worker, "Yusuf Rahman 2016"); f.Rows[0].Opens {
		t.Error("a worker may open a child who is not theirs")
	}
	if f := h.search(t, h.screener, "Yusuf Rahman 2016"); !f.Rows[0].Opens {
		t.Error("a screener may not open a child")
	}
	if _, err := h.desk.Search(context.Background(), h.screener, children.Asked{Text: "Yusuf", Born: "soon"}); refusal.KindOf(err) != refusal.Invalid {
		t.Errorf("a date of birth that is none: %v", err)
	}
	both, err := h.desk.Search(context.Background(), h.screener, children.Asked{Text: "Smith", Born: "15 4 2013", Age: "13", Postcode: ""})
	if err != nil || both.Rows[0].Name != "John Smith" {
		t.Errorf("box and fields together: %v, %v", both, err)
	}
}

var idOfRef = db.SQL("children_test.person", `SELECT id FROM person WHERE ref = $1 AND authority_id = 'X1'`)

func (h *house) restrict(t *testing.T, name string, how access.Concealment, named ...string) {
	t.Helper()
	ctx := context.Background()
	var id string
	if err := h.record.DB.Read(ctx, func(q db.Queryer) error {
		return q.QueryRowContext(ctx, idOfRef, h.refs[name]).Scan(&id)
	}); err != nil {
		t.Fatal(err)
	}
	if err := admin.New(h.record).Restrict(ctx, h.manager, id, how, "J. Okoro", "Staff member's family", named); err != nil {
		t.Fatal(err)
	}
}

func TestARestrictedChildIsMaskedOrAbsent(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, town()...)
		h.restrict(t, "Yusuf Rahman", access.Restricted, "front_door_manager")
		h.restrict(t, "Khadija Khatun", access.Sealed, "front_door_manager")
		for typed, want := range map[string][]string{"Yusuf Rahman 2016": {"Restricted record, contact J. Okoro"}, "Khadija Khatun 2017": nil, "Zebedee Quux 2017": nil} {
			f := h.search(t, h.screener, typed)
			if len(f.Rows) != 0 || f.All != 0 || !slices.Equal(f.Masked, want) {
				t.Errorf("a screener asks %q: %q, masked %q, want %q", typed, names(f), f.Masked, want)
			}
			f = h.search(t, h.worker, typed)
			if len(f.Rows) != 0 || f.All != 0 || len(f.Masked) != 0 {
				t.Errorf("a worker asks %q: %q, masked %q: want nothing", typed, names(f), f.Masked)
			}
		}
		if f := h.search(t, h.manager, "Yusuf Rahman 2016"); !slices.Equal(names(f), []string{"Yusuf Rahman"}) {
			t.Errorf("one who is named asks: %q", names(f))
		}
	})
}

var searchTrail = db.SQL("children_test.trail", `
	SELECT t.kind, t.purpose, t.summary, COALESCE(l.subject, '') FROM trail t
	LEFT JOIN looked l ON l.seq = t.seq AND l.authority_id = t.authority_id
	WHERE t.authority_id = 'X1' AND t.actor = $1 ORDER BY t.seq DESC LIMIT 1`)

func (h *house) lastLook(t *testing.T, actor string) (kind, purpose, summary, saw string) {
	t.Helper()
	ctx := context.Background()
	if err := h.record.DB.Read(ctx, func(q db.Queryer) error {
		return q.QueryRowContext(ctx, searchTrail, actor).Scan(&kind, &purpose, &summary, &saw)
	}); err != nil {
		t.Fatal(err)
	}
	return kind, purpose, summary, saw
}

func TestEverySearchIsWrittenDown(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, town()...)
		h.search(t, h.screener, "Yusuf Rahman 27/3/2016")
		kind, purpose, summary, saw := h.lastLook(t, "screener")
		if kind != "look: search by name, date" || purpose != string(access.PurposeSearch) || saw != h.refs["Yusuf Rahman"] {
			t.Errorf("written: %q for %q, saw %q", kind, purpose, saw)
		}
		if all := kind + summary; strings.Contains(all, "Yusuf") || strings.Contains(all, "2016") {
			t.Errorf("the trail holds what was typed: %q", all)
		}
		h.search(t, h.screener, "Zebedee Quux")
		if kind, _, summary, saw := h.lastLook(t, "screener"); kind != "look: search by name" || summary != "" || saw != "" {
			t.Errorf("a search that found nobody: %q, %q, saw %q", kind, summary, saw)
		}
	})
}

func TestSearchIsPagedAndOthersSeeOnePage(t *testing.T) {
	var people []person.Person
	for i := range 130 {
		people = append(people, person.Person{Given: fmt.Sprintf("Ana%c%c", 'a'+i/26, 'a'+i%26), Family: "Bell", Born: civil.DateOf(2016, 1, 1).AddDays(i)})
	}
	h := newHouse(t, dbtest.SQLite(t), people...)
	ctx := context.Background()
	seen := map[string]bool{}
	for page := 1; page <= 5; page++ {
		f, err := h.desk.Search(ctx, h.screener, children.Asked{Text: "Bell", Page: page})
		if err != nil || len(f.Rows) != 20 || f.All != 100 || !f.Narrowed {
			t.Fatalf("page %d: %d rows of %d, %v", page, len(f.Rows), f.All, err)
		}
		for _, r := range f.Rows {
			if seen[r.Ref] {
				t.Fatalf("page %d shows %s again", page, r.Name)
			}
			seen[r.Ref] = true
		}
	}
	if f := h.search(t, h.worker, "Bell 2016"); len(f.Rows) != 20 || f.All != 20 || !f.Narrowed {
		t.Errorf("a worker sees %d of %d, want one page of 20", len(f.Rows), f.All)
	}
}

func TestWhoSearchesVeryOftenWaitsAndIsWrittenDown(t *testing.T) {
	h := newHouse(t, dbtest.SQLite(t), town()...)
	ctx := context.Background()
	var err error
	n := 0
	for ; n < 200 && err == nil; n++ {
		_, err = h.desk.Search(ctx, h.screener, children.Asked{Text: "Smith"})
	}
	if refusal.KindOf(err) != refusal.TooMany || n != 61 {
		t.Fatalf("after %d searches: %v, want a refusal that says how long to wait", n, err)
	}
	if kind, _, _, _ := h.lastLook(t, "screener"); kind != "look: searching too often" {
		t.Errorf("written: %q", kind)
	}
	if _, err := h.desk.Search(ctx, h.manager, children.Asked{Text: "Smith"}); err != nil {
		t.Errorf("another person has to wait too: %v", err)
	}
}

var (
	forgetWords = db.SQL("children_test.forget-words", `DELETE FROM search_word WHERE authority_id = 'X1'`)
	forgetTerms = db.SQL("children_test.forget-terms", `DELETE FROM search_term WHERE authority_id = 'X1'`)
	forgetDone  = db.SQL("children_test.forget-done", `UPDATE person SET searchable = 0 WHERE authority_id = 'X1'`)
)

func TestThoseRecordedBeforeAreMadeSearchable(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newHouse(t, d, town()...)
		ctx := context.Background()
		err := d.Write(ctx, func(q db.Queryer) error {
			for _, x := range []db.Query{forgetWords, forgetTerms, forgetDone} {
				if _, err := q.ExecContext(ctx, x); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if f := h.search(t, h.screener, "Yus"); len(f.Rows) != 0 {
			t.Fatalf("found without words: %q", names(f))
		}
		for _, want := range []int{len(town()), 0} {
			if n, err := h.record.MakeSearchable(ctx); n != want || err != nil {
				t.Fatalf("made %d searchable, %v, want %d", n, err, want)
			}
		}
		if f := h.search(t, h.screener, "Yus"); len(f.Rows) != 1 {
			t.Fatalf("afterwards: %q", names(f))
		}
	})
}

// reference is random, and so differs between two authorities.
var reference = regexp.MustCompile(`C-26-[0-9A-Z]{6}`)

// TestAConcealedChildLooksLikeNone asks the same of an authority that has a child who is
// concealed from this reader and of one that has not: the pages are the same.
func TestAConcealedChildLooksLikeNone(t *testing.T) {
	pages := func(people []person.Person, conceal access.Concealment, user string) (out string) {
		h := newHouse(t, dbtest.SQLite(t), people...)
		if conceal != "" {
			h.restrict(t, "Khadija Khatun", conceal, "front_door_manager")
		}
		get := h.pages(t, user)
		for _, q := range []string{"Khadija+Khatun+2017", "Khatun+WN1", "Khadija+aged+9", "Khatun+9/9/2017"} {
			code, body := get("/search?q=" + q)
			_, body, _ = strings.Cut(body, "<main")
			out += fmt.Sprint(code) + reference.ReplaceAllString(body, "C-")
		}
		return out
	}
	others := slices.DeleteFunc(town(), func(p person.Person) bool { return p.Given == "Khadija" })
	for _, x := range []struct {
		user    string
		conceal access.Concealment
	}{{"screener", access.Sealed}, {"social_worker", access.Sealed}, {"social_worker", access.Restricted}} {
		there, absent := pages(town(), x.conceal, x.user), pages(others, "", x.user)
		if there != absent {
			a, b := strings.Split(there, "\n"), strings.Split(absent, "\n")
			for i := range min(len(a), len(b)) {
				if a[i] != b[i] {
					t.Errorf("a %s sees that a child is %s:\n%s\nand of none:\n%s", x.user, x.conceal, a[i], b[i])
				}
			}
		}
	}
}
