package children_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/desk/children"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/person"
	"frontdoor/internal/web"
)

// site serves the desk's pages, and is a browser for one person.
type site struct {
	t   *testing.T
	url string
	c   *http.Client
}

func (h *kin) site(t *testing.T, user string) *site {
	t.Helper()
	banner := &web.Demo{Authority: "X1"}
	for id := range h.who {
		banner.Personas = append(banner.Personas, web.Persona{UserID: id, Name: id})
	}
	srv := web.NewServer(h.record, web.Settings{Version: "test", Demo: banner, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	h.desk.Routes(srv)
	ts := httptest.NewServer(srv.Handler())
	t.Cleanup(ts.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	s := &site{t, ts.URL, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	if code, _ := s.post("/demo/sign-in", url.Values{"as": {user}}); code != http.StatusSeeOther {
		t.Fatalf("sign in as %s: %d", user, code)
	}
	return s
}

func (s *site) get(path string) (int, string) {
	s.t.Helper()
	res, err := s.c.Get(s.url + path)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.read(res)
}

func (s *site) post(path string, v url.Values) (int, string) {
	s.t.Helper()
	res, err := s.c.PostForm(s.url+path, v)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.read(res)
}

func (s *site) read(res *http.Response) (int, string) {
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

func (s *site) wants(what, page string, words ...string) {
	s.t.Helper()
	for _, w := range words {
		if !strings.Contains(page, w) {
			s.t.Errorf("%s does not say %q", what, w)
		}
	}
}

func TestTheFamilyPage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newKin(t, d)
		_, refs := h.receive(contacts.Arrival{Children: []person.Described{ana, ben}, Household: household()})
		s := h.site(t, "manager")
		family := web.ChildPath(refs[0], "family")
		code, page := s.get(family)
		if code != http.StatusOK {
			t.Fatalf("%d", code)
		}
		s.wants("the family page", page, "Rosa Bell", "Thought, not confirmed", "Father: not known", "<svg", `stroke-dasharray="1 6"`, "Why we think so", "A birth mother holds it by law")
		if strings.Index(page, "<table") > strings.Index(page, "<svg") {
			t.Error("the map comes before the table")
		}
		if strings.Contains(page, " checked") {
			t.Error("something is chosen already")
		}
		fact := regexp.MustCompile(`<h3 class="govuk-heading-s">Rosa Bell is the child’s mother</h3>[\s\S]*?name="fact" value="([^"]+)"`).FindStringSubmatch(page)
		if fact == nil {
			t.Fatal("no button beside the mother")
		}
		if code, page := s.post(family, url.Values{"fact": {fact[1]}}); code != http.StatusUnprocessableEntity || !strings.Contains(page, "Use one of the two buttons") {
			t.Errorf("no answer: %d", code)
		}
		if code, _ := s.post(family, url.Values{"fact": {fact[1]}, "answer": {"yes"}, "form-id": {"f-1"}}); code != http.StatusSeeOther {
			t.Errorf("confirm: %d", code)
		}
		if code, page := s.post(family, url.Values{"fact": {fact[1]}, "answer": {"no"}, "form-id": {"f-2"}}); code != http.StatusConflict || !strings.Contains(page, "Somebody else has answered this") {
			t.Errorf("a second answer: %d", code)
		}
		if code, page := s.get(family + "?on=2026-13-01"); code != http.StatusUnprocessableEntity || !strings.Contains(page, "<title>Error: ") || !strings.Contains(page, "Date must be like 2026-03-27") {
			t.Errorf("a date that is none: %d", code)
		}
		if _, page := s.get(family + "?on=2020-01-01&known=then"); !strings.Contains(page, "Nobody is recorded with this child on that day") {
			t.Error("a day before the record began shows a family")
		}
		for _, who := range []string{"director", "inspector"} {
			_, page := h.site(t, who).get(family)
			if !strings.Contains(page, "Rosa Bell") || strings.Contains(page, "Add somebody") || strings.Contains(page, `name="answer"`) {
				t.Errorf("%s reads and does not change", who)
			}
		}
		if code, _ := h.site(t, "worker").get(family); code != http.StatusNotFound {
			t.Errorf("a worker of other children: %d, want not found", code)
		}
	})
}

func TestFormsOfTheFamilyPage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newKin(t, d)
		_, refs := h.receive(contacts.Arrival{Children: []person.Described{ana, ben}, Household: household()})
		s := h.site(t, "manager")
		family := web.ChildPath(refs[0], "family")
		for what, field := range map[string]string{"relation": "about", "stay": "about", "responsibility": "how"} {
			if code, page := s.get(family + "/add?what=" + what); code != http.StatusOK || strings.Contains(page, " checked") {
				t.Errorf("add %s: %d, or something is chosen already", what, code)
			}
			code, page := s.post(family+"/add?what="+what, url.Values{"source": {"the school"}, "form-id": {"e-" + what}})
			if code != http.StatusUnprocessableEntity || !strings.Contains(page, `id="`+field) || !strings.Contains(page, `value="the school"`) || !strings.Contains(page, "<title>Error: ") {
				t.Errorf("empty %s: %d, want it said and what was typed kept", what, code)
			}
		}
		if code, page := s.post(family+"/add?what=relation", url.Values{"about": {refs[0]}, "kind": {"father"}, "given": {"Dan"}, "family": {"Bell"}, "sex": {"M"}, "source": {"birth certificate"}, "form-id": {"a-1"}}); code != http.StatusSeeOther {
			t.Errorf("add a father: %d %s", code, page)
		}
		p := h.family("manager", refs[0], civil.Date{}, false)
		father, ok := relative(p, "Dan Bell")
		if !ok || father.Kind != "father" || father.Thought {
			t.Fatalf("father %+v", father)
		}
		if code, _ := s.post(family+"/add?what=responsibility", url.Values{"holder": {father.Ref}, "how": {"registered_parent"}, "source": {"birth certificate"}, "form-id": {"a-2"}}); code != http.StatusSeeOther {
			t.Errorf("add parental responsibility: %d", code)
		}
		if code, _ := s.post(family+"/add?what=stay", url.Values{"about": {refs[0]}, "address": {"12 Well Lane"}, "postcode": {"ZZ2 1AA"}, "living": {"part_time"}, "source": {"the father"}, "form-id": {"a-3"}}); code != http.StatusSeeOther {
			t.Errorf("add an address: %d", code)
		}
		_, page := s.get(family)
		s.wants("the family page", page, "12 Well Lane, ZZ2 1AA", "Stays some of the time", "Parent named when the birth was registered")

		fact := family + "/" + father.Fact
		code, page := s.get(fact)
		if code != http.StatusOK {
			t.Fatalf("the page of a fact: %d", code)
		}
		s.wants("the page of a fact", page, "Dan Bell is the father of Ana Bell", "It has ended", "It was recorded wrongly")
		if code, page := s.post(fact, url.Values{"do": {"end"}, "form-id": {"b-1"}}); code != http.StatusUnprocessableEntity || !strings.Contains(page, "Enter the date it ended") {
			t.Errorf("ended without a date: %d", code)
		}
		if code, page := s.post(fact, url.Values{"do": {"right"}, "kind": {"step_parent"}, "source": {"the mother"}, "form-id": {"b-2"}}); code != http.StatusUnprocessableEntity || !strings.Contains(page, "Enter what was wrong") {
			t.Errorf("put right without a reason: %d", code)
		}
		if code, _ := s.post(fact, url.Values{"do": {"right"}, "kind": {"step_parent"}, "source": {"the mother"}, "right-why": {"He married her later"}, "form-id": {"b-3"}}); code != http.StatusSeeOther {
			t.Errorf("put right: %d", code)
		}
		_, page = s.get(family)
		s.wants("the family page", page, "Stepfather", "He married her later")
		if code, _ := s.get(family + "/none"); code != http.StatusNotFound {
			t.Errorf("a fact that is not there: %d", code)
		}
		other := web.ChildPath(refs[1], "family") + "/" + father.Fact
		if code, _ := h.site(t, "worker").get(other); code != http.StatusNotFound {
			t.Errorf("a fact by a worker of other children: %d", code)
		}

		brother, _ := thought(p, "Ben Bell")
		if code, page := s.get(family + "/" + brother.Fact); code != http.StatusOK || !strings.Contains(page, "half_sibling") || strings.Contains(page, " checked") {
			t.Errorf("what is thought of a brother: %d", code)
		}
		if code, page := s.post(family+"/"+brother.Fact, url.Values{"form-id": {"c-1"}}); code != http.StatusUnprocessableEntity || !strings.Contains(page, "Select what is so") {
			t.Errorf("no answer: %d", code)
		}
		if code, _ := s.post(family+"/"+brother.Fact, url.Values{"answer": {"half_sibling"}, "why": {"the mother said so"}, "form-id": {"c-2"}}); code != http.StatusSeeOther {
			t.Errorf("half-brother: %d", code)
		}
		h.verify()
	})
}

func TestThePageOfABirth(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		h := newKin(t, d)
		_, refs := h.receive(contacts.Arrival{Children: []person.Described{{Family: "Bell", Unborn: true, Expected: civil.DateOf(2026, 2, 1), AgeStated: -1}}})
		s := h.site(t, "screener")
		birth := web.ChildPath(refs[0], "birth")
		_, page := s.get(web.ChildPath(refs[0], ""))
		s.wants("the child's page", page, "Unborn child Bell", "expected 1 February 2026", birth)
		code, page := s.get(birth)
		if code != http.StatusOK || strings.Contains(page, " checked") {
			t.Fatalf("%d, or something is chosen already", code)
		}
		s.wants("the page", page, "Record the birth", "The pregnancy has ended", "Not said, or not ours to ask")
		version := regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(page)[1]
		if code, page := s.post(birth, url.Values{"do": {"born"}, "version": {version}, "form-id": {"a-1"}}); code != http.StatusUnprocessableEntity || !strings.Contains(page, "Enter the date of birth") {
			t.Errorf("empty: %d", code)
		}
		if code, page := s.post(birth, url.Values{"do": {"ended"}, "version": {version}, "form-id": {"a-2"}}); code != http.StatusUnprocessableEntity || !strings.Contains(page, "Select what you were told, or that it was not said") {
			t.Errorf("ended, empty: %d", code)
		}
		born := url.Values{"do": {"born"}, "version": {version}, "born-day": {"20"}, "born-month": {"1"}, "born-year": {"2026"}, "sex": {"F"}, "form-id": {"a-3"}}
		if code, _ := s.post(birth, born); code != http.StatusSeeOther {
			t.Errorf("born: %d", code)
		}
		born.Set("form-id", "a-4")
		if code, page := s.post(birth, born); code != http.StatusUnprocessableEntity || !strings.Contains(page, "Somebody else has changed this record") {
			t.Errorf("born twice: %d", code)
		}
		_, page = s.get(birth)
		s.wants("the page after the birth", page, "Give the baby’s name", "One more child was born")
		for _, who := range []string{"director", "inspector", "analyst"} {
			if code, _ := h.site(t, who).get(birth); code != http.StatusForbidden {
				t.Errorf("%s: %d, want to be denied", who, code)
			}
		}
		_, page = h.site(t, "manager").get(web.ChildPath(refs[0], "family") + "/chronology")
		s.wants("the chronology of the household", page, "Baby Bell", "Born 20 January 2026; expected 1 February 2026", "The whole household")
	})
}

func TestARestrictedRelativeOnThePage(t *testing.T) {
	h := newKin(t, dbtest.SQLite(t))
	_, refs := h.receive(contacts.Arrival{Children: []person.Described{ana}})
	h.must(h.desk.Relate(ctx, h.who["manager"], refs[0], children.NewRelation{Who: children.Somebody{Given: "Ben", Family: "Bell"}, Kind: person.HalfSibling, Dated: person.Dated{Source: "school"}}))
	p := h.family("manager", refs[0], civil.Date{}, false)
	brother, _ := relative(p, "Ben Bell")
	h.must(h.restrict(brother.Ref, access.Restricted))
	_, page := h.site(t, "manager").get(web.ChildPath(refs[0], "family"))
	if strings.Contains(page, "Ben Bell") || !strings.Contains(page, "Restricted record, contact Second") {
		t.Error("a restricted brother is named to the manager, or not shown as restricted")
	}
	_, page = h.site(t, "director").get(web.ChildPath(refs[0], "family"))
	if strings.Contains(page, "Ben Bell") || strings.Contains(page, "Restricted record") {
		t.Error("the director learns of a restricted brother")
	}
}
