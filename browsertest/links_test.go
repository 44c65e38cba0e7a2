package browsertest

import (
	"testing"

	"frontdoor/internal/db"
)

var aLinked = db.SQL("browsertest.linked", `
	SELECT c.ref FROM contact c JOIN subject_child x ON x.contact_id = c.id AND x.authority_id = c.authority_id WHERE c.authority_id = $1 AND c.conceal = '' ORDER BY c.ref LIMIT 1`)

// aPeer is the page that says whose record somebody known by a name is.
var aPeer = db.SQL("browsertest.peer", `
	SELECT c.ref || '/peers/' || x.id FROM contact c JOIN subject_child x ON x.contact_id = c.id AND x.authority_id = c.authority_id AND x.ended_at IS NULL
	JOIN subject s ON s.id = x.subject_id AND s.authority_id = x.authority_id AND s.kind = 'peer' WHERE c.authority_id = $1 AND c.conceal = '' ORDER BY c.ref, x.id LIMIT 1`)

// aReview is the page of a review conference, or of a conference where the town is too young for one.
var aReview = db.SQL("browsertest.review", `SELECT '/conferences/' || ref FROM conference WHERE authority_id = $1 ORDER BY kind DESC, begun_at LIMIT 1`)

// linkPages are the pages of the help that a child had and of what links children.
func (w *town) linkPages(t *testing.T, decided, child string) []string {
	t.Helper()
	return []string{"/children/" + child + "/help", "/children/" + child + "/limits", "/links/" + decided, "/links/" + w.one(t, aLinked), "/places", "/places?kind=&q=bu", "/places?q=vale+bus+station&kind=&why=mapping",
		"/measures/first-help/children?state=waiting", "/links/" + w.one(t, aPeer), "/links/" + w.one(t, aPeer) + "?given=Ja&family=&age=15&postcode="}
}
