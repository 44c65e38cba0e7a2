package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"

	"frontdoor/bench/town"
)

// write puts a town's files in a folder, as the match commands read them, with the
// truth beside them.
func write(o town.Options, dir string) error {
	var files []*os.File
	create := func(name string) io.Writer {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			return failing{err}
		}
		files = append(files, f)
		return f
	}
	err := errors.Join(
		town.WriteRegister(create("persons.csv"), o),
		town.WriteContacts(create("contacts.csv"), create("truth.csv"), o),
		town.WriteRelationships(create("relationships.csv"), o),
	)
	for _, f := range files {
		err = errors.Join(err, f.Close())
	}
	return err
}

// failing is a file that could not be created.
type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
