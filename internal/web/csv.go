package web

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"unicode"
)

// Sheet is a list as a file: the heads of its columns and its rows.
type Sheet struct {
	Head []string
	Rows [][]string
}

// WriteCSV writes the sheet as text that no spreadsheet runs.
func (s Sheet) WriteCSV(out io.Writer) error {
	if _, err := io.WriteString(out, "\uFEFF"); err != nil {
		return fmt.Errorf("write the file: %w", err)
	}
	c := csv.NewWriter(out)
	c.UseCRLF = true
	for _, row := range append([][]string{s.Head}, s.Rows...) {
		safe := make([]string, len(row))
		for i := range row {
			safe[i] = Inert(row[i])
		}
		if err := c.Write(safe); err != nil {
			return fmt.Errorf("write the file: %w", err)
		}
	}
	c.Flush()
	return c.Error()
}

// SendCSV answers with a sheet as a file of that name.
func SendCSV(w http.ResponseWriter, name string, s Sheet) error {
	var b bytes.Buffer
	if err := s.WriteCSV(&b); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`.csv"`)
	_, err := w.Write(b.Bytes())
	return err
}

// WriteJSON writes a value as indented JSON, the same from a page and a command.
func WriteJSON(out io.Writer, v any) error {
	e := json.NewEncoder(out)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// SendJSON answers with a value as JSON.
func SendJSON(w http.ResponseWriter, v any) error {
	var b bytes.Buffer
	if err := WriteJSON(&b, v); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, err := w.Write(b.Bytes())
	return err
}

// Inert keeps a spreadsheet from reading a text as a formula: one that begins,
// after what cannot be seen, with a sign of a formula is quoted with an apostrophe.
func Inert(s string) string {
	seen := strings.TrimLeftFunc(s, func(r rune) bool {
		return unicode.Is(unicode.Cf, r) || unicode.IsSpace(r) && r != '\t' && r != '\r' && r != '\n'
	})
	if seen != "" && strings.ContainsRune("=+-@\t\r\n\x00", rune(seen[0])) {
		return "'" + s
	}
	return s
}
