package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/desk/waiting"
	"frontdoor/internal/partner/bulkfile"
	"frontdoor/internal/partner/police"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"

	"github.com/schollz/progressbar/v3"
)

type versionCmd struct{}

func (versionCmd) Run(io streams) error {
	_, err := fmt.Fprintln(io.out, "frontdoor", version)
	return err
}

type configCmd struct{}

// Run prints the settings, with any password left out.
func (configCmd) Run(s *settings, io streams) error {
	set, cal, err := s.rules()
	if err != nil {
		return err
	}
	e := json.NewEncoder(io.out)
	e.SetIndent("", "  ")
	return e.Encode(map[string]string{
		"database": redact(s.url()), "data": s.Data, "bank_holidays": s.BankHolidays, "bank_holidays_until": cal.Until().String(),
		"timescales": s.Timescales, "timescales_version": set.Version(), "ladders": s.Ladders, "log_level": s.LogLevel,
	})
}

// redact leaves the password out of a database's address.
func redact(url string) string {
	scheme, rest, ok := strings.Cut(url, "://")
	if !ok {
		return url
	}
	at := strings.LastIndex(rest, "@")
	user, _, has := strings.Cut(rest[:max(at, 0)], ":")
	if at < 0 || !has {
		return url
	}
	return scheme + "://" + user + ":•••" + rest[at:]
}

type migrateCmd struct{}

func (migrateCmd) Run(ctx context.Context, s *settings, io streams) error {
	_, done, err := s.open(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintln(io.out, "The schema is up to date.")
	return done()
}

type verifyCmd struct{}

func (verifyCmd) Run(ctx context.Context, s *settings, io streams) error {
	r, done, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer done()
	proofs, err := r.Verify(ctx)
	if err != nil {
		return err
	}
	faults := 0
	for _, p := range proofs {
		fmt.Fprintf(io.out, "authority %s: %d trail entries, head %s; %d received messages; %d open waits; %d children open, each with a named owner and a due time\n",
			p.Authority, p.Entries, p.Head, p.Intakes, p.Waits, p.Children)
		for _, f := range p.Faults {
			fmt.Fprintln(io.out, "  FAULT", f)
			faults++
		}
	}
	if faults > 0 {
		return fmt.Errorf("the record has %d faults", faults)
	}
	fmt.Fprintln(io.out, "The record is whole. No child waits silently.")
	return nil
}

type waitsCmd struct {
	Authority string `help:"Id of the authority; needed when there are several."`
	AsAt      string `help:"A past moment, such as 2026-01-21T09:00:00Z." placeholder:"TIME"`
	Format    string `help:"json or csv." enum:"json,csv" default:"csv"`
}

func (c waitsCmd) Run(ctx context.Context, s *settings, io streams) error {
	var f waiting.Filter
	if c.AsAt != "" {
		at, err := civil.ParseInstant(c.AsAt)
		if err != nil {
			return &usageError{err.Error()}
		}
		f.AsAt = at
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
	who := access.Actor{ID: "command line", Name: "command line", Authority: authority, Roles: []access.Role{access.FrontDoorManager}}
	waits, err := waiting.New(r).List(ctx, who, f, waiting.Cursor{}, -1)
	if err != nil {
		return err
	}
	if c.Format == "json" {
		return waits.WriteJSON(io.out)
	}
	return waits.WriteCSV(io.out)
}

var authorityIDs = db.SQL("cmd.authorities", `SELECT authority_id FROM authority ORDER BY authority_id`)

// only is the authority named, or the only one there is.
func only(ctx context.Context, r *record.Record, named string) (string, error) {
	var ids []string
	err := r.DB.Read(ctx, func(q db.Queryer) error {
		var err error
		ids, err = db.Collect(ctx, q, func(r *sql.Rows, s *string) error { return r.Scan(s) }, authorityIDs)
		return err
	})
	switch {
	case err != nil:
		return "", err
	case named == "" && len(ids) == 1:
		return ids[0], nil
	case len(ids) == 0:
		return "", refusal.New(refusal.NotFound, "There is no authority yet. Add one with frontdoor authority add")
	case named == "":
		return "", &usageError{"say which with --authority: " + strings.Join(ids, ", ")}
	}
	for _, id := range ids {
		if id == named {
			return id, nil
		}
	}
	return "", refusal.New(refusal.NotFound, "There is no authority "+named)
}

type authCmd struct {
	Add   addAuthorityCmd `cmd:"" help:"Add an authority with its first teams."`
	Agree agreeCmd        `cmd:"" help:"Let another authority ask whether this one may know a child."`
}

type addAuthorityCmd struct {
	ID    string `arg:"" help:"Short id, such as thornbury."`
	Code  string `help:"Three-digit DfE code." required:""`
	Name  string `help:"Name." required:""`
	Phone string `help:"The front door's phone number." required:""`
	Night string `help:"The number at night and weekends."`
}

func (c addAuthorityCmd) Run(ctx context.Context, s *settings, io streams) error {
	r, done, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer done()
	if err := admin.New(r).AddAuthority(ctx, admin.Authority{ID: c.ID, Code: c.Code, Name: c.Name, Phone: c.Phone, PhoneOutOfHours: c.Night}); err != nil {
		return err
	}
	fmt.Fprintln(io.out, "Added", c.Name)
	return nil
}

type userCmd struct {
	Add addUserCmd `cmd:"" help:"Add a person; their first password is printed once."`
}

type addUserCmd struct {
	Email     string `arg:"" help:"E-mail address."`
	Name      string `help:"Name." required:""`
	Role      string `help:"Role, such as administrator or screener." required:""`
	Team      string `help:"Team id." default:"front-door"`
	Until     string `help:"Last day, such as 2026-12-31; needed for an inspector." placeholder:"DATE"`
	Authority string `help:"Id of the authority; needed when there are several."`
}

// passwordLength is that of a first password, which its owner changes.
const passwordLength = 20

func (c addUserCmd) Run(ctx context.Context, s *settings, io streams) error {
	r, done, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer done()
	authority, err := only(ctx, r, c.Authority)
	if err != nil {
		return err
	}
	u := admin.NewUser{Email: c.Email, Name: c.Name, Password: record.NewSecret(passwordLength), Roles: []admin.RoleIn{{Role: access.Role(c.Role), Team: c.Team}}}
	if c.Until != "" {
		day, err := civil.ParseDate(c.Until)
		if err != nil {
			return &usageError{err.Error()}
		}
		u.ExpiresAt = day.EndOfDay()
	}
	if _, err := admin.New(r).AddUser(ctx, admin.Service(authority), u); err != nil {
		return err
	}
	fmt.Fprintf(io.out, "Added %s. First password, shown once: %s\n", c.Name, u.Password)
	return nil
}

type receiveCmd struct {
	Police receivePoliceCmd `cmd:"" help:"Receive police notifications from a file or a folder."`
	Bulk   receiveBulkCmd   `cmd:"" help:"Receive contacts from a CSV file."`
}

type receivePoliceCmd struct {
	Path      string `arg:"" help:"A file, or a folder of files." type:"path"`
	Authority string `help:"Id of the authority; needed when there are several."`
	Sender    string `help:"The force that sent them." default:"file drop"`
}

// bar shows progress on a terminal, and nothing elsewhere.
func bar(w io.Writer, what string) func(done, total int) {
	f, ok := w.(*os.File)
	if !ok {
		return func(int, int) {}
	}
	if st, err := f.Stat(); err != nil || st.Mode()&os.ModeCharDevice == 0 {
		return func(int, int) {}
	}
	b := progressbar.NewOptions(-1, progressbar.OptionSetWriter(w), progressbar.OptionSetDescription(what), progressbar.OptionShowCount(), progressbar.OptionClearOnFinish())
	return func(done, total int) {
		if total > 0 {
			b.ChangeMax(total)
		}
		_ = b.Set(done)
	}
}

func (c receivePoliceCmd) Run(ctx context.Context, s *settings, io streams) error {
	r, done, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer done()
	authority, err := only(ctx, r, c.Authority)
	if err != nil {
		return err
	}
	got, err := police.New(contacts.New(r), admin.New(r)).ReceivePath(ctx, authority, c.Sender, c.Path, bar(io.err, "police notifications"))
	for _, f := range got.Files {
		fmt.Fprintln(io.out, f)
	}
	fmt.Fprintf(io.out, "%d received, %d repeated, %d could not be read and became contacts all the same\n", got.Received, got.Repeated, got.Unreadable)
	return err
}

type receiveBulkCmd struct {
	File      string `arg:"" help:"A CSV file with a header." type:"existingfile"`
	Rejects   string `help:"Where rejected lines go; FILE.rejects.csv when not given." type:"path"`
	Authority string `help:"Id of the authority; needed when there are several."`
}

func (c receiveBulkCmd) Run(ctx context.Context, s *settings, io streams) (err error) {
	r, done, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer done()
	authority, err := only(ctx, r, c.Authority)
	if err != nil {
		return err
	}
	if c.Rejects == "" {
		c.Rejects = c.File + ".rejects.csv"
	}
	got, err := bulkfile.New(contacts.New(r)).ReceiveFile(ctx, authority, c.File, c.Rejects, bar(io.err, "lines"))
	for _, p := range got.Problems {
		fmt.Fprintln(io.err, p)
	}
	fmt.Fprintf(io.out, "%d contacts received, %d repeated, %d lines rejected\n", got.Received, got.Repeated, got.Rejected)
	if err == nil && got.Rejected > 0 {
		err = errors.New("some lines were rejected: mend them in " + c.Rejects + " and receive that file")
	}
	return err
}
