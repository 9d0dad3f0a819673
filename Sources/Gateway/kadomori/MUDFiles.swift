import Addresses
import Agent
import ArgumentParser
import LinuxIO
import MUD
import Posture
import Wording

/// Works on MUD files.
struct MUDFiles: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mud", abstract: "Work on MUD files, in which makers say what a device needs (RFC 8520).",
    subcommands: [Check.self])

  /// Says what a file allows, or what is wrong with it.
  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check",
      abstract: "Say what MUD files let others reach on the device, or what is wrong: file and place.",
      discussion: """
        A device is judged by the file whose mud-url it offers itself, by DHCP, LLDP
        or its certificate. Put the file into /etc/kadomori/mud.d, or into the folder
        that the configuration names as 'mud'. Nothing is ever fetched: that would tell
        the maker, or whomever a hostile device names, about this household.
        """)

    @Argument(help: ArgumentHelp("The files.", valueName: "file"))
    var files: [String]

    func run() throws {
      let language = Terminal.language
      var wrong = 0
      for path in files {
        do {
          let file = try MUDFile(try Files.read(path, limit: 1_048_576), name: path)
          try Output.write(MUDText(language: language).render(file, path))
        } catch let error as AgentError {
          throw error
        } catch {
          wrong += 1
          Output.say("\(error)")
        }
      }
      guard wrong == 0 else { throw AgentError(.data, "\(wrong) of \(files.count) MUD files cannot be used") }
    }
  }
}

/// A MUD file as a person reads it.
private struct MUDText {
  let language: Language

  private func words(_ en: String, _ ja: String) -> String { LocalizedText(ja: ja, en: en)[language] }

  func render(_ file: MUDFile, _ path: String) -> String {
    let about = [file.manufacturer, file.model, file.systemInfo].compactMap(\.self).joined(separator: " ")
    var lines = ["\(path): \(file.url)  \(about)  \(file.lastUpdate)"]
    if !file.isSupported {
      lines.append("  " + words("its maker no longer repairs it", "メーカーのサポートは終わっています"))
    }
    if !file.describesIncoming {
      lines.append("  " + words("says nothing of what comes in", "届く通信については何も書かれていません"))
    } else if file.openings.isEmpty {
      lines.append("  " + words("nobody reaches any port", "どのポートにも届きません"))
    }
    for opening in file.openings {
      let ports = opening.ports.count == 1 ? "" : "-\(opening.ports.upperBound)"
      let port = "\(opening.transport.rawValue)/\(opening.ports.lowerBound)\(ports)"
      let peers = opening.peers.isEmpty ? [words("anyone", "だれでも")] : opening.peers.map(name)
      let need =
        opening.isNamed && opening.isFromHouse
        ? words("needed", "必要") : opening.isNamed ? words("outside", "外から") : words("not named", "指定なし")
      lines.append(
        "  \(TextWidth.fit(port, to: 16))  \(TextWidth.fit(need, to: 10))  \(peers.joined(separator: " + "))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func name(_ peer: Peer) -> String {
    switch peer {
    case .localNetworks: words("the house", "家の中の機器")
    case .manufacturer(let name): words("devices of \(name)", "\(name) の機器")
    case .sameManufacturer: words("devices of the same maker", "同じメーカーの機器")
    case .model(let url): words("devices described by \(url)", "\(url) の機器")
    case .controller(let name): words("controller \(name)", "コントローラー \(name)")
    case .myController: words("its controller", "専用コントローラー")
    case .host(let name): name
    case .network(let prefix): prefix
    }
  }
}
