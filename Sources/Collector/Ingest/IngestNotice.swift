package import FleetStore

/// Something an operator may want to know.
package enum IngestNotice: Sendable {
  case connecting(String)
  case connected(String, sessionPresent: Bool)
  case disconnected(String, retryIn: Duration)
  /// Nothing is stored and nothing acknowledged; gateways are told to keep what they have.
  case storeFails(StoreError, retryIn: Duration)
  case storeWorks
  /// A batch was stored; the dictionary counts by reason what was set aside in it.
  case stored(Int, setAside: [String: Int])
  /// A command was handed over for somebody who listens.
  case commanded(String)
}

/// Where notices go until somebody writes them down; the oldest are lost beyond 1,000.
package struct NoticeBoard: Sendable {
  package let notices: AsyncStream<IngestNotice>
  private let continuation: AsyncStream<IngestNotice>.Continuation
  /// All of them counted, also those that were lost.
  package let figures = IngestFigures()

  package init() {
    (notices, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1000))
  }

  func post(_ notice: IngestNotice) {
    figures.take(notice)
    continuation.yield(notice)
  }

  package func close() { continuation.finish() }
}
