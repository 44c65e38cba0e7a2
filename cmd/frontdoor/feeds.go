package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"frontdoor/internal/access"
	"frontdoor/internal/desk/feeds"
	"frontdoor/internal/feed"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

// watch opens the record and finds who asks: the command line reads as a director, and
// reconciles as a front door manager.
func watch(ctx context.Context, s *settings, named string) (r *record.Record, who access.Actor, done func() error, err error) {
	r, done, err = s.open(ctx)
	if err != nil {
		return nil, who, nil, err
	}
	authority, err := only(ctx, r, named)
	if err != nil {
		_ = done()
		return nil, who, nil, err
	}
	who = access.Actor{ID: "command line", Name: "command line", Authority: authority, Roles: []access.Role{access.Director, access.FrontDoorManager}}
	return r, who, done, nil
}

type lagCmd struct {
	From      string `help:"First day of receipt; a year ago when not given." placeholder:"DATE"`
	To        string `help:"Last day of receipt; today when not given." placeholder:"DATE"`
	Force     string `help:"Id of one force." placeholder:"ID"`
	Format    string `help:"json or csv." enum:"json,csv" default:"csv"`
	Authority string `help:"Id of the authority; needed when there are several."`
}

// Run prints the same rows as the page /feeds/lag and its files.
func (c lagCmd) Run(ctx context.Context, s *settings, io streams) error {
	r, who, done, err := watch(ctx, s, c.Authority)
	if err != nil {
		return err
	}
	defer done()
	desk := feeds.New(r)
	f, err := desk.FilterOf(url.Values{"from": {c.From}, "to": {c.To}, "force": {c.Force}})
	if refusal.KindOf(err) == refusal.Invalid {
		return &usageError{err.Error()}
	}
	if err != nil {
		return err
	}
	l, err := desk.Lags(ctx, who, f)
	if err != nil {
		return err
	}
	if c.Format == "json" {
		return web.WriteJSON(io.out, l)
	}
	return l.Sheet().WriteCSV(io.out)
}

type feedsCmd struct {
	Format    string `help:"json or csv." enum:"json,csv" default:"json"`
	Authority string `help:"Id of the authority; needed when there are several."`
}

// Run prints the same as the page /feeds and its files.
func (c feedsCmd) Run(ctx context.Context, s *settings, io streams) error {
	r, who, done, err := watch(ctx, s, c.Authority)
	if err != nil {
		return err
	}
	defer done()
	all, err := feeds.New(r).States(ctx, who, "")
	if err != nil {
		return err
	}
	if c.Format == "csv" {
		return all.Sheet().WriteCSV(io.out)
	}
	return web.WriteJSON(io.out, all)
}

type reconcileCmd struct {
	Force     string `arg:"" help:"The force's id or name."`
	File      string `arg:"" help:"The force's own list, as CSV." type:"existingfile"`
	Format    string `help:"json or csv." enum:"json,csv" default:"csv"`
	Authority string `help:"Id of the authority; needed when there are several."`
}

// Run holds the list against what arrived and prints what differs: the summary beside
// the output, the differences in it. The same file again gives the first answer.
func (c reconcileCmd) Run(ctx context.Context, s *settings, io streams) error {
	st, err := os.Stat(c.File)
	if err != nil {
		return fmt.Errorf("read %s: %w", c.File, err)
	}
	if st.Size() > feed.ListBytes {
		return refusal.New(refusal.Invalid, "The file must be smaller than 5 MB. Send a month at a time")
	}
	body, err := os.ReadFile(c.File)
	if err != nil {
		return fmt.Errorf("read %s: %w", c.File, err)
	}
	r, who, done, err := watch(ctx, s, c.Authority)
	if err != nil {
		return err
	}
	defer done()
	desk := feeds.New(r)
	force, err := desk.FindForce(ctx, who, c.Force)
	if err != nil {
		return err
	}
	id, repeat, err := desk.Reconcile(ctx, who, force.ID, filepath.Base(c.File), body)
	if f, ok := refusal.As(err); ok {
		for _, p := range f.Problems {
			fmt.Fprintln(io.err, p.Message)
		}
	}
	if err != nil {
		return err
	}
	x, err := desk.Reconciled(ctx, who, id)
	if err != nil {
		return err
	}
	if repeat {
		fmt.Fprintln(io.err, "This list was held against what arrived before, "+x.MadeAt.Words()+". As it stands now:")
	}
	fmt.Fprintln(io.err, x.Words())
	if c.Format == "json" {
		return web.WriteJSON(io.out, x)
	}
	return x.Sheet().WriteCSV(io.out)
}
