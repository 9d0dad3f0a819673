import Exchange
import Foundation
import Glibc
package import Ingest

/// The numbers of this process.
package struct CollectorFigures: Sendable {
  package let text: String

  package init(_ values: IngestFigures.Values, waiting: Int) {
    var metrics = MetricsText()
    metrics.add(
      "kadomori_ingest_stored_total", "Records and states that were stored since the start.", type: "counter",
      [([], Double(values.stored))])
    metrics.add(
      "kadomori_ingest_set_aside_total", "Messages since the start that could not be read, by why.",
      type: "counter",
      values.setAside.sorted { $0.key < $1.key }.map { ([("reason", $0.key)], Double($0.value)) })
    metrics.add(
      "kadomori_ingest_commits_total", "Batches that were committed since the start.", type: "counter",
      [([], Double(values.batches))])
    metrics.add(
      "kadomori_ingest_commit_seconds_total", "What the commits took, all together.", type: "counter",
      [([], values.committing / .seconds(1))])
    metrics.add(
      "kadomori_ingest_waiting", "Messages that wait to be stored.", [([], Double(waiting))])
    metrics.add(
      "kadomori_broker_connected", "Whether there is a session at the broker.",
      [([], values.isConnected ? 1 : 0)])
    metrics.add(
      "kadomori_broker_connections_lost_total", "Sessions at the broker that ended since the start.",
      type: "counter", [([], Double(values.reconnections))])
    metrics.add(
      "kadomori_store_works", "Whether what comes is stored.", [([], values.storeProblem == nil ? 1 : 0)])
    metrics.add(
      "kadomori_commands_published_total", "Commands that were handed to the broker since the start.",
      type: "counter", [([], Double(values.commanded))])
    metrics.add(
      "kadomori_tenant_findings_published_total", "Findings that were published for tenants since the start.",
      type: "counter", [([], Double(values.tenantFindings))])
    metrics.add(
      "kadomori_tenant_findings_lost_total",
      "Findings since the start that were stored and that no tenant was told: too many waited, or were refused.",
      type: "counter", [([], Double(values.tenantFindingsLost))])
    metrics.add(
      "kadomori_tenant_findings_withheld_total",
      "Findings since the start that no tenant was told, since a name could be in their words.",
      type: "counter", [([], Double(values.tenantFindingsWithheld))])
    metrics.add(
      "process_resident_memory_bytes", "Memory of this process (proc_pid_statm(5)).",
      [([], Self.residentBytes)])
    metrics.add(
      "process_cpu_seconds_total", "What this process has used of processors.", type: "counter",
      [([], Self.processorSeconds)])
    text = metrics.text
  }

  private static var residentBytes: Double {
    let words =
      (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
    return words.count > 1 ? (Double(words[1]) ?? 0) * Double(sysconf(CInt(_SC_PAGESIZE))) : 0
  }

  private static var processorSeconds: Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
  }
}
