/// The statements that write a part of a ``World``, the same for both engines.
struct WorldSQL {
  let first: Int
  let last: Int
  let findingsEach: Int
  let now: Int64

  private static let day: Int64 = 86_400_000

  var parts: [String] {
    gatewayParts + deviceParts + findingParts + portParts
  }

  // MARK: Chance

  /// A number below 2^28 that looks like chance and is the same in every run; with other salts it goes its own way.
  private static func chance(_ number: String, _ salt: Int) -> String {
    "((\(number)) * \(factor(salt)) % 4294967296 / 16)"
  }

  /// Odd, and far from all others, so that two of them have nothing to do with each other.
  private static func factor(_ salt: Int) -> UInt64 {
    var numbers = SplitMix(state: UInt64(salt))
    return numbers.next() % 0xffff_ffff | 1
  }

  /// The element of a list that a number says.
  private static func one(of words: [String], _ number: String) -> String {
    let cases = words.enumerated().map { "WHEN \($0.offset) THEN '\($0.element)'" }
    return "CASE (\(number)) % \(words.count) \(cases.joined(separator: " ")) END"
  }

  /// The names lie in the order of the numbers, as rows that are read one after the other do in no fleet; what is
  /// looked for by something else lies anywhere.
  private static let name: String = {
    let letter = { (digit: String) in
      "substr('234567abcdefghijklmnopqrstuvwxyz', CAST(1 + (\(digit)) % 32 AS INTEGER), 1)"
    }
    let head = [32_768, 1024, 32, 1].map { letter("n / \($0)") }
    let tail = (0..<12).map { letter(chance("n", 100 + $0)) }
    return "'gw-' || " + (head + tail).joined(separator: " || ")
  }()

  /// The name of a gateway by its number.
  static func gateway(_ n: Int) -> String {
    let letters = Array("234567abcdefghijklmnopqrstuvwxyz")
    let head = [32_768, 1024, 32, 1].map { letters[n / $0 % 32] }
    let tail = (0..<12).map { salt in
      letters[Int(UInt64(n) * factor(100 + salt) % 4_294_967_296 / 16 % 32)]
    }
    return "gw-" + String(head + tail)
  }

  /// `gw (n, id, area)`.
  private var fleet: String {
    """
    WITH RECURSIVE numbers (n) AS (SELECT CAST(\(first) AS BIGINT) UNION ALL SELECT n + 1 FROM numbers WHERE n < \(last)),
    gw (n, id, area) AS MATERIALIZED (
      SELECT n, \(Self.name), 'area-' || CAST(\(Self.chance("n", 1)) % 100 AS TEXT) FROM numbers)
    """
  }

  private func series(_ name: String, to count: Int) -> String {
    ", \(name) (k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM \(name) WHERE k < \(count - 1))"
  }

  // MARK: Rows

  private var gatewayParts: [String] {
    let began = now - 90 * Self.day
    return [
      """
      \(fleet) INSERT INTO gateway (id, first_received, last_received, online, birth, cause, agent, queued, status_since,
        status_received, state, grade, posture_seq, "group")
      SELECT id, \(began), \(now), CASE WHEN n % 20 = 0 THEN 0 ELSE 1 END, 1,
        CASE WHEN n % 100 = 0 THEN 'lost' ELSE 'power' END, '1.0', 0, \(now), \(now),
        CASE WHEN n % 100 = 0 THEN 'lost' WHEN n % 20 = 0 THEN 'offline' ELSE 'online' END,
        \(Self.one(of: ["A", "B", "C", "D", "E"], Self.chance("n", 2))), 1, area FROM gw
      """,
      "\(fleet) INSERT INTO enrolment (gateway, \"group\", enrolled) SELECT id, area, \(began) FROM gw",
      """
      \(fleet) INSERT INTO certificate (serial, gateway, not_after, issued)
      SELECT 'c-' || CAST(n AS TEXT), id, \((now + 90 * Self.day) / 1000), \(began / 1000) FROM gw
      """,
      """
      \(fleet) INSERT INTO tenure (block, gateway, began, source)
      SELECT \(Self.address), id, \(now - 30 * Self.day), 'session' FROM gw
      """,
      """
      \(fleet) INSERT INTO posture (gateway, seq, grade, devices, services, critical, high, medium, low, info, closings,
        agent, complete, time, received, boot_id, uptime_ms, happened)
      SELECT id, 1, \(Self.one(of: ["A", "B", "C", "D", "E"], Self.chance("n", 2))), 10, 20, 0, 1, 2, 3, 4, 0, '1.0', 1,
        \(now), \(now) - \(Self.chance("n", 3)) % \(6 * Self.day), 'b', 1, \(now) FROM gw
      """,
      "\(fleet) INSERT INTO stored SELECT id, 1, 100 FROM gw",
      """
      \(fleet)\(series("each", to: 20)) INSERT INTO event (gateway, seq, kind, message, boot_id, uptime_ms, time, happened,
        received)
      SELECT id, 2 + k, 'closing', '{"kind":"closing","body":{}}', 'b', 1, \(now), \(now),
        \(now) - \(Self.chance("n * 20 + k", 4)) % \(6 * Self.day) FROM gw CROSS JOIN each
      """,
    ]
  }

  private static let address =
    "'10.' || CAST(n / 65536 % 256 AS TEXT) || '.' || CAST(n / 256 % 256 AS TEXT) || '.' || CAST(n % 256 AS TEXT)"

  private static let kinds = ["camera", "nas", "printer", "router", "tv", "hub", "plc", "unknown"]

  private var deviceParts: [String] {
    let kind = Self.one(of: Self.kinds, "n + k")
    let id = "'dev-' || CAST(n AS TEXT) || '-' || CAST(k AS TEXT)"
    let devices = fleet + series("each", to: 10)
    return [
      """
      \(devices) INSERT INTO device (gateway, id, part, kind, last_seen, facts)
      SELECT id, \(id), 1, \(kind), \(now), '{"id":"' || \(id) || '","kind":"' || \(kind) || '","confidence":0.9,"names":["'
        || \(kind) || '-' || CAST(n AS TEXT) || '-' || CAST(k AS TEXT) || '"],"services":[]}'
      FROM gw CROSS JOIN each
      """,
      """
      \(devices) INSERT INTO device_name
      SELECT id, \(id), \(kind) || '-' || CAST(n AS TEXT) || '-' || CAST(k AS TEXT) FROM gw CROSS JOIN each
      """,
    ]
  }

  private static let checks = [
    "telnet-open", "amplifier-open", "end-of-support", "weak-tls", "camera-stream-open", "smb-open",
  ]
  private static let protocols = ["telnet", "ssdp", "http", "http", "rtsp", "smb"]
  private static let severities = ["info", "low", "low", "medium", "medium", "medium", "high", "critical"]

  /// `found`: each finding with what chance decided of it.
  private var found: String {
    let number = "n * \(findingsEach) + k"
    return fleet + series("each", to: findingsEach) + """
      , drawn (n, k, id, area, c, d, hours, is_open, is_told, is_quiet, facility) AS MATERIALIZED (
        SELECT n, k, id, area, \(Self.chance(number, 11)) % 6, \(Self.chance(number, 12)) % 8,
          2 + \(Self.chance(number, 13)) % 700, CASE WHEN \(Self.chance(number, 14)) % 3 = 0 THEN 1 ELSE 0 END,
          CASE WHEN \(Self.chance(number, 15)) % 4 = 0 THEN 1 ELSE 0 END,
          CASE WHEN \(Self.chance(number, 16)) % 100 = 0 THEN 1 ELSE 0 END,
          CASE WHEN \(Self.chance(number, 17)) % 10000 = 0 THEN 1 ELSE 0 END
        FROM gw CROSS JOIN each),
      found (n, id, area, "check", severity, device, port, expected, detected, told, ended, kind, is_open, is_quiet, rank,
        seq) AS MATERIALIZED (
        SELECT n, id, area,
          CASE facility WHEN 1 THEN 'facility-named-page' ELSE \(Self.one(of: Self.checks, "c")) END,
          \(Self.one(of: Self.severities, "d")), 'dev-' || CAST(n AS TEXT) || '-' || CAST(k % 10 AS TEXT),
          CASE c WHEN 0 THEN 23 WHEN 1 THEN 1900 WHEN 2 THEN 80 WHEN 3 THEN 443 WHEN 4 THEN 554 ELSE 445 END
            + k / 10 * 10000,
          \(Self.one(of: Self.protocols, "c")),
          \(now) - \(Self.chance(number, 18)) % \(90 * Self.day / 1000) * 1000 - 3600000 * hours,
          CASE is_told WHEN 1 THEN 3600000 END, CASE is_open WHEN 0 THEN 3600000 * hours END,
          \(Self.one(of: Self.kinds, "n + k % 10")), is_open, is_quiet,
          CASE d WHEN 0 THEN 9 WHEN 1 THEN 8 WHEN 2 THEN 8 WHEN 3 THEN 7 WHEN 4 THEN 7 WHEN 5 THEN 7 WHEN 6 THEN 6
            ELSE 5 END - 5 * facility, k + 30
        FROM drawn)
      """
  }

  private static let finding = "(\"check\" || ':' || device || ':tcp/' || CAST(port AS TEXT))"

  private var findingParts: [String] {
    let quiet = "CASE is_quiet WHEN 1 THEN \(now + 20 * Self.day) ELSE 0 END"
    func steps(_ word: String, _ time: String, where condition: String) -> String {
      """
      \(found) INSERT INTO finding_step (gateway, finding, step, time)
      SELECT id, \(Self.finding), '\(word)', \(time) FROM found WHERE \(condition)
      """
    }
    return [
      """
      \(found) INSERT INTO finding (gateway, id, is_open, "check", severity, device, facts, seq, changed_received, transport,
        port, protocol, kind, "group", stage, rank, since, detected, notified, closed, episodes, quiet_until)
      SELECT id, \(Self.finding), is_open, "check", severity, device,
        '{"id":"' || \(Self.finding) || '","check":"' || "check" || '","severity":"' || severity || '","device":"' || device
          || '","service":"tcp/' || CAST(port AS TEXT) || '","evidence":{"protocol":"' || expected
          || '"},"remedy":"close-port"}',
        seq, detected, 'tcp', port, expected, kind, area,
        CASE WHEN ended IS NOT NULL THEN 'closed' WHEN told IS NOT NULL THEN 'notified' ELSE 'detected' END, rank,
        detected + coalesce(ended, told, 0), detected, detected + told, detected + ended, 1, \(quiet)
      FROM found
      """,
      steps("opened", "detected", where: "1 = 1"),
      steps("notified", "detected + told", where: "told IS NOT NULL"),
      steps("closed", "detected + ended", where: "ended IS NOT NULL"),
      """
      \(found) INSERT INTO finding_decision
      SELECT id, \(Self.finding), 'muted', 'anna', 'known', detected, \(quiet), 'critical' FROM found WHERE is_quiet = 1
      """,
    ]
  }

  /// Ports of which no finding speaks, so that no look from outside changes what becomes of one.
  private var portParts: [String] {
    let services =
      fleet + series("each", to: 3) + """
        , port (id, n, area, port, inside, outside, since) AS MATERIALIZED (
          SELECT id, n, area, 8000 + k, \(Self.chance("n * 3 + k", 21)) % 3, \(Self.chance("n * 3 + k", 22)) % 4,
            \((now / 1000) * 1000 - 20 * Self.day) + \(Self.chance("n", 23)) % 1000 * 1000
          FROM gw CROSS JOIN each)
        """
    let inside = "CASE inside WHEN 0 THEN 'not_seen' ELSE 'seen' END"
    return [
      "\(fleet) INSERT INTO inside_look SELECT id, 1, \(now), 1 FROM gw",
      """
      \(services) INSERT INTO inside_port SELECT id, 'tcp', port, \(inside), since, \(now) FROM port
      """,
      """
      \(services) INSERT INTO sighting (address, transport, port, time, source, tls, state, imported, gateway)
      SELECT \(Self.address), 'tcp', port, since, 'scan', 0, CASE outside WHEN 0 THEN 'open' ELSE 'closed' END, \(now), id
      FROM port
      """,
      """
      \(services) INSERT INTO joined_service (gateway, transport, port, "group", agreement, inside, inside_since,
        inside_looked, outside, outside_since, outside_looked)
      SELECT id, 'tcp', port, area,
        CASE WHEN inside = 0 THEN CASE outside WHEN 0 THEN 'outside_only' ELSE 'neither' END
          ELSE CASE outside WHEN 0 THEN 'both' ELSE 'inside_only' END END,
        \(inside), since, \(now), CASE outside WHEN 0 THEN 'seen' ELSE 'not_seen' END, since, since FROM port
      """,
    ]
  }

  // MARK: Counts

  /// What is counted of all rows, once they are there.
  static let counts: [String] = {
    let closed = "((f.closed - f.detected) / 1000)"
    let doublings = (6...30).map { "CASE WHEN \(closed) >= \(1 << $0) THEN 1 ELSE 0 END" }
    let shift = "CAST(\(doublings.joined(separator: " + ")) AS INTEGER)"
    let step = """
      CASE WHEN f.closed IS NULL THEN f.detected / 3600000 WHEN \(closed) < 64 THEN \(closed)
        ELSE (\(shift) + 1) * 32 + (\(closed) >> \(shift)) - 32 END
      """
    return [
      """
      INSERT INTO gateway_count SELECT "group", state, grade, count(*) FROM gateway GROUP BY "group", state, grade
      """,
      """
      INSERT INTO finding_count SELECT "group", stage, rank, count(*) FROM finding GROUP BY "group", stage, rank
      """,
      """
      INSERT INTO episode_count
      SELECT "group", CASE WHEN f.closed IS NULL THEN 'open' ELSE 'closed' END, \(step), count(*)
      FROM finding AS f GROUP BY 1, 2, 3
      """,
      """
      INSERT INTO episode_count
      SELECT '*', state, step, CAST(sum(count) AS BIGINT) FROM episode_count GROUP BY state, step
      """,
      """
      INSERT INTO agreement_count
      SELECT "group", inside, outside, count(*) FROM joined_service GROUP BY "group", inside, outside
      """,
      """
      INSERT INTO step_count SELECT f."group", s.time / 86400000, s.step, count(*)
      FROM finding_step AS s JOIN gateway AS f ON f.id = s.gateway GROUP BY 1, 2, 3
      """,
      "INSERT INTO step_count SELECT '*', day, step, CAST(sum(count) AS BIGINT) FROM step_count GROUP BY day, step",
    ]
  }()
}
