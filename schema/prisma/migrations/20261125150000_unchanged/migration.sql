-- A digest of all that the last complete pass depended on: what the upstream held, settings, mapping, period. While it is
-- the same, a pass would bring what stands. Null when that is not known, and while a pass is open.
ALTER TABLE platform.sync_stream ADD COLUMN read_as text;
