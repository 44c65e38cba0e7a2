package pathway

import (
	"testing"

	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

func TestPropose(t *testing.T) {
	_, err := Propose("k1", "", "e1")
	wantRefusal(t, err, refusal.Invalid, "worker")
	got, err := Propose("k1", "u1", "e1")
	wantRefusal(t, err, refusal.Fault, "")
	w := got.Begins
	if len(w) != 1 || w[0].For != timescale.AllocationAnswer || w[0].Owner != "u1" || w[0].Child != "k1" || w[0].About != "e1" {
		t.Errorf("begins %+v, want the worker's answer", w)
	}
	if e, ok := endOf(got, timescale.Allocation); ok {
		t.Errorf("ends %+v: a proposal is not an allocation", e)
	}
	if e, ok := endOf(got, timescale.AllocationAnswer); !ok || e.How != Withdrawn || e.Reason == "" {
		t.Errorf("ends %+v, want an earlier proposal withdrawn", e)
	}
}

func TestAcceptEndsBothWaits(t *testing.T) {
	got := Accept("k1", "e1")
	for _, k := range []timescale.Key{timescale.Allocation, timescale.AllocationAnswer} {
		if e, ok := endOf(got, k); !ok || e.How == Withdrawn || e.Child != "k1" {
			t.Errorf("%s ends as %+v, want it met", k, e)
		}
	}
	if len(got.Closes) != 0 {
		t.Error("a child with a worker is not closed")
	}
}

func TestRefuseReturnsTheChildWithTheClockRunning(t *testing.T) {
	_, err := Refuse("k1", "e1", " ")
	wantRefusal(t, err, refusal.Invalid, "reason")
	got, err := Refuse("k1", "e1", "On leave from Monday")
	wantRefusal(t, err, refusal.Fault, "")
	if len(got.Ends) != 1 || got.Ends[0].For != timescale.AllocationAnswer || got.Ends[0].How != Withdrawn {
		t.Errorf("ends %+v, want only the worker's answer", got.Ends)
	}
	if len(got.Begins) != 0 {
		t.Errorf("begins %+v: the wait for a worker never stopped", got.Begins)
	}
}
