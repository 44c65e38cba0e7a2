package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Printer makes tagged PDFs of pages with a Chromium on this machine: no Go library
// makes tagged ones. A nil Printer makes none.
type Printer struct {
	path string
	room chan struct{}
}

// How long one PDF may take, how many are made at once, and how large one may be.
const (
	printTime = 30 * time.Second
	printing  = 2
	pdfSize   = 32 << 20
)

// NewPrinter uses the Chromium at a path. "" gives a nil Printer; what is not a program
// is refused.
func NewPrinter(path string) (*Printer, error) {
	if path == "" {
		return nil, nil
	}
	at, err := exec.LookPath(path)
	if err != nil {
		return nil, errors.New("there is no Chromium at the path that was given for it")
	}
	return &Printer{at, make(chan struct{}, printing)}, nil
}

// Print makes a tagged PDF of a page that needs nothing but itself. Chromium runs with
// a folder and an environment of its own, without network where the system lets us
// take it away, for half a minute at most; the page's policy lets it run and fetch nothing.
func (p *Printer) Print(ctx context.Context, page []byte) (pdf []byte, err error) {
	ctx, stop := context.WithTimeout(ctx, printTime)
	defer stop()
	select {
	case p.room <- struct{}{}:
		defer func() { <-p.room }()
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for the printer: %w", ctx.Err())
	}
	dir, err := os.MkdirTemp("", "frontdoor-pdf-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for a PDF: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	in, out := filepath.Join(dir, "page.html"), filepath.Join(dir, "page.pdf")
	if err := os.WriteFile(in, page, 0o600); err != nil {
		return nil, fmt.Errorf("write a page to print: %w", err)
	}
	if err := p.run(ctx, dir, in, out); err != nil {
		return nil, fmt.Errorf("print a page: %w", err)
	}
	info, err := os.Stat(out)
	if err != nil || info.Size() > pdfSize {
		return nil, errors.Join(errors.New("printing made no PDF, or one that is too large"), err)
	}
	pdf, err = os.ReadFile(out)
	if err == nil && !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		err = errors.New("printing made something else than a PDF")
	}
	return pdf, err
}

// run starts Chromium walled off as far as the system lets us, and then without the
// walls that it does not.
func (p *Printer) run(ctx context.Context, dir, in, out string) error {
	args := []string{"--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions", "--disable-sync", "--disable-background-networking",
		"--disable-component-update", "--no-first-run", "--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=127.0.0.1:9",
		"--no-pdf-header-footer", "--user-data-dir=" + filepath.Join(dir, "chromium"), "--print-to-pdf=" + out, "file://" + in}
	var errs error
	for _, wall := range walls() {
		c := exec.CommandContext(ctx, p.path, append(wall.args, args...)...)
		c.Dir, c.Env, c.SysProcAttr, c.WaitDelay = dir, []string{"HOME=" + dir, "TMPDIR=" + dir, "PATH=/usr/local/bin:/usr/bin:/bin"}, wall.attr, time.Second
		c.Cancel = func() error { return endGroup(c) }
		err := c.Run()
		if _, missing := os.Stat(out); err == nil && missing == nil {
			return nil
		}
		errs = errors.Join(errs, err)
		if ctx.Err() != nil {
			break
		}
	}
	return errors.Join(errs, ctx.Err())
}

// Paper is a page for print alone: no navigation, and a footer on each sheet.
type Paper struct {
	name string
	tmpl *template.Template
}

// NewPaper reads a page's title and content for print.
func NewPaper(files fs.FS, name string, parts ...string) *Paper {
	t := template.Must(template.New("paper.html").Funcs(funcs).Parse(paperLayout))
	t = template.Must(t.ParseFS(templateFiles, "templates/parts.html"))
	t = template.Must(t.ParseFS(files, append([]string{name}, parts...)...))
	return &Paper{name, t}
}

// paperLayout is never served: its policy is in it, and lets nothing run or be fetched.
const paperLayout = `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><title>{{template "title" .View}}</title><style>{{.Style}}</style></head><body><main>{{template "content" .View}}</main></body></html>`

// Footer stands on each sheet, beside its number.
type Footer struct{ Ref, Marking, By, At string }

type sheet struct {
	View  any
	Style template.CSS
}

// HTML is the page as it is printed: everything it needs is in it.
func (p *Paper) HTML(view any, f Footer) ([]byte, error) {
	words := strings.Join([]string{f.Ref, f.Marking, "printed by " + f.By + ", " + f.At}, " · ")
	style := paperCSS + fmt.Sprintf("@page{@bottom-left{content:%s}}", cssString(words))
	var b bytes.Buffer
	if err := p.tmpl.ExecuteTemplate(&b, "paper.html", sheet{view, template.CSS(style)}); err != nil {
		return nil, fmt.Errorf("render %s for print: %w", p.name, err)
	}
	return b.Bytes(), nil
}

// cssString writes words as a string of CSS, in which nothing can end it.
func cssString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range s {
		if c == ' ' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' {
			b.WriteRune(c)
			continue
		}
		fmt.Fprintf(&b, `\%06x`, c)
	}
	b.WriteByte('"')
	return b.String()
}

const paperCSS = `@page{size:A4;margin:18mm 16mm 22mm;@bottom-right{content:"page " counter(page) " of " counter(pages);font:8pt Arial,sans-serif}}
@page{@bottom-left{font:8pt Arial,sans-serif}}
body{font:11pt/1.4 Arial,sans-serif;color:#14212b;margin:0}h1{font-size:20pt}h2{font-size:14pt;break-after:avoid}
table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid #5b6973;padding:2mm;text-align:left;vertical-align:top}thead{display:table-header-group}tr{break-inside:avoid}
blockquote{margin:0 0 4mm;padding-left:4mm;border-left:2px solid #5b6973}.fd-sub{display:block;color:#4a5862}.fd-label,.fd-hide,.fd-screen{display:none}a{color:inherit;text-decoration:none}svg{max-width:100%;height:auto}section{break-before:page}
`

// SendPDF answers with a PDF of that name.
func SendPDF(w http.ResponseWriter, name string, pdf []byte) error {
	h := w.Header()
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Disposition", `inline; filename="`+name+`.pdf"`)
	h.Set("Cache-Control", "no-store")
	_, err := w.Write(pdf)
	return err
}
