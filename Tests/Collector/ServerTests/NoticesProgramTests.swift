import BrokerFixture
import Foundation
import LinuxIO
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

  private func tell(_ provider: Provider, _ name: String, _ gateway: String, _ seq: Int, _ check: String)
    throws
  {
    let payload = """
      {"v":"1.0","gateway":"\(gateway)","seq":\(seq),"boot_id":"b","uptime_ms":1,"time":"\(Clocks.wall)",\
      "clock_synced":true,"kind":"finding","body":{"event":"opened","finding":{"id":"\(check):dev-a:tcp/23",\
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
    #expect(directory.read("notice-2.html").contains("1-1 Chiyoda\nTaro"))
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
    let bounce = try directory.write(
      "bounce",
      "Subject: failed\n\nDiagnostic-Code: smtp; 550 no such user\nMessage-ID: <notice-1.5@isp.example>\n")
    let noted = try provider.run(
      "sh",
      [
        "-c", "exec \"$0\" notices bounced --state \"$1\" < \"$2\"", CollectorProgram.path, provider.state,
        bounce,
      ])
    #expect(noted.status == 0, "\(noted)")
    let records = try outbox(provider)
    #expect(records.last?["state"] as? String == "failed")
    #expect((records.last?["reason"] as? String)?.contains("550 no such user") == true)
  }
}
