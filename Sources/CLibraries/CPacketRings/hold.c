#define _GNU_SOURCE
#include "CPacketRings.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int hold_deaf(int fd, int version, int datagrams, uint16_t port) {
  /* Before it is bound: no packet may come in between. */
  struct sock_filter leave = BPF_STMT(BPF_RET | BPF_K, 0);
  struct sock_fprog program = {.len = 1, .filter = &leave};
  if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) < 0) return -1;
  if (version == 4) {
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0) return -1;
  } else {
    struct sockaddr_in6 address;
    memset(&address, 0, sizeof address);
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(port);
    int one = 1;
    if (setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one) < 0) return -1;
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0) return -1;
  }
  return datagrams ? 0 : listen(fd, 1);
}

int CPacketRings_hold(int version, int datagrams, uint16_t port) {
  int fd = socket(version == 4 ? AF_INET : AF_INET6, (datagrams ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  if (hold_deaf(fd, version, datagrams, port) < 0) {
    int error = errno;
    close(fd);
    return -error;
  }
  return fd;
}
