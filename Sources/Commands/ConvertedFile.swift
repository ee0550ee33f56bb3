import ArgumentParser
import Foundation
import Glibc

/// A file that is replaced as a whole or not at all, and kept under another name.
struct ConvertedFile {
    /// The file itself, whatever links led to it.
    private let path: String

    init(path: String) { self.path = URL(fileURLWithPath: path).resolvingSymlinksInPath().path }

    /// The path under which the old file is kept: `FILE.bak`, `FILE.bak.1`, …, never one that is there.
    func replace(with text: String) throws -> String {
        let backup = try keep()
        let new = "\(path).new-\(getpid())"
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: new), options: .withoutOverwriting)
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
            if let mode { try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: new) }
        } catch {
            unlink(new)
            throw ValidationError("\(path) cannot be written: \(error.localizedDescription)")
        }
        guard rename(new, path) == 0 else {
            let why = String(cString: strerror(errno))
            unlink(new)
            throw ValidationError("\(path) cannot be replaced: \(why)")
        }
        return backup
    }

    private func keep() throws -> String {
        for number in 0..<1000 {
            let backup = number == 0 ? "\(path).bak" : "\(path).bak.\(number)"
            do {
                try FileManager.default.copyItem(atPath: path, toPath: backup)
                return backup
            } catch CocoaError.fileWriteFileExists {
                continue
            } catch {
                throw ValidationError("\(path) cannot be kept as \(backup): \(error.localizedDescription)")
            }
        }
        throw ValidationError("\(path) has a thousand backups already")
    }
}
