package matchfile

import (
	"slices"
	"strings"
)

// contactColumns are those that a contact may have.
var contactColumns = strings.Fields("contact_id source given_name middle_names family_name known_as sex dob dob_precision age_stated address postcode phone " +
	"nhs_number upn parent_given parent_family parent_phone school siblings_mentioned expected_date")

// OfContact is one contact that does not stand in a file, as a table of one row that
// has been read. It refuses columns that a contact does not have.
func OfContact(name string, fields map[string]string) (*Table, error) {
	t := &Table{name: name, at: map[string]int{}, line: 1}
	for _, c := range contactColumns {
		t.at[c] = len(t.head)
		t.head = append(t.head, c)
		t.row = append(t.row, fields[c])
	}
	for key := range fields {
		if !slices.Contains(contactColumns, key) {
			return nil, bad("%s: a contact has no %q. It may have %s", name, key, strings.Join(contactColumns, ", "))
		}
	}
	return t, nil
}
