package contacts

import (
	"net/http"
	"strconv"
	"strings"

	"frontdoor/internal/web"
)

// boardSheet is the board as a file: the rows of all its pages, in its order. What is
// masked on the board is masked here.
func (d *Desk) boardSheet(r *http.Request) (web.Sheet, error) {
	q := r.URL.Query()
	show := Show{Only: q.Get("only"), From: q.Get("from"), Working: q.Get("working")}
	s := web.Sheet{Head: []string{"contact", "children", "channel", "from", "grade", "rag", "danger", "incident", "received", "due", "read", "working_on", "waiting_for", "marks"}}
	for {
		b, err := d.Board(r.Context(), web.Actor(r), show)
		if err != nil {
			return s, err
		}
		for _, c := range b.Cards {
			s.Rows = append(s.Rows, c.row())
		}
		if show.After = b.Next; b.Next.ID == "" {
			return s, nil
		}
	}
}

func (c Card) row() []string {
	var marks, owners []string
	for _, m := range c.Marks {
		marks = append(marks, m.Words)
	}
	if c.Masked {
		return []string{c.Ref, "Restricted record", string(c.Channel), "", "", "", "", "", c.ReceivedAt.String(), c.DueAt.String(), "", "", "", strings.Join(marks, "; ")}
	}
	for _, w := range c.Waiting {
		owners = append(owners, w.Owner)
	}
	return []string{c.Ref, childrenWords(c.Kids), string(c.Channel), c.Source, c.Grade, c.RAG, c.Danger, c.IncidentAt.String(), c.ReceivedAt.String(), c.DueAt.String(),
		strconv.FormatBool(c.Opened), c.WorkingName, strings.Join(owners, "; "), strings.Join(marks, "; ")}
}
