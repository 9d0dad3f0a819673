#include "CPacketRings.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>

int CPacketRings_crowd_make(void) {
  int crowd = epoll_create1(EPOLL_CLOEXEC);
  return crowd < 0 ? -errno : crowd;
}

int CPacketRings_crowd_add(int crowd, int fd, int writable) {
  struct epoll_event event;
  memset(&event, 0, sizeof event);
  event.events = writable ? EPOLLOUT : EPOLLIN;
  event.data.fd = fd;
  return epoll_ctl(crowd, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

int CPacketRings_crowd_ready(int crowd, int *fds, int most) {
  struct epoll_event events[256];
  if (most > 256) most = 256;
  int count = epoll_wait(crowd, events, most, 0);
  if (count < 0) return errno == EINTR ? 0 : -errno;
  for (int i = 0; i < count; i++) fds[i] = events[i].data.fd;
  return count;
}
