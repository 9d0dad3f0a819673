package import FleetContract
import LinuxIO
package import Profiles

/// The bundles of firmware profiles that the provider's operators sent, as they are on disk.
///
/// The newest that was accepted is kept with its signature, and so is the one before it; a small file says which of
/// them counts. A signature is looked at whenever a bundle is read: one of a key that is no operator's any more is
/// passed over.
package struct ProfileBundles {
  /// Which profiles count beside those of the package.
  package enum Use: String, Hashable, Sendable, Codable, CaseIterable {
    case newest, previous
    /// None but the package's.
    case packaged
  }

  /// What was accepted, and what the owner said of it.
  package struct Choice: Hashable, Sendable, Codable {
    /// The highest version that was accepted; 0 for none.
    package var accepted: Int64 = 0
    package var use = Use.newest
  }

  /// One bundle and who signed it.
  package struct Kept: Hashable, Sendable {
    package var bundle: ProfileBundle
    package var key: KeyID
  }

  package var choice: Choice
  package private(set) var newest: Kept?
  package private(set) var previous: Kept?
  /// What cannot be used, and what to do about it.
  package private(set) var problems: [String] = []
  private let paths: Paths

  /// Reads what is there; nothing that is damaged keeps the agent from working with the package's profiles.
  package init(_ paths: Paths) {
    self.paths = paths
    choice =
      (try? Files.read(paths.profileChoice, limit: 4096)).flatMap { JSON.decode(Choice.self, $0) } ?? Choice()
    newest = read(paths.profileBundle)
    previous = read(paths.previousProfileBundle)
    // The small file may be older, after a power cut, or lost.
    choice.accepted = max(choice.accepted, newest?.bundle.version ?? 0)
  }

  private mutating func read(_ path: String) -> Kept? {
    guard Files.exists(path) else { return nil }
    do {
      let signed = try SignedProfiles(payload: try Files.read(path, limit: PayloadBounds.maximumBytes))
      let keys = try CommandAuthority.read(paths).keys
      return Kept(bundle: try signed.verified(among: keys), key: signed.signature.key)
    } catch {
      problems.append("\(path) is not used: \(error); the provider sends another, or remove it")
      return nil
    }
  }

  /// The bundle whose profiles count now.
  package var inUse: Kept? {
    switch choice.use {
    case .newest: newest
    case .previous: previous
    case .packaged: nil
    }
  }

  /// The profiles that count now, to be joined with the package's and the site's own.
  package var files: [ProfileFile] { inUse.map { Self.files(of: $0.bundle) } ?? [] }

  /// What is in a bundle, named so that a mistake in it is found.
  package static func files(of bundle: ProfileBundle) -> [ProfileFile] {
    bundle.profiles.map {
      ProfileFile(
        path: "bundle \(bundle.version)/\($0.id).yaml", bytes: Array($0.yaml.utf8), author: .delivered)
    }
  }

  /// Keeps a bundle that was accepted, and has it count: it is newer than what the owner has said.
  mutating func take(_ payload: [UInt8], _ bundle: ProfileBundle, by key: KeyID) throws(AgentError) {
    do throws(SystemError) {
      // Whole files only, the older first: after a power cut in between, one is there twice, and none is lost.
      if newest != nil {
        let old = try Files.read(paths.profileBundle, limit: PayloadBounds.maximumBytes)
        try Files.replace(paths.previousProfileBundle, with: old, mode: 0o600)
      }
      try Files.replace(paths.profileBundle, with: payload, mode: 0o600)
    } catch {
      throw AgentError(.state, "\(error); the provider's profiles are not kept: free space there")
    }
    if let newest { previous = newest }
    newest = Kept(bundle: bundle, key: key)
    choice = Choice(accepted: bundle.version)
    try write()
  }

  /// Has other profiles count from now on, until a newer bundle comes.
  package mutating func choose(_ use: Use) throws(AgentError) {
    guard use != .previous || previous != nil else {
      throw AgentError(
        .notFound,
        "no bundle is kept from before; 'kadomori profile rollback --packaged' passes over them all"
      )
    }
    guard use != .newest || newest != nil else {
      throw AgentError(.notFound, "the provider has sent no bundle of profiles")
    }
    choice.use = use
    try write()
  }

  private func write() throws(AgentError) {
    let bytes = try JSON.encode(choice)
    do throws(SystemError) { try Files.replace(paths.profileChoice, with: bytes, mode: 0o600) } catch {
      throw AgentError(
        error.isPermission ? .permission : .state, "\(error); which profiles count is not kept")
    }
  }
}
