import BrokerFixture
import Foundation
import LinuxIO
import Testing

/// Letters on a machine that cannot print them yet.
@Suite(.serialized, .timeLimit(.minutes(3))) struct LetterProgramTests {
  /// Somebody makes the clock of the outbox go faster: what was put off is tried now.
  private func hurry(_ provider: Provider) throws {
    let script = """
      import sqlite3, sys
      d = sqlite3.connect(sys.argv[1])
      d.execute('UPDATE notice_outbox SET due = 0')
      d.commit()
      """
    #expect(
      try provider.run("python3", ["-c", script, provider.state + "/fleet.sqlite"]).status == 0)
  }

  private func reason(_ provider: Provider) throws -> String {
    let rows = try provider.json("outbox", "notices", "outbox")["outbox"] as? [[String: Any]]
    let row = try #require(rows?.first)
    #expect(row["state"] as? String == "queued", "\(row)")
    return row["reason"] as? String ?? ""
  }

  @Test func `without a font or without space a letter waits, and goes out whole once there is both`() throws
  {
    let provider = try Provider()
    try provider.start()
    let directory = provider.directory
    let gateway = try provider.gateway("one", group: "east")
    let payload = """
      {"v":"1.0","gateway":"\(gateway)","seq":1,"boot_id":"b","uptime_ms":1,"time":"\(Clocks.wall)",\
      "clock_synced":true,"kind":"finding","body":{"event":"opened","finding":{"id":"telnet-open:dev-a:tcp/23",\
      "check":"telnet-open","severity":"high","device":"dev-a","service":"tcp/23","evidence":{"protocol":"telnet"},\
      "remedy":"close-telnet"}}}
      """
    #expect(try provider.publish(as: "one", "kadomori/v1/\(gateway)/evt/finding", payload) == 0)
    try provider.wait { try provider.done("findings").split(separator: "\n").count == 2 }
    try directory.write(
      "contacts.csv",
      "gateway,channel,recipient,language\n\(gateway),letter,〒100-0001 | 千代田区千代田1-1 | 門守 花子 様,ja\n")
    try provider.done("notices", "contacts", directory.path + "/contacts.csv")
    #expect(try provider.done("notices", "queue", "--by", "letter").contains("1 queued"))
    let spool = directory.path + "/spool"
    try FileManager.default.createDirectory(atPath: spool, withIntermediateDirectories: false)
    let file = try directory.write(
      "c.yaml", "state: \(provider.state)\nnotices: {letters: \(spool), sender: 門守ネット}\n")

    for fonts in ["/usr/share/fonts/truetype/dejavu", directory.path + "/none"] {
      let few = try directory.write(
        "fonts.conf",
        "<fontconfig><dir>\(fonts)</dir><cachedir>\(directory.path)/fontcache</cachedir></fontconfig>")
      let program = ["FONTCONFIG_FILE=\(few)", CollectorProgram.path]
      let sent = try provider.run("env", program + ["notices", "send", "--config", file])
      #expect(sent.status == 0 && sent.text == "1 queued", "\(sent)")
      #expect(try reason(provider).contains("install fonts-noto-cjk or fonts-ipaexfont-gothic"))
      let doctor = try provider.run("env", program + ["doctor", "--json", "--config", file])
      #expect(doctor.text.contains("\"no_font\""), "\(doctor)")
      try hurry(provider)
    }
    #expect(try !provider.run(CollectorProgram.path, ["doctor", "--config", file]).text.contains("font"))

    // 8 KB are not enough for a letter with its fonts.
    let mount = "mount -t tmpfs -o size=8k none \"$1\" && \"$0\" notices send --config \"$2\"; ls -A \"$1\""
    let full = try provider.run(
      "unshare", ["--map-root-user", "--mount", "sh", "-c", mount, CollectorProgram.path, spool, file])
    #expect(full.text == "1 queued", "\(full)")
    let words = try reason(provider)
    #expect(words.contains("\(spool)/notice-1.pdf") && words.contains("No space left"), "\(words)")
    try hurry(provider)

    #expect(try provider.run(CollectorProgram.path, ["notices", "send", "--config", file]).text == "1 sent")
    #expect(try FileManager.default.contentsOfDirectory(atPath: spool) == ["notice-1.pdf"])
    let letter = try provider.letter("spool/notice-1.pdf")
    #expect(letter.contains("千代田区千代田1-1\n門守 花子 様\n") && letter.contains("門守ネット"), "\(letter)")
  }
}
