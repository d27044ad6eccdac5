-- Leavers, erasure and retention; and quarantine that outlives a pass over changes.

-- Whether a pass began at the start of its stream: what it did not meet is then gone, its quarantine included. One that
-- goes on from a cursor tells of changes alone.
ALTER TABLE platform.sync_run ADD COLUMN from_start boolean NOT NULL DEFAULT true;
CREATE INDEX quarantine_stream_idx ON platform.quarantine (upstream, stream);
