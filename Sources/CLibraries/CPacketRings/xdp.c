#define _GNU_SOURCE
#include "CPacketRings.h"

#include <errno.h>
#include <linux/if_xdp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef SOL_XDP
#define SOL_XDP 283
#endif
#ifndef AF_XDP
#define AF_XDP 44
#endif

/* The smallest chunk that the kernel takes. */
enum { chunk = 2048 };

/* XDP_MAX_TX_SKB_BUDGET, which Debian 12's headers do not have yet. */
enum { max_tx_skb_budget = 9 };

struct queue {
  void *memory;
  size_t size;
  uint32_t *producer, *consumer;
  void *entries;
};

struct CPacketRings_xdp {
  int fd;
  uint32_t frames;
  uint8_t *memory;
  struct queue tx, done;
  uint32_t put;      /* handed over, all in all */
  uint32_t finished; /* come back, all in all */
};

static int map(struct queue *queue, int fd, const struct xdp_ring_offset *offset, size_t entries, off_t place) {
  queue->size = offset->desc + entries;
  queue->memory = mmap(NULL, queue->size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, place);
  if (queue->memory == MAP_FAILED) {
    queue->memory = NULL;
    return -errno;
  }
  queue->producer = (uint32_t *)((uint8_t *)queue->memory + offset->producer);
  queue->consumer = (uint32_t *)((uint8_t *)queue->memory + offset->consumer);
  queue->entries = (uint8_t *)queue->memory + offset->desc;
  return 0;
}

void CPacketRings_xdp_free(CPacketRings_xdp *socket) {
  if (socket->tx.memory != NULL) munmap(socket->tx.memory, socket->tx.size);
  if (socket->done.memory != NULL) munmap(socket->done.memory, socket->done.size);
  if (socket->fd >= 0) close(socket->fd);
  if (socket->memory != NULL) munmap(socket->memory, (size_t)socket->frames * chunk);
  free(socket);
}

static int prepare(CPacketRings_xdp *xdp, int index) {
  xdp->fd = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);
  if (xdp->fd < 0) return -errno;
  size_t size = (size_t)xdp->frames * chunk;
  void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return -errno;
  xdp->memory = memory;
  struct xdp_umem_reg area;
  memset(&area, 0, sizeof area);
  area.addr = (uint64_t)(uintptr_t)memory;
  area.len = size;
  area.chunk_size = chunk;
  if (setsockopt(xdp->fd, SOL_XDP, XDP_UMEM_REG, &area, sizeof area) < 0) return -errno;
  int few = 64, all = (int)xdp->frames, budget = 256;
  /* A fill ring has to be there, though nothing is received. */
  if (setsockopt(xdp->fd, SOL_XDP, XDP_UMEM_FILL_RING, &few, sizeof few) < 0 ||
      setsockopt(xdp->fd, SOL_XDP, XDP_UMEM_COMPLETION_RING, &all, sizeof all) < 0 ||
      setsockopt(xdp->fd, SOL_XDP, XDP_TX_RING, &all, sizeof all) < 0)
    return -errno;
  /* More frames a call, where the kernel knows the option (Linux 6.17); without it, more calls do. */
  (void)setsockopt(xdp->fd, SOL_XDP, max_tx_skb_budget, &budget, sizeof budget);
  struct xdp_mmap_offsets offsets;
  socklen_t length = sizeof offsets;
  if (getsockopt(xdp->fd, SOL_XDP, XDP_MMAP_OFFSETS, &offsets, &length) < 0) return -errno;
  int error = map(&xdp->tx, xdp->fd, &offsets.tx, xdp->frames * sizeof(struct xdp_desc), XDP_PGOFF_TX_RING);
  if (error == 0)
    error = map(&xdp->done, xdp->fd, &offsets.cr, xdp->frames * sizeof(uint64_t), XDP_UMEM_PGOFF_COMPLETION_RING);
  if (error < 0) return error;
  struct sockaddr_xdp address;
  memset(&address, 0, sizeof address);
  address.sxdp_family = AF_XDP;
  address.sxdp_ifindex = (uint32_t)index;
  address.sxdp_flags = XDP_COPY;
  /* One such socket has one queue of the interface for itself: parts of a scan take the next one that is free. */
  for (uint32_t queue = 0; queue < 64; queue++) {
    address.sxdp_queue_id = queue;
    if (bind(xdp->fd, (struct sockaddr *)&address, sizeof address) == 0) return 0;
    if (errno != EBUSY) return queue > 0 && errno == EINVAL ? -EBUSY : -errno;
  }
  return -EBUSY;
}

int CPacketRings_xdp_make(CPacketRings_xdp **made, int index, int frames) {
  CPacketRings_xdp *xdp = calloc(1, sizeof *xdp);
  if (xdp == NULL) abort();
  xdp->fd = -1;
  xdp->frames = (uint32_t)frames;
  int error = prepare(xdp, index);
  if (error < 0) {
    CPacketRings_xdp_free(xdp);
    return error;
  }
  *made = xdp;
  return 0;
}

/* Only how many came back counts: the kernel has copied a frame when it leaves, so that none is written to too early. */
static void take_back(CPacketRings_xdp *xdp) {
  uint32_t producer = __atomic_load_n(xdp->done.producer, __ATOMIC_ACQUIRE);
  xdp->finished = producer;
  __atomic_store_n(xdp->done.consumer, producer, __ATOMIC_RELEASE);
}

uint8_t *CPacketRings_xdp_next(CPacketRings_xdp *xdp) {
  if (xdp->put - xdp->finished >= xdp->frames) take_back(xdp);
  if (xdp->put - xdp->finished >= xdp->frames) return NULL;
  return xdp->memory + (size_t)(xdp->put & (xdp->frames - 1)) * chunk;
}

void CPacketRings_xdp_put(CPacketRings_xdp *xdp, int length) {
  struct xdp_desc *entry = (struct xdp_desc *)xdp->tx.entries + (xdp->put & (xdp->frames - 1));
  entry->addr = (uint64_t)(xdp->put & (xdp->frames - 1)) * chunk;
  entry->len = (uint32_t)length;
  entry->options = 0;
  xdp->put++;
}

/* The kernel sends a few dozen at a time, and says EAGAIN when more are there. */
int CPacketRings_xdp_kick(CPacketRings_xdp *xdp) {
  __atomic_store_n(xdp->tx.producer, xdp->put, __ATOMIC_RELEASE);
  uint32_t left = 0;
  for (int tries = 0; tries < 256; tries++) {
    int result = sendto(xdp->fd, NULL, 0, MSG_DONTWAIT, NULL, 0) < 0 ? errno : 0;
    if (result != 0 && result != EAGAIN && result != EBUSY && result != ENOBUFS && result != EINTR) return -result;
    left = xdp->put - __atomic_load_n(xdp->tx.consumer, __ATOMIC_ACQUIRE);
    if (left == 0) break;
  }
  take_back(xdp);
  return (int)left;
}
