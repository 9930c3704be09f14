-- How often unread rows were trimmed.
SELECT trimmed
FROM {state}
