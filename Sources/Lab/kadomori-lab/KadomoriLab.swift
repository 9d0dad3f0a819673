import ArgumentParser

@main
struct KadomoriLab: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kadomori-lab", abstract: "A LAN of real servers in network namespaces.")
}
