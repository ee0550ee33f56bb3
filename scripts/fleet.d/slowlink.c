// slowlink NAMESPACE INTERFACE NAMESPACE INTERFACE CONTROL: an Ethernet cable between two network namespaces that delays and loses frames,
// for kernels without netem. CONTROL is a file with one line, read at the start and upon SIGHUP: `delay_ms jitter_ms loss_percent`, each
// way. It ends when one of the namespaces does.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#define FRAMES 4096 // under way each way; more are lost, as in a real queue
#define LONGEST 65600

struct frame {
  double due;
  int length;
  unsigned char *bytes;
};

// One way of the cable, frames in order.
struct way {
  struct frame frames[FRAMES];
  int first, count;
  double last_due;
};

static double delay, jitter, loss;
static volatile sig_atomic_t must_read = 1;

static void on_hangup(int number) {
  (void)number;
  must_read = 1;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static int open_tap(const char *namespace, const char *interface) {
  char path[256];
  snprintf(path, sizeof path, "/run/netns/%s", namespace);
  int space = open(path, O_RDONLY | O_CLOEXEC);
  if (space < 0 || setns(space, CLONE_NEWNET) != 0) fail(path);
  close(space);
  int tap = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  struct ifreq request;
  memset(&request, 0, sizeof request);
  request.ifr_flags = IFF_TAP | IFF_NO_PI;
  snprintf(request.ifr_name, IFNAMSIZ, "%s", interface);
  if (tap < 0 || ioctl(tap, TUNSETIFF, &request) != 0) fail(interface);
  return tap;
}

static void read_control(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) fail(path);
  double milliseconds = 0, more = 0;
  if (fscanf(file, "%lf %lf %lf", &milliseconds, &more, &loss) != 3) loss = 0;
  delay = milliseconds / 1e3;
  jitter = more / 1e3;
  fclose(file);
}

// Takes what has come in at one end.
static void take(int tap, struct way *way) {
  static unsigned char bytes[LONGEST];
  int length;
  while ((length = read(tap, bytes, sizeof bytes)) > 0) {
    if (way->count == FRAMES || drand48() * 100 < loss) continue;
    struct frame *frame = &way->frames[(way->first + way->count++) % FRAMES];
    frame->due = now() + delay + (drand48() * 2 - 1) * jitter;
    if (frame->due < way->last_due) frame->due = way->last_due;
    way->last_due = frame->due;
    frame->length = length;
    frame->bytes = malloc(length);
    if (!frame->bytes) fail("malloc");
    memcpy(frame->bytes, bytes, length);
  }
}

// Gives out at the other end what is due; seconds until the next is, negative: nothing is under way.
static double give(int tap, struct way *way) {
  while (way->count > 0) {
    struct frame *frame = &way->frames[way->first];
    double wait = frame->due - now();
    if (wait > 0) return wait;
    if (write(tap, frame->bytes, frame->length) < 0 && errno == EAGAIN) return 0.0005;
    free(frame->bytes);
    way->first = (way->first + 1) % FRAMES;
    way->count--;
  }
  return -1;
}

int main(int count, char **words) {
  if (count != 6) return 2;
  int left = open_tap(words[1], words[2]), right = open_tap(words[3], words[4]);
  static struct way rightwards, leftwards;
  signal(SIGHUP, on_hangup);
  srand48(getpid());
  prctl(PR_SET_TIMERSLACK, 1000, 0, 0, 0);
  while (1) {
    if (must_read) {
      must_read = 0;
      read_control(words[5]);
    }
    double next = give(right, &rightwards), other = give(left, &leftwards);
    if (next < 0 || (other >= 0 && other < next)) next = other;
    struct timespec wait = {(time_t)next, (long)((next - (time_t)next) * 1e9)};
    struct pollfd ends[2] = {{left, POLLIN, 0}, {right, POLLIN, 0}};
    if (ppoll(ends, 2, next < 0 ? NULL : &wait, NULL) < 0 && errno != EINTR) fail("ppoll");
    if (ends[0].revents & POLLIN) take(left, &rightwards);
    if (ends[1].revents & POLLIN) take(right, &leftwards);
    if ((ends[0].revents | ends[1].revents) & (POLLERR | POLLHUP | POLLNVAL)) return 0;
  }
}
