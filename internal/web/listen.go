package web

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// The times a connection may take. Uploads over slow lines fit in a minute or two.
const (
	headerTime = 10 * time.Second
	readTime   = 2 * time.Minute
	writeTime  = 3 * time.Minute
	idleTime   = 2 * time.Minute
	drainTime  = 20 * time.Second
	headerSize = 64 << 10
)

// Listen serves until ctx ends, then takes no more and lets what is under way
// finish. It returns nil when everything was answered.
func (s *Server) Listen(ctx context.Context, l net.Listener) error {
	srv := &http.Server{
		Handler:           s.Handler(),
		ReadHeaderTimeout: headerTime,
		ReadTimeout:       readTime,
		WriteTimeout:      writeTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    headerSize,
	}
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(l) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if err := srv.Shutdown(last); err != nil {
		return fmt.Errorf("drain: %w", err)
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}
