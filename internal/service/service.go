// Package service is the whole service: every desk and door on one server, as the binary
// serves it and as the browser walks it.
package service

import (
	"frontdoor/internal/access"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/allocations"
	"frontdoor/internal/desk/children"
	"frontdoor/internal/desk/conferences"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/desk/encompass"
	"frontdoor/internal/desk/enquiries"
	"frontdoor/internal/desk/escalations"
	"frontdoor/internal/desk/feedback"
	"frontdoor/internal/desk/feeds"
	"frontdoor/internal/desk/help"
	"frontdoor/internal/desk/leadership"
	"frontdoor/internal/desk/links"
	"frontdoor/internal/desk/load"
	"frontdoor/internal/desk/meetings"
	"frontdoor/internal/desk/partners"
	"frontdoor/internal/desk/partnership"
	"frontdoor/internal/desk/returns"
	"frontdoor/internal/desk/teams"
	"frontdoor/internal/desk/waiting"
	"frontdoor/internal/notice"
	"frontdoor/internal/partner/police"
	"frontdoor/internal/partner/school"
	"frontdoor/internal/record"
	"frontdoor/internal/web"
)

// New puts the desks and doors together, in the order of the child's journey: a desk that
// is not here has no pages. post is what notices are sent by.
func New(r *record.Record, set web.Settings, post notice.Post) (*web.Server, error) {
	srv := web.NewServer(r, set)
	front := contacts.New(r)
	people := admin.New(r)
	form, err := school.New(r, front)
	if err != nil {
		return nil, err
	}
	form.Routes(srv)
	police.New(front, people).Routes(srv)
	front.Routes(srv)
	load.New(r).Routes(srv)
	feedback.New(r).Routes(srv)
	partners.New(r).Routes(srv)
	watch := feeds.New(r)
	police.NewPulse(watch, people).Routes(srv)
	watch.Routes(srv)
	partnership.New(r).Routes(srv)
	encompass.New(r).Routes(srv)
	waiting.New(r).Routes(srv)
	escalations.New(r).Routes(srv)
	leadership.New(r).Routes(srv)
	children.New(r).Routes(srv)
	meetings.New(r).Routes(srv)
	enquiries.New(r).Routes(srv)
	conferences.New(r).Routes(srv)
	help.New(r).Routes(srv)
	links.New(r).Routes(srv)
	allocations.New(r).Routes(srv)
	teams.New(r).Routes(srv)
	returns.New(r).Routes(srv)
	people.Routes(srv)
	srv.Mount("POST "+web.PathReceiptsAPI, access.DeliverNotice, notice.NewReceipts(r, post, set.Log))
	return srv, nil
}
