import BrokerFixture
import Foundation
import LinuxIO
import Posture
import Testing

/// A trial from its beginning to its result, on a store whose past is made up.
@Suite(.serialized, .timeLimit(.minutes(2))) struct TrialProgramTests {
  /// Makes subscribers whose finding was detected thirty days ago: `told` of a hundred that were told something close
  /// it within the time, `natural` of a hundred that were held out.
  private static let fleet = """
    import hashlib, hmac, sqlite3, sys
    path, now, told, natural = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    store = sqlite3.connect(path)
    key, share = store.execute("SELECT key, hold_out FROM trial").fetchone()
    day = 86400000
    start = now - 30 * day
    store.execute("UPDATE trial SET started = ?", (start - day,))
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    counts = [0, 0]
    for number in range(600):
        name = "gw-" + "".join(letters[number // 32 ** place % 32] for place in range(16))
        drawn = int.from_bytes(hmac.new(key, name.encode(), hashlib.sha256).digest()[:8], "big") >> 11
        held = drawn / 2 ** 53 < share
        counts[held] += 1
        closes = counts[held] % 100 < (natural if held else told)
        store.execute("INSERT INTO gateway (id, first_received, last_received) VALUES (?, ?, ?)", (name, start, now))
        facts = '{"id":"telnet-open:d","check":"telnet-open","severity":"high","device":"d","evidence":{},"remedy":"turn-off"}'
        closed = start + 5 * day if closes else None
        store.execute("INSERT INTO finding (gateway, id, is_open, [check], severity, device, facts, seq, changed_received,"
            " stage, since, detected, closed, episodes, rank)"
            " VALUES (?, 'telnet-open:d', ?, 'telnet-open', 'high', 'd', ?, 1, ?, ?, ?, ?, ?, 1, 6)",
            (name, not closes, facts, start, "closed" if closes else "detected", closed or start, start, closed))
        store.execute("INSERT INTO finding_step (gateway, finding, step, time) VALUES (?, 'telnet-open:d', 'opened', ?)",
            (name, start))
        if closes:
            store.execute("INSERT INTO finding_step (gateway, finding, step, time) VALUES (?, 'telnet-open:d', 'closed', ?)",
                (name, start + 5 * day))
    store.execute("INSERT INTO finding_count SELECT [group], stage, rank, count(*) FROM finding GROUP BY 1, 2, 3")
    store.commit()
    print(*counts)
    """

  @Test(arguments: [(85, 65, true), (65, 65, false)])
  func `says whether more is closed than by itself`(told: Int, natural: Int, isShown: Bool) throws {
    let provider = try Provider()
    try provider.start()
    try provider.done("trial", "begin", "spring", "--arm", "letter", "--hold-out", "0.4")
    #expect(provider.stop() == 0)
    #expect(
      try provider.command("trial", "begin", "spring", "--arm", "letter", "--hold-out", "0.4").status == 64)
    #expect(try provider.command("trial", "begin", "x", "--arm", "a", "--hold-out", "0").status == 64)
    let made = try provider.run(
      "python3",
      [
        "-c", Self.fleet, provider.state + "/fleet.sqlite", "\(Clocks.wall.milliseconds)", "\(told)",
        "\(natural)",
      ])
    let counts = made.text.split(separator: " ").compactMap { Int($0) }
    try #require(counts.count == 2, "\(made)")

    let document = try provider.json("trial", "trial", "result", "spring")
    let result = try #require(document["trial"] as? [String: Any])
    let held = try #require(result["natural"] as? [String: Int])
    let effect = try #require((result["effects"] as? [[String: Any]])?.first)
    // The program draws as this test does, so each side has exactly whom it should have.
    #expect((effect["closed"] as? [String: Int])?["total"] == counts[0] && held["total"] == counts[1])
    #expect((effect["low"] as? Double ?? 0 > 0) == isShown, "\(effect)")
    #expect(try provider.done("trial", "result", "spring").contains("more is closed") == isShown)
    // Only those who are not held out, and are still open, are told.
    let open = counts[0] - ((effect["closed"] as? [String: Int])?["successes"] ?? 0)
    let notices = try provider.json("notices", "notices", "--trial", "spring")["notices"] as? [[String: Any]]
    #expect(notices?.count == open && notices?.allSatisfy { $0["arm"] as? String == "letter" } == true)
    try provider.done("trial", "end", "spring")
    #expect(try provider.command("notices", "--trial", "spring").status == 3)
    #expect(try provider.done("trial", "list").contains("spring"))
  }
}
