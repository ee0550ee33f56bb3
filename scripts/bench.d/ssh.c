// ssh KEY USER@ADDRESS:PORT… : logs in to all hosts at once, runs `true` on each and closes, with libssh2's calls alone on one thread.
// Host keys are not checked. What cannot be done better with that library.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <libssh2.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum step { HANDSHAKE, LOGIN, OPEN, EXEC, READ, CLOSE, DONE };
struct host {
    enum step step;
    int fd;
    char *user;
    LIBSSH2_SESSION *session;
    LIBSSH2_CHANNEL *channel;
};
static const char *key;

static void fail(struct host *h, const char *what) {
    char *why = "";
    if (h->session) libssh2_session_last_error(h->session, &why, NULL, 0);
    fprintf(stderr, "%s: %s\n", what, why);
    exit(1);
}

static void begin(struct host *h, char *place) {
    char *at = strchr(place, '@'), *colon = strrchr(place, ':');
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(colon + 1))};
    int one = 1;
    h->user = strndup(place, at - place);
    *colon = 0;
    inet_pton(AF_INET, at + 1, &address.sin_addr);
    h->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    setsockopt(h->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(h->fd, (struct sockaddr *)&address, sizeof address) && errno != EINPROGRESS) fail(h, "connect");
    h->session = libssh2_session_init();
    libssh2_session_set_blocking(h->session, 0);
}

// One step; 0 where it has to wait.
static int advance(struct host *h) {
    char buffer[256];
    int status = 0;
    switch (h->step) {
    case HANDSHAKE: status = libssh2_session_handshake(h->session, h->fd); break;
    case LOGIN: status = libssh2_userauth_publickey_fromfile(h->session, h->user, NULL, key, NULL); break;
    case OPEN:
        h->channel = libssh2_channel_open_session(h->session);
        status = h->channel ? 0 : libssh2_session_last_errno(h->session);
        break;
    case EXEC: status = libssh2_channel_exec(h->channel, "true"); break;
    case READ:
        status = libssh2_channel_read(h->channel, buffer, sizeof buffer);
        if (status > 0) return 1;
        break;
    case CLOSE:
        status = libssh2_channel_close(h->channel);
        if (status == 0 && libssh2_channel_get_exit_status(h->channel) != 0) fail(h, "true");
        break;
    case DONE: return 0;
    }
    if (status == LIBSSH2_ERROR_EAGAIN) return 0;
    if (status < 0) fail(h, "libssh2");
    if (++h->step == DONE) {
        libssh2_channel_free(h->channel);
        libssh2_session_disconnect(h->session, "");
        libssh2_session_free(h->session);
        close(h->fd);
    }
    return 1;
}

int main(int count, char **words) {
    int n = count - 2, left = n;
    struct host *hosts = calloc(n, sizeof *hosts);
    struct pollfd *polls = calloc(n, sizeof *polls);
    if (n < 1 || libssh2_init(0)) return 2;
    key = words[1];
    for (int i = 0; i < n; i++) begin(&hosts[i], words[i + 2]);
    while (left > 0) {
        for (int i = 0; i < n; i++) {
            struct host *h = &hosts[i];
            // A session that has not begun waits for nothing: its socket is writable once it is connected.
            int both = h->step == DONE ? 0 : libssh2_session_block_directions(h->session);
            if (both == 0) both = LIBSSH2_SESSION_BLOCK_OUTBOUND;
            polls[i].fd = h->step == DONE ? -1 : h->fd;
            polls[i].events = (both & LIBSSH2_SESSION_BLOCK_INBOUND ? POLLIN : 0) | (both & LIBSSH2_SESSION_BLOCK_OUTBOUND ? POLLOUT : 0);
        }
        if (poll(polls, n, 30000) <= 0) return 3;
        for (int i = 0; i < n; i++) {
            if (!polls[i].revents) continue;
            while (advance(&hosts[i])) {}
            if (hosts[i].step == DONE) left--;
        }
    }
    return 0;
}
