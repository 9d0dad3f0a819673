import Cryptography
import Foundation
import Glibc
import Testing

/// What is read of certificates that the program `openssl` has made, from its own server's handshake.
@Suite(.serialized) final class CertificateTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "certificate-\(UUID())").path

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func openssl(_ arguments: [String], input: Pipe? = nil, output: Pipe? = nil) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["openssl"] + arguments
    process.standardInput = input ?? FileHandle.nullDevice
    process.standardOutput = output ?? FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// The facts of a handshake with `openssl s_server`, whose certificate has the extension.
  private func facts(_ extensions: String...) throws -> CertificateFacts? {
    let (key, certificate) = (folder + "/key.pem", folder + "/certificate.pem")
    let maker = try openssl(
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=lamp",
        "-keyout", key, "-out",
        certificate,
      ]
        + extensions.flatMap { ["-addext", $0] })
    maker.waitUntilExit()
    try #require(maker.terminationStatus == 0)
    // Its input stays open: the server ends its connections when that ends.
    let (input, pipe) = (Pipe(), Pipe())
    let server = try openssl(
      ["s_server", "-accept", "127.0.0.1:0", "-naccept", "1", "-key", key, "-cert", certificate],
      input: input, output: pipe)
    defer {
      try? input.fileHandleForWriting.close()
      server.terminate()
      server.waitUntilExit()
    }
    // It says where it listens: "ACCEPT 127.0.0.1:39345".
    var said = ""
    while !said.contains("ACCEPT") || !said.hasSuffix("\n") {
      let more = pipe.fileHandleForReading.availableData
      try #require(!more.isEmpty)
      said += String(decoding: more, as: UTF8.self)
    }
    let line = try #require(said.split(separator: "\n").first { $0.hasPrefix("ACCEPT") })
    let port = try #require(line.split(separator: ":").last.flatMap { UInt16($0) })
    return try handshake(port)?.certificate
  }

  private func handshake(_ port: UInt16) throws -> TLSFacts? {
    let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(number) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    try #require(result == 0)
    let probe = try TLSProbe()
    var outcome = probe.receive([])
    while !outcome.isSecured {
      _ = outcome.toSend.withUnsafeBytes { send(number, $0.baseAddress, $0.count, 0) }
      var buffer = [UInt8](repeating: 0, count: 16_384)
      let count = recv(number, &buffer, buffer.count, 0)
      try #require(count > 0 && !outcome.isClosed)
      outcome = probe.receive(Array(buffer.prefix(count)))
    }
    return probe.facts
  }

  @Test(.timeLimit(.minutes(1))) func aMUDURL() throws {
    let url = "https://maker.example/lamp.json"
    let facts = try #require(try facts("1.3.6.1.5.5.7.1.25=ASN1:IA5STRING:\(url)"))
    #expect(facts.mudURL == url && facts.subject == "CN=lamp")
  }

  @Test(.timeLimit(.minutes(1))) func otherwiseThereIsNone() throws {
    #expect(try #require(try facts()).mudURL == nil)
    #expect(try #require(try facts("1.3.6.1.5.5.7.1.25=ASN1:INTEGER:5")).mudURL == nil)
    #expect(try #require(try facts("1.3.6.1.5.5.7.1.25=DER:16:7f:41")).mudURL == nil, "cut short")
    let long = "https://maker.example/" + String(repeating: "x", count: 600)
    #expect(try #require(try facts("1.3.6.1.5.5.7.1.25=ASN1:IA5STRING:\(long)")).mudURL == nil)
  }
}
