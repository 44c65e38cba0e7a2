package notice

import "errors"

// trouble is why a message did not go, in words for the list of undelivered notices.
// The words are ours: nothing that a server answered is repeated, because it may
// repeat an address.
type trouble struct {
	why   string
	final bool  // to try again will not help
	down  bool  // it is the way that does not work, not this message
	cause error // for nobody but us, or nil
}

func (t *trouble) Error() string { return t.why }

func (t *trouble) Unwrap() error { return t.cause }

var errNoAddress = &trouble{why: "There is no address to send to", final: true}

// troubleOf is a failure as a trouble: one of ours, or one that we did not foresee.
func troubleOf(err error) *trouble {
	if err == nil {
		return nil
	}
	var t *trouble
	if errors.As(err, &t) {
		return t
	}
	return &trouble{why: "It could not be sent", cause: err}
}
