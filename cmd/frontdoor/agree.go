package main

import (
	"context"
	"fmt"

	"frontdoor/internal/civil"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/record"
)

type agreeCmd struct {
	Authority string `arg:"" help:"Id of the authority that lets the other ask."`
	Other     string `arg:"" help:"Id of the authority that may ask."`
	From      string `required:"" help:"First day, such as 2026-12-01." placeholder:"DATE"`
	Until     string `required:"" help:"Last day." placeholder:"DATE"`
	Document  string `required:"" help:"The agreement as both keep it." placeholder:"NAME"`
	Ask       string `required:"" help:"Whom the other should ask, with a phone number." placeholder:"NAME"`
}

// Run records one side of an agreement; the other authority records its own.
func (c agreeCmd) Run(ctx context.Context, s *settings, io streams) error {
	a := record.Agreement{Other: c.Other, Document: c.Document, Ask: c.Ask}
	var err error
	if a.From, err = civil.ParseDate(c.From); err != nil {
		return &usageError{err.Error()}
	}
	if a.Until, err = civil.ParseDate(c.Until); err != nil {
		return &usageError{err.Error()}
	}
	r, done, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer done()
	for _, id := range []string{c.Authority, c.Other} {
		if _, err := only(ctx, r, id); err != nil {
			return err
		}
	}
	if err := r.Agree(ctx, admin.Service(c.Authority), a); err != nil {
		return err
	}
	fmt.Fprintf(io.out, "Authority %s may ask until %s whether %s may know a child, and is told whom to ask. It learns nothing else.\n", c.Other, a.Until, c.Authority)
	return nil
}
