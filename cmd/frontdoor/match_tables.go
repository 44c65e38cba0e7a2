package main

import (
	"context"
	"slices"
	"strconv"

	"frontdoor/internal/dedupe"
	"frontdoor/internal/refusal"
)

type matchDedupeCmd struct {
	File  string `arg:"" type:"existingfile" help:"A table of people, CSV."`
	Map   string `help:"Which column is what: rec_id=id,surname=family_name,… or febrl, febrl-without-id, register." placeholder:"MAP"`
	Out   string `required:"" help:"Where to write the pairs, CSV: id1, id2, score." placeholder:"FILE"`
	Train bool   `help:"Learn from the table itself how often each kind of slip happens."`
}

func (c matchDedupeCmd) Run(ctx context.Context, s *settings, io streams) error {
	t, err := readTable(c.File, c.Map)
	if err != nil {
		return err
	}
	return writePairs(c.Out, dedupe.Find(t.Columns, t.rows, dedupe.Options{Train: c.Train}), t.ids)
}

type matchPairCmd struct {
	A     string `arg:"" type:"existingfile" help:"The first table of people, CSV."`
	B     string `arg:"" type:"existingfile" help:"The second, with the same columns."`
	Map   string `help:"Which column is what, as for dedupe." placeholder:"MAP"`
	Out   string `required:"" help:"Where to write the pairs, CSV: id1 of the first, id2 of the second, score." placeholder:"FILE"`
	Train bool   `help:"Learn from the tables themselves how often each kind of slip happens."`
}

func (c matchPairCmd) Run(ctx context.Context, s *settings, io streams) error {
	a, err := readTable(c.A, c.Map)
	if err != nil {
		return err
	}
	b, err := readTable(c.B, c.Map)
	if err != nil {
		return err
	}
	if !slices.Equal(a.Columns, b.Columns) {
		return refusal.Field("map", "The two files must have the same columns")
	}
	pairs := dedupe.Find(a.Columns, append(a.rows, b.rows...), dedupe.Options{Split: len(a.rows), Train: c.Train})
	return writePairs(c.Out, pairs, append(a.ids, b.ids...))
}

type peopleTable struct {
	dedupe.Mapping
	ids  []string
	rows [][]string
}

func readTable(path, mapping string) (*peopleTable, error) {
	in, done, err := openTable(path)
	if err != nil {
		return nil, err
	}
	defer done()
	m, err := dedupe.Map(mapping, in.Columns())
	if err != nil {
		return nil, err
	}
	t := &peopleTable{Mapping: m}
	for {
		more, err := in.Next()
		if err != nil || !more {
			return t, err
		}
		id, row := m.Row(in.Row())
		t.ids, t.rows = append(t.ids, id), append(t.rows, row)
	}
}

func writePairs(path string, pairs []dedupe.Pair, ids []string) error {
	out, err := createCSV(path, "id1", "id2", "score")
	if err != nil {
		return err
	}
	for _, p := range pairs {
		out.row(ids[p.A], ids[p.B], strconv.FormatFloat(p.Score, 'f', 6, 64))
	}
	return out.finish(nil)
}
