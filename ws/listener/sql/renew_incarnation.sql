-- Whoever is known by the former one, as a copy of the disk from before, is not this database.
UPDATE {incarnation}
SET incarnation = gen_random_uuid()::text
RETURNING incarnation
