/// The tables of what pages count, kept by whoever changes what is counted, and who decides the pace of returns.
enum TallySchema {
  static let version17 = """
    -- How many gateways of each group are in which state, with which grade; see 'gateway'.
    CREATE TABLE gateway_count (
      "group" TEXT NOT NULL, state TEXT NOT NULL, grade TEXT NOT NULL, count INTEGER NOT NULL,
      PRIMARY KEY ("group", state, grade)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO gateway_count SELECT "group", state, grade, count(*) FROM gateway GROUP BY "group", state, grade;

    -- How many steps of each kind were taken on each day since 1970 in UTC, in the group that the gateway was in then;
    -- also those that are forgotten since. The group '*' is all of them.
    CREATE TABLE step_count (
      "group" TEXT NOT NULL, day INTEGER NOT NULL, step TEXT NOT NULL, count INTEGER NOT NULL,
      PRIMARY KEY ("group", day, step)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO step_count
      SELECT coalesce(e."group", ''), s.time / 86400000, s.step, count(*)
      FROM finding_step AS s LEFT JOIN enrolment AS e ON e.gateway = s.gateway GROUP BY 1, 2, 3;
    INSERT INTO step_count
      SELECT '*', day, step, CAST(sum(count) AS BIGINT) FROM step_count GROUP BY day, step;

    -- With what is counted of them, so that no row has to be looked at for it.
    DROP INDEX finding_quiet;
    CREATE INDEX finding_quiet ON finding (quiet_until, "group", stage, rank) WHERE quiet_until > 0;

    -- Which of the collectors that share this store decides how gateways come back, and until when.
    CREATE TABLE restoration_hold (
      one INTEGER PRIMARY KEY CHECK (one = 1), holder TEXT NOT NULL, until INTEGER NOT NULL
    ) STRICT;
    """
}
