// Package browsertest walks the service in a real browser: every page with the
// accessibility checker at two widths, the referral form without script, the
// screener's and manager's work with the keyboard alone.
package browsertest
