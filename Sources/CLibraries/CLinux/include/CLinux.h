#pragma once
/* What Glibc does not import into Swift. Every line says why it is here. */

#include <net/if.h> /* before any <linux/...> header, or both define the same names */
#include <linux/filter.h> /* sock_filter, sock_fprog */
#include <linux/if_ether.h> /* ETH_P_ARP */
#include <linux/if_packet.h> /* sockaddr_ll */
#include <linux/inet_diag.h> /* inet_diag_req_v2, inet_diag_msg, INET_DIAG_* */
#include <linux/neighbour.h> /* ndmsg, NDA_*, NUD_* */
#include <linux/netlink.h> /* sockaddr_nl, nlmsghdr */
#include <linux/rtnetlink.h> /* RTM_GETNEIGH, rtattr */
#include <linux/sock_diag.h> /* SOCK_DIAG_BY_FAMILY */
#include <stdbool.h>
#include <stdint.h>

/* <sys/signalfd.h> is not part of the Glibc module; the signal set has to be built by macros in C. */
int CLinux_signalfd(const int *signals, int count);
/* Reads one signal number, or -1 when none is pending. */
int CLinux_signalfd_read(int fd);

/* adjtimex(2) is not imported: whether the kernel holds the clock synchronised (STA_UNSYNC clear). */
bool CLinux_clock_is_synchronised(void);

/* flock(2) is imported both as a function and as a struct; Swift takes the struct. */
int CLinux_try_lock(int fd);

/* ioctl(2) is variadic. Whether ARP works on the link (SIOCGIFHWADDR, ARPHRD_ETHER). */
int CLinux_is_ethernet(int fd, const char *name);

/* Gives freed heap pages back to the kernel, and the pages of code and constants that were needed for a
   while: those come back from the page cache when they are touched again. malloc.h and link.h are not in
   the Glibc module. */
void CLinux_release_memory(void);

/* setns(2) is hidden by _GNU_SOURCE. Moves the calling thread, and only it. */
int CLinux_enter_network_namespace(int fd);

/* pipe2(2) is hidden by _GNU_SOURCE. Both ends are close-on-exec from the start. */
int CLinux_pipe(int ends[2]);
