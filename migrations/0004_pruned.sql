-- Whether the body of an arrival was removed, long after it was handled. Its key stays known.
ALTER TABLE inbox ADD COLUMN pruned BIGINT NOT NULL DEFAULT 0;
CREATE INDEX inbox_prunable ON inbox (finished_at) WHERE pruned = 0 AND finished_at IS NOT NULL;
