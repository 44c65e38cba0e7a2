package pathway

import (
	"strings"
	"testing"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

func TestReceive(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Contact)
		want   map[timescale.Key]int // waits begun by clock
		tells  map[string]int
	}{
		{
			name: "a notification waits for a decision, and its lateness is on record",
			want: map[timescale.Key]int{timescale.ContactDecision: 1, timescale.PoliceMedium: 1},
		},
		{
			name: "three children live there and one is named: two wait to be identified",
			change: func(c *Contact) {
				c.Children = append(c.Children, Child{ID: "k2", Age: -1}, Child{ID: "k3", Age: -1})
			},
			want: map[timescale.Key]int{timescale.ContactDecision: 3, timescale.IdentifyChild: 2, timescale.PoliceMedium: 1},
		},
		{
			name:   "a high risk has its own limit",
			change: func(c *Contact) { c.Grade = "high" },
			want:   map[timescale.Key]int{timescale.ContactDecision: 1, timescale.PoliceHigh: 1},
		},
		{
			name:   "a standard risk has its own limit",
			change: func(c *Contact) { c.Grade = "standard" },
			want:   map[timescale.Key]int{timescale.ContactDecision: 1, timescale.PoliceStandard: 1},
		},
		{
			name:   "without a time of the incident nothing is known of lateness",
			change: func(c *Contact) { c.IncidentAt = civil.Instant{} },
			want:   map[timescale.Key]int{timescale.ContactDecision: 1},
		},
		{
			name:   "an incident in the future says nothing of lateness, and is received",
			change: func(c *Contact) { c.IncidentAt = received.Add(time.Hour) },
			want:   map[timescale.Key]int{timescale.ContactDecision: 1},
		},
		{
			name: "what could not be read is a child to identify and a decision to make",
			change: func(c *Contact) {
				*c = Contact{ID: "c1", Ref: "R", Channel: ByPolice, Source: Police, ReceivedAt: received, Unreadable: true, Children: []Child{{ID: "k1", Age: -1}}}
			},
			want: map[timescale.Key]int{timescale.ContactDecision: 1, timescale.IdentifyChild: 1},
		},
		{
			name: "a call is confirmed by the caller, who is told that it arrived by a person",
			change: func(c *Contact) {
				*c = Contact{ID: "c1", Ref: "R", Channel: ByPhone, Source: School, Consent: ConsentGiven, ReceivedAt: received, Children: c.Children}
			},
			want: map[timescale.Key]int{timescale.ContactDecision: 1, timescale.PhoneConfirmed: 1, timescale.Acknowledgement: 1},
		},
		{
			name: "a form with an address is acknowledged at once",
			change: func(c *Contact) {
				*c = Contact{ID: "c1", Ref: "R", Channel: ByForm, Source: School, Consent: ConsentRefused, ReferrerEmail: "a@school.example", ReceivedAt: received, Children: c.Children}
			},
			want:  map[timescale.Key]int{timescale.ContactDecision: 1, timescale.Acknowledgement: 1},
			tells: map[string]int{"receipt": 1},
		},
		{
			name: "agreement not known is asked for",
			change: func(c *Contact) {
				*c = Contact{ID: "c1", Ref: "R", Channel: ByForm, Source: School, Consent: ConsentNotKnown, ReferrerEmail: "a@school.example", ReceivedAt: received, Children: c.Children}
			},
			want:  map[timescale.Key]int{timescale.ContactDecision: 1, timescale.Acknowledgement: 1, timescale.ConsentChase: 1},
			tells: map[string]int{"receipt": 1, "consent-chase": 1},
		},
		{
			name: "agreement left blank on a call is not taken for agreement",
			change: func(c *Contact) {
				*c = Contact{ID: "c1", Ref: "R", Channel: ByPhone, Source: School, ReceivedAt: received, Children: c.Children}
			},
			want:  map[timescale.Key]int{timescale.ContactDecision: 1, timescale.PhoneConfirmed: 1, timescale.Acknowledgement: 1, timescale.ConsentChase: 1},
			tells: map[string]int{"consent-chase": 1},
		},
		{
			name:   "a child in danger now is a manager's at once",
			change: func(c *Contact) { c.Danger = "yes" },
			want:   map[timescale.Key]int{timescale.ContactDecision: 1, timescale.PoliceMedium: 1, timescale.ImmediateDanger: 1},
			tells:  map[string]int{"danger-alert": 1},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := notification()
			if tt.change != nil {
				tt.change(&c)
			}
			got, err := c.Receive()
			if err != nil {
				t.Fatal(err)
			}
			begun, tells := map[timescale.Key]int{}, map[string]int{}
			for _, w := range got.Begins {
				begun[w.For]++
			}
			for _, m := range got.Tells {
				tells[m.Kind]++
			}
			for k, n := range begun {
				if tt.want[k] != n {
					t.Errorf("begins %d waits for %s, want %d", n, k, tt.want[k])
				}
			}
			for k, n := range tt.want {
				if begun[k] != n {
					t.Errorf("begins %d waits for %s, want %d", begun[k], k, n)
				}
			}
			for k, n := range tt.tells {
				if tells[k] != n {
					t.Errorf("sends %d messages %s, want %d", tells[k], k, n)
				}
			}
			if len(tells) != len(tt.tells) {
				t.Errorf("sends %v, want %v", tells, tt.tells)
			}
			if len(got.Ends)+len(got.Closes) != 0 || len(got.Lines) == 0 {
				t.Errorf("ends %v, closes %v, lines %v: a contact begins things and leaves a line", got.Ends, got.Closes, got.Lines)
			}
		})
	}
}

func TestReceiveRefusesAContactThatNamesNoChild(t *testing.T) {
	c := notification()
	c.Children = nil
	_, err := c.Receive()
	wantRefusal(t, err, refusal.Invalid, "children")
}

func TestBothDecisionClocksRunFromReceipt(t *testing.T) {
	c := notification()
	c.Channel, c.Source, c.Grade = ByPhone, School, ""
	got, err := c.Receive()
	if err != nil {
		t.Fatal(err)
	}
	w := got.Begins[0] // doors answer with the due time of the first
	if w.For != timescale.ContactDecision || w.Also != timescale.ContactDecision24h || w.Since != received || !w.Over.IsZero() {
		t.Errorf("got %+v, want both clocks open since the call", w)
	}
}

// A medium-risk notification nineteen days late (Wigan, 2020).
func TestNotificationNineteenDaysLate(t *testing.T) {
	c := notification()
	c.IncidentAt = at(t, "2026-11-05T02:15:00Z")
	c.ReportedAt, c.GradedAt, c.SentAt = civil.Instant{}, civil.Instant{}, civil.Instant{}
	got, err := c.Receive()
	if err != nil {
		t.Fatal(err)
	}
	w := waitsFor(got, timescale.PoliceMedium)[0]
	if w.On != Police || w.Since != c.IncidentAt || w.Over != received {
		t.Errorf("police wait %+v, want it from the incident to receipt", w)
	}
	if !strings.Contains(got.Lines[0].Text, "19 days ago") {
		t.Errorf("line %q, want the 19 days in it", got.Lines[0].Text)
	}
}

func TestRestrictedChildWaitsForTheRestrictedDesk(t *testing.T) {
	c := notification()
	c.Channel, c.Source, c.Danger = ByPhone, School, "yes"
	c.Children = append(c.Children, Child{ID: "k2", Conceal: true, Age: -1})
	got, err := c.Receive()
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range got.Begins {
		if w.Child == "k2" && w.On == FrontDoor || w.Child == "k1" && w.On == RestrictedDesk {
			t.Errorf("%s of %s waits on %s", w.For, w.Child, w.On)
		}
	}
	if n := len(told(got, "danger-alert")); n != 2 {
		t.Errorf("%d alerts of danger, want one for each desk that holds a child", n)
	}
	if len(waitsFor(got, timescale.ContactDecision)) != 2 {
		t.Errorf("a restricted child must be waited for like any other")
	}
}

func TestDoubts(t *testing.T) {
	now := received.Add(time.Minute)
	tests := []struct {
		name   string
		change func(*Contact)
		field  string // "" no doubt
	}{
		{name: "a good notification"},
		{name: "no stamps but receipt", change: func(c *Contact) {
			c.IncidentAt, c.ReportedAt, c.GradedAt, c.SentAt = civil.Instant{}, civil.Instant{}, civil.Instant{}, civil.Instant{}
		}},
		{name: "a clock a little ahead of ours", change: func(c *Contact) { c.SentAt = received.Add(4 * time.Minute); c.ReceivedAt = c.SentAt }},
		{name: "an incident in the future", change: func(c *Contact) { c.IncidentAt = received.Add(24 * time.Hour) }, field: "incident_at"},
		{name: "received in the future", change: func(c *Contact) { c.ReceivedAt = received.Add(24 * time.Hour) }, field: "received_at"},
		{name: "sent before the incident", change: func(c *Contact) { c.SentAt = c.IncidentAt.Add(-time.Hour) }, field: "sent_at"},
		{name: "graded before the report", change: func(c *Contact) { c.GradedAt = c.ReportedAt.Add(-time.Minute) }, field: "graded_at"},
		{name: "born after the incident", change: func(c *Contact) { c.IncidentAt = at(t, "2018-01-01T00:00:00Z") }, field: "children[0].born"},
		{name: "born on the day of the incident", change: func(c *Contact) { c.Children[0].Born = c.IncidentAt.Date() }},
		{name: "born tomorrow", change: func(c *Contact) { c.Children[0].Born = now.Date().AddDays(1) }, field: "children[0].born"},
		{name: "two hundred children", change: func(c *Contact) { c.Children = make([]Child, 200) }, field: "children"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := notification()
			if tt.change != nil {
				tt.change(&c)
			}
			got := c.Doubts(now)
			switch {
			case tt.field == "" && len(got) > 0:
				t.Errorf("doubts %v, want none", got)
			case tt.field != "" && (len(got) == 0 || got[0].Field != tt.field):
				t.Errorf("doubts %v, want one about %s", got, tt.field)
			}
			if _, err := c.Receive(); err != nil {
				t.Errorf("a doubtful contact was turned away: %v", err)
			}
		})
	}
}

func TestDangerTakenInHand(t *testing.T) {
	c := notification()
	_, err := c.InHand(false, "Police are there")
	wantRefusal(t, err, refusal.Denied, "")
	_, err = c.InHand(true, " \t")
	wantRefusal(t, err, refusal.Invalid, "in-hand")
	got, err := c.InHand(true, "Police are there")
	wantRefusal(t, err, refusal.Fault, "")
	if _, ok := endOf(got, timescale.ImmediateDanger); !ok {
		t.Errorf("ends %v, want the wait for a manager", got.Ends)
	}
}

func TestCallerConfirms(t *testing.T) {
	if _, ok := endOf(notification().Confirm(), timescale.PhoneConfirmed); !ok {
		t.Error("a confirmed call must end its wait")
	}
	got, err := notification().Acknowledged("By phone")
	wantRefusal(t, err, refusal.Fault, "")
	if _, ok := endOf(got, timescale.Acknowledgement); !ok {
		t.Error("telling the referrer must end the wait for it")
	}
	_, err = notification().Acknowledged("")
	wantRefusal(t, err, refusal.Invalid, "how")
}
