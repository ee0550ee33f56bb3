import CLinux
import Glibc

/// Has the system write down all that it holds for the disk on which `folder` lies; returns when it has.
func synchronizeDisk(of folder: String) {
    let descriptor = muster_open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
    guard descriptor >= 0 else { return }
    muster_sync_file_system(descriptor)
    close(descriptor)
}
