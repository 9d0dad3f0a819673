import SQLStore

/// The tables, in the order in which versions added to them.
///
/// Times are milliseconds since 1970 in UTC; columns that end in `_received` are this side's clock.
enum Schema {
  static var migrator: Migrations {
    var migrator = Migrations()
    migrator.registerMigration("1 gateways, their state and their records") { db in
      try db.execute(sql: version1)
    }
    migrator.registerMigration("2 dropped records, and when a posture was made") { db in
      try db.execute(sql: version2)
    }
    migrator.registerMigration("3 enrolment, certificates and the audit of both") { db in
      try db.execute(sql: EnrolmentSchema.version3)
    }
    migrator.registerMigration("4 signed commands and their results") { db in
      try db.execute(sql: commands)
    }
    migrator.registerMigration("5 revocations that the broker does not know yet") { db in
      try db.execute(sql: EnrolmentSchema.version5)
    }
    migrator.registerMigration("6 outages that are announced, and how areas come back") { db in
      try db.execute(sql: restoration)
    }
    migrator.registerMigration("7 what is seen from outside, and whose it is") { db in
      try db.execute(sql: OutsideSchema.version7)
    }
    migrator.registerMigration("8 the life of a finding, and what was decided about it") { db in
      try db.execute(sql: CaseSchema.version8)
    }
    migrator.registerMigration("9 gateways that were erased") { db in
      try db.execute(sql: ErasureSchema.version9)
    }
    migrator.registerMigration("10 trials of notices") { db in
      try db.execute(sql: TrialSchema.version10)
    }
    migrator.registerMigration("11 campaigns, and what their ports said") { db in
      try db.execute(sql: CampaignSchema.version11)
    }
    migrator.registerMigration("12 what is seen from outside of closings") { db in
      try db.execute(sql: ClosingSchema.version12)
    }
    migrator.registerMigration("13 how far findings are, and counts of them") { db in
      try db.execute(sql: StandingSchema.version13)
      try FleetStore.rebuild(db)
      try db.execute(sql: StandingSchema.indexes13)
    }
    migrator.registerMigration("14 who may look: accounts, visits and tokens") { db in
      try db.execute(sql: AccessSchema.version14)
    }
    migrator.registerMigration("15 contacts, and notices that go out") { db in
      try db.execute(sql: OutboxSchema.version15)
    }
    migrator.registerMigration("16 what pages count, and who decides the pace of returns") { db in
      try db.execute(sql: TallySchema.version17)
    }
    migrator.registerMigration("17 the key of the numbers of notices") { db in
      try db.execute(sql: OutboxSchema.version17)
    }
    migrator.registerMigration("18 what is published for tenants") { db in
      try db.execute(sql: TenantSchema.version18)
    }
    return migrator
  }

  private static let restoration = """
    -- What the collector that runs knows of outages, and what it has published, as JSON.
    CREATE TABLE restoration (
      one INTEGER PRIMARY KEY CHECK (one = 1), state TEXT NOT NULL, changed INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE planned_outage (
      number INTEGER PRIMARY KEY AUTOINCREMENT, "group" TEXT NOT NULL,
      starts INTEGER NOT NULL, ends INTEGER NOT NULL, expected INTEGER, cancelled INTEGER
    ) STRICT;
    -- Who came and went lately, without a look at everybody.
    CREATE INDEX gateway_status ON gateway (status_received);
    """

  private static let version1 = """
    CREATE TABLE run (number INTEGER PRIMARY KEY AUTOINCREMENT, started INTEGER NOT NULL) STRICT;

    CREATE TABLE gateway (
      id TEXT PRIMARY KEY,
      first_received INTEGER NOT NULL,
      last_received INTEGER NOT NULL,
      online INTEGER, birth INTEGER, cause TEXT, agent TEXT, queued INTEGER,
      status_since INTEGER, status_received INTEGER
    ) STRICT;

    -- What of each gateway's numbered records is stored: ranges without gaps, both ends included.
    CREATE TABLE stored (
      gateway TEXT NOT NULL REFERENCES gateway (id) ON DELETE CASCADE,
      first INTEGER NOT NULL, last INTEGER NOT NULL,
      PRIMARY KEY (gateway, first)
    ) STRICT, WITHOUT ROWID;

    -- When a boot of a gateway began, learned from a record whose clock was right.
    CREATE TABLE boot (
      gateway TEXT NOT NULL REFERENCES gateway (id) ON DELETE CASCADE,
      boot_id TEXT NOT NULL, began INTEGER NOT NULL, received INTEGER NOT NULL,
      PRIMARY KEY (gateway, boot_id)
    ) STRICT, WITHOUT ROWID;

    -- Every numbered record but states. 'happened' is null while nobody can say when that was.
    CREATE TABLE event (
      gateway TEXT NOT NULL REFERENCES gateway (id) ON DELETE CASCADE,
      seq INTEGER NOT NULL,
      kind TEXT NOT NULL, message TEXT NOT NULL,
      boot_id TEXT NOT NULL, uptime_ms INTEGER NOT NULL,
      time INTEGER NOT NULL, happened INTEGER, received INTEGER NOT NULL,
      PRIMARY KEY (gateway, seq)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX event_undated ON event (gateway, boot_id) WHERE happened IS NULL;

    CREATE TABLE posture (
      gateway TEXT NOT NULL REFERENCES gateway (id) ON DELETE CASCADE,
      seq INTEGER NOT NULL,
      grade TEXT NOT NULL, devices INTEGER NOT NULL, services INTEGER NOT NULL,
      critical INTEGER NOT NULL, high INTEGER NOT NULL, medium INTEGER NOT NULL,
      low INTEGER NOT NULL, info INTEGER NOT NULL, closings INTEGER NOT NULL,
      agent TEXT NOT NULL, complete INTEGER NOT NULL, scanned INTEGER,
      time INTEGER NOT NULL, received INTEGER NOT NULL,
      PRIMARY KEY (gateway, seq)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE device_part (
      gateway TEXT NOT NULL REFERENCES gateway (id) ON DELETE CASCADE,
      part INTEGER NOT NULL, seq INTEGER NOT NULL, received INTEGER NOT NULL,
      PRIMARY KEY (gateway, part)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE device (
      gateway TEXT NOT NULL REFERENCES gateway (id) ON DELETE CASCADE,
      id TEXT NOT NULL, part INTEGER NOT NULL,
      kind TEXT NOT NULL, last_seen INTEGER, facts TEXT NOT NULL,
      PRIMARY KEY (gateway, id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE finding (
      gateway TEXT NOT NULL REFERENCES gateway (id) ON DELETE CASCADE,
      id TEXT NOT NULL,
      is_open INTEGER NOT NULL, "check" TEXT NOT NULL, severity TEXT NOT NULL,
      device TEXT NOT NULL, facts TEXT NOT NULL,
      seq INTEGER NOT NULL, changed_received INTEGER NOT NULL,
      PRIMARY KEY (gateway, id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE latest (
      gateway TEXT NOT NULL REFERENCES gateway (id) ON DELETE CASCADE,
      name TEXT NOT NULL, seq INTEGER NOT NULL, message TEXT NOT NULL, received INTEGER NOT NULL,
      PRIMARY KEY (gateway, name)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE set_aside (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      received INTEGER NOT NULL, reason TEXT NOT NULL, detail TEXT NOT NULL,
      topic TEXT NOT NULL, size INTEGER NOT NULL, payload BLOB NOT NULL
    ) STRICT;
    CREATE TABLE set_aside_count (reason TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    """

  private static let commands = """
    -- The last number given to a command: whatever key signs, the next one is higher.
    CREATE TABLE command_number (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL) STRICT;

    -- Signed commands and what became of them. A roll-out has one id at all its gateways. 'published' is null
    -- until the broker has taken the command for somebody who listens.
    CREATE TABLE command (
      gateway TEXT NOT NULL, id TEXT NOT NULL,
      verb TEXT NOT NULL, seq INTEGER NOT NULL, payload BLOB NOT NULL,
      created INTEGER NOT NULL, expires INTEGER NOT NULL, published INTEGER,
      state TEXT, reason TEXT, detail TEXT, nonce TEXT, changed_received INTEGER,
      PRIMARY KEY (gateway, id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX command_of ON command (id);
    CREATE INDEX command_waiting ON command (expires) WHERE published IS NULL;
    """

  private static let version2 = """
    -- Numbers that a gateway said it will never send, and that had not come before.
    CREATE TABLE dropped (
      gateway TEXT NOT NULL REFERENCES gateway (id) ON DELETE CASCADE,
      first INTEGER NOT NULL, last INTEGER NOT NULL,
      PRIMARY KEY (gateway, first)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE dropped_count (
      gateway TEXT NOT NULL REFERENCES gateway (id) ON DELETE CASCADE,
      cause TEXT NOT NULL, count INTEGER NOT NULL,
      PRIMARY KEY (gateway, cause)
    ) STRICT, WITHOUT ROWID;

    -- As in 'event'; null in rows of the version before.
    ALTER TABLE posture ADD COLUMN boot_id TEXT;
    ALTER TABLE posture ADD COLUMN uptime_ms INTEGER;
    ALTER TABLE posture ADD COLUMN happened INTEGER;
    """
}
