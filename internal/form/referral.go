package form

import (
	"strconv"

	"frontdoor/internal/civil"
)

// Referral is a referral form's answers, typed.
type Referral struct {
	Professional                               bool
	Name, Agency, Organisation, Role           string
	Email, Phone                               string
	Children                                   []Child
	Household                                  []Member
	Danger, Where, What, Words, Impact, Level  string
	When                                       civil.Date
	Types                                      []string
	Told, Consent, ConsentWho, ConsentHow      string
	ConsentTo, Reason, ReasonWords, SafeToTell string
}

// Child is one child as described.
type Child struct {
	Given, Family, KnownAs, Described string
	Born, Expected                    civil.Date
	Age                               int // -1 when not said
	Unborn                            bool
	Sex, Address, Postcode, School    string
	NHS, UPN, Ethnicity               string
}

// Member is one person in the family or household.
type Member struct {
	Given, Family, Relation, Phone, Risk, Responsible string
	Born                                              civil.Date
}

func parseDate(s string) (civil.Date, error) { return civil.ParseDate(s) }

func itoa(n int) string { return strconv.Itoa(n) }

// ReadReferral reads answers of the referral form. A child is there when a name, a
// description or an expected date was given.
func ReadReferral(d *Definition, a Answers) Referral {
	get := func(step, q string) string { return a.One(step + "." + q) }
	r := Referral{
		Professional: get("you", "professional") == "yes", Name: get("you", "name"), Agency: get("you", "agency"),
		Organisation: get("you", "organisation"), Role: get("you", "role"), Email: get("you", "email"), Phone: get("you", "phone"),
		Danger: get("concern", "danger"), Where: get("concern", "where"), What: get("concern", "what"),
		Words: get("concern", "childs_words"), Impact: get("concern", "impact"), Level: get("concern", "level"),
		Types: a["concern.types"], Told: get("agreement", "told"), Consent: get("agreement", "status"),
		ConsentWho: get("agreement", "who"), ConsentHow: get("agreement", "how"), ConsentTo: get("agreement", "to_what"),
		Reason: get("agreement", "reason"), ReasonWords: get("agreement", "reason_words"), SafeToTell: get("agreement", "safe"),
	}
	r.When = dateOr(get("concern", "when"))
	children, _ := d.Step("children")
	for i := range a.Count(children) {
		one := func(q string) string { return a.One(Key(children, i, q)) }
		c := Child{
			Given: one("given"), Family: one("family"), KnownAs: one("known_as"), Described: one("described"),
			Born: dateOr(one("born")), Expected: dateOr(one("expected")), Age: -1, Unborn: one("unborn") == "yes",
			Sex: one("sex"), Address: one("address"), Postcode: one("postcode"), School: one("school"), NHS: one("nhs"), UPN: one("upn"), Ethnicity: one("ethnicity"),
		}
		if n, err := strconv.Atoi(one("age")); err == nil && n >= 0 {
			c.Age = n
		}
		if c.Given != "" || c.Family != "" || c.KnownAs != "" || c.Described != "" || c.Unborn {
			r.Children = append(r.Children, c)
		}
	}
	household, _ := d.Step("household")
	for i := range a.Count(household) {
		one := func(q string) string { return a.One(Key(household, i, q)) }
		m := Member{Given: one("given"), Family: one("family"), Relation: one("relation"), Phone: one("phone"),
			Risk: one("risk"), Responsible: one("responsible"), Born: dateOr(one("born"))}
		if m != (Member{}) {
			r.Household = append(r.Household, m)
		}
	}
	return r
}

func dateOr(s string) civil.Date {
	d, err := civil.ParseDate(s)
	if err != nil {
		return civil.Date{}
	}
	return d
}
