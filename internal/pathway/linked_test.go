package pathway

import (
	"testing"

	"frontdoor/internal/refusal"
)

func TestAPlateIsReadAlikeHoweverItIsTyped(t *testing.T) {
	for typed, want := range map[string]string{
		"KX71 ABC": "KX71 ABC", "kx71abc": "KX71 ABC", " k x 7 1 - a b c ": "KX71 ABC", "KX7I ABC": "KX71 ABC", "KX71 A8C": "KX71A8C", "K071 ABC": "KO71 ABC",
		"A1": "A1", "J123 ABC": "J123ABC", "": "", "a car": "", "ABC 123J": "ABC123J", "KX71 ABCDE": "", "£12": "", "99999": "",
	} {
		if got := Plate(typed); got != want {
			t.Errorf("Plate(%q) = %q, want %q", typed, got, want)
		}
	}
	one, other := Linking{Kind: VehicleSubject, Name: Plate("KO71 0BC")}, Linking{Kind: VehicleSubject, Name: Plate("k071obc")}
	if one.Key() != other.Key() {
		t.Errorf("%q and %q are two vehicles, want one", one.Key(), other.Key())
	}
}

func TestLinking(t *testing.T) {
	good := Linking{Kind: PlaceSubject, Name: "Vale bus station", Folded: "valebusstation", Postcode: "ZZ11AA", Children: []string{"k1"}, How: "Picked up there twice", Source: "contact"}
	tests := []struct {
		name   string
		change func(*Linking)
		kind   refusal.Kind
	}{
		{name: "a place with its postcode"},
		{name: "a place without one", change: func(l *Linking) { l.Postcode = "" }},
		{name: "no kind", change: func(l *Linking) { l.Kind = "house" }, kind: refusal.Invalid},
		{name: "no name", change: func(l *Linking) { l.Name, l.Folded = " ", "" }, kind: refusal.Invalid},
		{name: "a name of dots", change: func(l *Linking) { l.Name, l.Folded = "...", "" }, kind: refusal.Invalid},
		{name: "no child", change: func(l *Linking) { l.Children = nil }, kind: refusal.Invalid},
		{name: "no word of how we know", change: func(l *Linking) { l.How = "" }, kind: refusal.Invalid},
		{name: "nobody said where it was said", change: func(l *Linking) { l.Source = "gossip" }, kind: refusal.Invalid},
		{name: "a vehicle by a registration", change: func(l *Linking) { l.Kind, l.Name = VehicleSubject, "KX71 ABC" }},
		{name: "a vehicle by its colour", change: func(l *Linking) { l.Kind, l.Name = VehicleSubject, "the red one" }, kind: refusal.Invalid},
		{name: "somebody by a name", change: func(l *Linking) { l.Kind, l.Name = PeerSubject, "Jay" }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := good
			if tt.change != nil {
				tt.change(&l)
			}
			got, err := l.Check()
			if k := refusal.KindOf(err); k != tt.kind || (err == nil) != (tt.kind == refusal.Fault) {
				t.Fatalf("Check: %v (kind %v), want kind %v", err, k, tt.kind)
			}
			if err == nil && got.Key() == "" {
				t.Error("it has no key")
			}
		})
	}
	one, _ := good.Check()
	good.Name = "VALE  Bus-Station"
	other, _ := good.Check()
	if one.Key() != other.Key() {
		t.Errorf("keys %q and %q, want one place", one.Key(), other.Key())
	}
}

func TestEveryConcernHasANameAndExploitationIsAmongThem(t *testing.T) {
	outside := 0
	for _, k := range ConcernKinds() {
		if k.Name == "" {
			t.Errorf("%s has no name", k.Code)
		}
		if k.Exploitation {
			outside++
		}
		if got, ok := ConcernOf(k.Code); !ok || got != k {
			t.Errorf("%s is not found by its code", k.Code)
		}
	}
	if outside == 0 {
		t.Error("no kind is of exploitation")
	}
	if _, ok := ConcernOf("other"); ok {
		t.Error("a concern may be other: it says nothing")
	}
	for _, p := range Purposes() {
		if PurposeName(p.Value) == "" {
			t.Errorf("%s has no name in the log", p.Value)
		}
	}
	if PurposeName("curious") != "" {
		t.Error("a purpose that is not on the list has a name")
	}
}
