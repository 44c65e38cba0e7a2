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
	"frontdoor/internal/civil"
	"frontdoor/internal/db"
	"frontdoor/internal/demo"
	"frontdoor/internal/record"
	"frontdoor/internal/timescale"
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
		url = "sqlite:" + filepath.Join(dir, demoFile)
	}
	built, err := c.build(ctx, url, set, cal, io)
	if err != nil {
		return err
	}
	d, err := db.Open(ctx, url, db.Options{})
	if err != nil {
		return err
	}
	defer d.Close()
	fmt.Fprintf(io.out, "frontdoor: demo key for the police door: %s\n", built.DoorSecret)
	if c.Build {
		return nil
	}
	banner := &web.Demo{Authority: built.Authority}
	for _, p := range built.Personas {
		banner.Personas = append(banner.Personas, web.Persona{UserID: p.UserID, Name: p.Name, Role: access.RoleName(p.Role), Says: p.Says})
	}
	serve := serveCmd{Addr: c.Addr, noticeFlags: noticeFlags{Mail: "none", Public: "http://" + c.Addr}}
	r := record.New(d, set, cal, now)
	if r.Ladders, err = s.ladders(); err != nil {
		return err
	}
	return serve.serve(ctx, r, web.Settings{Version: version, Log: log, Demo: banner}, io, nil)
}

// build makes the demo, or finds the one that is there from before.
func (c demoCmd) build(ctx context.Context, url string, set *timescale.Set, cal *civil.Calendar, io streams) (built *demo.Built, err error) {
	d, err := db.Open(ctx, url, db.Options{Fast: true})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	if err := d.Migrate(ctx); err != nil {
		return nil, err
	}
	built, ok, err := demo.Again(ctx, record.New(d, set, cal, now), c.Number)
	if ok || err != nil {
		return built, err
	}
	built, err = demo.Build(ctx, d, set, cal, demo.Options{Number: c.Number, Now: now(), Children: c.Children, Weeks: c.Weeks}, bar(io.err, "building the demo"))
	if err != nil {
		return nil, err
	}
	if err := errors.Join(d.Analyze(ctx), d.Checkpoint(ctx)); err != nil {
		return nil, err
	}
	truth, err := built.Truth.JSON()
	if err != nil {
		return nil, err
	}
	if at, ok := strings.CutPrefix(url, "sqlite:"); ok {
		if err := os.WriteFile(filepath.Join(filepath.Dir(at), "demo-truth.json"), truth, 0o600); err != nil {
			return nil, fmt.Errorf("write the truth file: %w", err)
		}
		if err := os.WriteFile(filepath.Join(filepath.Dir(at), "demo-force-incidents.csv"), built.ForceList, 0o600); err != nil {
			return nil, fmt.Errorf("write the force's list: %w", err)
		}
	}
	return built, nil
}
