/// Reads a page of a listing in XML as it comes.
final class ObjectPageReader: HTTPReceiver {
    private final class Found { var page = ObjectPage() }

    private let found = Found()
    private let leaves: XMLLeaves
    private var isWellFormed = true

    /// `take` is shown each element that holds text and no element.
    init(_ take: @escaping (_ name: String, _ parent: String, _ text: [UInt8], _ page: inout ObjectPage) -> Void) {
        leaves = XMLLeaves { [found] name, parent, text in take(name, parent, text, &found.page) }
    }

    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        isWellFormed = isWellFormed && leaves.read(bytes)
        return true
    }

    func page() throws(HTTPFailure) -> ObjectPage {
        guard isWellFormed, leaves.finish() else { throw HTTPFailure(kind: .server, why: "the listing is no XML that can be read") }
        return found.page
    }
}
