package main

import (
	"context"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/desk/children"
)

type matchFairnessCmd struct {
	Authority string `help:"Id of the authority; needed when there are several."`
	Since     string `help:"Decisions since this day; a year ago when it is not said." placeholder:"2026-01-21"`
	Format    string `help:"text, json or csv." enum:"text,json,csv" default:"text"`
}

// Run prints whether children of every group are found alike: the same as the page.
func (c matchFairnessCmd) Run(ctx context.Context, s *settings, io streams) error {
	var since civil.Date
	if c.Since != "" {
		day, err := civil.ParseDate(c.Since)
		if err != nil {
			return &usageError{err.Error()}
		}
		since = day
	}
	r, done, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer done()
	authority, err := only(ctx, r, c.Authority)
	if err != nil {
		return err
	}
	who := access.Actor{ID: "command line", Name: "command line", Authority: authority, Roles: []access.Role{access.Analyst}}
	f, err := children.New(r).Fairness(ctx, who, since)
	if err != nil {
		return err
	}
	switch c.Format {
	case "json":
		return f.WriteJSON(io.out)
	case "csv":
		return f.WriteCSV(io.out)
	}
	return f.WriteText(io.out)
}
