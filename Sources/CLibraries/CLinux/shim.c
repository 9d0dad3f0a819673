#define _GNU_SOURCE
#include "CLinux.h"

#include <fcntl.h>
#include <link.h>
#include <malloc.h>
#include <net/if_arp.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timex.h>
#include <unistd.h>

int CLinux_signalfd(const int *signals, int count) {
  sigset_t set;
  sigemptyset(&set);
  for (int i = 0; i < count; i++) sigaddset(&set, signals[i]);
  if (sigprocmask(SIG_BLOCK, &set, NULL) < 0) return -1;
  return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

int CLinux_signalfd_read(int fd) {
  struct signalfd_siginfo info;
  if (read(fd, &info, sizeof info) != sizeof info) return -1;
  return (int)info.ssi_signo;
}

bool CLinux_clock_is_synchronised(void) {
  struct timex t;
  memset(&t, 0, sizeof t);
  if (adjtimex(&t) < 0) return false;
  return (t.status & STA_UNSYNC) == 0;
}

int CLinux_try_lock(int fd) { return flock(fd, LOCK_EX | LOCK_NB); }

int CLinux_is_ethernet(int fd, const char *name) {
  struct ifreq request;
  memset(&request, 0, sizeof request);
  if (strlen(name) >= IFNAMSIZ) return 0;
  strcpy(request.ifr_name, name);
  if (ioctl(fd, SIOCGIFHWADDR, &request) < 0) return 0;
  return request.ifr_hwaddr.sa_family == ARPHRD_ETHER;
}

static int release_segments(struct dl_phdr_info *object, size_t size, void *unused) {
  (void)size;
  (void)unused;
  const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  for (int i = 0; i < object->dlpi_phnum; i++) {
    const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
    /* Read-only segments only: what may have been written, relocations too, would be lost. */
    if (segment->p_type != PT_LOAD || (segment->p_flags & PF_W) != 0) continue;
    uintptr_t start = ((uintptr_t)object->dlpi_addr + segment->p_vaddr + page - 1) & ~(page - 1);
    uintptr_t end = ((uintptr_t)object->dlpi_addr + segment->p_vaddr + segment->p_filesz) & ~(page - 1);
    if (start < end) madvise((void *)start, end - start, MADV_DONTNEED);
  }
  return 0;
}

void CLinux_release_memory(void) {
  malloc_trim(0);
  dl_iterate_phdr(release_segments, NULL);
}

int CLinux_enter_network_namespace(int fd) { return setns(fd, CLONE_NEWNET); }

int CLinux_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }
