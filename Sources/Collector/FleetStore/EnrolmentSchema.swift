/// The tables of enrolment; a gateway is enrolled before it has reported, so nothing here refers to `gateway`.
enum EnrolmentSchema {
  static let version3 = """
    -- What lets gateways enrol: tokens, of which only a hash of the secret is kept, and claim certificates.
    CREATE TABLE enrolment_grant (
      id TEXT PRIMARY KEY, kind TEXT NOT NULL, secret_hash BLOB, "group" TEXT,
      created INTEGER NOT NULL, expires INTEGER NOT NULL, uses_left INTEGER NOT NULL,
      last_used INTEGER, last_gateway TEXT, revoked INTEGER
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE enrolment (
      gateway TEXT PRIMARY KEY, "group" TEXT, grant_id TEXT,
      enrolled INTEGER NOT NULL, revoked INTEGER, reason TEXT
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE certificate (
      serial TEXT PRIMARY KEY, gateway TEXT NOT NULL,
      not_after INTEGER NOT NULL, issued INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX certificate_gateway ON certificate (gateway, not_after);

    CREATE TABLE audit (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      time INTEGER NOT NULL, event TEXT NOT NULL, gateway TEXT, grant_id TEXT, source TEXT, detail TEXT
    ) STRICT;
    """

  static let version5 = """
    -- When a collector had a revoked gateway put out by its broker; null until then.
    ALTER TABLE enrolment ADD COLUMN enforced INTEGER;
    CREATE INDEX enrolment_to_enforce ON enrolment (gateway) WHERE revoked IS NOT NULL AND enforced IS NULL;
    CREATE INDEX enrolment_group ON enrolment ("group");
    """
}
