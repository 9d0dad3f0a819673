/// The version of this agent, as packages and reports name it.
package enum AgentVersion {
  package static let current = "0.1.0"
}
