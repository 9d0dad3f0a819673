import ArgumentParser

@main
struct KadomoriCollector: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kadomori-collector",
    abstract: "Collects what gateways report, and shows it.",
    discussion: """
      Without any configuration 'run' keeps its state in one directory and starts a broker of its own \
      on loopback. Every other command may be given while 'run' is running. Most only read the directory; 'command' \
      leaves signed commands in it, which 'run' publishes; 'enrol-token' and 'revoke' leave there who may come in and \
      who has to go, and 'restoration announce' which outages are planned.

      Exit status:
        0   done
        1   an error not listed here
        2   nothing to show: no collector has run with this directory yet
        3   the gateway, finding, announcement or campaign that was asked for is not known
        4   the command was refused, nobody has authorised the scan, or a campaign is in no state for it
        5   the command, or too much of a roll-out, failed; 'doctor' found something that does not work, or a notice did
            not go out
        6   what the command did was rolled back
        7   the command came too late, or nobody answered while it was good
        64  the command line is wrong
        65  the configuration or the store cannot be understood
        69  something needed is not there: mosquitto, a free port, an unlocked store
        73  a file or directory cannot be created or written
        77  permission denied
        130 a scan or a worker of a campaign was interrupted
      """,
    version: "0.1.0",
    subcommands: [
      RunCommand.self, FleetCommand.self, GatewayCommand.self, EventsCommand.self, SetAsideCommand.self,
      CommandCommand.self, CommandKeyCommand.self, ProfilesCommand.self, EnrolTokenCommand.self,
      RevokeCommand.self, TenantCertificateCommand.self,
      AuditCommand.self, DoctorCommand.self, BrokerConfigCommand.self, RestorationCommand.self,
      SimulateCommand.self,
      AuthoriseCommand.self, WideScanCommand.self, CampaignCommand.self, ShardScanCommand.self,
      LookAgainCommand.self, LookAtClosingsCommand.self, SightingsCommand.self, LeasesCommand.self,
      CorrelateCommand.self, FindingsCommand.self, FindingCommand.self, ExportCommand.self,
      StoreCommand.self, EraseCommand.self, NoticesCommand.self, TrialCommand.self,
      UserCommand.self, TokenCommand.self,
    ])
}
