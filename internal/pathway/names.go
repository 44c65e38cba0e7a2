package pathway

var channelWords = map[Channel]string{
	ByPolice: "police notification", ByForm: "referral form", ByPhone: "phone call", ByBulk: "file", ByEmail: "e-mail",
}

// ChannelName is what people call a channel.
func ChannelName(c Channel) string { return channelWords[c] }

// Channels are all the ways a contact can come in.
func Channels() []Channel { return []Channel{ByPolice, ByForm, ByPhone, ByBulk, ByEmail} }

var agencyNames = map[Agency]string{
	FrontDoor: "front door", RestrictedDesk: "restricted desk", Police: "police", Health: "health", School: "school",
	Housing: "housing", OtherPartner: "another partner", Referrer: "the referrer", SocialWork: "social work",
	Allocations: "allocation", EarlyHelp: "early help", OtherAuthority: "another authority", "public": "a member of the public",
}

// AgencyName is what people call an agency.
func AgencyName(a Agency) string {
	if n, ok := agencyNames[a]; ok {
		return n
	}
	return string(a)
}

// Agencies are all kinds that can be waited for; each needs an owner.
func Agencies() []Agency {
	return []Agency{FrontDoor, RestrictedDesk, Police, Health, School, Housing, OtherPartner, Referrer,
		SocialWork, Allocations, EarlyHelp, OtherAuthority}
}

func capital(s string) string {
	if s == "" {
		return s
	}
	r := []rune(s)
	if r[0] >= 'a' && r[0] <= 'z' {
		r[0] -= 'a' - 'A'
	}
	return string(r)
}

func blank(s string) bool {
	for _, r := range s {
		if r > ' ' && r != '\u00a0' {
			return false
		}
	}
	return true
}
