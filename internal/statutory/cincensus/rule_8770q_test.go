package cincensus

import "testing"

func TestRule8770Q(t *testing.T) {
	examples(t, &rule8770Q, "", []example{
		{name: "born on 31 August six years before", change: func(c *Child, _ *CINdetails) { noUPN(c, "2020-08-31", "") }, flags: "ChildIdentifiers.UPN.0 ChildIdentifiers.UPNunknown.0"},
		{name: "born on 1 September six years before", change: func(c *Child, _ *CINdetails) { noUPN(c, "2020-09-01", "") }},
		{name: "six years old in 2024", year: 2024, change: func(c *Child, _ *CINdetails) { noUPN(c, "2018-03-31", "") }, flags: "ChildIdentifiers.UPN.0 ChildIdentifiers.UPNunknown.0"},
		{name: "not yet six in 2024", year: 2024, change: func(c *Child, _ *CINdetails) { noUPN(c, "2018-04-01", "") }},
		{name: "a reason for younger children", change: func(c *Child, _ *CINdetails) { noUPN(c, "2015-06-10", "UN1") }, flags: "ChildIdentifiers.UPN.0 ChildIdentifiers.UPNunknown.0"},
		{name: "a reason", change: func(c *Child, _ *CINdetails) { noUPN(c, "2015-06-10", "UN2") }},
		{name: "no further action", change: func(c *Child, e *CINdetails) { noUPN(c, "2015-06-10", ""); e.ReferralNFA = Of("1") }},
	})
}
