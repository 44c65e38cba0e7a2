package web

import (
	"net/http"
	"strings"

	"frontdoor/internal/access"
)

// Listing is a list page with the same rows as files at the same address: the page's
// path with .csv or .json behind it.
type Listing struct {
	Name  string // of the file
	Page  Handler
	Sheet func(r *http.Request) (Sheet, error)
	// JSON is what the .json says; the sheet's rows by their heads when there is none.
	JSON func(r *http.Request) (any, error)
}

// List adds a list page and its files. All three ask for the same permission, and each
// writes in the trail who looked.
func (s *Server) List(path string, act access.Action, l Listing) {
	file := func(ext string) Handler {
		return func(w http.ResponseWriter, r *http.Request) error { return l.send(w, r, ext) }
	}
	if !strings.HasSuffix(path, "}") {
		s.Route("GET "+path, act, l.Page)
		s.Route("GET "+path+".csv", act, file("csv"))
		s.Route("GET "+path+".json", act, file("json"))
	} else {
		last := strings.Trim(path[strings.LastIndex(path, "{"):], "{}")
		s.Route("GET "+path, act, func(w http.ResponseWriter, r *http.Request) error {
			for _, ext := range []string{"csv", "json"} {
				if name, ok := strings.CutSuffix(r.PathValue(last), "."+ext); ok {
					r.SetPathValue(last, name)
					return l.send(w, r, ext)
				}
			}
			return l.Page(w, r)
		})
	}
	s.lists = append(s.lists, path)
}

// Lists are the paths of all list pages.
func (s *Server) Lists() []string { return s.lists }

func (l Listing) send(w http.ResponseWriter, r *http.Request, ext string) error {
	if ext == "json" && l.JSON != nil {
		v, err := l.JSON(r)
		if err != nil {
			return err
		}
		return SendJSON(w, v)
	}
	sheet, err := l.Sheet(r)
	if err != nil {
		return err
	}
	if ext == "json" {
		return SendJSON(w, map[string]any{"rows": sheet.Named()})
	}
	return SendCSV(w, l.Name, sheet)
}

// Named are the rows of a sheet by the heads of their columns.
func (s Sheet) Named() []map[string]string {
	out := make([]map[string]string, len(s.Rows))
	for i, row := range s.Rows {
		out[i] = map[string]string{}
		for j, head := range s.Head {
			if j < len(row) {
				out[i][head] = row[j]
			}
		}
	}
	return out
}

// Files are the addresses of a list page's files, narrowed as the page is.
type Files struct{ CSV, JSON string }

// FilesOf are the files of the page at an address. Where in the list the page begins is
// left out: a file has the whole list.
func FilesOf(r *http.Request, place ...string) Files {
	q := r.URL.Query()
	for _, k := range append(place, "page", "after") {
		q.Del(k)
	}
	query := ""
	if len(q) > 0 {
		query = "?" + q.Encode()
	}
	return Files{r.URL.EscapedPath() + ".csv" + query, r.URL.EscapedPath() + ".json" + query}
}
