import BrokerFixture
import Foundation
import LinuxIO
import PostgresFixture
import Testing

/// Notices on their way out, with a real mail server.
@Suite(.serialized, .timeLimit(.minutes(3))) struct NoticesProgramTests {
  private static let script =
    "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/") + "/SendingTests/mail.py"

  /// A mail server that behaves in its way; its process is ended with the value.
  private func mailServer(_ mode: String, in directory: TemporaryDirectory) throws -> (
    ChildProgram, port: Int
  ) {
    let program = try ChildProgram(
      "/usr/bin/python3",
      [Self.script, directory.path + "/port-\(mode)", directory.path + "/mails", mode])
    var port: Int?
    for _ in 0..<3000 where port == nil {
      port = Int(directory.read("port-\(mode)"))
      if port == nil { poll(nil, 0, 10) }
    }
    return (program, try #require(port))
  }

  private func configuration(_ provider: Provider, port: Int, in directory: TemporaryDirectory) throws
    -> String
  {
    try directory.write(
      "notices-\(port).yaml",
      """
      state: \(provider.state)
      notices:
        email: {host: 127.0.0.1, port: \(port), tls: none, from: notices@isp.example}
        letters: \(directory.path)

      """)
    return directory.path + "/notices-\(port).yaml"
  }

  private func tell(
    _ provider: Provider, _ name: String, _ gateway: String, _ seq: Int, _ check: String,
    _ event: String = "opened"
  ) throws {
    let payload = """
      {"v":"1.0","gateway":"\(gateway)","seq":\(seq),"boot_id":"b","uptime_ms":1,"time":"\(Clocks.wall)",\
      "clock_synced":true,"kind":"finding","body":{"event":"\(event)","finding":{"id":"\(check):dev-a:tcp/23",\
      "check":"\(check)","severity":"high","device":"dev-a","service":"tcp/23","evidence":{"protocol":"telnet"},\
      "remedy":"close-telnet"}}}
      """
    #expect(try provider.publish(as: name, "kadomori/v1/\(gateway)/evt/finding", payload) == 0)
  }

  private func outbox(_ provider: Provider) throws -> [[String: Any]] {
    let text = try provider.command("notices", "outbox", "--json").text
    #expect(try Schemas.faults(of: text, by: "outbox") == "")
    let document = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    return try #require(document?["outbox"] as? [[String: Any]])
  }

  @Test func `a notice goes out at most once, also when what sends it is killed`() throws {
    let provider = try Provider()
    try provider.start()
    let one = try provider.gateway("one", group: "east")
    let two = try provider.gateway("two", group: "east")
    try tell(provider, "one", one, 1, "telnet-open")
    try tell(provider, "two", two, 1, "telnet-open")
    try provider.wait { try provider.done("fleet", "--limit", "5").contains(two) }
    try provider.wait { try provider.done("findings").split(separator: "\n").count == 3 }
    let directory = provider.directory
    let list = try directory.write(
      "contacts.csv",
      """
      gateway,channel,recipient,language
      \(one),email,hanako@subscriber.example,ja
      \(two),email,nobody at all,en

      """)
    #expect(try provider.command("notices", "contacts", list).status == 65)
    try directory.write(
      "contacts.csv",
      """
      gateway,channel,recipient,language
      \(one),email,hanako@subscriber.example,ja
      \(two),letter,1-1 Chiyoda | Taro,en

      """)
    try provider.done("notices", "contacts", list)
    #expect(
      try provider.done("notices", "queue", "--by", "email", "--by", "letter").contains("2 queued, 0 to wait")
    )
    // What is in the outbox counts as told.
    #expect(try provider.done("notices", "queue", "--by", "email").contains("0 queued, 1 to wait"))

    let (hanging, port) = try mailServer("hang", in: directory)
    let file = try configuration(provider, port: port, in: directory)
    let sender = try ChildProgram(
      CollectorProgram.path, ["notices", "send", "--config", file, "--by", "email"])
    try provider.wait { !directory.read("mails").isEmpty }
    #expect(
      try outbox(provider).first { $0["channel"] as? String == "email" }?["state"] as? String == "sending")
    // Two at once would be two mails.
    #expect(try provider.command("notices", "send", "--config", file).status == 69)
    sender.kill(SIGKILL)
    hanging.kill(SIGKILL)

    let (working, other) = try mailServer("accept", in: directory)
    defer { working.kill(SIGKILL) }
    let second = try configuration(provider, port: other, in: directory)
    let again = try provider.command("notices", "send", "--config", second)
    #expect(again.status == 5 && again.text.contains("1 sent, 1 unknown"), "\(again)")
    #expect(directory.read("mails").split(separator: "\n").count == 1)
    #expect(try provider.letter("notice-2.pdf").contains("1-1 Chiyoda\nTaro"))
    // Told, or perhaps told: neither is told again.
    #expect(try provider.done("notices", "send", "--config", second).contains("nothing is due"))
    #expect(try provider.done("finding", two, "telnet-open:dev-a:tcp/23").contains("notice 2 by letter"))
    #expect(
      try provider.done("finding", one, "telnet-open:dev-a:tcp/23").contains("notice 1 by email, perhaps"))

    // Somebody asks for it again, and then it bounces.
    try provider.done("notices", "retry", "1")
    #expect(try provider.done("notices", "send", "--config", second).contains("1 sent"))
    #expect(try provider.command("notices", "retry", "1").status == 4)
    #expect(try provider.command("notices", "retry", "99").status == 3)
    let mail = try #require(directory.read("mails").split(separator: "\n").last)
    let id = try #require(
      (try JSONSerialization.jsonObject(with: Data(mail.utf8)) as? [String: Any])?["id"] as? String)
    func bounced(_ message: String) throws -> CInt {
      let file = try directory.write("bounce", message)
      return try provider.run(
        "sh",
        [
          "-c", "exec \"$0\" notices bounced --state \"$1\" < \"$2\"", CollectorProgram.path, provider.state,
          file,
        ]
      ).status
    }
    // Anybody may write a mail about a number; and a delay is no end.
    #expect(try bounced("Action: failed\nMessage-ID: <notice-1.5@isp.example>\n") == 3)
    #expect(try bounced("Action: delayed\nMessage-ID: \(id)\n") == 0)
    #expect(try outbox(provider).last?["state"] as? String == "sent")
    #expect(
      try bounced(
        "Subject: failed\n\nAction: failed\nDiagnostic-Code: smtp; 550 no such user\nMessage-ID: \(id)\n")
        == 0)
    let records = try outbox(provider)
    #expect(records.last?["state"] as? String == "failed")
    #expect((records.last?["reason"] as? String)?.contains("550 no such user") == true)
    // Nobody was told by it, so that a letter may tell them.
    #expect(try provider.done("finding", one, "telnet-open:dev-a:tcp/23").contains("returned"))
    let contact = try directory.write(
      "letter.csv", "gateway,channel,recipient,language\n\(one),letter,1-2 Chiyoda | Hanako,ja\n")
    try provider.done("notices", "contacts", contact)
    #expect(try provider.done("notices", "queue", "--by", "email").contains("0 queued"))
    #expect(try provider.done("notices", "queue", "--by", "letter").contains("1 queued, 0 to wait"))
  }

  @Test func `a database holds the outbox, and doctor looks at it`() throws {
    let server = try PostgresFixture()
    let provider = try Provider()
    let letters = provider.directory.path + "/letters"
    try FileManager.default.createDirectory(atPath: letters, withIntermediateDirectories: true)
    _ = try provider.directory.write(
      "collector.yaml",
      provider.directory.read("collector.yaml")
        + "store: \"\(server.database())\"\nnotices: {letters: \(letters)}\n")
    try provider.start()
    let one = try provider.gateway("one")
    try tell(provider, "one", one, 1, "telnet-open")
    try provider.wait { try provider.done("findings").contains("telnet-open") }
    let contacts = "gateway,channel,recipient,language\n\(one),letter,1-1 Chiyoda | Taro,ja\n"
    try provider.done("notices", "contacts", provider.directory.write("contacts.csv", contacts))
    try provider.done("notices", "queue", "--by", "letter")
    #expect(try provider.done("notices", "send", "--config", provider.configuration).contains("1 sent"))
    #expect(try provider.letter("letters/notice-1.pdf").contains("1-1 Chiyoda"))
    let doctor = try provider.command("doctor", "--config", provider.configuration)
    #expect(doctor.status == 0 && doctor.text.contains("1 gateways"), "\(doctor)")
    try server.crash()
    let away = try provider.command("doctor", "--config", provider.configuration)
    #expect(away.status == 5 && !away.text.contains("1 gateways"), "\(away)")
    #expect(try provider.command("notices", "send", "--config", provider.configuration).status == 69)
  }

  @Test func `each is told by its arm's channel and in its words, and once that it is safe`() throws {
    let provider = try Provider()
    try provider.start()
    let directory = provider.directory
    let names = ["one", "two", "three", "four", "five"]
    let gateways = try names.map { try provider.gateway($0, group: "east") }
    for (name, gateway) in zip(names, gateways) { try tell(provider, name, gateway, 1, "telnet-open") }
    try provider.wait { try provider.done("findings").split(separator: "\n").count == 6 }
    let contacts = gateways.map { "\($0),letter,1-1 Chiyoda | Taro,ja\n\($0),phone,03-0000-0000,ja\n" }
    try provider.done(
      "notices", "contacts",
      directory.write("contacts.csv", "gateway,channel,recipient,language\n" + contacts.joined()))
    let texts = try directory.write(
      "texts.yaml",
      """
      short:
        en: {subject: "Strangers can use your {{device}}", lines: ["Do this: {{action}}"], safe: ["Fine at {{time}}."]}

      """)
    let arms = ["--arm", "letter=letter/short/en", "--arm", "call=phone/standard"]
    for wrong in ["a=page", "a=letter/x y", "a=letter/short/fr", "a=fax"] {
      #expect(try provider.command("trial", "begin", "x", "--hold-out", "0.1", "--arm", wrong).status == 64)
    }
    try provider.run(
      CollectorProgram.path,
      ["trial", "begin", "words", "--hold-out", "0.000001"] + arms + ["--state", provider.state])
    let queue = ["notices", "queue", "--trial", "words", "--time-zone", "Asia/Tokyo", "--texts", texts]
    func queued(_ words: [String]) throws -> String {
      let result = try provider.run(CollectorProgram.path, queue + words + ["--state", provider.state])
      return result.text + result.said
    }
    #expect(try queued(["--by", "letter"]).contains("the arm 'call' is told by phone"))
    let both = ["--by", "letter", "--by", "phone"]
    let other = try provider.command(
      "notices", "queue", "--trial", "words", "--by", "letter", "--by", "phone")
    #expect(other.status == 64 && other.said.contains("'short'"), "\(other)")
    #expect(try queued(both).contains("5 queued, 0 to wait"))
    // Words that are missing in a language leave out who speaks it, and no page.
    let some = try provider.run(
      CollectorProgram.path,
      ["notices", "queue", "--texts", texts, "--wording", "short", "--by", "page", "--by", "phone"]
        + ["--state", provider.state])
    #expect(some.status == 65 && some.text.contains("5 queued, 0 to wait, 5 left out"), "\(some)")
    #expect(some.said.contains("the texts 'short' have none in ja"))
    let listed = try provider.command("notices", "--wording", "short", "--texts", texts)
    #expect(listed.status == 65 && listed.said.contains("the texts 'short' have none in ja"), "\(listed)")
    let told = try outbox(provider).filter { $0["channel"] as? String != "page" }
    #expect(Set(told.compactMap { $0["gateway"] as? String }) == Set(gateways))
    for notice in told {
      let isLetter = notice["channel"] as? String == "letter"
      #expect(isLetter || notice["channel"] as? String == "phone")
      #expect(notice["language"] as? String == (isLetter ? "en" : "ja"))
      #expect((notice["subject"] as? String)?.hasPrefix("Strangers can use your") == isLetter)
    }

    let file = try directory.write(
      "notices.yaml",
      "state: \(provider.state)\nnotices: {letters: \(directory.path), calls: \(directory.path)}\n")
    #expect(try provider.done("notices", "send", "--config", file).contains("5 sent"))
    #expect(try queued(both).contains("0 queued"), "nothing is closed")
    // All but one have said which devices there are.
    for (name, gateway) in zip(names, gateways).dropFirst() {
      let devices = """
        {"v":"1.0","gateway":"\(gateway)","boot_id":"b","uptime_ms":1,"time":"\(Clocks.wall)","clock_synced":true,\
        "kind":"devices","seq":7,"body":{"part":1,"parts":1,"devices":[{"id":"dev-a","kind":"camera","confidence":0.9,\
        "addresses":[],"names":[],"services":[]}]}}
        """
      #expect(try provider.publish(as: name, "kadomori/v1/\(gateway)/twin/devices", devices) == 0)
    }
    for (name, gateway) in zip(names, gateways) {
      try tell(provider, name, gateway, 2, "telnet-open", "closed")
    }
    try provider.wait { try provider.done("findings", "--all").contains("5 closed, 0 open") }
    #expect(try queued(both).contains("5 queued"))
    #expect(try queued(both).contains("0 queued"))
    #expect(try provider.done("notices", "send", "--config", file).contains("5 sent"))
    #expect(try provider.done("notices", "send", "--config", file).contains("nothing is due"))
    let safe = try outbox(provider).filter { ($0["channel"] as? String)?.hasSuffix("-safe") == true }
    #expect(safe.count == 5)
    let hour = Calendar.tokyo.component(.hour, from: Date())
    for notice in safe {
      let lines = try #require(notice["lines"] as? [String])
      let isLetter = notice["channel"] as? String == "letter-safe"
      #expect(lines[isLetter ? 0 : 1].contains(isLetter ? "Fine at " : "もう一度確かめました"), "\(lines)")
      // Where they live, and not where the collector is; the hour may have passed meanwhile.
      #expect(lines.contains { $0.contains("\(hour):") || $0.contains("\((hour + 23) % 24):") }, "\(lines)")
      let isClear = lines.last == (isLetter ? "There is nothing for you to do." : "していただくことはありません。")
      #expect(isClear == (notice["gateway"] as? String != gateways[0]), "\(lines)")
    }
    // That all is well is no step of telling somebody of it, and keeps no later notice waiting.
    #expect(try !provider.done("finding", gateways[0], "telnet-open:dev-a:tcp/23").contains("-safe"))
  }

  @Test func `texts that read badly are told before anybody gets them`() throws {
    let directory = try TemporaryDirectory()
    func lint(_ text: String) throws -> (status: CInt, text: String) {
      let file = try directory.write("texts.yaml", text)
      return try BrokerFixture.run(CollectorProgram.path, ["notices", "lint", file], in: directory)
    }
    let good = "short: {en: {subject: \"Look at your {{device}}\", lines: [\"{{action}}\"]}}\n"
    #expect(try lint(good).status == 0)
    let bad = try lint(good.replacing("Look at", with: "Click on"))
    #expect(bad.status == 5 && bad.text.contains("what a fraud would ask, 'click'"), "\(bad)")
    let wrong = try lint(good.replacing("action", with: "actoin"))
    #expect(
      wrong.status == 65 && wrong.text.contains("texts.yaml:1:") && wrong.text.contains("actoin"), "\(wrong)")
  }
}

extension Calendar {
  fileprivate static var tokyo: Calendar {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(identifier: "Asia/Tokyo") ?? .gmt
    return calendar
  }
}
