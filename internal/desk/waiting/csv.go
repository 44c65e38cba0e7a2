package waiting

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"

	"frontdoor/internal/pathway"
)

// columns are the heads of the file, in the order of the page.
var columns = []string{"child", "age", "child_reference", "contact", "waiting_for", "owner", "what", "since", "due", "rule", "late", "last_event", "wait"}

// WriteCSV writes the same rows as the page, as text that no spreadsheet runs.
func (w *Waits) WriteCSV(out io.Writer) error {
	if _, err := io.WriteString(out, "\uFEFF"); err != nil {
		return fmt.Errorf("write the file: %w", err)
	}
	c := csv.NewWriter(out)
	c.UseCRLF = true
	rows := [][]string{columns}
	for _, x := range w.Rows {
		late := "no"
		if x.Late {
			late = "yes"
		}
		rows = append(rows, []string{x.Child, x.Age, x.ChildRef, x.Contact, pathway.AgencyName(pathway.Agency(x.Agency)), x.Owner, x.What,
			x.Since.String(), x.Due.String(), x.Rule, late, x.LastEvent.String(), x.ID})
	}
	for _, row := range rows {
		for i := range row {
			row[i] = Inert(row[i])
		}
		if err := c.Write(row); err != nil {
			return fmt.Errorf("write the file: %w", err)
		}
	}
	c.Flush()
	return c.Error()
}

// WriteJSON writes the same rows as JSON.
func (w *Waits) WriteJSON(out io.Writer) error {
	e := json.NewEncoder(out)
	e.SetIndent("", "  ")
	all, late := w.Total()
	rows := w.Rows
	if rows == nil {
		rows = []Wait{}
	}
	at := w.AsAt
	if at.IsZero() {
		at = w.Now
	}
	return e.Encode(map[string]any{"as_at": at, "total": all, "late": late, "counts": w.Counts, "waits": rows})
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
