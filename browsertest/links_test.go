package browsertest

import (
	"testing"

	"frontdoor/internal/db"
)

var aLinked = db.SQL("browsertest.linked", `
	SELECT c.ref FROM contact c JOIN subject_child x ON x.contact_id = c.id AND x.authority_id = c.authority_id WHERE c.authority_id = $1 AND c.conceal = '' ORDER BY c.ref LIMIT 1`)

// aReview is the page of a review conference, or of a conference where the town is too young for one.
var aReview = db.SQL("browsertest.review", `SELECT '/conferences/' || ref FROM conference WHERE authority_id = $1 ORDER BY kind DESC, begun_at LIMIT 1`)

// linkPages are the pages of the help that a child had and of what links children.
func (w *town) linkPages(t *testing.T, decided, child string) []string {
	t.Helper()
	return []string{"/children/" + child + "/help", "/children/" + child + "/limits", "/links/" + decided, "/links/" + w.one(t, aLinked), "/places", "/places?kind=&q=bu", "/places?q=vale+bus+station&kind=&why=mapping",
		"/measures/first-help/children?state=waiting"}
}
