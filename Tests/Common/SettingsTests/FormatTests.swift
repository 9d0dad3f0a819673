import Addresses
import Settings
import Testing
import Wording

enum Colour: String, CaseIterable {
  case red, green, blue
}

/// What is wrong with `text` read as `format`, one line each.
func problems<Value>(_ text: String, _ format: Format<Value>) -> [String] {
  do {
    _ = try Node(yaml: text, file: "f").read(format)
    return []
  } catch {
    return error.diagnostics.map(\.description)
  }
}

func value<Value>(_ text: String, _ format: Format<Value>) throws -> Value {
  try Node(yaml: text, file: "f").read(format)
}

struct FormatTests {
  @Test func readsEveryScalar() throws {
    #expect(try value("1.10", .string) == "1.10", "a text keeps its digits")
    #expect(try value("-5", .int(in: -10...10)) == -5)
    #expect(try value("0.25", .number(in: 0...1)) == 0.25)
    #expect(try value("true", .bool))
    #expect(try value("green", Format<Colour>.choice) == .green)
    #expect(try value("udp/53", .port) == .udp(53))
    #expect(try value("192.0.2.0/24", .ipv4Network).description == "192.0.2.0/24")
    #expect(try value("00-00-5E-00-53-01", .mac).description == "00:00:5e:00:53:01")
    #expect(try value("2001:db8::1", .address).description == "2001:db8::1")
    #expect(try value("{ja: 水, en: water}", .localizedText)[.ja] == "水")
  }

  @Test(arguments: [
    ("500ms", Duration.milliseconds(500)), ("30s", .seconds(30)), ("5min", .seconds(300)),
    ("2h", .seconds(7200)), ("1d", .seconds(86_400)), ("1h30min", .seconds(5400)),
  ])
  func readsDurations(text: String, expected: Duration) throws {
    #expect(try value(text, .duration) == expected)
  }

  @Test func readsTimeOfDayRanges() throws {
    let night = try value("22:00-06:00", .timeOfDayRange)
    #expect([22 * 60, 0, 359].allSatisfy(night.contains(minute:)))
    #expect(!night.contains(minute: 360) && !night.contains(minute: 720))
    #expect(night.description == "22:00-06:00")
    let day = try value("00:00-24:00", .timeOfDayRange)
    #expect(day.contains(minute: 0) && day.contains(minute: 1439))
    for wrong in ["22:00", "24:00-06:00", "6:00-7:00", "06:00-06:00", "22:60-23:00", "-", "１２:00-13:00"] {
      #expect(TimeOfDayRange(wrong) == nil, "\(wrong)")
    }
  }

  @Test func saysWhatToWriteInstead() {
    #expect(
      problems("30", .duration) == ["f:1:1: '30' has no unit; write a duration such as 30s, 5min, 2h or 1d"])
    #expect(problems("5m", .duration) == ["f:1:1: '5m' is not a duration such as 30s, 5min, 2h or 1d"])
    #expect(problems("99999999d", .duration).count == 1)
    #expect(problems("yes", .bool) == ["f:1:1: 'yes' is not true or false; write true"])
    #expect(
      problems("11", .int(in: 1...10)) == ["f:1:1: 11 is out of range; write a whole number from 1 to 10"])
    #expect(problems("99999999999999999999", .int(in: 1...10)).count == 1)
    #expect(problems("nan", .number(in: 0...1)).count == 1)
    #expect(problems("tcp/0", .port) == ["f:1:1: 'tcp/0' is not a port such as tcp/23"])
    #expect(
      problems("192.0.2.1/24", .ipv4Network)
        == ["f:1:1: '192.0.2.1' is one address inside the network; write 192.0.2.0/24"])
    #expect(
      problems("gren", Format<Colour>.choice)
        == ["f:1:1: 'gren' is not known here; did you mean 'green'? Known: red, green, blue"])
    #expect(problems("[1]", .string) == ["f:1:1: expected a text, found a list"])
    #expect(problems("\"\"", .string) == ["f:1:1: is empty; write a text, or remove the line"])
    #expect(
      problems("{a: 1}", .list(of: .string)) == ["f:1:1: expected a list ('- item' lines), found a mapping"])
  }

  @Test func readsCollectionsAndRulesOfOnesOwn() throws {
    #expect(try value("[tcp/1, udp/2]", .list(of: .port)) == [.tcp(1), .udp(2)])
    #expect(try value("tcp/1", .oneOrMore(of: .port)) == [.tcp(1)])
    #expect(try value("{b: 1s, a: 2s}", .map(of: .duration)).map(\.key) == ["b", "a"])
    let even = Format<Int>.int(in: 0...9).checked { $0 % 2 == 0 ? nil : "must be even" }
    #expect(try value("4", even) == 4)
    #expect(
      problems("[1, 2, 3]", .list(of: even))
        == ["f:1:2: field '[0]': must be even", "f:1:8: field '[2]': must be even"])
    #expect(problems("[1, 2, 3]", .list(of: even, atMost: 2)).count == 1)
  }
}
