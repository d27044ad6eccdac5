-- workforce publishes of a key whom it means, and who else has it in a record that stands.
CREATE OR REPLACE VIEW workforce.known_key AS
SELECT k.key, k.staff_id,
  ARRAY(
    SELECT DISTINCT c.staff_id FROM workforce.source_record c WHERE c.keys @> ARRAY[k.key] AND c.removed_at IS NULL AND c.staff_id <> k.staff_id
  ) AS others
FROM workforce.staff_key k;
