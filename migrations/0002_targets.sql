-- What a rollout deploys to while it does. The index is the lock: two rollouts never have the same target.
ALTER TABLE rollouts ADD COLUMN target TEXT;
CREATE UNIQUE INDEX rollouts_target ON rollouts (target);
