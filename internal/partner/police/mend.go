package police

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"frontdoor/internal/access"
	"frontdoor/internal/desk/contacts"
	"frontdoor/internal/pathway"
	"frontdoor/internal/refusal"
	"frontdoor/internal/web"
)

//go:embed templates/*.html
var templates embed.FS

var mendPage = web.NewPage(templates, "templates/mend.html")

// mendChildren is how many children the form asks for at least: one more than were read.
const mendChildren = 3

// Salvage reads what can be read of a message that as a whole cannot: each field by
// itself, up to where the text breaks. It never fails; the zero Notification is nothing.
func Salvage(body []byte) (n Notification) {
	if !utf8.Valid(body) || depth(body) != nil {
		return n
	}
	for key, raw := range fieldsOf(body) {
		if key == "children" {
			n.Children = salvageChildren(raw)
			continue
		}
		one, err := json.Marshal(map[string]json.RawMessage{key: raw})
		if err != nil {
			continue
		}
		if was := n; json.Unmarshal(one, &n) != nil {
			n = was // half a field is no field
		}
	}
	n.clean()
	return n
}

func salvageChildren(raw json.RawMessage) (out []Child) {
	var all []json.RawMessage
	if json.Unmarshal(raw, &all) != nil {
		return nil
	}
	for _, x := range all[:min(len(all), pathway.MostChildren)] {
		var c Child
		for key, value := range fieldsOf(x) {
			one, err := json.Marshal(map[string]json.RawMessage{key: value})
			if err != nil {
				continue
			}
			if was := c; json.Unmarshal(one, &c) != nil {
				c = was
			}
		}
		out = append(out, c)
	}
	return out
}

// fieldsOf are the fields of a JSON object as far as they can be told apart.
func fieldsOf(body []byte) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	d := json.NewDecoder(bytes.NewReader(body))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return out
	}
	for d.More() {
		t, err := d.Token()
		key, isKey := t.(string)
		var value json.RawMessage
		if err != nil || !isKey || d.Decode(&value) != nil {
			return out
		}
		out[key] = value
	}
	return out
}

func (d *Door) mendRoutes(s *web.Server) {
	s.Route("GET "+web.PathMend, access.CorrectMessage, d.showMend)
	s.Route("POST "+web.PathMend, access.CorrectMessage, d.saveMend)
}

type mendView struct {
	Ref, At, Problem, Raw string
	Mended                string // what it became, when it was put right
	Form                  *web.Form
}

// HasErrors says whether the form shows errors.
func (v mendView) HasErrors() bool { return v.Form.HasErrors() }

// kids is how many children a form asks for.
func kids(n Notification) int { return min(max(len(n.Children)+1, mendChildren), pathway.MostChildren) }

func mendForm(n Notification) *web.Form {
	grade := web.Field{Name: "grade", Label: "Your grade of the risk", Kind: "radios", Value: n.Grade, Options: []web.Option{{Value: "high", Label: "High"}, {Value: "medium", Label: "Medium"}, {Value: "standard", Label: "Standard"}}}
	f := web.NewForm(
		web.Field{Name: "reference", Label: "Your own reference", Kind: "text", Value: n.Reference, Max: 100, Width: 20},
		web.Field{Name: "incident", Label: "When did it happen, or when was it attended?", Hint: "For example 27 3 2026 and 14:05", Kind: "datetime"}, grade,
		web.Field{Name: "district", Label: "District", Kind: "text", Value: n.District, Max: 100, Width: 20},
		web.Field{Name: "what", Label: "What happened?", Kind: "textarea", Value: n.What, Max: 20000},
		web.Field{Name: "address", Label: "Address", Kind: "text", Value: n.Address, Max: 300},
		web.Field{Name: "postcode", Label: "Postcode", Kind: "text", Value: n.Postcode, Max: 12, Width: 10},
		web.Field{Name: "household", Label: "How many children live there, named or not?", Kind: "number", Value: number(n.Household), Width: 3})
	f.SetInstant("incident", n.IncidentAt)
	for i := range kids(n) {
		var c Child
		if i < len(n.Children) {
			c = n.Children[i]
		}
		k, of := strconv.Itoa(i+1), fmt.Sprintf(" of child %d", i+1)
		f.Fields = append(f.Fields, &web.Field{Name: "given-" + k, Label: "First name" + of, Kind: "text", Value: c.Given, Max: 100, Width: 20},
			&web.Field{Name: "family-" + k, Label: "Last name" + of, Kind: "text", Value: c.Family, Max: 100, Width: 20},
			&web.Field{Name: "born-" + k, Label: "Date of birth" + of, Hint: "If you know it, for example 27 3 2016", Kind: "date"})
		f.SetDate("born-"+k, c.Born)
	}
	return f
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// mended is the message as the form has it: what it does not ask for stays as it was read.
func mended(f *web.Form, n Notification) (Notification, error) {
	var err error
	problems := []refusal.Problem{}
	say := func(field string, err error) {
		if x, ok := refusal.As(err); ok {
			for _, p := range x.Problems {
				problems = append(problems, refusal.Problem{Field: field, Message: p.Message})
			}
		}
	}
	if n.IncidentAt, err = f.Instant("incident"); err != nil {
		say("incident", err)
	}
	n.Reference, n.Grade, n.District, n.What, n.Address, n.Postcode = f.Value("reference"), f.Value("grade"), f.Value("district"), f.Value("what"), f.Value("address"), f.Value("postcode")
	if n.Household, err = strconv.Atoi(f.Value("household")); err != nil || n.Household < 0 {
		if n.Household = 0; f.Value("household") != "" {
			problems = append(problems, refusal.Problem{Field: "household", Message: "Enter the number of children in digits, such as 3"})
		}
	}
	asked, was := kids(n), n.Children
	n.Children = nil
	for i := range asked {
		k := strconv.Itoa(i + 1)
		var c Child
		if i < len(was) {
			c = was[i]
		}
		born, err := f.Date("born-" + k)
		if err != nil {
			say("born-"+k, err)
		}
		c.Given, c.Family, c.Born = f.Value("given-"+k), f.Value("family-"+k), born
		switch named := c.Given != "" || c.Family != ""; {
		case named:
			n.Children = append(n.Children, c)
		case !c.Born.IsZero():
			problems = append(problems, refusal.Problem{Field: "given-" + k, Message: "Enter the name of the child whose date of birth you gave"})
		}
	}
	if n.Reference == "" {
		problems = append(problems, refusal.Problem{Field: "reference", Message: "Enter your own reference, so that a repeat is recognised"})
	}
	if n.IncidentAt.IsZero() && len(problems) == 0 {
		problems = append(problems, refusal.Problem{Field: "incident", Message: "Enter when it happened: without it nobody can see how old the risk is"})
	}
	if len(n.Children) == 0 && n.Household == 0 {
		problems = append(problems, refusal.Problem{Field: "given-1", Message: "Enter each child in the household, or how many live there"})
	}
	if len(problems) > 0 {
		return n, refusal.Fields(problems)
	}
	return n, nil
}

func (d *Door) showMend(w http.ResponseWriter, r *http.Request) error {
	u, err := d.contacts.Unread(r.Context(), web.Actor(r), r.PathValue("ref"))
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, mendPage, viewOf(u, mendForm(Salvage(u.Body))))
}

func viewOf(u contacts.Unread, f *web.Form) mendView {
	return mendView{Ref: u.Ref, At: u.At.Words(), Problem: u.Problem, Raw: u.Text(), Mended: u.Mended, Form: f}
}

// saveMend takes the message as it was put right. Its bytes are kept like those of any
// other, and the clock goes on from when the first arrived.
func (d *Door) saveMend(w http.ResponseWriter, r *http.Request) error {
	who, ref := web.Actor(r), r.PathValue("ref")
	u, err := d.contacts.Unread(r.Context(), who, ref)
	if err != nil {
		return err
	}
	was := Salvage(u.Body)
	f := mendForm(was)
	f.Read(r)
	n, err := mended(f, was)
	if err == nil {
		err = d.correct(r, who, u, n, f)
	}
	if err != nil {
		if f.Reject(err) {
			code := http.StatusUnprocessableEntity
			if refusal.KindOf(err) == refusal.Conflict {
				code = http.StatusConflict
			}
			return web.Render(w, r, code, mendPage, viewOf(u, f))
		}
		return err
	}
	return web.See(w, r, web.PathReferrals)
}

func (d *Door) correct(r *http.Request, who access.Actor, u contacts.Unread, n Notification, f *web.Form) error {
	for _, p := range n.doubts(d.contacts.Record.Now()) {
		field := fieldOf(p.Field)
		if field == "" {
			continue // not asked here: kept, as the door keeps it
		}
		return refusal.Field(field, p.Message)
	}
	body, err := json.Marshal(n)
	if err != nil {
		return fmt.Errorf("write the message that was put right: %w", err)
	}
	a := n.Arrival()
	a.SourceName, a.OrganisationID, a.ReceivedAt = u.Source, who.AgencyID, u.At
	a.Intake = &contacts.Intake{Door: "police", Sender: "by hand " + who.AgencyID, Reference: n.Reference, ContentType: "application/json", Body: body}
	_, err = d.contacts.Correct(r.Context(), who, u.Ref, a)
	return err
}

// fieldOf is the question of the form that a doubt about the message belongs to.
func fieldOf(field string) string {
	switch {
	case field == "incident_at":
		return "incident"
	case field == "grade" || field == "children_in_household":
		return map[string]string{"grade": "grade", "children_in_household": "household"}[field]
	case field == "children":
		return "given-1"
	case strings.HasPrefix(field, "children/") && strings.HasSuffix(field, "/born"):
		if i, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(field, "children/"), "/born")); err == nil {
			return "born-" + strconv.Itoa(i+1)
		}
	}
	return ""
}
