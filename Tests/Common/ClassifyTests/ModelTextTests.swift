import Classify
import Testing

struct ModelTextTests {
  @Test func aModelSurvivesItsFile() throws {
    let model = Household.model
    let again = try Model(text: model.text)
    #expect(again == model)
    #expect(try Model(bytes: Array(model.text.utf8)) == model)
    #expect(again.text == model.text && model.text.utf8.count < 300_000)
    let traits = Household.traits(of: Household.types[0], capture: 50)
    #expect(again.classify(traits) == model.classify(traits))
  }

  private static let zeros = [String](repeating: "0", count: 10).joined(separator: " ")
  private static let good = """
    kadomori-types 2
    type Lamp appliance Ayame 3 12
    type Cam camera Botan 2 -12
    calibration type \(zeros) -1.5
    calibration kind \(zeros) 2
    trait host:lamp 250* -250+
    end 1
    """

  @Test func aSmallModelIsRead() throws {
    let model = try Model(text: Self.good)
    #expect(model.entries.map(\.type.name) == ["Lamp", "Cam"] && model.traitCount == 1)
  }

  @Test(arguments: [
    (1, "kadomori-types 9", ModelError.Fault.notAModel),
    (2, "type Lamp lampshade Ayame 3 12", .unknownKind("lampshade")),
    (2, "type Lamp appliance Ayame 3", .wrongCount(expected: 6, found: 5)),
    (2, "type Lamp appliance Ayame 0 12", .notANumber("0")),
    (3, "type Lamp camera Botan 2 -12", .twice("Lamp")),
    (3, "typo", .unknownWord("typo")),
    (
      4, "calibration type 0 1 0 0 0 0 0 0 0 0 1", .impossible("weight 2 of a calibration has the wrong sign")
    ),
    (4, "calibration type nan 0 0 0 0 0 0 0 0 0 1", .notANumber("nan")),
    (5, "type Hub hub Cho 1 0", .outOfOrder("type")),
    (2, "type Lamp appliance Ayame 3 32768", .notANumber("32768")),
    (6, "trait host:lamp 40000* -250", .notANumber("40000")),
    (6, "trait host:lamp 250** -250", .notANumber("250*")),
    (6, "trait host:lamp 250 +", .notANumber("")),
    (6, "trait lamp 250* 1", .notATrait("lamp")),
    (6, "trait host:lamp 250*", .wrongCount(expected: 4, found: 3)),
    (7, "end 2", .impossible("2 traits are announced, 1 are there")),
    (7, "", .cutOff),
  ])
  func faultsAreNamedWithTheirLine(line: Int, text: String, fault: ModelError.Fault) throws {
    var lines = Self.good.split(separator: "\n").map(String.init)
    lines[line - 1] = text
    let error = try #require(throws: ModelError.self) { try Model(text: lines.joined(separator: "\n")) }
    #expect(error.line == line && error.fault == fault)
    #expect(error.description.hasPrefix("line \(line): "))
  }

  @Test func brokenFilesAreRefusedAndNeverTrap() {
    let bytes = Array(Self.good.utf8)
    for length in 0..<(bytes.count - 5) {
      #expect(throws: ModelError.self) {
        try Model(text: String(decoding: bytes.prefix(length), as: UTF8.self))
      }
    }
    for place in bytes.indices {
      for value: UInt8 in [0, 0x0a, 0x20, 0x2d, 0x2f, 0x39, 0xff] {
        var changed = bytes
        changed[place] = value
        _ = try? Model(text: String(decoding: changed, as: UTF8.self)).classify(
          Household.traits(of: Household.types[0], capture: 1))
      }
    }
  }
}
