import Cryptography
import FleetContract
import Foundation

/// Who signs: a key in this process, or a program that keeps one.
enum CommandSigner {
  case key(SigningKey)
  /// A command line for the shell: gets the bytes on standard input and prints `KEY_ID BASE64`.
  case program(String)

  func sign(_ bytes: [UInt8]) throws -> SignedCommand.Signature {
    switch self {
    case .key(let key):
      return SignedCommand.Signature(key: KeyID(of: key.publicKey), bytes: try key.sign(bytes))
    case .program(let line):
      let words = try Self.output(of: line, input: bytes).split { $0.isWhitespace }
      guard words.count == 2, let key = KeyID(String(words[0])),
        let signature = PaddedBase64.bytes(String(words[1])),
        signature.count == Ed25519.signatureLength
      else {
        throw KeyFileError(
          status: .data, description: "signer '\(line)': prints no 'KEY_ID SIGNATURE'; see 'command-key sign'"
        )
      }
      return SignedCommand.Signature(key: key, bytes: signature)
    }
  }

  private static func output(of line: String, input: [UInt8]) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", line]
    let (inward, outward) = (Pipe(), Pipe())
    process.standardInput = inward
    process.standardOutput = outward
    try process.run()
    // At most 2 KiB: less than a pipe holds, so nobody waits for anybody.
    try inward.fileHandleForWriting.write(contentsOf: Data(input))
    try inward.fileHandleForWriting.close()
    let answer = try outward.fileHandleForReading.read(upToCount: 4096) ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw KeyFileError(
        status: .error,
        description: "signer '\(line)': ended with \(process.terminationStatus); nothing was sent")
    }
    return String(decoding: answer, as: UTF8.self)
  }
}
