/// The tables of campaigns.
enum CampaignSchema {
  static let version11 = """
    -- 'spec' is what was settled when it was planned, as JSON.
    CREATE TABLE campaign (
      name TEXT PRIMARY KEY, state TEXT NOT NULL, reason TEXT, spec TEXT NOT NULL,
      planned INTEGER NOT NULL, started INTEGER, ended INTEGER
    ) STRICT, WITHOUT ROWID;

    -- Parts that a worker takes for itself: 'scan' is a shard, 'look' a bucket of addresses. 'lease' goes up with every
    -- taking, and whoever writes names the one it holds; 'until' is by the clock of the store.
    CREATE TABLE campaign_part (
      campaign TEXT NOT NULL REFERENCES campaign (name) ON DELETE CASCADE,
      kind TEXT NOT NULL, number INTEGER NOT NULL, done INTEGER NOT NULL DEFAULT 0,
      lease INTEGER NOT NULL DEFAULT 0, holder TEXT, until INTEGER,
      checkpoint BLOB, attempt INTEGER NOT NULL DEFAULT 0, step INTEGER NOT NULL DEFAULT 0,
      steps INTEGER NOT NULL DEFAULT 0, probes INTEGER NOT NULL DEFAULT 0, worked INTEGER NOT NULL DEFAULT 0,
      report TEXT,
      PRIMARY KEY (campaign, kind, number)
    ) STRICT;

    -- 'scan_state' is the scanner's own word; 'look' what the port said when it was asked, as JSON.
    ALTER TABLE sighting ADD COLUMN campaign TEXT;
    ALTER TABLE sighting ADD COLUMN bucket INTEGER;
    ALTER TABLE sighting ADD COLUMN scan_state TEXT;
    ALTER TABLE sighting ADD COLUMN looked INTEGER;
    ALTER TABLE sighting ADD COLUMN look TEXT;
    -- Found twice by one campaign, it is one result.
    CREATE UNIQUE INDEX sighting_of_campaign ON sighting (campaign, address, transport, port)
      WHERE campaign IS NOT NULL;
    CREATE INDEX sighting_to_look_at ON sighting (campaign, bucket)
      WHERE scan_state = 'open' AND looked IS NULL;
    """
}
