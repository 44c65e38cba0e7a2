package contacts

import "frontdoor/internal/db"

var (
	findIntake = db.SQL("contacts.find-intake", `
		SELECT i.contact_id, i.sha256, c.ref, c.received_at, c.due_at
		FROM intake i
		JOIN contact c ON c.id = i.contact_id AND c.authority_id = i.authority_id
		WHERE i.door = $1 AND i.sender = $2 AND i.reference = $3 AND i.authority_id = $4`)
	addIntake = db.InsertInto("contacts.add-intake", "intake", `id, authority_id, door, sender, reference, received_at,
		content_type, size, sha256, body, state, problem, contact_id`, "")
	addContact = db.InsertInto("contacts.add-contact", "contact", `id, authority_id, ref, channel, source_kind, source_name,
		organisation_id, sender_ref, referrer_id, referrer_name, referrer_role, referrer_email, referrer_phone,
		incident_at, reported_at, graded_at, sent_at, received_at, recorded_at, grade, risk_tool, risk_ticks, judgement,
		state, danger, where_now, words, level_asked, answers, completeness, intake_id, conceal, rank, risk_since, consent, due_at, district, lag, told_children, told_named, missing`, "")
	addChild = db.InsertInto("contacts.add-child", "contact_child", `id, authority_id, contact_id, position, named,
		given, middle, family, known_as, described, sex, born, born_estimated, age_stated, expected, unborn, nhs, upn, phone,
		address, postcode, school, parents, person_id, link, linked_by, linked_at, may_be, conceal, band, ethnicity`, "")
	addLink = db.InsertInto("contacts.add-link", "child_link",
		"id, authority_id, child_id, person_id, choice, by_id, by_name, at, reasons, model, band, chance_ppm", "")
	addMember = db.InsertInto("contacts.add-household-member", "household_member",
		"id, authority_id, contact_id, position, given, family, born, relation, part, risk, responsible", "")
	addConsent = db.InsertInto("contacts.add-consent", "consent", `id, authority_id, contact_id, status, who, how, to_what,
		happened_at, reason, reason_words, recorded_by, recorded_by_name, recorded_at`, "")
	claimDraftFiles = db.SQL("contacts.claim-draft-files", `
		UPDATE attachment SET contact_id = $1 WHERE draft_id = $2 AND authority_id = $3 AND contact_id = ''`)
	sendDraft = db.SQL("contacts.send-draft", `
		UPDATE draft SET contact_id = $1, sent_at = $2 WHERE id = $3 AND authority_id = $4 AND sent_at IS NULL`)
)
