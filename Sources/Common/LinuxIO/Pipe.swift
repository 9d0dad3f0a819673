import CLinux

/// A pipe that never blocks a loop's thread for long: one byte in it wakes the loop.
package enum Pipe {
  package static func make() throws(SystemError) -> (reading: Descriptor, writing: Descriptor) {
    var ends: [CInt] = [0, 0]
    try system("pipe2", "pipe") { CLinux_pipe(&ends) }
    return (Descriptor(owning: ends[0]), Descriptor(owning: ends[1]))
  }
}
