package main

import (
	"context"
	"fmt"
	"net/url"
	"os"

	"frontdoor/internal/access"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/encompass"
	"frontdoor/internal/refusal"
	"frontdoor/internal/schoolfile"
	"frontdoor/internal/web"
)

type schoolsCmd struct {
	Load     schoolsLoadCmd     `cmd:"" help:"Load the register of schools from a CSV file."`
	Calendar schoolsCalendarCmd `cmd:"" help:"Load terms, holidays and inset days from a CSV file."`
	Report   schoolsReportCmd   `cmd:"" help:"Print, by force, how often schools were told before their day started."`
}

type schoolsLoadCmd struct {
	File      string `arg:"" help:"The register, as CSV." type:"existingfile"`
	Authority string `help:"Id of the authority; needed when there are several."`
}

// Run loads the register: a file with a line that cannot be right changes nothing.
func (c schoolsLoadCmd) Run(ctx context.Context, s *settings, io streams) error {
	return loadSchools(ctx, s, io, c.Authority, c.File, "schools", (*encompass.Desk).LoadSchools)
}

type schoolsCalendarCmd struct {
	File      string `arg:"" help:"The days, as CSV." type:"existingfile"`
	Authority string `help:"Id of the authority; needed when there are several."`
}

// Run loads days of schools, all of the file or none.
func (c schoolsCalendarCmd) Run(ctx context.Context, s *settings, io streams) error {
	return loadSchools(ctx, s, io, c.Authority, c.File, "lines of calendars", (*encompass.Desk).LoadCalendar)
}

func loadSchools(ctx context.Context, s *settings, io streams, named, file, what string, load func(*encompass.Desk, context.Context, access.Actor, []byte) (int, error)) error {
	st, err := os.Stat(file)
	if err != nil {
		return fmt.Errorf("read %s: %w", file, err)
	}
	if st.Size() > schoolfile.Bytes {
		return refusal.New(refusal.Invalid, "The file must be smaller than 2 MB")
	}
	body, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("read %s: %w", file, err)
	}
	r, done, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer done()
	authority, err := only(ctx, r, named)
	if err != nil {
		return err
	}
	n, err := load(encompass.New(r), ctx, admin.Service(authority), body)
	if err != nil {
		return err
	}
	fmt.Fprintf(io.out, "Loaded %d %s.\n", n, what)
	return nil
}

type schoolsReportCmd struct {
	From      string `help:"First day of receipt; a year ago when not given." placeholder:"DATE"`
	To        string `help:"Last day of receipt; today when not given." placeholder:"DATE"`
	Force     string `help:"Id of one force." placeholder:"ID"`
	Format    string `help:"json or csv." enum:"json,csv" default:"csv"`
	Authority string `help:"Id of the authority; needed when there are several."`
}

// Run prints the same rows as the page /feeds/schools and its files.
func (c schoolsReportCmd) Run(ctx context.Context, s *settings, io streams) error {
	r, who, done, err := watch(ctx, s, c.Authority)
	if err != nil {
		return err
	}
	defer done()
	desk := encompass.New(r)
	f, err := desk.FilterOf(url.Values{"from": {c.From}, "to": {c.To}, "force": {c.Force}})
	if refusal.KindOf(err) == refusal.Invalid {
		return &usageError{err.Error()}
	}
	if err != nil {
		return err
	}
	x, err := desk.Report(ctx, who, f)
	if err != nil {
		return err
	}
	if c.Format == "json" {
		return web.WriteJSON(io.out, x)
	}
	return x.Sheet().WriteCSV(io.out)
}
