#define _GNU_SOURCE
#include "CPacketRings.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

struct CPacketRings_batch {
  int slots, size;
  struct mmsghdr *messages;
  struct iovec *pieces;
  uint8_t *memory;
};

int CPacketRings_sender(int index) {
  /* Protocol 0: nothing is ever received. */
  int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -errno;
  struct sockaddr_ll address;
  memset(&address, 0, sizeof address);
  address.sll_family = AF_PACKET;
  address.sll_ifindex = index;
  int one = 1, memory = 4 << 20;
  if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 ||
      setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof one) < 0) {
    int error = errno;
    close(fd);
    return -error;
  }
  /* Best effort: it may be bounded by net.core.wmem_max. */
  (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &memory, sizeof memory);
  return fd;
}

CPacketRings_batch *CPacketRings_batch_make(int slots, int size) {
  CPacketRings_batch *batch = calloc(1, sizeof *batch);
  if (batch == NULL) abort();
  batch->slots = slots;
  batch->size = (size + 63) & ~63;
  batch->messages = calloc((size_t)slots, sizeof *batch->messages);
  batch->pieces = calloc((size_t)slots, sizeof *batch->pieces);
  batch->memory = aligned_alloc(64, (size_t)slots * (size_t)batch->size);
  if (batch->messages == NULL || batch->pieces == NULL || batch->memory == NULL) abort();
  for (int i = 0; i < slots; i++) {
    batch->pieces[i].iov_base = batch->memory + (size_t)i * (size_t)batch->size;
    batch->messages[i].msg_hdr.msg_iov = &batch->pieces[i];
    batch->messages[i].msg_hdr.msg_iovlen = 1;
  }
  return batch;
}

void CPacketRings_batch_free(CPacketRings_batch *batch) {
  free(batch->messages);
  free(batch->pieces);
  free(batch->memory);
  free(batch);
}

uint8_t *CPacketRings_batch_slot(CPacketRings_batch *batch, int slot) { return batch->pieces[slot].iov_base; }

void CPacketRings_batch_length(CPacketRings_batch *batch, int slot, int length) {
  batch->pieces[slot].iov_len = (size_t)length;
}

int CPacketRings_batch_send(CPacketRings_batch *batch, int fd, int first, int end) {
  int count;
  do {
    count = sendmmsg(fd, batch->messages + first, (unsigned)(end - first), 0);
  } while (count < 0 && errno == EINTR);
  return count < 0 ? -errno : count;
}
