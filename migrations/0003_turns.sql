-- Installations take turns in the inbox: each of its streams says whose it is (0: nobody's).
ALTER TABLE streams ADD COLUMN installation BIGINT NOT NULL DEFAULT 0;
CREATE INDEX streams_turn ON streams (queue, installation, due);
