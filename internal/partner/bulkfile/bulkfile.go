// Package bulkfile is the door for files: contacts as CSV with a header, a line for
// each child. A file is read as it comes, told line by line what is wrong, and can
// be received again after a cut without doing anything twice.
package bulkfile

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/form"
	"frontdoor/internal/pathway"
	"frontdoor/internal/person"
	"frontdoor/internal/record"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

// Door takes files.
type Door struct{ contacts *contacts.Desk }

// New makes the door.
func New(c *contacts.Desk) *Door { return &Door{c} }

// Columns are all columns a file may have. contact_reference and one of the
// child's name or description are needed; the rest may be blank or left out.
var Columns = []string{"contact_reference", "source", "source_name", "channel", "received_at", "incident_at", "grade", "district", "danger_now",
	"referrer_name", "referrer_role", "referrer_email", "referrer_phone", "given_name", "family_name", "known_as", "description", "born", "age", "unborn",
	"expected", "sex", "nhs_number", "upn", "address", "postcode", "school", "words", "consent", "level_asked"}

// Limits on a file.
const (
	maxLines = 50_000
	maxCell  = 32 << 10
	saveEach = 200 // lines between notes of how far we are
)

// Summary is what a file gave.
type Summary struct {
	Received, Repeated, Rejected int
	Problems                     []string // line by line, what to mend
	Resumed                      int      // lines passed over because an earlier run took them
}

// problemsKept bounds what is printed; the rejects file has every line.
const problemsKept = 100

var (
	findRun = db.SQL("bulkfile.find", `SELECT id, line, accepted, repeated, rejected FROM bulk_file WHERE sha256 = $1 AND authority_id = $2`)
	addRun  = db.InsertInto("bulkfile.add", "bulk_file", "id, authority_id, name, sha256, started_at, updated_at, line, accepted, repeated, rejected", "")
	setRun  = db.SQL("bulkfile.set", `
		UPDATE bulk_file SET line = $3, accepted = $4, repeated = $5, rejected = $6, updated_at = $7, finished_at = $8
		WHERE id = $1 AND authority_id = $2`)
)

// ReceiveFile takes a file and writes the lines it could not take to rejects.
func (d *Door) ReceiveFile(ctx context.Context, authority, name, rejects string, progress func(done, total int)) (sum Summary, err error) {
	f, err := os.Open(name)
	if err != nil {
		return sum, fmt.Errorf("open %s: %w", name, err)
	}
	defer f.Close()
	h := sha256.New()
	total, err := countLines(io.TeeReader(f, h))
	if err != nil {
		return sum, fmt.Errorf("read %s: %w", name, err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return sum, err
	}
	out, err := os.CreateTemp(filepath.Dir(rejects), ".rejects-*")
	if err != nil {
		return sum, fmt.Errorf("write the rejects: %w", err)
	}
	defer os.Remove(out.Name())
	who := access.Actor{ID: "bulk " + filepath.Base(name), Name: filepath.Base(name), Authority: authority, Roles: []access.Role{access.Door}}
	sum, err = d.Receive(ctx, who, f, out, hex.EncodeToString(h.Sum(nil)), func(n int) { progress(n, total) })
	if closing := out.Close(); closing != nil || err != nil {
		return sum, errors.Join(err, closing)
	}
	if sum.Rejected > 0 {
		return sum, os.Rename(out.Name(), rejects)
	}
	return sum, nil
}

func countLines(r io.Reader) (int, error) {
	n, buf := 0, make([]byte, 64<<10)
	for {
		k, err := r.Read(buf)
		n += bytes.Count(buf[:k], []byte{'\n'})
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
}

// line is one line of the file, as a child of a contact.
type line struct {
	number int
	cells  map[string]string
	raw    []string
}

// Receive reads a file as it comes. Lines that follow one another with the same
// contact_reference are one contact with several children. A line that is wrong is
// refused with its number and column, together with the others of its contact, so
// that no contact is half received. sha names the file, so that a run that was cut
// is resumed.
func (d *Door) Receive(ctx context.Context, who access.Actor, r io.Reader, rejects io.Writer, sha string, progress func(line int)) (Summary, error) {
	run := &reading{door: d, ctx: ctx, who: who, sha: sha, progress: progress, rejects: csv.NewWriter(rejects)}
	if err := run.open(r); err != nil {
		return run.sum, err
	}
	if err := run.resume(); err != nil {
		return run.sum, err
	}
	err := run.all()
	run.rejects.Flush()
	return run.sum, errors.Join(err, run.rejects.Error(), run.note(err == nil))
}

type reading struct {
	door     *Door
	ctx      context.Context
	who      access.Actor
	sha      string
	progress func(int)
	rejects  *csv.Writer
	csv      *csv.Reader
	header   []string
	group    []line
	last     int
	skip     int
	id       string
	sum      Summary
	wroteTop bool
}

// open reads the header and refuses one that cannot be understood.
func (x *reading) open(r io.Reader) error {
	b := bufio.NewReaderSize(r, 1<<16)
	if mark, err := b.Peek(3); err == nil && string(mark) == "\uFEFF" {
		_, _ = b.Discard(3)
	}
	x.csv = csv.NewReader(b)
	x.csv.FieldsPerRecord, x.csv.LazyQuotes = -1, false
	header, err := x.csv.Read()
	if err != nil {
		return refusal.New(refusal.Invalid, "The file has no header line. The first line must name the columns, such as contact_reference,given_name")
	}
	for i := range header {
		header[i] = strings.ToLower(form.Clean(header[i]))
		switch {
		case slices.Contains(header[:i], header[i]):
			return refusal.New(refusal.Invalid, fmt.Sprintf("Column %q is there twice. Each column must be there once", header[i]))
		case !slices.Contains(Columns, header[i]) && header[i] != "line" && header[i] != "problem":
			return refusal.New(refusal.Invalid, fmt.Sprintf("Column %d is called %q, which is not known. The columns are %s", i+1, header[i], strings.Join(Columns, ", ")))
		}
	}
	if !slices.Contains(header, "contact_reference") {
		return refusal.New(refusal.Invalid, "The column contact_reference is missing. It is what makes a repeat known")
	}
	x.header, x.last = header, 1
	return nil
}

// resume finds how far an earlier run of the same file came.
func (x *reading) resume() error {
	return x.door.contacts.Record.Do(x.ctx, x.who, func(tx *record.Tx) error {
		if err := tx.Allow(access.ReceiveContact, access.About{}); err != nil {
			return err
		}
		var accepted, repeated, rejected int
		err := tx.QueryRowContext(x.ctx, findRun, x.sha, tx.Authority).Scan(&x.id, &x.skip, &accepted, &repeated, &rejected)
		if db.NotFound(err) {
			x.id, x.skip = tx.NewID(), 0
			err = addRun.Exec(x.ctx, tx, []any{x.id, tx.Authority, x.who.Name, x.sha, tx.Now, tx.Now, 0, 0, 0, 0})
		}
		if err != nil {
			return err
		}
		return tx.Apply(x.ctx, record.Subject{Kind: "file", Ref: x.id}, "receive file", pathway.Consequences{})
	})
}

// note writes down how far this run came.
func (x *reading) note(finished bool) error {
	return x.door.contacts.Record.DB.Write(x.ctx, func(q db.Queryer) error {
		now := x.door.contacts.Record.Now()
		var end civil.Instant
		if finished {
			end = now
		}
		done := x.last
		if len(x.group) > 0 {
			done = x.group[0].number - 1
		}
		_, err := q.ExecContext(x.ctx, setRun, x.id, x.who.Authority, done, x.sum.Received, x.sum.Repeated, x.sum.Rejected, now, end)
		return err
	})
}

func (x *reading) all() error {
	for {
		cells, err := x.csv.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			var broken *csv.ParseError
			if !errors.As(err, &broken) {
				return fmt.Errorf("read the file: %w", err)
			}
			if err := x.flush(); err != nil {
				return err
			}
			x.reject(line{number: broken.StartLine}, "the line cannot be read as CSV: a quotation mark is not closed, or the file is cut off here")
			x.last = broken.Line
			continue
		}
		at, _ := x.csv.FieldPos(0)
		x.last = at
		if at > maxLines+1 {
			return errors.Join(x.flush(), refusal.New(refusal.TooLarge, fmt.Sprintf("The file has more than %d lines. Cut it in parts: the lines before were received", maxLines)))
		}
		if err := x.take(cells, at); err != nil {
			return err
		}
		if at%saveEach == 0 {
			x.progress(at)
			if err := x.note(false); err != nil {
				return err
			}
		}
	}
	x.progress(x.last)
	return x.flush()
}

// take adds a line to the contact it belongs to, or begins another.
func (x *reading) take(cells []string, at int) error {
	l := line{number: at, raw: cells, cells: map[string]string{}}
	if len(cells) != len(x.header) {
		if err := x.flush(); err != nil {
			return err
		}
		x.reject(l, fmt.Sprintf("it has %d columns and the header has %d", len(cells), len(x.header)))
		return nil
	}
	for i, name := range x.header {
		if len(cells[i]) > maxCell || !utf8.ValidString(cells[i]) {
			if err := x.flush(); err != nil {
				return err
			}
			x.reject(l, "column "+name+" is too long or is not UTF-8 text")
			return nil
		}
		l.cells[name] = form.Clean(cells[i])
	}
	if len(x.group) > 0 && x.group[0].cells["contact_reference"] != l.cells["contact_reference"] {
		if err := x.flush(); err != nil {
			return err
		}
	}
	x.group = append(x.group, l)
	return nil
}

// flush receives the contact that the gathered lines make, or refuses them all.
func (x *reading) flush() error {
	group := x.group
	x.group = nil
	if len(group) == 0 {
		return nil
	}
	if group[len(group)-1].number <= x.skip {
		x.sum.Resumed += len(group)
		return nil
	}
	a, wrong := x.arrival(group)
	if len(wrong) > 0 {
		for _, l := range group {
			why := wrong[l.number]
			if why == "" {
				why = "another line of the same contact is wrong"
			}
			x.reject(l, why)
		}
		return nil
	}
	got, err := x.door.contacts.Receive(x.ctx, x.who, a)
	switch {
	case errors.Is(err, contacts.ErrChanged):
		for _, l := range group {
			x.reject(l, "this contact_reference was received before with other content: give what changed a reference of its own")
		}
	case refusal.KindOf(err) == refusal.Invalid:
		for _, l := range group {
			x.reject(l, err.Error())
		}
	case err != nil:
		x.group = group
		return fmt.Errorf("receive line %d: %w", group[0].number, err)
	case got.Repeat:
		x.sum.Repeated++
	default:
		x.sum.Received++
	}
	return nil
}

// reject writes a line to the rejects file with its number and what to mend, as
// text that no spreadsheet runs.
func (x *reading) reject(l line, why string) {
	x.sum.Rejected++
	if len(x.sum.Problems) < problemsKept {
		x.sum.Problems = append(x.sum.Problems, fmt.Sprintf("line %d: %s", l.number, why))
	}
	if !x.wroteTop {
		x.wroteTop = true
		_ = x.rejects.Write(append(slices.Clone(x.header), "line", "problem"))
	}
	row := make([]string, len(x.header), len(x.header)+2)
	for i := range row {
		if i < len(l.raw) {
			row[i] = web.Inert(strings.ToValidUTF8(l.raw[i], "\uFFFD"))
		}
	}
	_ = x.rejects.Write(append(row, strconv.Itoa(l.number), why))
}

// arrival makes a contact of its lines. What is wrong is said by line.
func (x *reading) arrival(group []line) (contacts.Arrival, map[int]string) {
	first := group[0].cells
	wrong := map[int]string{}
	say := func(l line, column, why string) {
		if wrong[l.number] == "" {
			wrong[l.number] = "column " + column + ": " + why
		}
	}
	at := func(l line, column string) civil.Instant {
		s := l.cells[column]
		if s == "" {
			return civil.Instant{}
		}
		t, err := civil.ParseInstant(s)
		if err != nil {
			say(l, column, "write a date and time such as 2026-11-24T09:30:00Z")
		}
		return t
	}
	a := contacts.Arrival{
		Channel: string(pathway.ByBulk), SourceKind: first["source"], SourceName: first["source_name"], SenderRef: first["contact_reference"],
		Referrer:   contacts.Referrer{Name: first["referrer_name"], Role: first["referrer_role"], Email: first["referrer_email"], Phone: first["referrer_phone"]},
		ReceivedAt: at(group[0], "received_at"), IncidentAt: at(group[0], "incident_at"), Grade: strings.ToLower(first["grade"]), District: first["district"], Danger: first["danger_now"],
		Words: first["words"], LevelAsked: first["level_asked"], Consent: contacts.Consent{Status: first["consent"]},
	}
	if a.SourceName == "" {
		a.SourceName = pathway.AgencyName(pathway.Agency(a.SourceKind))
	}
	now := x.door.contacts.Record.Now()
	if a.SenderRef == "" {
		say(group[0], "contact_reference", "enter the sender's own reference")
	}
	oneOf := func(column, value string, allowed ...string) {
		if value != "" && !slices.Contains(allowed, value) {
			say(group[0], column, "must be one of "+strings.Join(allowed, ", "))
		}
	}
	if a.SourceKind == "" {
		say(group[0], "source", "enter who it came from: police, school, health, housing, other_partner or public")
	}
	oneOf("source", a.SourceKind, "police", "school", "health", "housing", "other_partner", "public")
	oneOf("grade", a.Grade, "standard", "medium", "high")
	oneOf("danger_now", a.Danger, "yes", "no", "not_known")
	oneOf("consent", a.Consent.Status, "given", "refused", "not_sought", "not_known")
	if a.ReceivedAt.After(now) {
		say(group[0], "received_at", "must be in the past")
	}
	if a.IncidentAt.After(now) {
		say(group[0], "incident_at", "must be in the past")
	}
	if len(group) > pathway.MostChildren {
		say(group[0], "contact_reference", fmt.Sprintf("%d lines have this reference; a contact has at most %d children", len(group), pathway.MostChildren))
	}
	for _, l := range group {
		a.Children = append(a.Children, x.child(l, now, a.IncidentAt, say))
	}
	var raw [][]string
	for _, l := range group {
		raw = append(raw, l.raw)
	}
	body, err := json.Marshal(raw)
	if err != nil {
		say(group[0], "contact_reference", "the line cannot be kept")
	}
	a.Intake = &contacts.Intake{Door: "bulk", Sender: "bulk file", Reference: a.SenderRef, ContentType: "application/json", Body: body}
	return a, wrong
}

func (x *reading) child(l line, now, incident civil.Instant, say func(line, string, string)) person.Described {
	c := l.cells
	d := person.Described{Given: c["given_name"], Family: c["family_name"], KnownAs: c["known_as"], Words: c["description"], Sex: c["sex"], AgeStated: -1,
		NHS: c["nhs_number"], UPN: c["upn"], Address: c["address"], Postcode: c["postcode"], School: c["school"]}
	date := func(column string) civil.Date {
		if c[column] == "" {
			return civil.Date{}
		}
		v, err := civil.ParseDate(c[column])
		if err != nil {
			say(l, column, "write a date such as 2016-03-27")
		}
		return v
	}
	d.Born, d.Expected = date("born"), date("expected")
	switch {
	case d.Born.After(now.Date()):
		say(l, "born", "must be today or in the past")
	case !incident.IsZero() && d.Born.After(incident.Date()):
		say(l, "born", "must not be after the incident")
	}
	switch c["unborn"] {
	case "", "no":
	case "yes":
		d.Unborn = true
	default:
		say(l, "unborn", "must be yes or no")
	}
	if s := c["age"]; s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 || n > 25 {
			say(l, "age", "must be whole years from 0 to 25")
		}
		d.AgeStated = n
	}
	if !d.Named() && d.Words == "" && !d.Unborn {
		say(l, "given_name", "enter the child's name, or describe the child in description")
	}
	if _, ok := person.NHSNumber(d.NHS); d.NHS != "" && !ok {
		say(l, "nhs_number", "the check digit is wrong")
	}
	return d
}
