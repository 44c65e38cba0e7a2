package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"

	"frontdoor/internal/access"
	"frontdoor/internal/civil"
	"frontdoor/internal/desk/partnership"
	"frontdoor/internal/refusal"
)

type packCmd struct {
	From      string `help:"First day, such as 2026-01-01." placeholder:"DATE"`
	To        string `help:"Last day. It must be over." placeholder:"DATE"`
	Out       string `help:"A new or empty folder to write the pack to." type:"path" placeholder:"DIR"`
	Agency    string `help:"Id of one partner; all, each in a folder, when not given." placeholder:"ID"`
	AsAt      string `help:"As it was recorded by a past moment, such as 2026-02-01T09:00:00Z; by the end of the last day when not given." placeholder:"TIME"`
	Joint     string `help:"Instead of days: a pack for a joint inspection, such as JT-26-7K3QM9." placeholder:"REF"`
	Check     string `help:"Instead: say which file of a pack was changed." type:"existingdir" placeholder:"DIR"`
	Authority string `help:"Id of the authority; needed when there are several."`
}

// errPackChanged says that a pack is not as it was made; what was changed was printed.
var errPackChanged = errors.New("the pack is not as it was made")

// Run makes a pack and prints its hash, or checks one.
func (c packCmd) Run(ctx context.Context, s *settings, io streams) error {
	if c.Check != "" {
		return c.check(io)
	}
	switch {
	case c.Joint != "" && (c.From != "" || c.To != "" || c.Agency != "" || c.AsAt != ""):
		return &usageError{"a joint pack has its own days, agencies and moment: say --joint REF --out DIR alone"}
	case c.Out == "" || c.Joint == "" && (c.From == "" || c.To == ""):
		return &usageError{"say --from DATE --to DATE --out DIR, --joint REF --out DIR, or --check DIR"}
	}
	if there, err := os.ReadDir(c.Out); err == nil && len(there) > 0 {
		return refusal.New(refusal.Conflict, c.Out+" is not empty. Name a new folder: a pack is never mixed with another")
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read %s: %w", c.Out, err)
	}
	r, who, done, err := watch(ctx, s, c.Authority)
	if err != nil {
		return err
	}
	defer done()
	desk := partnership.New(r)
	p, err := c.make(ctx, desk, who)
	if err != nil {
		return err
	}
	for _, f := range p.All {
		to := filepath.Join(c.Out, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return fmt.Errorf("make the folder of %s: %w", f.Name, err)
		}
		if err := os.WriteFile(to, f.Body, 0o644); err != nil {
			return fmt.Errorf("write %s: %w", f.Name, err)
		}
	}
	fmt.Fprintln(io.out, p.Hash)
	return nil
}

// make makes the pack that is asked for.
func (c packCmd) make(ctx context.Context, desk *partnership.Desk, who access.Actor) (*partnership.Pack, error) {
	if c.Joint != "" {
		p, err := desk.Joint(ctx, who, c.Joint)
		if err != nil {
			return nil, err
		}
		return p.Pack()
	}
	a := partnership.PackAsked{Agency: c.Agency}
	var err error
	if c.AsAt != "" {
		if a.AsAt, err = civil.ParseInstant(c.AsAt); err != nil {
			return nil, &usageError{err.Error()}
		}
	}
	if a.Period, err = desk.PeriodOf(url.Values{"from": {c.From}, "to": {c.To}}); refusal.KindOf(err) == refusal.Invalid {
		return nil, &usageError{err.Error()}
	}
	if err != nil {
		return nil, err
	}
	return desk.Pack(ctx, who, a)
}

// check prints the hash of a pack that is whole, or what was changed.
func (c packCmd) check(io streams) error {
	names, err := namesIn(c.Check)
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(c.Check)
	if err != nil {
		return fmt.Errorf("open %s: %w", c.Check, err)
	}
	defer root.Close()
	hash, faults, err := partnership.CheckPack(names, root.ReadFile)
	if err != nil {
		return err
	}
	for _, f := range faults {
		fmt.Fprintln(io.out, f)
	}
	if len(faults) > 0 {
		return errPackChanged
	}
	fmt.Fprintln(io.out, hash)
	return nil
}

// namesIn are all files of a folder, with slashes between folders.
func namesIn(dir string) ([]string, error) {
	var names []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		names = append(names, filepath.ToSlash(name))
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", dir, err)
	}
	slices.Sort(names)
	return names, nil
}
