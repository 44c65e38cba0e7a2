-- How far the system found who a child of a contact is when it came: certain, review
-- (may be a child we know), family (a new child of a family we know) or none. Of
-- records that are closed it says nothing, so that a list may show it.
ALTER TABLE contact_child ADD COLUMN band text NOT NULL DEFAULT '';
