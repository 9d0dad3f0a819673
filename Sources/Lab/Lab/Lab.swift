/// Builds a LAN of real servers in network namespaces.
package enum Lab {}
