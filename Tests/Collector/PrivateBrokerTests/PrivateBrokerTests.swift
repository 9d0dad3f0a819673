import BrokerFixture
import Glibc
import Logging
import PrivateBroker
import ServiceLifecycle
import Testing

@Suite(.timeLimit(.minutes(1))) struct PrivateBrokerTests {
  private func listen(_ port: UInt16) throws -> ListenAddress {
    try #require(ListenAddress("127.0.0.1:\(port)"))
  }

  private func code(_ state: String, _ listen: ListenAddress) -> PrivateBrokerError.Code? {
    do {
      _ = try PrivateBroker(in: state, listen: listen, path: "")
      return nil
    } catch {
      return error.code
    }
  }

  @Test func `says when the port is taken`() throws {
    let directory = try TemporaryDirectory()
    let (descriptor, port) = try listenOnLoopback()
    defer { close(descriptor) }
    let taken = try listen(port)
    let elsewhere = try #require(ListenAddress("192.0.2.1:1883"))
    #expect(code(directory.path, taken) == .portInUse)
    #expect(code(directory.path, elsewhere) == .cannotListen)
    #expect(code("/proc/x", elsewhere) == .cannotWrite)
  }

  @Test func `starts it again when it dies, and ends it`() async throws {
    let directory = try TemporaryDirectory()
    let broker = try PrivateBroker(in: directory.path, listen: listen(freePort()), path: "/usr/sbin")
    let group = ServiceGroup(services: [broker], logger: Logger(label: "test"))
    var processes: [Int32] = []
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      for await notice in broker.notices {
        guard case .started(let process, _) = notice else { continue }
        processes.append(process)
        await broker.listens()
        if processes.count == 2 { break }
        kill(process, SIGKILL)
      }
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
    #expect(processes.count == 2)
    #expect(processes.allSatisfy { kill($0, 0) != 0 })
    #expect(directory.read("broker/mosquitto.conf").contains("allow_anonymous true"))
  }
}
