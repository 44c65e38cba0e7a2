package pathway

import (
	"testing"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

func TestRecordConsent(t *testing.T) {
	given := ConsentRecord{Status: ConsentGiven, Who: "Mother", How: "By phone", ToWhat: "Checks with school", At: received}
	why := ConsentRecord{Status: ConsentNotSought, Reason: "evidence", Words: "Phones would be wiped"}
	tests := []struct {
		name   string
		from   ConsentRecord
		change func(*ConsentRecord)
		kind   refusal.Kind
		field  string
	}{
		{name: "given: who, when, how and to what", from: given},
		{name: "refused needs no purpose", from: given, change: func(r *ConsentRecord) { r.Status, r.ToWhat = ConsentRefused, "" }},
		{name: "given by nobody", from: given, change: func(r *ConsentRecord) { r.Who = "" }, kind: refusal.Invalid, field: "who"},
		{name: "given somehow", from: given, change: func(r *ConsentRecord) { r.How = "" }, kind: refusal.Invalid, field: "how"},
		{name: "given to nothing", from: given, change: func(r *ConsentRecord) { r.ToWhat = "" }, kind: refusal.Invalid, field: "to-what"},
		{name: "given at no time", from: given, change: func(r *ConsentRecord) { r.At = civil.Instant{} }, kind: refusal.Invalid, field: "at"},
		{name: "given tomorrow", from: given, change: func(r *ConsentRecord) { r.At = received.Add(24 * time.Hour) }, kind: refusal.Invalid, field: "at"},
		{name: "nothing chosen is never agreement", from: given, change: func(r *ConsentRecord) { r.Status = "" }, kind: refusal.Invalid, field: "status"},
		{name: "not known is not an answer", from: given, change: func(r *ConsentRecord) { r.Status = ConsentNotKnown }, kind: refusal.Invalid, field: "status"},
		{name: "not asked, with a reason from the list", from: why},
		{name: "not asked, without a reason", from: why, change: func(r *ConsentRecord) { r.Reason = "" }, kind: refusal.Invalid, field: "reason"},
		{name: "not asked, with a reason that is not on the list", from: why, change: func(r *ConsentRecord) { r.Reason = "busy" }, kind: refusal.Invalid, field: "reason"},
		{name: "not asked, without words", from: why, change: func(r *ConsentRecord) { r.Words = "" }, kind: refusal.Invalid, field: "reason-words"},
		{name: "dispensed with by a manager", from: why, change: func(r *ConsentRecord) { r.Status, r.Manager = ConsentDispensed, true }},
		{name: "dispensed with by a screener", from: why, change: func(r *ConsentRecord) { r.Status = ConsentDispensed }, kind: refusal.Denied},
		{name: "dispensed with without a reason", from: why, change: func(r *ConsentRecord) { r.Status, r.Manager, r.Reason = ConsentDispensed, true, "" }, kind: refusal.Invalid, field: "reason"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := tt.from
			if tt.change != nil {
				tt.change(&r)
			}
			got, err := notification().RecordConsent(r, received)
			wantRefusal(t, err, tt.kind, tt.field)
			if _, ok := endOf(got, timescale.ConsentChase); ok != (err == nil) {
				t.Errorf("ends %v: an answer, and only an answer, ends the chase", got.Ends)
			}
		})
	}
}

func TestListedHarmsKeepEverybodyAwayFromTheFamily(t *testing.T) {
	for _, d := range DispenseReasons() {
		c := Contact{ConsentReason: d.Code}
		if got := c.KeepAway() != ""; got != (d.Code == ListedHarm) {
			t.Errorf("%s: keep away %v", d.Code, got)
		}
	}
}

func TestAttempted(t *testing.T) {
	good := Attempt{Who: "Mother", How: "By phone", Result: "No answer", At: received}
	tests := []struct {
		name   string
		change func(*Attempt)
		field  string
	}{
		{name: "nobody answered"},
		{name: "nobody tried for", change: func(a *Attempt) { a.Who = "" }, field: "who"},
		{name: "tried somehow", change: func(a *Attempt) { a.How = "" }, field: "how"},
		{name: "without a result", change: func(a *Attempt) { a.Result = "" }, field: "result"},
		{name: "at no time", change: func(a *Attempt) { a.At = civil.Instant{} }, field: "at"},
		{name: "in the future", change: func(a *Attempt) { a.At = received.Add(time.Hour) }, field: "at"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := good
			if tt.change != nil {
				tt.change(&a)
			}
			_, err := notification().Attempted(a, received)
			if tt.field != "" {
				wantRefusal(t, err, refusal.Invalid, tt.field)
				return
			}
			wantRefusal(t, err, refusal.Fault, "")
		})
	}
}
