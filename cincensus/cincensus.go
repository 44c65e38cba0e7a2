// Package cincensus checks, reads, writes and invents children in need (CIN) census
// files: the way into internal/statutory/cincensus for programs outside this module.
//
// Its exported names and the JSON that Report.WriteJSON gives are versioned:
// APIVersion follows semantic versioning, so within one first number nothing that
// worked stops working. The provisional 2027 census is not part of that promise.
//
// The types are documented where they are made; docs/returns/cin-census.md tells the
// whole by examples, and the examples here are run as tests.
package cincensus

import (
	"io"
	"time"

	"frontdoor/internal/civil"
	inner "frontdoor/internal/statutory/cincensus"
)

// APIVersion is the version of this package and of the JSON report.
const APIVersion = inner.APIVersion

// The censuses: the first and last settled ones, and the provisional one.
const (
	FirstYear   = inner.FirstYear
	LatestYear  = inner.LatestYear
	Provisional = inner.Provisional
)

// What may be asked of a check, and what it answers.
type (
	Options  = inner.Options
	Mode     = inner.Mode
	Report   = inner.Report
	Summary  = inner.Summary
	Group    = inner.Group
	Finding  = inner.Finding
	Place    = inner.Place
	Fault    = inner.Fault
	Kind     = inner.Kind
	Severity = inner.Severity
	Rule     = inner.Rule
	Level    = inner.Level
	Table    = inner.Table
)

// How rules are read, and what has to be done about a finding.
const (
	Spec          = inner.Spec
	Reference     = inner.Reference
	Error         = inner.Error
	Query         = inner.Query
	StructureCode = inner.StructureCode
)

// The census itself.
type (
	Header               = inner.Header
	Child                = inner.Child
	ChildIdentifiers     = inner.ChildIdentifiers
	ChildCharacteristics = inner.ChildCharacteristics
	Disability           = inner.Disability
	CINdetails           = inner.CINdetails
	Assessment           = inner.Assessment
	CINPlan              = inner.CINPlan
	Section47            = inner.Section47
	ProtectionPlan       = inner.ProtectionPlan
	Reviews              = inner.Reviews
	PreProceedings       = inner.PreProceedings
	Unknown              = inner.Unknown
	Text                 = inner.Text
	Date                 = inner.Date
	Reader               = inner.Reader
	Writer               = inner.Writer
	Invented             = inner.Invented
)

// Validate reads a census to its end and reports what is wrong with it. The error
// says why a file cannot be read at all.
func Validate(in io.Reader, o Options) (*Report, error) { return inner.Validate(in, o) }

// Rules are those of a census, in the order of their numbers.
func Rules(year int) []*Rule { return inner.Rules(year) }

// RuleOf finds a rule by its code, with or without the Q of a query.
func RuleOf(code string) (*Rule, bool) { return inner.RuleOf(code) }

// NewReader reads a census one child at a time; year 0 takes the header's.
func NewReader(in io.Reader, year int) (*Reader, error) { return inner.NewReader(in, year) }

// NewWriter begins to write a census.
func NewWriter(out io.Writer, h Header) *Writer { return inner.NewWriter(out, h) }

// Generate writes an invented census.
func Generate(out io.Writer, v Invented) error { return inner.Generate(out, v) }

// Of makes a text and Day a date for a census that is being written.
func Of(s string) Text { return inner.Of(s) }

// Day makes a date for a census that is being written.
func Day(year int, month time.Month, day int) Date { return inner.On(civil.DateOf(year, month, day)) }
