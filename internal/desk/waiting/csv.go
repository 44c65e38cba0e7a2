package waiting

import (
	"io"

	"frontdoor/internal/pathway"
	"frontdoor/internal/web"
)

// columns are the heads of the file, in the order of the page.
var columns = []string{"child", "age", "child_reference", "contact", "waiting_for", "owner", "what", "since", "due", "rule", "late", "last_event", "wait"}

// Sheet is the same rows as the page.
func (w *Waits) Sheet() web.Sheet {
	s := web.Sheet{Head: columns}
	for _, x := range w.Rows {
		late := "no"
		if x.Late {
			late = "yes"
		}
		s.Rows = append(s.Rows, []string{x.Child, x.Age, x.ChildRef, x.Contact, pathway.AgencyName(pathway.Agency(x.Agency)), x.Owner, x.What,
			x.Since.String(), x.Due.String(), x.Rule, late, x.LastEvent.String(), x.ID})
	}
	return s
}

// WriteCSV writes the same rows as the page, as text that no spreadsheet runs.
func (w *Waits) WriteCSV(out io.Writer) error { return w.Sheet().WriteCSV(out) }

// WriteJSON writes the same rows as JSON.
func (w *Waits) WriteJSON(out io.Writer) error { return web.WriteJSON(out, w.document()) }

func (w *Waits) document() any {
	all, late := w.Total()
	rows := w.Rows
	if rows == nil {
		rows = []Wait{}
	}
	at := w.AsAt
	if at.IsZero() {
		at = w.Now
	}
	return map[string]any{"as_at": at, "total": all, "late": late, "counts": w.Counts, "waits": rows}
}
