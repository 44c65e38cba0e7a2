package pathway

import (
	"slices"

	"frontdoor/internal/civil"
	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

// Operation Encompass: who may be a victim of domestic abuse at home is looked after at
// school from the first lesson on, because the school knows before the bell. The police
// are the sender by law (Domestic Abuse Act 2021 s49A, in force 7 November 2025); the
// authority's service carries what they have not sent themselves. Telling a school is
// never a referral and takes nothing from one.

// EncompassSchool is a school as the telling needs to know it: who reads for it.
type EncompassSchool struct {
	ID, Name            string
	Lead, LeadEmail     string
	Deputy, DeputyEmail string
	Home                bool // no school: the authority's officer for children educated at home
}

// Named says whether somebody is named who can be told.
func (s EncompassSchool) Named() bool { return s.LeadEmail != "" }

// Pupil is a child in a notification of domestic abuse, with the school they go to.
type Pupil struct {
	Child
	Notice string          // id of the notice about the child
	Ref    string          // its public reference
	Said   string          // what was said of the school; "" when nothing was
	School EncompassSchool // zero when none of the register is meant
	Bell   civil.Instant   // start of the first school day after the incident
	Told   string          // whom the police told themselves; "" nobody
	ToldAt civil.Instant   // when they did
}

// Telling is how a school comes to know.
type Telling string

// The ways. A pupil who is not of school age is in none of them.
const (
	TellNobody   Telling = ""        // not of school age
	TellLead     Telling = "sent"    // a notice to the safeguarding lead
	TellByHand   Telling = "by_hand" // somebody at the front door must find out whom to tell
	ToldByPolice Telling = "police"  // the police did it: recorded, and not done twice
	ToldByPhone  Telling = "phone"   // somebody at the front door did it
	TellNoSchool Telling = "none"    // there is no school to tell, and somebody said why
)

// TellingWords is how pages name a way.
func TellingWords(t Telling) string {
	return map[Telling]string{TellLead: "notice to the safeguarding lead", TellByHand: "to be told by hand", ToldByPolice: "told by the police",
		ToldByPhone: "told by the front door", TellNoSchool: "no school to tell"}[t]
}

// DomesticAbuse says whether a notification is one of domestic abuse, so that schools
// are told: the police say so, or they do not say and graded it on the domestic-abuse
// checklist (DASH or DARA; grades standard, medium and high are its own).
func (c Contact) DomesticAbuse(said string) bool {
	return c.Channel == ByPolice && !c.Unreadable && (said == "yes" || said == "" && c.Grade != "")
}

// EncompassSince is when the clock of telling the schools starts: at the incident, or at
// receipt when that is not known or cannot be right.
func (c Contact) EncompassSince() civil.Instant {
	if c.IncidentAt.IsZero() || c.IncidentAt.After(c.ReceivedAt) {
		return c.ReceivedAt
	}
	return c.IncidentAt
}

// Ages of those whose birth date is not known, in whole years.
const (
	firstSchoolYear = 4
	lastSchoolYear  = 17
)

// OfSchoolAge says whether the pupil may be of school age on the first school day:
// reception to 17. Of whom nobody knows the age it cannot be ruled out.
func (p Pupil) OfSchoolAge() bool {
	switch {
	case p.Unborn:
		return false
	case !p.Born.IsZero():
		return civil.OfSchoolAge(p.Born, p.Bell.Date())
	case p.Age >= 0:
		return p.Age >= firstSchoolYear && p.Age <= lastSchoolYear
	}
	return true
}

// ByHand says why a notice cannot be sent by itself; "" when it can.
func (p Pupil) ByHand() string {
	switch {
	case p.Conceal:
		return "The record is restricted: somebody decides who is told"
	case !p.Named:
		return "The child is not named"
	case !p.School.Named() && p.School.Home:
		return "No officer is named for children educated at home"
	case p.School.ID == "" && p.Said == "":
		return "It is not known where the child goes to school"
	case p.School.ID == "":
		return "No school of the register has this name"
	case !p.School.Named():
		return "The school has not named a safeguarding lead"
	}
	return ""
}

// TellSchool is what follows for one pupil of a notification that was just received:
// the school's lead is told; or the police have done it, and nobody is told twice; or
// the front door must find out whom to tell. Each is due before the first school day
// after the incident starts, and none is silent.
func (c Contact) TellSchool(p Pupil) (Telling, Consequences) {
	since := c.EncompassSince()
	switch {
	case !p.OfSchoolAge():
		return TellNobody, Consequences{}
	case p.Told != "":
		return ToldByPolice, Consequences{
			Begins: []Wait{{Child: p.ID, On: Police, For: timescale.EncompassTold, What: "the child’s school is told", About: p.Notice, Since: since, By: p.Bell, Over: p.ToldAt}},
			Lines:  []Line{{Child: p.ID, Kind: "school", HappenedAt: p.ToldAt, Source: string(Police), Text: "Police told " + p.Told + late(p.ToldAt, p.Bell)}},
		}
	case p.ByHand() != "":
		return TellByHand, p.byHand(since)
	}
	return TellLead, p.send(since)
}

func late(at, bell civil.Instant) string {
	if at.After(bell) {
		return ", after the school day had started"
	}
	return " before the school day started"
}

// send has the lead told, and waits until the notice is read.
func (p Pupil) send(since civil.Instant) Consequences {
	what := "the safeguarding lead reads the notice"
	if p.School.Home {
		what = "the officer for children educated at home reads the notice"
	}
	return Consequences{
		Begins: []Wait{{Child: p.ID, On: School, Owner: p.School.ID, For: timescale.EncompassTold, What: what, About: p.Notice, Since: since, By: p.Bell}},
		Tells:  []Tell{{Kind: "school-notice", To: p.School.LeadEmail, Ref: p.Ref, Link: NoticePath(p.Ref), Key: NoticeKey(p.Notice)}},
		Lines:  []Line{{Child: p.ID, Kind: "school", Source: string(FrontDoor), Text: "Notice " + p.Ref + " for " + p.School.Name + ", to be read before the school day starts"}},
	}
}

func (p Pupil) byHand(since civil.Instant) Consequences {
	return Consequences{
		Begins: []Wait{{Child: p.ID, On: deskOf(p.Child), For: timescale.EncompassByHand, What: "find out which school to tell, and tell it", About: p.Notice, Since: since, By: p.Bell}},
		Lines:  []Line{{Child: p.ID, Kind: "school", Source: string(FrontDoor), Text: "School not told by itself: " + p.ByHand()}},
	}
}

// NoticePath is the page of a notice, for the link in the message about it.
func NoticePath(ref string) string { return "/partner/notices/" + ref }

// NoticeKey is the key of the message to the lead in the outbox.
func NoticeKey(notice string) string { return "school-notice " + notice }

// DeputyKey is the key of the message to the deputy.
func DeputyKey(notice string) string { return "school-notice deputy " + notice }

// ReadBy is the lead, the deputy or somebody who reads for them having read a notice.
func (p Pupil) ReadBy(name string) Consequences {
	return Consequences{
		Ends:  []End{{Child: p.ID, For: timescale.EncompassTold, About: p.Notice}, {Child: p.ID, For: timescale.EncompassByHand, About: p.Notice}},
		Lines: []Line{{Child: p.ID, Kind: "school", Source: string(School), Text: p.School.Name + " has read notice " + p.Ref + " (" + name + ")"}},
	}
}

// AskDeputy has the deputy told as well: the lead has not read it, or it did not reach
// them.
func (p Pupil) AskDeputy() Consequences {
	return Consequences{
		Tells: []Tell{{Kind: "school-notice", To: p.School.DeputyEmail, Ref: p.Ref, Link: NoticePath(p.Ref), Key: DeputyKey(p.Notice)}},
		Lines: []Line{{Child: p.ID, Kind: "school", Source: string(FrontDoor), Text: "The deputy at " + p.School.Name + " is told of notice " + p.Ref + " too"}},
	}
}

// Undelivered is a notice that could not be delivered to anybody at the school: the
// front door tells it by hand. The school goes on being waited for.
func (p Pupil) Undelivered(since civil.Instant) Consequences {
	return Consequences{
		Begins: []Wait{{Child: p.ID, On: deskOf(p.Child), For: timescale.EncompassByHand, What: "tell the school by phone: the notice was not delivered", About: p.Notice, Since: since, By: p.Bell}},
		Lines:  []Line{{Child: p.ID, Kind: "school", Source: string(FrontDoor), Text: "Notice " + p.Ref + " was not delivered to " + p.School.Name}},
	}
}

// Restricted is a notice not read yet about a child whose record was restricted since:
// who was named on the restriction tells the school.
func (p Pupil) Restricted(since civil.Instant) Consequences {
	p.Conceal = true
	out := p.byHand(since)
	out.Ends = []End{{Child: p.ID, For: timescale.EncompassTold, About: p.Notice, How: Moved}}
	return out
}

// SchoolTold is what somebody at the front door says of a pupil whose school was not
// told by itself.
type SchoolTold struct {
	How    Telling         // TellLead: send the notice to School; ToldByPhone; TellNoSchool
	School EncompassSchool // to send it to, or that was told
	Whom   string          // who was told by phone, with their part
	At     civil.Instant   // when
	Why    string          // why there is no school to tell
}

// Tell settles by hand how a pupil's school comes to know. It refuses a notice to a
// school that has named nobody, a call without who and when, and no school without a
// reason.
func (p Pupil) Tell(t SchoolTold, since, now civil.Instant) (Consequences, error) {
	var bad problems
	switch t.How {
	case TellLead:
		p.School = t.School
		switch {
		case t.School.ID == "":
			bad.say("school", "Select the school")
		case !p.Named:
			bad.say("how", "The child is not named here, so a notice cannot say whom it is about. Tell the school by phone")
		case p.Conceal:
			bad.say("how", "The record is restricted, so the school cannot open a notice. Tell the school by phone")
		case !t.School.Named():
			bad.say("how", "Nobody is named who reads for "+t.School.Name+". Tell them by phone, and have them name their safeguarding lead")
		}
	case ToldByPhone:
		if t.School.ID == "" {
			bad.say("school", "Select the school that was told")
		}
		if blank(t.Whom) {
			bad.say("whom", "Enter who was told, with what they do there")
		}
		switch {
		case t.At.IsZero():
			bad.say("at", "Enter when they were told")
		case t.At.After(now):
			bad.say("at", "The time must be in the past")
		case t.At.Before(since):
			bad.say("at", "The time must be after the incident")
		}
	case TellNoSchool:
		if blank(t.Why) {
			bad.say("why", "Enter why there is no school to tell")
		}
	default:
		bad.say("how", "Select how the school comes to know")
	}
	if err := refusal.Fields(bad); err != nil {
		return Consequences{}, err
	}
	ends := func(how Ending, at civil.Instant, reason string) (out []End) {
		for _, k := range []timescale.Key{timescale.EncompassByHand, timescale.EncompassTold} {
			out = append(out, End{Child: p.ID, For: k, About: p.Notice, How: how, HappenedAt: at, Reason: reason})
		}
		return out
	}
	switch t.How {
	case TellLead:
		return Consequences{Ends: ends(Moved, civil.Instant{}, "a notice goes to "+t.School.Name)}.And(p.send(since)), nil
	case ToldByPhone:
		return Consequences{Ends: ends(Met, t.At, ""), Lines: []Line{{Child: p.ID, Kind: "school", HappenedAt: t.At, Source: string(FrontDoor),
			Text: t.School.Name + " told by phone: " + t.Whom + late(t.At, p.Bell)}}}, nil
	}
	return Consequences{Ends: ends(Withdrawn, civil.Instant{}, "no school to tell: "+t.Why), Lines: []Line{{Child: p.ID, Kind: "school", Source: string(FrontDoor), Text: "No school to tell: " + t.Why}}}, nil
}

// SchoolHelp is a school asking the front door about a notice.
type SchoolHelp struct{ ID, Asked string }

// AskHelp starts the wait for an answer. To ask for help is no referral: who is worried
// about a child reports a concern.
func (p Pupil) AskHelp(h SchoolHelp, contactRef string) (Consequences, error) {
	if blank(h.Asked) {
		return Consequences{}, refusal.Field("asked", "Enter what you would like to ask")
	}
	desk := deskOf(p.Child)
	return Consequences{
		Begins: []Wait{{Child: p.ID, On: desk, For: timescale.EncompassHelp, What: "answer a school that asks for help", About: h.ID}},
		Tells:  []Tell{{Kind: "school-help", To: "desk:" + string(desk), Ref: contactRef, Link: "/contacts/" + contactRef + "/schools", Key: "school-help " + h.ID}},
		Lines:  []Line{{Child: p.ID, Kind: "school", Source: string(School), Text: p.School.Name + " asks: " + h.Asked}},
	}, nil
}

// AnswerHelp ends it. to is the user who asked.
func (p Pupil) AnswerHelp(h SchoolHelp, to, answer string) (Consequences, error) {
	if blank(answer) {
		return Consequences{}, refusal.Field("answer", "Enter the answer")
	}
	return Consequences{
		Ends:  []End{{Child: p.ID, For: timescale.EncompassHelp, About: h.ID}},
		Tells: []Tell{{Kind: "school-answer", To: "user:" + to, Ref: p.Ref, Link: NoticePath(p.Ref), Key: "school-answer " + h.ID}},
		Lines: []Line{{Child: p.ID, Kind: "school", Source: string(FrontDoor), Text: "Answered " + p.School.Name + ": " + answer}},
	}, nil
}

// ToldSchool is when a school knew: the earliest of the times at which the police told
// it, the front door did, the notice reached its mail, or the notice was read. Zero when
// it does not know yet.
func ToldSchool(times ...civil.Instant) civil.Instant {
	times = slices.DeleteFunc(slices.Clone(times), civil.Instant.IsZero)
	if len(times) == 0 {
		return civil.Instant{}
	}
	return slices.MinFunc(times, civil.Instant.Compare)
}

// telling are the steps of telling schools.
func telling() []Step {
	return []Step{
		{From: "received", Event: "a police notification is of domestic abuse and a child is, or may be, of school age", Guard: "reception to 17 on the first school day after the incident", To: "the same", Decides: "the service",
			Clocks: []string{"records " + string(timescale.EncompassTold) + " when the police told the school themselves: nobody is told twice",
				starts(timescale.EncompassTold) + " on the school, or on the officer for children educated at home, until the notice is read",
				starts(timescale.EncompassByHand) + " when no school or no safeguarding lead is known, the child is not named, or the record is restricted"}},
		{From: "a school is to be told", Event: "the safeguarding lead, or the deputy, reads the notice", Guard: "signed in for that school", To: "the same", Decides: "the school", Clocks: []string{stops(timescale.EncompassTold, timescale.EncompassByHand)}},
		{From: "a school is to be told", Event: "the notice cannot be delivered to the lead or the deputy", Guard: "", To: "the same", Decides: "the service", Clocks: []string{starts(timescale.EncompassByHand) + "; the school goes on being waited for"}},
		{From: "a school is to be told", Event: "the front door finds the school, or tells it by phone", Guard: "the school; whom and when; or why there is none", To: "the same", Decides: "screener", Clocks: []string{stops(timescale.EncompassByHand)}},
		{From: "a school was told", Event: "the school asks for help", Guard: "what it asks", To: "the same", Decides: "the school", Clocks: []string{starts(timescale.EncompassHelp) + " on the front door"}},
		{From: "a school was told", Event: "the front door answers the school", Guard: "the answer", To: "the same", Decides: "screener", Clocks: []string{stops(timescale.EncompassHelp)}},
	}
}
