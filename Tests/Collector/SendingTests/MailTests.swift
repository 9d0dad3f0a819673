import BrokerFixture
import Cryptography
import Foundation
import Posture
import Sending
import Testing

let noon = WallTime(milliseconds: 1_795_780_800_000)

func notice(_ number: Int64 = 7, to recipient: String = "hanako@subscriber.example") -> OutgoingNotice {
  OutgoingNotice(
    number: number, gateway: "gw-abcdefghij234567", finding: "telnet-open:dev-a:tcp/23", recipient: recipient,
    subject: "ご家庭のカメラについてのお知らせ：とても長い題なので何行にも分けて送られます",
    lines: ["ご家庭のネットワークにあるカメラについてのお知らせです。", ".点で始まる行", "こちらでもう一度確かめます。"], language: "ja",
    queued: noon)
}

/// A mail server in a process of its own.
final class MailServer {
  let directory: TemporaryDirectory
  let port: UInt16
  let program: ChildProgram

  init(_ mode: String, isSecure: Bool = true) throws {
    directory = try TemporaryDirectory()
    let script = #filePath.split(separator: "/").dropLast().joined(separator: "/")
    var arguments = ["/" + script + "/mail.py", directory.path + "/port", directory.path + "/log", mode]
    if isSecure {
      let made = try run(
        "openssl",
        [
          "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
          "-subj",
          "/CN=mail.test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", directory.path + "/key",
          "-out",
          directory.path + "/crt",
        ], in: directory)
      guard made.status == 0 else { throw FixtureError(made.text) }
      arguments += [directory.path + "/crt", directory.path + "/key"]
    }
    program = try ChildProgram("/usr/bin/python3", arguments, output: directory.path + "/said")
    var number: UInt16?
    for _ in 0..<3000 where number == nil {
      number = UInt16(directory.read("port"))
      if number == nil { poll(nil, 0, 10) }
    }
    guard let number else { throw FixtureError("no mail server: \(directory.read("said"))") }
    port = number
  }

  func channel(
    _ security: MailChannel.Security = .starttls, login: (user: String, password: String)? = nil
  ) throws -> MailChannel {
    let authority = Array(directory.read("crt").utf8)
    return MailChannel(
      host: "127.0.0.1", port: port, security: security, trust: .authority(authority), login: login,
      sender: "notices@isp.example")
  }

  func accepted() throws -> [[String: Any]] {
    try directory.read("log").split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
  }
}

@Suite(.timeLimit(.minutes(3))) struct MailTests {
  @Test func `a mail arrives whole, with TLS, once`() throws {
    let server = try MailServer("accept")
    #expect(try server.channel().send(notice()) == .sent("250 2.0.0 taken"))
    let mails = try server.accepted()
    try #require(mails.count == 1)
    #expect(mails[0]["to"] as? [String] == ["hanako@subscriber.example"])
    #expect(mails[0]["subject"] as? String == notice().subject)
    let lines = (mails[0]["text"] as? String)?.split(whereSeparator: \.isNewline).map(String.init)
    #expect(lines == notice().lines)
    #expect(mails[0]["tls"] as? Bool == true && mails[0]["ascii"] as? Bool == true)
    #expect(mails[0]["auto"] as? String == "auto-generated")
    #expect(DeliveryReport("Message-ID: " + (mails[0]["id"] as? String ?? ""))?.number == 7)
  }

  @Test(arguments: ["refuse", "full"])
  func `what a server refuses for good is not tried again`(mode: String) throws {
    let server = try MailServer(mode)
    let outcome = try server.channel().send(notice())
    guard case .refused(let words) = outcome else { return #expect(Bool(false), "\(outcome)") }
    #expect(words.hasPrefix("55"))
  }

  @Test func `what a server puts off, or cannot take, may be tried again`() throws {
    let server = try MailServer("later")
    #expect(try server.channel().send(notice()) == .later("451 4.7.1 come back in a while"))
    let channel = try server.channel()
    server.program.kill(SIGKILL)
    guard case .later = channel.send(notice()) else { return #expect(Bool(false)) }
  }

  @Test func `nobody knows whether a server has what it died of`() throws {
    let server = try MailServer("die")
    guard case .unknown = try server.channel().send(notice()) else { return #expect(Bool(false)) }
    #expect(try server.accepted().count == 1)
  }

  @Test func `without the TLS that was asked for nothing is said, and to nobody else`() throws {
    let plain = try MailServer("plain")
    #expect(try plain.channel().send(notice()) == .later("the server does not offer STARTTLS"))
    let (server, stranger) = (try MailServer("accept"), try MailServer("accept"))
    var channel = try server.channel()
    channel.port = stranger.port
    guard case .later(let why) = channel.send(notice()) else { return #expect(Bool(false)) }
    #expect(why.contains("not believed"))
    #expect(try stranger.accepted().isEmpty && plain.accepted().isEmpty)
  }

  @Test func `a password is shown with TLS alone`() throws {
    let server = try MailServer("password")
    #expect(try server.channel(login: ("anna", "secret")).send(notice()) == .sent("250 2.0.0 taken"))
    #expect(try server.accepted().first?["user"] as? String == "anna")
    guard case .later = try server.channel(login: ("anna", "wrong")).send(notice()) else {
      return #expect(Bool(false))
    }
    #expect(
      try server.channel(.none, login: ("anna", "secret")).send(notice())
        == .later("no password is sent without TLS"))
    #expect(try server.accepted().count == 1)
  }

  @Test(arguments: ["a@b\r\nRCPT TO:<c@d>", "a@b>", "a b@c", "@b", "a@", "a@b@c", "あ@b.example"])
  func `what is no address goes nowhere`(text: String) {
    #expect(!MailText.isAddress(text))
  }

  private func report(_ lines: String) -> DeliveryReport? {
    DeliveryReport(
      """
      Subject: Undelivered Mail Returned to Sender
      Message-Id: <20261127.0@mx.example>

      \(lines)

      Message-ID: <notice-42.1795780800000@isp.example>
      """)
  }

  @Test func `a report of a failure is known by the message it is about`() {
    let failed = report("Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 no such user")
    #expect(failed?.number == 42 && failed?.action == "failed")
    #expect(failed?.reason == "Diagnostic-Code: smtp; 550 no such user")
    #expect(report("action: FAILED (no)\r\nStatus: 5.0.0")?.reason == "Status: 5.0.0")
    // Of two recipients one has it not.
    #expect(report("Action: failed\n\nAction: delivered")?.action == "failed")
    #expect(report("Action: delivered\n\nAction: failed")?.action == "failed")
    #expect(DeliveryReport("Action: failed\nMessage-ID: <other@isp.example>") == nil)
  }

  @Test(arguments: [
    ("Action: delayed\nStatus: 4.2.2", "delayed"), ("Action: relayed", "relayed"), ("Action: exploded", nil),
    ("I am on holiday until Monday.", nil),
    ("In-Reply-To: <notice-42.1@isp.example>\n\nThanks, Action failed", nil),
  ])
  func `what is no failure is none`(lines: String, action: String?) {
    #expect(report(lines)?.number == 42 && report(lines)?.action == action)
  }
}
