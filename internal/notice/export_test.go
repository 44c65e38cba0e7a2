package notice

import (
	"crypto/tls"
	"net/netip"
)

// Trust has webhooks reach a stand-in on this machine.
func (p *Post) Trust(conf *tls.Config) {
	p.hooks.client = hookClient(func(a netip.Addr) bool { return a.IsLoopback() || public(a) }, conf)
}

// Public is the judgement of addresses.
var Public = public
