import FleetStore
import Glibc

/// Makes large stores and many messages, and says how they fared; see `packaging/measure-store` and `measure-ingest`.
let words = Array(CommandLine.arguments.dropFirst())
let numbers = words.compactMap { Int($0) }
do {
  switch words.first {
  case "fill" where words.count == 4 && numbers.count == 2:
    try World(place: words[1], gateways: numbers[0], findingsEach: numbers[1]).run()
  case "check" where words.count == 2:
    let check = try FleetStore.open(words[1]).check()
    check.faults.forEach { print($0) }
    exit(check.isSound ? 0 : 1)
  case "pages" where words.count == 3 && numbers.count == 1:
    exit(try PageTimes(place: words[1], rounds: numbers[0]).run() ? 0 : 1)
  case "ingest" where words.count == 7 && numbers.count == 4:
    guard let engine = MeasuredStore.Engine(rawValue: words[1]) else { fallthrough }
    let measure = IngestMeasure(
      engine: engine, collector: words[2], sessions: numbers[0], gateways: numbers[1], window: numbers[2],
      seconds: numbers[3])
    exit(try measure.run() ? 0 : 1)
  default:
    print(
      """
      usage: figures fill PLACE GATEWAYS FINDINGS-EACH
             figures check PLACE
             figures pages PLACE ROUNDS
             figures ingest sqlite|postgresql COLLECTOR SESSIONS GATEWAYS WINDOW SECONDS
      """)
    exit(64)
  }
} catch {
  print("figures: \(error)")
  exit(1)
}
