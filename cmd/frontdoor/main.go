// Command frontdoor is the whole service: it serves, migrates, receives, proves
// its record and builds the demo authority.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/escalation"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"

	"github.com/alecthomas/kong"
)

// version is set when a release is built.
var version = "dev"

// settings are the flags that every command shares. Each has an environment
// variable with the prefix FRONTDOOR_.
type settings struct {
	Database     string `help:"Database: a folder's SQLite file or postgres://…" env:"FRONTDOOR_DATABASE" placeholder:"URL"`
	Data         string `help:"Folder for the embedded database." env:"FRONTDOOR_DATA" default:"data" type:"path"`
	BankHolidays string `help:"A list of bank holidays that replaces the embedded one." env:"FRONTDOOR_BANK_HOLIDAYS" type:"existingfile" placeholder:"FILE"`
	Timescales   string `help:"The authority's own, tighter timescales." env:"FRONTDOOR_TIMESCALES" type:"existingfile" placeholder:"FILE"`
	Ladders      string `help:"The authority's own escalation ladders, each from its day." env:"FRONTDOOR_LADDERS" type:"existingfile" placeholder:"FILE"`
	CodeKey      string `help:"File with the key of the codes that guarded questions need; the same for every process of one database. Made in the data folder when not named." name:"code-key" env:"FRONTDOOR_CODE_KEY" type:"path" placeholder:"FILE"`
	LogLevel     string `help:"debug, info, warn or error." env:"FRONTDOOR_LOG_LEVEL" enum:"debug,info,warn,error" default:"info"`
}

type cli struct {
	settings

	Serve    serveCmd     `cmd:"" help:"Serve the pages and the doors."`
	Demo     demoCmd      `cmd:"" help:"Build an invented authority and serve it."`
	Migrate  migrateCmd   `cmd:"" help:"Bring the database's schema up to date."`
	Verify   verifyCmd    `cmd:"" help:"Prove that the record is whole and that no child waits silently."`
	Waits    waitsCmd     `cmd:"" help:"Print who every child is waiting for."`
	Strategy strategyCmd  `cmd:"" help:"Print which children wait for a strategy discussion, and for whom."`
	Lag      lagCmd       `cmd:"" help:"Print how late the police tell us, stage by stage."`
	Feeds    feedsCmd     `cmd:"" help:"Print whether the police's feeds are as usual."`
	Schools  schoolsCmd   `cmd:"" help:"Load schools and their calendars; print whether they were told before their day started."`
	Recon    reconcileCmd `cmd:"" name:"reconcile" help:"Hold a force's own list of incidents against what arrived."`
	Pack     packCmd      `cmd:"" help:"Make the evidence pack of a period and print its hash, or check one."`
	Receive  receiveCmd   `cmd:"" help:"Receive from files."`
	Match    matchCmd     `cmd:"" help:"Match people in files: link, remove duplicates, find families, explain."`
	Cin      cinCmd       `cmd:"" name:"cin" help:"The children in need census: check a file, print the rules, invent one."`
	User     userCmd      `cmd:"" help:"Add people."`
	Auth     authCmd      `cmd:"" name:"authority" help:"Add authorities."`
	Webhook  webhookCmd   `cmd:"" help:"Agencies' own systems that are told instead of their mailboxes."`
	Team     teamCmd      `cmd:"" name:"team" help:"Teams: their queues, and setting up, changing, moving and ending them."`
	Config   configCmd    `cmd:"" help:"Print the settings in force."`
	Version  versionCmd   `cmd:"" help:"Print the version."`
}

// streams are where a command reads and writes.
type streams struct {
	out, err io.Writer
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// Exit codes: 0 done, 1 refused or failed with one line of why, 2 wrong usage.
const (
	exitDone    = 0
	exitRefused = 1
	exitUsage   = 2
)

func run(args []string, out, errs io.Writer) int {
	var c cli
	code := exitDone
	parser, err := kong.New(&c, kong.Name("frontdoor"), kong.Description("No child waits silently."), kong.UsageOnError(),
		kong.Writers(out, errs), kong.Exit(func(n int) { code = n; panic(helped{}) }))
	if err != nil {
		fmt.Fprintln(errs, "frontdoor:", err)
		return exitUsage
	}
	defer func() {
		if p := recover(); p != nil {
			if _, ok := p.(helped); !ok {
				panic(p)
			}
		}
	}()
	k, err := parse(parser, args, &code)
	if err != nil {
		fmt.Fprintln(errs, "frontdoor:", err)
		return exitUsage
	}
	if k == nil {
		return code
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	k.BindTo(ctx, (*context.Context)(nil))
	if err := k.Run(&c.settings, streams{out, errs}); err != nil {
		return report(errs, err)
	}
	return exitDone
}

// helped ends parsing after --help was printed.
type helped struct{}

func parse(p *kong.Kong, args []string, code *int) (k *kong.Context, err error) {
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(helped); !ok {
				panic(r)
			}
			k, err = nil, nil
		}
	}()
	return p.Parse(args)
}

func report(w io.Writer, err error) int {
	if errors.Is(err, errCensusHasErrors) {
		return exitRefused
	}
	var unreadable *cinUnreadable
	if errors.As(err, &unreadable) {
		fmt.Fprintln(w, "frontdoor:", strings.ReplaceAll(err.Error(), "\n", "; "))
		return exitUsage
	}
	var usage *usageError
	if errors.As(err, &usage) {
		fmt.Fprintln(w, "frontdoor:", err)
		return exitUsage
	}
	line := err.Error()
	if f, ok := refusal.As(err); ok {
		line = f.Error()
	}
	fmt.Fprintln(w, "frontdoor:", strings.ReplaceAll(line, "\n", "; "))
	return exitRefused
}

type usageError struct{ why string }

func (u *usageError) Error() string { return u.why }

func now() civil.Instant { return civil.At(time.Now()) }

func (s *settings) logger(w io.Writer) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(s.LogLevel)); err != nil {
		level = slog.LevelInfo
	}
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level}))
}

// url is the database's address: as given, or a file in the data folder. In a folder that
// holds a demo and nothing else it is the demo's, so that each command can be tried on it.
func (s *settings) url() string {
	if s.Database != "" {
		return s.Database
	}
	ours, demo := filepath.Join(s.Data, "frontdoor.db"), filepath.Join(s.Data, demoFile)
	if _, err := os.Stat(ours); errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(demo); err == nil {
			return "sqlite:" + demo
		}
	}
	return "sqlite:" + ours
}

// demoFile is the demo's database in its data folder.
const demoFile = "demo.db"

// rules reads the timescales and the calendar; a wrong file stops the start.
func (s *settings) rules() (*timescale.Set, *civil.Calendar, error) {
	set, err := timescale.Statutory()
	if err != nil {
		return nil, nil, err
	}
	if s.Timescales != "" {
		text, err := os.ReadFile(s.Timescales)
		if err != nil {
			return nil, nil, fmt.Errorf("read the local timescales: %w", err)
		}
		if set, err = set.WithOverlay(text); err != nil {
			return nil, nil, err
		}
	}
	if s.BankHolidays == "" {
		return set, civil.England(), nil
	}
	f, err := os.Open(s.BankHolidays)
	if err != nil {
		return nil, nil, fmt.Errorf("read the bank holidays: %w", err)
	}
	defer f.Close()
	cal, err := civil.ReadCalendar(f)
	return set, cal, err
}

// ladders are who is asked when a child waits too long on a partner. A level that no role
// here would hear of refuses to start.
func (s *settings) ladders() (*escalation.Set, error) {
	set := escalation.Standard()
	if s.Ladders != "" {
		text, err := os.ReadFile(s.Ladders)
		if err != nil {
			return nil, fmt.Errorf("read the escalation ladders: %w", err)
		}
		if set, err = set.With(text); err != nil {
			return nil, err
		}
	}
	for _, l := range set.Ladders() {
		for _, r := range l.Rungs {
			if !slices.Contains(access.Roles(), access.Role(r.Tells)) {
				return nil, fmt.Errorf("ladder of %s from %s, level %d: tells %q is no role", l.Agency, l.From, r.Level, r.Tells)
			}
		}
	}
	return set, nil
}

// open opens the record, with its schema up to date.
func (s *settings) open(ctx context.Context) (*record.Record, func() error, error) {
	set, cal, err := s.rules()
	if err != nil {
		return nil, nil, err
	}
	d, err := db.Open(ctx, s.url(), db.Options{})
	if err != nil {
		return nil, nil, err
	}
	if err := d.Migrate(ctx); err != nil {
		return nil, nil, errors.Join(err, d.Close())
	}
	r := record.New(d, set, cal, now)
	if r.Ladders, err = s.ladders(); err != nil {
		return nil, nil, errors.Join(err, d.Close())
	}
	if err := r.Rekey(ctx); err != nil {
		return nil, nil, errors.Join(err, d.Close())
	}
	if _, err := r.MakeSearchable(ctx); err != nil {
		return nil, nil, errors.Join(err, d.Close())
	}
	if _, err := r.WeighAgain(ctx); err != nil {
		return nil, nil, errors.Join(err, d.Close())
	}
	return r, d.Close, nil
}

// codeKey is the installation's key for the codes of guarded questions: from the file
// that is named, the same for every process that serves one database, or made once in
// the data folder. It is never in the database, nor in a copy of it.
func (s *settings) codeKey() ([]byte, error) {
	path := s.CodeKey
	if path == "" {
		path = filepath.Join(s.Data, "code.key")
	}
	key, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) && s.CodeKey == "" {
		key = []byte(record.NewSecret(codeKeyLength))
		if err = os.MkdirAll(s.Data, 0o700); err == nil {
			err = os.WriteFile(path, key, 0o600)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read the key of codes: %w", err)
	}
	if len(key) < codeKeyLength {
		return nil, &usageError{fmt.Sprintf("the key of codes in %s must be %d characters or more", path, codeKeyLength)}
	}
	return key, nil
}

// codeKeyLength gives a key about 240 bits.
const codeKeyLength = 48

// defaultData is where the data folder is when nobody says.
func defaultData() string {
	path, err := filepath.Abs("data")
	if err != nil {
		return "data"
	}
	return path
}
