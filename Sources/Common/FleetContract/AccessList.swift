/// Who may write and read what on the broker: the contract's rights in mosquitto's notation (mosquitto.conf(5), acl_file).
///
/// `%u` is the user name, which is the certificate's common name: a gateway can name no topic but its own.
package enum AccessList {
  /// Who brings a collector's notices to the pages of households: another user, as its session is another.
  package static func noteWriter(of collector: String) -> String { "note-" + collector }

  /// The rights, with every right taken from the gateways in `revoked`; `readers` are users of tenants.
  ///
  /// A gateway may read the policy and the profiles of every group: mosquitto's patterns cannot know the group, and a `user` block for
  /// each gateway would be searched one by one at every connection and every reload, a million of them at worst. Both
  /// are signed and name an area, no household; the agent subscribes to its own group's alone.
  package static func text(collectors: [String], revoked: [GatewayID], readers: [TenantReader] = []) -> String
  {
    var lines = ["# Made by kadomori-collector; changes here are lost."]
    // Denials of a user are looked at before any pattern, also for sessions that stand.
    for gateway in revoked.sorted() {
      lines += ["user \(gateway)", "topic deny \(Topic.root)/#", "topic deny #"]
    }
    for reader in readers { lines += rights(of: reader) }
    for collector in collectors {
      lines.append("user \(collector)")
      lines += ["status", "twin/#", "evt/#", "met/#", "res/#"].map { "topic read \(Topic.root)/+/\($0)" }
      lines += ["ack", "note/#", "cmd/#"].map { "topic write \(Topic.root)/+/\($0)" }
      lines += ["_policy/+", "_profiles/+", "_collector/+/status", "isp/#"].map {
        "topic readwrite \(Topic.root)/\($0)"
      }
      lines += ["user \(noteWriter(of: collector))", "topic write \(Topic.root)/+/note/#"]
    }
    lines += ["status", "twin/#", "evt/#", "met/#", "res/#"].map { "pattern write \(Topic.root)/%u/\($0)" }
    lines += ["ack", "note/#", "cmd/#"].map { "pattern read \(Topic.root)/%u/\($0)" }
    lines += ["_policy/+", "_profiles/+", "_collector/+/status"].map { "pattern read \(Topic.root)/\($0)" }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A tenant's user reads the tenant's topics and nothing else.
  ///
  /// The patterns below are for everybody who comes in, so what they would give is denied. A denial comes before every
  /// right of a user, so one of all topics would take the tenant's too.
  private static func rights(of reader: TenantReader) -> [String] {
    guard let tenant = reader.tenant else { return ["user \(reader.user)", "topic deny #"] }
    let denied = [reader.user.description, "_policy", "_profiles", "_collector"]
    return ["user \(reader.user)"] + denied.map { "topic deny \(Topic.root)/\($0)/#" }
      + ["topic read \(Topic.root)/\(Tenancy.level)/\(tenant)/#"]
  }
}
