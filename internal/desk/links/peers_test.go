package links_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/desk/links"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
	"frontdoor/internal/web"
)

var ctx = context.Background()

// town is an authority with a child who goes about with somebody called Jay, and Jay's own
// record.
type town struct {
	t             *testing.T
	record        *record.Record
	desk          *links.Desk
	contacts      *contacts.Desk
	admin         *admin.Desk
	who           map[string]access.Actor
	contact, link string
	jay, child    record.Known
	serial        int
}

func build(t *testing.T, d *db.DB) *town {
	t.Helper()
	set, err := timescale.Statutory()
	w := &town{t: t, who: map[string]access.Actor{}}
	w.must(err)
	w.record = record.New(d, set, civil.England(), func() civil.Instant { return civil.DateOf(2026, 11, 24).AtTime(9, 0) })
	w.desk, w.contacts, w.admin = links.New(w.record), contacts.New(w.record), admin.New(w.record)
	w.must(w.admin.AddAuthority(ctx, admin.Authority{ID: "x", Code: "990", Name: "Testham", Phone: "01632 960000"}))
	for id, role := range map[string]access.Role{"manager": access.FrontDoorManager, "other": access.FrontDoorManager, "shah": access.Screener, "worker": access.SocialWorker} {
		_, err := w.admin.AddUser(ctx, admin.Service("x"), admin.NewUser{ID: id, Email: id + "@x.example", Name: id, Roles: []admin.RoleIn{{Role: role, Team: admin.FrontDoorTeam}}})
		w.must(err)
		w.who[id], err = w.record.FindActor(ctx, "x", id)
		w.must(err)
	}
	_, w.jay = w.known(person.Described{Given: "Jayden", Family: "Oakhanger", Born: civil.DateOf(2011, 4, 5), AgeStated: -1, Postcode: "ZZ8 8AA", Address: "1 Low Lane"})
	w.contact, w.child = w.known(person.Described{Given: "Ana", Family: "Bell", Born: civil.DateOf(2012, 5, 2), AgeStated: -1, Postcode: "ZZ1 2AB", Address: "3 Mill Road"})
	p, err := w.desk.Open(ctx, w.who["shah"], w.contact)
	w.must(err)
	w.must(w.desk.Link(ctx, w.who["shah"], w.contact, pathway.Linking{Kind: pathway.PeerSubject, Name: "Jay with the bike", Children: []string{p.Kids[0].ID}, How: "Gave her the phone", Source: "contact"}))
	p, err = w.desk.Open(ctx, w.who["shah"], w.contact)
	w.must(err)
	w.link = p.Links[0].ID
	return w
}

func (w *town) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// known receives a contact about a child and records them as new.
func (w *town) known(d person.Described) (contact string, k record.Known) {
	w.t.Helper()
	w.serial++
	got, err := w.contacts.Receive(ctx, w.who["shah"], contacts.Arrival{Channel: "phone", SourceKind: "school", SourceName: "Hilltop", Words: fmt.Sprint("Call ", w.serial), Children: []person.Described{d}})
	w.must(err)
	p, err := w.contacts.Open(ctx, w.who["manager"], got.Ref)
	w.must(err)
	w.must(w.contacts.Link(ctx, w.who["manager"], got.Ref, contacts.Choice{Child: p.Contact.Kids[0].ID, As: "new"}))
	p, err = w.contacts.Open(ctx, w.who["manager"], got.Ref)
	w.must(err)
	return got.Ref, p.Persons[p.Contact.Kids[0].PersonID]
}

// peers are whose record Jay is said to be, as somebody sees it on the page of the contact
// and on the list of who is linked to him.
func (w *town) peers(who string) (page, list string) {
	w.t.Helper()
	p, err := w.desk.Open(ctx, w.who[who], w.contact)
	w.must(err)
	for _, x := range p.Links[0].Peers {
		page += x.Ref + x.Masked
	}
	f, err := w.desk.Children(ctx, w.who[who], links.Asked{Text: "jay with", Purpose: pathway.Purposes()[0].Value})
	w.must(err)
	b, err := json.Marshal(f.Rows)
	w.must(err)
	if strings.Contains(string(b), "Oakhanger") {
		w.t.Error("the list says the peer's name")
	}
	return page, f.Rows[0].Peers
}

func (w *town) found(who string) *links.PeerPage {
	w.t.Helper()
	p, err := w.desk.Peer(ctx, w.who[who], w.contact, w.link, &links.PeerAsked{Given: "Jayden", Family: "Oakhanger", Age: 15, Postcode: "ZZ8 8AA"})
	w.must(err)
	return p
}

// TestAPeerIsLinkedToTheirRecord finds a peer's record as who a child is is found.
func TestAPeerIsLinkedToTheirRecord(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := build(t, d)
		shah := w.who["shah"]
		p := w.found("shah")
		if len(p.Found) != 1 || p.Found[0].Ref != w.jay.Ref || len(p.Found[0].Why) == 0 {
			t.Fatalf("found %+v, want Jayden and why", p.Found)
		}
		is := func(id, ref, because string) refusal.Kind {
			err := w.desk.IsPeer(ctx, shah, w.contact, id, ref, because)
			if err == nil {
				t.Errorf("%s %q %q was taken", id, ref, because)
			}
			return refusal.KindOf(err)
		}
		for _, x := range []struct {
			why, id, ref, because string
			kind                  refusal.Kind
		}{
			{"nobody selected", w.link, "", "Her brother says so", refusal.Invalid},
			{"no reason", w.link, w.jay.Ref, " ", refusal.Invalid},
			{"the child's own record", w.link, w.child.Ref, "Her brother says so", refusal.Invalid},
			{"a record that is not there", w.link, "C-26-NOBODY", "Her brother says so", refusal.NotFound},
			{"a link that is not there", "nothing", w.jay.Ref, "Her brother says so", refusal.NotFound},
		} {
			if got := is(x.id, x.ref, x.because); got != x.kind {
				t.Errorf("%s: %v, want %v", x.why, got, x.kind)
			}
		}
		w.must(w.desk.IsPeer(ctx, shah, w.contact, w.link, w.jay.Ref, "Her brother says so"))
		if got := is(w.link, w.jay.Ref, "Again"); got != refusal.Conflict {
			t.Errorf("twice: %v", got)
		}
		if page, list := w.peers("shah"); page != w.jay.Ref || list != w.jay.Ref {
			t.Errorf("the page says %q and the list %q, want %s", page, list, w.jay.Ref)
		}
		p, err := w.desk.Peer(ctx, shah, w.contact, w.link, nil)
		w.must(err)
		if k := refusal.KindOf(w.desk.NotPeer(ctx, shah, w.contact, w.link, p.Link.Peers[0].ID, "")); k != refusal.Invalid {
			t.Errorf("ended without a reason: %v", k)
		}
		w.must(w.desk.NotPeer(ctx, shah, w.contact, w.link, p.Link.Peers[0].ID, "Another Jay"))
		if page, list := w.peers("shah"); page != "" || list != "" {
			t.Errorf("after it was ended the page says %q and the list %q", page, list)
		}
	})
}

// TestARestrictedPeerIsConcealed closes the peer's record before and after it is linked.
func TestARestrictedPeerIsConcealed(t *testing.T) {
	for how, masked := range map[access.Concealment]string{access.Restricted: "Other", access.Sealed: ""} {
		dbtest.Each(t, func(t *testing.T, d *db.DB) {
			w := build(t, d)
			w.must(w.desk.IsPeer(ctx, w.who["shah"], w.contact, w.link, w.jay.Ref, "Her brother says so"))
			w.must(w.admin.Restrict(ctx, w.who["manager"], w.jay.ID, how, "Other", "a parent works for us", []string{"other"}))
			page, list := w.peers("shah")
			wantList := ""
			if masked != "" {
				wantList = "Restricted record, contact " + masked
			}
			if page != masked || list != wantList {
				t.Errorf("%s: a screener is told %q on the page and %q on the list", how, page, list)
			}
			if page, _ := w.peers("other"); page != w.jay.Ref {
				t.Errorf("%s: who is named is told %q, want %s", how, page, w.jay.Ref)
			}
			p := w.found("shah")
			switch {
			case masked == "" && len(p.Found) != 0:
				t.Errorf("a sealed record is found: %+v", p.Found)
			case masked != "" && (len(p.Found) != 1 || p.Found[0].Masked != masked || p.Found[0].Ref+p.Found[0].Name+p.Found[0].Born != "" || len(p.Found[0].Why) != 0):
				t.Errorf("of a restricted record is shown %+v, want whom to ask alone", p.Found)
			}
			if k := refusal.KindOf(w.desk.IsPeer(ctx, w.who["shah"], w.contact, w.link, w.jay.Ref, "I know her")); k != refusal.Denied && k != refusal.NotFound {
				t.Errorf("%s: linked by one who is not named: %v", how, k)
			}
			said, err := w.desk.Peer(ctx, w.who["other"], w.contact, w.link, nil)
			w.must(err)
			if k := refusal.KindOf(w.desk.NotPeer(ctx, w.who["shah"], w.contact, w.link, said.Link.Peers[0].ID, "I know better")); k != refusal.NotFound {
				t.Errorf("%s: ended by one who is not named: %v", how, k)
			}
		})
	}
}

// TestThePageOfAPeer asks, chooses wrongly and rightly in a browser.
func TestThePageOfAPeer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := build(t, d)
		srv := web.NewServer(w.record, web.Settings{Version: "test", Demo: &web.Demo{Authority: "x", Personas: []web.Persona{{UserID: "shah", Name: "shah"}}}})
		w.desk.Routes(srv)
		ts := httptest.NewServer(srv.Handler())
		defer ts.Close()
		jar, err := cookiejar.New(nil)
		w.must(err)
		c := &http.Client{Jar: jar}
		send := func(path string, answers url.Values) (int, string) {
			t.Helper()
			res, err := c.Get(ts.URL + path)
			if answers != nil {
				res, err = c.PostForm(ts.URL+path, answers)
			}
			w.must(err)
			defer res.Body.Close()
			b, err := io.ReadAll(res.Body)
			w.must(err)
			return res.StatusCode, string(b)
		}
		send("/demo/sign-in", url.Values{"as": {"shah"}})
		path := "/links/" + w.contact + "/peers/" + w.link
		if _, page := send("/links/"+w.contact, nil); !strings.Contains(page, path) {
			t.Error("nothing leads from the links of the contact to the page")
		}
		if code, page := send(path, nil); code != http.StatusOK || !strings.Contains(page, "Who is Jay with the bike?") {
			t.Errorf("%d", code)
		}
		if code, page := send(path+"?given=&family=&age=&postcode=", nil); code != http.StatusUnprocessableEntity || !strings.Contains(page, "Enter a first name or a family name") {
			t.Errorf("%d: nothing asked for", code)
		}
		query := "?given=Jayden&family=Oakhanger&age=15&postcode=ZZ8+8AA"
		if code, page := send(path+query, nil); code != http.StatusOK || !strings.Contains(page, w.jay.Ref) {
			t.Errorf("%d: Jayden is not offered", code)
		}
		if code, page := send(path+query, url.Values{"what": {"is"}, "because": {"Her brother says so"}}); code != http.StatusUnprocessableEntity || !strings.Contains(page, "Select whose record it is") || !strings.Contains(page, "Her brother says so") {
			t.Errorf("%d: nobody chosen: want that said and the text kept", code)
		}
		if code, page := send(path+query, url.Values{"what": {"is"}, "record": {w.jay.Ref}, "because": {"Her brother says so"}}); code != http.StatusOK || !strings.Contains(page, "Said to be") {
			t.Errorf("%d: chosen, and the page of the links does not say so", code)
		}
	})
}
