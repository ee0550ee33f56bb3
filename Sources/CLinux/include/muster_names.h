#ifndef MUSTER_NAMES_H
#define MUSTER_NAMES_H

/// Has getaddrinfo look up host names in /etc/hosts and by DNS alone, whatever /etc/nsswitch.conf says; before the first look-up.
/// A static executable must: every other service is a shared library of the host's, made for another libc than the one in it.
void muster_resolve_by_files_and_dns(void);
#endif
