package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"strconv"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/desk/enquiries"
	"frontdoor/internal/desk/meetings"
	"frontdoor/internal/web"
)

type strategyCmd struct {
	Authority string `help:"Id of the authority; needed when there are several."`
	Late      bool   `help:"Only those past their limit."`
	AsAt      string `help:"A past moment, such as 2026-01-21T09:00:00Z." placeholder:"TIME"`
	List      string `help:"Another list as it is now: triggers (met, nothing considered), late-enquiries, early-enquiries, meanwhile, second." enum:",triggers,late-enquiries,early-enquiries,meanwhile,second" default:"" placeholder:"LIST"`
	Format    string `help:"json or csv." enum:"json,csv" default:"csv"`
}

// Run prints references and agencies, no names. The other lists are the rows of their
// pages' files.
func (c strategyCmd) Run(ctx context.Context, s *settings, io streams) error {
	if c.List != "" {
		if c.Late || c.AsAt != "" {
			return &usageError{"--list gives a list as it is now; --late and --as-at go with who is waited for"}
		}
		return c.list(ctx, s, io)
	}
	r, done, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer done()
	at := r.Now()
	if c.AsAt != "" {
		if at, err = civil.ParseInstant(c.AsAt); err != nil {
			return &usageError{err.Error()}
		}
	}
	authority, err := only(ctx, r, c.Authority)
	if err != nil {
		return err
	}
	who := access.Actor{ID: "command line", Name: "command line", Authority: authority, Roles: []access.Role{access.Installation}}
	rows, err := meetings.New(r).Waited(ctx, who, at, c.Late)
	if err != nil {
		return err
	}
	if c.Format == "json" {
		e := json.NewEncoder(io.out)
		e.SetIndent("", "  ")
		if rows == nil {
			rows = []meetings.Late{}
		}
		return e.Encode(rows)
	}
	w := csv.NewWriter(io.out)
	lines := [][]string{{"contact", "child", "agency", "owner", "since", "due", "days_late", "meeting"}}
	for _, x := range rows {
		lines = append(lines, []string{x.Contact, x.Child, x.Agency, x.Owner, x.Since.String(), x.Due.String(), strconv.Itoa(x.DaysLate), x.Meeting})
	}
	return w.WriteAll(lines)
}

// list prints one of the lists of discussions and enquiries as the director sees it.
func (c strategyCmd) list(ctx context.Context, s *settings, io streams) error {
	r, who, done, err := watch(ctx, s, c.Authority)
	if err != nil {
		return err
	}
	defer done()
	var rep *web.Report
	switch c.List {
	case "triggers":
		rep, err = meetings.New(r).TriggersReport(ctx, who)
	case "meanwhile":
		rep, err = meetings.New(r).MeanwhileReport(ctx, who)
	case "second":
		rep, err = meetings.New(r).SecondReport(ctx, who)
	case "late-enquiries", "early-enquiries":
		rep, err = enquiries.New(r).LateReport(ctx, who, c.List == "early-enquiries")
	}
	if err != nil {
		return err
	}
	rep = rep.Without("child", "last_seen_by") // references, no names
	if c.Format == "json" {
		return web.WriteJSON(io.out, rep.Body())
	}
	return rep.Sheet().WriteCSV(io.out)
}
