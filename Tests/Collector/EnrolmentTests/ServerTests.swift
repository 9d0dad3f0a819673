import Addresses
import BrokerFixture
import Cryptography
import Enrolment
import FleetContract
import Foundation
import Logging
import ServiceLifecycle
import Testing

/// Waits for a process to end; its exit status.
private func waited(for id: pid_t) -> CInt {
  var facts = siginfo_t()
  while waitid(P_PID, id_t(id), &facts, WEXITED | WNOWAIT) < 0, errno == EINTR {}
  return facts._sifields._sigchld.si_status
}

/// The door for strangers, asked by a client that is not ours.
@Suite(.serialized, .timeLimit(.minutes(1))) struct EnrolmentServerTests {
  /// Posts files one after another and prints status and `error` of each answer.
  private static let client = """
    import http.client, json, ssl, sys
    context = ssl.create_default_context(cafile=sys.argv[1])
    for name in sys.argv[3:]:
        body = open(name, "rb").read()
        door = http.client.HTTPSConnection("localhost", int(sys.argv[2]), context=context, timeout=10)
        try:
            door.request("POST", "/v1/enrol", body)
        except (BrokenPipeError, ConnectionResetError, ssl.SSLEOFError):
            pass
        answer = door.getresponse()
        document = json.loads(answer.read())
        print(answer.status, document.get("error", document.get("gateway")), flush=True)
    """

  @Test func `enrols over HTTPS, refuses what is too large, and slows down who guesses`() async throws {
    let office = try Office()
    let identity = try TLSServerIdentity(chain: office.room.files.server, key: office.room.files.serverKey)
    let address = try #require(IPAddress("127.0.0.1"))
    let server = try EnrolmentServer(on: Endpoint(address, 0), identity: identity, desk: office.desk)
    let group = ServiceGroup(services: [server], logger: Logger(label: "test"))
    func file(_ name: String, _ request: EnrolmentRequest) throws -> String {
      try office.directory.write(
        name, String(decoding: try EnrolmentDocument.bytes(request), as: UTF8.self))
    }
    let key = try KeyPair()
    let good = try file("good", office.request(key, office.token()))
    let large = try office.directory.write("large", String(repeating: " ", count: 2_000_000))
    let wrong = try #require(
      EnrolmentToken(
        id: "aaaaaaaa", secret: String(repeating: "a", count: 32), pin: office.room.pin))
    let guess = try file("guess", office.request(key, wrong))
    let output = office.directory.path + "/answers"
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      let arguments =
        ["-c", Self.client, office.room.files.authorities, "\(server.address.port)", good, large]
        + Array(repeating: guess, count: 6)
      let client = try ChildProgram("python3", arguments, output: output)
      // On a thread of its own: the server's task may have none but this one to begin on.
      let process = client.id
      let status = await withCheckedContinuation { done in
        Thread.detachNewThread { done.resume(returning: waited(for: process)) }
      }
      #expect(status == 0)
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
    let id = try #require(GatewayID(hash: Digest.sha256(try key.publicDER())))
    let expected =
      ["200 \(id)", "413 too_large"] + Array(repeating: "403 token_unknown", count: 5) + ["429 slow_down"]
    #expect(office.directory.read("answers").split(separator: "\n").map(String.init) == expected)
  }
}
