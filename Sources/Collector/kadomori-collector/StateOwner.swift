import Glibc
import LinuxIO

/// Works as the owner of a state directory, where root works for a service that is not root.
///
/// Files that root would leave there the service could not read; and root writes nothing where another user may have
/// put a link.
enum StateOwner {
  /// Becomes the directory's owner until the program ends; changes nothing for anybody but root.
  static func become(ownerOf directory: String) throws(SystemError) {
    guard geteuid() == 0 else { return }
    var facts = stat()
    try system("stat", directory) { stat(directory, &facts) }
    guard facts.st_uid != 0 else { return }
    // The group first: afterwards nobody may change it any more.
    try system("setegid", directory) { setegid(facts.st_gid) }
    try system("seteuid", directory) { seteuid(facts.st_uid) }
  }

  /// Does something as who called the program.
  static func asCaller<Value>(_ body: () throws -> Value) throws -> Value {
    let (user, group) = (geteuid(), getegid())
    guard user != getuid() else { return try body() }
    try system("seteuid", "the caller") { seteuid(getuid()) }
    try system("setegid", "the caller") { setegid(getgid()) }
    defer {
      // Where this failed, more would be done as root than is meant.
      guard setegid(group) == 0, seteuid(user) == 0 else { abort() }
    }
    return try body()
  }
}
