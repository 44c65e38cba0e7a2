package browsertest

// noticePages adds the list of undelivered notices, as the administrator and as
// somebody who sees their own.
func noticePages(pages map[string][]string) {
	pages["w.young"] = append(pages["w.young"], "/notices", "/notices?done=told")
	pages["r.nowak"] = append(pages["r.nowak"], "/notices")
}
