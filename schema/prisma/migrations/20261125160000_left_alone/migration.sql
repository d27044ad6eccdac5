-- Until when an upstream has asked to be left alone: whoever asks for it to be read waits as well.
ALTER TABLE platform.upstream ADD COLUMN not_before timestamptz(3);
