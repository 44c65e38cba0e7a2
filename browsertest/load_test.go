package browsertest

// loadPages adds the pages of how much waits, as each role sees them.
func loadPages(all map[string][]string) map[string][]string {
	for user, paths := range map[string][]string{
		"p.shah": {"/contacts/load"}, "h.lawal": {"/contacts/load"}, "i.grant": {"/contacts/load"},
		"m.ali": {"/contacts/load", "/contacts/load?times=never", "/contacts/load?times=0.5&hours=48", "/contacts/load/limits", "/contacts?only=age-4-12"},
	} {
		all[user] = append(all[user], paths...)
	}
	return all
}
