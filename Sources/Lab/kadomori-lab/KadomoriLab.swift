import ArgumentParser

/// The command line of the lab: argument parsing and printing, nothing else.
@main
struct KadomoriLab: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kadomori-lab",
    abstract: "Builds a LAN of real servers in network namespaces.",
    discussion: """
      Nothing leads out of a lab, and nothing outside it is touched. Labs are kept in
      /run/kadomori-lab (or KADOMORI_LAB_DIR), the Python servers in
      /var/lib/kadomori-lab/venv (or KADOMORI_LAB_VENV).

      EXIT STATUS
        0    done
        1    failed; standard error says why
        3    no such lab, persona or namespace
        64   wrong usage
        69   a package is missing; standard error says how to install it
        77   not permitted: root, or CAP_NET_ADMIN and CAP_SYS_ADMIN, is needed
        130  interrupted; everything was removed again
      'exec' exits with the status of its command.
      """,
    subcommands: [Up.self, List.self, Show.self, Exec.self, Down.self, Deps.self])
}
