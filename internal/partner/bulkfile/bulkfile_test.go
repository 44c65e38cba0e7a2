package bulkfile_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/desk/admin"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/partner/bulkfile"
	"frontdoor/internal/record"
	"frontdoor/internal/timescale"
)

func door(t testing.TB, d *db.DB) (*bulkfile.Door, *record.Record) {
	t.Helper()
	set, err := timescale.Statutory()
	if err != nil {
		t.Fatal(err)
	}
	r := record.New(d, set, civil.England(), func() civil.Instant { return civil.DateOf(2026, 11, 24).AtTime(9, 0) })
	if err := admin.New(r).AddAuthority(context.Background(), admin.Authority{ID: "x", Code: "990", Name: "Testham", Phone: "1"}); err != nil {
		t.Fatal(err)
	}
	return bulkfile.New(contacts.New(r)), r
}

var who = access.Actor{ID: "bulk", Name: "file", Authority: "x", Roles: []access.Role{access.Door}}

const head = "contact_reference,source,received_at,given_name,family_name,born,words\n"

func TestTheSampleIsReceivedOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b, r := door(t, d)
		dir := t.TempDir()
		for n, want := range [][2]int{{2, 0}, {0, 0}} {
			got, err := b.ReceiveFile(context.Background(), "x", "testdata/bulk-sample.csv", filepath.Join(dir, "rejects.csv"), func(int, int) {})
			if err != nil || got.Received != want[0] || got.Repeated != want[1] || got.Rejected != 0 {
				t.Errorf("run %d: %+v, %v", n, got, err)
			}
		}
		proofs, err := r.Verify(context.Background())
		if err != nil || !proofs[0].OK() || proofs[0].Children != 3 {
			t.Errorf("%+v, %v; want three children", proofs[0], err)
		}
	})
}

func TestBadFilesAndLines(t *testing.T) {
	tests := []struct {
		name, file string
		received   int
		rejected   int
		says       string
		refused    bool
	}{
		{name: "an empty file", file: "", refused: true, says: "no header"},
		{name: "a column twice", file: "contact_reference,source,source\n", refused: true, says: "twice"},
		{name: "an unknown column", file: "contact_reference,colour\n", refused: true, says: "not known"},
		{name: "no reference column", file: "source,given_name\n", refused: true, says: "contact_reference is missing"},
		{name: "a line too short", file: head + "A,school\nB,school,,Ben,Bell,,x\n", received: 1, rejected: 1, says: "line 2: it has 2 columns"},
		{name: "a date that is none", file: head + "A,school,,Ana,Bell,31/04/2016,x\n", rejected: 1, says: "line 2: column born"},
		{name: "the future", file: head + "A,school,2027-01-01T00:00:00Z,Ana,Bell,,x\n", rejected: 1, says: "column received_at: must be in the past"},
		{name: "one wrong line takes its contact, and no other", file: head + "A,school,,Ana,Bell,bad,x\nA,school,,Ben,Bell,,x\nB,school,,Cara,Lee,,x\n", received: 1, rejected: 2, says: "line 3: another line of the same contact"},
		{name: "cut in half within a quotation", file: head + "A,school,,Ana,Bell,,fine\nB,school,,Ben,Bell,,\"cut he", received: 1, rejected: 1, says: "cut off here"},
		{name: "no child", file: head + "A,school,,,,,x\n", rejected: 1, says: "column given_name"},
		{name: "bytes that are no text", file: head + "A,school,,A\xff\xfe,Bell,,x\n", rejected: 1, says: "not UTF-8"},
		{name: "a byte-order mark and Windows line ends", file: "\uFEFF" + strings.ReplaceAll(head, "\n", "\r\n") + "A,school,,Ana,Bell,,x\r\n", received: 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b, r := door(t, dbtest.SQLite(t))
			var rejects bytes.Buffer
			got, err := b.Receive(context.Background(), who, strings.NewReader(tt.file), &rejects, "sha", func(int) {})
			if (err != nil) != tt.refused {
				t.Fatalf("Receive: %v, want refused %v", err, tt.refused)
			}
			if got.Received != tt.received || got.Rejected != tt.rejected {
				t.Errorf("%+v, want %d received and %d rejected", got, tt.received, tt.rejected)
			}
			if all := fmt.Sprint(err, got.Problems); !strings.Contains(all, tt.says) {
				t.Errorf("%s does not say %q", all, tt.says)
			}
			if _, err := csv.NewReader(&rejects).ReadAll(); err != nil {
				t.Errorf("the rejects file cannot be read: %v", err)
			}
			if proofs, err := r.Verify(context.Background()); err != nil || !proofs[0].OK() {
				t.Errorf("verify: %v %v", proofs, err)
			}
		})
	}
}

func TestFormulasAreInertInTheRejects(t *testing.T) {
	b, _ := door(t, dbtest.SQLite(t))
	var rejects bytes.Buffer
	if _, err := b.Receive(context.Background(), who, strings.NewReader(head+"A,school,,=cmd(),\u200b+1,bad,@x\n"), &rejects, "sha", func(int) {}); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&rejects).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, cell := range rows[1] {
		if trimmed := strings.TrimLeft(cell, "\u200b"); trimmed != "" && strings.ContainsAny(trimmed[:1], "=+-@") {
			t.Errorf("cell %q would be run by a spreadsheet", cell)
		}
	}
}

// cut fails after some bytes, as a connection does.
type cut struct {
	left int
	from *strings.Reader
}

func (c *cut) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, os.ErrDeadlineExceeded
	}
	n, err := c.from.Read(p[:min(len(p), c.left, 64)])
	c.left -= n
	return n, err
}

func TestACutRunIsResumedAndNothingIsDoneTwice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b, r := door(t, d)
		var file strings.Builder
		file.WriteString(head)
		for i := range 30 {
			fmt.Fprintf(&file, "R%d,school,,Ana%d,Bell,,worried\n", i, i)
		}
		var rejects bytes.Buffer
		first, err := b.Receive(context.Background(), who, &cut{600, strings.NewReader(file.String())}, &rejects, "sha", func(int) {})
		if err == nil || first.Received == 0 || first.Received == 30 {
			t.Fatalf("the cut run: %+v, %v", first, err)
		}
		second, err := b.Receive(context.Background(), who, strings.NewReader(file.String()), &rejects, "sha", func(int) {})
		if err != nil {
			t.Fatal(err)
		}
		proofs, err := r.Verify(context.Background())
		if err != nil || proofs[0].Children != 30 {
			t.Errorf("first %+v, second %+v: %d children (%v), want 30", first, second, proofs[0].Children, err)
		}
	})
}

func FuzzReceive(f *testing.F) {
	f.Add(head + "A,school,,Ana,Bell,2016-03-27,x\n")
	f.Add("contact_reference\n\"")
	d := dbtest.SQLite(f)
	b, r := door(f, d)
	f.Fuzz(func(t *testing.T, s string) {
		var rejects bytes.Buffer
		_, _ = b.Receive(context.Background(), who, strings.NewReader(s), &rejects, record.BodyHash([]byte(s)), func(int) {})
		if proofs, err := r.Verify(context.Background()); err != nil || !proofs[0].OK() {
			t.Fatalf("verify: %v %v", proofs, err)
		}
	})
}
