import Glibc

/// Hands the fuzzer's bytes to the parser that `KADOMORI_FUZZ_TARGET` names.
///
/// libFuzzer brings `main`; whatever traps, runs out of time or memory is kept by it as a file.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  chosen(Array(UnsafeBufferPointer(start: data, count: count)))
  return 0
}

private let chosen: @Sendable ([UInt8]) -> Void = {
  let name = getenv("KADOMORI_FUZZ_TARGET").map { String(cString: $0) } ?? ""
  guard let target = FuzzTarget.all[name] else {
    print(
      "KADOMORI_FUZZ_TARGET names no parser; there are: \(FuzzTarget.all.keys.sorted().joined(separator: " "))"
    )
    exit(64)
  }
  return target
}()
