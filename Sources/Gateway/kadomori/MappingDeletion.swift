import Addresses
import Agent
import ArgumentParser
import Exposures
import LinuxIO
import Posture
import Wording

/// Asks a router to forget mappings of UPnP, and says in plain words why it does not.
struct MappingDeletion {
  private let host: Endpoint
  private let path: String

  /// Takes the address of the router's description, or finds this gateway's own miniupnpd.
  init(_ address: String?) throws {
    guard let address else {
      (host, path) = try Self.own()
      return
    }
    guard let place = ExposureOptions.place(address) else {
      throw ValidationError("--upnp \(address): write an address as http://192.0.2.1:5000/rootDesc.xml")
    }
    (host, path) = place
  }

  private static func own() throws -> (Endpoint, String) {
    for file in LeaseFile.usualConfigurations where Files.exists(file) {
      let bytes = try wrapping(.data) { () throws(SystemError) in try Files.read(file, limit: 1 << 20) }
      guard let (listening, port) = LeaseFile.service(configuration: bytes) else { continue }
      if let address = IPAddress(listening) { return (Endpoint(address, port), "/rootDesc.xml") }
      let own = (try? LocalAddress.all()) ?? []
      if let address = own.first(where: { $0.interface == listening && $0.address.isVersion4 })?.address {
        return (Endpoint(address, port), "/rootDesc.xml")
      }
    }
    throw AgentError(
      .notFound,
      "no miniupnpd with a fixed http_port is configured on this gateway; name the router with --upnp")
  }

  /// Asks for one port after the other; what was not forgotten ends it.
  func delete(_ ports: [Port]) throws {
    for port in ports {
      let mapping = try mapping(of: port)
      do throws(MappingQuestion.Fault) {
        try MappingQuestion.delete(port, of: host, description: path)
      } catch { throw Self.failure(error, mapping, host) }
      // What it says is one thing, what it lists another.
      guard try find(port) == nil else {
        throw AgentError(
          .failed, "\(host) says that it has forgotten \(port), and still lists it; close the port instead")
      }
      let end = "\(mapping.device):\(mapping.devicePort)"
      Output.say(
        LocalizedText(
          ja:
            "\(port) の転送（\(end)）は取り消されました。機器がまた開けることがあります。確実に閉じるには 'kadomori plan' の番号で 'kadomori close' を実行してください。",
          en:
            "\(port) is no longer mapped to \(end). The device may map it again at any time; what keeps strangers out whatever it does is 'kadomori close' with the port's id of 'kadomori plan'"
        )[Terminal.language])
    }
  }

  private func mapping(of port: Port) throws(AgentError) -> Mapping {
    guard let mapping = try find(port) else {
      throw AgentError(
        .notFound, "\(host) has no mapping of \(port); 'kadomori exposures' shows those there are")
    }
    return mapping
  }

  private func find(_ port: Port) throws(AgentError) -> Mapping? {
    do throws(MappingQuestion.Fault) {
      return try MappingQuestion.mappings(of: host, description: path).first { $0.port == port }
    } catch { throw AgentError(.unavailable, "\(host): \(error.text)") }
  }

  /// 606: not authorized; 714: no such entry, which older ones say to whom it does not belong (UPnP WANIPConnection, 2.5.17).
  private static func failure(
    _ fault: MappingQuestion.Fault, _ mapping: Mapping, _ host: Endpoint
  ) -> AgentError {
    switch fault {
    case .refused(let code) where code == 606 || code == 714:
      AgentError(
        .permission,
        LocalizedText(
          ja:
            "\(host) は \(mapping.port) の転送を消しません（エラー \(code)）。転送を消せるのは、それを作った機器 \(mapping.device) だけです（secure mode）。'kadomori plan' の番号で 'kadomori close' を実行すれば、ルーターの考えにかかわらず外から閉じられます。または機器かルーターの設定で UPnP を切ってください",
          en:
            "\(host) does not delete the mapping of \(mapping.port) (error \(code)): it lets only the device that made it do that, \(mapping.device) (secure mode). 'kadomori close' with the port's id of 'kadomori plan' keeps strangers out whatever the router thinks; or turn UPnP off in the device's or the router's settings"
        )[Terminal.language])
    default: AgentError(.unavailable, "\(host): \(fault.text)")
    }
  }
}
