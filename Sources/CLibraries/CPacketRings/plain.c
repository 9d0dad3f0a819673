#define _GNU_SOURCE
#include "CPacketRings.h"

#include <errno.h>
#include <time.h>
#include <linux/errqueue.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union address {
  struct sockaddr any;
  struct sockaddr_in four;
  struct sockaddr_in6 six;
};

static socklen_t fill(union address *to, int version, const uint8_t *address, uint16_t port) {
  memset(to, 0, sizeof *to);
  if (version == 4) {
    to->four.sin_family = AF_INET;
    to->four.sin_port = htons(port);
    if (address != NULL) memcpy(&to->four.sin_addr, address, 4);
    return sizeof to->four;
  }
  to->six.sin6_family = AF_INET6;
  to->six.sin6_port = htons(port);
  if (address != NULL) memcpy(&to->six.sin6_addr, address, 16);
  return sizeof to->six;
}

static void take(const union address *from, uint8_t *octets, uint16_t *port) {
  if (from->any.sa_family == AF_INET) {
    memcpy(octets, &from->four.sin_addr, 4);
    if (port != NULL) *port = ntohs(from->four.sin_port);
  } else if (from->any.sa_family == AF_INET6) {
    memcpy(octets, &from->six.sin6_addr, 16);
    if (port != NULL) *port = ntohs(from->six.sin6_port);
  }
}

/* Tied to one interface (allowed to everybody since Linux 5.7), told of errors at once and by whom. */
static int make(int version, int type, const char *interface) {
  int fd = socket(version == 4 ? AF_INET : AF_INET6, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -errno;
  int one = 1;
  int failed = setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface, (socklen_t)strlen(interface)) < 0;
  failed = failed || (version == 4 ? setsockopt(fd, IPPROTO_IP, IP_RECVERR, &one, sizeof one)
                                   : setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &one, sizeof one)) < 0;
  failed = failed || (version == 6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one) < 0);
  if (!failed) return fd;
  int error = errno;
  close(fd);
  return -error;
}

int CPacketRings_connect(int version, const uint8_t *address, uint16_t port, const char *interface) {
  int fd = make(version, SOCK_STREAM, interface);
  if (fd < 0) return fd;
  union address to;
  socklen_t length = fill(&to, version, address, port);
  if (connect(fd, &to.any, length) == 0 || errno == EINPROGRESS) return fd;
  int error = errno;
  close(fd);
  return -error;
}

/* Looks for the cause of an error among control messages (ip(7), IP_RECVERR). */
static void explain(struct msghdr *message, struct CPacketRings_news *news) {
  for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part != NULL; part = CMSG_NXTHDR(message, part)) {
    int is4 = part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_RECVERR;
    int is6 = part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_RECVERR;
    if (!is4 && !is6) continue;
    struct sock_extended_err error;
    memcpy(&error, CMSG_DATA(part), sizeof error);
    news->error = (int)error.ee_errno;
    if (error.ee_origin != SO_EE_ORIGIN_ICMP && error.ee_origin != SO_EE_ORIGIN_ICMP6) continue;
    size_t size = is4 ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
    if (part->cmsg_len < CMSG_LEN(sizeof error + size)) continue;
    union address by;
    memset(&by, 0, sizeof by);
    memcpy(&by, CMSG_DATA(part) + sizeof error, size);
    news->is_complaint = 1;
    news->type = error.ee_type;
    news->code = error.ee_code;
    take(&by, news->by, NULL);
  }
}

static int receive(int fd, int flags, uint8_t *bytes, int room, struct CPacketRings_news *news) {
  union address peer;
  memset(&peer, 0, sizeof peer);
  _Alignas(struct cmsghdr) uint8_t control[512];
  struct iovec piece = {.iov_base = bytes, .iov_len = (size_t)room};
  struct msghdr message = {.msg_name = &peer, .msg_namelen = sizeof peer, .msg_iov = &piece, .msg_iovlen = 1,
                           .msg_control = control, .msg_controllen = sizeof control};
  ssize_t count = recvmsg(fd, &message, flags | MSG_DONTWAIT);
  if (count < 0) return -errno;
  take(&peer, news->peer, &news->port);
  if (flags & MSG_ERRQUEUE) explain(&message, news);
  return (int)count;
}

int CPacketRings_connected(int fd, int window, struct CPacketRings_news *news) {
  memset(news, 0, sizeof *news);
  int error = 0;
  socklen_t length = sizeof error;
  if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) < 0) return -errno;
  news->error = error;
  if (error != 0) {
    uint8_t quoted[128];
    /* Kernels before 5.18 keep to themselves whose word it was. */
    (void)receive(fd, MSG_ERRQUEUE, quoted, sizeof quoted, news);
    news->error = error;
    return 0;
  }
  struct tcp_info info;
  length = sizeof info;
  memset(&info, 0, sizeof info);
  if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length) < 0) return -errno;
  int has_window = length >= offsetof(struct tcp_info, tcpi_snd_wnd) + sizeof info.tcpi_snd_wnd;
  return has_window && info.tcpi_options == 0 && (int)info.tcpi_snd_wnd <= window;
}

void CPacketRings_abort(int fd) {
  struct linger at_once = {.l_onoff = 1, .l_linger = 0};
  (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close(fd);
}

int CPacketRings_asker(int version, uint16_t port, const char *interface) {
  int fd = make(version, SOCK_DGRAM, interface);
  if (fd < 0) return fd;
  union address own;
  socklen_t length = fill(&own, version, NULL, port);
  if (bind(fd, &own.any, length) == 0) return fd;
  int error = errno;
  close(fd);
  return -error;
}

int CPacketRings_ask(int fd, int version, const uint8_t *address, uint16_t port, const uint8_t *bytes, int count) {
  union address to;
  socklen_t length = fill(&to, version, address, port);
  for (int patience = 8; patience > 0; patience--) {
    /* A call may be told of the error of an earlier one; then it is made again. */
    if (sendto(fd, bytes, (size_t)count, MSG_DONTWAIT, &to.any, length) >= 0) return 0;
    if (errno != ECONNREFUSED && errno != EHOSTUNREACH && errno != ENETUNREACH && errno != EPROTO && errno != EACCES)
      break;
  }
  return -errno;
}

int CPacketRings_heard(int fd, uint8_t *bytes, int room, struct CPacketRings_news *news) {
  memset(news, 0, sizeof *news);
  int count = receive(fd, MSG_ERRQUEUE, bytes, room, news);
  if (count >= 0) return count;
  for (int patience = 8; patience > 0; patience--) {
    count = receive(fd, 0, bytes, room, news);
    /* Every error is told twice: once by number, once in the queue that has been read. */
    if (count >= 0 || count == -EAGAIN) return count;
  }
  return -EAGAIN;
}
