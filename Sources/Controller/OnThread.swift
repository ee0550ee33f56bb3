import CLinux
import Glibc

/// Runs what blocks on a thread of its own, so that Swift's shared pool never does.
func onThread<T: Sendable>(_ body: @escaping @Sendable () -> T) async -> T {
    await withCheckedContinuation { continuation in
        detachThread { continuation.resume(returning: body()) }
    }
}

/// Runs `body` on a new thread that nobody waits for.
func detachThread(_ body: @escaping @Sendable () -> Void) {
    final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
    let raw = Unmanaged.passRetained(Body(body)).toOpaque()
    var thread = pthread_t()
    let status = pthread_create(
        &thread, nil,
        { raw in
            guard let raw else { return nil }
            Unmanaged<Body>.fromOpaque(raw).takeRetainedValue().run()
            return nil
        }, raw)
    precondition(status == 0, "no thread could be started: error \(status)")
    pthread_detach(thread)
}

/// Has the system write down all that it holds for the disk on which `folder` lies; returns when it has.
func synchronizeDisk(of folder: String) {
    let descriptor = muster_open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
    guard descriptor >= 0 else { return }
    muster_sync_file_system(descriptor)
    close(descriptor)
}
