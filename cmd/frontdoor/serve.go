package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"frontdoor/internal/desk/encompass"
	"frontdoor/internal/desk/meetings"
	"frontdoor/internal/notice"
	"frontdoor/internal/record"
	"frontdoor/internal/service"
	"frontdoor/internal/web"
)

type serveCmd struct {
	Addr   string `help:"Address to listen on." env:"FRONTDOOR_ADDR" default:"127.0.0.1:8080"`
	Secure bool   `help:"Served over TLS by a proxy in front: cookies and headers say so." env:"FRONTDOOR_SECURE"`
	noticeFlags
	Chromium string `help:"A Chromium that makes PDFs. Without one people print pages themselves." env:"FRONTDOOR_CHROMIUM" placeholder:"PROGRAM"`

	indexes string // folder where the matcher's indexes are saved; "" for nowhere
}

func (c serveCmd) Run(ctx context.Context, s *settings, io streams) error {
	log := s.logger(io.err)
	slog.SetDefault(log)
	r, done, err := s.open(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if err := done(); err != nil {
			log.Error("close the database", "error", err)
		}
	}()
	key, err := s.codeKey()
	if err != nil {
		return err
	}
	r.SetCodeKey(key)
	log.Info("rules", "timescales", r.Timescales.Version(), "bank_holidays_until", r.Calendar.Until().String())
	c.indexes = filepath.Join(s.Data, "match")
	return c.serve(ctx, r, web.Settings{Version: version, Secure: c.Secure, Log: log}, io, nil)
}

// How long requests may take, and how long we wait for them when told to stop.
const (
	headerTime = 10 * time.Second
	readTime   = 60 * time.Second
	writeTime  = 120 * time.Second
	drainTime  = 20 * time.Second
	headBytes  = 64 << 10
)

func (c serveCmd) serve(ctx context.Context, r *record.Record, set web.Settings, io streams, ready func(url string)) error {
	ways, err := c.post()
	if err != nil {
		return err
	}
	if set.Printer, err = web.NewPrinter(c.Chromium); err != nil {
		return &usageError{err.Error()}
	}
	srv, err := service.New(r, set, ways)
	if err != nil {
		return err
	}
	set.Log.Info("notices", "ways", ways.Ways())
	lis, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", c.Addr, err)
	}
	h := &http.Server{Handler: srv.Handler(), ReadHeaderTimeout: headerTime, ReadTimeout: readTime, WriteTimeout: writeTime, MaxHeaderBytes: headBytes,
		ErrorLog: slog.NewLogLogger(set.Log.Handler(), slog.LevelWarn)}
	post, stopPost := context.WithCancel(ctx)
	defer stopPost()
	posted := make(chan struct{})
	go func() {
		defer close(posted)
		notice.New(r, ways, set.Log).Run(post)
	}()
	searched := make(chan struct{})
	go func() {
		defer close(searched)
		sweepWeekly(post, r, set.Log)
	}()
	go askDeputies(post, meetings.New(r), set.Log)
	go chaseSchools(post, encompass.New(r), set.Log)
	stopKeeping, err := keepIndexes(ctx, r, c.indexes, set.Log)
	if err != nil {
		return err
	}
	defer stopKeeping()
	failed := make(chan error, 1)
	go func() { failed <- h.Serve(lis) }()
	url := "http://" + lis.Addr().String()
	if ready != nil {
		ready(url)
	}
	fmt.Fprintf(io.out, "frontdoor: ready at %s\n", url)
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	err = h.Shutdown(drain)
	stopPost()
	<-posted
	<-searched
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// keepIndexes keeps the matcher's indexes while we serve. stop saves them; it comes
// last, when nobody asks or writes any more.
func keepIndexes(ctx context.Context, r *record.Record, folder string, log *slog.Logger) (stop func(), err error) {
	keeper, err := record.NewKeeper(r, folder, log)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		keeper.Run(ctx)
	}()
	return func() { cancel(); <-done }, nil
}

// deputyTime is how often silent invitations are looked for.
const deputyTime = time.Minute

// askDeputies reminds those who do not answer an invitation and asks their deputies, until
// told to stop. If it dies the pages still say who is silent.
func askDeputies(ctx context.Context, d *meetings.Desk, log *slog.Logger) {
	tick := time.NewTicker(deputyTime)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if _, err := d.AskDeputies(ctx); err != nil && ctx.Err() == nil {
				log.Error("ask deputies", "error", err)
			}
			if _, err := d.Remind(ctx); err != nil && ctx.Err() == nil {
				log.Error("remind who was invited", "error", err)
			}
		}
	}
}

// chaseTime is how often notices that no school has read are looked for.
const chaseTime = time.Minute

// chaseSchools goes on with notices that no school has read, until told to stop. If it
// dies the pages still say who has not.
func chaseSchools(ctx context.Context, d *encompass.Desk, log *slog.Logger) {
	tick := time.NewTicker(chaseTime)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if _, err := d.Chase(ctx); err != nil && ctx.Err() == nil {
				log.Error("chase notices to schools", "error", err)
			}
		}
	}
}
