package pathway

import (
	"testing"

	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

func TestScreen(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Screen)
		field  string
		danger int
	}{
		{name: "rated, and nobody in danger"},
		{name: "danger not known is an answer", change: func(s *Screen) { s.Danger = "not_known" }},
		{name: "danger not answered", change: func(s *Screen) { s.Danger = "" }, field: "danger"},
		{name: "not rated", change: func(s *Screen) { s.RAG = "" }, field: "rag"},
		{name: "rated by a word we do not use", change: func(s *Screen) { s.RAG = "purple" }, field: "rag"},
		{name: "rated without a reason", change: func(s *Screen) { s.RAGReason = "\u00a0 " }, field: "rag-reason"},
		{name: "a child in danger now", change: func(s *Screen) { s.Danger = "yes" }, danger: 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := Screen{Danger: "no", RAG: "amber", RAGReason: "Second incident this month"}
			if tt.change != nil {
				tt.change(&s)
			}
			got, err := notification().Screen(s)
			if tt.field != "" {
				wantRefusal(t, err, refusal.Invalid, tt.field)
				return
			}
			wantRefusal(t, err, refusal.Fault, "")
			if n := len(waitsFor(got, timescale.ImmediateDanger)); n != tt.danger {
				t.Errorf("begins %d waits for danger, want %d", n, tt.danger)
			}
		})
	}
}

func TestScreeningAgainDoesNotRaiseTheSameDangerTwice(t *testing.T) {
	c := notification()
	c.Danger = "yes"
	got, err := c.Screen(Screen{Danger: "yes", RAG: "red", RAGReason: "As the caller said"})
	wantRefusal(t, err, refusal.Fault, "")
	if len(got.Begins) != 0 {
		t.Errorf("begins %v, want nothing: it began on arrival", got.Begins)
	}
}

func TestAsk(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Contact, *Question)
		field  string
		key    timescale.Key
	}{
		{name: "the family agreed", key: timescale.RequestAmber},
		{name: "red is answered sooner", change: func(c *Contact, _ *Question) { c.RAG = "red" }, key: timescale.RequestRed},
		{name: "green has longer", change: func(c *Contact, _ *Question) { c.RAG = "green" }, key: timescale.RequestGreen},
		{name: "not rated counts as amber", change: func(c *Contact, _ *Question) { c.RAG = "" }, key: timescale.RequestAmber},
		{name: "no basis chosen", change: func(_ *Contact, q *Question) { q.Basis = "" }, field: "basis"},
		{name: "a basis that the law does not know", change: func(_ *Contact, q *Question) { q.Basis = "curiosity" }, field: "basis"},
		{name: "the family refused", change: func(c *Contact, _ *Question) { c.Consent = ConsentRefused }, field: "basis"},
		{name: "the family was not asked", change: func(c *Contact, _ *Question) { c.Consent = ConsentNotSought }, field: "basis"},
		{name: "agreement not known", change: func(c *Contact, _ *Question) { c.Consent = ConsentNotKnown }, field: "basis"},
		{name: "suspected significant harm, chosen by a screener", change: func(_ *Contact, q *Question) { q.Basis = BasisHarm }, field: "basis"},
		{name: "suspected significant harm, chosen by a manager although the family refused", change: func(c *Contact, q *Question) {
			c.Consent, q.Basis, q.Manager = ConsentRefused, BasisHarm, true
		}, key: timescale.RequestAmber},
		{name: "dispensed with by nobody", change: func(_ *Contact, q *Question) { q.Basis = BasisDispensed }, field: "basis"},
		{name: "dispensed with by a manager", change: func(c *Contact, q *Question) {
			c.Consent, q.Basis = ConsentDispensed, BasisDispensed
		}, key: timescale.RequestAmber},
		{name: "no partner", change: func(_ *Contact, q *Question) { q.Agency = "" }, field: "agency"},
		{name: "ourselves", change: func(_ *Contact, q *Question) { q.Agency = FrontDoor }, field: "agency"},
		{name: "no question", change: func(_ *Contact, q *Question) { q.Text = "" }, field: "question"},
		{name: "no reason for asking", change: func(_ *Contact, q *Question) { q.Why = "" }, field: "why"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := screened()
			c.Consent = ConsentGiven
			q := Question{ID: "q1", Child: "k1", Agency: School, Owner: "o1", Email: "dsl@school.example", Text: "How is attendance?", Why: "To weigh the risk", Basis: BasisAgreed, Token: "secret"}
			if tt.change != nil {
				tt.change(&c, &q)
			}
			got, err := c.Ask(q)
			if tt.field != "" {
				wantRefusal(t, err, refusal.Invalid, tt.field)
				return
			}
			wantRefusal(t, err, refusal.Fault, "")
			if len(got.Begins) != 1 || got.Begins[0].For != tt.key || got.Begins[0].On != School || got.Begins[0].About != "q1" || got.Begins[0].Owner != "o1" {
				t.Errorf("begins %+v, want the school to answer q1 by %s", got.Begins, tt.key)
			}
			if len(got.Tells) != 1 || got.Tells[0].Link != "/requests/secret" || got.Tells[0].Text != "" {
				t.Errorf("tells %+v, want one link and no words", got.Tells)
			}
		})
	}
}

func TestAnswer(t *testing.T) {
	good := Reply{RequestID: "q1", Child: "k1", Agency: School, State: "answered", Answer: "Attendance is 60%", By: "Jo Bell, safeguarding lead"}
	tests := []struct {
		name   string
		change func(*Contact, *Reply)
		kind   refusal.Kind
		field  string
	}{
		{name: "answered"},
		{name: "nothing known is an answer", change: func(_ *Contact, r *Reply) { r.State, r.Answer = "nothing_known", "" }},
		{name: "declined with a reason", change: func(_ *Contact, r *Reply) { r.State = "declined" }},
		{name: "a late answer, after the decision", change: func(c *Contact, _ *Reply) { c.Children[0].Outcome = NFAAdvice }},
		{name: "declined without a reason", change: func(_ *Contact, r *Reply) { r.State, r.Answer = "declined", "" }, kind: refusal.Invalid, field: "answer"},
		{name: "answered with nothing", change: func(_ *Contact, r *Reply) { r.Answer = "" }, kind: refusal.Invalid, field: "answer"},
		{name: "neither", change: func(_ *Contact, r *Reply) { r.State = "" }, kind: refusal.Invalid, field: "state"},
		{name: "by nobody", change: func(_ *Contact, r *Reply) { r.By = "" }, kind: refusal.Invalid, field: "by"},
		{name: "to no question, which would end every wait there is", change: func(_ *Contact, r *Reply) { r.RequestID = "" }, kind: refusal.NotFound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, r := screened(), good
			if tt.change != nil {
				tt.change(&c, &r)
			}
			got, err := c.Answer(r)
			wantRefusal(t, err, tt.kind, tt.field)
			if err == nil && (len(got.Ends) != 1 || got.Ends[0] != (End{About: "q1"})) {
				t.Errorf("ends %+v, want the wait about q1", got.Ends)
			}
		})
	}
}

func TestIdentify(t *testing.T) {
	c := notification()
	if e, ok := endOf(c.Identified("k1", "Matched by date of birth and address"), timescale.IdentifyChild); !ok || e.Child != "k1" {
		t.Errorf("ends %+v, want the child's wait to be identified", e)
	}
	_, err := c.CannotIdentify("k1", false, "Nobody at the address")
	wantRefusal(t, err, refusal.Denied, "")
	_, err = c.CannotIdentify("k1", true, "")
	wantRefusal(t, err, refusal.Invalid, "reason")
	got, err := c.CannotIdentify("k1", true, "Nobody at the address")
	wantRefusal(t, err, refusal.Fault, "")
	if e, _ := endOf(got, timescale.IdentifyChild); e.How != Withdrawn || e.Reason == "" {
		t.Errorf("ends %+v, want it withdrawn with the reason", e)
	}
}

func TestReadHistoryNeedsASentence(t *testing.T) {
	_, err := notification().ReadHistory("")
	wantRefusal(t, err, refusal.Invalid, "history-sentence")
	_, err = notification().ReadHistory("Two notifications in spring, same pattern")
	wantRefusal(t, err, refusal.Fault, "")
}
