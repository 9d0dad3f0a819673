import Glibc

/// Runs one program to its end, with bounds on its time and on what it prints.
package enum Child {
  package struct Result {
    package let id: Int32
    /// The exit status, or 128 plus the number of the signal that ended it.
    package let status: Int32
    package let output: [UInt8]
    package let errors: [UInt8]
  }

  /// Complaints longer than this say nothing more.
  private static let errorLimit = 16_384

  /// Gives `input` to a program by an absolute path, and takes what it prints.
  ///
  /// Throws `ETIMEDOUT` or `EMSGSIZE` where a bound was reached; the program is ended then.
  package static func run(
    _ arguments: [String], input: [UInt8], limit: Int, patience: Duration
  ) throws(SystemError) -> Result {
    var (ours, theirs) = try pipes()
    // Names and numbers must not change with somebody's locale.
    let id = try Spawn.start(
      arguments[0], arguments, standard: theirs.map(\.number), environment: ["LC_ALL=C"])
    // As long as these are open here too, the child's end is not seen.
    theirs = []
    var exchange = Exchange(input: input[...], feed: ours[0], talk: ours[1], complaint: ours[2])
    ours = []
    do throws(SystemError) {
      try exchange.run(limit: limit, errorLimit: errorLimit, until: Clocks.sinceBoot + patience, arguments[0])
    } catch {
      kill(id, SIGKILL)
      _ = Spawn.reap(id)
      throw error
    }
    return Result(id: id, status: Spawn.reap(id), output: exchange.output, errors: exchange.errors)
  }

  private static func pipes() throws(SystemError) -> (ours: [Descriptor], theirs: [Descriptor]) {
    let (feed, talk, complaint) = (try Pipe.make(), try Pipe.make(), try Pipe.make())
    return (
      [feed.writing, talk.reading, complaint.reading], [feed.reading, talk.writing, complaint.writing]
    )
  }
}

/// What goes in and what comes out, at the same time: either pipe may be full.
private struct Exchange {
  var input: ArraySlice<UInt8>
  var feed: Descriptor?
  var talk: Descriptor?
  var complaint: Descriptor?
  var output: [UInt8] = []
  var errors: [UInt8] = []

  mutating func run(
    limit: Int, errorLimit: Int, until end: Duration, _ subject: String
  ) throws(SystemError) {
    if let feed { _ = fcntl(feed.number, F_SETFL, O_NONBLOCK) }
    if input.isEmpty { feed = nil }
    while talk != nil || complaint != nil {
      var polled = [(feed, POLLOUT), (talk, POLLIN), (complaint, POLLIN)].map { descriptor, events in
        pollfd(fd: descriptor?.number ?? -1, events: Int16(events), revents: 0)
      }
      let left = (end - Clocks.sinceBoot).milliseconds
      let ready = left > 0 ? poll(&polled, 3, CInt(clamping: left)) : 0
      if ready == 0 { throw SystemError(ETIMEDOUT, "poll", subject) }
      if ready < 0 { continue }
      if polled[0].revents != 0, let open = feed {
        // A program that stops listening has said why, or will with its status.
        let count = (try? open.write(input.prefix(65_536))) ?? input.count
        input = input.dropFirst(count)
        if input.isEmpty { feed = nil }
      }
      if polled[1].revents != 0, let open = talk {
        let bytes = try open.read(limit: 65_536) ?? []
        output += bytes
        if bytes.isEmpty { talk = nil }
        if output.count > limit { throw SystemError(EMSGSIZE, "read", subject) }
      }
      if polled[2].revents != 0, let open = complaint {
        let bytes = try open.read(limit: 65_536) ?? []
        errors += bytes.prefix(max(0, errorLimit - errors.count))
        if bytes.isEmpty { complaint = nil }
      }
    }
  }
}
