package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"strconv"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/desk/meetings"
)

type strategyCmd struct {
	Authority string `help:"Id of the authority; needed when there are several."`
	Late      bool   `help:"Only those past their limit."`
	AsAt      string `help:"A past moment, such as 2026-01-21T09:00:00Z." placeholder:"TIME"`
	Format    string `help:"json or csv." enum:"json,csv" default:"csv"`
}

// Run prints references and agencies, no names.
func (c strategyCmd) Run(ctx context.Context, s *settings, io streams) error {
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
