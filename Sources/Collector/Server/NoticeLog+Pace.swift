import Logging
import Pacing
import Restoration
import ServiceLifecycle

extension NoticeLog {
  /// Tells of outages and returns.
  func logPace(_ pace: PaceDesk) async {
    for await notice in pace.notices.cancelOnGracefulShutdown() {
      switch notice {
      case .outage(let group, let away, let isPlanned):
        logger.warning(
          "outage in group \(group): \(away) gateways are away\(isPlanned ? ", as announced" : "")",
          metadata: ["see": "kadomori-collector restoration"])
      case .returning(let group): logger.notice("group \(group) is coming back")
      case .ended(let group): logger.notice("the outage of group \(group) is over")
      case .published(let group, let policy):
        logger.info(
          "policy of group \(group)",
          metadata: [
            "version": "\(policy.version)", "step": "\(policy.step)", "window": "\(policy.windowSeconds) s",
            "speed": "\(policy.speed)",
          ])
      case .loaded(let part):
        logger.error("new sessions take \(Int(part * 100)) % of the capacity of 'restoration:'")
      case .narrow(let capacity, let told):
        logger.error(
          "the broker takes about \(Int(capacity)) new sessions a second, where 'restoration: {capacity: \(Int(told))}' was believed; the pace of returns goes by what it takes"
        )
      case .standsBy:
        logger.notice("another collector with this store decides the pace of returns; this one stands by")
      case .decides: logger.notice("this collector decides the pace of returns from now on")
      case .failed(let problem): logger.error("the pace of returns: \(problem)")
      }
    }
  }
}
