/// How much of a file is read before it is refused.
package struct YAMLLimits: Hashable, Sendable {
  package var bytes: Int
  package var depth: Int
  package var nodes: Int

  package init(bytes: Int, depth: Int, nodes: Int) {
    self.bytes = bytes
    self.depth = depth
    self.nodes = nodes
  }

  /// Far above any file a person writes, far below what hurts a gateway with 64 MB of memory.
  package static let standard = YAMLLimits(bytes: 1 << 20, depth: 32, nodes: 100_000)
}
