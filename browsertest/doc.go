// Package browsertest walks the service in a real browser: every page with the
// accessibility checker at two widths; every form, found by following links as everybody,
// walked with Tab and sent with nothing in it, with script off at 320 pixels; and what
// people do from end to end with the keyboard alone, with script and without.
//
// A new page and a new form are met by TestEveryFormForEverybody without being listed
// anywhere. A form that waits for something that the demo does not hold needs it in states.
// FRONTDOOR_FORM=words looks at the forms with these words only.
package browsertest
