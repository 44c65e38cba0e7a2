package notice_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/db/dbtest"
	"frontdoor/internal/notice"
	"frontdoor/internal/record"
	"frontdoor/internal/timescale"

	"github.com/emersion/go-smtp"
	"go.uber.org/goleak"
)

var (
	addRow = db.InsertInto("notice_test.add", "outbox", "id, authority_id, kind, address, reference, dedupe_key, created_at, not_before", "")
	counts = db.SQL("notice_test.counts", `
		SELECT count(*) FILTER (WHERE sent_at IS NOT NULL), count(*) FILTER (WHERE failed_at IS NOT NULL) FROM outbox WHERE authority_id = $1`)
)

type post struct {
	mu   sync.Mutex
	down bool
	got  []string // message ids
	text []string
}

func (p *post) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{p}, nil }

type session struct{ p *post }

func (s *session) Mail(string, *smtp.MailOptions) error { return nil }

func (s *session) Rcpt(string, *smtp.RcptOptions) error { return nil }

func (s *session) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.p.mu.Lock()
	defer s.p.mu.Unlock()
	if s.p.down {
		return &smtp.SMTPError{Code: 451, Message: "try later"}
	}
	for line := range strings.Lines(string(b)) {
		if id, ok := strings.CutPrefix(line, "Message-ID: "); ok {
			s.p.got = append(s.p.got, strings.TrimSpace(id))
		}
	}
	s.p.text = append(s.p.text, string(b))
	return nil
}

func (s *session) Reset() {}

func (s *session) Logout() error { return nil }

// mailServer is a real SMTP server on this machine.
func mailServer(t *testing.T) (*post, string) {
	t.Helper()
	p := &post{}
	s := smtp.NewServer(p)
	s.Domain = "localhost"
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := s.Serve(lis); err != nil && !errors.Is(err, smtp.ErrServerClosed) {
			t.Errorf("mail server: %v", err)
		}
	}()
	t.Cleanup(func() { _ = s.Close(); <-done })
	return p, "smtp://" + lis.Addr().String() + "?from=frontdoor@x.example"
}

type clock struct {
	mu  sync.Mutex
	now civil.Instant
}

func (c *clock) at() civil.Instant { c.mu.Lock(); defer c.mu.Unlock(); return c.now }

func (c *clock) move(d time.Duration) { c.mu.Lock(); c.now = c.now.Add(d); c.mu.Unlock() }

func newNotices(t *testing.T, d *db.DB, config string) (*notice.Notices, *record.Record, *clock) {
	t.Helper()
	set, err := timescale.Statutory()
	if err != nil {
		t.Fatal(err)
	}
	c := &clock{now: civil.DateOf(2026, 11, 24).AtTime(9, 0)}
	r := record.New(d, set, civil.England(), c.at)
	p, err := notice.Open(notice.Settings{Mail: config, Public: "https://frontdoor.example"})
	if err != nil {
		t.Fatal(err)
	}
	return notice.New(r, p, slog.New(slog.NewTextHandler(io.Discard, nil))), r, c
}

func queue(t *testing.T, r *record.Record, n int, to string) {
	t.Helper()
	now := r.Now()
	err := r.DB.Write(context.Background(), func(q db.Queryer) error {
		for i := range n {
			id := fmt.Sprintf("m%03d", i)
			if err := addRow.Exec(context.Background(), q, []any{id, "x", "receipt", to, "FD-26-ABCDEF", id, now, now}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func tally(t *testing.T, r *record.Record) (sent, failed int) {
	t.Helper()
	err := r.DB.Read(context.Background(), func(q db.Queryer) error {
		return q.QueryRowContext(context.Background(), counts, "x").Scan(&sent, &failed)
	})
	if err != nil {
		t.Fatal(err)
	}
	return sent, failed
}

func TestFourWorkersSendEachMessageOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, config := mailServer(t)
		n, r, _ := newNotices(t, d, config)
		queue(t, r, 60, "a@x.example")
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for range 6 {
					if _, err := n.Deliver(context.Background()); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		seen := map[string]bool{}
		for _, id := range p.got {
			if seen[id] {
				t.Errorf("message %s was sent twice", id)
			}
			seen[id] = true
		}
		if sent, _ := tally(t, r); sent != 60 || len(seen) != 60 {
			t.Errorf("%d marked and %d received, want 60", sent, len(seen))
		}
	})
}

func TestWhenMailIsDownNothingIsLostAndTheIdStays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, config := mailServer(t)
		n, r, c := newNotices(t, d, config)
		queue(t, r, 1, "a@x.example")
		p.down = true
		if _, err := n.Deliver(context.Background()); err != nil {
			t.Fatal(err)
		}
		p.mu.Lock()
		p.down = false
		p.mu.Unlock()
		c.move(10 * time.Minute)
		if _, err := n.Deliver(context.Background()); err != nil {
			t.Fatal(err)
		}
		if sent, failed := tally(t, r); sent != 1 || failed != 0 || len(p.got) != 1 || p.got[0] != "<m000@frontdoor>" {
			t.Errorf("%d sent, %d failed, ids %v", sent, failed, p.got)
		}
	})
}

func TestWhatCannotBeAddressedIsListed(t *testing.T) {
	_, config := mailServer(t)
	n, r, _ := newNotices(t, dbtest.SQLite(t), config)
	queue(t, r, 1, "user:nobody")
	if _, err := n.Deliver(context.Background()); err != nil {
		t.Fatal(err)
	}
	if sent, failed := tally(t, r); sent != 0 || failed != 1 {
		t.Errorf("%d sent and %d failed, want it listed as undelivered", sent, failed)
	}
}

func TestRunStopsWhenTold(t *testing.T) {
	d := dbtest.SQLite(t)
	n, _, _ := newNotices(t, d, "file:"+t.TempDir())
	before := goleak.IgnoreCurrent()
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); n.Run(ctx) }()
	stop()
	<-done
	goleak.VerifyNone(t, before, goleak.IgnoreTopFunction("database/sql.(*DB).connectionOpener"))
}
