package dedupe

import (
	"fmt"
	"slices"
	"strings"

	"frontdoor/internal/refusal"
)

// known are the columns that can be compared, in the order they are kept.
var known = []Column{
	{"given_name", Name, "family_name"}, {"middle_names", Name, ""}, {"family_name", Name, "given_name"}, {"known_as", Name, ""},
	{"sex", Code, ""}, {"dob", Date, ""}, {"house_number", Code, ""}, {"address", Text, "address_2"}, {"address_2", Text, "address"},
	{"town", Text, ""}, {"postcode", Code, ""}, {"county", Code, ""}, {"phone", Number, ""}, {"school", Text, ""}, {"identity", Number, ""},
}

// shipped are mappings for files that are often met.
var shipped = map[string]string{
	"febrl": febrl + ",soc_sec_id=identity", "febrl-without-id": febrl,
	"register": "person_id=id,given_name=given_name,middle_names=middle_names,family_name=family_name,known_as=known_as,sex=sex,dob=dob,address=address,town=town,postcode=postcode,phone=phone,school=school,nhs_number=identity",
}

const febrl = "rec_id=id,given_name=given_name,surname=family_name,street_number=house_number,address_1=address,address_2=address_2,suburb=town,postcode=postcode,state=county,date_of_birth=dob"

// Mapping says which of a file's columns is what.
type Mapping struct {
	Columns []Column
	at      []int // of Columns, in the file
	id      int
}

// Map reads "rec_id=id,surname=family_name", or the name of a shipped mapping, for a
// file with these columns. With nothing the shipped mapping that fits is taken.
func Map(text string, head []string) (Mapping, error) {
	if text == "" {
		for _, name := range []string{"febrl", "register"} {
			if m, err := Map(name, head); err == nil {
				return m, nil
			}
		}
		return Mapping{}, refusal.Field("map", "Say which column is what, like --map rec_id=id,surname=family_name. The file has "+strings.Join(head, ", "))
	}
	if s, ok := shipped[text]; ok {
		text = s
	}
	m := Mapping{id: -1}
	found := map[string]int{}
	for part := range strings.SplitSeq(text, ",") {
		theirs, ours, ok := strings.Cut(strings.TrimSpace(part), "=")
		at := slices.Index(head, strings.ToLower(theirs))
		switch {
		case !ok:
			return m, refusal.Field("map", fmt.Sprintf("%q in the map must be like surname=family_name", part))
		case at < 0:
			return m, refusal.Field("map", fmt.Sprintf("The file has no column %q. It has %s", theirs, strings.Join(head, ", ")))
		case ours == "id":
			m.id = at
		case !slices.ContainsFunc(known, func(c Column) bool { return c.Name == ours }):
			return m, refusal.Field("map", fmt.Sprintf("%q is not a column that can be compared. Choose from id, %s", ours, names()))
		default:
			found[ours] = at
		}
	}
	if m.id < 0 {
		return m, refusal.Field("map", "Say which column is the id, like rec_id=id")
	}
	for _, c := range known {
		if at, ok := found[c.Name]; ok {
			m.Columns, m.at = append(m.Columns, c), append(m.at, at)
		}
	}
	if len(m.Columns) < 2 {
		return m, refusal.Field("map", "Map at least two columns to compare")
	}
	return m, nil
}

func names() string {
	var all []string
	for _, c := range known {
		all = append(all, c.Name)
	}
	return strings.Join(all, ", ")
}

// Row takes the id and the values to compare out of a row of the file.
func (m Mapping) Row(row []string) (id string, values []string) {
	values = make([]string, len(m.at))
	for i, at := range m.at {
		values[i] = strings.TrimSpace(row[at])
	}
	return strings.TrimSpace(row[m.id]), values
}
