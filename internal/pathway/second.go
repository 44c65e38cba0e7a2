package pathway

import (
	"slices"

	"frontdoor/internal/refusal"
	"frontdoor/internal/timescale"
)

// NeedsSecond says whether no further action needs a second manager: a
// domestic-abuse notification with a child under 1, an unborn child or three in a
// year (local rule, pathway reference section 1).
func (c Contact) NeedsSecond(child Child, h History) bool { return c.whySecond(child, h) != "" }

const notificationsForSecond = 3

func (c Contact) whySecond(child Child, h History) string {
	switch {
	case c.Source != Police || c.Grade == "":
		return ""
	case slices.ContainsFunc(c.Children, func(x Child) bool { return x.Unborn }):
		return "an unborn child"
	case slices.ContainsFunc(c.Children, func(x Child) bool { return x.Age == 0 && !x.Unborn }):
		return "a child under 1"
	case h.Notifications+1 >= notificationsForSecond:
		return "a child with three notifications in a year"
	}
	return ""
}

// AskSecond asks a second manager before no further action (the wait stands on
// the child's desk until they answer).
func (c Contact) AskSecond(child string) Consequences {
	x, _ := c.Child(child)
	return Consequences{Begins: []Wait{{Child: child, On: deskOf(x), For: timescale.SecondManager, What: "a second manager's view"}}}
}

// SecondView is what the second manager thinks. It refuses the manager who asked
// and a view without a reason.
func (c Contact) SecondView(child string, agrees bool, reason string, sameManager bool) (Consequences, error) {
	switch {
	case sameManager:
		return Consequences{}, refusal.New(refusal.Denied, "The second view must be another manager's")
	case blank(reason):
		return Consequences{}, refusal.Field("reason", "Enter the reason for your view")
	}
	words := "A second manager agrees that nothing more is to be done: "
	if !agrees {
		words = "A second manager does not agree that nothing more is to be done: "
	}
	return Consequences{
		Ends:  []End{{Child: child, For: timescale.SecondManager}},
		Lines: []Line{{Child: child, Kind: "second view", Source: string(FrontDoor), Text: words + reason}},
	}, nil
}
