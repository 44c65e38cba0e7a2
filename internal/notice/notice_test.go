package notice_test

import (
	"cmp"
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
	addFull = db.InsertInto("notice_test.add-full", "outbox",
		"id, authority_id, kind, address, reference, link, safe_text, dedupe_key, created_at, not_before, made_by", "")
	oneRow = db.SQL("notice_test.one", `
		SELECT sent_at, failed_at, delivered_at, not_before, last_error, via, attempts FROM outbox WHERE id = $1 AND authority_id = $2`)
	addTeam = db.SQL("notice_test.add-team", `INSERT INTO team (id, authority_id, name, kind, email, phone) VALUES ($1, 'x', $1, $2, $3, $4)`)
	addOrg  = db.SQL("notice_test.add-organisation", `INSERT INTO organisation (id, authority_id, kind, name, email, phone) VALUES ($1, 'x', 'police', $1, $2, $3)`)
	addUser = db.SQL("notice_test.add-user", `INSERT INTO user_account (id, authority_id, email, name, created_at) VALUES ($1, 'x', $1 || '@x.example', $1, $2)`)
	addRole = db.SQL("notice_test.add-role", `INSERT INTO user_role (user_id, authority_id, role, team_id, begun_at) VALUES ($1, 'x', $2, $3, $4)`)
	addHook = db.SQL("notice_test.add-webhook", `
		INSERT INTO webhook (id, authority_id, organisation_id, url, instead_of, number, rotated_at, created_at) VALUES ($1, 'x', $2, $3, $4, $5, $6, $6)`)
	addRow = db.InsertInto("notice_test.add", "outbox", "id, authority_id, kind, address, reference, dedupe_key, created_at, not_before", "")
	counts = db.SQL("notice_test.counts", `
		SELECT count(*) FILTER (WHERE sent_at IS NOT NULL), count(*) FILTER (WHERE failed_at IS NOT NULL) FROM outbox WHERE authority_id = $1`)
)

type post struct {
	mu     sync.Mutex
	down   bool   // takes no message
	shut   bool   // takes no connection
	refuse string // an address that it does not know
	limit  int    // closes a connection after so many messages
	calls  int    // connections
	got    []string
	to     []string
	text   []string
}

func (p *post) set(change func()) { p.mu.Lock(); defer p.mu.Unlock(); change() }

func (p *post) NewSession(*smtp.Conn) (smtp.Session, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shut {
		return nil, &smtp.SMTPError{Code: 421, Message: "closed"}
	}
	p.calls++
	return &session{p: p}, nil
}

type session struct {
	p    *post
	n    int
	rcpt string
}

func (s *session) Mail(string, *smtp.MailOptions) error {
	s.p.mu.Lock()
	defer s.p.mu.Unlock()
	if s.p.limit > 0 && s.n >= s.p.limit {
		return &smtp.SMTPError{Code: 421, Message: "enough for one connection"}
	}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.p.mu.Lock()
	defer s.p.mu.Unlock()
	if to == s.p.refuse {
		return &smtp.SMTPError{Code: 550, Message: "no mailbox " + to}
	}
	s.rcpt = to
	return nil
}

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
	s.n++
	s.p.to = append(s.p.to, s.rcpt)
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

func (p *post) count() int { p.mu.Lock(); defer p.mu.Unlock(); return len(p.got) }

// once checks that every message came once.
func (p *post) once(t *testing.T, want int) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	seen := map[string]bool{}
	for _, id := range p.got {
		if seen[id] {
			t.Errorf("message %s was sent twice", id)
		}
		seen[id] = true
	}
	if len(seen) != want {
		t.Errorf("%d messages arrived, want %d", len(seen), want)
	}
}

type clock struct {
	mu  sync.Mutex
	now civil.Instant
}

func (c *clock) at() civil.Instant { c.mu.Lock(); defer c.mu.Unlock(); return c.now }

func (c *clock) move(d time.Duration) { c.mu.Lock(); c.now = c.now.Add(d); c.mu.Unlock() }

func newNotices(t *testing.T, d *db.DB, config string) (*notice.Notices, *record.Record, *clock) {
	t.Helper()
	p, err := notice.Open(notice.Settings{Mail: config, Public: "https://frontdoor.example"})
	if err != nil {
		t.Fatal(err)
	}
	return noticesBy(t, d, p)
}

func noticesBy(t *testing.T, d *db.DB, p notice.Post) (*notice.Notices, *record.Record, *clock) {
	t.Helper()
	set, err := timescale.Statutory()
	if err != nil {
		t.Fatal(err)
	}
	c := &clock{now: civil.DateOf(2026, 11, 24).AtTime(9, 0)}
	r := record.New(d, set, civil.England(), c.at)
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

// row is a notice that waits in the outbox.
type row struct{ id, kind, to, ref, link, text string }

func add(t *testing.T, r *record.Record, rows ...row) {
	t.Helper()
	now := r.Now()
	err := r.DB.Write(context.Background(), func(q db.Queryer) error {
		for _, x := range rows {
			err := addFull.Exec(context.Background(), q, []any{x.id, "x", x.kind, x.to, cmp.Or(x.ref, "FD-26-ABCDEF"), x.link, x.text, x.id, now, now, "w.ali"})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// state is what the record says of a notice.
type state struct {
	sent, failed, delivered, next civil.Instant
	why, via                      string
	attempts                      int
}

func stateOf(t *testing.T, r *record.Record, id string) state {
	t.Helper()
	var s state
	err := r.DB.Read(context.Background(), func(q db.Queryer) error {
		return q.QueryRowContext(context.Background(), oneRow, id, "x").Scan(&s.sent, &s.failed, &s.delivered, &s.next, &s.why, &s.via, &s.attempts)
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// run puts rows that a test needs into the record.
func run(t *testing.T, r *record.Record, query db.Query, args ...any) {
	t.Helper()
	err := r.DB.Write(context.Background(), func(q db.Queryer) error {
		_, err := q.ExecContext(context.Background(), query, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func deliver(t *testing.T, n *notice.Notices) int {
	t.Helper()
	sent, err := n.Deliver(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return sent
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
		p.once(t, 60)
		if sent, _ := tally(t, r); sent != 60 {
			t.Errorf("%d marked as sent, want 60", sent)
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
