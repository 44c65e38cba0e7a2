package browsertest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestJourneys walks what people do from end to end, with the keyboard alone.
func TestJourneys(t *testing.T) {
	ctx := browser(t)
	for _, j := range []struct {
		name string
		walk func(h *hand)
	}{
		{"a strategy discussion, from asked for to signed by police", discussion},
		{"an enquiry, from its start to an outcome that another manager authorises", enquiry},
		{"a conference, booked and held", conference},
		{"yes and no where facts ask for a discussion", triggers},
		{"a school reads a notice and asks for help", schoolReads},
		{"police declare a backlog and hold their own list against what came", policeFeed},
		{"an escalation is answered, closed, overridden", escalated},
		{"messages both ways", messages},
		{"the director: who waits for police, one child's story, the evidence pack", directorsPack},
		{"a partner is still worried, and is answered", stillWorried},
		{"a manager's Monday: allocate, and the worker accepts", monday},
		{"a social worker after a visit", afterAVisit},
	} {
		t.Run(j.name, func(t *testing.T) {
			walks(t, ctx, j.walk)
		})
	}
}

func discussion(h *hand) {
	h.as("m.ali")
	h.open("/meetings/ask")
	h.fill("The child’s reference", h.town.one(h.t, aKnown))
	h.choose("What is the discussion for?", "Further discussion")
	h.fill("What is suspected", "A new bruise, seen at school today")
	h.choose("Which kind of harm?", "Physical")
	h.press("Ask police and health to meet")
	h.date("A time to offer", "24 11 2026 15:00")
	h.fill("Where, or how to join", "By video")
	h.press("Offer the times and invite")
	at := strings.TrimSuffix(h.at(), "/convene")

	h.as("b.tanner")
	h.open("/partner/police")
	h.follow("Answer the invitation")
	h.choose("Will somebody come?", "Yes")
	h.fill("Who, with their role", "DS Hill, detective sergeant")
	h.press("Save the answer")
	h.sees("Will come, answered")

	h.as("m.ali")
	h.open(at)
	h.choose("Which time?", "24 Nov 2026, 15:00")
	h.press("Set this time")
	h.follow("It has been held")
	h.date("When was it held?", "24 11 2026 12:00")
	h.choose("How?", "By video")
	for _, x := range []struct{ there, decides string }{{"social care manager", "social care"}, {"police", "this officer decide"}, {"health", "health record"}} {
		h.choose(x.there, "Yes")
		h.fill("Who, with their role", "Somebody of theirs")
		h.choose(x.decides, "Yes")
	}
	h.press("Record who was there")
	h.follow("Record what was decided")
	h.fill("What is new", "A second bruise")
	for _, knows := range []string{"police know", "health know", "social care know"} {
		h.fill("What "+knows, "Two calls this year")
	}
	for _, x := range []struct{ point, answer string }{{"reasonable cause", "Yes"}, {"Joint with police", "Joint"}, {"investigate a crime", "Yes"}, {"Is a medical needed?", "No"}} {
		h.choose(x.point, x.answer)
		h.fill("Reason", "On what the agencies know together")
	}
	for _, point := range []string{"Who sees and speaks to the child", "alleged to be responsible", "What keeps the child safe", "What are the parents told"} {
		h.fill(point, "Today, by the social worker and DS Hill")
	}
	h.choose("Is legal action needed?", "No")
	h.fill("Reason", "Not now")
	h.fill("When is this looked at again", "On Friday")
	h.press("Record and circulate")
	h.sees("What was decided")

	h.as("b.tanner")
	h.open(at)
	h.choose("agree with this record?", "Yes")
	h.fill("Name and role of who signs", "DS Hill, detective sergeant")
	h.press("Sign")
	h.sees("Agreed by DS Hill")
}

func enquiry(h *hand) {
	h.as("m.ali")
	h.open("/enquiries/early")
	h.fill("The child’s reference", h.town.one(h.t, anAskedFor))
	h.fill("Why can the enquiry not wait", "A bruise that cannot wait for the discussion")
	h.press("Start the enquiry now")
	at := h.at()
	h.unfold("Say whether to investigate together")
	h.choose("Who says so?", "Social care")
	h.choose("Investigate together?", "Joint")
	h.fill("Name and role of who says so", "M. Ali, front door manager")
	h.press("Record this view")
	h.unfold("Agree something to be done")
	h.choose("What is to be done?", "The child is seen")
	h.choose("Who does it?", "Social work")
	h.date("By when?", "25 11 2026 10:00")
	h.press("Agree this")
	h.unfold("Record it: the child is seen")
	h.date("When was it done?", "24 11 2026 11:00")
	h.fill("Who did it?", "R. Nowak")
	h.fill("Was the child seen alone", "Yes, at school")
	h.press("Record")
	h.follow("Record what was found")
	h.choose("What did the enquiry find?", "")
	h.fill("What do the history and what was learned mean", "The injury and the history agree")
	h.fill("How do the brothers and sisters stand?", "Seen and well")
	h.press("Record the outcome")

	h.as("s.clarke")
	h.open(at)
	h.follow("Authorise the outcome")
	h.choose("What do police think", "Agree")
	h.choose("What does health think", "Agree")
	h.press("Authorise")
	h.sees("Section 47 enquiries") // nothing more follows, so that the child is not of the team any more
}

func conference(h *hand) {
	h.as("b.fox")
	h.open("/conferences")
	h.press("Book the review conference")
	h.date("When is it held?", "25 11 2026 14:00")
	h.fill("Who chairs?", "B. Fox")
	h.choose("The chair", "stands outside the line")
	h.press("Book")
	h.sees("25 Nov 2026, 14:00")
	h.follow("Adjourn")
	h.fill("Why is it adjourned?", "Health cannot come")
	h.fill("What keeps the children safe", "A visit every second day")
	h.date("The new day", "26 11 2026 10:00")
	h.press("Adjourn")
	h.sees("26 Nov 2026, 10:00")
	h.follow("Record what was decided")
	h.date("When was it held?", "24 11 2026 12:00")
	for _, agency := range []string{"Social work", "Police", "Health"} {
		h.fill(agency+": who was there?", "Somebody of theirs")
		h.choose(agency, "has had direct contact")
	}
	h.fill("How did the parents take part", "Both came")
	h.fill("How did each child take part", "In words that the social worker read out")
	for range h.count("does the child protection plan go on?") {
		h.fill("what has changed for this child", "The bruises have stopped")
		h.choose("does the child protection plan go on?", "Yes")
		h.fill("the reasons", "It is too soon to say that it is over")
		h.choose("which kind of harm?", "Physical")
		h.fill("what must still change", "Nobody is hit")
		h.fill("lead social worker", "R. Nowak")
		h.fill("who is in the core group?", "School, health visitor, both parents")
		h.date("date of the next review", "24 4 2027")
	}
	h.press("Record the conference")
	h.sees("It is too soon to say that it is over")
}

func triggers(h *hand) {
	h.as("m.ali") // no, where the contact was decided
	h.open("/triggers")
	h.follow(h.town.one(h.t, nameOfTrigger))
	h.fill("Why is no strategy discussion needed", "The hospital explained the bruise: a fall from the bars")
	h.press("No discussion is needed")
	h.as("p.shah") // yes, where somebody writes down a fact while nothing is decided
	h.open("/contacts/" + h.town.one(h.t, aScreened))
	h.unfold("Record something that was said or seen")
	if h.count("About which child") > 0 {
		h.choose("About which child", "")
	}
	h.choose("", "An injury that nobody explains")
	h.fill("Who says so", "The health visitor, who saw it")
	h.press("Record it")
	at := h.at()
	h.as("m.ali")
	h.open(at)
	h.follow("Say yes or no to a strategy discussion")
	h.choose("Is a strategy discussion needed?", "Yes")
	h.fill("Why? Name the facts", "An injury that nobody explains")
	h.choose("Which kind of harm", "Physical")
	h.press("Save the answer")
	h.sees("Police and health must be invited") // the discussion that the yes asks for
}

func schoolReads(h *hand) {
	contact, ref := h.town.one(h.t, ofUnread), h.town.one(h.t, anUnread)
	h.as("e.wright")
	h.open("/partner")
	h.follow("Read them")
	h.follow(ref)
	h.fill("Ask the front door for help", "May we speak to the mother?")
	h.press("Ask")
	h.as("p.shah")
	h.open("/contacts/" + contact + "/schools/" + ref)
	h.fill("answer", "Not until the officer has seen her")
	h.press("")
	h.as("e.wright")
	h.open("/partner/notices/" + ref)
	h.sees("Not until the officer has seen her")
}

func policeFeed(h *hand) {
	list := filepath.Join(h.t.TempDir(), "incidents.csv")
	if err := os.WriteFile(list, h.town.built.ForceList, 0o600); err != nil {
		h.t.Fatal(err)
	}
	h.as("b.tanner")
	h.open("/partner/police")
	h.follow("Say how much waits for triage")
	for _, x := range []struct{ grade, n string }{{"high", "0"}, {"medium", "12"}, {"standard", "30"}} {
		h.fill("How many "+x.grade, x.n)
	}
	h.press("Declare the backlog")
	h.sees("12")
	h.open("/feeds/reconciliations")
	h.pick("Whose list is it?", "Mercia")
	h.attach("own list of incidents", "#file", list)
	h.press("Hold the list")
	h.sees("never sent")
	h.follow("Say why")
	h.fill("Why", "It was withdrawn by the officer in the case")
	h.press("Record why")
	h.sees("withdrawn by the officer")
}

func escalated(h *hand) {
	h.as("b.tanner")
	h.open("/escalations")
	h.follow("partner's answer, amber")
	h.follow("Record an answer")
	h.choose("Which question is answered?", "Level 1")
	h.fill("Who answers", "ACC Reed")
	h.fill("What is the answer?", "An officer reads the file tonight")
	h.date("By when will the children be seen to?", "25 11 2026 08:00")
	h.press("Record the answer")
	h.sees("An officer reads the file tonight")

	h.as("h.lawal")
	h.open("/escalations/police/action.agreed")
	h.follow("End it while children still wait")
	h.fill("Why is nobody asked any more", "The family has moved to another force")
	h.press("End it on my name")
	h.sees("The family has moved to another force")

	h.as("m.ali") // and when nobody waits any more, somebody says what came of it
	for _, wait := range h.town.healthOwes(h.t) {
		h.open("/waiting/" + wait)
		h.fill("Who told you", "Y. Kaur, health visitor")
		h.fill("What happened for the child", "Seen at home")
		h.press("Record what happened")
	}
	h.as("h.lawal")
	h.open("/escalations")
	h.follow("Record what came of it")
	h.fill("What came of it", "Both were seen at home, two weeks late")
	h.press("Record what came of it")
	h.sees("Both were seen at home, two weeks late")
}

func messages(h *hand) {
	h.as("m.ali")
	h.open("/messages/new?contact=" + h.town.one(h.t, aReferral))
	h.choose("About which child", "Mercia Vale Police")
	h.fill("Your message", "Is the bail still in force?")
	h.press("Send the message")
	at := h.at()
	h.as("b.tanner")
	h.open("/messages")
	h.follow("messages with Mercia Vale Police")
	h.open(at)
	h.sees("Is the bail still in force?")
	h.fill("message", "Until Friday")
	h.press("Send to the front door")
	h.as("m.ali")
	h.open(at)
	h.sees("Until Friday")
}

func directorsPack(h *hand) {
	h.as("h.lawal")
	h.open("/leadership")
	h.follow("past a limit, Police")
	h.sees("Police")
	h.open("/leadership/packs")
	h.pick("Partner", "Mercia")
	h.fill("First day", "2026-11-01")
	h.fill("Last day", "2026-11-23")
	h.press("Make the pack")
	h.sees("pack")
}

func stillWorried(h *hand) {
	own := h.town.one(h.t, aReferral)
	h.as("b.tanner")
	h.open("/partner/referrals/" + own + "/worry")
	if h.count("Which child are you still worried about?") > 0 {
		h.choose("Which child are you still worried about?", "")
	}
	h.fill("What still worries you?", "He has broken bail before")
	h.fill("What do you think should happen", "A discussion today")
	h.press("Tell the front door")
	at := h.at()
	h.as("m.ali")
	h.open(at)
	h.choose("", "something more is done")
	h.fill("answer", "We meet at two, with you")
	h.press("Send the answer")
	h.as("b.tanner")
	h.open(at)
	h.sees("We meet at two, with you")
}

func monday(h *hand) {
	h.as("m.ali")
	h.open("/allocations")
	h.follow("Allocate")
	h.choose("", "R. Nowak")
	h.press("Propose")
	h.as("r.nowak")
	h.open("/my-work")
	h.press("Accept")
	h.sees("Your children")
}

func afterAVisit(h *hand) {
	h.as("s.clarke")
	h.open("/meetings/" + h.town.one(h.t, aWaited) + "/visit")
	h.choose("Which child was visited?", "")
	h.date("When was the visit?", "24 11 2026 09:30")
	h.fill("Who visited?", "R. Nowak")
	h.choose("Was the child seen?", "Yes")
	h.fill("Was the child seen alone?", "Yes, in the child’s room")
	h.fill("What the child said", "I like it at nan’s")
	h.date("When does somebody see the child next?", "26 11 2026 09:30")
	h.press("Record the visit")
	h.sees("I like it at nan’s")
}
