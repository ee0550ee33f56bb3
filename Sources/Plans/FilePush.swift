/// Something of this machine's that every agent finds on its host: an entry of `deployment.files`.
package struct FilePush: Codable, Sendable, Hashable {
    /// A file or a folder of this machine.
    package var from: String
    /// Below the agent's folder of files, of plain components: `bin/tool`.
    package var to: String
    /// Permissions of each file, `0o755`; nil: those that it has here.
    package var mode: Int?

    package init(from: String, to: String, mode: Int? = nil) {
        self.from = from
        self.to = to
        self.mode = mode
    }
}
