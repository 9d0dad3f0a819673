import Agent
import Glibc
import MQTTClient
import Stagger
import Testing

@Suite struct ConnectFailureTests {
  @Test(arguments: [
    (UInt8(0x88), ConnectFailure.busy), (0x89, .busy), (0x97, .busy), (0x9f, .busy), (0x9c, .busy),
    (0x9d, .busy),
    (0x86, .credentials), (0x87, .credentials), (0x84, .unreachable), (0x80, .unreachable),
  ])
  func everyAnswerIsUnderstood(_ code: UInt8, _ failure: ConnectFailure) {
    #expect(ConnectFailure(MQTTReason(code: code)) == failure)
  }

  @Test(arguments: [
    (MQTTError.Code.network(errno: ECONNREFUSED), ConnectFailure.unreachable),
    (.network(errno: ENETUNREACH), .nowhere), (.network(errno: EHOSTUNREACH), .nowhere),
    (.lost, .unreachable),
    (.timeout, .unreachable), (.tls, .tls), (.broker(MQTTReason(code: 0x89)), .busy),
    (.broker(MQTTReason(code: 0x87)), .credentials),
  ])
  func everyEndIsUnderstood(_ code: MQTTError.Code, _ failure: ConnectFailure) {
    #expect(ConnectFailure(MQTTError(code: code, doing: "connect", peer: "")) == failure)
  }
}
