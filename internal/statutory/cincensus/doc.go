// Package cincensus reads, checks and makes children in need (CIN) census files.
//
// The census is the yearly return that every English local authority makes under
// section 83 of the Children Act 1989: one XML file with every child who was
// referred to children's social care or whose case was open in the year. Census
// 2026 is the year from 1 April 2025 to 31 March 2026; its reference date is its
// last day.
//
// Validate reads a file of any size in little memory and reports what is wrong at
// the child and line where it can be mended: faults of structure (order, number,
// types and codes of the year's schema) and findings of the year's rules. Reader
// gives one child at a time to anybody who wants to look for themselves. Generate
// writes invented censuses.
//
// The rules stand in one file each, rule_8896.go beside rule_8896_test.go; the list
// of them is in catalogue.go. Code sets are in codesets.csv. What changes from year
// to year is the From and Until of a rule, a code or an element.
//
// The package knows no database, page or clock. It needs only civil and refusal.
package cincensus

// APIVersion is the version of this package's exported names and of the JSON that
// WriteJSON gives. The first number grows when something that worked stops working.
const APIVersion = "1.0"
