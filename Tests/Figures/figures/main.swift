import Glibc

/// Makes a large store and times what pages read of it; see `packaging/measure-store`.
let words = Array(CommandLine.arguments.dropFirst())
do {
  switch (words.first, words.dropFirst().compactMap { Int($0) }) {
  case ("fill", let numbers) where words.count == 4 && numbers.count == 2:
    try StoreFill(path: words[1], gateways: numbers[0], findingsEach: numbers[1]).run()
  case ("pages", let numbers) where words.count == 3 && numbers.count == 1:
    exit(try StorePages(path: words[1], rounds: numbers[0]).run() ? 0 : 1)
  default:
    print("usage: figures fill FILE GATEWAYS FINDINGS-EACH | figures pages FILE ROUNDS")
    exit(64)
  }
} catch {
  print("figures: \(error)")
  exit(1)
}
