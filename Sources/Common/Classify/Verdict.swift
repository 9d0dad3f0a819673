package import Posture

/// What a model says of one device.
package struct Verdict: Hashable, Sendable {
  /// What is less sure than this is not said.
  package static let threshold = 0.5

  /// The most likely type, however unlikely.
  package var likeliest: DeviceType
  /// How sure the type is, 0 to 1.
  package var confidence: Double
  /// The most likely kind, however unlikely.
  package var likeliestKind: DeviceKind
  /// How sure the kind is, 0 to 1: never less than the type's where that is of the kind.
  package var kindConfidence: Double

  /// The type; `nil` when nothing the model knows is like it.
  package var type: DeviceType? { confidence >= Self.threshold ? likeliest : nil }
  package var kind: DeviceKind { kindConfidence >= Self.threshold ? likeliestKind : .unknown }

  /// What is known of it as one witness among others; `nil` where nothing is said.
  ///
  /// The type is told as a likeness and never as the model: a product that was not learnt sends what its twin of the same
  /// vendor sends.
  package var clue: Clue? {
    guard kind != .unknown else { return nil }
    let told =
      type.map { "sends what \($0.name) sends" } ?? "sends much of what known devices of this kind send"
    return Clue(
      .traffic, kind: kind, vendor: type?.vendor, confidence: kindConfidence, detail: told)
  }
}
