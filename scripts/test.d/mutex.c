// Lets the thread sanitizer see the locks of Swift's Mutex, for `scripts/test threads`.
//
// A Mutex that is free is taken by an atomic operation that is inlined into our code, which the sanitizer sees. One that is taken
// waits inside libswiftSynchronization, which is not built for the sanitizer, and so whatever the lock guards looks like a race. These functions
// stand before the library's, call them and say what they did. Loaded by LD_PRELOAD; a program without sanitizer is not changed by it.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>

extern void __tsan_acquire(void *) __attribute__((weak));
extern void __tsan_release(void *) __attribute__((weak));

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define TRY_LOCK "$s15Synchronization12_MutexHandleV12_tryLockSlowSbyF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

SWIFT void muster_lock(uint32_t thread, SELF void *mutex) __asm__(LOCK);
SWIFT bool muster_try_lock(SELF void *mutex) __asm__(TRY_LOCK);
SWIFT void muster_unlock(SELF void *mutex) __asm__(UNLOCK);

SWIFT void muster_lock(uint32_t thread, SELF void *mutex) {
    SWIFT void (*lock)(uint32_t, SELF void *) = dlsym(RTLD_NEXT, LOCK);
    lock(thread, mutex);
    if (__tsan_acquire) __tsan_acquire(mutex);
}

SWIFT bool muster_try_lock(SELF void *mutex) {
    SWIFT bool (*try_lock)(SELF void *) = dlsym(RTLD_NEXT, TRY_LOCK);
    bool is_locked = try_lock(mutex);
    if (is_locked && __tsan_acquire) __tsan_acquire(mutex);
    return is_locked;
}

SWIFT void muster_unlock(SELF void *mutex) {
    SWIFT void (*unlock)(SELF void *) = dlsym(RTLD_NEXT, UNLOCK);
    if (__tsan_release) __tsan_release(mutex);
    unlock(mutex);
}
