import Plans
import Storage

/// The names of a directory tree's directories and files, by index.
///
/// Directories are numbered level by level from 0, files by the directory that they lie in; a directory of level l is named by the mask
/// with l and its place (from 1) among its parent's children, and lies in its parent.
struct TreeNames: Sendable {
    let base: [UInt8]
    let baseText: String
    /// Whether it lies at the agent's endpoints; the base is then below the first.
    let spreads: Bool
    let directoryCount: Int
    let fileCount: Int
    private let width: Int
    private let filesPerDirectory: Int
    /// The first directory that has files.
    private let firstWithFiles: Int
    /// The mask, cut at its `%d`s.
    private let mask: [[UInt8]]
    /// Number of the first directory of each level, from level 1.
    private let levelStarts: [Int]

    init(_ tree: DirectoryTree) {
        base = Array(tree.base.utf8)
        baseText = tree.base
        spreads = tree.spreads
        width = max(1, tree.width)
        filesPerDirectory = max(0, tree.filesPerDirectory)
        var starts: [Int] = []
        var (total, level) = (0, 1)
        for _ in 0..<max(1, tree.depth) {
            starts.append(total)
            level *= width
            total += level
        }
        levelStarts = starts
        directoryCount = total
        firstWithFiles = tree.distribution == .bottom ? starts[starts.count - 1] : 0
        fileCount = (total - firstWithFiles) * filesPerDirectory
        mask = Self.pieces(tree.directoryMask)
    }

    func directory(ofFile index: Int) -> Int { firstWithFiles + index / max(1, filesPerDirectory) }

    func write(directory: Int, to uri: ObjectURI) {
        uri.set(base)
        appendDirectory(directory, to: uri)
        uri.cut(to: uri.count - 1)
    }

    /// Appends the path of a directory below the base, ending in `/`.
    func appendDirectory(_ directory: Int, to uri: ObjectURI) {
        let level = (levelStarts.lastIndex { $0 <= directory } ?? 0) + 1
        appendDirectory(place: directory - levelStarts[level - 1], level: level, to: uri)
    }

    private func appendDirectory(place: Int, level: Int, to uri: ObjectURI) {
        if level > 1 { appendDirectory(place: place / width, level: level - 1, to: uri) }
        let numbers = [UInt64(level), UInt64(place % width + 1)]
        for (number, piece) in mask.enumerated() {
            uri.append(piece)
            if number + 1 < mask.count { uri.append(decimal: numbers[min(number, 1)]) }
        }
        uri.append("/")
    }

    private static func pieces(_ mask: String) -> [[UInt8]] {
        var pieces: [[UInt8]] = [[]]
        var rest = Array(mask.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.first == UInt8(ascii: "d") {
                rest.removeFirst()
                pieces.append([])
            } else {
                pieces[pieces.count - 1].append(byte)
            }
        }
        return pieces
    }
}
