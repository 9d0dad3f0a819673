import GRDB

/// The tables, in the order in which versions added to them.
///
/// Times are milliseconds since 1970 in UTC; columns that end in `_received` are this side's clock.
enum Schema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
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
