/// The tables of what becomes of findings.
enum CaseSchema {
  static let version8 = """
    CREATE TABLE finding_step (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      gateway TEXT NOT NULL REFERENCES gateway (id) ON DELETE CASCADE,
      finding TEXT NOT NULL,
      step TEXT NOT NULL, time INTEGER NOT NULL, by TEXT, detail TEXT
    ) STRICT;
    CREATE INDEX finding_step_of ON finding_step (gateway, finding);

    -- What of a finding was decided here; the gateway's own decisions stay there.
    CREATE TABLE finding_decision (
      gateway TEXT NOT NULL REFERENCES gateway (id) ON DELETE CASCADE,
      finding TEXT NOT NULL,
      kind TEXT NOT NULL, by TEXT NOT NULL, reason TEXT NOT NULL,
      made INTEGER NOT NULL, until INTEGER NOT NULL, severity TEXT NOT NULL,
      PRIMARY KEY (gateway, finding)
    ) STRICT, WITHOUT ROWID;

    -- What was open before anybody kept its life; when closed ones were detected nobody knows.
    INSERT INTO finding_step (gateway, finding, step, time)
      SELECT gateway, id, 'opened', changed_received FROM finding WHERE is_open = 1;
    """
}
