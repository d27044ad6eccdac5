-- Each pass that is read to its end forgets what its stream had in quarantine before, and looks for it by this.
CREATE INDEX quarantine_stream_idx ON platform.quarantine (upstream, stream);
