import BrokerFixture

/// The limiter of the documentation, loaded into this program's own network namespace.
enum Limiter {
  /// What `packaging/broker-limiter.nft` says, with this port, rate and burst.
  static func load(port: UInt16, rate: Int, in directory: TemporaryDirectory, template: String) throws {
    let text = template.replacing("port = 8883", with: "port = \(port)")
      .replacing("200/second burst 200", with: "\(rate)/second burst \(rate)")
    guard text.contains("port = \(port)"), text.contains("rate \(rate)/second") else {
      throw FixtureError("broker-limiter.nft is not as this program knows it")
    }
    let file = try directory.write("limiter.nft", text)
    let loaded = try run("nft", ["-f", file], in: directory)
    guard loaded.status == 0 else { throw FixtureError("nft: \(loaded.text)") }
  }

  static func remove(in directory: TemporaryDirectory) throws {
    _ = try run("nft", ["delete", "table", "inet", "kadomori_broker"], in: directory)
  }
}
