// libssh2's function-like macros as inline functions, since Swift does not see macros with arguments.
#ifndef MUSTER_CLIBSSH2_H
#define MUSTER_CLIBSSH2_H
#include <libssh2.h>
#include <string.h>

/// A session that allocates with malloc; `owner` is what callbacks get back.
static inline LIBSSH2_SESSION *muster_ssh_session(void *owner) { return libssh2_session_init_ex(NULL, NULL, NULL, owner); }
static inline LIBSSH2_CHANNEL *muster_ssh_open_session(LIBSSH2_SESSION *session, unsigned window) {
    return libssh2_channel_open_ex(session, "session", sizeof "session" - 1, window, LIBSSH2_CHANNEL_PACKET_DEFAULT, NULL, 0);
}
/// `message` (the path and two reserved fields, as PROTOCOL of OpenSSH 2.4 has them) must stay where it is until the call is done.
static inline LIBSSH2_CHANNEL *muster_ssh_open_streamlocal(
    LIBSSH2_SESSION *session, unsigned window, const char *message, unsigned length) {
    static const char type[] = "direct-streamlocal@openssh.com";
    return libssh2_channel_open_ex(session, type, sizeof type - 1, window, LIBSSH2_CHANNEL_PACKET_DEFAULT, message, length);
}
/// `message` (host, port and whence, as RFC 4254 §7.2 has them) must stay where it is until the call is done.
static inline LIBSSH2_CHANNEL *muster_ssh_open_tcp(LIBSSH2_SESSION *session, unsigned window, const char *message, unsigned length) {
    static const char type[] = "direct-tcpip";
    return libssh2_channel_open_ex(session, type, sizeof type - 1, window, LIBSSH2_CHANNEL_PACKET_DEFAULT, message, length);
}
static inline int muster_ssh_exec(LIBSSH2_CHANNEL *channel, const char *command, unsigned length) {
    return libssh2_channel_process_startup(channel, "exec", 4, command, length);
}
static inline ssize_t muster_ssh_read(LIBSSH2_CHANNEL *channel, int stream, char *buffer, size_t length) {
    return libssh2_channel_read_ex(channel, stream, buffer, length);
}
static inline ssize_t muster_ssh_write(LIBSSH2_CHANNEL *channel, const char *buffer, size_t length) {
    return libssh2_channel_write_ex(channel, 0, buffer, length);
}
static inline int muster_ssh_disconnect(LIBSSH2_SESSION *session) {
    return libssh2_session_disconnect_ex(session, SSH_DISCONNECT_BY_APPLICATION, "done", "");
}
#endif
