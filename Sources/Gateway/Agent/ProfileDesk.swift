import FleetContract
import LinuxIO
import Profiles
import Settings

/// Judges what comes as a bundle of profiles, keeps it on disk, and has it take effect.
package final class ProfileDesk {
  private let group: TopicName
  private let paths: Paths
  private let note: (Daemon.Note) -> Void
  /// The highest version that was accepted; the bundles themselves stay on disk.
  private var accepted: Int64
  private var quota = RefusalQuota()
  /// Called with all profiles of this gateway when others count.
  var changed: (ProfileSet) -> Void = { _ in }
  /// The latest refusal, or why the latest bundle is not on disk.
  private(set) var problem: String?

  init(group: TopicName, paths: Paths, note: @escaping (Daemon.Note) -> Void) {
    self.group = group
    self.paths = paths
    self.note = note
    let bundles = ProfileBundles(paths)
    accepted = bundles.choice.accepted
    problem = bundles.problems.first
  }

  func heard(_ payload: [UInt8]) {
    do throws(PolicyRefusal) {
      let keys: [OperatorKey]
      do throws(AgentError) { keys = try CommandAuthority.read(paths).keys } catch {
        throw PolicyRefusal(.unknownKey, error.description)
      }
      let clock = CommandClock(
        wall: Clocks.wall, isSynchronised: Clocks.wallIsSynchronised, sinceBoot: Clocks.sinceBoot)
      let found = try SignedProfiles.accept(
        payload, for: group, among: keys, known: accepted == 0 ? nil : accepted, at: clock)
      guard let bundle = found else { return }
      try lint(bundle)
      try accept(payload, bundle)
    } catch {
      refuse(error)
    }
    Memory.release()
  }

  /// All of a bundle counts or nothing: what its version stands for is the same on every gateway.
  private func lint(_ bundle: ProfileBundle) throws(PolicyRefusal) {
    for file in ProfileBundles.files(of: bundle) {
      if let fault = file.profile().diagnostics.first(where: { $0.severity == .error }) {
        throw PolicyRefusal(.outOfRange, "\(fault)")
      }
    }
  }

  private func accept(_ payload: [UInt8], _ bundle: ProfileBundle) throws(PolicyRefusal) {
    let signed: SignedProfiles
    do throws(Rejection) { signed = try SignedProfiles(payload: payload) } catch {
      throw PolicyRefusal(error)
    }
    problem = nil
    // Before it counts: a restart must not find something else.
    var bundles = ProfileBundles(paths)
    do throws(AgentError) { try bundles.take(payload, bundle, by: signed.signature.key) } catch {
      return tell(error.description)
    }
    accepted = bundle.version
    let (set, _) = ProfileSet.load(
      shipped: paths.shippedProfiles, delivered: bundles.files, local: paths.localProfiles)
    let back = bundle.restores.map { $0 == 0 ? ", back to the package's" : ", back to version \($0)" } ?? ""
    note(
      Daemon.Note(
        isProblem: false,
        text:
          "firmware profiles of group '\(group)', version \(bundle.version)\(back): \(bundle.profiles.count), signed by \(signed.signature.key)"
      ))
    changed(set)
  }

  private func refuse(_ refusal: PolicyRefusal) {
    guard quota.take(now: Clocks.sinceBoot) else { return }
    tell("firmware profiles for group '\(group)' are refused (\(refusal.code.rawValue)): \(refusal)")
  }

  private func tell(_ text: String) {
    problem = text
    note(Daemon.Note(isProblem: true, text: text))
  }
}
