#pragma once
/* Rings and batches of frames that the kernel shares with us. Swift imports neither sendmmsg(2), which _GNU_SOURCE
   hides, nor the structures of TPACKET_V3 and AF_XDP, which are made of macros, unions and memory barriers. */

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

/* Holds a TCP port, so that nobody else gets it and the kernel resets nothing that answers it: a socket that listens,
   and whose filter drops every packet (socket(7), SO_ATTACH_FILTER). `version` is 4 or 6; returns a descriptor. */
int CPacketRings_hold(int version, uint16_t port);
