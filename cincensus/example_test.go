package cincensus_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"frontdoor/cincensus"
)

// file is a census in which the case was closed the day before the assessment was
// authorised.
func file() io.Reader {
	var out strings.Builder
	w := cincensus.NewWriter(&out, cincensus.Header{
		Collection: cincensus.Of("CIN"), Year: cincensus.Of("2026"), ReferenceDate: cincensus.Day(2026, time.March, 31),
		SourceLevel: cincensus.Of("L"), LEA: cincensus.Of("999"),
	})
	w.Child(&cincensus.Child{
		Identifiers: cincensus.ChildIdentifiers{
			LAchildID: cincensus.Of("C0000001"), UPNunknown: cincensus.Of("UN2"), PersonBirthDate: cincensus.Day(2015, time.June, 10), Sex: cincensus.Of("F"),
		},
		Characteristics: cincensus.ChildCharacteristics{Ethnicity: cincensus.Of("WBRI"), Disabilities: []cincensus.Disability{{Code: cincensus.Of("NONE")}}},
		Episodes: []*cincensus.CINdetails{{
			CINreferralDate: cincensus.Day(2025, time.May, 1), ReferralSource: cincensus.Of("6"), PrimaryNeedCode: cincensus.Of("N1"),
			CINclosureDate: cincensus.Day(2025, time.June, 12), ReasonForClosure: cincensus.Of("RC8"), ReferralNFA: cincensus.Of("0"),
			Assessments: []*cincensus.Assessment{{
				AssessmentActualStartDate: cincensus.Day(2025, time.May, 2), AssessmentAuthorisationDate: cincensus.Day(2025, time.June, 13),
				Factors: []cincensus.Text{cincensus.Of("3B")},
			}},
		}},
	})
	if err := w.Close(); err != nil {
		panic(err)
	}
	return strings.NewReader(out.String())
}

func ExampleValidate() {
	report, err := cincensus.Validate(file(), cincensus.Options{})
	if err != nil {
		fmt.Println("cannot be read:", err)
		return
	}
	for _, f := range report.Findings {
		if f.Severity() == cincensus.Error {
			fmt.Printf("%s, child %s, line %d: %s\n", f.Rule.Code, f.Child, f.Line(), f.Rule.Title)
		}
	}
	fmt.Println("clean:", report.Clean())
	// Output:
	// 8565, child C0000001, line 32: Something happens after the case is closed
	// clean: false
}

func ExampleReport_WriteText() {
	report, err := cincensus.Validate(file(), cincensus.Options{Rules: []string{"8565"}})
	if err != nil {
		fmt.Println("cannot be read:", err)
		return
	}
	if err := report.WriteText(os.Stdout, cincensus.Summary{File: "cin-2026.xml"}); err != nil {
		fmt.Println(err)
	}
	// Output:
	// cin-2026.xml: 2026 census, 1 child, checked by the rules' wording.
	// 1 error to correct, 0 queries to correct or explain.
	//
	// ERROR 8565  Something happens after the case is closed
	//   line 32  child C0000001  The case is shown as closed on 2025-06-12, but something in the episode is dated later. Close the case after everything in it has ended, or correct the later date.
}

func ExampleReader() {
	r, err := cincensus.NewReader(file(), 0)
	if err != nil {
		fmt.Println("cannot be read:", err)
		return
	}
	for {
		c, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			fmt.Println("cannot be read on:", err)
			return
		}
		for _, e := range c.Episodes {
			fmt.Println(c.ID(), "was referred on", e.CINreferralDate.Day.Words())
		}
	}
	// Output: C0000001 was referred on 1 May 2025
}

func ExampleRuleOf() {
	r, _ := cincensus.RuleOf("8896")
	fmt.Println(r.Title)
	fmt.Println(r.Fails)
	// Output:
	// More than one open assessment
	// More than one assessment of an episode has no authorisation date.
}
