import Outbox

/// Where the agent keeps things.
package struct Paths: Hashable, Sendable {
  /// Survives reboots and upgrades.
  package var state: String
  /// Is empty after a reboot: the control socket.
  package var runtime: String
  package var shippedProfiles: String
  package var localProfiles: String
  /// MUD files of the site's own; a folder that may be missing.
  package var localMUD: String

  package init(
    state: String = "/var/lib/kadomori", runtime: String = "/run/kadomori",
    shippedProfiles: String = "/usr/share/kadomori/firmware-profiles",
    localProfiles: String = "/etc/kadomori/profiles.d", localMUD: String = "/etc/kadomori/mud.d"
  ) {
    self.state = state
    self.runtime = runtime
    self.shippedProfiles = shippedProfiles
    self.localProfiles = localProfiles
    self.localMUD = localMUD
  }

  package var controlSocket: String { runtime + "/control.sock" }
  package var lock: String { state + "/agent.lock" }
  package var decisions: String { state + "/decisions.json" }
  /// What traffic is typical of which types of device.
  package var types: String { shippedProfiles + "/types.model" }
  /// Where the firewall's helper listens.
  package var firewallSocket = "/run/kadomori-firewall.sock"
  /// What the firewall's helper notes of closings.
  package var closingChanges = "/var/lib/kadomori-firewall/changes.jsonl"
  /// The number of the last of these that was told.
  var closingMark: String { state + "/closing-mark" }
  /// What operators asked for.
  package var operatorPolicy: String { state + "/operator-policy.json" }
  /// How the last start went on and ended.
  package var startRecord: String { state + "/start" }
  /// How the fleet comes back on line: `{"window_s", "class", …}`.
  package var reconnectPolicy: String { state + "/reconnect-policy.json" }
  /// The firmware profiles that the provider's operators sent: the newest, those before, and which of them count.
  package var profileBundle: String { state + "/profile-bundle.json" }
  package var previousProfileBundle: String { state + "/profile-bundle-previous.json" }
  package var profileChoice: String { state + "/profile-choice.json" }
  /// The household's broker on which the gateway is shown, to be able to remove it there.
  package var homeAssistant: String { state + "/home-assistant.json" }
  /// The notices of the provider.
  package var notes: String { state + "/notices.json" }
  /// The browsers that were paired with the household's page.
  package var pageSessions: String { state + "/page-sessions.json" }
  /// What happened.
  package var events: String { state + "/events.jsonl" }
  /// What the owner allowed.
  package var consents: String { state + "/consents.json" }
  /// The latest plan of closings.
  package var plan: String { state + "/plan.json" }
  package var outbox: String { state + "/outbox" }
  package var outboxMark: String { outbox + OutboxLog.markSuffix }
  /// Which commands were accepted.
  package var commands: String { state + "/commands.log" }
  /// What the collector gave this gateway when it enrolled.
  package var enrolment: String { state + "/enrolment.json" }
  /// The certificate and its authorities in PEM, made of ``enrolment`` for the library that connects.
  package var certificate: String { state + "/gateway.crt" }
  package var authorities: String { state + "/authorities.crt" }
  package var key: String { state + "/gateway.key" }
  /// Who may command: `[{"key_id", "public"}]`.
  package var operatorKeys: String { state + "/operator-keys.json" }
  /// Which verbs two operators have to sign: `{"two_signatures": [verb, …]}`.
  package var commandPolicy: String { state + "/command-policy.json" }

  /// The last posture of one LAN; interface names hold no slash (dev_valid_name in the kernel).
  package func posture(of interface: String) -> String { state + "/posture-\(interface).json" }
}
