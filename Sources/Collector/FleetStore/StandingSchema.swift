import GRDB

/// The columns and tables of what is derived, so that pages read it instead of working it out.
///
/// Everything in them follows from other tables; ``FleetStore/rebuild(_:)`` makes all of it anew.
enum StandingSchema {
  static let version13 = """
    -- How far each finding is, as its steps and the looks from outside say: 'stage' is 'none' where nothing is known of
    -- its life, 'since' the time of the last change, 'detected' to 'closed' its present episode. 'rank' is the order in
    -- which people should look (0 is first), and until 'quiet_until' a decision covers it.
    ALTER TABLE finding ADD COLUMN transport TEXT;
    ALTER TABLE finding ADD COLUMN port INTEGER;
    ALTER TABLE finding ADD COLUMN protocol TEXT;
    ALTER TABLE finding ADD COLUMN kind TEXT NOT NULL DEFAULT '';
    ALTER TABLE finding ADD COLUMN "group" TEXT NOT NULL DEFAULT '';
    ALTER TABLE finding ADD COLUMN stage TEXT NOT NULL DEFAULT 'none';
    ALTER TABLE finding ADD COLUMN rank INTEGER NOT NULL DEFAULT 9;
    ALTER TABLE finding ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE finding ADD COLUMN detected INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE finding ADD COLUMN notified INTEGER;
    ALTER TABLE finding ADD COLUMN closed INTEGER;
    ALTER TABLE finding ADD COLUMN episodes INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE finding ADD COLUMN quiet_until INTEGER NOT NULL DEFAULT 0;
    -- Episodes before the present one, of findings that came back.
    CREATE TABLE past_episode (
      gateway TEXT NOT NULL REFERENCES gateway (id) ON DELETE CASCADE,
      finding TEXT NOT NULL, number INTEGER NOT NULL, detected INTEGER NOT NULL, closed INTEGER,
      PRIMARY KEY (gateway, finding, number)
    ) STRICT, WITHOUT ROWID;

    -- How many there are of each. 'group' is empty where a gateway has none.
    CREATE TABLE finding_count (
      "group" TEXT NOT NULL, stage TEXT NOT NULL, rank INTEGER NOT NULL, count INTEGER NOT NULL,
      PRIMARY KEY ("group", stage, rank)
    ) STRICT, WITHOUT ROWID;
    -- How long findings were open: of those that are closed by a step of how long that took, of those that are open by
    -- the hour in which they were detected. The group '*' is all of them.
    CREATE TABLE episode_count (
      "group" TEXT NOT NULL, state TEXT NOT NULL, step INTEGER NOT NULL, count INTEGER NOT NULL,
      PRIMARY KEY ("group", state, step)
    ) STRICT, WITHOUT ROWID;

    -- What inside and outside say of each port of a gateway; see 'inside_port' and 'sighting'.
    CREATE TABLE joined_service (
      gateway TEXT NOT NULL, transport TEXT NOT NULL, port INTEGER NOT NULL,
      "group" TEXT NOT NULL, protocol TEXT, agreement TEXT NOT NULL,
      inside TEXT NOT NULL, inside_since INTEGER, inside_looked INTEGER,
      outside TEXT NOT NULL, outside_since INTEGER, outside_looked INTEGER,
      PRIMARY KEY (gateway, transport, port)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX joined_service_agreement ON joined_service (agreement, gateway, transport, port);
    CREATE TABLE agreement_count (
      "group" TEXT NOT NULL, inside TEXT NOT NULL, outside TEXT NOT NULL, count INTEGER NOT NULL,
      PRIMARY KEY ("group", inside, outside)
    ) STRICT, WITHOUT ROWID;

    -- In a word what a gateway is, and the grade of its latest posture.
    ALTER TABLE gateway ADD COLUMN state TEXT NOT NULL DEFAULT 'unknown';
    ALTER TABLE gateway ADD COLUMN grade TEXT NOT NULL DEFAULT '';
    ALTER TABLE gateway ADD COLUMN posture_seq INTEGER NOT NULL DEFAULT -1;
    ALTER TABLE gateway ADD COLUMN "group" TEXT NOT NULL DEFAULT '';

    -- The names by which a device is looked for, in small letters.
    CREATE TABLE device_name (
      gateway TEXT NOT NULL REFERENCES gateway (id) ON DELETE CASCADE,
      device TEXT NOT NULL, name TEXT NOT NULL,
      PRIMARY KEY (gateway, device, name)
    ) STRICT, WITHOUT ROWID;
    """

  /// Made after the rows are filled, which is faster.
  static let indexes13 = """
    CREATE INDEX finding_by_stage ON finding (stage, rank, detected, gateway, id, quiet_until);
    CREATE INDEX finding_by_group ON finding ("group", stage, rank, detected, gateway, id, quiet_until, kind);
    CREATE INDEX finding_by_kind ON finding (kind, stage, rank, detected, gateway, id, quiet_until, "group");
    CREATE INDEX finding_by_check ON finding ("check", stage, rank, detected, gateway, id, quiet_until, "group", kind);
    CREATE INDEX finding_by_change ON finding ("group", since, gateway, id);
    CREATE INDEX finding_quiet ON finding (quiet_until) WHERE quiet_until > 0;
    CREATE INDEX gateway_by_group ON gateway ("group", state, grade, id);
    CREATE INDEX gateway_by_state ON gateway (state, grade, id);
    CREATE INDEX device_by_id ON device (id, gateway);
    CREATE INDEX device_name_by_name ON device_name (name, gateway, device);
    CREATE INDEX tenure_now ON tenure (block, gateway) WHERE ended IS NULL AND gateway IS NOT NULL;
    CREATE INDEX sighting_nobodys ON sighting (reason) WHERE reason IS NOT NULL AND state = 'open';
    """
}
