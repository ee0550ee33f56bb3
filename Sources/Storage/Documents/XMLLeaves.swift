import CExpat

/// Reads an XML document as it comes and tells each element that holds text and no element, with the one around it.
final class XMLLeaves {
    private let parser: XML_Parser
    private let visit: (_ name: String, _ parent: String, _ text: [UInt8]) -> Void
    private var path: [String] = []
    private var text: [UInt8] = []
    private var isLeaf = false

    /// Deeper documents are none of an object store's.
    private static let deepest = 64

    init(_ visit: @escaping (_ name: String, _ parent: String, _ text: [UInt8]) -> Void) {
        guard let parser = XML_ParserCreate(nil) else { preconditionFailure("out of memory") }
        self.parser = parser
        self.visit = visit
        XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
        XML_SetElementHandler(
            parser, { context, name, _ in XMLLeaves.of(context)?.begin(name) }, { context, _ in XMLLeaves.of(context)?.end() })
        XML_SetCharacterDataHandler(parser) { context, bytes, count in XMLLeaves.of(context)?.add(bytes, Int(count)) }
    }

    deinit { XML_ParserFree(parser) }

    /// Takes the next part; false where the document is not well-formed.
    func read(_ bytes: UnsafeRawBufferPointer) -> Bool {
        XML_Parse(parser, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count), 0) == XML_STATUS_OK
    }

    /// Whether the document is well-formed to its end.
    func finish() -> Bool { XML_Parse(parser, nil, 0, 1) == XML_STATUS_OK }

    private static func of(_ context: UnsafeMutableRawPointer?) -> XMLLeaves? {
        context.map { Unmanaged<XMLLeaves>.fromOpaque($0).takeUnretainedValue() }
    }

    private func begin(_ name: UnsafePointer<CChar>?) {
        guard let name else { return }
        path.append(String(cString: name))
        text.removeAll(keepingCapacity: true)
        isLeaf = true
        if path.count > Self.deepest { XML_StopParser(parser, XML_Bool(0)) }
    }

    private func add(_ bytes: UnsafePointer<CChar>?, _ count: Int) {
        text += UnsafeRawBufferPointer(start: bytes, count: count)
    }

    private func end() {
        guard let name = path.popLast() else { return }
        if isLeaf { visit(name, path.last ?? "", text) }
        isLeaf = false
        text.removeAll(keepingCapacity: true)
    }
}

extension XMLLeaves {
    /// The texts of a small document's elements by name, the first of each; empty where it is no XML.
    static func texts(of document: [UInt8]) -> [String: String] {
        var texts: [String: String] = [:]
        let reader = XMLLeaves { name, _, text in
            if texts[name] == nil { texts[name] = String(decoding: text, as: UTF8.self) }
        }
        return document.withUnsafeBytes { reader.read($0) } && reader.finish() ? texts : [:]
    }
}
