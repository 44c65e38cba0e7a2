package cincensus

// Table is a group of elements as a list of rows, one for each time the group
// occurs in the file. Findings point at a row of a table.
type Table uint8

// The tables. Their names are those of the rules' wording.
const (
	NoTable Table = iota
	HeaderTable
	ChildIdentifiersTable
	ChildCharacteristicsTable
	DisabilitiesTable
	CINdetailsTable
	AssessmentsTable
	CINplanDatesTable
	Section47Table
	ChildProtectionPlansTable
	ReviewsTable
	PreProceedingsTable
	tables // how many there are
)

var tableNames = [tables]string{"", "Header", "ChildIdentifiers", "ChildCharacteristics", "Disabilities", "CINdetails",
	"Assessments", "CINplanDates", "Section47", "ChildProtectionPlans", "Reviews", "PreProceedings"}

// String is the table's name.
func (t Table) String() string { return tableNames[t] }

// MarshalText writes the table's name.
func (t Table) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

var tableWords = [tables]string{"the return", "header", "child's identifiers", "child's characteristics", "disability", "referral (CIN details)",
	"assessment", "child in need plan", "section 47 enquiry", "child protection plan", "review conference", "pre-proceedings"}

// Words is what a person calls one row of the table.
func (t Table) Words() string { return tableWords[t] }
