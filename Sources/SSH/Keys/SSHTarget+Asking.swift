extension SSHTarget {
    /// Whether a person is to be asked about the host's key, or about that of a hop: none is known yet.
    package var asksAboutHostKey: Bool {
        (jumps + [self]).contains { target in
            guard case .ask = target.hostKeys else { return false }
            return !HostKeyCheck(target).isKnown
        }
    }

    /// Whether a key that is tried is encrypted, so that somebody may be asked for its passphrase.
    package var hasLockedKey: Bool {
        (jumps + [self]).contains { target in
            (target.keyPaths.isEmpty ? KeyFile.defaultPaths : target.keyPaths).contains { path in
                guard case .success(let file) = KeyFile.load(path), case .locked(let key) = file.lock else { return false }
                return !key.isSettled
            }
        }
    }
}

extension HostKeyDispute {
    /// Writes the key that the host showed down as its own.
    package func remember() throws(SSHError) {
        if let error = HostKeyCheck.note(name, HostKey(bytes: key), to: file) { throw error }
    }
}
