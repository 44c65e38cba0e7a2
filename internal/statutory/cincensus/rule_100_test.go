package cincensus

import "testing"

func TestRule100(t *testing.T) {
	examples(t, &rule100, "", []example{
		{name: "31 March of another year", head: func(h *Header) { h.ReferenceDate = day("2025-03-31") }, flags: "Header.ReferenceDate.0"},
		{name: "30 March", head: func(h *Header) { h.ReferenceDate = day("2026-03-30") }, flags: "Header.ReferenceDate.0"},
		{name: "1 April", head: func(h *Header) { h.ReferenceDate = day("2026-04-01") }, flags: "Header.ReferenceDate.0"},
		{name: "no reference date", head: func(h *Header) { h.ReferenceDate = Date{} }, flags: "Header.ReferenceDate.0"},
		{name: "no year", head: func(h *Header) { h.Year = Text{} }, flags: "Header.ReferenceDate.0"},
		{name: "a year that is no number", head: func(h *Header) { h.Year = Of("next") }, flags: "Header.ReferenceDate.0"},
	})
}
