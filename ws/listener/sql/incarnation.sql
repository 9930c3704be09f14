-- By what this database is known again until it crashes, is promoted or is restored; made anew where it is gone.
WITH made AS (
    INSERT INTO {incarnation} (incarnation)
    SELECT gen_random_uuid()::text
    WHERE NOT EXISTS (SELECT FROM {incarnation})
    RETURNING incarnation
)
SELECT incarnation FROM made
UNION ALL
SELECT incarnation FROM {incarnation}
