package children

import (
	"fmt"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/web"
)

// head is what stands at the top of each page about a child.
type head struct {
	Name, Age, Born    string
	Worker, Restricted string
	Tabs               []tab
}

func headOf(p *Page, part string) head {
	c := p.Child
	h := head{Name: nameOf(c), Born: c.Born.Words(), Worker: "nobody yet"}
	switch {
	case c.Unborn && !c.Expected.IsZero():
		h.Age = "expected " + c.Expected.Words()
	case c.Unborn:
		h.Age = "not born yet"
	case !c.Born.IsZero():
		h.Age = fmt.Sprint(c.Born.Age(p.Now.Date()))
	}
	if p.Death.ID != "" {
		h.Age = strings.TrimSpace("died " + p.Death.On.Words())
	}
	for _, x := range p.Work {
		if x.State == "open" && x.Worker != "" {
			h.Worker = x.Worker
		} else if x.State == "open" {
			h.Worker = x.Interim + " for the time being"
		}
	}
	if c.Conceal != access.Unrestricted {
		h.Restricted = "Restricted record. Every look is told to " + p.Ask
	}
	for _, t := range []struct{ part, name string }{{"", "Today"}, {"chronology", "Chronology"}, {"family", "Family"}, {"waiting", "Waiting"}, {"limits", "Limits"}, {"looked-at", "Looked at"}} {
		if t.part == "looked-at" && !p.SeesLooks {
			continue
		}
		h.Tabs = append(h.Tabs, tab{web.ChildPath(c.Ref, t.part), t.name, t.part == part})
	}
	return h
}
