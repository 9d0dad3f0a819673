#define _GNU_SOURCE
#include "CPacketRings.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

struct CPacketRings_ring {
  int fd, block, blocks;
  uint8_t *memory;
  int current;
  uint32_t left;
  struct tpacket3_hdr *frame;
};

int CPacketRings_ring_make(CPacketRings_ring **made, int fd, int block, int blocks, int milliseconds) {
  int version = TPACKET_V3;
  if (setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof version) < 0) return -errno;
  struct tpacket_req3 request;
  memset(&request, 0, sizeof request);
  request.tp_block_size = (unsigned)block;
  request.tp_block_nr = (unsigned)blocks;
  request.tp_frame_size = 2048;
  request.tp_frame_nr = (unsigned)(block / 2048 * blocks);
  request.tp_retire_blk_tov = (unsigned)milliseconds;
  if (setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &request, sizeof request) < 0) return -errno;
  void *memory = mmap(NULL, (size_t)block * (size_t)blocks, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED) return -errno;
  CPacketRings_ring *ring = calloc(1, sizeof *ring);
  if (ring == NULL) abort();
  ring->fd = fd;
  ring->block = block;
  ring->blocks = blocks;
  ring->memory = memory;
  *made = ring;
  return 0;
}

void CPacketRings_ring_free(CPacketRings_ring *ring) {
  munmap(ring->memory, (size_t)ring->block * (size_t)ring->blocks);
  free(ring);
}

static struct tpacket_block_desc *current(CPacketRings_ring *ring) {
  return (struct tpacket_block_desc *)(ring->memory + (size_t)ring->current * (size_t)ring->block);
}

static void give_back(CPacketRings_ring *ring) {
  __atomic_store_n(&current(ring)->hdr.bh1.block_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
  ring->current = ring->current + 1 == ring->blocks ? 0 : ring->current + 1;
  ring->frame = NULL;
}

int CPacketRings_ring_next(CPacketRings_ring *ring, const uint8_t **frame) {
  for (;;) {
    if (ring->frame != NULL && ring->left == 0) give_back(ring);
    struct tpacket_block_desc *block = current(ring);
    if (ring->frame == NULL) {
      if ((__atomic_load_n(&block->hdr.bh1.block_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER) == 0) return 0;
      ring->left = block->hdr.bh1.num_pkts;
      ring->frame = (struct tpacket3_hdr *)((uint8_t *)block + block->hdr.bh1.offset_to_first_pkt);
      if (ring->left == 0) {
        give_back(ring);
        continue;
      }
    } else {
      ring->frame = (struct tpacket3_hdr *)((uint8_t *)ring->frame + ring->frame->tp_next_offset);
    }
    ring->left--;
    *frame = (const uint8_t *)ring->frame + ring->frame->tp_mac;
    if (ring->frame->tp_snaplen > 0) return (int)ring->frame->tp_snaplen;
  }
}

int CPacketRings_ring_drops(CPacketRings_ring *ring) {
  // After its interface was down a socket has an error to tell, and until it has told it is always ready.
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(ring->fd, SOL_SOCKET, SO_ERROR, &error, &size);
  struct tpacket_stats_v3 stats;
  socklen_t length = sizeof stats;
  if (getsockopt(ring->fd, SOL_PACKET, PACKET_STATISTICS, &stats, &length) < 0) return -errno;
  return (int)stats.tp_drops;
}
