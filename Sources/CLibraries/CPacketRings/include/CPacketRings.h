#pragma once
/* Rings and batches of frames that the kernel shares with us. Swift imports neither sendmmsg(2), which _GNU_SOURCE
   hides, nor the structures of TPACKET_V3 and AF_XDP, which are made of macros, unions and memory barriers, nor the control
   messages of sockets, which are macros as well. */

#include <stdint.h>

/* Every call returns a negative errno value when it fails. */

/* Frames that leave together: `slots` of `size` octets each, in one piece of memory. */
typedef struct CPacketRings_batch CPacketRings_batch;

/* A socket that only sends, by one interface, past its queueing discipline (packet(7), PACKET_QDISC_BYPASS). */
int CPacketRings_sender(int index);
CPacketRings_batch *CPacketRings_batch_make(int slots, int size);
void CPacketRings_batch_free(CPacketRings_batch *batch);
uint8_t *CPacketRings_batch_slot(CPacketRings_batch *batch, int slot);
void CPacketRings_batch_length(CPacketRings_batch *batch, int slot, int length);
/* Sends the slots from `first` up to `end`; returns how many the kernel took. */
int CPacketRings_batch_send(CPacketRings_batch *batch, int fd, int first, int end);

/* A ring in which the kernel lays what a packet socket hears (packet(7), TPACKET_V3). */
typedef struct CPacketRings_ring CPacketRings_ring;

/* `block` octets are a power of two; a block is handed over when full, or after `milliseconds`. */
int CPacketRings_ring_make(CPacketRings_ring **ring, int fd, int block, int blocks, int milliseconds);
void CPacketRings_ring_free(CPacketRings_ring *ring);
/* The next frame, valid until the next call; its length, or 0 when there is none now. */
int CPacketRings_ring_next(CPacketRings_ring *ring, const uint8_t **frame);
/* Frames for which there was no room since the last call (PACKET_STATISTICS). */
int CPacketRings_ring_drops(CPacketRings_ring *ring);

/* Frames that leave by AF_XDP, copied by the kernel once (Documentation/networking/af_xdp.rst). */
typedef struct CPacketRings_xdp CPacketRings_xdp;

int CPacketRings_xdp_make(CPacketRings_xdp **socket, int index, int frames);
void CPacketRings_xdp_free(CPacketRings_xdp *socket);
/* A place for the next frame, or NULL while the kernel has all of them. */
uint8_t *CPacketRings_xdp_next(CPacketRings_xdp *socket);
/* Hands over the frame of the last call. */
void CPacketRings_xdp_put(CPacketRings_xdp *socket, int length);
/* Has the kernel send what was handed over; returns how many frames it has not taken yet. */
int CPacketRings_xdp_kick(CPacketRings_xdp *socket);

/* Holds a port of TCP, or of UDP for `datagrams`, so that nobody else gets it and the kernel resets or refuses nothing
   that answers it: a socket that listens, and whose filter drops every packet (socket(7), SO_ATTACH_FILTER). `version` is
   4 or 6; returns a descriptor. */
int CPacketRings_hold(int version, int datagrams, uint16_t port);

/* What a socket without privileges has learned. Addresses have 4 or 16 octets, as `version` says. */
struct CPacketRings_news {
  /* 0, or an errno value. */
  int error;
  /* The message of ICMP that was the cause: 1 where `type`, `code` and `by` are known. */
  int is_complaint;
  uint8_t type, code;
  uint8_t by[16];
  /* Whom it is about: who answered, or whom the datagram was for that is complained of. */
  uint8_t peer[16];
  uint16_t port;
};

/* Begins to open a connection by one interface; returns a descriptor that becomes writable when it is decided. */
int CPacketRings_connect(int version, const uint8_t *address, uint16_t port, const char *interface);
/* What has become of it; 0 with `news` filled in, 1 for an open one that has no options and hardly a window. */
int CPacketRings_connected(int fd, int window, struct CPacketRings_news *news);
/* Ends it with a reset, if it is open. */
void CPacketRings_abort(int fd);

/* A socket for datagrams by one interface, that is told of every error. */
int CPacketRings_asker(int version, uint16_t port, const char *interface);
int CPacketRings_ask(int fd, int version, const uint8_t *address, uint16_t port, const uint8_t *bytes, int count);
/* The next datagram, or the next error with the datagram that it is about; returns its octets, -EAGAIN when there is none. */
int CPacketRings_heard(int fd, uint8_t *bytes, int room, struct CPacketRings_news *news);

/* Many descriptors that are waited for together (epoll(7), which Swift does not import). */
int CPacketRings_crowd_make(void);
/* Waits for one to be writable, or readable. */
int CPacketRings_crowd_add(int crowd, int fd, int writable);
/* Those that are now; returns how many, at most `most`. */
int CPacketRings_crowd_ready(int crowd, int *fds, int most);
