import Settings
import Testing
import Wording

struct FuzzTests {
  private static let seedText = """
    # a comment
    name: "水位"
    every: 30s
    list: [tcp/23, 'x', {a: b}]
    block: |
      line one
      line two
    map:
      - ja: あ
        en: b
    """

  @Test func mutatedDocumentsNeverTrapAndStayFast() {
    var chance = ScriptedChance(seed: 20_261_123)
    let pieces: [[UInt8]] =
      ["[", "]", "{", "}", ": ", "- ", "\n", "\t", "\"", "'", "&a", "*a", "? ", "|", "\u{feff}"]
      .map { Array($0.utf8) } + [[0], [0xff], [0xc3], [0xe6, 0xb0]]
    let clock = ContinuousClock()
    let spent = clock.measure {
      for _ in 0..<4000 {
        var bytes = Array(Self.seedText.utf8)
        for _ in 0..<Int.random(in: 1...8, using: &chance) {
          let place = Int.random(in: 0..<bytes.count, using: &chance)
          switch Int.random(in: 0..<4, using: &chance) {
          case 0: bytes[place] = UInt8.random(in: 0...255, using: &chance)
          case 1: bytes.insert(contentsOf: pieces.randomElement(using: &chance) ?? [], at: place)
          case 2: bytes.removeSubrange(place..<min(bytes.count, place + 3))
          default: bytes.removeLast(min(bytes.count - 1, 5))
          }
          if bytes.isEmpty { bytes = [0x61] }
        }
        guard let node = try? Node(yaml: bytes, file: "f") else { continue }
        _ = node.check(sample)
      }
    }
    #expect(spent < .seconds(20))
  }

  @Test(arguments: [
    "[", "{", "- ", "? ", "a: ", "? a\n: ", "{a: ", "\"", "!", "&a ", "[a, ", "- -\n", "#", ": ", "a:\n",
  ])
  func hostileRepetitionEndsSoon(piece: String) {
    let count = (1 << 20) / piece.utf8.count
    let clock = ContinuousClock()
    let spent = clock.measure {
      _ = try? Node(yaml: String(repeating: piece, count: count), file: "f")
    }
    #expect(spent < .seconds(10), "\(piece)")
  }

  private let sample = Format<String>.mapping { reader in
    let name = reader.required("name", .string)
    _ = reader.optional("every", .duration)
    _ = reader.optional("list", .list(of: .port))
    _ = reader.optional("block", .choice(of: ["a", "b"]))
    _ = reader.optional("map", .list(of: .localizedText))
    return name
  }
}
