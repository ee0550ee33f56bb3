#ifndef MUSTER_EPOLL_H
#define MUSTER_EPOLL_H
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>

/// A close-on-exec epoll instance; -1 with errno.
static inline int muster_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }
/// A close-on-exec, non-blocking event counter; -1 with errno.
static inline int muster_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }
/// Reports each change of fd's readiness to read or write once (edge-triggered), under the tag; 0 or -1 with errno.
static inline int muster_epoll_add_edges(int epoll, int fd, uint64_t tag) {
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data = {.u64 = tag}};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}
/// Reports fd as long as it can be read, under the tag; 0 or -1 with errno.
static inline int muster_epoll_add_readable(int epoll, int fd, uint64_t tag) {
    struct epoll_event event = {.events = EPOLLIN, .data = {.u64 = tag}};
    return epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}
/// Names the calling thread, for `ps -L`; at most 15 characters count.
static inline void muster_name_thread(const char *name) { prctl(PR_SET_NAME, name); }
static inline int muster_epoll_remove(int epoll, int fd) { return epoll_ctl(epoll, EPOLL_CTL_DEL, fd, 0); }
static inline int muster_event_readable(uint32_t events) { return (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0; }
static inline int muster_event_writable(uint32_t events) { return (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0; }
/// The peer will send nothing more.
static inline int muster_event_ended(uint32_t events) { return (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0; }
/// Both directions are over.
static inline int muster_event_hung_up(uint32_t events) { return (events & (EPOLLHUP | EPOLLERR)) != 0; }
#endif
