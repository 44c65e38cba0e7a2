package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"frontdoor/internal/access"
	"frontdoor/internal/db"
	"frontdoor/internal/demo"
	"frontdoor/internal/record"
	"frontdoor/internal/web"
)

type demoCmd struct {
	Addr     string `help:"Address to listen on." env:"FRONTDOOR_ADDR" default:"127.0.0.1:8080"`
	Number   int64  `help:"The number the authority is made from: the same number gives the same one." default:"1"`
	Children int    `help:"How many children." default:"2400"`
	Weeks    int    `help:"How many weeks of history." default:"26"`
	Build    bool   `help:"Build and stop, without serving." name:"build-only"`
}

// Run builds the demo in a database of its own and serves it. On SQLite it is built
// without waiting for the disk, since it can always be built again, and opened anew
// with durable writes before anybody uses it.
func (c demoCmd) Run(ctx context.Context, s *settings, io streams) error {
	log := s.logger(io.err)
	slog.SetDefault(log)
	set, cal, err := s.rules()
	if err != nil {
		return err
	}
	url := s.Database
	if url == "" {
		dir, err := os.MkdirTemp("", "frontdoor-demo-")
		if err != nil {
			return fmt.Errorf("make a folder for the demo: %w", err)
		}
		defer os.RemoveAll(dir)
		if s.Data != "" && os.Getenv("FRONTDOOR_DATA") == "" && s.Data != defaultData() {
			dir = s.Data
		}
		url = "sqlite:" + filepath.Join(dir, "demo.db")
	}
	d, err := db.Open(ctx, url, db.Options{Fast: true})
	if err != nil {
		return err
	}
	if err := d.Migrate(ctx); err != nil {
		return errors.Join(err, d.Close())
	}
	built, err := demo.Build(ctx, d, set, cal, demo.Options{Number: c.Number, Now: now(), Children: c.Children, Weeks: c.Weeks}, bar(io.err, "building the demo"))
	if err == nil {
		err = errors.Join(d.Analyze(ctx), d.Checkpoint(ctx))
	}
	if err = errors.Join(err, d.Close()); err != nil {
		return err
	}
	if d, err = db.Open(ctx, url, db.Options{}); err != nil {
		return err
	}
	defer d.Close()
	if truth, err := built.Truth.JSON(); err == nil && strings.HasPrefix(url, "sqlite:") {
		if err := os.WriteFile(filepath.Join(filepath.Dir(strings.TrimPrefix(url, "sqlite:")), "demo-truth.json"), truth, 0o600); err != nil {
			return fmt.Errorf("write the truth file: %w", err)
		}
	}
	fmt.Fprintf(io.out, "frontdoor: demo key for the police door: %s\n", built.DoorSecret)
	if c.Build {
		return nil
	}
	banner := &web.Demo{Authority: built.Authority}
	for _, p := range built.Personas {
		banner.Personas = append(banner.Personas, web.Persona{UserID: p.UserID, Name: p.Name, Role: access.RoleName(p.Role), Says: p.Says})
	}
	serve := serveCmd{Addr: c.Addr, Mail: "none", Public: "http://" + c.Addr}
	return serve.serve(ctx, record.New(d, set, cal, now), web.Settings{Version: version, Log: log, Demo: banner}, io, nil)
}
