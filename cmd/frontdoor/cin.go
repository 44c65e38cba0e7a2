package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"frontdoor/internal/refusal"
	"frontdoor/internal/statutory/cincensus"
)

type cinCmd struct {
	Validate cinValidateCmd `cmd:"" help:"Check a children in need census file."`
	Rules    cinRulesCmd    `cmd:"" help:"Print the rules of a census."`
	Generate cinGenerateCmd `cmd:"" help:"Write an invented census."`
}

type cinValidateCmd struct {
	File   string   `arg:"" help:"The census, XML; - for what comes in." placeholder:"FILE"`
	Year   int      `help:"The census to hold it against; the header's when not given." placeholder:"YEAR"`
	Mode   string   `help:"spec follows the rules' wording, reference the reference validator." enum:"spec,reference" default:"spec"`
	Format string   `help:"text, json, csv or html." enum:"text,json,csv,html" default:"text"`
	Rules  []string `help:"Only these rules; structure for the schema." placeholder:"CODES"`
}

// cinUnreadable is a census that cannot be checked: the command ends with 2, apart
// from a census with errors, which ends with 1.
type cinUnreadable struct{ why error }

func (e *cinUnreadable) Error() string { return e.why.Error() }
func (e *cinUnreadable) Unwrap() error { return e.why }

// errCensusHasErrors says that a census has errors. The report has been printed; there is
// nothing more to say.
var errCensusHasErrors = errors.New("the census has errors")

// Run checks a census.
func (c cinValidateCmd) Run(ctx context.Context, s *settings, std streams) error {
	in, size, done, err := c.open()
	if err != nil {
		return &cinUnreadable{err}
	}
	defer done()
	_, calendar, err := s.rules()
	if err != nil {
		return &cinUnreadable{err}
	}
	begun := time.Now()
	rep, err := cincensus.Validate(&stopping{ctx, in}, cincensus.Options{
		Year: c.Year, Mode: cincensus.Mode(c.Mode), Rules: c.Rules, Calendar: calendar, Progress: cinProgress(std.err, size),
	})
	if err != nil {
		return &cinUnreadable{err}
	}
	sum := cincensus.Summary{File: c.File, Seconds: time.Since(begun).Seconds()}
	if err := c.write(rep, std.out, sum); err != nil {
		return err
	}
	if !rep.Clean() {
		return errCensusHasErrors
	}
	return nil
}

func (c cinValidateCmd) write(rep *cincensus.Report, out io.Writer, sum cincensus.Summary) error {
	switch c.Format {
	case "json":
		return rep.WriteJSON(out, sum)
	case "csv":
		return rep.WriteCSV(out)
	case "html":
		return rep.WriteHTML(out, sum)
	}
	return rep.WriteText(out, sum)
}

// open opens the census and says how many bytes it has, 0 when nobody knows.
func (c cinValidateCmd) open() (in io.Reader, size int64, done func(), err error) {
	if c.File == "-" {
		return os.Stdin, 0, func() {}, nil
	}
	f, err := os.Open(c.File)
	if err != nil {
		return nil, 0, nil, fmt.Errorf("open the census: %w", err)
	}
	st, err := f.Stat()
	if err == nil && st.IsDir() {
		err = refusal.New(refusal.Invalid, c.File+" is a folder, not a census file")
	}
	if err != nil {
		return nil, 0, nil, errors.Join(err, f.Close())
	}
	return f, st.Size(), func() { _ = f.Close() }, nil
}

// cinProgress shows how far the check has come, on a terminal.
func cinProgress(w io.Writer, size int64) func(int64, int) {
	step := bar(w, "checking children")
	return func(read int64, children int) {
		total := 0
		if size > 0 && read > 0 {
			total = int(float64(children) * float64(size) / float64(read))
		}
		step(children, max(total, children))
	}
}

// stopping reads until somebody interrupts.
type stopping struct {
	ctx context.Context
	in  io.Reader
}

func (s *stopping) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, fmt.Errorf("stopped: %w", err)
	}
	return s.in.Read(p)
}

type cinRulesCmd struct {
	Year   int    `help:"The census." placeholder:"YEAR" default:"2026"`
	Format string `help:"text or json." enum:"text,json" default:"text"`
}

// Run prints the catalogue.
func (c cinRulesCmd) Run(std streams) error {
	if c.Year < cincensus.FirstYear || c.Year > cincensus.Provisional {
		return &usageError{fmt.Sprintf("the census year must be from %d to %d", cincensus.FirstYear, cincensus.Provisional)}
	}
	rules := cincensus.Rules(c.Year)
	if c.Format == "json" {
		enc := json.NewEncoder(std.out)
		enc.SetIndent("", " ")
		return enc.Encode(rules)
	}
	w := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "RULE\tKIND\tLEVEL\tMODULE\tWHAT IS WRONG\tFAILS WHEN")
	for _, r := range rules {
		fmt.Fprintln(w, strings.Join([]string{r.Code, string(r.Severity), string(r.Level), r.Module.String(), r.Title, r.Fails}, "\t"))
	}
	return w.Flush()
}

type cinGenerateCmd struct {
	Children int     `required:"" help:"How many children."`
	Number   uint64  `help:"The number that the invented children come from: the same number, the same census." default:"1"`
	Errors   float64 `help:"The share of children with something wrong, 0 to 1." default:"0"`
	Year     int     `help:"The census." default:"2026"`
}

// Run writes an invented census.
func (c cinGenerateCmd) Run(ctx context.Context, std streams) error {
	w := bufio.NewWriterSize(std.out, 1<<16)
	err := cincensus.Generate(w, cincensus.Invented{Children: c.Children, Number: c.Number, Errors: c.Errors, Year: c.Year, Stop: ctx.Err})
	return errors.Join(err, w.Flush())
}
