import ArgumentParser
import Enrolment
import FleetStore
import Glibc
import LinuxIO
import PrivateBroker
import Server
import Settings
import WideScan

/// The exit statuses of the program, in the spirit of sysexits.h.
enum ExitStatus: Int32 {
  case error = 1
  case nothing = 2
  case notFound = 3
  case refused = 4
  case failed = 5
  case rolledBack = 6
  case unanswered = 7
  case usage = 64
  case data = 65
  case unavailable = 69
  case cannotCreate = 73
  case permission = 77

  init(_ error: any Error) {
    switch error {
    case is ValidationError: self = .usage
    case is SettingsError: self = .data
    case let error as KeyFileError: self = error.status
    case let error as StoreError: self = Self.of(error.code)
    case let error as EnrolmentError: self = Self.of(error.code)
    case is ScopeError: self = .refused
    case let error as WideScanError: self = Self.of(error.code)
    case let error as SystemError: self = error.isPermission ? .permission : .cannotCreate
    case let error as PrivateBrokerError: self = error.code == .cannotWrite ? .cannotCreate : .unavailable
    case StartError.state(let error): self = error.isPermission ? .permission : .cannotCreate
    case StartError.alreadyRunning: self = .unavailable
    case StartError.store(let error): self = Self.of(error.code)
    case StartError.broker(let error): self = ExitStatus(error)
    case StartError.enrolment(let error): self = Self.of(error.code)
    case StartError.pace: self = .unavailable
    default: self = .error
    }
  }

  private static func of(_ code: WideScanError.Code) -> Self {
    switch code {
    case .scope: .refused
    case .network: .unavailable
    case .checkpoint: .data
    }
  }

  private static func of(_ code: EnrolmentError.Code) -> Self {
    switch code {
    case .authority: .data
    case .files: .cannotCreate
    case .listen, .busy: .unavailable
    }
  }

  private static func of(_ code: StoreError.Code) -> Self {
    switch code {
    case .missing: .nothing
    case .full, .disk: .cannotCreate
    case .busy, .unreachable: .unavailable
    case .permission: .permission
    case .foreign, .damaged: .data
    case .other: .error
    }
  }
}

/// Writes a line to standard error: standard output is for data.
func talk(_ text: String) {
  let line = "kadomori-collector: " + text + "\n"
  write(2, line, line.utf8.count)
}

/// Runs a command; an error is told in one line and becomes the exit status.
func reporting<Result>(_ body: () async throws -> Result) async throws -> Result {
  do {
    return try await body()
  } catch let error as ExitCode {
    throw error
  } catch {
    talk(TerminalText.multiline(String(describing: error)))
    throw ExitCode(ExitStatus(error).rawValue)
  }
}
