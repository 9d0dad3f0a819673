/// A language that people are spoken to in.
package enum Language: String, Hashable, Sendable, Codable, CaseIterable {
  case ja, en
}
