import Testing

@testable import PrivateBroker

/// Lines as mosquitto 2.0.11 wrote them.
@Suite struct BrokerLineTests {
  @Test(arguments: [
    (
      "1764190929: OpenSSL Error[0]: error:0A000086:SSL routines::certificate verify failed",
      BrokerLine.handshake("certificate verify failed")
    ),
    (
      "1764190929: Denied PUBLISH from gw-a (d0, q1, r0, m1, 'kadomori/v1/gw-b/evt/it's', ... (2 bytes))",
      .denied(client: "gw-a", topic: "kadomori/v1/gw-b/evt/it's")
    ),
    (
      "1764190929: Client connection from 192.0.2.1 failed: error:0A00009C:SSL routines::http request.",
      .handshake("http request")
    ), ("1764190929: Reloading config.", .reloading),
    ("1764190929: Error: Unable to open file.", .trouble("Error: Unable to open file.")),
  ]) func `tells what matters`(text: String, line: BrokerLine) {
    #expect(BrokerLine(text[...]) == line)
  }

  @Test(arguments: [
    "1764190929: OpenSSL Error[0]: error:0A000126:SSL routines::unexpected eof while reading",
    "1764190929: Client connection from 192.0.2.1 failed: error:0A000126:SSL routines::unexpected eof while reading.",
    "1764190929: Warning: ACL pattern 'kadomori/v1/_policy/+' does not contain '%c' or '%u'.",
    "", "1764190929: ", ":", "1764190929: Denied PUBLISH from ",
    "1764190929: Received PUBLISH from gw-a (d0, q1, r0, m1, 'Error', ... (2 bytes))",
  ]) func `passes over everything else`(text: String) {
    #expect(BrokerLine(text[...]) == nil)
  }
}
