import Agent
import Firewall
import LANScan
import LinuxIO
import Settings

/// Runs a step of a command; its error becomes one with an exit code, `code` for a failed system call that
/// lacks no permission.
func wrapping<Value, Failure: Error>(
  _ code: AgentError.Code = .failed, _ body: () throws(Failure) -> Value
) throws(AgentError) -> Value {
  do throws(Failure) { return try body() } catch {
    switch error as any Error {
    case let error as AgentError: throw error
    case let error as ScanError: throw AgentError(error.code, "\(error)")
    case let error as SystemError: throw AgentError(error.isPermission ? .permission : code, "\(error)")
    case let error as FirewallError: throw AgentError(error.exitCode, "\(error)")
    case let error as SettingsError: throw AgentError(.configuration, "\(error)")
    default: throw AgentError(.failed, "\(error)")
    }
  }
}

extension ScanError {
  fileprivate var code: AgentError.Code {
    switch self {
    case .unknownInterface: .notFound
    case .notEthernet, .down, .noAddress, .networkTooLarge, .alreadyScanning, .system: .unavailable
    case .missingCapability: .permission
    }
  }
}
