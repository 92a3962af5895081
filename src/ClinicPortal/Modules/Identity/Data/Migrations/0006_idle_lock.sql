-- Of the sign-in host's session, which stands for all that descend from it: one browser.
ALTER TABLE identity.session
  ADD COLUMN locks_when_idle boolean NOT NULL DEFAULT false,
  ADD COLUMN active_at timestamptz,     -- when its person last did something
  ADD COLUMN locked_at timestamptz;     -- nothing is shown until its person proves again who they are
