import Compression

/// A table that grows while the run goes on, compressed where its name ends in `.zst`.
///
/// What ends with a frame is in the file, whatever becomes of this process. Not for several threads at once.
final class SeriesFile {
    private let file: OutputFile
    private let compressor: FrameCompressor
    /// Bytes that may wait for the frame's end.
    private static let waiting = 1 << 20

    /// `path` is below `folder`; folders on the way are made.
    init(_ path: String, in folder: String, _ mode: OutputFile.Mode) throws(ResultsError) {
        if let end = path.lastIndex(of: "/") { try makeFolders("\(folder)/\(path[..<end])") }
        file = try OutputFile("\(folder)/\(path)", mode)
        compressor = FrameCompressor(level: path.hasSuffix(".zst") ? 3 : nil)
    }

    func append(_ text: String) throws(ResultsError) {
        compressor.add(Array(text.utf8))
        if compressor.pending.count > Self.waiting { try file.append(compressor.takePending()) }
    }

    func finishFrame() throws(ResultsError) {
        compressor.finishFrame()
        try file.append(compressor.takePending())
    }
}
