package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"frontdoor/internal/db"
	"frontdoor/internal/notice"
	"frontdoor/internal/record"

	"github.com/emersion/go-smtp"
)

var (
	addNotice = db.InsertInto("bench.add-notice", "outbox",
		"id, authority_id, kind, address, reference, link, dedupe_key, created_at, not_before", "")
	noticesLeft = db.SQL("bench.notices-left", `SELECT count(*) FROM outbox WHERE authority_id = 'bench' AND sent_at IS NULL`)
)

// deliverNotices fills the outbox and has it delivered to a mail server in a process of
// its own, so that its memory is not counted here.
func deliverNotices(ctx context.Context, r *record.Record, n int) error {
	server := exec.CommandContext(ctx, os.Args[0], "-what", "mail-server")
	server.Stderr = os.Stderr
	in, err := server.StdinPipe()
	if err != nil {
		return err
	}
	out, err := server.StdoutPipe()
	if err != nil {
		return err
	}
	if err := server.Start(); err != nil {
		return err
	}
	defer func() { _ = server.Wait() }()
	defer in.Close() // which ends it
	var address string
	if _, err := fmt.Fscanln(out, &address); err != nil {
		return fmt.Errorf("start the mail server: %w", err)
	}
	if err := fillOutbox(ctx, r, n); err != nil {
		return err
	}
	before := peakMemory()
	post, err := notice.Open(notice.Settings{Mail: "smtp://" + address + "?from=frontdoor@bench.example", Public: "https://frontdoor.example"})
	if err != nil {
		return err
	}
	deliver := notice.New(r, post, slog.New(slog.NewTextHandler(io.Discard, nil)))
	begun := time.Now()
	for sent := 0; sent < n; {
		m, err := deliver.Deliver(ctx)
		if err != nil {
			return err
		}
		if m == 0 {
			return errors.New("notices are left and none goes")
		}
		sent += m
	}
	took := time.Since(begun)
	var left int
	if err := r.DB.Read(ctx, func(q db.Queryer) error { return q.QueryRowContext(ctx, noticesLeft).Scan(&left) }); err != nil {
		return err
	}
	if _, err := io.WriteString(in, "count\n"); err != nil {
		return err
	}
	var taken, connections int
	if _, err := fmt.Fscanln(out, &taken, &connections); err != nil {
		return err
	}
	if taken != n || left != 0 {
		return fmt.Errorf("the server took %d of %d, and %d are not written down", taken, n, left)
	}
	fmt.Printf("notices: %d delivered in %.1f s, %.0f a second, over %d connections; peak memory %d MB, %d MB before\n", n, took.Seconds(), float64(n)/took.Seconds(), connections, peakMemory(), before)
	return nil
}

func fillOutbox(ctx context.Context, r *record.Record, n int) error {
	now := r.Now().Add(-time.Minute)
	const rows = 500
	for i := 0; i < n; i += rows {
		err := r.DB.Write(ctx, func(q db.Queryer) error {
			var all [][]any
			for k := i; k < min(i+rows, n); k++ {
				id := r.NewID()
				all = append(all, []any{id, "bench", "receipt", fmt.Sprintf("p%d@bench.example", k%1000), "FD-26-ABCDEF", "/report/" + id, id, now, now})
			}
			return addNotice.Exec(ctx, q, all...)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// mailServer takes every message until its input ends. It prints its address, and for
// each line read how many messages and connections it took.
func mailServer() error {
	b := &taker{lock: make(chan struct{}, 1)}
	s := smtp.NewServer(b)
	s.Domain = "localhost"
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(lis.Addr())
	done := make(chan error, 1)
	go func() { done <- s.Serve(lis) }()
	var line string
	for {
		if _, err := fmt.Scanln(&line); err != nil {
			return errors.Join(s.Close(), ignoreClosed(<-done))
		}
		b.lock <- struct{}{}
		fmt.Println(b.n, b.connections)
		<-b.lock
	}
}

func ignoreClosed(err error) error {
	if errors.Is(err, smtp.ErrServerClosed) || errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

type taker struct {
	lock           chan struct{}
	n, connections int
}

func (t *taker) NewSession(*smtp.Conn) (smtp.Session, error) {
	t.lock <- struct{}{}
	t.connections++
	<-t.lock
	return taking{t}, nil
}

type taking struct{ t *taker }

func (taking) Mail(string, *smtp.MailOptions) error { return nil }

func (taking) Rcpt(string, *smtp.RcptOptions) error { return nil }

func (s taking) Data(r io.Reader) error {
	if _, err := io.Copy(io.Discard, r); err != nil {
		return err
	}
	s.t.lock <- struct{}{}
	s.t.n++
	<-s.t.lock
	return nil
}

func (taking) Reset() {}

func (taking) Logout() error { return nil }

// peakMemory is the most that this process has held, in MB, as Linux counts it; 0 where
// there is no /proc.
func peakMemory() int {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")))
			if err == nil {
				return kb >> 10
			}
		}
	}
	return 0
}
