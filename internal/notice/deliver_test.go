package notice_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/notice"
)

// TestMailDownForADayLosesNothing has a mail server that closes its door for twelve
// hours and then takes no message for twelve more, while notices go on being made.
func TestMailDownForADayLosesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, config := mailServer(t)
		n, r, c := newNotices(t, d, config)
		p.set(func() { p.shut = true })
		made := 0
		for step := range 24 * 2 {
			if step%2 == 0 {
				for range 3 {
					add(t, r, row{id: fmt.Sprintf("n%03d", made), kind: "receipt", to: fmt.Sprintf("p%d@x.example", made)})
					made++
				}
			}
			if step == 12*2 {
				p.set(func() { p.shut, p.down = false, true })
			}
			if sent := deliver(t, n); sent != 0 {
				t.Fatalf("%d sent while mail is down", sent)
			}
			c.move(30 * time.Minute)
		}
		if sent, failed := tally(t, r); sent != 0 || failed != 0 {
			t.Fatalf("after a day %d sent and %d given up, want none", sent, failed)
		}
		if s := stateOf(t, r, "n000"); !strings.Contains(s.why, "try later") {
			t.Errorf("the reason is %q", s.why)
		}
		p.set(func() { p.down = false })
		for range 3 {
			deliver(t, n)
			c.move(30 * time.Minute)
		}
		p.once(t, made)
		if sent, failed := tally(t, r); sent != made || failed != 0 {
			t.Errorf("%d sent and %d given up, want all %d sent", sent, failed, made)
		}
	})
}

// TestACrashBetweenSendingAndWritingRepeatsWithTheSameId fails the statement that
// writes down that a message went, as a crash would.
func TestACrashBetweenSendingAndWritingRepeatsWithTheSameId(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, config := mailServer(t)
		n, r, c := newNotices(t, d, config)
		add(t, r, row{id: "n1", kind: "receipt", to: "a@x.example"}, row{id: "n2", kind: "receipt", to: "b@x.example"})
		crash := db.WithHook(context.Background(), func(q db.Query) error {
			if q.Name() == "notice.set-sent" {
				return errors.New("the lights went out")
			}
			return nil
		})
		if _, err := n.Deliver(crash); err == nil {
			t.Fatal("the crash was not noticed")
		}
		deliver(t, n)
		if len(p.got) != 1 {
			t.Fatalf("%v went while another worker may still have them, want only n1", p.got)
		}
		c.move(3 * time.Minute)
		deliver(t, n)
		c.move(time.Hour)
		deliver(t, n)
		slices.Sort(p.got)
		if want := []string{"<n1@frontdoor>", "<n1@frontdoor>", "<n2@frontdoor>"}; !slices.Equal(p.got, want) {
			t.Errorf("got %v, want %v", p.got, want)
		}
	})
}

// TestARetryThatSucceededIsTheLast delivers again and again after a failure and a
// success.
func TestARetryThatSucceededIsTheLast(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, config := mailServer(t)
		n, r, c := newNotices(t, d, config)
		add(t, r, row{id: "n1", kind: "receipt", to: "a@x.example"})
		p.set(func() { p.down = true })
		deliver(t, n)
		p.set(func() { p.down = false })
		for range 20 {
			c.move(20 * time.Minute)
			deliver(t, n)
		}
		p.once(t, 1)
	})
}

// TestOneBadAddressDoesNotHoldTheOthers has the server refuse one mailbox for good.
func TestOneBadAddressDoesNotHoldTheOthers(t *testing.T) {
	p, config := mailServer(t)
	n, r, _ := newNotices(t, dbtest.SQLite(t), config)
	p.refuse = "gone@x.example"
	add(t, r, row{id: "n1", kind: "receipt", to: "gone@x.example"}, row{id: "n2", kind: "receipt", to: "not an address"}, row{id: "n3", kind: "receipt", to: "b@x.example"})
	if sent := deliver(t, n); sent != 1 {
		t.Errorf("%d sent, want 1", sent)
	}
	for _, id := range []string{"n1", "n2"} {
		s := stateOf(t, r, id)
		if s.failed.IsZero() || strings.Contains(s.why, "@") {
			t.Errorf("%s: %+v, want it listed with a reason that repeats no address", id, s)
		}
	}
	if p.calls != 1 {
		t.Errorf("%d connections, want one for the batch", p.calls)
	}
}

// TestAServerThatEndsConnectionsIsCalledAgain has a server that takes three messages
// on each connection.
func TestAServerThatEndsConnectionsIsCalledAgain(t *testing.T) {
	p, config := mailServer(t)
	n, r, _ := newNotices(t, dbtest.SQLite(t), config)
	p.limit = 3
	queue(t, r, 10, "a@x.example")
	if sent := deliver(t, n); sent != 10 {
		t.Errorf("%d sent, want 10", sent)
	}
	p.once(t, 10)
	if p.calls != 4 {
		t.Errorf("%d connections, want 4", p.calls)
	}
}

// TestADeskWithoutAMailboxIsToldByItsPeople gives a notice to each of a desk's people
// once, and one with a mailbox to that alone.
func TestADeskWithoutAMailboxIsToldByItsPeople(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, config := mailServer(t)
		n, r, c := newNotices(t, d, config)
		run(t, r, addTeam, "duty-1", "assessment", "", "")
		run(t, r, addTeam, "front-door", "front_door", "desk@x.example", "")
		run(t, r, addOrg, "police", "police@x.example", "")
		for _, u := range []string{"ann", "bob", "eve"} {
			run(t, r, addUser, u, r.Now())
		}
		run(t, r, addRole, "ann", "social_worker", "duty-1", r.Now())
		run(t, r, addRole, "bob", "team_manager", "duty-1", r.Now())
		run(t, r, addRole, "eve", "director", "", r.Now())
		add(t, r, row{id: "n1", kind: "danger-alert", to: "desk:assessment"}, row{id: "n2", kind: "danger-alert", to: "desk:front_door"},
			row{id: "n3", kind: "danger-alert", to: "desk:director"}, row{id: "n4", kind: "danger-alert", to: "role:team_manager:duty-1"},
			row{id: "n5", kind: "question", to: "organisation:police"}, row{id: "n6", kind: "danger-alert", to: "role:team_manager:another"},
			row{id: "n7", kind: "open-case", to: "user:ann"})
		for range 3 {
			deliver(t, n)
			c.move(time.Hour)
		}
		slices.Sort(p.to)
		want := []string{"ann@x.example", "ann@x.example", "bob@x.example", "bob@x.example", "bob@x.example", "desk@x.example", "eve@x.example", "police@x.example"}
		if !slices.Equal(p.to, want) {
			t.Errorf("told %v, want %v", p.to, want)
		}
		if s := stateOf(t, r, "n1"); s.sent.IsZero() || s.via != "people" {
			t.Errorf("the desk's own notice: %+v, want it given to its people", s)
		}
	})
}

// TestDigestsGoTwiceADay has what can wait go at 08:30 and 13:00 in one message, and
// danger at once.
func TestDigestsGoTwiceADay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, config := mailServer(t)
		n, r, c := newNotices(t, d, config)
		run(t, r, addUser, "ann", r.Now())
		c.move(15 * time.Minute) // 09:15
		for i := range 60 {
			add(t, r, row{id: fmt.Sprintf("w%02d", i), kind: "wait-warn", to: "user:ann", ref: fmt.Sprintf("FD-26-AAAA%02d", i), link: "/waiting"})
		}
		add(t, r, row{id: "d1", kind: "danger-alert", to: "user:ann"})
		deliver(t, n)
		if p.count() != 1 || p.got[0] != "<d1@frontdoor>" {
			t.Fatalf("at 09:15 went %v, want the danger alone", p.got)
		}
		c.move(3*time.Hour + 44*time.Minute) // 12:59
		if deliver(t, n) != 0 {
			t.Fatal("a digest went before 13:00")
		}
		p.set(func() { p.down = true })
		c.move(time.Minute)
		deliver(t, n)
		first := stateOf(t, r, "w00")
		if first.attempts != 1 || first.why == "" {
			t.Errorf("the digest that failed: %+v", first)
		}
		add(t, r, row{id: "x1", kind: "wait-warn", to: "user:ann"})
		p.set(func() { p.down = false })
		c.move(10 * time.Minute)
		deliver(t, n)
		if p.count() != 2 || p.got[1] != "<w00@frontdoor>" {
			t.Fatalf("went %v, want one digest with the id of its first", p.got)
		}
		if body := p.text[1]; !strings.Contains(body, "60 things for you to read") || !strings.Contains(body, "FD-26-AAAA49") || strings.Contains(body, "FD-26-AAAA50") || !strings.Contains(body, "And 10 more") {
			t.Errorf("the digest says:\n%s", body)
		}
		if sent, _ := tally(t, r); sent != 61 {
			t.Errorf("%d marked as sent, want 61", sent)
		}
		c.move(20 * time.Hour)
		deliver(t, n)
		if p.count() != 3 || p.got[2] != "<x1@frontdoor>" {
			t.Errorf("next morning went %v", p.got)
		}
	})
}

// TestOneAgencysFailureDoesNotHoldTheOthers has one webhook that never answers with a
// long queue, beside another and beside mail.
func TestOneAgencysFailureDoesNotHoldTheOthers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var good, bad atomic.Int32
		fine := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { good.Add(1) }))
		defer fine.Close()
		dead := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { bad.Add(1); w.WriteHeader(http.StatusBadGateway) }))
		defer dead.Close()
		p, config := mailServer(t)
		n, r, c := noticesBy(t, d, trusting(t, config, fine, dead))
		run(t, r, addHook, "h1", "police", dead.URL+"/in", "police@x.example", 1, r.Now())
		run(t, r, addHook, "h2", "health", fine.URL+"/in", "health@x.example", 1, r.Now())
		for i := range 100 {
			add(t, r, row{id: fmt.Sprintf("p%03d", i), kind: "question", to: "Police@x.example"})
		}
		add(t, r, row{id: "q1", kind: "question", to: "health@x.example"}, row{id: "q2", kind: "question", to: "organisation:health"}, row{id: "q3", kind: "receipt", to: "a@x.example"})
		if sent := deliver(t, n); sent != 3 {
			t.Errorf("%d went, want the three that can go", sent)
		}
		if good.Load() != 2 || bad.Load() != 1 || p.count() != 1 {
			t.Errorf("health got %d, police was asked %d times, mail took %d; want 2, 1, 1", good.Load(), bad.Load(), p.count())
		}
		for range 20 {
			c.move(time.Second)
			deliver(t, n)
		}
		if bad.Load() > 6 {
			t.Errorf("a system that is down was asked %d times within half a minute", bad.Load())
		}
		if s := stateOf(t, r, "p000"); !s.failed.IsZero() || !strings.Contains(s.why, "code 502") {
			t.Errorf("the waiting notice: %+v", s)
		}
	})
}

// TestTextsGoToStaffAndPartnersOnly refuses a number that stands on no team and no
// organisation.
func TestTextsGoToStaffAndPartnersOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		api := standIn(t)
		n, r, c := noticesBy(t, d, api.post(t, "none"))
		api.now = c.at
		run(t, r, addTeam, "front-door", "front_door", "", "07700 900123")
		run(t, r, addOrg, "police", "", "(07700) 900-124")
		add(t, r, row{id: uuid1, kind: "danger-alert", to: "+447700900123", link: "/contacts/1"}, row{id: uuid2, kind: "question", to: "+447700900124"},
			row{id: "n3", kind: "receipt", to: "+447700900125"})
		deliver(t, n)
		if len(api.got) != 2 || api.got[uuid1].Phone != "+447700900123" {
			t.Errorf("Notify got %v", api.got)
		}
		if s := stateOf(t, r, "n3"); s.failed.IsZero() || s.why != "Text messages go to staff and partners only" {
			t.Errorf("the caller's number: %+v", s)
		}
	})
}

// TestADangerIsTextedToTheDutyPhoneOnce sweeps twice.
func TestADangerIsTextedToTheDutyPhoneOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		api := standIn(t)
		n, r, c := noticesBy(t, d, api.post(t, "none"))
		api.now = c.at
		run(t, r, addTeam, "front-door", "front_door", "", "07700 900123")
		add(t, r, row{id: "n1", kind: "danger-alert", to: "desk:front_door", ref: "FD-26-ZZZZZZ", link: "/contacts/1"})
		for range 2 {
			if err := n.Sweep(context.Background()); err != nil {
				t.Fatal(err)
			}
			deliver(t, n)
			c.move(time.Minute)
		}
		if len(api.got) != 1 {
			t.Fatalf("%d texts, want 1", len(api.got))
		}
		for _, m := range api.got {
			if m.Phone != "+447700900123" || !strings.Contains(m.Personalisation["body"], "FD-26-ZZZZZZ") {
				t.Errorf("texted %+v", m)
			}
		}
	})
}

func TestPhone(t *testing.T) {
	for in, want := range map[string]string{
		"07700 900123": "+447700900123", "+44 7700 900123": "+447700900123", "0044 7700 900123": "+447700900123", "(01632) 960-000": "+441632960000",
		"999": "", "a@x.example": "", "": "", "077x0900123": "", "+1": "",
	} {
		if got := notice.Phone(in); got != want {
			t.Errorf("Phone(%q) is %q, want %q", in, got, want)
		}
	}
}

// TestSettingsAreRefusedWithoutRepeatingThem: they may hold a password.
func TestSettingsAreRefusedWithoutRepeatingThem(t *testing.T) {
	const secret = "hunter2hunter2hunter2hunter2hunter2"
	for name, s := range map[string]notice.Settings{
		"mail without a sender":      {Mail: "smtp://me:" + secret + "@mail.example:25"},
		"mail with a wrong port":     {Mail: "smtp://me:" + secret + "@mail.example:9x?from=a@x.example"},
		"mail of no kind":            {Mail: secret},
		"Notify with a wrong key":    {Notify: notice.Notify{Key: secret}},
		"Notify without TLS":         {Notify: notice.Notify{Key: apiKey, URL: "http://notify.example/" + secret}},
		"Notify without a template":  {Mail: "notify", Notify: notice.Notify{Key: apiKey}},
		"a template by name":         {Notify: notice.Notify{Key: apiKey, TextTemplate: secret}},
		"a short receipts token":     {Notify: notice.Notify{Key: apiKey, Receipts: "hunter2"}},
		"webhooks with a short key":  {Hosts: []string{"hooks.example"}, WebhookKey: "hunter2"},
		"a webhook host with a path": {Hosts: []string{"https://hooks.example/"}, WebhookKey: secret},
	} {
		if _, err := notice.Open(s); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v, want a refusal that does not repeat it", name, err)
		}
	}
	p, err := notice.Open(notice.Settings{Mail: "smtp://me:" + secret + "@mail.example:25?from=a@x.example", Hosts: []string{"hooks.example"}, WebhookKey: secret,
		Notify: notice.Notify{Key: apiKey, TextTemplate: textTemplate, Receipts: secret}})
	if err != nil {
		t.Fatal(err)
	}
	if said := strings.Join(p.Ways(), " "); strings.Contains(said, secret) || strings.Contains(said, apiKey) || len(p.Ways()) != 3 {
		t.Errorf("the log would say %q", said)
	}
}

// TestAReleasedMessageIsNotATry stops a worker before it begins.
func TestAReleasedMessageIsNotATry(t *testing.T) {
	p, config := mailServer(t)
	n, r, _ := newNotices(t, dbtest.SQLite(t), config)
	queue(t, r, 2, "a@x.example")
	ctx, stop := context.WithCancel(context.Background())
	hook := db.WithHook(ctx, func(q db.Query) error {
		if q.Name() == "notice.set-sent" {
			stop() // told to stop while the first is being written down
		}
		return nil
	})
	if _, err := n.Deliver(hook); err != nil && !errors.Is(err, context.Canceled) { // another lane was looking meanwhile
		t.Fatal(err)
	}
	if s := stateOf(t, r, "m001"); s.attempts != 0 || !s.sent.IsZero() || p.count() != 1 {
		t.Errorf("the second: %+v with %d sent, want it given back untried", s, p.count())
	}
	if s := stateOf(t, r, "m000"); s.sent.IsZero() {
		t.Error("the first went and was not written down")
	}
	deliver(t, n)
	p.once(t, 2)
}
