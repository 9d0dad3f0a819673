import BrokerFixture
import Glibc
import Restoration

let words = Array(CommandLine.arguments.dropFirst())
guard let machines = words.first.flatMap({ Int($0) }), (100...20_000).contains(machines), words.count <= 2
else {
  print(HerdPlan.usage + "; 100 to 20000 machines")
  exit(64)
}
do {
  exit(try Benchmark(machines: machines, svg: words.count > 1 ? words[1] : nil).run() ? 0 : 1)
} catch {
  print("herd: \(error)")
  exit(1)
}
