/* The limit of what a scanner can send here: frames that differ in address and port alone, put into the same rings and
   batches as the scanner's, in a loop that does nothing else.

   usage: bare-loop af_xdp|sendmmsg INTERFACE ROUTER-HARDWARE-ADDRESS SOURCE-ADDRESS FIRST-ADDRESS COUNT

   Only for network namespaces that the caller has made. Prints nothing; `packaging/measure-wide-area` builds and runs
   it, and counts what leaves. */
#include "../../Sources/CLibraries/CPacketRings/include/CPacketRings.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t add(const uint8_t *bytes, int count) {
  uint32_t sum = 0;
  for (int i = 0; i < count; i += 2) sum += (uint32_t)(bytes[i] << 8 | bytes[i + 1]);
  return sum;
}

static void put(uint8_t *at, uint32_t sum) {
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  sum = ~sum;
  at[0] = (uint8_t)(sum >> 8);
  at[1] = (uint8_t)sum;
}

static uint8_t frame[58] = {
    0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 9, 0x08, 0x00,                                 /* Ethernet */
    0x45, 0, 0, 44, 0, 0, 0x40, 0, 64, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,             /* IPv4 */
    0xb7, 0x98, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0, 0x60, 2, 0xfa, 0xf0, 0, 0, 0, 0, 2, 4, 5, 0xb4, /* TCP: a SYN */
};
static uint32_t head, segment;

static void fill(uint8_t *slot, uint32_t address, uint16_t port) {
  memcpy(slot, frame, sizeof frame);
  uint32_t big = htonl(address);
  memcpy(slot + 30, &big, 4);
  slot[36] = (uint8_t)(port >> 8);
  slot[37] = (uint8_t)port;
  uint32_t words = (address >> 16) + (address & 0xffff);
  put(slot + 24, head + words);
  put(slot + 50, segment + words + port);
}

int main(int count, char **words) {
  unsigned mac[6];
  if (count != 7 || sscanf(words[3], "%x:%x:%x:%x:%x:%x", mac, mac + 1, mac + 2, mac + 3, mac + 4, mac + 5) != 6) {
    fprintf(stderr, "usage: bare-loop af_xdp|sendmmsg INTERFACE ROUTER-MAC SOURCE FIRST COUNT\n");
    return 64;
  }
  for (int i = 0; i < 6; i++) frame[i] = (uint8_t)mac[i];
  int index = (int)if_nametoindex(words[2]);
  uint32_t first = 0;
  if (index == 0 || inet_pton(AF_INET, words[4], frame + 26) != 1 || inet_pton(AF_INET, words[5], &first) != 1) return 64;
  first = ntohl(first);
  uint64_t wanted = strtoull(words[6], NULL, 10);
  head = add(frame + 14, 20);
  segment = add(frame + 34, 24) + add(frame + 26, 4) + 6 + 24;

  /* In the random order of a scanner, thrown before the first frame: the other end is as slow with it as with one. */
  uint32_t *order = malloc(wanted * sizeof *order);
  if (order == NULL) return 71;
  for (uint64_t i = 0; i < wanted; i++) order[i] = (uint32_t)i;
  for (uint64_t i = wanted - 1; i > 0; i--) {
    uint64_t other = (uint64_t)random() % (i + 1);
    uint32_t swapped = order[i];
    order[i] = order[other];
    order[other] = swapped;
  }

  enum { together = 256 };
  static const uint16_t ports[10] = {22, 23, 25, 80, 110, 143, 443, 445, 3389, 8080};
  if (strcmp(words[1], "af_xdp") == 0) {
    CPacketRings_xdp *xdp = NULL;
    int error = CPacketRings_xdp_make(&xdp, index, 1024);
    if (error < 0) {
      fprintf(stderr, "AF_XDP: %s\n", strerror(-error));
      return 69;
    }
    for (uint64_t i = 0; i < wanted;) {
      for (int batch = 0; batch < together && i < wanted; batch++, i++) {
        uint8_t *slot;
        while ((slot = CPacketRings_xdp_next(xdp)) == NULL)
          if (CPacketRings_xdp_kick(xdp) < 0) return 69;
        fill(slot, first + order[i] / 10, ports[order[i] % 10]);
        CPacketRings_xdp_put(xdp, sizeof frame);
      }
      if (CPacketRings_xdp_kick(xdp) < 0) return 69;
    }
    CPacketRings_xdp_free(xdp);
    return 0;
  }
  int fd = CPacketRings_sender(index);
  if (fd < 0) return 69;
  CPacketRings_batch *batch = CPacketRings_batch_make(together, sizeof frame);
  for (uint64_t i = 0; i < wanted;) {
    int slots = 0;
    for (; slots < together && i < wanted; slots++, i++) {
      fill(CPacketRings_batch_slot(batch, slots), first + order[i] / 10, ports[order[i] % 10]);
      CPacketRings_batch_length(batch, slots, sizeof frame);
    }
    for (int sent = 0; sent < slots;) {
      int result = CPacketRings_batch_send(batch, fd, sent, slots);
      if (result > 0) sent += result;
      struct pollfd ready = {.fd = fd, .events = POLLOUT};
      if (result <= 0) poll(&ready, 1, 1);
    }
  }
  CPacketRings_batch_free(batch);
  return 0;
}
