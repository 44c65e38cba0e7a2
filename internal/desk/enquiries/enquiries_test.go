package enquiries_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/pathway"
	"frontdoor/internal/refusal"
	"frontdoor/internal/towntest"
)

var (
	ctx    = context.Background()
	monday = civil.DateOf(2026, 11, 23).AtTime(9, 0)
)

func began(t *testing.T, d *db.DB) (*towntest.Town, towntest.Case) {
	w := towntest.Build(t, d, monday)
	c := w.Notified("Ana")
	w.Discussed(c.Contact)
	return w, c
}

// Two people begin the same enquiry at once: there is one, and both are led to it.
func TestTwoBeginOneEnquiry(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, c := began(t, d)
		refs := make(chan string, 2)
		w.Race([]string{"manager", "other"}, func(who access.Actor) error {
			ref, err := w.Enquiries.Begin(ctx, who, c.Child)
			if err == nil {
				refs <- ref
			}
			return err
		})
		close(refs)
		seen := map[string]bool{}
		for ref := range refs {
			seen[ref] = true
		}
		if len(seen) != 1 || w.Waits("enquiry") != 1 {
			t.Errorf("%d enquiries, %d waits for one, want 1 and 1", len(seen), w.Waits("enquiry"))
		}
	})
}

// Two managers authorise one outcome at once, and two people record one: the first is
// kept, the second is told, and what follows from it follows once.
func TestAnOutcomeIsRecordedAndAuthorisedOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, c := began(t, d)
		ref := w.Enquired(c.Child)
		e, _, err := w.Enquiries.Open(ctx, w.Who["manager"], ref)
		w.Must(err)
		w.Refused(w.Enquiries.Found(ctx, w.Who["other"], ref, towntest.Finding(), e.Version-1), refusal.Conflict)
		if err := w.Enquiries.Authorise(ctx, w.Who["manager"], ref, towntest.Agreed(), e.Version); err == nil || !strings.Contains(err.Error(), "Ask another manager") {
			t.Errorf("whoever recorded it authorised it: %v", err)
		}
		won := w.Race([]string{"other", "named"}, func(who access.Actor) error {
			return w.Enquiries.Authorise(ctx, who, ref, towntest.Agreed(), e.Version)
		})
		if len(won) != 1 || w.Waits("conference.initial") != 1 {
			t.Errorf("%v authorised it and %d conferences are waited for, want one of each", won, w.Waits("conference.initial"))
		}
	})
}

// A restricted child's enquiry is on no list and no page of anybody who is not named, and
// its clock runs on.
func TestARestrictedChildConcealsTheEnquiry(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, c := began(t, d)
		ref, err := w.Enquiries.Begin(ctx, w.Who["manager"], c.Child)
		w.Must(err)
		w.Serve(w.Enquiries)
		if _, body := w.Get("manager", "/enquiries"); !strings.Contains(body, "Ana") {
			t.Fatal("the enquiry is not listed before")
		}
		w.Close(c.Person)
		const absent = "SE-26-NONE00"
		for _, part := range []string{"", "/outcome", "/authority"} {
			// Who receives contacts is told whom to ask; to everybody else it does not exist.
			if code, body := w.Get("manager", "/enquiries/"+ref+part); code != 403 || strings.Contains(body, "Ana") || !strings.Contains(body, "contact named") {
				t.Errorf("%q for a manager who is not named: %d", part, code)
			}
			code, body := w.Get("team", "/enquiries/"+ref+part)
			none, nothing := w.Get("team", "/enquiries/"+absent+part)
			if code != none || strings.ReplaceAll(body, ref, "") != strings.ReplaceAll(nothing, absent, "") {
				t.Errorf("%q for a team manager: %d, and %d for one that does not exist", part, code, none)
			}
		}
		for _, path := range []string{"/enquiries", "/enquiries.csv", "/enquiries.json", "/enquiries/single", "/enquiries/duplicates"} {
			if _, body := w.Get("manager", path); strings.Contains(body, "Ana") || strings.Contains(body, c.Contact) {
				t.Errorf("%s names the child", path)
			}
		}
		if code, body := w.Get("named", "/enquiries/"+ref); code != 200 || !strings.Contains(body, "Ana") {
			t.Errorf("for the named manager: %d", code)
		}
		if w.Waits("enquiry") != 1 {
			t.Error("the clock of a restricted child's enquiry stopped")
		}
	})
}

// A form that is sent twice has one effect, and what was typed is kept when it is refused.
func TestTheSameFormTwiceIsOneAction(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, c := began(t, d)
		ref, err := w.Enquiries.Begin(ctx, w.Who["manager"], c.Child)
		w.Must(err)
		w.Serve(w.Enquiries)
		b := w.Client("manager")
		day := w.Now().Date().AddDays(1)
		form := url.Values{"form-id": {"one-form-of-this-test"}, "kind": {"medical"}, "agency": {"health"}, "by-day": {fmt.Sprint(day.Day)}, "by-month": {fmt.Sprint(int(day.Month))}, "by-year": {fmt.Sprint(day.Year)}, "by-time": {"10:00"}}
		for range 3 {
			res, err := b.PostForm(w.Server.URL+"/enquiries/"+ref+"/actions", form)
			w.Must(err)
			w.Must(res.Body.Close())
			if res.StatusCode != 200 {
				t.Fatalf("it was answered %d", res.StatusCode)
			}
		}
		e, _, err := w.Enquiries.Open(ctx, w.Who["manager"], ref)
		w.Must(err)
		n := 0
		for _, a := range e.Deeds {
			if a.Kind == "medical" {
				n++
			}
		}
		if n != 1 || w.Waits("action.agreed") != 1 {
			t.Errorf("%d actions and %d waits after one form sent three times", n, w.Waits("action.agreed"))
		}
	})
}

// Partners act in enquiries that they are in, on what is theirs, and nowhere else.
func TestAPartnerActsOnItsOwn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w, c := began(t, d)
		ref, err := w.Enquiries.Begin(ctx, w.Who["manager"], c.Child)
		w.Must(err)
		w.Must(w.Enquiries.Agree(ctx, w.Who["manager"], ref, pathway.EnquiryAction{Kind: "medical", On: pathway.Health, By: w.Now().Add(48 * 3600e9)}))
		e, _, err := w.Enquiries.Open(ctx, w.Who["manager"], ref)
		w.Must(err)
		deed := pathway.Deed{Action: e.Deeds[0].ID, At: w.Now(), By: "Somebody", How: "Seen at the clinic"}
		w.Refused(w.Enquiries.Do(ctx, w.Who["stranger"], ref, deed), refusal.NotFound)
		if err := w.Enquiries.Do(ctx, w.Who["officer"], ref, deed); err == nil {
			t.Error("an officer recorded what health undertook")
		}
		w.Must(w.Enquiries.Do(ctx, w.Who["nurse"], ref, deed))
		for _, who := range []string{"nurse", "officer", "worker"} {
			if err := w.Enquiries.Authorise(ctx, w.Who[who], ref, towntest.Agreed(), e.Version); refusal.KindOf(err) != refusal.Denied && refusal.KindOf(err) != refusal.NotFound {
				t.Errorf("%s authorised an outcome: %v", who, err)
			}
		}
	})
}
