package cincensus

import "testing"

func TestRule4220(t *testing.T) {
	examples(t, &rule4220, "", []example{
		{name: "missing", change: func(c *Child, _ *CINdetails) { c.Characteristics.Ethnicity = Text{} }, flags: "ChildCharacteristics.Ethnicity.0"},
		{name: "no such code", change: func(c *Child, _ *CINdetails) { c.Characteristics.Ethnicity = Of("WHIT") }, flags: "ChildCharacteristics.Ethnicity.0"},
		{name: "refused", change: func(c *Child, _ *CINdetails) { c.Characteristics.Ethnicity = Of("REFU") }},
	})
}
