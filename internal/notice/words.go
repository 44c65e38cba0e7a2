package notice

import (
	"fmt"
	"slices"
	"strings"

	"frontdoor/internal/pathway"
)

// Words are what a notice says. They carry a reference, what to do and a link,
// and nothing about a child: no name, age, address, school, or what it is about.
type Words struct{ Subject, Body string }

// kinds are all notices that rules may send. A kind without words fails the test.
var kinds = map[string]Words{
	"owed-asked":          {"You are asked to take something your force owes", "A senior officer of your force asks you to take something that it owes under {ref}. Open the link, sign in and see to it."},
	"receipt":             {"We received what you told us", "We received what you told us. Your reference is {ref}. A manager decides within one working day. If a child is in danger now, call 999."},
	"feedback":            {"About what you told us", "Your reference is {ref}. {text}"},
	"outcome-link":        {pathway.OutcomeSubject, pathway.OutcomeByLink},
	"outcome-account":     {pathway.OutcomeSubject, pathway.OutcomeByPage},
	"question":            {"The front door has a question for you", "Please answer a question by opening the link. It opens once, without an account. Our reference is {ref}."},
	"question-account":    {"The front door has a question for you", "Please sign in and answer a question. Our reference is {ref}."},
	"code":                {"Your code", "Your code is {text} It opens one question of the front door. Give it to the colleague who answers, and to nobody else. We never ask for it on the telephone."},
	"code-locked":         {"The link of a question was locked: {ref}", "Five wrong codes were entered for a question you asked under {ref}. Its link does not open any more. Call the agency, and ask again."},
	"link-moved":          {"A link of yours went out anew: {ref}", "Whoever a link of yours under {ref} went to has left their agency. The link no longer opens, and the agency was sent a new one. The limit stays."},
	"link-lost":           {"A link of yours no longer opens: {ref}", "Whoever a link of yours under {ref} went to has left their agency, and the agency could not be sent a new one. The link no longer opens and the limit stays. Call the agency."},
	"worry":               {"A partner is still worried: {ref}", "A partner does not agree with a decision. Open {ref} and answer within 24 hours."},
	"worry-answered":      {"You have an answer: {ref}", "The front door answered what you are still worried about. Open {ref} and read it."},
	"message":             {"A message is waiting: {ref}", "Somebody wrote to you about {ref}. Open the link to read it and answer."},
	"consent-chase":       {"One answer is missing", "Your referral {ref} does not say what the family agreed to. Please call the front door today. We go on meanwhile."},
	"confirm-call":        {"Please confirm what you told us", "Your call has the reference {ref}. Please call us if anything we wrote down is wrong."},
	"draft-code":          {"Go on with what you started", "The link below opens what you started. It works for 28 days. Anybody with the link can read it."},
	"danger-alert":        {"Contact {ref} needs a manager now", "Open contact {ref} at once."},
	"open-case":           {"News about one of your children", "A contact with the reference {ref} was passed to you. Read it and answer."},
	"allocation-proposed": {"Work is proposed to you", "Reference {ref}. Accept or refuse it within one working day."},
	"meeting-invited":     {"Please answer an invitation: {ref}", "You are invited to a meeting with the reference {ref}. Answer within four hours by opening the link. No account is needed."},
	"meeting-answer-soon": {"Reminder: please answer an invitation, {ref}", "The meeting with the reference {ref} still waits for your answer. Open the link and answer. When its time is up your deputy is asked as well."},
	"meeting-soon":        {"Meeting {ref} begins within two hours", "The meeting {ref} begins within two hours. Open the link for when and how to join. If you cannot come, say so now and name a deputy."},
	"meeting-set":         {"Meeting {ref} has a time", "The time of the meeting {ref} is set. Open it by its reference."},
	"meeting-cancelled":   {"The date of meeting {ref} is cancelled", "The date of the meeting {ref} is cancelled. A new one will be offered."},
	"meeting-record":      {"The record of meeting {ref}", "The record of the meeting {ref} is there. Read it and sign it within one working day."},
	"school-notice":       {"A notice waits for you: {ref}", "A notice with the reference {ref} waits for you. Sign in and read it before the day starts. Who sent it and whom it is about stands on its page alone."},
	"school-help":         {"A question about {ref}", "Somebody asks for help under {ref}. Open it and answer within one working day."},
	"school-answer":       {"Your question about {ref} is answered", "The front door has answered what you asked about {ref}. Sign in to read it."},
	"records-joined":      {"Records under {ref} were joined", "Two records were found to be of one person. Open {ref} and read what is new to you."},
	"records-parted":      {"Records under {ref} were parted", "Two records that were joined are two again. Open {ref} and read what belongs to it."},
	"wait-warn":           {"Due soon: {ref}", "Something is due soon under {ref}. {text}"},
	"escalation-partner":  {"Please answer: level of escalation reached, {ref}", "Something is asked of your agency because an agreed limit has passed. {text} Open the link, sign in and answer."},
	"escalation-council":  {"An escalation has reached you: {ref}", "A partner is asked because an agreed limit has passed. {text} Open the link and see to it that it is answered."},
	"load-alarm":          {"Act before the front door is late", "More waits at the front door than can be decided in time, or than its limits say. {text} The page says who has room, and whom to ask for more hands."},
	"wait-breach":         {"Late: {ref}", "Something is late under {ref}. {text}"},
	"wait-warn-now":       {"Due soon: {ref}", "Something is due soon under {ref}. {text}"},
	"wait-breach-now":     {"Late: {ref}", "Something is late under {ref}. {text}"},
}

// compose says what is in one parcel: a notice by itself, or a digest of several.
func (n *Notices) compose(p *parcel, to string) Message {
	m := Message{ID: p.head.id, To: to, Kind: p.head.kind, Ref: p.head.ref, Link: n.link(p.head), Again: p.head.attempts > 1}
	if p.head.kind == "code" { // it is written nowhere: the text has what it is worked out from
		p.head.text = n.record.FillCode(p.head.text)
	}
	subject, body := said(p.head)
	if len(p.members) == 0 {
		m.Subject, m.Body = subject, body
		if m.Link != "" {
			m.Body += "\n\n" + m.Link
		}
		return m
	}
	all := withoutPassed(append([]queued{p.head}, p.members...))
	var b strings.Builder
	for i, q := range all {
		if i == digestSize {
			fmt.Fprintf(&b, "And %d more. Sign in to see them.\n", len(all)-digestSize)
			break
		}
		_, body := said(q)
		b.WriteString(body + "\n")
		if link := n.link(q); link != "" {
			b.WriteString(link + "\n")
		}
		b.WriteByte('\n')
	}
	m.Subject, m.Body = fmt.Sprintf("%d things for you to read", len(all)), strings.TrimSpace(b.String())
	return m
}

// withoutPassed leaves out what was due soon when the same digest says that it is late.
func withoutPassed(all []queued) []queued {
	late := map[string]bool{}
	for _, q := range all {
		if q.kind == "wait-breach" {
			late[q.authority+q.ref+q.text] = true
		}
	}
	return slices.DeleteFunc(all, func(q queued) bool { return q.kind == "wait-warn" && late[q.authority+q.ref+q.text] })
}

// digestSize bounds what is written out in one digest.
const digestSize = 50

func said(q queued) (subject, body string) {
	w := kinds[q.kind]
	fill := strings.NewReplacer("{ref}", q.ref, "{text}", q.text)
	return fill.Replace(w.Subject), strings.TrimSpace(fill.Replace(w.Body))
}

func (n *Notices) link(q queued) string {
	if q.link == "" {
		return ""
	}
	return strings.TrimSuffix(n.post.public, "/") + q.link
}

// indiscreet are words that say what a child's case is about, or where the child is.
var indiscreet = []string{"school", "nursery", "abuse", "neglect", "protection", "section 47", "violence", "injur", "hurt"}

// discreet is what is waited for, unless its words say too much for a message.
func discreet(what string) string {
	for _, word := range indiscreet {
		if strings.Contains(strings.ToLower(what), word) {
			return "an answer or a step that is on the page"
		}
	}
	return what
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
